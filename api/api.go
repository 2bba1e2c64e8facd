package api

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"path"
	"reflect"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/cordon-project/cordon/api/access"
	"github.com/cordon-project/cordon/auth"
	"github.com/cordon-project/cordon/auth/trail"
	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/intake"
	"github.com/cordon-project/cordon/journal"
	"github.com/cordon-project/cordon/matrix"
	"github.com/cordon-project/cordon/monitor"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/record"
	"github.com/cordon-project/cordon/screen"
)

// Base is the path under which everything lies.
const Base = "/api/v1"

// Limits.
const (
	// MaxQueries is how many questions one request may ask.
	MaxQueries = 1000
	// MaxPage is how many entries one page of the journal may have.
	MaxPage = 1000
	// MaxPageBytes is how much the objects on one page may have, but for the
	// last: a page ends before its number of entries when they are large.
	MaxPageBytes = 32 << 20
	// maxAsked is the size of a request with MaxQueries questions of
	// screen.MaxQuery bytes each, and room for escapes.
	maxAsked = 2 * MaxQueries * screen.MaxQuery
)

// Config is what the API stands on. All fields are needed.
type Config struct {
	Screen  *screen.Screener
	Journal journal.Journal
	Intake  *intake.Desk
	Keeper  Keeper
	// Clearances keeps who has decided that a question is not a listed party.
	Clearances Clearances
	// Identities says which parties of several lists are one.
	Identities Identities
	// History is what was in force when, what waits to be, and what was answered.
	History History
	// Matrix says who designated whom, Packets makes what is given to others.
	Matrix  *matrix.Desk
	Packets Packets
	// Monitor watches over customer books, Deliveries says who was told.
	Monitor    *monitor.Desk
	Deliveries Deliveries
	// Exchange is the node as a TAXII server.
	Exchange Exchange
	// Warnings gives the warning lists in force.
	Warnings Warnings
	// Changed returns a channel that is closed at the next change of the journal, and
	// EventKey is the secret under which ids of events are made.
	Changed  func() <-chan struct{}
	EventKey []byte
	// Stopping is closed when the server begins to stop, so that subscriptions end.
	// Nil: never.
	Stopping <-chan struct{}
	// Who says who makes a request: errs.Denied for nobody known.
	Who func(*http.Request) (auth.Principal, error)
	// Accounts is who there is, Trail what was recorded of them.
	Accounts *auth.Store
	Trail    *trail.Trail
	// Link makes a one-time link by which a person enters the pages.
	Link    func() (string, error)
	Version Version
	Log     *slog.Logger
	Clock   func() time.Time
}

// Keeper looks after the node's store.
type Keeper interface {
	Verify(ctx context.Context, progress journal.Progress) (journal.Report, error)
	// Rebuild builds every projection anew and compares the result with what
	// stood before.
	Rebuild(ctx context.Context, progress journal.Progress) ([]Rebuilt, error)
	// Checkpoint returns the newest signed checkpoint as a note (C2SP
	// tlog-checkpoint).
	Checkpoint(ctx context.Context) ([]byte, error)
	// Tile returns a tile of the log by its path (C2SP tlog-tiles).
	Tile(ctx context.Context, path string) ([]byte, error)
	// Quarantine returns refused objects, newest first.
	Quarantine(ctx context.Context, v policy.Viewer, limit int) ([]journal.Quarantined, int64, error)
	Doctor(ctx context.Context) ([]Check, error)
}

// Version says which software answers.
type Version struct {
	Software string `json:"software"`
	Commit   string `json:"commit,omitempty"`
	Go       string `json:"go"`
	Platform string `json:"platform"`
	Rules    string `json:"rules" doc:"The set of parameters behind answers"`
}

// Rebuilt is one projection after a rebuild.
type Rebuilt struct {
	Projection string `json:"projection"`
	Rows       int64  `json:"rows"`
	Before     string `json:"before" doc:"SHA-256 over all rows as they stood"`
	After      string `json:"after" doc:"SHA-256 over all rows built anew"`
	Same       bool   `json:"same"`
}

// Check is one thing that doctor looked at.
type Check struct {
	Name string `json:"name"`
	OK   bool   `json:"ok"`
	Text string `json:"text"`
	Hint string `json:"hint,omitempty"`
}

type server struct {
	c     Config
	mux   *http.ServeMux
	api   huma.API
	table access.Table
}

// New returns the handler of everything under Base, and of the log's tiles.
func New(c Config) http.Handler {
	mux := http.NewServeMux()
	s := &server{c: c, mux: mux, table: access.New()}
	s.api = humago.New(mux, huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI: "3.1.0",
			Info: &huma.Info{
				Title: "Cordon", Version: c.Version.Software,
				Description: "Who is behind a name, a wallet or a domain: who says so, where exactly, under which list version.",
				License:     &huma.License{Name: "Apache-2.0", Identifier: "Apache-2.0"},
			},
			Components: &huma.Components{
				Schemas: huma.NewMapRegistry("#/components/schemas/", schemaName),
				SecuritySchemes: map[string]*huma.SecurityScheme{
					"token": {Type: "http", Scheme: "bearer", Description: "The token in the node's folder, or an API key."},
				},
			},
			Security: []map[string][]string{{"token": {}}},
		},
		OpenAPIPath:   Base + "/openapi",
		Formats:       huma.DefaultFormats,
		DefaultFormat: "application/json",
		Transformers:  []huma.Transformer{ownProblem},
	})
	mux.HandleFunc(Base+"/", func(w http.ResponseWriter, _ *http.Request) {
		s.fail(w, errs.New(errs.NotFound, "the API has nothing at this address").WithHint("%s/openapi.json names what there is.", Base))
	})
	s.screening()
	s.clearing()
	s.names()
	s.identities()
	s.designations()
	s.history()
	s.books()
	s.evaluating()
	s.objects()
	s.imports()
	s.keeping()
	s.feeds()
	s.exchange()
	s.subscriptions()
	s.accounts()
	return s.guard(mux)
}

