package identity

import (
	"cmp"
	"context"
	"maps"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/journal"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/record"
	"github.com/cordon-project/cordon/stix"
)

// Options say what a run decides anew.
type Options struct {
	// Parties are the parties that changed; nil: all pairs are decided.
	Parties []string
	By      string // who runs, for the journal
	// Progress is told how many parties were looked at; may be nil.
	Progress func(done, total int)
}

// Report says what a run did.
type Report struct {
	Parties   int `json:"parties"`   // parties in the journal
	Looked    int `json:"looked"`    // parties whose pairs were decided
	Pairs     int `json:"pairs"`     // pairs that were weighed
	Same      int `json:"same"`      // of them one party
	Open      int `json:"open"`      // for a person to decide
	Written   int `json:"written"`   // decisions that are new or changed
	TakenBack int `json:"takenBack"` // decisions that no longer hold
}

// pairKey is a pair of parties in order.
type pairKey [2]string

func keyOf(a, b string) pairKey {
	if b < a {
		a, b = b, a
	}
	return pairKey{a, b}
}

// verdict is what a run says of a pair.
type verdict struct {
	*evidence
	says string
}

func (x *verdict) key() pairKey { return keyOf(x.a.id, x.b.id) }

// Decide decides on the pairs of the parties given, or on all, and appends what
// changed. Parties of one list are never a pair.
func (e *Engine) Decide(ctx context.Context, o Options) (r Report, err error) {
	defer errs.Wrap(&err, "identity.Decide")
	w, err := e.load(ctx, everything)
	if err != nil {
		return Report{}, err
	}
	vs, looked, err := e.run(ctx, w, o)
	if err != nil {
		return Report{}, err
	}
	r = Report{Parties: len(w.parties), Looked: len(looked), Pairs: len(vs)}
	for _, x := range vs {
		switch x.says {
		case record.VerdictSame:
			r.Same++
		case record.VerdictOpen:
			r.Open++
		}
	}
	err = e.write(ctx, w, vs, looked, o.By, &r)
	return r, err
}

// Follow decides on the pairs of the parties that the journal has new versions of
// since a sequence number, or on all when that is 0. It returns the sequence number
// up to which it has decided.
func (e *Engine) Follow(ctx context.Context, since int64, o Options) (r Report, seq int64, err error) {
	defer errs.Wrap(&err, "identity.Follow(%d)", since)
	head, err := e.journal.Head(ctx)
	if err != nil {
		return Report{}, since, err
	}
	o.Parties = nil
	if since > 0 {
		if o.Parties, err = e.changed(ctx, since); err != nil {
			return Report{}, since, err
		}
		if len(o.Parties) == 0 {
			return Report{}, head, nil
		}
	}
	r, err = e.Decide(ctx, o)
	return r, head, err
}

// changed returns the parties of which, or of whose designations, the journal has
// versions after a sequence number.
func (e *Engine) changed(ctx context.Context, since int64) ([]string, error) {
	ids := map[string]bool{}
	q := journal.Query{After: since, Types: []string{"identity", record.DesignationType}, Purpose: policy.Reading}
	for en, err := range e.journal.Scan(ctx, everything, q) {
		if err != nil {
			return nil, err
		}
		if en.Erased || len(en.Canonical) == 0 {
			continue
		}
		if en.Type == "identity" {
			ids[en.ID] = true
			continue
		}
		o, err := stix.Parse(en.Canonical)
		if err != nil {
			return nil, err
		}
		ids[o.Str("party_ref")] = true
	}
	return slices.Sorted(maps.Keys(ids)), nil
}

// Pairs decides on the pairs of parties that are given and not in a journal, in
// order of their ids: what [Engine.Decide] would append for them.
func Pairs(ctx context.Context, members []Member) (_ []record.SameParty, err error) {
	defer errs.Wrap(&err, "identity.Pairs(%d parties)", len(members))
	e := New(nil, nil)
	w := newWorld()
	for _, m := range members {
		w.add(partyOf(m.Party, m.Designations, m.Party.ID))
	}
	vs, _, err := e.run(ctx, w, Options{})
	out := make([]record.SameParty, 0, len(vs))
	for _, x := range vs {
		out = append(out, e.decision(x))
	}
	return out, err
}

// everything is the viewer of the rules: they see what the node holds, and what
// they decide is marked as what it stands on.
var everything = policy.Viewer{Name: "identity", Clearance: policy.Red}

// run weighs the pairs of the parties asked for and of those near them.
func (e *Engine) run(ctx context.Context, w *world, o Options) ([]*verdict, map[string]bool, error) {
	names := e.index(w)
	looked := map[string]bool{}
	pairs := map[pairKey]bool{}
	todo := o.Parties
	if todo == nil {
		todo = w.ids()
	}
	if err := e.near(ctx, w, names, todo, looked, pairs, o.Progress); err != nil {
		return nil, nil, err
	}
	if o.Parties != nil {
		// Which of several candidates is meant depends on all of them.
		var next []string
		for k := range pairs {
			next = append(next, k[:]...)
		}
		slices.Sort(next)
		if err := e.near(ctx, w, names, slices.Compact(next), looked, pairs, nil); err != nil {
			return nil, nil, err
		}
	}
	vs, err := e.weighAll(ctx, w, pairs)
	if err != nil {
		return nil, nil, err
	}
	e.params.unique(vs)
	return consistent(vs), looked, nil
}

