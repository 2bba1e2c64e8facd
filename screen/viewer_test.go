package screen_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/journal"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/record"
	"github.com/cordon-project/cordon/screen"
	"github.com/cordon-project/cordon/stix"
)

var green = policy.Viewer{Name: "partner", Clearance: policy.Green}

const reportHash = "1f5b0d525a4b4e5b9d540a2f4f8b8c111f5b0d525a4b4e5b9d540a2f4f8b8c11"

// world draws objects under markings of any height: listed parties that share
// names and identifiers, indicators, observables that several sources describe,
// relationships, reports with claims, and versions of lists.
func world(t *rapid.T) []stix.Object {
	mark := func(what string) []string {
		return []string{policy.MarkingID(rapid.SampledFrom([]policy.TLP{policy.Clear, policy.Green, policy.Amber, policy.Red}).Draw(t, what))}
	}
	name := rapid.Custom(func(t *rapid.T) string {
		return strings.Join(rapid.SliceOfN(rapid.SampledFrom([]string{"kim", "ri", "man", "chol"}), 1, 3).Draw(t, "parts"), " ")
	})
	host := rapid.SampledFrom([]string{"a.example.net", "b.example.net"})
	var out, parties []stix.Object
	for i := range rapid.IntRange(1, 8).Draw(t, "parties") {
		p := person(name.Draw(t, "name"), name.Draw(t, "alias"))
		p.ID = record.PartyID("OFAC", "ofac-sdn", fmt.Sprint(i))
		p.Websites = []string{host.Draw(t, "website")}
		o := p.Object(record.Meta{Created: day, Modified: day, Markings: mark("party's marking")})
		d := record.Designation{
			ID: record.DesignationID("OFAC", "ofac-sdn", fmt.Sprint(i)), Party: p.ID, Authority: "OFAC", Nation: "US", List: "ofac-sdn",
			Entry: fmt.Sprint(i), Status: rapid.SampledFrom([]string{record.InForce, record.Removed}).Draw(t, "status"),
		}
		parties = append(parties, o)
		out = append(out, o, d.Object(record.Meta{Created: day, Modified: day, Markings: mark("designation's marking")}))
	}
	for i := range rapid.IntRange(0, 6).Draw(t, "others") {
		of := rapid.SampledFrom(parties).Draw(t, "of").ID()
		h := host.Draw(t, "host")
		m := record.Meta{Created: day, Modified: day, Markings: mark("marking")}
		domain := stix.Object{"type": "domain-name", "spec_version": "2.1", "value": h, "object_marking_refs": m.Markings, "x_note": fmt.Sprint(i)}
		id, _, err := stix.SCOID(domain)
		if err != nil {
			t.Fatal(err)
		}
		domain["id"] = id
		report := stix.Object{
			"type": "report", "spec_version": "2.1", "id": stix.NameID("report", fmt.Sprint(i)), "created": day, "modified": day, "published": day,
			"name": "report " + fmt.Sprint(i), "object_refs": []string{of, id}, "object_marking_refs": mark("report's marking"),
		}
		claim := record.Claim{
			ID: record.ClaimID("test", fmt.Sprint(i)), Source: report.ID(), Subject: "kim", SubjectRef: of, Predicate: "mentions-party",
			Level: record.Asserted, Status: record.ClaimExtracted, Wheres: []record.Where{{SHA256: reportHash, Start: i, End: i + 3, Part: "text"}},
		}
		link := stix.Object{
			"type": "relationship", "spec_version": "2.1", "id": stix.NameID("relationship", fmt.Sprint(i)), "created": day, "modified": day,
			"relationship_type": "related-to", "source_ref": of, "target_ref": rapid.SampledFrom(parties).Draw(t, "to").ID(), "object_marking_refs": m.Markings,
		}
		version := record.ListVersion{
			ID: record.ListVersionID("OFAC", "ofac-sdn", fmt.Sprint(i)), Authority: "OFAC", Nation: "US", List: "ofac-sdn", Entries: i,
		}
		at := time.Date(2024, 5, 3, i, 0, 0, 0, time.UTC)
		out = append(out, domain, report, claim.Object(record.Meta{Created: day, Modified: day, Markings: mark("claim's marking")}), link,
			version.Object(record.Meta{Created: day, Modified: stix.FormatTime(at), Markings: mark("version's marking")}))
	}
	return out
}

