package jpmeti

import (
	"bytes"
	"context"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/lists/listing"
	"github.com/cordon-project/cordon/lists/table"
	"github.com/cordon-project/cordon/lists/workbook"
	"github.com/cordon-project/cordon/record"
)

// EndUsers reads the Foreign End User List.
type EndUsers struct{}

// List implements [listing.Reader].
func (EndUsers) List() listing.List {
	return listing.List{
		Key: "jp-meti", Name: "jp-meti-euul", Authority: "JP-METI", Nation: "JP",
		Title:     "外国ユーザーリスト (Foreign End User List)",
		Formats:   "the ministry's workbook (YYYYMMDD_n.xlsx), or its sheet as csv",
		Index:     "https://www.meti.go.jp/policy/anpo/law00.html",
		IndexLink: `href="([^"]*[0-9]{8}_[0-9]+\.xlsx)"`,
	}
}

const (
	bookName  = "euul.xlsx"
	sheetName = "euul.csv"
)

// The columns, from 0; the last one is there since the revision of September 2025.
const (
	colNo = iota
	colCountry
	colName
	colAlias
	colWeapon
	colConventional
)

// columns are the headers without blanks and line breaks, in the forms of NFKC;
// a middle dot and a comma between the two Japanese words mean the same.
var columns = []string{
	"No.", "国名、地域名CountryorRegion", "企業名、組織名CompanyorOrganization", "別名AlsoKnownAs", "懸念区分TypeofWMD", "通常兵器ConventionalWeapons",
}

// plain brings a header to the form of columns.
func plain(s string) string {
	return strings.NewReplacer("・", "、", "･", "、", "､", "、", "\ufeff", "").Replace(dense(norm.NFKC.String(s)))
}

// users holds one reading.
type users struct {
	v     *listing.Version
	width int
	last  int            // the number of the row before
	seen  map[string]int // entry to row
}

// Recognise implements [listing.Reader].
func (EndUsers) Recognise(_ string, head []byte) bool {
	return bytes.Contains(head, []byte("Company or Organization")) && bytes.Contains(head, []byte("Type of WMD"))
}

