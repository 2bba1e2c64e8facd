package eu

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

func prefixed(prefix, s string) string {
	if s == "" {
		return ""
	}
	return prefix + s
}

// line is a text on one line: attributes hold line breaks as blanks.
func line(s string) string { return strings.Join(strings.Fields(s), " ") }

// appendNew appends texts that are not empty and not there yet.
func appendNew(to []string, texts ...string) []string {
	for _, s := range texts {
		if s != "" && !slices.Contains(to, s) {
			to = append(to, s)
		}
	}
	return to
}

// remarks keeps the remarks and the additional information of an element as facts.
func (r *reading) remarks(n *element.Node, label string, p *record.Party) {
	for _, s := range n.Values("remark") {
		fact(p, label, s)
	}
	for _, k := range n.All("additionalInformation") {
		fact(p, label, listing.Join(": ", k.Attr("key"), k.Attr("value")))
	}
}

// country returns the country of an element; what is unknown is none.
func country(n *element.Node) string {
	s, code := n.Attr("countryDescription"), n.Attr("countryIso2Code")
	switch {
	case s == "UNKNOWN" || code == "00" && s == "":
		return ""
	case s == "":
		return code
	}
	return s
}

var (
	lowQuality = regexp.MustCompile(`(?i)\blow?[ -]quality\b`)
	formerly   = regexp.MustCompile(`(?i)\b(formerly|previously) (known|listed)\b`)
)

// names takes the names with the primary one first, and what stands beside them:
// titles, functions, the gender.
func (r *reading) names(n *element.Node, path string, p *record.Party) error {
	for i, k := range n.All("nameAlias") {
		here := fmt.Sprintf("%s/nameAlias[%d]", path, i+1)
		name, err := r.name(k, here)
		if err != nil {
			return err
		}
		if name.Text != "" {
			p.Names = append(p.Names, name)
		}
		if p.Gender == "" {
			p.Gender = k.Attr("gender")
		}
		p.Titles = appendNew(p.Titles, line(k.Attr("title")), line(k.Attr("function")))
		for _, s := range k.Values("remark") {
			fact(p, "alias-note", listing.Join(": ", name.Text, s))
		}
		for _, a := range k.All("additionalInformation") {
			fact(p, "alias-note", listing.Join(": ", name.Text, a.Attr("key"), a.Attr("value")))
		}
	}
	if len(p.Names) == 0 {
		return r.x.Drift(path+"/nameAlias", n.Start, "a name", "none")
	}
	i := primary(p.Names)
	first := p.Names[i]
	first.Kind = record.Primary
	p.Names = slices.Insert(slices.Delete(p.Names, i, i+1), 0, first)
	return nil
}

// primary returns which of the names stands for the party: the first strong one in
// Latin letters that is not a former name, else the first strong one, else the first.
func primary(names []record.Name) int {
	strong := func(n record.Name) bool { return n.Quality != record.Weak && n.Kind != record.FKA }
	if i := slices.IndexFunc(names, func(n record.Name) bool { return strong(n) && n.Script == "Latn" }); i >= 0 {
		return i
	}
	return max(0, slices.IndexFunc(names, strong))
}

// name reads one name; it is without text where the element has none.
func (r *reading) name(k *element.Node, here string) (record.Name, error) {
	given, family := line(k.Attr("firstName")+" "+k.Attr("middleName")), line(k.Attr("lastName"))
	text := line(k.Attr("wholeName"))
	if text == "" {
		text = listing.Join(" ", given, family)
	}
	n := record.Name{
		Text: text, Kind: record.AKA, Script: listing.ScriptOf(text), Given: given, Family: family,
		Entry: k.Attr("logicalId"), Where: r.x.Where(k, here),
	}
	switch s := k.Attr("strong"); s {
	case "true":
		n.Quality = record.Strong
	case "false":
		n.Quality = record.Weak
	default:
		return n, r.x.Drift(here+"@strong", k.Start, "true or false", listing.Quote(s))
	}
	remark := strings.Join(k.Values("remark"), "\n")
	switch {
	case formerly.MatchString(remark):
		n.Kind = record.FKA
	case n.Script != "Latn" && n.Script != "":
		n.Kind = record.Original
	}
	if lowQuality.MatchString(remark) {
		n.Quality = record.Weak
	}
	return n, nil
}

// births takes the dates and places of birth.
func (r *reading) births(n *element.Node, path string, p *record.Party) error {
	for i, k := range n.All("birthdate") {
		here := fmt.Sprintf("%s/birthdate[%d]", path, i+1)
		b, err := r.birth(k, here)
		if err != nil {
			return err
		}
		if b.Text != "" {
			p.Births = append(p.Births, b)
		}
		land := country(k)
		place := listing.Join(", ", line(k.Attr("place")), line(k.Attr("city")), line(k.Attr("zipCode")), line(k.Attr("region")), land)
		at := record.Place{Text: place, City: line(k.Attr("city")), Country: land}
		if place != "" && !slices.Contains(p.Places, at) {
			p.Places = append(p.Places, at)
		}
		r.remarks(k, "birth-note", p)
	}
	return nil
}