// near finds the pairs of parties by names, numbers and references.
func (e *Engine) near(ctx context.Context, w *world, names Names, ids []string, looked map[string]bool, pairs map[pairKey]bool, progress func(done, total int)) error {
	var todo []*party
	for _, id := range ids {
		if p := w.parties[id]; p != nil && !looked[id] {
			looked[id] = true
			todo = append(todo, p)
		}
	}
	found := make([][]string, len(todo))
	var done int
	var mu sync.Mutex
	err := parallel(ctx, len(todo), func(i int) {
		found[i] = e.candidates(w, names, todo[i])
		if progress != nil {
			mu.Lock()
			done++
			progress(done, len(todo))
			mu.Unlock()
		}
	})
	for i, p := range todo {
		for _, id := range found[i] {
			pairs[keyOf(p.id, id)] = true
		}
	}
	return err
}

// maxShared is how many parties may have one number for it to tell anything: what
// more have is an office's, or a gap's filling.
const maxShared = 12

func (e *Engine) candidates(w *world, names Names, p *party) []string {
	out := map[string]bool{}
	add := func(id string) {
		if q := w.parties[id]; q != nil && q.roll != p.roll && p.kind.Agrees(q.kind) {
			out[id] = true
		}
	}
	for _, n := range p.names {
		for _, h := range names.Search(n.text, func(policy.Label) bool { return true }) {
			if h.Score >= e.params.Near {
				add(h.Object)
			}
		}
	}
	for _, n := range p.numbers {
		if ids := w.numbers[n.form]; len(ids) <= maxShared {
			for _, id := range ids {
				add(id)
			}
		}
	}
	for _, r := range p.refs {
		add(w.byEntry[reference{list: r.list, entry: r.entry}])
	}
	return slices.Collect(maps.Keys(out))
}

// parallel calls f for 0 … n-1 on all cores.
func parallel(ctx context.Context, n int, f func(int)) error {
	var wg sync.WaitGroup
	var next int
	var mu sync.Mutex
	for range min(n, runtime.GOMAXPROCS(0)) {
		wg.Go(func() {
			for ctx.Err() == nil {
				mu.Lock()
				i := next
				next++
				mu.Unlock()
				if i >= n {
					return
				}
				f(i)
			}
		})
	}
	wg.Wait()
	return ctx.Err()
}

// weighAll weighs pairs; those that are none are left out.
func (e *Engine) weighAll(ctx context.Context, w *world, pairs map[pairKey]bool) ([]*verdict, error) {
	keys := slices.SortedFunc(maps.Keys(pairs), func(a, b pairKey) int { return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1])) })
	all := make([]*verdict, len(keys))
	err := parallel(ctx, len(keys), func(i int) {
		x := e.params.weigh(w.parties[keys[i][0]], w.parties[keys[i][1]])
		if says := e.params.decide(x); says != "" {
			all[i] = &verdict{x, says}
		}
	})
	return slices.DeleteFunc(all, func(x *verdict) bool { return x == nil }), err
}

// margin is by how much the best of several candidates of one list must be
// stronger than the next for it to be the one.
const margin = 0.9

// unique leaves of several entries of one list that may be a party the one that
// is plainly nearer; if none is, all stay open. Pairs with a reference or a number
// in common are settled by that.
func (p *Params) unique(vs []*verdict) {
	type seat struct{ party, roll string }
	at := map[seat][]*verdict{}
	for _, x := range vs {
		at[seat{x.a.id, x.b.roll}] = append(at[seat{x.a.id, x.b.roll}], x)
		at[seat{x.b.id, x.a.roll}] = append(at[seat{x.b.id, x.a.roll}], x)
	}
	open := map[*verdict]bool{}
	for _, rivals := range at {
		if len(rivals) < 2 {
			continue
		}
		slices.SortFunc(rivals, func(x, y *verdict) int { return cmp.Compare(y.strength(), x.strength()) })
		for i, x := range rivals {
			settled := x.refers || x.number != ""
			if x.says != record.VerdictSame || settled {
				continue
			}
			other := rivals[0]
			if i == 0 {
				other = rivals[1]
			}
			if i > 0 || x.strength()-other.strength() < margin {
				open[x] = true
			}
		}
	}
	for x := range open {
		x.says = record.VerdictOpen
		x.say("several", record.WeightAgainst, "other entries of one of the lists are as near", "")
	}
}

