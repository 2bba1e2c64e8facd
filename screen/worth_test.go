package screen_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/record"
	"github.com/cordon-project/cordon/screen"
	"github.com/cordon-project/cordon/stix"
)

// on returns a party as one list has it, or as an announcement of its authority
// says so.
func on(authority, list, entry string, press bool, p record.Party) []stix.Object {
	p.ID = record.PartyID(authority, list, entry)
	d := record.Designation{
		ID: record.DesignationID(authority, list, entry), Party: p.ID, Authority: authority, Nation: "US", List: list,
		Entry: entry, Status: record.InForce, Press: press,
	}
	m := record.Meta{Created: day, Modified: day, Markings: clearMark}
	return []stix.Object{p.Object(m), d.Object(m)}
}

// What a list prints comes before what an announcement says, also when that
// writes the name just as it was asked for; and only lists count as lists.
func TestAListComesBeforeAnAnnouncement(t *testing.T) {
	b := newBench(t)
	b.add(on("OFAC", "press", "example-alpha", true, person("Example Alpha"))...)
	b.add(on("KR-GOV", "press", "example-alpha", true, person("Example Alpha"))...)
	if a := b.ask(owner, "Example Alpha"); a.Say.Key != "answer.likely.announced" || a.More[0].Key != "answer.more.press" {
		t.Errorf("of announcements it says %v, %v", a.Say, a.More)
	}
	b.add(on("OFAC", "ofac-sdn", "101", false, person("EXAMPLE, Alpha"))...)
	a := b.ask(owner, "Example Alpha")
	if len(a.Candidates) != 3 || a.Candidates[0].Title != "EXAMPLE, Alpha" {
		t.Fatalf("%d candidates, first %q", len(a.Candidates), a.Candidates[0].Title)
	}
	if a.Say.Key != "answer.likely.one" || fmt.Sprint(a.Say.Args) != "[OFAC 1]" {
		t.Errorf("says %v", a.Say)
	}
}

// To stand on a second list is no reason to doubt that one stands on the first.
func TestTheSameNameOnAnotherListIsNoDoubt(t *testing.T) {
	b := newBench(t)
	b.add(on("OFAC", "ofac-sdn", "101", false, person("EXAMPLE, Alpha"))...)
	alone := b.ask(owner, "Example Alpha").Candidates[0]
	b.add(on("UNSC", "un-consolidated", "KPi.001", false, person("EXAMPLE, Alpha"))...)
	b.add(on("JP-MOF", "press", "a", true, person("EXAMPLE, Alpha"))...)
	a := b.ask(owner, "Example Alpha")
	for _, c := range a.Candidates {
		if c.Probability != alone.Probability || slices.ContainsFunc(c.Reasons, func(r screen.Reason) bool { return r.Weight == "against" }) {
			t.Errorf("%s: %v, alone %v; %+v", c.Object, c.Probability, alone.Probability, c.Reasons)
		}
	}
	if a.Say.Key != "answer.likely.many" || fmt.Sprint(a.Say.Args) != "[2 2]" {
		t.Errorf("says %v", a.Say)
	}
}

// A family name alone finds all who bear it, each with little weight; it is not
// "not found" because it is common.
func TestACommonPartIsNotNotFound(t *testing.T) {
	b := newBench(t)
	b.add(listVersion(1, day, clearMark))
	var all []stix.Object
	for i := range 120 {
		all = append(all, listed(fmt.Sprint(i), day, person(fmt.Sprintf("EXAMPLE, Number%d Alpha", i)))...)
	}
	b.add(all...)
	a := b.ask(owner, "Example")
	if a.State != screen.Open || a.Say.Key != "answer.open" || fmt.Sprint(a.Say.Args) != "[120]" {
		t.Errorf("%s, %v", a.State, a.Say)
	}
	if len(a.Candidates) != screen.DefaultLimit || a.Cut != 120-screen.DefaultLimit || a.Checked[0].Near != screen.DefaultLimit {
		t.Errorf("%d candidates, %d cut, %d near", len(a.Candidates), a.Cut, a.Checked[0].Near)
	}
	one := b.ask(owner, "Number7 Example").Candidates[0].Probability
	if many := a.Candidates[0].Probability; many.Mid*120 > 1 || many.Mid >= one.Mid {
		t.Errorf("one of 120 has %v, one who alone has all parts %v", many, one)
	}
}

// A list prints no id of an object.
func TestNobodyPrintsAnID(t *testing.T) {
	b := newBench(t)
	b.add(listed("101", day, person("EXAMPLE, Alpha"))...)
	a := b.ask(owner, record.PartyID("OFAC", "ofac-sdn", "101"))
	if a.State != screen.Hit || len(a.Candidates) != 1 {
		t.Fatalf("%s, %d candidates", a.State, len(a.Candidates))
	}
	if r := a.Candidates[0].Reasons; len(r) != 1 || r[0].Text.Key != "reason.identifier.own" {
		t.Errorf("reasons %+v", r)
	}
}

// An address that may be mistyped is not simply not found.
func TestAMistypedAddressIsOpen(t *testing.T) {
	a := newBench(t).ask(owner, "0x000000000000000000000000000000000000dEAD")
	if a.Reading.Kind != screen.Wallet || a.State != screen.Open || a.Say.Key != "answer.none.recased" {
		t.Errorf("read as %s, %s, %v", a.Reading.Kind, a.State, a.Say)
	}
}

func TestWhoSaysWhoseAnIdentifierIs(t *testing.T) {
	b := newBench(t)
	p := person("EXAMPLE, Alpha")
	p.Wallets = []record.Wallet{{Asset: "XBT", Address: eater}}
	b.add(on("OFAC", "press", "a", true, p)...)
	if a := b.ask(owner, eater); a.Say.Key != "answer.hit.wallet" {
		t.Errorf("an announcement: %v", a.Say)
	}
	b.add(on("OFAC", "ofac-sdn", "1", false, p)...)
	if a := b.ask(owner, eater); a.Say.Key != "answer.hit.listed" || fmt.Sprint(a.Say.Args) != "[wallet EXAMPLE, Alpha OFAC]" {
		t.Errorf("a list: %v", a.Say)
	}
}

// An observable says nothing of where it was seen; the claim of the report does.
func TestAnObservableLeadsToTheSpanOfItsReport(t *testing.T) {
	b := newBench(t)
	o := observable(t, stix.Object{"type": "email-addr", "value": "alpha@example.net"})
	at := record.Where{File: "report.txt", SHA256: strings.Repeat("ab", 32), Start: 10, End: 27}
	claim := record.Claim{
		ID: record.ClaimID("test", "1"), Subject: "alpha@example.net", SubjectRef: o.ID(), Predicate: "mentions-email",
		Level: record.Asserted, Status: record.ClaimExtracted, Wheres: []record.Where{at},
	}
	b.add(o, claim.Object(record.Meta{Created: day, Modified: day, Markings: redMark}))
	for v, want := range map[*policy.Viewer]record.Where{&owner: at, &policy.Public: {}} {
		a := b.ask(*v, "alpha@example.net")
		if len(a.Candidates) == 0 || a.Candidates[0].Type != "email-addr" || a.Candidates[0].Matched.Where != want {
			t.Errorf("for %s: %+v", v.Name, a.Candidates)
		}
	}
}
