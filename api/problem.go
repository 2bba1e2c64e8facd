package api

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

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

const problemType = "application/problem+json"

// ContentType implements huma's filter of content types.
func (*Problem) ContentType(string) string { return problemType }

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
func (s *server) problem(err error) *Problem {
	err = errs.Public(err)
	kind := errs.KindOf(err)
	p := problemOf(kind, errs.HTTPStatus(kind))
	p.Detail, p.Hint = errs.Message(err)
	switch {
	case errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded):
		p.Detail, p.Hint = "the request ended before its answer; what was acknowledged is kept", "Send it again."
	case kind == errs.Internal:
		s.c.Log.Error("defect", slog.Any("error", err))
		p.Detail, p.Hint = "Cordon failed; nothing that was acknowledged is lost", "The node's log says more. Run cordon doctor."
	}
	return p
}

func problemOf(k errs.Kind, status int) *Problem {
	return &Problem{Type: "urn:cordon:error:" + string(k), Title: http.StatusText(status), Status: status, Kind: k}
}

// write answers with the problem.
func (p *Problem) write(w http.ResponseWriter) {
	w.Header().Set("Content-Type", problemType)
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p)
}

// ownProblem gives what huma finds wrong with a request the form of all other
// problems.
func ownProblem(_ huma.Context, _ string, v any) (any, error) {
	m, ok := v.(*huma.ErrorModel)
	if !ok {
		return v, nil
	}
	p := problemOf(kindOfStatus(m.Status), m.Status)
	p.Detail = m.Detail
	for _, e := range m.Errors {
		p.Detail += "; " + strings.TrimPrefix(e.Location+": ", ": ") + e.Message
	}
	if p.Kind == errs.Invalid {
		p.Hint = "The document at " + Base + "/openapi.json says what a request may hold."
	}
	return p, nil
}
