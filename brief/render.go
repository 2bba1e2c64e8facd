package brief

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/cordon-project/cordon/brief/document"
	"github.com/cordon-project/cordon/brief/wording"
	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/record"
	"github.com/cordon-project/cordon/stix"
)

// Document sets the packet as a document in its language. Its date is noon UTC of
// the packet's day, so that it is that day from Washington to Tokyo.
func (p *Packet) Document() (document.Document, error) {
	w, ok := wording.Of(p.Lang)
	if !ok {
		return document.Document{}, errs.New(errs.Invalid, "a packet cannot be written in %q", p.Lang).WithHint("Use en, ja or ko.")
	}
	date, err := stix.ParseTime(string(p.Date) + "T12:00:00Z")
	if err != nil {
		return document.Document{}, err
	}
	t := &typesetter{p: p, w: w}
	t.head()
	t.party()
	t.listings()
	t.statements()
	t.identity()
	t.contradictions()
	t.mentions()
	t.exhibits()
	t.limits()
	title := wording.Fill(w.Title, t.authority(p.For.Authority))
	return document.Document{
		Title: w.Kicker + ": " + p.Name, Lang: p.Lang, Author: cmp.Or(p.By, "Cordon"), Date: date, Letter: p.For.Nation == "US" || p.For.Nation == "CA",
		Running: document.Running{TLP: p.Marking.TLP, Markings: p.Marking.Others, Head: title, Foot: string(p.Date), Page: w.Page},
		Blocks:  t.blocks,
	}, nil
}

// typesetter writes a packet block by block.
type typesetter struct {
	p       *Packet
	w       *wording.Words
	blocks  []document.Block
	section int
}

func (t *typesetter) add(b document.Block) { t.blocks = append(t.blocks, b) }

// heading begins a numbered section.
func (t *typesetter) heading(text string) {
	t.section++
	t.add(document.Heading{Level: 2, Text: strconv.Itoa(t.section) + "  " + text, ID: "section-" + strconv.Itoa(t.section)})
}

func (t *typesetter) sub(text string) { t.add(document.Heading{Level: 3, Text: text}) }

func (t *typesetter) say(s document.Style, text string) {
	t.add(document.Paragraph{Style: s, Runs: []document.Run{{Text: text}}})
}

func (t *typesetter) authority(code string) string {
	if name, ok := t.w.Authority[code]; ok {
		return name
	}
	if a, ok := record.LookupAuthority(code); ok {
		return a.Name
	}
	return code
}

// value is text from outside in the language of its script.
func (t *typesetter) value(s string) document.Run {
	return document.Run{Text: s, Name: true, Lang: t.langOf(s)}
}

func (t *typesetter) langOf(s string) string {
	if l := languageOf(s, ""); l != "und-Hani" || t.p.Lang != "ja" {
		return l
	}
	return "und-Hani"
}

func text(s string) document.Run  { return document.Run{Text: s} }
func quiet(s string) document.Run { return document.Run{Text: s, Quiet: true} }
func bold(s string) document.Run  { return document.Run{Text: s, Bold: true} }
func mono(s string) document.Run  { return document.Run{Text: s, Mono: true, Name: true} }

func cell(runs ...document.Run) document.Cell { return document.Cell{runs} }

func row(cells ...document.Cell) document.Row { return document.Row{Cells: cells} }

// source says who says a thing and where, on one line. The exhibit names the list
// and its version, so that they need not stand in every row.
func (t *typesetter) source(s Source) []document.Run {
	short := s
	if s.Exhibit != "" && s.Version != "" {
		short.List, short.Version = "", ""
	}
	return t.sourced(t.entry(short), s)
}

// fullSource is source with list and version.
func (t *typesetter) fullSource(s Source) []document.Run { return t.sourced(t.entry(s), s) }

func (t *typesetter) sourced(who string, s Source) []document.Run {
	var out []document.Run
	if who != "" {
		out = append(out, text(who))
	}
	if s.Exhibit != "" {
		if who != "" {
			out = append(out, quiet(" · "))
		}
		out = append(out, document.Run{Text: s.Exhibit, Link: anchor(s.Exhibit)})
		if p := t.place(s.Where); p != "" {
			out = append(out, quiet(t.w.Comma+p))
		}
	}
	if len(out) == 0 {
		out = append(out, quiet(t.w.NotSaid))
	}
	return out
}

// entry names an entry of a list: "OFAC, ofac-sdn, version 2024-05-03, entry 1".
func (t *typesetter) entry(s Source) string {
	parts := []string{}
	add := func(p string) {
		if p != "" {
			parts = append(parts, p)
		}
	}
	add(s.Authority)
	if s.Press {
		add(t.w.Press)
	} else {
		add(s.List)
		if s.Version != "" {
			add(wording.Fill(t.w.Version, string(s.Version)))
		}
		if s.Entry != "" {
			add(wording.Fill(t.w.Entry, s.Entry))
		}
	}
	return strings.Join(parts, t.w.Comma)
}

