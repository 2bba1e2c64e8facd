package main

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/cordon-project/cordon/api"
	"github.com/cordon-project/cordon/cmd/cordon/run"
	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/intake"
	"github.com/cordon-project/cordon/lists"
	"github.com/cordon-project/cordon/node"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/record"
)

type writer = io.Writer

type importCmd struct {
	Kind      string   `arg:"" help:"What it is: ${kinds}; or auto to find out from the content."`
	Inputs    []string `arg:"" name:"file-or-address" help:"Files, or addresses that begin with https://."`
	Date      string   `help:"Date of a list whose file states none; with a time, 2024-05-03T14:00:00Z, where a day has several." placeholder:"YYYY-MM-DD"`
	Marking   string   `help:"TLP of a report: clear, green, amber, amber+strict, red." placeholder:"TLP"`
	Shrink    bool     `help:"Say that a list is right although it lost more than the threshold, as the first of two persons: see --by."`
	By        string   `help:"With --shrink or --supersede: whose word that is. A second person lets the list in with cordon lists release." placeholder:"NAME"`
	SHA256    []string `name:"sha256" help:"The sha256 that the authority states for a file; a list with other files is held." placeholder:"HEX" sep:","`
	Supersede bool     `help:"Accept a list that is not later than the version in force."`
}

// Help lists what can be imported.
func (importCmd) Help() string {
	var b strings.Builder
	b.WriteString("What can be imported:\n\n")
	for _, l := range lists.All() {
		fmt.Fprintf(&b, "  %-9s %s: %s\n", l.Key, l.Title, l.Formats)
	}
	b.WriteString("  stix      STIX 2.1 or 2.0: bundles, arrays, objects or lines of JSON, also compressed with gzip\n")
	b.WriteString("  misp      MISP: events, galaxies, and feeds as their files, their folder or a zip\n")
	b.WriteString("  warninglists  MISP's warning lists: lines, arrays, single lists or a folder; they replace those in force\n")
	b.WriteString("  report    text, HTML, PDF, DOCX, e-mail: as cordon ingest\n")
	b.WriteString("  auto      whatever the content says\n")
	return b.String()
}

func (c *importCmd) Run(a *run.App) error {
	up := intake.Upload{Kind: c.Kind, Date: record.Date(c.Date), Shrink: c.Shrink, Supersede: c.Supersede, Person: c.By, Stated: c.SHA256}
	if c.Kind == "auto" {
		up.Kind = ""
	}
	return take(a, up, c.Inputs, c.Marking)
}

type ingestCmd struct {
	Inputs  []string `arg:"" name:"file-or-address" help:"Reports as files, or addresses that begin with https://."`
	Marking string   `help:"TLP of the reports: clear, green, amber, amber+strict, red." placeholder:"TLP"`
}

func (c *ingestCmd) Run(a *run.App) error {
	return take(a, intake.Upload{Kind: intake.KindReport}, c.Inputs, c.Marking)
}

// take sends inputs to the node and waits for the job.
func take(a *run.App, up intake.Upload, in []string, marking string) error {
	if marking != "" {
		t, err := policy.ParseTLP(marking)
		if err != nil {
			return errs.New(errs.Invalid, "%q is no marking", marking).WithHint("Use clear, green, amber, amber+strict or red.")
		}
		up.Marking = &t
	}
	var paths []string
	for _, x := range in {
		if intake.IsAddress(x) {
			up.URLs = append(up.URLs, x)
			continue
		}
		in, err := inFolder(x, up.Kind)
		if err != nil {
			return err
		}
		paths = append(paths, in...)
	}
	return a.With(func(c *node.Connection) error {
		p := a.Progress()
		job, err := c.Import(a.Ctx, up, paths, func(n int64) { p.At("sending", n, 0, "bytes") })
		if err != nil {
			p.End()
			return err
		}
		job, err = c.Follow(a.Ctx, job.ID, func(j api.Job) { p.At(j.Stage, j.Done, j.Total, j.Unit) })
		p.End()
		if err != nil {
			return err
		}
		return showJobs(a, []api.Job{job})
	})
}

