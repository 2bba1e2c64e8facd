package desks

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/cordon-project/cordon/actors"
	"github.com/cordon-project/cordon/api"
	"github.com/cordon-project/cordon/cmd/cordon/run"
	"github.com/cordon-project/cordon/feed"
	"github.com/cordon-project/cordon/node"
)

// Feed is cordon feed: a blocklist in one of its forms.
type Feed struct {
	Form        string `arg:"" help:"One of ${forms}."`
	For         string `help:"Purpose: network-defence, screening, law-enforcement, exchange. With --as it is exchange by default." placeholder:"PURPOSE"`
	As          string `help:"Write what this organisation may have: the id of its identity." placeholder:"RECIPIENT"`
	ClearedTo   string `help:"With --as: the highest marking that the recipient may be given: clear, green or amber." enum:"clear,green,amber" default:"clear" placeholder:"TLP"`
	Zone        string `help:"Name of the zone of an RPZ." placeholder:"NAME"`
	Observables bool   `help:"Publish what was observed too, not only what indicators name."`
	Out         string `short:"o" help:"Write to this file." type:"path" placeholder:"FILE"`
	LeftOut     string `help:"Write what was left out, and why, to this file, as lines of JSON." type:"path" placeholder:"FILE"`
}

// Help says what is published and what never is.
func (Feed) Help() string {
	return "Publishes what single comparisons of indicators name, as far as the recipient may have it; what is revoked, over or not yet valid is left out, and so is everything " +
		"that a warning list spares, in any spelling. Without warning lists nothing is written: cordon import warninglists FILE. " +
		"misp writes a zip with the files of a MISP feed, opencti one bundle; these are exchanges of objects, to which warning lists do not apply."
}

// Run writes the feed.
func (c *Feed) Run(a *run.App) error {
	q := api.FeedQuery{For: c.For, As: c.As, Zone: c.Zone, Observables: c.Observables}
	if c.As != "" {
		q.ClearedTo = c.ClearedTo
	}
	return a.With(func(n *node.Connection) error {
		var report feed.Report
		write := func(w io.Writer) (err error) {
			report, err = n.Feed(a.Ctx, c.Form, q, w)
			return err
		}
		var err error
		if c.Out != "" {
			err = run.ToFile(c.Out, write)
		} else {
			err = write(a.Streams.Out)
		}
		if err != nil {
			return err
		}
		if c.LeftOut != "" {
			if err := run.ToFile(c.LeftOut, func(w io.Writer) error {
				e := json.NewEncoder(w)
				e.SetEscapeHTML(false)
				return n.FeedLeftOut(a.Ctx, c.Form, q, func(l feed.Left) error { return e.Encode(l) })
			}); err != nil {
				return err
			}
		}
		return c.tell(a, report)
	})
}

// tell reports beside the list: on the standard output only when the list is in a
// file.
func (c *Feed) tell(a *run.App, r feed.Report) error {
	if c.Out != "" {
		return a.Out(r, func(w io.Writer) { feedText(w, c.Out, r) })
	}
	if !a.Quiet {
		feedText(run.Harmless{W: a.Streams.Err}, "", r)
	}
	return nil
}

func feedText(w io.Writer, file string, r feed.Report) {
	left := 0
	for _, n := range r.LeftOut {
		left += n
	}
	fmt.Fprintf(w, "%s\n", strings.TrimSpace(fmt.Sprintf("%s %s: %d published, %d left out, %d repeated, of %d objects", run.Plain(file), r.Form, r.Published, left, r.Repeated, r.Objects)))
	for _, rule := range slices.Sorted(maps.Keys(r.LeftOut)) {
		fmt.Fprintf(w, "  left out   %-22s %d\n", rule, r.LeftOut[rule])
	}
	if r.Entries > 0 {
		fmt.Fprintf(w, "  warning lists: %d with %d entries\n", r.Lists, r.Entries)
	}
}

// Actors is cordon actors: what each source says of a threat actor.
type Actors struct {
	Name string `arg:"" help:"A name, a synonym or a number (G0032)."`
}

// Run asks and shows.
func (c *Actors) Run(a *run.App) error {
	return a.With(func(n *node.Connection) error {
		v, err := n.Actors(a.Ctx, c.Name)
		if err != nil {
			return err
		}
		return a.Out(v, func(w io.Writer) { actorsText(w, v) })
	})
}

func actorsText(w io.Writer, v actors.View) {
	fmt.Fprintf(w, "%s: %d statements; nothing is merged\n", run.Plain(v.Name), len(v.Statements))
	for _, s := range v.Statements {
		state := ""
		switch {
		case s.Revoked:
			state = "  revoked"
		case s.Deprecated:
			state = "  deprecated"
		case s.Superseded:
			state = "  another source wrote over it"
		}
		fmt.Fprintf(w, "\n  ▪ %s  %s  [%s]%s\n    %s\n", run.Plain(s.Source), run.Plain(s.Name), s.Type, state, s.Object)
		for _, l := range []struct {
			what string
			all  []string
		}{{"number", []string{s.ExternalID}}, {"country", s.Countries}, {"sponsor", s.Sponsors}, {"confidence", []string{s.Confidence}}, {"synonyms", s.Synonyms}} {
			if text := strings.Join(l.all, ", "); text != "" {
				fmt.Fprintf(w, "    %-10s %s\n", l.what, run.Plain(text))
			}
		}
		for _, r := range s.Readings {
			fmt.Fprintf(w, "    text       %s as %s: %s\n", r.Country, r.As, run.Plain(run.Clip(r.Sentence, 160)))
		}
		for _, x := range s.Wheres {
			fmt.Fprintf(w, "    place      %s\n", run.WhereText(x))
		}
	}
	for _, d := range v.Disagreements {
		fmt.Fprintf(w, "\n  ≠ %s: %s\n", d.About, run.Plain(d.Text))
		for _, s := range d.Sides {
			fmt.Fprintf(w, "    %-10s %s\n", run.Plain(s.Value), run.Plain(strings.Join(s.Sources, "; ")))
		}
	}
}
