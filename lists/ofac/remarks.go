package ofac

import (
	"regexp"
	"strings"

	"github.com/cordon-project/cordon/lists/listing"
	"github.com/cordon-project/cordon/record"
)

// OFAC's remarks are pieces parted by "; " and ended by a full stop. A piece
// that begins with a label of the table below becomes a fact of its kind; every
// other piece is kept as a fact labelled "remark", and the whole remark stays in
// Party.Remarks.
//
// Where a remark is cut at 1,000 characters and sdn_comments.csv goes on, the
// two join without a blank. When the files are of different dates the join may
// be wrong: only the one piece across the seam is at stake, so that piece is
// taken only if it is whole by its own form (a wallet by its checksum, an alias
// by its closing quote); otherwise both halves are kept as facts labelled
// "cut", with a warning. Pieces before and after the seam are whole either way.

// piece is one part of a remark with its place.
type piece struct {
	text  string
	where record.Where
	cut   bool // it lies at a cut end and may lack its head or tail
}

// parseRemark takes the pieces of an entry's remark.
func (r *reading) parseRemark(e *listing.Entry, rm remark) {
	p := &e.Party
	p.Remarks = rm.head
	pieces := split(rm.head, rm.headAt, rm.direct)
	cutHead := rm.head != "" && !strings.HasSuffix(rm.head, ".") && !strings.HasSuffix(rm.head, "; ")
	switch {
	case rm.tail != "" && !cutHead && rm.head != "":
		// The main file's remark is whole: the companion is of another date.
		tail := split(rm.tail, rm.tailAt, rm.direct)
		if len(tail) > 0 && !strings.HasPrefix(rm.tail, " ") {
			tail[0].cut = true
		}
		p.Remarks += "\n" + rm.tail
		pieces = append(pieces, tail...)
		r.v.Warn(rm.tailAt, "entry %s: %s goes on from a remark that is not cut in %s: the files are of different dates", e.Designation.Entry, r.p.comments, r.p.main)
	case rm.tail != "":
		p.Remarks += rm.tail
		pieces = r.join(e, pieces, split(rm.tail, rm.tailAt, rm.direct), rm)
	case cutHead && len(pieces) > 0:
		last := &pieces[len(pieces)-1]
		last.cut = !strings.HasSuffix(strings.TrimSpace(rm.head), ";")
		r.v.Warn(rm.headAt, "entry %s: the remark is cut at %d characters and no row of %s goes on with it", e.Designation.Entry, remarkLimit, r.p.comments)
	}
	for _, pc := range pieces {
		r.take(e, pc)
	}
}

// join makes one list of the pieces on both sides of the seam.
func (r *reading) join(e *listing.Entry, head, tail []piece, rm remark) []piece {
	if len(head) == 0 || len(tail) == 0 || strings.HasSuffix(strings.TrimSpace(rm.head), ";") {
		return append(head, tail...)
	}
	last, first := head[len(head)-1], tail[0]
	lead := rm.tail[:len(rm.tail)-len(strings.TrimLeft(rm.tail, " "))]
	trail := rm.head[len(strings.TrimRight(rm.head, " ")):]
	joined := last
	joined.text = last.text + trail + lead + first.text
	if _, value := labelOf(strings.TrimPrefix(joined.text, "alt. ")); len(first.text) > len(value)/2 {
		joined.where = first.where // the half that holds the greater part of the value
	}
	out := head[:len(head)-1]
	if wholePiece(joined.text, len(r.v.Orphans) > 0) {
		return append(append(out, joined), tail[1:]...)
	}
	last.cut, first.cut = true, true
	r.v.Warn(rm.tailAt, "entry %s: the two halves of %s at the cut in the remarks do not fit together; they are kept as they stand", e.Designation.Entry, listing.Quote(joined.text))
	return append(append(out, last, first), tail[1:]...)
}

