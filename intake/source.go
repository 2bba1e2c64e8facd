package intake

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"io"
	"path"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/extract"
	"github.com/cordon-project/cordon/journal/archive"
	"github.com/cordon-project/cordon/lists/workbook"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/record"
	"github.com/cordon-project/cordon/screen"
)

// SourceView is a place in an archived input with what is around it: either
// Rows, for tables, or Window, for everything else.
type SourceView struct {
	Where     record.Where // as asked for
	Name      string       // file name as it was imported
	SHA256    string
	MediaType string
	Size      int64 // bytes
	Kept      time.Time
	URL       string // where it was fetched from, "" for an upload
	Label     policy.Label
	List      *record.ListVersion // the list version that this file is part of, nil for none

	Header []string    // column names, nil when the file has none
	Rows   []SourceRow // neighbours before, the row itself, neighbours after
	Total  int         // rows in the whole input
	Window *Window

	Taken    []screen.Ref // what was made from this place
	TakenCut int
}

// SourceRow is one row of a table.
type SourceRow struct {
	Number int // 1-based
	Cells  []string
	Mark   *Mark // what is marked in this row, nil for nothing
}

// Mark is what is marked in a row. Column 0 marks the whole row; Start and End
// are byte offsets in the cell, both 0 for the whole cell.
type Mark struct{ Column, Start, End int }

// Window is a piece of a text with a span in it.
type Window struct {
	Text       string
	Line       int // number of the first line, 1-based
	Start, End int // the span: byte offsets in Text, both 0 for none
	Before     bool
	After      bool // there is more text before, after
}

// How much is shown around a place, and of it.
const (
	rowsAround  = 5
	bytesAround = 2000
	spanShown   = 64 << 10
	maxShown    = 64 << 20 // bytes of an input that is shown in pieces
)

// Source shows a place in an archived input. Errors: errs.NotFound when there is
// no such input or no such place in it, errs.Withheld.
func (d *Desk) Source(ctx context.Context, v policy.Viewer, w record.Where) (s SourceView, err error) {
	defer errs.Wrap(&err, "intake.Source(%s)", w.SHA256)
	f, stored, err := d.c.Archive.Open(ctx, v, policy.Reading, w.SHA256)
	if err != nil {
		return s, err
	}
	defer f.Close()
	s = SourceView{Where: w, SHA256: w.SHA256, Size: stored.Size, Name: w.File}
	if len(stored.Inputs) > 0 {
		in := stored.Inputs[0]
		s.Name, s.MediaType, s.Kept, s.Label = in.Name, in.MediaType, in.At, in.Label
		if IsAddress(in.From) {
			s.URL = in.From
		}
	}
	for _, in := range stored.Inputs { // bytes are as open as the most open occasion on which they came
		if policy.Level(in.Label) < policy.Level(s.Label) {
			s.Label = in.Label
		}
	}
	if stored.Size > maxShown {
		return s, d.part(&s, f)
	}
	data, err := io.ReadAll(f)
	if err != nil {
		return s, err
	}
	if err := show(ctx, &s, data); err != nil {
		return s, err
	}
	return s, d.about(ctx, v, &s)
}

// about adds which list version the input is part of and what was made of the
// place.
func (d *Desk) about(ctx context.Context, v policy.Viewer, s *SourceView) (err error) {
	if d.c.Screen == nil {
		return nil
	}
	lists, err := d.c.Screen.Lists(ctx, v)
	if err != nil {
		return err
	}
	for i, l := range lists {
		for _, f := range l.Files {
			if f.SHA256 == s.SHA256 {
				s.List = &lists[i]
			}
		}
	}
	s.Taken, s.TakenCut, err = d.c.Screen.Taken(ctx, v, s.Where)
	return err
}

// show fills in rows or window by what the input is.
func show(ctx context.Context, s *SourceView, data []byte) error {
	if s.Where.Part == "text" {
		doc, err := extract.Read(ctx, s.Name, data, extract.Options{})
		if err != nil {
			return err
		}
		s.MediaType = doc.MediaType
		s.Window, err = window(doc.Text, s.Where.Start, s.Where.End)
		return err
	}
	if comma, ok := delimiter(s.Name); ok && s.Where.Row > 0 {
		s.MediaType = "text/csv"
		return rows(s, data, comma)
	}
	if strings.EqualFold(path.Ext(s.Name), ".xlsx") && s.Where.Row > 0 {
		s.MediaType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
		return sheet(s, data)
	}
	text := decoded(data)
	if !utf8.Valid(data) || bytes.IndexByte(data, 0) >= 0 {
		doc, err := extract.Read(ctx, s.Name, data, extract.Options{})
		if err == nil {
			text = doc.Text
		}
	}
	var err error
	s.Window, err = window(text, s.Where.Start, s.Where.End)
	return err
}

