package csl_test

import (
	"bytes"
	stdcsv "encoding/csv"
	"regexp"
	"strings"
	"testing"

	"github.com/cordon-project/cordon/lists/csl"
	"github.com/cordon-project/cordon/lists/listing"
	"github.com/cordon-project/cordon/lists/liststest"
	"github.com/cordon-project/cordon/record"
)

func table(t testing.TB) []listing.File {
	return liststest.Fixture(t, "testdata/csl.txtar", "consolidated.csv")
}

func object(t testing.TB) []listing.File {
	return liststest.Fixture(t, "testdata/csl.txtar", "consolidated.json")
}

func TestFixturesReadAsGolden(t *testing.T) {
	liststest.Golden(t, liststest.Read(t, csl.Reader{}, table(t)), "csl-csv")
	liststest.Golden(t, liststest.Read(t, csl.Reader{}, object(t)), "csl-json")
}

// TestBothFormsAreOneList holds that the same record has the same key and names.
func TestBothFormsAreOneList(t *testing.T) {
	a, b := liststest.Read(t, csl.Reader{}, table(t)), liststest.Read(t, csl.Reader{}, object(t))
	for _, pair := range [][2]int{{0, 0}, {1, 1}} {
		x, y := a.Entries[pair[0]], b.Entries[pair[1]]
		liststest.Equal(t, "designation", x.Designation.ID, y.Designation.ID)
		liststest.Equal(t, "party", x.Party.ID, y.Party.ID)
		liststest.Equal(t, "names", len(x.Party.Names), len(y.Party.Names))
		for i := range x.Party.Names {
			n, m := x.Party.Names[i], y.Party.Names[i]
			n.Where, m.Where = record.Where{}, record.Where{}
			liststest.Equal(t, "name", n, m)
		}
	}
}

func TestKeysAndReferencesToOFAC(t *testing.T) {
	v := liststest.Read(t, csl.Reader{}, table(t))
	want := []string{"SDN-102", "SSI-102", "SDN-103", "EL-0a1b2c3d4e5f", "DPL-1a2b3c4d5e6f"}
	for i, e := range v.Entries {
		liststest.Equal(t, "key", e.Designation.Entry, want[i])
		number := ""
		for _, f := range e.Party.OtherFacts {
			if f.Label == "ofac-number" {
				number = f.Text
			}
		}
		_, n, _ := strings.Cut(want[i], "-")
		if i > 2 {
			n = ""
		}
		liststest.Equal(t, want[i]+": number at OFAC", number, n)
		liststest.Equal(t, want[i]+": source list", e.Party.OtherFacts[0].Label, "source-list")
	}
	liststest.Equal(t, "listed on", v.Entries[3].Designation.ListedOn, record.Date("2020-12-23"))
	liststest.Equal(t, "programme of a list without any", v.Entries[3].Designation.Programmes[0], "EL")
	liststest.Equal(t, "California is no country", v.Entries[4].Party.Addresses[0].Country, "")
}

func TestPlacesPointAtTheBytes(t *testing.T) {
	places(t, table(t))
	places(t, object(t))
}

func places(t *testing.T, files []listing.File) {
	t.Helper()
	v := liststest.Read(t, csl.Reader{}, files)
	at := func(w record.Where) string {
		if w.Start >= w.End || w.End > len(files[0].Data) {
			t.Fatalf("no such place: %v", w)
		}
		return string(files[0].Data[w.Start:w.End])
	}
	for _, e := range v.Entries {
		for _, n := range e.Party.Names {
			for _, part := range strings.Fields(n.Text) {
				if got := at(n.Where); !strings.Contains(got, part) && !strings.ContainsAny(got, `\"`) && !strings.Contains(part, "ʼ") {
					t.Errorf("%s: %q is not in %q", e.Designation.Entry, part, got)
				}
			}
		}
		for _, w := range e.Party.Wallets {
			if got := at(w.Where); !strings.Contains(got, w.Address) {
				t.Errorf("%s is not in %q", w.Address, got)
			}
		}
		_, n, _ := strings.Cut(e.Designation.Entry, "-")
		if i := strings.LastIndexByte(n, '-'); i >= 0 {
			n = n[i+1:]
		}
		if got := at(e.Designation.Wheres[0]); !strings.Contains(got[:min(len(got), 100)], n) {
			t.Errorf("the record of %s is %q", e.Designation.Entry, got)
		}
	}
}

