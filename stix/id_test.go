package stix_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	oracle "github.com/google/uuid"
	"pgregory.net/rapid"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/stix"
	"github.com/cordon-project/cordon/stix/stixtest"
)

func TestDeterministicIDs(t *testing.T) {
	n := 0
	for _, row := range stixtest.Rows(t, "cti/stix/deterministic-id-vectors.jsonl") {
		n++
		input := stixtest.Member(t, row, "input")
		id, ok, err := stix.SCOID(input)
		if err != nil || ok != (row["deterministic"] == true) || (ok && id != row.Str("id")) {
			t.Errorf("%v: %s, %v, %v; want %s", input, id, ok, err, row.Str("id"))
		}
	}
	t.Logf("%d vectors", n)
}

// TestSCOID has the identifier that section 6 of the specification gives for an
// example, and what has none.
func TestSCOID(t *testing.T) {
	id, ok, err := stix.SCOID(stix.Object{"type": "ipv4-addr", "value": "198.51.100.3"})
	if err != nil || !ok || id != "ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4" {
		t.Errorf("%s, %v, %v", id, ok, err)
	}
	for _, o := range []stix.Object{{"type": "process", "pid": 1}, {"type": "email-message", "is_multipart": false}, {"type": "identity", "name": "n"}, {"type": "x-example"}, {}} {
		if id, ok, err := stix.SCOID(o); ok || err != nil {
			t.Errorf("%v: %s, %v", o, id, err)
		}
	}
	if _, _, err := stix.SCOID(stix.Object{"type": "url", "value": "\xff"}); !errs.Is(err, errs.Invalid) {
		t.Errorf("a value that is not UTF-8: %v", err)
	}
}

func TestSCOIDTakesOneHash(t *testing.T) {
	md5 := strings.Repeat("a", 32)
	with := func(hashes map[string]any) string {
		id, ok, err := stix.SCOID(stix.Object{"type": "file", "hashes": hashes})
		if !ok || err != nil {
			t.Fatal(ok, err)
		}
		return id
	}
	if with(map[string]any{"MD5": md5, "SHA-256": "b", "AAA": "c"}) != with(map[string]any{"MD5": md5}) {
		t.Error("MD5 does not come first")
	}
	if with(map[string]any{"SHA3-256": "b", "TLSH": "c"}) != with(map[string]any{"SHA3-256": "b"}) {
		t.Error("other hashes are not taken by name")
	}
}

// TestNameIDNeverChanges holds the identifiers that other nodes and programs
// derive: they are part of the published form.
func TestNameIDNeverChanges(t *testing.T) {
	for want, parts := range map[string][]string{
		"identity--0178bc24-d608-511c-a19f-9b981710d3de": {"identity", "ofac", "sdn", "12345"},
	} {
		got := stix.NameID(parts[0], parts[1:]...)
		if !stix.ValidID(got) || stix.IDType(got) != parts[0] {
			t.Errorf("%s is no identifier", got)
		}
		// The encoding, made again by hand: lengths as eight bytes, then the bytes.
		var name []byte
		for _, p := range parts {
			name = append(name, 0, 0, 0, 0, 0, 0, 0, byte(len(p)))
			name = append(name, p...)
		}
		byHand := parts[0] + "--" + oracle.NewSHA1(oracle.MustParse(stix.CordonNamespace), name).String()
		if got != byHand || got != want {
			t.Errorf("%s, by hand %s, published %s", got, byHand, want)
		}
	}
}

func TestNameIDTellsPartsApart(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		parts := rapid.SliceOfN(rapid.StringN(0, 4, 8), 0, 4)
		a, b := parts.Draw(t, "a"), parts.Draw(t, "b")
		if (stix.NameID("identity", a...) == stix.NameID("identity", b...)) != cmp.Equal(a, b) {
			t.Fatal(a, b)
		}
	})
}

func TestRandomID(t *testing.T) {
	id, err := stix.RandomID("identity", bytes.NewReader(make([]byte, 16)))
	if err != nil || id != "identity--00000000-0000-4000-8000-000000000000" {
		t.Errorf("%s, %v", id, err)
	}
	if id, err := stix.RandomID("report", nil); err != nil || !stix.ValidID(id) {
		t.Errorf("%s, %v", id, err)
	}
	if id := stix.IDFromBits("process", [16]byte{0: 0xab, 6: 0xff, 8: 0xff}); id != "process--ab000000-0000-4f00-bf00-000000000000" || stix.UUIDVersion(id) != 4 {
		t.Errorf("%s", id)
	}
	if _, err := stix.RandomID("report", bytes.NewReader(nil)); !errs.Is(err, errs.Unavailable) {
		t.Errorf("no randomness: %v", err)
	}
}

