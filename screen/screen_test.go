package screen_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/journal"
	"github.com/cordon-project/cordon/journal/sqlite"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/record"
	"github.com/cordon-project/cordon/screen"
	"github.com/cordon-project/cordon/stix"
)

const (
	day     = "2024-05-03T00:00:00.000Z"
	nextDay = "2024-05-04T00:00:00.000Z"
)

// bench is a screener over a real journal.
type bench struct {
	*screen.Screener
	t         *testing.T
	store     *sqlite.Store
	projector *sqlite.Projector
}

func newBench(t *testing.T) *bench {
	t.Helper()
	dir := t.TempDir()
	clock := func() time.Time { return time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC) }
	store, err := sqlite.Open(t.Context(), dir, sqlite.Options{Clock: clock})
	if err != nil {
		t.Fatal(err)
	}
	projection := screen.NewProjection()
	projector, err := sqlite.NewProjector(t.Context(), store, []journal.Projection{projection})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := projector.Close(); err != nil {
			t.Error(err)
		}
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	s := screen.New(screen.Config{
		Journal: store, Shelf: projector.Shelf(projection.Name()), Projection: projection, Software: "test", Clock: clock,
	})
	if err := projector.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	return &bench{Screener: s, t: t, store: store, projector: projector}
}

// add appends objects, all of which must be accepted, and lets the index follow.
func (b *bench) add(objects ...stix.Object) {
	b.t.Helper()
	r, err := b.store.Append(context.Background(), journal.Batch{Objects: objects, By: "test"})
	if err != nil {
		b.t.Fatal(err)
	}
	for _, x := range r.Refused {
		b.t.Fatalf("refused: %+v", x)
	}
	if err := b.projector.CatchUp(context.Background()); err != nil {
		b.t.Fatal(err)
	}
}

func (b *bench) ask(v policy.Viewer, q string) screen.Answer {
	b.t.Helper()
	a, err := b.Ask(context.Background(), v, screen.Query{Text: q})
	if err != nil {
		b.t.Fatal(err)
	}
	return a
}

var (
	clearMark = []string{policy.MarkingID(policy.Clear)}
	redMark   = []string{policy.MarkingID(policy.Red)}
	owner     = policy.Viewer{Name: "owner", Clearance: policy.Red}
)

// listed returns a party with its designation.
func listed(entry string, modified string, p record.Party) []stix.Object {
	p.ID = record.PartyID("OFAC", "ofac-sdn", entry)
	d := record.Designation{
		ID: record.DesignationID("OFAC", "ofac-sdn", entry), Party: p.ID, Authority: "OFAC", Nation: "US", List: "ofac-sdn",
		Entry: entry, Programmes: []string{"DPRK4"}, Status: record.InForce,
	}
	m := record.Meta{Created: day, Modified: modified, Markings: clearMark}
	return []stix.Object{p.Object(m), d.Object(m)}
}

func person(names ...string) record.Party {
	p := record.Party{Kind: record.Person}
	for i, n := range names {
		kind := record.AKA
		if i == 0 {
			kind = record.Primary
		}
		p.Names = append(p.Names, record.Name{Text: n, Kind: kind})
	}
	return p
}

const eater = "1BitcoinEaterAddressDontSendf59kuE" // provably without a key, in use in documentation since 2011

