package check

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/cordon-project/cordon/stix"
	"github.com/cordon-project/cordon/stix/pattern"
	"github.com/cordon-project/cordon/stix/spec"
)

// typeChecks holds the rules of single types that the tables cannot state.
var typeChecks = map[string]func(*checker, stix.Object){
	"artifact":             checkArtifact,
	"domain-name":          checkDomain,
	"email-addr":           checkEmailAddr,
	"email-message":        checkEmailMessage,
	"extension-definition": checkExtensionDefinition,
	"indicator":            checkIndicator,
	"ipv4-addr":            func(c *checker, o stix.Object) { checkIP(c, o, "6.8", true) },
	"ipv6-addr":            func(c *checker, o stix.Object) { checkIP(c, o, "6.9", false) },
	"language-content":     checkLanguageContent,
	"location":             checkLocation,
	"mac-addr":             checkMAC,
	"malware":              checkMalware,
	"malware-analysis":     checkMalwareAnalysis,
	"marking-definition":   checkMarkingDefinition,
	"network-traffic":      checkNetworkTraffic,
	"relationship":         checkRelationship,
	"software":             checkSoftware,
	"windows-registry-key": checkRegistryKey,
}

// identity judges "id" against the type (section 2.9) and, for cyber
// observables, against the deterministic form (section 3.4).
func (c *checker) identity(o stix.Object, typ string, info *spec.Type) {
	id, ok := o["id"].(string)
	if !ok || !stix.ValidID(id) {
		return
	}
	if stix.IDType(id) != typ {
		c.at("id", "identifier-prefix", "2.9", "the identifier "+stix.Quote(id)+" does not start with the type "+stix.Quote(typ))
		return
	}
	c.push("id")
	defer c.pop()
	version := stix.UUIDVersion(id)
	if info.Class() != spec.SCO {
		if version != 4 {
			c.should("uuid-version", "2.9", "objects other than cyber observables should have a UUIDv4")
		}
		return
	}
	if version != 5 || spec.Lookup(typ) == nil {
		return
	}
	want, derived, err := stix.SCOID(o)
	switch {
	case err != nil:
	case !derived:
		c.must("uuid4-required", "2.9", "without ID contributing properties the identifier must be a UUIDv4")
	case want != id:
		c.should("deterministic-id", "3.4", "the identifier is not the deterministic one, "+want)
	}
}

// specVersion judges spec_version (section 3.2).
func (c *checker) specVersion(o stix.Object) {
	v, present := o["spec_version"]
	if s, ok := v.(string); present && ok && s != "2.1" {
		c.at("spec_version", "spec-version", "3.2", "\"spec_version\" must be \"2.1\", not "+stix.Quote(s))
	}
}

// circularMarkings judges that no marking marks itself (sections 3.2 and 7.2).
func (c *checker) circularMarkings(o stix.Object) {
	if o.Type() != "marking-definition" {
		return
	}
	const message = "a marking definition must not mark itself"
	if slices.Contains(o.Strs("object_marking_refs"), o.ID()) {
		c.at("object_marking_refs", "marking-circular", "3.2", message)
	}
	markings, _ := o["granular_markings"].([]any)
	for _, m := range markings {
		if g, ok := m.(map[string]any); ok && g["marking_ref"] == o["id"] {
			c.at("granular_markings", "marking-circular", "3.2", message)
		}
	}
}

// granularMarking judges section 7.2.3: one of lang and marking_ref, selectors
// of the right form that lead to something.
func (c *checker) granularMarking(m map[string]any) {
	if has(m, "lang") == has(m, "marking_ref") {
		c.must("granular-choice", "7.2.3.1", "a granular marking must have either \"lang\" or \"marking_ref\"")
	}
	for i, s := range stix.StringList(m["selectors"]) {
		c.push("selectors")
		c.push(strconv.Itoa(i))
		if !stix.ValidSelector(s) {
			c.must("selector-syntax", "7.2.3.1", stix.Quote(s)+" is not a selector")
		} else if _, found := stix.Resolve(c.object, s); !found {
			c.must("selector-target", "7.2.3.1", stix.Quote(s)+" selects nothing in this object")
		}
		c.pop()
		c.pop()
	}
}

