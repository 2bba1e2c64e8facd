package batch

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/screen"
)

// Asker answers one question. It is called from several goroutines at once.
type Asker func(ctx context.Context, q screen.Query) (screen.Answer, error)

// Result is what came of one row.
type Result struct {
	Line      int           `json:"line"`
	Reference string        `json:"reference,omitempty"`
	Query     screen.Query  `json:"query,omitzero"`
	Answer    screen.Answer `json:"answer,omitzero"`
	Err       string        `json:"error,omitempty"` // why there is no answer
	Notes     []string      `json:"notes,omitempty"`

	malformed bool // it was not asked
}

// Handler takes results in the order of their rows.
type Handler interface {
	Result(r Result) error
	// Flush hands on whatever is held back.
	Flush() error
}

// Reply is what came of one question of a [Stream].
type Reply struct {
	Answer screen.Answer
	Refuse string // why there is no answer, "" when there is one
}

// Stream asks questions as they come until the channel is closed, and yields the
// reply to each in their order. An error ends it.
type Stream func(ctx context.Context, questions <-chan screen.Query) iter.Seq2[Reply, error]

// Options say how a run goes.
type Options struct {
	Ask     Asker
	Workers int    // questions at once; 0 for GOMAXPROCS
	Stream  Stream // asks instead of Ask where the answers come from afar
	// Progress is called after each row with the bytes of the input that are
	// done. total is Total, 0 when it is not known.
	Progress func(done, total int64)
	Total    int64
	// Prompt flushes the handler whenever no further result is ready, for a
	// reader who waits for each, as over HTTP.
	Prompt bool
	Resume *Resume          // where to go on after a stop, nil for nowhere
	Clock  func() time.Time // nil for time.Now
}

// Summary says what a run came to, with what was done before it was resumed.
type Summary struct {
	Rows      int64                  `json:"rows"`
	Asked     int64                  `json:"asked"`     // rows that have an answer
	Malformed int64                  `json:"malformed"` // rows that could not be read
	Refused   int64                  `json:"refused"`   // rows that could be read and not answered
	States    map[screen.State]int64 `json:"states,omitempty"`
	FirstSeq  int64                  `json:"first_seq"` // the lowest and
	LastSeq   int64                  `json:"last_seq"`  // the highest journal sequence that an answer stands on
	Rules     string                 `json:"rules,omitempty"`
	Software  string                 `json:"software,omitempty"` // of the latest answer
	Elapsed   time.Duration          `json:"elapsed"`            // nanoseconds, of all parts of the run
	Before    int64                  `json:"before,omitempty"`   // rows that were done when this part began
}

// Moved reports whether the journal changed during the run, so that not all
// answers stand on the same.
func (s Summary) Moved() bool { return s.FirstSeq != s.LastSeq }

// String is the summary in one sentence for each thing to know.
func (s Summary) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d rows, %d asked, %d malformed, %d refused.", s.Rows, s.Asked, s.Malformed, s.Refused)
	for _, state := range slices.Sorted(maps.Keys(s.States)) {
		fmt.Fprintf(&b, " %s: %d.", state, s.States[state])
	}
	switch {
	case s.Asked == 0:
	case s.Moved():
		fmt.Fprintf(&b, " The journal moved during the run, from sequence %d to %d: not all answers stand on the same. Rules %s.", s.FirstSeq, s.LastSeq, s.Rules)
	default:
		fmt.Fprintf(&b, " All stand on journal sequence %d, rules %s.", s.LastSeq, s.Rules)
	}
	return b.String()
}

func (s *Summary) add(r Result) {
	s.Rows++
	switch {
	case r.malformed:
		s.Malformed++
		return
	case r.Err != "":
		s.Refused++
		return
	}
	st := r.Answer.Stands
	if s.Asked == 0 {
		s.FirstSeq, s.LastSeq, s.States = st.Seq, st.Seq, map[screen.State]int64{}
	}
	s.FirstSeq, s.LastSeq = min(s.FirstSeq, st.Seq), max(s.LastSeq, st.Seq)
	s.Rules, s.Software = st.Rules, st.Software
	s.Asked++
	s.States[r.Answer.State]++
}

// clone is a summary that later rows do not change.
func (s Summary) clone() Summary {
	s.States = maps.Clone(s.States)
	return s
}

// maxDefects is how many rows one after another may fail by a defect before the
// run ends: one row that meets a defect must not stop all others, and a broken
// node must not fill a file with errors.
const maxDefects = 100

