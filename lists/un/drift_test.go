package un_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/cordon-project/cordon/lists/listing"
	"github.com/cordon-project/cordon/lists/liststest"
	"github.com/cordon-project/cordon/lists/un"
)

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
			files := fixture(t)
			b := bytes.ReplaceAll(files[0].Data, []byte(c.from), []byte(c.to))
			if bytes.Equal(b, files[0].Data) {
				t.Fatalf("%q is not in the fixture", c.from)
			}
			files[0].Data = b
			if c.name == "reference twice" {
				// An empty second element changes nothing; the first is read.
				files[0].Data = bytes.Replace(fixture(t)[0].Data, []byte("</INDIVIDUALS>"),
					append(entryOf(t, "INDIVIDUAL"), []byte("</INDIVIDUALS>")...), 1)
			}
			d := liststest.Refused(t, un.Reader{}, files)
			if d.Row == 0 && d.Element == "" && !strings.Contains(d.Expected, "UTF-8") {
				t.Errorf("no place in %v", d)
			}
		})
	}
}

// entryOf returns the first entry of the fixture.
func entryOf(t *testing.T, element string) []byte {
	b := fixture(t)[0].Data
	from, to := bytes.Index(b, []byte("<"+element+">")), bytes.Index(b, []byte("</"+element+">"))
	return b[from : to+len("</>")+len(element)]
}

func TestCutFilesAreRefused(t *testing.T) {
	onlyBlanks := func(data []byte, at int) bool { return len(bytes.TrimSpace(data[at:])) == 0 }
	liststest.Cuts(t, un.Reader{}, fixture(t), ".xml", onlyBlanks)
}

func TestAnyByteChanged(t *testing.T) { liststest.AnyByte(t, un.Reader{}, fixture(t)) }

func FuzzUN(f *testing.F) {
	f.Add(fixture(f)[0].Data)
	f.Add([]byte(`<?xml version="1.0"?><CONSOLIDATED_LIST dateGenerated="2026-01-05"><INDIVIDUALS/><ENTITIES/></CONSOLIDATED_LIST>`))
	f.Add([]byte(`<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>`))
	f.Fuzz(func(t *testing.T, data []byte) {
		liststest.Sound(t, un.Reader{}, []listing.File{{Name: "consolidated.xml", Data: data}})
	})
}
