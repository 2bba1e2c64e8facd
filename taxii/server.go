package taxii

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/cordon-project/cordon/errs"
)

// Server answers TAXII. Make it with [New].
type Server struct {
	c         Config
	l         Limits
	index     *indexHolder
	quotas    *quotas
	positions positions
}

// New returns a server. It has to be made before the projection first follows the
// journal. Errors: errs.Invalid for a configuration that cannot be used, and those
// of the store.
func New(ctx context.Context, c Config) (_ *Server, err error) {
	defer errs.Wrap(&err, "taxii.New")
	if err := c.check(); err != nil {
		return nil, err
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	s := &Server{c: c, l: c.Limits.withDefaults()}
	s.quotas = newQuotas(s.l, c.Clock)
	if s.positions, err = newPositions(c.Store.Key(), c.Rand); err != nil {
		return nil, err
	}
	unlisted, err := c.Store.Unlisted(ctx)
	if err != nil {
		return nil, err
	}
	s.index = &indexHolder{now: newIndex(c.Collections, unlisted)}
	c.Projection.follow(s.applied)
	return s, nil
}

// request is one request of a client who is known.
type request struct {
	s      *Server
	w      http.ResponseWriter
	r      *http.Request
	client Client
	root   *Root
}

// ServeHTTP implements http.Handler for paths below [Base].
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("Vary", "Accept, Accept-Encoding, Authorization")
	h.Set("X-Content-Type-Options", "nosniff")
	q := &request{s: s, w: w, r: r}
	client, err := s.c.Who(r)
	if err != nil {
		h.Set("WWW-Authenticate", cmp.Or(s.c.Challenge, `Basic realm="TAXII"`))
		q.fail(http.StatusUnauthorized, "Who asks is not known", "Authenticate with credentials of this server.")
		return
	}
	q.client = client
	leave, err := s.quotas.enter(client.Name)
	if err != nil {
		q.busy("too many requests of this client")
		return
	}
	defer leave()
	if !acceptable(r.Header.Values("Accept")) {
		q.fail(http.StatusNotAcceptable, "None of the media types that are accepted can be sent", "Send Accept: "+MediaType)
		return
	}
	control := http.NewResponseController(w)
	// Who reads or writes slowly holds a place that others need. A handler without a
	// connection below it has no deadlines, and needs none.
	_ = control.SetReadDeadline(time.Now().Add(s.l.BodyTime))
	_ = control.SetWriteDeadline(time.Now().Add(2 * s.l.BodyTime))
	q.route()
}

// route finds the endpoint (section 3.1). What is not there and what the client may
// not know of take the same way out.
func (q *request) route() {
	rest, ok := strings.CutPrefix(q.r.URL.Path, Base)
	if !ok && q.r.URL.Path+"/" != Base {
		q.notFound()
		return
	}
	rest = strings.TrimSuffix(rest, "/")
	if rest == "" {
		q.methods(map[string]func(){http.MethodGet: q.discovery})
		return
	}
	parts := strings.Split(rest, "/")
	if q.root = q.s.root(q.client, parts[0]); q.root == nil {
		q.notFound()
		return
	}
	switch parts = parts[1:]; {
	case len(parts) == 0:
		q.methods(map[string]func(){http.MethodGet: q.apiRoot})
	case parts[0] == "status" && len(parts) == 2:
		q.methods(map[string]func(){http.MethodGet: func() { q.status(parts[1]) }})
	case parts[0] == "collections" && len(parts) == 1:
		q.methods(map[string]func(){http.MethodGet: q.collections})
	case parts[0] == "collections":
		q.collection(parts[1], parts[2:])
	default:
		q.notFound()
	}
}

// collection routes below one collection.
func (q *request) collection(name string, parts []string) {
	at := q.s.find(q.client, q.root.Name, name)
	if at < 0 {
		q.notFound()
		return
	}
	c := &q.s.c.Collections[at]
	get := func(f func()) map[string]func() {
		return map[string]func(){http.MethodGet: func() {
			if !q.client.may(c.Read) {
				q.fail(http.StatusForbidden, "This client may not read the collection", "It may write to it.")
				return
			}
			f()
		}}
	}
	switch {
	case len(parts) == 0:
		q.methods(map[string]func(){http.MethodGet: func() { q.send(http.StatusOK, q.describe(at)) }})
	case parts[0] == "manifest" && len(parts) == 1:
		q.methods(get(func() { q.manifest(at) }))
	case parts[0] == "objects" && len(parts) == 1:
		m := get(func() { q.objects(at) })
		m[http.MethodPost] = func() { q.add(at) }
		q.methods(m)
	case parts[0] == "objects" && len(parts) == 2:
		m := get(func() { q.object(at, parts[1]) })
		m[http.MethodDelete] = func() { q.delete(at, parts[1]) }
		q.methods(m)
	case parts[0] == "objects" && len(parts) == 3 && parts[2] == "versions":
		q.methods(get(func() { q.versions(at, parts[1]) }))
	default:
		q.notFound()
	}
}

