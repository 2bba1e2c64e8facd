package misp

import (
	"strings"

	"github.com/cordon-project/cordon/policy"
)

const clearID = "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487"

// MISP's distribution levels (MISP core format, section "distribution"). 5 is
// "inherit", which leaves the matter to the event.
const (
	distOrganisation = "0"
	distCommunity    = "1"
	distConnected    = "2"
	distAll          = "3"
	distSharingGroup = "4"
)

// reach is the lowest level that a distribution permits. A sharing group names its
// members in one instance; as long as a node cannot tell who they are, what is meant
// for them goes nowhere. said is false where the distribution says nothing.
func reach(distribution string) (level policy.TLP, said bool) {
	switch distribution {
	case distOrganisation, distSharingGroup:
		return policy.AmberStrict, true
	case distCommunity:
		return policy.Amber, true
	case distConnected, distAll:
		return policy.Green, true
	}
	return policy.Clear, false
}

// tlpOf reads a tag of the taxonomy tlp. A tag of it that is not known is the
// highest level: somebody meant to restrict.
func tlpOf(tag string) (level policy.TLP, known, ok bool) {
	name, ok := strings.CutPrefix(strings.ToLower(strings.TrimSpace(tag)), "tlp:")
	if !ok {
		return 0, false, false
	}
	name = strings.Trim(name, `"`)
	level, err := policy.ParseTLP(name)
	if err != nil {
		return policy.Red, false, true
	}
	return level, true, true
}

// level joins what tags and distribution say with base, the level of what contains
// it. A tag of TLP answers for a distribution to all communities, which alone is
// not "everybody".
func (r *reader) level(base policy.TLP, stated bool, f fields) (policy.TLP, bool) {
	out, tagged := base, false
	tags, _ := f.list("Tag")
	for _, t := range tags {
		l, known, isTLP := tlpOf(t.str("name"))
		if !isTLP {
			continue
		}
		if !known {
			r.note("the tag %q is no level of TLP 2.0; what carries it is TLP:RED", t.str("name"))
		}
		if !stated && !tagged {
			out = l
		}
		out, tagged = max(out, l), true
	}
	low, said := reach(f.str("distribution"))
	if said && (f.str("distribution") != distAll || !tagged && !stated) {
		if !tagged && !stated {
			out = max(low, r.o.Default)
		}
		out = max(out, low)
	}
	if f.str("distribution") == distSharingGroup {
		r.groups++
	}
	return out, stated || tagged || said
}
