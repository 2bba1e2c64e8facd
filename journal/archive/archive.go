// Package archive keeps every input of a node byte for byte: list files, reports,
// uploads. Nothing that an answer rests on can disappear or change.
//
// In come bytes with a word on where they came from ([Input]); out comes their
// SHA-256, under which they are found again. Each input is a folder DIR/ab/cdef…
// named by the hash, with the bytes in "input" and, in "occasions.json", the
// occasions on which they came in, each with its label. The same bytes a second
// time add an occasion at most, and nothing at all when name, sender, origin and
// label are known already.
//
// Guarantees: what [Archive.Put] has acknowledged is on the disk, files and folder
// entries both; a crash leaves either the whole input under its hash or nothing
// but temporary files, which the next Open removes. Bytes are written once and never
// opened for writing again. Every read takes a policy.Viewer: whoever may see one
// of the occasions may have the bytes, and sees no occasion but those.
//
// Refused: inputs above the size limit, empty ones, and hashes that are not 64
// lower-case hexadecimal digits, so no name from outside reaches the file system.
//
// Several goroutines may use an Archive at once. Several processes may not: a
// node holds the lock of its folder.
package archive

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"syscall"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/whole"
)

// DefaultMaxSize is the largest input kept, in bytes, unless [Options].MaxSize
// says otherwise.
const DefaultMaxSize = 4 << 30

// Options says how an archive works.
type Options struct {
	// MaxSize is the largest input in bytes; 0 means [DefaultMaxSize].
	MaxSize int64
	// Default is the label of inputs that come without one. "" means
	// policy.Nobody: a node passes its own default.
	Default policy.Label
	// Clock gives the time of an input; nil means time.Now.
	Clock func() time.Time
}

// Archive is a folder of inputs.
type Archive struct {
	dir  string
	opts Options
	mu   sync.Mutex // one writer of occasions at a time
}

// Input is one occasion on which bytes came in.
type Input struct {
	Name      string       `json:"name"`                 // file name or title, as it came
	MediaType string       `json:"media_type,omitempty"` // e.g. text/csv
	From      string       `json:"from,omitempty"`       // URL or path it was read from
	By        string       `json:"by,omitempty"`         // who brought it: a person, a command, a partner
	Label     policy.Label `json:"label"`                // who may see it; "" for the default
	At        time.Time    `json:"at"`                   // set by Put when zero
}

// Stored is what the archive knows of some bytes, as far as a viewer may.
type Stored struct {
	SHA256 string  // 64 lower-case hexadecimal digits
	Size   int64   // bytes
	Inputs []Input // the occasions, oldest first
	New    bool    // set by Put: these bytes were not here before
}

// sidecar is the file beside the bytes.
type sidecar struct {
	Form   int     `json:"form"` // of this file: 1 = November 2026
	Inputs []Input `json:"inputs"`
}

const (
	sidecarForm = 1
	tempFolder  = "incoming"
	inputFile   = "input"
	aboutFile   = "occasions.json"
)

// Open opens the archive in the folder dir, and makes it when it is not there.
func Open(dir string, o Options) (_ *Archive, err error) {
	defer errs.Wrap(&err, "archive.Open")
	if o.MaxSize == 0 {
		o.MaxSize = DefaultMaxSize
	}
	if o.Default == "" {
		o.Default = policy.Nobody
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	temp := filepath.Join(dir, tempFolder)
	if err := os.MkdirAll(temp, 0o700); err != nil {
		return nil, fileError(err)
	}
	// What a crash left behind was never acknowledged.
	left, err := os.ReadDir(temp)
	if err != nil {
		return nil, fileError(err)
	}
	for _, f := range left {
		if err := os.RemoveAll(filepath.Join(temp, f.Name())); err != nil {
			return nil, fileError(err)
		}
	}
	return &Archive{dir: dir, opts: o}, nil
}

// Put keeps the bytes of r, which it reads to the end once, and the occasion. It
// returns when both are durable. An input above the size limit or without a byte
// is errs.Invalid and leaves nothing behind; a full disk is errs.Unavailable.
func (a *Archive) Put(ctx context.Context, r io.Reader, in Input) (s Stored, err error) {
	defer errs.Wrap(&err, "archive.Put(%s)", in.Name)
	temp, err := os.MkdirTemp(filepath.Join(a.dir, tempFolder), "in-*")
	if err != nil {
		return Stored{}, fileError(err)
	}
	defer os.RemoveAll(temp)
	sum, size, err := a.receive(ctx, r, filepath.Join(temp, inputFile))
	if err != nil {
		return Stored{}, err
	}
	if in.Label == "" {
		in.Label = a.opts.Default
	}
	if in.At.IsZero() {
		in.At = a.opts.Clock()
	}
	in.At = in.At.UTC()
	s = Stored{SHA256: hex.EncodeToString(sum), Size: size}

	a.mu.Lock()
	defer a.mu.Unlock()
	folder := a.folder(s.SHA256)
	if s.Inputs, err = occasions(folder); err != nil {
		return Stored{}, err
	}
	if len(s.Inputs) == 0 {
		s.New, s.Inputs = true, []Input{in}
		if err := writeOccasions(temp, s.Inputs); err != nil {
			return Stored{}, err
		}
		return s, place(temp, folder)
	}
	if slices.ContainsFunc(s.Inputs, in.sameAs) {
		return s, nil
	}
	s.Inputs = append(s.Inputs, in)
	if err := writeOccasions(temp, s.Inputs); err != nil {
		return Stored{}, err
	}
	return s, place(filepath.Join(temp, aboutFile), filepath.Join(folder, aboutFile))
}

// sameAs reports whether two occasions differ in nothing but their time.
func (in Input) sameAs(o Input) bool {
	in.At, o.At = time.Time{}, time.Time{}
	return in == o
}

// receive copies r into a new file and syncs it.
func (a *Archive) receive(ctx context.Context, r io.Reader, path string) (sum []byte, size int64, err error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, 0, fileError(err)
	}
	defer f.Close()
	h := sha256.New()
	src := &limited{ctx: ctx, r: r, left: a.opts.MaxSize}
	size, err = io.CopyBuffer(struct{ io.Writer }{io.MultiWriter(f, h)}, src, make([]byte, 256<<10))
	switch {
	case src.over:
		err = errs.New(errs.Invalid, "the input is larger than %d bytes; nothing of it was kept", a.opts.MaxSize).
			WithHint("split it, or raise the archive's size limit")
	case src.err != nil:
		err = src.err // the reader's own error, not the disk's
	case err != nil:
		err = fileError(err)
	case size == 0:
		err = errs.New(errs.Invalid, "the input is empty; nothing was kept")
	default:
		if err = f.Sync(); err != nil {
			err = fileError(err)
		}
	}
	return h.Sum(nil), size, err
}

