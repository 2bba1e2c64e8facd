package auth

import (
	"context"
	"database/sql"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
	"time"

	"github.com/cordon-project/cordon/auth/key"
	"github.com/cordon-project/cordon/auth/trail"
	"github.com/cordon-project/cordon/errs"
)

// Opening is how a session was opened, and what it grants beyond its account: what an
// identity provider says of a person holds for the session and is not kept with the
// account, so that what the provider withdraws is gone at the next sign-in.
type Opening struct {
	By        string `json:"by"` // passkey, oidc, link
	Roles     []Role `json:"roles,omitempty"`
	Clearance string `json:"clearance,omitempty"`
	Address   string `json:"address,omitempty"`
}

// Session is one that is open.
type Session struct {
	ID      string    `json:"id"` // tells it apart and is no secret
	Account string    `json:"account"`
	Opening Opening   `json:"opening"`
	Opened  time.Time `json:"opened"`
	Seen    time.Time `json:"seen"`
	Ends    time.Time `json:"ends"` // at the latest
}

const tokenBytes = 32

// cookieName is the name of the cookie with the session's token.
func (s *Store) cookieName() string {
	if s.o.Secure == HTTPSOnly {
		return "__Host-cordon_auth"
	}
	return "cordon_auth"
}

func (s *Store) cookie(value string, age int) *http.Cookie {
	return &http.Cookie{
		Name: s.cookieName(), Value: value, Path: "/", MaxAge: age,
		HttpOnly: true, Secure: s.o.Secure == HTTPSOnly, SameSite: http.SameSiteStrictMode,
	}
}

// SignIn opens a session of an account and sets its cookie. The token is always a new
// one, and the session that the request carries, if any, is ended: one that somebody
// planted before the sign-in is worth nothing after it. Errors: errs.Denied for an
// account that may not sign in.
func (s *Store) SignIn(w http.ResponseWriter, r *http.Request, account string, o Opening) (_ Session, err error) {
	defer errs.Wrap(&err, "auth.SignIn")
	o.Address = s.Address(r)
	if account != OwnerID {
		s.mu.RLock()
		p, err := s.principal(account, o, BySession)
		s.mu.RUnlock()
		if err != nil || p.Kind != Person {
			return Session{}, s.refuse(r, account, "account")
		}
		if len(p.Roles) == 0 {
			return Session{}, s.refuse(r, account, "no-role")
		}
	}
	token, err := s.open(r.Context(), account, o)
	if err != nil {
		return Session{}, err
	}
	for _, c := range r.CookiesNamed(s.cookieName()) {
		if err := s.close(r.Context(), c.Value); err != nil {
			return Session{}, err
		}
	}
	http.SetCookie(w, s.cookie(token, 0))
	if err := s.tell(r.Context(), trail.Record{What: trail.SignIn, Who: account, Via: o.By, Address: o.Address, Allowed: true}); err != nil {
		return Session{}, err
	}
	s.o.Log.Info("session opened", "account", account, "by", o.By)
	return s.session(r.Context(), token)
}

// SignOut ends the session of a request and takes the cookie away.
func (s *Store) SignOut(w http.ResponseWriter, r *http.Request) error {
	for _, c := range r.CookiesNamed(s.cookieName()) {
		x, err := s.session(r.Context(), c.Value)
		if err == nil {
			err = errors.Join(s.close(r.Context(), c.Value), s.tell(r.Context(), trail.Record{What: trail.SignOut, Who: x.Account, Via: string(BySession), Address: s.Address(r), Allowed: true}))
		}
		if err != nil && !errs.Is(err, errs.Denied) {
			return err
		}
	}
	http.SetCookie(w, s.cookie("", -1))
	return nil
}

