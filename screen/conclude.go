package screen

import (
	"cmp"
	"slices"

	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/record"
	"github.com/cordon-project/cordon/stix"
)

// conclude fills the candidates in, weighs them and says what it amounts to.
func (a *asking) conclude(limit int) (Answer, error) {
	a.shared()
	kept := a.order
	if len(kept) > limit {
		a.answer.Cut = len(kept) - limit
		kept = kept[:limit]
	}
	for _, id := range kept {
		c := a.found[id]
		there, err := a.fill(c)
		if err != nil {
			return Answer{}, err
		}
		if there {
			a.answer.Candidates = append(a.answer.Candidates, *c)
		}
	}
	slices.SortStableFunc(a.answer.Candidates, func(x, y Candidate) int {
		return cmp.Or(cmp.Compare(rankOf(y), rankOf(x)), cmp.Compare(y.Probability.Mid, x.Probability.Mid))
	})
	a.count()
	a.say()
	return a.answer, nil
}

// rankOf puts what acts on people first: listed parties, then other parties and
// indicators, then bare observables and claims.
func rankOf(c Candidate) int {
	switch {
	case len(c.Listings) > 0 && fullName(c.Matched.How) || c.Matched.How == "identifier" && len(c.Listings) > 0:
		return 3
	case c.Matched.How == "identifier" && !observable(c.Type), fullName(c.Matched.How):
		return 2
	case c.Matched.How == "identifier":
		return 1
	}
	return 0
}

// observable reports whether an object of a type only says that something was
// seen, and not what it is.
func observable(typ string) bool {
	switch typ {
	case "domain-name", "url", "ipv4-addr", "ipv6-addr", "email-addr", "file", "artifact", "x509-certificate", "cordon-claim":
		return true
	}
	return false
}

// shared lowers the odds of every full-name match by how many other objects
// bear the same name: name equality says nothing of which of them it is.
func (a *asking) shared() {
	bearers := 0
	for _, c := range a.found {
		if c.Matched.Kind == Name && fullName(c.Matched.How) {
			bearers++
		}
	}
	if bearers < 2 {
		return
	}
	for _, c := range a.found {
		if c.Matched.Kind != Name || !fullName(c.Matched.How) {
			continue
		}
		for range min(bearers-1, 20) {
			c.Probability = c.Probability.odds(a.s.params.Shared)
		}
		c.Reasons = append(c.Reasons, Reason{Text: Text{Key: "reason.name.common", Args: []any{bearers - 1}}, Weight: "against", Tag: "homonym"})
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
	return true, a.listings(c)
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
	if len(p.Births) > 0 {
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
	for row, err := range a.s.shelf.Scan(a.ctx, a.v, policy.Screening, below(rowListing, c.Object)) {
		if err != nil {
			return err
		}
		f := fields(row.Key)
		o, err := a.s.object(a.ctx, a.v, f[len(f)-1])
		if gone(err) {
			continue
		}
		if err != nil {
			return err
		}
		d, err := record.DesignationOf(o)
		if err != nil {
			return err
		}
		c.Listings = append(c.Listings, listing(d, c.Title))
		if !d.Press { // the press says that a list has it, not how the list prints it
			c.Reasons = append(c.Reasons, Reason{Text: Text{Key: "reason.source.prints", Args: []any{d.Authority, c.Matched.Text}}, Weight: "for", Tag: "source"})
		}
	}
	slices.SortFunc(c.Listings, func(x, y Listing) int {
		return cmp.Or(cmp.Compare(x.ListedOn, y.ListedOn), cmp.Compare(x.Designation, y.Designation))
	})
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

// count notes, for each list, how many of the candidates it lists.
func (a *asking) count() {
	for i := range a.answer.Checked {
		for _, c := range a.answer.Candidates {
			if slices.ContainsFunc(c.Listings, func(l Listing) bool { return l.List == a.answer.Checked[i].List }) {
				a.answer.Checked[i].Found++
			}
		}
	}
}

// say chooses the state and the first sentence.
func (a *asking) say() {
	ans := &a.answer
	ans.NotChecked = a.notChecked()
	if len(ans.Candidates) == 0 {
		ans.State, ans.Say = None, Text{Key: "answer.none", Args: []any{len(ans.Checked)}}
		if ans.Reading.Kind == Name && !readable(ans.Reading.Canonical) {
			ans.State, ans.Say = Open, Text{Key: "answer.none.unreadable"}
		}
		return
	}
	best := ans.Candidates[0]
	switch {
	case best.Matched.How == "identifier" && !observable(best.Type):
		ans.State, ans.Say = Hit, Text{Key: "answer.hit." + hitKey(best), Args: []any{best.Title}}
	case len(best.Listings) > 0 && best.Matched.Kind == Name && fullName(best.Matched.How):
		ans.State, ans.Say = Likely, a.likely()
	default:
		ans.State, ans.Say = Open, Text{Key: "answer.open", Args: []any{len(ans.Candidates) + ans.Cut}}
	}
}

func hitKey(c Candidate) string {
	switch c.Matched.Kind {
	case Wallet:
		return "wallet"
	case Document:
		return "document"
	case ObjectID:
		return "id"
	}
	return "selector"
}

// likely says on how many lists the name stands.
func (a *asking) likely() Text {
	lists := map[string]bool{}
	parties := 0
	for _, c := range a.answer.Candidates {
		if !fullName(c.Matched.How) || len(c.Listings) == 0 {
			continue
		}
		parties++
		for _, l := range c.Listings {
			lists[l.Authority+"\x00"+l.List] = true
		}
	}
	if len(lists) == 1 {
		return Text{Key: "answer.likely.one", Args: []any{a.answer.Candidates[0].Listings[0].Authority, parties}}
	}
	return Text{Key: "answer.likely.many", Args: []any{len(lists), parties}}
}

// notChecked says what was not looked at, so that "not found" is not read as
// more than it is.
func (a *asking) notChecked() []Text {
	var out []Text
	if len(a.answer.Checked) == 0 {
		out = append(out, Text{Key: "notchecked.nolists"})
	}
	if a.answer.Reading.Kind == Name {
		out = append(out, Text{Key: "notchecked.script"}, Text{Key: "notchecked.dob"})
	}
	if a.answer.Reading.Kind == Wallet {
		out = append(out, Text{Key: "notchecked.exposure"})
	}
	return out
}
