package api

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"iter"
	"mime"
	"mime/multipart"
	"net/http"
	"reflect"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"github.com/cordon-project/cordon/auth"
	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/intake"
	"github.com/cordon-project/cordon/lists"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/record"
)

// Job is an import with its error, if it has one.
type Job struct {
	intake.Job
	Problem *Problem `json:"problem,omitempty"`
}

func (s *server) job(j intake.Job) Job {
	out := Job{Job: j}
	if j.Err != nil {
		out.Problem = s.problem(j.Err)
	}
	return out
}

// Kind is one thing that an import can be asked to read.
type Kind struct {
	Key     string `json:"key"`
	Title   string `json:"title"`
	Formats string `json:"formats,omitempty"`
}

func (s *server) imports() {
	s.api.OpenAPI().AddOperation(&huma.Operation{
		Method: http.MethodPost, Path: Base + "/imports", OperationID: "post-imports",
		Summary: "Take files or addresses in",
		Description: "A form of media type multipart/form-data: the fields kind, date, marking, shrink, person, supersede, sha256 and url (any number of both) first, " +
			"then the files in the field file. Answers when the bytes are safe; the job goes on by itself.",
		RequestBody: &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{"multipart/form-data": {Schema: importSchema()}}},
		Responses: map[string]*huma.Response{
			"202": {Description: "The job", Content: map[string]*huma.MediaType{"application/json": {Schema: s.schema(Job{})}}},
			"422": {Description: "Problem", Content: map[string]*huma.MediaType{problemType: {Schema: s.schema(Problem{})}}},
		},
	})
	s.mux.HandleFunc("POST "+Base+"/imports", s.take)
	type id struct {
		ID string `path:"id"`
	}
	add(s, http.MethodGet, "/imports", "The latest imports, newest first", func(context.Context, *struct{}) (*one[[]Job], error) {
		out := []Job{}
		for _, j := range s.c.Intake.Jobs() {
			out = append(out, s.job(j))
		}
		return &one[[]Job]{out}, nil
	})
	add(s, http.MethodGet, "/imports/{id}", "One import as it is now", func(_ context.Context, in *id) (*one[Job], error) {
		j, err := s.c.Intake.Job(in.ID)
		return &one[Job]{s.job(j)}, err
	})
	add(s, http.MethodDelete, "/imports/{id}", "Cancel an import; what it has committed stays", func(_ context.Context, in *id) (*struct{}, error) {
		return nil, s.c.Intake.Cancel(in.ID)
	})
	add(s, http.MethodGet, "/kinds", "What an import can be asked to read", func(context.Context, *struct{}) (*one[[]Kind], error) {
		var out []Kind
		for _, k := range intake.Kinds() {
			l, _ := lists.Find(k)
			out = append(out, Kind{Key: k, Title: l.Title, Formats: l.Formats})
		}
		return &one[[]Kind]{out}, nil
	})
	type sync struct {
		Body struct {
			Lists []string `json:"lists,omitempty" doc:"Keys of lists; none for all"`
		}
	}
	add(s, http.MethodPost, "/sync", "Fetch the official lists from their authorities", func(ctx context.Context, in *sync) (*one[[]Job], error) {
		ids, err := s.c.Intake.Sync(ctx, viewer(ctx), in.Body.Lists)
		if err != nil {
			return nil, err
		}
		out := []Job{}
		for _, id := range ids {
			j, err := s.c.Intake.Job(id)
			if err != nil {
				return nil, err
			}
			out = append(out, s.job(j))
		}
		return &one[[]Job]{out}, nil
	})
}

func importSchema() *huma.Schema {
	str := func(doc string) *huma.Schema { return &huma.Schema{Type: "string", Description: doc} }
	return &huma.Schema{Type: "object", Properties: map[string]*huma.Schema{
		"kind":      str("one of /kinds; empty to find out from the content"),
		"date":      str("of a list whose file states none, e.g. 2024-05-03, or 2024-05-03T14:00:00Z where a day has several"),
		"marking":   str("of a report: clear, green, amber, amber+strict, red"),
		"shrink":    str("1: a person's word that a list which lost more than the threshold is right: the first of two"),
		"person":    str("the person whose word that is"),
		"sha256":    str("sha256 that the authority states for a file, any number; with other files the list is held"),
		"supersede": str("1: accept a list that is not later than the version in force"),
		"url":       str("an address to fetch"),
		"file":      {Type: "array", Items: &huma.Schema{Type: "string", Format: "binary"}},
	}}
}

func (s *server) schema(v any) *huma.Schema {
	return s.api.OpenAPI().Components.Schemas.Schema(reflect.TypeOf(v), true, "")
}

