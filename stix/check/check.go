package check

import (
	"cmp"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/cordon-project/cordon/stix"
	"github.com/cordon-project/cordon/stix/spec"
)

// Mode says how content is judged that the specification permits but does not
// define.
type Mode uint8

const (
	// Lenient is the specification itself: custom properties, types and
	// extensions are deprecated (section 11) and permitted; they give SHOULD
	// findings. Disputed and agreed verdicts of other tools are compared with
	// this mode.
	Lenient Mode = iota
	// Strict also requires that everything that the specification does not
	// define is declared by an extension (section 7.3): undeclared custom
	// content gives MUST findings.
	Strict
)

// Finding is one rule that an object breaks.
type Finding struct {
	Rule    string // stable name, for example "identifier-prefix"; see [Rules]
	Section string // of the specification
	Path    string // JSON pointer (RFC 6901) to the value, "" for the whole object
	Message string // for people
	Must    bool   // a MUST of the specification; otherwise a SHOULD
}

// Valid reports whether no finding is a MUST.
func Valid(findings []Finding) bool {
	return !slices.ContainsFunc(findings, func(f Finding) bool { return f.Must })
}

// Broken returns the MUST findings only.
func Broken(findings []Finding) []Finding {
	return slices.DeleteFunc(slices.Clone(findings), func(f Finding) bool { return !f.Must })
}

// Object judges one object, or a bundle with all its objects, by the MUST and
// SHOULD rules of STIX 2.1 and returns what it breaks, ordered by path and rule.
// It looks at the object alone: what a reference leads to is not known here.
//
// An object without spec_version that is no cyber observable is STIX 2.0
// (section 3.2). Inside a bundle, which may hold objects of any version, it is
// judged as 2.0 content; on its own it is no 2.1 object, and [v20.Upgrade]
// makes it one.
func Object(o stix.Object, m Mode) []Finding {
	c := checker{mode: m, path: make([]string, 0, 8)}
	c.top(o)
	if len(c.findings) > 1 {
		slices.SortStableFunc(c.findings, func(a, b Finding) int {
			return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Rule, b.Rule))
		})
	}
	return c.findings
}

type checker struct {
	mode      Mode
	findings  []Finding
	path      []string
	object    stix.Object
	container map[string]any // the deprecated observable container around the object, nil outside
	declared  bool           // an extension declares top-level properties
}

func (c *checker) must(rule, section, message string) { c.add(rule, section, message, true) }

func (c *checker) should(rule, section, message string) { c.add(rule, section, message, false) }

func (c *checker) add(rule, section, message string, must bool) {
	c.findings = append(c.findings, Finding{Rule: rule, Section: section, Path: stix.Pointer(c.path...), Message: message, Must: must})
}

func (c *checker) push(segment string) { c.path = append(c.path, segment) }

func (c *checker) pop() { c.path = c.path[:len(c.path)-1] }

// at adds a finding at a property of the value that is being checked.
func (c *checker) at(name, rule, section, message string) {
	c.push(name)
	c.must(rule, section, message)
	c.pop()
}

func (c *checker) top(o stix.Object) {
	typ, ok := o["type"].(string)
	switch {
	case !ok:
		c.must("object-type", "3.2", "the object has no \"type\"")
	case typ == "bundle":
		c.bundle(o)
	default:
		c.stixObject(o, typ)
	}
}

// stixObject checks a STIX object of a known or custom type.
func (c *checker) stixObject(o stix.Object, typ string) {
	c.object = o
	info := spec.Lookup(typ)
	class, declared := extensionClass(o)
	c.declared = declared
	if info == nil {
		info = c.customType(o, typ, class)
	}
	c.properties(info, o)
	c.requiredProperties(info, o, typ)
	c.rules(info, o)
	c.identity(o, typ, info)
	c.specVersion(o)
	c.circularMarkings(o)
	if check := typeChecks[typ]; check != nil {
		check(c, o)
	}
}

