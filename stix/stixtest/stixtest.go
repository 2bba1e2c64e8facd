// Package stixtest gives the tests of the STIX packages their objects.
//
// There are two kinds. [Valid] and [With] make small objects of every type of
// the specification, sound but for what a test changes in them. [Rows],
// [EachRow], [Member] and [Indicators] read the real data that the repository
// does not hold; a test that asks for it is skipped, with the reason, where it is
// absent (see internal/shareddata).
package stixtest

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"io"
	"maps"
	"os"
	"strings"
	"testing"

	"github.com/cordon-project/cordon/internal/shareddata"
	"github.com/cordon-project/cordon/stix"
	"github.com/cordon-project/cordon/stix/spec"
)

// UUID is the UUIDv4 of the objects that [Valid] makes.
const UUID = "11111111-1111-4111-8111-111111111111"

// Valid returns an object of the type that breaks no MUST. Tests change one thing
// in it.
func Valid(typ string) stix.Object {
	o := stix.Object{"type": typ, "spec_version": "2.1", "id": typ + "--" + UUID}
	switch spec.ClassOf(typ) {
	case spec.SCO:
		maps.Copy(o, observables[typ])
		if id, ok, err := stix.SCOID(o); err == nil && ok {
			o["id"] = id
		}
		return o
	case spec.Bundle:
		delete(o, "spec_version")
		return o
	}
	o["created"], o["modified"] = "2026-01-02T03:04:05.000Z", "2026-01-02T03:04:05.000Z"
	maps.Copy(o, others[typ])
	if typ == "marking-definition" {
		delete(o, "modified")
	}
	return o
}

var observables = map[string]map[string]any{
	"artifact": {"payload_bin": "AAEC", "mime_type": "text/plain"}, "autonomous-system": {"number": 64496}, "directory": {"path": "/tmp"},
	"domain-name": {"value": "example.org"}, "email-addr": {"value": "a@example.org"}, "email-message": {"is_multipart": false, "subject": "s"},
	"file": {"name": "f"}, "ipv4-addr": {"value": "192.0.2.1"}, "ipv6-addr": {"value": "2001:db8::1"}, "mac-addr": {"value": "00:00:5e:00:53:01"},
	"mutex": {"name": "m"}, "network-traffic": {"protocols": []string{"tcp"}, "src_ref": "ipv4-addr--" + UUID}, "process": {"pid": 1},
	"software": {"name": "s"}, "url": {"value": "https://example.org/"}, "user-account": {"user_id": "u"},
	"windows-registry-key": {"key": `HKEY_LOCAL_MACHINE\x`}, "x509-certificate": {"serial_number": "1"},
}

var others = map[string]map[string]any{
	"attack-pattern": {"name": "n"}, "campaign": {"name": "n"}, "course-of-action": {"name": "n"},
	"grouping": {"context": "unspecified", "object_refs": []string{"identity--" + UUID}}, "identity": {"name": "n"}, "incident": {"name": "n"},
	"indicator":      {"pattern": "[file:name = 'x']", "pattern_type": "stix", "valid_from": "2026-01-01T00:00:00Z"},
	"infrastructure": {"name": "n"}, "intrusion-set": {"name": "n"}, "location": {"country": "JP"}, "malware": {"is_family": false},
	"malware-analysis": {"product": "p", "result": "benign"}, "note": {"content": "c", "object_refs": []string{"identity--" + UUID}},
	"observed-data": {"first_observed": "2026-01-01T00:00:00Z", "last_observed": "2026-01-01T00:00:00Z", "number_observed": 1, "object_refs": []string{"file--" + UUID}},
	"opinion":       {"opinion": "neutral", "object_refs": []string{"identity--" + UUID}},
	"report":        {"name": "n", "published": "2026-01-01T00:00:00Z", "object_refs": []string{"identity--" + UUID}},
	"threat-actor":  {"name": "n"}, "tool": {"name": "n"}, "vulnerability": {"name": "n"},
	"relationship":         {"relationship_type": "related-to", "source_ref": "identity--" + UUID, "target_ref": "location--" + UUID},
	"sighting":             {"sighting_of_ref": "malware--" + UUID},
	"language-content":     {"object_ref": "identity--" + UUID, "contents": map[string]any{"ko": map[string]any{"name": "이름"}}},
	"marking-definition":   {"definition_type": "statement", "definition": map[string]any{"statement": "s"}},
	"extension-definition": {"created_by_ref": "identity--" + UUID, "name": "n", "description": "d", "schema": "s", "version": "1.0.0", "extension_types": []string{"new-sdo"}},
}

// With returns the valid object of the type with properties changed: names and
// values in turn; a nil value removes the property.
func With(typ string, changes ...any) stix.Object {
	o := Valid(typ)
	for i := 0; i < len(changes); i += 2 {
		if changes[i+1] == nil {
			delete(o, changes[i].(string))
		} else {
			o[changes[i].(string)] = changes[i+1]
		}
	}
	return o
}

// Rows reads a JSON lines file of the shared data, gzipped or not.
func Rows(t testing.TB, name string) []stix.Object {
	t.Helper()
	var out []stix.Object
	EachRow(t, name, func(line []byte) {
		o, err := stix.Parse(line)
		if err != nil {
			t.Fatalf("%s line %d: %v", name, len(out)+1, err)
		}
		out = append(out, o)
	})
	return out
}

// EachRow calls f with each line of such a file. The line is valid until f returns.
func EachRow(t testing.TB, name string, f func(line []byte)) {
	t.Helper()
	r := open(t, name)
	s := bufio.NewScanner(r)
	s.Buffer(nil, 64<<20)
	for s.Scan() {
		f(s.Bytes())
	}
	if err := s.Err(); err != nil {
		t.Fatal(err)
	}
}

func open(t testing.TB, name string) io.Reader {
	t.Helper()
	f, err := os.Open(shareddata.Path(t, name))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	if !strings.HasSuffix(name, ".gz") {
		return f
	}
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

// Member returns the STIX object under a key of a row.
func Member(t testing.TB, row stix.Object, key string) stix.Object {
	t.Helper()
	m, ok := row[key].(map[string]any)
	if !ok {
		t.Fatalf("row without %q", key)
	}
	return m
}

// Parse reads one object or fails the test.
func Parse(t testing.TB, s string) stix.Object {
	t.Helper()
	o, err := stix.Parse([]byte(s))
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// Indicators returns real objects as they are on the wire: every 16th of the
// indicator load file.
func Indicators(t testing.TB) [][]byte {
	t.Helper()
	var out [][]byte
	n := 0
	EachRow(t, "cti/ioc/dprk-ioc-stix21-load.jsonl.gz", func(line []byte) {
		if n++; n%16 == 0 {
			out = append(out, bytes.Clone(line))
		}
	})
	return out
}
