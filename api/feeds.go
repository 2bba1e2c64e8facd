package api

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/cordon-project/cordon/actors"
	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/feed"
	"github.com/cordon-project/cordon/feed/warning"
	"github.com/cordon-project/cordon/policy"
)

// Forms of exchange beside the blocklists of package feed.
const (
	FormOpenCTI = "opencti"
	FormMISP    = "misp"
)

// FeedForms names what /feeds can write, in the order to be shown.
func FeedForms() []string {
	var out []string
	for _, f := range feed.Forms() {
		out = append(out, string(f))
	}
	return append(out, FormOpenCTI, FormMISP)
}

// FeedQuery says for whom a feed is written. Only the node's own people may write one
// as somebody else: everybody else gets what they may have themselves.
type FeedQuery struct {
	For         string // purpose, "" is network defence, or exchange with As
	As          string // identity id of the recipient's organisation
	ClearedTo   string // the highest level of the recipient, with As; "" is clear
	Zone        string // of an RPZ
	Observables bool   // what was observed too
}

// Values writes the query of an address.
func (q FeedQuery) Values() url.Values {
	v := url.Values{}
	for k, s := range map[string]string{"for": q.For, "as": q.As, "cleared_to": q.ClearedTo, "zone": q.Zone} {
		if s != "" {
			v.Set(k, s)
		}
	}
	if q.Observables {
		v.Set("observables", "true")
	}
	return v
}

// HeaderReport carries the report of a feed as JSON.
const HeaderReport = "X-Cordon-Report"

func (s *server) feeds() {
	str := func(name, doc string) *huma.Param {
		return &huma.Param{Name: name, In: "query", Description: doc, Schema: &huma.Schema{Type: "string"}}
	}
	params := []*huma.Param{
		{Name: "form", In: "path", Required: true, Description: strings.Join(FeedForms(), ", "), Schema: &huma.Schema{Type: "string"}},
		str("for", "Purpose: network-defence, screening, law-enforcement, exchange"), str("as", "Identity id of the recipient; for the node's own people"),
		str("cleared_to", "Highest level of the recipient: clear, green, amber"), str("zone", "Name of an RPZ"), str("observables", "true: what was observed too"),
	}
	s.api.OpenAPI().AddOperation(&huma.Operation{
		Method: http.MethodGet, Path: Base + "/feeds/{form}", OperationID: "get-feed", Summary: "A blocklist or an exchange of what the recipient may have",
		Description: "Answers with an ETag; If-None-Match is honoured. The header " + HeaderReport + " says what was published and left out.", Parameters: params,
		Responses: map[string]*huma.Response{"200": {Description: "The feed"}, "304": {Description: "Unchanged"}, "404": {Description: "No such form"}, "503": {Description: "No warning lists are in force"}},
	})
	s.mux.HandleFunc("GET "+Base+"/feeds/{form}", s.feed)
	s.api.OpenAPI().AddOperation(&huma.Operation{
		Method: http.MethodGet, Path: Base + "/feeds/{form}/left-out", OperationID: "get-feed-left-out", Summary: "What a blocklist leaves out, each value with the rule and the warning list that spared it",
		Description: "Lines of JSON.", Parameters: params, Responses: map[string]*huma.Response{"200": {Description: "Lines of JSON"}},
	})
	s.mux.HandleFunc("GET "+Base+"/feeds/{form}/left-out", s.leftOut)
	type name struct {
		Name string `query:"name" required:"true" doc:"A name, a synonym or a number of a threat actor"`
	}
	add(s, http.MethodGet, "/actors", "What each source says of a threat actor, side by side", func(ctx context.Context, in *name) (*one[actors.View], error) {
		if in.Name == "" {
			return nil, errs.New(errs.Invalid, "no name was given").WithHint("GET %s/actors/all has them all.", Base)
		}
		v, err := actors.Find(ctx, s.c.Journal.Scan, viewer(ctx), read, in.Name)
		return &one[actors.View]{v}, err
	})
	add(s, http.MethodGet, "/actors/all", "What every source says of every threat actor, without readings of texts", func(ctx context.Context, _ *struct{}) (*one[[]actors.Statement], error) {
		all, err := actors.Statements(ctx, s.c.Journal.Scan, viewer(ctx), read)
		return &one[[]actors.Statement]{all}, err
	})
}

