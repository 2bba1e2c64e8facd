package desks

import (
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/cordon-project/cordon/cmd/cordon/measure"
	"github.com/cordon-project/cordon/cmd/cordon/run"
)

// EvalMatrix is cordon eval matrix: the matrix's figures over a folder of data.
type EvalMatrix struct {
	Data string `required:"" help:"Folder with lists/ and domain/, as described in docs/matrix.md." placeholder:"DIR" type:"existingdir"`
}

// Help says what is compared with what.
func (EvalMatrix) Help() string {
	return "Counts three figures twice, by a key over the words of names and by decisions on identity, and lists every case in which the two differ: " +
		"persons under OFAC's DPRK programmes who are not on Japan's list; Korean designees who are listed nowhere else; the days by which Japan follows the Security Council. " +
		"Then compares what the press reports of each target with what the lists say. Everything is loaded into a node of its own that is thrown away."
}

// Run loads, decides, counts and compares.
func (c *EvalMatrix) Run(a *run.App) error {
	p := a.Progress()
	defer p.End()
	got, err := measure.Matrix(a.Ctx, c.Data, func(stage string) { p.At(stage, 0, 0, "") })
	if err != nil {
		return err
	}
	return a.Out(got, func(w io.Writer) { evalMatrixText(w, got) })
}

func evalMatrixText(w io.Writer, got measure.MatrixFigures) {
	for _, f := range got.Figures {
		fmt.Fprintf(w, "%s\n  of %d: %s by names, %s by identity (%d of these with an open question that could change it)\n", f.What, f.N, number1(f.Naive), number1(f.Identity), f.Open)
		for _, n := range f.Notes {
			fmt.Fprintf(w, "  %s\n", n)
		}
		fmt.Fprintf(w, "  %d differences\n", len(f.Cases))
		for _, c := range f.Cases {
			fmt.Fprintf(w, "    %s %s\n      names: %s\n      identity: %s\n      %s\n", c.Entry, run.Plain(c.Name), run.Plain(c.Naive), run.Plain(c.Identity), run.Plain(c.Why))
		}
		fmt.Fprintln(w)
	}
	counts := map[string]int{}
	rows := [][]string{{"target", "authority", "press", "lists", "entry", "state"}}
	for _, p := range got.Press {
		counts[p.State]++
		if p.State != "neither" && (p.State != "not loaded" || p.Press != "") {
			rows = append(rows, []string{p.Target, p.Code, p.Press, p.Lists, p.Entry, p.State})
		}
	}
	fmt.Fprintln(w, "the press beside the lists")
	run.Columns(w, rows)
	for _, s := range slices.Sorted(maps.Keys(counts)) {
		fmt.Fprintf(w, "  %s %d\n", s, counts[s])
	}
	fmt.Fprintf(w, "\n%s\n", run.Plain(got.Stands))
}
