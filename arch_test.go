package cordon_test

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
)

// The tables below are a statement of policy: do not change this data to fix
// builds. A new room is added to its floor when docs/design.md has it; a new
// exception needs a decision in docs/decisions.

const module = "github.com/cordon-project/cordon"

// house is the policy that a tree is checked against.
type house struct {
	floors     [][]string          // rooms by floor, from the ground up
	desks      int                 // the floor whose rooms do not import each other
	pure       int                 // up to this floor there is no input or output
	io         []string            // packages that make input or output
	exceptions map[string][]string // room to what it may import in spite of io
	fences     map[string]string   // module to the one room that may import it
	testOnly   []string            // modules that no program is made of
	helpers    []string            // packages that only tests import
	programs   []string            // programs of the project's own making, imported by nothing
	names      []string            // names that say nothing
	lines      int                 // the most lines that a room has, without tests and generated tables
	comment    int                 // the fewest lines of a room's comment
}

var cordon = house{
	floors: [][]string{
		0: {"errs"},
		1: {"stix", "stix/spec", "stix/check", "stix/stream", "stix/v20", "stix/pattern", "stix/misp", "stix/opencti", "record", "policy", "translog", "script", "script/han", "script/korean", "script/chinese", "script/japanese", "script/latin", "script/words", "script/card", "coin", "stix/pattern/observe", "stix/pattern/normal", "stix/pattern/index", "stix/pattern/corpus", "policy/access", "policy/granular", "policy/marking", "policy/nation", "policy/oracle", "policy/tearline", "policy/trial"},
		2: {
			"screen", "screen/batch", "screen/clearance", "screen/eval", "screen/past", "match", "match/letters", "match/parity", "journal", "journal/sqlite", "journal/sqlite/database", "journal/sqlite/shelves", "journal/postgres", "journal/archive", "journal/chain", "whole", "extract",
			"lists", "lists/listing", "lists/table", "lists/workbook", "lists/ofac", "lists/element", "lists/un", "lists/jpmof", "lists/krkofiu",
			"lists/eu", "lists/eujournal", "lists/ch", "lists/csl", "lists/uk", "lists/au", "lists/jpmeti", "lists/krgazette",
			"identity", "identity/eval", "brief/document", "brief/wording", "monitor/book", "monitor/notify", "lists/history", "lists/held", "lists/eval",
			"extract/charset", "extract/gazetteer", "extract/indicator", "extract/page", "extract/pdf",
			"trace", "transfer", "transfer/segment", "transfer/cassandra", "taxii", "taxii/client", "taxii/store", "starter", "feed", "feed/warning", "actors",
			"auth", "auth/key", "auth/lockout", "auth/flow", "auth/oidc", "auth/passkey", "auth/mtls", "auth/signin", "auth/trail", "auth/release",
		},
		3: {"matrix", "ledger", "vetting", "link", "coord", "casework", "brief", "peer", "intake", "monitor"},
		4: {"cmd/cordon", "cmd/cordon/accounts", "cmd/cordon/desks", "cmd/cordon/measure", "cmd/cordon/run", "web", "web/say", "web/view", "web/inquiry", "web/joins", "web/designations", "web/packets", "web/review", "web/holdings", "api", "api/access", "api/client", "api/events", "node"},
	},
	desks: 3,
	pure:  1,
	io:    []string{"os", "os/exec", "os/user", "net", "net/http", "net/smtp", "database/sql", "syscall", "log", "log/slog"},
	// No room needs one.
	exceptions: map[string][]string{},
	fences: map[string]string{
		"modernc.org/sqlite":                          "journal/sqlite/database",
		"github.com/jackc/pgx/v5":                     "journal/postgres",
		"github.com/apache/cassandra-gocql-driver/v2": "transfer/cassandra",
		"golang.org/x/mod":                            "translog",
		"github.com/danielgtaylor/huma/v2":            "api",
		"github.com/prometheus/client_golang":         "node",
		"github.com/gofrs/flock":                      "node",
		"github.com/alecthomas/kong":                  "cmd/cordon",
		"github.com/ikawaha/kagome/v2":                "script/japanese",
		"github.com/ikawaha/kagome-dict":              "script/japanese",
		"github.com/mozillazg/go-unidecode":           "script/latin",
		"github.com/xuri/excelize/v2":                 "lists/workbook",
		"filippo.io/age":                              "monitor/book",
		"github.com/wneessen/go-mail":                 "monitor/notify",
		"github.com/ledongthuc/pdf":                   "extract/pdf",
		"github.com/coreos/go-oidc/v3":                "auth/oidc",
		"golang.org/x/oauth2":                         "auth/oidc",
		"github.com/go-webauthn/webauthn":             "auth/passkey",
		"github.com/cedar-policy/cedar-go":            "policy/access",
	},
	testOnly: []string{
		"github.com/chromedp/chromedp", "github.com/chromedp/cdproto", "pgregory.net/rapid", "github.com/google/go-cmp",
		"github.com/rogpeppe/go-internal", "github.com/btcsuite/btcd", "github.com/andybalholm/cascadia", "github.com/jba/templatecheck",
		"github.com/zitadel/oidc/v3", "github.com/descope/virtualwebauthn", "github.com/go-jose/go-jose/v4",
	},
	helpers:  []string{"internal/shareddata", "internal/nodetest", "lists/liststest", "stix/stixtest", "record/recordtest", "journal/journaltest", "extract/extracttest", "web/webtest", "stix/pattern/patterntest"},
	programs: []string{"internal/licences"},
	names:    []string{"utils", "util", "common", "models", "model", "helpers", "helper", "dto"},
	lines:    3000,
	comment:  5,
}