// Run asks all rows and gives their results to out in the order of the rows. At
// most a few rows for each worker are in memory. A row that is malformed, or
// whose question is refused (errs.Invalid) or meets a defect, is a result with
// its error; every other error of the asker, of the rows or of the handler ends
// the run, as the context does, with the summary so far. It also ends, with
// errs.Conflict, when the rules change between two answers. Run returns when the
// source of the rows has returned, so one that waits for its input must end with
// the context.
func Run(ctx context.Context, o Options, rows iter.Seq2[Row, error], out Handler) (_ Summary, err error) {
	defer errs.Wrap(&err, "batch.Run")
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Workers <= 0 {
		o.Workers = runtime.GOMAXPROCS(0)
	}
	r := run{o: o, out: out, began: o.Clock()}
	if o.Resume != nil {
		r.sum = o.Resume.done()
		r.before = r.sum.Elapsed
	}
	err = r.all(ctx, rows)
	r.sum.Elapsed = r.before + o.Clock().Sub(r.began)
	if failed := r.end(err); err == nil {
		err = failed
	}
	return r.sum, err
}

type run struct {
	o       Options
	out     Handler
	sum     Summary
	before  time.Duration
	began   time.Time
	defects int
	broken  bool // the handler failed, so what it wrote is not known
}

// slot is one row on its way through the workers.
type slot struct {
	row    Row
	answer screen.Answer
	err    error
	refuse string        // why the stream gave no answer
	last   bool          // err is of the rows, or of the stream, and ends the run
	ready  chan struct{} // one token when the answer is there
}

// slotsEach is how many rows may be on their way for each worker: enough that
// one slow question does not leave the others without work.
const slotsEach = 32

// slotsOfStream is how many rows may be on their way through a stream.
const slotsOfStream = 4096

func (r *run) all(ctx context.Context, rows iter.Seq2[Row, error]) error {
	ctx, cancel := context.WithCancel(ctx)
	n := r.o.Workers * slotsEach
	if r.o.Stream != nil {
		n = slotsOfStream
	}
	free := sync.Pool{New: func() any { return &slot{ready: make(chan struct{}, 1)} }}
	order, work := make(chan *slot, n), make(chan *slot, n)
	var group sync.WaitGroup
	defer group.Wait()
	defer cancel()
	group.Go(func() {
		defer close(order)
		defer close(work)
		feed(ctx, rows, &free, order, work)
	})
	if r.o.Stream != nil {
		group.Go(func() { streamed(ctx, r.o.Stream, work) })
		return r.collect(ctx, &free, order)
	}
	for range r.o.Workers {
		group.Go(func() {
			for s := range work {
				s.answer, s.err = ask(ctx, r.o.Ask, s.row.Query)
				s.ready <- struct{}{}
			}
		})
	}
	return r.collect(ctx, &free, order)
}

// feed hands the rows to the workers, and to the collector in their order.
func feed(ctx context.Context, rows iter.Seq2[Row, error], free *sync.Pool, order, work chan<- *slot) {
	for row, err := range rows {
		s := free.Get().(*slot)
		s.row, s.err, s.last = row, err, err != nil
		asks := err == nil && row.Err == ""
		if !asks {
			s.ready <- struct{}{}
		}
		select {
		case order <- s:
		case <-ctx.Done():
			return
		}
		if asks {
			select {
			case work <- s:
			case <-ctx.Done():
				return
			}
		}
		if err != nil {
			return
		}
	}
}

// streamed asks the rows of work through a stream.
func streamed(ctx context.Context, stream Stream, work <-chan *slot) {
	sent, questions := make(chan *slot, slotsOfStream), make(chan screen.Query, slotsEach)
	var group sync.WaitGroup
	group.Go(func() {
		defer close(questions)
		defer close(sent)
		for s := range work {
			select {
			case sent <- s:
			case <-ctx.Done():
				return
			}
			select {
			case questions <- s.row.Query:
			case <-ctx.Done():
				return
			}
		}
	})
	defer group.Wait()
	for reply, err := range stream(ctx, questions) {
		s, ok := <-sent
		if !ok {
			return // it ends after the last reply
		}
		s.answer, s.refuse, s.err, s.last = reply.Answer, reply.Refuse, err, err != nil
		s.ready <- struct{}{}
		if err != nil {
			return
		}
	}
	if s, ok := <-sent; ok { // a reply is missing
		s.err, s.last = errs.New(errs.Unavailable, "the answers broke off; what was written stays").WithHint("Give the same command again to go on where they stopped."), true
		s.ready <- struct{}{}
	}
}

// defect is a panic in an asker.
type defect struct{ err error }

func (d defect) Error() string { return d.err.Error() }

// ask asks one question; a question on which the asker panics must not end all
// others.
func ask(ctx context.Context, f Asker, q screen.Query) (_ screen.Answer, err error) {
	if err := ctx.Err(); err != nil {
		return screen.Answer{}, err
	}
	defer func() {
		if p := recover(); p != nil {
			err = errs.New(errs.Internal, "the question met a defect of Cordon").Because(defect{fmt.Errorf("panic: %v\n%s", p, debug.Stack())})
		}
	}()
	return f(ctx, q)
}

