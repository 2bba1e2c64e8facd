package measure

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime/metrics"
	"slices"
	"strings"
	"time"

	"github.com/cordon-project/cordon/actors"
	"github.com/cordon-project/cordon/api"
	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/feed"
	"github.com/cordon-project/cordon/intake"
	"github.com/cordon-project/cordon/node"
)

// CTIFigures is what loading threat intelligence and writing feeds of it gave.
type CTIFigures struct {
	Sets       []CTISet       `json:"sets"`
	Feeds      []CTIFeed      `json:"feeds"`
	Spared     []CTISpared    `json:"spared"` // by warning list, most first
	Actors     CTIActors      `json:"actors"`
	Memory     int64          `json:"memory_bytes"` // that the process had from the system at the end of it
	Missing    []string       `json:"missing,omitempty"`
	Attributed []actors.View  `json:"attributed"` // the views of names that are known to be disputed
	Refused    map[string]int `json:"refused"`    // by rule, over all sets
}

// CTISet is one set of data.
type CTISet struct {
	File     string         `json:"file"`
	Kind     string         `json:"kind"`
	Added    int            `json:"added"`
	Same     int            `json:"same"`
	Refused  int            `json:"refused"`
	Rules    map[string]int `json:"rules,omitempty"` // refusals by rule
	Seconds  float64        `json:"seconds"`         // reading, checking, writing, indexing
	PerSec   float64        `json:"per_second"`
	Memory   int64          `json:"memory_bytes"`
	Notes    []string       `json:"notes,omitempty"`
	Problems string         `json:"problem,omitempty"`
}

// CTIFeed is one form of feed.
type CTIFeed struct {
	feed.Report
	Bytes   int64   `json:"bytes"`
	Seconds float64 `json:"seconds"`
}

// CTISpared is how much one warning list kept back.
type CTISpared struct {
	List    string `json:"list"`
	Values  int    `json:"values"`
	Example string `json:"example"`
}

// CTIActors counts attributions.
type CTIActors struct {
	Statements  int `json:"statements"`
	Sources     int `json:"sources"`
	Names       int `json:"names"`        // names and synonyms, folded by nothing but letter case
	SharedNames int `json:"shared_names"` // that more than one object bears, all kept apart
	Contested   int `json:"contested"`    // of these, stated with different countries
	Overwritten int `json:"overwritten"`  // objects over which another source wrote under one id, each side kept
	Revoked     int `json:"revoked_or_deprecated"`
}

// ctiSets are the files of a folder of threat intelligence, in the order of loading.
func ctiSets() []struct{ kind, file string } {
	return []struct{ kind, file string }{
		{intake.KindWarnings, "misp/warninglists.jsonl.gz"},
		{intake.KindSTIX, "attack/enterprise-attack-18.1.stix21-derived.jsonl.gz"},
		{intake.KindSTIX, "attack/ics-attack-18.1.stix21.json"},
		{intake.KindSTIX, "attack/dprk-subset-attack-18.1.stix21.json"},
		{intake.KindMISP, "misp/galaxy-threat-actor.json"},
		{intake.KindMISP, "misp/galaxy-dprk-subset.json"},
		{intake.KindSTIX, "ioc/unit42/stix2-reports.jsonl.gz"},
		{intake.KindSTIX, "ioc/dprk-ioc-stix21-load.jsonl.gz"},
	}
}

// contested are names that sources are known to attribute differently.
func contested() []string { return []string{"Higaisa", "Lazarus Group", "APT38"} }

// CTI loads the sets of threat intelligence in a folder (attack/, ioc/, misp/) into a
// node of its own that is thrown away, writes every form of feed of it, and counts.
// Errors: errs.NotFound when none of the sets is there, and those of the node.
func CTI(ctx context.Context, dir string, tell func(stage string)) (_ CTIFigures, err error) {
	home, err := os.MkdirTemp("", "cordon-cti-*")
	if err != nil {
		return CTIFigures{}, errs.New(errs.Unavailable, "no folder could be made for the node").Because(err)
	}
	defer os.RemoveAll(home)
	c, err := node.ReadConfig(filepath.Join(home, "node"))
	if err != nil {
		return CTIFigures{}, err
	}
	n, err := node.Connect(ctx, c, node.Options{Version: node.SoftwareVersion(), Empty: true})
	if err != nil {
		return CTIFigures{}, err
	}
	defer func() { err = errors.Join(err, n.Close()) }()
	e := &ctiEval{ctx: ctx, n: n, dir: dir, tell: tell, out: CTIFigures{Refused: map[string]int{}}}
	for _, step := range []func() error{e.load, e.feeds, e.actors} {
		if err := step(); err != nil {
			return e.out, err
		}
	}
	e.out.Memory = memory()
	return e.out, nil
}

type ctiEval struct {
	ctx  context.Context
	n    *node.Connection
	dir  string
	tell func(string)
	out  CTIFigures
}

