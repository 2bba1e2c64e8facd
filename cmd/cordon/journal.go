package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/cordon-project/cordon/api"
	"github.com/cordon-project/cordon/api/client"
	"github.com/cordon-project/cordon/cmd/cordon/run"
	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/node"
	"github.com/cordon-project/cordon/record"
)

type showCmd struct {
	ID       string `arg:"" help:"Id of an object."`
	Versions bool   `help:"Every version, oldest first."`
}

func (s *showCmd) Run(a *run.App) error {
	err := s.show(a)
	if errs.Is(errs.Public(err), errs.NotFound) { // also for what is withheld, in the same words
		return errs.New(errs.NotFound, "no object of the id %q was found", s.ID).WithHint("Names and identifiers are asked for with cordon screen, which gives the ids.")
	}
	return err
}

func (s *showCmd) show(a *run.App) error {
	return a.With(func(c *node.Connection) error {
		if s.Versions {
			v, err := c.Versions(a.Ctx, s.ID)
			if err != nil {
				return err
			}
			return a.Out(v, func(w writer) {
				for _, e := range v {
					entryText(w, e)
				}
			})
		}
		if strings.HasPrefix(s.ID, "identity--") {
			p, err := c.Party(a.Ctx, s.ID)
			if err != nil {
				return err
			}
			return a.Out(p, func(w writer) { partyText(w, p) })
		}
		e, err := c.Object(a.Ctx, s.ID)
		if err != nil {
			return err
		}
		return a.Out(e, func(w writer) { entryText(w, e) })
	})
}

func entryText(w writer, e api.Entry) {
	fmt.Fprintf(w, "%s  %s\nentry %d, accepted %s, leaf %s\n", e.ID, e.TLP, e.Seq, e.At.Format(time.RFC3339), e.Leaf)
	if e.Erased {
		fmt.Fprintln(w, "erased: its hash stays in the log, its content is gone")
		return
	}
	var b bytes.Buffer
	if json.Indent(&b, e.Object, "", "  ") == nil {
		fmt.Fprintln(w, b.String())
	}
	if len(e.Redacted) > 0 {
		fmt.Fprintf(w, "taken out for you by its markings: %s\n", strings.Join(e.Redacted, ", "))
	}
}

func partyText(w writer, p api.Party) {
	fmt.Fprintf(w, "%s  %s\n%s, %s\n", run.Plain(p.Party.PrimaryName()), p.Entry.TLP, p.Entry.ID, p.Party.Kind)
	for _, n := range p.Party.Names {
		fmt.Fprintf(w, "  name      %s  (%s)\n", run.Plain(n.Text), strings.Join(nonEmpty(string(n.Kind), string(n.Quality), n.Script), ", "))
	}
	for _, b := range p.Party.Births {
		fmt.Fprintf(w, "  born      %s\n", run.Plain(run.FirstOf(string(b.Date), b.Text)))
	}
	for _, d := range p.Party.Documents {
		fmt.Fprintf(w, "  document  %s %s %s\n", d.Kind, run.Plain(d.Number), run.Plain(d.Country))
	}
	for _, x := range p.Party.Wallets {
		fmt.Fprintf(w, "  wallet    %s %s  chain %s %s\n", x.Asset, run.Plain(x.Address), run.FirstOf(x.Chain, "unknown"), run.Plain(x.Note))
	}
	for _, x := range p.Party.Addresses {
		fmt.Fprintf(w, "  address   %s\n", run.Plain(strings.Join(nonEmpty(x.Text, x.City, x.Country), ", ")))
	}
	for _, l := range p.Listings {
		fmt.Fprintf(w, "  listed    %s %s entry %s, %s, %s %s\n", l.Authority, l.List, run.Plain(l.Entry), run.FirstOf(string(l.ListedOn), "date not stated"), strings.Join(l.Programmes, ", "), l.Status)
		for _, x := range l.Wheres {
			fmt.Fprintf(w, "            %s\n", run.WhereText(x))
		}
		if l.URL != "" {
			fmt.Fprintf(w, "            %s\n", run.Plain(l.URL))
		}
	}
	for _, n := range p.Namesakes {
		fmt.Fprintf(w, "  same name %s  %s (not confirmed to be the same party)\n", run.Plain(n.Party.PrimaryName()), n.Party.ID)
	}
	for _, m := range p.Mentions {
		fmt.Fprintf(w, "  mentioned %s  %s\n", run.Plain(m.Report.Title), run.WhereText(m.Where))
	}
	for _, t := range p.Ties {
		fmt.Fprintf(w, "  tied      %s: %s  %s\n", run.Plain(t.By), run.Plain(t.Title), t.ID)
	}
	if cut := p.NamesakesCut + p.MentionsCut + p.TiesCut; cut > 0 {
		fmt.Fprintf(w, "  … and %d more: --json says of what\n", cut)
	}
}

func nonEmpty(all ...string) []string {
	var out []string
	for _, s := range all {
		if s != "" {
			out = append(out, s)
		}
	}
	return out
}

type listsShowCmd struct{}

