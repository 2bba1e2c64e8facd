package monitor

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/journal"
	"github.com/cordon-project/cordon/monitor/book"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/screen"
)

// Config is what a desk stands on.
type Config struct {
	Dir     string // the folder of books
	Journal journal.Journal
	Screen  *screen.Screener
	// Settled waits until screening has followed the journal up to a sequence
	// number.
	Settled func(ctx context.Context, seq int64) error
	// Viewer is for whom customers are screened: the node's own people.
	Viewer policy.Viewer
	// Passphrase returns the passphrase of the key, "" for none. nil: none.
	Passphrase func() (string, error)
	Work       int                        // of scrypt for a new passphrase; 0: book.ScryptWork
	Due        map[Severity]time.Duration // nil: DefaultDue
	Clock      func() time.Time
	Log        *slog.Logger // nil: none
	// Tell hands a message on. It is called again, also after a restart, until it
	// returns nil; the message keeps its id. nil: nobody is told.
	Tell func(ctx context.Context, m Message) error
}

// Message says that alerts came or changed. It names no customer.
type Message struct {
	ID     string         `json:"id"`
	At     time.Time      `json:"at"`
	Type   string         `json:"type"` // alerts.raised, alerts.decided
	Book   string         `json:"book"` // id
	Counts map[State]int  `json:"counts"`
	Alerts []AlertSummary `json:"alerts"`
	Cut    int            `json:"cut,omitempty"` // alerts beyond MaxTold
}

// AlertSummary is an alert in a message.
type AlertSummary struct {
	ID        string    `json:"id"`
	State     State     `json:"state"`
	Severity  Severity  `json:"severity"`
	Due       time.Time `json:"due"`
	Reference string    `json:"reference,omitempty"` // for who is allowed to send it on; see package monitor/notify
}

// MaxTold is how many alerts one message names.
const MaxTold = 1000

// Desk is the desk. It is safe for use by several goroutines. Close it.
type Desk struct {
	c Config

	mu    sync.Mutex
	key   *book.Key
	shelf *book.Shelf
	books map[*book.Book]*watched
}

// watched is a book with what is known of it in memory.
type watched struct {
	*book.Book
	mu    sync.Mutex // one screening or decision at a time
	index *index     // nil until it is needed

	// Alerts are written by who has mu and shown. An alert that is in here does
	// not change any more: the next version takes its place.
	shown  sync.RWMutex
	alerts map[string]*Alert
	by     map[string][]string // alerts by reference
}

// Ids of notes of a book.
const (
	noteAlert   = "alert-"
	noteTell    = "tell-"
	noteNotSeen = "unscreened" // customers came who are not screened yet
)

// NewDesk returns a desk. Nothing is read before it is needed.
func NewDesk(c Config) *Desk {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Due == nil {
		c.Due = DefaultDue
	}
	return &Desk{c: c}
}

// HasBooks reports whether there is anything to watch over.
func (d *Desk) HasBooks() bool { return book.Any(d.c.Dir) }

// Close closes the books.
func (d *Desk) Close() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.shelf == nil {
		return nil
	}
	err := d.shelf.Close()
	d.shelf, d.books = nil, nil
	return err
}

// MayWatch says who may see books and alerts: the node's own people; errs.Denied for
// anybody else.
func MayWatch(v policy.Viewer) error {
	if v.Clearance < policy.Red {
		return errs.New(errs.Denied, "customer books and their alerts are for the node's own people")
	}
	return nil
}

// unlock opens the books; make makes a key when there is none.
func (d *Desk) unlock(make bool) (err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.shelf != nil {
		return nil
	}
	pass := ""
	if d.c.Passphrase != nil {
		if pass, err = d.c.Passphrase(); err != nil {
			return err
		}
	}
	key, err := book.ReadKey(d.c.Dir, pass)
	if errs.Is(err, errs.NotFound) && make {
		key, err = book.NewKey(d.c.Dir, pass, d.c.Work)
	}
	if err != nil {
		return err
	}
	s, err := book.OpenShelf(d.c.Dir, key, d.c.Clock)
	if err != nil {
		return err
	}
	books := map[*book.Book]*watched{}
	for _, b := range s.Books() {
		for _, note := range b.Mended() {
			d.c.Log.Warn(note, "book", b.Head().ID)
		}
		if books[b], err = watch(b); err != nil {
			return errors.Join(err, s.Close())
		}
	}
	d.key, d.shelf, d.books = key, s, books
	return nil
}