// inFolder returns the files of a folder that is a feed of MISP or has warning lists,
// and any other path as it is.
func inFolder(path, kind string) (files []string, err error) {
	st, err := os.Stat(path)
	if err != nil || !st.IsDir() || kind != intake.KindMISP && kind != intake.KindWarnings && kind != "" {
		return []string{path}, nil // what is wrong with it is told when it is opened
	}
	err = filepath.WalkDir(path, func(p string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && p != path && kind != intake.KindWarnings:
			return fs.SkipDir
		case d.Type().IsRegular() && (strings.HasSuffix(p, ".json") || strings.HasSuffix(p, ".jsonl") || d.Name() == "hashes.csv"):
			files = append(files, p)
		}
		return nil
	})
	if err == nil && len(files) == 0 {
		return []string{path}, nil
	}
	return files, err
}

// showJobs tells what jobs did; the error is that of the first that failed.
func showJobs(a *run.App, all []api.Job) error {
	var v any = all
	if len(all) == 1 {
		v = all[0]
	}
	if err := a.Out(v, func(w writer) {
		for _, j := range all {
			jobText(w, j, len(all) > 1)
		}
	}); err != nil {
		return err
	}
	for _, j := range all {
		if j.Problem != nil {
			return j.Problem.Err()
		}
		if r := j.Result; r != nil && r.Refused > 0 && r.Added+r.Changed+r.Removed+r.Same == 0 {
			return errs.New(errs.Invalid, "nothing was taken in: every object was refused, %d in all", r.Refused).
				WithHint("The lines above say why; the input itself is kept.")
		}
	}
	return nil
}

func jobText(w writer, j api.Job, named bool) {
	if named {
		fmt.Fprintf(w, "%s: %s\n", j.Kind, j.State)
	}
	for _, in := range j.Inputs {
		fmt.Fprintf(w, "kept       %s  sha256 %s\n", run.Plain(in.Name), in.SHA256)
	}
	r := j.Result
	if r == nil || j.Problem != nil && r.Added+r.Changed+r.Removed+r.Refused+len(r.Reports) == 0 {
		return
	}
	if v := r.Version; v != nil {
		date := string(v.Date)
		if date == "" {
			date = "no date stated"
		}
		fmt.Fprintf(w, "in force   %s (%s), %s, %d entries\n", v.List, v.Authority, date, v.Entries)
	}
	fmt.Fprintf(w, "added %d · changed %d · removed %d · unchanged %d · refused %d\n", r.Added, r.Changed, r.Removed, r.Same, r.Refused)
	if r.Joined != nil {
		joinedText(w, r.Joined)
	}
	for i, x := range r.Refusals {
		if i == 10 {
			break
		}
		fmt.Fprintf(w, "refused    %s: %s (%s, %s)\n", run.Plain(x.ID+" "+x.Where.Element), run.Plain(x.Message), x.Rule, x.Section)
	}
	if more := r.Refused - min(10, len(r.Refusals)); more > 0 && r.Refused > 10 {
		fmt.Fprintf(w, "           and %d more: cordon quarantine\n", more)
	}
	for _, n := range r.Notes[:min(len(r.Notes), 10)] {
		fmt.Fprintf(w, "note       %s\n", run.Plain(n))
	}
	if more := len(r.Notes) + r.NotesCut - 10; more > 0 {
		fmt.Fprintf(w, "           and %d more notes: --json shows the first %d\n", more, len(r.Notes))
	}
	for _, x := range r.Reports {
		fmt.Fprintf(w, "report     %s  %s\n", x.ID, run.Plain(x.Title))
		for _, f := range x.Found {
			fmt.Fprintln(w, strings.TrimRight(fmt.Sprintf("found      %-8s %s  %s", f.Type, run.Plain(f.Title), f.ID), " "))
		}
		if x.FoundCut > 0 {
			fmt.Fprintf(w, "           and %d more: cordon show %s\n", x.FoundCut, x.ID)
		}
	}
}

type syncCmd struct {
	Lists []string `arg:"" optional:"" help:"Keys of lists (${lists}); none for all."`
}

func (s *syncCmd) Run(a *run.App) error {
	return a.With(func(c *node.Connection) error {
		jobs, err := c.Sync(a.Ctx, s.Lists)
		if err != nil {
			return err
		}
		p := a.Progress()
		for i := range jobs {
			if jobs[i], err = c.Follow(a.Ctx, jobs[i].ID, func(j api.Job) {
				if j.Stage != "" {
					p.At(j.Kind+": "+j.Stage, j.Done, j.Total, j.Unit)
				}
			}); err != nil {
				p.End()
				return err
			}
		}
		p.End()
		return showJobs(a, jobs)
	})
}
