package matrix_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/matrix"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/record"
)

var owner = policy.Viewer{Name: "owner", Clearance: policy.Red}

// cells are the states of a row with their dates, "US listed list 2023-05-23".
func cells(r *matrix.Row) []string {
	var out []string
	for _, c := range r.Cells {
		s := c.Code + " " + string(c.Status)
		if c.First.Kind != matrix.Unknown {
			s += fmt.Sprintf(" %s %s", c.First.Kind, c.First.Date)
		}
		if c.First.After != "" {
			s += " after " + string(c.First.After)
		}
		out = append(out, s)
	}
	return out
}

func TestACellIsOneOfFive(t *testing.T) {
	w := newWorld(t)
	one, two := entry{number: "1", name: "EXAMPLE, Person One", listed: "2023-05-23"}, entry{number: "2", name: "EXAMPLE, Person Two", listed: "2020-01"}
	w.version(ofac, "2023-06-01", one, two)
	w.version(ofac, "2024-06-01", one)
	w.version(mof, "2024-07-01", entry{number: "17-9", name: "EXAMPLE Other"})
	w.press("person-one", "Example Person One", "KR-GOV", "KR", "2023-05-24")
	w.same(id(ofac, "1"), pressID("person-one"))
	table := w.table(matrix.Filter{})
	for name, want := range map[string][]string{
		"EXAMPLE, Person One": {"US listed list 2023-05-23", "JP not-found", "KR press press 2023-05-24", "UN not-loaded", "EU not-loaded", "UK not-loaded", "AU not-loaded", "CH not-loaded"},
		"EXAMPLE, Person Two": {"US removed list 2020-01", "JP not-found", "KR not-loaded", "UN not-loaded", "EU not-loaded", "UK not-loaded", "AU not-loaded", "CH not-loaded"},
	} {
		if d := cmp.Diff(want, cells(row(t, table, name))); d != "" {
			t.Errorf("%s (-want +got):\n%s", name, d)
		}
	}
	gone := row(t, table, "EXAMPLE, Person Two").Cell("US").Listings[0]
	if want := (&matrix.When{Date: "2024-06-01", Kind: matrix.Between, After: "2023-06-01"}); !cmp.Equal(gone.Removed, want) {
		t.Errorf("removed %+v, want %+v", gone.Removed, want)
	}
	if c := table.Columns[0]; !c.Loaded || len(c.Lists) != 1 || c.Lists[0].Date != "2024-06-01" || c.Lists[0].Versions != 2 || c.Lists[0].Entries != 1 {
		t.Errorf("the column says %+v", c)
	}
	if l := row(t, table, "EXAMPLE, Person One").Cell("US").Listings[0]; l.Where.Row != 1 || l.Entry != "1" {
		t.Errorf("a listing without its place: %+v", l)
	}
}

