package marking

import (
	"slices"

	"github.com/cordon-project/cordon/policy/nation"
	"github.com/cordon-project/cordon/stix"
)

// readHandling reads Cordon's own marking (docs/policy.md). All
// of its properties may be left out; what is there restricts:
//
//	releasable_to      trigraphs of the nations that may have the object
//	organisation_refs  identities of the organisations, and
//	community_refs     identities of the sharing groups that may: one of both lists is enough
//	purposes           what for; exchange is to be named like any other
//	not_before         the end of an embargo
//	not_after          the end of its use: from then on nobody has it
//
// The author's organisation needs not stand in the lists nor wait for the embargo.
func readHandling(m map[string]any, t *Terms) {
	t.keys(m, " extension_type releasable_to organisation_refs community_refs purposes not_before not_after ")
	var nations []string
	for _, code := range t.words(m, "releasable_to", "") {
		members, ok := nation.Members(code)
		if !ok {
			t.fail("its releasable_to holds what is not known")
			return
		}
		nations = append(nations, members...)
	}
	if len(nations) > 0 {
		t.need(Clause{Atoms: atoms(Nation, nations)})
	}
	orgs, groups := t.words(m, "organisation_refs", ""), t.words(m, "community_refs", "")
	for _, id := range slices.Concat(orgs, groups) {
		if !stix.ValidID(id) || stix.IDType(id) != "identity" {
			t.fail("its lists of recipients hold what is no identity")
			return
		}
	}
	if len(orgs)+len(groups) > 0 {
		t.need(Clause{Atoms: append(atoms(Org, orgs), atoms(Group, groups)...), Author: true})
	}
	if allowed := t.words(m, "purposes", " reading network-defence screening law-enforcement exchange "); len(allowed) > 0 {
		t.only(allowed)
	}
	t.window(t.instant(m, "not_before"), t.instant(m, "not_after"), true)
	if len(t.Clauses) == 0 {
		t.fail("it restricts nothing, so something of it is missing")
	}
}
