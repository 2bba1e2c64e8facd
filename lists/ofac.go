package lists

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/cordon-project/cordon/record"
)

// ofacList is the Specially Designated Nationals and Blocked Persons List of
// the United States Treasury's Office of Foreign Assets Control.
//
// Address: the Sanctions List Service, SDN.CSV, ALT.CSV, ADD.CSV and
// SDN_COMMENTS.CSV. The form's source is OFAC's "New data specification"
// (dat_spec.txt, first released 6 December 2004, updated 25 September 2023):
// comma-separated ASCII text without header, null written as -0-.
//
//   - sdn.csv, 12 columns: entry number, name, type, programme, title, call
//     sign, vessel type, tonnage, gross registered tonnage, flag, owner, remarks
//   - alt.csv, 5: entry number, alias number, type (aka, fka, nka), name, remarks
//   - add.csv, 6: entry number, address number, street, city with state and
//     postal code, country, remarks
//   - sdn_comments.csv, 2: entry number, the remarks beyond 1,000 characters
//
// Traps: -0- stands unquoted and with a blank behind it; an entity's type is
// -0-; several programmes stand in one cell as "A] [B"; each file ends with
// Ctrl-Z; remarks are cut at 1,000 characters in the middle of a word and go on
// in sdn_comments.csv; weak aliases are not in alt.csv but quoted in the
// remarks (OFAC's FAQ 122 and 124); crypto addresses are in the remarks only;
// there is no listing date; the numbers are made "for linking purposes only",
// yet have been stable. The files change together: companions of another date
// name entries that sdn.csv does not have, which are reported as orphans.
func ofacList() List {
	const at = "https://sanctionslistservice.ofac.treas.gov/api/PublicationPreview/exports/"
	return List{
		Key: "ofac", Name: "ofac-sdn", Authority: "OFAC", Nation: "US",
		Title:     "Specially Designated Nationals and Blocked Persons List",
		Formats:   "sdn.csv, and with it alt.csv, add.csv and sdn_comments.csv",
		Addresses: []string{at + "SDN.CSV", at + "ALT.CSV", at + "ADD.CSV", at + "SDN_COMMENTS.CSV"},
	}
}

// The widths of the four files, by which they are told apart.
const (
	ofacSDNWidth     = 12
	ofacAltWidth     = 5
	ofacAddWidth     = 6
	ofacCommentWidth = 2
	ofacRemarkLimit  = 1000 // characters of a remark in sdn.csv
	maxUnknownTags   = 40   // programme tags that the table may lack; the list has some 75
)

var ofacFiles = map[int]string{
	ofacSDNWidth: "sdn.csv", ofacAltWidth: "alt.csv", ofacAddWidth: "add.csv", ofacCommentWidth: "sdn_comments.csv",
}

// ofacReader holds one reading.
type ofacReader struct {
	v       *Version
	index   map[int]int      // entry number to index in v.Entries
	remarks map[int]remark   // entry number to its remark cell
	unknown map[string]int   // programme tags that the table does not have
	numbers map[int]struct{} // alias or address numbers of the file being read
}

// remark is an entry's remark: the cell of sdn.csv and what goes on in
// sdn_comments.csv.
type remark struct {
	head, tail     string
	headAt, tailAt record.Where
	direct         bool // offsets inside the cells hold
}

