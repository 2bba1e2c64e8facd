package indicator

import (
	"cmp"
	"context"
	"math"
	"slices"
	"unicode/utf8"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/extract/gazetteer"
)

// Kind says what a span is.
type Kind string

// The kinds of span.
const (
	Domain Kind = "domain"
	URL    Kind = "url"
	Email  Kind = "email"
	IPv4   Kind = "ipv4" // an address, or a network when Detail.Prefix is set
	IPv6   Kind = "ipv6"
	Hash   Kind = "hash"
	CVE    Kind = "cve"
	Attack Kind = "attack" // an id of MITRE ATT&CK
	Wallet Kind = "wallet"
	TxID   Kind = "txid" // a transaction id
	ASN    Kind = "asn"
	Phone  Kind = "phone"
	Party  Kind = "party" // a name that the node already knows
)

// Offset is one place in a text, counted in three ways.
type Offset struct {
	Byte  int // of UTF-8
	Rune  int // code points
	UTF16 int // UTF-16 code units, as browsers count
}

// Span is one indicator or name in a text.
type Span struct {
	Kind       Kind
	Value      string // canonical: refanged, lower-case host, canonical address
	Raw        string // exactly Text[Start.Byte:End.Byte]
	Start, End Offset
	Defanged   bool   // Raw was written so that it does not work as it stands
	Detail     Detail // what the kind needs
	Doubt      string // why the reading may be wrong, "" when nothing speaks against it
}

// Detail holds what only some kinds have.
type Detail struct {
	Algorithm   string // hash: MD5, SHA-1, SHA-256, SHA-512
	Chain       string // wallet, txid: by package coin
	Form        string // wallet: by package coin
	Checksummed bool   // wallet: the form carries a checksum and it is right
	Display     string // wallet: the usual writing; domain: Unicode form when it differs
	Year        int    // cve
	Attack      string // attack: technique, sub-technique, tactic, group, software, mitigation, campaign
	Host        string // url: its host, canonical
	Port        int    // url, ipv4, ipv6: as stated, 0 if not
	Prefix      int    // ipv4, ipv6: length of a network's prefix, 0 for an address
	Within      Kind   // set when the span lies in a longer one: the host of a url
	Party       string // party: its id
	Name        string // party: the known name that matched
}

// Options say what a scan looks for and how much it gives.
type Options struct {
	MaxSpans int              // of one text; 0 for the default of 200,000, negative for no limit
	Known    gazetteer.Finder // finds names of parties, which become spans of kind Party; nil for none
}

// Cut says what the limits kept a scan from finding. The zero value says that
// nothing was cut.
type Cut struct {
	Spans int // the text has more than this many spans, and only they are given; 0 when all are
	Byte  int // with Spans: indicators were looked for only before this byte; 0 when in the whole text
	Runs  int // runs without a space longer than MaxRun were cut; an indicator across a cut is not found
}

// MaxRun is the length in bytes at which a run without a space is cut. It
// bounds the memory of a scan, and no indicator is longer.
const MaxRun = 64 << 10

// Find returns the spans of a text: see [Scan]. It has no deadline, and a text
// with more spans than o.MaxSpans is cut there.
func Find(text string, o Options) []Span {
	spans, _, _ := Scan(context.Background(), text, o)
	return spans
}

// Scan returns the spans of a text in order, longer ones first where two begin
// together, and what a limit cut. Time is linear in len(text); beyond the spans
// it needs about a megabyte. The error is that of ctx.
func Scan(ctx context.Context, text string, o Options) (_ []Span, cut Cut, err error) {
	defer errs.Wrap(&err, "indicator.Scan(%d bytes)", len(text))
	limit := o.MaxSpans
	if limit == 0 {
		limit = 200_000
	} else if limit < 0 {
		limit = math.MaxInt
	}
	s := newScanner(text)
	for _, c := range chunks(text) {
		if err := ctx.Err(); err != nil {
			return nil, Cut{}, err
		}
		s.scan(c.start, c.end, c.cutBefore, c.cutAfter)
		if len(s.out) > limit {
			cut.Byte = c.end
			break
		}
	}
	spans := s.out
	if o.Known != nil {
		spans = merge(spans, mentions(text, o.Known(text)))
	}
	if len(spans) > limit {
		cut.Spans = limit
		spans = spans[:limit:limit]
	}
	cut.Runs = s.tooLong
	place(text, spans)
	return spans, cut, nil
}

func mentions(text string, found []gazetteer.Mention) []Span {
	spans := make([]Span, 0, len(found))
	for _, m := range found {
		if m.Start < 0 || m.End > len(text) || m.Start >= m.End {
			continue // a caller's matcher that counts otherwise must not break the text
		}
		spans = append(spans, Span{
			Kind: Party, Value: m.Name, Raw: text[m.Start:m.End], Start: Offset{Byte: m.Start}, End: Offset{Byte: m.End},
			Detail: Detail{Party: m.ID, Name: m.Name}, Doubt: m.Doubt,
		})
	}
	return spans
}

// bySpan is the order of spans: by start, longer first, then by what they are.
func bySpan(a, b Span) int {
	return cmp.Or(cmp.Compare(a.Start.Byte, b.Start.Byte), cmp.Compare(b.End.Byte, a.End.Byte),
		cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Detail.Party, b.Detail.Party), cmp.Compare(a.Value, b.Value))
}

// merge sorts b and merges it into a, which is in order.
func merge(a, b []Span) []Span {
	slices.SortFunc(b, bySpan)
	out := make([]Span, 0, len(a)+len(b))
	for len(a) > 0 && len(b) > 0 {
		if bySpan(a[0], b[0]) <= 0 {
			out, a = append(out, a[0]), a[1:]
		} else {
			out, b = append(out, b[0]), b[1:]
		}
	}
	return append(append(out, a...), b...)
}

// place fills in code-point and UTF-16 offsets of ordered spans from their byte
// offsets, in one pass over the text and one over each span.
func place(text string, spans []Span) {
	var at Offset
	for i := range spans {
		s := &spans[i]
		at = advance(text, at, s.Start.Byte)
		s.Start = at
		s.End = advance(text, at, s.End.Byte)
	}
}

// advance moves at forward to a byte offset. In invalid UTF-8 each bad byte
// counts as one code point, as it does in a Go range loop.
func advance(text string, at Offset, to int) Offset {
	for at.Byte < to {
		if text[at.Byte] < utf8.RuneSelf {
			at.Byte++
			at.Rune++
			at.UTF16++
			continue
		}
		r, n := utf8.DecodeRuneInString(text[at.Byte:])
		at.Byte += n
		at.Rune++
		at.UTF16++
		if r > 0xFFFF {
			at.UTF16++
		}
	}
	return at
}
