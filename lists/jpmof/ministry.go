package jpmof

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/cordon-project/cordon/lists/listing"
	"github.com/cordon-project/cordon/lists/table"
	"github.com/cordon-project/cordon/record"
)

// columns is the header of the ministry's file, exactly.
var columns = []string{
	"区分", "番号", "告示日付", "告示番号", "個人・団体",
	"氏名（日本語）", "氏名（英語）",
	"別名・別称（日本語）", "別名・別称（英語）",
	"旧称（日本語）", "旧称（英語）",
	"確定に十分でない別名（日本語）", "確定に十分でない別名（英語）",
	"称号（日本語）", "称号（英語）", "役職（日本語）", "役職（英語）",
	"生年月日", "出生地（日本語）", "出生地（英語）",
	"国籍（日本語）", "国籍（英語）", "旅券番号", "身分証番号",
	"住所・所在地（国）（日本語）", "住所・所在地（都市その他の情報）（日本語）",
	"住所・所在地（国）（英語）", "住所・所在地（都市その他の情報）（英語）",
	"国連参照番号", "リスト掲載日", "その他の情報", "外務省告示情報",
}

// The columns of the ministry's file, from 0.
const (
	colCategory = iota
	colNumber
	colNotice
	colNoticeNumber
	colKind
	colNameJa
	colNameEn
	colAliasJa
	colAliasEn
	colFormerJa
	colFormerEn
	colWeakJa
	colWeakEn
	colHonorificJa
	colHonorificEn
	colRoleJa
	colRoleEn
	colBirth
	colPlaceJa
	colPlaceEn
	colNationJa
	colNationEn
	colPassport
	colIdentity
	colCountryJa
	colAddressJa
	colCountryEn
	colAddressEn
	colUN
	colListed
	colOther
	colText
)

// ministry reads one row of the ministry's own file.
func (r *reading) ministry(t *table.Table) error {
	c := t.Cells()
	text := func(col int) string { return strings.TrimSpace(c[col].Text) }
	key, cat, err := r.number(t)
	if err != nil {
		return err
	}
	kind, ok := map[string]record.PartyKind{"個人": record.Person, "団体": record.Organisation}[text(colKind)]
	if !ok {
		return t.Drift(colKind+1, "個人 or 団体", listing.Quote(c[colKind].Text))
	}
	if err := checkMeasure(t, cat, kind, text(colUN)); err != nil {
		return err
	}
	if text(colNameJa) == "" && text(colNameEn) == "" {
		return t.Drift(colNameJa+1, "a name in Japanese or English", "neither")
	}
	if listing.HasScript(c[colNameEn].Text, unicode.Katakana, unicode.Hiragana) {
		return t.Drift(colNameEn+1, "a name in Latin letters", listing.Quote(c[colNameEn].Text))
	}
	for i := range c {
		if strings.ContainsRune(c[i].Text, unicode.ReplacementChar) {
			r.v.Warn(t.Where(i), "entry %s: a letter was lost in the authority's own conversion: %s", key, listing.Quote(c[i].Text))
		}
	}
	e := r.begun(key, cat, kind)
	d := &e.Designation
	d.Wheres = []record.Where{t.Whole()}
	r.notice(t, d, text(colNotice))
	r.ministryNames(t, &e.Party)
	r.ministryFacts(t, &e)
	r.v.Entries = append(r.v.Entries, e)
	return nil
}

// number checks the category and the number of a row against each other.
func (r *reading) number(t *table.Table) (key string, cat int, err error) {
	c := t.Cells()
	m := longNumber.FindStringSubmatch(strings.TrimSpace(c[colNumber].Text))
	if m == nil {
		return "", 0, t.Drift(colNumber+1, "a number such as 015-000001", listing.Quote(c[colNumber].Text))
	}
	key, cat = entryKey(m[1], m[2])
	said, err := strconv.Atoi(strings.TrimSpace(c[colCategory].Text))
	if err != nil {
		return "", 0, t.Drift(colCategory+1, "the number of a category", listing.Quote(c[colCategory].Text))
	}
	if said != cat {
		return "", 0, t.Drift(colCategory+1, fmt.Sprintf("category %d, as number %s has", cat, m[0]), strconv.Itoa(said))
	}
	return key, cat, r.claim(t, key, colNumber+1)
}

