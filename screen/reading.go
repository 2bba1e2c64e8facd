package screen

import (
	"strings"
	"unicode"

	"github.com/cordon-project/cordon/coin"
	"github.com/cordon-project/cordon/extract/indicator"
	"github.com/cordon-project/cordon/script"
	"github.com/cordon-project/cordon/stix"
)

// read decides what the question is taken for and which other readings it has.
func (a *asking) read(q Query) {
	all := Readings(q.Text)
	at := 0
	if q.Kind != Auto {
		at = -1
		for i, r := range all {
			if r.Kind == q.Kind {
				at = i
				break
			}
		}
		if at < 0 {
			all = append(all, as(q.Kind, strings.TrimSpace(q.Text)))
			at = len(all) - 1
		}
	}
	a.answer.Reading = all[at]
	a.answer.Others = append(append([]Reading{}, all[:at]...), all[at+1:]...)
}

// Readings returns every way in which a text can be read, the likeliest first.
// The last is always a name. Defanged indicators (hxxp, [.]) are read as what
// they stand for.
func Readings(text string) []Reading {
	text = strings.TrimSpace(text)
	var out []Reading
	if stix.ValidID(text) {
		out = append(out, Reading{Kind: ObjectID, Canonical: text, Note: Text{Key: "reading.id", Args: []any{stix.IDType(text)}}})
	}
	out = append(out, wallets(text)...)
	for _, s := range indicator.Find(text, indicator.Options{}) {
		if s.Start.Byte != 0 || s.End.Byte != len(text) {
			continue
		}
		if r, ok := readingOf(s); ok && !has(out, r.Kind) {
			out = append(out, r)
		}
	}
	name := Reading{Kind: Name, Canonical: text, Note: Text{Key: "reading.name", Args: []any{script.Of(text)}}}
	doc := Reading{Kind: Document, Canonical: foldDocument(text), Note: Text{Key: "reading.document"}}
	switch numbered(text) {
	case numberOnly:
		return append(out, doc, name)
	case numberMaybe:
		return append(out, name, doc)
	}
	return append(out, name)
}

func has(rs []Reading, k Kind) bool {
	for _, r := range rs {
		if r.Kind == k {
			return true
		}
	}
	return false
}

// wallets returns the text's reading as an address. Addresses that are valid on
// several chains have one key, so one reading names them all.
func wallets(text string) []Reading {
	addresses, err := coin.Parse(text)
	if err != nil || len(addresses) == 0 {
		a, ok := coin.Recased(text)
		if !ok {
			return nil
		}
		note := Text{Key: "reading.wallet.recased", Args: []any{string(a.Chain), a.Display}}
		return []Reading{{Kind: Wallet, Canonical: a.Key, Note: note}}
	}
	best := addresses[0]
	note := Text{Key: "reading.wallet", Args: []any{string(best.Chain), string(best.Form)}}
	if !best.Checksummed {
		note.Key = "reading.wallet.unchecked"
	}
	return []Reading{{Kind: Wallet, Canonical: walletForm(text), Note: note}}
}

// readingOf returns the reading of a text that is one indicator, false for kinds
// that nothing is looked up by.
func readingOf(s indicator.Span) (Reading, bool) {
	switch s.Kind {
	case indicator.Domain:
		return Reading{Domain, foldDomain(s.Value), Text{Key: "reading.domain"}}, true
	case indicator.URL:
		return Reading{URL, foldURL(s.Value), Text{Key: "reading.url"}}, true
	case indicator.Email:
		return Reading{Email, foldEmail(s.Value), Text{Key: "reading.email"}}, true
	case indicator.IPv4, indicator.IPv6:
		return Reading{IP, foldIP(s.Value), Text{Key: "reading.ip"}}, true
	case indicator.Hash:
		return Reading{Hash, foldHash(s.Value), Text{Key: "reading.hash", Args: []any{s.Detail.Algorithm}}}, true
	case indicator.CVE:
		return Reading{Hash, strings.ToUpper(s.Value), Text{Key: "reading.cve"}}, true
	}
	return Reading{}, false
}

// as reads a text as the kind that the asker names, whatever it looks like. Its
// canonical form is "" when it cannot be read so.
func as(k Kind, text string) Reading {
	fold := map[Kind]func(string) string{
		ObjectID: foldID, Wallet: walletForm, Domain: foldDomain, URL: foldURL, Email: foldEmail, IP: foldIP, Hash: foldHash, Document: foldDocument,
	}
	r := Reading{Kind: k, Canonical: text, Note: Text{Key: "reading.asked"}}
	if f := fold[k]; f != nil {
		r.Canonical = f(text)
	}
	return r
}

type numbering int

const (
	numberNone  numbering = iota // not a document number
	numberMaybe                  // letters and digits, as in "Bureau 39" or a passport
	numberOnly                   // digits, few letters, no words
)

// numbered says whether a text may be a document number: passports, tax and
// registration numbers are ASCII letters and digits, mostly digits, at least
// five characters (ICAO Doc 9303 allows nine in passports).
func numbered(text string) numbering {
	digits, letters, n := 0, 0, 0
	for _, r := range foldDocument(text) {
		n++
		switch {
		case r > unicode.MaxASCII:
			return numberNone
		case unicode.IsDigit(r):
			digits++
		case unicode.IsLetter(r):
			letters++
		default:
			return numberNone
		}
	}
	switch {
	case n < 5 || n > 40 || digits == 0:
		return numberNone
	case digits >= letters:
		return numberOnly
	}
	return numberMaybe
}
