package screen_test

import (
	"context"
	"encoding/csv"
	"fmt"
	"os"
	"slices"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/internal/shareddata"
	"github.com/cordon-project/cordon/record"
	"github.com/cordon-project/cordon/screen"
)

// put asks a full question.
func (b *bench) put(q screen.Query) screen.Answer {
	b.t.Helper()
	a, err := b.Ask(context.Background(), owner, q)
	if err != nil {
		b.t.Fatal(err)
	}
	return a
}

func tags(c screen.Candidate) (keys []string) {
	for _, r := range c.Reasons {
		keys = append(keys, r.Text.Key)
	}
	return keys
}

func TestANameIsFoundInEveryScriptWithTheReadingAndItsRules(t *testing.T) {
	b := newBench(t)
	b.add(listed("101", day, person("KIM, Sang Man"))...)
	for _, q := range []string{"김상만", "金相万", "キム・サンマン", "Ким Сан Ман", "Gim Sang-man", "Jin Xiangwan"} {
		a := b.ask(owner, q)
		if a.State != screen.Likely || len(a.Candidates) != 1 {
			t.Fatalf("%s: %s with %d candidates", q, a.State, len(a.Candidates))
		}
		c := a.Candidates[0]
		if c.Matched.How != "reading" || !c.Alert || !slices.Contains(tags(c), "reason.name.reading") {
			t.Errorf("%s: %+v", q, c)
		}
		if c.Reasons[0].Text.Args[1] != "김상만" {
			t.Errorf("%s: the common reading is %v", q, c.Reasons[0].Text.Args)
		}
	}
}

func TestASpellingThatLeavesNamesOpenSaysSo(t *testing.T) {
	b := newBench(t)
	b.add(listed("101", day, person("RI, Yong Chol"))...)
	a := b.ask(owner, "Ri Yong Chol")
	keys := []string{}
	for _, m := range a.More {
		keys = append(keys, m.Key)
	}
	if !slices.Contains(keys, "answer.more.readings") || !slices.Contains(keys, "answer.more.bearers") {
		t.Errorf("More = %v", a.More)
	}
}

func TestWhatElseIsKnownIsEvidence(t *testing.T) {
	b := newBench(t)
	p := person("KIM, Sang Man")
	p.Births = []record.Birth{{Date: "1966-12-05"}}
	p.Nations = []string{"Korea, North"}
	p.Places = []record.Place{{City: "Sinuiju"}}
	b.add(listed("101", day, p)...)
	plain := b.put(screen.Query{Text: "Kim Sang-man"}).Candidates[0]
	for _, c := range []struct {
		name  string
		query screen.Query
		key   string
		more  bool // more probable than the name alone
		alert bool
	}{
		{"the very day", screen.Query{Birth: "1966-12-05"}, "reason.birth.day", true, true},
		{"the year", screen.Query{Birth: "1966"}, "reason.birth.year", true, true},
		{"day and month exchanged", screen.Query{Birth: "1966-05-12"}, "reason.birth.swapped", true, true},
		{"two years apart", screen.Query{Birth: "1968"}, "reason.birth.near", false, true},
		{"another generation", screen.Query{Birth: "1991-01-02"}, "reason.birth.other", false, false},
		{"the place", screen.Query{Place: "Sinuiju, North Korea"}, "reason.place.same", true, true},
		{"another nationality", screen.Query{Country: "Brazil"}, "reason.country.other", false, true},
		{"the nationality", screen.Query{Country: "North Korea"}, "reason.country.same", true, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			q := c.query
			q.Text = "Kim Sang-man"
			a := b.put(q)
			got := a.Candidates[0]
			if !slices.Contains(tags(got), c.key) {
				t.Errorf("reasons are %v, want %s", tags(got), c.key)
			}
			if got.Alert != c.alert || (got.Probability.Mid > plain.Probability.Mid) != c.more {
				t.Errorf("alert %t, probability %.3f where the name alone has %.3f", got.Alert, got.Probability.Mid, plain.Probability.Mid)
			}
			if want := screen.Likely; c.alert != (a.State == want) {
				t.Errorf("the state is %s", a.State)
			}
		})
	}
}

func TestAnIdentifierDecidesFirst(t *testing.T) {
	b := newBench(t)
	p := person("KIM, Sang Man")
	p.Documents = []record.Document{{Kind: "passport", Number: "PS-381 010"}}
	b.add(listed("101", day, person("KIM, Sang Man"))...)
	b.add(listed("102", day, p)...)
	a := b.put(screen.Query{Text: "Kim Sang-man", Identifiers: []string{"ps381010"}})
	if a.State != screen.Hit || a.Candidates[0].Object != record.PartyID("OFAC", "ofac-sdn", "102") || a.Candidates[0].Score != 1 {
		t.Errorf("%s, %+v", a.State, a.Candidates[0])
	}
}

