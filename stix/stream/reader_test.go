package stream_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/stix"
	"github.com/cordon-project/cordon/stix/stixtest"
	"github.com/cordon-project/cordon/stix/stream"
)

// readAll reads a stream to its end and fails on any error.
func readAll(t testing.TB, r *stream.Reader) []stix.Object {
	t.Helper()
	var out []stix.Object
	for {
		item, err := r.Next()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err == nil {
			err = item.Err
		}
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, item.Object)
	}
}

// outline reads a stream and writes each item as "name@path", an error in the
// place of an object as "!path", and the error that ended the stream as its
// kind.
func outline(r *stream.Reader) string {
	var out []string
	for {
		item, err := r.Next()
		switch {
		case errors.Is(err, io.EOF):
			return strings.Join(out, " ")
		case err != nil:
			return strings.Join(append(out, string(errs.KindOf(err))), " ")
		case item.Err != nil:
			out = append(out, "!"+item.Path)
		default:
			out = append(out, item.Object.Str("n")+"@"+item.Path)
		}
	}
}

const (
	objA = `{"n":"a","type":"x"}`
	objB = `{"type":"x","n":"b","deep":{"objects":[{"n":"no"}],"s":"]}\"\\"}}`
)

var streams = map[string]struct{ in, want string }{
	"nothing":                   {"", ""},
	"space":                     {" \n ", ""},
	"one object":                {objA, "a@line 1"},
	"JSON lines":                {objA + "\n" + objB + "\n\n" + objA, "a@line 1 b@line 2 a@line 4"},
	"objects without separator": {objA + objB, "a@line 1 b@line 1"},
	"array":                     {"[" + objA + " , " + objB + "]", "a@/0 b@/1"},
	"empty array":               {"[ ]", ""},
	"bundle":                    {`{"type":"bundle","id":"i","objects":[` + objA + "," + objB + `]}`, "a@/objects/0 b@/objects/1"},
	"objects first":             {`{"objects":[` + objA + "," + objB + `],"id":"i","type":"bundle"}`, "a@/objects/0 b@/objects/1"},
	"objects in the middle":     {`{"type":"bundle" , "objects" : [ ` + objA + ` ] , "id":"i"}`, "a@/objects/0"},
	"objects by escape":         {`{"type":"bundle","\u006fbjects":[` + objA + `]}`, "a@/objects/0"},
	"bundle without objects":    {`{"type":"bundle","id":"i"}`, "@line 1"},
	"empty bundle":              {`{"type":"bundle","objects":[]}`, ""},
	"two bundles":               {`{"type":"bundle","objects":[` + objA + "]}\n" + `{"type":"bundle","objects":[` + objB + "]}", "a@/objects/0 b@line 2/objects/0"},
	"observed-data":             {`{"type":"observed-data","n":"o","objects":{"0":{"type":"file"}}}`, "o@line 1"},
	"byte order mark":           {"\ufeff" + objA, "a@line 1"},
	"not a bundle":              {`{"type":"report","objects":[` + objA + `]}`, "a@/objects/0 !"},
	"objects twice":             {`{"type":"bundle","objects":[` + objA + `],"objects":[]}`, "a@/objects/0 invalid"},
	"a bad object in a bundle":  {`{"type":"bundle","objects":[` + objA + `,{"a":1,"a":2},5,"s",null,` + objB + `]}`, "a@/objects/0 !/objects/1 !/objects/2 !/objects/3 !/objects/4 b@/objects/5"},
	"a bad object in an array":  {`[{"a":tru},` + objA + `]`, "!/0 a@/1"},
	"a bad line":                {objA + "\n{\"a\" 1}\n" + objB, "a@line 1 !line 2 b@line 3"},
	"a line of text":            {objA + "\nhello {x}\n" + objB, "a@line 1 !line 2 b@line 3"},
	"an unfinished string":      {objA + "\n{\"a\":\"b\n" + objB, "a@line 1 !line 2 b@line 3"},
	"a broken pretty object":    {"{\n  \"a\" 1,\n  \"b\": {\n}}\n" + objB, "!line 1 b@line 5"},
	"text":                      {"hello", "invalid"},
	"a number":                  {"5", "invalid"},
	"UTF-16":                    {"\xff\xfe{\x00", "invalid"},
	"cut in an object":          {objA + "\n" + `{"n":"b`, "a@line 1 invalid"},
	"cut in a bundle":           {`{"type":"bundle","objects":[` + objA + "," + objB[:20], "a@/objects/0 invalid"},
	"cut between objects":       {`{"type":"bundle","objects":[` + objA + ",", "a@/objects/0 invalid"},
	"cut after the objects":     {`{"type":"bundle","objects":[` + objA + "]", "a@/objects/0 invalid"},
	"cut in an array":           {"[" + objA, "a@/0 invalid"},
	"cut at once":               {"{", "invalid"},
	"no comma in an array":      {"[" + objA + objB + "]", "a@/0 invalid"},
	"no comma after objects":    {`{"objects":[` + objA + `] "type":"bundle"}`, "a@/objects/0 invalid"},
	"two commas":                {"[" + objA + ",," + objB + "]", "a@/0 invalid"},
	"trailing comma":            {"[" + objA + ",]", "a@/0 invalid"},
}

