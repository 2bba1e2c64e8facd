package lists

import (
	"context"
	"path"
	"strings"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/lists/au"
	"github.com/cordon-project/cordon/lists/ch"
	"github.com/cordon-project/cordon/lists/csl"
	"github.com/cordon-project/cordon/lists/eu"
	"github.com/cordon-project/cordon/lists/eujournal"
	"github.com/cordon-project/cordon/lists/jpmeti"
	"github.com/cordon-project/cordon/lists/jpmof"
	"github.com/cordon-project/cordon/lists/krgazette"
	"github.com/cordon-project/cordon/lists/krkofiu"
	"github.com/cordon-project/cordon/lists/listing"
	"github.com/cordon-project/cordon/lists/ofac"
	"github.com/cordon-project/cordon/lists/uk"
	"github.com/cordon-project/cordon/lists/un"
)

// readers are the lists that Cordon reads, in a fixed order: of two that would
// recognise one input the first takes it.
func readers() []listing.Reader {
	return []listing.Reader{
		ofac.Reader{},
		ofac.Consolidated{},
		un.Reader{},
		jpmof.Reader{},
		krkofiu.Reader{},
		krgazette.Reader{},
		ch.Reader{},
		csl.Reader{},
		csl.DeniedPersons{},
		eu.Reader{},
		eujournal.Reader{},
		uk.Reader{},
		au.Reader{},
		jpmeti.EndUsers{},
		jpmeti.Banned{},
	}
}

// What goes in and comes out is of package listing.
type (
	List    = listing.List
	File    = listing.File
	Version = listing.Version
	Entry   = listing.Entry
	Orphan  = listing.Orphan
	Warning = listing.Warning
	Counts  = listing.Counts
	Drift   = listing.Drift
)

// MaxFile is the number of bytes that one file of a list may have.
const MaxFile = listing.MaxFile

// All returns the lists that Cordon reads, in a fixed order.
func All() []List {
	var out []List
	for _, r := range readers() {
		out = append(out, r.List())
	}
	return out
}

// Find returns the list of a key or short name. Of a list that comes in parts a
// part is found by its name.
func Find(key string) (List, bool) {
	for _, l := range All() {
		if l, ok := called(l, key); ok {
			return l, true
		}
	}
	return List{}, false
}

// called returns the list if the key is one of its names, and of a list that comes
// in parts the part.
func called(l List, key string) (List, bool) {
	if l.Parts && strings.HasPrefix(key, l.Name+"-") {
		l.Name = key
		return l, true
	}
	return l, key == l.Key || key == l.Name
}

// Recognise says of which list an input is that nobody said anything of, by its
// name and its first bytes without byte order mark and blanks; some 4 kB are
// enough. False for none: it may be a file of a list all the same.
func Recognise(name string, head []byte) (List, bool) {
	base := path.Base(strings.ReplaceAll(name, `\`, "/"))
	for _, r := range readers() {
		if r.Recognise(base, head) {
			return r.List(), true
		}
	}
	return List{}, false
}

// Read reads one version of a list from its files: all or nothing. Of a list that
// comes in parts the key can name the part, and then the files are refused when they
// are another's. The error is errs.NotFound for an unknown key, errs.Invalid
// otherwise, with a [*Drift] inside when the form is not the published one.
func Read(ctx context.Context, key string, files []File) (_ *Version, err error) {
	defer errs.Wrap(&err, "lists.Read(%s, %d files)", key, len(files))
	var keys []string
	for _, r := range readers() {
		l := r.List()
		asked, ok := called(l, key)
		if !ok {
			keys = append(keys, l.Key)
			continue
		}
		v, err := listing.Read(ctx, r, files)
		if err == nil && asked.Name != l.Name && v.List.Name != asked.Name {
			return nil, errs.New(errs.Invalid, "the files are of %s and not of %s", v.List.Name, asked.Name)
		}
		return v, err
	}
	return nil, errs.New(errs.NotFound, "there is no list called %q", key).WithHint("the lists are %s", strings.Join(keys, ", "))
}
