package pdf

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"

	"github.com/cordon-project/cordon/errs"
)

var (
	objForm   = regexp.MustCompile(`(?:^|[^0-9])(\d{1,7})[ \t\r\n\f\x00]+(\d{1,5})[ \t\r\n\f\x00]+obj`)
	rootForm  = regexp.MustCompile(`/Root[ \t\r\n\f\x00]*(\d{1,7})[ \t\r\n\f\x00]+(\d{1,5})[ \t\r\n\f\x00]+R`)
	infoForm  = regexp.MustCompile(`/Info[ \t\r\n\f\x00]*(\d{1,7})[ \t\r\n\f\x00]+(\d{1,5})[ \t\r\n\f\x00]+R`)
	crypt     = regexp.MustCompile(`/Encrypt[ \t\r\n\f\x00]*(?:\d|<<)`)
	catalog   = regexp.MustCompile(`/Type[ \t\r\n\f\x00]*/Catalog`)
	objStm    = regexp.MustCompile(`/Type[ \t\r\n\f\x00]*/ObjStm`)
	countForm = regexp.MustCompile(`/N[ \t\r\n\f\x00]+(\d{1,7})`)
	firstForm = regexp.MustCompile(`/First[ \t\r\n\f\x00]+(\d{1,9})`)
)

// maxObjects bounds the table of a PDF.
const maxObjects = 1_000_000

type object struct {
	offset int
	gen    int
}

// rebuilder writes the same PDF with a table of its own.
type rebuilder struct {
	out     []byte
	end     int // of the file's own bytes in out; unpacked objects follow
	objects map[int]object
	budget  int64
	root    string // "id generation" of the catalogue
}

// rebuild returns the same PDF with a table of its own: all objects found by
// their form, those in object streams written out, one plain table behind them.
// What the file's own tables say is not used. budget is how many bytes may be
// unpacked.
func rebuild(data []byte, budget int64) ([]byte, error) {
	start := bytes.Index(data[:min(len(data), 1024)], []byte("%PDF-"))
	if start < 0 || len(data)-start < 32 {
		return nil, errs.New(errs.Invalid, "the PDF is cut off after its first line").WithHint("Download it again.")
	}
	r := &rebuilder{objects: map[int]object{}, budget: budget}
	r.out = append(make([]byte, 0, len(data)+len(data)/4+1024), "%PDF-1.7\n"...)
	r.out = append(r.out, data[start+9:]...)
	r.end = len(r.out)
	if crypt.Match(r.out) {
		return nil, errs.New(errs.Invalid, "the PDF is encrypted").WithHint("Save it without a password and give it again.")
	}
	for pos := 0; pos < r.end; {
		m := objForm.FindSubmatchIndex(r.out[pos:r.end])
		if m == nil {
			break
		}
		next, err := r.take(pos, m)
		if err != nil {
			return nil, err
		}
		pos = next
	}
	info := r.trailerEntries()
	if r.root == "" {
		return nil, errs.New(errs.Invalid, "the PDF has no page tree; it is damaged or cut off").
			WithHint("Download it again, or open it in a PDF program and save it again.")
	}
	return appendTable(r.out, r.objects, r.root, info), nil
}

// take takes in the object that m found at pos and returns where the search
// goes on.
func (r *rebuilder) take(pos int, m []int) (next int, err error) {
	id, gen := atoi(string(r.out[pos+m[2]:pos+m[3]])), atoi(string(r.out[pos+m[4]:pos+m[5]]))
	if id > 0 && id < maxObjects {
		r.objects[id] = object{pos + m[2], gen}
	}
	head, stream, next := objectParts(r.out[:r.end], pos+m[1])
	if catalog.Match(head) {
		r.root = fmt.Sprintf("%d %d", id, gen)
	}
	if !objStm.Match(head) {
		return next, nil
	}
	inner, err := unpackObjects(head, stream, &r.budget)
	for _, in := range inner {
		if in.id <= 0 || in.id >= maxObjects {
			continue
		}
		r.objects[in.id] = object{len(r.out) + 1, 0}
		r.out = fmt.Appendf(r.out, "\n%d 0 obj\n%s\nendobj\n", in.id, in.body)
		if catalog.Match(in.body) {
			r.root = fmt.Sprintf("%d 0", in.id)
		}
	}
	return next, err
}

// trailerEntries takes the catalogue that the last trailer names, if it is
// there, and returns what it names as information.
func (r *rebuilder) trailerEntries() (info string) {
	own := r.out[:r.end]
	if id := lastReference(own, "/Root", rootForm); id != "" {
		if n, _, _ := strings.Cut(id, " "); r.objects[atoi(n)].offset > 0 {
			r.root = id
		}
	}
	return lastReference(own, "/Info", infoForm)
}

