// Package trial makes questions of policy at random, and compares what package
// policy and package tearline answer with what package oracle does.
//
// In comes a seed; [Run] makes worlds of objects, markings and recipients from it
// and counts in [Figures]. A leak is a thing given that the oracle denies: an
// object, a text that is hidden, or a reference to what is not given. A
// disagreement is any other difference: an object or a text denied that the oracle
// gives. Both have to be none.
//
// A world holds markings of every kind that policy reads, whole and broken, among
// them ones that contradict each other; texts are unique, so that one that is
// hidden is found wherever it goes. Equal seeds give equal questions.
package trial

import (
	"bytes"
	"context"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/policy/oracle"
	"github.com/cordon-project/cordon/policy/tearline"
	"github.com/cordon-project/cordon/stix"
)

// Figures count a trial.
type Figures struct {
	Triples       int64    `json:"triples"` // questions: one object, recipient, purpose and time
	Permits       int64    `json:"permits"`
	Denials       int64    `json:"denials"`
	Tearlines     int64    `json:"tearlines"` // objects given in part, of the permits
	Leaks         int64    `json:"leaks"`
	Disagreements int64    `json:"disagreements"`
	Rules         Counts   `json:"rules"` // how often each rule decided
	Cases         []string `json:"cases"` // the first that went wrong, for a person
}

// Counts count by name.
type Counts map[string]int64

// kept bounds the cases that are kept for a person.
const kept = 20

// Add adds the figures of another trial.
func (f *Figures) Add(g Figures) {
	f.Triples += g.Triples
	f.Permits += g.Permits
	f.Denials += g.Denials
	f.Tearlines += g.Tearlines
	f.Leaks += g.Leaks
	f.Disagreements += g.Disagreements
	if f.Rules == nil {
		f.Rules = Counts{}
	}
	for k, n := range g.Rules {
		f.Rules[k] += n
	}
	f.Cases = append(f.Cases, g.Cases...)
	f.Cases = f.Cases[:min(len(f.Cases), kept)]
}

// PerWorld is how many questions one world is asked.
const PerWorld = recipients * moments * things

// Run makes the worlds from first on, before last, of the seed, and asks
// everything of them: [PerWorld] questions of each. It ends early when the context
// does.
func Run(ctx context.Context, seed uint64, first, last int64) Figures {
	f := Figures{Rules: Counts{}, Cases: []string{}}
	for i := first; i < last && ctx.Err() == nil; i++ {
		World(rand.New(rand.NewPCG(seed, uint64(i))), &f)
	}
	return f
}

// World makes one world and asks everything of it.
func World(r *rand.Rand, f *Figures) {
	w := newWorld(r)
	for range recipients {
		a, v := w.recipient()
		for n := range moments {
			a.Purpose, a.Time = w.pick(purposes), w.moment()
			gifts := w.alone(a, v, f)
			if n == 0 {
				w.together(a, v, gifts, f)
			}
		}
	}
}

// alone asks for each object as a journal does: the label was made once.
func (w *world) alone(a oracle.Ask, v policy.Viewer, f *Figures) []oracle.Gift {
	out := make([]oracle.Gift, len(w.objects))
	for i, o := range w.objects {
		f.Triples++
		d := policy.May(v, w.labels[i], policy.Purpose(a.Purpose), a.Time)
		var shown stix.Object
		if d.Allow {
			var err error
			if shown, _, err = policy.Redact(v, o, policy.Purpose(a.Purpose), a.Time, w.defs); err != nil {
				d = policy.Decision{Rule: policy.RuleGranularUnclear}
				if policy.LostBy(err) != "" {
					d.Rule = policy.RuleRequiredWithheld
				}
			}
		}
		f.Rules[d.Rule]++
		if d.Allow {
			f.Permits++
		} else {
			f.Denials++
		}
		out[i] = w.oracle.Alone(w.oracle.Objects[i], a)
		w.compare(f, a, o, "alone", d.Allow, shown, out[i])
	}
	return out
}

// together releases all objects at once.
func (w *world) together(a oracle.Ask, v policy.Viewer, alone []oracle.Gift, f *Figures) {
	q := policy.Question{Recipient: v, Purpose: policy.Purpose(a.Purpose), At: a.Time, Default: w.level, Defs: w.defs}
	torn := tearline.Releaser{ID: orgs[0], Secret: w.secret}.Release(q, w.objects, nil)
	gifts := w.oracle.Given(a)
	for i, o := range w.objects {
		if torn[i].Allow && !alone[i].Given {
			f.leak("%s: released, and not given alone%s", o.ID(), w.show(a, o))
		}
		if torn[i].Allow && !torn[i].Whole {
			f.Tearlines++
		}
		w.compare(f, a, o, "released", torn[i].Allow, torn[i].Object, gifts[i])
		w.references(f, a, o, torn[i], gifts)
	}
}

