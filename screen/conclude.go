package screen

import (
	"cmp"
	"slices"

	"github.com/cordon-project/cordon/match"
	"github.com/cordon-project/cordon/record"
	"github.com/cordon-project/cordon/stix"
)

// conclude fills the candidates in, weighs them and says what it amounts to.
func (a *asking) conclude(limit int) (Answer, error) {
	var all []Candidate
	for _, c := range slices.Concat(a.parties, a.seen) {
		there, err := a.fill(c)
		if err != nil {
			return Answer{}, err
		}
		if there && (c.Alert || !a.q.AlertsOnly) && (a.q.OFACMin == 0 || listedBy(*c, ofac)) {
			all = append(all, *c)
		}
	}
	a.shared(all)
	slices.SortStableFunc(all, func(x, y Candidate) int {
		return cmp.Or(cmp.Compare(rankOf(y), rankOf(x)), cmp.Compare(y.OFAC, x.OFAC), cmp.Compare(y.Score, x.Score), cmp.Compare(y.Probability.Mid, x.Probability.Mid))
	})
	a.count(all)
	a.say(all)
	kept := all[:min(len(all), limit)]
	for i := range kept {
		a.explain(&kept[i])
	}
	a.answer.Candidates = append(a.answer.Candidates, kept...)
	a.answer.Cut += len(all) - len(kept)
	return a.answer, nil
}

// rankOf puts what people can act on first: parties that stand in a list that was
// read, then those of which an announcement says so, then other parties and
// indicators, then bare observables and claims.
func rankOf(c Candidate) int {
	switch {
	case met(c) && slices.ContainsFunc(c.Listings, read):
		return 4
	case met(c) && listed(c):
		return 3
	case met(c) && !observable(c.Type):
		return 2
	case met(c):
		return 1
	}
	return 0
}

// met reports whether a candidate was met by its identifier, or by a name that
// reaches the threshold, and not by something near, and was not cleared.
func met(c Candidate) bool { return c.Alert && c.Cleared == nil }

// ofac is the authority whose search [Query.OFACMin] follows.
const ofac = "OFAC"

func listedBy(c Candidate, authority string) bool {
	return slices.ContainsFunc(c.Listings, func(l Listing) bool { return inForce(l) && l.Authority == authority })
}

// listed reports whether a list has the candidate in force.
func listed(c Candidate) bool { return slices.ContainsFunc(c.Listings, inForce) }

func inForce(l Listing) bool { return l.Status != record.Removed }

// read reports whether a listing is in force and was read from the list itself.
func read(l Listing) bool { return inForce(l) && !l.Press }

// observable reports whether an object of a type only says that something was
// seen, and not what it is.
func observable(typ string) bool {
	switch typ {
	case "domain-name", "url", "ipv4-addr", "ipv6-addr", "email-addr", "file", "artifact", "x509-certificate", "cordon-claim":
		return true
	}
	return false
}

// named reports whether a candidate bears the whole name that was asked for.
func named(c *Candidate) bool {
	return c.Matched.Kind == Name && c.Alert && match.How(c.Matched.How).Full()
}

// shared lowers the odds of a full-name match by how many other entries of the
// same list bear the name: a list has a party once, so they are others, and the
// name does not say which of them is meant. Entries of several lists may well be
// one party, and then say more for it, not less.
func (a *asking) shared(all []Candidate) {
	bearers := map[string]int{}
	each := func(c *Candidate, do func(list string)) {
		seen := map[string]bool{}
		for _, l := range c.Listings {
			if list := l.Authority + "\x00" + l.List; named(c) && read(l) && !seen[list] {
				seen[list] = true
				do(list)
			}
		}
	}
	for i := range all {
		each(&all[i], func(list string) { bearers[list]++ })
	}
	for i := range all {
		c, most := &all[i], 1
		each(c, func(list string) { most = max(most, bearers[list]) })
		if most == 1 {
			continue
		}
		a.bearers = max(a.bearers, most)
		for range min(most-1, 20) {
			c.Probability = c.Probability.odds(a.s.params.Shared)
		}
		c.Reasons = append(c.Reasons, Reason{Text: Text{Key: "reason.name.common", Args: []any{most - 1}}, Weight: "against", Tag: "homonym"})
	}
}

// fill reads what is said of a candidate. It returns false when the object is
// not there for this viewer.
func (a *asking) fill(c *Candidate) (bool, error) {
	o, err := a.s.object(a.ctx, a.v, c.Object)
	if gone(err) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	c.Type, c.Title = o.Type(), Title(o)
	a.clear(c, o.Version())
	if o.Type() == "identity" {
		if p, err := record.PartyOf(o); err == nil {
			c.PartyKind = p.Kind
			a.party(c, p)
		}
	}
	if c.Matched.Where == (record.Where{}) {
		if wheres := record.Wheres(o); len(wheres) > 0 {
			c.Matched.Where = wheres[0]
		}
	}
	if c.Matched.Where == (record.Where{}) && observable(c.Type) {
		if err := a.seenAt(c); err != nil {
			return false, err
		}
	}
	return true, a.listings(c)
}

