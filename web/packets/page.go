package packets

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/cordon-project/cordon/brief"
	"github.com/cordon-project/cordon/brief/document"
	"github.com/cordon-project/cordon/brief/wording"
	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/record"
	"github.com/cordon-project/cordon/web"
	"github.com/cordon-project/cordon/web/say"
	"github.com/cordon-project/cordon/web/view"
)

type packetPage struct {
	F         web.Frame
	Q         Query
	Desks     []string
	Languages []string
	Cleared   []clearance
	P         *brief.Packet // nil before a desk is chosen, and when there is nothing to give
	Lead      string        // how the party stands with the desk
	Doubts    []string
	LeftOut   []string
	Cut       []string
	Holds     []count
	Files     []view.Export
	Exhibits  []exhibit
	Text      []block // in the packet's language
	// Refused is why the desk may be given nothing, in the room's own words.
	Refused   string
	NoPrinter bool // there is no Chromium for a PDF
}

// clearance is one marking to choose.
type clearance struct {
	Value, Name string
	Picked      bool
}

// count is how much of one kind is in the packet; the word is packet.holds.NAME.
type count struct {
	Name string
	N    int
}

// exhibit is an exhibit with the door to its bytes.
type exhibit struct {
	brief.Exhibit
	Door record.Where
}

func (s *pages) packet(w http.ResponseWriter, v *web.Visit) error {
	address := v.URL.Query()
	q, err := asked(address)
	if err != nil {
		return err
	}
	if view.Untidy(address) { // what a form sends for fields that were left empty
		http.Redirect(w, v.Request, q.address("/packet"), http.StatusSeeOther)
		return nil
	}
	p := &packetPage{F: s.Frame(v, "matrix"), Q: q, Desks: desks(), Languages: say.Languages}
	p.F.Title = v.Say.Plain("packet.title")
	for _, l := range clearances {
		p.Cleared = append(p.Cleared, clearance{cleared(l), l.String(), l == q.ClearedTo})
	}
	if q.For != "" {
		if err := s.preview(v, p); err != nil {
			return err
		}
	}
	return s.Render(w, v, http.StatusOK, "packet", p)
}

// preview makes the packet and says what is in it. That a desk may be given nothing
// is an answer: the reader can choose a higher marking.
func (s *pages) preview(v *web.Visit, p *packetPage) error {
	to, err := brief.DeskOf(p.Q.For)
	if err != nil {
		return err
	}
	p.Q.For = to.Authority
	made, err := s.c.Packets.Packet(v.Context(), *v.Viewer, p.Q)
	if errs.Is(err, errs.Denied) {
		p.Refused, _ = errs.Message(errs.Public(err))
		return nil
	}
	if err != nil {
		return err
	}
	p.P = made
	p.F.RaiseTo(made.Marking.TLP)
	_, err = document.FindBrowser()
	p.NoPrinter = err != nil
	for _, form := range forms {
		if form != "pdf" || !p.NoPrinter {
			p.Files = append(p.Files, view.Export{Form: form, Address: p.Q.address("/packet/" + form)})
		}
	}
	return p.say(v.Lang)
}

// say takes from the packet, set in the reader's language, what stands first on the
// page, and its whole text in the packet's own.
func (p *packetPage) say(lang string) error {
	own, err := p.P.Document()
	if err != nil {
		return err
	}
	p.Text = blocks(own.Blocks)
	theirs := *p.P
	theirs.Lang = lang
	d, err := theirs.Document()
	if err != nil {
		return err
	}
	w, _ := wording.Of(lang)
	for _, b := range d.Blocks {
		b, ok := b.(document.Paragraph)
		switch {
		case !ok:
		case b.Style == document.Lead:
			p.Lead = textOf(b.Runs)
		case b.Style == document.Notice:
			p.note(textOf(b.Runs))
		}
	}
	for _, l := range p.P.LeftOut {
		p.LeftOut = append(p.LeftOut, wording.Fill(w.LeftOut, strconv.Itoa(l.Count), wording.Word(w.LeftRule, l.Rule)))
	}
	if len(p.LeftOut) == 0 {
		p.LeftOut = []string{w.NothingLeftOut}
	}
	for _, c := range p.P.Cut {
		p.Cut = append(p.Cut, wording.Fill(w.CutLine, strconv.Itoa(c.Count), wording.Word(w.CutWhat, c.What)))
	}
	p.holds()
	for _, e := range p.P.Exhibits {
		x := exhibit{Exhibit: e}
		if e.Archived {
			x.Door = record.Where{SHA256: e.SHA256}
			if len(e.Places) > 0 {
				x.Door = e.Places[0]
				x.Door.SHA256 = e.SHA256
			}
		}
		p.Exhibits = append(p.Exhibits, x)
	}
	return nil
}

// note keeps a doubt once: the gravest stand on the first page of the packet and
// again where they belong.
func (p *packetPage) note(text string) {
	for _, had := range p.Doubts {
		if had == text {
			return
		}
	}
	p.Doubts = append(p.Doubts, text)
}

func (p *packetPage) holds() {
	names, facts := 0, 0
	for _, g := range p.P.Names {
		names += len(g.Names)
	}
	for _, g := range p.P.Facts {
		facts += len(g.Facts)
	}
	for _, c := range []count{
		{"entries", len(p.P.Entries)},
		{"names", names},
		{"facts", facts},
		{"wallets", len(p.P.Wallets)},
		{"listings", len(p.P.Listings)},
		{"statements", len(p.P.Statements)},
		{"decisions", len(p.P.Decisions)},
		{"claims", len(p.P.Claims)},
		{"losses", len(p.P.Losses)},
		{"reports", len(p.P.Reports)},
		{"exhibits", len(p.P.Exhibits)},
	} {
		if c.N > 0 {
			p.Holds = append(p.Holds, c)
		}
	}
}

// tlpOf is the label of a marking by its name.
func tlpOf(name string) policy.TLP {
	l, err := policy.ParseTLP(name)
	if err != nil {
		return policy.Red
	}
	return l
}

// Marking is the class of the packet's marking.
func (p *packetPage) Marking() string { return web.TLPClass(tlpOf(p.P.Marking.TLP)) }

// block is one block of the text: one of its fields is set.
type block struct {
	Heading   *document.Heading
	Paragraph *document.Paragraph
	Table     *document.Table
	Quote     *document.Quote
	Bullets   []document.Paragraph
}

// blocks are the blocks of a document with those of one list together, without its
// title: the page has one of its own.
func blocks(all []document.Block) (out []block) {
	section := false
	for _, b := range all {
		switch b := b.(type) {
		case document.Heading:
			if section = section || b.Level == 2; !section { // what stands before the first section
				b.Level--
			}
			if b.Level > 1 {
				out = append(out, block{Heading: &b})
			}
		case document.Paragraph:
			last := len(out) - 1
			switch {
			case b.Style != document.Bullet:
				out = append(out, block{Paragraph: &b})
			case last >= 0 && out[last].Bullets != nil:
				out[last].Bullets = append(out[last].Bullets, b)
			default:
				out = append(out, block{Bullets: []document.Paragraph{b}})
			}
		case document.Table:
			out = append(out, block{Table: &b})
		case document.Quote:
			out = append(out, block{Quote: &b})
		}
	}
	return out
}

func textOf(runs []document.Run) string {
	var b strings.Builder
	for _, r := range runs {
		b.WriteString(r.Text)
	}
	return b.String()
}
