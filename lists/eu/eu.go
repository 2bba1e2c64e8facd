package eu

import (
	"bytes"
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/lists/element"
	"github.com/cordon-project/cordon/lists/listing"
	"github.com/cordon-project/cordon/record"
)

// Reader reads the list.
type Reader struct{}

const (
	fileName = "xmlFullSanctionsList_1_1.xml"
	address  = "https://webgate.ec.europa.eu/fsd/fsf/public/files/xmlFullSanctionsList_1_1/content?token=dG9rZW4tMjAxNw"
	root     = "export"
)

// List implements [listing.Reader]. The token in the address is the one that the
// page of the data set publishes for everybody.
func (Reader) List() listing.List {
	return listing.List{
		Key: "eu-fsf", Name: "eu-fsf", Authority: "EU", Nation: "EU",
		Title:     "Consolidated list of European Union financial sanctions",
		Formats:   "xmlFullSanctionsList_1_1.xml",
		Addresses: []string{address},
	}
}

// acts are the basic acts of programmes, as the programmes are called in the list.
var acts = map[string]string{
	"PRK":   "Regulation (EU) 2017/1509",
	"CYB":   "Regulation (EU) 2019/796",
	"CHEM":  "Regulation (EU) 2018/1542",
	"HR":    "Regulation (EU) 2020/1998",
	"RUSDA": "Regulation (EU) 2024/2642",
	"UKR":   "Regulation (EU) No 269/2014",
	"SYR":   "Regulation (EU) No 36/2012",
	"BLR":   "Regulation (EC) No 765/2006",
}

// forms are the elements of schema 1.1.
var forms = func() map[string]element.Kind {
	base := func(attrs string, kids ...string) element.Kind {
		return element.Kind{Kids: append(kids, "remark", "additionalInformation"), Attrs: append(strings.Fields(attrs), "logicalId")}
	}
	said := func(attrs string, kids ...string) element.Kind {
		return base(attrs+" regulationLanguage", append(kids, "regulationSummary")...)
	}
	pair := element.Kind{Attrs: []string{"key", "value"}}
	act := "regulationType publicationDate numberTitle "
	return map[string]element.Kind{
		root: {Kids: []string{"sanctionEntity"}, Attrs: []string{"generationDate", "globalFileId"}},
		"sanctionEntity": base("delistingDate designationDate designationDetails unitedNationId euReferenceNumber",
			"regulation", "subjectType", "nameAlias", "citizenship", "birthdate", "address", "identification"),
		"regulation":            base(act+"organisationType entryIntoForceDate programme", "publicationUrl", "corrigendum"),
		"corrigendum":           base(act+"organisationType entryIntoForceDate programme", "publicationUrl"),
		"regulationSummary":     {Attrs: strings.Fields(act + "publicationUrl")},
		"subjectType":           {Attrs: []string{"code", "classificationCode"}},
		"nameAlias":             said("firstName middleName lastName wholeName function gender title nameLanguage strong"),
		"citizenship":           said("acquisitionDate disenfranchisementDate region countryIso2Code countryDescription"),
		"birthdate":             said("circa calendarType city zipCode birthdate dayOfMonth monthOfYear year yearRangeFrom yearRangeTo region place countryIso2Code countryDescription"),
		"address":               said("city street poBox zipCode region place asAtListingTime countryIso2Code countryDescription", "contactInfo"),
		"identification":        said("diplomatic knownExpired knownFalse reportedLost revokedByIssuer issueDate issuedBy latinNumber nameOnDocument number validFrom validTo region identificationTypeCode identificationTypeDescription countryIso2Code countryDescription"),
		"contactInfo":           pair,
		"additionalInformation": pair,
	}
}()

// reading holds one reading.
type reading struct {
	v        *listing.Version
	x        *element.File
	keys     map[string]string // reference number to element
	ids      map[string]string // logical number to element
	delisted int
}

// Recognise implements [listing.Reader].
func (Reader) Recognise(_ string, head []byte) bool {
	return bytes.Contains(head, []byte("<export")) && bytes.Contains(head, []byte("/fpi/fsd/export"))
}