// place is a place in a file in the reader's language. Offsets in bytes stand where
// there is no row or element; the JSON has them all.
func (t *typesetter) place(p record.Where) string {
	var parts []string
	add := func(form, a, b string) { parts = append(parts, wording.Fill(form, a, b)) }
	if p.Row != 0 {
		add(t.w.Row, strconv.Itoa(p.Row), "")
	}
	if p.Column != 0 {
		add(t.w.Column, strconv.Itoa(p.Column), "")
	}
	if p.Element != "" {
		add(t.w.Element, p.Element, "")
	}
	if p.End != 0 && len(parts) == 0 {
		add(t.w.Span, strconv.Itoa(p.Start), strconv.Itoa(p.End))
	}
	return strings.Join(parts, t.w.Comma)
}

func anchor(exhibit string) string { return "exhibit-" + exhibit }

// sources writes one line for each source.
func (t *typesetter) sources(all []Source) document.Cell {
	var c document.Cell
	for _, s := range all {
		c = append(c, t.source(s))
	}
	return c
}

// head is the first page: the answer, for whom, what it is and is not.
func (t *typesetter) head() {
	t.add(document.Paragraph{Style: document.Kicker, Runs: []document.Run{text(t.w.Kicker)}})
	t.add(document.Heading{Level: 1, Text: t.p.Name})
	if also := t.otherScripts(); len(also) > 0 {
		t.add(document.Paragraph{Style: document.Kicker, Runs: also})
	}
	t.say(document.Lead, t.lead())
	marking := []document.Run{bold(t.p.Marking.TLP)}
	for _, m := range t.p.Marking.Others {
		marking = append(marking, text(" · "), t.value(m))
	}
	t.add(document.Table{Caption: t.w.Kicker, Widths: []int{20, 80}, Terms: true, Rows: []document.Row{
		row(cell(text(t.w.ForDesk)), cell(text(t.authority(t.p.For.Authority)), quiet(" · "+t.p.For.Authority))),
		row(cell(text(t.w.From)), cell(t.value(cmp.Or(t.p.By, "Cordon")))),
		row(cell(text(t.w.Date)), cell(text(t.w.Day(string(t.p.Date))))),
		row(cell(text(t.w.Marking)), cell(marking...)),
		row(cell(text(t.w.Kind)), cell(text(wording.Word(t.w.PartyOf, string(t.p.Kind))))),
		row(cell(text(t.w.Packet)), cell(mono(t.p.ID))),
	}})
	t.sub(t.w.What)
	for _, line := range strings.Split(t.w.WhatIs+"\n"+t.w.WhatIsNot, "\n") {
		t.say(document.Bullet, line)
	}
	for _, d := range t.p.Doubts {
		if d.Kind == DoubtOwn || d.Kind == DoubtDifferent || d.Kind == DoubtApart || d.Kind == DoubtPress || d.Kind == DoubtAgainst {
			t.say(document.Notice, t.doubt(d))
		}
	}
}

// otherScripts are the first names in each script but that of the title.
func (t *typesetter) otherScripts() []document.Run {
	var out []document.Run
	for _, g := range t.p.Names {
		if slices.ContainsFunc(g.Names, func(n Name) bool { return n.Text == t.p.Name }) {
			continue
		}
		if len(out) > 0 {
			out = append(out, text("  ·  "))
		}
		out = append(out, document.Run{Text: g.Names[0].Text, Name: true, Lang: scriptLang(g.Script, g.Names[0].Text)})
	}
	return out
}

// lead is the first sentence: who lists the party, and how it stands with the
// recipient.
func (t *typesetter) lead() string {
	var who []string
	for _, l := range t.p.Listings {
		if l.Status == record.Removed || t.p.Gap == GapListed && l.Source.Authority == t.p.For.Authority {
			continue
		}
		name := t.authority(l.Source.Authority)
		if l.Source.Press {
			if t.listedBy(l.Source.Authority) {
				continue
			}
			name += " (" + t.w.Press + ")"
		}
		if !slices.Contains(who, name) {
			who = append(who, name)
		}
	}
	listed := t.w.Nobody
	if len(who) > 0 {
		listed = strings.Join(who, t.w.Comma)
	}
	if len(t.w.Months) > 0 && len(who) > 0 { // English names hold commas
		listed = strings.Join(who, "; ")
	}
	var lists []string
	for _, l := range t.p.Looked {
		if l.Recipient {
			lists = append(lists, l.List+" ("+cmp.Or(t.w.Day(string(l.Version)), t.w.Undated)+")")
		}
	}
	return wording.Fill(t.w.Lead[t.p.Gap], listed, t.authority(t.p.For.Authority), strings.Join(lists, t.w.Comma))
}

