package batch

import (
	"errors"
	"fmt"
	"hash"
	"io"
	"strings"
)

// Limits of one row. A row beyond them is malformed and the rest is read.
const (
	MaxRow  = 64 << 10 // bytes, as they stand in the input
	MaxSpan = 100      // physical lines
)

// rawRecord is one record of the input: where it stands and its cells, or what
// is wrong with it.
type rawRecord struct {
	line       int   // from 1
	start, end int64 // byte offsets, the line end included
	cells      []string
	text       string // the whole line, of NDJSON
	err        string // "" when it could be read
}

// records reads the records of an input one after another.
type records struct {
	src   *source
	comma byte // 0: each line is one cell
	lines bool // NDJSON: a line is a record as it stands
	ahead []line
	hash  hash.Hash // of all bytes up to pos
	pos   int64
	line  int // physical lines read
	cells []string
}

// physical returns the next line that has not been part of a record.
func (r *records) physical() (line, error) {
	if len(r.ahead) > 0 {
		l := r.ahead[0]
		r.ahead = r.ahead[1:]
		return l, nil
	}
	return r.src.next()
}

// take makes a line part of what was read.
func (r *records) take(l line) error {
	r.hash.Write(l.raw)
	r.pos += int64(len(l.raw))
	r.line++
	if !l.long {
		return nil
	}
	n, err := r.src.rest(r.hash)
	r.pos += n
	return err
}

// next returns the next record that is not an empty line; io.EOF at the end.
func (r *records) next() (rawRecord, error) {
	for {
		l, err := r.physical()
		if err != nil {
			return rawRecord{}, err
		}
		rec := rawRecord{line: r.line + 1, start: r.pos}
		text, broken := r.src.set.text(l.raw)
		if text == "\n" || text == "" {
			if err := r.take(l); err != nil {
				return rawRecord{}, err
			}
			continue
		}
		return r.finish(rec, l, text, broken)
	}
}

// finish reads the record that begins with a line.
func (r *records) finish(rec rawRecord, l line, text string, broken bool) (_ rawRecord, err error) {
	var more []line
	switch {
	case l.long:
		rec.err = fmt.Sprintf("the line is longer than %d bytes", MaxRow)
	case r.lines:
		rec.text = strings.TrimSuffix(text, "\n")
	default:
		var bad bool
		if more, bad, rec.err, err = r.quoted(&l, text); err != nil {
			return rawRecord{}, err
		}
		rec.cells, broken = r.cells, broken || bad
	}
	for _, l := range append([]line{l}, more...) {
		if err := r.take(l); err != nil {
			return rawRecord{}, err
		}
	}
	if broken && rec.err == "" {
		rec.err = fmt.Sprintf("the line holds bytes that are no %s; write the file anew in UTF-8, or name its character set", r.src.set.name)
	}
	if rec.err != "" {
		rec.cells, rec.text = nil, ""
	}
	rec.end = r.pos
	return rec, nil
}

// quoted cuts a record into r.cells. Where a quoted cell goes on in the next
// lines it gives them back as more, up to the limits; beyond them, or when the
// record is malformed, none is taken, so that they are read as records of their
// own. first is copied when that is needed.
func (r *records) quoted(first *line, text string) (more []line, broken bool, bad string, err error) {
	s := splitter{text: text, comma: r.comma, cells: r.cells[:0]}
	defer func() { r.cells = s.cells }()
	size := len(first.raw)
	open := s.split()
	if open {
		first.raw = append([]byte(nil), first.raw...)
	}
	for open {
		switch {
		case size > MaxRow:
			s.bad = fmt.Sprintf("a quote is not closed within %d bytes", MaxRow)
		case len(more) == MaxSpan-1:
			s.bad = fmt.Sprintf("a quote is not closed within %d lines", MaxSpan)
		}
		if s.bad != "" {
			break
		}
		l, err := r.physical()
		if errors.Is(err, io.EOF) {
			s.bad = "a quote is not closed before the end of the file"
			break
		}
		if err != nil {
			return nil, false, "", err
		}
		if !l.long {
			l.raw = append([]byte(nil), l.raw...)
		} else {
			l.raw = append(make([]byte, 0, MaxRow), l.raw...)
		}
		more = append(more, l)
		size += len(l.raw)
		if l.long {
			s.bad = fmt.Sprintf("a quote is not closed within %d bytes", MaxRow)
			break
		}
		t, b := r.src.set.text(l.raw)
		broken = broken || b
		open = s.resume(t)
	}
	if s.bad == "" && size > MaxRow {
		s.bad = fmt.Sprintf("the row is longer than %d bytes", MaxRow)
	}
	if s.bad != "" {
		r.ahead = append(more, r.ahead...)
		return nil, false, s.bad, nil
	}
	return more, broken, "", nil
}

// splitter cuts a record by RFC 4180.
type splitter struct {
	text  string // of the line that is being cut
	comma byte
	cells []string
	part  []byte // of a quoted cell that is not closed yet
	bad   string
}

const bareQuote = `a quote stands inside a cell; write it twice and put the cell in quotes`

// split cuts the text; open means that it ends inside quotes.
func (s *splitter) split() (open bool) {
	for {
		if s.text != "" && s.text[0] == '"' {
			s.text, s.part = s.text[1:], s.part[:0]
			return s.inside()
		}
		if s.bare() {
			return false
		}
	}
}

// bare reads a cell without quotes and reports whether it was the last.
func (s *splitter) bare() (last bool) {
	cell, last := s.text, true
	if i := s.separator(); i >= 0 {
		cell, s.text, last = s.text[:i], s.text[i+1:], false
	}
	cell = strings.TrimSuffix(cell, "\n")
	if strings.IndexByte(cell, '"') >= 0 {
		s.bad = bareQuote
		return true
	}
	s.cells = append(s.cells, cell)
	return last
}

func (s *splitter) separator() int {
	if s.comma == 0 {
		return -1
	}
	return strings.IndexByte(s.text, s.comma)
}

// resume goes on inside a quoted cell with the next line.
func (s *splitter) resume(text string) (open bool) {
	s.text = text
	return s.inside()
}

// inside reads on behind an opening quote.
func (s *splitter) inside() (open bool) {
	for {
		i := strings.IndexByte(s.text, '"')
		if i < 0 {
			s.part = append(s.part, s.text...)
			return true
		}
		s.part, s.text = append(s.part, s.text[:i]...), s.text[i+1:]
		switch {
		case s.text == "" || s.text == "\n":
			s.cells = append(s.cells, string(s.part))
			return false
		case s.text[0] == '"':
			s.part, s.text = append(s.part, '"'), s.text[1:]
		case s.comma != 0 && s.text[0] == s.comma:
			s.cells, s.text = append(s.cells, string(s.part)), s.text[1:]
			return s.split()
		default:
			s.bad = "text stands behind a closing quote; write quotes inside a cell twice"
			return false
		}
	}
}
