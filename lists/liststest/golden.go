package liststest

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cordon-project/cordon/lists/listing"
	"github.com/cordon-project/cordon/record"
)

var update = flag.Bool("update", false, "write the golden files anew")

// Golden compares everything that a reader took with a file under testdata:
// names, dates, documents, wallets, places.
func Golden(t *testing.T, v *listing.Version, name string) {
	t.Helper()
	got := Dump(v)
	golden := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), got); d != "" {
		t.Errorf("%s is not as golden (-want +got):\n%s", name, d)
	}
}

// Dump writes a version as text, one line for each thing that was taken, with
// its place. Empty parts are left out.
func Dump(v *listing.Version) string {
	var b strings.Builder
	line := func(indent int, label string, w record.Where, parts ...string) {
		b.WriteString(strings.Repeat("  ", indent) + label)
		for _, p := range parts {
			if p != "" {
				b.WriteString(" | " + p)
			}
		}
		if w != (record.Where{}) {
			fmt.Fprintf(&b, " @ %s", w)
		}
		b.WriteByte('\n')
	}
	none := record.Where{}
	line(0, "list", none, v.List.Name, v.Stamp(), "date from "+v.DateFrom)
	for _, f := range v.Files {
		line(0, "file", none, f.Name, fmt.Sprintf("%d bytes, %d rows", f.Bytes, f.Rows))
	}
	fmt.Fprintf(&b, "counts %+v\n", v.Counts)
	for _, e := range v.Entries {
		d, p := e.Designation, e.Party
		line(0, "\nentry "+d.Entry, none, string(p.Kind), strings.Join(d.Programmes, "; "), strings.Join(d.Instruments, "; "),
			label("listed ", string(d.ListedOn)), label("amended ", string(d.AmendedOn)), d.Status)
		for _, w := range d.Wheres {
			line(1, "row", w)
		}
		for _, n := range p.Names {
			line(1, "name", n.Where, n.Text, string(n.Kind), string(n.Quality), n.Script, label("family ", n.Family), label("given ", n.Given), label("no. ", n.Entry))
		}
		for _, x := range p.Births {
			circa := ""
			if x.Circa {
				circa = "circa"
			}
			line(1, "birth", x.Where, x.Text, string(x.Date), label("to ", string(x.To)), circa)
		}
		for _, x := range p.Places {
			line(1, "place", none, x.Text, label("city ", x.City), label("country ", x.Country))
		}
		for _, x := range p.Documents {
			line(1, "document", x.Where, x.Text, x.Kind, x.Number, x.Country)
		}
		for _, x := range p.Addresses {
			line(1, "address", x.Where, x.Text, label("city ", x.City), label("country ", x.Country), label("no. ", x.Entry))
		}
		for _, x := range p.Wallets {
			line(1, "wallet", x.Where, x.Asset, x.Address, x.Canonical, x.Chain, x.Note)
		}
		for _, l := range []struct {
			label string
			texts []string
		}{{"nation", p.Nations}, {"gender", []string{p.Gender}}, {"title", p.Titles}, {"website", p.Websites}, {"email", p.Emails}, {"phone", p.Phones}, {"remarks", []string{p.Remarks}}, {"basis", []string{d.Basis}}} {
			for _, s := range l.texts {
				if s != "" {
					line(1, l.label, none, s)
				}
			}
		}
		for _, x := range p.Links {
			line(1, "link", none, x.Kind, x.Name, x.Text)
		}
		for _, x := range p.OtherFacts {
			line(1, "fact", none, x.Label, x.Text)
		}
	}
	for _, o := range v.Orphans {
		line(0, "orphan", o.Where, o.Entry, o.Text)
	}
	for _, w := range v.Warnings {
		line(0, "warning", w.Where, w.Text)
	}
	return b.String()
}

func label(l, s string) string {
	if s == "" {
		return ""
	}
	return l + s
}