// seenAt leads from an observable, which says nothing of where it was seen, to
// the first place that a claim about it names.
func (a *asking) seenAt(c *Candidate) error {
	all, err := a.s.referrers(a.ctx, a.v, c.Object)
	if err != nil {
		return err
	}
	for _, r := range all {
		if r.Type != record.ClaimType {
			continue
		}
		o, err := a.s.object(a.ctx, a.v, r.id)
		if gone(err) {
			continue
		}
		if err != nil {
			return err
		}
		if wheres := record.Wheres(o); len(wheres) > 0 {
			c.Matched.Where = wheres[0]
			return nil
		}
	}
	return nil
}

// party notes where the source prints the name that was met, and what would
// settle whether it is this party.
func (a *asking) party(c *Candidate, p record.Party) {
	for _, n := range p.Names {
		if c.Matched.Kind == Name && n.Text == c.Matched.Text {
			c.Matched.Where = n.Where
			break
		}
	}
	for _, w := range p.Wallets {
		if c.Matched.Kind == Wallet && w.Address == c.Matched.Text {
			c.Matched.Where = w.Where
			if w.Note != "" {
				c.Reasons = append(c.Reasons, Reason{Text: Text{Key: "reason.wallet.note", Args: []any{w.Asset, w.Note}}, Weight: "unknown", Tag: "source"})
			}
		}
	}
	if c.Matched.Kind != Name {
		return
	}
	a.evidence(c, p)
	if len(p.Births) > 0 && a.q.Birth == "" {
		c.Settle = append(c.Settle, Text{Key: "settle.dob", Args: []any{string(cmp.Or(p.Births[0].Date, record.Date(p.Births[0].Text)))}})
	}
	if len(p.Documents) > 0 {
		c.Settle = append(c.Settle, Text{Key: "settle.document", Args: []any{len(p.Documents)}})
	}
	if len(p.Wallets) > 0 {
		c.Settle = append(c.Settle, Text{Key: "settle.wallet", Args: []any{len(p.Wallets)}})
	}
}

func (a *asking) listings(c *Candidate) error {
	all, err := a.s.Designations(a.ctx, a.v, c.Object)
	if err != nil {
		return err
	}
	for _, d := range all {
		l := listing(d, c.Title)
		c.Listings = append(c.Listings, l)
		switch {
		case !inForce(l):
			c.Reasons = append(c.Reasons, Reason{Text: Text{Key: "reason.source.removed", Args: []any{d.Authority}}, Weight: "against", Tag: "source"})
		case !d.Press && c.Matched.Kind != ObjectID: // an id is Cordon's own; the press says that a list has it, not how the list prints it
			c.Reasons = append(c.Reasons, Reason{Text: Text{Key: "reason.source.prints", Args: []any{d.Authority, c.Matched.Text}}, Weight: "for", Tag: "source"})
		}
	}
	return nil
}

func listing(d record.Designation, title string) Listing {
	l := Listing{
		Designation: d.ID, Authority: d.Authority, Nation: d.Nation, List: d.List, Entry: d.Entry, ListedOn: d.ListedOn,
		Programmes: d.Programmes, NameThere: title, Status: d.Status, Press: d.Press,
	}
	if len(d.Wheres) > 0 {
		l.Where = d.Wheres[0]
	}
	return l
}

// Title returns the words by which people call an object: its name, its value,
// or what it is about; its id when it has none of these.
func Title(o stix.Object) string {
	if o.Type() == record.ClaimType { // the words of the span say more than what was made of them
		if s := o.Str("quote"); s != "" {
			return s
		}
	}
	for _, k := range []string{"name", "value", "title", "subject", "pattern", "entry", "opinion", "content", "abstract", "relationship_type"} {
		if s := o.Str(k); s != "" {
			return s
		}
	}
	if hashes, ok := o["hashes"].(map[string]any); ok {
		for _, k := range []string{"SHA-256", "SHA-1", "MD5"} {
			if s, ok := hashes[k].(string); ok {
				return s
			}
		}
	}
	return o.ID()
}

// count notes, for each list, how many of the candidates it lists now.
func (a *asking) count(all []Candidate) {
	for i := range a.answer.Checked {
		checked := &a.answer.Checked[i]
		for _, c := range all {
			on := func(l Listing) bool { return l.List == checked.List && inForce(l) && !l.Press }
			switch {
			case !slices.ContainsFunc(c.Listings, on):
			case c.Alert: // cleared or not, the list has it
				checked.Found++
			default:
				checked.Near++
			}
		}
	}
}

// say chooses the state and the first sentence.
func (a *asking) say(all []Candidate) {
	ans := &a.answer
	ans.NotChecked = a.notChecked()
	if len(all) == 0 {
		a.sayNothing()
		return
	}
	best, cleared := all[0], a.sayCleared(all)
	switch {
	case cleared == len(all):
		ans.State, ans.Say = Open, Text{Key: "answer.open.cleared", Args: []any{cleared}}
		if a.q.AlertsOnly { // nothing else was asked for
			ans.State, ans.Say = None, Text{Key: "answer.none.cleared", Args: []any{cleared}}
		}
	case best.Matched.How == "identifier" && !observable(best.Type):
		ans.State, ans.Say = Hit, hit(best)
	case listed(best) && met(best):
		ans.State, ans.Say = Likely, a.likely(all)
	default:
		ans.State, ans.Say = Open, Text{Key: "answer.open", Args: []any{len(all) - cleared + ans.Cut}}
	}
	a.sayMore(all)
	if a.answer.Reading.Kind == Name && met(best) {
		a.sayReadings(a.answer.Reading.Canonical)
	}
}

