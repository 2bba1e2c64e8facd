package actors

import (
	"regexp"
	"slices"
	"strings"
)

const (
	origin  = "origin"
	mention = "mention"
)

// country is a country with the words by which English texts name it. The list has
// those to which sources attribute actors, and the neighbours with which they are
// mistaken.
type country struct {
	code  string
	words string // a regular expression without groups
}

func countries() []country {
	return []country{
		{"KP", `North\s+Korean?s?|DPRK|Democratic People['’]s Republic of Korea|Korea \(Democratic People['’]s Republic of\)|Pyongyang|Reconnaissance General Bureau`},
		{"KR", `South\s+Korean?s?|Republic of Korea(?:n)?|Korea \(Republic of\)|Seoul`},
		{"CN", `Chinese|China|People['’]s Liberation Army|Beijing`},
		{"RU", `Russian?s?|Russian Federation|Moscow`},
		{"IR", `Iranian?s?|Iran \(Islamic Republic of\)|Tehran`},
		{"JP", `Japanese|Japan`},
		{"VN", `Vietnamese|Vietnam|Viet Nam`},
		{"IN", `Indian?s?`},
		{"PK", `Pakistani?s?`},
		{"IL", `Israeli?s?`},
		{"TR", `Turkish|Turkey|Türkiye`},
		{"LB", `Lebanese|Lebanon`},
		{"UA", `Ukrainian?s?|Ukraine`},
		{"BY", `Belarusian?s?|Belarus`},
		{"SY", `Syrian?s?|Syria`},
		{"US", `United States|American|U\.S\.`},
		{"GB", `United Kingdom|British`},
		{"FR", `French|France`},
		{"NG", `Nigerian?s?`},
		{"BR", `Brazilian?s?|Brazil`},
		{"TW", `Taiwanese|Taiwan`},
		{"KZ", `Kazakhstani?|Kazakh`},
		{"PS", `Palestinian?s?|Gaza|Hamas`},
		{"AE", `United Arab Emirates|Emirati`},
		{"SA", `Saudi Arabian?|Saudi`},
	}
}

// hostile are the countries whose mere mention is told: an attribution that hangs on
// it is the mistake that this room is for.
func hostile(code string) bool { return slices.Contains([]string{"KP", "KR", "CN", "RU", "IR"}, code) }

// lexicon is the countries ready to be found.
type lexicon []struct {
	code                      string
	any, whole, before, after *regexp.Regexp
}

// Words before and behind a country that make it the actor's.
const (
	wordsBefore = `(?i:attribut\w+ to|linked to|on behalf of|sponsored by|supported by|backed by|based in|operat\w+ (?:from|out of)|originat\w+ (?:from|in)|subordinate to|part of|affiliated with|associated with|employed by|works? for)[^.;,]{0,60}?`
	wordsBehind = `(?i:[- ](?:\S+ ){0,3}?(?:origins?\b|state[- ]sponsored|nation[- ]state|government[- ](?:backed|sponsored)|sponsored|backed|based\b|nexus|threat\b|threat[- ]actor|cyber[- ]?(?:espionage|threat)|espionage (?:group|actor)|hack(?:er|ing)|APT\b|actor|adversar|intelligence (?:service|agency)|military unit|group\b|intrusion set))`
)

func newLexicon() lexicon {
	var out lexicon
	for _, c := range countries() {
		of := `\b(?:` + c.words + `)\b`
		out = append(out, struct {
			code                      string
			any, whole, before, after *regexp.Regexp
		}{
			c.code, regexp.MustCompile(`\b(?:` + c.words + `)(?:\b|$)`), regexp.MustCompile(`^(?i:` + c.words + `)$`),
			regexp.MustCompile(wordsBefore + of), regexp.MustCompile(of + wordsBehind),
		})
	}
	return out
}

// code writes an ISO code in upper case, and a word that is none as it is.
func (x lexicon) code(s string) string {
	s = strings.TrimSpace(s)
	if len(s) == 2 {
		return strings.ToUpper(s)
	}
	if c := x.codeOf(s); c != "" {
		return c
	}
	return s
}

// codeOf returns the code of a country's name, "" for one that is not in the list.
func (x lexicon) codeOf(name string) string {
	for _, c := range x {
		if c.whole.MatchString(strings.TrimSpace(name)) {
			return c.code
		}
	}
	return ""
}

// maxReadings bounds what is told of one text, and sentenceShown each sentence.
const (
	maxReadings   = 40
	sentenceShown = 400
)

// read finds the countries of a text. A country is read as the origin where the words
// next to it say so; a sentence may be about one country and mention another.
func (x lexicon) read(text string) []Reading {
	var out []Reading
	seen := map[[2]string]bool{}
	links := regexp.MustCompile(`\]\([^)]*\)|\(Citation:[^)]*\)`)
	for _, s := range sentences(links.ReplaceAllString(text, "]")) {
		for _, c := range x {
			if !c.any.MatchString(s) {
				continue
			}
			as := mention
			if c.before.MatchString(s) || c.after.MatchString(s) {
				as = origin
			}
			if k := [2]string{c.code, as}; !seen[k] && len(out) < maxReadings {
				seen[k] = true
				out = append(out, Reading{c.code, as, clip(s)})
			}
		}
	}
	return out
}

// sentences parts a text at full stops that end a sentence.
func sentences(text string) []string {
	var out []string
	start := 0
	for i := 0; i+1 < len(text); i++ {
		end := (text[i] == '.' || text[i] == '!' || text[i] == '?') && (text[i+1] == ' ' || text[i+1] == '\n')
		if short := i >= 2 && text[i-2] == '.'; end && !short || text[i] == '\n' {
			out = append(out, strings.TrimSpace(text[start:i+1]))
			start = i + 1
		}
	}
	return append(out, strings.TrimSpace(text[start:]))
}

func clip(s string) string {
	if r := []rune(s); len(r) > sentenceShown {
		return string(r[:sentenceShown-1]) + "…"
	}
	return s
}
