package listing

import (
	"fmt"
	"path"
	"regexp"
	"strings"
	"time"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/record"
)

// Entry is one listing: the party and its designation.
type Entry struct {
	Party       record.Party
	Designation record.Designation
}

// Orphan is a row that belongs to an entry which the list does not have, as
// happens when companion files are of different dates. It is reported and not
// imported.
type Orphan struct {
	Entry string // the entry number that the row names
	Text  string // what the row says, short
	Where record.Where
}

// Warning is something that a person should see and that stops nothing.
type Warning struct {
	Text  string
	Where record.Where
}

// Counts says how much a version holds.
type Counts struct {
	Entries       int
	Persons       int
	Organisations int
	Vessels       int
	Aircraft      int
	Names         int // all names
	Aliases       int // names that are not primary
	Weak          int // names that the list calls weak
	Births        int
	Documents     int
	Addresses     int
	Wallets       int
	BadWallets    int // wallets that are misfiled or not valid: kept, with a note
	Facts         int
}

// Version is one version of one list as it was read.
type Version struct {
	List     List
	Date     record.Date // the list's own date, "" when nothing states it
	Time     string      // the time of day with the date, RFC 3339 in UTC, when the file states it
	DateFrom string      // where the date came from: option, file, name, header, none
	Files    []record.ListFile
	Entries  []Entry
	Counts   Counts
	Orphans  []Orphan
	Warnings []Warning
}

// Where the date of a version came from, for [Version.DateFrom].
const (
	DateFromOption = "option"
	DateFromFile   = "file"
	DateFromName   = "name"
	DateFromHeader = "header"
	DateFromNone   = "none"
)

func (v *Version) count() {
	c := Counts{Entries: len(v.Entries)}
	for i := range v.Entries {
		p := &v.Entries[i].Party
		switch p.Kind {
		case record.Person:
			c.Persons++
		case record.Vessel:
			c.Vessels++
		case record.Aircraft:
			c.Aircraft++
		default:
			c.Organisations++
		}
		c.Names += len(p.Names)
		for j := range p.Names {
			if p.Names[j].Kind != record.Primary {
				c.Aliases++
			}
			if p.Names[j].Quality == record.Weak {
				c.Weak++
			}
		}
		c.Births += len(p.Births)
		c.Documents += len(p.Documents)
		c.Addresses += len(p.Addresses)
		c.Wallets += len(p.Wallets)
		for _, w := range p.Wallets {
			if w.Note != "" {
				c.BadWallets++
			}
		}
		c.Facts += len(p.OtherFacts)
	}
	v.Counts = c
}

// WithDate returns the version with the date that a person states for it. Its
// objects then carry that date.
func (v *Version) WithDate(d record.Date) (*Version, error) {
	if _, err := time.Parse(time.DateOnly, string(d)); err != nil {
		return nil, errs.New(errs.Invalid, "%q is not a date", d).WithHint("write it as 2024-05-03")
	}
	c := *v
	c.Date, c.Time, c.DateFrom = d, "", DateFromOption
	return &c, nil
}

// Stamp returns the version's date as the timestamp that its objects carry:
// the time of day when the file states one, otherwise midnight UTC of the
// authority's local date, [Undated] when there is no date.
func (v *Version) Stamp() string {
	switch {
	case v.Time != "":
		return v.Time
	case v.Date != "":
		return string(v.Date) + "T00:00:00.000Z"
	}
	return Undated
}

// Undated is the timestamp of what the list does not date.
const Undated = "1970-01-01T00:00:00.000Z"

var (
	dashedDate  = regexp.MustCompile(`(?:^|[^0-9])((?:19|20)\d\d-\d\d-\d\d)(?:$|[^0-9])`)
	compactDate = regexp.MustCompile(`(?:^|[^0-9])((?:19|20)\d{6})(?:$|[^0-9])`)
)

// dateFromName finds a date in a file's name, then in its folder's name.
func dateFromName(name string) (record.Date, bool) {
	parts := strings.Split(strings.ReplaceAll(name, `\`, "/"), "/")
	for i := len(parts) - 1; i >= 0 && i >= len(parts)-2; i-- {
		if m := dashedDate.FindStringSubmatch(parts[i]); m != nil {
			if _, err := time.Parse(time.DateOnly, m[1]); err == nil {
				return record.Date(m[1]), true
			}
		}
		if m := compactDate.FindStringSubmatch(parts[i]); m != nil {
			if t, err := time.Parse("20060102", m[1]); err == nil {
				return record.Date(t.Format(time.DateOnly)), true
			}
		}
	}
	return "", false
}

// DateBy sets the version's date from the main file's name or header, when the
// file itself does not state one.
func (v *Version) DateBy(f File) {
	if v.Date != "" {
		return
	}
	if d, ok := dateFromName(f.Name); ok {
		v.Date, v.DateFrom = d, DateFromName
		return
	}
	if !f.LastModified.IsZero() {
		v.Date, v.DateFrom = record.Date(f.LastModified.UTC().Format(time.DateOnly)), DateFromHeader
	}
}

// Warn adds a warning.
func (v *Version) Warn(w record.Where, format string, args ...any) {
	v.Warnings = append(v.Warnings, Warning{Text: fmt.Sprintf(format, args...), Where: w})
}

// AddFile notes a file of the version under its canonical name and published
// address: what a user calls it, and where this node had it from, is not the
// authority's and would make two nodes' objects differ.
func (v *Version) AddFile(f File, canonical string, rows int) {
	l := record.ListFile{Name: canonical, SHA256: f.SHA256, Bytes: int64(len(f.Data)), Rows: rows}
	for _, a := range v.List.Addresses {
		if strings.EqualFold(path.Base(a), canonical) {
			l.URL = a
		}
	}
	v.Files = append(v.Files, l)
}