// wholePiece reports whether a piece that was joined at a cut is whole by its
// own form. apart says that the files are known to be of different dates.
func wholePiece(s string, apart bool) bool {
	l, rest := labelOf(strings.TrimPrefix(s, "alt. "))
	if l == nil {
		return strings.Count(s, "(") == strings.Count(s, ")")
	}
	switch l.as {
	case asWallet:
		m := walletForm.FindStringSubmatch(rest)
		return m != nil && walletValid(m[1], m[2])
	case asAKA, asFKA, asNKA:
		return quotedName.MatchString(rest)
	case asBirth:
		_, ok := birthOf(rest)
		return ok
	case asDocument:
		if apart {
			return false
		}
	}
	return strings.Count(s, "(") == strings.Count(s, ")")
}

// split parts a remark into its pieces. A semicolon parts them everywhere but
// inside round brackets; the list itself has one without a blank behind it.
func split(s string, at record.Where, direct bool) []piece {
	var out []piece
	depth, from := 0, 0
	add := func(to int) {
		text := s[from:to]
		lead := len(text) - len(strings.TrimLeft(text, " "))
		text = strings.TrimSpace(text)
		if text != "" && text != "." {
			w := at
			if direct {
				w.End = w.Start + from + lead + len(text)
				w.Start += from + lead
			}
			out = append(out, piece{text: text, where: w})
		}
		from = to + 1
	}
	for i := range len(s) {
		switch s[i] {
		case '(':
			depth++
		case ')':
			depth = max(0, depth-1)
		case ';':
			if depth == 0 || !closes(s[i:]) {
				add(i)
				depth = 0
			}
		}
	}
	end := len(s)
	if strings.HasSuffix(s, ".") && !strings.HasSuffix(s, "..") {
		end--
	}
	add(end)
	return out
}

// closes reports whether an open bracket closes in what follows: an unclosed
// one must not swallow the rest of the remark.
func closes(s string) bool {
	depth := 1
	for i := range len(s) {
		switch s[i] {
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				return true
			}
		}
	}
	return false
}

// as says what a labelled piece becomes.
type as int

const (
	asFact as = iota
	asBirth
	asPlace
	asNation
	asGender
	asAKA
	asFKA
	asNKA
	asWallet
	asWebsite
	asEmail
	asPhone
	asLink
	asDocument
	asCompanyLink
)

// label is a label of OFAC's remarks.
type label struct {
	text string
	as   as
	kind string // of a document, a link or a fact
}

