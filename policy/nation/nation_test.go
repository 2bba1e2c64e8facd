package nation_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/policy/nation"
)

func TestListsOfNations(t *testing.T) {
	for in, want := range map[string]string{
		"USA, JPN, KOR":                     "JPN KOR USA",
		"USA,JPN,KOR":                       "JPN KOR USA",
		" USA, JPN AND KOR ":                "JPN KOR USA",
		"USA":                               "USA",
		"USA, USA":                          "USA",
		"USA, FVEY":                         "AUS CAN GBR NZL USA",
		"ACGU":                              "AUS CAN GBR USA",
		"USA, XKX":                          "USA XKS",
		"XWB, XGZ":                          "XGZ XWB",
		"":                                  "",
		"USA,":                              "",
		"USA JPN":                           "",
		"usa":                               "",
		"USA, XXX":                          "",
		"USA, NATO":                         "",
		"AND":                               "AND", // Andorra
		"US":                                "",
		"USA; JPN":                          "",
		"USA, J N":                          "",
		"USA, \x00PN":                       "",
		strings.Repeat("USA,", 400) + "USA": "",
	} {
		got, err := nation.List(in)
		if (want == "") != errs.Is(err, errs.Invalid) || strings.Join(got, " ") != want {
			t.Errorf("List(%.40q) = %v, %v, want %q", in, got, err, want)
		}
	}
}

func TestCodesAreThoseOfTheStandards(t *testing.T) {
	n := 0
	for a := 'A'; a <= 'Z'; a++ {
		for b := 'A'; b <= 'Z'; b++ {
			for c := 'A'; c <= 'Z'; c++ {
				if code, ok := nation.Canonical(string([]rune{a, b, c})); ok {
					n++
					if again, ok := nation.Canonical(code); !ok || again != code {
						t.Errorf("%s is written %s, %v", code, again, ok)
					}
				}
			}
		}
	}
	// ISO 3166-1 has 249 codes; five of GENC and one other spelling come to them.
	if n != 249+5+1 {
		t.Errorf("%d codes", n)
	}
	if m, ok := nation.Members("FVEY"); !ok || !slices.IsSorted(m) {
		t.Errorf("FVEY is %v", m)
	}
}

func FuzzList(f *testing.F) {
	f.Add("USA, JPN, KOR")
	f.Add("USA, FVEY AND XKX")
	f.Fuzz(func(t *testing.T, s string) {
		got, err := nation.List(s)
		if err != nil {
			return
		}
		if len(got) == 0 || !slices.IsSorted(got) {
			t.Errorf("%q is read as %v", s, got)
		}
		if again, err := nation.List(strings.Join(got, ", ")); err != nil || !slices.Equal(again, got) {
			t.Errorf("%v is read back as %v, %v", got, again, err)
		}
	})
}
