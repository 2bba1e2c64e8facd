package eu_test

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/lists/eu"
	"github.com/cordon-project/cordon/lists/listing"
	"github.com/cordon-project/cordon/lists/liststest"
	"github.com/cordon-project/cordon/record"
)

const file = "xmlFullSanctionsList_1_1.xml"

func fixture(t testing.TB) []listing.File {
	t.Helper()
	return liststest.Fixture(t, "testdata/eu-fsf.txtar")
}

// TestFixturesReadAsGolden holds everything that the reader takes from the
// artificial file.
func TestFixturesReadAsGolden(t *testing.T) {
	liststest.Golden(t, liststest.Read(t, eu.Reader{}, fixture(t)), "eu-fsf")
}

// TestPlacesPointAtTheBytes holds that names, documents and entries are where their
// places say.
func TestPlacesPointAtTheBytes(t *testing.T) {
	files := fixture(t)
	v := liststest.Read(t, eu.Reader{}, files)
	at := func(w record.Where) string { return string(files[0].Data[w.Start:w.End]) }
	for _, e := range v.Entries {
		for _, n := range e.Party.Names {
			if got := at(n.Where); !strings.HasPrefix(got, "<nameAlias") || !strings.Contains(got, `logicalId="`+n.Entry+`"`) {
				t.Errorf("%q is not in %q", n.Text, got)
			}
		}
		for _, d := range e.Party.Documents {
			if got := at(d.Where); !strings.Contains(got, d.Number) {
				t.Errorf("%q is not in %q", d.Number, got)
			}
		}
		for _, w := range e.Designation.Wheres {
			if got := at(w); !strings.HasPrefix(got, "<sanctionEntity") || !strings.Contains(got, `"`+e.Designation.Entry+`"`) {
				t.Errorf("%s is not in %q", e.Designation.Entry, got)
			}
		}
	}
}

func TestTheKeyIsTheReferenceNumberOrTheNumberOfTheFile(t *testing.T) {
	v := liststest.Read(t, eu.Reader{}, fixture(t))
	var keys []string
	for _, e := range v.Entries {
		keys = append(keys, e.Designation.Entry)
	}
	if want := []string{"EU.9001.11", "EU.9002.22", "9003"}; !slices.Equal(keys, want) {
		t.Errorf("keys %v, want %v", keys, want)
	}
	liststest.Equal(t, "party", v.Entries[0].Party.ID, record.PartyID("EU", "eu-fsf", "EU.9001.11"))
}

func TestWhatTheDPRKProgrammeStandsOn(t *testing.T) {
	d := liststest.Read(t, eu.Reader{}, fixture(t)).Entries[0].Designation
	if !slices.Equal(d.Programmes, []string{"PRK"}) || !slices.Equal(d.Instruments, []string{"Regulation (EU) 2017/1509"}) {
		t.Errorf("programmes %v, instruments %v", d.Programmes, d.Instruments)
	}
}

func TestTheListingDate(t *testing.T) {
	const stated = ` designationDate="2016-03-02"`
	for _, c := range []struct{ name, attr, want string }{
		{"is the day of designation", stated, "2016-03-02"},
		{"has a zone", ` designationDate="2016-03-02+01:00"`, "2016-03-02"},
		{"is the earliest act without one", "", "2017-10-16"},
	} {
		t.Run(c.name, func(t *testing.T) {
			files := liststest.Edit(fixture(t), file, func(b []byte) []byte { return bytes.Replace(b, []byte(stated), []byte(c.attr), 1) })
			v := liststest.Read(t, eu.Reader{}, files)
			liststest.Equal(t, "listed", string(v.Entries[0].Designation.ListedOn), c.want)
		})
	}
	v := liststest.Read(t, eu.Reader{}, fixture(t))
	liststest.Equal(t, "an act that a name cites", v.Entries[1].Designation.ListedOn, "2009-07-24")
	liststest.Equal(t, "amended", v.Entries[1].Designation.AmendedOn, "2019-05-17")
}

