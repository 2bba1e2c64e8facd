package api

import (
	"context"
	"mime"
	"net/http"
	"net/url"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/monitor"
	"github.com/cordon-project/cordon/monitor/book"
	"github.com/cordon-project/cordon/monitor/notify"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/screen"
	"github.com/cordon-project/cordon/screen/batch"
)

// Deliveries returns what was sent about alerts, what waits and what was given up,
// the latest first. With again, what was given up waits once more.
type Deliveries func(ctx context.Context, v policy.Viewer, again bool) ([]notify.Delivery, error)

// BookOf is a book as it is made.
type BookOf struct {
	Name    string `json:"name"`
	Owner   string `json:"owner" doc:"Who answers for its alerts"`
	Profile string `json:"profile,omitempty" doc:"recall, balanced or precision; balanced if it is not given"`
}

// Customer is a customer with their alerts.
type Customer struct {
	Customer book.Customer   `json:"customer"`
	Alerts   []monitor.Alert `json:"alerts"`
}

// AlertPage is alerts, and how many there are in all.
type AlertPage struct {
	Total  int             `json:"total"`
	Alerts []monitor.Alert `json:"alerts"`
}

// Removed is how many customers were removed.
type Removed struct {
	Removed int `json:"removed"`
}

func (s *server) books() {
	add(s, http.MethodGet, "/books", "The customer books: customers, alerts, up to where they are screened", func(ctx context.Context, _ *struct{}) (*one[[]monitor.Info], error) {
		out, err := s.c.Monitor.Books(ctx, viewer(ctx))
		return &one[[]monitor.Info]{out}, err
	})
	type made struct{ Body BookOf }
	add(s, http.MethodPost, "/books", "Make an empty book; the first makes the key that opens all of them", func(ctx context.Context, in *made) (*one[monitor.Info], error) {
		out, err := s.c.Monitor.Create(ctx, viewer(ctx), in.Body.Name, in.Body.Owner, in.Body.Profile)
		return &one[monitor.Info]{out}, err
	})
	add(s, http.MethodGet, "/books-key", "The public key of the books; the key itself never leaves the node", func(ctx context.Context, _ *struct{}) (*one[monitor.KeyInfo], error) {
		out, err := s.c.Monitor.Key(ctx, viewer(ctx))
		return &one[monitor.KeyInfo]{out}, err
	})
	type which struct {
		Book string `path:"book" doc:"Name or id"`
	}
	add(s, http.MethodGet, "/books/{book}", "One book", func(ctx context.Context, in *which) (*one[monitor.Info], error) {
		out, err := s.c.Monitor.Book(ctx, viewer(ctx), in.Book)
		return &one[monitor.Info]{out}, err
	})
	add(s, http.MethodDelete, "/books/{book}", "Remove a book with all that is in it, from the disk too", func(ctx context.Context, in *which) (*struct{}, error) {
		return nil, s.c.Monitor.Delete(ctx, viewer(ctx), in.Book)
	})
	type customer struct {
		Book string `path:"book" doc:"Name or id"`
		Body struct {
			Reference string `json:"reference" doc:"Your own id of the customer, which is kept out of addresses and so out of logs"`
		}
	}
	add(s, http.MethodPost, "/books/{book}/customer", "One customer with their alerts", func(ctx context.Context, in *customer) (*one[Customer], error) {
		c, alerts, err := s.c.Monitor.Customer(ctx, viewer(ctx), in.Book, in.Body.Reference)
		return &one[Customer]{Customer{c, alerts}}, err
	})
	type remove struct {
		Book string `path:"book" doc:"Name or id"`
		Body struct {
			References []string `json:"references" minItems:"1" maxItems:"10000" doc:"Your own ids of customers"`
		}
	}
	add(s, http.MethodPost, "/books/{book}/remove", "Remove customers with their alerts, from the disk too", func(ctx context.Context, in *remove) (*one[Removed], error) {
		n, err := s.c.Monitor.Remove(ctx, viewer(ctx), in.Book, in.Body.References)
		return &one[Removed]{Removed{n}}, err
	})
	s.bookStreams()
	s.alerts()
}

