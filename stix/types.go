package stix

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// Class says what kind of object a type is.
type Class string

// The classes of types (section 1.2 and sections 4 to 8).
const (
	SDO         Class = "sdo"    // domain object
	SRO         Class = "sro"    // relationship object
	SCO         Class = "sco"    // cyber observable
	SMO         Class = "smo"    // meta object: marking-definition, language-content, extension-definition
	Bundle      Class = "bundle" // the container, which is no STIX object
	structClass Class = "struct"
	extClass    Class = "ext"
)

// TypeInfo describes one type for people and programs that show it.
type TypeInfo struct {
	Name         string
	Class        Class
	Section      string // of the specification
	Properties   []PropertyInfo
	Contributing []string // ID contributing properties of a cyber observable
}

// PropertyInfo describes one property of a type.
type PropertyInfo struct {
	Name     string
	Type     string // as the specification's tables write it, for example "list of timestamp"
	Required bool
	Targets  []string // types that a reference may name; @sdo, @sco, @sro and @any are classes
	Values   []string // of the enumeration or the open vocabulary
	Open     bool     // Values are suggestions (open vocabulary)
}

// Types lists the types of the specification in its order: 19 SDO, 2 SRO, 18
// SCO, 3 meta objects and the bundle, each with its common properties first.
func Types() []TypeInfo {
	t := specTables()
	out := make([]TypeInfo, 0, len(t.order))
	for _, name := range t.order {
		info := t.types[name]
		ti := TypeInfo{Name: name, Class: info.class, Section: info.section, Contributing: slices.Clone(info.contributing)}
		for _, p := range info.order {
			ti.Properties = append(ti.Properties, p.info())
		}
		out = append(out, ti)
	}
	return out
}

// ClassOf returns the class of a type that the specification defines, "" for
// others.
func ClassOf(typ string) Class {
	if info := specTables().types[typ]; info != nil {
		return info.class
	}
	return ""
}

func (p *property) info() PropertyInfo {
	pi := PropertyInfo{Name: p.name, Type: p.typeName, Required: p.required, Targets: slices.Clone(p.targets)}
	if p.vocabulary != nil {
		pi.Values = slices.Clone(p.vocabulary.values)
		pi.Open = p.vocabulary.open
	}
	return pi
}

type kind uint8

const (
	kindString kind = iota
	kindBoolean
	kindInteger
	kindFloat
	kindTimestamp
	kindIdentifier
	kindRef
	kindHex
	kindBinary
	kindHashes
	kindDictionary
	kindEnum
	kindOpenVocab
	kindLang
	kindURL
	kindCharset
	kindStruct
	kindExtensions
	kindContainer
	kindObject
)

// property is one row of a property table.
type property struct {
	name       string
	typeName   string
	section    string // of the table that has the property
	required   bool
	list       bool
	kind       kind
	min, max   float64
	hasMin     bool
	hasMax     bool
	targets    []string
	vocabulary *vocabulary
	dictTypes  []string
	structName string
	structure  *typeInfo // resolved structName
}

type typeInfo struct {
	name         string
	class        Class
	section      string
	extends      string // for predefined extensions: the type
	props        map[string]*property
	order        []*property
	contributing []string
	rules        []propertyRule
	deprecated   []string
}

// propertyRule is one line of a table that starts with a colon.
type propertyRule struct {
	kind  string
	names []string
	equal bool // order: equality is permitted
}

type vocabulary struct {
	name    string
	section string
	open    bool
	values  []string
	has     map[string]bool
}

type tables struct {
	types      map[string]*typeInfo // objects and the bundle
	structs    map[string]*typeInfo
	extensions map[string]*typeInfo
	custom     map[Class]*typeInfo // common properties for types that the specification does not define
	vocab      map[string]*vocabulary
	relations  map[string]map[string][]string // source → type → targets
	order      []string
}

