package lists

import (
	"bytes"
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/record"
)

// mofList is the list of those whose assets Japan's Ministry of Finance has
// frozen under the Foreign Exchange and Foreign Trade Act (資産凍結等対象者一覧).
//
// Address: the ministry's page "経済制裁措置及び対象者リスト"; the file's name
// carries its date and changes with every version (shisantouketsuYYYYMMDD.csv,
// .xlsx), so the page names the file. Two forms are read:
//
//   - the ministry's own csv or xlsx, 32 columns with a header, UTF-8 with a byte
//     order mark ([mofColumns]); one row for each listing
//   - rows of the DPRK categories retyped from the ministry's notices, parted by
//     "|", persons (7 columns, with dates of birth) and organisations (6), several
//     aliases or dates of birth in one cell parted by ";"
//
// Traps: the category (区分) is a bare number, and when the ministry puts in a new
// category it moves the later ones up, so the reference numbers of the Security
// Council are checked against the DPRK categories; the separator is the full-width
// "；" as well as ";", and inside brackets it parts dates, not names; brackets
// behind an alias hold its own dates and places; cells hold line breaks; dates are
// written in at least six ways, as ranges and as "about"; aliases that are "not
// enough to identify" have columns of their own and are weak; spellings in the
// original script stand in the text of the notice only, behind "original script:".
func mofList() List {
	const at = "https://www.mof.go.jp/policy/international_policy/gaitame_kawase/gaitame/economic_sanctions/"
	return List{
		Key: "jp-mof", Name: "jp-mof-freeze", Authority: "JP-MOF", Nation: "JP",
		Title:     "資産凍結等対象者一覧 (asset freeze list)",
		Formats:   "shisantouketsuYYYYMMDD.csv or .xlsx, or rows of the DPRK categories (.psv: persons, organisations)",
		Index:     at + "list.html",
		IndexLink: `href="([^"]*shisantouketsu[0-9]{8}\.csv)"`,
	}
}

// mofColumns is the header of the ministry's file, exactly.
var mofColumns = []string{
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
	mofCategory = iota
	mofNumber
	mofNotice
	mofNoticeNumber
	mofKind
	mofNameJa
	mofNameEn
	mofAliasJa
	mofAliasEn
	mofFormerJa
	mofFormerEn
	mofWeakJa
	mofWeakEn
	mofHonorificJa
	mofHonorificEn
	mofRoleJa
	mofRoleEn
	mofBirth
	mofPlaceJa
	mofPlaceEn
	mofNationJa
	mofNationEn
	mofPassport
	mofIdentity
	mofCountryJa
	mofAddressJa
	mofCountryEn
	mofAddressEn
	mofUN
	mofListed
	mofOther
	mofText
)

var (
	mofPersonColumns = []string{"no", "first_notice", "name_ja", "name_en", "alias_ja", "alias_en", "dob"}
	mofOrgColumns    = mofPersonColumns[:6]
)

// mofMeasure is one of the ministry's DPRK categories. The source is the
// ministry's list of categories on the page named above.
type mofMeasure struct {
	kind       record.PartyKind // "" when both occur
	programme  string
	instrument string // beside the Foreign Exchange and Foreign Trade Act
	prefix     string // of the Security Council's reference numbers
}

const mofAct = "Foreign Exchange and Foreign Trade Act (Japan)"

var mofMeasures = map[int]mofMeasure{
	13: {"", "DPRK: missile and WMD programmes (category 13)", "UNSCR 1695 (2006)", ""},
	14: {record.Organisation, "DPRK: UN Security Council resolutions (category 14)", "UNSCR 1718 (2006)", "KPe."},
	15: {record.Person, "DPRK: UN Security Council resolutions (category 15)", "UNSCR 1718 (2006)", "KPi."},
	16: {record.Organisation, "DPRK: autonomous measures (category 16)", "", ""},
	17: {record.Person, "DPRK: autonomous measures (category 17)", "", ""},
}

// mofReader holds one reading.
type mofReader struct {
	v    *Version
	seen map[string]int // entry to row
}

func readMOF(ctx context.Context, v *Version, files []File) error {
	r := &mofReader{v: v, seen: make(map[string]int)}
	roles := map[string]File{}
	for _, f := range files {
		role := mofRole(f)
		if _, twice := roles[role]; twice {
			return drifted(&Drift{List: v.List.Name, File: base(f.Name), Expected: "each file once", Found: "a second file of " + role})
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
		v.addFile(f, role, rows)
		v.dateFrom(f)
	}
	return nil
}

// mofRole tells a file's form from its first bytes: persons and organisations by
// the category of the first row, so that a damaged header is reported as one.
func mofRole(f File) string {
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
	case bytes.Count(head, []byte("|")) >= len(mofPersonColumns)-1:
		return "jp_mof_persons.psv"
	}
	return "jp_mof_orgs.psv"
}

