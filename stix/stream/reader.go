package stream

import (
	"bytes"
	"errors"
	"io"
	"strconv"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/stix"
)

// DefaultMaxObject is how large one object of a stream may be, in bytes.
const DefaultMaxObject = 16 << 20

// ReaderOptions are the choices of a [Reader]. The zero value works.
type ReaderOptions struct {
	// MaxObject is the largest object that is read, in bytes; 0 means
	// [DefaultMaxObject]. A larger one becomes an [Item] with an error, and the
	// reader goes on after it. The memory of a Reader stays below about three
	// times this.
	MaxObject int
}

// Item is one object of a stream, or the error that is in its place.
type Item struct {
	Object stix.Object
	Index  int    // 0-based position among the objects of the stream
	Path   string // where it is: a JSON pointer in a bundle or an array, "line 12" for JSON lines
	Offset int64  // of its first byte in the stream
	Raw    []byte // its bytes as they are in the stream; valid until the next call of Next; nil if it was too large
	Err    error  // why this object cannot be read; the stream goes on
}

// Reader reads the objects of a stream one by one: a bundle with its properties
// in any order, a JSON array of objects, one object, or objects after one
// another (JSON lines). A byte order mark of UTF-8 is skipped with a note. It
// does not check the rules of STIX.
type Reader struct {
	src    source
	state  readerState
	index  int
	nth    int // position in the array or bundle that is being read
	bundle bundleParts
	last   stix.Object
	notes  []string
	err    error
}

type readerState uint8

const (
	atStart readerState = iota
	atTop
	inArray
	inBundle
)

// bundleParts are the properties of a bundle other than its objects.
type bundleParts struct {
	members [][]byte // "name": value
	size    int
	offset  int64
	path    string
}

// NewReader returns a Reader of r.
func NewReader(r io.Reader, opts ReaderOptions) *Reader {
	limit := opts.MaxObject
	if limit <= 0 {
		limit = DefaultMaxObject
	}
	return &Reader{src: source{r: r, limit: limit, mark: -1, line: 1}}
}

// Bundle returns the properties of the bundle that ended last, without
// "objects"; nil if none has ended yet.
func (r *Reader) Bundle() stix.Object { return r.last }

// Notes returns what the reader tolerated, for people.
func (r *Reader) Notes() []string { return r.notes }

// Next returns the next object. At the end it returns io.EOF. An Item with Err
// stands for an object that cannot be read; reading goes on after it. Any other
// error ends the stream and comes again on further calls: errs.Invalid for input
// that is cut off or whose framing is broken, errs.Unavailable when the
// underlying reader fails.
func (r *Reader) Next() (Item, error) {
	if r.err != nil {
		return Item{}, r.err
	}
	item, err := r.next()
	if err != nil {
		if errors.Is(err, errEnd) {
			err = r.truncated()
		}
		r.err = err
		return Item{}, err
	}
	item.Index = r.index
	r.index++
	return item, nil
}

func (r *Reader) truncated() error {
	return errs.New(errs.Invalid, "the input is cut off: it ends at byte %d (line %d) inside a JSON value, after %d objects", r.src.offset(), r.src.line, r.index).
		WithHint("the objects before are whole; get the rest of the file")
}

// next runs the state machine until there is an item, the end, or an error.
func (r *Reader) next() (Item, error) {
	for {
		var item *Item
		var err error
		switch r.state {
		case atStart:
			err = r.start()
		case atTop:
			item, err = r.top()
		case inArray:
			item, err = r.element("/", &r.nth)
		case inBundle:
			item, err = r.element(r.bundle.path+"/objects/", &r.nth)
		}
		if err != nil {
			return Item{}, err
		}
		if item != nil {
			return *item, nil
		}
	}
}

