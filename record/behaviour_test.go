package record_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/record"
	"github.com/cordon-project/cordon/record/recordtest"
	"github.com/cordon-project/cordon/stix"
)

const (
	sha1st = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
	sha2nd = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
)

func conforms(t *testing.T, o stix.Object) { recordtest.Conforms(t, o) }

// exampleParty is a party as a list reader makes it: names from two files.
func exampleParty() record.Party {
	main := record.Where{SHA256: sha1st, File: "sdn.csv", Row: 12}
	alt := func(row int) record.Where { return record.Where{SHA256: sha2nd, File: "alt.csv", Row: row} }
	return record.Party{
		ID:   record.PartyID("OFAC", "ofac-sdn", "1"),
		Kind: record.Person,
		Names: []record.Name{
			{Text: "EXAMPLE, Alpha", Kind: record.Primary, Script: "Latn", Family: "EXAMPLE", Given: "Alpha", Where: main},
			{Text: "EXAMPLE, Alfa", Kind: record.AKA, Quality: record.Weak, Entry: "7", Where: alt(5)},
			{Text: "EXAMPLE, Alpfa", Kind: record.AKA, Where: alt(7)},
			{Text: "EXAMPLE, Alphah", Kind: record.AKA, Where: alt(8)},
		},
		Births:   []record.Birth{{Date: "1970", To: "1972", Circa: true, Text: "circa 1970-1972", Where: main}},
		Wallets:  []record.Wallet{{Asset: "XBT", Address: "1111111111111111111114oLvT2", Where: main}},
		Remarks:  "Example remark.",
		Created:  exampleTime,
		Modified: exampleTime,
	}
}