func (s *Store) open(ctx context.Context, account string, o Opening) (string, error) {
	b := make([]byte, tokenBytes)
	if _, err := io.ReadFull(s.o.Random, b); err != nil {
		return "", errs.New(errs.Unavailable, "no randomness is to be had").Because(err)
	}
	token := base64.RawURLEncoding.EncodeToString(b)
	hash := s.sum([]byte(token))
	opening, err := json.Marshal(o)
	if err != nil {
		return "", err
	}
	now := s.o.Clock()
	tx, err := s.db.Write.BeginTx(ctx, nil)
	if err != nil {
		return "", s.db.Explain(err)
	}
	defer func() { _ = tx.Rollback() }()
	_, err = tx.ExecContext(ctx, "INSERT INTO sessions VALUES (?, ?, ?, ?, ?, ?)", hash[:], account, opening, now.UnixNano(), now.UnixNano(), now.Add(s.o.Life).UnixNano())
	if err == nil {
		_, err = tx.ExecContext(ctx, "DELETE FROM sessions WHERE ends <= ? OR seen <= ?", now.UnixNano(), now.Add(-s.o.Idle).UnixNano())
	}
	if err == nil {
		_, err = tx.ExecContext(ctx, `DELETE FROM sessions WHERE hash IN
			(SELECT hash FROM sessions WHERE account = ? ORDER BY opened DESC, hash LIMIT -1 OFFSET ?)`, account, maxSessions)
	}
	if err == nil {
		err = tx.Commit()
	}
	return token, s.db.Explain(err)
}

func (s *Store) close(ctx context.Context, token string) error {
	hash := s.sum([]byte(token))
	_, err := s.db.Write.ExecContext(ctx, "DELETE FROM sessions WHERE hash = ?", hash[:])
	return s.db.Explain(err)
}

// session returns the session of a token that has not ended.
func (s *Store) session(ctx context.Context, token string) (x Session, err error) {
	hash := s.sum([]byte(token))
	var opening []byte
	var opened, seen, ends int64
	err = s.db.Read.QueryRowContext(ctx, "SELECT account, opening, opened, seen, ends FROM sessions WHERE hash = ?", hash[:]).Scan(&x.Account, &opening, &opened, &seen, &ends)
	if errors.Is(err, sql.ErrNoRows) {
		return x, denied()
	}
	if err != nil {
		return x, s.db.Explain(err)
	}
	x.ID, x.Opened, x.Seen, x.Ends = hex.EncodeToString(hash[:8]), time.Unix(0, opened).UTC(), time.Unix(0, seen).UTC(), time.Unix(0, ends).UTC()
	if err := json.Unmarshal(opening, &x.Opening); err != nil {
		return x, err
	}
	now := s.o.Clock()
	if !now.Before(x.Ends) || !now.Before(x.Seen.Add(s.o.Idle)) {
		return x, denied()
	}
	if now.Sub(x.Seen) >= touchEvery {
		if _, err := s.db.Write.ExecContext(ctx, "UPDATE sessions SET seen = max(seen, ?) WHERE hash = ?", now.UnixNano(), hash[:]); err != nil {
			return x, s.db.Explain(err)
		}
	}
	return x, nil
}

// Sessions returns the open sessions of an account, the latest first.
func (s *Store) Sessions(ctx context.Context, account string) ([]Session, error) {
	now := s.o.Clock()
	rows, err := s.db.Read.QueryContext(ctx, "SELECT hash, opening, opened, seen, ends FROM sessions WHERE account = ? AND ends > ? AND seen > ? ORDER BY opened DESC, hash",
		account, now.UnixNano(), now.Add(-s.o.Idle).UnixNano())
	if err != nil {
		return nil, s.db.Explain(err)
	}
	defer rows.Close()
	out := []Session{}
	for rows.Next() {
		var hash, opening []byte
		var opened, seen, ends int64
		if err := rows.Scan(&hash, &opening, &opened, &seen, &ends); err != nil {
			return nil, s.db.Explain(err)
		}
		x := Session{ID: hex.EncodeToString(hash[:8]), Account: account, Opened: time.Unix(0, opened).UTC(), Seen: time.Unix(0, seen).UTC(), Ends: time.Unix(0, ends).UTC()}
		if err := json.Unmarshal(opening, &x.Opening); err != nil {
			return nil, err
		}
		out = append(out, x)
	}
	return out, s.db.Explain(rows.Err())
}

