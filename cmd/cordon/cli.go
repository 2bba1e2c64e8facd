package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/cordon-project/cordon/api"
	"github.com/cordon-project/cordon/cmd/cordon/accounts"
	"github.com/cordon-project/cordon/cmd/cordon/desks"
	"github.com/cordon-project/cordon/cmd/cordon/run"
	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/intake"
	"github.com/cordon-project/cordon/lists"
	"github.com/cordon-project/cordon/node"
)

type cli struct {
	run.Globals

	Up     upCmd     `cmd:"" help:"Start the node; the first start makes it."`
	Import importCmd `cmd:"" help:"Take in an official list, STIX or a report, from files or an address."`
	Ingest ingestCmd `cmd:"" help:"Take in reports: keep them byte for byte, find indicators and known parties."`
	Sync   syncCmd   `cmd:"" help:"Fetch the official lists from their authorities."`

	Screen   screenCmd     `cmd:"" help:"Ask who is behind a name, a wallet, a domain, an e-mail, an IP, a hash or a number."`
	Eval     evalCmd       `cmd:"" help:"Measure: screening on labelled data of your own, lists, identity, the matrix, patterns, the policy."`
	Name     nameCmd       `cmd:"" help:"Show how a name can be read, what it leaves open, and how it is written elsewhere."`
	Clear    clearCmd      `cmd:"" help:"Decide by two people that a question is not a listed party, with a reason and an end."`
	Show     showCmd       `cmd:"" help:"Show an object, and all that is said of it when it is a party."`
	Identity identityCmd   `cmd:"" help:"Show and decide which entries of several lists are one party."`
	Lists    listsCmd      `cmd:"" help:"Show the list versions in force, every version before them, and those that wait for two persons."`
	Replay   replayCmd     `cmd:"" help:"Answer a recorded question again, from the journal as it stood: the same bytes."`
	Gaps     desks.Gaps    `cmd:"" help:"Who is on one government's list and not on another's."`
	Matrix   desks.Matrix  `cmd:"" help:"Who designated whom, when, and who has not: table, time line, lags, alignment."`
	Feed     desks.Feed    `cmd:"" help:"Write a blocklist for others: RPZ, hosts, CSV, plain lists, Suricata, Sigma, YARA; or MISP and OpenCTI."`
	Actors   desks.Actors  `cmd:"" help:"What each source says of a threat actor, side by side, and where they disagree."`
	Packet   desks.Packet  `cmd:"" help:"What others say of a party, for a desk that has not listed it: DOCX, PDF, HTML, STIX."`
	Pattern  desks.Pattern `cmd:"" help:"Check, explain or try a STIX pattern."`

	Policy desks.Policy `cmd:"" help:"Say who may have an object, for what and when, and why."`

	Book  desks.Book  `cmd:"" help:"Keep customers, encrypted, and screen them when lists change."`
	Alert desks.Alert `cmd:"" help:"Decide on what screening the customer books has found."`

	Auth  accounts.Auth  `cmd:"" help:"Who may use the node: organisations, people, programs, roles, keys, certificates."`
	Audit accounts.Audit `cmd:"" help:"Show who read what is restricted, who signed in, who was refused, what was changed of accounts."`
	TAXII desks.TAXII    `cmd:"" name:"taxii" help:"Who may use this node as a TAXII server, and collections of other servers."`

	Log        logCmd        `cmd:"" help:"Show the journal and its checkpoint."`
	Quarantine quarantineCmd `cmd:"" help:"Show what was refused, and why."`
	Verify     verifyCmd     `cmd:"" help:"Recompute everything that the node holds and say what is wrong."`
	Rebuild    rebuildCmd    `cmd:"" help:"Build every projection anew and compare it with what stood."`

	Link       linkCmd       `cmd:"" help:"Make a one-time link to the pages of the running node."`
	Doctor     doctorCmd     `cmd:"" help:"Look the node over and say what to do."`
	Version    versionCmd    `cmd:"" help:"Show which software this is."`
	Completion completionCmd `cmd:"" help:"Print completion for a shell."`
}

// Main runs the program with arguments and returns its exit code.
func Main(ctx context.Context, args []string, s run.Streams) int {
	var c cli
	exited, code := false, 0
	parser, err := kong.New(
		&c,
		kong.Name("cordon"),
		kong.Description("Find DPRK cyber revenue, follow it, share what is known of it and cut it off.\n\n"+
			"Exit codes: 0 done; 1 a defect; 2 input breaks a rule; 3 not found; 4 not permitted; 5 conflict; 6 not available; screen: 10 hit, 11 likely, 12 open; pattern match: 10 match, 12 undecided."),
		kong.Writers(s.Out, s.Err),
		kong.Exit(func(n int) { exited, code = true, n }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 100}),
		kong.Vars{"default_listen": node.DefaultListen, "kinds": strings.Join(intake.Kinds(), ", "), "lists": strings.Join(listKeys(), ", "), "forms": strings.Join(api.FeedForms(), ", "), "profiles": profileHelp()},
	)
	if err != nil {
		fmt.Fprintln(s.Err, "cordon:", err)
		return 1
	}
	a := &run.App{Streams: s, Ctx: ctx}
	k, err := parser.Parse(args)
	if exited {
		return code
	}
	if err != nil {
		a.Globals = c.Globals
		a.JSON = a.JSON || slices.Contains(args, "--json") // it may stand behind what could not be read
		return a.Fail(errs.New(errs.Invalid, "%s", err).WithHint("cordon --help shows the commands; cordon COMMAND --help its flags."))
	}
	a.Globals = c.Globals
	if err := a.Settle(); err != nil {
		return a.Fail(err)
	}
	if err := k.Run(a, parser); err != nil {
		return a.Fail(err)
	}
	return a.Code
}

func listKeys() []string {
	var out []string
	for _, l := range lists.All() {
		out = append(out, l.Key)
	}
	return out
}
