package monitor

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"iter"
	"maps"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/journal"
	"github.com/cordon-project/cordon/monitor/book"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/record"
	"github.com/cordon-project/cordon/screen"
)

// Run says what a screening of a book came to.
type Run struct {
	Book     string        `json:"book"` // id
	From     int64         `json:"from"` // journal sequence from which on, 0 for a screening of everybody
	To       int64         `json:"to"`
	Changed  int           `json:"changed"`  // objects that changed, of any sort
	Asked    int           `json:"asked"`    // customers who were screened
	Raised   int           `json:"raised"`   // alerts that came
	Reopened int           `json:"reopened"` // alerts that have to be decided on again
	Updated  int           `json:"updated"`  // alerts with something new and the same state
	Gone     int           `json:"gone"`     // alerts whose entry does not meet the customer any more
	Elapsed  time.Duration `json:"elapsed"`  // nanoseconds
}

// Follow screens, in every book, the customers whom what the journal has taken in
// since can concern; everybody where the rules changed or an import was cut off.
// It also opens alerts again whose day has come, and hands on messages that were
// left. The first error ends it; what was written stays, and the rest is done by
// the next call.
func (d *Desk) Follow(ctx context.Context) (runs []Run, err error) {
	defer errs.Wrap(&err, "monitor.Follow")
	if !d.HasBooks() {
		return nil, nil
	}
	if err := d.unlock(false); err != nil {
		return nil, err
	}
	for _, w := range d.all() {
		w.mu.Lock()
		r, err := d.follow(ctx, w)
		if err == nil {
			err = d.tellAll(ctx, w)
		}
		if err == nil && w.Wasteful() {
			err = w.Compact(ctx)
		}
		w.mu.Unlock()
		if err != nil {
			return runs, err
		}
		runs = append(runs, r)
	}
	return runs, nil
}

