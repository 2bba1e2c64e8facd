package eujournal

import (
	"bytes"
	"context"
	"fmt"
	"regexp"
	"strings"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/lists/listing"
	"github.com/cordon-project/cordon/lists/table"
	"github.com/cordon-project/cordon/record"
)

// Reader reads the rows of one act.
type Reader struct{}

// List implements [listing.Reader].
func (Reader) List() listing.List {
	return listing.List{
		Key: "eu-oj", Name: "eu-oj", Authority: "EU", Nation: "EU", Parts: true,
		Title:   "Official Journal of the European Union, annexes of restrictive measures",
		Formats: "the rows of one act (.csv)",
		Index:   "https://eur-lex.europa.eu/",
	}
}

var columns = strings.Split("celex,recordId,programKey,annex,measure,startDate,reason,schema,name,alias,weakAlias,previousName,"+
	"country,nationality,jurisdiction,birthDate,birthPlace,position,passportNumber,gender,appearance,ethnicity,fatherName,motherName,"+
	"incorporationDate,legalForm,sector,registrationNumber,taxNumber,idNumber,innCode,ogrnCode,kppCode,okpoCode,leiCode,swiftBic,ticker,"+
	"imoNumber,mmsi,flag,address,phone,email,website,notes", ",")

// column is the number of a column by its name, from 0.
var column = func() map[string]int {
	m := make(map[string]int, len(columns))
	for i, c := range columns {
		m[c] = i
	}
	return m
}()

type reading struct {
	v    *listing.Version
	t    *table.Table
	act  string
	seen map[string]int
}

// Recognise implements [listing.Reader].
func (Reader) Recognise(_ string, head []byte) bool {
	return bytes.HasPrefix(head, []byte("celex,recordId,programKey,annex,"))
}

// Read implements [listing.Reader].
func (Reader) Read(ctx context.Context, v *listing.Version, files []listing.File) error {
	if len(files) != 1 {
		return errs.New(errs.Invalid, "the rows of one act are one file; %d were given", len(files)).WithHint("Import the acts one after another: each is a list of its own.")
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	f := files[0]
	t := table.New(v.List.Name, "eu-oj.csv", f, table.Form{Comma: ',', Quotes: true, Newlines: true})
	r := &reading{v: v, t: t, seen: map[string]int{}}
	rows, err := t.Body(columns, r.row)
	if err != nil {
		return err
	}
	if r.act != "" {
		v.AddFile(f, r.act+".csv", rows)
	}
	v.DateBy(f)
	return nil
}

var (
	celex     = regexp.MustCompile(`^3(\d{4})([RD])(\d{4})$`)
	programme = regexp.MustCompile(`^EU-[A-Z]+(-[A-Z]+)?$`)
	annex     = regexp.MustCompile(`^[A-Za-z0-9]+([. _-][A-Za-z0-9]+)*$`)
	plain     = regexp.MustCompile(`^[A-Za-z0-9.]{1,12}( ?\([a-z0-9]{1,3}\))?$`)
)

// is returns the text of a column without blanks around it.
func (r *reading) is(name string) string { return strings.TrimSpace(r.t.Text(column[name])) }

func (r *reading) where(name string) record.Where { return r.t.Where(column[name]) }

func (r *reading) row() error {
	if err := r.check(); err != nil {
		return err
	}
	kind, ok := map[string]record.PartyKind{
		"Person": record.Person, "LegalEntity": record.Organisation, "Organization": record.Organisation, "Company": record.Organisation,
		"Vessel": record.Vessel, "Asset": record.UnknownKind,
	}[r.is("schema")]
	if !ok {
		return r.t.Drift(column["schema"]+1, "Person, LegalEntity, Organization, Company, Vessel or Asset", listing.Quote(r.is("schema")))
	}
	key, err := r.key()
	if err != nil {
		return err
	}
	e := r.v.List.Entry(key, kind)
	d, p := &e.Designation, &e.Party
	d.Programmes, d.Instruments = []string{r.is("programKey")}, []string{actName(r.act)}
	d.Basis, p.Remarks = r.is("reason"), r.is("notes")
	d.Wheres = []record.Where{r.t.Whole()}
	if s := r.is("startDate"); s != "" {
		var ok bool
		if d.ListedOn, ok = date(s); !ok {
			p.OtherFacts = append(p.OtherFacts, record.Fact{Label: "start-date", Text: s})
			r.v.Warn(r.where("startDate"), "entry %s: %s is no date; it is kept as a fact", key, listing.Quote(s))
		}
	}
	r.names(p)
	r.person(p)
	r.numbers(p)
	r.rest(p)
	r.v.Entries = append(r.v.Entries, e)
	return nil
}

// check refuses a row whose first cells cannot stand in their columns, and one of
// another act.
func (r *reading) check() error {
	c := r.is("celex")
	switch {
	case !celex.MatchString(c):
		return r.t.Drift(1, "a CELEX number such as 32017R1509", listing.Quote(c))
	case r.act == "":
		r.act = c
		r.v.List.Name += "-" + c
		r.v.List.Title += ": " + actName(c)
	case r.act != c:
		return r.t.Drift(1, "rows of the act "+r.act+" only", listing.Quote(c))
	}
	for _, x := range []struct {
		column, want string
		form         *regexp.Regexp
	}{
		{"programKey", "a programme such as EU-PRK", programme},
		{"annex", "the number of an annex", annex},
	} {
		if s := r.is(x.column); !x.form.MatchString(s) {
			return r.t.Drift(column[x.column]+1, x.want, listing.Quote(s))
		}
	}
	if r.is("name") == "" {
		return r.t.Drift(column["name"]+1, "a name", "none")
	}
	return nil
}

// key names the entry: the annex and the number in it, where there is none the IMO
// number or the name.
func (r *reading) key() (string, error) {
	id := r.is("recordId")
	numbered := id != ""
	switch {
	case numbered && !plain.MatchString(id):
		return "", r.t.Drift(column["recordId"]+1, "the number of an entry", listing.Quote(id))
	case !numbered:
		id = r.is("imoNumber")
		if !imo.MatchString(id) {
			id = strings.Join(strings.Fields(r.is("name")), " ")
		}
	}
	key := r.is("annex") + "/" + id
	first, twice := r.seen[key]
	if twice && numbered {
		return "", r.t.Drift(column["recordId"]+1, "each number once in an annex", fmt.Sprintf("%s again, first in row %d", key, first))
	}
	if twice {
		for n := 2; twice; n++ {
			key = fmt.Sprintf("%s/%s (%d)", r.is("annex"), id, n)
			_, twice = r.seen[key]
		}
		r.v.Warn(r.t.Whole(), "the annex has no numbers and names %s twice; the second is called %s", listing.Quote(r.is("name")), key)
	}
	r.seen[key] = r.t.Num()
	return key, nil
}

// actName cites an act by its CELEX number. The form is that of the Interinstitutional
// style guide: the year stands first from 2015 on.
func actName(c string) string {
	m := celex.FindStringSubmatch(c)
	if m == nil {
		return c
	}
	year, number := m[1], strings.TrimLeft(m[3], "0")
	community := "EU"
	if year < "2009" || year == "2009" && m[3] < "1190" { // the Treaty of Lisbon entered into force on 1 December 2009
		community = "EC"
	}
	switch {
	case m[2] == "D" && year >= "2015":
		return "Decision (CFSP) " + year + "/" + number
	case m[2] == "D":
		return "Decision " + year + "/" + number + "/CFSP"
	case year >= "2015":
		return "Regulation (EU) " + year + "/" + number
	}
	return "Regulation (" + community + ") No " + number + "/" + year
}
