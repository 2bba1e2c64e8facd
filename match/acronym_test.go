package match_test

import (
	"testing"

	"github.com/cordon-project/cordon/match"
)

func TestAnAcronymInBracketsIsNoPartOfTheName(t *testing.T) {
	for _, c := range [][2]string{
		{"General Bureau of Atomic Energy", "GENERAL BUREAU OF ATOMIC ENERGY (GBAE)"},
		{"PROPAGANDA AND AGITATION DEPARTMENT (PAD)", "Propaganda and Agitation Department"},
		{"Korea Mining Development Trading Corporation", "Korea Mining Development Trading Corporation (KOMID)"},
	} {
		if r := match.Compare(match.DefaultParams, c[0], c[1]); !r.How.Full() || r.Score < 0.9 {
			t.Errorf("%q and %q: %s %.2f", c[0], c[1], r.How, r.Score)
		}
	}
	if r := match.Compare(match.DefaultParams, "KOMID", "Korea Mining Development Trading Corporation (KOMID)"); !r.How.Full() {
		t.Errorf("the short form alone is met %q", r.How)
	}
	for _, c := range [][2]string{
		{"Star Trading Company", "Star Trading Company (Harbin)"},
		{"Kim Chol", "Kim Chol (Ri Song)"},
	} {
		if r := match.Compare(match.DefaultParams, c[0], c[1]); r.How.Full() && r.Score > 0.98 {
			t.Errorf("%q and %q are taken for the same: %s %.2f", c[0], c[1], r.How, r.Score)
		}
	}
}
