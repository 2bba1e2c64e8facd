package misp

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/record"
	"github.com/cordon-project/cordon/stix"
)

// clusterTypes leads from what a galaxy's type ends or begins with to the type in
// STIX, in the order in which they are tried.
var clusterTypes = []struct{ part, typ string }{
	{"threat-actor", "threat-actor"},
	{"intrusion-set", "intrusion-set"},
	{"activity-group", "intrusion-set"},
	{"ics-groups", "intrusion-set"},
	{"groups", "intrusion-set"},
	{"attack-pattern", "attack-pattern"},
	{"course-of-action", "course-of-action"},
	{"mitigation", "course-of-action"},
	{"campaign", "campaign"},
	{"malpedia", "malware"},
	{"malware", "malware"},
	{"ransomware", "malware"},
	{"stealer", "malware"},
	{"backdoor", "malware"},
	{"botnet", "malware"},
	{"banker", "malware"},
	{"cryptominers", "malware"},
	{"exploit-kit", "tool"},
	{"android", "malware"},
	{"rat", "malware"},
	{"tool", "tool"},
	{"country", "location"},
	{"region", "location"},
	{"sector", "identity"},
	{"target-information", "location"},
}

// clusterType is the STIX type of a galaxy's clusters, "" for none: references,
// techniques of disinformation and whatever galaxy comes next.
func clusterType(galaxy string) string {
	for _, c := range clusterTypes {
		if galaxy == c.part || strings.HasSuffix(galaxy, "-"+c.part) || strings.HasPrefix(galaxy, c.part+"-") || len(c.part) > 6 && strings.Contains(galaxy, c.part) {
			return c.typ
		}
	}
	return ""
}

// ClusterID is the id of a cluster. The uuid of a cluster that MISP itself keeps is
// its id. The galaxies mitre-* repeat objects of ATT&CK under ATT&CK's own uuids, and
// several of them one object: what MISP says of it must not replace what ATT&CK says,
// so there the id is a UUIDv5 over galaxy and uuid, as it is over galaxy and content
// where a cluster has no uuid. Names take no part: two clusters of one name are two.
func ClusterID(typ, galaxy, uuid, content string) string {
	if u := uuidOf(uuid); u != "" {
		if id := typ + "--" + u; stix.ValidID(id) && !strings.HasPrefix(galaxy, "mitre-") {
			return id
		}
		return stix.NameID(typ, "misp-galaxy", galaxy, u)
	}
	sum := sha256.Sum256([]byte(content))
	return stix.NameID(typ, "misp-galaxy", galaxy, "", hex.EncodeToString(sum[:]))
}

// galaxy reads the clusters of a galaxy in an event and returns their ids.
func (r *reader) galaxy(g fields, level policy.TLP) (ids []string) {
	kind := g.str("type")
	clusters, _ := g.list("GalaxyCluster")
	for _, c := range clusters {
		c = c.flat()
		if c.str("type") != "" {
			kind = c.str("type")
		}
		o, err := r.cluster(kind, c, r.event.at+"/Galaxy")
		if err != nil || o == nil {
			continue // it stays in the extension of the event or the attribute
		}
		r.meta(o, level, r.version(c), r.event.at)
		o["created"] = undated
		delete(o, "created_by_ref")
		o["created_by_ref"] = r.galaxySource("")
		r.common(o)
		ids = append(ids, o.ID())
	}
	return ids
}

// flat gives a cluster of an event, whose elements have the form that galaxy files
// have.
func (f fields) flat() fields {
	out := fields{}
	for k, v := range f {
		out[k] = v
	}
	if f["meta"] == nil {
		meta := map[string]any{}
		elements, _ := f.list("GalaxyElement")
		for _, e := range elements {
			old, _ := meta[e.str("key")].([]any)
			meta[e.str("key")] = append(old, e.str("value"))
		}
		out["meta"] = meta
	}
	return out
}

// version is the time of a cluster. Galaxies have no times but a version that only
// grows; it is told as seconds, so that a later version is a later object, the same
// on every node.
func (r *reader) version(f fields) string {
	base, err := stix.ParseTime(undated)
	n, bad := strconv.ParseInt(f.str("version"), 10, 64)
	if err != nil || bad != nil || n < 0 || n > 1<<31 {
		return undated
	}
	return stix.FormatTime(base.Add(time.Duration(n) * time.Second))
}

