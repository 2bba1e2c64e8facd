package uk

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/cordon-project/cordon/lists/listing"
	"github.com/cordon-project/cordon/lists/table"
)

// Limits of a spreadsheet.
const (
	// MaxContent is the number of bytes to which the cells may unpack; those of
	// the list of 2026 are below a hundred megabytes.
	MaxContent = 256 << 20
	maxMembers = 1000
	maxDepth   = 64
)

// opendocument is the media type of an OpenDocument spreadsheet (ISO/IEC 26300).
const opendocument = "application/vnd.oasis.opendocument.spreadsheet"

// sheet streams the rows of the cells' document.
type sheet struct {
	dec   *xml.Decoder
	depth int
	name  string // of the current sheet
	row   int    // number of the current row in it
}

// spreadsheet reads the list as an OpenDocument spreadsheet: the first sheet that
// has the header, with or without the line of the report date above it.
func (r *reading) spreadsheet(ctx context.Context, f listing.File) (rows int, err error) {
	whole := table.OfSheet(r.v.List.Name, odsName, f, "")
	content, err := openContent(f.Data)
	if err != nil {
		return 0, whole.DriftAt(0, 0, "an OpenDocument spreadsheet of moderate size", err.Error())
	}
	defer content.Close()
	limited := &io.LimitedReader{R: content, N: MaxContent + 1}
	s := &sheet{dec: xml.NewDecoder(limited)}
	s.dec.Strict = true
	var t *table.Table // of the sheet with the header
	for {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		cells, err := s.next()
		switch {
		case limited.N <= 0:
			return 0, whole.DriftAt(0, 0, fmt.Sprintf("at most %d bytes of cells", MaxContent), "more")
		case errors.Is(err, io.EOF) && t == nil:
			return 0, whole.DriftAt(1, 1, "a sheet with the column "+listing.Quote(columns[0]), "none")
		case errors.Is(err, io.EOF):
			return rows, nil
		case err != nil:
			return 0, whole.DriftAt(s.row, 0, "a readable spreadsheet", err.Error())
		case t == nil:
			t, err = r.begin(s, f, cells)
		case len(cells) == 0:
		case t.Whole().Element != s.name:
			err = whole.DriftAt(s.row, 1, "the list in one sheet", listing.Quote(s.name)+" too")
		default:
			rows++
			if err = t.Put(s.row, len(columns), cells); err == nil {
				err = r.row(t)
			}
		}
		if err != nil {
			return 0, err
		}
	}
}

// begin looks at a row above the list: the report date or the header, with which
// the sheet's table begins.
func (r *reading) begin(s *sheet, f listing.File, cells []string) (*table.Table, error) {
	if len(cells) == 0 {
		return nil, nil
	}
	t := table.OfSheet(r.v.List.Name, odsName, f, s.name)
	if err := t.Put(s.row, max(len(cells), len(columns)), cells); err != nil {
		return nil, err
	}
	switch {
	case strings.HasPrefix(cells[0], report):
		return nil, r.report(t)
	case strings.TrimSpace(cells[0]) == columns[0] || s.row > 1 && r.v.Date != "":
		return t, header(t)
	}
	return nil, nil // a cover sheet
}

// openContent opens the cells' document of the archive.
func openContent(data []byte) (io.ReadCloser, error) {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, err
	}
	if len(z.File) > maxMembers {
		return nil, fmt.Errorf("an archive of %d files", len(z.File))
	}
	var content *zip.File
	kind := ""
	for _, m := range z.File {
		switch m.Name {
		case "content.xml":
			if content != nil {
				return nil, errors.New("two documents of cells")
			}
			content = m
		case "mimetype":
			if kind, err = start(m); err != nil {
				return nil, err
			}
		}
	}
	switch {
	case kind != opendocument:
		return nil, fmt.Errorf("the media type %s", listing.Quote(kind))
	case content == nil:
		return nil, errors.New("no content.xml")
	case content.UncompressedSize64 > MaxContent:
		return nil, fmt.Errorf("cells of %d bytes", content.UncompressedSize64)
	}
	return content.Open()
}

// start returns the first bytes of a member.
func start(m *zip.File) (string, error) {
	in, err := m.Open()
	if err != nil {
		return "", err
	}
	defer in.Close()
	b, err := io.ReadAll(io.LimitReader(in, 256))
	return strings.TrimSpace(string(b)), err
}

