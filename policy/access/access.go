// Package access decides what people and programs may do, by rules in Cedar: a set
// of the project's own (default.cedar), and an organisation's additions.
//
// In come a [Request], who wants to do what with what, and the decision that the
// markings gave; out comes a [Decision] that names the policies that made it.
// [New] reads an organisation's own permits and forbids.
//
// Guarantees: access is asked in addition to the markings and never instead of
// them, so no policy permits what they deny, and for reading, releasing and
// screening the markings must have been asked. What no policy permits is denied,
// a forbid wins over every permit, and a policy that cannot be evaluated denies
// everything until it is mended: one that fails must not be a forbid less. There
// is no role, and no way to write a policy, that goes round this.
package access

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/cedar-policy/cedar-go"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/policy"
)

//go:embed default.cedar
var defaults []byte

// Role is what somebody is at a node. Roles add up; none contains another.
type Role string

// The roles.
const (
	Reader      Role = "reader"       // reads
	Analyst     Role = "analyst"      // reads, writes, screens
	Releaser    Role = "releaser"     // reads, releases to partners
	Screener    Role = "screener"     // screens, decides on alerts
	CaseOfficer Role = "case-officer" // works on cases
	Auditor     Role = "auditor"      // reads what was done
	Admin       Role = "admin"        // runs the node, and reads nothing by that
)

// Roles returns all roles.
func Roles() []Role {
	return []Role{Reader, Analyst, Releaser, Screener, CaseOfficer, Auditor, Admin}
}

// Action is what somebody wants to do.
type Action string

// The actions.
const (
	Read       Action = "read"
	Write      Action = "write"
	Release    Action = "release" // give to a partner
	Screen     Action = "screen"
	Decide     Action = "decide" // on an alert, an identity, a clearance, a held list
	Audit      Action = "audit"  // read the records of what was done
	Administer Action = "administer"
)

// Actions returns all actions.
func Actions() []Action {
	return []Action{Read, Write, Release, Screen, Decide, Audit, Administer}
}

// asksMarkings are the actions by which somebody is given something.
func (a Action) asksMarkings() bool { return a == Read || a == Release || a == Screen }

// Rules of a [Decision].
const (
	RulePermitted = "permitted"       // allowed: a policy permits it and none forbids
	RuleForbidden = "forbidden"       // denied: a policy forbids it
	RuleNoPermit  = "not-permitted"   // denied: no policy permits it
	RuleMarkings  = "markings"        // denied: the markings deny, or were not asked
	RuleBroken    = "policy-broken"   // denied: a policy cannot be evaluated
	RuleUnknown   = "request-unknown" // denied: the role or action is none
)

// Principal is who wants something.
type Principal struct {
	ID    string
	Org   string // identity id of the organisation
	Roles []Role
}

// Resource is what it is wanted of: an object, or the node when ID is "".
type Resource struct {
	ID    string // STIX id
	Type  string
	Org   string     // identity id of who made it
	Level policy.TLP // of its label
}

// Request is one question.
type Request struct {
	Principal Principal
	Action    Action
	Resource  Resource
	Purpose   policy.Purpose
	At        time.Time
	Approvals int  // of a release: how many different releasers have agreed, the principal with them
	Own       bool // of a decision: the principal proposed what is decided on
}

// Decision is the answer, with one sentence of reason.
type Decision struct {
	Allow    bool
	Rule     string
	Policies []string // names of the policies that decided, sorted; own ones begin with "own:"
	Reason   string
	Marking  policy.Decision // what the markings said, when they were asked
}

// Limits on an organisation's own policies.
const (
	MaxBytes    = 256 << 10
	MaxPolicies = 1000
	maxDepth    = 60
)

// Set is policies that are ready to decide. It may be used by several at once.
type Set struct{ policies *cedar.PolicySet }

// New returns the default policies and an organisation's own, which may be empty.
// Policies take their names from the annotation @id, or from their position. It
// fails with errs.Invalid, with line and column, when the text is not Cedar, and
// for two policies of one name.
func New(own []byte) (*Set, error) {
	s := &Set{cedar.NewPolicySet()}
	if err := s.add("default.cedar", "", defaults); err != nil {
		return nil, errs.New(errs.Internal, "the default policies cannot be read").Because(err)
	}
	if len(own) > MaxBytes || deep(own) {
		return nil, errs.New(errs.Invalid, "the policies are too long or too deep").
			WithHint("the limits are %d bytes and %d brackets in each other", MaxBytes, maxDepth)
	}
	if err := s.add("own.cedar", "own:", own); err != nil {
		return nil, err
	}
	return s, nil
}

// Default returns the default policies as text.
func Default() string { return string(defaults) }