// watch reads the alerts of a book.
func watch(b *book.Book) (*watched, error) {
	w := &watched{Book: b, alerts: map[string]*Alert{}, by: map[string][]string{}}
	for id, note := range b.Notes() {
		if !strings.HasPrefix(id, noteAlert) {
			continue
		}
		var a Alert
		if err := json.Unmarshal(note, &a); err != nil || len(a.History) == 0 || a.State.Validate() != nil {
			return nil, errs.New(errs.Internal, "an alert of a customer book cannot be read").WithHint("Put its folder back from a copy.")
		}
		w.keep(&a)
	}
	return w, nil
}

func (w *watched) keep(a *Alert) {
	w.shown.Lock()
	defer w.shown.Unlock()
	if _, known := w.alerts[a.ID]; !known {
		w.by[a.Reference] = append(w.by[a.Reference], a.ID)
	}
	w.alerts[a.ID] = a
}

func (w *watched) drop(reference string) {
	w.shown.Lock()
	defer w.shown.Unlock()
	for _, id := range w.by[reference] {
		delete(w.alerts, id)
	}
	delete(w.by, reference)
}

// enter checks the viewer and opens the books.
func (d *Desk) enter(ctx context.Context, v policy.Viewer, make bool) error {
	if err := MayWatch(v); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	return d.unlock(make)
}

func (d *Desk) find(name string) (*watched, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.shelf == nil {
		return nil, errs.New(errs.Unavailable, "the customer books are closed")
	}
	b, err := d.shelf.Book(name)
	if err != nil {
		return nil, err
	}
	return d.books[b], nil
}

// all returns the books by their names.
func (d *Desk) all() []*watched {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.shelf == nil {
		return nil
	}
	var out []*watched
	for _, b := range d.shelf.Books() {
		out = append(out, d.books[b])
	}
	return out
}

// Info says what a book is and how it stands.
type Info struct {
	ID        string        `json:"id"`
	Name      string        `json:"name"`
	Owner     string        `json:"owner"`
	Profile   string        `json:"profile"`
	Created   time.Time     `json:"created"`
	Customers int           `json:"customers"`
	Screened  book.Position `json:"screened"`          // up to where; seq 0 for never
	Pending   bool          `json:"pending,omitempty"` // customers came who are not screened yet
	Alerts    map[State]int `json:"alerts"`
	Overdue   int           `json:"overdue"`
}

func (d *Desk) info(w *watched) Info {
	w.shown.RLock()
	defer w.shown.RUnlock()
	h := w.Head()
	i := Info{
		ID: h.ID, Name: h.Name, Owner: h.Owner, Profile: cmp.Or(h.Profile, "balanced"), Created: h.Created, Customers: w.Len(), Screened: w.Position(),
		Alerts: map[State]int{}, Pending: w.unseen(),
	}
	for _, a := range w.alerts {
		i.Alerts[a.State]++
		if a.Overdue(d.c.Clock()) {
			i.Overdue++
		}
	}
	return i
}

func (w *watched) unseen() bool {
	_, ok := w.Notes()[noteNotSeen]
	return ok
}

// Create makes an empty book, and the node's key with the first. profile is
// recall, balanced or precision, "" for balanced. Errors: errs.Invalid,
// errs.Conflict for a name that is taken.
func (d *Desk) Create(ctx context.Context, v policy.Viewer, name, owner, profile string) (_ Info, err error) {
	defer errs.Wrap(&err, "monitor.Create")
	params := d.c.Screen.Params()
	if _, ok := params.Match.Profile(profile); !ok {
		return Info{}, errs.New(errs.Invalid, "there is no profile called %q", profile).WithHint("Use recall, balanced or precision.")
	}
	if err := d.enter(ctx, v, true); err != nil {
		return Info{}, err
	}
	d.mu.Lock()
	b, err := d.shelf.Create(name, owner, profile)
	if err == nil {
		d.books[b], err = watch(b)
	}
	d.mu.Unlock()
	if err != nil {
		return Info{}, err
	}
	w, err := d.find(b.Head().ID)
	if err != nil {
		return Info{}, err
	}
	return d.info(w), nil
}

// Books returns all books by their names.
func (d *Desk) Books(ctx context.Context, v policy.Viewer) (_ []Info, err error) {
	defer errs.Wrap(&err, "monitor.Books")
	if err := MayWatch(v); err != nil || !d.HasBooks() {
		return []Info{}, err
	}
	if err := d.enter(ctx, v, false); err != nil {
		return nil, err
	}
	out := []Info{}
	for _, w := range d.all() {
		out = append(out, d.info(w))
	}
	return out, nil
}

