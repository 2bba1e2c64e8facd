// Package errs names the kinds of things that go wrong in Cordon and maps each
// kind, in one place, to what the faces show: an HTTP status, a TAXII status
// and an exit code.
//
// An [Error] has a message for people (what happened, what was kept), a hint
// (what to do next) and a cause for the log. Rooms add one line of context per
// function:
//
//	defer errs.Wrap(&err, "journal.Append(%d objects)", n)
//
// [Withheld] says that an object exists but the viewer may not know it. Outside
// it must not be told from [NotFound]: [Public] turns the one into the other,
// and every face calls it before it answers. So that the words agree too, a
// room that looks up what could be withheld says of what is not there exactly
// New(NotFound, "not found").
package errs

import (
	"context"
	"errors"
	"fmt"
)

// Kind says what sort of failure an error is.
type Kind string

// The kinds. A nil error has no kind; an error that says nothing is Internal.
const (
	Invalid     Kind = "invalid"     // the input breaks a rule; it will break it again
	NotFound    Kind = "not-found"   // nothing of that name is here
	Denied      Kind = "denied"      // the asker is known and may not
	Withheld    Kind = "withheld"    // it is here and the asker may not know so
	Conflict    Kind = "conflict"    // the state of the node forbids it now
	Unavailable Kind = "unavailable" // a disk, a port or a peer is not to be had; later it may be
	Internal    Kind = "internal"    // a defect of Cordon
)

// Error is an error with a kind, a sentence for people and what to do.
type Error struct {
	Kind    Kind
	Message string // what happened and what was kept, for people
	Hint    string // what to do, for people; may be empty
	Err     error  // the cause, for the log; may be nil
}

func (e *Error) Error() string {
	if e.Err == nil {
		return e.Message
	}
	if e.Message == "" {
		return e.Err.Error()
	}
	return e.Message + ": " + e.Err.Error()
}

func (e *Error) Unwrap() error { return e.Err }

// New returns an error of the kind with a message for people.
func New(k Kind, format string, args ...any) *Error {
	return &Error{Kind: k, Message: fmt.Sprintf(format, args...)}
}

// WithHint returns e with a sentence that says what to do.
func (e *Error) WithHint(format string, args ...any) *Error {
	c := *e
	c.Hint = fmt.Sprintf(format, args...)
	return &c
}

// Because returns e with its cause.
func (e *Error) Because(err error) *Error {
	c := *e
	c.Err = err
	return &c
}

// Wrap adds a line of context to *errp when it is not nil. The kind, message
// and hint stay those of the error inside.
func Wrap(errp *error, format string, args ...any) {
	if *errp != nil {
		*errp = &contextual{where: fmt.Sprintf(format, args...), err: *errp}
	}
}

type contextual struct {
	where string
	err   error
}

func (c *contextual) Error() string { return c.where + ": " + c.err.Error() }
func (c *contextual) Unwrap() error { return c.err }

// KindOf returns the kind of err: that of the outermost [Error] in its chain,
// Unavailable for a context that ended, otherwise Internal. It is "" for nil.
func KindOf(err error) Kind {
	if err == nil {
		return ""
	}
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return Unavailable
	}
	return Internal
}

// Is reports whether err is of kind k.
func Is(err error, k Kind) bool { return err != nil && KindOf(err) == k }

// Message returns the sentence for people in err, and its hint.
func Message(err error) (message, hint string) {
	var e *Error
	if errors.As(err, &e) {
		message, hint = e.Message, e.Hint
		if message == "" && e.Err != nil {
			message = e.Err.Error()
		}
		return message, hint
	}
	return err.Error(), ""
}

// Public returns the error as the outside may see it: a Withheld error becomes
// the NotFound error "not found", and no message, hint, cause or context of it is
// left.
func Public(err error) error {
	if !Is(err, Withheld) {
		return err
	}
	return New(NotFound, "not found")
}

type face struct {
	http int
	exit int
}

// faces is the one mapping of kinds to what the faces show. The statuses are
// those of RFC 9110 section 15, written as numbers because this floor does not
// import net/http; TAXII 2.1 section 3.4 uses the same, so one number serves
// both.
var faces = map[Kind]face{
	Invalid:     {422, 2},
	NotFound:    {404, 3},
	Withheld:    {404, 3},
	Denied:      {403, 4},
	Conflict:    {409, 5},
	Unavailable: {503, 6},
	Internal:    {500, 1},
}

// HTTPStatus returns the HTTP (and TAXII) status of a kind.
func HTTPStatus(k Kind) int {
	if f, ok := faces[k]; ok {
		return f.http
	}
	return faces[Internal].http
}

// ExitCode returns the exit code of a command that ended with err: 0 for nil,
// 1 internal, 2 invalid, 3 not found, 4 denied, 5 conflict, 6 unavailable.
func ExitCode(err error) int {
	if err == nil {
		return 0
	}
	if f, ok := faces[KindOf(err)]; ok {
		return f.exit
	}
	return 1
}
