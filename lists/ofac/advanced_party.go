package ofac

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/cordon-project/cordon/lists/element"
	"github.com/cordon-project/cordon/lists/listing"
	"github.com/cordon-project/cordon/record"
)

// party reads a DistinctParty. Its FixedRef is the number of its one Profile and
// the entry number of the other forms.
func (a *advanced) party(n *element.Node, path string) error {
	all := n.All("Profile")
	if len(all) != 1 || all[0].Attr("ID") != n.Attr("FixedRef") {
		return a.x.Drift(path+"/Profile@ID", n.Start, "one Profile with the number of FixedRef, "+listing.Quote(n.Attr("FixedRef")), fmt.Sprintf("%d profiles or another number", len(all)))
	}
	profileNode, here := all[0], path+"/Profile"
	id, err := a.id(profileNode, here)
	if err != nil {
		return err
	}
	if _, err := number(a.x, n, path+"@FixedRef", id); err != nil {
		return err
	}
	kind, err := a.kind(profileNode, here)
	if err != nil {
		return err
	}
	pr := profile{entry: a.v.List.Entry(id, kind)}
	pr.entry.Designation.Wheres = []record.Where{a.x.Where(n, path)}
	for _, k := range append(n.All("Comment"), profileNode.All("Comment")...) {
		pr.fact("comment", k.Text)
	}
	for _, k := range profileNode.All("ExternalReference") {
		pr.fact("external-reference", listing.Join(" ", k.Value("ExRefValue"), k.Value("DirectURL"), k.Value("Comment")))
	}
	if err := a.identities(&pr, profileNode, here); err != nil {
		return err
	}
	for i, k := range profileNode.All("Feature") {
		if err := a.feature(&pr, k, fmt.Sprintf("%s/Feature[%d]", here, i+1)); err != nil {
			return err
		}
	}
	a.profiles = append(a.profiles, pr)
	a.byID[id] = len(a.profiles) - 1
	return nil
}

// kind returns what a party is, from the table of sub-types and that of types.
func (a *advanced) kind(n *element.Node, path string) (record.PartyKind, error) {
	sub, err := a.of(n, path, "PartySubTypeID", "PartySubType")
	if err != nil {
		return "", err
	}
	typ, err := a.of(sub.attrs, path+"@PartySubTypeID", "PartyTypeID", "PartyType")
	if err != nil {
		return "", err
	}
	switch {
	case typ.text == "Individual":
		return record.Person, nil
	case typ.text == "Entity":
		return record.Organisation, nil
	case typ.text == "Transport" && sub.text == "Vessel":
		return record.Vessel, nil
	case typ.text == "Transport" && sub.text == "Aircraft":
		return record.Aircraft, nil
	}
	return "", a.x.Drift(path+"@PartySubTypeID", n.Start, "an individual, entity, vessel or aircraft", listing.Quote(typ.text+" "+sub.text))
}

// identities takes the names and documents of a party's identities: the primary
// name first, weak aliases last.
func (a *advanced) identities(pr *profile, n *element.Node, path string) error {
	p := &pr.entry.Party
	var primary, rest, weak []record.Name
	for i, k := range n.All("Identity") {
		here := fmt.Sprintf("%s/Identity[%d]", path, i+1)
		id, err := a.id(k, here)
		if err != nil {
			return err
		}
		names, err := a.names(k, here, p.Kind)
		if err != nil {
			return err
		}
		for _, name := range names {
			if k.Attr("Primary") == "false" && name.Kind == record.Primary {
				name.Kind = record.AKA
			}
			switch {
			case name.Kind == record.Primary:
				primary = append(primary, name)
			case name.Quality == record.Weak:
				weak = append(weak, name)
			default:
				rest = append(rest, name)
			}
			if k.Attr("False") == "true" {
				pr.fact("false-identity", name.Text)
			}
		}
		for _, d := range a.papers[id] {
			d.Take(a.v, &pr.entry)
			p.OtherFacts = append(p.OtherFacts, d.facts...)
		}
		delete(a.papers, id)
	}
	if len(primary) != 1 {
		return a.x.Drift(path+"/Identity/Alias@Primary", n.Start, "one primary name", strconv.Itoa(len(primary)))
	}
	p.Names = slices.Concat(primary, rest, weak)
	return nil
}

