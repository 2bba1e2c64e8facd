package web

import (
	"context"
	"encoding/json"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/alexedwards/scs/v2"
	"golang.org/x/text/language"
	"golang.org/x/time/rate"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/web/say"
)

// Names of the cookies. The session's holds a random token and nothing else.
const (
	sessionCookie  = "cordon_session"
	languageCookie = "cordon_language"
	themeCookie    = "cordon_theme"
)

// keyViewer is what a session keeps its viewer under, as JSON.
const keyViewer = "viewer"

func (s *Server) openSessions() {
	s.store = &sessionStore{now: time.Now, open: map[string]stored{}} // scs computes the ends of sessions by time.Now too
	m := scs.New()
	m.Store = s.store
	m.Lifetime = s.c.SessionLife
	m.IdleTimeout = s.c.SessionIdle
	m.Cookie = scs.SessionCookie{
		Name: sessionCookie, Path: "/", HttpOnly: true, Secure: s.secure,
		SameSite: http.SameSiteStrictMode, Persist: false,
	}
	m.ErrorFunc = func(w http.ResponseWriter, r *http.Request, err error) {
		s.fail(w, s.visit(r), errs.New(errs.Internal, "the session could not be read").Because(err))
	}
	s.sessions = m
}

// A sessionStore keeps sessions in memory (scs.Store), without a goroutine of
// its own: each commit sweeps out those that have ended.
type sessionStore struct {
	mu   sync.Mutex
	now  func() time.Time
	open map[string]stored
}

type stored struct {
	data []byte
	ends time.Time
}

// Find returns the data of a session that has not ended.
func (s *sessionStore) Find(token string) ([]byte, bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	e, ok := s.open[token]
	if !ok || !s.now().Before(e.ends) {
		return nil, false, nil
	}
	return e.data, true, nil
}

// Commit keeps the data of a session until it ends.
func (s *sessionStore) Commit(token string, data []byte, ends time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	for t, e := range s.open {
		if !now.Before(e.ends) {
			delete(s.open, t)
		}
	}
	s.open[token] = stored{slices.Clone(data), ends}
	return nil
}

// Delete ends a session.
func (s *sessionStore) Delete(token string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.open, token)
	return nil
}

func (s *sessionStore) clear() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.open)
}

// viewer returns the viewer of the session, false without one.
func (s *Server) viewer(ctx context.Context) (policy.Viewer, bool) {
	b := s.sessions.GetBytes(ctx, keyViewer)
	if b == nil {
		return policy.Viewer{}, false
	}
	var v policy.Viewer
	if err := json.Unmarshal(b, &v); err != nil {
		s.c.Log.Error("session without a readable viewer", "err", err)
		return policy.Viewer{}, false
	}
	return v, true
}

type enterPage struct {
	F     Frame
	Token string // "" when there is nothing to enter with
	Bad   bool   // the token was refused
}

// enterPage shows a button and does not use the token up: programs that look at
// links before people do would otherwise open the session and lose it. The
// request of the button comes from this origin, so the SameSite=Strict cookie is
// sent from then on wherever the link was clicked.
func (s *Server) enterPage(w http.ResponseWriter, v *Visit) error {
	return s.Render(w, v, http.StatusOK, "enter", &enterPage{F: s.Frame(v, ""), Token: v.URL.Query().Get("token")})
}

func (s *Server) enter(w http.ResponseWriter, v *Visit) error {
	if !s.tries.allow(v.RemoteAddr, s.c.Clock()) {
		w.Header().Set("Retry-After", "10")
		return errTooMany
	}
	viewer, err := s.c.Enter(v.Context(), v.PostFormValue("token"))
	if errs.Is(err, errs.Denied) {
		s.c.Log.Warn("token refused", "remote", v.RemoteAddr)
		return s.Render(w, v, http.StatusForbidden, "enter", &enterPage{F: s.Frame(v, ""), Bad: true})
	}
	if err != nil {
		return err
	}
	b, err := json.Marshal(viewer)
	if err != nil {
		return err
	}
	// A new token at the change of rights: a planted session id is worth nothing.
	if err := s.sessions.RenewToken(v.Context()); err != nil {
		return err
	}
	s.sessions.Put(v.Context(), keyViewer, b)
	s.c.Log.Info("session opened", "viewer", viewer.Name)
	http.Redirect(w, v.Request, "/", http.StatusSeeOther)
	return nil
}

