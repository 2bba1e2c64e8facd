package japanese

// normal builds the normal form of a reading, mora by mora. It keeps only the
// hash unless it is to spell, when it keeps the letters with long vowels long.
type normal struct {
	hash  uint64
	n     int  // letters written
	last  byte // the vowel that a following bare vowel may lengthen, or 0
	rules Rules
	spell bool
	text  []byte
}

// FNV-1a, 64 bits (RFC 9923).
const (
	fnvOffset = 0xcbf29ce484222325
	fnvPrime  = 0x100000001b3
)

func (n *normal) letter(c byte) {
	if n.n == 0 {
		n.hash = fnvOffset
	}
	n.n++
	n.hash = (n.hash ^ uint64(c)) * fnvPrime
	if n.spell {
		n.text = append(n.text, c)
	}
}

// mora writes an onset with its vowel.
func (n *normal) mora(onset string, vowel byte) {
	if onset == "" {
		n.bare(vowel)
		return
	}
	for i := range len(onset) {
		n.letter(onset[i])
	}
	n.letter(vowel)
	n.last = vowel
}

// bare writes a vowel that is a mora of its own, unless it only lengthens the
// one before it: o and u after o, u after u. "ei", "ii", "aa" and "ee" stay, as
// Latin spellings of names keep them.
func (n *normal) bare(vowel byte) {
	if lengthens := n.last == 'o' && (vowel == 'o' || vowel == 'u') || n.last == 'u' && vowel == 'u'; lengthens && n.n > 0 {
		n.long(vowel)
		return
	}
	n.letter(vowel)
	n.last = vowel
}

// long notes that the vowel before was written long.
func (n *normal) long(vowel byte) {
	n.rules |= LongVowel
	if n.spell {
		n.text = append(n.text, vowel)
	}
}

// consonant writes the n that is a mora of its own, or the first half of a
// double consonant.
func (n *normal) consonant(c byte) {
	n.letter(c)
	n.last = 0
}

// reading closes the normal form. The last mixing is of MurmurHash3, so that
// keys of names that differ in their end differ in every bit.
func (n *normal) reading(weight float32, rules Rules) Reading {
	h := n.hash
	h ^= h >> 33
	h *= 0xff51afd7ed558ccd
	h ^= h >> 33
	h *= 0xc4ceb9fe1a85ec53
	h ^= h >> 33
	rules |= n.rules
	if rules&(Kunrei|Kana|Kagome|OnKun) == 0 {
		rules |= Hepburn
	}
	return Reading{Key: h, Weight: weight, Rules: rules}
}

// apostrophe parts the n that is a mora of its own from a vowel: ken'ichi. The
// normal form does not have it.
const apostrophe = '\''

// token reads a Latin token into n, and says whether it is of morae only.
func token[T string | []byte](n *normal, s T) bool {
	if len(s) == 0 || len(s) > MaxRunes*maxLetters {
		return false
	}
	for i := 0; i < len(s); {
		next := mora(n, s, i)
		if next == 0 {
			return false
		}
		i = next
	}
	return true
}

// mora reads the mora at i and returns where the next begins, 0 when there is
// none.
func mora[T string | []byte](n *normal, s T, i int) int {
	c := s[i]
	switch {
	case vowel(c):
		n.bare(c)
		return passportH(n, s, i+1)
	case c == 'n' && nasal(s, i+1), c == 'm' && i+1 < len(s) && labial(s[i+1]):
		n.consonant('n')
		if i+1 < len(s) && s[i+1] == apostrophe {
			if n.spell {
				n.text = append(n.text, apostrophe)
			}
			return i + 2
		}
		return i + 1
	}
	double := i+1 < len(s) && c != 'n' && c != 'm' && (s[i+1] == c || c == 't' && s[i+1] == 'c')
	if double {
		i++
	}
	end := i
	for end < len(s) && !vowel(s[end]) {
		end++
	}
	if end == len(s) || end-i > 2 {
		return 0
	}
	onset, rule, ok := onsetOf(s[i], second(s, i, end), s[end])
	if !ok {
		return 0
	}
	n.rules |= rule
	// No word doubles h, which "Ohhashi" and "offu" only seem to do.
	if double && onset != "" && onset[0] != 'h' {
		n.consonant(onset[0])
	}
	n.mora(onset, s[end])
	return passportH(n, s, end+1)
}

// second returns the second letter of an onset, 0 when it has one only.
func second[T string | []byte](s T, i, end int) byte {
	if end-i == 2 {
		return s[i+1]
	}
	return 0
}

