package batch

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/screen"
	"github.com/cordon-project/cordon/script"
)

// Format says how an input is written.
type Format string

// The formats.
const (
	AnyFormat Format = ""       // found out: NDJSON when the first character is a brace
	CSV       Format = "csv"    // one row a record, RFC 4180
	NDJSON    Format = "ndjson" // one object a line
)

// Header says whether the first record of a CSV names the columns.
type Header string

// Whether there is a header.
const (
	AnyHeader  Header = ""     // there is one unless the mapping names columns by number only and nothing in the first record is known
	WithHeader Header = "with" // the first record is it
	NoHeader   Header = "without"
)

// ReadOptions say what an input is. The zero value finds out.
type ReadOptions struct {
	Format  Format
	Charset string // its MIME or WHATWG name, "" to guess
	Comma   byte   // what parts the cells, 0 to guess among comma, semicolon, tab and bar
	Header  Header
	Mapping Mapping   // nil to guess from the header
	Dates   DateOrder // of dates such as 05/12/1966
	// Question is what each row asks besides what it says itself: Limit, Profile,
	// Kind, AlertsOnly and OFACMin.
	Question screen.Query
	// Named is the kind of rows that have a name and of which neither they nor
	// Question say one.
	Named screen.Kind
}

// Row is one row of an input as a question.
type Row struct {
	Line       int   // of its first line, from 1
	Start, End int64 // byte offsets in the input, the line end included
	Reference  string
	Query      screen.Query
	Err        string   // why it cannot be asked, "" if it can
	Notes      []string // what was left out of the question, and why

	lines int               // of the input up to End
	sum   [sha256.Size]byte // of the input up to End; only when the reader keeps it
}

// Reader reads the rows of an input. It holds one sample and one record in
// memory.
type Reader struct {
	o       ReadOptions
	rec     records
	format  Format
	comma   byte
	header  []string // nil for none
	width   int
	mapping Mapping
	plan    plan
	notes   []string
	sums    bool // give each row the hash of the input up to its end
	sum     [sha256.Size]byte
}

// NewReader finds out what the input is and reads its header. It reads a sample
// of 256 KiB first, unless the input is NDJSON. Errors: errs.Invalid for an
// input that is empty, has no column of names or identifiers or not the columns
// of the mapping, and for a character set that is not known; errors of r.
func NewReader(r io.Reader, o ReadOptions) (_ *Reader, err error) {
	defer errs.Wrap(&err, "batch.NewReader")
	in := &Reader{o: o, rec: records{src: newSource(r), hash: sha256.New()}}
	head := in.rec.src.first()
	in.format = o.Format
	if in.format == AnyFormat && bytes.HasPrefix(bytes.TrimLeft(head[min(len(head), mark(head)):], " \t\r\n"), []byte("{")) {
		in.format = NDJSON
	}
	if in.format != NDJSON {
		head = in.rec.src.peek()
	}
	if err := in.rec.src.err; err != nil && !errors.Is(err, io.EOF) {
		return nil, unreadable(err)
	}
	if err := in.decide(head); err != nil {
		return nil, err
	}
	if n := mark(head); n > 0 {
		if err := in.rec.src.drop(int64(n), in.rec.hash); err != nil {
			return nil, unreadable(err)
		}
		in.rec.pos = int64(n)
	}
	if in.format == NDJSON {
		in.rec.lines = true
		return in, nil
	}
	return in, in.columns(head[mark(head):])
}

func unreadable(err error) error {
	return errs.New(errs.Unavailable, "the input cannot be read to its end").Because(err).WithHint("What was written stays; give the same command again to go on.")
}

// decide settles the character set.
func (in *Reader) decide(head []byte) error {
	name := in.o.Charset
	switch {
	case mark(head) > 0:
		name, _ = guessSet(head)
	case name == "" && in.format == NDJSON:
		name = "utf-8" // RFC 8259 section 8.1
	case name == "":
		var note string
		if name, note = guessSet(head); note != "" {
			in.notes = append(in.notes, note)
		}
	}
	set, ok := setOf(name)
	if !ok {
		return errs.New(errs.Invalid, "the character set %q is not known", name).WithHint("Use for instance utf-8, utf-16, shift_jis, euc-kr or windows-1252.")
	}
	in.rec.src.set = set
	return nil
}

// sampleRows is how many records are looked at to tell the columns.
const sampleRows = 50

