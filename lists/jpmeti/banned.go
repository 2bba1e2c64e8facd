package jpmeti

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/cordon-project/cordon/lists/listing"
	"github.com/cordon-project/cordon/record"
)

// Banned reads the parties under an export ban.
type Banned struct{}

// List implements [listing.Reader].
func (Banned) List() listing.List {
	return listing.List{
		Key: "jp-meti-export", Name: "jp-meti-tokutei", Authority: "JP-METI", Nation: "JP",
		Title:   "輸出等に係る禁止措置の対象となる団体 (parties under an export ban: Russia, Belarus, third countries)",
		Formats: "the text of the ministry's PDF of each notice (.txt), all notices together",
		Index:   "https://www.meti.go.jp/policy/external_economy/trade_control/02_export/17_russia/russia.html",
	}
}

const order = "Export Trade Control Order (Japan)"

// notice is the header of one file.
type notice struct {
	key       string // R4-82
	words     string // 令和四年外務省告示第八十二号
	programme string
	updated   record.Date
	body      int // where the entries begin
}

// text is the text of one file while it is read.
type text struct {
	v    *listing.Version
	f    listing.File
	name string
	s    string
	n    notice
}

const ban = "輸出等に係る禁止措置"

// Recognise implements [listing.Reader].
func (Banned) Recognise(_ string, head []byte) bool {
	s := unwrap(string(head))
	return strings.Contains(s, ban) && strings.Contains(s, "外務省告示第")
}

// Read implements [listing.Reader].
func (Banned) Read(ctx context.Context, v *listing.Version, files []listing.File) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	var texts []*text
	for _, f := range files {
		t := &text{v: v, f: f, name: f.Base(), s: string(f.Data)}
		if err := t.header(); err != nil {
			return err
		}
		if slices.ContainsFunc(texts, func(have *text) bool { return have.n.key == t.n.key }) {
			return t.drift(0, "each notice once", "a second file of "+t.n.words)
		}
		texts = append(texts, t)
	}
	slices.SortFunc(texts, func(a, b *text) int { return strings.Compare(a.n.key, b.n.key) })
	for _, t := range texts {
		if err := ctx.Err(); err != nil {
			return err
		}
		rows, err := t.entries()
		if err != nil {
			return err
		}
		v.AddFile(t.f, t.name, rows)
		if t.n.updated > v.Date {
			v.Date, v.DateFrom = t.n.updated, listing.DateFromFile
		}
	}
	return nil
}

// drift is the refusal of what stands at a byte of the text.
func (t *text) drift(at int, expected, found string) error {
	d := &listing.Drift{List: t.v.List.Name, File: t.name, Expected: expected, Found: found}
	if at > 0 {
		d.Row = strings.Count(t.s[:at], "\n") + 1
		d.Column = at - strings.LastIndexByte(t.s[:at], '\n')
	}
	return d.Refusal()
}

func (t *text) where(from, to int) record.Where {
	return record.Where{SHA256: t.f.SHA256, File: t.name, Row: strings.Count(t.s[:from], "\n") + 1, Start: from, End: to}
}

var (
	noticeForm = regexp.MustCompile(`[（(]((令和|平成)([元一二三四五六七八九十]+)年外務省告示第([一二三四五六七八九十百千]+)号)[）)]`)
	sinceForm  = regexp.MustCompile(`指\s*定\s*日\s*[：:]\s*(\d{4}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日)`)
	lastForm   = regexp.MustCompile(`最\s*終\s*更\s*新\s*日\s*[：:]\s*(\d{4}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日)\s*\n`)
)

