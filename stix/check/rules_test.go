package check_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/cordon-project/cordon/stix"
	"github.com/cordon-project/cordon/stix/check"
	"github.com/cordon-project/cordon/stix/spec"
	"github.com/cordon-project/cordon/stix/stixtest"
	"github.com/cordon-project/cordon/stix/v20"
)

const uuid = stixtest.UUID

var valid, with = stixtest.Valid, stixtest.With

type dict = map[string]any

func ext(key string, e any) dict { return dict{key: e} }

const extID = "extension-definition--" + uuid

// ruleCases breaks each rule; what the specification permits beside it stands in
// TestPermitted.
var ruleCases = []struct {
	rule, section, path string
	o                   stix.Object
}{
	{"active-end", "6.12", "/end", with("network-traffic", "is_active", true, "end", "2026-01-01T00:00:00Z")},
	{"at-least-one", "6.7", "", with("file", "name", nil, "size", 1)},
	{"at-least-one", "6.13", "", with("process", "pid", nil)},
	{"at-least-one", "4.10", "", with("location", "country", nil)},
	{"at-least-one", "6.7.6.2", "/extensions/windows-pebinary-ext/optional_header", with("file", "extensions", ext("windows-pebinary-ext", dict{"pe_type": "exe", "optional_header": dict{}}))},
	{"binary-format", "2.1", "/payload_bin", with("artifact", "payload_bin", "AAE")},
	{"binary-format", "2.1", "/payload_bin", with("artifact", "payload_bin", "AAEC\nAAEC")},
	{"bundle-nesting", "8.1", "/objects/0", with("bundle", "objects", []any{dict(valid("bundle"))})},
	{"capec-format", "4.1", "/external_references/0", with("attack-pattern", "external_references", []any{dict{"source_name": "capec", "external_id": "163"}})},
	{"capec-format", "4.1", "/external_references/0", with("attack-pattern", "external_references", []any{dict{"source_name": "other", "external_id": "CAPEC-163"}})},
	{"charset", "3.9.1", "/name_enc", with("file", "name_enc", "not-a-charset")},
	{"common-property-use", "3.2", "/defanged", with("identity", "defanged", true)},
	{"common-property-use", "3.2", "/labels", with("file", "labels", []string{"a"})},
	{"container-reference", "2.13", "/objects/0/src_ref", with("observed-data", "object_refs", nil, "objects", dict{"0": dict{"type": "network-traffic", "protocols": []string{"tcp"}, "src_ref": "1"}})},
	{"container-type", "2.13", "/objects/0", with("observed-data", "object_refs", nil, "objects", dict{"0": dict{"type": "identity", "name": "n"}})},
	{"country-code", "4.10", "/country", with("location", "country", "Japan")},
	{"cpe-format", "6.14", "/cpe", with("software", "cpe", "cpe:/a:vendor:product")},
	{"custom-extension", "11.3", "/extensions/x-example-ext", with("file", "extensions", ext("x-example-ext", dict{"abc": 1}))},
	{"custom-property", "11.1", "/x_example", with("identity", "x_example", "v")},
	{"custom-type", "11.2", "/type", stix.Object{"type": "x-example", "id": "x-example--" + uuid, "value": "v"}},
	{"cve-format", "4.19", "/external_references/0", with("vulnerability", "external_references", []any{dict{"source_name": "cve", "external_id": "CVE-2026-1"}})},
	{"dependency", "6.1", "/decryption_key", with("artifact", "decryption_key", "k")},
	{"dependency", "4.10", "/latitude", with("location", "latitude", 1.5)},
	{"dependency", "4.10", "/precision", with("location", "precision", 10)},
	{"deprecated-property", "6.4", "/resolves_to_refs", with("domain-name", "resolves_to_refs", []string{"ipv4-addr--" + uuid})},
	{"deterministic-id", "3.4", "/id", with("file", "id", "file--11111111-1111-5111-8111-111111111111")},
	{"dictionary-key", "2.3", "/extensions/http-request-ext/request_header/a b", with("network-traffic", "extensions", ext("http-request-ext", dict{"request_method": "get", "request_value": "/", "request_header": dict{"a b": []string{"c"}}}))},
	{"dictionary-key-case", "2.3", "/x_example/Key", with("identity", "x_example", dict{"Key": "v"})},
	{"domain-format", "6.4", "/value", with("domain-name", "value", "example..org")},
	{"domain-format", "6.4", "/value", with("domain-name", "value", "https://example.org")},
	{"domain-preferred-syntax", "6.4", "/value", with("domain-name", "value", "a_b.example.org")},
	{"duplicate-version", "3.6", "/objects/1", with("bundle", "objects", []any{dict(valid("identity")), dict(valid("identity"))})},
	{"email-format", "6.5", "/value", with("email-addr", "value", "Example <a@example.org>")},
	{"email-format", "6.5", "/value", with("email-addr", "value", "a..b@example.org")},
	{"empty-dictionary", "2.3", "/extensions", with("file", "extensions", dict{})},
	{"empty-dictionary", "2.3", "/hashes", with("file", "hashes", dict{})},
	{"empty-dictionary", "2.3", "/x_example", with("identity", "x_example", dict{})},
	{"empty-list", "2.12", "/labels", with("identity", "labels", []any{})},
	{"empty-list", "2.12", "/x_example", with("identity", "x_example", []any{})},
	{"enum-value", "10.18", "/opinion", with("opinion", "opinion", "maybe")},
	{"enum-value", "10.29", "/values/0/data_type", with("windows-registry-key", "values", []any{dict{"data_type": "REG_OTHER"}})},
	{"exactly-one", "6.1", "", with("artifact", "url", "https://example.org/", "hashes", dict{"MD5": strings.Repeat("a", 32)})},
	{"exactly-one", "4.14", "", with("observed-data", "object_refs", nil)},
	{"extension-description", "7.3.1", "", with("extension-definition", "description", nil)},
	{"extension-key", "11.3.1", "/extensions/other", with("file", "extensions", ext("other", dict{"abc": 1}))},
	{"extension-key", "3.2", "/extensions/extension-definition--1", with("file", "extensions", ext("extension-definition--1", dict{"extension_type": "property-extension", "abc": 1}))},
	{"extension-properties-use", "7.3.1", "/extension_properties", with("extension-definition", "extension_properties", []string{"abc"})},
	{"extension-properties-use", "7.3.1", "", with("extension-definition", "extension_types", []string{"toplevel-property-extension"})},
	{"extension-type", "3.2", "/extensions/" + extID, with("identity", "extensions", ext(extID, dict{"abc": 1}))},
	{"extension-type", "10.5", "/extensions/" + extID + "/extension_type", with("identity", "extensions", ext(extID, dict{"extension_type": "other"}))},
	{"granular-choice", "7.2.3.1", "/granular_markings/0", with("identity", "granular_markings", []any{dict{"selectors": []string{"name"}}})},
	{"granular-choice", "7.2.3.1", "/granular_markings/0", with("identity", "granular_markings", []any{dict{"selectors": []string{"name"}, "lang": "ko", "marking_ref": "marking-definition--" + uuid}})},
	{"hash-name", "2.7", "/hashes/ab", with("file", "hashes", dict{"ab": "1"})},
	{"hash-value", "2.7", "/hashes/SHA-256", with("file", "hashes", dict{"SHA-256": "abc"})},
	{"hash-vocabulary", "2.5.1", "/external_references/0/hashes", with("identity", "external_references", []any{dict{"source_name": "s", "url": "https://example.org/", "hashes": dict{"x_hash": "1"}}})},
	{"header-list", "6.12.2", "/additional_header_fields/X-A", with("email-message", "additional_header_fields", dict{"X-A": "b"})},
	{"hex-format", "2.8", "/magic_number_hex", with("file", "magic_number_hex", "abc")},
	{"hex-lower-case", "2.8", "/magic_number_hex", with("file", "magic_number_hex", "FFD8")},
	{"identifier-format", "2.9", "/created_by_ref", with("identity", "created_by_ref", "identity--1")},
	{"identifier-format", "2.9", "/id", with("identity", "id", "identity--11111111-1111-6111-8111-111111111111")},
	{"identifier-prefix", "2.9", "/id", with("identity", "id", "malware--"+uuid)},
	{"integer-range", "2.10", "/number", with("autonomous-system", "number", int64(1)<<53)},
	{"ip-format", "6.8", "/value", with("ipv4-addr", "value", "2001:db8::1")},
	{"ip-format", "6.9", "/value", with("ipv6-addr", "value", "192.0.2.1")},
	{"ip-format", "6.8", "/value", with("ipv4-addr", "value", "192.0.2.1/33")},
	{"kill-chain-form", "2.11", "/kill_chain_phases/0/phase_name", with("tool", "kill_chain_phases", []any{dict{"kill_chain_name": "a", "phase_name": "B c"}})},
	{"language-code", "3.2", "/lang", with("identity", "lang", "en-")},
	{"language-code", "3.2", "/lang", with("identity", "lang", "not a code")},
	{"language-code", "7.1.1", "/contents/xx", with("language-content", "contents", dict{"xx": dict{"name": "n"}})},
	{"language-code", "7.2.3.1", "/granular_markings/0/lang", with("identity", "granular_markings", []any{dict{"selectors": []string{"name"}, "lang": "zz"}})},
	{"mac-format", "6.10", "/value", with("mac-addr", "value", "00:00:5E:00:53:01")},
	{"malware-family-name", "4.11", "", with("malware", "is_family", true)},
	{"marking-circular", "3.2", "/object_marking_refs", with("marking-definition", "object_marking_refs", []string{"marking-definition--" + uuid})},
	{"marking-definition", "7.2.1.1", "", with("marking-definition", "definition", nil)},
	{"marking-type", "7.2.1.1", "/definition_type", with("marking-definition", "definition_type", "other")},
	{"media-type", "6.1", "/mime_type", with("artifact", "mime_type", "nothing")},
	{"multipart-body", "6.6", "/body", with("email-message", "is_multipart", true, "body", "b")},
	{"multipart-body", "6.6", "/body_multipart", with("email-message", "body_multipart", []any{dict{"body": "b"}})},
	{"object-type", "3.2", "", stix.Object{"id": "identity--" + uuid}},
	{"object-type", "3.2", "", stix.Object{"type": 1}},
	{"open-vocabulary", "10.8", "/identity_class", with("identity", "identity_class", "other")},
	{"open-vocabulary-form", "2.14", "/identity_class", with("identity", "identity_class", "Other One")},
	{"pattern-and-types", "9.5", "/pattern", with("indicator", "pattern", "[file:name = 'a' AND url:value = 'b']")},
	{"pattern-name", "9.7", "/pattern", with("indicator", "pattern", "[ab:name = 'a']")},
	{"pattern-name", "9.7", "/pattern", with("indicator", "pattern", "[file:ab = 'a']")},
	{"pattern-name-form", "3.1", "/pattern", with("indicator", "pattern", "[file:x_Name = 'a']")},
	{"pattern-syntax", "9", "/pattern", with("indicator", "pattern", "[file:name]")},
	{"product-form", "4.12", "/product", with("malware-analysis", "product", "A B")},
	{"property-name", "3.1", "/Bad-Name", with("identity", "Bad-Name", "v")},
	{"property-name", "7.3.2.1", "/extensions/" + extID + "/a b", with("identity", "extensions", ext(extID, dict{"extension_type": "property-extension", "a b": 1}))},
	{"property-type", "2.15", "/name", with("identity", "name", 5)},
	{"property-type", "2.12", "/labels", with("identity", "labels", "a")},
	{"property-type", "2.2", "/revoked", with("identity", "revoked", "true")},
	{"property-type", "2.10", "/confidence", with("identity", "confidence", 50.5)},
	{"property-type", "2.6", "/latitude", with("location", "latitude", "1", "longitude", 1)},
	{"property-type", "2", "/x_example", stix.Object(dict{"type": "identity", "x_example": any(nil)})},
	{"property-type", "2.11", "/kill_chain_phases/0", with("tool", "kill_chain_phases", []string{"a"})},
	{"property-type", "2.3", "/ipfix/a", with("network-traffic", "ipfix", dict{"a": true})},
	{"property-type", "2.7", "/hashes", with("file", "hashes", "a")},
	{"property-type", "2.13", "/objects", with("observed-data", "objects", "a")},
	{"property-type", "8.1", "/objects/0", with("bundle", "objects", []any{"a"})},
	{"protocol-form", "6.12", "/protocols/0", with("network-traffic", "protocols", []string{"TCP"})},
	{"reference-hash", "2.5.1", "/external_references/0", with("identity", "external_references", []any{dict{"source_name": "s", "url": "https://example.org/"}})},
	{"reference-type", "3.2", "/created_by_ref", with("malware", "created_by_ref", "malware--"+uuid)},
	{"reference-type", "5.1", "/target_ref", with("relationship", "target_ref", "sighting--"+uuid)},
	{"reference-type", "5.1", "/source_ref", with("relationship", "source_ref", "marking-definition--"+uuid)},
	{"reference-type", "5.2", "/sighting_of_ref", with("sighting", "sighting_of_ref", "file--"+uuid)},
	{"reference-type", "4.16", "/object_refs/0", with("report", "object_refs", []string{"bundle--" + uuid})},
	{"reference-type", "4.14", "/object_refs/0", with("observed-data", "object_refs", []string{"identity--" + uuid})},
	{"reference-type", "6.12", "/objects/0/src_ref", with("observed-data", "object_refs", nil, "objects", dict{"0": dict{"type": "network-traffic", "protocols": []string{"tcp"}, "src_ref": "0"}})},
	{"registry-hive", "6.17", "/key", with("windows-registry-key", "key", `hklm\Software`)},
	{"relationship-type", "5.1", "/relationship_type", with("relationship", "relationship_type", "uses")},
	{"relationship-type-form", "5.1", "/relationship_type", with("relationship", "relationship_type", "Related_To")},
	{"required-property", "3.2", "", with("identity", "created", nil)},
	{"required-property", "4.5", "", with("identity", "name", nil)},
	{"required-property", "2.5", "/external_references/0", with("identity", "external_references", []any{dict{"description": "d"}})},
	{"required-property", "STIX 2.0 Part 2", "/objects/0", with("bundle", "objects", []any{dict(with("malware", "spec_version", nil, "is_family", nil, "name", "n"))})},
	{"at-least-one", "2.5", "/external_references/0", with("identity", "external_references", []any{dict{"source_name": "s"}})},
	{"reserved-name", "3.8", "/severity", with("identity", "severity", "high")},
	{"selector-syntax", "7.2.3.1", "/granular_markings/0/selectors/0", with("identity", "granular_markings", []any{dict{"selectors": []any{"[0]"}, "lang": "ko"}})},
	{"selector-target", "7.2.3.1", "/granular_markings/0/selectors/0", with("identity", "granular_markings", []any{dict{"selectors": []any{"description"}, "lang": "ko"}})},
	{"spec-version", "3.2", "/spec_version", with("identity", "spec_version", "2.2")},
	{"statement-form", "7.2.1.3", "/definition", with("marking-definition", "definition", dict{"text": "s"})},
	{"stix-2.0-object", "3.2", "/objects/0", with("bundle", "objects", []any{dict(with("incident", "spec_version", nil))})},
	{"timestamp-format", "2.16", "/created", with("identity", "created", "2026-02-29T00:00:00.000Z")},
	{"timestamp-format", "2.16", "/created", with("identity", "created", "2026-01-01T00:00:00.000+09:00")},
	{"timestamp-format", "2.16", "/valid_from", with("indicator", "valid_from", "2026-01-01T00:00:00.Z")},
	{"timestamp-order", "3.2", "/modified", with("identity", "modified", "2026-01-02T03:04:04.999Z")},
	{"timestamp-order", "3.2", "/modified", with("identity", "created", "2026-01-02T03:04:05.0000000001Z")},
	{"timestamp-order", "4.7", "/valid_until", with("indicator", "valid_until", "2026-01-01T00:00:00.000Z")},
	{"timestamp-order", "4.2", "/last_seen", with("campaign", "first_seen", "2026-01-02T00:00:00Z", "last_seen", "2026-01-01T00:00:00Z")},
	{"timestamp-precision", "3.2", "/created", with("identity", "created", "2026-01-02T03:04:05Z")},
	{"tlp-instance", "7.2.1.4", "", with("marking-definition", "definition_type", "tlp", "definition", dict{"tlp": "red"})},
	{"tlp-instance", "7.2.1.4", "", with("marking-definition", "definition_type", "tlp", "definition", dict{"tlp": "clear"})},
	{"type-name", "3.1", "/type", stix.Object{"type": "x--example", "id": "a", "created": "2026-01-02T03:04:05.000Z"}},
	{"url-format", "6.15", "/value", with("url", "value", "example.org")},
	{"url-format", "6.15", "/value", with("url", "value", "https://example.org/a b")},
	{"url-format", "6.15", "/value", with("url", "value", "https://example.org/%zz")},
	{"url-format", "2.5", "/external_references/0/url", with("identity", "external_references", []any{dict{"source_name": "s", "url": "a b"}})},
	{"uuid-version", "2.9", "/id", with("identity", "id", "identity--11111111-1111-5111-8111-111111111111")},
	{"uuid4-required", "2.9", "/id", with("process", "id", "process--11111111-1111-5111-8111-111111111111")},
	{"uuid4-required", "2.9", "/id", with("email-message", "subject", nil, "id", "email-message--11111111-1111-5111-8111-111111111111")},
	{"value-range", "3.2", "/confidence", with("identity", "confidence", 101)},
	{"value-range", "6.12", "/src_port", with("network-traffic", "src_port", 65536)},
	{"value-range", "4.14", "/number_observed", with("observed-data", "number_observed", 0)},
}

