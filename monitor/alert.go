package monitor

import (
	"cmp"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/match"
	"github.com/cordon-project/cordon/monitor/book"
	"github.com/cordon-project/cordon/record"
	"github.com/cordon-project/cordon/screen"
)

// State is where an alert stands.
type State string

// The states.
const (
	New       State = "new"       // nobody has looked at it
	InReview  State = "in-review" // somebody has taken it
	Cleared   State = "cleared"   // the customer is not the listed party
	Confirmed State = "confirmed" // the customer is the listed party
	Lapsed    State = "lapsed"    // the entry is gone, or no longer meets the customer
)

// States are all states.
var States = []State{New, InReview, Cleared, Confirmed, Lapsed}

// Validate returns errs.Invalid for a state that there is not.
func (s State) Validate() error {
	if slices.Contains(States, s) {
		return nil
	}
	return errs.New(errs.Invalid, "there is no state of an alert called %q", s).WithHint("Use new, in-review, cleared, confirmed or lapsed.")
}

// Open reports whether somebody has to decide.
func (s State) Open() bool { return s == New || s == InReview }

// Severity says how urgent an alert is.
type Severity string

// The severities.
const (
	Critical Severity = "critical" // an identifier of a party's own
	High     Severity = "high"     // a whole name that a list has in force, at the precision threshold or above
	Medium   Severity = "medium"   // any other name at the threshold of the book
	Low      Severity = "low"      // nothing that a list has in force
)

// DefaultDue is how long each severity has until somebody should have decided.
var DefaultDue = map[Severity]time.Duration{Critical: 24 * time.Hour, High: 3 * 24 * time.Hour, Medium: 7 * 24 * time.Hour, Low: 30 * 24 * time.Hour}

// What an event of an alert is.
const (
	Raised   = "raised"
	Changed  = "changed" // the entry or the customer changed, and they still meet
	Took     = "took"
	Assigned = "assigned"
	Dated    = "dated"
	Noted    = "noted"
	Decided  = "decided"
	Reopened = "reopened"
	Gone     = "gone" // they do not meet any more
)

// ByCordon is who does what nobody has decided.
const ByCordon = "cordon"

// Event is one step of an alert's history.
type Event struct {
	At    time.Time `json:"at"`
	By    string    `json:"by"`
	What  string    `json:"what"`
	State State     `json:"state"` // after it
	Why   string    `json:"why,omitempty"`
	Seq   int64     `json:"seq,omitempty"` // journal sequence that it stands on, of what Cordon does
}

// Evidence is what an alert stands on.
type Evidence struct {
	Candidate screen.Candidate `json:"candidate"` // score, probability, reasons, listings
	Name      int              `json:"name"`      // which of the customer's names was met, from 1; 0 for an identifier
	Version   string           `json:"version"`   // of the party's object
	Entry     string           `json:"entry"`     // hash of the entry as it was: party, listings and their states
	Customer  string           `json:"customer"`  // keyed hash of what was known of the customer
	Lists     []screen.Checked `json:"lists"`     // that were looked through, with their dates
	Stands    screen.Stands    `json:"stands"`    // journal sequence, rules, profile, software, time
}

// Alert says that a customer may be a listed party.
type Alert struct {
	ID        string    `json:"id"`   // keyed hash: tells neither of whom it is about
	Book      string    `json:"book"` // id of the book
	Reference string    `json:"reference"`
	Party     string    `json:"party"` // object id
	Title     string    `json:"title"` // of the party
	State     State     `json:"state"`
	Severity  Severity  `json:"severity"`
	Owner     string    `json:"owner,omitempty"`    // who answers for it
	Reviewer  string    `json:"reviewer,omitempty"` // who has taken it
	Opened    time.Time `json:"opened"`             // the last time that it became open
	Due       time.Time `json:"due"`
	Reason    string    `json:"reason,omitempty"` // of the decision in force
	DecidedBy string    `json:"decided_by,omitempty"`
	// Until is when a cleared alert is opened again, zero for when something
	// changes; Clearance the clearance that cleared it, "" for a person.
	Until     time.Time `json:"until,omitzero"`
	Clearance string    `json:"clearance,omitempty"`
	Evidence  Evidence  `json:"evidence"`
	History   []Event   `json:"history"` // oldest first
}

// Overdue reports whether an open alert is past its deadline.
func (a *Alert) Overdue(now time.Time) bool { return a.State.Open() && now.After(a.Due) }

// MaxReason is the longest reason or note, in bytes.
const MaxReason = 4 << 10

// maxHistory is the most steps that an alert keeps; the oldest after the first
// make room, and that is said.
const maxHistory = 500

