package batch_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	uni "golang.org/x/text/encoding/unicode"
	"pgregory.net/rapid"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/record"
	"github.com/cordon-project/cordon/screen"
	"github.com/cordon-project/cordon/screen/batch"
)

var update = flag.Bool("update", false, "write the golden files")

func reader(t testing.TB, text string, o batch.ReadOptions) *batch.Reader {
	t.Helper()
	r, err := batch.NewReader(strings.NewReader(text), o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func rows(t testing.TB, r *batch.Reader) (out []batch.Row) {
	t.Helper()
	for row, err := range r.Rows() {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, row)
	}
	return out
}

// short writes rows for comparison: line, reference, name, and what is wrong.
func short(all []batch.Row) (out []string) {
	for _, r := range all {
		s := fmt.Sprintf("%d %s|%s", r.Line, r.Reference, r.Query.Text)
		if r.Err != "" {
			s = fmt.Sprintf("%d ! %s", r.Line, r.Err)
		}
		out = append(out, s)
	}
	return out
}

func TestARowThatCannotBeReadCostsItselfOnly(t *testing.T) {
	long := strings.Repeat("x", batch.MaxRow)
	for _, c := range []struct {
		name, text string
		want       []string
	}{
		{"sound", "id,name\n1,Kim\n2,\"KIM, Sang \"\"Man\"\"\"\n", []string{"2 1|Kim", `3 2|KIM, Sang "Man"`}},
		{"CRLF and no end of line", "id,name\r\n1,Kim\r\n2,Lee", []string{"2 1|Kim", "3 2|Lee"}},
		{"empty lines", "id,name\n\n1,Kim\n\r\n2,Lee\n\n", []string{"3 1|Kim", "5 2|Lee"}},
		{"a cell over several lines", "id,name\n1,\"Kim\r\n\nMan\"\n2,Lee\n", []string{"2 1|Kim\n\nMan", "5 2|Lee"}},
		{"too many cells", "id,name\n1,Kim,Man\n2,Lee\n", []string{"2 ! the row has 3 cells where the first has 2", "3 2|Lee"}},
		{"too few cells", "id,name\n1\n2,Lee\n", []string{"2 ! the row has 1 cells where the first has 2", "3 2|Lee"}},
		{"a quote inside", "id,name\n1,Kim \"Man\"\n2,Lee\n", []string{"2 ! a quote stands inside a cell; write it twice and put the cell in quotes", "3 2|Lee"}},
		{"text behind a quote", "id,name\n1,\"Kim\" Man\n2,Lee\n", []string{"2 ! text stands behind a closing quote; write quotes inside a cell twice", "3 2|Lee"}},
		{"a quote that is never closed", "id,name\n1,\"Kim\n2,Lee\n3,Park\n", []string{"2 ! a quote is not closed before the end of the file", "3 2|Lee", "4 3|Park"}},
		{"a quote closed by another row's", "id,name\n1,\"Kim\n2,\"Lee\"\n3,Park\n", []string{"2 ! text stands behind a closing quote; write quotes inside a cell twice", "3 2|Lee", "4 3|Park"}},
		{"bytes that are no UTF-8", "id,name\n1,K\xffm\n2,이\n", []string{"2 ! the line holds bytes that are no utf-8; write the file anew in UTF-8, or name its character set", "3 2|이"}},
		{"a line that is too long", "id,name\n1," + long + long + long + long + long + "\n2,Lee\n", []string{"2 ! the line is longer than 65536 bytes", "3 2|Lee"}},
		{"a row that is too long", "id,name\n1,\"" + long[:40000] + "\n" + long[:40000] + "\"\n2,Lee\n", []string{"2 ! the row is longer than 65536 bytes", "3 ! a quote stands inside a cell; write it twice and put the cell in quotes", "4 2|Lee"}},
		{"a quote open before a line that is too long", "id,name\n1,\"Kim\n" + long + long + long + long + long + "\n2,Lee\n", []string{"2 ! a quote is not closed within 65536 bytes", "3 ! the line is longer than 65536 bytes", "4 2|Lee"}},
		{"nothing to ask", "id,name\n1, \n2,Lee\n", []string{"2 ! the row has no name and no identifier", "3 2|Lee"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := rows(t, reader(t, c.text, batch.ReadOptions{}))
			if d := cmp.Diff(c.want, short(got)); d != "" {
				t.Error(d)
			}
			holdsPlaces(t, c.text, got)
		})
	}
}

// holdsPlaces checks that rows stand one behind another and that each begins on
// its line.
func holdsPlaces(t testing.TB, text string, all []batch.Row) {
	t.Helper()
	end := int64(0)
	for _, r := range all {
		if r.Start < end || r.End <= r.Start || r.End > int64(len(text)) {
			t.Fatalf("line %d stands from %d to %d behind %d of %d", r.Line, r.Start, r.End, end, len(text))
		}
		if n := strings.Count(text[:r.Start], "\n") + 1; n != r.Line {
			t.Fatalf("the row at byte %d is on line %d, not %d", r.Start, n, r.Line)
		}
		end = r.End
	}
}

func TestAnOpenQuoteSpansAHundredLinesAtMost(t *testing.T) {
	for _, c := range []struct {
		lines int
		ok    bool
	}{{batch.MaxSpan, true}, {batch.MaxSpan + 1, false}} {
		text := "name\n\"" + strings.Repeat("a\n", c.lines-1) + "a\"\nLee\n"
		got := rows(t, reader(t, text, batch.ReadOptions{}))
		if last := got[len(got)-1]; last.Query.Text != "Lee" || last.Line != c.lines+2 || (got[0].Err == "") != c.ok {
			t.Errorf("%d lines: %q, last %+v", c.lines, got[0].Err, last)
		}
		if !c.ok && len(got) != c.lines+1 {
			t.Errorf("%d rows of %d lines", len(got), c.lines)
		}
	}
}

func TestInputsOfAllSetsAndSeparatorsAreReadAlike(t *testing.T) {
	utf16 := func(e uni.Endianness, b uni.BOMPolicy) encoding.Encoding { return uni.UTF16(e, b) }
	for _, c := range []struct {
		name, set, text, ref, want string
		enc                        encoding.Encoding
	}{
		{"UTF-8", "utf-8", "번호,성명\n1,김상만\n", "1", "김상만", encoding.Nop},
		{"UTF-8 with a mark", "utf-8", "\uFEFF\"성명\",번호\n김상만,1\n", "1", "김상만", encoding.Nop},
		{"UTF-16 little-endian", "utf-16le", "氏名\t番号\r\n\"金\n尚萬\"\t1\r\n", "1", "金\n尚萬", utf16(uni.LittleEndian, uni.UseBOM)},
		{"UTF-16 big-endian", "utf-16be", "氏名;番号\r\n金尚萬ਊ;1\r\n", "1", "金尚萬ਊ", utf16(uni.BigEndian, uni.UseBOM)},
		{"UTF-16 without a mark", "utf-16le", "name,id\nKim Sang Man,1\n", "1", "Kim Sang Man", utf16(uni.LittleEndian, uni.IgnoreBOM)},
		{"Shift_JIS, whose letters hold bars", "shift_jis", "氏名|番号\nポール・ソ表示たなか|1\n", "1", "ポール・ソ表示たなか", japanese.ShiftJIS},
		{"EUC-KR", "euc-kr", "성명;번호;생년월일\n김상만;1;1966년 12월 5일\n", "1", "김상만", korean.EUCKR},
		{"Windows-1252", "windows-1252", "Name;ID\nJosé Núñez;1\n", "1", "José Núñez", charmap.Windows1252},
	} {
		t.Run(c.name, func(t *testing.T) {
			text, err := c.enc.NewEncoder().String(c.text)
			if err != nil {
				t.Fatal(err)
			}
			r := reader(t, text, batch.ReadOptions{})
			got := rows(t, r)
			if len(got) != 1 || got[0].Query.Text != c.want || got[0].Reference != c.ref || r.Charset() != c.set {
				t.Errorf("%s: %+v", r.Charset(), got)
			}
			if got[0].End != int64(len(text)) || got[0].Line != 2 {
				t.Errorf("line %d ends at %d of %d", got[0].Line, got[0].End, len(text))
			}
		})
	}
}

func TestAQuestionHasAllThatItsRowSays(t *testing.T) {
	btc := "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"
	for _, c := range []struct {
		name, text string
		o          batch.ReadOptions
		want       batch.Row
	}{
		{"all fields", "country,dob,full name,passport no,customer id,wallet,place of birth,type,colour\nKP,1966-12-05, KIM Sang Man ,PS 472,C-7,x,Pyongyang,NAME,red\n", batch.ReadOptions{}, batch.Row{
			Reference: "C-7", Query: screen.Query{Text: "KIM Sang Man", Kind: screen.Name, Birth: "1966-12-05", Country: "KP", Place: "Pyongyang", Identifiers: []string{"PS 472", "x"}},
		}},
		{"parts of a Latin name", "last name,first name,middle name\nKim,Sang,M.\n", batch.ReadOptions{}, batch.Row{Query: screen.Query{Text: "Sang M. Kim"}}},
		{"parts of a Korean name", "성,이름,given\n김,,상만\n", batch.ReadOptions{}, batch.Row{Query: screen.Query{Text: "김상만"}}},
		{"no name, a passport", "name,passport\n,PS 472\n", batch.ReadOptions{}, batch.Row{Query: screen.Query{Text: "PS 472", Kind: screen.Document}}},
		{"a column of addresses", "note,column\nx," + btc + "\n", batch.ReadOptions{}, batch.Row{Query: screen.Query{Text: btc, Kind: screen.Wallet}}},
		{"no header", "7;Kim;05/12/1966\n", batch.ReadOptions{Mapping: batch.Mapping{"1": batch.Reference, "2": batch.Name, "3": batch.Birth}, Dates: batch.DayFirst}, batch.Row{Reference: "7", Query: screen.Query{Text: "Kim", Birth: "1966-12-05"}}},
		{"a mapping and what is asked besides", "a,b\nKim,Lee\n", batch.ReadOptions{Mapping: batch.Mapping{"b": batch.Name}, Question: screen.Query{Limit: 3, Profile: "recall"}}, batch.Row{Query: screen.Query{Text: "Lee", Limit: 3, Profile: "recall"}}},
		{"an ambiguous date", "name,dob\nKim,05/12/1966\n", batch.ReadOptions{}, batch.Row{Query: screen.Query{Text: "Kim", Birth: "1966"}, Notes: []string{"the date of birth can be read day first or month first; only its year is used"}}},
		{"one column of names with commas", "name\nKIM, Sang Man\n", batch.ReadOptions{}, batch.Row{Query: screen.Query{Text: "KIM, Sang Man"}}},
		{"a kind for rows with a name", "name,passport\nKim,x\n", batch.ReadOptions{Named: screen.Name}, batch.Row{Query: screen.Query{Text: "Kim", Kind: screen.Name, Identifiers: []string{"x"}}}},
		{"and not for others", "name,passport\n,PS 472\n", batch.ReadOptions{Named: screen.Name}, batch.Row{Query: screen.Query{Text: "PS 472", Kind: screen.Document}}},
		{"NDJSON", `{"reference":7,"name":"Kim","birth":1966,"identifiers":["x"]}` + "\n", batch.ReadOptions{Question: screen.Query{Limit: 3}}, batch.Row{Reference: "7", Query: screen.Query{Text: "Kim", Birth: "1966", Limit: 3, Identifiers: []string{"x"}}}},
		{"NDJSON with keys of others", `{"text":"Kim","kind":"name","customer_grade":"x"}`, batch.ReadOptions{}, batch.Row{Query: screen.Query{Text: "Kim", Kind: screen.Name}, Notes: []string{"1 keys of the object are none of a question and are not read"}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := rows(t, reader(t, c.text, c.o))
			if len(got) != 1 {
				t.Fatalf("%+v", got)
			}
			g := batch.Row{Reference: got[0].Reference, Query: got[0].Query, Err: got[0].Err, Notes: got[0].Notes}
			if g.Err != c.want.Err || g.Reference != c.want.Reference {
				t.Errorf("%q %q", g.Reference, g.Err)
			}
			c.want.Query.Reference = c.want.Reference
			if d := cmp.Diff(c.want.Query, g.Query); d != "" {
				t.Error(d)
			}
			if d := cmp.Diff(c.want.Notes, g.Notes); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestALineOfNDJSONThatIsNoQuestionCostsItselfOnly(t *testing.T) {
	text := "{\"name\":\"Kim\"}\n{\"name\":\"K\n[1]\n{\"name\":7}\n{} {}\n{\"name\":\"Lee\"} x\n\n{\"reference\":\"7\",\"name\":\"Park\"}\nnull\n"
	want := []string{
		"1 |Kim", "2 ! the line is no JSON object of a question", "3 ! the line is no JSON object of a question",
		`4 ! the value of "name" is a number, which it cannot be`, "5 ! something stands behind the object; one object a line",
		"6 ! something stands behind the object; one object a line", "8 7|Park", "9 ! the line is no JSON object",
	}
	if d := cmp.Diff(want, short(rows(t, reader(t, text, batch.ReadOptions{})))); d != "" {
		t.Error(d)
	}
}

func TestInputsThatAskNothingAreRefusedWithWhatToDo(t *testing.T) {
	for _, c := range []struct {
		name, text string
		o          batch.ReadOptions
		says       []string
	}{
		{"no name", "colour,size\nred,1\n", batch.ReadOptions{}, []string{`1 "colour"`, `2 "size"`, "--map name=COLUMN"}},
		{"a column that there is not", "a,b\n1,2\n", batch.ReadOptions{Mapping: batch.Mapping{"c": batch.Name}}, []string{`"c"`, `1 "a"`}},
		{"a mapping without a name", "a,b\n1,2\n", batch.ReadOptions{Mapping: batch.Mapping{"a": batch.Reference}}, []string{"--map name=COLUMN"}},
		{"empty", "", batch.ReadOptions{}, []string{"empty"}},
		{"a header that cannot be read", "a\"b,name\n", batch.ReadOptions{}, []string{"line 1"}},
		{"a set that is not known", "name\nx\n", batch.ReadOptions{Charset: "klingon"}, []string{"klingon", "shift_jis"}},
		{"a number beyond the columns", "x,y\n", batch.ReadOptions{Mapping: batch.Mapping{"3": batch.Name}, Header: batch.NoHeader}, []string{"2 columns"}},
	} {
		_, err := batch.NewReader(strings.NewReader(c.text), c.o)
		if !errs.Is(err, errs.Invalid) {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		m, hint := errs.Message(err)
		for _, s := range c.says {
			if !strings.Contains(m+" "+hint, s) {
				t.Errorf("%s: %q %q does not say %q", c.name, m, hint, s)
			}
		}
	}
}

func TestGuessKnowsHeadersOfThreeLanguages(t *testing.T) {
	for _, c := range []struct {
		header []string
		sample [][]string
		want   string
		notes  int
	}{
		{[]string{"ID", "Full_Name", "D.O.B.", "Nationality"}, nil, "birth=D.O.B.,country=Nationality,name=Full_Name,reference=ID", 0},
		{[]string{"氏名", "生年月日", "国籍", "旅券番号"}, nil, "birth=生年月日,country=国籍,document=旅券番号,name=氏名", 0},
		{[]string{"성명", "생년월일", "국적", "여권번호", "고객번호"}, nil, "birth=생년월일,country=국적,document=여권번호,name=성명,reference=고객번호", 0},
		{[]string{"Name (English)", "name", "IMO", "SWIFT"}, nil, "identifier=IMO,identifier=SWIFT,name=Name (English)", 1},
		{[]string{"name", "dob", "", "7"}, [][]string{{"Kim", "blue", "", "x"}}, "name=name", 3},
		{[]string{"name", "full name"}, [][]string{{"123", "Kim"}}, "name=full name", 1},
		{[]string{"", "name"}, [][]string{{"0x8589427373D6D84E98730D7795D8f6f8731FDA16", ""}}, "name=name,wallet=1", 0},
	} {
		m, notes := batch.Guess(c.header, c.sample)
		if m.String() != c.want || len(notes) != c.notes {
			t.Errorf("%q: %s, %q", c.header, m, notes)
		}
	}
}

func TestParseMapping(t *testing.T) {
	for in, want := range map[string]string{
		"name=full_name,birth=dob,reference=id":   "birth=dob,name=full_name,reference=id",
		" NAME = 2 , passport=7,swift=8":          "document=7,identifier=8,name=2",
		`name="Name, ""full""",ignore=x,ignore=y`: `ignore=x,ignore=y,name="Name, ""full"""`,
		"":        "",
		"name=성명": "name=성명",
		"dob=born,id=no,bic=b,identifier=c,document=d ": "birth=born,document=d,identifier=b,identifier=c,reference=no",
	} {
		m, err := batch.ParseMapping(in)
		if err != nil || m.String() != want {
			t.Errorf("%q: %s, %v", in, m, err)
		}
	}
	for _, in := range []string{"name", "colour=x", "name=", "name=a,name=b", "name=a,birth=a", `name="a`, `name="a"b`, `name=a"b`, `name=""`, ","} {
		if _, err := batch.ParseMapping(in); !errs.Is(err, errs.Invalid) {
			t.Errorf("%q: %v", in, err)
		}
	}
}

func TestDatesOfBirthKeepThePrecisionThatIsSure(t *testing.T) {
	const ambiguous, left = "only its year is used", "cannot be read"
	for _, c := range []struct {
		in    string
		order batch.DateOrder
		want  record.Date
		note  string
	}{
		{"1966-12-05", "", "1966-12-05", ""},
		{"1966/12/5", "", "1966-12-05", ""},
		{"19661205", "", "1966-12-05", ""},
		{"1966", "", "1966", ""},
		{"1966-12", "", "1966-12", ""},
		{"12/1966", "", "1966-12", ""},
		{"12 May 1966", "", "1966-05-12", ""},
		{"12-MAY-1966", "", "1966-05-12", ""},
		{"May 12, 1966", "", "1966-05-12", ""},
		{"3rd Sept. 1966", "", "1966-09-03", ""},
		{"May 1966", "", "1966-05", ""},
		{"1966年12月5日", "", "1966-12-05", ""},
		{"１９６６年１２月", "", "1966-12", ""},
		{"昭和41年12月5日", "", "1966-12-05", ""},
		{"昭和元年", "", "1926", ""},
		{"1966년 12월 5일", "", "1966-12-05", ""},
		{"1966. 12. 5.", "", "1966-12-05", ""},
		{"1966-12-05T00:00:00Z", "", "1966-12-05", ""},
		{"1966-12-00", "", "1966-12", ""},
		{"1966-00-00", "", "1966", ""},
		{"05/12/1966", "", "1966", ambiguous},
		{"05.12.1966", "", "1966", ambiguous},
		{"05/12/1966", batch.DayFirst, "1966-12-05", ""},
		{"05/12/1966", batch.MonthFirst, "1966-05-12", ""},
		{"25/12/1966", batch.MonthFirst, "1966-12-25", ""},
		{"12/25/1966", "", "1966-12-25", ""},
		{"05/05/1966", "", "1966-05-05", ""},
		{"1966-02-30", "", "", left},
		{"30/02/1966", "", "", left},
		{"0066-12-05", "", "", left},
		{"24446", "", "", left},
		{"blue", "", "", left},
		{"12 Foo 1966", "", "", left},
		{strings.Repeat("1", 1000), "", "", left},
		{"", "", "", ""},
		{" n/a ", "", "", ""},
		{"不明", "", "", ""},
	} {
		got, note := batch.ParseBirth(c.in, c.order)
		if got != c.want || !strings.Contains(note, c.note) || (note == "") != (c.note == "") {
			t.Errorf("%.40q %s: %q, %q", c.in, c.order, got, note)
		}
	}
}

// TestWellFormedCSVIsReadAsEncodingCSVReadsIt writes random cells with
// encoding/csv and compares.
func TestWellFormedCSVIsReadAsEncodingCSVReadsIt(t *testing.T) {
	cell := rapid.StringOfN(rapid.SampledFrom([]rune("ab \"\n\r,;\t|김é'=")), 0, 12, -1)
	rapid.Check(t, func(t *rapid.T) {
		width := rapid.IntRange(1, 4).Draw(t, "width")
		comma := rapid.SampledFrom([]rune{',', ';', '\t', '|'}).Draw(t, "comma")
		var buf bytes.Buffer
		w := csv.NewWriter(&buf)
		w.Comma, w.UseCRLF = comma, rapid.Bool().Draw(t, "CRLF")
		header := []string{"name", "reference", "place", "country"}[:width]
		all := [][]string{header}
		for range rapid.IntRange(0, 8).Draw(t, "rows") {
			all = append(all, rapid.SliceOfN(cell, width, width).Draw(t, "row"))
		}
		if err := w.WriteAll(all); err != nil {
			t.Fatal(err)
		}
		theirs := csv.NewReader(bytes.NewReader(buf.Bytes()))
		theirs.Comma = comma
		if _, err := theirs.Read(); err != nil {
			t.Fatal(err)
		}
		in, err := batch.NewReader(bytes.NewReader(buf.Bytes()), batch.ReadOptions{Comma: byte(comma)})
		if err != nil {
			t.Fatal(err)
		}
		for row, err := range in.Rows() {
			if err != nil {
				t.Fatal(err)
			}
			want, err := theirs.Read()
			if err != nil {
				t.Fatal(err)
			}
			line, _ := theirs.FieldPos(0)
			compare(t, row, append(want, "", "", "")[:4], line)
		}
		if _, err := theirs.Read(); err != io.EOF {
			t.Fatalf("there is more: %v", err)
		}
	})
}

func compare(t *rapid.T, row batch.Row, want []string, line int) {
	for i := range want {
		want[i] = strings.TrimSpace(want[i])
	}
	if row.Line != line {
		t.Fatalf("line %d, want %d", row.Line, line)
	}
	if want[0] == "" {
		if row.Err != "the row has no name and no identifier" {
			t.Fatalf("no name: %q", row.Err)
		}
		return
	}
	q := row.Query
	if got := []string{q.Text, row.Reference, q.Place, q.Country}; !slices.Equal(got, want) || row.Err != "" {
		t.Fatalf("%q (%s), want %q", got, row.Err, want)
	}
}

// answers is an asker of made-up answers.
func answers(_ context.Context, q screen.Query) (screen.Answer, error) {
	a := screen.Answer{Query: q.Text, State: screen.None, Candidates: []screen.Candidate{}, Checked: []screen.Checked{}, Stands: screen.Stands{Seq: 7, Rules: "test-1"}}
	switch {
	case strings.HasPrefix(q.Text, "Bad"):
		return screen.Answer{}, errs.New(errs.Invalid, "the question is no good").WithHint("Ask another.")
	case strings.HasPrefix(q.Text, "Panic"):
		panic(q.Text)
	case strings.HasPrefix(q.Text, "Kim"):
		a.State = screen.Likely
		a.Candidates = append(a.Candidates, screen.Candidate{
			Object: "identity--1", Title: "KIM, Sang Man", Matched: screen.Match{Text: "KIM, Sang Man", How: "order"}, Probability: screen.Interval{Low: 0.3, Mid: 0.5208, High: 0.7},
			Listings: []screen.Listing{
				{Authority: "UNSC", List: "1718", Entry: "KPi.045", ListedOn: "2018-01-05", Status: record.InForce},
				{Authority: "OFAC", List: "SDN", Entry: "1", Status: record.Removed},
			},
			Reasons: []screen.Reason{{Tag: "order", Weight: "for"}, {Tag: "weak-alias", Weight: "against"}},
			Settle:  []screen.Text{{Key: "settle.birth"}, {Key: "settle.document", Args: []any{2}}},
		}, screen.Candidate{Object: "identity--2", Title: "=cmd()", Matched: screen.Match{Text: "+Kim", How: "tokens"}})
		a.Cut = 3
	}
	return a, nil
}

const customers = `reference,name,dob
C-1,Kim Sang Man,05/12/1966
C-2,Lee,1980
C-3,"Par"k,
@C-4,Bad,
C-5,Panic,
C-6,,
=1+1,Kim 2,x
`

func TestTheCSVOutput(t *testing.T) {
	for name, o := range map[string]batch.CSVOptions{
		"alerts.csv": {},
		"all.csv":    {Select: batch.All, Mark: true, Say: func(t screen.Text) string { return "say " + t.Key }},
	} {
		var buf bytes.Buffer
		sum, err := batch.Run(t.Context(), batch.Options{Ask: answers}, reader(t, customers, batch.ReadOptions{}).Rows(), batch.NewCSV(&buf, o))
		if err != nil {
			t.Fatal(err)
		}
		golden(t, name, buf.Bytes())
		if s := sum.String(); s != "7 rows, 3 asked, 2 malformed, 2 refused. clear: 1. likely: 2. All stand on journal sequence 7, rules test-1." {
			t.Error(s)
		}
	}
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), string(got)); d != "" {
		t.Error(d)
	}
}

// TestNoCellIsAFormula reads the output back: every cell is harmless, and is
// what was asked but for the apostrophe.
func TestNoCellIsAFormula(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ref := rapid.StringOfN(rapid.SampledFrom([]rune("=+-@\t\r＝＠a\",'")), 1, 5, -1).Draw(t, "reference")
		var buf bytes.Buffer
		h := batch.NewCSV(&buf, batch.CSVOptions{Select: batch.All})
		if err := errors.Join(h.Result(batch.Result{Line: 2, Reference: ref}), h.Flush()); err != nil {
			t.Fatal(err)
		}
		r := csv.NewReader(&buf)
		all, err := r.ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		for _, cell := range all[1] {
			if cell != "" && strings.ContainsAny(cell[:1], "=+-@\t\r") {
				t.Fatalf("the cell %q is a formula", cell)
			}
		}
		if got := all[1][1]; got != ref && got != "'"+ref {
			t.Fatalf("%q became %q", ref, got)
		}
	})
}

func TestNDJSONGivesWholeAnswersInTheOrderOfTheRows(t *testing.T) {
	var in strings.Builder
	in.WriteString("name,id\n")
	for i := range 500 {
		fmt.Fprintf(&in, "%s %d,%d\n", []string{"Kim", "Lee"}[i%2], i, i)
	}
	var single []batch.Result
	for _, row := range rows(t, reader(t, in.String(), batch.ReadOptions{})) {
		a, err := answers(t.Context(), row.Query)
		if err != nil {
			t.Fatal(err)
		}
		single = append(single, batch.Result{Line: row.Line, Reference: row.Reference, Query: row.Query, Answer: a})
	}
	var buf bytes.Buffer
	var calls, last int64
	o := batch.Options{Ask: answers, Workers: 8, Prompt: true, Total: int64(in.Len()), Progress: func(done, total int64) {
		if done <= last || total != int64(in.Len()) {
			t.Errorf("%d of %d after %d", done, total, last)
		}
		calls, last = calls+1, done
	}}
	sum, err := batch.Run(t.Context(), o, reader(t, in.String(), batch.ReadOptions{}).Rows(), batch.NewNDJSON(&buf, batch.All))
	if err != nil || sum.Rows != 500 || calls != 500 || last != int64(in.Len()) || sum.States[screen.Likely] != 250 {
		t.Fatalf("%+v, %v; %d calls", sum, err, calls)
	}
	for i, line := range bytes.Split(bytes.TrimSpace(buf.Bytes()), []byte("\n")) {
		want, err := json.Marshal(single[i])
		if err != nil {
			t.Fatal(err)
		}
		var a, b any
		if err := errors.Join(json.Unmarshal(line, &a), json.Unmarshal(want, &b)); err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(b, a); d != "" {
			t.Fatalf("row %d: %s", i, d)
		}
	}
}

func TestAFewRowsAtATimeAreInMemory(t *testing.T) {
	var given, taken atomic.Int64
	const workers, bound = 2, 200
	source := func(yield func(batch.Row, error) bool) {
		for i := range 100_000 {
			if n := given.Add(1) - taken.Load(); n > bound {
				t.Errorf("%d rows are on their way", n)
				return
			}
			if !yield(batch.Row{Line: i + 1, Query: screen.Query{Text: "Lee"}}, nil) {
				return
			}
		}
	}
	sum, err := batch.Run(t.Context(), batch.Options{Ask: answers, Workers: workers}, source, counting{&taken})
	if err != nil || sum.Rows != 100_000 {
		t.Errorf("%+v %v", sum, err)
	}
}

type counting struct{ n *atomic.Int64 }

func (c counting) Result(batch.Result) error { c.n.Add(1); return nil }
func (c counting) Flush() error              { return nil }

func TestWhatEndsARunAndWhatDoesNot(t *testing.T) {
	many := "name\n" + strings.Repeat("Lee\n", 1000)
	failing := func(k errs.Kind) batch.Asker {
		return func(context.Context, screen.Query) (screen.Answer, error) {
			return screen.Answer{}, errs.New(k, "made up")
		}
	}
	var rules atomic.Int64
	for _, c := range []struct {
		name string
		ask  batch.Asker
		want errs.Kind
		rows int64
	}{
		{"refused questions", failing(errs.Invalid), "", 1000},
		{"a node that is gone", failing(errs.Unavailable), errs.Unavailable, 0},
		{"a node that denies", failing(errs.Denied), errs.Denied, 0},
		{"a broken node", failing(errs.Internal), errs.Internal, 99},
		{"defects now and then", func(ctx context.Context, q screen.Query) (screen.Answer, error) {
			if rules.Add(1)%3 == 0 {
				panic("made up")
			}
			return answers(ctx, q)
		}, "", 1000},
		{"other rules", func(ctx context.Context, q screen.Query) (screen.Answer, error) {
			a, err := answers(ctx, q)
			a.Stands.Rules = fmt.Sprint(rules.Add(1) > 0 && q.Text == "Lee", rules.Load())
			return a, err
		}, errs.Conflict, 1},
	} {
		sum, err := batch.Run(t.Context(), batch.Options{Ask: c.ask, Workers: 1}, reader(t, many, batch.ReadOptions{}).Rows(), batch.Count{})
		if errs.KindOf(err) != c.want || sum.Rows != c.rows {
			t.Errorf("%s: %v after %d rows", c.name, err, sum.Rows)
		}
	}
}

func TestAJournalThatMovesIsSaid(t *testing.T) {
	var seq atomic.Int64
	ask := func(ctx context.Context, q screen.Query) (screen.Answer, error) {
		a, err := answers(ctx, q)
		a.Stands.Seq = 100 + seq.Add(1)
		return a, err
	}
	sum, err := batch.Run(t.Context(), batch.Options{Ask: ask}, reader(t, "name\nLee\nLee\nLee\n", batch.ReadOptions{}).Rows(), batch.Count{})
	if err != nil || !sum.Moved() || sum.FirstSeq != 101 || sum.LastSeq != 103 || !strings.Contains(sum.String(), "from sequence 101 to 103") {
		t.Errorf("%s, %v", sum, err)
	}
}

func TestARunEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	ask := func(ctx context.Context, q screen.Query) (screen.Answer, error) {
		cancel()
		<-ctx.Done()
		return screen.Answer{}, ctx.Err()
	}
	sum, err := batch.Run(ctx, batch.Options{Ask: ask}, reader(t, "name\n"+strings.Repeat("Lee\n", 1000), batch.ReadOptions{}).Rows(), batch.Count{})
	if !errs.Is(err, errs.Unavailable) || !errors.Is(err, context.Canceled) || sum.Rows != 0 {
		t.Errorf("%+v, %v", sum, err)
	}
}

// TestAnAnswerIsOnItsWayBeforeTheNextRowCame asks over a pipe as over HTTP.
func TestAnAnswerIsOnItsWayBeforeTheNextRowCame(t *testing.T) {
	in, ask := io.Pipe()
	out, say := io.Pipe()
	done := make(chan error, 1)
	go func() {
		r, err := batch.NewReader(in, batch.ReadOptions{Format: batch.NDJSON})
		if err == nil {
			_, err = batch.Run(t.Context(), batch.Options{Ask: answers, Prompt: true}, r.Rows(), batch.NewNDJSON(say, batch.All))
		}
		done <- errors.Join(err, say.Close())
	}()
	dec := json.NewDecoder(out)
	for i := range 5 {
		if _, err := fmt.Fprintf(ask, "{\"name\":\"Kim\",\"reference\":%d}\n", i); err != nil {
			t.Fatal(err)
		}
		var r batch.Result
		if err := dec.Decode(&r); err != nil || r.Reference != fmt.Sprint(i) || r.Answer.State != screen.Likely {
			t.Fatalf("%+v, %v", r, err)
		}
	}
	if err := errors.Join(ask.Close(), <-done); err != nil {
		t.Fatal(err)
	}
}

func TestAnInputThatBreaksOffEndsTheRun(t *testing.T) {
	r, err := batch.NewReader(io.MultiReader(strings.NewReader("{\"name\":\"Kim\"}\n"), broken{}), batch.ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	sum, err := batch.Run(t.Context(), batch.Options{Ask: answers}, r.Rows(), batch.Count{})
	if !errs.Is(err, errs.Unavailable) || sum.Rows != 1 {
		t.Errorf("%+v, %v", sum, err)
	}
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, errors.New("made up") }

func FuzzReader(f *testing.F) {
	f.Add([]byte(customers), byte(0))
	f.Add([]byte("name\n\"a\nb\"\n\"c\n"), byte(','))
	f.Add([]byte("\xff\xfen\x00a\x00m\x00e\x00\n\x00x\x00"), byte(0))
	f.Add([]byte("\xef\xbb\xbf{\"name\":\"x\"}\n{"), byte(0))
	f.Add([]byte("\x8e\x81\x96\xbc|x\n\x83|\x81[\x83\x8b|1\n"), byte(0))
	f.Add([]byte("name;x\n"+strings.Repeat("\"\n", 300)), byte(';'))
	f.Fuzz(func(t *testing.T, data []byte, comma byte) {
		r, err := batch.NewReader(bytes.NewReader(data), batch.ReadOptions{Comma: comma})
		if err != nil {
			if m, hint := errs.Message(err); !errs.Is(err, errs.Invalid) || m == "" || hint == "" {
				t.Fatalf("%v says too little", err)
			}
			return
		}
		end, line := int64(0), 0
		for row, err := range r.Rows() {
			switch {
			case err != nil:
				t.Fatal(err)
			case row.Start < end || row.End <= row.Start || row.End > int64(len(data)) || row.Line <= line:
				t.Fatalf("line %d from %d to %d behind line %d, %d", row.Line, row.Start, row.End, line, end)
			case (row.Err == "") != (row.Query.Text != ""):
				t.Fatalf("%+v", row)
			case row.Query.Birth.Validate() != nil || !utf8.ValidString(row.Query.Text) || !utf8.ValidString(row.Err):
				t.Fatalf("%+v", row)
			}
			end, line = row.End, row.Line
		}
	})
}

func FuzzParseMapping(f *testing.F) {
	f.Add("name=full_name,birth=dob,reference=id")
	f.Add(`name="a, ""b""",wallet=c`)
	f.Add("name=,=")
	f.Fuzz(func(t *testing.T, s string) {
		m, err := batch.ParseMapping(s)
		if err != nil {
			return
		}
		again, err := batch.ParseMapping(m.String())
		if err != nil || cmp.Diff(m, again) != "" {
			t.Fatalf("%q is %q, which is %q, %v", s, m, again, err)
		}
	})
}

func FuzzGuess(f *testing.F) {
	f.Add("id,name,dob", "1,Kim,1966")
	f.Add("氏名,氏名,\"7\"", ",,")
	f.Add("성명,,x", "김,0x8589427373D6D84E98730D7795D8f6f8731FDA16,")
	f.Fuzz(func(t *testing.T, header, sample string) {
		h := strings.Split(header, ",")
		m, notes := batch.Guess(h, [][]string{strings.Split(sample, ",")})
		if len(m)+len(notes) != len(h) {
			t.Fatalf("%d columns: %d mapped, %d not understood", len(h), len(m), len(notes))
		}
	})
}

func FuzzParseBirth(f *testing.F) {
	for _, s := range []string{"1966-12-05", "05/12/1966", "昭和41年12月5日", "12 May 1966", "1966. 12. 5.", "x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, order := range []batch.DateOrder{"", batch.DayFirst, batch.MonthFirst} {
			if d, note := batch.ParseBirth(s, order); d.Validate() != nil || d != "" && len(s) > 100 || note != "" && strings.Contains(note, s) && len(s) > 8 {
				t.Fatalf("%q: %q, %q", s, d, note)
			}
		}
	})
}