// seen is all that screening tells a viewer.
type seen struct {
	Answers  []screen.Answer
	Dossiers []screen.Dossier
	Errors   []errs.Kind
	Lists    []record.ListVersion
	Taken    []screen.Ref
	Cut      int
}

func (b *bench) look(v policy.Viewer, objects []stix.Object) (s seen) {
	ctx := context.Background()
	must := func(err error) {
		if err != nil {
			b.t.Helper()
			b.t.Fatal(err)
		}
	}
	for _, q := range []string{"kim", "ri man", "chol kim ri", "a.example.net", "x.b.example.net", objects[0].ID()} {
		a, err := b.Ask(ctx, v, screen.Query{Text: q, Limit: 1000})
		must(err)
		a.Stands.Seq = 0 // the length of the journal is public, what is in it is not
		s.Answers = append(s.Answers, a)
	}
	for _, o := range objects {
		if o.Type() == "identity" {
			d, err := b.Dossier(ctx, v, o.ID())
			d.Entry = journal.Entry{}
			s.Dossiers, s.Errors = append(s.Dossiers, d), append(s.Errors, errs.KindOf(errs.Public(err)))
		}
	}
	var err error
	s.Lists, err = b.Lists(ctx, v)
	must(err)
	s.Taken, s.Cut, err = b.Taken(ctx, v, record.Where{SHA256: reportHash, Start: 0, End: 100, Part: "text"})
	must(err)
	return s
}

func candidates(s seen) (ids []string) {
	for i, a := range s.Answers {
		for _, c := range a.Candidates {
			ids = append(ids, fmt.Sprint(i, " ", c.Object))
		}
	}
	slices.Sort(ids)
	return ids
}

// Everything that screening tells a viewer is what it would tell if what the
// viewer may not see were not there: answers, dossiers with their namesakes, ties
// and mentions, lists and what was taken from a place. And who may see more is
// told of at least as much.
func TestScreeningTellsNothingOfWhatIsWithheld(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		objects := world(rt)
		visible := slices.DeleteFunc(slices.Clone(objects), func(o stix.Object) bool {
			l, err := policy.LabelOf(o, policy.Amber, nil)
			return err != nil || !policy.May(green, l, policy.Screening, time.Now()).Allow
		})
		all, some := newBench(t), newBench(t)
		all.add(objects...)
		if len(visible) > 0 {
			some.add(visible...)
		}
		got := all.look(green, objects)
		if diff := cmp.Diff(some.look(green, objects), got, cmpopts.EquateEmpty()); diff != "" {
			rt.Fatalf("what is withheld shows:\n%s", diff)
		}
		more := candidates(all.look(owner, objects))
		for _, id := range candidates(got) {
			if _, found := slices.BinarySearch(more, id); !found {
				rt.Fatalf("who may see more is not told of %s", id)
			}
		}
	})
}

// What a second source says of an observable hides nothing that the first said.
func TestVariantsOfAnObservableStandBesideEachOther(t *testing.T) {
	b := newBench(t)
	first := observable(t, stix.Object{"type": "domain-name", "value": "seen.example.net"})
	second := observable(t, stix.Object{"type": "domain-name", "value": "seen.example.net", "x_note": "from an agent"})
	second["object_marking_refs"] = []any{redMark[0]}
	b.add(first)
	b.add(second)
	for _, v := range []policy.Viewer{policy.Public, owner} {
		if a := b.ask(v, "seen.example.net"); len(a.Candidates) != 1 {
			t.Errorf("%s finds %d candidates", v.Name, len(a.Candidates))
		}
	}
}

func TestARevokedObjectStaysAwayWhateverComesAfter(t *testing.T) {
	b := newBench(t)
	revoked := listed("101", nextDay, person("EXAMPLE, Alpha"))
	for _, o := range revoked {
		o["revoked"] = true
	}
	b.add(revoked...)
	b.add(listed("101", day, person("EXAMPLE, Alpha"))...)
	if a := b.ask(owner, "Example Alpha"); a.State != screen.None {
		t.Errorf("a revoked party is %s", a.State)
	}
}

func listVersion(n int, modified string, markings []string) stix.Object {
	v := record.ListVersion{ID: record.ListVersionID("OFAC", "ofac-sdn", fmt.Sprint(n)), Authority: "OFAC", Nation: "US", List: "ofac-sdn", Entries: n}
	return v.Object(record.Meta{Created: day, Modified: modified, Markings: markings})
}

