package webtest

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"

	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"
)

// Fill returns what a form on a page would send, with some fields filled in.
func (a *Answered) Fill(form string, fields map[string]string) (action string, v url.Values) {
	a.t.Helper()
	forms := a.All(form)
	if len(forms) == 0 {
		a.t.Fatalf("there is no form %s", form)
	}
	v = url.Values{}
	for _, n := range a.All(form + " input, " + form + " textarea") {
		v.Set(Attr(n, "name"), Attr(n, "value"))
	}
	for name, value := range fields {
		if !v.Has(name) {
			a.t.Fatalf("%s has no field %s", form, name)
		}
		v.Set(name, value)
	}
	return Attr(forms[0], "action"), v
}

// Row returns the texts of the cells of a party's row, its head first.
func (a *Answered) Row(name string) []string {
	a.t.Helper()
	for _, tr := range a.All("table.matrix tbody tr") {
		if strings.HasPrefix(Text(tr), name) {
			var out []string
			for c := tr.FirstChild; c != nil; c = c.NextSibling {
				if c.Data == "th" || c.Data == "td" {
					out = append(out, Text(c))
				}
			}
			return out
		}
	}
	a.t.Fatalf("there is no row of %s among %q", name, a.Texts("table.matrix tbody th"))
	return nil
}

// Parties are the names at the heads of the rows.
func (a *Answered) Parties() []string { return a.Texts("table.matrix tbody th a[data-row]") }

// FillForm returns what a form would send, also of choices and boxes.
func (a *Answered) FillForm(form string, set map[string][]string) (action string, v url.Values) {
	a.t.Helper()
	v = url.Values{}
	for _, n := range a.All(form + " input:not([type=checkbox]):not([type=radio])") {
		v.Add(Attr(n, "name"), Attr(n, "value"))
	}
	for _, n := range a.All(form + " select") {
		chosen := ""
		for _, o := range a.All("#" + Attr(n, "id") + " option[selected]") {
			chosen = Attr(o, "value")
		}
		v.Add(Attr(n, "name"), chosen)
	}
	for name, values := range set {
		if !a.Has(form + " [name=" + name + "]") {
			a.t.Fatalf("%s has no field %s", form, name)
		}
		v[name] = values
	}
	return Attr(a.All(form)[0], "action"), v
}

// Contains reports an error unless one of the found elements says it.
func Contains(p *Answered, selector, want string) {
	p.t.Helper()
	if got := p.Texts(selector); !strings.Contains(strings.Join(got, "\n"), want) {
		p.t.Errorf("%s says %q, not %q", selector, got, want)
	}
}

// TextOf is the text of a page within its frame.
func TextOf(p *Answered) string { return Text(p.All("main")[0]) }

// A reader is one person with a browser without JavaScript.
type Reader struct {
	t      testing.TB
	Origin string
	Client *http.Client
	Lang   string
}

// NewReader returns a reader without a session.
func NewReader(t testing.TB, origin string) *Reader {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &Reader{t: t, Origin: origin, Lang: "en", Client: &http.Client{Jar: jar, Timeout: 2 * patience}}
}

// Inside is a reader with a session.
func Inside(t testing.TB, origin, token string) *Reader {
	t.Helper()
	r := NewReader(t, origin)
	if p := r.Post("/enter", url.Values{"token": {token}}); p.Status != http.StatusOK {
		t.Fatalf("entering gave %d", p.Status)
	}
	return r
}

type Answered struct {
	t      testing.TB
	Status int
	Header http.Header
	Body   string
	doc    *html.Node
}

// Do sends a request and follows where it leads.
func (r *Reader) Do(req *http.Request) *Answered {
	r.t.Helper()
	req.Header.Set("Accept-Language", r.Lang)
	resp, err := r.Client.Do(req)
	if err != nil {
		r.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		r.t.Fatal(err)
	}
	doc, err := html.Parse(bytes.NewReader(b))
	if err != nil {
		r.t.Fatal(err)
	}
	return &Answered{r.t, resp.StatusCode, resp.Header, string(b), doc}
}

// Get asks for a page.
func (r *Reader) Get(path string) *Answered {
	r.t.Helper()
	req, err := http.NewRequest(http.MethodGet, r.Origin+path, nil)
	if err != nil {
		r.t.Fatal(err)
	}
	return r.Do(req)
}

// Post sends a form.
func (r *Reader) Post(path string, form url.Values) *Answered {
	r.t.Helper()
	req, err := http.NewRequest(http.MethodPost, r.Origin+path, strings.NewReader(form.Encode()))
	if err != nil {
		r.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return r.Do(req)
}

// All returns the elements that a CSS selector finds.
func (a *Answered) All(selector string) []*html.Node {
	a.t.Helper()
	s, err := cascadia.ParseGroup(selector)
	if err != nil {
		a.t.Fatalf("%s: %v", selector, err)
	}
	return cascadia.QueryAll(a.doc, s)
}

// Texts returns what the found elements say, with single spaces.
func (a *Answered) Texts(selector string) []string {
	a.t.Helper()
	var out []string
	for _, n := range a.All(selector) {
		out = append(out, Text(n))
	}
	return out
}

// Text is the text of a node, with its spaces joined.
func Text(n *html.Node) string {
	var b strings.Builder
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		if n.Type == html.TextNode {
			b.WriteString(n.Data)
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
		if n.Data == "td" || n.Data == "th" || n.Data == "br" || n.Data == "p" {
			b.WriteByte(' ')
		}
	}
	walk(n)
	return strings.Join(strings.Fields(b.String()), " ")
}

// Attr is an attribute of a node, "" for none.
func Attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

// Says fails the test unless the first element found says exactly this.
func (a *Answered) Says(selector, want string) {
	a.t.Helper()
	got := a.Texts(selector)
	if len(got) == 0 || got[0] != want {
		a.t.Errorf("%s says %q, want %q", selector, got, want)
	}
}

// Has reports whether a selector finds anything.
func (a *Answered) Has(selector string) bool { return len(a.All(selector)) > 0 }

func upload(t testing.TB, fields [][2]string, files ...[2]string) (string, *bytes.Buffer) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for _, f := range fields {
		if err := w.WriteField(f[0], f[1]); err != nil {
			t.Fatal(err)
		}
	}
	for _, f := range files {
		part, err := w.CreateFormFile("file", f[0])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(part, f[1]); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return w.FormDataContentType(), &b
}

// Upload sends the form of imports, fields first.
func (r *Reader) Upload(fields [][2]string, files ...[2]string) *Answered {
	r.t.Helper()
	kind, body := upload(r.t, fields, files...)
	req, err := http.NewRequest(http.MethodPost, r.Origin+"/imports", body)
	if err != nil {
		r.t.Fatal(err)
	}
	req.Header.Set("Content-Type", kind)
	return r.Do(req)
}