// galaxySource adds the identity of who publishes a galaxy.
func (r *reader) galaxySource(name string) string {
	if name == "" {
		name = "MISP Project"
	}
	id := stix.NameID("identity", "misp-galaxy-source", name)
	r.common(stix.Object{"type": "identity", "spec_version": "2.1", "id": id, "created": undated, "modified": undated, "name": name, "identity_class": "organization"})
	return id
}

// cluster makes the object of a cluster, nil for a galaxy that has no form in STIX.
func (r *reader) cluster(galaxy string, f fields, _ string) (stix.Object, error) {
	typ, name := clusterType(galaxy), f.str("value")
	if typ == "" || name == "" {
		return nil, nil
	}
	content, err := f.without()
	if err != nil {
		return nil, err
	}
	o := stix.Object{"type": typ, "spec_version": "2.1", "id": ClusterID(typ, galaxy, f.str("uuid"), content), "name": name}
	if d := f.str("description"); d != "" {
		o["description"] = d
	}
	describe(o, f.sub("meta"))
	rest, err := f.without("GalaxyElement", "version")
	if err != nil {
		return nil, err
	}
	extend(o, map[string]any{"kind": "cluster", "galaxy": galaxy, "misp": rest})
	return o, nil
}

// describe fills in what a cluster's meta says in the words of STIX.
func describe(o stix.Object, meta fields) {
	switch o.Type() {
	case "malware":
		o["is_family"] = true
	case "identity":
		o["identity_class"] = "class"
	case "location":
		if c := strings.ToUpper(meta.str("ISO")); len(c) == 2 {
			o["country"] = c
		} else {
			o["region"] = strings.ToLower(o.Str("name"))
		}
	}
	if a := distinct(meta.strs("synonyms"), o.Str("name")); len(a) > 0 && o.Type() != "location" && o.Type() != "identity" && o.Type() != "course-of-action" {
		o["aliases"] = a
	}
	var refs []any
	for _, u := range distinct(meta.strs("refs"), "") {
		if s, ok := u.(string); ok && len(refs) < maxRefs {
			refs = append(refs, map[string]any{"source_name": "misp-galaxy", "description": clip(s, 2000)})
		}
	}
	if len(refs) > 0 {
		o["external_references"] = refs
	}
}

const maxRefs = 500

func distinct(all []string, but string) []any {
	seen := map[string]bool{but: true}
	var out []any
	for _, s := range all {
		if !seen[s] {
			seen[s] = true
			out = append(out, s)
		}
	}
	return out
}

// ReadGalaxy reads the clusters of a galaxy file: {"type": …, "values": […]}, or an
// array of {"galaxy_type", "value"} as extracts of several galaxies have. Errors:
// errs.Invalid.
func ReadGalaxy(data []byte, o Options) (_ Reading, err error) {
	defer errs.Wrap(&err, "misp.ReadGalaxy(%s)", o.Name)
	v, err := stix.ParseValue(data)
	if err != nil {
		return Reading{}, err
	}
	r := newReader(o)
	g := galaxyReader{reader: r, ids: map[string][]string{}, names: map[string]map[string]bool{}, none: map[string]int{}}
	switch v := v.(type) {
	case map[string]any:
		f := fields(v)
		values, odd := f.list("values")
		g.odd = odd
		for i, c := range values {
			if c["version"] == nil && f["version"] != nil {
				c["version"] = f["version"]
			}
			if err := g.take(f.str("type"), f.str("source"), c, "/values/"+strconv.Itoa(i)); err != nil {
				return Reading{}, err
			}
		}
	case []any:
		for i, x := range v {
			m, _ := x.(map[string]any)
			if err := g.take(fields(m).str("galaxy_type"), fields(m).str("source"), fields(m).sub("value"), fmt.Sprintf("/%d/value", i)); err != nil {
				return Reading{}, err
			}
		}
	}
	if len(g.all) == 0 {
		return Reading{}, errs.New(errs.Invalid, "the file holds no cluster of a galaxy that has a form in STIX")
	}
	g.relate()
	g.tell()
	return r.out, nil
}

