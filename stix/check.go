package stix

import (
	"cmp"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
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

// Check judges one object, or a bundle with all its objects, by the MUST and
// SHOULD rules of STIX 2.1 and returns what it breaks, ordered by path and rule.
// It looks at the object alone: what a reference leads to is not known here.
//
// An object without spec_version that is no cyber observable is STIX 2.0
// (section 3.2). Inside a bundle, which may hold objects of any version, it is
// judged as 2.0 content; on its own it is no 2.1 object, and [Upgrade] makes it
// one.
func Check(o Object, m Mode) []Finding {
	c := checker{mode: m, t: specTables(), path: make([]string, 0, 8)}
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
	t         *tables
	findings  []Finding
	path      []string
	object    Object
	container map[string]any // the deprecated observable container around the object, nil outside
	declared  bool           // an extension declares top-level properties
}

func (c *checker) must(rule, section, message string) { c.add(rule, section, message, true) }

func (c *checker) should(rule, section, message string) { c.add(rule, section, message, false) }

func (c *checker) add(rule, section, message string, must bool) {
	c.findings = append(c.findings, Finding{Rule: rule, Section: section, Path: c.pointer(), Message: message, Must: must})
}

func (c *checker) pointer() string {
	if len(c.path) == 0 {
		return ""
	}
	var b strings.Builder
	for _, p := range c.path {
		b.WriteByte('/')
		b.WriteString(pointerEscape(p))
	}
	return b.String()
}

func (c *checker) push(segment string) { c.path = append(c.path, segment) }

func (c *checker) pop() { c.path = c.path[:len(c.path)-1] }

// at adds a finding at a property of the value that is being checked.
func (c *checker) at(name, rule, section, message string) {
	c.push(name)
	c.must(rule, section, message)
	c.pop()
}

func (c *checker) top(o Object) {
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
func (c *checker) stixObject(o Object, typ string) {
	c.object = o
	info := c.t.types[typ]
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
func extensionClass(o Object) (class Class, declared bool) {
	exts, _ := o["extensions"].(map[string]any)
	for _, v := range exts {
		e, _ := v.(map[string]any)
		switch e["extension_type"] {
		case "new-sdo":
			return SDO, true
		case "new-sco":
			return SCO, true
		case "new-sro":
			return SRO, true
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
func (c *checker) customType(o Object, typ string, class Class) *typeInfo {
	if !validTypeName(typ) {
		c.at("type", "type-name", "3.1", quoteName(typ)+" is no valid type name: ASCII a–z, 0–9 and single hyphens, a letter first, 3 to 250 characters")
	}
	if class == "" {
		c.push("type")
		c.add("custom-type", "11.2", quoteName(typ)+" is not a type of the specification and no extension declares it", c.mode == Strict)
		c.pop()
		class = SCO
		for _, name := range []string{"created", "modified", "created_by_ref", "revoked"} {
			if _, has := o[name]; has {
				class = SDO
			}
		}
	}
	c.declared = true // its properties are its own
	return c.t.custom[class]
}

func (c *checker) properties(info *typeInfo, o map[string]any) {
	for name, v := range o {
		c.push(name)
		if p := info.props[name]; p != nil {
			c.property(p, v)
		} else {
			c.customProperty(info, name, v)
		}
		c.pop()
	}
}

func (c *checker) requiredProperties(info *typeInfo, o map[string]any, typ string) {
	for _, p := range info.order {
		if !p.required {
			continue
		}
		if _, has := o[p.name]; has {
			continue
		}
		if c.container != nil && p.name == "id" {
			continue // section 2.13: the key of the container is the identifier
		}
		c.must("required-property", p.section, "the required property \""+p.name+"\" of "+typ+" is missing")
	}
}

var reservedNames = map[string]bool{"severity": true, "username": true, "phone_number": true, "phone_numbers": true, "action": true}

// customProperty judges a property that the type does not define.
func (c *checker) customProperty(info *typeInfo, name string, v any) {
	if !validPropertyName(name) {
		c.must("property-name", "3.1", quoteName(name)+" is no valid property name: ASCII a–z, 0–9 and underscore, a letter first, 3 to 250 characters")
	}
	topLevel := info.class != structClass && info.class != extClass
	switch {
	case reservedNames[name] && topLevel:
		c.must("reserved-name", "3.8", quoteName(name)+" is reserved for a future version of the specification")
	case name == "defanged" && topLevel && info.class != SCO:
		c.must("common-property-use", "3.2", "\"defanged\" is for cyber observables only")
	case topLevel && slices.Contains(specCommonNames(), name):
		c.should("common-property-use", "3.2", quoteName(name)+" is not a common property of this kind of object")
	case !topLevel || !c.declared:
		c.add("custom-property", "11.1", quoteName(name)+" is a custom property that no extension declares", c.mode == Strict)
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
		if !dictionaryKey(key) {
			c.should("dictionary-key", "2.3", quoteName(key)+" is no valid dictionary key: a–z, A–Z, 0–9, hyphen, underscore, at most 250 characters")
		} else if key != strings.ToLower(key) {
			c.should("dictionary-key-case", "2.3", quoteName(key)+" should be lower case")
		}
		c.pop()
	}
}

// property judges the value of a property that the specification defines.
func (c *checker) property(p *property, v any) {
	if !p.list {
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

func (c *checker) wrongType(p *property, section string) {
	c.must("property-type", section, "the value must be of type "+p.typeName)
}

// value judges one value by the kind of its property.
func (c *checker) value(p *property, v any) {
	switch p.kind {
	case kindBoolean:
		if _, ok := v.(bool); !ok {
			c.wrongType(p, "2.2")
		}
	case kindInteger, kindFloat:
		c.number(p, v)
	case kindHashes:
		c.hashes(p, v)
	case kindDictionary:
		c.dictionary(p, v)
	case kindStruct:
		c.structValue(p, v)
	case kindExtensions:
		c.extensions(p, v)
	case kindContainer:
		c.observableContainer(p, v)
	case kindObject:
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

func (c *checker) stringValue(p *property, s string) {
	switch p.kind {
	case kindTimestamp:
		c.timestamp(p, s)
	case kindIdentifier:
		c.identifier(s)
	case kindRef:
		c.reference(p, s)
	case kindHex:
		c.hex(s)
	case kindBinary:
		if !validBase64(s) {
			c.must("binary-format", "2.1", "the value must be base64 (RFC 4648)")
		}
	case kindEnum:
		if !p.vocabulary.has[s] {
			c.must("enum-value", p.vocabulary.section, quoteName(s)+" is not in the enumeration "+p.vocabulary.name)
		}
	case kindOpenVocab:
		c.openVocabulary(p.vocabulary, s)
	case kindLang:
		if !validLanguage(s) {
			c.must("language-code", p.section, quoteName(s)+" is not a language code of RFC 5646")
		}
	case kindURL:
		if !validURL(s) {
			c.must("url-format", p.section, quoteName(s)+" is not a URL (RFC 3986)")
		}
	case kindCharset:
		if !knownCharset(s) {
			c.must("charset", "3.9.1", quoteName(s)+" is not the preferred name of a character set in the IANA registry")
		}
	}
}

func (c *checker) timestamp(p *property, s string) {
	if _, ok := parseTimestamp(s); !ok {
		c.must("timestamp-format", "2.16", quoteName(s)+" is not a timestamp of the form YYYY-MM-DDTHH:mm:ss[.s+]Z")
		return
	}
	if (p.name == "created" || p.name == "modified") && subSecondDigits(s) < 3 {
		c.must("timestamp-precision", "3.2", "\""+p.name+"\" must be precise to the millisecond at least")
	}
}

func (c *checker) identifier(s string) {
	if !ValidID(s) {
		if c.container != nil && c.container[s] != nil {
			return
		}
		c.must("identifier-format", "2.9", quoteName(s)+" is not an identifier of the form object-type--UUID")
	}
}

// reference judges an identifier that may name only some types (section 3.3).
// Custom types pass where the specification names a class.
func (c *checker) reference(p *property, s string) {
	if c.container != nil && !strings.Contains(s, "--") {
		c.localReference(p, s)
		return
	}
	if !ValidID(s) {
		c.must("identifier-format", "2.9", quoteName(s)+" is not an identifier of the form object-type--UUID")
		return
	}
	if typ := IDType(s); !c.permitted(p.targets, typ) {
		c.must("reference-type", p.section, "\""+p.name+"\" may not refer to an object of type "+typ+"; it may refer to "+strings.Join(p.targets, ", "))
	}
}

func (c *checker) permitted(targets []string, typ string) bool {
	info := c.t.types[typ]
	for _, t := range targets {
		switch {
		case t == typ:
			return true
		case t == "@any" && (info == nil || info.class != Bundle):
			return true
		case t[0] == '@' && (info == nil || string(info.class) == t[1:]):
			return true
		}
	}
	return false
}

// localReference judges a reference inside the deprecated observable container
// (section 2.13): it names a key of the same container.
func (c *checker) localReference(p *property, s string) {
	target, ok := c.container[s].(map[string]any)
	if !ok {
		c.must("container-reference", "2.13", quoteName(s)+" is not a key of the same observable container")
		return
	}
	if typ, _ := target["type"].(string); !c.permitted(p.targets, typ) {
		c.must("reference-type", p.section, "\""+p.name+"\" may not refer to an object of type "+typ)
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

func (c *checker) openVocabulary(v *vocabulary, s string) {
	if v.has[s] {
		return
	}
	c.should("open-vocabulary", v.section, quoteName(s)+" is not in the vocabulary "+v.name)
	if !hyphenated(s) {
		c.should("open-vocabulary-form", "2.14", quoteName(s)+" should be lower case with hyphens between words")
	}
}

// hyphenated reports whether s is lower case and has no space or underscore.
func hyphenated(s string) bool {
	return s == strings.ToLower(s) && !strings.ContainsAny(s, " _")
}

func (c *checker) number(p *property, v any) {
	section := "2.6" // float
	if p.kind == kindInteger {
		section = "2.10"
	}
	f, integer, ok := numberValue(v)
	switch {
	case !ok, p.kind == kindInteger && !integer:
		c.wrongType(p, section)
	case p.kind == kindInteger && (f > maxSafe || f < -maxSafe):
		c.must("integer-range", "2.10", "an integer must be within ±(2^53 − 1)")
	case p.hasMin && f < p.min, p.hasMax && f > p.max:
		c.must("value-range", p.section, "the value of \""+p.name+"\" is outside "+strings.TrimPrefix(p.typeName, "list of "))
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
		if plainInteger(string(n)) {
			i, err := strconv.ParseInt(string(n), 10, 64)
			return float64(i), true, err == nil
		}
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

func (c *checker) structValue(p *property, v any) {
	m, ok := v.(map[string]any)
	if !ok {
		c.wrongType(p, p.structure.section)
		return
	}
	c.properties(p.structure, m)
	c.requiredProperties(p.structure, m, p.structure.name)
	c.rules(p.structure, m)
	switch p.structName {
	case "granular-marking":
		c.granularMarking(m)
	case "external-reference":
		c.externalReference(m)
	case "kill-chain-phase":
		c.killChainPhase(m)
	}
}

// rules applies the rules between properties that the tables state.
func (c *checker) rules(info *typeInfo, o map[string]any) {
	for _, r := range info.rules {
		switch r.kind {
		case "any":
			if !slices.ContainsFunc(r.names, func(n string) bool { return has(o, n) }) {
				c.must("at-least-one", info.section, info.name+" must have at least one of "+strings.Join(r.names, ", "))
			}
		case "one":
			c.exactlyOne(info, o, r)
		case "needs":
			c.needs(info, o, r)
		case "order":
			c.timeOrder(info, o, r)
		}
	}
	for _, name := range info.deprecated {
		if has(o, name) {
			c.push(name)
			c.should("deprecated-property", info.section, "\""+name+"\" is deprecated")
			c.pop()
		}
	}
}

func has(o map[string]any, name string) bool {
	_, ok := o[name]
	return ok
}

func (c *checker) exactlyOne(info *typeInfo, o map[string]any, r propertyRule) {
	n := 0
	for _, name := range r.names {
		if has(o, name) {
			n++
		}
	}
	if n != 1 {
		c.must("exactly-one", info.section, info.name+" must have exactly one of "+strings.Join(r.names, ", "))
	}
}

func (c *checker) needs(info *typeInfo, o map[string]any, r propertyRule) {
	if !has(o, r.names[0]) {
		return
	}
	for _, name := range r.names[1:] {
		if !has(o, name) {
			c.at(r.names[0], "dependency", info.section, "\""+r.names[0]+"\" must not be present without \""+name+"\"")
		}
	}
}

func (c *checker) timeOrder(info *typeInfo, o map[string]any, r propertyRule) {
	early, _ := o[r.names[0]].(string)
	late, _ := o[r.names[1]].(string)
	order, ok := compareTimes(early, late)
	section := info.section
	if p := info.props[r.names[1]]; p != nil {
		section = p.section
	}
	switch {
	case !ok:
	case r.equal && order > 0:
		c.at(r.names[1], "timestamp-order", section, "\""+r.names[1]+"\" must not be earlier than \""+r.names[0]+"\"")
	case !r.equal && order >= 0:
		c.at(r.names[1], "timestamp-order", section, "\""+r.names[1]+"\" must be later than \""+r.names[0]+"\"")
	}
}
