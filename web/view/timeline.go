package view

import (
	"slices"

	"github.com/cordon-project/cordon/matrix"
	"github.com/cordon-project/cordon/screen"
	"github.com/cordon-project/cordon/web/say"
)

// Entries returns the first listing of each entry.
func Entries(r *matrix.Row) (out []matrix.Listing) {
	add := func(l matrix.Listing) {
		if !slices.ContainsFunc(out, func(o matrix.Listing) bool { return o.Party == l.Party }) {
			out = append(out, l)
		}
	}
	for i := range r.Cells {
		for _, l := range slices.Concat(r.Cells[i].Listings, r.Cells[i].Press) {
			add(l)
		}
	}
	for _, l := range r.Others {
		add(l)
	}
	return out
}

// History says who lists a party, who came first, and who has not.
func History(c *say.Catalogue, r *matrix.Row) (out []screen.Text) {
	var on, press, removed, without []string
	for i := range r.Cells {
		switch code := r.Cells[i].Code; r.Cells[i].Status {
		case matrix.Listed:
			on = append(on, code)
		case matrix.Press:
			press = append(press, code)
		case matrix.Removed:
			removed = append(removed, code)
		case matrix.NotFound:
			without = append(without, code)
		case matrix.NotLoaded:
		}
	}
	for _, part := range []struct {
		key   string
		codes []string
	}{{"timeline.say.on", on}, {"timeline.say.press", press}, {"timeline.say.removed", removed}, {"timeline.say.not", without}} {
		if len(part.codes) > 0 {
			out = append(out, screen.Text{Key: part.key, Args: []any{[]string{Nations(c, part.codes)}}})
		}
	}
	return append(out, firstSay(c, r)...)
}

func firstSay(c *say.Catalogue, r *matrix.Row) []screen.Text {
	listed := 0
	for i := range r.Cells {
		if slices.Contains([]matrix.Status{matrix.Listed, matrix.Removed, matrix.Press}, r.Cells[i].Status) {
			listed++
		}
	}
	if listed < 2 || len(r.First) == 0 {
		return nil
	}
	key := "timeline.say.first"
	if !r.Certain {
		key = "timeline.say.first.open"
	} else if len(r.First) > 1 {
		key = "timeline.say.first.together"
	}
	return []screen.Text{{Key: key, Args: []any{[]string{Nations(c, r.First)}}}}
}
