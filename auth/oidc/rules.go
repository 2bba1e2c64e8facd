package oidc

import (
	"slices"
	"strings"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/policy"
)

// Rule grants roles to those whose claim has a value.
type Rule struct {
	// Claim names a claim; a dot leads into an object: realm_access.roles.
	Claim string `toml:"claim"`
	// Value is what it is, or what one of its values is when it is a list: exactly.
	Value string   `toml:"value"`
	Roles []string `toml:"roles"`
	// Clearance is a TLP level; "" grants none.
	Clearance string `toml:"clearance"`
	// Org is the name or id of an organisation, for a person who is new.
	Org string `toml:"org"`
}

// Check says what in a rule cannot be used.
func (r Rule) Check() error {
	switch {
	case r.Claim == "" || r.Value == "":
		return errs.New(errs.Invalid, "a rule has no claim or no value").WithHint("For instance claim = \"groups\", value = \"cordon-analysts\".")
	case len(r.Roles) == 0:
		return errs.New(errs.Invalid, "the rule for %s %s grants no role", r.Claim, r.Value)
	case strings.EqualFold(r.Claim, "email"), strings.EqualFold(r.Claim, "name"), strings.EqualFold(r.Claim, "preferred_username"):
		return errs.New(errs.Invalid, "%s is what people may write about themselves; no role follows from it", r.Claim).WithHint("Use a claim that the provider's administrators set, such as groups.")
	}
	if r.Clearance == "" {
		return nil
	}
	_, err := policy.ParseTLP(r.Clearance)
	return err
}

// Grant is what rules give to a person.
type Grant struct {
	Roles     []string // sorted
	Clearance string   // the highest, "" for none
	Org       string   // of the first rule that names one
	Fits      int      // how many rules fit
}

// Grants returns what the rules give for claims. No rule, no role.
func Grants(rules []Rule, claims map[string]any) (g Grant) {
	top := policy.Clear
	for _, r := range rules {
		if !holds(claims, strings.Split(r.Claim, "."), r.Value) {
			continue
		}
		g.Fits++
		for _, role := range r.Roles {
			if !slices.Contains(g.Roles, role) {
				g.Roles = append(g.Roles, role)
			}
		}
		if l, err := policy.ParseTLP(r.Clearance); err == nil && l > top {
			top, g.Clearance = l, r.Clearance
		}
		if g.Org == "" {
			g.Org = r.Org
		}
	}
	slices.Sort(g.Roles)
	return g
}

// holds reports whether a claim has a value. A claim whose own name has a dot in it is
// found by its whole name.
func holds(claims map[string]any, path []string, value string) bool {
	for i := len(path); i > 0; i-- {
		v, ok := claims[strings.Join(path[:i], ".")]
		if !ok {
			continue
		}
		if i == len(path) {
			return has(v, value)
		}
		inner, ok := v.(map[string]any)
		return ok && holds(inner, path[i:], value)
	}
	return false
}

func has(v any, value string) bool {
	switch v := v.(type) {
	case string:
		return v == value
	case []any:
		return slices.ContainsFunc(v, func(x any) bool { s, ok := x.(string); return ok && s == value })
	}
	return false
}
