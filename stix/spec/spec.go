package spec

import (
	"iter"
	"slices"
)

// Class says what kind of thing a type describes.
type Class string

// The classes of types (section 1.2 and sections 2 to 8).
const (
	SDO       Class = "sdo"    // domain object
	SRO       Class = "sro"    // relationship object
	SCO       Class = "sco"    // cyber observable
	SMO       Class = "smo"    // meta object: marking-definition, language-content, extension-definition
	Bundle    Class = "bundle" // the container, which is no STIX object
	DataType  Class = "struct" // part of objects, such as a kill chain phase
	Extension Class = "ext"    // predefined extension of one type
)

// Type is what the specification says of one type of object, data type or
// predefined extension.
type Type struct {
	name        string
	class       Class
	section     string
	extends     string
	props       map[string]*Property
	order       []*Property
	constraints []Constraint
	deprecated  []string
}

// Name returns the name, for example "indicator"; "" for the types that
// [Custom] returns.
func (t *Type) Name() string { return t.name }

// Class returns the class.
func (t *Type) Class() Class { return t.class }

// Section returns the section of the specification that defines the type.
func (t *Type) Section() string { return t.section }

// TopLevel reports whether the type describes whole objects (or the bundle), not
// a part of them.
func (t *Type) TopLevel() bool { return t.class != DataType && t.class != Extension }

// Extends reports whether the type is a predefined extension of the named type.
func (t *Type) Extends(typ string) bool { return t != nil && t.extends == typ }

// Property returns the property of the name, nil if the type defines none.
func (t *Type) Property(name string) *Property { return t.props[name] }

// Properties yields the properties in the order of the specification, common
// ones first.
func (t *Type) Properties() iter.Seq[*Property] { return slices.Values(t.order) }

// Constraints yields the rules between properties.
func (t *Type) Constraints() iter.Seq[Constraint] { return slices.Values(t.constraints) }

// Deprecated yields the names of the properties that are deprecated.
func (t *Type) Deprecated() iter.Seq[string] { return slices.Values(t.deprecated) }

// Kind is the data type of a property's value, or of each element of a list.
type Kind uint8

// The kinds (section 2 and the property tables).
const (
	KindString Kind = iota
	KindBoolean
	KindInteger
	KindFloat
	KindTimestamp
	KindIdentifier
	KindRef // an identifier of some types only; see [Property.Permits]
	KindHex
	KindBinary
	KindHashes
	KindDictionary
	KindEnum
	KindOpenVocab
	KindLang
	KindURL
	KindCharset
	KindStruct // a data type; see [Property.Struct]
	KindExtensions
	KindContainer // the deprecated observable container (section 2.13)
	KindObject    // a STIX object, in a bundle
)

// Property is one row of a property table.
type Property struct {
	name       string
	typeName   string
	section    string
	required   bool
	list       bool
	kind       Kind
	min, max   float64
	hasMin     bool
	hasMax     bool
	targets    []string
	vocabulary *Vocabulary
	valueTypes []string
	structName string
	structure  *Type // resolved structName
}

// Name returns the name of the property.
func (p *Property) Name() string { return p.name }

// TypeName returns the type as the tables write it, for example "list of
// timestamp".
func (p *Property) TypeName() string { return p.typeName }

// Section returns the section of the table that has the property.
func (p *Property) Section() string { return p.section }

// Required reports whether the property must be there.
func (p *Property) Required() bool { return p.required }

// List reports whether the value is a list.
func (p *Property) List() bool { return p.list }

// Kind returns the kind of the value, or of the elements of a list.
func (p *Property) Kind() Kind { return p.kind }

// InRange reports whether a number is within what the table permits.
func (p *Property) InRange(f float64) bool {
	return !(p.hasMin && f < p.min) && !(p.hasMax && f > p.max)
}

// Targets returns the types that a reference may name; @sdo, @sco, @sro and @any
// are classes. The result is the caller's.
func (p *Property) Targets() []string { return slices.Clone(p.targets) }

// Permits reports whether a reference may name an object of the type. Custom
// types pass where the specification names a class.
func (p *Property) Permits(typ string) bool { return permits(p.targets, typ) }

