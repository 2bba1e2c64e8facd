package record

import (
	"maps"
	"strconv"
	"strings"

	"github.com/cordon-project/cordon/stix"
)

// Wheres returns the places that an object's provenance extension names, in
// order; nil when it has none. A damaged extension gives what is readable.
func Wheres(o stix.Object) []Where {
	return wheresOf(&reader{what: o.Type()}, o)
}

// SetWheres puts places into the provenance extension of any object, in place
// of those that it had. No places take the extension away.
func SetWheres(o stix.Object, places []Where) {
	e, _ := o["extensions"].(map[string]any)
	if len(places) == 0 {
		if _, there := e[ProvenanceExtension]; there {
			e = maps.Clone(e)
			delete(e, ProvenanceExtension)
			o["extensions"] = e
			if len(e) == 0 {
				delete(o, "extensions")
			}
		}
		return
	}
	x := make(props, 2)
	x["extension_type"] = "property-extension"
	x["places"] = listOf(places, func(w *Where) props { return w.value() })
	extend(o, ProvenanceExtension, x)
}

func wheresOf(r *reader, o stix.Object) []Where {
	return structs(r, o.Ext(ProvenanceExtension), "places", func(m map[string]any) Where {
		return Where{
			SHA256:  r.str(m, "sha256"),
			File:    r.str(m, "file"),
			Row:     r.num(m, "row"),
			Column:  r.num(m, "column"),
			Element: r.str(m, "element"),
			Start:   r.num(m, "start"),
			End:     r.num(m, "end"),
			Part:    r.str(m, "part"),
		}
	})
}

func (w *Where) value() props {
	p := make(props, 4)
	p.str("sha256", w.SHA256)
	p.str("file", w.File)
	p.num("row", w.Row)
	p.num("column", w.Column)
	p.str("element", w.Element)
	p.num("start", w.Start)
	p.num("end", w.End)
	p.str("part", w.Part)
	return p
}

// String says the place for people: "sdn.csv, row 12044".
func (w Where) String() string {
	var b strings.Builder
	b.WriteString(w.File)
	if w.File == "" {
		b.WriteString("archive")
	}
	if w.Row != 0 {
		b.WriteString(", row " + strconv.Itoa(w.Row))
	}
	if w.Column != 0 {
		b.WriteString(", column " + strconv.Itoa(w.Column))
	}
	if w.Element != "" {
		b.WriteString(", " + w.Element)
	}
	if w.Start != 0 || w.End != 0 {
		if w.Part != "" {
			b.WriteString(", " + w.Part)
		}
		b.WriteString(", bytes " + strconv.Itoa(w.Start) + "-" + strconv.Itoa(w.End))
	}
	return b.String()
}

// describe says in words all places in one file: "alt.csv, rows 5, 7-9". With
// one place it is that place's String.
func describe(places []Where, sha string) string {
	var one Where
	var rows []int
	n := 0
	for _, w := range places {
		if w.SHA256 != sha {
			continue
		}
		if n == 0 {
			one = w
		}
		n++
		if w.Row != 0 && (len(rows) == 0 || rows[len(rows)-1] != w.Row) {
			rows = append(rows, w.Row)
		}
	}
	if n == 1 || len(rows) == 0 {
		return one.String()
	}
	name := one.File
	if name == "" {
		name = "archive"
	}
	if len(rows) == 1 {
		return name + ", row " + strconv.Itoa(rows[0])
	}
	return name + ", rows " + ranges(rows)
}

// ranges writes numbers with runs folded: 5, 7-9.
func ranges(rows []int) string {
	var b strings.Builder
	for i := 0; i < len(rows); {
		j := i
		for j+1 < len(rows) && rows[j+1] == rows[j]+1 {
			j++
		}
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(strconv.Itoa(rows[i]))
		if j > i {
			b.WriteString("-" + strconv.Itoa(rows[j]))
		}
		i = j + 1
	}
	return b.String()
}

// placeSet collects the places of one object. Parts of the object point at
// them by number, so that a file's hash stands once.
type placeSet struct {
	list  []Where
	index map[Where]int // made when the list grows past a scan
}

const scanPlaces = 24

// at returns the number of the place, adding it if it is new; -1 for none.
func (s *placeSet) at(w Where) int {
	if w == (Where{}) {
		return -1
	}
	if s.index != nil {
		if i, ok := s.index[w]; ok {
			return i
		}
	} else {
		for i := len(s.list) - 1; i >= 0; i-- {
			if s.list[i] == w {
				return i
			}
		}
	}
	s.list = append(s.list, w)
	if s.index != nil {
		s.index[w] = len(s.list) - 1
	} else if len(s.list) > scanPlaces {
		s.index = make(map[Where]int, 2*len(s.list))
		for i, v := range s.list {
			s.index[v] = i
		}
	}
	return len(s.list) - 1
}

// place writes the number of the place as property "place".
func (s *placeSet) place(p props, w Where) {
	if i := s.at(w); i >= 0 {
		p["place"] = i
	}
}

// place reads the property "place".
func (r *reader) place(m map[string]any, places []Where) Where {
	if _, ok := m["place"]; !ok {
		return Where{}
	}
	i := r.num(m, "place")
	if i < 0 || i >= len(places) {
		r.fail("place", "the number of a place of the provenance extension")
		return Where{}
	}
	return places[i]
}
