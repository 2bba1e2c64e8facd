package desks

import (
	"fmt"
	"io"
	"time"

	"github.com/cordon-project/cordon/cmd/cordon/measure"
	"github.com/cordon-project/cordon/cmd/cordon/run"
	"github.com/cordon-project/cordon/errs"
)

// EvalTAXII is cordon eval taxii: what a node does as a TAXII server.
type EvalTAXII struct {
	Objects int    `help:"Objects that the node is filled with over HTTP." default:"1000000" placeholder:"N"`
	Seconds int    `help:"How long too much is offered, and again how long the load lasts in which the node is killed." default:"20" placeholder:"N"`
	Pages   int    `help:"Pages of each kind." default:"2000" placeholder:"N"`
	Seed    uint64 `help:"Of what is drawn." default:"1"`
}

// Help says what is measured.
func (EvalTAXII) Help() string {
	return "Starts a node of its own as another process, fills it over HTTP with objects that are made up, under every level of TLP, and asks for pages as a client who may not see all. " +
		"Then 128 connections offer objects without ever waiting, while the node's memory is watched (on Linux); then the node is killed under load, started again, and asked for everything that it had acknowledged. " +
		"Exit code 1 if anything of that is lost. The node of --home is not touched."
}

// Run measures.
func (c *EvalTAXII) Run(a *run.App) error {
	if c.Objects < 1000 || c.Seconds < 1 || c.Pages < 1 {
		return errs.New(errs.Invalid, "there is too little to measure").WithHint("At least 1000 objects, a second and a page.")
	}
	p := a.Progress()
	defer p.End()
	got, err := measure.TAXII(a.Ctx, measure.TAXIIOptions{Objects: c.Objects, For: time.Duration(c.Seconds) * time.Second, Pages: c.Pages, Seed: c.Seed},
		func(stage string, done, total int64) { p.At(stage, done, total, "") })
	if err != nil {
		return err
	}
	if got.Lost+got.LostState > 0 {
		a.Code = 1
	}
	return a.Out(got, func(w io.Writer) {
		fmt.Fprintf(w, "filled with %d objects at %.0f objects/s (%.0f µs of processor time an object), memory at most %d MB\n", got.Objects, got.Ingest, got.IngestCPU, got.FillPeak>>20)
		for _, x := range got.Pages {
			fmt.Fprintf(w, "pages of 100, %-32s %6d  p50 %6.2f ms  p99 %6.2f ms  max %6.2f ms  processor %5.2f ms\n", x.What, x.N, x.P50, x.P99, x.Max, x.CPU)
		}
		fmt.Fprintf(w, "overload: %.0f objects/s offered, %.0f accepted, %d answers 429; memory %d MB before, %d MB at most\n",
			got.Offered, got.Accepted, got.Busy, got.Before>>20, got.Peak>>20)
		fmt.Fprintf(w, "killed: %d objects acknowledged, %d lost, %d statuses lost\n", got.Killed, got.Lost, got.LostState)
	})
}
