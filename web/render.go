package web

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"math"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/cordon-project/cordon/matrix"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/record"
	"github.com/cordon-project/cordon/screen"
	"github.com/cordon-project/cordon/web/say"
	"github.com/cordon-project/cordon/web/view"
)

//go:embed templates/*.tmpl
var templateFiles embed.FS

// pageTypes says which struct each page's template is executed with; the tests
// check the one against the other.
var pageTypes = map[string]any{
	"ask":        &askPage{},
	"answer":     &answerPage{},
	"name":       &namePage{},
	"party":      &partyPage{},
	"object":     &objectPage{},
	"source":     &sourcePage{},
	"imports":    &importsPage{},
	"job":        &jobPage{},
	"lists":      &listsPage{},
	"clearances": &clearancesPage{},
	"matrix":     &matrixPage{},
	"timeline":   &timelinePage{},
	"alignment":  &alignmentPage{},
	"questions":  &questionsPage{},
	"group":      &groupPage{},
	"journal":    &journalPage{},
	"quarantine": &quarantinePage{},
	"help":       &helpPage{},
	"enter":      &enterPage{},
	"error":      &errorPage{},
}

// A pageSet has every page of one language: the functions that say messages are
// bound to its catalogue.
type pageSet map[string]*template.Template

func loadPages(says map[string]*say.Catalogue, assets map[string]asset) (map[string]pageSet, error) {
	out := map[string]pageSet{}
	for lang, c := range says {
		common, err := template.New("common").Option("missingkey=error").Funcs(funcs(c, assets)).
			ParseFS(templateFiles, "templates/frame.tmpl", "templates/parts.tmpl")
		if err != nil {
			return nil, err
		}
		set := pageSet{}
		for name := range pageTypes {
			t, err := common.Clone()
			if err != nil {
				return nil, err
			}
			if t, err = t.ParseFS(templateFiles, "templates/"+name+".tmpl"); err != nil {
				return nil, err
			}
			set[name] = t.Lookup(name + ".tmpl")
		}
		out[lang] = set
	}
	return out, nil
}