// sayNothing says that nothing was found, or that nothing could be looked for.
func (a *asking) sayNothing() {
	ans := &a.answer
	switch r := ans.Reading; {
	case r.Kind == Name && !readable(r.Canonical):
		ans.State, ans.Say = Open, Text{Key: "answer.none.unreadable"}
	case r.Note.Key == "reading.wallet.recased":
		ans.State, ans.Say = Open, Text{Key: "answer.none.recased"}
	case r.Canonical == "":
		ans.State, ans.Say = Open, Text{Key: "answer.none.unread"}
	case len(ans.Checked) == 0 && ans.Stands.AsOf != "":
		ans.State, ans.Say = Open, Text{Key: "answer.none.before", Args: []any{ans.Stands.AsOf}}
	default:
		ans.State, ans.Say = None, Text{Key: "answer.none", Args: []any{len(ans.Checked)}}
	}
}

// sayMore says how far the listings of the candidates that were met as well as
// the best one carry: not at all when all were removed, and on an announcement's
// word when none was read from a list.
func (a *asking) sayMore(all []Candidate) {
	var now, removed, press int
	for _, c := range all {
		if rankOf(c) != rankOf(all[0]) || !met(c) {
			continue
		}
		for _, l := range c.Listings {
			switch {
			case !inForce(l):
				removed++
			case l.Press:
				press++
			default:
				now++
			}
		}
	}
	switch {
	case now > 0:
	case press > 0:
		a.answer.More = append(a.answer.More, Text{Key: "answer.more.press"})
	case removed > 0:
		a.answer.More = append(a.answer.More, Text{Key: "answer.more.removed"})
	}
}

// hit says whose an identifier is, and in whose words.
func hit(c Candidate) Text {
	i := slices.IndexFunc(c.Listings, read)
	switch {
	case c.Matched.Kind == ObjectID:
		return Text{Key: "answer.hit.id", Args: []any{c.Title}}
	case i >= 0:
		return Text{Key: "answer.hit.listed", Args: []any{string(c.Matched.Kind), c.Title, c.Listings[i].Authority}}
	case c.Type == "indicator":
		return Text{Key: "answer.hit.indicator", Args: []any{string(c.Matched.Kind), c.Title}}
	case c.Matched.Kind == Wallet:
		return Text{Key: "answer.hit.wallet", Args: []any{c.Title}}
	case c.Matched.Kind == Document:
		return Text{Key: "answer.hit.document", Args: []any{c.Title}}
	}
	return Text{Key: "answer.hit.selector", Args: []any{c.Title}}
}

// likely says on how many lists the name stands: those that were read, or, when
// there is none, those of which announcements tell.
func (a *asking) likely(all []Candidate) Text {
	counts, many := inForce, "answer.likely.announced"
	if slices.ContainsFunc(all[0].Listings, read) {
		counts, many = read, "answer.likely.many"
	}
	lists := map[string]bool{}
	parties, authority := 0, ""
	for _, c := range all {
		if !met(c) || !slices.ContainsFunc(c.Listings, counts) {
			continue
		}
		parties++
		for _, l := range c.Listings {
			if counts(l) {
				lists[l.Authority+"\x00"+l.List] = true
				authority = l.Authority
			}
		}
	}
	if best := all[0]; best.Matched.Kind == Name && !match.How(best.Matched.How).Full() {
		return Text{Key: "answer.likely.part", Args: []any{authority, parties}}
	}
	if a.bearers > 1 {
		return Text{Key: "answer.likely.homonyms", Args: []any{parties}}
	}
	if len(lists) == 1 {
		return Text{Key: "answer.likely.one", Args: []any{authority, parties}}
	}
	return Text{Key: many, Args: []any{len(lists), parties}}
}

// notChecked says what was not looked at, so that "not found" is not read as
// more than it is.
func (a *asking) notChecked() []Text {
	var out []Text
	if len(a.answer.Checked) == 0 && len(a.answer.Stands.Lists) == 0 {
		out = append(out, Text{Key: "notchecked.nolists"})
	}
	for _, l := range a.answer.Stands.Lists {
		if l.Missing {
			out = append(out, Text{Key: "notchecked.before", Args: []any{l.List, a.answer.Stands.AsOf}})
		}
	}
	if a.answer.Reading.Kind == Name {
		if a.q.Birth == "" {
			out = append(out, Text{Key: "notchecked.dob"})
		}
		if a.q.AlertsOnly {
			out = append(out, Text{Key: "notchecked.near"})
		}
	}
	if a.answer.Reading.Kind == Wallet {
		out = append(out, Text{Key: "notchecked.exposure"})
	}
	return out
}
