package desks

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"time"

	"github.com/cordon-project/cordon/cmd/cordon/measure"
	"github.com/cordon-project/cordon/cmd/cordon/run"
	"github.com/cordon-project/cordon/errs"
)

// EvalPolicy is cordon eval policy: decisions compared with an oracle.
type EvalPolicy struct {
	Triples int64  `help:"How many questions to ask, at least: each is one object, recipient, purpose and time." default:"10000000"`
	Seed    uint64 `help:"What the questions are made from; equal seeds give equal questions." default:"1"`
}

// Help says what is compared with what.
func (EvalPolicy) Help() string {
	return "Makes objects, markings and recipients at random, whole and broken, and asks of each who may have it: once of the policy that every read and release goes through, " +
		"once of an oracle that was written from the documents alone. A leak is a thing given that the oracle denies: an object, a hidden text, a reference to what is not given. " +
		"A disagreement is any other difference. Ends with code 1 when there is one."
}

// Run asks and counts.
func (c *EvalPolicy) Run(a *run.App) error {
	if c.Triples < 1 {
		return errs.New(errs.Invalid, "%d questions cannot be asked", c.Triples).WithHint("Use --triples 1000000.")
	}
	p := a.Progress()
	defer p.End()
	got := measure.Policy(a.Ctx, c.Seed, c.Triples, time.Now, func(done int64) { p.At("questions", done, c.Triples, "") })
	p.End()
	if got.Leaks+got.Disagreements > 0 {
		a.Code = 1
	}
	return a.Out(got, func(w io.Writer) { evalPolicyText(w, got) })
}

func evalPolicyText(w io.Writer, got measure.PolicyFigures) {
	run.Columns(w, [][]string{
		{"triples", fmt.Sprint(got.Triples)},
		{"permits", fmt.Sprint(got.Permits)},
		{"denials", fmt.Sprint(got.Denials)},
		{"tearlines", fmt.Sprint(got.Tearlines)},
		{"leaks", fmt.Sprint(got.Leaks)},
		{"disagreements", fmt.Sprint(got.Disagreements)},
		{"per second", fmt.Sprintf("%.0f", got.Rate)},
		{"seed", fmt.Sprint(got.Seed)},
	})
	fmt.Fprintln(w, "\ndecided by")
	var rows [][]string
	for _, rule := range slices.Sorted(maps.Keys(got.Rules)) {
		rows = append(rows, []string{rule, fmt.Sprint(got.Rules[rule])})
	}
	run.Columns(w, rows)
	for _, c := range got.Cases {
		fmt.Fprintln(w, c)
	}
}
