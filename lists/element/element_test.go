package element_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/lists/element"
	"github.com/cordon-project/cordon/lists/listing"
)

// read reads a text in a form of lists of items, and returns what was said of it.
func read(ctx context.Context, text string) (told []string, nodes []*element.Node, err error) {
	var x *element.File
	x = element.New(listing.File{Name: "in.xml", SHA256: "ab", Data: []byte(text)}, element.Form{
		List: "list", File: "list.xml", Root: "list", Entries: []string{"item"},
		Kinds: map[string]element.Kind{
			"list":  {Kids: []string{"group", "item"}, Attrs: []string{"date"}},
			"group": {Kids: []string{"item"}},
			"item":  {Kids: []string{"name", "note", "old", "item"}, Attrs: []string{"id"}},
			"note":  {Kids: []string{"name"}, Text: true},
			"old":   {Skip: true},
		},
		Open: func(n *element.Node, path string) error {
			told = append(told, path+" "+n.Attr("date"))
			return nil
		},
		Each: func(n *element.Node, path string) error {
			told = append(told, fmt.Sprintf("%s %s %v", path, n.Attr("id"), n.Values("name")))
			nodes = append(nodes, n)
			if w := x.Where(n, path); w.Start != n.Start || w.Element != path || w.SHA256 != "ab" {
				return errors.New("another place")
			}
			return nil
		},
	})
	err = x.Read(ctx)
	return told, nodes, err
}

func TestEntriesComeWholeAndInTheirPlace(t *testing.T) {
	text := "\xef\xbb\xbf" + `<?xml version="1.0" encoding="utf-8"?><!-- c -->
<list xmlns="urn:x" xmlns:xsi="urn:y" xsi:schemaLocation="z" date=" 2026 ">
  <group><item id="1"><name> A &amp; B </name><name/><name>C</name></item></group>
  <group><item id="2"><old a="b"><unheard><of/></unheard>text</old><note>say <name>D</name> so</note></item></group>
  <item id="3"/>
</list>
`
	told, nodes, err := read(t.Context(), text)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"list 2026", "list/group ", "list/group/item[1] 1 [A & B C]", "list/group ", "list/group/item[2] 2 []", "list/item[1] 3 []",
	}
	if !slices.Equal(told, want) {
		t.Errorf("told %q, want %q", told, want)
	}
	for _, n := range nodes {
		got := text[n.Start:n.End]
		if !strings.HasPrefix(got, `<item id="`+n.Attr("id")+`"`) || !strings.HasSuffix(got, ">") {
			t.Errorf("item %s is %q", n.Attr("id"), got)
		}
	}
	if note := nodes[1].Kid("note"); note.Text != "say  so" || note.Value("name") != "D" || len(nodes[1].Under("note", "name")) != 1 {
		t.Errorf("a note is %+v", note)
	}
	if old := nodes[1].Kid("old"); old.Text != "" || len(old.Kids) != 0 || !strings.HasSuffix(text[old.Start:old.End], "text</old>") {
		t.Errorf("what is skipped is %+v", old)
	}
}

func TestDeparturesAreRefusedWithTheirPlace(t *testing.T) {
	deep := strings.Repeat("<item>", element.MaxDepth+2) + strings.Repeat("</item>", element.MaxDepth+2)
	for _, c := range []struct{ name, text, path string }{
		{"another root", "<lists/>", "lists"},
		{"an end first", "</list>", ""},
		{"nothing", " ", "list"},
		{"no XML", "[]", ""},
		{"text beside the root", "x<list/>", ""},
		{"an unknown element", "<list><other/></list>", "list/other"},
		{"an unknown element in an entry", "<list><item><other/></item></list>", "list/item[1]/other"},
		{"an unknown attribute", `<list day="1"/>`, "list@day"},
		{"an attribute of a text", `<list><item><name lang="en"/></item></list>`, "list/item[1]/name@lang"},
		{"an attribute twice", `<list><item id="1" id="2"/></list>`, "list/item[1]@id"},
		{"text between elements", "<list>x</list>", "list"},
		{"text in an entry", "<list><item>x</item></list>", "list/item[1]"},
		{"an end of another", "<list><item></list></item>", "list/item[1]"},
		{"cut", "<list><item>", "list/item[1]"},
		{"cut in what is skipped", "<list><item><old><a>", "list/item[1]/old"},
		{"an end of another in what is skipped", "<list><item><old><a></b></old></item></list>", "list/item[1]/old"},
		{"too deep in what is skipped", "<list><item><old>" + deep + "</old></item></list>", "list/item[1]/old"},
		{"too much in what is skipped", "<list><item><old>" + strings.Repeat("<a/>", element.MaxNodes) + "</old></item></list>", "list/item[1]/old"},
		{"more behind the list", "<list/><list/>", ""},
		{"too deep", "<list>" + deep + "</list>", "list/item[1]" + strings.Repeat("/item", element.MaxDepth+1)},
		{"too many elements", "<list><item>" + strings.Repeat("<name/>", element.MaxNodes+1) + "</item></list>", "list/item[1]"},
		{"a long text", "<list><item><name>" + strings.Repeat("a", listing.MaxCell+1) + "</name></item></list>", "list/item[1]/name"},
		{"a long attribute", `<list date="` + strings.Repeat("a", listing.MaxCell+1) + `"/>`, "list@date"},
		{"a control character in a text", "<list><item><name>a\u0085b</name></item></list>", "list/item[1]/name"},
		{"a control character in an attribute", "<list date=\"1\u00812\"/>", "list@date"},
		{"no UTF-8", "<list><item><name>\xff</name></item></list>", ""},
		{"a document type", `<!DOCTYPE list [<!ENTITY a "b">]><list/>`, ""},
		{"an entity", "<list><item><name>&a;</name></item></list>", "list/item[1]/name"},
		{"a processing instruction", "<list><?php x ?></list>", "list"},
		{"another encoding", `<?xml version="1.0" encoding="latin1"?><list/>`, ""},
		{"a zip", "PK\x03\x04", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, _, err := read(t.Context(), c.text)
			var d *listing.Drift
			if !errs.Is(err, errs.Invalid) || !errors.As(err, &d) {
				t.Fatalf("%v is no drift", err)
			}
			if d.Element != c.path || d.List != "list" || d.File != "list.xml" || d.Expected == "" || d.Found == "" {
				t.Errorf("at %q, want %q: %v", d.Element, c.path, d)
			}
		})
	}
}

func TestARowAndColumnAreCountedFromOne(t *testing.T) {
	_, _, err := read(t.Context(), "<list>\n  <group>\n    <other/></group></list>")
	var d *listing.Drift
	if !errors.As(err, &d) || d.Row != 3 || d.Column != 5 {
		t.Errorf("%v", err)
	}
}

func TestAReadingCanBeCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := read(ctx, "<list><item/></list>"); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

func FuzzElement(f *testing.F) {
	f.Add([]byte(`<list date="1"><group><item id="1"><name>a</name><old><x/></old></item></group></list>`))
	f.Add([]byte(`<!DOCTYPE a [<!ENTITY b "c">]><list>&b;</list>`))
	f.Fuzz(func(t *testing.T, data []byte) {
		_, nodes, err := read(t.Context(), string(data))
		if err != nil {
			return
		}
		for _, n := range nodes {
			if n.Start < 0 || n.End > len(data) || n.Start >= n.End || data[n.Start] != '<' || data[n.End-1] != '>' {
				t.Fatalf("an entry at %d-%d of %d bytes", n.Start, n.End, len(data))
			}
		}
	})
}
