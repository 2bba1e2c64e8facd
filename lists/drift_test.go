package lists_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/cordon-project/cordon/lists"
)

// rowsOf parts a table into rows without line ends, and what follows the last.
func rowsOf(b []byte) (rows []string, eol, tail string) {
	s := string(b)
	if strings.HasSuffix(s, "\x1a") {
		s, tail = s[:len(s)-1], "\x1a"
	}
	eol = "\n"
	if strings.Contains(s, "\r\n") {
		eol = "\r\n"
	}
	return strings.Split(strings.TrimSuffix(s, eol), eol), eol, tail
}

func joinRows(rows []string, eol, tail string) []byte {
	return []byte(strings.Join(rows, eol) + eol + tail)
}

// cells parts one row of a table as the tests know it: quotes in csv, none in
// psv. It keeps quotes and blanks.
func cells(row string, sep byte) []string {
	if sep == '|' {
		return strings.Split(row, "|")
	}
	var out []string
	from, quoted := 0, false
	for i := range len(row) {
		switch {
		case row[i] == '"':
			quoted = !quoted
		case row[i] == ',' && !quoted:
			out = append(out, row[from:i])
			from = i + 1
		}
	}
	return append(out, row[from:])
}

// tableCase is one table of one list, with the pairs of columns (from 0) that can
// be told apart by what stands in them.
type tableCase struct {
	name, key string
	fixture   []string // fixture files to read together
	real      []string // real files to read together
	file      string   // the suffix of the file to change, in both
	realFile  string
	sep       byte
	header    bool
	swaps     [][2]int
}

var tableCases = []tableCase{
	{
		"sdn.csv", "ofac", nil,
		[]string{ofacSDN},
		"/sdn.csv", "sdn.csv", ',', false,
		[][2]int{{0, 1}, {0, 2}, {0, 11}, {1, 2}, {1, 3}, {1, 4}, {1, 11}, {2, 3}, {2, 4}, {2, 5}, {2, 9}, {2, 11}, {3, 4}, {3, 11}, {4, 5}, {4, 9}, {4, 11}, {6, 7}, {7, 9}, {8, 9}, {9, 11}, {10, 11}},
	},
	{"alt.csv", "ofac", nil, []string{ofacSDN, ofacAlt}, "alt.csv", "alt.csv", ',', false, [][2]int{{0, 2}, {0, 3}, {1, 2}, {1, 3}, {2, 3}, {2, 4}, {3, 4}}},
	{"add.csv", "ofac", nil, []string{ofacSDN, ofacAdd}, "add.csv", "add.csv", ',', false, [][2]int{{0, 2}, {0, 3}, {0, 4}, {1, 2}, {1, 3}, {1, 4}, {0, 5}}},
	{"persons", "jp-mof", []string{"persons.psv", "orgs.psv"}, []string{mofPersons, mofOrgs}, "persons.psv", "persons.psv", '|', true, [][2]int{{0, 1}, {0, 2}, {1, 2}, {2, 3}, {3, 4}, {5, 6}}},
	{"orgs", "jp-mof", []string{"persons.psv", "orgs.psv"}, []string{mofPersons, mofOrgs}, "orgs.psv", "orgs.psv", '|', true, [][2]int{{0, 1}, {0, 2}, {1, 2}, {2, 3}, {3, 4}}},
	{"ministry csv", "jp-mof", []string{"shisantouketsu20260105.csv"}, nil, ".csv", "", ',', true, [][2]int{{0, 1}, {1, 2}, {0, 4}, {4, 5}, {5, 6}, {30, 31}}},
	{"notice rows", "kr-kofiu", nil, []string{kofiuRows}, ".psv", ".psv", '|', true, [][2]int{{0, 1}, {0, 2}, {1, 2}, {2, 3}}},
}

// each runs a test on the fixture and, where it is there, on the real file.
func (c tableCase) each(t *testing.T, run func(t *testing.T, files []lists.File, suffix string)) {
	t.Run(c.name+"/fixture", func(t *testing.T) { run(t, fixture(t, c.key, c.fixture...), c.file) })
	if c.real != nil {
		t.Run(c.name+"/real", func(t *testing.T) { run(t, realFiles(t, c.real...), c.realFile) })
	}
}

