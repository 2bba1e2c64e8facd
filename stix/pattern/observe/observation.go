package observe

import (
	"maps"
	"slices"
	"time"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/stix"
	"github.com/cordon-project/cordon/stix/pattern"
	"github.com/cordon-project/cordon/stix/spec"
)

// Observation is what one observed-data object says was seen (section 4.14).
type Observation struct {
	ID    string
	First time.Time // first_observed
	Last  time.Time // last_observed, not before First
	// Number is number_observed: how many times it was seen, at least 1.
	Number int64
	// Roots are the keys of the objects that were seen, sorted: identifiers, in STIX
	// 2.0 keys of the dictionary. A pattern's object paths start at these.
	Roots []string
	// Objects holds the roots by key; references lead to these and to nothing else
	// (section 9.7.4).
	Objects map[string]stix.Object
}

// draftName is what drafts of STIX 2.0 called observed-data.
const draftName = "cybox-container"

// Read returns the observations among objects, in their order. What object_refs names is
// looked for among all the objects; what the references inside of objects name must be
// listed there too, or be in the dictionary objects, to be found (section 9.7.4). Of two
// objects with one id the first stands. References that lead nowhere are no error. Errors are errs.Invalid and name the observed-data object:
// number_observed below 1, times that are none or out of order.
func Read(objects []stix.Object) ([]Observation, error) {
	byID := make(map[string]stix.Object, len(objects))
	for _, o := range objects {
		if id, _ := o["id"].(string); id != "" && byID[id] == nil {
			byID[id] = o
		}
	}
	var out []Observation
	for _, o := range objects {
		if o["type"] != "observed-data" && o["type"] != draftName {
			continue
		}
		obs, err := readOne(o, byID)
		if err != nil {
			return nil, err
		}
		out = append(out, obs)
	}
	return out, nil
}

func readOne(o stix.Object, byID map[string]stix.Object) (_ Observation, err error) {
	obs := Observation{Objects: map[string]stix.Object{}}
	obs.ID, _ = o["id"].(string)
	fail := func(what string) (Observation, error) {
		return Observation{}, errs.New(errs.Invalid, "the observed-data object %s: %s", stix.Quote(obs.ID), what).
			WithHint("Section 4.14 of STIX 2.1 asks for first_observed, last_observed and number_observed.")
	}
	var ok bool
	if obs.Number, ok = stix.Int(o["number_observed"]); !ok || obs.Number < 1 {
		return fail("number_observed is no number of at least 1")
	}
	first, _ := o["first_observed"].(string)
	last, _ := o["last_observed"].(string)
	if obs.First, err = stix.ParseTime(first); err != nil {
		return fail("first_observed is no timestamp")
	}
	if obs.Last, err = stix.ParseTime(last); err != nil {
		return fail("last_observed is no timestamp")
	}
	if obs.Last.Before(obs.First) {
		return fail("last_observed is before first_observed")
	}
	for _, ref := range stix.StringList(o["object_refs"]) {
		if root, there := byID[ref]; there && observable(root) {
			obs.Roots = append(obs.Roots, ref)
			obs.Objects[ref] = root
		}
	}
	inside, _ := o["objects"].(map[string]any)
	for key, v := range inside {
		if m, ok := v.(map[string]any); ok {
			obs.Roots = append(obs.Roots, key)
			obs.Objects[key] = m
		}
	}
	slices.Sort(obs.Roots)
	obs.Roots = slices.Compact(obs.Roots)
	return obs, nil
}

// observable reports whether patterns can speak of the object: section 9.1 is about
// cyber observables, and a type that the specification does not define may be one.
func observable(o stix.Object) bool {
	typ, _ := o["type"].(string)
	t := spec.Lookup(typ)
	return t == nil || t.Class() == spec.SCO
}

// Place is where an object path has led: a value, and what decides how it is read.
type Place struct {
	value any
	name  string // of the property, which says what is a reference and what is binary
	key   string // of the object, where the value is one of the observation's
}

// Root returns the place at which object paths start that are of the type of the
// object with the key; false where there is none.
func (o *Observation) Root(key string) (p Place, typ string, ok bool) {
	obj, ok := o.Objects[key]
	if !ok {
		return Place{}, "", false
	}
	typ, ok = obj["type"].(string)
	return Place{value: obj, key: key}, typ, ok
}

// Step takes one step of an object path from each place (section 9.7). References on
// the way are followed first: what a path ends in is the reference itself, what it
// goes on from is the object that it names. Places are as many as there are values
// and no more: an object that several references name is one place.
func (o *Observation) Step(from []Place, s pattern.Step) []Place {
	var out []Place
	from = o.follow(from)
	for _, p := range from {
		switch {
		case s.List && s.Index < 0:
			list, _ := p.value.([]any)
			for _, v := range list {
				out = append(out, Place{value: v, name: p.name})
			}
		case s.List:
			if list, ok := p.value.([]any); ok && s.Index < len(list) {
				out = append(out, Place{value: list[s.Index], name: p.name})
			}
		default:
			var v any
			var ok bool
			switch m := p.value.(type) {
			case stix.Object:
				v, ok = m[s.Name]
			case map[string]any:
				v, ok = m[s.Name]
			}
			if ok {
				out = append(out, Place{value: v, name: s.Name})
			}
		}
	}
	return out
}

// follow replaces references by the objects that they name (section 9.7.3): the values
// of properties named _ref, and the members of those named _refs.
func (o *Observation) follow(places []Place) []Place {
	if !slices.ContainsFunc(places, reference) {
		return places
	}
	seen := map[string]bool{}
	var out []Place
	for _, p := range places {
		if !reference(p) {
			out = append(out, p)
			continue
		}
		key := p.value.(string)
		if obj, ok := o.Objects[key]; ok && !seen[key] {
			seen[key] = true
			out = append(out, Place{value: obj, key: key})
		}
	}
	return out
}

func reference(p Place) bool {
	if _, ok := p.value.(string); !ok {
		return false
	}
	return refName(p.name)
}

// Names returns the names of the properties that a step can be taken to from the
// places, references followed; each once for each place that has it.
func (o *Observation) Names(from []Place) []string {
	var out []string
	for _, p := range o.follow(from) {
		switch m := p.value.(type) {
		case stix.Object:
			out = slices.AppendSeq(out, maps.Keys(m))
		case map[string]any:
			out = slices.AppendSeq(out, maps.Keys(m))
		}
	}
	return out
}

// Items is how many items the longest list has at the places, 0 where there is none.
func (o *Observation) Items(from []Place) int {
	n := 0
	for _, p := range o.follow(from) {
		if list, ok := p.value.([]any); ok {
			n = max(n, len(list))
		}
	}
	return n
}