// labels are the labels as the remarks of the published lists use them
// (2020 to 2025). Their meanings are those of OFAC's list of identity features.
// A longer label comes before a shorter one that begins alike.
var labels = []label{
	{"DOB", asBirth, ""},
	{"POB", asPlace, ""},
	{"nationality", asNation, ""},
	{"citizen", asNation, ""},
	{"Gender", asGender, ""},
	{"a.k.a.", asAKA, ""},
	{"f.k.a.", asFKA, ""},
	{"n.k.a.", asNKA, ""},
	{"Digital Currency Address -", asWallet, ""},
	{"Website", asWebsite, ""},
	{"Email Address", asEmail, ""},
	{"Email:", asEmail, ""},
	{"Phone Number", asPhone, ""},
	{"Telephone No.", asPhone, ""},
	{"Telephone:", asPhone, ""},
	{"Telephone", asPhone, ""},
	{"PHONE", asPhone, ""},
	{"Fax No.", asPhone, "fax"},
	{"Fax:", asPhone, "fax"},
	{"Fax", asPhone, "fax"},
	{"FAX", asPhone, "fax"},
	{"Linked To:", asLink, "linked-to"},

	{"SWIFT/BIC", asDocument, "swift-bic"},
	{"Vessel Registration Identification IMO", asDocument, "imo"},
	{"Vessel Registration Identification", asDocument, "vessel-registration"},
	{"Identification Number IMO", asDocument, "imo"},
	{"Company Number IMO", asDocument, "company-imo"},
	{"MMSI", asDocument, "mmsi"},
	{"Vessel Call Sign", asDocument, "call-sign"},
	{"Other Vessel Call Sign", asDocument, "call-sign"},
	{"Aircraft Tail Number", asDocument, "tail-number"},
	{"Previous Aircraft Tail Number", asDocument, "tail-number"},
	{"Aircraft Manufacturer's Serial Number (MSN)", asDocument, "serial"},
	{"Aircraft Construction Number (also called L/N or S/N or F/N)", asDocument, "serial"},
	{"Aircraft Serial Identification", asDocument, "serial"},
	{"Aircraft Mode S Transponder Code", asDocument, "mode-s"},

	{"Diplomatic Passport", asDocument, "passport"},
	{"Stateless Person Passport", asDocument, "passport"},
	{"British National Overseas Passport", asDocument, "passport"},
	{"Passport Booklet:", asDocument, "passport"},
	{"Passport Booklet", asDocument, "passport"},
	{"Passport No.:", asDocument, "passport"},
	{"Passport", asDocument, "passport"},
	{"Travel Document Number", asDocument, "travel-document"},
	{"Refugee ID Card", asDocument, "travel-document"},
	{"VisaNumberID", asDocument, "visa"},
	{"Immigration No.", asDocument, "visa"},

	{"National ID No.", asDocument, "national-id"},
	{"National Foreign ID Number", asDocument, "national-id"},
	{"Tazkira National ID Card", asDocument, "national-id"},
	{"Personal ID Card", asDocument, "national-id"},
	{"Cedula No.", asDocument, "national-id"},
	{"Cedula de Residencia", asDocument, "national-id"},
	{"C.U.R.P. #", asDocument, "national-id"},
	{"C.U.R.P.", asDocument, "national-id"},
	{"CURP", asDocument, "national-id"},
	{"C.U.I.P.", asDocument, "national-id"},
	{"C.U.I.", asDocument, "national-id"},
	{"D.N.I.", asDocument, "national-id"},
	{"DNI", asDocument, "national-id"},
	{"D.U.I.", asDocument, "national-id"},
	{"N.I.E.", asDocument, "national-id"},
	{"I.F.E.", asDocument, "national-id"},
	{"LE Number", asDocument, "national-id"},
	{"SSN", asDocument, "national-id"},
	{"Identification Number", asDocument, "national-id"},
	{"Turkish Identification Number", asDocument, "national-id"},
	{"UAE Identification", asDocument, "national-id"},
	{"Kenyan ID No.", asDocument, "national-id"},
	{"Moroccan Personal ID No.", asDocument, "national-id"},
	{"Bosnian Personal ID No.", asDocument, "national-id"},
	{"Public Security and Immigration No.", asDocument, "national-id"},
	{"Citizen's Card Number", asDocument, "national-id"},
	{"Numero de Identidad", asDocument, "national-id"},
	{"Residency Number", asDocument, "national-id"},
	{"Birth Certificate Number", asDocument, "national-id"},
	{"Electoral Registry No.", asDocument, "national-id"},
	{"Credencial electoral", asDocument, "national-id"},
	{"Cartilla de Servicio Militar Nacional", asDocument, "national-id"},
	{"Military Registration Number", asDocument, "national-id"},
	{"Driver's License No.", asDocument, "driving-licence"},
	{"Pilot License Number", asDocument, "licence"},

	{"Tax ID No.", asDocument, "tax-id"},
	{"R.F.C. #", asDocument, "tax-id"},
	{"R.F.C.", asDocument, "tax-id"},
	{"RFC", asDocument, "tax-id"},
	{"NIT #", asDocument, "tax-id"},
	{"RUC #", asDocument, "tax-id"},
	{"RIF #", asDocument, "tax-id"},
	{"RTN", asDocument, "tax-id"},
	{"US FEIN", asDocument, "tax-id"},
	{"V.A.T. Number", asDocument, "tax-id"},
	{"Italian Fiscal Code:", asDocument, "tax-id"},
	{"Italian Fiscal Code", asDocument, "tax-id"},
	{"Fiscal Code", asDocument, "tax-id"},
	{"C.U.I.T.", asDocument, "tax-id"},
	{"C.I.F.", asDocument, "tax-id"},
	{"C.N.P.J.", asDocument, "tax-id"},
	{"N.I.F.", asDocument, "tax-id"},
	{"Paraguayan tax identification number", asDocument, "tax-id"},
	{"Numero Unico de Identificacao Tributaria (NUIT)", asDocument, "tax-id"},
	{"I.N.N.", asDocument, "tax-id"},

	{"Registration Number", asDocument, "registration"},
	{"Registration ID", asDocument, "registration"},
	{"Registration No.", asDocument, "registration"},
	{"Business Registration Number", asDocument, "registration"},
	{"Business Registration Document # CUD:", asDocument, "registration"},
	{"Business Registration Document #", asDocument, "registration"},
	{"Business Number", asDocument, "registration"},
	{"Public Registration Number", asDocument, "registration"},
	{"Commercial Registry Number", asDocument, "registration"},
	{"Central Registration System Number", asDocument, "registration"},
	{"Economic Register Number (CBLS)", asDocument, "registration"},
	{"Enterprise Number", asDocument, "registration"},
	{"Branch Unit Number", asDocument, "registration"},
	{"UK Company Number", asDocument, "registration"},
	{"Company Number", asDocument, "registration"},
	{"Certificate of Incorporation Number", asDocument, "registration"},
	{"Folio Mercantil No.", asDocument, "registration"},
	{"Matricula Mercantil No", asDocument, "registration"},
	{"C.R. No.", asDocument, "registration"},
	{"Romanian C.R.", asDocument, "registration"},
	{"Istanbul Chamber of Comm. No.", asDocument, "registration"},
	{"Chamber of Commerce Number", asDocument, "registration"},
	{"Dubai Chamber of Commerce Membership No.", asDocument, "registration"},
	{"Registered Charity No.", asDocument, "registration"},
	{"Unified Social Credit Code (USCC)", asDocument, "registration"},
	{"United Social Credit Code Certificate (USCCC)", asDocument, "registration"},
	{"Government Gazette Number", asDocument, "registration"},
	{"Legal Entity Number", asDocument, "lei"},
	{"D-U-N-S Number", asDocument, "duns"},
	{"ISIN", asDocument, "isin"},
	{"BIK (RU)", asDocument, "bank-code"},
	{"Trade License No.", asDocument, "licence"},
	{"Afghan Money Service Provider License Number", asDocument, "licence"},
	{"SRE Permit No.", asDocument, "licence"},
	{"Permit Number", asDocument, "licence"},
	{"License", asDocument, "licence"},
	{"File Number", asDocument, "other"},
	{"Chinese Commercial Code", asFact, "chinese-commercial-code"},

	{"Secondary sanctions risk:", asFact, "secondary-sanctions-risk"},
	{"Additional Sanctions Information -", asFact, "additional-sanctions"},
	{"Transactions Prohibited For Persons Owned or Controlled By U.S. Financial Institutions:", asFact, "transactions-prohibited"},
	{"Executive Order", asFact, "executive-order"},
	{"CAATSA Section 235 Information:", asFact, "caatsa-235"},
	{"IFCA Determination -", asFact, "ifca-determination"},
	{"PEESA Information:", asFact, "peesa"},
	{"Organization Established Date", asFact, "established"},
	{"Organization Type:", asFact, "organisation-type"},
	{"Target Type", asFact, "target-type"},
	{"Listing Date", asFact, "listing-date"},
	{"Effective Date", asFact, "effective-date"},
	{"Vessel Year of Build", asFact, "year-of-build"},
	{"Vessel Type", asFact, "vessel-type"},
	{"Other Vessel Type", asFact, "vessel-type"},
	{"Vessel Flag", asFact, "flag"},
	{"Other Vessel Flag", asFact, "flag"},
	{"Former Vessel Flag", asFact, "former-flag"},
	{"Vessel Tonnage", asFact, "tonnage"},
	{"Issuer Name", asFact, "issuer-name"},
	{"Equity Ticker", asFact, "equity-ticker"},
	{"Purchase/Sales For Divestment Date", asFact, "divestment-date"},
	{"Vessel Gross Registered Tonnage", asFact, "gross-registered-tonnage"},
	{"Vessel Gross Tonnage", asFact, "gross-tonnage"},
	{"Vessel Owner", asCompanyLink, "owner"},
	{"Registration Country", asFact, "registration-country"},
	{"Nationality of Registration", asFact, "registration-country"},
	{"Aircraft Model", asFact, "aircraft-model"},
	{"Aircraft Operator", asCompanyLink, "operator"},
	{"Aircraft Manufacture Date", asFact, "manufacture-date"},
	{"For more information on directives, please visit the following link:", asFact, "directives"},
	{"for more information on directives, please visit the following link:", asFact, "directives"},
}

