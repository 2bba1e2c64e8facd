package policy

import (
	"maps"
	"slices"
	"strings"
)

// rule says what an object, or a dictionary inside one, cannot lose. Every rule
// only ever removes more when more is hidden: otherwise somebody who may see
// more could be shown less.
type rule struct {
	all  []string          // required properties
	any  [][]string        // of each group one must stay, if one was there
	with map[string]string // a property and the one that it goes with
	id   []string          // ID Contributing Properties (section 2.9)
}

// lost reports whether the redaction took k away.
func lost(whole, cut map[string]any, k string) bool {
	_, had := whole[k]
	_, has := cut[k]
	return had && !has
}

// settle removes from cut the properties that cannot be without one that went.
func (r rule) settle(whole, cut map[string]any, n *node) {
	for again := true; again; {
		again = false
		for k, on := range r.with {
			if _, has := cut[k]; has && lost(whole, cut, on) {
				delete(cut, k)
				n.drop(k)
				again = true
			}
		}
	}
}

// broken names a property without which the rest is not whole, "" for none.
func (r rule) broken(whole, cut map[string]any) string {
	for _, k := range r.all {
		if lost(whole, cut, k) {
			return k
		}
	}
	for _, group := range r.any {
		had := slices.ContainsFunc(group, func(k string) bool { return lost(whole, cut, k) })
		has := slices.ContainsFunc(group, func(k string) bool { _, ok := cut[k]; return ok })
		if had && !has {
			return strings.Join(group, " or ")
		}
	}
	return ""
}

// structural are the properties that make an object what it is, whatever its
// type (section 3.2). A revoked object without "revoked" would say that it
// still holds.
var structural = []string{"type", "spec_version", "id", "created", "modified", "revoked", "object_marking_refs"}

// required holds sections 4 to 7 of STIX 2.1. That malware which is a family
// needs a name is held for all malware: one without is of no use.
var required = map[string]rule{
	"attack-pattern":   {all: []string{"name"}},
	"campaign":         {all: []string{"name"}},
	"course-of-action": {all: []string{"name"}},
	"grouping":         {all: []string{"context", "object_refs"}},
	"identity":         {all: []string{"name"}},
	"incident":         {all: []string{"name"}},
	"indicator":        {all: []string{"pattern", "pattern_type", "valid_from"}},
	"infrastructure":   {all: []string{"name"}},
	"intrusion-set":    {all: []string{"name"}},
	"location": {
		any:  [][]string{{"region", "country", "latitude"}},
		with: map[string]string{"latitude": "longitude", "longitude": "latitude", "precision": "latitude"},
	},
	"malware":          {all: []string{"is_family"}, with: map[string]string{"is_family": "name"}},
	"malware-analysis": {all: []string{"product"}, any: [][]string{{"result", "analysis_sco_refs"}}},
	"note":             {all: []string{"content", "object_refs"}},
	"observed-data": {
		all: []string{"first_observed", "last_observed", "number_observed"},
		any: [][]string{{"objects", "object_refs"}},
	},
	"opinion":       {all: []string{"opinion", "object_refs"}},
	"report":        {all: []string{"name", "published", "object_refs"}},
	"threat-actor":  {all: []string{"name"}},
	"tool":          {all: []string{"name"}},
	"vulnerability": {all: []string{"name"}},

	"relationship": {all: []string{"relationship_type", "source_ref", "target_ref"}},
	"sighting":     {all: []string{"sighting_of_ref"}},

	"language-content": {all: []string{"object_ref", "contents"}},
	"marking-definition": {
		any:  [][]string{{"definition", "extensions"}},
		with: map[string]string{"definition": "definition_type", "definition_type": "definition"},
	},
	"extension-definition": {all: []string{"created_by_ref", "name", "schema", "version", "extension_types"}},

	"artifact": {
		any:  [][]string{{"payload_bin", "url"}},
		with: map[string]string{"url": "hashes", "decryption_key": "encryption_algorithm"},
		id:   []string{"hashes", "payload_bin"},
	},
	"autonomous-system": {all: []string{"number"}, id: []string{"number"}},
	"directory":         {all: []string{"path"}, id: []string{"path"}},
	"domain-name":       {all: []string{"value"}, id: []string{"value"}},
	"email-addr":        {all: []string{"value"}, id: []string{"value"}},
	"email-message":     {all: []string{"is_multipart"}, id: []string{"from_ref", "subject", "body"}},
	"file": {
		any: [][]string{{"hashes", "name"}},
		id:  []string{"hashes", "name", "extensions", "parent_directory_ref"},
	},
	"ipv4-addr": {all: []string{"value"}, id: []string{"value"}},
	"ipv6-addr": {all: []string{"value"}, id: []string{"value"}},
	"mac-addr":  {all: []string{"value"}, id: []string{"value"}},
	"mutex":     {all: []string{"name"}, id: []string{"name"}},
	"network-traffic": {
		all: []string{"protocols"},
		any: [][]string{{"src_ref", "dst_ref"}},
		id:  []string{"start", "end", "src_ref", "dst_ref", "src_port", "dst_port", "protocols", "extensions"},
	},
	"process": {any: [][]string{{
		"extensions", "is_hidden", "pid", "created_time", "cwd", "command_line", "environment_variables",
		"opened_connection_refs", "creator_user_ref", "image_ref", "parent_ref", "child_refs",
	}}},
	"software": {all: []string{"name"}, id: []string{"name", "cpe", "swid", "vendor", "version"}},
	"url":      {all: []string{"value"}, id: []string{"value"}},
	"user-account": {
		any: [][]string{{"user_id", "account_login", "account_type", "display_name", "extensions"}},
		id:  []string{"account_type", "user_id", "account_login"},
	},
	"windows-registry-key": {
		any: [][]string{{"key", "values", "modified_time", "creator_user_ref", "number_of_subkeys"}},
		id:  []string{"key", "values"},
	},
	"x509-certificate": {
		any: [][]string{{
			"is_self_signed", "hashes", "version", "serial_number", "signature_algorithm", "issuer", "validity_not_before",
			"validity_not_after", "subject", "subject_public_key_algorithm", "subject_public_key_modulus",
			"subject_public_key_exponent", "x509_v3_extensions",
		}},
		id: []string{"hashes", "serial_number"},
	},
}

