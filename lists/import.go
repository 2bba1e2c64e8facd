package lists

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"sync"
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
	// MaxRemoved is the number of entries that may go in one version, whatever the
	// list's length. The largest single delisting so far took 518 entries of OFAC's
	// list (Syria, 30 June 2025).
	MaxRemoved = 750
	// The share of a list's entries that may go, and the number that may go of any
	// list: one in twenty, and ten of a short one.
	removedOneIn, removedAtLeast = 20, 10
	// oneBatch is the number of objects up to which a change of a list is one
	// atomic batch; first imports and larger changes go in parts.
	oneBatch  = 10_000
	partBatch = 2_000
)

// ImportOptions says what an import may do beyond the ordinary. The zero value
// is the safe one. No option lets a version in that loses more than the
// threshold: that takes a [Release], which is the word of two persons.
type ImportOptions struct {
	// By is who imports, for the journal.
	By string
	// Date is the list's date as a person states it; it goes before every other.
	Date record.Date
	// Time is the moment on that date at which the authority published, RFC 3339
	// in UTC: two versions of one day are told apart by it. "" for midnight.
	Time string
	// Supersede takes a version that is not later than the one in force: an
	// older one, a second one of the same date, or the same files read anew by a
	// newer Cordon. Its objects are stamped one millisecond after the version in
	// force.
	Supersede bool
	// Stated are the sha256 that the authority states for the files, in hex. A
	// version that does not consist of such files is held.
	Stated []string
	// Release lets a held version in.
	Release *Release
	// MaxRemoved is the number of entries that may go; 0 means [MaxRemoved] or
	// one in twenty, whichever is less, and ten of a short list.
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
	// A page of old versions costs more than the change of a day, and the newest
	// few mostly have the list among them.
	for _, limit := range []int{latestVersions, 0} {
		q := journal.Query{Types: []string{record.ListVersionType}, Newest: true, Limit: limit, Purpose: policy.Reading}
		seen := 0
		for e, err := range j.Scan(ctx, policy.Public, q) {
			if err != nil {
				return record.ListVersion{}, false, err
			}
			if seen++; e.Erased || !bytes.Contains(e.Canonical, named) {
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
		if seen < limit {
			break
		}
	}
	return record.ListVersion{}, false, nil
}

// latestVersions is how many list versions are looked at before all of them are.
const latestVersions = 8

// held is what the journal has of one object.
type held struct {
	print    print
	created  string
	modified string
}

// known is what the journal has of one list, as of the version in force.
type known struct {
	force  record.ListVersion
	has    bool
	held   map[string]held                // parties and designations, by id
	listed map[string]*record.Designation // designations as they were written, by id
	// head is the entry of the journal up to which all this is so.
	head int64
	// order is the entries of the version in force, when this session put it there:
	// all that it has is as it says. nil when nobody knows in which order they stand.
	order []standing
}

// standing is one entry of the version in force.
type standing struct {
	id string // of the designation
	printed
}

// write is one object that is to be written. It is made only when its batch is.
type write struct {
	entry             *Entry
	party             bool // the party; otherwise the designation
	print             print
	created, modified string
}

// Session imports successive versions of lists into one journal. It remembers
// what is in force, so that a version costs what it changes and not what the list
// holds: a version that changes little takes milliseconds. What it remembers is
// compared with the journal at every import and read anew when another importer
// was there. It is safe for use by several goroutines, which import one after
// another.
type Session struct {
	j     journal.Journal
	mu    sync.Mutex
	known map[string]*known // by the list's name
}

// NewSession returns a session that remembers nothing yet.
func NewSession(j journal.Journal) *Session {
	return &Session{j: j, known: map[string]*known{}}
}

// importer holds one import.
type importer struct {
	ctx     context.Context
	j       journal.Journal
	v       *Version
	prints  []printed
	o       ImportOptions
	stamp   string
	known   *known
	writes  []write
	gone    []string // designations that the list no longer has, by id
	changed []int    // entries that say something else, by place
	report  Report
	reasons []Reason
}

// Import appends what the version changes against the one in force and puts it
// in force. What it refuses is errs.Conflict and leaves everything as it was: a
// version without a date, or one that has to wait for people, which has a [*Hold]
// inside with its difference. The same files again write nothing.
func Import(ctx context.Context, j journal.Journal, v *Version, o ImportOptions) (Report, error) {
	return NewSession(j).Import(ctx, v, o)
}

// Import does what [Import] does.
func (s *Session) Import(ctx context.Context, v *Version, o ImportOptions) (Report, error) {
	return s.ImportPrepared(ctx, &Prepared{Version: v}, o)
}

// ImportPrepared does what [Import] does with a version that was prepared.
func (s *Session) ImportPrepared(ctx context.Context, p *Prepared, o ImportOptions) (r Report, err error) {
	defer errs.Wrap(&err, "lists.Import(%s)", p.List.Key)
	v, err := dated(p.Version, o)
	if err != nil {
		return Report{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	im := &importer{ctx: ctx, j: s.j, v: v, prints: p.prints, o: o, known: s.known[v.List.Name]}
	head, err := s.j.Head(ctx)
	if err != nil {
		return Report{}, err
	}
	force, has, err := InForce(ctx, s.j, v.List)
	if err != nil {
		return Report{}, err
	}
	stands, err := im.known.stands(ctx, s.j, force, has)
	if err != nil {
		return Report{}, err
	}
	if !stands {
		im.known = &known{force: force, has: has}
	}
	im.known.head = head
	im.report = Report{
		List: v.List, Version: v.ID(), Date: v.Date, DateFrom: v.DateFrom, Entries: len(v.Entries),
		Orphans: len(v.Orphans), Warnings: v.Warnings,
	}
	if has {
		im.report.Before = force.ID
		if force.ID == v.ID() && !o.Supersede && o.Release == nil {
			im.report.Same, im.report.Unchanged, im.report.Stamp = true, len(v.Entries), force.Modified
			return im.report, nil
		}
	}
	if err := im.run(); err != nil {
		delete(s.known, v.List.Name) // a part of it may be there
		if _, waits := HoldOf(err); waits {
			s.known[v.List.Name] = im.known
		}
		return Report{}, err
	}
	s.known[v.List.Name] = im.known
	return im.report, nil
}

// stands reports whether the journal still is as it is known: the same version is in
// force, and nobody else has written or erased an object of the list since.
func (k *known) stands(ctx context.Context, j journal.Journal, force record.ListVersion, has bool) (bool, error) {
	if k == nil || k.held == nil || k.has != has || k.force.ID != force.ID || k.force.Modified != force.Modified {
		return false, nil
	}
	q := journal.Query{After: k.head, Types: []string{record.DesignationType, "identity"}, Purpose: policy.Reading}
	for e, err := range j.Scan(ctx, policy.Public, q) {
		if err != nil {
			return false, err
		}
		if h, ours := k.held[e.ID]; ours && (e.Erased || e.Version != h.modified) {
			return false, nil
		}
	}
	return true, nil
}

// dated returns the version with the date and time that a person states.
func dated(v *Version, o ImportOptions) (_ *Version, err error) {
	if o.Date != "" {
		if v, err = v.WithDate(o.Date); err != nil {
			return nil, err
		}
	}
	if o.Time == "" {
		return v, nil
	}
	t, err := time.Parse(time.RFC3339, o.Time)
	if err != nil || o.Date == "" || t.UTC().Format(time.DateOnly) != string(o.Date) {
		return nil, errs.New(errs.Invalid, "%q is no moment of the list's date %q", o.Time, o.Date).WithHint("write it as 2024-05-03T14:00:00Z, in UTC")
	}
	c := *v
	c.Time = t.UTC().Format(millis)
	return &c, nil
}

// run compares, decides and writes.
func (im *importer) run() (err error) {
	if im.stamp, err = im.time(); err != nil {
		return err
	}
	im.report.Stamp = im.stamp
	im.shrunk()
	im.stated()
	if err := im.load(); err != nil {
		return err
	}
	if err := im.compare(); err != nil {
		return err
	}
	if err := im.lost(); err != nil {
		return err
	}
	if err := im.released(); err != nil {
		return err
	}
	if err := im.append(); err != nil {
		return err
	}
	im.remember()
	return nil
}

// time decides the timestamp of the version, or refuses it.
func (im *importer) time() (string, error) {
	stamp, force := im.v.Stamp(), &im.known.force
	if !im.known.has {
		return stamp, nil
	}
	switch {
	case im.v.Date == "":
		return "", errs.New(errs.Conflict, "nothing says the date of these files, and a version of the list %s is in force; nothing was imported", im.v.List.Key).
			WithHint("state the date of the list, for example --date 2024-05-03")
	case stamp > force.Modified:
		return stamp, nil
	case im.o.Supersede:
	case im.v.Date == force.Date:
		im.reasons = append(im.reasons, SameDate)
	default:
		im.reasons = append(im.reasons, Older)
	}
	return later(force.Modified)
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

// shrunk notes that the list, one of its files, or the number of files is less
// than it should be.
func (im *importer) shrunk() {
	force := &im.known.force
	if !im.known.has {
		return
	}
	if 3*len(im.v.Entries) < 2*force.Entries {
		im.reasons = append(im.reasons, Shrunk)
	}
	rows := make(map[string]int, len(im.v.Files))
	for _, f := range im.v.Files {
		rows[f.Name] = f.Rows
	}
	for _, f := range force.Files {
		n, there := rows[f.Name]
		switch {
		case !there && len(im.v.Files) < len(force.Files):
			im.reasons = append(im.reasons, FileMissing)
		case there && 3*n < 2*f.Rows && !slices.Contains(im.reasons, Shrunk):
			im.reasons = append(im.reasons, Shrunk)
		}
	}
}

// stated notes that the files are not those that the authority states.
func (im *importer) stated() {
	if len(im.o.Stated) == 0 {
		return
	}
	for _, f := range im.v.Files {
		if !slices.ContainsFunc(im.o.Stated, func(h string) bool { return strings.EqualFold(strings.TrimSpace(h), f.SHA256) }) {
			im.reasons = append(im.reasons, OtherHash)
			return
		}
	}
}

// load reads what the journal has of the list's objects, unless the session knows.
func (im *importer) load() error {
	k := im.known
	if k.held != nil {
		return nil
	}
	k.held = make(map[string]held, 2*len(im.v.Entries))
	k.listed = make(map[string]*record.Designation, len(im.v.Entries))
	parties := make(map[string]bool, len(im.v.Entries))
	for i := range im.v.Entries {
		parties[im.v.Entries[i].Party.ID] = true
	}
	var dg digest
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
		k.listed[d.ID] = &d
		k.held[d.ID] = held{dg.designation(&d), d.Created, d.Modified}
		parties[d.Party] = true
		return nil
	})
	if err != nil || !k.has && len(k.listed) == 0 {
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
		k.held[p.ID] = held{dg.party(&p), o.Str("created"), o.Str("modified")}
		return nil
	})
}

// remember brings what is known of the list up to the version that is in force
// now.
func (im *importer) remember() {
	k := im.known
	for i := range im.writes {
		w := &im.writes[i]
		id := w.entry.Party.ID
		if !w.party {
			id = w.entry.Designation.ID
			d := w.entry.Designation // of the entry nothing else is kept
			k.listed[id] = &d
		}
		k.held[id] = held{w.print, w.created, w.modified}
	}
	v := im.v
	k.order = make([]standing, len(v.Entries))
	for i := range v.Entries {
		k.order[i] = standing{v.Entries[i].Designation.ID, im.prints[i]}
	}
	k.has = true
	k.force = record.ListVersion{
		ID: v.ID(), List: v.List.Name, Authority: v.List.Authority, Nation: v.List.Nation, Date: v.Date, DateFrom: v.DateFrom,
		Files: v.Files, Entries: len(v.Entries), Created: im.made(), Modified: im.stamp,
	}
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
	return !im.known.has || h.modified > max(im.known.force.Modified, h.created)
}

// fresh reports whether an object that an interrupted import wrote was new then.
func (im *importer) fresh(id string) (bool, error) {
	if !im.known.has {
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

// compare finds the objects that the journal does not have.
func (im *importer) compare() error {
	if im.prints == nil {
		im.prints = prints(im.v)
	}
	seen := newAlong(im.known.order)
	for i := range im.v.Entries {
		id := im.v.Entries[i].Designation.ID
		at, again := seen.meet(id)
		switch {
		case again:
			return errs.New(errs.Invalid, "the entry %s stands twice in %s; nothing was imported and the version in force stays", im.v.Entries[i].Designation.Entry, im.v.List.Key)
		case at != nil && at.printed == im.prints[i]:
			im.report.Unchanged++
			continue
		}
		if err := im.entry(i); err != nil {
			return err
		}
	}
	return im.removed(seen)
}

// along walks along the version in force beside another one. Most entries stand in
// both and in one order, so hardly any is looked up.
type along struct {
	order []standing
	met   []bool
	next  int
	index map[string]int  // of order by id; nil until it is needed
	other map[string]bool // those met that order does not have
}

func newAlong(order []standing) *along {
	return &along{order: order, met: make([]bool, len(order)), other: map[string]bool{}}
}

// lookAhead is how many entries that are gone are passed over before one is looked
// up.
const lookAhead = 16

// meet returns where an entry stands in the version in force, nil when it does not;
// again is set when it was met before.
func (a *along) meet(id string) (at *standing, again bool) {
	for i := a.next; i < min(a.next+lookAhead, len(a.order)); i++ {
		if a.order[i].id == id {
			return a.mark(i)
		}
	}
	if a.index == nil {
		a.index = make(map[string]int, len(a.order))
		for i := range a.order {
			a.index[a.order[i].id] = i
		}
	}
	if i, there := a.index[id]; there {
		return a.mark(i)
	}
	again = a.other[id]
	a.other[id] = true
	return nil, again
}

func (a *along) mark(i int) (*standing, bool) {
	again := a.met[i]
	a.met[i], a.next = true, i+1
	return &a.order[i], again
}

// missing returns the designations that were not met, sorted. When the order is not
// known they are among all that are listed.
func (a *along) missing(listed map[string]*record.Designation) (out []string) {
	if a.order == nil {
		for id, d := range listed {
			if !a.other[id] && !d.Press {
				out = append(out, id)
			}
		}
	}
	for i := range a.order {
		if !a.met[i] {
			out = append(out, a.order[i].id)
		}
	}
	slices.Sort(out)
	return out
}

// entry compares one entry with what the journal has.
func (im *importer) entry(i int) error {
	e, p := &im.v.Entries[i], &im.prints[i]
	hp, hasP := im.known.held[e.Party.ID]
	hd, hasD := im.known.held[e.Designation.ID]
	sameP := hasP && hp.print == p.party
	sameD := hasD && hd.print == p.designation
	if !sameP {
		c, m, err := im.times(e, hp, hasP)
		if err != nil {
			return err
		}
		im.writes = append(im.writes, write{e, true, p.party, c, m})
	}
	if !sameD {
		c, m, err := im.times(e, hd, hasD)
		if err != nil {
			return err
		}
		im.writes = append(im.writes, write{e, false, p.designation, c, m})
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
		im.changed = append(im.changed, i)
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

// removed writes the designations that the list no longer has as removed.
func (im *importer) removed(seen *along) error {
	var dg digest
	for _, id := range seen.missing(im.known.listed) {
		d := im.known.listed[id]
		if d.Status == record.Removed {
			if im.known.has && im.begun(im.known.held[id]) {
				im.report.Removed++ // by a part of this import that was interrupted
				im.gone = append(im.gone, id)
			}
			continue
		}
		im.report.Removed++
		im.gone = append(im.gone, id)
		e := &Entry{Designation: *d}
		e.Designation.Status = record.Removed
		c, m, err := im.times(e, im.known.held[id], true)
		if err != nil {
			return err
		}
		im.writes = append(im.writes, write{e, false, dg.designation(&e.Designation), c, m})
	}
	return nil
}

// append writes the objects, and with the last of them the list version.
func (im *importer) append() error {
	size := oneBatch
	if len(im.writes) > oneBatch || !im.known.has {
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
	r := &im.report
	objects = append(objects, im.v.Object(im.made(), im.stamp, listing.Changes{Added: r.Added, Changed: r.Changed, Removed: r.Removed}))
	if err := im.batch(objects); err != nil {
		return err
	}
	im.progress(total, total)
	return nil
}

// made is when the list version's object was made: a version of it that was in
// force before keeps its time.
func (im *importer) made() string {
	if im.known.has && im.known.force.ID == im.v.ID() {
		return im.known.force.Created
	}
	return im.stamp
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
	if rc.First == im.known.head+1 { // otherwise somebody else wrote in between: see stands
		im.known.head = rc.Last
	}
	return nil
}
