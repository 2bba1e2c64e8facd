package intake_test

import (
	"archive/zip"
	"bytes"
	"context"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/feed/warning"
	"github.com/cordon-project/cordon/intake"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/record"
)

const mispEvent = `{"Event":{"uuid":"11111111-1111-4111-8111-111111111111","info":"EXAMPLE","date":"2026-01-01","timestamp":"1767312000","published":true,"Tag":[{"name":"tlp:green"}],
 "Orgc":{"name":"EXAMPLE CERT","uuid":"22222222-2222-4222-8222-222222222222"},
 "Attribute":[{"uuid":"33333333-3333-4333-8333-333333333333","type":"domain","category":"Network activity","value":"c2.test","to_ids":true,"timestamp":"1767312000"},
  {"uuid":"44444444-4444-4444-8444-444444444444","type":"x-unheard-of","category":"Other","value":"x","to_ids":false,"timestamp":"1767312000"}]}}`

func TestAnEventOfMISPIsFoundOutAndComesInOnce(t *testing.T) {
	d := newDesk(t, t.TempDir(), nil)
	j := d.take(t, intake.Upload{}, text("event.json", mispEvent))
	r := done(t, j)
	if j.Kind != intake.KindMISP || r.Added < 6 || r.Refused > 0 || !strings.Contains(strings.Join(r.Notes, "\n"), "x-unheard-of") {
		t.Fatalf("%s %+v", j.Kind, r)
	}
	e, err := d.store.Get(t.Context(), owner, policy.Reading, "indicator--33333333-3333-4333-8333-333333333333")
	if err != nil || policy.Level(e.Label) != policy.Green {
		t.Fatalf("%+v %v", e, err)
	}
	o, err := e.Object()
	if err != nil {
		t.Fatal(err)
	}
	where := record.Wheres(o)
	if len(where) != 1 || where[0].SHA256 != j.Inputs[0].SHA256 || where[0].Element != "/Event/Attribute/0" {
		t.Errorf("%+v", where)
	}
	// The same event in another file, as a feed writes it anew: nothing is new, and nothing is refused.
	again := done(t, d.take(t, intake.Upload{}, text("other.json", strings.ReplaceAll(mispEvent, "\n", ""))))
	if again.Added != 0 || again.Refused != 0 {
		t.Errorf("%+v", again)
	}
	// A later version of one attribute is one.
	later := strings.Replace(mispEvent, `"value":"c2.test","to_ids":true,"timestamp":"1767312000"`, `"value":"c2.test","to_ids":true,"comment":"seen","timestamp":"1767400000"`, 1)
	if r := done(t, d.take(t, intake.Upload{}, text("event.json", later))); r.Added != 1+1 || r.Refused != 0 { // the indicator and its relationship
		t.Errorf("%+v", r)
	}
}

