package clearance

import (
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/script"
	"github.com/cordon-project/cordon/stix"
)

// Limits of a proposal.
const (
	MaxDays   = 400     // from proposal to end
	MaxReason = 4 << 10 // bytes
	MaxText   = 4 << 10 // bytes of any other text, which is a name of 1,024 characters
)

// Kind says what an event does.
type Kind string

// The kinds of event.
const (
	Propose  Kind = "propose"
	Confirm  Kind = "confirm"
	Withdraw Kind = "withdraw"
)

// State is where a clearance stands at a time.
type State string

// The states. Only one that is in force says anything about a candidate.
const (
	Proposed  State = "proposed" // nobody has confirmed it yet
	InForce   State = "in-force"
	Expired   State = "expired"   // its end has come, confirmed or not
	Withdrawn State = "withdrawn" // somebody took it back
	Lapsed    State = "lapsed"    // it was in force, and the party's object has changed since it was looked at
)

// Proposal says that a question is not a party. Of Name and Reference at least
// one is given; when both are, both have to agree.
type Proposal struct {
	Name      string    // as asked, or its key: it is folded by [Key]
	Reference string    // the customer's own id
	Party     string    // object id
	Version   string    // of the party's object that was looked at
	Reason    string    // why it is not that party
	Author    string    // who says so
	Until     time.Time // when it ends
}

// Event is one line of the file.
type Event struct {
	Prev      string    `json:"prev"` // sha256 of the line before, in hex
	ID        string    `json:"id"`   // of the clearance
	Kind      Kind      `json:"kind"`
	At        time.Time `json:"at"`
	By        string    `json:"by"`
	Reason    string    `json:"reason,omitempty"` // of a proposal or a withdrawal
	Key       string    `json:"key,omitempty"`    // this and what follows: of a proposal
	Reference string    `json:"reference,omitempty"`
	Party     string    `json:"party,omitempty"`
	Version   string    `json:"version,omitempty"`
	Until     time.Time `json:"until,omitzero"`
}

// Clearance is one proposal with all that became of it.
type Clearance struct {
	ID          string    `json:"id"`
	Key         string    `json:"key,omitempty"` // the name that it is about, folded; "" for any
	Reference   string    `json:"reference,omitempty"`
	Party       string    `json:"party"`
	Version     string    `json:"version"`
	Reason      string    `json:"reason"`
	Author      string    `json:"author"`
	ProposedAt  time.Time `json:"proposed_at"`
	Until       time.Time `json:"until"` // it is in force before this moment
	ConfirmedBy string    `json:"confirmed_by,omitempty"`
	ConfirmedAt time.Time `json:"confirmed_at,omitzero"`
	WithdrawnBy string    `json:"withdrawn_by,omitempty"`
	WithdrawnAt time.Time `json:"withdrawn_at,omitzero"`
	Withdrawal  string    `json:"withdrawal,omitempty"` // why it was withdrawn
	State       State     `json:"state"`                // at the time asked for
	History     []Event   `json:"history"`              // oldest first
}

// Key folds a name as clearances compare it: two names of one key are one
// question.
func Key(name string) string { return script.Fold(name).Key() }

// At returns where the clearance stood at a time, as far as it is known without
// the party's version.
func (c Clearance) At(t time.Time) State {
	switch {
	case c.WithdrawnBy != "" && !t.Before(c.WithdrawnAt):
		return Withdrawn
	case !t.Before(c.Until):
		return Expired
	case c.ConfirmedBy != "" && !t.Before(c.ConfirmedAt):
		return InForce
	}
	return Proposed
}

// with returns the state in view of the party's version, "" for not known.
func (c Clearance) with(version string, t time.Time) State {
	s := c.At(t)
	if s == InForce && version != "" && version != c.Version {
		return Lapsed
	}
	return s
}

// about reports whether the clearance is about a question.
func (c Clearance) about(key, reference string) bool {
	return (c.Key == "" || c.Key == key) && (c.Reference == "" || c.Reference == reference)
}

// event is the proposal as an event without its id and chain.
func (p Proposal) event(at time.Time) (Event, error) {
	e := Event{
		Kind: Propose, At: at, By: strings.TrimSpace(p.Author), Reason: strings.TrimSpace(p.Reason), Key: Key(p.Name),
		Reference: strings.TrimSpace(p.Reference), Party: p.Party, Version: p.Version, Until: p.Until.UTC(),
	}
	if strings.TrimSpace(p.Name) != "" && e.Key == "" {
		return Event{}, errs.New(errs.Invalid, "the name has nothing in it by which names can be compared").WithHint("Give the name that was asked for, or the customer's reference.")
	}
	if p.Until.IsZero() {
		e.Until = time.Time{}
	}
	return e, e.validate()
}

