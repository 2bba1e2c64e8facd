package measure

import (
	"cmp"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/identity"
	"github.com/cordon-project/cordon/journal"
	"github.com/cordon-project/cordon/journal/sqlite"
	"github.com/cordon-project/cordon/lists"
	"github.com/cordon-project/cordon/matrix"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/record"
	"github.com/cordon-project/cordon/script/korean"
	"github.com/cordon-project/cordon/starter"
	"github.com/cordon-project/cordon/stix"
)

// Matrix counts the figures of the designation matrix over the lists in a folder
// (lists/ and domain/), by names and by decisions on identity, in a node of its own
// that is thrown away. tell is told what is being done. Errors: errs.Invalid for
// files that are missing or in another form.
func Matrix(ctx context.Context, dir string, tell func(stage string)) (_ MatrixFigures, err error) {
	home, err := os.MkdirTemp("", "cordon-matrix-*")
	if err != nil {
		return MatrixFigures{}, errs.New(errs.Unavailable, "no folder could be made for the node").Because(err)
	}
	defer os.RemoveAll(home)
	m := &matrixEval{ctx: ctx, dir: dir, tell: tell}
	if err := m.load(home); err != nil {
		return MatrixFigures{}, err
	}
	defer func() { err = errors.Join(err, m.store.Close()) }()
	return m.run()
}

// MatrixFigures is what the evaluation finds.
type MatrixFigures struct {
	Figures []MatrixFigure `json:"figures"`
	Press   []PressView    `json:"press"`
	Stands  string         `json:"stands"`
}

// MatrixFigure is one figure, counted by names and by identity.
type MatrixFigure struct {
	What     string       `json:"what"`
	N        int          `json:"n"`
	Naive    float64      `json:"naive"`
	Identity float64      `json:"identity"`
	Open     int          `json:"open"` // cases of the last that an open question could change
	Notes    []string     `json:"notes,omitempty"`
	Cases    []Difference `json:"differences"`
}

// Difference is one case in which the two ways of counting differ.
type Difference struct {
	Entry    string `json:"entry"` // list and number
	Name     string `json:"name"`
	Naive    string `json:"naive"`    // the entries that a key of names finds
	Identity string `json:"identity"` // those that are decided to be the same party
	Why      string `json:"why"`
}

// PressView is one target of the press, one authority.
type PressView struct {
	Target string `json:"target"`
	Code   string `json:"code"`
	Press  string `json:"press"` // what the press says, "" for nothing
	Lists  string `json:"lists"` // what the lists say
	Entry  string `json:"entry,omitempty"`
	State  string `json:"state"` // agree, not contradicted, differ, press only, lists only, not loaded, neither
}

// matrixEval holds one evaluation.
type matrixEval struct {
	ctx    context.Context
	dir    string
	tell   func(stage string)
	store  *sqlite.Store
	engine *identity.Engine

	snapshot map[string]map[string][]string // authority to number to name, programme, kind
	ofac     *lists.Version                 // the snapshot with aliases and details where they are known
	un       *lists.Version
	jp, kr   *lists.Version
	rows     map[string]*matrix.Row // by party
	table    matrix.Table
}

var snapshotKinds = map[string]record.PartyKind{"개인": record.Person, "단체": record.Organisation, "선박": record.Vessel, "항공기": record.Aircraft}

// euSnapshot is the European Union's list of which only primary names are at hand.
var euSnapshot = lists.List{Key: "eu", Name: "eu-snapshot", Authority: "EU", Nation: "EU"}

// load reads the lists and decides on identity.
func (m *matrixEval) load(home string) (err error) {
	m.tell("lists")
	if err := m.read(); err != nil {
		return err
	}
	m.store, err = sqlite.Open(m.ctx, home, sqlite.Options{DefaultTLP: policy.Clear, DefaultClear: true})
	if err != nil {
		return err
	}
	if err := m.fill(); err != nil {
		return errors.Join(err, m.store.Close())
	}
	return nil
}

