package api

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/record"
	"github.com/cordon-project/cordon/screen"
	"github.com/cordon-project/cordon/screen/batch"
)

// Answers is the body of a screening.
type Answers struct {
	Answers []screen.Answer `json:"answers"`
}

// Question is a whole question as it is posted: of its members only the text is
// needed.
type Question struct {
	screen.Query
	Kind screen.Kind `json:"kind,omitempty" enum:"name,wallet,domain,url,email,ip,hash,document,id"`
}

// query is the question as it is asked.
func (q Question) query() (screen.Query, error) {
	out := q.Query
	out.Kind = q.Kind
	return out, sound(out)
}

// sound refuses what a question would not be answered by: a date that is none
// must not look like one that was compared.
func sound(q screen.Query) error {
	if q.Birth != "" && q.Birth.Validate() != nil {
		return errs.New(errs.Invalid, "the date of birth cannot be read").WithHint("Write it as 1966-12-05, 1966-12 or 1966.")
	}
	if q.OFACMin != 0 && (q.OFACMin < minOFAC || q.OFACMin > maxOFAC) {
		return errs.New(errs.Invalid, "OFAC's search has scores from %d to %d", minOFAC, maxOFAC).WithHint("Give one of these.")
	}
	return nil
}

// The scores that OFAC's own search can be asked for.
const minOFAC, maxOFAC = 50, 100

func (s *server) screening() {
	type query struct {
		Q           string   `query:"q" required:"true" doc:"A name, wallet, domain, e-mail, IP, hash, document number or object id"`
		Kind        string   `query:"kind" doc:"What to take it for; empty to let Cordon decide" enum:"name,wallet,domain,url,email,ip,hash,document,id"`
		Limit       int      `query:"limit" minimum:"0" maximum:"1000"`
		Profile     string   `query:"profile" doc:"The threshold of alerts; balanced if it is not given" enum:"recall,balanced,precision"`
		Birth       string   `query:"birth" doc:"Date of birth in the precision known: 1966-12-05, 1966-12, 1966"`
		Place       string   `query:"place" doc:"Place of birth"`
		Country     string   `query:"country" doc:"Nationality"`
		Identifiers []string `query:"identifiers,explode" doc:"Document numbers, IMO, SWIFT, wallets; may be given several times"`
		AlertsOnly  bool     `query:"alerts_only" doc:"Leave out what is below the threshold"`
		OFACMin     int      `query:"ofac_min" minimum:"0" maximum:"100" doc:"Ask as OFAC's own search does, for scores from this on, 50 to 100"`
		AsOf        string   `query:"as_of" doc:"Answer with the lists of a day, 2023-06-01, or a moment, 2023-06-01T14:00:00Z"`
		Reference   string   `query:"reference" doc:"Your own id of whom it is about; a clearance may hold for it alone"`
	}
	add(s, http.MethodGet, "/screen", "Ask one question", func(ctx context.Context, in *query) (*one[screen.Answer], error) {
		q := screen.Query{
			Text: in.Q, Kind: screen.Kind(in.Kind), Limit: in.Limit, Profile: in.Profile, Birth: record.Date(in.Birth), Place: in.Place,
			Country: in.Country, Identifiers: in.Identifiers, AlertsOnly: in.AlertsOnly, OFACMin: in.OFACMin, Reference: in.Reference, AsOf: in.AsOf,
		}
		if err := sound(q); err != nil {
			return nil, err
		}
		a, err := s.c.Screen.Ask(ctx, viewer(ctx), q)
		return &one[screen.Answer]{a}, err
	})
	type queries struct {
		Body struct {
			Queries   []string   `json:"queries,omitempty" minItems:"1" maxItems:"1000"`
			Kind      string     `json:"kind,omitempty" enum:"name,wallet,domain,url,email,ip,hash,document,id" doc:"Of queries"`
			Limit     int        `json:"limit,omitempty" minimum:"0" maximum:"1000" doc:"Of queries"`
			Questions []Question `json:"questions,omitempty" minItems:"1" maxItems:"1000" doc:"Whole questions, answered after queries"`
		}
	}
	many := huma.Operation{Method: http.MethodPost, Path: "/screen", Summary: "Ask up to 1000 questions", MaxBodyBytes: maxAsked, BodyReadTimeout: time.Minute}
	register(s, many, func(ctx context.Context, in *queries) (*one[Answers], error) {
		asked := make([]screen.Query, 0, len(in.Body.Queries)+len(in.Body.Questions))
		for _, q := range in.Body.Queries {
			asked = append(asked, screen.Query{Text: q, Kind: screen.Kind(in.Body.Kind), Limit: in.Body.Limit})
		}
		for _, x := range in.Body.Questions {
			q, err := x.query()
			if err != nil {
				return nil, err
			}
			asked = append(asked, q)
		}
		if n := len(asked); n == 0 || n > MaxQueries {
			return nil, errs.New(errs.Invalid, "a request asks 1 to %d questions, this one %d", MaxQueries, n).WithHint("Give queries or questions; POST %s/screen/batch takes any number.", Base)
		}
		session, out := s.c.Screen.Session(viewer(ctx)), Answers{Answers: make([]screen.Answer, 0, len(asked))}
		for _, q := range asked {
			a, err := session.Ask(ctx, q)
			if err != nil {
				return nil, err
			}
			out.Answers = append(out.Answers, a)
		}
		return &one[Answers]{out}, nil
	})
	s.batches()
	add(s, http.MethodGet, "/lists", "The list versions in force", func(ctx context.Context, _ *struct{}) (*one[[]record.ListVersion], error) {
		l, err := s.c.Screen.Lists(ctx, viewer(ctx))
		return &one[[]record.ListVersion]{l}, err
	})
	type id struct {
		ID string `path:"id"`
	}
	add(s, http.MethodGet, "/parties/{id}", "All that is said of one party", func(ctx context.Context, in *id) (*one[Party], error) {
		d, err := s.c.Screen.Dossier(ctx, viewer(ctx), in.ID)
		if err != nil {
			return nil, err
		}
		return &one[Party]{partyOf(d)}, nil
	})
}

