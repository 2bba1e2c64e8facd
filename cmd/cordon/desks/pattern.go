package desks

import (
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"strings"

	"github.com/cordon-project/cordon/cmd/cordon/run"
	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/stix"
	"github.com/cordon-project/cordon/stix/pattern"
	"github.com/cordon-project/cordon/stix/pattern/index"
	"github.com/cordon-project/cordon/stix/pattern/normal"
	"github.com/cordon-project/cordon/stix/pattern/observe"
	"github.com/cordon-project/cordon/stix/stream"
)

// Pattern is cordon pattern: one STIX pattern checked, explained, tried.
type Pattern struct {
	Check   PatternCheck   `cmd:"" help:"Say whether a pattern is well formed, or where it is not."`
	Explain PatternExplain `cmd:"" help:"Show a pattern's normal form, its comparisons, and how an index finds it."`
	Match   PatternMatch   `cmd:"" help:"Say whether a pattern matches observed-data objects, and which. Exit code 10: it matches; 12: it cannot be decided."`
}

type patternArg struct {
	Pattern string `arg:"" help:"The pattern, or - to read it from standard input."`
	Version string `help:"Version of STIX: ${enum}." enum:"2.0,2.1" default:"2.1"`
}

// text is the pattern itself.
func (p *patternArg) text(a *run.App) (string, error) {
	if p.Pattern != "-" {
		return p.Pattern, nil
	}
	data, err := io.ReadAll(io.LimitReader(a.Streams.In, observe.MaxLength+1))
	if err != nil {
		return "", errs.New(errs.Invalid, "standard input cannot be read to its end").Because(err)
	}
	if len(data) > observe.MaxLength {
		return "", errs.New(errs.Invalid, "the pattern has more than %d bytes", observe.MaxLength)
	}
	return strings.TrimSpace(string(data)), nil
}

// parsed reads the pattern; where it is not well formed the error shows the place.
func (p *patternArg) parsed(a *run.App) (string, pattern.Node, error) {
	text, err := p.text(a)
	if err != nil {
		return "", nil, err
	}
	n, err := pattern.ParseVersion(text, pattern.Version(p.Version))
	return text, n, wellFormed(text, err)
}

func wellFormed(text string, err error) error {
	var syntax *pattern.SyntaxError
	if !errors.As(err, &syntax) {
		return err
	}
	at := min(syntax.Offset, len(text))
	return errs.New(errs.Invalid, "the pattern is not well formed: %s", syntax.Error()).
		WithHint("%s ▸ %s", run.Clip(text[:at], 200), run.Clip(text[at:], 80))
}

// PatternCheck is cordon pattern check.
type PatternCheck struct{ patternArg }

type patternVerdict struct {
	Pattern     string `json:"pattern"`
	Version     string `json:"version"`
	WellFormed  bool   `json:"well_formed"`
	Satisfiable bool   `json:"satisfiable"`       // no AND asks one object to be of two types
	Refused     string `json:"refused,omitempty"` // why no comparison can be made with a constant
}

// Run says that the pattern is well formed; else the error says where it is not.
func (c *PatternCheck) Run(a *run.App) error {
	text, n, err := c.parsed(a)
	if err != nil {
		return err
	}
	v := patternVerdict{Pattern: text, Version: c.Version, WellFormed: true, Satisfiable: pattern.Satisfiable(n)}
	if _, err := observe.New(n); err != nil {
		v.Refused, _ = errs.Message(err)
	}
	return a.Out(v, func(w io.Writer) {
		fmt.Fprintf(w, "well formed (STIX %s)\n", c.Version)
		if !v.Satisfiable {
			fmt.Fprintln(w, "nothing can match it: an AND asks one object to be of two types (section 9.5)")
		}
		if v.Refused != "" {
			fmt.Fprintf(w, "it cannot be matched: %s\n", run.Plain(v.Refused))
		}
	})
}

// PatternExplain is cordon pattern explain.
type PatternExplain struct{ patternArg }

type patternExplained struct {
	Pattern     string              `json:"pattern"`
	NormalForm  string              `json:"normal_form"` // empty: nothing can match it
	Comparisons []patternComparison `json:"comparisons"`
	Residual    bool                `json:"residual"` // an index evaluates it whatever the value of a property
}

type patternComparison struct {
	Path      string   `json:"path"`
	Operator  string   `json:"operator"`
	Negated   bool     `json:"negated,omitempty"`
	Constants []string `json:"constants"`
}

