package jpmof

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
	"github.com/cordon-project/cordon/record"
)

// Reader reads the list.
type Reader struct{}

// List implements [listing.Reader].
func (Reader) List() listing.List {
	const at = "https://www.mof.go.jp/policy/international_policy/gaitame_kawase/gaitame/economic_sanctions/"
	return listing.List{
		Key: "jp-mof", Name: "jp-mof-freeze", Authority: "JP-MOF", Nation: "JP",
		Title:     "資産凍結等対象者一覧 (asset freeze list)",
		Formats:   "shisantouketsuYYYYMMDD.csv or .xlsx, or rows of the DPRK categories (.psv: persons, organisations)",
		Index:     at + "list.html",
		IndexLink: `href="([^"]*shisantouketsu[0-9]{8}\.csv)"`,
	}
}

var (
	personColumns = []string{"no", "first_notice", "name_ja", "name_en", "alias_ja", "alias_en", "dob"}
	orgColumns    = personColumns[:6]
)

// measure is one of the ministry's DPRK categories. The source is the
// ministry's list of categories on the page that the package comment names.
type measure struct {
	kind       record.PartyKind // "" when both occur
	programme  string
	instrument string // beside the Foreign Exchange and Foreign Trade Act
	prefix     string // of the Security Council's reference numbers
}

const act = "Foreign Exchange and Foreign Trade Act (Japan)"

var measures = map[int]measure{
	13: {"", "DPRK: missile and WMD programmes (category 13)", "UNSCR 1695 (2006)", ""},
	14: {record.Organisation, "DPRK: UN Security Council resolutions (category 14)", "UNSCR 1718 (2006)", "KPe."},
	15: {record.Person, "DPRK: UN Security Council resolutions (category 15)", "UNSCR 1718 (2006)", "KPi."},
	16: {record.Organisation, "DPRK: autonomous measures (category 16)", "", ""},
	17: {record.Person, "DPRK: autonomous measures (category 17)", "", ""},
}

// reading holds one reading.
type reading struct {
	v    *listing.Version
	seen map[string]int // entry to row
}

// Recognise implements [listing.Reader]. 告示日付, the date of the notice, stands in
// the ministry's header alone.
func (Reader) Recognise(_ string, head []byte) bool {
	return bytes.HasPrefix(head, []byte("no|first_notice|")) || bytes.Contains(head, []byte(columns[colNotice]))
}

