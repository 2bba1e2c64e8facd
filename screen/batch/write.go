package batch

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/cordon-project/cordon/record"
	"github.com/cordon-project/cordon/screen"
)

// Selection says which results are written.
type Selection string

// The selections.
const (
	Alerts Selection = ""    // all that a person has to look at: not those whose state is clear
	All    Selection = "all" // every row
)

// wants reports whether a result is to be written. A row that has no answer is
// always, because nobody knows what it hides.
func (s Selection) wants(r Result) bool {
	return s == All || r.Err != "" || r.Answer.State != screen.None
}

// CSVOptions say how a CSV is written. The zero value gives alerts only.
type CSVOptions struct {
	Select Selection
	// Say puts a sentence into words; nil for the message key with its
	// arguments.
	Say func(screen.Text) string
	// Mark begins the file with a byte order mark: Excel needs it to read
	// Korean and Japanese.
	Mark bool
}

// Columns are the columns of the CSV output, in order.
//
// state is that of the answer, or "malformed" for a row that could not be read
// and "refused" for one that could not be answered; problem says why. rank
// counts the candidates of a row from 1, best first, and is empty when there are
// none; cut is how many more there were than the limit. low, mid and high are
// the probability that the candidate is meant. lists holds each listing as
// authority/list/entry/date. reasons holds each reason's tag and what it speaks
// for. score is that of the name, by which alerts are decided; cleared says until
// when a candidate is cleared, and by which clearance.
var Columns = []string{
	"line", "reference", "name", "state", "rank", "cut", "low", "mid", "high", "matched", "party", "title", "lists", "how", "reasons", "settle", "notes", "problem", "score", "cleared",
}

type csvHandler struct {
	o   CSVOptions
	buf *bufio.Writer
	csv *csv.Writer
	to  io.Writer
	row []string
	err error
}

// NewCSV returns a handler that writes a CSV (RFC 4180, UTF-8, LF), one row for
// each candidate and one for each row without any. Cells that a spreadsheet
// would take for a formula, those beginning with =, +, -, @, a tab or a carriage
// return, or the full-width forms of these, begin with an apostrophe instead.
// The head is left out when w goes on with an earlier output: see
// [Resume.Continued].
func NewCSV(w io.Writer, o CSVOptions) Handler {
	h := &csvHandler{o: o, buf: bufio.NewWriterSize(w, 1<<16), to: w, row: make([]string, 0, len(Columns))}
	h.csv = csv.NewWriter(h.buf)
	if h.o.Say == nil {
		h.o.Say = Plain
	}
	if c, ok := w.(interface{ Continued() bool }); ok && c.Continued() {
		return h
	}
	if o.Mark {
		_, h.err = h.buf.WriteString("\uFEFF")
	}
	if h.err == nil {
		h.err = h.csv.Write(Columns)
	}
	return h
}

// Plain writes a sentence as its message key and its arguments.
func Plain(t screen.Text) string {
	if len(t.Args) == 0 {
		return t.Key
	}
	args := make([]string, len(t.Args))
	for i, a := range t.Args {
		args[i] = fmt.Sprint(a)
	}
	return t.Key + "(" + strings.Join(args, ", ") + ")"
}

func (h *csvHandler) Result(r Result) error {
	if h.err != nil || !h.o.Select.wants(r) {
		return h.err
	}
	state := string(r.Answer.State)
	switch {
	case r.malformed:
		state = "malformed"
	case r.Err != "":
		state = "refused"
	}
	if len(r.Answer.Candidates) == 0 {
		h.write(r, state, 0, screen.Candidate{})
	}
	for i, c := range r.Answer.Candidates {
		h.write(r, state, i+1, c)
	}
	return h.err
}

// write writes one line; rank 0 is that of a row without candidates.
func (h *csvHandler) write(r Result, state string, rank int, c screen.Candidate) {
	if h.err != nil {
		return
	}
	place, cut, low, mid, high, score, cleared := "", "", "", "", "", "", ""
	if rank > 0 {
		place, score = strconv.Itoa(rank), probability(c.Score)
		low, mid, high = probability(c.Probability.Low), probability(c.Probability.Mid), probability(c.Probability.High)
	}
	if c.Cleared != nil {
		cleared = c.Cleared.Until.UTC().Format(time.DateOnly) + " " + c.Cleared.ID
	}
	if r.Answer.Cut > 0 {
		cut = strconv.Itoa(r.Answer.Cut)
	}
	line := ""
	if r.Line > 0 {
		line = strconv.Itoa(r.Line)
	}
	h.row = append(h.row[:0], line, r.Reference, r.Query.Text, state, place, cut, low, mid, high, c.Matched.Text, c.Object, c.Title,
		listings(c.Listings), c.Matched.How, reasons(c.Reasons), h.settle(c.Settle), strings.Join(r.Notes, "; "), r.Err, score, cleared)
	for i, cell := range h.row {
		h.row[i] = harmless(cell)
	}
	h.err = h.csv.Write(h.row)
}

func probability(p float64) string { return strconv.FormatFloat(p, 'f', 3, 64) }

func listings(all []screen.Listing) string {
	out := make([]string, len(all))
	for i, l := range all {
		out[i] = strings.Join([]string{l.Authority, l.List, l.Entry, string(l.ListedOn)}, "/")
		if l.Status != "" && l.Status != record.InForce {
			out[i] += " (" + l.Status + ")"
		}
	}
	return strings.Join(out, "; ")
}

func reasons(all []screen.Reason) string {
	out := make([]string, len(all))
	for i, r := range all {
		out[i] = r.Tag
		if r.Weight != "" {
			out[i] += " (" + r.Weight + ")"
		}
	}
	return strings.Join(out, ", ")
}

func (h *csvHandler) settle(all []screen.Text) string {
	out := make([]string, len(all))
	for i, t := range all {
		out[i] = h.o.Say(t)
	}
	return strings.Join(out, "; ")
}

// harmless makes a cell a text for a spreadsheet too (OWASP, CSV injection).
func harmless(cell string) string {
	r, _ := utf8.DecodeRuneInString(cell)
	switch r {
	case '=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠':
		return "'" + cell
	}
	return cell
}

func (h *csvHandler) Flush() error {
	if h.err != nil {
		return h.err
	}
	h.csv.Flush()
	if h.err = h.csv.Error(); h.err == nil {
		h.err = flush(h.buf, h.to)
	}
	return h.err
}

// flush hands on what is buffered, through a writer that buffers itself, such as
// an HTTP response, too.
func flush(buf *bufio.Writer, to io.Writer) error {
	if err := buf.Flush(); err != nil {
		return err
	}
	switch f := to.(type) {
	case interface{ FlushError() error }:
		return f.FlushError()
	case interface{ Flush() }:
		f.Flush()
	case interface{ Flush() error }:
		return f.Flush()
	}
	return nil
}

type jsonHandler struct {
	choose Selection
	buf    *bufio.Writer
	enc    *json.Encoder
	to     io.Writer
}

// NewNDJSON returns a handler that writes whole results, one JSON object a line,
// unchanged.
func NewNDJSON(w io.Writer, s Selection) Handler {
	h := &jsonHandler{choose: s, buf: bufio.NewWriterSize(w, 1<<16), to: w}
	h.enc = json.NewEncoder(h.buf)
	h.enc.SetEscapeHTML(false)
	return h
}

func (h *jsonHandler) Result(r Result) error {
	if !h.choose.wants(r) {
		return nil
	}
	return h.enc.Encode(r)
}

func (h *jsonHandler) Flush() error { return flush(h.buf, h.to) }
