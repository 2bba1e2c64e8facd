package web_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/record"
	"github.com/cordon-project/cordon/web"
	"github.com/cordon-project/cordon/web/designations"
	"github.com/cordon-project/cordon/web/holdings"
	"github.com/cordon-project/cordon/web/inquiry"
	"github.com/cordon-project/cordon/web/joins"
	"github.com/cordon-project/cordon/web/review"
	"github.com/cordon-project/cordon/web/webtest"
)

func TestWithoutASessionNothingIsShown(t *testing.T) {
	d := webtest.NewDesk(t)
	srv := webtest.Serve(t, d)
	for name, path := range webtest.EveryPage(d) {
		if name == "help" || name == "enter" {
			continue
		}
		p := webtest.NewReader(t, srv.URL).Get(path)
		if p.Status != http.StatusForbidden {
			t.Errorf("%s answers %d without a session", path, p.Status)
		}
		if !strings.Contains(p.Body, "cordon link") {
			t.Errorf("%s does not say how to get in", path)
		}
		for _, secret := range []string{"EXAMPLE", "ofac", "Analyst", d.List} {
			if strings.Contains(strings.TrimPrefix(p.Body, path), secret) && !strings.Contains(path, secret) {
				t.Errorf("%s shows %q without a session", path, secret)
			}
		}
	}
}

func TestALinkIsUsedUpByThePersonNotByLookingAtIt(t *testing.T) {
	srv := webtest.Serve(t, webtest.NewDesk(t))
	r := webtest.NewReader(t, srv.URL)
	if p := r.Get("/enter?token=" + webtest.GoodToken); !p.Has("form[action='/enter'] input[value=good]") {
		t.Error("the page of the link has no button")
	}
	if p := r.Get("/"); p.Status != http.StatusForbidden {
		t.Error("looking at the link opened a session")
	}
	p := r.Post("/enter", url.Values{"token": {"bad"}})
	if p.Status != http.StatusForbidden || !p.Has("[role=alert]") {
		t.Errorf("a bad token gives %d", p.Status)
	}
	p = r.Post("/enter", url.Values{"token": {webtest.GoodToken}})
	p.Says("h1", "Who is this, and who says so?")
	u, _ := url.Parse(srv.URL)
	for _, c := range r.Client.Jar.Cookies(u) {
		if strings.Contains(c.Value, "Analyst") {
			t.Error("a cookie holds personal data")
		}
	}
	if p := r.Post("/leave", nil); p.Status != http.StatusForbidden {
		t.Errorf("after leaving, the box answers %d", p.Status)
	}
}

func TestTheSessionCookieIsKeptFromScriptsAndOtherSites(t *testing.T) {
	srv := webtest.Serve(t, webtest.NewDesk(t))
	r := webtest.NewReader(t, srv.URL)
	r.Client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	set := r.Post("/enter", url.Values{"token": {webtest.GoodToken}}).Header.Get("Set-Cookie")
	for _, want := range []string{"cordon_session=", "HttpOnly", "SameSite=Strict", "Path=/"} {
		if !strings.Contains(set, want) {
			t.Errorf("the cookie %q lacks %s", set, want)
		}
	}
}

func TestTooManyTokensAreSlowedDown(t *testing.T) {
	srv := webtest.Serve(t, webtest.NewDesk(t))
	r := webtest.NewReader(t, srv.URL)
	last := 0
	for range 12 {
		last = r.Post("/enter", url.Values{"token": {"guess"}}).Status
	}
	if last != http.StatusTooManyRequests {
		t.Errorf("the twelfth guess gives %d", last)
	}
}

