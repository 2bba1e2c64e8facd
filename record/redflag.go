package record

import (
	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/stix"
)

// RedFlag is an indicator of IT-worker fraud that an advisory names: the object
// type cordon-red-flag. One that is Prohibited is kept so that it can be
// recognised and refused: it has no likelihood ratio and nothing may score it.
type RedFlag struct {
	ID             string
	Code           string // RF001 …
	Indicator      string
	Channel        string   // application, resume, device, network, payment …
	Stages         []string // apply, interview, offer, onboard, work, pay, exit, any
	Fields         []string // what data the check needs
	Strength       string   // weak, weak-medium, medium, medium-strong, strong, exculpatory, prohibited
	Low            string   // log10 of the likelihood ratio, lower end, decimal
	High           string   // upper end
	Basis          string   // where the ratio comes from: "expert guess"
	Automation     string   // auto, semi, human, refuse
	FalsePositives string   // who shows the sign innocently
	Fairness       string   // what must be heeded so that nobody is wronged
	Hint           string   // how to build the check
	Sources        []Advisory
	StatedOn       Date // first date among the sources
	Wheres         []Where
	Created        string
	Modified       string
}

// Advisory is a publication that names a red flag.
type Advisory struct {
	Key   string
	Title string
	Date  Period
	Read  string // full-text, excerpt, secondary: how much of it was read for the row
	URL   string
}

// The strengths of a red flag that are not a matter of degree.
const (
	Exculpatory = "exculpatory" // speaks against fraud
	Prohibited  = "prohibited"  // must never be scored
)

// Prohibited reports whether the flag must never be scored.
func (f RedFlag) Prohibited() bool { return f.Strength == Prohibited }

// Object writes the red flag as a cordon-red-flag.
func (f RedFlag) Object(m Meta) stix.Object {
	o, p := m.own(RedFlagType, f.ID, f.Created, f.Modified, f.Wheres)
	p.str("code", f.Code)
	p.str("indicator", f.Indicator)
	p.str("channel", f.Channel)
	p.strs("stages", f.Stages)
	p.strs("fields", f.Fields)
	p.str("strength", f.Strength)
	p.str("log10_lr_low", f.Low)
	p.str("log10_lr_high", f.High)
	p.str("lr_basis", f.Basis)
	p.flag("prohibited", f.Prohibited())
	p.str("automation", f.Automation)
	p.str("false_positives", f.FalsePositives)
	p.str("fairness", f.Fairness)
	p.str("hint", f.Hint)
	p.list("sources", listOf(f.Sources, func(a *Advisory) props {
		v := make(props, 5)
		v.str("key", a.Key)
		v.str("title", a.Title)
		v.str("date", a.Date.String())
		v.str("read_as", a.Read)
		v.str("url", a.URL)
		return v
	}))
	p.str("stated_on", string(f.StatedOn))
	return o
}

// RedFlagOf reads a cordon-red-flag.
func RedFlagOf(o stix.Object) (RedFlag, error) {
	r, wheres := open(o, RedFlagType)
	if r.err != nil {
		return RedFlag{}, r.err
	}
	f := RedFlag{
		ID:             r.str(o, "id"),
		Code:           r.str(o, "code"),
		Indicator:      r.str(o, "indicator"),
		Channel:        r.str(o, "channel"),
		Stages:         r.strs(o, "stages"),
		Fields:         r.strs(o, "fields"),
		Strength:       r.str(o, "strength"),
		Low:            r.str(o, "log10_lr_low"),
		High:           r.str(o, "log10_lr_high"),
		Basis:          r.str(o, "lr_basis"),
		Automation:     r.str(o, "automation"),
		FalsePositives: r.str(o, "false_positives"),
		Fairness:       r.str(o, "fairness"),
		Hint:           r.str(o, "hint"),
		Sources: structs(r, o, "sources", func(m map[string]any) Advisory {
			return Advisory{
				Key: r.str(m, "key"), Title: r.str(m, "title"), Date: r.period(m, "date"),
				Read: r.str(m, "read_as"), URL: r.str(m, "url"),
			}
		}),
		StatedOn: Date(r.str(o, "stated_on")),
		Wheres:   wheres,
		Created:  r.str(o, "created"),
		Modified: r.str(o, "modified"),
	}
	if r.flag(o, "prohibited") != f.Prohibited() {
		r.fail("prohibited", "what the strength says")
	}
	return f, r.err
}

// Validate checks the states, the sources and the ratio: a prohibited flag has
// none, every other has both ends with the word for where they come from, and an
// exculpatory one lies below zero.
func (f RedFlag) Validate() error {
	if err := first(need("red flag id", f.ID), need("code of the red flag", f.Code), need("indicator", f.Indicator),
		oneOf("strength of "+f.Code, f.Strength, "weak", "weak-medium", "medium", "medium-strong", "strong", Exculpatory, Prohibited),
		oneOf("automation of "+f.Code, f.Automation, "auto", "semi", "human", "refuse"),
		Decimal(f.Low), Decimal(f.High), f.StatedOn.Validate()); err != nil {
		return err
	}
	if len(f.Sources) == 0 {
		return errs.New(errs.Invalid, "red flag %s names no source", f.Code)
	}
	for _, a := range f.Sources {
		if err := first(need("title of a source of "+f.Code, a.Title), a.Date.Validate(),
			oneOf("reading of a source of "+f.Code, a.Read, "full-text", "excerpt", "secondary")); err != nil {
			return err
		}
	}
	return f.validateRatio()
}

func (f RedFlag) validateRatio() error {
	if f.Prohibited() {
		if f.Low != "" || f.High != "" || f.Automation != "refuse" {
			return errs.New(errs.Invalid, "red flag %s is prohibited: it may carry no likelihood ratio and no check", f.Code)
		}
		return nil
	}
	if f.Low == "" || f.High == "" || f.Basis == "" {
		return errs.New(errs.Invalid, "red flag %s needs both ends of its likelihood ratio and where they come from", f.Code)
	}
	if negative := f.High[0] == '-'; negative != (f.Strength == Exculpatory) {
		return errs.New(errs.Invalid, "red flag %s: the sign of its ratio contradicts its strength", f.Code)
	}
	return nil
}
