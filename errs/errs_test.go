package errs_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/cordon-project/cordon/errs"
)

// faces is what users, scripts and partners rely on: a change here is a change
// of the interface and belongs into the change log.
var faces = []struct {
	kind errs.Kind
	http int
	exit int
}{
	{errs.Internal, http.StatusInternalServerError, 1},
	{errs.Invalid, http.StatusUnprocessableEntity, 2},
	{errs.NotFound, http.StatusNotFound, 3},
	{errs.Withheld, http.StatusNotFound, 3},
	{errs.Denied, http.StatusForbidden, 4},
	{errs.Conflict, http.StatusConflict, 5},
	{errs.Unavailable, http.StatusServiceUnavailable, 6},
	{errs.Kind("of another program"), http.StatusInternalServerError, 1},
}

func TestEachKindHasItsStatusAndExitCode(t *testing.T) {
	for _, f := range faces {
		if got := errs.HTTPStatus(f.kind); got != f.http {
			t.Errorf("HTTPStatus(%s) = %d, want %d", f.kind, got, f.http)
		}
		if got := errs.ExitCode(errs.New(f.kind, "x")); got != f.exit {
			t.Errorf("ExitCode(%s) = %d, want %d", f.kind, got, f.exit)
		}
	}
	if got := errs.ExitCode(nil); got != 0 {
		t.Errorf("ExitCode(nil) = %d", got)
	}
}

func TestKindOf(t *testing.T) {
	for name, c := range map[string]struct {
		err  error
		want errs.Kind
	}{
		"nil":                     {nil, ""},
		"foreign":                 {errors.New("x"), errs.Internal},
		"cancelled":               {fmt.Errorf("reading: %w", context.Canceled), errs.Unavailable},
		"too late":                {context.DeadlineExceeded, errs.Unavailable},
		"own":                     {errs.New(errs.Denied, "x"), errs.Denied},
		"own in foreign":          {fmt.Errorf("y: %w", errs.New(errs.Denied, "x")), errs.Denied},
		"outermost decides":       {errs.New(errs.Invalid, "x").Because(errs.New(errs.Denied, "y")), errs.Invalid},
		"own with cancelled":      {errs.New(errs.Conflict, "x").Because(context.Canceled), errs.Conflict},
		"one of several, in join": {errors.Join(errors.New("x"), errs.New(errs.NotFound, "y")), errs.NotFound},
	} {
		if got := errs.KindOf(c.err); got != c.want {
			t.Errorf("%s: KindOf is %q, want %q", name, got, c.want)
		}
		if got := errs.Is(c.err, c.want); got != (c.err != nil) {
			t.Errorf("%s: Is(%q) = %v", name, c.want, got)
		}
	}
}

func read(id string) (err error) {
	defer errs.Wrap(&err, "reading %s", id)
	if id == "" {
		return errs.New(errs.Invalid, "an id is missing").WithHint("give one").Because(fs.ErrNotExist)
	}
	return nil
}

func TestWrapAddsContextAndKeepsEverything(t *testing.T) {
	if err := read("x"); err != nil {
		t.Errorf("Wrap made an error of nil: %v", err)
	}
	err := read("")
	if want := "reading : an id is missing: file does not exist"; err.Error() != want {
		t.Errorf("the log says %q, want %q", err, want)
	}
	if !errs.Is(err, errs.Invalid) || !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%v has lost its kind or its cause", err)
	}
	message, hint := errs.Message(err)
	if message != "an id is missing" || hint != "give one" {
		t.Errorf("people read %q, %q", message, hint)
	}
}

func TestMessageAndText(t *testing.T) {
	for name, c := range map[string]struct {
		err           error
		text, message string
	}{
		"message only": {errs.New(errs.Invalid, "%d rows", 3), "3 rows", "3 rows"},
		"cause only":   {&errs.Error{Kind: errs.Internal, Err: errors.New("c")}, "c", "c"},
		"both":         {errs.New(errs.Invalid, "m").Because(errors.New("c")), "m: c", "m"},
		"foreign":      {errors.New("f"), "f", "f"},
	} {
		if got := c.err.Error(); got != c.text {
			t.Errorf("%s: text %q, want %q", name, got, c.text)
		}
		if got, _ := errs.Message(c.err); got != c.message {
			t.Errorf("%s: message %q, want %q", name, got, c.message)
		}
	}
}

func TestAnErrorIsNotChangedByWhatIsMadeOfIt(t *testing.T) {
	base := errs.New(errs.Conflict, "m")
	_ = base.WithHint("h").Because(errors.New("c"))
	if base.Hint != "" || base.Err != nil {
		t.Errorf("the shared error was changed: %+v", base)
	}
}

// TestWithheldCannotBeToldFromNotFound is the promise of every face: whatever
// an error knows of the hidden object, outside nothing of it is left.
func TestWithheldCannotBeToldFromNotFound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		secret := rapid.StringMatching(`secret-[a-z0-9]{6}`).Draw(t, "secret")
		hidden, absent := errs.New(errs.Withheld, "%s is withheld", secret), errs.New(errs.NotFound, "not found")
		var err error = hidden.WithHint("%s", secret).Because(errors.New(secret))
		if !strings.Contains(err.Error(), secret) {
			t.Fatalf("inside, %q does not say why", err)
		}
		for range rapid.IntRange(0, 3).Draw(t, "layers") {
			errs.Wrap(&err, "looking for %s", secret)
		}
		got := errs.Public(err)
		plain := errs.Public(absent)
		gm, gh := errs.Message(got)
		pm, ph := errs.Message(plain)
		if errs.KindOf(got) != errs.KindOf(plain) || got.Error() != plain.Error() || gm != pm || gh != ph || errors.Unwrap(got) != nil {
			t.Fatalf("outside %q can be told from %q", got, plain)
		}
		if strings.Contains(fmt.Sprintf("%+v %#v", got, got), secret) {
			t.Fatalf("%+v holds the secret", got)
		}
	})
}

func TestPublicLeavesOtherErrorsAlone(t *testing.T) {
	for _, err := range []error{nil, errors.New("x"), errs.New(errs.Denied, "x"), errs.New(errs.NotFound, "no row 7")} {
		if got := errs.Public(err); got != err { //nolint:errorlint // the very same is what is tested
			t.Errorf("Public(%v) = %v", err, got)
		}
	}
}
