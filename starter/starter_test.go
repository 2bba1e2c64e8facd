package starter_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"flag"
	"fmt"
	"io/fs"
	"iter"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"github.com/cordon-project/cordon/internal/shareddata"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/record"
	"github.com/cordon-project/cordon/record/recordtest"
	"github.com/cordon-project/cordon/starter"
	"github.com/cordon-project/cordon/stix"
	"github.com/cordon-project/cordon/stix/check"
)

var update = flag.Bool("update", false, "write the golden files")

// all returns the pack, or fails the test.
func all(t testing.TB) []stix.Object {
	t.Helper()
	var out []stix.Object
	for o, err := range starter.Objects() {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, o)
	}
	return out
}

func TestEveryObjectIsValidMarkedAndSourced(t *testing.T) {
	seen := map[string]bool{}
	for _, o := range all(t) {
		for _, f := range check.Broken(check.Object(o, check.Strict)) {
			t.Errorf("%s %s %s (section %s): %s", o.ID(), f.Rule, f.Path, f.Section, f.Message)
		}
		recordtest.Conforms(t, o)
		if err := record.Check(o); err != nil {
			t.Errorf("%s: %v", o.ID(), err)
		}
		if seen[o.ID()] {
			t.Errorf("%s is there twice", o.ID())
		}
		seen[o.ID()] = true
		if got := o.Strs("object_marking_refs"); !slices.Equal(got, []string{policy.MarkingID(policy.Clear)}) {
			t.Errorf("%s is marked %v", o.ID(), got)
		}
		if o.Str("modified") < o.Str("created") {
			t.Errorf("%s is modified before it is created", o.ID())
		}
		if o.Str("created_by_ref") == starter.ID() {
			sourced(t, o)
		}
	}
	// Nothing in the pack points at what is not in it.
	for _, o := range all(t) {
		for key, v := range o {
			refs := stix.StringList(v)
			if s, ok := v.(string); ok && strings.HasSuffix(key, "_ref") {
				refs = []string{s}
			} else if !strings.HasSuffix(key, "_refs") || key == "object_marking_refs" {
				continue
			}
			for _, r := range refs {
				if !seen[r] {
					t.Errorf("%s: %s points at %s, which is not in the pack", o.ID(), key, r)
				}
			}
		}
	}
}

// sourced checks that an object names a publication besides the pack itself.
func sourced(t *testing.T, o stix.Object) {
	t.Helper()
	m, err := record.MetaOf(o)
	if err != nil {
		t.Fatal(err)
	}
	if n := len(m.Refs); n < 2 || m.Refs[n-1].SourceName != "Cordon starter pack" || m.Refs[n-1].ExternalID == "" {
		t.Errorf("%s has the references %v", o.ID(), m.Refs)
	}
}

// Everything about the tables that a reviewer would otherwise have to look for.
func TestTablesAreClean(t *testing.T) {
	for _, file := range tables(t) {
		lines := read(t, file)
		seen := map[string]bool{}
		for i, line := range lines {
			at := fmt.Sprintf("%s:%d", filepath.Base(file), i+1)
			if seen[strings.Join(line, "\t")] {
				t.Errorf("%s is there twice", at)
			}
			seen[strings.Join(line, "\t")] = true
			for _, cell := range line {
				if cell != strings.TrimSpace(cell) || strings.Contains(cell, "  ") {
					t.Errorf("%s: stray space in %q", at, cell)
				}
				for _, word := range []string{"recall", "unverified", "not confirmed", "unconfirmed", "seed:", "TODO"} {
					if strings.Contains(strings.ToLower(cell), strings.ToLower(word)) {
						t.Errorf("%s: %q says %q", at, cell, word)
					}
				}
			}
		}
	}
}

