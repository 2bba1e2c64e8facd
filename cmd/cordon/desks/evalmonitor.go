package desks

import (
	"bufio"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"iter"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/cordon-project/cordon/cmd/cordon/run"
	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/journal"
	"github.com/cordon-project/cordon/journal/sqlite"
	"github.com/cordon-project/cordon/lists"
	"github.com/cordon-project/cordon/lists/eval"
	"github.com/cordon-project/cordon/monitor"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/record"
	"github.com/cordon-project/cordon/screen"
	"github.com/cordon-project/cordon/screen/batch"
)

// EvalMonitor is cordon eval monitor: what following a list costs.
type EvalMonitor struct {
	Customers int    `help:"Customers in the book." default:"1000000" placeholder:"N"`
	Data      string `required:"" help:"Folder with names/negatives_us_dev.csv, names/positives_un_treated_dev.csv and lists/ofac_sdn_daily." placeholder:"DIR" type:"path"`
	Deltas    int    `help:"How many successive changes of the list are followed, the latest." default:"100" placeholder:"N"`
	Every     int    `help:"Screen every N-th customer anew at the end, besides those with alerts; 1 is everybody." default:"1" placeholder:"N"`
	Seed      uint64 `help:"Of what is drawn." default:"1"`
}

// Help says what is measured.
func (EvalMonitor) Help() string {
	return "Makes a node and an encrypted book of its own; customers are drawn from the names of the data, some of them listed ones with a slip. " +
		"The first version of the list is followed as one change; then one change after the other; then everybody is screened anew: whatever that finds otherwise was missed. " +
		"Exit code 1 if anything was. The node of --home is not touched."
}

// monitorFigures is what was measured. Times are in milliseconds, memory in bytes.
type monitorFigures struct {
	Customers   int     `json:"customers"`
	Names       int     `json:"list_names"` // in the index of the lists at the end
	Import      float64 `json:"import_ms"`  // encrypting
	OnDisk      int64   `json:"on_disk"`
	Open        float64 `json:"open_ms"`  // decrypting
	First       float64 `json:"first_ms"` // the index is built, and the whole list followed as one change
	FirstAsked  int     `json:"first_asked"`
	Memory      int64   `json:"memory"` // of book and index together
	Deltas      int     `json:"deltas"`
	P50         float64 `json:"delta_p50_ms"`
	P99         float64 `json:"delta_p99_ms"`
	Max         float64 `json:"delta_max_ms"`
	Changed     int     `json:"changed_p50"` // objects of one change
	ChangedMax  int     `json:"changed_max"`
	Affected    int     `json:"affected_p50"` // customers who were asked about
	AffectedMax int     `json:"affected_max"`
	Raised      int     `json:"raised"`
	Reopened    int     `json:"reopened"`
	Gone        int     `json:"gone"`
	Alerts      int     `json:"alerts"` // at the end
	// What screening everybody anew found otherwise: all 0 when nothing was missed.
	Checked int `json:"checked"`
	Missed  int `json:"missed"`
	Stale   int `json:"stale"` // alerts that should have been changed or gone

	Each []deltaFigure `json:"each"`
}

type deltaFigure struct {
	Version int     `json:"version"` // number in the index of the data
	Changed int     `json:"changed"`
	Asked   int     `json:"asked"`
	Raised  int     `json:"raised"`
	Took    float64 `json:"ms"`
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

func (c *EvalMonitor) Run(a *run.App) (err error) {
	if c.Customers < 1 || c.Customers > 20_000_000 || c.Deltas < 1 {
		return errs.New(errs.Invalid, "there are 1 to 20,000,000 customers and at least one change")
	}
	dir, err := os.MkdirTemp("", "cordon-monitor-*")
	if err != nil {
		return errs.New(errs.Unavailable, "no folder could be made for the node").Because(err)
	}
	defer os.RemoveAll(dir)
	b, err := newWatchBench(a.Ctx, dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.close()) }()
	f, err := c.measure(a, b)
	if err != nil {
		return err
	}
	if f.Missed+f.Stale > 0 {
		a.Code = 1
	}
	return a.Out(f, func(w io.Writer) { monitorText(w, f) })
}