// birth reads one date, month, year or range of years. A calendar other than the
// Gregorian and a date that there is not are kept as words, with a warning.
func (r *reading) birth(k *element.Node, here string) (record.Birth, error) {
	b := record.Birth{Where: r.x.Where(k, here)}
	switch s := k.Attr("circa"); s {
	case "true":
		b.Circa = true
	case "false", "":
	default:
		return b, r.x.Drift(here+"@circa", k.Start, "true or false", listing.Quote(s))
	}
	whole, err := r.date(k, here, "birthdate")
	if err != nil {
		return b, err
	}
	year, month, day := k.Attr("year"), k.Attr("monthOfYear"), k.Attr("dayOfMonth")
	from, to := k.Attr("yearRangeFrom"), k.Attr("yearRangeTo")
	text := string(whole)
	if text == "" {
		text = listing.Join("-", year, month, day)
	}
	if from+to != "" {
		text = listing.Join("; ", text, listing.Join(" ", prefixed("from ", from), prefixed("to ", to)))
	}
	if text == "" {
		return b, nil
	}
	calendar := k.Attr("calendarType")
	gregorian := calendar == "" || strings.EqualFold(calendar, "GREGORIAN")
	b.Text = text
	if !gregorian {
		b.Text += " (" + calendar + ")"
	}
	ok := gregorian
	if ok {
		b.Date, b.To, ok = span(whole, [3]string{year, month, day}, from, to)
	}
	if !ok {
		r.v.Warn(b.Where, "the date of birth %s is kept as words", listing.Quote(b.Text))
	}
	return b, nil
}

// span makes a date or a range. False where it is none, also for a range that is
// open at one end, which would read as a date.
func span(whole record.Date, parts [3]string, from, to string) (first, last record.Date, ok bool) {
	switch {
	case whole != "":
		return whole, "", true
	case parts[0] != "":
		first, ok = parted(parts)
		return first, "", ok
	case parts[1]+parts[2] != "":
		return "", "", false
	}
	first, ok = parted([3]string{from})
	last, closed := parted([3]string{to})
	if !ok || !closed || last < first {
		return "", "", false
	}
	return first, last, true
}

// parted makes a date of a year, a month and a day, of which the later ones can be
// missing.
func parted(parts [3]string) (record.Date, bool) {
	var n [3]int
	for i, s := range parts {
		if s == "" {
			continue
		}
		v, err := strconv.Atoi(s)
		if err != nil {
			return "", false
		}
		n[i] = v
	}
	switch {
	case n[0] < 1850 || n[0] > 2100 || n[1] == 0 && parts[2] != "":
		return "", false
	case parts[1] == "":
		return record.Date(fmt.Sprintf("%04d", n[0])), true
	case n[1] < 1 || n[1] > 12:
		return "", false
	case parts[2] == "":
		return record.Date(fmt.Sprintf("%04d-%02d", n[0], n[1])), true
	}
	return listing.ISODate(fmt.Sprintf("%04d-%02d-%02d", n[0], n[1], n[2]))
}

// documents are the kinds of document by the list's codes.
var documents = map[string]string{
	"passport": "passport", "id": "national-id", "ssn": "national-id", "fiscalcode": "tax-id", "taxid": "tax-id",
	"regnumber": "registration", "tradelic": "registration", "travelpass": "travel-document", "traveldoc": "travel-document",
	"driverslic": "driving-licence", "drivinglicence": "driving-licence", "imo": "imo", "swiftbic": "swift-bic", "lei": "lei",
}

