package feed

import (
	"bufio"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/feed/warning"
	"github.com/cordon-project/cordon/journal"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/stix"
)

// Form is a form of blocklist.
type Form string

// The forms.
const (
	RPZ      Form = "rpz"
	Hosts    Form = "hosts"
	CSV      Form = "csv"
	Domains  Form = "domains"
	IPs      Form = "ips"
	Hashes   Form = "hashes"
	URLs     Form = "urls"
	Suricata Form = "suricata"
	Sigma    Form = "sigma"
	Yara     Form = "yara"
)

// Forms returns all forms in the order to be shown.
func Forms() []Form {
	return []Form{RPZ, Hosts, CSV, Domains, IPs, Hashes, URLs, Suricata, Sigma, Yara}
}

// MediaType is the form's media type.
func (f Form) MediaType() string {
	switch f {
	case CSV:
		return "text/csv; charset=utf-8"
	case Sigma:
		return "application/yaml"
	case RPZ:
		return "text/dns; charset=us-ascii"
	}
	return "text/plain; charset=utf-8"
}

// Source is what a list is written of: the Scan of a journal.
type Source func(context.Context, policy.Viewer, journal.Query) iter.Seq2[journal.Entry, error]

// Options say for whom and by what a list is written.
type Options struct {
	Viewer  policy.Viewer  // who gets it
	Purpose policy.Purpose // "" is network defence
	// Warnings are the lists in force. Nil is errs.Unavailable: without them a
	// blocklist would cut off what everybody needs.
	Warnings *warning.Index
	// Since is when the warning lists came into force, for the serial of a zone.
	Since time.Time
	Now   time.Time
	// Zone is the name of a response policy zone, without the root's dot; "" is
	// DefaultZone.
	Zone string
	// Observables publishes what was observed too, not only what indicators name: a
	// domain in a report is not yet a bad one.
	Observables bool
	// Left is told of each value that is left out; nil for nobody.
	Left func(Left) error
}

// DefaultZone is the zone of an RPZ that is not named.
const DefaultZone = "rpz.cordon.invalid"

// Report says what became of a list.
type Report struct {
	Form      Form           `json:"form"`
	Published int            `json:"published"`
	LeftOut   map[string]int `json:"left_out,omitempty"` // by rule
	Other     int            `json:"other,omitempty"`    // of kinds that the form does not have
	Repeated  int            `json:"repeated,omitempty"` // values that several objects name
	Objects   int            `json:"objects"`            // indicators and observables that the recipient may have
	Serial    uint32         `json:"serial,omitempty"`   // of a zone
	Lists     int            `json:"warning_lists"`
	Entries   int            `json:"warning_entries"`
}

// exporter writes the entries of one form.
type exporter interface {
	kinds() []Kind
	begin(w io.Writer, o Options, serial uint32) error
	// write writes one entry; a rule says why it cannot be in this form.
	write(w io.Writer, e entry) (rule, why string, err error)
	end(w io.Writer) error
}

func exporterOf(f Form) exporter {
	switch f {
	case RPZ:
		return &rpz{}
	case Hosts:
		return hosts{}
	case CSV:
		return &table{}
	case Domains:
		return plain{of: Domain}
	case IPs:
		return plain{of: IP}
	case Hashes:
		return plain{of: Hash}
	case URLs:
		return plain{of: URL}
	case Suricata:
		return &suricata{taken: map[uint32]bool{}}
	case Sigma:
		return sigma{}
	case Yara:
		return &yara{names: map[string]bool{}}
	}
	return nil
}

// Write writes one form. Errors: errs.NotFound for a form that there is not,
// errs.Unavailable without warning lists, errs.Invalid for a zone that is none, and
// those of the journal and of w.
func Write(ctx context.Context, w io.Writer, scan Source, f Form, o Options) (_ Report, err error) {
	defer errs.Wrap(&err, "feed.Write(%s)", f)
	x := exporterOf(f)
	if x == nil {
		return Report{}, errs.New(errs.NotFound, "there is no form %q", f).WithHint("Choose one of %s.", formNames())
	}
	if o.Warnings == nil {
		return Report{}, errs.New(errs.Unavailable, "no warning lists are in force, so no blocklist is written: it could cut off what everybody needs").
			WithHint("cordon import warninglists FILE takes those of MISP in.")
	}
	if o.Purpose == "" {
		o.Purpose = policy.NetworkDefence
	}
	if o.Left == nil {
		o.Left = func(Left) error { return nil }
	}
	p := &pass{
		o: o, x: x, seen: map[[16]byte]struct{}{}, out: bufio.NewWriterSize(w, 1<<16),
		report: Report{Form: f, LeftOut: map[string]int{}, Lists: len(o.Warnings.Lists()), Entries: o.Warnings.Entries()},
	}
	if f == RPZ {
		if p.report.Serial, err = serial(ctx, scan, o); err != nil {
			return Report{}, err
		}
	}
	return p.run(ctx, scan)
}

