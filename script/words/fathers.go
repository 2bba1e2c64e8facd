package words

import "strings"

// FatherOf reports whether what follows a particle is a father's or
// grandfather's name, which is left out as often as not.
func FatherOf(s string) bool {
	switch s {
	case "bin", "ibn", "ben", "bint", "ould", "walad":
		return true
	}
	return false
}

// Patronymic reports whether a name is one of those that East Slavic and
// Caucasian names have in the middle, and most lists and documents leave out.
func Patronymic(s string) bool {
	for _, end := range []string{"ovich", "evich", "ovych", "ovna", "evna", "ivna", "oglu", "ogly", "oghlu", "qizi", "kyzy"} {
		if len(s) > len(end)+2 && strings.HasSuffix(s, end) {
			return true
		}
	}
	return false
}