// The counts by type, and a digest of all canonical bytes. A row that changes
// without a date in its column revised shows here: nodes that hold the old
// bytes under the same modified would refuse the new ones.
func TestPackIsTheSameEverywhere(t *testing.T) {
	counts := map[string]int{}
	h := sha256.New()
	for _, o := range all(t) {
		counts[o.Type()]++
		b, err := o.Canonical()
		if err != nil {
			t.Fatal(err)
		}
		h.Write(append(b, '\n'))
	}
	var got strings.Builder
	fmt.Fprintf(&got, "version %s\n", starter.Version)
	for _, typ := range slices.Sorted(maps.Keys(counts)) {
		fmt.Fprintf(&got, "%s %d\n", typ, counts[typ])
	}
	fmt.Fprintf(&got, "total %d\nsha256 %s\n", starter.Count(), hex.EncodeToString(h.Sum(nil)))
	golden := filepath.Join("testdata", "pack.golden")
	if *update {
		if err := os.WriteFile(golden, []byte(got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got.String()); diff != "" {
		t.Errorf("the pack changed (-golden +now); if that is meant, give changed rows a date in revised, raise Version, run with -update\n%s", diff)
	}
}

func TestStoppingEarlyIsPossible(t *testing.T) {
	n := 0
	for range starter.Objects() {
		if n++; n == 3 {
			break
		}
	}
	if n != 3 {
		t.Errorf("the loop ran %d times", n)
	}
}

func TestAPartyOfThePressViewIsFoundByBothSpellings(t *testing.T) {
	parties := map[string]record.Party{}
	listed := map[string][]string{}
	for _, o := range all(t) {
		if record.IsParty(o) {
			p, err := record.PartyOf(o)
			if err != nil {
				t.Fatal(err)
			}
			for _, n := range p.Names {
				parties[n.Text] = p
			}
		}
		if o.Type() == record.DesignationType {
			d, err := record.DesignationOf(o)
			if err != nil {
				t.Fatal(err)
			}
			if !d.Press || d.URL == "" && len(o["external_references"].([]any)) < 2 {
				t.Errorf("%s: press %v, source %q", d.Entry, d.Press, d.URL)
			}
			listed[d.Party] = append(listed[d.Party], d.Authority+" "+string(d.ListedOn))
		}
	}
	for _, name := range []string{"Kim Sang Man", "김상만"} {
		p, ok := parties[name]
		if !ok || p.Kind != record.Person {
			t.Fatalf("%s is not in the pack", name)
		}
		want := []string{"OFAC 2023-05-23", "KR-GOV 2023-05-23"}
		if diff := cmp.Diff(want, listed[p.ID]); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
	}
	lazarus := parties["Lazarus Group"]
	if len(lazarus.Wallets) != 1 || lazarus.Wallets[0].Canonical == "" || lazarus.Wallets[0].Chain == "" {
		t.Errorf("the wallet of the Lazarus Group: %+v", lazarus.Wallets)
	}
}

func TestProhibitedRedFlagsCarryNoRatio(t *testing.T) {
	prohibited := 0
	for _, o := range all(t) {
		if o.Type() != record.RedFlagType {
			continue
		}
		f, err := record.RedFlagOf(o)
		if err != nil {
			t.Fatal(err)
		}
		if f.Prohibited() {
			prohibited++
		} else if f.Basis != "expert guess" {
			t.Errorf("%s says of its ratio %q", f.Code, f.Basis)
		}
	}
	if prohibited != 7 {
		t.Errorf("%d red flags are prohibited, want 7", prohibited)
	}
}

// What is in the tables in sentences is Cordon's own wording: no cell of eight
// words or more, and no run of eight words, stands in the tables that the facts
// were typed from. Names, titles and addresses are facts, however long.
func TestNoSentenceIsTakenOver(t *testing.T) {
	const run = 8
	theirs := map[string]string{}
	for _, dir := range []string{"domain", "vetting"} {
		files, err := filepath.Glob(filepath.Join(shareddata.Path(t, dir), "*.csv"))
		if err != nil || len(files) == 0 {
			t.Fatalf("no tables in %s: %v", dir, err)
		}
		for _, f := range files {
			for _, line := range readCSV(t, f) {
				for _, cell := range line {
					for r := range runs(cell, run) {
						theirs[r] = filepath.Base(f)
					}
				}
			}
		}
	}
	facts := []string{"name", "aka", "links", "sources", "evidence", "instruments", "heads", "forum", "title"}
	for _, file := range tables(t) {
		lines := read(t, file)
		for i, line := range lines {
			for column, cell := range line {
				head := lines[0][column]
				if slices.Contains(facts, head) {
					continue
				}
				for r := range runs(cell, run) {
					if from, ok := theirs[r]; ok {
						t.Errorf("%s:%d: %s %q shares %q with %s", filepath.Base(file), i+1, head, cell, r, from)
					}
				}
			}
		}
	}
}

// runs gives every run of n words of a text, in small letters.
func runs(text string, n int) iter.Seq[string] {
	words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	return func(yield func(string) bool) {
		for i := 0; i+n <= len(words); i++ {
			if !yield(strings.Join(words[i:i+n], " ")) {
				return
			}
		}
	}
}

// The figures are those of the rows that they were typed from.
func TestFiguresAgreeWithTheirRows(t *testing.T) {
	dir := shareddata.Path(t, "domain")
	losses := read(t, filepath.Join("data", "losses.tsv"))
	for _, in := range readCSV(t, filepath.Join(dir, "incidents.csv"))[1:] {
		id, usd, source := in[0], in[4], in[9]
		if !slices.ContainsFunc(losses, func(l []string) bool {
			return l[0] == id && l[3] == usd && strings.Contains(l[13], source)
		}) {
			t.Errorf("incident %s: no loss of %s from %s", id, usd, source)
		}
	}
	estimates := read(t, filepath.Join("data", "estimates.tsv"))
	for _, in := range readCSV(t, filepath.Join(dir, "estimates.csv"))[1:] {
		source := in[6]
		figures := slices.DeleteFunc([]string{in[2], in[3], in[4]}, func(s string) bool { return s == "" })
		if !slices.ContainsFunc(estimates, func(l []string) bool {
			return strings.Contains(l[15], source) && l[12] == in[7] && !slices.ContainsFunc(figures, func(f string) bool { return !slices.Contains(l[4:7], f) })
		}) {
			t.Errorf("no estimate of %v from %s", figures, source)
		}
	}
	flags := read(t, filepath.Join("data", "redflags.tsv"))
	for _, in := range readCSV(t, filepath.Join(shareddata.Path(t, "vetting"), "redflags.csv"))[1:] {
		i := slices.IndexFunc(flags, func(l []string) bool { return l[0] == in[0] })
		if i < 0 {
			t.Errorf("no red flag %s", in[0])
		} else if low, high, ok := strings.Cut(in[6], ".."); ok && (flags[i][6] != low || flags[i][7] != high) {
			t.Errorf("red flag %s: ratio %v, want %s", in[0], flags[i][6:8], in[6])
		}
	}
}

// Every cell of the designation matrix, and every IT-worker designation that
// was verified, is in the pack with its date and its Hangul.
func TestDesignationsAgreeWithTheirRows(t *testing.T) {
	authority := map[string]string{"US": "OFAC", "JP": "JP-GOV", "KR": "KR-GOV", "UN": "UNSC", "EU": "EU", "AU": "AU-GOV", "US OFAC": "OFAC", "ROK": "KR-GOV"}
	names := map[string]string{} // name to key
	hangul := map[string]string{}
	for _, l := range read(t, filepath.Join("data", "parties.tsv"))[1:] {
		for _, n := range append([]string{l[2], l[3]}, strings.Split(l[4], " ; ")...) {
			names[bare(n)] = l[0]
		}
		hangul[l[0]] = l[3]
	}
	dates := map[string]string{}
	for _, l := range read(t, filepath.Join("data", "designations.tsv"))[1:] {
		dates[l[0]+" "+l[1]] = l[2]
	}
	want := func(name, who, date, from string) {
		t.Helper()
		key, ok := names[bare(name)]
		if !ok {
			t.Errorf("%s: %s is no party", from, name)
		} else if got, ok := dates[key+" "+who]; !ok || got != date {
			t.Errorf("%s: %s by %s on %q, want %q", from, name, who, got, date)
		}
	}
	matrix := readCSV(t, filepath.Join(shareddata.Path(t, "domain"), "designation_matrix.csv"))
	for _, row := range matrix[1:] {
		for i, cell := range row[1:] {
			if strings.HasPrefix(cell, "listed") {
				cell = ""
			} else if cell == "" {
				continue
			}
			want(row[0], authority[matrix[0][i+1]], cell, "matrix")
		}
	}
	for _, row := range readCSV(t, filepath.Join(shareddata.Path(t, "vetting"), "itworker_designations.csv"))[1:] {
		if !strings.HasPrefix(row[7], "yes") {
			continue
		}
		name := row[3]
		if _, ok := names[bare(name)]; !ok {
			name = row[4] // a Latin spelling made by rule is not in the pack
		}
		for who := range strings.SplitSeq(strings.Replace(row[1], "(+ROK 4 of 6)", "", 1), " + ") {
			want(name, authority[strings.TrimSpace(who)], row[0], "IT workers")
		}
		if got := hangul[names[bare(name)]]; row[4] != "" && got != row[4] {
			t.Errorf("%s: Hangul %q, want %q", name, got, row[4])
		}
	}
}

// bare is a name without order, case and punctuation.
func bare(s string) string {
	s, _, _ = strings.Cut(s, " (")
	words := strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return strings.ContainsRune(" ,.-", r) })
	slices.Sort(words)
	return strings.Join(words, " ")
}

