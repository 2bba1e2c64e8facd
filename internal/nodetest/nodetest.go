// Package nodetest serves real nodes to tests.
//
// In comes a configuration ([Config] makes one in a folder of the test's own) and
// the options of the node; out comes the node as it answers on 127.0.0.1. It ends
// with the test, and a node that ends or closes with an error fails it. Nothing
// here is a stand-in: it is the node that people run.
package nodetest

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cordon-project/cordon/node"
)

// Config returns a configuration with a folder that is not there yet and any
// free port of this machine.
func Config(t testing.TB) node.Config {
	t.Helper()
	c, err := node.ReadConfig(filepath.Join(t.TempDir(), "home"))
	if err != nil {
		t.Fatal(err)
	}
	c.Listen = "127.0.0.1:0"
	return c
}

// Node is a node that answers.
type Node struct {
	*node.Node
	Address string // scheme, host and port
	Token   string // of the folder's owner
}

// Serve starts a node and returns when it answers.
func Serve(t testing.TB, c node.Config, o node.Options) Node {
	t.Helper()
	n, err := node.Open(t.Context(), c, o)
	if err != nil {
		t.Fatal(err)
	}
	l, err := n.Listen()
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ready, ended := make(chan struct{}), make(chan error, 1)
	go func() { ended <- n.Serve(ctx, l, func() { close(ready) }) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Errorf("the node ended with %v", err)
		}
		if err := n.Close(); err != nil {
			t.Errorf("the node closed with %v", err)
		}
	})
	<-ready
	b, err := os.ReadFile(filepath.Join(c.Home, "token"))
	if err != nil {
		t.Fatal(err)
	}
	return Node{Node: n, Address: "http://" + l.Addr().String(), Token: strings.TrimSpace(string(b))}
}
