package brief_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/cordon-project/cordon/brief"
	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/record"
	"github.com/cordon-project/cordon/stix"
	"github.com/cordon-project/cordon/stix/check"
)

var update = flag.Bool("update", false, "write the golden files anew")

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		at := 0
		for at < min(len(got), len(want)) && got[at] == want[at] {
			at++
		}
		t.Errorf("%s differs at byte %d: …%s…; run with -update and look at the difference", path, at, got[max(0, at-80):min(len(got), at+80)])
	}
}

func asJSON(t *testing.T, p brief.Packet) []byte {
	t.Helper()
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	if err := e.Encode(p); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func asHTML(t *testing.T, p brief.Packet) string {
	t.Helper()
	d, err := p.Document()
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := d.HTML(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func asDOCX(t *testing.T, p brief.Packet) []byte {
	t.Helper()
	d, err := p.Document()
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := d.DOCX(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// part reads one part of a DOCX.
func part(t *testing.T, docx []byte, name string) []byte {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(docx), int64(len(docx)))
	if err != nil {
		t.Fatal(err)
	}
	f, err := z.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	b, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestPacketsAreWhatTheyWere(t *testing.T) {
	w := example(t)
	p := w.packet(brief.Options{For: "JP"})
	golden(t, "packet.json", asJSON(t, p))
	for lang, nation := range map[string]string{"ja": "JP", "ko": "KR", "en": "US"} {
		p := w.packet(brief.Options{For: nation})
		if p.Lang != lang {
			t.Errorf("a packet for %s is written in %s", nation, p.Lang)
		}
		golden(t, "packet-"+lang+".html", []byte(asHTML(t, p)))
		golden(t, "packet-"+lang+".document.xml", part(t, asDOCX(t, p), "word/document.xml"))
	}
}

func TestTheSameInputGivesTheSameBytes(t *testing.T) {
	first, second := example(t), example(t)
	a, b := first.packet(brief.Options{For: "JP"}), second.packet(brief.Options{For: "JP-MOF", Lang: "ja"})
	if !bytes.Equal(asJSON(t, a), asJSON(t, b)) {
		t.Error("JSON differs")
	}
	if !bytes.Equal(asDOCX(t, a), asDOCX(t, b)) {
		t.Error("DOCX differs")
	}
	var x, y bytes.Buffer
	if err := errors.Join(a.Bundle(&x), b.Bundle(&y)); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(x.Bytes(), y.Bytes()) {
		t.Error("STIX differs")
	}
}

// Every statement leads to an exhibit with a hash or to an address that is said
// not to be archived.
func TestEverySourceIsAnExhibit(t *testing.T) {
	p := example(t).packet(brief.Options{For: "JP"})
	exhibits := map[string]brief.Exhibit{}
	for i, e := range p.Exhibits {
		exhibits[e.Number] = e
		if e.SHA256 == "" && (e.Archived || e.URL == "") {
			t.Errorf("exhibit %d has neither file nor address", i)
		}
	}
	var sources []brief.Source
	for _, g := range p.Names {
		for _, n := range g.Names {
			for _, s := range n.Says {
				sources = append(sources, s.Source)
			}
		}
	}
	for _, g := range p.Facts {
		for _, f := range g.Facts {
			sources = append(sources, f.Sources...)
		}
	}
	for _, l := range p.Listings {
		sources = append(sources, l.Source)
	}
	for _, s := range p.Statements {
		sources = append(sources, s.Source)
	}
	for _, c := range p.Claims {
		sources = append(sources, c.Source)
	}
	if len(sources) < 20 {
		t.Fatalf("%d sources", len(sources))
	}
	for _, s := range sources {
		e, ok := exhibits[s.Exhibit]
		if !ok {
			t.Errorf("%+v names no exhibit", s)
		}
		if s.Where.SHA256 != e.SHA256 {
			t.Errorf("%s is %s, and the place is in %s", s.Exhibit, e.SHA256, s.Where.SHA256)
		}
	}
	if e := exhibits["E-1"]; e.File != "ofac-sdn.csv" || e.Bytes != 1234567 || e.Version != "2026-03-01" {
		// Entries go by their date of listing: the Security Council's is dated.
		if e.File != "un-consolidated.csv" {
			t.Errorf("E-1 is %+v", e)
		}
	}
}

func TestTheGapIsSaid(t *testing.T) {
	w := example(t)
	for _, c := range []struct{ nation, gap string }{
		{"JP", brief.GapNotFound}, {"US", brief.GapListed}, {"UN", brief.GapListed}, {"KR", brief.GapPress}, {"AU", brief.GapNotLoaded}, {"JP-METI", brief.GapNotLoaded},
	} {
		p := w.packet(brief.Options{For: c.nation, Lang: "en"})
		if p.Gap != c.gap {
			t.Errorf("%s: %s, want %s", c.nation, p.Gap, c.gap)
		}
	}
	has(t, asHTML(t, w.packet(brief.Options{For: "JP", Lang: "en"})),
		"Not found in jp-mof-freeze (28 February 2026) of Japan, Ministry of Finance.", "eu-fsf (EU)", "reported by the press only")
}

func TestDoubtStandsFirst(t *testing.T) {
	p := example(t).packet(brief.Options{For: "JP", Lang: "en"})
	var kinds []string
	for _, d := range p.Doubts {
		kinds = append(kinds, d.Kind)
	}
	if want := []string{brief.DoubtDifferent, brief.DoubtAgainst, brief.DoubtRules, brief.DoubtOpen, brief.DoubtPress}; !slices.Equal(kinds, want) {
		t.Errorf("doubts %v, want %v", kinds, want)
	}
	if len(p.Contradictions) != 1 || p.Contradictions[0].Kind != "births" {
		t.Errorf("contradictions %+v", p.Contradictions)
	}
	page := asHTML(t, p)
	has(t, page, "The entries contradict each other", "Seen the passport in both files.", "KPi.998", "Undecided")
	if strings.Index(page, "The entries contradict") > strings.Index(page, "section-1") {
		t.Error("the contradiction is not on the first page")
	}
}

func TestBirthsThatOverlapDoNotContradict(t *testing.T) {
	for _, c := range []struct {
		a, b  record.Birth
		clash bool
	}{
		{record.Birth{Date: "1975-03-08"}, record.Birth{Date: "1975"}, false},
		{record.Birth{Date: "1975-03-08"}, record.Birth{Date: "1976", Circa: true}, false},
		{record.Birth{Date: "1975-03-08"}, record.Birth{Date: "1977", Circa: true}, true},
		{record.Birth{Date: "1975-03"}, record.Birth{Date: "1970", To: "1980"}, false},
		{record.Birth{Date: "1975-03"}, record.Birth{Date: "1975-04"}, true},
		{record.Birth{Date: "1975-03"}, record.Birth{Text: "unknown"}, false},
	} {
		w := newWorld(t)
		names := []record.Name{latin("EXAMPLE, Person One", record.Primary, "")}
		w.version("OFAC", "ofac-sdn", ofacSHA, "2026-03-01", 1)
		w.entry("OFAC", "ofac-sdn", "1", ofacSHA, 1, clear, record.Party{Kind: record.Person, Names: names, Births: []record.Birth{c.a}}, record.Designation{})
		w.entry("UNSC", "un-consolidated", "1", unSHA, 1, clear, record.Party{Kind: record.Person, Names: names, Births: []record.Birth{c.b}}, record.Designation{})
		w.commit()
		if p := w.packet(brief.Options{For: "JP"}); (len(p.Contradictions) > 0) != c.clash {
			t.Errorf("%+v and %+v: %+v", c.a, c.b, p.Contradictions)
		}
	}
}

// What the recipient may not have is counted by rule and nothing else of it is in
// any form of the packet.
func TestWhatMayNotGoOutIsCountedOnly(t *testing.T) {
	w := newWorld(t)
	w.add(record.Project())
	w.version("OFAC", "ofac-sdn", ofacSHA, "2026-03-01", 1)
	open := w.entry("OFAC", "ofac-sdn", "1", ofacSHA, 1, clear, record.Party{Kind: record.Person, Names: []record.Name{latin("EXAMPLE, Person One", record.Primary, "")}}, record.Designation{})
	secret := w.entry("UNSC", "un-consolidated", "SECRET-ENTRY", unSHA, 1, red, record.Party{
		Kind: record.Person, Names: []record.Name{latin("SECRET NAME", record.Primary, "")}, Births: []record.Birth{{Date: "1901"}},
	}, record.Designation{Basis: "SECRET REASON"})
	held := w.entry("EU", "eu-fsf", "AMBER-ENTRY", mofSHA, 1, amber, record.Party{Kind: record.Person, Names: []record.Name{latin("AMBER NAME", record.Primary, "")}}, record.Designation{Basis: "AMBER REASON"})
	w.decide(open, secret, record.VerdictSame, "", clear, record.SameReason{Kind: "name", Weight: record.WeightFor, First: "EXAMPLE, Person One", Second: "SECRET NAME"})
	w.decide(secret, held, record.VerdictOpen, "", clear, record.SameReason{Kind: "name", Weight: record.WeightFor, First: "SECRET NAME", Second: "AMBER NAME"})
	w.commit()

	p := w.packet(brief.Options{For: "JP", Lang: "en"})
	var stixText strings.Builder
	if err := p.Bundle(&stixText); err != nil {
		t.Fatal(err)
	}
	for form, text := range map[string]string{
		"json": string(asJSON(t, p)), "html": asHTML(t, p), "docx": string(part(t, asDOCX(t, p), "word/document.xml")), "stix": stixText.String(),
	} {
		for _, secret := range []string{"SECRET", "AMBER", "1901", secret.ID, held.ID, unSHA, "TLP:RED"} {
			if strings.Contains(text, secret) {
				t.Errorf("%s holds %q", form, secret)
			}
		}
	}
	if p.Marking.TLP != "TLP:CLEAR" || len(p.Entries) != 1 {
		t.Errorf("marking %s, %d entries", p.Marking.TLP, len(p.Entries))
	}
	want := []brief.LeftOut{{"clearance", 1}, {"not-for-exchange", 1}, {"party-left-out", 2}}
	if !slices.Equal(p.LeftOut, want) {
		t.Errorf("left out %+v, want %+v", p.LeftOut, want)
	}
	has(t, asHTML(t, p), "Left out (1): the marking is above what the recipient is cleared to.")

	p = w.packet(brief.Options{For: "JP", Lang: "en", Recipient: cleared})
	if p.Marking.TLP != "TLP:AMBER" || len(p.Entries) != 2 {
		t.Errorf("cleared to amber: marking %s, %d entries", p.Marking.TLP, len(p.Entries))
	}
	// What joined the two went through the entry that is left out.
	if !slices.ContainsFunc(p.Doubts, func(d brief.Doubt) bool { return d.Kind == brief.DoubtApart && d.Of[0] == "OFAC 1" }) {
		t.Errorf("doubts %+v", p.Doubts)
	}
	docx := asDOCX(t, p)
	for _, name := range []string{"word/header1.xml", "word/footer1.xml"} {
		has(t, string(part(t, docx, name)), "TLP:AMBER")
	}
	has(t, asHTML(t, p), `@top-left{content:" TLP\3a AMBER "`, `@bottom-left{content:" TLP\3a AMBER "`)
}

// Granular markings hide parts of an object, and what is left keeps the marking of
// its strictest part.
func TestPartsAreHiddenToo(t *testing.T) {
	w := newWorld(t)
	p := w.entry("OFAC", "ofac-sdn", "1", "", 0, clear, record.Party{
		Kind: record.Person, Names: []record.Name{latin("EXAMPLE, Person One", record.Primary, "")}, Remarks: "HIDDEN REMARK",
	}, record.Designation{})
	w.batch[0]["granular_markings"] = []any{map[string]any{"marking_ref": policy.MarkingID(policy.Green), "selectors": []any{"description"}}}
	w.commit()
	got := w.packet(brief.Options{For: "JP"})
	if text := string(asJSON(t, got)); strings.Contains(text, "HIDDEN") || got.Marking.TLP != "TLP:CLEAR" {
		t.Errorf("%s: %s", got.Marking.TLP, text)
	}
	if !slices.Equal(got.LeftOut, []brief.LeftOut{{"parts", 1}}) {
		t.Errorf("left out %+v of %s", got.LeftOut, p.ID)
	}
	got = w.packet(brief.Options{For: "JP", Recipient: cleared})
	if text := string(asJSON(t, got)); !strings.Contains(text, "HIDDEN") || got.Marking.TLP != "TLP:GREEN" {
		t.Errorf("%s: %s", got.Marking.TLP, text)
	}
}

func TestNothingToGiveIsDenied(t *testing.T) {
	w := newWorld(t)
	w.entry("OFAC", "ofac-sdn", "1", "", 0, amber, record.Party{Kind: record.Person, Names: []record.Name{latin("EXAMPLE, Person One", record.Primary, "")}}, record.Designation{})
	w.commit()
	for name, c := range map[string]struct {
		o    brief.Options
		kind errs.Kind
	}{
		"nothing that may go out": {brief.Options{For: "JP"}, errs.Denied},
		"no such desk":            {brief.Options{For: "Atlantis"}, errs.Invalid},
		"no such language":        {brief.Options{For: "JP", Lang: "fr"}, errs.Invalid},
	} {
		if _, err := w.try(c.o); !errs.Is(err, c.kind) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Every object of the bundle is valid, has the markings that it has in the journal,
// and is named by the report.
func TestBundleIsValidAndNamesEverything(t *testing.T) {
	p := example(t).packet(brief.Options{For: "JP"})
	var b bytes.Buffer
	if err := p.Bundle(&b); err != nil {
		t.Fatal(err)
	}
	bundle, err := stix.Parse(b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range check.Object(bundle, check.Lenient) {
		if f.Must {
			t.Errorf("%s: %s (section %s)", f.Path, f.Message, f.Section)
		}
	}
	objects, _ := bundle["objects"].([]any)
	types, in := map[string]int{}, map[string]bool{}
	var report stix.Object
	for _, x := range objects {
		o := stix.Object(x.(map[string]any))
		types[o.Type()]++
		in[o.ID()] = true
		if o.ID() == p.ID {
			report = o
		}
		if o.Type() == "identity" && o.Ext(record.PartyExtension) != nil && !slices.Equal(o.Strs("object_marking_refs"), clear) {
			t.Errorf("%s is marked %v", o.ID(), o.Strs("object_marking_refs"))
		}
	}
	for typ, least := range map[string]int{"cordon-designation": 3, "cordon-same-party": 3, "cordon-list-version": 3, "cordon-claim": 1, "cordon-loss": 1, "incident": 1, "report": 2, "marking-definition": 1, "extension-definition": 7} {
		if types[typ] < least {
			t.Errorf("%d of %s, want %d", types[typ], typ, least)
		}
	}
	if report == nil || !slices.Equal(report.Strs("object_marking_refs"), clear) {
		t.Fatalf("report %v", report)
	}
	for _, ref := range report.Strs("object_refs") {
		if !in[ref] {
			t.Errorf("the report names %s, which is not in the bundle", ref)
		}
	}
	for _, e := range p.Entries {
		if !slices.Contains(report.Strs("object_refs"), e.ID) {
			t.Errorf("the report does not name %s", e.ID)
		}
	}
}

// Text from a list acts nowhere: no tag, no control character, no direction.
func TestHostileTextDoesNotAct(t *testing.T) {
	hostile := "A\x01\u202eB</w:t><script>alert(1)</script>&\u200b]]>\ufffe" + strings.Repeat("x", 3000)
	w := newWorld(t)
	w.entry("OFAC", "ofac-sdn", "1", ofacSHA, 1, clear, record.Party{
		Kind: record.Person, Names: []record.Name{latin(hostile, record.Primary, ""), latin("EXAMPLE, Person One", record.AKA, "")},
		Titles: []string{hostile}, Emails: []string{hostile}, Wallets: []record.Wallet{{Asset: "XBT", Address: hostile}}, Remarks: strings.Repeat(hostile, 12),
	}, record.Designation{Basis: hostile, Programmes: []string{hostile}})
	w.commit()
	p := w.packet(brief.Options{For: "JP", Lang: "en"})
	page := asHTML(t, p)
	for _, bad := range []string{"<script", "\x01", "\u202e", "\u200b", "\ufffe"} {
		if strings.Contains(page, bad) {
			t.Errorf("the page holds %q", bad)
		}
	}
	has(t, page, "U+202E", "Shorter here than in the source")
	docx := asDOCX(t, p)
	for _, name := range []string{"word/document.xml", "word/header1.xml", "word/footer1.xml", "word/styles.xml", "docProps/core.xml", "word/settings.xml"} {
		b := part(t, docx, name)
		d := xml.NewDecoder(bytes.NewReader(b))
		for {
			_, err := d.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
		if bytes.ContainsAny(b, "\x01\u202e\u200b\ufffe") {
			t.Errorf("%s holds a character that acts", name)
		}
	}
}

// What the press alone reports is never quoted as the authority's own text.
func TestPressIsNotTheAuthoritysWord(t *testing.T) {
	p := example(t).packet(brief.Options{For: "JP", Lang: "en"})
	n := 0
	for _, s := range p.Statements {
		if press := strings.HasPrefix(s.Kind, "press-"); press != s.Source.Press {
			t.Errorf("%+v", s)
		} else if press {
			n++
		}
	}
	if n != 1 {
		t.Errorf("%d statements of the press", n)
	}
	has(t, asHTML(t, p), "Republic of Korea, Government (reported by the press only)", "As the press reports it")
}

// An entry of the recipient's own list that may be the party is said on the first
// page: the gap may be none.
func TestAnUndecidedEntryOfTheRecipientIsSaidFirst(t *testing.T) {
	p := example(t).packet(brief.Options{For: "UN", Lang: "en"})
	if p.Doubts[0].Kind != brief.DoubtDifferent || p.Doubts[1].Kind != brief.DoubtOwn || !slices.Equal(p.Doubts[1].Of, []string{"UNSC KPi.998"}) {
		t.Errorf("doubts %+v", p.Doubts)
	}
	page := asHTML(t, p)
	at := strings.Index(page, "It is undecided whether the recipient")
	if at < 0 || at > strings.Index(page, "section-1") {
		t.Error("it is not on the first page")
	}
}

// A form that rules give is no name: it is in a table of its own, and one that a
// list prints is not in it.
func TestReadingsAreNoNames(t *testing.T) {
	w := example(t)
	for _, c := range []struct{ nation, want, not string }{
		{"JP", "キム・イェシ", "김예시"}, {"US", "Kim Rye Si", "Kim Ye Si"},
	} {
		p := w.packet(brief.Options{For: c.nation})
		var forms []string
		for _, r := range p.Readings {
			forms = append(forms, r.Text)
		}
		if !slices.Contains(forms, c.want) || slices.Contains(forms, c.not) {
			t.Errorf("%s: readings %v", c.nation, forms)
		}
	}
	// Hangul stands on a list, so its reader needs no reading of it.
	for _, r := range w.packet(brief.Options{For: "KR"}).Readings {
		if r.Text == "김예시" {
			t.Errorf("a name of a list is given as a reading: %+v", r)
		}
	}
}
