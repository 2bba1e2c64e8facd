package lists

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"unicode"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/record"
)

// kofiuList is the list of restricted persons (금융거래등제한대상자) of the Republic
// of Korea's Financial Services Commission, kept by its Financial Intelligence
// Unit, KoFIU: the autonomous DPRK part.
//
// Address: KoFIU's page "금융거래등 제한대상자 지정" and the Commission's notices.
// The law is the Act on Prohibition against the Financing of Terrorism and
// Proliferation of Weapons of Mass Destruction, article 4. The notices are
// documents (hwp, pdf) without a table for machines, so the form read here is
// rows retyped from them, parted by "|": number, type (person, org), name in
// Hangul, names in Latin parted by ";", note. The note's form is this project's
// own: "DOB 1956-01-03", "aka NAME", what the retyper says of a gap, or words
// of the notice (an employer), parted by ";".
//
// Traps: about half of the rows have no Latin name; a name of a foreign company
// stands in Han characters in the Hangul column; a Latin name that was cut before
// it was retyped ends in "..." and is kept as a fact, because it would match
// everybody of that family name; the retyped rows bear no listing date.
func kofiuList() List {
	return List{
		Key: "kr-kofiu", Name: "kr-kofiu-restricted", Authority: "KR-KOFIU", Nation: "KR",
		Title:   "금융거래등제한대상자 (restricted persons, autonomous DPRK part)",
		Formats: "notice rows (.psv)",
		Index:   "https://www.kofiu.go.kr/kor/policy/ptfps02_1.do",
	}
}

var kofiuColumns = []string{"kf_no", "type", "hangul", "latin", "note"}

const (
	kofiuFile = "kr_kofiu.psv"
	kofiuAct  = "Act on Prohibition against the Financing of Terrorism and Proliferation of Weapons of Mass Destruction (Republic of Korea), article 4"
)

type kofiuReader struct {
	v    *Version
	seen map[int]int
}

func readKoFIU(ctx context.Context, v *Version, files []File) error {
	if len(files) != 1 {
		return errs.New(errs.Invalid, "KoFIU's rows are one file; %d were given", len(files))
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	f := files[0]
	t := &table{list: v.List.Name, name: kofiuFile, sha: f.SHA256, data: f.Data, comma: '|'}
	r := &kofiuReader{v: v, seen: make(map[int]int)}
	rows, err := t.body(kofiuColumns, func() error { return r.row(t) })
	if err != nil {
		return err
	}
	v.addFile(f, kofiuFile, rows)
	v.dateFrom(f)
	return nil
}

func (r *kofiuReader) row(t *table) error {
	c := t.row.cells
	n, err := t.number(0)
	if err != nil {
		return err
	}
	if at, twice := r.seen[n]; twice {
		return t.drift(t.row.num, 1, "each number once", fmt.Sprintf("%d again, first in row %d", n, at))
	}
	r.seen[n] = t.row.num
	kind, ok := map[string]record.PartyKind{"person": record.Person, "org": record.Organisation}[c[1].text]
	if !ok {
		return t.drift(t.row.num, 2, "person or org", quote(c[1].text))
	}
	if !hasScript(c[2].text, unicode.Hangul, unicode.Han) {
		return t.drift(t.row.num, 3, "a name in Hangul or Han characters", quote(c[2].text))
	}
	if c[3].text != "" && (!hasScript(c[3].text, unicode.Latin) || hasScript(c[3].text, unicode.Hangul, unicode.Han)) {
		return t.drift(t.row.num, 4, "names in Latin letters", quote(c[3].text))
	}
	l, key := r.v.List, c[0].text
	d := record.Designation{
		ID: record.DesignationID(l.Authority, l.Name, key), Party: record.PartyID(l.Authority, l.Name, key),
		Authority: l.Authority, Nation: l.Nation, List: l.Name, Entry: key,
		Programmes: []string{"DPRK: autonomous measures"}, Instruments: []string{kofiuAct}, Status: record.InForce,
		Wheres: []record.Where{t.whole(&t.row)},
	}
	p := record.Party{ID: d.Party, Kind: kind, Remarks: c[4].text}
	p.Names = append(p.Names, record.Name{Text: c[2].text, Kind: record.Primary, Script: scriptOf(c[2].text), Where: t.where(&t.row, 2)})
	r.latin(t, &p)
	if err := r.note(t, &p); err != nil {
		return err
	}
	r.v.Entries = append(r.v.Entries, Entry{Party: p, Designation: d})
	return nil
}

// latin takes the Latin names: the first beside the Hangul name, the rest as
// aliases.
func (r *kofiuReader) latin(t *table, p *record.Party) {
	for i, s := range semicolons(t.row.cells[3].text) {
		if strings.HasSuffix(s.text, "...") || strings.HasSuffix(s.text, "…") {
			p.OtherFacts = append(p.OtherFacts, record.Fact{Label: "cut", Text: s.text})
			r.v.warn(t.where(&t.row, 3), "row %d: the Latin name %s is cut; it is kept as a fact and not as a name", t.row.num, quote(s.text))
			continue
		}
		n := record.Name{Text: s.text, Kind: record.AKA, Where: t.within(&t.row, 3, s.from, s.to)}
		if i == 0 {
			n.Kind = record.Primary
		}
		p.Names = append(p.Names, personName(n, p.Kind))
	}
}

var (
	kofiuGap  = regexp.MustCompile(`^latin (lost|truncated) upstream$`)
	kofiuBorn = regexp.MustCompile(`^DOB (.+)$`)
	kofiuAKA  = regexp.MustCompile(`^aka (.+)$`)
)

// note takes the pieces of a note.
func (r *kofiuReader) note(t *table, p *record.Party) error {
	for _, s := range semicolons(t.row.cells[4].text) {
		w := t.within(&t.row, 4, s.from, s.to)
		switch {
		case kofiuGap.MatchString(s.text):
			p.OtherFacts = append(p.OtherFacts, record.Fact{Label: "gap", Text: s.text})
		case kofiuBorn.MatchString(s.text):
			text := kofiuBorn.FindStringSubmatch(s.text)[1]
			b := record.Birth{Text: s.text, Where: w}
			var ok bool
			if b.Date, ok = slashDate(text); !ok {
				return t.drift(t.row.num, 5, "a date such as DOB 1956-01-03", quote(s.text))
			}
			p.Births = append(p.Births, b)
		case kofiuAKA.MatchString(s.text):
			text := kofiuAKA.FindStringSubmatch(s.text)[1]
			p.Names = append(p.Names, record.Name{Text: text, Kind: record.AKA, Script: scriptOf(text), Where: w})
		default:
			p.OtherFacts = append(p.OtherFacts, record.Fact{Label: "note", Text: s.text})
		}
	}
	return nil
}
