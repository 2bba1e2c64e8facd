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
// A name alone never confirms a person: it gives [Likely] at most, and says what
// would settle it. How near two names are is measured, what else is known of both
// is evidence with a weight of its own ([Evidence]), and every answer carries the
// name of the parameters and the threshold that it was made with.
package screen

import (
	"cmp"
	"context"
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
	// Same is the probability that a party is meant when one listed party alone
	// bears the name asked for, and Part when parts of the name are all that is in
	// common.
	Same, Part Interval
	// Shared is by what the odds shrink for every further party of the same
	// name, and Weak for a name that the list itself calls a weak alias.
	Shared, Weak float64
	Evidence     Evidence
	Limit        int // candidates at most when the question does not say
}

// DefaultParams state judgement where nothing was measured: a full name written
// alike is more often than not the listed person where the list is about that
// country, and far from certain; one identifier of the party's own settles it.
// What two names have to do with one another is measured: see docs/names.md.
var DefaultParams = Params{
	Rules: "names-2",
	Match: match.DefaultParams,
	Same:  Interval{0.41, 0.62, 0.79}, Part: Interval{0.03, 0.15, 0.40},
	Shared: 0.8, Weak: 0.5, Evidence: DefaultEvidence, Limit: DefaultLimit,
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
	decides func() time.Time
	turn    func() string
	cleared func(key, reference, party, version string, at time.Time) (Clearance, bool)
	past    func(ctx context.Context, asOf string) (*Screener, error)
	then    *Then

	names atomic.Pointer[match.Index] // replaced whole, so that no question meets half an index
	mu    sync.Mutex                  // one refresh of the index at a time

	standings sync.Map     // of a sort of viewer: *standing
	viewers   atomic.Int64 // how many sorts there are
}

// Config is what a screener stands on.
type Config struct {
	Journal    journal.Journal
	Shelf      journal.Shelf // of the projection below
	Projection *Projection
	Params     Params // the zero value: DefaultParams
	Software   string
	Clock      func() time.Time
	// Decides gives the time at which who may see what is decided; nil means Clock.
	// A recorded question is answered as of then, to whom may see the answer now.
	Decides func() time.Time
	// Turn names the stretch of time in which time alone changes nothing of what
	// anybody may see: see sqlite.Store.Turn. nil: it never does.
	Turn func() string
	// Cleared returns the clearance in force at a time of a question and a party:
	// key is the folded name asked for, reference the asker's own id, version that
	// of the party's object. nil: nothing is ever cleared.
	Cleared func(key, reference, party, version string, at time.Time) (Clearance, bool)
	// Past returns the screener of a day or moment that is asked of: see package
	// screen/past. nil: of none.
	Past func(ctx context.Context, asOf string) (*Screener, error)
	// Then is set for the screener of a day or moment. nil: of now.
	Then *Then
}

// Then is the moment of which a screener answers.
type Then struct {
	AsOf  string // as it is asked for
	Until time.Time
	Lists []ListThen // which version of each list was in force
}

