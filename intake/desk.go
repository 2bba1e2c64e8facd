package intake

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"errors"
	"io"
	"log/slog"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/feed/warning"
	"github.com/cordon-project/cordon/identity"
	"github.com/cordon-project/cordon/journal"
	"github.com/cordon-project/cordon/journal/archive"
	"github.com/cordon-project/cordon/lists"
	"github.com/cordon-project/cordon/lists/held"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/screen"
	"github.com/cordon-project/cordon/stix"
	"github.com/cordon-project/cordon/stix/misp"
)

// Kinds of input beside the lists of package lists.
const (
	KindSTIX     = "stix"
	KindReport   = "report"
	KindMISP     = "misp"
	KindWarnings = "warninglists"
)

// Config is what a desk stands on. Journal, Archive, Settled and Clock are
// needed.
type Config struct {
	Journal journal.Journal
	Archive *archive.Archive
	// Settled returns when the projections have applied a sequence number.
	Settled func(ctx context.Context, seq int64) error
	// Join decides which parties are one after something came in; it is told who
	// wants to know how far it is. Nil: nothing is decided.
	Join func(ctx context.Context, progress func(done, total int)) (identity.Report, error)
	// Screen gives the names of known parties to be found in reports, the lists in
	// force and what was made of a place. Nil: none of these.
	Screen *screen.Screener
	// Default is the marking of reports that come without one.
	Default policy.TLP
	// Batch is how many STIX objects are appended in one transaction.
	Batch int // 0: DefaultBatch
	Fetch Fetcher
	Clock func() time.Time
	Log   *slog.Logger
	// State is the file in which Sync keeps what it saw of each address.
	State string
	// Addresses replace the published addresses of lists, by key.
	Addresses map[string][]string
	// Held keeps versions of lists that wait for two persons. Nil: they are refused
	// and nothing is kept of them but their files.
	Held *held.Store
	// Warnings keeps which warning lists are in force. Nil: none can be imported.
	Warnings *warning.Store
}

// DefaultBatch is a compromise: a transaction of five thousand objects spends
// little of its time on the disk and is lost for little when it is cut off.
const DefaultBatch = 5000

// Desk takes things in.
type Desk struct {
	c       Config
	jobs    *jobs
	session *lists.Session
}

// New returns a desk. Close it.
func New(c Config) *Desk {
	c.Batch = cmp.Or(c.Batch, DefaultBatch)
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return &Desk{c: c, jobs: newJobs(c.Clock), session: lists.NewSession(c.Journal)}
}

// Kinds names what an import can be asked to read, in the order to be shown.
func Kinds() []string {
	var out []string
	for _, l := range lists.All() {
		out = append(out, l.Key)
	}
	return append(out, KindSTIX, KindMISP, KindWarnings, KindReport)
}

// Import keeps the files in the archive and starts a job that reads them; it
// returns the job's id as soon as the bytes are safe. Addresses are fetched by
// the job. Errors: errs.Invalid for an unknown kind, for nothing given, or for the
// word that a list is shorter without whose word it is.
func (d *Desk) Import(ctx context.Context, v policy.Viewer, up Upload) (id string, err error) {
	defer errs.Wrap(&err, "intake.Import(%s)", up.Kind)
	if up.Kind != "" && !slices.Contains(Kinds(), up.Kind) {
		return "", errs.New(errs.Invalid, "there is nothing that reads %q", up.Kind).WithHint("Choose one of %s.", strings.Join(Kinds(), ", "))
	}
	if up.Shrink && lists.Person(up.Person) == "" {
		return "", errs.New(errs.Invalid, "that a list is shorter is a person's word, and nobody gives it").WithHint("Give the name of who has looked: with the command, --by NAME.")
	}
	var kept []kept
	if up.Files != nil {
		for f, err := range up.Files {
			if err != nil {
				return "", err
			}
			k, err := d.keep(ctx, up, f.Name, "", f.Body)
			if err != nil {
				return "", err
			}
			kept = append(kept, k)
		}
	}
	for _, u := range up.URLs {
		if _, err := d.c.Fetch.check(u); err != nil {
			return "", err
		}
	}
	if len(kept)+len(up.URLs) == 0 {
		return "", errs.New(errs.Invalid, "nothing was given to import").WithHint("Name a file or an address.")
	}
	job := Job{Kind: up.Kind, By: up.By, Inputs: inputs(kept)}
	return d.jobs.start(job, func(ctx context.Context, r *running) error {
		w := &work{d: d, v: v, up: up, kept: kept, running: r}
		return w.run(ctx)
	}), nil
}

