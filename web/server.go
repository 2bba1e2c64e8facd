package web

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"path"
	"strings"
	"sync/atomic"
	"time"

	"github.com/alexedwards/scs/v2"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/web/say"
)

// formLimit bounds every body that is not an upload, in bytes.
const formLimit = 64 << 10

//go:embed static
var staticFiles embed.FS

//go:embed messages/*.toml
var messageFiles embed.FS

// loadMessages reads the catalogues of the pages.
func loadMessages(log *slog.Logger) (map[string]*say.Catalogue, error) {
	files, err := fs.Sub(messageFiles, "messages")
	if err != nil {
		return nil, err
	}
	return say.Load(files, log)
}

// Server is the site of one node. It is an http.Handler; Close it when the node
// stops. Rooms show their pages through it.
type Server struct {
	c        Config
	rooms    []Pages
	hosts    map[string]bool
	secure   bool
	says     map[string]*say.Catalogue
	pages    map[string]pageSet // by language
	assets   map[string]asset
	sessions *scs.SessionManager
	store    *sessionStore
	tries    *tries
	failures atomic.Int64 // internal errors so far, so that a reader can say which one was met
	handler  http.Handler
}

// New returns the site. It fails with errs.Invalid when something that it or one
// of its rooms stands on is missing, or an origin cannot be read.
func New(c Config) (_ *Server, err error) {
	defer errs.Wrap(&err, "web.New")
	if c.Objects == nil || c.Enter == nil {
		return nil, errs.New(errs.Invalid, "Objects and Enter are both needed")
	}
	s := &Server{c: withDefaults(c), tries: newTries()}
	if err := s.readOrigins(); err != nil {
		return nil, err
	}
	if s.says, err = loadMessages(s.c.Log); err != nil {
		return nil, err
	}
	if s.assets, err = loadAssets(); err != nil {
		return nil, err
	}
	s.rooms = []Pages{s.own()}
	for _, room := range s.c.Rooms {
		p, err := room.Pages(s)
		if err != nil {
			return nil, err
		}
		s.rooms = append(s.rooms, p)
	}
	if s.pages, err = loadPages(s.says, s.assets, s.rooms); err != nil {
		return nil, err
	}
	s.openSessions()
	s.handler = s.routes()
	return s, nil
}

// own are the pages of the site itself.
func (s *Server) own() Pages {
	return Pages{Templates: templateFiles, Types: map[string]any{"help": &helpPage{}, "enter": &enterPage{}, "error": &errorPage{}}}
}

// Log is where rooms log; never what a person asked or typed.
func (s *Server) Log() *slog.Logger { return s.c.Log }

// Now is the time by the node's clock.
func (s *Server) Now() time.Time { return s.c.Clock() }

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// Close ends all sessions.
func (s *Server) Close() error {
	s.store.clear()
	return nil
}

func withDefaults(c Config) Config {
	if c.Log == nil {
		c.Log = slog.Default()
	}
	if c.Clock == nil {
		c.Clock = time.Now
	}
	if c.SessionIdle == 0 {
		c.SessionIdle = DefaultSessionIdle
	}
	if c.SessionLife == 0 {
		c.SessionLife = DefaultSessionLife
	}
	return c
}

func (s *Server) readOrigins() error {
	s.hosts = map[string]bool{}
	for i, o := range s.c.Origins {
		u, err := url.Parse(o)
		if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
			return errs.New(errs.Invalid, "%q is not an origin", o).WithHint("write it as https://cordon.example.org")
		}
		s.hosts[strings.ToLower(u.Host)] = true
		s.secure = s.secure || i == 0 && u.Scheme == "https"
	}
	return nil
}

func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	open := func(pattern string, h Handler) { mux.Handle(pattern, s.serve(formLimit, h)) }
	open("GET /enter", s.enterPage)
	open("POST /enter", s.enter)
	open("POST /leave", s.leave)
	open("POST /preferences", s.preferences)
	open("GET /help", s.help)
	open("/", s.needSession(func(http.ResponseWriter, *Visit) error { return errs.New(errs.NotFound, "there is no such page") }))
	mux.HandleFunc("GET /static/{hash}/{name}", s.static)
	for _, room := range s.rooms {
		for pattern, h := range room.Routes {
			open(pattern, s.needSession(h))
		}
		for pattern, h := range room.Uploads {
			mux.Handle(pattern, s.serve(0, s.needSession(h)))
		}
	}

	cross := http.NewCrossOriginProtection()
	cross.SetDenyHandler(s.serve(formLimit, func(http.ResponseWriter, *Visit) error {
		return errs.New(errs.Denied, "the request came from another site")
	}))
	return s.guard(s.sessions.LoadAndSave(cross.Handler(mux)))
}

