package node

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/gofrs/flock"

	"github.com/cordon-project/cordon/errs"
)

const (
	lockFile    = "lock"
	tokenFile   = "token"
	runningFile = "running.json"
	syncFile    = "sync.json"
)

// prepare makes the folder for its owner only.
func prepare(home string) error {
	if err := os.MkdirAll(home, 0o700); err != nil {
		return errs.New(errs.Unavailable, "the folder %s cannot be made", home).Because(err).
			WithHint("Check its permissions, or name another with --home.")
	}
	return nil
}

// lock takes the folder for this process.
func lock(home string) (*flock.Flock, error) {
	l := flock.New(filepath.Join(home, lockFile))
	ok, err := l.TryLock()
	if err != nil {
		return nil, errs.New(errs.Unavailable, "the folder %s cannot be locked", home).Because(err).
			WithHint("It must be writable, on a disk of this machine.")
	}
	if !ok {
		return nil, errs.New(errs.Conflict, "another Cordon has the folder %s open", home).
			WithHint("Use that one, stop it, or name another folder with --home.")
	}
	return l, nil
}

// token returns the bearer token of the folder's owner, made at the first start.
// Only who holds the lock calls it.
func token(home string) (string, error) {
	t, err := readToken(home)
	if err != nil || t != "" {
		return t, err
	}
	if t, err = secret(); err != nil {
		return "", err
	}
	if err := os.WriteFile(filepath.Join(home, tokenFile), []byte(t+"\n"), 0o600); err != nil {
		return "", errs.New(errs.Unavailable, "the token cannot be written").Because(err).WithHint("Is the disk full or the folder read-only?")
	}
	return t, nil
}

// readToken returns the token, "" when there is none yet.
func readToken(home string) (string, error) {
	b, err := os.ReadFile(filepath.Join(home, tokenFile))
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", errs.New(errs.Denied, "the token of %s cannot be read", home).Because(err).WithHint("Run as the user who owns the folder.")
	}
	t := strings.TrimSpace(string(b))
	if len(t) < minToken {
		return "", nil
	}
	return t, nil
}

// minToken is how long a token is at least: one that was cut off while it was
// written is made anew.
const minToken = 32

func secret() (string, error) {
	b := make([]byte, 32)
	if _, err := rand.Read(b); err != nil {
		return "", err
	}
	return hex.EncodeToString(b), nil
}

// running is where the node of a folder answers.
type running struct {
	Address string `json:"address"`
	PID     int    `json:"pid"`
}

func writeRunning(home, address string) error {
	b, err := json.Marshal(running{Address: address, PID: os.Getpid()})
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(home, runningFile), b, 0o600)
}

func readRunning(home string) (r running, err error) {
	b, err := os.ReadFile(filepath.Join(home, runningFile))
	if err != nil {
		return r, err
	}
	return r, json.Unmarshal(b, &r)
}