// specTables reads the tables once. They are constants of this package, so a
// defect in them is a defect of the program: it panics, and the first test finds
// it.
var specTables = sync.OnceValue(func() *tables {
	t := &tables{
		types: map[string]*typeInfo{}, structs: map[string]*typeInfo{}, extensions: map[string]*typeInfo{},
		custom: map[Class]*typeInfo{}, vocab: map[string]*vocabulary{}, relations: map[string]map[string][]string{},
	}
	t.readVocabularies()
	common := t.readBlocks(commonTable)
	for _, info := range t.readBlocks(typeTable) {
		t.add(info, common)
	}
	for _, class := range []Class{SDO, SRO, SCO} {
		block := string(class)
		if class == SRO {
			block = string(SDO)
		}
		t.custom[class] = &typeInfo{class: class, section: "11.2", props: map[string]*property{}}
		t.custom[class].inherit(find(common, block))
	}
	for _, set := range []map[string]*typeInfo{t.types, t.structs, t.extensions, customByName(t.custom)} {
		for _, info := range set {
			t.resolve(info)
		}
	}
	t.readRelationships()
	return t
})

func customByName(m map[Class]*typeInfo) map[string]*typeInfo {
	out := map[string]*typeInfo{}
	for c, info := range m {
		out[string(c)] = info
	}
	return out
}

func find(blocks []*typeInfo, name string) *typeInfo {
	for _, b := range blocks {
		if b.name == name {
			return b
		}
	}
	panic("stix: no block " + name + " in the tables")
}

func (t *tables) add(info *typeInfo, common []*typeInfo) {
	switch info.class {
	case structClass:
		t.structs[info.name] = info
		return
	case extClass:
		t.extensions[info.name] = info
		return
	case SDO, SRO:
		info.inherit(find(common, string(SDO)))
	case SCO:
		info.inherit(find(common, string(SCO)))
	default:
		info.inherit(find(common, info.name))
	}
	t.types[info.name] = info
	t.order = append(t.order, info.name)
}

// inherit puts the common properties before the type's own.
func (info *typeInfo) inherit(common *typeInfo) {
	own := info.order
	info.order = nil
	info.rules = append(slices.Clone(common.rules), info.rules...)
	for _, p := range append(slices.Clone(common.order), own...) {
		c := *p
		info.props[c.name] = &c
		info.order = append(info.order, &c)
	}
}

func (t *tables) resolve(info *typeInfo) {
	for _, p := range info.order {
		if p.kind != kindStruct {
			continue
		}
		if p.structure = t.structs[p.structName]; p.structure == nil {
			panic("stix: the tables do not define " + p.structName)
		}
	}
	for i, r := range info.rules {
		if slices.Contains(r.names, "*") {
			info.rules[i].names = info.ownNames(r.names)
		}
	}
}

// ownNames replaces "*" by the properties that are the type's own.
func (info *typeInfo) ownNames(names []string) []string {
	out := slices.DeleteFunc(slices.Clone(names), func(n string) bool { return n == "*" })
	common := map[string]bool{}
	for _, p := range specCommonNames() {
		common[p] = true
	}
	for _, p := range info.order {
		if !common[p.name] || info.class == structClass || info.class == extClass {
			out = append(out, p.name)
		}
	}
	return out
}

// specCommonNames lists the common properties of section 3.2.
func specCommonNames() []string {
	return []string{
		"type", "spec_version", "id", "created_by_ref", "created", "modified", "revoked", "labels", "confidence", "lang",
		"external_references", "object_marking_refs", "granular_markings", "defanged", "extensions",
	}
}

func (t *tables) readVocabularies() {
	for line := range strings.Lines(vocabularyTable) {
		f := strings.Fields(line)
		if len(f) == 0 {
			continue
		}
		v := &vocabulary{name: f[0], section: f[1], open: strings.HasSuffix(f[0], "-ov"), values: f[2:], has: map[string]bool{}}
		for _, s := range v.values {
			v.has[s] = true
		}
		t.vocab[v.name] = v
	}
}

func (t *tables) readRelationships() {
	for line := range strings.Lines(relationshipTable) {
		f := strings.Fields(line)
		if len(f) == 0 {
			continue
		}
		if t.relations[f[0]] == nil {
			t.relations[f[0]] = map[string][]string{}
		}
		t.relations[f[0]][f[1]] = f[2:]
	}
}

