package web

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"github.com/cordon-project/cordon/errs"
)

var (
	errTooMany  = errs.New(errs.Denied, "too many tries")
	errTooLarge = errs.New(errs.Invalid, "the request is larger than this node takes")
)

type errorPage struct {
	F      Frame
	Kind   string // of errs, or "too-many", "too-large"
	Detail string // the room's own words, in English
	Hint   string
	Number string // under which the log has it, for internal errors
	Status int
}

// fail writes the page of an error: what happened, what was kept, what to do.
// What the viewer may not know looks like what is not there; the causes of
// internal errors go to the log only.
func (s *Server) fail(w http.ResponseWriter, v *Visit, err error) {
	p := &errorPage{}
	var large *http.MaxBytesError
	switch {
	case errors.Is(err, errTooMany):
		p.Kind, p.Status = "too-many", http.StatusTooManyRequests
	case errors.As(err, &large), errors.Is(err, errTooLarge):
		p.Kind, p.Status = "too-large", http.StatusRequestEntityTooLarge
	default:
		if errs.Is(err, errs.Withheld) {
			s.c.Log.Info("withheld", "viewer", viewerName(v), "path", v.Pattern, "err", err)
		}
		public := errs.Public(err)
		kind := errs.KindOf(public)
		p.Kind, p.Status = string(kind), errs.HTTPStatus(kind)
		if kind != errs.Internal && kind != errs.NotFound {
			p.Detail, p.Hint = errs.Message(public)
		}
	}
	if p.Kind == string(errs.Internal) {
		p.Number = strconv.FormatInt(s.c.Clock().Unix(), 36) + "-" + strconv.FormatInt(s.failures.Add(1), 10)
		s.c.Log.Error("page failed", "number", p.Number, "method", v.Method, "path", v.Pattern, "err", err)
	}
	p.F = s.Frame(v, "")
	p.F.Title = v.Say.Word("error.title", p.Kind)
	if err := s.Render(w, v, p.Status, "error", p); err != nil {
		s.c.Log.Error("the error page failed", "err", err)
		http.Error(w, fmt.Sprintf("%d %s", p.Status, http.StatusText(p.Status)), p.Status)
	}
}

func viewerName(v *Visit) string {
	if v.Viewer == nil {
		return ""
	}
	return v.Viewer.Name
}

// Absent reports whether a thing cannot be shown to this viewer, which beside
// something else is no reason to fail.
func Absent(err error) bool { return errs.Is(err, errs.NotFound) || errs.Is(err, errs.Withheld) }
