// Package access is who may ask the HTTP API for what: one table of paths with the
// actions of package auth that reach them.
//
// In come who makes a request, its method and its path ([Table.May]); out comes nothing
// or errs.Denied. A path that the table does not name is for the owner of the node's
// folder alone, so that what is added to the API is shut until somebody opens it.
//
// Two rules go beyond roles: programs decide nothing that two people have to, since a
// program writes under any name; and taking things in, whose results name whatever was
// found, is for those who may see all that the node holds.
package access

import (
	"net/http"
	"strings"

	"github.com/cordon-project/cordon/auth"
	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/policy"
)

// Table is who may ask for what. Make it with New.
type Table []rule

// rule says who may ask for the paths that begin so: whoever may do one of the actions.
// Without an action it is for the owner of the node's folder alone, and so is every
// path that no rule names.
type rule struct {
	method string // "" for all
	path   string // below the API's base; a path ends at a slash or at its end
	may    []auth.Action
}

// New returns who may do what over HTTP. The longest path that fits counts, and of two
// alike the one that names the method.
func New() Table {
	anybody := []auth.Action{auth.Read, auth.Screen, auth.Audit, auth.Manage, auth.Share} // who has a role
	return Table{
		{"", "/whoami", anybody},
		{"", "/version", anybody},
		{"", "/health", anybody},
		{"", "/openapi", anybody},
		{"", "/schemas", anybody},
		{"", "/objects", []auth.Action{auth.Read}},
		{"", "/log/checkpoint", anybody},
		{"", "/log/tile", anybody},
		{"", "/log", []auth.Action{auth.Read}},
		{"", "/matrix", []auth.Action{auth.Read}},
		{"", "/packets", []auth.Action{auth.Read}},
		{"", "/feeds", []auth.Action{auth.Read}},
		{"", "/actors", []auth.Action{auth.Read}},
		{"", "/events", []auth.Action{auth.Read}},
		{"", "/quarantine", []auth.Action{auth.Intake}},
		{"", "/lists", []auth.Action{auth.Read, auth.Screen}},
		{"", "/names", []auth.Action{auth.Read, auth.Screen}},
		{"", "/kinds", []auth.Action{auth.Read, auth.Screen}},
		{"", "/parties", []auth.Action{auth.Read, auth.Screen}},
		{"", "/screen", []auth.Action{auth.Screen}},
		{"", "/eval", []auth.Action{auth.Screen}},
		{"", "/imports", []auth.Action{auth.Intake}},
		{"", "/sync", []auth.Action{auth.Intake}},
		{"", "/clearances", []auth.Action{auth.Decide}},
		{"", "/held", []auth.Action{auth.Decide}},
		{"", "/identity", []auth.Action{auth.Decide}},
		{http.MethodGet, "/identity", []auth.Action{auth.Read}},
		{"", "/doctor", []auth.Action{auth.Operate}},
		{"", "/verify", []auth.Action{auth.Operate}},
		{"", "/rebuild", []auth.Action{auth.Operate}},
		{"", "/audit", []auth.Action{auth.Audit}},
		{"", "/auth", []auth.Action{auth.Manage}},
		{http.MethodGet, "/auth/history", []auth.Action{auth.Manage, auth.Audit}},
		// Recorded questions, books and alerts name customers, and a link is as good as the folder.
		{"", "/runs", nil},
		{"", "/books", nil},
		{"", "/books-key", nil},
		{"", "/alerts", nil},
		{"", "/deliveries", nil},
		{"", "/taxii", nil},
		{"", "/link", nil},
	}
}

// find returns the rule of a request.
func (t Table) find(method, path string) (found rule) {
	for _, r := range t {
		after, fits := strings.CutPrefix(path, r.path)
		fits = fits && (after == "" || after[0] == '/' || r.path == "/openapi" && after[0] == '.')
		fits = fits && (r.method == "" || r.method == method)
		if fits && (len(r.path) > len(found.path) || len(r.path) == len(found.path) && r.method != "") {
			found = r
		}
	}
	return found
}

// May says whether somebody may make a request: errs.Denied when not. The path is what
// comes after the API's base.
func (t Table) May(p auth.Principal, method, path string) error {
	if p.Kind == auth.Owner {
		return nil
	}
	var err error = errs.New(errs.Denied, "this is for the owner of the node's folder")
	for _, a := range t.find(method, path).may {
		if err = one(p, a); err == nil {
			return nil
		}
	}
	return err
}

// one says whether somebody may do an action over HTTP.
func one(p auth.Principal, a auth.Action) error {
	switch {
	case a == auth.Decide && p.Kind != auth.Person:
		// A program would write under whose name it likes: two of its words are not two people's.
		return errs.New(errs.Denied, "people decide this, and not programs")
	case a == auth.Intake && p.Clearance < policy.Red:
		// What was taken in is told of whole, by jobs and by the quarantine.
		return errs.New(errs.Denied, "taking things in is for those who may see everything that the node holds").WithHint("It needs the role analyst and the clearance red.")
	}
	return p.May(a)
}
