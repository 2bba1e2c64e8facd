package matrix

import (
	"regexp"
	"slices"
	"strings"

	"github.com/cordon-project/cordon/identity"
	"github.com/cordon-project/cordon/record"
)

// Rules names the set of rules behind a matrix: classes of programmes, dates,
// first movers, lags.
const Rules = "matrix/2026-11"

// The classes of programmes. A party can be of several, and of none.
const (
	Cyber      = "cyber"      // intrusion, theft by computer, laundering of what it took
	ITWorkers  = "it-workers" // workers abroad under false names, and who places and pays them
	Crypto     = "crypto"     // cryptocurrency addresses on the entry
	WMD        = "wmd"        // nuclear, missile and other proliferation, arms
	Finance    = "finance"    // banks and their representatives
	Shipping   = "shipping"   // ships, their owners and managers
	Government = "government" // state, party, armed forces
)

// Classes returns the classes in their order.
func Classes() []string {
	return []string{Cyber, ITWorkers, Crypto, WMD, Finance, Shipping, Government}
}

// Class is one class of a party with the reason for it.
type Class struct {
	Class string `json:"class"`
	// By is what the rule looked at: programme, instrument, action, kind, wallet,
	// words, name, link.
	By   string `json:"by"`
	Text string `json:"text"` // the tag, instrument or words that were found
	// Source is the designation or, for by other things than that, the party.
	Source string `json:"source"`
	Rule   string `json:"rule"` // where the rule comes from
}

// tag is a rule on programme tags and instruments: the authority's own words for
// why it listed the party.
type tag struct {
	class   string
	pattern *regexp.Regexp
	rule    string
}

// The rules on programmes and instruments. EO 13722 has a criterion for cyber
// activity among six others and EO 13810 one for the information technology
// industry among eight, so neither is enough by itself: such parties are
// classified by action, words or address.
var tags = []tag{
	{Cyber, regexp.MustCompile(`(?i)^CYBER\d?$|\bcyber\b|^EU-CYB$|^CYB$`), "OFAC, Program Tag Definitions: CYBER to CYBER4; names of the EU's, the UK's and Australia's cyber regimes"},
	{Cyber, regexp.MustCompile(`(?i)\bEO ?(13694|13757)\b|2019/796\b|32019R0796`), "EO 13694 as amended (malicious cyber-enabled activities); Regulation (EU) 2019/796"},
	{WMD, regexp.MustCompile(`^NPWMD$|(?i)\bEO ?13382\b`), "OFAC, Program Tag Definitions: NPWMD; EO 13382"},
	{WMD, regexp.MustCompile(`(?i)\bUNSCR ?(1695|1718)\b|\bresolution 1718\b`), "UNSCR 1718 (2006), paragraph 8 (d): nuclear, other weapons of mass destruction and ballistic missile programmes"},
	{WMD, regexp.MustCompile(`(?i)missile and WMD programmes`), "Japan, category 13: missile and WMD programmes"},
	{Government, regexp.MustCompile(`^DPRK2$|(?i)\bEO ?13687\b`), "EO 13687, section 1: the government, the Workers' Party, their agencies and officials"},
}

// term is a rule on running text: remarks, reasons, titles, names.
type term struct {
	class   string
	pattern *regexp.Regexp
}

var terms = []term{
	{Cyber, regexp.MustCompile(`(?i)\bcyber|\bhack(er|ing)|\bmalware\b|\bransomware\b|サイバー|ハッカー|사이버|해킹`)},
	{Cyber, regexp.MustCompile(`(?i)\b(lazarus group|bluenoroff|andariel|kimsuky|apt ?38|technical reconnaissance bureau|110th research cent(er|re)|(chosun|korea) expo joint venture)\b|ラザルス|キムスキー|라자루스|김수키`)},
	{ITWorkers, regexp.MustCompile(`(?i)\bIT[ -]workers?\b|\binformation technology workers?\b|\bchinyong\b|\bjinyong\b|\bgeneral bureau 313\b|IT労働者|IT技術者|IT ?인력|IT ?노동자|진영정보기술`)},
	{Finance, regexp.MustCompile(`(?i)\bbank(s|ing|er)?\b|\bcredit\b.*\bbank|銀行|バンク|은행`)},
	{Shipping, regexp.MustCompile(`(?i)\bshipping\b|\bmaritime\b|\bship(owner|management)|海運|해운|シッピング`)},
	{WMD, regexp.MustCompile(`(?i)\bnuclear\b|\bmissiles?\b|\bballistic\b|\bmunitions\b|\buranium\b|\bweapons?\b|\barms\b(?: trad| deal| sale| export)|ミサイル|原子力|미사일|핵무기`)},
}

