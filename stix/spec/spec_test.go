package spec_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/cordon-project/cordon/internal/shareddata"
	"github.com/cordon-project/cordon/stix"
	"github.com/cordon-project/cordon/stix/spec"
	"github.com/cordon-project/cordon/stix/stixtest"
)

// TestTablesAgreeWithOASIS compares the property tables, vocabularies and
// relationships with those that the OASIS tools use.
func TestTablesAgreeWithOASIS(t *testing.T) {
	oasis := oasisLists(t)
	// What the lists of the tools leave out or have beside the specification.
	differ := map[string][]string{
		"marking-definition":   {"lang"},                                              // not applicable (section 7.2.1.1)
		"malware-analysis":     {"installed_software_ref", "installed_software_refs"}, // the section has the plural
		"course-of-action":     {"action"},                                            // reserved (section 3.8)
		"extension-definition": {"extensions", "confidence", "lang"},
	}
	for _, key := range []string{"PROPERTIES", "OBSERVABLE_PROPERTIES"} {
		types, _ := oasis[key].(map[string]any)
		for name, list := range types {
			info := lookup(t, name)
			for _, p := range stix.StringList(list) {
				if info.Property(p) == nil && !slices.Contains(differ[name], p) {
					t.Errorf("%s: the tools know the property %s", name, p)
				}
			}
			for q := range info.Properties() {
				if !slices.Contains(stix.StringList(list), q.Name()) && !slices.Contains(differ[name], q.Name()) {
					t.Errorf("%s: the tools do not know the property %s", name, q.Name())
				}
			}
		}
	}
}

// TestVocabulariesAgreeWithOASIS compares the values of the open vocabularies.
func TestVocabulariesAgreeWithOASIS(t *testing.T) {
	oasis := oasisLists(t)
	uses := map[string][2]string{ // their list → a property of ours that uses it
		"ACCOUNT_TYPE_OV": {"user-account", "account_type"}, "ATTACK_MOTIVATION_OV": {"intrusion-set", "primary_motivation"},
		"ATTACK_RESOURCE_LEVEL_OV": {"intrusion-set", "resource_level"}, "GROUPING_CONTEXT_OV": {"grouping", "context"},
		"IDENTITY_CLASS_OV": {"identity", "identity_class"}, "IMPLEMENTATION_LANGUAGES_OV": {"malware", "implementation_languages"},
		"INDICATOR_PATTERN_OV": {"indicator", "pattern_type"}, "INDICATOR_TYPE_OV": {"indicator", "indicator_types"},
		"INDUSTRY_SECTOR_OV": {"identity", "sectors"}, "INFRASTRUCTURE_TYPE_OV": {"infrastructure", "infrastructure_types"},
		"MALWARE_CAPABILITIES_OV": {"malware", "capabilities"}, "MALWARE_RESULT_OV": {"malware-analysis", "result"},
		"MALWARE_TYPE_OV": {"malware", "malware_types"}, "PROCESSOR_ARCHITECTURE_OV": {"malware", "architecture_execution_envs"},
		"REGION_OV": {"location", "region"}, "REPORT_TYPE_OV": {"report", "report_types"},
		"THREAT_ACTOR_ROLE_OV": {"threat-actor", "roles"}, "THREAT_ACTOR_SOPHISTICATION_OV": {"threat-actor", "sophistication"},
		"THREAT_ACTOR_TYPE_OV": {"threat-actor", "threat_actor_types"}, "TOOL_TYPE_OV": {"tool", "tool_types"},
	}
	for name, use := range uses {
		want := slices.Sorted(slices.Values(oasis.Strs(name)))
		info := lookup(t, use[0])
		got := slices.Sorted(slices.Values(info.Property(use[1]).Vocabulary().Values()))
		if !slices.Equal(got, want) {
			t.Errorf("%s: we have %s, the tools %s", name, strings.Join(got, " "), strings.Join(want, " "))
		}
	}
}

func oasisLists(t *testing.T) stix.Object {
	t.Helper()
	data, err := os.ReadFile(shareddata.Path(t, "cti/stix/vocab-and-relationships-2.1.json"))
	if err != nil {
		t.Fatal(err)
	}
	return stixtest.Parse(t, string(data))
}

// lookup returns a type that must be there.
func lookup(t *testing.T, name string) *spec.Type {
	t.Helper()
	info := spec.Lookup(name)
	if info == nil {
		t.Fatalf("no type %s", name)
	}
	return info
}

func TestTypesCoverTheSpecification(t *testing.T) {
	count := map[spec.Class]int{}
	for _, info := range spec.Types() {
		count[info.Class()]++
		if info.Section() == "" || !info.TopLevel() || info.Property("id") == nil {
			t.Errorf("%s has no section, is part of objects, or has no id", info.Name())
		}
		if spec.ClassOf(info.Name()) != info.Class() || spec.Lookup(info.Name()) != info {
			t.Errorf("ClassOf(%s) = %s", info.Name(), spec.ClassOf(info.Name()))
		}
		for _, p := range stix.Contributing(info.Name()) {
			if info.Class() != spec.SCO || info.Property(p) == nil {
				t.Errorf("%s: %s goes into the identifier and is no property of a cyber observable", info.Name(), p)
			}
		}
	}
	want := map[spec.Class]int{spec.SDO: 19, spec.SRO: 2, spec.SCO: 18, spec.SMO: 3, spec.Bundle: 1}
	for class, n := range want {
		if count[class] != n {
			t.Errorf("%d types of class %s, the specification has %d", count[class], class, n)
		}
	}
	if spec.ClassOf("x-example") != "" {
		t.Error("a custom type has a class")
	}
}

