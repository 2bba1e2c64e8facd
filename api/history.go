package api

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/lists"
	"github.com/cordon-project/cordon/lists/held"
	"github.com/cordon-project/cordon/lists/history"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/screen"
	"github.com/cordon-project/cordon/screen/past"
)

// History is what was in force when, what waits to be, and what was answered. The
// node has it: see lists/history, lists/held and screen/past for what each refuses.
type History interface {
	Versions(ctx context.Context, v policy.Viewer, list string) ([]history.Version, error)
	// Diff compares what was in force at two moments; an empty from is the version
	// before that of to, an empty to is now.
	Diff(ctx context.Context, v policy.Viewer, list, from, to string) (ListDiff, error)
	// Files gives the files of the version of a moment, out of the archive.
	Files(ctx context.Context, v policy.Viewer, list, at string) ([]lists.File, error)

	Held(ctx context.Context, v policy.Viewer, all bool) ([]held.Item, error)
	// Release takes one person's word, and with the second's starts an import.
	Release(ctx context.Context, v policy.Viewer, id, by, why string) (item held.Item, job string, err error)
	Reject(ctx context.Context, v policy.Viewer, id, by, why string) (held.Item, error)

	// Record asks a question and records the run.
	Record(ctx context.Context, v policy.Viewer, q screen.Query) (screen.Answer, past.Run, error)
	Runs(ctx context.Context, v policy.Viewer, limit int) ([]past.Run, error)
	Replay(ctx context.Context, v policy.Viewer, id string) (past.Replayed, error)
}

// ListDiff is what two versions of a list do not have alike.
type ListDiff struct {
	From    *history.Version `json:"from,omitempty"` // nil for a list of nothing
	To      history.Version  `json:"to"`
	Added   int              `json:"added"`
	Changed int              `json:"changed"`
	Removed int              `json:"removed"`
	Changes []lists.Change   `json:"changes"`
}

// ReleasedItem is a held version after a person's word, with the import that lets
// it in once two have spoken.
type ReleasedItem struct {
	held.Item
	Job string `json:"job,omitempty" doc:"Id of the import, once two persons have released it"`
}

// Recorded is an answer with its run.
type Recorded struct {
	Run    past.Run      `json:"run"`
	Answer screen.Answer `json:"answer"`
}

// Word is what a person says of a held version.
type Word struct {
	By  string `json:"by" doc:"The person who decides"`
	Why string `json:"why" doc:"By what it is known"`
}

func (s *server) history() {
	type list struct {
		List string `path:"list" doc:"Key or short name"`
	}
	add(s, http.MethodGet, "/lists/{list}/history", "Every version of a list with both times: when it was so and when the node learned it", func(ctx context.Context, in *list) (*one[[]history.Version], error) {
		out, err := s.c.History.Versions(ctx, viewer(ctx), in.List)
		return &one[[]history.Version]{out}, err
	})
	type between struct {
		List string `path:"list" doc:"Key or short name"`
		From string `query:"from" doc:"Day or moment; without it the version before that of to"`
		To   string `query:"to" doc:"Day or moment; without it now"`
	}
	add(s, http.MethodGet, "/lists/{list}/diff", "What two versions of a list do not have alike, with the fields", func(ctx context.Context, in *between) (*one[ListDiff], error) {
		out, err := s.c.History.Diff(ctx, viewer(ctx), in.List, in.From, in.To)
		return &one[ListDiff]{out}, err
	})
	s.mux.HandleFunc("GET "+Base+"/lists/{list}/files/{n}", s.listFile)
	s.holding()
	s.runs()
}

func (s *server) holding() {
	type which struct {
		All bool `query:"all" doc:"Also those that were released or rejected"`
	}
	add(s, http.MethodGet, "/held", "List versions that wait for two persons, with their difference", func(ctx context.Context, in *which) (*one[[]held.Item], error) {
		out, err := s.c.History.Held(ctx, viewer(ctx), in.All)
		return &one[[]held.Item]{out}, err
	})
	type decide struct {
		ID   string `path:"id"`
		Body Word
	}
	add(s, http.MethodPost, "/held/{id}/release", "Say that a held version is right; the second person's word lets it in", func(ctx context.Context, in *decide) (*one[ReleasedItem], error) {
		item, job, err := s.c.History.Release(ctx, viewer(ctx), in.ID, said(ctx, in.Body.By), in.Body.Why)
		return &one[ReleasedItem]{ReleasedItem{item, job}}, err
	})
	add(s, http.MethodPost, "/held/{id}/reject", "Reject a held version", func(ctx context.Context, in *decide) (*one[held.Item], error) {
		item, err := s.c.History.Reject(ctx, viewer(ctx), in.ID, said(ctx, in.Body.By), in.Body.Why)
		return &one[held.Item]{item}, err
	})
}

// MaxRuns is how many runs one answer lists.
const MaxRuns = 1000

func (s *server) runs() {
	type question struct{ Body Question }
	add(s, http.MethodPost, "/runs", "Ask one question and record the run, so that it can be answered again", func(ctx context.Context, in *question) (*one[Recorded], error) {
		q, err := in.Body.query()
		if err != nil {
			return nil, err
		}
		a, run, err := s.c.History.Record(ctx, viewer(ctx), q)
		return &one[Recorded]{Recorded{run, a}}, err
	})
	type page struct {
		Limit int `query:"limit" minimum:"1" maximum:"1000" default:"100"`
	}
	add(s, http.MethodGet, "/runs", "The recorded runs, newest first", func(ctx context.Context, in *page) (*one[[]past.Run], error) {
		out, err := s.c.History.Runs(ctx, viewer(ctx), in.Limit)
		return &one[[]past.Run]{out}, err
	})
	type id struct {
		ID string `path:"id"`
	}
	add(s, http.MethodPost, "/runs/{id}/replay", "Answer a run again from the journal as it stood", func(ctx context.Context, in *id) (*one[past.Replayed], error) {
		out, err := s.c.History.Replay(ctx, viewer(ctx), in.ID)
		return &one[past.Replayed]{out}, err
	})
}

// listFile gives the bytes of a file of a version: the n-th, from 0. Its name and
// sha256 are in the header.
func (s *server) listFile(w http.ResponseWriter, r *http.Request) {
	files, err := s.c.History.Files(r.Context(), viewer(r.Context()), r.PathValue("list"), r.URL.Query().Get("date"))
	if err != nil {
		s.fail(w, err)
		return
	}
	n, err := strconv.Atoi(r.PathValue("n"))
	if err != nil || n < 0 || n >= len(files) {
		s.fail(w, errs.New(errs.NotFound, "the version has %d files", len(files)))
		return
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Content-Length", strconv.Itoa(len(files[n].Data)))
	w.Header().Set(HeaderFiles, strconv.Itoa(len(files)))
	w.Header().Set(HeaderName, url.QueryEscape(files[n].Name))
	w.Header().Set(HeaderSum, files[n].SHA256)
	_, _ = w.Write(files[n].Data)
}

// Headers of a file of a list.
const (
	HeaderFiles = "X-Cordon-Files"
	HeaderName  = "X-Cordon-Name"
	HeaderSum   = "X-Cordon-Sha256"
)