func TestAnswers(t *testing.T) {
	b := newBench(t)
	alpha := person("EXAMPLE, Alpha Beta", "보기 알파")
	alpha.Wallets = []record.Wallet{{Asset: "XBT", Address: eater}}
	alpha.Emails = []string{"Alpha@Example.ORG"}
	alpha.Documents = []record.Document{{Kind: "passport", Number: "EX-108 410051"}}
	alpha.Births = []record.Birth{{Date: "1965-04-25"}}
	b.add(listed("101", day, alpha)...)
	b.add(listed("102", day, person("SAMPLE, Gamma"))...)
	b.add(listed("103", day, person("SAMPLE, Gamma"))...)
	b.add(
		stix.Object{
			"type": "indicator", "spec_version": "2.1", "id": stix.NameID("indicator", "test", "1"), "created": day, "modified": day,
			"pattern": "[domain-name:value = 'bad.example.net' OR url:value = 'http://host.example.net/a']", "pattern_type": "stix",
			"valid_from": day, "name": "a bad host", "object_marking_refs": []any{clearMark[0]},
		},
		observable(t, stix.Object{"type": "domain-name", "value": "seen.example.net"}),
	)
	for _, c := range []struct {
		name, query string
		kind        screen.Kind
		state       screen.State
		say         string
		first       string // title of the first candidate
	}{
		{"a full name", "example, alpha beta", screen.Name, screen.Likely, "answer.likely.one", "EXAMPLE, Alpha Beta"},
		{"family name last", "Alpha Beta Example", screen.Name, screen.Likely, "answer.likely.one", "EXAMPLE, Alpha Beta"},
		{"another script, as the source prints it", "보기 알파", screen.Name, screen.Likely, "answer.likely.one", "EXAMPLE, Alpha Beta"},
		{"a wallet", " " + eater + " ", screen.Wallet, screen.Hit, "answer.hit.listed", "EXAMPLE, Alpha Beta"},
		{"an e-mail", "alpha@example.org", screen.Email, screen.Hit, "answer.hit.listed", "EXAMPLE, Alpha Beta"},
		{"a document", "ex108410051", screen.Document, screen.Hit, "answer.hit.listed", "EXAMPLE, Alpha Beta"},
		{"a domain in a pattern", "BAD.example.net", screen.Domain, screen.Hit, "answer.hit.indicator", "a bad host"},
		{"a defanged domain", "bad[.]example[.]net", screen.Domain, screen.Hit, "answer.hit.indicator", "a bad host"},
		{"below a known domain", "www.bad.example.net", screen.Domain, screen.Open, "answer.open", "a bad host"},
		{"the host of a known address", "host.example.net", screen.Domain, screen.Open, "answer.open", "a bad host"},
		{"a domain that was only seen", "seen.example.net", screen.Domain, screen.Open, "answer.open", "seen.example.net"},
		{"a party's id", record.PartyID("OFAC", "ofac-sdn", "101"), screen.ObjectID, screen.Hit, "answer.hit.id", "EXAMPLE, Alpha Beta"},
		{"nothing", "Nobody Atall", screen.Name, screen.None, "answer.none", ""},
		{"nothing to read", "—…!", screen.Name, screen.Open, "answer.none.unreadable", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := b.ask(owner, c.query)
			if a.Reading.Kind != c.kind || a.State != c.state || a.Say.Key != c.say {
				t.Errorf("read as %s, %s, %q; want %s, %s, %q", a.Reading.Kind, a.State, a.Say.Key, c.kind, c.state, c.say)
			}
			first := ""
			if len(a.Candidates) > 0 {
				first = a.Candidates[0].Title
			}
			if first != c.first {
				t.Errorf("first candidate %q, want %q", first, c.first)
			}
		})
	}
}

func observable(t *testing.T, o stix.Object) stix.Object {
	t.Helper()
	o["spec_version"], o["object_marking_refs"] = "2.1", []any{clearMark[0]}
	id, ok, err := stix.SCOID(o)
	if err != nil || !ok {
		t.Fatal(ok, err)
	}
	o["id"] = id
	return o
}

func TestAListedWalletInOddCapitalsIsFound(t *testing.T) {
	b := newBench(t)
	p := person("EXAMPLE, Alpha")
	p.Wallets = []record.Wallet{{Asset: "ETH", Address: "0x000000000000000000000000000000000000dEaD"}}
	b.add(listed("101", day, p)...)
	for _, q := range []string{
		"0x000000000000000000000000000000000000dead", "0x000000000000000000000000000000000000DEAD", "0x000000000000000000000000000000000000DeaD",
	} {
		if a := b.ask(owner, q); a.State != screen.Hit || a.Reading.Kind != screen.Wallet {
			t.Errorf("%s: %s, read as %s", q, a.State, a.Reading.Kind)
		}
	}
}

func TestNamesakesShareTheDoubt(t *testing.T) {
	b := newBench(t)
	b.add(listed("101", day, person("EXAMPLE, Alpha"))...)
	alone := b.ask(owner, "Example Alpha").Candidates[0].Probability
	b.add(listed("102", day, person("EXAMPLE, Alpha"))...)
	a := b.ask(owner, "Example Alpha")
	if len(a.Candidates) != 2 {
		t.Fatalf("%d candidates, want both", len(a.Candidates))
	}
	for _, c := range a.Candidates {
		if c.Probability.Mid >= alone.Mid {
			t.Errorf("one of two of the name has %v, alone it had %v", c.Probability.Mid, alone.Mid)
		}
	}
}

func TestAListingIsTakenUpAndDropped(t *testing.T) {
	b := newBench(t)
	b.add(listed("101", day, person("EXAMPLE, Alpha"))...)
	b.add(listed("101", nextDay, person("EXAMPLE, Omega"))...)
	if a := b.ask(owner, "Example Alpha"); a.State != screen.None {
		t.Errorf("the old name gives %s", a.State)
	}
	if a := b.ask(owner, "Example Omega"); a.State != screen.Likely {
		t.Errorf("the new name gives %s", a.State)
	}
	// An older version that comes late changes nothing.
	late := listed("101", "2024-05-03T12:00:00.000Z", person("EXAMPLE, Late"))
	b.add(late[0])
	if a := b.ask(owner, "Example Omega"); a.State != screen.Likely {
		t.Errorf("after a late older version the name gives %s", a.State)
	}
	gone := listed("101", "2024-05-05T00:00:00.000Z", person("EXAMPLE, Omega"))
	for _, o := range gone {
		o["revoked"] = true
	}
	b.add(gone...)
	if a := b.ask(owner, "Example Omega"); a.State != screen.None {
		t.Errorf("after it was revoked the name gives %s", a.State)
	}
}