// compare compares what is given of one object.
func (w *world) compare(f *Figures, a oracle.Ask, o stix.Object, how string, given bool, out stix.Object, want oracle.Gift) {
	switch {
	case given && !want.Given:
		f.leak("%s %s: given, and the oracle denies (%s)%s", how, o.ID(), want.Why, w.show(a, o))
	case !given && want.Given:
		f.disagree("%s %s: denied, and the oracle gives%s", how, o.ID(), w.show(a, o))
	case given && (len(want.Hidden) > 0 || out.ID() != o.ID() || len(out) != len(o)):
		text := canonical(out)
		for _, h := range want.Hidden {
			if bytes.Contains(text, []byte(h)) {
				f.leak("%s %s: the hidden text %q is in it%s", how, o.ID(), h, w.show(a, o))
			}
		}
		for _, t := range w.texts[o.ID()] {
			if !slices.Contains(want.Hidden, t) && !bytes.Contains(text, []byte(t)) {
				f.disagree("%s %s: the text %q is missing%s", how, o.ID(), t, w.show(a, o))
			}
		}
	}
}

// references checks what a released object refers to: nothing that is not given,
// nothing that is given under another id; and that its lineage holds.
func (w *world) references(f *Figures, a oracle.Ask, o stix.Object, t tearline.Torn, gifts []oracle.Gift) {
	if !t.Allow {
		return
	}
	for _, ref := range stix.Refs(t.Object) {
		for i, other := range w.objects {
			if ref.ID == other.ID() && (!gifts[i].Given || !gifts[i].Whole) {
				f.leak("%s refers to %s, given: %v, whole: %v%s", o.ID(), ref.ID, gifts[i].Given, gifts[i].Whole, w.show(a, o))
			}
		}
	}
	for i, other := range w.objects {
		if other.ID() == o.ID() && t.Whole != gifts[i].Whole {
			f.disagree("%s: whole %v, and the oracle says %v%s", o.ID(), t.Whole, gifts[i].Whole, w.show(a, o))
		}
	}
	if t.Opening == nil {
		return
	}
	if bytes.Contains(canonical(t.Object), []byte(o.ID())) {
		f.leak("%s: the torn object names its original%s", o.ID(), w.show(a, o))
	}
	if err := tearline.Verify(t.Object, o, *t.Opening); err != nil {
		f.disagree("%s: its lineage does not hold: %v", o.ID(), err)
	}
}

func canonical(o stix.Object) []byte {
	b, err := o.Canonical()
	if err != nil {
		return nil
	}
	return b
}

func (f *Figures) leak(format string, args ...any)     { f.Leaks++; f.note("leak: ", format, args) }
func (f *Figures) disagree(format string, args ...any) { f.Disagreements++; f.note("", format, args) }

func (f *Figures) note(kind, format string, args []any) {
	if len(f.Cases) < kept {
		f.Cases = append(f.Cases, kind+fmt.Sprintf(format, args...))
	}
}

// show prints a case.
func (w *world) show(a oracle.Ask, o stix.Object) string {
	var b strings.Builder
	fmt.Fprintf(&b, "\n  ask %+v\n  default %s\n  object %s", a, w.oracle.Default, canonical(o))
	refs := o.Strs("object_marking_refs")
	list, _ := o["granular_markings"].([]any)
	for _, g := range list {
		m, _ := g.(map[string]any)
		id, _ := m["marking_ref"].(string)
		refs = append(refs, id)
	}
	for _, id := range refs {
		if d, ok := w.oracle.Definitions[id]; ok {
			fmt.Fprintf(&b, "\n  marking %s", canonical(d))
		}
	}
	return b.String()
}

// How large a world is.
const (
	recipients = 12
	moments    = 12 // of which one is a release of all together
	markings   = 14
	things     = 9
)

