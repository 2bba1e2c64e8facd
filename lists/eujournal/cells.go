package eujournal

import (
	"regexp"
	"strings"

	"github.com/cordon-project/cordon/lists/listing"
	"github.com/cordon-project/cordon/record"
)

var (
	dotted = regexp.MustCompile(`\b(\d{1,2})\.(\d{1,2})\.(\d{4})\b`)
	worded = regexp.MustCompile(`\b(\d{1,2} [A-Z][a-z]+\.? \d{4})\b`)
	yearIs = regexp.MustCompile(`\b(1[89]\d\d|20\d\d)\b`)
	circa  = regexp.MustCompile(`(?i)\b(circa|approximately|approx|about|around|between|c\.)`)
	former = regexp.MustCompile(`(?i)^f\.?k\.?a\.?:?\s+`)
	imo    = regexp.MustCompile(`^\d{7}$`)
	// documentNumber is the first thing in a cell that can be a number of a passport
	// or an identity card; what stands behind it says who issued it.
	documentNumber = regexp.MustCompile(`[A-Z]{0,4}[- ]?\d[\dA-Z/-]{3,}`)
)

// date reads a date in one of the Journal's forms.
func date(s string) (record.Date, bool) {
	if m := dotted.FindString(s); m == s {
		parts := strings.Split(s, ".")
		return listing.NumericDate(parts[2] + "/" + parts[1] + "/" + parts[0])
	}
	return listing.EnglishDate(s)
}

// trimmed is a name without the quotes and brackets that stand around all of it.
func trimmed(s string) string {
	s = strings.Trim(strings.TrimSpace(s), `"“”`)
	if strings.HasPrefix(s, "(") && strings.HasSuffix(s, ")") && strings.Count(s, "(") == 1 {
		s = s[1 : len(s)-1]
	}
	return strings.TrimSpace(s)
}

// names takes the name, the aliases with their quality and the former names.
func (r *reading) names(p *record.Party) {
	p.Names = []record.Name{r.name(r.is("name"), record.Primary, "", r.where("name"))}
	for _, x := range []struct {
		column  string
		kind    record.NameKind
		quality record.Quality
	}{
		{"alias", record.AKA, ""},
		{"weakAlias", record.AKA, record.Weak},
		{"previousName", record.FKA, ""},
	} {
		c := column[x.column]
		for _, s := range listing.Pieces(r.t.Text(c)) {
			kind, text := x.kind, trimmed(s.Text)
			if at := former.FindString(text); at != "" {
				kind, text = record.FKA, trimmed(text[len(at):])
			}
			if text != "" {
				p.Names = append(p.Names, r.name(text, kind, x.quality, r.t.Within(c, s.From, s.To)))
			}
		}
	}
}

func (r *reading) name(text string, kind record.NameKind, q record.Quality, w record.Where) record.Name {
	return record.Name{Text: text, Kind: kind, Quality: q, Script: listing.ScriptOf(text), Where: w}
}

// person takes what is said of people: births, places, nationality, position.
func (r *reading) person(p *record.Party) {
	if s := r.is("birthDate"); s != "" {
		p.Births = r.births(s)
	}
	if s := r.is("birthPlace"); s != "" {
		p.Places = append(p.Places, record.Place{Text: s})
	}
	for _, s := range listing.Pieces(r.t.Text(column["nationality"])) {
		p.Nations = append(p.Nations, strings.TrimRight(s.Text, "."))
	}
	for _, s := range listing.Pieces(r.t.Text(column["position"])) {
		p.Titles = append(p.Titles, s.Text)
	}
	p.Gender = r.is("gender")
}

// births takes every date in a cell of births; what is none stays as text.
func (r *reading) births(cell string) []record.Birth {
	var out []record.Birth
	about := circa.MatchString(cell)
	add := func(d record.Date, text string) {
		out = append(out, record.Birth{Date: d, Circa: about, Text: text, Where: r.where("birthDate")})
	}
	rest := cell
	for _, form := range []*regexp.Regexp{dotted, worded} {
		rest = form.ReplaceAllStringFunc(rest, func(s string) string {
			d, ok := date(s)
			if !ok {
				return s
			}
			add(d, s)
			return ""
		})
	}
	for _, y := range yearIs.FindAllString(rest, -1) {
		add(record.Date(y), y)
	}
	if len(out) == 0 {
		add("", cell)
		out[0].Circa = false
	}
	return out
}

// numbers takes documents and registrations.
func (r *reading) numbers(p *record.Party) {
	for _, x := range []struct{ column, kind string }{
		{"passportNumber", "passport"},
		{"idNumber", "national-id"},
		{"taxNumber", "tax-id"},
		{"innCode", "tax-id"},
		{"registrationNumber", "registration"},
		{"ogrnCode", "registration"},
		{"kppCode", "other"},
		{"okpoCode", "other"},
		{"leiCode", "lei"},
		{"swiftBic", "swift-bic"},
		{"mmsi", "mmsi"},
	} {
		c := column[x.column]
		for _, s := range listing.Pieces(r.t.Text(c)) {
			d := record.Document{Kind: x.kind, Text: s.Text, Where: r.t.Within(c, s.From, s.To)}
			d.Number = strings.TrimRight(documentNumber.FindString(s.Text), "-/")
			if x.kind == "swift-bic" {
				d.Number, _, _ = strings.Cut(s.Text, " ")
			}
			p.Documents = append(p.Documents, d)
		}
	}
	switch s := r.is("imoNumber"); {
	case imo.MatchString(s):
		p.Documents = append(p.Documents, record.Document{Kind: "imo", Number: s, Text: "IMO " + s, Where: r.where("imoNumber")})
	case s != "":
		p.OtherFacts = append(p.OtherFacts, record.Fact{Label: "imo", Text: s})
	}
}

// rest takes addresses, contacts and what has no field of its own.
func (r *reading) rest(p *record.Party) {
	if s := r.is("address"); s != "" {
		p.Addresses = append(p.Addresses, record.Address{Text: s, Where: r.where("address")})
	}
	for _, x := range []struct {
		column string
		to     *[]string
	}{{"phone", &p.Phones}, {"email", &p.Emails}, {"website", &p.Websites}} {
		for _, s := range listing.Pieces(r.t.Text(column[x.column])) {
			if text := strings.Trim(s.Text, `" `); text != "" {
				*x.to = append(*x.to, text)
			}
		}
	}
	for _, x := range []struct{ column, label string }{
		{"annex", "annex"},
		{"measure", "measure"},
		{"country", "country"},
		{"jurisdiction", "jurisdiction"},
		{"appearance", "appearance"},
		{"ethnicity", "ethnicity"},
		{"fatherName", "father"},
		{"motherName", "mother"},
		{"incorporationDate", "incorporated"},
		{"legalForm", "legal-form"},
		{"sector", "sector"},
		{"ticker", "equity-ticker"},
		{"flag", "flag"},
	} {
		if s := r.is(x.column); s != "" {
			p.OtherFacts = append(p.OtherFacts, record.Fact{Label: x.label, Text: s})
		}
	}
}