// extensionClass returns the class that a new-… extension declares and whether
// any extension declares top-level properties.
func extensionClass(o stix.Object) (class spec.Class, declared bool) {
	exts, _ := o["extensions"].(map[string]any)
	for _, v := range exts {
		e, _ := v.(map[string]any)
		switch e["extension_type"] {
		case "new-sdo":
			return spec.SDO, true
		case "new-sco":
			return spec.SCO, true
		case "new-sro":
			return spec.SRO, true
		case "toplevel-property-extension":
			declared = true
		}
	}
	return "", declared
}

// customType judges a type that the specification does not define (sections
// 7.3.2.2 and 11.2) and returns the common properties that it needs. Without a
// declaration the properties tell: an object with any of the versioning
// properties is a domain object, one without them a cyber observable.
func (c *checker) customType(o stix.Object, typ string, class spec.Class) *spec.Type {
	if !stix.ValidTypeName(typ) {
		c.at("type", "type-name", "3.1", stix.Quote(typ)+" is no valid type name: ASCII a–z, 0–9 and single hyphens, a letter first, 3 to 250 characters")
	}
	if class == "" {
		c.push("type")
		c.add("custom-type", "11.2", stix.Quote(typ)+" is not a type of the specification and no extension declares it", c.mode == Strict)
		c.pop()
		class = spec.SCO
		for _, name := range []string{"created", "modified", "created_by_ref", "revoked"} {
			if _, has := o[name]; has {
				class = spec.SDO
			}
		}
	}
	c.declared = true // its properties are its own
	return spec.Custom(class)
}

func (c *checker) properties(info *spec.Type, o map[string]any) {
	for name, v := range o {
		c.push(name)
		if p := info.Property(name); p != nil {
			c.property(p, v)
		} else {
			c.customProperty(info, name, v)
		}
		c.pop()
	}
}

func (c *checker) requiredProperties(info *spec.Type, o map[string]any, typ string) {
	for p := range info.Properties() {
		if !p.Required() {
			continue
		}
		if _, has := o[p.Name()]; has {
			continue
		}
		if c.container != nil && p.Name() == "id" {
			continue // section 2.13: the key of the container is the identifier
		}
		c.must("required-property", p.Section(), "the required property \""+p.Name()+"\" of "+typ+" is missing")
	}
}

var reservedNames = map[string]bool{"severity": true, "username": true, "phone_number": true, "phone_numbers": true, "action": true}

// customProperty judges a property that the type does not define.
func (c *checker) customProperty(info *spec.Type, name string, v any) {
	if !stix.ValidPropertyName(name) {
		c.must("property-name", "3.1", stix.Quote(name)+" is no valid property name: ASCII a–z, 0–9 and underscore, a letter first, 3 to 250 characters")
	}
	topLevel := info.TopLevel()
	switch {
	case reservedNames[name] && topLevel:
		c.must("reserved-name", "3.8", stix.Quote(name)+" is reserved for a future version of the specification")
	case name == "defanged" && topLevel && info.Class() != spec.SCO:
		c.must("common-property-use", "3.2", "\"defanged\" is for cyber observables only")
	case topLevel && spec.IsCommon(name):
		c.should("common-property-use", "3.2", stix.Quote(name)+" is not a common property of this kind of object")
	case !topLevel || !c.declared:
		c.add("custom-property", "11.1", stix.Quote(name)+" is a custom property that no extension declares", c.mode == Strict)
	}
	c.customValue(v)
}

// customValue applies what holds for every value: no null (section 2 has no such
// type), no empty list, no empty dictionary.
func (c *checker) customValue(v any) {
	switch v := v.(type) {
	case nil:
		c.must("property-type", "2", "null is not a value of STIX; an optional property without value is left out")
	case []any:
		if len(v) == 0 {
			c.must("empty-list", "2.12", "a list must have at least one value")
		}
	case []string:
		if len(v) == 0 {
			c.must("empty-list", "2.12", "a list must have at least one value")
		}
	case map[string]any:
		if len(v) == 0 {
			c.must("empty-dictionary", "2.3", "a dictionary must have at least one entry")
		}
		c.customKeys(v)
	}
}

