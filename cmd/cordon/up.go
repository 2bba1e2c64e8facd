package main

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"

	"github.com/cordon-project/cordon/cmd/cordon/run"
	"github.com/cordon-project/cordon/node"
)

type upCmd struct {
	Listen  string `help:"Host and port (default ${default_listen})." env:"CORDON_LISTEN" placeholder:"HOST:PORT"`
	Name    string `help:"The organisation or desk that runs the node." env:"CORDON_NAME"`
	Marking string `help:"What objects without a marking are taken to be." env:"CORDON_MARKING" placeholder:"TLP"`
	Empty   bool   `help:"Leave the starter pack out when the node is made."`
	Debug   bool   `help:"Log more."`
}

// started is what up says once the node answers.
type started struct {
	Address string `json:"address"`
	Link    string `json:"link"`
	Home    string `json:"home"`
}

func (u *upCmd) Run(a *run.App) (err error) {
	c, err := node.ReadConfig(a.Home)
	if err != nil {
		return err
	}
	for _, set := range []struct {
		to *string
		by string
	}{{&c.Listen, u.Listen}, {&c.Name, u.Name}, {&c.Marking, u.Marking}} {
		if set.by != "" {
			*set.to = set.by
		}
	}
	o := a.Options()
	o.Empty = u.Empty
	level := slog.LevelInfo
	if u.Debug {
		level = slog.LevelDebug
	}
	o.Log = slog.New(slog.NewTextHandler(a.Streams.Err, &slog.HandlerOptions{Level: level}))
	n, err := node.Open(a.Ctx, c, o)
	if err != nil {
		return err
	}
	defer func() {
		if closeErr := n.Close(); err == nil {
			err = closeErr
		}
	}()
	l, err := n.Listen()
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancel(a.Ctx)
	defer stop()
	var readyErr error
	err = n.Serve(ctx, l, func() {
		if readyErr = u.ready(a, n, c); readyErr != nil {
			stop() // nobody would know how to enter
		}
	})
	return cmp.Or(readyErr, err)
}

func (u *upCmd) ready(a *run.App, n *node.Node, c node.Config) error {
	link, err := n.Link()
	if err != nil {
		return err
	}
	s := started{Address: n.Address(), Link: link, Home: a.Home}
	return a.Out(s, func(w writer) {
		fmt.Fprintf(w, "Cordon answers at %s\n", s.Address)
		fmt.Fprintf(w, "Enter once with   %s\n", s.Link)
		fmt.Fprintf(w, "Its folder is     %s\n", s.Home)
		if !c.Loopback() {
			fmt.Fprintln(w, "It can be reached from the network: put TLS in front of it and name the address in origins (cordon.toml).")
		}
		fmt.Fprintln(w, "Stop it with Ctrl-C; cordon link makes another link.")
	})
}

type linkCmd struct{}

func (linkCmd) Run(a *run.App) error {
	return a.With(func(c *node.Connection) error {
		link, err := c.Link(a.Ctx)
		if err != nil {
			return err
		}
		return a.Out(map[string]string{"link": link}, func(w writer) { fmt.Fprintln(w, link) })
	})
}
