package webtest

import (
	"net/http"
	"slices"
	"strings"
	"testing"
)

// Structure checks what a person with a screen reader or a keyboard needs.
func Structure(t testing.TB, where string, p *Answered) {
	t.Helper()
	for _, landmark := range []string{"header", "main#main", "footer", "a.skip[href='#main']", "head title"} {
		if got := len(p.All(landmark)); got != 1 {
			t.Errorf("%s: %d of %s, want 1", where, got, landmark)
		}
	}
	last := 0
	for _, h := range p.All("h1, h2, h3, h4") {
		level := int(h.Data[1] - '0')
		if level > last+1 {
			t.Errorf("%s: %s %q follows h%d", where, h.Data, Text(h), last)
		}
		last = level
		if Text(h) == "" {
			t.Errorf("%s: an empty heading", where)
		}
	}
	if got := len(p.All("h1")); got != 1 {
		t.Errorf("%s: %d headings of the first level", where, got)
	}
	ids := map[string]bool{}
	for _, n := range p.All("[id]") {
		if id := Attr(n, "id"); ids[id] {
			t.Errorf("%s: the id %s is there twice", where, id)
		} else {
			ids[id] = true
		}
	}
	for _, n := range p.All("[aria-labelledby], [aria-describedby], label[for]") {
		for _, key := range []string{"aria-labelledby", "aria-describedby", "for"} {
			for _, id := range strings.Fields(Attr(n, key)) {
				if !ids[id] {
					t.Errorf("%s: %s names %s, which is not there", where, key, id)
				}
			}
		}
	}
	for _, n := range p.All("input:not([type=hidden]), select") {
		if Attr(n, "aria-label") == "" && len(p.All("label[for="+Attr(n, "id")+"]")) != 1 {
			t.Errorf("%s: the field %s has no label", where, Attr(n, "name"))
		}
	}
	for _, n := range p.All("table") {
		if n.Parent == nil || (!slices.Contains(strings.Fields(Attr(n.Parent, "class")), "scroll") && n.Parent.Data != "section") {
			t.Errorf("%s: a table does not scroll inside itself", where)
		}
	}
	for _, n := range p.All("th") {
		if Attr(n, "scope") == "" {
			t.Errorf("%s: the head %q has no scope", where, Text(n))
		}
	}
	for _, n := range p.All("[style], [onclick], [onload], style, iframe, object, embed") {
		t.Errorf("%s: %s goes round the content security policy", where, n.Data)
	}
	for _, n := range p.All("[src], link[href], form[action]") {
		for _, key := range []string{"src", "href", "action"} {
			if u := Attr(n, key); u != "" && (!strings.HasPrefix(u, "/") || strings.HasPrefix(u, "//")) {
				t.Errorf("%s: %s leads to %s", where, n.Data, u)
			}
		}
	}
}

// Whole checks that pages are there in every language, with all their words.
func Whole(r *Reader, pages map[string]string) {
	r.t.Helper()
	for _, lang := range []string{"en", "ja", "ko"} {
		r.Lang = lang
		for name, path := range pages {
			p := r.Get(path)
			if p.Status != http.StatusOK || p.Has(".missing") || strings.Contains(TextOf(p), "{") {
				r.t.Errorf("%s in %s: status %d, without words %q", name, lang, p.Status, p.Texts(".missing"))
			}
			Structure(r.t, name+" in "+lang, p)
		}
	}
}