// limited reads until ctx ends or the limit is passed, and remembers the reader's
// own error.
type limited struct {
	ctx  context.Context
	r    io.Reader
	left int64
	over bool
	err  error
}

func (l *limited) Read(p []byte) (int, error) {
	if l.err = l.ctx.Err(); l.err != nil {
		return 0, l.err
	}
	n, err := l.r.Read(p)
	if l.left -= int64(n); l.left < 0 {
		l.over = true
		return 0, errors.New("size limit")
	}
	if err != nil && !errors.Is(err, io.EOF) {
		l.err = err
	}
	return n, err
}

// place moves a synced file or folder to its name and syncs the names. Where the
// bytes are, they are under that name already.
func place(temp, path string) error {
	above := filepath.Dir(path)
	if err := os.MkdirAll(above, 0o700); err != nil {
		return fileError(err)
	}
	if err := os.Rename(temp, path); err != nil {
		return fileError(err)
	}
	// A file is synced again, which costs nothing.
	if err := errors.Join(whole.Sync(path), whole.Sync(above), whole.Sync(filepath.Dir(above))); err != nil {
		return fileError(err)
	}
	return nil
}

func writeOccasions(folder string, ins []Input) error {
	data, err := json.Marshal(sidecar{Form: sidecarForm, Inputs: ins}, jsontext.Multiline(true))
	if err != nil {
		return err
	}
	f, err := os.OpenFile(filepath.Join(folder, aboutFile), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return fileError(err)
	}
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return fileError(err)
	}
	return nil
}

// occasions reads what is known of an input; nothing for one that is not here.
func occasions(folder string) ([]Input, error) {
	data, err := os.ReadFile(filepath.Join(folder, aboutFile))
	if errors.Is(err, fs.ErrNotExist) {
		if _, err := os.Stat(folder); err == nil {
			return nil, unreadable(folder, errors.New("the file is missing"))
		}
		return nil, nil
	}
	if err != nil {
		return nil, fileError(err)
	}
	var s sidecar
	if err := json.Unmarshal(data, &s); err != nil {
		return nil, unreadable(folder, err)
	}
	if s.Form > sidecarForm {
		return nil, errs.New(errs.Conflict, "the archive was written by a newer Cordon").WithHint("use that version or a newer one")
	}
	if len(s.Inputs) == 0 {
		return nil, unreadable(folder, errors.New("it lists no occasion"))
	}
	return s.Inputs, nil
}

func unreadable(folder string, err error) error {
	return errs.New(errs.Unavailable, "what is known of an archived input cannot be read").
		WithHint("restore %s of %s from a backup", aboutFile, short(filepath.Base(filepath.Dir(folder))+filepath.Base(folder))).Because(err)
}

