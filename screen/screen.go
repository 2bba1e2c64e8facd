// Package screen answers "who is this?": a name, a wallet, a domain, an e-mail,
// an IP address, a hash, a document number or an object's id goes in, an
// [Answer] comes out: what the input was taken for, what was found, who says so,
// where exactly, why, with how much doubt, and what was not looked at.
//
// It follows the journal through its [Projection]: identifiers are looked up
// exactly, in one canonical form per kind; names go through package match.
//
// Guarantees: an identifier that any visible object holds is found in every
// spelling of it; what the viewer may not see is neither found nor counted, and
// changes nothing in the answer; one question at one journal sequence has one
// answer, byte for byte but for the time; an answer that was cut says by how
// much; nothing is ever said to be clean, only not found in what was looked
// through. An entry that its list has removed is shown, and is no listing.
//
// A name alone never confirms a person: it gives [Likely] at most. The
// probabilities come from the table in [Params], which states judgement and no
// measurement, and every answer carries that table's name.
package screen

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/journal"
	"github.com/cordon-project/cordon/match"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/record"
	"github.com/cordon-project/cordon/script"
	"github.com/cordon-project/cordon/stix"
)

// MaxQuery is the longest question in bytes; a longer one is refused.
const MaxQuery = 16 << 10

// Params are all parameters of an answer. They are named in every answer by
// Rules, so that an answer can be understood later.
type Params struct {
	Rules string // the name of this set
	Match match.Params
	// Name holds the probability that a party is meant when one listed party
	// alone bears the name, by how the name was met.
	Name map[match.How]Interval
	// Shared is by what the odds shrink for every further party of the same
	// name, and Weak for a name that the list itself calls a weak alias.
	Shared, Weak float64
	Limit        int // candidates at most when the question does not say
}

// DefaultParams state judgement: a full name written alike is more often than
// not the listed person where the list is about that country, and far from
// certain; one identifier of the party's own settles it. They are replaced by
// calibrated figures together with matching across scripts.
var DefaultParams = Params{
	Rules: "names-1",
	Match: match.DefaultParams,
	Name: map[match.How]Interval{
		match.Exact:  {0.41, 0.62, 0.79},
		match.Folded: {0.38, 0.60, 0.78},
		match.Order:  {0.30, 0.52, 0.73},
		match.Tokens: {0.03, 0.15, 0.40},
	},
	Shared: 0.8, Weak: 0.5, Limit: DefaultLimit,
}

// identified is what an identifier of a party's own gives; the doubt left is
// that the source itself errs.
var identified = Interval{0.95, 0.99, 1}

// Screener answers questions.
type Screener struct {
	journal journal.Journal
	shelf   journal.Shelf
	follow  *Projection
	params  Params
	version string
	now     func() time.Time

	names atomic.Pointer[match.Index] // replaced whole, so that no question meets half an index
	mu    sync.Mutex                  // one refresh of the index at a time
}

// Config is what a screener stands on.
type Config struct {
	Journal    journal.Journal
	Shelf      journal.Shelf // of the projection below
	Projection *Projection
	Params     Params // the zero value: DefaultParams
	Software   string
	Clock      func() time.Time
}

// New returns a screener. Its index is empty until the projection has caught up
// for the first time; from then on it follows every step.
func New(c Config) *Screener {
	if c.Params.Rules == "" {
		c.Params = DefaultParams
	}
	s := &Screener{
		journal: c.Journal, shelf: c.Shelf, follow: c.Projection, params: c.Params, version: c.Software, now: c.Clock,
	}
	s.names.Store(match.New(c.Params.Match))
	c.Projection.follow(s.applied)
	return s
}

// applied is what the projection calls after each step: see [journal.Follower].
func (s *Screener) applied(ctx context.Context, from, _ int64) error {
	if from == 0 {
		return s.load(ctx)
	}
	return s.refresh(ctx)
}

// Names returns how many names the index holds.
func (s *Screener) Names() int { return s.names.Load().Len() }

