// Package corpus makes patterns by the million, in the forms that feeds of indicators
// have, and observations to match them against.
//
// What comes in: a source of randomness, and patterns of a real feed, whose values give
// the new ones their shape. What goes out: one pattern after the other ([Corpus.Next]),
// each with objects that it matches, and observations of one event on one host
// ([Corpus.Event]) with a domain, addresses, traffic, a file, a URL and a mail.
//
// The same source gives the same patterns. Of a hundred, 97 are one test of equality
// (domain names, URLs, addresses, hashes of files, senders of mail: what a domain-heavy
// feed consists of) and three are the rest of the language: LIKE, ISSUBSET, MATCHES,
// conjunctions, alternatives, two observations in order. It is for measuring; nothing that
// it makes says anything of anybody.
package corpus

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"

	"github.com/cordon-project/cordon/stix"
	"github.com/cordon-project/cordon/stix/pattern"
	"github.com/cordon-project/cordon/stix/pattern/observe"
)

// Corpus makes patterns and observations. Make one with [New].
type Corpus struct {
	rng      *rand.Rand
	real     []string
	labels   []string // words that domains of the feed are made of
	suffixes []string // what their names end in
	next     int
}

// New returns a corpus that begins with the real patterns, in their order, and goes on
// with new ones after their shape.
func New(rng *rand.Rand, real []string) *Corpus {
	c := &Corpus{rng: rng, real: real, labels: []string{"login", "update", "mail", "cloud"}, suffixes: []string{"com", "net", "org"}}
	for _, text := range real {
		o, ok := Witness(text)
		if !ok || o["type"] != "domain-name" || len(c.labels) > 5000 {
			continue
		}
		name, _ := o["value"].(string)
		if first, rest, ok := strings.Cut(name, "."); ok {
			c.labels, c.suffixes = append(c.labels, first), append(c.suffixes, rest)
		}
	}
	return c
}

// Witness returns an object that a pattern of one test of equality of one property
// matches; false for other patterns.
func Witness(text string) (stix.Object, bool) {
	n, err := pattern.Parse(text)
	if err != nil {
		return nil, false
	}
	o, ok := n.(*pattern.Observation)
	if !ok || len(o.Qualifiers) > 0 {
		return nil, false
	}
	c, ok := o.Expr.(pattern.Comparison)
	if !ok || c.Operator != "=" || c.Negated || len(c.Path) != 1 || c.Values[0].Kind != "string" {
		return nil, false
	}
	return stix.Object{"type": c.ObjectType, c.Path[0].Name: c.Values[0].Text}, true
}

// Next returns the next pattern and the objects of an observation that it matches, of a
// pattern of two observations those of both; none for a real pattern that is more than
// a test of equality.
func (c *Corpus) Next() (text string, witness []stix.Object) {
	if c.next < len(c.real) {
		text = c.real[c.next]
		c.next++
		if o, ok := Witness(text); ok {
			witness = []stix.Object{o}
		}
		return text, witness
	}
	switch n := c.rng.IntN(1000); {
	case n < 870:
		return c.equal("domain-name", "value", c.domain())
	case n < 910:
		return c.equal("url", "value", "https://"+c.domain()+"/"+c.word()+"/"+c.word()+".php")
	case n < 935:
		return c.equal("ipv4-addr", "value", c.address())
	case n < 965:
		return c.hash()
	case n < 970:
		return c.equal("email-addr", "value", c.word()+"@"+c.domain())
	}
	return c.compound()
}

func (c *Corpus) equal(typ, property, value string) (string, []stix.Object) {
	return "[" + typ + ":" + property + " = '" + value + "']", []stix.Object{{"type": typ, property: value}}
}

func (c *Corpus) hash() (string, []stix.Object) {
	sum := c.digest()
	return "[file:hashes.'SHA-256' = '" + sum + "']", []stix.Object{{"type": "file", "hashes": map[string]any{"SHA-256": sum}}}
}