// funcs are the functions of the templates. t and ts say messages as HTML and
// as text; everything that shows a value from outside goes through name or vis.
func funcs(c *say.Catalogue, assets map[string]asset) template.FuncMap {
	return template.FuncMap{
		"t": c.HTML, "ts": c.Plain, "say": c.Text, "word": c.Word,
		"name": c.Name, "nameIn": c.NameIn, "vis": say.Visible,
		"num":     func(n any) string { i, _ := say.Whole(n); return say.Number(i) },
		"size":    c.Size,
		"date":    func(d record.Date) string { return string(d) },
		"day":     func(t time.Time) string { return t.UTC().Format(time.DateOnly) },
		"percent": func(share float64) string { return strconv.FormatFloat(share*100, 'f', 2, 64) },
		"moment":  func(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05") },
		"p2":      probability,
		"per1000": func(p float64) int { return int(math.Round(min(max(p, 0), 1) * 1000)) },
		"sub":     func(a, b int) int { return a - b },
		"levels":  levels, "tlp": tlp, "sign": sign,
		"asset":  func(name string) string { return assets[name].path },
		"source": doorURL, "at": at, "party": partyURL, "object": objectURL, "askFor": askURL,
		"place":     c.Place,
		"authority": c.Authority,
		"short":     short,
		"pieces":    view.Pieces, "excerpt": view.Excerpt, "windowPiece": view.WindowPiece, "rowAt": rowAt, "jobName": jobName, "unshown": unshown,
		"when":    func(w matrix.When) template.HTML { return view.When(c, w) },
		"nations": func(codes []string) string { return view.Nations(c, codes) },
		"under":   view.Under, "nation": view.NationOf, "days": view.Days, "lower": strings.ToLower, "group": groupURL, "history": historyURL,
		"join":  func(l []string) string { return strings.Join(l, " · ") },
		"early": func(l []string) []string { return l[:min(len(l), notesAtOnce)] },
		"late":  func(l []string) []string { return l[min(len(l), notesAtOnce):] },
	}
}

// probability shows two digits; what rounds to nothing is not nothing.
func probability(p float64) string {
	if p > 0 && p < 0.005 {
		return "<0.01"
	}
	return strconv.FormatFloat(p, 'f', 2, 64)
}

// tlp is the label of an object in the Traffic Light Protocol's own form: its
// colour on black (FIRST, TLP 2.0, August 2022).
func tlp(l policy.Label) template.HTML {
	level := policy.Level(l)
	return template.HTML(`<span class="tlp ` + tlpClass(level) + `">` + level.String() + `</span>`)
}

// levels are the markings that can be chosen.
func levels() []string {
	var out []string
	for l := policy.Clear; l <= policy.Red; l++ {
		out = append(out, l.String())
	}
	return out
}

func tlpClass(level policy.TLP) string {
	switch level {
	case policy.Clear:
		return "tlp-clear"
	case policy.Green:
		return "tlp-green"
	case policy.Amber:
		return "tlp-amber"
	case policy.AmberStrict:
		return "tlp-amber-strict"
	}
	return "tlp-red"
}

// sign is the mark of a state or a weight, which stands beside its word.
func sign(state string) string {
	switch state {
	case "hit":
		return "■"
	case "likely":
		return "▲"
	case "open":
		return "◇"
	case "for":
		return "＋"
	case "against":
		return "－"
	case "unknown", "not-loaded":
		return "○"
	case "listed":
		return "■"
	case "removed":
		return "□"
	case "press":
		return "△"
	case "decides":
		return "●"
	case "excludes":
		return "✕"
	}
	return "–"
}

// short shows the beginning of a hash or token that is given in full elsewhere.
func short(s string) string {
	if len(s) <= 16 {
		return s
	}
	return s[:16] + "…"
}

func partyURL(id string) string   { return "/party/" + url.PathEscape(id) }
func groupURL(id string) string   { return "/identity/" + url.PathEscape(id) }
func historyURL(id string) string { return "/matrix/party/" + url.PathEscape(id) }
func objectURL(id string) string  { return "/object/" + url.PathEscape(id) }

func askURL(text string, kind screen.Kind) string {
	q := url.Values{"q": {text}}
	if kind != screen.Auto {
		q.Set("kind", string(kind))
	}
	return "/ask?" + q.Encode()
}

// sourceURL is the address of a place in an archived input, "" for none.
func sourceURL(w record.Where) string {
	if w.SHA256 == "" {
		return ""
	}
	q := url.Values{}
	for key, n := range map[string]int{"row": w.Row, "column": w.Column, "start": w.Start, "end": w.End} {
		if n != 0 {
			q.Set(key, strconv.Itoa(n))
		}
	}
	if w.Element != "" {
		q.Set("element", w.Element)
	}
	if w.Part != "" {
		q.Set("part", w.Part)
	}
	u := "/source/" + url.PathEscape(w.SHA256)
	if len(q) > 0 {
		u += "?" + q.Encode()
	}
	return u
}

// A door leads to a place in an archived input, with the text to be marked there.
type door struct {
	record.Where
	Find string
}

func at(w record.Where, find string) door { return door{w, find} }

func doorURL(d door) string {
	u := sourceURL(d.Where)
	if u == "" || d.Find == "" || d.Row == 0 {
		return u
	}
	return u + "&find=" + url.QueryEscape(d.Find)
}

// rowAt is the address of a row of an input.
func rowAt(sha256 string, n int) string {
	return sourceURL(record.Where{SHA256: sha256, Row: n})
}

// A frame is what every page has around it.
type frame struct {
	Lang     string
	Theme    string
	Title    string
	Nav      string // which desk the page belongs to
	Box      string // what stands in the box
	To       string // where to come back to after a choice of language
	Marking  string // the highest marking of what the page shows, "" for none
	MarkName string
	In       bool // there is a session
	Viewer   string
	Node     string
	Version  string
	Head     int64
	Refresh  bool // the page changes by itself
	Choices  []choice
	Themes   []choice
}

// A choice is one language or ground to choose.
type choice struct {
	Value   string
	Word    string
	Current bool
}

// frame begins a page that belongs to a desk.
func (s *Server) frame(v *visit, nav string) frame {
	f := frame{
		Lang: v.lang, Theme: v.theme, Nav: nav, To: "/",
		Node: s.c.Node, Version: s.c.Version,
	}
	if v.Method == http.MethodGet && v.URL.Path != "/enter" {
		f.To = v.URL.RequestURI()
	}
	for _, l := range say.Languages {
		f.Choices = append(f.Choices, choice{l, s.says[l].Plain("language.own"), l == v.lang})
	}
	for _, t := range themes {
		f.Themes = append(f.Themes, choice{t, v.say.Word("theme", t), t == v.theme})
	}
	if v.viewer != nil {
		f.In, f.Viewer = true, v.viewer.Name
		if head, err := s.c.Objects.Head(v.Context()); err == nil {
			f.Head = head
		}
	}
	return f
}

// mark raises the marking of the page to that of something that it shows.
func (f *frame) mark(l policy.Label) { f.raise(policy.Level(l)) }

// raiseTo is raise with the name of a level; "" and what is no level raise
// nothing.
func (f *frame) raiseTo(name string) {
	if level, err := policy.ParseTLP(name); name != "" && err == nil {
		f.raise(level)
	}
}

func (f *frame) raise(level policy.TLP) {
	if f.MarkName != "" {
		if old, err := policy.ParseTLP(f.MarkName); err == nil {
			level = max(level, old)
		}
	}
	f.MarkName, f.Marking = level.String(), tlpClass(level)
}

// render writes a page whole or not at all.
func (s *Server) render(w http.ResponseWriter, v *visit, status int, page string, data any) error {
	t := s.pages[v.lang][page]
	var b bytes.Buffer
	if err := t.Execute(&b, data); err != nil {
		return fmt.Errorf("page %s: %w", page, err)
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Language", v.lang)
	w.Header().Add("Vary", "Accept-Language, Cookie")
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes()) // the reader has gone; there is nobody to tell
	return nil
}