// load builds the index from the shelf; the old one answers meanwhile.
func (s *Screener) load(ctx context.Context) (err error) {
	defer errs.Wrap(&err, "screen: load the index")
	s.mu.Lock()
	defer s.mu.Unlock()
	s.follow.take()
	names := match.New(s.params.Match)
	object, batch := "", []match.Name{}
	flush := func() {
		if object != "" {
			names.Put(object, batch)
		}
		batch = nil
	}
	for row, err := range s.shelf.All(ctx, []byte{rowName}) {
		if err != nil {
			return err
		}
		n, err := nameOf(row)
		if err != nil {
			return err
		}
		if n.Object != object {
			flush()
			object = n.Object
		}
		batch = append(batch, n)
	}
	flush()
	s.names.Store(names)
	return nil
}

// refresh takes over the names that the projection has changed.
func (s *Screener) refresh(ctx context.Context) (err error) {
	defer errs.Wrap(&err, "screen: follow the index")
	s.mu.Lock()
	defer s.mu.Unlock()
	changed := s.follow.take()
	for i, object := range changed {
		names, err := s.namesOf(ctx, object)
		if err != nil {
			s.follow.again(changed[i:])
			return err
		}
		s.names.Load().Put(object, names)
	}
	return nil
}

func (s *Screener) namesOf(ctx context.Context, object string) ([]match.Name, error) {
	var names []match.Name
	for row, err := range s.shelf.All(ctx, below(rowName, object)) {
		if err != nil {
			return nil, err
		}
		n, err := nameOf(row)
		if err != nil {
			return nil, err
		}
		names = append(names, n)
	}
	return names, nil
}

// Ask answers one question. Errors: errs.Invalid for a question that is empty
// or longer than MaxQuery, or of a kind that there is not; a question that cannot
// be read otherwise has an answer that says so.
func (s *Screener) Ask(ctx context.Context, v policy.Viewer, q Query) (_ Answer, err error) {
	defer errs.Wrap(&err, "screen.Ask")
	if strings.TrimSpace(q.Text) == "" {
		return Answer{}, errs.New(errs.Invalid, "the question is empty").WithHint("Give a name, a wallet, a domain, an e-mail, a hash or an id.")
	}
	if len(q.Text) > MaxQuery {
		return Answer{}, errs.New(errs.Invalid, "the question is longer than %d bytes", MaxQuery).WithHint("Ask for one name or identifier; give documents to ingest.")
	}
	if !q.Kind.known() {
		return Answer{}, errs.New(errs.Invalid, "there is no kind of question called %q", q.Kind).
			WithHint("Leave the kind out, or use name, wallet, domain, url, email, ip, hash, document or id.")
	}
	limit := cmp.Or(max(q.Limit, 0), s.params.Limit)
	a := asking{s: s, ctx: ctx, v: v, answer: Answer{Query: q.Text, Candidates: []Candidate{}, Checked: []Checked{}}, weighed: max(limit, minWeighed)}
	if err := a.stand(); err != nil {
		return Answer{}, err
	}
	a.read(q)
	if err := a.find(); err != nil {
		return Answer{}, err
	}
	return a.conclude(limit)
}

// minWeighed is how many candidates of each sort are read and ranked at least,
// whatever the limit: which of them are listed is known only then, and a listed
// party must not fall behind the limit for those that are not.
const minWeighed = 200

// asking is one question on its way.
type asking struct {
	s       *Screener
	ctx     context.Context
	v       policy.Viewer
	answer  Answer
	found   map[string]bool
	parties []*Candidate // what may be who was asked for, best match first
	seen    []*Candidate // what only says that something was seen
	weighed int          // candidates of each sort at most
}

// candidate keeps c, or counts it as cut when there are enough of its sort.
func (a *asking) candidate(c *Candidate) {
	of := &a.parties
	if observable(stix.IDType(c.Object)) {
		of = &a.seen
	}
	if len(*of) == a.weighed {
		a.answer.Cut++
		return
	}
	*of = append(*of, c)
}

