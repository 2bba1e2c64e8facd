package history_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/journal"
	"github.com/cordon-project/cordon/journal/archive"
	"github.com/cordon-project/cordon/journal/sqlite"
	"github.com/cordon-project/cordon/lists"
	"github.com/cordon-project/cordon/lists/history"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/record"
	"github.com/cordon-project/cordon/stix"
)

// node is a journal and an archive in which every look at the clock is a day on.
type node struct {
	*sqlite.Store
	archive *archive.Archive
	dir     string
}

func open(t *testing.T) *node {
	t.Helper()
	day := 0
	clock := func() time.Time { day++; return time.Date(2026, 6, day, 12, 0, 0, 0, time.UTC) }
	dir := t.TempDir()
	s, err := sqlite.Open(t.Context(), dir, sqlite.Options{Clock: clock})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	a, err := archive.Open(filepath.Join(dir, "archive"), archive.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return &node{s, a, filepath.Join(dir, "archive")}
}

// take imports rows of KoFIU's form, of which each is a number and a Latin name.
func (n *node) take(t *testing.T, date record.Date, o lists.ImportOptions, rows ...string) *lists.Version {
	t.Helper()
	text := "kf_no|type|hangul|latin|note\n"
	for i, r := range rows {
		text += fmt.Sprintf("%d|person|예시|%s|\n", i+1, r)
	}
	o.Date = date
	v, _, err := lists.Load(t.Context(), n.Store, n.archive, "kr-kofiu", []lists.File{{Name: "rows.psv", Data: []byte(text)}}, o)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// names are the primary Latin names that a journal has in force.
func names(t *testing.T, j journal.Journal) (out []string) {
	t.Helper()
	for e, err := range j.Scan(context.Background(), policy.Public, journal.Query{Types: []string{"identity"}, Latest: true, Purpose: policy.Reading}) {
		if err != nil {
			t.Fatal(err)
		}
		o, err := e.Object()
		if err != nil {
			t.Fatal(err)
		}
		if p, err := record.PartyOf(o); err == nil && len(p.Names) > 1 {
			out = append(out, p.Names[1].Text)
		}
	}
	return out
}

func TestADayHasTheListOfThatDay(t *testing.T) {
	n := open(t)
	n.take(t, "2023-01-10", lists.ImportOptions{}, "YE, One", "YE, Two", "YE, Three")
	n.take(t, "2023-05-10", lists.ImportOptions{}, "YE, One", "YE, Second")
	n.take(t, "2023-05-10", lists.ImportOptions{Supersede: true}, "YE, One", "YE, Second", "YE, Third")
	head, err := n.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		day     string
		version record.Date
		names   string
	}{
		{"2023-01-09", "", "[]"},
		{"2023-01-10", "2023-01-10", "[YE, One YE, Two YE, Three]"},
		{"2023-05-09", "2023-01-10", "[YE, One YE, Two YE, Three]"},
		{"2023-05-10T00:00:00Z", "2023-05-10", "[YE, One YE, Second]"},
		{"2023-05-10", "2023-05-10", "[YE, One YE, Second YE, Third]"},
		{"2026-01-01", "2023-05-10", "[YE, One YE, Second YE, Third]"},
	} {
		at, err := history.ParseMoment(c.day)
		if err != nil {
			t.Fatal(err)
		}
		d, err := history.At(t.Context(), n, head, at)
		if err != nil {
			t.Fatal(err)
		}
		var version record.Date
		if v := d.Lists[0].Version; v != nil {
			version = v.Date
		}
		if got := fmt.Sprint(names(t, d)); got != c.names || version != c.version {
			t.Errorf("%s: %s has %s, want %s of %s", c.day, version, got, c.names, c.version)
		}
	}
}

// TestAnUndatedVersionCountsFromWhenItWasLearned: the list does not say of which
// day it is, so it says nothing of the days before.
func TestAnUndatedVersionCountsFromWhenItWasLearned(t *testing.T) {
	n := open(t)
	n.take(t, "", lists.ImportOptions{}, "YE, One")
	all, err := history.Known(t.Context(), n, "kr-kofiu")
	if err != nil || len(all) != 1 {
		t.Fatal(all, err)
	}
	if _, ok := history.InForce(all, all[0].Learned.Add(-time.Hour)); ok {
		t.Error("it is in force before it was learned")
	}
	if v, ok := history.InForce(all, all[0].Learned); !ok || v.ID != all[0].ID {
		t.Error("it is not in force when it was learned")
	}
}

// TestWhatIsNoListsCountsFromItsOwnTime: a report's object from when its author
// made it, an observable from when the node learned it.
func TestWhatIsNoListsCountsFromItsOwnTime(t *testing.T) {
	n := open(t)
	n.take(t, "2023-01-10", lists.ImportOptions{}, "YE, One")
	domain := stix.Object{"type": "domain-name", "spec_version": "2.1", "value": "host.example.org"}
	domain["id"], _, _ = stix.SCOID(domain)
	tool := stix.Object{
		"type": "tool", "spec_version": "2.1", "id": stix.NameID("tool", "history"), "created": "2023-03-01T00:00:00.000Z",
		"modified": "2023-03-01T00:00:00.000Z", "name": "EXAMPLE, Tool",
	}
	r, err := n.Append(t.Context(), journal.Batch{Objects: []stix.Object{domain, tool}, RefuseAll: true})
	if err != nil {
		t.Fatal(err)
	}
	owner := policy.Viewer{Clearance: policy.Red}
	for _, c := range []struct {
		day          string
		tool, domain bool
	}{{"2023-02-01", false, false}, {"2023-03-01", true, false}, {"2026-12-31", true, true}} {
		at, _ := history.ParseMoment(c.day)
		d, err := history.At(t.Context(), n, r.Last, at)
		if err != nil {
			t.Fatal(err)
		}
		for id, want := range map[string]bool{tool.ID(): c.tool, domain.ID(): c.domain} {
			if _, err := d.Get(t.Context(), owner, policy.Reading, id); (err == nil) != want {
				t.Errorf("%s, %s: %v", c.day, id, err)
			}
		}
	}
}

func TestRebuildGivesTheBytesOrNone(t *testing.T) {
	n := open(t)
	v := n.take(t, "2023-01-10", lists.ImportOptions{}, "YE, One")
	n.take(t, "2023-05-10", lists.ImportOptions{}, "YE, Two")
	at, _ := history.ParseMoment("2023-02-01")
	of, err := history.Find(t.Context(), n, "kr-kofiu", at)
	if err != nil {
		t.Fatal(err)
	}
	files, err := history.Rebuild(t.Context(), n.archive, policy.Public, of.ListVersion)
	if err != nil || len(files) != 1 || files[0].SHA256 != v.Files[0].SHA256 || !bytes.Contains(files[0].Data, []byte("YE, One")) {
		t.Fatalf("%+v, %v", files, err)
	}
	sum := v.Files[0].SHA256
	input := filepath.Join(n.dir, sum[:2], sum[2:], "input")
	if err := os.WriteFile(input, append(files[0].Data, '\n'), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := history.Rebuild(t.Context(), n.archive, policy.Public, of.ListVersion); !errs.Is(err, errs.Unavailable) {
		t.Errorf("a changed file gave %v", err)
	}
	if err := os.RemoveAll(filepath.Dir(input)); err != nil {
		t.Fatal(err)
	}
	if _, err := history.Rebuild(t.Context(), n.archive, policy.Public, of.ListVersion); !errs.Is(err, errs.Unavailable) {
		t.Errorf("a missing file gave %v", err)
	}
}

func TestMoments(t *testing.T) {
	for in, want := range map[string]string{
		"2023-06-01": "2023-06-01T23:59:59.999Z", "2023-06-01T14:00:00Z": "2023-06-01T14:00:00Z", "2023-06-01T14:00:00+09:00": "2023-06-01T05:00:00Z",
		"2023-06": "", "yesterday": "", "": "", "0001-01-01": "", "2023-02-30": "",
	} {
		got, err := history.ParseMoment(in)
		if want == "" {
			if !errs.Is(err, errs.Invalid) {
				t.Errorf("%q gave %v, %v", in, got, err)
			}
			continue
		}
		if s := got.UTC().Format("2006-01-02T15:04:05.999Z07:00"); s != want || err != nil {
			t.Errorf("%q is %s, want %s, %v", in, s, want, err)
		}
	}
}

func TestAListWithoutAVersionOfTheDayIsSaid(t *testing.T) {
	n := open(t)
	at, _ := history.ParseMoment("2023-01-01")
	for _, list := range []string{"kr-kofiu", "no-such-list"} {
		if _, err := history.Find(t.Context(), n, list, at); !errs.Is(err, errs.NotFound) {
			t.Errorf("%s: %v", list, err)
		}
	}
	n.take(t, "2023-01-10", lists.ImportOptions{}, "YE, One")
	_, err := history.Find(t.Context(), n, "kr-kofiu", at)
	if _, hint := errs.Message(err); !errs.Is(err, errs.NotFound) || hint != "the first is of 2023-01-10" {
		t.Errorf("%v, %s", err, hint)
	}
}
