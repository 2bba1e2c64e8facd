package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/cordon-project/cordon/api"
	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/node"
	"github.com/cordon-project/cordon/screen"
	"github.com/cordon-project/cordon/screen/batch"
)

// batch asks a file, one question a row.
func (s *screenCmd) batch(a *app) (err error) {
	if len(s.Queries) > 0 {
		return errs.New(errs.Invalid, "questions and --batch do not go together").WithHint("Put the questions into the file, or ask them without --batch.")
	}
	if s.DOB != "" || s.Place != "" || s.Country != "" || len(s.ID) > 0 || s.Reference != "" {
		return errs.New(errs.Invalid, "--dob, --place, --country, --id and --reference say something of one party; in a file each row says its own").
			WithHint("Give them as columns: see --map.")
	}
	in, size, err := s.input(a)
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
	s.tell(a, rows)
	return a.with(func(c *node.Connection) error {
		sum, err := s.ask(a, c, rows, size)
		if sum.Rows > 0 && !a.Quiet {
			fmt.Fprintln(a.streams.Err, sum)
		}
		if err != nil {
			return err
		}
		if a.JSON && s.Out != "" {
			if err := a.out(sum, nil); err != nil {
				return err
			}
		}
		for state, code := range stateCodes {
			if sum.States[state] > 0 && (a.code == 0 || code < a.code) {
				a.code = code
			}
		}
		return nil
	})
}

// input opens the file; size is 0 when it is not known.
func (s *screenCmd) input(a *app) (in io.ReadCloser, size int64, err error) {
	if s.Batch == "-" {
		r, w := io.Pipe()
		go func() {
			_, err := io.Copy(w, a.streams.In)
			w.CloseWithError(err)
		}()
		context.AfterFunc(a.ctx, func() { r.CloseWithError(a.ctx.Err()) }) // a read that waits ends too
		return r, 0, nil
	}
	f, err := os.Open(s.Batch)
	if err != nil {
		return nil, 0, errs.New(errs.NotFound, "the file %s cannot be read", s.Batch).Because(err).WithHint("Check the path and its permissions.")
	}
	st, err := f.Stat()
	if err == nil && st.IsDir() {
		err = errors.Join(errs.New(errs.Invalid, "%s is a folder", s.Batch).WithHint("Name a file in it."), f.Close())
	}
	if err != nil {
		return nil, 0, err
	}
	if st.Mode().IsRegular() {
		size = st.Size()
	}
	return f, size, nil
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

// tell says what was guessed about the input.
func (s *screenCmd) tell(a *app, rows *batch.Reader) {
	if a.Quiet {
		return
	}
	if m := rows.Mapping(); m != nil {
		fmt.Fprintf(a.streams.Err, "columns: %s\n", plain(m.String()))
	}
	for _, n := range rows.Notes() {
		fmt.Fprintf(a.streams.Err, "note: %s\n", plain(n))
	}
}

// ask asks the rows and writes what comes of them.
func (s *screenCmd) ask(a *app, c *node.Connection, rows *batch.Reader, size int64) (sum batch.Summary, err error) {
	o := batch.Options{Stream: c.Batch(s.All), Total: size}
	to := a.streams.Out
	if s.Out == "" {
		o.Prompt = true // somebody may wait for each
	} else {
		v, err := c.Version(a.ctx)
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
			fmt.Fprintf(a.streams.Err, "going on behind row %d\n", n)
		}
		to = o.Resume
	}
	out, err := s.handler(a, to)
	if err != nil {
		return sum, err
	}
	p, done := a.progress(), int64(0)
	if o.Resume != nil {
		done = o.Resume.Before()
	}
	o.Progress = func(at, total int64) {
		if done++; done%progressEvery == 1 {
			p.at("screening", at, total, "bytes")
			if p.bar != nil {
				p.bar.Describe(fmt.Sprintf("screening, %d rows", done))
			}
		}
	}
	sum, err = batch.Run(a.ctx, o, rows.Rows(), out)
	p.end()
	return sum, err
}

// progressEvery is after how many rows progress is shown.
const progressEvery = 500

// form is the form of the output.
func (s *screenCmd) form(a *app) string {
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
func (s *screenCmd) written(a *app) string {
	out := s.form(a)
	if s.All {
		out += " all"
	}
	if say, err := a.say(); err == nil {
		out += " " + say.Language()
	}
	return out
}

func (s *screenCmd) handler(a *app, w io.Writer) (batch.Handler, error) {
	choose := batch.Alerts
	if s.All {
		choose = batch.All
	}
	if s.form(a) == "ndjson" {
		return batch.NewNDJSON(w, choose), nil
	}
	say, err := a.say()
	if err != nil {
		return nil, err
	}
	return batch.NewCSV(w, batch.CSVOptions{Select: choose, Say: say.Say}), nil
}