// EndSessions ends all sessions of an account: its own, or anybody's by an
// administrator.
func (s *Store) EndSessions(ctx context.Context, by Principal, account string) (err error) {
	defer errs.Wrap(&err, "auth.EndSessions")
	if by.ID != account {
		if err := by.May(Manage); err != nil {
			return err
		}
	}
	if err := s.endSessions(ctx, account); err != nil {
		return err
	}
	return s.tell(ctx, trail.Record{What: trail.SignOut, Who: by.ID, Name: by.Name, Via: string(by.Via), Object: account, Allowed: true, Detail: "all sessions"})
}

func (s *Store) endSessions(ctx context.Context, account string) error {
	_, err := s.db.Write.ExecContext(ctx, "DELETE FROM sessions WHERE account = ?", account)
	return s.db.Explain(err)
}

// use is the last use of a key or passkey.
type use struct {
	at      time.Time
	counter uint32
}

func (s *Store) uses(ctx context.Context) (map[string]use, error) {
	rows, err := s.db.Read.QueryContext(ctx, "SELECT proof, at, counter FROM uses")
	if err != nil {
		return nil, s.db.Explain(err)
	}
	defer rows.Close()
	out := map[string]use{}
	for rows.Next() {
		var proof string
		var at int64
		var u use
		if err := rows.Scan(&proof, &at, &u.counter); err != nil {
			return nil, s.db.Explain(err)
		}
		u.at = time.Unix(0, at).UTC()
		out[proof] = u
	}
	return out, s.db.Explain(rows.Err())
}

func withUses(a Account, uses map[string]use) Account {
	for i := range a.Keys {
		a.Keys[i].LastUsed = uses[key.Prefix+a.Keys[i].ID].at
	}
	return a
}

// touch keeps the last use of a key, to the minute.
func (s *Store) touch(ctx context.Context, id string) error {
	now := s.o.Clock()
	s.mu.Lock()
	last, ok := s.touched[id]
	fresh := ok && now.Sub(last) < touchEvery
	if !fresh {
		s.touched[id] = now
	}
	s.mu.Unlock()
	if fresh {
		return nil
	}
	_, err := s.db.Write.ExecContext(ctx, `INSERT INTO uses (proof, at, counter) VALUES (?, ?, 0)
		ON CONFLICT (proof) DO UPDATE SET at = max(at, excluded.at)`, key.Prefix+id, now.UnixNano())
	return s.db.Explain(err)
}

// Passkey returns whose a passkey is and what its room kept at its last use:
// errs.Denied for one that is not in force.
func (s *Store) Passkey(ctx context.Context, id string) (person string, data json.RawMessage, err error) {
	s.mu.RLock()
	person = s.all.passkeys[id]
	if a := s.all.accounts[person]; a != nil && a.State == Active {
		if i := slices.IndexFunc(a.Passkeys, func(k Passkey) bool { return k.ID == id && k.Ended.IsZero() }); i >= 0 {
			data = a.Passkeys[i].Data
		}
	}
	s.mu.RUnlock()
	if data == nil {
		return "", nil, denied()
	}
	var later []byte
	err = s.db.Read.QueryRowContext(ctx, "SELECT data FROM uses WHERE proof = ?", id).Scan(&later)
	switch {
	case errors.Is(err, sql.ErrNoRows):
	case err != nil:
		return "", nil, s.db.Explain(err)
	case later != nil:
		data = later
	}
	return person, data, nil
}

// UsePasskey keeps a passkey as it is after a sign-in. The counter only rises, also
// for two sign-ins at once: errs.Denied when it does not, unless the authenticator has
// none and it stays at 0 (WebAuthn section 7.2 step 22).
func (s *Store) UsePasskey(ctx context.Context, id string, counter uint32, data json.RawMessage) error {
	res, err := s.db.Write.ExecContext(ctx, `INSERT INTO uses (proof, at, counter, data) VALUES (?, ?, ?, ?)
		ON CONFLICT (proof) DO UPDATE SET at = excluded.at, counter = excluded.counter, data = excluded.data
		WHERE excluded.counter > uses.counter OR excluded.counter = 0 AND uses.counter = 0`, id, s.o.Clock().UnixNano(), counter, []byte(data))
	if err != nil {
		return s.db.Explain(err)
	}
	if n, err := res.RowsAffected(); err != nil || n != 1 {
		return errors.Join(denied(), err)
	}
	return nil
}