// add reads policies and names them.
func (s *Set) add(file, prefix string, text []byte) error {
	list, err := cedar.NewPolicyListFromBytes(file, text)
	if err != nil {
		return errs.New(errs.Invalid, "the policies are not Cedar").Because(err).WithHint("see docs/policy.md for the names of roles, actions and attributes")
	}
	if len(list) > MaxPolicies {
		return errs.New(errs.Invalid, "there are %d policies; %d is the limit", len(list), MaxPolicies)
	}
	for i, p := range list {
		name := fmt.Sprintf("%spolicy %d", prefix, i+1)
		if id, ok := p.Annotations()["id"]; ok {
			name = prefix + string(id)
		}
		if !s.policies.Add(cedar.PolicyID(name), p) {
			return errs.New(errs.Invalid, "there are two policies of the name %q", name)
		}
	}
	return nil
}

// deep reports whether brackets lie deeper in each other than the parser, which
// calls itself for each, should be asked to follow.
func deep(text []byte) bool {
	depth := 0
	for _, c := range text {
		switch c {
		case '(', '[', '{':
			if depth++; depth > maxDepth {
				return true
			}
		case ')', ']', '}':
			depth--
		}
	}
	return false
}

// Decide decides on a request. Marking is what [policy.May] or [policy.Decide] said
// of the object; nil when it was not asked, which denies what gives something.
func (s *Set) Decide(r Request, marking *policy.Decision) Decision {
	var d Decision
	if marking != nil {
		d.Marking = *marking
	}
	if !known(r) {
		return d.is(RuleUnknown, "The action or a role is not one that Cordon knows.")
	}
	if r.Action.asksMarkings() && marking == nil {
		return d.is(RuleMarkings, "The markings of the object were not asked, so nothing of it is given.")
	}
	if marking != nil && !marking.Allow {
		return d.is(RuleMarkings, "%s", marking.Reason)
	}
	entities, request := cedarOf(r)
	answer, why := cedar.Authorize(s.policies, entities, request)
	for _, reason := range why.Reasons {
		d.Policies = append(d.Policies, string(reason.PolicyID))
	}
	if len(why.Errors) > 0 {
		d.Policies = nil
		for _, e := range why.Errors {
			d.Policies = append(d.Policies, string(e.PolicyID))
		}
		slices.Sort(d.Policies)
		return d.is(RuleBroken, "The policy %s cannot be evaluated, so nothing is permitted until it is mended.", d.Policies[0])
	}
	slices.Sort(d.Policies)
	names := strings.Join(d.Policies, ", ")
	switch {
	case answer == cedar.Allow:
		d.Allow = true
		return d.is(RulePermitted, "The policy %s permits to %s.", names, r.Action)
	case len(d.Policies) > 0:
		return d.is(RuleForbidden, "The policy %s forbids to %s.", names, r.Action)
	}
	return d.is(RuleNoPermit, "No policy permits to %s with the roles %s.", r.Action, roles(r.Principal.Roles))
}

func (d Decision) is(rule, format string, args ...any) Decision {
	d.Rule, d.Reason = rule, fmt.Sprintf(format, args...)
	return d
}

func roles(rs []Role) string {
	if len(rs) == 0 {
		return "none"
	}
	var out []string
	for _, r := range rs {
		out = append(out, string(r))
	}
	slices.Sort(out)
	return strings.Join(out, ", ")
}

func known(r Request) bool {
	return slices.Contains(Actions(), r.Action) && !slices.ContainsFunc(r.Principal.Roles, func(x Role) bool { return !slices.Contains(Roles(), x) })
}

// cedarOf writes a request in Cedar's terms: a person in their roles, and an
// object or the node, which is of the highest level.
func cedarOf(r Request) (cedar.EntityMap, cedar.Request) {
	person := cedar.NewEntityUID("Cordon::Person", cedar.String(r.Principal.ID))
	var parents []cedar.EntityUID
	for _, role := range r.Principal.Roles {
		parents = append(parents, cedar.NewEntityUID("Cordon::Role", cedar.String(role)))
	}
	thing, level := cedar.NewEntityUID("Cordon::Object", cedar.String(r.Resource.ID)), r.Resource.Level
	if r.Resource.ID == "" {
		thing, level = cedar.NewEntityUID("Cordon::Node", "this"), policy.Red
	}
	entities := cedar.EntityMap{
		person: {UID: person, Parents: cedar.NewEntityUIDSet(parents...), Attributes: cedar.NewRecord(cedar.RecordMap{"organisation": cedar.String(r.Principal.Org)})},
		thing: {UID: thing, Attributes: cedar.NewRecord(cedar.RecordMap{
			"type": cedar.String(r.Resource.Type), "organisation": cedar.String(r.Resource.Org), "level": cedar.Long(level), "tlp": cedar.String(level.String()),
		})},
	}
	return entities, cedar.Request{
		Principal: person, Action: cedar.NewEntityUID("Cordon::Action", cedar.String(r.Action)), Resource: thing,
		Context: cedar.NewRecord(cedar.RecordMap{
			"purpose": cedar.String(r.Purpose), "time": cedar.NewDatetime(r.At), "approvals": cedar.Long(r.Approvals), "own": cedar.Boolean(r.Own),
		}),
	}
}
