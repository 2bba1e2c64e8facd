// Package liststest helps the tests of package lists, of its readers and of
// whoever needs a list's file.
//
// It has the artificial files under the readers' testdata and the real ones of
// the shared data as [listing.File] values, what every answer of a reader must
// hold ([Sound], [Places]), the damages that every reader must refuse ([Table],
// [Cuts], [AnyByte]), a version as text for golden files ([Golden]), a second
// extraction of names to compare with ([Set]), and small workbooks ([Workbook]).
package liststest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/internal/shareddata"
	"github.com/cordon-project/cordon/lists/listing"
	"github.com/cordon-project/cordon/record"
)

// Files of the shared data, for [Real].
const (
	OFACSDN      = "ofac_sdn_2024-05-03/sdn.csv"
	OFACAlt      = "ofac_2025-12_alt_add/alt.csv"
	OFACAdd      = "ofac_2025-12_alt_add/add.csv"
	OFACComments = "ofac_2025-12_alt_add/sdn_comments.csv"
	UN           = "un_2026-02-27/UN_consolidated.xml"
	MOFPersons   = "jp_mof_dprk_2026-08-28/jp_mof_dprk_persons.psv"
	MOFOrgs      = "jp_mof_dprk_2026-08-28/jp_mof_dprk_orgs.psv"
	KoFIU        = "kr_kofiu_dprk_2026-01-14/kofiu_dprk_hangul.psv"
)

// Fixture returns the artificial files of a txtar archive, or those named. Where
// the archive's comment says so they get CRLF and a closing Ctrl-Z, which are no
// text that a repository keeps.
func Fixture(t testing.TB, archive string, only ...string) []listing.File {
	t.Helper()
	a, err := txtar.ParseFile(archive)
	if err != nil {
		t.Fatal(err)
	}
	var out []listing.File
	for _, f := range a.Files {
		if len(only) > 0 && !slices.Contains(only, f.Name) {
			continue
		}
		if bytes.Contains(a.Comment, []byte("Ctrl-Z")) {
			f.Data = append(bytes.ReplaceAll(f.Data, []byte("\n"), []byte("\r\n")), 0x1A)
		}
		out = append(out, listing.File{Name: "2026-01-05/" + f.Name, Data: f.Data})
	}
	if len(out) == 0 {
		t.Fatalf("no fixture %v in %s", only, archive)
	}
	return out
}

// Real returns files of the shared data; it skips the test where they are absent.
func Real(t testing.TB, names ...string) []listing.File {
	t.Helper()
	var out []listing.File
	for _, n := range names {
		p := shareddata.Path(t, "lists/"+n)
		b, err := os.ReadFile(p)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, listing.File{Name: p, Data: b})
	}
	return out
}

