package match

import (
	"cmp"
	"slices"

	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/script"
)

// Containing returns, for each object that has one, the shortest name with every
// part of query, common parts too, the shortest first. [Search] leaves names out
// of which only common parts are met (a family name alone); an answer must not
// say for that that there are none.
func (x *Index) Containing(query string, permit Permit) []Hit {
	parts := unique(script.Fold(query).Parts)
	if len(parts) == 0 || len(parts) > x.params.Parts {
		return nil
	}
	x.mu.RLock()
	defer x.mu.RUnlock()
	s := search{x: x, permit: permit, labels: map[policy.Label]bool{}}
	rarest := slices.MinFunc(parts, func(a, b string) int { return cmp.Compare(len(x.parts[a]), len(x.parts[b])) })
	var all []Hit
	for _, slot := range x.parts[rarest] {
		if e := &x.names[slot]; contains(e.parts, parts) && s.may(e.Label) {
			all = append(all, Hit{Name: e.Name, How: Tokens, Matched: len(parts), Query: len(parts), Listed: len(e.parts)})
		}
	}
	slices.SortFunc(all, func(a, b Hit) int {
		return cmp.Or(cmp.Compare(a.Listed, b.Listed), cmp.Compare(a.Object, b.Object), cmp.Compare(a.Number, b.Number))
	})
	seen := map[string]bool{}
	return slices.DeleteFunc(all, func(h Hit) bool {
		again := seen[h.Object]
		seen[h.Object] = true
		return again
	})
}

func contains(all, some []string) bool {
	for _, p := range some {
		if !slices.Contains(all, p) {
			return false
		}
	}
	return true
}
