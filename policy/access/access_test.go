package access_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/policy/access"
)

var (
	noon  = time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	given = &policy.Decision{Allow: true, Rule: policy.RuleCleared, Reason: "The viewer is cleared."}
	not   = &policy.Decision{Rule: policy.RuleReleasability, Reason: "The nation is not named."}
)

func set(t testing.TB, own string) *access.Set {
	t.Helper()
	s, err := access.New([]byte(own))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func ask(a access.Action, level policy.TLP, approvals int, roles ...access.Role) access.Request {
	r := access.Request{
		Principal: access.Principal{ID: "person-1", Org: "identity--a", Roles: roles}, Action: a, Purpose: policy.Reading, At: noon, Approvals: approvals,
		Resource: access.Resource{ID: "tool--1", Type: "tool", Level: level},
	}
	if a == access.Administer || a == access.Audit {
		r.Resource = access.Resource{}
	}
	return r
}

// TestRoles is the whole table of roles and actions, with the markings permitting.
func TestRoles(t *testing.T) {
	s := set(t, "")
	for role, may := range map[access.Role]string{
		access.Reader: "read", access.Analyst: "read write screen", access.Releaser: "read release", access.Screener: "read screen decide",
		access.CaseOfficer: "read write screen decide", access.Auditor: "read audit", access.Admin: "administer",
	} {
		for _, a := range access.Actions() {
			d := s.Decide(ask(a, policy.Green, 1, role), given)
			if want := slices.Contains(strings.Fields(may), string(a)); d.Allow != want {
				t.Errorf("%s %s: %+v, want %v", role, a, d, want)
			}
			if !strings.HasSuffix(d.Reason, ".") || d.Rule == "" || d.Allow != (len(d.Policies) > 0 && d.Rule == access.RulePermitted) {
				t.Errorf("%s %s: %+v is not explained", role, a, d)
			}
		}
	}
	for _, a := range access.Actions() {
		if d := s.Decide(ask(a, policy.Clear, 9), given); d.Allow {
			t.Errorf("nobody in particular may %s", a)
		}
	}
}

func TestEachDecisionNamesItsPolicies(t *testing.T) {
	own := `@id("no-tools") forbid (principal, action == Cordon::Action::"release", resource) when { resource.type == "tool" };
		permit (principal in Cordon::Role::"reader", action == Cordon::Action::"screen", resource) when { context.time < datetime("2027-01-01") };`
	mine := ask(access.Decide, policy.Green, 0, access.Screener)
	mine.Own = true
	for name, c := range map[string]struct {
		own     string
		r       access.Request
		marking *policy.Decision
		rule    string
		by      string
	}{
		"a permit":                     {"", ask(access.Read, policy.Red, 0, access.Reader), given, access.RulePermitted, "reader-reads"},
		"two permits":                  {"", ask(access.Read, policy.Red, 0, access.Reader, access.Auditor), given, access.RulePermitted, "auditor-audits,reader-reads"},
		"no permit":                    {"", ask(access.Write, policy.Clear, 0, access.Reader), given, access.RuleNoPermit, ""},
		"one releaser, green":          {"", ask(access.Release, policy.Green, 1, access.Releaser), given, access.RulePermitted, "releaser-releases"},
		"one releaser, amber":          {"", ask(access.Release, policy.Amber, 1, access.Releaser), given, access.RuleForbidden, "release-above-green-needs-two"},
		"two releasers, amber":         {"", ask(access.Release, policy.Amber, 2, access.Releaser), given, access.RulePermitted, "releaser-releases"},
		"nobody agreed":                {"", ask(access.Release, policy.Clear, 0, access.Releaser), given, access.RuleForbidden, "release-needs-a-releaser"},
		"one's own proposal":           {"", mine, nil, access.RuleForbidden, "nobody-decides-on-their-own"},
		"an auditor who administers":   {"", ask(access.Audit, policy.Clear, 0, access.Admin, access.Auditor), nil, access.RuleForbidden, "admin-is-no-auditor"},
		"an administrator reads":       {"", ask(access.Read, policy.Clear, 0, access.Admin), given, access.RuleNoPermit, ""},
		"own forbid":                   {own, ask(access.Release, policy.Green, 1, access.Releaser), given, access.RuleForbidden, "own:no-tools"},
		"own permit, without a name":   {own, ask(access.Screen, policy.Green, 0, access.Reader), given, access.RulePermitted, "own:policy 2"},
		"the markings deny":            {"", ask(access.Read, policy.Green, 0, access.Reader), not, access.RuleMarkings, ""},
		"the markings were not asked":  {"", ask(access.Read, policy.Green, 0, access.Reader), nil, access.RuleMarkings, ""},
		"own permit of everything":     {`permit (principal, action, resource);`, ask(access.Read, policy.Green, 0, access.Admin), not, access.RuleMarkings, ""},
		"own permit does not unforbid": {`permit (principal, action, resource);`, ask(access.Release, policy.Red, 1, access.Admin), given, access.RuleForbidden, "release-above-green-needs-two"},
		"a forbid that fails":          {`forbid (principal, action, resource) when { resource.colour == "red" };`, ask(access.Read, policy.Clear, 0, access.Reader), given, access.RuleBroken, "own:policy 1"},
		"a role that there is not":     {`permit (principal, action, resource);`, ask(access.Read, policy.Clear, 0, "root"), given, access.RuleUnknown, ""},
		"an action that there is not":  {`permit (principal, action, resource);`, ask("bypass", policy.Clear, 0, access.Admin), given, access.RuleUnknown, ""},
	} {
		d := set(t, c.own).Decide(c.r, c.marking)
		if d.Rule != c.rule || strings.Join(d.Policies, ",") != c.by || d.Allow != (c.rule == access.RulePermitted) {
			t.Errorf("%s: %+v, want %s by %q", name, d, c.rule, c.by)
		}
	}
}

func TestPoliciesThatAreNoneAreRefused(t *testing.T) {
	for name, own := range map[string]string{
		"not Cedar": "allow everyone", "two of one name": `@id("a") permit (principal, action, resource); @id("a") forbid (principal, action, resource);`,
		"too deep": `permit (principal, action, resource) when { ` + strings.Repeat("(", 1000) + "true" + strings.Repeat(")", 1000) + ` };`,
		"too long": strings.Repeat(" ", access.MaxBytes+1), "too many": strings.Repeat("permit (principal, action, resource);\n", access.MaxPolicies+1),
	} {
		if _, err := access.New([]byte(own)); !errs.Is(err, errs.Invalid) {
			t.Errorf("%s: %v, want it refused", name, err)
		}
	}
}

// TestNoPolicyPermitsWhatMarkingsDeny: whatever is permitted, whoever asks.
func TestNoPolicyPermitsWhatMarkingsDeny(t *testing.T) {
	s := set(t, `permit (principal, action, resource);`)
	rapid.Check(t, func(t *rapid.T) {
		r := ask(rapid.SampledFrom(access.Actions()).Draw(t, "action"), policy.TLP(rapid.IntRange(-1, 5).Draw(t, "level")), rapid.IntRange(-1, 5).Draw(t, "approvals"),
			rapid.SliceOf(rapid.SampledFrom(access.Roles())).Draw(t, "roles")...)
		if d := s.Decide(r, not); d.Allow {
			t.Fatalf("%+v: %+v", r, d)
		}
		if d := s.Decide(r, nil); d.Allow && (r.Action == access.Read || r.Action == access.Release || r.Action == access.Screen) {
			t.Fatalf("markings not asked: %+v: %+v", r, d)
		}
	})
}

func FuzzNew(f *testing.F) {
	f.Add([]byte(access.Default()))
	f.Add([]byte(`@id("x") forbid (principal, action, resource) unless { principal.organisation like "identity--*" };`))
	f.Fuzz(func(t *testing.T, text []byte) {
		s, err := access.New(text)
		if err != nil {
			if !errs.Is(err, errs.Invalid) {
				t.Errorf("refused with the kind %s: %v", errs.KindOf(err), err)
			}
			return
		}
		if d := s.Decide(ask(access.Read, policy.Clear, 0, access.Reader), not); d.Allow {
			t.Errorf("%q permits what the markings deny", text)
		}
	})
}
