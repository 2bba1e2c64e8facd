package holdings

import (
	"net/http"
	"slices"
	"strconv"

	"github.com/cordon-project/cordon/intake"
	"github.com/cordon-project/cordon/journal"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/record"
	"github.com/cordon-project/cordon/web"
)

type listsPage struct {
	F     web.Frame
	Lists []record.ListVersion
	Held  int // versions that wait for two persons
}

func (s *pages) lists(w http.ResponseWriter, v *web.Visit) error {
	p := &listsPage{F: s.Frame(v, "lists")}
	p.F.Title = v.Say.Plain("lists.title")
	var err error
	if p.Lists, err = s.c.Desk.Lists(v.Context(), *v.Viewer); err != nil {
		return err
	}
	if p.Held, err = s.waiting(v); err != nil {
		return err
	}
	return s.Render(w, v, http.StatusOK, "lists", p)
}

type journalPage struct {
	F       web.Frame
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

func (s *pages) journal(w http.ResponseWriter, v *web.Visit) error {
	head, err := s.c.Objects.Head(v.Context())
	if err != nil {
		return err
	}
	p := &journalPage{F: s.Frame(v, "journal"), Head: head, Upto: head}
	p.F.Title = v.Say.Plain("journal.title")
	if n, err := strconv.ParseInt(v.URL.Query().Get("upto"), 10, 64); err == nil && n > 0 && n < head {
		p.Upto = n
		p.Newer = min(head, n+entriesOnPage)
	}
	p.From = max(0, p.Upto-entriesOnPage)
	p.Older = p.From
	query := journal.Query{After: p.From, Limit: entriesOnPage, Purpose: policy.Reading}
	for e, err := range s.c.Objects.Scan(v.Context(), *v.Viewer, query) {
		if err != nil {
			return err
		}
		if e.Seq > p.Upto {
			break
		}
		p.Entries = append(p.Entries, e)
		p.F.Mark(e.Label)
	}
	slices.Reverse(p.Entries)
	if p.Note, p.Covers, err = s.c.Desk.Checkpoint(v.Context()); err != nil {
		return err
	}
	if _, p.Refused, err = s.c.Desk.Quarantine(v.Context(), *v.Viewer, 1); err != nil {
		return err
	}
	return s.Render(w, v, http.StatusOK, "journal", p)
}

type quarantinePage struct {
	F       web.Frame
	Refused []intake.Refused
	Total   int
}

const refusedOnPage = 200

func (s *pages) quarantine(w http.ResponseWriter, v *web.Visit) error {
	p := &quarantinePage{F: s.Frame(v, "journal")}
	p.F.Title = v.Say.Plain("quarantine.title")
	var err error
	if p.Refused, p.Total, err = s.c.Desk.Quarantine(v.Context(), *v.Viewer, refusedOnPage); err != nil {
		return err
	}
	return s.Render(w, v, http.StatusOK, "quarantine", p)
}