// Read reads files that are a version.
func Read(t testing.TB, r listing.Reader, files []listing.File) *listing.Version {
	t.Helper()
	v, err := listing.Read(context.Background(), r, files)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// Refused checks that the files are refused as a drift and returns it.
func Refused(t testing.TB, r listing.Reader, files []listing.File) *listing.Drift {
	t.Helper()
	v, err := listing.Read(context.Background(), r, files)
	if err == nil {
		t.Fatalf("read %d entries where a drift was expected", len(v.Entries))
	}
	if !errs.Is(err, errs.Invalid) {
		t.Fatalf("%v is of kind %q, not invalid", err, errs.KindOf(err))
	}
	var d *listing.Drift
	if !errors.As(err, &d) {
		t.Fatalf("%v holds no drift", err)
	}
	if d.Expected == "" || d.Found == "" || d.File == "" || d.List == "" {
		t.Fatalf("the drift does not say what and where: %+v", d)
	}
	return d
}

// Edit returns the files with one of them changed: the one whose name ends so.
func Edit(files []listing.File, name string, change func([]byte) []byte) []listing.File {
	out := slices.Clone(files)
	for i := range out {
		if strings.HasSuffix(out[i].Name, name) {
			out[i].Data = change(bytes.Clone(out[i].Data))
			out[i].SHA256 = ""
		}
	}
	return out
}

// Replaced returns the files with the first of a text changed in each; the test
// fails when it is in none.
func Replaced(t testing.TB, files []listing.File, from, to string) []listing.File {
	t.Helper()
	out := slices.Clone(files)
	changed := false
	for i := range out {
		b := bytes.Replace(out[i].Data, []byte(from), []byte(to), 1)
		changed = changed || !bytes.Equal(b, out[i].Data)
		out[i].Data = b
	}
	if !changed {
		t.Fatalf("%q is not in the fixture", from)
	}
	return out
}

// Equal compares two values.
func Equal[T comparable](t testing.TB, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

// Count counts the entries that are so.
func Count(v *listing.Version, is func(listing.Entry) bool) int {
	n := 0
	for _, e := range v.Entries {
		if is(e) {
			n++
		}
	}
	return n
}

// Rows returns the rows that were read of each file.
func Rows(v *listing.Version) []int {
	var out []int
	for _, f := range v.Files {
		out = append(out, f.Rows)
	}
	return out
}

// Sum returns the SHA-256 of bytes in hex.
func Sum(b []byte) string {
	h := sha256.Sum256(b)
	return hex.EncodeToString(h[:])
}

// Failer is what [Sound] needs of a test: also a test of package rapid has it.
type Failer interface {
	Fatalf(string, ...any)
}

// Sound reads the files and holds what every answer of a reader must hold: an
// error and nothing, or a version whose entries have names, dates and places. It
// returns nil for an error.
func Sound(t Failer, r listing.Reader, files []listing.File) *listing.Version {
	v, err := listing.Read(context.Background(), r, files)
	if err != nil {
		if v != nil {
			t.Fatalf("a version beside the error %v", err)
		}
		return nil
	}
	seen := map[string]bool{}
	for _, e := range v.Entries {
		d := e.Designation
		if seen[d.ID] || d.Entry == "" || len(d.Wheres) == 0 || len(d.Programmes) == 0 || d.Status != record.InForce {
			t.Fatalf("not a designation: %+v", d)
		}
		seen[d.ID] = true
		if err := d.Validate(); err != nil {
			t.Fatalf("%v", err)
		}
		if len(e.Party.Names) == 0 || e.Party.ID != d.Party {
			t.Fatalf("not a party: %+v", e.Party)
		}
		for _, n := range e.Party.Names {
			if strings.TrimSpace(n.Text) == "" || n.Where.SHA256 == "" {
				t.Fatalf("not a name: %+v", n)
			}
		}
		for _, b := range e.Party.Births {
			if err := b.Date.Validate(); err != nil {
				t.Fatalf("%v", err)
			}
		}
	}
	for _, w := range v.Warnings {
		if w.Text == "" {
			t.Fatalf("a warning without words")
		}
	}
	return v
}

// Places checks that what a place names is what stands there.
func Places(t testing.TB, v *listing.Version, files []listing.File) {
	t.Helper()
	bySum := make(map[string][]byte)
	for _, in := range files {
		bySum[Sum(in.Data)] = in.Data
	}
	text := func(w record.Where) string {
		b := bySum[w.SHA256]
		if b == nil || w.Start < 0 || w.End > len(b) || w.Start >= w.End {
			t.Fatalf("%s: no such place: %v", v.List.Key, w)
		}
		return string(b[w.Start:w.End])
	}
	for _, e := range v.Entries {
		for _, n := range e.Party.Names {
			namePlace(t, v, e, n, text(n.Where))
		}
		for _, w := range e.Party.Wallets {
			if got := text(w.Where); !strings.Contains(got, w.Address) && !strings.HasPrefix(w.Address, got[strings.LastIndex(got, " ")+1:]) && !strings.HasSuffix(w.Address, got) {
				t.Fatalf("%s %s: the wallet %q is not in %q", v.List.Key, e.Designation.Entry, w.Address, got)
			}
		}
		for _, w := range e.Designation.Wheres {
			if got := text(w); v.List.Key != "jp-mof" && v.List.Key != "un" && !strings.HasPrefix(got, e.Designation.Entry) {
				t.Fatalf("%s: the row of entry %s is %q", v.List.Key, e.Designation.Entry, got)
			}
		}
	}
}

func namePlace(t testing.TB, v *listing.Version, e listing.Entry, n record.Name, got string) {
	t.Helper()
	if i := strings.LastIndexByte(got, '\''); i >= 0 && strings.HasPrefix(n.Text, got[i+1:]) {
		return // an alias across the cut of a remark: the place is one half of it
	}
	if tail, ok := strings.CutSuffix(got, "'"); ok && strings.HasSuffix(n.Text, tail) {
		return
	}
	for _, part := range strings.Fields(n.Text) {
		// XML writes & and others as entities, csv doubles quotes.
		if !strings.Contains(got, part) && !strings.ContainsAny(part, `&"<>'`) && !strings.Contains(got, "&") {
			t.Fatalf("%s %s: the name %q is not in %q", v.List.Key, e.Designation.Entry, n.Text, got)
		}
	}
}