// header reads the notice and its dates, which stand above the entries.
func (t *text) header() error {
	if what := listing.Binary(t.f.Data); what != "" {
		return t.drift(0, "the text of a notice", what)
	}
	if found := listing.BadText(t.s); found != "" {
		return t.drift(0, "UTF-8 text", found)
	}
	last := lastForm.FindStringSubmatchIndex(t.s)
	since := sinceForm.FindStringSubmatchIndex(t.s)
	if last == nil || since == nil || since[0] > last[0] || last[1] > 4096 {
		return t.drift(0, "a header with 指定日 and 最終更新日", "none")
	}
	title := unwrap(t.s[:since[0]])
	m := noticeForm.FindStringSubmatch(title)
	if m == nil || !strings.Contains(title, ban) {
		return t.drift(0, "the title of an export ban with the number of its notice", listing.Quote(title))
	}
	t.n = notice{words: m[1], body: last[1]}
	t.n.key = fmt.Sprintf("%s%d-%d", map[string]string{"令和": "R", "平成": "H"}[m[2]], numeral(m[3]), numeral(m[4]))
	t.name = "tokutei-" + t.n.key + ".txt"
	for _, d := range [][]int{since, last} {
		day, ok := listing.NumericDate(dense(t.s[d[2]:d[3]]))
		if !ok {
			return t.drift(d[2], "a date such as 2025年9月12日", listing.Quote(t.s[d[2]:d[3]]))
		}
		t.n.updated = day
	}
	switch {
	case strings.Contains(title, "以外の国の団体"):
		t.n.programme = "Export ban: parties of third countries"
	case strings.Contains(title, "ロシア連邦の団体"):
		t.n.programme = "Export ban: parties of Russia"
	case strings.Contains(title, "ベラルーシ共和国の団体"):
		t.n.programme = "Export ban: parties of Belarus"
	default:
		t.n.programme = "Export ban: " + t.n.words
		t.v.Warn(t.where(0, since[0]), "the notice %s is not in Cordon's table; its words are kept as the programme", t.n.words)
	}
	return nil
}

// numeral reads a number in Han numerals below ten thousand, 元 for one.
func numeral(s string) int {
	digits := map[rune]int{'元': 1, '一': 1, '二': 2, '三': 3, '四': 4, '五': 5, '六': 6, '七': 7, '八': 8, '九': 9}
	units := map[rune]int{'十': 10, '百': 100, '千': 1000}
	n, digit := 0, 0
	for _, c := range s {
		if u := units[c]; u > 0 {
			n, digit = n+max(digit, 1)*u, 0
		} else {
			digit = digits[c]
		}
	}
	return n + digit
}

// dense takes out all blanks.
func dense(s string) string { return strings.Join(strings.Fields(s), "") }

// number finds the beginning of an entry: at a line's start, or glued to the last
// word of a page. The name in Japanese follows on the same line; an address that
// goes on with a number does not have one.
var number = regexp.MustCompile(`(^|[^0-9０-９])([0-9]{1,4}|[０-９]{1,4})[ \x{3000}]`)

// entries reads all entries: their numbers run from one without a gap.
func (t *text) entries() (int, error) {
	n, from := 0, 0 // of the entry that is open
	line := t.n.body
	for line < len(t.s) {
		end := len(t.s)
		if i := strings.IndexByte(t.s[line:], '\n'); i >= 0 {
			end = line + i
		}
		start, name, said, ok := t.begins(line, end, n+1)
		switch {
		case ok && said == n+1:
			if err := t.close(n, from, start); err != nil {
				return 0, err
			}
			n, from = said, name
		case ok:
			return 0, t.drift(start, fmt.Sprintf("number %d", n+1), fmt.Sprintf("%d", said))
		case n == 0 && strings.TrimSpace(t.s[line:end]) != "":
			return 0, t.drift(line+1, "number 1 with a name in Japanese", listing.Quote(t.s[line:end]))
		}
		if n > listing.MaxEntries {
			return 0, t.drift(line, "fewer entries", "more")
		}
		line = end + 1
	}
	if n == 0 {
		return 0, t.drift(0, "at least one entry", "none")
	}
	return n, t.close(n, from, len(t.s))
}

