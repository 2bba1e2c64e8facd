package batch

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/whole"
)

// stateVersion is the form of the state file.
//
// cordon-batch/1: the first.
const stateVersion = "cordon-batch/1"

// StateSuffix is what the state file of an output is called behind its name.
const StateSuffix = ".state"

// How often the state is written unless the output says otherwise.
const (
	DefaultEvery    = 10_000
	DefaultInterval = 5 * time.Second
)

// Output says where a run writes to and what its bytes depend on besides the
// input, the mapping and the form of the input.
type Output struct {
	Path     string
	Size     int64  // of the input in bytes, 0 when it is not known
	Options  string // all that changes the output: its format, profile, what is left out
	Rules    string // name of the rules in force, "" to take it from the answers
	Restart  bool   // begin anew, whatever is there
	Every    int64  // rows after which the state is written, 0 for DefaultEvery
	Interval time.Duration
	Clock    func() time.Time // nil for time.Now
}

// Resume is an output file with a state file next to it that says how far a run
// is, so that it can go on after it was killed. It is the writer for a [Handler]
// and goes into [Options]. Both files are for their owner only.
type Resume struct {
	o     Output
	file  *os.File
	hash  hash.Hash // of what was written
	bytes int64
	at    state             // how far the run is
	sum   [sha256.Size]byte // of the input up to there, zero before the first row
	saved struct {
		rows int64
		when time.Time
	}
}

// state is the state file.
type state struct {
	Version string     `json:"version"`
	Input   inputState `json:"input"`
	Mapping string     `json:"mapping,omitempty"`
	Form    string     `json:"form"`
	Options string     `json:"options,omitempty"`
	Rules   string     `json:"rules,omitempty"`
	Output  struct {
		Bytes  int64  `json:"bytes"`
		SHA256 string `json:"sha256"`
	} `json:"output"`
	Done Summary `json:"done"`
}

type inputState struct {
	SHA256 string `json:"sha256"` // of its bytes up to the offset
	Offset int64  `json:"offset"`
	Lines  int    `json:"lines"` // up to the offset
	Size   int64  `json:"size,omitempty"`
}

func hexSum(sum []byte) string { return hex.EncodeToString(sum) }

// Begin opens an output for the rows of a reader that has read its header only.
// When there is the state of an earlier run, the output is cut to where that
// state says and the reader is moved on to there. Errors: errs.Conflict when
// there is an output without a state, or the state is of another input, mapping,
// form or set of rules, or of an output that was changed; the message says what
// differs. Restart goes over all of these.
func Begin(o Output, in *Reader) (_ *Resume, err error) {
	defer errs.Wrap(&err, "batch.Begin")
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Every <= 0 {
		o.Every = DefaultEvery
	}
	if o.Interval <= 0 {
		o.Interval = DefaultInterval
	}
	in.sums = true
	r := &Resume{o: o, hash: sha256.New()}
	r.at = state{Version: stateVersion, Mapping: in.mapping.String(), Form: in.Form(), Options: o.Options, Rules: o.Rules}
	r.at.Input = inputState{SHA256: hexSum(in.rec.hash.Sum(nil)), Offset: in.rec.pos, Lines: in.rec.line, Size: o.Size}
	old, err := r.load()
	switch {
	case err != nil:
		return nil, err
	case old == nil:
		err = r.fresh()
	default:
		err = r.goOn(*old, in)
	}
	if err != nil {
		return nil, errors.Join(err, r.Close())
	}
	return r, nil
}

func (r *Resume) statePath() string { return r.o.Path + StateSuffix }

const restartHint = "To begin anew and lose what is in the output, give --restart; to keep it, name another output."

// load returns the state of an earlier run, nil for none.
func (r *Resume) load() (*state, error) {
	if r.o.Restart {
		return nil, nil
	}
	f, err := os.Open(r.statePath())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fileError(err)
	}
	defer func() { _ = f.Close() }()
	data, err := io.ReadAll(io.LimitReader(f, 1<<20))
	if err != nil {
		return nil, fileError(err)
	}
	var s state
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&s); err != nil || s.Version != stateVersion {
		return nil, errs.New(errs.Conflict, "%s is not a state of version %s", r.statePath(), stateVersion).WithHint(restartHint)
	}
	return &s, nil
}

func fileError(err error) error {
	return errs.New(errs.Unavailable, "a file cannot be read or written").Because(err).WithHint("See that the folder is there, may be written to and has room.")
}

// fresh begins an output.
func (r *Resume) fresh() (err error) {
	flags := os.O_RDWR | os.O_CREATE | os.O_TRUNC
	if !r.o.Restart {
		flags |= os.O_EXCL
	}
	r.file, err = os.OpenFile(r.o.Path, flags, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return errs.New(errs.Conflict, "%s is there already, and there is no unfinished run to go on with", r.o.Path).WithHint(restartHint)
	}
	if err != nil {
		return fileError(err)
	}
	return r.save()
}