func (r *mofReader) file(role string, f File) (int, error) {
	t := &table{list: r.v.List.Name, name: role, sha: f.SHA256, data: f.Data}
	switch role {
	case "shisantouketsu.xlsx":
		return r.workbook(f)
	case "shisantouketsu.csv":
		t.comma, t.quotes, t.newline = ',', true, true
		return t.body(mofColumns, func() error { return r.ministry(t) })
	case "jp_mof_persons.psv":
		t.comma = '|'
		return t.body(mofPersonColumns, func() error { return r.retyped(t, record.Person) })
	}
	t.comma = '|'
	return t.body(mofOrgColumns, func() error { return r.retyped(t, record.Organisation) })
}

var (
	mofShort = regexp.MustCompile(`^(\d{1,2})-([1-9]\d{0,5})$`)
	mofLong  = regexp.MustCompile(`^(\d{3})-(\d{6})$`)
)

// entryKey returns the entry's key, "15-1" for the ministry's 015-000001, so that
// the retyped rows and the ministry's file name one entry alike.
func entryKey(category, number string) (key string, cat int) {
	c, _ := strconv.Atoi(category)
	n, _ := strconv.Atoi(number)
	return fmt.Sprintf("%d-%d", c, n), c
}

// claim notes an entry's key.
func (r *mofReader) claim(t *table, key string, col int) error {
	if at, twice := r.seen[key]; twice {
		return t.drift(t.row.num, col, "each number once", fmt.Sprintf("%s again, first in row %d", key, at))
	}
	r.seen[key] = t.row.num
	return nil
}

// retyped reads one retyped row.
func (r *mofReader) retyped(t *table, kind record.PartyKind) error {
	c := t.row.cells
	m := mofShort.FindStringSubmatch(c[0].text)
	if m == nil {
		return t.drift(t.row.num, 1, "a number such as 15-1", quote(c[0].text))
	}
	key, cat := entryKey(m[1], m[2])
	if mofMeasures[cat].kind != kind {
		return t.drift(t.row.num, 1, fmt.Sprintf("a category of %ss (14, 16 organisations; 15, 17 persons)", kind), quote(c[0].text))
	}
	if err := r.claim(t, key, 1); err != nil {
		return err
	}
	notice, ok := isoDate(c[1].text)
	if !ok {
		return t.drift(t.row.num, 2, "a date such as 2009-07-24", quote(c[1].text))
	}
	if !hasScript(c[2].text, unicode.Katakana, unicode.Hiragana, unicode.Han) {
		return t.drift(t.row.num, 3, "a name in Japanese", quote(c[2].text))
	}
	if !hasScript(c[3].text, unicode.Latin) || hasScript(c[3].text, unicode.Katakana, unicode.Hiragana) {
		return t.drift(t.row.num, 4, "a name in Latin letters", quote(c[3].text))
	}
	e := r.listing(key, cat, kind)
	e.Designation.ListedOn = notice
	e.Designation.Wheres = []record.Where{t.whole(&t.row)}
	p := &e.Party
	p.Names = []record.Name{
		{Text: c[2].text, Kind: record.Primary, Script: scriptOf(c[2].text), Where: t.where(&t.row, 2)},
		{Text: c[3].text, Kind: record.Primary, Script: scriptOf(c[3].text), Where: t.where(&t.row, 3)},
	}
	for _, col := range []int{4, 5} {
		p.Names = append(p.Names, aliasCell(t, col, record.AKA, "")...)
	}
	if kind == record.Person {
		for _, s := range semicolons(c[6].text) {
			b, ok := mofBirthDate(s.text)
			if !ok {
				return t.drift(t.row.num, 7, "dates such as 1944/10/13, 1938 or 1967-1969, parted by \";\"", quote(s.text))
			}
			b.Text, b.Where = s.text, t.within(&t.row, 6, s.from, s.to)
			p.Births = append(p.Births, b)
		}
	}
	r.v.Entries = append(r.v.Entries, e)
	return nil
}