func (q *request) methods(m map[string]func()) {
	method := q.r.Method
	if method == http.MethodHead {
		method = http.MethodGet
	}
	if f, ok := m[method]; ok {
		f()
		return
	}
	var names []string
	for n := range m {
		names = append(names, n)
	}
	slices.Sort(names)
	q.w.Header().Set("Allow", strings.Join(names, ", "))
	q.fail(http.StatusMethodNotAllowed, "This method is not for this endpoint", "It knows "+strings.Join(names, ", ")+".")
}

// root returns an API root when the client may know of it: one of its collections
// is open to it, or there is nothing in it.
func (s *Server) root(client Client, name string) *Root {
	i := slices.IndexFunc(s.c.Roots, func(r Root) bool { return r.Name == name })
	if i < 0 {
		return nil
	}
	empty := true
	for at := range s.c.Collections {
		if c := &s.c.Collections[at]; c.Root == name {
			if c.open(client) {
				return &s.c.Roots[i]
			}
			empty = false
		}
	}
	if empty {
		return &s.c.Roots[i]
	}
	return nil
}

// open reports whether the client may know of the collection.
func (c *Collection) open(client Client) bool {
	return client.may(c.Read) || client.may(c.Write)
}

// find returns the number of a collection that the client may know of, by id or
// alias; -1 for every other.
func (s *Server) find(client Client, root, name string) int {
	return slices.IndexFunc(s.c.Collections, func(c Collection) bool {
		return c.Root == root && (c.ID == name || c.Alias == name && name != "") && c.open(client)
	})
}

// acceptable reports whether one of the media ranges is met by what is sent
// (section 1.6.8). No header accepts everything.
func acceptable(headers []string) bool {
	if len(headers) == 0 {
		return true
	}
	for _, part := range strings.Split(strings.Join(headers, ","), ",") {
		t, params, err := mime.ParseMediaType(strings.TrimSpace(part))
		if err != nil {
			continue
		}
		if w, given := params["q"]; given {
			if f, err := strconv.ParseFloat(w, 64); err != nil || f <= 0 {
				continue
			}
		}
		if v, given := params["version"]; given && v != "2.1" {
			continue
		}
		if t == "application/taxii+json" || t == "application/*" || t == "*/*" {
			return true
		}
	}
	return false
}

// ours reports whether a Content-Type is that of TAXII 2.1; without a version it is
// the newest (section 1.6.8.2).
func ours(header string) bool {
	t, params, err := mime.ParseMediaType(header)
	v, given := params["version"]
	return err == nil && t == "application/taxii+json" && (!given || v == "2.1")
}

// problem is the error message of section 3.6.1.
type problem struct {
	Title       string `json:"title"`
	Description string `json:"description,omitempty"`
	HTTPStatus  string `json:"http_status"`
}

func (q *request) fail(status int, title, description string) {
	q.send(status, problem{title, description, strconv.Itoa(status)})
}

// notFound is the one answer for what is not here and what the client may not know
// of.
func (q *request) notFound() {
	q.fail(http.StatusNotFound, "Not found", "There is nothing of this name here, or it is not for this client.")
}

// retryAfter is what a client is told to wait, in seconds.
const retryAfter = "1"

func (q *request) busy(why string) {
	q.w.Header().Set("Retry-After", retryAfter)
	q.fail(http.StatusTooManyRequests, "Too much at once", "The server has no room now: "+why+". Ask again later.")
}

// error answers an error of a room below, by its kind.
func (q *request) error(err error) {
	err = errs.Public(err)
	message, hint := errs.Message(err)
	switch kind := errs.KindOf(err); kind {
	case errs.NotFound:
		q.notFound()
	case errs.Invalid:
		q.fail(http.StatusBadRequest, message, hint)
	case errs.Unavailable:
		q.s.c.Log.WarnContext(q.r.Context(), "TAXII request not answered", "error", err)
		q.w.Header().Set("Retry-After", retryAfter)
		q.fail(http.StatusServiceUnavailable, "Not available now", "Ask again later.")
	default:
		q.s.c.Log.ErrorContext(q.r.Context(), "TAXII request failed", "error", err)
		q.fail(http.StatusInternalServerError, "A defect of the server", "It is in its log.")
	}
}