func formNames() string {
	var out []string
	for _, f := range Forms() {
		out = append(out, string(f))
	}
	return strings.Join(out, ", ")
}

func query(o Options) journal.Query {
	q := journal.Query{Types: []string{"indicator"}, Latest: true, Purpose: o.Purpose}
	if o.Observables {
		q.Types = append(q.Types, "domain-name", "file", "ipv4-addr", "ipv6-addr", "url")
	}
	return q
}

// serial is the moment of the last thing that changed what the recipient gets, in
// seconds: an object that the recipient may have came in or ran out, or warning lists
// came into force. It depends on nothing that the recipient may not see.
func serial(ctx context.Context, scan Source, o Options) (uint32, error) {
	last := o.Since
	for e, err := range scan(ctx, o.Viewer, query(o)) {
		if err != nil {
			return 0, err
		}
		if e.At.After(last) {
			last = e.At
		}
		obj, err := e.Object()
		if err != nil {
			continue
		}
		for _, k := range []string{"valid_from", "valid_until"} {
			if t, err := stix.ParseTime(obj.Str(k)); err == nil && t.After(last) && !t.After(o.Now) {
				last = t
			}
		}
	}
	return uint32(last.Unix()), nil //nolint:gosec // serial number arithmetic wraps (RFC 1982)
}

// pass is one list on its way.
type pass struct {
	o      Options
	x      exporter
	out    *bufio.Writer
	seen   map[[16]byte]struct{}
	report Report
}

func (p *pass) run(ctx context.Context, scan Source) (Report, error) {
	if err := p.x.begin(p.out, p.o, p.report.Serial); err != nil {
		return p.report, err
	}
	for e, err := range scan(ctx, p.o.Viewer, query(p.o)) {
		if err != nil {
			return p.report, err
		}
		o, err := e.Object()
		if errs.Is(err, errs.NotFound) {
			continue // erased meanwhile
		}
		if err != nil {
			return p.report, err
		}
		p.report.Objects++
		if err := p.object(o, policy.Level(e.Label)); err != nil {
			return p.report, err
		}
	}
	if err := p.x.end(p.out); err != nil {
		return p.report, err
	}
	return p.report, p.out.Flush()
}

func (p *pass) left(o stix.Object, kind Kind, value, rule, why string, hit warning.Hit) error {
	p.report.LeftOut[rule]++
	return p.o.Left(Left{Value: value, Kind: kind, Rule: rule, Why: why, Spared: hit, Object: o.ID()})
}

func (p *pass) object(o stix.Object, level policy.TLP) error {
	all := ofObservable(o)
	if o.Type() == "indicator" {
		if rule, why := standing(o, p.o.Now); rule != "" {
			return p.left(o, "", o.Str("pattern"), rule, why, warning.Hit{})
		}
		switch o.Str("pattern_type") {
		case "stix":
		case "yara":
			return p.entry(o, entry{kind: YARA, text: o.Str("pattern")}, level, o.Str("pattern"))
		default:
			return p.left(o, "", o.Str("pattern"), RuleLanguage, "a rule of others in the language "+fmt.Sprintf("%q", o.Str("pattern_type"))+" is not joined with ours", warning.Hit{})
		}
		if all = candidates(o.Str("pattern")); len(all) == 0 {
			return p.left(o, "", o.Str("pattern"), RulePattern, "the pattern is no single domain, address, URL or hash", warning.Hit{})
		}
	}
	for _, c := range all {
		e, rule, why := c.canonical()
		if rule != "" {
			if err := p.left(o, e.kind, c.value, rule, why, warning.Hit{}); err != nil {
				return err
			}
			continue
		}
		if err := p.entry(o, e, level, c.value); err != nil {
			return err
		}
	}
	return nil
}

// entry publishes an entry unless something keeps it back.
func (p *pass) entry(o stix.Object, e entry, level policy.TLP, value string) error {
	if hit, ok := e.spared(p.o.Warnings); ok {
		return p.left(o, e.kind, value, RuleWarning, "the list "+hit.List+" has "+hit.Entry, hit)
	}
	if !slices.Contains(p.x.kinds(), e.kind) {
		p.report.Other++
		return nil
	}
	sum := sha256.Sum256([]byte(string(e.kind) + " " + e.text))
	key := [16]byte(sum[:16])
	if _, there := p.seen[key]; there {
		p.report.Repeated++
		return nil
	}
	p.seen[key] = struct{}{}
	e.id, e.name, e.tlp, e.from, e.until = o.ID(), o.Str("name"), level.String(), o.Str("valid_from"), o.Str("valid_until")
	e.wide = e.kind == Domain
	below := warning.Hit{}
	if e.wide {
		if hit, ok := p.o.Warnings.Below(e.text); ok {
			e.wide, below = false, hit
		}
	}
	rule, why, err := p.x.write(p.out, e)
	if err != nil {
		return err
	}
	if rule != "" {
		return p.left(o, e.kind, value, rule, why, below)
	}
	p.report.Published++
	return nil
}