// lastReference returns the last "id generation" that form finds, looking at the
// last places of key only.
func lastReference(data []byte, key string, form *regexp.Regexp) string {
	for range 64 {
		i := bytes.LastIndex(data, []byte(key))
		if i < 0 {
			return ""
		}
		if m := form.FindSubmatch(data[i:min(len(data), i+128)]); m != nil {
			return fmt.Sprintf("%s %s", m[1], m[2])
		}
		data = data[:i]
	}
	return ""
}

func atoi(s string) int {
	n, _ := strconv.Atoi(s)
	return n
}

// objectParts splits the object whose body begins at from: its dictionary, the
// bytes of its stream if it has one, and where the next object may begin.
func objectParts(data []byte, from int) (head, stream []byte, next int) {
	window := data[from:min(len(data), from+1<<16)]
	e := bytes.Index(window, []byte("endobj"))
	if e < 0 {
		e = len(window)
	}
	s := bytes.Index(window[:e], []byte("stream"))
	if s < 0 {
		return window[:e], nil, from + min(e+6, len(window))
	}
	begin := from + s + 6
	if begin < len(data) && data[begin] == '\r' {
		begin++
	}
	if begin < len(data) && data[begin] == '\n' {
		begin++
	}
	stop := bytes.Index(data[begin:], []byte("endstream"))
	if stop < 0 {
		return window[:s], data[begin:], len(data)
	}
	return window[:s], data[begin : begin+stop], begin + stop + 9
}

// maxInner bounds the objects of one object stream; writers put a few hundred.
const maxInner = 100_000

// integers reads up to n decimal numbers.
func integers(b []byte, n int) []int {
	var out []int
	for i := 0; i < len(b) && len(out) < n; {
		if b[i] < '0' || b[i] > '9' {
			i++
			continue
		}
		v, j := 0, i
		for ; j < len(b) && b[j] >= '0' && b[j] <= '9'; j++ {
			if v < 1<<40 {
				v = 10*v + int(b[j]-'0')
			}
		}
		out = append(out, v)
		i = j
	}
	return out
}

type innerObject struct {
	id   int
	body []byte
}

// unpackObjects reads an object stream (ISO 32000-1 section 7.5.7). One that is
// damaged gives what can be read of it.
func unpackObjects(head, stream []byte, budget *int64) ([]innerObject, error) {
	n, first := number(countForm, head), number(firstForm, head)
	var raw []byte
	if bytes.Contains(head, []byte("/FlateDecode")) || bytes.Contains(head, []byte("/Fl ")) {
		z, err := zlib.NewReader(bytes.NewReader(stream))
		if err != nil {
			return nil, nil
		}
		raw, _ = io.ReadAll(io.LimitReader(z, *budget+1))
	} else {
		raw = bytes.Clone(stream) // the stream lies in a slice that will grow
	}
	*budget -= int64(len(raw))
	if *budget < 0 {
		return nil, errs.New(errs.Invalid, "the PDF unpacks to more than the limit").WithHint("Raise the limit only if you trust where the file comes from.")
	}
	if first <= 0 || first > len(raw) {
		return nil, nil
	}
	table := integers(raw[:first], 2*min(n, maxInner))
	var inner []innerObject
	for i := 0; i+1 < len(table); i += 2 {
		off, end := table[i+1], len(raw)-first
		if i+3 < len(table) {
			end = table[i+3]
		}
		if off < 0 || end < off || end > len(raw)-first {
			continue
		}
		inner = append(inner, innerObject{table[i], raw[first+off : first+end]})
	}
	return inner, nil
}

func number(form *regexp.Regexp, b []byte) int {
	m := form.FindSubmatch(b)
	if m == nil {
		return 0
	}
	n, _ := strconv.Atoi(string(m[1]))
	return n
}

func appendTable(out []byte, objects map[int]object, root, info string) []byte {
	top := 0
	for id := range objects {
		top = max(top, id)
	}
	// An empty dictionary of our own, for maps that begin with "findresource".
	top++
	objects[top] = object{len(out) + 1, 0}
	out = fmt.Appendf(out, "\n%d 0 obj\n<< >>\nendobj\n", top)
	at := len(out)
	out = fmt.Appendf(out, "xref\n0 %d\n", top+1)
	for id := range top + 1 {
		if ob, ok := objects[id]; ok && id > 0 {
			out = fmt.Appendf(out, "%010d %05d n \n", ob.offset, ob.gen)
		} else {
			out = append(out, "0000000000 65535 f \n"...)
		}
	}
	out = fmt.Appendf(out, "trailer\n<< /Size %d /Root %s R /CordonEmpty %d 0 R", top+1, root, top)
	if info != "" {
		out = fmt.Appendf(out, " /Info %s R", info)
	}
	return fmt.Appendf(out, " >>\nstartxref\n%d\n%%%%EOF\n", at)
}
