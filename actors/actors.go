package actors

import (
	"cmp"
	"context"
	"iter"
	"maps"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/journal"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/record"
	"github.com/cordon-project/cordon/stix"
	"github.com/cordon-project/cordon/stix/misp"
)

// Source is where statements are read: the Scan of a journal.
type Source func(context.Context, policy.Viewer, journal.Query) iter.Seq2[journal.Entry, error]

// Statement is what one source says of one actor.
type Statement struct {
	Object     string         `json:"object"` // id
	Type       string         `json:"type"`
	Name       string         `json:"name"`
	Matched    string         `json:"matched"` // the name or number that was asked for, as the source writes it
	Source     string         `json:"source"`  // who says it
	SourceID   string         `json:"source_id,omitempty"`
	ExternalID string         `json:"external_id,omitempty"`
	Synonyms   []string       `json:"synonyms,omitempty"`
	Countries  []string       `json:"countries,omitempty"`  // ISO 3166 codes as stated
	Sponsors   []string       `json:"sponsors,omitempty"`   // as stated
	Confidence string         `json:"confidence,omitempty"` // of the attribution, as stated
	Readings   []Reading      `json:"readings,omitempty"`
	Revoked    bool           `json:"revoked,omitempty"`
	Deprecated bool           `json:"deprecated,omitempty"`
	Modified   string         `json:"modified"`
	Superseded bool           `json:"superseded,omitempty"` // another source wrote a later version under this id
	Wheres     []record.Where `json:"places,omitempty"`
}

// Reading is what a text says of a country: that it is the actor's origin, as far as
// its words can be read so, or that it is mentioned (as a victim, a subject, anything).
type Reading struct {
	Country  string `json:"country"`
	As       string `json:"as"` // origin or mention
	Sentence string `json:"sentence"`
}

// Side is one of the answers of a disagreement and who gives it.
type Side struct {
	Value   string   `json:"value"`
	Sources []string `json:"sources"`
}

// Disagreement is where statements do not say the same.
type Disagreement struct {
	About string `json:"about"` // country, sponsor or synonym
	Text  string `json:"text"`
	Sides []Side `json:"sides"`
}

// View is the answer.
type View struct {
	Name          string         `json:"name"`
	Statements    []Statement    `json:"statements"`
	Disagreements []Disagreement `json:"disagreements"`
	Clusters      int            `json:"clusters"` // actors of all sources that were looked through
}

// MaxStatements bounds an answer.
const MaxStatements = 500

// types are the STIX types of actors.
var types = []string{"intrusion-set", "threat-actor"}

// Find returns what is said of an actor. Errors: errs.Invalid for an empty name,
// errs.NotFound when no source has it.
func Find(ctx context.Context, scan Source, v policy.Viewer, p policy.Purpose, name string) (_ View, err error) {
	defer errs.Wrap(&err, "actors.Find")
	asked := fold(name)
	if asked == "" {
		return View{}, errs.New(errs.Invalid, "a name has a letter or a digit")
	}
	words := newLexicon()
	all, texts, err := gather(ctx, scan, v, p, words)
	if err != nil {
		return View{}, err
	}
	out := View{Name: name, Statements: []Statement{}, Disagreements: []Disagreement{}, Clusters: len(all)}
	for i, s := range all {
		if s.Matched = s.bears(asked); s.Matched != "" && len(out.Statements) < MaxStatements {
			s.Readings = words.read(texts[i])
			out.Statements = append(out.Statements, s)
		}
	}
	if len(out.Statements) == 0 {
		return View{}, errs.New(errs.NotFound, "no source here has an actor of the name %s", stix.Quote(name)).WithHint("cordon import takes in the galaxies of MISP and ATT&CK.")
	}
	out.Disagreements = append(disagreements(out.Statements), synonyms(out.Statements, all)...)
	return out, nil
}

// bears returns the name, synonym or number of a statement that is the folded one.
func (s Statement) bears(folded string) string {
	for _, n := range append([]string{s.Name, s.ExternalID}, s.Synonyms...) {
		if n != "" && fold(n) == folded {
			return n
		}
	}
	return ""
}

// fold takes from a name what sources write differently: letter case, spaces,
// hyphens, and compatibility forms (Unicode TR 15).
func fold(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, norm.NFKC.String(s))
}