func TestInstrumentsOfDesignationsAreInThePack(t *testing.T) {
	titles := map[string]bool{}
	for _, l := range read(t, filepath.Join("data", "instruments.tsv"))[1:] {
		titles[l[1]] = true
	}
	for _, l := range read(t, filepath.Join("data", "designations.tsv"))[1:] {
		for title := range strings.SplitSeq(l[3], " ; ") {
			if title != "" && !titles[title] {
				t.Errorf("%s by %s: no instrument %q", l[0], l[1], title)
			}
		}
	}
}

func tables(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("data", "*.tsv"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no tables: %v", err)
	}
	return files
}

func read(t *testing.T, file string) [][]string {
	t.Helper()
	b, err := fs.ReadFile(os.DirFS("."), filepath.ToSlash(file))
	if err != nil {
		t.Fatal(err)
	}
	var out [][]string
	for line := range strings.SplitSeq(strings.TrimSuffix(string(b), "\n"), "\n") {
		out = append(out, strings.Split(line, "\t"))
	}
	return out
}

func readCSV(t *testing.T, file string) [][]string {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	out, err := csv.NewReader(bytes.NewReader(b)).ReadAll()
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return out
}

func BenchmarkObjects(b *testing.B) {
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		n = 0
		for _, err := range starter.Objects() {
			if err != nil {
				b.Fatal(err)
			}
			n++
		}
	}
	b.ReportMetric(float64(n), "objects")
}
