package auth

import (
	"context"
	"maps"
	"slices"
	"sync"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/policy"
)

// Kind says what an account is.
type Kind string

// The kinds of account. The owner is who can read the node's folder: it has no account.
const (
	Person  Kind = "person"
	Program Kind = "program"
	Owner   Kind = "owner"
)

// Via says by what a request proved whose it is.
type Via string

// The proofs.
const (
	ByToken       Via = "token"       // of the node's folder
	ByLink        Via = "link"        // one-time, of the node's folder
	ByKey         Via = "key"         // an API key
	ByCertificate Via = "certificate" // of a client, over TLS
	BySession     Via = "session"
)

// Principal is who makes a request, as they are at its time.
type Principal struct {
	Kind      Kind
	ID        string // of the account; OwnerID for the owner
	Name      string
	Org       string // identity id of the organisation, "" for none
	Roles     []Role
	Clearance policy.TLP
	Holds     []string // marking-definition ids
	// Purposes and Collections limit a program's key; nil for no limit.
	Purposes    []policy.Purpose
	Collections []string
	Via         Via
	Proof       string // id of the key or fingerprint of the certificate
	Address     string // network address of the request
}

// OwnerID is the id of the owner.
const OwnerID = "owner"

// TheOwner returns the principal of whoever can read the node's folder: it may do
// everything, since it can read everything.
func TheOwner(via Via) Principal {
	return Principal{Kind: Owner, ID: OwnerID, Name: "owner", Roles: Roles(), Clearance: policy.Red, Via: via}
}

// Viewer is the principal as reads take it.
func (p Principal) Viewer() policy.Viewer {
	v := policy.Viewer{Name: p.Name, Org: p.Org, Clearance: p.Clearance}
	if len(p.Holds) > 0 {
		v.Holds = maps.Collect(func(yield func(string, bool) bool) {
			for _, id := range p.Holds {
				if !yield(id, true) {
					return
				}
			}
		})
	}
	return v
}

// Has reports whether the principal has one of the roles.
func (p Principal) Has(roles ...Role) bool {
	return slices.ContainsFunc(roles, func(r Role) bool { return slices.Contains(p.Roles, r) })
}

// May says whether the principal may do an action: errs.Denied when not. Reading and
// screening are purposes too: a key that is limited to others may not.
func (p Principal) May(a Action) error {
	if !p.Has(permitted(a)...) {
		return errs.New(errs.Denied, "this needs a role that %s does not have", p.named()).WithHint("Roles that may: %v. An administrator grants them.", permitted(a))
	}
	purpose, asked := map[Action]policy.Purpose{Read: policy.Reading, Screen: policy.Screening}[a]
	if asked {
		return p.For(purpose)
	}
	if len(p.Purposes) > 0 && a != Share {
		return errs.New(errs.Denied, "this key is for some purposes only, and this is none of them").WithHint("Make a key without --purpose for it.")
	}
	return nil
}

// For says whether the principal may ask for a purpose.
func (p Principal) For(purpose policy.Purpose) error {
	if len(p.Purposes) == 0 || slices.Contains(p.Purposes, purpose) {
		return nil
	}
	return errs.New(errs.Denied, "this key is not for the purpose %s", purpose).WithHint("Make a key with --purpose %s for it.", purpose)
}

// In says whether the principal may know of a collection. A collection that is not in
// a key's scope is for it one that is not there: errs.Withheld.
func (p Principal) In(collection string) error {
	if p.Collections == nil || slices.Contains(p.Collections, collection) {
		return nil
	}
	return errs.New(errs.Withheld, "the collection is not in the scope of the key")
}

func (p Principal) named() string {
	if p.Name == "" {
		return "the asker"
	}
	return p.Name
}

type requestKey struct{}

// request is one request of somebody, with what was recorded of it already.
type request struct {
	p    Principal
	mu   sync.Mutex
	seen map[string]bool
}

// maxSeen bounds what is remembered of one request; beyond it things are recorded again.
const maxSeen = 1 << 16

// With notes who makes a request.
func With(ctx context.Context, p Principal) context.Context {
	return context.WithValue(ctx, requestKey{}, &request{p: p, seen: map[string]bool{}})
}

// From returns who makes a request, false when nobody was noted.
func From(ctx context.Context) (Principal, bool) {
	r, ok := ctx.Value(requestKey{}).(*request)
	if !ok {
		return Principal{}, false
	}
	return r.p, true
}

// First reports whether something is met for the first time in a request, so that one
// answer that reads an object many times is recorded once.
func First(ctx context.Context, what string) bool {
	r, ok := ctx.Value(requestKey{}).(*request)
	if !ok {
		return true
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.seen[what] {
		return false
	}
	if len(r.seen) < maxSeen {
		r.seen[what] = true
	}
	return true
}