// Read implements [listing.Reader].
func (Reader) Read(ctx context.Context, v *listing.Version, files []listing.File) error {
	if len(files) != 1 {
		return errs.New(errs.Invalid, "the list of European Union financial sanctions is one file; %d were given", len(files))
	}
	f := files[0]
	r := &reading{v: v, keys: make(map[string]string), ids: make(map[string]string)}
	r.x = element.New(f, element.Form{
		List: v.List.Name, File: fileName, Root: root, Kinds: forms, Entries: []string{"sanctionEntity"},
		Open: r.generated, Each: r.entity,
	})
	if err := r.x.Read(ctx); err != nil {
		return err
	}
	whole := record.Where{SHA256: f.SHA256, File: fileName}
	if n := bytes.Count(f.Data, []byte("\ufffd")); n > 0 {
		v.Warn(whole, "the file holds %d replacement characters: the authority's own conversion lost letters there", n)
	}
	if r.delisted > 0 {
		v.Warn(whole, "%d entries are marked as delisted and were not taken", r.delisted)
	}
	v.AddFile(f, fileName, r.x.Entries())
	v.Files[len(v.Files)-1].URL = address
	return nil
}

// generated takes the time of the file from its root.
func (r *reading) generated(n *element.Node, path string) error {
	s := n.Attr("generationDate")
	for _, form := range []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999", time.DateOnly} {
		t, err := time.Parse(form, s)
		if err != nil {
			continue
		}
		r.v.Date, r.v.DateFrom = record.Date(s[:len(time.DateOnly)]), listing.DateFromFile
		if form != time.DateOnly {
			r.v.Time = t.UTC().Format("2006-01-02T15:04:05.000Z")
		}
		return nil
	}
	return r.x.Drift(path+"@generationDate", n.Start, "a date with time", listing.Quote(s))
}

var (
	referenceForm = regexp.MustCompile(`^EU\.\d{1,7}\.\d{1,3}$`)
	logicalForm   = regexp.MustCompile(`^\d{1,9}$`)
)

// key returns the number of an entry: the reference number of the Union, and where
// there is none the number of the file.
func (r *reading) key(n *element.Node, path string) (string, error) {
	ref, id := n.Attr("euReferenceNumber"), n.Attr("logicalId")
	if ref != "" && !referenceForm.MatchString(ref) {
		return "", r.x.Drift(path+"@euReferenceNumber", n.Start, "a reference number such as EU.27.28", listing.Quote(ref))
	}
	if !logicalForm.MatchString(id) {
		return "", r.x.Drift(path+"@logicalId", n.Start, "a number", listing.Quote(id))
	}
	if first, twice := r.ids[id]; twice {
		return "", r.x.Drift(path+"@logicalId", n.Start, "each number once", id+" again, first in "+first)
	}
	r.ids[id] = path
	if ref == "" {
		return id, nil
	}
	if first, twice := r.keys[ref]; twice {
		return "", r.x.Drift(path+"@euReferenceNumber", n.Start, "each reference number once", ref+" again, first in "+first)
	}
	r.keys[ref] = path
	return ref, nil
}

// kind reads the subject type, of which both codes say the same.
func (r *reading) kind(n *element.Node, path string) (record.PartyKind, error) {
	all := n.All("subjectType")
	if len(all) != 1 {
		return "", r.x.Drift(path+"/subjectType", n.Start, "one subject type", fmt.Sprint(len(all)))
	}
	s := all[0]
	switch code, class := s.Attr("code"), s.Attr("classificationCode"); {
	case code == "person" && (class == "P" || class == ""):
		return record.Person, nil
	case code == "enterprise" && (class == "E" || class == ""):
		return record.Organisation, nil
	default:
		return "", r.x.Drift(path+"/subjectType", s.Start, "person with P or enterprise with E", listing.Quote(code+" with "+class))
	}
}

