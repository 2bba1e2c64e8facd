package gazetteer_test

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/cordon-project/cordon/extract/gazetteer"
)

func entries(names ...string) []gazetteer.Entry {
	var e []gazetteer.Entry
	for i, n := range names {
		e = append(e, gazetteer.Entry{ID: fmt.Sprintf("p%d", i), Name: n})
	}
	return e
}

func TestRulesOnNames(t *testing.T) {
	names := entries(
		"Example Alpha Bravo", "EXAMPLE TRADING CORPORATION", "김철수", "조선가상무역회사", "金哲洙之", "Пример Иванович", "キム・チョル",
		"Zürich Müller", "Exemplar", "EXCO", "Kim", "Ri Il", "김철", "例文", "Alpha", "Example Alpha",
	)
	g := gazetteer.New(names)
	for _, c := range []struct {
		text string
		want []string // the matching text of the mentions
	}{
		{"They met Example Alpha Bravo.", []string{"Example Alpha Bravo"}},
		{"EXAMPLE, Alpha Bravo and example-Alpha\nbravo", []string{"EXAMPLE, Alpha Bravo", "example-Alpha\nbravo"}},
		{"an example alpha bravo", nil},
		{"Example, Alpha Bravo", nil},
		{"Example\n\nAlpha Bravo; Example (Alpha) Bravo", nil},
		{"CounterExample Alpha Bravo Example Alpha Bravos", []string{"Example Alpha"}},
		{"Example Trading Corporation's", []string{"Example Trading Corporation"}},
		{"김철수는 김철수에게 김철수씨가 김철수, 김 철수의", []string{"김철수", "김철수", "김철수", "김철수", "김 철수"}},
		{"김철수리 신김철수 김철 김 철 수", nil},
		{"북한조선가상 무역회사들", []string{"조선가상 무역회사"}},
		{"表示金哲洙之後", []string{"金哲洙之"}},
		{"Это Пример ИВАНОВИЧ, Примеры Иванович", []string{"Пример ИВАНОВИЧ"}},
		{"氏名はキム・チョルです。キムチョル", []string{"キム・チョル"}},
		{"zurich MULLER, Zu\u0308rich Mu\u0308ller", []string{"zurich MULLER", "Zu\u0308rich Mu\u0308ller"}},
		{"an exemplar of Exemplar; EXCO, Exco, exco", []string{"Exemplar", "EXCO"}},
		{"Kim Alpha 例文 Ri Il", nil},
	} {
		var got []string
		for _, m := range g.Find(c.text) {
			got = append(got, c.text[m.Start:m.End])
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%q: %q, want %q", c.text, got, c.want)
		}
	}
	var skipped []string
	for _, s := range g.Skipped() {
		if s.Reason == "" {
			t.Errorf("%q is skipped for no reason", s.Entry.Name)
		}
		skipped = append(skipped, s.Entry.Name)
	}
	if want := []string{"Kim", "Ri Il", "김철", "例文", "Alpha"}; !slices.Equal(skipped, want) {
		t.Errorf("skipped %q, want %q", skipped, want)
	}
	if g.Len()+len(skipped) != len(names) {
		t.Errorf("%d taken and %d skipped of %d", g.Len(), len(skipped), len(names))
	}
}

func TestGivesAllPartiesOfOneNameWithDoubt(t *testing.T) {
	g := gazetteer.New([]gazetteer.Entry{
		{ID: "b", Name: "Example, Alpha"}, {ID: "a", Name: "EXAMPLE ALPHA"}, {ID: "a", Name: "example alpha"}, {ID: "c", Name: "Alpha", Distinct: true},
	})
	got := g.Find("Example Alpha and Alpha")
	if len(got) != 3 || got[0].ID != "a" || got[1].ID != "b" || got[0].Doubt == "" || got[2].ID != "c" || got[2].Doubt != "" {
		t.Errorf("%+v", got)
	}
}

