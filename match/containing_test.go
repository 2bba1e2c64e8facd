package match_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/cordon-project/cordon/match"
	"github.com/cordon-project/cordon/policy"
)

// Common parts give no hits, and yet there are names with them.
func TestContainingFindsWhatSearchLeavesOut(t *testing.T) {
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
		if got := len(x.Containing(query, public)); got != want {
			t.Errorf("%.20q is in %d names, want %d", query, got, want)
		}
	}
	if got := len(x.Containing("Example", nil)); got != 201 {
		t.Errorf("to one who may see all it is in %d names, want 201", got)
	}
}

// Of several names of one object the shortest is met, and of several objects the
// one of the shortest name comes first.
func TestContainingGivesTheShortestFirst(t *testing.T) {
	x := match.New(match.DefaultParams)
	x.Put("identity--1", []match.Name{{Text: "Example Alpha Beta Gamma", Number: 0, Label: open}, {Text: "Example Alpha Beta", Number: 1, Label: open}})
	x.Put("identity--2", []match.Name{{Text: "Alpha Example", Label: open}})
	var got []string
	for _, h := range x.Containing("alpha example", nil) {
		got = append(got, h.Text)
	}
	if want := []string{"Alpha Example", "Example Alpha Beta"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// Whatever has every part asked for is found.
func TestContainingFindsEveryNameOfAllParts(t *testing.T) {
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
		if got := len(index(names...).Containing(query, nil)); got != want {
			t.Fatalf("%d, want %d", got, want)
		}
	})
}