func TestWeakNames(t *testing.T) {
	v := liststest.Read(t, eu.Reader{}, fixture(t))
	got := map[string]record.Quality{}
	for _, n := range v.Entries[0].Party.Names {
		got[n.Text] = n.Quality
	}
	for name, want := range map[string]record.Quality{
		"Person EXAMPLE": record.Strong, "Persón EXAMPEL": record.Weak, "EXAMPLE Boy": record.Weak, "보기 하나": record.Strong,
	} {
		liststest.Equal(t, name, got[name], want)
	}
	liststest.Equal(t, "primary", v.Entries[0].Party.PrimaryName(), "Person EXAMPLE")
	liststest.Equal(t, "primary of one without Latin letters", v.Entries[2].Party.PrimaryName(), "ПРИМЕР Второй")
}

func TestADelistingToComeIsStillInForce(t *testing.T) {
	v := liststest.Read(t, eu.Reader{}, liststest.Replaced(t, fixture(t), `delistingDate="2025-12-01"`, `delistingDate="2026-02-01"`))
	liststest.Equal(t, "entries", len(v.Entries), 4)
}

func TestDatesOfBirth(t *testing.T) {
	const exact = `birthdate="1944-10-13" dayOfMonth="13" monthOfYear="10" year="1944"`
	for _, c := range []struct {
		attrs string
		date  record.Date
		to    record.Date
	}{
		{`birthdate="1944-10-13"`, "1944-10-13", ""},
		{`dayOfMonth="3" monthOfYear="9" year="1944"`, "1944-09-03", ""},
		{`monthOfYear="9" year="1944"`, "1944-09", ""},
		{`year="1944"`, "1944", ""},
		{`yearRangeFrom="1944" yearRangeTo="1944"`, "1944", "1944"},
		{`yearRangeFrom="1944"`, "", ""},
		{`yearRangeFrom="1945" yearRangeTo="1944"`, "", ""},
		{`dayOfMonth="31" monthOfYear="2" year="1944"`, "", ""},
		{`dayOfMonth="3" year="1944"`, "", ""},
		{`monthOfYear="13" year="1944"`, "", ""},
		{`monthOfYear="9"`, "", ""},
		{`year="44"`, "", ""},
		{`year="in 1944"`, "", ""},
	} {
		v := liststest.Read(t, eu.Reader{}, liststest.Replaced(t, fixture(t), exact, c.attrs))
		b := v.Entries[0].Party.Births[0]
		warned := slices.ContainsFunc(v.Warnings, func(w listing.Warning) bool { return w.Where == b.Where })
		if b.Date != c.date || b.To != c.to || b.Text == "" || warned != (c.date == "") {
			t.Errorf("%s: %+v, warned %t", c.attrs, b, warned)
		}
	}
}

func TestDamagedXMLIsRefused(t *testing.T) {
	for _, c := range []struct{ name, from, to string }{
		{"an unknown element", "<subjectType", "<sex/><subjectType"},
		{"an element in another's place", "<subjectType", "<contactInfo/><subjectType"},
		{"an unknown attribute", `<nameAlias first`, `<nameAlias fullName="x" first`},
		{"an attribute of another element", `<citizenship region`, `<citizenship street="x" region`},
		{"an attribute twice", `euReferenceNumber="EU.9001.11"`, `euReferenceNumber="EU.9001.11" euReferenceNumber="EU.9009.11"`},
		{"text between elements", "<subjectType", "text<subjectType"},
		{"two addresses of an act", "<publicationUrl>", "<publicationUrl>x</publicationUrl><publicationUrl>"},
		{"no subject type", `<subjectType code="person" classificationCode="P"/>`, ""},
		{"two subject types", `<subjectType code="person"`, `<subjectType code="enterprise"/><subjectType code="person"`},
		{"another subject type", `code="person"`, `code="vessel"`},
		{"codes that differ", `classificationCode="P"`, `classificationCode="E"`},
		{"a reference number in another form", "EU.9001.11", "9001"},
		{"a reference number twice", "EU.9002.22", "EU.9001.11"},
		{"a number of the file twice", `logicalId="9002"`, `logicalId="9001"`},
		{"no number", ` logicalId="9003"`, ""},
		{"strong in other words", `strong="false"`, `strong="low"`},
		{"not said whether strong", `strong="false" `, ""},
		{"circa in other words", `circa="true"`, `circa="maybe"`},
		{"a date of birth in another form", `birthdate="1944-10-13"`, `birthdate="13.10.1944"`},
		{"a listing date in another form", `designationDate="2016-03-02"`, `designationDate="02/03/2016"`},
		{"no such date", `designationDate="2016-03-02"`, `designationDate="2016-02-31"`},
		{"a date of an act in words", `publicationDate="2017-10-16"`, `publicationDate="soon"`},
		{"no name", `wholeName="ПРИМЕР Второй"`, `wholeName=" "`},
		{"no date of the list", ` generationDate="2026-01-05T11:12:13.456+01:00"`, ""},
		{"a date of the list in words", "2026-01-05T11:12:13.456+01:00", "today"},
		{"another root", "<export ", "<list "},
		{"a document type", "<export ", `<!DOCTYPE x [<!ENTITY a "b">]><export `},
		{"an unknown entity", "&amp;", "&a;"},
		{"invalid UTF-8", "Example Trading", "Example \xffTrading"},
		{"a control character", "Example Trading", "Example \u0085Trading"},
		{"another encoding", `encoding="UTF-8"`, `encoding="ISO-8859-1"`},
		{"something behind the list", "</export>", "</export><more/>"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := liststest.Refused(t, eu.Reader{}, liststest.Replaced(t, fixture(t), c.from, c.to))
			if d.Row == 0 && d.Element == "" {
				t.Errorf("no place in %v", d)
			}
		})
	}
}

