package holdings

import (
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"regexp"
	"sort"
	"strconv"
	"strings"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/intake"
	"github.com/cordon-project/cordon/journal"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/record"
	"github.com/cordon-project/cordon/web"
	"github.com/cordon-project/cordon/web/view"
)

type objectPage struct {
	F        web.Frame
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

func (s *pages) object(w http.ResponseWriter, v *web.Visit) error {
	id := v.PathValue("id")
	versions, err := s.c.Objects.Versions(v.Context(), *v.Viewer, policy.Reading, id)
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
	p := &objectPage{F: s.Frame(v, "journal"), E: versions[at], Versions: versions, Latest: at == last}
	p.F.Mark(p.E.Label)
	if err := p.read(); err != nil {
		return err
	}
	p.F.Title = p.Title
	return s.Render(w, v, http.StatusOK, "object", p)
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
	p.IsParty, p.Wheres = record.IsParty(o), view.Places(record.Wheres(o))
	p.Fields = fieldsOf(o)
	return nil
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
			f.Kind, f.URL = "id", view.ObjectURL(v)
		case key == "id":
			f.Kind = "id"
		case sha256ID.MatchString(v) && strings.HasPrefix(strings.ToUpper(key), "SHA"):
			f.Kind, f.URL = "hash", view.SourceURL(record.Where{SHA256: v})
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
	F    web.Frame
	V    intake.SourceView
	Prev string // the row before and after, "" for none
	Next string
}

func (s *pages) source(w http.ResponseWriter, v *web.Visit) error {
	where, err := whereOf(v.Request)
	if err != nil {
		return err
	}
	source, err := s.c.Desk.Source(v.Context(), *v.Viewer, where)
	if err != nil {
		return err
	}
	for i := range source.Rows {
		view.Find(&source.Rows[i], v.URL.Query().Get("find"))
	}
	p := &sourcePage{F: s.Frame(v, "lists"), V: source}
	p.F.Title = source.Name
	p.F.Mark(source.Label)
	if where.Row > 1 {
		p.Prev = view.SourceURL(record.Where{SHA256: source.SHA256, Row: where.Row - 1})
	}
	if where.Row > 0 && where.Row < source.Total {
		p.Next = view.SourceURL(record.Where{SHA256: source.SHA256, Row: where.Row + 1})
	}
	return s.Render(w, v, http.StatusOK, "source", p)
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
func (s *pages) original(w http.ResponseWriter, v *web.Visit) error {
	where, err := whereOf(v.Request)
	if err != nil {
		return err
	}
	o, err := s.c.Desk.Original(v.Context(), *v.Viewer, where.SHA256)
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
		s.Log().Warn("an original was not sent whole", "sha256", where.SHA256, "err", err)
	}
	return nil
}