// TestFindsWhatAPlainSearchFinds compares with looking for each name
// by itself in texts made of the names' own words.
func TestFindsWhatAPlainSearchFinds(t *testing.T) {
	vocab := []string{"Alpha", "Bravo", "Charlie", "Delta", "Echo"}
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.SampledFrom(vocab)
		var e []gazetteer.Entry
		for i, n := range rapid.SliceOfN(rapid.SliceOfN(word, 2, 4), 1, 8).Draw(t, "names") {
			e = append(e, gazetteer.Entry{ID: fmt.Sprint(i), Name: strings.Join(n, " ")})
		}
		text := strings.Join(rapid.SliceOfN(word, 0, 40).Draw(t, "text"), " ")
		var want []string
		for i := 0; i < len(text); {
			best := ""
			for _, x := range e {
				if strings.HasPrefix(text[i:]+" ", x.Name+" ") && len(x.Name) > len(best) {
					best = x.Name
				}
			}
			if best != "" {
				want = append(want, fmt.Sprint(i, best))
				i += len(best)
			}
			next := strings.IndexByte(text[i:], ' ')
			if next < 0 {
				break
			}
			i += next + 1
		}
		var got []string
		for _, m := range gazetteer.New(e).Find(text) {
			s := fmt.Sprint(m.Start, text[m.Start:m.End])
			if len(got) == 0 || got[len(got)-1] != s {
				got = append(got, s)
			}
		}
		if !slices.Equal(got, want) {
			t.Fatalf("%q: got %q, want %q", text, got, want)
		}
	})
}

func FuzzFind(f *testing.F) {
	g := gazetteer.New(entries("Example Alpha Bravo", "김철수", "金哲洙之", "キム・チョル", "Zürich Müller"))
	f.Add("Example, Alpha-Bravo 김철수는 金哲洙之 キム・チョル Zu\u0308rich Mu\u0308ller")
	f.Fuzz(func(t *testing.T, text string) {
		end := 0
		for _, m := range g.Find(text) {
			if m.Start < end && m.Start != m.End || m.End <= m.Start || m.End > len(text) {
				t.Fatalf("%+v in %d bytes", m, len(text))
			}
			end = m.Start
		}
	})
}

// made names: n parties with three spellings each, from syllables.
func madeEntries(n int) []gazetteer.Entry {
	r := rand.New(rand.NewPCG(1, 2))
	syllables := strings.Fields("ka ki ku ke ko sa shi su ta chi na ni nu ma mi mo ra ri ro wa yo bel dor fin gar hol jun lam mer nok pol quin ros sten tur vel wen zor")
	word := func() string {
		var b strings.Builder
		for range 2 + r.IntN(3) {
			b.WriteString(syllables[r.IntN(len(syllables))])
		}
		return strings.ToUpper(b.String()[:1]) + b.String()[1:]
	}
	vocab := make([]string, 30000)
	for i := range vocab {
		vocab[i] = word()
	}
	var e []gazetteer.Entry
	for i := range n {
		a, b, c := vocab[r.IntN(len(vocab))], vocab[r.IntN(2000)], vocab[r.IntN(len(vocab))]
		id := fmt.Sprintf("identity--%08d-0000-5000-8000-000000000000", i)
		e = append(e, gazetteer.Entry{ID: id, Name: a + " " + b + " " + c}, gazetteer.Entry{ID: id, Name: b + " " + a},
			gazetteer.Entry{ID: id, Name: string([]rune{rune(0xAC00 + r.IntN(11000)), rune(0xAC00 + r.IntN(11000)), rune(0xAC00 + r.IntN(11000))})})
	}
	return e
}

func BenchmarkNew(b *testing.B) {
	e := madeEntries(50_000)
	b.ReportAllocs()
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	g := gazetteer.New(e)
	runtime.GC()
	runtime.ReadMemStats(&after)
	kept := float64(after.HeapAlloc-before.HeapAlloc) / (1 << 20)
	for b.Loop() {
		gazetteer.New(e)
	}
	b.ReportMetric(kept, "MiB-kept")
	b.ReportMetric(float64(g.Len()), "names")
}

func BenchmarkFind(b *testing.B) {
	e := madeEntries(50_000)
	g := gazetteer.New(e)
	var t strings.Builder
	for i := range 20_000 {
		fmt.Fprintf(&t, "It was said that %s met others in the city, and nothing more was known. ", e[i*7%len(e)].Name)
	}
	text := t.String()
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		n = len(g.Find(text))
	}
	b.ReportMetric(float64(n), "mentions")
}
