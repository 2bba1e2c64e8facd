package record_test

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/record"
	"github.com/cordon-project/cordon/stix"
)

var update = flag.Bool("update", false, "write the files that the tests compare with")

func mustPass(t *testing.T, o stix.Object) {
	t.Helper()
	for _, f := range findings(o) {
		t.Errorf("%s %s %s (section %s): %s", o.ID(), f.Rule, f.Path, f.Section, f.Message)
	}
}

func TestExtensionDefinitionsAreValidAndLeadToTheirSchemas(t *testing.T) {
	var names []string
	for _, o := range record.Extensions() {
		mustPass(t, o)
		name := o.Str("name")
		names = append(names, name)
		if want := stix.NameID("extension-definition", name); o.ID() != want {
			t.Errorf("%s has the id %s, want %s", name, o.ID(), want)
		}
		if o.Str("schema") != record.SchemaBase+name+".json" {
			t.Errorf("%s points at %s", name, o.Str("schema"))
		}
		raw, err := record.Schema(name + ".json")
		if err != nil {
			t.Fatal(err)
		}
		var schema map[string]any
		if err := json.Unmarshal(raw, &schema); err != nil {
			t.Fatal(err)
		}
		if schema["$id"] != o.Str("schema") || schema["$schema"] != "https://json-schema.org/draft/2020-12/schema" {
			t.Errorf("the schema of %s calls itself %v in %v", name, schema["$id"], schema["$schema"])
		}
		if !strings.Contains(string(raw), o.ID()) && o.Strs("extension_types")[0] == "new-sdo" {
			t.Errorf("the schema of %s does not ask for its extension", name)
		}
	}
	if !slices.IsSorted(names) || !slices.Equal(names, record.Schemas()) {
		t.Errorf("definitions %v, schemas %v", names, record.Schemas())
	}
}

func TestUnknownSchemaIsNotFound(t *testing.T) {
	for _, name := range []string{"", "cordon-nothing", "../ids.go", "cordon-party.json.json"} {
		if _, err := record.Schema(name); !errs.Is(err, errs.NotFound) {
			t.Errorf("Schema(%q): %v", name, err)
		}
	}
}

// The published files are those in the program. With -update they are copied.
func TestPublishedSchemasAreThoseInTheProgram(t *testing.T) {
	dir := filepath.Join("..", "docs", "extensions")
	for _, name := range record.Schemas() {
		want, err := record.Schema(name)
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, name+".json")
		if *update {
			if err := os.WriteFile(path, want, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		got, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != string(want) {
			t.Errorf("%s differs from the schema in the program; run the test with -update", path)
		}
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil || len(files) != len(record.Schemas()) {
		t.Errorf("docs/extensions holds %d schemas, the program %d (%v)", len(files), len(record.Schemas()), err)
	}
}

// docs/extensions/README.md describes every type with an example that is valid.
func TestDocumentedExamplesAreValid(t *testing.T) {
	raw, objects := examples(t)
	seen := map[string]bool{}
	for i, o := range objects {
		mustPass(t, o)
		conforms(t, o)
		if err := record.Check(o); err != nil {
			t.Errorf("example %d: %v", i+1, err)
		}
		for name, id := range map[string]string{"cordon-party": record.PartyExtension, "cordon-provenance": record.ProvenanceExtension, "cordon-incident": record.IncidentExtension} {
			seen[name] = seen[name] || o.Ext(id) != nil
		}
		seen[o.Type()] = true
	}
	for _, name := range record.Schemas() {
		if !seen[name] || !strings.Contains(raw, name+".json") {
			t.Errorf("the README has no example of %s, or does not name its schema", name)
		}
	}
}

// examples returns docs/extensions/README.md and the objects in it.
func examples(t testing.TB) (string, []stix.Object) {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("..", "docs", "extensions", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	var out []stix.Object
	for i, block := range strings.Split(string(raw), "```json\n")[1:] {
		text, _, _ := strings.Cut(block, "```")
		o, err := stix.Parse([]byte(text))
		if err != nil {
			t.Fatalf("example %d: %v", i+1, err)
		}
		out = append(out, o)
	}
	return string(raw), out
}

func TestAuthoritiesAreTheSameEverywhere(t *testing.T) {
	for _, a := range record.Authorities() {
		o := record.Authority(a.Code)
		mustPass(t, o)
		if o.ID() != record.AuthorityID(a.Code) || !record.IsSource(o) || record.IsParty(o) {
			t.Errorf("%s is not an authority: %v", a.Code, o)
		}
		if got, ok := record.LookupAuthority(a.Code); !ok || got != a {
			t.Errorf("LookupAuthority(%s) = %v, %v", a.Code, got, ok)
		}
	}
	mustPass(t, record.Project())
	unknown := record.Authority("EXAMPLE")
	mustPass(t, unknown)
	if unknown.Str("name") != "EXAMPLE" {
		t.Errorf("an unknown authority is named %q", unknown.Str("name"))
	}
	// Published ids never change: other nodes hold them.
	for code, want := range map[string]string{
		"OFAC": record.AuthorityID("OFAC"), "cordon-project": record.ProjectID,
	} {
		got := stix.NameID("identity", "authority", code)
		if code == "cordon-project" {
			got = stix.NameID("identity", code)
		}
		if got != want {
			t.Errorf("the id of %s is %s, want %s", code, got, want)
		}
	}
}
