package ofac_test

import (
	"bytes"
	"html"
	"slices"
	"strings"
	"testing"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/lists/listing"
	"github.com/cordon-project/cordon/lists/liststest"
	"github.com/cordon-project/cordon/lists/ofac"
	"github.com/cordon-project/cordon/record"
)

func standard(t testing.TB) []listing.File { return liststest.Fixture(t, "testdata/standard.txtar") }

func advanced(t testing.TB) []listing.File { return liststest.Fixture(t, "testdata/advanced.txtar") }

func TestXMLReadsAsGolden(t *testing.T) {
	liststest.Golden(t, liststest.Read(t, ofac.Reader{}, standard(t)), "standard")
	liststest.Golden(t, liststest.Read(t, ofac.Reader{}, advanced(t)), "advanced")
}

// TestThreeFormsAreOneList holds that the same entry has the same ids, names and
// facts in the tables, in sdn.xml and in the advanced form.
func TestThreeFormsAreOneList(t *testing.T) {
	tables := liststest.Read(t, ofac.Reader{}, fixture(t))
	for name, files := range map[string][]listing.File{"standard": standard(t), "advanced": advanced(t)} {
		v := liststest.Read(t, ofac.Reader{}, files)
		liststest.Equal(t, name+": entries", len(v.Entries), len(tables.Entries))
		for i, want := range tables.Entries {
			got := v.Entries[i]
			entry := name + " " + want.Designation.Entry
			liststest.Equal(t, entry+": party", got.Party.ID, want.Party.ID)
			liststest.Equal(t, entry+": designation", got.Designation.ID, want.Designation.ID)
			liststest.Equal(t, entry+": kind", got.Party.Kind, want.Party.Kind)
			same(t, entry+": programmes", got.Designation.Programmes, want.Designation.Programmes)
			same(t, entry+": instruments", got.Designation.Instruments, want.Designation.Instruments)
			same(t, entry+": names", names(got), names(want))
			same(t, entry+": births", births(got), births(want))
			same(t, entry+": places", got.Party.Places, want.Party.Places)
			same(t, entry+": nations", got.Party.Nations, want.Party.Nations)
			same(t, entry+": titles", got.Party.Titles, want.Party.Titles)
			same(t, entry+": wallets", wallets(got), wallets(want))
			same(t, entry+": websites", got.Party.Websites, want.Party.Websites)
			same(t, entry+": emails", got.Party.Emails, want.Party.Emails)
			same(t, entry+": phones", got.Party.Phones, want.Party.Phones)
			same(t, entry+": addresses", addresses(got), addresses(want))
			for _, d := range documents(want) {
				if !slices.Contains(documents(got), d) {
					t.Errorf("%s: the document %v is not in %v", entry, d, documents(got))
				}
			}
		}
	}
}

func same[T comparable](t *testing.T, what string, got, want []T) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

// names are the names that all forms have: the advanced one adds the original
// scripts.
func names(e listing.Entry) []record.Name {
	var out []record.Name
	for _, n := range e.Party.Names {
		if n.Kind != record.Original {
			n.Where, n.Entry = record.Where{}, ""
			out = append(out, n)
		}
	}
	return out
}

func births(e listing.Entry) []record.Birth {
	var out []record.Birth
	for _, b := range e.Party.Births {
		b.Where, b.Text = record.Where{}, strings.TrimPrefix(b.Text, "alt. ")
		out = append(out, b)
	}
	return out
}

func wallets(e listing.Entry) []record.Wallet {
	var out []record.Wallet
	for _, w := range e.Party.Wallets {
		w.Where = record.Where{}
		out = append(out, w)
	}
	return out
}

func documents(e listing.Entry) []record.Document {
	var out []record.Document
	for _, d := range e.Party.Documents {
		d.Where = record.Where{}
		out = append(out, d)
	}
	return out
}

func addresses(e listing.Entry) []record.Address {
	var out []record.Address
	for _, a := range e.Party.Addresses {
		a.Where = record.Where{}
		out = append(out, a)
	}
	return out
}