// begins reports whether an entry begins on a line: before the label of an
// address, or behind the address where the two were glued.
func (t *text) begins(line, end, next int) (start, name, said int, ok bool) {
	label := addressMark.FindStringIndex(t.s[line:end])
	if label == nil {
		return t.numbered(line, line, end, next)
	}
	if start, name, said, ok = t.numbered(line, line, line+label[0], next); ok {
		return start, name, said, ok
	}
	return t.numbered(line, line+label[1], end, next)
}

// numbered finds the number of an entry in a piece of a line. It stands before the
// first Japanese letter, the last one where an address ends on the same line: "3
// Example Street, Russia.4 例省". Within a line only the number that is expected
// counts, because addresses are full of numbers.
func (t *text) numbered(line, from, end, next int) (start, name, said int, ok bool) {
	first := strings.IndexFunc(t.s[from:end], func(r rune) bool { return japanese(string(r)) })
	if first < 0 {
		return 0, 0, 0, false
	}
	for at := from; at < from+first; {
		m := number.FindStringSubmatchIndex(t.s[at:end])
		if m == nil || at+m[4] >= from+first {
			break
		}
		n, err := strconv.Atoi(norm.NFKC.String(t.s[at+m[4] : at+m[5]]))
		if err == nil && (n == next || at+m[4] == line) {
			start, name, said, ok = at+m[4], at+m[1], n, true
		}
		at += m[5]
	}
	return start, name, said, ok
}

// japanese reports whether kana or Han characters stand in a text.
func japanese(s string) bool {
	return listing.HasScript(s, unicode.Hiragana, unicode.Katakana, unicode.Han)
}

// close takes the entry whose name begins at from and which ends at to.
func (t *text) close(n, from, to int) error {
	if n == 0 {
		return nil
	}
	e, err := t.entry(fmt.Sprintf("%s-%d", t.n.key, n), from, to)
	if err != nil {
		return err
	}
	t.v.Entries = append(t.v.Entries, e)
	return nil
}

var (
	addressMark = regexp.MustCompile(`所[ \x{3000}]*在[ \x{3000}]*地[ \x{3000}]*[：:][ \x{3000}]*`)
	aliasMark   = regexp.MustCompile(`(?:^|\n)[ \x{3000}]*別称[：:]`)
)

// entry parts one entry into its names, aliases and address.
func (t *text) entry(key string, from, to int) (listing.Entry, error) {
	e := t.v.List.Entry(key, record.Organisation)
	p, d := &e.Party, &e.Designation
	d.Programmes, d.Instruments = []string{t.n.programme}, []string{t.n.words, order}
	lead := strings.LastIndexByte(t.s[:from], '\n') + 1
	if i := strings.LastIndexAny(t.s[lead:from], "0123456789０１２３４５６７８９"); i >= 0 {
		lead = t.digits(lead + i)
	}
	d.Wheres = []record.Where{t.where(lead, lead+len(strings.TrimRight(t.s[lead:to], " \n\u3000")))}
	marks := addressMark.FindAllStringIndex(t.s[from:to], -1)
	if len(marks) != 1 {
		return e, t.drift(from, "one address (所在地) in entry "+key, fmt.Sprintf("%d", len(marks)))
	}
	names := from + marks[0][0]
	t.address(p, from+marks[0][1], to)
	if len(p.Addresses) == 0 {
		return e, t.drift(names, "an address of entry "+key, "none")
	}
	p.Remarks = strings.TrimSpace(t.s[from:names])
	label := span{names, names}
	if m := aliasMark.FindStringIndex(t.s[from:names]); m != nil {
		label.from, names = from+m[1], from+m[0]
	}
	split := t.split(from, names)
	t.japaneseNames(p, from, split)
	if len(p.Names) == 0 {
		return e, t.drift(from, "a name in Japanese of entry "+key, listing.Quote(unwrap(t.s[from:split])))
	}
	if !t.latinNames(key, p, split, names) {
		return e, t.drift(split, "a name in Latin letters of entry "+key, listing.Quote(unwrap(t.s[split:names])))
	}
	t.labelled(p, label)
	return e, nil
}

