package auth

import (
	"slices"
	"strings"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/policy"
)

// Role is what somebody does here.
type Role string

// The roles. None includes another.
const (
	Reader      Role = "reader"       // reads
	Analyst     Role = "analyst"      // reads, takes things in, decides which entries are one party
	Releaser    Role = "releaser"     // reads, and releases to partners
	Screener    Role = "screener"     // asks who is behind a name, clears by two people
	CaseOfficer Role = "case-officer" // reads, screens, works on cases
	Auditor     Role = "auditor"      // reads the audit trail, and nothing else by it
	Admin       Role = "admin"        // people, programs and the node; sees no object by it
)

// Roles are all roles, in the order to be shown.
func Roles() []Role {
	return []Role{Reader, Analyst, Releaser, Screener, CaseOfficer, Auditor, Admin}
}

// ParseRole reads a role.
func ParseRole(s string) (Role, error) {
	r := Role(strings.ToLower(strings.TrimSpace(s)))
	if !slices.Contains(Roles(), r) {
		return "", errs.New(errs.Invalid, "%q is no role", s).WithHint("The roles are reader, analyst, releaser, screener, case-officer, auditor and admin.")
	}
	return r, nil
}

// Action is what a request wants to do.
type Action string

// The actions.
const (
	Read    Action = "read"    // objects, lists, the journal
	Screen  Action = "screen"  // ask who is behind a name
	Intake  Action = "intake"  // take things in
	Decide  Action = "decide"  // clearances, identities
	Share   Action = "share"   // release to a partner
	Audit   Action = "audit"   // the audit trail and the history of accounts
	Manage  Action = "manage"  // people, programs, keys
	Operate Action = "operate" // verify, rebuild, look the node over, whatever has no rule of its own
)

// permitted are the roles that may do an action.
func permitted(a Action) []Role {
	switch a {
	case Read:
		return []Role{Reader, Analyst, Releaser, CaseOfficer}
	case Screen:
		return []Role{Screener, Analyst, CaseOfficer}
	case Intake:
		return []Role{Analyst}
	case Decide:
		return []Role{Screener, Analyst, CaseOfficer}
	case Share:
		return []Role{Releaser}
	case Audit:
		return []Role{Auditor}
	case Manage, Operate:
		return []Role{Admin}
	}
	return nil
}

// level reads a TLP level as it is kept: in lower case without "TLP:". The empty text
// is clear.
func level(s string) policy.TLP {
	if s == "" {
		return policy.Clear
	}
	t, err := policy.ParseTLP(s)
	if err != nil {
		return policy.Clear
	}
	return t
}

// levelText checks a level and returns it as it is kept.
func levelText(s string) (string, error) {
	if strings.TrimSpace(s) == "" {
		return "clear", nil
	}
	t, err := policy.ParseTLP(s)
	if err != nil {
		return "", err
	}
	return strings.ToLower(strings.TrimPrefix(t.String(), "TLP:")), nil
}
