package book

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"time"

	"github.com/cordon-project/cordon/errs"
)

// logVersion is the form of a log, its first line.
//
// cordon-book/1: 2026-11 first.
const logVersion = "cordon-book/1\n"

// maxFrame is the longest frame, encrypted, in bytes.
const maxFrame = 64 << 20

// frame is one change of a book. What is not in it stays as it was.
type frame struct {
	N        int64                      `json:"n"`    // from 1
	Prev     string                     `json:"prev"` // sha256 of the frame before as it is in the file, in hex
	Head     *Head                      `json:"head,omitempty"`
	Segments []segment                  `json:"segments,omitempty"` // customers are added or replaced
	Put      []stored                   `json:"put,omitempty"`      // the same, for a few
	Remove   []string                   `json:"remove,omitempty"`   // references
	Notes    map[string]json.RawMessage `json:"notes,omitempty"`    // by their ids; null takes one away
	Position *Position                  `json:"position,omitempty"`
}

// Head is what a book is.
type Head struct {
	ID      string    `json:"id"`
	Name    string    `json:"name"`
	Owner   string    `json:"owner"`
	Created time.Time `json:"created"`
	Profile string    `json:"profile,omitempty"` // by which its customers are screened; "" for balanced
	// Salt makes ids of what is kept with the book, so that an id that leaves the
	// node tells nothing guessable.
	Salt string `json:"salt"`
}

// Position is up to where all customers of a book have been screened.
type Position struct {
	Seq   int64     `json:"seq"`   // sequence number of the journal
	Rules string    `json:"rules"` // by which
	At    time.Time `json:"at"`
}

// segment names a file of customers.
type segment struct {
	File      string `json:"file"`
	Customers int    `json:"customers"`
	SHA256    string `json:"sha256"` // of the file
}

// log is an open log.
type log struct {
	key  *Key
	file *os.File
	size int64
	n    int64
	prev string
	bad  bool
}

func damaged(format string, args ...any) error {
	return errs.New(errs.Internal, "a customer book is damaged: "+format, args...).WithHint("Put its folder back from a copy.")
}

// createLog writes a new log beside the one in place; its first frame is first.
func createLog(path string, key *Key) (*log, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, diskError(err)
	}
	if _, err := f.WriteString(logVersion); err != nil {
		return nil, errors.Join(diskError(err), f.Close())
	}
	return &log{key: key, file: f, size: int64(len(logVersion))}, nil
}

// openLog reads a log and gives each frame to take. note says what was cut off.
func openLog(path string, key *Key, take func(frame) error) (l *log, note string, err error) {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return nil, "", diskError(err)
	}
	l = &log{key: key, file: f}
	defer func() {
		if err != nil {
			err = errors.Join(err, f.Close())
		}
	}()
	if runtime.GOOS != "windows" {
		if err := f.Chmod(0o600); err != nil {
			return nil, "", diskError(err)
		}
	}
	r := bufio.NewReaderSize(f, 1<<20)
	first := make([]byte, len(logVersion))
	if _, err := io.ReadFull(r, first); err != nil {
		return nil, "", damaged("its log has no first line")
	}
	if string(first) != logVersion {
		if bytes.HasPrefix(first, []byte("cordon-book/")) {
			return nil, "", errs.New(errs.Conflict, "a customer book has a form that this program does not read").WithHint("Use the program that wrote it, or a later one.")
		}
		return nil, "", damaged("its log is none")
	}
	l.size = int64(len(logVersion))
	torn, err := l.readAll(r, take)
	if err != nil {
		return nil, "", err
	}
	if torn > 0 {
		if err := errors.Join(f.Truncate(l.size), f.Sync()); err != nil {
			return nil, "", diskError(err)
		}
		note = fmt.Sprintf("%d bytes behind frame %d of a book's log were not finished, as after a crash, and were cut off; they were never acknowledged", torn, l.n)
	}
	return l, note, nil
}

