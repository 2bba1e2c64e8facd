package words

import (
	"strings"
	"testing"
	"unicode"

	"github.com/cordon-project/cordon/script"
)

// TestNoSpellingHasTwoConcepts reads the tables themselves: the maps would hide
// a spelling that a later row takes from an earlier one.
func TestNoSpellingHasTwoConcepts(t *testing.T) {
	latin, cjk, glosses := map[string]string{}, map[string]string{}, map[string]bool{}
	claim := func(by map[string]string, s, gloss string) {
		if other, ok := by[s]; ok && other != gloss {
			t.Errorf("%q is %q and %q", s, other, gloss)
		}
		by[s] = gloss
	}
	listed := 0
	for _, tab := range tables() {
		for _, r := range tab.rows {
			if r.gloss == "" || glosses[r.gloss] {
				t.Errorf("the gloss %q is empty or stands twice", r.gloss)
			}
			glosses[r.gloss] = true
			for _, s := range r.spellings() {
				claim(latin, s, r.gloss)
			}
			for _, s := range strings.Fields(r.cjk) {
				claim(cjk, s, r.gloss)
			}
			listed += len(list(r.latin)) + len(list(r.cyrillic)) + len(strings.Fields(r.cjk))
		}
	}
	for s, e := range lexicon().words {
		if e.text != "" {
			claim(latin, s, "number "+e.text)
		}
	}
	for s, i := range lexicon().cjk {
		if i.text != "" {
			claim(cjk, s, "number "+i.text)
		}
	}
	t.Logf("%d concepts, %d spellings listed, %d in Latin and Cyrillic, %d in Hangul, Han and kana", Concepts(), listed, len(latin), len(cjk))
	if Concepts() < 250 || listed < 900 {
		t.Errorf("%d concepts and %d spellings are fewer than the tables had", Concepts(), listed)
	}
}

// TestSpellingsAreFolded: a spelling that script.Fold would write differently is
// never found.
func TestSpellingsAreFolded(t *testing.T) {
	for _, tab := range tables() {
		for _, r := range tab.rows {
			for _, s := range r.spellings() {
				if got := script.Fold(s).Key(); got != s {
					t.Errorf("%s: %q folds to %q", r.gloss, s, got)
				}
			}
			for _, s := range strings.Fields(r.cjk) {
				if strings.ContainsAny(s, "㈜㈱㈲㍿") {
					continue // for callers who do not fold
				}
				if got := script.Fold(s).Key(); got != s && s != "npo法人" {
					t.Errorf("%s: %q folds to %q", r.gloss, s, got)
				}
				if strings.ContainsFunc(s, func(c rune) bool { return unicode.Is(unicode.Hangul, c) }) &&
					strings.ContainsFunc(s, func(c rune) bool { return !unicode.Is(unicode.Hangul, c) }) {
					t.Errorf("%s: %q mixes scripts", r.gloss, s)
				}
			}
		}
	}
}

// TestPhrasesHaveAShortForm: it stands for them and is the same concept.
func TestPhrasesHaveAShortForm(t *testing.T) {
	for _, e := range lexicon().words {
		for _, p := range e.phrases {
			if p.text == "" {
				t.Errorf("%s %s has no short form", e.part, strings.Join(p.rest, " "))
			}
			if _, ok := Latin(p.text); !ok {
				t.Errorf("%s, the short form of %s %s, is not known", p.text, e.part, strings.Join(p.rest, " "))
			}
		}
	}
}

// TestEveryConceptHasAGloss and a word of its own.
func TestEveryConceptHasAGloss(t *testing.T) {
	used := map[uint16]bool{}
	for _, e := range lexicon().words {
		used[e.word.Concept] = true
	}
	for _, i := range lexicon().cjk {
		used[i.word.Concept] = true
	}
	for c := 1; c <= Concepts(); c++ {
		if Gloss(uint16(c)) == "" || !used[uint16(c)] {
			t.Errorf("concept %d has the gloss %q and is used: %t", c, Gloss(uint16(c)), used[uint16(c)])
		}
	}
	if Gloss(0) != "" || Gloss(uint16(Concepts()+1)) != "" || Gloss(numbers+44) != "44" {
		t.Error("what is no concept has a gloss, or a number has none")
	}
}

// TestNickNamesAreSaidOnce holds the table to one name for a nick name.
func TestNickNamesAreSaidOnce(t *testing.T) {
	rows := 0
	seen := map[string]string{}
	for _, n := range nickNames {
		rows++
		for _, s := range list(n.nicks) {
			if other, ok := seen[s]; ok || s == n.name || s == "" {
				t.Errorf("%q is %q and %q", s, other, n.name)
			}
			seen[s] = n.name
		}
	}
	t.Logf("%d names, %d nick names", rows, len(seen))
}
