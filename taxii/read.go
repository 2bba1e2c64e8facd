package taxii

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"sync"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/journal"
	"github.com/cordon-project/cordon/stix"
)

// indexHolder has the index that answers; another takes its place when the
// projection was built anew.
type indexHolder struct {
	mu  sync.RWMutex
	now *index
}

func (h *indexHolder) get() *index {
	h.mu.RLock()
	defer h.mu.RUnlock()
	return h.now
}

// applied follows the projection: see [journal.Follower].
func (s *Server) applied(ctx context.Context, from, to int64) error {
	rs, whole := s.c.Projection.take(from, to)
	if from > 0 && whole {
		s.index.get().add(rs, to)
		return nil
	}
	return s.load(ctx, to)
}

// load reads the index from the shelf; the old one answers meanwhile.
func (s *Server) load(ctx context.Context, to int64) error {
	unlisted, err := s.c.Store.Unlisted(ctx)
	if err != nil {
		return err
	}
	x := newIndex(s.c.Collections, unlisted)
	rs := make([]record, 0, 1024)
	for row, err := range s.c.Shelf.All(ctx, nil) {
		if err != nil {
			return err
		}
		r, err := decode(row)
		if err != nil {
			return err
		}
		if r.seq > to {
			break
		}
		if rs = append(rs, r); len(rs) == cap(rs) {
			x.add(rs, 0)
			rs = rs[:0]
		}
	}
	x.add(rs, to)
	s.index.mu.Lock()
	s.index.now = x
	s.index.mu.Unlock()
	// What was deleted meanwhile went to the index of before.
	unlisted, err = s.c.Store.Unlisted(ctx)
	for i, c := range s.c.Collections {
		x.unlist(i, unlisted[c.ID])
	}
	return err
}

// discovery answers section 4.1.
func (q *request) discovery() {
	type resource struct {
		Title       string   `json:"title"`
		Description string   `json:"description,omitempty"`
		Contact     string   `json:"contact,omitempty"`
		Default     string   `json:"default,omitempty"`
		Roots       []string `json:"api_roots,omitempty"`
	}
	out := resource{Title: q.s.c.Title, Description: q.s.c.Description, Contact: q.s.c.Contact}
	address := q.s.c.Address
	if address == "" {
		address = "http://" + q.r.Host
		if q.r.TLS != nil {
			address = "https://" + q.r.Host
		}
	}
	for _, r := range q.s.c.Roots {
		if q.s.root(q.client, r.Name) == nil {
			continue
		}
		out.Roots = append(out.Roots, address+Base+r.Name+"/")
	}
	if len(out.Roots) > 0 {
		out.Default = out.Roots[0]
	}
	q.send(http.StatusOK, out)
}

// apiRoot answers section 4.2.
func (q *request) apiRoot() {
	q.send(http.StatusOK, struct {
		Title       string   `json:"title"`
		Description string   `json:"description,omitempty"`
		Versions    []string `json:"versions"`
		MaxContent  int64    `json:"max_content_length"`
	}{q.root.Title, q.root.Description, []string{MediaType}, q.s.l.Body})
}

// status answers section 4.3: a client's own statuses.
func (q *request) status(id string) {
	st, err := q.s.c.Store.Status(q.r.Context(), q.client.Name, q.root.Name, id)
	if err != nil {
		q.error(err)
		return
	}
	q.body(http.StatusOK, st.Body)
}

// collectionResource is that of section 5.2.1.
type collectionResource struct {
	ID          string   `json:"id"`
	Title       string   `json:"title"`
	Description string   `json:"description,omitempty"`
	Alias       string   `json:"alias,omitempty"`
	CanRead     bool     `json:"can_read"`
	CanWrite    bool     `json:"can_write"`
	MediaTypes  []string `json:"media_types"`
}

func (q *request) describe(at int) collectionResource {
	c := &q.s.c.Collections[at]
	return collectionResource{c.ID, c.Title, c.Description, c.Alias, q.client.may(c.Read), q.client.may(c.Write), []string{STIXType}}
}

// collections answers section 5.1.
func (q *request) collections() {
	var out struct {
		Collections []collectionResource `json:"collections,omitempty"`
	}
	for at := range q.s.c.Collections {
		if c := &q.s.c.Collections[at]; c.Root == q.root.Name && c.open(q.client) {
			out.Collections = append(out.Collections, q.describe(at))
		}
	}
	q.send(http.StatusOK, out)
}

// found is one version as it is sent.
type found struct {
	journal.Entry
	added   int64
	version string
}

// page is a part of the answer to a query.
type page struct {
	list []found
	more bool
	next string
}

// entries asks the journal for the hits. What it does not give is withheld by a rule
// that needs the content, or was erased in this moment.
func (q *request) entries(hits []hit) ([]found, error) {
	at := make(map[int64]hit, len(hits))
	seqs := make([]int64, len(hits))
	for i, h := range hits {
		seqs[i], at[h.seq] = h.seq, h
	}
	var out []found
	for e, err := range q.s.c.Journal.Scan(q.r.Context(), q.client.Viewer, journal.Query{Seqs: seqs, Purpose: q.client.purpose()}) {
		if err != nil {
			return nil, err
		}
		h, ok := at[e.Seq]
		if !ok || e.Canonical == nil {
			continue
		}
		f := found{Entry: e, added: h.added, version: e.Version}
		if h.unnamed {
			f.version = stamp(h.added)
		}
		out = append(out, f)
	}
	return out, nil
}

