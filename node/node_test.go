package node_test

import (
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/cordon-project/cordon/api/client"
	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/internal/nodetest"
	"github.com/cordon-project/cordon/node"
	"github.com/cordon-project/cordon/screen"
)

func config(t *testing.T) node.Config { return nodetest.Config(t) }

func serve(t *testing.T, c node.Config, o node.Options) (address, token string) {
	n := nodetest.Serve(t, c, o)
	return n.Address, n.Token
}

func TestTheStarterPackAnswers(t *testing.T) {
	c, err := node.Connect(t.Context(), config(t), node.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	answers, err := c.Ask(t.Context(), []string{"Lazarus Group", "Nobody Of This Name"}, "", 0)
	if err != nil {
		t.Fatal(err)
	}
	if a := answers[0]; a.State != screen.Likely || len(a.Candidates) == 0 || !a.Candidates[0].Listings[0].Press {
		t.Errorf("the starter pack says %s of the Lazarus Group: %+v", a.State, a.Candidates)
	}
	if a := answers[1]; a.State != screen.None {
		t.Errorf("it says %s of nobody", a.State)
	}
}

func TestAnEmptyNodeHoldsOnlyTheDefinitions(t *testing.T) {
	c, err := node.Connect(t.Context(), config(t), node.Options{Empty: true})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	page, err := c.Log(t.Context(), client.LogQuery{Limit: 1000})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range page.Entries {
		if e.Type != "extension-definition" && e.Type != "identity" {
			t.Errorf("an empty node holds a %s", e.Type)
		}
	}
}

func TestOneFolderOneNode(t *testing.T) {
	c := config(t)
	n, err := node.Open(t.Context(), c, node.Options{Empty: true})
	if err != nil {
		t.Fatal(err)
	}
	defer n.Close()
	if _, err := node.Open(t.Context(), c, node.Options{}); !errs.Is(err, errs.Conflict) {
		t.Errorf("a second node on the folder: %v", err)
	}
}

func TestAPortInUseIsAConflict(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	c := config(t)
	c.Listen = l.Addr().String()
	n, err := node.Open(t.Context(), c, node.Options{Empty: true})
	if err != nil {
		t.Fatal(err)
	}
	defer n.Close()
	_, err = n.Listen()
	if !errs.Is(err, errs.Conflict) {
		t.Fatalf("%v", err)
	}
	if _, hint := errs.Message(err); hint == "" {
		t.Error("the error does not say what to do")
	}
}

func TestAFolderThatCannotBeMadeIsUnavailable(t *testing.T) {
	c := config(t)
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	c.Home = filepath.Join(file, "home")
	if _, err := node.Open(t.Context(), c, node.Options{}); !errs.Is(err, errs.Unavailable) {
		t.Errorf("%v", err)
	}
}

func TestLinksWorkOnce(t *testing.T) {
	c := config(t)
	address, token := serve(t, c, node.Options{Empty: true})
	caller := &client.Client{Address: address, Token: token, HTTP: http.DefaultClient}
	link, err := caller.Link(t.Context())
	if err != nil || !strings.HasPrefix(link, address+"/enter?token=") {
		t.Fatalf("%s, %v", link, err)
	}
}

func TestADamagedSettingIsNamed(t *testing.T) {
	for name, text := range map[string]string{
		"unknown": "colour = 'red'", "syntax": "listen = ", "marking": "marking = 'secret'", "list": "[sync]\nnosuch = ['https://example.org']",
		"origin": "origins = ['example.org']", "collection": "[[taxii.collections]]\nid = 'x'", "taxii limit": "[taxii.limits]\nbody = -1",
	} {
		home := t.TempDir()
		if err := os.WriteFile(filepath.Join(home, "cordon.toml"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := node.ReadConfig(home); !errs.Is(err, errs.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A node that is asked to stop while an import waits stops at once.
func TestClosingEndsJobs(t *testing.T) {
	n, err := node.Open(t.Context(), config(t), node.Options{})
	if err != nil {
		t.Fatal(err)
	}
	closed := make(chan error, 1)
	go func() { closed <- n.Close() }()
	select {
	case err := <-closed:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(30 * time.Second):
		t.Error("closing hangs")
	}
}
