package lists

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/record"
)

// Limits of what one reader takes. They are several times what the lists are
// today (OFAC's largest file has 4 MB, the Security Council's 2 MB) and small
// enough that a reader never holds more than a few hundred megabytes.
const (
	MaxFile    = 64 << 20 // bytes of one file
	MaxFiles   = 8        // files of one version
	MaxEntries = 500_000  // rows or elements of one file
	MaxCell    = 64 << 10 // bytes of one cell or element
)

// List is one official list that Cordon reads.
type List struct {
	Key       string   // what a user types: ofac, un, jp-mof, kr-kofiu
	Name      string   // the short name in objects: ofac-sdn, un-consolidated …
	Authority string   // the short name in objects: OFAC, UNSC, JP-MOF, KR-KOFIU
	Nation    string   // ISO 3166-1 alpha-2 of the authority, "UN" for the Security Council
	Title     string   // for people
	Formats   string   // the files that the reader takes, for people
	Addresses []string // the authority's published addresses of the files, for sync
	Index     string   // the page that names the current file, when its address changes with each version
	IndexLink string   // regular expression of the link on that page, "" for none
}

// All returns the lists that Cordon reads, in a fixed order.
func All() []List {
	return []List{ofacList(), unList(), mofList(), kofiuList()}
}

// Find returns the list of a key or short name.
func Find(key string) (List, bool) {
	for _, l := range All() {
		if key == l.Key || key == l.Name {
			return l, true
		}
	}
	return List{}, false
}

// File is one input file. Data must not change while it is being read, and
// strings in the result do not alias it.
type File struct {
	Name         string    // as the user or the server names it, with its folder if known: both can hold the date
	SHA256       string    // hex; computed from Data when empty, otherwise it must be that of Data
	Data         []byte    //
	URL          string    // where it was fetched from, for the archive; "" for a file on disk
	LastModified time.Time // HTTP Last-Modified, zero for none
}

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

// Drift says where a file departs from the form that its authority publishes.
// It is the cause of the errs.Invalid error that [Read] returns: use errors.As.
type Drift struct {
	List     string
	File     string
	Row      int    // 1-based; 0 when it concerns the file as a whole
	Column   int    // 1-based; 0 when it concerns the row as a whole
	Element  string // XML path, "" for tables
	Expected string
	Found    string
}

func (d *Drift) Error() string {
	at := d.File
	if d.Row > 0 {
		at += fmt.Sprintf(" row %d", d.Row)
	}
	if d.Column > 0 {
		at += fmt.Sprintf(" column %d", d.Column)
	}
	if d.Element != "" {
		at += " " + d.Element
	}
	return fmt.Sprintf("%s: expected %s, found %s", at, d.Expected, d.Found)
}

// drifted makes the error for people around a drift.
func drifted(d *Drift) error {
	e := errs.New(errs.Invalid, "the form of %s has changed or the file is damaged; nothing was imported and the version in force stays", d.List)
	return e.WithHint("fetch the file again from the authority; if it is the same, the authority changed its form and Cordon needs a new reader").Because(d)
}

// Read reads one version of a list from its files: all or nothing. The error
// is errs.NotFound for an unknown key, errs.Invalid otherwise, with a [*Drift]
// inside when the form is not the published one.
func Read(ctx context.Context, key string, files []File) (v *Version, err error) {
	defer errs.Wrap(&err, "lists.Read(%s, %d files)", key, len(files))
	l, ok := Find(key)
	if !ok {
		return nil, errs.New(errs.NotFound, "there is no list called %q", key).
			WithHint("the lists are %s", strings.Join(keys(), ", "))
	}
	files, err = prepare(l, files)
	if err != nil {
		return nil, err
	}
	v = &Version{List: l, DateFrom: DateFromNone}
	switch l.Key {
	case "ofac":
		err = readOFAC(ctx, v, files)
	case "un":
		err = readUN(ctx, v, files)
	case "jp-mof":
		err = readMOF(ctx, v, files)
	case "kr-kofiu":
		err = readKoFIU(ctx, v, files)
	}
	if err != nil {
		return nil, err
	}
	if len(v.Entries) == 0 {
		return nil, drifted(&Drift{List: l.Name, File: base(files[0].Name), Expected: "at least one entry", Found: "none"})
	}
	v.count()
	return v, nil
}