func TestOtherFilesAreRefused(t *testing.T) {
	for name, data := range map[string]string{
		"a page": "<html><body>Too many requests</body></html>\n", "a PDF": "%PDF-1.7", "a zip": "PK\x03\x04", "text": "no list\n",
		"UTF-16": "\xff\xfe<\x00", "XML of another list": "<CONSOLIDATED_LIST/>",
		"a blank": " ", "JSON": `{"type":"bundle"}`, "a long line": strings.Repeat("a", 2<<20),
		"an empty list": `<export xmlns="http://eu.europa.ec/fpi/fsd/export" generationDate="2026-01-05"/>`,
	} {
		t.Run(name, func(t *testing.T) {
			liststest.Refused(t, eu.Reader{}, []listing.File{{Name: file, Data: []byte(data)}})
		})
	}
	if _, err := listing.Read(t.Context(), eu.Reader{}, append(fixture(t), fixture(t)...)); !errs.Is(err, errs.Invalid) {
		t.Errorf("two files: %v", err)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := listing.Read(gone, eu.Reader{}, fixture(t)); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled reading: %v", err)
	}
}

func TestItsFileIsRecognised(t *testing.T) {
	f := fixture(t)[0]
	if !(eu.Reader{}).Recognise(f.Base(), f.Data[:300]) {
		t.Error("the list is not recognised")
	}
	if (eu.Reader{}).Recognise(file, []byte("<export><row/></export>")) {
		t.Error("any export is taken for the list")
	}
}

func TestAReplacementCharacterIsToldOf(t *testing.T) {
	v := liststest.Read(t, eu.Reader{}, liststest.Replaced(t, fixture(t), "Persón", "Pers\ufffdn"))
	if !slices.ContainsFunc(v.Warnings, func(w listing.Warning) bool { return strings.Contains(w.Text, "replacement") }) {
		t.Errorf("no warning in %v", v.Warnings)
	}
}

func TestCutFilesAreRefused(t *testing.T) {
	onlyBlanks := func(data []byte, at int) bool { return len(bytes.TrimSpace(data[at:])) == 0 }
	liststest.Cuts(t, eu.Reader{}, fixture(t), ".xml", onlyBlanks)
}

func TestAnyByteChanged(t *testing.T) { liststest.AnyByte(t, eu.Reader{}, fixture(t)) }

func FuzzFSF(f *testing.F) {
	f.Add(fixture(f)[0].Data)
	f.Add([]byte(`<export generationDate="2026-01-05"><sanctionEntity logicalId="1"><subjectType code="person"/><nameAlias wholeName="a" strong="true"/></sanctionEntity></export>`))
	f.Fuzz(func(t *testing.T, data []byte) {
		liststest.Sound(t, eu.Reader{}, []listing.File{{Name: file, Data: data}})
	})
}
