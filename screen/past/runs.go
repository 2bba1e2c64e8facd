package past

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/screen"
	"github.com/cordon-project/cordon/whole"
)

// Folder is what the folder of runs is called in the node's folder.
const Folder = "runs"

// runForm is the form of a record.
//
//	1: 2026-11 first
const runForm = 1

// maxRun bounds a record, in bytes: a question with its identifiers and escapes.
const maxRun = 1 << 20

// Run is one question with all that its answer stood on.
type Run struct {
	ID       string        `json:"id"` // run- and a hash of all that follows
	Form     int           `json:"form"`
	Question screen.Query  `json:"question"`
	Viewer   policy.Viewer `json:"viewer"`
	Seq      int64         `json:"seq"`
	Epoch    int64         `json:"epoch"` // of the journal: it grows by erasures and late marking definitions
	AsOf     string        `json:"as_of,omitempty"`
	Rules    string        `json:"rules"`
	Profile  string        `json:"profile"`
	Software string        `json:"software"`
	At       time.Time     `json:"at"`
	State    screen.State  `json:"state"`
	SHA256   string        `json:"sha256"` // of the answer's bytes: see Bytes
}

// Bytes is an answer as it is recorded: JSON, indented by two blanks, with a line
// end.
func Bytes(a screen.Answer) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(a)
	return b.Bytes(), err
}

// Runs keeps runs in a folder, each in a file of its own.
type Runs struct{ dir string }

// OpenRuns opens the folder, and makes it when it is not there: for its owner
// alone. Errors: errs.Unavailable.
func OpenRuns(dir string) (_ *Runs, err error) {
	defer errs.Wrap(&err, "past.OpenRuns")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, folderError(err)
	}
	return &Runs{dir}, nil
}

func folderError(err error) error {
	return errs.New(errs.Unavailable, "the folder of runs cannot be read or written").Because(err).
		WithHint("see that the node's folder is there, may be written to and has room")
}

// Keep records the run of an answer that was just given; epoch is the journal's
// before the question was asked. What is returned is on disk.
func (r *Runs) Keep(ctx context.Context, v policy.Viewer, q screen.Query, a screen.Answer, epoch int64) (_ Run, err error) {
	defer errs.Wrap(&err, "past.Keep")
	if err := ctx.Err(); err != nil {
		return Run{}, err
	}
	said, err := Bytes(a)
	if err != nil {
		return Run{}, err
	}
	run := Run{
		Form: runForm, Question: q, Viewer: v, Seq: a.Stands.Seq, Epoch: epoch, AsOf: a.Stands.AsOf, Rules: a.Stands.Rules, Profile: a.Stands.Profile.Name,
		Software: a.Stands.Software, At: a.Stands.At, State: a.State, SHA256: sum(said),
	}
	if run.ID, err = run.id(); err != nil {
		return Run{}, err
	}
	b, err := json.MarshalIndent(run, "", "  ")
	if err != nil {
		return Run{}, err
	}
	return run, r.write(run.ID+".json", append(b, '\n'))
}

func sum(b []byte) string {
	h := sha256.Sum256(b)
	return hex.EncodeToString(h[:])
}

// id is the hash of the record without its id.
func (r Run) id() (string, error) {
	r.ID = ""
	b, err := json.Marshal(r)
	return "run-" + sum(b)[:32], err
}

// write puts a file in its place, whole or not at all.
func (r *Runs) write(name string, data []byte) error {
	if err := whole.Write(filepath.Join(r.dir, name), data); err != nil {
		return folderError(err)
	}
	return nil
}

var runID = regexp.MustCompile(`^run-[0-9a-f]{32}$`)

