package check

import (
	"strconv"

	"github.com/cordon-project/cordon/stix"
	"github.com/cordon-project/cordon/stix/spec"
	"github.com/cordon-project/cordon/stix/v20"
)

// bundle judges a bundle and each object in it (section 8). The bundle is no
// STIX object: its own custom properties are permitted and nobody need keep
// them.
func (c *checker) bundle(o stix.Object) {
	info := spec.Lookup("bundle")
	c.object = o
	c.properties(info, o)
	c.requiredProperties(info, o, "bundle")
	c.identity(o, "bundle", info)
	objects, _ := o["objects"].([]any)
	seen := make(map[string]bool, len(objects))
	for i, v := range objects {
		c.push("objects")
		c.push(strconv.Itoa(i))
		c.inBundle(v, seen)
		c.pop()
		c.pop()
	}
}

func (c *checker) inBundle(v any, seen map[string]bool) {
	m, ok := v.(map[string]any)
	o := stix.Object(m)
	switch {
	case !ok:
		c.must("property-type", "8.1", "\"objects\" must hold STIX objects")
		return
	case o.Type() == "bundle":
		c.must("bundle-nesting", "8.1", "a bundle is not a STIX object and cannot be in a bundle")
		return
	case v20.Is(o):
		c.version20(o)
	default:
		c.declared = false
		c.top(o)
	}
	if key := o.ID() + "\x00" + o.Version(); o.ID() != "" {
		if seen[key] {
			c.should("duplicate-version", "3.6", "the bundle holds this version of "+o.ID()+" more than once")
		}
		seen[key] = true
	}
}

// required20 are the properties that STIX 2.0 Part 2 requires and 2.1 does not.
var required20 = map[string]string{
	"identity": "identity_class", "indicator": "labels", "malware": "labels", "observed-data": "objects",
	"report": "labels", "threat-actor": "labels", "tool": "labels",
}

// version20 judges an object of STIX 2.0, which a bundle of STIX 2.1 may hold
// (sections 3.2 and 8): by what 2.0 requires, then by the rules of 2.1 on its
// upgraded form, which are those of 2.0 for what 2.0 has.
func (c *checker) version20(o stix.Object) {
	c.should("stix-2.0-object", "3.2", "an object without \"spec_version\" is STIX 2.0")
	if name := required20[o.Type()]; name != "" && !has(o, name) {
		c.must("required-property", "STIX 2.0 Part 2", "the required property \""+name+"\" of "+o.Type()+" is missing")
	}
	upgraded, _ := v20.Upgrade(o)
	for _, u := range upgraded {
		inner := checker{mode: c.mode, path: c.path}
		inner.top(u)
		c.findings = append(c.findings, inner.findings...)
	}
}

// observableContainer judges the deprecated container of observed-data (section
// 2.13). Its objects need no identifier; their references may be keys.
func (c *checker) observableContainer(p *spec.Property, v any) {
	m, ok := v.(map[string]any)
	if !ok {
		c.wrongType(p, "2.13")
		return
	}
	if len(m) == 0 {
		c.must("empty-dictionary", "2.3", "a dictionary must have at least one entry")
	}
	for key, v := range m {
		c.push(key)
		c.contained(v, m)
		c.pop()
	}
}

func (c *checker) contained(v any, container map[string]any) {
	m, ok := v.(map[string]any)
	o := stix.Object(m)
	if !ok || o.Type() == "" {
		c.must("object-type", "2.13", "an observable container must hold objects with a \"type\"")
		return
	}
	inner := checker{mode: c.mode, path: c.path, container: container}
	if class := spec.ClassOf(o.Type()); class != "" && class != spec.SCO {
		inner.must("container-type", "2.13", "an observable container must hold cyber observables, not "+o.Type())
	} else {
		inner.stixObject(o, o.Type())
	}
	c.findings = append(c.findings, inner.findings...)
}