// entity turns one element into a listing.
func (r *reading) entity(n *element.Node, path string) error {
	key, err := r.key(n, path)
	if err != nil {
		return err
	}
	kind, err := r.kind(n, path)
	if err != nil {
		return err
	}
	off, err := r.date(n, path, "delistingDate")
	if err != nil {
		return err
	}
	if off != "" && off <= r.v.Date {
		r.delisted++
		return nil
	}
	e := r.v.List.Entry(key, kind)
	e.Designation.Wheres = []record.Where{r.x.Where(n, path)}
	if err := r.acts(n, path, &e.Designation, &e.Party); err != nil {
		return err
	}
	for _, step := range []func(*element.Node, string, *record.Party) error{
		r.names, r.births, r.identifications, r.rest,
	} {
		if err := step(n, path, &e.Party); err != nil {
			return err
		}
	}
	r.v.Entries = append(r.v.Entries, e)
	return nil
}

var dateForm = regexp.MustCompile(`^(\d{4}-\d{2}-\d{2})(?:Z|[+-]\d{2}:\d{2})?$`)

// date reads an optional date of XML Schema; the day is the one that is written.
func (r *reading) date(n *element.Node, path, name string) (record.Date, error) {
	s := n.Attr(name)
	if s == "" {
		return "", nil
	}
	if m := dateForm.FindStringSubmatch(s); m != nil {
		if d, ok := listing.ISODate(m[1]); ok {
			return d, nil
		}
	}
	return "", r.x.Drift(path+"@"+name, n.Start, "a date such as 2017-10-16", listing.Quote(s))
}

// acts takes the programmes, the acts and the dates that follow from them.
func (r *reading) acts(n *element.Node, path string, d *record.Designation, p *record.Party) error {
	var err error
	if d.ListedOn, err = r.date(n, path, "designationDate"); err != nil {
		return err
	}
	for i, k := range n.All("regulation") {
		here := fmt.Sprintf("%s/regulation[%d]", path, i+1)
		if s := k.Attr("programme"); s != "" && !slices.Contains(d.Programmes, s) {
			d.Programmes = append(d.Programmes, s)
			if act := acts[s]; act != "" && !slices.Contains(d.Instruments, act) {
				d.Instruments = append(d.Instruments, act)
			}
		}
		published, err := r.date(k, here, "publicationDate")
		if err != nil {
			return err
		}
		d.AmendedOn = max(d.AmendedOn, published)
		force, err := r.date(k, here, "entryIntoForceDate")
		if err != nil {
			return err
		}
		fact(p, "regulation", listing.Join(", ", listing.Join(" ", k.Attr("organisationType"), k.Attr("regulationType"), k.Attr("numberTitle")),
			prefixed("published ", string(published)), prefixed("in force ", string(force)), k.Value("publicationUrl")))
		if len(k.All("publicationUrl")) > 1 {
			return r.x.Drift(here+"/publicationUrl", k.Start, "the element once", "twice")
		}
		r.remarks(k, "regulation-note", p)
		for _, c := range k.All("corrigendum") {
			fact(p, "corrigendum", listing.Join(", ", c.Attr("numberTitle"), c.Attr("publicationDate"), c.Value("publicationUrl"), c.Value("remark")))
		}
	}
	if len(d.Programmes) == 0 {
		d.Programmes = []string{"FSF"}
		r.v.Warn(d.Wheres[0], "entry %s names no programme", d.Entry)
	}
	if d.ListedOn == "" {
		d.ListedOn = earliest(n)
	}
	return nil
}

// earliest returns the earliest day of an act that an entry cites anywhere, "" for
// none: what it says was the law from then on.
func earliest(n *element.Node) record.Date {
	var first record.Date
	note := func(s string) {
		m := dateForm.FindStringSubmatch(s)
		if m == nil {
			return
		}
		if d, ok := listing.ISODate(m[1]); ok && (first == "" || d < first) {
			first = d
		}
	}
	for _, k := range n.Kids {
		if k.Name == "regulation" {
			note(k.Attr("publicationDate"))
			note(k.Attr("entryIntoForceDate"))
		}
		for _, s := range k.All("regulationSummary") {
			note(s.Attr("publicationDate"))
		}
	}
	return first
}
