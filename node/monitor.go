package node

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/monitor"
	"github.com/cordon-project/cordon/monitor/notify"
	"github.com/cordon-project/cordon/policy"
)

// MonitorConfig is how customer books are watched over and who is told.
type MonitorConfig struct {
	// PassphraseFile holds the passphrase of the books' key, unless
	// CORDON_BOOK_PASSPHRASE or CORDON_BOOK_PASSPHRASE_FILE give it.
	PassphraseFile string           `toml:"passphrase_file"`
	Webhooks       []notify.Webhook `toml:"webhooks"`
	Mails          []notify.Mail    `toml:"mails"`
}

// Check says what in the configuration cannot be used.
func (c MonitorConfig) Check() error {
	for _, w := range c.Webhooks {
		if err := w.Check(); err != nil {
			return err
		}
	}
	for _, m := range c.Mails {
		if err := m.Check(); err != nil {
			return err
		}
	}
	return nil
}

// booksDir is the folder of customer books in the node's folder, and outboxFile
// the messages that wait, encrypted with the key of the books.
const (
	booksDir   = "books"
	outboxFile = "outbox.age"
)

// watching is the monitor of a node.
type watching struct {
	desk  *monitor.Desk
	mu    sync.Mutex
	queue *notify.Queue // nil until it is needed
}

// Monitor returns the desk that watches over customer books.
func (n *Node) Monitor() *monitor.Desk { return n.monitor.desk }

// Owner is the viewer of the node's own people.
func (n *Node) Owner() policy.Viewer { return n.owner }

// newMonitor puts the monitor together. Nothing is opened before it is needed.
func (n *Node) newMonitor() {
	c := monitor.Config{
		Dir: filepath.Join(n.c.Home, booksDir), Journal: n.store, Screen: n.screen, Settled: n.projector.Wait, Viewer: n.owner,
		Passphrase: n.bookPassphrase, Clock: n.o.Clock, Log: n.o.Log,
	}
	if len(n.c.Monitor.Webhooks)+len(n.c.Monitor.Mails) > 0 {
		c.Tell = n.tell
	}
	n.monitor.desk = monitor.NewDesk(c)
}

// maxPassphrase is the longest passphrase, in bytes.
const maxPassphrase = 4 << 10

func (n *Node) bookPassphrase() (string, error) {
	if p := os.Getenv("CORDON_BOOK_PASSPHRASE"); p != "" {
		return p, nil
	}
	path := cmp.Or(os.Getenv("CORDON_BOOK_PASSPHRASE_FILE"), n.c.Monitor.PassphraseFile)
	if path == "" {
		return "", nil
	}
	f, err := os.Open(path)
	if err != nil {
		return "", errs.New(errs.Denied, "the file with the passphrase of the customer books cannot be read").Because(err).WithHint("Check its path and permissions.")
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxPassphrase))
	if err != nil {
		return "", errs.New(errs.Denied, "the file with the passphrase of the customer books cannot be read").Because(err)
	}
	first, _, _ := strings.Cut(string(b), "\n")
	return strings.TrimRight(first, "\r"), nil
}

// deliveries returns what was sent about alerts, what waits and what was given up;
// with again, what was given up waits once more.
func (n *Node) deliveries(ctx context.Context, v policy.Viewer, again bool) ([]notify.Delivery, error) {
	if err := monitor.MayWatch(v); err != nil || !n.monitor.desk.HasBooks() {
		return []notify.Delivery{}, err
	}
	if _, err := n.monitor.desk.Books(ctx, v); err != nil { // opens them, and so what is sealed with their key
		return nil, err
	}
	q, err := n.outbox()
	if err != nil {
		return nil, err
	}
	if again {
		if _, err := q.Again(ctx, ""); err != nil {
			return nil, err
		}
	}
	return q.Deliveries(), nil
}

// outbox returns the messages that wait and those that went.
func (n *Node) outbox() (*notify.Queue, error) {
	w := &n.monitor
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.queue != nil {
		return w.queue, nil
	}
	q, err := notify.Open(notify.Config{
		Path: filepath.Join(n.c.Home, outboxFile), Webhooks: n.c.Monitor.Webhooks, Mails: n.c.Monitor.Mails, Agent: "Cordon/" + n.o.Version.Software,
		Clock: n.o.Clock, Chance: rand.Float64, Log: n.o.Log, Seal: w.desk.Seal, Unseal: w.desk.Unseal,
	})
	if err != nil {
		return nil, err
	}
	w.queue = q
	return q, nil
}