// compound makes a pattern of the rest of the language.
func (c *Corpus) compound() (string, []stix.Object) {
	domain, word, address := c.domain(), c.word(), c.address()
	switch c.rng.IntN(8) {
	case 0:
		return "[domain-name:value LIKE '%." + domain + "']", []stix.Object{{"type": "domain-name", "value": word + "." + domain}}
	case 1:
		return "[url:value LIKE 'https://" + domain + "/%']", []stix.Object{{"type": "url", "value": "https://" + domain + "/x"}}
	case 2:
		return "[ipv4-addr:value ISSUBSET '" + address + "/28']", []stix.Object{{"type": "ipv4-addr", "value": address}}
	case 3:
		return `[file:name MATCHES '^` + word + `[0-9]{1,3}\\.(doc|docm|scr)$']`, []stix.Object{{"type": "file", "name": word + "7.scr"}}
	case 4:
		size := c.rng.IntN(1 << 22)
		return fmt.Sprintf("[file:size = %d AND file:name = '%s.exe']", size, word), []stix.Object{{"type": "file", "name": word + ".exe", "size": number(size)}}
	case 5:
		other := c.domain()
		return "[domain-name:value IN ('" + domain + "', '" + other + "') OR url:value = 'http://" + domain + "/']", []stix.Object{{"type": "domain-name", "value": other}}
	case 6:
		return "[network-traffic:dst_port = 443 AND network-traffic:dst_ref.value = '" + address + "']",
			[]stix.Object{{"type": "network-traffic", "dst_port": number(443), "dst_ref": "x-dst"}, {"type": "ipv4-addr", "id": "x-dst", "value": address}}
	}
	sum := c.digest()
	return "([file:hashes.'SHA-256' = '" + sum + "'] FOLLOWEDBY [domain-name:value = '" + domain + "']) WITHIN 3600 SECONDS",
		[]stix.Object{{"type": "file", "hashes": map[string]any{"SHA-256": sum}}, {"type": "domain-name", "value": domain}}
}

func number(n int) json.Number { return json.Number(strconv.Itoa(n)) }

func (c *Corpus) pick(from []string) string { return from[c.rng.IntN(len(from))] }

func (c *Corpus) word() string {
	return c.pick(c.labels) + strconv.FormatUint(c.rng.Uint64N(1<<30), 36)
}

func (c *Corpus) domain() string { return c.word() + "." + c.pick(c.suffixes) }

func (c *Corpus) address() string {
	n := c.rng.Uint32()
	return fmt.Sprintf("%d.%d.%d.%d", byte(n>>24), byte(n>>16), byte(n>>8), byte(n))
}

func (c *Corpus) digest() string {
	sum := make([]byte, 32)
	for i := range sum {
		sum[i] = byte(c.rng.Uint32())
	}
	return hex.EncodeToString(sum)
}

// Event returns an observation of one event on one host, seen twice: a look-up of a
// domain, traffic between two addresses, a file, a URL and a mail, none of which any
// pattern is about but by chance, and the objects of the witness.
func (c *Corpus) Event(witness []stix.Object) (observe.Observation, error) {
	domain := c.domain()
	objects := []stix.Object{
		{"type": "domain-name", "value": domain},
		{"type": "ipv4-addr", "id": "event-src", "value": c.address()},
		{"type": "ipv4-addr", "id": "event-dst", "value": c.address()},
		{"type": "network-traffic", "src_ref": "event-src", "dst_ref": "event-dst", "dst_port": number(443), "protocols": []any{"tcp", "https"}},
		{"type": "file", "name": c.word() + ".exe", "size": number(c.rng.IntN(1 << 22)), "hashes": map[string]any{"SHA-256": c.digest()}},
		{"type": "url", "value": "https://" + domain + "/" + c.word()},
		{"type": "email-message", "from_ref": "event-from", "subject": c.word()},
		{"type": "email-addr", "id": "event-from", "value": c.word() + "@" + domain},
	}
	objects = append(objects, witness...)
	var refs []any
	for i, o := range objects {
		if o["id"] == nil {
			o["id"] = "event-" + strconv.Itoa(i)
		}
		refs = append(refs, o["id"])
	}
	at := time.Date(2026, 1, 1, 0, 0, c.rng.IntN(86400), 0, time.UTC)
	seen, err := observe.Read(append(objects, stix.Object{
		"type": "observed-data", "id": "observed-data--event", "number_observed": json.Number("2"), "object_refs": refs,
		"first_observed": stix.FormatTime(at), "last_observed": stix.FormatTime(at.Add(time.Minute)),
	}))
	if err != nil {
		return observe.Observation{}, err
	}
	return seen[0], nil
}
