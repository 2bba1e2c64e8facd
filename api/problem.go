package api

import (
	"log/slog"
	"net/http"

	"github.com/cordon-project/cordon/errs"
)

// Problem is an error as programs get it: RFC 9457 problem details.
type Problem struct {
	Type   string    `json:"type" doc:"urn:cordon:error: with the kind"`
	Title  string    `json:"title" doc:"The status in words"`
	Status int       `json:"status"`
	Detail string    `json:"detail" doc:"What happened and what was kept"`
	Kind   errs.Kind `json:"kind"`
	Hint   string    `json:"hint,omitempty" doc:"What to do"`
}

// ContentType implements huma's filter of content types.
func (*Problem) ContentType(string) string { return "application/problem+json" }

// GetStatus implements huma's error.
func (p *Problem) GetStatus() int { return p.Status }

func (p *Problem) Error() string { return p.Detail }

// Err returns the error that the problem tells of, for the client's side.
func (p *Problem) Err() error {
	k := p.Kind
	if k == "" {
		k = kindOfStatus(p.Status)
	}
	detail := p.Detail
	if detail == "" {
		detail = p.Title
	}
	e := errs.New(k, "%s", detail)
	e.Hint = p.Hint
	return e
}

func kindOfStatus(status int) errs.Kind {
	switch status {
	case http.StatusUnauthorized, http.StatusForbidden:
		return errs.Denied
	case http.StatusNotFound:
		return errs.NotFound
	case http.StatusConflict:
		return errs.Conflict
	case http.StatusServiceUnavailable, http.StatusTooManyRequests:
		return errs.Unavailable
	}
	if status >= 400 && status < 500 {
		return errs.Invalid
	}
	return errs.Internal
}

// problem turns an error into what the outside may know of it. The cause of a
// defect goes to the log and not to the client.
func (s *server) problem(err error) error {
	if err == nil {
		return nil
	}
	kind := errs.KindOf(err)
	err = errs.Public(err)
	p := &Problem{Kind: errs.KindOf(err)}
	p.Type, p.Status = "urn:cordon:error:"+string(p.Kind), errs.HTTPStatus(p.Kind)
	p.Title = http.StatusText(p.Status)
	p.Detail, p.Hint = errs.Message(err)
	if kind == errs.Internal {
		s.c.Log.Error("defect", slog.Any("error", err))
		p.Detail, p.Hint = "Cordon failed; nothing that was acknowledged is lost", "The node's log says more. Run cordon doctor."
	}
	return p
}
