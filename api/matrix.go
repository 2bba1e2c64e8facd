package api

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"

	"github.com/cordon-project/cordon/brief"
	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/matrix"
	"github.com/cordon-project/cordon/policy"
)

// Packets makes listing packets. The node does: see package brief.
type Packets func(ctx context.Context, v policy.Viewer, q PacketQuery) (*brief.Packet, error)

// PacketQuery is what a listing packet is asked for with.
type PacketQuery struct {
	Party     string `json:"party" doc:"Id of any entry of the party"`
	For       string `json:"for" doc:"The desk that it is for: a nation (JP) or an authority (JP-MOF)"`
	Lang      string `json:"lang,omitempty" enum:"en,ja,ko" doc:"Language of the fixed texts; that of the desk if it is not given"`
	Date      string `json:"date,omitempty" doc:"The packet's day; today if it is not given"`
	ClearedTo string `json:"cleared_to,omitempty" enum:"clear,green,amber" doc:"The highest marking that the desk may be given; clear if it is not given"`
}

// designations registers the matrix of designations and the packets that come of
// its gaps.
func (s *server) designations() {
	type table struct{ Body matrix.Filter }
	add(s, http.MethodPost, "/matrix", "Who designated whom, when, and who has not", func(ctx context.Context, in *table) (*one[matrix.Table], error) {
		t, err := s.c.Matrix.Matrix(ctx, viewer(ctx), in.Body)
		return &one[matrix.Table]{t}, err
	})
	add(s, http.MethodPost, "/matrix/lags", "How many days one authority comes after another", func(ctx context.Context, in *table) (*one[matrix.Lags], error) {
		l, err := s.c.Matrix.Lags(ctx, viewer(ctx), in.Body)
		return &one[matrix.Lags]{l}, err
	})
	type party struct {
		ID string `path:"id" doc:"Id of any entry of the party"`
	}
	add(s, http.MethodGet, "/matrix/parties/{id}", "The time line of one party", func(ctx context.Context, in *party) (*one[matrix.Timeline], error) {
		t, err := s.c.Matrix.Party(ctx, viewer(ctx), in.ID)
		return &one[matrix.Timeline]{t}, err
	})
	type alignment struct{ Body matrix.AlignmentQuery }
	add(s, http.MethodPost, "/matrix/alignment", "What the United States, Japan and the Republic of Korea share, over time", func(ctx context.Context, in *alignment) (*one[matrix.Alignment], error) {
		a, err := s.c.Matrix.Alignment(ctx, viewer(ctx), in.Body)
		return &one[matrix.Alignment]{a}, err
	})
	type packet struct{ Body PacketQuery }
	add(s, http.MethodPost, "/packets", "A listing packet: what others said of a party, for a desk that has not listed it", func(ctx context.Context, in *packet) (*one[*brief.Packet], error) {
		p, err := s.c.Packets(ctx, viewer(ctx), in.Body)
		return &one[*brief.Packet]{p}, err
	})
	s.bundle("/matrix/stix", "application/stix+json;version=2.1", func(ctx context.Context, w io.Writer, body io.Reader) error {
		var f matrix.Filter
		if err := question(body, &f); err != nil {
			return err
		}
		t, err := s.c.Matrix.Matrix(ctx, viewer(ctx), f)
		if err != nil {
			return err
		}
		return s.c.Matrix.WriteSTIX(ctx, w, viewer(ctx), t)
	})
	s.bundle("/packets/stix", "application/stix+json;version=2.1", func(ctx context.Context, w io.Writer, body io.Reader) error {
		var q PacketQuery
		if err := question(body, &q); err != nil {
			return err
		}
		p, err := s.c.Packets(ctx, viewer(ctx), q)
		if err != nil {
			return err
		}
		return p.Bundle(w)
	})
}

// maxAskedBundle is the size of a question for a bundle.
const maxAskedBundle = 1 << 20

// bundle registers what answers with a STIX bundle, whole or not at all.
func (s *server) bundle(path, kind string, write func(ctx context.Context, w io.Writer, body io.Reader) error) {
	s.mux.HandleFunc("POST "+Base+path, func(w http.ResponseWriter, r *http.Request) {
		var out bytes.Buffer
		if err := write(r.Context(), &out, http.MaxBytesReader(w, r.Body, maxAskedBundle)); err != nil {
			s.fail(w, err)
			return
		}
		w.Header().Set("Content-Type", kind)
		_, _ = out.WriteTo(w)
	})
}

func question(body io.Reader, into any) error {
	d := json.NewDecoder(body)
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return errs.New(errs.Invalid, "the question cannot be read").Because(err).WithHint("It is one JSON object, as the OpenAPI document has it for the same question without /stix.")
	}
	return nil
}