func TestTheLatestListVersionThatTheViewerMaySeeIsInForce(t *testing.T) {
	b := newBench(t)
	b.add(listVersion(2, nextDay, clearMark))
	b.add(listVersion(1, day, clearMark)) // comes late
	b.add(listVersion(3, "2024-05-05T00:00:00.000Z", redMark))
	for v, want := range map[*policy.Viewer]int{&policy.Public: 2, &owner: 3} {
		l, err := b.Lists(t.Context(), *v)
		if err != nil || len(l) != 1 || l[0].Entries != want {
			t.Errorf("for %s version %+v is in force, want %d; %v", v.Name, l, want, err)
		}
	}
	gone := listVersion(2, "2024-05-06T00:00:00.000Z", clearMark)
	gone["revoked"] = true
	b.add(gone)
	if l, err := b.Lists(t.Context(), policy.Public); err != nil || len(l) != 1 || l[0].Entries != 1 {
		t.Errorf("after version 2 was revoked %+v is in force, %v", l, err)
	}
}

// delisted returns a party whose designation has a status, read from the list or
// known from the press.
func delisted(entry, status string, press bool, p record.Party) []stix.Object {
	p.ID = record.PartyID("OFAC", "ofac-sdn", entry)
	d := record.Designation{
		ID: record.DesignationID("OFAC", "ofac-sdn", entry), Party: p.ID, Authority: "OFAC", Nation: "US", List: "ofac-sdn",
		Entry: entry, Status: status, Press: press,
	}
	m := record.Meta{Created: day, Modified: day, Markings: clearMark}
	return []stix.Object{p.Object(m), d.Object(m)}
}

func TestWhatAListingIsWorth(t *testing.T) {
	p := person("EXAMPLE, Alpha")
	p.Wallets = []record.Wallet{{Asset: "XBT", Address: eater}}
	for _, c := range []struct {
		name    string
		objects []stix.Object
		query   string
		state   screen.State
		more    string
		found   int
		near    int
	}{
		{"in force", delisted("1", record.InForce, false, p), "Example Alpha", screen.Likely, "", 1, 0},
		{"removed", delisted("1", record.Removed, false, p), "Example Alpha", screen.Open, "answer.more.removed", 0, 0},
		{"a wallet of one that was removed", delisted("1", record.Removed, false, p), eater, screen.Hit, "answer.more.removed", 0, 0},
		{"known from an announcement", delisted("1", record.InForce, true, p), "Example Alpha", screen.Likely, "answer.more.press", 0, 0},
		{
			"removed, and another of the name in force",
			slices.Concat(delisted("1", record.Removed, false, p), delisted("2", record.InForce, false, p)), "Example Alpha", screen.Likely, "", 1, 0,
		},
		{
			"parts of the name", delisted("1", record.InForce, false, person("EXAMPLE, Alpha Beta")), "Alpha Beta Example Gamma Delta Omega", screen.Open, "", 0, 1,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := newBench(t)
			b.add(listVersion(1, day, clearMark))
			b.add(c.objects...)
			a := b.ask(owner, c.query)
			more := ""
			if len(a.More) > 0 {
				more = a.More[0].Key
			}
			if a.State != c.state || more != c.more || a.Checked[0].Found != c.found || a.Checked[0].Near != c.near {
				t.Errorf("%s, %q, found %d, near %d; want %s, %q, %d, %d", a.State, more, a.Checked[0].Found, a.Checked[0].Near, c.state, c.more, c.found, c.near)
			}
			if a.State == screen.Likely && (a.Say.Key != "answer.likely.one" || a.Say.Args[1] != 1) {
				t.Errorf("says %v", a.Say)
			}
		})
	}
}

