package brief_test

import (
	"strings"
	"testing"
	"time"

	"github.com/cordon-project/cordon/brief"
	"github.com/cordon-project/cordon/identity"
	"github.com/cordon-project/cordon/journal"
	"github.com/cordon-project/cordon/journal/journaltest"
	"github.com/cordon-project/cordon/journal/sqlite"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/record"
	"github.com/cordon-project/cordon/stix"
)

// Everything in the fixture is artificial: 김예시 is "Kim Example".
const (
	stamp   = "2026-03-02T00:00:00.000Z"
	ofacSHA = "aa00000000000000000000000000000000000000000000000000000000000001"
	unSHA   = "bb00000000000000000000000000000000000000000000000000000000000002"
	mofSHA  = "cc00000000000000000000000000000000000000000000000000000000000003"
	repSHA  = "dd00000000000000000000000000000000000000000000000000000000000004"
)

// day is the day on which the packets of the tests are made.
var day = time.Date(2026, 4, 1, 9, 30, 0, 0, time.UTC)

var (
	owner   = policy.Viewer{Name: "owner", Clearance: policy.Red}
	clear   = []string{policy.MarkingID(policy.Clear)}
	amber   = []string{policy.MarkingID(policy.Amber)}
	red     = []string{policy.MarkingID(policy.Red)}
	cleared = policy.Viewer{Name: "JP-MOF", Clearance: policy.Amber}
)

// world is a journal with one group of entries.
type world struct {
	t     testing.TB
	store *sqlite.Store
	group identity.Group
	batch []stix.Object
}

