package desks

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/cordon-project/cordon/api"
	"github.com/cordon-project/cordon/brief"
	"github.com/cordon-project/cordon/brief/document"
	"github.com/cordon-project/cordon/cmd/cordon/run"
	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/node"
)

// Packet is cordon packet: a listing packet in one of its forms.
type Packet struct {
	Party     string `arg:"" name:"party-id" help:"Id of any entry of the party, as cordon screen or cordon gaps shows it."`
	For       string `required:"" help:"The desk that it is for: a nation (JP, KR, US …) or an authority (JP-MOF)." placeholder:"DESK"`
	Format    string `help:"docx, pdf, html, stix or json; by default what the name of the file says, otherwise docx." enum:"docx,pdf,html,stix,json," default:"" placeholder:"FORM"`
	Out       string `short:"o" help:"Write to this file." type:"path" placeholder:"FILE"`
	ClearedTo string `help:"The highest marking that the desk may be given: clear, green or amber." enum:"clear,green,amber" default:"clear" placeholder:"TLP"`
	Date      string `help:"The packet's day; today by default." placeholder:"DATE"`
	Browser   string `help:"The Chromium that makes a PDF." env:"CORDON_BROWSER" type:"path" placeholder:"FILE"`
}

// Run makes a packet. Its language is --lang, or that of the desk.
func (c *Packet) Run(a *run.App) error {
	if err := c.form(a); err != nil {
		return err
	}
	q := api.PacketQuery{Party: c.Party, For: c.For, Lang: a.Lang, Date: c.Date, ClearedTo: c.ClearedTo}
	return a.With(func(n *node.Connection) error {
		p, err := n.Packet(a.Ctx, q)
		if err != nil {
			return err
		}
		return c.write(a, n, q, &p)
	})
}

// form settles the format: what is asked for, what the file's name says, or docx.
func (c *Packet) form(a *run.App) error {
	ext := strings.TrimPrefix(strings.ToLower(filepath.Ext(c.Out)), ".")
	switch {
	case c.Format != "":
	case a.JSON:
		c.Format = "json"
	case ext == "docx", ext == "pdf", ext == "html", ext == "stix", ext == "json":
		c.Format = ext
	default:
		c.Format = "docx"
	}
	if c.Out == "" && run.Terminal(a.Streams.Out) && (c.Format == "docx" || c.Format == "pdf") {
		return errs.New(errs.Invalid, "a document is no text for a terminal").WithHint("Give a file: -o packet.%s", c.Format)
	}
	return nil
}

// write makes the whole packet before it opens the file.
func (c *Packet) write(a *run.App, n *node.Connection, q api.PacketQuery, p *brief.Packet) error {
	var b bytes.Buffer
	if err := c.render(a.Ctx, &b, n, q, p); err != nil {
		return err
	}
	if c.Out == "" {
		_, err := a.Streams.Out.Write(b.Bytes())
		return err
	}
	if err := run.ToFile(c.Out, func(w io.Writer) error { _, err := w.Write(b.Bytes()); return err }); err != nil {
		return err
	}
	if a.JSON {
		return nil
	}
	w := run.Harmless{W: a.Streams.Out}
	fmt.Fprintf(w, "%s  %s for %s, %s\n", c.Out, p.Marking.TLP, p.For.Authority, p.Date)
	fmt.Fprintf(w, "  %s: %d entries, %d statements of case, %d exhibits; with %s: %s\n", run.Plain(p.Name), len(p.Entries), len(p.Statements), len(p.Exhibits), p.For.Authority, p.Gap)
	for _, l := range p.LeftOut {
		fmt.Fprintf(w, "  left out: %d (%s)\n", l.Count, l.Rule)
	}
	return nil
}

func (c *Packet) render(ctx context.Context, w io.Writer, n *node.Connection, q api.PacketQuery, p *brief.Packet) error {
	switch c.Format {
	case "json":
		e := json.NewEncoder(w)
		e.SetEscapeHTML(false)
		e.SetIndent("", "  ")
		return e.Encode(p)
	case "stix":
		return n.PacketSTIX(ctx, w, q)
	}
	d, err := p.Document()
	if err != nil {
		return err
	}
	switch c.Format {
	case "html":
		return d.HTML(w)
	case "pdf":
		return d.PDF(ctx, w, document.PDFOptions{Browser: c.Browser})
	}
	return d.DOCX(w)
}
