package misp

import (
	"net/netip"
	"strconv"
	"strings"

	"github.com/cordon-project/cordon/stix"
)

// form is what an attribute's type is in STIX: observables, comparisons of a
// pattern, or a pattern in a language of its own.
type form struct {
	objects  func(value string) []stix.Object // nil result: the value is not of that form
	language string                           // pattern_type of rules
	compare  func(value string) []string      // comparisons, joined with AND
}

// quoted is a string literal of a STIX pattern (section 9.2).
func quoted(s string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(s) + "'"
}

func equal(path, value string) string { return path + " = " + quoted(value) }

// simple is a type whose whole value is one property of one observable.
func simple(typ, property string) form {
	return form{
		objects: func(v string) []stix.Object { return []stix.Object{{"type": typ, property: v}} },
		compare: func(v string) []string { return []string{equal(typ+":"+property, v)} },
	}
}

// hashes are the algorithms that STIX names (section 10.7) by MISP's names.
var hashes = map[string]string{
	"md5": "MD5", "sha1": "SHA-1", "sha256": "SHA-256", "sha512": "SHA-512", "sha3-256": "SHA3-256", "sha3-512": "SHA3-512", "ssdeep": "SSDEEP", "tlsh": "TLSH",
}

// digits is how many hexadecimal digits a hash has.
var digits = map[string]int{"MD5": 32, "SHA-1": 40, "SHA-256": 64, "SHA-512": 128, "SHA3-256": 64, "SHA3-512": 128}

// sound reports whether text has the form of the algorithm's hashes.
func sound(algorithm, text string) bool {
	n, fixed := digits[algorithm]
	if !fixed {
		return text != ""
	}
	return len(text) == n && strings.Trim(strings.ToLower(text), "0123456789abcdef") == ""
}

func hashForm(algorithm string) form {
	return form{
		objects: func(v string) []stix.Object {
			if !sound(algorithm, v) {
				return nil
			}
			return []stix.Object{{"type": "file", "hashes": map[string]any{algorithm: v}}}
		},
		compare: func(v string) []string { return []string{equal("file:hashes."+quoted(algorithm), v)} },
	}
}

// named is filename|hash.
func named(algorithm string) form {
	return form{
		objects: func(v string) []stix.Object {
			name, hash, ok := cutLast(v)
			if !ok || !sound(algorithm, hash) {
				return nil
			}
			return []stix.Object{{"type": "file", "name": name, "hashes": map[string]any{algorithm: hash}}}
		},
		compare: func(v string) []string {
			name, hash, _ := cutLast(v)
			return []string{equal("file:name", name), equal("file:hashes."+quoted(algorithm), hash)}
		},
	}
}

func cutLast(v string) (left, right string, ok bool) {
	i := strings.LastIndexByte(v, '|')
	if i <= 0 || i == len(v)-1 {
		return "", "", false
	}
	return v[:i], v[i+1:], true
}

// ipType is the observable of an address or a network, "" for neither.
func ipType(v string) string {
	addr, err := netip.ParseAddr(v)
	if err != nil {
		p, err := netip.ParsePrefix(v)
		if err != nil {
			return ""
		}
		addr = p.Addr()
	}
	if addr.Zone() != "" {
		return ""
	}
	if addr.Is4() {
		return "ipv4-addr"
	}
	return "ipv6-addr"
}

func ipForm() form {
	return form{
		objects: func(v string) []stix.Object {
			if t := ipType(v); t != "" {
				return []stix.Object{{"type": t, "value": v}}
			}
			return nil
		},
		compare: func(v string) []string { return []string{equal(ipType(v)+":value", v)} },
	}
}

// withPort is host|port, seen as the end of a connection: dst or src.
func withPort(end string, host form) form {
	return form{
		objects: func(v string) []stix.Object {
			h, port, ok := cutLast(v)
			n, err := strconv.ParseUint(port, 10, 16)
			if !ok || err != nil {
				return nil
			}
			inner := host.objects(h)
			if len(inner) != 1 {
				return nil
			}
			id, _, err := stix.SCOID(inner[0])
			if err != nil {
				return nil
			}
			return append(inner, stix.Object{"type": "network-traffic", "protocols": []any{"tcp"}, end + "_ref": id, end + "_port": int64(n)})
		},
		compare: func(v string) []string {
			h, port, _ := cutLast(v)
			inner := host.objects(h)
			return []string{
				equal("network-traffic:"+end+"_ref.type", inner[0].Type()), equal("network-traffic:"+end+"_ref.value", h),
				"network-traffic:" + end + "_port = " + strings.TrimLeft(port[:len(port)-1], "0") + port[len(port)-1:],
			}
		},
	}
}

// pair is two values that belong together, each an observable of its own.
func pair(left, right form) form {
	return form{
		objects: func(v string) []stix.Object {
			l, r, ok := cutLast(v)
			if !ok {
				return nil
			}
			a, b := left.objects(l), right.objects(r)
			if a == nil || b == nil {
				return nil
			}
			return append(a, b...)
		},
	}
}