func newWorld(t testing.TB) *world {
	t.Helper()
	s, err := sqlite.Open(t.Context(), t.TempDir(), sqlite.Options{Clock: journaltest.Clock(), Rand: journaltest.Rand(1)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return &world{t: t, store: s}
}

func (w *world) add(objects ...stix.Object) { w.batch = append(w.batch, objects...) }

// commit appends what was added.
func (w *world) commit() {
	w.t.Helper()
	r, err := w.store.Append(w.t.Context(), journal.Batch{Objects: w.batch, By: "test", RefuseAll: true})
	if err != nil {
		w.t.Fatal(err)
	}
	if len(r.Refused) > 0 {
		w.t.Fatalf("refused: %+v", r.Refused[0])
	}
	w.batch = nil
}

// entry adds one list's entry, and makes it a member of the group.
func (w *world) entry(authority, list, entry, sha string, row int, markings []string, p record.Party, d record.Designation) record.Party {
	info, _ := record.LookupAuthority(authority)
	file := list + ".csv"
	if sha != "" {
		at := record.Where{SHA256: sha, File: file, Row: row}
		p.Wheres, d.Wheres = []record.Where{at}, []record.Where{at}
	}
	p.ID, p.Created = record.PartyID(authority, list, entry), stamp
	d.ID, d.Party, d.Created = record.DesignationID(authority, list, entry), p.ID, stamp
	d.Authority, d.Nation, d.List, d.Entry = authority, info.Nation, list, entry
	if d.Status == "" {
		d.Status = record.InForce
	}
	m := record.Meta{CreatedBy: record.AuthorityID(authority), Markings: markings}
	w.add(p.Object(m), d.Object(m))
	w.group.Members = append(w.group.Members, identity.Member{Party: p, Designations: []record.Designation{d}})
	w.group.ID = w.group.Members[0].Party.ID
	return p
}

func (w *world) version(authority, list, sha string, date record.Date, entries int) {
	info, _ := record.LookupAuthority(authority)
	w.add(record.ListVersion{
		ID: record.ListVersionID(authority, list, sha), List: list, Authority: authority, Nation: info.Nation, Date: date, DateFrom: "file",
		Files:   []record.ListFile{{Name: list + ".csv", SHA256: sha, Bytes: 1234567, Rows: entries}},
		Entries: entries, Created: stamp, Modified: stamp,
	}.Object(record.Meta{CreatedBy: record.AuthorityID(authority), Markings: clear}))
}

// decide adds a decision on two entries, as a link when they are one.
func (w *world) decide(a, b record.Party, verdict, by string, markings []string, reasons ...record.SameReason) {
	s := record.SameParty{
		ID: record.SamePartyID(a.ID, b.ID, by), Parties: [2]string{a.ID, b.ID}, Verdict: verdict, By: by, Reasons: reasons, Confidence: 85,
		Created: stamp, Modified: stamp,
	}
	if b.ID < a.ID {
		s.Parties = [2]string{b.ID, a.ID}
	}
	if by == "" {
		s.Rules = "identity/2026-11"
	} else {
		s.Why = "Seen the passport in both files."
	}
	w.add(s.Object(record.Meta{CreatedBy: record.ProjectID, Markings: markings}))
	if verdict == record.VerdictSame {
		w.group.Links = append(w.group.Links, s)
	} else {
		w.group.Open = append(w.group.Open, s)
	}
}

func latin(text string, kind record.NameKind, q record.Quality) record.Name {
	return record.Name{Text: text, Kind: kind, Quality: q, Script: "Latn"}
}

// example is the world of the golden files: two entries that are one, one of the
// press, an open question, a claim, a theft, and a list of the recipient's without
// the party.
func example(t testing.TB) *world {
	w := newWorld(t)
	w.add(record.Project())
	w.add(record.Extensions()...)
	for _, a := range []string{"OFAC", "UNSC", "JP-MOF", "KR-GOV"} {
		w.add(record.Authority(a))
	}
	w.version("OFAC", "ofac-sdn", ofacSHA, "2026-03-01", 14965)
	w.version("UNSC", "un-consolidated", unSHA, "2026-02-27", 1003)
	w.version("JP-MOF", "jp-mof-freeze", mofSHA, "2026-02-28", 2866)
	at := func(n int) record.Where {
		return record.Where{SHA256: ofacSHA, File: "ofac-sdn.csv", Row: n, Column: 2}
	}
	ofac := w.entry("OFAC", "ofac-sdn", "99001", ofacSHA, 12044, clear, record.Party{
		Kind: record.Person,
		Names: []record.Name{
			{Text: "KIM, Ye Si", Kind: record.Primary, Script: "Latn", Where: at(12044)},
			{Text: "KIM, Ye-si", Kind: record.AKA, Quality: record.Strong, Script: "Latn", Where: at(12045)},
			{Text: "EXAMPLE ONE", Kind: record.AKA, Quality: record.Weak, Script: "Latn", Where: at(12044)},
		},
		Births:    []record.Birth{{Date: "1975-03-08", Text: "08 Mar 1975"}},
		Nations:   []string{"Korea, North"},
		Gender:    "Male",
		Documents: []record.Document{{Kind: "passport", Number: "000000001", Country: "Korea, North"}},
		Wallets: []record.Wallet{
			{Asset: "XBT", Address: "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2"},
			{Asset: "ETH", Address: "not-an-address"},
		},
		Emails:  []string{"one@example.org"},
		Remarks: "DOB 08 Mar 1975; Secondary sanctions risk: North Korea Sanctions Regulations. Email one@example.org.",
	}, record.Designation{
		Programmes: []string{"DPRK3"}, Instruments: []string{"EO 13722"},
		Basis: "EXAMPLE, Person One acted for an example agency & moved <cyber> revenue.",
	})
	un := w.entry("UNSC", "un-consolidated", "KPi.999", unSHA, 0, clear, record.Party{
		Kind: record.Person,
		Names: []record.Name{
			latin("Kim Ye Si", record.Primary, ""),
			{Text: "김예시", Kind: record.Original, Script: "Hang"},
			{Text: "金例示", Kind: record.Original, Script: "Hani"},
		},
		Births: []record.Birth{{Date: "1977", Circa: true, Text: "approximately 1977"}},
		Titles: []string{"Example representative"},
		Places: []record.Place{{Text: "Example City, Democratic People's Republic of Korea"}},
	}, record.Designation{ListedOn: "2024-07-18", Instruments: []string{"UNSCR 1718"}, Remarks: "Example remarks of the Committee.\nA second line."})
	press := w.entry("KR-GOV", "press", "kim-ye-si", "", 0, clear, record.Party{
		Kind: record.Person, Names: []record.Name{{Text: "김예시", Kind: record.Primary, Script: "Hang"}},
	}, record.Designation{ListedOn: "2025-05-23", Press: true, URL: "https://example.org/press/1", Basis: "예시 기관을 위해 활동함."})
	stranger := record.Party{
		ID: record.PartyID("UNSC", "un-consolidated", "KPi.998"), Kind: record.Person, Created: stamp,
		Names:  []record.Name{latin("Kim Ye Sil", record.Primary, "")},
		Wheres: []record.Where{{SHA256: unSHA, File: "un-consolidated.csv", Element: "/CONSOLIDATED_LIST/INDIVIDUALS/INDIVIDUAL[998]"}},
	}
	w.add(stranger.Object(record.Meta{CreatedBy: record.AuthorityID("UNSC"), Markings: clear}), record.Designation{
		ID: record.DesignationID("UNSC", "un-consolidated", "KPi.998"), Party: stranger.ID, Authority: "UNSC", Nation: "UN", List: "un-consolidated", Entry: "KPi.998",
		Status: record.InForce, Wheres: stranger.Wheres, Created: stamp,
	}.Object(record.Meta{CreatedBy: record.AuthorityID("UNSC"), Markings: clear}))
	w.decide(ofac, un, record.VerdictSame, "", clear,
		record.SameReason{Kind: "name", Weight: record.WeightFor, First: "KIM, Ye Si", Second: "Kim Ye Si"},
		record.SameReason{Kind: "birth", Weight: record.WeightAgainst, First: "08 Mar 1975", Second: "approximately 1977"})
	w.decide(un, press, record.VerdictSame, record.AuthorityID("KR-GOV"), clear,
		record.SameReason{Kind: "document", Weight: record.WeightDecides, First: "000000001", Second: "000000001"})
	w.decide(ofac, stranger, record.VerdictOpen, "", clear, record.SameReason{Kind: "name", Weight: record.WeightFor, First: "KIM, Ye Si", Second: "Kim Ye Sil"})
	w.mention(ofac)
	w.commit()
	return w
}

// mention adds a report, a claim of it, and a theft attributed to the party.
func (w *world) mention(p record.Party) {
	where := []record.Where{{SHA256: repSHA, File: "report.pdf", Start: 100, End: 180, Part: "text"}}
	m := record.Meta{CreatedBy: record.ProjectID, Markings: clear}
	report := record.Meta{Created: stamp, CreatedBy: record.ProjectID, Markings: clear}.Object("report", stix.NameID("report", "example"))
	report["name"], report["published"], report["object_refs"] = "Example report", stamp, []string{p.ID}
	record.SetWheres(report, where)
	incident := record.Incident{ID: record.IncidentID("example"), Name: "Example exchange", Kind: "theft", Occurred: record.Period{From: "2025-02", To: "2025-02"}, Created: stamp}
	w.add(report, incident.Object(m), record.Claim{
		ID: record.ClaimID("example"), Source: report.ID(), Subject: p.PrimaryName(), SubjectRef: p.ID, Predicate: "works-for", Value: "EXAMPLE AGENCY",
		Level: record.Likely, Quote: "Person One is said to work for an example agency.", StatedOn: "2026-01-10", Status: record.ClaimExtracted,
		Wheres: where, Created: stamp,
	}.Object(m), record.Claim{
		ID: record.ClaimID("rejected"), Source: report.ID(), Subject: p.PrimaryName(), SubjectRef: p.ID, Predicate: "works-for", Value: "REJECTED AGENCY",
		Level: record.Possible, Status: record.ClaimRejected, Created: stamp,
	}.Object(m), record.Loss{
		ID: record.LossID("example"), Incident: incident.ID, Victim: "Example exchange", Assets: []string{"ETH"}, Value: "1000000", Currency: "USD", Bound: "about",
		AttributedBy: []string{"Example Police"}, AttributedOn: "2025-03-01", Actor: "Person One", ActorRefs: []string{p.ID}, Grade: record.GradeGovernment,
		URL: "https://example.org/theft", Created: stamp,
	}.Object(m))
}

func (w *world) packet(o brief.Options) brief.Packet {
	w.t.Helper()
	p, err := w.try(o)
	if err != nil {
		w.t.Fatal(err)
	}
	return p
}

func (w *world) try(o brief.Options) (brief.Packet, error) {
	if o.Date.IsZero() {
		o.Date = day
	}
	o.Node, o.Software = "Example node", "v1"
	d := brief.New(brief.Config{Journal: w.store, Lists: []brief.ListName{
		{Authority: "OFAC", Nation: "US", List: "ofac-sdn"}, {Authority: "EU", Nation: "EU", List: "eu-fsf"},
	}})
	return d.Packet(w.t.Context(), owner, w.group, o)
}

func has(t *testing.T, text string, wants ...string) {
	t.Helper()
	for _, want := range wants {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing", want)
		}
	}
}
