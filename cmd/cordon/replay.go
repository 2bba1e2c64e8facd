package main

import (
	"fmt"
	"io"
	"time"

	"github.com/cordon-project/cordon/cmd/cordon/run"
	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/node"
	"github.com/cordon-project/cordon/screen"
)

type replayCmd struct {
	ID    string `arg:"" optional:"" name:"run" help:"Id of the run, as cordon screen --record printed it; without it the runs are listed."`
	Limit int    `short:"n" help:"Runs to list." default:"20"`
}

// Run prints the bytes of the answer on standard output, and on standard error
// whether they are those of then.
func (r *replayCmd) Run(a *run.App) error {
	return a.With(func(c *node.Connection) error {
		if r.ID == "" {
			return r.list(a, c)
		}
		x, err := c.Replay(a.Ctx, r.ID)
		if err != nil {
			return err
		}
		if _, err := io.WriteString(a.Streams.Out, x.Answer); err != nil {
			return err
		}
		for _, n := range x.Notes {
			fmt.Fprintf(a.Streams.Err, "cordon: %s\n", run.Plain(n))
		}
		if !x.Same {
			fmt.Fprintf(a.Streams.Err, "cordon: NOT the answer of %s: sha256 %s then, %s now\n", x.Run.At.Format(time.RFC3339), x.Run.SHA256, x.SHA256)
			a.Code = 1
			return nil
		}
		fmt.Fprintf(a.Streams.Err, "cordon: the same bytes as on %s, sha256 %s\n", x.Run.At.Format(time.RFC3339), x.SHA256)
		return nil
	})
}

func (r *replayCmd) list(a *run.App, c *node.Connection) error {
	all, err := c.Runs(a.Ctx, r.Limit)
	if err != nil {
		return err
	}
	return a.Out(all, func(w writer) {
		if len(all) == 0 {
			fmt.Fprintln(w, "No run is recorded: cordon screen --record")
		}
		for _, x := range all {
			fmt.Fprintf(w, "%s  %s  %s  %s\n", x.ID, x.At.Format(time.RFC3339), x.State, run.Plain(x.Question.Text))
		}
	})
}

// record asks questions one by one and records each as a run.
func (s *screenCmd) record(a *run.App, c *node.Connection, queries []screen.Query) ([]screen.Answer, error) {
	if len(queries) > askAtOnce {
		return nil, errs.New(errs.Invalid, "--record takes at most %d questions at once", askAtOnce)
	}
	var out []screen.Answer
	for _, q := range queries {
		x, err := c.Record(a.Ctx, q)
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(a.Streams.Err, "run %s\n", x.Run.ID)
		out = append(out, x.Answer)
	}
	return out, nil
}
