package main

import (
	"fmt"
	"time"

	"github.com/cordon-project/cordon/api"
	"github.com/cordon-project/cordon/cmd/cordon/run"
	"github.com/cordon-project/cordon/node"
	"github.com/cordon-project/cordon/screen/clearance"
)

type clearCmd struct {
	Propose  clearProposeCmd  `cmd:"" help:"Propose that a name, or a customer, is not a listed party."`
	Confirm  clearConfirmCmd  `cmd:"" help:"Confirm what somebody else has proposed; it is in force from then on."`
	Withdraw clearWithdrawCmd `cmd:"" help:"Take a proposal or a clearance back."`
	List     clearListCmd     `cmd:"" help:"Show clearances with who, why and until when."`
}

type clearProposeCmd struct {
	Name      string `arg:"" help:"The name as it was asked for; empty with --reference alone."`
	Party     string `arg:"" name:"party-id" help:"The id of the candidate that it is not."`
	Reason    string `required:"" help:"By what it is known: a passport that was seen, a date of birth." placeholder:"TEXT"`
	By        string `required:"" help:"Who proposes it." placeholder:"NAME"`
	Until     string `required:"" help:"The day on which it ends, at most 400 days away." placeholder:"DATE"`
	Reference string `help:"Your own id of the customer; with a name both have to agree." placeholder:"ID"`
}

func (c *clearProposeCmd) Run(a *run.App) error {
	return cleared(a, func(n *node.Connection) (clearance.Clearance, error) {
		return n.Propose(a.Ctx, api.Proposal{Name: c.Name, Reference: c.Reference, Party: c.Party, Reason: c.Reason, By: c.By, Until: c.Until})
	})
}

type clearConfirmCmd struct {
	ID string `arg:"" help:"Id of the clearance."`
	By string `required:"" help:"Who confirms it; not its author." placeholder:"NAME"`
}

func (c *clearConfirmCmd) Run(a *run.App) error {
	return cleared(a, func(n *node.Connection) (clearance.Clearance, error) { return n.Confirm(a.Ctx, c.ID, c.By) })
}

type clearWithdrawCmd struct {
	ID     string `arg:"" help:"Id of the clearance."`
	By     string `required:"" help:"Who withdraws it." placeholder:"NAME"`
	Reason string `required:"" help:"Why." placeholder:"TEXT"`
}

func (c *clearWithdrawCmd) Run(a *run.App) error {
	return cleared(a, func(n *node.Connection) (clearance.Clearance, error) { return n.Withdraw(a.Ctx, c.ID, c.By, c.Reason) })
}

type clearListCmd struct {
	State string `help:"Those in one state only: proposed, in-force, expired, withdrawn, lapsed." enum:"proposed,in-force,expired,withdrawn,lapsed," default:""`
}

func (c *clearListCmd) Run(a *run.App) error {
	return a.With(func(n *node.Connection) error {
		all, err := n.Clearances(a.Ctx, c.State)
		if err != nil {
			return err
		}
		return a.Out(all, func(w writer) {
			if len(all) == 0 {
				fmt.Fprintln(w, "No clearance is here.")
			}
			for _, c := range all {
				clearanceText(w, c)
			}
		})
	})
}

// cleared does something to a clearance and shows it.
func cleared(a *run.App, do func(*node.Connection) (clearance.Clearance, error)) error {
	return a.With(func(n *node.Connection) error {
		c, err := do(n)
		if err != nil {
			return err
		}
		return a.Out(c, func(w writer) { clearanceText(w, c) })
	})
}

func clearanceText(w writer, c clearance.Clearance) {
	about := run.Plain(c.Key)
	if c.Reference != "" {
		about += " [" + run.Plain(c.Reference) + "]"
	}
	fmt.Fprintf(w, "%s  %s until %s\n", c.ID, c.State, c.Until.UTC().Format(time.DateOnly))
	fmt.Fprintf(w, "  %s is not %s\n", about, c.Party)
	fmt.Fprintf(w, "  because  %s\n", run.Plain(c.Reason))
	fmt.Fprintf(w, "  proposed %s by %s\n", c.ProposedAt.UTC().Format(time.DateOnly), run.Plain(c.Author))
	switch {
	case c.ConfirmedBy != "":
		fmt.Fprintf(w, "  confirmed %s by %s\n", c.ConfirmedAt.UTC().Format(time.DateOnly), run.Plain(c.ConfirmedBy))
	case c.State == clearance.Proposed:
		fmt.Fprintf(w, "  not in force until a second person confirms it: cordon clear confirm %s --by NAME\n", c.ID)
	}
	if c.WithdrawnBy != "" {
		fmt.Fprintf(w, "  withdrawn %s by %s: %s\n", c.WithdrawnAt.UTC().Format(time.DateOnly), run.Plain(c.WithdrawnBy), run.Plain(c.Withdrawal))
	}
}