// send answers with a resource.
func (q *request) send(status int, v any) {
	b, err := json.Marshal(v)
	if err != nil {
		q.s.c.Log.ErrorContext(q.r.Context(), "a TAXII resource cannot be written", "error", err)
		status, b = http.StatusInternalServerError, nil
	}
	q.body(status, b)
}

// compressFrom is the size from which a body is compressed for who takes that.
const compressFrom = 1400

// body answers with bytes.
func (q *request) body(status int, b []byte) {
	h := q.w.Header()
	h.Set("Content-Type", MediaType)
	if len(b) >= compressFrom && takesGzip(q.r.Header.Get("Accept-Encoding")) {
		var z bytes.Buffer
		w, err := gzip.NewWriterLevel(&z, gzip.BestSpeed)
		if err == nil {
			_, _ = w.Write(b) // into memory
			_ = w.Close()
			b = z.Bytes()
			h.Set("Content-Encoding", "gzip")
		}
	}
	h.Set("Content-Length", strconv.Itoa(len(b)))
	q.w.WriteHeader(status)
	if q.r.Method != http.MethodHead {
		_, _ = q.w.Write(b) // a client that has gone hears nothing
	}
}

func takesGzip(header string) bool {
	for _, part := range strings.Split(header, ",") {
		name, params, _ := strings.Cut(strings.TrimSpace(part), ";")
		if w, given := strings.CutPrefix(strings.TrimSpace(params), "q="); given {
			if f, err := strconv.ParseFloat(w, 64); err != nil || f <= 0 {
				continue
			}
		}
		if name == "gzip" || name == "*" {
			return true
		}
	}
	return false
}

// readBody reads a body within its bounds, unpacked.
func (s *Server) readBody(r *http.Request) ([]byte, error) {
	var in io.Reader = &bounded{r: r.Body, left: s.l.Body}
	switch e := strings.ToLower(r.Header.Get("Content-Encoding")); e {
	case "", "identity":
	case "gzip":
		z, err := gzip.NewReader(in)
		if err != nil {
			return nil, errors.Join(errNotGzip, err)
		}
		in = &bounded{r: z, left: s.l.Body}
	default:
		return nil, errEncoding
	}
	return io.ReadAll(in)
}

var (
	errNotGzip  = errors.New("the body is not gzip")
	errEncoding = errors.New("the encoding is not known")
)

// sight is what the client may see.
func (q *request) sight(x *index) *sight {
	return &sight{x: x, viewer: q.client.Viewer, purpose: q.client.purpose(), now: q.s.c.Clock()}
}

// settled waits until the index knows all that the journal has at this moment and
// returns the index and how far that is: the end of an append, so that no page shows
// a part of one.
func (q *request) settled() (*index, int64, error) {
	ctx, cancel := context.WithTimeout(q.r.Context(), q.s.l.SettleTime)
	defer cancel()
	head, err := q.s.c.Journal.Head(ctx)
	if err != nil {
		return nil, 0, err
	}
	if err := q.s.c.Settled(ctx, head); err != nil {
		return nil, 0, errs.New(errs.Unavailable, "the index is behind the journal").Because(err)
	}
	return q.s.index.get(), head, nil
}

// Standing is what the server knows of a collection or a client, for its operator.
type Standing struct {
	Name     string    `json:"name"`
	Versions int       `json:"versions,omitempty"` // of a collection
	Seen     time.Time `json:"seen,omitzero"`      // of a client
	Requests int64     `json:"requests,omitempty"`
	Refused  int64     `json:"refused,omitempty"` // with 429
}

// Standings returns how large the collections are and what the clients have done
// since the server began.
func (s *Server) Standings() (collections, clients []Standing) {
	x := s.index.get()
	for i, c := range s.c.Collections {
		collections = append(collections, Standing{Name: c.ID, Versions: x.size(i)})
	}
	s.quotas.mu.Lock()
	defer s.quotas.mu.Unlock()
	for n, u := range s.quotas.clients {
		clients = append(clients, Standing{Name: n, Seen: u.seen, Requests: u.total, Refused: u.refused})
	}
	slices.SortFunc(clients, func(a, b Standing) int { return strings.Compare(a.Name, b.Name) })
	return collections, clients
}
