package starter

import (
	"slices"
	"strconv"
	"strings"

	"github.com/cordon-project/cordon/coin"
	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/record"
	"github.com/cordon-project/cordon/stix"
)

// valid is an own type that can be written once it is valid.
type valid interface {
	Validate() error
	Object(record.Meta) stix.Object
}

func object(v valid, m record.Meta, err error) (stix.Object, error) {
	if err != nil {
		return nil, err
	}
	if err := v.Validate(); err != nil {
		return nil, err
	}
	return v.Object(m), nil
}

// party is one person, organisation or group that a designation of the pack
// names. Its sources are those of its designations.
func (p *pack) party(r row) (stix.Object, error) {
	key := r.get("key")
	v := record.Party{
		ID:      partyID(key),
		Kind:    record.PartyKind(r.get("kind")),
		Titles:  r.list("titles"),
		Remarks: r.get("remarks"),
		Names:   names(r.get("name"), r.get("hangul"), r.list("aka")),
	}
	for _, l := range r.list("links") {
		kind, name, ok := strings.Cut(l, ": ")
		if !ok {
			return nil, errs.New(errs.Internal, "%q is not a kind of tie and a name", l)
		}
		v.Links = append(v.Links, record.Link{Kind: kind, Name: name})
	}
	from := p.listings[key]
	if len(from) == 0 {
		return nil, errs.New(errs.Internal, "no designation names the party %q", key)
	}
	for _, w := range r.list("wallets") {
		asset, address, ok := strings.Cut(w, " ")
		if !ok {
			return nil, errs.New(errs.Internal, "%q is not an asset and an address", w)
		}
		read, err := wallet(asset, address)
		if err != nil {
			return nil, err
		}
		v.Wallets = append(v.Wallets, read)
	}
	m, err := meta("parties/"+key, r.get("revised"), from)
	if n := r.get("ofac"); n != "" {
		v.OtherFacts = append(v.OtherFacts, record.Fact{Label: "ofac-number", Text: n})
		page := record.ExternalRef{SourceName: "OFAC sanctions list search", ExternalID: n, URL: ofacPage + n}
		m.Refs = slices.Insert(m.Refs, len(m.Refs)-1, page) // the pack's key stays the last
	}
	return object(v, m, err)
}

// ofacPage is the public page of an entry of OFAC's lists, without its number.
const ofacPage = "https://sanctionssearch.ofac.treas.gov/Details.aspx?id="

// names puts the spelling in Latin letters first, where there is one.
func names(latin, hangul string, aka []string) []record.Name {
	var out []record.Name
	if latin != "" {
		out = append(out, record.Name{Text: latin, Kind: record.Primary, Script: "Latn"})
	}
	if hangul != "" {
		kind := record.Original
		if latin == "" {
			kind = record.Primary
		}
		out = append(out, record.Name{Text: hangul, Kind: kind, Script: "Hang"})
	}
	for _, a := range aka {
		out = append(out, record.Name{Text: a, Kind: record.AKA, Script: "Latn"})
	}
	return out
}

func (p *pack) designation(r row) (stix.Object, error) {
	authority, key := r.get("authority"), r.get("party")
	party, err := p.ref(key)
	if err != nil {
		return nil, err
	}
	who, ok := record.LookupAuthority(authority)
	if !ok {
		return nil, errs.New(errs.Internal, "%q is no authority", authority)
	}
	m, from, err := r.meta("designations/" + key + "/" + authority)
	url, _ := stated(from)
	return object(record.Designation{
		ID:          record.DesignationID(authority, list, key),
		Party:       party,
		Authority:   authority,
		Nation:      who.Nation,
		List:        list,
		Entry:       key,
		Programmes:  r.list("programmes"),
		Instruments: r.list("instruments"),
		ListedOn:    record.Date(r.get("listed_on")),
		Status:      record.InForce,
		Press:       true,
		Remarks:     r.get("remarks"),
		URL:         url,
	}, m, err)
}

// group is a set of intruders that an attribution names and no designation: a
// STIX intrusion set.
func (p *pack) group(r row) (stix.Object, error) {
	id, err := p.ref(r.get("key"))
	if err != nil {
		return nil, err
	}
	m, _, err := r.meta("groups/" + r.get("key"))
	if err != nil {
		return nil, err
	}
	o := m.Object("intrusion-set", id)
	o["name"] = r.get("name")
	if a := r.list("aliases"); len(a) > 0 {
		o["aliases"] = a
	}
	return o, nil
}

