// Package eval measures screening on labelled data of one's own: pairs of names,
// spellings of listed parties, and names of people who are on no list.
//
// In come comma- or tab-separated files; out come figures: recall and false
// positives for each profile, with the rows that went wrong if asked for. Found
// and rule-made rows are counted apart, because a rule that made a row may be a
// rule that reads it.
//
// It guarantees that what is measured is what answers: pairs go through
// [match.Compare], spellings and names through the index that the node answers
// from. It trains nothing. It refuses files whose columns are not those that it
// names, and rows that it cannot read, each with its line.
package eval

import (
	"bufio"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/match"
)

// Rate is a share with what it is a share of.
type Rate struct {
	N    int     `json:"n"`
	Hits int     `json:"hits"`
	Rate float64 `json:"rate"`
}

func (r *Rate) count(hit bool) {
	r.N++
	if hit {
		r.Hits++
	}
	r.Rate = float64(r.Hits) / float64(r.N)
}

// PairFigures are the figures of one profile.
type PairFigures struct {
	Threshold float64 `json:"threshold"`
	Recall    float64 `json:"recall"`          // of all rows labelled the same
	Found     float64 `json:"recall_found"`    // of those whose origin is that a source has both spellings
	Made      float64 `json:"recall_rule"`     // of the others, which a rule made
	FPR       float64 `json:"fpr"`             // of rows labelled different whose kind is not called ambiguous
	NearMiss  float64 `json:"near_miss_below"` // share of one-syllable near misses that stay below
	Precision float64 `json:"precision"`
	F1        float64 `json:"f1"`
}

// Pairs are the figures of a file of pairs.
type Pairs struct {
	N        int                        `json:"n"`
	Same     int                        `json:"same"`
	Profiles map[string]PairFigures     `json:"profiles"`
	ByKind   map[string]map[string]Rate `json:"by_kind"` // kind and origin to profile to the share at or above its threshold
	Failures []PairFailure              `json:"failures,omitempty"`
}

// PairFailure is a pair on the wrong side of the threshold of the balanced
// profile.
type PairFailure struct {
	Line   int     `json:"line"`
	Left   string  `json:"left"`
	Right  string  `json:"right"`
	Label  bool    `json:"label"`
	Kind   string  `json:"kind,omitempty"`
	Origin string  `json:"origin,omitempty"`
	Score  float64 `json:"score"`
	How    string  `json:"how,omitempty"`
}

// ambiguous marks kinds that nobody can decide from the names alone.
const ambiguous = "ambiguous"

// nearMiss marks kinds of names that differ in one syllable.
const nearMiss = "one_syllable"

// OfPairs compares the pairs of a file with the columns left, right and label (1
// or true: the same), and kind and origin if it has them.
func OfPairs(ctx context.Context, p match.Params, r io.Reader) (_ Pairs, err error) {
	defer errs.Wrap(&err, "eval.OfPairs")
	rows, err := open(r, ',', "left|name1", "right|name2", "label|is_match", "?kind|category", "?origin")
	if err != nil {
		return Pairs{}, err
	}
	out := Pairs{Profiles: map[string]PairFigures{}, ByKind: map[string]map[string]Rate{}}
	sums := map[string]*sum{}
	for _, f := range p.Profiles {
		sums[f.Name] = &sum{}
	}
	for {
		if err := ctx.Err(); err != nil {
			return out, err
		}
		row, err := rows.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return out, err
		}
		same, ok := label(row[2])
		if !ok {
			return out, errs.New(errs.Invalid, "line %d: the label is %q", rows.line, row[2]).WithHint("Write 1 for the same person and 0 for different ones.")
		}
		result := match.Compare(p, row[0], row[1])
		out.N++
		if same {
			out.Same++
		}
		found := strings.HasPrefix(row[4], "found")
		kind := strings.TrimSpace(row[3] + " " + row[4])
		if out.ByKind[kind] == nil {
			out.ByKind[kind] = map[string]Rate{}
		}
		for _, f := range p.Profiles {
			hit := result.Score >= f.Threshold
			sums[f.Name].add(same, found, row[3], hit)
			rate := out.ByKind[kind][f.Name]
			rate.count(hit)
			out.ByKind[kind][f.Name] = rate
			if f.Name == match.Balanced && hit != same {
				out.Failures = append(out.Failures, PairFailure{rows.line, row[0], row[1], same, row[3], row[4], result.Score, string(result.How)})
			}
		}
	}
	for _, f := range p.Profiles {
		out.Profiles[f.Name] = sums[f.Name].figures(f)
	}
	return out, nil
}

