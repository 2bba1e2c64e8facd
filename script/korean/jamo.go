package korean

// Hangul syllables are composed of an onset, a vowel and a coda (Unicode 3.12):
// syllable = base + (onset*21+vowel)*28 + coda.
const (
	hangulBase = 0xAC00
	hangulEnd  = 0xD7A3
	vowels     = 21
	codas      = 28
	syllables  = 11172
)

// Onsets, vowels and codas in Unicode's order.
const (
	onG, onGG, onN, onD, onDD, onR, onM, onB, onBB, onS, onSS, onO, onJ, onJJ, onCH, onK, onT, onP, onH   = 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18
	vA, vAE, vYA, vYAE, vEO, vE, vYEO, vYE, vO, vWA, vWAE, vOE, vYO, vU, vWO, vWE, vWI, vYU, vEU, vUI, vI = 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20
	cNone, cG, cN, cD, cL, cM, cB, cS, cNG                                                                = 0, 1, 4, 7, 8, 16, 17, 19, 21
)

func compose(onset, vowel, coda int) rune {
	return rune(hangulBase + (onset*vowels+vowel)*codas + coda)
}

func decompose(r rune) (onset, vowel, coda int) {
	i := int(r - hangulBase)
	return i / (vowels * codas), i / codas % vowels, i % codas
}

func isHangul(r rune) bool { return r >= hangulBase && r <= hangulEnd }

// lawful returns the other spelling of a syllable by the initial-sound law:
// ㄹ and ㄴ fall away before i and y, ㄹ becomes ㄴ elsewhere (Hangul orthography
// sections 10 to 12). 리 gives 이, 이 gives 리 and 니, 노 gives 로. What is written
// 이 in Seoul may be 리 in Pyongyang, so it is read in both directions.
func lawful(r rune) []rune {
	onset, vowel, coda := decompose(r)
	y := vowel == vI || vowel == vYA || vowel == vYEO || vowel == vYE || vowel == vYO || vowel == vYU
	switch {
	case onset == onR && y, onset == onN && y:
		return []rune{compose(onO, vowel, coda)}
	case onset == onO && y:
		return []rune{compose(onR, vowel, coda), compose(onN, vowel, coda)}
	case onset == onR:
		return []rune{compose(onN, vowel, coda)}
	case onset == onN:
		return []rune{compose(onR, vowel, coda)}
	}
	return nil
}

// Coarse classes: every set of readings of one spelling stays, as far as the
// rules allow, within one class, so that a name has few keys.
var (
	onsetClass = [19]uint16{
		onG: 0, onGG: 0, onK: 0, onN: 1, onR: 1, onO: 1, onD: 2, onDD: 2, onT: 2, onM: 3, onB: 4, onBB: 4, onP: 4,
		onS: 5, onSS: 5, onJ: 6, onJJ: 6, onCH: 6, onH: 7,
	}
	vowelClass = [vowels]uint16{
		vA: 0, vYA: 1, vAE: 2, vE: 2, vYAE: 2, vYE: 2, vOE: 2, vWE: 2, vWAE: 2, vEO: 3, vO: 3, vU: 3, vEU: 3, vWO: 3,
		vYEO: 4, vYO: 4, vYU: 4, vI: 5, vUI: 5, vWI: 5, vWA: 6,
	}
)

// codaClass puts the nasals together, since kana does not tell n from ng, and
// the stops that sound alike at the end of a syllable.
func codaClass(coda int) uint16 {
	switch coda {
	case cNone:
		return 0
	case cN, cNG, cM, 5, 6, 10:
		return 1
	case cL, 11, 12, 13, 14, 15:
		return 2
	case cB, 18, 26:
		return 3
	}
	return 4
}

// coarse is the class of a syllable, below 8*7*5.
func coarse(r rune) uint16 {
	onset, vowel, coda := decompose(r)
	return (onsetClass[onset]*7+vowelClass[vowel])*5 + codaClass(coda)
}