func (p *pack) incident(r row) (stix.Object, error) {
	id, err := p.ref(r.get("key"))
	if err != nil {
		return nil, err
	}
	occurred, err := record.ParsePeriod(r.get("occurred"))
	if err != nil {
		return nil, err
	}
	m, _, err := r.meta("incidents/" + r.get("key"))
	return object(record.Incident{
		ID:       id,
		Name:     r.get("name"),
		Kind:     "theft",
		Victim:   r.get("victim"),
		Occurred: occurred,
		Summary:  r.get("summary"),
	}, m, err)
}

func (p *pack) loss(r row) (stix.Object, error) {
	incident, err := p.ref(r.get("incident"))
	if err != nil {
		return nil, err
	}
	victim, err := p.victim(r.get("incident"))
	if err != nil {
		return nil, err
	}
	native, err := amounts(r.list("native"))
	if err != nil {
		return nil, err
	}
	actors, err := p.refs(r.list("actors"))
	if err != nil {
		return nil, err
	}
	key := r.get("incident") + "/" + r.get("attributed_by")
	m, from, err := r.meta("losses/" + key)
	url, on := stated(from)
	return object(record.Loss{
		ID:           record.LossID(space, key),
		Incident:     incident,
		Victim:       victim,
		Assets:       r.list("assets"),
		Native:       native,
		Value:        r.get("value"),
		Currency:     r.get("currency"),
		ValuedOn:     record.Date(r.get("valued_on")),
		Bound:        r.get("bound"),
		AttributedBy: r.list("attributed_by"),
		AttributedOn: record.Date(r.get("attributed_on")),
		Actor:        r.get("actor"),
		ActorRefs:    actors,
		Grade:        r.get("grade"),
		StatedOn:     on,
		Remarks:      r.get("remarks"),
		URL:          url,
	}, m, err)
}

// victim looks an incident's victim up in its table.
func (p *pack) victim(incident string) (string, error) {
	for r, err := range rows("incidents.tsv") {
		if err != nil {
			return "", err
		}
		if r.get("key") == incident {
			return r.get("victim"), nil
		}
	}
	return "", errs.New(errs.Internal, "no incident has the key %q", incident)
}

func (p *pack) refs(keys []string) ([]string, error) {
	var out []string
	for _, k := range keys {
		id, err := p.ref(k)
		if err != nil {
			return nil, err
		}
		out = append(out, id)
	}
	return out, nil
}

// amounts reads "342000 ETH" and "about 401000 ETH".
func amounts(cells []string) ([]record.Amount, error) {
	var out []record.Amount
	for _, c := range cells {
		var a record.Amount
		rest := c
		if after, ok := strings.CutPrefix(c, "about "); ok {
			a.Bound, rest = "about", after
		}
		var ok bool
		if a.Quantity, a.Asset, ok = strings.Cut(rest, " "); !ok {
			return nil, errs.New(errs.Internal, "%q is not a number and an asset", c)
		}
		out = append(out, a)
	}
	return out, nil
}

func (p *pack) estimate(r row) (stix.Object, error) {
	period, err := record.ParsePeriod(r.get("period"))
	if err != nil {
		return nil, err
	}
	parts := []string{r.get("estimator"), r.get("metric"), r.get("period"), r.get("stated_on"), r.get("via")}
	m, from, err := r.meta("estimates/" + strings.Join(parts, "/"))
	url, _ := stated(from)
	return object(record.Estimate{
		ID:        record.EstimateID(append([]string{space}, parts...)...),
		Metric:    r.get("metric"),
		Estimator: r.get("estimator"),
		Via:       r.get("via"),
		Scope:     r.get("scope"),
		Period:    period,
		Low:       r.get("low"),
		Mid:       r.get("mid"),
		High:      r.get("high"),
		Bound:     r.get("bound"),
		Unit:      r.get("unit"),
		Currency:  r.get("currency"),
		Per:       r.get("per"),
		StatedOn:  record.Date(r.get("stated_on")),
		Status:    r.get("status"),
		Remarks:   r.get("remarks"),
		URL:       url,
	}, m, err)
}

func (p *pack) instrument(r row) (stix.Object, error) {
	m, from, err := r.meta("instruments/" + r.get("jurisdiction") + "/" + r.get("title"))
	url, on := stated(from)
	return object(record.Instrument{
		ID:           record.InstrumentID(space, r.get("jurisdiction"), r.get("title")),
		Jurisdiction: r.get("jurisdiction"),
		Title:        r.get("title"),
		Kind:         r.get("kind"),
		AdoptedOn:    record.Date(r.get("adopted_on")),
		Summary:      r.get("summary"),
		Programmes:   r.list("programmes"),
		StatedOn:     on,
		Remarks:      r.get("remarks"),
		URL:          url,
	}, m, err)
}

