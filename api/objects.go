package api

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/journal"
	"github.com/cordon-project/cordon/monitor"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/record"
	"github.com/cordon-project/cordon/screen/batch"
)

// Entry is one accepted version of one object.
type Entry struct {
	Seq      int64           `json:"seq"`
	ID       string          `json:"id"`
	Type     string          `json:"type"`
	Version  string          `json:"version,omitempty"`
	TLP      string          `json:"tlp"`
	Label    policy.Label    `json:"label" doc:"What decides who may see it, in one text"`
	Leaf     string          `json:"leaf" doc:"Leaf hash in the log, hexadecimal"`
	At       time.Time       `json:"at" doc:"When this node accepted it"`
	Object   json.RawMessage `json:"object,omitempty" doc:"RFC 8785 bytes"`
	Redacted []string        `json:"redacted,omitempty" doc:"What was taken out for this viewer"`
	Erased   bool            `json:"erased,omitempty"`
}

func entryOf(e journal.Entry) Entry {
	return Entry{
		Seq: e.Seq, ID: e.ID, Type: e.Type, Version: e.Version, TLP: policy.Level(e.Label).String(), Label: e.Label,
		Leaf: hex.EncodeToString(e.Leaf[:]), At: e.At, Object: e.Canonical, Redacted: e.Redacted, Erased: e.Erased,
	}
}

// Log is a page of the journal.
type Log struct {
	Head    int64   `json:"head" doc:"The journal's last sequence number"`
	Entries []Entry `json:"entries"`
	Next    int64   `json:"next,omitempty" doc:"Ask for entries after this one; absent at the end"`
}

func (s *server) objects() {
	type id struct {
		ID string `path:"id"`
	}
	add(s, http.MethodGet, "/objects/{id}", "The newest version of an object", func(ctx context.Context, in *id) (*one[Entry], error) {
		e, err := s.c.Journal.Get(ctx, viewer(ctx), read, in.ID)
		return &one[Entry]{entryOf(e)}, err
	})
	add(s, http.MethodGet, "/objects/{id}/versions", "Every version of an object, oldest first", func(ctx context.Context, in *id) (*one[[]Entry], error) {
		es, err := s.c.Journal.Versions(ctx, viewer(ctx), read, in.ID)
		if err != nil {
			return nil, err
		}
		out := make([]Entry, 0, len(es))
		for _, e := range es {
			out = append(out, entryOf(e))
		}
		return &one[[]Entry]{out}, nil
	})
	add(s, http.MethodGet, "/log", "The journal, entry by entry", s.log)
	type name struct {
		Name string `path:"name"`
	}
	type schema struct {
		ContentType string `header:"Content-Type"`
		Body        []byte
	}
	add(s, http.MethodGet, "/schemas/{name}", "The JSON Schema of one of Cordon's own types", func(_ context.Context, in *name) (*schema, error) {
		b, err := record.Schema(in.Name)
		return &schema{"application/schema+json", b}, err
	})
	add(s, http.MethodGet, "/schemas/", "The names of Cordon's own types", func(context.Context, *struct{}) (*one[[]string], error) {
		return &one[[]string]{record.Schemas()}, nil
	})
}

type logQuery struct {
	After  int64    `query:"after" minimum:"0" doc:"Entries after this sequence number"`
	Types  []string `query:"type" doc:"Only these types"`
	Latest bool     `query:"latest" doc:"Only the newest version of each object"`
	Newest bool     `query:"newest" doc:"Newest first"`
	Limit  int      `query:"limit" minimum:"0" maximum:"1000"`
	Bodies bool     `query:"objects" doc:"With the objects themselves"`
}

func (s *server) log(ctx context.Context, in *logQuery) (_ *one[Log], err error) {
	if in.Limit == 0 {
		in.Limit = 100
	}
	out, size := Log{Entries: []Entry{}}, 0
	if out.Head, err = s.c.Journal.Head(ctx); err != nil {
		return nil, err
	}
	q := journal.Query{After: in.After, Types: in.Types, Latest: in.Latest, Newest: in.Newest, Limit: in.Limit + 1, Purpose: read}
	for e, err := range s.c.Journal.Scan(ctx, viewer(ctx), q) {
		if err != nil {
			return nil, err
		}
		if n := len(out.Entries); n == in.Limit || size >= MaxPageBytes {
			out.Next = out.Entries[n-1].Seq
			break
		}
		x := entryOf(e)
		if !in.Bodies {
			x.Object = nil
		}
		size += len(x.Object)
		out.Entries = append(out.Entries, x)
	}
	if in.Newest {
		out.Next = 0 // pages run forward only
	}
	return &one[Log]{out}, nil
}

// keeping registers what looks after the store.
func (s *server) keeping() {
	add(s, http.MethodGet, "/health", "Whether the node answers", func(ctx context.Context, _ *struct{}) (*one[Health], error) {
		// The number itself is not for the public.
		if _, err := s.c.Journal.Head(ctx); err != nil {
			return nil, errs.New(errs.Unavailable, "the journal does not answer").Because(err)
		}
		return &one[Health]{Health{OK: true}}, nil
	})
	add(s, http.MethodGet, "/version", "Which software answers", func(context.Context, *struct{}) (*one[Version], error) {
		return &one[Version]{s.c.Version}, nil
	})
	add(s, http.MethodGet, "/doctor", "Look the node over", func(ctx context.Context, _ *struct{}) (*one[[]Check], error) {
		c, err := s.c.Keeper.Doctor(ctx)
		return &one[[]Check]{c}, err
	})
	add(s, http.MethodPost, "/link", "Make a one-time link for a person", func(context.Context, *struct{}) (*one[Link], error) {
		l, err := s.c.Link()
		return &one[Link]{Link{l}}, err
	})
	type page struct {
		Limit int `query:"limit" minimum:"1" maximum:"1000" default:"100"`
	}
	add(s, http.MethodGet, "/quarantine", "What was refused, newest first", func(ctx context.Context, in *page) (*one[Quarantine], error) {
		q, total, err := s.c.Keeper.Quarantine(ctx, viewer(ctx), in.Limit)
		return &one[Quarantine]{Quarantine{total, q}}, err
	})
	s.tiles()
	s.streams()
}