func TestConstraintsNameProperties(t *testing.T) {
	for _, info := range spec.Types() {
		for c := range info.Constraints() {
			n := 0
			for name := range c.Names() {
				if info.Property(name) == nil {
					t.Errorf("%s: a constraint (%s) names %s, which the type does not have", info.Name(), c.Kind(), name)
				}
				n++
			}
			if n < 2 || c.Kind() == spec.Order && n != 2 {
				t.Errorf("%s: a constraint (%s) names %d properties", info.Name(), c.Kind(), n)
			}
		}
		for name := range info.Deprecated() {
			if info.Property(name) == nil {
				t.Errorf("%s: %s is deprecated and no property", info.Name(), name)
			}
		}
	}
}

func TestPermits(t *testing.T) {
	for _, c := range []struct {
		typ, property, target string
		want                  bool
	}{
		{"identity", "created_by_ref", "identity", true},
		{"identity", "created_by_ref", "source", false},
		{"observed-data", "object_refs", "file", true},
		{"observed-data", "object_refs", "malware", false},
		{"observed-data", "object_refs", "x-example", true}, // may be declared as an observable
		{"report", "object_refs", "x-example", true},
		{"report", "object_refs", "bundle", false},
		{"directory", "contains_refs", "directory", true},
		{"directory", "contains_refs", "url", false},
	} {
		if got := lookup(t, c.typ).Property(c.property).Permits(c.target); got != c.want {
			t.Errorf("%s.%s to %s: %v", c.typ, c.property, c.target, got)
		}
	}
}

func TestRelates(t *testing.T) {
	for _, c := range []struct {
		source, relationship, target string
		want                         bool
	}{
		{"indicator", "indicates", "malware", true},
		{"indicator", "indicates", "identity", false},
		{"malware", "indicates", "indicator", false},
		{"infrastructure", "consists-of", "url", true}, // any cyber observable
		{"infrastructure", "consists-of", "report", false},
		{"identity", "related-to", "identity", false}, // between any two, so of no pair
	} {
		if got := spec.Relates(c.source, c.relationship, c.target); got != c.want {
			t.Errorf("%s %s %s: %v", c.source, c.relationship, c.target, got)
		}
	}
}

func TestInRange(t *testing.T) {
	confidence, port := lookup(t, "identity").Property("confidence"), lookup(t, "network-traffic").Property("src_port")
	for f, want := range map[float64]bool{-1: false, 0: true, 100: true, 101: false} {
		if confidence.InRange(f) != want {
			t.Errorf("confidence %v: %v", f, !want)
		}
	}
	if !port.InRange(65535) || port.InRange(65536) || !lookup(t, "process").Property("pid").InRange(1e12) {
		t.Error("a range of integers, or none")
	}
}

func TestWhatIsNotDefined(t *testing.T) {
	if spec.Lookup("x-example") != nil || spec.Lookup("kill-chain-phase") != nil || spec.LookupExtension("x-example-ext").Extends("file") ||
		spec.LookupVocabulary("x-example-ov").Has("") || spec.Custom(spec.SMO) != nil || spec.TLPMarking("clear") != nil || spec.IsCommon("name") {
		t.Error("something that the specification does not define is there")
	}
	if ext := spec.LookupExtension("ntfs-ext"); !ext.Extends("file") || ext.Extends("process") || ext.TopLevel() {
		t.Error("the NTFS extension is of files only")
	}
}

func TestRegistries(t *testing.T) {
	for s, want := range map[string]bool{
		"en": true, "ko-KR": true, "zh-Hant-TW": true, "kor": true, "x-own": true, "i-klingon": true,
		"": false, "xx": false, "zzz": false, "i-unknown": false, "en-": false, "en_US": false, "x": false,
	} {
		if spec.IsLanguage(s) != want {
			t.Errorf("IsLanguage(%q) = %v", s, !want)
		}
	}
	for s, want := range map[string]bool{"UTF-8": true, "utf-8": true, "EUC-KR": true, "Shift_JIS": true, "": false, "utf8": false} {
		if spec.IsCharset(s) != want {
			t.Errorf("IsCharset(%q) = %v", s, !want)
		}
	}
}

// TestResultsAreTheCallers changes what it gets: the tables stay as they are.
func TestResultsAreTheCallers(t *testing.T) {
	p := lookup(t, "identity").Property("created_by_ref")
	p.Targets()[0] = "x"
	v := spec.LookupVocabulary("tool-type-ov")
	v.Values()[0] = "x"
	spec.Types()[0] = nil
	stix.Contributing("url")[0] = "x"
	spec.TLPMarking("red")["id"] = "x"
	if p.Targets()[0] == "x" || v.Values()[0] == "x" || spec.Types()[0] == nil || stix.Contributing("url")[0] == "x" || spec.TLPMarking("red")["id"] == "x" {
		t.Error("a caller changed the tables")
	}
}
