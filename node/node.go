package node

import (
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"github.com/gofrs/flock"
	"github.com/oklog/run"

	"github.com/cordon-project/cordon/api"
	"github.com/cordon-project/cordon/auth/signin"
	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/feed/warning"
	"github.com/cordon-project/cordon/identity"
	"github.com/cordon-project/cordon/intake"
	"github.com/cordon-project/cordon/journal"
	"github.com/cordon-project/cordon/journal/archive"
	"github.com/cordon-project/cordon/journal/sqlite"
	"github.com/cordon-project/cordon/lists/held"
	"github.com/cordon-project/cordon/matrix"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/record"
	"github.com/cordon-project/cordon/screen"
	"github.com/cordon-project/cordon/screen/clearance"
	"github.com/cordon-project/cordon/screen/past"
	"github.com/cordon-project/cordon/starter"
	"github.com/cordon-project/cordon/stix"
	"github.com/cordon-project/cordon/taxii"
	"github.com/cordon-project/cordon/web"
)

// Options are what a node is given by its process and not by its configuration.
type Options struct {
	Version api.Version
	Clock   func() time.Time // nil: time.Now
	Log     *slog.Logger     // nil: none
	// Empty leaves the starter pack out when the folder is new.
	Empty bool
}

// Node is one organisation's node.
type Node struct {
	c     Config
	o     Options
	lock  *flock.Flock
	token string
	owner policy.Viewer
	links links

	archive     *archive.Archive
	store       *sqlite.Store
	projector   *sqlite.Projector
	screen      *screen.Screener
	intake      *intake.Desk
	clear       *clearance.Store
	monitor     watching
	held        *held.Store
	runs        *past.Runs
	past        *past.Views
	identity    *identity.Engine
	matrix      *matrix.Desk
	warnings    *warning.Store
	stopping    chan struct{} // closed when the server begins to stop
	entrance    entrance
	projections []journal.Projection
	taxii       exchange

	ctx    context.Context // ends with the node
	cancel context.CancelFunc
	follow chan error // the projector's end
	base   string     // address of the node, "" before Listen
	secure string     // address of the listener for programs with certificates
	made   bool       // the journal was empty when the folder was opened
}