var advancedAliases = map[string]record.NameKind{"A.K.A.": record.AKA, "F.K.A.": record.FKA, "N.K.A.": record.NKA, "Name": record.AKA}

// names takes the names of one identity. The first name of the primary alias in
// Latin letters is the primary name; what is in another script is the original of
// the alias beside it.
func (a *advanced) names(n *element.Node, path string, kind record.PartyKind) ([]record.Name, error) {
	groups := make(map[string]string)
	for _, g := range n.Under("NamePartGroups", "MasterNamePartGroup", "NamePartGroup") {
		typ, err := a.of(g, path+"/NamePartGroups", "NamePartTypeID", "NamePartType")
		if err != nil {
			return nil, err
		}
		groups[g.Attr("ID")] = typ.text
	}
	var out []record.Name
	for i, k := range n.All("Alias") {
		here := fmt.Sprintf("%s/Alias[%d]", path, i+1)
		typ, err := a.of(k, here, "AliasTypeID", "AliasType")
		if err != nil {
			return nil, err
		}
		base, ok := advancedAliases[typ.text]
		if !ok {
			return nil, a.x.Drift(here+"@AliasTypeID", k.Start, "A.K.A., F.K.A., N.K.A. or Name", listing.Quote(typ.text))
		}
		primary, weak := k.Attr("Primary"), k.Attr("LowQuality")
		if primary != "true" && primary != "false" || weak != "true" && weak != "false" {
			return nil, a.x.Drift(here, k.Start, "Primary and LowQuality, true or false", listing.Quote(primary+" "+weak))
		}
		quality := record.Strong
		if weak == "true" {
			quality = record.Weak
		} else if primary == "true" {
			quality = ""
		}
		from := len(out)
		for j, d := range k.All("DocumentedName") {
			name, err := a.name(d, fmt.Sprintf("%s/DocumentedName[%d]", here, j+1), groups, kind)
			if err != nil {
				return nil, err
			}
			name.Kind, name.Quality = base, quality
			if name.Script != "Latn" && name.Script != "" {
				name.Kind = record.Original
			}
			out = append(out, name)
		}
		if primary == "true" && len(out) > from {
			first := slices.IndexFunc(out[from:], func(x record.Name) bool { return x.Kind != record.Original })
			out[from+max(first, 0)].Kind = record.Primary
		}
	}
	return out, nil
}

// familyParts are the parts of a person's name that the tables print before the
// comma.
var familyParts = []string{"Last Name", "Maiden Name", "Matronymic"}

