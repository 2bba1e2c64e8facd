package eval

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"time"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/journal/archive"
	"github.com/cordon-project/cordon/journal/sqlite"
	"github.com/cordon-project/cordon/lists"
	"github.com/cordon-project/cordon/lists/history"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/record"
)

// Options says what is proved.
type Options struct {
	List  string // key of the list; "" is ofac
	File  string // what its file is called; "" is sdn.csv
	Home  string // an empty folder for the nodes that are made
	Every int    // compare as of every so many versions; 0 is every one, below 0 none
	Clock func() time.Time
	// Progress is told how many versions a stage has done; may be nil.
	Progress func(stage string, done, total int)
}

// Spread is how long something took, in milliseconds.
type Spread struct {
	P50 float64 `json:"p50_ms"`
	P99 float64 `json:"p99_ms"`
	Max float64 `json:"max_ms"`
}

// Slow is a version that took longer than it may.
type Slow struct {
	Version int     `json:"version"` // number in the index
	MS      float64 `json:"ms"`
	Written int     `json:"written"` // objects that the journal did not have
}

// Figures are what was measured and proved.
type Figures struct {
	Versions int `json:"versions"`
	Entries  int `json:"entries"` // of the last version
	Objects  int `json:"objects"` // versions of objects in the journal

	Load  float64 `json:"load_seconds"` // from the first file to the last version in force: archive, read, import, difference
	Read  Spread  `json:"read"`         // one file into a version, prepared
	Keep  Spread  `json:"keep"`         // one file into the archive
	Delta Spread  `json:"delta"`        // one version, from the second on, compared and in force while others are read
	First float64 `json:"first_ms"`     // the first version in force

	Alone  Spread `json:"delta_alone"` // one version, from the second on, compared and in force, with nothing beside it
	Within int    `json:"delta_alone_within_50ms"`
	Slow   []Slow `json:"delta_alone_over_50ms,omitempty"` // the longest first

	Added   int `json:"added"` // of all versions but the first
	Changed int `json:"changed"`
	Removed int `json:"removed"`
	Fields  int `json:"fields"` // of changed entries
	Agreed  int `json:"diffs_agreed"`
	MostAdd int `json:"most_added"`
	MostChg int `json:"most_changed"`
	MostRem int `json:"most_removed"`

	Archive int64 `json:"archive_bytes"`
	Journal int64 `json:"journal_bytes"`
	Rebuilt int   `json:"rebuilt_exact"`

	Compared  int      `json:"as_of_compared"`
	Content   int      `json:"as_of_content_equal"`
	Questions int      `json:"questions"`
	Answers   int      `json:"as_of_answers_equal"` // dates on which every answer was equal
	View      Spread   `json:"view"`                // the screener of a day, built
	Unlike    []string `json:"unlike,omitempty"`    // the first differences
	Peak      int64    `json:"peak_bytes,omitempty"`
}

// OK reports whether all that was looked at is as it should be.
func (f *Figures) OK() bool {
	return f.Agreed == f.Versions-1 && f.Rebuilt == f.Versions && f.Content == f.Compared && f.Answers == f.Compared
}

// run is one proof on its way.
type run struct {
	ctx     context.Context
	o       Options
	d       *Daily
	store   *sqlite.Store
	archive *archive.Archive
	session *lists.Session
	list    lists.List
	label   policy.Label // of everything here
	f       Figures

	read, keep, delta, alone, view []time.Duration
	asked                          [][]string // names to ask for at each version
}

