package record

import (
	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/stix"
)

// Meeting is one sitting, statement or publication of a forum: the object type
// cordon-meeting.
type Meeting struct {
	ID           string
	Forum        string
	Kind         string // meeting, summit, statement, report, briefing, vote, founding
	Number       int    // the forum's own count, 0 when it has none
	Starts       Date
	Ends         Date
	Place        string
	Hosts        []string
	Heads        []Head // heads of delegation
	Participants string
	Status       string // planned, held, published, not-found
	StatedOn     Date   // date of the source
	Remarks      string
	URL          string
	Wheres       []Where
	Created      string
	Modified     string
}

// Head is the head of one delegation.
type Head struct {
	Nation string // ISO 3166-1 alpha-2
	Name   string
	Office string
}

// Object writes the meeting as a cordon-meeting.
func (t Meeting) Object(m Meta) stix.Object {
	o, p := m.own(MeetingType, t.ID, t.Created, t.Modified, t.Wheres)
	p.str("forum", t.Forum)
	p.str("kind", t.Kind)
	p.num("number", t.Number)
	p.str("starts_on", string(t.Starts))
	p.str("ends_on", string(t.Ends))
	p.str("place", t.Place)
	p.strs("hosts", t.Hosts)
	p.list("heads", listOf(t.Heads, func(h *Head) props {
		v := make(props, 3)
		v.str("nation", h.Nation)
		v.str("name", h.Name)
		v.str("office", h.Office)
		return v
	}))
	p.str("participants", t.Participants)
	p.str("status", t.Status)
	p.str("stated_on", string(t.StatedOn))
	p.str("remarks", t.Remarks)
	p.str("source_url", t.URL)
	return o
}

// MeetingOf reads a cordon-meeting.
func MeetingOf(o stix.Object) (Meeting, error) {
	r, wheres := open(o, MeetingType)
	if r.err != nil {
		return Meeting{}, r.err
	}
	t := Meeting{
		ID:     r.str(o, "id"),
		Forum:  r.str(o, "forum"),
		Kind:   r.str(o, "kind"),
		Number: r.num(o, "number"),
		Starts: Date(r.str(o, "starts_on")),
		Ends:   Date(r.str(o, "ends_on")),
		Place:  r.str(o, "place"),
		Hosts:  r.strs(o, "hosts"),
		Heads: structs(r, o, "heads", func(m map[string]any) Head {
			return Head{Nation: r.str(m, "nation"), Name: r.str(m, "name"), Office: r.str(m, "office")}
		}),
		Participants: r.str(o, "participants"),
		Status:       r.str(o, "status"),
		StatedOn:     Date(r.str(o, "stated_on")),
		Remarks:      r.str(o, "remarks"),
		URL:          r.str(o, "source_url"),
		Wheres:       wheres,
		Created:      r.str(o, "created"),
		Modified:     r.str(o, "modified"),
	}
	return t, r.err
}

// Validate checks the forum, the kind, the state and the dates.
func (t Meeting) Validate() error {
	if t.Number < 0 {
		return errs.New(errs.Invalid, "meeting %s has a negative number", t.ID)
	}
	return first(need("meeting id", t.ID), need("forum of the meeting", t.Forum),
		oneOf("kind of meeting", t.Kind, "meeting", "summit", "statement", "report", "briefing", "vote", "founding"),
		oneOf("status of the meeting", t.Status, "planned", "held", "published", "not-found"),
		Period{t.Starts, t.Ends}.Validate(), t.StatedOn.Validate())
}

// Commitment is a promise made in a forum: the object type cordon-commitment.
type Commitment struct {
	ID         string
	Forum      string
	Meeting    string // id of the meeting that made it, "" when not known
	MadeOn     Date
	Text       string // what was promised, in Cordon's words
	Kind       string // action, institution, recurrence, meeting, request, topic
	Owners     []string
	Measurable string // yes, partly, no
	Measure    string // by what it can be told whether it is kept
	DueOn      Date
	Status     string // open, in-progress, evidence, done, no-evidence, unknown, not-applicable
	Evidence   []Evidence
	StatedOn   Date
	Remarks    string
	URL        string
	Wheres     []Where
	Created    string
	Modified   string
}

// Evidence is what speaks for a commitment having been kept.
type Evidence struct {
	Text string
	URL  string
	Date Date
}

// Object writes the commitment as a cordon-commitment.
func (c Commitment) Object(m Meta) stix.Object {
	o, p := m.own(CommitmentType, c.ID, c.Created, c.Modified, c.Wheres)
	p.str("forum", c.Forum)
	p.str("meeting_ref", c.Meeting)
	p.str("made_on", string(c.MadeOn))
	p.str("text", c.Text)
	p.str("kind", c.Kind)
	p.strs("owners", c.Owners)
	p.str("measurable", c.Measurable)
	p.str("measure", c.Measure)
	p.str("due_on", string(c.DueOn))
	p.str("status", c.Status)
	p.list("evidence", listOf(c.Evidence, func(e *Evidence) props {
		v := make(props, 3)
		v.str("text", e.Text)
		v.str("url", e.URL)
		v.str("date", string(e.Date))
		return v
	}))
	p.str("stated_on", string(c.StatedOn))
	p.str("remarks", c.Remarks)
	p.str("source_url", c.URL)
	return o
}

// CommitmentOf reads a cordon-commitment.
func CommitmentOf(o stix.Object) (Commitment, error) {
	r, wheres := open(o, CommitmentType)
	if r.err != nil {
		return Commitment{}, r.err
	}
	c := Commitment{
		ID:         r.str(o, "id"),
		Forum:      r.str(o, "forum"),
		Meeting:    r.str(o, "meeting_ref"),
		MadeOn:     Date(r.str(o, "made_on")),
		Text:       r.str(o, "text"),
		Kind:       r.str(o, "kind"),
		Owners:     r.strs(o, "owners"),
		Measurable: r.str(o, "measurable"),
		Measure:    r.str(o, "measure"),
		DueOn:      Date(r.str(o, "due_on")),
		Status:     r.str(o, "status"),
		Evidence: structs(r, o, "evidence", func(m map[string]any) Evidence {
			return Evidence{Text: r.str(m, "text"), URL: r.str(m, "url"), Date: Date(r.str(m, "date"))}
		}),
		StatedOn: Date(r.str(o, "stated_on")),
		Remarks:  r.str(o, "remarks"),
		URL:      r.str(o, "source_url"),
		Wheres:   wheres,
		Created:  r.str(o, "created"),
		Modified: r.str(o, "modified"),
	}
	return c, r.err
}

// Validate checks the promise, its kind and state, and the dates.
func (c Commitment) Validate() error {
	for _, e := range c.Evidence {
		if err := first(need("evidence", e.Text), e.Date.Validate()); err != nil {
			return err
		}
	}
	return first(need("commitment id", c.ID), need("forum of the commitment", c.Forum), need("text of the commitment", c.Text),
		oneOf("kind of commitment", c.Kind, "action", "institution", "recurrence", "meeting", "request", "topic"),
		oneOf("measurable", c.Measurable, "yes", "partly", "no"),
		oneOf("status of the commitment", c.Status, "open", "in-progress", "evidence", "done", "no-evidence", "unknown", "not-applicable"),
		c.MadeOn.Validate(), c.DueOn.Validate(), c.StatedOn.Validate())
}