// Health is the answer of a node that works.
type Health struct {
	OK bool `json:"ok"`
}

// Link is a one-time link.
type Link struct {
	URL string `json:"url"`
}

// Quarantine is what was refused.
type Quarantine struct {
	Total   int64                 `json:"total"`
	Refused []journal.Quarantined `json:"refused"`
}

// tiles serves the log by the layout of C2SP tlog-tiles.
func (s *server) tiles() {
	type text struct {
		ContentType string `header:"Content-Type"`
		Body        []byte
	}
	add(s, http.MethodGet, "/log/checkpoint", "The newest signed checkpoint", func(ctx context.Context, _ *struct{}) (*text, error) {
		b, err := s.c.Keeper.Checkpoint(ctx)
		return &text{"text/plain; charset=utf-8", b}, err
	})
	type tile struct {
		Path string `path:"path"`
	}
	huma.Register(s.api, huma.Operation{
		Method: http.MethodGet, Path: Base + "/log/tile/{path...}", OperationID: "get-log-tile",
		Summary: "A tile of the log: level/index, or entries/index",
	}, func(ctx context.Context, in *tile) (*text, error) {
		b, err := s.c.Keeper.Tile(ctx, "tile/"+in.Path)
		if err != nil {
			return nil, s.problem(err)
		}
		return &text{"application/octet-stream", b}, nil
	})
}

// Step is one line of a long task: how far it is, or its end.
type Step struct {
	Stage    string          `json:"stage,omitempty"`
	Done     int64           `json:"done,omitempty"`
	Total    int64           `json:"total,omitempty" doc:"0 when it is not known of how much"`
	Reading  *Reading        `json:"reading,omitempty" doc:"How a file is read, once"`
	Verified *journal.Report `json:"verified,omitempty"`
	Rebuilt  []Rebuilt       `json:"rebuilt,omitempty"`
	Taken    *monitor.Taken  `json:"taken,omitempty"`
	Run      *monitor.Run    `json:"run,omitempty"`
	Problem  *Problem        `json:"problem,omitempty"`
}

// Reading says how a file of rows is read.
type Reading struct {
	Columns string   `json:"columns,omitempty" doc:"Which column is what; none for lines of JSON"`
	Notes   []string `json:"notes,omitempty"`
}

// ReadingOf says how rows are read.
func ReadingOf(rows *batch.Reader) Reading {
	r := Reading{Notes: rows.Notes()}
	if m := rows.Mapping(); m != nil {
		r.Columns = m.String()
	}
	return r
}

func (s *server) streams() {
	s.stream("/verify", "Recompute everything and say what is wrong", func(ctx context.Context, progress journal.Progress) (Step, error) {
		r, err := s.c.Keeper.Verify(ctx, progress)
		return Step{Verified: &r}, err
	})
	s.stream("/rebuild", "Build every projection anew and compare", func(ctx context.Context, progress journal.Progress) (Step, error) {
		r, err := s.c.Keeper.Rebuild(ctx, progress)
		return Step{Rebuilt: r}, err
	})
}

// stepEvery is how often a long task tells of its progress, and stepTime how long
// a client may take to read of it: a task that holds up the projections must not
// wait for one that has stopped reading.
const (
	stepEvery = 200 * time.Millisecond
	stepTime  = 10 * time.Second
)

func (s *server) stream(path, summary string, do func(context.Context, journal.Progress) (Step, error)) {
	huma.Register(s.api, huma.Operation{
		Method: http.MethodPost, Path: Base + path, Summary: summary, OperationID: operationID(http.MethodPost, path),
		Description: "Answers with lines of JSON: progress, then the result or a problem.",
	}, func(ctx context.Context, _ *struct{}) (*huma.StreamResponse, error) {
		return &huma.StreamResponse{Body: func(hc huma.Context) {
			hc.SetHeader("Content-Type", TypeNDJSON)
			s.steps(ctx, hc.BodyWriter(), func(ctx context.Context, tell func(Step)) (Step, error) {
				return do(ctx, func(done, total int64) { tell(Step{Done: done, Total: total}) })
			})
		}}, nil
	})
}

// steps does a long task and writes of it; it ends with the client.
func (s *server) steps(ctx context.Context, w io.Writer, do func(ctx context.Context, tell func(Step)) (Step, error)) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	rw, _ := w.(http.ResponseWriter)
	control := http.NewResponseController(rw)
	defer func() { _ = control.SetWriteDeadline(time.Time{}) }() // the connection may be used again
	line := func(st Step) {
		_ = control.SetWriteDeadline(time.Now().Add(stepTime)) // not within one process, where nobody stops reading
		if err := json.NewEncoder(w).Encode(st); err != nil {
			cancel()
		}
		_ = control.Flush()
	}
	var told time.Time
	stage := ""
	step, err := do(ctx, func(st Step) {
		if now := s.c.Clock(); st.Reading != nil || st.Stage != stage || now.Sub(told) >= stepEvery {
			told, stage = now, st.Stage
			line(st)
		}
	})
	if err != nil {
		step = Step{Problem: s.problem(err)}
	}
	line(step)
}