// validate checks what an event says by itself, whoever wrote it.
func (e Event) validate() error {
	if e.At.IsZero() {
		return errs.New(errs.Invalid, "the time is missing")
	}
	for _, t := range []string{e.By, e.Key, e.Reference, e.Party, e.Version} {
		if len(t) > MaxText || unfit(t) || strings.ContainsAny(t, "\r\n\t") {
			return errs.New(errs.Invalid, "a text is longer than %d bytes, no UTF-8 or holds control characters", MaxText)
		}
	}
	if len(e.Reason) > MaxReason || unfit(e.Reason) {
		return errs.New(errs.Invalid, "the reason is longer than %d bytes, no UTF-8 or holds control characters", MaxReason)
	}
	if person(e.By) == "" {
		return errs.New(errs.Invalid, "it is not said who says so").WithHint("Give the person who decides.")
	}
	switch e.Kind {
	case Confirm:
		return nil
	case Withdraw:
		return e.reasoned("Say why it is withdrawn.")
	case Propose:
		return e.proposes()
	}
	return errs.New(errs.Invalid, "there is no event of kind %q", e.Kind)
}

func (e Event) reasoned(hint string) error {
	if strings.TrimSpace(e.Reason) == "" {
		return errs.New(errs.Invalid, "the reason is missing").WithHint("%s", hint)
	}
	return nil
}

func (e Event) proposes() error {
	if err := e.reasoned("Say by what it is known that this is not the party: a passport that was seen, a date of birth, a photograph."); err != nil {
		return err
	}
	switch {
	case e.Key == "" && e.Reference == "":
		return errs.New(errs.Invalid, "it is not said what is cleared").WithHint("Give the name that was asked for, or the customer's reference.")
	case !stix.ValidID(e.Party):
		return errs.New(errs.Invalid, "the party is no object id").WithHint("Give the id of the candidate, such as identity--… with its UUID.")
	case e.Version == "":
		return errs.New(errs.Invalid, "the version of the party that was looked at is missing").WithHint("Give the version that the answer showed.")
	case e.Until.IsZero():
		return errs.New(errs.Invalid, "the end is missing").WithHint("Give the day on which it is to be looked at again, within %d days.", MaxDays)
	case !e.Until.After(e.At):
		return errs.New(errs.Invalid, "the end lies in the past").WithHint("Give a day within the next %d days.", MaxDays)
	case e.Until.After(e.At.AddDate(0, 0, MaxDays)):
		return errs.New(errs.Invalid, "the end is more than %d days away", MaxDays).WithHint("Give an earlier day; it can be proposed again then.")
	}
	return nil
}

func unfit(s string) bool {
	return !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' && r != '\r' })
}

// person folds who somebody is: letters in either case or width, white space
// and characters that cannot be seen make no second person.
func person(s string) string {
	s = norm.NFKC.String(cases.Fold().String(norm.NFKC.String(s)))
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, s)
}

// confirm and withdraw check an event against what is known of its clearance and
// return the clearance with it.
func (c Clearance) confirm(e Event) (Clearance, error) {
	if err := c.alive(e.At); err != nil {
		return c, err
	}
	if c.ConfirmedBy != "" {
		return c, errs.New(errs.Conflict, "it was confirmed already, by %s", c.ConfirmedBy).WithHint("Nothing is left to do.")
	}
	if person(e.By) == person(c.Author) {
		return c, errs.New(errs.Denied, "the author of a proposal cannot confirm it").WithHint("Ask a second person to look at it and to confirm it.")
	}
	c.ConfirmedBy, c.ConfirmedAt = e.By, e.At
	return c.after(e), nil
}

func (c Clearance) withdraw(e Event) (Clearance, error) {
	if err := c.alive(e.At); err != nil {
		return c, err
	}
	c.WithdrawnBy, c.WithdrawnAt, c.Withdrawal = e.By, e.At, e.Reason
	return c.after(e), nil
}

func (c Clearance) after(e Event) Clearance {
	c.History = append(slices.Clip(c.History), e)
	return c
}

func (c Clearance) alive(at time.Time) error {
	switch {
	case c.WithdrawnBy != "":
		return errs.New(errs.Conflict, "it was withdrawn by %s", c.WithdrawnBy).WithHint("Propose it anew if it is to hold.")
	case !at.Before(c.Until):
		return errs.New(errs.Conflict, "it ended on %s", c.Until.Format(time.DateOnly)).WithHint("Propose it anew if it is to hold.")
	}
	return nil
}

func proposed(e Event) Clearance {
	return Clearance{
		ID: e.ID, Key: e.Key, Reference: e.Reference, Party: e.Party, Version: e.Version, Reason: e.Reason, Author: e.By,
		ProposedAt: e.At, Until: e.Until, History: []Event{e},
	}
}
