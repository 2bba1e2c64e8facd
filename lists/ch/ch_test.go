package ch_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/lists/ch"
	"github.com/cordon-project/cordon/lists/listing"
	"github.com/cordon-project/cordon/lists/liststest"
	"github.com/cordon-project/cordon/record"
)

const file = "swiss-sanctions-list.xml"

func fixture(t testing.TB) []listing.File {
	t.Helper()
	return liststest.Fixture(t, "testdata/ch-seco.txtar")
}

// edited returns the fixture with the first of a text changed.
func edited(t testing.TB, from, to string) []listing.File {
	t.Helper()
	return liststest.Replaced(t, fixture(t), from, to)
}

// TestFixturesReadAsGolden holds everything that the reader takes from the
// artificial file.
func TestFixturesReadAsGolden(t *testing.T) {
	liststest.Golden(t, liststest.Read(t, ch.Reader{}, fixture(t)), "ch-seco")
}

// TestPlacesPointAtTheBytes holds that names, documents and targets are where their
// places say.
func TestPlacesPointAtTheBytes(t *testing.T) {
	files := fixture(t)
	v := liststest.Read(t, ch.Reader{}, files)
	at := func(w record.Where) string { return string(files[0].Data[w.Start:w.End]) }
	for _, e := range v.Entries {
		for _, n := range e.Party.Names {
			for part := range strings.FieldsSeq(n.Text) {
				if got := at(n.Where); part != "&" && !strings.Contains(got, part) {
					t.Errorf("%q is not in %q", n.Text, got)
				}
			}
		}
		for _, d := range e.Party.Documents {
			if got := at(d.Where); !strings.Contains(got, d.Number) {
				t.Errorf("%q is not in %q", d.Number, got)
			}
		}
		for _, w := range e.Designation.Wheres {
			if got := at(w); !strings.HasPrefix(got, `<target ssid="`+e.Designation.Entry+`"`) || !strings.HasSuffix(got, "</target>") {
				t.Errorf("%s is not in %q", e.Designation.Entry, got)
			}
		}
	}
}

// TestTheLatestModificationDecides holds who is in force. The list is of 5 January
// 2026.
func TestTheLatestModificationDecides(t *testing.T) {
	const from = `<modification modification-type="amended" enactment-date="2025-06-03" effective-date="2025-06-03"/>
    <modification modification-type="de-listed" enactment-date="2025-06-20" effective-date="2025-06-20"/>
    <modification modification-type="listed" enactment-date="2016-05-18" effective-date="2016-05-18"/>`
	mod := func(kind, on string) string {
		return fmt.Sprintf(`<modification modification-type="%s" effective-date="%s"/>`, kind, on)
	}
	for _, c := range []struct {
		name, mods string
		listed     string // "off" for not in force
	}{
		{"listed", mod("listed", "2016-05-18"), "2016-05-18"},
		{"delisted", mod("de-listed", "2017-01-01") + mod("listed", "2016-05-18"), "off"},
		{"delisted, oldest first", mod("listed", "2016-05-18") + mod("de-listed", "2017-01-01"), "off"},
		{"delisted after an amendment above it", mod("amended", "2016-12-01") + mod("de-listed", "2017-01-01") + mod("listed", "2016-05-18"), "off"},
		{"listed again", mod("listed", "2018-01-01") + mod("de-listed", "2017-01-01") + mod("listed", "2016-05-18"), "2018-01-01"},
		{"listed again on one day", mod("listed", "2017-01-01") + mod("de-listed", "2017-01-01") + mod("listed", "2016-05-18"), "2017-01-01"},
		{"delisted on the day of its amendment", mod("de-listed", "2017-01-01") + mod("amended", "2017-01-01") + mod("listed", "2016-05-18"), "off"},
		{"delisted from tomorrow", mod("de-listed", "2026-01-06") + mod("listed", "2016-05-18"), "2016-05-18"},
		{"delisted today", mod("de-listed", "2026-01-05") + mod("listed", "2016-05-18"), "off"},
		{"twice listed", mod("listed", "2019-05-18") + mod("listed", "2016-05-18"), "2016-05-18"},
		{"no modification", "", ""},
		{"without an effective day", `<modification modification-type="listed" publication-date="2016-05-20" enactment-date="2016-05-18"/>`, "2016-05-18"},
		{"only published", `<modification modification-type="listed" publication-date="2016-05-20"/>`, "2016-05-20"},
	} {
		t.Run(c.name, func(t *testing.T) {
			v := liststest.Read(t, ch.Reader{}, edited(t, from, c.mods))
			i := slices.IndexFunc(v.Entries, func(e listing.Entry) bool { return e.Designation.Entry == "1004" })
			if (i < 0) != (c.listed == "off") {
				t.Fatalf("in force: %t", i >= 0)
			}
			if i >= 0 {
				liststest.Equal(t, "listed", string(v.Entries[i].Designation.ListedOn), c.listed)
			}
		})
	}
}