// memory is what the process has from the system, in bytes, without what it gave back.
func memory() int64 {
	s := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	metrics.Read(s)
	return int64(s[0].Value.Uint64() - s[1].Value.Uint64()) //nolint:gosec // far below 2^63
}

func (e *ctiEval) load() error {
	for _, s := range ctiSets() {
		path := filepath.Join(e.dir, filepath.FromSlash(s.file))
		if _, err := os.Stat(path); err != nil {
			e.out.Missing = append(e.out.Missing, s.file)
			continue
		}
		e.tell(s.file)
		begun := time.Now()
		job, err := e.n.Import(e.ctx, intake.Upload{Kind: s.kind}, []string{path}, func(int64) {})
		if err == nil {
			job, err = e.n.Follow(e.ctx, job.ID, func(api.Job) {})
		}
		if err != nil {
			return err
		}
		e.out.Sets = append(e.out.Sets, e.set(s.file, s.kind, job, time.Since(begun)))
	}
	if len(e.out.Sets) == 0 {
		return errs.New(errs.NotFound, "the folder has none of the sets").WithHint("It has attack/, ioc/ and misp/, as docs/cti.md says.")
	}
	return nil
}

func (e *ctiEval) set(file, kind string, job api.Job, took time.Duration) CTISet {
	out := CTISet{File: file, Kind: kind, Seconds: took.Seconds(), Memory: memory(), Rules: map[string]int{}}
	if job.Problem != nil {
		out.Problems = job.Problem.Detail
	}
	r := job.Result
	if r == nil {
		return out
	}
	out.Added, out.Same, out.Refused, out.Notes = r.Added, r.Same, r.Refused, r.Notes
	out.PerSec = float64(r.Added+r.Same+r.Refused) / took.Seconds()
	for _, x := range r.Refusals {
		out.Rules[x.Rule]++
		e.out.Refused[x.Rule]++
	}
	if more := r.Refused - len(r.Refusals); more > 0 {
		out.Rules["not shown"] += more
		e.out.Refused["not shown"] += more
	}
	return out
}

// feeds writes every form as the node itself sees it, and asks what the warning lists
// spared.
func (e *ctiEval) feeds() error {
	q := api.FeedQuery{For: "network-defence"}
	for _, f := range api.FeedForms() {
		e.tell("feed " + f)
		begun, w := time.Now(), &counter{}
		r, err := e.n.Feed(e.ctx, f, q, w)
		if err != nil {
			return err
		}
		e.out.Feeds = append(e.out.Feeds, CTIFeed{Report: r, Bytes: w.n, Seconds: time.Since(begun).Seconds()})
	}
	spared := map[string]*CTISpared{}
	err := e.n.FeedLeftOut(e.ctx, string(feed.CSV), q, func(l feed.Left) error {
		if l.Rule != feed.RuleWarning {
			return nil
		}
		if spared[l.Spared.List] == nil {
			spared[l.Spared.List] = &CTISpared{List: l.Spared.List, Example: l.Value}
		}
		spared[l.Spared.List].Values++
		return nil
	})
	for _, s := range spared {
		e.out.Spared = append(e.out.Spared, *s)
	}
	slices.SortFunc(e.out.Spared, func(a, b CTISpared) int {
		if a.Values != b.Values {
			return b.Values - a.Values
		}
		return strings.Compare(a.List, b.List)
	})
	return err
}

// counter counts bytes.
type counter struct{ n int64 }

var _ io.Writer = (*counter)(nil)

func (c *counter) Write(p []byte) (int, error) {
	c.n += int64(len(p))
	return len(p), nil
}

func (e *ctiEval) actors() error {
	e.tell("actors")
	all, err := e.n.AllActors(e.ctx)
	if err != nil {
		return err
	}
	f := &e.out.Actors
	f.Statements = len(all)
	sources, holders := map[string]bool{}, map[string][]actors.Statement{}
	for _, s := range all {
		sources[s.Source] = true
		if s.Superseded {
			f.Overwritten++
		}
		if s.Revoked || s.Deprecated {
			f.Revoked++
		}
		seen := map[string]bool{}
		for _, n := range append([]string{s.Name}, s.Synonyms...) {
			if n = strings.ToLower(n); !seen[n] {
				seen[n] = true
				holders[n] = append(holders[n], s)
			}
		}
	}
	f.Sources, f.Names = len(sources), len(holders)
	for _, h := range holders {
		if len(h) > 1 {
			f.SharedNames++
			if differ(h) {
				f.Contested++
			}
		}
	}
	for _, name := range contested() {
		v, err := e.n.Actors(e.ctx, name)
		if err != nil && !errs.Is(err, errs.NotFound) {
			return err
		}
		if err == nil {
			e.out.Attributed = append(e.out.Attributed, v)
		}
	}
	return nil
}

// differ reports whether statements that state countries do not state the same.
func differ(all []actors.Statement) bool {
	said := map[string]bool{}
	for _, s := range all {
		if len(s.Countries) > 0 {
			said[strings.Join(s.Countries, ",")] = true
		}
	}
	return len(said) > 1
}