// Book returns one book by its name or id; errs.NotFound when there is none.
func (d *Desk) Book(ctx context.Context, v policy.Viewer, name string) (_ Info, err error) {
	defer errs.Wrap(&err, "monitor.Book")
	w, err := d.enterBook(ctx, v, name)
	if err != nil {
		return Info{}, err
	}
	return d.info(w), nil
}

func (d *Desk) enterBook(ctx context.Context, v policy.Viewer, name string) (*watched, error) {
	if err := d.enter(ctx, v, false); err != nil {
		return nil, err
	}
	return d.find(name)
}

// Customer returns a customer and their alerts; errs.NotFound when the book has
// none of the reference.
func (d *Desk) Customer(ctx context.Context, v policy.Viewer, name, reference string) (_ book.Customer, _ []Alert, err error) {
	defer errs.Wrap(&err, "monitor.Customer")
	w, err := d.enterBook(ctx, v, name)
	if err != nil {
		return book.Customer{}, nil, err
	}
	s, ok := w.Find(reference)
	if !ok {
		return book.Customer{}, nil, errs.New(errs.NotFound, "the book has no customer of this reference")
	}
	c, err := w.Customer(s)
	if err != nil {
		return c, nil, err
	}
	w.shown.RLock()
	defer w.shown.RUnlock()
	alerts := []Alert{}
	for _, id := range w.by[reference] {
		alerts = append(alerts, w.alerts[id].clone())
	}
	return c, alerts, nil
}

func (a *Alert) clone() Alert {
	c := *a
	c.History = slices.Clone(a.History)
	return c
}

