package web

import (
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/intake"
	"github.com/cordon-project/cordon/journal"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/record"
	"github.com/cordon-project/cordon/screen"
	"github.com/cordon-project/cordon/web/view"
)

type partyPage struct {
	F      frame
	V      screen.Dossier
	Wheres []record.Where
	// Sides are the entries set side by side: this one and its namesakes.
	Sides []side
	Also  *view.Also // what decisions on identity say, nil for nothing
}

// side is one column of the comparison.
type side struct {
	Party    record.Party
	Label    policy.Label
	Listings []record.Designation
	This     bool
}

// sidesShown is how many entries stand side by side; more do not fit a page and
// are listed below.
const sidesShown = 4

func (s *Server) party(w http.ResponseWriter, v *visit) error {
	id := v.PathValue("id")
	dossier, err := s.c.Desk.Party(v.Context(), *v.viewer, id)
	if err != nil {
		return err
	}
	p := &partyPage{F: s.frame(v, "ask"), V: dossier}
	p.F.Title = dossier.Party.PrimaryName()
	p.F.mark(dossier.Entry.Label)
	if o, err := dossier.Entry.Object(); err == nil {
		p.Wheres = places(record.Wheres(o))
	}
	if p.Also, err = s.also(v, &p.F, &dossier); err != nil {
		return err
	}
	dossier.Namesakes = p.Also.Without(dossier.Namesakes)
	p.V = dossier
	if len(dossier.Namesakes) > 0 {
		p.Sides = append(p.Sides, side{dossier.Party, dossier.Entry.Label, dossier.Listings, true})
	}
	for i, n := range dossier.Namesakes {
		p.F.mark(n.Label)
		if i < sidesShown-1 {
			p.Sides = append(p.Sides, side{n.Party, n.Label, n.Listings, false})
		}
	}
	for _, m := range dossier.Mentions {
		p.F.mark(m.Label)
	}
	for _, tie := range dossier.Ties {
		p.F.mark(tie.Label)
	}
	return s.render(w, v, http.StatusOK, "party", p)
}

// Others are the namesakes that did not fit side by side.
func (p *partyPage) Others() []screen.Namesake {
	return p.V.Namesakes[min(len(p.V.Namesakes), sidesShown-1):]
}

type objectPage struct {
	F        frame
	E        journal.Entry
	Title    string
	Fields   []field
	Text     string // canonical JSON
	Versions []journal.Entry
	Wheres   []record.Where
	Refs     []markRef
	Latest   bool
	IsParty  bool
}

// markRef is a marking definition that the object refers to.
type markRef struct{ ID string }

// A field is one property of an object, for reading.
type field struct {
	Key  string
	Text string
	URL  string // where the value leads, "" for nowhere
	Kind string // text, id, hash, number, none
	Kids []field
	List bool // the children are elements of a list
}

func (s *Server) object(w http.ResponseWriter, v *visit) error {
	id := v.PathValue("id")
	versions, err := s.c.Objects.Versions(v.Context(), *v.viewer, policy.Reading, id)
	if err != nil {
		return err
	}
	if len(versions) == 0 {
		return errs.New(errs.NotFound, "not found")
	}
	last := len(versions) - 1 // oldest first
	at := last
	if want := v.URL.Query().Get("version"); want != "" {
		for at = last; at >= 0 && strconv.FormatInt(versions[at].Seq, 10) != want; at-- {
		}
		if at < 0 {
			return errs.New(errs.NotFound, "not found")
		}
	}
	p := &objectPage{F: s.frame(v, "journal"), E: versions[at], Versions: versions, Latest: at == last}
	p.F.mark(p.E.Label)
	if err := p.read(); err != nil {
		return err
	}
	p.F.Title = p.Title
	return s.render(w, v, http.StatusOK, "object", p)
}

// read takes the canonical bytes apart for people.
func (p *objectPage) read() error {
	p.Text, p.Title = string(p.E.Canonical), p.E.ID
	if p.E.Erased || p.E.Canonical == nil {
		return nil
	}
	o, err := p.E.Object()
	if err != nil {
		return errs.New(errs.Internal, "the object cannot be read").Because(err)
	}
	for _, key := range []string{"name", "value", "path", "subject"} {
		if t := o.Str(key); t != "" {
			p.Title = t
			break
		}
	}
	for _, r := range o.Strs("object_marking_refs") {
		p.Refs = append(p.Refs, markRef{r})
	}
	p.IsParty, p.Wheres = record.IsParty(o), places(record.Wheres(o))
	p.Fields = fieldsOf(o)
	return nil
}