func monitorText(w io.Writer, f monitorFigures) {
	line := func(what, format string, args ...any) {
		fmt.Fprintf(w, "%-26s %s\n", what, fmt.Sprintf(format, args...))
	}
	line("customers", "%d, against %d listed names", f.Customers, f.Names)
	line("taken in", "%.1f s", f.Import/1000)
	line("on disk, encrypted", "%.0f MB", float64(f.OnDisk)/1e6)
	line("opened in", "%.1f s", f.Open/1000)
	line("the whole list", "%.1f s with building the index; %d customers asked about", f.First/1000, f.FirstAsked)
	line("memory", "%.0f MB, book and index", float64(f.Memory)/1e6)
	line("changes of the list", "%d, of %d objects each (median), %d at most", f.Deltas, f.Changed, f.ChangedMax)
	line("one change", "%.0f ms median, %.0f ms of 99 in 100, %.0f ms at most", f.P50, f.P99, f.Max)
	line("customers asked about", "%d median, %d at most", f.Affected, f.AffectedMax)
	line("alerts", "%d raised, %d opened again, %d gone; %d at the end", f.Raised, f.Reopened, f.Gone, f.Alerts)
	line("screened anew", "%d customers: %d missed, %d stale", f.Checked, f.Missed, f.Stale)
}

// watchBench is a node as far as the monitor needs one.
type watchBench struct {
	dir       string
	store     *sqlite.Store
	projector *sqlite.Projector
	screen    *screen.Screener
	desk      *monitor.Desk
	viewer    policy.Viewer
}

func newWatchBench(ctx context.Context, dir string) (_ *watchBench, err error) {
	b := &watchBench{dir: dir, viewer: policy.Viewer{Name: "owner", Clearance: policy.Red}}
	if b.store, err = sqlite.Open(ctx, dir, sqlite.Options{Clock: time.Now}); err != nil {
		return nil, err
	}
	p := screen.NewProjection()
	if b.projector, err = sqlite.NewProjector(ctx, b.store, []journal.Projection{p}); err != nil {
		return nil, errors.Join(err, b.store.Close())
	}
	b.screen = screen.New(screen.Config{Journal: b.store, Shelf: b.projector.Shelf(p.Name()), Projection: p, Software: "eval", Clock: time.Now})
	b.open()
	return b, b.projector.CatchUp(ctx)
}

func (b *watchBench) open() {
	b.desk = monitor.NewDesk(monitor.Config{
		Dir: filepath.Join(b.dir, "books"), Journal: b.store, Screen: b.screen, Viewer: b.viewer, Clock: time.Now,
		Settled: func(ctx context.Context, _ int64) error { return b.projector.CatchUp(ctx) },
	})
}

func (b *watchBench) close() error {
	return errors.Join(b.desk.Close(), b.projector.Close(), b.store.Close())
}

// list puts a version of the list into force.
func (b *watchBench) list(ctx context.Context, p eval.Published) (*lists.Version, error) {
	v, err := lists.Read(ctx, "ofac", []lists.File{{Name: "sdn.csv", Data: p.Data}})
	if err != nil {
		return nil, err
	}
	_, err = lists.Import(ctx, b.store, v, lists.ImportOptions{
		By: "eval", Date: record.Date(p.At.Format(time.DateOnly)), Time: p.At.Format(time.RFC3339), Supersede: true, MaxRemoved: 1 << 20,
	})
	if err != nil {
		return nil, err
	}
	return v, b.projector.CatchUp(ctx)
}

const evalBook = "eval"

