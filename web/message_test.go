package web_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"text/template/parse"

	"github.com/jba/templatecheck"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/extract/indicator"
	"github.com/cordon-project/cordon/intake"
	"github.com/cordon-project/cordon/lists"
	"github.com/cordon-project/cordon/lists/held"
	"github.com/cordon-project/cordon/matrix"
	"github.com/cordon-project/cordon/monitor"
	"github.com/cordon-project/cordon/record"
	"github.com/cordon-project/cordon/screen"
	"github.com/cordon-project/cordon/web"
	"github.com/cordon-project/cordon/web/view"
	"github.com/cordon-project/cordon/web/webtest"
)

// used returns every key that templates and code say, and the families from
// which they take words.
func used(t *testing.T) (keys, families map[string]bool) {
	t.Helper()
	keys, families = map[string]bool{}, map[string]bool{}
	for _, f := range templateFiles() {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		trees, err := parse.Parse(f, string(b), "", "", map[string]any{}, web.Funcs(), builtins)
		if err != nil {
			t.Fatal(err)
		}
		for _, tree := range trees {
			walk(tree.Root, func(n *parse.CommandNode) { said(n, keys, families) })
		}
	}
	files, _ := filepath.Glob("*.go")
	rooms, _ := filepath.Glob("*/*.go")
	files = append(files, rooms...)
	for _, f := range files {
		if !strings.HasSuffix(f, "_test.go") && !strings.HasPrefix(f, "webtest") {
			literals(t, f, func(s string) { keys[s] = true; families[s] = true })
		}
	}
	return keys, families
}

// templateFiles are the templates of the site and of its rooms.
func templateFiles() []string {
	files, _ := filepath.Glob("templates/*.tmpl")
	rooms, _ := filepath.Glob("*/templates/*.tmpl")
	return append(files, rooms...)
}

var builtins = map[string]any{"and": 0, "or": 0, "not": 0, "eq": 0, "ne": 0, "gt": 0, "lt": 0, "len": 0, "print": 0, "printf": 0, "index": 0}

func said(n *parse.CommandNode, keys, families map[string]bool) {
	id, ok := n.Args[0].(*parse.IdentifierNode)
	if !ok || len(n.Args) < 2 {
		return
	}
	s, ok := n.Args[1].(*parse.StringNode)
	if !ok {
		return
	}
	switch id.Ident {
	case "t", "ts":
		keys[s.Text] = true
	case "word":
		families[s.Text] = true
	}
}

func walk(n parse.Node, f func(*parse.CommandNode)) {
	if n == nil || reflect.ValueOf(n).IsNil() {
		return
	}
	pipe := func(p *parse.PipeNode) {
		if p != nil {
			for _, c := range p.Cmds {
				f(c)
				for _, a := range c.Args {
					if inner, ok := a.(*parse.PipeNode); ok {
						walk(inner, f)
					}
				}
			}
		}
	}
	branch := func(b parse.BranchNode) { pipe(b.Pipe); walk(b.List, f); walk(b.ElseList, f) }
	switch n := n.(type) {
	case *parse.ListNode:
		for _, c := range n.Nodes {
			walk(c, f)
		}
	case *parse.ActionNode:
		pipe(n.Pipe)
	case *parse.PipeNode:
		pipe(n)
	case *parse.TemplateNode:
		pipe(n.Pipe)
	case *parse.IfNode:
		branch(n.BranchNode)
	case *parse.RangeNode:
		branch(n.BranchNode)
	case *parse.WithNode:
		branch(n.BranchNode)
	}
}

func literals(t *testing.T, file string, f func(string)) {
	t.Helper()
	tree, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(tree, func(n ast.Node) bool {
		if l, ok := n.(*ast.BasicLit); ok && l.Kind == token.STRING {
			if s, err := strconv.Unquote(l.Value); err == nil {
				f(s)
			}
		}
		return true
	})
}

// fromScreen are the families whose keys package screen says.
var fromScreen = []string{"answer.hit.", "answer.likely.", "answer.open", "answer.none", "reading.", "reason.", "settle.", "notchecked.", "rule."}

