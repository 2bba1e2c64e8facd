package ofac

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/cordon-project/cordon/lists/listing"
	"github.com/cordon-project/cordon/lists/table"
	"github.com/cordon-project/cordon/record"
)

// Reader reads the list.
type Reader struct{}

// List implements [listing.Reader].
func (Reader) List() listing.List {
	const at = "https://sanctionslistservice.ofac.treas.gov/api/PublicationPreview/exports/"
	return listing.List{
		Key: "ofac", Name: "ofac-sdn", Authority: "OFAC", Nation: "US",
		Title:     "Specially Designated Nationals and Blocked Persons List",
		Formats:   "sdn.csv, and with it alt.csv, add.csv and sdn_comments.csv",
		Addresses: []string{at + "SDN.CSV", at + "ALT.CSV", at + "ADD.CSV", at + "SDN_COMMENTS.CSV"},
	}
}

// The widths of the four files, by which they are told apart.
const (
	sdnWidth       = 12
	altWidth       = 5
	addWidth       = 6
	commentWidth   = 2
	remarkLimit    = 1000 // characters of a remark in sdn.csv
	maxUnknownTags = 40   // programme tags that the table may lack; the list has some 75
)

var roleOfWidth = map[int]string{
	sdnWidth: "sdn.csv", altWidth: "alt.csv", addWidth: "add.csv", commentWidth: "sdn_comments.csv",
}

