package access_test

import (
	"net/http"
	"testing"

	"github.com/cordon-project/cordon/api/access"
	"github.com/cordon-project/cordon/auth"
	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/policy"
)

func TestWhatNoRuleNamesIsTheOwnersAlone(t *testing.T) {
	table := access.New()
	all := auth.Principal{Kind: auth.Person, Roles: auth.Roles(), Clearance: policy.Red}
	for path, want := range map[string]bool{
		"/objects/x": true, "/objects": true, "/openapi.json": true, "/identity/state": true, "/auth/people": true,
		"/new": false, "": false, "/": false, "/objectsx": false, "/object": false, "/link": false, "/runs/1/replay": false, "objects": false,
	} {
		if err := table.May(all, http.MethodPost, path); (err == nil) != want || err != nil && !errs.Is(err, errs.Denied) {
			t.Errorf("%s: %v", path, err)
		}
		if err := table.May(auth.TheOwner(auth.ByToken), http.MethodPost, path); err != nil {
			t.Errorf("%s by the owner: %v", path, err)
		}
	}
}

func TestTheLongestPathAndTheMethodCount(t *testing.T) {
	table := access.New()
	reader := auth.Principal{Kind: auth.Person, Roles: []auth.Role{auth.Reader}}
	auditor := auth.Principal{Kind: auth.Person, Roles: []auth.Role{auth.Auditor}}
	for _, c := range []struct {
		p            auth.Principal
		method, path string
		want         bool
	}{
		{reader, http.MethodGet, "/identity/open", true},
		{reader, http.MethodPost, "/identity/state", false},
		{auditor, http.MethodGet, "/log", false},
		{auditor, http.MethodGet, "/log/checkpoint", true},
		{auditor, http.MethodGet, "/auth/history", true},
		{auditor, http.MethodPost, "/auth/history", false},
		{auditor, http.MethodGet, "/auth/people", false},
	} {
		if err := table.May(c.p, c.method, c.path); (err == nil) != c.want {
			t.Errorf("%v %s %s: %v", c.p.Roles, c.method, c.path, err)
		}
	}
}