func TestTheAdvancedFormSaysMore(t *testing.T) {
	v := liststest.Read(t, ofac.Reader{}, advanced(t))
	e := v.Entries[0]
	liststest.Equal(t, "listed on", e.Designation.ListedOn, record.Date("2017-09-26"))
	liststest.Equal(t, "basis", e.Designation.Basis, "Executive Order 13810 (North Korea)")
	var originals []string
	for _, n := range append(e.Party.Names, v.Entries[1].Party.Names...) {
		if n.Kind == record.Original {
			originals = append(originals, n.Script+" "+n.Text+" "+n.Family)
		}
	}
	same(t, "originals", originals, []string{"Hang 예제무역 ", "Hant 例題貿易 ", "Hang 예제일 예"})
	liststest.Equal(t, "link", v.Entries[2].Party.Links[1].Text, "Acting for or on behalf of: EXAMPLE TRADING CORPORATION")
	liststest.Equal(t, "orphans", len(v.Orphans), 1)
	liststest.Equal(t, "the party of another list", v.Orphans[0].Text, "OF ANOTHER LIST LTD")
}

func TestPlacesInXMLPointAtTheBytes(t *testing.T) {
	for _, files := range [][]listing.File{standard(t), advanced(t)} {
		v := liststest.Read(t, ofac.Reader{}, files)
		text := func(w record.Where) string { return html.UnescapeString(string(files[0].Data[w.Start:w.End])) }
		for _, e := range v.Entries {
			for _, n := range e.Party.Names {
				for _, part := range strings.Fields(strings.ReplaceAll(n.Text, ",", "")) {
					if n.Kind != record.Original && !strings.Contains(text(n.Where), part) {
						t.Errorf("%s is not in %q", part, text(n.Where))
					}
				}
			}
			for _, w := range e.Party.Wallets {
				if !strings.Contains(text(w.Where), w.Address) {
					t.Errorf("%s is not in %q", w.Address, text(w.Where))
				}
			}
			for _, d := range e.Party.Documents {
				if !strings.Contains(text(d.Where), d.Number) {
					t.Errorf("%s is not in %q", d.Number, text(d.Where))
				}
			}
			for _, a := range e.Party.Addresses {
				if got := text(a.Where); !strings.Contains(got, `"`+a.Entry+`"`) && !strings.Contains(got, ">"+a.Entry+"<") {
					t.Errorf("address %s is not in %q", a.Entry, got)
				}
			}
			for _, w := range e.Designation.Wheres {
				if !strings.HasPrefix(text(w), "<") || !strings.Contains(text(w)[:60], e.Designation.Entry) {
					t.Errorf("the element of %s is %q", e.Designation.Entry, text(w))
				}
			}
		}
	}
}

