package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
	"golang.org/x/term"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/intake"
	"github.com/cordon-project/cordon/lists"
	"github.com/cordon-project/cordon/node"
	"github.com/cordon-project/cordon/web"
)

// Streams are what a command reads and writes.
type Streams struct {
	In  io.Reader
	Out io.Writer
	Err io.Writer
}

// globals are the flags of every command.
type globals struct {
	Home  string `help:"The node's folder." env:"CORDON_HOME" placeholder:"DIR" type:"path"`
	JSON  bool   `name:"json" help:"Answer in JSON."`
	Lang  string `help:"Language of answers: en, ja or ko." env:"CORDON_LANG" enum:"en,ja,ko," default:""`
	Quiet bool   `short:"q" help:"No progress."`
}

type cli struct {
	globals

	Up     upCmd     `cmd:"" help:"Start the node; the first start makes it."`
	Import importCmd `cmd:"" help:"Take in an official list, STIX or a report, from files or an address."`
	Ingest ingestCmd `cmd:"" help:"Take in reports: keep them byte for byte, find indicators and known parties."`
	Sync   syncCmd   `cmd:"" help:"Fetch the official lists from their authorities."`

	Screen screenCmd `cmd:"" help:"Ask who is behind a name, a wallet, a domain, an e-mail, an IP, a hash or a number."`
	Eval   evalCmd   `cmd:"" help:"Measure screening on labelled data of your own."`
	Name   nameCmd   `cmd:"" help:"Show how a name can be read, what it leaves open, and how it is written elsewhere."`
	Clear  clearCmd  `cmd:"" help:"Decide by two people that a question is not a listed party, with a reason and an end."`
	Show   showCmd   `cmd:"" help:"Show an object, and all that is said of it when it is a party."`
	Lists  listsCmd  `cmd:"" help:"Show the list versions in force."`

	Log        logCmd        `cmd:"" help:"Show the journal and its checkpoint."`
	Quarantine quarantineCmd `cmd:"" help:"Show what was refused, and why."`
	Verify     verifyCmd     `cmd:"" help:"Recompute everything that the node holds and say what is wrong."`
	Rebuild    rebuildCmd    `cmd:"" help:"Build every projection anew and compare it with what stood."`

	Link       linkCmd       `cmd:"" help:"Make a one-time link to the pages of the running node."`
	Doctor     doctorCmd     `cmd:"" help:"Look the node over and say what to do."`
	Version    versionCmd    `cmd:"" help:"Show which software this is."`
	Completion completionCmd `cmd:"" help:"Print completion for a shell."`
}

// app is one run of the program.
type app struct {
	globals
	streams Streams
	ctx     context.Context
	model   *kong.Kong
	code    int // exit code of a command that ended well
}

// Main runs the program with arguments and returns its exit code.
func Main(ctx context.Context, args []string, s Streams) int {
	var c cli
	exited, code := false, 0
	parser, err := kong.New(
		&c,
		kong.Name("cordon"),
		kong.Description("Find DPRK cyber revenue, follow it, share what is known of it and cut it off.\n\n"+
			"Exit codes: 0 done; 1 a defect; 2 input breaks a rule; 3 not found; 4 not permitted; 5 conflict; 6 not available; screen: 10 hit, 11 likely, 12 open."),
		kong.Writers(s.Out, s.Err),
		kong.Exit(func(n int) { exited, code = true, n }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 100}),
		kong.Vars{"default_listen": node.DefaultListen, "kinds": strings.Join(intake.Kinds(), ", "), "lists": strings.Join(listKeys(), ", "), "profiles": profileHelp()},
	)
	if err != nil {
		fmt.Fprintln(s.Err, "cordon:", err)
		return 1
	}
	a := &app{streams: s, ctx: ctx, model: parser}
	k, err := parser.Parse(args)
	if exited {
		return code
	}
	if err != nil {
		a.globals = c.globals
		a.JSON = a.JSON || slices.Contains(args, "--json") // it may stand behind what could not be read
		return a.fail(errs.New(errs.Invalid, "%s", err).WithHint("cordon --help shows the commands; cordon COMMAND --help its flags."))
	}
	a.globals = c.globals
	if err := a.home(); err != nil {
		return a.fail(err)
	}
	if err := k.Run(a); err != nil {
		return a.fail(err)
	}
	return a.code
}

func listKeys() []string {
	var out []string
	for _, l := range lists.All() {
		out = append(out, l.Key)
	}
	return out
}