func TestDamagedTablesAreRefused(t *testing.T) {
	liststest.Table{
		Reader: csl.Reader{}, Files: flat(t), File: ".csv", Sep: ',', Header: true, Row: 3,
		Swaps: [][2]int{{0, 1}, {1, 2}, {1, 5}, {3, 5}, {9, 12}, {11, 5}, {3, 4}},
	}.Refusals(t)
}

// flat is the table without line breaks in cells, for tests that part it at lines.
func flat(t testing.TB) []listing.File {
	return liststest.Replaced(t, table(t), "Road,\n", "Road, ")
}

// TestColumnsMovedUnderTheirHeader swaps cells and leaves the header as it is.
func TestColumnsMovedUnderTheirHeader(t *testing.T) {
	for _, swap := range [][2]int{{0, 1}, {1, 2}, {1, 5}, {2, 5}, {3, 5}, {3, 4}, {5, 9}, {9, 12}, {10, 13}, {11, 13}} {
		moved := liststest.Edit(flat(t), ".csv", func(b []byte) []byte {
			rows, err := stdcsv.NewReader(bytes.NewReader(b)).ReadAll()
			if err != nil {
				t.Fatal(err)
			}
			var out bytes.Buffer
			w := stdcsv.NewWriter(&out)
			for i, r := range rows {
				if i > 0 {
					r[swap[0]], r[swap[1]] = r[swap[1]], r[swap[0]]
				}
				if err := w.Write(r); err != nil {
					t.Fatal(err)
				}
			}
			w.Flush()
			return out.Bytes()
		})
		if d := liststest.Refused(t, csl.Reader{}, moved); d.Row < 2 || d.Column == 0 {
			t.Errorf("%v: no row or column in %v", swap, d)
		}
	}
}

func TestDamagedRecordsAreRefused(t *testing.T) {
	for _, c := range []struct{ name, from, to string }{
		{"a record twice", `"103","Specially`, `"102","Specially`},
		{"a Treasury record without number", `Treasury Department","102"`, `Treasury Department",""`},
		{"a source without code", "Entity List (EL) - Bureau", "Entity List - Bureau"},
		{"a source of another agency", "(EL) - Bureau of Industry and Security", "(EL) - State Department"},
		{"type by number", `"Vessel"`, `"3"`},
		{"no name", `"EXAMPLE STAR"`, `""`},
		{"date in another form", `"2020-12-23"`, `"12/23/2020"`},
		{"end in words", `"2036-01-14"`, `"never"`},
		{"order in words", `"Y"`, `"yes"`},
		{"an empty id", `"0a1b2c3d4e5f"`, `""`},
	} {
		t.Run(c.name, func(t *testing.T) {
			files := liststest.Replaced(t, table(t), c.from, c.to)
			if strings.HasPrefix(c.name, "a record") {
				files = liststest.Replaced(t, files, `Department","103"`, `Department","102"`)
			}
			if d := liststest.Refused(t, csl.Reader{}, files); d.Row == 0 || d.Column == 0 {
				t.Errorf("no place in %v", d)
			}
		})
	}
}