func TestEachRuleIsBroken(t *testing.T) {
	broken := map[string]bool{}
	for _, c := range ruleCases {
		broken[c.rule] = true
		findings := check.Object(c.o, check.Lenient)
		if !slices.ContainsFunc(findings, func(f check.Finding) bool {
			return f.Rule == c.rule && f.Section == c.section && f.Path == c.path && f.Message != ""
		}) {
			t.Errorf("%s (%s) at %q was not found in %v: %+v", c.rule, c.section, c.path, c.o, findings)
		}
	}
	levels := map[string]string{}
	for _, r := range check.Rules() {
		levels[r.Name] = r.Level
		if !broken[r.Name] {
			t.Errorf("no test breaks the rule %s", r.Name)
		}
	}
	for _, c := range ruleCases {
		for _, f := range check.Object(c.o, check.Lenient) {
			level, known := levels[f.Rule]
			if !known {
				t.Errorf("the finding %s is of no listed rule", f.Rule)
			} else if f.Must != strings.Contains(level, "MUST") && level != "MUST|SHOULD" {
				t.Errorf("%s is listed as %s and found with Must = %v", f.Rule, level, f.Must)
			}
		}
	}
}

func TestEachTypeHasAValidObject(t *testing.T) {
	for _, info := range spec.Types() {
		if findings := check.Broken(check.Object(valid(info.Name()), check.Strict)); len(findings) > 0 {
			t.Errorf("%s: %+v", info.Name(), findings)
		}
	}
}