// customKeys advises on the keys of a custom value. Whether it is a dictionary
// of section 2.3 is not known here.
func (c *checker) customKeys(m map[string]any) {
	for key := range m {
		c.push(key)
		if !stix.ValidKey(key) {
			c.should("dictionary-key", "2.3", stix.Quote(key)+" is no valid dictionary key: a–z, A–Z, 0–9, hyphen, underscore, at most 250 characters")
		} else if key != strings.ToLower(key) {
			c.should("dictionary-key-case", "2.3", stix.Quote(key)+" should be lower case")
		}
		c.pop()
	}
}

// property judges the value of a property that the specification defines.
func (c *checker) property(p *spec.Property, v any) {
	if !p.List() {
		c.value(p, v)
		return
	}
	switch l := v.(type) {
	case []any:
		if len(l) == 0 {
			c.must("empty-list", "2.12", "a list must have at least one value")
		}
		for i, e := range l {
			c.push(strconv.Itoa(i))
			c.value(p, e)
			c.pop()
		}
	case []string:
		if len(l) == 0 {
			c.must("empty-list", "2.12", "a list must have at least one value")
		}
		for i, e := range l {
			c.push(strconv.Itoa(i))
			c.value(p, e)
			c.pop()
		}
	default:
		c.wrongType(p, "2.12")
	}
}

func (c *checker) wrongType(p *spec.Property, section string) {
	c.must("property-type", section, "the value must be of type "+p.TypeName())
}

// value judges one value by the kind of its property.
func (c *checker) value(p *spec.Property, v any) {
	switch p.Kind() {
	case spec.KindBoolean:
		if _, ok := v.(bool); !ok {
			c.wrongType(p, "2.2")
		}
	case spec.KindInteger, spec.KindFloat:
		c.number(p, v)
	case spec.KindHashes:
		c.hashes(p, v)
	case spec.KindDictionary:
		c.dictionary(p, v)
	case spec.KindStruct:
		c.structValue(p, v)
	case spec.KindExtensions:
		c.extensions(p, v)
	case spec.KindContainer:
		c.observableContainer(p, v)
	case spec.KindObject:
		// The bundle checks its objects itself.
	default:
		s, ok := v.(string)
		if !ok {
			c.wrongType(p, "2.15")
			return
		}
		c.stringValue(p, s)
	}
}

func (c *checker) stringValue(p *spec.Property, s string) {
	switch p.Kind() {
	case spec.KindTimestamp:
		c.timestamp(p, s)
	case spec.KindIdentifier:
		c.identifier(s)
	case spec.KindRef:
		c.reference(p, s)
	case spec.KindHex:
		c.hex(s)
	case spec.KindBinary:
		if !validBase64(s) {
			c.must("binary-format", "2.1", "the value must be base64 (RFC 4648)")
		}
	case spec.KindEnum:
		if !p.Vocabulary().Has(s) {
			c.must("enum-value", p.Vocabulary().Section(), stix.Quote(s)+" is not in the enumeration "+p.Vocabulary().Name())
		}
	case spec.KindOpenVocab:
		c.openVocabulary(p.Vocabulary(), s)
	case spec.KindLang:
		if !spec.IsLanguage(s) {
			c.must("language-code", p.Section(), stix.Quote(s)+" is not a language code of RFC 5646")
		}
	case spec.KindURL:
		if !validURL(s) {
			c.must("url-format", p.Section(), stix.Quote(s)+" is not a URL (RFC 3986)")
		}
	case spec.KindCharset:
		if !spec.IsCharset(s) {
			c.must("charset", "3.9.1", stix.Quote(s)+" is not the preferred name of a character set in the IANA registry")
		}
	}
}

