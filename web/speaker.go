package web

import (
	"log/slog"
	"slices"

	"github.com/cordon-project/cordon/screen"
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