func TestDamagedStandardXMLIsRefused(t *testing.T) {
	for _, c := range []struct{ name, from, to string }{
		{"unknown element", "<title>Official of the Example Bureau</title>", "<role>Official</role>"},
		{"missing name", "<lastName>EXAMPLE STAR</lastName>", ""},
		{"two names", "<lastName>EXAMPLE STAR</lastName>", "<lastName>EXAMPLE STAR</lastName><lastName>B</lastName>"},
		{"missing type", "<sdnType>Entity</sdnType>", ""},
		{"type by number", "<sdnType>Entity</sdnType>", "<sdnType>2</sdnType>"},
		{"missing number", "<uid>103</uid>", ""},
		{"number with a letter", "<uid>103</uid>", "<uid>I03</uid>"},
		{"number twice", "<uid>103</uid>", "<uid>101</uid>"},
		{"alias number twice", "<uid>203</uid>", "<uid>202</uid>"},
		{"no programme", "<program>DPRK3</program>", ""},
		{"programmes in one", "<program>DPRK4</program>", "<program>DPRK4] [NPWMD</program>"},
		{"title for a company", "<sdnType>Individual</sdnType>", "<sdnType>Entity</sdnType>"},
		{"category by number", "<category>weak</category>", "<category>2</category>"},
		{"category missing", "<category>weak</category>", ""},
		{"alias type", "<type>a.k.a.</type>", "<type>aka</type>"},
		{"tonnage in the owner's place", "<tonnage>1234</tonnage>", "<tonnage>Example Shipping</tonnage>"},
		{"vessel of a company", "<sdnType>Vessel</sdnType>", "<sdnType>Entity</sdnType>"},
		{"an entry is missing", "<Record_Count>5</Record_Count>", "<Record_Count>6</Record_Count>"},
		{"no date", "<Publish_Date>01/05/2026</Publish_Date>", ""},
		{"date in another form", "01/05/2026", "2026-01-05"},
		{"no such date", "01/05/2026", "31/05/2026"},
		{"document without type", "<idType>Gender</idType>", ""},
		{"birth without date", "<dateOfBirth>Sep 1957</dateOfBirth>", ""},
		{"document type and entities", "<sdnList", `<!DOCTYPE x [<!ENTITY a "b">]><sdnList`},
		{"control character", "EXAMPLE STAR", "EXAMPLE \u0085STAR"},
		{"name on two lines", "EXAMPLE STAR", "EXAMPLE\nSTAR"},
		{"an attribute", "<title>", `<title lang="en">`},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := liststest.Refused(t, ofac.Reader{}, liststest.Replaced(t, standard(t), c.from, c.to))
			if d.Element == "" && d.Row == 0 {
				t.Errorf("no place in %v", d)
			}
		})
	}
}

func TestDamagedAdvancedXMLIsRefused(t *testing.T) {
	for _, c := range []struct{ name, from, to string }{
		{"a delta", `<DistinctParty FixedRef="103">`, `<DistinctParty FixedRef="103" DeltaAction="add">`},
		{"a delta of the whole", `Version="3"`, `Version="3" DeltaBaseVersion="2"`},
		{"another number", `<DistinctParty FixedRef="103">`, `<DistinctParty FixedRef="107">`},
		{"number twice", `FixedRef="103">` + "\n      <Comment />\n      " + `<Profile ID="103"`, `FixedRef="101">` + "\n      <Comment />\n      " + `<Profile ID="101"`},
		{"unknown alias type", `AliasTypeID="1401"`, `AliasTypeID="1"`},
		{"alias types moved", `<AliasType ID="1400">A.K.A.`, `<AliasType ID="1400">Vessel`},
		{"no quality", ` LowQuality="true"`, ""},
		{"quality as number", `LowQuality="true"`, `LowQuality="1"`},
		{"unknown script", `ScriptID="287"`, `ScriptID="1"`},
		{"no part types", `<NamePartGroup ID="1" NamePartTypeID="1525" />`, `<NamePartGroup ID="99" NamePartTypeID="1525" />`},
		{"empty name", `>EXAMPLE STAR<`, `><`},
		{"no primary name", `AliasTypeID="1403" Primary="true"`, `AliasTypeID="1403" Primary="false"`},
		{"two primary names", `AliasTypeID="1400" Primary="false"`, `AliasTypeID="1400" Primary="true"`},
		{"unknown feature", `FeatureTypeID="646"`, `FeatureTypeID="2000"`},
		{"unknown location", `LocationID="301"`, `LocationID="9"`},
		{"unknown part of an address", ">ADDRESS1<", ">LINE<"},
		{"unknown kind of party", `<PartyType ID="4">Transport`, `<PartyType ID="4">Location`},
		{"unknown sub-type", `PartySubTypeID="1"`, `PartySubTypeID="9"`},
		{"unknown document type", `IDRegDocTypeID="1571"`, `IDRegDocTypeID="1"`},
		{"an entry of nobody", `ProfileID="105" ListID`, `ProfileID="109" ListID`},
		{"no list", ` ListID="1550"`, ""},
		{"no date of listing", `<Date CalendarTypeID="1"><Year>2017</Year><Month>9</Month><Day>26</Day></Date>`, ""},
		{"no such day", "<Month>9</Month><Day>26</Day>", "<Month>9</Month><Day>31</Day>"},
		{"another calendar", "Gregorian", "Hijri"},
		{"no date of issue", `<DateOfIssue CalendarTypeID="1"><Year>2026</Year><Month>1</Month><Day>5</Day></DateOfIssue>`, ""},
		{"no programme", `<Comment>DPRK3</Comment>`, `<Comment />`},
		{"programmes in one", `<Comment>DPRK3</Comment>`, `<Comment>DPRK3] [CUBA</Comment>`},
		{"a period backwards", "<Year>1953</Year><Month>12</Month><Day>31</Day>", "<Year>1933</Year><Month>12</Month><Day>31</Day>"},
		{"a tie to nobody", `To-ProfileID="101"`, `To-ProfileID="110"`},
		{"unknown element", "<IssuingAuthority />", "<Issuer />"},
		{"values twice", `<Country ID="11900">`, `<Country ID="11129">`},
		{"tables missing", "<ScriptValues>", "<ScriptValues></ScriptValues><ScriptStatusValues>"},
		{"Locations renamed", "<Locations>", "<Places>"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := liststest.Refused(t, ofac.Reader{}, liststest.Replaced(t, advanced(t), c.from, c.to))
			if d.Element == "" && d.Row == 0 {
				t.Errorf("no place in %v", d)
			}
		})
	}
}