func (c *checker) timestamp(p *spec.Property, s string) {
	if _, err := stix.ParseTime(s); err != nil {
		c.must("timestamp-format", "2.16", stix.Quote(s)+" is not a timestamp of the form YYYY-MM-DDTHH:mm:ss[.s+]Z")
		return
	}
	if (p.Name() == "created" || p.Name() == "modified") && !stix.HasMilliseconds(s) {
		c.must("timestamp-precision", "3.2", "\""+p.Name()+"\" must be precise to the millisecond at least")
	}
}

func (c *checker) identifier(s string) {
	if !stix.ValidID(s) {
		if c.container != nil && c.container[s] != nil {
			return
		}
		c.must("identifier-format", "2.9", stix.Quote(s)+" is not an identifier of the form object-type--UUID")
	}
}

// reference judges an identifier that may name only some types (section 3.3).
// Custom types pass where the specification names a class.
func (c *checker) reference(p *spec.Property, s string) {
	if c.container != nil && !strings.Contains(s, "--") {
		c.localReference(p, s)
		return
	}
	if !stix.ValidID(s) {
		c.must("identifier-format", "2.9", stix.Quote(s)+" is not an identifier of the form object-type--UUID")
		return
	}
	if typ := stix.IDType(s); !p.Permits(typ) {
		c.must("reference-type", p.Section(), "\""+p.Name()+"\" may not refer to an object of type "+typ+"; it may refer to "+strings.Join(p.Targets(), ", "))
	}
}

// localReference judges a reference inside the deprecated observable container
// (section 2.13): it names a key of the same container.
func (c *checker) localReference(p *spec.Property, s string) {
	target, ok := c.container[s].(map[string]any)
	if !ok {
		c.must("container-reference", "2.13", stix.Quote(s)+" is not a key of the same observable container")
		return
	}
	if typ, _ := target["type"].(string); !p.Permits(typ) {
		c.must("reference-type", p.Section(), "\""+p.Name()+"\" may not refer to an object of type "+typ)
	}
}

func (c *checker) hex(s string) {
	upper := false
	for i := range len(s) {
		if !isHex(s[i]) {
			upper = false
			s = ""
			break
		}
		upper = upper || s[i] >= 'A' && s[i] <= 'F'
	}
	if s == "" || len(s)%2 != 0 {
		c.must("hex-format", "2.8", "the value must be an even number of hexadecimal digits")
	} else if upper {
		c.should("hex-lower-case", "2.8", "hexadecimal digits are written a–f")
	}
}

func (c *checker) openVocabulary(v *spec.Vocabulary, s string) {
	if v.Has(s) {
		return
	}
	c.should("open-vocabulary", v.Section(), stix.Quote(s)+" is not in the vocabulary "+v.Name())
	if !hyphenated(s) {
		c.should("open-vocabulary-form", "2.14", stix.Quote(s)+" should be lower case with hyphens between words")
	}
}

// hyphenated reports whether s is lower case and has no space or underscore.
func hyphenated(s string) bool {
	return s == strings.ToLower(s) && !strings.ContainsAny(s, " _")
}

func (c *checker) number(p *spec.Property, v any) {
	section := "2.6" // float
	if p.Kind() == spec.KindInteger {
		section = "2.10"
	}
	f, integer, ok := numberValue(v)
	switch {
	case !ok, p.Kind() == spec.KindInteger && !integer:
		c.wrongType(p, section)
	case p.Kind() == spec.KindInteger && (f > maxSafe || f < -maxSafe):
		c.must("integer-range", "2.10", "an integer must be within ±(2^53 − 1)")
	case !p.InRange(f):
		c.must("value-range", p.Section(), "the value of \""+p.Name()+"\" is outside "+strings.TrimPrefix(p.TypeName(), "list of "))
	}
}

// maxSafe is the largest integer of section 2.10 and RFC 7493: 2^53 − 1.
const maxSafe = 1<<53 - 1

