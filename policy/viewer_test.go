package policy_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/policy"
)

func TestViewersAsPeopleWriteThem(t *testing.T) {
	got, err := policy.ParseViewer("name=desk, clearance=TLP:AMBER, nation=XKX,org=" + orgA + ",group=" + group + ",group=" + orgB + ",holds=" + custom +
		",class=S,organization=USA.DOJ,entity=GOV,shares=LE,access=LES,access=PII,encrypted")
	want := policy.Viewer{
		Name: "desk", Clearance: policy.Amber, Nation: "XKS", Org: orgA, Groups: []string{group, orgB}, Holds: map[string]bool{custom: true}, Encrypted: true,
		ACS: policy.Attributes{Classification: "S", Organizations: []string{"USA.DOJ"}, Entities: []string{"GOV"}, Shareability: []string{"LE"}, Accesses: []string{"LES", "PII"}},
	}
	if d := cmp.Diff(want, got); err != nil || d != "" {
		t.Error(err, d)
	}
	if got, err := policy.ParseViewer(" "); err != nil || got.Key() != policy.Public.Key() {
		t.Errorf("nothing is %+v, %v, want the public", got, err)
	}
	for _, s := range []string{
		"admin", "clearance=black", "nation=XXX", "nation=", "org=me", "group=tool--x", "holds=all", "class=COSMIC", "encrypted=no", "entity=", "entity=a|b", "bypass=true", "clearance=amber,,", "name=",
	} {
		if got, err := policy.ParseViewer(s); !errs.Is(err, errs.Invalid) {
			t.Errorf("%q is %+v, %v, want it refused", s, got, err)
		}
	}
}