func readOFAC(ctx context.Context, v *Version, files []File) error {
	byName, err := ofacRoles(v.List.Name, files)
	if err != nil {
		return err
	}
	main, ok := byName["sdn.csv"]
	if !ok {
		return drifted(&Drift{
			List: v.List.Name, File: base(files[0].Name),
			Expected: "sdn.csv among the files", Found: "companion files only",
		})
	}
	r := &ofacReader{v: v, index: make(map[int]int), remarks: make(map[int]remark), unknown: make(map[string]int)}
	for _, step := range []struct {
		name string
		read func(*table) (int, error)
	}{
		{"sdn.csv", r.entries},
		{"sdn_comments.csv", r.comments},
		{"alt.csv", r.aliases},
		{"add.csv", r.addresses},
	} {
		f, ok := byName[step.name]
		if !ok {
			continue
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		rows, err := step.read(ofacTable(v.List.Name, step.name, f))
		if err != nil {
			return err
		}
		v.addFile(f, step.name, rows)
	}
	if n := len(r.unknown); n > maxUnknownTags {
		return drifted(&Drift{
			List: v.List.Name, File: "sdn.csv", Row: 1, Column: sdnProgramme + 1,
			Expected: "programme tags, nearly all of them known", Found: fmt.Sprintf("%d unknown ones", n),
		})
	}
	r.finish()
	v.dateFrom(main)
	r.warnings()
	return nil
}

func ofacTable(list, name string, f File) *table {
	return &table{list: list, name: name, sha: f.SHA256, data: f.Data, comma: ',', quotes: true, ctrlZ: true}
}

// ofacRoles tells which file is which, by its width, and refuses a file whose
// name says another than its width.
func ofacRoles(list string, files []File) (map[string]File, error) {
	out := make(map[string]File, len(files))
	for _, f := range files {
		t := ofacTable(list, base(f.Name), f)
		if err := t.begin(); err != nil {
			return nil, err
		}
		if _, err := t.next(); err != nil {
			return nil, err
		}
		said := ofacSaid(f.Name)
		role, ok := ofacFiles[len(t.row.cells)]
		switch {
		case said == "cons":
			return nil, t.drift(0, 0, "a file of the SDN list", "a file of OFAC's consolidated non-SDN list, which has other numbers")
		case !ok || (said != "" && said != role):
			want := "2, 5, 6 or 12 columns"
			for n, name := range ofacFiles {
				if name == said {
					want = fmt.Sprintf("%d columns, as %s has", n, name)
				}
			}
			found := fmt.Sprintf("%d columns", len(t.row.cells))
			if ok {
				found += ", as " + role + " has"
			}
			return nil, t.drift(1, min(len(t.row.cells)+1, ofacSDNWidth), want, found)
		}
		if _, twice := out[role]; twice {
			return nil, t.drift(0, 0, "each file once", "a second "+role)
		}
		out[role] = f
	}
	return out, nil
}

var ofacNames = regexp.MustCompile(`(?i)^(cons_|)(sdn_comments|comments|sdn|alt|add|prim)\b.*\.csv$`)

// ofacSaid returns the role that a file's name claims, "" for none.
func ofacSaid(name string) string {
	m := ofacNames.FindStringSubmatch(base(name))
	switch {
	case m == nil:
		return ""
	case m[1] != "":
		return "cons"
	case strings.EqualFold(m[2], "comments"):
		return "sdn_comments.csv"
	case strings.EqualFold(m[2], "prim"):
		return "cons"
	}
	return strings.ToLower(m[2]) + ".csv"
}

// null reports whether a cell is OFAC's null.
func null(s string) bool { return strings.TrimSpace(s) == "-0-" }

// value returns a cell's text, "" for null. A cell that is not null must stand
// in quotes: otherwise the quote was lost or the row is shifted.
func (t *table) value(c int) (string, error) {
	x := t.row.cells[c]
	if null(x.text) {
		return "", nil
	}
	if x.bare {
		return "", t.drift(t.row.num, c+1, "text in quotes or -0-", quote(x.text))
	}
	if strings.TrimSpace(x.text) == "" {
		return "", t.drift(t.row.num, c+1, "text in quotes or -0-", "a blank cell")
	}
	return x.text, nil
}

// number returns the number of a cell that stands without quotes.
func (t *table) number(c int) (int, error) {
	x := t.row.cells[c]
	n, err := strconv.Atoi(x.text)
	if err != nil || !x.bare || n <= 0 || n > 1<<31-1 || x.text[0] == '0' || x.text[0] == '+' {
		return 0, t.drift(t.row.num, c+1, "a number without quotes", quote(x.text))
	}
	return n, nil
}

// The columns of sdn.csv, from 0.
const (
	sdnNumber = iota
	sdnName
	sdnType
	sdnProgramme
	sdnTitle
	sdnCallSign
	sdnVesselType
	sdnTonnage
	sdnGRT
	sdnFlag
	sdnOwner
	sdnRemarks
)

// entries reads sdn.csv.
func (r *ofacReader) entries(t *table) (int, error) {
	if err := t.begin(); err != nil {
		return 0, err
	}
	for {
		ok, err := t.next()
		if err != nil || !ok {
			return t.num, err
		}
		if err := t.width(ofacSDNWidth); err != nil {
			return 0, err
		}
		if err := r.entry(t); err != nil {
			return 0, err
		}
	}
}

func (r *ofacReader) entry(t *table) error {
	n, err := t.number(sdnNumber)
	if err != nil {
		return err
	}
	if at, twice := r.index[n]; twice {
		return t.drift(t.row.num, 1, "each entry number once",
			fmt.Sprintf("%d again, first in row %d", n, r.v.Entries[at].Designation.Wheres[0].Row))
	}
	var vals [ofacSDNWidth]string
	for c := sdnName; c < ofacSDNWidth; c++ {
		if vals[c], err = t.value(c); err != nil {
			return err
		}
	}
	kind, err := ofacKind(t, vals[sdnType])
	if err != nil {
		return err
	}
	if err := r.checkRow(t, &vals, kind); err != nil {
		return err
	}
	entry := strconv.Itoa(n)
	l := r.v.List
	p := record.Party{
		ID: record.PartyID(l.Authority, l.Name, entry), Kind: kind,
		Names: []record.Name{personName(record.Name{Text: vals[sdnName], Kind: record.Primary, Where: t.where(&t.row, sdnName)}, kind)},
	}
	if vals[sdnTitle] != "" {
		p.Titles = []string{vals[sdnTitle]}
	}
	ofacVessel(t, &vals, &p)
	programmes := strings.Split(vals[sdnProgramme], "] [")
	r.v.Entries = append(r.v.Entries, Entry{Party: p, Designation: record.Designation{
		ID: record.DesignationID(l.Authority, l.Name, entry), Party: p.ID,
		Authority: l.Authority, Nation: l.Nation, List: l.Name, Entry: entry,
		Programmes: programmes, Instruments: ofacInstruments(programmes), Status: "in-force",
		Wheres: []record.Where{t.whole(&t.row)},
	}})
	r.index[n] = len(r.v.Entries) - 1
	for _, tag := range programmes {
		if _, known := ofacProgrammes[tag]; !known {
			r.unknown[tag]++
		}
	}
	if vals[sdnRemarks] != "" {
		c := t.row.cells[sdnRemarks]
		r.remarks[n] = remark{head: vals[sdnRemarks], headAt: t.where(&t.row, sdnRemarks), direct: c.direct}
	}
	return nil
}

func ofacKind(t *table, typ string) (record.PartyKind, error) {
	switch typ {
	case "individual":
		return record.Person, nil
	case "", "entity":
		return record.Organisation, nil
	case "vessel":
		return record.Vessel, nil
	case "aircraft":
		return record.Aircraft, nil
	}
	return "", t.drift(t.row.num, sdnType+1, "individual, entity (-0-), vessel or aircraft", quote(typ))
}

var ofacTag = regexp.MustCompile(`^[A-Z0-9][A-Za-z0-9&/.\-]*( (- )?[A-Za-z0-9&/.\-]+)*$`)

// checkRow refuses rows whose cells cannot stand in their columns: what is left
// when columns move.
func (r *ofacReader) checkRow(t *table, vals *[ofacSDNWidth]string, kind record.PartyKind) error {
	if vals[sdnName] == "" {
		return t.drift(t.row.num, sdnName+1, "a name", "-0-")
	}
	if _, tag := ofacProgrammes[strings.Split(vals[sdnName], "] [")[0]]; tag {
		return t.drift(t.row.num, sdnName+1, "a name", "the programme "+quote(vals[sdnName]))
	}
	if vals[sdnProgramme] == "" {
		return t.drift(t.row.num, sdnProgramme+1, "a programme", "-0-")
	}
	for _, tag := range strings.Split(vals[sdnProgramme], "] [") {
		if !ofacTag.MatchString(tag) || len(tag) > 50 {
			return t.drift(t.row.num, sdnProgramme+1, "programme tags parted by \"] [\"", quote(tag))
		}
	}
	if vals[sdnTitle] != "" && kind != record.Person {
		return t.drift(t.row.num, sdnTitle+1, "a title for an individual only", quote(vals[sdnTitle]))
	}
	for c := sdnCallSign; c <= sdnOwner; c++ {
		if vals[c] != "" && kind != record.Vessel {
			return t.drift(t.row.num, c+1, "-0- for what is no vessel", quote(vals[c]))
		}
	}
	for _, c := range []int{sdnTonnage, sdnGRT} {
		if vals[c] != "" && !tonnage.MatchString(vals[c]) {
			return t.drift(t.row.num, c+1, "a tonnage", quote(vals[c]))
		}
	}
	if rm := vals[sdnRemarks]; rm != "" && !strings.HasSuffix(rm, ".") && len([]rune(rm)) < ofacRemarkLimit {
		return t.drift(t.row.num, sdnRemarks+1,
			fmt.Sprintf("remarks that end with a full stop or are cut at %d characters", ofacRemarkLimit),
			fmt.Sprintf("%d characters that end in %s", len([]rune(rm)), quote(rm[max(0, len(rm)-20):])))
	}
	return nil
}

var tonnage = regexp.MustCompile(`^[0-9][0-9,. ]*( ?(tons|GRT|DWT|dwt|grt))?$`)

// ofacVessel takes the columns that only vessels have.
func ofacVessel(t *table, vals *[ofacSDNWidth]string, p *record.Party) {
	if vals[sdnCallSign] != "" {
		p.Documents = append(p.Documents, record.Document{
			Kind: "call-sign", Number: vals[sdnCallSign], Text: "Vessel Call Sign " + vals[sdnCallSign],
			Where: t.where(&t.row, sdnCallSign),
		})
	}
	for _, f := range []struct {
		col   int
		label string
	}{
		{sdnVesselType, "vessel-type"},
		{sdnTonnage, "tonnage"},
		{sdnGRT, "gross-registered-tonnage"},
		{sdnFlag, "flag"},
	} {
		if vals[f.col] != "" {
			p.OtherFacts = append(p.OtherFacts, record.Fact{Label: f.label, Text: vals[f.col]})
		}
	}
	if vals[sdnOwner] != "" {
		p.Links = append(p.Links, record.Link{Kind: "owner", Name: vals[sdnOwner], Text: vals[sdnOwner]})
	}
}

// comments reads sdn_comments.csv.
func (r *ofacReader) comments(t *table) (int, error) {
	if err := t.begin(); err != nil {
		return 0, err
	}
	seen := make(map[int]int)
	for {
		ok, err := t.next()
		if err != nil || !ok {
			return t.num, err
		}
		if err := t.width(ofacCommentWidth); err != nil {
			return 0, err
		}
		n, err := t.number(0)
		if err != nil {
			return 0, err
		}
		if at, twice := seen[n]; twice {
			return 0, t.drift(t.row.num, 1, "each entry number once", fmt.Sprintf("%d again, first in row %d", n, at))
		}
		seen[n] = t.row.num
		text, err := t.value(1)
		if err != nil {
			return 0, err
		}
		if text == "" {
			return 0, t.drift(t.row.num, 2, "remarks", "-0-")
		}
		if !strings.HasSuffix(text, ".") {
			return 0, t.drift(t.row.num, 2, "remarks that end with a full stop", quote(text[max(0, len(text)-20):]))
		}
		i, ok := r.index[n]
		if !ok {
			r.orphan(t, n, text)
			continue
		}
		rm := r.remarks[n]
		rm.tail, rm.tailAt = text, t.where(&t.row, 1)
		rm.direct = t.row.cells[1].direct && (rm.head == "" || rm.direct)
		r.remarks[n] = rm
		d := &r.v.Entries[i].Designation
		d.Wheres = append(d.Wheres, t.whole(&t.row))
	}
}

func (r *ofacReader) orphan(t *table, n int, text string) {
	if len(text) > 200 {
		text = strings.ToValidUTF8(text[:200], "") + "…"
	}
	r.v.Orphans = append(r.v.Orphans, Orphan{Entry: strconv.Itoa(n), Text: text, Where: t.whole(&t.row)})
}

// companion reads the two numbers of a row of alt.csv or add.csv.
func (r *ofacReader) companion(t *table) (entry, own int, err error) {
	if entry, err = t.number(0); err != nil {
		return 0, 0, err
	}
	if own, err = t.number(1); err != nil {
		return 0, 0, err
	}
	if _, twice := r.numbers[own]; twice {
		return 0, 0, t.drift(t.row.num, 2, "each number once", fmt.Sprintf("%d again", own))
	}
	r.numbers[own] = struct{}{}
	return entry, own, nil
}

// aliases reads alt.csv. OFAC keeps its strong aliases there (FAQ 124).
func (r *ofacReader) aliases(t *table) (int, error) {
	r.numbers = make(map[int]struct{})
	if err := t.begin(); err != nil {
		return 0, err
	}
	for {
		ok, err := t.next()
		if err != nil || !ok {
			return t.num, err
		}
		if err := t.width(ofacAltWidth); err != nil {
			return 0, err
		}
		n, own, err := r.companion(t)
		if err != nil {
			return 0, err
		}
		typ, err := t.value(2)
		if err != nil {
			return 0, err
		}
		kind, known := map[string]record.NameKind{"aka": record.AKA, "fka": record.FKA, "nka": record.NKA}[typ]
		if !known {
			return 0, t.drift(t.row.num, 3, "aka, fka or nka", quote(typ))
		}
		name, err := t.value(3)
		if err != nil {
			return 0, err
		}
		if name == "" {
			return 0, t.drift(t.row.num, 4, "a name", "-0-")
		}
		note, err := t.value(4)
		if err != nil {
			return 0, err
		}
		i, ok := r.index[n]
		if !ok {
			r.orphan(t, n, name)
			continue
		}
		p := &r.v.Entries[i].Party
		p.Names = append(p.Names, personName(record.Name{
			Text: name, Kind: kind, Quality: record.Strong, Entry: strconv.Itoa(own), Where: t.where(&t.row, 3),
		}, p.Kind))
		if note != "" {
			p.OtherFacts = append(p.OtherFacts, record.Fact{Label: "alias-remark", Text: name + ": " + note})
		}
	}
}

// addresses reads add.csv.
func (r *ofacReader) addresses(t *table) (int, error) {
	r.numbers = make(map[int]struct{})
	if err := t.begin(); err != nil {
		return 0, err
	}
	for {
		ok, err := t.next()
		if err != nil || !ok {
			return t.num, err
		}
		if err := t.width(ofacAddWidth); err != nil {
			return 0, err
		}
		n, own, err := r.companion(t)
		if err != nil {
			return 0, err
		}
		var vals [ofacAddWidth]string
		for c := 2; c < ofacAddWidth; c++ {
			if vals[c], err = t.value(c); err != nil {
				return 0, err
			}
		}
		text := joinText(", ", vals[2], vals[3], vals[4])
		i, ok := r.index[n]
		if !ok {
			r.orphan(t, n, text)
			continue
		}
		p := &r.v.Entries[i].Party
		if text != "" {
			p.Addresses = append(p.Addresses, record.Address{
				Text: text, City: vals[3], Country: vals[4], Entry: strconv.Itoa(own), Where: t.whole(&t.row),
			})
		}
		if vals[5] != "" {
			p.OtherFacts = append(p.OtherFacts, record.Fact{Label: "address-remark", Text: joinText(": ", text, vals[5])})
		}
	}
}

// finish parses the remarks, after the companion files: so that names keep the
// order strong before weak.
func (r *ofacReader) finish() {
	for i := range r.v.Entries {
		e := &r.v.Entries[i]
		n, _ := strconv.Atoi(e.Designation.Entry)
		if rm, ok := r.remarks[n]; ok {
			r.parseRemark(e, rm)
		}
	}
}

// warnings says what a person should know of the version as a whole.
func (r *ofacReader) warnings() {
	tags := make([]string, 0, len(r.unknown))
	for tag := range r.unknown {
		tags = append(tags, tag)
	}
	slices.Sort(tags)
	for _, tag := range tags {
		r.v.warn(record.Where{File: "sdn.csv"}, "programme %s (%d entries) is not in Cordon's table of instruments; it is kept as a programme", quote(tag), r.unknown[tag])
	}
	byFile := make(map[string]map[string]struct{})
	for _, o := range r.v.Orphans {
		if byFile[o.Where.File] == nil {
			byFile[o.Where.File] = make(map[string]struct{})
		}
		byFile[o.Where.File][o.Entry] = struct{}{}
	}
	for _, name := range []string{"sdn_comments.csv", "alt.csv", "add.csv"} {
		if m := byFile[name]; len(m) > 0 {
			r.v.warn(record.Where{File: name}, "%s names %d entries that sdn.csv does not have: the files are of different dates", name, len(m))
		}
	}
}

// joinText joins the parts that are not empty.
func joinText(sep string, parts ...string) string {
	return strings.Join(slices.DeleteFunc(slices.Clone(parts), func(s string) bool { return s == "" }), sep)
}

// personName splits "FAMILY, Given" of a person and names the script.
func personName(n record.Name, kind record.PartyKind) record.Name {
	n.Script = scriptOf(n.Text)
	if kind == record.Person {
		if family, given, ok := strings.Cut(n.Text, ", "); ok && family != "" && given != "" {
			n.Family, n.Given = family, given
		}
	}
	return n
}