// TestArchitecture holds the house to its tables. It reads the source files
// itself: a test that asks the go command passes from the test cache after a
// violation.
func TestArchitecture(t *testing.T) {
	for _, v := range cordon.check(os.DirFS(".")) {
		t.Error(v)
	}
}

// TestTheTablesAreSound finds slips in the tables themselves.
func TestTheTablesAreSound(t *testing.T) {
	seen := map[string]bool{}
	for _, room := range slices.Concat(slices.Concat(cordon.floors...), cordon.helpers, cordon.programs) {
		if seen[room] {
			t.Errorf("%s stands in the tables twice", room)
		}
		seen[room] = true
	}
	for mod, room := range cordon.fences {
		if cordon.floor(room) < 0 {
			t.Errorf("the fence of %s names %s, which is no room", mod, room)
		}
		if slices.Contains(cordon.testOnly, mod) {
			t.Errorf("%s has a fence and is for tests only", mod)
		}
	}
	for room := range cordon.exceptions {
		if f := cordon.floor(room); f < 0 || f > cordon.pure {
			t.Errorf("the exception of %s is none", room)
		}
	}
}

// source is one Go file as far as the rules need it.
type source struct {
	name    string // path in the tree
	pkg     string // name in the package clause
	test    bool
	lines   int // 0 for a generated table
	comment int // lines of the package comment
	opens   bool
	imports []string
}

// check returns what in the tree breaks the policy, sorted.
func (h house) check(tree fs.FS) []string {
	rooms, broken := read(tree)
	for _, room := range slices.Sorted(maps.Keys(rooms)) {
		broken = append(broken, h.checkRoom(room, rooms[room])...)
		for _, s := range rooms[room] {
			for _, imp := range s.imports {
				if why := h.checkImport(room, s, imp); why != "" {
					broken = append(broken, fmt.Sprintf("%s: %s", s.name, why))
				}
			}
		}
	}
	slices.Sort(broken)
	return slices.Compact(broken)
}

// read parses every Go file of the tree but testdata and what is hidden.
func read(tree fs.FS) (rooms map[string][]source, broken []string) {
	rooms = map[string][]source{}
	err := fs.WalkDir(tree, ".", func(name string, d fs.DirEntry, err error) error {
		switch base := path.Base(name); {
		case err != nil:
			return err
		case d.IsDir() && name != "." && (base == "testdata" || strings.ContainsAny(base[:1], "._")):
			return fs.SkipDir
		case d.IsDir() || !strings.HasSuffix(base, ".go") || strings.ContainsAny(base[:1], "._"):
			return nil
		}
		s, err := readSource(tree, name)
		if err != nil {
			broken = append(broken, fmt.Sprintf("%s: cannot be read: %v", name, err))
			return nil
		}
		rooms[path.Dir(name)] = append(rooms[path.Dir(name)], s)
		return nil
	})
	if err != nil {
		broken = append(broken, err.Error())
	}
	return rooms, broken
}

