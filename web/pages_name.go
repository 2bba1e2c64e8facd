package web

import (
	"net/http"
	"slices"
	"strings"

	"github.com/cordon-project/cordon/screen"
	"github.com/cordon-project/cordon/script/card"
	"github.com/cordon-project/cordon/web/say"
)

// namePage is the card of a name: how it can be read, what stays open, and how
// it is written elsewhere.
type namePage struct {
	F        frame
	C        card.Card
	Say      screen.Text
	Taken    screen.Text
	Open     []screen.Text // syllables with more than one reading
	Expected []screen.Text
	Notes    []screen.Text
	Ways     []card.Reading // Korean readings that have their syllables
	Names    []string       // the heads of Systems
	Systems  []systemRow
	Others   []otherForm
}

// systemRow is one system with the form of each name.
type systemRow struct {
	System string
	Forms  []string
}

// otherForm is one form in a language that is not Korean.
type otherForm struct {
	Language string
	card.Form
}

func (s *Server) name(w http.ResponseWriter, v *visit) error {
	text := strings.TrimSpace(v.URL.Query().Get("q"))
	p := &namePage{F: s.frame(v, "ask"), C: card.Of(text)}
	p.F.Title, p.F.Box = v.say.Plain("card.title"), p.C.Text
	p.Say, p.Taken = CardText("card.say", p.C.Say), CardText("card.taken", p.C.Taken)
	p.Notes = notesOf(p.C)
	p.Open = openOf(v.say, p.C)
	p.Expected = expectedOf(p.C)
	for _, r := range p.C.Readings {
		if len(r.Syllables) > 0 && r.Weight != card.Rare {
			p.Ways = append(p.Ways, r)
		}
	}
	p.forms()
	return s.render(w, v, http.StatusOK, "name", p)
}

// forms turns the forms of each name into rows by system.
func (p *namePage) forms() {
	for _, f := range p.C.Forms {
		if f.Language != card.Korean {
			for _, form := range f.List {
				p.Others = append(p.Others, otherForm{string(f.Language), form})
			}
			continue
		}
		p.Names = append(p.Names, f.Name)
		for i, form := range f.List {
			if i == len(p.Systems) {
				p.Systems = append(p.Systems, systemRow{System: form.System})
			}
			p.Systems[i].Forms = append(p.Systems[i].Forms, form.Text)
		}
	}
}

// CardText makes a sentence of a card one of the catalogues: "card.taken" is the
// family of Taken, "card.say" of Say, "card.note" of Notes.
func CardText(family string, t card.Text) screen.Text {
	return screen.Text{Key: family + "." + t.Key, Args: t.Args}
}

// notesOf are the sentences about the text itself.
func notesOf(c card.Card) []screen.Text {
	var out []screen.Text
	if c.Lookalike != "" {
		out = append(out, screen.Text{Key: "card.lookalike", Args: []any{c.Lookalike}})
	}
	for _, h := range c.Hidden {
		out = append(out, CardText("card.hidden", card.Text{Key: h.Kind, Args: []any{h.Code, h.Count}}))
	}
	for _, n := range c.Notes {
		out = append(out, CardText("card.note", n))
	}
	return out
}

// openOf says for each ambiguous syllable what it can stand for.
func openOf(say *say.Catalogue, c card.Card) []screen.Text {
	var out []screen.Text
	if c.Ambiguous == nil {
		return nil
	}
	for _, o := range c.Ambiguous.Syllables {
		out = append(out, screen.Text{Key: "card.open", Args: []any{o.Written, strings.Join(o.Hangul, say.Plain("card.or"))}})
	}
	return out
}

// expectedOf says how many people may bear the names, and what that means.
func expectedOf(c card.Card) []screen.Text {
	var out []screen.Text
	for _, e := range c.Expected {
		if e.About == 0 {
			out = append(out, screen.Text{Key: "card.expect.few", Args: []any{e.Name}})
		} else {
			out = append(out, screen.Text{Key: "card.expect", Args: []any{e.About, e.Name}})
		}
	}
	if len(out) > 0 {
		out = append(out, screen.Text{Key: "card.nobody"})
	}
	return out
}

// CardNotes are the sentences about a card's text, its ambiguous syllables and
// how many people may bear the name, for faces that are no pages.
func (s *Speaker) CardNotes(c card.Card) []screen.Text {
	return slices.Concat(openOf(s.c, c), expectedOf(c), notesOf(c))
}

// Word is the word for a value of a family: "card.weight", "likely".
func (s *Speaker) Word(family, value string) string { return s.c.Word(family, value) }