// kept is one input whose bytes are safe.
type kept struct {
	name         string // as given, with its folder
	url          string
	sha256       string
	size         int64
	lastModified time.Time
}

func inputs(ks []kept) []Input {
	var out []Input
	for _, k := range ks {
		out = append(out, Input{Name: base(k.name), SHA256: k.sha256, Size: k.size})
	}
	return out
}

// maxName bounds the name of an input, in bytes: file systems have no longer ones.
const maxName = 255

// base returns the name of a file without its folders, which are nobody's
// business but the sender's. It names nothing on this machine.
func base(name string) string {
	name = path.Base(strings.ReplaceAll(name, `\`, "/"))
	if over := len(name) - maxName; over > 0 {
		name = name[over:] // the end says what it is
	}
	return strings.ToValidUTF8(name, "_")
}

// keep puts one input into the archive under the marking that the upload or the
// node gives. What turns out to be an official list is made public when it has
// been read, and not on the word of who gave it.
func (d *Desk) keep(ctx context.Context, up Upload, name, url string, body io.Reader) (kept, error) {
	label, err := labelAt(d.level(up))
	if err != nil {
		return kept{}, err
	}
	s, err := d.c.Archive.Put(ctx, arriving{body}, archive.Input{Name: base(name), From: url, By: up.By, Label: label})
	return kept{name: name, url: url, sha256: s.SHA256, size: s.Size}, err
}

// arriving is an input on its way; that its sender stops is no defect of the node.
type arriving struct{ r io.Reader }

func (a arriving) Read(p []byte) (int, error) {
	n, err := a.r.Read(p)
	var ours *errs.Error
	if err != nil && !errors.Is(err, io.EOF) && !errors.As(err, &ours) {
		err = errs.New(errs.Invalid, "the input did not arrive whole; nothing of it was kept").Because(err).WithHint("Send it again.")
	}
	return n, err
}

func (d *Desk) level(up Upload) policy.TLP {
	if up.Marking != nil {
		return *up.Marking
	}
	return d.c.Default
}

func labelAt(t policy.TLP) (policy.Label, error) {
	return policy.LabelOf(stix.Object{"type": "report", "object_marking_refs": []any{policy.MarkingID(t)}}, t, nil)
}

// work is one job on its way.
type work struct {
	*running
	d      *Desk
	v      policy.Viewer
	up     Upload
	kept   []kept
	result Result
	// release is the word of two persons for a version that was held, whose id is
	// released.
	release  *lists.Release
	released string
}

func (w *work) run(ctx context.Context) (err error) {
	defer func() {
		w.update(func(j *Job) { r := w.result; j.Result = &r })
		if err != nil {
			w.d.c.Log.Warn("import failed", "kind", w.up.Kind, "error", err)
			err = explained(err)
		}
	}()
	if err := w.fetch(ctx); err != nil {
		return err
	}
	if err := w.turn(ctx); err != nil {
		return err
	}
	kind, err := w.kind(ctx)
	if err != nil {
		return err
	}
	w.update(func(j *Job) { j.Kind = kind })
	switch kind {
	case KindSTIX:
		err = w.stix(ctx)
	case KindReport:
		err = w.reports(ctx)
	case KindMISP:
		err = w.misp(ctx)
	case KindWarnings:
		err = w.warningLists(ctx)
	default:
		err = w.list(ctx, kind)
	}
	if err != nil {
		return err
	}
	w.stage("indexing", 0, 0, "")
	if err := w.d.c.Settled(ctx, w.result.Last); err != nil {
		return err
	}
	return w.join(ctx)
}

// join decides which of the parties that came in are one with others.
func (w *work) join(ctx context.Context) error {
	if w.d.c.Join == nil {
		return nil
	}
	w.stage("joining", 0, 0, "parties")
	r, err := w.d.c.Join(ctx, func(done, total int) { w.stage("joining", int64(done), int64(total), "parties") })
	if err != nil {
		return err
	}
	if r.Written+r.TakenBack > 0 {
		w.result.Joined = &r
	}
	last, err := w.d.c.Journal.Head(ctx)
	if err != nil {
		return err
	}
	return w.d.c.Settled(ctx, last)
}

// explained puts the cause of a refusal into its message: what was expected and
// found, and where, is what the person who gave the input needs, and a message
// goes further than a cause, over HTTP and into pages.
func explained(err error) error {
	var e *errs.Error
	if !errors.As(err, &e) || e.Kind != errs.Invalid || e.Err == nil {
		return err
	}
	cause, _ := errs.Message(e.Err)
	if strings.Contains(e.Message, cause) {
		return err
	}
	said := errs.New(errs.Invalid, "%s: %s", e.Message, cause)
	said.Hint, said.Err = e.Hint, e.Err
	return said
}

func (w *work) stage(stage string, done, total int64, unit string) {
	w.update(func(j *Job) { j.State, j.Stage, j.Done, j.Total, j.Unit = Running, stage, done, total, unit })
}

func (w *work) fetch(ctx context.Context) error {
	for _, u := range w.up.URLs {
		w.stage("fetching", 0, 0, "bytes")
		got, err := w.d.c.Fetch.Get(ctx, u, Seen{})
		if err != nil {
			return err
		}
		body := &counted{r: got.Body, tell: func(n int64) { w.stage("fetching", n, max(got.Size, 0), "bytes") }}
		k, err := w.d.keep(ctx, w.up, got.Name, u, body)
		got.Body.Close()
		if err != nil {
			return err
		}
		k.lastModified = httpTime(got.LastModified)
		w.kept = append(w.kept, k)
		w.update(func(j *Job) { j.Inputs = inputs(w.kept) })
	}
	return nil
}

// kind finds out what the inputs are, unless the upload says.
func (w *work) kind(ctx context.Context) (string, error) {
	if w.up.Kind != "" {
		return w.up.Kind, nil
	}
	var kinds []string
	for _, k := range w.kept {
		f, _, err := w.d.c.Archive.Open(ctx, w.v, policy.Reading, k.sha256)
		if err != nil {
			return "", err
		}
		kinds = append(kinds, Sniff(k.name, f))
		f.Close()
	}
	slices.Sort(kinds)
	if kinds = slices.Compact(kinds); len(kinds) > 1 {
		return "", errs.New(errs.Invalid, "the files are of different kinds: %s", strings.Join(kinds, ", ")).
			WithHint("Import each kind by itself.")
	}
	return kinds[0], nil
}

// Sniff says what an input is by its name and its first bytes: the key of a
// list, or one of the kinds here.
func Sniff(name string, r io.Reader) string {
	unpacked, err := unpack(r)
	if err != nil {
		return KindReport
	}
	head, _ := bufio.NewReaderSize(unpacked, 4096).Peek(4096)
	head = bytes.TrimPrefix(bytes.TrimSpace(head), []byte("\ufeff"))
	if l, ok := lists.Recognise(name, head); ok {
		return l.Key
	}
	switch {
	case misp.Sniff(name, head) != misp.None, bytes.HasPrefix(head, []byte("PK\x03\x04")) && strings.EqualFold(path.Ext(name), ".zip"):
		return KindMISP
	case sniffWarning(head):
		return KindWarnings
	}
	if (bytes.HasPrefix(head, []byte("{")) || bytes.HasPrefix(head, []byte("["))) && bytes.Contains(head, []byte(`"type"`)) {
		return KindSTIX
	}
	return KindReport
}

// counted tells how much was read.
type counted struct {
	r    io.Reader
	n    int64
	tell func(int64)
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	c.tell(c.n)
	return n, err
}

func httpTime(s string) time.Time {
	t, err := time.Parse(time.RFC1123, s)
	if err != nil {
		return time.Time{}
	}
	return t.UTC()
}
