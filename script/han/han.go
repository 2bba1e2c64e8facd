// Package han says what a Han character can sound like, and which characters
// are one and the same in a name: 張 and 张, 龍, 龙 and 竜.
//
// In goes one character; out come its readings, the likeliest first, in the
// spelling of the source: Korean as Hangul syllables, Mandarin as Hanyu Pinyin
// without tones (ü is written v), Cantonese as Jyutping without tones, Japanese
// as romaji in lower case. A character that the source gives no reading in a
// language has the readings of its variants, so 张 is read like 張.
//
// The table is readings.tsv, generated from the Unicode Han Database (Unihan,
// UAX #38) by the test of this package, run with -update, out of an extract that
// names no version (its variants reach into extension G, so 13.0 or later).
// Copyright © Unicode, Inc., used under the Unicode License v3
// (https://www.unicode.org/license.txt). Pairs of old and new forms that Unihan
// does not have stand beside the generator with their own sources.
//
// Guarantees: every answer is a shared slice that the caller only reads, made
// without allocation; nil for a character the table does not know. The table is
// read once, on the first question.
//
// It does not know surnames, words or the South Korean initial-sound law (李 is
// both 리 and 이 only because Unihan lists both); those who read whole names do.
// Characters that merely share a simplified form, such as 后 and 後 or 范 and
// 範, are two characters here.
package han

import (
	_ "embed"
	"strings"
	"sync"
	"unicode/utf8"
)

//go:embed readings.tsv
var source string

// The columns of readings.tsv after the character and its canonical form.
const (
	hangul = iota
	pinyin
	jyutping
	on
	kun
	columns
)

// pageBits is how many low bits of a code point select an entry of a page.
const pageBits = 8

// entry is one character: its readings of all languages stand behind one
// another in the table's words and syllables, so that an entry is 20 bytes.
type entry struct {
	canonical rune
	word      uint32 // index of the first reading in words
	syllable  uint32 // index of the first Korean reading in syllables
	n         [columns]uint8
}

type table struct {
	pages     [][]uint16 // by code point: the index of an entry, 0 for none
	entries   []entry
	words     []string
	syllables []rune
}

// read is the table; it costs a few milliseconds once.
var read = sync.OnceValue(func() *table { return parse(source) })

// Hangul returns the Korean readings as Hangul syllables, those in use for
// names or in schools before the others.
func Hangul(r rune) []rune {
	t := read()
	e := t.find(r)
	if e == nil || e.n[hangul] == 0 {
		return nil
	}
	end := e.syllable + uint32(e.n[hangul])
	return t.syllables[e.syllable:end:end]
}

// Pinyin returns the Mandarin readings without tones, with v for ü.
func Pinyin(r rune) []string { return read().readings(r, pinyin) }

// Jyutping returns the Cantonese readings without tones.
func Jyutping(r rune) []string { return read().readings(r, jyutping) }

// On returns the Sino-Japanese readings as Unihan romanises them (long vowels
// written out: kou, ryuu).
func On(r rune) []string { return read().readings(r, on) }

// Kun returns the native Japanese readings as Unihan romanises them.
func Kun(r rune) []string { return read().readings(r, kun) }

// Canonical returns the one character that stands for all variants of r, the
// one of the smallest code point; r itself when it has none.
func Canonical(r rune) rune {
	if e := read().find(r); e != nil {
		return e.canonical
	}
	return r
}

func (t *table) find(r rune) *entry {
	page := int(r) >> pageBits
	if page < 0 || page >= len(t.pages) || t.pages[page] == nil {
		return nil
	}
	i := t.pages[page][r&(1<<pageBits-1)]
	if i == 0 {
		return nil
	}
	return &t.entries[i]
}

func (t *table) readings(r rune, column int) []string {
	e := t.find(r)
	if e == nil || e.n[column] == 0 {
		return nil
	}
	start := e.word
	for _, n := range e.n[pinyin:column] {
		start += uint32(n)
	}
	end := start + uint32(e.n[column])
	return t.words[start:end:end]
}

// parse reads the generated table. Its readings stay parts of the text, so that
// none is copied.
func parse(text string) *table {
	lines := strings.Count(text, "\n")
	t := &table{
		entries:   make([]entry, 1, lines+1),
		words:     make([]string, 0, strings.Count(text, " ")+4*lines),
		syllables: make([]rune, 0, lines),
	}
	for line := range strings.Lines(text) {
		if line[0] != '#' {
			t.add(strings.TrimSuffix(line, "\n"))
		}
	}
	return t
}

// add reads one row: character, canonical form (empty for itself), then the
// columns, each a list with single spaces.
func (t *table) add(line string) {
	field, rest, _ := strings.Cut(line, "\t")
	r, _ := utf8.DecodeRuneInString(field)
	e := entry{canonical: r, word: uint32(len(t.words)), syllable: uint32(len(t.syllables))}
	field, rest, _ = strings.Cut(rest, "\t")
	if field != "" {
		e.canonical, _ = utf8.DecodeRuneInString(field)
	}
	for column := range columns {
		field, rest, _ = strings.Cut(rest, "\t")
		for field != "" {
			var word string
			word, field, _ = strings.Cut(field, " ")
			e.n[column]++
			if column == hangul {
				syllable, _ := utf8.DecodeRuneInString(word)
				t.syllables = append(t.syllables, syllable)
			} else {
				t.words = append(t.words, word)
			}
		}
	}
	t.index(r, len(t.entries))
	t.entries = append(t.entries, e)
}

func (t *table) index(r rune, i int) {
	page := int(r) >> pageBits
	for page >= len(t.pages) {
		t.pages = append(t.pages, nil)
	}
	if t.pages[page] == nil {
		t.pages[page] = make([]uint16, 1<<pageBits)
	}
	t.pages[page][r&(1<<pageBits-1)] = uint16(i)
}
