package lists

import (
	"regexp"
	"strings"
	"time"

	"github.com/cordon-project/cordon/record"
)

// englishDate reads "10 May 1978", "May 1978" and "1978", and the same with the
// month in full and with a full stop behind it, in the precision given.
func englishDate(s string) (record.Date, bool) {
	s = strings.TrimSpace(strings.ReplaceAll(s, ".", ""))
	for _, f := range []struct{ form, out string }{
		{"2 Jan 2006", "2006-01-02"},
		{"2 January 2006", "2006-01-02"},
		{"Jan 2006", "2006-01"},
		{"January 2006", "2006-01"},
		{"2006", "2006"},
	} {
		if t, err := time.Parse(f.form, s); err == nil && t.Year() >= 1850 && t.Year() <= 2100 {
			return record.Date(t.Format(f.out)), true
		}
	}
	return "", false
}

var yearRange = regexp.MustCompile(`^(\d{4})-(\d{4})$`)

// ofacBirth reads a date of birth of OFAC's remarks: a date, "circa" a date, a
// range "A to B". Text and Where are the caller's.
func ofacBirth(s string) (record.Birth, bool) {
	var b record.Birth
	s, b.Circa = strings.CutPrefix(s, "circa ")
	from, to, ranged := strings.Cut(s, " to ")
	if m := yearRange.FindStringSubmatch(s); m != nil {
		from, to, ranged = m[1], m[2], true
	}
	var ok bool
	if b.Date, ok = englishDate(from); !ok {
		return record.Birth{}, false
	}
	if ranged {
		if b.To, ok = englishDate(to); !ok {
			return record.Birth{}, false
		}
	}
	return b, true
}

// isoDate checks a date of the form 2006-01-02.
func isoDate(s string) (record.Date, bool) {
	if _, err := time.Parse(time.DateOnly, s); err != nil {
		return "", false
	}
	return record.Date(s), true
}

// slashDate reads 1944/10/13, 1944/10 and 1944, as Japan's ministry writes
// dates; also with full stops and hyphens.
func slashDate(s string) (record.Date, bool) {
	s = strings.TrimSpace(s)
	for _, f := range []struct{ form, out string }{
		{"2006/1/2", "2006-01-02"},
		{"2006/1", "2006-01"},
		{"2006", "2006"},
		{"2006.1.2", "2006-01-02"},
		{"2006-1-2", "2006-01-02"},
		{"2006年1月2日", "2006-01-02"},
		{"2006年1月", "2006-01"},
		{"2006年", "2006"},
	} {
		if t, err := time.Parse(f.form, s); err == nil && t.Year() >= 1850 && t.Year() <= 2100 {
			return record.Date(t.Format(f.out)), true
		}
	}
	return "", false
}