// numberValue returns a number as a double and whether it is written as an
// integer (a JSON number without fraction and exponent, or 5.0, which JSON
// Schema and JavaScript call an integer too).
func numberValue(v any) (f float64, integer, ok bool) {
	switch n := v.(type) {
	case json.Number:
		x, err := strconv.ParseFloat(string(n), 64)
		return x, x == float64(int64(x)) || !strings.ContainsAny(string(n), ".eE"), err == nil
	case int:
		return float64(n), true, true
	case int64:
		return float64(n), true, true
	case float64:
		return n, n == float64(int64(n)), true
	}
	return 0, false, false
}

func (c *checker) structValue(p *spec.Property, v any) {
	m, ok := v.(map[string]any)
	if !ok {
		c.wrongType(p, p.Struct().Section())
		return
	}
	c.properties(p.Struct(), m)
	c.requiredProperties(p.Struct(), m, p.Struct().Name())
	c.rules(p.Struct(), m)
	switch p.Struct().Name() {
	case "granular-marking":
		c.granularMarking(m)
	case "external-reference":
		c.externalReference(m)
	case "kill-chain-phase":
		c.killChainPhase(m)
	}
}

// rules applies the rules between properties that the tables state.
func (c *checker) rules(info *spec.Type, o map[string]any) {
	for r := range info.Constraints() {
		switch r.Kind() {
		case spec.AtLeastOne:
			c.atLeastOne(info, o, r)
		case spec.ExactlyOne:
			c.exactlyOne(info, o, r)
		case spec.Needs:
			c.needs(info, o, r)
		case spec.Order:
			c.timeOrder(info, o, r)
		}
	}
	for name := range info.Deprecated() {
		if has(o, name) {
			c.push(name)
			c.should("deprecated-property", info.Section(), "\""+name+"\" is deprecated")
			c.pop()
		}
	}
}

func has(o map[string]any, name string) bool {
	_, ok := o[name]
	return ok
}

func (c *checker) atLeastOne(info *spec.Type, o map[string]any, r spec.Constraint) {
	if present(o, r) == 0 {
		c.must("at-least-one", info.Section(), info.Name()+" must have at least one of "+listed(r))
	}
}

func (c *checker) exactlyOne(info *spec.Type, o map[string]any, r spec.Constraint) {
	if present(o, r) != 1 {
		c.must("exactly-one", info.Section(), info.Name()+" must have exactly one of "+listed(r))
	}
}

// present counts the properties of a constraint that are there.
func present(o map[string]any, r spec.Constraint) int {
	n := 0
	for name := range r.Names() {
		if has(o, name) {
			n++
		}
	}
	return n
}

func listed(r spec.Constraint) string {
	return strings.Join(slices.Collect(r.Names()), ", ")
}

func (c *checker) needs(info *spec.Type, o map[string]any, r spec.Constraint) {
	if !has(o, r.Name(0)) {
		return
	}
	for name := range r.Names() {
		if !has(o, name) {
			c.at(r.Name(0), "dependency", info.Section(), "\""+r.Name(0)+"\" must not be present without \""+name+"\"")
		}
	}
}

func (c *checker) timeOrder(info *spec.Type, o map[string]any, r spec.Constraint) {
	early, _ := o[r.Name(0)].(string)
	late, _ := o[r.Name(1)].(string)
	order, ok := stix.CompareTimes(early, late)
	section := info.Section()
	if p := info.Property(r.Name(1)); p != nil {
		section = p.Section()
	}
	switch {
	case !ok:
	case r.Equal() && order > 0:
		c.at(r.Name(1), "timestamp-order", section, "\""+r.Name(1)+"\" must not be earlier than \""+r.Name(0)+"\"")
	case !r.Equal() && order >= 0:
		c.at(r.Name(1), "timestamp-order", section, "\""+r.Name(1)+"\" must be later than \""+r.Name(0)+"\"")
	}
}