// fill imports what was read, oldest first, and lets the rules decide.
func (m *matrixEval) fill() error {
	var pack []stix.Object
	for o, err := range starter.Objects() {
		if err != nil {
			return err
		}
		pack = append(pack, o)
	}
	if _, err := m.store.Append(m.ctx, journal.Batch{Objects: pack, By: "evaluation", RefuseAll: true}); err != nil {
		return err
	}
	old, err := m.list("ofac", "lists/ofac_sdn_2024-05-03/sdn.csv")
	if err != nil {
		return err
	}
	eu, err := m.plain("EU", euSnapshot)
	if err != nil {
		return err
	}
	regulation, err := m.regulation()
	if err != nil {
		return err
	}
	for _, v := range []*lists.Version{old, m.ofac, m.un, m.jp, m.kr, eu, regulation} {
		m.tell("import " + v.List.Name + " " + string(v.Date))
		var before *lists.Version
		if v == m.ofac {
			before = old
		}
		if err := m.put(v, before); err != nil {
			return err
		}
	}
	return m.decide()
}

// regulation reads the rows of Regulation (EU) 2017/1509 of which assets are to be
// frozen: ships that may not enter ports are no designees.
func (m *matrixEval) regulation() (*lists.Version, error) {
	v, err := m.list("eu-oj", "lists/eu_journal_2026-08/consolidated/32017R1509.csv")
	if err != nil {
		return nil, err
	}
	v.Date, v.DateFrom = "2026-08-07", "name"
	v.Entries = slices.DeleteFunc(v.Entries, func(e lists.Entry) bool { return e.Party.Kind == record.Vessel })
	return v, nil
}

// put appends a version as it stands, and takes out what the one before had and it
// has not: the evaluation takes lists as they are, without the holds of an import.
func (m *matrixEval) put(v, before *lists.Version) error {
	has := map[string]bool{}
	for i := range v.Entries {
		has[v.Entries[i].Designation.ID] = true
	}
	batch := journal.Batch{By: "evaluation", RefuseAll: true}
	flush := func(enough int) error {
		if len(batch.Objects) < enough {
			return nil
		}
		r, err := m.store.Append(m.ctx, batch)
		if err == nil && len(r.Refused) > 0 {
			err = errs.New(errs.Internal, "%s was refused: %s", r.Refused[0].ID, r.Refused[0].Message)
		}
		batch.Objects = nil
		return err
	}
	if before != nil {
		for _, e := range before.Entries {
			if !has[e.Designation.ID] {
				e.Designation.Status = record.Removed
				batch.Objects = append(batch.Objects, v.DesignationObject(&e, e.Created(), v.Stamp()))
			}
		}
	}
	for o := range v.Objects() {
		batch.Objects = append(batch.Objects, o)
		if err := flush(2000); err != nil {
			return err
		}
	}
	return flush(1)
}

// decide decides on every pair with a party of the DPRK matrix in it.
func (m *matrixEval) decide() error {
	m.tell("identity")
	var parties []string
	for _, v := range []*lists.Version{m.ofac, m.un, m.jp, m.kr} {
		for i := range v.Entries {
			if e := &v.Entries[i]; v == m.jp || v == m.kr || isDPRK(&e.Designation) {
				parties = append(parties, e.Party.ID)
			}
		}
	}
	q := journal.Query{Types: []string{record.DesignationType}, Latest: true, Purpose: policy.Reading}
	for e, err := range m.store.Scan(m.ctx, policy.Public, q) {
		if err != nil {
			return err
		}
		o, err := e.Object()
		if err != nil {
			return err
		}
		if o.Str("list") == "press" {
			parties = append(parties, o.Str("party_ref"))
		}
	}
	m.engine = identity.New(m.store, nil)
	_, err := m.engine.Decide(m.ctx, identity.Options{Parties: parties, By: "evaluation"})
	return err
}

// isDPRK reports whether a programme is one of the DPRK's.
func isDPRK(d *record.Designation) bool {
	return slices.ContainsFunc(d.Programmes, func(p string) bool { return strings.HasPrefix(p, "DPRK") })
}

