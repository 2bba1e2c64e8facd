package desks

import (
	"fmt"
	"io"

	"github.com/cordon-project/cordon/cmd/cordon/measure"
	"github.com/cordon-project/cordon/cmd/cordon/run"
	"github.com/cordon-project/cordon/errs"
)

// EvalPatterns is cordon eval patterns: judged cases of the pattern language, and what
// an index over many patterns costs.
type EvalPatterns struct {
	Data       string `required:"" help:"Folder with cti/pattern and, for the patterns of a real feed, cti/ioc." placeholder:"DIR" type:"existingdir"`
	Indicators int    `help:"Patterns in the index: those of the feed, and generated ones of the same forms." default:"1000000" placeholder:"N"`
	Events     int    `help:"Observations that are matched." default:"100000" placeholder:"N"`
	Seed       uint64 `help:"Of what is generated." default:"1"`
}

// Help says what is measured.
func (EvalPatterns) Help() string {
	return "Counts the judged cases of syntax, equivalence and matching that come out as judged, and lists the others. " +
		"Then fills an index with patterns and matches observations of nine objects against all of them; every second one has what one of the patterns is about, and that one must be found. " +
		"Exit code 1 if a case comes out otherwise or a pattern is missed."
}

// Run counts and measures.
func (c *EvalPatterns) Run(a *run.App) error {
	if c.Indicators < 1 || c.Events < 1 {
		return errs.New(errs.Invalid, "--indicators and --events are at least 1")
	}
	p := a.Progress()
	defer p.End()
	got, err := measure.Patterns(a.Ctx, measure.PatternPlan{Data: c.Data, Indicators: c.Indicators, Events: c.Events, Seed: c.Seed},
		func(stage string) { p.At(stage, 0, 0, "") })
	if err != nil {
		return err
	}
	if len(got.Syntax.Wrong)+len(got.Equivalence.Wrong)+len(got.Matcher.Wrong)+got.Index.Missed > 0 {
		a.Code = 1
	}
	return a.Out(got, func(w io.Writer) { evalPatternsText(w, got) })
}

func evalPatternsText(w io.Writer, got measure.PatternFigures) {
	for _, c := range []struct {
		what string
		measure.PatternCount
	}{{"syntax", got.Syntax}, {"equivalence", got.Equivalence}, {"matcher", got.Matcher}} {
		fmt.Fprintf(w, "%-12s %d/%d\n", c.what, c.Right, c.Of)
		for _, s := range c.Wrong {
			fmt.Fprintf(w, "  otherwise: %s\n", run.Plain(s))
		}
	}
	fmt.Fprintf(w, "  and %d that the data flags as wrong, decided in docs/pattern-rulings.md\n", len(got.Flagged))
	for _, f := range got.Flagged {
		fmt.Fprintf(w, "    %-8s %s\n", f.Answer, run.Plain(f.Pattern))
	}
	x := got.Index
	fmt.Fprintf(w, "%-12s %d indicators (%d of the feed), %d distinct patterns, %d keys, %d evaluated whatever the value; filled in %.1f s\n",
		"index", x.Indicators, x.FromFeed, x.Held.Patterns, x.Held.Keys, x.Held.Residual, x.Build)
	fmt.Fprintf(w, "%-12s p50 %.1f µs, p99 %.1f µs, max %.1f µs, mean %.1f µs of %d observations; %.2f patterns evaluated for each\n",
		"  match", x.P50, x.P99, x.Max, x.Mean, x.Events, x.Evaluated)
	fmt.Fprintf(w, "%-12s %d of %d\n", "  missed", x.Missed, x.Expected)
	fmt.Fprintf(w, "%-12s %.0f MB, %.0f bytes for an indicator\n", "  memory", float64(x.Memory)/1e6, x.PerPattern)
}