// Stat returns what the viewer may know of the bytes with the hash:
// errs.NotFound if they are not here, errs.Withheld if the viewer may see none of
// the occasions on which they came.
func (a *Archive) Stat(ctx context.Context, v policy.Viewer, p policy.Purpose, sha string) (s Stored, err error) {
	defer errs.Wrap(&err, "archive.Stat(%s)", short(sha))
	if err := ctx.Err(); err != nil {
		return Stored{}, err
	}
	if !validHash(sha) {
		return Stored{}, errs.New(errs.NotFound, "not found").Because(errors.New("not a sha256 in lower-case hexadecimal"))
	}
	info, err := os.Stat(a.bytes(sha))
	if errors.Is(err, fs.ErrNotExist) {
		return Stored{}, errs.New(errs.NotFound, "not found")
	}
	if err != nil {
		return Stored{}, fileError(err)
	}
	ins, err := occasions(a.folder(sha))
	if err != nil {
		return Stored{}, err
	}
	// The occasions of one input are a handful in one file: there is no query
	// that the decision could be part of.
	ins = slices.DeleteFunc(ins, func(in Input) bool { return !policy.May(v, in.Label, p, a.opts.Clock()).Allow })
	if len(ins) == 0 {
		return Stored{}, errs.New(errs.Withheld, "the input is withheld from %s", v.Name)
	}
	return Stored{SHA256: sha, Size: info.Size(), Inputs: ins}, nil
}

// File is an open input.
type File interface {
	io.ReadSeekCloser
	io.ReaderAt
}

// Open opens the bytes with the hash for a viewer; its errors are those of
// [Archive.Stat]. The caller closes the file.
func (a *Archive) Open(ctx context.Context, v policy.Viewer, p policy.Purpose, sha string) (f File, s Stored, err error) {
	defer errs.Wrap(&err, "archive.Open(%s)", short(sha))
	if s, err = a.Stat(ctx, v, p, sha); err != nil {
		return nil, Stored{}, err
	}
	file, err := os.Open(a.bytes(sha))
	if err != nil {
		return nil, Stored{}, fileError(err)
	}
	return readOnly{file}, s, nil
}

// readOnly hides that the file is an os.File: nobody changes an input.
type readOnly struct{ f *os.File }

func (r readOnly) Read(p []byte) (int, error)                { return r.f.Read(p) }
func (r readOnly) ReadAt(p []byte, off int64) (int, error)   { return r.f.ReadAt(p, off) }
func (r readOnly) Seek(off int64, whence int) (int64, error) { return r.f.Seek(off, whence) }
func (r readOnly) Close() error                              { return r.f.Close() }

// Has reports whether the bytes with the hash are here, for nobody in particular:
// verification asks it, no face does.
func (a *Archive) Has(sha string) bool {
	if !validHash(sha) {
		return false
	}
	_, err := os.Stat(a.bytes(sha))
	return err == nil
}

// Verify reads every input and tells problem of each whose bytes do not have
// their hash or whose occasions cannot be read. It returns how many inputs it has
// read. progress may be nil; it is told how many inputs are done.
func (a *Archive) Verify(ctx context.Context, progress func(done int64), problem func(sha, text string)) (n int64, err error) {
	defer errs.Wrap(&err, "archive.Verify")
	tops, err := os.ReadDir(a.dir)
	if err != nil {
		return 0, fileError(err)
	}
	for _, top := range tops {
		if top.Name() == tempFolder {
			continue
		}
		kids, err := os.ReadDir(filepath.Join(a.dir, top.Name()))
		if err != nil {
			problem(top.Name(), "something that is not an input lies in the archive")
			continue
		}
		for _, kid := range kids {
			if err := ctx.Err(); err != nil {
				return n, err
			}
			a.verify(top.Name()+kid.Name(), problem)
			if n++; progress != nil {
				progress(n)
			}
		}
	}
	return n, nil
}

func (a *Archive) verify(sha string, problem func(sha, text string)) {
	if !validHash(sha) {
		problem(sha, "something that is not an input lies in the archive")
		return
	}
	if _, err := occasions(a.folder(sha)); err != nil {
		problem(sha, err.Error())
	}
	f, err := os.Open(a.bytes(sha))
	if err != nil {
		problem(sha, "the bytes cannot be read: "+err.Error())
		return
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		problem(sha, "the bytes cannot be read: "+err.Error())
		return
	}
	if want, _ := hex.DecodeString(sha); !bytes.Equal(want, h.Sum(nil)) {
		problem(sha, "the bytes are not those that came in: their SHA-256 is another")
	}
}

func (a *Archive) folder(sha string) string { return filepath.Join(a.dir, sha[:2], sha[2:]) }
func (a *Archive) bytes(sha string) string  { return filepath.Join(a.folder(sha), inputFile) }

func validHash(s string) bool {
	if len(s) != 2*sha256.Size {
		return false
	}
	for _, c := range []byte(s) {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

func short(sha string) string { return sha[:min(len(sha), 12)] }

// fileError says what a failure of the file system means for the user.
func fileError(err error) error {
	switch {
	case errors.Is(err, syscall.ENOSPC):
		return errs.New(errs.Unavailable, "the disk is full; the input was not kept and what was there is unharmed").
			WithHint("make room and import it again").Because(err)
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		return errs.New(errs.Unavailable, "the archive's folder cannot be written").
			WithHint("give this user the right to write there, or choose another folder").Because(err)
	}
	return errs.New(errs.Unavailable, "the archive's folder cannot be read or written").
		WithHint("check the disk").Because(err)
}