// read reads the lists that the figures are counted on.
func (m *matrixEval) read() (err error) {
	data, err := os.ReadFile(filepath.Join(m.dir, "lists", "snapshot_2026-08-07", "sanctions_snapshot.json"))
	if err != nil {
		return errs.New(errs.Invalid, "the snapshot of the lists cannot be read").Because(err).WithHint("--data names the folder with lists/ and domain/.")
	}
	if err := json.Unmarshal(data, &m.snapshot); err != nil {
		return errs.New(errs.Invalid, "the snapshot of the lists is no JSON").Because(err)
	}
	if m.un, err = m.list("un", "lists/un_2026-02-27/UN_consolidated.xml"); err != nil {
		return err
	}
	mof := "lists/jp_mof_dprk_2026-08-28/"
	if m.jp, err = m.list("jp-mof", mof+"jp_mof_dprk_persons.psv", mof+"jp_mof_dprk_orgs.psv"); err != nil {
		return err
	}
	if m.kr, err = m.list("kr-kofiu", "lists/kr_kofiu_dprk_2026-01-14/kofiu_dprk_hangul.psv"); err != nil {
		return err
	}
	return m.enrich()
}

// list reads one version of a list; the folder's name dates it.
func (m *matrixEval) list(key string, names ...string) (*lists.Version, error) {
	var files []lists.File
	for _, n := range names {
		path := filepath.Join(m.dir, filepath.FromSlash(n))
		data, err := os.ReadFile(path)
		if err != nil {
			return nil, errs.New(errs.Invalid, "the file %s cannot be read", n).Because(err)
		}
		files = append(files, lists.File{Name: path, Data: data})
	}
	return lists.Read(m.ctx, key, files)
}

// plain makes a version of the snapshot's primary names.
func (m *matrixEval) plain(authority string, l lists.List) (*lists.Version, error) {
	v := &lists.Version{List: l, Date: "2026-08-07", DateFrom: "name", Files: []record.ListFile{{Name: authority + ".json", SHA256: strings.Repeat("0", 62) + fmt.Sprintf("%02x", len(authority))}}}
	for _, number := range slices.Sorted(maps.Keys(m.snapshot[authority])) {
		row := m.snapshot[authority][number]
		if len(row) != 3 {
			return nil, errs.New(errs.Invalid, "%s %s of the snapshot has %d fields, not 3", authority, number, len(row))
		}
		kind := snapshotKinds[row[2]]
		if authority == "EU" {
			kind = record.UnknownKind // the snapshot calls every entry of this list an organisation
		}
		e := l.Entry(number, kind)
		e.Party.Names = []record.Name{{Text: row[0], Kind: record.Primary, Script: "Latn"}}
		e.Designation.Programmes = strings.Split(row[1], "] [")
		v.Entries = append(v.Entries, e)
	}
	return v, nil
}

// enrich gives the snapshot of OFAC's list, by the entries' numbers, the details
// of sdn.csv and the aliases of alt.csv.
func (m *matrixEval) enrich() error {
	aka := "lists/ofac_2025-12_alt_add/alt.csv"
	full, err := m.list("ofac", "lists/ofac_sdn_2024-05-03/sdn.csv", aka, "lists/ofac_2025-12_alt_add/add.csv")
	if err != nil {
		return err
	}
	known := map[string]*lists.Entry{}
	for i := range full.Entries {
		known[full.Entries[i].Designation.Entry] = &full.Entries[i]
	}
	aliases, err := aliasesOf(filepath.Join(m.dir, filepath.FromSlash(aka)))
	if err != nil {
		return err
	}
	if m.ofac, err = m.plain("OFAC", full.List); err != nil {
		return err
	}
	for i := range m.ofac.Entries {
		e := &m.ofac.Entries[i]
		if k := known[e.Designation.Entry]; k != nil {
			primary := e.Party.Names[0]
			e.Party = k.Party
			if !slices.ContainsFunc(k.Party.Names, func(n record.Name) bool { return n.Text == primary.Text }) {
				e.Party.Names = append([]record.Name{primary}, k.Party.Names...)
			}
			continue
		}
		for _, text := range aliases[e.Designation.Entry] {
			e.Party.Names = append(e.Party.Names, record.Name{Text: text, Kind: record.AKA, Script: "Latn"})
		}
	}
	return nil
}

