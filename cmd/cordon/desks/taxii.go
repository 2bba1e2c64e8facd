package desks

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/cordon-project/cordon/api"
	"github.com/cordon-project/cordon/cmd/cordon/run"
	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/intake"
	"github.com/cordon-project/cordon/node"
	"github.com/cordon-project/cordon/stix"
	"github.com/cordon-project/cordon/stix/stream"
	"github.com/cordon-project/cordon/taxii/client"
	"github.com/cordon-project/cordon/whole"
)

// TAXII is cordon taxii: the node as a TAXII server, and as a client of others.
type TAXII struct {
	Collections TAXIICollections `cmd:"" help:"Show the collections of the configuration and who may do what with them."`
	Client      TAXIIClients     `cmd:"" help:"Say who may use the server."`
	Status      TAXIIStatus      `cmd:"" help:"Show how large the collections are, what clients did, and what waits for a person."`
	Drop        TAXIIDrop        `cmd:"" help:"Take an object that waits for a person away."`
	Pull        TAXIIPull        `cmd:"" help:"Read a collection of another server into this node, from where the last pull ended."`
}

// TAXIICollections shows the configuration.
type TAXIICollections struct{}

// Run shows it.
func (TAXIICollections) Run(a *run.App) error {
	c, err := node.ReadConfig(a.Home)
	if err != nil {
		return err
	}
	return a.Out(c.TAXII.Collections, func(w io.Writer) {
		if !c.TAXII.Enabled() {
			fmt.Fprintln(w, "There are no collections, so there is no TAXII server: docs/taxii.md says how to make one.")
		}
		for _, x := range c.TAXII.Collections {
			fmt.Fprintf(w, "%s  %s\n  root %s  alias %s\n", x.ID, run.Plain(x.Title), x.Root, run.FirstOf(x.Alias, "none"))
			v := x.View
			fmt.Fprintf(w, "  types %v  creators %v  labels %v  markings %v\n", v.Types, v.Creators, v.Labels, v.Markings)
			fmt.Fprintf(w, "  read %v  write %v  delete %v\n", x.Read, x.Write, x.Delete)
		}
	})
}

// TAXIIStatus shows how the server stands.
type TAXIIStatus struct {
	Limit int `help:"At most so many objects that wait." default:"100"`
}

// Run shows it.
func (c *TAXIIStatus) Run(a *run.App) error {
	if c.Limit < 1 || c.Limit > api.MaxHeldListed {
		return errs.New(errs.Invalid, "the limit is 1 to %d", api.MaxHeldListed)
	}
	return a.With(func(to *node.Connection) error {
		x, err := to.Exchange(a.Ctx, c.Limit)
		if err != nil {
			return err
		}
		return a.Out(x, func(w io.Writer) {
			for _, s := range x.Collections {
				fmt.Fprintf(w, "collection %s  %d versions\n", run.Plain(s.Name), s.Versions)
			}
			for _, s := range x.Clients {
				fmt.Fprintf(w, "client %s  %d requests, %d of them refused as too many, the last %s\n", run.Plain(s.Name), s.Requests, s.Refused, s.Seen.UTC().Format(time.DateTime))
			}
			for _, h := range x.Held {
				fmt.Fprintf(w, "waits %d  %s  %s to %s, %s: %s\n", h.N, h.At.Format(time.DateTime), run.Plain(h.Client), run.Plain(h.Collection), run.Plain(h.ID), run.Plain(h.Why))
			}
			if more := x.Waiting - len(x.Held); more > 0 {
				fmt.Fprintf(w, "%d more wait and are not shown: --limit shows more\n", more)
			}
			if len(x.Held) > 0 {
				fmt.Fprintln(w, "--json shows the objects; cordon import stix takes one in, cordon taxii drop N takes one away.")
			}
		})
	})
}

// TAXIIDrop takes an object that waits away.
type TAXIIDrop struct {
	N int64 `arg:"" help:"Its number, as cordon taxii status shows it."`
}

// Run takes it away.
func (c *TAXIIDrop) Run(a *run.App) error {
	return a.With(func(to *node.Connection) error {
		if err := to.DropHeld(a.Ctx, c.N); err != nil {
			return err
		}
		return a.Out(map[string]int64{"dropped": c.N}, func(w io.Writer) { fmt.Fprintln(w, "It is gone.") })
	})
}

// TAXIIClients is who may use the server.
type TAXIIClients struct {
	Add    TAXIIClientAdd    `cmd:"" help:"Add a client, or give one a new key; prints the key once."`
	List   TAXIIClientList   `cmd:"" help:"Show the clients."`
	Remove TAXIIClientRemove `cmd:"" help:"Take a client's key away, at once also from a running node."`
}

