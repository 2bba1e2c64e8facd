package lists_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/lists"
	"github.com/cordon-project/cordon/lists/liststest"
)

var ctx = context.Background()

// fixtures are the artificial files of each list.
var fixtures = map[string]string{
	"ofac": "ofac/testdata/ofac.txtar", "un": "un/testdata/un.txtar",
	"jp-mof": "jpmof/testdata/jp-mof.txtar", "kr-kofiu": "krkofiu/testdata/kr-kofiu.txtar",
	"ofac-cons": "ofac/testdata/consolidated.txtar", "us-csl": "csl/testdata/csl.txtar", "us-dpl": "csl/testdata/dpl.txtar",
	"eu-fsf": "eu/testdata/eu-fsf.txtar", "ch-seco": "ch/testdata/ch-seco.txtar", "eu-oj": "eujournal/testdata/eu-oj.txtar", "kr-gazette": "krgazette/testdata/kr-gazette.txtar", "uk": "uk/testdata/uk.txtar", "au": "au/testdata/au.txtar",
	"jp-meti": "jpmeti/testdata/jp-meti.txtar", "jp-meti-export": "jpmeti/testdata/jp-meti-export.txtar",
}

// oneVersion names the file that is a version by itself where an archive has
// several forms of a list.
var oneVersion = map[string]string{"jp-mof": "persons.psv", "uk": "UK-Sanctions-List.xml", "kr-gazette": "rows.psv", "us-csl": "consolidated.csv"}

// version1 returns files that are one version of a list.
func version1(t testing.TB, key string) []lists.File {
	t.Helper()
	if only := oneVersion[key]; only != "" {
		return fixture(t, key, only)
	}
	return fixture(t, key)
}

func fixture(t testing.TB, key string, only ...string) []lists.File {
	t.Helper()
	return liststest.Fixture(t, fixtures[key], only...)
}

// realLists are the files of the shared data, list by list.
var realLists = []struct {
	key   string
	files []string
}{
	{"ofac", []string{liststest.OFACSDN, liststest.OFACAlt, liststest.OFACAdd, liststest.OFACComments}},
	{"un", []string{liststest.UN}},
	{"jp-mof", []string{liststest.MOFPersons, liststest.MOFOrgs}},
	{"kr-kofiu", []string{liststest.KoFIU}},
}