// action is an announcement by which a list's entries are classified whose tags
// say less than the announcement does.
type action struct {
	class   string
	list    string
	entries []string
	rule    string
}

var actions = []action{
	{Cyber, "ofac-sdn", []string{"24917", "24918"}, "U.S. Treasury, press release sm473, September 2018"},
	{Cyber, "ofac-sdn", []string{"27307", "27308", "27309"}, "U.S. Treasury, press release sm774, 13 September 2019"},
	{Cyber, "ofac-sdn", []string{"42496", "42497", "42498"}, "U.S. Treasury, 24 April 2023: conversion of virtual currency stolen by the Lazarus Group"},
	{Cyber, "ofac-sdn", []string{"43336", "43337", "43338"}, "U.S. Treasury, press release jy1498, 23 May 2023"},
	{Cyber, "ofac-sdn", []string{"45430"}, "U.S. Treasury, 30 November 2023"},
	{ITWorkers, "ofac-sdn", []string{"24977", "24978", "24979"}, "U.S. Treasury, 13 September 2018"},
	{ITWorkers, "ofac-sdn", []string{"43377", "43379"}, "U.S. Treasury, press release jy1498, 23 May 2023"},
	{ITWorkers, "ofac-sdn", []string{"52262", "52264", "52282", "52283", "52286", "52289"}, "U.S. Treasury, press release jy2790, 16 January 2025"},
	{ITWorkers, "ofac-sdn", []string{"49970", "53816", "53817", "53820", "53822", "53824"}, "U.S. Treasury, 8 July 2025"},
	{ITWorkers, "ofac-sdn", []string{"55062", "55063", "55064", "55065"}, "U.S. Treasury, 27 August 2025"},
	{Cyber, "ofac-sdn", []string{"55183", "55197"}, "U.S. Treasury, 4 November 2025: laundering of the proceeds of cybercrime"},
	{ITWorkers, "ofac-sdn", []string{"56044", "56045"}, "U.S. Treasury, 4 November 2025"},
	{Cyber, "press", []string{
		"lazarus-group", "bluenoroff", "andariel", "kimsuky", "park-jin-hyok", "jo-myong-rae", "song-rim", "o-chung-song", "chosun-expo",
		"technical-reconnaissance-bureau", "110th-research-center", "pyongyang-university-of-automation",
	}, "Republic of Korea, 10 February 2023, first autonomous listings for cyber activity, and 2 June 2023"},
	{Cyber, "press", []string{"tian-yinyin", "li-jiadong", "wu-huihui", "cheng-hung-man", "sim-hyon-sop"}, "U.S. Treasury, 2 March 2020 and 24 April 2023: laundering of stolen virtual currency"},
	{ITWorkers, "press", []string{"yanbian-silverstar", "volasys-silver-star", "jong-song-hwa"}, "U.S. Treasury, 13 September 2018"},
	{ITWorkers, "press", []string{"kim-sang-man", "kumsong-academy", "kim-hyo-dong", "yu-song-hyok", "yun-song-il", "sin-jong-ho"}, "Republic of Korea, 23 May 2023 and 26 December 2024"},
	{ITWorkers, "press", []string{
		"department-53", "liaoning-china-trade", "jong-in-chol", "son-kyong-sik", "gayk-asatryan", "asatryan-llc", "fortuna-llc",
		"korea-songkwang-trading", "korea-saenal-trading", "vitaliy-andreyev", "kim-ung-sun", "shenyang-geumpungri", "korea-sinjin-trading", "u-yong-su",
	}, "U.S. Treasury, 16 January, 8 July, 27 August and 4 November 2025"},
	{Cyber, "press", []string{"jang-kuk-chol", "ho-jong-son"}, "U.S. Treasury, 4 November 2025: laundering of the proceeds of cybercrime"},
}

// regime is what makes a party one of the DPRK matrix: a programme, an instrument
// or the list's own statement of the regime.
var regime = regexp.MustCompile(`(?i)\bDPRK|\bPRK\b|democratic people.?s republic of korea|north korea|\bUNSCR ?1718\b|2017/1509|32017R1509|\bEO ?(13466|13551|13570|13687|13722|13810)\b`)

// risk is OFAC's statement on entries under programmes of another name.
var risk = regexp.MustCompile(`(?i)North Korea Sanctions Regulations`)

// isDPRK reports whether any designation of a group is under a DPRK programme or
// instrument, or of an announcement of the table above. Nationality and address
// make no party of it. The press pack holds nothing else.
func isDPRK(g *identity.Group) bool {
	for i := range g.Members {
		m := &g.Members[i]
		for j := range m.Designations {
			d := &m.Designations[j]
			if d.Press && d.List == pressList || announced(d) || slices.ContainsFunc(d.Programmes, regime.MatchString) || slices.ContainsFunc(d.Instruments, regime.MatchString) {
				return true
			}
		}
		if risk.MatchString(m.Party.Remarks) || slices.ContainsFunc(m.Party.OtherFacts, func(f record.Fact) bool { return risk.MatchString(f.Text) }) {
			return true
		}
	}
	return false
}