// A listing on the evening of 30 November in Washington is of 30 November, though
// it is December in UTC, where its objects bear their time, and in Tokyo, where it
// is asked for.
func TestADateIsTheAuthoritysOwn(t *testing.T) {
	w := newWorld(t)
	w.version(ofac, "2023-11-29", entry{number: "1", name: "EXAMPLE, Early"})
	w.versionAt(
		ofac, "2023-11-30", "2023-12-01T02:15:00.000Z",
		entry{number: "1", name: "EXAMPLE, Early"}, entry{number: "2", name: "EXAMPLE, Evening"}, entry{number: "3", name: "EXAMPLE, Stated", listed: "2023-11-30"},
	)
	w.version(mof, "2023-12-02", entry{number: "17-1", name: "EXAMPLE Stated", listed: "2023-12-01"})
	w.same(id(ofac, "3"), id(mof, "17-1"))
	table := w.table(matrix.Filter{})
	for name, want := range map[string]string{
		"EXAMPLE, Early":   "US listed not-later-than 2023-11-29",
		"EXAMPLE, Evening": "US listed between 2023-11-30 after 2023-11-29",
		"EXAMPLE, Stated":  "US listed list 2023-11-30",
	} {
		if got := cells(row(t, table, name))[0]; got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
	if got, want := row(t, table, "EXAMPLE, Stated").Lags, []matrix.Lag{{From: "US", To: "JP", Min: 1, Max: 1, Exact: true}}; !cmp.Equal(got, want) {
		t.Errorf("lags %+v, want %+v", got, want)
	}
}

// A list read later whose date is earlier tells that the entry was not there.
func TestAnEarlierVersionThatIsReadLaterCounts(t *testing.T) {
	w := newWorld(t)
	w.version(ofac, "2024-02-01", entry{number: "1", name: "EXAMPLE, One"})
	w.versionAt(ofac, "2024-01-01", "2024-02-01T00:00:00.001Z")
	w.versionAt(ofac, "2024-03-01", "2024-03-01T00:00:00.000Z", entry{number: "1", name: "EXAMPLE, One"})
	got := cells(row(t, w.table(matrix.Filter{}), "EXAMPLE, One"))[0]
	if want := "US listed between 2024-02-01 after 2024-01-01"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestThePressNeverOverridesAList(t *testing.T) {
	w := newWorld(t)
	one := entry{number: "1", name: "EXAMPLE, Person One", listed: "2023-05-23"}
	two := entry{number: "2", name: "EXAMPLE, Person Two"}
	w.version(ofac, "2023-06-01", one, two)
	w.version(ofac, "2024-06-01", one)
	w.press("one", "Example Person One", "OFAC", "US", "2019-01-01")
	w.press("two", "Example Person Two", "OFAC", "US", "2019-02-02")
	w.same(id(ofac, "1"), pressID("one"))
	w.same(id(ofac, "2"), pressID("two"))
	table := w.table(matrix.Filter{})
	for name, want := range map[string]string{"EXAMPLE, Person One": "US listed list 2023-05-23", "EXAMPLE, Person Two": "US removed not-later-than 2023-06-01"} {
		r := row(t, table, name)
		if got := cells(r)[0]; got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
		if c := r.Cell("us"); len(c.Press) != 1 || c.Press[0].When.Kind != matrix.OfPress {
			t.Errorf("%s: the press is not shown beside: %+v", name, c.Press)
		}
	}
}

func TestWhoCameFirst(t *testing.T) {
	for name, c := range map[string]struct {
		us, jp, un record.Date
		want       []string
		certain    bool
		lags       []matrix.Lag
	}{
		"alone":              {us: "2023-01-05", want: []string{"US"}, certain: true},
		"three in order":     {us: "2023-01-10", jp: "2023-01-12", un: "2023-01-01", want: []string{"UN"}, certain: true, lags: []matrix.Lag{{From: "UN", To: "US", Min: 9, Max: 9, Exact: true}, {From: "UN", To: "JP", Min: 11, Max: 11, Exact: true}}},
		"two on one day":     {us: "2023-01-10", jp: "2023-01-10", want: []string{"US", "JP"}, certain: true, lags: []matrix.Lag{{From: "US", To: "JP", Exact: true}}},
		"a month before":     {us: "2023-01", jp: "2023-02-10", want: []string{"US"}, certain: true, lags: []matrix.Lag{{From: "US", To: "JP", Min: 10, Max: 40}}},
		"within the month":   {us: "2023-01", jp: "2023-01-10", want: []string{"US", "JP"}},
		"no date of one":     {us: "", jp: "2023-01-10", want: []string{"US", "JP"}},
		"no date, and after": {us: "", jp: "2025-01-10", want: []string{"US"}, certain: true},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.version(ofac, "2024-01-01", entry{number: "1", name: "EXAMPLE, One", listed: c.us})
			if c.jp != "" {
				w.version(mof, "2025-06-01", entry{number: "1", name: "EXAMPLE One", listed: c.jp})
				w.same(id(ofac, "1"), id(mof, "1"))
			}
			if c.un != "" {
				w.version(unsc, "2025-06-01", entry{number: "1", name: "EXAMPLE ONE", listed: c.un})
				w.same(id(ofac, "1"), id(unsc, "1"))
			}
			r := row(t, w.table(matrix.Filter{}), "EXAMPLE, One")
			if !slices.Equal(r.First, c.want) || r.Certain != c.certain {
				t.Errorf("first %v, certain %t, want %v, %t", r.First, r.Certain, c.want, c.certain)
			}
			if d := cmp.Diff(c.lags, r.Lags); d != "" {
				t.Errorf("lags (-want +got):\n%s", d)
			}
		})
	}
}

