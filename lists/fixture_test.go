package lists_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/internal/shareddata"
	"github.com/cordon-project/cordon/lists"
)

// fixture returns the artificial files of one list. OFAC's get the line ends and
// the Ctrl-Z of the real ones.
func fixture(t testing.TB, key string, only ...string) []lists.File {
	t.Helper()
	a, err := txtar.ParseFile(filepath.Join("testdata", key+".txtar"))
	if err != nil {
		t.Fatal(err)
	}
	var out []lists.File
	for _, f := range a.Files {
		if len(only) > 0 && !contains(only, f.Name) {
			continue
		}
		if key == "ofac" {
			f.Data = append(bytes.ReplaceAll(f.Data, []byte("\n"), []byte("\r\n")), 0x1A)
		}
		out = append(out, lists.File{Name: "2026-01-05/" + f.Name, Data: f.Data})
	}
	if len(out) == 0 {
		t.Fatalf("no fixture %v in %s", only, key)
	}
	return out
}

func contains(l []string, s string) bool {
	for _, x := range l {
		if x == s {
			return true
		}
	}
	return false
}

// real returns files of the shared data; it skips the test where they are absent.
func realFiles(t testing.TB, names ...string) []lists.File {
	t.Helper()
	var out []lists.File
	for _, n := range names {
		p := shareddata.Path(t, "lists/"+n)
		b, err := os.ReadFile(p)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, lists.File{Name: p, Data: b})
	}
	return out
}

var ctx = context.Background()

const (
	ofacSDN      = "ofac_sdn_2024-05-03/sdn.csv"
	ofacAlt      = "ofac_2025-12_alt_add/alt.csv"
	ofacAdd      = "ofac_2025-12_alt_add/add.csv"
	ofacComments = "ofac_2025-12_alt_add/sdn_comments.csv"
	unXML        = "un_2026-02-27/UN_consolidated.xml"
	mofPersons   = "jp_mof_dprk_2026-08-28/jp_mof_dprk_persons.psv"
	mofOrgs      = "jp_mof_dprk_2026-08-28/jp_mof_dprk_orgs.psv"
	kofiuRows    = "kr_kofiu_dprk_2026-01-14/kofiu_dprk_hangul.psv"
)

func read(t testing.TB, key string, files []lists.File) *lists.Version {
	t.Helper()
	v, err := lists.Read(context.Background(), key, files)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// refused checks that the files are refused as a drift and returns it.
func refused(t testing.TB, key string, files []lists.File) *lists.Drift {
	t.Helper()
	v, err := lists.Read(context.Background(), key, files)
	if err == nil {
		t.Fatalf("read %d entries where a drift was expected", len(v.Entries))
	}
	if !errs.Is(err, errs.Invalid) {
		t.Fatalf("%v is of kind %q, not invalid", err, errs.KindOf(err))
	}
	var d *lists.Drift
	if !errors.As(err, &d) {
		t.Fatalf("%v holds no drift", err)
	}
	if d.Expected == "" || d.Found == "" || d.File == "" || d.List == "" {
		t.Fatalf("the drift does not say what and where: %+v", d)
	}
	return d
}

// edit returns the files with one of them changed.
func edit(files []lists.File, name string, change func([]byte) []byte) []lists.File {
	out := append([]lists.File(nil), files...)
	for i := range out {
		if strings.HasSuffix(out[i].Name, name) {
			out[i].Data = change(bytes.Clone(out[i].Data))
			out[i].SHA256 = ""
		}
	}
	return out
}
