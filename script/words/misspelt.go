package words

import "sync"

// leastMisspelt is the shortest spelling that is recognised in spite of a slip.
const leastMisspelt = 7

// misspelt holds the spellings of legal forms and words of business and office
// without one letter; those that two concepts share are left out.
var misspelt = sync.OnceValue(func() map[string]Word {
	out, twice := map[string]Word{}, map[string]bool{}
	put := func(key string, w Word) {
		if old, ok := out[key]; ok && old.Concept != w.Concept {
			twice[key] = true
		}
		out[key] = w
	}
	for text, e := range lexicon().words {
		if !e.known || len(text) < leastMisspelt || e.word.Class != Legal && e.word.Class != Common {
			continue
		}
		put(text, e.word)
		for i := range text {
			if text[i] < 0x80 {
				put(text[:i]+text[i+1:], e.word)
			}
		}
	}
	for key := range twice {
		delete(out, key)
	}
	return out
})

// Misspelt returns the word that a folded part of seven letters or more is but
// for one slip: a letter too many, one missing, another in its place, or two
// exchanged: aktiengeselschaft, compnay.
func Misspelt(token string) (Word, bool) {
	if len(token) < leastMisspelt {
		return nameWord, false
	}
	known := misspelt()
	if w, ok := known[token]; ok {
		return w, true
	}
	var buffer [64]byte
	if len(token) > len(buffer) {
		return nameWord, false
	}
	for i := range len(token) {
		key := append(append(buffer[:0], token[:i]...), token[i+1:]...)
		if w, ok := known[string(key)]; ok {
			return w, true
		}
	}
	return nameWord, false
}