// tell makes a message wait for all targets.
func (n *Node) tell(ctx context.Context, m monitor.Message) error {
	q, err := n.outbox()
	if err != nil {
		return err
	}
	out, err := messageOf(m, n.c.Name)
	if err != nil {
		return err
	}
	return q.Add(ctx, out)
}

// messageOf writes a message for machines and for people. Only the detailed body
// has references.
func messageOf(m monitor.Message, node string) (out notify.Message, err error) {
	out.ID = m.ID
	if out.Detailed, err = json.Marshal(m); err != nil {
		return out, err
	}
	m.Alerts = slices.Clone(m.Alerts)
	for i := range m.Alerts {
		m.Alerts[i].Reference = ""
	}
	if out.Body, err = json.Marshal(m); err != nil {
		return out, err
	}
	var text strings.Builder
	total := len(m.Alerts) + m.Cut
	out.Subject = fmt.Sprintf("Cordon: %d alerts (%s)", total, m.Type)
	if total == 1 {
		out.Subject = fmt.Sprintf("Cordon: one alert (%s)", m.Type)
	}
	fmt.Fprintf(&text, "%s\nnode %s, book %s, %s\n\n", out.Subject, node, m.Book, m.At.Format(time.RFC3339))
	for _, s := range monitor.States {
		if c := m.Counts[s]; c > 0 {
			fmt.Fprintf(&text, "%s: %d\n", s, c)
		}
	}
	for _, a := range m.Alerts[:min(len(m.Alerts), 50)] {
		fmt.Fprintf(&text, "\n%s  %s  %s  due %s", a.ID, a.State, a.Severity, a.Due.Format(time.DateOnly))
	}
	fmt.Fprintf(&text, "\n\ncordon alert show ID tells more on the node.\n")
	out.Text = text.String()
	return out, nil
}

// Pauses of the watch.
const (
	watchPause = time.Second // after a change, for those that follow it
	watchEvery = time.Hour   // for alerts whose day has come
	watchLook  = time.Second // for the first book
)

// watch follows the journal for all books and sends messages, until the returned
// function is called. A node that is opened for one command does not: it would
// read all books for it.
func (n *Node) watch(ctx context.Context) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	var group sync.WaitGroup
	group.Go(func() { n.follows(ctx) })
	if len(n.c.Monitor.Webhooks)+len(n.c.Monitor.Mails) > 0 {
		group.Go(func() { n.sends(ctx) })
	}
	return func() { cancel(); group.Wait() }
}

func (n *Node) follows(ctx context.Context) {
	every := time.NewTicker(watchEvery)
	defer every.Stop()
	for {
		changed := n.store.Changed()
		runs, err := n.monitor.desk.Follow(ctx)
		for _, r := range runs {
			if r.Raised+r.Reopened+r.Gone > 0 {
				n.o.Log.Info("customers were screened", "book", r.Book, "asked", r.Asked, "raised", r.Raised, "reopened", r.Reopened, "gone", r.Gone, "to", r.To)
			}
		}
		if err != nil && ctx.Err() == nil {
			n.o.Log.Error("customer books are not screened", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-every.C:
		case <-changed:
			pause := time.NewTimer(watchPause)
			select {
			case <-ctx.Done():
				pause.Stop()
				return
			case <-pause.C:
			}
		}
	}
}

// sends makes attempts as long as there are books and so a key to read the
// messages with.
func (n *Node) sends(ctx context.Context) {
	look := time.NewTicker(watchLook)
	defer look.Stop()
	for !n.monitor.desk.HasBooks() {
		select {
		case <-ctx.Done():
			return
		case <-look.C:
		}
	}
	q, err := n.outbox()
	if err == nil {
		err = q.Run(ctx)
	}
	if err != nil && !errors.Is(err, context.Canceled) {
		n.o.Log.Error("messages about alerts are not sent", "error", err)
	}
}
