package matrix

import (
	"cmp"
	"context"
	"iter"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/identity"
	"github.com/cordon-project/cordon/journal"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/record"
)

// Groups gives every group that a viewer may see and that has a designation which
// is wanted, nil for all; an error is the last thing. It is the method Groups of
// [identity.Engine].
type Groups func(ctx context.Context, v policy.Viewer, want func(*record.Designation) bool) iter.Seq2[identity.Group, error]

// Config is what a desk stands on. Groups and Journal are needed.
type Config struct {
	Groups  Groups
	Journal journal.Journal
	Clock   func() time.Time // nil: time.Now
	// Turn names the stretch of time in which time alone changes nothing of what
	// anybody may see: see sqlite.Store.Turn. nil: it never does.
	Turn func() string
}

// Desk answers for one node. It may be used by several at once.
type Desk struct {
	c    Config
	mu   sync.Mutex
	last *view
}

// New returns a desk.
func New(c Config) *Desk {
	if c.Clock == nil {
		c.Clock = time.Now
	}
	if c.Turn == nil {
		c.Turn = func() string { return "" }
	}
	return &Desk{c: c}
}

// view is everything that one viewer may see at one head of the journal. It is
// not changed once it is made.
type view struct {
	seq     int64
	viewer  string
	all     bool // of every regime; otherwise what can be of the DPRK's
	columns []Column
	rows    []Row
	party   map[string]int // party to its row
	groups  []identity.Group
	others  map[string]string // names of parties outside of the groups
	history *history
	rules   []string
}

// view returns the standing view of a viewer and keeps the last one: most
// questions come from one viewer, and an import lies between few of them.
func (d *Desk) view(ctx context.Context, v policy.Viewer, all bool) (*view, error) {
	seq, err := d.c.Journal.Head(ctx)
	if err != nil {
		return nil, err
	}
	who := d.c.Turn() + " " + v.Key()
	d.mu.Lock()
	last := d.last
	d.mu.Unlock()
	if last != nil && last.seq == seq && last.viewer == who && (last.all || !all) {
		return last, nil
	}
	h, err := readHistory(ctx, d.c.Journal, v)
	if err != nil {
		return nil, err
	}
	want := canBeDPRK
	if all {
		want = nil
	}
	w := &view{seq: seq, viewer: who, all: all, columns: h.columns(), party: map[string]int{}, others: map[string]string{}, history: h}
	for g, err := range d.c.Groups(ctx, v, want) {
		if err != nil {
			return nil, err
		}
		if len(g.Members) > 0 {
			w.groups = append(w.groups, g)
		}
	}
	w.join()
	if err := d.name(ctx, v, w); err != nil {
		return nil, err
	}
	w.build()
	d.mu.Lock()
	d.last = w
	d.mu.Unlock()
	return w, nil
}

// join notes which party is in which group.
func (w *view) join() {
	for i := range w.groups {
		for j := range w.groups[i].Members {
			w.party[w.groups[i].Members[j].Party.ID] = i
		}
	}
}

func (w *view) build() {
	w.rows = make([]Row, 0, len(w.groups))
	for i := range w.groups {
		w.rows = append(w.rows, w.row(&w.groups[i]))
	}
	w.rules = append([]string{Rules}, slices.Sorted(maps.Keys(w.history.rules))...)
}

// row makes the row of a group.
func (w *view) row(g *identity.Group) Row {
	r := Row{
		ID: g.ID, Kind: g.Kind(), Programmes: classify(g), dprk: isDPRK(g),
		Cells: make([]Cell, len(columns)), spans: make([]span, len(columns)), press: make([]span, len(columns)),
	}
	for i, c := range columns {
		r.Cells[i].Code = c.code
	}
	for i := range g.Members {
		m := &g.Members[i]
		r.Parties = append(r.Parties, m.Party.ID)
		r.level = max(r.level, int(w.history.levels[m.Party.ID]))
		for j := range m.Designations {
			r.level = max(r.level, int(w.history.levels[m.Designations[j].ID]))
			w.list(&r, m, &m.Designations[j])
		}
	}
	for i := range g.Links {
		r.Same = append(r.Same, g.Links[i].ID)
		r.level = max(r.level, int(w.history.levels[g.Links[i].ID]))
	}
	r.Primary, r.Names = names(g)
	w.doubt(&r, g)
	for i := range r.Cells {
		w.settle(&r, i)
	}
	r.Marking = policy.TLP(r.level).String()
	return r
}

// list puts one designation into its cell.
func (w *view) list(r *Row, m *identity.Member, d *record.Designation) {
	l := Listing{
		Designation: d.ID, Party: m.Party.ID, Name: m.Party.PrimaryName(), Authority: d.Authority, Nation: d.Nation, List: d.List, Entry: d.Entry,
		Programmes: d.Programmes, Instruments: d.Instruments, Status: d.Status, URL: d.URL,
		When: w.history.when(d), Removed: w.history.gone(d),
	}
	if len(d.Wheres) > 0 {
		l.Where = d.Wheres[0]
	}
	i := column(d.Nation)
	switch {
	case i < 0:
		r.Others = append(r.Others, l)
	case d.Press:
		r.Cells[i].Press = append(r.Cells[i].Press, l)
	default:
		r.Cells[i].Listings = append(r.Cells[i].Listings, l)
	}
}