// consistent keeps parties that contradict each other out of one group: links are
// taken from the strongest on, and one that would join a contradiction stays open.
// It returns the verdicts that are left.
func consistent(vs []*verdict) []*verdict {
	links := slices.DeleteFunc(slices.Clone(vs), func(x *verdict) bool { return x.says != record.VerdictSame })
	slices.SortFunc(links, func(x, y *verdict) int {
		return cmp.Or(cmp.Compare(y.strength(), x.strength()), cmp.Compare(x.a.id, y.a.id), cmp.Compare(x.b.id, y.b.id))
	})
	group := map[string]*[]*party{}
	of := func(p *party) *[]*party {
		if group[p.id] == nil {
			group[p.id] = &[]*party{p}
		}
		return group[p.id]
	}
	for _, x := range links {
		ga, gb := of(x.a), of(x.b)
		if ga == gb {
			continue
		}
		if first, second := contradiction(*ga, *gb); first != nil {
			x.says = record.VerdictOpen
			x.say("chain", record.WeightAgainst, "would join "+first.names[0].text, "with "+second.names[0].text+", which contradict each other")
			continue
		}
		*ga = append(*ga, *gb...)
		for _, p := range *gb {
			group[p.id] = ga
		}
	}
	// What others have joined needs no person any more.
	return slices.DeleteFunc(vs, func(x *verdict) bool {
		return x.says == record.VerdictOpen && of(x.a) == of(x.b)
	})
}

// contradiction returns two parties of two groups that cannot be one.
func contradiction(a, b []*party) (*party, *party) {
	for _, x := range a {
		for _, y := range b {
			// An authority lists a party once, so two of its entries are two parties
			// unless a number says otherwise.
			e := evidence{a: x, b: y}
			e.numbers()
			if x.official && x.roll == y.roll && e.number == "" {
				return x, y
			}
			e.births()
			if e.birth == birthApart || x.male != 0 && y.male != 0 && x.male != y.male || !x.kind.Agrees(y.kind) {
				return x, y
			}
		}
	}
	return nil, nil
}

// batchSize is how many decisions are appended in one step.
const batchSize = 2000

// write appends the decisions that are new or changed, and takes those back that
// no longer hold.
func (e *Engine) write(ctx context.Context, w *world, vs []*verdict, looked map[string]bool, by string, r *Report) error {
	var objects []stix.Object
	now := map[string]bool{}
	for _, x := range vs {
		s := e.decision(x)
		now[s.ID] = true
		old, had := w.rules[s.ID]
		if had && !old.revoked && sameDecision(old.SameParty, s) {
			continue
		}
		s.Created = max(x.a.modified, x.b.modified)
		s.Modified = s.Created
		if had {
			s.Created = old.Created
			if s.Modified <= old.Modified {
				s.Modified = after(old.Modified)
			}
		}
		objects = append(objects, s.Object(record.Meta{CreatedBy: record.ProjectID, Markings: marksOf(x.a, x.b)}))
	}
	r.Written = len(objects)
	for _, id := range slices.Sorted(maps.Keys(w.rules)) {
		old := w.rules[id]
		if old.revoked || now[id] || !looked[old.Parties[0]] && !looked[old.Parties[1]] {
			continue
		}
		a, b := w.parties[old.Parties[0]], w.parties[old.Parties[1]]
		s := old.SameParty
		s.Modified = after(old.Modified)
		meta := record.Meta{CreatedBy: record.ProjectID}
		if a != nil && b != nil {
			meta.Markings = marksOf(a, b)
		}
		o := s.Object(meta)
		o["revoked"] = true
		objects = append(objects, o)
		r.TakenBack++
	}
	for len(objects) > 0 {
		n := min(len(objects), batchSize)
		rc, err := e.journal.Append(ctx, journal.Batch{Objects: objects[:n], By: by, RefuseAll: true})
		if err != nil {
			return err
		}
		if len(rc.Refused) > 0 {
			return errs.New(errs.Internal, "the journal refused a decision: %s", rc.Refused[0].Message)
		}
		objects = objects[n:]
	}
	return nil
}

// decision is a verdict as an object.
func (e *Engine) decision(x *verdict) record.SameParty {
	k := x.key()
	return record.SameParty{
		ID: record.SamePartyID(k[0], k[1], ""), Parties: k, Verdict: x.says, Rules: e.params.Rules,
		Reasons: x.reasons, Confidence: x.confidence(x.says),
	}
}

func sameDecision(a, b record.SameParty) bool {
	return a.Verdict == b.Verdict && a.Rules == b.Rules && a.Confidence == b.Confidence && slices.Equal(a.Reasons, b.Reasons)
}

// after returns the time one millisecond after a timestamp.
func after(stamp string) string {
	t, err := time.Parse(time.RFC3339Nano, stamp)
	if err != nil {
		return stamp
	}
	return t.UTC().Add(time.Millisecond).Format("2006-01-02T15:04:05.000Z")
}

// marksOf returns the markings of what stands on two parties: those of both, and
// of TLP levels the stricter.
func marksOf(a, b *party) []string {
	strict, other := a, b
	if policy.Level(b.label) > policy.Level(a.label) {
		strict, other = b, a
	}
	out := slices.Clone(strict.marks)
	for _, m := range other.marks {
		if !slices.Contains(out, m) && !isTLP(m) {
			out = append(out, m)
		}
	}
	return out
}

func isTLP(id string) bool {
	for t := policy.Clear; t <= policy.Red; t++ {
		if policy.MarkingID(t) == id {
			return true
		}
	}
	return false
}