// reading holds one reading.
type reading struct {
	v       *listing.Version
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

// Read implements [listing.Reader].
func (Reader) Read(ctx context.Context, v *listing.Version, files []listing.File) error {
	byRole, err := roles(v.List.Name, files)
	if err != nil {
		return err
	}
	main, ok := byRole["sdn.csv"]
	if !ok {
		return (&listing.Drift{
			List: v.List.Name, File: files[0].Base(),
			Expected: "sdn.csv among the files", Found: "companion files only",
		}).Refusal()
	}
	r := &reading{v: v, index: make(map[int]int), remarks: make(map[int]remark), unknown: make(map[string]int)}
	for _, step := range []struct {
		name string
		read func(*table.Table) (int, error)
	}{
		{"sdn.csv", r.entries},
		{"sdn_comments.csv", r.comments},
		{"alt.csv", r.aliases},
		{"add.csv", r.addresses},
	} {
		f, ok := byRole[step.name]
		if !ok {
			continue
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		rows, err := step.read(tableOf(v.List.Name, step.name, f))
		if err != nil {
			return err
		}
		v.AddFile(f, step.name, rows)
	}
	if n := len(r.unknown); n > maxUnknownTags {
		return (&listing.Drift{
			List: v.List.Name, File: "sdn.csv", Row: 1, Column: sdnProgramme + 1,
			Expected: "programme tags, nearly all of them known", Found: fmt.Sprintf("%d unknown ones", n),
		}).Refusal()
	}
	r.finish()
	v.DateBy(main)
	r.warnings()
	return nil
}

func tableOf(list, name string, f listing.File) *table.Table {
	return table.New(list, name, f, table.Form{Comma: ',', Quotes: true, CtrlZ: true})
}

// inboxForm is narrower than nameForm: nothing that only looks like one of the
// files is taken for one without being asked to.
var inboxForm = regexp.MustCompile(`(?i)^(sdn|alt|add|sdn_comments)([._-].*)?\.csv$`)

// Recognise implements [listing.Reader]. The files have no header, so the name
// alone tells.
func (Reader) Recognise(name string, _ []byte) bool { return inboxForm.MatchString(name) }

// roles tells which file is which, by its width, and refuses a file whose
// name says another than its width.
func roles(list string, files []listing.File) (map[string]listing.File, error) {
	out := make(map[string]listing.File, len(files))
	for _, f := range files {
		t := tableOf(list, f.Base(), f)
		if err := t.Begin(); err != nil {
			return nil, err
		}
		if _, err := t.Next(); err != nil {
			return nil, err
		}
		said := claimed(f.Base())
		role, ok := roleOfWidth[len(t.Cells())]
		switch {
		case said == "cons":
			return nil, t.DriftAt(0, 0, "a file of the SDN list", "a file of OFAC's consolidated non-SDN list, which has other numbers")
		case !ok || (said != "" && said != role):
			want := "2, 5, 6 or 12 columns"
			for n, name := range roleOfWidth {
				if name == said {
					want = fmt.Sprintf("%d columns, as %s has", n, name)
				}
			}
			found := fmt.Sprintf("%d columns", len(t.Cells()))
			if ok {
				found += ", as " + role + " has"
			}
			return nil, t.DriftAt(1, min(len(t.Cells())+1, sdnWidth), want, found)
		}
		if _, twice := out[role]; twice {
			return nil, t.DriftAt(0, 0, "each file once", "a second "+role)
		}
		out[role] = f
	}
	return out, nil
}

var nameForm = regexp.MustCompile(`(?i)^(cons_|)(sdn_comments|comments|sdn|alt|add|prim)\b.*\.csv$`)

// claimed returns the role that a file's name, without its folder, claims, "" for
// none.
func claimed(name string) string {
	m := nameForm.FindStringSubmatch(name)
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
func value(t *table.Table, c int) (string, error) {
	x := t.Cells()[c]
	if null(x.Text) {
		return "", nil
	}
	if x.Bare {
		return "", t.Drift(c+1, "text in quotes or -0-", listing.Quote(x.Text))
	}
	if strings.TrimSpace(x.Text) == "" {
		return "", t.Drift(c+1, "text in quotes or -0-", "a blank cell")
	}
	return x.Text, nil
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
func (r *reading) entries(t *table.Table) (int, error) {
	if err := t.Begin(); err != nil {
		return 0, err
	}
	for {
		ok, err := t.Next()
		if err != nil || !ok {
			return t.Num(), err
		}
		if err := t.Width(sdnWidth); err != nil {
			return 0, err
		}
		if err := r.entry(t); err != nil {
			return 0, err
		}
	}
}

func (r *reading) entry(t *table.Table) error {
	n, err := t.Number(sdnNumber)
	if err != nil {
		return err
	}
	if at, twice := r.index[n]; twice {
		return t.Drift(1, "each entry number once",
			fmt.Sprintf("%d again, first in row %d", n, r.v.Entries[at].Designation.Wheres[0].Row))
	}
	var vals [sdnWidth]string
	for c := sdnName; c < sdnWidth; c++ {
		if vals[c], err = value(t, c); err != nil {
			return err
		}
	}
	kind, err := kindOf(t, vals[sdnType])
	if err != nil {
		return err
	}
	if err := r.checkRow(t, &vals, kind); err != nil {
		return err
	}
	e := r.v.List.Entry(strconv.Itoa(n), kind)
	p, d := &e.Party, &e.Designation
	p.Names = []record.Name{listing.NameOf(record.Name{Text: vals[sdnName], Kind: record.Primary, Where: t.Where(sdnName)}, kind)}
	if vals[sdnTitle] != "" {
		p.Titles = []string{vals[sdnTitle]}
	}
	takeVessel(t, &vals, p)
	d.Programmes = strings.Split(vals[sdnProgramme], "] [")
	d.Instruments = instrumentsOf(d.Programmes)
	d.Wheres = []record.Where{t.Whole()}
	r.v.Entries = append(r.v.Entries, e)
	r.index[n] = len(r.v.Entries) - 1
	for _, tag := range d.Programmes {
		if _, known := programmeTags[tag]; !known {
			r.unknown[tag]++
		}
	}
	if vals[sdnRemarks] != "" {
		c := t.Cells()[sdnRemarks]
		r.remarks[n] = remark{head: vals[sdnRemarks], headAt: t.Where(sdnRemarks), direct: c.Direct}
	}
	return nil
}

func kindOf(t *table.Table, typ string) (record.PartyKind, error) {
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
	return "", t.Drift(sdnType+1, "individual, entity (-0-), vessel or aircraft", listing.Quote(typ))
}

var tagForm = regexp.MustCompile(`^[A-Z0-9][A-Za-z0-9&/.\-]*( (- )?[A-Za-z0-9&/.\-]+)*$`)

// checkRow refuses rows whose cells cannot stand in their columns: what is left
// when columns move.
func (r *reading) checkRow(t *table.Table, vals *[sdnWidth]string, kind record.PartyKind) error {
	if vals[sdnName] == "" {
		return t.Drift(sdnName+1, "a name", "-0-")
	}
	if _, tag := programmeTags[strings.Split(vals[sdnName], "] [")[0]]; tag {
		return t.Drift(sdnName+1, "a name", "the programme "+listing.Quote(vals[sdnName]))
	}
	if vals[sdnProgramme] == "" {
		return t.Drift(sdnProgramme+1, "a programme", "-0-")
	}
	for _, tag := range strings.Split(vals[sdnProgramme], "] [") {
		if !tagForm.MatchString(tag) || len(tag) > 50 {
			return t.Drift(sdnProgramme+1, "programme tags parted by \"] [\"", listing.Quote(tag))
		}
	}
	if vals[sdnTitle] != "" && kind != record.Person {
		return t.Drift(sdnTitle+1, "a title for an individual only", listing.Quote(vals[sdnTitle]))
	}
	for c := sdnCallSign; c <= sdnOwner; c++ {
		if vals[c] != "" && kind != record.Vessel {
			return t.Drift(c+1, "-0- for what is no vessel", listing.Quote(vals[c]))
		}
	}
	for _, c := range []int{sdnTonnage, sdnGRT} {
		if vals[c] != "" && !tonnage.MatchString(vals[c]) {
			return t.Drift(c+1, "a tonnage", listing.Quote(vals[c]))
		}
	}
	if rm := vals[sdnRemarks]; rm != "" && !strings.HasSuffix(rm, ".") && len([]rune(rm)) < remarkLimit {
		return t.Drift(sdnRemarks+1,
			fmt.Sprintf("remarks that end with a full stop or are cut at %d characters", remarkLimit),
			fmt.Sprintf("%d characters that end in %s", len([]rune(rm)), listing.Quote(rm[max(0, len(rm)-20):])))
	}
	return nil
}

var tonnage = regexp.MustCompile(`^[0-9][0-9,. ]*( ?(tons|GRT|DWT|dwt|grt))?$`)

// takeVessel takes the columns that only vessels have.
func takeVessel(t *table.Table, vals *[sdnWidth]string, p *record.Party) {
	if vals[sdnCallSign] != "" {
		p.Documents = append(p.Documents, record.Document{
			Kind: "call-sign", Number: vals[sdnCallSign], Text: "Vessel Call Sign " + vals[sdnCallSign],
			Where: t.Where(sdnCallSign),
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
func (r *reading) comments(t *table.Table) (int, error) {
	if err := t.Begin(); err != nil {
		return 0, err
	}
	seen := make(map[int]int)
	for {
		ok, err := t.Next()
		if err != nil || !ok {
			return t.Num(), err
		}
		if err := t.Width(commentWidth); err != nil {
			return 0, err
		}
		n, err := t.Number(0)
		if err != nil {
			return 0, err
		}
		if at, twice := seen[n]; twice {
			return 0, t.Drift(1, "each entry number once", fmt.Sprintf("%d again, first in row %d", n, at))
		}
		seen[n] = t.Num()
		text, err := value(t, 1)
		if err != nil {
			return 0, err
		}
		if text == "" {
			return 0, t.Drift(2, "remarks", "-0-")
		}
		if !strings.HasSuffix(text, ".") {
			return 0, t.Drift(2, "remarks that end with a full stop", listing.Quote(text[max(0, len(text)-20):]))
		}
		i, ok := r.index[n]
		if !ok {
			r.orphan(t, n, text)
			continue
		}
		rm := r.remarks[n]
		rm.tail, rm.tailAt = text, t.Where(1)
		rm.direct = t.Cells()[1].Direct && (rm.head == "" || rm.direct)
		r.remarks[n] = rm
		d := &r.v.Entries[i].Designation
		d.Wheres = append(d.Wheres, t.Whole())
	}
}

func (r *reading) orphan(t *table.Table, n int, text string) {
	if len(text) > 200 {
		text = strings.ToValidUTF8(text[:200], "") + "…"
	}
	r.v.Orphans = append(r.v.Orphans, listing.Orphan{Entry: strconv.Itoa(n), Text: text, Where: t.Whole()})
}

// companion reads the two numbers of a row of alt.csv or add.csv.
func (r *reading) companion(t *table.Table) (entry, own int, err error) {
	if entry, err = t.Number(0); err != nil {
		return 0, 0, err
	}
	if own, err = t.Number(1); err != nil {
		return 0, 0, err
	}
	if _, twice := r.numbers[own]; twice {
		return 0, 0, t.Drift(2, "each number once", fmt.Sprintf("%d again", own))
	}
	r.numbers[own] = struct{}{}
	return entry, own, nil
}

// aliases reads alt.csv. OFAC keeps its strong aliases there (FAQ 124).
func (r *reading) aliases(t *table.Table) (int, error) {
	r.numbers = make(map[int]struct{})
	if err := t.Begin(); err != nil {
		return 0, err
	}
	for {
		ok, err := t.Next()
		if err != nil || !ok {
			return t.Num(), err
		}
		if err := t.Width(altWidth); err != nil {
			return 0, err
		}
		n, own, err := r.companion(t)
		if err != nil {
			return 0, err
		}
		typ, err := value(t, 2)
		if err != nil {
			return 0, err
		}
		kind, known := map[string]record.NameKind{"aka": record.AKA, "fka": record.FKA, "nka": record.NKA}[typ]
		if !known {
			return 0, t.Drift(3, "aka, fka or nka", listing.Quote(typ))
		}
		name, err := value(t, 3)
		if err != nil {
			return 0, err
		}
		if name == "" {
			return 0, t.Drift(4, "a name", "-0-")
		}
		note, err := value(t, 4)
		if err != nil {
			return 0, err
		}
		i, ok := r.index[n]
		if !ok {
			r.orphan(t, n, name)
			continue
		}
		p := &r.v.Entries[i].Party
		p.Names = append(p.Names, listing.NameOf(record.Name{
			Text: name, Kind: kind, Quality: record.Strong, Entry: strconv.Itoa(own), Where: t.Where(3),
		}, p.Kind))
		if note != "" {
			p.OtherFacts = append(p.OtherFacts, record.Fact{Label: "alias-remark", Text: name + ": " + note})
		}
	}
}

// addresses reads add.csv.
func (r *reading) addresses(t *table.Table) (int, error) {
	r.numbers = make(map[int]struct{})
	if err := t.Begin(); err != nil {
		return 0, err
	}
	for {
		ok, err := t.Next()
		if err != nil || !ok {
			return t.Num(), err
		}
		if err := t.Width(addWidth); err != nil {
			return 0, err
		}
		n, own, err := r.companion(t)
		if err != nil {
			return 0, err
		}
		var vals [addWidth]string
		for c := 2; c < addWidth; c++ {
			if vals[c], err = value(t, c); err != nil {
				return 0, err
			}
		}
		text := listing.Join(", ", vals[2], vals[3], vals[4])
		i, ok := r.index[n]
		if !ok {
			r.orphan(t, n, text)
			continue
		}
		p := &r.v.Entries[i].Party
		if text != "" {
			p.Addresses = append(p.Addresses, record.Address{
				Text: text, City: vals[3], Country: vals[4], Entry: strconv.Itoa(own), Where: t.Whole(),
			})
		}
		if vals[5] != "" {
			p.OtherFacts = append(p.OtherFacts, record.Fact{Label: "address-remark", Text: listing.Join(": ", text, vals[5])})
		}
	}
}

// finish parses the remarks, after the companion files: so that names keep the
// order strong before weak.
func (r *reading) finish() {
	for i := range r.v.Entries {
		e := &r.v.Entries[i]
		n, _ := strconv.Atoi(e.Designation.Entry)
		if rm, ok := r.remarks[n]; ok {
			r.parseRemark(e, rm)
		}
	}
}

// warnings says what a person should know of the version as a whole.
func (r *reading) warnings() {
	tags := make([]string, 0, len(r.unknown))
	for tag := range r.unknown {
		tags = append(tags, tag)
	}
	slices.Sort(tags)
	for _, tag := range tags {
		r.v.Warn(record.Where{File: "sdn.csv"}, "programme %s (%d entries) is not in Cordon's table of instruments; it is kept as a programme", listing.Quote(tag), r.unknown[tag])
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
			r.v.Warn(record.Where{File: name}, "%s names %d entries that sdn.csv does not have: the files are of different dates", name, len(m))
		}
	}
}