// inside returns the rule for a dictionary m inside an object, by its path: the
// common types of section 2, the types and predefined extensions of section 6.
func inside(path []string, m map[string]any) rule {
	last := path[len(path)-1]
	parent := ""
	if len(path) > 1 {
		parent = path[len(path)-2]
	}
	switch {
	case path[0] == "objects":
		// The embedded observables of old observed data refer to each other and
		// are not cut: the container goes as a whole.
		return rule{all: slices.Collect(maps.Keys(m))}
	case path[0] == "external_references" && len(path) == 2:
		return externalReference(m)
	case path[0] == "kill_chain_phases" && len(path) == 2:
		return rule{all: []string{"kill_chain_name", "phase_name"}}
	case parent == "sections" || parent == "alternate_data_streams":
		return rule{all: []string{"name"}}
	case parent == "body_multipart":
		return rule{any: [][]string{{"body", "body_raw_ref"}}}
	case path[0] == "x509_v3_extensions" && len(path) == 1:
		return rule{any: [][]string{x509v3}}
	case path[0] != "extensions" || len(path) != 2:
		return rule{}
	case strings.HasPrefix(last, "extension-definition--"):
		return rule{all: []string{"extension_type"}}
	}
	return predefined[last]
}

// externalReference is section 2.5.2: a reference says something beside its
// source, and those to CAPEC and CVE say the number.
func externalReference(m map[string]any) rule {
	r := rule{
		all: []string{"source_name"},
		any: [][]string{{"description", "url", "external_id"}},
	}
	if s := m["source_name"]; s == "capec" || s == "cve" {
		r.all = append(r.all, "external_id")
	}
	return r
}

// x509v3 are the properties of section 6.18.2.
var x509v3 = []string{
	"basic_constraints", "name_constraints", "policy_constraints", "key_usage", "extended_key_usage", "subject_key_identifier",
	"authority_key_identifier", "subject_alternative_name", "issuer_alternative_name", "subject_directory_attributes",
	"crl_distribution_points", "inhibit_any_policy", "private_key_usage_period_not_before", "private_key_usage_period_not_after",
	"certificate_policies", "policy_mappings",
}

// predefined are the rules of the predefined extensions.
var predefined = map[string]rule{
	"archive-ext":          {all: []string{"contains_refs"}},
	"http-request-ext":     {all: []string{"request_method", "request_value"}},
	"icmp-ext":             {all: []string{"icmp_type_hex", "icmp_code_hex"}},
	"socket-ext":           {all: []string{"address_family"}},
	"windows-pebinary-ext": {all: []string{"pe_type"}},
}