func TestHomonymsNeedASecondIdentifier(t *testing.T) {
	b := newBench(t)
	for i := range 5 {
		b.add(listed(strconv.Itoa(100+i), day, person("Ri Yong-chol"))...)
	}
	a := b.ask(owner, "리영철")
	if a.State != screen.Likely || a.Say.Key != "answer.likely.homonyms" || a.Say.Args[0] != 5 || len(a.Candidates) != 5 {
		t.Errorf("%s: %v, %d candidates", a.State, a.Say, len(a.Candidates))
	}
}

// TestKnownHomonymsComeBackAsSuch lists as many people as bear each name.
func TestKnownHomonymsComeBackAsSuch(t *testing.T) {
	f, err := os.Open(shareddata.Path(t, "names/cjk_homonyms.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	b := newBench(t)
	want := map[string]int{}
	for i, r := range rows[1:] {
		n, err := strconv.Atoi(r[2])
		if err != nil {
			t.Fatal(err)
		}
		name := r[0]
		if first, _, several := cutSlash(name); several {
			name = first
		}
		want[name] = n
		for k := range n {
			b.add(listed(fmt.Sprintf("%d%02d", i, k), day, person(name))...)
		}
	}
	for name, n := range want {
		a := b.ask(owner, name)
		if a.State != screen.Likely || a.Say.Key != "answer.likely.homonyms" {
			t.Errorf("%s: %s, %v", name, a.State, a.Say)
		}
		bearers := 0
		for _, c := range a.Candidates {
			if c.Title == name {
				bearers++
			}
		}
		if bearers != n {
			t.Errorf("%s: %d candidates bear the name, want %d", name, bearers, n)
		}
	}
}

func cutSlash(s string) (first, rest string, ok bool) {
	for i := range s {
		if s[i] == '/' {
			return s[:i-1], s[i+1:], true
		}
	}
	return s, "", false
}

func TestAlertsOnlyLeavesOutWhatIsNear(t *testing.T) {
	b := newBench(t)
	b.add(listed("101", day, person("KIM, Sang Man"))...)
	b.add(listed("102", day, person("KIM, Sang Man Trading Representative Office"))...)
	near := b.put(screen.Query{Text: "Kim Sang"})
	if near.State != screen.Open || len(near.Candidates) == 0 {
		t.Fatalf("%s with %d candidates", near.State, len(near.Candidates))
	}
	only := b.put(screen.Query{Text: "Kim Sang", AlertsOnly: true})
	if only.State != screen.None || len(only.Candidates) != 0 {
		t.Errorf("%s with %d candidates", only.State, len(only.Candidates))
	}
	if !slices.ContainsFunc(only.NotChecked, func(m screen.Text) bool { return m.Key == "notchecked.near" }) {
		t.Error("what was left out is not said")
	}
}

func TestASessionAnswersLikeSingleQuestions(t *testing.T) {
	b := newBench(t)
	b.add(listVersion(1, day, clearMark))
	b.add(listed("101", day, person("KIM, Sang Man"))...)
	s := b.Session(owner)
	for i, q := range []screen.Query{{Text: "김상만"}, {Text: "nobody at all"}, {Text: "Kim Sang Man", Birth: "1966"}, {Text: "김상만", Profile: "precision"}} {
		if i == 2 {
			b.add(listed("102", day, person("KIM, Sang Man"))...)
		}
		got, err := s.Ask(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(b.put(q), got); diff != "" {
			t.Errorf("%+v: %s", q, diff)
		}
	}
}

func TestOFACsOwnSearchIsReproduced(t *testing.T) {
	b := newBench(t)
	b.add(listed("101", day, person("PUTIN, Vladimir Vladimirovich"))...)
	b.add(on("UNSC", "un-consolidated", "KPi.001", false, person("PUTIN, Vladimir"))...)
	a := b.put(screen.Query{Text: "VLADIMR PUTIN", Kind: screen.Name, OFACMin: 85})
	if len(a.Candidates) != 1 || a.Candidates[0].OFAC < 95 || a.State != screen.Likely {
		t.Fatalf("%s, %+v", a.State, a.Candidates)
	}
	if !slices.Contains(tags(a.Candidates[0]), "reason.name.ofac") {
		t.Errorf("reasons are %v", tags(a.Candidates[0]))
	}
}

func TestAProfileThatThereIsNotIsRefused(t *testing.T) {
	b := newBench(t)
	if _, err := b.Ask(t.Context(), owner, screen.Query{Text: "Kim", Profile: "strict"}); !errs.Is(err, errs.Invalid) {
		t.Errorf("error is %v", err)
	}
}

func TestPartOfANameIsSaidToBePart(t *testing.T) {
	b := newBench(t)
	b.add(listed("101", day, person("TAYLOR, Mark"))...)
	a := b.ask(owner, "Mark Albert Taylor")
	if a.State != screen.Likely || a.Say.Key != "answer.likely.part" || !slices.Contains(tags(a.Candidates[0]), "reason.name.unmet") {
		t.Errorf("%s, %v, %v", a.State, a.Say, tags(a.Candidates[0]))
	}
}