// placesShown bounds the places beside an object: a version of a list names
// thousands, and they are all in its table.
const placesShown = 20

// places returns the rows, elements and texts that an object was made from,
// each once: its parts name their columns themselves.
func places(ws []record.Where) []record.Where {
	var out []record.Where
	for _, w := range ws {
		if w.Row > 0 {
			w.Column, w.Start, w.End = 0, 0, 0
		}
		if !slices.Contains(out, w) && len(out) < placesShown {
			out = append(out, w)
		}
	}
	return out
}

var (
	stixID   = regexp.MustCompile(`^[a-z][a-z0-9-]*--[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)
	sha256ID = regexp.MustCompile(`^[0-9a-f]{64}$`)
)

func fieldsOf(m map[string]any) []field {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	out := make([]field, 0, len(m))
	for _, k := range keys {
		out = append(out, fieldOf(k, m[k]))
	}
	return out
}

func fieldOf(key string, v any) field {
	f := field{Key: key, Kind: "text"}
	switch v := v.(type) {
	case string:
		f.Text = v
		switch {
		case key != "id" && stixID.MatchString(v):
			f.Kind, f.URL = "id", objectURL(v)
		case key == "id":
			f.Kind = "id"
		case sha256ID.MatchString(v) && strings.HasPrefix(strings.ToUpper(key), "SHA"):
			f.Kind, f.URL = "hash", sourceURL(record.Where{SHA256: v})
		}
	case nil:
		f.Kind, f.Text = "number", "null"
	case map[string]any:
		f.Kind, f.Kids = "none", fieldsOf(v)
	case []any:
		f.Kind, f.List = "none", true
		for i, e := range v {
			f.Kids = append(f.Kids, fieldOf(strconv.Itoa(i), e))
		}
	default:
		b, _ := json.Marshal(v)
		f.Kind, f.Text = "number", string(b)
	}
	return f
}

type sourcePage struct {
	F    frame
	V    intake.SourceView
	Prev string // the row before and after, "" for none
	Next string
}

func (s *Server) source(w http.ResponseWriter, v *visit) error {
	where, err := whereOf(v.Request)
	if err != nil {
		return err
	}
	source, err := s.c.Desk.Source(v.Context(), *v.viewer, where)
	if err != nil {
		return err
	}
	for i := range source.Rows {
		view.Find(&source.Rows[i], v.URL.Query().Get("find"))
	}
	p := &sourcePage{F: s.frame(v, "lists"), V: source}
	p.F.Title = source.Name
	p.F.mark(source.Label)
	if where.Row > 1 {
		p.Prev = sourceURL(record.Where{SHA256: source.SHA256, Row: where.Row - 1})
	}
	if where.Row > 0 && where.Row < source.Total {
		p.Next = sourceURL(record.Where{SHA256: source.SHA256, Row: where.Row + 1})
	}
	return s.render(w, v, http.StatusOK, "source", p)
}

// whereOf reads a place out of an address. What is not a place is not found.
func whereOf(r *http.Request) (record.Where, error) {
	q := r.URL.Query()
	w := record.Where{SHA256: r.PathValue("sha"), Element: q.Get("element"), Part: q.Get("part")}
	bad := !sha256ID.MatchString(w.SHA256)
	for key, to := range map[string]*int{"row": &w.Row, "column": &w.Column, "start": &w.Start, "end": &w.End} {
		if text := q.Get(key); text != "" {
			n, err := strconv.Atoi(text)
			bad = bad || err != nil || n < 0
			*to = n
		}
	}
	if bad || w.End < w.Start {
		return w, errs.New(errs.NotFound, "there is no such place")
	}
	return w, nil
}

// original gives the archived bytes out, byte for byte and as a file to keep:
// they are other people's, so no browser may take them for a page of this site.
func (s *Server) original(w http.ResponseWriter, v *visit) error {
	where, err := whereOf(v.Request)
	if err != nil {
		return err
	}
	o, err := s.c.Desk.Original(v.Context(), *v.viewer, where.SHA256)
	if err != nil {
		return err
	}
	defer func() { _ = o.Body.Close() }()
	h := w.Header()
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("Content-Type", "application/octet-stream")
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": strings.ToValidUTF8(o.Name, "_")}))
	if o.Size > 0 {
		h.Set("Content-Length", strconv.FormatInt(o.Size, 10))
	}
	if _, err := io.Copy(w, o.Body); err != nil {
		s.c.Log.Warn("an original was not sent whole", "sha256", where.SHA256, "err", err)
	}
	return nil
}