// galaxyReader reads a file of clusters.
type galaxyReader struct {
	*reader
	all   []clusterAt
	ids   map[string][]string // uuid to the ids that stand for it
	names map[string]map[string]bool
	none  map[string]int // clusters of galaxies without a form, by type
	odd   int
	away  int // relations to clusters that are elsewhere
}

type clusterAt struct {
	f  fields
	o  stix.Object
	at string
}

// MaxClusters is how many clusters a file may have.
const MaxClusters = 200_000

func (g *galaxyReader) take(galaxy, source string, f fields, at string) error {
	if f.str("value") == "" {
		g.odd++
		return nil
	}
	if len(g.all) >= MaxClusters {
		return errs.New(errs.Invalid, "the file has more than %d clusters", MaxClusters)
	}
	o, err := g.cluster(galaxy, f, at)
	if err != nil {
		return err
	}
	if o == nil {
		g.none[galaxy]++
		return nil
	}
	if g.seen[o.ID()] {
		g.note("%s %s stands in the file twice; the second is left out", galaxy, o.ID())
		return nil
	}
	modified := g.version(f)
	o["created"], o["modified"], o["created_by_ref"] = undated, modified, g.galaxySource(source)
	o["object_marking_refs"] = []any{policy.MarkingID(policy.Clear)}
	if g.o.SHA256 != "" {
		record.SetWheres(o, []record.Where{{SHA256: g.o.SHA256, File: g.o.Name, Element: at}})
	}
	g.add(o)
	g.all = append(g.all, clusterAt{f, o, at})
	if u := f.uuid(); u != "" {
		g.ids[u] = append(g.ids[u], o.ID())
	}
	key := o.Type() + " " + strings.ToLower(f.str("value"))
	if g.names[key] == nil {
		g.names[key] = map[string]bool{}
	}
	g.names[key][o.ID()] = true
	return nil
}

// relate makes relationships of what clusters say of each other. "similar" is what
// its author says and never makes two clusters one.
func (g *galaxyReader) relate() {
	for _, c := range g.all {
		related, _ := c.f.list("related")
		for _, x := range related {
			targets := g.ids[uuidOf(x.str("dest-uuid"))]
			if len(targets) == 0 {
				g.away++
			}
			for _, target := range targets {
				if target == c.o.ID() {
					continue
				}
				o := stix.Object{
					"type": "relationship", "spec_version": "2.1", "id": stix.NameID("relationship", "misp-galaxy", c.o.ID(), x.str("type"), target), "relationship_type": "related-to",
					"source_ref": c.o.ID(), "target_ref": target, "created": undated, "modified": c.o.Str("modified"), "created_by_ref": c.o.Str("created_by_ref"),
					"object_marking_refs": []any{policy.MarkingID(policy.Clear)}, "description": strings.TrimSpace(x.str("type") + " " + strings.Join(x.strs("tags"), " ")),
				}
				g.add(o)
			}
		}
	}
}

func (g *galaxyReader) tell() {
	for galaxy, n := range g.none {
		g.note("%d clusters of the galaxy %s have no form in STIX and were left out", n, galaxy)
	}
	if g.away > 0 {
		g.note("%d relations lead to clusters of other galaxies; they are kept in the extension of their cluster", g.away)
	}
	if g.odd > 0 {
		g.note("%d entries have no value and were left out", g.odd)
	}
	same := 0
	for _, ids := range g.names {
		if len(ids) > 1 {
			same++
		}
	}
	if same > 0 {
		g.note("%d names stand for more than one cluster; each cluster is an object of its own", same)
	}
}

// Meta returns what the meta of a cluster says, its lists as lists and single values
// as lists of one; nil for an object that is no cluster of MISP.
func Meta(o stix.Object) map[string][]string {
	x := o.Ext(ExtensionID)
	if x["kind"] != "cluster" {
		return nil
	}
	f, err := restored(x, "misp")
	if err != nil {
		return nil
	}
	out := map[string][]string{}
	meta := f.sub("meta")
	for k := range meta {
		if s := meta.strs(k); len(s) > 0 {
			out[k] = s
		}
	}
	return out
}