func TestMovedColumnsAreRefused(t *testing.T) {
	for _, c := range tableCases {
		c.each(t, func(t *testing.T, files []lists.File, suffix string) {
			for _, s := range c.swaps {
				moved := edit(files, suffix, func(b []byte) []byte {
					rows, eol, tail := rowsOf(b)
					if c.name == "ministry csv" {
						rows = strings.Split(strings.ReplaceAll(strings.Join(rows, "\n"), "その他\n", "その他 "), "\n")
					}
					for i, r := range rows {
						x := cells(r, c.sep)
						x[s[0]], x[s[1]] = x[s[1]], x[s[0]]
						rows[i] = strings.Join(x, string(c.sep))
					}
					return joinRows(rows, eol, tail)
				})
				d := refused(t, c.key, moved)
				if d.Row == 0 || d.Column == 0 {
					t.Errorf("columns %d and %d swapped: no row or column in %v", s[0]+1, s[1]+1, d)
				}
			}
		})
	}
}

func TestDamagedRowsAreRefused(t *testing.T) {
	damages := []struct {
		name   string
		column bool // the drift must name a column
		change func(c tableCase, row string) string
	}{
		{"a cell is missing", true, func(c tableCase, row string) string {
			x := cells(row, c.sep)
			return strings.Join(slices.Delete(x, 2, 3), string(c.sep))
		}},
		{"the last cell is missing", true, func(c tableCase, row string) string {
			x := cells(row, c.sep)
			return strings.Join(x[:len(x)-1], string(c.sep))
		}},
		{"a cell too many", true, func(c tableCase, row string) string { return row + string(c.sep) + "x" }},
		{"cut in the middle", true, func(c tableCase, row string) string {
			x := cells(row, c.sep)
			return strings.Join(x[:len(x)/2], string(c.sep))
		}},
		{"invalid UTF-8", true, func(c tableCase, row string) string {
			x := cells(row, c.sep)
			x[3] = strings.TrimSuffix(x[3], `"`) + "\xff" + x[3][len(strings.TrimSuffix(x[3], `"`)):]
			return strings.Join(x, string(c.sep))
		}},
		{"a control character", true, func(c tableCase, row string) string {
			x := cells(row, c.sep)
			x[3] = strings.TrimSuffix(x[3], `"`) + "\x00" + x[3][len(strings.TrimSuffix(x[3], `"`)):]
			return strings.Join(x, string(c.sep))
		}},
		{"the row twice", true, nil},
		{"a blank row", true, func(tableCase, string) string { return "" }},
		{"an HTML page in place of the row", true, func(tableCase, string) string { return "<!DOCTYPE html><title>Access denied</title>" }},
	}
	for _, c := range tableCases {
		c.each(t, func(t *testing.T, files []lists.File, suffix string) {
			for _, dm := range damages {
				var at int
				bad := edit(files, suffix, func(b []byte) []byte {
					rows, eol, tail := rowsOf(b)
					at = len(rows) / 2
					if c.header {
						at = max(at, 1)
					}
					if c.name == "ministry csv" {
						at = 1
					}
					if dm.change == nil {
						rows = slices.Insert(rows, at+1, rows[at])
						at++
					} else {
						rows[at] = dm.change(c, rows[at])
					}
					return joinRows(rows, eol, tail)
				})
				d := refused(t, c.key, bad)
				if d.Row == 0 || dm.column && d.Column == 0 {
					t.Errorf("%s: no row or column in %v", dm.name, d)
				}
				if d.Row != at+1 {
					t.Errorf("%s in row %d is reported in row %d", dm.name, at+1, d.Row)
				}
			}
		})
	}
}