// Read implements [listing.Reader].
func (Reader) Read(ctx context.Context, v *listing.Version, files []listing.File) error {
	r := &reading{v: v, seen: make(map[string]int)}
	roles := map[string]listing.File{}
	for _, f := range files {
		role := roleOf(f)
		if _, twice := roles[role]; twice {
			return (&listing.Drift{List: v.List.Name, File: f.Base(), Expected: "each file once", Found: "a second file of " + role}).Refusal()
		}
		roles[role] = f
	}
	if len(roles) > 1 && (len(roles) != 2 || roles["jp_mof_persons.psv"].Data == nil || roles["jp_mof_orgs.psv"].Data == nil) {
		return errs.New(errs.Invalid, "the files given are of different forms of the list").
			WithHint("give the ministry's csv or xlsx alone, or the rows of persons and organisations")
	}
	for _, role := range []string{"shisantouketsu.csv", "shisantouketsu.xlsx", "jp_mof_persons.psv", "jp_mof_orgs.psv"} {
		f, ok := roles[role]
		if !ok {
			continue
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		rows, err := r.file(role, f)
		if err != nil {
			return err
		}
		v.AddFile(f, role, rows)
		v.DateBy(f)
	}
	return nil
}

// roleOf tells a file's form from its first bytes: persons and organisations by
// the category of the first row, so that a damaged header is reported as one.
func roleOf(f listing.File) string {
	head, rest, _ := bytes.Cut(f.Data, []byte("\n"))
	switch {
	case bytes.HasPrefix(f.Data, []byte("PK\x03\x04")):
		return "shisantouketsu.xlsx"
	case !bytes.Contains(head, []byte("|")):
		return "shisantouketsu.csv"
	case bytes.HasPrefix(rest, []byte("15-")), bytes.HasPrefix(rest, []byte("17-")):
		return "jp_mof_persons.psv"
	case bytes.HasPrefix(rest, []byte("14-")), bytes.HasPrefix(rest, []byte("16-")):
		return "jp_mof_orgs.psv"
	case bytes.Count(head, []byte("|")) >= len(personColumns)-1:
		return "jp_mof_persons.psv"
	}
	return "jp_mof_orgs.psv"
}

func (r *reading) file(role string, f listing.File) (int, error) {
	open := func(form table.Form) *table.Table { return table.New(r.v.List.Name, role, f, form) }
	switch role {
	case "shisantouketsu.xlsx":
		return r.workbook(f)
	case "shisantouketsu.csv":
		t := open(table.Form{Comma: ',', Quotes: true, Newlines: true})
		return t.Body(columns, func() error { return r.ministry(t) })
	case "jp_mof_persons.psv":
		t := open(table.Form{Comma: '|'})
		return t.Body(personColumns, func() error { return r.retyped(t, record.Person) })
	}
	t := open(table.Form{Comma: '|'})
	return t.Body(orgColumns, func() error { return r.retyped(t, record.Organisation) })
}

var (
	shortNumber = regexp.MustCompile(`^(\d{1,2})-([1-9]\d{0,5})$`)
	longNumber  = regexp.MustCompile(`^(\d{3})-(\d{6})$`)
)

// entryKey returns the entry's key, "15-1" for the ministry's 015-000001, so that
// the retyped rows and the ministry's file name one entry alike.
func entryKey(category, number string) (key string, cat int) {
	c, _ := strconv.Atoi(category)
	n, _ := strconv.Atoi(number)
	return fmt.Sprintf("%d-%d", c, n), c
}

// claim notes an entry's key.
func (r *reading) claim(t *table.Table, key string, col int) error {
	if at, twice := r.seen[key]; twice {
		return t.Drift(col, "each number once", fmt.Sprintf("%s again, first in row %d", key, at))
	}
	r.seen[key] = t.Num()
	return nil
}

// retyped reads one retyped row.
func (r *reading) retyped(t *table.Table, kind record.PartyKind) error {
	c := t.Cells()
	m := shortNumber.FindStringSubmatch(c[0].Text)
	if m == nil {
		return t.Drift(1, "a number such as 15-1", listing.Quote(c[0].Text))
	}
	key, cat := entryKey(m[1], m[2])
	if measures[cat].kind != kind {
		return t.Drift(1, fmt.Sprintf("a category of %ss (14, 16 organisations; 15, 17 persons)", kind), listing.Quote(c[0].Text))
	}
	if err := r.claim(t, key, 1); err != nil {
		return err
	}
	notice, ok := listing.ISODate(c[1].Text)
	if !ok {
		return t.Drift(2, "a date such as 2009-07-24", listing.Quote(c[1].Text))
	}
	if !listing.HasScript(c[2].Text, unicode.Katakana, unicode.Hiragana, unicode.Han) {
		return t.Drift(3, "a name in Japanese", listing.Quote(c[2].Text))
	}
	if !listing.HasScript(c[3].Text, unicode.Latin) || listing.HasScript(c[3].Text, unicode.Katakana, unicode.Hiragana) {
		return t.Drift(4, "a name in Latin letters", listing.Quote(c[3].Text))
	}
	e := r.begun(key, cat, kind)
	e.Designation.ListedOn = notice
	e.Designation.Wheres = []record.Where{t.Whole()}
	p := &e.Party
	p.Names = []record.Name{
		{Text: c[2].Text, Kind: record.Primary, Script: listing.ScriptOf(c[2].Text), Where: t.Where(2)},
		{Text: c[3].Text, Kind: record.Primary, Script: listing.ScriptOf(c[3].Text), Where: t.Where(3)},
	}
	for _, col := range []int{4, 5} {
		p.Names = append(p.Names, aliasCell(t, col, record.AKA, "")...)
	}
	if kind == record.Person {
		for _, s := range listing.Pieces(c[6].Text) {
			b, ok := birthDate(s.Text)
			if !ok {
				return t.Drift(7, "dates such as 1944/10/13, 1938 or 1967-1969, parted by \";\"", listing.Quote(s.Text))
			}
			b.Text, b.Where = s.Text, t.Within(6, s.From, s.To)
			p.Births = append(p.Births, b)
		}
	}
	r.v.Entries = append(r.v.Entries, e)
	return nil
}

// begun makes the entry with what follows from its number.
func (r *reading) begun(key string, cat int, kind record.PartyKind) listing.Entry {
	m, ok := measures[cat]
	if !ok {
		m.programme = fmt.Sprintf("category %d", cat)
	}
	e := r.v.List.Entry(key, kind)
	e.Designation.Programmes, e.Designation.Instruments = []string{m.programme}, []string{act}
	if m.instrument != "" {
		e.Designation.Instruments = append(e.Designation.Instruments, m.instrument)
	}
	return e
}

// aliasCell reads the names of one cell.
func aliasCell(t *table.Table, col int, kind record.NameKind, quality record.Quality) []record.Name {
	var out []record.Name
	for _, s := range listing.Pieces(t.Cells()[col].Text) {
		out = append(out, record.Name{
			Text: s.Text, Kind: kind, Quality: quality, Script: listing.ScriptOf(s.Text), Where: t.Within(col, s.From, s.To),
		})
	}
	return out
}

var (
	span  = regexp.MustCompile(`^(.*?\d(?:年|月|日)?)(?:から|-|－|~|〜|～)(\d.*?)(?:まで)?(?:の間|の間頃)?$`)
	about = regexp.MustCompile(`^(?:おおよそ|およそ|約)|(?:の?頃)$`)
	born  = regexp.MustCompile(`(?:生まれ|生)$`)
)

// birthDate reads one date of birth.
func birthDate(s string) (record.Birth, bool) {
	var b record.Birth
	s = strings.ReplaceAll(norm.NFKC.String(s), " ", "")
	s = born.ReplaceAllString(s, "")
	if cut := about.ReplaceAllString(s, ""); cut != s {
		s, b.Circa = cut, true
	}
	var ok bool
	if b.Date, ok = listing.NumericDate(s); ok {
		return b, true
	}
	m := span.FindStringSubmatch(s)
	if m == nil {
		return record.Birth{}, false
	}
	from, ok1 := listing.NumericDate(m[1])
	to, ok2 := listing.NumericDate(m[2])
	b.Date, b.To = from, to
	return b, ok1 && ok2
}