// Open opens a node's folder, and makes it when it is not there. Close it.
// Errors: errs.Conflict when another process has the folder, errs.Unavailable
// when it cannot be read or written, errs.Invalid for a bad configuration.
func Open(ctx context.Context, c Config, o Options) (_ *Node, err error) {
	defer errs.Wrap(&err, "node.Open")
	if err := c.Check(); err != nil {
		return nil, err
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if err := prepare(c.Home); err != nil {
		return nil, err
	}
	n := &Node{c: c, o: o, stopping: make(chan struct{}), links: links{out: map[[32]byte]time.Time{}, now: o.Clock}}
	if n.lock, err = lock(c.Home); err != nil {
		return nil, err
	}
	// A node that was killed left its address, where somebody else may answer now.
	_ = os.Remove(filepath.Join(c.Home, runningFile))
	if n.token, err = token(c.Home); err != nil {
		n.lock.Unlock()
		return nil, err
	}
	if err := n.open(ctx); err != nil {
		return nil, errors.Join(err, n.Close())
	}
	return n, nil
}

// open opens the stores and puts the rooms together.
func (n *Node) open(ctx context.Context) (err error) {
	n.ctx, n.cancel = context.WithCancel(context.WithoutCancel(ctx))
	level, err := policy.ParseTLP(n.c.Marking)
	if err != nil {
		return err
	}
	label, err := policy.LabelOf(policy.Builtin()[0], level, nil)
	if err != nil {
		return err
	}
	n.archive, err = archive.Open(filepath.Join(n.c.Home, "archive"), archive.Options{Clock: n.o.Clock, Default: label})
	if err != nil {
		return err
	}
	n.store, err = sqlite.Open(ctx, n.c.Home, sqlite.Options{
		DefaultTLP: level, DefaultClear: level == policy.Clear, Clock: n.o.Clock, Log: n.o.Log, Archive: n.archive,
	})
	if err != nil {
		return err
	}
	n.owner = policy.Viewer{Name: "owner", Clearance: policy.Red}
	if err := n.openAuth(ctx); err != nil {
		return err
	}
	if n.clear, err = clearance.Open(filepath.Join(n.c.Home, clearance.FileName), n.o.Clock); err != nil {
		return err
	}
	for _, note := range n.clear.Notes() {
		n.o.Log.Warn(note)
	}
	if err := n.remembering(); err != nil {
		return err
	}
	if err := n.warn(); err != nil {
		return err
	}
	projection := screen.NewProjection()
	n.projections = append([]journal.Projection{projection}, n.taxii.projections(n.c.TAXII)...)
	if n.projector, err = sqlite.NewProjector(ctx, n.store, n.projections); err != nil {
		return err
	}
	if err := n.newTAXII(ctx, level); err != nil {
		return err
	}
	n.screen = screen.New(screen.Config{
		Journal: n.read(), Shelf: n.projector.Shelf(projection.Name()), Projection: projection, Software: n.o.Version.Software, Clock: n.o.Clock,
		Cleared: n.cleared, Past: n.past.Screener, Turn: n.store.Turn,
	})
	n.identity = identity.New(n.read(), func() identity.Names { return n.screen.Index() })
	n.matrix = n.newMatrix()
	if err := n.begin(ctx); err != nil {
		return err
	}
	n.intake = intake.New(intake.Config{
		Journal: n.store, Archive: n.archive, Settled: n.projector.Wait, Join: n.join, Screen: n.screen, Default: level,
		Fetch: intake.Fetcher{Private: n.c.Fetch.Private, MaxBytes: n.c.Fetch.MaxBytes, UserAgent: "Cordon/" + n.o.Version.Software},
		Clock: n.o.Clock, Log: n.o.Log, State: filepath.Join(n.c.Home, syncFile), Addresses: n.c.Sync, Held: n.held, Warnings: n.warnings,
	})
	n.newMonitor()
	n.follow = make(chan error, 1)
	go func() {
		err := n.projector.Run(n.ctx)
		if err != nil {
			n.o.Log.Error("the projections stopped following the journal", "error", err)
		}
		n.follow <- err
	}()
	return nil
}

// begin fills a new journal and brings the projections up to it, which loads the
// index of names too.
func (n *Node) begin(ctx context.Context) error {
	head, err := n.store.Head(ctx)
	if err != nil {
		return err
	}
	if head == 0 {
		n.made = true
		if err := n.load(ctx); err != nil {
			return err
		}
	}
	return n.projector.CatchUp(ctx)
}

// load appends what a new node holds, in one batch: the definitions of Cordon's
// own types and, unless the node is to be empty, the starter pack.
func (n *Node) load(ctx context.Context) error {
	batch := journal.Batch{By: "starter pack " + starter.Version, RefuseAll: true}
	if n.o.Empty {
		batch.Objects = append([]stix.Object{record.Project()}, record.Extensions()...)
	} else {
		for o, err := range starter.Objects() {
			if err != nil {
				return err
			}
			batch.Objects = append(batch.Objects, o)
		}
	}
	r, err := n.store.Append(ctx, batch)
	if err != nil {
		return err
	}
	if len(r.Refused) > 0 {
		return errs.New(errs.Internal, "the starter pack was refused: %s", r.Refused[0].Message)
	}
	return nil
}

// Close ends jobs and connections and gives the folder back.
func (n *Node) Close() error {
	var all []error
	if n.intake != nil {
		n.intake.Close()
	}
	if n.cancel != nil {
		n.cancel()
	}
	if n.monitor.desk != nil {
		all = append(all, n.monitor.desk.Close())
	}
	if n.follow != nil {
		if err := <-n.follow; err != nil && !errors.Is(err, context.Canceled) {
			all = append(all, err)
		}
	}
	if n.projector != nil {
		all = append(all, n.projector.Close())
	}
	if n.store != nil {
		all = append(all, n.store.Close())
	}
	all = append(all, n.entrance.close()...)
	if n.taxii.store != nil {
		all = append(all, n.taxii.store.Close())
	}
	if n.clear != nil {
		all = append(all, n.clear.Close())
	}
	if n.held != nil {
		all = append(all, n.held.Close())
	}
	all = append(all, n.lock.Unlock())
	return errors.Join(all...)
}

// API returns the handler for programs.
func (n *Node) API() http.Handler {
	return api.New(api.Config{
		Screen: n.screen, Journal: n.read(), Intake: n.intake, Keeper: n, Clearances: n, History: histories{n}, Identities: identities{n}, Matrix: n.matrix, Packets: n.packet,
		Monitor: n.monitor.desk, Deliveries: n.deliveries, Who: n.Who, Accounts: n.entrance.store, Trail: n.entrance.trail, Link: n.Link,
		Exchange: exchanges{n}, Warnings: n.warnings.Index, Changed: n.store.Changed, EventKey: n.eventKey(), Stopping: n.stopping,
		Version: n.o.Version, Log: n.o.Log, Clock: n.o.Clock,
	})
}

// Link makes a one-time link by which a person enters the pages.
func (n *Node) Link() (string, error) {
	if n.base == "" {
		return "", errs.New(errs.Conflict, "no node runs on this folder").WithHint("Start one with cordon up.")
	}
	t, err := n.links.issue()
	if err != nil {
		return "", err
	}
	base := n.base
	if len(n.c.Origins) > 0 {
		base = strings.TrimSuffix(n.c.Origins[0], "/")
	}
	return base + "/enter?token=" + t, nil
}

// Timeouts of the server. Uploads may be long, so bodies have none of their own;
// a client that sends no header in time is dropped.
const (
	headerTimeout = 10 * time.Second
	idleTimeout   = 2 * time.Minute
	shutdownTime  = 10 * time.Second
)

// Listen takes the address of the configuration. A port that is in use is
// errs.Conflict.
func (n *Node) Listen() (net.Listener, error) {
	l, err := net.Listen("tcp", n.c.Listen)
	if err != nil {
		return nil, errs.New(errs.Conflict, "the address %s cannot be used", n.c.Listen).Because(err).
			WithHint("Another program may have the port: choose one with --listen, or --listen 127.0.0.1:0 for any.")
	}
	n.base = "http://" + local(l.Addr())
	return l, nil
}

// Address is where the node answers, as one reaches it from this machine; "" before
// Listen.
func (n *Node) Address() string { return n.base }

// local is a listener's address as one reaches it from this machine: the one of
// all interfaces is none to go to.
func local(a net.Addr) string {
	t, ok := a.(*net.TCPAddr)
	if !ok || !t.IP.IsUnspecified() {
		return a.String()
	}
	return net.JoinHostPort("127.0.0.1", strconv.Itoa(t.Port))
}

// Serve answers on a listener until ctx ends; ready is called once it does.
func (n *Node) Serve(ctx context.Context, l net.Listener, ready func()) (err error) {
	defer errs.Wrap(&err, "node.Serve")
	pages, err := n.newSite()
	if err != nil {
		return err
	}
	defer pages.Close()
	signIn, err := n.SignIn()
	if err != nil {
		return err
	}
	programs := ownHost(pages, n.API())
	mux := http.NewServeMux()
	mux.Handle(api.Base+"/", programs)
	mux.Handle(signin.Base, ownHost(pages, signIn))
	if n.taxii.server != nil {
		mux.Handle(taxii.Base, ownHost(pages, n.taxii.server))
	}
	mux.Handle("/", pages)
	server := n.server(mux)
	server.RegisterOnShutdown(func() { close(n.stopping) })
	if err := writeRunning(n.c.Home, n.base); err != nil {
		return err
	}
	defer os.Remove(filepath.Join(n.c.Home, runningFile))
	defer n.watch(ctx)()

	var group run.Group
	group.Add(func() error {
		ready()
		return server.Serve(l)
	}, func(error) { shut(server) })
	if n.entrance.tls != nil {
		secure, err := tls.Listen("tcp", n.c.Auth.TLS.Listen, n.entrance.tls)
		if err != nil {
			return errs.New(errs.Conflict, "the address %s cannot be used", n.c.Auth.TLS.Listen).Because(err).WithHint("Choose another in [auth.tls].")
		}
		n.secure = secure.Addr().String()
		own := n.server(programs)
		group.Add(func() error { return own.Serve(secure) }, func(error) { shut(own) })
	}
	stop, cancel := context.WithCancel(ctx)
	group.Add(func() error { <-stop.Done(); return ctx.Err() }, func(error) { cancel() })
	if err := group.Run(); err != nil && !errors.Is(err, http.ErrServerClosed) && !errors.Is(err, context.Canceled) {
		return err
	}
	return nil
}

// server answers with a handler within the limits of every listener.
func (n *Node) server(h http.Handler) *http.Server {
	return &http.Server{Handler: h, ReadHeaderTimeout: headerTimeout, IdleTimeout: idleTimeout, ErrorLog: slog.NewLogLogger(n.o.Log.Handler(), slog.LevelDebug)}
}

// shut ends a server; what has not ended in time loses its connection.
func shut(s *http.Server) {
	ctx, cancel := context.WithTimeout(context.Background(), shutdownTime)
	defer cancel()
	if s.Shutdown(ctx) != nil {
		_ = s.Close()
	}
}

// ownHost refuses requests under names that are not the node's, as the pages do:
// a page of another site whose name resolves to this machine could read at least
// that a node runs here, and how much it holds.
func ownHost(pages *web.Server, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !pages.OwnHost(r.Host) {
			http.Error(w, http.StatusText(http.StatusMisdirectedRequest), http.StatusMisdirectedRequest)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// SoftwareVersion reads the version of this program from its build.
func SoftwareVersion() api.Version {
	v := api.Version{Software: "devel", Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH, Rules: screen.DefaultParams.Rules}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return v
	}
	if m := info.Main.Version; m != "" && m != "(devel)" {
		v.Software = m
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			v.Commit = s.Value
		}
	}
	return v
}