// listedBy reports whether a list of the authority itself has the party now.
func (t *typesetter) listedBy(authority string) bool {
	return slices.ContainsFunc(t.p.Listings, func(l Listing) bool {
		return l.Source.Authority == authority && !l.Source.Press && l.Status != record.Removed
	})
}

func (t *typesetter) party() {
	t.heading(t.w.Party)
	t.names()
	t.readings()
	t.facts()
	t.wallets()
	if len(t.p.Absent) > 0 {
		var kinds []string
		for _, k := range t.p.Absent {
			kinds = append(kinds, lower(t.w.Facts[k]))
		}
		t.say(document.Small, wording.Fill(t.w.Absent, strings.Join(kinds, t.w.Comma)))
	}
}

// lower takes the capital of a heading that stands in a sentence.
func lower(s string) string {
	if len(s) > 0 && s[0] < 0x80 {
		return strings.ToLower(s[:1]) + s[1:]
	}
	return s
}

func (t *typesetter) names() {
	for _, g := range t.p.Names {
		caption := t.w.Names + ": " + wording.Word(t.w.Script, g.Script)
		t.sub(caption)
		table := document.Table{Caption: caption, Head: t.w.NamesHead[:], Widths: []int{38, 22, 40}}
		for _, n := range g.Names {
			var says, from document.Cell
			for i, s := range n.Says {
				what := wording.Word(t.w.NameKind, string(s.Kind))
				if s.Quality != "" {
					what += t.w.Comma + wording.Word(t.w.Quality, string(s.Quality))
				}
				if i == 0 || !sameSaid(n.Says[i-1], s) {
					says = append(says, []document.Run{text(what)})
				}
				from = append(from, t.source(s.Source))
			}
			name := document.Run{Text: n.Text, Name: true, Bold: n.Says[0].Kind == record.Primary, Lang: scriptLang(g.Script, n.Text)}
			table.Rows = append(table.Rows, row(cell(name), says, from))
		}
		t.add(table)
	}
}

func sameSaid(a, b Said) bool { return a.Kind == b.Kind && a.Quality == b.Quality }

// scriptLang is the language tag of a name by its script.
func scriptLang(script, name string) string {
	switch script {
	case "Cyrl", "Arab", "Hebr", "Latn", "Thai", "Deva", "Grek":
		return "und-" + script
	}
	return languageOf(name, "")
}

func (t *typesetter) readings() {
	if len(t.p.Readings) == 0 {
		return
	}
	t.sub(t.w.Readings)
	t.say(document.Small, t.w.ReadingsSub)
	table := document.Table{Caption: t.w.Readings, Head: t.w.ReadingsHead[:], Widths: []int{30, 30, 25, 15}}
	for _, r := range t.p.Readings {
		table.Rows = append(table.Rows, row(
			cell(t.value(r.Text)), cell(t.value(r.Of)),
			cell(text(wording.Word(t.w.Language, r.Language)+t.w.Comma+wording.Word(t.w.System, r.System))), cell(text(wording.Word(t.w.ReadingWeight, r.Weight))),
		))
	}
	t.add(table)
}

// facts sets all that is stated of every kind in one table; the kind stands where it
// begins.
func (t *typesetter) facts() {
	if len(t.p.Facts) == 0 {
		return
	}
	t.sub(t.w.Details)
	table := document.Table{Caption: t.w.Details, Head: []string{t.w.Kind, t.w.FactHead[0], t.w.FactHead[1]}, Widths: []int{20, 42, 38}}
	for _, g := range t.p.Facts {
		kind := t.w.Facts[g.Kind]
		for _, f := range g.Facts {
			table.Rows = append(table.Rows, row(cell(quiet(kind)), cell(t.factRuns(g.Kind, f)...), t.sources(f.Sources)))
			kind = ""
		}
	}
	t.add(table)
}

func (t *typesetter) factRuns(kind string, f Fact) []document.Run {
	runs := []document.Run{t.fact(kind, f)}
	if d := t.detail(kind, f.Detail); d != "" {
		runs = append(runs, quiet("  "), document.Run{Text: d, Quiet: true, Name: true, Lang: t.langOf(d)})
	}
	return runs
}

func (t *typesetter) fact(kind string, f Fact) document.Run {
	switch kind {
	case "births":
		if f.Circa {
			return t.value(wording.Fill(t.w.Circa, f.Text))
		}
	case "kind":
		return text(wording.Word(t.w.PartyOf, f.Text))
	case "documents", "phones", "emails", "websites":
		return mono(f.Text)
	}
	return t.value(f.Text)
}

