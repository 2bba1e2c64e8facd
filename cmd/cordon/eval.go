package main

import (
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/cordon-project/cordon/cmd/cordon/desks"
	"github.com/cordon-project/cordon/cmd/cordon/run"
	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/match"
	"github.com/cordon-project/cordon/node"
	"github.com/cordon-project/cordon/screen/eval"
)

type evalCmd struct {
	Pairs    evalPairsCmd       `cmd:"" help:"Pairs of names (CSV: left, right, label, kind, origin): recall and false positives of each profile."`
	Variants evalVariantsCmd    `cmd:"" help:"Spellings of listed parties (TSV: variant, truth_ids …) against the lists of the node: recall, first place."`
	Alerts   evalAlertsCmd      `cmd:"" help:"Names of people on no list (CSV: full_name): how many become alerts."`
	Monitor  desks.EvalMonitor  `cmd:"" help:"A book of many customers against successive versions of a list: memory, time for each change, whether anything is missed."`
	Identity evalIdentityCmd    `cmd:"" help:"Pairs of list entries (CSV: left, right, label) against the node: precision and recall of which are one party."`
	Matrix   desks.EvalMatrix   `cmd:"" help:"Who is not on another government's list: counted by names and by identity, every difference shown; the press beside the lists."`
	CTI      desks.EvalCTI      `cmd:"" name:"cti" help:"Threat intelligence of the public: load it, write feeds of it, count what is refused, spared and kept apart."`
	History  evalHistoryCmd     `cmd:"" help:"Successive versions of an official list: load them all, give each back, ask as of each date."`
	Patterns desks.EvalPatterns `cmd:"" help:"Judged cases of STIX patterns, and an index over a million of them: time and memory."`
	Policy   desks.EvalPolicy   `cmd:"" help:"Generated questions of who may have what, decided by the policy and by a second, independent oracle: leaks, disagreements."`
	TAXII    desks.EvalTAXII    `cmd:"" name:"taxii" help:"A node that serves and takes objects over TAXII: pages, ingest, overload, a kill."`
}

type evalFile struct {
	File     string `arg:"" help:"The file; - reads standard input."`
	Failures bool   `help:"Show every row that went wrong with the balanced profile."`
}

func (f evalFile) with(a *run.App, do func(io.Reader) error) error {
	if f.File == "-" {
		return do(a.Streams.In)
	}
	in, err := os.Open(f.File)
	if err != nil {
		return errs.New(errs.Invalid, "the file %s cannot be read", f.File).Because(err)
	}
	defer in.Close()
	return do(in)
}

type evalPairsCmd struct{ evalFile }

func (c *evalPairsCmd) Run(a *run.App) error {
	return c.with(a, func(in io.Reader) error {
		got, err := eval.OfPairs(a.Ctx, match.DefaultParams, in)
		if err != nil {
			return err
		}
		if !c.Failures {
			got.Failures = nil
		}
		return a.Out(got, func(w writer) { pairsText(w, got) })
	})
}

func pairsText(w writer, got eval.Pairs) {
	fmt.Fprintf(w, "%d pairs, %d of them the same\n\n", got.N, got.Same)
	fmt.Fprintf(w, "%-10s %9s %8s %8s %8s %8s %10s %10s %6s\n", "profile", "threshold", "recall", "found", "rule", "fpr", "near miss", "precision", "F1")
	for _, name := range profiles(got.Profiles) {
		f := got.Profiles[name]
		fmt.Fprintf(w, "%-10s %9.2f %8.4f %8.4f %8.4f %8.4f %10.4f %10.4f %6.3f\n", name, f.Threshold, f.Recall, f.Found, f.Made, f.FPR, f.NearMiss, f.Precision, f.F1)
	}
	fmt.Fprintf(w, "\nshare at or above the threshold, by kind and origin\n")
	for _, kind := range slices.Sorted(maps.Keys(got.ByKind)) {
		r := got.ByKind[kind]
		fmt.Fprintf(w, "%-56s %5d", kind, r[match.Balanced].N)
		for _, name := range profiles(got.Profiles) {
			fmt.Fprintf(w, "  %s %6.3f", name, r[name].Rate)
		}
		fmt.Fprintln(w)
	}
	for _, f := range got.Failures {
		fmt.Fprintf(w, "line %d: %s | %s: same %t, %s %s, score %.3f %s\n", f.Line, run.Plain(f.Left), run.Plain(f.Right), f.Label, run.Plain(f.Kind), run.Plain(f.Origin), f.Score, f.How)
	}
}

// profiles are the names of profiles, the widest first.
func profiles[T any](of map[string]T) []string {
	var out []string
	for _, p := range match.DefaultParams.Profiles {
		if _, ok := of[p.Name]; ok {
			out = append(out, p.Name)
		}
	}
	return out
}

type evalVariantsCmd struct{ evalFile }

func (c *evalVariantsCmd) Run(a *run.App) error {
	return c.with(a, func(in io.Reader) error {
		return a.With(func(n *node.Connection) error {
			var got eval.Variants
			if err := n.Eval(a.Ctx, "variants", in, &got); err != nil {
				return err
			}
			if got.N == 0 {
				return errs.New(errs.NotFound, "none of the %d rows names an entry that this node holds", got.Absent).
					WithHint("Import the lists first: cordon import ofac FILE, cordon import un FILE.")
			}
			if !c.Failures {
				got.Failures = nil
			}
			return a.Out(got, func(w writer) { variantsText(w, got) })
		})
	})
}

func variantsText(w writer, got eval.Variants) {
	fmt.Fprintf(w, "%d spellings; %d more are of entries that this node does not hold\n\n", got.N, got.Absent)
	fmt.Fprintf(w, "%-10s %9s %8s %8s\n", "profile", "threshold", "recall", "first")
	for _, name := range profiles(got.Profiles) {
		f := got.Profiles[name]
		fmt.Fprintf(w, "%-10s %9.2f %8.4f %8.4f\n", name, f.Threshold, f.Recall, f.First)
	}
	for _, f := range got.Failures {
		fmt.Fprintf(w, "line %d: %s (%s, %s): score %.3f, first %s\n", f.Line, run.Plain(f.Variant), run.Plain(f.Name), strings.Join(f.Truth, " "), f.Score, run.Plain(f.First))
	}
}

type evalAlertsCmd struct{ evalFile }

func (c *evalAlertsCmd) Run(a *run.App) error {
	return c.with(a, func(in io.Reader) error {
		return a.With(func(n *node.Connection) error {
			var got eval.Alerts
			if err := n.Eval(a.Ctx, "alerts", in, &got); err != nil {
				return err
			}
			if !c.Failures {
				got.Failures = nil
			}
			return a.Out(got, func(w writer) {
				fmt.Fprintf(w, "%-10s %9s %8s %8s %9s\n", "profile", "threshold", "names", "alerts", "rate")
				for _, name := range profiles(got.Profiles) {
					f := got.Profiles[name]
					fmt.Fprintf(w, "%-10s %9.2f %8d %8d %9.5f\n", name, f.Threshold, f.N, f.Alerts, f.Rate)
				}
				for _, f := range got.Failures {
					fmt.Fprintf(w, "line %d: %s | %s: score %.3f\n", f.Line, run.Plain(f.Name), run.Plain(f.Listed), f.Score)
				}
			})
		})
	})
}