// settle gives a cell its state and its first date. The press decides only where
// no list says anything.
func (w *view) settle(r *Row, i int) {
	c := &r.Cells[i]
	byDate := func(a, b Listing) int {
		return cmp.Or(cmp.Compare(a.When.span().hi, b.When.span().hi), cmp.Compare(a.Designation, b.Designation))
	}
	slices.SortFunc(c.Listings, byDate)
	slices.SortFunc(c.Press, byDate)
	r.spans[i], r.press[i] = earliest(c.Listings), unbounded
	switch {
	case len(c.Listings) > 0:
		c.Status, c.First = Removed, c.Listings[0].When
		if slices.ContainsFunc(c.Listings, func(l Listing) bool { return l.Status != record.Removed }) {
			c.Status = Listed
		}
		if r.press[i] = r.spans[i]; !r.spans[i].exact() && len(c.Press) > 0 {
			r.press[i] = earliest(c.Press)
		}
	case len(c.Press) > 0:
		c.Status, c.First = Press, c.Press[0].When
		r.press[i] = earliest(c.Press)
	case w.columns[i].Loaded:
		c.Status, c.First = NotFound, When{Kind: Unknown}
	default:
		c.Status, c.First = NotLoaded, When{Kind: Unknown}
	}
}

// earliest is the stretch in which the first of several listings lies.
func earliest(ls []Listing) span {
	if len(ls) == 0 {
		return unbounded
	}
	out := span{always, always}
	for i := range ls {
		s := ls[i].When.span()
		out.lo, out.hi = min(out.lo, s.lo), min(out.hi, s.hi)
	}
	return out
}

// names returns the name that is shown and every spelling, each once. The shown
// one is in Latin letters where there is one, of the first authority in the order
// of the columns.
func names(g *identity.Group) (string, []Name) {
	members := make([]*identity.Member, len(g.Members))
	for i := range g.Members {
		members[i] = &g.Members[i]
	}
	slices.SortStableFunc(members, func(a, b *identity.Member) int { return cmp.Compare(rank(a), rank(b)) })
	var out []Name
	primary := ""
	for _, m := range members {
		for i := range m.Party.Names {
			n := &m.Party.Names[i]
			if primary == "" && n.Kind == record.Primary && n.Script == "Latn" {
				primary = n.Text
			}
			if !slices.ContainsFunc(out, func(x Name) bool { return x.Text == n.Text }) {
				out = append(out, Name{n.Text, n.Script, n.Kind})
			}
		}
	}
	if primary == "" && len(out) > 0 {
		primary = out[0].Text
	}
	return primary, out
}

// rank orders members: lists before the press, by column.
func rank(m *identity.Member) int {
	best := 2 * len(columns)
	for i := range m.Designations {
		at := column(m.Designations[i].Nation)
		if at < 0 {
			at = len(columns) - 1
		}
		if m.Designations[i].Press {
			at += len(columns)
		}
		best = min(best, at)
	}
	return best
}

// doubt adds the open questions to the row, and to the cells that they could
// fill.
func (w *view) doubt(r *Row, g *identity.Group) {
	own := func(id string) bool { return slices.Contains(r.Parties, id) }
	for i := range g.Open {
		s := &g.Open[i]
		other := s.Parties[0]
		if own(other) {
			other = s.Parties[1]
		}
		if own(other) {
			continue
		}
		d := Doubt{Decision: s.ID, Party: other, Confidence: s.Confidence}
		d.Name, d.Codes = w.standing(other)
		r.Doubts = append(r.Doubts, d)
		for _, code := range d.Codes {
			c := r.Cell(code)
			c.Doubts = append(c.Doubts, d)
		}
	}
}

// standing returns the name of a party, and the codes of the columns in whose
// lists it or another entry of its group stands.
func (w *view) standing(party string) (name string, codes []string) {
	at, ok := w.party[party]
	if !ok {
		return w.others[party], slices.Clone(w.history.codes[party])
	}
	g := &w.groups[at]
	for i := range g.Members {
		m := &g.Members[i]
		if m.Party.ID == party {
			name = m.Party.PrimaryName()
		}
		for _, code := range w.history.codes[m.Party.ID] {
			if !slices.Contains(codes, code) {
				codes = append(codes, code)
			}
		}
	}
	slices.SortFunc(codes, func(a, b string) int { return cmp.Compare(column(a), column(b)) })
	return name, codes
}

// name fetches the names of parties in open questions that are in no group of the
// view: they are of another regime, and the question stands all the same.
func (d *Desk) name(ctx context.Context, v policy.Viewer, w *view) error {
	for i := range w.groups {
		for _, s := range w.groups[i].Open {
			for _, id := range s.Parties {
				if _, in := w.party[id]; in {
					continue
				}
				e, err := d.c.Journal.Get(ctx, v, policy.Reading, id)
				if errs.Is(err, errs.NotFound) || errs.Is(err, errs.Withheld) {
					continue
				}
				if err != nil {
					return err
				}
				if o, err := e.Object(); err == nil {
					w.others[id] = o.Str("name")
				}
			}
		}
	}
	return nil
}

// stands says what an answer stands on.
func (d *Desk) stands(w *view, press string) Stands {
	return Stands{Seq: w.seq, At: d.c.Clock().UTC().Format(time.RFC3339), Rules: w.rules, Press: press}
}

// loaded refuses a question that no list can answer.
func (w *view) loaded(codes []string) error {
	for _, code := range codes {
		i := column(code)
		if i < 0 {
			return errs.New(errs.Invalid, "%q is no column of the matrix", code).WithHint("The columns are %s.", strings.Join(Codes(), ", "))
		}
		if !w.columns[i].Loaded {
			return errs.New(errs.NotFound, "no list of %s is loaded, so nothing can be said of who is not on it", columns[i].code).
				WithHint("Import its list first: cordon import --help names the lists.")
		}
	}
	return nil
}
