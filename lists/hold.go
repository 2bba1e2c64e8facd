package lists

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/record"
)

// Reason says why a version waits for people.
type Reason string

// The reasons. Whatever they are, the version in force stays until two persons
// have released the other one.
const (
	Shrunk      Reason = "shrunk"       // fewer than two thirds of the entries, or of the rows of one file
	FileMissing Reason = "file-missing" // the version in force was read with a file more
	Removed     Reason = "removed"      // more entries gone than the threshold
	Renamed     Reason = "renamed"      // more entries with another primary name than the threshold
	Older       Reason = "older"        // the version in force is of a later date
	SameDate    Reason = "same-date"    // a version of that date and other content is in force
	OtherHash   Reason = "other-hash"   // the files are not those whose sha256 the authority states
)

// sentence says a reason for people.
func (r Reason) sentence(h *Hold) string {
	switch r {
	case Shrunk:
		return fmt.Sprintf("the list %s would shrink from %d to %d entries, or a file of it by a third of its rows", h.List, h.EntriesBefore, h.Entries)
	case FileMissing:
		return "the version in force was read with a file that is missing now"
	case Removed:
		if h.Renumbered > 0 {
			return fmt.Sprintf("%d entries would be removed, more than %d; %d of them come back under another number with the same name, so the list seems to be numbered anew", h.Removed, h.Limit, h.Renumbered)
		}
		return fmt.Sprintf("%d entries would be removed, more than %d", h.Removed, h.Limit)
	case Renamed:
		return fmt.Sprintf("%d entries would bear another primary name, more than %d", h.Renamed, h.Limit)
	case Older:
		return fmt.Sprintf("the version in force is of %s, these files are of %s", h.DateBefore, h.Date)
	case SameDate:
		return fmt.Sprintf("a version with the date %s and other content is in force", h.Date)
	case OtherHash:
		return "the files do not have the sha256 that the authority states"
	}
	return string(r)
}

// Hold is a version that waits for two persons, with its difference from the
// version in force. It is the cause of the errs.Conflict error of [Import]: see
// [HoldOf].
type Hold struct {
	List          string            `json:"list"` // key
	Reasons       []Reason          `json:"reasons"`
	Version       string            `json:"version"` // id of the version that waits
	Date          record.Date       `json:"date,omitempty"`
	Time          string            `json:"time,omitempty"` // of day, where the files or a person state it
	Files         []record.ListFile `json:"files"`
	Stated        []string          `json:"stated,omitempty"` // the sha256 that the authority states
	Before        string            `json:"before,omitempty"` // id of the version in force, "" for none
	DateBefore    record.Date       `json:"date_before,omitempty"`
	Entries       int               `json:"entries"`
	EntriesBefore int               `json:"entries_before"`
	Added         int               `json:"added"`
	Changed       int               `json:"changed"`
	Removed       int               `json:"removed"`
	Renamed       int               `json:"renamed,omitempty"`    // changed ones with another primary name; counted only beyond the threshold
	Renumbered    int               `json:"renumbered,omitempty"` // removed ones whose name an added one bears
	Limit         int               `json:"limit"`                // the threshold
	First         []Change          `json:"first"`                // the first of each kind: removed, changed, added
}

// MaxHeldShown is how many differences of each kind a hold shows.
const MaxHeldShown = 10

// Error says why it waits.
func (h *Hold) Error() string {
	all := make([]string, len(h.Reasons))
	for i, r := range h.Reasons {
		all[i] = r.sentence(h)
	}
	return strings.Join(all, "; ")
}

// refusal is the error that people see.
func (h *Hold) refusal() error {
	return errs.New(errs.Conflict, "%s; the version is held and the one in force stays: %d added, %d changed, %d removed", h.Error(), h.Added, h.Changed, h.Removed).
		WithHint("look at the difference; two persons can release it with cordon lists release: the first proposes, the second releases").Because(h)
}

// HoldOf returns the hold that an error of an import was caused by.
func HoldOf(err error) (*Hold, bool) {
	var h *Hold
	ok := errors.As(err, &h)
	return h, ok
}

// Release is the word of two persons that a held version is right.
type Release struct {
	Proposed string // who proposed it
	Released string // who released it: somebody else
	Before   string // id of the version in force that they compared it with, "" for none
}

// Person folds who somebody is: letters in either case or width, white space and
// characters that cannot be seen make no second person.
func Person(s string) string {
	s = norm.NFKC.String(cases.Fold().String(norm.NFKC.String(s)))
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, s)
}

// Check says why a release is none: errs.Invalid when a person is missing,
// errs.Denied when both are one.
func (r *Release) Check() error {
	first, second := Person(r.Proposed), Person(r.Released)
	switch {
	case first == "" || second == "":
		return errs.New(errs.Invalid, "a held version is released by two persons; one of them is missing").WithHint("say who proposes and who releases it")
	case first == second:
		return errs.New(errs.Denied, "who proposed a held version cannot release it").WithHint("ask a second person to look at the difference and to release it")
	}
	return nil
}

