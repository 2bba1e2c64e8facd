package stix

// ValidTypeName applies section 3.1 and, for custom types, 11.2.1: ASCII a–z,
// 0–9 and hyphen, starts with a letter, 3 to 250 characters, no two hyphens in a
// row.
func ValidTypeName(s string) bool {
	if len(s) < 3 || len(s) > 250 || s[0] < 'a' || s[0] > 'z' {
		return false
	}
	for i := range len(s) {
		c := s[i]
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' {
			return false
		}
		if c == '-' && s[i-1] == '-' {
			return false
		}
	}
	return true
}

// ValidPropertyName applies section 3.1 and, for custom properties, 7.3.2.1 and
// 11.1.1: ASCII a–z, 0–9 and underscore, starts with a letter, 3 to 250
// characters. "id" is the one exception that the specification makes.
func ValidPropertyName(s string) bool {
	if s == "id" {
		return true
	}
	if len(s) < 3 || len(s) > 250 || s[0] < 'a' || s[0] > 'z' {
		return false
	}
	for i := range len(s) {
		c := s[i]
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '_' {
			return false
		}
	}
	return true
}

// ValidKey applies the character set and the length that section 2.3 gives to
// the keys of dictionaries: a–z, A–Z, 0–9, hyphen and underscore, 1 to 250
// characters.
func ValidKey(s string) bool {
	for i := range len(s) {
		c := s[i]
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '-' && c != '_' {
			return false
		}
	}
	return s != "" && len(s) <= 250
}
