package matrix_test

import (
	"context"
	"testing"
	"time"

	"github.com/cordon-project/cordon/identity"
	"github.com/cordon-project/cordon/journal"
	"github.com/cordon-project/cordon/journal/sqlite"
	"github.com/cordon-project/cordon/matrix"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/record"
	"github.com/cordon-project/cordon/stix"
)

const undated = "1970-01-01T00:00:00.000Z"

// list is a list of a test's world.
type list struct{ authority, name, nation string }

var (
	ofac = list{"OFAC", "ofac-sdn", "US"}
	mof  = list{"JP-MOF", "jp-mof-freeze", "JP"}
	kofi = list{"KR-KOFIU", "kr-kofiu-restricted", "KR"}
	unsc = list{"UNSC", "un-consolidated", "UN"}
)

// entry is one entry of a version. Its programme is DPRK if it names none.
type entry struct {
	number, name string
	kind         record.PartyKind
	listed       record.Date
	amended      record.Date
	programmes   []string
	instruments  []string
	remarks      string
	titles       []string
	wallet       string
	level        policy.TLP
}

// world is a journal that a test fills.
type world struct {
	t     *testing.T
	store *sqlite.Store
	clock time.Time
	held  map[list]map[string]entry
}

func newWorld(t *testing.T) *world {
	t.Helper()
	s, err := sqlite.Open(t.Context(), t.TempDir(), sqlite.Options{DefaultTLP: policy.Clear, DefaultClear: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	// The evening of 30 November in Washington is the morning after in Tokyo.
	tokyo := time.FixedZone("JST", 9*3600)
	return &world{t, s, time.Date(2026, 11, 25, 9, 0, 0, 0, tokyo), map[list]map[string]entry{}}
}

func (w *world) desk() *matrix.Desk {
	return matrix.New(matrix.Config{Groups: identity.New(w.store, nil).Groups, Journal: w.store, Clock: func() time.Time { return w.clock }})
}

func (w *world) append(objects ...stix.Object) {
	w.t.Helper()
	r, err := w.store.Append(context.Background(), journal.Batch{Objects: objects, By: "test", RefuseAll: true})
	if err != nil {
		w.t.Fatalf("%v: %+v", err, r.Refused)
	}
}

func meta(modified string, level policy.TLP) record.Meta {
	return record.Meta{Created: undated, Modified: modified, CreatedBy: record.ProjectID, Markings: []string{policy.MarkingID(level)}}
}

// version puts a version of a list in force, at midnight of its date.
func (w *world) version(l list, date record.Date, entries ...entry) {
	w.t.Helper()
	w.versionAt(l, date, string(date)+"T00:00:00.000Z", entries...)
}

// versionAt puts a version in force whose objects bear a time of their own.
func (w *world) versionAt(l list, date record.Date, modified string, entries ...entry) {
	w.t.Helper()
	var objects []stix.Object
	now := map[string]entry{}
	for _, e := range entries {
		now[e.number] = e
		objects = append(objects, party(l, e, modified), designation(l, e, modified, record.InForce))
	}
	for number, e := range w.held[l] {
		if _, there := now[number]; !there {
			objects = append(objects, designation(l, e, modified, record.Removed))
		}
	}
	w.held[l] = now
	v := record.ListVersion{
		ID: record.ListVersionID(l.authority, l.name, modified), List: l.name, Authority: l.authority, Nation: l.nation, Date: date, DateFrom: "option",
		Files: []record.ListFile{{Name: "list.csv", SHA256: "0000000000000000000000000000000000000000000000000000000000000000", Bytes: 1, Rows: len(entries)}}, Entries: len(entries),
	}
	m := meta(modified, policy.Clear)
	m.Created = modified
	w.append(append(objects, v.Object(m))...)
}

func party(l list, e entry, modified string) stix.Object {
	kind := e.kind
	if kind == "" {
		kind = record.Person
	}
	p := record.Party{
		ID: record.PartyID(l.authority, l.name, e.number), Kind: kind, Remarks: e.remarks, Titles: e.titles,
		Names: []record.Name{{Text: e.name, Kind: record.Primary, Script: "Latn"}},
	}
	if e.wallet != "" {
		p.Wallets = []record.Wallet{{Asset: "ETH", Address: e.wallet}}
	}
	return p.Object(meta(modified, e.level))
}

func designation(l list, e entry, modified, status string) stix.Object {
	programmes := e.programmes
	if programmes == nil {
		programmes = []string{"DPRK"}
	}
	d := record.Designation{
		ID: record.DesignationID(l.authority, l.name, e.number), Party: record.PartyID(l.authority, l.name, e.number), Authority: l.authority, Nation: l.nation,
		List: l.name, Entry: e.number, Programmes: programmes, Instruments: e.instruments, ListedOn: e.listed, AmendedOn: e.amended, Status: status,
		Wheres: []record.Where{{SHA256: "0000000000000000000000000000000000000000000000000000000000000000", File: "list.csv", Row: 1}},
	}
	return d.Object(meta(modified, e.level))
}

// press reports a designation by the press alone.
func (w *world) press(key, name, authority, nation string, date record.Date) {
	w.t.Helper()
	l := list{authority, "press", nation}
	p := record.Party{ID: pressID(key), Kind: record.Person, Names: []record.Name{{Text: name, Kind: record.Primary, Script: "Latn"}}}
	d := record.Designation{
		ID: record.DesignationID(authority, "press", key), Party: p.ID, Authority: authority, Nation: nation, List: l.name, Entry: key,
		ListedOn: date, Status: record.InForce, Press: true, URL: "https://example.org/news",
	}
	m := meta("2026-01-01T00:00:00.000Z", policy.Clear)
	w.append(p.Object(m), d.Object(m))
}

func pressID(key string) string { return record.PartyID("press", "press", key) }

// one decides that parties are one; what has another verdict is that.
func (w *world) decide(verdict, a, b string) {
	w.t.Helper()
	if b < a {
		a, b = b, a
	}
	s := record.SameParty{
		ID: record.SamePartyID(a, b, ""), Parties: [2]string{a, b}, Verdict: verdict, Rules: "identity-test", Confidence: 90,
		Reasons: []record.SameReason{{Kind: "document", Weight: record.WeightDecides, First: "x", Second: "x"}},
	}
	w.append(s.Object(meta("2026-01-01T00:00:00.000Z", policy.Clear)))
}

func (w *world) same(a, b string) { w.decide(record.VerdictSame, a, b) }

func id(l list, number string) string { return record.PartyID(l.authority, l.name, number) }

func (w *world) table(f matrix.Filter) matrix.Table {
	w.t.Helper()
	t, err := w.desk().Matrix(w.t.Context(), policy.Viewer{Name: "owner", Clearance: policy.Red}, f)
	if err != nil {
		w.t.Fatal(err)
	}
	return t
}

// row is the only row that bears a name.
func row(t *testing.T, table matrix.Table, name string) *matrix.Row {
	t.Helper()
	var found *matrix.Row
	for i := range table.Rows {
		for _, n := range table.Rows[i].Names {
			if n.Text == name {
				if found != nil && found != &table.Rows[i] {
					t.Fatalf("two rows bear the name %s", name)
				}
				found = &table.Rows[i]
			}
		}
	}
	if found == nil {
		t.Fatalf("no row bears the name %s", name)
	}
	return found
}

func names(t matrix.Table) []string {
	out := []string{}
	for _, r := range t.Rows {
		out = append(out, r.Primary)
	}
	return out
}