func (s *Server) leave(w http.ResponseWriter, v *Visit) error {
	if err := s.sessions.Destroy(v.Context()); err != nil {
		return err
	}
	http.Redirect(w, v.Request, "/", http.StatusSeeOther)
	return nil
}

// Kept is what a session keeps under a key, "" for nothing.
func (s *Server) Kept(v *Visit, key string) string { return s.sessions.GetString(v.Context(), key) }

// Keep keeps something in the session, until it ends.
func (s *Server) Keep(v *Visit, key, value string) { s.sessions.Put(v.Context(), key, value) }

// keyBy is the name under which somebody decided last in this session.
const keyBy = "by"

// By is the name under which somebody decided last in this session, for the next
// form.
func (s *Server) By(v *Visit) string { return s.Kept(v, keyBy) }

// Decided keeps the name under which somebody decided.
func (s *Server) Decided(v *Visit, by string) { s.Keep(v, keyBy, by) }

// preferences keeps the language and the ground of the pages in cookies and goes
// back to where the reader was.
func (s *Server) preferences(w http.ResponseWriter, v *Visit) error {
	if lang := v.PostFormValue("language"); slices.Contains(say.Languages, lang) {
		s.choose(w, languageCookie, lang)
	}
	if theme := v.PostFormValue("theme"); slices.Contains(themes, theme) {
		s.choose(w, themeCookie, theme)
	}
	http.Redirect(w, v.Request, LocalPath(v.PostFormValue("to")), http.StatusSeeOther)
	return nil
}

var themes = []string{"auto", "light", "dark"}

func (s *Server) choose(w http.ResponseWriter, name, value string) {
	http.SetCookie(w, &http.Cookie{
		Name: name, Value: value, Path: "/", MaxAge: 365 * 24 * 3600,
		HttpOnly: true, Secure: s.secure, SameSite: http.SameSiteStrictMode,
	})
}

// LocalPath returns a path of this site, "/" for anything else: a redirect never
// leads away.
func LocalPath(to string) string {
	u, err := url.Parse(to)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || !strings.HasPrefix(u.Path, "/") ||
		strings.HasPrefix(u.Path, "//") || strings.ContainsAny(to, "\\\r\n") {
		return "/"
	}
	return (&url.URL{Path: u.Path, RawQuery: u.RawQuery}).String()
}

var matcher = language.NewMatcher([]language.Tag{language.English, language.Japanese, language.Korean})

// chooseLanguage takes the language that the reader chose, else the one that
// the browser asks for, else English.
func chooseLanguage(r *http.Request) string {
	if c, err := r.Cookie(languageCookie); err == nil && slices.Contains(say.Languages, c.Value) {
		return c.Value
	}
	wants, _, err := language.ParseAcceptLanguage(r.Header.Get("Accept-Language"))
	if err != nil {
		return say.Languages[0]
	}
	_, i, sure := matcher.Match(wants...)
	if sure == language.No {
		return say.Languages[0]
	}
	return say.Languages[i]
}

func chooseTheme(r *http.Request) string {
	if c, err := r.Cookie(themeCookie); err == nil && slices.Contains(themes, c.Value) {
		return c.Value
	}
	return themes[0]
}

// tries bounds how often one address may try a token: a burst of tryBurst, then
// one every tryEvery.
type tries struct {
	mu sync.Mutex
	by map[string]*rate.Limiter
}

const (
	tryBurst  = 8
	tryEvery  = 5 * time.Second
	tryClient = 4096 // addresses remembered; when there are more, all begin anew
)

func newTries() *tries { return &tries{by: map[string]*rate.Limiter{}} }

func (t *tries) allow(remote string, now time.Time) bool {
	host, _, err := net.SplitHostPort(remote)
	if err != nil {
		host = remote
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	l := t.by[host]
	if l == nil {
		if len(t.by) >= tryClient {
			clear(t.by)
		}
		l = rate.NewLimiter(rate.Every(tryEvery), tryBurst)
		t.by[host] = l
	}
	return l.AllowN(now, 1)
}