func TestDamagedJSONIsRefused(t *testing.T) {
	for _, c := range []struct{ name, from, to string }{
		{"an unknown member", `"title": "Official`, `"role": "Official`},
		{"a member twice", `"type": "Entity",`, `"type": "Entity", "type": "Individual",`},
		{"an unknown member of an address", `"city": "Pyongyang"`, `"town": "Pyongyang"`},
		{"an unknown member of a number", `"number": "Male"`, `"value": "Male"`},
		{"an unknown member of the whole", `"offset": 0`, `"page": 0`},
		{"a page", `"total": 4`, `"total": 400`},
		{"a later page", `"offset": 0`, `"offset": 4`},
		{"no results", `"results"`, `"sources"`},
		{"results as object", `"results": [`, `"results": {`},
		{"a record as text", "  {\"id\": \"2b3c", `"x", {"id": "2b3c`},
		{"names as text", `"alt_names": ["SAMPLE, Alpha", "\u0045XAMPLE, Alfa"]`, `"alt_names": "SAMPLE, Alpha"`},
		{"name as truth", `"name": "EXAMPLE ENERGY"`, `"name": true`},
		{"no name", `"name": "EXAMPLE ENERGY", `, ""},
		{"no id", `"id": "0a1b2c3d4e5f", `, ""},
		{"a record twice", "Sectoral Sanctions Identifications List (SSI)", "Specially Designated Nationals (SDN)"},
		{"no time", "2026-01-05T10:11:12+00:00", "yesterday"},
		{"no UTF-8", "EXAMPLE ENERGY", "EXAMPLE \xff"},
		{"a control character", "EXAMPLE ENERGY", `EXAMPLE \u0007`},
		{"more behind", "\n ]}", "\n ]} {}"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if d := liststest.Refused(t, csl.Reader{}, liststest.Replaced(t, object(t), c.from, c.to)); d.Row == 0 {
				t.Errorf("no place in %v", d)
			}
		})
	}
}

func TestCutAndOtherFilesAreRefused(t *testing.T) {
	liststest.Cuts(t, csl.Reader{}, object(t), ".json", func(data []byte, at int) bool { return len(bytes.TrimSpace(data[at:])) == 0 })
	liststest.Cuts(t, csl.Reader{}, table(t), ".csv", liststest.BetweenRows)
	liststest.Refused(t, csl.Reader{}, liststest.Fixture(t, "../ofac/testdata/ofac.txtar", "sdn.csv"))
	liststest.Refused(t, csl.Reader{}, liststest.Fixture(t, "../un/testdata/un.txtar"))
	liststest.Refused(t, csl.Reader{}, append(table(t), object(t)...))
	liststest.Refused(t, csl.Reader{}, []listing.File{{Name: "consolidated.json", Data: []byte("[]")}})
	liststest.Refused(t, csl.Reader{}, []listing.File{{Name: "consolidated.json", Data: []byte(strings.Repeat(`{"results":[`, 50))}})
}

func TestANewSourceIsTakenWithAWarning(t *testing.T) {
	v := liststest.Read(t, csl.Reader{}, liststest.Replaced(t, table(t), "Entity List (EL)", "Example List (EXL)"))
	liststest.Equal(t, "key", v.Entries[3].Designation.Entry, "EXL-0a1b2c3d4e5f")
	found := false
	for _, w := range v.Warnings {
		found = found || strings.Contains(w.Text, "EXL")
	}
	liststest.Equal(t, "warned", found, true)
}

func TestALostApostropheIsReadAsOne(t *testing.T) {
	for _, files := range [][]listing.File{table(t), object(t)} {
		files = liststest.Replaced(t, files, "Example Machine", "Exam\u0092ple Machine")
		v := liststest.Read(t, csl.Reader{}, files)
		found := liststest.Count(v, func(e listing.Entry) bool { return e.Party.PrimaryName() == "Examʼple Machine Works" })
		liststest.Equal(t, "names with an apostrophe", found, 1)
		if !strings.Contains(v.Warnings[0].Text, "U+0092") {
			t.Errorf("%v", v.Warnings)
		}
	}
	liststest.Refused(t, csl.Reader{}, liststest.Replaced(t, table(t), "Example Machine", "Exam\u0093ple Machine"))
}

func TestAHeaderThatStandsTwice(t *testing.T) {
	twice := liststest.Edit(table(t), ".csv", func(b []byte) []byte {
		i := bytes.IndexByte(b, '\n') + 1
		return append(bytes.Clone(b[:i]), b...)
	})
	liststest.Equal(t, "entries", len(liststest.Read(t, csl.Reader{}, twice).Entries), 5)
	later := liststest.Edit(table(t), ".csv", func(b []byte) []byte {
		return append(b, b[:bytes.IndexByte(b, '\n')+1]...)
	})
	liststest.Refused(t, csl.Reader{}, later)
}

