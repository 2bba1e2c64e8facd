package web

import (
	"context"
	"io"
	"iter"
	"log/slog"
	"time"

	"github.com/cordon-project/cordon/identity"
	"github.com/cordon-project/cordon/intake"
	"github.com/cordon-project/cordon/journal"
	"github.com/cordon-project/cordon/matrix"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/record"
	"github.com/cordon-project/cordon/screen"
	"github.com/cordon-project/cordon/screen/clearance"
)

// Limits that hold unless the configuration says otherwise.
const (
	// DefaultMaxUpload bounds one upload: 2 GiB, above the largest public list
	// and the largest STIX bundle that is in use.
	DefaultMaxUpload = 2 << 30
	// DefaultSessionIdle ends a session that nobody used.
	DefaultSessionIdle = 2 * time.Hour
	// DefaultSessionLife ends a session at all events.
	DefaultSessionLife = 12 * time.Hour
)

// Config is what the pages stand on. Screen, Objects, Desk, Matrix, Identities and
// Enter are needed; the zero value of everything else works.
type Config struct {
	Screen     Screener
	Objects    Objects
	Desk       Desk
	Matrix     Matrix
	Identities Identities
	// Enter turns a one-time token into the viewer of a new session. It refuses
	// with errs.Denied a token that is unknown, used or too old.
	Enter func(ctx context.Context, token string) (policy.Viewer, error)
	// Origins are the origins, besides loopback, under which the node is
	// reached, e.g. "https://cordon.example.org". When the first is https,
	// cookies are sent over https only.
	Origins []string
	// Node is the node's name for people, shown at the foot.
	Node string
	// Version is the version of the software, shown at the foot.
	Version     string
	Log         *slog.Logger     // nil for slog.Default()
	Clock       func() time.Time // nil for time.Now
	MaxUpload   int64            // bytes of one upload; 0 for DefaultMaxUpload
	SessionIdle time.Duration    // 0 for DefaultSessionIdle
	SessionLife time.Duration    // 0 for DefaultSessionLife
}

// Screener answers questions. It is *screen.Screener in a node.
type Screener interface {
	Ask(ctx context.Context, v policy.Viewer, q screen.Query) (screen.Answer, error)
}

// Objects is how the pages read the journal; every journal.Journal is one.
type Objects interface {
	Get(ctx context.Context, v policy.Viewer, p policy.Purpose, id string) (journal.Entry, error)
	Versions(ctx context.Context, v policy.Viewer, p policy.Purpose, id string) ([]journal.Entry, error)
	Scan(ctx context.Context, v policy.Viewer, q journal.Query) iter.Seq2[journal.Entry, error]
	Head(ctx context.Context) (int64, error)
}

// Desk is what else the pages need of the node. Every method decides for the
// viewer: what the viewer may not know is left out, or is errs.Withheld when it
// is what was asked for.
type Desk interface {
	// Party returns all that is said of one party.
	Party(ctx context.Context, v policy.Viewer, id string) (screen.Dossier, error)
	// Source returns the place in an archived input with what is around it.
	// errs.NotFound if there is no such input or no such place in it.
	Source(ctx context.Context, v policy.Viewer, w record.Where) (intake.SourceView, error)
	// Original opens the archived bytes; the caller closes them.
	Original(ctx context.Context, v policy.Viewer, sha256 string) (Original, error)

	// Lists returns the list versions in force.
	Lists(ctx context.Context, v policy.Viewer) ([]record.ListVersion, error)

	// ImportKinds names the readers that an import can ask for, e.g. "ofac",
	// "un", "report", in the order to be shown.
	ImportKinds() []string
	// Import takes an upload in and returns the id of its job as soon as the
	// bytes are safe. It reads u.Files to the end before it returns.
	Import(ctx context.Context, v policy.Viewer, u intake.Upload) (jobID string, err error)
	Job(ctx context.Context, v policy.Viewer, id string) (intake.Job, error)
	// Jobs returns the latest jobs, newest first; errs.Denied for a viewer who
	// may not take things in.
	Jobs(ctx context.Context, v policy.Viewer) ([]intake.Job, error)
	// Cancel ends a job that waits or runs; what it has already committed stays.
	Cancel(ctx context.Context, v policy.Viewer, id string) error

	// Clearances returns the clearances in the order in which they were proposed, as
	// they stand now; errs.Denied for a viewer who may not decide on them.
	Clearances(ctx context.Context, v policy.Viewer, f clearance.Filter) ([]clearance.Clearance, error)
	// Propose notes that a question is not a party. An empty version is that of the
	// party's object as it is now; errs.Conflict when the object has another.
	Propose(ctx context.Context, v policy.Viewer, p clearance.Proposal) (clearance.Clearance, error)
	// Confirm puts a proposal in force; errs.Denied when by is its author.
	Confirm(ctx context.Context, v policy.Viewer, id, by string) (clearance.Clearance, error)
	// Withdraw ends a proposal or a clearance.
	Withdraw(ctx context.Context, v policy.Viewer, id, by, reason string) (clearance.Clearance, error)

	// Checkpoint returns the newest signed checkpoint as its note, and the
	// number of entries that it covers; "" when none has been signed yet.
	Checkpoint(ctx context.Context) (note string, size int64, err error)
	// Quarantine returns the latest refused objects, newest first, and how many
	// there are altogether.
	Quarantine(ctx context.Context, v policy.Viewer, limit int) (refused []intake.Refused, total int, err error)
}

// Matrix answers who designated whom, when, and who has not; *matrix.Desk is one.
type Matrix interface {
	Matrix(ctx context.Context, v policy.Viewer, f matrix.Filter) (matrix.Table, error)
	Party(ctx context.Context, v policy.Viewer, id string) (matrix.Timeline, error)
	Lags(ctx context.Context, v policy.Viewer, f matrix.Filter) (matrix.Lags, error)
	Alignment(ctx context.Context, v policy.Viewer, q matrix.AlignmentQuery) (matrix.Alignment, error)
	WriteSTIX(ctx context.Context, w io.Writer, v policy.Viewer, t matrix.Table) error
}

// Identities says which entries of several lists are one party, and takes what
// people decide. What a viewer may not see is in no answer.
type Identities interface {
	// Group returns the entries that are a party, with the decisions that join them
	// and those that are open. errs.NotFound if there is no such party.
	Group(ctx context.Context, v policy.Viewer, party string) (identity.Group, error)
	// Questions returns the first pairs that wait for a person, those about the DPRK
	// first, and how many there are.
	Questions(ctx context.Context, v policy.Viewer, limit int) (qs []identity.Question, total int, err error)
	// Decisions returns every decision in force on any of the parties, by id.
	Decisions(ctx context.Context, v policy.Viewer, parties []string) ([]record.SameParty, error)
	// MayDecide reports whether the viewer may decide.
	MayDecide(v policy.Viewer) bool
	// State notes that two parties are one, or that they are not. errs.Denied for a
	// viewer who may not; errs.Invalid without a name or a reason.
	State(ctx context.Context, v policy.Viewer, a, b string, same bool, by, why string) (record.SameParty, error)
	// Split takes parties out of their group; its errors are those of State, and
	// errs.Invalid when they are not some of one group.
	Split(ctx context.Context, v policy.Viewer, parties []string, by, why string) ([]record.SameParty, error)
}

// Original is an archived input.
type Original struct {
	Name string
	Size int64
	Body io.ReadCloser
}