func (s *server) alerts() {
	type search struct{ Body monitor.Filter }
	add(s, http.MethodPost, "/alerts/search", "Alerts, the most urgent first; an empty filter lets all through", func(ctx context.Context, in *search) (*one[AlertPage], error) {
		all, total, err := s.c.Monitor.Alerts(ctx, viewer(ctx), in.Body)
		return &one[AlertPage]{AlertPage{total, all}}, err
	})
	type id struct {
		ID string `path:"id"`
	}
	add(s, http.MethodGet, "/alerts/{id}", "One alert with its evidence and history", func(ctx context.Context, in *id) (*one[monitor.Alert], error) {
		out, err := s.c.Monitor.Alert(ctx, viewer(ctx), in.ID)
		return &one[monitor.Alert]{out}, err
	})
	type step struct {
		ID   string `path:"id"`
		Body monitor.Step
	}
	add(s, http.MethodPost, "/alerts/{id}/steps", "Take, assign, note, clear, confirm or reopen an alert, or set its deadline", func(ctx context.Context, in *step) (*one[monitor.Alert], error) {
		out, err := s.c.Monitor.Do(ctx, viewer(ctx), in.ID, in.Body)
		return &one[monitor.Alert]{out}, err
	})
	add(s, http.MethodGet, "/deliveries", "What was sent about alerts, what waits and what was given up", func(ctx context.Context, _ *struct{}) (*one[[]notify.Delivery], error) {
		out, err := s.c.Deliveries(ctx, viewer(ctx), false)
		return &one[[]notify.Delivery]{out}, err
	})
	add(s, http.MethodPost, "/deliveries/again", "Send what was given up once more", func(ctx context.Context, _ *struct{}) (*one[[]notify.Delivery], error) {
		out, err := s.c.Deliveries(ctx, viewer(ctx), true)
		return &one[[]notify.Delivery]{out}, err
	})
}

// bookStreams registers what takes long, by hand: huma would hold rows in memory
// and an answer back.
func (s *server) bookStreams() {
	path := &huma.Param{Name: "book", In: "path", Required: true, Description: "Name or id", Schema: &huma.Schema{Type: "string"}}
	str := func(name, doc string, values ...any) *huma.Param {
		return &huma.Param{Name: name, In: "query", Description: doc, Schema: &huma.Schema{Type: "string", Enum: values}}
	}
	lines := map[string]*huma.Response{
		"200": {Description: "Lines: how far it is, and last what became of it", Content: map[string]*huma.MediaType{TypeNDJSON: {Schema: s.schema(Step{})}}},
		"422": {Description: "Problem", Content: map[string]*huma.MediaType{problemType: {Schema: s.schema(Problem{})}}},
	}
	s.api.OpenAPI().AddOperation(&huma.Operation{
		Method: http.MethodPost, Path: Base + "/books/{book}/customers", OperationID: "post-books-book-customers",
		Summary:     "Take customers into a book, encrypted, and screen them",
		Description: "Rows in, as lines of JSON with the members of a question, name and reference, or as CSV; all of them or none are kept, but for rows that cannot be read.",
		Parameters: []*huma.Param{
			path, str("map", "Of CSV: which column holds what, such as reference=id,name=full_name,birth=dob"), str("dates", "How 05/12/1966 is meant", "dmy", "mdy"),
		},
		RequestBody: &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{
			TypeNDJSON: {Schema: &huma.Schema{Type: "string"}}, TypeCSV: {Schema: &huma.Schema{Type: "string"}}, TypeAny: {Schema: &huma.Schema{Type: "string"}},
		}},
		Responses: lines,
	})
	s.mux.HandleFunc("POST "+Base+"/books/{book}/customers", s.takeCustomers)
	s.api.OpenAPI().AddOperation(&huma.Operation{
		Method: http.MethodPost, Path: Base + "/books/{book}/rescreen", OperationID: "post-books-book-rescreen",
		Summary:    "Screen the customers whom changes of the lists can concern, or everybody",
		Parameters: []*huma.Param{path, {Name: "all", In: "query", Description: "Everybody, whatever changed", Schema: &huma.Schema{Type: "boolean"}}},
		Responses:  lines,
	})
	s.mux.HandleFunc("POST "+Base+"/books/{book}/rescreen", s.rescreen)
}

