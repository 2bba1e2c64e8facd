package lists

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/journal"
	"github.com/cordon-project/cordon/journal/archive"
	"github.com/cordon-project/cordon/lists/listing"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/record"
	"github.com/cordon-project/cordon/stix"
)

// What an import takes without being told to.
const (
	// MaxRemoved is the number of entries that may go in one version. The
	// largest single delisting so far took 518 entries of OFAC's list (Syria,
	// 30 June 2025).
	MaxRemoved = 1000
	// oneBatch is the number of objects up to which a change of a list is one
	// atomic batch; first imports and larger changes go in parts.
	oneBatch  = 10_000
	partBatch = 2_000
)

// ImportOptions says what an import may do beyond the ordinary. The zero value
// is the safe one.
type ImportOptions struct {
	// By is who imports, for the journal.
	By string
	// Date is the list's date as a person states it; it goes before every other.
	Date record.Date
	// Supersede takes a version that is not later than the one in force: an
	// older one, a second one of the same date, or the same files read anew by a
	// newer Cordon. Its objects are stamped one millisecond after the version in
	// force.
	Supersede bool
	// Shrink confirms that the list lost more than a third of its entries or
	// rows, a companion file, or more than MaxRemoved entries.
	Shrink bool
	// MaxRemoved is the number of entries that may go; 0 means [MaxRemoved].
	MaxRemoved int
	// Batch is the number of objects in one atomic batch; 0 means all of a change
	// up to 10,000 objects at once, first imports and larger ones in parts.
	Batch int
	// Progress is told how many of the objects are in the journal; may be nil.
	Progress func(done, total int)
}

// Report says what an import did.
type Report struct {
	List      List
	Version   string // id of the list version
	Date      record.Date
	DateFrom  string
	Stamp     string // the timestamp that the changed objects carry
	Before    string // id of the version that was in force, "" for none
	Same      bool   // these files are in force already; nothing was written
	Entries   int
	Added     int
	Changed   int
	Removed   int
	Unchanged int
	Written   int // objects that the journal did not have
	Orphans   int
	Warnings  []Warning
}

// Load archives the files, reads them and imports the version: the whole way in.
// Files that the reader refuses are kept in the archive for the operator.
func Load(ctx context.Context, j journal.Journal, a *archive.Archive, key string, files []File, o ImportOptions) (*Version, Report, error) {
	l, ok := Find(key)
	if ok {
		label, err := policy.LabelOf(record.Authority(l.Authority), policy.Clear, nil)
		if err != nil {
			return nil, Report{}, err
		}
		for _, f := range files {
			in := archive.Input{Name: f.Base(), From: f.URL, By: o.By, Label: label}
			if _, err := a.Put(ctx, bytes.NewReader(f.Data), in); err != nil {
				return nil, Report{}, err
			}
		}
	}
	v, err := Read(ctx, key, files)
	if err != nil {
		return nil, Report{}, err
	}
	r, err := Import(ctx, j, v, o)
	return v, r, err
}

// InForce returns the version of a list that is in force; false for none.
func InForce(ctx context.Context, j journal.Journal, l List) (record.ListVersion, bool, error) {
	// As in load: other lists' versions need not be parsed.
	named := []byte(`"list":"` + l.Name + `"`)
	q := journal.Query{Types: []string{record.ListVersionType}, Newest: true, Purpose: policy.Reading}
	for e, err := range j.Scan(ctx, policy.Public, q) {
		if err != nil {
			return record.ListVersion{}, false, err
		}
		if e.Erased || !bytes.Contains(e.Canonical, named) {
			continue
		}
		o, err := stix.Parse(e.Canonical)
		if err != nil {
			return record.ListVersion{}, false, err
		}
		if o.Str("list") != l.Name || o.Str("authority") != l.Authority {
			continue
		}
		lv, err := record.ListVersionOf(o)
		return lv, err == nil, err
	}
	return record.ListVersion{}, false, nil
}

// held is what the journal has of one object.
type held struct {
	print    print
	created  string
	modified string
}

// write is one object that is to be written. It is made only when its batch is.
type write struct {
	entry             *Entry
	party             bool // the party; otherwise the designation
	created, modified string
}