func TestChangedHeadersAreRefused(t *testing.T) {
	for _, c := range tableCases {
		if !c.header {
			continue
		}
		c.each(t, func(t *testing.T, files []lists.File, suffix string) {
			for name, change := range map[string]func([]string) []string{
				"renamed":   func(x []string) []string { x[2] += "s"; return x },
				"upper":     func(x []string) []string { x[3] = x[3] + " "; return x },
				"one less":  func(x []string) []string { return x[:len(x)-1] },
				"one more":  func(x []string) []string { return append(x, "extra") },
				"no header": nil,
			} {
				bad := edit(files, suffix, func(b []byte) []byte {
					rows, eol, tail := rowsOf(b)
					if change == nil {
						return joinRows(rows[1:], eol, tail)
					}
					rows[0] = strings.Join(change(strings.Split(rows[0], string(c.sep))), string(c.sep))
					return joinRows(rows, eol, tail)
				})
				d := refused(t, c.key, bad)
				if d.Row != 1 || d.Column == 0 {
					t.Errorf("%s: %v", name, d)
				}
			}
		})
	}
}

// TestRenumberedCategoriesAreRefused changes the values of closed columns.
func TestRenumberedCategoriesAreRefused(t *testing.T) {
	for _, c := range []struct {
		name, key string
		files     []string
		from, to  string
		column    int
	}{
		{"type of an entry", "ofac", nil, `,"individual",`, `,"1",`, 3},
		{"type in capitals", "ofac", nil, `,"vessel",`, `,"Vessel",`, 3},
		{"type of an alias", "ofac", nil, `,"aka",`, `,"1",`, 3},
		{"a programme with a stray bracket", "ofac", nil, `"DPRK3"`, `"[DPRK3]"`, 4},
		{"a title for a company", "ofac", nil, "105,\"NOTHING MORE LTD\",-0- ,\"CUBA\",-0- ", "105,\"NOTHING MORE LTD\",-0- ,\"CUBA\",\"Director\"", 5},
		{"a flag for a company", "ofac", nil, "105,\"NOTHING MORE LTD\",-0- ,\"CUBA\",-0- ,-0- ", "105,\"NOTHING MORE LTD\",-0- ,\"CUBA\",-0- ,\"EXA2\"", 6},
		{"a remark without its end", "ofac", nil, `Example Air; Aircraft Manufacturer's Serial Number (MSN) 0001."`, `Example"`, 12},
		{"a number with a letter", "ofac", nil, "103,", "I03,", 1},
		{"a number with a leading nought", "ofac", nil, "103,", "0103,", 1},
		{"category of a row", "jp-mof", []string{"persons.psv"}, "15-2|", "16-2|", 1},
		{"category of another list", "jp-mof", []string{"persons.psv"}, "15-2|", "21-2|", 1},
		{"date with slashes", "jp-mof", []string{"persons.psv"}, "2016-02-19", "2016/02/19", 2},
		{"a date of birth in words", "jp-mof", []string{"persons.psv"}, "1944/10/13", "October 1944", 7},
		{"category against number", "jp-mof", []string{"shisantouketsu20260105.csv"}, "\n15,015-", "\n16,015-", 1},
		{"both moved up by one", "jp-mof", []string{"shisantouketsu20260105.csv"}, "\n15,015-", "\n16,016-", 5},
		{"both moved up by two", "jp-mof", []string{"shisantouketsu20260105.csv"}, "\n14,014-", "\n20,020-", 1},
		{"person or organisation by number", "jp-mof", []string{"shisantouketsu20260105.csv"}, ",個人,", ",1,", 5},
		{"a type that is none", "kr-kofiu", nil, "|person|예일남", "|2|예일남", 2},
		{"a date that is none", "kr-kofiu", nil, "DOB 1956-01-03", "DOB 56", 5},
		{"the names the wrong way round", "kr-kofiu", nil, "예일남|YE, Il Nam; YE, Il-Nam", "YE, Il Nam|예일남", 3},
	} {
		t.Run(c.name, func(t *testing.T) {
			files := fixture(t, c.key, c.files...)
			changed := false
			for i := range files {
				b := bytes.Replace(files[i].Data, []byte(c.from), []byte(c.to), 1)
				changed = changed || !bytes.Equal(b, files[i].Data)
				files[i].Data = b
			}
			if !changed {
				t.Fatalf("%q is not in the fixture", c.from)
			}
			d := refused(t, c.key, files)
			if d.Row == 0 || d.Column != c.column {
				t.Errorf("want column %d: %v", c.column, d)
			}
		})
	}
}

