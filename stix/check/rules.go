package check

import (
	"strings"
	"sync"
)

// Rule is one named check.
type Rule struct {
	Name    string
	Section string // where the specification states it; "type" means the section of the type that is judged
	Level   string // MUST, SHOULD, or "mode" for what [Strict] requires and [Lenient] advises
	Text    string
}

// Rules lists every check that [Object] makes, by name.
func Rules() []Rule {
	return append([]Rule(nil), ruleList()...)
}

var ruleList = sync.OnceValue(func() []Rule {
	var out []Rule
	for line := range strings.Lines(ruleTable) {
		f := strings.SplitN(strings.TrimSpace(line), " ", 4)
		if len(f) == 4 {
			out = append(out, Rule{Name: f[0], Section: f[1], Level: f[2], Text: f[3]})
		}
	}
	return out
})

// ruleTable: name, section, level, text.
const ruleTable = `
active-end 6.12 MUST Traffic that is active has no end.
at-least-one type MUST At least one of the properties that the type names is there.
binary-format 2.1 MUST Binary values are base64 (RFC 4648).
bundle-nesting 8.1 MUST A bundle holds STIX objects; a bundle is none.
capec-format 4.1 MUST A CAPEC identifier of an attack pattern has source_name capec and the form CAPEC-[id].
charset 3.9.1 MUST An _enc property has the preferred name of an IANA character set.
common-property-use 3.2 MUST|SHOULD Common properties are used where the type has them; defanged on cyber observables only.
container-reference 2.13 MUST A reference inside an observable container names a key of it.
container-type 2.13 MUST An observable container holds cyber observables.
country-code 4.10 SHOULD A country is an ISO 3166-1 alpha-2 code.
cpe-format 6.14 MUST A cpe is a CPE 2.3 name.
custom-extension 11.3 mode An extension definition declares each extension that the specification does not define.
custom-property 11.1 mode An extension declares each property that the specification does not define.
custom-type 11.2 mode An extension declares each type that the specification does not define.
cve-format 4.19 MUST A CVE identifier of a vulnerability has source_name cve and the form CVE-YYYY-NNNN+.
dependency type MUST A property is not there without those that it depends on.
deprecated-property type SHOULD Deprecated properties are not used in new content.
deterministic-id 3.4 SHOULD A UUIDv5 of a cyber observable is the one over its ID contributing properties.
dictionary-key 2.3 MUST|SHOULD Dictionary keys have a–z, A–Z, 0–9, hyphen and underscore, at most 250 characters.
dictionary-key-case 2.3 SHOULD Dictionary keys are lower case.
domain-format 6.4 MUST A domain name conforms to RFC 1034 and RFC 5890.
domain-preferred-syntax 6.4 SHOULD A domain name has the preferred syntax of RFC 1034 section 3.5.
duplicate-version 3.6 SHOULD A bundle holds each version of an object once.
email-format 6.5 MUST An address is an addr-spec of RFC 5322 without display name.
empty-dictionary 2.3 MUST A dictionary has at least one entry.
empty-list 2.12 MUST A list has at least one value.
enum-value 10 MUST A value of an enumeration is one of its terms.
exactly-one type MUST Exactly one of the properties that the type names is there.
extension-description 7.3.1 SHOULD An extension definition has a description.
extension-key 3.2,11.3.1 MUST The key of an extension is a predefined name, an extension definition's identifier, or a name that ends in -ext.
extension-properties-use 7.3.1 MUST|SHOULD extension_properties goes with toplevel-property-extension.
extension-type 3.2,10.5 MUST An extension under an extension definition's identifier has an extension_type of the enumeration.
granular-choice 7.2.3.1 MUST A granular marking has either lang or marking_ref.
hash-name 2.7 MUST Names of hashes have a–z, A–Z, 0–9, hyphen and underscore, 3 to 250 characters.
hash-value 2.7 MUST A hash has the form of its algorithm.
hash-vocabulary 2.5.1 MUST Hashes of an external reference are of the algorithms in hash-algorithm-ov.
header-list 6.12.2 SHOULD The value of a header field is a list of strings.
hex-format 2.8 MUST A hexadecimal value has an even number of hexadecimal digits.
hex-lower-case 2.8 SHOULD Hexadecimal digits are lower case.
identifier-format 2.9 MUST An identifier has the form object-type--UUID.
identifier-prefix 2.9 MUST An identifier starts with the type of its object.
integer-range 2.10 MUST An integer is within ±(2^53 − 1).
ip-format 6.8,6.9 MUST An address is of its family, single or as a CIDR block.
kill-chain-form 2.11 SHOULD Names of kill chains and phases are lower case with hyphens.
language-code 3.2,7.1.1 MUST A language is a code of RFC 5646.
mac-format 6.10 MUST A MAC address is lower case with colons and leading zeros.
malware-family-name 4.11 MUST A malware family has a name.
marking-circular 3.2 MUST A marking definition does not mark itself.
marking-definition 7.2.1.1 MUST A marking definition without extensions has definition_type and definition.
marking-type 7.2.1.1 SHOULD The type of a marking is statement or tlp.
media-type 6.1 SHOULD A mime_type is in the IANA registry.
multipart-body 6.6 MUST A message has body or body_multipart as is_multipart says.
object-type 3.2 MUST An object has a type.
open-vocabulary 10 SHOULD A value of an open vocabulary comes from it.
open-vocabulary-form 2.14 SHOULD A value outside an open vocabulary is lower case with hyphens.
pattern-and-types 9.5 MUST Comparisons of different object types inside one observation are joined by OR.
pattern-name 9.7 MUST Object types and properties in a pattern have names that a type could have.
pattern-name-form 3.1 SHOULD Object types and properties in a pattern are written as names are.
pattern-syntax 9 MUST A pattern of type stix has the grammar of STIX patterns.
product-form 4.12 SHOULD A product is lower case with hyphens.
property-name 3.1,7.3.2.1 MUST Property names have a–z, 0–9 and underscore, a letter first, 3 to 250 characters.
property-type 2 MUST A value has the type of its property; null is none.
protocol-form 6.12 SHOULD Protocols are lower case.
reference-hash 2.5.1 SHOULD An external reference with a URL has hashes.
reference-type 3.3 MUST A reference names an object of a type that its property permits (the section of the property).
registry-hive 6.17 MUST The hive of a registry key is written in full.
relationship-type 5.1 SHOULD A relationship is one that the specification defines for its ends.
relationship-type-form 5.1 MUST A relationship_type has a–z, 0–9 and hyphen.
required-property type MUST A required property is there.
reserved-name 3.8 MUST Reserved names are not used.
selector-syntax 7.2.3.1 MUST A selector has names and list indices, separated by dots.
selector-target 7.2.3.1 MUST A selector leads to something in the object.
spec-version 3.2 MUST spec_version is 2.1.
statement-form 7.2.1.3 MUST A statement marking has a statement.
stix-2.0-object 3.2 SHOULD Objects of a bundle are STIX 2.1.
timestamp-format 2.16 MUST A timestamp is YYYY-MM-DDTHH:mm:ss[.s+]Z, a time that exists, in UTC.
timestamp-order type MUST Times come in the order that the type states; modified is not before created (3.2).
timestamp-precision 3.2 MUST created and modified have milliseconds at least.
tlp-instance 7.2.1.4 MUST A TLP marking is one of the four that the specification defines.
type-name 3.1 MUST A type name has a–z, 0–9 and single hyphens, a letter first, 3 to 250 characters.
url-format 2.5.1,6.1,6.15 MUST A URL conforms to RFC 3986.
uuid-version 2.9 SHOULD The UUID of an object that is no cyber observable is version 4.
uuid4-required 2.9 MUST Without ID contributing properties the UUID of a cyber observable is version 4.
value-range type MUST A number is within the range of its property.
`