func (listsShowCmd) Run(a *run.App) error {
	return a.With(func(c *node.Connection) error {
		l, err := c.Lists(a.Ctx)
		if err != nil {
			return err
		}
		if l == nil {
			l = []record.ListVersion{}
		}
		return a.Out(l, func(w writer) {
			if len(l) == 0 {
				fmt.Fprintln(w, "No official list is loaded: cordon import --help")
			}
			for _, v := range l {
				fmt.Fprintf(w, "%-20s %-9s %-10s %6d entries\n", v.List, v.Authority, run.FirstOf(string(v.Date), "undated"), v.Entries)
				for _, f := range v.Files {
					fmt.Fprintf(w, "    %s  sha256 %s\n", run.Plain(f.Name), f.SHA256)
				}
			}
		})
	})
}

type logCmd struct {
	After      int64    `help:"Entries after this sequence number, oldest first; without it the newest are shown." default:"-1" placeholder:"SEQ"`
	Type       []string `help:"Only these types."`
	Limit      int      `short:"n" help:"Entries at most." default:"20"`
	Checkpoint bool     `help:"Only the signed checkpoint."`
}

func (l *logCmd) Run(a *run.App) error {
	if l.Limit < 1 || l.Limit > api.MaxPage {
		return errs.New(errs.Invalid, "-n takes a number from 1 to %d", api.MaxPage)
	}
	return a.With(func(c *node.Connection) error {
		cp, err := c.Checkpoint(a.Ctx)
		if err != nil && !errs.Is(err, errs.NotFound) {
			return err
		}
		if l.Checkpoint {
			return a.Out(map[string]string{"checkpoint": cp}, func(w writer) { fmt.Fprint(w, cp) })
		}
		page, err := c.Log(a.Ctx, client.LogQuery{After: max(l.After, 0), Newest: l.After < 0, Types: l.Type, Limit: l.Limit})
		if err != nil {
			return err
		}
		v := struct {
			api.Log
			Checkpoint string `json:"checkpoint"`
		}{page, cp}
		return a.Out(v, func(w writer) {
			for _, e := range page.Entries {
				fmt.Fprintf(w, "%9d  %s  %-16s %s\n", e.Seq, e.At.Format(time.RFC3339), e.TLP, e.ID)
			}
			fmt.Fprintf(w, "\n%d entries in the journal\n%s", page.Head, cp)
		})
	})
}

type quarantineCmd struct {
	Limit int `short:"n" help:"Objects at most, newest first." default:"20"`
}

func (q *quarantineCmd) Run(a *run.App) error {
	if q.Limit < 1 || q.Limit > api.MaxPage {
		return errs.New(errs.Invalid, "-n takes a number from 1 to %d", api.MaxPage)
	}
	return a.With(func(c *node.Connection) error {
		r, err := c.Quarantine(a.Ctx, q.Limit)
		if err != nil {
			return err
		}
		return a.Out(r, func(w writer) {
			fmt.Fprintf(w, "refused objects: %d\n", r.Total)
			for _, x := range r.Refused {
				fmt.Fprintf(w, "%s  %s\n  %s (%s, %s) %s\n", x.At.Format(time.RFC3339), run.Plain(run.FirstOf(x.ID, "without id")), run.Plain(x.Message), x.Rule, x.Section, run.Plain(x.Path))
			}
		})
	})
}

type verifyCmd struct{}

func (verifyCmd) Run(a *run.App) error {
	return a.With(func(c *node.Connection) error {
		p := a.Progress()
		s, err := c.Verify(a.Ctx, func(done, total int64) { p.At("verifying", done, total, "entries") })
		p.End()
		if err != nil {
			return err
		}
		r := s.Verified
		if err := a.Out(r, func(w writer) {
			fmt.Fprintf(w, "%d entries (%d erased), %d refused objects, %d checkpoints, %d archived inputs\nroot %x\n", r.Entries, r.Erased, r.Quarantined, r.Checkpoints, r.Inputs, r.Root)
			for _, x := range r.Problems {
				fmt.Fprintf(w, "WRONG  %s\n", x)
			}
			if r.OK() {
				fmt.Fprintln(w, "Everything is as it was acknowledged.")
			}
		}); err != nil {
			return err
		}
		if !r.OK() {
			return errs.New(errs.Conflict, "%d things are wrong", len(r.Problems)+r.Cut).
				WithHint("Keep the folder as it is, restore a backup beside it and compare.")
		}
		return nil
	})
}

type rebuildCmd struct{}

func (rebuildCmd) Run(a *run.App) error {
	return a.With(func(c *node.Connection) error {
		p := a.Progress()
		s, err := c.Rebuild(a.Ctx, func(done, total int64) { p.At("rebuilding", done, total, "entries") })
		p.End()
		if err != nil {
			return err
		}
		if err := a.Out(s.Rebuilt, func(w writer) {
			for _, r := range s.Rebuilt {
				word := "identical"
				if !r.Same {
					word = "DIFFERENT from " + r.Before
				}
				fmt.Fprintf(w, "%s: %d rows, %s, %s\n", r.Projection, r.Rows, r.After, word)
			}
		}); err != nil {
			return err
		}
		for _, r := range s.Rebuilt {
			if !r.Same {
				return errs.New(errs.Conflict, "the projection %s was not what the journal gives; it is now", r.Projection).
					WithHint("The old rows were damaged or written by another version. Tell the makers if the version is the same.")
			}
		}
		return nil
	})
}
