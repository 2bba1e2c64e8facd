package intake

import (
	"context"
	"fmt"
	"io"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/journal/archive"
	"github.com/cordon-project/cordon/lists"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/record"
)

// list reads all inputs of the job as one version of a list and imports it.
func (w *work) list(ctx context.Context, key string) error {
	w.stage("reading", 0, 0, "bytes")
	files, err := w.files(ctx)
	if err != nil {
		return err
	}
	v, err := lists.Read(ctx, key, files)
	if err != nil {
		return err
	}
	r, err := lists.Import(ctx, w.d.c.Journal, v, lists.ImportOptions{
		By: w.up.By, Date: w.up.Date, Supersede: w.up.Supersede, Shrink: w.up.Shrink,
		Progress: func(done, total int) { w.stage("writing", int64(done), int64(total), "objects") },
	})
	if err != nil {
		return err
	}
	w.result.Added, w.result.Changed, w.result.Removed, w.result.Same = r.Added, r.Changed, r.Removed, r.Unchanged
	if r.Same {
		w.result.Same = r.Entries
	}
	for _, x := range r.Warnings {
		w.note(placed(x.Where, x.Text))
	}
	for _, o := range v.Orphans {
		w.note(placed(o.Where, fmt.Sprintf("belongs to entry %s, which the list does not have; not imported: %s", o.Entry, o.Text)))
	}
	if w.result.Version, err = w.version(ctx, r.Version); err != nil {
		return err
	}
	w.result.Last, err = w.d.c.Journal.Head(ctx)
	return err
}

// files reads the inputs back from the archive. Lists are public: an input that
// came in before it was known to be one gets that label too.
func (w *work) files(ctx context.Context) ([]lists.File, error) {
	label, err := labelAt(policy.Clear)
	if err != nil {
		return nil, err
	}
	var out []lists.File
	for _, k := range w.kept {
		f, stored, err := w.d.c.Archive.Open(ctx, w.v, policy.Reading, k.sha256)
		if err != nil {
			return nil, err
		}
		if stored.Size > lists.MaxFile {
			f.Close()
			return nil, errs.New(errs.Invalid, "%s has %d MB; no list has more than %d MB", k.name, stored.Size>>20, lists.MaxFile>>20)
		}
		b, err := io.ReadAll(f)
		if err != nil {
			f.Close()
			return nil, err
		}
		if _, err := f.Seek(0, io.SeekStart); err != nil {
			f.Close()
			return nil, err
		}
		_, err = w.d.c.Archive.Put(ctx, f, archive.Input{Name: inputs([]kept{k})[0].Name, From: k.url, By: w.up.By, Label: label})
		f.Close()
		if err != nil {
			return nil, err
		}
		out = append(out, lists.File{Name: k.name, SHA256: k.sha256, Data: b, URL: k.url, LastModified: k.lastModified})
	}
	return out, nil
}

func (w *work) version(ctx context.Context, id string) (*record.ListVersion, error) {
	e, err := w.d.c.Journal.Get(ctx, w.v, policy.Reading, id)
	if err != nil {
		return nil, err
	}
	o, err := e.Object()
	if err != nil {
		return nil, err
	}
	v, err := record.ListVersionOf(o)
	return &v, err
}

func placed(at record.Where, text string) string {
	switch {
	case at.Row > 0 && at.Column > 0:
		return fmt.Sprintf("%s, row %d, column %d: %s", at.File, at.Row, at.Column, text)
	case at.Row > 0:
		return fmt.Sprintf("%s, row %d: %s", at.File, at.Row, text)
	case at.Element != "":
		return fmt.Sprintf("%s, %s: %s", at.File, at.Element, text)
	case at.File != "":
		return at.File + ": " + text
	}
	return text
}