// New returns a screener. Its index is empty until the projection has caught up
// for the first time; from then on it follows every step.
func New(c Config) *Screener {
	if c.Params.Rules == "" {
		c.Params = DefaultParams
	}
	if c.Decides == nil {
		c.Decides = c.Clock
	}
	if c.Turn == nil {
		c.Turn = func() string { return "" }
	}
	s := &Screener{
		decides: c.Decides, turn: c.Turn,
		journal: c.Journal, shelf: c.Shelf, follow: c.Projection, params: c.Params, version: c.Software, now: c.Clock, cleared: c.Cleared,
		past: c.Past, then: c.Then,
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
	all := map[string][]match.Name{}
	for row, err := range s.shelf.All(ctx, []byte{rowName}) {
		if err != nil {
			return err
		}
		n, err := nameOf(row)
		if err != nil {
			return err
		}
		all[n.Object] = append(all[n.Object], n)
	}
	names := match.New(s.params.Match)
	names.Update(all)
	s.names.Store(names)
	return nil
}

// refresh takes over the names that the projection has changed.
func (s *Screener) refresh(ctx context.Context) (err error) {
	defer errs.Wrap(&err, "screen: follow the index")
	s.mu.Lock()
	defer s.mu.Unlock()
	changed := s.follow.take()
	next := make(map[string][]match.Name, len(changed))
	for _, object := range changed {
		if next[object], err = s.namesOf(ctx, object); err != nil {
			s.follow.again(changed)
			return err
		}
	}
	s.names.Load().Update(next)
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
func (s *Screener) Ask(ctx context.Context, v policy.Viewer, q Query) (Answer, error) {
	then, err := s.of(ctx, q)
	switch {
	case err != nil:
		return Answer{}, err
	case then != nil:
		s = then
	}
	return s.ask(ctx, v, q, s.standingOf(v))
}

// of returns the screener of the moment that a question asks of, nil when it asks
// this one.
func (s *Screener) of(ctx context.Context, q Query) (_ *Screener, err error) {
	defer errs.Wrap(&err, "screen.Ask")
	switch {
	case q.AsOf == "" || s.then != nil && s.then.AsOf == q.AsOf:
		return nil, nil
	case s.past == nil:
		return nil, errs.New(errs.Invalid, "no day can be asked of here").WithHint("Leave the day out: the answer is of now.")
	}
	return s.past(ctx, q.AsOf)
}

// Session answers many questions of one viewer: what every answer stands on is
// read once for each journal sequence. Its answers are those of [Screener.Ask].
// It may be used by several goroutines.
type Session struct {
	s      *Screener
	v      policy.Viewer
	stands *standing
}

// Session returns a session for a viewer.
func (s *Screener) Session(v policy.Viewer) *Session {
	return &Session{s: s, v: v, stands: s.standingOf(v)}
}

// Ask answers one question, as [Screener.Ask] does.
func (x *Session) Ask(ctx context.Context, q Query) (Answer, error) {
	if q.AsOf != "" {
		return x.s.Ask(ctx, x.v, q)
	}
	return x.s.ask(ctx, x.v, q, x.stands)
}

// standingOf returns what is remembered for viewers who may see the same.
func (s *Screener) standingOf(v policy.Viewer) *standing {
	key := v.Key()
	if at, ok := s.standings.Load(key); ok {
		return at.(*standing)
	}
	if s.viewers.Add(1) > maxViewers {
		return &standing{}
	}
	at, _ := s.standings.LoadOrStore(key, &standing{})
	return at.(*standing)
}

// maxViewers bounds for how many sorts of viewers the lists in force are
// remembered.
const maxViewers = 1000

// standing remembers which lists are in force at a sequence of the journal, in a
// stretch of time.
type standing struct{ last atomic.Pointer[standingAt] }

type standingAt struct {
	seq     int64
	turn    string
	checked []Checked
}

func (s *Screener) ask(ctx context.Context, v policy.Viewer, q Query, stands *standing) (_ Answer, err error) {
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
	a := asking{s: s, ctx: ctx, v: v, q: q, answer: Answer{Query: q.Text, Candidates: []Candidate{}, Checked: []Checked{}}, weighed: max(limit, minWeighed), limit: limit, hits: map[string]match.Hit{}}
	var ok bool
	if a.profile, ok = s.params.Match.Profile(q.Profile); !ok {
		return Answer{}, errs.New(errs.Invalid, "there is no profile called %q", q.Profile).WithHint("Use recall, balanced or precision.")
	}
	if err := a.stand(stands); err != nil {
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
	q       Query
	profile match.Profile
	answer  Answer
	found   map[string]bool
	parties []*Candidate // what may be who was asked for, best match first
	seen    []*Candidate // what only says that something was seen
	weighed int          // candidates of each sort at most
	limit   int          // candidates that are shown
	near    int          // candidates below the threshold: more than are shown are only counted
	hits    map[string]match.Hit
	bearers int    // how many parties of one list bear the name, when several do
	key     string // the name asked for, folded, once it is needed
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
func (a *asking) stand(stands *standing) error {
	seq, err := a.s.shelf.Applied(a.ctx)
	if err != nil {
		return err
	}
	a.answer.Stands = Stands{Seq: seq, Rules: a.s.params.Rules, Profile: a.profile, Software: a.s.version, At: a.s.now().UTC()}
	if then := a.s.then; then != nil {
		a.answer.Stands.AsOf, a.answer.Stands.Lists = then.AsOf, then.Lists
	}
	at, turn := stands.last.Load(), a.s.turn()
	if at == nil || at.seq != seq || at.turn != turn {
		at = &standingAt{seq: seq, turn: turn}
		lists, err := a.s.Lists(a.ctx, a.v)
		if err != nil {
			return err
		}
		for _, l := range lists {
			at.checked = append(at.checked, Checked{List: l.List, Authority: l.Authority, Nation: l.Nation, Date: l.Date, Entries: l.Entries})
		}
		stands.last.Store(at)
	}
	a.answer.Checked = append(a.answer.Checked, at.checked...)
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
	for _, id := range a.q.Identifiers[:min(len(a.q.Identifiers), maxIdentifiers)] {
		if err := a.findSelector(Wallet, walletForm(id), "identifier"); err != nil {
			return err
		}
		if err := a.findSelector(Document, foldDocument(id), "identifier"); err != nil {
			return err
		}
	}
	r := a.answer.Reading
	switch r.Kind {
	case Name:
		if a.q.OFACMin > 0 {
			return a.findAsOFAC(r.Canonical)
		}
		a.findName(r.Canonical)
		return nil
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

// maxIdentifiers bounds how many identifiers of one question are looked up.
const maxIdentifiers = 20

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
	if m.How == "identifier" {
		c.Score, c.Alert = 1, true
	}
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

// readable reports whether a text has anything by which a name can be compared.
func readable(name string) bool {
	return utf8.ValidString(name) && len(script.Fold(name).Parts) > 0
}
