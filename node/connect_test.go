package node_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/node"
)

// A node that was killed leaves its address behind. Whoever answers there now
// gets no token.
func TestAnAddressThatWasLeftBehindIsNotAsked(t *testing.T) {
	var asked atomic.Int64
	stranger := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked.Add(1) }))
	defer stranger.Close()
	c := config(t)
	if err := os.MkdirAll(c.Home, 0o700); err != nil {
		t.Fatal(err)
	}
	left := filepath.Join(c.Home, "running.json")
	if err := os.WriteFile(left, []byte(`{"address":"`+stranger.URL+`"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	n, err := node.Open(t.Context(), c, node.Options{Empty: true})
	if err != nil {
		t.Fatal(err)
	}
	defer n.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
	defer cancel()
	if _, err := node.Connect(ctx, c, node.Options{}); !errs.Is(err, errs.Unavailable) {
		t.Errorf("a folder that a silent process holds: %v", err)
	}
	if asked.Load() > 0 {
		t.Error("a stranger was asked, with the token")
	}
}

// A command that finds the folder open by another one waits for its end.
func TestACommandWaitsForAnother(t *testing.T) {
	c := config(t)
	n, err := node.Open(t.Context(), c, node.Options{Empty: true})
	if err != nil {
		t.Fatal(err)
	}
	type result struct {
		*node.Connection
		error
	}
	second := make(chan result, 1)
	go func() {
		c, err := node.Connect(t.Context(), c, node.Options{})
		second <- result{c, err}
	}()
	if err := n.Close(); err != nil {
		t.Fatal(err)
	}
	r := <-second
	if r.error != nil {
		t.Fatal(r.error)
	}
	if r.Running != "" {
		t.Errorf("it found a node at %s", r.Running)
	}
	if err := r.Close(); err != nil {
		t.Error(err)
	}
}

func TestANodeOnAllInterfacesIsReachedFromHere(t *testing.T) {
	c := config(t)
	c.Listen = "0.0.0.0:0"
	n, err := node.Open(t.Context(), c, node.Options{Empty: true})
	if err != nil {
		t.Fatal(err)
	}
	defer n.Close()
	l, err := n.Listen()
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ready, done := make(chan struct{}), make(chan error, 1)
	go func() { done <- n.Serve(ctx, l, func() { close(ready) }) }()
	<-ready
	defer func() {
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	}()
	running, err := node.Connect(t.Context(), c, node.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer running.Close()
	link, err := running.Link(t.Context())
	if err != nil || !strings.HasPrefix(link, n.Address()+"/enter?token=") || running.Running != n.Address() {
		t.Fatalf("%s at %s, %v", link, running.Running, err)
	}
	resp, err := http.Get(link)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		t.Errorf("the link answers %s", resp.Status)
	}
}
