package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/cordon-project/cordon/api"
	"github.com/cordon-project/cordon/cmd/cordon/run"
	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/lists"
	"github.com/cordon-project/cordon/lists/held"
	"github.com/cordon-project/cordon/node"
)

type listsCmd struct {
	Show    listsShowCmd    `cmd:"" default:"1" help:"Show the list versions in force."`
	History listsHistoryCmd `cmd:"" help:"Show every version of a list: its date, its hashes, what it changed, when the node learned it."`
	Diff    listsDiffCmd    `cmd:"" help:"Show what two versions of a list do not have alike."`
	Rebuild listsRebuildCmd `cmd:"" help:"Write the files of a version byte for byte and check their sha256."`
	Held    listsHeldCmd    `cmd:"" help:"Show the versions that wait for two persons, with their difference."`
	Release listsReleaseCmd `cmd:"" help:"Say that a held version is right: the first person proposes, a second one lets it in."`
	Reject  listsRejectCmd  `cmd:"" help:"Reject a held version."`
}

type listsHistoryCmd struct {
	List string `arg:"" help:"Key of the list: ${lists}."`
}

func (l *listsHistoryCmd) Run(a *run.App) error {
	return a.With(func(c *node.Connection) error {
		all, err := c.ListHistory(a.Ctx, l.List)
		if err != nil {
			return err
		}
		return a.Out(all, func(w writer) {
			for _, v := range all {
				fmt.Fprintf(w, "%-10s  %6d entries  added %d, changed %d, removed %d  learned %s, entry %d\n", run.FirstOf(string(v.Date), "undated"),
					v.Entries, v.Added, v.Changed, v.Removed, v.Learned.Format(time.RFC3339), v.Seq)
				for _, f := range v.Files {
					fmt.Fprintf(w, "    %s  sha256 %s\n", run.Plain(f.Name), f.SHA256)
				}
			}
		})
	})
}

type listsDiffCmd struct {
	List string `arg:"" help:"Key of the list: ${lists}."`
	From string `help:"Day or moment of the earlier version; the version before the later one if it is not given." placeholder:"DATE"`
	To   string `help:"Day or moment of the later version; now if it is not given." placeholder:"DATE"`
}

func (l *listsDiffCmd) Run(a *run.App) error {
	return a.With(func(c *node.Connection) error {
		d, err := c.ListDiff(a.Ctx, l.List, l.From, l.To)
		if err != nil {
			return err
		}
		return a.Out(d, func(w writer) {
			from := "nothing"
			if d.From != nil {
				from = run.FirstOf(string(d.From.Date), "undated")
			}
			fmt.Fprintf(w, "%s: from %s to %s: %d added, %d changed, %d removed\n", d.To.List, from, run.FirstOf(string(d.To.Date), "undated"), d.Added, d.Changed, d.Removed)
			changesText(w, d.Changes)
		})
	})
}

func changesText(w writer, all []lists.Change) {
	for _, c := range all {
		fmt.Fprintf(w, "  %-8s %s  %s\n", c.Kind, run.Plain(c.Entry), run.Plain(c.Name))
		for _, f := range c.Fields {
			fmt.Fprintf(w, "      %s\n", f.Field)
			for _, v := range f.Before {
				fmt.Fprintf(w, "        - %s\n", run.Plain(v))
			}
			for _, v := range f.After {
				fmt.Fprintf(w, "        + %s\n", run.Plain(v))
			}
		}
	}
}

type listsRebuildCmd struct {
	List string `arg:"" help:"Key of the list: ${lists}."`
	Date string `required:"" help:"Day or moment whose version is wanted." placeholder:"DATE"`
	Out  string `short:"o" help:"The folder to write to; this one if it is not given. Nothing is written over." placeholder:"DIR" default:"." type:"path"`
}

// rebuilt is a file that was written.
type rebuilt struct {
	Path   string `json:"path"`
	SHA256 string `json:"sha256"`
	Bytes  int    `json:"bytes"`
}

func (l *listsRebuildCmd) Run(a *run.App) error {
	return a.With(func(c *node.Connection) error {
		files, err := c.ListFiles(a.Ctx, l.List, l.Date)
		if err != nil {
			return err
		}
		if err := os.MkdirAll(l.Out, 0o755); err != nil {
			return errs.New(errs.Unavailable, "the folder %s cannot be made", l.Out).Because(err)
		}
		var out []rebuilt
		for _, f := range files {
			r, err := writeRebuilt(l.Out, f)
			if err != nil {
				return err
			}
			out = append(out, r)
		}
		return a.Out(out, func(w writer) {
			for _, r := range out {
				fmt.Fprintf(w, "%s  %d bytes  sha256 %s, as it came in\n", run.Plain(r.Path), r.Bytes, r.SHA256)
			}
		})
	})
}