func TestWhatIsOffTheListIsToldOf(t *testing.T) {
	v := liststest.Read(t, ch.Reader{}, fixture(t))
	if !slices.ContainsFunc(v.Warnings, func(w listing.Warning) bool { return strings.HasPrefix(w.Text, "1 targets are off the list") }) {
		t.Errorf("no warning in %v", v.Warnings)
	}
}

func TestSpellingsMakeWholeNames(t *testing.T) {
	v := liststest.Read(t, ch.Reader{}, fixture(t))
	p := v.Entries[0].Party
	got := map[string]record.NameKind{}
	for _, n := range p.Names {
		got[n.Text] = n.Kind
	}
	for name, kind := range map[string]record.NameKind{
		"EXAMPLE Person": record.Primary, "EXAMPLE Persone": record.AKA, "EXAMPLE Persoon": record.AKA, "ПРИМЕР Первый": record.Original,
		"Former Example": record.FKA, "Other Example": record.AKA, "Example Boy": record.AKA,
	} {
		liststest.Equal(t, name, got[name], kind)
	}
	liststest.Equal(t, "names", len(p.Names), 7)
	if !slices.Contains(p.OtherFacts, record.Fact{Label: "spelling", Text: "보기"}) {
		t.Errorf("a family name alone is no fact: %v", p.OtherFacts)
	}
}

// TestManySpellingsAreCutAndToldOf gives three parts of a name ten spellings each.
func TestManySpellingsAreCutAndToldOf(t *testing.T) {
	var b strings.Builder
	for i := 2; i < 5; i++ {
		fmt.Fprintf(&b, `<name-part order="%d" name-part-type="other"><value>v%d</value>`, i, i)
		for j := range 10 {
			fmt.Fprintf(&b, `<spelling-variant lang="eng" script="LATN">s%d%c</spelling-variant>`, i, 'a'+j)
		}
		b.WriteString(`</name-part>`)
	}
	const one = `<name-part order="1" name-part-type="whole-name"><value>Former Example</value></name-part>`
	v := liststest.Read(t, ch.Reader{}, edited(t, one, one+b.String()))
	p := v.Entries[0].Party
	if n := len(p.Names); n != 7+48 {
		t.Errorf("%d names", n)
	}
	if !slices.ContainsFunc(v.Warnings, func(w listing.Warning) bool { return strings.Contains(w.Text, "spellings") }) {
		t.Errorf("no warning")
	}
	if !slices.ContainsFunc(p.OtherFacts, func(f record.Fact) bool { return f.Label == "spelling" && strings.Contains(f.Text, "s4j") }) {
		t.Errorf("the last spelling is lost: %v", p.OtherFacts)
	}
}