// aliasesOf reads alt.csv: entry number to names.
func aliasesOf(path string) (map[string][]string, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, errs.New(errs.Invalid, "the file %s cannot be read", path).Because(err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.FieldsPerRecord = -1
	out := map[string][]string{}
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, errs.New(errs.Invalid, "alt.csv cannot be read").Because(err)
		}
		if len(row) > 3 {
			out[strings.TrimSpace(row[0])] = append(out[strings.TrimSpace(row[0])], row[3])
		}
	}
}

// run counts.
func (m *matrixEval) run() (out MatrixFigures, err error) {
	m.tell("matrix")
	d := matrix.New(matrix.Config{Groups: m.engine.Groups, Journal: m.store, Clock: time.Now})
	if m.table, err = d.Matrix(m.ctx, policy.Public, matrix.Filter{All: true}); err != nil {
		return out, err
	}
	m.rows = map[string]*matrix.Row{}
	for i := range m.table.Rows {
		for _, id := range m.table.Rows[i].Parties {
			m.rows[id] = &m.table.Rows[i]
		}
	}
	out.Stands = m.table.StandsOn()
	for _, f := range []func() (MatrixFigure, error){m.notInJapan, m.nowhereElse, m.afterUN} {
		fig, err := f()
		if err != nil {
			return out, err
		}
		out.Figures = append(out.Figures, fig)
	}
	out.Press, err = m.press()
	return out, err
}

var wordRuns = regexp.MustCompile(`[a-z0-9]+`)

// wordKey is the naive key: the words of a name in Latin letters without marks,
// sorted. "" for a name without any.
func wordKey(name string) string {
	plain := strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return unicode.ToLower(r)
	}, norm.NFKD.String(name))
	words := wordRuns.FindAllString(plain, -1)
	slices.Sort(words)
	return strings.Join(words, " ")
}

// keyed are the entries under each key, first come first.
type keyed map[string][]*lists.Entry

func (k keyed) add(e *lists.Entry, names ...string) {
	for _, n := range names {
		if key := wordKey(n); key != "" && !slices.Contains(k[key], e) {
			k[key] = append(k[key], e)
		}
	}
}

// find returns the entries under the keys of any of the names.
func (k keyed) find(names []string) (out []*lists.Entry) {
	for _, n := range names {
		for _, e := range k[wordKey(n)] {
			if !slices.Contains(out, e) {
				out = append(out, e)
			}
		}
	}
	return out
}

func namesOf(p *record.Party) (out []string) {
	for _, n := range p.Names {
		out = append(out, n.Text)
	}
	return out
}

func entryName(e *lists.Entry) string {
	return e.Designation.List + " " + e.Designation.Entry + " " + e.Party.PrimaryName()
}

func entryNames(es []*lists.Entry) string {
	var out []string
	for _, e := range es {
		out = append(out, entryName(e))
	}
	if len(out) == 0 {
		return "none"
	}
	return strings.Join(out, "; ")
}

// listed returns the listings of a party's row in some columns, none of the press.
func (m *matrixEval) listed(party string, codes ...string) (out []matrix.Listing) {
	r := m.rows[party]
	if r == nil {
		return nil
	}
	for _, code := range codes {
		out = append(out, r.Cell(code).Listings...)
	}
	return out
}

func listingNames(ls []matrix.Listing) string {
	var out []string
	for _, l := range ls {
		out = append(out, l.List+" "+l.Entry+" "+l.Name)
	}
	if len(out) == 0 {
		return "none"
	}
	return strings.Join(out, "; ")
}

// notInJapan counts persons under OFAC's DPRK programmes who are not on Japan's
// list.
func (m *matrixEval) notInJapan() (MatrixFigure, error) {
	f := MatrixFigure{What: "persons under OFAC's DPRK programmes who are not on Japan's list", Cases: []Difference{}}
	japan := keyed{}
	for i := range m.jp.Entries {
		if e := &m.jp.Entries[i]; e.Party.Kind == record.Person {
			japan.add(e, namesOf(&e.Party)...)
		}
	}
	for i := range m.ofac.Entries {
		e := &m.ofac.Entries[i]
		if e.Party.Kind != record.Person || !isDPRK(&e.Designation) {
			continue
		}
		f.N++
		naive := japan.find([]string{m.snapshot["OFAC"][e.Designation.Entry][0]})
		if err := m.compare(&f, e, naive, "JP"); err != nil {
			return f, err
		}
	}
	return f, nil
}

