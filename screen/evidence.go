package screen

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/cordon-project/cordon/record"
	"github.com/cordon-project/cordon/script"
	"github.com/cordon-project/cordon/script/words"
)

// Evidence holds by what the odds that a candidate is meant change for what else
// is known of both. The figures are judgement about how often lists and customer
// files agree on one person and on two: a day of birth is shared by one person in
// twenty thousand of a generation, but lists err and round.
type Evidence struct {
	BirthDay     float64 // the very day
	BirthSwapped float64 // day and month exchanged
	BirthMonth   float64 // month and year, of one side no more is known
	BirthYear    float64 // the year, of one side no more is known
	BirthNear    float64 // two years apart at most
	BirthOff     float64 // the same year and another day or month
	BirthOther   float64 // further apart
	Place        float64 // a word of the place of birth in common
	CountrySame  float64 // a nationality that the list prints
	CountryOther float64 // the list prints others only
	// Most is the score from which evidence against a name starts: that two names
	// are alike letter by letter says nothing against a wrong day of birth.
	Most float64
}

// DefaultEvidence is what a node uses unless told otherwise.
var DefaultEvidence = Evidence{
	BirthDay: 30, BirthSwapped: 10, BirthMonth: 12, BirthYear: 6, BirthNear: 0.6, BirthOff: 0.2, BirthOther: 0.04,
	Place: 3, CountrySame: 1.5, CountryOther: 0.7, Most: 0.9,
}

// evidence weighs what else is known of a candidate that was met by a name.
func (a *asking) evidence(c *Candidate, p record.Party) {
	e := &a.s.params.Evidence
	odds := 1.0
	weigh := func(by float64, weight, key string, args ...any) {
		odds *= by
		c.Reasons = append(c.Reasons, Reason{Text: Text{Key: key, Args: args}, Weight: weight, Tag: "field"})
	}
	if a.q.Birth != "" {
		if by, key, listed := e.birth(a.q.Birth, p.Births); key != "" {
			weigh(by, weightOf(by), key, string(listed))
		}
	}
	if a.q.Place != "" && len(p.Places) > 0 {
		if place := samePlace(a.q.Place, p.Places); place != "" {
			weigh(e.Place, "for", "reason.place.same", place)
		}
	}
	if a.q.Country != "" && len(p.Nations) > 0 {
		if slices.ContainsFunc(p.Nations, func(n string) bool { return sameCountry(n, a.q.Country) }) {
			weigh(e.CountrySame, "for", "reason.country.same", a.q.Country)
		} else {
			weigh(e.CountryOther, "against", "reason.country.other", strings.Join(p.Nations, ", "))
		}
	}
	if odds == 1 {
		return
	}
	score := c.Score
	if odds < 1 {
		score = min(score, e.Most)
	}
	c.Score = oddsOf(score, odds)
	c.Alert = c.Score >= a.profile.Threshold
	c.Probability = c.Probability.odds(odds)
}

func weightOf(by float64) string {
	switch {
	case by > 1:
		return "for"
	case by < 1:
		return "against"
	}
	return "unknown"
}

// oddsOf multiplies the odds of a probability.
func oddsOf(p, by float64) float64 {
	if p >= 1 {
		return 1
	}
	o := p / (1 - p) * by
	return o / (1 + o)
}

// birth compares a date of birth with those that a list gives, in the precision
// of the less precise, and takes what speaks most for the party.
func (e *Evidence) birth(asked record.Date, births []record.Birth) (by float64, key string, listed record.Date) {
	y, m, d, ok := dateParts(asked)
	if !ok {
		return 1, "", ""
	}
	if len(births) == 0 {
		return 1, "reason.birth.none", ""
	}
	by = math.Inf(-1)
	for _, b := range births {
		if x, k := e.one(y, m, d, b); k != "" && x > by {
			by, key, listed = x, k, b.Date
		}
	}
	if key == "" {
		return 1, "", ""
	}
	return by, key, listed
}

func (e *Evidence) one(y, m, d int, b record.Birth) (float64, string) {
	ly, lm, ld, ok := dateParts(b.Date)
	if !ok {
		return 0, ""
	}
	apart := max(ly-y, y-ly)
	if to, _, _, ok := dateParts(b.To); ok {
		apart = max(0, ly-y, y-to)
		lm, ld = 0, 0
	}
	switch {
	case apart > 2:
		return e.BirthOther, "reason.birth.other"
	case apart > 0 && b.Circa:
		return 1, "reason.birth.near"
	case apart > 0:
		return e.BirthNear, "reason.birth.near"
	case m == 0 || lm == 0:
		return e.BirthYear, "reason.birth.year"
	case m == lm && (d == 0 || ld == 0):
		return e.BirthMonth, "reason.birth.month"
	case m == lm && d == ld:
		return e.BirthDay, "reason.birth.day"
	case m == ld && d == lm:
		return e.BirthSwapped, "reason.birth.swapped"
	}
	return e.BirthOff, "reason.birth.off"
}

// dateParts reads a date in its own precision: 0 for what it leaves out.
func dateParts(d record.Date) (year, month, day int, ok bool) {
	parts := strings.Split(string(d), "-")
	var n [3]int
	if len(parts) > 3 {
		return 0, 0, 0, false
	}
	for i, p := range parts {
		v, err := strconv.Atoi(p)
		if err != nil || v <= 0 {
			return 0, 0, 0, false
		}
		n[i] = v
	}
	return n[0], n[1], n[2], n[0] > 1000
}

// samePlace returns the listed place with which a place has a word of four
// letters or more in common.
func samePlace(asked string, places []record.Place) string {
	parts := script.Fold(asked).Parts
	for _, p := range places {
		text := strings.TrimSpace(strings.Join([]string{p.City, p.Country, p.Text}, " "))
		for _, w := range script.Fold(text).Parts {
			if len(w) >= 4 && slices.Contains(parts, w) {
				return text
			}
		}
	}
	return ""
}

// countryKey makes the names of a country one where the vocabulary knows them:
// DPRK, North Korea.
func countryKey(s string) string {
	parts := script.Fold(s).Parts
	var out []string
	for _, t := range words.AppendLatin(nil, parts) {
		if g := words.Gloss(t.Concept); g != "" {
			out = append(out, g)
		} else {
			out = append(out, t.Text)
		}
	}
	return strings.Join(out, " ")
}

// sameCountry also knows Korea, North.
func sameCountry(a, b string) bool {
	if countryKey(a) == countryKey(b) {
		return true
	}
	x, y := script.Fold(a).Parts, script.Fold(b).Parts
	slices.Sort(x)
	slices.Sort(y)
	return slices.Equal(x, y)
}
