package main

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/cordon-project/cordon/api"
	"github.com/cordon-project/cordon/cmd/cordon/run"
	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/node"
	"github.com/cordon-project/cordon/screen"
	"github.com/cordon-project/cordon/screen/batch"
)

// batch asks a file, one question a row.
func (s *screenCmd) batch(a *run.App) (err error) {
	if len(s.Queries) > 0 {
		return errs.New(errs.Invalid, "questions and --batch do not go together").WithHint("Put the questions into the file, or ask them without --batch.")
	}
	if s.DOB != "" || s.Place != "" || s.Country != "" || len(s.ID) > 0 || s.Reference != "" {
		return errs.New(errs.Invalid, "--dob, --place, --country, --id and --reference say something of one party; in a file each row says its own").
			WithHint("Give them as columns: see --map.")
	}
	in, size, err := a.Input(s.Batch)
	if err != nil {
		return err
	}
	defer in.Close()
	o, err := s.readOptions()
	if err != nil {
		return err
	}
	rows, err := batch.NewReader(in, o)
	if err != nil {
		return err
	}
	a.Tell(api.ReadingOf(rows))
	return a.With(func(c *node.Connection) error {
		sum, err := s.ask(a, c, rows, size)
		if sum.Rows > 0 && !a.Quiet {
			fmt.Fprintln(a.Streams.Err, sum)
		}
		if err != nil {
			return err
		}
		if a.JSON && s.Out != "" {
			if err := a.Out(sum, nil); err != nil {
				return err
			}
		}
		for state, code := range stateCodes {
			if sum.States[state] > 0 && (a.Code == 0 || code < a.Code) {
				a.Code = code
			}
		}
		return nil
	})
}

func (s *screenCmd) readOptions() (o batch.ReadOptions, err error) {
	if o.Question, err = s.question(); err != nil {
		return o, err
	}
	o.Question.AlertsOnly = s.AlertsOnly == nil || *s.AlertsOnly
	o.Named = screen.Name
	if o.Dates, err = api.DateOrder(s.Dates); err != nil {
		return o, err
	}
	if s.Map != "" {
		o.Mapping, err = batch.ParseMapping(s.Map)
	}
	return o, err
}

// ask asks the rows and writes what comes of them.
func (s *screenCmd) ask(a *run.App, c *node.Connection, rows *batch.Reader, size int64) (sum batch.Summary, err error) {
	o := batch.Options{Stream: c.Batch(s.All), Total: size}
	to := a.Streams.Out
	if s.Out == "" {
		o.Prompt = true // somebody may wait for each
	} else {
		v, err := c.Version(a.Ctx)
		if err != nil {
			return sum, err
		}
		if o.Resume, err = batch.Begin(batch.Output{
			Path: s.Out, Size: size, Rules: v.Rules, Restart: s.Restart, Options: s.written(a),
		}, rows); err != nil {
			return sum, err
		}
		defer func() { err = errors.Join(err, o.Resume.Close()) }()
		if n := o.Resume.Before(); n > 0 && !a.Quiet {
			fmt.Fprintf(a.Streams.Err, "going on behind row %d\n", n)
		}
		to = o.Resume
	}
	out, err := s.handler(a, to)
	if err != nil {
		return sum, err
	}
	p, done := a.Progress(), int64(0)
	if o.Resume != nil {
		done = o.Resume.Before()
	}
	o.Progress = func(at, total int64) {
		if done++; done%progressEvery == 1 {
			p.At("screening", at, total, "bytes")
			p.Describe(fmt.Sprintf("screening, %d rows", done))
		}
	}
	sum, err = batch.Run(a.Ctx, o, rows.Rows(), out)
	p.End()
	return sum, err
}

// progressEvery is after how many rows progress is shown.
const progressEvery = 500

// form is the form of the output.
func (s *screenCmd) form(a *run.App) string {
	switch ext := strings.ToLower(filepath.Ext(s.Out)); {
	case s.Format != "":
		return s.Format
	case ext == ".ndjson", ext == ".jsonl", ext == ".json", s.Out == "" && a.JSON:
		return "ndjson"
	}
	return "csv"
}

// written names all that the bytes of the output depend on besides the input and
// what is asked.
func (s *screenCmd) written(a *run.App) string {
	out := s.form(a)
	if s.All {
		out += " all"
	}
	if say, err := a.Say(); err == nil {
		out += " " + say.Language()
	}
	return out
}

func (s *screenCmd) handler(a *run.App, w io.Writer) (batch.Handler, error) {
	choose := batch.Alerts
	if s.All {
		choose = batch.All
	}
	if s.form(a) == "ndjson" {
		return batch.NewNDJSON(w, choose), nil
	}
	say, err := a.Say()
	if err != nil {
		return nil, err
	}
	return batch.NewCSV(w, batch.CSVOptions{Select: choose, Say: say.Say}), nil
}
