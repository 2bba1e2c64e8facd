package node

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/cordon-project/cordon/api"
	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/journal"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/stix"
	"github.com/cordon-project/cordon/taxii"
	"github.com/cordon-project/cordon/taxii/store"
	"github.com/cordon-project/cordon/whole"
)

// TAXIIConfig is the section [taxii] of cordon.toml.
type TAXIIConfig struct {
	Title       string             `toml:"title"`
	Description string             `toml:"description"`
	Contact     string             `toml:"contact"`
	Roots       []taxii.Root       `toml:"roots"`
	Collections []taxii.Collection `toml:"collections"`
	Limits      taxii.Limits       `toml:"limits"`
}

// Enabled reports whether there is a server at all.
func (c TAXIIConfig) Enabled() bool { return len(c.Collections) > 0 }

// Check says what in the section cannot be used.
func (c TAXIIConfig) Check() error { return taxii.CheckViews(c.Roots, c.Collections, c.Limits) }

// exchange is the TAXII server of a node.
type exchange struct {
	projection *taxii.Projection
	store      *store.Store
	server     *taxii.Server
}

func (e *exchange) projections(c TAXIIConfig) []journal.Projection {
	if !c.Enabled() {
		return nil
	}
	e.projection = taxii.NewProjection()
	return []journal.Projection{e.projection}
}

// newTAXII puts the server together, if the configuration has collections.
func (n *Node) newTAXII(ctx context.Context, level policy.TLP) (err error) {
	e, c := &n.taxii, n.c.TAXII
	if !c.Enabled() {
		return nil
	}
	if e.store, err = store.Open(ctx, n.c.Home, store.Options{Clock: n.o.Clock, Rand: rand.Reader}); err != nil {
		return err
	}
	address := ""
	if len(n.c.Origins) > 0 {
		address = strings.TrimSuffix(n.c.Origins[0], "/")
	}
	title := c.Title
	if title == "" {
		title = n.c.Name
	}
	keys := &keyring{file: filepath.Join(n.c.Home, TAXIIClientsFile)}
	e.server, err = taxii.New(ctx, taxii.Config{
		Journal: n.store, Projection: e.projection, Shelf: n.projector.Shelf(e.projection.Name()), Settled: n.projector.Wait, Store: e.store,
		Who: keys.who, Default: level, Title: title, Description: c.Description, Contact: c.Contact, Address: address,
		Roots: c.Roots, Collections: c.Collections, Limits: c.Limits, Clock: n.o.Clock, Rand: rand.Reader, Log: n.o.Log,
	})
	return err
}

// exchanges is the server as its operator sees it.
type exchanges struct{ n *Node }

var _ api.Exchange = exchanges{}

func (e exchanges) store(v policy.Viewer) (*store.Store, error) {
	if err := mayIntake(v); err != nil {
		return nil, err
	}
	if e.n.taxii.store == nil {
		return nil, errs.New(errs.NotFound, "this node is no TAXII server").WithHint("Give it collections in the section [taxii] of its configuration: docs/taxii.md.")
	}
	return e.n.taxii.store, nil
}

// Standing implements [api.Exchange].
func (e exchanges) Standing(ctx context.Context, v policy.Viewer, limit int) (out api.ExchangeStanding, err error) {
	s, err := e.store(v)
	if err != nil {
		return out, err
	}
	out.Collections, out.Clients = e.n.taxii.server.Standings()
	all, total, err := s.Held(ctx, min(limit, api.MaxHeldListed))
	out.Held, out.Waiting = []api.HeldObject{}, total
	for _, h := range all {
		out.Held = append(out.Held, api.HeldObject{N: h.N, At: h.At, Client: h.Client, Collection: h.Collection, ID: h.ID, Why: h.Why, Object: h.Body})
	}
	return out, err
}

// Drop implements [api.Exchange].
func (e exchanges) Drop(ctx context.Context, v policy.Viewer, n int64) error {
	s, err := e.store(v)
	if err != nil {
		return err
	}
	return s.Drop(ctx, n)
}

// TAXIIClientsFile is the file in a node's folder that says who may use its TAXII
// server. It holds hashes of keys, not keys: a key is 256 random bits, so that its
// SHA-256 tells nothing of it.
const TAXIIClientsFile = "taxii-clients.json"

// TAXIIClient is one client in the file.
type TAXIIClient struct {
	Name      string   `json:"name"`
	KeySHA256 string   `json:"key_sha256"`
	Org       string   `json:"org,omitempty"` // id of the identity whose objects it may add
	Clearance string   `json:"clearance"`     // TLP
	Holds     []string `json:"holds,omitempty"`
	Purpose   string   `json:"purpose,omitempty"` // "" for exchange
	Groups    []string `json:"groups,omitempty"`
	Relay     bool     `json:"relay,omitempty"`
}

// Check says what of a client cannot be used.
func (c TAXIIClient) Check() error {
	switch {
	case c.Name == "" || strings.ContainsAny(c.Name, ":*\x00\r\n"):
		return errs.New(errs.Invalid, "%q cannot be the name of a client", c.Name).WithHint("It is not empty, not *, and has no colon.")
	case c.Org != "" && (!stix.ValidID(c.Org) || stix.IDType(c.Org) != "identity"):
		return errs.New(errs.Invalid, "%q is no id of an identity", c.Org)
	case c.Purpose != "" && !policy.Purpose(c.Purpose).Known():
		return errs.New(errs.Invalid, "%q is no purpose", c.Purpose).WithHint("Leave it out, or use network-defence, screening or law-enforcement.")
	}
	_, err := policy.ParseTLP(c.Clearance)
	return err
}

