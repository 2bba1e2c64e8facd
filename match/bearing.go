package match

import (
	"slices"

	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/script"
)

// Bearing counts the objects with a name that has every part of query, common
// parts too. [Search] leaves most of them out when the parts are common ones (a
// family name alone), and an answer must not say then that there are none. What
// permit refuses is not counted.
func (x *Index) Bearing(query string, permit Permit) int {
	parts := unique(script.Fold(query).Parts)
	if len(parts) == 0 || len(parts) > x.params.Parts {
		return 0
	}
	x.mu.RLock()
	defer x.mu.RUnlock()
	s := search{x: x, permit: permit, labels: map[policy.Label]bool{}}
	rarest := parts[0]
	for _, p := range parts[1:] {
		if len(x.parts[p]) < len(x.parts[rarest]) {
			rarest = p
		}
	}
	objects := map[string]bool{}
	for _, slot := range x.parts[rarest] {
		if e := &x.names[slot]; contains(e.parts, parts) && s.may(e.Label) {
			objects[e.Object] = true
		}
	}
	return len(objects)
}

func contains(all, some []string) bool {
	for _, p := range some {
		if !slices.Contains(all, p) {
			return false
		}
	}
	return true
}
