package stream

import (
	"io"
	"iter"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/stix"
)

// BundleWriter writes a bundle object by object, so that its size does not
// matter. Close must be called; without it the bundle has no end.
type BundleWriter struct {
	w     io.Writer
	buf   []byte
	count int
	err   error
}

// NewBundleWriter starts a bundle on w. bundle holds its properties other than
// "objects"; "type" is set, "id" must be there.
func NewBundleWriter(w io.Writer, bundle stix.Object) (*BundleWriter, error) {
	head := make(stix.Object, len(bundle)+1)
	for k, v := range bundle {
		if k != "objects" {
			head[k] = v
		}
	}
	head["type"] = "bundle"
	if id := head.ID(); !stix.ValidID(id) || stix.IDType(id) != "bundle" {
		return nil, errs.New(errs.Invalid, "a bundle needs an \"id\" of the form bundle--UUID")
	}
	buf, err := head.AppendJSON(nil)
	if err != nil {
		return nil, err
	}
	return &BundleWriter{w: w, buf: buf[:len(buf)-1]}, nil
}

// Write appends one object.
func (b *BundleWriter) Write(o stix.Object) error {
	if b.err != nil {
		return b.err
	}
	separator := ",\n"
	if b.count == 0 {
		separator = ",\"objects\":[\n"
	}
	start := len(b.buf)
	buf, err := o.AppendJSON(append(b.buf, separator...))
	if err != nil {
		b.buf = b.buf[:start]
		return err
	}
	b.buf = buf
	b.count++
	const enough = 64 << 10
	if len(b.buf) >= enough {
		return b.flush()
	}
	return nil
}

func (b *BundleWriter) flush() error {
	if _, err := b.w.Write(b.buf); err != nil {
		b.err = errs.New(errs.Unavailable, "the bundle cannot be written; %d objects were", b.count).Because(err)
	}
	b.buf = b.buf[:0]
	return b.err
}

// Close ends the bundle. It does not close the underlying writer. A bundle
// without objects has no "objects" (section 2.12 forbids empty lists).
func (b *BundleWriter) Close() error {
	if b.err != nil {
		return b.err
	}
	if b.count > 0 {
		b.buf = append(b.buf, "\n]"...)
	}
	b.buf = append(b.buf, "}\n"...)
	return b.flush()
}

// WriteBundle writes a whole bundle from a sequence of objects.
func WriteBundle(w io.Writer, bundle stix.Object, objects iter.Seq[stix.Object]) (err error) {
	defer errs.Wrap(&err, "stream.WriteBundle(%s)", bundle.ID())
	b, err := NewBundleWriter(w, bundle)
	if err != nil {
		return err
	}
	for o := range objects {
		if err := b.Write(o); err != nil {
			return err
		}
	}
	return b.Close()
}