// labelIndex finds labels by their first word.
var labelIndex = func() map[string][]*label {
	out := make(map[string][]*label, len(labels))
	for i := range labels {
		w := firstWord(labels[i].text)
		out[w] = append(out[w], &labels[i])
	}
	return out
}()

func firstWord(s string) string {
	if i := strings.IndexByte(s, ' '); i >= 0 {
		return s[:i]
	}
	return s
}

// labelOf returns the longest label with which s begins and what follows it.
func labelOf(s string) (best *label, rest string) {
	for _, l := range labelIndex[firstWord(s)] {
		if best != nil && len(l.text) <= len(best.text) {
			continue
		}
		after, ok := strings.CutPrefix(s, l.text)
		if ok && (after == "" || after[0] == ' ') {
			best, rest = l, strings.TrimSpace(after)
		}
	}
	return best, rest
}

var (
	walletForm = regexp.MustCompile(`^([A-Z0-9]{2,10}) (\S+)$`)
	cutWallet  = regexp.MustCompile(`^(?:([A-Z0-9]{2,10}) ?)?(\S*)$`)
	quotedName = regexp.MustCompile(`^'(.+)'( \(.*\))?$`)
)

// take puts one piece where it belongs.
func (r *reading) take(e *listing.Entry, pc piece) {
	p := &e.Party
	body, _ := strings.CutPrefix(pc.text, "alt. ")
	body, _ = strings.CutPrefix(body, "Alt. ")
	l, rest := labelOf(body)
	if pc.cut {
		r.takeCut(p, pc, l, rest)
		return
	}
	if l == nil || rest == "" {
		if l == nil && looksEmail(body) {
			p.Emails = append(p.Emails, body)
			return
		}
		p.OtherFacts = append(p.OtherFacts, record.Fact{Label: "remark", Text: pc.text})
		return
	}
	switch l.as {
	case asBirth:
		b, ok := birthOf(rest)
		if !ok {
			r.v.Warn(pc.where, "entry %s: the date of birth %s is kept as words", e.Designation.Entry, listing.Quote(rest))
		}
		b.Text, b.Where = pc.text, pc.where
		p.Births = append(p.Births, b)
	case asPlace:
		p.Places = append(p.Places, placeOf(rest))
	case asNation:
		p.Nations = append(p.Nations, rest)
	case asGender:
		p.Gender = rest
	case asAKA, asFKA, asNKA:
		takeAlias(p, pc, l.as, rest)
	case asWallet:
		m := walletForm.FindStringSubmatch(rest)
		if m == nil {
			m = []string{"", "", rest}
		}
		p.Wallets = append(p.Wallets, walletOf(m[1], m[2], pc.where))
	case asLink, asCompanyLink:
		p.Links = append(p.Links, record.Link{Kind: l.kind, Name: rest, Text: pc.text})
	case asDocument:
		d := documentOf(l.kind, rest)
		d.Text, d.Where = pc.text, pc.where
		p.Documents = append(p.Documents, d)
	default:
		takeContact(p, l, rest)
	}
}

