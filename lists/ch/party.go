package ch

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/cordon-project/cordon/coin"
	"github.com/cordon-project/cordon/lists/element"
	"github.com/cordon-project/cordon/lists/listing"
	"github.com/cordon-project/cordon/record"
)

// fact adds a labelled piece of text that is not empty and not there yet.
func fact(p *record.Party, label, text string) {
	f := record.Fact{Label: label, Text: text}
	if text != "" && !slices.Contains(p.OtherFacts, f) {
		p.OtherFacts = append(p.OtherFacts, f)
	}
}

// appendNew appends texts that are not empty and not there yet.
func appendNew(to []string, texts ...string) []string {
	for _, s := range texts {
		if s != "" && !slices.Contains(to, s) {
			to = append(to, s)
		}
	}
	return to
}

func prefixed(prefix, s string) string {
	if s == "" {
		return ""
	}
	return prefix + s
}

var (
	councilNumber = regexp.MustCompile(`^[A-Z]{2}[ie]\.\d{3,4}$`)
	unionNumber   = regexp.MustCompile(`^EU\.\d+\.\d+$`)
)

// foreign takes the numbers that the target has on the list from which it was taken
// over.
func (r *reading) foreign(n *element.Node, p *record.Party) {
	for _, s := range append(n.Values("foreign-identifier"), n.Attr("foreign-identifier")) {
		label := "foreign-identifier"
		switch {
		case councilNumber.MatchString(s):
			label = "un-reference"
		case unionNumber.MatchString(s):
			label = "eu-reference"
		}
		fact(p, label, s)
	}
	r.attributes(n, p)
}

// attributes keeps the generic attributes of an element as facts.
func (r *reading) attributes(n *element.Node, p *record.Party) {
	for _, k := range n.All("generic-attribute") {
		fact(p, "generic-attribute", listing.Join(": ", k.Attr("name"), k.Text))
	}
}

// party takes the identities of a target and what is said of it as a whole.
func (r *reading) party(n *element.Node, path string, p *record.Party, d *record.Designation) error {
	p.Gender = n.Attr("sex")
	identities := n.All("identity")
	for i, k := range identities {
		here := fmt.Sprintf("%s/identity[%d]", path, i+1)
		main := len(identities) == 1
		switch s := k.Attr("main"); s {
		case "true":
			main = true
		case "false", "":
		default:
			return r.x.Drift(here+"@main", k.Start, "true or false", listing.Quote(s))
		}
		if err := r.identity(k, here, main, p); err != nil {
			return err
		}
	}
	if len(p.Names) == 0 {
		return r.x.Drift(path+"/identity/name", n.Start, "a name", "none")
	}
	primaryFirst(p)
	d.Basis = strings.Join(n.Values("justification"), "\n")
	for _, k := range n.All("relation") {
		to := k.Attr("target-id")
		// The name is the target's number until the whole file is read.
		p.Links = append(p.Links, record.Link{
			Kind: k.Attr("relation-type"), Name: to, Text: listing.Join("; ", "target "+to, k.Value("remark")),
		})
	}
	p.Remarks = strings.Join(n.Values("other-information"), "\n")
	for i, k := range n.All("other-information") {
		r.prose(k, fmt.Sprintf("%s/other-information[%d]", path, i+1), p)
	}
	r.attributes(n, p)
	return nil
}

// primaryFirst puts the primary name first and leaves one: the first primary name of
// the main identity, else the first name.
func primaryFirst(p *record.Party) {
	i := max(0, slices.IndexFunc(p.Names, func(n record.Name) bool { return n.Kind == record.Primary }))
	for j := range p.Names {
		if j != i && p.Names[j].Kind == record.Primary {
			p.Names[j].Kind = record.AKA
		}
	}
	first := p.Names[i]
	first.Kind = record.Primary
	p.Names = slices.Insert(slices.Delete(p.Names, i, i+1), 0, first)
}