func TestRecognise(t *testing.T) {
	for head, want := range map[string]bool{
		"_id,source,entity_number,type,":  true,
		`{"results":[{"source_list_url":`: true,
		`{"results":[]}`:                  false,
		"id,source":                       false,
		"<html>":                          false,
	} {
		liststest.Equal(t, head, csl.Reader{}.Recognise("consolidated.csv", []byte(head)), want)
	}
}

func TestAnyByteChanged(t *testing.T) {
	liststest.AnyByte(t, csl.Reader{}, table(t))
	liststest.AnyByte(t, csl.Reader{}, object(t))
}

func FuzzCSL(f *testing.F) {
	f.Add(table(f)[0].Data)
	f.Add(object(f)[0].Data)
	f.Add([]byte(`{"results":[{"id":"1","source":"A (EL) - Bureau of Industry and Security","name":"B","ids":[{}],"addresses":null}]}`))
	f.Add([]byte(`{"results":[{"id":1e9,"source":[],"name":{}}],"results":[]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		liststest.Sound(t, csl.Reader{}, []listing.File{{Name: "list", Data: data}})
	})
}

const csvOf2022 = "us_csl_2019-12/csl.csv"

// whole returns the real file without its last row, which is cut.
func whole(t testing.TB) []listing.File {
	return liststest.Edit(liststest.Real(t, csvOf2022), "csl.csv", func(b []byte) []byte {
		return b[:bytes.LastIndex(b, []byte("\n"))+1]
	})
}

func TestTheRealFileIsCut(t *testing.T) {
	d := liststest.Refused(t, csl.Reader{}, liststest.Real(t, csvOf2022))
	liststest.Equal(t, "row", d.Row, 4229)
	liststest.Equal(t, "column", d.Column, 8)
}

func TestCountsOfTheRealFile(t *testing.T) {
	v := liststest.Read(t, csl.Reader{}, whole(t))
	c := v.Counts
	liststest.Equal(t, "entries", c.Entries, 4226)
	liststest.Equal(t, "persons", c.Persons, 1124)
	liststest.Equal(t, "vessels", c.Vessels, 3)
	bySource := map[string]int{}
	numbers, words := 0, 0
	for _, e := range v.Entries {
		bySource[e.Party.OtherFacts[0].Text]++
		for _, f := range e.Party.OtherFacts {
			if f.Label == "ofac-number" {
				numbers++
			}
		}
		for _, b := range e.Party.Births {
			if b.Date == "" {
				words++
			}
		}
	}
	liststest.Equal(t, "sources", len(bySource), 13)
	liststest.Equal(t, "records with a number at OFAC", numbers, 2187)
	liststest.Equal(t, "SDN", bySource["Specially Designated Nationals (SDN) - Treasury Department"], 1737)
	liststest.Equal(t, "Entity List", bySource["Entity List (EL) - Bureau of Industry and Security"], 919)
	liststest.Equal(t, "listing dates", liststest.Count(v, func(e listing.Entry) bool { return e.Designation.ListedOn != "" }), 1538)
	liststest.Equal(t, "dates of birth", c.Births, 1258)
	liststest.Equal(t, "dates of birth as words", words, 0)
	places(t, whole(t))
}

// TestEveryNameIsThere takes the names out of the file a second time, with the
// standard library's reader of csv.
func TestEveryNameIsThere(t *testing.T) {
	files := whole(t)
	v := liststest.Read(t, csl.Reader{}, files)
	rows, err := stdcsv.NewReader(bytes.NewReader(files[0].Data)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	want := liststest.Set{}
	code := regexp.MustCompile(`\(([A-Z-]+)(?: List)?\)`)
	for _, r := range rows[2:] {
		key := code.FindStringSubmatch(r[1])[1] + "-" + r[0]
		want.Add(key, mended(r[5]))
		for _, n := range strings.Split(r[22], "; ") {
			if n = mended(n); n != "" {
				want.Add(key, n)
			}
		}
	}
	liststest.Same(t, "names", liststest.Names(v, func(record.Name) bool { return true }), want)
}

func mended(s string) string {
	return strings.ReplaceAll(strings.Join(strings.Fields(s), " "), "\u0092", "ʼ")
}
