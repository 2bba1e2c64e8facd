package spec

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// specification is what the tables state.
type specification struct {
	types      map[string]*Type // objects and the bundle
	structs    map[string]*Type
	extensions map[string]*Type
	custom     map[Class]*Type // common properties for types that the specification does not define
	vocab      map[string]*Vocabulary
	relations  map[string]map[string][]string // source → type → targets
	order      []string
}

// tables reads the tables once. They are constants of this package, so a defect
// in them is a defect of the program: it panics, and the first test finds it.
var tables = sync.OnceValue(func() *specification {
	t := &specification{
		types: map[string]*Type{}, structs: map[string]*Type{}, extensions: map[string]*Type{},
		custom: map[Class]*Type{}, vocab: map[string]*Vocabulary{}, relations: map[string]map[string][]string{},
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
		t.custom[class] = &Type{class: class, section: "11.2", props: map[string]*Property{}}
		t.custom[class].inherit(find(common, block))
	}
	for _, set := range []map[string]*Type{t.types, t.structs, t.extensions, customByName(t.custom)} {
		for _, info := range set {
			t.resolve(info)
		}
	}
	t.readRelationships()
	return t
})

func customByName(m map[Class]*Type) map[string]*Type {
	out := map[string]*Type{}
	for c, info := range m {
		out[string(c)] = info
	}
	return out
}

func find(blocks []*Type, name string) *Type {
	for _, b := range blocks {
		if b.name == name {
			return b
		}
	}
	panic("spec: no block " + name + " in the tables")
}

func (t *specification) add(info *Type, common []*Type) {
	switch info.class {
	case DataType:
		t.structs[info.name] = info
		return
	case Extension:
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
func (t *Type) inherit(common *Type) {
	own := t.order
	t.order = nil
	t.constraints = append(slices.Clone(common.constraints), t.constraints...)
	for _, p := range append(slices.Clone(common.order), own...) {
		c := *p
		t.props[c.name] = &c
		t.order = append(t.order, &c)
	}
}

func (t *specification) resolve(info *Type) {
	for _, p := range info.order {
		if p.kind != KindStruct {
			continue
		}
		if p.structure = t.structs[p.structName]; p.structure == nil {
			panic("spec: the tables do not define " + p.structName)
		}
	}
	for i, r := range info.constraints {
		if slices.Contains(r.names, "*") {
			info.constraints[i].names = info.ownNames(r.names)
		}
	}
}

// ownNames replaces "*" by the properties that are the type's own.
func (t *Type) ownNames(names []string) []string {
	out := slices.DeleteFunc(slices.Clone(names), func(n string) bool { return n == "*" })
	common := map[string]bool{}
	for _, p := range commonNames() {
		common[p] = true
	}
	for _, p := range t.order {
		if !common[p.name] || t.class == DataType || t.class == Extension {
			out = append(out, p.name)
		}
	}
	return out
}

// commonNames lists the common properties of section 3.2.
func commonNames() []string {
	return []string{
		"type", "spec_version", "id", "created_by_ref", "created", "modified", "revoked", "labels", "confidence", "lang",
		"external_references", "object_marking_refs", "granular_markings", "defanged", "extensions",
	}
}

func (t *specification) readVocabularies() {
	for line := range strings.Lines(vocabularyTable) {
		f := strings.Fields(line)
		if len(f) == 0 {
			continue
		}
		v := &Vocabulary{name: f[0], section: f[1], open: strings.HasSuffix(f[0], "-ov"), values: f[2:], has: map[string]bool{}}
		for _, s := range v.values {
			v.has[s] = true
		}
		t.vocab[v.name] = v
	}
}

func (t *specification) readRelationships() {
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

func (t *specification) readBlocks(text string) []*Type {
	var out []*Type
	var info *Type
	for line := range strings.Lines(text) {
		f := strings.Fields(line)
		switch {
		case len(f) == 0:
			info = nil
		case info == nil:
			info = &Type{class: Class(f[0]), name: f[1], section: f[2], props: map[string]*Property{}}
			if len(f) > 3 {
				info.extends = f[3]
			}
			out = append(out, info)
		case f[0][0] == ':':
			info.addConstraint(f)
		default:
			p := t.readProperty(f)
			p.section = info.section
			info.props[p.name] = p
			info.order = append(info.order, p)
		}
	}
	return out
}

func (t *Type) addConstraint(f []string) {
	switch f[0] {
	case ":deprecated":
		t.deprecated = f[1:]
	case ":order":
		t.constraints = append(t.constraints, Constraint{kind: Order, names: []string{f[1], f[3]}, equal: f[2] == "<="})
	case ":any", ":one", ":needs":
		t.constraints = append(t.constraints, Constraint{kind: ConstraintKind(f[0][1:]), names: f[1:]})
	default:
		panic("spec: the tables have a line of no kind: " + strings.Join(f, " "))
	}
}

var kindNames = map[string]Kind{
	"string": KindString, "boolean": KindBoolean, "integer": KindInteger, "float": KindFloat, "timestamp": KindTimestamp,
	"identifier": KindIdentifier, "ref": KindRef, "hex": KindHex, "binary": KindBinary, "hashes": KindHashes,
	"dictionary": KindDictionary, "enum": KindEnum, "ov": KindOpenVocab, "lang": KindLang, "url": KindURL,
	"charset": KindCharset, "extensions": KindExtensions, "observable-container": KindContainer, "object": KindObject,
}

// readProperty reads "name! [list of] type[:arguments] [range]".
func (t *specification) readProperty(f []string) *Property {
	p := &Property{name: strings.TrimSuffix(f[0], "!"), required: strings.HasSuffix(f[0], "!"), typeName: strings.Join(f[1:], " ")}
	f = f[1:]
	if f[0] == "list" {
		p.list = true
		f = f[2:]
	}
	name, args, _ := strings.Cut(f[0], ":")
	k, known := kindNames[name]
	if !known {
		k, p.structName = KindStruct, name
	}
	p.kind = k
	switch k {
	case KindRef:
		p.targets = strings.Split(args, "|")
	case KindDictionary:
		if args != "" {
			p.valueTypes = strings.Split(args, "|")
		}
	case KindEnum, KindOpenVocab:
		if p.vocabulary = t.vocab[args]; p.vocabulary == nil {
			panic("spec: the tables do not define the vocabulary " + args)
		}
	}
	if len(f) > 1 {
		p.readRange(f[1])
	}
	return p
}

func (p *Property) readRange(s string) {
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
		panic(fmt.Sprintf("spec: range %q of %s in the tables: %v", s, p.name, err))
	}
}
