package eval

import (
	"context"

	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/screen"
)

// lists are the names under which files of spellings call the lists, in the
// words of the OpenSanctions catalogue.
var lists = map[string]string{
	"ofac-sdn": "us_ofac", "un-consolidated": "un_csl", "jp-mof-freeze": "jp_mof", "kr-kofiu-restricted": "kr_kofiu",
}

// Node is a node as it is measured: its names as a viewer sees them.
type Node struct {
	s       *screen.Screener
	v       policy.Viewer
	entries map[string][]string // object to its entries
	holds   map[string]bool
}

// NewNode reads which entries the node holds.
func NewNode(ctx context.Context, s *screen.Screener, v policy.Viewer) (*Node, error) {
	n := &Node{s: s, v: v, entries: map[string][]string{}, holds: map[string]bool{}}
	for name := range s.Bearers(v) {
		if _, known := n.entries[name.Object]; known {
			continue
		}
		all, err := s.EntriesOf(ctx, v, name.Object)
		if err != nil {
			return nil, err
		}
		n.entries[name.Object] = []string{}
		for _, e := range all {
			list := lists[e.List]
			if list == "" {
				list = e.List
			}
			n.entries[name.Object] = append(n.entries[name.Object], list+":"+e.Number)
			n.holds[list+":"+e.Number] = true
		}
	}
	return n, nil
}

// Holds reports whether the node has an entry.
func (n *Node) Holds(entry string) bool { return n.holds[entry] }

// Search implements [Searcher]: the best name of each object.
func (n *Node) Search(_ context.Context, name string) ([]Hit, error) {
	var out []Hit
	seen := map[string]bool{}
	for _, h := range n.s.Find(n.v, name) {
		if !seen[h.Object] {
			seen[h.Object] = true
			out = append(out, Hit{Entries: n.entries[h.Object], Name: h.Text, Score: h.Score})
		}
	}
	return out, nil
}