func readSource(tree fs.FS, name string) (source, error) {
	text, err := fs.ReadFile(tree, name)
	if err != nil {
		return source{}, err
	}
	f, err := parser.ParseFile(token.NewFileSet(), name, text, parser.ImportsOnly|parser.ParseComments)
	if err != nil {
		return source{}, err
	}
	s := source{name: name, pkg: f.Name.Name, test: strings.HasSuffix(name, "_test.go")}
	if !ast.IsGenerated(f) {
		s.lines = bytes.Count(text, []byte("\n"))
	}
	if doc := f.Doc.Text(); doc != "" {
		s.comment = strings.Count(doc, "\n")
		s.opens = strings.HasPrefix(doc, "Package "+s.pkg+" ") || s.pkg == "main"
	}
	for _, spec := range f.Imports {
		imp, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return source{}, err
		}
		s.imports = append(s.imports, imp)
	}
	return s, nil
}

// floor returns the floor of a room, -1 for what is none.
func (h house) floor(room string) int {
	return slices.IndexFunc(h.floors, func(rooms []string) bool { return slices.Contains(rooms, room) })
}

// checkRoom checks what holds for a package as a whole.
func (h house) checkRoom(room string, sources []source) (broken []string) {
	fail := func(format string, args ...any) { broken = append(broken, room+": "+fmt.Sprintf(format, args...)) }
	if room != "." && h.floor(room) < 0 && !slices.Contains(h.helpers, room) && !slices.Contains(h.programs, room) {
		fail("is on no floor; every package stands in the tables of arch_test.go")
	}
	lines, comment, opens, program, code := 0, 0, false, false, false
	for _, s := range sources {
		for _, name := range []string{s.pkg, path.Base(room)} {
			if slices.Contains(h.names, strings.TrimSuffix(name, "_test")) {
				fail("the name %s says nothing of what is in it", name)
			}
		}
		if s.test {
			continue
		}
		code = true
		lines += s.lines
		comment = max(comment, s.comment)
		opens = opens || s.opens
		program = program || s.pkg == "main"
	}
	switch {
	case !code:
	case comment == 0:
		fail("has no package comment")
	case !opens:
		fail("its package comment does not begin with its name")
	case !program && comment < h.comment:
		fail("its package comment has %d lines; the manual of a room has at least %d", comment, h.comment)
	}
	if lines > h.lines {
		fail("has %d lines without tests; more than %d is to be split by purpose", lines, h.lines)
	}
	return broken
}

// checkImport says what is wrong with one import of one file, "" for nothing.
func (h house) checkImport(room string, s source, imp string) string {
	if to, ok := strings.CutPrefix(imp, module+"/"); ok {
		return h.checkInside(room, s, to)
	}
	from := h.floor(room)
	if imp == "C" {
		return "imports C; the program is built without cgo"
	}
	if s.test {
		return ""
	}
	if from >= 0 && from <= h.pure && slices.Contains(h.io, imp) && !slices.Contains(h.exceptions[room], imp) {
		return fmt.Sprintf("imports %s; floors 0 to %d do no input or output", imp, h.pure)
	}
	for mod, only := range h.fences {
		if within(imp, mod) && room != only {
			return fmt.Sprintf("imports %s, which only %s may", imp, only)
		}
	}
	for _, mod := range h.testOnly {
		if within(imp, mod) && !slices.Contains(h.helpers, room) {
			return fmt.Sprintf("imports %s, which only tests may", imp)
		}
	}
	return ""
}