// TestPermitted has what looks odd and what the specification permits.
func TestPermitted(t *testing.T) {
	for name, o := range map[string]stix.Object{
		"UUIDv1 of an extension definition":       with("identity", "extensions", ext("extension-definition--11111111-1111-1111-8111-111111111111", dict{"extension_type": "property-extension", "abc": 1})),
		"nanoseconds":                             with("identity", "created", "2026-01-02T03:04:05.000000001Z", "modified", "2026-01-02T03:04:05.000000001Z"),
		"leap second":                             with("identity", "created", "2016-12-31T23:59:60.000Z"),
		"empty string":                            with("identity", "name", ""),
		"integer with a zero fraction":            with("autonomous-system", "number", 64496.0),
		"TLP:RED":                                 spec.TLPMarking("red"),
		"marking by extension":                    with("marking-definition", "definition", nil, "definition_type", nil, "extensions", ext(extID, dict{"extension_type": "property-extension", "level": "x"})),
		"CIDR block":                              with("ipv4-addr", "value", "192.0.2.0/24"),
		"IPv4 in IPv6":                            with("ipv6-addr", "value", "::ffff:192.0.2.1"),
		"quoted local part":                       with("email-addr", "value", `"a b"@example.org`),
		"domain literal":                          with("email-addr", "value", "a@[192.0.2.1]"),
		"Hangul domain":                           with("domain-name", "value", "예시.example"),
		"URN":                                     with("url", "value", "urn:example:a"),
		"IPv6 URL":                                with("url", "value", "http://[2001:db8::1]:8080/"),
		"grandfathered language":                  with("identity", "lang", "i-klingon"),
		"language with script and region":         with("identity", "lang", "zh-Hant-TW-x-a"),
		"pattern of another language":             with("indicator", "pattern", "alert tcp any", "pattern_type", "snort"),
		"escaped CPE":                             with("software", "cpe", `cpe:2.3:a:a\:b:c:1.0:*:*:*:*:*:*:*`),
		"selector of id":                          with("identity", "granular_markings", []any{dict{"selectors": []any{"id"}, "marking_ref": "marking-definition--" + uuid}}),
		"selector into a list":                    with("identity", "labels", []string{"a"}, "granular_markings", []any{dict{"selectors": []any{"labels.[0]"}, "lang": "ko"}}),
		"custom observable in a class reference":  with("observed-data", "object_refs", []string{"x-example--" + uuid}),
		"CVE outside vulnerability":               with("malware", "external_references", []any{dict{"source_name": "CVE", "external_id": "any"}}),
		"container with local references":         with("observed-data", "object_refs", nil, "objects", dict{"0": dict{"type": "ipv4-addr", "value": "192.0.2.1"}, "1": dict{"type": "network-traffic", "protocols": []string{"tcp"}, "src_ref": "0"}}),
		"bundle without objects":                  valid("bundle"),
		"bundle with properties of its own":       with("bundle", "x_example", 1, "spec_version", "2.0"),
		"2.0 object in a bundle":                  with("bundle", "objects", []any{dict(with("incident", "spec_version", nil))}),
		"observable without spec_version":         with("file", "spec_version", nil),
		"declared custom domain object":           {"type": "x-example", "spec_version": "2.1", "id": "x-example--" + uuid, "created": "2026-01-02T03:04:05.000Z", "modified": "2026-01-02T03:04:05.000Z", "extensions": ext(extID, dict{"extension_type": "new-sdo"}), "own_thing": 1},
		"declared custom observable":              {"type": "x-example", "id": "x-example--" + uuid, "extensions": ext(extID, dict{"extension_type": "new-sco"}), "own_thing": 1},
		"declared top-level property":             with("identity", "rank", 5, "extensions", ext(extID, dict{"extension_type": "toplevel-property-extension"})),
		"version 5 process in a custom namespace": with("mutex", "id", "mutex--11111111-1111-5111-8111-111111111111"),
	} {
		if findings := check.Broken(check.Object(o, check.Strict)); len(findings) > 0 && name != "bundle with properties of its own" {
			t.Errorf("%s: %+v", name, findings)
		}
		if findings := check.Broken(check.Object(o, check.Lenient)); len(findings) > 0 {
			t.Errorf("%s: %+v", name, findings)
		}
	}
}

