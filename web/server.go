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

// formLimit bounds every body that is not an upload.
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

// Server is the pages of one node. It is an http.Handler; Close it when the
// node stops.
type Server struct {
	c        Config
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

// New returns the pages. It fails with errs.Invalid when something that the
// pages stand on is missing, or an origin cannot be read.
func New(c Config) (_ *Server, err error) {
	defer errs.Wrap(&err, "web.New")
	if c.Screen == nil || c.Objects == nil || c.Desk == nil || c.Matrix == nil || c.Identities == nil || c.Enter == nil {
		return nil, errs.New(errs.Invalid, "Screen, Objects, Desk, Matrix, Identities and Enter are all needed")
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
	if s.pages, err = loadPages(s.says, s.assets); err != nil {
		return nil, err
	}
	s.openSessions()
	s.handler = s.routes()
	return s, nil
}

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
	if c.MaxUpload == 0 {
		c.MaxUpload = DefaultMaxUpload
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
	open := func(pattern string, h handler) { mux.Handle(pattern, s.serve(h)) }
	inside := func(pattern string, h handler) { mux.Handle(pattern, s.serve(s.needSession(h))) }

	open("GET /enter", s.enterPage)
	open("POST /enter", s.enter)
	open("POST /leave", s.leave)
	open("POST /preferences", s.preferences)
	open("GET /help", s.help)
	mux.HandleFunc("GET /static/{hash}/{name}", s.static)

	inside("GET /{$}", s.ask)
	inside("GET /ask", s.answer)
	inside("GET /name", s.name)
	inside("GET /party/{id}", s.party)
	inside("GET /object/{id}", s.object)
	inside("GET /source/{sha}", s.source)
	inside("GET /source/{sha}/original", s.original)
	inside("GET /imports", s.imports)
	inside("POST /imports", s.startImport)
	inside("GET /imports/{id}", s.job)
	inside("POST /imports/{id}/cancel", s.cancelJob)
	inside("GET /clearances", s.clearances)
	inside("POST /clearances", s.proposeClearance)
	inside("POST /clearances/{id}/confirm", s.confirmClearance)
	inside("POST /clearances/{id}/withdraw", s.withdrawClearance)
	inside("GET /matrix", s.matrix)
	inside("GET /matrix/export/{form}", s.matrixExport)
	inside("GET /matrix/party/{id}", s.matrixParty)
	inside("GET /matrix/alignment", s.alignment)
	inside("GET /identity", s.questions)
	inside("GET /identity/{id}", s.group)
	inside("POST /identity/decide", s.decide)
	inside("POST /identity/split", s.split)
	inside("GET /lists", s.lists)
	inside("GET /journal", s.journal)
	inside("GET /journal/quarantine", s.quarantine)
	inside("/", func(http.ResponseWriter, *visit) error { return errs.New(errs.NotFound, "there is no such page") })

	cross := http.NewCrossOriginProtection()
	cross.SetDenyHandler(s.serve(func(http.ResponseWriter, *visit) error {
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

// A handler answers a visit or says why it cannot; one place writes the errors.
type handler func(w http.ResponseWriter, v *visit) error

// A visit is one request with what every page needs to know of it.
type visit struct {
	*http.Request
	lang   string
	theme  string // "", light or dark
	viewer *policy.Viewer
	say    *say.Catalogue
}

func (s *Server) serve(h handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost && r.URL.Path != "/imports" {
			r.Body = http.MaxBytesReader(w, r.Body, formLimit)
		}
		v := s.visit(r)
		if err := h(w, v); err != nil {
			s.fail(w, v, err)
		}
	})
}

func (s *Server) visit(r *http.Request) *visit {
	v := &visit{Request: r, lang: chooseLanguage(r), theme: chooseTheme(r)}
	v.say = s.says[v.lang]
	return v
}

// needSession lets a request through when it has a session, and otherwise
// answers with the page that says how to get one.
func (s *Server) needSession(h handler) handler {
	return func(w http.ResponseWriter, v *visit) error {
		viewer, ok := s.viewer(v.Context())
		if !ok {
			return s.render(w, v, http.StatusForbidden, "enter", &enterPage{F: s.frame(v, "")})
		}
		v.viewer = &viewer
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
