package web

import (
	"log/slog"
	"slices"
	"strings"

	"github.com/cordon-project/cordon/screen"
	"github.com/cordon-project/cordon/script/card"
	"github.com/cordon-project/cordon/web/say"
)

// A Speaker says the sentences of answers in one language as plain text, out of
// the catalogues of the pages, for faces that are no pages.
type Speaker struct{ c *say.Catalogue }

// NewSpeaker returns the speaker of a language: "en", "ja" or "ko"; English for
// any other.
func NewSpeaker(lang string) (*Speaker, error) {
	all, err := loadMessages(slog.New(slog.DiscardHandler))
	if err != nil {
		return nil, err
	}
	if !slices.Contains(say.Languages, lang) {
		lang = say.Languages[0]
	}
	return &Speaker{all[lang]}, nil
}

// Say says a sentence; a key that no catalogue has is said as itself. What the
// arguments bring with them, control characters too, is in the text as it came.
func (s *Speaker) Say(t screen.Text) string { return s.c.Plain(t.Key, t.Args...) }

// State is the word for a state.
func (s *Speaker) State(st screen.State) string { return s.c.Word("state", string(st)) }

// Profile is the word for a profile of alerts.
func (s *Speaker) Profile(name string) string { return s.c.Word("profile", name) }

// Language is the language that it speaks: "en", "ja" or "ko".
func (s *Speaker) Language() string { return s.c.Lang() }

// CardText makes a sentence of a card one of the catalogues: "card.taken" is the
// family of Taken, "card.say" of Say, "card.note" of Notes.
func CardText(family string, t card.Text) screen.Text {
	return screen.Text{Key: family + "." + t.Key, Args: t.Args}
}

// CardNotes are the sentences about the text itself.
func CardNotes(c card.Card) []screen.Text {
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

// CardOpen says for each ambiguous syllable what it can stand for.
func CardOpen(say *say.Catalogue, c card.Card) []screen.Text {
	var out []screen.Text
	if c.Ambiguous == nil {
		return nil
	}
	for _, o := range c.Ambiguous.Syllables {
		out = append(out, screen.Text{Key: "card.open", Args: []any{o.Written, strings.Join(o.Hangul, say.Plain("card.or"))}})
	}
	return out
}

// CardExpected says how many people may bear the names, and what that means.
func CardExpected(c card.Card) []screen.Text {
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
	return slices.Concat(CardOpen(s.c, c), CardExpected(c), CardNotes(c))
}

// Word is the word for a value of a family: "card.weight", "likely".
func (s *Speaker) Word(family, value string) string { return s.c.Word(family, value) }
