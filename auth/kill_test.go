package auth_test

import (
	"bufio"
	"context"
	"crypto/rand"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/cordon-project/cordon/auth"
)

// childFolder is set for a child process of the kill test: the folder that it changes
// until it is killed.
const childFolder = "CORDON_AUTH_TEST_FOLDER"

func TestMain(m *testing.M) {
	if dir := os.Getenv(childFolder); dir != "" {
		fmt.Fprintln(os.Stderr, changeForEver(dir, os.Getenv("CORDON_AUTH_TEST_RUN")))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// changeForEver adds programs with keys, revokes every other key, and opens sessions. It
// writes what is acknowledged, one line each.
func changeForEver(dir, run string) error {
	ctx := context.Background()
	s, err := auth.Open(ctx, dir, auth.Options{Clock: time.Now, Random: rand.Reader})
	if err != nil {
		return err
	}
	person, err := s.Add(ctx, owner, auth.NewAccount{Kind: auth.Person, Name: "person " + run, Roles: []auth.Role{auth.Reader}})
	if err != nil {
		return err
	}
	for i := 0; ; i++ {
		name := fmt.Sprintf("program %s-%d", run, i)
		if _, err := s.Add(ctx, owner, auth.NewAccount{Kind: auth.Program, Name: name, Roles: []auth.Role{auth.Reader}}); err != nil {
			return err
		}
		k, _, err := s.CreateKey(ctx, owner, auth.NewKey{Program: name, Life: time.Hour})
		if err != nil {
			return err
		}
		fmt.Println("key", k.Reveal())
		if i%2 == 1 {
			if _, err := s.RevokeKey(ctx, owner, k.ID, "kill test"); err != nil {
				return err
			}
			fmt.Println("revoked", k.Reveal())
		}
		rec := httptest.NewRecorder()
		if _, err := s.SignIn(rec, httptest.NewRequest(http.MethodPost, "http://127.0.0.1/", nil), person.ID, auth.Opening{By: "passkey"}); err != nil {
			return err
		}
		fmt.Println("session", rec.Result().Cookies()[0].Value)
	}
}

// TestKilled kills a process that changes accounts at some moment, again and again. What
// it acknowledged holds: keys that were made let in, revoked ones do not, the latest
// session is open.
func TestKilled(t *testing.T) {
	dir := t.TempDir()
	state := map[string]string{} // key, what was acknowledged of it last
	for kill := range 10 {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), childFolder+"="+dir, fmt.Sprint("CORDON_AUTH_TEST_RUN=", kill))
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		session := ""
		lines := bufio.NewScanner(out)
		for i := 0; i <= 3*kill && lines.Scan(); i++ {
			what, of, _ := strings.Cut(lines.Text(), " ")
			if what == "session" {
				session = of
				continue
			}
			state[of] = what
		}
		_ = cmd.Process.Kill()
		for lines.Scan() { // what it had written before it was killed counts too
			what, of, _ := strings.Cut(lines.Text(), " ")
			if what == "session" {
				session = of
			} else if of != "" {
				state[of] = what
			}
		}
		_ = cmd.Wait()
		holds(t, dir, state, session)
	}
}

func holds(t *testing.T, dir string, state map[string]string, session string) {
	t.Helper()
	s, err := auth.Open(t.Context(), dir, auth.Options{Clock: time.Now, Random: rand.Reader})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if len(state) == 0 {
		t.Fatal("nothing was acknowledged")
	}
	for k, what := range state {
		_, err := s.Who(bearing(k))
		// A revocation may have been made durable just before its acknowledgement was cut off.
		if what == "revoked" && err == nil {
			t.Fatalf("a key that was revoked lets in")
		}
		if what == "key" && err != nil && !revokedUnsaid(s, k) {
			t.Fatalf("a key that was made does not let in: %v", err)
		}
	}
	if session == "" {
		return
	}
	r := httptest.NewRequest(http.MethodGet, "http://127.0.0.1/", nil)
	r.AddCookie(&http.Cookie{Name: "cordon_auth", Value: session})
	if _, err := s.Who(r); err != nil {
		t.Fatalf("the session is lost: %v", err)
	}
}

func revokedUnsaid(s *auth.Store, k string) bool {
	programs, err := s.Accounts(context.Background(), auth.Program)
	if err != nil {
		return false
	}
	for _, p := range programs {
		for _, x := range p.Keys {
			if strings.HasPrefix(k, "cordon_"+x.ID) {
				return !x.Ended.IsZero()
			}
		}
	}
	return false
}
