package brief

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/record"
)

// exhibits numbers inputs in the order in which the packet refers to them.
type exhibits struct {
	list []Exhibit
	at   map[string]int // by sha256, or "url " and the address
}

// MaxPlaces is how many places of one exhibit are named; the rest is counted.
const MaxPlaces = 40

// cite returns the source of what stands at a place, and numbers the exhibit.
func (m *maker) cite(w record.Where, url string) Source {
	s := Source{Where: w, URL: url}
	key := w.SHA256
	if key == "" {
		if url == "" {
			return s
		}
		key = "url " + url
	}
	x := &m.exhibits
	i, had := x.at[key]
	if !had {
		if x.at == nil {
			x.at = map[string]int{}
		}
		i = len(x.list)
		x.at[key] = i
		e := Exhibit{Number: "E-" + strconv.Itoa(i+1), File: w.File, SHA256: w.SHA256, URL: url}
		if v, ok := m.versions.files[w.SHA256]; ok && w.SHA256 != "" {
			e.File, e.Bytes, e.URL = v.file.Name, v.file.Bytes, cmp.Or(v.file.URL, url)
			e.Authority, e.List, e.Version, e.VersionID = v.Authority, v.List, v.Date, v.ID
		}
		x.list = append(x.list, e)
	}
	e := &x.list[i]
	s.Exhibit, s.Authority, s.List, s.Version = e.Number, e.Authority, e.List, e.Version
	w.SHA256, w.File = "", ""
	if w != (record.Where{}) && !slices.Contains(e.Places, w) {
		e.Places = append(e.Places, w)
	}
	return s
}

// cited is cite for what an entry says: a part of it, or the entry as a whole where
// the part has no place of its own.
func (m *maker) cited(x *member, w record.Where) Source {
	d := x.main()
	if w == (record.Where{}) {
		w = firstWhere(x.party.Wheres, d.Wheres)
	}
	return m.entryOf(m.cite(w, d.URL), d)
}

// designated is cite for what a designation says.
func (m *maker) designated(x *member, d record.Designation) Source {
	return m.entryOf(m.cite(firstWhere(d.Wheres, x.party.Wheres), d.URL), d)
}

// entryOf adds the entry to a source; what the list says of itself goes first.
func (m *maker) entryOf(s Source, d record.Designation) Source {
	s.Authority, s.List, s.Entry, s.Press = cmp.Or(d.Authority, s.Authority), cmp.Or(d.List, s.List), d.Entry, d.Press
	return s
}

func firstWhere(lists ...[]record.Where) record.Where {
	for _, l := range lists {
		for _, w := range l {
			if w.SHA256 != "" {
				return w
			}
		}
	}
	return record.Where{}
}

// finishExhibits asks the archive what it has, and cuts what is too long.
func (m *maker) finishExhibits() error {
	m.p.Exhibits = slices.Clone(m.exhibits.list)
	for i := range m.p.Exhibits {
		e := &m.p.Exhibits[i]
		if n := len(e.Places) - MaxPlaces; n > 0 {
			e.Places = e.Places[:MaxPlaces:MaxPlaces]
			m.cut("exhibit-places", n)
		}
		if e.SHA256 == "" {
			continue
		}
		if m.d.c.Archive == nil {
			e.Archived = e.Bytes > 0 // its list version says so
			continue
		}
		s, err := m.d.c.Archive.Stat(m.ctx, m.viewer, policy.Reading, e.SHA256)
		switch {
		case errs.Is(err, errs.NotFound), errs.Is(err, errs.Withheld):
			continue
		case err != nil:
			return err
		}
		e.Archived, e.Bytes = true, s.Size
	}
	if m.p.Exhibits == nil {
		m.p.Exhibits = []Exhibit{}
	}
	return nil
}

// cut counts what is not shown of a section.
func (m *maker) cut(what string, n int) {
	for i := range m.p.Cut {
		if m.p.Cut[i].What == what {
			m.p.Cut[i].Count += n
			return
		}
	}
	m.p.Cut = append(m.p.Cut, Cut{what, n})
}
