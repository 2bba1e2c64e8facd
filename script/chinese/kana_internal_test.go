package chinese

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func kanaKeyOf(text string) kanaKey {
	var buf [maxKana]byte
	n, _ := kanaBytes(buf[:], text)
	key := kanaKey(0)
	for _, c := range buf[:n] {
		key = key.with(c)
	}
	return key
}

// Every syllable has a usual spelling, and all of its spellings are read back.
func TestEverySyllableIsWrittenInKana(t *testing.T) {
	for space, in := range [spaces]func(syllable) []kanaReading{Mandarin: mandarinInKana, Cantonese: cantoneseInKana} {
		for _, s := range inventories()[space] {
			best := float32(0)
			for _, r := range in(s) {
				best = max(best, r.weight)
				if n, ok := kanaBytes(make([]byte, maxKana), r.text); !ok || n == 0 {
					t.Errorf("%s: %s has no room", s.spelling, r.text)
				}
			}
			if best != 1 {
				t.Errorf("%s: the best weight is %v", s.spelling, best)
			}
		}
	}
}

func TestSpellingsInKanaAreReadBack(t *testing.T) {
	table := kanaSpellings()
	rapid.Check(t, func(t *rapid.T) {
		space := rapid.SampledFrom([]Space{Mandarin, Cantonese}).Draw(t, "space")
		u := rapid.IntRange(0, len(inventories()[space])-1).Draw(t, "unit")
		s := inventories()[space][u]
		in := mandarinInKana
		if space == Cantonese {
			in = cantoneseInKana
		}
		r := rapid.SampledFrom(in(s)).Draw(t, "spelling")
		long := rapid.SampledFrom([]string{"", "ー", "ッ"}).Draw(t, "mark")
		span, ok := table.index[space][kanaKeyOf(r.text+long)]
		for i := span.from; ok && i < span.to; i++ {
			if got := table.readings[i]; got.unit == Unit(u) && got.weight > 0 && got.weight <= 1 {
				return
			}
		}
		t.Fatalf("%s is not read as %s", r.text, s.spelling)
	})
}

// Two syllables that are each written in a usual way are read, unless cut.
func TestNamesOfTwoPartsInKanaAreRead(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var parts []string
		var want []Unit
		for range 2 {
			u := rapid.IntRange(0, len(inventories()[Mandarin])-1).Draw(t, "unit")
			parts = append(parts, rapid.SampledFrom(mandarinInKana(inventories()[Mandarin][u])).Draw(t, "spelling").text)
			want = append(want, Unit(u))
		}
		got, cut := AppendKana(nil, parts)
		for _, s := range got {
			if s.Space == Mandarin && s.N == 2 && s.Units[0] == want[0] && s.Units[1] == want[1] {
				return
			}
		}
		if !cut {
			t.Fatalf("%s is not read as %v", strings.Join(parts, "・"), want)
		}
	})
}
