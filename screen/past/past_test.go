package past_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/journal"
	"github.com/cordon-project/cordon/journal/sqlite"
	"github.com/cordon-project/cordon/lists"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/record"
	"github.com/cordon-project/cordon/screen"
	"github.com/cordon-project/cordon/screen/past"
	"github.com/cordon-project/cordon/stix"
)

var owner = policy.Viewer{Name: "owner", Clearance: policy.Red}

// bench is a node as far as screening and its past need one.
type bench struct {
	*testing.T
	store     *sqlite.Store
	projector *sqlite.Projector
	screen    *screen.Screener
	views     *past.Views
	config    past.Config
	now       time.Time
}

func newBench(t *testing.T) *bench {
	t.Helper()
	b := &bench{T: t, now: time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)}
	clock := func() time.Time { return b.now }
	var err error
	if b.store, err = sqlite.Open(t.Context(), t.TempDir(), sqlite.Options{Clock: clock}); err != nil {
		t.Fatal(err)
	}
	projection := screen.NewProjection()
	if b.projector, err = sqlite.NewProjector(t.Context(), b.store, []journal.Projection{projection}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = b.projector.Close(), b.store.Close() })
	b.config = past.Config{Journal: b.store, Feed: b.store.Feed, Epoch: func() int64 { return b.store.Standing().Epoch }, Software: "test", Clock: clock}
	b.views = past.New(b.config)
	b.screen = screen.New(screen.Config{
		Journal: b.store, Shelf: b.projector.Shelf("screen"), Projection: projection, Software: "test", Clock: clock, Past: b.views.Screener,
	})
	return b
}

// take imports a version of KoFIU's rows with one name each and lets a day pass.
func (b *bench) take(date record.Date, names ...string) {
	b.Helper()
	text := "kf_no|type|hangul|latin|note\n"
	for i, n := range names {
		text += fmt.Sprintf("%d|person|예시|%s|\n", i+1, n)
	}
	v, err := lists.Read(b.Context(), "kr-kofiu", []lists.File{{Name: "rows.psv", Data: []byte(text)}})
	if err != nil {
		b.Fatal(err)
	}
	if _, err := lists.Import(b.Context(), b.store, v, lists.ImportOptions{Date: date}); err != nil {
		b.Fatal(err)
	}
	b.settle()
}

func (b *bench) settle() {
	b.Helper()
	b.now = b.now.Add(24 * time.Hour)
	if err := b.projector.CatchUp(b.Context()); err != nil {
		b.Fatal(err)
	}
}

func (b *bench) add(objects ...stix.Object) {
	b.Helper()
	if _, err := b.store.Append(b.Context(), journal.Batch{Objects: objects, RefuseAll: true}); err != nil {
		b.Fatal(err)
	}
	b.settle()
}

func (b *bench) ask(v policy.Viewer, name, asOf string) screen.Answer {
	b.Helper()
	a, err := b.screen.Ask(b.Context(), v, screen.Query{Text: name, Kind: screen.Name, AsOf: asOf})
	if err != nil {
		b.Fatal(err)
	}
	return a
}

func TestAsOfAnswersFromTheListsOfTheDay(t *testing.T) {
	b := newBench(t)
	b.take("2023-01-10", "YE, Alpha Beta", "YE, Gamma Delta")
	b.take("2023-05-10", "YE, Alpha Beta", "YE, Omega Sigma")
	for _, c := range []struct {
		name, asOf string
		state      screen.State
		version    record.Date
	}{
		{"Ye Gamma Delta", "2023-03-01", screen.Likely, "2023-01-10"},
		{"Ye Gamma Delta", "2023-05-10", screen.None, "2023-05-10"},
		{"Ye Omega Sigma", "2023-03-01", screen.None, "2023-01-10"},
		{"Ye Omega Sigma", "2023-05-10", screen.Likely, "2023-05-10"},
		{"Ye Omega Sigma", "", screen.Likely, ""},
	} {
		a := b.ask(owner, c.name, c.asOf)
		if a.State != c.state || a.Stands.AsOf != c.asOf {
			t.Errorf("%s as of %q is %s of %q: %+v", c.name, c.asOf, a.State, a.Stands.AsOf, a.Candidates)
		}
		if c.asOf == "" {
			continue
		}
		l := a.Stands.Lists
		if len(l) != 1 || l[0].Date != c.version || l[0].Version == "" || len(l[0].SHA256) != 1 || len(a.Checked) != 1 || a.Checked[0].Date != c.version {
			t.Errorf("%s as of %s stands on %+v, %+v", c.name, c.asOf, l, a.Checked)
		}
	}
}

