package eval_test

import (
	"fmt"
	"iter"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/identity"
	"github.com/cordon-project/cordon/identity/eval"
	"github.com/cordon-project/cordon/record"
)

// groups makes groups of entries, and what waits for a person.
func groups(open [][2]string, all ...[]string) iter.Seq2[identity.Group, error] {
	return func(yield func(identity.Group, error) bool) {
		for i, entries := range all {
			g := identity.Group{ID: fmt.Sprint(i)}
			for _, e := range entries {
				list, number, _ := strings.Cut(e, ":")
				g.Members = append(g.Members, identity.Member{
					Party: record.Party{ID: e}, Designations: []record.Designation{{List: list, Entry: number, Party: e}},
				})
				for _, o := range open {
					if o[0] == e || o[1] == e {
						g.Open = append(g.Open, record.SameParty{Parties: o})
					}
				}
			}
			if !yield(g, nil) {
				return
			}
		}
	}
}

const file = `left,right,label
a:1,b:1,same
a:2,b:2,same
a:3,b:3,same
a:4,b:4,different
a:5,b:5,unsure
a:6,b:99,same
`

func TestFigures(t *testing.T) {
	in := groups([][2]string{{"a:2", "b:2"}},
		[]string{"a:1", "b:1"}, []string{"a:2"}, []string{"b:2"}, []string{"a:3", "b:4"}, []string{"b:3"}, []string{"a:4"}, []string{"a:5", "b:5"}, []string{"a:6"})
	got, err := eval.Of(in, strings.NewReader(file), eval.Options{Closed: true})
	if err != nil {
		t.Fatal(err)
	}
	want := eval.Result{
		Pairs: 5, Absent: 1, Same: 3, Found: 1, Open: 1, False: 1, Unsure: 1, Joined: 1, Precision: 0.5, Recall: 1.0 / 3,
		Wrong: []eval.Wrong{{"a:2", "b:2", "same", "open"}, {"a:3", "b:3", "same", "different"}, {"a:3", "b:4", "different", "same"}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	open, err := eval.Of(in, strings.NewReader(file), eval.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if open.False != 0 || open.Precision != 1 {
		t.Errorf("pairs that the file does not have count: %+v", open)
	}
}

func TestFilesInAnotherFormAreRefused(t *testing.T) {
	for what, text := range map[string]string{
		"empty": "", "no header": "a:1,b:1,same\n", "label": "left,right,label\na:1,b:1,maybe\n", "entry": "left,right,label\na1,b:1,same\n",
		"columns": "left,right,label\na:1,b:1\n", "two labels": "left,right,label\na:1,b:1,same\nb:1,a:1,different\n",
	} {
		if _, err := eval.Of(groups(nil), strings.NewReader(text), eval.Options{}); !errs.Is(err, errs.Invalid) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func TestLabelledPairsAreInTheForm(t *testing.T) {
	b, err := os.ReadFile("testdata/dprk_pairs.csv")
	if err != nil {
		t.Fatal(err)
	}
	got, err := eval.Of(groups(nil), strings.NewReader(string(b)), eval.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got.Absent < 300 {
		t.Errorf("%d labelled pairs, fewer than 300", got.Absent)
	}
}