// keyed is a hash that nobody can make who does not have the book.
func keyed(salt string, parts ...string) string {
	h := hmac.New(sha256.New, []byte(salt))
	h.Write([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(h.Sum(nil))
}

func alertID(h book.Head, reference, party string) string {
	return "alert-" + keyed(h.Salt, "alert", reference, party)[:24]
}

// step adds an event.
func (a *Alert) step(e Event) {
	a.State = e.State
	a.History = append(a.History, e)
	if n := len(a.History); n > maxHistory {
		a.History = slices.Delete(a.History, 1, n-maxHistory+1)
	}
}

// open makes an alert one that somebody has to decide on.
func (a *Alert) open(what, why string, now time.Time, seq int64, due map[Severity]time.Duration) {
	a.Opened, a.Due = now, now.Add(due[a.Severity])
	a.Reason, a.DecidedBy, a.Reviewer, a.Until, a.Clearance = "", "", "", time.Time{}, ""
	a.step(Event{At: now, By: ByCordon, What: what, State: New, Why: why, Seq: seq})
}

// decide closes an alert.
func (a *Alert) decide(s State, by, why string, now time.Time) {
	a.Reason, a.DecidedBy = why, by
	a.step(Event{At: now, By: by, What: Decided, State: s, Why: why})
}

// severityOf says how urgent a candidate is.
func severityOf(c screen.Candidate, p *match.Params) Severity {
	inForce := slices.ContainsFunc(c.Listings, func(l screen.Listing) bool { return l.Status != record.Removed })
	precise, _ := p.Profile(match.Precision)
	switch {
	case c.Matched.How == "identifier":
		return Critical
	case !inForce:
		return Low
	case c.Score >= precise.Threshold && match.How(c.Matched.How).Full():
		return High
	}
	return Medium
}

// entryOf is a hash of what a decision about an entry rests on: the version of the
// party's object and which listings it has, in which state, under which
// programmes.
func entryOf(version string, all []screen.Listing) string {
	parts := []string{version}
	for _, l := range all {
		parts = append(parts, strings.Join([]string{l.Designation, l.Status, strings.Join(l.Programmes, "\x02")}, "\x01"))
	}
	slices.Sort(parts[1:])
	h := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(h[:16])
}

// person checks who decides and why.
func person(by, why string, needed bool) error {
	switch {
	case strings.TrimSpace(by) == "":
		return errs.New(errs.Invalid, "it is not said who does this").WithHint("Give the person: --by NAME.")
	case strings.EqualFold(strings.TrimSpace(by), ByCordon):
		return errs.New(errs.Invalid, "%q is the name for what nobody has decided", ByCordon)
	case len(by) > book.MaxBookName || unfit(by):
		return errs.New(errs.Invalid, "the name of the person is longer than %d bytes, no UTF-8 or holds control characters", book.MaxBookName)
	case needed && strings.TrimSpace(why) == "":
		return errs.New(errs.Invalid, "the reason is missing").WithHint("Say by what it is known.")
	case len(why) > MaxReason || unfit(strings.ReplaceAll(why, "\n", " ")):
		return errs.New(errs.Invalid, "the reason is longer than %d bytes, no UTF-8 or holds control characters", MaxReason)
	}
	return nil
}

func unfit(s string) bool { return !utf8.ValidString(s) || strings.ContainsFunc(s, unicode.IsControl) }

// Step is what a person does to an alert.
type Step struct {
	Do    string    `json:"do" enum:"take,assign,due,note,clear,confirm,reopen"`
	By    string    `json:"by" doc:"Who does it"`
	Why   string    `json:"why,omitempty" doc:"Of note, clear, confirm and reopen"`
	Owner string    `json:"owner,omitempty" doc:"Of assign: whose it is from now on"`
	Due   time.Time `json:"due,omitzero" doc:"Of due: the last moment to decide"`
	Until time.Time `json:"until,omitzero" doc:"Of clear: when it is to be looked at again; without it when something changes"`
}

// MaxClearedDays is for how long an alert can be cleared until a day.
const MaxClearedDays = 400

// steps are what can be done, with the states that it can be done in.
var steps = map[string][]State{
	"take": {New, InReview}, "assign": States, "due": {New, InReview}, "note": States,
	"clear": {New, InReview}, "confirm": {New, InReview}, "reopen": {Cleared, Confirmed, Lapsed},
}

// do applies a step of a person. Errors: errs.Invalid, and errs.Conflict for a
// step that the state does not have.
func (a *Alert) do(s Step, now time.Time) error {
	in, ok := steps[s.Do]
	if !ok {
		return errs.New(errs.Invalid, "an alert cannot be %q", s.Do).WithHint("Use take, assign, due, note, clear, confirm or reopen.")
	}
	if err := person(s.By, s.Why, slices.Contains([]string{"note", "clear", "confirm", "reopen"}, s.Do)); err != nil {
		return err
	}
	if !slices.Contains(in, a.State) {
		return errs.New(errs.Conflict, "the alert is %s; this cannot be done to it", a.State).WithHint("cordon alert show %s tells its history.", a.ID)
	}
	by, why := strings.TrimSpace(s.By), strings.TrimSpace(s.Why)
	switch s.Do {
	case "take":
		a.Reviewer = by
		a.step(Event{At: now, By: by, What: Took, State: InReview, Why: why})
	case "assign":
		if err := person(s.Owner, "", false); err != nil {
			return err
		}
		a.Owner = strings.TrimSpace(s.Owner)
		a.step(Event{At: now, By: by, What: Assigned, State: a.State, Why: cmp.Or(why, "to "+a.Owner)})
	case "due":
		if s.Due.IsZero() {
			return errs.New(errs.Invalid, "the deadline is missing").WithHint("Write it as 2026-12-31.")
		}
		a.Due = s.Due.UTC()
		a.step(Event{At: now, By: by, What: Dated, State: a.State, Why: cmp.Or(why, "until "+a.Due.Format(time.DateOnly))})
	case "note":
		a.step(Event{At: now, By: by, What: Noted, State: a.State, Why: why})
	case "clear":
		return a.clear(by, why, s.Until, now)
	case "confirm":
		a.decide(Confirmed, by, why, now)
	case "reopen":
		a.Opened, a.Reviewer, a.Reason, a.DecidedBy, a.Until, a.Clearance = now, by, "", "", time.Time{}, ""
		a.step(Event{At: now, By: by, What: Reopened, State: InReview, Why: why})
	}
	return nil
}

func (a *Alert) clear(by, why string, until, now time.Time) error {
	switch {
	case until.IsZero():
	case !until.After(now):
		return errs.New(errs.Invalid, "the day on which it is to be looked at again lies in the past").WithHint("Give a later day, or none.")
	case until.After(now.AddDate(0, 0, MaxClearedDays)):
		return errs.New(errs.Invalid, "the day on which it is to be looked at again is more than %d days away", MaxClearedDays)
	}
	a.Until = until
	a.decide(Cleared, by, why, now)
	return nil
}

// meets takes over what a screening has found and reports whether the alert
// became one to decide on, and whether anything of it changed at all.
func (a *Alert) meets(e Evidence, now time.Time, due map[Severity]time.Duration, p *match.Params) (opened, changed bool) {
	was := a.Evidence
	entry, customer := was.Entry != e.Entry, was.Customer != e.Customer
	clearance := ""
	if c := e.Candidate.Cleared; c != nil {
		clearance = c.ID
	}
	// A decision keeps the evidence that it was made on; what nobody has decided
	// on follows: how many others bear the name changes with other entries.
	news := was.Stands.Rules != e.Stands.Rules || a.State.Open() && weight(was.Candidate) != weight(e.Candidate)
	if !entry && !customer && a.Clearance == clearance && a.State != Lapsed && !a.expired(now) && !news {
		return false, false
	}
	a.Evidence, a.Title, a.Severity = e, e.Candidate.Title, severityOf(e.Candidate, p)
	why := "how many listed parties bear the name changed"
	switch {
	case entry:
		why = "the listed entry changed"
	case customer:
		why = "what is known of the customer changed"
	case a.State == Lapsed:
		why = "they meet again"
	case a.expired(now):
		why = "the day until which it was cleared has come"
	case a.Clearance != "" && clearance == "":
		why = "the clearance is not in force any more"
	case was.Stands.Rules != e.Stands.Rules:
		why = "the rules of screening changed"
	}
	switch {
	case clearance != "" && a.State != Confirmed:
		a.byClearance(e, now)
		return false, true
	case a.State == Lapsed, a.expired(now), a.State == Cleared && (entry || customer || a.Clearance != clearance):
		a.open(Reopened, why, now, e.Stands.Seq, due)
		return true, true
	}
	if soon := now.Add(due[a.Severity]); a.State.Open() && soon.Before(a.Due) {
		a.Due = soon // it has become more urgent
	}
	a.step(Event{At: now, By: ByCordon, What: Changed, State: a.State, Why: why, Seq: e.Stands.Seq})
	return false, true
}

// says is what a candidate was met by and how much that is.
type says struct {
	text, how   string
	score       float64
	probability screen.Interval
}

func weight(c screen.Candidate) says {
	return says{c.Matched.Text, c.Matched.How, c.Score, c.Probability}
}

func (a *Alert) expired(now time.Time) bool {
	return a.State == Cleared && !a.Until.IsZero() && !now.Before(a.Until)
}

// byClearance clears an alert by what two people have decided (package
// screen/clearance).
func (a *Alert) byClearance(e Evidence, now time.Time) {
	c := e.Candidate.Cleared
	if a.State == Cleared && a.Clearance == c.ID {
		a.step(Event{At: now, By: ByCordon, What: Changed, State: Cleared, Why: "clearance " + c.ID + " still covers it", Seq: e.Stands.Seq})
		return
	}
	a.Until, a.Clearance = c.Until, c.ID
	a.decide(Cleared, c.Author+", "+c.ConfirmedBy, c.Reason, now)
}

// gone notes that a screening did not find it any more, and reports whether that
// is news.
func (a *Alert) gone(now time.Time, seq int64) bool {
	const why = "no list has the entry in force, or it does not meet the customer any more"
	switch a.State {
	case Lapsed:
		return false
	case Confirmed: // what people have confirmed they have to undo
		if a.History[len(a.History)-1].What == Gone {
			return false
		}
		a.step(Event{At: now, By: ByCordon, What: Gone, State: Confirmed, Why: why, Seq: seq})
		return true
	}
	a.step(Event{At: now, By: ByCordon, What: Gone, State: Lapsed, Why: why, Seq: seq})
	return true
}
