package node

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/cordon-project/cordon/api"
	"github.com/cordon-project/cordon/errs"
)

// Connection is a client of a node together with what has to be closed.
type Connection struct {
	*api.Client
	// Running is the address of the running node, "" when the folder was opened.
	Running string
	// Made is set when there was no node in the folder and one was made.
	Made  bool
	close func() error
}

// Close ends the connection, and the node when it was opened for it.
func (c *Connection) Close() error { return c.close() }

// startingWait is how long Connect waits for a node that has taken its folder
// and does not answer yet.
const startingWait = 10 * time.Second

// Connect returns a client of the node of a folder: over HTTP when one runs
// there, otherwise of the folder itself.
func Connect(ctx context.Context, c Config, o Options) (_ *Connection, err error) {
	defer errs.Wrap(&err, "node.Connect")
	n, err := Open(ctx, c, o)
	if err == nil {
		return &Connection{Client: api.InProcess(n.API(), n.token), Made: n.made, close: n.Close}, nil
	}
	if !errs.Is(err, errs.Conflict) {
		return nil, err
	}
	t, tokenErr := token(c.Home)
	if tokenErr != nil {
		return nil, tokenErr
	}
	client := &api.Client{Token: t, HTTP: &http.Client{}}
	address, reachErr := reach(ctx, c.Home, client)
	if reachErr != nil {
		return nil, errors.Join(err, reachErr)
	}
	return &Connection{Client: client, Running: address, close: func() error { client.HTTP.CloseIdleConnections(); return nil }}, nil
}

// reach waits until the node that holds the folder answers.
func reach(ctx context.Context, home string, client *api.Client) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, startingWait)
	defer cancel()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		if r, err := readRunning(home); err == nil {
			client.Address = r.Address
			if _, err := client.Version(ctx); err == nil {
				return r.Address, nil
			}
		}
		select {
		case <-ctx.Done():
			return "", errs.New(errs.Unavailable, "a Cordon has the folder %s open and does not answer", home).
				WithHint("Wait until it has started, or stop it.")
		case <-tick.C:
		}
	}
}
