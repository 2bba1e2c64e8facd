// Package eval measures which entries of several lists were decided to be one
// party, against pairs that somebody labelled.
//
// In come pairs as CSV with the columns left, right and label: an entry is its
// list's name and number with a colon between them (un-consolidated:KPi.001), the
// label is same, different or unsure. Out come precision and recall over the pairs
// whose entries are there, and every pair that went wrong.
//
// With a closed file ([Options]) every pair of entries of two lists that the file
// names both of, and does not pair, is a pair of different parties: then precision
// is measured over all of them and not over those that somebody thought of.
package eval

import (
	"cmp"
	"encoding/csv"
	"errors"
	"io"
	"iter"
	"slices"
	"strings"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/identity"
)

// MaxRows is the number of pairs that one file may have.
const MaxRows = 1_000_000

// Options say how a file is to be read.
type Options struct {
	Closed bool // pairs that the file does not have are different parties
}

// Wrong is a pair that went wrong.
type Wrong struct {
	Left  string `json:"left"`
	Right string `json:"right"`
	Label string `json:"label"`
	Found string `json:"found"` // same, open, or different
}

// Result are the figures.
type Result struct {
	Pairs     int     `json:"pairs"`  // labelled pairs whose entries are both there
	Absent    int     `json:"absent"` // labelled pairs with an entry that is not there
	Same      int     `json:"same"`   // of the pairs: labelled the same
	Found     int     `json:"found"`  // of those: in one group
	Open      int     `json:"open"`   // of those: waiting for a person
	False     int     `json:"false"`  // in one group and not the same
	Unsure    int     `json:"unsure"` // labelled unsure: in no figure
	Joined    int     `json:"joined"` // unsure pairs that are in one group
	Precision float64 `json:"precision"`
	Recall    float64 `json:"recall"`
	Wrong     []Wrong `json:"wrong,omitempty"`
}

type pair [2]string

func pairOf(a, b string) pair { return pair{min(a, b), max(a, b)} }

// Of measures groups against the pairs of a file. Errors: errs.Invalid for a file
// that is not in the form.
func Of(groups iter.Seq2[identity.Group, error], file io.Reader, o Options) (r Result, err error) {
	defer errs.Wrap(&err, "eval: identity")
	labels, order, err := read(file)
	if err != nil {
		return Result{}, err
	}
	named := map[string]bool{}
	for p := range labels {
		named[p[0]], named[p[1]] = true, true
	}
	there, joined, open, err := found(groups, named)
	if err != nil {
		return Result{}, err
	}
	for _, p := range order {
		label := labels[p]
		if !there[p[0]] || !there[p[1]] {
			r.Absent++
			continue
		}
		r.Pairs++
		r.count(p, label, joined[p], open[p])
	}
	if o.Closed {
		for p := range joined {
			if _, labelled := labels[p]; !labelled {
				r.count(p, "different", true, false)
			}
		}
	}
	if n := r.Found + r.False; n > 0 {
		r.Precision = float64(r.Found) / float64(n)
	}
	if r.Same > 0 {
		r.Recall = float64(r.Found) / float64(r.Same)
	}
	slices.SortFunc(r.Wrong, func(a, b Wrong) int { return cmp.Or(cmp.Compare(a.Left, b.Left), cmp.Compare(a.Right, b.Right)) })
	return r, nil
}

func (r *Result) count(p pair, label string, joined, open bool) {
	wrong := func(found string) { r.Wrong = append(r.Wrong, Wrong{p[0], p[1], label, found}) }
	switch {
	case label == "unsure":
		r.Unsure++
		if joined {
			r.Joined++
		}
	case label == "same" && joined:
		r.Same++
		r.Found++
	case label == "same" && open:
		r.Same++
		r.Open++
		wrong("open")
	case label == "same":
		r.Same++
		wrong("different")
	case joined:
		r.False++
		wrong("same")
	}
}

func read(file io.Reader) (map[pair]string, []pair, error) {
	c := csv.NewReader(file)
	c.FieldsPerRecord = 3
	head, err := c.Read()
	if err != nil || strings.Join(head, ",") != "left,right,label" {
		return nil, nil, errs.New(errs.Invalid, "the file does not begin with the columns left,right,label").Because(err).
			WithHint("An entry is its list's name and number: un-consolidated:KPi.001.")
	}
	labels, order := map[pair]string{}, []pair{}
	for {
		row, err := c.Read()
		if errors.Is(err, io.EOF) {
			return labels, order, nil
		}
		if err != nil {
			return nil, nil, errs.New(errs.Invalid, "the file is no CSV of three columns").Because(err)
		}
		line, _ := c.FieldPos(0)
		if len(order) == MaxRows {
			return nil, nil, errs.New(errs.Invalid, "the file has more than %d pairs", MaxRows)
		}
		switch row[2] {
		case "same", "different", "unsure":
		default:
			return nil, nil, errs.New(errs.Invalid, "line %d has the label %q", line, row[2]).WithHint("A label is same, different or unsure.")
		}
		for _, e := range row[:2] {
			if list, entry, ok := strings.Cut(e, ":"); !ok || list == "" || entry == "" {
				return nil, nil, errs.New(errs.Invalid, "line %d has the entry %q", line, e).WithHint("An entry is its list's name and number: un-consolidated:KPi.001.")
			}
		}
		p := pairOf(row[0], row[1])
		if was, twice := labels[p]; twice && was != row[2] {
			return nil, nil, errs.New(errs.Invalid, "line %d labels %s and %s %s; an earlier line says %s", line, row[0], row[1], row[2], was)
		} else if !twice {
			order = append(order, p)
		}
		labels[p] = row[2]
	}
}

// found says which of the entries named are there, which pairs of them are in one
// group and which wait for a person.
func found(groups iter.Seq2[identity.Group, error], named map[string]bool) (there map[string]bool, joined, open map[pair]bool, err error) {
	there, joined, open = map[string]bool{}, map[pair]bool{}, map[pair]bool{}
	entries := map[string][]string{} // by party
	waiting := map[pair]bool{}
	for g, err := range groups {
		if err != nil {
			return nil, nil, nil, err
		}
		var in []string
		for _, m := range g.Members {
			for _, d := range m.Designations {
				if e := d.List + ":" + d.Entry; named[e] {
					there[e] = true
					in = append(in, e)
					entries[m.Party.ID] = append(entries[m.Party.ID], e)
				}
			}
		}
		for i, a := range in {
			for _, b := range in[i+1:] {
				joined[pairOf(a, b)] = true
			}
		}
		for _, s := range g.Open {
			waiting[s.Parties] = true
		}
	}
	for w := range waiting {
		for _, a := range entries[w[0]] {
			for _, b := range entries[w[1]] {
				open[pairOf(a, b)] = true
			}
		}
	}
	return there, joined, open, nil
}
