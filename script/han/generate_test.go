package han_test

import (
	"bytes"
	"cmp"
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/cordon-project/cordon/internal/shareddata"
)

var update = flag.Bool("update", false, "write readings.tsv anew")

// Columns of the extract of Unihan.
const (
	colChar = iota
	colCode
	colHangul
	colMandarin
	colCantonese
	colOn
	colKun
	colTraditional
	colSimplified
	colCount
)

// missingBase holds Korean readings without the initial-sound law where Unihan
// has only the form with it. Source: Standard Korean Language Dictionary of the
// National Institute of Korean Language (요 in 寥 is 료 elsewhere in a word).
var missingBase = map[rune]string{'寥': "료", '涅': "녈"}

func TestReadingsAreGeneratedFromUnihan(t *testing.T) {
	raw, err := os.ReadFile(shareddata.Path(t, "names/unihan_name_readings.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	got := generate(t, string(raw))
	if *update {
		if err := os.WriteFile("readings.tsv", got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile("readings.tsv")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Fatal("readings.tsv is not what Unihan and the pairs give; run this test with -update")
	}
}

// unihan is the extract, by character, with both directions of its variants.
type unihan struct {
	rows        map[rune][]string
	traditional map[rune][]rune // of a simplified form, without itself
	simplified  map[rune][]rune // of a traditional form, without itself
	stays       map[rune]bool   // the traditional form is also a simplified one
	parent      map[rune]rune   // union-find; the root is the smallest
}

func generate(t *testing.T, raw string) []byte {
	u := read(t, raw)
	u.mergeSimplified()
	for _, group := range strings.Fields(joyo + jinmei + korean + general) {
		u.mergeGroup(t, group)
	}
	for r := range u.rows {
		if c, _ := firstRune(norm.NFKC.String(string(r))); c != r {
			u.union(r, c) // a compatibility ideograph
		}
	}
	return u.write()
}

func read(t *testing.T, raw string) *unihan {
	u := &unihan{
		rows: map[rune][]string{}, traditional: map[rune][]rune{}, simplified: map[rune][]rune{},
		stays: map[rune]bool{}, parent: map[rune]rune{},
	}
	for i, line := range strings.Split(strings.TrimSuffix(raw, "\n"), "\n") {
		f := strings.Split(strings.TrimSuffix(line, "\r"), "\t")
		if i == 0 {
			continue
		}
		if len(f) != colCount {
			t.Fatalf("line %d has %d columns, want %d", i+1, len(f), colCount)
		}
		r, _ := firstRune(f[colChar])
		u.rows[r] = f
		for _, v := range codePoints(t, f[colTraditional]) {
			u.variant(v, r)
		}
		for _, v := range codePoints(t, f[colSimplified]) {
			u.stays[r] = u.stays[r] || v == r
			u.variant(r, v)
		}
	}
	// A simplified form that lists itself among both is an old character too;
	// that says nothing of it as a traditional form.
	for s := range u.traditional {
		delete(u.stays, s)
	}
	return u
}

func (u *unihan) variant(traditional, simplified rune) {
	if traditional == simplified {
		return
	}
	u.traditional[simplified] = insert(u.traditional[simplified], traditional)
	u.simplified[traditional] = insert(u.simplified[traditional], simplified)
}

func insert(set []rune, r rune) []rune {
	if slices.Contains(set, r) {
		return set
	}
	set = append(set, r)
	slices.Sort(set)
	return set
}

// mergeSimplified joins a simplified form with its traditional one where they
// are the same character in every use: the short form stands for one character
// only, and is not itself a character of Korean names with a life of its own
// (kHangul with a KS X 1001 or KS X 1002 source, or a reading of its own).
func (u *unihan) mergeSimplified() {
	for s, traditional := range u.traditional {
		if len(traditional) == 1 && !u.stays[traditional[0]] && !u.independent(s, traditional[0]) {
			u.union(s, traditional[0])
		}
	}
}

func (u *unihan) independent(simplified, traditional rune) bool {
	own, other := u.hangul(simplified), u.hangul(traditional)
	if len(own) == 0 {
		return false
	}
	shared := slices.ContainsFunc(own, func(s string) bool { return slices.Contains(other, s) })
	return !shared || strings.ContainsAny(u.field(simplified, colHangul), "01")
}

func (u *unihan) mergeGroup(t *testing.T, group string) {
	forms := []rune(group)
	if len(forms) < 2 {
		t.Fatalf("the pair %q has one character", group)
	}
	for _, r := range forms[1:] {
		u.union(forms[0], r)
	}
}

func (u *unihan) root(r rune) rune {
	for {
		p, ok := u.parent[r]
		if !ok {
			return r
		}
		r = p
	}
}

func (u *unihan) union(a, b rune) {
	a, b = u.root(a), u.root(b)
	if a != b {
		u.parent[max(a, b)] = min(a, b)
	}
}

func (u *unihan) field(r rune, column int) string {
	if f := u.rows[r]; f != nil {
		return f[column]
	}
	return ""
}

// hangul returns the Korean readings, those marked for names (N) or education
// (E) first.
func (u *unihan) hangul(r rune) []string {
	fields := strings.Fields(u.field(r, colHangul))
	slices.SortStableFunc(fields, func(a, b string) int { return cmp.Compare(unmarked(a), unmarked(b)) })
	var out []string
	for _, f := range fields {
		syllable, _, _ := strings.Cut(f, ":")
		out = appendNew(out, syllable)
	}
	if base := missingBase[r]; base != "" {
		out = appendNew(out, base)
	}
	return out
}

func unmarked(field string) int {
	if _, marks, _ := strings.Cut(field, ":"); strings.ContainsAny(marks, "NE") {
		return 0
	}
	return 1
}

func (u *unihan) latin(column int) func(rune) []string {
	return func(r rune) []string {
		var out []string
		for _, f := range strings.Fields(u.field(r, column)) {
			out = appendNew(out, bare(f))
		}
		return out
	}
}

// bare drops tones, marks and case: "lǚ" is lv, "jyut6" is jyut.
func bare(s string) string {
	var b strings.Builder
	for _, r := range norm.NFD.String(strings.ReplaceAll(norm.NFD.String(s), "u\u0308", "v")) {
		switch r = unicode.ToLower(r); {
		case 'a' <= r && r <= 'z':
			b.WriteRune(r)
		case r == 'ê':
			b.WriteRune('e')
		}
	}
	return b.String()
}

func appendNew(list []string, s string) []string {
	if s == "" || slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}

func (u *unihan) write() []byte {
	classes := map[rune][]rune{}
	all := u.characters()
	for _, r := range all {
		classes[u.root(r)] = append(classes[u.root(r)], r)
	}
	var out bytes.Buffer
	out.WriteString("# Code generated from the Unicode Han Database (UAX #38). DO NOT EDIT. Copyright © Unicode, Inc., Unicode License v3.\n")
	out.WriteString("# character, canonical form unless itself, kHangul, kMandarin, kCantonese, kJapaneseOn, kJapaneseKun\n")
	for _, r := range all {
		canonical := ""
		if c := u.root(r); c != r {
			canonical = string(c)
		}
		fmt.Fprintf(&out, "%c\t%s", r, canonical)
		variants := slices.Concat(classes[u.root(r)], u.traditional[r], u.simplified[r])
		for _, of := range []func(rune) []string{u.hangul, u.latin(colMandarin), u.latin(colCantonese), u.latin(colOn), u.latin(colKun)} {
			fmt.Fprintf(&out, "\t%s", strings.Join(withVariants(r, variants, of), " "))
		}
		out.WriteByte('\n')
	}
	return out.Bytes()
}

// withVariants returns the readings of a character, or of all its variants when
// it has none.
func withVariants(r rune, variants []rune, of func(rune) []string) []string {
	own := of(r)
	if len(own) > 0 {
		return own
	}
	for _, v := range variants {
		for _, s := range of(v) {
			own = appendNew(own, s)
		}
	}
	return own
}

func (u *unihan) characters() []rune {
	set := map[rune]bool{}
	for r := range u.rows {
		set[r] = true
	}
	for _, m := range []map[rune][]rune{u.traditional, u.simplified} {
		for r := range m {
			set[r] = true
		}
	}
	for r, p := range u.parent {
		set[r], set[p] = true, true
	}
	return slices.Sorted(maps.Keys(set))
}

func codePoints(t *testing.T, field string) []rune {
	var out []rune
	for _, f := range strings.Fields(field) {
		n, err := strconv.ParseInt(strings.TrimPrefix(f, "U+"), 16, 32)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, rune(n))
	}
	return out
}

func firstRune(s string) (rune, bool) {
	for _, r := range s {
		return r, true
	}
	return 0, false
}
