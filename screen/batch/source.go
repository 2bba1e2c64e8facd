package batch

import (
	"bytes"
	"errors"
	"hash"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"

	"github.com/cordon-project/cordon/extract/charset"
)

// sampleSize is how much of an input is looked at to tell its character set,
// separator and columns. It holds several rows of the longest sort.
const sampleSize = 4 * MaxRow

// line is one physical line of the input as it stands there.
type line struct {
	raw  []byte // with its line end; valid until the next call of next unless it was kept
	long bool   // raw is its first MaxRow bytes only; the rest is still in the source
}

// source gives the physical lines of an input and knows where it stands.
type source struct {
	r     io.Reader
	buf   []byte
	start int // of what is not yet given
	end   int
	err   error // of r; io.EOF at its end
	set   set
}

func newSource(r io.Reader) *source { return &source{r: r, buf: make([]byte, sampleSize)} }

// fill reads once more. It reports whether there are more bytes than before.
func (s *source) fill() bool {
	if s.err != nil {
		return false
	}
	if s.start > 0 && s.end > len(s.buf)/2 {
		s.end = copy(s.buf, s.buf[s.start:s.end])
		s.start = 0
	}
	for range 100 {
		n, err := s.r.Read(s.buf[s.end:])
		s.end += n
		s.err = err
		if n > 0 {
			return true
		}
		if err != nil {
			return false
		}
	}
	s.err = io.ErrNoProgress
	return false
}

// peek returns what the input begins with, as much as there is in one sample.
func (s *source) peek() []byte {
	for s.end < len(s.buf) && s.fill() {
	}
	return s.buf[s.start:s.end]
}

// first returns what the first read gives: enough to tell how an input begins
// without waiting for the rest of one that comes slowly.
func (s *source) first() []byte {
	for s.end-s.start < 4 && s.fill() {
	}
	return s.buf[s.start:s.end]
}

// next returns the next line; io.EOF when there is none.
func (s *source) next() (line, error) {
	seen := 0
	for {
		have := s.buf[s.start:s.end]
		if n := s.set.lineEnd(have, seen); n > 0 {
			if n > MaxRow {
				return s.cut(), nil
			}
			s.start += n
			return line{raw: have[:n]}, nil
		}
		if len(have) > MaxRow {
			return s.cut(), nil
		}
		seen = len(have)
		if s.fill() {
			continue
		}
		if !errors.Is(s.err, io.EOF) {
			return line{}, s.err
		}
		if len(have) == 0 {
			return line{}, io.EOF
		}
		s.start = s.end
		return line{raw: have}, nil
	}
}

// cut gives the beginning of a line that is too long.
func (s *source) cut() line {
	raw := s.buf[s.start : s.start+MaxRow]
	s.start += MaxRow
	return line{raw: raw, long: true}
}

// rest drops the rest of a line that was cut and returns its length.
func (s *source) rest(h hash.Hash) (n int64, err error) {
	for {
		have := s.buf[s.start:s.end]
		take, done := s.set.lineEnd(have, 0), true
		if take == 0 {
			take, done = len(have)&^1, false
		}
		h.Write(have[:take])
		s.start += take
		n += int64(take)
		if done {
			return n, nil
		}
		if s.fill() {
			continue
		}
		if !errors.Is(s.err, io.EOF) {
			return n, s.err
		}
		h.Write(s.buf[s.start:s.end])
		n += int64(s.end - s.start)
		s.start = s.end
		return n, nil
	}
}

// drop reads n bytes into h; io.ErrUnexpectedEOF when there are fewer.
func (s *source) drop(n int64, h hash.Hash) error {
	for n > 0 {
		have := s.buf[s.start:s.end]
		take := int(min(n, int64(len(have))))
		h.Write(have[:take])
		s.start += take
		n -= int64(take)
		if n > 0 && !s.fill() {
			if errors.Is(s.err, io.EOF) {
				return io.ErrUnexpectedEOF
			}
			return s.err
		}
	}
	return nil
}

