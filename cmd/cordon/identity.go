package main

import (
	"fmt"
	"io"

	"github.com/cordon-project/cordon/api"
	"github.com/cordon-project/cordon/cmd/cordon/run"
	"github.com/cordon-project/cordon/identity"
	"github.com/cordon-project/cordon/identity/eval"
	"github.com/cordon-project/cordon/node"
	"github.com/cordon-project/cordon/record"
)

type identityCmd struct {
	Show      identityShowCmd      `cmd:"" help:"Show the entries of all lists that are one party, and why."`
	Explain   identityExplainCmd   `cmd:"" help:"Show what speaks for and against two entries being one party."`
	Open      identityOpenCmd      `cmd:"" help:"Show pairs of entries that wait for a person."`
	Same      identitySameCmd      `cmd:"" help:"State that two entries are one party."`
	Different identityDifferentCmd `cmd:"" help:"State that two entries are two parties, whatever the rules find."`
	Split     identitySplitCmd     `cmd:"" help:"Take entries out of a party that they do not belong to."`
	Decide    identityDecideCmd    `cmd:"" help:"Let the rules decide on all pairs anew."`
}

type identityShowCmd struct {
	Party string `arg:"" name:"party-id" help:"Id of one of the entries, as cordon screen shows it."`
}

func (c *identityShowCmd) Run(a *run.App) error {
	return a.With(func(n *node.Connection) error {
		g, err := n.Group(a.Ctx, c.Party)
		if err != nil {
			return err
		}
		return a.Out(g, func(w writer) { groupText(w, &g) })
	})
}

func groupText(w writer, g *identity.Group) {
	names := map[string]string{}
	for _, m := range g.Members {
		names[m.Party.ID] = m.Party.PrimaryName()
		fmt.Fprintf(w, "%s  %s\n", m.Party.ID, run.Plain(m.Party.PrimaryName()))
		for _, d := range m.Designations {
			date, how := string(d.ListedOn), d.Status
			if date == "" {
				date = "no date stated"
			}
			if d.Press {
				how = "reported by the press"
			}
			fmt.Fprintf(w, "  %-9s %s %s  %s, %s\n", d.Authority, d.List, run.Plain(d.Entry), date, how)
		}
	}
	for _, s := range g.Links {
		fmt.Fprintf(w, "one party  %s = %s\n", run.Plain(names[s.Parties[0]]), run.Plain(names[s.Parties[1]]))
		decisionText(w, &s)
	}
	for _, s := range g.Open {
		fmt.Fprintf(w, "open       %s ? %s\n", s.Parties[0], s.Parties[1])
		decisionText(w, &s)
	}
	if len(g.Links) == 0 {
		fmt.Fprintln(w, "No other entry was found to be this party.")
	}
}

func decisionText(w writer, s *record.SameParty) {
	if s.By != "" {
		fmt.Fprintf(w, "           decided by %s: %s\n", run.Plain(s.By), run.Plain(s.Why))
	} else {
		fmt.Fprintf(w, "           by the rules %s\n", s.Rules)
	}
	sameReasonsText(w, s.Reasons)
}

func sameReasonsText(w writer, rs []record.SameReason) {
	for _, r := range rs {
		fmt.Fprintf(w, "           %-8s %-14s %s\n", r.Weight, r.Kind, run.Plain(r.First))
		if r.Second != "" && r.Second != r.First {
			fmt.Fprintf(w, "           %-8s %-14s %s\n", "", "", run.Plain(r.Second))
		}
	}
}

type identityExplainCmd struct {
	First  string `arg:"" name:"party-id" help:"Id of an entry."`
	Second string `arg:"" name:"other-id" help:"Id of another."`
}

func (c *identityExplainCmd) Run(a *run.App) error {
	return a.With(func(n *node.Connection) error {
		x, err := n.Weigh(a.Ctx, c.First, c.Second)
		if err != nil {
			return err
		}
		return a.Out(x, func(w writer) {
			switch x.Verdict {
			case record.VerdictSame:
				fmt.Fprintln(w, "By themselves these two are one party.")
			case record.VerdictOpen:
				fmt.Fprintln(w, "A person has to decide.")
			default:
				fmt.Fprintln(w, "Nothing joins these two.")
			}
			sameReasonsText(w, x.Reasons)
		})
	})
}

type identityOpenCmd struct {
	Limit int `help:"How many are shown, at most 1000." default:"100" placeholder:"N"`
}

