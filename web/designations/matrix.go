package designations

import (
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/matrix"
	"github.com/cordon-project/cordon/web"

	"github.com/cordon-project/cordon/screen"
	"github.com/cordon-project/cordon/web/say"
	"github.com/cordon-project/cordon/web/view"
)

const (
	rowsOnPage     = 50 // parties on one page of the matrix
	listingsInCell = 2  // listings of one authority in a cell; more are counted
	underInCell    = 3  // instruments or programmes of one listing
)

type matrixPage struct {
	F       web.Frame
	T       matrix.Table
	Say     screen.Text
	Asked   []screen.Text // conditions that the sentence does not say
	Unsure  []screen.Text
	Refused []string // codes of which no list is loaded though the question needs one
	Form    view.Form
	Views   []view.Preset
	Heads   []view.Head
	Rows    []view.Row
	From    int // number of the first row on the page, from 1; 0 for none
	To      int
	Prev    string
	Next    string
	Exports []view.Export
}

func (s *pages) matrix(w http.ResponseWriter, v *web.Visit) error {
	q := v.URL.Query()
	f, err := view.Asked(q)
	if err != nil {
		return err
	}
	if view.Untidy(q) { // what a form sends for fields that were left empty
		http.Redirect(w, v.Request, view.Address("/matrix", f, q.Get("page")), http.StatusSeeOther)
		return nil
	}
	p := &matrixPage{F: s.Frame(v, "matrix"), Form: view.Fields(f)}
	p.F.Title = v.Say.Plain("matrix.title")
	if p.T, err = s.c.Matrix.Matrix(v.Context(), *v.Viewer, f); errs.Is(err, errs.NotFound) {
		err = s.notLoaded(v, p, f)
	}
	if err != nil {
		return err
	}
	p.Say, p.Asked, p.Unsure = view.Sentence(v.Say, &p.T, f), view.Further(v.Say, f), view.Unsure(&p.T)
	p.Views, p.Heads = view.Presets(f), view.Heads(p.T.Columns)
	page, _ := strconv.Atoi(q.Get("page"))
	p.cut(v.Say, f, max(page, 1))
	for _, form := range []string{"csv", "xlsx", "stix", "json"} {
		p.Exports = append(p.Exports, view.Export{Form: form, Address: view.Address("/matrix/export/"+form, f, "")})
	}
	return s.Render(w, v, http.StatusOK, "matrix", p)
}

// notLoaded fills the page of a question about who is not on a list that is not
// here: its columns, and which of them cannot be asked for.
func (s *pages) notLoaded(v *web.Visit, p *matrixPage, f matrix.Filter) (err error) {
	not := f.Not
	f.Not = nil
	if p.T, err = s.c.Matrix.Matrix(v.Context(), *v.Viewer, f); err != nil {
		return err
	}
	for _, c := range p.T.Columns {
		if !c.Loaded && slices.Contains(not, c.Code) {
			p.Refused = append(p.Refused, c.Code)
		}
	}
	p.T.Rows, p.T.Total = nil, 0
	return nil
}

// Signs are the states of a cell, to be explained.
func (p *matrixPage) Signs() []string {
	return []string{string(matrix.Listed), string(matrix.Removed), string(matrix.Press), string(matrix.NotFound), string(matrix.NotLoaded)}
}

// cut takes the rows of one page.
func (p *matrixPage) cut(say *say.Catalogue, f matrix.Filter, page int) {
	last := max(1, (len(p.T.Rows)+rowsOnPage-1)/rowsOnPage)
	page = min(page, last)
	from := (page - 1) * rowsOnPage
	to := min(from+rowsOnPage, len(p.T.Rows))
	if to > from {
		p.From, p.To = from+1, to
	}
	if page > 1 {
		p.Prev = view.Address("/matrix", f, strconv.Itoa(page-1))
	}
	if page < last {
		p.Next = view.Address("/matrix", f, strconv.Itoa(page+1))
	}
	for i := range p.T.Rows[from:to] {
		r := &p.T.Rows[from+i]
		p.F.RaiseTo(r.Marking)
		p.Rows = append(p.Rows, view.RowOf(say, r, p.Heads))
	}
}

// exportKinds are the media types of the forms and the ends of their file names.
var exportKinds = map[string][2]string{
	"csv":  {"text/csv; charset=utf-8", ".csv"},
	"xlsx": {"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".xlsx"},
	"stix": {"application/stix+json;version=2.1", ".stix.json"},
	"json": {"application/json", ".json"},
}

// matrixExport gives the rows of a view, all of them, as a file.
func (s *pages) matrixExport(w http.ResponseWriter, v *web.Visit) error {
	kind, ok := exportKinds[v.PathValue("form")]
	if !ok {
		return errs.New(errs.NotFound, "there is no such form")
	}
	f, err := view.Asked(v.URL.Query())
	if err != nil {
		return err
	}
	t, err := s.c.Matrix.Matrix(v.Context(), *v.Viewer, f)
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("Content-Type", kind[0])
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{
		"filename": "cordon-matrix-" + s.Now().UTC().Format(time.DateOnly) + kind[1],
	}))
	switch v.PathValue("form") {
	case "csv":
		err = matrix.WriteCSV(w, t)
	case "xlsx":
		err = matrix.WriteXLSX(w, t)
	case "stix":
		err = s.c.Matrix.WriteSTIX(v.Context(), w, *v.Viewer, t)
	default:
		err = writeJSON(w, t)
	}
	if err != nil {
		// The head has gone out, so a page of an error would end up in the file: the
		// connection is cut instead, and the browser says that the download failed.
		s.Log().Error("a matrix was not sent whole", "form", v.PathValue("form"), "err", err)
		panic(http.ErrAbortHandler)
	}
	return nil
}

func writeJSON(w io.Writer, t matrix.Table) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e.Encode(t)
}