// nowhereElse counts Korean designees who are on no list of another authority.
func (m *matrixEval) nowhereElse() (MatrixFigure, error) {
	f := MatrixFigure{What: "persons of Korea's autonomous list who are listed nowhere else (OFAC, Security Council, EU, Japan)", Cases: []Difference{}}
	primary := keyed{}
	for authority, l := range map[string]lists.List{"OFAC": m.ofac.List, "UN": m.un.List, "EU": euSnapshot} {
		v, err := m.plain(authority, l)
		if err != nil {
			return f, err
		}
		for i := range v.Entries {
			primary.add(&v.Entries[i], namesOf(&v.Entries[i].Party)...)
		}
	}
	for i := range m.jp.Entries {
		primary.add(&m.jp.Entries[i], namesOf(&m.jp.Entries[i].Party)...)
	}
	aliases := maps.Clone(primary)
	for i := range m.ofac.Entries {
		aliases.add(&m.ofac.Entries[i], namesOf(&m.ofac.Entries[i].Party)...)
	}
	without, latin, withAliases, unspelled := 0, 0, 0, 0
	spelled := map[korean.System]int{}
	for i := range m.kr.Entries {
		e := &m.kr.Entries[i]
		if e.Party.Kind != record.Person {
			continue
		}
		f.N++
		names := namesOf(&e.Party)
		both := append(spellings(e, korean.DPRKPlain), names...)
		if !slices.ContainsFunc(names, func(n string) bool { return wordKey(n) != "" }) {
			without++
		} else if len(primary.find(names)) == 0 {
			latin++
		}
		if len(primary.find(names)) == 0 {
			unspelled++
		}
		if len(aliases.find(both)) == 0 {
			withAliases++
		}
		for _, system := range korean.Systems() {
			if len(primary.find(append(spellings(e, system), names...))) == 0 {
				spelled[system]++
			}
		}
		if err := m.compare(&f, e, primary.find(both), "US", "JP", "UN", "EU"); err != nil {
			return f, err
		}
	}
	f.Notes = append(f.Notes,
		fmt.Sprintf("%d of them have no Latin name, so that no key of Latin words finds them; %d have one that is on no other list", without, latin),
		"the key is over the Latin names and over the Hangul as the rule dprk-plain spells it",
		fmt.Sprintf("without the spelling: %d; with it and OFAC's aliases: %d", unspelled, withAliases))
	for _, system := range []korean.System{korean.RevisedNames, korean.McCunePlain, korean.DPRKPlain, korean.SouthCustom} {
		f.Notes = append(f.Notes, fmt.Sprintf("with the spelling of the rule %s: %d", system, spelled[system]))
	}
	return f, nil
}

// spellings are an entry's names in Hangul as one rule writes them.
func spellings(e *lists.Entry, system korean.System) (out []string) {
	for _, n := range e.Party.Names {
		if s := korean.Spell(n.Text, 1, system); s != "" {
			out = append(out, s)
		}
	}
	return out
}

// compare counts one entry both ways and keeps it when they differ.
func (m *matrixEval) compare(f *MatrixFigure, e *lists.Entry, naive []*lists.Entry, codes ...string) error {
	same := m.listed(e.Party.ID, codes...)
	if len(naive) == 0 {
		f.Naive++
	}
	if len(same) == 0 {
		f.Identity++
		if m.open(e.Party.ID, codes) {
			f.Open++
		}
	}
	if (len(naive) == 0) == (len(same) == 0) {
		return nil // both find something, or neither does
	}
	why, err := m.why(e.Party.ID, naive, same)
	f.Cases = append(f.Cases, Difference{
		Entry: e.Designation.List + " " + e.Designation.Entry, Name: e.Party.PrimaryName(), Naive: entryNames(naive), Identity: listingNames(same), Why: why,
	})
	return err
}

// open reports whether an open question could put the party on a list of one of
// the columns.
func (m *matrixEval) open(party string, codes []string) bool {
	r := m.rows[party]
	return r != nil && slices.ContainsFunc(codes, func(code string) bool { return len(r.Cell(code).Doubts) > 0 })
}