// Statements returns what every source says of every actor, ordered by source and
// name, without readings of their texts. Of an object whose newest version the viewer
// may not see there is nothing.
func Statements(ctx context.Context, scan Source, v policy.Viewer, p policy.Purpose) ([]Statement, error) {
	all, _, err := gather(ctx, scan, v, p, newLexicon())
	return all, err
}

// gather returns the statements and their texts.
func gather(ctx context.Context, scan Source, v policy.Viewer, p policy.Purpose, words lexicon) ([]Statement, []string, error) {
	newest := map[string]string{} // id to the version
	for e, err := range scan(ctx, v, journal.Query{Types: types, Latest: true, Purpose: p}) {
		if err != nil {
			return nil, nil, err
		}
		newest[e.ID] = e.Version
	}
	last := map[[2]string]stix.Object{} // by id and creator
	for e, err := range scan(ctx, v, journal.Query{Types: types, Purpose: p}) {
		if err != nil {
			return nil, nil, err
		}
		if _, visible := newest[e.ID]; !visible || e.Erased {
			continue
		}
		o, err := e.Object()
		if errs.Is(err, errs.NotFound) {
			continue
		}
		if err != nil {
			return nil, nil, err
		}
		key := [2]string{e.ID, o.Str("created_by_ref")}
		if old, there := last[key]; !there || stix.Compare(old, o) <= 0 {
			last[key] = o
		}
	}
	names, err := creators(ctx, scan, v, p)
	if err != nil {
		return nil, nil, err
	}
	out := make([]Statement, 0, len(last))
	for key, o := range last {
		s := statement(o, names, words)
		s.Superseded = newest[key[0]] != o.Version()
		out = append(out, s)
	}
	slices.SortFunc(out, func(a, b Statement) int {
		return cmp.Or(strings.Compare(a.Source, b.Source), strings.Compare(a.Name, b.Name), strings.Compare(a.Object, b.Object))
	})
	texts := make([]string, len(out))
	for i, s := range out {
		texts[i] = last[[2]string{s.Object, s.SourceID}].Str("description")
	}
	return out, texts, nil
}

// creators are the names of identities that the viewer may see.
func creators(ctx context.Context, scan Source, v policy.Viewer, p policy.Purpose) (map[string]string, error) {
	out := map[string]string{}
	for e, err := range scan(ctx, v, journal.Query{Types: []string{"identity"}, Latest: true, Purpose: p}) {
		if err != nil {
			return nil, err
		}
		if o, err := e.Object(); err == nil {
			out[e.ID] = o.Str("name")
		}
	}
	return out, nil
}

func statement(o stix.Object, names map[string]string, words lexicon) Statement {
	s := Statement{
		Object: o.ID(), Type: o.Type(), Name: o.Str("name"), SourceID: o.Str("created_by_ref"), Revoked: o.Revoked(), Modified: o.Str("modified"), Wheres: record.Wheres(o),
	}
	s.Source = names[s.SourceID]
	if s.Source == "" {
		s.Source = cmp.Or(s.SourceID, "not said")
	}
	if d, ok := o["x_mitre_deprecated"].(bool); ok {
		s.Deprecated = d
	}
	for _, a := range slices.Concat(o.Strs("aliases"), o.Strs("x_mitre_aliases"), o.Strs("x_opencti_aliases")) {
		if a != s.Name && !slices.Contains(s.Synonyms, a) {
			s.Synonyms = append(s.Synonyms, a)
		}
	}
	refs, _ := o["external_references"].([]any)
	for _, r := range refs {
		m, _ := r.(map[string]any)
		if id, ok := m["external_id"].(string); ok && s.ExternalID == "" && strings.HasPrefix(asText(m["source_name"]), "mitre") {
			s.ExternalID = id
		}
	}
	s.stated(o, words)
	return s
}

func asText(v any) string {
	s, _ := v.(string)
	return s
}

// stated fills in what a cluster of MISP states in its meta.
func (s *Statement) stated(o stix.Object, words lexicon) {
	meta := misp.Meta(o)
	for _, c := range meta["country"] {
		s.Countries = append(s.Countries, words.code(c))
	}
	s.Sponsors = meta["cfr-suspected-state-sponsor"]
	for _, c := range s.Sponsors {
		if iso := words.codeOf(c); iso != "" {
			s.Countries = append(s.Countries, iso)
		}
	}
	if c := meta["attribution-confidence"]; len(c) > 0 {
		s.Confidence = c[0]
	}
	if c := o.Str("x_opencti_country"); c != "" {
		s.Countries = append(s.Countries, words.code(c))
	}
	slices.Sort(s.Countries)
	s.Countries = slices.Compact(s.Countries)
}

