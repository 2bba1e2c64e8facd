package main

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"unicode"
)

// licence is one kind of licence and how to tell it.
type licence struct {
	name    string
	allowed bool
	all     []string // phrases that are all in its text
	none    []string // phrases that are not
}

const (
	redistribution = "redistribution and use in source and binary forms with or without modification are permitted provided that the following conditions are met"
	withoutFee     = "permission to use copy modify and or distribute this software for any purpose with or without fee is hereby granted"
	withoutFeeOld  = "permission to use copy modify and distribute this software for any purpose with or without fee is hereby granted"
	advertising    = "all advertising materials mentioning features or use of this software must display the following acknowledgement"
	isPermitted    = "permission is hereby granted free of charge to any person obtaining a copy"
	keepNotice     = "permission notice shall be included in all copies"
)

// licences are told by phrases of their own text, not by their name: a name may
// be mentioned where the text does not apply. Phrases are as plain gives them.
var licences = []licence{
	{name: "MIT", allowed: true, all: []string{isPermitted, keepNotice}},
	{name: "BSD-3-Clause", allowed: true, all: []string{redistribution, "used to endorse or promote products derived from this software"}, none: []string{advertising}},
	{name: "BSD-2-Clause", allowed: true, all: []string{redistribution}, none: []string{"used to endorse or promote products derived from this software", advertising}},
	{name: "Apache-2.0", allowed: true, all: []string{"apache license version 2 0 january 2004", "terms and conditions for use reproduction and distribution"}},
	{name: "Apache-2.0", allowed: true, all: []string{"licensed under the apache license version 2 0"}},
	{name: "ISC", allowed: true, all: []string{withoutFee, "provided that the above copyright notice"}},
	{name: "ISC", allowed: true, all: []string{withoutFeeOld, "provided that the above copyright notice"}},
	{name: "0BSD", allowed: true, all: []string{withoutFee}, none: []string{"provided that the above copyright notice"}},
	{name: "CC0-1.0", allowed: true, all: []string{"cc0 1 0 universal", "statement of purpose"}},
	{name: "Unicode", allowed: true, all: []string{"unicode", "permission is hereby granted free of charge to any person obtaining a copy of data files"}},
	{name: "Unicode", allowed: true, all: []string{"permission is hereby granted free of charge to any person obtaining a copy of the unicode data files"}},

	{name: "BSD-4-Clause", all: []string{redistribution, advertising}},
	{name: "GPL", all: []string{"gnu general public license", "everyone is permitted to copy and distribute verbatim copies of this license document"}},
	{name: "GPL", all: []string{"under the terms of the gnu general public license"}},
	{name: "LGPL", all: []string{"gnu lesser general public license", "everyone is permitted to copy and distribute verbatim copies of this license document"}},
	{name: "LGPL", all: []string{"under the terms of the gnu lesser general public license"}},
	{name: "LGPL", all: []string{"gnu library general public license"}},
	{name: "AGPL", all: []string{"gnu affero general public license", "everyone is permitted to copy and distribute verbatim copies of this license document"}},
	{name: "AGPL", all: []string{"under the terms of the gnu affero general public license"}},
	{name: "MPL", all: []string{"mozilla public license", "covered software"}},
	{name: "MPL", all: []string{"subject to the terms of the mozilla public license"}},
	{name: "EPL", all: []string{"eclipse public license", "the accompanying program is provided under the terms"}},
	{name: "EUPL", all: []string{"european union public licence"}},
	{name: "CDDL", all: []string{"common development and distribution license"}},
	{name: "SSPL", all: []string{"server side public license"}},
	{name: "BUSL", all: []string{"business source license"}},
	{name: "Commons Clause", all: []string{"commons clause", "right to sell the software"}},
	{name: "CC BY", all: []string{"creative commons attribution"}},
	{name: "JSON", all: []string{"the software shall be used for good not evil"}},
	{name: "Elastic", all: []string{"elastic license", "hosted or managed service"}},
	{name: "Unlicense", all: []string{"this is free and unencumbered software released into the public domain"}},
	{name: "WTFPL", all: []string{"do what the fuck you want to"}},
	{name: "Zlib", all: []string{"this notice may not be removed or altered from any source distribution"}},
}

// reviewed are texts that a person has read, by their SHA-256, with what they
// are. A changed text has another hash and fails until it is read.
var reviewed = map[string]string{
	// modernc.org/sqlite LICENSE-SQLITE: the SQLite library itself, dedicated to
	// the public domain by its authors; no condition is attached to the code.
	"8438c9c89b849131ead81d5435cb97fcf052df5b0b286dda8a2d4c29e6cb3fd0": "public domain (SQLite)",
	// modernc.org/sqlite LICENSE-3RD-PARTY.md of v1.60.1: notices of the whole
	// module graph. Its MPL entry is in the list of what is compiled into nothing;
	// what it lists as linked is BSD, MIT and public domain.
	"b4366b9c27a9364633e015011a231913ed19bf1228f335bf617e50a6f7b168a6": "notices of third parties",
	// modernc.org/memory LICENSE-LOGO: where the picture of its page is from. The
	// picture is not in the program.
	"5ae5bee3072a841376451b48d8cfcec7188e10543926d5870828d36c8a750dc5": "notice of a picture",
	// github.com/wneessen/go-mail go.sum.license: an SPDX line that puts its go.sum
	// under MIT; the code's own licence stands in LICENSE.
	"86a28e24270435c0bd44a4ce3c1adf1b0b0e391b970d56e32c579678d3d876be": "MIT (SPDX line)",
}

// classify returns the licences whose text is in a file, each once by name.
func classify(text []byte) []licence {
	p := plain(text)
	has := func(phrase string) bool { return strings.Contains(p, phrase) }
	var out []licence
	for _, l := range licences {
		if slices.ContainsFunc(l.all, func(s string) bool { return !has(s) }) || slices.ContainsFunc(l.none, has) ||
			slices.ContainsFunc(out, func(o licence) bool { return o.name == l.name }) {
			continue
		}
		out = append(out, l)
	}
	return out
}

// plain lowers the text and makes one space of everything that is no letter or
// digit, so that line breaks, comment signs and quotation marks do not matter.
func plain(text []byte) string {
	words := strings.FieldsFunc(strings.ToLower(string(text)), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	return strings.Join(words, " ")
}

func sum(text []byte) string {
	h := sha256.Sum256(text)
	return hex.EncodeToString(h[:])
}
