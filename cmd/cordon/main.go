// Command cordon runs and asks one node of Cordon: lists, reports and feeds in;
// who is behind a name, a wallet or a domain out, with source, reasons and doubt.
//
//	cordon up                          start the node of this user; prints its address and a one-time link
//	cordon import ofac sdn.csv alt.csv take an official list, STIX or a report in
//	cordon screen "Kim Sang Man"       ask
//
// cordon --help names all commands. A command talks to the node that runs on the
// folder (--home, CORDON_HOME), or opens the folder itself when none runs. Every
// command takes --json. Exit codes: 0 done, 1 a defect of Cordon, 2 input that
// breaks a rule, 3 not found, 4 not permitted, 5 in conflict with the state of
// the node, 6 something is not available now; screen adds 10 for a hit, 11 for
// likely, 12 for open.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"github.com/cordon-project/cordon/cmd/cordon/run"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends at once
	os.Exit(Main(ctx, os.Args[1:], run.Streams{In: os.Stdin, Out: os.Stdout, Err: os.Stderr}))
}