var (
	cveForm   = regexp.MustCompile(`^CVE-\d{4}-(0\d{3}|[1-9]\d{3,})$`)
	capecForm = regexp.MustCompile(`^CAPEC-\d+$`)
)

// externalReference judges section 2.5 and the identifiers of CAPEC and CVE
// where sections 4.1 and 4.19 prescribe their form.
func (c *checker) externalReference(m map[string]any) {
	source, _ := m["source_name"].(string)
	id, _ := m["external_id"].(string)
	switch c.object.Type() {
	case "attack-pattern":
		c.registryID("capec", "CAPEC-[id]", "4.1", capecForm, source, id)
	case "vulnerability":
		c.registryID("cve", "CVE-YYYY-NNNN+", "4.19", cveForm, source, id)
	}
	hashes, _ := m["hashes"].(map[string]any)
	for name := range hashes {
		if !spec.LookupVocabulary("hash-algorithm-ov").Has(name) {
			c.at("hashes", "hash-vocabulary", "2.5.1", stix.Quote(name)+" is not in the vocabulary hash-algorithm-ov, which is closed for external references")
		}
	}
	if has(m, "url") && hashes == nil {
		c.should("reference-hash", "2.5.1", "an external reference with a URL should have hashes of what is there")
	}
}

func (c *checker) registryID(name, form, section string, re *regexp.Regexp, source, id string) {
	named := strings.EqualFold(source, name)
	if !named && !strings.HasPrefix(strings.ToUpper(id), strings.ToUpper(name)+"-") {
		return
	}
	if source != name || !re.MatchString(id) {
		c.must(name+"-format", section, "a "+strings.ToUpper(name)+" identifier has \"source_name\" "+stix.Quote(name)+" and \"external_id\" of the form "+form)
	}
}

func (c *checker) killChainPhase(m map[string]any) {
	for _, name := range []string{"kill_chain_name", "phase_name"} {
		if s, ok := m[name].(string); ok && !hyphenated(s) {
			c.push(name)
			c.should("kill-chain-form", "2.11", stix.Quote(s)+" should be lower case with hyphens between words")
			c.pop()
		}
	}
}

func checkArtifact(c *checker, o stix.Object) {
	s, ok := o["mime_type"].(string)
	if top, sub, cut := strings.Cut(s, "/"); ok && (!cut || !mediaTypes[top] || sub == "") {
		c.push("mime_type")
		c.should("media-type", "6.1", stix.Quote(s)+" is not a media type of the IANA registry")
		c.pop()
	}
}

var mediaTypes = map[string]bool{
	"application": true, "audio": true, "font": true, "haptics": true, "image": true, "message": true, "model": true,
	"multipart": true, "text": true, "video": true,
}

func checkDomain(c *checker, o stix.Object) {
	s, ok := o["value"].(string)
	switch {
	case !ok:
	case !validDomain(s):
		c.at("value", "domain-format", "6.4", stix.Quote(s)+" is not a domain name (RFC 1034, RFC 5890)")
	case !preferredDomain(s):
		c.push("value")
		c.should("domain-preferred-syntax", "6.4", stix.Quote(s)+" is a name in the DNS and not in the preferred syntax of RFC 1034 section 3.5")
		c.pop()
	}
}

func checkEmailAddr(c *checker, o stix.Object) {
	if s, ok := o["value"].(string); ok && !validEmail(s) {
		c.at("value", "email-format", "6.5", stix.Quote(s)+" is not an address (addr-spec of RFC 5322) without display name")
	}
}

func checkIP(c *checker, o stix.Object, section string, v4 bool) {
	if s, ok := o["value"].(string); ok && !validCIDR(s, v4) {
		c.at("value", "ip-format", section, stix.Quote(s)+" is not an address of this family or a CIDR block of them")
	}
}

func checkMAC(c *checker, o stix.Object) {
	if s, ok := o["value"].(string); ok && !macForm.MatchString(s) {
		c.at("value", "mac-format", "6.10", stix.Quote(s)+" is not a MAC-48 address in lower case with colons")
	}
}

