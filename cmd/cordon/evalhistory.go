package main

import (
	"errors"
	"fmt"
	"os"
	"runtime/debug"

	"github.com/cordon-project/cordon/cmd/cordon/run"
	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/lists/eval"
)

type evalHistoryCmd struct {
	Data  string `required:"" help:"Folder with INDEX.tsv, base.csv and diffs/NNN.diff: successive versions of OFAC's sdn.csv." placeholder:"DIR" type:"path"`
	Every int    `help:"Compare as of every so many versions; 1 is each, 0 none." default:"10" placeholder:"N"`
	Keep  string `help:"Leave the node that was made in this empty folder." placeholder:"DIR" type:"path"`
}

// Help says what is proved.
func (evalHistoryCmd) Help() string {
	return "Loads every version into a fresh node of its own and measures it, and once more one by one with nothing beside it; gives each back out of the archive and compares its sha256; asks as of dates " +
		"and compares with a fresh node that holds that version alone: everything in force by its content, and answers to names that were added, changed and removed and to a fixed sample. " +
		"The node of --home is not touched. Exit code 1 if anything is not as it should be."
}

func (c *evalHistoryCmd) Run(a *run.App) (err error) {
	d, err := eval.Open(c.Data)
	if err != nil {
		return err
	}
	home := c.Keep
	if home == "" {
		if home, err = os.MkdirTemp("", "cordon-history-*"); err != nil {
			return errs.New(errs.Unavailable, "no folder could be made for the node").Because(err)
		}
		defer os.RemoveAll(home)
	}
	defer debug.SetGCPercent(debug.SetGCPercent(loadGC))
	p := a.Progress()
	every := c.Every
	if every == 0 {
		every = -1
	}
	f, err := eval.Run(a.Ctx, d, eval.Options{Home: home, Every: every, Progress: func(stage string, done, total int) {
		p.At(stage, int64(done), int64(total), "versions")
	}})
	p.End()
	if err != nil && f.Versions == 0 {
		return err
	}
	if !f.OK() {
		a.Code = 1
	}
	// What was measured before it was interrupted is told too.
	return errors.Join(a.Out(f, func(w writer) { historyFigures(w, f) }), err)
}

// loadGC lets the heap grow before it is collected: versions that were read live a
// second, and collecting them early is a fifth of the processor's time.
const loadGC = 400

// maxSlow is how many slow versions are told one by one.
const maxSlow = 20

func historyFigures(w writer, f eval.Figures) {
	mb := func(n int64) float64 { return float64(n) / 1e6 }
	line := func(what, format string, args ...any) {
		fmt.Fprintf(w, "%-28s %s\n", what, fmt.Sprintf(format, args...))
	}
	line("versions", "%d, the last with %d entries; %d versions of objects", f.Versions, f.Entries, f.Objects)
	line("loaded in", "%.1f s: archive, read, import, difference; the first version %.0f ms", f.Load, f.First)
	for _, x := range []struct {
		what string
		s    eval.Spread
	}{{"one version into force", f.Alone}, {"… while others are read", f.Delta}, {"one file read", f.Read}, {"one file archived", f.Keep}, {"view of a day built", f.View}} {
		line(x.what, "%.1f ms median, %.1f ms of 99 in 100, %.1f ms at most", x.s.P50, x.s.P99, x.s.Max)
	}
	line("within 50 ms", "%d/%d versions into force", f.Within, f.Versions-1)
	for _, s := range f.Slow[:min(len(f.Slow), maxSlow)] {
		line("", "version %d took %.0f ms, with %d new objects", s.Version, s.MS, s.Written)
	}
	line("archive, journal", "%.0f MB, %.0f MB", mb(f.Archive), mb(f.Journal))
	line("differences", "%d added, %d changed in %d fields, %d removed; at most %d, %d, %d in one version", f.Added, f.Changed, f.Fields, f.Removed, f.MostAdd, f.MostChg, f.MostRem)
	line("differences as imported", "%d/%d", f.Agreed, f.Versions-1)
	line("given back exactly", "%d/%d", f.Rebuilt, f.Versions)
	line("as of: content equal", "%d/%d", f.Content, f.Compared)
	line("as of: answers equal", "%d/%d dates, %d questions", f.Answers, f.Compared, f.Questions)
	if f.Peak > 0 {
		line("peak memory", "%.0f MB", mb(f.Peak))
	}
	for _, u := range f.Unlike {
		line("UNLIKE", "%s", run.Plain(u))
	}
}
