package api_test

import (
	"encoding/json"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cordon-project/cordon/api"
	"github.com/cordon-project/cordon/api/client"
	"github.com/cordon-project/cordon/auth"
	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/intake"
	"github.com/cordon-project/cordon/internal/nodetest"
	"github.com/cordon-project/cordon/node"
)

func owner(n nodetest.Node) *client.Client {
	return &client.Client{Address: n.Address, Token: n.Token, HTTP: http.DefaultClient}
}

// program makes a program with a key and returns a client that bears it.
func program(t *testing.T, n nodetest.Node, name, clearance string, roles ...auth.Role) (*client.Client, api.MadeKey) {
	t.Helper()
	o := owner(n)
	if _, err := o.AddAccount(t.Context(), auth.Program, auth.NewAccount{Name: name, Roles: roles, Clearance: clearance}); err != nil {
		t.Fatal(err)
	}
	k, err := o.MakeKey(t.Context(), api.NewKey{Program: name, Days: 1})
	if err != nil {
		t.Fatal(err)
	}
	return &client.Client{Address: n.Address, Token: k.Secret, HTTP: http.DefaultClient}, k
}

// operations are all that the document has: method and path.
func operations(t *testing.T, n nodetest.Node) (out []string) {
	t.Helper()
	_, _, body := get(t, n.Address, "", "/openapi.json")
	var doc struct {
		Paths map[string]map[string]any `json:"paths"`
	}
	if err := json.Unmarshal(body, &doc); err != nil {
		t.Fatal(err)
	}
	for path, methods := range doc.Paths {
		for m := range methods {
			out = append(out, strings.ToUpper(m)+" "+strings.TrimPrefix(path, api.Base))
		}
	}
	slices.Sort(out)
	return out
}

func status(t *testing.T, n nodetest.Node, token, method, path string) int {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, n.Address+api.Base+path, strings.NewReader("{"))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+token)
	r.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	return resp.StatusCode
}

// TestRolesReachWhatTheyAreFor asks for every operation of the document with a key of
// each role, cleared to all: what is allowed is the table, and what is in no line of it
// is for the owner alone.
func TestRolesReachWhatTheyAreFor(t *testing.T) {
	n := nodetest.Serve(t, config(t), node.Options{Empty: true})
	may := map[string]string{
		"":             "GET /health GET /log/checkpoint GET /log/tile/{path...} GET /schemas/ GET /schemas/{name} GET /version GET /whoami",
		"reader":       "GET /actors GET /actors/all GET /events GET /feeds/{form} GET /feeds/{form}/left-out GET /identity/open GET /identity/weigh GET /kinds GET /lists GET /lists/{list}/diff GET /lists/{list}/files/{n} GET /lists/{list}/history GET /log GET /matrix/parties/{id} GET /names GET /objects/{id} GET /objects/{id}/versions GET /parties/{id} GET /parties/{id}/group POST /matrix POST /matrix/alignment POST /matrix/lags POST /matrix/stix POST /packets POST /packets/stix",
		"screener":     "GET /kinds GET /lists GET /lists/{list}/diff GET /lists/{list}/files/{n} GET /lists/{list}/history GET /names GET /parties/{id} GET /parties/{id}/group GET /screen POST /eval/{what} POST /screen POST /screen/batch",
		"intake":       "DELETE /imports/{id} GET /imports GET /imports/{id} GET /quarantine POST /imports POST /sync",
		"auditor":      "GET /audit GET /audit/verify GET /auth/history",
		"admin":        "GET /auth/history GET /auth/orgs GET /auth/people GET /auth/programs GET /doctor POST /auth/accounts/{id} POST /auth/accounts/{id}/sessions/end POST /auth/certificates POST /auth/certificates/revoke POST /auth/keys POST /auth/keys/revoke POST /auth/orgs POST /auth/orgs/{id} POST /auth/people POST /auth/programs POST /rebuild POST /verify",
		"case-officer": "", "analyst": "", "releaser": "",
	}
	may["releaser"] = may["reader"]
	may["case-officer"] = may["reader"] + " " + may["screener"]
	may["analyst"] = may["case-officer"] + " " + may["intake"]
	all := operations(t, n)
	if len(all) < 50 {
		t.Fatalf("the document has %d operations", len(all))
	}
	for _, role := range auth.Roles() {
		_, k := program(t, n, string(role), "red", role)
		allowed := strings.Fields(strings.ReplaceAll(may[""]+" "+may[string(role)], " /", "\x00/"))
		for _, op := range all {
			method, path, _ := strings.Cut(op, " ")
			for _, w := range []string{"id", "list", "n", "name", "what", "path...", "run"} {
				path = strings.ReplaceAll(path, "{"+w+"}", "none")
			}
			want := slices.Contains(allowed, strings.ReplaceAll(op, " /", "\x00/"))
			if got := status(t, n, k.Secret, method, path); (got != http.StatusForbidden) != want || got == http.StatusUnauthorized {
				t.Errorf("%s: %s answers %d", role, op, got)
			}
		}
	}
}