// importer holds one import.
type importer struct {
	ctx    context.Context
	j      journal.Journal
	v      *Version
	o      ImportOptions
	force  record.ListVersion
	has    bool
	stamp  string
	held   map[string]held
	listed map[string]record.Designation // designations of the list, by id
	writes []write
	report Report
}

// Import appends what the version changes against the one in force and puts it
// in force. What it refuses is errs.Conflict and leaves everything as it was: an
// older or undated version, another content of the same date, a list that lost
// too much. The same files again write nothing.
func Import(ctx context.Context, j journal.Journal, v *Version, o ImportOptions) (r Report, err error) {
	defer errs.Wrap(&err, "lists.Import(%s)", v.List.Key)
	if o.Date != "" {
		if v, err = v.WithDate(o.Date); err != nil {
			return Report{}, err
		}
	}
	im := &importer{ctx: ctx, j: j, v: v, o: o}
	if im.force, im.has, err = InForce(ctx, j, v.List); err != nil {
		return Report{}, err
	}
	im.report = Report{
		List: v.List, Version: v.ID(), Date: v.Date, DateFrom: v.DateFrom, Entries: len(v.Entries),
		Orphans: len(v.Orphans), Warnings: v.Warnings,
	}
	if im.has {
		im.report.Before = im.force.ID
		if im.force.ID == v.ID() && !o.Supersede {
			im.report.Same, im.report.Unchanged, im.report.Stamp = true, len(v.Entries), im.force.Modified
			return im.report, nil
		}
	}
	if im.stamp, err = im.time(); err != nil {
		return Report{}, err
	}
	im.report.Stamp = im.stamp
	if err := im.shrunk(); err != nil {
		return Report{}, err
	}
	if err := im.load(); err != nil {
		return Report{}, err
	}
	if err := im.compare(); err != nil {
		return Report{}, err
	}
	err = im.append()
	return im.report, err
}

// time decides the timestamp of the version, or refuses it.
func (im *importer) time() (string, error) {
	stamp := im.v.Stamp()
	if !im.has {
		return stamp, nil
	}
	switch {
	case im.v.Date == "":
		return "", errs.New(errs.Conflict, "nothing says the date of these files, and a version of the list %s is in force; nothing was imported", im.v.List.Key).
			WithHint("state the date of the list, for example --date 2024-05-03")
	case stamp > im.force.Modified:
		return stamp, nil
	case im.o.Supersede:
		return later(im.force.Modified)
	case im.v.Date == im.force.Date:
		return "", errs.New(errs.Conflict, "a version of %s with the date %s and other content is in force; nothing was imported", im.v.List.Key, im.force.Date).
			WithHint("if these files are the right ones for that date, import them with --supersede")
	}
	return "", errs.New(errs.Conflict, "the version of %s in force is of %s, these files are of %s; nothing was imported", im.v.List.Key, im.force.Date, im.v.Date).
		WithHint("to go back to the older version, import it with --supersede")
}

const millis = "2006-01-02T15:04:05.000Z"

// later returns the timestamp one millisecond after another.
func later(stamp string) (string, error) {
	t, err := time.Parse(time.RFC3339Nano, stamp)
	if err != nil {
		return "", errs.New(errs.Internal, "the journal holds the timestamp %q", stamp).Because(err)
	}
	return t.UTC().Add(time.Millisecond).Format(millis), nil
}

// shrunk refuses a list that lost too much, before anything is compared.
func (im *importer) shrunk() error {
	if !im.has || im.o.Shrink {
		return nil
	}
	refuse := func(format string, args ...any) error {
		return errs.New(errs.Conflict, "%s; nothing was imported", fmt.Sprintf(format, args...)).
			WithHint("if that is what the authority published, import it with --shrink")
	}
	if 3*len(im.v.Entries) < 2*im.force.Entries {
		return refuse("the list %s would shrink from %d to %d entries", im.v.List.Key, im.force.Entries, len(im.v.Entries))
	}
	rows := make(map[string]int, len(im.v.Files))
	for _, f := range im.v.Files {
		rows[f.Name] = f.Rows
	}
	for _, f := range im.force.Files {
		n, there := rows[f.Name]
		switch {
		case !there && len(im.v.Files) < len(im.force.Files):
			return refuse("the version in force was read with %s (%d rows), which is missing now", f.Name, f.Rows)
		case there && 3*n < 2*f.Rows:
			return refuse("%s would shrink from %d to %d rows", f.Name, f.Rows, n)
		}
	}
	return nil
}