var (
	purposes = []string{"reading", "network-defence", "screening", "law-enforcement", "exchange", "exchange", "reading", "marketing"}
	orgs     = []string{
		"identity--aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa", "identity--bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb", "identity--cccccccc-cccc-4ccc-8ccc-cccccccccccc",
	}
	groups  = []string{"identity--dddddddd-dddd-4ddd-8ddd-dddddddddddd", "identity--eeeeeeee-eeee-4eee-8eee-eeeeeeeeeeee"}
	codes   = []string{"USA", "JPN", "KOR", "AUS", "GBR", "XKS"}
	noon    = time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	instant = []string{"2026-11-25T11:00:00Z", "2026-11-25T12:00:00Z", "2026-11-25T12:00:00.5Z", "2026-11-25T13:00:00Z"}
)

// world is one world, in the form of policy and in that of the oracle.
type world struct {
	*rand.Rand
	oracle  oracle.World
	objects []stix.Object
	labels  []policy.Label
	level   policy.TLP
	ids     []string // of markings that objects carry
	texts   map[string][]string
	secret  [32]byte
	n       int
}

func newWorld(r *rand.Rand) *world {
	w := &world{Rand: r, texts: map[string][]string{}, oracle: oracle.World{Definitions: map[string]map[string]any{}}}
	w.level = policy.TLP(r.IntN(3))
	w.oracle.Default = []string{"clear", "green", "amber"}[w.level]
	for i := range w.secret {
		w.secret[i] = byte(r.Uint32())
	}
	for _, d := range policy.Builtin() {
		w.ids = append(w.ids, d.ID())
	}
	for range markings {
		d := w.marking()
		id, _ := d["id"].(string)
		w.ids = append(w.ids, id)
		if w.IntN(12) > 0 {
			w.oracle.Definitions[id] = d // the others are not known
		}
	}
	for range things {
		w.object()
	}
	for _, o := range w.oracle.Objects {
		w.objects = append(w.objects, stix.Object(o))
		l, _ := policy.LabelOf(o, w.level, w.defs) // with an error it is Nobody
		w.labels = append(w.labels, l)
	}
	return w
}

func (w *world) defs(id string) (stix.Object, bool) {
	d, ok := w.oracle.Definitions[id]
	return d, ok
}

func (w *world) pick(from []string) string { return from[w.IntN(len(from))] }

// some draws a few of the texts, most often few.
func (w *world) some(from ...string) []string {
	var out []string
	for range w.IntN(3) {
		if s := w.pick(from); !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

func (w *world) moment() time.Time {
	switch w.IntN(8) {
	case 0:
		return time.Time{}
	case 1, 2, 3:
		t, _ := time.Parse(time.RFC3339Nano, w.pick(instant))
		return t
	}
	return noon.Add(time.Duration(w.IntN(7200)-3600) * time.Second)
}

// recipient draws one, more often one who has much: one who has nothing gets
// nothing, and nothing is learnt.
func (w *world) recipient() (oracle.Ask, policy.Viewer) {
	level := max(w.IntN(5), w.IntN(5))
	a := oracle.Ask{
		TLP: []string{"clear", "green", "amber", "amber+strict", "red"}[level], Org: w.pick(append(orgs, "")), Nation: w.pick(append(codes, "")), Groups: w.some(groups...),
		Class: w.pick([]string{"", "U", "C", "S", "TS", "TS"}), Orgs: w.some("USA.DOJ.FBI", "USA.DOJ", "USA.USG", "CIKR", "USA", "FOREIGNGOV"), Entities: w.some("GOV", "MIL", "CTR"),
		Shares: w.some("LE", "IC"), Accesses: append(w.some("LES", "PII", "FOUO"), w.some("FISA", "FOUO")...), Encrypted: w.IntN(3) > 0,
	}
	v := policy.Viewer{
		Name: "recipient", Org: a.Org, Clearance: policy.TLP(level), Nation: a.Nation, Groups: a.Groups, Encrypted: a.Encrypted, Holds: map[string]bool{},
		ACS: policy.Attributes{Classification: a.Class, Organizations: a.Orgs, Entities: a.Entities, Shareability: a.Shares, Accesses: a.Accesses},
	}
	for _, id := range w.ids[9:] {
		if w.IntN(3) == 0 {
			a.Holds = append(a.Holds, id)
			v.Holds[id] = true
		} else if w.IntN(3) == 0 {
			v.Holds[id] = false
		}
	}
	return a, v
}

func (w *world) uuid() string {
	b := make([]byte, 16)
	for i := range b {
		b[i] = byte(w.Uint32())
	}
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	h := hex.EncodeToString(b)
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}
