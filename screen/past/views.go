package past

import (
	"context"
	"iter"
	"slices"
	"sync"
	"time"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/journal"
	"github.com/cordon-project/cordon/lists/history"
	"github.com/cordon-project/cordon/screen"
)

// maxViews is how many days are remembered: each holds an index of all names.
const maxViews = 3

// Config is what views stand on. Journal and Feed are needed.
type Config struct {
	Journal journal.Journal
	// Feed yields entries in the form for projections: see sqlite.Store.Feed.
	Feed func(ctx context.Context, after, upTo int64) iter.Seq2[journal.Entry, error]
	// Epoch grows when entries that were read have changed, by an erasure or by a
	// marking definition that came late; nil for never.
	Epoch    func() int64
	Params   screen.Params // the zero value: screen.DefaultParams
	Software string
	Clock    func() time.Time
	Cleared  func(key, reference, party, version string, at time.Time) (screen.Clearance, bool)
}

// Views remembers screeners of days. It is safe for use by several goroutines.
type Views struct {
	c   Config
	mu  sync.Mutex
	all []*view // the last used at the end
}

// view is one screener of a day.
type view struct {
	asOf  string
	head  int64 // the journal's, when it was last looked at
	epoch int64
	day   *history.Day
	s     *screen.Screener
}

// New returns views that remember nothing yet.
func New(c Config) *Views {
	if c.Epoch == nil {
		c.Epoch = func() int64 { return 0 }
	}
	return &Views{c: c}
}

// Screener returns the screener of a day or moment. Errors: errs.Invalid for what
// is neither, or has not come yet.
func (w *Views) Screener(ctx context.Context, asOf string) (_ *screen.Screener, err error) {
	defer errs.Wrap(&err, "past.Screener(%s)", asOf)
	at, err := w.moment(asOf)
	if err != nil {
		return nil, err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	head, err := w.c.Journal.Head(ctx)
	if err != nil {
		return nil, err
	}
	if i := slices.IndexFunc(w.all, func(v *view) bool { return v.asOf == asOf }); i >= 0 {
		v := w.all[i]
		w.all = append(slices.Delete(w.all, i, i+1), v)
		current, err := w.current(ctx, v, head)
		if err != nil || current {
			return v.s, err
		}
		w.all = w.all[:len(w.all)-1]
	}
	v, err := w.build(ctx, asOf, at, head, w.c.Clock)
	if err != nil {
		return nil, err
	}
	w.all = append(w.all, v)
	if len(w.all) > maxViews {
		w.all = slices.Delete(w.all, 0, 1)
	}
	return v.s, nil
}

// moment reads a day or moment that has come.
func (w *Views) moment(asOf string) (time.Time, error) {
	at, err := history.ParseMoment(asOf)
	if err != nil {
		return at, err
	}
	now := w.c.Clock().UTC()
	if at.After(now) && at.Format(time.DateOnly) != now.Format(time.DateOnly) {
		return at, errs.New(errs.Invalid, "the day %s has not come", asOf).WithHint("ask of a day up to today")
	}
	return at, nil
}

// current reports whether nothing of the view's day has come in or was erased
// since it was built.
func (w *Views) current(ctx context.Context, v *view, head int64) (bool, error) {
	if v.epoch != w.c.Epoch() {
		return false, nil
	}
	if v.head == head {
		return true, nil
	}
	at, err := w.moment(v.asOf)
	if err != nil {
		return false, err
	}
	day, err := history.At(ctx, w.c.Journal, head, at)
	if err != nil {
		return false, err
	}
	for e, err := range w.c.Feed(ctx, v.head, head) {
		if err != nil || day.Kept(e) {
			return false, err
		}
	}
	v.head = head
	return true, nil
}

// build reads the journal as it stood. asOf "" is the journal with entry head,
// whatever day its lists are of.
func (w *Views) build(ctx context.Context, asOf string, at time.Time, head int64, clock func() time.Time) (*view, error) {
	v := &view{asOf: asOf, head: head, epoch: w.c.Epoch()}
	p, then := journal.NewPast(w.c.Journal, head, nil), (*screen.Then)(nil)
	if asOf != "" {
		var err error
		if v.day, err = history.At(ctx, w.c.Journal, head, at); err != nil {
			return nil, err
		}
		p, then = v.day.Past, &screen.Then{AsOf: asOf, Until: at, Lists: listsThen(v.day)}
	}
	shelf, projection := journal.NewMemoryShelf(w.c.Clock), screen.NewProjection()
	if err := p.Project(ctx, w.c.Feed(ctx, 0, head), projection, shelf); err != nil {
		return nil, err
	}
	v.s = screen.New(screen.Config{
		Journal: p, Shelf: shelf, Projection: projection, Params: w.c.Params, Software: w.c.Software, Clock: clock, Decides: w.c.Clock, Cleared: w.c.Cleared, Then: then,
	})
	return v, projection.Applied(ctx, 0, head)
}

func listsThen(d *history.Day) []screen.ListThen {
	var out []screen.ListThen
	for _, s := range d.Lists {
		l := screen.ListThen{List: s.List, Missing: s.Version == nil}
		if v := s.Version; v != nil {
			l.Version, l.Date = v.ID, v.Date
			for _, f := range v.Files {
				l.SHA256 = append(l.SHA256, f.SHA256)
			}
		}
		out = append(out, l)
	}
	return out
}
