package identity_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/identity"
	"github.com/cordon-project/cordon/journal"
	"github.com/cordon-project/cordon/journal/sqlite"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/record"
	"github.com/cordon-project/cordon/stix"
)

// entry is one artificial entry of a list; change adds what tells it apart.
func entry(list, number string, kind record.PartyKind, names []string, change ...func(*record.Party, *record.Designation)) identity.Member {
	authority := map[string]string{"ofac-sdn": "OFAC", "un-consolidated": "UNSC", "jp-mof-freeze": "JP-MOF", "kr-kofiu-restricted": "KR-KOFIU"}[list]
	info, _ := record.LookupAuthority(authority)
	p := record.Party{ID: record.PartyID(authority, list, number), Kind: kind, Modified: "2026-01-05T00:00:00.000Z"}
	for i, n := range names {
		k := record.AKA
		if i == 0 {
			k = record.Primary
		}
		p.Names = append(p.Names, record.Name{Text: n, Kind: k})
	}
	d := record.Designation{
		ID: record.DesignationID(authority, list, number), Party: p.ID, Authority: authority, Nation: info.Nation, List: list, Entry: number,
		Programmes: []string{"DPRK"}, Status: record.InForce, Modified: "2026-01-05T00:00:00.000Z",
		Wheres: []record.Where{{SHA256: strings.Repeat("0", 64), File: "rows", Row: 1}},
	}
	for _, f := range change {
		f(&p, &d)
	}
	return identity.Member{Party: p, Designations: []record.Designation{d}}
}

func born(date string) func(*record.Party, *record.Designation) {
	return func(p *record.Party, _ *record.Designation) {
		p.Births = append(p.Births, record.Birth{Date: record.Date(date)})
	}
}

func passport(number string) func(*record.Party, *record.Designation) {
	return func(p *record.Party, _ *record.Designation) {
		p.Documents = append(p.Documents, record.Document{Kind: "passport", Number: number})
	}
}

func listed(date string) func(*record.Party, *record.Designation) {
	return func(_ *record.Party, d *record.Designation) { d.ListedOn = record.Date(date) }
}

func titled(t string) func(*record.Party, *record.Designation) {
	return func(p *record.Party, _ *record.Designation) { p.Titles = []string{t} }
}

func sex(s string) func(*record.Party, *record.Designation) {
	return func(p *record.Party, _ *record.Designation) { p.Gender = s }
}

func fact(label, text string) func(*record.Party, *record.Designation) {
	return func(p *record.Party, _ *record.Designation) {
		p.OtherFacts = append(p.OtherFacts, record.Fact{Label: label, Text: text})
	}
}

// verdict is what the rules say of two entries alone in the world.
func verdict(t testing.TB, a, b identity.Member) string {
	t.Helper()
	ds, err := identity.Pairs(t.Context(), []identity.Member{a, b})
	if err != nil {
		t.Fatal(err)
	}
	if len(ds) == 0 {
		return ""
	}
	if len(ds[0].Reasons) == 0 || ds[0].Rules == "" {
		t.Errorf("a decision without reasons or rules: %+v", ds[0])
	}
	return ds[0].Verdict
}

