package accounts

import (
	"fmt"
	"io"
	"time"

	"github.com/cordon-project/cordon/api"
	"github.com/cordon-project/cordon/auth"
	"github.com/cordon-project/cordon/auth/trail"
	"github.com/cordon-project/cordon/cmd/cordon/run"
	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/node"
)

// Audit is cordon audit: what was recorded of who uses the node.
type Audit struct {
	List    auditListCmd    `cmd:"" default:"withargs" help:"Show who read what is restricted, who signed in, who was refused; newest first."`
	Changes auditChangesCmd `cmd:"" help:"Show what was changed of accounts, by whom and why; newest first."`
	Verify  auditVerifyCmd  `cmd:"" help:"Compute every hash of the trail anew and show its head."`
}

type auditListCmd struct {
	What   string `help:"Of this kind only: read, sign-in, sign-out, refused, change, release." enum:"read,sign-in,sign-out,refused,change,release," default:""`
	Who    string `help:"Of this account only." placeholder:"ID"`
	Object string `help:"About this object only." placeholder:"ID"`
	Since  string `help:"From this day on." placeholder:"DATE"`
	Before int64  `help:"Before this number: the next page." placeholder:"N"`
	Limit  int    `help:"At most so many, up to 1000." default:"100"`
}

func (c *auditListCmd) Run(a *run.App) error {
	f := api.AuditFilter{What: c.What, Who: c.Who, Object: c.Object, Before: c.Before, Limit: c.Limit}
	if c.Since != "" {
		var err error
		if f.Since, err = time.Parse(time.DateOnly, c.Since); err != nil {
			return errs.New(errs.Invalid, "%q is no day", c.Since).WithHint("Write it as 2026-04-01.")
		}
	}
	return a.With(func(n *node.Connection) error {
		all, err := n.Audit(a.Ctx, f)
		if err != nil {
			return err
		}
		return a.Out(all, func(w io.Writer) {
			if len(all) == 0 {
				fmt.Fprintln(w, "Nothing is recorded.")
			}
			var rows [][]string
			for _, r := range all {
				rows = append(rows, record(r))
			}
			run.Columns(w, rows)
			if len(all) == c.Limit {
				fmt.Fprintf(w, "There may be more: cordon audit list --before %d\n", all[len(all)-1].Seq)
			}
		})
	})
}

func record(r trail.Record) []string {
	who := r.Who
	if r.Name != "" && r.Name != r.Who {
		who = r.Name + " [" + r.Who + "]"
	}
	return []string{fmt.Sprint(r.Seq), r.At.UTC().Format(time.DateTime), string(r.What), run.FirstOf(who, "somebody"), r.Via, r.Address, r.Object, run.FirstOf(r.Marking, r.Rule), r.Detail}
}

type auditChangesCmd struct {
	Subject string `help:"Of this account or organisation only, by its id." placeholder:"ID"`
	Limit   int    `help:"At most so many, up to 1000." default:"100"`
}

func (c *auditChangesCmd) Run(a *run.App) error {
	return a.With(func(n *node.Connection) error {
		all, err := n.AccountHistory(a.Ctx, c.Subject, c.Limit)
		if err != nil {
			return err
		}
		return a.Out(all, func(w io.Writer) {
			if len(all) == 0 {
				fmt.Fprintln(w, "Nothing was changed.")
			}
			var rows [][]string
			for _, e := range all {
				rows = append(rows, []string{e.At.UTC().Format(time.DateTime), e.By, string(e.Change), e.Subject, what(e), e.Reason})
			}
			run.Columns(w, rows)
			if len(all) == c.Limit {
				fmt.Fprintln(w, "There may be older ones: --limit shows more, --subject those of one account.")
			}
		})
	})
}

// what is what an event is about.
func what(e auth.Event) string {
	switch {
	case e.Change == auth.RoleGranted, e.Change == auth.RoleRevoked:
		return fmt.Sprint(e.Roles)
	case e.Change == auth.ClearanceSet:
		return e.Clearance
	}
	return run.FirstOf(e.Proof, e.Name)
}

type auditVerifyCmd struct{}

func (auditVerifyCmd) Run(a *run.App) error {
	return a.With(func(n *node.Connection) error {
		h, err := n.AuditVerify(a.Ctx)
		if err != nil {
			return err
		}
		return a.Out(h, func(w io.Writer) {
			fmt.Fprintf(w, "%d records hold together. Note the head elsewhere: it shows later that none of them was cut off.\n%s\n", h.Seq, run.FirstOf(h.Hash, "(none yet)"))
		})
	})
}