// stand notes what the answer stands on and which lists are looked through.
func (a *asking) stand() error {
	seq, err := a.s.shelf.Applied(a.ctx)
	if err != nil {
		return err
	}
	a.answer.Stands = Stands{Seq: seq, Rules: a.s.params.Rules, Software: a.s.version, At: a.s.now().UTC()}
	lists, err := a.s.Lists(a.ctx, a.v)
	if err != nil {
		return err
	}
	for _, l := range lists {
		a.answer.Checked = append(a.answer.Checked, Checked{List: l.List, Authority: l.Authority, Nation: l.Nation, Date: l.Date, Entries: l.Entries})
	}
	return nil
}

// Lists returns the versions of lists that are in force, by list: of each the
// latest that the viewer may see.
func (s *Screener) Lists(ctx context.Context, v policy.Viewer) (_ []record.ListVersion, err error) {
	defer errs.Wrap(&err, "screen.Lists")
	ids, err := s.inForce(ctx, v)
	if err != nil {
		return nil, err
	}
	var out []record.ListVersion
	for _, id := range ids {
		o, err := s.object(ctx, v, id)
		if gone(err) {
			continue
		}
		if err != nil {
			return nil, err
		}
		l, err := record.ListVersionOf(o)
		if err != nil {
			return nil, err
		}
		out = append(out, l)
	}
	return out, nil
}

// inForce returns the id of the latest version of each list.
func (s *Screener) inForce(ctx context.Context, v policy.Viewer) (ids []string, err error) {
	list, latest := "", ""
	for row, err := range s.shelf.Scan(ctx, v, policy.Screening, []byte{rowList}) {
		if err != nil {
			return nil, err
		}
		f, version := fields(row.Key), journal.VersionKey(string(row.Value))
		switch {
		case f[0] != list || len(ids) == 0:
			ids = append(ids, f[1])
		case version > latest:
			ids[len(ids)-1] = f[1]
		default:
			continue
		}
		list, latest = f[0], version
	}
	return ids, nil
}

func (s *Screener) object(ctx context.Context, v policy.Viewer, id string) (stix.Object, error) {
	e, err := s.journal.Get(ctx, v, policy.Screening, id)
	if err != nil {
		return nil, err
	}
	return e.Object()
}

// gone reports whether an object that a row names is not there for this viewer:
// it was erased or marked anew since the row was read.
func gone(err error) bool { return errs.Is(err, errs.NotFound) || errs.Is(err, errs.Withheld) }

// find looks the reading up.
func (a *asking) find() error {
	a.found = map[string]bool{}
	r := a.answer.Reading
	switch r.Kind {
	case Name:
		return a.findName(r.Canonical)
	case ObjectID:
		return a.findObject(r.Canonical)
	case Domain:
		return a.findDomain(r.Canonical)
	case Email:
		if err := a.findSelector(Email, r.Canonical, "identifier"); err != nil {
			return err
		}
		_, domain, _ := strings.Cut(r.Canonical, "@")
		return a.findSelector(Domain, domain, "domain-of")
	case URL:
		if err := a.findSelector(URL, r.Canonical, "identifier"); err != nil {
			return err
		}
		host := hostOf(r.Canonical)
		if ip := foldIP(host); ip != "" {
			return a.findSelector(IP, ip, "host-of")
		}
		return a.findSelector(Domain, host, "host-of")
	default:
		return a.findSelector(r.Kind, r.Canonical, "identifier")
	}
}

// maxHost is the longest host name, in bytes (RFC 1035 section 2.3.4).
const maxHost = 253

// findDomain looks a host up, and then the domains above it down to two labels.
func (a *asking) findDomain(host string) error {
	if err := a.findSelector(Domain, host, "identifier"); err != nil || len(host) > maxHost {
		return err
	}
	for {
		_, up, ok := strings.Cut(host, ".")
		if !ok || !strings.Contains(up, ".") {
			return nil
		}
		host = up
		if err := a.findSelector(Domain, host, "domain-above"); err != nil {
			return err
		}
	}
}

