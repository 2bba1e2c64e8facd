package taxii_test

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cordon-project/cordon/journal/journaltest"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/stix"
	"github.com/cordon-project/cordon/taxii"
	"github.com/cordon-project/cordon/taxii/client"
)

// Our client with our server: discovery, writing, reading to the end, and reading
// on from there.
func TestOurClient(t *testing.T) {
	s := serve(t, t.TempDir(), nil)
	c := client.New(client.Config{User: "partner", Password: "secret", Private: true, Limits: client.Limits{PageSize: 3}})
	defer c.Close()
	ctx := t.Context()
	d, err := c.Discover(ctx, s.http.URL+taxii.Base)
	if err != nil || len(d.Roots) != 1 {
		t.Fatalf("%+v, %v", d, err)
	}
	all, err := c.Collections(ctx, d.Default)
	if err != nil || len(all) != 3 || all[0].ID != allID || !all[0].CanWrite {
		t.Fatalf("%+v, %v", all, err)
	}
	address := d.Default + "collections/" + all[0].ID
	var objects []stix.Object
	for i := range 10 {
		objects = append(objects, indicator(i, 0, policy.Green))
	}
	st, err := c.Add(ctx, address, objects)
	if err != nil || st.Success != 10 {
		t.Fatalf("%+v, %v", st, err)
	}
	if again, err := c.Status(ctx, d.Default, st.ID); err != nil || again.ID != st.ID || again.Success != 10 {
		t.Errorf("%+v, %v", again, err)
	}
	var got []string
	take := func(_ context.Context, p client.Page) error {
		for _, o := range p.Objects {
			got = append(got, o.ID())
		}
		return nil
	}
	r, err := c.Pull(ctx, address, client.Position{}, client.Filter{}, take)
	if err != nil || !r.Whole || r.Pages != 4 || len(got) != 10 {
		t.Fatalf("%+v, %v", r, err)
	}
	s.add(indicator(20, 0, policy.Green), indicator(21, 0, policy.Red))
	r, err = c.Pull(ctx, address, r.Position, client.Filter{Types: []string{"indicator"}}, take)
	if err != nil || r.Objects != 1 || got[10] != indicator(20, 0, policy.Green).ID() {
		t.Errorf("%+v, %v", r, err)
	}
	if r, err = c.Pull(ctx, address, r.Position, client.Filter{}, take); err != nil || r.Objects != 0 || !r.Whole {
		t.Errorf("nothing new: %+v, %v", r, err)
	}
}

// tool finds a Python with the packages, in CORDON_TAXII_PYTHON or on the path. It
// skips without it, unless tools are required.
func tool(t *testing.T, module string) string {
	python := os.Getenv("CORDON_TAXII_PYTHON")
	if python == "" {
		python = "python3"
	}
	if err := exec.Command(python, "-c", "import "+module).Run(); err != nil {
		if os.Getenv("CORDON_REQUIRE_TOOLS") != "" {
			t.Fatalf("no Python with %s: %v", module, err)
		}
		t.Skipf("no Python with %s (set CORDON_TAXII_PYTHON)", module)
	}
	return python
}

// The reference client of the specification's authors drives the server.
func TestTheReferenceClient(t *testing.T) {
	python := tool(t, "taxii2client")
	s := serve(t, t.TempDir(), nil)
	for i := range 7 {
		s.add(indicator(i, 0, policy.Clear))
	}
	s.add(indicator(8, 0, policy.Red))
	out, err := exec.CommandContext(t.Context(), python, "testdata/reference.py", s.http.URL+taxii.Base, "partner", "secret").CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if !strings.Contains(string(out), "all went well") {
		t.Errorf("%s", out)
	}
}

// What is served is STIX 2.1 to another program's eyes.
func TestTheReferenceValidator(t *testing.T) {
	python := tool(t, "stix2validator")
	s := serve(t, t.TempDir(), nil)
	s.add(journaltest.Author())
	s.add(indicator(1, 0, policy.Clear), journaltest.Domain(1), journaltest.Relationship(1, indicator(1, 0, policy.Clear).ID(), journaltest.Domain(1).ID()))
	e := s.get("insider", allPath+"objects/").envelope(t)
	if len(e.Objects) != 4 {
		t.Fatal(e.ids(t))
	}
	b, err := json.Marshal(map[string]any{"type": "bundle", "id": "bundle--" + allID, "objects": e.Objects})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "served.json")
	if err := os.WriteFile(file, b, 0o600); err != nil {
		t.Fatal(err)
	}
	const program = "import sys, stix2validator as v\nr = v.validate_file(sys.argv[1], v.ValidationOptions(version='2.1'))\nv.print_results([r])\nsys.exit(0 if r.is_valid else 1)"
	if out, err := exec.CommandContext(t.Context(), python, "-c", program, file).CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