// What a viewer may not see is neither found nor counted, by name, identifier
// or id, and nothing in the answer tells it from what is not there.
func TestWithheldIsNotFound(t *testing.T) {
	b := newBench(t)
	p := person("EXAMPLE, Alpha")
	p.ID = record.PartyID("OFAC", "ofac-sdn", "999")
	p.Wallets = []record.Wallet{{Asset: "XBT", Address: eater}}
	b.add(p.Object(record.Meta{Created: day, Modified: day, Markings: redMark}))
	for _, q := range []string{"Example Alpha", eater, p.ID} {
		seen := b.ask(owner, q)
		if len(seen.Candidates) != 1 {
			t.Errorf("%s: the owner finds %d candidates", q, len(seen.Candidates))
		}
		hidden := b.ask(policy.Viewer{Name: "partner", Clearance: policy.Green}, q)
		if hidden.State != screen.None || len(hidden.Candidates) != 0 || hidden.Cut != 0 {
			t.Errorf("%s: a viewer of TLP:GREEN is answered %s with %d candidates", q, hidden.State, len(hidden.Candidates))
		}
	}
	if _, err := b.Dossier(t.Context(), policy.Public, p.ID); !errs.Is(err, errs.Withheld) {
		t.Errorf("the dossier of a withheld party: %v", err)
	}
}

func TestRebuiltProjectionIsTheSame(t *testing.T) {
	b := newBench(t)
	for _, o := range [][]stix.Object{
		listed("101", day, person("EXAMPLE, Alpha", "보기 알파")), listed("102", day, person("SAMPLE, Gamma")),
		listed("101", nextDay, person("EXAMPLE, Omega")),
	} {
		b.add(o...)
	}
	before, rows, err := b.projector.Digest(t.Context(), "screen")
	if err != nil {
		t.Fatal(err)
	}
	if err := b.projector.Rebuild(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	after, again, err := b.projector.Digest(t.Context(), "screen")
	if err != nil {
		t.Fatal(err)
	}
	if before != after || rows != again || rows == 0 {
		t.Errorf("%x with %d rows, rebuilt %x with %d rows", before, rows, after, again)
	}
	if a := b.ask(owner, "Example Omega"); a.State != screen.Likely {
		t.Errorf("after the rebuild the name gives %s", a.State)
	}
}

func TestDossierSaysNamesakesAndDesignations(t *testing.T) {
	b := newBench(t)
	b.add(listed("101", day, person("EXAMPLE, Alpha"))...)
	b.add(listed("102", day, person("Alpha Example", "Other, Name"))...)
	d, err := b.Dossier(t.Context(), owner, record.PartyID("OFAC", "ofac-sdn", "101"))
	if err != nil {
		t.Fatal(err)
	}
	if len(d.Listings) != 1 || d.Listings[0].Entry != "101" {
		t.Errorf("designations: %+v", d.Listings)
	}
	if len(d.Namesakes) != 1 || d.Namesakes[0].Shared[0] != "Alpha Example" || len(d.Namesakes[0].Listings) != 1 {
		t.Errorf("namesakes: %+v", d.Namesakes)
	}
	if _, err := b.Dossier(t.Context(), owner, record.PartyID("OFAC", "ofac-sdn", "0")); !errs.Is(err, errs.NotFound) {
		t.Errorf("a party that is not there: %v", err)
	}
}

func TestAskRefusesWhatIsNoQuestion(t *testing.T) {
	b := newBench(t)
	for name, q := range map[string]string{"empty": " \t", "too long": strings.Repeat("a", screen.MaxQuery+1)} {
		if _, err := b.Ask(t.Context(), owner, screen.Query{Text: q}); !errs.Is(err, errs.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestOtherReadingsCanBeAskedFor(t *testing.T) {
	b := newBench(t)
	b.add(listed("101", day, record.Party{Kind: record.Organisation, Names: []record.Name{{Text: "Bureau 12345", Kind: record.Primary}}})...)
	a := b.ask(owner, "12345")
	if a.Reading.Kind != screen.Document || a.Others[len(a.Others)-1].Kind != screen.Name {
		t.Fatalf("read as %s, others %v", a.Reading.Kind, a.Others)
	}
	a, err := b.Ask(t.Context(), owner, screen.Query{Text: "Bureau 12345", Kind: screen.Name})
	if err != nil || a.State != screen.Likely {
		t.Errorf("%v, %v", a.State, err)
	}
}

func FuzzReadings(f *testing.F) {
	for _, s := range []string{"Kim Sang Man", eater, "bad[.]example[.]net", "hxxp://a.example/b", "a@b.example", "10.0.0.1", "\x00", "ﷺ", "CVE-2024-0001"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		all := screen.Readings(s)
		if len(all) == 0 || all[len(all)-1].Kind != screen.Name && all[len(all)-1].Kind != screen.Document {
			t.Fatalf("the last reading of %q is %v", s, all)
		}
	})
}