// Get returns a run. Errors: errs.NotFound, errs.Internal when its record was
// changed.
func (r *Runs) Get(id string) (run Run, err error) {
	defer errs.Wrap(&err, "past.Get")
	missing := errs.New(errs.NotFound, "there is no run of this id").WithHint("cordon screen --record prints the id of what it records")
	if !runID.MatchString(id) {
		return run, missing
	}
	name := filepath.Join(r.dir, id+".json")
	i, err := os.Stat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return run, missing
	case err != nil:
		return run, folderError(err)
	case i.Size() > maxRun:
		return run, changed(errors.New("it is too large"))
	}
	b, err := os.ReadFile(name)
	if err != nil {
		return run, folderError(err)
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(&run); err != nil {
		return run, changed(err)
	}
	if run.Form > runForm {
		return run, errs.New(errs.Conflict, "the run was recorded by a newer Cordon").WithHint("use that version or a newer one")
	}
	if own, err := run.id(); err != nil || own != id || run.ID != id {
		return run, changed(cmp.Or(err, errors.New("its id is not the hash of it")))
	}
	return run, nil
}

func changed(why error) error {
	return errs.New(errs.Internal, "the record of the run was changed or damaged").Because(why).WithHint("put it back from a backup")
}

// List returns the runs, newest first, at most limit; those that cannot be read
// are left out and counted.
func (r *Runs) List(limit int) (runs []Run, unreadable int, err error) {
	defer errs.Wrap(&err, "past.List")
	files, err := os.ReadDir(r.dir)
	if err != nil {
		return nil, 0, folderError(err)
	}
	runs = []Run{}
	for _, f := range files {
		id, is := strings.CutSuffix(f.Name(), ".json")
		if !is {
			continue
		}
		run, err := r.Get(id)
		if err != nil {
			unreadable++
			continue
		}
		runs = append(runs, run)
	}
	slices.SortFunc(runs, func(a, b Run) int { return cmp.Or(b.At.Compare(a.At), cmp.Compare(a.ID, b.ID)) })
	return runs[:min(len(runs), limit)], unreadable, nil
}

// Replayed is what became of a run.
type Replayed struct {
	Run    Run      `json:"run"`
	Same   bool     `json:"same"`   // the bytes are those of then
	SHA256 string   `json:"sha256"` // of the bytes now
	Answer string   `json:"answer"` // the bytes now
	Notes  []string `json:"notes"`  // what is not as it was then
}

// Replay answers the question of a run again, from the journal as it stood then
// and with that time of day, for who had asked. It is said when the rules, the
// software, or entries that the answer stood on are not the same any more.
func (w *Views) Replay(ctx context.Context, run Run) (_ Replayed, err error) {
	defer errs.Wrap(&err, "past.Replay(%s)", run.ID)
	out := Replayed{Run: run, Notes: []string{}}
	params := w.c.Params
	if params.Rules == "" {
		params = screen.DefaultParams
	}
	if params.Rules != run.Rules {
		out.Notes = append(out.Notes, "the rules are "+params.Rules+" now and were "+run.Rules+": the answer is by the rules of now")
	}
	if w.c.Software != run.Software {
		out.Notes = append(out.Notes, "the software is "+w.c.Software+" now and was "+run.Software)
	}
	if run.Epoch != w.c.Epoch() {
		out.Notes = append(out.Notes, "something in the journal was erased or marked anew since: what the answer stood on may be gone")
	}
	head, err := w.c.Journal.Head(ctx)
	if err != nil {
		return out, err
	}
	if head < run.Seq {
		return out, errs.New(errs.Conflict, "the journal has %d entries; the run stood on %d", head, run.Seq).WithHint("this is another journal, or an older backup of it")
	}
	at := time.Time{}
	if run.AsOf != "" {
		if at, err = w.moment(run.AsOf); err != nil {
			return out, err
		}
	}
	v, err := w.build(ctx, run.AsOf, at, run.Seq, func() time.Time { return run.At })
	if err != nil {
		return out, err
	}
	a, err := v.s.Ask(ctx, run.Viewer, run.Question)
	if err != nil {
		return out, err
	}
	a.Stands.Software = run.Software // said above when it is another
	said, err := Bytes(a)
	if err != nil {
		return out, err
	}
	out.Answer, out.SHA256 = string(said), sum(said)
	out.Same = out.SHA256 == run.SHA256
	return out, nil
}