// Remove takes customers out of a book with their alerts, and their bytes from
// the disk. It returns how many there were.
func (d *Desk) Remove(ctx context.Context, v policy.Viewer, name string, references []string) (n int, err error) {
	defer errs.Wrap(&err, "monitor.Remove")
	w, err := d.enterBook(ctx, v, name)
	if err != nil {
		return 0, err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	change := book.Change{Notes: map[string]json.RawMessage{}}
	for _, ref := range references {
		if _, ok := w.Find(ref); !ok || slices.Contains(change.Remove, ref) {
			continue
		}
		change.Remove = append(change.Remove, ref)
		for _, id := range w.by[ref] {
			change.Notes[id] = nil
		}
	}
	if len(change.Remove) == 0 {
		return 0, errs.New(errs.NotFound, "the book has no customer of these references").WithHint("Nothing was removed.")
	}
	if err := w.Apply(ctx, change); err != nil {
		return 0, err
	}
	for _, ref := range change.Remove {
		w.drop(ref)
	}
	return len(change.Remove), w.Compact(context.WithoutCancel(ctx))
}

// Delete takes a book away with all that is in it.
func (d *Desk) Delete(ctx context.Context, v policy.Viewer, name string) (err error) {
	defer errs.Wrap(&err, "monitor.Delete")
	w, err := d.enterBook(ctx, v, name)
	if err != nil {
		return err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.books, w.Book)
	return d.shelf.Delete(w.Book)
}

// KeyInfo says what the key of the books is.
type KeyInfo struct {
	Public string `json:"public"` // age recipient
	Sealed bool   `json:"sealed"` // its file needs a passphrase
}

// Key returns what the key of the books is. The key itself is its file.
func (d *Desk) Key(ctx context.Context, v policy.Viewer) (_ KeyInfo, err error) {
	defer errs.Wrap(&err, "monitor.Key")
	if err := d.enter(ctx, v, false); err != nil {
		return KeyInfo{}, err
	}
	return KeyInfo{d.key.Public(), d.key.Sealed}, nil
}

// Filter says which alerts are listed. Zero fields let all through.
type Filter struct {
	Book      string  `json:"book,omitempty" doc:"Name or id"`
	States    []State `json:"states,omitempty" doc:"new, in-review, cleared, confirmed, lapsed"`
	Owner     string  `json:"owner,omitempty"`
	Reference string  `json:"reference,omitempty" doc:"Your own id of a customer"`
	Party     string  `json:"party,omitempty" doc:"Id of a listed party"`
	Overdue   bool    `json:"overdue,omitempty" doc:"Past their deadline only"`
	Limit     int     `json:"limit,omitempty" minimum:"0" doc:"At most so many, 0 for all"`
}

// Alerts returns alerts, the most urgent first, and how many there are in all.
func (d *Desk) Alerts(ctx context.Context, v policy.Viewer, f Filter) (_ []Alert, total int, err error) {
	defer errs.Wrap(&err, "monitor.Alerts")
	for _, s := range f.States {
		if err := s.Validate(); err != nil {
			return nil, 0, err
		}
	}
	if err := MayWatch(v); err != nil || f.Book == "" && !d.HasBooks() {
		return []Alert{}, 0, err
	}
	if err := d.enter(ctx, v, false); err != nil {
		return nil, 0, err
	}
	books := d.all()
	if f.Book != "" {
		w, err := d.find(f.Book)
		if err != nil {
			return nil, 0, err
		}
		books = []*watched{w}
	}
	out, now := []Alert{}, d.c.Clock()
	for _, w := range books {
		w.shown.RLock()
		for _, a := range w.alerts {
			if f.wants(a, now) {
				out = append(out, a.clone())
			}
		}
		w.shown.RUnlock()
	}
	slices.SortFunc(out, urgency)
	total = len(out)
	if f.Limit > 0 && total > f.Limit {
		out = out[:f.Limit]
	}
	return out, total, nil
}

func (f Filter) wants(a *Alert, now time.Time) bool {
	return (len(f.States) == 0 || slices.Contains(f.States, a.State)) && (f.Owner == "" || a.Owner == f.Owner) &&
		(f.Reference == "" || a.Reference == f.Reference) && (f.Party == "" || a.Party == f.Party) && (!f.Overdue || a.Overdue(now))
}

var severities = []Severity{Critical, High, Medium, Low}

// urgency puts open alerts first, then by severity, deadline and id.
func urgency(a, b Alert) int {
	closed := func(x Alert) int {
		if x.State.Open() {
			return 0
		}
		return 1
	}
	return cmp.Or(cmp.Compare(closed(a), closed(b)), cmp.Compare(slices.Index(severities, a.Severity), slices.Index(severities, b.Severity)),
		a.Due.Compare(b.Due), cmp.Compare(a.ID, b.ID))
}

// Alert returns one alert; errs.NotFound when there is none of the id.
func (d *Desk) Alert(ctx context.Context, v policy.Viewer, id string) (_ Alert, err error) {
	defer errs.Wrap(&err, "monitor.Alert")
	if err := d.enter(ctx, v, false); err != nil {
		return Alert{}, err
	}
	for _, w := range d.all() {
		w.shown.RLock()
		a, ok := w.alerts[id]
		w.shown.RUnlock()
		if ok {
			return a.clone(), nil
		}
	}
	return Alert{}, noAlert()
}

func noAlert() error {
	return errs.New(errs.NotFound, "there is no alert of this id").WithHint("cordon alert list shows the alerts.")
}

// Do does what a person decides to an alert. Errors: errs.NotFound, errs.Invalid
// for what is missing, errs.Conflict for a step that its state does not have.
func (d *Desk) Do(ctx context.Context, v policy.Viewer, id string, s Step) (_ Alert, err error) {
	defer errs.Wrap(&err, "monitor.Do(%s)", s.Do)
	if err := d.enter(ctx, v, false); err != nil {
		return Alert{}, err
	}
	for _, w := range d.all() {
		w.mu.Lock()
		a, ok := w.alerts[id]
		if !ok {
			w.mu.Unlock()
			continue
		}
		next := a.clone()
		err := next.do(s, d.c.Clock().UTC())
		if err == nil {
			err = d.write(ctx, w, []*Alert{&next}, "alerts.decided", nil)
		}
		if err == nil {
			if e := d.tellAll(ctx, w); e != nil { // it is told again with the next step
				d.c.Log.Error("a message about an alert was not handed on", "error", e)
			}
		}
		w.mu.Unlock()
		return next, err
	}
	return Alert{}, noAlert()
}

// Seal encrypts with the key of the books what is kept beside them, such as
// messages that wait (package monitor/notify); Unseal reads it. The books are open
// by then.
func (d *Desk) Seal(text []byte) ([]byte, error) {
	k, err := d.sealer()
	if err != nil {
		return nil, err
	}
	return k.Seal(text)
}

// Unseal reads what [Desk.Seal] wrote.
func (d *Desk) Unseal(sealed []byte) ([]byte, error) {
	k, err := d.sealer()
	if err != nil {
		return nil, err
	}
	return k.Unseal(sealed)
}

func (d *Desk) sealer() (*book.Key, error) {
	if err := d.unlock(false); err != nil {
		return nil, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.key, nil
}