// checkInside checks an import of another package of the module. It holds for
// tests too: a room is to be understood and tested without those above it.
func (h house) checkInside(room string, s source, to string) string {
	from, dest := h.floor(room), h.floor(to)
	switch {
	case slices.Contains(h.programs, to):
		return fmt.Sprintf("imports the program %s", to)
	case slices.Contains(h.helpers, to):
		if !s.test && !slices.Contains(h.helpers, room) {
			return fmt.Sprintf("imports %s, which only tests may", to)
		}
	case from < 0 || dest < 0:
		// The room itself is named by checkRoom.
	case dest > from:
		return fmt.Sprintf("imports %s; floor %d stands above floor %d", to, dest, from)
	case from == h.desks && dest == h.desks && to != room:
		return fmt.Sprintf("imports the desk %s; what two desks share lives a floor lower", to)
	}
	return ""
}

// within reports whether an import path is of a module.
func within(imp, mod string) bool { return imp == mod || strings.HasPrefix(imp, mod+"/") }

// soundTree is a small house that keeps every rule.
func soundTree() fstest.MapFS {
	doc := func(pkg string) string {
		return "// Package " + pkg + " is a room of the test.\n//\n// It has\n// five lines\n// of comment.\npackage " + pkg + "\n"
	}
	file := func(s string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(s)} }
	in := func(p string) string { return "import _ \"" + module + "/" + p + "\"\n" }
	return fstest.MapFS{
		"doc.go":                       file(doc("cordon")),
		"errs/errs.go":                 file(doc("errs")),
		"stix/stix.go":                 file(doc("stix") + in("errs")),
		"stix/stix_test.go":            file("package stix_test\n" + in("stix") + in("internal/shareddata") + "import _ \"os\"\nimport _ \"pgregory.net/rapid\"\n"),
		"stix/table.go":                file("// Code generated by a program. DO NOT EDIT.\n\npackage stix\n" + strings.Repeat("// row\n", 4000)),
		"stix/testdata/broken.go":      file("not Go"),
		".hidden/broken.go":            file("not Go"),
		"translog/translog.go":         file(doc("translog") + "import _ \"golang.org/x/mod/sumdb/tlog\"\n"),
		"journal/journal.go":           file(doc("journal") + in("stix") + "import _ \"os\"\n"),
		"journal/sqlite/database/s.go": file(doc("sqlite") + in("journal") + "import _ \"modernc.org/sqlite\"\n"),
		"matrix/matrix.go":             file(doc("matrix") + in("journal")),
		"ledger/ledger.go":             file(doc("ledger") + in("journal")),
		"cmd/cordon/main.go":           file("// Command cordon is the program.\npackage main\n" + in("matrix") + "import _ \"github.com/alecthomas/kong\"\n"),
		"internal/shareddata/s.go": file(doc("shareddata") +
			"import _ \"pgregory.net/rapid\"\n"),
		"internal/licences/main.go": file("// Command licences is a tool.\npackage main\n"),
	}
}