// identifications takes documents and numbers. One that is known to be false or
// expired is still what somebody may show, so it is taken and said to be so.
func (r *reading) identifications(n *element.Node, path string, p *record.Party) error {
	for i, k := range n.All("identification") {
		code := strings.ToLower(k.Attr("identificationTypeCode"))
		kind := documents[code]
		if kind == "" {
			kind = "other"
		}
		number, latin := line(k.Attr("number")), line(k.Attr("latinNumber"))
		if number == "" {
			number, latin = latin, ""
		}
		title := k.Attr("identificationTypeDescription")
		if title == "" {
			title = code
		}
		parts := []string{
			title, number, prefixed("in Latin letters ", latin), prefixed("in the name of ", line(k.Attr("nameOnDocument"))),
			prefixed("issued by ", line(k.Attr("issuedBy"))), prefixed("issued ", k.Attr("issueDate")),
			prefixed("valid from ", k.Attr("validFrom")), prefixed("valid to ", k.Attr("validTo")), line(k.Attr("region")), country(k),
		}
		for _, flag := range []struct{ name, words string }{
			{"diplomatic", "diplomatic"},
			{"knownExpired", "known to be expired"},
			{"knownFalse", "known to be false"},
			{"reportedLost", "reported lost"},
			{"revokedByIssuer", "revoked by the issuer"},
		} {
			if k.Attr(flag.name) == "true" {
				parts = append(parts, flag.words)
			}
		}
		parts = append(parts, k.Values("remark")...)
		if number == "" && len(k.Values("remark")) == 0 {
			continue
		}
		d := record.Document{
			Kind: kind, Number: number, Country: country(k), Text: listing.Join("; ", parts...),
			Where: r.x.Where(k, fmt.Sprintf("%s/identification[%d]", path, i+1)),
		}
		p.Documents = append(p.Documents, d)
		if latin != "" && latin != number {
			d.Number = latin
			p.Documents = append(p.Documents, d)
		}
		for _, a := range k.All("additionalInformation") {
			fact(p, "document-note", listing.Join(": ", number, a.Attr("key"), a.Attr("value")))
		}
	}
	return nil
}

// rest takes what has no rules of its own.
func (r *reading) rest(n *element.Node, path string, p *record.Party) error {
	fact(p, "un-reference", n.Attr("unitedNationId"))
	fact(p, "designation-details", n.Attr("designationDetails"))
	fact(p, "delisting-date", n.Attr("delistingDate"))
	p.Remarks = strings.Join(n.Values("remark"), "\n")
	for _, k := range n.All("additionalInformation") {
		fact(p, "additional-information", listing.Join(": ", k.Attr("key"), k.Attr("value")))
	}
	for _, k := range n.All("citizenship") {
		land := country(k)
		if land == "" {
			land = line(k.Attr("region"))
		}
		p.Nations = appendNew(p.Nations, land)
		if a, d := k.Attr("acquisitionDate"), k.Attr("disenfranchisementDate"); a+d != "" {
			fact(p, "citizenship-note", listing.Join(", ", land, prefixed("acquired ", a), prefixed("lost ", d)))
		}
		r.remarks(k, "citizenship-note", p)
	}
	for i, k := range n.All("address") {
		r.address(k, fmt.Sprintf("%s/address[%d]", path, i+1), p)
	}
	r.wallets(n, path, p)
	return nil
}

// address takes an address and the contacts that stand under it.
func (r *reading) address(k *element.Node, here string, p *record.Party) {
	land := country(k)
	text := listing.Join(", ", line(k.Attr("street")), prefixed("P.O. Box ", line(k.Attr("poBox"))), line(k.Attr("place")),
		line(k.Attr("zipCode")), line(k.Attr("city")), line(k.Attr("region")), land)
	if text != "" {
		if k.Attr("asAtListingTime") == "true" {
			text += " (at the time of listing)"
		}
		p.Addresses = append(p.Addresses, record.Address{
			Text: text, City: line(k.Attr("city")), Country: land, Entry: k.Attr("logicalId"), Where: r.x.Where(k, here),
		})
	}
	r.remarks(k, "address-note", p)
	for _, c := range k.All("contactInfo") {
		key, value := c.Attr("key"), c.Attr("value")
		for _, s := range listing.Pieces(value) {
			switch strings.ToUpper(key) {
			case "EMAIL":
				p.Emails = appendNew(p.Emails, s.Text)
			case "PHONE", "MOBILE":
				p.Phones = appendNew(p.Phones, s.Text)
			case "WEB", "WEBSITE":
				p.Websites = appendNew(p.Websites, s.Text)
			default:
				fact(p, "contact", listing.Join(": ", key, s.Text))
			}
		}
	}
}

// wallets takes cryptocurrency addresses out of remarks and numbers: the schema has
// no field for them.
func (r *reading) wallets(n *element.Node, path string, p *record.Party) {
	find := func(k *element.Node, here, text string) {
		for _, f := range coin.Find(text) {
			w := record.Wallet{
				Address: text[f.Start:f.End], Canonical: f.Address.Canonical, Chain: string(f.Address.Chain), Where: r.x.Where(k, here),
			}
			if !slices.ContainsFunc(p.Wallets, func(h record.Wallet) bool { return h.Chain == w.Chain && h.Canonical == w.Canonical }) {
				p.Wallets = append(p.Wallets, w)
			}
		}
	}
	for _, k := range n.All("remark") {
		find(k, path+"/remark", k.Text)
	}
	for i, k := range n.All("identification") {
		here := fmt.Sprintf("%s/identification[%d]", path, i+1)
		find(k, here, k.Attr("number"))
		find(k, here, strings.Join(k.Values("remark"), "\n"))
	}
}