// writeRebuilt writes a file under the last element of its name, after its bytes
// were hashed here too.
func writeRebuilt(dir string, f lists.File) (r rebuilt, err error) {
	sum := sha256.Sum256(f.Data)
	if got := hex.EncodeToString(sum[:]); got != f.SHA256 {
		return r, errs.New(errs.Unavailable, "%s did not arrive as it left the archive; nothing was written", f.Base()).WithHint("Try again.")
	}
	path := filepath.Join(dir, filepath.Base(f.Base()))
	out, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if err != nil {
		return r, errs.New(errs.Conflict, "%s cannot be written", path).Because(err).WithHint("Choose an empty folder with -o.")
	}
	_, err = out.Write(f.Data)
	if e := out.Close(); err == nil {
		err = e
	}
	if err != nil {
		return r, errs.New(errs.Unavailable, "%s cannot be written", path).Because(err)
	}
	return rebuilt{path, f.SHA256, len(f.Data)}, nil
}

type listsHeldCmd struct {
	All bool `help:"Also those that were released or rejected."`
}

func (l *listsHeldCmd) Run(a *run.App) error {
	return a.With(func(c *node.Connection) error {
		all, err := c.Held(a.Ctx, l.All)
		if err != nil {
			return err
		}
		return a.Out(all, func(w writer) {
			if len(all) == 0 {
				fmt.Fprintln(w, "No version of a list waits.")
			}
			for _, i := range all {
				heldText(w, i)
			}
		})
	})
}

func heldText(w writer, i held.Item) {
	h := i.Hold
	fmt.Fprintf(w, "%s  %s  %s of %s, held %s\n", i.ID, i.State, h.List, run.FirstOf(string(h.Date), "no stated date"), i.At.Format(time.RFC3339))
	fmt.Fprintf(w, "  because  %s\n", run.Plain(h.Error()))
	fmt.Fprintf(w, "  against  the version of %s in force: %d added, %d changed, %d removed; %d entries, %d before\n", run.FirstOf(string(h.DateBefore), "no stated date"),
		h.Added, h.Changed, h.Removed, h.Entries, h.EntriesBefore)
	for _, f := range i.Inputs {
		fmt.Fprintf(w, "  file     %s  sha256 %s  %s\n", run.Plain(f.Name), f.SHA256, run.Plain(f.URL))
	}
	if len(h.Stated) > 0 {
		fmt.Fprintf(w, "  stated   sha256 %s\n", run.Plain(strings.Join(h.Stated, ", ")))
	}
	changesText(w, h.First)
	for _, x := range []struct {
		what string
		w    *held.Word
	}{{"proposed", i.First}, {"released", i.Second}, {"rejected", i.Against}} {
		if x.w != nil {
			fmt.Fprintf(w, "  %s %s by %s: %s\n", x.what, x.w.At.Format(time.RFC3339), run.Plain(x.w.By), run.Plain(x.w.Why))
		}
	}
	if i.Failure != "" {
		fmt.Fprintf(w, "  failed   %s\n", run.Plain(i.Failure))
	}
	switch i.State {
	case held.Waiting:
		fmt.Fprintf(w, "  two persons let it in, each with: cordon lists release %s --by NAME --why TEXT\n", i.ID)
	case held.Proposed:
		fmt.Fprintf(w, "  a second person lets it in with: cordon lists release %s --by NAME --why TEXT\n", i.ID)
	}
}

type listsReleaseCmd struct {
	ID  string `arg:"" help:"Id of the held version."`
	By  string `required:"" help:"Who says so; two different persons are needed." placeholder:"NAME"`
	Why string `required:"" help:"By what it is known: the authority's notice, the number on its page." placeholder:"TEXT"`
}

func (l *listsReleaseCmd) Run(a *run.App) error {
	return a.With(func(c *node.Connection) error {
		r, err := c.Release(a.Ctx, l.ID, l.By, l.Why)
		if err != nil {
			return err
		}
		if r.Job == "" {
			return a.Out(r, func(w writer) { heldText(w, r.Item) })
		}
		p := a.Progress()
		job, err := c.Follow(a.Ctx, r.Job, func(j api.Job) { p.At(j.Stage, j.Done, j.Total, j.Unit) })
		p.End()
		if err != nil {
			return err
		}
		return showJobs(a, []api.Job{job})
	})
}

type listsRejectCmd struct {
	ID  string `arg:"" help:"Id of the held version."`
	By  string `required:"" help:"Who rejects it." placeholder:"NAME"`
	Why string `required:"" help:"Why." placeholder:"TEXT"`
}

func (l *listsRejectCmd) Run(a *run.App) error {
	return a.With(func(c *node.Connection) error {
		i, err := c.Reject(a.Ctx, l.ID, l.By, l.Why)
		if err != nil {
			return err
		}
		return a.Out(i, func(w writer) { heldText(w, i) })
	})
}
