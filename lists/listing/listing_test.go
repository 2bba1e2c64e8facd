package listing_test

import (
	"slices"
	"testing"
	"time"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/lists/listing"
	"github.com/cordon-project/cordon/lists/liststest"
	"github.com/cordon-project/cordon/lists/ofac"
	"github.com/cordon-project/cordon/lists/un"
	"github.com/cordon-project/cordon/record"
)

func TestDateOfAVersion(t *testing.T) {
	modified := time.Date(2026, 3, 4, 23, 59, 0, 0, time.UTC)
	for _, c := range []struct {
		name, file string
		header     time.Time
		date       record.Date
		from       string
	}{
		{"in the file's name", "x/sdn_2024-05-03.csv", modified, "2024-05-03", "name"},
		{"in the folder's name", "2024-01-01/ofac_2024-05-03/sdn.csv", time.Time{}, "2024-05-03", "name"},
		{"without hyphens", "sdn20240503.csv", time.Time{}, "2024-05-03", "name"},
		{"no such day", "2024-02-31/sdn.csv", modified, "2026-03-04", "header"},
		{"part of a longer number", "120240503999/sdn.csv", modified, "2026-03-04", "header"},
		{"two folders up does not count", "2024-05-03/a/sdn.csv", time.Time{}, "", "none"},
		{"nothing", "sdn.csv", time.Time{}, "", "none"},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := liststest.Fixture(t, "../ofac/testdata/ofac.txtar", "sdn.csv")
			f[0].Name, f[0].LastModified = c.file, c.header
			v := liststest.Read(t, ofac.Reader{}, f)
			liststest.Equal(t, "date", v.Date, c.date)
			liststest.Equal(t, "from", v.DateFrom, c.from)
			w, err := v.WithDate("2020-02-02")
			if err != nil {
				t.Fatal(err)
			}
			liststest.Equal(t, "with option", w.Stamp(), "2020-02-02T00:00:00.000Z")
		})
	}
	v := liststest.Read(t, un.Reader{}, liststest.Fixture(t, "../un/testdata/un.txtar"))
	liststest.Equal(t, "the file's own time", v.Stamp(), "2026-01-05T10:11:12.345Z")
	if _, err := v.WithDate("yesterday"); !errs.Is(err, errs.Invalid) {
		t.Errorf("a date that is none gave %v", err)
	}
}

func TestDatesAreReadInTheirOwnPrecision(t *testing.T) {
	for _, c := range []struct {
		read func(string) (record.Date, bool)
		text string
		want record.Date // "" for no date
	}{
		{listing.EnglishDate, "10 May 1978", "1978-05-10"},
		{listing.EnglishDate, "10 Sept. 1978", "1978-09-10"},
		{listing.EnglishDate, "5 September 1978", "1978-09-05"},
		{listing.EnglishDate, "Sep. 1957", "1957-09"},
		{listing.EnglishDate, "1957", "1957"},
		{listing.EnglishDate, "31 Feb 1957", ""},
		{listing.EnglishDate, "1757", ""},
		{listing.ISODate, "2009-07-24", "2009-07-24"},
		{listing.ISODate, "2009-02-30", ""},
		{listing.ISODate, "2009-07", ""},
		{listing.NumericDate, "1944/10/13", "1944-10-13"},
		{listing.NumericDate, " 1944/1 ", "1944-01"},
		{listing.NumericDate, "1944年10月13日", "1944-10-13"},
		{listing.NumericDate, "13/10/1944", ""},
	} {
		got, ok := c.read(c.text)
		if got != c.want || ok != (c.want != "") {
			t.Errorf("%q is %q, %t; want %q", c.text, got, ok, c.want)
		}
	}
}

func TestPiecesOfACell(t *testing.T) {
	for cell, want := range map[string][]string{
		"":                         nil,
		" a ; b;;c ":               {"a", "b", "c"},
		"あ；い（う；え）；お":               {"あ", "い（う；え）", "お"},
		"open (1; 2\nnext; last":   {"open (1; 2", "next", "last"},
		"closed twice)); 3\u3000":  {"closed twice))", "3"},
		"line one\r\nline two\r\n": {"line one", "line two"},
	} {
		var got []string
		for _, p := range listing.Pieces(cell) {
			if cell[p.From:p.To] != p.Text {
				t.Errorf("%q: %q does not stand at %d-%d", cell, p.Text, p.From, p.To)
			}
			got = append(got, p.Text)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q parts into %q, want %q", cell, got, want)
		}
	}
}

func TestScriptsOfNames(t *testing.T) {
	for name, want := range map[string]string{
		"KIM, Il": "Latn", "김일": "Hang", "金日": "Hani", "キム": "Kana", "きむ 金": "Jpan", "Ким": "Cyrl", "123": "", "Kim 김": "Latn",
	} {
		liststest.Equal(t, name, listing.ScriptOf(name), want)
	}
}

func TestUnfitText(t *testing.T) {
	for _, c := range []struct {
		text       string
		line, free bool // refused as a line, as free text
	}{
		{"plain text, 한글\tand a tab", false, false},
		{"two\nlines", true, false},
		{"lost \ufffd letter", true, false},
		{"no UTF-8 \xff", true, true},
		{"bell \x07", true, true},
		{"delete \x7f", true, true},
		{"next line \u0085", true, true},
	} {
		liststest.Equal(t, c.text+" as a line", listing.BadLine(c.text) != "", c.line)
		liststest.Equal(t, c.text+" as free text", listing.BadText(c.text) != "", c.free)
	}
}
