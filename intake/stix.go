package intake

import (
	"bufio"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"

	"golang.org/x/sync/errgroup"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/journal"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/stix"
	"github.com/cordon-project/cordon/stix/opencti"
	"github.com/cordon-project/cordon/stix/stream"
	"github.com/cordon-project/cordon/stix/v20"
)

// maxUnpacked bounds what a compressed input may unpack to.
const maxUnpacked = 16 << 30

// unpack returns the bytes of r, decompressed when they are gzip's.
func unpack(r io.Reader) (io.Reader, error) {
	b := bufio.NewReaderSize(r, 1<<16)
	if magic, _ := b.Peek(2); len(magic) < 2 || magic[0] != 0x1f || magic[1] != 0x8b {
		return b, nil
	}
	z, err := gzip.NewReader(b)
	if err != nil {
		return nil, errs.New(errs.Invalid, "the file begins like gzip and is not").Because(err).WithHint("Fetch it again.")
	}
	return &unpacked{z: z, left: maxUnpacked}, nil
}

// unpacked is what a compressed input unpacks to, and an error where that is too
// much: an end there would pass for the end of the input.
type unpacked struct {
	z    io.Reader
	left int64
}

func (u *unpacked) Read(p []byte) (int, error) {
	n, err := u.z.Read(p)
	if u.left -= int64(n); u.left < 0 {
		return 0, errs.New(errs.Invalid, "the file unpacks to more than %d GB", maxUnpacked>>30).WithHint("Cut it into parts.")
	}
	return n, err
}

// stix reads bundles, arrays, lines or single objects and appends them in
// batches, reading the next while one is written.
func (w *work) stix(ctx context.Context) error {
	for _, k := range w.kept {
		if err := w.stixFile(ctx, k); err != nil {
			return err
		}
	}
	return nil
}

// parcel is one batch with the place of each object in its input.
type parcel struct {
	objects []stix.Object
	places  []string
	bad     []Refused // objects that could not even be read
	read    int64     // bytes of the input read so far
}

// take adds an object, and says how many had to be upgraded from STIX 2.0.
func (p *parcel) take(item stream.Item) (upgraded int) {
	if wrapped, ok := envelope(item.Object); ok {
		for i, o := range wrapped {
			upgraded += p.put(o, fmt.Sprintf("%s/bundle/objects/%d", item.Path, i))
		}
		return upgraded
	}
	return p.put(item.Object, item.Path)
}

// put adds an object as STIX 2.1, with OpenCTI's marking under the id of TLP 2.0.
func (p *parcel) put(o stix.Object, place string) (upgraded int) {
	objects := []stix.Object{o}
	if v20.Is(o) {
		objects, _ = v20.Upgrade(o)
		upgraded = 1
	}
	for _, o := range objects {
		o, _ = opencti.Import(o)
		p.objects = append(p.objects, o)
		p.places = append(p.places, place)
	}
	return upgraded
}

// envelope returns the objects of a bundle that stands in a line with the name of the
// file that it was: {"file": …, "bundle": {"objects": […]}}.
func envelope(o stix.Object) (objects []stix.Object, ok bool) {
	bundle, _ := o["bundle"].(map[string]any)
	all, _ := bundle["objects"].([]any)
	if o.Type() != "" || len(all) == 0 {
		return nil, false
	}
	for _, x := range all {
		m, isObject := x.(map[string]any)
		if !isObject {
			return nil, false
		}
		objects = append(objects, m)
	}
	return objects, true
}

func (w *work) stixFile(ctx context.Context, k kept) error {
	f, _, err := w.d.c.Archive.Open(ctx, w.v, policy.Reading, k.sha256)
	if err != nil {
		return err
	}
	defer f.Close()
	group, ctx := errgroup.WithContext(ctx)
	parcels := make(chan parcel, 1)
	var broken error // where the input broke: told when what came before is written
	group.Go(func() (err error) {
		defer close(parcels)
		broken, err = w.readSTIX(ctx, f, k, parcels)
		return err
	})
	group.Go(func() error {
		for p := range parcels {
			if err := w.append(ctx, k, p); err != nil {
				return err
			}
			w.stage("writing", p.read, k.size, "bytes")
		}
		return nil
	})
	if err := group.Wait(); err != nil {
		return err
	}
	return broken
}

// readSTIX sends the objects of an input on in parcels. broken says where it
// cannot be read further.
func (w *work) readSTIX(ctx context.Context, f io.Reader, k kept, out chan<- parcel) (broken, err error) {
	raw := &counted{r: f, tell: func(int64) {}}
	body, err := unpack(raw)
	if err != nil {
		return nil, err
	}
	r := stream.NewReader(body, stream.ReaderOptions{})
	var p parcel
	send := func() error {
		p.read = raw.n
		select {
		case out <- p:
			p = parcel{}
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	upgraded := 0
	for {
		item, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			broken = errs.New(errs.Invalid, "%s cannot be read further; the objects before were taken in", base(k.name)).Because(err).
				WithHint("Fetch the file again and import it: nothing is written twice.")
			break
		}
		if item.Err != nil {
			p.bad = append(p.bad, unreadable(item))
		} else {
			upgraded += p.take(item)
		}
		if len(p.objects)+len(p.bad) >= w.d.c.Batch {
			if err := send(); err != nil {
				return nil, err
			}
		}
	}
	if upgraded > 0 {
		w.note(fmt.Sprintf("%s: %d objects were of STIX 2.0 and were taken in as 2.1; the archive keeps them as they came.", base(k.name), upgraded))
	}
	return broken, send()
}

func unreadable(item stream.Item) Refused {
	msg, _ := errs.Message(item.Err)
	return Refused{Refusal: journal.Refusal{Index: item.Index, Rule: "readable-object", Section: "STIX 2.1 section 3", Path: item.Path, Message: msg}}
}

func (w *work) append(ctx context.Context, k kept, p parcel) error {
	for _, r := range p.bad {
		r.Where.File, r.Where.SHA256, r.Where.Element = base(k.name), k.sha256, r.Path
		w.refuse(r)
	}
	if len(p.objects) == 0 {
		return nil
	}
	receipt, err := w.d.c.Journal.Append(ctx, journal.Batch{Objects: p.objects, By: w.up.By, Source: k.sha256})
	if err != nil {
		return err
	}
	w.took(receipt)
	for _, r := range receipt.Refused {
		x := Refused{Refusal: r}
		x.Where.File, x.Where.SHA256, x.Where.Element = base(k.name), k.sha256, p.places[r.Index]
		w.refuse(x)
	}
	return nil
}

// took adds what a receipt says to the result.
func (w *work) took(r journal.Receipt) {
	w.result.Added += r.Added
	w.result.Same += r.Same
	w.span(r.First, r.Last)
}

func (w *work) span(first, last int64) {
	if first > 0 && (w.result.First == 0 || first < w.result.First) {
		w.result.First = first
	}
	w.result.Last = max(w.result.Last, last)
}

func (w *work) refuse(r Refused) {
	w.result.Refused++
	r.At, r.By = w.d.c.Clock().UTC(), w.up.By
	if len(w.result.Refusals) < MaxShown {
		w.result.Refusals = append(w.result.Refusals, r)
	}
}

// note keeps a sentence for the result. It is called by one goroutine at a time.
func (w *work) note(text string) {
	if len(w.result.Notes) >= MaxShown {
		w.result.NotesCut++
		return
	}
	w.result.Notes = append(w.result.Notes, text)
}
