package warning

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/netip"
	"regexp"
	"slices"
	"sort"
	"strings"

	"github.com/cordon-project/cordon/errs"
)

// Limits of all lists together.
const (
	MaxLists   = 10_000
	MaxEntries = 5_000_000
)

// Hit names the list and the entry of it that spares a value.
type Hit struct {
	List  string `json:"list"` // its name
	Slug  string `json:"slug,omitempty"`
	Entry string `json:"entry"`
}

// List is one warning list without its entries.
type List struct {
	Name    string `json:"name"`
	Slug    string `json:"slug,omitempty"`
	Type    string `json:"type"` // string, hostname, cidr, substring, regex
	Version string `json:"version,omitempty"`
	Entries int    `json:"entries"`
}

// Builder collects lists. The zero value is ready.
type Builder struct {
	lists   []List
	entries int
	names   []name
	exact   map[string]int32
	nets    map[netip.Prefix]int32
	parts   []fragment
	regexes []expression
}

// name is a host name, its bytes in reverse so that what is below it follows it.
type name struct {
	reversed string
	list     int32
	below    bool // hostname: everything below it too
}

type fragment struct {
	text string
	list int32
}

type expression struct {
	re   *regexp.Regexp
	text string
	list int32
}

// wire is a list as MISP writes it.
type wire struct {
	Name       string          `json:"name"`
	Slug       string          `json:"slug"`
	Type       string          `json:"type"`
	Version    json.RawMessage `json:"version"`
	List       []string        `json:"list"`
	Attributes []string        `json:"matching_attributes"`
}

// Read adds lists: objects one after another or in an array. slug names a list that
// has none, by its file or folder. Errors: errs.Invalid, and then nothing of the
// builder is to be used.
func (b *Builder) Read(r io.Reader, slug string) (err error) {
	defer errs.Wrap(&err, "warning.Read(%s)", slug)
	buffered := bufio.NewReaderSize(r, 1<<16)
	dec := json.NewDecoder(buffered)
	head, _ := buffered.Peek(64)
	array := bytes.HasPrefix(bytes.TrimSpace(head), []byte("["))
	if array {
		if _, err := dec.Token(); err != nil {
			return errs.New(errs.Invalid, "the lists cannot be read").Because(err)
		}
	}
	before := len(b.lists)
	for dec.More() {
		var l wire
		if err := dec.Decode(&l); err != nil {
			return errs.New(errs.Invalid, "list %d cannot be read", len(b.lists)-before+1).Because(err)
		}
		if l.Slug == "" {
			l.Slug = slug
		}
		if err := b.add(l); err != nil {
			return err
		}
	}
	if end, err := dec.Token(); array != (end == json.Delim(']')) || err != nil && (array || !errors.Is(err, io.EOF)) {
		return errs.New(errs.Invalid, "the lists break off").Because(err)
	}
	if len(b.lists) == before {
		return errs.New(errs.Invalid, "there is no warning list in it")
	}
	return nil
}

func (b *Builder) add(l wire) error {
	if l.Name == "" || l.List == nil || len(b.lists) >= MaxLists {
		return errs.New(errs.Invalid, "list %d has no name or no entries, or there are more than %d", len(b.lists)+1, MaxLists)
	}
	if b.entries += len(l.List); b.entries > MaxEntries {
		return errs.New(errs.Invalid, "the lists have more than %d entries", MaxEntries)
	}
	n := int32(len(b.lists))
	b.lists = append(b.lists, List{Name: l.Name, Slug: l.Slug, Type: l.Type, Version: strings.Trim(string(l.Version), `"`), Entries: len(l.List)})
	if b.exact == nil {
		b.exact, b.nets = map[string]int32{}, map[netip.Prefix]int32{}
	}
	for _, e := range l.List {
		if e = strings.TrimSpace(e); e == "" {
			continue
		}
		switch l.Type {
		case "string":
			b.value(e, n, false)
		case "hostname":
			b.value(e, n, true)
		case "cidr":
			if p, err := ParseIP(e); err == nil {
				b.net(p, n)
			} else {
				b.value(e, n, false)
			}
		case "substring":
			if published(l.Attributes) {
				b.parts = append(b.parts, fragment{strings.ToLower(e), n})
			}
		case "regex":
			if err := b.regex(e, n, l); err != nil {
				return err
			}
		default:
			return errs.New(errs.Invalid, "the list %s is of type %q, which is not known", l.Name, l.Type).
				WithHint("What it would spare would be published. Take the list out, or use a newer Cordon.")
		}
	}
	return nil
}