func zipOf(t *testing.T, files map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, body := range files {
		w, err := z.Create(name)
		if err == nil {
			_, err = io.WriteString(w, body)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestAFeedOfMISPComesAsZipOrAsFiles(t *testing.T) {
	files := map[string]string{
		"feed/11111111-1111-4111-8111-111111111111.json": mispEvent,
		"feed/manifest.json":                             `{"11111111-1111-4111-8111-111111111111":{"info":"EXAMPLE"},"99999999-9999-4999-8999-999999999999":{"info":"missing"}}`,
		"feed/hashes.csv":                                "0123456789abcdef0123456789abcdef,11111111-1111-4111-8111-111111111111\n",
	}
	d := newDesk(t, t.TempDir(), nil)
	r := done(t, d.take(t, intake.Upload{}, file{"feed.zip", bytes.NewReader(zipOf(t, files))}))
	if r.Added < 6 || !strings.Contains(strings.Join(r.Notes, "\n"), "names 1 events that did not come, the first 99999999") {
		t.Errorf("%+v", r)
	}
	var all []file
	for name, body := range files {
		all = append(all, text(name, body))
	}
	if r := done(t, d.take(t, intake.Upload{Kind: intake.KindMISP}, all...)); r.Added != 0 || r.Refused != 0 {
		t.Errorf("%+v", r)
	}
	j := d.take(t, intake.Upload{Kind: intake.KindMISP}, file{"bad.zip", bytes.NewReader([]byte("PK\x03\x04 and no more"))}, text("event.json", mispEvent))
	if j.State != intake.Failed || !errs.Is(j.Err, errs.Invalid) || j.Result.Same == 0 {
		t.Errorf("%s %v %+v", j.State, j.Err, j.Result)
	}
}

func TestAGalaxyThatChangedUnderOneVersionIsALaterObject(t *testing.T) {
	const galaxy = `{"authors":["EXAMPLE"],"category":"actor","name":"Threat Actor","source":"EXAMPLE","type":"threat-actor","uuid":"55555555-5555-4555-8555-555555555555","version":7,"values":[{"value":"EXAMPLE Group","uuid":"66666666-6666-4666-8666-666666666666","meta":{"country":"KP"}}]}`
	const id = "threat-actor--66666666-6666-4666-8666-666666666666"
	d := newDesk(t, t.TempDir(), nil)
	j := d.take(t, intake.Upload{}, text("galaxy.json", galaxy))
	if r := done(t, j); j.Kind != intake.KindMISP || r.Refused > 0 {
		t.Fatalf("%s %+v", j.Kind, r)
	}
	extract := `[{"cluster":"x","galaxy_type":"threat-actor","value":{"value":"EXAMPLE Group","uuid":"66666666-6666-4666-8666-666666666666","meta":{"country":"KP"}}}]`
	extract = strings.Replace(extract, `"cluster"`, `"source":"EXAMPLE","cluster"`, 1)
	if r := done(t, d.take(t, intake.Upload{}, text("extract.json", extract))); r.Added > 0 || r.Refused > 0 {
		t.Errorf("an extract of the same galaxy: %+v", r)
	}
	if r := done(t, d.take(t, intake.Upload{}, text("galaxy.json", strings.Replace(galaxy, `"KP"`, `"KR"`, 1)))); r.Added != 1 || r.Refused > 0 {
		t.Errorf("%+v", r)
	}
	if v, err := d.store.Versions(t.Context(), owner, policy.Reading, id); err != nil || len(v) != 2 {
		t.Errorf("%d versions, %v", len(v), err)
	}
}

func TestWarningListsReplaceThoseInForceOrNothing(t *testing.T) {
	dir := t.TempDir()
	var lists *warning.Store
	d := newDesk(t, dir, func(c *intake.Config) {
		kept := c.Archive
		var err error
		lists, err = warning.OpenStore(filepath.Join(dir, warning.StateFile), func(ctx context.Context, sha string) (io.ReadCloser, error) {
			f, _, err := kept.Open(ctx, owner, policy.Reading, sha)
			return f, err
		}, noon)
		if err != nil {
			t.Fatal(err)
		}
		c.Warnings = lists
	})
	one := `{"description":"x","list":["good.test"],"matching_attributes":["domain"],"name":"EXAMPLE","slug":"example","type":"hostname","version":1}`
	j := d.take(t, intake.Upload{}, text("lists.jsonl", one))
	if r := done(t, j); j.Kind != intake.KindWarnings || r.Changed != 1 || r.Added != 0 {
		t.Fatalf("%s %+v", j.Kind, r)
	}
	head, err := d.store.Head(t.Context())
	if err != nil || head != 0 {
		t.Errorf("%d objects of warning lists are in the journal, %v", head, err)
	}
	if j := d.take(t, intake.Upload{}, text("lists.jsonl", strings.Replace(one, "hostname", "future", 1))); j.State != intake.Failed {
		t.Errorf("a list of a type that is not known: %s", j.State)
	}
	// Another process reads what is in force out of the archive.
	again, err := warning.OpenStore(filepath.Join(dir, warning.StateFile), func(ctx context.Context, sha string) (io.ReadCloser, error) {
		f, _, err := d.archive.Open(ctx, owner, policy.Reading, sha)
		return f, err
	}, noon)
	if err != nil {
		t.Fatal(err)
	}
	x, since, err := again.Index(t.Context())
	if err != nil || x == nil || !since.Equal(noon()) {
		t.Fatal(x, since, err)
	}
	if hit, ok := x.Domain("a.good.test"); !ok || hit.List != "EXAMPLE" {
		t.Errorf("%+v", hit)
	}
}

func TestBundlesInLinesAndMarkingsOfOpenCTIComeIn(t *testing.T) {
	d := newDesk(t, t.TempDir(), nil)
	const line = `{"file":"one.json","bundle":{"type":"bundle","id":"bundle--4f1b0d52-5a4b-4e5b-9d54-0a2f4f8b8c11","objects":[{"type":"tool","spec_version":"2.1","id":"tool--9b2f4f34-5a3c-4d3f-8a41-0c9a5b0a1d01","created":"2024-01-01T00:00:00.000Z","modified":"2024-01-01T00:00:00.000Z","name":"EXAMPLE","x_opencti_score":50,"object_marking_refs":["marking-definition--826578e1-40ad-459f-bc73-ede076f81f37"]},{"type":"tool"}]}}`
	r := done(t, d.take(t, intake.Upload{Kind: intake.KindSTIX}, text("reports.jsonl", line+"\n")))
	if r.Added != 1 || r.Refused != 1 || r.Refusals[0].Where.Element != "line 1/bundle/objects/1" {
		t.Fatalf("%+v", r)
	}
	e, err := d.store.Get(t.Context(), owner, policy.Reading, "tool--9b2f4f34-5a3c-4d3f-8a41-0c9a5b0a1d01")
	if err != nil || policy.Level(e.Label) != policy.AmberStrict || !bytes.Contains(e.Canonical, []byte(`"x_opencti_score":50`)) {
		t.Errorf("%s %v", e.Canonical, err)
	}
}
