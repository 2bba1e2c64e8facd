package starter

import (
	"bufio"
	"embed"
	"fmt"
	"iter"
	"net/url"
	"slices"
	"strings"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/record"
)

//go:embed data/*.tsv
var data embed.FS

// row is one line of a table. A table has its column names in the first line;
// cells are separated by tabs, the items of a list within a cell by " ; ".
type row struct {
	file    string
	line    int
	columns []string
	cells   []string
}

func (r row) where() string { return fmt.Sprintf("%s, line %d", r.file, r.line) }

// get returns the cell of a column. A column that the table does not have is a
// defect of this package.
func (r row) get(column string) string {
	i := slices.Index(r.columns, column)
	if i < 0 {
		panic("starter: " + r.file + " has no column " + column)
	}
	return r.cells[i]
}

func (r row) list(column string) []string { return items(r.get(column)) }

func items(cell string) []string {
	if cell == "" {
		return nil
	}
	return strings.Split(cell, " ; ")
}

// rows reads a table line by line.
func rows(file string) iter.Seq2[row, error] {
	return func(yield func(row, error) bool) {
		r := row{file: file}
		f, err := data.Open("data/" + file)
		if err != nil {
			yield(r, errs.New(errs.Internal, "the table %s is not in the program", file).Because(err))
			return
		}
		defer f.Close()
		lines := bufio.NewScanner(f)
		for lines.Scan() {
			r.line++
			cells := strings.Split(lines.Text(), "\t")
			if r.columns == nil {
				r.columns = cells
				continue
			}
			if len(cells) != len(r.columns) {
				yield(r, errs.New(errs.Internal, "the line has %d cells, the table %d columns", len(cells), len(r.columns)))
				return
			}
			r.cells = cells
			if !yield(r, nil) {
				return
			}
		}
		if err := lines.Err(); err != nil {
			yield(r, errs.New(errs.Internal, "the table %s cannot be read", file).Because(err))
		}
	}
}

// source is one publication that says what a row says.
type source struct {
	date  record.Date // "" when the publication has none
	url   string      // its public address, or
	title string      // its title, when no address is known
}

// sources reads a cell "2023-05-23 https://… ; undated Some Paper, article 17".
func sources(cell string) ([]source, error) {
	var out []source
	for _, s := range items(cell) {
		date, rest, ok := strings.Cut(s, " ")
		if !ok || rest == "" {
			return nil, errs.New(errs.Internal, "%q is not a date and a source", s)
		}
		var v source
		if date != "undated" {
			v.date = record.Date(date)
		}
		if err := v.date.Validate(); err != nil {
			return nil, err
		}
		if u, err := url.Parse(rest); err == nil && u.Host != "" && strings.HasPrefix(u.Scheme, "http") {
			v.url = rest
		} else {
			v.title = rest
		}
		out = append(out, v)
	}
	if len(out) == 0 {
		return nil, errs.New(errs.Internal, "no source is given")
	}
	return out, nil
}

func (s source) ref() record.ExternalRef {
	r := record.ExternalRef{SourceName: s.title, URL: s.url, Description: "Published on " + string(s.date)}
	if s.date == "" {
		r.Description = "Date of publication not known"
	}
	if u, err := url.Parse(s.url); err == nil && s.url != "" {
		r.SourceName = strings.TrimPrefix(u.Host, "www.")
	}
	return r
}

// union adds the sources of b to a, each once.
func union(a, b []source) []source {
	for _, s := range b {
		if !slices.Contains(a, s) {
			a = append(a, s)
		}
	}
	return a
}

// stated returns the first address and the first date among sources.
func stated(all []source) (address string, on record.Date) {
	for _, s := range all {
		if address == "" {
			address = s.url
		}
		if on == "" {
			on = s.date
		}
	}
	return address, on
}

// meta makes the common properties of a row's object: times from its sources,
// its sources as references, and its key in the pack as the last of them.
func meta(key string, revised string, from []source) (record.Meta, error) {
	m := record.Meta{CreatedBy: ID(), Markings: clear()}
	for _, s := range from {
		m.Refs = append(m.Refs, s.ref())
		if t, ok := s.date.Time(); ok {
			at := t.Format("2006-01-02T15:04:05.000Z")
			if m.Created == "" || at < m.Created {
				m.Created = at
			}
			m.Modified = max(m.Modified, at)
		}
	}
	if m.Created == "" {
		m.Created, m.Modified = Published, Published
	}
	if revised != "" {
		t, ok := record.Date(revised).Time()
		if !ok || len(revised) != len("2006-01-02") {
			return m, errs.New(errs.Internal, "revised is %q, not a day", revised)
		}
		m.Modified = max(m.Modified, t.Format("2006-01-02T15:04:05.000Z"))
	}
	m.Refs = append(m.Refs, record.ExternalRef{SourceName: "Cordon starter pack", ExternalID: key})
	return m, nil
}

// meta makes the common properties from a row's own columns sources and revised.
func (r row) meta(key string) (record.Meta, []source, error) {
	from, err := sources(r.get("sources"))
	if err != nil {
		return record.Meta{}, nil, err
	}
	m, err := meta(key, r.get("revised"), from)
	return m, from, err
}