// why says by what the rules joined what names do not, or did not join what names
// do.
func (m *matrixEval) why(party string, naive []*lists.Entry, same []matrix.Listing) (string, error) {
	if len(same) > 0 {
		return m.joinedBy(party, same)
	}
	var out []string
	for _, n := range naive {
		id := n.Party.ID
		if n.Designation.ID == "" || m.missing(id) {
			out = append(out, "not loaded as an entry of its own: "+entryName(n))
			continue
		}
		w, err := m.engine.Weigh(m.ctx, policy.Public, party, id)
		if err != nil {
			return "", err
		}
		verdict := w.Verdict
		if verdict == "" {
			verdict = "no pair"
		}
		out = append(out, verdict+" with "+n.Designation.Entry+": "+whyText(w.Reasons))
	}
	return strings.Join(out, " | "), nil
}

func (m *matrixEval) missing(id string) bool {
	_, err := m.store.Get(m.ctx, policy.Public, policy.Reading, id)
	return err != nil
}

// joinedBy returns the reasons of the decisions in a group that touch the entry
// or what it was found to be.
func (m *matrixEval) joinedBy(party string, same []matrix.Listing) (string, error) {
	var out []string
	for _, id := range m.rows[party].Same {
		e, err := m.store.Get(m.ctx, policy.Public, policy.Reading, id)
		if err != nil {
			return "", err
		}
		o, err := e.Object()
		if err != nil {
			return "", err
		}
		s, err := record.SamePartyOf(o)
		if err != nil {
			return "", err
		}
		direct := slices.Contains(s.Parties[:], party) && slices.ContainsFunc(same, func(l matrix.Listing) bool { return slices.Contains(s.Parties[:], l.Party) })
		if direct {
			return whyText(s.Reasons), nil
		}
		if slices.Contains(s.Parties[:], party) {
			out = append(out, "through a third list: "+whyText(s.Reasons))
		}
	}
	return strings.Join(out, " | "), nil
}

func whyText(rs []record.SameReason) string {
	var out []string
	for _, r := range rs {
		text := r.Kind + " " + r.Weight
		if r.First != "" || r.Second != "" {
			text += " (" + clip(r.First, 60) + " = " + clip(r.Second, 60) + ")"
		}
		out = append(out, text)
	}
	return strings.Join(out, ", ")
}

// afterUN takes the days from the Security Council's listing of a person to the
// notice of Japan's ministry.
func (m *matrixEval) afterUN() (MatrixFigure, error) {
	f := MatrixFigure{What: "days from the Security Council's listing to Japan's first notice, median over persons", Cases: []Difference{}}
	council := keyed{}
	for i := range m.un.Entries {
		if e := &m.un.Entries[i]; isDPRK(&e.Designation) && e.Party.Kind == record.Person {
			council.add(e, namesOf(&e.Party)...)
		}
	}
	var naive, same []int
	all := 0
	for i := range m.jp.Entries {
		e := &m.jp.Entries[i]
		if e.Party.Kind != record.Person || !strings.HasPrefix(e.Designation.Entry, "15-") {
			continue
		}
		all++
		ns, gs := council.find(namesOf(&e.Party)), m.listed(e.Party.ID, "UN")
		a, b := lagTo(e, ns, nil), lagTo(e, nil, gs)
		if a != nil {
			naive = append(naive, *a)
		}
		if b != nil {
			same = append(same, *b)
		}
		if a == nil && b == nil || a != nil && b != nil && *a == *b {
			continue
		}
		why, err := m.why(e.Party.ID, ns, gs)
		if err != nil {
			return f, err
		}
		f.Cases = append(f.Cases, Difference{
			Entry: e.Designation.List + " " + e.Designation.Entry, Name: e.Party.PrimaryName(), Naive: entryNames(ns), Identity: listingNames(gs), Why: why,
		})
	}
	f.N, f.Naive, f.Identity = all, median(naive), median(same)
	f.Notes = append(f.Notes, fmt.Sprintf("%d persons under the resolutions (category 15); dated on both lists: %d by names, %d by identity", all, len(naive), len(same)))
	return f, nil
}