// passportH passes over the h by which passports write a long o: "Ohno",
// "Satoh", "Ohyama", not "Ohara" (Ministry of Foreign Affairs, rules for
// romanising names in passports).
func passportH[T string | []byte](n *normal, s T, i int) int {
	if s[i-1] != 'o' || i >= len(s) || s[i] != 'h' {
		return i
	}
	if i+1 < len(s) {
		c := s[i+1]
		if vowel(c) || c == 'h' || c == 'y' && (i+2 >= len(s) || s[i+2] != 'a') {
			return i
		}
	}
	n.long('o')
	return i + 1
}

// nasal says whether an n before place i is a mora of its own.
func nasal[T string | []byte](s T, i int) bool {
	if i >= len(s) {
		return true
	}
	if s[i] == 'y' {
		return i+1 >= len(s) || !vowel(s[i+1])
	}
	return !vowel(s[i])
}

func vowel(c byte) bool { return c == 'a' || c == 'e' || c == 'i' || c == 'o' || c == 'u' }

func labial(c byte) bool { return c == 'b' || c == 'p' || c == 'm' }

// onsetOf returns the normal onset of a mora, by its one or two consonants and
// its vowel, and the system that alone writes it so. Sources: ISO 3602 for
// Kunrei and its strict form, ANSI Z39.11 for Hepburn, and for foreign sounds
// (fa, va, kwa, tsa, she) Cabinet notification 2 of 1991.
func onsetOf(a, b, v byte) (onset string, system Rules, ok bool) {
	switch b {
	case 0:
		return single(a, v)
	case 'y':
		return palatal(a, v)
	case 'h':
		switch a {
		case 's':
			return hepburnY("s", "sy", v)
		case 'c':
			return hepburnY("t", "ty", v)
		}
	case 's':
		if a == 't' {
			if v == 'u' {
				return "t", Hepburn, true
			}
			return "ts", Hepburn, true
		}
	case 'z':
		if a == 'd' {
			return "z", Kunrei, true
		}
	case 'w':
		switch a {
		case 'k':
			return "kw", 0, v != 'u'
		case 'g':
			return "gw", 0, v != 'u'
		case 'h':
			return "f", Kunrei, v != 'u'
		}
	}
	return "", 0, false
}

// hepburnY is the onset of sh, ch and j.
func hepburnY(plain, y string, v byte) (string, Rules, bool) {
	if v == 'i' {
		return plain, Hepburn, true
	}
	return y, Hepburn, true
}

// single is the onset of one consonant.
func single(a, v byte) (string, Rules, bool) {
	switch a {
	case 'k', 'g', 'b', 'p', 'r', 'm', 'n', 'v':
		return letters[a-'a' : a-'a'+1], 0, true
	case 's', 'z':
		return letters[a-'a' : a-'a'+1], when(v == 'i', Kunrei), true
	case 't':
		return "t", when(v == 'i' || v == 'u', Kunrei), true
	case 'h':
		return "h", when(v == 'u', Kunrei), true
	case 'd':
		if v == 'i' || v == 'u' {
			return "z", Kunrei, true
		}
		return "d", 0, true
	case 'j':
		return hepburnY("z", "zy", v)
	case 'f':
		if v == 'u' {
			return "h", Hepburn, true
		}
		return "f", 0, true
	case 'w':
		if v == 'o' {
			return "", 0, true // を
		}
		return "w", 0, v != 'u'
	case 'y':
		return "y", 0, v != 'i'
	}
	return "", 0, false
}

const letters = "abcdefghijklmnopqrstuvwxyz"

// palatal is the onset of a consonant with y.
func palatal(a, v byte) (string, Rules, bool) {
	if v == 'i' {
		return "", 0, false
	}
	switch a {
	case 'k':
		return "ky", 0, true
	case 'g':
		return "gy", 0, true
	case 'n':
		return "ny", 0, true
	case 'h':
		return "hy", 0, true
	case 'b':
		return "by", 0, true
	case 'p':
		return "py", 0, true
	case 'm':
		return "my", 0, true
	case 'r':
		return "ry", 0, true
	case 's':
		return "sy", Kunrei, true
	case 't', 'c':
		return "ty", Kunrei, true
	case 'z', 'j', 'd':
		return "zy", Kunrei, true
	case 'f':
		return "fy", 0, true
	case 'v':
		return "vy", 0, true
	}
	return "", 0, false
}

func when(is bool, r Rules) Rules {
	if is {
		return r
	}
	return 0
}
