package match_test

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/cordon-project/cordon/match"
	"github.com/cordon-project/cordon/policy"
)

// Common parts give no hits, and yet there are names with them.
func TestBearingCountsWhatSearchLeavesOut(t *testing.T) {
	x := match.New(match.DefaultParams)
	for i := range 200 {
		x.Put(fmt.Sprintf("identity--%d", i), []match.Name{
			{Text: fmt.Sprintf("EXAMPLE, No%d", i), Label: open}, {Text: fmt.Sprintf("Example Nr%d", i), Label: open},
		})
	}
	x.Put("identity--shut", []match.Name{{Text: "EXAMPLE, Shut", Label: shut}})
	public := func(l policy.Label) bool { return l == open }
	if hits := x.Search("Example", public); len(hits) > 0 {
		t.Fatalf("%d hits: the part is not common enough for this test", len(hits))
	}
	for query, want := range map[string]int{
		"Example": 200, "no7 EXAMPLE": 1, "Example Nobody": 0, "Shut": 0, "": 0, "—!": 0, strings.Repeat("example x ", 100): 0,
	} {
		if got := x.Bearing(query, public); got != want {
			t.Errorf("%.20q is borne by %d, want %d", query, got, want)
		}
	}
	if got := x.Bearing("Example", nil); got != 201 {
		t.Errorf("to one who may see all it is borne by %d, want 201", got)
	}
}

// Whatever is found by all of its parts is counted too.
func TestBearingCountsEveryNameOfAllParts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		names := rapid.SliceOfN(rapid.StringMatching(`[abc]( [abc]){0,2}`), 1, 30).Draw(t, "names")
		query := rapid.StringMatching(`[abc]( [abc])?`).Draw(t, "query")
		want := 0
		for _, n := range names {
			all := true
			for _, p := range strings.Fields(query) {
				all = all && strings.Contains(n, p)
			}
			if all {
				want++
			}
		}
		if got := index(names...).Bearing(query, nil); got != want {
			t.Fatalf("%d, want %d", got, want)
		}
	})
}