// TestTheCheckerFindsEveryViolation breaks each rule in turn: a checker that
// finds nothing would hold nothing.
func TestTheCheckerFindsEveryViolation(t *testing.T) {
	if got := cordon.check(soundTree()); len(got) > 0 {
		t.Fatalf("the sound tree is found wanting:\n%s", strings.Join(got, "\n"))
	}
	own := func(p string) string { return "import _ \"" + module + "/" + p + "\"\n" }
	outside := func(p string) string { return "import _ \"" + p + "\"\n" }
	five := "// Package x is a room.\n//\n// a\n// b\n// c\n"
	for name, c := range map[string]struct {
		file, text string // added to the sound tree
		want       string
	}{
		"upwards, by one floor":       {"stix/up.go", "package stix\n" + own("journal"), "stix/up.go: imports journal; floor 2 stands above floor 1"},
		"upwards, from the ground":    {"errs/up.go", "package errs\n" + own("stix"), "errs/up.go: imports stix; floor 1 stands above floor 0"},
		"upwards, in a test":          {"stix/up_test.go", "package stix_test\n" + own("matrix"), "floor 3 stands above floor 1"},
		"upwards, renamed":            {"stix/up.go", "package stix\nimport j \"" + module + "/journal\"\n", "imports journal"},
		"upwards, behind a tag":       {"stix/up.go", "//go:build windows\n\npackage stix\n" + own("journal"), "imports journal"},
		"desk to desk":                {"matrix/side.go", "package matrix\n" + own("ledger"), "matrix/side.go: imports the desk ledger"},
		"input on floor 1":            {"stix/io.go", "package stix\n" + outside("net/http"), "stix/io.go: imports net/http; floors 0 to 1"},
		"input on floor 0":            {"errs/io.go", "package errs\n" + outside("os"), "errs/io.go: imports os"},
		"database on floor 1":         {"policy/p.go", five + "package policy\n" + outside("database/sql"), "policy/p.go: imports database/sql"},
		"fence":                       {"journal/db.go", "package journal\n" + outside("modernc.org/sqlite"), "imports modernc.org/sqlite, which only journal/sqlite/database may"},
		"fence, part of the module":   {"journal/log.go", "package journal\n" + outside("golang.org/x/mod/sumdb/note"), "which only translog may"},
		"fence of huma":               {"web/w.go", five + "package web\n" + outside("github.com/danielgtaylor/huma/v2/adapters/humago"), "which only api may"},
		"test library in the program": {"journal/r.go", "package journal\n" + outside("github.com/chromedp/chromedp"), "which only tests may"},
		"test helper in the program":  {"journal/h.go", "package journal\n" + own("internal/shareddata"), "journal/h.go: imports internal/shareddata, which only tests may"},
		"program as a library":        {"web/w.go", five + "package web\n" + own("internal/licences"), "imports the program internal/licences"},
		"cgo":                         {"journal/c.go", "package journal\n" + outside("C"), "imports C"},
		"room on no floor":            {"cellar/c.go", five + "package cellar\n", "cellar: is on no floor"},
		"room below a room":           {"stix/parts/p.go", five + "package parts\n", "stix/parts: is on no floor"},
		"room of tests only":          {"cellar/c_test.go", "package cellar\n", "cellar: is on no floor"},
		"no comment":                  {"coin/coin.go", "package coin\n", "coin: has no package comment"},
		"comment apart":               {"coin/coin.go", five + "\npackage coin\n", "coin: has no package comment"},
		"short comment":               {"coin/coin.go", "// Package coin is a room.\npackage coin\n", "coin: its package comment has 1 lines"},
		"comment of another":          {"coin/coin.go", five + "package coin\n", "coin: its package comment does not begin with its name"},
		"empty name":                  {"internal/utils/u.go", five + "package utils\n", "internal/utils: the name utils says nothing"},
		"empty name in the clause":    {"coin/coin.go", five + "package helpers\n", "coin: the name helpers says nothing"},
		"too long":                    {"errs/long.go", "package errs\n" + strings.Repeat("// line\n", 3000), "errs: has 3007 lines without tests"},
		"does not parse":              {"errs/bad.go", "package\n", "errs/bad.go: cannot be read"},
	} {
		tree := soundTree()
		tree[c.file] = &fstest.MapFile{Data: []byte(c.text)}
		got := cordon.check(tree)
		if !slices.ContainsFunc(got, func(v string) bool { return strings.Contains(v, c.want) }) {
			t.Errorf("%s: want %q, found %q", name, c.want, got)
		}
	}
}

// TestTheCheckerKeepsToWhatItShouldFind: tests may be long and may use what is
// fenced, and an exception holds for its room only.
func TestTheCheckerKeepsToWhatItShouldFind(t *testing.T) {
	tree := soundTree()
	tree["errs/long_test.go"] = &fstest.MapFile{Data: []byte("package errs_test\nimport _ \"modernc.org/sqlite\"\n" + strings.Repeat("// line\n", 9000))}
	tree["errs/io.go"] = &fstest.MapFile{Data: []byte("package errs\nimport _ \"os\"\n")}
	tree["stix/io.go"] = &fstest.MapFile{Data: []byte("package stix\nimport _ \"os\"\n")}
	h := cordon
	h.exceptions = map[string][]string{"errs": {"os"}}
	want := []string{"stix/io.go: imports os; floors 0 to 1 do no input or output"}
	if got := h.check(tree); !slices.Equal(got, want) {
		t.Errorf("found %q, want %q", got, want)
	}
}