func (a *asking) findSelector(kind Kind, form, how string) error {
	if form = clean(form); form == "" {
		return nil
	}
	for row, err := range a.s.shelf.Scan(a.ctx, a.v, policy.Screening, below(rowSelector, string(kind), form)) {
		if err != nil {
			return err
		}
		object := fields(row.Key)[2]
		sel, err := decode[selectorRow](row.Value)
		if err != nil {
			return err
		}
		if sel.Text == "" {
			sel.Text = form
		}
		met := how
		if how == "identifier" && sel.Role == "host" {
			met = "host"
		}
		a.meet(object, Match{Kind: kind, Text: sel.Text, How: met}, sel.Role)
	}
	return nil
}

func (a *asking) meet(object string, m Match, role string) {
	if a.found[object] {
		return
	}
	a.found[object] = true
	p := identified
	if m.How != "identifier" {
		p = Interval{0.05, 0.3, 0.7}
	}
	c := &Candidate{Object: object, Matched: m, Probability: p}
	why := m.How
	switch {
	case m.Kind == ObjectID:
		why = "own"
	case why == "identifier":
		why = "same"
	}
	c.Reasons = append(c.Reasons, Reason{Text: Text{Key: "reason.identifier." + why, Args: []any{string(m.Kind), m.Text, role}}, Weight: "for", Tag: "identifier"})
	a.candidate(c)
}

func (a *asking) findObject(id string) error {
	if id == "" {
		return nil
	}
	_, err := a.s.object(a.ctx, a.v, id)
	if gone(err) {
		return nil
	}
	if err != nil {
		return err
	}
	a.meet(id, Match{Kind: ObjectID, Text: id, How: "identifier"}, "")
	return nil
}

func (a *asking) findName(name string) error {
	near := a.s.search(a.v, name)
	// Every name that has all parts asked for is a candidate too, however common
	// the parts: a family name alone is not "not found".
	more := a.s.names.Load().Containing(name, screening(a.v))
	for i, h := range slices.Concat(near, more) {
		if a.found[h.Object] {
			continue
		}
		a.found[h.Object] = true
		if len(a.parties) == a.weighed {
			a.answer.Cut++
			continue
		}
		crowd := 1
		if i >= len(near) {
			crowd = len(more)
		}
		if err := a.meetName(h, crowd); err != nil {
			return err
		}
	}
	return nil
}

// meetName adds whoever bears a name, as one of a crowd of which the question
// says no more of the one than of the other.
func (a *asking) meetName(h match.Hit, crowd int) error {
	row, ok, err := a.s.shelf.Get(a.ctx, a.v, policy.Screening, key(rowName, h.Object, fmt.Sprint(h.Number)))
	if err != nil || !ok {
		return err
	}
	n, err := decode[nameRow](row.Value)
	if err != nil {
		return err
	}
	c := &Candidate{
		Object: h.Object, Matched: Match{Kind: Name, Text: n.Text, Role: n.Role, Quality: n.Quality, How: string(h.How)},
		Probability: a.s.params.Name[h.How].odds(1 / float64(crowd)),
	}
	args := []any{n.Text}
	if h.How == match.Tokens {
		args = []any{n.Text, h.Matched, h.Listed}
	}
	c.Reasons = append(c.Reasons, Reason{Text: Text{Key: "reason.name." + string(h.How), Args: args}, Weight: "for", Tag: string(h.How)})
	if n.Quality == record.Weak {
		c.Probability = c.Probability.odds(a.s.params.Weak)
		c.Reasons = append(c.Reasons, Reason{Text: Text{Key: "reason.name.weak", Args: []any{n.Text}}, Weight: "against", Tag: "weak-alias"})
	}
	a.candidate(c)
	return nil
}

// odds multiplies the odds of each end of the interval.
func (i Interval) odds(by float64) Interval {
	f := func(p float64) float64 {
		if p >= 1 {
			return 1
		}
		o := p / (1 - p) * by
		return o / (1 + o)
	}
	return Interval{f(i.Low), f(i.Mid), f(i.High)}
}

// fullName reports whether a match is the whole name and not parts of it.
func fullName(how string) bool {
	return how == string(match.Exact) || how == string(match.Folded) || how == string(match.Order)
}

// readable reports whether a text has anything by which a name can be compared.
func readable(name string) bool {
	return utf8.ValidString(name) && len(script.Fold(name).Parts) > 0
}