// sum counts the pairs of one profile.
type sum struct{ all, found, made, wrong, clear, near Rate }

func (s *sum) add(same, found bool, kind string, hit bool) {
	if same {
		s.all.count(hit)
		if found {
			s.found.count(hit)
		} else {
			s.made.count(hit)
		}
		return
	}
	s.wrong.count(hit)
	if !strings.Contains(kind, ambiguous) {
		s.clear.count(hit)
	}
	if strings.Contains(kind, nearMiss) {
		s.near.count(!hit)
	}
}

func (s *sum) figures(f match.Profile) PairFigures {
	out := PairFigures{Threshold: f.Threshold, Recall: s.all.Rate, Found: s.found.Rate, Made: s.made.Rate, FPR: s.clear.Rate, NearMiss: s.near.Rate}
	if n := s.all.Hits + s.wrong.Hits; n > 0 {
		out.Precision = float64(s.all.Hits) / float64(n)
	}
	if d := 2*s.all.Hits + s.wrong.Hits + s.all.N - s.all.Hits; d > 0 {
		out.F1 = float64(2*s.all.Hits) / float64(d)
	}
	return out
}

func label(s string) (same, ok bool) {
	switch strings.ToLower(strings.TrimSpace(s)) {
	case "1", "true", "yes", "same":
		return true, true
	case "0", "false", "no", "different":
		return false, true
	}
	return false, false
}

// Entry says which list entries an object is, as "list:entry", and Search finds
// names: together they are the node as far as it is measured.
type Searcher interface {
	// Search returns the objects that a name may mean, best first, with scores.
	Search(ctx context.Context, name string) ([]Hit, error)
}

// Hit is an object that a name may mean.
type Hit struct {
	Entries []string // under which the object stands: "us_ofac:15660"
	Name    string
	Score   float64
}

// VariantFigures are the figures of one profile.
type VariantFigures struct {
	Threshold float64 `json:"threshold"`
	N         int     `json:"n"`
	Recall    float64 `json:"recall"` // share of spellings whose party is an alert
	First     float64 `json:"first"`  // share whose party is an alert than which no other entry of these lists scores more
}

// Variants are the figures of a file of spellings.
type Variants struct {
	N        int                       `json:"n"`
	Profiles map[string]VariantFigures `json:"profiles"`
	ByStyle  map[string]Rate           `json:"by_style"` // share found by the balanced profile
	Absent   int                       `json:"absent"`   // rows none of whose entries the node holds: not counted in n
	Failures []VariantFailure          `json:"failures,omitempty"`
}

// VariantFailure is a spelling whose party is not the first alert of the
// balanced profile.
type VariantFailure struct {
	Line    int      `json:"line"`
	Name    string   `json:"name"`
	Variant string   `json:"variant"`
	Truth   []string `json:"truth"`
	Score   float64  `json:"score"` // of the party, 0 when it was not found
	First   string   `json:"first,omitempty"`
}

