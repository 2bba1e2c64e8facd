package held

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/lists"
)

// State is where a held version stands.
type State string

// The states.
const (
	Waiting  State = "waiting"  // nobody has said a word for it
	Proposed State = "proposed" // one person has: another one is needed
	Released State = "released" // two have
	Rejected State = "rejected"
)

// Input is one archived file of a held version.
type Input struct {
	Name   string `json:"name"` // as it came
	SHA256 string `json:"sha256"`
	URL    string `json:"url,omitempty"`
}

// kind says what an event does.
type kind string

const (
	hold    kind = "hold"
	propose kind = "propose"
	release kind = "release"
	failed  kind = "failed" // the import of a released version
	reject  kind = "reject"
)

// Event is one line of the file.
type Event struct {
	Prev   string      `json:"prev"` // sha256 of the line before, in hex
	ID     string      `json:"id"`   // of the held version
	Kind   kind        `json:"kind"`
	At     time.Time   `json:"at"`
	By     string      `json:"by"`
	Why    string      `json:"why,omitempty"`
	Hold   *lists.Hold `json:"hold,omitempty"` // this and what follows: of a hold
	Inputs []Input     `json:"inputs,omitempty"`
}

// Item is one held version with all that became of it.
type Item struct {
	ID      string      `json:"id"`
	State   State       `json:"state"`
	At      time.Time   `json:"at"`
	By      string      `json:"by"` // who brought it
	Hold    *lists.Hold `json:"hold"`
	Inputs  []Input     `json:"inputs"`
	First   *Word       `json:"first,omitempty"`  // who proposed it
	Second  *Word       `json:"second,omitempty"` // who released it
	Against *Word       `json:"against,omitempty"`
	Failure string      `json:"failure,omitempty"` // why the last release of it did not come into force
}

// Word is what one person said.
type Word struct {
	By  string    `json:"by"`
	Why string    `json:"why"`
	At  time.Time `json:"at"`
}

// Limits of a decision, in bytes.
const (
	maxPerson = 1 << 10
	maxWhy    = 4 << 10
)

// validate checks what an event says by itself.
func (e *Event) validate() error {
	switch {
	case lists.Person(e.By) == "" || len(e.By) > maxPerson || unfit(e.By) || strings.ContainsAny(e.By, "\r\n\t"):
		return errs.New(errs.Invalid, "it is not said who decides, or the name is too long or holds control characters").WithHint("give the person with --by")
	case e.Kind == hold && e.Hold == nil:
		return errs.New(errs.Invalid, "the difference is missing")
	case e.Kind != hold && strings.TrimSpace(e.Why) == "":
		return errs.New(errs.Invalid, "the reason is missing").WithHint("say with --why by what it is known: the authority's notice, the number of entries on its page")
	case len(e.Why) > maxWhy || unfit(e.Why):
		return errs.New(errs.Invalid, "the reason is longer than %d bytes, no UTF-8 or holds control characters", maxWhy)
	}
	return nil
}

func unfit(s string) bool {
	return !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' && r != '\r' })
}

// with returns the item after an event, or why there can be no such event.
func (i Item) with(e Event) (Item, error) {
	word := &Word{By: e.By, Why: e.Why, At: e.At}
	switch e.Kind {
	case failed:
		if i.State != Released {
			return i, errs.New(errs.Conflict, "it was not released")
		}
		i.State, i.First, i.Second, i.Failure = Waiting, nil, nil, e.Why
		return i, nil
	case propose, release, reject:
	default:
		return i, errs.New(errs.Invalid, "there is no event of kind %q", e.Kind)
	}
	switch {
	case i.State == Released:
		return i, errs.New(errs.Conflict, "it was released by %s and %s", i.First.By, i.Second.By).WithHint("nothing is left to do")
	case i.State == Rejected:
		return i, errs.New(errs.Conflict, "it was rejected by %s: %s", i.Against.By, i.Against.Why).WithHint("import the files again when the authority has published others")
	case e.Kind == reject:
		i.State, i.Against = Rejected, word
		return i, nil
	case e.Kind == propose && i.State == Proposed:
		return i, errs.New(errs.Conflict, "it was proposed already, by %s", i.First.By).WithHint("a second person can release it")
	case e.Kind == propose:
		i.State, i.First = Proposed, word
		return i, nil
	case i.State != Proposed:
		return i, errs.New(errs.Conflict, "nobody has proposed to release it")
	}
	two := lists.Release{Proposed: i.First.By, Released: e.By}
	if err := two.Check(); err != nil {
		return i, err
	}
	i.State, i.Second = Released, word
	return i, nil
}

// Release is the word of the two persons, for the import.
func (i Item) Release() *lists.Release {
	if i.First == nil || i.Second == nil {
		return &lists.Release{}
	}
	return &lists.Release{Proposed: i.First.By, Released: i.Second.By, Before: i.Hold.Before}
}