func read(t testing.TB, key string, files []lists.File) *lists.Version {
	t.Helper()
	v, err := lists.Read(ctx, key, files)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestUnknownListAndMissingFiles(t *testing.T) {
	if _, err := lists.Read(ctx, "atlantis", fixture(t, "un")); !errs.Is(err, errs.NotFound) {
		t.Errorf("an unknown list gave %v", err)
	}
	for _, l := range lists.All() {
		if _, err := lists.Read(ctx, l.Key, nil); !errs.Is(err, errs.Invalid) {
			t.Errorf("%s without files gave %v", l.Key, err)
		}
		if _, ok := lists.Find(l.Name); !ok {
			t.Errorf("%s is not found by its short name", l.Name)
		}
	}
	f := fixture(t, "un")
	f[0].SHA256 = strings.Repeat("0", 64)
	if _, err := lists.Read(ctx, "un", f); !errs.Is(err, errs.Invalid) {
		t.Errorf("a wrong hash gave %v", err)
	}
	gone, cancel := context.WithCancel(ctx)
	cancel()
	for _, l := range lists.All() {
		if _, err := lists.Read(gone, l.Key, version1(t, l.Key)); !errs.Is(err, errs.Unavailable) {
			t.Errorf("%s with a cancelled context gave %v", l.Key, err)
		}
	}
}

// TestFilesAreRecognised holds that a list's own files are known for what they
// are, and no list's for another's.
func TestFilesAreRecognised(t *testing.T) {
	for key := range fixtures {
		for _, f := range fixture(t, key) {
			head := []byte(strings.TrimPrefix(string(f.Data[:min(len(f.Data), 4096)]), "\ufeff"))
			if l, ok := lists.Recognise(`C:\lists\`+f.Base(), head); !ok || l.Key != key {
				t.Errorf("%s of %s is taken for %q", f.Name, key, l.Key)
			}
			if l, ok := lists.Recognise("download", head); ok && l.Key != key {
				t.Errorf("%s of %s without its name is taken for %q", f.Name, key, l.Key)
			}
		}
	}
	for name, head := range map[string]string{
		"report.txt": "The list of OFAC has an entry", "feed.json": `{"type":"bundle"}`, "sdn.txt": "x", "sdnlist.csv": "x", "": "",
	} {
		if l, ok := lists.Recognise(name, []byte(head)); ok {
			t.Errorf("%s is taken for %s", name, l.Key)
		}
	}
}

// TestOtherFilesInTheirPlaceAreRefused gives every reader what is not its file.
func TestOtherFilesInTheirPlaceAreRefused(t *testing.T) {
	one := func(key, name string) lists.File { return fixture(t, key, name)[0] }
	as := func(f lists.File, name string) lists.File { f.Name = name; return f }
	sdn, alt, add := one("ofac", "sdn.csv"), one("ofac", "alt.csv"), one("ofac", "add.csv")
	un, persons, orgs := one("un", "consolidated.xml"), one("jp-mof", "persons.psv"), one("jp-mof", "orgs.psv")
	kofiu := one("kr-kofiu", "kofiu.psv")
	raw := func(s string) lists.File { return lists.File{Name: "file", Data: []byte(s)} }
	for _, c := range []struct {
		name, key string
		files     []lists.File
	}{
		{"alt as sdn", "ofac", []lists.File{as(alt, "sdn.csv")}},
		{"add as alt", "ofac", []lists.File{sdn, as(add, "alt.csv")}},
		{"sdn as add", "ofac", []lists.File{as(sdn, "add.csv")}},
		{"companions alone", "ofac", []lists.File{alt, add}},
		{"sdn twice", "ofac", []lists.File{sdn, sdn}},
		{"the non-SDN list", "ofac", []lists.File{as(sdn, "cons_prim.csv")}},
		{"XML as csv", "ofac", []lists.File{un}},
		{"csv as XML", "un", []lists.File{sdn}},
		{"rows as XML", "un", []lists.File{persons}},
		{"kofiu as mof", "jp-mof", []lists.File{kofiu}},
		{"sdn as mof", "jp-mof", []lists.File{sdn}},
		{"persons twice", "jp-mof", []lists.File{persons, persons}},
		{"mof as kofiu", "kr-kofiu", []lists.File{orgs}},
		{"a zip that is no workbook", "jp-mof", []lists.File{raw("PK\x03\x04 and nothing more")}},
		{"an old workbook", "jp-mof", []lists.File{raw("\xd0\xcf\x11\xe0")}},
		{"a header alone", "kr-kofiu", []lists.File{raw("kf_no|type|hangul|latin|note\n")}},
		{"a line of 2 MB", "ofac", []lists.File{raw("1,\"" + strings.Repeat("a", 2<<20) + "\"\r\n\x1a")}},
		{"a bare line of 2 MB", "kr-kofiu", []lists.File{raw(strings.Repeat("a", 2<<20))}},
	} {
		t.Run(c.key+"/"+c.name, func(t *testing.T) {
			v, err := lists.Read(ctx, c.key, c.files)
			var d *lists.Drift
			if v != nil || !errs.Is(err, errs.Invalid) || !errors.As(err, &d) {
				t.Fatalf("gave %v and %v, which is no drift", v, err)
			}
		})
	}
}

// TestNoListIsReadFromWhatIsNone gives every reader what a server or a person may
// put in its file's place.
func TestNoListIsReadFromWhatIsNone(t *testing.T) {
	for what, text := range map[string]string{
		"an HTML page": "<html><body>Too many requests</body></html>\n", "a zip": "PK\x03\x04", "a PDF": "%PDF-1.7", "UTF-16": "\xff\xfe<\x00",
		"nothing": "", "a blank": " ", "a long line": strings.Repeat("a", 2<<20), "JSON": `{"type":"bundle"}`, "an empty list": "[]",
	} {
		for _, l := range lists.All() {
			t.Run(l.Key+"/"+what, func(t *testing.T) {
				v, err := lists.Read(ctx, l.Key, []lists.File{{Name: "file", Data: []byte(text)}})
				var d *lists.Drift
				if v != nil || !errs.Is(err, errs.Invalid) || !errors.As(err, &d) {
					t.Fatalf("gave %v and %v, which is no drift", v, err)
				}
			})
		}
	}
}

// TestEveryListHasFixtures holds that no reader stands here untested.
func TestEveryListHasFixtures(t *testing.T) {
	for _, l := range lists.All() {
		if fixtures[l.Key] == "" {
			t.Errorf("%s has no artificial files", l.Key)
		}
		if v := read(t, l.Key, version1(t, l.Key)); len(v.Entries) == 0 {
			t.Errorf("%s reads nothing from its artificial files", l.Key)
		}
	}
}

// TestAPartOfAListIsReadUnderItsName holds that the versions of an act can be read
// again under the name that they are kept under, and not under another act's.
func TestAPartOfAListIsReadUnderItsName(t *testing.T) {
	v := read(t, "eu-oj", fixture(t, "eu-oj"))
	if l, ok := lists.Find(v.List.Name); !ok || l.Name != v.List.Name {
		t.Errorf("%s is not found by its name: %+v", v.List.Name, l)
	}
	if again := read(t, v.List.Name, fixture(t, "eu-oj")); again.ID() != v.ID() {
		t.Errorf("read under its name it is another version: %s and %s", again.ID(), v.ID())
	}
	if _, err := lists.Read(ctx, "eu-oj-31999R0001", fixture(t, "eu-oj")); !errs.Is(err, errs.Invalid) {
		t.Errorf("files of another act gave %v", err)
	}
}
