package lists_test

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/cordon-project/cordon/lists"
	"github.com/cordon-project/cordon/record"
)

// remarked makes OFAC's files of one person with a remark that is cut at 1,000
// characters after head and goes on with tail; tail "" leaves the companion out.
func remarked(head, tail string, more ...lists.File) []lists.File {
	fill := strings.Repeat("x", 1000-len([]rune(head))-2) + "; "
	sdn := "7,\"EXAMPLE, Alpha\",\"individual\",\"DPRK3\",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,\"" + fill + head + "\"\r\n\x1a"
	files := []lists.File{{Name: "sdn.csv", Data: []byte(sdn)}}
	if tail != "" {
		files = append(files, lists.File{Name: "sdn_comments.csv", Data: []byte("7,\"" + tail + "\"\r\n\x1a")})
	}
	return append(files, more...)
}

func TestRemarksAcrossTheCut(t *testing.T) {
	const wallet = "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"
	orphan := lists.File{Name: "alt.csv", Data: []byte("8,1,\"aka\",\"ORPHAN\",-0- \r\n\x1a")}
	for _, c := range []struct {
		name, head, tail string
		more             []lists.File
		wallets, cut     []string
		names, documents []string
		warnings         int
	}{
		{
			name: "a wallet in the middle", head: "Digital Currency Address - XBT 1A1zP1eP5Q", tail: "Gefi2DMPTfTL5SLmv7DivfNa; Gender Male.",
			wallets: []string{wallet},
		},
		{
			name: "a wallet whose halves do not fit", head: "Digital Currency Address - XBT 1A1zP1eP5Q", tail: "Xefi2DMPTfTL5SLmv7DivfNa; Gender Male.",
			wallets: []string{"1A1zP1eP5Q"}, cut: []string{"Xefi2DMPTfTL5SLmv7DivfNa"}, warnings: 1,
		},
		{
			name: "in the label", head: "alt. Digital Curr", tail: "ency Address - XBT " + wallet + ".",
			wallets: []string{wallet},
		},
		{
			name: "between the label and the value", head: "Digital Currency Address - XBT ", tail: wallet + ".",
			wallets: []string{wallet},
		},
		{name: "behind a semicolon", head: "Gender Male;", tail: " a.k.a. 'KID'.", names: []string{"KID"}},
		{name: "an alias", head: "a.k.a. 'THE KI", tail: "D'; Gender Male.", names: []string{"THE KID"}},
		{name: "an alias that does not close", head: "a.k.a. 'THE KI", tail: "D; Gender Male.", cut: []string{"a.k.a. 'THE KI", "D"}, warnings: 1},
		{name: "a document", head: "Tax ID No. 12", tail: "34 (Exampleland).", documents: []string{"1234"}},
		{
			name: "a document when the dates differ", head: "Tax ID No. 12", tail: "34 (Exampleland).", more: []lists.File{orphan},
			cut: []string{"Tax ID No. 12", "34 (Exampleland)"}, warnings: 2,
		},
		{name: "free text", head: "Director of the Exam", tail: "ple Bureau."},
		{
			name: "brackets that do not close", head: "Listing Date (EO 1)", tail: "ive 2): 24 Feb 2022.",
			cut: []string{"Listing Date (EO 1)", "ive 2): 24 Feb 2022"}, warnings: 1,
		},
		{name: "a date of birth", head: "DOB 10 May 19", tail: "78; Gender Male."},
		{name: "a wallet and no companion", head: "Digital Currency Address - XBT 1A1zP1eP5Q", wallets: []string{"1A1zP1eP5Q"}, warnings: 1},
		{name: "a name and no companion", head: "a.k.a. 'THE KI", cut: []string{"a.k.a. 'THE KI"}, warnings: 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			v := read(t, "ofac", remarked(c.head, c.tail, c.more...))
			p := v.Entries[0].Party
			var wallets, cut, names, documents []string
			for _, w := range p.Wallets {
				wallets = append(wallets, w.Address)
				if (w.Canonical == "") != (w.Note != "") {
					t.Errorf("wallet %+v", w)
				}
			}
			for _, f := range p.OtherFacts {
				if f.Label == "cut" {
					cut = append(cut, f.Text)
				}
			}
			for _, n := range p.Names[1:] {
				names = append(names, n.Text)
			}
			for _, d := range p.Documents {
				documents = append(documents, d.Number)
			}
			for _, x := range []struct {
				what      string
				got, want []string
			}{{"wallets", wallets, c.wallets}, {"cut", cut, c.cut}, {"names", names, c.names}, {"documents", documents, c.documents}} {
				if !slices.Equal(x.got, x.want) {
					t.Errorf("%s %q, want %q", x.what, x.got, x.want)
				}
			}
			equal(t, "warnings", len(v.Warnings), c.warnings)
			if !strings.HasSuffix(p.Remarks, c.head+c.tail) {
				t.Errorf("the remark is not whole: %q", p.Remarks[900:])
			}
			if c.name == "a date of birth" {
				equal(t, "birth", p.Births[0].Date, record.Date("1978-05-10"))
			}
		})
	}
}