// Run loads every version of the folder into a fresh node and proves its history.
// With an error it gives the figures up to there. Errors: those of the node, and
// what the folder's own are.
func Run(ctx context.Context, d *Daily, o Options) (f Figures, err error) {
	defer errs.Wrap(&err, "eval.Run")
	if o.List == "" {
		o.List, o.File = "ofac", "sdn.csv"
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	r := &run{ctx: ctx, o: o, d: d}
	var known bool
	if r.list, known = lists.Find(o.List); !known {
		return f, errs.New(errs.NotFound, "there is no list called %q", o.List)
	}
	if r.label, err = policy.LabelOf(record.Authority(r.list.Authority), policy.Clear, nil); err != nil {
		return f, err
	}
	if r.store, err = sqlite.Open(ctx, filepath.Join(o.Home, "node"), sqlite.Options{Clock: o.Clock}); err != nil {
		return f, err
	}
	defer r.store.Close()
	if r.archive, err = archive.Open(filepath.Join(o.Home, "node", "archive"), archive.Options{Clock: o.Clock}); err != nil {
		return f, err
	}
	r.session = lists.NewSession(r.store)
	for _, step := range []func() error{r.load, r.deltas, r.rebuild, r.compare} {
		if err = step(); err != nil {
			break
		}
	}
	r.f.Read, r.f.Keep, r.f.Delta, r.f.Alone, r.f.View = spread(r.read), spread(r.keep), spread(r.delta), spread(r.alone), spread(r.view)
	r.f.Peak = peak()
	return r.f, err
}

func (r *run) tell(stage string, done int) {
	if r.o.Progress != nil {
		r.o.Progress(stage, done, r.d.Len())
	}
}

// ready is a version that was kept, read and prepared.
type ready struct {
	p          Published
	v          *lists.Prepared
	read, keep time.Duration
	err        error
}

// prepare keeps, reads and prepares the versions ahead of who takes them, several
// beside each other, and gives them in their order.
func (r *run) prepare(ctx context.Context) <-chan chan ready {
	ahead := make(chan chan ready, runtime.GOMAXPROCS(0))
	go func() {
		defer close(ahead)
		for p, err := range r.d.All() {
			out := make(chan ready, 1)
			select {
			case ahead <- out:
			case <-ctx.Done():
				return
			}
			if err != nil {
				out <- ready{err: err}
				return
			}
			go func() { out <- r.one(ctx, p) }()
		}
	}()
	return ahead
}

// one does it with one version.
func (r *run) one(ctx context.Context, p Published) (out ready) {
	out.p = p
	at := time.Now()
	in := archive.Input{Name: r.o.File, By: "eval", Label: r.label}
	if _, out.err = r.archive.Put(ctx, bytes.NewReader(p.Data), in); out.err != nil {
		return out
	}
	out.keep = time.Since(at)
	at = time.Now()
	v, err := lists.Read(ctx, r.o.List, []lists.File{{Name: r.o.File, SHA256: p.SHA256, Data: p.Data}})
	if err != nil {
		out.err = errs.New(errs.KindOf(err), "version %d of %s was not read", p.N, p.At.Format(time.DateOnly)).Because(err)
		return out
	}
	out.v = lists.Prepare(v)
	out.read = time.Since(at)
	out.p.Data = nil
	return out
}

// stated is how a version's moment is stated to an import.
func stated(p Published) lists.ImportOptions {
	return lists.ImportOptions{By: "eval", Date: record.Date(p.At.Format(time.DateOnly)), Time: p.At.Format(time.RFC3339)}
}

// deltaBar is what one version may take.
const deltaBar = 50 * time.Millisecond

// load imports every version.
func (r *run) load() error {
	ctx, cancel := context.WithCancel(r.ctx)
	defer cancel()
	began := time.Now()
	r.asked = make([][]string, r.d.Len())
	var before *lists.Prepared
	for out := range r.prepare(ctx) {
		x := <-out
		if x.err != nil {
			return x.err
		}
		at := time.Now()
		rep, err := r.session.ImportPrepared(ctx, x.v, stated(x.p))
		if err != nil {
			return errs.New(errs.KindOf(err), "version %d of %s was not imported", x.p.N, x.p.At.Format(time.DateOnly)).Because(err)
		}
		took := time.Since(at)
		r.read, r.keep = append(r.read, x.read), append(r.keep, x.keep)
		if x.p.N == 0 {
			r.f.First = ms(took)
		} else {
			r.delta = append(r.delta, took)
			r.asked[x.p.N] = r.diff(before, x.v, rep)
		}
		before = x.v
		r.f.Versions, r.f.Entries = x.p.N+1, rep.Entries
		r.tell("loading", x.p.N+1)
	}
	r.f.Load = time.Since(began).Seconds()
	head, err := r.store.Head(ctx)
	r.f.Objects = int(head)
	if err != nil {
		return err
	}
	r.f.Journal = size(filepath.Join(r.o.Home, "node"), "archive")
	r.f.Archive = size(filepath.Join(r.o.Home, "node", "archive"), "")
	return nil
}

// deltas imports every version once more into another node, one after the other,
// as a node meets them: each is read before its time begins to count, and nothing
// is done beside it.
func (r *run) deltas() (err error) {
	store, err := sqlite.Open(r.ctx, filepath.Join(r.o.Home, "alone"), sqlite.Options{Clock: r.o.Clock})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	session := lists.NewSession(store)
	for p, err := range r.d.All() {
		if err != nil {
			return err
		}
		v, err := lists.Read(r.ctx, r.o.List, []lists.File{{Name: r.o.File, SHA256: p.SHA256, Data: p.Data}})
		if err != nil {
			return err
		}
		prepared := lists.Prepare(v)
		at := time.Now()
		rep, err := session.ImportPrepared(r.ctx, prepared, stated(p))
		if err != nil {
			return err
		}
		if took := time.Since(at); p.N > 0 {
			r.alone = append(r.alone, took)
			if took <= deltaBar {
				r.f.Within++
			} else {
				r.f.Slow = append(r.f.Slow, Slow{p.N, ms(took), rep.Written})
			}
		}
		r.tell("one by one", p.N+1)
	}
	slices.SortFunc(r.f.Slow, func(a, b Slow) int { return cmp.Compare(b.MS, a.MS) })
	return nil
}

// asksEach is how many names of each kind of change are asked for at a version.
const asksEach = 5

// diff counts one difference and returns names of it.
func (r *run) diff(before, after *lists.Prepared, wrote lists.Report) (names []string) {
	count := map[lists.ChangeKind]int{}
	for c := range before.Diff(after) {
		if count[c.Kind]++; count[c.Kind] <= asksEach {
			names = append(names, c.Name)
		}
		r.f.Fields += len(c.Fields)
		if c.Kind == lists.Changed && len(c.Fields) == 0 {
			r.unlike("an entry changed in no field: " + c.Entry)
		}
	}
	added, changed, removed := count[lists.Added], count[lists.Changed], count[lists.Gone]
	r.f.Added, r.f.Changed, r.f.Removed = r.f.Added+added, r.f.Changed+changed, r.f.Removed+removed
	r.f.MostAdd, r.f.MostChg, r.f.MostRem = max(r.f.MostAdd, added), max(r.f.MostChg, changed), max(r.f.MostRem, removed)
	// What comes back under its number is a change to the journal.
	if removed == wrote.Removed && added+changed == wrote.Added+wrote.Changed && added >= wrote.Added {
		r.f.Agreed++
	}
	return names
}

// rebuild gives every version back out of the archive.
func (r *run) rebuild() error {
	all, err := history.Known(r.ctx, r.store, r.o.List)
	if err != nil {
		return err
	}
	for i, v := range all {
		files, err := history.Rebuild(r.ctx, r.archive, policy.Public, v.ListVersion)
		if err != nil {
			return err
		}
		if i < len(r.d.rows) && len(files) == 1 && files[0].SHA256 == r.d.rows[i].sum {
			r.f.Rebuilt++
		}
		r.tell("rebuilding", i+1)
	}
	return nil
}

// maxUnlike bounds how many differences are told.
const maxUnlike = 20

func (r *run) unlike(text string) {
	if len(r.f.Unlike) < maxUnlike {
		r.f.Unlike = append(r.f.Unlike, text)
	}
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// spread sorts times and takes the median, the 99th of a hundred and the longest.
func spread(all []time.Duration) Spread {
	if len(all) == 0 {
		return Spread{}
	}
	slices.Sort(all)
	return Spread{P50: ms(all[len(all)/2]), P99: ms(all[min(len(all)-1, len(all)*99/100)]), Max: ms(all[len(all)-1])}
}

// size is how many bytes the files below a folder have, without one in it.
func size(dir, without string) (n int64) {
	_ = filepath.WalkDir(dir, func(path string, e os.DirEntry, err error) error {
		if err != nil {
			return nil
		}
		if e.IsDir() && without != "" && e.Name() == without {
			return filepath.SkipDir
		}
		if i, err := e.Info(); err == nil && !e.IsDir() {
			n += i.Size()
		}
		return nil
	})
	return n
}