// listing makes the entry with what follows from its number.
func (r *mofReader) listing(key string, cat int, kind record.PartyKind) Entry {
	l := r.v.List
	m, ok := mofMeasures[cat]
	if !ok {
		m.programme = fmt.Sprintf("category %d", cat)
	}
	d := record.Designation{
		ID: record.DesignationID(l.Authority, l.Name, key), Party: record.PartyID(l.Authority, l.Name, key),
		Authority: l.Authority, Nation: l.Nation, List: l.Name, Entry: key,
		Programmes: []string{m.programme}, Instruments: []string{mofAct}, Status: record.InForce,
	}
	if m.instrument != "" {
		d.Instruments = append(d.Instruments, m.instrument)
	}
	return Entry{Party: record.Party{ID: d.Party, Kind: kind}, Designation: d}
}

// part is a piece of a cell with its offsets in the cell.
type part struct {
	text     string
	from, to int
}

// semicolons parts a cell at ";", "；" and line breaks outside brackets.
func semicolons(s string) []part {
	var out []part
	depth, from := 0, 0
	add := func(to int) {
		text := strings.TrimLeft(s[from:to], " \t\u3000")
		lead := to - from - len(text)
		text = strings.TrimRight(text, " \t\u3000")
		if text != "" {
			out = append(out, part{text: text, from: from + lead, to: from + lead + len(text)})
		}
	}
	for i, c := range s {
		switch c {
		case '(', '（':
			depth++
		case ')', '）':
			depth = max(0, depth-1)
		case ';', '；', '\n', '\r':
			if depth == 0 || c == '\n' {
				add(i)
				from = i + len(string(c))
				depth = 0
			}
		}
	}
	add(len(s))
	return out
}

// aliasCell reads the names of one cell.
func aliasCell(t *table, col int, kind record.NameKind, quality record.Quality) []record.Name {
	var out []record.Name
	for _, s := range semicolons(t.row.cells[col].text) {
		out = append(out, record.Name{
			Text: s.text, Kind: kind, Quality: quality, Script: scriptOf(s.text), Where: t.within(&t.row, col, s.from, s.to),
		})
	}
	return out
}

var (
	mofRange = regexp.MustCompile(`^(.*?\d(?:年|月|日)?)(?:から|-|－|~|〜|～)(\d.*?)(?:まで)?(?:の間|の間頃)?$`)
	mofAbout = regexp.MustCompile(`^(?:おおよそ|およそ|約)|(?:の?頃)$`)
	mofBorn  = regexp.MustCompile(`(?:生まれ|生)$`)
)

// mofBirthDate reads one date of birth.
func mofBirthDate(s string) (record.Birth, bool) {
	var b record.Birth
	s = strings.ReplaceAll(norm.NFKC.String(s), " ", "")
	s = mofBorn.ReplaceAllString(s, "")
	if cut := mofAbout.ReplaceAllString(s, ""); cut != s {
		s, b.Circa = cut, true
	}
	var ok bool
	if b.Date, ok = slashDate(s); ok {
		return b, true
	}
	m := mofRange.FindStringSubmatch(s)
	if m == nil {
		return record.Birth{}, false
	}
	from, ok1 := slashDate(m[1])
	to, ok2 := slashDate(m[2])
	b.Date, b.To = from, to
	return b, ok1 && ok2
}

// ministry reads one row of the ministry's own file.
func (r *mofReader) ministry(t *table) error {
	c := t.row.cells
	text := func(col int) string { return strings.TrimSpace(c[col].text) }
	key, cat, err := r.number(t)
	if err != nil {
		return err
	}
	kind, ok := map[string]record.PartyKind{"個人": record.Person, "団体": record.Organisation}[text(mofKind)]
	if !ok {
		return t.drift(t.row.num, mofKind+1, "個人 or 団体", quote(c[mofKind].text))
	}
	if err := checkMeasure(t, cat, kind, text(mofUN)); err != nil {
		return err
	}
	if text(mofNameJa) == "" && text(mofNameEn) == "" {
		return t.drift(t.row.num, mofNameJa+1, "a name in Japanese or English", "neither")
	}
	if hasScript(c[mofNameEn].text, unicode.Katakana, unicode.Hiragana) {
		return t.drift(t.row.num, mofNameEn+1, "a name in Latin letters", quote(c[mofNameEn].text))
	}
	for i := range c {
		if strings.ContainsRune(c[i].text, unicode.ReplacementChar) {
			r.v.warn(t.where(&t.row, i), "entry %s: a letter was lost in the authority's own conversion: %s", key, quote(c[i].text))
		}
	}
	e := r.listing(key, cat, kind)
	d := &e.Designation
	d.Wheres = []record.Where{t.whole(&t.row)}
	r.notice(t, d, text(mofNotice))
	r.ministryNames(t, &e.Party)
	r.ministryFacts(t, &e)
	r.v.Entries = append(r.v.Entries, e)
	return nil
}