func TestWhatDecidesOnTwoEntries(t *testing.T) {
	const us, un = "ofac-sdn", "un-consolidated"
	name := []string{"EXAMPLE, Person One"}
	turned := []string{"Person One Example"}
	for what, c := range map[string]struct {
		a, b identity.Member
		want string
	}{
		"a name alone": {entry(us, "1", record.Person, name), entry(un, "1", record.Person, turned), record.VerdictOpen},
		"a name and a day of birth": {
			entry(us, "1", record.Person, name, born("1970-02-03")), entry(un, "1", record.Person, turned, born("1970-02-03")), record.VerdictSame,
		},
		"a day that a time zone moved": {
			entry(us, "1", record.Person, name, born("1970-02-03")), entry(un, "1", record.Person, turned, born("1970-02-02")), record.VerdictSame,
		},
		"a year of birth and the regime": {
			entry(us, "1", record.Person, name, born("1970")), entry(un, "1", record.Person, turned, born("1970-02-03")), record.VerdictSame,
		},
		"other days of birth": {
			entry(us, "1", record.Person, name, born("1970-02-03")), entry(un, "1", record.Person, turned, born("1978-07-09")), "",
		},
		"one of several dates of birth": {
			entry(us, "1", record.Person, name, born("1961-05-06"), born("1970-02-03")), entry(un, "1", record.Person, turned, born("1970-02-03")), record.VerdictSame,
		},
		"a slip in the date and nothing more": {
			entry(us, "1", record.Person, name, born("1970-02-03")), entry(un, "1", record.Person, turned, born("1971-02-03")), record.VerdictOpen,
		},
		"a slip in the date and the role": {
			entry(us, "1", record.Person, name, born("1970-02-03"), titled("Director, Artificial Widgets")),
			entry(un, "1", record.Person, turned, born("1971-02-03"), titled("Director of Artificial Widgets")), record.VerdictSame,
		},
		"a role": {
			entry(us, "1", record.Person, name, titled("Artificial Widgets official")), entry(un, "1", record.Person, turned, titled("of Artificial Widgets")), record.VerdictSame,
		},
		"listed within days": {
			entry(us, "1", record.Person, name, listed("2016-03-02")), entry(un, "1", record.Person, turned, listed("2016-03-11")), record.VerdictSame,
		},
		"man and woman": {
			entry(us, "1", record.Person, name, born("1970-02-03"), sex("Male")), entry(un, "1", record.Person, turned, born("1970-02-03"), sex("Female")), "",
		},
		"a passport, printed with and without letters": {
			entry(us, "1", record.Person, name, passport("PS 472330208")), entry(un, "1", record.Person, []string{"Person Example"}, passport("472330208")), record.VerdictSame,
		},
		"a passport under another name": {
			entry(us, "1", record.Person, name, passport("472330208")), entry(un, "1", record.Person, []string{"SPECIMEN Two"}, passport("472330208")), record.VerdictOpen,
		},
		"a passport and other days of birth": {
			entry(us, "1", record.Person, name, passport("472330208"), born("1970-02-03")), entry(un, "1", record.Person, turned, passport("472330208"), born("1948-11-30")), record.VerdictOpen,
		},
		"a reference of one list to the other": {
			entry(us, "1", record.Person, name, fact("un-reference", "KPi.999")), entry(un, "KPi.999", record.Person, []string{"SPECIMEN Two"}), record.VerdictSame,
		},
		"a person and an organisation": {
			entry(us, "1", record.Person, name, born("1970")), entry(un, "1", record.Organisation, turned), "",
		},
		"organisations of one name and regime": {
			entry(us, "1", record.Organisation, []string{"EXAMPLE WIDGET TRADING CORPORATION"}), entry(un, "1", record.Organisation, []string{"Example Widget Trading Corp."}), record.VerdictSame,
		},
		"organisations of one name and no regime in common": {
			entry(us, "1", record.Organisation, []string{"EXAMPLE WIDGET TRADING"}, func(_ *record.Party, d *record.Designation) { d.Programmes = []string{"CUBA"} }),
			entry(un, "1", record.Organisation, []string{"Example Widget Trading"}), record.VerdictOpen,
		},
		"ships of one name": {
			entry(us, "1", record.Vessel, []string{"EXAMPLE STAR"}), entry(un, "1", record.Vessel, []string{"Example Star"}), record.VerdictOpen,
		},
		"names that have nothing in common": {
			entry(us, "1", record.Person, name, born("1970-02-03")), entry(un, "1", record.Person, []string{"SPECIMEN Two"}, born("1970-02-03")), "",
		},
		"two entries of one list": {
			entry(us, "1", record.Person, name, born("1970-02-03")), entry(us, "2", record.Person, turned, born("1970-02-03")), "",
		},
	} {
		t.Run(what, func(t *testing.T) {
			if got := verdict(t, c.a, c.b); got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
			if got := verdict(t, c.b, c.a); got != c.want {
				t.Errorf("the other way round %q, want %q", got, c.want)
			}
		})
	}
}

func TestOfSeveralCandidatesNoneIsTakenUnlessItIsPlain(t *testing.T) {
	one := entry("un-consolidated", "1", record.Person, []string{"Person One Example"}, titled("Artificial Widgets official"))
	a := entry("ofac-sdn", "1", record.Person, []string{"EXAMPLE, Person One"}, titled("Artificial Widgets official"))
	b := entry("ofac-sdn", "2", record.Person, []string{"EXAMPLE, Person One"}, titled("Artificial Widgets official"))
	ds, err := identity.Pairs(t.Context(), []identity.Member{one, a, b})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range ds {
		if d.Verdict != record.VerdictOpen {
			t.Errorf("%v is %s", d.Parties, d.Verdict)
		}
	}
	born("1970-02-03")(&one.Party, nil)
	born("1970-02-03")(&a.Party, nil)
	ds, err = identity.Pairs(t.Context(), []identity.Member{one, a, b})
	if err != nil {
		t.Fatal(err)
	}
	same := slices.IndexFunc(ds, func(d record.SameParty) bool { return d.Verdict == record.VerdictSame })
	if same < 0 || !slices.Contains(ds[same].Parties[:], a.Party.ID) {
		t.Errorf("the one with the day of birth is not taken: %+v", ds)
	}
}

