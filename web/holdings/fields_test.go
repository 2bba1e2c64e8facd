package holdings

import (
	"strings"
	"testing"

	"github.com/cordon-project/cordon/stix"
)

func TestFieldsLeadOn(t *testing.T) {
	o, err := stix.Parse([]byte(`{"type":"x-test","id":"x-test--00000000-0000-4000-8000-000000000000","n":1.50,"e":[],"ref":"identity--00000000-0000-4000-8000-000000000000","hashes":{"SHA-256":"` + strings.Repeat("ab", 32) + `"},"not":"` + strings.Repeat("ab", 32) + `"}`))
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]field{}
	for _, f := range fieldsOf(o) {
		got[f.Key] = f
	}
	if u := got["ref"].URL; u != "/object/identity--00000000-0000-4000-8000-000000000000" {
		t.Errorf("an id leads to %q", u)
	}
	if u := got["hashes"].Kids[0].URL; u != "/source/"+strings.Repeat("ab", 32) {
		t.Errorf("a hash leads to %q", u)
	}
	if got["not"].URL != "" || got["id"].URL != "" {
		t.Error("what is no reference leads somewhere")
	}
	if got["n"].Text != "1.50" {
		t.Errorf("the number 1.50 is shown as %q", got["n"].Text)
	}
}