// columns finds the separator, the header and the mapping in a sample, and reads
// over the header.
func (in *Reader) columns(sample []byte) error {
	in.comma = in.o.Comma
	if in.comma == 0 {
		in.comma = guessComma(sample, in.rec.src.set)
	}
	in.rec.comma = in.comma
	rows, err := sampled(sample, in.rec.src.set, in.comma)
	if err != nil {
		return err
	}
	in.width = len(rows[0].cells)
	if in.hasHeader(rows[0].cells) {
		in.header = slices.Clone(rows[0].cells)
	}
	in.mapping = in.o.Mapping
	if in.mapping == nil {
		if err := in.guess(rows); err != nil {
			return err
		}
	}
	if in.plan, err = in.mapping.resolve(in.header, in.width); err != nil {
		return err
	}
	if !in.mapping.asks() {
		return noName(in.header, in.width)
	}
	if in.header != nil {
		if _, err := in.rec.next(); err != nil {
			return unreadable(err)
		}
	}
	return nil
}

// hasHeader reports whether the first record names columns.
func (in *Reader) hasHeader(first []string) bool {
	if in.o.Header != AnyHeader {
		return in.o.Header == WithHeader
	}
	if in.o.Mapping == nil {
		return true
	}
	if slices.ContainsFunc(first, func(s string) bool { _, ok := headerField(s); return ok }) {
		return true
	}
	for c := range in.o.Mapping {
		if _, err := c.find(first, 0); err == nil || strings.Trim(string(c), "0123456789") != "" {
			return true
		}
	}
	return false
}

func (in *Reader) guess(rows []rawRecord) error {
	if in.header == nil {
		return noName(nil, in.width)
	}
	var below [][]string
	for _, r := range rows[1:] {
		if r.err == "" {
			below = append(below, r.cells)
		}
	}
	var unclear []string
	in.mapping, unclear = Guess(in.header, below)
	in.notes = append(in.notes, unclear...)
	return nil
}

// sampled reads the first records of a sample. The first must be sound.
func sampled(sample []byte, s set, comma byte) (rows []rawRecord, err error) {
	src := newSource(bytes.NewReader(sample))
	src.set = s
	rec := records{src: src, hash: sha256.New(), comma: comma}
	for len(rows) < sampleRows {
		r, err := rec.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		r.cells = slices.Clone(r.cells)
		rows = append(rows, r)
	}
	if len(rows) == 0 {
		return nil, errs.New(errs.Invalid, "the input is empty").WithHint("Give a CSV with a header, or NDJSON.")
	}
	if rows[0].err != "" {
		return nil, errs.New(errs.Invalid, "line %d, which should name the columns, cannot be read: %s", rows[0].line, rows[0].err).
			WithHint("Give a CSV with a header such as reference,name,birth, in UTF-8, UTF-16, Shift_JIS, EUC-KR or Windows-1252.")
	}
	return rows, nil
}

// guessComma returns what parts the cells of a sample: what most of its records
// have as often as the first, 0 when the first has none of them.
func guessComma(sample []byte, s set) byte {
	best, score := byte(0), 0
	for _, c := range []byte{',', ';', '\t', '|'} {
		rows, err := sampled(sample, s, c)
		if err != nil || len(rows[0].cells) < 2 {
			continue
		}
		alike := 0
		for _, r := range rows {
			if r.err == "" && len(r.cells) == len(rows[0].cells) {
				alike++
			}
		}
		if n := alike*1000 + len(rows[0].cells); n > score {
			best, score = c, n
		}
	}
	return best
}

// Notes say what was guessed about the input and which columns are not read.
func (in *Reader) Notes() []string { return in.notes }

// Mapping is the mapping in use, nil for NDJSON.
func (in *Reader) Mapping() Mapping { return in.mapping }

// Charset is the character set in use by its WHATWG name.
func (in *Reader) Charset() string { return in.rec.src.set.name }

// Form describes how the input is read: format, separator, character set and
// what each row is asked besides. Two readers of one form and mapping ask the
// same of one input.
func (in *Reader) Form() string {
	q := in.o.Question
	header := "no header"
	if in.header != nil || in.format == NDJSON {
		header = "header"
	}
	f := in.format
	if f == AnyFormat {
		f = CSV
	}
	said := fmt.Sprintf("%s %q %s %s dates=%s kind=%s named=%s limit=%d profile=%s alerts=%t ofac=%d",
		f, string(rune(in.comma)), in.Charset(), header, in.o.Dates, q.Kind, in.o.Named, q.Limit, q.Profile, q.AlertsOnly, q.OFACMin)
	if q.AsOf != "" {
		said += " as-of=" + q.AsOf
	}
	return said
}