func (p *pack) meeting(r row) (stix.Object, error) {
	id, err := p.ref(r.get("key"))
	if err != nil {
		return nil, err
	}
	number := 0
	if n := r.get("number"); n != "" {
		if number, err = strconv.Atoi(n); err != nil {
			return nil, errs.New(errs.Internal, "%q is not a number", n)
		}
	}
	m, from, err := r.meta("meetings/" + r.get("key"))
	url, on := stated(from)
	return object(record.Meeting{
		ID:           id,
		Forum:        r.get("forum"),
		Kind:         r.get("kind"),
		Number:       number,
		Starts:       record.Date(r.get("starts_on")),
		Ends:         record.Date(r.get("ends_on")),
		Place:        r.get("place"),
		Hosts:        r.list("hosts"),
		Heads:        heads(r.list("heads")),
		Participants: r.get("participants"),
		Status:       r.get("status"),
		StatedOn:     on,
		Remarks:      r.get("remarks"),
		URL:          url,
	}, m, err)
}

// heads reads "JP: Name, Office". The office may be absent.
func heads(cells []string) []record.Head {
	var out []record.Head
	for _, c := range cells {
		nation, rest, _ := strings.Cut(c, ": ")
		name, office, _ := strings.Cut(rest, ", ")
		out = append(out, record.Head{Nation: nation, Name: name, Office: office})
	}
	return out
}

func (p *pack) commitment(r row) (stix.Object, error) {
	meeting, err := p.ref(r.get("meeting"))
	if err != nil {
		return nil, err
	}
	evidence, err := evidence(r.list("evidence"))
	if err != nil {
		return nil, err
	}
	m, from, err := r.meta("commitments/" + r.get("key"))
	url, on := stated(from)
	return object(record.Commitment{
		ID:         record.CommitmentID(space, r.get("key")),
		Forum:      r.get("forum"),
		Meeting:    meeting,
		MadeOn:     record.Date(r.get("made_on")),
		Text:       r.get("text"),
		Kind:       r.get("kind"),
		Owners:     r.list("owners"),
		Measurable: r.get("measurable"),
		Measure:    r.get("measure"),
		Status:     r.get("status"),
		Evidence:   evidence,
		StatedOn:   on,
		Remarks:    r.get("remarks"),
		URL:        url,
	}, m, err)
}

// evidence reads "2024-03-29 Second meeting https://…".
func evidence(cells []string) ([]record.Evidence, error) {
	var out []record.Evidence
	for _, c := range cells {
		date, rest, ok := strings.Cut(c, " ")
		i := strings.LastIndex(rest, " http")
		if !ok || i < 0 {
			return nil, errs.New(errs.Internal, "%q is not a date, a text and an address", c)
		}
		out = append(out, record.Evidence{Date: record.Date(date), Text: rest[:i], URL: rest[i+1:]})
	}
	return out, nil
}

// redFlag is a sign of IT-worker fraud. Every ratio in the pack is an expert
// guess.
func (p *pack) redFlag(r row) (stix.Object, error) {
	v := record.RedFlag{
		ID:             record.RedFlagID(space, r.get("code")),
		Code:           r.get("code"),
		Indicator:      r.get("indicator"),
		Channel:        r.get("channel"),
		Stages:         r.list("stages"),
		Fields:         r.list("fields"),
		Strength:       r.get("strength"),
		Low:            r.get("log10_lr_low"),
		High:           r.get("log10_lr_high"),
		Automation:     r.get("automation"),
		FalsePositives: r.get("false_positives"),
		Fairness:       r.get("fairness"),
		Hint:           r.get("hint"),
		StatedOn:       record.Date(r.get("stated_on")),
	}
	if v.Low != "" {
		v.Basis = "expert guess"
	}
	from := []source{}
	for _, s := range r.list("sources") {
		key, read, _ := strings.Cut(s, " ")
		a, ok := p.advisories[key]
		if !ok {
			return nil, errs.New(errs.Internal, "no advisory has the key %q", key)
		}
		a.Read = read
		v.Sources = append(v.Sources, a)
		from = append(from, source{date: a.Date.From, title: a.Title})
	}
	m, err := meta("redflags/"+v.Code, r.get("revised"), from)
	return object(v, m, err)
}

// wallet reads an address under its asset code as the list files it.
func wallet(asset, address string) (record.Wallet, error) {
	w := record.Wallet{Asset: asset, Address: address}
	f, err := coin.ParseAs(coin.Asset(asset), address)
	if err != nil || len(f.Addresses) == 0 {
		return w, errs.New(errs.Internal, "%q is not an address of %s", address, asset).Because(err)
	}
	w.Canonical, w.Chain = f.Addresses[0].Canonical, string(f.Chain)
	if f.Misfiled {
		w.Note = f.Why
	}
	return w, nil
}