func TestAPageIsMarkedAsHighAsAnythingOnIt(t *testing.T) {
	d := webtest.NewDesk(t)
	srv := webtest.Serve(t, d)
	path := "/party/" + record.PartyID("OFAC", "ofac-sdn", "101")
	p := webtest.Inside(t, srv.URL, webtest.GoodToken).Get(path)
	if got := p.Texts(".marking .tlp"); !slices.Equal(got, []string{"TLP:GREEN", "TLP:GREEN"}) {
		t.Errorf("marked %q in head and foot, want TLP:GREEN twice", got)
	}
	p = webtest.Inside(t, srv.URL, "clear").Get(path)
	if got := p.Texts(".marking .tlp"); !slices.Equal(got, []string{"TLP:CLEAR", "TLP:CLEAR"}) {
		t.Errorf("for one who may not see the report: marked %q, want TLP:CLEAR twice", got)
	}
}

func TestWithheldLooksLikeNotFound(t *testing.T) {
	d := webtest.NewDesk(t)
	r := webtest.Inside(t, webtest.Serve(t, d).URL, "clear")
	withheld, missing := r.Get("/object/"+d.ReportID), r.Get("/object/report--11111111-1111-4111-8111-111111111111")
	if withheld.Status != http.StatusNotFound || missing.Status != http.StatusNotFound {
		t.Fatalf("withheld %d, missing %d", withheld.Status, missing.Status)
	}
	strip := func(a *webtest.Answered) string {
		return regexp.MustCompile(`report--[0-9a-f-]+`).ReplaceAllString(a.Body, "")
	}
	if strip(withheld) != strip(missing) {
		t.Error("the two pages differ")
	}
}

func TestHostileTextNeverBecomesMarkup(t *testing.T) {
	d := webtest.NewDesk(t)
	r := webtest.Inside(t, webtest.Serve(t, d).URL, webtest.GoodToken)
	for _, path := range []string{
		"/ask?q=evil", "/ask?q=" + url.QueryEscape(webtest.Evil), "/party/" + record.PartyID("OFAC", "ofac-sdn", "104"),
		"/object/" + record.PartyID("OFAC", "ofac-sdn", "104"), "/source/" + d.List + "?row=5&column=2", "/",
	} {
		p := r.Get(path)
		for _, n := range p.All("script") {
			if n.FirstChild != nil || !strings.HasPrefix(webtest.Attr(n, "src"), "/static/") {
				t.Errorf("%s: a script came from outside", path)
			}
		}
		if strings.ContainsAny(webtest.Text(p.All("main")[0]), "\u202e\u202c\x07") {
			t.Errorf("%s: a control character reaches the page", path)
		}
	}
	p := r.Get("/ask?q=evil")
	if got := p.Texts("h2 ~ p a bdi .ctl, .verdict p a bdi .ctl"); !slices.Equal(got, []string{"U+202E", "U+202C"}) {
		t.Errorf("the controls are shown as %q", got)
	}
	p = r.Get("/ask?q=" + url.QueryEscape(`"><script>alert(1)</script>`))
	if got := webtest.Attr(p.All("#q")[0], "value"); got != `"><script>alert(1)</script>` {
		t.Errorf("the box has %q", got)
	}
}

func TestEveryPageInEveryLanguageIsWholeAndNamed(t *testing.T) {
	d := webtest.NewDesk(t)
	d.ThreeJobs(t)
	d.TwoClearances(t)
	r := webtest.Inside(t, webtest.Serve(t, d).URL, webtest.GoodToken)
	heads := map[string]map[string]bool{}
	for _, lang := range []string{"en", "ja", "ko"} {
		r.Lang = lang
		for name, path := range webtest.EveryPage(d) {
			p := r.Get(path)
			where := name + " in " + lang
			if got := webtest.Attr(p.All("html")[0], "lang"); got != lang {
				t.Errorf("%s: the page says it is in %q", where, got)
			}
			if p.Has(".missing") {
				t.Errorf("%s: no words for %q", where, p.Texts(".missing"))
			}
			if m := regexp.MustCompile(`\{\d`).FindString(webtest.Text(p.All("body")[0])); m != "" {
				t.Errorf("%s: an argument is missing: %s", where, m)
			}
			webtest.Structure(t, where, p)
			if name == "help" {
				if heads[name] == nil {
					heads[name] = map[string]bool{}
				}
				heads[name][webtest.Text(p.All("h1")[0])] = true
			}
		}
	}
	if len(heads["help"]) != 3 {
		t.Errorf("the help has the heads %v", heads["help"])
	}
}