// Rows gives the rows from where the reader stands, once. An error ends it: the
// input cannot be read on, and what was given is sound.
func (in *Reader) Rows() iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		for {
			rec, err := in.rec.next()
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				yield(Row{}, unreadable(err))
				return
			}
			if !yield(in.row(rec), nil) {
				return
			}
		}
	}
}

// row makes a question of a record.
func (in *Reader) row(rec rawRecord) Row {
	row := Row{Line: rec.line, Start: rec.start, End: rec.end, Query: in.o.Question, Err: rec.err, lines: in.rec.line}
	if in.sums {
		in.rec.hash.Sum(in.sum[:0])
		row.sum = in.sum
	}
	switch {
	case row.Err != "":
	case in.format == NDJSON:
		in.object(&row, rec.text)
	case len(rec.cells) != in.width:
		row.Err = fmt.Sprintf("the row has %d cells where the first has %d", len(rec.cells), in.width)
	default:
		in.cells(&row, rec.cells)
	}
	if row.Err != "" {
		row.Query = screen.Query{}
	}
	return row
}

// cells fills a row from the cells of a CSV.
func (in *Reader) cells(row *Row, cells []string) {
	get := func(f Field) string {
		if i, ok := in.plan.at[f]; ok {
			return strings.TrimSpace(cells[i])
		}
		return ""
	}
	q := &row.Query
	row.Reference, q.Place, q.Country = get(Reference), get(Place), get(Country)
	q.Reference = row.Reference
	if q.Text = get(Name); q.Text == "" {
		q.Text = joined(get(Given), get(Middle), get(Family))
	}
	if s := get(Birth); s != "" {
		row.birth(s, in.o.Dates)
	}
	if s := get(Kind); s != "" {
		row.kind(s)
	} else if q.Text != "" && q.Kind == screen.Auto {
		q.Kind = in.o.Named
	}
	fallback := screen.Auto
	for _, id := range in.plan.ids {
		s := strings.TrimSpace(cells[id.column])
		if s == "" {
			continue
		}
		if q.Identifiers == nil {
			fallback = kindOf(id.field)
		}
		q.Identifiers = append(q.Identifiers, s)
	}
	row.settle(fallback)
}

func kindOf(f Field) screen.Kind {
	switch f {
	case Document:
		return screen.Document
	case Wallet:
		return screen.Wallet
	}
	return screen.Auto
}

func (r *Row) note(s string) { r.Notes = append(r.Notes, s) }

func (r *Row) birth(s string, order DateOrder) {
	d, note := ParseBirth(s, order)
	r.Query.Birth = d
	if note != "" {
		r.note(note)
	}
}

func (r *Row) kind(s string) {
	switch k := screen.Kind(strings.ToLower(s)); k {
	case screen.Name, screen.Wallet, screen.Domain, screen.URL, screen.Email, screen.IP, screen.Hash, screen.Document, screen.ObjectID:
		r.Query.Kind = k
	default:
		r.note("what kind of question it is was not understood; it is found out")
	}
}

// settle makes the first identifier the question of a row without a name, with
// what its column says of its kind, and refuses a row that asks nothing.
func (r *Row) settle(fallback screen.Kind) {
	q := &r.Query
	if q.Text != "" {
		return
	}
	if len(q.Identifiers) == 0 {
		r.Err = "the row has no name and no identifier"
		return
	}
	q.Text, q.Identifiers = q.Identifiers[0], q.Identifiers[1:]
	if len(q.Identifiers) == 0 {
		q.Identifiers = nil
	}
	if q.Kind == screen.Auto {
		q.Kind = fallback
	}
}

// joined puts the parts of a name together as its script does: family name
// first and without a space for names in Hangul, Han and kana, last otherwise.
func joined(given, middle, family string) string {
	if given != "" && family != "" && eastAsian(given) && eastAsian(family) {
		return family + middle + given
	}
	return strings.Join(slices.DeleteFunc([]string{given, middle, family}, func(s string) bool { return s == "" }), " ")
}

func eastAsian(s string) bool {
	switch script.Of(s) {
	case script.Hangul, script.Han, script.Japanese, script.Katakana, script.Hiragana:
		return true
	}
	return false
}

