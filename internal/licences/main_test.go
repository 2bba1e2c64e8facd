package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"unicode"
)

// Short texts of the test's own: the phrases that tell a licence, without the
// licence.
const (
	mit    = "Permission is hereby granted, free of charge, to any person\nobtaining a copy; this permission notice shall be included in all\ncopies."
	bsd2   = "Redistribution and use in source and binary forms, with or without\n// modification, are permitted provided that the following conditions are met:"
	bsd3   = bsd2 + "\nThe name may not be used to endorse or promote products derived from\n   this software."
	bsd4   = bsd3 + "\nAll advertising materials mentioning features or use of this software must display the following acknowledgement:"
	isc    = "Permission to use, copy, modify, and/or distribute this software for any\npurpose with or without fee is hereby granted, provided that the above copyright notice"
	zero   = "Permission to use, copy, modify, and/or distribute this software for any\npurpose with or without fee is hereby granted."
	apache = "Apache License\n  Version 2.0, January 2004\n\nTERMS AND CONDITIONS FOR USE, REPRODUCTION, AND DISTRIBUTION"
	cc0    = "CC0 1.0 Universal\n\nStatement of Purpose"
	mpl    = "Mozilla Public License Version 2.0\n\"Covered Software\""
	gpl    = "GNU GENERAL PUBLIC LICENSE\nEveryone is permitted to copy and distribute verbatim copies\nof this license document"
	agpl   = "GNU AFFERO GENERAL PUBLIC LICENSE\nEveryone is permitted to copy and distribute verbatim copies\nof this license document"
)

func TestTextsAreToldApart(t *testing.T) {
	for text, want := range map[string][]string{
		mit: {"MIT"}, bsd2: {"BSD-2-Clause"}, bsd3: {"BSD-3-Clause"}, bsd4: {"BSD-4-Clause"}, isc: {"ISC"}, zero: {"0BSD"},
		apache: {"Apache-2.0"}, cc0: {"CC0-1.0"}, mpl: {"MPL"}, gpl: {"GPL"}, agpl: {"AGPL"},
		mit + "\n\n" + apache:                      {"MIT", "Apache-2.0"},
		mit + "\n\n" + gpl:                         {"MIT", "GPL"},
		mit + " Do not use this with the GNU GPL.": {"MIT"},
		"All rights reserved.":                     nil,
		"":                                         nil,
		"MIT License":                              nil,
	} {
		var got []string
		for _, l := range classify([]byte(text)) {
			got = append(got, l.name)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%.60q is read as %q, want %q", text, got, want)
		}
	}
}

func TestTheSetIsWhatTheProjectTakes(t *testing.T) {
	var got []string
	for _, l := range licences {
		if l.allowed {
			got = append(got, l.name)
		}
	}
	slices.Sort(got)
	want := []string{"0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "ISC", "MIT", "Unicode"}
	if got = slices.Compact(got); !slices.Equal(got, want) {
		t.Errorf("allowed are %q, want %q", got, want)
	}
}

func TestPhrasesCanBeFound(t *testing.T) {
	for _, l := range licences {
		for _, s := range slices.Concat(l.all, l.none) {
			if plain([]byte(s)) != s {
				t.Errorf("%s: the phrase %q can never be found", l.name, s)
			}
		}
	}
}

func TestModulesAreJudged(t *testing.T) {
	file := func(s string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(s)} }
	for name, c := range map[string]struct {
		module  fstest.MapFS
		folders []string
		want    string // part of the first problem, "" for none
	}{
		"good":                       {fstest.MapFS{"LICENSE": file(mit), "a/a.go": file("")}, []string{"a"}, ""},
		"other spelling":             {fstest.MapFS{"Licence.txt": file(mit)}, []string{"."}, ""},
		"copying":                    {fstest.MapFS{"COPYING": file(isc)}, []string{"."}, ""},
		"no file":                    {fstest.MapFS{"README": file(mit)}, []string{"."}, "has no licence file"},
		"a source file is no text":   {fstest.MapFS{"license.go": file(mit)}, []string{"."}, "has no licence file"},
		"unknown text":               {fstest.MapFS{"LICENSE": file("Ask me.")}, []string{"."}, "LICENSE is no licence that is known here"},
		"outside the set":            {fstest.MapFS{"LICENSE": file(agpl)}, []string{"."}, "LICENSE is AGPL"},
		"one of two outside the set": {fstest.MapFS{"LICENSE": file(mit), "LICENSE-GPL": file(gpl)}, []string{"."}, "LICENSE-GPL is GPL"},
		"beside a linked package":    {fstest.MapFS{"LICENSE": file(mit), "a/b/LICENSE": file(mpl), "a/b/c/c.go": file("")}, []string{"a/b/c"}, "a/b/LICENSE is MPL"},
		"beside what is not linked":  {fstest.MapFS{"LICENSE": file(mit), "x/LICENSE": file(gpl), "a/a.go": file("")}, []string{"a"}, ""},
	} {
		names, problems := check(c.module, c.folders)
		if c.want == "" && (len(problems) > 0 || len(names) == 0) || c.want != "" && (len(problems) == 0 || !strings.Contains(problems[0], c.want)) {
			t.Errorf("%s: %q, problems %q, want %q", name, names, problems, c.want)
		}
	}
}

