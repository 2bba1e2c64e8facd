package monitor_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/journal"
	"github.com/cordon-project/cordon/journal/sqlite"
	"github.com/cordon-project/cordon/monitor"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/record"
	"github.com/cordon-project/cordon/screen"
	"github.com/cordon-project/cordon/screen/batch"
	"github.com/cordon-project/cordon/stix"
)

var owner = policy.Viewer{Name: "owner", Clearance: policy.Red}

// bench is a desk over a real journal and screening.
type bench struct {
	*monitor.Desk
	t         testing.TB
	dir       string
	now       time.Time
	store     *sqlite.Store
	projector *sqlite.Projector
	screen    *screen.Screener
	once      sync.Once
	told      []monitor.Message
	tellErr   error
	cleared   func(key, reference, party, version string, at time.Time) (screen.Clearance, bool)
}

func newBench(t testing.TB) *bench {
	t.Helper()
	b := &bench{t: t, dir: t.TempDir(), now: time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)}
	var err error
	if b.store, err = sqlite.Open(t.Context(), b.dir, sqlite.Options{Clock: b.clock}); err != nil {
		t.Fatal(err)
	}
	projection := screen.NewProjection()
	if b.projector, err = sqlite.NewProjector(t.Context(), b.store, []journal.Projection{projection}); err != nil {
		t.Fatal(err)
	}
	b.screen = screen.New(screen.Config{
		Journal: b.store, Shelf: b.projector.Shelf(projection.Name()), Projection: projection, Software: "test", Clock: b.clock,
		Cleared: func(key, reference, party, version string, at time.Time) (screen.Clearance, bool) {
			if b.cleared == nil {
				return screen.Clearance{}, false
			}
			return b.cleared(key, reference, party, version, at)
		},
	})
	b.follow()
	b.open()
	t.Cleanup(b.end)
	return b
}

func (b *bench) end() {
	b.once.Do(func() {
		if err := errors.Join(b.Close(), b.projector.Close(), b.store.Close()); err != nil {
			b.t.Error(err)
		}
	})
}

func (b *bench) clock() time.Time { return b.now }

func (b *bench) open() {
	b.Desk = monitor.NewDesk(monitor.Config{
		Dir: filepath.Join(b.dir, "books"), Journal: b.store, Screen: b.screen, Viewer: owner, Clock: b.clock,
		Settled: func(ctx context.Context, _ int64) error { return b.projector.CatchUp(ctx) },
		Tell: func(_ context.Context, m monitor.Message) error {
			if b.tellErr == nil {
				b.told = append(b.told, m)
			}
			return b.tellErr
		},
	})
}

// again closes the desk and opens it anew, as a restart of the node does.
func (b *bench) again() {
	b.t.Helper()
	if err := b.Close(); err != nil {
		b.t.Fatal(err)
	}
	b.open()
}

func (b *bench) follow() {
	b.t.Helper()
	if err := b.projector.CatchUp(context.Background()); err != nil {
		b.t.Fatal(err)
	}
}

func (b *bench) add(objects ...stix.Object) {
	b.t.Helper()
	r, err := b.store.Append(context.Background(), journal.Batch{Objects: objects, By: "test"})
	if err != nil {
		b.t.Fatal(err)
	}
	for _, x := range r.Refused {
		b.t.Fatalf("refused: %+v", x)
	}
	b.follow()
}

// party is a listed party in its n-th version.
func party(entry string, n int, status string, p record.Party) []stix.Object {
	p.Kind = record.Person
	p.ID = record.PartyID("OFAC", "ofac-sdn", entry)
	d := record.Designation{
		ID: record.DesignationID("OFAC", "ofac-sdn", entry), Party: p.ID, Authority: "OFAC", Nation: "US", List: "ofac-sdn", Entry: entry, Status: status,
	}
	at := stix.FormatTime(time.Date(2024, 5, 3, 0, 0, n, 0, time.UTC))
	m := record.Meta{Created: "2024-05-03T00:00:00.000Z", Modified: at, Markings: []string{policy.MarkingID(policy.Clear)}}
	return []stix.Object{p.Object(m), d.Object(m)}
}

func names(all ...string) record.Party {
	var p record.Party
	for i, n := range all {
		kind := record.AKA
		if i == 0 {
			kind = record.Primary
		}
		p.Names = append(p.Names, record.Name{Text: n, Kind: kind})
	}
	return p
}

