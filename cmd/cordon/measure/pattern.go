package measure

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"time"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/stix"
	"github.com/cordon-project/cordon/stix/pattern"
	"github.com/cordon-project/cordon/stix/pattern/corpus"
	"github.com/cordon-project/cordon/stix/pattern/index"
	"github.com/cordon-project/cordon/stix/pattern/normal"
	"github.com/cordon-project/cordon/stix/pattern/observe"
)

// PatternPlan says what of patterns is measured, and how much.
type PatternPlan struct {
	Data       string // folder with cti/pattern and cti/ioc
	Indicators int    // in the index: those of the feed, and generated ones
	Events     int    // observations that are matched
	Seed       uint64 // of what is generated
}

// PatternFigures is what the evaluation finds.
type PatternFigures struct {
	Syntax      PatternCount `json:"syntax"`
	Equivalence PatternCount `json:"equivalence"`
	Matcher     PatternCount `json:"matcher"`
	// Flagged are cases that the data itself calls wrong, with what the pattern does;
	// docs/pattern-rulings.md decides them. They do not count in Matcher.
	Flagged []PatternAnswer `json:"flagged"`
	Index   IndexFigures    `json:"index"`
}

// PatternCount is how many judged cases come out as judged.
type PatternCount struct {
	Right int      `json:"right"`
	Of    int      `json:"of"`
	Wrong []string `json:"wrong,omitempty"`
}

// PatternAnswer is a pattern, and match, no-match or error.
type PatternAnswer struct {
	Pattern string `json:"pattern"`
	Version string `json:"version"`
	Answer  string `json:"answer"`
}

// IndexFigures says what the index costs. Times are of the wall clock.
type IndexFigures struct {
	Indicators int         `json:"indicators"`
	FromFeed   int         `json:"from_feed"` // of them; the others are generated
	Held       index.Stats `json:"held"`
	Build      float64     `json:"build_s"`
	Memory     uint64      `json:"memory"` // bytes of the heap that the index holds
	PerPattern float64     `json:"memory_per_indicator"`
	Events     int         `json:"events"`
	P50        float64     `json:"p50_us"`
	P99        float64     `json:"p99_us"`
	Max        float64     `json:"max_us"`
	Mean       float64     `json:"mean_us"`
	Evaluated  float64     `json:"evaluated_per_event"` // patterns, on average
	Expected   int         `json:"expected"`            // matches that must be found
	Missed     int         `json:"missed"`
}

// Patterns counts the judged cases of syntax, equivalence and matching that come out as
// judged, and measures the index over many patterns. tell is told what is being done.
// Errors: errs.Invalid for data that is missing or in another form.
func Patterns(ctx context.Context, plan PatternPlan, tell func(stage string)) (out PatternFigures, err error) {
	tell("judged cases")
	if out.Syntax, err = syntaxCases(plan.Data); err != nil {
		return out, err
	}
	if out.Equivalence, err = equivalenceCases(plan.Data); err != nil {
		return out, err
	}
	if out.Matcher, out.Flagged, err = matcherCases(plan.Data); err != nil {
		return out, err
	}
	tell("index")
	out.Index, err = indexFigures(ctx, plan, tell)
	return out, err
}

func (c *PatternCount) judge(what string, right bool) {
	c.Of++
	if right {
		c.Right++
	} else {
		c.Wrong = append(c.Wrong, what)
	}
}

// patternLines reads a file of JSON lines, compressed or not.
func patternLines[T any](dir, name string, each func(T) error) (err error) {
	defer errs.Wrap(&err, "reading %s", name)
	file, err := os.Open(filepath.Join(dir, filepath.FromSlash(name)))
	if err != nil {
		return errs.New(errs.Invalid, "the data has no %s", name).Because(err)
	}
	defer file.Close()
	var in io.Reader = file
	if filepath.Ext(name) == ".gz" {
		if in, err = gzip.NewReader(file); err != nil {
			return errs.New(errs.Invalid, "%s is not compressed", name).Because(err)
		}
	}
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		if len(bytes.TrimSpace(lines.Bytes())) == 0 {
			continue
		}
		var v T
		if err := json.Unmarshal(lines.Bytes(), &v); err != nil {
			return errs.New(errs.Invalid, "%s has a line that is no JSON", name).Because(err)
		}
		if err := each(v); err != nil {
			return err
		}
	}
	return lines.Err()
}

func syntaxCases(dir string) (out PatternCount, err error) {
	type row struct {
		Pattern, Version string
		Valid            bool
	}
	err = patternLines(dir, "cti/pattern/validator-cases.jsonl", func(r row) error {
		_, err := pattern.ParseVersion(r.Pattern, pattern.Version(r.Version))
		out.judge(r.Pattern, (err == nil) == r.Valid)
		return nil
	})
	return out, err
}

func equivalenceCases(dir string) (out PatternCount, err error) {
	type row struct {
		A, B, Version string
		Equivalent    bool
	}
	err = patternLines(dir, "cti/pattern/equivalence-cases.jsonl", func(r row) error {
		a, errA := pattern.ParseGrammar(r.A, pattern.Version(r.Version))
		b, errB := pattern.ParseGrammar(r.B, pattern.Version(r.Version))
		same, right := false, errA == nil && errB == nil
		if right {
			var err error
			same, err = normal.Equivalent(a, b)
			right = err == nil && same == r.Equivalent
		}
		out.judge(r.A+" | "+r.B, right)
		return nil
	})
	return out, err
}