// takeContact takes websites, addresses and numbers for contact, and labelled
// facts.
func takeContact(p *record.Party, l *label, rest string) {
	switch {
	case l.as == asWebsite:
		p.Websites = append(p.Websites, rest)
	case l.as == asEmail:
		p.Emails = append(p.Emails, rest)
	case l.as == asPhone && l.kind == "fax":
		p.Phones = append(p.Phones, "fax "+rest)
	case l.as == asPhone:
		p.Phones = append(p.Phones, rest)
	default:
		p.OtherFacts = append(p.OtherFacts, record.Fact{Label: l.kind, Text: rest})
	}
}

// takeAlias takes an alias in the remarks. Those in quotes are weak: OFAC's FAQ
// 122 says where the weak aliases stand in each of its files.
func takeAlias(p *record.Party, pc piece, how as, rest string) {
	kind := map[as]record.NameKind{asAKA: record.AKA, asFKA: record.FKA, asNKA: record.NKA}[how]
	quality := record.Quality("")
	text := rest
	if m := quotedName.FindStringSubmatch(rest); m != nil {
		text, quality = m[1], record.Weak
		if m[2] != "" {
			p.OtherFacts = append(p.OtherFacts, record.Fact{Label: "alias-remark", Text: pc.text})
		}
	}
	p.Names = append(p.Names, listing.NameOf(record.Name{Text: text, Kind: kind, Quality: quality, Where: pc.where}, p.Kind))
}