func checkEmailMessage(c *checker, o stix.Object) {
	multipart, ok := o["is_multipart"].(bool)
	switch {
	case !ok:
	case multipart && has(o, "body"):
		c.at("body", "multipart-body", "6.6", "a multipart message must not have \"body\"")
	case !multipart && has(o, "body_multipart"):
		c.at("body_multipart", "multipart-body", "6.6", "a message that is not multipart must not have \"body_multipart\"")
	}
}

func checkExtensionDefinition(c *checker, o stix.Object) {
	top := slices.Contains(o.Strs("extension_types"), "toplevel-property-extension")
	switch {
	case has(o, "extension_properties") && !top:
		c.at("extension_properties", "extension-properties-use", "7.3.1", "\"extension_properties\" is for the type toplevel-property-extension only")
	case top && !has(o, "extension_properties"):
		c.should("extension-properties-use", "7.3.1", "an extension of type toplevel-property-extension should name its properties in \"extension_properties\"")
	}
	if !has(o, "description") {
		c.should("extension-description", "7.3.1", "an extension should have a description")
	}
}

func checkIndicator(c *checker, o stix.Object) {
	s, ok := o["pattern"].(string)
	if !ok || o["pattern_type"] != "stix" {
		return
	}
	tree, err := pattern.Parse(s)
	if err != nil {
		c.at("pattern", "pattern-syntax", "9", "the pattern is not a STIX pattern: "+err.Error())
		return
	}
	if !pattern.Satisfiable(tree) {
		c.at("pattern", "pattern-and-types", "9.5", "comparisons of different object types are joined by AND; no object can meet both")
	}
	pattern.Walk(tree, func(cmp pattern.Comparison) {
		c.patternName(cmp.ObjectType, "object type", stix.ValidTypeName)
		c.patternName(cmp.Path[0].Name, "property", stix.ValidPropertyName)
	})
}

var anyName = regexp.MustCompile(`^[A-Za-z0-9_-]{3,250}$`)

// patternName judges a name in a pattern (section 9.7). No definition of a type
// could permit a name that is too short or has other characters. Names that
// section 3.1 forbids for other reasons, such as capitals, are in wide use for
// custom types whose definition is not known here, and get advice.
func (c *checker) patternName(name, what string, valid func(string) bool) {
	c.push("pattern")
	defer c.pop()
	switch {
	case valid(name):
	case name != "id" && !anyName.MatchString(name):
		c.must("pattern-name", "9.7", stix.Quote(name)+" is no valid name of a pattern's "+what)
	default:
		c.should("pattern-name-form", "3.1", stix.Quote(name)+" is not written as the name of a pattern's "+what+" should be")
	}
}

func checkLanguageContent(c *checker, o stix.Object) {
	contents, _ := o["contents"].(map[string]any)
	for lang, v := range contents {
		c.push("contents")
		c.push(lang)
		if !spec.IsLanguage(lang) {
			c.must("language-code", "7.1.1", stix.Quote(lang)+" is not a language code of RFC 5646")
		}
		if _, ok := v.(map[string]any); !ok {
			c.must("property-type", "7.1.1", "the content in one language must be a dictionary")
		}
		c.pop()
		c.pop()
	}
}

func checkLocation(c *checker, o stix.Object) {
	s, ok := o["country"].(string)
	if !ok || len(s) == 2 && s == strings.ToUpper(s) {
		return
	}
	c.push("country")
	c.should("country-code", "4.10", stix.Quote(s)+" is not an ISO 3166-1 alpha-2 code")
	c.pop()
}

func checkMalware(c *checker, o stix.Object) {
	if family, ok := o["is_family"].(bool); ok && family && !has(o, "name") {
		c.must("malware-family-name", "4.11", "a malware family must have a \"name\"")
	}
}

func checkMalwareAnalysis(c *checker, o stix.Object) {
	if s, ok := o["product"].(string); ok && !hyphenated(s) {
		c.push("product")
		c.should("product-form", "4.12", stix.Quote(s)+" should be lower case with hyphens between words")
		c.pop()
	}
}