// identity takes one identity of a target.
func (r *reading) identity(n *element.Node, path string, main bool, p *record.Party) error {
	for i, k := range n.All("name") {
		if err := r.name(k, fmt.Sprintf("%s/name[%d]", path, i+1), main, p); err != nil {
			return err
		}
	}
	for i, k := range n.All("day-month-year") {
		r.birth(k, fmt.Sprintf("%s/day-month-year[%d]", path, i+1), p)
	}
	for i, k := range n.All("place-of-birth") {
		p.Places = append(p.Places, record.Place{Text: listing.Join("; ", append(k.Values("remark"), k.Values("remarks")...)...)})
		r.wait(k, waits{of: birthPlace, at: len(p.Places) - 1, path: fmt.Sprintf("%s/place-of-birth[%d]", path, i+1)})
	}
	for i, k := range n.All("address") {
		here := fmt.Sprintf("%s/address[%d]", path, i+1)
		text := listing.Join(", ", prefixed("c/o ", k.Value("c-o")), k.Value("address-details"), prefixed("P.O. Box ", k.Value("p-o-box")),
			k.Value("zip-code"), strings.Join(append(k.Values("remark"), k.Values("remarks")...), "; "))
		p.Addresses = append(p.Addresses, record.Address{Text: text, Entry: k.Attr("ssid"), Where: r.x.Where(k, here)})
		r.wait(k, waits{of: postal, at: len(p.Addresses) - 1, path: here})
	}
	for _, k := range n.All("nationality") {
		for _, c := range k.All("country") {
			s := c.Text
			if s == "" {
				s = c.Attr("iso-code")
			}
			p.Nations = appendNew(p.Nations, s)
		}
		for _, s := range k.Values("remark") {
			fact(p, "nationality-note", s)
		}
	}
	for i, k := range n.All("identification-document") {
		r.document(k, fmt.Sprintf("%s/identification-document[%d]", path, i+1), p)
	}
	r.attributes(n, p)
	return nil
}

// wait notes a place that the entry which is being read refers to.
func (r *reading) wait(k *element.Node, w waits) {
	if w.place = k.Attr("place-id"); w.place != "" {
		w.entry, w.off = len(r.v.Entries), k.Start
		r.waiting = append(r.waiting, w)
	}
}

// birth takes a day, month or year. Of an organisation it is the day on which it was
// founded, which is a fact.
func (r *reading) birth(k *element.Node, here string, p *record.Party) {
	year, month, day := k.Attr("year"), k.Attr("month"), k.Attr("day")
	text := listing.Join("-", year, month, day)
	if text == "" {
		return
	}
	calendar := k.Attr("calendar")
	gregorian := calendar == "" || strings.EqualFold(calendar, "gregorian")
	if !gregorian {
		text += " (" + calendar + ")"
	}
	if s := k.Value("remark"); s != "" {
		text += "; " + s
	}
	if p.Kind != record.Person {
		fact(p, "founded", text)
		return
	}
	b := record.Birth{Text: text, Where: r.x.Where(k, here)}
	ok := gregorian
	if ok {
		b.Date, ok = date(year, month, day)
	}
	if !ok {
		r.v.Warn(b.Where, "the date of birth %s is kept as words", listing.Quote(text))
	}
	p.Births = append(p.Births, b)
}

// date makes a date of a year, a month and a day, of which the later ones can be
// missing.
func date(year, month, day string) (record.Date, bool) {
	y, err := strconv.Atoi(year)
	if err != nil || y < 1850 || y > 2100 || month == "" && day != "" {
		return "", false
	}
	if month == "" {
		return record.Date(fmt.Sprintf("%04d", y)), true
	}
	m, err := strconv.Atoi(month)
	if err != nil || m < 1 || m > 12 {
		return "", false
	}
	if day == "" {
		return record.Date(fmt.Sprintf("%04d-%02d", y, m)), true
	}
	n, err := strconv.Atoi(day)
	if err != nil {
		return "", false
	}
	return listing.ISODate(fmt.Sprintf("%04d-%02d-%02d", y, m, n))
}