// start looks at the first bytes: byte order marks, then an array or not.
func (r *Reader) start() error {
	head, err := r.src.peekN(3)
	if err != nil {
		return err
	}
	switch {
	case bytes.HasPrefix(head, []byte{0xEF, 0xBB, 0xBF}):
		r.src.pos += 3
		r.notes = append(r.notes, "a byte order mark at the start was skipped")
	case bytes.HasPrefix(head, []byte{0xFF, 0xFE}), bytes.HasPrefix(head, []byte{0xFE, 0xFF}):
		return errs.New(errs.Invalid, "the input is UTF-16, STIX is UTF-8").WithHint("convert the file to UTF-8")
	}
	c, err := r.src.peekSpace()
	if errors.Is(err, errEnd) {
		return io.EOF
	}
	if err != nil {
		return err
	}
	r.state = atTop
	if c == '[' {
		r.src.pos++
		r.state = inArray
	} else if c != '{' {
		return errs.New(errs.Invalid, "the input is not STIX JSON: it starts with %s", stix.Quote(string(rune(c)))).
			WithHint("a bundle, an array of objects, one object, or JSON lines are read")
	}
	return nil
}

// top reads the next value at the top level.
func (r *Reader) top() (*Item, error) {
	c, err := r.src.peekSpace()
	if errors.Is(err, errEnd) {
		return nil, io.EOF
	}
	if err != nil {
		return nil, err
	}
	item := &Item{Path: "line " + strconv.Itoa(r.src.line), Offset: r.src.offset()}
	if c != '{' {
		item.Err = syntaxError(item.Offset, "something else than an object")
		return item, r.src.nextLine()
	}
	return r.topObject(item)
}

// topObject reads an object at the top level member by member, because it may
// be a bundle that is larger than memory. A list named "objects" makes it one,
// wherever "type" stands.
func (r *Reader) topObject(item *Item) (*Item, error) {
	r.src.begin()
	r.src.pos++
	r.bundle = bundleParts{offset: item.Offset}
	if r.index > 0 {
		r.bundle.path = item.Path // a bundle among others
	}
	var members [][2]int // from the mark
	for {
		c, err := r.src.peekSpace()
		if err != nil {
			return nil, err
		}
		if c == '}' && len(members) == 0 {
			r.src.pos++
			return r.finish(item), nil
		}
		from := r.src.sinceMark()
		name, err := r.src.memberName()
		if err != nil {
			return r.broken(item, err)
		}
		if c, err = r.src.peekSpace(); err != nil {
			return nil, err
		}
		if name == "objects" && c == '[' {
			return nil, r.enterBundle(members)
		}
		if err := r.src.skipValue(); err != nil {
			return r.broken(item, err)
		}
		members = append(members, [2]int{from, r.src.sinceMark()})
		if c, err = r.src.peekSpace(); err != nil {
			return nil, err
		}
		r.src.pos++
		switch c {
		case '}':
			return r.finish(item), nil
		case ',':
		default:
			return r.broken(item, errFraming)
		}
	}
}

// finish parses the object that ends here.
func (r *Reader) finish(item *Item) *Item {
	raw, ok := r.src.take()
	if !ok {
		item.Err = r.tooLarge(item)
		return item
	}
	item.Raw = raw
	item.Object, item.Err = stix.Parse(raw)
	return item
}

func syntaxError(offset int64, what string) error {
	return errs.New(errs.Invalid, "the JSON cannot be read: %s at byte %d", what, offset)
}

func (r *Reader) tooLarge(item *Item) error {
	return errs.New(errs.Invalid, "the object at %s (byte %d) is larger than the limit of %d bytes and was passed over", item.Path, item.Offset, r.src.limit).
		WithHint("raise the limit for objects if this one is wanted")
}

// broken reports an object whose framing is broken and goes on at the next line
// that starts an object, if there is one (JSON lines).
func (r *Reader) broken(item *Item, err error) (*Item, error) {
	if !errors.Is(err, errFraming) {
		return nil, err
	}
	item.Err = syntaxError(r.src.offset(), "a broken structure")
	r.src.mark = -1
	return item, r.src.nextLine()
}