func TestAKeySeesWhatItsProgramIsClearedToUntilItIsRevoked(t *testing.T) {
	n := nodetest.Serve(t, config(t), node.Options{Empty: true})
	o := owner(n)
	const id = open
	if j := take(t, o, "feed.jsonl", identity(id, "EXAMPLE, Beta", "")); j.Result == nil || j.Result.Added != 1 {
		t.Fatalf("%+v", j)
	}
	low, _ := program(t, n, "low", "green", "reader")
	high, k := program(t, n, "high", "amber", "reader")
	if _, err := low.Object(t.Context(), id); !errs.Is(err, errs.NotFound) {
		t.Errorf("below its level: %v", err)
	}
	for range 3 {
		if e, err := high.Object(t.Context(), id); err != nil || e.TLP != "TLP:AMBER" {
			t.Errorf("at its level: %s, %v", e.TLP, err)
		}
	}
	// What is restricted is recorded, with who read it; what is not there for somebody is not.
	w, err := high.Whoami(t.Context())
	if err != nil || w.Name != "high" || w.Via != auth.ByKey {
		t.Fatalf("%+v, %v", w, err)
	}
	rs, err := o.Audit(t.Context(), api.AuditFilter{Object: id})
	if err != nil || len(rs) != 3 || rs[0].Who != w.ID || rs[0].Marking != "TLP:AMBER" || rs[0].Name != "high" || rs[0].Address != "127.0.0.1" {
		t.Errorf("%+v, %v", rs, err)
	}
	if h, err := o.AuditVerify(t.Context()); err != nil || h.Seq < 3 {
		t.Errorf("%+v, %v", h, err)
	}
	if _, err := o.RevokeKey(t.Context(), k.Key.ID, "it was lost"); err != nil {
		t.Fatal(err)
	}
	if _, err := high.Object(t.Context(), id); !errs.Is(err, errs.Denied) {
		t.Errorf("a stolen key after it was revoked: %v", err)
	}
	if got := status(t, n, k.Secret, http.MethodGet, "/health"); got != http.StatusUnauthorized {
		t.Errorf("even where nobody is asked who they are: %d", got)
	}
	all, err := o.AccountHistory(t.Context(), w.ID, 10)
	if err != nil || len(all) != 3 || all[0].Change != auth.KeyRevoked || all[0].Reason != "it was lost" || all[0].By != auth.OwnerID || all[1].Sum != "" {
		t.Errorf("%+v, %v", all, err)
	}
}