// home settles the node's folder.
func (a *app) home() (err error) {
	if a.Home == "" {
		a.Home, err = node.DefaultHome()
	}
	return err
}

// fail tells people what went wrong and what to do, and returns the exit code.
func (a *app) fail(err error) int {
	kind := errs.KindOf(err)
	err = errs.Public(err)
	message, hint := errs.Message(err)
	if a.ctx.Err() != nil && kind == errs.Unavailable {
		message, hint, err = "interrupted; what was acknowledged is kept", "", errs.New(kind, "interrupted")
	}
	if a.JSON {
		e := json.NewEncoder(a.streams.Err)
		e.SetEscapeHTML(false)
		_ = e.Encode(map[string]any{"error": map[string]string{"kind": string(kind), "message": message, "hint": hint}})
		return errs.ExitCode(err)
	}
	fmt.Fprintf(a.streams.Err, "cordon: %s\n", plain(message))
	if cause := cause(err); cause != "" && !strings.Contains(message, cause) {
		fmt.Fprintf(a.streams.Err, "  because: %s\n", plain(cause))
	}
	if hint != "" {
		fmt.Fprintf(a.streams.Err, "  %s\n", plain(hint))
	}
	return errs.ExitCode(err)
}

func cause(err error) string {
	var e *errs.Error
	if errors.As(err, &e) && e.Err != nil {
		return e.Err.Error()
	}
	return ""
}

// connect gives a client of the node: the running one, or the folder itself.
func (a *app) connect() (*node.Connection, error) {
	c, err := node.ReadConfig(a.Home)
	if err != nil {
		return nil, err
	}
	return node.Connect(a.ctx, c, a.options())
}

func (a *app) options() node.Options {
	return node.Options{Version: node.SoftwareVersion(), Log: slog.New(slog.NewTextHandler(a.streams.Err, &slog.HandlerOptions{Level: slog.LevelWarn}))}
}

// with connects, does and closes.
func (a *app) with(do func(*node.Connection) error) (err error) {
	c, err := a.connect()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	if c.Made && !a.JSON { // a slip in the folder's name must not look like an empty answer
		fmt.Fprintf(a.streams.Err, "cordon: there was no node in %s; a new one was made\n", a.Home)
	}
	return do(c)
}

// out writes v as JSON, or lets text write it for people.
func (a *app) out(v any, text func(w io.Writer)) error {
	if a.JSON {
		e := json.NewEncoder(a.streams.Out)
		e.SetEscapeHTML(false)
		e.SetIndent("", "  ")
		return e.Encode(v)
	}
	text(harmless{a.streams.Out})
	return nil
}

// harmless is a stream to a person: what would steer a terminal does not reach
// it, whoever wrote it. Lines are the program's own; see plain.
type harmless struct{ w io.Writer }

func (h harmless) Write(p []byte) (int, error) {
	if _, err := io.WriteString(h.w, strings.Map(func(r rune) rune {
		if r == '\n' {
			return r
		}
		return shown(r)
	}, string(p))); err != nil {
		return 0, err
	}
	return len(p), nil
}

// say returns what says messages in the reader's language.
func (a *app) say() (*web.Speaker, error) {
	lang := a.Lang
	if lang == "" {
		lang = languageOf(os.Getenv("LC_ALL"), os.Getenv("LC_MESSAGES"), os.Getenv("LANG"))
	}
	return web.NewSpeaker(lang)
}

// languageOf reads POSIX locale names, the first that is set.
func languageOf(locales ...string) string {
	for _, l := range locales {
		if l == "" {
			continue
		}
		switch {
		case strings.HasPrefix(l, "ja"):
			return "ja"
		case strings.HasPrefix(l, "ko"):
			return "ko"
		}
		return "en"
	}
	return "en"
}

// terminal reports whether people watch the stream.
func terminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// plain takes out of outside text what would steer a terminal, and line ends: a
// name must not be able to write a line of an answer.
func plain(s string) string { return strings.Map(shown, s) }

// shown returns what is shown in the place of a character: controls of the
// terminal (C0, C1) and of direction (Unicode TR 9) are replaced.
func shown(r rune) rune {
	switch {
	case r == '\t':
		return ' '
	case r < 0x20, r >= 0x7f && r < 0xa0, r == 0x2028, r == 0x2029, r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069:
		return '\ufffd'
	}
	return r
}