func TestDamagedXMLIsRefused(t *testing.T) {
	for _, c := range []struct{ name, from, to string }{
		{"a list of changes", `list-type="whole-list"`, `list-type="delta"`},
		{"no type of list", ` list-type="whole-list"`, ""},
		{"no date", ` date="2026-01-05"`, ""},
		{"a date in words", `date="2026-01-05"`, `date="today"`},
		{"an unknown element", "<origin>", "<source/><origin>"},
		{"an element in another's place", "<origin>", "<location/><origin>"},
		{"an unknown attribute", `<individual sex`, `<individual age="1" sex`},
		{"an attribute twice", `<target ssid="1001"`, `<target ssid="1001" ssid="1009"`},
		{"text between elements", "<origin>", "text<origin>"},
		{"a target twice", `<target ssid="1002"`, `<target ssid="1001"`},
		{"a number in another form", `<target ssid="1002"`, `<target ssid="a"`},
		{"no number", `<target ssid="1003">`, `<target>`},
		{"a place twice", `<place ssid="9002"`, `<place ssid="9001"`},
		{"a place that is not there", `place-id="9002"`, `place-id="9009"`},
		{"a set that is not there", "<sanctions-set-id>902<", "<sanctions-set-id>909<"},
		{"no set", ` sanctions-set-id="901"`, ""},
		{"a set without a number", `<sanctions-set ssid="902"`, `<sanctions-set`},
		{"no name of a programme", `<program-key lang="ger">Nordkorea</program-key>
    <program-key lang="eng">North Korea</program-key>
    <program-name lang="ger">Verordnung vom 18. Mai 2016 als Beispiel</program-name>
    <program-name lang="eng">Ordinance of 18 May 2016 as an example</program-name>`, ""},
		{"no kind of target", `<object object-type="vessel">`, "<modification/><object>"},
		{"two kinds of target", "<entity>", "<individual/><entity>"},
		{"a modification of another type", `modification-type="amended"`, `modification-type="changed"`},
		{"a day in another form", `effective-date="2020-02-03"`, `effective-date="3.2.2020"`},
		{"a type of name", `name-type="alias"`, `name-type="nickname"`},
		{"a quality of a name", `quality="low"`, `quality="fair"`},
		{"a part of a name", `name-part-type="whole-name"`, `name-part-type="stage-name"`},
		{"a part without an order", `order="3"`, `order="last"`},
		{"spellings of nothing", "<value>Person</value>", ""},
		{"no name", "<value>EXAMPLE STAR</value>", ""},
		{"two values of a part", "<value>Person</value>", "<value>Person</value><value>Personage</value>"},
		{"two numbers of a document", "<number>999000111</number>", "<number>999000111</number><number>2</number>"},
		{"a place of issue that is not there", `<place-of-issue place-id="9001"`, `<place-of-issue place-id="9"`},
		{"main in other words", `main="true"`, `main="yes"`},
		{"history that is not closed", "</added>", ""},
		{"history that is closed twice", "</added>", "</added></added>"},
		{"another root", "<swiss-sanctions-list ", "<list "},
		{"a document type", "<swiss-sanctions-list ", `<!DOCTYPE x [<!ENTITY a "b">]><swiss-sanctions-list `},
		{"a document type in history", "<unheard-of/>", `<!DOCTYPE x>`},
		{"an unknown entity", "&amp;", "&a;"},
		{"invalid UTF-8", "Example Trading", "Example \xffTrading"},
		{"a control character", "Example Trading", "Example \u0085Trading"},
		{"another encoding", `encoding="UTF-8"`, `encoding="ISO-8859-1"`},
		{"something behind the list", "</swiss-sanctions-list>", "</swiss-sanctions-list><more/>"},
		{"history too deep", "<unheard-of/>", strings.Repeat("<x>", 30) + strings.Repeat("</x>", 30)},
		{"history without end", "<unheard-of/>", strings.Repeat("<x/>", 60_000)},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := liststest.Refused(t, ch.Reader{}, edited(t, c.from, c.to))
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
		"an empty list": `<swiss-sanctions-list list-type="whole-list" date="2026-01-05"/>`,
	} {
		t.Run(name, func(t *testing.T) {
			liststest.Refused(t, ch.Reader{}, []listing.File{{Name: file, Data: []byte(data)}})
		})
	}
	if _, err := listing.Read(t.Context(), ch.Reader{}, append(fixture(t), fixture(t)...)); !errs.Is(err, errs.Invalid) {
		t.Errorf("two files: %v", err)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := listing.Read(gone, ch.Reader{}, fixture(t)); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled reading: %v", err)
	}
}

func TestItsFileIsRecognised(t *testing.T) {
	f := fixture(t)[0]
	if !(ch.Reader{}).Recognise(f.Base(), f.Data[:200]) {
		t.Error("the list is not recognised")
	}
}

func TestCutFilesAreRefused(t *testing.T) {
	onlyBlanks := func(data []byte, at int) bool { return len(bytes.TrimSpace(data[at:])) == 0 }
	liststest.Cuts(t, ch.Reader{}, fixture(t), ".xml", onlyBlanks)
}

func TestAnyByteChanged(t *testing.T) { liststest.AnyByte(t, ch.Reader{}, fixture(t)) }

func FuzzSECO(f *testing.F) {
	f.Add(fixture(f)[0].Data)
	f.Add([]byte(`<swiss-sanctions-list list-type="whole-list" date="2026-01-05"><sanctions-program><program-key>a</program-key><sanctions-set ssid="1">b</sanctions-set></sanctions-program><target ssid="1" sanctions-set-id="1"><entity><identity><name name-type="alias"><name-part order="1" name-part-type="other"><value>c</value></name-part></name></identity></entity></target></swiss-sanctions-list>`))
	f.Fuzz(func(t *testing.T, data []byte) {
		liststest.Sound(t, ch.Reader{}, []listing.File{{Name: file, Data: data}})
	})
}
