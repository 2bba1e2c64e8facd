package intake

import (
	"context"
	"fmt"
	"io"
	"iter"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/identity"
	"github.com/cordon-project/cordon/journal"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/record"
	"github.com/cordon-project/cordon/screen"
)

// JobState is where a job stands.
type JobState string

// The states of a job.
const (
	Waiting   JobState = "waiting"
	Running   JobState = "running"
	Done      JobState = "done"
	Failed    JobState = "failed"
	Cancelled JobState = "cancelled"
)

// Over reports whether nothing more will happen.
func (s JobState) Over() bool { return s == Done || s == Failed || s == Cancelled }

// Job is one import.
type Job struct {
	ID      string    `json:"id,omitempty"`
	Kind    string    `json:"kind"` // of the reader that was asked for or found, "" while not known
	Inputs  []Input   `json:"inputs,omitempty"`
	By      string    `json:"by,omitempty"`
	State   JobState  `json:"state"`
	Stage   string    `json:"stage,omitempty"` // fetching, reading, writing, indexing, joining: what it does now
	Done    int64     `json:"done,omitempty"`  // of Total, in Unit
	Total   int64     `json:"total,omitempty"` // 0 when not known
	Unit    string    `json:"unit,omitempty"`  // bytes, objects, parties
	Started time.Time `json:"started,omitzero"`
	Ended   time.Time `json:"ended,omitzero"`
	Result  *Result   `json:"result,omitempty"` // nil until there is one
	Err     error     `json:"-"`                // why it failed; the version in force is untouched then
}

// Input is one archived input of a job.
type Input struct {
	Name   string `json:"name,omitempty"`
	SHA256 string `json:"sha256,omitempty"` // "" until it is archived
	Size   int64  `json:"size,omitempty"`
}

// Result says what an import changed.
type Result struct {
	Added    int                 `json:"added"`
	Changed  int                 `json:"changed"`
	Removed  int                 `json:"removed"`
	Same     int                 `json:"same"` // entries of a list, or objects
	Refused  int                 `json:"refused"`
	Refusals []Refused           `json:"refusals,omitempty"` // the first MaxShown; Refused counts all
	Notes    []string            `json:"notes,omitempty"`    // what a person should know: orphans, warnings, what was upgraded
	NotesCut int                 `json:"notes_cut,omitempty"`
	First    int64               `json:"first,omitempty"`
	Last     int64               `json:"last,omitempty"` // sequence numbers, 0 when nothing was new
	Version  *record.ListVersion `json:"version,omitempty"`
	Reports  []Report            `json:"reports,omitempty"` // what was made of documents, in their order
	Joined   *identity.Report    `json:"joined,omitempty"`  // decisions on which parties are one, when there were new ones
}

// Report is what was made of one document.
type Report struct {
	ID       string       `json:"id"`              // of the report object
	Title    string       `json:"title,omitempty"` // as the document gives it, else its name
	Input    string       `json:"input"`           // name of the input
	Found    []screen.Ref `json:"found,omitempty"` // known parties and indicators in it, each once; the first MaxShown
	FoundCut int          `json:"found_cut,omitempty"`
}

// MaxShown bounds each listing inside a result; what is beyond is counted.
const MaxShown = 200

// Refused is something that was not accepted.
type Refused struct {
	journal.Refusal
	Where record.Where `json:"where,omitzero"` // row and column of the input, where known
	At    time.Time    `json:"at,omitzero"`
	By    string       `json:"by,omitempty"`
}

// Upload is what somebody gave to an import: files, or the address to fetch.
type Upload struct {
	Kind string // one of Kinds, "" to find out from the content
	// Date is that of a list whose file does not state one, "" if it does; or the
	// moment of its publication, RFC 3339, where a day has several versions.
	Date record.Date
	URLs []string // addresses to fetch, beside the files
	By   string   // who gives it, for the journal
	// Marking is the level of a report and of what is found in it, nil for the
	// node's default.
	Marking *policy.TLP
	// Shrink is a person's word that a list which lost more than the threshold is
	// right: the first of the two that it takes, and Person says whose.
	Shrink bool
	Person string
	// Stated are the sha256 that the authority states for the files of a list. With
	// others it is held.
	Stated []string
	// Supersede accepts a list that is not later than the version in force.
	Supersede bool
	// Files runs over the files in the order given. Each Body ends when the
	// next file is asked for. Nil for none.
	Files iter.Seq2[UploadFile, error]
}

// UploadFile is one file of an upload.
type UploadFile struct {
	Name string // name as given, with its folder if known; not to be trusted as a path
	Body io.Reader
}

// jobs runs imports, of which one at a time writes, and remembers the latest.
type jobs struct {
	mu    sync.Mutex
	all   []*running // oldest first
	count int
	write chan struct{} // holds one token: the right to write
	done  sync.WaitGroup
	stop  context.CancelFunc
	ctx   context.Context
	now   func() time.Time
}

type running struct {
	of     *jobs
	job    Job // guarded by of.mu
	cancel context.CancelFunc
	writes bool // it holds the token
	over   chan struct{}
}