func TestCutXMLIsRefused(t *testing.T) {
	onlyBlanks := func(data []byte, at int) bool { return len(bytes.TrimSpace(data[at:])) == 0 }
	every := func(n int) func([]byte, int) bool {
		return func(data []byte, at int) bool { return onlyBlanks(data, at) || at%n != 0 }
	}
	liststest.Cuts(t, ofac.Reader{}, standard(t), ".xml", every(3))
	liststest.Cuts(t, ofac.Reader{}, advanced(t), ".xml", every(23))
}

func TestAnyByteOfXMLChanged(t *testing.T) {
	liststest.AnyByte(t, ofac.Reader{}, standard(t))
	liststest.AnyByte(t, ofac.Reader{}, advanced(t))
}

func TestOneXMLFileByItself(t *testing.T) {
	liststest.Refused(t, ofac.Reader{}, append(standard(t), advanced(t)...))
	liststest.Refused(t, ofac.Reader{}, append(fixture(t), standard(t)...))
	html := []listing.File{{Name: "sdn.xml", Data: []byte("<!DOCTYPE html><html><title>Access denied</title></html>")}}
	liststest.Refused(t, ofac.Reader{}, html)
	if _, err := listing.Read(t.Context(), ofac.Reader{}, nil); !errs.Is(err, errs.Invalid) {
		t.Errorf("no file: %v", err)
	}
}

func FuzzOFACXML(f *testing.F) {
	f.Add(standard(f)[0].Data)
	f.Add(advanced(f)[0].Data)
	f.Add([]byte(`<sdnList><publshInformation><Publish_Date>01/05/2026</Publish_Date></publshInformation><sdnEntry><uid>1</uid><lastName>A</lastName><sdnType>Entity</sdnType><programList><program>CUBA</program></programList></sdnEntry></sdnList>`))
	f.Add([]byte(`<Sanctions Version="3"><DateOfIssue CalendarTypeID="1"><Year>2026</Year><Month>1</Month><Day>5</Day></DateOfIssue><DistinctParties/></Sanctions>`))
	f.Fuzz(func(t *testing.T, data []byte) {
		liststest.Sound(t, ofac.Reader{}, []listing.File{{Name: "list.xml", Data: data}})
		liststest.Sound(t, ofac.Consolidated{}, []listing.File{{Name: "list.xml", Data: data}})
	})
}
