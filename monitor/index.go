package monitor

import (
	"cmp"
	"hash/fnv"
	"iter"
	"runtime"
	"slices"
	"strings"
	"sync"
	"unicode"

	"github.com/cordon-project/cordon/coin"
	"github.com/cordon-project/cordon/match"
	"github.com/cordon-project/cordon/monitor/book"
)

// index tells which customers of a book a change of the lists can concern. It is
// a list of parts: customers who come later are a part of their own, and small
// parts are made one. Slots that are dead stay in it until then.
type index struct {
	params match.Params
	least  float64
	parts  []part
}

type part struct {
	names  *match.Roster
	idents []uint64 // hash of an identifier<<32 | slot, sorted
	n      int      // customers
}

// maxParts is how many parts there are at most before they are made one.
const maxParts = 6

// leastOf is the lowest score that any profile makes an alert of: evidence
// raises scores from there on (see screen.Query.Profile).
func leastOf(p match.Params) float64 {
	least := 1.0
	for _, f := range p.Profiles {
		least = min(least, f.Threshold)
	}
	return least
}

func newIndex(p match.Params, all iter.Seq2[book.Slot, book.Customer]) *index {
	x := &index{params: p, least: leastOf(p)}
	x.parts = []part{x.part(all)}
	return x
}

func (x *index) part(all iter.Seq2[book.Slot, book.Customer]) part {
	var p part
	p.names = match.NewRoster(x.params, x.least, func(yield func(uint32, string) bool) {
		for slot, c := range all {
			p.n++
			for _, id := range slices.Concat(c.Documents, c.Wallets) {
				for _, k := range identKeys(id) {
					p.idents = append(p.idents, uint64(k)<<32|uint64(slot))
				}
			}
			for _, name := range c.Names {
				if !yield(uint32(slot), name) {
					return
				}
			}
		}
	})
	slices.Sort(p.idents)
	p.idents = slices.Clip(slices.Compact(p.idents))
	return p
}

// add takes in customers who came.
func (x *index) add(b *book.Book, slots []book.Slot) {
	if len(x.parts) >= maxParts {
		x.parts = newIndex(x.params, b.All()).parts
		return
	}
	x.parts = append(x.parts, x.part(func(yield func(book.Slot, book.Customer) bool) {
		for _, s := range slots {
			if c, err := b.Customer(s); err == nil && !yield(s, c) {
				return
			}
		}
	}))
}

// identKeys are hashes under which two identifiers meet that screening takes for
// one: its forms (screen: wallets by their key, documents in capitals without
// what people write between) of like identifiers have a hash in common, and few
// others do.
func identKeys(id string) []uint32 {
	keys := []uint32{identHash('c', coarse(id))}
	if k, ok := coin.Key(strings.TrimSpace(id)); ok {
		keys = append(keys, identHash('w', k))
	}
	if a, ok := coin.Recased(strings.TrimSpace(id)); ok {
		keys = append(keys, identHash('w', a.Key))
	}
	return keys
}

// coarse leaves letters and digits in capitals: less than screening tells apart.
func coarse(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, strings.ToUpper(s))
}

func identHash(tag byte, s string) uint32 {
	h := fnv.New32a()
	_, _ = h.Write([]byte{tag})
	_, _ = h.Write([]byte(s))
	return h.Sum32()
}

// delta is what changed of the lists, as far as it can concern anybody.
type delta struct {
	objects map[string]bool // ids of objects that changed
	names   []match.Name    // that they have now
	idents  []string        // documents and wallets that they have now
}

// concerned returns whom a delta can concern, sorted.
func (x *index) concerned(b *book.Book, d *delta) []book.Slot {
	told := x.told(d)
	if len(told) == 0 {
		return nil
	}
	listed := match.New(x.params)
	change := map[string][]match.Name{}
	for _, n := range d.names {
		n.Label = ""
		change[n.Object] = append(change[n.Object], n)
	}
	listed.Update(change)
	var out []book.Slot
	var mu sync.Mutex
	each(told, func(t teller) {
		if !t.sure && !x.meets(b, listed, t.slot) {
			return
		}
		mu.Lock()
		defer mu.Unlock()
		out = append(out, t.slot)
	})
	slices.Sort(out)
	return out
}

type teller struct {
	slot book.Slot
	sure bool // told by an identifier: only the question itself decides
}

// told gathers whom the rosters and the identifiers tell.
func (x *index) told(d *delta) []teller {
	all := map[book.Slot]bool{} // whether an identifier told
	var mu sync.Mutex
	each(unique(d.names), func(name string) {
		var own []book.Slot
		for i := range x.parts {
			x.parts[i].names.Concerned(name, func(owner uint32) { own = append(own, book.Slot(owner)) })
		}
		mu.Lock()
		defer mu.Unlock()
		for _, s := range own {
			all[s] = false
		}
	})
	for _, id := range d.idents {
		for _, k := range identKeys(id) {
			for i := range x.parts {
				x.parts[i].bearers(k, func(s book.Slot) { all[s] = true })
			}
		}
	}
	out := make([]teller, 0, len(all))
	for s, sure := range all {
		out = append(out, teller{s, sure})
	}
	slices.SortFunc(out, func(a, b teller) int { return cmp.Compare(a.slot, b.slot) })
	return out
}

func unique(names []match.Name) []string {
	var out []string
	for _, n := range names {
		out = append(out, n.Text)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func (p *part) bearers(key uint32, meet func(book.Slot)) {
	i, _ := slices.BinarySearch(p.idents, uint64(key)<<32)
	for ; i < len(p.idents) && uint32(p.idents[i]>>32) == key; i++ {
		meet(book.Slot(uint32(p.idents[i])))
	}
}

// meets reports whether a name of a customer reaches the lowest threshold with
// one that changed.
func (x *index) meets(b *book.Book, listed *match.Index, s book.Slot) bool {
	c, err := b.Customer(s)
	if err != nil {
		return false // gone
	}
	for _, name := range c.Names {
		if hits := listed.Search(name, nil); len(hits) > 0 && hits[0].Score >= x.least {
			return true
		}
	}
	return false
}

// each does something with all of them on all processors.
func each[T any](all []T, do func(T)) {
	n := min(runtime.GOMAXPROCS(0), len(all))
	work := make(chan []T, n)
	var group sync.WaitGroup
	for range n {
		group.Go(func() {
			for some := range work {
				for _, t := range some {
					do(t)
				}
			}
		})
	}
	for some := range slices.Chunk(all, max(1, min(64, len(all)/max(n, 1)))) {
		work <- some
	}
	close(work)
	group.Wait()
}
