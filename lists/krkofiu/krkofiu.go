package krkofiu

import (
	"bytes"
	"context"
	"fmt"
	"regexp"
	"strings"
	"unicode"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/lists/listing"
	"github.com/cordon-project/cordon/lists/table"
	"github.com/cordon-project/cordon/record"
)

// Reader reads the rows.
type Reader struct{}

// List implements [listing.Reader].
func (Reader) List() listing.List {
	return listing.List{
		Key: "kr-kofiu", Name: "kr-kofiu-restricted", Authority: "KR-KOFIU", Nation: "KR",
		Title:   "금융거래등제한대상자 (restricted persons, autonomous DPRK part)",
		Formats: "notice rows (.psv)",
		Index:   "https://www.kofiu.go.kr/kor/policy/ptfps02_1.do",
	}
}

var columns = []string{"kf_no", "type", "hangul", "latin", "note"}

const (
	fileName = "kr_kofiu.psv"
	act      = "Act on Prohibition against the Financing of Terrorism and Proliferation of Weapons of Mass Destruction (Republic of Korea), article 4"
)

type reading struct {
	v    *listing.Version
	seen map[int]int
}

// Recognise implements [listing.Reader].
func (Reader) Recognise(_ string, head []byte) bool {
	return bytes.HasPrefix(head, []byte(columns[0]+"|"))
}

// Read implements [listing.Reader].
func (Reader) Read(ctx context.Context, v *listing.Version, files []listing.File) error {
	if len(files) != 1 {
		return errs.New(errs.Invalid, "KoFIU's rows are one file; %d were given", len(files))
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	f := files[0]
	t := table.New(v.List.Name, fileName, f, table.Form{Comma: '|'})
	r := &reading{v: v, seen: make(map[int]int)}
	rows, err := t.Body(columns, func() error { return r.row(t) })
	if err != nil {
		return err
	}
	v.AddFile(f, fileName, rows)
	v.DateBy(f)
	return nil
}

func (r *reading) row(t *table.Table) error {
	c := t.Cells()
	n, err := t.Number(0)
	if err != nil {
		return err
	}
	if at, twice := r.seen[n]; twice {
		return t.Drift(1, "each number once", fmt.Sprintf("%d again, first in row %d", n, at))
	}
	r.seen[n] = t.Num()
	kind, ok := map[string]record.PartyKind{"person": record.Person, "org": record.Organisation}[c[1].Text]
	if !ok {
		return t.Drift(2, "person or org", listing.Quote(c[1].Text))
	}
	if !listing.HasScript(c[2].Text, unicode.Hangul, unicode.Han) {
		return t.Drift(3, "a name in Hangul or Han characters", listing.Quote(c[2].Text))
	}
	if c[3].Text != "" && (!listing.HasScript(c[3].Text, unicode.Latin) || listing.HasScript(c[3].Text, unicode.Hangul, unicode.Han)) {
		return t.Drift(4, "names in Latin letters", listing.Quote(c[3].Text))
	}
	e := r.v.List.Entry(c[0].Text, kind)
	p, d := &e.Party, &e.Designation
	d.Programmes, d.Instruments = []string{"DPRK: autonomous measures"}, []string{act}
	d.Wheres = []record.Where{t.Whole()}
	p.Remarks = c[4].Text
	p.Names = append(p.Names, record.Name{Text: c[2].Text, Kind: record.Primary, Script: listing.ScriptOf(c[2].Text), Where: t.Where(2)})
	r.latin(t, p)
	if err := r.note(t, p); err != nil {
		return err
	}
	r.v.Entries = append(r.v.Entries, e)
	return nil
}

// latin takes the Latin names: the first beside the Hangul name, the rest as
// aliases.
func (r *reading) latin(t *table.Table, p *record.Party) {
	for i, s := range listing.Pieces(t.Cells()[3].Text) {
		if strings.HasSuffix(s.Text, "...") || strings.HasSuffix(s.Text, "…") {
			p.OtherFacts = append(p.OtherFacts, record.Fact{Label: "cut", Text: s.Text})
			r.v.Warn(t.Where(3), "row %d: the Latin name %s is cut; it is kept as a fact and not as a name", t.Num(), listing.Quote(s.Text))
			continue
		}
		n := record.Name{Text: s.Text, Kind: record.AKA, Where: t.Within(3, s.From, s.To)}
		if i == 0 {
			n.Kind = record.Primary
		}
		p.Names = append(p.Names, listing.NameOf(n, p.Kind))
	}
}

var (
	gap  = regexp.MustCompile(`^latin (lost|truncated) upstream$`)
	born = regexp.MustCompile(`^DOB (.+)$`)
	aka  = regexp.MustCompile(`^aka (.+)$`)
)

// note takes the pieces of a note.
func (r *reading) note(t *table.Table, p *record.Party) error {
	for _, s := range listing.Pieces(t.Cells()[4].Text) {
		w := t.Within(4, s.From, s.To)
		switch {
		case gap.MatchString(s.Text):
			p.OtherFacts = append(p.OtherFacts, record.Fact{Label: "gap", Text: s.Text})
		case born.MatchString(s.Text):
			text := born.FindStringSubmatch(s.Text)[1]
			b := record.Birth{Text: s.Text, Where: w}
			var ok bool
			if b.Date, ok = listing.NumericDate(text); !ok {
				return t.Drift(5, "a date such as DOB 1956-01-03", listing.Quote(s.Text))
			}
			p.Births = append(p.Births, b)
		case aka.MatchString(s.Text):
			text := aka.FindStringSubmatch(s.Text)[1]
			p.Names = append(p.Names, record.Name{Text: text, Kind: record.AKA, Script: listing.ScriptOf(text), Where: w})
		default:
			p.OtherFacts = append(p.OtherFacts, record.Fact{Label: "note", Text: s.Text})
		}
	}
	return nil
}