// rows are rows of a file: reference, name, and what identifies them.
func rows(all ...[]string) iter.Seq2[batch.Row, error] {
	return func(yield func(batch.Row, error) bool) {
		for i, r := range all {
			q := screen.Query{Text: r[1], Kind: screen.Name, Identifiers: r[2:], Reference: r[0]}
			if q.Text == "" {
				q.Text, q.Kind, q.Identifiers = r[2], screen.Auto, r[3:]
			}
			if !yield(batch.Row{Line: i + 2, Reference: r[0], Query: q}, nil) {
				return
			}
		}
	}
}

func (b *bench) book(name string, all ...[]string) monitor.Taken {
	b.t.Helper()
	if _, err := b.Create(b.t.Context(), owner, name, "Desk One", ""); err != nil {
		b.t.Fatal(err)
	}
	return b.take(name, all...)
}

func (b *bench) take(name string, all ...[]string) monitor.Taken {
	b.t.Helper()
	t, err := b.Import(b.t.Context(), owner, name, rows(all...), nil)
	if err != nil {
		b.t.Fatal(err)
	}
	return t
}

func (b *bench) alerts(f monitor.Filter) []monitor.Alert {
	b.t.Helper()
	all, _, err := b.Alerts(b.t.Context(), owner, f)
	if err != nil {
		b.t.Fatal(err)
	}
	return all
}

// one returns the only alert.
func (b *bench) one() monitor.Alert {
	b.t.Helper()
	all := b.alerts(monitor.Filter{})
	if len(all) != 1 {
		b.t.Fatalf("%d alerts, want one: %+v", len(all), all)
	}
	return all[0]
}

func (b *bench) screenNow() monitor.Run {
	b.t.Helper()
	r, err := b.Follow(b.t.Context())
	if err != nil {
		b.t.Fatal(err)
	}
	if len(r) != 1 {
		b.t.Fatalf("%d runs", len(r))
	}
	return r[0]
}

func (b *bench) do(a monitor.Alert, s monitor.Step) monitor.Alert {
	b.t.Helper()
	a, err := b.Do(b.t.Context(), owner, a.ID, s)
	if err != nil {
		b.t.Fatal(err)
	}
	return a
}

func TestAnAlertFromItsFirstDayToItsLast(t *testing.T) {
	b := newBench(t)
	b.add(party("1", 0, record.InForce, names("EXAMPLE, Alpha Beta"))...)
	taken := b.book("Retail", []string{"C-1", "Alpha Beta Example"}, []string{"C-2", "Somebody Else"}, []string{"C-2", "Another Name"}, []string{"", "No Reference"})
	if taken.Customers != 2 || taken.Refused != 1 || taken.Screened.Raised != 1 || taken.Why[0].Line != 5 {
		t.Fatalf("%+v", taken)
	}
	a := b.one()
	if a.State != monitor.New || a.Severity != monitor.High || a.Owner != "Desk One" || !a.Due.Equal(b.now.Add(3*24*time.Hour)) || a.Reference != "C-1" {
		t.Errorf("raised: %+v", a)
	}
	if e := a.Evidence; e.Stands.Seq == 0 || e.Stands.Rules == "" || len(e.Candidate.Reasons) == 0 || e.Candidate.Probability.Mid == 0 || e.Version == "" || e.Name != 1 {
		t.Errorf("evidence: %+v", e)
	}
	a = b.do(a, monitor.Step{Do: "take", By: "Lee"})
	if a.State != monitor.InReview || a.Reviewer != "Lee" {
		t.Errorf("taken: %+v", a)
	}
	a = b.do(a, monitor.Step{Do: "assign", By: "Lee", Owner: "Park"})
	a = b.do(a, monitor.Step{Do: "due", By: "Lee", Due: b.now.Add(time.Hour)})
	b.now = b.now.Add(2 * time.Hour)
	if got := b.alerts(monitor.Filter{Overdue: true, Owner: "Park"}); len(got) != 1 {
		t.Errorf("%d are overdue", len(got))
	}
	a = b.do(a, monitor.Step{Do: "clear", By: "Lee", Why: "passport seen"})
	if a.State != monitor.Cleared || a.DecidedBy != "Lee" || a.Reason != "passport seen" {
		t.Errorf("cleared: %+v", a)
	}

	// It stays cleared through a restart and anything that is not its entry.
	b.again()
	b.add(party("2", 0, record.InForce, names("UNRELATED, Person"))...)
	if r := b.screenNow(); r.Raised+r.Reopened != 0 || b.one().State != monitor.Cleared {
		t.Errorf("%+v", r)
	}
	if r, err := b.Rescreen(t.Context(), owner, "Retail", true, nil); err != nil || r.Asked != 2 || r.Raised+r.Reopened+r.Updated != 0 {
		t.Errorf("everybody: %+v, %v", r, err)
	}

	// It is opened again when the entry changes.
	b.add(party("1", 1, record.InForce, names("EXAMPLE, Alpha Beta", "EXAMPLE, Alphabeta"))...)
	if r := b.screenNow(); r.Reopened != 1 || r.Asked != 1 {
		t.Errorf("%+v", r)
	}
	a = b.one()
	if a.State != monitor.New || a.Reason != "" || a.History[len(a.History)-1].Why != "the listed entry changed" {
		t.Errorf("reopened: %+v", a)
	}

	// And gone when the list removes it, and there again when it is listed again.
	b.add(party("1", 2, record.Removed, names("EXAMPLE, Alpha Beta"))...)
	if r := b.screenNow(); r.Gone != 1 || b.one().State != monitor.Lapsed {
		t.Errorf("%+v, %s", r, b.one().State)
	}
	b.add(party("1", 3, record.InForce, names("EXAMPLE, Alpha Beta"))...)
	if r := b.screenNow(); r.Reopened != 1 || b.one().State != monitor.New {
		t.Errorf("%+v, %s", r, b.one().State)
	}
	a = b.do(b.one(), monitor.Step{Do: "confirm", By: "Park", Why: "same passport"})
	b.add(party("1", 4, record.Removed, names("EXAMPLE, Alpha Beta"))...)
	if r := b.screenNow(); r.Gone != 1 || b.one().State != monitor.Confirmed {
		t.Errorf("what people confirmed was undone: %+v", r)
	}
	var what []string
	for _, e := range b.one().History {
		if e.By == "" || e.At.IsZero() {
			t.Errorf("a step without who or when: %+v", e)
		}
		what = append(what, e.What)
	}
	if got := strings.Join(what, " "); got != "raised took assigned dated decided reopened gone reopened decided gone" {
		t.Errorf("history: %s", got)
	}
}