func keys() []string {
	var out []string
	for _, l := range All() {
		out = append(out, l.Key)
	}
	return out
}

// prepare checks sizes and hashes.
func prepare(l List, files []File) ([]File, error) {
	if len(files) == 0 {
		return nil, errs.New(errs.Invalid, "no file was given for %s", l.Key).WithHint("it takes %s", l.Formats)
	}
	if len(files) > MaxFiles {
		return nil, errs.New(errs.Invalid, "%d files were given for %s; a version has at most %d", len(files), l.Key, MaxFiles)
	}
	out := slices.Clone(files)
	for i := range out {
		f := &out[i]
		if len(f.Data) == 0 {
			return nil, drifted(&Drift{List: l.Name, File: base(f.Name), Expected: l.Formats, Found: "an empty file"})
		}
		if len(f.Data) > MaxFile {
			return nil, errs.New(errs.Invalid, "%s has %d bytes; a list file may have at most %d", base(f.Name), len(f.Data), MaxFile)
		}
		sum := sha256.Sum256(f.Data)
		h := hex.EncodeToString(sum[:])
		if f.SHA256 != "" && f.SHA256 != h {
			return nil, errs.New(errs.Invalid, "%s does not have the sha256 that was stated for it", base(f.Name)).
				WithHint("stated %s, found %s", f.SHA256, h)
		}
		f.SHA256 = h
	}
	return out, nil
}

// base returns the last element of a name with either kind of slash.
func base(name string) string {
	return path.Base(strings.ReplaceAll(name, `\`, "/"))
}

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

// dateFrom sets the version's date from the main file's name or header, when
// the file itself does not state one.
func (v *Version) dateFrom(f File) {
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

// warn adds a warning.
func (v *Version) warn(w record.Where, format string, args ...any) {
	v.Warnings = append(v.Warnings, Warning{Text: fmt.Sprintf(format, args...), Where: w})
}

// addFile notes a file of the version under its canonical name and published
// address: what a user calls it, and where this node had it from, is not the
// authority's and would make two nodes' objects differ.
func (v *Version) addFile(f File, canonical string, rows int) {
	l := record.ListFile{Name: canonical, SHA256: f.SHA256, Bytes: int64(len(f.Data)), Rows: rows}
	for _, a := range v.List.Addresses {
		if strings.EqualFold(path.Base(a), canonical) {
			l.URL = a
		}
	}
	v.Files = append(v.Files, l)
}

// looksBinary says what a file is when it plainly is no text table.
func looksBinary(b []byte) (string, bool) {
	switch {
	case bytes.HasPrefix(b, []byte("PK\x03\x04")):
		return "a zip archive", true
	case bytes.HasPrefix(b, []byte("%PDF")):
		return "a PDF", true
	case bytes.HasPrefix(b, []byte{0xFF, 0xFE}), bytes.HasPrefix(b, []byte{0xFE, 0xFF}):
		return "UTF-16 text", true
	case bytes.HasPrefix(b, []byte{0x1f, 0x8b}):
		return "a gzip file", true
	case bytes.HasPrefix(b, []byte{0xD0, 0xCF, 0x11, 0xE0}):
		return "an old Office file (xls)", true
	}
	return "", false
}

// quote shows a found value in a message, cut at 80 characters.
func quote(s string) string {
	r := []rune(s)
	if len(r) > 80 {
		return fmt.Sprintf("%q…", string(r[:80]))
	}
	return fmt.Sprintf("%q", s)
}
