package ofac

import (
	"bytes"
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/cordon-project/cordon/lists/listing"
	"github.com/cordon-project/cordon/record"
)

// exports is where OFAC's Sanctions List Service keeps the current files.
const exports = "https://sanctionslistservice.ofac.treas.gov/api/PublicationPreview/exports/"

// publication is one of OFAC's two lists in all its forms.
type publication struct {
	list     listing.List
	main     string // the files' names at the authority: the entries
	comments string // what goes beyond the remarks' limit
	aliases  string
	places   string // addresses
	standard string // the list in one XML file
	advanced string // the list in the advanced sanctions data model
	sdn      bool
}

func sdnList() publication {
	return publication{
		list: listing.List{
			Key: "ofac", Name: "ofac-sdn", Authority: "OFAC", Nation: "US",
			Title:     "Specially Designated Nationals and Blocked Persons List",
			Formats:   "sdn.csv, and with it alt.csv, add.csv and sdn_comments.csv; or sdn.xml; or sdn_advanced.xml",
			Addresses: []string{exports + "SDN.CSV", exports + "ALT.CSV", exports + "ADD.CSV", exports + "SDN_COMMENTS.CSV"},
		},
		main: "sdn.csv", comments: "sdn_comments.csv", aliases: "alt.csv", places: "add.csv",
		standard: "sdn.xml", advanced: "sdn_advanced.xml", sdn: true,
	}
}

func nonSDNLists() publication {
	return publication{
		list: listing.List{
			Key: "ofac-cons", Name: "ofac-consolidated", Authority: "OFAC", Nation: "US",
			Title:     "Consolidated Sanctions List (non-SDN lists)",
			Formats:   "cons_prim.csv, and with it cons_alt.csv, cons_add.csv and cons_comments.csv; or consolidated.xml; or cons_advanced.xml",
			Addresses: []string{exports + "CONS_PRIM.CSV", exports + "CONS_ALT.CSV", exports + "CONS_ADD.CSV", exports + "CONS_COMMENTS.CSV"},
		},
		main: "cons_prim.csv", comments: "cons_comments.csv", aliases: "cons_alt.csv", places: "cons_add.csv",
		standard: "consolidated.xml", advanced: "cons_advanced.xml",
	}
}

// Reader reads the SDN list in each of its three forms.
type Reader struct{}

// List implements [listing.Reader].
func (Reader) List() listing.List { return sdnList().list }

// Read implements [listing.Reader].
func (Reader) Read(ctx context.Context, v *listing.Version, files []listing.File) error {
	return sdnList().read(ctx, v, files)
}

// inboxForm is narrower than nameForm: nothing that only looks like one of the
// files is taken for one without being asked to.
var inboxForm = regexp.MustCompile(`(?i)^(sdn|alt|add|sdn_comments)([._-].*)?\.csv$`)

// Recognise implements [listing.Reader]. The tables have no header, so the name
// alone tells; of the XML forms both lists have one root, so name and root tell.
func (Reader) Recognise(name string, head []byte) bool {
	if inboxForm.MatchString(name) {
		return true
	}
	return xmlOf(name) == "sdn" && rootOf(head) != ""
}

// Consolidated reads the consolidated non-SDN list in each of its three forms.
type Consolidated struct{}

// List implements [listing.Reader].
func (Consolidated) List() listing.List { return nonSDNLists().list }

// Read implements [listing.Reader].
func (Consolidated) Read(ctx context.Context, v *listing.Version, files []listing.File) error {
	return nonSDNLists().read(ctx, v, files)
}

var inboxNonSDN = regexp.MustCompile(`(?i)^cons_(prim|alt|add|comments)([._-].*)?\.csv$`)

// Recognise implements [listing.Reader].
func (Consolidated) Recognise(name string, head []byte) bool {
	return inboxNonSDN.MatchString(name) || xmlOf(name) == "cons" && rootOf(head) != ""
}

var xmlName = regexp.MustCompile(`(?i)^(sdn|cons).*\.xml$`)

// xmlOf says of which list an XML file is by its name: sdn, cons or "".
func xmlOf(name string) string {
	if m := xmlName.FindStringSubmatch(name); m != nil {
		return strings.ToLower(m[1])
	}
	return ""
}

var rootForm = regexp.MustCompile(`<(sdnList|Sanctions)[\s>/]`)