func TestWhatIsKnownOfACustomerOpensAnAlertAgain(t *testing.T) {
	b := newBench(t)
	p := names("EXAMPLE, Alpha Beta")
	p.Documents = []record.Document{{Kind: "passport", Number: "X-123 456"}}
	b.add(party("1", 0, record.InForce, p)...)
	b.book("Retail", []string{"C-1", "Alpha Beta Example"})
	b.do(b.one(), monitor.Step{Do: "clear", By: "Lee", Why: "looked different"})
	taken := b.take("Retail", []string{"C-1", "Alpha Beta Example", "x123456"})
	if taken.Screened.Reopened != 1 {
		t.Errorf("%+v", taken)
	}
	if a := b.one(); a.State != monitor.New || a.Severity != monitor.Critical || a.Evidence.Name != 0 {
		t.Errorf("%+v", a)
	}
	// Cleared until a day.
	b.do(b.one(), monitor.Step{Do: "clear", By: "Lee", Why: "a misprint", Until: b.now.Add(24 * time.Hour)})
	b.screenNow()
	if b.one().State != monitor.Cleared {
		t.Error("it was opened before its day")
	}
	b.now = b.now.Add(25 * time.Hour)
	if r := b.screenNow(); r.Reopened != 1 {
		t.Errorf("its day has come: %+v", r)
	}
}

func TestAClearanceClearsItsAlerts(t *testing.T) {
	b := newBench(t)
	b.add(party("1", 0, record.InForce, names("EXAMPLE, Alpha Beta"))...)
	inForce := true
	b.cleared = func(_, _, _, _ string, _ time.Time) (screen.Clearance, bool) {
		return screen.Clearance{ID: "c-1", Reason: "known", Author: "Lee", ConfirmedBy: "Park", Until: b.now.AddDate(0, 1, 0)}, inForce
	}
	b.book("Retail", []string{"C-1", "Alpha Beta Example"})
	if a := b.one(); a.State != monitor.Cleared || a.Clearance != "c-1" || a.DecidedBy != "Lee, Park" || len(b.told) != 0 {
		t.Errorf("%+v, told %d", a, len(b.told))
	}
	if r := b.screenNow(); r.Updated != 0 {
		t.Errorf("%+v", r)
	}
	inForce = false
	if r := b.screenNow(); r.Reopened != 1 || b.one().State != monitor.New || b.one().Clearance != "" {
		t.Errorf("it was withdrawn: %+v", r)
	}
}