func TestStrictWantsDeclarations(t *testing.T) {
	for rule, o := range map[string]stix.Object{
		"custom-property":  with("identity", "x_example", "v"),
		"custom-type":      {"type": "x-example", "id": "x-example--" + uuid, "value": "v"},
		"custom-extension": with("file", "extensions", ext("x-example-ext", dict{"abc": 1})),
	} {
		if findings := check.Object(o, check.Lenient); !check.Valid(findings) || len(findings) == 0 {
			t.Errorf("%s, lenient: %+v", rule, findings)
		}
		findings := check.Broken(check.Object(o, check.Strict))
		if len(findings) != 1 || findings[0].Rule != rule {
			t.Errorf("%s, strict: %+v", rule, findings)
		}
	}
}

func TestFindingsAreInOrder(t *testing.T) {
	o := with("identity", "name", 5, "created", "x", "labels", []any{}, "Bad-Name", nil, "severity", 1, "x_b", 1, "x_a", 1)
	first := check.Object(o, check.Lenient)
	for range 20 {
		if again := check.Object(o, check.Lenient); !slices.Equal(first, again) {
			t.Fatalf("%v\n%v", first, again)
		}
	}
}

func FuzzObject(f *testing.F) {
	for _, c := range ruleCases {
		if b, err := c.o.AppendJSON(nil); err == nil {
			f.Add(b)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		o, err := stix.Parse(data)
		if err != nil {
			return
		}
		before := fmt.Sprint(o)
		lenient := check.Object(o, check.Lenient)
		strict := check.Object(o, check.Strict)
		if !check.Valid(lenient) && check.Valid(strict) {
			t.Fatal("strict permits what lenient refuses")
		}
		stix.Refs(o)
		upgraded, _ := v20.Upgrade(o)
		for _, u := range upgraded {
			check.Object(u, check.Strict)
		}
		if after := fmt.Sprint(o); before != after {
			t.Fatalf("the object changed:\n%s\n%s", before, after)
		}
	})
}
