package krgazette

import (
	"bytes"
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/cordon-project/cordon/lists/listing"
	"github.com/cordon-project/cordon/lists/table"
	"github.com/cordon-project/cordon/record"
)

// Reader reads the notices.
type Reader struct{}

// List implements [listing.Reader].
func (Reader) List() listing.List {
	return listing.List{
		Key: "kr-gazette", Name: "kr-gazette-dprk", Authority: "KR-MOEF", Nation: "KR",
		Title:   "금융제재대상자 (autonomous DPRK designations, gazette notices)",
		Formats: "the text of each notice (.txt), or retyped rows of all notices (.csv, .psv)",
		Index:   "https://gwanbo.go.kr/",
	}
}

const (
	act       = "Foreign Exchange Transactions Act (Republic of Korea)"
	guideline = "지급 및 영수허가지침"
	programme = "DPRK: autonomous measures"
)

// columns is the header of the retyped rows: notice, kind, number, name in Hangul,
// Latin names, date of birth, passport number, affiliation and position, date of
// designation.
var columns = []string{"고시", "구분", "번호", "성명", "영문", "생년월일", "여권번호", "소속/직책", "지정일"}

// The columns, from 0.
const (
	colNotice = iota
	colKind
	colNumber
	colHangul
	colLatin
	colBirth
	colPassport
	colPosition
	colDate
)

// kinds are the words for persons and organisations, in rows and as headings.
var kinds = map[string]record.PartyKind{"개인": record.Person, "기관": record.Organisation, "단체": record.Organisation}

// reading holds one reading.
type reading struct {
	v    *listing.Version
	seen map[string]string // entry to its place, for people
	last map[string]int    // notice and kind to the number before
}

// Recognise implements [listing.Reader].
func (Reader) Recognise(_ string, head []byte) bool {
	return bytes.HasPrefix(head, []byte(columns[0]+"|"+columns[1]+"|"+columns[2]+"|")) ||
		bytes.HasPrefix(head, []byte(columns[0]+","+columns[1]+","+columns[2]+",")) ||
		noticeForm.Match(head) && bytes.Contains(head, []byte(guideline))
}

// Read implements [listing.Reader].
func (Reader) Read(ctx context.Context, v *listing.Version, files []listing.File) error {
	r := &reading{v: v, seen: make(map[string]string), last: make(map[string]int)}
	// In the order of their hashes, so that two nodes that have the files in
	// another order make the same version.
	files = slices.SortedFunc(slices.Values(files), func(a, b listing.File) int { return strings.Compare(a.SHA256, b.SHA256) })
	for i, f := range files {
		if err := ctx.Err(); err != nil {
			return err
		}
		name, rows, err := r.file(f, i)
		if err != nil {
			return err
		}
		v.AddFile(f, name, rows)
		latest(v, f)
	}
	return nil
}

// latest dates the version by the latest of its files.
func latest(v *listing.Version, f listing.File) {
	date, from := v.Date, v.DateFrom
	v.Date, v.DateFrom = "", listing.DateFromNone
	if v.DateBy(f); v.Date < date {
		v.Date, v.DateFrom = date, from
	}
}

// file reads one file in the form that its first line shows.
func (r *reading) file(f listing.File, i int) (name string, rows int, err error) {
	head := bytes.TrimPrefix(f.Data, []byte("\xef\xbb\xbf"))
	form := table.Form{Comma: '|'}
	switch {
	case bytes.HasPrefix(head, []byte(columns[0]+",")):
		name, form = "notices.csv", table.Form{Comma: ',', Quotes: true}
	case bytes.HasPrefix(head, []byte(columns[0]+"|")):
		name = "notices.psv"
	default:
		return r.text(f)
	}
	if i > 0 {
		name = strings.Replace(name, ".", fmt.Sprintf("-%d.", i+1), 1)
	}
	t := table.New(r.v.List.Name, name, f, form)
	rows, err = t.Body(columns, func() error { return r.row(t) })
	return name, rows, err
}

// cell is one value with its place.
type cell struct {
	text  string
	where record.Where
}

// party is one row of a notice's table.
type party struct {
	notice string // 2024-28
	kind   record.PartyKind
	number int
	gaps   bool // numbers may be missing: delisted parties are not retyped
	cells  [9]cell
	whole  record.Where
	drift  func(col int, expected, found string) error // col from 0
}

var (
	noticeForm = regexp.MustCompile(`기획재정부\s*고시\s*제\s*(\d{4}\s*-\s*\d{1,4})\s*호`)
	rowNotice  = regexp.MustCompile(`^(?:기획재정부\s*고시\s*)?(?:제\s*)?(\d{4}-\d{1,4})(?:\s*호)?$`)
)

// row reads one retyped row.
func (r *reading) row(t *table.Table) error {
	p := party{whole: t.Whole(), drift: func(col int, expected, found string) error { return t.Drift(col+1, expected, found) }}
	for i := range p.cells {
		p.cells[i] = cell{strings.TrimSpace(t.Text(i)), t.Where(i)}
	}
	m := rowNotice.FindStringSubmatch(p.cells[colNotice].text)
	if m == nil {
		return p.drift(colNotice, "the number of a notice such as 2024-28", listing.Quote(p.cells[colNotice].text))
	}
	p.notice = m[1]
	var ok bool
	if p.kind, ok = kinds[p.cells[colKind].text]; !ok {
		return p.drift(colKind, "개인 or 기관", listing.Quote(p.cells[colKind].text))
	}
	n, err := strconv.Atoi(p.cells[colNumber].text)
	if err != nil || n < 1 {
		return p.drift(colNumber, "a number", listing.Quote(p.cells[colNumber].text))
	}
	p.number, p.gaps = n, true
	return r.party(&p)
}

