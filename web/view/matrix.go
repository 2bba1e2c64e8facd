// Package view makes what the pages show of a matrix, of decisions on identity and
// of a source, where that takes more than a template.
//
// In come answers of the rooms ([matrix.Table], [matrix.Row], [record.SameParty],
// [intake.SourceRow]) and addresses; out go rows, cells, sentences and the one
// address of a view, in the language of a [say.Catalogue].
//
// Guarantees: a function of its arguments alone; nothing is read and nothing is
// written; every cell of a matrix has a state and no text of its own.
package view

import (
	"html/template"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/matrix"
	"github.com/cordon-project/cordon/record"
	"github.com/cordon-project/cordon/screen"
	"github.com/cordon-project/cordon/web/say"
)

const (
	listingsInCell = 2 // listings of one authority in a cell; more are counted
	underInCell    = 3 // instruments or programmes of one listing
)

// Form is what the fields of the filter hold.
type Form struct {
	matrix.Filter
	Over  string
	Sides []Side
	// What can be chosen.
	Classes, Kinds, Presses, Sorts, Codes []string
}

// Picked reports whether a class of programmes is asked for.
func (f *Form) Picked(class string) bool { return slices.Contains(f.Programmes, class) }

// Side is the choice for one authority: "", on or not.
type Side struct{ Code, Value string }

// Preset is a question that is one click away.
type Preset struct {
	Name    string
	Address string
	Current bool
}

// Head is the head of a column with what was looked through.
type Head struct {
	matrix.Column
	Dates []string // of the versions in force
}

// Row is one party as the page shows it.
type Row struct {
	matrix.Row
	Shown []matrix.Name // one of each script, the reader's own first
	More  int           // names that are not shown
	Cells []Cell
}

// Cell is one authority's cell.
type Cell struct {
	matrix.Cell
	Head  *Head
	Row   string // id of the row
	First bool   // this authority came first, for certain
	Shown []matrix.Listing
	More  int
	// Doubt is the first open question of a cell in which nothing stands for certain,
	// and Doubted how many more there are.
	Doubt   *matrix.Doubt
	Doubted int
}

// Heads are the heads of the columns.
func Heads(columns []matrix.Column) []Head {
	out := make([]Head, 0, len(columns))
	for _, c := range columns {
		h := Head{Column: c}
		for _, l := range c.Lists {
			if l.Date != "" && !slices.Contains(h.Dates, string(l.Date)) {
				h.Dates = append(h.Dates, string(l.Date))
			}
		}
		out = append(out, h)
	}
	return out
}

// RowOf makes what is shown of one party.
func RowOf(c *say.Catalogue, r *matrix.Row, heads []Head) Row {
	out := Row{Row: *r}
	out.Shown, out.More = ReadersFirst(c, r.Names, r.Primary)
	for i := range r.Cells {
		out.Cells = append(out.Cells, cellOf(r, i, &heads[i]))
	}
	return out
}

func cellOf(r *matrix.Row, i int, head *Head) Cell {
	cell := r.Cells[i]
	out := Cell{Cell: cell, Head: head, Row: r.ID, First: r.Certain && slices.Contains(r.First, cell.Code)}
	out.Shown = cell.Listings[:min(len(cell.Listings), listingsInCell)]
	out.More = len(cell.Listings) - len(out.Shown)
	if len(cell.Doubts) > 0 && cell.Status != matrix.Listed {
		out.Doubt, out.Doubted = &cell.Doubts[0], len(cell.Doubts)-1
	}
	return out
}

// ReadersFirst returns one name of each script: first those of the scripts that
// the language is written in, and how many names it leaves out. The shown name is
// taken where it is of its script.
func ReadersFirst(c *say.Catalogue, names []matrix.Name, primary string) (shown []matrix.Name, more int) {
	order := map[string][]string{"en": {"Latn", "Hang", "Jpan", "Hani"}, "ja": {"Jpan", "Hani", "Latn", "Hang"}, "ko": {"Hang", "Latn", "Hani", "Jpan"}}[c.Lang()]
	best := map[string]matrix.Name{}
	for _, n := range names {
		script := readAs(n)
		if _, had := best[script]; !had || n.Text == primary {
			best[script] = n
		}
		if !slices.Contains(order, script) {
			order = append(order[:len(order):len(order)], script)
		}
	}
	for _, script := range order {
		if n, ok := best[script]; ok {
			shown = append(shown, n)
		}
	}
	return shown, len(names) - len(shown)
}

