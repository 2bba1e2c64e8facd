package warning

import (
	"bufio"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path"
	"strings"
	"sync"
	"time"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/whole"
)

// File is one archived file of warning lists.
type File struct {
	SHA256 string `json:"sha256"`
	Name   string `json:"name"`
}

// state is what a store keeps on disk. Version 1: the first.
type state struct {
	Version int       `json:"version"`
	Since   time.Time `json:"since"`
	Files   []File    `json:"files"`
}

const stateVersion = 1

// StateFile is the name of the file in a node's folder that says which lists are in
// force.
const StateFile = "warninglists.json"

// Store says which archived files are the warning lists in force, and reads them when
// they are first asked for. It is safe for many goroutines.
type Store struct {
	file  string
	open  func(ctx context.Context, sha256 string) (io.ReadCloser, error)
	clock func() time.Time

	mu    sync.Mutex
	state state
	index *Index
}

// OpenStore opens the store of a file, which need not be there. open gives an archived
// file's bytes. Errors: errs.Invalid for a file that cannot be read.
func OpenStore(file string, open func(context.Context, string) (io.ReadCloser, error), clock func() time.Time) (*Store, error) {
	s := &Store{file: file, open: open, clock: clock}
	b, err := os.ReadFile(file)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return s, nil
	case err != nil:
		return nil, errs.New(errs.Unavailable, "the state of the warning lists cannot be read").Because(err)
	}
	if err := json.Unmarshal(b, &s.state); err != nil || s.state.Version != stateVersion {
		return nil, errs.New(errs.Invalid, "%s cannot be read", StateFile).Because(err).WithHint("Move it away and import the warning lists again.")
	}
	return s, nil
}

// Set reads the files whole and puts them into force instead of those before. When
// one cannot be read, those before stay.
func (s *Store) Set(ctx context.Context, files []File) (_ *Index, err error) {
	defer errs.Wrap(&err, "warning.Set(%d files)", len(files))
	x, err := s.read(ctx, files)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	next := state{Version: stateVersion, Since: s.clock().UTC(), Files: files}
	b, err := json.Marshal(next)
	if err != nil {
		return nil, err
	}
	if err := whole.Write(s.file, b); err != nil {
		return nil, errs.New(errs.Unavailable, "the state of the warning lists cannot be written; those before stay").Because(err)
	}
	s.state, s.index = next, x
	return x, nil
}

func (s *Store) read(ctx context.Context, files []File) (*Index, error) {
	var b Builder
	for _, f := range files {
		if err := s.readFile(ctx, &b, f); err != nil {
			return nil, err
		}
	}
	return b.Build(), nil
}

// maxUnpacked is how many bytes one file may unpack to.
const maxUnpacked = 1 << 30

func (s *Store) readFile(ctx context.Context, b *Builder, f File) error {
	in, err := s.open(ctx, f.SHA256)
	if err != nil {
		return err
	}
	defer in.Close()
	var r io.Reader = bufio.NewReader(in)
	if magic, _ := r.(*bufio.Reader).Peek(2); len(magic) == 2 && magic[0] == 0x1f && magic[1] == 0x8b {
		if r, err = gzip.NewReader(r); err != nil {
			return errs.New(errs.Invalid, "%s begins like gzip and is not", f.Name).Because(err)
		}
	}
	limited := &io.LimitedReader{R: r, N: maxUnpacked}
	if err := b.Read(limited, slugOf(f.Name)); err != nil {
		return err
	}
	if limited.N <= 0 {
		return errs.New(errs.Invalid, "%s unpacks to more than %d MB", f.Name, maxUnpacked>>20)
	}
	return nil
}

// slugOf names a list by its folder, as MISP's own are kept (lists/NAME/list.json), or
// by its file.
func slugOf(name string) string {
	name = strings.ReplaceAll(name, `\`, "/")
	if base := path.Base(name); base != "list.json" {
		return strings.TrimSuffix(base, path.Ext(base))
	}
	return path.Base(path.Dir(name))
}

// Index returns the lists in force and since when, nil when there are none. It reads
// them when it is first asked.
func (s *Store) Index(ctx context.Context) (_ *Index, since time.Time, err error) {
	defer errs.Wrap(&err, "warning.Index")
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.index == nil && len(s.state.Files) > 0 {
		if s.index, err = s.read(ctx, s.state.Files); err != nil {
			return nil, time.Time{}, err
		}
	}
	return s.index, s.state.Since, nil
}