func TestLanguageIsOneClickAwayAndRemembered(t *testing.T) {
	r := webtest.NewReader(t, webtest.Serve(t, webtest.NewDesk(t)).URL)
	for accept, want := range map[string]string{"ko-KR,ko;q=0.9,en;q=0.5": "ko", "fr": "en", "": "en", "ja": "ja", "fr,ja;q=0.4": "ja", "zz;;q=x": "en"} {
		r.Lang = accept
		if got := webtest.Attr(r.Get("/help").All("html")[0], "lang"); got != want {
			t.Errorf("a browser that asks for %q gets %q, want %q", accept, got, want)
		}
	}
	r.Lang = "en"
	p := r.Post("/preferences", url.Values{"language": {"ko"}, "to": {"/help"}})
	p.Says("h1", "도움말")
	if got := webtest.Attr(r.Get("/enter").All("html")[0], "lang"); got != "ko" {
		t.Errorf("the next page is in %q", got)
	}
	p = r.Post("/preferences", url.Values{"language": {"xx"}, "theme": {"dark"}, "to": {"/help"}})
	if got := webtest.Attr(p.All("html")[0], "data-theme"); got != "dark" {
		t.Errorf("the ground is %q", got)
	}
	p.Says("h1", "도움말")
}

func TestEveryAnswerCarriesTheSecurityHeaders(t *testing.T) {
	d := webtest.NewDesk(t)
	r := webtest.Inside(t, webtest.Serve(t, d).URL, webtest.GoodToken)
	paths := []string{"/no-such-page"}
	for _, p := range webtest.EveryPage(d) {
		paths = append(paths, p)
	}
	for _, n := range r.Get("/").All("link[rel=stylesheet]") {
		paths = append(paths, webtest.Attr(n, "href"))
	}
	for _, path := range paths {
		h := r.Get(path).Header
		csp := h.Get("Content-Security-Policy")
		for _, want := range []string{"default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'", "require-trusted-types-for 'script'"} {
			if !strings.Contains(csp, want) {
				t.Errorf("%s: the policy lacks %s", path, want)
			}
		}
		if strings.Contains(csp, "unsafe") || strings.Contains(csp, "*") || strings.Contains(csp, "http") {
			t.Errorf("%s: the policy has a hole: %s", path, csp)
		}
		for key, want := range map[string]string{
			"Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff",
			"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin",
		} {
			if got := h.Get(key); got != want {
				t.Errorf("%s: %s is %q, want %q", path, key, got, want)
			}
		}
		if cache := h.Get("Cache-Control"); !strings.HasPrefix(path, "/static/") && cache != "no-store" {
			t.Errorf("%s: cached as %q", path, cache)
		}
	}
}

