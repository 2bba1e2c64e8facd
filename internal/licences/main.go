// Command licences checks that every module linked into cmd/cordon is under a
// licence that the project takes: MIT, BSD, Apache-2.0, ISC, 0BSD, CC0 or Unicode.
//
//	go run ./internal/licences [package...]
//
// It asks the go command which packages are linked for Linux, macOS and Windows
// without cgo, reads every licence file in the module cache between the root of
// their module and the packages, and tells a licence by phrases of its text that
// no other licence has. A module without a licence file, a text that it does not
// know and a licence outside the set are failures: it exits with 1 and names
// them. Texts that need a person's reading are in the table reviewed, by their
// hash, so that a changed text is read again.
//
// The standard library is part of the toolchain (BSD-3-Clause) and not listed.
// What a module says about third parties in prose is not understood; only whole
// licence texts are.
package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"
)

// systems are those that Cordon is built for.
var systems = []string{"linux", "darwin", "windows"}

func main() {
	packages := os.Args[1:]
	if len(packages) == 0 {
		packages = []string{"./cmd/cordon"}
	}
	ok, err := run(os.Stdout, packages)
	if err != nil {
		fmt.Fprintln(os.Stderr, "licences:", err)
		os.Exit(2)
	}
	if !ok {
		os.Exit(1)
	}
}

func run(w io.Writer, packages []string) (bool, error) {
	var all []linked
	for _, system := range systems {
		ls, err := list(system, packages)
		if err != nil {
			return false, err
		}
		all = append(all, ls...)
	}
	mods := merge(all)
	if len(mods) == 0 {
		return false, errors.New("no modules are linked, so nothing was checked")
	}
	return report(w, mods), nil
}

// linked is a module and the folders of its packages that are linked.
type linked struct {
	path, version, dir string
	folders            []string // relative to dir, with forward slashes
}

// list asks the go command what is linked on a system.
func list(system string, packages []string) ([]linked, error) {
	args := append([]string{"list", "-deps", "-json=ImportPath,Dir,Module,Standard"}, packages...)
	cmd := exec.Command("go", args...)
	cmd.Env = append(os.Environ(), "GOOS="+system, "CGO_ENABLED=0")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list for %s: %w\n%s", system, err, stderr.String())
	}
	return parseList(bytes.NewReader(out))
}

// parseList reads the stream of objects that go list -json writes.
func parseList(r io.Reader) ([]linked, error) {
	type module struct {
		Path, Version, Dir string
		Main               bool
		Replace            *module
	}
	var out []linked
	for d := json.NewDecoder(r); ; {
		var p struct {
			ImportPath, Dir string
			Standard        bool
			Module          *module
		}
		switch err := d.Decode(&p); {
		case errors.Is(err, io.EOF):
			return out, nil
		case err != nil:
			return nil, err
		}
		m := p.Module
		if p.Standard || m == nil || m.Main {
			continue
		}
		if m.Replace != nil {
			m = m.Replace
		}
		if m.Dir == "" {
			return nil, fmt.Errorf("%s of %s is not in the module cache", p.ImportPath, m.Path)
		}
		rel, err := filepath.Rel(m.Dir, p.Dir)
		if err != nil {
			return nil, err
		}
		out = append(out, linked{m.Path, m.Version, m.Dir, []string{filepath.ToSlash(rel)}})
	}
}

// merge makes one entry of each module, sorted by path.
func merge(ls []linked) []linked {
	at := map[string]int{}
	var out []linked
	for _, l := range ls {
		i, seen := at[l.dir]
		if !seen {
			i = len(out)
			at[l.dir] = i
			out = append(out, linked{l.path, l.version, l.dir, nil})
		}
		out[i].folders = append(out[i].folders, l.folders...)
	}
	for i := range out {
		slices.Sort(out[i].folders)
		out[i].folders = slices.Compact(out[i].folders)
	}
	slices.SortFunc(out, func(a, b linked) int { return cmp.Compare(a.path, b.path) })
	return out
}

// report writes one line for each module, and what is wrong with it below.
func report(w io.Writer, mods []linked) bool {
	t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	var wrong []string
	for _, m := range mods {
		names, problems := check(os.DirFS(m.dir), m.folders)
		fmt.Fprintf(t, "%s\t%s\t%s\n", m.path, m.version, strings.Join(names, ", "))
		for _, p := range problems {
			wrong = append(wrong, fmt.Sprintf("%s %s: %s", m.path, m.version, p))
		}
	}
	t.Flush()
	if len(wrong) > 0 {
		fmt.Fprintf(w, "\n%s\n", strings.Join(wrong, "\n"))
	}
	fmt.Fprintf(w, "\n%d modules, %d problems\n", len(mods), len(wrong))
	return len(wrong) == 0
}

// check reads the licence files of a module and returns the licences found and
// what is wrong with them.
func check(module fs.FS, folders []string) (names, problems []string) {
	texts, err := licenceFiles(module, folders)
	if err != nil {
		return nil, []string{err.Error()}
	}
	if len(texts) == 0 {
		return nil, []string{"has no licence file"}
	}
	for _, t := range texts {
		if why, ok := reviewed[sum(t.text)]; ok {
			names = append(names, why)
			continue
		}
		found := classify(t.text)
		if len(found) == 0 {
			problems = append(problems, fmt.Sprintf("%s is no licence that is known here (sha256 %s)", t.name, sum(t.text)))
		}
		for _, l := range found {
			names = append(names, l.name)
			if !l.allowed {
				problems = append(problems, fmt.Sprintf("%s is %s, which the program may not contain (sha256 %s)", t.name, l.name, sum(t.text)))
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names), problems
}

type licenceText struct {
	name string
	text []byte
}

// licenceFiles reads the licence files of the module's root, of the linked
// packages, and of the folders between.
func licenceFiles(module fs.FS, folders []string) ([]licenceText, error) {
	seen := map[string]bool{}
	for _, f := range append([]string{"."}, folders...) {
		for ; !seen[f]; f = path.Dir(f) {
			seen[f] = true
		}
	}
	var out []licenceText
	for folder := range seen {
		entries, err := fs.ReadDir(module, folder)
		if err != nil {
			return nil, err
		}
		for _, e := range entries {
			if e.IsDir() || !isLicenceName(e.Name()) {
				continue
			}
			name := path.Join(folder, e.Name())
			text, err := fs.ReadFile(module, name)
			if err != nil {
				return nil, err
			}
			out = append(out, licenceText{name, text})
		}
	}
	slices.SortFunc(out, func(a, b licenceText) int { return cmp.Compare(a.name, b.name) })
	return out, nil
}

// isLicenceName tells licence files from source files that are only named so.
func isLicenceName(name string) bool {
	switch strings.ToLower(path.Ext(name)) {
	case ".go", ".c", ".h", ".s", ".py", ".sh", ".json":
		return false
	}
	n := strings.ToUpper(name)
	for _, prefix := range []string{"LICENSE", "LICENCE", "COPYING", "UNLICENSE", "COPYRIGHT"} {
		if strings.HasPrefix(n, prefix) {
			return true
		}
	}
	return strings.HasSuffix(n, "-LICENSE") || strings.HasSuffix(n, "-LICENSE.TXT") || strings.HasSuffix(n, ".LICENSE")
}