// Rescreen does for one book what [Desk.Follow] does; with everybody it screens
// all customers whatever changed. progress, if not nil, is told of customers.
func (d *Desk) Rescreen(ctx context.Context, v policy.Viewer, name string, everybody bool, progress journal.Progress) (_ Run, err error) {
	defer errs.Wrap(&err, "monitor.Rescreen")
	w, err := d.enterBook(ctx, v, name)
	if err != nil {
		return Run{}, err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	var r Run
	if everybody {
		r, err = d.everybody(ctx, w, progress)
	} else {
		r, err = d.follow(ctx, w)
	}
	if err != nil {
		return r, err
	}
	return r, d.tellAll(ctx, w)
}

// Sample screens every n-th customer anew, and all who have alerts: a check
// that nothing was missed, quicker than everybody. Where the book stands does not
// change.
func (d *Desk) Sample(ctx context.Context, v policy.Viewer, name string, every int, progress journal.Progress) (_ Run, err error) {
	defer errs.Wrap(&err, "monitor.Sample")
	w, err := d.enterBook(ctx, v, name)
	if err != nil {
		return Run{}, err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.unseen() {
		return Run{}, errs.New(errs.Conflict, "customers came who are not screened yet").WithHint("cordon book rescreen first.")
	}
	var slots []book.Slot
	n := 0
	for s, c := range w.All() {
		if n++; n%max(every, 1) == 0 || len(w.by[c.Reference]) > 0 {
			slots = append(slots, s)
		}
	}
	return d.these(ctx, w, slots, false, progress)
}

// head waits until screening stands where the journal does.
func (d *Desk) head(ctx context.Context) (int64, error) {
	head, err := d.c.Journal.Head(ctx)
	if err != nil {
		return 0, err
	}
	return head, d.c.Settled(ctx, head)
}

func (d *Desk) follow(ctx context.Context, w *watched) (Run, error) {
	began := d.c.Clock()
	at := w.Position()
	if at.Rules != d.c.Screen.Params().Rules || w.unseen() {
		return d.everybody(ctx, w, nil)
	}
	head, err := d.head(ctx)
	if err != nil {
		return Run{}, err
	}
	r := Run{Book: w.Head().ID, From: at.Seq, To: head}
	changed, err := d.changed(ctx, at.Seq, head)
	if err != nil {
		return r, err
	}
	r.Changed = len(changed.objects)
	slots, err := w.affected(ctx, d, changed)
	if err != nil {
		return r, err
	}
	if head == at.Seq && len(slots) == 0 {
		return r, nil
	}
	found, err := d.ask(ctx, w, slots, nil)
	if err != nil {
		return r, err
	}
	pos := book.Position{Seq: head, Rules: at.Rules, At: d.c.Clock().UTC()}
	err = d.merge(ctx, w, found, &r, &pos)
	r.Elapsed = d.c.Clock().Sub(began)
	return r, err
}

// affected returns whom a change can concern: by names and identifiers, by alerts
// about what changed, and by alerts that are cleared until a day or by a
// clearance, which may have ended without any change.
func (w *watched) affected(ctx context.Context, d *Desk, changed *delta) ([]book.Slot, error) {
	var slots []book.Slot
	if len(changed.names)+len(changed.idents) > 0 {
		x, err := w.indexed(ctx, d)
		if err != nil {
			return nil, err
		}
		slots = x.concerned(w.Book, changed)
	}
	now := d.c.Clock()
	for _, a := range w.alerts {
		about := changed.objects[a.Party] || a.expired(now) || a.Clearance != "" && a.State == Cleared
		for _, l := range a.Evidence.Candidate.Listings {
			about = about || changed.objects[l.Designation]
		}
		if s, ok := w.Find(a.Reference); ok && about {
			slots = append(slots, s)
		}
	}
	slices.Sort(slots)
	return slices.Compact(slots), nil
}

// indexed returns the index of a book, and builds it when it is first needed.
func (w *watched) indexed(ctx context.Context, d *Desk) (*index, error) {
	if w.index != nil {
		return w.index, nil
	}
	x := newIndex(d.c.Screen.Params().Match, func(yield func(book.Slot, book.Customer) bool) {
		for s, c := range w.All() {
			if ctx.Err() != nil || !yield(s, c) {
				return
			}
		}
	})
	if ctx.Err() != nil {
		return nil, ctx.Err() // it is not whole
	}
	w.index = x
	return x, nil
}

// changed reads what the journal has taken in behind from up to to.
func (d *Desk) changed(ctx context.Context, from, to int64) (*delta, error) {
	x := &delta{objects: map[string]bool{}}
	if from >= to {
		return x, nil
	}
	for e, err := range d.c.Journal.Scan(ctx, d.c.Viewer, journal.Query{After: from, Purpose: policy.Screening}) {
		if err != nil {
			return nil, err
		}
		if e.Seq > to {
			break
		}
		x.objects[e.ID] = true
		if e.Type != record.DesignationType || e.Canonical == nil {
			continue
		}
		o, err := e.Object()
		if err != nil {
			return nil, err
		}
		if g, err := record.DesignationOf(o); err == nil && g.Party != "" {
			x.objects[g.Party] = true
		}
	}
	if len(x.objects) == 0 {
		return x, nil
	}
	return x, d.now(ctx, x)
}

// now fills in what the objects that changed are called by now. Names come from
// the index of screening itself, so that none is read otherwise here than there.
func (d *Desk) now(ctx context.Context, x *delta) error {
	for n := range d.c.Screen.Bearers(d.c.Viewer) {
		if x.objects[n.Object] {
			x.names = append(x.names, n)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(x.objects)) {
		e, err := d.c.Journal.Get(ctx, d.c.Viewer, policy.Screening, id)
		if errs.Is(err, errs.NotFound) || errs.Is(err, errs.Withheld) {
			continue
		}
		if err != nil {
			return err
		}
		if e.Type != "identity" {
			continue
		}
		o, err := e.Object()
		if err != nil {
			return err
		}
		p, err := record.PartyOf(o)
		if err != nil {
			continue // no party, so no identifiers
		}
		for _, g := range p.Documents {
			x.idents = append(x.idents, g.Number)
		}
		for _, g := range p.Wallets {
			x.idents = append(x.idents, g.Address)
		}
	}
	return nil
}

// everybodyAtOnce is how many customers are screened between two writes.
const everybodyAtOnce = 20_000

// everybody screens all customers.
func (d *Desk) everybody(ctx context.Context, w *watched, progress journal.Progress) (Run, error) {
	var slots []book.Slot
	for s := range w.All() {
		slots = append(slots, s)
	}
	return d.these(ctx, w, slots, true, progress)
}

// these screens some customers; all says that they are everybody, after which the
// book stands where the journal stood when it began.
func (d *Desk) these(ctx context.Context, w *watched, slots []book.Slot, all bool, progress journal.Progress) (Run, error) {
	began := d.c.Clock()
	head, err := d.head(ctx)
	r := Run{Book: w.Head().ID, To: head}
	if err != nil {
		return r, err
	}
	done := int64(0)
	for some := range slices.Chunk(slots, everybodyAtOnce) {
		found, err := d.ask(ctx, w, some, func(n int64) {
			if progress != nil {
				progress(done+n, int64(len(slots)))
			}
		})
		if err == nil {
			err = d.merge(ctx, w, found, &r, nil)
		}
		if err != nil {
			return r, err
		}
		done += int64(len(some))
	}
	change := book.Change{Notes: map[string]json.RawMessage{noteNotSeen: nil}}
	if all {
		change.Position = &book.Position{Seq: head, Rules: d.c.Screen.Params().Rules, At: d.c.Clock().UTC()}
	}
	r.Elapsed = d.c.Clock().Sub(began)
	return r, w.Apply(ctx, change)
}

// outcome is what screening one customer found: the evidence by party.
type outcome struct {
	reference string
	found     map[string]Evidence
	seq       int64
}

// ask screens customers on all processors.
func (d *Desk) ask(ctx context.Context, w *watched, slots []book.Slot, progress func(int64)) ([]outcome, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	out := make([]outcome, len(slots))
	session := d.c.Screen.Session(d.c.Viewer)
	head := w.Head()
	n := min(runtime.GOMAXPROCS(0), max(len(slots), 1))
	work := make(chan int, 256)
	var group sync.WaitGroup
	for range n {
		group.Go(func() {
			for i := range work {
				c, err := w.Customer(slots[i])
				if errs.Is(err, errs.NotFound) {
					continue // replaced since
				}
				if err == nil {
					out[i], err = d.one(ctx, session, head, c)
				}
				if err != nil {
					cancel(err)
				}
			}
		})
	}
	for i := range slots {
		if ctx.Err() != nil {
			break
		}
		work <- i
		if progress != nil && i%500 == 0 {
			progress(int64(i))
		}
	}
	close(work)
	group.Wait()
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	return slices.DeleteFunc(out, func(o outcome) bool { return o.reference == "" }), nil
}

// noLimit is more candidates than there are: none may be cut.
const noLimit = 1 << 24

// identifiersAtOnce is how many identifiers screening looks up in one question.
const identifiersAtOnce = 20

// questions are what is asked of a customer: each name with what else is known,
// and all identifiers.
func questions(c book.Customer, profile string) iter.Seq2[int, screen.Query] {
	base := screen.Query{Profile: profile, Birth: c.Birth, Place: c.Place, Country: c.Country, Limit: noLimit, AlertsOnly: true, Reference: c.Reference}
	return func(yield func(int, screen.Query) bool) {
		for i, name := range c.Names {
			q := base
			q.Text, q.Kind = name, screen.Name
			if !yield(i+1, q) {
				return
			}
		}
		for some := range slices.Chunk(slices.Concat(c.Documents, c.Wallets), identifiersAtOnce) {
			q := base
			q.Text, q.Kind, q.Identifiers = some[0], screen.Document, some
			if !yield(0, q) {
				return
			}
		}
	}
}

func (d *Desk) one(ctx context.Context, s *screen.Session, h book.Head, c book.Customer) (outcome, error) {
	o := outcome{reference: c.Reference, found: map[string]Evidence{}}
	known := ""
	for name, q := range questions(c, h.Profile) {
		a, err := s.Ask(ctx, q)
		if err != nil {
			return o, err
		}
		o.seq = a.Stands.Seq
		for _, x := range a.Candidates {
			if !matters(x) {
				continue
			}
			if old, ok := o.found[x.Object]; ok && !better(x, old.Candidate) {
				continue
			}
			if known == "" {
				known = customerHash(h, c)
			}
			e := Evidence{Candidate: x, Name: name, Customer: known, Lists: a.Checked, Stands: a.Stands}
			if x.Matched.How == "identifier" {
				e.Name = 0
			}
			if e.Version, err = d.version(ctx, x.Object); err != nil {
				return o, err
			}
			e.Entry = entryOf(e.Version, x.Listings)
			o.found[x.Object] = e
		}
	}
	return o, nil
}

func customerHash(h book.Head, c book.Customer) string {
	b, err := json.Marshal(c)
	if err != nil {
		return ""
	}
	return keyed(h.Salt, "customer", string(b))[:32]
}

// matters reports whether a candidate is one to decide on: met at the threshold or
// by an identifier, something that says what it is, and not only listed once.
func matters(c screen.Candidate) bool {
	switch c.Type {
	case "domain-name", "url", "ipv4-addr", "ipv6-addr", "email-addr", "file", "artifact", "x509-certificate", record.ClaimType:
		return false
	}
	if !c.Alert {
		return false
	}
	return len(c.Listings) == 0 || slices.ContainsFunc(c.Listings, func(l screen.Listing) bool { return l.Status != record.Removed })
}

// better prefers identifiers, then scores, then whatever is first by its text, so
// that the order of questions decides nothing.
func better(x, y screen.Candidate) bool {
	id := func(c screen.Candidate) int {
		if c.Matched.How == "identifier" {
			return 1
		}
		return 0
	}
	return cmp.Or(cmp.Compare(id(x), id(y)), cmp.Compare(x.Score, y.Score), cmp.Compare(y.Matched.Text, x.Matched.Text)) > 0
}

func (d *Desk) version(ctx context.Context, id string) (string, error) {
	e, err := d.c.Journal.Get(ctx, d.c.Viewer, policy.Screening, id)
	if errs.Is(err, errs.NotFound) || errs.Is(err, errs.Withheld) {
		return "", nil
	}
	return e.Version, err
}

// merge makes alerts of what was found and writes them, with where the book then
// stands in the last step.
func (d *Desk) merge(ctx context.Context, w *watched, all []outcome, r *Run, pos *book.Position) error {
	now := d.c.Clock().UTC()
	var changed []*Alert
	for _, o := range all {
		r.Asked++
		for _, party := range slices.Sorted(maps.Keys(o.found)) {
			a, what := d.raise(w, o, party, now)
			switch {
			case what == "":
			case what == Raised:
				r.Raised++
			case what == Reopened:
				r.Reopened++
			default:
				r.Updated++
			}
			if what != "" {
				changed = append(changed, a)
			}
		}
		for _, id := range w.by[o.reference] {
			a := w.alerts[id]
			if _, met := o.found[a.Party]; met {
				continue
			}
			if next := a.clone(); next.gone(now, o.seq) {
				r.Gone++
				changed = append(changed, &next)
			}
		}
	}
	return d.write(ctx, w, changed, "alerts.raised", pos)
}

// raise returns the alert of a customer and a party with what was found, and what
// happened to it, "" for nothing.
func (d *Desk) raise(w *watched, o outcome, party string, now time.Time) (*Alert, string) {
	params := d.c.Screen.Params()
	e, h := o.found[party], w.Head()
	id := alertID(h, o.reference, party)
	if old, ok := w.alerts[id]; ok {
		a := old.clone()
		opened, changed := a.meets(e, now, d.c.Due, &params.Match)
		switch {
		case opened:
			return &a, Reopened
		case changed:
			return &a, Changed
		}
		return nil, ""
	}
	a := &Alert{
		ID: id, Book: h.ID, Reference: o.reference, Party: party, Title: e.Candidate.Title, Severity: severityOf(e.Candidate, &params.Match),
		Owner: h.Owner, Evidence: e,
	}
	a.open(Raised, "", now, e.Stands.Seq, d.c.Due)
	if e.Candidate.Cleared != nil {
		a.byClearance(e, now)
	}
	return a, Raised
}

// alertsInFrame is how many alerts are written in one step.
const alertsInFrame = 500

// write makes alerts durable with the message about them, and where the book
// stands with the last of them.
func (d *Desk) write(ctx context.Context, w *watched, all []*Alert, typ string, pos *book.Position) error {
	for some := range slices.Chunk(all, alertsInFrame) {
		c := book.Change{Notes: map[string]json.RawMessage{}}
		for _, a := range some {
			note, err := json.Marshal(a)
			if err != nil {
				return err
			}
			c.Notes[a.ID] = note
		}
		if m, ok := d.message(w, some, typ); ok {
			note, err := json.Marshal(m)
			if err != nil {
				return err
			}
			c.Notes[noteTell+m.ID] = note
		}
		if len(all) <= alertsInFrame {
			c.Position, pos = pos, nil
		}
		if err := w.Apply(ctx, c); err != nil {
			return err
		}
		for _, a := range some {
			w.keep(a)
		}
	}
	if pos != nil {
		return w.Apply(ctx, book.Change{Position: pos})
	}
	return nil
}

// message says what became of alerts, false when nobody has to know: of what was
// screened, those that are to be decided on or gone.
func (d *Desk) message(w *watched, all []*Alert, typ string) (Message, bool) {
	if d.c.Tell == nil {
		return Message{}, false
	}
	m := Message{Type: typ, At: d.c.Clock().UTC(), Book: w.Head().ID, Counts: map[State]int{}, Alerts: []AlertSummary{}}
	parts := []string{"message", typ}
	for _, a := range all {
		last := a.History[len(a.History)-1]
		if !slices.Contains([]string{Raised, Reopened, Gone, Took, Decided}, last.What) || typ == "alerts.raised" && last.What == Decided {
			continue
		}
		m.Counts[a.State]++
		parts = append(parts, a.ID, last.At.Format(time.RFC3339Nano), last.What)
		if len(m.Alerts) == MaxTold {
			m.Cut++
			continue
		}
		m.Alerts = append(m.Alerts, AlertSummary{a.ID, a.State, a.Severity, a.Due, a.Reference})
	}
	m.ID = "msg_" + keyed(w.Head().Salt, parts...)[:32]
	return m, len(m.Alerts) > 0
}

// tellAll hands on the messages of a book that were not handed on yet.
func (d *Desk) tellAll(ctx context.Context, w *watched) error {
	if d.c.Tell == nil {
		return nil
	}
	var all error
	notes := w.Notes()
	for _, id := range slices.Sorted(maps.Keys(notes)) {
		if len(id) < len(noteTell) || id[:len(noteTell)] != noteTell {
			continue
		}
		var m Message
		if err := json.Unmarshal(notes[id], &m); err != nil {
			return err
		}
		if err := d.c.Tell(ctx, m); err != nil {
			all = errors.Join(all, err)
			continue
		}
		if err := w.Apply(ctx, book.Change{Notes: map[string]json.RawMessage{id: nil}}); err != nil {
			return err
		}
	}
	return all
}
