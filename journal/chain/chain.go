// Package chain keeps a file of events beside the journal: one JSON object a line,
// each with the SHA-256 of the line before under the name "prev", so that a line
// that is changed, taken out or put in shows when the file is opened.
//
// In come a [Form] and the events of a store, one by one ([File.Append]); out come,
// when the file is opened, the events that it holds, in their order. What an event
// means is the store's. The first line says the form's version.
//
// Guarantees: an event is durable when Append returns; a line that a crash left
// unfinished was never acknowledged and is cut off, with a note; the file is its
// owner's only; when a write fails it is taken back, and if that fails too nothing
// more is written.
//
// Refused: a line that does not follow from the one before, is no JSON object or is
// too long (errs.Internal, with its number), a file of another version or changed by
// another program (errs.Conflict). A File is for one goroutine at a time.
package chain

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/whole"
)

// Form is what one store's file is.
type Form struct {
	Name    string // what it is called in messages: "the file of clearances"
	Version string // name and number, parted by a slash: cordon-clearances/1
	MaxLine int    // bytes that a line has at most
	Lost    string // what follows from a damaged file and what to do, as a hint
}

type head struct {
	Version string `json:"version"`
}

// File is an open file of events.
type File struct {
	form  Form
	file  *os.File
	size  int64
	prev  string
	notes []string
	fault error // why nothing more is written
}

// Open opens a file or makes an empty one, checks its chain and gives each event's
// line to each, in order. What each returns is the damage of that line.
func Open(path string, form Form, each func(line []byte) error) (*File, error) {
	f := &File{form: form}
	var err error
	if f.file, err = os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600); err != nil {
		return nil, f.unavailable(err)
	}
	err = f.own()
	if err == nil {
		err = f.read(each)
	}
	if err == nil && f.size == 0 {
		err = f.begin(path)
	}
	if err != nil {
		return nil, errors.Join(err, f.file.Close())
	}
	return f, nil
}

// Decode reads the event of a line: nothing that it does not know, nothing behind.
func Decode(line []byte, event any) error {
	d := json.NewDecoder(bytes.NewReader(line))
	d.DisallowUnknownFields()
	if err := d.Decode(event); err != nil {
		return errors.New("it is no event")
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("something stands behind the event")
	}
	return nil
}

func (f *File) unavailable(err error) error {
	return errs.New(errs.Unavailable, "%s cannot be read or written", f.form.Name).Because(err).
		WithHint("See that the node's folder is there, may be written to and has room.")
}

func (f *File) changed(line int, why error) error {
	return errs.New(errs.Internal, "%s was changed or damaged at line %d: %v", f.form.Name, line, why).WithHint("%s", f.form.Lost)
}

// own makes the file its owner's only.
func (f *File) own() error {
	i, err := f.file.Stat()
	if err != nil {
		return f.unavailable(err)
	}
	if runtime.GOOS == "windows" || i.Mode().Perm()&0o077 == 0 {
		return nil
	}
	if err := f.file.Chmod(0o600); err != nil {
		return f.unavailable(err)
	}
	f.notes = append(f.notes, f.form.Name+" could be read or written by others; it is its owner's only now")
	return nil
}

// read goes through the file and cuts off what a crash left at its end.
func (f *File) read(each func(line []byte) error) error {
	in := bufio.NewReaderSize(f.file, f.form.MaxLine)
	for n := 1; ; n++ {
		line, err := in.ReadSlice('\n')
		switch {
		case errors.Is(err, io.EOF):
			return f.cut(n, len(line))
		case errors.Is(err, bufio.ErrBufferFull):
			return f.changed(n, fmt.Errorf("a line longer than %d bytes", f.form.MaxLine))
		case err != nil:
			return f.unavailable(err)
		}
		f.size += int64(len(line))
		line = bytes.TrimSuffix(line, []byte("\n"))
		if n == 1 {
			err = f.first(line)
		} else {
			err = f.event(n, line, each)
		}
		if err != nil {
			return err
		}
		f.prev = sum(line)
	}
}