// enterBundle keeps the members before "objects" and goes into the list.
func (r *Reader) enterBundle(members [][2]int) error {
	if r.src.dropped {
		return errs.New(errs.Invalid, "the properties of the bundle before \"objects\" are larger than the limit of %d bytes", r.src.limit)
	}
	for _, m := range members {
		b := bytes.Clone(r.src.buf[r.src.mark+m[0] : r.src.mark+m[1]])
		r.bundle.members = append(r.bundle.members, b)
		r.bundle.size += len(b)
	}
	r.src.mark = -1
	r.src.pos++ // [
	r.state, r.nth = inBundle, 0
	return nil
}

// element reads the next element of an array or of the objects of a bundle.
func (r *Reader) element(prefix string, nth *int) (*Item, error) {
	c, err := r.src.peekSpace()
	if err != nil {
		return nil, err
	}
	if c == ']' {
		r.src.pos++
		return r.endOfList()
	}
	if *nth > 0 {
		if c != ',' {
			return nil, r.framing()
		}
		r.src.pos++
		if c, err = r.src.peekSpace(); err != nil {
			return nil, err
		}
	}
	item := &Item{Path: prefix + strconv.Itoa(*nth), Offset: r.src.offset()}
	*nth++
	r.src.begin()
	if err := r.src.skipValue(); err != nil {
		if errors.Is(err, errFraming) {
			err = r.framing()
		}
		return nil, err
	}
	if c != '{' {
		item.Err = errs.New(errs.Invalid, "%s is not an object", item.Path)
		item.Raw, _ = r.src.take()
		return item, nil
	}
	return r.finish(item), nil
}

func (r *Reader) framing() error {
	return errs.New(errs.Invalid, "the JSON is broken at byte %d (line %d), after %d objects; what follows cannot be told apart", r.src.offset(), r.src.line, r.index).
		WithHint("the objects before are whole")
}

// endOfList ends an array, or reads the members of a bundle after its objects.
func (r *Reader) endOfList() (*Item, error) {
	if r.state == inArray {
		r.state = atTop
		return nil, nil
	}
	for {
		c, err := r.src.peekSpace()
		if err != nil {
			return nil, err
		}
		r.src.pos++
		switch c {
		case '}':
			r.state = atTop
			return r.endOfBundle(), nil
		case ',':
		default:
			return nil, r.framing()
		}
		if err := r.bundleMember(); err != nil {
			return nil, err
		}
	}
}

func (r *Reader) bundleMember() error {
	if _, err := r.src.peekSpace(); err != nil {
		return err
	}
	r.src.begin()
	name, err := r.src.memberName()
	if err == nil && name == "objects" {
		return errs.New(errs.Invalid, "the bundle has \"objects\" twice (the second at byte %d)", r.src.offset())
	}
	if err == nil {
		if _, err = r.src.peekSpace(); err == nil {
			err = r.src.skipValue()
		}
	}
	if errors.Is(err, errFraming) {
		err = r.framing()
	}
	if err != nil {
		return err
	}
	raw, ok := r.src.take()
	if r.bundle.size += len(raw); !ok || r.bundle.size > r.src.limit {
		return errs.New(errs.Invalid, "the properties of the bundle are larger than the limit of %d bytes", r.src.limit)
	}
	r.bundle.members = append(r.bundle.members, bytes.Clone(raw))
	return nil
}

// endOfBundle judges what stands around the objects: it gives an item only when
// that is no bundle.
func (r *Reader) endOfBundle() *Item {
	text := append([]byte{'{'}, bytes.Join(r.bundle.members, []byte{','})...)
	b, err := stix.Parse(append(text, '}'))
	item := &Item{Path: r.bundle.path, Offset: r.bundle.offset}
	switch {
	case err != nil:
		item.Err = err
	case b.Type() != "bundle":
		item.Err = errs.New(errs.Invalid, "what holds the objects is not a bundle: its \"type\" is %s; its objects were read", stix.Quote(b.Type()))
	default:
		r.last = b
		return nil
	}
	return item
}