func TestTheMinistrysMeasuresAreTwoLists(t *testing.T) {
	a := entry("jp-mof-freeze", "15-1", record.Person, []string{"Person One Example"}, born("1970-02-03"))
	b := entry("jp-mof-freeze", "17-9", record.Person, []string{"EXAMPLE Person One"}, born("1970-02-03"))
	c := entry("jp-mof-freeze", "17-10", record.Person, []string{"EXAMPLE Person One"}, born("1970-02-03"))
	if got := verdict(t, a, b); got != record.VerdictSame {
		t.Errorf("two measures: %q", got)
	}
	if got := verdict(t, b, c); got != "" {
		t.Errorf("one measure: %q", got)
	}
}

// TestDecisionsDependOnThePartiesAlone holds that neither the order of the parties
// nor a second run changes a decision.
func TestDecisionsDependOnThePartiesAlone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var ms []identity.Member
		for i, list := range []string{"ofac-sdn", "un-consolidated", "jp-mof-freeze", "kr-kofiu-restricted"} {
			for n := range rapid.IntRange(0, 3).Draw(t, "entries") {
				m := entry(list, fmt.Sprintf("%d-%d", i, n), record.Person, []string{rapid.SampledFrom([]string{"EXAMPLE, One", "One Example", "EXAMPLE, Two", "SPECIMEN One"}).Draw(t, "name")})
				if d := rapid.SampledFrom([]string{"", "1970", "1970-02-03", "1981-04-05"}).Draw(t, "birth"); d != "" {
					born(d)(&m.Party, nil)
				}
				ms = append(ms, m)
			}
		}
		first, err := identity.Pairs(context.Background(), ms)
		if err != nil {
			t.Fatal(err)
		}
		again, err := identity.Pairs(context.Background(), rapid.Permutation(ms).Draw(t, "order"))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(first, again); diff != "" {
			t.Fatalf("another order, other decisions: %s", diff)
		}
	})
}

var noon = time.Date(2026, 1, 6, 12, 0, 0, 0, time.UTC)

func person(name string) identity.Person {
	return identity.Person{Name: name, At: noon, Org: record.Source(stix.NameID("identity", "cordon-node", "test"), "Test desk", record.Meta{
		Created: "2026-01-01T00:00:00.000Z", Markings: []string{policy.MarkingID(policy.Clear)},
	})}
}