// party takes one row as an entry. Numbers of a notice run from one, for persons
// and for organisations; in retyped rows they grow.
func (r *reading) party(p *party) error {
	letter := "o"
	if p.kind == record.Person {
		letter = "p"
	}
	series := p.notice + "-" + letter
	key := fmt.Sprintf("%s-%d", series, p.number)
	if first, twice := r.seen[key]; twice {
		return p.drift(colNumber, "each number of a notice once", fmt.Sprintf("%d again, first in %s", p.number, first))
	}
	if next := r.last[series] + 1; p.number < next || p.number > next && !p.gaps {
		return p.drift(colNumber, fmt.Sprintf("number %d", next), strconv.Itoa(p.number))
	}
	r.seen[key], r.last[series] = p.whole.String(), p.number
	e := r.v.List.Entry(key, p.kind)
	d := &e.Designation
	d.Programmes, d.Instruments, d.Wheres = []string{programme}, []string{"기획재정부고시 제" + p.notice + "호", act}, []record.Where{p.whole}
	listed, ok := date(p.cells[colDate].text)
	if !ok || len(listed) != len("2006-01-02") {
		return p.drift(colDate, "a date such as 2024.11.6.", listing.Quote(p.cells[colDate].text))
	}
	d.ListedOn = listed
	for _, step := range []func(*party, *record.Party) error{names, births, rest} {
		if err := step(p, &e.Party); err != nil {
			return err
		}
	}
	r.v.Entries = append(r.v.Entries, e)
	return nil
}

// date reads 2024.11.6., 2024. 11. 6., 2024년 11월 6일, 2024-11-06, and a year or a
// month alone.
func date(s string) (record.Date, bool) {
	s = strings.TrimSuffix(strings.Join(strings.Fields(s), ""), ".")
	s = strings.NewReplacer("년", ".", "월", ".", "일", "").Replace(s)
	s = strings.ReplaceAll(strings.TrimSuffix(s, "."), ".", "/")
	return listing.NumericDate(strings.ReplaceAll(s, "-", "/"))
}

// names takes the name in Hangul and the Latin names, parted by ";".
func names(p *party, out *record.Party) error {
	h := p.cells[colHangul]
	if !listing.HasScript(h.text, unicode.Hangul, unicode.Han) {
		return p.drift(colHangul, "a name in Hangul or Han characters", listing.Quote(h.text))
	}
	out.Names = []record.Name{{Text: h.text, Kind: record.Primary, Script: listing.ScriptOf(h.text), Where: h.where}}
	l := p.cells[colLatin]
	if l.text != "" && (!listing.HasScript(l.text, unicode.Latin) || listing.HasScript(l.text, unicode.Hangul, unicode.Han)) {
		return p.drift(colLatin, "names in Latin letters", listing.Quote(l.text))
	}
	for i, s := range listing.Pieces(l.text) {
		n := record.Name{Text: s.Text, Kind: record.AKA, Where: l.where}
		if i == 0 {
			n.Kind = record.Primary
		}
		out.Names = append(out.Names, listing.NameOf(n, p.kind))
	}
	return nil
}

// none are the notices' words for an empty cell.
var none = map[string]bool{"": true, "-": true, "미상": true, "불상": true, "해당없음": true}

// births takes the dates of birth, which persons alone have.
func births(p *party, out *record.Party) error {
	c := p.cells[colBirth]
	if none[c.text] {
		return nil
	}
	if p.kind != record.Person {
		return p.drift(colBirth, "no date of birth for an organisation", listing.Quote(c.text))
	}
	for _, s := range listing.Pieces(c.text) {
		d, ok := date(s.Text)
		if !ok {
			return p.drift(colBirth, "dates such as 1956.1.3., parted by \";\"", listing.Quote(s.Text))
		}
		out.Births = append(out.Births, record.Birth{Date: d, Text: s.Text, Where: c.where})
	}
	return nil
}

var passport = regexp.MustCompile(`^[A-Z0-9][A-Z0-9 ./-]{3,30}$`)

// rest takes passports and positions.
func rest(p *party, out *record.Party) error {
	if c := p.cells[colPassport]; !none[c.text] {
		for _, s := range listing.Pieces(c.text) {
			number, _, _ := strings.Cut(s.Text, "(")
			number = strings.TrimSpace(number)
			if !passport.MatchString(number) {
				return p.drift(colPassport, "passport numbers, parted by \";\"", listing.Quote(s.Text))
			}
			out.Documents = append(out.Documents, record.Document{Kind: "passport", Number: number, Text: s.Text, Where: c.where})
		}
	}
	if c := p.cells[colPosition]; !none[c.text] {
		out.Titles = append(out.Titles, c.text)
	}
	return nil
}
