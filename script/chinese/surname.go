package chinese

import (
	"sync"

	"github.com/cordon-project/cordon/script/han"
)

var surnameCharacters = sync.OnceValue(func() map[rune]bool {
	out := map[rune]bool{}
	for _, r := range commonSurnames {
		out[han.Canonical(r)] = true
	}
	return out
})

// Surname reports whether a name in Han characters begins with a common Chinese
// surname of one character. Korean family names are among them; so are the first
// characters of some Japanese ones.
func Surname(chars []rune) bool {
	return len(chars) > 0 && surnameCharacters()[han.Canonical(chars[0])]
}
