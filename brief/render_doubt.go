package brief

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/cordon-project/cordon/brief/document"
	"github.com/cordon-project/cordon/brief/wording"
)

func (t *typesetter) doubt(d Doubt) string {
	of := d.Of
	if d.Kind == DoubtDifferent {
		of = nil
		for _, k := range d.Of {
			of = append(of, lower(t.w.Facts[k]))
		}
	}
	return wording.Fill(t.w.Doubt[d.Kind], strconv.Itoa(d.Count), strings.Join(of, t.w.Comma))
}

func (t *typesetter) identity() {
	t.heading(t.w.Identity)
	for _, d := range t.p.Doubts {
		t.say(document.Notice, t.doubt(d))
	}
	t.say(document.Body, t.w.IdentitySub)
	table := document.Table{Caption: t.w.Identity, Head: t.w.EntriesHead[:], Widths: []int{45, 55}}
	for _, e := range t.p.Entries {
		table.Rows = append(table.Rows, row(cell(t.value(e.Name)), cell(t.fullSource(e.Source)...)))
	}
	t.add(table)
	for _, d := range t.p.Decisions {
		t.decision(d)
	}
	t.sub(t.w.Open)
	if len(t.p.Open) == 0 {
		t.say(document.Body, t.w.NoOpen)
		return
	}
	t.say(document.Small, t.w.OpenSub)
	for _, d := range t.p.Open {
		t.decision(d)
	}
}

func (t *typesetter) decision(d Decision) {
	t.sub(wording.Fill(t.w.Decision[d.Verdict], t.called(d.First), t.called(d.Second)))
	day := t.w.Day(string(d.Decided))
	by := wording.Fill(t.w.ByRules, d.Rules, day)
	if d.Person {
		by = wording.Fill(t.w.ByPerson, "", day)
	}
	by += t.space() + wording.Fill(t.w.Confidence, t.w.ConfidenceWord[grade(d.Confidence)], strconv.Itoa(d.Confidence))
	t.say(document.Small, by)
	if d.Why != "" {
		before, after, _ := strings.Cut(t.w.Why, "{0}")
		t.add(document.Paragraph{Runs: []document.Run{text(before), t.value(d.Why), text(after)}})
	}
	if len(d.Reasons) == 0 {
		return
	}
	table := document.Table{Caption: t.w.ReasonsHead[0], Head: t.w.ReasonsHead[:], Widths: []int{20, 12, 34, 34}}
	for _, r := range d.Reasons {
		against := r.Weight == "against" || r.Weight == "excludes"
		table.Rows = append(table.Rows, row(
			cell(text(wording.Word(t.w.Reason, r.Kind))), cell(document.Run{Text: wording.Word(t.w.Weight, r.Weight), Bold: against}), t.said(r.First), t.said(r.Second),
		))
	}
	t.add(table)
}

func (t *typesetter) said(s string) document.Cell {
	if s == "" {
		return cell(quiet("–"))
	}
	return cell(t.value(s))
}

// space parts sentences: Japanese sets none.
func (t *typesetter) space() string {
	if t.p.Lang == "ja" {
		return ""
	}
	return " "
}

// called names an entry with its list.
func (t *typesetter) called(e Entry) string {
	if s := strings.TrimSpace(e.Source.Authority + " " + e.Source.Entry); s != "" {
		return e.Name + " (" + s + ")"
	}
	return e.Name
}

// grade is the step of STIX 2.1's appendix A: none, low, medium, high.
func grade(confidence int) int {
	switch {
	case confidence <= 0:
		return 0
	case confidence < 30:
		return 1
	case confidence < 70:
		return 2
	}
	return 3
}

func (t *typesetter) contradictions() {
	t.heading(t.w.Contradicts)
	if len(t.p.Contradictions) == 0 {
		if len(t.p.Entries) == 1 {
			t.say(document.Body, t.w.Doubt[DoubtAlone])
			return
		}
		t.say(document.Body, t.w.Agrees)
		return
	}
	t.say(document.Notice, t.w.ContradictsSub)
	for _, c := range t.p.Contradictions {
		t.sub(t.w.Facts[c.Kind])
		table := document.Table{Caption: t.w.Facts[c.Kind], Head: t.w.FactHead[:], Widths: []int{58, 42}}
		for _, f := range c.Sides {
			table.Rows = append(table.Rows, row(cell(t.factRuns(c.Kind, f)...), t.sources(f.Sources)))
		}
		t.add(table)
	}
}

