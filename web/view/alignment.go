package view

import (
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/cordon-project/cordon/matrix"
	"github.com/cordon-project/cordon/web/say"
)

// AlignmentAddress is the address of an alignment.
func AlignmentAddress(q matrix.AlignmentQuery) string {
	out := url.Values{}
	for key, value := range map[string]string{"step": q.Step, "press": q.Press, "from": string(q.From), "to": string(q.To)} {
		if value != "" {
			out.Set(key, value)
		}
	}
	if len(q.Programmes) > 0 {
		out["programme"] = q.Programmes
	}
	if q.All {
		out.Set("all", "1")
	}
	if len(out) == 0 {
		return "/matrix/alignment"
	}
	return "/matrix/alignment?" + out.Encode()
}

// ShortPeriods names of the months that are drawn only each January in full, and
// the first one: the names of all would run into each other.
func ShortPeriods(a matrix.Alignment, drawn int) matrix.Alignment {
	if a.Step != matrix.ByMonth {
		return a
	}
	a.Points = slices.Clone(a.Points)
	first := len(a.Points) - drawn
	if drawn > 1 && strings.HasSuffix(a.Points[first+1].Period, "-01") {
		first-- // beside a January there is no room for it
	}
	for i := first + 1; i < len(a.Points); i++ {
		if _, month, ok := strings.Cut(a.Points[i].Period, "-"); ok && month != "01" {
			a.Points[i].Period = month
		}
	}
	return a
}

// Share is a share in whole per cent; "" for none.
func Share(share *float64) string {
	if share == nil {
		return ""
	}
	return strconv.FormatFloat(*share*100, 'f', 0, 64)
}

// Days shows a number of days: 12, 12.5, −3.
func Days(n any) string {
	f, ok := n.(float64)
	if !ok {
		i, _ := say.Whole(n)
		return say.Number(i)
	}
	tenths := int64(math.Round(math.Abs(f) * 10))
	out := say.Number(tenths / 10)
	if tenths%10 != 0 {
		out += "." + strconv.FormatInt(tenths%10, 10)
	}
	if f < 0 && tenths > 0 {
		return "−" + out
	}
	return out
}