func TestStepsThatThereAreNot(t *testing.T) {
	b := newBench(t)
	b.add(party("1", 0, record.InForce, names("EXAMPLE, Alpha Beta"))...)
	b.book("Retail", []string{"C-1", "Alpha Beta Example"})
	a := b.one()
	for name, c := range map[string]struct {
		s    monitor.Step
		want errs.Kind
	}{
		"nobody":               {monitor.Step{Do: "take"}, errs.Invalid},
		"the program":          {monitor.Step{Do: "take", By: "Cordon"}, errs.Invalid},
		"no reason":            {monitor.Step{Do: "clear", By: "Lee", Why: " "}, errs.Invalid},
		"no such step":         {monitor.Step{Do: "delete", By: "Lee"}, errs.Invalid},
		"no owner":             {monitor.Step{Do: "assign", By: "Lee"}, errs.Invalid},
		"no deadline":          {monitor.Step{Do: "due", By: "Lee"}, errs.Invalid},
		"until yesterday":      {monitor.Step{Do: "clear", By: "Lee", Why: "x", Until: b.now.Add(-time.Hour)}, errs.Invalid},
		"until the next age":   {monitor.Step{Do: "clear", By: "Lee", Why: "x", Until: b.now.AddDate(5, 0, 0)}, errs.Invalid},
		"too long a reason":    {monitor.Step{Do: "note", By: "Lee", Why: strings.Repeat("x", monitor.MaxReason+1)}, errs.Invalid},
		"reopened while open":  {monitor.Step{Do: "reopen", By: "Lee", Why: "x"}, errs.Conflict},
		"a control character":  {monitor.Step{Do: "take", By: "Lee\x1b"}, errs.Invalid},
		"a deadline, no owner": {monitor.Step{Do: "assign", By: "Lee", Owner: "\n"}, errs.Invalid},
	} {
		if _, err := b.Do(t.Context(), owner, a.ID, c.s); !errs.Is(err, c.want) {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
	if got := b.one(); len(got.History) != 1 {
		t.Errorf("a refused step left something: %+v", got.History)
	}
	if _, err := b.Do(t.Context(), owner, "alert-none", monitor.Step{Do: "take", By: "Lee"}); !errs.Is(err, errs.NotFound) {
		t.Error(err)
	}
	partner := policy.Viewer{Name: "partner", Clearance: policy.Amber}
	if _, _, err := b.Alerts(t.Context(), partner, monitor.Filter{}); !errs.Is(err, errs.Denied) {
		t.Errorf("a partner sees alerts: %v", err)
	}
	if _, err := b.Books(t.Context(), partner); !errs.Is(err, errs.Denied) {
		t.Errorf("a partner sees books: %v", err)
	}
}

func TestMessagesAreToldUntilTheyAreTaken(t *testing.T) {
	b := newBench(t)
	b.add(party("1", 0, record.InForce, names("EXAMPLE, Alpha Beta"))...)
	b.tellErr = errors.New("the disk is full")
	if _, err := b.Create(t.Context(), owner, "Retail", "Desk", ""); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Import(t.Context(), owner, "Retail", rows([]string{"C-1", "Alpha Beta Example"}), nil); !errors.Is(err, b.tellErr) {
		t.Fatal(err)
	}
	b.again()
	b.tellErr = nil
	b.screenNow()
	b.screenNow()
	if len(b.told) != 1 || b.told[0].Counts[monitor.New] != 1 || b.told[0].Alerts[0].ID != b.one().ID || b.told[0].Type != "alerts.raised" {
		t.Fatalf("told %+v", b.told)
	}
	if s := fmt.Sprintf("%+v", b.told[0]); strings.Contains(s, "Alpha") || strings.Contains(s, "Example") || strings.Contains(s, "Retail") {
		t.Errorf("a message names somebody: %s", s)
	}
}

func TestACustomerWhoIsRemovedHasNoAlerts(t *testing.T) {
	b := newBench(t)
	b.add(party("1", 0, record.InForce, names("EXAMPLE, Alpha Beta"))...)
	b.book("Retail", []string{"C-1", "Alpha Beta Example"}, []string{"C-2", "Alpha Beta Example"})
	if n, err := b.Remove(t.Context(), owner, "Retail", []string{"C-1", "C-1", "C-9"}); n != 1 || err != nil {
		t.Fatal(n, err)
	}
	b.again()
	if a := b.one(); a.Reference != "C-2" {
		t.Errorf("%+v", a)
	}
	if _, err := b.Remove(t.Context(), owner, "Retail", []string{"C-1"}); !errs.Is(err, errs.NotFound) {
		t.Error(err)
	}
	if err := b.Delete(t.Context(), owner, "Retail"); err != nil {
		t.Fatal(err)
	}
	if all, err := b.Books(t.Context(), owner); err != nil || len(all) != 0 {
		t.Error(all, err)
	}
}

func TestRowsThatAreNoCustomersAreSaid(t *testing.T) {
	b := newBench(t)
	all := func(yield func(batch.Row, error) bool) {
		for i, r := range []batch.Row{
			{Reference: "C-1", Query: screen.Query{Text: "Alpha", Kind: screen.Name}},
			{Reference: "C-2", Query: screen.Query{Text: "Beta", Kind: screen.Name}},
			{Reference: "C-1", Query: screen.Query{Text: "Gamma", Kind: screen.Name}},
			{Err: "the row has 2 cells where the first has 3"},
			{Reference: "C-3", Query: screen.Query{Text: "example.net", Kind: screen.Domain}},
			{Reference: "C-4", Query: screen.Query{Text: strings.Repeat("x", 5000), Kind: screen.Name}},
			{Reference: "C-5", Query: screen.Query{Text: "P1234567", Kind: screen.Document}},
		} {
			r.Line = i + 1
			if !yield(r, nil) {
				return
			}
		}
	}
	if _, err := b.Create(t.Context(), owner, "Retail", "Desk", ""); err != nil {
		t.Fatal(err)
	}
	taken, err := b.Import(t.Context(), owner, "Retail", all, nil)
	if err != nil {
		t.Fatal(err)
	}
	var lines []int
	for _, w := range taken.Why {
		lines = append(lines, w.Line)
	}
	if diff := cmp.Diff([]int{3, 4, 5, 6}, lines); diff != "" || taken.Customers != 3 || taken.Rows != 7 {
		t.Errorf("%+v %s", taken, diff)
	}
}

// TestFollowingGivesWhatScreeningEverybodyGives draws lists that change and
// customers who are near them: after each change, the alerts of a book that
// follows are those of a book that is screened anew.
func TestFollowingGivesWhatScreeningEverybodyGives(t *testing.T) {
	words := []string{"Kim", "Kim", "Ri", "Sang", "Man", "Chol", "Song", "Anna", "Ana", "Smith", "Smyth", "A.", "Bill", "William", "Trading", "Bank", "bin", "Ali", "김상만", "金相万"}
	name := rapid.Custom(func(t *rapid.T) string {
		return strings.Join(rapid.SliceOfN(rapid.SampledFrom(words), 1, 4).Draw(t, "words"), " ")
	})
	ident := rapid.SampledFrom([]string{"P-123456", "p123456", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "0x52908400098527886E0F7030069857D2E4169EE7", "0x52908400098527886e0f7030069857d2e4169ee7", "ZZ 9"})
	rapid.Check(t, func(r *rapid.T) {
		b := newBench(t)
		defer b.end()
		var all [][]string
		for i := range rapid.IntRange(1, 30).Draw(r, "customers") {
			row := []string{fmt.Sprint("C-", i), name.Draw(r, "name")}
			row = append(row, rapid.SliceOfN(ident, 0, 2).Draw(r, "identifiers")...)
			all = append(all, row)
		}
		b.book("Follows", all...)
		version := 0
		for range rapid.IntRange(1, 5).Draw(r, "changes") {
			for range rapid.IntRange(1, 4).Draw(r, "entries") {
				p := names(rapid.SliceOfN(name, 1, 3).Draw(r, "listed")...)
				for _, id := range rapid.SliceOfN(ident, 0, 2).Draw(r, "listed identifiers") {
					p.Documents = append(p.Documents, record.Document{Kind: "other", Number: id})
					p.Wallets = append(p.Wallets, record.Wallet{Address: id})
				}
				entry := fmt.Sprint(rapid.IntRange(0, 5).Draw(r, "entry"))
				version++
				b.add(party(entry, version, rapid.SampledFrom([]string{record.InForce, record.InForce, record.Removed}).Draw(r, "status"), p)...)
			}
			if rapid.Bool().Draw(r, "restart") {
				b.again()
			}
			b.screenNow()
		}
		got := found(b, "Follows")
		b.book("Anew", all...)
		if diff := cmp.Diff(found(b, "Anew"), got); diff != "" {
			r.Fatal(diff)
		}
	})
}

// found returns who meets whom, by what and how much, in a book.
func found(b *bench, name string) []string {
	out := map[string]bool{}
	for _, a := range b.alerts(monitor.Filter{Book: name}) {
		if a.State != monitor.Lapsed {
			c := a.Evidence.Candidate
			out[fmt.Sprintf("%s %s %s %s %.6f %.6f", a.Reference, a.Party, c.Matched.Text, c.Matched.How, c.Score, c.Probability.Mid)] = true
		}
	}
	return slices.Sorted(maps.Keys(out))
}