var documents = map[string]string{
	"passport": "passport", "diplomatic-passport": "passport", "id-card": "national-id", "identity-card": "national-id",
	"driving-license": "driving-licence", "driver-license": "driving-licence", "travel-document": "travel-document",
}

// document takes one document.
func (r *reading) document(k *element.Node, here string, p *record.Party) {
	typ := k.Attr("document-type")
	kind := documents[typ]
	if kind == "" {
		kind = "other"
	}
	issuer := ""
	if s := k.Kid("issuer"); s != nil {
		if issuer = s.Text; issuer == "" {
			issuer = s.Attr("code")
		}
	}
	n := k.Value("number")
	d := record.Document{Kind: kind, Number: n, Country: issuer, Where: r.x.Where(k, here)}
	d.Text = listing.Join("; ", typ, n, issuer, prefixed("issued ", k.Value("date-of-issue")), prefixed("in ", k.Value("place-of-issue")),
		prefixed("expires ", k.Value("expiry-date")), strings.Join(k.Values("remark"), "; "))
	if d.Text == "" {
		return
	}
	p.Documents = append(p.Documents, d)
	if at := k.Kid("place-of-issue"); at != nil {
		r.wait(at, waits{of: issued, at: len(p.Documents) - 1, path: here + "/place-of-issue"})
	}
}

// The forms of what stands in prose and has a field.
var (
	imoForm     = regexp.MustCompile(`(?i:\bIMO(?: number)?)[ :]+(\d{7})\b`)
	swiftForm   = regexp.MustCompile(`(?i:\bSWIFT(?:/BIC)?(?: codes?)?)\s*:\s*([A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?)\b`)
	taxForm     = regexp.MustCompile(`(?i:\btax(?:payer)?(?: identification| registration)? number|\bINN)[ :]+(\d{8,15})\b`)
	numberForm  = regexp.MustCompile(`(?i:\b(?:state |business |company )?registration number)[ :]+(\d{5,20})\b`)
	emailForm   = regexp.MustCompile(`[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+`)
	websiteForm = regexp.MustCompile(`(?:https?://|\bwww\.)[^\s;,]+`)
	phoneForm   = regexp.MustCompile(`(?i:\btel(?:ephone|\.)?(?: number| no\.)?)\s*:\s*(\+?[0-9][0-9 ()/-]{5,30}[0-9])`)
)

// prose takes numbers, contacts and wallets out of other information; the whole of
// it is kept as remarks.
func (r *reading) prose(k *element.Node, here string, p *record.Party) {
	w := r.x.Where(k, here)
	for _, f := range []struct {
		form *regexp.Regexp
		kind string
	}{{imoForm, "imo"}, {swiftForm, "swift-bic"}, {taxForm, "tax-id"}, {numberForm, "registration"}} {
		for _, m := range f.form.FindAllStringSubmatch(k.Text, -1) {
			p.Documents = append(p.Documents, record.Document{Kind: f.kind, Number: m[1], Text: m[0], Where: w})
		}
	}
	p.Emails = appendNew(p.Emails, emailForm.FindAllString(k.Text, -1)...)
	for _, s := range websiteForm.FindAllString(k.Text, -1) {
		p.Websites = appendNew(p.Websites, strings.TrimRight(s, ".)"))
	}
	for _, m := range phoneForm.FindAllStringSubmatch(k.Text, -1) {
		p.Phones = appendNew(p.Phones, m[1])
	}
	for _, f := range coin.Find(k.Text) {
		x := record.Wallet{Address: k.Text[f.Start:f.End], Canonical: f.Address.Canonical, Chain: string(f.Address.Chain), Where: w}
		if !slices.ContainsFunc(p.Wallets, func(h record.Wallet) bool { return h.Chain == x.Chain && h.Canonical == x.Canonical }) {
			p.Wallets = append(p.Wallets, x)
		}
	}
}