// part shows a span of an input too large to hold.
func (d *Desk) part(s *SourceView, f archive.File) error {
	start, end := s.Where.Start, s.Where.End
	if start < 0 || end < start || int64(end) > s.Size {
		return noSuchPlace()
	}
	from, to := max(0, start-bytesAround), min(end, start+spanShown)+bytesAround
	b := make([]byte, to-from)
	n, err := f.ReadAt(b, int64(from))
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	b = b[:n]
	cut := func(from, to int) string { return strings.ToValidUTF8(string(b[from:to]), "\ufffd") }
	first, last := start-from, min(end-from, n)
	before, span, after := cut(0, first), cut(first, last), cut(last, n)
	s.Window = &Window{
		Text: before + span + after, Start: len(before), End: len(before) + len(span), Before: from > 0, After: int64(from+n) < s.Size,
	}
	return nil
}

func noSuchPlace() error {
	return errs.New(errs.NotFound, "the input has no such place").WithHint("It may be another version of the file: compare the hash.")
}

func delimiter(name string) (byte, bool) {
	switch strings.ToLower(path.Ext(name)) {
	case ".csv":
		return ',', true
	case ".psv":
		return '|', true
	case ".tsv":
		return '\t', true
	}
	return 0, false
}

// decoded returns bytes as text: UTF-8, or Latin-1, in which OFAC writes.
func decoded(b []byte) string {
	if utf8.Valid(b) {
		return string(b)
	}
	r := make([]rune, len(b))
	for i, c := range b {
		r[i] = rune(c)
	}
	return string(r)
}

// rows shows the row of a place with its neighbours.
func rows(s *SourceView, data []byte, comma byte) error {
	at := 0
	for len(data) > 0 {
		var line []byte
		line, data = cutRecord(data, comma != '|')
		if len(bytes.TrimSpace(line)) == 0 && len(data) == 0 {
			break
		}
		at++
		if at == 1 && comma == '|' {
			s.Header = cells(line, comma)
		}
		if at >= s.Where.Row-rowsAround && at <= s.Where.Row+rowsAround && (at > 1 || s.Header == nil) {
			r := SourceRow{Number: at, Cells: cells(line, comma)}
			if at == s.Where.Row {
				r.Mark = &Mark{Column: s.Where.Column}
			}
			s.Rows = append(s.Rows, r)
		}
	}
	s.Total = at
	if s.Where.Row > at {
		return errs.New(errs.NotFound, "%s has %d rows and none with the number %d", s.Name, at, s.Where.Row)
	}
	return nil
}

// sheet shows the row of a place in a workbook with its neighbours. The place's
// element is the sheet, the first when it has none; its first row names the
// columns.
func sheet(s *SourceView, data []byte) error {
	all, err := workbook.Rows(data, s.Where.Element)
	if err != nil {
		return err
	}
	s.Total = len(all)
	if s.Where.Row > len(all) {
		return errs.New(errs.NotFound, "%s has %d rows and none with the number %d", s.Name, len(all), s.Where.Row)
	}
	first := 1
	if s.Where.Row > 1 {
		s.Header, first = all[0], 2
	}
	for at := max(first, s.Where.Row-rowsAround); at <= min(len(all), s.Where.Row+rowsAround); at++ {
		r := SourceRow{Number: at, Cells: all[at-1]}
		if at == s.Where.Row {
			r.Mark = &Mark{Column: s.Where.Column}
		}
		s.Rows = append(s.Rows, r)
	}
	return nil
}

// cutRecord cuts the first record off: up to a line end outside quotes.
func cutRecord(data []byte, quotes bool) (record, rest []byte) {
	inside := false
	for i, c := range data {
		switch {
		case c == '"' && quotes:
			inside = !inside
		case c == '\n' && !inside:
			return bytes.TrimSuffix(data[:i], []byte("\r")), data[i+1:]
		}
	}
	return data, nil
}

func cells(line []byte, comma byte) []string {
	text := strings.TrimPrefix(decoded(line), "\ufeff")
	if comma == '|' {
		return strings.Split(text, "|")
	}
	r := csv.NewReader(strings.NewReader(text))
	r.Comma, r.LazyQuotes, r.FieldsPerRecord = rune(comma), true, -1
	out, err := r.Read()
	if err != nil {
		return []string{text}
	}
	return out
}

// window cuts a text around a span, at line ends where they are near.
func window(text string, start, end int) (*Window, error) {
	if start < 0 || end > len(text) || start > end {
		return nil, noSuchPlace()
	}
	end = min(end, start+spanShown)
	from, to := max(0, start-bytesAround), min(len(text), max(end, start)+bytesAround)
	if i := strings.IndexByte(text[from:start], '\n'); i >= 0 && from > 0 {
		from += i + 1
	}
	if i := strings.LastIndexByte(text[end:to], '\n'); i > 0 && to < len(text) {
		to = end + i
	}
	for from > 0 && !utf8.RuneStart(text[from]) {
		from--
	}
	for to < len(text) && !utf8.RuneStart(text[to]) {
		to++
	}
	return &Window{
		Text: text[from:to], Line: strings.Count(text[:from], "\n") + 1,
		Start: start - from, End: end - from, Before: from > 0, After: to < len(text),
	}, nil
}