// policyHeader is the content security policy: everything from this origin,
// nothing inline, nothing evaluated, nothing framed, no HTML made by scripts.
const policyHeader = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
	"form-action 'self'; base-uri 'none'; frame-ancestors 'none'; " +
	"require-trusted-types-for 'script'; trusted-types 'none'"

// guard puts the security headers on every answer, refuses foreign hosts and
// turns a panic into an error page.
func (s *Server) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policyHeader)
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=()")
		h.Set("Cache-Control", "no-store")
		if s.secure {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		if !s.OwnHost(r.Host) {
			s.c.Log.Warn("request for a foreign host refused", "host", r.Host)
			http.Error(w, http.StatusText(http.StatusMisdirectedRequest), http.StatusMisdirectedRequest)
			return
		}
		defer func() {
			if p := recover(); p != nil {
				if p == http.ErrAbortHandler { //nolint:errorlint // a panic's value, documented to be this very one
					panic(p)
				}
				s.fail(w, s.visit(r), errs.New(errs.Internal, "a page stopped").Because(fmt.Errorf("panic: %v", p)))
			}
		}()
		next.ServeHTTP(w, r)
	})
}

// OwnHost reports whether a Host header names this node: a loopback name or a
// configured one. A page of another site that has its own name resolve to
// 127.0.0.1 fails here.
func (s *Server) OwnHost(host string) bool {
	host = strings.ToLower(host)
	if s.hosts[host] {
		return true
	}
	name := host
	if h, _, err := net.SplitHostPort(host); err == nil {
		name = h
	}
	name = strings.TrimSuffix(strings.TrimPrefix(name, "["), "]")
	if name == "localhost" {
		return true
	}
	ip := net.ParseIP(name)
	return ip != nil && ip.IsLoopback()
}

// A Handler answers a visit or says why it cannot; one place writes the errors.
type Handler func(w http.ResponseWriter, v *Visit) error

// A Visit is one request with what every page needs to know of it.
type Visit struct {
	*http.Request
	Lang   string
	Theme  string         // "", light or dark
	Viewer *policy.Viewer // nil without a session
	Say    *say.Catalogue
}

// Text is a field of a form, with the line ends that are used everywhere else.
func (v *Visit) Text(name string) string {
	return strings.ReplaceAll(v.PostFormValue(name), "\r\n", "\n")
}

// Line is a field of a form that has one line.
func (v *Visit) Line(name string) string { return strings.TrimSpace(v.PostFormValue(name)) }

// serve makes a handler one of the standard library. limit bounds the body in
// bytes; 0 for handlers that do it themselves.
func (s *Server) serve(limit int64, h Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost && limit > 0 {
			r.Body = http.MaxBytesReader(w, r.Body, limit)
		}
		v := s.visit(r)
		if err := h(w, v); err != nil {
			s.fail(w, v, err)
		}
	})
}

func (s *Server) visit(r *http.Request) *Visit {
	v := &Visit{Request: r, Lang: chooseLanguage(r), Theme: chooseTheme(r)}
	v.Say = s.says[v.Lang]
	return v
}

// needSession lets a request through when it has a session, and otherwise
// answers with the page that says how to get one.
func (s *Server) needSession(h Handler) Handler {
	return func(w http.ResponseWriter, v *Visit) error {
		viewer, ok := s.viewer(v.Context())
		if !ok {
			return s.Render(w, v, http.StatusForbidden, "enter", &enterPage{F: s.Frame(v, "")})
		}
		v.Viewer = &viewer
		return h(w, v)
	}
}

// An asset is a file of static/, addressed with its hash so that browsers may
// keep it for ever.
type asset struct {
	path string
	body []byte
	kind string
}

func loadAssets() (map[string]asset, error) {
	out := map[string]asset{}
	kinds := map[string]string{".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}
	files, err := fs.ReadDir(staticFiles, "static")
	if err != nil {
		return nil, err
	}
	for _, f := range files {
		b, err := staticFiles.ReadFile("static/" + f.Name())
		if err != nil {
			return nil, err
		}
		sum := sha256.Sum256(b)
		out[f.Name()] = asset{
			path: "/static/" + hex.EncodeToString(sum[:6]) + "/" + f.Name(),
			body: b, kind: kinds[path.Ext(f.Name())],
		}
	}
	return out, nil
}

func (s *Server) static(w http.ResponseWriter, r *http.Request) {
	a, ok := s.assets[r.PathValue("name")]
	if !ok || a.path != r.URL.Path {
		s.fail(w, s.visit(r), errs.New(errs.NotFound, "there is no such file"))
		return
	}
	w.Header().Set("Content-Type", a.kind)
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	_, _ = w.Write(a.body)
}