// readAs is the script that a name is read in; kinds of Japanese writing are one.
func readAs(n matrix.Name) string {
	script := n.Script
	if script == "" {
		script = say.ScriptOf(n.Text)
	}
	switch script {
	case "Kana", "Hira":
		return "Jpan"
	case "Kore":
		return "Hang"
	}
	return script
}

// Under are the instruments of a listing, or its programmes where it names none.
func Under(l matrix.Listing) []string {
	out := l.Instruments
	if len(out) == 0 {
		out = l.Programmes
	}
	if len(out) > underInCell {
		return append(slices.Clone(out[:underInCell]), "…")
	}
	return out
}

// When shows a date with what it is: the list's own, or what the versions that
// were read leave open.
func When(c *say.Catalogue, w matrix.When) template.HTML {
	day := func(d record.Date) template.HTML {
		return template.HTML(`<time class="nowrap">` + template.HTMLEscapeString(string(d)) + `</time>`)
	}
	switch w.Kind {
	case matrix.OfList, matrix.OfPress:
		return day(w.Date)
	case matrix.Between:
		return c.HTML("when.between", day(w.Date), day(w.After))
	case matrix.NotLater:
		return c.HTML("when.notlater", day(w.Date))
	}
	return `<span class="none">` + c.HTML("when.unknown") + `</span>`
}

// NationOf is the nation of a column's code.
func NationOf(code string) string {
	if code == "UK" {
		return "GB"
	}
	return code
}

// Nations names the authorities of columns, as a sentence does.
func Nations(c *say.Catalogue, codes []string) string {
	words := make([]string, 0, len(codes))
	for _, code := range codes {
		words = append(words, c.Word("nation.in", NationOf(code)))
	}
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], c.Plain("list.comma")) + c.Plain("list.and") + words[last]
}

// Export is a form in which the same view can be taken along.
type Export struct{ Form, Address string }

// Asked reads a filter from an address.
func Asked(q url.Values) (f matrix.Filter, err error) {
	for _, code := range matrix.Codes() {
		switch q.Get(strings.ToLower(code)) {
		case "":
		case "on":
			f.On = append(f.On, code)
		case "not":
			f.Not = append(f.Not, code)
		default:
			return f, errs.New(errs.Invalid, "%q is no condition on the lists of %s", q.Get(strings.ToLower(code)), code).WithHint("There are on and not.")
		}
	}
	f.Programmes = Filled(q["programme"])
	f.FirstMover, f.Kind = q.Get("first"), record.PartyKind(q.Get("kind"))
	f.Since, f.Until = record.Date(strings.TrimSpace(q.Get("since"))), record.Date(strings.TrimSpace(q.Get("until")))
	f.Press, f.Sort = Unless(q.Get("press"), matrix.PressInclude), Unless(q.Get("sort"), matrix.SortFirst)
	f.All, f.Gap = q.Get("all") != "", q.Get("gap") != ""
	f.Between = [2]string{q.Get("from"), q.Get("to")}
	if days := strings.TrimSpace(q.Get("over")); days != "" {
		n, err := strconv.Atoi(days)
		if err != nil {
			return f, errs.New(errs.Invalid, "%q is no number of days", days).WithHint("Write whole days, for instance 30.")
		}
		f.LagOver = &n
	}
	if (f.Between[0] == "") != (f.Between[1] == "") || f.LagOver != nil && f.Between[0] == "" {
		return f, errs.New(errs.Invalid, "a lag is between two authorities").WithHint("Choose both: the one that it counts from, and the one that it counts to.")
	}
	return f, f.Validate()
}

// Unless leaves out what is meant anyway, so that a view has one address.
func Unless(value, usual string) string {
	if value == usual {
		return ""
	}
	return value
}

// Filled leaves out empty values.
func Filled(all []string) []string {
	return slices.DeleteFunc(slices.Clone(all), func(s string) bool { return s == "" })
}

// Untidy reports whether an address has fields without a value.
func Untidy(q url.Values) bool {
	for _, values := range q {
		if slices.Contains(values, "") {
			return true
		}
	}
	return false
}