// next returns the cells of the next row without the empty ones at its end; none
// for an empty row. Rows that are repeated by number are one row here, because a
// second one would say the same; the numbers of those after it count them.
func (s *sheet) next() ([]string, error) {
	for {
		tok, err := s.token()
		if err != nil {
			return nil, err
		}
		t, ok := tok.(xml.StartElement)
		if !ok {
			continue
		}
		switch t.Name.Local {
		case "table":
			s.name, s.row = attr(t, "name"), 0
		case "table-row":
			times, err := repeated(t, "number-rows-repeated")
			if err != nil {
				return nil, err
			}
			s.row++
			cells, err := s.cells()
			if err != nil {
				return nil, err
			}
			if len(cells) == 0 {
				s.row += times - 1
				continue
			}
			if times > 1 {
				return nil, fmt.Errorf("a row with text that stands %d times", times)
			}
			return cells, nil
		}
	}
}

// token returns the next token of the document and counts its depth. At its end
// nothing may be open.
func (s *sheet) token() (xml.Token, error) {
	tok, err := s.dec.Token()
	if err != nil {
		return nil, err
	}
	switch t := tok.(type) {
	case xml.StartElement:
		if s.depth++; s.depth > maxDepth {
			return nil, fmt.Errorf("more than %d levels of elements", maxDepth)
		}
	case xml.EndElement:
		s.depth--
	case xml.Directive:
		return nil, fmt.Errorf("a document type: %s", listing.Quote(string(t)))
	}
	return tok, nil
}

// cells reads the cells of a row that has opened.
func (s *sheet) cells() ([]string, error) {
	var out []string
	empty := 0 // empty cells since the last one with text
	for {
		tok, err := s.token()
		if err != nil {
			return nil, cut(err)
		}
		switch t := tok.(type) {
		case xml.EndElement:
			if t.Name.Local == "table-row" {
				return out, nil
			}
		case xml.StartElement:
			if t.Name.Local != "table-cell" && t.Name.Local != "covered-table-cell" {
				continue
			}
			times, err := repeated(t, "number-columns-repeated")
			if err != nil {
				return nil, err
			}
			text, err := s.cell(t)
			if err != nil {
				return nil, err
			}
			if strings.TrimSpace(text) == "" {
				empty += times
				continue
			}
			// Beyond the list's width nothing is held; the table refuses it.
			if len(out)+empty+times > 2*len(columns) {
				return nil, fmt.Errorf("text in column %d", len(out)+empty+times)
			}
			out = append(out, make([]string, empty)...)
			for range times {
				out = append(out, text)
			}
			empty = 0
		}
	}
}

// cell reads the text of a cell that has opened: its paragraphs on lines of their
// own, a date by its value, no annotation.
func (s *sheet) cell(start xml.StartElement) (string, error) {
	var text strings.Builder
	within, note := 0, 0 // levels of paragraphs and of annotations
	depth := s.depth
	for {
		tok, err := s.token()
		if err != nil {
			return "", cut(err)
		}
		switch t := tok.(type) {
		case xml.EndElement:
			switch {
			case s.depth < depth:
				return dated(start, text.String()), nil
			case t.Name.Local == "annotation":
				note--
			case t.Name.Local == "p":
				within--
			}
		case xml.StartElement:
			switch t.Name.Local {
			case "annotation":
				note++
			case "p":
				if within++; note == 0 && text.Len() > 0 {
					text.WriteByte('\n')
				}
			case "s":
				n, err := repeated(t, "c")
				if err != nil {
					return "", err
				}
				text.WriteString(strings.Repeat(" ", min(n, 100)))
			case "tab":
				text.WriteByte(' ')
			case "line-break":
				text.WriteByte('\n')
			}
		case xml.CharData:
			if within > 0 && note == 0 {
				text.Write(t)
			}
		}
		if text.Len() > listing.MaxCell {
			return "", fmt.Errorf("a cell of more than %d bytes", listing.MaxCell)
		}
	}
}

// dated returns a date cell's value in the form of the csv, any other text as it
// is.
func dated(cell xml.StartElement, text string) string {
	if attr(cell, "value-type") != "date" {
		return text
	}
	value, _, _ := strings.Cut(attr(cell, "date-value"), "T")
	if t, err := time.Parse(time.DateOnly, value); err == nil {
		return t.Format("02/01/2006")
	}
	return text
}

func cut(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

func attr(t xml.StartElement, name string) string {
	for _, a := range t.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// repeated reads how often a cell or row stands: a sheet has at most 1,048,576
// rows and 16,384 columns.
func repeated(t xml.StartElement, name string) (int, error) {
	s := attr(t, name)
	if s == "" {
		return 1, nil
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 || n > 1<<21 {
		return 0, fmt.Errorf("%s %s", name, listing.Quote(s))
	}
	return n, nil
}
