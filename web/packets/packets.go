// Package packets has the page of listing packets: from a gap in the matrix to what
// can be given to the desk that has not listed yet.
//
// In come a party, a desk, a language and how high the desk is cleared, in the
// address; out goes first how the party stands with the desk, then what a reader has
// to know before relying on the packet, its exhibits with their hashes, what is left
// out by which rule, and the text itself; and the same packet as DOCX, PDF, HTML,
// STIX and JSON. [Config] is a web.Room.
//
// Guarantees: the page shows what package brief put into the packet and nothing
// else, so what the viewer may not read or the desk may not be given is on neither
// page nor file. A file is made whole before its first byte leaves.
//
// Refused: a desk that no authority stands for. A PDF needs Chromium on the machine
// of the node and is made one at a time.
package packets

import (
	"bytes"
	"context"
	"embed"
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/cordon-project/cordon/brief"
	"github.com/cordon-project/cordon/brief/document"
	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/record"
	"github.com/cordon-project/cordon/web"
	"github.com/cordon-project/cordon/web/say"
)

//go:embed templates/*.tmpl
var templates embed.FS

// Config is what the pages stand on; all of it is needed.
type Config struct {
	Packets Packets
}

// Packets makes listing packets.
type Packets interface {
	// Packet makes one of what the viewer may see and the desk may be given.
	// errs.NotFound if there is no such party, errs.Invalid for a desk or language
	// that is not known, errs.Denied when the desk may have none of the entries.
	Packet(ctx context.Context, v policy.Viewer, q Query) (*brief.Packet, error)
}

// Query is what a packet is asked for with.
type Query struct {
	Party     string     // id of any entry of the party
	For       string     // a nation or the short name of an authority
	Lang      string     // en, ja or ko; "" for that of the desk
	ClearedTo policy.TLP // the highest marking that the desk may be given
}

// address is the query as an address.
func (q Query) address(path string) string {
	v := url.Values{"party": {q.Party}}
	for key, value := range map[string]string{"for": q.For, "lang": q.Lang} {
		if value != "" {
			v.Set(key, value)
		}
	}
	if q.ClearedTo != policy.Clear {
		v.Set("cleared", cleared(q.ClearedTo))
	}
	return path + "?" + v.Encode()
}

// clearances are how high a desk can be cleared: above TLP:AMBER nothing is
// released to another organisation (FIRST, TLP 2.0).
var clearances = []policy.TLP{policy.Clear, policy.Green, policy.Amber}

func cleared(l policy.TLP) string { return strings.ToLower(strings.TrimPrefix(l.String(), "TLP:")) }

// asked reads a query from an address.
func asked(v url.Values) (q Query, err error) {
	q = Query{Party: v.Get("party"), For: v.Get("for"), Lang: v.Get("lang")}
	if q.Party == "" {
		return q, errs.New(errs.Invalid, "it is not said which party the packet is about").WithHint("Open a party in the matrix and go on from there.")
	}
	if q.Lang != "" && !slices.Contains(say.Languages, q.Lang) {
		return q, errs.New(errs.Invalid, "a packet cannot be written in %q", q.Lang).WithHint("Choose English, Japanese or Korean.")
	}
	if c := v.Get("cleared"); c != "" {
		if q.ClearedTo, err = policy.ParseTLP(c); err != nil {
			return q, err
		}
		if !slices.Contains(clearances, q.ClearedTo) {
			return q, errs.New(errs.Invalid, "nothing above TLP:AMBER is given to another organisation").WithHint("Choose a lower marking.")
		}
	}
	return q, nil
}

// pages are the handlers.
type pages struct {
	*web.Server
	c        Config
	printing chan struct{} // holds one token: a PDF is a browser of its own
}

// Pages returns the pages (web.Room).
func (c Config) Pages(site *web.Server) (web.Pages, error) {
	if c.Packets == nil {
		return web.Pages{}, errs.New(errs.Invalid, "packets: Packets is needed")
	}
	s := &pages{site, c, make(chan struct{}, 1)}
	return web.Pages{
		Templates: templates,
		Types:     map[string]any{"packet": &packetPage{}},
		Routes:    map[string]web.Handler{"GET /packet": s.packet, "GET /packet/{form}": s.download},
	}, nil
}

// desks are the authorities that a packet can be for, first those for which a
// nation stands.
func desks() []string {
	out := []string{"US", "JP", "KR", "UN", "EU", "GB", "AU", "CH", "CA"}
	for i, nation := range out {
		if to, err := brief.DeskOf(nation); err == nil {
			out[i] = to.Authority
		}
	}
	for _, a := range record.Authorities() {
		if !slices.Contains(out, a.Code) {
			out = append(out, a.Code)
		}
	}
	return out
}

// fileKinds are the media types of the forms and the ends of their file names.
var fileKinds = map[string][2]string{
	"docx": {"application/vnd.openxmlformats-officedocument.wordprocessingml.document", ".docx"},
	"pdf":  {"application/pdf", ".pdf"},
	"html": {"text/html; charset=utf-8", ".html"},
	"stix": {"application/stix+json;version=2.1", ".stix.json"},
	"json": {"application/json", ".json"},
}

// forms are the forms in the order to be shown.
var forms = []string{"docx", "pdf", "html", "stix", "json"}

// download gives a packet as a file.
func (s *pages) download(w http.ResponseWriter, v *web.Visit) error {
	form := v.PathValue("form")
	kind, ok := fileKinds[form]
	if !ok {
		return errs.New(errs.NotFound, "there is no such form")
	}
	q, err := asked(v.URL.Query())
	if err != nil {
		return err
	}
	p, err := s.c.Packets.Packet(v.Context(), *v.Viewer, q)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := s.write(v.Context(), &b, p, form); err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("Content-Type", kind[0])
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{
		"filename": "cordon-packet-" + p.For.Authority + "-" + string(p.Date) + kind[1],
	}))
	if _, err := b.WriteTo(w); err != nil {
		s.Log().Warn("a packet was not sent whole", "form", form, "err", err)
	}
	return nil
}

// write makes the whole file.
func (s *pages) write(ctx context.Context, w io.Writer, p *brief.Packet, form string) error {
	switch form {
	case "stix":
		return p.Bundle(w)
	case "json":
		e := json.NewEncoder(w)
		e.SetEscapeHTML(false)
		e.SetIndent("", "  ")
		return e.Encode(p)
	}
	d, err := p.Document()
	if err != nil {
		return err
	}
	switch form {
	case "html":
		return d.HTML(w)
	case "docx":
		return d.DOCX(w)
	}
	select {
	case s.printing <- struct{}{}:
		defer func() { <-s.printing }()
	case <-ctx.Done():
		return ctx.Err()
	}
	return d.PDF(ctx, w, document.PDFOptions{})
}