// load reads what the journal has of the list's objects.
func (im *importer) load() error {
	im.held = make(map[string]held, 2*len(im.v.Entries))
	im.listed = make(map[string]record.Designation)
	parties := make(map[string]bool, len(im.v.Entries))
	for i := range im.v.Entries {
		parties[im.v.Entries[i].Party.ID] = true
	}
	// Canonical JSON writes the list's name in one way, so other lists' entries
	// need not be parsed.
	named := []byte(`"list":"` + im.v.List.Name + `"`)
	own := func(e journal.Entry) bool { return bytes.Contains(e.Canonical, named) }
	err := im.scan(record.DesignationType, own, func(o stix.Object) error {
		if o.Str("list") != im.v.List.Name || o.Str("authority") != im.v.List.Authority {
			return nil
		}
		d, err := record.DesignationOf(o)
		if err != nil {
			return err
		}
		im.listed[d.ID] = d
		im.held[d.ID] = held{designationPrint(&d), d.Created, d.Modified}
		return nil
	})
	if err != nil || !im.has && len(im.listed) == 0 {
		return err // nothing of the list is here, not even of an interrupted import
	}
	by := record.AuthorityID(im.v.List.Authority)
	return im.scan("identity", func(e journal.Entry) bool { return parties[e.ID] }, func(o stix.Object) error {
		if o.Str("created_by_ref") != by {
			return nil
		}
		p, err := record.PartyOf(o)
		if err != nil {
			return err
		}
		im.held[p.ID] = held{partyPrint(&p), o.Str("created"), o.Str("modified")}
		return nil
	})
}

// scan runs over the newest versions of one type that are wanted.
func (im *importer) scan(typ string, want func(journal.Entry) bool, each func(stix.Object) error) error {
	q := journal.Query{Types: []string{typ}, Latest: true, Purpose: policy.Reading}
	for e, err := range im.j.Scan(im.ctx, policy.Public, q) {
		if err != nil {
			return err
		}
		if e.Erased || !want(e) {
			continue
		}
		o, err := stix.Parse(e.Canonical)
		if err != nil {
			return err
		}
		if err := each(o); err != nil {
			return err
		}
	}
	return nil
}

// begun reports whether an object was written by a part of this import that was
// interrupted: it is newer than the version in force.
func (im *importer) begun(h held) bool {
	return !im.has || h.modified > max(im.force.Modified, h.created)
}

// fresh reports whether an object that an interrupted import wrote was new then.
func (im *importer) fresh(id string) (bool, error) {
	if !im.has {
		return true, nil
	}
	vs, err := im.j.Versions(im.ctx, policy.Public, policy.Reading, id)
	if errs.Is(err, errs.NotFound) {
		return true, nil
	}
	if err != nil {
		return false, err
	}
	return len(vs) <= 1, nil
}

// compare makes the objects that the journal does not have.
func (im *importer) compare() error {
	now := make(map[string]bool, len(im.v.Entries))
	for i := range im.v.Entries {
		if err := im.entry(&im.v.Entries[i]); err != nil {
			return err
		}
		now[im.v.Entries[i].Designation.ID] = true
	}
	return im.gone(now)
}