// Vocabulary returns the enumeration or open vocabulary of the values, nil if
// there is none.
func (p *Property) Vocabulary() *Vocabulary { return p.vocabulary }

// ValueTypes returns the types that the values of a dictionary may have
// ("string", "integer", "list"); nil if any. The result is the caller's.
func (p *Property) ValueTypes() []string { return slices.Clone(p.valueTypes) }

// Struct returns the data type of a value of [KindStruct], nil for others.
func (p *Property) Struct() *Type { return p.structure }

// ConstraintKind says what a [Constraint] demands.
type ConstraintKind string

// The kinds of constraints.
const (
	AtLeastOne ConstraintKind = "any"   // at least one of the properties is there
	ExactlyOne ConstraintKind = "one"   // exactly one of them is there
	Needs      ConstraintKind = "needs" // the first is not there without the others
	Order      ConstraintKind = "order" // the first is a time that is not later than the second
)

// Constraint is one rule between the properties of a type.
type Constraint struct {
	kind  ConstraintKind
	names []string
	equal bool
}

// Kind says what the constraint demands.
func (c Constraint) Kind() ConstraintKind { return c.kind }

// Name returns the i-th property that the constraint names.
func (c Constraint) Name(i int) string { return c.names[i] }

// Names yields the properties that the constraint names.
func (c Constraint) Names() iter.Seq[string] { return slices.Values(c.names) }

// Equal reports whether the two times of [Order] may be one moment.
func (c Constraint) Equal() bool { return c.equal }

// Vocabulary is one of the vocabularies of section 10.
type Vocabulary struct {
	name    string
	section string
	open    bool
	values  []string
	has     map[string]bool
}

// Name returns the name, for example "malware-type-ov".
func (v *Vocabulary) Name() string { return v.name }

// Section returns the section that lists the values.
func (v *Vocabulary) Section() string { return v.section }

// Open reports whether the values are suggestions (an open vocabulary) or all
// that there are (an enumeration).
func (v *Vocabulary) Open() bool { return v.open }

// Has reports whether the vocabulary has the value.
func (v *Vocabulary) Has(value string) bool { return v != nil && v.has[value] }

// Values returns the values in the order of the specification. The result is the
// caller's.
func (v *Vocabulary) Values() []string { return slices.Clone(v.values) }

// Types lists the types of the specification in its order: 19 SDO, 2 SRO, 18
// SCO, 3 meta objects and the bundle.
func Types() []*Type {
	t := tables()
	out := make([]*Type, 0, len(t.order))
	for _, name := range t.order {
		out = append(out, t.types[name])
	}
	return out
}

// Lookup returns the type of objects, or the bundle, of the name; nil for what
// the specification does not define.
func Lookup(typ string) *Type { return tables().types[typ] }

// LookupExtension returns the predefined extension of the key, nil for others.
func LookupExtension(key string) *Type { return tables().extensions[key] }

// LookupVocabulary returns the vocabulary of the name, nil for others.
func LookupVocabulary(name string) *Vocabulary { return tables().vocab[name] }

// Custom returns what holds for types that the specification does not define
// (section 11.2): the common properties of the class, which is [SDO], [SRO] or
// [SCO]; nil for other classes.
func Custom(c Class) *Type { return tables().custom[c] }

// ClassOf returns the class of a type of objects, or of the bundle; "" for what
// the specification does not define.
func ClassOf(typ string) Class {
	if t := Lookup(typ); t != nil {
		return t.class
	}
	return ""
}

// IsCommon reports whether some class of objects has the property as a common
// one (section 3.2).
func IsCommon(property string) bool { return slices.Contains(commonNames(), property) }

// Relates reports whether the specification defines the relationship type from
// one type of object to the other. Those that section 5.1 permits between any
// two objects are not among them.
func Relates(source, relationship, target string) bool {
	return permits(tables().relations[source][relationship], target)
}

func permits(targets []string, typ string) bool {
	info := Lookup(typ)
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

// ExtensionPrefix is what the key of an extension starts with that an extension
// definition declares (section 7.3).
const ExtensionPrefix = "extension-definition--"
