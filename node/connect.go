package node

import (
	"context"
	"net/http"
	"time"

	"github.com/cordon-project/cordon/api/client"
	"github.com/cordon-project/cordon/errs"
)

// Connection is a client of a node together with what has to be closed.
type Connection struct {
	*client.Client
	// Running is the address of the running node, "" when the folder was opened.
	Running string
	// Made is set when there was no node in the folder and one was made.
	Made  bool
	close func() error
}

// Close ends the connection, and the node when it was opened for it.
func (c *Connection) Close() error { return c.close() }

// Connect tries for connectWait while another process has the folder: a node
// that starts will answer, and a command that has it open will end.
const (
	connectWait  = 10 * time.Second
	connectEvery = 100 * time.Millisecond
)

// Connect returns a client of the node of a folder: over HTTP when one runs
// there, otherwise of the folder itself. Errors: those of [Open], and
// errs.Unavailable when another process has the folder and does not answer.
func Connect(ctx context.Context, c Config, o Options) (_ *Connection, err error) {
	defer errs.Wrap(&err, "node.Connect")
	waiting, cancel := context.WithTimeout(ctx, connectWait)
	defer cancel()
	tick := time.NewTicker(connectEvery)
	defer tick.Stop()
	for {
		n, err := Open(ctx, c, o)
		if err == nil {
			return &Connection{Client: client.InProcess(n.API(), n.token), Made: n.made, close: n.Close}, nil
		}
		if !errs.Is(err, errs.Conflict) {
			return nil, err
		}
		if to, ok := reach(waiting, c.Home); ok {
			return &Connection{Client: to, Running: to.Address, close: func() error { to.HTTP.CloseIdleConnections(); return nil }}, nil
		}
		select {
		case <-waiting.Done():
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
			return nil, errs.New(errs.Unavailable, "a Cordon has the folder %s open and does not answer", c.Home).
				Because(err).WithHint("Wait until it has started or ended, or stop it.")
		case <-tick.C:
		}
	}
}

// reach returns a client of the node that holds the folder, if it answers.
func reach(ctx context.Context, home string) (*client.Client, bool) {
	r, err := readRunning(home)
	if err != nil {
		return nil, false
	}
	t, err := readToken(home)
	if err != nil || t == "" {
		return nil, false
	}
	c := &client.Client{Address: r.Address, Token: t, HTTP: &http.Client{}}
	_, err = c.Version(ctx)
	return c, err == nil
}
