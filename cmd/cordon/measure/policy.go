package measure

import (
	"context"
	"runtime"
	"sync"
	"time"

	"github.com/cordon-project/cordon/policy/trial"
)

// PolicyFigures is what the comparison of policy with its oracle finds.
type PolicyFigures struct {
	trial.Figures
	Seed    uint64  `json:"seed"`
	Seconds float64 `json:"seconds"`
	Rate    float64 `json:"triples_per_second"`
}

// Policy asks at least n generated questions of package policy and of its oracle,
// on all processors; equal seeds give equal questions. tell is told how many were
// asked, now and then. It ends early, with what was asked so far, when the context
// does.
func Policy(ctx context.Context, seed uint64, n int64, clock func() time.Time, tell func(done int64)) PolicyFigures {
	const step = 16 // worlds that are taken at once
	out := PolicyFigures{Seed: seed}
	out.Cases = []string{}
	start, worlds := clock(), (n+trial.PerWorld-1)/trial.PerWorld
	var next int64
	var mu sync.Mutex
	var all sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		all.Go(func() {
			for ctx.Err() == nil {
				mu.Lock()
				first := next
				next += step
				mu.Unlock()
				if first >= worlds {
					return
				}
				f := trial.Run(ctx, seed, first, min(first+step, worlds))
				mu.Lock()
				out.Add(f)
				tell(out.Triples)
				mu.Unlock()
			}
		})
	}
	all.Wait()
	out.Seconds = clock().Sub(start).Seconds()
	if out.Seconds > 0 {
		out.Rate = float64(out.Triples) / out.Seconds
	}
	return out
}
