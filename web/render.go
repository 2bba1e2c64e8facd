package web

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/cordon-project/cordon/matrix"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/record"
	"github.com/cordon-project/cordon/web/say"
	"github.com/cordon-project/cordon/web/view"
)

//go:embed templates/*.tmpl
var templateFiles embed.FS

// notesAtOnce is how many notes of an import are open; the others fold.
const notesAtOnce = 10

// A pageSet has every page of one language: the functions that say messages are
// bound to its catalogue.
type pageSet map[string]*template.Template

func loadPages(says map[string]*say.Catalogue, assets map[string]asset, rooms []Pages) (map[string]pageSet, error) {
	out := map[string]pageSet{}
	for lang, c := range says {
		parts, err := template.New("parts").Option("missingkey=error").Funcs(funcs(c, assets)).
			ParseFS(templateFiles, "templates/frame.tmpl", "templates/parts.tmpl")
		if err != nil {
			return nil, err
		}
		set := pageSet{}
		for _, room := range rooms {
			if err := set.add(parts, room); err != nil {
				return nil, err
			}
		}
		out[lang] = set
	}
	return out, nil
}

// add parses the pages of a room.
func (set pageSet) add(parts *template.Template, room Pages) error {
	for name := range room.Types {
		if set[name] != nil {
			return fmt.Errorf("two rooms have a page %s", name)
		}
		t, err := parts.Clone()
		if err != nil {
			return err
		}
		if t, err = t.ParseFS(room.Templates, "templates/"+name+".tmpl"); err != nil {
			return err
		}
		set[name] = t.Lookup(name + ".tmpl")
	}
	return nil
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
		"source": view.DoorURL, "at": view.At, "party": view.PartyURL, "object": view.ObjectURL, "askFor": view.AskURL,
		"place":     c.Place,
		"authority": c.Authority,
		"short":     short,
		"pieces":    view.Pieces, "excerpt": view.Excerpt, "windowPiece": view.WindowPiece, "rowAt": view.RowAt, "jobName": view.JobName, "unshown": view.Unshown,
		"when":    func(w matrix.When) template.HTML { return view.When(c, w) },
		"nations": func(codes []string) string { return view.Nations(c, codes) },
		"under":   view.Under, "nation": view.NationOf, "days": view.Days, "lower": strings.ToLower, "group": view.GroupURL, "history": view.HistoryURL, "packetFor": view.PacketURL,
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
	return template.HTML(`<span class="tlp ` + TLPClass(level) + `">` + level.String() + `</span>`)
}

// levels are the markings that can be chosen.
func levels() []string {
	var out []string
	for l := policy.Clear; l <= policy.Red; l++ {
		out = append(out, l.String())
	}
	return out
}

// TLPClass is the class of style of a marking.
func TLPClass(level policy.TLP) string {
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
	case "critical":
		return "▲"
	case "high":
		return "△"
	case "medium":
		return "◇"
	case "low":
		return "○"
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

// A Frame is what every page has around it.
type Frame struct {
	Lang     string
	Theme    string
	Title    string
	Nav      string // name of the link of the desk that the page belongs to
	Links    []Link
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

// Frame begins a page that belongs to the desk of this link; "" for none.
func (s *Server) Frame(v *Visit, nav string) Frame {
	f := Frame{
		Lang: v.Lang, Theme: v.Theme, Nav: nav, To: "/",
		Node: s.c.Node, Version: s.c.Version,
	}
	if v.Method == http.MethodGet && v.URL.Path != "/enter" {
		f.To = v.URL.RequestURI()
	}
	for _, room := range s.rooms {
		f.Links = append(f.Links, room.Nav...)
	}
	for _, l := range say.Languages {
		f.Choices = append(f.Choices, choice{l, s.says[l].Plain("language.own"), l == v.Lang})
	}
	for _, t := range themes {
		f.Themes = append(f.Themes, choice{t, v.Say.Word("theme", t), t == v.Theme})
	}
	if v.Viewer != nil {
		f.In, f.Viewer = true, v.Viewer.Name
		if head, err := s.c.Objects.Head(v.Context()); err == nil {
			f.Head = head
		}
	}
	return f
}

// Mark raises the marking of the page to that of something that it shows.
func (f *Frame) Mark(l policy.Label) { f.raise(policy.Level(l)) }

// RaiseTo is Mark with the name of a level; "" and what is no level raise
// nothing.
func (f *Frame) RaiseTo(name string) {
	if level, err := policy.ParseTLP(name); name != "" && err == nil {
		f.raise(level)
	}
}

func (f *Frame) raise(level policy.TLP) {
	if f.MarkName != "" {
		if old, err := policy.ParseTLP(f.MarkName); err == nil {
			level = max(level, old)
		}
	}
	f.MarkName, f.Marking = level.String(), TLPClass(level)
}

// Render writes a page whole or not at all.
func (s *Server) Render(w http.ResponseWriter, v *Visit, status int, page string, data any) error {
	t := s.pages[v.Lang][page]
	var b bytes.Buffer
	if err := t.Execute(&b, data); err != nil {
		return fmt.Errorf("page %s: %w", page, err)
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Language", v.Lang)
	w.Header().Add("Vary", "Accept-Language, Cookie")
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes()) // the reader has gone; there is nobody to tell
	return nil
}
