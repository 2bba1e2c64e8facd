package brief

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/cordon-project/cordon/coin"
	"github.com/cordon-project/cordon/record"
	"github.com/cordon-project/cordon/script"
	"github.com/cordon-project/cordon/script/card"
)

// Limits of a packet. The largest party on a real list has 62 names and about 300
// addresses of all kinds; what goes beyond is counted in [Packet].Cut.
const (
	MaxNames     = 400
	MaxFacts     = 400 // of one kind
	MaxWallets   = 1000
	MaxReadings  = 24
	MaxValue     = 2_000  // runes of one value
	MaxStatement = 24_000 // runes of one statement
)

// factKinds are the kinds of facts in their order. Wallets have a table of their
// own and are among them only to say that there are none.
var factKinds = []string{"births", "places", "gender", "nations", "titles", "documents", "addresses", "phones", "emails", "websites", "links"}

// party fills what identifies the party.
func (m *maker) party() {
	m.names()
	m.readings()
	m.facts()
	m.wallets()
}

// scriptOrder puts the scripts of the lists' languages first.
var scriptOrder = []string{"Latn", "Hang", "Hani", "Jpan", "Kana", "Hira", "Cyrl", "Arab"}

func (m *maker) names() {
	by := map[string][]Name{}
	n := 0
	for i := range m.members {
		x := &m.members[i]
		for _, name := range x.party.Names {
			text := m.value(name.Text)
			s := cmp.Or(name.Script, script.Of(name.Text))
			said := Said{name.Kind, name.Quality, m.cited(x, name.Where)}
			j := slices.IndexFunc(by[s], func(n Name) bool { return n.Text == text })
			switch {
			case j >= 0:
				by[s][j].Says = append(by[s][j].Says, said)
			case n == MaxNames:
				m.cut("names", 1)
			default:
				n++
				by[s] = append(by[s], Name{text, []Said{said}})
			}
		}
	}
	m.p.Names = []ScriptNames{}
	rank := func(s string) int {
		if i := slices.Index(scriptOrder, s); i >= 0 {
			return i
		}
		return len(scriptOrder)
	}
	for _, s := range slices.SortedFunc(maps.Keys(by), func(a, b string) int { return cmp.Or(rank(a)-rank(b), cmp.Compare(a, b)) }) {
		m.p.Names = append(m.p.Names, ScriptNames{s, by[s]})
	}
}

// value cuts one value to what is shown.
func (m *maker) value(s string) string {
	out, cut := script.Clip(s, MaxValue)
	if cut {
		m.cut("values", len([]rune(s))-len([]rune(out)))
	}
	return out
}

// readings adds forms in the reader's script that rules give for names of others.
// A form that a list prints is a name and no reading.
func (m *maker) readings() {
	m.p.Readings = []Reading{}
	printed, seen := map[string]bool{}, map[string]bool{}
	for _, g := range m.p.Names {
		for _, n := range g.Names {
			printed[plainName(n.Text)] = true
		}
	}
	for _, g := range m.p.Names {
		for _, n := range g.Names {
			if m.ownScript(g.Script) {
				continue
			}
			for _, r := range readingsOf(n.Text, m.p.Lang) {
				if printed[plainName(r.Text)] || seen[plainName(r.Text)] {
					continue
				}
				seen[plainName(r.Text)] = true
				if len(m.p.Readings) == MaxReadings {
					m.cut("readings", 1)
					continue
				}
				m.p.Readings = append(m.p.Readings, r)
			}
		}
	}
}

func plainName(s string) string { return strings.Join(script.Fold(s).Parts, " ") }

// ownScript reports whether the reader's language is written in a script.
func (m *maker) ownScript(s string) bool {
	switch m.p.Lang {
	case "ja":
		return s == "Jpan" || s == "Kana" || s == "Hira"
	case "ko":
		return s == "Hang"
	}
	return s == "Latn"
}

// perName is how many readings of one name are given in one language.
const perName = 2

// readingsOf reads a name and writes it in the script of a language.
func readingsOf(name, lang string) []Reading {
	c := card.Of(name)
	if c.Taken.Key == "organisation" {
		return nil // of an organisation's name a part alone would be read
	}
	var out []Reading
	n := map[card.Language]int{}
	for _, r := range c.Readings {
		if r.Weight == card.Rare || n[r.Language] == perName {
			continue
		}
		text, system := written(&c, r, lang)
		if text == "" {
			continue
		}
		n[r.Language]++
		out = append(out, Reading{Of: name, Text: text, Language: string(r.Language), System: system, Weight: string(r.Weight)})
	}
	return out
}

// written gives a reading in the script of the reader's language, "" where no rule
// does.
func written(c *card.Card, r card.Reading, lang string) (text, system string) {
	switch lang {
	case "ko":
		if r.Language == card.Korean {
			return r.Text, "hangul"
		}
	case "ja":
		switch r.Language {
		case card.Korean:
			return formOf(c, r.Text, "katakana"), "katakana"
		case card.Japanese:
			return r.Other, "kana"
		}
	default:
		switch r.Language {
		case card.Korean:
			return formOf(c, r.Text, "dprk-plain"), "dprk"
		case card.Mandarin:
			return capitals(r.Text), "pinyin"
		case card.Cantonese:
			return capitals(r.Text), "jyutping"
		case card.Japanese:
			return capitals(r.Text), "hepburn"
		default:
			return r.Text, "latin"
		}
	}
	return "", ""
}

func formOf(c *card.Card, name, system string) string {
	for _, f := range c.Forms {
		if f.Name != name {
			continue
		}
		for _, x := range f.List {
			if x.System == system {
				return x.Text
			}
		}
	}
	return ""
}