// feedOptions reads who gets a feed.
func (s *server) feedOptions(r *http.Request) (o feed.Options, err error) {
	q := r.URL.Query()
	o = feed.Options{Viewer: viewer(r.Context()), Purpose: policy.NetworkDefence, Now: s.c.Clock().UTC(), Zone: q.Get("zone"), Observables: q.Get("observables") == "true"}
	if as := q.Get("as"); as != "" {
		if o.Viewer.Clearance < policy.Red {
			return o, errs.New(errs.Denied, "a feed for somebody else is for the node's own people to write")
		}
		level := policy.Clear
		if c := q.Get("cleared_to"); c != "" {
			if level, err = policy.ParseTLP(c); err != nil {
				return o, err
			}
		}
		o.Viewer = policy.Viewer{Name: "recipient", Org: as, Clearance: min(level, policy.Amber)}
		o.Purpose = policy.Exchange
	}
	if p := q.Get("for"); p != "" {
		o.Purpose = policy.Purpose(p)
		if !o.Purpose.Known() {
			return o, errs.New(errs.Invalid, "%q is no purpose", p).WithHint("Use reading, network-defence, screening, law-enforcement or exchange.")
		}
	}
	o.Warnings, o.Since, err = s.c.Warnings(r.Context())
	return o, err
}

// feed writes a feed into a file first: what it is called (its ETag) and what it left
// out stand in the header, before it.
func (s *server) feed(w http.ResponseWriter, r *http.Request) {
	o, err := s.feedOptions(r)
	if err != nil {
		s.fail(w, err)
		return
	}
	spool, err := os.CreateTemp("", "cordon-feed-*")
	if err != nil {
		s.fail(w, errs.New(errs.Unavailable, "a feed could not be written").Because(err))
		return
	}
	defer os.Remove(spool.Name())
	defer spool.Close()
	sum := sha256.New()
	media, report, err := s.writeFeed(r.Context(), io.MultiWriter(spool, sum), r.PathValue("form"), o)
	if err != nil {
		s.fail(w, err)
		return
	}
	tag := `"` + hex.EncodeToString(sum.Sum(nil)) + `"`
	w.Header().Set("ETag", tag)
	w.Header().Set("Cache-Control", "private, no-cache")
	w.Header().Set("Vary", "Authorization")
	w.Header().Set(HeaderReport, report)
	if matches(r.Header.Get("If-None-Match"), tag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	n, err := spool.Seek(0, io.SeekEnd)
	if err == nil {
		_, err = spool.Seek(0, io.SeekStart)
	}
	if err != nil {
		s.fail(w, errs.New(errs.Unavailable, "a feed could not be read back").Because(err))
		return
	}
	w.Header().Set("Content-Type", media)
	w.Header().Set("Content-Length", strconv.FormatInt(n, 10))
	_, _ = io.Copy(w, spool)
}

// matches is the comparison of If-None-Match (RFC 9110 section 13.1.2), which is weak.
func matches(header, tag string) bool {
	return slices.ContainsFunc(strings.Split(header, ","), func(t string) bool {
		t = strings.TrimSpace(t)
		return t == "*" || strings.TrimPrefix(t, "W/") == tag
	})
}

func (s *server) writeFeed(ctx context.Context, w io.Writer, form string, o feed.Options) (media, report string, err error) {
	var said any
	switch form {
	case FormOpenCTI:
		n, err := feed.WriteOpenCTI(ctx, w, s.c.Journal.Scan, o)
		if err != nil {
			return "", "", err
		}
		media, said = "application/stix+json;version=2.1", feed.Report{Form: FormOpenCTI, Published: n, Objects: n}
	case FormMISP:
		n, _, err := feed.WriteMISP(ctx, w, s.c.Journal.Scan, o)
		if err != nil {
			return "", "", err
		}
		media, said = "application/zip", feed.Report{Form: FormMISP, Published: n}
	default:
		got, err := feed.Write(ctx, w, s.c.Journal.Scan, feed.Form(form), o)
		if err != nil {
			return "", "", err
		}
		media, said = feed.Form(form).MediaType(), got
	}
	b, err := json.Marshal(said)
	return media, string(b), err
}

func (s *server) leftOut(w http.ResponseWriter, r *http.Request) {
	o, err := s.feedOptions(r)
	if err != nil {
		s.fail(w, err)
		return
	}
	begun := false
	enc := json.NewEncoder(w)
	o.Left = func(l feed.Left) error {
		if !begun {
			begun = true
			w.Header().Set("Content-Type", TypeNDJSON)
		}
		return enc.Encode(l)
	}
	if _, err := feed.Write(r.Context(), io.Discard, s.c.Journal.Scan, feed.Form(r.PathValue("form")), o); err != nil && !begun {
		s.fail(w, err)
	} else if err != nil {
		panic(http.ErrAbortHandler) // half a list must not look like a whole one
	}
}

// Warnings gives the warning lists in force and since when, nil for none.
type Warnings func(ctx context.Context) (*warning.Index, time.Time, error)
