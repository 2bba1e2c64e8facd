package ofac_test

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/cordon-project/cordon/lists/listing"
	"github.com/cordon-project/cordon/lists/liststest"
	"github.com/cordon-project/cordon/lists/ofac"
	"github.com/cordon-project/cordon/record"
)

// remarked makes OFAC's files of one person with a remark that is cut at 1,000
// characters after head and goes on with tail; tail "" leaves the companion out.
func remarked(head, tail string, more ...listing.File) []listing.File {
	fill := strings.Repeat("x", 1000-len([]rune(head))-2) + "; "
	sdn := "7,\"EXAMPLE, Alpha\",\"individual\",\"DPRK3\",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,\"" + fill + head + "\"\r\n\x1a"
	files := []listing.File{{Name: "sdn.csv", Data: []byte(sdn)}}
	if tail != "" {
		files = append(files, listing.File{Name: "sdn_comments.csv", Data: []byte("7,\"" + tail + "\"\r\n\x1a")})
	}
	return append(files, more...)
}

func TestRemarksAcrossTheCut(t *testing.T) {
	const wallet = "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"
	orphan := listing.File{Name: "alt.csv", Data: []byte("8,1,\"aka\",\"ORPHAN\",-0- \r\n\x1a")}
	for _, c := range []struct {
		name, head, tail string
		more             []listing.File
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
			name: "a document when the dates differ", head: "Tax ID No. 12", tail: "34 (Exampleland).", more: []listing.File{orphan},
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
			v := liststest.Read(t, ofac.Reader{}, remarked(c.head, c.tail, c.more...))
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
			liststest.Equal(t, "warnings", len(v.Warnings), c.warnings)
			if !strings.HasSuffix(p.Remarks, c.head+c.tail) {
				t.Errorf("the remark is not whole: %q", p.Remarks[900:])
			}
			if c.name == "a date of birth" {
				liststest.Equal(t, "birth", p.Births[0].Date, record.Date("1978-05-10"))
			}
		})
	}
}

func TestMisfiledWalletsAreKeptWithANote(t *testing.T) {
	v := liststest.Read(t, ofac.Reader{}, remarked("Digital Currency Address - ETH 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa; Digital Currency Address - NEW 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa; Digital Currency Address - XBT nonsense", "."))
	ws := v.Entries[0].Party.Wallets
	liststest.Equal(t, "wallets", len(ws), 3)
	liststest.Equal(t, "wallets with notes", v.Counts.BadWallets, 3)
	liststest.Equal(t, "the chain that the address shows", ws[0].Chain, "bitcoin")
	liststest.Equal(t, "under a code that is new", ws[1].Canonical, "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa")
	liststest.Equal(t, "of what is none", ws[2].Canonical, "")
}

func TestAProgrammeThatIsNewIsKeptWithAWarning(t *testing.T) {
	v := liststest.Read(t, ofac.Reader{}, liststest.Edit(fixture(t), "/sdn.csv", func(b []byte) []byte {
		return bytes.Replace(b, []byte(`"DPRK3"`), []byte(`"EXAMPLE-EO99999"`), 1)
	}))
	liststest.Equal(t, "programme", v.Entries[1].Designation.Programmes[0], "EXAMPLE-EO99999")
	if !strings.Contains(v.Warnings[0].Text, "EXAMPLE-EO99999") {
		t.Errorf("%v", v.Warnings)
	}
}

func TestADriftSaysWhereInWords(t *testing.T) {
	_, err := listing.Read(t.Context(), ofac.Reader{}, liststest.Edit(fixture(t), "alt.csv", func(b []byte) []byte {
		return bytes.Replace(b, []byte(`"nka"`), []byte(`"4"`), 1)
	}))
	var d *listing.Drift
	if !errors.As(err, &d) {
		t.Fatal(err)
	}
	liststest.Equal(t, "drift", d.Error(), `alt.csv row 3 column 3: expected aka, fka or nka, found "4"`)
	if !strings.Contains(err.Error(), d.Error()) {
		t.Errorf("%v does not say %v", err, d)
	}
}