func open(t testing.TB) *sqlite.Store {
	t.Helper()
	s, err := sqlite.Open(t.Context(), t.TempDir(), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// put appends the parties and designations of entries at a level.
func put(t testing.TB, j journal.Journal, level policy.TLP, ms ...identity.Member) {
	t.Helper()
	var batch journal.Batch
	batch.RefuseAll = true
	for _, m := range ms {
		meta := record.Meta{CreatedBy: record.AuthorityID(m.Designations[0].Authority), Created: "2026-01-05T00:00:00.000Z", Modified: m.Party.Modified, Markings: []string{policy.MarkingID(level)}}
		batch.Objects = append(batch.Objects, m.Party.Object(meta), m.Designations[0].Object(meta))
	}
	r, err := j.Append(t.Context(), batch)
	if err != nil || len(r.Refused) > 0 {
		t.Fatal(err, r.Refused)
	}
}

var owner = policy.Viewer{Name: "owner", Clearance: policy.Red}

func decide(t testing.TB, e *identity.Engine, o identity.Options) identity.Report {
	t.Helper()
	r, err := e.Decide(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func group(t testing.TB, e *identity.Engine, v policy.Viewer, id string) []string {
	t.Helper()
	g, err := e.Group(t.Context(), v, id)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, m := range g.Members {
		out = append(out, m.Designations[0].Authority)
	}
	slices.Sort(out)
	return out
}

func three() (us, un, jp identity.Member) {
	us = entry("ofac-sdn", "1", record.Person, []string{"EXAMPLE, Person One"}, born("1970-02-03"))
	un = entry("un-consolidated", "KPi.999", record.Person, []string{"Person One Example"}, born("1970-02-03"))
	jp = entry("jp-mof-freeze", "15-999", record.Person, []string{"Example Person One"}, born("1970-02-03"))
	return us, un, jp
}

func TestASecondRunWritesNothing(t *testing.T) {
	s := open(t)
	us, un, jp := three()
	put(t, s, policy.Clear, us, un, jp)
	e := identity.New(s, nil)
	if r := decide(t, e, identity.Options{}); r.Written != 3 || r.Same != 3 {
		t.Errorf("the first run: %+v", r)
	}
	if r := decide(t, e, identity.Options{}); r.Written != 0 || r.TakenBack != 0 {
		t.Errorf("the second run: %+v", r)
	}
	if got := group(t, e, policy.Public, us.Party.ID); !slices.Equal(got, []string{"JP-MOF", "OFAC", "UNSC"}) {
		t.Errorf("the group has %v", got)
	}
}

func TestAPersonGoesBeforeTheRules(t *testing.T) {
	s := open(t)
	us, un, jp := three()
	put(t, s, policy.Clear, us, un, jp)
	e := identity.New(s, nil)
	decide(t, e, identity.Options{})
	if _, err := e.Split(t.Context(), owner, []string{jp.Party.ID}, person("A. Desk"), "the notice names another birthplace"); err != nil {
		t.Fatal(err)
	}
	if got := group(t, e, owner, us.Party.ID); !slices.Equal(got, []string{"OFAC", "UNSC"}) {
		t.Errorf("after the split the group has %v", got)
	}
	decide(t, e, identity.Options{})
	if got := group(t, e, owner, jp.Party.ID); !slices.Equal(got, []string{"JP-MOF"}) {
		t.Errorf("a later run of the rules has joined it again: %v", got)
	}
	if _, err := e.Confirm(t.Context(), owner, us.Party.ID, jp.Party.ID, person("B. Desk"), "a passport was seen"); err != nil {
		t.Fatal(err)
	}
	// jp and un are still stated to be different, so the group cannot hold both
	// with us; the people's link is taken first.
	if got := group(t, e, owner, us.Party.ID); !slices.Equal(got, []string{"JP-MOF", "OFAC"}) {
		t.Errorf("after the confirmation the group has %v", got)
	}
}

func TestWhatNoLongerHoldsIsTakenBack(t *testing.T) {
	s := open(t)
	us, un, _ := three()
	put(t, s, policy.Clear, us, un)
	e := identity.New(s, nil)
	decide(t, e, identity.Options{})
	us.Party.Births[0].Date, us.Party.Modified = "1948-11-30", "2026-01-07T00:00:00.000Z"
	put(t, s, policy.Clear, us)
	head, err := s.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	r, seq, err := e.Follow(t.Context(), head-2, identity.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if r.TakenBack != 1 || seq != head {
		t.Errorf("%+v up to %d, want one taken back up to %d", r, seq, head)
	}
	if got := group(t, e, owner, us.Party.ID); len(got) != 1 {
		t.Errorf("they are still together: %v", got)
	}
}

func TestAPartyThatMayNotBeSeenIsInNoGroup(t *testing.T) {
	s := open(t)
	us, un, jp := three()
	put(t, s, policy.Clear, us, un)
	put(t, s, policy.Amber, jp)
	e := identity.New(s, nil)
	decide(t, e, identity.Options{})
	if got := group(t, e, owner, us.Party.ID); len(got) != 3 {
		t.Errorf("the owner sees %v", got)
	}
	if got := group(t, e, policy.Public, us.Party.ID); !slices.Equal(got, []string{"OFAC", "UNSC"}) {
		t.Errorf("the public sees %v", got)
	}
	if _, err := e.Group(t.Context(), policy.Public, jp.Party.ID); !errs.Is(errs.Public(err), errs.NotFound) {
		t.Errorf("the public is told %v", err)
	}
	q := journal.Query{Types: []string{record.SamePartyType}, Latest: true, Purpose: policy.Reading}
	n := 0
	for _, err := range s.Scan(t.Context(), policy.Public, q) {
		if err != nil {
			t.Fatal(err)
		}
		n++
	}
	if n != 1 {
		t.Errorf("the public sees %d decisions, want the one on two public parties", n)
	}
}

func TestDecisionsNeedAPersonAndAReason(t *testing.T) {
	s := open(t)
	us, un, _ := three()
	put(t, s, policy.Clear, us, un)
	e := identity.New(s, nil)
	for what, err := range map[string]error{
		"nobody":     second(e.Confirm(t.Context(), owner, us.Party.ID, un.Party.ID, person(" "), "why")),
		"no reason":  second(e.Reject(t.Context(), owner, us.Party.ID, un.Party.ID, person("A"), "")),
		"itself":     second(e.Confirm(t.Context(), owner, us.Party.ID, us.Party.ID, person("A"), "why")),
		"no members": second(e.Split(t.Context(), owner, nil, person("A"), "why")),
	} {
		if !errs.Is(err, errs.Invalid) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if err := second(e.Confirm(t.Context(), owner, us.Party.ID, record.PartyID("X", "x", "1"), person("A"), "why")); !errs.Is(err, errs.NotFound) {
		t.Errorf("a party that is not there: %v", err)
	}
}

func second[T any](_ T, err error) error { return err }