func TestADayBeforeTheFirstVersionIsNeverNotFoundAlone(t *testing.T) {
	b := newBench(t)
	b.take("2023-01-10", "YE, Alpha Beta")
	a := b.ask(owner, "Ye Alpha Beta", "2022-12-31")
	if a.State != screen.Open || a.Say.Key != "answer.none.before" || len(a.Stands.Lists) != 1 || !a.Stands.Lists[0].Missing {
		t.Errorf("%+v", a)
	}
	if !slices.ContainsFunc(a.NotChecked, func(x screen.Text) bool { return x.Key == "notchecked.before" }) {
		t.Errorf("it does not say what is missing: %+v", a.NotChecked)
	}
	for _, bad := range []string{"2023-13-01", "soon", "2027-01-01"} {
		if _, err := b.screen.Ask(t.Context(), owner, screen.Query{Text: "x", AsOf: bad}); !errs.Is(err, errs.Invalid) {
			t.Errorf("as of %q: %v", bad, err)
		}
	}
}

func actor(name, modified string, level policy.TLP) stix.Object {
	return stix.Object{
		"type": "intrusion-set", "spec_version": "2.1", "id": stix.NameID("intrusion-set", name), "created": modified, "modified": modified,
		"name": name, "object_marking_refs": []any{policy.MarkingID(level)},
	}
}

// TestThePastShowsNothingThatNowWithholds: an answer of a day is for a viewer as
// an answer of now is, and what came in late for the day is in it.
func TestThePastShowsNothingThatNowWithholds(t *testing.T) {
	b := newBench(t)
	b.take("2023-01-10", "YE, Alpha Beta")
	b.add(actor("EXAMPLE Whale", "2023-02-01T00:00:00.000Z", policy.Red))
	if a := b.ask(policy.Public, "EXAMPLE Whale", "2023-06-01"); len(a.Candidates) != 0 || a.Cut != 0 {
		t.Errorf("the public is told %+v", a.Candidates)
	}
	if a := b.ask(owner, "EXAMPLE Whale", "2023-06-01"); len(a.Candidates) != 1 {
		t.Errorf("the owner is told %+v", a.Candidates)
	}
	if a := b.ask(owner, "EXAMPLE Whale", "2023-01-15"); len(a.Candidates) != 0 {
		t.Errorf("it is known before it was said: %+v", a.Candidates)
	}
	b.add(actor("EXAMPLE Shark", "2023-02-02T00:00:00.000Z", policy.Clear))
	if a := b.ask(owner, "EXAMPLE Shark", "2023-06-01"); len(a.Candidates) != 1 {
		t.Errorf("what came in after the view was built is not found: %+v", a.Candidates)
	}
	if _, err := b.store.Erase(t.Context(), stix.NameID("intrusion-set", "EXAMPLE Shark"), "", "law", "test"); err != nil {
		t.Fatal(err)
	}
	if a := b.ask(owner, "EXAMPLE Shark", "2023-06-01"); len(a.Candidates) != 0 {
		t.Errorf("what was erased is told: %+v", a.Candidates)
	}
}

func runs(t *testing.T) (*past.Runs, string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), past.Folder)
	r, err := past.OpenRuns(dir)
	if err != nil {
		t.Fatal(err)
	}
	return r, dir
}

func (b *bench) keep(r *past.Runs, q screen.Query) (past.Run, []byte) {
	b.Helper()
	a, err := b.screen.Ask(b.Context(), owner, q)
	if err != nil {
		b.Fatal(err)
	}
	run, err := r.Keep(b.Context(), owner, q, a, b.store.Standing().Epoch)
	if err != nil {
		b.Fatal(err)
	}
	said, err := past.Bytes(a)
	if err != nil {
		b.Fatal(err)
	}
	return run, said
}

// replay answers a run again in a new process: nothing is remembered.
func (b *bench) replay(run past.Run, change func(*past.Config)) past.Replayed {
	b.Helper()
	c := b.config
	if change != nil {
		change(&c)
	}
	got, err := past.New(c).Replay(b.Context(), run)
	if err != nil {
		b.Fatal(err)
	}
	return got
}