// schemaName names the schema of a type after its room and itself: RecordParty.
// Two rooms may use one word.
func schemaName(t reflect.Type, hint string) string {
	name := huma.DefaultSchemaNamer(t, hint)
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	room := path.Base(t.PkgPath())
	if t.Name() == "" || !strings.HasPrefix(t.PkgPath(), "github.com/cordon-project/") || room == "api" {
		return name
	}
	return strings.ToUpper(room[:1]) + room[1:] + name
}

type viewerKey struct{}

// guard turns a request into who makes it and their viewer, and asks whether they may
// make it. The OpenAPI document, the schemas
// of Cordon's own types, the checkpoint and the tiles are public: they tell
// nothing of any object.
func (s *server) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			switch p := recover(); p {
			case nil:
			case http.ErrAbortHandler:
				panic(p)
			default:
				s.fail(w, errs.New(errs.Internal, "a request stopped").Because(fmt.Errorf("panic: %v\n%s", p, debug.Stack())))
			}
		}()
		w.Header().Set("X-Content-Type-Options", "nosniff")
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
		if open(r.URL.Path) && r.Header.Get("Authorization") == "" {
			next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), viewerKey{}, policy.Public)))
			return
		}
		p, err := s.c.Who(r)
		if errs.Is(err, errs.Denied) {
			s.unauthorized(w)
			return
		}
		if err == nil {
			err = s.table.May(p, r.Method, strings.TrimPrefix(r.URL.Path, Base))
		}
		if err != nil {
			s.fail(w, err)
			return
		}
		ctx := context.WithValue(auth.With(r.Context(), p), viewerKey{}, p.Viewer())
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

func open(path string) bool {
	rest, ok := strings.CutPrefix(path, Base)
	return ok && (strings.HasPrefix(rest, "/openapi") || strings.HasPrefix(rest, "/schemas/") || strings.HasPrefix(rest, "/log/") || rest == "/health")
}

func (s *server) unauthorized(w http.ResponseWriter) {
	w.Header().Set("WWW-Authenticate", `Bearer realm="cordon"`)
	p := problemOf(errs.Denied, http.StatusUnauthorized)
	p.Detail, p.Hint = "the request carries no token that this node knows", "Send Authorization: Bearer with the token in the node's folder, or with a key that is in force."
	p.write(w)
}

// fail answers with a problem where huma does not.
func (s *server) fail(w http.ResponseWriter, err error) {
	s.problem(err).write(w)
}

func viewer(ctx context.Context) policy.Viewer {
	v, ok := ctx.Value(viewerKey{}).(policy.Viewer)
	if !ok {
		return policy.Public
	}
	return v
}

type one[T any] struct{ Body T }

// add registers an operation whose errors become problems.
func add[I, O any](s *server, method, path, summary string, do func(context.Context, *I) (*O, error)) {
	register(s, huma.Operation{Method: method, Path: path, Summary: summary}, do)
}

func register[I, O any](s *server, op huma.Operation, do func(context.Context, *I) (*O, error)) {
	op.OperationID, op.Path = operationID(op.Method, op.Path), Base+op.Path
	op.Responses = map[string]*huma.Response{}
	for _, status := range []int{401, 403, 404, 409, 422, 500, 503} {
		op.Responses[strconv.Itoa(status)] = &huma.Response{
			Description: http.StatusText(status), Content: map[string]*huma.MediaType{problemType: {Schema: s.schema(Problem{})}},
		}
	}
	huma.Register(s.api, op, func(ctx context.Context, in *I) (*O, error) {
		out, err := do(ctx, in)
		if err != nil {
			return nil, s.problem(err)
		}
		return out, nil
	})
}

func operationID(method, path string) string {
	r := strings.NewReplacer("/", "-", "{", "", "}", "", ".", "-")
	return strings.ToLower(method) + r.Replace(path)
}

// Party is a dossier with its object.
type Party struct {
	Entry        Entry                `json:"entry"`
	Party        record.Party         `json:"party"`
	Listings     []record.Designation `json:"listings"`
	Namesakes    []screen.Namesake    `json:"namesakes" doc:"Entries with a name in common; not confirmed to be the same party"`
	NamesakesCut int                  `json:"namesakes_cut"`
	Mentions     []screen.Mention     `json:"mentions"`
	MentionsCut  int                  `json:"mentions_cut"`
	Ties         []screen.Tie         `json:"ties"`
	TiesCut      int                  `json:"ties_cut"`
}

func partyOf(d screen.Dossier) Party {
	return Party{entryOf(d.Entry), d.Party, d.Listings, d.Namesakes, d.NamesakesCut, d.Mentions, d.MentionsCut, d.Ties, d.TiesCut}
}

// read is what every read of the journal is wanted for here.
const read = policy.Reading