// TypeAny is a file whose form is to be found out.
const TypeAny = "application/octet-stream"

// rowsAsked says how the rows of a request are read.
func rowsAsked(r *http.Request) (o batch.ReadOptions, err error) {
	contentType := r.Header.Get("Content-Type")
	media, params, err := mime.ParseMediaType(contentType)
	o = batch.ReadOptions{Charset: params["charset"], Named: screen.Name}
	switch {
	case err == nil && media == TypeNDJSON:
		o.Format = batch.NDJSON
	case err == nil && media == TypeCSV:
		o.Format = batch.CSV
	case err == nil && media == TypeAny:
	default:
		return o, errs.New(errs.Invalid, "customers are of media type %s or %s, not %q", TypeNDJSON, TypeCSV, contentType)
	}
	values, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return o, errs.New(errs.Invalid, "the query of the address cannot be read").Because(err)
	}
	for name := range values {
		switch name {
		case "map":
			o.Mapping, err = batch.ParseMapping(values.Get(name))
		case "dates":
			o.Dates, err = DateOrder(values.Get(name))
		default:
			err = errs.New(errs.Invalid, "an import of customers has no parameter %q", name)
		}
		if err != nil {
			return o, err
		}
	}
	return o, nil
}

func (s *server) takeCustomers(w http.ResponseWriter, r *http.Request) {
	o, err := rowsAsked(r)
	v, name := viewer(r.Context()), r.PathValue("book")
	if err == nil { // said before all rows were sent
		_, err = s.c.Monitor.Book(r.Context(), v, name)
	}
	var rows *batch.Reader
	if err == nil {
		rows, err = batch.NewReader(r.Body, o)
	}
	if err != nil {
		s.fail(w, err)
		return
	}
	_ = http.NewResponseController(w).EnableFullDuplex() // within one process it is so anyway
	w.Header().Set("Content-Type", TypeNDJSON)
	s.steps(r.Context(), w, func(ctx context.Context, tell func(Step)) (Step, error) {
		reading := ReadingOf(rows)
		tell(Step{Reading: &reading})
		taken, err := s.c.Monitor.Import(ctx, v, name, rows.Rows(), func(stage string, done, total int64) { tell(Step{Stage: stage, Done: done, Total: total}) })
		return Step{Taken: &taken}, err
	})
}

func (s *server) rescreen(w http.ResponseWriter, r *http.Request) {
	everybody := false
	var err error
	if all := r.URL.Query().Get("all"); all != "" {
		everybody, err = strconv.ParseBool(all)
	}
	v, name := viewer(r.Context()), r.PathValue("book")
	if err != nil {
		err = errs.New(errs.Invalid, "the parameter all is true or false").Because(err)
	} else {
		_, err = s.c.Monitor.Book(r.Context(), v, name)
	}
	if err != nil {
		s.fail(w, err)
		return
	}
	w.Header().Set("Content-Type", TypeNDJSON)
	s.steps(r.Context(), w, func(ctx context.Context, tell func(Step)) (Step, error) {
		run, err := s.c.Monitor.Rescreen(ctx, v, name, everybody, func(done, total int64) { tell(Step{Stage: "screening customers", Done: done, Total: total}) })
		return Step{Run: &run}, err
	})
}