// published reports whether a list is made for kinds that blocklists have. One that
// does not say is made for all.
func published(attributes []string) bool {
	if len(attributes) == 0 {
		return true
	}
	return slices.ContainsFunc(attributes, func(a string) bool {
		for _, p := range []string{"domain", "hostname", "url", "uri", "ip-", "md5", "sha", "filename|"} {
			if strings.HasPrefix(a, p) {
				return true
			}
		}
		return false
	})
}

func (b *Builder) net(p netip.Prefix, list int32) {
	if _, there := b.nets[p]; !there {
		b.nets[p] = list
	}
}

// value adds what spares itself, and for a host name everything below it.
func (b *Builder) value(e string, list int32, below bool) {
	if p, err := ParseIP(e); err == nil {
		b.net(p, list)
		return
	}
	host := strings.TrimLeft(strings.TrimPrefix(e, "*"), ".")
	if d, err := ParseDomain(host); err == nil {
		b.names = append(b.names, name{reverse(d), list, below || strings.HasPrefix(e, "*.")})
		return
	}
	if u, err := ParseURL(e); err == nil {
		e = u.Text
	}
	e = strings.ToLower(strings.Trim(e, ". \\"))
	if below && !strings.ContainsAny(e, "/: ") { // a top-level domain, or a name that IDNA refuses
		b.names = append(b.names, name{reverse(e), list, true})
	}
	if _, there := b.exact[e]; !there {
		b.exact[e] = list
	}
}

// regex reads an expression in PHP's notation, /…/flags.
func (b *Builder) regex(e string, list int32, l wire) error {
	if !published(l.Attributes) {
		return nil
	}
	text, flags := e, ""
	if i := strings.LastIndexByte(e, e[0]); i > 0 && strings.IndexByte("/#~!", e[0]) >= 0 {
		text, flags = e[1:i], e[i+1:]
	}
	if strings.Contains(flags, "s") {
		text = "(?s)" + text
	}
	re, err := regexp.Compile("(?i)" + text)
	if err != nil {
		return errs.New(errs.Invalid, "the list %s has an expression that cannot be run here: %q", l.Name, clip(e)).Because(err).
			WithHint("What it would spare would be published. Take the list out.")
	}
	b.regexes = append(b.regexes, expression{re, e, list})
	return nil
}

// reverse turns the bytes of an ASCII name around.
func reverse(s string) string {
	b := []byte(s)
	slices.Reverse(b)
	return string(b)
}

// Index answers for a set of lists.
type Index struct {
	lists   []List
	entries int
	names   []name
	exact   map[string]int32
	nets    map[netip.Prefix]int32
	lengths [2][]int // prefix lengths that there are, of IPv4 and IPv6, longest first
	sorted  [2][]netip.Prefix
	grams   map[string][]fragment // by their first bytes
	short   []fragment
	regexes []expression
}

const gram = 4

// Build returns the index. The builder is not to be used again.
func (b *Builder) Build() *Index {
	x := &Index{lists: b.lists, entries: b.entries, names: b.names, exact: b.exact, nets: b.nets, grams: map[string][]fragment{}, regexes: b.regexes}
	slices.SortStableFunc(x.names, func(a, c name) int { return strings.Compare(a.reversed, c.reversed) })
	x.names = slices.CompactFunc(x.names, func(a, c name) bool { return a.reversed == c.reversed && a.below == c.below })
	for p := range x.nets {
		f := family(p.Addr())
		x.sorted[f] = append(x.sorted[f], p)
		if !slices.Contains(x.lengths[f], p.Bits()) {
			x.lengths[f] = append(x.lengths[f], p.Bits())
		}
	}
	for f := range x.sorted {
		slices.SortFunc(x.sorted[f], func(a, c netip.Prefix) int { return a.Addr().Compare(c.Addr()) })
		slices.Sort(x.lengths[f])
		slices.Reverse(x.lengths[f])
	}
	for _, p := range b.parts {
		if len(p.text) < gram {
			x.short = append(x.short, p)
		} else {
			x.grams[p.text[:gram]] = append(x.grams[p.text[:gram]], p)
		}
	}
	return x
}

func family(a netip.Addr) int {
	if a.Is4() {
		return 0
	}
	return 1
}

// Lists returns the lists in their order.
func (x *Index) Lists() []List { return slices.Clone(x.lists) }

