package krgazette

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/cordon-project/cordon/lists/listing"
	"github.com/cordon-project/cordon/record"
)

// labels are the labels of a row's further lines and the columns that they are.
var labels = map[string]int{
	"생년월일": colBirth, "여권번호": colPassport, "소속": colPosition, "직책": colPosition, "소속/직책": colPosition, "지정일": colDate,
}

var (
	heading = regexp.MustCompile(`^(?:[가-힣0-9]\.\s*)?(개인|기관|단체)(?:\s*\(\s*\d+\s*(?:명|개)\s*\))?$`)
	opening = regexp.MustCompile(`^(\d{1,4})[.)]?\s+([^()（）]+?)\s*(?:[(（]([^()（）]+)[)）])?$`)
	label   = regexp.MustCompile(`^([가-힣/]+)\s*[:：]\s*(.*)$`)
)

// document is the text of one notice while it is read.
type document struct {
	r      *reading
	f      listing.File
	name   string
	notice string
	kind   record.PartyKind
	open   *party
	n      int
}

// text reads the text of one notice: its number and guideline first, then under
// the headings 개인 and 기관 the numbered rows, each with its labelled lines.
func (r *reading) text(f listing.File) (name string, rows int, err error) {
	d := &document{r: r, f: f, name: f.Base()}
	if what := listing.Binary(f.Data); what != "" {
		return "", 0, d.drift(0, 0, "the text of a notice or retyped rows", what)
	}
	if found := listing.BadText(string(f.Data)); found != "" {
		return "", 0, d.drift(0, 0, "UTF-8 text", found)
	}
	s := strings.TrimPrefix(string(f.Data), "\ufeff")
	base := len(f.Data) - len(s)
	m := noticeForm.FindStringSubmatch(s)
	if m == nil || !strings.Contains(s, guideline) {
		return "", 0, d.drift(1, 1, "기획재정부고시 제…호 and the title of the guidelines", "none")
	}
	d.notice = strings.Join(strings.Fields(m[1]), "")
	d.name = "notice-" + d.notice + ".txt"
	row, at := 0, base
	for line := range strings.SplitAfterSeq(s, "\n") {
		row++
		if err := d.line(row, at, line); err != nil {
			return "", 0, err
		}
		at += len(line)
	}
	if err := d.close(); err != nil {
		return "", 0, err
	}
	if d.n == 0 {
		return "", 0, d.drift(0, 0, "a row below the heading 개인 or 기관", "none")
	}
	return d.name, d.n, nil
}

func (d *document) drift(row, column int, expected, found string) error {
	return (&listing.Drift{List: d.r.v.List.Name, File: d.name, Row: row, Column: column, Expected: expected, Found: found}).Refusal()
}

// line reads one line. Above the first heading stand the notice's own words.
func (d *document) line(row, at int, line string) error {
	text := strings.TrimSpace(line)
	if text == "" {
		return nil
	}
	if m := heading.FindStringSubmatch(text); m != nil {
		if err := d.close(); err != nil {
			return err
		}
		d.kind = kinds[m[1]]
		return nil
	}
	m := label.FindStringSubmatch(text)
	if d.kind == "" {
		if m == nil {
			return nil
		}
		if _, known := labels[m[1]]; known {
			return d.drift(row, 1, "the heading 개인 or 기관 above the first row", listing.Quote(text))
		}
		return nil
	}
	where := func(s string) record.Where {
		i := at + strings.Index(line, s)
		return record.Where{SHA256: d.f.SHA256, File: d.name, Row: row, Start: i, End: i + len(s)}
	}
	if m := opening.FindStringSubmatch(text); m != nil {
		return d.begin(row, m, where)
	}
	if m == nil || d.open == nil {
		return d.drift(row, 1, "a numbered name, a labelled line or a heading", listing.Quote(text))
	}
	col, ok := labels[m[1]]
	if !ok {
		return d.drift(row, 1, "생년월일, 여권번호, 소속/직책 or 지정일", listing.Quote(m[1]))
	}
	if d.open.cells[col].text != "" {
		return d.drift(row, 1, "each label once", listing.Quote(m[1]))
	}
	if m[2] != "" {
		d.open.cells[col] = cell{m[2], where(m[2])}
		d.open.whole.End = where(m[2]).End
	}
	return nil
}

// begin begins a row: "1 예일남 (YE, Il Nam)".
func (d *document) begin(row int, m []string, where func(string) record.Where) error {
	if err := d.close(); err != nil {
		return err
	}
	n, err := strconv.Atoi(m[1])
	if err != nil {
		return d.drift(row, 1, "a number", listing.Quote(m[1]))
	}
	d.open = &party{notice: d.notice, kind: d.kind, number: n, whole: where(m[0])}
	d.open.cells[colHangul] = cell{m[2], where(m[2])}
	if m[3] != "" {
		d.open.cells[colLatin] = cell{m[3], where(m[3])}
	}
	d.open.drift = func(col int, expected, found string) error {
		return d.drift(row, 1, columns[col]+": "+expected, found)
	}
	return nil
}

// close takes the open row.
func (d *document) close() error {
	p := d.open
	if p == nil {
		return nil
	}
	d.open = nil
	d.n++
	return d.r.party(p)
}
