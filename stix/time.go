package stix

import (
	"time"

	"github.com/cordon-project/cordon/errs"
)

// ParseTime reads a STIX timestamp (section 2.16): YYYY-MM-DDTHH:mm:ss[.s+]Z,
// a day that exists, UTC. Sub-second digits are kept to the nanosecond; digits
// beyond are accepted and cut. A leap second (:60) is accepted only where one
// can be, at 23:59, and read as the next second.
func ParseTime(s string) (time.Time, error) {
	t, ok := parseTimestamp(s)
	if !ok {
		return time.Time{}, errs.New(errs.Invalid, "%s is not a STIX timestamp", Quote(s)).
			WithHint("the form is 2026-01-31T23:59:59.000Z, always in UTC")
	}
	return t, nil
}

func parseTimestamp(s string) (time.Time, bool) {
	const form = "0000-00-00T00:00:00"
	if len(s) < len(form)+1 || s[len(s)-1] != 'Z' {
		return time.Time{}, false
	}
	for i := range len(form) {
		c := s[i]
		if form[i] == '0' {
			if c < '0' || c > '9' {
				return time.Time{}, false
			}
		} else if c != form[i] {
			return time.Time{}, false
		}
	}
	two := func(i int) int { return int(s[i]-'0')*10 + int(s[i+1]-'0') }
	year, month, day := two(0)*100+two(2), two(5), two(8)
	hour, minute, sec := two(11), two(14), two(17)
	leap := sec == 60 && hour == 23 && minute == 59
	if month < 1 || month > 12 || day < 1 || day > daysIn(year, month) || hour > 23 || minute > 59 || (sec > 59 && !leap) {
		return time.Time{}, false
	}
	nanos, ok := fraction(s[len(form) : len(s)-1])
	if !ok {
		return time.Time{}, false
	}
	return time.Date(year, time.Month(month), day, hour, minute, sec, nanos, time.UTC), true
}

func daysIn(year, month int) int {
	switch month {
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	case 4, 6, 9, 11:
		return 30
	}
	return 31
}

// fraction reads ".s+" or nothing as nanoseconds.
func fraction(s string) (int, bool) {
	if s == "" {
		return 0, true
	}
	if s[0] != '.' || len(s) == 1 {
		return 0, false
	}
	nanos, scale := 0, 100_000_000
	for _, c := range []byte(s[1:]) {
		if c < '0' || c > '9' {
			return 0, false
		}
		nanos += int(c-'0') * scale
		scale /= 10
	}
	return nanos, true
}

// FormatTime writes t as a STIX timestamp with milliseconds, or with as many
// digits more (up to nine) as t needs. Milliseconds are the least precision of
// "created" and "modified" (section 3.2).
func FormatTime(t time.Time) string {
	t = t.UTC()
	switch ns := t.Nanosecond(); {
	case ns%1_000_000 == 0:
		return t.Format("2006-01-02T15:04:05.000Z")
	case ns%1000 == 0:
		return t.Format("2006-01-02T15:04:05.000000Z")
	}
	return t.Format("2006-01-02T15:04:05.000000000Z")
}

// HasMilliseconds reports whether a timestamp is precise to the millisecond at
// least, as "created" and "modified" must be (section 3.2). What is no timestamp
// is not.
func HasMilliseconds(s string) bool { return subSecondDigits(s) >= 3 }

// subSecondDigits counts the digits after the seconds.
func subSecondDigits(s string) int {
	const dot = len("0000-00-00T00:00:00")
	if len(s) <= dot+1 || s[dot] != '.' {
		return 0
	}
	return len(s) - dot - 2
}

// CompareTimes compares two timestamps as times, to any number of sub-second
// digits: negative if a is earlier, positive if it is later. The second result is
// false when either is no timestamp.
func CompareTimes(a, b string) (int, bool) {
	ta, okA := parseTimestamp(a)
	tb, okB := parseTimestamp(b)
	if !okA || !okB {
		return 0, false
	}
	if c := ta.Truncate(time.Second).Compare(tb.Truncate(time.Second)); c != 0 {
		return c, true
	}
	return compareDigits(fractionDigits(a), fractionDigits(b)), true
}

func fractionDigits(s string) string {
	const dot = len("0000-00-00T00:00:00")
	if n := subSecondDigits(s); n > 0 {
		return s[dot+1 : dot+1+n]
	}
	return ""
}

func compareDigits(a, b string) int {
	for i := range max(len(a), len(b)) {
		x, y := byte('0'), byte('0')
		if i < len(a) {
			x = a[i]
		}
		if i < len(b) {
			y = b[i]
		}
		if x != y {
			return int(x) - int(y)
		}
	}
	return 0
}