func (c *EvalMonitor) measure(a *run.App, b *watchBench) (f monitorFigures, err error) {
	daily, err := eval.Open(filepath.Join(c.Data, "lists", "ofac_sdn_daily"))
	if err != nil {
		return f, err
	}
	from := max(0, daily.Len()-1-c.Deltas)
	p, last, first := a.Progress(), (*lists.Version)(nil), true
	defer p.End()
	var names []drawn
	for v, err := range daily.All() { // the last version gives names to be met on the way
		if err != nil {
			return f, err
		}
		if v.N == daily.Len()-1 {
			if last, err = lists.Read(a.Ctx, "ofac", []lists.File{{Name: "sdn.csv", Data: v.Data}}); err != nil {
				return f, err
			}
		}
	}
	if names, err = readNames(c.Data); err != nil {
		return f, err
	}
	for v, err := range daily.All() {
		if err != nil {
			return f, err
		}
		if v.N < from {
			continue
		}
		if first { // before there is any list
			first = false
			if err := c.fill(a, b, &f, drawCustomers(c.Customers, c.Seed, names, last), p); err != nil {
				return f, err
			}
		}
		if _, err := b.list(a.Ctx, v); err != nil {
			return f, err
		}
		p.At("following the list", int64(v.N-from), int64(daily.Len()-from), "versions")
		if err := f.follow(a.Ctx, b, v.N); err != nil {
			return f, err
		}
	}
	f.sum()
	return f, f.check(a.Ctx, b, c.Every, p)
}

// fill makes the book, closes it and opens it again, as a node does that starts.
func (c *EvalMonitor) fill(a *run.App, b *watchBench, f *monitorFigures, rows iter.Seq2[batch.Row, error], p *run.Progress) error {
	if _, err := b.desk.Create(a.Ctx, b.viewer, evalBook, "eval", ""); err != nil {
		return err
	}
	began := time.Now()
	t, err := b.desk.Import(a.Ctx, b.viewer, evalBook, rows, func(stage string, done, _ int64) { p.At(stage, done, int64(c.Customers), "customers") })
	if err != nil {
		return err
	}
	f.Customers, f.Import = t.Customers, ms(time.Since(began))
	if err := b.desk.Close(); err != nil {
		return err
	}
	before := heap()
	began = time.Now()
	b.open()
	if _, err := b.desk.Book(a.Ctx, b.viewer, evalBook); err != nil {
		return err
	}
	f.Open = ms(time.Since(began))
	f.Memory = before // until the index is there
	return filepath.WalkDir(filepath.Join(b.dir, "books"), func(_ string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		i, err := d.Info()
		if err == nil {
			f.OnDisk += i.Size()
		}
		return err
	})
}

func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

func (f *monitorFigures) follow(ctx context.Context, b *watchBench, version int) error {
	began := time.Now()
	r, err := b.desk.Rescreen(ctx, b.viewer, evalBook, false, nil)
	if err != nil {
		return err
	}
	took := ms(time.Since(began))
	if f.First == 0 { // this one has built the index: it is not of the figures
		f.First, f.FirstAsked, f.Memory = took, r.Asked, heap()-f.Memory
	} else {
		f.Each = append(f.Each, deltaFigure{version, r.Changed, r.Asked, r.Raised, took})
	}
	f.Raised, f.Reopened, f.Gone = f.Raised+r.Raised, f.Reopened+r.Reopened, f.Gone+r.Gone
	return nil
}

func (f *monitorFigures) sum() {
	f.Deltas = len(f.Each)
	if f.Deltas == 0 {
		return
	}
	var took []float64
	var changed, asked []int
	for _, e := range f.Each {
		took, changed, asked = append(took, e.Took), append(changed, e.Changed), append(asked, e.Asked)
	}
	slices.Sort(took)
	slices.Sort(changed)
	slices.Sort(asked)
	mid, end := f.Deltas/2, f.Deltas-1
	f.P50, f.P99, f.Max = took[mid], took[f.Deltas*99/100], took[end]
	f.Changed, f.ChangedMax, f.Affected, f.AffectedMax = changed[mid], changed[end], asked[mid], asked[end]
}

// check screens customers anew.
func (f *monitorFigures) check(ctx context.Context, b *watchBench, every int, p *run.Progress) error {
	f.Names = b.screen.Names()
	r, err := b.desk.Sample(ctx, b.viewer, evalBook, every, func(done, total int64) { p.At("screening anew", done, total, "customers") })
	if err != nil {
		return err
	}
	f.Checked, f.Missed, f.Stale = r.Asked, r.Raised+r.Reopened, r.Updated+r.Gone
	_, f.Alerts, err = b.desk.Alerts(ctx, b.viewer, monitor.Filter{Limit: 1, States: []monitor.State{monitor.New, monitor.InReview}})
	return err
}