// However often reports mention a wallet, whose it is comes first; what is cut is
// counted.
func TestAListedPartyIsNotCrowdedOut(t *testing.T) {
	b := newBench(t)
	p := person("EXAMPLE, Alpha")
	p.Wallets = []record.Wallet{{Asset: "XBT", Address: eater}}
	objects := listed("101", day, p)
	for i := range 300 {
		c := record.Claim{
			ID: record.ClaimID("test", fmt.Sprint(i)), Subject: eater, Predicate: "mentions-wallet", Level: record.Asserted, Status: record.ClaimExtracted,
		}
		objects = append(objects, c.Object(record.Meta{Created: day, Modified: day, Markings: clearMark}))
		// Unlisted namesakes, whose names are written just as they are asked for.
		n := person("Alpha EXAMPLE")
		n.ID = record.PartyID("test", "test", fmt.Sprint(i))
		objects = append(objects, n.Object(record.Meta{Created: day, Modified: day, Markings: clearMark}))
	}
	b.add(objects...)
	a := b.ask(owner, eater)
	if a.State != screen.Hit || len(a.Candidates) != screen.DefaultLimit || a.Cut != 301-screen.DefaultLimit {
		t.Errorf("the wallet: %s, %d candidates, %d cut", a.State, len(a.Candidates), a.Cut)
	}
	a, err := b.Ask(t.Context(), owner, screen.Query{Text: "Alpha Example", Limit: 301})
	if err != nil || a.State != screen.Likely || len(a.Candidates) != 301 || a.Cut != 0 {
		t.Errorf("the name: %s, %d candidates, %d cut, %v", a.State, len(a.Candidates), a.Cut, err)
	}
}

func TestAskedForAsAKind(t *testing.T) {
	b := newBench(t)
	ask := func(kind screen.Kind, text string) (screen.Answer, error) {
		return b.Ask(t.Context(), owner, screen.Query{Text: text, Kind: kind})
	}
	if _, err := ask("walet", eater); !errs.Is(err, errs.Invalid) {
		t.Errorf("a kind that there is not: %v", err)
	}
	for kind, text := range map[screen.Kind]string{screen.IP: "10.0.0.300", screen.Hash: "abc", screen.Email: "nobody", screen.ObjectID: "identity--1"} {
		if a, err := ask(kind, text); err != nil || a.State != screen.Open || a.Say.Key != "answer.none.unread" {
			t.Errorf("%q as %s: %s, %s, %v", text, kind, a.State, a.Say.Key, err)
		}
	}
}

func TestAHostThatIsNamedForItselfAndInAnAddressIsAnIdentifier(t *testing.T) {
	b := newBench(t)
	for i, p := range []string{"domain-name:value = 'x.example.net' OR url:value = 'http://x.example.net/a'", "url:value = 'http://y.example.net/a' OR domain-name:value = 'y.example.net'"} {
		b.add(stix.Object{
			"type": "indicator", "spec_version": "2.1", "id": stix.NameID("indicator", "test", fmt.Sprint(i)), "created": day, "modified": day,
			"pattern": "[" + p + "]", "pattern_type": "stix", "valid_from": day, "object_marking_refs": []any{clearMark[0]},
		})
	}
	for _, q := range []string{"x.example.net", "y.example.net"} {
		if a := b.ask(owner, q); a.State != screen.Hit {
			t.Errorf("%s: %s", q, a.State)
		}
	}
}

// A question during a rebuild is answered from the whole index, the old one or
// the new one.
func TestARebuildHidesNothingMeanwhile(t *testing.T) {
	b := newBench(t)
	var objects []stix.Object
	for i := range 300 {
		objects = append(objects, listed(fmt.Sprint(i), day, person(fmt.Sprintf("EXAMPLE, Number%d", i)))...)
	}
	b.add(objects...)
	done := make(chan error, 1)
	go func() {
		done <- errors.Join(b.projector.Rebuild(context.Background(), nil), b.projector.Rebuild(context.Background(), nil))
	}()
	for {
		if a := b.ask(owner, "Example Number299"); a.State != screen.Likely {
			t.Fatalf("meanwhile: %s", a.State)
		}
		select {
		case err := <-done:
			if err != nil {
				t.Fatal(err)
			}
			return
		default:
		}
	}
}

// An object of a hundred thousand names takes time by their number, not by its
// square.
func TestAnObjectOfManyNamesIsTakenIn(t *testing.T) {
	b := newBench(t)
	o := stix.Object{
		"type": "threat-actor", "spec_version": "2.1", "id": stix.NameID("threat-actor", "test"), "created": day, "modified": day,
		"name": "EXAMPLE GROUP", "object_marking_refs": []any{clearMark[0]},
	}
	var aliases []any
	for i := range 100_000 {
		aliases = append(aliases, fmt.Sprintf("alias %d", i))
	}
	o["aliases"] = aliases
	b.add(o)
	a, err := b.Ask(t.Context(), owner, screen.Query{Text: "alias 99999", Kind: screen.Name})
	if err != nil || len(a.Candidates) != 1 {
		t.Errorf("%d candidates, %v", len(a.Candidates), err)
	}
}