// number checks the category and the number of a row against each other.
func (r *mofReader) number(t *table) (key string, cat int, err error) {
	c := t.row.cells
	m := mofLong.FindStringSubmatch(strings.TrimSpace(c[mofNumber].text))
	if m == nil {
		return "", 0, t.drift(t.row.num, mofNumber+1, "a number such as 015-000001", quote(c[mofNumber].text))
	}
	key, cat = entryKey(m[1], m[2])
	said, err := strconv.Atoi(strings.TrimSpace(c[mofCategory].text))
	if err != nil {
		return "", 0, t.drift(t.row.num, mofCategory+1, "the number of a category", quote(c[mofCategory].text))
	}
	if said != cat {
		return "", 0, t.drift(t.row.num, mofCategory+1, fmt.Sprintf("category %d, as number %s has", cat, m[0]), strconv.Itoa(said))
	}
	return key, cat, r.claim(t, key, mofNumber+1)
}

// checkMeasure refuses a renumbering of the categories: kinds and the Security
// Council's reference numbers must be those of the DPRK categories.
func checkMeasure(t *table, cat int, kind record.PartyKind, un string) error {
	m, dprk := mofMeasures[cat]
	if dprk && m.kind != "" && m.kind != kind {
		return t.drift(t.row.num, mofKind+1, fmt.Sprintf("a %s in category %d", m.kind, cat), string(kind))
	}
	if m.prefix != "" && un != "" && !strings.HasPrefix(un, m.prefix) {
		return t.drift(t.row.num, mofUN+1, fmt.Sprintf("a reference number %s… in category %d", m.prefix, cat), quote(un))
	}
	if m.prefix == "" && strings.HasPrefix(un, "KP") && cat != 13 && cat != 16 && cat != 17 {
		return t.drift(t.row.num, mofCategory+1, "category 14 or 15 for the reference number "+un, strconv.Itoa(cat))
	}
	return nil
}

// notice takes the dates of the notices: the first is the listing, the last the
// latest amendment.
func (r *mofReader) notice(t *table, d *record.Designation, s string) {
	var dates []record.Date
	for _, w := range strings.FieldsFunc(norm.NFKC.String(s), func(c rune) bool {
		return unicode.IsSpace(c) || c == ';' || c == ',' || c == '、' || c == '(' || c == ')'
	}) {
		if day, ok := slashDate(w); ok {
			dates = append(dates, day)
		}
	}
	if len(dates) == 0 {
		r.v.warn(t.where(&t.row, mofNotice), "entry %s: the date of the notice %s is kept as words", d.Entry, quote(s))
		return
	}
	slices.Sort(dates)
	d.ListedOn = dates[0]
	if last := dates[len(dates)-1]; last != dates[0] {
		d.AmendedOn = last
	}
}

var (
	mofDescription = regexp.MustCompile(`^(.*?)\s*[（(]([^（(）)]*(?:生年月日|出生地|国籍|旅券|original\s*script|DOB|POB|[Pp]assport)[^（(）)]*)[）)]$`)
	mofOriginal    = regexp.MustCompile(`(?i)original\s*scip?r?i?pt\s*[：:]\s*[（(]?\s*([^（()）；;、,]{2,200})[）)；;、,]`)
	mofNothing     = []string{"-", "‐", "―", "ー", "なし", "不明", "N/A", "n/a"}
)

func (r *mofReader) ministryNames(t *table, p *record.Party) {
	for _, f := range []struct {
		col     int
		kind    record.NameKind
		quality record.Quality
	}{
		{mofNameJa, record.Primary, ""},
		{mofNameEn, record.Primary, ""},
		{mofAliasJa, record.AKA, ""},
		{mofAliasEn, record.AKA, ""},
		{mofFormerJa, record.FKA, ""},
		{mofFormerEn, record.FKA, ""},
		{mofWeakJa, record.AKA, record.Weak},
		{mofWeakEn, record.AKA, record.Weak},
	} {
		for i, n := range aliasCell(t, f.col, f.kind, f.quality) {
			if slices.Contains(mofNothing, n.Text) {
				continue
			}
			if m := mofDescription.FindStringSubmatch(n.Text); m != nil && m[1] != "" {
				p.OtherFacts = append(p.OtherFacts, record.Fact{Label: "alias-note", Text: n.Text})
				n.Text = m[1]
				n.Script = scriptOf(n.Text)
			}
			if f.kind == record.Primary && i > 0 {
				n.Kind = record.AKA
			}
			p.Names = append(p.Names, n)
		}
	}
	for _, m := range mofOriginal.FindAllStringSubmatchIndex(t.row.cells[mofText].text, -1) {
		text := strings.TrimSpace(t.row.cells[mofText].text[m[2]:m[3]])
		if s := scriptOf(text); s != "" && s != "Latn" && text != "" {
			p.Names = append(p.Names, record.Name{Text: text, Kind: record.Original, Script: s, Where: t.within(&t.row, mofText, m[2], m[3])})
		}
	}
}

