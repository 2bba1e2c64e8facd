package desks

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/cordon-project/cordon/cmd/cordon/run"
	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/policy/tearline"
	"github.com/cordon-project/cordon/record"
	"github.com/cordon-project/cordon/stix"
)

// Policy is cordon policy: who may have what, and why.
type Policy struct {
	Explain PolicyExplain `cmd:"" help:"Who may have the objects of a file, why or why not, and what a tearline of them would look like."`
}

// PolicyExplain is cordon policy explain.
type PolicyExplain struct {
	File    string `arg:"" help:"A STIX object or bundle in JSON, with the marking definitions that it uses; - reads standard input."`
	As      string `help:"Who asks: clearance=amber,nation=JPN,org=identity--…,group=…,holds=…,class=S,organization=…,entity=…,shares=…,access=…,encrypted. Nothing: the public." placeholder:"VIEWER"`
	For     string `help:"What for: ${enum}." enum:"reading,network-defence,screening,law-enforcement,exchange" default:"exchange"`
	At      string `help:"When, as 2026-12-01T00:00:00Z; now, if left out." placeholder:"TIME"`
	ID      string `name:"id" help:"Of this object only." placeholder:"ID"`
	Default string `help:"The level of objects that state none." default:"amber" placeholder:"TLP"`
}

// Help says what is asked and what is not.
func (PolicyExplain) Help() string {
	return "Reads the file alone: no node is asked, and an object that is not in the file counts as one that the viewer may not have. " +
		"Markings decide first; what a person may do at a node (docs/policy.md, access) is asked besides. The new ids of tearlines are made without the node's secret here, so they are not those of a release."
}

// maxExplained bounds the file.
const maxExplained = 64 << 20

// explained is one answer.
type explained struct {
	policy.Record
	Release  string      `json:"release"`            // whole, tearline or withheld
	Why      string      `json:"why"`                // of the release: references are asked too
	Tearline stix.Object `json:"tearline,omitempty"` // what the recipient would get
	Flagged  []string    `json:"flagged,omitempty"`  // texts in it that name what the recipient does not have
}

// Run answers for each object of the file.
func (c *PolicyExplain) Run(a *run.App) error {
	q, objects, err := c.question(a)
	if err != nil {
		return err
	}
	torn := tearline.Releaser{ID: record.ProjectID}.Release(q, objects, nil)
	out := []explained{}
	for i, o := range objects {
		if c.ID != "" && o.ID() != c.ID {
			continue
		}
		q.Object = o
		t := torn[i]
		e := explained{Record: q.Record(policy.Decide(q)), Release: "withheld", Why: t.Reason, Flagged: t.Flagged}
		e.Removed = t.Removed
		switch {
		case t.Allow && t.Whole:
			e.Release = "whole"
		case t.Allow:
			e.Release, e.Tearline = "tearline", t.Object
		}
		out = append(out, e)
	}
	if len(out) == 0 {
		return errs.New(errs.NotFound, "the file holds no object to explain").WithHint("Marking definitions are what the others are read with; name one with --id.")
	}
	return a.Out(out, func(w io.Writer) {
		for _, e := range out {
			explainedText(w, e)
		}
	})
}

// question reads flags and file.
func (c *PolicyExplain) question(a *run.App) (q policy.Question, objects []stix.Object, err error) {
	if q.Recipient, err = policy.ParseViewer(c.As); err != nil {
		return q, nil, err
	}
	if q.Default, err = policy.ParseTLP(c.Default); err != nil {
		return q, nil, err
	}
	q.Purpose, q.At = policy.Purpose(c.For), time.Now()
	if c.At != "" {
		if q.At, err = stix.ParseTime(c.At); err != nil {
			return q, nil, errs.New(errs.Invalid, "%q is no time", c.At).WithHint("Write it as 2026-12-01T00:00:00Z.")
		}
	}
	in, _, err := a.Input(c.File)
	if err != nil {
		return q, nil, err
	}
	defer in.Close()
	data, err := io.ReadAll(io.LimitReader(in, maxExplained+1))
	if err != nil {
		return q, nil, errs.New(errs.Invalid, "the file %s cannot be read", c.File).Because(err)
	}
	if len(data) > maxExplained {
		return q, nil, errs.New(errs.Invalid, "the file is larger than %d bytes", maxExplained)
	}
	all, err := objectsOf(data)
	if err != nil {
		return q, nil, err
	}
	defs := map[string]stix.Object{}
	for _, o := range all {
		if o.Type() == "marking-definition" {
			defs[o.ID()] = o
		}
		if o.Type() != "marking-definition" && o.Type() != "extension-definition" || o.ID() == c.ID {
			objects = append(objects, o)
		}
	}
	q.Defs = func(id string) (stix.Object, bool) {
		d, ok := defs[id]
		return d, ok
	}
	return q, objects, nil
}

// objectsOf reads an object, or those of a bundle.
func objectsOf(data []byte) ([]stix.Object, error) {
	o, err := stix.Parse(data)
	if err != nil {
		return nil, errs.New(errs.Invalid, "the file is no STIX object").Because(err)
	}
	if o.Type() != "bundle" {
		return []stix.Object{o}, nil
	}
	list, _ := o["objects"].([]any)
	var out []stix.Object
	for i, e := range list {
		m, ok := e.(map[string]any)
		if !ok {
			return nil, errs.New(errs.Invalid, "element %d of the bundle is no object", i)
		}
		out = append(out, stix.Object(m))
	}
	return out, nil
}

func explainedText(w io.Writer, e explained) {
	verdict := "may not have it"
	if e.Allow {
		verdict = "may have it"
		if e.Release == "tearline" {
			verdict = "may have a part of it"
		}
	}
	fmt.Fprintf(w, "%s\n  %s for %s at %s: %s\n", run.Plain(e.Object), run.Plain(e.Recipient), e.Purpose, e.At.Format(time.RFC3339), verdict)
	rows := [][]string{{"why", e.Sentence}, {"rule", e.Rule}, {"label", string(e.Label)}, {"release", e.Release}}
	if e.Why != e.Sentence {
		rows = append(rows, []string{"", e.Why})
	}
	for _, f := range []struct {
		name string
		list []string
	}{{"duties", e.Duties}, {"taken out", e.Removed}, {"to be read", e.Flagged}} {
		if len(f.list) > 0 {
			rows = append(rows, []string{f.name, strings.Join(f.list, ", ")})
		}
	}
	run.Columns(w, rows)
	if e.Tearline != nil {
		if b, err := e.Tearline.Canonical(); err == nil {
			fmt.Fprintf(w, "  tearline  %s\n", run.Plain(string(b)))
		}
	}
	fmt.Fprintln(w)
}