// Read implements [listing.Reader].
func (EndUsers) Read(ctx context.Context, v *listing.Version, files []listing.File) error {
	if len(files) != 1 {
		return errs.New(errs.Invalid, "the Foreign End User List is one file; %d were given", len(files))
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	f := files[0]
	u := &users{v: v, seen: make(map[string]int)}
	name, read := sheetName, u.csv
	if bytes.HasPrefix(f.Data, []byte("PK\x03\x04")) {
		name, read = bookName, u.book
	}
	rows, err := read(f)
	if err != nil {
		return err
	}
	v.AddFile(f, name, rows)
	v.DateBy(f)
	return nil
}

func (u *users) csv(f listing.File) (int, error) {
	t := table.New(u.v.List.Name, sheetName, f, table.Form{Comma: ',', Quotes: true, Newlines: true})
	return t.Rows(func() (int, error) { err := u.header(t); return u.width, err }, func() error { return u.row(t) })
}

// book reads the first sheet of the workbook that has the header.
func (u *users) book(f listing.File) (n int, err error) {
	whole := table.OfSheet(u.v.List.Name, bookName, f, "")
	book, err := workbook.Open(f.Data)
	if err != nil {
		return 0, whole.DriftAt(0, 0, "an xlsx workbook of moderate size", err.Error())
	}
	defer func() {
		if cerr := book.Close(); cerr != nil && err == nil {
			err = cerr
		}
	}()
	for _, sheet := range book.Sheets() {
		if n, err := u.sheet(table.OfSheet(u.v.List.Name, bookName, f, sheet), book, sheet); n > 0 || err != nil {
			return n, err
		}
	}
	return 0, whole.DriftAt(1, 1, "a sheet with the column "+columns[0], "sheets "+listing.Quote(strings.Join(book.Sheets(), ", ")))
}

func (u *users) sheet(t *table.Table, book *workbook.Book, sheet string) (n int, err error) {
	num := 0
	for cells, err := range book.Rows(sheet) {
		num++
		switch {
		case err != nil:
			return 0, t.DriftAt(num, 0, "a readable row of the sheet "+listing.Quote(sheet), err.Error())
		case num > listing.MaxEntries:
			return 0, t.DriftAt(num, 0, fmt.Sprintf("at most %d rows", listing.MaxEntries), "more")
		case strings.TrimSpace(strings.Join(cells, "")) == "":
			continue
		case u.width == 0 && plain(cells[0]) != columns[0] && num < 10:
			continue // a title above the header
		}
		if err := t.Put(num, max(u.width, len(columns)), cells); err != nil {
			return 0, err
		}
		if u.width == 0 {
			if err := u.header(t); err != nil {
				return 0, err
			}
			continue
		}
		if err := u.row(t); err != nil {
			return 0, err
		}
		n++
	}
	return n, nil
}

// header checks the column names; the last column may be missing.
func (u *users) header(t *table.Table) error {
	cells := t.Cells()
	for len(cells) > 0 && strings.TrimSpace(cells[len(cells)-1].Text) == "" {
		cells = cells[:len(cells)-1]
	}
	for i, want := range columns {
		if i >= len(cells) {
			if i == colConventional {
				break
			}
			return t.Drift(i+1, "the column "+listing.Quote(want), "no such column")
		}
		if plain(cells[i].Text) != want {
			return t.Drift(i+1, "the column "+listing.Quote(want), listing.Quote(cells[i].Text))
		}
	}
	if len(cells) > len(columns) {
		return t.Drift(len(columns)+1, "no further column", listing.Quote(cells[len(columns)].Text))
	}
	u.width = len(cells)
	return nil
}

// weapons are the kinds of weapon by their letter.
var weapons = map[string]string{"B": "biological", "C": "chemical", "M": "missile", "N": "nuclear"}

var (
	codes  = regexp.MustCompile(`[A-Z]+`)
	bullet = regexp.MustCompile(`^[・･•]\s*`)
)

// row reads one row.
func (u *users) row(t *table.Table) error {
	text := func(col int) string { return strings.TrimSpace(t.Text(col)) }
	no, err := strconv.Atoi(text(colNo))
	if err != nil || no != u.last+1 {
		return t.Drift(colNo+1, fmt.Sprintf("number %d", u.last+1), listing.Quote(text(colNo)))
	}
	u.last = no
	country := strings.Join(strings.Fields(norm.NFKC.String(latin(text(colCountry)))), " ")
	if country == "" || !japanese(text(colCountry)) {
		return t.Drift(colCountry+1, "a country in Japanese and in English", listing.Quote(text(colCountry)))
	}
	name := unwrap(text(colName))
	if !listing.HasScript(name, unicode.Latin) {
		return t.Drift(colName+1, "a name in Latin letters", listing.Quote(name))
	}
	key := country + "/" + norm.NFKC.String(name)
	if at, twice := u.seen[key]; twice {
		return t.Drift(colName+1, "each organisation of a country once", fmt.Sprintf("%s again, first in row %d", listing.Quote(name), at))
	}
	u.seen[key] = t.Num()
	e := u.v.List.Entry(key, record.Organisation)
	if err := u.weapons(t, &e.Designation); err != nil {
		return err
	}
	p, d := &e.Party, &e.Designation
	d.Instruments, d.Wheres = []string{"Foreign Exchange and Foreign Trade Act (Japan)", order}, []record.Where{t.Whole()}
	u.names(t, p)
	p.Addresses = []record.Address{{Text: strings.Join(strings.FieldsFunc(text(colCountry), func(r rune) bool { return r == '\n' || r == '\r' }), ", "), Country: country, Where: t.Where(colCountry)}}
	p.OtherFacts = append(p.OtherFacts, record.Fact{Label: "measure", Text: "licence needed, no ban"})
	u.v.Entries = append(u.v.Entries, e)
	return nil
}

// latin returns the lines of a cell that have no Japanese letters.
func latin(s string) string {
	var out []string
	for line := range strings.SplitSeq(s, "\n") {
		if !japanese(line) {
			out = append(out, strings.TrimSpace(line))
		}
	}
	return strings.TrimSpace(strings.Join(out, " "))
}

// weapons takes the kinds of weapon as programmes.
func (u *users) weapons(t *table.Table, d *record.Designation) error {
	s := norm.NFKC.String(t.Text(colWeapon))
	for _, c := range codes.FindAllString(s, -1) {
		kind, ok := weapons[c]
		if !ok {
			return t.Drift(colWeapon+1, "the letters B, C, M and N", listing.Quote(t.Text(colWeapon)))
		}
		d.Programmes = append(d.Programmes, "End users of concern: "+kind)
	}
	if u.width > colConventional {
		switch cw := dense(norm.NFKC.String(t.Text(colConventional))); {
		case cw == "":
		case strings.HasSuffix(cw, "CW"), cw == "○", cw == "〇", cw == "◯":
			d.Programmes = append(d.Programmes, "End users of concern: conventional")
		default:
			return t.Drift(colConventional+1, "CW or nothing", listing.Quote(t.Text(colConventional)))
		}
	}
	if len(d.Programmes) == 0 {
		return t.Drift(colWeapon+1, "a kind of weapon", "none")
	}
	return nil
}

// names takes the name, what stands in Japanese or Chinese in its brackets, and
// the aliases: one on each line that begins with "・", the lines after it being
// its rest.
func (u *users) names(t *table.Table, p *record.Party) {
	add := func(kind record.NameKind, s string, w record.Where) {
		s = strings.TrimSpace(s)
		if s != "" {
			p.Names = append(p.Names, record.Name{Text: s, Kind: kind, Script: listing.ScriptOf(s), Where: w})
		}
	}
	name := unwrap(t.Text(colName))
	if m := native.FindStringSubmatchIndex(name); m != nil && japanese(name[m[2]:m[3]]) {
		add(record.Primary, name[:m[0]]+name[m[1]:], t.Where(colName))
		add(record.Original, name[m[2]:m[3]], t.Where(colName))
	} else {
		add(record.Primary, name, t.Where(colName))
	}
	cell := t.Text(colAlias)
	from, at := 0, 0
	flush := func(to int) {
		s := unwrap(cell[from:to])
		if b := bullet.FindString(s); b != "" {
			s = s[len(b):]
		}
		if s != "-" && s != "―" {
			add(record.AKA, s, t.Within(colAlias, from, to))
		}
		from = to
	}
	for line := range strings.SplitAfterSeq(cell, "\n") {
		if at > 0 && bullet.MatchString(strings.TrimSpace(line)) {
			flush(at)
		}
		at += len(line)
	}
	flush(at)
}

// native is a name in its own script in brackets behind the Latin one.
var native = regexp.MustCompile(`[(（]([^()（）]*)[)）]\s*$`)