func (r *mofReader) ministryFacts(t *table, e *Entry) {
	p, d := &e.Party, &e.Designation
	c := t.row.cells
	each := func(col int, do func(part)) {
		for _, s := range semicolons(c[col].text) {
			if !slices.Contains(mofNothing, s.text) {
				do(s)
			}
		}
	}
	fact := func(label string) func(part) {
		return func(s part) { p.OtherFacts = append(p.OtherFacts, record.Fact{Label: label, Text: s.text}) }
	}
	for _, col := range []int{mofHonorificJa, mofHonorificEn, mofRoleJa, mofRoleEn} {
		each(col, func(s part) { p.Titles = append(p.Titles, s.text) })
	}
	each(mofBirth, func(s part) { p.Births = append(p.Births, r.births(t, d.Entry, s)...) })
	for _, col := range []int{mofPlaceJa, mofPlaceEn} {
		each(col, func(s part) { p.Places = append(p.Places, record.Place{Text: s.text}) })
	}
	for _, col := range []int{mofNationJa, mofNationEn} {
		each(col, func(s part) { p.Nations = append(p.Nations, s.text) })
	}
	each(mofPassport, func(s part) { p.Documents = append(p.Documents, mofDocument(t, "passport", mofPassport, s)) })
	each(mofIdentity, func(s part) { p.Documents = append(p.Documents, mofDocument(t, "national-id", mofIdentity, s)) })
	mofAddress(t, p, mofCountryJa, mofAddressJa)
	mofAddress(t, p, mofCountryEn, mofAddressEn)
	each(mofNoticeNumber, fact("notice-number"))
	each(mofUN, fact("un-reference"))
	each(mofListed, fact("un-listed-on"))
	p.Remarks = strings.TrimSpace(c[mofOther].text)
	d.Basis = strings.TrimSpace(c[mofText].text)
	for _, col := range []int{mofOther, mofText} {
		p.Wallets = appendWallets(p.Wallets, findWallets(c[col].text, func(from, to int) record.Where { return t.within(&t.row, col, from, to) }))
	}
}

var mofOr = regexp.MustCompile(`、|又は|または|及び|もしくは`)

// births reads a piece of the column of dates of birth, which may hold several.
func (r *mofReader) births(t *table, entry string, s part) []record.Birth {
	w := t.within(&t.row, mofBirth, s.from, s.to)
	if b, ok := mofBirthDate(s.text); ok {
		b.Text, b.Where = s.text, w
		return []record.Birth{b}
	}
	var out []record.Birth
	for _, one := range mofOr.Split(s.text, -1) {
		if one = strings.TrimSpace(one); one == "" {
			continue
		}
		b, ok := mofBirthDate(one)
		if !ok {
			r.v.warn(w, "entry %s: the date of birth %s is kept as words", entry, quote(one))
		}
		b.Text, b.Where = one, w
		out = append(out, b)
	}
	return out
}

var mofDocumentNumber = regexp.MustCompile(`^(?:[^A-Za-z0-9]*[：:]\s*)?([A-Za-z0-9][A-Za-z0-9 ./\-]*[A-Za-z0-9])`)

// mofDocument reads "A0123456（…）" and "国旅券：A0123456（…）"; the words stay in
// the text.
func mofDocument(t *table, kind string, col int, s part) record.Document {
	d := record.Document{Kind: kind, Number: s.text, Text: s.text, Where: t.within(&t.row, col, s.from, s.to)}
	if m := mofDocumentNumber.FindStringSubmatch(norm.NFKC.String(s.text)); m != nil {
		d.Number = m[1]
	}
	return d
}

func mofAddress(t *table, p *record.Party, country, rest int) {
	c := t.row.cells
	nation, city := strings.TrimSpace(c[country].text), strings.TrimSpace(c[rest].text)
	text := joinText(", ", city, nation)
	if text == "" || slices.Contains(mofNothing, text) {
		return
	}
	p.Addresses = append(p.Addresses, record.Address{
		Text: text, Country: nation, Where: record.Where{
			SHA256: t.sha, File: t.name, Row: t.row.num, Column: rest + 1,
			Start: c[min(country, rest)].start, End: c[max(country, rest)].end,
		},
	})
}