// digits returns where the digits begin that end at a byte.
func (t *text) digits(at int) int {
	for at > 0 {
		r, n := utf8.DecodeLastRuneInString(t.s[:at])
		if (r < '0' || r > '9') && (r < '０' || r > '９') {
			break
		}
		at -= n
	}
	return at
}

// address takes the address, whole: several are parted in too many ways.
func (t *text) address(p *record.Party, from, to int) {
	if s := unwrap(t.s[from:to]); s != "" {
		w := t.where(from, from+len(strings.TrimRight(t.s[from:to], " \n\u3000")))
		p.Addresses = append(p.Addresses, record.Address{Text: s, Where: w})
	}
}

// split finds where the Latin name begins: at the first line outside brackets that
// has no Japanese outside brackets; or, where the two were glued, behind a bracket
// that Latin letters follow, or behind the last Japanese letter.
func (t *text) split(from, to int) int {
	depth, last := 0, from
	for at := from; at < to; {
		r, n := utf8.DecodeRuneInString(t.s[at:])
		next := at + n
		switch {
		case opens(r):
			depth++
		case closes(r):
			depth = max(0, depth-1)
			if depth == 0 && next < to && letter(t.s[next:]) && t.latinLine(next, to) {
				return next
			}
		case r == '\n' && depth == 0:
			if s := strings.TrimLeft(t.s[next:to], " \u3000"); s != "" && !dash(s) && t.latinLine(next, to) {
				return next
			}
		}
		if depth == 0 && japanese(string(r)) {
			last = next
		}
		at = next
	}
	return last
}

// latinLine reports whether the line at a byte has Latin letters and no Japanese
// ones outside brackets. A bracket may go on on the next line.
func (t *text) latinLine(at, to int) bool {
	depth, latin := 0, false
	for _, r := range t.s[at:to] {
		switch {
		case opens(r):
			depth++
		case closes(r):
			depth--
		case r == '\n' && depth <= 0:
			return latin
		case depth <= 0 && unicode.In(r, unicode.Hiragana, unicode.Katakana, unicode.Han):
			return false
		case depth <= 0 && unicode.Is(unicode.Latin, r):
			latin = true
		}
	}
	return latin
}

func opens(r rune) bool  { return r == '（' || r == '(' || r == '「' || r == '［' }
func closes(r rune) bool { return r == '）' || r == ')' || r == '」' || r == '］' }

// letter reports whether a text begins with a letter or quote of a Latin name.
func letter(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.Is(unicode.Latin, r) || r == '“' || r == '"'
}

// dash reports whether a line is an alias.
func dash(s string) bool { return dashes.MatchString(s) }

var dashes = regexp.MustCompile(`^[-‐‑–—―−－]`)

// unwrap joins the lines of a text: with a blank between Latin words, without
// one in Japanese and behind a hyphen inside a word.
func unwrap(s string) string {
	var b strings.Builder
	for line := range strings.SplitSeq(s, "\n") {
		line = strings.TrimFunc(line, unicode.IsSpace)
		if line == "" {
			continue
		}
		if b.Len() > 0 {
			last, _ := utf8.DecodeLastRuneInString(b.String())
			first, _ := utf8.DecodeRuneInString(line)
			if !wide(last) && !wide(first) && last != '-' {
				b.WriteByte(' ')
			}
		}
		b.WriteString(line)
	}
	return b.String()
}

// wide reports whether a character is of a script that writes without blanks.
func wide(r rune) bool {
	return unicode.In(r, unicode.Hiragana, unicode.Katakana, unicode.Han) || r >= 0x3000 && r <= 0x30FF || r >= 0xFF00 && r <= 0xFFEF
}
