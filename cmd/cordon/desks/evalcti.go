package desks

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/cordon-project/cordon/actors"
	"github.com/cordon-project/cordon/cmd/cordon/measure"
	"github.com/cordon-project/cordon/cmd/cordon/run"
)

// EvalCTI is cordon eval cti: real threat intelligence in, feeds out, counted.
type EvalCTI struct {
	Data string `required:"" help:"Folder with attack/, ioc/ and misp/, as described in docs/cti.md." placeholder:"DIR" type:"existingdir"`
}

// Help says what is loaded and counted.
func (EvalCTI) Help() string {
	return "Loads ATT&CK, STIX feeds, bundles of STIX 2.0, galaxies and warning lists of MISP into a node of its own that is thrown away, writes every form of feed, " +
		"and counts: objects a second, memory, refusals by rule, values that warning lists spared, attributions that were kept apart."
}

// Run loads, writes and counts.
func (c *EvalCTI) Run(a *run.App) error {
	p := a.Progress()
	defer p.End()
	got, err := measure.CTI(a.Ctx, c.Data, func(stage string) { p.At(stage, 0, 0, "") })
	if err != nil {
		return err
	}
	p.End()
	return a.Out(got, func(w io.Writer) { evalCTIText(w, got) })
}

func evalCTIText(w io.Writer, got measure.CTIFigures) {
	mb := func(n int64) string { return fmt.Sprintf("%.0f", float64(n)/1e6) }
	rows := [][]string{{"set", "added", "same", "refused", "seconds", "objects/s", "memory MB", "refused by rule"}}
	for _, s := range got.Sets {
		rows = append(rows, []string{
			s.File, fmt.Sprint(s.Added), fmt.Sprint(s.Same), fmt.Sprint(s.Refused), fmt.Sprintf("%.1f", s.Seconds), fmt.Sprintf("%.0f", s.PerSec), mb(s.Memory),
			counts(s.Rules),
		})
	}
	run.Columns(w, rows)
	for _, m := range got.Missing {
		fmt.Fprintf(w, "  missing: %s\n", run.Plain(m))
	}
	rows = [][]string{{"feed", "published", "repeated", "seconds", "MB", "left out by rule"}}
	for _, f := range got.Feeds {
		rows = append(rows, []string{string(f.Form), fmt.Sprint(f.Published), fmt.Sprint(f.Repeated), fmt.Sprintf("%.1f", f.Seconds), fmt.Sprintf("%.1f", float64(f.Bytes)/1e6), counts(f.LeftOut)})
	}
	fmt.Fprintln(w)
	run.Columns(w, rows)
	rows = [][]string{{"spared by the warning list", "values", "for example"}}
	for _, s := range got.Spared {
		rows = append(rows, []string{s.List, fmt.Sprint(s.Values), run.Clip(s.Example, 60)})
	}
	fmt.Fprintln(w)
	run.Columns(w, rows)
	f := got.Actors
	fmt.Fprintf(w, "\nactors: %d statements of %d sources, %d of them revoked or deprecated; %d names, %d borne by more than one object and kept apart, %d of these with different countries; %d objects over which another source wrote under one id, each side kept\n",
		f.Statements, f.Sources, f.Revoked, f.Names, f.SharedNames, f.Contested, f.Overwritten)
	for _, v := range got.Attributed {
		attributedText(w, v)
	}
	fmt.Fprintf(w, "\nmemory at the end: %s MB\n", mb(got.Memory))
}

// attributedText is one disputed name in short: cordon actors shows all of it.
func attributedText(w io.Writer, v actors.View) {
	about := map[string]int{}
	for _, d := range v.Disagreements {
		about[d.About]++
	}
	fmt.Fprintf(w, "\n%s: %d statements; disagreements: %s\n", run.Plain(v.Name), len(v.Statements), counts(about))
	rows := [][]string{{"source", "name", "states", "its text"}}
	for _, s := range v.Statements {
		var read []string
		for _, r := range s.Readings {
			read = append(read, r.Country+" as "+r.As)
		}
		rows = append(rows, []string{s.Source, s.Name, strings.Join(s.Countries, ", "), strings.Join(read, ", ")})
	}
	run.Columns(w, rows)
}

func counts(m map[string]int) string {
	var out []string
	for _, k := range slices.Sorted(maps.Keys(m)) {
		out = append(out, fmt.Sprintf("%s %d", k, m[k]))
	}
	return strings.Join(out, ", ")
}
