package matrix

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"strconv"
)

// ChartText are the words of a chart in the reader's language. Each has its
// places filled already.
type ChartText struct {
	Lang        string // BCP 47
	Title       string
	Description string // what the chart shows, for those who do not see it
	One         string // parties that one of the three had listed
	Two         string // that two had
	Three       string // that all three had
	Share       string // what the figures above and below the bars are
	Empty       string // when there is nothing to show
}

// Measures of the chart, in its own units.
const (
	chartLeft   = 48
	chartTop    = 72
	chartHeight = 240
	chartSlot   = 44 // the width of one period
	chartBar    = 28
	chartBottom = 64
	chartMax    = 60 // periods that are drawn; the table has them all
)

// Colours are those of the pages' tokens, with the light ones for a file that
// stands alone.
const (
	inkColour    = "var(--ink,#1a1d21)"
	softColour   = "var(--ink-2,#4a5058)"
	paperColour  = "var(--sheet,#ffffff)"
	lineColour   = "var(--line-2,#cfc9bb)"
	threeColour  = "var(--accent,#0b4f6c)"
	twoColour    = "var(--edge,#7d776a)"
	oneColour    = "var(--open-bg,#e6e9f0)"
	strokeColour = "var(--open,#3f4b63)"
)

// Chart draws an alignment as SVG: for each period a bar of the parties that one,
// two and all three had listed by its end, with the share of the last above it.
// Every figure stands there as text, and the parts differ in outline and order
// as well as in colour. The last 60 periods are drawn. It is a function of its
// arguments alone.
func Chart(a Alignment, t ChartText) []byte {
	points := a.Points
	if len(points) > chartMax {
		points = points[len(points)-chartMax:]
	}
	c := chart{most: 1}
	for _, p := range points {
		c.most = max(c.most, p.Any)
	}
	width := max(chartLeft+chartSlot*len(points)+24, 520)
	height := chartTop + chartHeight + chartBottom
	c.add(`<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="alignment-title alignment-desc" xml:lang="%s" lang="%s" viewBox="0 0 %d %d" width="%d" height="%d" font-family="system-ui,sans-serif" font-size="13">`+"\n",
		escape(t.Lang), escape(t.Lang), width, height, width, height)
	c.add(`<title id="alignment-title">%s</title>`+"\n"+`<desc id="alignment-desc">%s</desc>`+"\n", escape(t.Title), escape(t.Description))
	c.add(`<rect width="%d" height="%d" fill="%s"/>`+"\n", width, height, paperColour)
	c.legend(t)
	if len(points) == 0 {
		c.text(chartLeft, chartTop+chartHeight/2, "start", inkColour, t.Empty)
	}
	c.axis(width - 24)
	for i, p := range points {
		c.bar(chartLeft+chartSlot*i+(chartSlot-chartBar)/2, p)
	}
	c.text(chartLeft, height-10, "start", softColour, t.Share)
	c.add("</svg>\n")
	return c.b.Bytes()
}

type chart struct {
	b    bytes.Buffer
	most int
}

func (c *chart) add(format string, args ...any) { fmt.Fprintf(&c.b, format, args...) }

func (c *chart) text(x, y int, anchor, colour, text string) {
	c.add(`<text x="%d" y="%d" text-anchor="%s" fill="%s">%s</text>`+"\n", x, y, anchor, colour, escape(text))
}

// small is a text that has to fit below a bar.
func (c *chart) small(x, y int, text string) {
	c.add(`<text x="%d" y="%d" text-anchor="middle" font-size="11" fill="%s">%s</text>`+"\n", x, y, inkColour, escape(text))
}

// y is the height at which a number of parties stands.
func (c *chart) y(n int) int { return chartTop + chartHeight - chartHeight*n/c.most }

func (c *chart) legend(t ChartText) {
	for i, l := range []struct{ colour, text string }{{threeColour, t.Three}, {twoColour, t.Two}, {oneColour, t.One}} {
		y := 6 + 18*i
		c.add(`<rect x="%d" y="%d" width="12" height="12" fill="%s" stroke="%s"/>`+"\n", chartLeft, y, l.colour, strokeColour)
		c.text(chartLeft+20, y+11, "start", inkColour, l.text)
	}
}

func (c *chart) axis(right int) {
	for _, n := range []int{0, c.most / 2, c.most} {
		c.add(`<line x1="%d" x2="%d" y1="%d" y2="%d" stroke="%s"/>`+"\n", chartLeft, right, c.y(n), c.y(n), lineColour)
		c.text(chartLeft-8, c.y(n)+4, "end", softColour, strconv.Itoa(n))
	}
}

// bar draws one period: all three at the foot, then two, then one alone.
func (c *chart) bar(x int, p Point) {
	c.add(`<g>` + "\n")
	from := 0
	for _, part := range []struct {
		n      int
		colour string
	}{{p.Three, threeColour}, {p.Two, twoColour}, {p.Any - p.Two - p.Three, oneColour}} {
		if part.n > 0 {
			top, bottom := c.y(from+part.n), c.y(from)
			c.add(`<rect x="%d" y="%d" width="%d" height="%d" fill="%s" stroke="%s"/>`+"\n", x, top, chartBar, bottom-top, part.colour, strokeColour)
			from += part.n
		}
	}
	middle := x + chartBar/2
	if p.Share != nil {
		c.text(middle, c.y(p.Any)-6, "middle", inkColour, fmt.Sprintf("%.0f%%", 100**p.Share))
	}
	c.small(middle, chartTop+chartHeight+16, p.Period)
	c.small(middle, chartTop+chartHeight+31, fmt.Sprintf("%d/%d", p.Three, p.Any))
	c.add("</g>\n")
}

// escape makes a text one of XML; what XML cannot hold is replaced.
func escape(s string) string {
	var b bytes.Buffer
	if err := xml.EscapeText(&b, []byte(s)); err != nil {
		return ""
	}
	return b.String()
}
