package stix

import (
	"crypto/rand"
	"crypto/sha1" //nolint:gosec // UUIDv5 is defined over SHA-1 (RFC 4122 section 4.3)
	"encoding/binary"
	"encoding/hex"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/cordon-project/cordon/errs"
)

// SCONamespace is the UUID namespace that section 2.9 gives to deterministic
// ids of cyber observables. Nothing else may be made in it.
const SCONamespace = "00abedb4-aa42-466c-9c01-fed23315a9b7"

// CordonNamespace is Cordon's own UUID namespace, in which [NameID] makes the
// ids of objects that come from public inputs. It is published so that every
// node, and every other program, derives the same ids. It never changes.
const CordonNamespace = "6f3c1d0e-5b7a-4e52-9d38-8a1b64c2f7e0"

// NameID returns the id of the object of type typ that the parts name: a UUIDv5
// in [CordonNamespace] over the type and the parts, each preceded by its length
// as eight bytes, big endian. So ("ab", "c") and ("a", "bc") are two ids, and so
// are no part and an empty one.
func NameID(typ string, parts ...string) string {
	name := make([]byte, 0, 128)
	for _, p := range append([]string{typ}, parts...) {
		name = binary.BigEndian.AppendUint64(name, uint64(len(p)))
		name = append(name, p...)
	}
	return typ + "--" + uuid5(CordonNamespace, name)
}

// RandomID returns a new id of the type with a UUIDv4 from r (nil means
// crypto/rand).
func RandomID(typ string, r io.Reader) (string, error) {
	if r == nil {
		r = rand.Reader
	}
	var u [16]byte
	if _, err := io.ReadFull(r, u[:]); err != nil {
		return "", errs.New(errs.Unavailable, "no randomness for a new id").Because(err)
	}
	return IDFromBits(typ, u), nil
}

// IDFromBits returns the id of the type with the UUIDv4 that the bits give, of
// which it overwrites version and variant. It is for bits that are not random:
// those of a hash, so that the same input gives the same id where section 2.9
// asks for a UUIDv4.
func IDFromBits(typ string, bits [16]byte) string { return typ + "--" + formatUUID(bits, 4) }

// uuid5 returns the UUIDv5 of name in the namespace (RFC 4122 section 4.3).
func uuid5(namespace string, name []byte) string {
	var ns [16]byte
	if _, err := hex.Decode(ns[:], []byte(strings.ReplaceAll(namespace, "-", ""))); err != nil {
		panic("stix: a namespace constant is not a UUID: " + namespace)
	}
	h := sha1.New() //nolint:gosec // see the import
	h.Write(ns[:])
	h.Write(name)
	var u [16]byte
	copy(u[:], h.Sum(nil))
	return formatUUID(u, 5)
}

func formatUUID(u [16]byte, version byte) string {
	u[6] = u[6]&0x0f | version<<4
	u[8] = u[8]&0x3f | 0x80
	var b [36]byte
	hex.Encode(b[0:8], u[0:4])
	hex.Encode(b[9:13], u[4:6])
	hex.Encode(b[14:18], u[6:8])
	hex.Encode(b[19:23], u[8:10])
	hex.Encode(b[24:36], u[10:16])
	b[8], b[13], b[18], b[23] = '-', '-', '-', '-'
	return string(b[:])
}

// ValidID reports whether s is an identifier (section 2.9): object-type--UUID,
// the type a valid type name (section 3.1), the UUID in the form of RFC 4122
// with the RFC's variant and a version from 1 to 5. Upper-case hexadecimal
// digits are valid on input, as RFC 4122 says.
func ValidID(s string) bool {
	t := IDType(s)
	return t != "" && ValidTypeName(t) && validUUID(s[len(t)+2:])
}

// IDType returns the object type that an identifier names, what stands before
// the "--" of the UUID; "" if s has no such form.
func IDType(s string) string {
	const tail = len("--00000000-0000-0000-0000-000000000000")
	if len(s) <= tail || s[len(s)-tail:len(s)-tail+2] != "--" {
		if i := strings.Index(s, "--"); i > 0 {
			return s[:i]
		}
		return ""
	}
	return s[:len(s)-tail]
}

// UUIDVersion returns the version of the UUID in a valid identifier, 0 for others.
func UUIDVersion(s string) int {
	if len(s) < 36 || !validUUID(s[len(s)-36:]) {
		return 0
	}
	return int(s[len(s)-36+14] - '0')
}

func validUUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i := range 36 {
		c := s[i]
		switch i {
		case 8, 13, 18, 23:
			if c != '-' {
				return false
			}
		case 14:
			if c < '1' || c > '5' {
				return false
			}
		case 19:
			if !strings.ContainsRune("89abAB", rune(c)) {
				return false
			}
		default:
			if !isHex(c) {
				return false
			}
		}
	}
	return true
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

// SCOID returns the deterministic id of a cyber observable (sections 2.9 and
// 3.4): UUIDv5 in [SCONamespace] over the canonical JSON of its ID contributing
// properties. Of "hashes" one value contributes: the first there is of MD5,
// SHA-1, SHA-256 and SHA-512, otherwise the first by name. ok is false when the
// type defines no contributing properties (process, custom types) or the object
// has none of them: then section 2.9 asks for a UUIDv4.
func SCOID(o Object) (id string, ok bool, err error) {
	defer errs.Wrap(&err, "stix.SCOID(%s)", o.Type())
	names := contributing[o.Type()]
	if len(names) == 0 {
		return "", false, nil
	}
	m := make(map[string]any, len(names))
	for _, name := range names {
		v, present := o[name]
		if !present {
			continue
		}
		if h, isMap := v.(map[string]any); isMap && name == "hashes" {
			v = contributingHash(h)
		}
		m[name] = v
	}
	if len(m) == 0 {
		return "", false, nil
	}
	name, err := CanonicalValue(m)
	if err != nil {
		return "", false, err
	}
	return o.Type() + "--" + uuid5(SCONamespace, name), true, nil
}

func contributingHash(h map[string]any) map[string]any {
	for _, k := range []string{"MD5", "SHA-1", "SHA-256", "SHA-512"} {
		if v, ok := h[k]; ok {
			return map[string]any{k: v}
		}
	}
	if len(h) == 0 {
		return map[string]any{}
	}
	first := slices.Min(slices.Collect(maps.Keys(h)))
	return map[string]any{first: h[first]}
}

// contributing are the ID contributing properties of each type of cyber
// observable that has any (section 3.4; section 6 names them by type).
var contributing = map[string][]string{
	"artifact":             {"hashes", "payload_bin"},
	"autonomous-system":    {"number"},
	"directory":            {"path"},
	"domain-name":          {"value"},
	"email-addr":           {"value"},
	"email-message":        {"from_ref", "subject", "body"},
	"file":                 {"hashes", "name", "parent_directory_ref", "extensions"},
	"ipv4-addr":            {"value"},
	"ipv6-addr":            {"value"},
	"mac-addr":             {"value"},
	"mutex":                {"name"},
	"network-traffic":      {"start", "end", "src_ref", "dst_ref", "src_port", "dst_port", "protocols", "extensions"},
	"software":             {"name", "cpe", "swid", "vendor", "version"},
	"url":                  {"value"},
	"user-account":         {"account_type", "user_id", "account_login"},
	"windows-registry-key": {"key", "values"},
	"x509-certificate":     {"hashes", "serial_number"},
}

// Contributing returns the ID contributing properties of a type, over which
// [SCOID] makes its id; nil for types that have none. The result is the caller's.
func Contributing(typ string) []string { return slices.Clone(contributing[typ]) }
