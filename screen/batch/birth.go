package batch

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"github.com/cordon-project/cordon/record"
)

// DateOrder says how 05/12/1966 is meant in an input.
type DateOrder string

// The orders. Without one a date that can be read in both keeps its year only.
const (
	AnyOrder   DateOrder = ""
	DayFirst   DateOrder = "day-first"
	MonthFirst DateOrder = "month-first"
)

// Years that a date of birth can have; founding dates of companies are older.
const minYear, maxYear = 1800, 2100

var (
	yearFirst   = regexp.MustCompile(`^(\d{4})(?:\s*[-/.年년]\s*(\d{1,2}))?(?:\s*[-/.月월]\s*(\d{1,2}))?\s*[.年년月월日일]?$`)
	compact     = regexp.MustCompile(`^(\d{4})(\d{2})(\d{2})$`)
	yearLast    = regexp.MustCompile(`^(\d{1,2})\s*[-/.]\s*(\d{1,2})\s*[-/.]\s*(\d{4})$`)
	monthYear   = regexp.MustCompile(`^(\d{1,2})\s*[-/.]\s*(\d{4})$`)
	dayMonth    = regexp.MustCompile(`^(?:(\d{1,2})(?:st|nd|rd|th)?[\s\-./]*)?([a-z]{3,9})[\s\-.,/]*(\d{4})$`)
	monthDay    = regexp.MustCompile(`^([a-z]{3,9})\.?\s*(\d{1,2})(?:st|nd|rd|th)?\s*,?\s+(\d{4})$`)
	yearMonth   = regexp.MustCompile(`^(\d{4})[\s\-.,/]+([a-z]{3,9})(?:[\s\-.,/]+(\d{1,2}))?$`)
	timeOfDay   = regexp.MustCompile(`^(\d{4}-\d{1,2}-\d{1,2})[t ]\d{1,2}:\d{2}.*$`)
	japaneseEra = regexp.MustCompile(`^(明治|大正|昭和|平成|令和)\s*(\d{1,2}|元)年(?:\s*(\d{1,2})月)?(?:\s*(\d{1,2})日)?$`)
)

// eras begin in these years (Japan's Era Names Act and its forerunners).
var eras = map[string]int{"明治": 1868, "大正": 1912, "昭和": 1926, "平成": 1989, "令和": 2019}

// unknownDate reports what is written where a date is not known.
func unknownDate(s string) bool {
	switch strings.ToLower(strings.TrimSpace(s)) {
	case "", "-", "--", "?", "n/a", "na", "none", "null", "nil", "unknown", "not known", "0000-00-00", "00/00/0000", "不明", "불명", "미상", "없음":
		return true
	}
	return false
}

// ParseBirth reads a date of birth in the precision that it has: 1966-12-05,
// 1966/12/05, 19661205, 1966, 1966-12, 12 May 1966, May 12, 1966,
// 1966年12月5日, 昭和41年12月5日, 1966. 12. 5. and 05/12/1966. The last is read
// by the order given; without one it keeps its year when day and month can be
// told apart by neither being above 12. note says in a sentence when
// something was left out; what cannot be read is "" with a note, and what says
// that it is not known "" without one.
func ParseBirth(s string, order DateOrder) (d record.Date, note string) {
	if unknownDate(s) {
		return "", ""
	}
	if len(s) == len("2006-01-02") && s[4] == '-' && record.Date(s).Validate() == nil {
		return dateOf(digits(s[:4]), digits(s[5:7]), digits(s[8:]))
	}
	if len(s) > 100 {
		return "", unreadableDate
	}
	s = strings.ToLower(strings.TrimSpace(norm.NFKC.String(s)))
	if m := timeOfDay.FindStringSubmatch(s); m != nil {
		s = m[1]
	}
	if m := yearLast.FindStringSubmatch(s); m != nil {
		return dayAndMonth(m[1], m[2], m[3], order)
	}
	y, mo, day, ok := dateParts(s)
	if !ok {
		return "", unreadableDate
	}
	return dateOf(y, mo, day)
}

const unreadableDate = "the date of birth cannot be read and is left out"

// dateParts finds year, month and day, 0 for what is not given.
func dateParts(s string) (year, month, day int, ok bool) {
	n := digits
	if m := yearFirst.FindStringSubmatch(s); m != nil {
		return n(m[1]), n(m[2]), n(m[3]), true
	}
	if m := compact.FindStringSubmatch(s); m != nil {
		return n(m[1]), n(m[2]), n(m[3]), true
	}
	if m := monthYear.FindStringSubmatch(s); m != nil {
		return n(m[2]), n(m[1]), 0, true
	}
	if m := dayMonth.FindStringSubmatch(s); m != nil {
		return n(m[3]), monthNamed(m[2]), n(m[1]), monthNamed(m[2]) > 0
	}
	if m := monthDay.FindStringSubmatch(s); m != nil {
		return n(m[3]), monthNamed(m[1]), n(m[2]), monthNamed(m[1]) > 0
	}
	if m := yearMonth.FindStringSubmatch(s); m != nil {
		return n(m[1]), monthNamed(m[2]), n(m[3]), monthNamed(m[2]) > 0
	}
	if m := japaneseEra.FindStringSubmatch(s); m != nil {
		return eras[m[1]] + max(n(m[2]), 1) - 1, n(m[3]), n(m[4]), true
	}
	return 0, 0, 0, false
}

// digits returns what digits say, 0 for none.
func digits(s string) int {
	n, _ := strconv.Atoi(s)
	return n
}

// monthNamed returns the month of an English name or its abbreviation, 0 for
// none.
func monthNamed(s string) int {
	if s == "sept" {
		return 9
	}
	for m := time.January; m <= time.December; m++ {
		full := strings.ToLower(m.String())
		if s == full || s == full[:3] {
			return int(m)
		}
	}
	return 0
}

func dayAndMonth(first, second, year string, order DateOrder) (record.Date, string) {
	a, b, y := digits(first), digits(second), digits(year)
	switch {
	case a > 12 || a == b:
		return dateOf(y, b, a)
	case b > 12:
		return dateOf(y, a, b)
	case a == 0 || b == 0:
		return dateOf(y, 0, 0)
	case order == DayFirst:
		return dateOf(y, b, a)
	case order == MonthFirst:
		return dateOf(y, a, b)
	}
	d, note := dateOf(y, 0, 0)
	if note == "" {
		note = "the date of birth can be read day first or month first; only its year is used"
	}
	return d, note
}

// dateOf puts a date together in the precision of what is not 0.
func dateOf(y, m, d int) (record.Date, string) {
	if y < minYear || y > maxYear {
		return "", unreadableDate
	}
	s := fmt.Sprintf("%04d", y)
	if m > 0 {
		s += fmt.Sprintf("-%02d", m)
		if d > 0 {
			s += fmt.Sprintf("-%02d", d)
		}
	} else if d > 0 {
		return record.Date(s), "the date of birth has no month; only its year is used"
	}
	if record.Date(s).Validate() != nil {
		return "", unreadableDate
	}
	return record.Date(s), ""
}
