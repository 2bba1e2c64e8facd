package listing

import (
	"strings"
	"time"

	"github.com/cordon-project/cordon/record"
)

// EnglishDate reads "10 May 1978", "May 1978" and "1978", and the same with the
// month in full and with a full stop behind it, in the precision given.
func EnglishDate(s string) (record.Date, bool) {
	s = strings.Replace(strings.TrimSpace(strings.ReplaceAll(s, ".", "")), "Sept ", "Sep ", 1)
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

// ISODate reads a date of the form 2006-01-02.
func ISODate(s string) (record.Date, bool) {
	if _, err := time.Parse(time.DateOnly, s); err != nil {
		return "", false
	}
	return record.Date(s), true
}

// NumericDate reads 1944/10/13, 1944/10 and 1944, as Japan's ministry writes
// dates; also with full stops, hyphens, and 年, 月 and 日.
func NumericDate(s string) (record.Date, bool) {
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