func (c *identityOpenCmd) Run(a *run.App) error {
	return a.With(func(n *node.Connection) error {
		open, err := n.OpenPairs(a.Ctx, c.Limit)
		if err != nil {
			return err
		}
		return a.Out(open, func(w writer) {
			for _, q := range open.Pairs {
				fmt.Fprintf(w, "%s  %s (%s)\n%s  %s (%s)\n", q.Parties[0], run.Plain(q.Names[0]), run.Plain(q.Lists[0]), q.Parties[1], run.Plain(q.Names[1]), run.Plain(q.Lists[1]))
				sameReasonsText(w, q.Reasons)
			}
			fmt.Fprintf(w, "%d of %d pairs that wait for a person. Decide with: cordon identity same|different ID ID --by NAME --why TEXT\n", len(open.Pairs), open.Total)
		})
	})
}

// decider is who decides, and why.
type decider struct {
	By  string `required:"" help:"Who decides." placeholder:"NAME"`
	Why string `required:"" help:"What settles it: a passport that was seen, a notice of the authority." placeholder:"TEXT"`
}

type identitySameCmd struct {
	First  string `arg:"" name:"party-id" help:"Id of an entry."`
	Second string `arg:"" name:"other-id" help:"Id of another."`
	decider
}

func (c *identitySameCmd) Run(a *run.App) error { return stated(a, c.First, c.Second, true, c.decider) }

type identityDifferentCmd struct {
	First  string `arg:"" name:"party-id" help:"Id of an entry."`
	Second string `arg:"" name:"other-id" help:"Id of another."`
	decider
}

func (c *identityDifferentCmd) Run(a *run.App) error {
	return stated(a, c.First, c.Second, false, c.decider)
}

func stated(a *run.App, first, second string, same bool, d decider) error {
	return a.With(func(n *node.Connection) error {
		s, err := n.State(a.Ctx, api.Stated{Parties: [2]string{first, second}, Same: same, By: d.By, Why: d.Why})
		if err != nil {
			return err
		}
		return a.Out(s, func(w writer) { statedText(w, &s) })
	})
}

func statedText(w writer, s *record.SameParty) {
	is := "are one party"
	if s.Verdict == record.VerdictDifferent {
		is = "are two parties"
	}
	fmt.Fprintf(w, "%s  %s and %s %s\n", s.ID, s.Parties[0], s.Parties[1], is)
	decisionText(w, s)
}

type identitySplitCmd struct {
	Parties []string `arg:"" name:"party-id" help:"Ids of the entries that do not belong to the others."`
	decider
}

func (c *identitySplitCmd) Run(a *run.App) error {
	return a.With(func(n *node.Connection) error {
		all, err := n.Split(a.Ctx, api.Parted{Parties: c.Parties, By: c.By, Why: c.Why})
		if err != nil {
			return err
		}
		return a.Out(all, func(w writer) {
			for _, s := range all {
				statedText(w, &s)
			}
		})
	})
}

type identityDecideCmd struct{}

func (c *identityDecideCmd) Run(a *run.App) error {
	return a.With(func(n *node.Connection) error {
		r, err := n.Join(a.Ctx)
		if err != nil {
			return err
		}
		return a.Out(r, func(w writer) { joinedText(w, &r) })
	})
}

func joinedText(w writer, r *identity.Report) {
	fmt.Fprintf(w, "joined     %d pairs of entries are one party, %d wait for a person (of %d parties %d were looked at); %d decisions are new, %d were taken back\n",
		r.Same, r.Open, r.Parties, r.Looked, r.Written, r.TakenBack)
}

type evalIdentityCmd struct{ evalFile }

func (c *evalIdentityCmd) Run(a *run.App) error {
	return c.with(a, func(in io.Reader) error {
		return a.With(func(n *node.Connection) error {
			var got eval.Result
			if err := n.Eval(a.Ctx, "identity", in, &got); err != nil {
				return err
			}
			wrong := got.Wrong
			if !c.Failures {
				got.Wrong = nil
			}
			return a.Out(got, func(w writer) {
				fmt.Fprintf(w, "%d labelled pairs are in this node, %d are not; %d are unsure and in no figure (%d of them are joined)\n", got.Pairs, got.Absent, got.Unsure, got.Joined)
				fmt.Fprintf(w, "recall     %.4f  %d of %d pairs that are one party are joined, %d more wait for a person\n", got.Recall, got.Found, got.Same, got.Open)
				fmt.Fprintf(w, "precision  %.4f  %d pairs are joined and are not one party\n", got.Precision, got.False)
				if c.Failures {
					for _, x := range wrong {
						fmt.Fprintf(w, "%s | %s: labelled %s, found %s\n", x.Left, x.Right, x.Label, x.Found)
					}
				}
			})
		})
	})
}