// collect gives the results on in order.
func (r *run) collect(ctx context.Context, free *sync.Pool, order <-chan *slot) error {
	for {
		s, err := r.upcoming(ctx, order)
		if s == nil || err != nil {
			return err
		}
		select {
		case <-s.ready:
		default:
			if err := r.prompt(); err != nil {
				return err
			}
			select {
			case <-s.ready:
			case <-ctx.Done():
				return stopped(ctx)
			}
		}
		if err := ctx.Err(); err != nil {
			return stopped(ctx)
		}
		if err := r.one(s); err != nil {
			return err
		}
		s.row, s.answer, s.err, s.refuse, s.last = Row{}, screen.Answer{}, nil, "", false
		free.Put(s)
	}
}

// upcoming waits for the next row, nil at the end.
func (r *run) upcoming(ctx context.Context, order <-chan *slot) (*slot, error) {
	select {
	case s := <-order:
		return s, r.ended(ctx, s)
	default:
	}
	if err := r.prompt(); err != nil {
		return nil, err
	}
	select {
	case s := <-order:
		return s, r.ended(ctx, s)
	case <-ctx.Done():
		return nil, stopped(ctx)
	}
}

// ended tells rows that are at their end from rows that stopped coming because
// the context ended.
func (r *run) ended(ctx context.Context, s *slot) error {
	if s == nil && ctx.Err() != nil {
		return stopped(ctx)
	}
	return nil
}

func stopped(ctx context.Context) error {
	return errs.New(errs.Unavailable, "the run was stopped; what was written stays").Because(context.Cause(ctx)).
		WithHint("Give the same command again to go on where it stopped.")
}

func (r *run) prompt() error {
	if !r.o.Prompt {
		return nil
	}
	return r.handled(r.out.Flush())
}

func (r *run) handled(err error) error {
	if err != nil {
		r.broken = true
	}
	return err
}

// one gives one result on.
func (r *run) one(s *slot) error {
	res := Result{Line: s.row.Line, Reference: s.row.Reference, Query: s.row.Query, Notes: s.row.Notes}
	switch {
	case s.row.Err != "":
		res.Err, res.malformed = s.row.Err, true
	case s.err != nil:
		if !r.rowsOwn(s) {
			return s.err
		}
		res.Err = sentence(s.err)
	case s.refuse != "":
		res.Err = s.refuse
	default:
		r.defects = 0
		res.Answer = s.answer
		if was, is := r.sum.Rules, s.answer.Stands.Rules; r.sum.Asked > 0 && was != is {
			return errs.New(errs.Conflict, "the rules changed from %q to %q during the run", was, is).
				WithHint("Answers by different rules cannot be compared: ask all anew with --restart.")
		}
	}
	if err := r.handled(r.out.Result(res)); err != nil {
		return err
	}
	r.sum.add(res)
	if r.o.Progress != nil {
		r.o.Progress(s.row.End, r.o.Total)
	}
	if r.o.Resume == nil {
		return nil
	}
	r.o.Resume.reached(s.row, r.sum)
	if !r.o.Resume.due() {
		return nil
	}
	return r.save()
}

// rowsOwn reports whether an error concerns this row alone.
func (r *run) rowsOwn(s *slot) bool {
	if s.last {
		return false
	}
	switch errs.KindOf(s.err) {
	case errs.Invalid:
		return true
	case errs.Internal:
		r.defects++
		return r.defects < maxDefects
	}
	return false
}

func sentence(err error) string {
	message, hint := errs.Message(errs.Public(err))
	if errs.Is(err, errs.Internal) {
		var e *errs.Error
		if !errors.As(err, &e) { // an error of somebody else may say anything
			message = "the question met a defect of Cordon"
		}
	}
	return strings.TrimSpace(message + ". " + hint)
}

func (r *run) save() error {
	if err := r.handled(r.out.Flush()); err != nil {
		return err
	}
	r.o.Resume.elapsed(r.before + r.o.Clock().Sub(r.began))
	return r.o.Resume.save()
}

// end closes a run: what was done is flushed, and noted or, when all is done,
// the note of it removed.
func (r *run) end(failed error) error {
	if r.broken {
		return nil
	}
	if r.o.Resume == nil {
		return r.out.Flush()
	}
	if failed != nil {
		return r.save()
	}
	if err := r.out.Flush(); err != nil {
		return err
	}
	return r.o.Resume.finish()
}

// Count is a handler that keeps nothing: what a run comes to is its summary.
type Count struct{}

// Result does nothing.
func (Count) Result(Result) error { return nil }

// Flush does nothing.
func (Count) Flush() error { return nil }