// goOn takes up an earlier run.
func (r *Resume) goOn(old state, in *Reader) error {
	if d := r.differs(old); d != "" {
		return errs.New(errs.Conflict, "the unfinished run in %s is another one: %s", r.statePath(), d).WithHint(restartHint)
	}
	same, err := in.since(old.Input.Offset, old.Input.Lines, old.Input.SHA256)
	if err != nil {
		return err
	}
	if !same {
		return errs.New(errs.Conflict, "the unfinished run in %s is another one: the input is not the same in its first %d bytes", r.statePath(), old.Input.Offset).WithHint(restartHint)
	}
	if old.Rules == "" {
		old.Rules = r.o.Rules
	}
	r.at = old
	r.at.Done.Before = old.Done.Rows
	r.saved.rows, r.saved.when = old.Done.Rows, r.o.Clock()
	return r.cutOutput(old)
}

// differs says what makes a run another one than the old one, "" for nothing.
func (r *Resume) differs(old state) string {
	var d []string
	differ := func(what, was, is string) {
		if was != is {
			d = append(d, fmt.Sprintf("%s was %q and is %q", what, was, is))
		}
	}
	if old.Input.Size != r.at.Input.Size {
		d = append(d, fmt.Sprintf("the input had %d bytes and has %d", old.Input.Size, r.at.Input.Size))
	}
	differ("the mapping", old.Mapping, r.at.Mapping)
	differ("the form of the input", old.Form, r.at.Form)
	differ("the options", old.Options, r.at.Options)
	if r.o.Rules != "" {
		was := old.Rules
		if was == "" {
			was = old.Done.Rules
		}
		if was != "" {
			differ("the rules", was, r.o.Rules)
		}
	}
	return strings.Join(d, "; ")
}

// cutOutput cuts the output to what the state vouches for.
func (r *Resume) cutOutput(old state) (err error) {
	if r.file, err = os.OpenFile(r.o.Path, os.O_RDWR, 0o600); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return errs.New(errs.Conflict, "the output %s of the unfinished run is gone", r.o.Path).WithHint(restartHint)
		}
		return fileError(err)
	}
	n, err := io.Copy(r.hash, io.LimitReader(r.file, old.Output.Bytes))
	if err != nil {
		return fileError(err)
	}
	if n != old.Output.Bytes || hexSum(r.hash.Sum(nil)) != old.Output.SHA256 {
		return errs.New(errs.Conflict, "the output %s was changed since the run stopped", r.o.Path).WithHint(restartHint)
	}
	r.bytes = n
	if err := r.file.Truncate(n); err != nil {
		return fileError(err)
	}
	if _, err := r.file.Seek(n, io.SeekStart); err != nil {
		return fileError(err)
	}
	return nil
}

// Write writes to the output.
func (r *Resume) Write(p []byte) (int, error) {
	n, err := r.file.Write(p)
	r.hash.Write(p[:n])
	r.bytes += int64(n)
	if err != nil {
		return n, fileError(err)
	}
	return n, nil
}

// Continued reports whether the output had something in it when it was opened;
// a handler writes no head then.
func (r *Resume) Continued() bool { return r.bytes > 0 }

// Before returns how many rows an earlier run had done.
func (r *Resume) Before() int64 { return r.at.Done.Before }

// Close closes the output and leaves the state, if there is one, for the next
// run.
func (r *Resume) Close() error {
	if r.file == nil {
		return nil
	}
	err := r.file.Close()
	r.file = nil
	if err != nil {
		return fileError(err)
	}
	return nil
}

func (r *Resume) done() Summary { return r.at.Done.clone() }

// reached notes that everything up to a row was given to the handler.
func (r *Resume) reached(row Row, s Summary) {
	r.at.Input.Offset, r.at.Input.Lines, r.at.Done = row.End, row.lines, s
	copy(r.sum[:], row.sum[:])
}

func (r *Resume) elapsed(d time.Duration) { r.at.Done.Elapsed = d }

// due reports whether it is time to write the state.
func (r *Resume) due() bool {
	n := r.at.Done.Rows - r.saved.rows
	return n >= r.o.Every || r.o.Clock().Sub(r.saved.when) >= r.o.Interval
}

// save makes the output durable and then the state that vouches for it. The
// handler has been flushed.
func (r *Resume) save() error {
	if err := r.file.Sync(); err != nil {
		return fileError(err)
	}
	r.at.Output.Bytes, r.at.Output.SHA256 = r.bytes, hexSum(r.hash.Sum(nil))
	if r.sum != [sha256.Size]byte{} {
		r.at.Input.SHA256 = hexSum(r.sum[:])
	}
	data, err := json.MarshalIndent(r.at, "", "  ")
	if err != nil {
		return err
	}
	if err := whole.Write(r.statePath(), append(data, '\n')); err != nil {
		return fileError(err)
	}
	r.saved.rows, r.saved.when = r.at.Done.Rows, r.o.Clock()
	return nil
}

// finish makes the output durable and takes the state away.
func (r *Resume) finish() error {
	if err := r.file.Sync(); err != nil {
		return fileError(err)
	}
	if err := os.Remove(r.statePath()); err != nil {
		return fileError(err)
	}
	return whole.Sync(filepath.Dir(r.o.Path))
}
