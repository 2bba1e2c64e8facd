package auth

import (
	"context"
	"crypto/sha256"
	"embed"
	"encoding/base32"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"net/netip"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/cordon-project/cordon/auth/lockout"
	"github.com/cordon-project/cordon/auth/trail"
	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/journal/chain"
	"github.com/cordon-project/cordon/journal/sqlite/database"
)

// Files of the store in the node's folder.
const (
	AccountsFile = "accounts.jsonl"
	SessionsFile = "sessions.db"
)

// form of the file of accounts. Versions: 1 = November 2026.
var form = chain.Form{
	Name: "the file of accounts", Version: "cordon-accounts/1", MaxLine: 64 << 10,
	Lost: "Nobody but the owner of the folder is let in until it is put back from a copy.",
}

// Defaults and bounds of sessions.
const (
	DefaultIdle = 2 * time.Hour
	DefaultLife = 12 * time.Hour
	maxSessions = 20          // of one account; the oldest goes
	touchEvery  = time.Minute // how exactly the last use is kept
	lockWait    = 2 * time.Second
)

//go:embed migrations/*.sql
var migrations embed.FS

// Options are what a store is given. Clock and Random are needed.
type Options struct {
	Clock  func() time.Time
	Random io.Reader
	Log    *slog.Logger // nil for none
	// Trail records sign-ins, refusals and changes; nil for none.
	Trail *trail.Trail
	// Owner says whether a token is that of the node's folder; nil for none.
	Owner func(token string) bool
	Idle  time.Duration // of a session that nobody uses; 0 for DefaultIdle
	Life  time.Duration // of a session at the longest; 0 for DefaultLife
	// Secure sends cookies over https only.
	Secure Cookies
	// Proxies are who is believed about the address that a request comes from. Nil for
	// this machine only.
	Proxies []netip.Prefix
	// Retired says whether a certificate was revoked by who issued it; nil for none.
	Retired func(raw []byte) error
}

// Cookies says over what cookies are sent.
type Cookies string

// The ways of cookies.
const (
	Anyhow    Cookies = ""      // a node that this machine reaches without TLS
	HTTPSOnly Cookies = "https" // with the __Host- prefix (RFC 6265bis section 4.1.3.2)
)

// Store holds who there is. Close it.
type Store struct {
	o     Options
	db    *database.Database
	sum   func([]byte) [32]byte // of what is compared: SHA-256
	guard *lockout.Guard

	mu      sync.RWMutex
	file    *chain.File
	all     *state
	touched map[string]time.Time // key or session, when its use was last written
}

// Open opens the store of a folder and makes it when it is not there. Errors:
// errs.Internal for a file of accounts that was changed, errs.Conflict for one of
// another version, errs.Unavailable when the folder cannot be used.
func Open(ctx context.Context, dir string, o Options) (_ *Store, err error) {
	defer errs.Wrap(&err, "auth.Open")
	if o.Idle <= 0 {
		o.Idle = DefaultIdle
	}
	if o.Life <= 0 {
		o.Life = DefaultLife
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Proxies == nil {
		o.Proxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}
	}
	s := &Store{o: o, sum: sha256.Sum256, guard: lockout.New(o.Clock), all: newState(), touched: map[string]time.Time{}}
	if s.file, err = chain.Open(filepath.Join(dir, AccountsFile), form, s.replay); err != nil {
		return nil, err
	}
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, errors.Join(err, s.file.Close())
	}
	s.db, err = database.Open(ctx, filepath.Join(dir, SessionsFile), database.Durable, database.Config{LockWait: lockWait, Clock: o.Clock}, files)
	if err != nil {
		return nil, errors.Join(err, s.file.Close())
	}
	return s, nil
}

func (s *Store) replay(line []byte) error {
	var e Event
	if err := chain.Decode(line, &e); err != nil {
		return err
	}
	if err := e.validate(); err != nil {
		return err
	}
	return s.all.apply(e)
}

// validate checks what an event says by itself, whoever wrote it.
func (e Event) validate() error {
	switch {
	case e.At.IsZero() || e.By == "" || e.Subject == "":
		return errs.New(errs.Invalid, "the time, the author or the subject is missing")
	case e.Change == AccountAdded && e.Kind != Person && e.Kind != Program:
		return errs.New(errs.Invalid, "an account is a person or a program")
	case e.Change == LoginAdded && e.Login == nil:
		return errs.New(errs.Invalid, "the sign-in is missing")
	}
	_, err := cleanRoles(e.Roles)
	return err
}

// Close closes the store.
func (s *Store) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return errors.Join(s.file.Close(), s.db.Close())
}

// Notes say what was mended when the file of accounts was opened.
func (s *Store) Notes() []string { return s.file.Notes() }

// Head is the hash of the last event: noted elsewhere it shows later that nothing up
// to there was cut off or written anew.
func (s *Store) Head() string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.file.Head()
}

// Guard slows down who fails to sign in.
func (s *Store) Guard() *lockout.Guard { return s.guard }

// put checks an event, makes it durable and applies it. The caller holds the lock.
func (s *Store) put(ctx context.Context, by Principal, e Event) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	e.At, e.By = s.o.Clock().UTC(), by.ID
	if len(e.Reason) > 0 {
		r, err := clean("the reason", e.Reason, MaxReason)
		if err != nil {
			return err
		}
		e.Reason = r
	}
	if err := errors.Join(e.validate(), s.all.check(e)); err != nil {
		return err
	}
	e.Prev = s.file.Head()
	if err := s.file.Append(e); err != nil {
		return err
	}
	if err := s.all.apply(e); err != nil {
		return err
	}
	return s.tell(ctx, trail.Record{
		What: trail.Change, Who: by.ID, Name: by.Name, Via: string(by.Via), Address: by.Address, Object: e.Subject, Rule: string(e.Change), Allowed: true, Detail: e.Reason,
	})
}

// tell records something in the trail.
func (s *Store) tell(ctx context.Context, r trail.Record) error {
	if s.o.Trail == nil {
		return nil
	}
	return s.o.Trail.Add(ctx, r)
}

// Record records in the trail what somebody did or was refused.
func (s *Store) Record(ctx context.Context, r trail.Record) error { return s.tell(ctx, r) }

// draw returns random letters: n bytes of them in base 32.
func (s *Store) draw(n int) (string, error) {
	b := make([]byte, n)
	if _, err := io.ReadFull(s.o.Random, b); err != nil {
		return "", errs.New(errs.Unavailable, "no randomness is to be had").Because(err)
	}
	return strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(b)), nil
}

// idBytes makes ids that do not meet.
const idBytes = 10

// mayGrant says whether somebody may give a clearance and markings to an account:
// nobody to themselves, and nobody more than they have.
func mayGrant(by Principal, subject, clearance string, holds []string) error {
	if by.Kind == Owner {
		return nil
	}
	if by.ID == subject {
		return errs.New(errs.Denied, "nobody grants to themselves").WithHint("Ask another administrator.")
	}
	if level(clearance) > by.Clearance || slices.ContainsFunc(holds, func(id string) bool { return !slices.Contains(by.Holds, id) }) {
		return errs.New(errs.Denied, "nobody grants a clearance or marking that they do not have").WithHint("The owner of the node's folder can, or somebody who has it.")
	}
	return nil
}