func TestValidID(t *testing.T) {
	const u = "11111111-1111-4111-8111-111111111111"
	for s, want := range map[string]bool{
		"identity--" + u: true, "x-a1-b--" + u: true, "identity--" + strings.ToUpper("aaaaaaaa-aaaa-4aaa-aaaa-aaaaaaaaaaaa"): true,
		"": false, "identity": false, "--" + u: false, "id--" + u: false, "Identity--" + u: false, "identity-" + u: false, "identity--": false,
		"x--y--" + u: false, "identity--" + u[:35]: false, "identity--" + u + "0": false, "identity--11111111-1111-0111-8111-111111111111": false,
		"identity--11111111-1111-6111-8111-111111111111": false, "identity--11111111-1111-4111-7111-111111111111": false,
		"identity--{11111111-1111-4111-8111-11111111111}": false, "1dentity--" + u: false, "identity--g1111111-1111-4111-8111-111111111111": false,
	} {
		if stix.ValidID(s) != want {
			t.Errorf("ValidID(%q) = %v", s, !want)
		}
	}
	if stix.UUIDVersion("x-a--00000000-0000-5000-8000-000000000000") != 5 || stix.UUIDVersion("x-a--1") != 0 {
		t.Error("UUIDVersion")
	}
	if stix.IDType("x-a--"+u) != "x-a" || stix.IDType("file--1") != "file" || stix.IDType("0") != "" {
		t.Error("IDType")
	}
}

func TestTimes(t *testing.T) {
	for in, want := range map[string]string{
		"2026-01-31T23:59:59Z": "2026-01-31T23:59:59.000Z", "2026-01-31T23:59:59.5Z": "2026-01-31T23:59:59.500Z",
		"2026-01-31T23:59:59.123456Z": "2026-01-31T23:59:59.123456Z", "2026-01-31T23:59:59.123456789Z": "2026-01-31T23:59:59.123456789Z",
		"2026-01-31T23:59:59.1234567891Z": "2026-01-31T23:59:59.123456789Z", "2016-12-31T23:59:60Z": "2017-01-01T00:00:00.000Z",
		"2024-02-29T00:00:00Z": "2024-02-29T00:00:00.000Z", "0001-01-01T00:00:00Z": "0001-01-01T00:00:00.000Z",
	} {
		got, err := stix.ParseTime(in)
		if err != nil || stix.FormatTime(got) != want {
			t.Errorf("%s: %s, %v", in, stix.FormatTime(got), err)
		}
	}
	for _, in := range []string{
		"", "2026-01-31", "2026-01-31T23:59:59", "2026-01-31T23:59:59.Z", "2026-01-31t23:59:59Z", "2026-01-31T23:59:59z", "2026-13-01T00:00:00Z",
		"2026-00-01T00:00:00Z", "2026-04-31T00:00:00Z", "2026-02-29T00:00:00Z", "1900-02-29T00:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z",
		"2026-01-01T00:00:60Z", "2026-01-01T00:00:00+00:00", "2026-01-01 00:00:00Z", " 2026-01-01T00:00:00Z", "2026-01-01T00:00:00.1a Z", "20260101T000000Z",
	} {
		if got, err := stix.ParseTime(in); !errs.Is(err, errs.Invalid) {
			t.Errorf("%q was read as %s", in, got)
		}
	}
}

func TestTimesAreComparedToAnyDigit(t *testing.T) {
	if c, ok := stix.CompareTimes("2026-01-01T00:00:00.0000000001Z", "2026-01-01T00:00:00Z"); !ok || c <= 0 {
		t.Errorf("%d, %v", c, ok)
	}
	if _, ok := stix.CompareTimes("2026-01-01T00:00:00Z", "2026-01-01"); ok {
		t.Error("a date was compared")
	}
	for in, want := range map[string]bool{
		"2026-01-01T00:00:00Z": false, "2026-01-01T00:00:00.12Z": false, "2026-01-01T00:00:00.123Z": true, "2026-01-01T00:00:00.1234Z": true, "": false,
	} {
		if stix.HasMilliseconds(in) != want {
			t.Errorf("HasMilliseconds(%q) = %v", in, !want)
		}
	}
}

func TestCompareVersions(t *testing.T) {
	v := func(modified string) stix.Object { return stix.Object{"type": "identity", "modified": modified} }
	for _, c := range []struct {
		a, b string
		want int
	}{
		{"2026-01-01T00:00:00.5Z", "2026-01-01T00:00:00.500Z", 0},
		{"2026-01-01T00:00:00Z", "2026-01-01T00:00:00.000000Z", 0},
		{"2026-01-01T00:00:00.5Z", "2026-01-01T00:00:00.499999Z", 1},
		{"2026-01-01T00:00:00.0000000001Z", "2026-01-01T00:00:00Z", 1},
		{"2026-01-01T00:00:00.000Z", "2026-01-01T00:00:01.000Z", -1},
		{"2026-01-01T00:00:00.000Z", "yesterday", 1},
		{"", "2026-01-01T00:00:00.000Z", -1},
		{"", "", 0},
	} {
		if got := stix.Compare(v(c.a), v(c.b)); got < 0 != (c.want < 0) || got > 0 != (c.want > 0) {
			t.Errorf("Compare(%q, %q) = %d, want %d", c.a, c.b, got, c.want)
		}
	}
	marking := stix.Object{"type": "marking-definition", "created": "2026-01-01T00:00:00.000Z"}
	if stix.Compare(marking, stix.Object{"type": "marking-definition", "created": "2025-01-01T00:00:00.000Z"}) <= 0 {
		t.Error("a type without modified is not compared by created")
	}
}

