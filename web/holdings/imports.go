package holdings

import (
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/intake"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/record"
	"github.com/cordon-project/cordon/web"
	"github.com/cordon-project/cordon/web/view"
)

type importsPage struct {
	F     web.Frame
	Kinds []string
	Jobs  []intake.Job
	Max   int64
}

func (s *pages) imports(w http.ResponseWriter, v *web.Visit) error {
	jobs, err := s.c.Desk.Jobs(v.Context(), *v.Viewer)
	if err != nil {
		return err
	}
	p := &importsPage{F: s.Frame(v, "imports"), Kinds: s.c.Desk.ImportKinds(), Jobs: jobs, Max: s.c.MaxUpload}
	p.F.Title = v.Say.Plain("imports.title")
	p.F.Refresh = slices.ContainsFunc(jobs, func(j intake.Job) bool { return !j.State.Over() })
	return s.Render(w, v, http.StatusOK, "imports", p)
}

type jobPage struct {
	F web.Frame
	J intake.Job
	// Why is the failure in words, and What to do about it.
	Why, What string
}

func (s *pages) job(w http.ResponseWriter, v *web.Visit) error {
	j, err := s.c.Desk.Job(v.Context(), *v.Viewer, v.PathValue("id"))
	if err != nil {
		return err
	}
	p := &jobPage{F: s.Frame(v, "imports"), J: j}
	p.F.Title = v.Say.Plain("job.title", view.JobName(j))
	p.F.Refresh = !j.State.Over()
	if j.Err != nil {
		if public := errs.Public(j.Err); errs.KindOf(public) == errs.Internal {
			s.Log().Error("import failed", "job", j.ID, "err", j.Err)
		} else {
			p.Why, p.What = errs.Message(public)
		}
	}
	return s.Render(w, v, http.StatusOK, "job", p)
}

func (s *pages) cancelJob(w http.ResponseWriter, v *web.Visit) error {
	id := v.PathValue("id")
	if err := s.c.Desk.Cancel(v.Context(), *v.Viewer, id); err != nil {
		return err
	}
	http.Redirect(w, v.Request, "/imports/"+url.PathEscape(id), http.StatusSeeOther)
	return nil
}

// maxFields bounds what of an upload is no file, in bytes.
const maxFields = 64 << 10

// startImport hands an upload to the node as it arrives: no file is held in
// memory or written twice.
func (s *pages) startImport(w http.ResponseWriter, v *web.Visit) error {
	v.Body = http.MaxBytesReader(w, v.Body, s.c.MaxUpload+maxFields)
	mr, err := v.MultipartReader()
	if err != nil {
		return errs.New(errs.Invalid, "the upload is not a form with files").Because(err)
	}
	u, first, err := readFields(mr)
	if err != nil {
		return err
	}
	if first == nil && len(u.URLs) == 0 {
		return errs.New(errs.Invalid, "no file was chosen and no address given").WithHint("choose a file, or give the address of one")
	}
	u.Files = func(yield func(intake.UploadFile, error) bool) { files(mr, first, yield) }
	id, err := s.c.Desk.Import(v.Context(), *v.Viewer, u)
	if err != nil {
		return err
	}
	http.Redirect(w, v.Request, "/imports/"+url.PathEscape(id), http.StatusSeeOther)
	return nil
}

// readFields reads the form up to its first file, which is returned; the
// fields stand before the files in the form, and browsers keep that order.
func readFields(mr *multipart.Reader) (u intake.Upload, first *multipart.Part, err error) {
	for {
		part, err := mr.NextPart()
		if errors.Is(err, io.EOF) {
			return u, nil, nil
		}
		if err != nil {
			return u, nil, cut(err)
		}
		if part.FormName() == "file" {
			if part.FileName() == "" { // the browser's way to say that none was chosen
				continue
			}
			return u, part, nil
		}
		b, err := io.ReadAll(io.LimitReader(part, 4096))
		if err != nil {
			return u, nil, cut(err)
		}
		if err := readField(&u, part.FormName(), strings.TrimSpace(string(b))); err != nil {
			return u, nil, err
		}
	}
}

func readField(u *intake.Upload, name, value string) error {
	switch name {
	case "kind":
		u.Kind = value
	case "url":
		u.URLs = strings.Fields(value)
	case "date":
		u.Date = record.Date(value)
		return u.Date.Validate()
	case "marking":
		if value == "" {
			return nil
		}
		level, err := policy.ParseTLP(value)
		u.Marking = &level
		return err
	case "shrink":
		u.Shrink = value != ""
	case "supersede":
		u.Supersede = value != ""
	case "person":
		u.Person = value
	}
	return nil
}

func files(mr *multipart.Reader, part *multipart.Part, yield func(intake.UploadFile, error) bool) {
	for part != nil {
		if part.FormName() == "file" && part.FileName() != "" {
			name := path.Base(strings.ReplaceAll(part.FileName(), `\`, "/"))
			if !yield(intake.UploadFile{Name: name, Body: part}, nil) {
				return
			}
		}
		var err error
		if part, err = mr.NextPart(); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			yield(intake.UploadFile{}, cut(err))
			return
		}
	}
}

// cut is the error of an upload that did not come whole.
func cut(err error) error {
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return err
	}
	return errs.New(errs.Invalid, "the upload did not arrive whole; nothing of it was kept").Because(err)
}