// entry compares one entry with what the journal has.
func (im *importer) entry(e *Entry) error {
	hp, hasP := im.held[e.Party.ID]
	hd, hasD := im.held[e.Designation.ID]
	sameP := hasP && hp.print == partyPrint(&e.Party)
	sameD := hasD && hd.print == designationPrint(&e.Designation)
	if !sameP {
		c, m, err := im.times(e, hp, hasP)
		if err != nil {
			return err
		}
		im.writes = append(im.writes, write{e, true, c, m})
	}
	if !sameD {
		c, m, err := im.times(e, hd, hasD)
		if err != nil {
			return err
		}
		im.writes = append(im.writes, write{e, false, c, m})
	}
	begun := hasD && im.begun(hd) || hasP && im.begun(hp)
	switch {
	case !hasD && !hasP:
		im.report.Added++
	case begun:
		fresh, err := im.fresh(e.Designation.ID)
		if err != nil {
			return err
		}
		if fresh && (!hasD || im.begun(hd)) {
			im.report.Added++
		} else {
			im.report.Changed++
		}
	case sameP && sameD:
		im.report.Unchanged++
	default:
		im.report.Changed++
	}
	return nil
}

// times decides created and modified of an object that is written: created never
// changes between versions (STIX 2.1 section 3.6), modified always grows.
func (im *importer) times(e *Entry, h held, has bool) (c, m string, err error) {
	c, m = e.Created(), im.stamp
	if has {
		c = h.created
		if m <= h.modified {
			if m, err = later(h.modified); err != nil {
				return "", "", err
			}
		}
	}
	return c, max(m, c), nil
}

// gone writes the designations that the list no longer has as removed.
func (im *importer) gone(now map[string]bool) error {
	limit := im.o.MaxRemoved
	if limit == 0 {
		limit = MaxRemoved
	}
	for _, id := range slices.Sorted(maps.Keys(im.listed)) {
		d := im.listed[id]
		if now[id] || d.Press {
			continue
		}
		if d.Status == record.Removed {
			if im.has && im.begun(im.held[id]) {
				im.report.Removed++ // by a part of this import that was interrupted
			}
			continue
		}
		im.report.Removed++
		e := &Entry{Designation: d}
		e.Designation.Status = record.Removed
		c, m, err := im.times(e, im.held[id], true)
		if err != nil {
			return err
		}
		im.writes = append(im.writes, write{e, false, c, m})
	}
	if im.report.Removed > limit && !im.o.Shrink {
		return errs.New(errs.Conflict, "%d entries of %s would be removed, more than %d; nothing was imported", im.report.Removed, im.v.List.Key, limit).
			WithHint("if that is what the authority published, import it with --shrink")
	}
	return nil
}

// append writes the objects, and with the last of them the list version.
func (im *importer) append() error {
	size := oneBatch
	if len(im.writes) > oneBatch || !im.has {
		size = partBatch
	}
	if im.o.Batch > 0 {
		size = im.o.Batch
	}
	total := len(im.writes) + 2
	objects := append(make([]stix.Object, 0, min(size, total)), record.Authority(im.v.List.Authority))
	done := 0
	for _, w := range im.writes {
		if w.party {
			objects = append(objects, im.v.PartyObject(w.entry, w.created, w.modified))
		} else {
			objects = append(objects, im.v.DesignationObject(w.entry, w.created, w.modified))
		}
		if len(objects) == size {
			if err := im.batch(objects); err != nil {
				return err
			}
			done += len(objects)
			objects = objects[:0]
			im.progress(done, total)
		}
	}
	made := im.stamp
	if im.has && im.force.ID == im.v.ID() {
		made = im.force.Created
	}
	r := &im.report
	objects = append(objects, im.v.Object(made, im.stamp, listing.Changes{Added: r.Added, Changed: r.Changed, Removed: r.Removed}))
	if err := im.batch(objects); err != nil {
		return err
	}
	im.progress(total, total)
	return nil
}

func (im *importer) progress(done, total int) {
	if im.o.Progress != nil {
		im.o.Progress(done, total)
	}
}

func (im *importer) batch(objects []stix.Object) error {
	rc, err := im.j.Append(im.ctx, journal.Batch{
		Objects: objects, By: im.o.By, Source: im.v.Files[0].SHA256, RefuseAll: true,
	})
	if err != nil {
		return err
	}
	if len(rc.Refused) > 0 {
		f := rc.Refused[0]
		return errs.New(errs.Internal, "the journal refused %s of %s: %s", f.ID, im.v.List.Key, f.Message)
	}
	im.report.Written += rc.Added
	return nil
}
