package web

import (
	"net/http"
	"slices"
	"strconv"

	"github.com/cordon-project/cordon/intake"
	"github.com/cordon-project/cordon/journal"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/record"
)

type listsPage struct {
	F     frame
	Lists []record.ListVersion
}

func (s *Server) lists(w http.ResponseWriter, v *visit) error {
	p := &listsPage{F: s.frame(v, "lists")}
	p.F.Title = v.say.Plain("lists.title")
	var err error
	if p.Lists, err = s.c.Desk.Lists(v.Context(), *v.viewer); err != nil {
		return err
	}
	return s.render(w, v, http.StatusOK, "lists", p)
}

type journalPage struct {
	F       frame
	Entries []journal.Entry // newest first
	Head    int64
	Upto    int64 // the page shows sequence numbers up to this
	From    int64
	Older   int64 // Upto of the page before, 0 for none
	Newer   int64
	Note    string
	Covers  int64 // entries under the checkpoint
	Refused int   // objects in the quarantine
}

// entriesOnPage is how many sequence numbers one page of the journal spans.
const entriesOnPage = 50

func (s *Server) journal(w http.ResponseWriter, v *visit) error {
	head, err := s.c.Objects.Head(v.Context())
	if err != nil {
		return err
	}
	p := &journalPage{F: s.frame(v, "journal"), Head: head, Upto: head}
	p.F.Title = v.say.Plain("journal.title")
	if n, err := strconv.ParseInt(v.URL.Query().Get("upto"), 10, 64); err == nil && n > 0 && n < head {
		p.Upto = n
		p.Newer = min(head, n+entriesOnPage)
	}
	p.From = max(0, p.Upto-entriesOnPage)
	p.Older = p.From
	query := journal.Query{After: p.From, Limit: entriesOnPage, Purpose: policy.Reading}
	for e, err := range s.c.Objects.Scan(v.Context(), *v.viewer, query) {
		if err != nil {
			return err
		}
		if e.Seq > p.Upto {
			break
		}
		p.Entries = append(p.Entries, e)
		p.F.mark(e.Label)
	}
	slices.Reverse(p.Entries)
	if p.Note, p.Covers, err = s.c.Desk.Checkpoint(v.Context()); err != nil {
		return err
	}
	if _, p.Refused, err = s.c.Desk.Quarantine(v.Context(), *v.viewer, 1); err != nil {
		return err
	}
	return s.render(w, v, http.StatusOK, "journal", p)
}

type quarantinePage struct {
	F       frame
	Refused []intake.Refused
	Total   int
}

const refusedOnPage = 200

func (s *Server) quarantine(w http.ResponseWriter, v *visit) error {
	p := &quarantinePage{F: s.frame(v, "journal")}
	p.F.Title = v.say.Plain("quarantine.title")
	var err error
	if p.Refused, p.Total, err = s.c.Desk.Quarantine(v.Context(), *v.viewer, refusedOnPage); err != nil {
		return err
	}
	return s.render(w, v, http.StatusOK, "quarantine", p)
}

type helpPage struct {
	F    frame
	Keys []key
}

// A key is one key of the keyboard and what it does.
type key struct{ Key, Does string }

// keys are the keys that static/cordon.js listens to, and those of the browser
// that matter here.
var keys = []key{{"/", "box"}, {"↓", "next"}, {"↑", "previous"}, {"Enter", "open"}, {"a", "accept"}, {"r", "reject"}, {"?", "help"}}

func (s *Server) help(w http.ResponseWriter, v *visit) error {
	if viewer, ok := s.viewer(v.Context()); ok {
		v.viewer = &viewer
	}
	p := &helpPage{F: s.frame(v, "help"), Keys: keys}
	p.F.Title = v.say.Plain("help.title")
	return s.render(w, v, http.StatusOK, "help", p)
}