func TestReaderShapes(t *testing.T) {
	for name, c := range streams {
		t.Run(name, func(t *testing.T) {
			if got := outline(stream.NewReader(strings.NewReader(c.in), stream.ReaderOptions{})); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
			slow := iotest.OneByteReader(strings.NewReader(c.in))
			if got := outline(stream.NewReader(slow, stream.ReaderOptions{})); got != c.want {
				t.Errorf("byte by byte: got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestReaderKeepsTheBundleAndNotes(t *testing.T) {
	in := "\ufeff" + `{"x_a":1,"objects":[` + objA + `],"id":"bundle--1","type":"bundle","x_b":[2]}`
	r := stream.NewReader(strings.NewReader(in), stream.ReaderOptions{})
	readAll(t, r)
	want := stix.Object{"x_a": json.Number("1"), "id": "bundle--1", "type": "bundle", "x_b": []any{json.Number("2")}}
	if d := cmp.Diff(want, r.Bundle()); d != "" {
		t.Error(d)
	}
	if len(r.Notes()) != 1 {
		t.Errorf("notes %q", r.Notes())
	}
}

func TestReaderGivesRawBytesAndPlaces(t *testing.T) {
	in := "[ " + objA + ",\n" + objB + "]"
	r := stream.NewReader(strings.NewReader(in), stream.ReaderOptions{})
	for i, want := range []string{objA, objB} {
		item, err := r.Next()
		if err != nil || string(item.Raw) != want || item.Index != i || !strings.HasPrefix(in[item.Offset:], want) {
			t.Errorf("%d: %+v, %v", i, item, err)
		}
	}
}

func TestReaderPassesOverLargeObjects(t *testing.T) {
	large := `{"n":"large","s":"` + strings.Repeat("x", 300_000) + `"}`
	for name, c := range map[string]struct{ in, want string }{
		"bundle": {`{"type":"bundle","objects":[` + objA + "," + large + "," + objB + "]}", "a@/objects/0 !/objects/1 b@/objects/2"},
		"array":  {"[" + large + "," + objA + "]", "!/0 a@/1"},
		"lines":  {objA + "\n" + large + "\n" + objB, "a@line 1 !line 2 b@line 3"},
	} {
		if got := outline(stream.NewReader(strings.NewReader(c.in), stream.ReaderOptions{MaxObject: 1000})); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
	r := stream.NewReader(strings.NewReader(large), stream.ReaderOptions{MaxObject: 1000})
	item, err := r.Next()
	if err != nil || !errs.Is(item.Err, errs.Invalid) || !strings.Contains(item.Err.Error(), "1000 bytes") {
		t.Errorf("%v, %v", item.Err, err)
	}
}

func TestReaderSaysWhereInputIsCutOff(t *testing.T) {
	r := stream.NewReader(strings.NewReader(objA+"\n"+objA+"\n{\"a\":"), stream.ReaderOptions{})
	for range 2 {
		if _, err := r.Next(); err != nil {
			t.Fatal(err)
		}
	}
	_, err := r.Next()
	if !errs.Is(err, errs.Invalid) || !strings.Contains(err.Error(), "after 2 objects") || !strings.Contains(err.Error(), "line 3") {
		t.Errorf("%v", err)
	}
	if _, again := r.Next(); !errors.Is(again, err) {
		t.Errorf("the error does not stay: %v", again)
	}
}

func TestReaderPassesOnReadErrors(t *testing.T) {
	broken := io.MultiReader(strings.NewReader(objA+"\n{"), iotest.ErrReader(errors.New("disk")))
	if got := outline(stream.NewReader(broken, stream.ReaderOptions{})); got != "a@line 1 unavailable" {
		t.Error(got)
	}
}

// endless gives a bundle of the size without holding it.
type endless struct {
	left   int
	object []byte
	head   []byte
}

func (e *endless) Read(p []byte) (int, error) {
	if len(e.head) == 0 {
		if e.left <= 0 {
			return 0, io.EOF
		}
		e.left -= len(e.object)
		e.head = e.object
		if e.left <= 0 {
			e.head = []byte(`{"type":"x"}],"type":"bundle"}`)
		}
	}
	n := copy(p, e.head)
	e.head = e.head[n:]
	return n, nil
}

// TestReaderMemoryIsBounded reads 200 MB and more through a bundle whose type
// comes last.
func TestReaderMemoryIsBounded(t *testing.T) {
	object := []byte(`{"type":"note","content":"` + strings.Repeat("a", 64<<10) + `"},`)
	in := &endless{left: 210 << 20, object: object, head: []byte(`{"id":"i","objects":[`)}
	r := stream.NewReader(in, stream.ReaderOptions{})
	var before, now runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	most, n := uint64(0), 0
	for ; ; n++ {
		item, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil || item.Err != nil {
			t.Fatal(err, item.Err)
		}
		if n%256 == 0 {
			runtime.ReadMemStats(&now)
			most = max(most, now.HeapAlloc)
		}
	}
	const limit = 64 << 20
	if most > before.HeapAlloc+limit {
		t.Errorf("the heap grew to %d MB", most>>20)
	}
	if n < 3000 {
		t.Errorf("%d objects", n)
	}
	t.Logf("%d objects, heap at most %d MB", n, most>>20)
}

func TestGoldenBundlesAreWrittenBackEqual(t *testing.T) {
	n := 0
	stixtest.EachRow(t, "cti/stix-golden/elevator-idioms-2.1.jsonl.gz", func(line []byte) {
		var row struct {
			File   string
			Bundle json.RawMessage
		}
		if err := json.Unmarshal(line, &row); err != nil {
			t.Fatal(err)
		}
		r := stream.NewReader(bytes.NewReader(row.Bundle), stream.ReaderOptions{})
		objects := readAll(t, r)
		var out bytes.Buffer
		if err := stream.WriteBundle(&out, r.Bundle(), slices.Values(objects)); err != nil {
			t.Fatalf("%s: %v", row.File, err)
		}
		var want, got any
		if json.Unmarshal(row.Bundle, &want) != nil || json.Unmarshal(out.Bytes(), &got) != nil || !cmp.Equal(want, got) {
			t.Errorf("%s was written back differently", row.File)
		}
		n++
	})
	t.Logf("%d bundles", n)
}

func TestBundleWriter(t *testing.T) {
	var out bytes.Buffer
	w, err := stream.NewBundleWriter(&out, stix.Object{"id": "bundle--" + stixtest.UUID, "objects": []any{"left out"}})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil || out.String() != `{"id":"bundle--`+stixtest.UUID+`","type":"bundle"}`+"\n" {
		t.Errorf("%v: %s", err, out.String())
	}
	if _, err := stream.NewBundleWriter(&out, stix.Object{"id": "identity--" + stixtest.UUID}); !errs.Is(err, errs.Invalid) {
		t.Errorf("a bundle with another object's id: %v", err)
	}
	out.Reset()
	if w, err = stream.NewBundleWriter(&out, stix.Object{"id": "bundle--" + stixtest.UUID}); err != nil {
		t.Fatal(err)
	}
	if err := w.Write(stix.Object{"type": "x", "bad": func() {}}); !errs.Is(err, errs.Invalid) {
		t.Errorf("a value that is no JSON: %v", err)
	}
	for i := range 3000 {
		if err := w.Write(stix.Object{"type": "x", "n": fmt.Sprint(i), "pad": strings.Repeat("p", 60)}); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if got := readAll(t, stream.NewReader(&out, stream.ReaderOptions{})); len(got) != 3000 || got[2999].Str("n") != "2999" {
		t.Errorf("%d objects came back", len(got))
	}
	if w, err = stream.NewBundleWriter(failingWriter{}, stix.Object{"id": "bundle--" + stixtest.UUID}); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); !errs.Is(err, errs.Unavailable) {
		t.Errorf("a full disk: %v", err)
	}
}

type failingWriter struct{}

func (failingWriter) Write([]byte) (int, error) { return 0, errors.New("no space") }

func FuzzReader(f *testing.F) {
	for _, c := range streams {
		f.Add([]byte(c.in))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		whole := outline(stream.NewReader(bytes.NewReader(data), stream.ReaderOptions{MaxObject: 1 << 10}))
		slow := outline(stream.NewReader(iotest.OneByteReader(bytes.NewReader(data)), stream.ReaderOptions{MaxObject: 1 << 10}))
		if len(data) < 1<<10 && whole != slow {
			t.Fatalf("the way of reading matters:\n%s\n%s", whole, slow)
		}
		if o, err := stix.Parse(data); err == nil && len(data) < 1<<10 && !strings.Contains(whole, "@") {
			if _, list := o["objects"].([]any); !list {
				t.Fatalf("Parse takes what the reader does not: %s", whole)
			}
		}
	})
}