func matcherCases(dir string) (out PatternCount, flagged []PatternAnswer, err error) {
	sets, err := caseObservations(dir)
	if err != nil {
		return out, nil, err
	}
	type row struct {
		Pattern, Version, Observations, Result string
		Passed                                 bool `json:"upstream_test_passed"`
	}
	err = patternLines(dir, "cti/pattern/matcher-cases.jsonl", func(r row) error {
		got := "no-match"
		p, err := observe.Compile(r.Pattern, pattern.Version(r.Version))
		if err == nil {
			var m observe.Result
			if m, err = p.Match(sets[r.Observations], observe.Limits{}); m.Matched {
				got = "match"
			}
		}
		if err != nil {
			got = "error"
		}
		if !r.Passed {
			flagged = append(flagged, PatternAnswer{Pattern: r.Pattern, Version: r.Version, Answer: got})
			return nil
		}
		out.judge(r.Pattern+" ("+r.Version+")", got == r.Result)
		return nil
	})
	return out, flagged, err
}

// caseObservations reads the observations of the cases: by name a list of observed-data
// objects or of bundles.
func caseObservations(dir string) (map[string][]observe.Observation, error) {
	const name = "cti/pattern/matcher-cases-observations.json"
	data, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(name)))
	if err != nil {
		return nil, errs.New(errs.Invalid, "the data has no %s", name).Because(err)
	}
	all, err := stix.Parse(data)
	if err != nil {
		return nil, err
	}
	out := map[string][]observe.Observation{}
	for key, v := range all {
		if out[key], err = observationsOf(v); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// observationsOf reads a list. Each bundle in it stands by itself: two may hold different
// objects of one id.
func observationsOf(v any) (out []observe.Observation, err error) {
	list, _ := v.([]any)
	var loose []stix.Object
	for _, o := range list {
		m, ok := o.(map[string]any)
		switch {
		case !ok:
		case m["type"] == "bundle":
			inside, err := observationsOf(m["objects"])
			if err != nil {
				return nil, err
			}
			out = append(out, inside...)
		default:
			loose = append(loose, m)
		}
	}
	own, err := observe.Read(loose)
	return append(out, own...), err
}

// sample is an event with the indicator that it must be found by, "" for none.
type sample struct {
	event observe.Observation
	must  string
}

func indexFigures(ctx context.Context, plan PatternPlan, tell func(string)) (out IndexFigures, err error) {
	var real []string
	type row struct{ Type, Pattern string }
	const feed = "cti/ioc/dprk-ioc-stix21-load.jsonl.gz"
	if _, err := os.Stat(filepath.Join(plan.Data, filepath.FromSlash(feed))); errors.Is(err, fs.ErrNotExist) {
		tell("there is no feed: every pattern is generated")
	} else if err := patternLines(plan.Data, feed, func(r row) error {
		if r.Type == "indicator" && len(real) < plan.Indicators {
			real = append(real, r.Pattern)
		}
		return nil
	}); err != nil {
		return out, err
	}
	out.Indicators, out.FromFeed, out.Events = plan.Indicators, len(real), plan.Events
	c := corpus.New(rand.New(rand.NewPCG(plan.Seed, 1)), real)
	before := heap()
	x := index.New(maphash.MakeSeed())
	samples, err := fill(ctx, x, c, plan, &out, tell)
	if err != nil {
		return out, err
	}
	out.Held = x.Stats()
	tell("events")
	return out, out.match(ctx, x, samples, before)
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// sampled is how many patterns events are made for; there are as many events again that
// are made for none.
const sampled = 1000

func fill(ctx context.Context, x *index.Index, c *corpus.Corpus, plan PatternPlan, out *IndexFigures, tell func(string)) (samples []sample, err error) {
	var spent time.Duration
	for i := range plan.Indicators {
		if i%100_000 == 0 {
			tell(fmt.Sprintf("index: %d patterns", i))
			if err := ctx.Err(); err != nil {
				return nil, err
			}
		}
		text, witness := c.Next()
		id := fmt.Sprintf("indicator--00000000-0000-4000-8000-%012d", i)
		start := time.Now()
		if err := x.Add(id, text, pattern.V21); err != nil {
			return nil, err
		}
		spent += time.Since(start)
		if i%max(1, plan.Indicators/sampled) > 0 || witness == nil {
			continue
		}
		hit, err := c.Event(witness)
		if err != nil {
			return nil, err
		}
		miss, err := c.Event(nil)
		if err != nil {
			return nil, err
		}
		samples = append(samples, sample{event: hit, must: id}, sample{event: miss})
	}
	out.Build = spent.Seconds()
	return samples, nil
}

// match runs the events through the index. Every answer is checked, outside of what is
// timed.
func (f *IndexFigures) match(ctx context.Context, x *index.Index, samples []sample, before uint64) error {
	if len(samples) == 0 {
		return errs.New(errs.Invalid, "there are no patterns to match")
	}
	f.Memory = heap() - min(before, heap())
	f.PerPattern = float64(f.Memory) / float64(f.Indicators)
	took := make([]float64, 0, f.Events)
	total, evaluated := 0.0, 0
	for i := range f.Events {
		s := samples[i%len(samples)]
		start := time.Now()
		got, err := x.Match(ctx, observe.Limits{}, s.event)
		us := float64(time.Since(start).Nanoseconds()) / 1000
		if err != nil {
			return err
		}
		took, total, evaluated = append(took, us), total+us, evaluated+got.Evaluated
		if s.must != "" {
			f.Expected++
			if !slices.Contains(got.IDs, s.must) {
				f.Missed++
			}
		}
	}
	slices.Sort(took)
	f.P50, f.P99, f.Max = took[len(took)/2], took[len(took)*99/100], took[len(took)-1]
	f.Mean, f.Evaluated = total/float64(len(took)), float64(evaluated)/float64(len(took))
	runtime.KeepAlive(x)
	return nil
}