// BenchmarkRun asks a million rows of an asker that does nothing, as CSV in and
// CSV out, and reports rows a second and the most memory in use.
func BenchmarkRun(b *testing.B) {
	for b.Loop() {
		n := 1_000_000
		began := time.Now()
		r, err := batch.NewReader(&manyRows{n: n}, batch.ReadOptions{})
		if err != nil {
			b.Fatal(err)
		}
		ask := func(_ context.Context, q screen.Query) (screen.Answer, error) {
			return screen.Answer{State: screen.Open, Candidates: []screen.Candidate{{Object: "identity--1", Title: q.Text}}}, nil
		}
		peak := &heap{b: b}
		sum, err := batch.Run(b.Context(), batch.Options{Ask: ask, Progress: peak.look}, r.Rows(), batch.NewCSV(io.Discard, batch.CSVOptions{}))
		if err != nil || sum.Rows != int64(n) {
			b.Fatal(sum, err)
		}
		b.ReportMetric(float64(n)/time.Since(began).Seconds(), "rows/s")
		b.ReportMetric(float64(peak.most)/(1<<20), "MB-heap")
	}
}

func BenchmarkReader(b *testing.B) {
	for b.Loop() {
		n, began := 1_000_000, time.Now()
		r, err := batch.NewReader(&manyRows{n: n}, batch.ReadOptions{})
		if err != nil {
			b.Fatal(err)
		}
		for _, err := range r.Rows() {
			if err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(n)/time.Since(began).Seconds(), "rows/s")
	}
}
