package eval_test

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/match"
	"github.com/cordon-project/cordon/screen/eval"
)

const pairs = "\ufeffleft,right,label,kind,origin\n" +
	"김상만,Kim Sang-man,1,hangul_to_latin,found\n" +
	"Gim Sangman,Kim Sang-man,1,rule_rr,rule\n" +
	"Kim Chol-man,Kim Chol-nam,0,neg_one_syllable,found(distinct entries)\n" +
	"Kim Yong-sun,Kim Yong-son,0,neg_romanization_ambiguous,found(distinct entries)\n" +
	"Angela Merkel,Michelle Obama,1,wrong label,found\n"

func TestPairsAreCountedByOriginAndKind(t *testing.T) {
	got, err := eval.OfPairs(t.Context(), match.DefaultParams, strings.NewReader(pairs))
	if err != nil {
		t.Fatal(err)
	}
	p := got.Profiles[match.Balanced]
	if got.N != 5 || got.Same != 3 || p.Found != 0.5 || p.Made != 1 || p.FPR != 0 || p.NearMiss != 1 {
		t.Errorf("%+v", got)
	}
	if r := got.ByKind["neg_romanization_ambiguous found(distinct entries)"][match.Balanced]; r.N != 1 || r.Hits != 1 {
		t.Errorf("the ambiguous pair counts as %+v", r)
	}
	var wrong []int
	for _, f := range got.Failures {
		wrong = append(wrong, f.Line)
	}
	if diff := cmp.Diff([]int{5, 6}, wrong); diff != "" {
		t.Errorf("lines that went wrong: %s", diff)
	}
}

func TestFilesOfAnotherFormAreRefusedWithWhatIsMissing(t *testing.T) {
	for name, file := range map[string]string{
		"empty": "", "no label": "left,right\na,b\n", "odd label": "left,right,label\na,b,perhaps\n", "short row": "left,right,label\na\n",
	} {
		t.Run(name, func(t *testing.T) {
			_, err := eval.OfPairs(t.Context(), match.DefaultParams, strings.NewReader(file))
			if !errs.Is(err, errs.Invalid) {
				t.Errorf("error is %v", err)
			}
		})
	}
}

// list is a list of names as a searcher.
type list struct{ x *match.Index }

func listOf(names ...string) list {
	x := match.New(match.DefaultParams)
	for _, n := range names {
		object, text, _ := strings.Cut(n, " ")
		x.Put(object, []match.Name{{Text: text, Label: "1:clear"}})
	}
	return list{x}
}

func (l list) Search(_ context.Context, name string) (out []eval.Hit, _ error) {
	for _, h := range l.x.Search(name, nil) {
		out = append(out, eval.Hit{Entries: []string{h.Object}, Name: h.Text, Score: h.Score})
	}
	return out, nil
}

func TestVariantsAreFoundAndPlaced(t *testing.T) {
	l := listOf("us_ofac:1 KIM, Sang Man", "us_ofac:2 KIM, Yong Chol", "us_ofac:3 KIM, Yo'ng-ch'o'l")
	file := "mof_no\ttrue_latin\tstyle\tvariant\ttruth_ids(lists)\n" +
		"1\tKim Sang Man\thyphen\tGim Sang-man\tus_ofac:1\n" +
		"2\tKim Yong Chol\tjoined\tGim Yeongcheol\tus_ofac:2;us_ofac:3\n" +
		"3\tPak Jin Hyok\thyphen\tPark Jin-hyuk\tus_ofac:9\n"
	got, err := eval.OfVariants(t.Context(), match.DefaultParams, l, func(e string) bool { return e != "us_ofac:9" }, strings.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	if f := got.Profiles[match.Balanced]; got.N != 2 || got.Absent != 1 || f.Recall != 1 || f.First != 1 {
		t.Errorf("%+v", got)
	}
}

func TestAlertsAreCounted(t *testing.T) {
	got, err := eval.OfAlerts(t.Context(), match.DefaultParams, listOf("us_ofac:1 KIM, Sang Man"), strings.NewReader("id,full_name\n1,김상만\n2,Angela Merkel\n"))
	if err != nil {
		t.Fatal(err)
	}
	if f := got.Profiles[match.Balanced]; f.N != 2 || f.Alerts != 1 || f.Rate != 0.5 || len(got.Failures) != 1 {
		t.Errorf("%+v", got)
	}
}