// limit is how many entries may go without two persons.
func (im *importer) limit() int {
	switch {
	case im.o.MaxRemoved > 0:
		return im.o.MaxRemoved
	case !im.known.has:
		return MaxRemoved // nothing is in force; parts of another first version may be here
	}
	return min(MaxRemoved, max(removedAtLeast, im.known.force.Entries/removedOneIn))
}

// lost notes that more entries lose their place or their name than may. A list
// that a drifting reader takes for another one must not delist anybody.
func (im *importer) lost() error {
	limit := im.limit()
	if im.report.Removed > limit {
		im.reasons = append(im.reasons, Removed)
	}
	if len(im.changed) <= limit {
		return nil
	}
	renamed, err := im.renamed()
	if err == nil && renamed > limit {
		im.reasons = append(im.reasons, Renamed)
	}
	return err
}

// renamed counts the changed entries whose primary name is another.
func (im *importer) renamed() (n int, err error) {
	for _, i := range im.changed {
		was, err := im.party(im.v.Entries[i].Party.ID)
		if err != nil {
			return 0, err
		}
		if was.PrimaryName() != im.v.Entries[i].Party.PrimaryName() {
			n++
		}
	}
	return n, nil
}

// party reads what the journal has of a party, an empty one when it has nothing.
func (im *importer) party(id string) (record.Party, error) {
	e, err := im.j.Get(im.ctx, policy.Public, policy.Reading, id)
	if errs.Is(err, errs.NotFound) || errs.Is(err, errs.Withheld) {
		return record.Party{ID: id}, nil
	}
	if err != nil {
		return record.Party{}, err
	}
	o, err := e.Object()
	if err != nil {
		return record.Party{ID: id}, nil // erased
	}
	return record.PartyOf(o)
}

// released lets the import go on: when nothing speaks against the version, or two
// persons do for it.
func (im *importer) released() error {
	if r := im.o.Release; r != nil {
		if err := r.Check(); err != nil {
			return err
		}
		if r.Before != im.known.force.ID {
			return errs.New(errs.Conflict, "another version of %s has come into force since these files were looked at; nothing was imported", im.v.List.Key).
				WithHint("import the files again, so that they are compared with the version in force")
		}
		return nil
	}
	if len(im.reasons) == 0 {
		return nil
	}
	h, err := im.hold()
	if err != nil {
		return err
	}
	return h.refusal()
}

// hold gathers the difference.
func (im *importer) hold() (*Hold, error) {
	force, r := &im.known.force, &im.report
	h := &Hold{
		List: im.v.List.Key, Reasons: im.reasons, Version: im.v.ID(), Date: im.v.Date, Time: im.v.Time, Files: im.v.Files, Stated: im.o.Stated,
		Before: force.ID, DateBefore: force.Date, Entries: len(im.v.Entries), EntriesBefore: force.Entries,
		Added: r.Added, Changed: r.Changed, Removed: r.Removed, Limit: im.limit(), First: []Change{},
	}
	if slices.Contains(im.reasons, Renamed) {
		var err error
		if h.Renamed, err = im.renamed(); err != nil {
			return nil, err
		}
	}
	names := map[string]int{} // of added entries
	shown := 0
	var added []Change
	for i := range im.v.Entries {
		e := &im.v.Entries[i]
		if _, there := im.known.held[e.Designation.ID]; there {
			continue
		}
		names[Person(e.Party.PrimaryName())]++
		if shown < MaxHeldShown {
			shown++
			added = append(added, changeOf(Added, e))
		}
	}
	for n, id := range im.gone {
		d := im.known.listed[id]
		p, err := im.party(d.Party)
		if err != nil {
			return nil, err
		}
		if name := Person(p.PrimaryName()); names[name] > 0 {
			names[name]--
			h.Renumbered++
		}
		if n < MaxHeldShown {
			h.First = append(h.First, changeOf(Gone, &Entry{Party: p, Designation: *d}))
		}
	}
	for _, i := range im.changed[:min(len(im.changed), MaxHeldShown)] {
		e := &im.v.Entries[i]
		p, err := im.party(e.Party.ID)
		if err != nil {
			return nil, err
		}
		d := cmp.Or(im.known.listed[e.Designation.ID], &record.Designation{})
		h.First = append(h.First, compared(&Entry{Party: p, Designation: *d}, e))
	}
	h.First = append(h.First, added...)
	for i := range h.First {
		h.First[i].cut()
	}
	return h, nil
}

// What a hold shows of one change: values of a field, and characters of a value.
const maxShownValues, maxShownText = 5, 200

// cut shortens what a change shows.
func (c *Change) cut() {
	short := func(all []string) []string {
		if more := len(all) - maxShownValues; more > 0 {
			all = append(slices.Clone(all[:maxShownValues]), fmt.Sprintf("… and %d more", more))
		}
		out := make([]string, len(all))
		for i, s := range all {
			out[i] = s
			if r := []rune(s); len(r) > maxShownText {
				out[i] = string(r[:maxShownText]) + "…"
			}
		}
		return out
	}
	c.Name = short([]string{c.Name})[0]
	for i := range c.Fields {
		f := &c.Fields[i]
		f.Before, f.After = short(f.Before), short(f.After)
	}
}
