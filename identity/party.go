package identity

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/record"
	"github.com/cordon-project/cordon/script"
)

// party is one entry of one list as far as the rules look at it.
type party struct {
	id       string
	list     string // the list's name; the source's id for parties that are on no list
	roll     string // the list, or the part of it in which a party stands once: see rollOf
	entry    string
	official bool // on an official list, not named by the press only
	kind     record.PartyKind
	names    []name
	births   []record.Birth
	male     byte // 'm', 'f' or 0
	numbers  []number
	refs     []reference
	contacts []string // e-mail addresses, websites, telephone numbers, folded
	words    map[string]bool
	places   map[string]bool
	regimes  map[string]bool
	listed   record.Date
	label    policy.Label // of the party
	marks    []string     // object_marking_refs of the party
	modified string       // the later of the party's and its designations'
}

type name struct {
	text    string
	weak    bool
	primary bool // the list's own first name, in one of its scripts
}

// number is a document, registration, IMO number or wallet.
type number struct {
	kind, form, text, country string
}

// reference is what an entry says that it is called on another list.
type reference struct{ list, entry, text string }

// maxNames bounds how many names of a party are compared; a party of a real list
// has 62 at most.
const maxNames = 64

// partyOf takes what the rules look at out of a party and its designations.
func partyOf(p record.Party, ds []record.Designation, source string) *party {
	out := &party{
		id: p.ID, list: source, roll: source, kind: p.Kind, births: p.Births, modified: p.Modified,
		words: map[string]bool{}, places: map[string]bool{}, regimes: map[string]bool{},
	}
	for _, n := range p.Names[:min(len(p.Names), maxNames)] {
		out.names = append(out.names, name{n.Text, n.Quality == record.Weak, n.Kind == record.Primary})
	}
	out.male = sexOf(p.Gender)
	out.takeNumbers(p)
	out.takeContacts(p)
	for _, t := range slices.Concat(p.Titles, []string{p.Remarks}) {
		out.take(out.words, t)
	}
	for _, x := range p.Places {
		out.take(out.places, x.Text)
	}
	for _, a := range p.Addresses {
		out.take(out.places, a.Text)
	}
	for i := range ds {
		out.designation(&ds[i])
	}
	out.country(p)
	return out
}

// designation takes what a designation says of its party.
func (x *party) designation(d *record.Designation) {
	if d.List != "" && !d.Press {
		x.list, x.entry, x.official = d.List, d.Entry, true
		x.roll, x.listed = rollOf(d), d.ListedOn
	}
	x.modified = max(x.modified, d.Modified)
	x.take(x.words, d.Basis)
	for _, text := range slices.Concat(d.Programmes, d.Instruments) {
		if r := regimeOf(text); r != "" {
			x.regimes[r] = true
		}
	}
}

var (
	dprk        = regexp.MustCompile(`(?i)\b(north korea|korea, north|dprk|democratic people'?s republic of korea)\b`)
	regulations = regexp.MustCompile(`(?i)\b([a-z]+(?: [a-z]+)?) sanctions regulations`)
)

// country takes the regime from what a list says of countries: OFAC puts North
// Korean arms dealers under its programme against proliferators and names the
// regulations on North Korea in the remarks.
func (x *party) country(p record.Party) {
	for _, m := range regulations.FindAllStringSubmatch(p.Remarks, -1) {
		if r := regimeOf(m[1]); r != "" {
			x.regimes[r] = true
		}
	}
	if slices.ContainsFunc(p.Nations, dprk.MatchString) ||
		slices.ContainsFunc(p.Addresses, func(a record.Address) bool { return dprk.MatchString(a.Country + " " + a.Text) }) {
		x.regimes["dprk"] = true
	}
}

// rollOf returns the part of a list in which a party stands once. Japan's ministry
// lists a party under each of its measures (the Council's list and Japan's own),
// and the Official Journal under each regulation and annex: their entries there are
// as much two lists' as those of two authorities.
func rollOf(d *record.Designation) string {
	switch {
	case d.List == "jp-mof-freeze":
		measure, _, _ := strings.Cut(d.Entry, "-")
		return d.List + " " + measure
	case strings.HasPrefix(d.List, "eu-oj"):
		annex, _, _ := strings.Cut(d.Entry, "/")
		return d.List + " " + annex
	}
	return d.List
}

func sexOf(s string) byte {
	switch strings.ToLower(strings.TrimSpace(s)) {
	case "male", "m", "homme", "男", "남":
		return 'm'
	case "female", "f", "femme", "女", "여":
		return 'f'
	}
	return 0
}

// settling are the kinds of numbers that one party alone is given.
var settling = map[string]bool{
	"passport": true, "national-id": true, "tax-id": true, "registration": true, "imo": true, "swift-bic": true, "lei": true,
	"mmsi": true, "travel-document": true, "serial": true, "wallet": true,
}

func (x *party) takeNumbers(p record.Party) {
	for _, d := range p.Documents {
		kind := d.Kind
		for _, n := range numbersIn(d.Number) {
			if kind == "swift-bic" || len(n) >= 5 && digits(n) >= 4 {
				x.numbers = append(x.numbers, number{kind, n, strings.TrimSpace(d.Kind + " " + d.Number), d.Country})
			}
		}
	}
	for _, w := range p.Wallets {
		if w.Canonical != "" {
			x.numbers = append(x.numbers, number{"wallet", w.Canonical, w.Asset + " " + w.Address, ""})
		}
	}
	for _, f := range p.OtherFacts {
		switch f.Label {
		case "un-reference":
			for _, r := range strings.FieldsFunc(f.Text, func(r rune) bool { return r == ' ' || r == ',' || r == ';' }) {
				x.refs = append(x.refs, reference{"un-consolidated", r, f.Text})
			}
		case "ofac-number":
			x.refs = append(x.refs, reference{"ofac-sdn", f.Text, f.Text}, reference{"ofac-consolidated", f.Text, f.Text})
		}
	}
}