// question is a line of NDJSON.
type question struct {
	screen.Query
	Reference any      `json:"reference"`
	Name      string   `json:"name"`
	Born      birthday `json:"birth"`
}

type birthday string

// UnmarshalJSON reads a date as text or, for a year, as a number.
func (b *birthday) UnmarshalJSON(data []byte) error {
	var s string
	if err := json.Unmarshal(data, &s); err == nil {
		*b = birthday(s)
		return nil
	}
	var n json.Number
	err := json.Unmarshal(data, &n)
	*b = birthday(n.String())
	return err
}

// known are the keys of a question, in small letters.
var known = []string{"text", "name", "kind", "limit", "profile", "birth", "place", "country", "identifiers", "reference", "alerts_only", "ofac_min", "as_of"}

// object fills a row from a line of NDJSON.
func (in *Reader) object(row *Row, text string) {
	q, dec, err := in.question(text, true)
	foreign := err != nil && strings.HasPrefix(err.Error(), "json: unknown field")
	if foreign {
		q, dec, err = in.question(text, false)
	}
	if err != nil {
		row.Err = whyNoObject(err)
		return
	}
	if _, err := dec.Token(); err != io.EOF {
		row.Err = "something stands behind the object; one object a line"
		return
	}
	if strings.TrimLeft(text, " \t\r")[0] != '{' {
		row.Err = "the line is no JSON object"
		return
	}
	row.Query = q.Query
	row.Query.Birth = ""
	if row.Query.Text = strings.TrimSpace(q.Text); row.Query.Text == "" {
		if row.Query.Text = strings.TrimSpace(q.Name); row.Query.Text != "" && row.Query.Kind == screen.Auto {
			row.Query.Kind = in.o.Named
		}
	}
	switch id := q.Reference.(type) {
	case nil:
	case string:
		row.Reference = id
	case json.Number:
		row.Reference = id.String()
	default:
		row.note("the reference is neither a text nor a number and is left out")
	}
	row.Query.Reference = row.Reference
	if q.Born != "" {
		row.birth(string(q.Born), in.o.Dates)
	}
	if k := string(q.Kind); k != "" {
		row.Query.Kind = screen.Auto
		row.kind(k)
	}
	if foreign {
		row.unknownKeys(text)
	}
	row.settle(row.Query.Kind)
}

// question decodes a line; strictly, it is an error when it has a key that is
// none of a question.
func (in *Reader) question(text string, strictly bool) (question, *json.Decoder, error) {
	q := question{Query: in.o.Question}
	dec := json.NewDecoder(strings.NewReader(text))
	dec.UseNumber()
	if strictly {
		dec.DisallowUnknownFields()
	}
	err := dec.Decode(&q)
	return q, dec, err
}

// whyNoObject says what is wrong with a line without repeating what it says.
func whyNoObject(err error) string {
	var syntax *json.SyntaxError
	var typ *json.UnmarshalTypeError
	switch {
	case errors.As(err, &typ) && typ.Field != "":
		return fmt.Sprintf("the value of %q is a %s, which it cannot be", typ.Field, before(typ.Value, " "))
	case errors.As(err, &syntax):
		return fmt.Sprintf("the line is no JSON: wrong at its byte %d", syntax.Offset)
	}
	return "the line is no JSON object of a question"
}

// unknownKeys notes keys that no question has: a misspelt one must not be
// silently left out.
func (r *Row) unknownKeys(text string) {
	var all map[string]json.RawMessage
	if json.Unmarshal([]byte(text), &all) != nil {
		return
	}
	n := 0
	for k := range all {
		if !slices.Contains(known, strings.ToLower(k)) {
			n++
		}
	}
	if n > 0 {
		r.note(fmt.Sprintf("%d keys of the object are none of a question and are not read", n))
	}
}

// since reads on to where an earlier reader stood: at an offset, behind so many
// lines, with the hash of all before. It reports whether the input is the same.
func (in *Reader) since(offset int64, lines int, sum string) (same bool, err error) {
	if offset < in.rec.pos {
		return false, nil
	}
	err = in.rec.src.drop(offset-in.rec.pos, in.rec.hash)
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return false, nil
	}
	if err != nil {
		return false, unreadable(err)
	}
	in.rec.pos, in.rec.line = offset, lines
	return hexSum(in.rec.hash.Sum(nil)) == sum, nil
}
