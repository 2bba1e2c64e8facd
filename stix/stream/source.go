package stream

import (
	"encoding/json"
	"errors"
	"io"

	"github.com/cordon-project/cordon/errs"
)

var (
	errEnd     = errors.New("end of input")
	errFraming = errors.New("broken framing")
)

// source is a window on a stream. From mark on (if mark is not -1) the bytes
// are kept, up to limit; a value that grows beyond is passed over and dropped.
type source struct {
	r       io.Reader
	buf     []byte
	pos     int   // next byte
	end     int   // end of what is in buf
	base    int64 // offset in the stream of buf[0]
	mark    int
	dropped bool // the marked value grew too large
	limit   int
	line    int
	failed  error
}

func (s *source) offset() int64 { return s.base + int64(s.pos) }

// begin marks the start of a value.
func (s *source) begin() { s.mark, s.dropped = s.pos, false }

func (s *source) sinceMark() int {
	if s.dropped {
		return 0
	}
	return s.pos - s.mark
}

// take ends the marked value and returns its bytes; false if it was too large.
func (s *source) take() ([]byte, bool) {
	if s.dropped || s.pos-s.mark > s.limit {
		s.mark, s.dropped = -1, false
		return nil, false
	}
	raw := s.buf[s.mark:s.pos]
	s.mark = -1
	return raw, true
}

// fill reads more; errEnd at the end of the stream.
func (s *source) fill() error {
	if s.failed != nil {
		return s.failed
	}
	if s.mark >= 0 && s.pos-s.mark > s.limit {
		s.mark, s.dropped = -1, true
	}
	keep := s.pos
	if s.mark >= 0 {
		keep = s.mark
	}
	if keep > 0 {
		copy(s.buf, s.buf[keep:s.end])
		s.base += int64(keep)
		s.pos -= keep
		s.end -= keep
		if s.mark >= 0 {
			s.mark = 0
		}
	}
	if s.end == len(s.buf) {
		const first = 64 << 10
		s.buf = append(s.buf, make([]byte, max(first, min(len(s.buf), s.limit)))...)
	}
	for range 100 {
		n, err := s.r.Read(s.buf[s.end:])
		s.end += n
		switch {
		case n > 0:
			return nil
		case errors.Is(err, io.EOF):
			s.failed = errEnd
			return errEnd
		case err != nil:
			s.failed = errs.New(errs.Unavailable, "reading stopped at byte %d", s.base+int64(s.end)).Because(err)
			return s.failed
		}
	}
	s.failed = errs.New(errs.Unavailable, "reading stopped at byte %d", s.base+int64(s.end)).Because(io.ErrNoProgress)
	return s.failed
}

// peekN returns up to n bytes ahead.
func (s *source) peekN(n int) ([]byte, error) {
	for s.end-s.pos < n {
		if err := s.fill(); errors.Is(err, errEnd) {
			break
		} else if err != nil {
			return nil, err
		}
	}
	return s.buf[s.pos:min(s.end, s.pos+n)], nil
}

// peekSpace skips white space and returns the byte after it.
func (s *source) peekSpace() (byte, error) {
	for {
		for ; s.pos < s.end; s.pos++ {
			switch c := s.buf[s.pos]; c {
			case '\n':
				s.line++
			case ' ', '\t', '\r':
			default:
				return c, nil
			}
		}
		if err := s.fill(); err != nil {
			return 0, err
		}
	}
}

// nextLine goes to the next line that starts with {, or to the end.
func (s *source) nextLine() error {
	s.mark = -1
	fresh := false
	for {
		for ; s.pos < s.end; s.pos++ {
			c := s.buf[s.pos]
			if fresh && c == '{' {
				return nil
			}
			if fresh = c == '\n'; fresh {
				s.line++
			}
		}
		if err := s.fill(); errors.Is(err, errEnd) {
			return nil
		} else if err != nil {
			return err
		}
	}
}

// skipString passes over a string; pos is at its first quotation mark.
func (s *source) skipString() error {
	escaped := false
	for s.pos++; ; {
		for ; s.pos < s.end; s.pos++ {
			switch c := s.buf[s.pos]; {
			case escaped:
				escaped = false
			case c == '\\':
				escaped = true
			case c == '"':
				s.pos++
				return nil
			case c == '\n':
				return errFraming // JSON has no raw line ends in strings
			}
		}
		if err := s.fill(); err != nil {
			return err
		}
	}
}

// memberName reads a property name and the colon after it.
func (s *source) memberName() (string, error) {
	if s.buf[s.pos] != '"' {
		return "", errFraming
	}
	const longest = 1 << 10 // no property name is longer than 250 characters
	before := s.offset()
	if err := s.skipString(); err != nil {
		return "", err
	}
	var name string
	if n := int(s.offset() - before); n <= longest && s.pos >= n {
		if json.Unmarshal(s.buf[s.pos-n:s.pos], &name) != nil {
			return "", errFraming
		}
	}
	c, err := s.peekSpace()
	if err != nil {
		return "", err
	}
	if c != ':' {
		return "", errFraming
	}
	s.pos++
	return name, nil
}

// skipValue passes over one JSON value by its brackets and strings alone; what
// is in it is for stix.Parse to judge.
func (s *source) skipValue() error {
	depth, started := 0, false
	for {
		for s.pos < s.end {
			c := s.buf[s.pos]
			switch c {
			case '"':
				if err := s.skipString(); err != nil {
					return err
				}
				if depth == 0 {
					return nil
				}
				continue
			case '{', '[':
				depth++
			case '}', ']', ',', ' ', '\t', '\r', '\n':
				if depth == 0 {
					return endOfScalar(started)
				}
				if c == '\n' {
					s.line++
				}
				if c == '}' || c == ']' {
					depth--
				}
			}
			s.pos++
			started = true
			if depth == 0 && (c == '}' || c == ']') {
				return nil
			}
		}
		if err := s.fill(); err != nil {
			return err
		}
	}
}

// endOfScalar ends a number or literal, of which something must have been there.
func endOfScalar(started bool) error {
	if !started {
		return errFraming
	}
	return nil
}