// numbersIn returns the number of a document without blanks, signs and the
// letters of its issuer before it: lists print one passport as 654210025 and as
// PD654210025.
func numbersIn(s string) []string {
	var b strings.Builder
	for _, r := range strings.ToUpper(s) {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			b.WriteRune(r)
		}
	}
	form := b.String()
	if form == "" {
		return nil
	}
	out := []string{form}
	if bare := strings.TrimLeftFunc(form, unicode.IsLetter); bare != form && len(bare) >= 6 && digits(bare) == len(bare) {
		out = append(out, bare)
	}
	return out
}

func digits(s string) int {
	n := 0
	for _, r := range s {
		if r >= '0' && r <= '9' {
			n++
		}
	}
	return n
}

func (x *party) takeContacts(p record.Party) {
	for _, s := range slices.Concat(p.Emails, p.Websites) {
		s = strings.TrimSuffix(strings.ToLower(strings.TrimSpace(s)), "/")
		for _, prefix := range []string{"https://", "http://", "www."} {
			s = strings.TrimPrefix(s, prefix)
		}
		if s != "" {
			x.contacts = append(x.contacts, s)
		}
	}
	for _, s := range p.Phones {
		var b strings.Builder
		for _, r := range s {
			if r >= '0' && r <= '9' {
				b.WriteRune(r)
			}
		}
		if n := strings.TrimLeft(b.String(), "0"); len(n) >= 7 {
			x.contacts = append(x.contacts, n)
		}
	}
}

// take adds the words of a text that tell parties apart: of four letters and more
// and not of every entry of the regime.
func (x *party) take(to map[string]bool, text string) {
	if text == "" {
		return
	}
	for _, w := range script.Fold(text).Parts {
		if len(w) >= 4 && !everywhere[w] || len(w) >= 3 && strings.IndexFunc(w, unicode.IsDigit) >= 0 {
			to[w] = true
		}
	}
}

// everywhere are words of officials' prose and of addresses that stand in every
// second entry.
var everywhere = func() map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(`
		also have been were with from that this which their they than into under over upon since date dates birth passport
		number gender male female democratic people peoples republic korea korean north south dprk pyongyang nationality
		secondary sanctions risk regulations sections section transactions prohibited persons owned controlled financial
		institutions linked designated designation entity individual entities name named alias known listed list united
		nations security council committee resolution official officials director general manager representative deputy
		chief president chairman vice minister member department former served serves serving bank company corporation
		trading limited trade office bureau ministry party workers nuclear ballistic missile weapons programme program
		programmes programs government state central street city district road building floor room house avenue china
		russia russian federation chinese activities involved responsible support supports supporting behalf acting acted
		assets freeze asset travel measures country countries additional information type organization organisation
		established located address addresses based operates other more than about year years used uses using through
		provides provided providing head section bureau army military foreign affairs first second third`) {
		m[w] = true
	}
	return m
}()

// regimes are the words by which lists tell under which country's or cause's
// sanctions a party stands. Sources: OFAC's programme tags, the Council's regimes,
// the EU's programme codes.
var regimes = []struct{ word, code string }{
	{"dprk", "dprk"},
	{"north korea", "dprk"},
	{"eu-prk", "dprk"},
	{"1718", "dprk"},
	{"2017/1509", "dprk"},
	{"iran", "iran"},
	{"irn", "iran"},
	{"syr", "syria"},
	{"russia", "russia"},
	{"ukr", "russia"},
	{"rus", "russia"},
	{"belarus", "belarus"},
	{"blr", "belarus"},
	{"libya", "libya"},
	{"lby", "libya"},
	{"sdgt", "terror"},
	{"qaida", "terror"},
	{"taliban", "terror"},
	{"taqa", "terror"},
	{"eu-afg", "terror"},
	{"somalia", "somalia"},
	{"sudan", "sudan"},
	{"sdn", "sudan"},
	{"drc", "drc"},
	{"cod", "drc"},
	{"cuba", "cuba"},
	{"iraq", "iraq"},
	{"irq", "iraq"},
	{"yemen", "yemen"},
	{"mali", "mali"},
	{"haiti", "haiti"},
	{"burma", "burma"},
	{"mmr", "burma"},
	{"zimb", "zimbabwe"},
	{"zwe", "zimbabwe"},
	{"cyber", "cyber"},
	{"npwmd", "wmd"},
}

// regimeOf returns the regime that a programme or instrument belongs to.
func regimeOf(text string) string {
	t := strings.ToLower(text)
	for _, r := range regimes {
		if strings.Contains(t, r.word) {
			return r.code
		}
	}
	return ""
}

// year, month, day of a date, 0 for what it leaves out.
func dateParts(d record.Date) (y, m, day int) {
	for i, p := range strings.SplitN(string(d), "-", 3) {
		n, err := strconv.Atoi(p)
		if err != nil {
			return y, m, day
		}
		switch i {
		case 0:
			y = n
		case 1:
			m = n
		default:
			day = n
		}
	}
	return y, m, day
}