// checkMeasure refuses a renumbering of the categories: kinds and the Security
// Council's reference numbers must be those of the DPRK categories.
func checkMeasure(t *table.Table, cat int, kind record.PartyKind, un string) error {
	m, dprk := measures[cat]
	if dprk && m.kind != "" && m.kind != kind {
		return t.Drift(colKind+1, fmt.Sprintf("a %s in category %d", m.kind, cat), string(kind))
	}
	if m.prefix != "" && un != "" && !strings.HasPrefix(un, m.prefix) {
		return t.Drift(colUN+1, fmt.Sprintf("a reference number %s… in category %d", m.prefix, cat), listing.Quote(un))
	}
	if m.prefix == "" && strings.HasPrefix(un, "KP") && cat != 13 && cat != 16 && cat != 17 {
		return t.Drift(colCategory+1, "category 14 or 15 for the reference number "+un, strconv.Itoa(cat))
	}
	return nil
}

// notice takes the dates of the notices: the first is the listing, the last the
// latest amendment.
func (r *reading) notice(t *table.Table, d *record.Designation, s string) {
	var dates []record.Date
	for _, w := range strings.FieldsFunc(norm.NFKC.String(s), func(c rune) bool {
		return unicode.IsSpace(c) || c == ';' || c == ',' || c == '、' || c == '(' || c == ')'
	}) {
		if day, ok := listing.NumericDate(w); ok {
			dates = append(dates, day)
		}
	}
	if len(dates) == 0 {
		r.v.Warn(t.Where(colNotice), "entry %s: the date of the notice %s is kept as words", d.Entry, listing.Quote(s))
		return
	}
	slices.Sort(dates)
	d.ListedOn = dates[0]
	if last := dates[len(dates)-1]; last != dates[0] {
		d.AmendedOn = last
	}
}

var (
	description = regexp.MustCompile(`^(.*?)\s*[（(]([^（(）)]*(?:生年月日|出生地|国籍|旅券|original\s*script|DOB|POB|[Pp]assport)[^（(）)]*)[）)]$`)
	original    = regexp.MustCompile(`(?i)original\s*scip?r?i?pt\s*[：:]\s*[（(]?\s*([^（()）；;、,]{2,200})[）)；;、,]`)
	nothing     = []string{"-", "‐", "―", "ー", "なし", "不明", "N/A", "n/a"}
)

func (r *reading) ministryNames(t *table.Table, p *record.Party) {
	for _, f := range []struct {
		col     int
		kind    record.NameKind
		quality record.Quality
	}{
		{colNameJa, record.Primary, ""},
		{colNameEn, record.Primary, ""},
		{colAliasJa, record.AKA, ""},
		{colAliasEn, record.AKA, ""},
		{colFormerJa, record.FKA, ""},
		{colFormerEn, record.FKA, ""},
		{colWeakJa, record.AKA, record.Weak},
		{colWeakEn, record.AKA, record.Weak},
	} {
		for i, n := range aliasCell(t, f.col, f.kind, f.quality) {
			if slices.Contains(nothing, n.Text) {
				continue
			}
			if m := description.FindStringSubmatch(n.Text); m != nil && m[1] != "" {
				p.OtherFacts = append(p.OtherFacts, record.Fact{Label: "alias-note", Text: n.Text})
				n.Text = m[1]
				n.Script = listing.ScriptOf(n.Text)
			}
			if f.kind == record.Primary && i > 0 {
				n.Kind = record.AKA
			}
			p.Names = append(p.Names, n)
		}
	}
	for _, m := range original.FindAllStringSubmatchIndex(t.Cells()[colText].Text, -1) {
		text := strings.TrimSpace(t.Cells()[colText].Text[m[2]:m[3]])
		if s := listing.ScriptOf(text); s != "" && s != "Latn" && text != "" {
			p.Names = append(p.Names, record.Name{Text: text, Kind: record.Original, Script: s, Where: t.Within(colText, m[2], m[3])})
		}
	}
}