// takeCut keeps a piece that lacks its end or its beginning: a wallet as a
// wallet that says so, everything else as a fact. A name or date that is not
// whole is not taken for one.
func (r *reading) takeCut(p *record.Party, pc piece, l *label, rest string) {
	if l != nil && l.as == asWallet {
		if m := cutWallet.FindStringSubmatch(rest); m != nil && m[2] != "" {
			w := walletOf(m[1], m[2], pc.where)
			if w.Note == "" {
				w.Note = "the remark is cut right behind this address"
			} else {
				w.Note = "cut off with the remark: " + w.Note
			}
			p.Wallets = append(p.Wallets, w)
			return
		}
	}
	p.OtherFacts = append(p.OtherFacts, record.Fact{Label: "cut", Text: pc.text})
}

func looksEmail(s string) bool {
	at := strings.IndexByte(s, '@')
	return at > 0 && !strings.ContainsAny(s, " '\"") && strings.IndexByte(s[at:], '.') > 1
}

// placeOf reads a place: what stands behind the last comma is its country. OFAC
// writes a country's own comma as in "Korea, North" and "Congo, Democratic
// Republic of the".
func placeOf(s string) record.Place {
	p := record.Place{Text: s}
	i := strings.LastIndex(s, ", ")
	if i < 0 {
		p.Country = s
		return p
	}
	p.City, p.Country = s[:i], s[i+2:]
	switch p.Country {
	case "North", "South", "Republic of", "Democratic Republic of the", "Republic of the", "The", "Federated States of":
		if j := strings.LastIndex(p.City, ", "); j >= 0 {
			p.City, p.Country = p.City[:j], p.City[j+2:]+", "+p.Country
		} else {
			p.City, p.Country = "", s
		}
	}
	return p
}

var documentTail = regexp.MustCompile(`^(.*?)((?: (?:issued|expires|Issued|Expires) .*)?)$`)

// documentOf reads "NUMBER (Country) issued 01 Jan 2000 expires 01 Jan 2005".
// Dates stay in the document's text.
func documentOf(kind, s string) record.Document {
	d := record.Document{Kind: kind, Number: s}
	if m := documentTail.FindStringSubmatch(s); m != nil && m[1] != "" {
		d.Number = m[1]
	}
	if open := strings.LastIndex(d.Number, " ("); open > 0 && strings.HasSuffix(d.Number, ")") {
		d.Number, d.Country = d.Number[:open], d.Number[open+2:len(d.Number)-1]
	}
	if kind == "registration" || kind == "licence" {
		return d
	}
	d.Number = strings.TrimSpace(strings.TrimPrefix(d.Number, "IMO "))
	return d
}
