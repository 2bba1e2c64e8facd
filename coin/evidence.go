package coin

import "strings"

// How far, in bytes, a word for Solana may stand from an address.
const (
	evidenceBefore = 512
	evidenceAfter  = 128
)

// solanaEvidence remembers, during one walk over a text, where the last sign of
// Solana was. Each look at the text has a bounded length, so the walk is linear.
type solanaEvidence struct {
	text string
	seen int // end of the last sign, -1 for none
}

// word notes a run of ASCII letters and digits.
func (e *solanaEvidence) word(start, end int) {
	if solanaWord(e.text[start:end]) {
		e.seen = end
	}
}

// solanaWord reports whether a run is a word for Solana. SOL and SPL count in
// capitals only: sol is a word of many languages.
func solanaWord(w string) bool {
	switch len(w) {
	case 3:
		return w == "SOL" || w == "SPL"
	case 6:
		return strings.EqualFold(w, "solana")
	case 7:
		return strings.EqualFold(w, "phantom") || strings.EqualFold(w, "solscan")
	}
	return false
}

// solanaNames are names of Solana in Hangul, katakana and Han characters.
var solanaNames = [...]string{"솔라나", "ソラナ", "索拉纳", "索拉納"}

// near reports whether a sign of Solana is close to the run.
func (e *solanaEvidence) near(start, end int) bool {
	return e.seen >= 0 && start-e.seen <= evidenceBefore ||
		named(e.text[max(0, start-evidenceBefore):start]) ||
		e.follows(end)
}

func named(window string) bool {
	for _, n := range solanaNames {
		if strings.Contains(window, n) {
			return true
		}
	}
	return false
}

// follows looks for a sign after the run.
func (e *solanaEvidence) follows(end int) bool {
	window := e.text[end:min(len(e.text), end+evidenceAfter)]
	if named(window) {
		return true
	}
	for i := 0; i < len(window); {
		if !isAlnum(window[i]) {
			i++
			continue
		}
		j := i + 1
		for j < len(window) && isAlnum(window[j]) {
			j++
		}
		if cut := j == len(window) && end+j < len(e.text) && isAlnum(e.text[end+j]); !cut && solanaWord(window[i:j]) {
			return true
		}
		i = j
	}
	return false
}