func (r *reading) ministryFacts(t *table.Table, e *listing.Entry) {
	p, d := &e.Party, &e.Designation
	c := t.Cells()
	each := func(col int, do func(listing.Piece)) {
		for _, s := range listing.Pieces(c[col].Text) {
			if !slices.Contains(nothing, s.Text) {
				do(s)
			}
		}
	}
	fact := func(label string) func(listing.Piece) {
		return func(s listing.Piece) { p.OtherFacts = append(p.OtherFacts, record.Fact{Label: label, Text: s.Text}) }
	}
	for _, col := range []int{colHonorificJa, colHonorificEn, colRoleJa, colRoleEn} {
		each(col, func(s listing.Piece) { p.Titles = append(p.Titles, s.Text) })
	}
	each(colBirth, func(s listing.Piece) { p.Births = append(p.Births, r.births(t, d.Entry, s)...) })
	for _, col := range []int{colPlaceJa, colPlaceEn} {
		each(col, func(s listing.Piece) { p.Places = append(p.Places, record.Place{Text: s.Text}) })
	}
	for _, col := range []int{colNationJa, colNationEn} {
		each(col, func(s listing.Piece) { p.Nations = append(p.Nations, s.Text) })
	}
	each(colPassport, func(s listing.Piece) { p.Documents = append(p.Documents, documentOf(t, "passport", colPassport, s)) })
	each(colIdentity, func(s listing.Piece) { p.Documents = append(p.Documents, documentOf(t, "national-id", colIdentity, s)) })
	takeAddress(t, p, colCountryJa, colAddressJa)
	takeAddress(t, p, colCountryEn, colAddressEn)
	each(colNoticeNumber, fact("notice-number"))
	each(colUN, fact("un-reference"))
	each(colListed, fact("un-listed-on"))
	p.Remarks = strings.TrimSpace(c[colOther].Text)
	d.Basis = strings.TrimSpace(c[colText].Text)
	for _, col := range []int{colOther, colText} {
		p.Wallets = appendWallets(p.Wallets, findWallets(c[col].Text, func(from, to int) record.Where { return t.Within(col, from, to) }))
	}
}

var either = regexp.MustCompile(`、|又は|または|及び|もしくは`)

// births reads a piece of the column of dates of birth, which may hold several.
func (r *reading) births(t *table.Table, entry string, s listing.Piece) []record.Birth {
	w := t.Within(colBirth, s.From, s.To)
	if b, ok := birthDate(s.Text); ok {
		b.Text, b.Where = s.Text, w
		return []record.Birth{b}
	}
	var out []record.Birth
	for _, one := range either.Split(s.Text, -1) {
		if one = strings.TrimSpace(one); one == "" {
			continue
		}
		b, ok := birthDate(one)
		if !ok {
			r.v.Warn(w, "entry %s: the date of birth %s is kept as words", entry, listing.Quote(one))
		}
		b.Text, b.Where = one, w
		out = append(out, b)
	}
	return out
}

var documentNumber = regexp.MustCompile(`^(?:[^A-Za-z0-9]*[：:]\s*)?([A-Za-z0-9][A-Za-z0-9 ./\-]*[A-Za-z0-9])`)

// documentOf reads "A0123456（…）" and "国旅券：A0123456（…）"; the words stay in
// the text.
func documentOf(t *table.Table, kind string, col int, s listing.Piece) record.Document {
	d := record.Document{Kind: kind, Number: s.Text, Text: s.Text, Where: t.Within(col, s.From, s.To)}
	if m := documentNumber.FindStringSubmatch(norm.NFKC.String(s.Text)); m != nil {
		d.Number = m[1]
	}
	return d
}

func takeAddress(t *table.Table, p *record.Party, country, rest int) {
	c := t.Cells()
	nation, city := strings.TrimSpace(c[country].Text), strings.TrimSpace(c[rest].Text)
	text := listing.Join(", ", city, nation)
	if text == "" || slices.Contains(nothing, text) {
		return
	}
	p.Addresses = append(p.Addresses, record.Address{
		Text: text, Country: nation, Where: t.Across(rest, min(country, rest), max(country, rest)),
	})
}