// drawn is a person of the data from whom customers are made.
type drawn struct{ full, given, family, birth, place, nation string }

// readNames reads the clean names, by nationality, and behind them the listed ones
// with slips.
func readNames(dir string) (out []drawn, err error) {
	for _, name := range []string{"negatives_us_dev.csv", "positives_un_treated_dev.csv"} {
		in, err := os.Open(filepath.Join(dir, "names", name))
		if err != nil {
			return nil, errs.New(errs.NotFound, "the names %s cannot be read", name).Because(err)
		}
		rows, err := readDrawn(bufio.NewReader(in))
		if err = errors.Join(err, in.Close()); err != nil {
			return nil, err
		}
		out = append(out, rows...)
	}
	slices.SortStableFunc(out, func(a, b drawn) int { return strings.Compare(a.nation, b.nation) })
	return out, nil
}

func readDrawn(in io.Reader) (out []drawn, err error) {
	r := csv.NewReader(in)
	head, err := r.Read()
	if err != nil {
		return nil, errs.New(errs.Invalid, "the names have no header").Because(err)
	}
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, errs.New(errs.Invalid, "the names cannot be read").Because(err)
		}
		get := func(column string) string {
			if i := slices.Index(head, column); i >= 0 {
				return row[i]
			}
			return ""
		}
		out = append(out, drawn{get("full_name"), get("first_name"), get("last_name"), get("date_of_birth"), get("place_of_birth"), get("nationality")})
	}
}

// drawCustomers draws customers: given and family names of people of one nationality,
// one in a thousand a listed name with a slip now and then, one in five hundred
// somebody of the data as they are, and documents and wallets, of which one in two
// thousand is listed.
func drawCustomers(n int, seed uint64, names []drawn, listed *lists.Version) iter.Seq2[batch.Row, error] {
	r := rand.New(rand.NewPCG(seed, 2))
	entry := func() *record.Party { return &listed.Entries[r.IntN(len(listed.Entries))].Party }
	return func(yield func(batch.Row, error) bool) {
		for i := range n {
			at := r.IntN(len(names))
			x := names[at]
			name := x.full
			if near := names[min(len(names)-1, at+r.IntN(200))]; i%500 != 0 && x.given != "" && near.family != "" {
				name = x.given + " " + near.family
			}
			if i%1000 == 1 {
				if p := entry(); len(p.Names) > 0 {
					name = slip(r, p.Names[r.IntN(len(p.Names))].Text)
				}
			}
			q := screen.Query{Text: name, Kind: screen.Name, Place: x.place, Country: x.nation}
			q.Birth, _ = batch.ParseBirth(x.birth, batch.AnyOrder)
			if i%3 == 0 {
				q.Identifiers = append(q.Identifiers, fmt.Sprintf("%c%08d", 'A'+r.IntN(26), r.IntN(1e8)))
			}
			if i%2000 == 2 {
				if p := entry(); len(p.Documents) > 0 {
					q.Identifiers = append(q.Identifiers, p.Documents[0].Number)
				} else if len(p.Wallets) > 0 {
					q.Identifiers = append(q.Identifiers, p.Wallets[0].Address)
				}
			}
			if !yield(batch.Row{Line: i + 2, Reference: fmt.Sprintf("C-%08d", i), Query: q}, nil) {
				return
			}
		}
	}
}

// slip drops a letter of a name, or puts its words in another order, every other
// time.
func slip(r *rand.Rand, name string) string {
	letters := []rune(name)
	switch at := r.IntN(max(len(letters), 1)); {
	case r.IntN(2) == 0 || len(letters) < 6:
		return name
	case r.IntN(2) == 0:
		return string(slices.Delete(letters, at, at+1))
	}
	words := strings.Fields(strings.ReplaceAll(name, ",", " "))
	slices.Reverse(words)
	return strings.Join(words, " ")
}
