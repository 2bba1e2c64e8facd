package pdf

import (
	"fmt"
	"math"
	"strings"

	"github.com/ledongthuc/pdf"

	"github.com/cordon-project/cordon/extract/page"
)

// matrix is a PDF transformation (ISO 32000-1 section 8.3.3).
type matrix [6]float64

var identity = matrix{1, 0, 0, 1, 0, 0}

func (m matrix) mul(n matrix) matrix {
	return matrix{
		m[0]*n[0] + m[1]*n[2], m[0]*n[1] + m[1]*n[3],
		m[2]*n[0] + m[3]*n[2], m[2]*n[1] + m[3]*n[3],
		m[4]*n[0] + m[5]*n[2] + n[4], m[4]*n[1] + m[5]*n[3] + n[5],
	}
}

// state is the text state of the page that is read, and where the last
// character stood.
type state struct {
	ctm, tm, line     matrix
	saved             []matrix
	font              *font
	size, lead        float64
	charSpace, word   float64
	scale             float64
	fonts             map[string]*font
	resources         pdf.Value
	any               bool
	endX, endY, endSz float64
	ops               int
}

const maxOps = 20_000_000

// maxPageBytes bounds the unpacked content of one page or form.
const maxPageBytes = 64 << 20

func (p *reader) pageText(v pdf.Value) (err error) {
	defer recovered(&err)
	p.reads = 0
	p.page = state{ctm: identity, scale: 1, resources: inherited(v, "Resources"), fonts: map[string]*font{}}
	p.collectLinks(v)
	return p.content(v.Key("Contents"), 0)
}

// inherited looks a property up through the parents of a page.
func inherited(v pdf.Value, key string) pdf.Value {
	for range 64 {
		if r := v.Key(key); !r.IsNull() {
			return r
		}
		if v = v.Key("Parent"); v.IsNull() {
			break
		}
	}
	return pdf.Value{}
}

func (p *reader) collectLinks(v pdf.Value) {
	annots := v.Key("Annots")
	for i := range min(annots.Len(), 10000) {
		p.reads = 0
		uri := strings.TrimSpace(annots.Index(i).Key("A").Key("URI").RawString())
		if len(uri) > 3 && len(uri) < page.MaxLink && strings.Contains(uri, ":") && !p.linked[uri] && len(p.links) < page.MaxLinks {
			p.linked[uri] = true
			p.links = append(p.links, uri)
		}
	}
}

// content interprets a content stream, or an array of them as one.
func (p *reader) content(v pdf.Value, depth int) error {
	switch v.Kind() {
	case pdf.Array:
		for i := range v.Len() {
			if err := p.fits(v.Index(i)); err != nil {
				return err
			}
		}
	case pdf.Stream:
		if err := p.fits(v); err != nil {
			return err
		}
	default:
		return nil
	}
	pdf.Interpret(v, func(stk *pdf.Stack, op string) {
		p.reads = 0
		if p.page.ops++; p.page.ops > maxOps {
			panic(fmt.Errorf("more than %d operators", maxOps))
		}
		if p.page.ops%1024 == 0 && p.ctx.Err() != nil {
			panic(p.ctx.Err())
		}
		p.operator(stk, op, depth)
	})
	return nil
}

// fits unpacks a stream once without keeping it, so that one that unpacks to
// too much is never handed to code that would keep it.
func (p *reader) fits(v pdf.Value) error {
	p.reads = 0
	for _, parms := range []pdf.Value{v.Key("DecodeParms"), v.Key("DecodeParms").Index(0), v.Key("DecodeParms").Index(1)} {
		if c := parms.Key("Columns").Int64(); c < 0 || c > 1<<20 {
			return fmt.Errorf("a stream has rows of %d bytes", c)
		}
	}
	limit := min(p.budget, maxPageBytes)
	var n int64
	buf := make([]byte, 32<<10)
	r := v.Reader()
	for {
		p.reads = 0
		k, err := r.Read(buf)
		if n += int64(k); n > limit {
			return fmt.Errorf("a stream unpacks to more than %d bytes", limit)
		}
		if err != nil || k == 0 {
			break
		}
	}
	p.budget -= n
	return nil
}

