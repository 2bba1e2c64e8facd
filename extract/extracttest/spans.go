package extracttest

import (
	"unicode/utf16"

	"github.com/cordon-project/cordon/extract/indicator"
)

// Failer is a test, a benchmark or a property.
type Failer interface {
	Helper()
	Fatalf(format string, args ...any)
}

// CheckSpans asserts what every list of spans promises: order, and offsets of
// all three kinds that cut exactly Raw.
func CheckSpans(t Failer, text string, spans []indicator.Span) {
	t.Helper()
	if len(spans) == 0 {
		return
	}
	runes := []rune(text)
	units := utf16.Encode(runes)
	prev := 0
	for _, s := range spans {
		if s.Start.Byte < prev {
			t.Fatalf("%q at %d is out of order", s.Raw, s.Start.Byte)
		}
		prev = s.Start.Byte
		if s.Value == "" || s.Raw == "" || text[s.Start.Byte:s.End.Byte] != s.Raw {
			t.Fatalf("bytes %d-%d: %q is not %q (value %q)", s.Start.Byte, s.End.Byte, text[s.Start.Byte:s.End.Byte], s.Raw, s.Value)
		}
		if got := string(runes[s.Start.Rune:s.End.Rune]); got != string([]rune(s.Raw)) {
			t.Fatalf("code points %d-%d: %q is not %q", s.Start.Rune, s.End.Rune, got, s.Raw)
		}
		if got := string(utf16.Decode(units[s.Start.UTF16:s.End.UTF16])); got != string([]rune(s.Raw)) {
			t.Fatalf("UTF-16 %d-%d: %q is not %q", s.Start.UTF16, s.End.UTF16, got, s.Raw)
		}
	}
}