// readAll reads frames to the end and returns how many bytes there are torn.
func (l *log) readAll(r *bufio.Reader, take func(frame) error) (torn int64, err error) {
	for {
		sealed, n, err := readFrame(r)
		switch {
		case errors.Is(err, io.EOF):
			return n, nil
		case err != nil:
			return 0, err
		}
		f, err := l.open(sealed)
		if err != nil {
			if _, end := r.Peek(1); errors.Is(end, io.EOF) && l.n > 0 && !errs.Is(err, errs.Denied) && !errs.Is(err, errs.Conflict) {
				return n, nil // the last one was not written to its end
			}
			return 0, err
		}
		if err := take(f); err != nil {
			return 0, err
		}
		l.size += n
		l.n, l.prev = f.N, sum(sealed)
	}
}

// readFrame reads the bytes of a frame and returns how many they are in the file;
// io.EOF with those that are left at the end.
func readFrame(r io.Reader) (sealed []byte, n int64, err error) {
	var head [4]byte
	if k, err := io.ReadFull(r, head[:]); err != nil {
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return nil, int64(k), io.EOF
		}
		return nil, 0, diskError(err)
	}
	length := binary.BigEndian.Uint32(head[:])
	if length == 0 { // a file that was made longer before a crash ends in zeros
		rest, err := io.ReadAll(io.LimitReader(r, maxFrame))
		if err == nil && len(bytes.Trim(rest, "\x00")) == 0 {
			return nil, 4 + int64(len(rest)), io.EOF
		}
	}
	if length == 0 || length > maxFrame {
		return nil, 0, damaged("a frame says that it is %d bytes long", length)
	}
	var b bytes.Buffer
	k, err := io.CopyN(&b, r, int64(length))
	switch {
	case errors.Is(err, io.EOF):
		return nil, 4 + k, io.EOF
	case err != nil:
		return nil, 0, diskError(err)
	}
	return b.Bytes(), 4 + k, nil
}

// open decrypts a frame and checks that it is the next one.
func (l *log) open(sealed []byte) (f frame, err error) {
	text, err := l.key.decrypt(sealed, maxFrame)
	if err != nil {
		if errs.Is(err, errs.Denied) {
			return f, err
		}
		return f, damaged("frame %d of its log was changed", l.n+1)
	}
	if err := json.Unmarshal(text, &f); err != nil {
		return f, damaged("frame %d of its log cannot be read", l.n+1)
	}
	if f.N != l.n+1 || f.Prev != l.prev {
		return f, errs.New(errs.Conflict, "a customer book is damaged: frame %d of its log does not follow the one before", l.n+1).WithHint("Put its folder back from a copy.")
	}
	return f, nil
}

// add makes a frame durable. When that fails it is taken back; if that fails too,
// nothing more is written.
func (l *log) add(f frame) error {
	if l.bad {
		return errs.New(errs.Unavailable, "the customer book is closed, or a write to it failed").WithHint("Start the node again.")
	}
	f.N, f.Prev = l.n+1, l.prev
	text, err := json.Marshal(f)
	if err != nil {
		return err
	}
	sealed, err := l.key.encrypt(text)
	if err != nil {
		return err
	}
	if len(sealed) > maxFrame {
		return errs.New(errs.Internal, "a change of a customer book is larger than %d bytes", maxFrame)
	}
	data := append(binary.BigEndian.AppendUint32(nil, uint32(len(sealed))), sealed...)
	_, err = l.file.WriteAt(data, l.size)
	if err == nil {
		err = l.file.Sync()
	}
	if err != nil {
		l.bad = errors.Join(l.file.Truncate(l.size), l.file.Sync()) != nil
		return diskError(err)
	}
	l.size += int64(len(data))
	l.n, l.prev = f.N, sum(sealed)
	return nil
}

func sum(b []byte) string {
	h := sha256.Sum256(b)
	return hex.EncodeToString(h[:])
}

// reopen opens the file of a log that was closed; when that fails nothing more is
// written.
func (l *log) reopen(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		l.bad = true
		return diskError(err)
	}
	l.file = f
	return nil
}

func (l *log) close() error {
	l.bad = true
	if err := l.file.Close(); err != nil {
		return diskError(err)
	}
	return nil
}