// TAXIIClientAdd adds a client.
type TAXIIClientAdd struct {
	Name      string   `arg:"" help:"Name of the client, by which collections are opened."`
	Org       string   `help:"Id of the identity whose objects the client may add, and whose own objects it may see." placeholder:"IDENTITY"`
	Clearance string   `help:"Highest TLP level that it may see: clear, green, amber." default:"green" placeholder:"TLP"`
	Holds     []string `help:"Ids of marking definitions beside TLP that it holds." placeholder:"ID" sep:","`
	Purpose   string   `help:"What it wants objects for; exchange unless told: network-defence, screening, law-enforcement." placeholder:"PURPOSE"`
	Groups    []string `help:"Names by which collections are opened, beside its own." placeholder:"NAME" sep:","`
	Relay     bool     `help:"Let it add and delete objects that others made."`
}

// Run adds it.
func (c *TAXIIClientAdd) Run(a *run.App) error {
	key, err := node.AddTAXIIClient(a.Home, node.TAXIIClient{
		Name: c.Name, Org: c.Org, Clearance: c.Clearance, Holds: c.Holds, Purpose: c.Purpose, Groups: c.Groups, Relay: c.Relay,
	})
	if err != nil {
		return err
	}
	return a.Out(map[string]string{"name": c.Name, "key": key}, func(w io.Writer) {
		fmt.Fprintf(w, "key of %s, shown this once: %s\nIt is sent as Authorization: Bearer KEY, or as the password of %s by Basic.\n", run.Plain(c.Name), key, run.Plain(c.Name))
	})
}

// TAXIIClientList shows the clients.
type TAXIIClientList struct{}

// Run shows them.
func (TAXIIClientList) Run(a *run.App) error {
	list, err := node.ReadTAXIIClients(a.Home)
	if err != nil {
		return err
	}
	for i := range list {
		list[i].KeySHA256 = ""
	}
	return a.Out(list, func(w io.Writer) {
		rows := [][]string{{"name", "clearance", "purpose", "organisation", "groups", "relay"}}
		for _, c := range list {
			rows = append(rows, []string{c.Name, c.Clearance, run.FirstOf(c.Purpose, "exchange"), c.Org, strings.Join(c.Groups, " "), fmt.Sprint(c.Relay)})
		}
		run.Columns(w, rows)
	})
}

// TAXIIClientRemove takes a key away.
type TAXIIClientRemove struct {
	Name string `arg:"" help:"Name of the client."`
}

// Run takes it away.
func (c *TAXIIClientRemove) Run(a *run.App) error {
	if err := node.RemoveTAXIIClient(a.Home, c.Name); err != nil {
		return err
	}
	return a.Out(map[string]string{"removed": c.Name}, func(w io.Writer) { fmt.Fprintf(w, "%s has no key any more\n", run.Plain(c.Name)) })
}

// TAXIIPull reads a collection of another server.
type TAXIIPull struct {
	Collection string   `arg:"" help:"Address of the collection, such as https://taxii.example.org/taxii2/root/collections/ID/."`
	User       string   `help:"User name; the password is read from CORDON_TAXII_PASSWORD." placeholder:"NAME"`
	Types      []string `help:"Only objects of these types." placeholder:"TYPE" sep:","`
	Anew       bool     `help:"Begin at the beginning; what is here already is passed over."`
	Cert       string   `help:"Certificate of this node for mTLS, PEM." placeholder:"FILE"`
	Key        string   `help:"Key of the certificate, PEM." placeholder:"FILE"`
	CA         string   `name:"ca" help:"Authorities to trust instead of the system's, PEM." placeholder:"FILE"`
	Private    bool     `help:"Allow http://, for a network of one's own."`
}

// Help says where credentials come from.
func (TAXIIPull) Help() string {
	return "A token is read from CORDON_TAXII_TOKEN, a password from CORDON_TAXII_PASSWORD, a proxy from HTTPS_PROXY. Where the pull ended is kept in taxii-pulls.json " +
		"in the node's folder, after each page that the node has taken in; so a pull that broke goes on there."
}

// pullsFile holds the positions of pulls in a node's folder, by collection.
const pullsFile = "taxii-pulls.json"