// update changes what is known of the job.
func (r *running) update(f func(*Job)) {
	r.of.mu.Lock()
	defer r.of.mu.Unlock()
	f(&r.job)
}

// turn returns when it is this job's turn to write, which it has until it ends.
// Whatever waits for others, as a download does, comes before it.
func (r *running) turn(ctx context.Context) error {
	if r.writes {
		return nil
	}
	r.update(func(j *Job) { j.State, j.Stage, j.Done, j.Total = Waiting, "", 0, 0 })
	select {
	case <-r.of.write:
		r.writes = true
		r.update(func(j *Job) { j.State = Running })
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// keptJobs is how many jobs a node remembers; the journal remembers all that
// they did.
const keptJobs = 100

func newJobs(now func() time.Time) *jobs {
	j := &jobs{write: make(chan struct{}, 1), now: now}
	j.ctx, j.stop = context.WithCancel(context.Background())
	j.write <- struct{}{}
	return j
}

// start runs work as a job of its own and returns at once. The job ends with
// the desk, not with the request that started it.
func (j *jobs) start(job Job, work func(context.Context, *running) error) string {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.count++
	ctx, cancel := context.WithCancel(j.ctx)
	job.ID, job.State, job.Started = fmt.Sprintf("import-%d", j.count), Waiting, j.now().UTC()
	r := &running{of: j, job: job, cancel: cancel, over: make(chan struct{})}
	j.all = append(j.all, r)
	if len(j.all) > keptJobs {
		if i := slices.IndexFunc(j.all, func(r *running) bool { return r.job.State.Over() }); i >= 0 {
			j.all = slices.Delete(j.all, i, i+1)
		}
	}
	j.done.Add(1)
	go func() {
		defer j.done.Done()
		defer close(r.over)
		defer cancel()
		j.run(ctx, r, work)
	}()
	return job.ID
}

func (j *jobs) run(ctx context.Context, r *running, work func(context.Context, *running) error) {
	err := safely(ctx, r, work)
	if r.writes {
		j.write <- struct{}{}
	}
	r.update(func(job *Job) {
		job.Ended, job.Stage = j.now().UTC(), ""
		switch {
		case err == nil:
			job.State = Done
		case ctx.Err() != nil:
			job.State, job.Err = Cancelled, errs.New(errs.Unavailable, "the import was cancelled; what it had committed stays").
				WithHint("Give the same files again to finish it: nothing is written twice.")
		default:
			job.State, job.Err = Failed, err
		}
	})
}

// safely runs work: an input that makes a reader panic must not end the node.
func safely(ctx context.Context, r *running, work func(context.Context, *running) error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = errs.New(errs.Internal, "the import stopped at a defect of Cordon; what it had committed stays").
				Because(fmt.Errorf("panic: %v\n%s", p, debug.Stack()))
		}
	}()
	return work(ctx, r)
}

func (j *jobs) find(id string) (*running, error) {
	i := slices.IndexFunc(j.all, func(r *running) bool { return r.job.ID == id })
	if i < 0 {
		return nil, errs.New(errs.NotFound, "there is no import %q", id).WithHint("A node remembers its last %d imports; the journal remembers what all of them did.", keptJobs)
	}
	return j.all[i], nil
}

// Job returns a job as it is now: errs.NotFound if there is none of that id.
func (d *Desk) Job(id string) (Job, error) {
	d.jobs.mu.Lock()
	defer d.jobs.mu.Unlock()
	r, err := d.jobs.find(id)
	if err != nil {
		return Job{}, err
	}
	return r.job, nil
}

// Jobs returns the latest jobs, newest first.
func (d *Desk) Jobs() []Job {
	d.jobs.mu.Lock()
	defer d.jobs.mu.Unlock()
	out := make([]Job, 0, len(d.jobs.all))
	for _, r := range slices.Backward(d.jobs.all) {
		out = append(out, r.job)
	}
	return out
}

// Cancel ends a job that waits or runs; what it has committed stays.
func (d *Desk) Cancel(id string) error {
	d.jobs.mu.Lock()
	defer d.jobs.mu.Unlock()
	r, err := d.jobs.find(id)
	if err != nil {
		return err
	}
	if r.job.State.Over() {
		return errs.New(errs.Conflict, "the import %s is over already", id)
	}
	r.cancel()
	return nil
}

// Wait returns when a job is over.
func (d *Desk) Wait(ctx context.Context, id string) (Job, error) {
	d.jobs.mu.Lock()
	r, err := d.jobs.find(id)
	d.jobs.mu.Unlock()
	if err != nil {
		return Job{}, err
	}
	select {
	case <-r.over:
		d.jobs.mu.Lock()
		defer d.jobs.mu.Unlock()
		return r.job, nil
	case <-ctx.Done():
		return Job{}, ctx.Err()
	}
}

// Close cancels what waits or runs and returns when it has ended.
func (d *Desk) Close() {
	d.jobs.stop()
	d.jobs.done.Wait()
}
