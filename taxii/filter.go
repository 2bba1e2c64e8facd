package taxii

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"io"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/stix"
)

// filters are the parameters of a query (sections 3.4 and 3.5).
type filters struct {
	addedAfter string
	limit      int // 0: not given
	next       string
	ids, types []string
	versions   []string // as written
	spec       []string
	canonical  string // all but limit and next, in one order
}

// Which parameters an endpoint knows: sections 5.3, 5.4, 5.6, 5.7 and 5.8.
var (
	paramsObjects  = []string{"added_after", "limit", "next", "match[id]", "match[type]", "match[version]", "match[spec_version]"}
	paramsObject   = []string{"added_after", "limit", "next", "match[version]", "match[spec_version]"}
	paramsDelete   = []string{"match[version]", "match[spec_version]"}
	paramsVersions = []string{"added_after", "limit", "next", "match[spec_version]"}
)

// readFilters reads a query. A parameter that the endpoint does not know, or that
// is given twice, is errs.Invalid: an answer to another question than the one
// asked would be taken for the answer.
func readFilters(raw string, known []string) (f filters, err error) {
	if len(raw) > maxQuery {
		return f, errs.New(errs.Invalid, "the query has more than %d bytes", maxQuery)
	}
	q, err := url.ParseQuery(raw)
	if err != nil {
		return f, errs.New(errs.Invalid, "the query cannot be read")
	}
	for name, values := range q {
		if !slices.Contains(known, name) {
			return f, errs.New(errs.Invalid, "there is no parameter %s here", stix.Quote(name)).WithHint("Known are %s.", strings.Join(known, ", "))
		}
		if len(values) > 1 {
			return f, errs.New(errs.Invalid, "%s is given twice", name).WithHint("Write several values with commas.")
		}
		if err := f.set(name, values[0]); err != nil {
			return f, err
		}
	}
	c := url.Values{}
	for _, name := range known {
		if name != "limit" && name != "next" && q.Has(name) {
			c.Set(name, q.Get(name))
		}
	}
	f.canonical = c.Encode()
	return f, nil
}

func (f *filters) set(name, value string) (err error) {
	switch name {
	case "added_after":
		if _, err := stix.ParseTime(value); err != nil {
			return errs.New(errs.Invalid, "added_after is no timestamp").WithHint("Write it as 2026-01-31T23:59:59.000000Z.")
		}
		f.addedAfter = value
	case "limit":
		n, err := strconv.Atoi(value)
		if err != nil || n <= 0 {
			return errs.New(errs.Invalid, "limit is no number above zero")
		}
		f.limit = n
	case "next":
		f.next = value
	case "match[id]":
		f.ids, err = list(name, value, stix.ValidID)
	case "match[type]":
		f.types, err = list(name, value, stix.ValidTypeName)
	case "match[spec_version]":
		f.spec, err = list(name, value, func(s string) bool { return s != "" && len(s) < 10 })
	case "match[version]":
		f.versions, err = list(name, value, func(s string) bool {
			_, err := stix.ParseTime(s)
			return s == "all" || s == "first" || s == "last" || err == nil
		})
	}
	return err
}

func list(name, value string, ok func(string) bool) ([]string, error) {
	out := strings.Split(value, ",")
	if len(out) > maxMatch {
		return nil, errs.New(errs.Invalid, "%s has more than %d values", name, maxMatch)
	}
	for _, s := range out {
		if !ok(s) {
			return nil, errs.New(errs.Invalid, "%s has a value that it cannot have", name)
		}
	}
	return out, nil
}

// search makes the query of the index. def is what match[version] means when it is
// not given. It is false when nothing can match: the journal holds STIX 2.1 only.
func (f filters) search(view int, upTo int64, def versions) (search, bool) {
	q := search{view: view, upTo: upTo, addedAfter: math.MinInt64, ids: f.ids, types: f.types, versions: def}
	if f.addedAfter != "" {
		t, _ := stix.ParseTime(f.addedAfter)
		q.addedAfter = t.UnixMicro()
	}
	if f.versions != nil {
		q.versions = versions{}
	}
	for _, v := range f.versions {
		switch v {
		case "all":
			q.versions.all = true
		case "first":
			q.versions.first = true
		case "last":
			q.versions.last = true
		default:
			t, _ := stix.ParseTime(v)
			q.versions.at = append(q.versions.at, t.UnixNano())
		}
	}
	return q, f.spec == nil || slices.Contains(f.spec, "2.1")
}

// positions seals where a client stands: nobody can read a sequence number out of
// it, which would tell how much lies between two objects, nor make one, nor use it
// for another query or as another client.
type positions struct {
	aead cipher.AEAD
	rand io.Reader
}

// positionForm is the form of a position: 1 = November 2026.
const positionForm = 1

func newPositions(key [32]byte, rand io.Reader) (positions, error) {
	block, err := aes.NewCipher(key[:])
	if err != nil {
		return positions{}, err
	}
	aead, err := cipher.NewGCM(block)
	return positions{aead, rand}, err
}

// seal writes a position for a query that the text names.
func (p positions) seal(seq int64, query string) (string, error) {
	nonce := make([]byte, p.aead.NonceSize(), 64)
	if _, err := io.ReadFull(p.rand, nonce); err != nil {
		return "", errs.New(errs.Unavailable, "no randomness for a position").Because(err)
	}
	sum := sha256.Sum256([]byte(query))
	plain := binary.BigEndian.AppendUint64([]byte{positionForm}, uint64(seq))
	return base64.RawURLEncoding.EncodeToString(p.aead.Seal(nonce, nonce, plain, sum[:])), nil
}

// open reads a position; errs.Invalid for one that is not of the query.
func (p positions) open(text, query string) (int64, error) {
	bad := errs.New(errs.Invalid, "next is not a position of this query").WithHint("Give it with the same parameters as the page before, or begin anew without it.")
	b, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || len(b) < p.aead.NonceSize() {
		return 0, bad
	}
	sum := sha256.Sum256([]byte(query))
	plain, err := p.aead.Open(nil, b[:p.aead.NonceSize()], b[p.aead.NonceSize():], sum[:])
	if err != nil || len(plain) != 9 || plain[0] != positionForm {
		return 0, bad
	}
	return int64(binary.BigEndian.Uint64(plain[1:])), nil
}