// TestOtherFilesInTheirPlaceAreRefused gives every reader what is not its file.
func TestOtherFilesInTheirPlaceAreRefused(t *testing.T) {
	one := func(key, name string) lists.File { return fixture(t, key, name)[0] }
	as := func(f lists.File, name string) lists.File { f.Name = name; return f }
	sdn, alt, add := one("ofac", "sdn.csv"), one("ofac", "alt.csv"), one("ofac", "add.csv")
	un, persons, orgs := one("un", "consolidated.xml"), one("jp-mof", "persons.psv"), one("jp-mof", "orgs.psv")
	kofiu := one("kr-kofiu", "kofiu.psv")
	raw := func(s string) lists.File { return lists.File{Name: "file", Data: []byte(s)} }
	for _, c := range []struct {
		name, key string
		files     []lists.File
	}{
		{"alt as sdn", "ofac", []lists.File{as(alt, "sdn.csv")}},
		{"add as alt", "ofac", []lists.File{sdn, as(add, "alt.csv")}},
		{"sdn as add", "ofac", []lists.File{as(sdn, "add.csv")}},
		{"companions alone", "ofac", []lists.File{alt, add}},
		{"sdn twice", "ofac", []lists.File{sdn, sdn}},
		{"the non-SDN list", "ofac", []lists.File{as(sdn, "cons_prim.csv")}},
		{"XML as csv", "ofac", []lists.File{un}},
		{"csv as XML", "un", []lists.File{sdn}},
		{"rows as XML", "un", []lists.File{persons}},
		{"kofiu as mof", "jp-mof", []lists.File{kofiu}},
		{"sdn as mof", "jp-mof", []lists.File{sdn}},
		{"persons twice", "jp-mof", []lists.File{persons, persons}},
		{"mof as kofiu", "kr-kofiu", []lists.File{orgs}},
		{"an HTML page", "ofac", []lists.File{raw("<html><body>Too many requests</body></html>\n")}},
		{"an HTML page", "un", []lists.File{raw("<html><body>Too many requests</body></html>\n")}},
		{"an HTML page", "jp-mof", []lists.File{raw("<html><body>Too many requests</body></html>\n")}},
		{"an HTML page", "kr-kofiu", []lists.File{raw("<html><body>Too many requests</body></html>\n")}},
		{"a zip that is no workbook", "jp-mof", []lists.File{raw("PK\x03\x04 and nothing more")}},
		{"a zip", "ofac", []lists.File{raw("PK\x03\x04")}},
		{"a PDF", "kr-kofiu", []lists.File{raw("%PDF-1.7")}},
		{"an old workbook", "jp-mof", []lists.File{raw("\xd0\xcf\x11\xe0")}},
		{"UTF-16", "un", []lists.File{raw("\xff\xfe<\x00")}},
		{"nothing", "un", []lists.File{raw("")}},
		{"a header alone", "kr-kofiu", []lists.File{raw("kf_no|type|hangul|latin|note\n")}},
		{"a line of 2 MB", "ofac", []lists.File{raw("1,\"" + strings.Repeat("a", 2<<20) + "\"\r\n\x1a")}},
		{"a bare line of 2 MB", "kr-kofiu", []lists.File{raw(strings.Repeat("a", 2<<20))}},
	} {
		t.Run(c.key+"/"+c.name, func(t *testing.T) { refused(t, c.key, c.files) })
	}
}