func (c TAXIIClient) client() (taxii.Client, error) {
	if err := c.Check(); err != nil {
		return taxii.Client{}, err
	}
	level, err := policy.ParseTLP(c.Clearance)
	if err != nil {
		return taxii.Client{}, err
	}
	v := policy.Viewer{Name: "taxii " + c.Name, Org: c.Org, Clearance: level, Holds: map[string]bool{}}
	for _, h := range c.Holds {
		v.Holds[h] = true
	}
	return taxii.Client{Name: c.Name, Viewer: v, Purpose: policy.Purpose(c.Purpose), Groups: c.Groups, Relay: c.Relay}, nil
}

// ReadTAXIIClients reads the file; no file is no clients.
func ReadTAXIIClients(home string) (list []TAXIIClient, err error) {
	defer errs.Wrap(&err, "node.ReadTAXIIClients")
	b, err := os.ReadFile(filepath.Join(home, TAXIIClientsFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, errs.New(errs.Unavailable, "%s cannot be read", TAXIIClientsFile).Because(err)
	}
	if err := json.Unmarshal(b, &list); err != nil {
		return nil, errs.New(errs.Invalid, "%s is no list of clients", TAXIIClientsFile).Because(err).WithHint("Restore it, or add the clients anew.")
	}
	return list, nil
}

// AddTAXIIClient adds a client, or replaces the one of its name, and returns its
// key, which is written nowhere.
func AddTAXIIClient(home string, c TAXIIClient) (key string, err error) {
	defer errs.Wrap(&err, "node.AddTAXIIClient")
	if err := c.Check(); err != nil {
		return "", err
	}
	var raw [32]byte
	if _, err := rand.Read(raw[:]); err != nil {
		return "", errs.New(errs.Unavailable, "no randomness for a key").Because(err)
	}
	key = hex.EncodeToString(raw[:])
	c.KeySHA256 = hashKey(key)
	return key, changeTAXIIClients(home, func(list []TAXIIClient) ([]TAXIIClient, error) {
		list = slices.DeleteFunc(list, func(o TAXIIClient) bool { return o.Name == c.Name })
		return append(list, c), nil
	})
}

// RemoveTAXIIClient takes a client's key away; errs.NotFound when there is none of
// the name.
func RemoveTAXIIClient(home, name string) (err error) {
	defer errs.Wrap(&err, "node.RemoveTAXIIClient")
	return changeTAXIIClients(home, func(list []TAXIIClient) ([]TAXIIClient, error) {
		n := len(list)
		if list = slices.DeleteFunc(list, func(o TAXIIClient) bool { return o.Name == name }); len(list) == n {
			return nil, errs.New(errs.NotFound, "there is no TAXII client %s", name).WithHint("cordon taxii client list shows them.")
		}
		return list, nil
	})
}

func changeTAXIIClients(home string, change func([]TAXIIClient) ([]TAXIIClient, error)) error {
	list, err := ReadTAXIIClients(home)
	if err != nil {
		return err
	}
	if list, err = change(list); err != nil {
		return err
	}
	b, err := json.MarshalIndent(list, "", "  ")
	if err != nil {
		return err
	}
	if err := prepare(home); err != nil {
		return err
	}
	if err := whole.Write(filepath.Join(home, TAXIIClientsFile), append(b, '\n')); err != nil {
		return errs.New(errs.Unavailable, "%s cannot be written", TAXIIClientsFile).Because(err).WithHint("See that the node's folder is yours and has room.")
	}
	return nil
}

func hashKey(key string) string {
	sum := sha256.Sum256([]byte(key))
	return hex.EncodeToString(sum[:])
}

// keyring tells clients by their keys. It reads the file again when that has
// changed, so that a key that was taken away is worth nothing from then on.
type keyring struct {
	file    string
	mu      sync.Mutex
	changed time.Time
	size    int64
	clients map[string]taxii.Client // by hash of the key
}

var errNobody = errs.New(errs.Denied, "this node does not know who asks")

// who tells the client of a request by Bearer, or by Basic with the key as the
// password. The look-up is by the hash of 256 random bits, so how long it takes
// tells nothing.
func (k *keyring) who(r *http.Request) (taxii.Client, error) {
	name, key, ok := r.BasicAuth()
	if !ok {
		if key, ok = strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); !ok {
			return taxii.Client{}, errNobody
		}
	}
	if err := k.load(); err != nil {
		return taxii.Client{}, err
	}
	k.mu.Lock()
	c, known := k.clients[hashKey(key)]
	k.mu.Unlock()
	if !known || name != "" && name != c.Name {
		return taxii.Client{}, errNobody
	}
	return c, nil
}

func (k *keyring) load() error {
	k.mu.Lock()
	defer k.mu.Unlock()
	st, err := os.Stat(k.file)
	if errors.Is(err, fs.ErrNotExist) {
		k.clients = nil
		k.changed = time.Time{}
		return nil
	}
	if err != nil || st.ModTime().Equal(k.changed) && st.Size() == k.size {
		return err
	}
	list, err := ReadTAXIIClients(filepath.Dir(k.file))
	if err != nil {
		return err
	}
	clients := map[string]taxii.Client{}
	for _, c := range list {
		client, err := c.client()
		if err != nil {
			return err
		}
		clients[c.KeySHA256] = client
	}
	k.clients, k.changed, k.size = clients, st.ModTime(), st.Size()
	return nil
}