func (t *tables) readBlocks(text string) []*typeInfo {
	var out []*typeInfo
	var info *typeInfo
	for line := range strings.Lines(text) {
		f := strings.Fields(line)
		switch {
		case len(f) == 0:
			info = nil
		case info == nil:
			info = &typeInfo{class: Class(f[0]), name: f[1], section: f[2], props: map[string]*property{}}
			if len(f) > 3 {
				info.extends = f[3]
			}
			out = append(out, info)
		case f[0][0] == ':':
			info.addRule(f)
		default:
			p := t.readProperty(f)
			p.section = info.section
			info.props[p.name] = p
			info.order = append(info.order, p)
		}
	}
	return out
}

func (info *typeInfo) addRule(f []string) {
	switch f[0] {
	case ":id":
		info.contributing = f[1:]
	case ":deprecated":
		info.deprecated = f[1:]
	case ":order":
		info.rules = append(info.rules, propertyRule{kind: "order", names: []string{f[1], f[3]}, equal: f[2] == "<="})
	default:
		info.rules = append(info.rules, propertyRule{kind: f[0][1:], names: f[1:]})
	}
}

var kindNames = map[string]kind{
	"string": kindString, "boolean": kindBoolean, "integer": kindInteger, "float": kindFloat, "timestamp": kindTimestamp,
	"identifier": kindIdentifier, "ref": kindRef, "hex": kindHex, "binary": kindBinary, "hashes": kindHashes,
	"dictionary": kindDictionary, "enum": kindEnum, "ov": kindOpenVocab, "lang": kindLang, "url": kindURL,
	"charset": kindCharset, "extensions": kindExtensions, "observable-container": kindContainer, "object": kindObject,
}

// readProperty reads "name! [list of] type[:arguments] [range]".
func (t *tables) readProperty(f []string) *property {
	p := &property{name: strings.TrimSuffix(f[0], "!"), required: strings.HasSuffix(f[0], "!"), typeName: strings.Join(f[1:], " ")}
	f = f[1:]
	if f[0] == "list" {
		p.list = true
		f = f[2:]
	}
	name, args, _ := strings.Cut(f[0], ":")
	k, known := kindNames[name]
	if !known {
		k, p.structName = kindStruct, name
	}
	p.kind = k
	switch k {
	case kindRef:
		p.targets = strings.Split(args, "|")
	case kindDictionary:
		if args != "" {
			p.dictTypes = strings.Split(args, "|")
		}
	case kindEnum, kindOpenVocab:
		if p.vocabulary = t.vocab[args]; p.vocabulary == nil {
			panic("stix: the tables do not define the vocabulary " + args)
		}
	}
	if len(f) > 1 {
		p.readRange(f[1])
	}
	return p
}

func (p *property) readRange(s string) {
	low, high, _ := strings.Cut(s, "..")
	var err error
	if low != "" {
		p.min, err = strconv.ParseFloat(low, 64)
		p.hasMin = true
	}
	if high != "" && err == nil {
		p.max, err = strconv.ParseFloat(high, 64)
		p.hasMax = true
	}
	if err != nil {
		panic(fmt.Sprintf("stix: range %q of %s in the tables: %v", s, p.name, err))
	}
}

// validTypeName applies section 3.1 and, for custom types, 11.2.1: ASCII a–z,
// 0–9 and hyphen, starts with a letter, 3 to 250 characters, no two hyphens in a
// row.
func validTypeName(s string) bool {
	if len(s) < 3 || len(s) > 250 || s[0] < 'a' || s[0] > 'z' {
		return false
	}
	for i := range len(s) {
		c := s[i]
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' {
			return false
		}
		if c == '-' && s[i-1] == '-' {
			return false
		}
	}
	return true
}

// validPropertyName applies section 3.1 and, for custom properties, 7.3.2.1 and
// 11.1.1: ASCII a–z, 0–9 and underscore, starts with a letter, 3 to 250
// characters. "id" is the one exception that the specification makes.
func validPropertyName(s string) bool {
	if s == "id" {
		return true
	}
	if len(s) < 3 || len(s) > 250 || s[0] < 'a' || s[0] > 'z' {
		return false
	}
	for i := range len(s) {
		c := s[i]
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '_' {
			return false
		}
	}
	return true
}
