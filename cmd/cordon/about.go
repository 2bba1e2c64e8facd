package main

import (
	"fmt"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/cordon-project/cordon/cmd/cordon/run"
	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/node"
)

type versionCmd struct{}

func (versionCmd) Run(a *run.App) error {
	v := node.SoftwareVersion()
	return a.Out(v, func(w writer) {
		fmt.Fprintf(w, "cordon %s %s\n%s, %s, rules %s\n", v.Software, v.Commit, v.Go, v.Platform, v.Rules)
	})
}

type doctorCmd struct{}

func (doctorCmd) Run(a *run.App) error {
	return a.With(func(c *node.Connection) error {
		checks, err := c.Doctor(a.Ctx)
		if err != nil {
			return err
		}
		if err := a.Out(checks, func(w writer) {
			for _, x := range checks {
				word := "ok"
				if !x.OK {
					word = "LOOK"
				}
				fmt.Fprintf(w, "%-5s %-12s %s\n", word, x.Name, run.Plain(x.Text))
				if !x.OK && x.Hint != "" {
					fmt.Fprintf(w, "%18s %s\n", "", x.Hint)
				}
			}
		}); err != nil {
			return err
		}
		for _, x := range checks {
			if !x.OK {
				return errs.New(errs.Conflict, "something wants a look").WithHint("The lines marked LOOK say what to do.")
			}
		}
		return nil
	})
}

type completionCmd struct {
	Shell string `arg:"" enum:"bash,zsh,fish" help:"bash, zsh or fish."`
}

// Run prints a script that completes commands and flags. It is made from the
// commands themselves, so it is always complete.
func (c *completionCmd) Run(a *run.App, model *kong.Kong) error {
	var b strings.Builder
	switch c.Shell {
	case "fish":
		fishCompletion(&b, model.Model)
	default:
		bashCompletion(&b, model.Model, c.Shell == "zsh")
	}
	_, err := fmt.Fprint(a.Streams.Out, b.String())
	return err
}

func flagsOf(n *kong.Node) []string {
	var out []string
	for _, group := range n.AllFlags(true) {
		for _, f := range group {
			out = append(out, "--"+f.Name)
		}
	}
	return out
}

func bashCompletion(b *strings.Builder, m *kong.Application, zsh bool) {
	if zsh {
		b.WriteString("autoload -U +X bashcompinit && bashcompinit\n")
	}
	b.WriteString("_cordon() {\n  local cur=${COMP_WORDS[COMP_CWORD]} words\n  case ${COMP_WORDS[1]} in\n")
	var names []string
	for _, n := range m.Children {
		names = append(names, n.Name)
		fmt.Fprintf(b, "    %s) words=%q ;;\n", n.Name, strings.Join(flagsOf(n), " "))
	}
	fmt.Fprintf(b, "  esac\n  if [ \"$COMP_CWORD\" = 1 ]; then words=%q; fi\n", strings.Join(names, " "))
	b.WriteString("  COMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n}\ncomplete -o default -F _cordon cordon\n")
}

func fishCompletion(b *strings.Builder, m *kong.Application) {
	for _, n := range m.Children {
		fmt.Fprintf(b, "complete -c cordon -n __fish_use_subcommand -a %s -d %q\n", n.Name, n.Help)
		for _, f := range flagsOf(n) {
			fmt.Fprintf(b, "complete -c cordon -n '__fish_seen_subcommand_from %s' -l %s\n", n.Name, strings.TrimPrefix(f, "--"))
		}
	}
}