func TestPartySaysWhereEachNameStands(t *testing.T) {
	o := exampleParty().Object(record.Meta{Refs: []record.ExternalRef{{SourceName: "OFAC", ExternalID: "1"}}})
	mustPass(t, o)
	conforms(t, o)
	var got []string
	for _, w := range record.Wheres(o) {
		got = append(got, w.String())
	}
	want := []string{"sdn.csv, row 12", "alt.csv, row 5", "alt.csv, row 7", "alt.csv, row 8"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	m, err := record.MetaOf(o)
	if err != nil {
		t.Fatal(err)
	}
	refs := []record.ExternalRef{
		{SourceName: "OFAC", ExternalID: "1"},
		{SourceName: "sdn.csv", SHA256: sha1st, Description: "sdn.csv, row 12"},
		{SourceName: "alt.csv", SHA256: sha2nd, Description: "alt.csv, rows 5, 7-8"},
	}
	if diff := cmp.Diff(refs, m.Refs); diff != "" {
		t.Error(diff)
	}
	p, err := record.PartyOf(o)
	if err != nil || p.Names[2].Where.Row != 7 || p.Births[0].Where.File != "sdn.csv" {
		t.Errorf("the places did not come back: %+v, %v", p, err)
	}
}

func TestWhereInWords(t *testing.T) {
	for want, w := range map[string]record.Where{
		"a.xml, row 3, column 9, /list/entry[2]": {File: "a.xml", Row: 3, Column: 9, Element: "/list/entry[2]"},
		"report.pdf, text, bytes 10-25":          {File: "report.pdf", Start: 10, End: 25, Part: "text"},
		"archive, bytes 0-4":                     {End: 4},
	} {
		if got := w.String(); got != want {
			t.Errorf("%+v is %q, want %q", w, got, want)
		}
	}
}

func TestSetWheresReplacesAndRemoves(t *testing.T) {
	o := record.Project()
	record.SetWheres(o, []record.Where{{File: "a", Row: 1}, {File: "b", Row: 2}})
	record.SetWheres(o, []record.Where{{File: "c", Row: 3}})
	if got := record.Wheres(o); len(got) != 1 || got[0].File != "c" {
		t.Errorf("places %v", got)
	}
	record.SetWheres(o, nil)
	if o["extensions"] != nil || record.Wheres(o) != nil {
		t.Errorf("places are left: %v", o["extensions"])
	}
}

func TestPlainSTIXIsReadAsAParty(t *testing.T) {
	for name, c := range map[string]struct {
		in   stix.Object
		want record.Party
	}{
		"identity": {
			stix.Object{"type": "identity", "id": "identity--1", "name": "EXAMPLE Alpha", "identity_class": "individual", "roles": []any{"Director"}, "sectors": []any{"technology"}, "description": "D"},
			record.Party{ID: "identity--1", Kind: record.Person, Names: []record.Name{{Text: "EXAMPLE Alpha", Kind: record.Primary}}, Titles: []string{"Director"}, Remarks: "D", OtherFacts: []record.Fact{{Label: "sectors", Text: "technology"}}},
		},
		"intrusion set, its name again among the aliases": {
			stix.Object{"type": "intrusion-set", "id": "intrusion-set--1", "name": "G1", "aliases": []any{"G1", "Group One", ""}},
			record.Party{ID: "intrusion-set--1", Kind: record.Group, Names: []record.Name{{Text: "G1", Kind: record.Primary}, {Text: "Group One", Kind: record.AKA}}},
		},
		"threat actor": {
			stix.Object{"type": "threat-actor", "id": "threat-actor--1", "name": "T", "threat_actor_types": []any{"nation-state"}},
			record.Party{ID: "threat-actor--1", Kind: record.Group, Names: []record.Name{{Text: "T", Kind: record.Primary}}, OtherFacts: []record.Fact{{Label: "threat_actor_types", Text: "nation-state"}}},
		},
		"identity of unknown class": {
			stix.Object{"type": "identity", "id": "identity--2", "name": "X"},
			record.Party{ID: "identity--2", Kind: record.UnknownKind, Names: []record.Name{{Text: "X", Kind: record.Primary}}},
		},
	} {
		got, err := record.PartyOf(c.in)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
		if !record.IsParty(c.in) {
			t.Errorf("%s is no party", name)
		}
	}
}

func TestDamagedObjectsAreRefused(t *testing.T) {
	ext := func(o stix.Object) map[string]any { return o.Ext(record.PartyExtension) }
	for name, damage := range map[string]func(stix.Object){
		"kind is a number":              func(o stix.Object) { ext(o)["kind"] = 3 },
		"kind is unheard of":            func(o stix.Object) { ext(o)["kind"] = "ghost" },
		"names is a text":               func(o stix.Object) { ext(o)["names"] = "EXAMPLE" },
		"a name is a text":              func(o stix.Object) { ext(o)["names"] = []any{"EXAMPLE"} },
		"no names":                      func(o stix.Object) { delete(ext(o), "names") },
		"a place that is not there":     func(o stix.Object) { ext(o)["names"].([]any)[0].(map[string]any)["place"] = 99 },
		"a place before the first":      func(o stix.Object) { ext(o)["names"].([]any)[0].(map[string]any)["place"] = -1 },
		"circa is a text":               func(o stix.Object) { ext(o)["births"].([]any)[0].(map[string]any)["circa"] = "yes" },
		"birth on the 31st of February": func(o stix.Object) { ext(o)["births"].([]any)[0].(map[string]any)["date"] = "1970-02-31" },
		"nations hold a number":         func(o stix.Object) { ext(o)["nations"] = []any{1} },
		"nations is null":               func(o stix.Object) { ext(o)["nations"] = nil },
		"provenance is a list of texts": func(o stix.Object) { o.Ext(record.ProvenanceExtension)["places"] = []any{"sdn.csv"} },
		"a row is a text": func(o stix.Object) {
			o.Ext(record.ProvenanceExtension)["places"].([]any)[0].(map[string]any)["row"] = "12"
		},
		"description is a list": func(o stix.Object) { o["description"] = []any{} },
	} {
		o := exampleParty().Object(record.Meta{})
		damage(o)
		if err := record.Check(o); !errs.Is(err, errs.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := record.Check(exampleParty().Object(record.Meta{})); err != nil {
		t.Error(err)
	}
	for _, typ := range []string{"malware", ""} {
		if _, err := record.PartyOf(stix.Object{"type": typ}); !errs.Is(err, errs.Invalid) {
			t.Errorf("PartyOf(%q): %v", typ, err)
		}
		if _, err := record.DesignationOf(stix.Object{"type": typ}); !errs.Is(err, errs.Invalid) {
			t.Errorf("DesignationOf(%q): %v", typ, err)
		}
	}
}

func TestStatesOutsideTheListsAreRefused(t *testing.T) {
	flag := record.RedFlag{
		ID: "x", Code: "RF1", Indicator: "i", Strength: "weak", Low: "0.1", High: "0.4", Basis: "expert guess",
		Automation: "auto", Sources: []record.Advisory{{Title: "t", Read: "excerpt"}},
	}
	prohibited := flag
	prohibited.Strength, prohibited.Low, prohibited.High, prohibited.Basis, prohibited.Automation = record.Prohibited, "", "", "", "refuse"
	estimate := record.Estimate{ID: "x", Metric: "m", Estimator: "e", Mid: "1", Bound: "about", Currency: "USD", Status: "stated"}
	pair := record.SameParty{ID: "x", Parties: [2]string{"a", "b"}, Verdict: record.VerdictSame, Rules: "identity-1"}
	for name, v := range map[string]struct {
		valid bool
		v     interface{ Validate() error }
	}{
		"same party":                      {true, pair},
		"same party out of order":         {false, with(pair, func(s *record.SameParty) { s.Parties = [2]string{"b", "a"} })},
		"same party with itself":          {false, with(pair, func(s *record.SameParty) { s.Parties = [2]string{"a", "a"} })},
		"same party by nobody":            {false, with(pair, func(s *record.SameParty) { s.Rules = "" })},
		"same party by rules and person":  {false, with(pair, func(s *record.SameParty) { s.By = "p" })},
		"same party, perhaps":             {false, with(pair, func(s *record.SameParty) { s.Verdict = "perhaps" })},
		"same party beyond all doubt":     {false, with(pair, func(s *record.SameParty) { s.Confidence = 101 })},
		"red flag":                        {true, flag},
		"red flag without a ratio":        {false, with(flag, func(f *record.RedFlag) { f.Low = "" })},
		"red flag below zero":             {false, with(flag, func(f *record.RedFlag) { f.Low, f.High = "-1", "-0.4" })},
		"red flag without a source":       {false, with(flag, func(f *record.RedFlag) { f.Sources = nil })},
		"prohibited red flag":             {true, prohibited},
		"prohibited red flag with ratio":  {false, with(prohibited, func(f *record.RedFlag) { f.High = "0.4" })},
		"prohibited red flag with check":  {false, with(prohibited, func(f *record.RedFlag) { f.Automation = "auto" })},
		"estimate":                        {true, estimate},
		"estimate with exponent":          {false, with(estimate, func(e *record.Estimate) { e.Mid = "1e9" })},
		"estimate with separators":        {false, with(estimate, func(e *record.Estimate) { e.Mid = "1,000" })},
		"estimate without figure":         {false, with(estimate, func(e *record.Estimate) { e.Mid = "" })},
		"estimate in money and in people": {false, with(estimate, func(e *record.Estimate) { e.Unit = "persons" })},
		"estimate in an unknown state":    {false, with(estimate, func(e *record.Estimate) { e.Status = "true" })},
		"period that ends early":          {false, with(estimate, func(e *record.Estimate) { e.Period = record.Period{From: "2023", To: "2022-12"} })},
	} {
		err := v.v.Validate()
		if v.valid != (err == nil) || err != nil && !errs.Is(err, errs.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func with[T any](v T, change func(*T)) T { change(&v); return v }

func TestPeriods(t *testing.T) {
	for text, want := range map[string]record.Period{
		"":                 {},
		"2023":             {From: "2023", To: "2023"},
		"2023-12":          {From: "2023-12", To: "2023-12"},
		"2017-01..2018-09": {From: "2017-01", To: "2018-09"},
		"2023..2023-06":    {From: "2023", To: "2023-06"},
		"to 2019-08":       {To: "2019-08"},
		"from 2021":        {From: "2021"},
	} {
		got, err := record.ParsePeriod(text)
		if err != nil || got != want || got.String() != text {
			t.Errorf("%q: %+v, %q, %v", text, got, got.String(), err)
		}
	}
	for _, text := range []string{"soon", "2023-13", "2023-02-30", "2024..2023", "..", "..2023", "2023..", "to ", "from", "2023-1", "to to 2023", "20230101"} {
		if _, err := record.ParsePeriod(text); !errs.Is(err, errs.Invalid) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func FuzzParsePeriod(f *testing.F) {
	for _, s := range []string{"", "2023", "2017-01..2018-09", "to 2019-08", "from 2021", "to ..", "2023-12-31"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p, err := record.ParsePeriod(s)
		if err != nil {
			return
		}
		again, err := record.ParsePeriod(p.String())
		if err != nil || again != p {
			t.Errorf("%q is %+v, its text %q is %+v, %v", s, p, p.String(), again, err)
		}
	})
}

// Whatever a partner sends, reading gives a value or an error of kind Invalid.
func FuzzCheck(f *testing.F) {
	_, seed := examples(f)
	for _, o := range append(seed, exampleParty().Object(record.Meta{})) {
		b, err := o.AppendJSON(nil)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Add([]byte(`{"type":"cordon-loss","native":[{"quantity":1}]}`))
	f.Add([]byte(`{"type":"cordon-red-flag","prohibited":true,"strength":"weak"}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		o, err := stix.Parse(b)
		if err != nil {
			return
		}
		if err := record.Check(o); err != nil && !errs.Is(err, errs.Invalid) {
			t.Errorf("kind %s: %v", errs.KindOf(err), err)
		}
		if _, err := record.MetaOf(o); err != nil && !errs.Is(err, errs.Invalid) {
			t.Errorf("kind %s: %v", errs.KindOf(err), err)
		}
	})
}

func BenchmarkPartyObject(b *testing.B) {
	p := exampleParty()
	b.ReportAllocs()
	for b.Loop() {
		p.Object(meta)
	}
}

func BenchmarkPartyOf(b *testing.B) {
	o := exampleParty().Object(meta)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := record.PartyOf(o); err != nil {
			b.Fatal(err)
		}
	}
}