// rootOf returns the root element of one of OFAC's XML forms, "" for what is no
// such file.
func rootOf(data []byte) string {
	head := bytes.TrimLeft(bytes.TrimPrefix(data[:min(len(data), 4096)], []byte("\xef\xbb\xbf")), " \t\r\n")
	if !bytes.HasPrefix(head, []byte("<")) {
		return ""
	}
	if m := rootForm.FindSubmatch(head); m != nil {
		return string(m[1])
	}
	return ""
}

// read reads the list in whichever form the files are.
func (p publication) read(ctx context.Context, v *listing.Version, files []listing.File) error {
	r := &reading{
		p: p, v: v, index: make(map[int]int), remarks: make(map[int]remark),
		unknown: make(map[string]int),
	}
	main, err := p.main, error(nil)
	switch root := rootOf(files[0].Data); {
	case root == "":
		err = r.tables(ctx, files)
	case len(files) > 1:
		return (&listing.Drift{
			List: p.list.Name, File: files[1].Base(), Expected: "one XML file by itself", Found: fmt.Sprintf("%d files", len(files)),
		}).Refusal()
	case xmlOf(files[0].Base()) != "" && (xmlOf(files[0].Base()) == "sdn") != p.sdn:
		return p.otherList(files[0].Base(), listing.Quote(files[0].Base()))
	case root == "sdnList":
		main, err = p.standard, r.standard(ctx, files[0])
	default:
		main, err = p.advanced, r.advanced(ctx, files[0])
	}
	if err != nil {
		return err
	}
	return r.check(main)
}

// otherList is the refusal of the other of the two lists.
func (p publication) otherList(file, found string) error {
	want, other := "a file of the SDN list", "a file of OFAC's consolidated non-SDN list"
	if !p.sdn {
		want, other = "a file of the consolidated non-SDN list", "a file of OFAC's SDN list"
	}
	return (&listing.Drift{List: p.list.Name, File: file, Expected: want, Found: other + ": " + found}).Refusal()
}

// nonSDNTags are the programmes under which nearly all entries of the non-SDN
// lists stand: the sectoral list, the Palestinian Legislative Council, Chinese
// military companies, foreign sanctions evaders, accounts that are closed to
// banks, and menu-based sanctions. One in a hundred of the SDN list has one.
var nonSDNTags = []string{
	"UKRAINE-EO13662", "NS-PLC", "CMIC-EO13959", "561-Related", "FSE-IR", "FSE-SY", "ISA", "CAATSA - RUSSIA",
}

// check refuses what only the whole of the list shows: that it is the other list,
// and that programmes moved; and it says which programmes Cordon does not know.
func (r *reading) check(main string) error {
	n := 0
	for i := range r.v.Entries {
		if slices.ContainsFunc(r.v.Entries[i].Designation.Programmes, func(t string) bool { return slices.Contains(nonSDNTags, t) }) {
			n++
		}
	}
	all := len(r.v.Entries)
	if all > 0 && (r.p.sdn && 2*n > all || !r.p.sdn && 2*n < all) {
		return r.p.otherList(main, fmt.Sprintf("%d of %d entries stand under programmes of the non-SDN lists", n, all))
	}
	if n := len(r.unknown); n > maxUnknownTags {
		return (&listing.Drift{
			List: r.v.List.Name, File: main, Row: 1, Column: sdnProgramme + 1,
			Expected: "programme tags, nearly all of them known", Found: fmt.Sprintf("%d unknown ones", n),
		}).Refusal()
	}
	tags := make([]string, 0, len(r.unknown))
	for tag := range r.unknown {
		tags = append(tags, tag)
	}
	slices.Sort(tags)
	for _, tag := range tags {
		r.v.Warn(record.Where{File: main}, "programme %s (%d entries) is not in Cordon's table of instruments; it is kept as a programme", listing.Quote(tag), r.unknown[tag])
	}
	r.warnings()
	return nil
}

// programmes gives an entry its programme tags and the instruments behind them.
func (r *reading) programmes(d *record.Designation, tags []string) {
	d.Programmes, d.Instruments = tags, Instruments(tags)
	for _, tag := range tags {
		if _, known := programmeTags[tag]; !known {
			r.unknown[tag]++
		}
	}
}

// badTag returns the first text that is no programme tag, "" for none.
func badTag(tags []string) string {
	for _, tag := range tags {
		if !tagForm.MatchString(tag) || len(tag) > 50 {
			return listing.Quote(tag)
		}
	}
	return ""
}