func (t *typesetter) mentions() {
	t.heading(t.w.Mentions)
	if len(t.p.Claims)+len(t.p.Losses)+len(t.p.Reports) == 0 {
		t.say(document.Body, t.w.NoMentions)
		return
	}
	t.say(document.Small, t.w.MentionsSub)
	t.claims()
	t.losses()
	if len(t.p.Reports) == 0 {
		return
	}
	t.sub(t.w.Reports)
	table := document.Table{Caption: t.w.Reports, Head: t.w.FactHead[:], Widths: []int{58, 42}}
	for _, r := range t.p.Reports {
		table.Rows = append(table.Rows, row(cell(t.value(r.Name), quiet("  "+string(r.Published))), cell(t.source(r.Source)...)))
	}
	t.add(table)
}

func (t *typesetter) claims() {
	if len(t.p.Claims) == 0 {
		return
	}
	t.sub(t.w.Claims)
	for _, c := range t.p.Claims {
		below := []document.Run{}
		add := func(s string) {
			if s != "" {
				below = append(below, text(s+" · "))
			}
		}
		add(cmp.Or(c.Speaker, c.Report))
		add(string(c.StatedOn))
		add(wording.Word(t.w.Level, c.Level))
		add(wording.Word(t.w.Status, c.Status))
		words := c.Quote
		if words == "" {
			words = strings.TrimSpace(c.Predicate + " " + c.Value)
		}
		t.add(document.Quote{Lang: c.Lang, Text: words, Below: append(below, t.source(c.Source)...)})
	}
}

func (t *typesetter) losses() {
	if len(t.p.Losses) == 0 {
		return
	}
	t.sub(t.w.Losses)
	table := document.Table{Caption: t.w.Losses, Head: t.w.LossHead[:], Widths: []int{26, 14, 16, 24, 20}}
	for _, l := range t.p.Losses {
		amount := strings.TrimSpace(l.Bound + " " + l.Value + " " + l.Currency)
		by := strings.Join(l.AttributedBy, t.w.Comma)
		if by != "" && l.AttributedOn != "" {
			by = wording.Fill(t.w.Attributed, by, string(l.AttributedOn))
		}
		table.Rows = append(table.Rows, row(t.said(cmp.Or(l.Incident, l.Victim)), t.said(l.Occurred), t.said(amount), t.said(by), cell(t.source(l.Source)...)))
	}
	t.add(table)
}

func (t *typesetter) exhibits() {
	t.heading(t.w.Exhibits)
	t.say(document.Small, t.w.ExhibitsSub)
	table := document.Table{Caption: t.w.Exhibits, Head: t.w.ExhibitHead[:], Widths: []int{9, 59, 32}}
	for _, e := range t.p.Exhibits {
		r := row(cell(bold(e.Number)), t.exhibit(e), t.places(e))
		r.ID = anchor(e.Number)
		table.Rows = append(table.Rows, r)
	}
	if len(table.Rows) > 0 {
		t.add(table)
	}
}

func (t *typesetter) exhibit(e Exhibit) document.Cell {
	var c document.Cell
	line := func(runs ...document.Run) { c = append(c, runs) }
	if e.File != "" {
		line(t.value(e.File))
	}
	if e.List != "" {
		line(text(wording.Fill(t.w.ExhibitList, e.List, cmp.Or(string(e.Version), t.w.Undated), t.authority(e.Authority))))
	}
	if e.SHA256 != "" {
		line(mono(e.SHA256))
	}
	if e.Bytes > 0 {
		line(quiet(wording.Fill(t.w.Bytes, grouped(e.Bytes))))
	}
	if e.URL != "" {
		line(mono(e.URL))
	}
	if !e.Archived {
		line(bold(t.w.NotArchived))
	}
	return c
}

// grouped writes a number with commas between thousands.
func grouped(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

func (t *typesetter) places(e Exhibit) document.Cell {
	var parts []string
	for _, w := range e.Places {
		if p := t.place(w); !slices.Contains(parts, p) {
			parts = append(parts, p)
		}
	}
	if len(parts) == 0 {
		return cell(quiet("–"))
	}
	return cell(text(strings.Join(parts, "; ")))
}

func (t *typesetter) limits() {
	t.heading(t.w.Limits)
	for _, line := range t.w.LimitLines {
		t.say(document.Bullet, line)
	}
	for _, c := range t.p.Cut {
		t.say(document.Bullet, wording.Fill(t.w.CutLine, strconv.Itoa(c.Count), wording.Word(t.w.CutWhat, c.What)))
	}
	if len(t.p.LeftOut) == 0 {
		t.say(document.Body, t.w.NothingLeftOut)
	}
	for _, l := range t.p.LeftOut {
		t.say(document.Notice, wording.Fill(t.w.LeftOut, strconv.Itoa(l.Count), wording.Word(t.w.LeftRule, l.Rule)))
	}
	t.say(document.Small, wording.Fill(t.w.MadeBy, cmp.Or(t.p.Software, "devel"), t.p.ID))
}