// lagTo is the days from the first of the entries' dates to that of the notice;
// nil when there is none.
func lagTo(e *lists.Entry, naive []*lists.Entry, same []matrix.Listing) *int {
	var dates []record.Date
	for _, n := range naive {
		dates = append(dates, n.Designation.ListedOn)
	}
	for _, l := range same {
		if l.When.Kind == matrix.OfList {
			dates = append(dates, l.When.Date)
		}
	}
	slices.Sort(dates)
	if len(dates) == 0 || len(dates[0]) != len(time.DateOnly) {
		return nil
	}
	from, _ := dates[0].Time()
	to, ok := e.Designation.ListedOn.Time()
	if !ok {
		return nil
	}
	days := int(to.Sub(from).Hours() / 24)
	return &days
}

func median(n []int) float64 {
	if len(n) == 0 {
		return 0
	}
	slices.Sort(n)
	return (float64(n[(len(n)-1)/2]) + float64(n[len(n)/2])) / 2
}

// press compares the press's view of some targets with the lists'.
func (m *matrixEval) press() ([]PressView, error) {
	f, err := os.Open(filepath.Join(m.dir, "domain", "designation_matrix.csv"))
	if err != nil {
		return nil, errs.New(errs.Invalid, "the press's view cannot be read").Because(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil || len(rows) < 2 {
		return nil, errs.New(errs.Invalid, "the press's view is no table").Because(err)
	}
	var out []PressView
	for _, row := range rows[1:] {
		found := m.target(row[0])
		for i, code := range rows[0][1:] {
			out = append(out, m.view(row[0], code, row[i+1], found))
		}
	}
	return out, nil
}

// target returns the rows that bear a target's name: the press's own, and those
// that share one of its names.
func (m *matrixEval) target(name string) (out []*matrix.Row) {
	want := map[string]bool{wordKey(name): true}
	for pass := range 2 {
		for i := range m.table.Rows {
			r := &m.table.Rows[i]
			if slices.Contains(out, r) || !slices.ContainsFunc(r.Names, func(n matrix.Name) bool { return want[wordKey(n.Text)] }) {
				continue
			}
			out = append(out, r)
		}
		for _, r := range out {
			for _, n := range r.Names {
				if key := wordKey(n.Text); pass == 0 && len(strings.Fields(key)) > 1 {
					want[key] = true
				}
			}
		}
	}
	return out
}

// view compares one cell.
func (m *matrixEval) view(target, code, press string, rows []*matrix.Row) PressView {
	v := PressView{Target: target, Code: code, Press: press}
	var ls []matrix.Listing
	loaded := false
	for _, c := range m.table.Columns {
		loaded = loaded || c.Code == code && c.Loaded
	}
	for _, r := range rows {
		ls = append(ls, r.Cell(code).Listings...)
	}
	slices.SortFunc(ls, func(a, b matrix.Listing) int { return cmp.Compare(a.When.Date, b.When.Date) })
	switch {
	case len(ls) > 0:
		v.Entry = ls[0].List + " " + ls[0].Entry
		v.Lists = ls[0].Status + ", " + string(ls[0].When.Kind) + " " + string(ls[0].When.Date)
		if ls[0].When.After != "" {
			v.Lists += ", after " + string(ls[0].When.After)
		}
		v.State = agrees(press, ls[0].When)
	case !loaded:
		v.Lists, v.State = "no list loaded", "not loaded"
	case press != "":
		v.Lists, v.State = "not found", "press only"
	default:
		v.Lists, v.State = "not found", "neither"
	}
	return v
}

// agrees says whether the press's date can be that of the list.
func agrees(press string, w matrix.When) string {
	d := record.Date(press)
	switch {
	case press == "":
		return "lists only"
	case d.Validate() != nil, w.Kind == matrix.Unknown:
		return "not contradicted"
	case w.Kind == matrix.OfList && strings.HasPrefix(string(w.Date), press):
		return "agree"
	case w.Kind == matrix.OfList:
		return "differ"
	case d <= w.Date && d >= w.After[:min(len(w.After), len(d))]:
		return "not contradicted"
	}
	return "differ"
}

func clip(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return s
}