// Address is the address of a view: what it asks for and nothing else.
func Address(path string, f matrix.Filter, page string) string {
	q := url.Values{}
	set := func(key, value string) {
		if value != "" {
			q.Set(key, value)
		}
	}
	for _, code := range f.On {
		set(strings.ToLower(code), "on")
	}
	for _, code := range f.Not {
		set(strings.ToLower(code), "not")
	}
	if len(f.Programmes) > 0 {
		q["programme"] = f.Programmes
	}
	if f.LagOver != nil {
		set("over", strconv.Itoa(*f.LagOver))
	}
	for key, value := range map[string]string{
		"first": f.FirstMover, "kind": string(f.Kind), "since": string(f.Since), "until": string(f.Until), "press": f.Press, "sort": f.Sort,
		"from": f.Between[0], "to": f.Between[1], "page": page,
	} {
		set(key, value)
	}
	if f.All {
		set("all", "1")
	}
	if f.Gap {
		set("gap", "1")
	}
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

func Fields(f matrix.Filter) Form {
	out := Form{
		Filter: f, Classes: matrix.Classes(), Codes: matrix.Codes(),
		Kinds:   []string{string(record.Person), string(record.Organisation), string(record.Group), string(record.Vessel), string(record.Aircraft), string(record.UnknownKind)},
		Presses: []string{matrix.PressInclude, matrix.PressExclude, matrix.PressOnly},
		Sorts:   []string{matrix.SortFirst, matrix.SortLag, matrix.SortName, matrix.SortMissing},
	}
	if f.LagOver != nil {
		out.Over = strconv.Itoa(*f.LagOver)
	}
	for _, code := range matrix.Codes() {
		side := Side{Code: code}
		if slices.Contains(f.On, code) {
			side.Value = "on"
		} else if slices.Contains(f.Not, code) {
			side.Value = "not"
		}
		out.Sides = append(out.Sides, side)
	}
	return out
}

func Presets(f matrix.Filter) []Preset {
	here := Address("/matrix", f, "")
	var out []Preset
	for _, view := range []struct {
		name string
		of   matrix.Filter
	}{
		{"dprk", matrix.Filter{}},
		{"gap", matrix.Filter{Gap: true, Sort: matrix.SortMissing}},
		{"cyber", matrix.Filter{Programmes: []string{matrix.Cyber, matrix.ITWorkers}}},
		{"press", matrix.Filter{Press: matrix.PressOnly}},
	} {
		at := Address("/matrix", view.of, "")
		out = append(out, Preset{view.name, at, at == here})
	}
	return out
}

// Sentence is the sentence that says what the table shows.
func Sentence(c *say.Catalogue, t *matrix.Table, f matrix.Filter) screen.Text {
	subject := screen.Text{Key: "matrix.subject.dprk"}
	if f.All {
		subject.Key = "matrix.subject.all"
	}
	counts := []any{t.Total, t.Parties, subject}
	switch on, not := len(f.On) > 0, len(f.Not) > 0; {
	case on && not:
		return screen.Text{Key: "matrix.say.both", Args: append(counts, []string{Nations(c, f.On)}, []string{Nations(c, f.Not)})}
	case on:
		return screen.Text{Key: "matrix.say.on", Args: append(counts, []string{Nations(c, f.On)})}
	case not:
		return screen.Text{Key: "matrix.say.not", Args: append(counts, []string{Nations(c, f.Not)})}
	case f.Gap:
		return screen.Text{Key: "matrix.say.gap", Args: counts}
	}
	return screen.Text{Key: "matrix.say.any", Args: counts}
}

// Further are the conditions that the sentence does not say.
func Further(c *say.Catalogue, f matrix.Filter) (out []screen.Text) {
	add := func(key string, args ...any) { out = append(out, screen.Text{Key: key, Args: args}) }
	if f.Gap && len(f.On)+len(f.Not) > 0 {
		add("matrix.asked.gap")
	}
	var classes []string
	for _, class := range f.Programmes {
		classes = append(classes, c.Word("programme", class))
	}
	if len(classes) > 0 {
		add("matrix.asked.programmes", classes)
	}
	if f.Kind != "" {
		add("matrix.asked.kind", []string{c.Word("party", string(f.Kind))})
	}
	if f.FirstMover != "" {
		add("matrix.asked.first", []string{Nations(c, []string{f.FirstMover})})
	}
	if f.LagOver != nil {
		add("matrix.asked.lag", *f.LagOver, []string{Nations(c, f.Between[:1])}, []string{Nations(c, f.Between[1:])})
	}
	if f.Since != "" {
		add("matrix.asked.since", f.Since)
	}
	if f.Until != "" {
		add("matrix.asked.until", f.Until)
	}
	return out
}

// Unsure says of which rows the filter could not decide.
func Unsure(t *matrix.Table) (out []screen.Text) {
	for _, why := range []string{"first mover", "lag", "date"} {
		if n := t.Unsure[why]; n > 0 {
			key := map[string]string{"first mover": "matrix.unsure.first", "lag": "matrix.unsure.lag", "date": "matrix.unsure.date"}[why]
			out = append(out, screen.Text{Key: key, Args: []any{n}})
		}
	}
	return out
}
