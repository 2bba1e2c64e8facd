package han

import "iter"

// All yields every character that the table knows, by code point.
func All() iter.Seq[rune] {
	return func(yield func(rune) bool) {
		for page, rows := range read().pages {
			for i, e := range rows {
				if e != 0 && !yield(rune(page<<pageBits|i)) {
					return
				}
			}
		}
	}
}