// capitals writes syllables as a name, with capitals.
func capitals(s string) string {
	words := strings.Fields(s)
	for i, w := range words {
		words[i] = strings.ToUpper(w[:1]) + w[1:]
	}
	return strings.Join(words, " ")
}

// facts merges what the entries state of one kind, in the order of the entries.
func (m *maker) facts() {
	m.p.Facts, m.p.Absent = []FactGroup{}, []string{}
	for _, kind := range factKinds {
		var facts []Fact
		for i := range m.members {
			x := &m.members[i]
			for _, f := range statedBy(&x.party, kind) {
				facts = m.addFact(facts, kind, f, x)
			}
		}
		if len(facts) == 0 {
			m.p.Absent = append(m.p.Absent, kind)
			continue
		}
		m.p.Facts = append(m.p.Facts, FactGroup{kind, facts})
	}
}

type stated struct {
	Fact
	where record.Where
}

func (m *maker) addFact(facts []Fact, kind string, f stated, x *member) []Fact {
	f.Text, f.Detail = m.value(f.Text), m.value(f.Detail)
	i := slices.IndexFunc(facts, func(g Fact) bool { return g.Text == f.Text && g.Detail == f.Detail && g.Circa == f.Circa })
	if i < 0 && len(facts) == MaxFacts {
		m.cut(kind, 1)
		return facts
	}
	s := m.cited(x, f.where)
	if i >= 0 {
		facts[i].Sources = append(facts[i].Sources, s)
		return facts
	}
	f.Sources = []Source{s}
	return append(facts, f.Fact)
}

// statedBy lists what one entry states of one kind.
func statedBy(p *record.Party, kind string) []stated {
	var out []stated
	add := func(text, detail string, w record.Where) {
		if text != "" {
			out = append(out, stated{Fact{Text: text, Detail: detail}, w})
		}
	}
	each := func(list []string) {
		for _, s := range list {
			add(s, "", record.Where{})
		}
	}
	switch kind {
	case "births":
		for _, b := range p.Births {
			f := stated{Fact{Text: birthText(b), Circa: b.Circa}, b.Where}
			if b.Text != f.Text {
				f.Detail = b.Text
			}
			if f.Text != "" {
				out = append(out, f)
			}
		}
	case "places":
		for _, x := range p.Places {
			add(placeText(x.Text, x.City, x.Country), "", record.Where{})
		}
	case "gender":
		add(p.Gender, "", record.Where{})
	case "nations":
		each(p.Nations)
	case "titles":
		each(p.Titles)
	case "documents":
		for _, d := range p.Documents {
			add(cmp.Or(d.Number, d.Text), strings.TrimSpace(d.Kind+" "+d.Country), d.Where)
		}
	case "addresses":
		for _, a := range p.Addresses {
			add(placeText(a.Text, a.City, a.Country), "", a.Where)
		}
	case "phones":
		each(p.Phones)
	case "emails":
		each(p.Emails)
	case "websites":
		each(p.Websites)
	case "links":
		for _, l := range p.Links {
			add(cmp.Or(l.Name, l.Text), l.Kind, record.Where{})
		}
	}
	return out
}

func birthText(b record.Birth) string {
	switch {
	case b.Date == "":
		return b.Text
	case b.To != "" && b.To != b.Date:
		return string(b.Date) + "/" + string(b.To) // ISO 8601 interval
	}
	return string(b.Date)
}

func placeText(text, city, country string) string {
	if text != "" {
		return text
	}
	return strings.Trim(city+", "+country, ", ")
}

// The findings of package coin on a wallet.
const (
	WalletChecksum  = "checksum"   // an address whose checksum is right
	WalletForm      = "form"       // an address by its form; it carries no checksum
	WalletMisfiled  = "misfiled"   // an address of another chain than it is filed under
	WalletNoAddress = "no-address" // no address of a chain that is known here
)

func (m *maker) wallets() {
	m.p.Wallets = []Wallet{}
	at := map[string]int{}
	for i := range m.members {
		x := &m.members[i]
		for _, w := range x.party.Wallets {
			key := w.Asset + "\x00" + w.Address
			j, had := at[key]
			if !had && len(m.p.Wallets) == MaxWallets {
				m.cut("wallets", 1)
				continue
			}
			s := m.cited(x, w.Where)
			if had {
				m.p.Wallets[j].Sources = append(m.p.Wallets[j].Sources, s)
				continue
			}
			at[key] = len(m.p.Wallets)
			out := checkWallet(w)
			out.Address, out.Sources = m.value(w.Address), []Source{s}
			m.p.Wallets = append(m.p.Wallets, out)
		}
	}
	if len(m.p.Wallets) == 0 {
		m.p.Absent = append(m.p.Absent, "wallets")
	}
}

// checkWallet says what the text of an address shows: as it is filed, or by itself
// where the list gives no asset or one that is not known.
func checkWallet(w record.Wallet) Wallet {
	out := Wallet{Asset: w.Asset, Check: WalletNoAddress}
	f, err := coin.ParseAs(coin.Asset(w.Asset), w.Address)
	addresses := f.Addresses
	out.Why, out.Chain = f.Why, string(f.Chain)
	if err != nil && len(addresses) == 0 {
		if addresses, err = coin.Parse(w.Address); err != nil {
			return out
		}
		out.Why, out.Chain = "", string(addresses[0].Chain)
	}
	if len(addresses) == 0 {
		return out
	}
	out.Canonical = addresses[0].Canonical
	switch {
	case f.Misfiled:
		out.Check = WalletMisfiled
	case addresses[0].Checksummed:
		out.Check = WalletChecksum
	default:
		out.Check = WalletForm
	}
	return out
}
