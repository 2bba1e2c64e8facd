package run

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"unicode"

	"golang.org/x/term"
	"golang.org/x/text/width"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/node"
	"github.com/cordon-project/cordon/web"
)

// App is one run of the program: its flags, streams and context, and the code that
// it ends with.
type App struct {
	Globals
	Streams Streams
	Ctx     context.Context
	Code    int // exit code of a command that ended well
}

// Streams are what a command reads and writes.
type Streams struct {
	In  io.Reader
	Out io.Writer
	Err io.Writer
}

// Globals are the flags of every command.
type Globals struct {
	Home  string `help:"The node's folder." env:"CORDON_HOME" placeholder:"DIR" type:"path"`
	JSON  bool   `name:"json" help:"Answer in JSON."`
	Lang  string `help:"Language of answers: en, ja or ko." env:"CORDON_LANG" enum:"en,ja,ko," default:""`
	Quiet bool   `short:"q" help:"No progress."`
}

// Settle settles the node's folder.
func (a *App) Settle() (err error) {
	if a.Home == "" {
		a.Home, err = node.DefaultHome()
	}
	return err
}

// Fail tells people what went wrong and what to do, and returns the exit code.
func (a *App) Fail(err error) int {
	kind := errs.KindOf(err)
	err = errs.Public(err)
	message, hint := errs.Message(err)
	if a.Ctx.Err() != nil && kind == errs.Unavailable {
		message, hint, err = "interrupted; what was acknowledged is kept", "", errs.New(kind, "interrupted")
	}
	if a.JSON {
		e := json.NewEncoder(a.Streams.Err)
		e.SetEscapeHTML(false)
		_ = e.Encode(map[string]any{"error": map[string]string{"kind": string(kind), "message": message, "hint": hint}})
		return errs.ExitCode(err)
	}
	fmt.Fprintf(a.Streams.Err, "cordon: %s\n", Plain(message))
	if cause := cause(err); cause != "" && !strings.Contains(message, cause) {
		fmt.Fprintf(a.Streams.Err, "  because: %s\n", Plain(cause))
	}
	if hint != "" {
		fmt.Fprintf(a.Streams.Err, "  %s\n", Plain(hint))
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

// Connect gives a client of the node: the running one, or the folder itself.
func (a *App) Connect() (*node.Connection, error) {
	c, err := node.ReadConfig(a.Home)
	if err != nil {
		return nil, err
	}
	return node.Connect(a.Ctx, c, a.Options())
}

func (a *App) Options() node.Options {
	return node.Options{Version: node.SoftwareVersion(), Log: slog.New(slog.NewTextHandler(a.Streams.Err, &slog.HandlerOptions{Level: slog.LevelWarn}))}
}

// With connects, does and closes.
func (a *App) With(do func(*node.Connection) error) (err error) {
	c, err := a.Connect()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	if c.Made && !a.JSON { // a slip in the folder's name must not look like an empty answer
		fmt.Fprintf(a.Streams.Err, "cordon: there was no node in %s; a new one was made\n", a.Home)
	}
	return do(c)
}

// Out writes v as JSON, or lets text write it for people.
func (a *App) Out(v any, text func(w io.Writer)) error {
	if a.JSON {
		e := json.NewEncoder(a.Streams.Out)
		e.SetEscapeHTML(false)
		e.SetIndent("", "  ")
		return e.Encode(v)
	}
	text(Harmless{a.Streams.Out})
	return nil
}

// Harmless is a stream to a person: what would steer a terminal does not reach
// it, whoever wrote it. Lines are the program's own; see [Plain].
type Harmless struct{ W io.Writer }

func (h Harmless) Write(p []byte) (int, error) {
	if _, err := io.WriteString(h.W, strings.Map(func(r rune) rune {
		if r == '\n' {
			return r
		}
		return shown(r)
	}, string(p))); err != nil {
		return 0, err
	}
	return len(p), nil
}

// Say returns what says messages in the reader's language.
func (a *App) Say() (*web.Speaker, error) {
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

// Terminal reports whether people watch the stream.
func Terminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// Plain takes out of outside text what would steer a terminal, and line ends: a
// name must not be able to write a line of an answer.
func Plain(s string) string { return strings.Map(shown, s) }

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

// Columns prints rows with aligned columns, two to the right.
func Columns(w io.Writer, rows [][]string) {
	var widths []int
	for _, row := range rows {
		for i, cell := range row {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], cells(Plain(cell)))
		}
	}
	for _, row := range rows {
		line := " "
		for i, cell := range row {
			cell = Plain(cell)
			line += " " + cell + strings.Repeat(" ", widths[i]-cells(cell)+1)
		}
		fmt.Fprintln(w, strings.TrimRight(line, " "))
	}
}

// cells is how many columns of a terminal a text takes (Unicode UAX #11).
func cells(s string) (n int) {
	for _, r := range s {
		switch k := width.LookupRune(r).Kind(); {
		case unicode.Is(unicode.Mn, r):
		case k == width.EastAsianWide, k == width.EastAsianFullwidth:
			n += 2
		default:
			n++
		}
	}
	return n
}

// ToFile writes a file whole or leaves none: it is renamed into place.
func ToFile(name string, write func(io.Writer) error) (err error) {
	part := name + ".part"
	out, err := os.OpenFile(part, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return errs.New(errs.Invalid, "the file %s cannot be written", name).Because(err)
	}
	if err = write(out); err == nil {
		err = out.Sync()
	}
	if cerr := out.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = os.Rename(part, name)
	}
	if err != nil {
		_ = os.Remove(part)
	}
	return err
}

func Clip(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return s
}