// filtered is a world with one party for each thing that a filter tells apart.
func filtered(t *testing.T) *world {
	w := newWorld(t)
	w.version(
		ofac, "2024-01-01",
		entry{number: "1", name: "A cyber, in all three", listed: "2023-01-01", programmes: []string{"DPRK3", "CYBER2"}},
		entry{number: "2", name: "B, not in Japan", listed: "2023-02-01", titles: []string{"IT worker"}},
		entry{number: "3", name: "C ship", kind: record.Vessel, listed: "2010-01-01"},
		entry{number: "4", name: "D of another regime", listed: "2023-01-01", programmes: []string{"SDGT"}},
		entry{number: "5", name: "E undated"},
	)
	w.version(mof, "2024-01-01", entry{number: "1", name: "A cyber", listed: "2023-03-01"}, entry{number: "3", name: "C ship", kind: record.Vessel, listed: "2010-01-09"})
	w.version(kofi, "2024-01-01", entry{number: "1", name: "A cyber", listed: "2023-01-01"}, entry{number: "9", name: "F, Korea alone", listed: "2024-01-01"})
	w.press("two", "G press", "KR-GOV", "KR", "2023-02-02")
	w.same(id(ofac, "1"), id(mof, "1"))
	w.same(id(ofac, "1"), id(kofi, "1"))
	w.same(id(ofac, "3"), id(mof, "3"))
	w.same(id(ofac, "2"), pressID("two"))
	return w
}

func TestFilters(t *testing.T) {
	w := filtered(t)
	days := func(n int) *int { return &n }
	a, b, c, e, f := "A cyber, in all three", "B, not in Japan", "C ship", "E undated", "F, Korea alone"
	for name, x := range map[string]struct {
		filter matrix.Filter
		want   []string
		unsure map[string]int
	}{
		"all of the DPRK's":   {matrix.Filter{}, []string{c, a, b, e, f}, nil},
		"all":                 {matrix.Filter{All: true, Sort: matrix.SortName}, []string{a, b, c, "D of another regime", e, f}, nil},
		"on two":              {matrix.Filter{On: []string{"US", "jp"}}, []string{c, a}, nil},
		"reported counts":     {matrix.Filter{On: []string{"US", "KR"}}, []string{a, b}, nil},
		"the press left out":  {matrix.Filter{On: []string{"US", "KR"}, Press: matrix.PressExclude}, []string{a}, nil},
		"the press alone":     {matrix.Filter{Press: matrix.PressOnly}, []string{b}, nil},
		"not in Japan":        {matrix.Filter{On: []string{"US"}, Not: []string{"JP"}}, []string{b, e}, nil},
		"not in Korea":        {matrix.Filter{On: []string{"US"}, Not: []string{"KR"}, Press: matrix.PressExclude}, []string{c, b, e}, nil},
		"a gap":               {matrix.Filter{Gap: true}, []string{c, b, e, f}, nil},
		"cyber":               {matrix.Filter{Programmes: []string{matrix.Cyber}}, []string{a}, nil},
		"either class":        {matrix.Filter{Programmes: []string{matrix.Cyber, matrix.ITWorkers}}, []string{a, b}, nil},
		"ships":               {matrix.Filter{Kind: record.Vessel}, []string{c}, nil},
		"first alone":         {matrix.Filter{FirstMover: "US"}, []string{c, b, e}, nil},
		"a lag":               {matrix.Filter{LagOver: days(30), Between: [2]string{"US", "JP"}}, []string{a}, nil},
		"a shorter lag":       {matrix.Filter{LagOver: days(7), Between: [2]string{"US", "JP"}, Sort: matrix.SortLag}, []string{a, c}, nil},
		"since":               {matrix.Filter{Since: "2023-01-15"}, []string{b, f}, map[string]int{"date": 1}},
		"until":               {matrix.Filter{Until: "2023-01"}, []string{c, a}, map[string]int{"date": 1}},
		"the most missing":    {matrix.Filter{Sort: matrix.SortMissing, Press: matrix.PressExclude}, []string{b, e, f, c, a}, nil},
		"cut":                 {matrix.Filter{Limit: 2}, []string{c, a}, nil},
		"one party by a part": {matrix.Filter{Party: id(kofi, "1")}, []string{a}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			got := w.table(x.filter)
			if d := cmp.Diff(x.want, names(got)); d != "" {
				t.Errorf("rows (-want +got):\n%s", d)
			}
			if d := cmp.Diff(x.unsure, got.Unsure); d != "" {
				t.Errorf("unsure (-want +got):\n%s", d)
			}
			if x.filter.Limit > 0 && got.Total != 5 {
				t.Errorf("of %d rows nothing says that they were cut", got.Total)
			}
		})
	}
}