// says are the countries of a statement: as stated, or as its text reads where it
// states none.
func (s Statement) says() []string {
	if len(s.Countries) > 0 {
		return s.Countries
	}
	var out []string
	for _, r := range s.Readings {
		if r.As == origin && !slices.Contains(out, r.Country) {
			out = append(out, r.Country)
		}
	}
	slices.Sort(out)
	return out
}

// disagreements compares the statements of one name.
func disagreements(all []Statement) []Disagreement {
	countries, sponsors, mentions := map[string][]string{}, map[string][]string{}, map[string][]string{}
	named := map[string]bool{}
	for _, s := range all {
		who := s.Source + ": " + s.Name
		said := s.says()
		if len(said) > 0 {
			countries[strings.Join(said, ", ")] = append(countries[strings.Join(said, ", ")], who)
		}
		for _, c := range said {
			named[c] = true
		}
		if len(s.Sponsors) > 0 {
			k := strings.Join(s.Sponsors, ", ")
			sponsors[k] = append(sponsors[k], who)
		}
	}
	for _, s := range all {
		for _, r := range s.Readings {
			if who := s.Source + ": " + s.Name; !named[r.Country] && !slices.Contains(mentions[r.Country], who) && hostile(r.Country) {
				mentions[r.Country] = append(mentions[r.Country], who)
			}
		}
	}
	var out []Disagreement
	if len(countries) > 1 {
		out = append(out, Disagreement{"country", "The sources do not give one country.", sides(countries)})
	}
	if len(sponsors) > 1 {
		out = append(out, Disagreement{"sponsor", "The sources do not name one sponsor.", sides(sponsors)})
	}
	if len(mentions) > 0 && len(named) > 0 {
		out = append(out, Disagreement{"country", "A text names a country that no source gives as the actor's: read the sentence before you count it.", sides(mentions)})
	}
	return out
}

func sides(m map[string][]string) []Side {
	var out []Side
	for _, k := range slices.Sorted(maps.Keys(m)) {
		out = append(out, Side{k, m[k]})
	}
	return out
}

// synonyms finds names of the statements that stand for another cluster too: of the
// same source, or of a source that has it for a cluster of its own.
func synonyms(found, all []Statement) []Disagreement {
	holders := map[string][]int{} // folded name to statements
	for i, s := range all {
		seen := map[string]bool{}
		for _, n := range append([]string{s.Name}, s.Synonyms...) {
			if f := fold(n); f != "" && !seen[f] {
				seen[f] = true
				holders[f] = append(holders[f], i)
			}
		}
	}
	var out []Disagreement
	done := map[string]bool{}
	for _, s := range found {
		for _, n := range append([]string{s.Name}, s.Synonyms...) {
			f := fold(n)
			if done[f] {
				continue
			}
			done[f] = true
			if d := conflict(n, s, holders[f], all); d != nil {
				out = append(out, *d)
			}
		}
	}
	return out
}

// conflict says whether a name of a statement stands for other clusters.
func conflict(name string, s Statement, holders []int, all []Statement) *Disagreement {
	clusters := map[string][]string{}
	for _, i := range holders {
		o := all[i]
		same := o.Object == s.Object || fold(o.Name) == fold(s.Name)
		if same || o.SourceID == s.SourceID || fold(o.Name) == fold(name) && o.bears(fold(s.Name)) == "" {
			k := o.Name + " (" + o.Object + ")"
			clusters[k] = append(clusters[k], o.Source)
		}
	}
	apart := false
	for _, i := range holders {
		o := all[i]
		apart = apart || o.Object != s.Object && fold(o.Name) != fold(s.Name) && (o.SourceID == s.SourceID || fold(o.Name) == fold(name) && o.bears(fold(s.Name)) == "")
	}
	if !apart {
		return nil
	}
	return &Disagreement{"synonym", stix.Quote(name) + " stands for more than one cluster.", sides(clusters)}
}
