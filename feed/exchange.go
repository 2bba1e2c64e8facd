package feed

import (
	"archive/zip"
	"context"
	"io"
	"time"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/journal"
	"github.com/cordon-project/cordon/stix"
	"github.com/cordon-project/cordon/stix/misp"
	"github.com/cordon-project/cordon/stix/opencti"
	"github.com/cordon-project/cordon/stix/stream"
)

// MaxExchanged is how many objects a MISP feed is made of: unlike everything else
// here it is held in memory, since an event is spread over the journal.
const MaxExchanged = 2_000_000

// WriteOpenCTI writes what the recipient may have as one bundle for OpenCTI, object by
// object, and returns how many. It is an exchange of objects and no blocklist: warning
// lists take no part in it.
func WriteOpenCTI(ctx context.Context, w io.Writer, scan Source, o Options) (n int, err error) {
	defer errs.Wrap(&err, "feed.WriteOpenCTI")
	b, err := stream.NewBundleWriter(w, stix.Object{"id": stix.NameID("bundle", "opencti")})
	if err != nil {
		return 0, err
	}
	for obj, err := range objects(ctx, scan, o) {
		if err != nil {
			return n, err
		}
		if err := b.Write(opencti.Export(obj)); err != nil {
			return n, err
		}
		n++
	}
	return n, b.Close()
}

// objects runs over the newest versions that the recipient may have.
func objects(ctx context.Context, scan Source, o Options) func(func(stix.Object, error) bool) {
	return func(yield func(stix.Object, error) bool) {
		for e, err := range scan(ctx, o.Viewer, journal.Query{Latest: true, Purpose: o.Purpose}) {
			var obj stix.Object
			if err == nil {
				obj, err = e.Object()
			}
			if errs.Is(err, errs.NotFound) {
				continue // erased meanwhile
			}
			if !yield(obj, err) || err != nil {
				return
			}
		}
	}
}

// WriteMISP writes a zip with the files of a MISP feed: an event for each report and
// grouping that the recipient may have. It returns how many events, and sentences on
// what MISP has no form for.
func WriteMISP(ctx context.Context, w io.Writer, scan Source, o Options) (n int, notes []string, err error) {
	defer errs.Wrap(&err, "feed.WriteMISP")
	var all []stix.Object
	for obj, err := range objects(ctx, scan, o) {
		if err != nil {
			return 0, nil, err
		}
		if all = append(all, obj); len(all) > MaxExchanged {
			return 0, nil, errs.New(errs.Invalid, "the journal has more than %d objects for this recipient", MaxExchanged).WithHint("A bundle (opencti) has no such limit.")
		}
	}
	events, notes, err := misp.WriteEvents(all)
	if err != nil {
		return 0, nil, err
	}
	files, err := misp.WriteFeed(events)
	if err != nil {
		return 0, nil, err
	}
	z := zip.NewWriter(w)
	for _, f := range files {
		// Without a time, so that the same events are the same bytes.
		out, err := z.CreateHeader(&zip.FileHeader{Name: f.Name, Method: zip.Deflate, Modified: time.Time{}})
		if err == nil {
			_, err = out.Write(f.Data)
		}
		if err != nil {
			return 0, nil, errs.New(errs.Unavailable, "the zip cannot be written").Because(err)
		}
	}
	return len(events), notes, z.Close()
}
