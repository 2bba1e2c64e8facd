package book

import (
	"cmp"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/cordon-project/cordon/errs"
)

// MaxBookName is the longest name of a book or an owner, in bytes.
const MaxBookName = 200

// goneSuffix marks a folder that is being taken away.
const goneSuffix = ".gone"

// Shelf is the folder of books, unlocked. It is safe for use by several
// goroutines; one process has it open at a time.
type Shelf struct {
	dir string
	key *Key
	now func() time.Time

	mu    sync.Mutex
	books []*Book
}

// Any reports whether a folder of books has a key or books: with either, there is
// something to open, and a lost key is told.
func Any(dir string) bool {
	if _, err := os.Stat(filepath.Join(dir, KeyFile)); err == nil {
		return true
	}
	return hasFolders(dir)
}

func hasFolders(dir string) bool {
	all, err := os.ReadDir(dir)
	return err == nil && slices.ContainsFunc(all, fs.DirEntry.IsDir)
}

// OpenShelf opens all books of a folder. Errors: errs.Denied for another key,
// errs.Internal for a book that is damaged, errs.Unavailable when the folder
// cannot be read.
func OpenShelf(dir string, key *Key, clock func() time.Time) (_ *Shelf, err error) {
	defer errs.Wrap(&err, "book.OpenShelf")
	s := &Shelf{dir: dir, key: key, now: clock}
	all, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, diskError(err)
	}
	for _, e := range all {
		path := filepath.Join(dir, e.Name())
		switch {
		case !e.IsDir():
		case strings.HasSuffix(e.Name(), goneSuffix):
			err = os.RemoveAll(path)
		case empty(path):
			err = os.RemoveAll(path) // a book that was not made to its end
		default:
			var b *Book
			if b, err = open(path, key); err == nil {
				s.books = append(s.books, b)
			}
		}
		if err != nil {
			return nil, errors.Join(err, s.Close())
		}
	}
	return s, nil
}

// empty reports whether a folder has no log with a frame: its book was never
// acknowledged.
func empty(dir string) bool {
	st, err := os.Stat(filepath.Join(dir, logFile))
	return err != nil || st.Size() <= int64(len(logVersion))+4
}

// Books returns the books by their names.
func (s *Shelf) Books() []*Book {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := slices.Clone(s.books)
	slices.SortFunc(out, func(a, b *Book) int { return cmp.Compare(a.Head().Name, b.Head().Name) })
	return out
}

// Book returns a book by its name or id; errs.NotFound when there is none.
func (s *Shelf) Book(name string) (*Book, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, b := range s.books {
		if h := b.Head(); h.Name == name || h.ID == name {
			return b, nil
		}
	}
	return nil, errs.New(errs.NotFound, "there is no customer book of this name").WithHint("cordon book list shows the books.")
}

// Create makes an empty book. Errors: errs.Invalid for a name that cannot be one,
// errs.Conflict when there is one of the name.
func (s *Shelf) Create(name, owner, profile string) (_ *Book, err error) {
	defer errs.Wrap(&err, "book.Create")
	name, owner = strings.TrimSpace(name), strings.TrimSpace(owner)
	for _, t := range []string{name, owner} {
		if len(t) > MaxBookName || !utf8.ValidString(t) || strings.ContainsFunc(t, unicode.IsControl) {
			return nil, errs.New(errs.Invalid, "a name is longer than %d bytes, no UTF-8 or holds control characters", MaxBookName)
		}
	}
	if name == "" || owner == "" {
		return nil, errs.New(errs.Invalid, "a book has a name and an owner").WithHint("Give both: the owner is who answers for its alerts.")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if slices.ContainsFunc(s.books, func(b *Book) bool { return b.Head().Name == name }) {
		return nil, errs.New(errs.Conflict, "there is a book of this name already").WithHint("Choose another name.")
	}
	h := Head{Name: name, Owner: owner, Profile: profile, Created: s.now().UTC()}
	if h.ID, err = randomID(); err != nil {
		return nil, err
	}
	if h.Salt, err = randomID(); err != nil {
		return nil, err
	}
	b, err := create(filepath.Join(s.dir, h.ID), s.key, h)
	if err != nil {
		return nil, err
	}
	s.books = append(s.books, b)
	return b, nil
}

// Delete takes a book away with all that is in it.
func (s *Shelf) Delete(b *Book) (err error) {
	defer errs.Wrap(&err, "book.Delete")
	s.mu.Lock()
	defer s.mu.Unlock()
	i := slices.Index(s.books, b)
	if i < 0 {
		return errs.New(errs.NotFound, "there is no such customer book")
	}
	err = b.close()
	gone := b.dir + goneSuffix
	if e := os.Rename(b.dir, gone); e != nil {
		return errors.Join(err, diskError(e))
	}
	s.books = slices.Delete(s.books, i, i+1)
	if e := os.RemoveAll(gone); e != nil {
		return errors.Join(err, diskError(e))
	}
	return errors.Join(err, syncDir(s.dir))
}

// Close closes all books.
func (s *Shelf) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []error
	for _, b := range s.books {
		all = append(all, b.close())
	}
	s.books = nil
	return errors.Join(all...)
}