func TestDamagedXMLIsRefused(t *testing.T) {
	const bomb = `<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>`
	for _, c := range []struct{ name, from, to string }{
		{"unknown element", "<GENDER>Male</GENDER>", "<SEX>Male</SEX>"},
		{"element of another entry", "<GENDER>Male</GENDER>", "<ENTITY_ALIAS></ENTITY_ALIAS>"},
		{"nested entries", "<GENDER>Male</GENDER>", "<INDIVIDUAL></INDIVIDUAL>"},
		{"text between elements", "<GENDER>Male</GENDER>", "Male"},
		{"attribute", "<GENDER>", `<GENDER code="1">`},
		{"regime renumbered", "<UN_LIST_TYPE>DPRK<", "<UN_LIST_TYPE>7<"},
		{"regime of another prefix", "<UN_LIST_TYPE>DPRK<", "<UN_LIST_TYPE>Iran<"},
		{"regime missing", "<UN_LIST_TYPE>DPRK</UN_LIST_TYPE>", ""},
		{"reference of an entity", "KPi.001", "KPe.002"},
		{"reference without form", "KPi.001", "001"},
		{"reference twice", "KPi.001</REFERENCE_NUMBER>", "KPi.001</REFERENCE_NUMBER><REFERENCE_NUMBER/>"},
		{"quality by number", "<QUALITY>Good<", "<QUALITY>1<"},
		{"type of date by number", "<TYPE_OF_DATE>EXACT<", "<TYPE_OF_DATE>1<"},
		{"date in another form", "2016-03-02", "02/03/2016"},
		{"no such date", "2016-03-02", "2016-02-31"},
		{"year", "<YEAR>1957<", "<YEAR>57<"},
		{"no listing date", "<LISTED_ON>2016-03-02</LISTED_ON>", ""},
		{"no name", "<FIRST_NAME>EXAMPLE</FIRST_NAME>", ""},
		{"no date of the list", ` dateGenerated="2026-01-05T10:11:12.345Z"`, ""},
		{"date of the list in words", `2026-01-05T10:11:12.345Z`, "today"},
		{"document type and entities", "<CONSOLIDATED_LIST", bomb + "<CONSOLIDATED_LIST"},
		{"unknown entity", "&amp;", "&b;"},
		{"another encoding", `encoding="UTF-8"`, `encoding="ISO-8859-1"`},
		{"invalid UTF-8", "EXAMPLE", "EX\xffAMPLE"},
		{"control character", "EXAMPLE", "EX\x01AMPLE"},
		{"group missing", "ENTITIES>", "INDIVIDUALS>"},
		{"root renamed", "CONSOLIDATED_LIST", "LIST"},
		{"element not closed", "</GENDER>", ""},
		{"something behind the list", "</CONSOLIDATED_LIST>", "</CONSOLIDATED_LIST><more/>"},
		{"processing instruction", "<INDIVIDUALS>", "<?php x ?><INDIVIDUALS>"},
	} {
		t.Run(c.name, func(t *testing.T) {
			files := fixture(t, "un")
			b := bytes.ReplaceAll(files[0].Data, []byte(c.from), []byte(c.to))
			if bytes.Equal(b, files[0].Data) {
				t.Fatalf("%q is not in the fixture", c.from)
			}
			files[0].Data = b
			if c.name == "reference twice" {
				// An empty second element changes nothing; the first is read.
				files[0].Data = bytes.Replace(fixture(t, "un")[0].Data, []byte("</INDIVIDUALS>"),
					append(entryOf(t, "INDIVIDUAL"), []byte("</INDIVIDUALS>")...), 1)
			}
			d := refused(t, "un", files)
			if d.Row == 0 && d.Element == "" && !strings.Contains(d.Expected, "UTF-8") {
				t.Errorf("no place in %v", d)
			}
		})
	}
}

// entryOf returns the first entry of the fixture.
func entryOf(t *testing.T, element string) []byte {
	b := fixture(t, "un")[0].Data
	from, to := bytes.Index(b, []byte("<"+element+">")), bytes.Index(b, []byte("</"+element+">"))
	return b[from : to+len("</>")+len(element)]
}

