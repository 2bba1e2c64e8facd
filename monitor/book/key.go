package book

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"filippo.io/age"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/whole"
)

// KeyFile is what the file of the key is called in the folder of books.
const KeyFile = "key"

// Key opens books and encrypts what is written to them.
type Key struct {
	identity *age.X25519Identity
	Sealed   bool // its file is encrypted with a passphrase
}

// Public is the recipient's name of the key (age1…): whoever has it can encrypt
// for the key and read nothing.
func (k *Key) Public() string { return k.identity.Recipient().String() }

// ScryptWork is the work factor of passphrases: 2^18 takes about a second and 256
// MB.
const ScryptWork = 18

// maxKeyFile is longer than any file of a key.
const maxKeyFile = 64 << 10

// NewKey makes a key and writes its file, encrypted when there is a passphrase.
// A file that is there is never written over: errs.Conflict.
func NewKey(dir, passphrase string, work int) (_ *Key, err error) {
	defer errs.Wrap(&err, "book.NewKey")
	identity, err := age.GenerateX25519Identity()
	if err != nil {
		return nil, err
	}
	path := filepath.Join(dir, KeyFile)
	if _, err := os.Stat(path); err == nil {
		return nil, errs.New(errs.Conflict, "there is a key already").WithHint("A book is lost with its key, so none is written over.")
	}
	if hasFolders(dir) {
		return nil, errs.New(errs.Conflict, "there are customer books here and their key is gone").WithHint("Put the key back from its copy; a new one does not open them.")
	}
	k := &Key{identity: identity, Sealed: passphrase != ""}
	text := []byte("# Cordon: the key of the customer books in this folder. Without it they are lost: keep a copy elsewhere.\n" + identity.String() + "\n")
	if k.Sealed {
		if text, err = seal(text, passphrase, work); err != nil {
			return nil, err
		}
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, diskError(err)
	}
	if err := replace(path, text); err != nil {
		return nil, err
	}
	return k, nil
}

func seal(text []byte, passphrase string, work int) ([]byte, error) {
	r, err := age.NewScryptRecipient(passphrase)
	if err != nil {
		return nil, err
	}
	if work == 0 {
		work = ScryptWork
	}
	r.SetWorkFactor(work)
	return encrypt(text, r)
}

// ReadKey reads the key of a folder of books. Errors: errs.NotFound when there is
// none, errs.Denied when the passphrase is missing or wrong, or when others may
// read a key without passphrase, errs.Invalid for a file that is no key.
func ReadKey(dir, passphrase string) (_ *Key, err error) {
	defer errs.Wrap(&err, "book.ReadKey")
	path := filepath.Join(dir, KeyFile)
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, errs.New(errs.NotFound, "this node has no key for customer books").WithHint("cordon book create NAME makes one with the first book; a lost key has to be put back from its copy.")
	}
	if err != nil {
		return nil, diskError(err)
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxKeyFile))
	if err != nil {
		return nil, diskError(err)
	}
	k := &Key{}
	if bytes.HasPrefix(text, []byte("age-encryption.org/")) {
		k.Sealed = true
		if text, err = unseal(text, passphrase); err != nil {
			return nil, err
		}
	} else if st, err := f.Stat(); err == nil && runtime.GOOS != "windows" && st.Mode().Perm()&0o077 != 0 {
		return nil, errs.New(errs.Denied, "the key of the customer books can be read by others on this machine").WithHint("chmod 600 %s, and ask whether somebody has copied it.", path)
	}
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
			continue
		}
		if k.identity, err = age.ParseX25519Identity(line); err != nil {
			break
		}
	}
	if k.identity == nil {
		return nil, errs.New(errs.Invalid, "the file of the key holds no key").WithHint("Put it back from its copy.")
	}
	return k, nil
}

func unseal(text []byte, passphrase string) ([]byte, error) {
	if passphrase == "" {
		return nil, errs.New(errs.Denied, "the key of the customer books needs its passphrase").
			WithHint("Give it in CORDON_BOOK_PASSPHRASE, or name a file that holds it in CORDON_BOOK_PASSPHRASE_FILE.")
	}
	id, err := age.NewScryptIdentity(passphrase)
	if err != nil {
		return nil, err
	}
	id.SetMaxWorkFactor(22)
	r, err := age.Decrypt(bytes.NewReader(text), id)
	if err != nil {
		return nil, errs.New(errs.Denied, "the passphrase does not open the key of the customer books").WithHint("Give the passphrase with which the key was made.")
	}
	out, err := io.ReadAll(io.LimitReader(r, maxKeyFile))
	if err != nil {
		return nil, errs.New(errs.Invalid, "the file of the key is damaged").WithHint("Put it back from its copy.")
	}
	return out, nil
}

func encrypt(text []byte, to ...age.Recipient) ([]byte, error) {
	var out bytes.Buffer
	w, err := age.Encrypt(&out, to...)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(text); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

func (k *Key) encrypt(text []byte) ([]byte, error) { return encrypt(text, k.identity.Recipient()) }

// decrypt returns the plain text of at most limit bytes.
func (k *Key) decrypt(sealed []byte, limit int64) ([]byte, error) {
	r, err := age.Decrypt(bytes.NewReader(sealed), k.identity)
	if err != nil {
		var other *age.NoIdentityMatchError
		if errors.As(err, &other) {
			return nil, errs.New(errs.Denied, "the book was encrypted for another key").WithHint("Put the key with which it was made into the folder of books.")
		}
		return nil, err
	}
	out, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err != nil {
		return nil, err
	}
	if int64(len(out)) > limit {
		return nil, errors.New("it is longer than what this program writes")
	}
	return out, nil
}

// replace writes a file so that it is there whole or as it was.
func replace(path string, data []byte) error {
	if err := whole.Write(path, data); err != nil {
		return diskError(err)
	}
	return nil
}

func syncDir(dir string) error {
	if err := whole.Sync(dir); err != nil {
		return diskError(err)
	}
	return nil
}

// diskError leaves names of files to the cause: they say nothing of customers.
func diskError(err error) error {
	return errs.New(errs.Unavailable, "the folder of customer books cannot be read or written").Because(err).
		WithHint("See that it is there, is yours and has room.")
}

// randomID is 128 random bits in hex.
func randomID() (string, error) {
	b := make([]byte, 16)
	if _, err := rand.Read(b); err != nil {
		return "", err
	}
	return hex.EncodeToString(b), nil
}

// Seal encrypts for the key what is kept beside the books.
func (k *Key) Seal(text []byte) ([]byte, error) { return k.encrypt(text) }

// Unseal reads what [Key.Seal] wrote.
func (k *Key) Unseal(sealed []byte) ([]byte, error) {
	text, err := k.decrypt(sealed, maxSegment)
	if err != nil && !errs.Is(err, errs.Denied) {
		return nil, damaged("what is kept beside it cannot be decrypted")
	}
	return text, err
}
