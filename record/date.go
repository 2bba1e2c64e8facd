package record

import (
	"strings"
	"time"

	"github.com/cordon-project/cordon/errs"
)

// Validate reports whether d is empty or a date that exists, in one of the
// precisions "2006", "2006-01" and "2006-01-02".
func (d Date) Validate() error {
	if d == "" {
		return nil
	}
	form, ok := map[int]string{4: "2006", 7: "2006-01", 10: "2006-01-02"}[len(d)]
	if ok {
		if _, err := time.Parse(form, string(d)); err == nil {
			return nil
		}
	}
	return errs.New(errs.Invalid, "%q is not a date", string(d)).WithHint("write 2023, 2023-12 or 2023-12-05")
}

// Time returns the first moment, in UTC, of the day, month or year that d
// names; false when d is empty or no date.
func (d Date) Time() (time.Time, bool) {
	for _, form := range []string{"2006-01-02", "2006-01", "2006"} {
		if t, err := time.Parse(form, string(d)); err == nil && len(form) == len(d) {
			return t, true
		}
	}
	return time.Time{}, false
}

// Period is a stretch of time in the precision of its source. A single date is
// a period whose From and To are equal; an open end is empty; the zero Period is
// unknown.
type Period struct {
	From Date
	To   Date // included
}

// ParsePeriod reads "2023-12", "2017-01..2018-09", "to 2019-08", "from 2021" and
// "".
func ParsePeriod(s string) (Period, error) {
	var p Period
	switch {
	case strings.HasPrefix(s, "to "):
		p.To = Date(s[len("to "):])
	case strings.HasPrefix(s, "from "):
		p.From = Date(s[len("from "):])
	default:
		from, to, ranged := strings.Cut(s, "..")
		if !ranged {
			to = from
		}
		p = Period{Date(from), Date(to)}
		if ranged && (from == "" || to == "") {
			return Period{}, errs.New(errs.Invalid, "%q is not a period", s).WithHint("write an open end as \"to 2019-08\" or \"from 2021\"")
		}
	}
	if s != "" && p == (Period{}) {
		return Period{}, errs.New(errs.Invalid, "%q is not a period", s)
	}
	return p, p.Validate()
}

// String writes the period as ParsePeriod reads it.
func (p Period) String() string {
	switch {
	case p.From == p.To:
		return string(p.From)
	case p.From == "":
		return "to " + string(p.To)
	case p.To == "":
		return "from " + string(p.From)
	}
	return string(p.From) + ".." + string(p.To)
}

// Validate checks that both ends are dates and stand in order, as far as their
// precisions let them be compared.
func (p Period) Validate() error {
	if err := first(p.From.Validate(), p.To.Validate()); err != nil {
		return err
	}
	n := min(len(p.From), len(p.To))
	if n > 0 && p.From[:n] > p.To[:n] {
		return errs.New(errs.Invalid, "the period %s ends before it starts", p)
	}
	return nil
}

func (r *reader) period(m map[string]any, key string) Period {
	p, err := ParsePeriod(r.str(m, key))
	if err != nil {
		r.fail(key, "a period")
	}
	return p
}

// Decimal checks a figure: digits with at most one point, an optional minus
// sign, no exponent, no separators. Empty is no figure and passes.
func Decimal(s string) error {
	t := strings.TrimPrefix(s, "-")
	whole, part, pointed := strings.Cut(t, ".")
	if s != "" && (!digits(whole) || pointed && !digits(part)) {
		return errs.New(errs.Invalid, "%q is not a decimal figure", s).WithHint("write digits with at most one point: 81000000 or 4502.9")
	}
	return nil
}

func digits(s string) bool {
	for _, c := range []byte(s) {
		if c < '0' || c > '9' {
			return false
		}
	}
	return s != ""
}