func TestEveryMessageIsSaidAndEverySayingHasAMessage(t *testing.T) {
	keys, families := used(t)
	en := web.Catalogues(t)["en"]
	for k := range keys {
		family := slices.ContainsFunc(en.Keys(), func(other string) bool { return strings.HasPrefix(other, k+".") })
		if _, _, ok := en.Forms(k); !ok && !family && strings.Contains(k, ".") && regexp.MustCompile(`^[a-z]+(\.[a-z0-9-]+)+$`).MatchString(k) &&
			!regexp.MustCompile(`\.(css|js|svg|tmpl)$`).MatchString(k) {
			t.Errorf("%s is said and is in no catalogue", k)
		}
	}
	for _, k := range en.Keys() { // words inside messages: {0:@script}
		_, other, _ := en.Forms(k)
		for _, m := range regexp.MustCompile(`@([a-z.]+)`).FindAllStringSubmatch(other, -1) {
			families[m[1]] = true
		}
	}
	files, _ := filepath.Glob("../screen/*.go")
	cli, _ := filepath.Glob("../cmd/cordon/*.go")
	parts, _ := filepath.Glob("../cmd/cordon/*/*.go")
	cli = append(cli, parts...)
	for _, f := range append(files, cli...) {
		if strings.HasSuffix(f, "_test.go") {
			continue
		}
		literals(t, f, func(s string) {
			keys[s] = true
			if slices.ContainsFunc(append([]string{"cli."}, fromScreen...), func(p string) bool { return strings.HasPrefix(s, p) && !strings.HasSuffix(s, ".") }) {
				if _, _, ok := en.Forms(s); !ok {
					t.Errorf("%s says %s, which is in no catalogue", f, s)
				}
			}
		})
	}
	for _, k := range en.Keys() {
		family := k[:max(strings.LastIndex(k, "."), 0)]
		composed := slices.ContainsFunc(fromScreen, func(p string) bool { return strings.HasPrefix(k, p) })
		if !keys[k] && !families[family] && !composed {
			t.Errorf("nothing says %s", k)
		}
	}
}

func TestClosedVocabulariesHaveTheirWords(t *testing.T) {
	en := web.Catalogues(t)["en"]
	vocabularies := map[string][]string{
		"state":        {string(screen.Hit), string(screen.Likely), string(screen.Open), string(screen.None)},
		"weight":       {"for", "against", "unknown"},
		"kind":         {string(screen.Name), string(screen.Wallet), string(screen.Domain), string(screen.URL), string(screen.Email), string(screen.IP), string(screen.Hash), string(screen.Document), string(screen.ObjectID)},
		"party":        {string(record.Person), string(record.Organisation), string(record.Group), string(record.Vessel), string(record.Aircraft), string(record.UnknownKind)},
		"name.kind":    {string(record.Primary), string(record.AKA), string(record.FKA), string(record.NKA), string(record.Original)},
		"name.quality": {string(record.Strong), string(record.Weak)},
		"status":       {record.InForce, record.Removed},
		"kind.import":  intake.Kinds(),
		"job.state":    {string(intake.Waiting), string(intake.Running), string(intake.Done), string(intake.Failed), string(intake.Cancelled)},
		"job.stage":    {"fetching", "reading", "checking", "writing", "indexing", "joining"},
		"unit":         {"bytes", "files", "rows", "objects", "parties"},
		"theme":        web.Themes(),
		"severity":     {string(monitor.Critical), string(monitor.High), string(monitor.Medium), string(monitor.Low)},
		"alert.event": {
			monitor.Raised, monitor.Changed, monitor.Took, monitor.Assigned, monitor.Dated, monitor.Noted, monitor.Decided, monitor.Reopened, monitor.Gone,
		},
		"alert.do":    {"take", "assign", "due", "note", "clear", "confirm", "reopen"},
		"held.state":  {string(held.Waiting), string(held.Proposed), string(held.Released), string(held.Rejected)},
		"held.change": {string(lists.Added), string(lists.Changed), string(lists.Gone)},
		"packet.form": {"docx", "pdf", "html", "stix", "json"},
		"found": {
			string(indicator.Domain), string(indicator.URL), string(indicator.Email), string(indicator.IPv4), string(indicator.IPv6), string(indicator.Hash), string(indicator.CVE),
			string(indicator.Attack), string(indicator.Wallet), string(indicator.TxID), string(indicator.ASN), string(indicator.Phone), string(indicator.Party),
		},
		"type": {
			record.DesignationType, record.ListVersionType, record.ClaimType, record.EstimateType, record.LossType, record.InstrumentType,
			record.MeetingType, record.CommitmentType, record.RedFlagType, record.SamePartyType,
		},
	}
	for _, r := range []lists.Reason{lists.Shrunk, lists.FileMissing, lists.Removed, lists.Renamed, lists.Older, lists.SameDate, lists.OtherHash} {
		vocabularies["held.why"] = append(vocabularies["held.why"], string(r))
	}
	for _, s := range monitor.States {
		vocabularies["alert.state"] = append(vocabularies["alert.state"], string(s))
	}
	vocabularies["alert.state.is"] = vocabularies["alert.state"]
	for family, words := range matrixWords() {
		vocabularies[family] = append(vocabularies[family], words...)
	}
	vocabularies["key"] = web.Keys()
	for _, f := range []string{"error.title", "error.what", "error.kept", "error.do"} {
		for _, k := range []errs.Kind{errs.Invalid, errs.NotFound, errs.Denied, errs.Conflict, errs.Unavailable, errs.Internal, "too-many", "too-large"} {
			vocabularies[f] = append(vocabularies[f], string(k))
		}
	}
	for _, a := range record.Authorities() {
		vocabularies["authority"] = append(vocabularies["authority"], a.Code)
		vocabularies["nation"] = append(vocabularies["nation"], a.Nation)
	}
	for _, l := range lists.All() {
		vocabularies["list"] = append(vocabularies["list"], l.Name)
	}
	for family, words := range vocabularies {
		for _, w := range words {
			if _, _, ok := en.Forms(family + "." + w); !ok {
				t.Errorf("there is no word for %s.%s", family, w)
			}
		}
	}
}