// operator executes one operator of a content stream (ISO 32000-1 annex A):
// those that place or show text, and those that change where text is.
func (p *reader) operator(stk *pdf.Stack, op string, depth int) {
	args := make([]pdf.Value, min(stk.Len(), 6))
	for i := len(args) - 1; i >= 0; i-- {
		args[i] = stk.Pop()
	}
	for stk.Len() > 0 {
		stk.Pop()
	}
	num := func(i int) float64 {
		if i < len(args) {
			return real64(args[i])
		}
		return 0
	}
	s := &p.page
	switch op {
	case "q":
		if len(s.saved) < 4096 {
			s.saved = append(s.saved, s.ctm)
		}
	case "Q":
		if n := len(s.saved); n > 0 {
			s.ctm, s.saved = s.saved[n-1], s.saved[:n-1]
		}
	case "cm":
		s.ctm = matrix{num(0), num(1), num(2), num(3), num(4), num(5)}.mul(s.ctm)
	case "BT":
		s.tm, s.line = identity, identity
	case "Tf":
		if len(args) >= 2 {
			s.font, s.size = p.fontNamed(args[0].Name()), num(1)
		}
	case "Tc":
		s.charSpace = num(0)
	case "Tw":
		s.word = num(0)
	case "Tz":
		s.scale = num(0) / 100
	case "TL":
		s.lead = num(0)
	case "Td", "TD":
		if op == "TD" {
			s.lead = -num(1)
		}
		s.move(num(0), num(1))
	case "Tm":
		s.tm = matrix{num(0), num(1), num(2), num(3), num(4), num(5)}
		s.line = s.tm
	case "T*":
		s.move(0, -s.lead)
	case "Tj", "'", "\"":
		if op != "Tj" {
			s.move(0, -s.lead)
		}
		if len(args) > 0 {
			p.show(args[len(args)-1].RawString())
		}
	case "TJ":
		if len(args) > 0 {
			p.showArray(args[0])
		}
	case "Do":
		if len(args) > 0 && depth < 8 {
			p.form(args[0].Name(), depth)
		}
	}
}

func real64(v pdf.Value) float64 {
	f := v.Float64()
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return 0
	}
	return f
}

func (s *state) move(x, y float64) {
	s.line = matrix{1, 0, 0, 1, x, y}.mul(s.line)
	s.tm = s.line
}

func (p *reader) showArray(a pdf.Value) {
	for i := range a.Len() {
		switch e := a.Index(i); e.Kind() {
		case pdf.String:
			p.show(e.RawString())
		case pdf.Integer, pdf.Real:
			p.page.advance(-real64(e) / 1000 * p.page.size * p.page.scale)
		}
	}
}

func (s *state) advance(x float64) { s.tm = matrix{1, 0, 0, 1, x, 0}.mul(s.tm) }

// show writes a string of the current font, with the space or line end that its
// place on the page stands for.
func (p *reader) show(raw string) {
	s := &p.page
	if raw == "" {
		return
	}
	f := s.font
	if f == nil {
		f = plainFont
	}
	text, width, chars, unmapped := f.decode(raw)
	p.unmapped += unmapped
	at := s.tm.mul(s.ctm)
	scaleX := math.Hypot(at[0], at[1])
	size := math.Abs(s.size) * math.Hypot(at[2], at[3])
	if strings.TrimSpace(text) != "" {
		p.gap(at[4], at[5], size, text)
	}
	p.sheet.Write(text)
	adv := (width/1000*s.size + float64(chars)*s.charSpace + float64(strings.Count(raw, " "))*s.word) * s.scale
	s.advance(adv)
	s.any = true
	s.endX, s.endY, s.endSz = at[4]+adv*scaleX, at[5], size
}

func (p *reader) gap(x, y, size float64, text string) {
	s := &p.page
	if !s.any {
		return
	}
	ref := max(size, s.endSz, 1e-6)
	switch dy := math.Abs(y - s.endY); {
	case dy > 1.9*ref:
		p.sheet.Blank()
	case dy > 0.45*ref:
		p.sheet.Line()
	case x-s.endX > 0.17*ref || x < s.endX-2*ref:
		if t := p.sheet.Text(); t != "" && !strings.HasSuffix(t, " ") && !strings.HasSuffix(t, "\n") && !strings.HasPrefix(text, " ") {
			p.sheet.Write(" ")
		}
	}
}

// form shows a form XObject with its own resources.
func (p *reader) form(name string, depth int) {
	x := p.page.resources.Key("XObject").Key(name)
	if x.Key("Subtype").Name() != "Form" {
		return
	}
	kept, resources, fonts := p.page, p.page.resources, p.page.fonts
	if r := x.Key("Resources"); !r.IsNull() {
		resources, fonts = r, map[string]*font{}
	}
	p.page.resources, p.page.fonts = resources, fonts
	p.page.saved = nil
	if m := x.Key("Matrix"); m.Len() == 6 {
		var mm matrix
		for i := range mm {
			mm[i] = real64(m.Index(i))
		}
		p.page.ctm = mm.mul(p.page.ctm)
	}
	err := p.content(x, depth+1)
	p.page.resources, p.page.fonts, p.page.saved, p.page.ctm = kept.resources, kept.fonts, kept.saved, kept.ctm
	p.page.font, p.page.size = kept.font, kept.size
	if err != nil {
		panic(err)
	}
}
