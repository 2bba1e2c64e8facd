package inquiry

import (
	"net/http"
	"strings"

	"github.com/cordon-project/cordon/screen"
	"github.com/cordon-project/cordon/script/card"
	"github.com/cordon-project/cordon/web"
)

// namePage is the card of a name: how it can be read, what stays open, and how
// it is written elsewhere.
type namePage struct {
	F        web.Frame
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

func (s *pages) name(w http.ResponseWriter, v *web.Visit) error {
	text := strings.TrimSpace(v.URL.Query().Get("q"))
	p := &namePage{F: s.Frame(v, "ask"), C: card.Of(text)}
	p.F.Title, p.F.Box = v.Say.Plain("card.title"), p.C.Text
	p.Say, p.Taken = web.CardText("card.say", p.C.Say), web.CardText("card.taken", p.C.Taken)
	p.Notes = web.CardNotes(p.C)
	p.Open = web.CardOpen(v.Say, p.C)
	p.Expected = web.CardExpected(p.C)
	for _, r := range p.C.Readings {
		if len(r.Syllables) > 0 && r.Weight != card.Rare {
			p.Ways = append(p.Ways, r)
		}
	}
	p.forms()
	return s.Render(w, v, http.StatusOK, "name", p)
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