// matrixWords are the vocabularies of the matrix and of decisions on identity.
func matrixWords() map[string][]string {
	out := map[string][]string{
		"programme":    matrix.Classes(),
		"matrix.state": {string(matrix.Listed), string(matrix.Removed), string(matrix.Press), string(matrix.NotFound), string(matrix.NotLoaded)},
		"event":        {matrix.EventListed, matrix.EventAmended, matrix.EventChanged, matrix.EventRemoved, matrix.EventAgain, matrix.EventPress},
		"class.by":     {"programme", "instrument", "action", "kind", "wallet", "words", "name", "link"},
		"press":        {matrix.PressInclude, matrix.PressExclude, matrix.PressOnly},
		"matrix.sort":  {matrix.SortFirst, matrix.SortLag, matrix.SortName, matrix.SortMissing},
		"matrix.form":  {"csv", "xlsx", "stix", "json"},
		"step":         {matrix.ByYear, matrix.ByMonth},
		"verdict":      {record.VerdictSame, record.VerdictDifferent, record.VerdictOpen},
		"same.weight":  {record.WeightDecides, record.WeightFor, record.WeightAgainst, record.WeightExcludes},
		"same.kind":    {"list-reference", "document", "gender", "name", "names", "birth", "contact", "role", "place", "regime", "listed", "several", "chain"},
	}
	out["matrix.state.is"], out["matrix.press"], out["alignment.press"] = out["matrix.state"], out["press"], out["press"]
	for _, preset := range view.Presets(matrix.Filter{}) {
		out["matrix.view"] = append(out["matrix.view"], preset.Name)
	}
	for _, code := range matrix.Codes() {
		out["nation"], out["nation.in"] = append(out["nation"], view.NationOf(code)), append(out["nation.in"], view.NationOf(code))
	}
	return out
}

func TestTemplatesFitTheirPages(t *testing.T) {
	site := webtest.SiteOf(t, webtest.NewDesk(t))
	types := web.Types(site)
	for name, data := range types {
		if err := templatecheck.CheckHTML(web.Templates(site)[name], data); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if files := templateFiles(); len(files) != len(types)+2 {
		t.Errorf("%d templates for %d pages and 2 parts", len(files), len(types))
	}
}

func TestTemplatesHaveNoWordsOfTheirOwn(t *testing.T) {
	files := templateFiles()
	action := regexp.MustCompile(`(?s)\{\{.*?\}\}`)
	tag := regexp.MustCompile(`(?s)<[^>]*>`)
	worded := regexp.MustCompile(`(?:aria-label|title|placeholder|alt)="([^"]*)"`)
	letters := regexp.MustCompile(`\p{L}+`)
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		s := action.ReplaceAllString(string(b), "")
		for _, m := range worded.FindAllStringSubmatch(s, -1) {
			if letters.MatchString(strings.TrimPrefix(m[1], "https://")) {
				t.Errorf("%s: an attribute says %q", f, m[1])
			}
		}
		for _, w := range letters.FindAllString(tag.ReplaceAllString(s, " "), -1) {
			if w != "Cordon" {
				t.Errorf("%s says %q", f, w)
			}
		}
	}
}