func (f *File) first(line []byte) error {
	var h head
	name, _, _ := strings.Cut(f.form.Version, "/")
	if Decode(line, &h) != nil || !strings.HasPrefix(h.Version, name+"/") {
		return f.changed(1, errors.New("it is not the first line of such a file"))
	}
	if h.Version != f.form.Version {
		return errs.New(errs.Conflict, "%s is of version %q; this program reads %q", f.form.Name, h.Version, f.form.Version).
			WithHint("Use the program that wrote it, or a later one.")
	}
	return nil
}

func (f *File) event(n int, line []byte, each func(line []byte) error) error {
	var e struct {
		Prev string `json:"prev"`
	}
	if err := json.Unmarshal(line, &e); err != nil {
		return f.changed(n, errors.New("it is no event"))
	}
	if e.Prev != f.prev {
		return f.changed(n-1, fmt.Errorf("line %d carries another hash of it", n))
	}
	if err := each(line); err != nil {
		why := err.Error()
		if message, _ := errs.Message(err); message != "" {
			why = message
		}
		return f.changed(n, errors.New(why))
	}
	return nil
}

// cut takes away the rest of a line that was never finished.
func (f *File) cut(line, length int) error {
	if length == 0 {
		return nil
	}
	if err := errors.Join(f.file.Truncate(f.size), f.file.Sync()); err != nil {
		return f.unavailable(err)
	}
	f.notes = append(f.notes, fmt.Sprintf("line %d of %s was not finished, as after a crash, and was cut off: %d bytes; it was never acknowledged", line, f.form.Name, length))
	return nil
}

// begin writes the first line of a new file, and the folder's entry for it.
func (f *File) begin(path string) error {
	if err := f.Append(head{f.form.Version}); err != nil {
		return err
	}
	if err := whole.Sync(filepath.Dir(path)); err != nil {
		return f.unavailable(err)
	}
	return nil
}

func sum(line []byte) string {
	h := sha256.Sum256(line)
	return hex.EncodeToString(h[:])
}

// Head returns the SHA-256 of the last line in hex: what the next event carries, and
// noted elsewhere it shows later that nothing up to there was cut off or written anew.
func (f *File) Head() string { return f.prev }

// Notes say what was mended when the file was opened.
func (f *File) Notes() []string { return slices.Clone(f.notes) }

// Append adds an event and makes it durable. The event carries [File.Head] under
// "prev". Errors: errs.Invalid for one that is too long, errs.Conflict when another
// program has written to the file, errs.Unavailable when it cannot be written.
func (f *File) Append(event any) error {
	if f.fault != nil {
		return f.fault
	}
	line, err := json.Marshal(event)
	if err != nil {
		return err
	}
	if len(line) >= f.form.MaxLine {
		return errs.New(errs.Invalid, "the event is longer than %d bytes", f.form.MaxLine)
	}
	i, err := f.file.Stat()
	if err != nil {
		return f.unavailable(err)
	}
	if i.Size() != f.size {
		return errs.New(errs.Conflict, "%s was changed by another program", f.form.Name).
			WithHint("Only one node may use a folder; stop the other one and start this one again.")
	}
	_, err = f.file.WriteAt(append(line, '\n'), f.size)
	if err == nil {
		err = f.file.Sync()
	}
	if err != nil {
		if errors.Join(f.file.Truncate(f.size), f.file.Sync()) != nil {
			f.fault = errs.New(errs.Unavailable, "a write to %s failed", f.form.Name).Because(err).WithHint("Start the node again.")
		}
		return f.unavailable(err)
	}
	f.size += int64(len(line)) + 1
	f.prev = sum(line)
	return nil
}

// Close closes the file.
func (f *File) Close() error {
	f.fault = errs.New(errs.Unavailable, "%s is closed", f.form.Name).WithHint("Start the node again.")
	if err := f.file.Close(); err != nil {
		return f.unavailable(err)
	}
	return nil
}