// take answers an import. The form is read as it comes, fields first, then files
// one after another, none of them held in memory: huma would hold it whole.
func (s *server) take(w http.ResponseWriter, r *http.Request) {
	j, err := s.takeForm(r)
	if err != nil {
		s.fail(w, err)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusAccepted)
	_ = json.NewEncoder(w).Encode(s.job(j))
}

func (s *server) takeForm(r *http.Request) (intake.Job, error) {
	contentType := r.Header.Get("Content-Type")
	media, params, err := mime.ParseMediaType(contentType)
	if err != nil || media != "multipart/form-data" || params["boundary"] == "" {
		return intake.Job{}, errs.New(errs.Invalid, "an import is a form of media type multipart/form-data, not %q", contentType)
	}
	ctx := r.Context()
	form := multipart.NewReader(r.Body, params["boundary"])
	up := intake.Upload{By: viewer(ctx).Name}
	first, err := formFields(form, &up)
	if err != nil {
		return intake.Job{}, err
	}
	if up.Shrink || up.Supersede {
		// A person's word: one who has signed in gives their own, a program has none.
		if p, err := asker(ctx); err != nil || p.Kind == auth.Program {
			return intake.Job{}, errs.New(errs.Denied, "people say that a list which lost entries or is older is right, and not programs")
		}
		up.Person = said(ctx, up.Person)
	}
	if first != nil {
		up.Files = formFiles(form, first)
	}
	id, err := s.c.Intake.Import(ctx, viewer(ctx), up)
	if err != nil {
		return intake.Job{}, err
	}
	return s.c.Intake.Job(id)
}

// Limits of the fields of a form.
const (
	maxField  = 4096 // bytes of one
	maxFields = 1000
)

// formFields reads fields until the first file, which it returns; nil when the
// form has none.
func formFields(form *multipart.Reader, up *intake.Upload) (*multipart.Part, error) {
	for n := 0; ; n++ {
		p, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			return nil, nil
		}
		if err != nil {
			return nil, brokenForm(err)
		}
		if p.FormName() == "file" {
			return p, nil
		}
		b, err := io.ReadAll(io.LimitReader(p, maxField+1))
		if err != nil {
			return nil, brokenForm(err)
		}
		if len(b) > maxField || n == maxFields {
			return nil, errs.New(errs.Invalid, "a form takes %d fields of %d bytes each, beside its files", maxFields, maxField)
		}
		if err := setField(up, p.FormName(), string(b)); err != nil {
			return nil, err
		}
	}
}

func brokenForm(err error) error {
	return errs.New(errs.Invalid, "the form broke off before its end; nothing was imported").Because(err).WithHint("Send it again.")
}

func setField(up *intake.Upload, name, value string) error {
	var err error
	switch name {
	case "kind":
		up.Kind = value
	case "date":
		up.Date = record.Date(value)
	case "marking":
		var t policy.TLP
		if t, err = policy.ParseTLP(value); err == nil {
			up.Marking = &t
		}
	case "shrink":
		up.Shrink, err = strconv.ParseBool(value)
	case "supersede":
		up.Supersede, err = strconv.ParseBool(value)
	case "person":
		up.Person = value
	case "sha256":
		up.Stated = append(up.Stated, value)
	case "url":
		up.URLs = append(up.URLs, value)
	default:
		return errs.New(errs.Invalid, "an import has no field %q", name)
	}
	if err != nil {
		return errs.New(errs.Invalid, "the field %s does not take %q", name, value).Because(err)
	}
	return nil
}

func formFiles(form *multipart.Reader, first *multipart.Part) iter.Seq2[intake.UploadFile, error] {
	return func(yield func(intake.UploadFile, error) bool) {
		for p := first; ; {
			if p.FormName() != "file" {
				yield(intake.UploadFile{}, errs.New(errs.Invalid, "the field %q comes after the files", p.FormName()).WithHint("Send fields before files."))
				return
			}
			if !yield(intake.UploadFile{Name: fileName(p), Body: p}, nil) {
				return
			}
			var err error
			if p, err = form.NextPart(); errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				yield(intake.UploadFile{}, brokenForm(err))
				return
			}
		}
	}
}

// fileName returns the name of a part with its folder, which multipart's own
// method drops: a folder's name may hold the list's date. It names nothing on
// this machine.
func fileName(p *multipart.Part) string {
	_, params, err := mime.ParseMediaType(p.Header.Get("Content-Disposition"))
	if err != nil {
		return p.FileName()
	}
	return params["filename"]
}