// Entries is how many entries the lists have together.
func (x *Index) Entries() int { return x.entries }

func (x *Index) hit(list int32, entry string) (Hit, bool) {
	l := x.lists[list]
	return Hit{List: l.Name, Slug: l.Slug, Entry: entry}, true
}

// at returns the names that are exactly reversed.
func (x *Index) at(reversed string) []name {
	i := sort.Search(len(x.names), func(i int) bool { return x.names[i].reversed >= reversed })
	j := i
	for j < len(x.names) && x.names[j].reversed == reversed {
		j++
	}
	return x.names[i:j]
}

// Domain says what spares a domain in canonical form ([ParseDomain]).
func (x *Index) Domain(d string) (Hit, bool) {
	r := reverse(d)
	if at := x.at(r); len(at) > 0 {
		return x.hit(at[0].list, d)
	}
	for i := len(r); i > 0; {
		if i = strings.LastIndexByte(r[:i], '.'); i < 0 {
			break
		}
		for _, n := range x.at(r[:i]) {
			if n.below {
				return x.hit(n.list, reverse(r[:i]))
			}
		}
	}
	return x.text(d)
}

// Below names an entry that stands below a domain: who blocks the domain with all
// below it would block that.
func (x *Index) Below(d string) (Hit, bool) {
	prefix := reverse(d) + "."
	i := sort.Search(len(x.names), func(i int) bool { return x.names[i].reversed >= prefix })
	if i < len(x.names) && strings.HasPrefix(x.names[i].reversed, prefix) {
		return x.hit(x.names[i].list, reverse(x.names[i].reversed))
	}
	return Hit{}, false
}

// IP says what spares an address or a network: an entry that it is in, or one that is
// in it.
func (x *Index) IP(p netip.Prefix) (Hit, bool) {
	f := family(p.Addr())
	for _, n := range x.lengths[f] {
		if n > p.Bits() {
			continue
		}
		q, err := p.Addr().Prefix(n)
		if err != nil {
			continue
		}
		if list, ok := x.nets[q]; ok {
			return x.hit(list, q.String())
		}
	}
	if !p.IsSingleIP() {
		s := x.sorted[f]
		i := sort.Search(len(s), func(i int) bool { return s[i].Addr().Compare(p.Addr()) >= 0 })
		if i < len(s) && p.Contains(s[i].Addr()) {
			return x.hit(x.nets[s[i]], s[i].String())
		}
	}
	if a, ok := inner(p.Addr()); ok && p.IsSingleIP() {
		if h, ok := x.IP(netip.PrefixFrom(a, 32)); ok {
			return h, true
		}
	}
	if p.IsSingleIP() {
		return x.text(p.Addr().String())
	}
	return x.text(p.String())
}

// URL says what spares a URL: itself, its host, or what it contains.
func (x *Index) URL(u URL) (Hit, bool) {
	host := x.Domain
	if u.IP.IsValid() {
		host = func(string) (Hit, bool) { return x.IP(u.IP) }
	}
	if h, ok := host(u.Host); ok {
		return h, true
	}
	bare := strings.ToLower(strings.TrimPrefix(u.Text, u.Scheme+"://"))
	for _, form := range []string{strings.ToLower(u.Text), bare, strings.TrimSuffix(bare, "/")} {
		if list, ok := x.exact[form]; ok {
			return x.hit(list, form)
		}
	}
	return x.text(strings.ToLower(u.Text))
}

// Hash says what spares a hash in lower case.
func (x *Index) Hash(h string) (Hit, bool) {
	if list, ok := x.exact[h]; ok {
		return x.hit(list, h)
	}
	return x.text(h)
}

// text says which entry of a list of substrings or expressions, or which plain one, a
// text contains, matches or is.
func (x *Index) text(s string) (Hit, bool) {
	if list, ok := x.exact[s]; ok {
		return x.hit(list, s)
	}
	for i := 0; i+gram <= len(s); i++ {
		for _, p := range x.grams[s[i:i+gram]] {
			if strings.HasPrefix(s[i:], p.text) {
				return x.hit(p.list, p.text)
			}
		}
	}
	for _, p := range x.short {
		if strings.Contains(s, p.text) {
			return x.hit(p.list, p.text)
		}
	}
	for _, e := range x.regexes {
		if e.re.MatchString(s) {
			return x.hit(e.list, e.text)
		}
	}
	return Hit{}, false
}