// Run pulls.
func (c *TAXIIPull) Run(a *run.App) error {
	config, err := c.config(a)
	if err != nil {
		return err
	}
	cl := client.New(config)
	defer cl.Close()
	positions, err := readPulls(a.Home)
	if err != nil {
		return err
	}
	from := positions[c.Collection]
	if c.Anew {
		from = client.Position{}
	}
	var report client.Report
	total := pulled{Collection: c.Collection}
	err = a.With(func(n *node.Connection) error {
		p := a.Progress()
		defer p.End()
		report, err = cl.Pull(a.Ctx, c.Collection, from, client.Filter{Types: c.Types}, func(ctx context.Context, page client.Page) error {
			if err := take(ctx, n, page, &total); err != nil {
				return err
			}
			positions[c.Collection] = page.After
			p.At("pulling", int64(total.Added+total.Same+total.Refused), 0, "objects")
			return writePulls(a.Home, positions)
		})
		return err
	})
	total.Pages, total.Whole, total.Unreadable = report.Pages, report.Whole, len(report.Refused)
	if report.Pages > 0 || err == nil {
		if e := a.Out(total, func(w io.Writer) {
			fmt.Fprintf(w, "%d pages: added %d, unchanged %d, refused %d, unreadable %d\n", total.Pages, total.Added, total.Same, total.Refused, total.Unreadable)
			if !total.Whole {
				fmt.Fprintln(w, "The server has more: pull again to go on.")
			}
		}); e != nil {
			return e
		}
	}
	return err
}

// pulled is what a pull did.
type pulled struct {
	Collection string `json:"collection"`
	Pages      int    `json:"pages"`
	Added      int    `json:"added"`
	Same       int    `json:"same"`
	Refused    int    `json:"refused"`
	Unreadable int    `json:"unreadable"`
	Whole      bool   `json:"whole"`
}

func (c *TAXIIPull) config(a *run.App) (client.Config, error) {
	out := client.Config{
		User: c.User, Password: os.Getenv("CORDON_TAXII_PASSWORD"), Token: os.Getenv("CORDON_TAXII_TOKEN"), Private: c.Private,
		Agent: "Cordon/" + a.Options().Version.Software, Chance: rand.Float64,
	}
	if c.Cert == "" && c.CA == "" {
		return out, nil
	}
	out.TLS = &tls.Config{MinVersion: tls.VersionTLS12}
	if c.Cert != "" {
		pair, err := tls.LoadX509KeyPair(c.Cert, c.Key)
		if err != nil {
			return out, errs.New(errs.Invalid, "the certificate or its key cannot be read").Because(err)
		}
		out.TLS.Certificates = []tls.Certificate{pair}
	}
	if c.CA != "" {
		b, err := os.ReadFile(c.CA)
		out.TLS.RootCAs = x509.NewCertPool()
		if err != nil || !out.TLS.RootCAs.AppendCertsFromPEM(b) {
			return out, errs.New(errs.Invalid, "%s has no certificates", c.CA).Because(err)
		}
	}
	return out, nil
}

// take gives a page to the node's intake, which keeps its bytes and appends what is
// in it.
func take(ctx context.Context, n *node.Connection, page client.Page, total *pulled) error {
	if len(page.Objects) == 0 {
		return nil
	}
	dir, err := os.MkdirTemp("", "cordon-pull-*")
	if err != nil {
		return errs.New(errs.Unavailable, "no folder could be made for a page").Because(err)
	}
	defer os.RemoveAll(dir)
	name := filepath.Join(dir, "taxii-page.json")
	f, err := os.OpenFile(name, os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return errs.New(errs.Unavailable, "a page could not be written").Because(err)
	}
	bundle := stix.Object{"type": "bundle", "id": stix.NameID("bundle", "taxii", page.Objects[0].ID())}
	if err := errors.Join(stream.WriteBundle(f, bundle, slices.Values(page.Objects)), f.Close()); err != nil {
		return err
	}
	job, err := n.Import(ctx, intake.Upload{Kind: intake.KindSTIX}, []string{name}, func(int64) {})
	if err == nil {
		job, err = n.Follow(ctx, job.ID, func(api.Job) {})
	}
	if err == nil && job.Problem != nil {
		err = job.Problem.Err()
	}
	if r := job.Result; r != nil {
		total.Added, total.Same, total.Refused = total.Added+r.Added, total.Same+r.Same, total.Refused+r.Refused
	}
	return err
}

func readPulls(home string) (map[string]client.Position, error) {
	out := map[string]client.Position{}
	b, err := os.ReadFile(filepath.Join(home, pullsFile))
	if errors.Is(err, fs.ErrNotExist) {
		return out, nil
	}
	if err == nil {
		err = json.Unmarshal(b, &out)
	}
	if err != nil {
		return nil, errs.New(errs.Invalid, "%s cannot be read", pullsFile).Because(err).WithHint("Delete it to pull anew: what is here is passed over.")
	}
	return out, nil
}

func writePulls(home string, positions map[string]client.Position) error {
	b, err := json.MarshalIndent(positions, "", "  ")
	if err != nil {
		return err
	}
	if err := whole.Write(filepath.Join(home, pullsFile), append(b, '\n')); err != nil {
		return errs.New(errs.Unavailable, "%s cannot be written", pullsFile).Because(err).WithHint("See that the node's folder is yours and has room.")
	}
	return nil
}
