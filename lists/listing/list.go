package listing

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/record"
)

// Limits of what one reader takes. They are above what the lists are today (4 MB
// in OFAC's largest table, 126 MB in its advanced XML, 2 MB in the Security
// Council's) and small enough that a reader never holds more than some hundred
// megabytes.
const (
	MaxFile    = 192 << 20 // bytes of one file; OFAC's advanced form has 126 MB
	MaxFiles   = 8         // files of one version
	MaxEntries = 500_000   // rows or elements of one file
	MaxCell    = 64 << 10  // bytes of one cell or element
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
	Parts     bool     // comes in parts, each a list with versions of its own, called Name-part
}

// Entry begins the listing of a number of the list: its party and designation
// with their ids, and no more. key is the number as the list's entries are told
// apart by.
func (l List) Entry(key string, kind record.PartyKind) Entry {
	party := record.PartyID(l.Authority, l.Name, key)
	return Entry{
		Party: record.Party{ID: party, Kind: kind},
		Designation: record.Designation{
			ID: record.DesignationID(l.Authority, l.Name, key), Party: party,
			Authority: l.Authority, Nation: l.Nation, List: l.Name, Entry: key, Status: record.InForce,
		},
	}
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

// Base returns the last element of the file's name, with either kind of slash.
func (f File) Base() string {
	return path.Base(strings.ReplaceAll(f.Name, `\`, "/"))
}

// Reader reads the form of one authority's list.
type Reader interface {
	// List says which list it is.
	List() List
	// Recognise reports whether an input that nobody said anything of is one of
	// the list's files, by the last element of its name and its first bytes
	// without byte order mark and blanks. It may say no to a file that Read takes,
	// never yes to another list's.
	Recognise(name string, head []byte) bool
	// Read adds what the files hold to the version, which has its List and nothing
	// else. The files are not empty and have their SHA256. A departure from the
	// published form is the error of [Drift.Refusal].
	Read(ctx context.Context, v *Version, files []File) error
}

// Read reads one version of a list from its files: all or nothing. The error is
// errs.Invalid, with a [*Drift] inside when the form is not the published one.
func Read(ctx context.Context, r Reader, files []File) (*Version, error) {
	l := r.List()
	files, err := prepare(l, files)
	if err != nil {
		return nil, err
	}
	v := &Version{List: l, DateFrom: DateFromNone}
	if err := r.Read(ctx, v, files); err != nil {
		return nil, err
	}
	if len(v.Entries) == 0 {
		return nil, (&Drift{List: l.Name, File: files[0].Base(), Expected: "at least one entry", Found: "none"}).Refusal()
	}
	v.count()
	return v, nil
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
			return nil, (&Drift{List: l.Name, File: f.Base(), Expected: l.Formats, Found: "an empty file"}).Refusal()
		}
		if len(f.Data) > MaxFile {
			return nil, errs.New(errs.Invalid, "%s has %d bytes; a list file may have at most %d", f.Base(), len(f.Data), MaxFile)
		}
		sum := sha256.Sum256(f.Data)
		h := hex.EncodeToString(sum[:])
		if f.SHA256 != "" && f.SHA256 != h {
			return nil, errs.New(errs.Invalid, "%s does not have the sha256 that was stated for it", f.Base()).
				WithHint("stated %s, found %s", f.SHA256, h)
		}
		f.SHA256 = h
	}
	return out, nil
}