// Media types of a batch.
const (
	TypeNDJSON = "application/x-ndjson"
	TypeCSV    = "text/csv"
)

// BatchLine is one line of the answer to a batch: a result, or one of the others.
type BatchLine struct {
	batch.Result
	Clear   *ClearRows     `json:"clear,omitempty"`   // rows in which nothing was found, when asked for with marks
	Summary *batch.Summary `json:"summary,omitempty"` // the last line of a batch that came to its end
	Problem *Problem       `json:"problem,omitempty"` // the last line of one that did not
}

// ClearRows are rows one after another whose answers would have said that
// nothing was found, and what these stand on.
type ClearRows struct {
	Rows   int           `json:"rows"`
	Stands screen.Stands `json:"stands"`
}

// batches registers the batch, by hand: huma would hold the rows in memory.
func (s *server) batches() {
	str := func(name, doc string, values ...any) *huma.Param {
		return &huma.Param{Name: name, In: "query", Description: doc, Schema: &huma.Schema{Type: "string", Enum: values}}
	}
	flag := func(name, doc string) *huma.Param {
		return &huma.Param{Name: name, In: "query", Description: doc, Schema: &huma.Schema{Type: "boolean"}}
	}
	s.api.OpenAPI().AddOperation(&huma.Operation{
		Method: http.MethodPost, Path: Base + "/screen/batch", OperationID: "post-screen-batch",
		Summary: "Ask any number of questions, one a row, as a stream",
		Description: "Rows in, as lines of JSON with the members of a question, name and reference, or as CSV; lines of JSON out, in the order of the rows and " +
			"while they come in. Without all only rows that have an alert or could not be read or answered have a line. The last line has the summary, or the problem that ended it.",
		Parameters: []*huma.Param{
			str("profile", "The threshold of alerts; balanced if it is not given", "recall", "balanced", "precision"),
			str("kind", "What to take each row for; a row with a name is asked as a name if it is not given"),
			str("as_of", "Answer with the lists of a day or moment"),
			flag("all", "A line for every row"),
			flag("alerts_only", "false: candidates below the threshold too"),
			flag("marks", "Lines with clear, which count the rows in which nothing was found"),
			str("map", "Of CSV: which column holds what, such as name=full_name,birth=dob,reference=id"),
			str("dates", "How 05/12/1966 is meant", "dmy", "mdy"),
			{Name: "limit", In: "query", Description: "Candidates at most for each row", Schema: &huma.Schema{Type: "integer"}},
			{Name: "ofac_min", In: "query", Description: "Ask as OFAC's own search does, for scores from this on", Schema: &huma.Schema{Type: "integer"}},
		},
		RequestBody: &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{
			TypeNDJSON: {Schema: &huma.Schema{Type: "string"}}, TypeCSV: {Schema: &huma.Schema{Type: "string"}},
		}},
		Responses: map[string]*huma.Response{
			"200": {Description: "Lines", Content: map[string]*huma.MediaType{TypeNDJSON: {Schema: s.schema(BatchLine{})}}},
			"422": {Description: "Problem", Content: map[string]*huma.MediaType{problemType: {Schema: s.schema(Problem{})}}},
		},
	})
	s.mux.HandleFunc("POST "+Base+"/screen/batch", s.batch)
}