// name makes one name of its parts: of a person in Latin letters as the tables
// print it, "FAMILY, Given"; otherwise in the order of the file, without blanks
// between parts in Han or Hangul.
func (a *advanced) name(n *element.Node, path string, groups map[string]string, kind record.PartyKind) (record.Name, error) {
	var parts, family, given []string
	name := record.Name{Where: a.x.Where(n, path)}
	stated := ""
	for i, k := range n.Under("DocumentedNamePart") {
		here := fmt.Sprintf("%s/DocumentedNamePart[%d]/NamePartValue", path, i+1)
		v := k.Kid("NamePartValue")
		if v == nil || v.Text == "" {
			return name, a.x.Drift(here, k.Start, "a part of a name", "none")
		}
		if bad := listing.BadLine(v.Text); bad != "" {
			return name, a.x.Drift(here, v.Start, "a name on one line", bad)
		}
		script, err := a.of(v, here, "ScriptID", "Script")
		if err != nil {
			return name, err
		}
		if stated == "" {
			stated = scriptCode(script)
		}
		typ, ok := groups[v.Attr("NamePartGroupID")]
		if !ok {
			return name, a.x.Drift(here+"@NamePartGroupID", v.Start, "the number of a NamePartGroup of the identity", listing.Quote(v.Attr("NamePartGroupID")))
		}
		text := k.Attr("LeadingChars") + v.Text + k.Attr("TrailingChars")
		parts = append(parts, text)
		if slices.Contains(familyParts, typ) {
			family = append(family, text)
		} else {
			given = append(given, text)
		}
	}
	if len(parts) == 0 {
		return name, a.x.Drift(path+"/DocumentedNamePart", n.Start, "a name", "none")
	}
	name.Text = strings.Join(parts, " ")
	letters := listing.ScriptOf(name.Text)
	if letters == "Hang" || letters == "Hani" {
		name.Text = strings.Join(parts, "")
	}
	if name.Script = stated; stated == "" || letters != "" && (stated == "Latn") != (letters == "Latn") {
		name.Script = letters
	}
	if kind == record.Person && len(family) > 0 && len(given) > 0 {
		name.Family, name.Given = strings.Join(family, " "), strings.Join(given, " ")
		if letters == "Latn" {
			name.Text = name.Family + ", " + name.Given
		}
	}
	return name, nil
}

// scriptCode returns the ISO 15924 code of a script of the tables. OFAC writes
// the code for some and the word for others; Korean is left to the letters, which
// are Hangul or Han.
func scriptCode(v term) string {
	words := map[string]string{
		"latin": "Latn", "arabic": "Arab", "cyrillic": "Cyrl", "hebrew": "Hebr", "japanese": "Jpan", "greek": "Grek",
		"armenian": "Armn", "georgian": "Geor", "chinese simplified": "Hans", "chinese traditional": "Hant", "thai": "Thai",
	}
	for _, s := range []string{v.attrs.Attr("ScriptCode"), v.text} {
		if code, ok := words[strings.ToLower(s)]; ok {
			return code
		}
	}
	code := v.attrs.Attr("ScriptCode")
	if len(code) == 4 && code[0] >= 'A' && code[0] <= 'Z' && strings.ToLower(code[1:]) == code[1:] && code != "Kore" {
		return code
	}
	return ""
}

// feature takes what a feature says, each version by itself.
func (a *advanced) feature(pr *profile, n *element.Node, path string) error {
	typ, err := a.of(n, path, "FeatureTypeID", "FeatureType")
	if err != nil {
		return err
	}
	if _, err := a.id(n, path); err != nil {
		return err
	}
	for i, k := range n.All("FeatureVersion") {
		here := fmt.Sprintf("%s/FeatureVersion[%d]", path, i+1)
		if err := a.version(pr, typ.text, k, here); err != nil {
			return err
		}
	}
	return nil
}

// version takes one version of a feature.
func (a *advanced) version(pr *profile, typ string, k *element.Node, here string) error {
	p := &pr.entry.Party
	var values []string
	for i, d := range k.All("VersionDetail") {
		text, err := a.text(d, fmt.Sprintf("%s/VersionDetail[%d]", here, i+1), "DetailReferenceID", "DetailReference")
		if err != nil {
			return err
		}
		values = append(values, text, d.Text)
	}
	for i, d := range k.All("DatePeriod") {
		text, err := a.period(d, fmt.Sprintf("%s/DatePeriod[%d]", here, i+1))
		if err != nil {
			return err
		}
		values = append(values, text)
	}
	for i, d := range k.All("VersionLocation") {
		l, ok := a.locations[d.Attr("LocationID")]
		if !ok {
			return a.x.Drift(fmt.Sprintf("%s/VersionLocation[%d]@LocationID", here, i+1), d.Start, "the number of a Location", listing.Quote(d.Attr("LocationID")))
		}
		if typ != "Location" {
			values = append(values, l.Text)
			continue
		}
		if l.Text != "" {
			p.Addresses = append(p.Addresses, l.Address)
		}
		for _, s := range l.other {
			pr.fact("address-original", s)
		}
	}
	pr.fact("feature-comment", prefixed(typ+": ", k.Value("Comment")))
	value := listing.Join(", ", values...)
	switch {
	case value == "":
	case typ == "Title" && p.Kind == record.Person:
		p.Titles = append(p.Titles, value)
	default:
		Feature{Type: typ, Value: value, Where: a.x.Where(k, here)}.Take(a.v, &pr.entry)
	}
	return nil
}

