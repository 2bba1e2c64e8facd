package auth_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cordon-project/cordon/auth"
	"github.com/cordon-project/cordon/auth/key"
	"github.com/cordon-project/cordon/auth/trail"
	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/policy"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// world is a store with what a test looks at.
type world struct {
	*auth.Store
	dir   string
	at    time.Time
	trail *trail.Trail
	log   bytes.Buffer
	set   func(*auth.Options)
}

func newWorld(t testing.TB, set ...func(*auth.Options)) *world {
	t.Helper()
	w := &world{dir: t.TempDir(), at: noon, set: func(o *auth.Options) {
		for _, f := range set {
			f(o)
		}
	}}
	w.open(t)
	t.Cleanup(func() { _ = w.Close(); _ = w.trail.Close() })
	return w
}

func (w *world) open(t testing.TB) {
	t.Helper()
	now := func() time.Time { return w.at }
	var err error
	if w.trail, err = trail.Open(t.Context(), w.dir, now); err != nil {
		t.Fatal(err)
	}
	o := auth.Options{
		Clock: now, Random: rand.Reader, Trail: w.trail, Log: slog.New(slog.NewTextHandler(&w.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Owner: func(token string) bool { return token == "the token of the folder" },
	}
	w.set(&o)
	if w.Store, err = auth.Open(t.Context(), w.dir, o); err != nil {
		t.Fatal(err)
	}
}

func (w *world) reopen(t testing.TB) {
	t.Helper()
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := w.trail.Close(); err != nil {
		t.Fatal(err)
	}
	w.open(t)
}

var owner = auth.TheOwner(auth.ByToken)

func (w *world) add(t testing.TB, kind auth.Kind, name, clearance string, roles ...auth.Role) auth.Account {
	t.Helper()
	a, err := w.Add(t.Context(), owner, auth.NewAccount{Kind: kind, Name: name, Roles: roles, Clearance: clearance})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func (w *world) key(t testing.TB, n auth.NewKey) (key.Key, auth.Key) {
	t.Helper()
	if n.Life == 0 {
		n.Life = 24 * time.Hour
	}
	k, kept, err := w.CreateKey(t.Context(), owner, n)
	if err != nil {
		t.Fatal(err)
	}
	return k, kept
}

// bearing is a request with a bearer token.
func bearing(token string) *http.Request {
	r := httptest.NewRequest(http.MethodGet, "http://127.0.0.1/api/v1/objects", nil)
	r.Header.Set("Authorization", "Bearer "+token)
	return r
}

// as is a person who has signed in, as a principal.
func (w *world) as(t testing.TB, a auth.Account) auth.Principal {
	t.Helper()
	p, err := w.Who(w.signedIn(t, a.ID, auth.Opening{By: "passkey"}))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// signedIn is a request with the session of an account.
func (w *world) signedIn(t testing.TB, account string, o auth.Opening) *http.Request {
	t.Helper()
	rec := httptest.NewRecorder()
	if _, err := w.SignIn(rec, httptest.NewRequest(http.MethodPost, "http://127.0.0.1/auth/x", nil), account, o); err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodGet, "http://127.0.0.1/", nil)
	for _, c := range rec.Result().Cookies() {
		r.AddCookie(c)
	}
	return r
}

func denied(t testing.TB, what string, err error) {
	t.Helper()
	if !errs.Is(err, errs.Denied) {
		t.Errorf("%s: %v", what, err)
	}
}

func TestAccountsComeBackWithTheirHistory(t *testing.T) {
	w := newWorld(t)
	org, err := w.AddOrganisation(t.Context(), owner, auth.NewOrganisation{Name: "EXAMPLE Desk", Identity: "identity--5e1b6e8c-0a0e-4f43-9d5c-6c3f6d1f0a01", Clearance: "TLP:GREEN"})
	if err != nil {
		t.Fatal(err)
	}
	a, err := w.Add(t.Context(), owner, auth.NewAccount{Kind: auth.Person, Name: "EXAMPLE, Person One", Org: "EXAMPLE Desk", Clearance: "amber"})
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range []func() (auth.Account, error){
		func() (auth.Account, error) {
			return w.Grant(t.Context(), owner, a.ID, "joined the desk", auth.Reader, auth.Analyst)
		},
		func() (auth.Account, error) { return w.Revoke(t.Context(), owner, a.Name, "moved", auth.Analyst) },
		func() (auth.Account, error) { return w.Disable(t.Context(), owner, a.ID, "on leave") },
		func() (auth.Account, error) { return w.Enable(t.Context(), owner, a.ID, "came back") },
	} {
		w.at = w.at.Add(time.Hour)
		if _, err := step(); err != nil {
			t.Fatal(err)
		}
	}
	w.reopen(t)
	got, err := w.Account(a.Name)
	if err != nil {
		t.Fatal(err)
	}
	var changes []string
	for _, e := range got.History {
		changes = append(changes, string(e.Change)+"/"+e.By+"/"+e.Reason)
	}
	want := "account-added/owner/ role-granted/owner/joined the desk role-revoked/owner/moved account-disabled/owner/on leave account-enabled/owner/came back"
	if strings.Join(changes, " ") != want || got.Org != org.ID || !slices.Equal(got.Roles, []auth.Role{auth.Reader}) || got.State != auth.Active || got.Clearance != "amber" {
		t.Errorf("%+v\n%v", got, changes)
	}
	p := w.as(t, got)
	if v := p.Viewer(); v.Clearance != policy.Green || v.Org != org.Identity || v.Name != a.Name {
		t.Errorf("the organisation's bound does not hold: %+v", v)
	}
	if err := w.SetOrganisation(t.Context(), owner, org.ID, auth.Disabled, "left the community"); err != nil {
		t.Fatal(err)
	}
	rec := httptest.NewRecorder()
	_, err = w.SignIn(rec, httptest.NewRequest(http.MethodPost, "http://127.0.0.1/", nil), a.ID, auth.Opening{})
	denied(t, "a person of a disabled organisation", err)
	if n := len(w.History("", 100)); n != 7 {
		t.Errorf("%d changes are known", n)
	}
}

func TestNobodyGrantsToThemselvesOrMoreThanTheyHave(t *testing.T) {
	w := newWorld(t)
	admin := w.as(t, w.add(t, auth.Person, "EXAMPLE, Admin", "green", auth.Admin))
	reader := w.as(t, w.add(t, auth.Person, "EXAMPLE, Reader", "red", auth.Reader))
	other := w.add(t, auth.Person, "EXAMPLE, Other", "clear")
	program := w.add(t, auth.Program, "collector", "amber", auth.Reader)
	ctx := t.Context()
	for what, err := range map[string]error{
		"an administrator grants themselves a role":      second(w.Grant(ctx, admin, admin.ID, "", auth.Reader)),
		"an administrator clears themselves":             second(w.Clear(ctx, admin, admin.ID, "red", nil, "")),
		"an administrator grants more than they have":    second(w.Clear(ctx, admin, other.ID, "amber", nil, "")),
		"an administrator grants a marking":              second(w.Clear(ctx, admin, other.ID, "green", []string{"marking-definition--5e1b6e8c-0a0e-4f43-9d5c-6c3f6d1f0a01"}, "")),
		"an administrator adds somebody cleared higher":  second(w.Add(ctx, admin, auth.NewAccount{Kind: auth.Program, Name: "x", Clearance: "red"})),
		"an administrator makes a key of one cleared so": third(w.CreateKey(ctx, admin, auth.NewKey{Program: program.ID, Life: time.Hour})),
		"an administrator binds a certificate to one":    second(w.BindCertificate(ctx, admin, program.ID, "subject:CN=x", "")),
		"an administrator adds an organisation above":    second(w.AddOrganisation(ctx, admin, auth.NewOrganisation{Name: "x", Clearance: "red"})),
		"a reader grants":                                 second(w.Grant(ctx, reader, other.ID, "", auth.Reader)),
		"a reader adds":                                   second(w.Add(ctx, reader, auth.NewAccount{Kind: auth.Person, Name: "y"})),
		"a reader disables":                               second(w.Disable(ctx, reader, other.ID, "")),
		"a reader looks for a key":                        second(w.RevokeKey(ctx, reader, "aaaaaaaaaa", "")),
		"a reader ends another's sessions":                w.EndSessions(ctx, reader, admin.ID),
		"a reader registers a passkey for another":        second(w.AddPasskey(ctx, reader, admin.ID, "AAAA", "x", []byte(`{}`))),
		"an administrator registers a passkey for others": second(w.AddPasskey(ctx, admin, reader.ID, "AAAA", "x", []byte(`{}`))),
	} {
		denied(t, what, err)
	}
	if _, err := w.Grant(ctx, admin, other.ID, "", auth.Reader); err != nil {
		t.Errorf("an administrator grants a role: %v", err)
	}
	if err := admin.May(auth.Read); !errs.Is(err, errs.Denied) {
		t.Errorf("an administrator reads by that role: %v", err)
	}
}

func second[T any](_ T, err error) error        { return err }
func third[T, U any](_ T, _ U, err error) error { return err }

func TestWhatCannotBeAddedIsRefused(t *testing.T) {
	w := newWorld(t)
	w.add(t, auth.Person, "EXAMPLE, Person One", "green")
	ctx := t.Context()
	many := make([]string, auth.MaxScope+1)
	for i := range many {
		many[i] = "marking-definition--5e1b6e8c-0a0e-4f43-9d5c-6c3f6d1f0a01"
	}
	for what, c := range map[string]struct {
		err  error
		want errs.Kind
	}{
		"no name":            {second(w.Add(ctx, owner, auth.NewAccount{Kind: auth.Person, Name: " "})), errs.Invalid},
		"a long name":        {second(w.Add(ctx, owner, auth.NewAccount{Kind: auth.Person, Name: strings.Repeat("x", auth.MaxName+1)})), errs.Invalid},
		"a control sign":     {second(w.Add(ctx, owner, auth.NewAccount{Kind: auth.Person, Name: "a\x1b[2Jb"})), errs.Invalid},
		"a hidden sign":      {second(w.Add(ctx, owner, auth.NewAccount{Kind: auth.Person, Name: "a\u200bb"})), errs.Invalid},
		"no kind":            {second(w.Add(ctx, owner, auth.NewAccount{Name: "x"})), errs.Invalid},
		"an owner":           {second(w.Add(ctx, owner, auth.NewAccount{Kind: auth.Owner, Name: "x"})), errs.Invalid},
		"no role":            {second(w.Add(ctx, owner, auth.NewAccount{Kind: auth.Person, Name: "x", Roles: []auth.Role{"root"}})), errs.Invalid},
		"no level":           {second(w.Add(ctx, owner, auth.NewAccount{Kind: auth.Person, Name: "x", Clearance: "pink"})), errs.Invalid},
		"no marking":         {second(w.Add(ctx, owner, auth.NewAccount{Kind: auth.Person, Name: "x", Holds: []string{"marking-definition--1"}})), errs.Invalid},
		"too many":           {second(w.Add(ctx, owner, auth.NewAccount{Kind: auth.Person, Name: "x", Holds: many})), errs.Invalid},
		"no organisation":    {second(w.Add(ctx, owner, auth.NewAccount{Kind: auth.Person, Name: "x", Org: "nowhere"})), errs.NotFound},
		"a namesake":         {second(w.Add(ctx, owner, auth.NewAccount{Kind: auth.Person, Name: "EXAMPLE, Person One"})), errs.Conflict},
		"an identity":        {second(w.AddOrganisation(ctx, owner, auth.NewOrganisation{Name: "x", Identity: "indicator--5e1b6e8c-0a0e-4f43-9d5c-6c3f6d1f0a01"})), errs.Invalid},
		"a key of a person":  {third(w.CreateKey(ctx, owner, auth.NewKey{Program: "EXAMPLE, Person One", Life: time.Hour})), errs.Invalid},
		"a key of nobody":    {third(w.CreateKey(ctx, owner, auth.NewKey{Program: "nobody", Life: time.Hour})), errs.NotFound},
		"a grant to nobody":  {second(w.Grant(ctx, owner, "nobody", "", auth.Reader)), errs.NotFound},
		"a grant of nothing": {second(w.Grant(ctx, owner, "EXAMPLE, Person One", "")), errs.Invalid},
		"a long reason":      {second(w.Disable(ctx, owner, "EXAMPLE, Person One", strings.Repeat("x", auth.MaxReason+1))), errs.Invalid},
	} {
		if !errs.Is(c.err, c.want) {
			t.Errorf("%s: %v", what, c.err)
		}
	}
}

func TestAKeyLetsItsProgramInUntilItEndsOrIsRevoked(t *testing.T) {
	w := newWorld(t)
	a := w.add(t, auth.Program, "collector", "amber", auth.Reader, auth.Screener)
	k, kept := w.key(t, auth.NewKey{Program: "collector", Name: "of the test", Roles: []auth.Role{auth.Reader}, Purposes: []policy.Purpose{policy.Reading}, Collections: []string{"indicators"}})
	p, err := w.Who(bearing(k.Reveal()))
	if err != nil {
		t.Fatal(err)
	}
	if p.ID != a.ID || p.Kind != auth.Program || !slices.Equal(p.Roles, []auth.Role{auth.Reader}) || p.Viewer().Clearance != policy.Amber || p.Via != auth.ByKey || p.Proof != k.ID {
		t.Errorf("%+v", p)
	}
	if err := p.May(auth.Read); err != nil {
		t.Error(err)
	}
	denied(t, "a role that the key leaves out", p.May(auth.Screen))
	denied(t, "a purpose that the key leaves out", p.For(policy.Screening))
	if err := p.In("indicators"); err != nil {
		t.Error(err)
	}
	if err := p.In("others"); !errs.Is(err, errs.Withheld) {
		t.Errorf("a collection outside the scope: %v", err)
	}
	all, err := w.Accounts(t.Context(), auth.Program)
	if err != nil || !all[0].Keys[0].LastUsed.Equal(noon) {
		t.Errorf("its last use is %v, %v", all[0].Keys[0].LastUsed, err)
	}
	if _, err := w.Revoke(t.Context(), owner, a.ID, "", auth.Reader); err != nil {
		t.Fatal(err)
	}
	_, err = w.Who(bearing(k.Reveal()))
	denied(t, "what the program has lost", err)
	if _, err := w.Grant(t.Context(), owner, a.ID, "", auth.Reader); err != nil {
		t.Fatal(err)
	}
	w.reopen(t)
	if _, err := w.Who(bearing(k.Reveal())); err != nil {
		t.Errorf("after a start: %v", err)
	}
	w.at = kept.Ends
	_, err = w.Who(bearing(k.Reveal()))
	denied(t, "at its end", err)
	k, _ = w.key(t, auth.NewKey{Program: "collector"})
	if _, err := w.RevokeKey(t.Context(), owner, k.ID, "it was lost"); err != nil {
		t.Fatal(err)
	}
	_, err = w.Who(bearing(k.Reveal()))
	denied(t, "a stolen key after it was revoked", err)
	if _, err := w.RevokeKey(t.Context(), owner, k.ID, "again"); !errs.Is(err, errs.NotFound) {
		t.Errorf("revoked twice: %v", err)
	}
	k, _ = w.key(t, auth.NewKey{Program: "collector"})
	if _, err := w.Disable(t.Context(), owner, "collector", "gone"); err != nil {
		t.Fatal(err)
	}
	_, err = w.Who(bearing(k.Reveal()))
	denied(t, "of a disabled program", err)
}

func TestAProgramHasSoManyKeysAndNoKeyForEver(t *testing.T) {
	w := newWorld(t)
	w.add(t, auth.Program, "collector", "clear", auth.Reader)
	for what, n := range map[string]auth.NewKey{
		"for ever": {Program: "collector", Life: (auth.MaxKeyDays + 1) * 24 * time.Hour}, "no time": {Program: "collector"},
		"a role of others": {Program: "collector", Life: time.Hour, Roles: []auth.Role{auth.Admin}}, "no purpose": {Program: "collector", Life: time.Hour, Purposes: []policy.Purpose{"fun"}},
		"no collection": {Program: "collector", Life: time.Hour, Collections: []string{""}},
	} {
		if _, _, err := w.CreateKey(t.Context(), owner, n); !errs.Is(err, errs.Invalid) {
			t.Errorf("%s: %v", what, err)
		}
	}
	for range auth.MaxKeys {
		w.key(t, auth.NewKey{Program: "collector"})
	}
	if _, _, err := w.CreateKey(t.Context(), owner, auth.NewKey{Program: "collector", Life: time.Hour}); !errs.Is(err, errs.Conflict) {
		t.Errorf("one more: %v", err)
	}
	w.at = w.at.Add(25 * time.Hour) // they have ended
	w.key(t, auth.NewKey{Program: "collector"})
}

// TestAnUnknownKeyCostsWhatAKnownOneDoes counts the work, whatever the clock says.
func TestAnUnknownKeyCostsWhatAKnownOneDoes(t *testing.T) {
	w := newWorld(t)
	w.add(t, auth.Program, "collector", "clear", auth.Reader)
	k, _ := w.key(t, auth.NewKey{Program: "collector"})
	gone, _ := w.key(t, auth.NewKey{Program: "collector"})
	if _, err := w.RevokeKey(t.Context(), owner, gone.ID, "x"); err != nil {
		t.Fatal(err)
	}
	last := k.Reveal()[:key.Length-1] + "a"
	if last == k.Reveal() {
		last = k.Reveal()[:key.Length-1] + "q"
	}
	unknown, err := key.New(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	said := map[string]bool{}
	for what, token := range map[string]string{"a good one": k.Reveal(), "a wrong secret": last, "one of nobody": unknown.Reveal(), "a revoked one": gone.Reveal()} {
		n := 0
		w.Counting(&n)
		_, err := w.Who(bearing(token))
		if n != 1 {
			t.Errorf("%s: %d sums", what, n)
		}
		if err != nil {
			said[err.Error()] = true
		}
	}
	for _, token := range []string{"", "x", "Bearer", strings.Repeat("a", 1<<20), key.Prefix} {
		_, err := w.Who(bearing(token))
		said[err.Error()] = true
	}
	if len(said) != 1 {
		t.Errorf("refusals can be told apart: %v", said)
	}
}

func TestProofsOfTwoAccountsAreRefused(t *testing.T) {
	w := newWorld(t)
	w.add(t, auth.Program, "collector", "clear", auth.Reader)
	k, _ := w.key(t, auth.NewKey{Program: "collector"})
	r := w.signedIn(t, w.add(t, auth.Person, "EXAMPLE, Person One", "clear", auth.Reader).ID, auth.Opening{})
	if _, err := w.Who(r); err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+k.Reveal())
	_, err := w.Who(r)
	denied(t, "a key and another's session", err)

	twice := bearing(k.Reveal())
	twice.Header.Add("Authorization", "Bearer "+k.Reveal())
	_, err = w.Who(twice)
	denied(t, "two headers", err)
	basic := bearing("")
	basic.Header.Set("Authorization", "Basic "+k.Reveal())
	_, err = w.Who(basic)
	denied(t, "another scheme", err)
	_, err = w.Who(httptest.NewRequest(http.MethodGet, "http://127.0.0.1/", nil))
	denied(t, "nothing", err)
	if p, err := w.Who(bearing("the token of the folder")); err != nil || p.Kind != auth.Owner || p.Viewer().Clearance != policy.Red {
		t.Errorf("the owner: %+v, %v", p, err)
	}
}

func TestWhoHasNoRoleIsDenied(t *testing.T) {
	w := newWorld(t)
	a := w.add(t, auth.Program, "collector", "red")
	k, _ := w.key(t, auth.NewKey{Program: "collector"})
	_, err := w.Who(bearing(k.Reveal()))
	denied(t, "a key without a role", err)
	person := w.add(t, auth.Person, "EXAMPLE, Person One", "red")
	_, err = w.SignIn(httptest.NewRecorder(), httptest.NewRequest(http.MethodPost, "http://127.0.0.1/", nil), person.ID, auth.Opening{})
	denied(t, "a person without a role", err)
	_, err = w.SignIn(httptest.NewRecorder(), httptest.NewRequest(http.MethodPost, "http://127.0.0.1/", nil), a.ID, auth.Opening{Roles: []auth.Role{auth.Reader}})
	denied(t, "a program signs in", err)
}

func TestOnlyTheRolesOfAnActionMayDoIt(t *testing.T) {
	may := map[auth.Action]string{
		auth.Read: "reader analyst releaser case-officer", auth.Screen: "screener analyst case-officer", auth.Intake: "analyst", auth.Decide: "screener analyst case-officer",
		auth.Share: "releaser", auth.Audit: "auditor", auth.Manage: "admin", auth.Operate: "admin", "unknown": "",
	}
	for action, roles := range may {
		for _, r := range auth.Roles() {
			err := auth.Principal{Kind: auth.Person, Roles: []auth.Role{r}}.May(action)
			if (err == nil) != slices.Contains(strings.Fields(roles), string(r)) {
				t.Errorf("%s by %s: %v", action, r, err)
			}
		}
	}
	limited := auth.Principal{Kind: auth.Program, Roles: auth.Roles(), Purposes: []policy.Purpose{policy.Screening}}
	for action, want := range map[auth.Action]bool{auth.Screen: true, auth.Read: false, auth.Manage: false, auth.Intake: false, auth.Operate: false} {
		if err := limited.May(action); (err == nil) != want {
			t.Errorf("a key for screening: %s: %v", action, err)
		}
	}
	if _, ok := auth.From(auth.With(t.Context(), limited)); !ok {
		t.Error("who asks is not in the context")
	}
	if _, ok := auth.From(context.Background()); ok {
		t.Error("somebody is in an empty context")
	}
}

func TestAFileOfAccountsThatWasChangedLetsNobodyIn(t *testing.T) {
	w := newWorld(t)
	w.add(t, auth.Person, "EXAMPLE, Person One", "clear", auth.Reader)
	w.add(t, auth.Person, "EXAMPLE, Person Two", "clear", auth.Reader)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(w.dir, auth.AccountsFile)
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for what, c := range map[string]struct {
		from, to string
		want     errs.Kind
	}{
		"a role":          {`"roles":["reader"]`, `"roles":["admin"]`, errs.Internal},
		"another version": {"cordon-accounts/1", "cordon-accounts/2", errs.Conflict},
	} {
		if err := os.WriteFile(file, bytes.Replace(b, []byte(c.from), []byte(c.to), 1), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := auth.Open(t.Context(), w.dir, auth.Options{Clock: time.Now, Random: rand.Reader}); !errs.Is(err, c.want) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// TestNoSecretIsWrittenAnywhere looks through the log and every file of the folder.
func TestNoSecretIsWrittenAnywhere(t *testing.T) {
	w := newWorld(t)
	w.add(t, auth.Program, "collector", "clear", auth.Reader)
	k, _ := w.key(t, auth.NewKey{Program: "collector"})
	person := w.add(t, auth.Person, "EXAMPLE, Person One", "clear", auth.Reader)
	r := w.signedIn(t, person.ID, auth.Opening{By: "passkey"})
	secrets := []string{k.Reveal(), r.Cookies()[0].Value, "verysecretguess"}
	for _, r := range []*http.Request{bearing(k.Reveal()), bearing("verysecretguess"), r} {
		_, _ = w.Who(r)
	}
	if err := w.trail.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := w.trail.Close(); err != nil {
		t.Fatal(err)
	}
	all := map[string][]byte{"the log": w.log.Bytes()}
	entries, err := os.ReadDir(w.dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if all[e.Name()], err = os.ReadFile(filepath.Join(w.dir, e.Name())); err != nil {
			t.Fatal(err)
		}
	}
	if len(all) < 4 || w.log.Len() == 0 {
		t.Fatalf("there is nothing to look through: %d files, %d bytes of log", len(all)-1, w.log.Len())
	}
	for name, b := range all {
		for _, s := range secrets {
			if bytes.Contains(b, []byte(s)) {
				t.Errorf("%s holds %q", name, s)
			}
		}
	}
}