func TestAnAdministratorManagesAndSeesNoObject(t *testing.T) {
	n := nodetest.Serve(t, config(t), node.Options{Empty: true})
	admin, _ := program(t, n, "provisioning", "clear", "admin")
	ctx := t.Context()
	org, err := admin.AddOrganisation(ctx, auth.NewOrganisation{Name: "EXAMPLE Desk"})
	if err != nil {
		t.Fatal(err)
	}
	a, err := admin.AddAccount(ctx, auth.Person, auth.NewAccount{Name: "EXAMPLE, Person One", Org: org.ID, Login: &auth.Login{Issuer: "https://idp.example.org", Subject: "s-1"}, Roles: []auth.Role{auth.Reader}})
	if err != nil {
		t.Fatal(err)
	}
	got, err := admin.ChangeAccount(ctx, a.Name, auth.AccountChange{Grant: []auth.Role{auth.Analyst}, Revoke: []auth.Role{auth.Reader}, Reason: "moved"})
	if err != nil || len(got.Roles) != 1 || got.Roles[0] != auth.Analyst {
		t.Errorf("%+v, %v", got, err)
	}
	if got, err = admin.ChangeAccount(ctx, a.ID, auth.AccountChange{State: auth.Disabled, Reason: "left"}); err != nil || got.State != auth.Disabled {
		t.Errorf("%+v, %v", got, err)
	}
	if err := admin.SetOrganisation(ctx, org.ID, auth.Disabled, "left"); err != nil {
		t.Error(err)
	}
	if err := admin.EndSessions(ctx, a.ID); err != nil {
		t.Error(err)
	}
	if people, err := admin.Accounts(ctx, auth.Person); err != nil || len(people) != 1 || len(people[0].Logins) != 1 {
		t.Errorf("%+v, %v", people, err)
	}
	if orgs, err := admin.Organisations(ctx); err != nil || len(orgs) != 1 || orgs[0].State != auth.Disabled {
		t.Errorf("%+v, %v", orgs, err)
	}
	for what, err := range map[string]error{
		"more than it has":  second(admin.ChangeAccount(ctx, a.ID, auth.AccountChange{Clearance: "red"})),
		"to itself":         second(admin.ChangeAccount(ctx, "provisioning", auth.AccountChange{Grant: []auth.Role{auth.Reader}})),
		"the trail":         second(admin.Audit(ctx, api.AuditFilter{})),
		"an object":         second(admin.Object(ctx, "identity--7f1d1a35-95ba-4e9a-9d4f-4c5c8d8e0001")),
		"a link":            second(admin.Link(ctx)),
		"somebody's wallet": second(admin.Ask(ctx, []string{"x"}, "", 0)),
	} {
		if !errs.Is(err, errs.Denied) {
			t.Errorf("%s: %v", what, err)
		}
	}
	bound, err := admin.BindCertificate(ctx, "nobody", "subject:CN=x", "")
	if !errs.Is(err, errs.NotFound) {
		t.Errorf("%+v, %v", bound, err)
	}
	if _, err := admin.ChangeAccount(ctx, a.ID, auth.AccountChange{Grant: []auth.Role{"root"}}); !errs.Is(err, errs.Invalid) {
		t.Errorf("a role that there is not: %v", err)
	}
}

// TestOnePersonIsNeverTwo: who has signed in decides under their own name, whatever the
// request says.
func TestOnePersonIsNeverTwo(t *testing.T) {
	n := nodetest.Serve(t, config(t), node.Options{Empty: true})
	o := owner(n)
	take(t, o, "feed.jsonl", identity(open, "EXAMPLE, Alpha", ""))
	a, err := o.AddAccount(t.Context(), auth.Person, auth.NewAccount{Name: "EXAMPLE, Person One", Roles: []auth.Role{auth.Screener}, Clearance: "red"})
	if err != nil {
		t.Fatal(err)
	}
	rec := httptest.NewRecorder()
	if _, err := n.Accounts().SignIn(rec, httptest.NewRequest(http.MethodPost, n.Address, nil), a.ID, auth.Opening{By: "passkey"}); err != nil {
		t.Fatal(err)
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(n.Address)
	if err != nil {
		t.Fatal(err)
	}
	jar.SetCookies(u, rec.Result().Cookies())
	person := &client.Client{Address: n.Address, HTTP: &http.Client{Jar: jar}}
	c, err := person.Propose(t.Context(), api.Proposal{Name: "EXAMPLE, Alpha", Party: open, Reason: "passport seen", By: "Lee", Until: time.Now().AddDate(0, 1, 0).Format(time.DateOnly)})
	if err != nil || c.Author != a.Name {
		t.Fatalf("%+v, %v", c, err)
	}
	if _, err := person.Confirm(t.Context(), c.ID, "Park"); !errs.Is(err, errs.Denied) {
		t.Errorf("one person is two: %v", err)
	}
	if _, err := o.Confirm(t.Context(), c.ID, "Park"); err != nil {
		t.Errorf("a second person: %v", err)
	}
	collector, _ := program(t, n, "collector", "red", "analyst", "screener")
	if _, err := collector.Confirm(t.Context(), c.ID, "Kim"); !errs.Is(err, errs.Denied) {
		t.Errorf("a program decides: %v", err)
	}
	if _, err := collector.Import(t.Context(), intake.Upload{Shrink: true, Person: "Kim"}, []string{writeFile(t)}, func(int64) {}); !errs.Is(err, errs.Denied) {
		t.Errorf("a program gives a person's word: %v", err)
	}
}

func writeFile(t *testing.T) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "feed.jsonl")
	if err := os.WriteFile(file, []byte(identity(other, "EXAMPLE, Gamma", "")), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func second[T any](_ T, err error) error { return err }
