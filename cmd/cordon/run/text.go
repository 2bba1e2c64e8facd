package run

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/cordon-project/cordon/api"
	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/record"
	"github.com/cordon-project/cordon/screen"
)

// CandidateText prints a candidate as people read it, with the words that t says.
func CandidateText(w io.Writer, c screen.Candidate, t func(screen.Text) string) {
	fmt.Fprintf(w, "  ▪ %s  [%s]", Plain(c.Title), c.Type)
	if p := c.Probability; c.PartyKind != "" { // that it is this party; of other objects there is no such question
		fmt.Fprintf(w, "  %s", t(screen.Text{Key: "cli.probability", Args: []any{TwoDigits(p.Mid), TwoDigits(p.Low), TwoDigits(p.High)}}))
	}
	if c.Matched.Kind == screen.Name {
		fmt.Fprintf(w, "  %s", t(screen.Text{Key: "cli.score", Args: []any{TwoDigits(c.Score)}}))
	}
	fmt.Fprintf(w, "\n    %s\n", c.Object)
	if x := c.Cleared; x != nil {
		fmt.Fprintf(w, "    %s\n", t(screen.Text{Key: "cli.cleared", Args: []any{x.Author, x.ConfirmedBy, x.Until.UTC().Format(time.DateOnly), x.Reason, x.ID}}))
	}
	for _, l := range c.Listings {
		key := "cli.listing"
		if l.Press {
			key = "cli.listing.press"
		}
		fmt.Fprintf(w, "    %s\n", t(screen.Text{Key: key, Args: []any{l.Authority, l.List, l.Entry, string(l.ListedOn), strings.Join(l.Programmes, ", "), l.Status}}))
	}
	if at := WhereText(c.Matched.Where); at != "" {
		fmt.Fprintf(w, "    %s\n", t(screen.Text{Key: "cli.where", Args: []any{c.Matched.Text, at}}))
	}
	for _, r := range c.Reasons {
		sign := map[string]string{"for": "+", "against": "−", "unknown": "○"}[r.Weight]
		fmt.Fprintf(w, "    %s %s\n", sign, t(r.Text))
	}
	for _, s := range c.Settle {
		fmt.Fprintf(w, "    ? %s\n", t(s))
	}
}

// TwoDigits shows a probability; what rounds to nothing is not nothing.
func TwoDigits(p float64) string {
	if p > 0 && p < 0.005 {
		return "<0.01"
	}
	return fmt.Sprintf("%.2f", p)
}

// WhereText names a place: file, row and column, or element, and its hash.
func WhereText(x record.Where) string {
	if x.SHA256 == "" {
		return ""
	}
	s := Plain(x.File)
	if x.Row > 0 {
		s += fmt.Sprintf(":%d", x.Row)
	}
	if x.Column > 0 {
		s += fmt.Sprintf(":%d", x.Column)
	}
	if x.Element != "" {
		s += " " + Plain(x.Element)
	}
	if x.End > 0 {
		s += fmt.Sprintf(" bytes %d–%d", x.Start, x.End)
	}
	return s + " sha256 " + x.SHA256
}

// FirstOf returns the first text that is not empty.
func FirstOf(all ...string) string {
	for _, s := range all {
		if s != "" {
			return s
		}
	}
	return ""
}

// Input opens the file; size is 0 when it is not known.
func (a *App) Input(file string) (in io.ReadCloser, size int64, err error) {
	if file == "-" {
		r, w := io.Pipe()
		go func() {
			_, err := io.Copy(w, a.Streams.In)
			w.CloseWithError(err)
		}()
		context.AfterFunc(a.Ctx, func() { r.CloseWithError(a.Ctx.Err()) }) // a read that waits ends too
		return r, 0, nil
	}
	f, err := os.Open(file)
	if err != nil {
		return nil, 0, errs.New(errs.NotFound, "the file %s cannot be read", file).Because(err).WithHint("Check the path and its permissions.")
	}
	st, err := f.Stat()
	if err == nil && st.IsDir() {
		err = errors.Join(errs.New(errs.Invalid, "%s is a folder", file).WithHint("Name a file in it."), f.Close())
	}
	if err != nil {
		return nil, 0, err
	}
	if st.Mode().IsRegular() {
		size = st.Size()
	}
	return f, size, nil
}

// Tell says how an input is read.
func (a *App) Tell(r api.Reading) {
	if a.Quiet {
		return
	}
	if r.Columns != "" {
		fmt.Fprintf(a.Streams.Err, "columns: %s\n", Plain(r.Columns))
	}
	for _, n := range r.Notes {
		fmt.Fprintf(a.Streams.Err, "note: %s\n", Plain(n))
	}
}