func TestReplayGivesTheSameBytes(t *testing.T) {
	b := newBench(t)
	r, _ := runs(t)
	b.take("2023-01-10", "YE, Alpha Beta", "YE, Gamma Delta")
	type kept struct {
		run  past.Run
		said []byte
	}
	var all []kept
	for _, q := range []screen.Query{
		{Text: "Ye Gamma Delta"},
		{Text: "Ye Gamma Delta", AsOf: "2023-02-01", Birth: "1970", Profile: "recall"},
		{Text: "Nobody of this name", Reference: "customer 7"},
		{Text: "EXAMPLE Whale"},
	} {
		run, said := b.keep(r, q)
		all = append(all, kept{run, said})
	}
	b.add(actor("EXAMPLE Whale", "2023-01-02T00:00:00.000Z", policy.Clear))
	b.take("2023-05-10", "YE, Alpha Beta", "YE, Other Name")
	for _, k := range all {
		run, err := r.Get(k.run.ID)
		if err != nil {
			t.Fatal(err)
		}
		got := b.replay(run, nil)
		if !got.Same || !bytes.Equal([]byte(got.Answer), k.said) || len(got.Notes) != 0 {
			t.Errorf("%s: same is %t, notes %v, bytes\n%s\nwere\n%s", run.Question.Text, got.Same, got.Notes, got.Answer, k.said)
		}
	}
}

func TestReplaySaysWhatIsNotAsItWas(t *testing.T) {
	b := newBench(t)
	r, _ := runs(t)
	b.take("2023-01-10", "YE, Alpha Beta")
	b.add(actor("EXAMPLE Whale", "2023-01-02T00:00:00.000Z", policy.Clear))
	run, _ := b.keep(r, screen.Query{Text: "EXAMPLE Whale"})

	other := screen.DefaultParams
	other.Rules, other.Limit = "names-other", 1
	if got := b.replay(run, func(c *past.Config) { c.Params = other }); got.Same || len(got.Notes) != 1 {
		t.Errorf("other rules: same is %t, notes %v", got.Same, got.Notes)
	}
	if got := b.replay(run, func(c *past.Config) { c.Software = "later" }); !got.Same || len(got.Notes) != 1 {
		t.Errorf("other software of the same rules: same is %t, notes %v", got.Same, got.Notes)
	}
	if _, err := b.store.Erase(t.Context(), stix.NameID("intrusion-set", "EXAMPLE Whale"), "", "law", "test"); err != nil {
		t.Fatal(err)
	}
	if got := b.replay(run, nil); got.Same || len(got.Notes) != 1 {
		t.Errorf("erased: same is %t, notes %v", got.Same, got.Notes)
	}
	run.Seq = 1 << 40
	if _, err := past.New(b.config).Replay(t.Context(), run); !errs.Is(err, errs.Conflict) {
		t.Errorf("another journal: %v", err)
	}
}

func TestARecordThatWasChangedIsRefused(t *testing.T) {
	b := newBench(t)
	r, dir := runs(t)
	b.take("2023-01-10", "YE, Alpha Beta")
	run, _ := b.keep(r, screen.Query{Text: "Ye Alpha Beta"})
	file := filepath.Join(dir, run.ID+".json")
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for name, mode := range map[string]os.FileMode{dir: 0o700, file: 0o600} {
		if st, err := os.Stat(name); err != nil || st.Mode().Perm() != mode {
			t.Errorf("%s has the mode %v, %v", filepath.Base(name), st.Mode(), err)
		}
	}
	for _, bad := range [][]byte{bytes.Replace(whole, []byte("Alpha"), []byte("Omega"), 1), whole[:20], nil} {
		if err := os.WriteFile(file, bad, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := r.Get(run.ID); !errs.Is(err, errs.Internal) {
			t.Errorf("%.30q gave %v", bad, err)
		}
		if all, unreadable, err := r.List(10); err != nil || len(all) != 0 || unreadable != 1 {
			t.Errorf("%d runs, %d unreadable, %v", len(all), unreadable, err)
		}
	}
	for _, id := range []string{"", "run-", "../../etc/passwd", "run-" + "0123456789abcdef0123456789abcdef"} {
		if _, err := r.Get(id); !errs.Is(err, errs.NotFound) {
			t.Errorf("%q gave %v", id, err)
		}
	}
}