// set is the character set of an input.
type set struct {
	name string            // its WHATWG name
	enc  encoding.Encoding // nil for UTF-8
	wide byte              // 'l' or 'b' for UTF-16
}

// setOf returns the set of a WHATWG name; ok is false for one that is not known.
func setOf(name string) (_ set, ok bool) {
	enc, name := charset.Named(name)
	switch {
	case enc == nil:
		return set{}, false
	case name == "utf-8":
		return set{name: name}, true
	case name == "utf-16le":
		return set{name: name, enc: enc, wide: 'l'}, true
	case name == "utf-16be":
		return set{name: name, enc: enc, wide: 'b'}, true
	}
	return set{name: name, enc: enc}, true
}

// lineEnd returns the length of the first line of b with its line end, 0 when b
// has none; the first seen bytes are known to have none. In every set but UTF-16
// a line feed is one byte that is part of no other character.
func (s set) lineEnd(b []byte, seen int) int {
	if s.wide == 0 {
		if i := bytes.IndexByte(b[seen:], '\n'); i >= 0 {
			return seen + i + 1
		}
		return 0
	}
	low := 0
	if s.wide == 'b' {
		low = 1
	}
	for i := seen &^ 1; i+1 < len(b); {
		j := bytes.IndexByte(b[i:], '\n')
		if j < 0 {
			return 0
		}
		i += j
		unit := i &^ 1
		if i&1 == low && unit+1 < len(b) && b[unit+1-low] == 0 {
			return unit + 2
		}
		i++
	}
	return 0
}

// text returns a line in UTF-8, without a CR before its LF; broken when the
// bytes are none of the set.
func (s set) text(raw []byte) (text string, broken bool) {
	if s.enc == nil {
		text = string(raw)
		broken = !utf8.ValidString(text)
	} else {
		text = charset.With(s.enc, raw)
		broken = strings.ContainsRune(text, utf8.RuneError)
	}
	if t, ok := strings.CutSuffix(text, "\r\n"); ok {
		return t + "\n", broken
	}
	return strings.TrimSuffix(text, "\r"), broken // encoding/csv drops it at the end of a file too
}

// mark returns the length of the byte order mark that b begins with.
func mark(b []byte) int {
	switch {
	case bytes.HasPrefix(b, []byte("\xEF\xBB\xBF")):
		return 3
	case bytes.HasPrefix(b, []byte("\xFF\xFE")), bytes.HasPrefix(b, []byte("\xFE\xFF")):
		return 2
	}
	return 0
}

// guessSet tells the set of a sample, and says so when it is a guess.
func guessSet(sample []byte) (name, note string) {
	if mark(sample) > 0 || charset.IsUTF16(sample) {
		_, name, note = charset.Decode(sample, "")
		return name, note
	}
	if mostlyUTF8(sample) {
		return "utf-8", ""
	}
	// The guess looks at the first bytes that it is given, so these are those
	// that tell something.
	at := bytes.IndexFunc(sample, func(r rune) bool { return r >= utf8.RuneSelf })
	at = bytes.LastIndexByte(sample[:at], '\n') + 1
	_, name, note = charset.Decode(sample[at:], "")
	return name, note
}

// mostlyUTF8 reports whether at least half of the lines that are not ASCII are
// UTF-8: a damaged line in a file must not turn the others into another set.
func mostlyUTF8(sample []byte) bool {
	good, bad := 0, 0
	for l := range bytes.Lines(sample) {
		switch {
		case l[len(l)-1] != '\n' && len(sample) == sampleSize: // cut in the middle
		case !utf8.Valid(l) || bytes.Contains(l, []byte("\x1B$")):
			bad++
		case bytes.IndexFunc(l, func(r rune) bool { return r >= utf8.RuneSelf }) >= 0:
			good++
		}
	}
	return good >= bad
}
