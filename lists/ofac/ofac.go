package ofac

import (
	"context"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/cordon-project/cordon/lists/listing"
	"github.com/cordon-project/cordon/lists/table"
	"github.com/cordon-project/cordon/record"
)

// The widths of the four files, by which they are told apart.
const (
	sdnWidth       = 12
	altWidth       = 5
	addWidth       = 6
	commentWidth   = 2
	remarkLimit    = 1000 // characters of a remark in sdn.csv
	maxUnknownTags = 40   // programme tags that the table may lack; the list has some 75
)

// roleOf returns the name of the file that has a width, "" for none.
func (p publication) roleOf(width int) string {
	return map[int]string{sdnWidth: p.main, altWidth: p.aliases, addWidth: p.places, commentWidth: p.comments}[width]
}

// reading holds one reading.
type reading struct {
	p       publication
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

// tables reads the list from sdn.csv and its companions, or the same of the
// consolidated list.
func (r *reading) tables(ctx context.Context, files []listing.File) error {
	v, p := r.v, r.p
	byRole, err := p.roles(files)
	if err != nil {
		return err
	}
	main, ok := byRole[p.main]
	if !ok {
		return (&listing.Drift{
			List: v.List.Name, File: files[0].Base(),
			Expected: p.main + " among the files", Found: "companion files only",
		}).Refusal()
	}
	for _, step := range []struct {
		name string
		read func(*table.Table) (int, error)
	}{
		{p.main, r.entries},
		{p.comments, r.comments},
		{p.aliases, r.aliases},
		{p.places, r.addresses},
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
	r.finish()
	v.DateBy(main)
	return nil
}

func tableOf(list, name string, f listing.File) *table.Table {
	return table.New(list, name, f, table.Form{Comma: ',', Quotes: true, CtrlZ: true})
}

// roles tells which file is which, by its width, and refuses a file whose
// name says another than its width.
func (p publication) roles(files []listing.File) (map[string]listing.File, error) {
	out := make(map[string]listing.File, len(files))
	for _, f := range files {
		t := tableOf(p.list.Name, f.Base(), f)
		if err := t.Begin(); err != nil {
			return nil, err
		}
		if _, err := t.Next(); err != nil {
			return nil, err
		}
		said, other := p.claimed(f.Base())
		role := p.roleOf(len(t.Cells()))
		switch {
		case other:
			return nil, p.otherList(f.Base(), "by its name")
		case role == "" || (said != "" && said != role):
			want := "2, 5, 6 or 12 columns"
			for _, n := range []int{sdnWidth, altWidth, addWidth, commentWidth} {
				if said != "" && p.roleOf(n) == said {
					want = fmt.Sprintf("%d columns, as %s has", n, said)
				}
			}
			found := fmt.Sprintf("%d columns", len(t.Cells()))
			if role != "" {
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

// claimed returns the role that a file's name, without its folder, claims, ""
// for none, and whether it claims to be of the other list.
func (p publication) claimed(name string) (role string, other bool) {
	m := nameForm.FindStringSubmatch(name)
	if m == nil {
		return "", false
	}
	kind := strings.TrimPrefix(strings.ToLower(m[2]), "sdn_")
	if cons := m[1] != "" || kind == "prim"; cons == p.sdn {
		return "", true
	}
	return map[string]string{"sdn": p.main, "prim": p.main, "comments": p.comments, "alt": p.aliases, "add": p.places}[kind], false
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
	takeVessel(p, vessel{
		callSign: vals[sdnCallSign], typ: vals[sdnVesselType], tonnage: vals[sdnTonnage],
		grt: vals[sdnGRT], flag: vals[sdnFlag], owner: vals[sdnOwner],
	}, t.Where(sdnCallSign))
	r.programmes(d, strings.Split(vals[sdnProgramme], "] ["))
	d.Wheres = []record.Where{t.Whole()}
	r.v.Entries = append(r.v.Entries, e)
	r.index[n] = len(r.v.Entries) - 1
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
	if bad := badTag(strings.Split(vals[sdnProgramme], "] [")); bad != "" {
		return t.Drift(sdnProgramme+1, "programme tags parted by \"] [\"", bad)
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

// vessel is what only vessels have.
type vessel struct{ callSign, typ, tonnage, grt, flag, owner string }

// takeVessel takes what only vessels have; at is the place of the call sign.
func takeVessel(p *record.Party, x vessel, at record.Where) {
	if x.callSign != "" {
		p.Documents = append(p.Documents, record.Document{
			Kind: "call-sign", Number: x.callSign, Text: "Vessel Call Sign " + x.callSign, Where: at,
		})
	}
	for _, f := range []record.Fact{
		{Label: "vessel-type", Text: x.typ},
		{Label: "tonnage", Text: x.tonnage},
		{Label: "gross-registered-tonnage", Text: x.grt},
		{Label: "flag", Text: x.flag},
	} {
		if f.Text != "" {
			p.OtherFacts = append(p.OtherFacts, f)
		}
	}
	if x.owner != "" {
		p.Links = append(p.Links, record.Link{Kind: "owner", Name: x.owner, Text: x.owner})
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

// warnings says which companion files are of another date.
func (r *reading) warnings() {
	byFile := make(map[string]map[string]struct{})
	for _, o := range r.v.Orphans {
		if byFile[o.Where.File] == nil {
			byFile[o.Where.File] = make(map[string]struct{})
		}
		byFile[o.Where.File][o.Entry] = struct{}{}
	}
	for _, name := range []string{r.p.comments, r.p.aliases, r.p.places} {
		if m := byFile[name]; len(m) > 0 {
			r.v.Warn(record.Where{File: name}, "%s names %d entries that %s does not have: the files are of different dates", name, len(m), r.p.main)
		}
	}
}