func checkMarkingDefinition(c *checker, o stix.Object) {
	definition, _ := o["definition"].(map[string]any)
	kind, _ := o["definition_type"].(string)
	if !has(o, "extensions") && (!has(o, "definition") || !has(o, "definition_type")) {
		c.must("marking-definition", "7.2.1.1", "a marking definition without extensions must have \"definition_type\" and \"definition\"")
	}
	switch {
	case has(o, "definition") != has(o, "definition_type") && has(o, "extensions"):
		c.must("marking-definition", "7.2.1.1", "\"definition_type\" and \"definition\" say one thing together: one without the other says nothing")
	case kind == "tlp" || has(definition, "tlp"):
		checkTLP(c, o, definition, kind)
	case kind == "statement":
		if _, ok := definition["statement"].(string); !ok {
			c.at("definition", "statement-form", "7.2.1.3", "a statement marking must have the string \"statement\"")
		}
	case kind != "":
		c.push("definition_type")
		c.should("marking-type", "7.2.1.1", stix.Quote(kind)+" is not a type of marking that the specification defines; extensions define others")
		c.pop()
	}
}

// checkTLP judges that a TLP marking is one of the four that exist. Markings on
// the marking are not part of what it says.
func checkTLP(c *checker, o stix.Object, definition map[string]any, kind string) {
	level, _ := definition["tlp"].(string)
	want := spec.TLPMarking(level)
	same := kind == "tlp" && want != nil && len(definition) == 1
	for _, name := range []string{"id", "name", "created", "spec_version"} {
		same = same && (o[name] == want[name] || name == "name" && o[name] == nil)
	}
	if !same {
		c.must("tlp-instance", "7.2.1.4", "a TLP marking must be one of the four that the specification defines, with its identifier, name and time")
	}
}

func checkNetworkTraffic(c *checker, o stix.Object) {
	if active, ok := o["is_active"].(bool); ok && active && has(o, "end") {
		c.at("end", "active-end", "6.12", "traffic that is active must not have an \"end\"")
	}
	for i, s := range o.Strs("protocols") {
		if s != strings.ToLower(s) {
			c.push("protocols")
			c.push(strconv.Itoa(i))
			c.should("protocol-form", "6.12", stix.Quote(s)+" should be lower case")
			c.pop()
			c.pop()
		}
	}
}

var relationshipForm = regexp.MustCompile(`^[a-z0-9-]+$`)

// checkRelationship judges relationship_type and, as advice, the pair that it
// joins (section 5.1).
func checkRelationship(c *checker, o stix.Object) {
	kind, ok := o["relationship_type"].(string)
	if !ok {
		return
	}
	c.push("relationship_type")
	defer c.pop()
	if !relationshipForm.MatchString(kind) {
		c.must("relationship-type-form", "5.1", stix.Quote(kind)+" must be of a–z, 0–9 and hyphen")
		return
	}
	source, target := stix.IDType(o.Str("source_ref")), stix.IDType(o.Str("target_ref"))
	if slices.Contains([]string{"derived-from", "duplicate-of", "related-to"}, kind) || spec.Lookup(source) == nil || spec.Lookup(target) == nil {
		return
	}
	if !spec.Relates(source, kind, target) {
		c.should("relationship-type", "5.1", stix.Quote(kind)+" is not a relationship that the specification defines from "+source+" to "+target)
	}
}

func checkSoftware(c *checker, o stix.Object) {
	if s, ok := o["cpe"].(string); ok && !validCPE(s) {
		c.at("cpe", "cpe-format", "6.14", stix.Quote(s)+" is not a name of CPE 2.3")
	}
}

var truncatedHives = map[string]bool{"HKLM": true, "HKCC": true, "HKCR": true, "HKCU": true, "HKU": true}

func checkRegistryKey(c *checker, o stix.Object) {
	s, ok := o["key"].(string)
	if hive, _, _ := strings.Cut(s, `\`); ok && truncatedHives[strings.ToUpper(hive)] {
		c.at("key", "registry-hive", "6.17", "the hive "+stix.Quote(hive)+" must be written in full")
	}
}
