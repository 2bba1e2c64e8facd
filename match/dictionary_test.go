package match_test

import (
	"testing"

	"github.com/cordon-project/cordon/match"
	"github.com/cordon-project/cordon/policy"
)

// TestAWordIsReadAsItsOwnNameReadsIt holds that what a search gives is what comparing
// gives, whichever other names of the index have the same words: a word is read in
// Korean in an organisation's name and not in everybody's, and a short form is a nick
// name of one name and no other's.
func TestAWordIsReadAsItsOwnNameReadsIt(t *testing.T) {
	names := []string{
		"KANG TRADING CORPORATION", "Robert Kang Smith", "PAEKSOL TRADING COMPANY", "Paeksol Ivanov", "KUMSAN BANK", "Kumsan Petrov",
		"Liz Example", "Elizabeth Example", "Liz Trading Company", "Bill Example", "William Example", "Kim Bill", "Bill Sung Kim",
		"HAPJANGGANG TRADING CORPORATION", "John Hapjanggang",
	}
	queries := []string{
		"강무역회사", "Gang Trading", "Gang Smith", "백솔무역회사", "Baeksol Trading", "Baeksol Ivanov", "금산은행", "Geumsan Petrov", "Geumsan Bank",
		"Elizabeth Example", "Liz Example", "Betty Example", "William Example", "Bill Example", "Elizabeth Trading Company", "William Kim", "Hapjanggang",
		"Habjanggang Trading", "John Habjanggang",
	}
	for _, turned := range []bool{false, true} {
		x := match.New(match.DefaultParams)
		all := map[string][]match.Name{}
		for i := range names {
			at := i
			if turned {
				at = len(names) - 1 - i
			}
			all[string(rune('a'+i))] = []match.Name{{Text: names[at]}}
		}
		x.Update(all)
		for _, q := range queries {
			found := map[string]float64{}
			for _, h := range x.Search(q, func(policy.Label) bool { return true }) {
				found[h.Text] = h.Score
			}
			for _, n := range names {
				want := match.Compare(match.DefaultParams, q, n).Score
				if want < match.DefaultParams.Floor {
					want = 0
				}
				if found[n] != want {
					t.Errorf("%q finds %q with %v, compared they give %v", q, n, found[n], want)
				}
			}
		}
	}
}