func TestTheListOfTheGoCommandIsRead(t *testing.T) {
	got, err := parseList(strings.NewReader(`{"ImportPath":"fmt","Standard":true}
		{"ImportPath":"example.org/m/a/b","Dir":"/c/m@v1/a/b","Module":{"Path":"example.org/m","Version":"v1","Dir":"/c/m@v1"}}
		{"ImportPath":"example.org/m","Dir":"/c/m@v1","Module":{"Path":"example.org/m","Version":"v1","Dir":"/c/m@v1"}}
		{"ImportPath":"example.org/r","Dir":"/c/f@v2","Module":{"Path":"example.org/r","Version":"v1","Dir":"/c/r","Replace":{"Path":"example.org/f","Version":"v2","Dir":"/c/f@v2"}}}
		{"ImportPath":"own","Dir":"/own","Module":{"Path":"own","Dir":"/own","Main":true}}`))
	if err != nil {
		t.Fatal(err)
	}
	mods := merge(got)
	if len(mods) != 2 || mods[0].path != "example.org/f" || mods[1].path != "example.org/m" || !slices.Equal(mods[1].folders, []string{".", "a/b"}) {
		t.Errorf("%+v", mods)
	}
	for name, s := range map[string]string{
		"not in the cache": `{"ImportPath":"x","Module":{"Path":"x"}}`,
		"cut":              `{"ImportPath":"x"`,
	} {
		if got, err := parseList(strings.NewReader(s)); err == nil {
			t.Errorf("%s: read as %+v", name, got)
		}
	}
}

func TestTheReportSaysWhatIsWrong(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "LICENSE"), []byte(gpl), 0o600); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if report(&out, []linked{{"example.org/m", "v1", dir, []string{"."}}}) {
		t.Error("a GPL module passes")
	}
	if want := "example.org/m v1: LICENSE is GPL"; !strings.Contains(out.String(), want) {
		t.Errorf("%q does not say %q", out.String(), want)
	}
}

// TestModulesOfGoMod reads the licence files of every module that go.mod
// requires and that is in the module cache, tools and test libraries too: all
// are in the set, but those that no program is made of may be MPL.
// testsOnly are modules that no program is made of, with their licences; arch_test.go
// holds them, or what they come with, to tests.
var testsOnly = map[string]string{
	"pgregory.net/rapid":      "MPL",
	"github.com/muhlemmer/gu": "Unlicense", // comes with github.com/zitadel/oidc, the provider that sign-in is tested with
}

func TestModulesOfGoMod(t *testing.T) {
	mod, err := os.ReadFile(filepath.Join("..", "..", "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	cache, err := exec.Command("go", "env", "GOMODCACHE").Output()
	if err != nil {
		t.Fatal(err)
	}
	checked := 0
	for line := range strings.Lines(string(mod)) {
		f := strings.Fields(strings.TrimPrefix(strings.TrimSpace(line), "require "))
		if len(f) < 2 || !strings.HasPrefix(f[1], "v") || !strings.Contains(f[0], ".") {
			continue
		}
		dir := filepath.Join(strings.TrimSpace(string(cache)), filepath.FromSlash(escape(f[0])+"@"+escape(f[1])))
		if _, err := os.Stat(dir); err != nil {
			continue
		}
		checked++
		names, problems := check(os.DirFS(dir), []string{"."})
		if l, ok := testsOnly[f[0]]; ok && slices.Equal(names, []string{l}) {
			continue
		}
		for _, p := range problems {
			t.Errorf("%s %s: %s", f[0], f[1], p)
		}
	}
	if checked < 10 {
		t.Errorf("only %d modules of go.mod are in the module cache", checked)
	}
	t.Logf("%d modules", checked)
}

// escape writes a path as the module cache does: an upper-case letter as an
// exclamation mark and the lower-case letter.
func escape(p string) string {
	var b strings.Builder
	for _, r := range p {
		if unicode.IsUpper(r) {
			b.WriteByte('!')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}