// announced reports whether one of the announcements names a designation.
func announced(d *record.Designation) bool {
	return slices.ContainsFunc(actions, func(a action) bool { return a.list == d.List && slices.Contains(a.entries, d.Entry) })
}

// canBeDPRK reports whether the group of a designation can be one of the DPRK
// matrix: [isDPRK] decides. Entries with the statement of risk alone are under the
// programme on proliferation or one on cyber activity.
func canBeDPRK(d *record.Designation) bool {
	if d.Press && d.List == pressList {
		return true
	}
	can := func(s string) bool { return regime.MatchString(s) || other.MatchString(s) }
	return slices.ContainsFunc(d.Programmes, can) || slices.ContainsFunc(d.Instruments, can)
}

// other are programmes whose entries can bear the statement of risk.
var other = regexp.MustCompile(`(?i)^NPWMD$|^CYBER\d?$|\bEO ?(13382|13694)\b`)

// pressList is the list under which package starter keeps what the press reports.
const pressList = "press"

// classify returns the classes of a group, in order, each with its first reason.
func classify(g *identity.Group) []Class {
	c := classifier{found: map[string]Class{}}
	for i := range g.Members {
		for j := range g.Members[i].Designations {
			c.designation(&g.Members[i].Designations[j])
		}
	}
	for i := range g.Members {
		c.party(&g.Members[i])
	}
	out := []Class{}
	for _, class := range Classes() {
		if f, ok := c.found[class]; ok {
			out = append(out, f)
		}
	}
	return out
}

type classifier struct{ found map[string]Class }

// add keeps the first reason: rules go from what the authority says of the
// listing to what the words of an entry suggest.
func (c *classifier) add(class, by, text, source, rule string) {
	if _, ok := c.found[class]; !ok {
		c.found[class] = Class{class, by, text, source, rule}
	}
}

func (c *classifier) designation(d *record.Designation) {
	for _, t := range tags {
		for _, p := range d.Programmes {
			if t.pattern.MatchString(p) {
				c.add(t.class, "programme", p, d.ID, t.rule)
			}
		}
		for _, in := range d.Instruments {
			if t.pattern.MatchString(in) {
				c.add(t.class, "instrument", in, d.ID, t.rule)
			}
		}
	}
	for _, a := range actions {
		if a.list == d.List && slices.Contains(a.entries, d.Entry) {
			c.add(a.class, "action", d.Entry, d.ID, a.rule)
		}
	}
	c.words("words", d.ID, "the authority's reason or remarks", d.Basis, d.Remarks)
}

// party looks at what the entry says of the party itself.
func (c *classifier) party(m *identity.Member) {
	p := &m.Party
	if p.Kind == record.Vessel {
		c.add(Shipping, "kind", string(p.Kind), p.ID, "the entry is a ship")
	}
	for i := range p.Wallets {
		c.add(Crypto, "wallet", p.Wallets[i].Address, p.ID, "the entry gives a cryptocurrency address")
	}
	c.words("words", p.ID, "the entry's titles, remarks and facts", append(slices.Clone(p.Titles), p.Remarks)...)
	for _, f := range p.OtherFacts {
		c.words("words", p.ID, "the entry's facts", f.Text)
	}
	for _, l := range p.Links {
		c.words("link", p.ID, "a party that the entry is tied to", l.Name)
	}
	if p.Kind == record.Person {
		return // what stands in a person's name is nobody's business
	}
	for i := range p.Names {
		c.words("name", p.ID, "the party's name", p.Names[i].Text)
	}
}

func (c *classifier) words(by, source, rule string, texts ...string) {
	for _, text := range texts {
		if text == "" {
			continue
		}
		for _, t := range terms {
			if _, ok := c.found[t.class]; ok {
				continue
			}
			if at := t.pattern.FindStringIndex(text); at != nil {
				c.add(t.class, by, excerpt(text, at), source, rule)
			}
		}
	}
}

// excerpt is the found words with a little around them, cut between letters.
func excerpt(text string, at []int) string {
	const around = 40
	lo, hi := max(0, at[0]-around), min(len(text), at[1]+around)
	for lo > 0 && text[lo]&0xC0 == 0x80 {
		lo--
	}
	for hi < len(text) && text[hi]&0xC0 == 0x80 {
		hi++
	}
	return strings.TrimSpace(strings.ToValidUTF8(text[lo:hi], "\uFFFD"))
}