func TestForeignHostsAndSitesAreRefused(t *testing.T) {
	srv := webtest.Serve(t, webtest.NewDesk(t))
	ask := func(host string) int {
		req, err := http.NewRequest(http.MethodGet, srv.URL+"/help", nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Host = host
		return webtest.NewReader(t, srv.URL).Do(req).Status
	}
	for host, want := range map[string]int{
		"127.0.0.1:8080": 200, "localhost": 200, "LOCALHOST:1": 200, "[::1]:80": 200, "127.8.8.8": 200,
		"evil.example": 421, "127.0.0.1.evil.example": 421, "192.0.2.1": 421, "localhost.evil.example:80": 421,
	} {
		if got := ask(host); got != want {
			t.Errorf("Host %s gives %d, want %d", host, got, want)
		}
	}
	r := webtest.Inside(t, srv.URL, webtest.GoodToken)
	for _, h := range [][2]string{{"Sec-Fetch-Site", "cross-site"}, {"Origin", "https://evil.example"}} {
		req, err := http.NewRequest(http.MethodPost, srv.URL+"/leave", nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set(h[0], h[1])
		if got := r.Do(req).Status; got != http.StatusForbidden {
			t.Errorf("%s: %s gives %d", h[0], h[1], got)
		}
	}
	if got := r.Get("/").Status; got != http.StatusOK {
		t.Errorf("another site ended the session: %d", got)
	}
}

func TestAConfiguredOriginIsServedAndItsCookiesAreSecure(t *testing.T) {
	d := webtest.NewDesk(t)
	s, err := web.New(web.Config{
		Objects: d, Rooms: d.Rooms(), Origins: []string{"https://cordon.example.org"}, Log: slog.New(slog.DiscardHandler),
		Enter: func(context.Context, string) (policy.Viewer, error) { return policy.Viewer{}, nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	w := new(recorder)
	req, _ := http.NewRequest(http.MethodPost, "https://cordon.example.org/enter", nil)
	s.ServeHTTP(w, req)
	if w.status != http.StatusSeeOther || !strings.Contains(w.Header().Get("Set-Cookie"), "Secure") {
		t.Errorf("status %d, cookie %q", w.status, w.Header().Get("Set-Cookie"))
	}
}

// recorder keeps what a handler writes.
type recorder struct {
	head   http.Header
	status int
	body   bytes.Buffer
}

func (r *recorder) Header() http.Header {
	if r.head == nil {
		r.head = http.Header{}
	}
	return r.head
}

func (r *recorder) WriteHeader(s int) { r.status = s }

func (r *recorder) Write(b []byte) (int, error) { return r.body.Write(b) }

func TestANodeWithoutItsPartsIsRefused(t *testing.T) {
	if _, err := web.New(web.Config{}); !errs.Is(err, errs.Invalid) {
		t.Errorf("got %v", err)
	}
	d := webtest.NewDesk(t)
	enter := func(context.Context, string) (policy.Viewer, error) { return policy.Viewer{}, nil }
	for _, room := range []web.Room{inquiry.Config{}, joins.Config{}, designations.Config{}, review.Config{}, holdings.Config{}} {
		if _, err := web.New(web.Config{Objects: d, Enter: enter, Rooms: []web.Room{room}}); !errs.Is(err, errs.Invalid) {
			t.Errorf("%T: %v", room, err)
		}
	}
	if _, err := web.New(web.Config{Objects: d, Enter: enter, Rooms: append(d.Rooms(), d.Rooms()...)}); err == nil {
		t.Error("two rooms have the same pages")
	}
	_, err := web.New(web.Config{Objects: d, Rooms: d.Rooms(), Origins: []string{"cordon.example.org"}, Enter: func(context.Context, string) (policy.Viewer, error) {
		return policy.Viewer{}, nil
	}})
	if !errs.Is(err, errs.Invalid) {
		t.Errorf("an origin without a scheme: %v", err)
	}
}

func TestErrorsSayWhatHappenedWhatWasKeptAndWhatToDo(t *testing.T) {
	r := webtest.Inside(t, webtest.Serve(t, webtest.NewDesk(t)).URL, webtest.GoodToken)
	p := r.Get("/ask?q=%21")
	if p.Status != http.StatusUnprocessableEntity {
		t.Errorf("status %d", p.Status)
	}
	if got := p.Texts("dt"); !slices.Equal(got, []string{"What happened", "What was kept", "What to do"}) {
		t.Errorf("it says %q", got)
	}
	if n := p.All("[lang=en].detail"); len(n) != 2 {
		t.Errorf("%d details of the room itself, want 2", len(n))
	}
}

func TestTheSiteAsksNothingOfOthers(t *testing.T) {
	for _, f := range []string{"static/cordon.css", "static/tokens.css", "static/cordon.js"} {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, bad := range []string{"http://", "https://", "@import", "url(", "eval(", "innerHTML", "new Function", "insertAdjacentHTML", "document.write"} {
			if bytes.Contains(b, []byte(bad)) {
				t.Errorf("%s has %s", f, bad)
			}
		}
	}
}