func prefixed(prefix, s string) string {
	if s == "" {
		return ""
	}
	return prefix + s
}

// day reads a day of the Gregorian calendar.
func (a *advanced) day(n *element.Node, path string) (time.Time, error) {
	t, ok := a.point(n, false)
	if cal, known := a.values["CalendarType"][n.Attr("CalendarTypeID")]; known && cal.text != "Gregorian" {
		return t, a.x.Drift(path+"@CalendarTypeID", n.Start, "the Gregorian calendar", listing.Quote(cal.text))
	}
	if !ok {
		return t, a.x.Drift(path, n.Start, "a day", listing.Quote(n.Value("Year")+"-"+n.Value("Month")+"-"+n.Value("Day")))
	}
	return t, nil
}

// point reads Year, Month and Day; a month or day of nought or none stands for the
// first, or with last for the last of it.
func (a *advanced) point(n *element.Node, last bool) (time.Time, bool) {
	var v [3]int
	for i, name := range []string{"Year", "Month", "Day"} {
		if s := n.Value(name); s != "" {
			var err error
			if v[i], err = strconv.Atoi(s); err != nil {
				return time.Time{}, false
			}
		}
	}
	year, month, day := v[0], v[1], v[2]
	if year < 1700 || year > 2200 || month < 0 || month > 12 || day < 0 || month == 0 && day > 0 {
		return time.Time{}, false
	}
	if month == 0 {
		month = 1
		if last {
			month = 12
		}
	}
	if day == 0 {
		day = 1
		if last {
			day = time.Date(year, time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC).Day()
		}
	}
	t := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	return t, t.Day() == day
}

// period words a DatePeriod as the tables' remarks do: "10 May 1978", "May 1978",
// "1978", "circa 1978", "1951 to 1953"; "" for an empty one. A year is written as
// its first and last day.
func (a *advanced) period(n *element.Node, path string) (string, error) {
	if n == nil {
		return "", nil
	}
	if cal, known := a.values["CalendarType"][n.Attr("CalendarTypeID")]; known && cal.text != "Gregorian" {
		return "", a.x.Drift(path+"@CalendarTypeID", n.Start, "the Gregorian calendar", listing.Quote(cal.text))
	}
	points := slices.Concat(n.Under("Start", "From"), n.Under("Start", "To"), n.Under("End", "From"), n.Under("End", "To"))
	if len(points) == 0 {
		return "", nil
	}
	from, ok := a.point(points[0], false)
	to, too := a.point(points[len(points)-1], true)
	if !ok || !too || to.Before(from) {
		return "", a.x.Drift(path, n.Start, "a date or a period", "another text")
	}
	text := spanOf(from, to)
	for _, b := range slices.Concat(n.All("Start"), n.All("End")) {
		if b.Attr("Approximate") == "true" {
			return "circa " + text, nil
		}
	}
	return text, nil
}

// spanOf words the days from one to another in the greatest unit that they fill.
func spanOf(from, to time.Time) string {
	const day, month, year = "02 Jan 2006", "Jan 2006", "2006"
	form := day
	next := to.AddDate(0, 0, 1)
	switch {
	case from.Equal(to):
		return from.Format(day)
	case from.YearDay() == 1 && next.YearDay() == 1:
		form = year
	case from.Day() == 1 && next.Day() == 1:
		form = month
	}
	if a, b := from.Format(form), to.Format(form); a != b {
		return a + " to " + b
	}
	return from.Format(form)
}