// hive writes the abbreviation of a registry hive in full, as section 6.17 wants it.
func hive(key string) string {
	short, rest, _ := strings.Cut(key, `\`)
	long := map[string]string{"HKLM": "HKEY_LOCAL_MACHINE", "HKCU": "HKEY_CURRENT_USER", "HKCR": "HKEY_CLASSES_ROOT", "HKU": "HKEY_USERS", "HKCC": "HKEY_CURRENT_CONFIG"}[strings.ToUpper(short)]
	if long == "" {
		return key
	}
	return strings.TrimSuffix(long+`\`+rest, `\`)
}

func regKey() form {
	return form{
		objects: func(v string) []stix.Object {
			return []stix.Object{{"type": "windows-registry-key", "key": hive(v)}}
		},
		compare: func(v string) []string { return []string{equal("windows-registry-key:key", hive(v))} },
	}
}

func regValue() form {
	return form{
		objects: func(v string) []stix.Object {
			key, data, ok := strings.Cut(v, "|")
			if !ok || key == "" {
				return nil
			}
			return []stix.Object{{"type": "windows-registry-key", "key": hive(key), "values": []any{map[string]any{"data": data}}}}
		},
		compare: func(v string) []string {
			key, data, _ := strings.Cut(v, "|")
			return []string{equal("windows-registry-key:key", hive(key)), equal("windows-registry-key:values[*].data", data)}
		},
	}
}

func asForm() form {
	number := func(v string) (int64, bool) {
		n, err := strconv.ParseUint(strings.TrimPrefix(strings.ToUpper(strings.TrimSpace(v)), "AS"), 10, 32)
		return int64(n), err == nil
	}
	return form{
		objects: func(v string) []stix.Object {
			if n, ok := number(v); ok {
				return []stix.Object{{"type": "autonomous-system", "number": n}}
			}
			return nil
		},
		compare: func(v string) []string {
			n, _ := number(v)
			return []string{"autonomous-system:number = " + strconv.FormatInt(n, 10)}
		},
	}
}

func account(kind string) form {
	return form{
		objects: func(v string) []stix.Object {
			return []stix.Object{{"type": "user-account", "account_type": kind, "account_login": v}}
		},
		compare: func(v string) []string {
			return []string{equal("user-account:account_type", kind), equal("user-account:account_login", v)}
		},
	}
}

func message(property string) form {
	return form{
		objects: func(v string) []stix.Object {
			return []stix.Object{{"type": "email-message", "is_multipart": false, property: v}}
		},
		compare: func(v string) []string { return []string{equal("email-message:"+property, v)} },
	}
}

func certificate(algorithm string) form {
	return form{
		objects: func(v string) []stix.Object {
			if !sound(algorithm, v) {
				return nil
			}
			return []stix.Object{{"type": "x509-certificate", "hashes": map[string]any{algorithm: v}}}
		},
		compare: func(v string) []string { return []string{equal("x509-certificate:hashes."+quoted(algorithm), v)} },
	}
}

// patternOnly is what can be looked for and is no observable of STIX.
func patternOnly(path string) form {
	return form{compare: func(v string) []string { return []string{equal(path, v)} }}
}

func rule(language string) form { return form{language: language} }

// forms are the attribute types that have a form in STIX. Every other type is kept
// in the report's extension.
func forms() map[string]form {
	domain, address := simple("domain-name", "value"), ipForm()
	out := map[string]form{
		"domain": domain, "hostname": domain, "ip-src": address, "ip-dst": address,
		"ip-src|port": withPort("src", address), "ip-dst|port": withPort("dst", address), "hostname|port": withPort("dst", domain),
		"domain|ip": pair(domain, address), "url": simple("url", "value"), "uri": simple("url", "value"),
		"filename": simple("file", "name"), "malware-sample": named("MD5"), "mutex": simple("mutex", "name"),
		"regkey": regKey(), "regkey|value": regValue(), "AS": asForm(), "mac-address": simple("mac-addr", "value"),
		"email-subject": message("subject"), "email-body": message("body"), "email-message-id": message("message_id"),
		"github-username": account("github"), "twitter-id": account("twitter"), "jabber-id": account("jabber"),
		"user-agent": patternOnly("network-traffic:extensions.'http-request-ext'.request_header.'User-Agent'"),
		"btc":        patternOnly("cryptocurrency-wallet:value"), "xmr": patternOnly("cryptocurrency-wallet:value"), "dash": patternOnly("cryptocurrency-wallet:value"),
		"yara": rule("yara"), "sigma": rule("sigma"), "snort": rule("snort"), "stix2-pattern": rule("stix"),
		"x509-fingerprint-md5": certificate("MD5"), "x509-fingerprint-sha1": certificate("SHA-1"), "x509-fingerprint-sha256": certificate("SHA-256"),
	}
	for _, t := range []string{"email", "email-src", "email-dst", "email-reply-to", "target-email", "whois-registrant-email", "dns-soa-email"} {
		out[t] = simple("email-addr", "value")
	}
	for name, algorithm := range hashes {
		out[name] = hashForm(algorithm)
		out["filename|"+name] = named(algorithm)
	}
	return out
}

// pattern writes the pattern of a value, "" where the type has none.
func (f form) pattern(objects []stix.Object, value string) string {
	switch {
	case f.language != "":
		return value
	case f.compare != nil:
		return "[" + strings.Join(f.compare(value), " AND ") + "]"
	}
	var parts []string
	for _, o := range objects {
		parts = append(parts, "["+equal(o.Type()+":value", o.Str("value"))+"]")
	}
	return strings.Join(parts, " AND ")
}
