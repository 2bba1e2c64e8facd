package trial_test

import (
	"math/rand/v2"
	"testing"

	"github.com/cordon-project/cordon/policy/trial"
)

func check(t testing.TB, f trial.Figures) {
	t.Helper()
	if f.Leaks+f.Disagreements > 0 {
		t.Errorf("%d leaks, %d disagreements in %d questions", f.Leaks, f.Disagreements, f.Triples)
	}
	for _, c := range f.Cases {
		t.Error(c)
	}
}

func TestPolicyAndOracleAgree(t *testing.T) {
	n := int64(200_000)
	if testing.Short() {
		n = 20_000
	}
	f := trial.Run(t.Context(), 1, 0, n/trial.PerWorld+1)
	check(t, f)
	t.Logf("%+v", f)
	if f.Triples < n || f.Permits < n/20 || f.Denials < n/20 || f.Tearlines < n/200 {
		t.Errorf("the questions are not of all sorts: %+v", f)
	}
	if testing.Short() {
		return
	}
	for _, rule := range []string{
		"cleared", "own-organisation", "clearance", "marking-not-held", "marking-malformed", "not-for-exchange", "purpose-unknown", "releasability", "distribution", "purpose-limit",
		"privilege", "classification", "attribute", "embargo", "expired", "encryption", "duties-contradict", "granular-malformed", "required-withheld",
	} {
		if f.Rules[rule] == 0 {
			t.Errorf("no question was decided by %s", rule)
		}
	}
}

func TestEqualSeedsGiveEqualQuestions(t *testing.T) {
	a, b := trial.Run(t.Context(), 7, 0, 4), trial.Run(t.Context(), 7, 0, 4)
	if a.Permits != b.Permits || a.Tearlines != b.Tearlines || a.Triples != b.Triples {
		t.Errorf("%+v, %+v", a, b)
	}
}

// FuzzPolicyAgainstOracle lets the fuzzer choose the world.
func FuzzPolicyAgainstOracle(f *testing.F) {
	f.Add(uint64(1), uint64(2))
	f.Add(uint64(20261125), uint64(0))
	f.Fuzz(func(t *testing.T, a, b uint64) {
		got := trial.Figures{Rules: trial.Counts{}}
		trial.World(rand.New(rand.NewPCG(a, b)), &got)
		check(t, got)
	})
}

func BenchmarkTriples(b *testing.B) {
	f := trial.Run(b.Context(), 1, 0, int64(b.N)/trial.PerWorld+1)
	b.ReportMetric(float64(f.Triples)/b.Elapsed().Seconds(), "triples/s")
}