// OfVariants looks spellings up: a tab-separated file with the columns variant
// and truth_ids (entries separated by semicolons, named us_ofac:N or un_csl:N …),
// and true_latin and style if it has them. holds says whether the node has an
// entry.
func OfVariants(ctx context.Context, p match.Params, s Searcher, holds func(entry string) bool, r io.Reader) (_ Variants, err error) {
	defer errs.Wrap(&err, "eval.OfVariants")
	rows, err := open(r, '\t', "variant", "truth_ids", "?true_latin", "?style")
	if err != nil {
		return Variants{}, err
	}
	out := Variants{Profiles: map[string]VariantFigures{}, ByStyle: map[string]Rate{}}
	recall, first := map[string]*Rate{}, map[string]*Rate{}
	for _, f := range p.Profiles {
		recall[f.Name], first[f.Name] = &Rate{}, &Rate{}
	}
	var all [][]string
	about := map[string]bool{}
	for {
		row, err := rows.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return out, err
		}
		for e := range strings.SplitSeq(row[1], ";") {
			about[listOf(e)] = true
		}
		all = append(all, append(row, strconv.Itoa(rows.line)))
	}
	for _, row := range all {
		line, _ := strconv.Atoi(row[4])
		truth := slices.DeleteFunc(strings.Split(row[1], ";"), func(e string) bool { return !holds(strings.TrimSpace(e)) })
		if len(truth) == 0 {
			out.Absent++
			continue
		}
		hits, err := s.Search(ctx, row[0])
		if err != nil {
			return out, err
		}
		out.N++
		score, at := place(hits, truth, about)
		for _, f := range p.Profiles {
			recall[f.Name].count(score >= f.Threshold)
			first[f.Name].count(score >= f.Threshold && at == 0)
			if f.Name == match.Balanced {
				rate := out.ByStyle[row[3]]
				rate.count(score >= f.Threshold)
				out.ByStyle[row[3]] = rate
				if score < f.Threshold || at != 0 {
					fail := VariantFailure{Line: line, Name: row[2], Variant: row[0], Truth: truth, Score: score}
					if len(hits) > 0 {
						fail.First = hits[0].Name
					}
					out.Failures = append(out.Failures, fail)
				}
			}
		}
	}
	for _, f := range p.Profiles {
		out.Profiles[f.Name] = VariantFigures{f.Threshold, out.N, recall[f.Name].Rate, first[f.Name].Rate}
	}
	return out, nil
}

// place returns the best score of a party of the truth, and how many others score
// more. Only entries of the lists that the file is about are counted: that a
// third list has the party too is no error.
func place(hits []Hit, truth []string, about map[string]bool) (score float64, at int) {
	for _, h := range hits {
		if slices.ContainsFunc(h.Entries, func(e string) bool { return slices.Contains(truth, e) }) {
			score = h.Score
			break
		}
	}
	for _, h := range hits {
		if h.Score > score && slices.ContainsFunc(h.Entries, func(e string) bool { return about[listOf(e)] }) {
			at++
		}
	}
	return score, at
}

func listOf(entry string) string {
	list, _, _ := strings.Cut(strings.TrimSpace(entry), ":")
	return list
}

// AlertFigures are the figures of one profile.
type AlertFigures struct {
	Threshold float64 `json:"threshold"`
	N         int     `json:"n"`
	Alerts    int     `json:"alerts"`
	Rate      float64 `json:"rate"`
}

// Alerts are the figures of a file of names.
type Alerts struct {
	Profiles map[string]AlertFigures `json:"profiles"`
	Failures []Alert                 `json:"failures,omitempty"` // the alerts of the balanced profile
}

// Alert is a name that became one.
type Alert struct {
	Line   int     `json:"line"`
	Name   string  `json:"name"`
	Listed string  `json:"listed"`
	Score  float64 `json:"score"`
}

