package web

import (
	"log/slog"
	"slices"

	"github.com/cordon-project/cordon/screen"
)

// A Speaker says the sentences of answers in one language as plain text, out of
// the catalogues of the pages, for faces that are no pages.
type Speaker struct{ c *catalogue }

// NewSpeaker returns the speaker of a language: "en", "ja" or "ko"; English for
// any other.
func NewSpeaker(lang string) (*Speaker, error) {
	all, err := loadCatalogues(slog.New(slog.DiscardHandler))
	if err != nil {
		return nil, err
	}
	if !slices.Contains(languages, lang) {
		lang = languages[0]
	}
	return &Speaker{all[lang]}, nil
}

// Say says a sentence; a key that no catalogue has is said as itself. What the
// arguments bring with them, control characters too, is in the text as it came.
func (s *Speaker) Say(t screen.Text) string { return s.c.plain(t.Key, t.Args...) }

// State is the word for a state.
func (s *Speaker) State(st screen.State) string { return s.c.word("state", string(st)) }

// Profile is the word for a profile of alerts.
func (s *Speaker) Profile(name string) string { return s.c.word("profile", name) }

// Language is the language that it speaks: "en", "ja" or "ko".
func (s *Speaker) Language() string { return s.c.lang }
