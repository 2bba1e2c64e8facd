package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/cordon-project/cordon/api"
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
	Date      string   `help:"Date of a list whose file states none." placeholder:"YYYY-MM-DD"`
	Marking   string   `help:"TLP of a report: clear, green, amber, amber+strict, red." placeholder:"TLP"`
	Shrink    bool     `help:"Accept a list although it lost more than a third of its entries."`
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
	b.WriteString("  report    text, HTML, PDF, DOCX, e-mail: as cordon ingest\n")
	b.WriteString("  auto      whatever the content says\n")
	return b.String()
}

func (c *importCmd) Run(a *app) error {
	up := intake.Upload{Kind: c.Kind, Date: record.Date(c.Date), Shrink: c.Shrink, Supersede: c.Supersede}
	if c.Kind == "auto" {
		up.Kind = ""
	}
	return a.take(up, c.Inputs, c.Marking)
}

type ingestCmd struct {
	Inputs  []string `arg:"" name:"file-or-address" help:"Reports as files, or addresses that begin with https://."`
	Marking string   `help:"TLP of the reports: clear, green, amber, amber+strict, red." placeholder:"TLP"`
}

func (c *ingestCmd) Run(a *app) error {
	return a.take(intake.Upload{Kind: intake.KindReport}, c.Inputs, c.Marking)
}

// take sends inputs to the node and waits for the job.
func (a *app) take(up intake.Upload, in []string, marking string) error {
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
		} else {
			paths = append(paths, x)
		}
	}
	return a.with(func(c *node.Connection) error {
		p := a.progress()
		job, err := c.Import(a.ctx, up, paths, func(n int64) { p.at("sending", n, 0, "bytes") })
		if err != nil {
			p.end()
			return err
		}
		job, err = c.Follow(a.ctx, job.ID, func(j api.Job) { p.at(j.Stage, j.Done, j.Total, j.Unit) })
		p.end()
		if err != nil {
			return err
		}
		return a.jobs([]api.Job{job})
	})
}

// jobs tells what jobs did; the error is that of the first that failed.
func (a *app) jobs(all []api.Job) error {
	var v any = all
	if len(all) == 1 {
		v = all[0]
	}
	if err := a.out(v, func(w writer) {
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
		fmt.Fprintf(w, "kept       %s  sha256 %s\n", plain(in.Name), in.SHA256)
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
	for i, x := range r.Refusals {
		if i == 10 {
			break
		}
		fmt.Fprintf(w, "refused    %s: %s (%s, %s)\n", plain(x.ID+" "+x.Where.Element), plain(x.Message), x.Rule, x.Section)
	}
	if more := r.Refused - min(10, len(r.Refusals)); more > 0 && r.Refused > 10 {
		fmt.Fprintf(w, "           and %d more: cordon quarantine\n", more)
	}
	for _, n := range r.Notes[:min(len(r.Notes), 10)] {
		fmt.Fprintf(w, "note       %s\n", plain(n))
	}
	if more := len(r.Notes) + r.NotesCut - 10; more > 0 {
		fmt.Fprintf(w, "           and %d more notes: --json shows the first %d\n", more, len(r.Notes))
	}
	for _, x := range r.Reports {
		fmt.Fprintf(w, "report     %s  %s\n", x.ID, plain(x.Title))
		for _, f := range x.Found {
			fmt.Fprintln(w, strings.TrimRight(fmt.Sprintf("found      %-8s %s  %s", f.Type, plain(f.Title), f.ID), " "))
		}
		if x.FoundCut > 0 {
			fmt.Fprintf(w, "           and %d more: cordon show %s\n", x.FoundCut, x.ID)
		}
	}
}

type syncCmd struct {
	Lists []string `arg:"" optional:"" help:"Keys of lists (${lists}); none for all."`
}

func (s *syncCmd) Run(a *app) error {
	return a.with(func(c *node.Connection) error {
		jobs, err := c.Sync(a.ctx, s.Lists)
		if err != nil {
			return err
		}
		p := a.progress()
		for i := range jobs {
			if jobs[i], err = c.Follow(a.ctx, jobs[i].ID, func(j api.Job) {
				if j.Stage != "" {
					p.at(j.Kind+": "+j.Stage, j.Done, j.Total, j.Unit)
				}
			}); err != nil {
				p.end()
				return err
			}
		}
		p.end()
		return a.jobs(jobs)
	})
}