// Run shows what the pattern says.
func (c *PatternExplain) Run(a *run.App) error {
	text, n, err := c.parsed(a)
	if err != nil {
		return err
	}
	form, err := normal.Of(n)
	if err != nil {
		return err
	}
	x := index.New(maphash.MakeSeed())
	if err := x.Add("pattern", text, pattern.Version(c.Version)); err != nil {
		return err
	}
	v := patternExplained{Pattern: text, NormalForm: form.String(), Residual: x.Stats().Residual > 0, Comparisons: []patternComparison{}}
	pattern.Walk(n, func(c pattern.Comparison) {
		one := patternComparison{Path: c.ObjectPath(), Operator: c.Operator, Negated: c.Negated, Constants: []string{}}
		for _, l := range c.Values {
			one.Constants = append(one.Constants, l.Kind+" "+l.Text)
		}
		v.Comparisons = append(v.Comparisons, one)
	})
	return a.Out(v, func(w io.Writer) { explainText(w, v) })
}

func explainText(w io.Writer, v patternExplained) {
	if v.NormalForm == "" {
		fmt.Fprintln(w, "nothing can match it: an AND asks one object to be of two types (section 9.5)")
	} else {
		fmt.Fprintf(w, "normal form  %s\n", run.Plain(v.NormalForm))
	}
	var rows [][]string
	for _, c := range v.Comparisons {
		op := c.Operator
		if c.Negated {
			op = "NOT " + op
		}
		rows = append(rows, []string{c.Path, op, strings.Join(c.Constants, ", ")})
	}
	run.Columns(w, rows)
	if v.Residual {
		fmt.Fprintln(w, "an index evaluates it for every observation that has the property, whatever its value")
	} else {
		fmt.Fprintln(w, "an index evaluates it only for observations that have a value it asks for")
	}
}

// PatternMatch is cordon pattern match.
type PatternMatch struct {
	patternArg
	Observed string `required:"" help:"File with observed-data objects and what they refer to: a bundle, an array or one object a line; - reads standard input." placeholder:"FILE"`
}

type patternMatched struct {
	Pattern      string   `json:"pattern"`
	Answer       string   `json:"answer"` // match, no-match or undecided
	Why          string   `json:"why,omitempty"`
	Observations int      `json:"observations"` // that were looked at
	By           []string `json:"by"`           // ids of those that make it match
}

// maxObserved is how many objects of a file are read.
const maxObserved = 1_000_000

// Run matches.
func (c *PatternMatch) Run(a *run.App) error {
	if c.Pattern == "-" && c.Observed == "-" {
		return errs.New(errs.Invalid, "pattern and observations cannot both come from standard input")
	}
	text, err := c.text(a)
	if err != nil {
		return err
	}
	p, err := observe.Compile(text, pattern.Version(c.Version))
	if err != nil {
		return wellFormed(text, err)
	}
	objects, err := observed(a, c.Observed)
	if err != nil {
		return err
	}
	observations, err := observe.Read(objects)
	if err != nil {
		return err
	}
	if len(observations) == 0 {
		return errs.New(errs.Invalid, "%s has no observed-data object", c.Observed).WithHint("Patterns are matched against what was observed, not against indicators.")
	}
	v := patternMatched{Pattern: text, Answer: "no-match", Observations: len(observations), By: []string{}}
	got, err := p.Match(observations, observe.Limits{})
	var doubt *observe.NotEvaluable
	switch {
	case errors.As(err, &doubt):
		v.Answer, v.Why, a.Code = "undecided", doubt.Error(), 12
	case err != nil:
		return err
	case got.Matched:
		v.Answer, a.Code = "match", 10
	}
	for _, i := range got.Observations {
		v.By = append(v.By, observations[i].ID)
	}
	return a.Out(v, func(w io.Writer) { matchedText(w, v) })
}

func matchedText(w io.Writer, v patternMatched) {
	switch v.Answer {
	case "match":
		fmt.Fprintf(w, "MATCH, by %d of %d observations\n", len(v.By), v.Observations)
		for _, id := range v.By {
			fmt.Fprintf(w, "  %s\n", run.Plain(id))
		}
	case "undecided":
		fmt.Fprintf(w, "UNDECIDED: %s\n", run.Plain(v.Why))
	default:
		fmt.Fprintf(w, "NO MATCH in %d observations\n", v.Observations)
	}
}

// observed reads the objects of a file. One that cannot be read ends it: what it would
// have matched is not known.
func observed(a *run.App, name string) ([]stix.Object, error) {
	in, _, err := a.Input(name)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	var out []stix.Object
	for r := stream.NewReader(in, stream.ReaderOptions{}); ; {
		item, err := r.Next()
		switch {
		case errors.Is(err, io.EOF):
			return out, nil
		case err != nil:
			return nil, err
		case item.Err != nil:
			return nil, errs.New(errs.Invalid, "the object at %s cannot be read", item.Path).Because(item.Err)
		case len(out) == maxObserved:
			return nil, errs.New(errs.Invalid, "%s has more than %d objects", name, maxObserved)
		}
		out = append(out, item.Object)
	}
}