func TestMisfiledWalletsAreKeptWithANote(t *testing.T) {
	v := read(t, "ofac", remarked("Digital Currency Address - ETH 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa; Digital Currency Address - NEW 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa; Digital Currency Address - XBT nonsense", "."))
	ws := v.Entries[0].Party.Wallets
	equal(t, "wallets", len(ws), 3)
	equal(t, "wallets with notes", v.Counts.BadWallets, 3)
	equal(t, "the chain that the address shows", ws[0].Chain, "bitcoin")
	equal(t, "under a code that is new", ws[1].Canonical, "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa")
	equal(t, "of what is none", ws[2].Canonical, "")
}

func TestDatesOfBirthOfTheMinistry(t *testing.T) {
	for _, c := range []struct {
		cell string
		want []record.Birth
		warn int
	}{
		{"1944/10/13", []record.Birth{{Date: "1944-10-13"}}, 0},
		{"１９４４年１０月１３日", []record.Birth{{Date: "1944-10-13"}}, 0},
		{"1944年10月13日生まれ", []record.Birth{{Date: "1944-10-13"}}, 0},
		{"1944年10月", []record.Birth{{Date: "1944-10"}}, 0},
		{"1944.10.13", []record.Birth{{Date: "1944-10-13"}}, 0},
		{"1938年頃", []record.Birth{{Date: "1938", Circa: true}}, 0},
		{"おおよそ1938年", []record.Birth{{Date: "1938", Circa: true}}, 0},
		{"1967-1969", []record.Birth{{Date: "1967", To: "1969"}}, 0},
		{"1967年～1969年", []record.Birth{{Date: "1967", To: "1969"}}, 0},
		{"1967年から1969年までの間", []record.Birth{{Date: "1967", To: "1969"}}, 0},
		{"1944/10/13；1945/10/13", []record.Birth{{Date: "1944-10-13"}, {Date: "1945-10-13"}}, 0},
		{"1944年10月13日又は1945年10月13日", []record.Birth{{Date: "1944-10-13"}, {Date: "1945-10-13"}}, 0},
		{"昭和二十年", []record.Birth{{}}, 1},
		{"不明", nil, 0},
		{"", nil, 0},
	} {
		t.Run(c.cell, func(t *testing.T) {
			rows := ministryRows(t)
			rows[2][17] = c.cell
			v := read(t, "jp-mof", xlsx(t, rows))
			got := v.Entries[1].Party.Births
			equal(t, "dates", len(got), len(c.want))
			for i := range min(len(got), len(c.want)) {
				g, w := got[i], c.want[i]
				if g.Date != w.Date || g.To != w.To || g.Circa != w.Circa || g.Text == "" {
					t.Errorf("%+v, want %+v", g, w)
				}
			}
			equal(t, "warnings", len(v.Warnings), c.warn)
		})
	}
}

func TestANewRegimeOfTheCouncilIsTakenWithAWarning(t *testing.T) {
	files := edit(fixture(t, "un"), ".xml", func(b []byte) []byte {
		b = bytes.Replace(b, []byte("KPe.001"), []byte("XXe.001"), 1)
		at := bytes.LastIndex(b, []byte("<UN_LIST_TYPE>DPRK<"))
		return append(append(bytes.Clone(b[:at]), "<UN_LIST_TYPE>Atlantis<"...), b[at+len("<UN_LIST_TYPE>DPRK<"):]...)
	})
	v := read(t, "un", files)
	equal(t, "warnings", len(v.Warnings), 1)
	equal(t, "programme", v.Entries[1].Designation.Programmes[0], "Atlantis")
	equal(t, "instruments", len(v.Entries[1].Designation.Instruments), 0)
}

func TestDocumentsOfTheCouncilInItsLanguages(t *testing.T) {
	for words, kind := range map[string]string{
		"Passport": "passport", "Numéro de passeport": "passport", "Número de pasaporte": "passport",
		"National Identification Number": "national-id", "National Identity Card number": "national-id",
		"Tax number": "tax-id", "Driving licence": "driving-licence", "Travel document": "travel-document", "Ration card": "other",
	} {
		v := read(t, "un", edit(fixture(t, "un"), ".xml", func(b []byte) []byte {
			return bytes.Replace(b, []byte("<TYPE_OF_DOCUMENT>Passport<"), []byte("<TYPE_OF_DOCUMENT>"+words+"<"), 1)
		}))
		equal(t, words, v.Entries[0].Party.Documents[0].Kind, kind)
	}
}

func TestAProgrammeThatIsNewIsKeptWithAWarning(t *testing.T) {
	v := read(t, "ofac", edit(fixture(t, "ofac"), "/sdn.csv", func(b []byte) []byte {
		return bytes.Replace(b, []byte(`"DPRK3"`), []byte(`"EXAMPLE-EO99999"`), 1)
	}))
	equal(t, "programme", v.Entries[1].Designation.Programmes[0], "EXAMPLE-EO99999")
	if !strings.Contains(v.Warnings[0].Text, "EXAMPLE-EO99999") {
		t.Errorf("%v", v.Warnings)
	}
}

func TestADriftSaysWhereInWords(t *testing.T) {
	_, err := lists.Read(ctx, "ofac", edit(fixture(t, "ofac"), "alt.csv", func(b []byte) []byte {
		return bytes.Replace(b, []byte(`"nka"`), []byte(`"4"`), 1)
	}))
	var d *lists.Drift
	if !errors.As(err, &d) {
		t.Fatal(err)
	}
	equal(t, "drift", d.Error(), `alt.csv row 3 column 3: expected aka, fka or nka, found "4"`)
	if !strings.Contains(err.Error(), d.Error()) {
		t.Errorf("%v does not say %v", err, d)
	}
}