// TestCutFilesAreRefused cuts every fixture at every byte. A table whose form has
// no mark of its end (the retyped rows, the ministry's csv) cannot tell a cut
// between two rows: there the import's check of the counts stands in.
func TestCutFilesAreRefused(t *testing.T) {
	for _, c := range []struct {
		key    string
		files  []string
		file   string
		marked bool
	}{
		{"ofac", nil, "/sdn.csv", true},
		{"ofac", nil, "alt.csv", true},
		{"ofac", nil, "add.csv", true},
		{"un", nil, ".xml", true},
		{"jp-mof", []string{"persons.psv"}, "persons.psv", false},
		{"jp-mof", []string{"shisantouketsu20260105.csv"}, ".csv", false},
		{"kr-kofiu", nil, ".psv", false},
	} {
		t.Run(c.key+c.file, func(t *testing.T) {
			files := fixture(t, c.key, c.files...)
			i := slices.IndexFunc(files, func(f lists.File) bool { return strings.HasSuffix(f.Name, c.file) })
			whole := files[i].Data
			for n := range len(whole) {
				if !c.marked && n > 0 && whole[n-1] == '\n' {
					continue
				}
				if c.key == "un" && len(bytes.TrimSpace(whole[n:])) == 0 {
					continue // only blanks are missing
				}
				cut := slices.Clone(files)
				cut[i].Data, cut[i].SHA256 = whole[:n], ""
				refused(t, c.key, cut)
			}
		})
	}
}

// TestAnyByteChanged changes random bytes: whatever comes out is a version or a
// drift, and a version never has an entry without a name or a place.
func TestAnyByteChanged(t *testing.T) {
	all := map[string][]lists.File{
		"ofac": fixture(t, "ofac"), "un": fixture(t, "un"), "kr-kofiu": fixture(t, "kr-kofiu"),
		"jp-mof": fixture(t, "jp-mof", "shisantouketsu20260105.csv"),
	}
	rapid.Check(t, func(t *rapid.T) {
		key := rapid.SampledFrom([]string{"ofac", "un", "kr-kofiu", "jp-mof"}).Draw(t, "list")
		files := slices.Clone(all[key])
		i := rapid.IntRange(0, len(files)-1).Draw(t, "file")
		b := bytes.Clone(files[i].Data)
		for range rapid.IntRange(1, 4).Draw(t, "changes") {
			at := rapid.IntRange(0, len(b)-1).Draw(t, "at")
			switch rapid.IntRange(0, 2).Draw(t, "how") {
			case 0:
				b[at] = rapid.Byte().Draw(t, "byte")
			case 1:
				b = slices.Delete(b, at, min(len(b)-1, at+rapid.IntRange(1, 30).Draw(t, "length"))+1)
			default:
				b = slices.Insert(b, at, rapid.Byte().Draw(t, "byte"))
			}
			if len(b) == 0 {
				b = []byte{'x'}
			}
		}
		files[i].Data = b
		checkRead(t, key, files)
	})
}

type failer interface {
	Fatalf(string, ...any)
}

// checkRead holds what every answer of a reader must hold.
func checkRead(t failer, key string, files []lists.File) {
	v, err := lists.Read(ctx, key, files)
	if err != nil {
		if v != nil {
			t.Fatalf("a version beside the error %v", err)
		}
		return
	}
	seen := map[string]bool{}
	for _, e := range v.Entries {
		d := e.Designation
		if seen[d.ID] || d.Entry == "" || len(d.Wheres) == 0 || len(d.Programmes) == 0 || d.Status != "in-force" {
			t.Fatalf("not a designation: %+v", d)
		}
		seen[d.ID] = true
		if err := d.Validate(); err != nil {
			t.Fatalf("%v", err)
		}
		if len(e.Party.Names) == 0 || e.Party.ID != d.Party {
			t.Fatalf("not a party: %+v", e.Party)
		}
		for _, n := range e.Party.Names {
			if strings.TrimSpace(n.Text) == "" || n.Where.SHA256 == "" {
				t.Fatalf("not a name: %+v", n)
			}
		}
		for _, b := range e.Party.Births {
			if err := b.Date.Validate(); err != nil {
				t.Fatalf("%v", err)
			}
		}
	}
	for _, w := range v.Warnings {
		if w.Text == "" {
			t.Fatalf("a warning without words")
		}
	}
}
