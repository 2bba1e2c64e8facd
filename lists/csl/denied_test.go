package csl_test

import (
	"bytes"
	stdcsv "encoding/csv"
	"strings"
	"testing"

	"github.com/cordon-project/cordon/lists/csl"
	"github.com/cordon-project/cordon/lists/listing"
	"github.com/cordon-project/cordon/lists/liststest"
	"github.com/cordon-project/cordon/record"
)

func denied(t testing.TB) []listing.File { return liststest.Fixture(t, "testdata/dpl.txtar") }

func TestDeniedPersonsReadAsGolden(t *testing.T) {
	liststest.Golden(t, liststest.Read(t, csl.DeniedPersons{}, denied(t)), "dpl")
}

func TestDamagedDeniedPersonsAreRefused(t *testing.T) {
	for _, c := range []struct {
		name, from, to string
		column         int
	}{
		{"header", "Street_Address", "Street", 2},
		{"a column is missing", "\"00001\"\t", "", 12},
		{"a column too many", "\"00001\"", "\"00001\"\t\"x\"", 13},
		{"columns moved", "\"08/24/2022\"\t\"01/14/2036\"\t\"Y\"", "\"08/24/2022\"\t\"Y\"\t\"01/14/2036\"", 8},
		{"no name", `"EXAMPLE PERSON "`, `" "`, 1},
		{"no date", `"08/24/2022"`, `""`, 7},
		{"no such day", `"08/24/2022"`, `"08/32/2022"`, 7},
		{"day before month", `"08/24/2022"`, `"24/08/2022"`, 7},
		{"order in words", `"Y"`, `"yes"`, 9},
		{"update in another form", `"2022-08-30"`, `"08/30/2022"`, 10},
		{"country in words", `"US"`, `"United States"`, 5},
		{"a quote is missing", `"US"`, `US"`, 5},
		{"no UTF-8", "FACILITY", "FACIL\xffITY", 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := liststest.Refused(t, csl.DeniedPersons{}, liststest.Replaced(t, denied(t), c.from, c.to))
			liststest.Equal(t, "column", d.Column, c.column)
		})
	}
	liststest.Cuts(t, csl.DeniedPersons{}, denied(t), ".txt", func(data []byte, at int) bool {
		return liststest.BetweenRows(data, at) || at < len(data) && data[at] == '\n'
	})
	liststest.Refused(t, csl.DeniedPersons{}, table(t))
	liststest.Refused(t, csl.DeniedPersons{}, append(denied(t), table(t)...))
	liststest.Refused(t, csl.Reader{}, denied(t))
	liststest.AnyByte(t, csl.DeniedPersons{}, denied(t))
	liststest.Equal(t, "recognised", csl.DeniedPersons{}.Recognise("dpl.txt", denied(t)[0].Data), true)
	liststest.Equal(t, "recognised", csl.DeniedPersons{}.Recognise("dpl.txt", table(t)[0].Data), false)
}

func FuzzDeniedPersons(f *testing.F) {
	f.Add(denied(f)[0].Data)
	f.Fuzz(func(t *testing.T, data []byte) {
		liststest.Sound(t, csl.DeniedPersons{}, []listing.File{{Name: "dpl.txt", Data: data}})
	})
}

// TestTheRealDeniedPersons counts the real file and takes its names out a second
// time, with the standard library's reader of csv.
func TestTheRealDeniedPersons(t *testing.T) {
	files := liststest.Real(t, "us_csl_2019-12/dpl.txt")
	v := liststest.Read(t, csl.DeniedPersons{}, files)
	liststest.Equal(t, "rows", v.Files[0].Rows, 546)
	liststest.Equal(t, "addresses", v.Counts.Addresses, 543)
	r := stdcsv.NewReader(bytes.NewReader(files[0].Data))
	r.Comma = '\t'
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	want := liststest.Set{}
	for _, row := range rows[1:] {
		d := row[6]
		name := strings.Join(strings.Fields(row[0]), " ")
		want.Add(d[6:]+"-"+d[:2]+"-"+d[3:5]+" "+name, name)
	}
	liststest.Equal(t, "entries", len(v.Entries), len(want))
	liststest.Same(t, "names", liststest.Names(v, func(record.Name) bool { return true }), want)
}