func TestAFilterThatCannotBeAnsweredIsRefused(t *testing.T) {
	w := filtered(t)
	for name, x := range map[string]struct {
		filter matrix.Filter
		kind   errs.Kind
	}{
		"no list of the EU": {matrix.Filter{Not: []string{"EU"}}, errs.NotFound},
		"no column":         {matrix.Filter{On: []string{"XX"}}, errs.Invalid},
		"no class":          {matrix.Filter{Programmes: []string{"cyber "}}, errs.Invalid},
		"no date":           {matrix.Filter{Since: "yesterday"}, errs.Invalid},
		"half a lag":        {matrix.Filter{LagOver: new(int)}, errs.Invalid},
		"a lag to itself":   {matrix.Filter{LagOver: new(int), Between: [2]string{"UK", "GB"}}, errs.Invalid},
		"half a pair":       {matrix.Filter{Sort: matrix.SortLag, Between: [2]string{"US", ""}}, errs.Invalid},
		"no order":          {matrix.Filter{Sort: "random"}, errs.Invalid},
		"no kind":           {matrix.Filter{Kind: "ship"}, errs.Invalid},
		"no way":            {matrix.Filter{Press: "maybe"}, errs.Invalid},
	} {
		if _, err := w.desk().Matrix(t.Context(), owner, x.filter); !errs.Is(err, x.kind) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := w.desk().Party(t.Context(), owner, "identity--00000000-0000-4000-8000-000000000000"); !errs.Is(err, errs.NotFound) {
		t.Errorf("a party that is not there: %v", err)
	}
}

// An open question is shown in the cell that it could fill, and fills nothing;
// also when the other party is of another regime.
func TestAnOpenQuestionFillsNoCellAndIsShown(t *testing.T) {
	w := newWorld(t)
	w.version(ofac, "2024-01-01", entry{number: "1", name: "EXAMPLE, One"})
	w.version(mof, "2024-01-01", entry{number: "1", name: "EXAMPLE One"}, entry{number: "2", name: "EXAMPLE Two", programmes: []string{"SDGT"}})
	w.decide(record.VerdictOpen, id(ofac, "1"), id(mof, "1"))
	w.decide(record.VerdictOpen, id(ofac, "1"), id(mof, "2"))
	r := row(t, w.table(matrix.Filter{On: []string{"US"}, Not: []string{"JP"}}), "EXAMPLE, One")
	c := r.Cell("JP")
	var others []string
	for _, d := range c.Doubts {
		others = append(others, d.Name)
	}
	slices.Sort(others)
	if want := []string{"EXAMPLE One", "EXAMPLE Two"}; c.Status != matrix.NotFound || !slices.Equal(others, want) {
		t.Errorf("%s with doubts %v, want %v", c.Status, others, want)
	}
}

// What a viewer may not see is in no row, cell, date or count.
func TestWhatAViewerMayNotSeeIsNowhere(t *testing.T) {
	w := newWorld(t)
	w.version(ofac, "2024-01-01", entry{number: "1", name: "EXAMPLE, One", listed: "2023-01-01"})
	w.version(mof, "2024-01-01", entry{number: "1", name: "SECRET One", listed: "2022-01-01", level: policy.Amber}, entry{number: "2", name: "SECRET Two", level: policy.Amber})
	w.same(id(ofac, "1"), id(mof, "1"))
	d := w.desk()
	all, err := d.Matrix(t.Context(), owner, matrix.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	public, err := d.Matrix(t.Context(), policy.Public, matrix.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	if all.Total != 2 || all.Marking != "TLP:AMBER" || row(t, all, "EXAMPLE, One").First[0] != "JP" {
		t.Errorf("the owner sees %d rows, %s, %v", all.Total, all.Marking, names(all))
	}
	r := row(t, public, "EXAMPLE, One")
	if public.Total != 1 || public.Parties != 1 || public.Marking != "TLP:CLEAR" || len(r.Names) != 1 || r.First[0] != "US" || r.Cell("JP").Status != matrix.NotFound {
		t.Errorf("the public sees %d rows of %d, %s, %+v", public.Total, public.Parties, public.Marking, r)
	}
	if again, err := d.Matrix(t.Context(), owner, matrix.Filter{}); err != nil || again.Total != 2 {
		t.Errorf("asked again the owner sees %d rows, %v", again.Total, err)
	}
}

func TestATimeLineHasEverythingInOrder(t *testing.T) {
	w := newWorld(t)
	one := entry{number: "1", name: "EXAMPLE, One"}
	w.version(ofac, "2023-01-01")
	w.version(ofac, "2023-02-01", one)
	one.titles = []string{"Banker"}
	w.version(ofac, "2023-03-01")
	w.version(ofac, "2023-04-01", one)
	w.version(unsc, "2024-01-01", entry{number: "1", name: "EXAMPLE ONE", listed: "2022-12-24", amended: "2023-02-15"})
	w.press("one", "Example One", "OFAC", "US", "2023-01-20")
	w.same(id(ofac, "1"), id(unsc, "1"))
	w.same(id(ofac, "1"), pressID("one"))
	line, err := w.desk().Party(t.Context(), owner, id(ofac, "1"))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range line.Events {
		got = append(got, fmt.Sprintf("%s %s %s %s", e.When.Date, e.When.After, e.Code, e.What))
	}
	want := []string{
		"2022-12-24  UN listed",
		"2023-01-20  US press",
		"2023-02-01 2023-01-01 US listed",
		"2023-02-15  UN amended",
		"2023-03-01 2023-02-01 US removed",
		"2023-04-01 2023-03-01 US listed-again",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("events (-want +got):\n%s", d)
	}
}

func TestLagStatistics(t *testing.T) {
	w := newWorld(t)
	var us, jp []entry
	for i, lag := range []string{"2023-01-01", "2023-01-03", "2023-01-05", "2023-01-21"} {
		n := fmt.Sprint(i)
		us = append(us, entry{number: n, name: "EXAMPLE, " + n, listed: "2023-01-01"})
		jp = append(jp, entry{number: n, name: "EXAMPLE " + n, listed: record.Date(lag)})
	}
	us = append(us, entry{number: "9", name: "EXAMPLE, month", listed: "2023-01"})
	jp = append(jp, entry{number: "9", name: "EXAMPLE month", listed: "2023-02-01"})
	w.version(ofac, "2024-01-01", us...)
	w.version(mof, "2024-01-01", jp...)
	for _, n := range []string{"0", "1", "2", "3", "9"} {
		w.same(id(ofac, n), id(mof, n))
	}
	got, err := w.desk().Lags(t.Context(), owner, matrix.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	want := []matrix.LagStat{
		{From: "US", To: "JP", N: 4, Min: 0, Q1: 1.5, Median: 3, Q3: 8, Max: 20, Both: 5},
		{From: "JP", To: "US", N: 4, Min: -20, Q1: -8, Median: -3, Q3: -1.5, Max: 0, Both: 5},
	}
	if d := cmp.Diff(want, got.Lists); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

// However the dates lie, a first mover is not after anybody, a lag in one
// direction is the other's with the sign turned, and no lag that is not exact is
// in a statistic.
func TestLagsAreConsistent(t *testing.T) {
	dates := []record.Date{"", "2020", "2020-02", "2020-02-29", "2020-03-01", "2021-01-01"}
	rapid.Check(t, func(rt *rapid.T) {
		w := newWorld(t)
		a, b := rapid.SampledFrom(dates).Draw(rt, "a"), rapid.SampledFrom(dates).Draw(rt, "b")
		w.version(ofac, "2022-01-01", entry{number: "1", name: "EXAMPLE, One", listed: a})
		w.version(mof, "2022-01-01", entry{number: "1", name: "EXAMPLE One", listed: b})
		w.same(id(ofac, "1"), id(mof, "1"))
		table := w.table(matrix.Filter{})
		r := &table.Rows[0]
		for _, l := range r.Lags {
			if l.Max < 0 || l.Exact != (l.Min == l.Max) || !r.Certain {
				rt.Fatalf("%s to %s: %+v, first %v", a, b, l, r.First)
			}
		}
		stats, err := w.desk().Lags(t.Context(), owner, matrix.Filter{})
		if err != nil || len(stats.Lists) != 2 {
			rt.Fatalf("%d statistics, %v", len(stats.Lists), err)
		}
		x, y := stats.Lists[0], stats.Lists[1]
		days := len(a) == 10 && len(b) == 10
		if x.Median != -y.Median || x.N != y.N || (x.N == 1) != days {
			rt.Fatalf("%s to %s: %+v and %+v", a, b, x, y)
		}
	})
}