// asked is what a request for a batch states.
type asked struct {
	read       batch.ReadOptions
	all, marks bool
}

func batchAsked(r *http.Request) (a asked, err error) {
	contentType := r.Header.Get("Content-Type")
	media, params, err := mime.ParseMediaType(contentType)
	a.read = batch.ReadOptions{Charset: params["charset"], Named: screen.Name, Question: screen.Query{AlertsOnly: true}}
	switch {
	case err == nil && media == TypeNDJSON:
		a.read.Format = batch.NDJSON
	case err == nil && media == TypeCSV:
		a.read.Format = batch.CSV
	default:
		return a, errs.New(errs.Invalid, "a batch is of media type %s or %s, not %q", TypeNDJSON, TypeCSV, contentType)
	}
	values, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return a, errs.New(errs.Invalid, "the query of the address cannot be read").Because(err)
	}
	for name := range values {
		if err := a.set(name, values.Get(name)); err != nil {
			return a, err
		}
	}
	return a, sound(a.read.Question)
}

// set takes one parameter over.
func (a *asked) set(name, value string) (err error) {
	q := &a.read.Question
	switch name {
	case "profile":
		q.Profile = value
	case "kind":
		q.Kind = screen.Kind(value)
	case "all":
		a.all, err = strconv.ParseBool(value)
	case "alerts_only":
		q.AlertsOnly, err = strconv.ParseBool(value)
	case "marks":
		a.marks, err = strconv.ParseBool(value)
	case "map":
		a.read.Mapping, err = batch.ParseMapping(value)
		return err
	case "dates":
		a.read.Dates, err = DateOrder(value)
	case "as_of":
		q.AsOf = value
	case "limit":
		q.Limit, err = strconv.Atoi(value)
	case "ofac_min":
		q.OFACMin, err = strconv.Atoi(value)
	default:
		return errs.New(errs.Invalid, "a batch has no parameter %q", name).WithHint("The document at %s/openapi.json says what a request may hold.", Base)
	}
	if err != nil {
		return errs.New(errs.Invalid, "the parameter %s does not take %q", name, value).Because(err)
	}
	return nil
}

// DateOrder reads dmy or mdy, "" for neither.
func DateOrder(s string) (batch.DateOrder, error) {
	switch s {
	case "":
		return batch.AnyOrder, nil
	case "dmy":
		return batch.DayFirst, nil
	case "mdy":
		return batch.MonthFirst, nil
	}
	return "", errs.New(errs.Invalid, "the order of dates is dmy or mdy, not %q", s)
}

// batch answers a stream of rows. It reads and writes at the same time and holds
// a few rows; it ends with the client, and when its question is of no sort that
// could be answered before the first row.
func (s *server) batch(w http.ResponseWriter, r *http.Request) {
	control := http.NewResponseController(w)
	a, err := batchAsked(r)
	if err == nil {
		_, err = s.probe(r.Context(), a)
	}
	var in *batch.Reader
	if err == nil {
		in, err = batch.NewReader(r.Body, a.read)
	}
	if err != nil {
		s.fail(w, err)
		return
	}
	_ = control.EnableFullDuplex() // within one process it is so anyway
	w.Header().Set("Content-Type", TypeNDJSON)
	out := newLines(w, control, a)
	// What ends the run must end a read that waits for the next row too.
	stop := sync.OnceFunc(func() {
		if control.SetReadDeadline(time.Unix(1, 0)) != nil {
			_ = r.Body.Close()
		}
	})
	defer context.AfterFunc(r.Context(), stop)()
	out.failed = stop
	session := s.c.Screen.Session(viewer(r.Context()))
	sum, err := batch.Run(r.Context(), batch.Options{
		Prompt: true, Clock: s.c.Clock,
		Ask: func(ctx context.Context, q screen.Query) (screen.Answer, error) {
			if err := sound(q); err != nil {
				return screen.Answer{}, err
			}
			answer, err := session.Ask(ctx, q)
			if err != nil && !errs.Is(err, errs.Invalid) && !errs.Is(err, errs.Internal) {
				stop()
			}
			return answer, err
		},
	}, in.Rows(), out)
	last := BatchLine{Summary: &sum}
	if err != nil {
		last = BatchLine{Problem: s.problem(err)}
	}
	out.end(last)
}