// find fills a page. It asks for one more than fits, so that more is true only when
// something that the client may see follows, and goes on where the journal withheld
// something, so that no page is short of what is hidden.
func (q *request) find(x *index, s search, f filters, endpoint string) (p page, err error) {
	name := q.client.Name + "\x00" + endpoint + "\x00" + f.canonical
	if f.next != "" {
		if s.after, err = q.s.positions.open(f.next, name); err != nil {
			return p, err
		}
	}
	limit := q.s.l.Page
	if f.limit > 0 {
		limit = min(f.limit, q.s.l.MaxPage)
	}
	size := 0
	see := q.sight(x)
	for !p.more {
		hits := x.find(see, s, limit+1-len(p.list))
		if len(hits) == 0 {
			break
		}
		got, err := q.entries(hits)
		if err != nil {
			return p, err
		}
		for _, e := range got {
			if len(p.list) == limit || size+len(e.Canonical) > q.s.l.PageBytes && len(p.list) > 0 {
				p.more = true
				break
			}
			p.list = append(p.list, e)
			size += len(e.Canonical)
		}
		s.after = hits[len(hits)-1].seq
	}
	if p.more {
		p.next, err = q.s.positions.seal(p.list[len(p.list)-1].Seq, name)
	}
	return p, err
}

// latest is what match[version] means when it is not given (section 3.4.1).
var latest = versions{last: true}

// objects answers section 5.4.
func (q *request) objects(at int) { q.list(at, "", paramsObjects, latest, writeObjects) }

// manifest answers section 5.3.
func (q *request) manifest(at int) { q.list(at, "", paramsObjects, latest, writeManifest) }

// object answers section 5.6.
func (q *request) object(at int, id string) { q.list(at, id, paramsObject, latest, writeObjects) }

// versions answers section 5.8.
func (q *request) versions(at int, id string) {
	q.list(at, id, paramsVersions, versions{all: true}, writeVersions)
}

// list answers a query on a collection, or on one object of it.
func (q *request) list(at int, id string, params []string, def versions, write func([]found) []byte) {
	f, err := readFilters(q.r.URL.RawQuery, params)
	if err != nil {
		q.error(err)
		return
	}
	x, head, err := q.settled()
	if err != nil {
		q.error(err)
		return
	}
	if id != "" {
		f.ids = []string{id}
		if !stix.ValidID(id) || !q.has(x, at, id, head) {
			q.notFound()
			return
		}
	}
	var p page
	if s, any := f.search(at, head, def); any {
		if p, err = q.find(x, s, f, q.r.URL.Path); err != nil {
			q.error(err)
			return
		}
	} else if f.next != "" {
		q.error(errs.New(errs.Invalid, "next is not a position of this query"))
		return
	}
	q.page(p, write)
}

// has reports whether the collection has a version of the object that the client
// may see.
func (q *request) has(x *index, at int, id string, head int64) bool {
	s, _ := filters{ids: []string{id}}.search(at, head, versions{all: true})
	return len(x.find(q.sight(x), s, 1)) > 0
}

// page sends one, with the times of its first and last object (section 3.2). An
// empty one has neither times nor properties.
func (q *request) page(p page, write func([]found) []byte) {
	if len(p.list) == 0 {
		q.body(http.StatusOK, []byte("{}"))
		return
	}
	h := q.w.Header()
	h.Set("X-TAXII-Date-Added-First", stamp(p.list[0].added))
	h.Set("X-TAXII-Date-Added-Last", stamp(p.list[len(p.list)-1].added))
	var b bytes.Buffer
	b.WriteString(`{"more":`)
	if p.more {
		b.WriteString(`true,"next":"` + p.next + `",`) // base64
	} else {
		b.WriteString(`false,`)
	}
	b.Write(write(p.list))
	b.WriteByte('}')
	q.body(http.StatusOK, b.Bytes())
}

func writeObjects(list []found) []byte {
	size := 16
	for _, f := range list {
		size += len(f.Canonical) + 1
	}
	b := append(make([]byte, 0, size), `"objects":[`...)
	for i, f := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, f.Canonical...)
	}
	return append(b, ']')
}

func writeManifest(list []found) []byte {
	type row struct {
		ID        string `json:"id"`
		DateAdded string `json:"date_added"`
		Version   string `json:"version"`
		MediaType string `json:"media_type"`
	}
	rows := make([]row, len(list))
	for i, f := range list {
		rows[i] = row{f.ID, stamp(f.added), f.version, STIXType}
	}
	return member("objects", rows)
}

func writeVersions(list []found) []byte {
	out := make([]string, len(list))
	for i, f := range list {
		out[i] = f.version
	}
	return member("versions", out)
}

func member(name string, v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		return nil // texts and times only: it cannot fail
	}
	return append([]byte(`"`+name+`":`), b...)
}