func (t *typesetter) detail(kind, detail string) string {
	if kind != "documents" {
		return detail
	}
	k, rest, _ := strings.Cut(detail, " ")
	return strings.TrimSpace(wording.Word(t.w.DocumentKind, k) + " " + rest)
}

func (t *typesetter) wallets() {
	if len(t.p.Wallets) == 0 {
		return
	}
	t.sub(t.w.Facts["wallets"])
	table := document.Table{Caption: t.w.Facts["wallets"], Head: t.w.WalletsHead[:], Widths: []int{36, 10, 26, 28}}
	for _, w := range t.p.Wallets {
		shows := document.Cell{{text(wording.Word(t.w.WalletCheck, w.Check))}}
		if w.Chain != "" {
			shows[0] = append(shows[0], text(t.w.Comma+w.Chain))
		}
		if w.Why != "" && w.Check != WalletChecksum {
			shows = append(shows, []document.Run{{Text: w.Why, Quiet: true, Lang: "en"}})
		}
		table.Rows = append(table.Rows, row(cell(mono(w.Address)), cell(text(cmp.Or(w.Asset, t.w.NotSaid))), shows, t.sources(w.Sources)))
	}
	t.add(table)
}

func (t *typesetter) listings() {
	t.heading(t.w.Listings)
	t.listed()
	t.sub(t.w.Looked)
	t.say(document.Small, t.w.LookedSub)
	table := document.Table{Caption: t.w.Looked, Head: t.w.LookedHead[:], Widths: []int{52, 16, 12, 20}}
	for _, l := range t.p.Looked {
		name := document.Cell{{document.Run{Text: t.authority(l.Authority), Bold: l.Recipient}, quiet(t.w.Comma + l.List)}}
		if l.Recipient {
			name = append(name, []document.Run{quiet(t.w.RecipientMark)})
		}
		table.Rows = append(table.Rows, row(name, cell(text(cmp.Or(string(l.Version), t.w.Undated))), cell(text(strconv.Itoa(l.Entries))),
			cell(document.Run{Text: wording.Word(t.w.Result, l.Result), Bold: l.Result == GapListed})))
	}
	t.add(table)
	if len(t.p.NotLoaded) == 0 {
		return
	}
	var names []string
	for _, l := range t.p.NotLoaded {
		names = append(names, l.List+" ("+l.Authority+")")
	}
	t.say(document.Small, wording.Fill(t.w.NotLoaded, strings.Join(names, t.w.Comma)))
}

func (t *typesetter) listed() {
	if len(t.p.Listings) == 0 {
		t.say(document.Body, t.w.NoOne)
		return
	}
	t.say(document.Small, t.w.ListingsSub)
	table := document.Table{Caption: t.w.Listings, Head: t.w.ListingsHead[:], Widths: []int{28, 13, 29, 12, 18}}
	for _, l := range t.p.Listings {
		s := l.Source
		who := document.Cell{{bold(t.authority(s.Authority))}}
		if s.List != "" && !s.Press {
			who = append(who, []document.Run{quiet(s.List + t.w.Comma + wording.Fill(t.w.Entry, s.Entry))})
		}
		var why document.Cell
		for _, x := range append(append([]string{}, l.Programmes...), l.Instruments...) {
			why = append(why, []document.Run{t.value(x)})
		}
		if why == nil {
			why = cell(quiet(t.w.NotSaid))
		}
		status := cell(text(wording.Word(t.w.DesignationStatus, l.Status)))
		if s.Press {
			status = append(status, []document.Run{bold(t.w.Press)})
		}
		s.Authority, s.List, s.Entry, s.Press = "", "", "", false // they stand in the first cell
		table.Rows = append(table.Rows, row(who, cell(text(cmp.Or(string(l.ListedOn), t.w.NotSaid))), why, status, cell(t.source(s)...)))
	}
	t.add(table)
}

func (t *typesetter) statements() {
	t.heading(t.w.Statements)
	if len(t.p.Statements) == 0 {
		t.say(document.Body, t.w.None)
		return
	}
	t.say(document.Small, t.w.StatementsSub)
	who := ""
	for _, s := range t.p.Statements {
		name := t.authority(s.Source.Authority)
		if s.Source.Press {
			name += " (" + t.w.Press + ")"
		}
		if name != who {
			who = name
			t.sub(name)
		}
		below := append([]document.Run{text(wording.Word(t.w.StatementKind, s.Kind) + " · ")}, t.fullSource(s.Source)...)
		t.add(document.Quote{Lang: s.Lang, Text: s.Text, Below: below})
	}
}