// probe asks for nothing, so that a profile or a kind that there is not is said
// once and not of every row.
func (s *server) probe(ctx context.Context, a asked) (screen.Answer, error) {
	q := a.read.Question
	q.Text, q.OFACMin = "-", 0
	return s.c.Screen.Ask(ctx, viewer(ctx), q)
}

// flushEvery is how long a result may be held back for others to go with it.
const flushEvery = 20 * time.Millisecond

// lines writes the results of a batch. Results are flushed when no further one
// is ready, but not more often than flushEvery.
type lines struct {
	mu      sync.Mutex
	buf     *bufio.Writer
	enc     *json.Encoder
	control *http.ResponseController
	all     bool
	marks   bool
	clear   ClearRows // not yet written
	timer   *time.Timer
	waiting bool // the timer runs
	ended   bool
	err     error
	failed  func()
}

var _ batch.Handler = (*lines)(nil)

func newLines(w io.Writer, control *http.ResponseController, a asked) *lines {
	l := &lines{buf: bufio.NewWriterSize(w, 64<<10), control: control, all: a.all, marks: a.marks}
	l.enc = json.NewEncoder(l.buf)
	l.enc.SetEscapeHTML(false)
	return l
}

// Result implements [batch.Handler].
func (l *lines) Result(r batch.Result) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.err != nil {
		return l.err
	}
	if !l.all && r.Err == "" && r.Answer.State == screen.None {
		l.count(r.Answer.Stands)
		return l.err
	}
	l.mark()
	if l.err == nil {
		l.err = l.enc.Encode(r)
	}
	return l.err
}

// count counts a row in which nothing was found.
func (l *lines) count(at screen.Stands) {
	if !l.marks {
		return
	}
	if was := l.clear.Stands; l.clear.Rows > 0 && (was.Seq != at.Seq || was.Rules != at.Rules || was.Software != at.Software || was.Profile != at.Profile) {
		l.mark()
	}
	l.clear.Rows, l.clear.Stands = l.clear.Rows+1, at
}

// mark writes how many rows were counted.
func (l *lines) mark() {
	if l.clear.Rows == 0 || l.err != nil {
		return
	}
	l.err = l.enc.Encode(map[string]ClearRows{"clear": l.clear})
	l.clear.Rows = 0
}

// Flush implements [batch.Handler]: what is held back goes out, at once or soon.
func (l *lines) Flush() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.err != nil || l.waiting || l.clear.Rows == 0 && l.buf.Buffered() == 0 {
		return l.err
	}
	l.waiting = true
	if l.timer == nil {
		l.timer = time.AfterFunc(flushEvery, l.due)
	} else {
		l.timer.Reset(flushEvery)
	}
	return nil
}

func (l *lines) due() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.waiting = false
	if l.ended {
		return
	}
	if l.flush(); l.err != nil {
		l.failed()
	}
}

func (l *lines) flush() {
	l.mark()
	if l.err == nil {
		l.err = l.buf.Flush()
	}
	if l.err == nil {
		if err := l.control.Flush(); err != nil && !errors.Is(err, http.ErrNotSupported) {
			l.err = err
		}
	}
}

// end writes the last line; nothing is written after it.
func (l *lines) end(last BatchLine) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ended = true
	if l.timer != nil {
		l.timer.Stop()
	}
	l.mark()
	if l.err != nil {
		return
	}
	var v any = map[string]*batch.Summary{"summary": last.Summary}
	if last.Problem != nil {
		v = map[string]*Problem{"problem": last.Problem}
	}
	if l.err = l.enc.Encode(v); l.err == nil {
		l.flush()
	}
}
