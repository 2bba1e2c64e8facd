package run

import (
	"fmt"
	"io"
	"time"

	"github.com/schollz/progressbar/v3"
)

// Progress shows how far a long task is: a bar where people watch, a line for
// each stage where a program reads, nothing when asked to be quiet.
type Progress struct {
	w     io.Writer
	bar   *progressbar.ProgressBar
	live  bool
	quiet bool
	stage string
	total int64
}

// Progress begins to show how far a task is.
func (a *App) Progress() *Progress {
	return &Progress{w: a.Streams.Err, live: Terminal(a.Streams.Err), quiet: a.Quiet}
}

// At tells of a step: done of total in unit; total 0 when it is not known.
func (p *Progress) At(stage string, done, total int64, unit string) {
	if p.quiet || stage == "" {
		return
	}
	if stage != p.stage || total != p.total && p.live {
		p.End()
		p.stage, p.total = stage, total
		if !p.live {
			fmt.Fprintf(p.w, "%s …\n", stage)
			return
		}
		size := total
		if size == 0 {
			size = -1
		}
		options := []progressbar.Option{
			progressbar.OptionSetWriter(p.w), progressbar.OptionSetDescription(stage), progressbar.OptionThrottle(100 * time.Millisecond),
			progressbar.OptionClearOnFinish(), progressbar.OptionShowCount(), progressbar.OptionSetWidth(30),
		}
		if unit == "bytes" {
			options = append(options, progressbar.OptionShowBytes(true))
		}
		p.bar = progressbar.NewOptions64(size, options...)
	}
	if p.bar != nil {
		_ = p.bar.Set64(done)
	}
}

// End takes the bar away.
func (p *Progress) End() {
	if p.bar != nil {
		_ = p.bar.Clear()
		p.bar = nil
	}
	p.stage = ""
}

// Describe says more of the step, where there is a bar.
func (p *Progress) Describe(text string) {
	if p.bar != nil {
		p.bar.Describe(text)
	}
}