func TestNewVersion(t *testing.T) {
	now := time.Date(2026, 3, 4, 5, 6, 7, 891234567, time.FixedZone("JST", 9*3600))
	o := stixtest.With("identity", "description", "d")
	next, err := stix.NewVersion(o, map[string]any{"name": "new", "description": nil}, now)
	want := stixtest.With("identity", "name", "new", "modified", "2026-03-03T20:06:07.891Z")
	if err != nil || !cmp.Equal(next, want) {
		t.Errorf("%v\n%v", next, err)
	}
	if o.Str("name") != "n" || stix.Compare(next, o) <= 0 {
		t.Error("the old version changed, or the new one is not newer")
	}
	early, err := stix.NewVersion(o, nil, now.AddDate(-10, 0, 0))
	if err != nil || early.Str("modified") != "2026-01-02T03:04:05.001Z" {
		t.Errorf("with a clock behind: %v, %v", early, err)
	}
	for kind, c := range map[errs.Kind][]any{errs.Conflict: {stixtest.With("identity", "revoked", true), nil}, errs.Invalid: {stixtest.Valid("file"), nil}} {
		if _, err := stix.NewVersion(c[0].(stix.Object), nil, now); !errs.Is(err, kind) {
			t.Errorf("%v: %v", c[0], err)
		}
	}
	for _, name := range []string{"id", "type", "created", "created_by_ref", "modified"} {
		if _, err := stix.NewVersion(o, map[string]any{name: "x"}, now); !errs.Is(err, errs.Invalid) {
			t.Errorf("%s may change", name)
		}
	}
}

func TestRefs(t *testing.T) {
	o := stixtest.Parse(t, `{"type":"x","created_by_ref":"identity--1","object_refs":["a--1","b--2"],"x_ref":{"deep_ref":"c--3"},
		"extensions":{"e/~":{"thing_refs":["d--4"]}},"list":[{"in_ref":"e--5"}],"mixed_refs":["f--6",7],"not_a_reference":"g--7"}`)
	var got []string
	for _, r := range stix.Refs(o) {
		got = append(got, r.Path+" "+r.Property+" "+r.ID)
	}
	want := []string{
		"/created_by_ref created_by_ref identity--1", "/extensions/e~1~0/thing_refs/0 thing_refs d--4", "/list/0/in_ref in_ref e--5",
		"/object_refs/0 object_refs a--1", "/object_refs/1 object_refs b--2", "/x_ref/deep_ref deep_ref c--3",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestPointer(t *testing.T) {
	if p := stix.Pointer(); p != "" {
		t.Errorf("the whole object is %q", p)
	}
	if p := stix.Pointer("extensions", "e/~", "0", ""); p != "/extensions/e~1~0/0/" {
		t.Error(p)
	}
}

func TestResolve(t *testing.T) {
	o := stixtest.Parse(t, `{"name":"n","labels":["a","b"],"external_references":[{"source_name":"s"}],"extensions":{"x-y-ext":{"k":{"v":1}}},"z":null}`)
	for selector, want := range map[string]any{
		"name": "n", "labels.[1]": "b", "external_references.[0].source_name": "s", "extensions.x-y-ext.k": map[string]any{"v": o.Ext("x-y-ext")["k"].(map[string]any)["v"]},
		"labels": []any{"a", "b"}, "z": nil,
	} {
		if got, ok := stix.Resolve(o, selector); !ok || !cmp.Equal(got, want) {
			t.Errorf("%s: %v, %v", selector, got, ok)
		}
	}
	for _, selector := range []string{
		"", ".", "[0]", "name.", ".name", "name.[0]", "labels.name", "labels.[2]", "labels.[-1]", "labels.[]", "labels.0", "labels[0]", "labels.[99999999999999999999]",
		"description", "external_references.[0].url", "name..x", "a b", "$.name",
	} {
		if got, ok := stix.Resolve(o, selector); ok {
			t.Errorf("%q selects %v", selector, got)
		}
	}
	if v, ok := stix.Resolve(stix.Object{"labels": []string{"a"}}, "labels.[0]"); !ok || v != "a" {
		t.Error("a list of strings as code builds it")
	}
}
