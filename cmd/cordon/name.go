package main

import (
	"fmt"
	"strings"

	"github.com/cordon-project/cordon/cmd/cordon/run"
	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/screen"
	"github.com/cordon-project/cordon/script/card"
	"github.com/cordon-project/cordon/web"
)

type nameCmd struct {
	Names []string `arg:"" optional:"" name:"name" help:"Names in any script, each in quotation marks."`
}

// Run needs no node: a card is a function of the text.
func (n *nameCmd) Run(a *run.App) error {
	if strings.TrimSpace(strings.Join(n.Names, "")) == "" {
		return errs.New(errs.Invalid, "no name was given").WithHint(`For instance: cordon name "Kim Sang Man"`)
	}
	say, err := a.Say()
	if err != nil {
		return err
	}
	cards := make([]card.Card, len(n.Names))
	for i, text := range n.Names {
		cards[i] = card.Of(text)
	}
	var v any = cards
	if len(cards) == 1 {
		v = cards[0]
	}
	return a.Out(v, func(w writer) {
		for i, c := range cards {
			if i > 0 {
				fmt.Fprintln(w)
			}
			cardText(w, c, say)
		}
	})
}

// cardText prints a card: the answer first, then how it is read and written.
func cardText(w writer, c card.Card, say *web.Speaker) {
	t := func(m screen.Text) string { return run.Plain(say.Say(m)) }
	head := func(key string) { fmt.Fprintf(w, "\n%s\n", t(screen.Text{Key: key})) }
	fmt.Fprintf(w, "%s\n  %s\n%s\n", run.Plain(c.Text), t(web.CardText("card.taken", c.Taken)), t(web.CardText("card.say", c.Say)))
	for _, m := range say.CardNotes(c) {
		fmt.Fprintf(w, "  %s\n", t(m))
	}
	for _, x := range c.Words {
		fmt.Fprintf(w, "  %s: %s, %s\n", run.Plain(x.Text), say.Word("card.class", x.Class), x.Gloss)
	}
	if len(c.Readings) > 0 {
		head("card.readings")
		run.Columns(w, readingRows(c, say))
	}
	for _, r := range c.Readings {
		if len(r.Syllables) > 0 && r.Weight != card.Rare {
			head("card.syllables")
			run.Columns(w, syllableRows(r, say))
			break
		}
	}
	for _, f := range c.Forms {
		fmt.Fprintf(w, "\n%s\n", run.Plain(f.Name))
		var rows [][]string
		for _, form := range f.List {
			rows = append(rows, []string{form.Text, say.Word("card.system", form.System)})
		}
		run.Columns(w, rows)
	}
}

func readingRows(c card.Card, say *web.Speaker) [][]string {
	var rows [][]string
	for _, r := range c.Readings {
		weight := say.Word("card.weight", string(r.Weight))
		if r.Language == card.Other {
			weight = "–"
		}
		text := r.Text
		if r.Other != "" {
			text += " " + r.Other
		}
		by := words(say, "card.rule", r.Rules)
		if r.Language == card.Korean && r.Family == 0 && c.Taken.Key != "organisation" {
			by += "; " + say.Say(screen.Text{Key: "card.given"})
		}
		if r.Moved {
			by += "; " + say.Say(screen.Text{Key: "card.moved"})
		}
		rows = append(rows, []string{say.Word("card.language", string(r.Language)), text, weight, by})
	}
	return rows
}

func syllableRows(r card.Reading, say *web.Speaker) [][]string {
	var rows [][]string
	for _, s := range r.Syllables {
		for i, c := range s.Choices {
			written := s.Written
			if i > 0 {
				written = ""
			}
			rows = append(rows, []string{written, c.Hangul, say.Word("card.weight", string(c.Weight)), words(say, "card.rule", c.Rules)})
		}
	}
	return rows
}

func words(say *web.Speaker, family string, values []string) string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = say.Word(family, v)
	}
	return strings.Join(out, ", ")
}