// OfAlerts counts how many names of a file with the column full_name (or name)
// become alerts.
func OfAlerts(ctx context.Context, p match.Params, s Searcher, r io.Reader) (_ Alerts, err error) {
	defer errs.Wrap(&err, "eval.OfAlerts")
	rows, err := open(r, ',', "full_name|name")
	if err != nil {
		return Alerts{}, err
	}
	out := Alerts{Profiles: map[string]AlertFigures{}}
	rates := map[string]*Rate{}
	for _, f := range p.Profiles {
		rates[f.Name] = &Rate{}
	}
	for {
		row, err := rows.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return out, err
		}
		hits, err := s.Search(ctx, row[0])
		if err != nil {
			return out, err
		}
		best := Hit{}
		if len(hits) > 0 {
			best = hits[0]
		}
		for _, f := range p.Profiles {
			rates[f.Name].count(best.Score >= f.Threshold)
			if f.Name == match.Balanced && best.Score >= f.Threshold {
				out.Failures = append(out.Failures, Alert{rows.line, row[0], best.Name, best.Score})
			}
		}
	}
	for _, f := range p.Profiles {
		out.Profiles[f.Name] = AlertFigures{f.Threshold, rates[f.Name].N, rates[f.Name].Hits, rates[f.Name].Rate}
	}
	return out, nil
}

// table reads the columns of a file that are asked for, in the order asked for.
type table struct {
	csv  *csv.Reader
	at   []int
	line int
}

// open reads the header. A column is named by its alternatives, "full_name|name";
// one that begins with ? may be missing and is then empty. A header may say more
// behind a column's name, in brackets.
func open(r io.Reader, comma rune, columns ...string) (*table, error) {
	c := csv.NewReader(skipMark(r))
	c.Comma, c.FieldsPerRecord, c.LazyQuotes, c.ReuseRecord = comma, -1, comma == '\t', true
	header, err := c.Read()
	if errors.Is(err, io.EOF) {
		return nil, errs.New(errs.Invalid, "the file is empty").WithHint("Its first line names the columns: %s.", shown(columns))
	}
	if err != nil {
		return nil, errs.New(errs.Invalid, "the first line cannot be read").Because(err)
	}
	names := map[string]int{}
	for i, h := range header {
		h, _, _ = strings.Cut(strings.ToLower(strings.TrimSpace(h)), "(")
		names[strings.TrimSpace(h)] = i
	}
	t := &table{csv: c}
	for _, want := range columns {
		optional := strings.HasPrefix(want, "?")
		at := -1
		for alternative := range strings.SplitSeq(strings.TrimPrefix(want, "?"), "|") {
			if i, ok := names[alternative]; ok && at < 0 {
				at = i
			}
		}
		if at < 0 && !optional {
			return nil, errs.New(errs.Invalid, "the file has no column %s", want).
				WithHint("It has %s; the columns looked for are %s.", strings.Join(slices.Sorted(maps.Keys(names)), ", "), shown(columns))
		}
		t.at = append(t.at, at)
	}
	return t, nil
}

func shown(columns []string) string {
	return strings.ReplaceAll(strings.ReplaceAll(strings.Join(columns, ", "), "?", ""), "|", " or ")
}

// skipMark drops a byte order mark.
func skipMark(r io.Reader) io.Reader {
	b := bufio.NewReader(r)
	if mark, err := b.Peek(3); err == nil && string(mark) == "\ufeff" {
		_, _ = b.Discard(3)
	}
	return b
}

func (t *table) next() ([]string, error) {
	rec, err := t.csv.Read()
	if err != nil {
		if errors.Is(err, io.EOF) {
			return nil, io.EOF
		}
		return nil, errs.New(errs.Invalid, "the file cannot be read").Because(err).WithHint("The error names the line.")
	}
	t.line, _ = t.csv.FieldPos(0)
	out := make([]string, len(t.at))
	for i, at := range t.at {
		switch {
		case at < 0:
		case at >= len(rec):
			return nil, errs.New(errs.Invalid, "line %d has %d columns", t.line, len(rec)).Because(fmt.Errorf("column %d is missing", at+1))
		default:
			out[i] = strings.TrimSpace(rec[at])
		}
	}
	return out, nil
}
