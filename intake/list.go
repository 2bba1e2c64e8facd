package intake

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"

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
		return mistaken(key, files, err)
	}
	if w.released != "" && w.released != v.ID() {
		return errs.New(errs.Conflict, "the files are not those that were held; nothing was imported")
	}
	if err := w.publish(ctx, files); err != nil {
		return err
	}
	o := lists.ImportOptions{By: w.up.By, Supersede: w.up.Supersede, Stated: w.up.Stated, Release: w.release}
	o.Date, o.Time = moment(w.up.Date)
	o.Progress = func(done, total int) { w.stage("writing", int64(done), int64(total), "objects") }
	r, err := w.d.session.Import(ctx, v, o)
	if h, waits := lists.HoldOf(err); waits {
		if o.Release, err = w.hold(ctx, h, err); err != nil {
			return err
		}
		r, err = w.d.session.Import(ctx, v, o)
	}
	if err != nil {
		return err
	}
	w.result.Added, w.result.Changed, w.result.Removed, w.result.Same = r.Added, r.Changed, r.Removed, r.Unchanged
	if r.Same {
		w.result.Same = r.Entries
	}
	if r.Date == "" {
		w.note("the files state no date, so an answer cannot say how old the list is: import the same files again with their date (--date) and --supersede")
	}
	for _, x := range r.Warnings {
		w.note(placed(x.Where, x.Text))
	}
	w.orphans(v.Orphans)
	if w.result.Version, err = w.version(ctx, r.Version); err != nil {
		return err
	}
	w.result.Last, err = w.d.c.Journal.Head(ctx)
	return err
}

// moment parts a stated moment of publication into its date and itself.
func moment(d record.Date) (record.Date, string) {
	if day, _, timed := strings.Cut(string(d), "T"); timed {
		return record.Date(day), string(d)
	}
	return d, ""
}

// orphans tells of rows that belong to entries which the list does not have: how
// many in each file and the first of them, since files of two dates have
// thousands.
func (w *work) orphans(all []lists.Orphan) {
	var files []string
	count, first := map[string]int{}, map[string]lists.Orphan{}
	for _, o := range all {
		f := o.Where.File
		if count[f] == 0 {
			files, first[f] = append(files, f), o
		}
		count[f]++
	}
	for _, f := range files {
		o := first[f]
		w.note(fmt.Sprintf("%s: %d rows belong to entries that the list does not have and were not imported; are the files of one date? The first is row %d, of entry %s: %s",
			f, count[f], o.Where.Row, o.Entry, o.Text))
	}
}

// mistaken says so when what was refused as one list looks like something else.
func mistaken(key string, files []lists.File, err error) error {
	if !errs.Is(err, errs.Invalid) {
		return err
	}
	cause := err
	if d := (*lists.Drift)(nil); errors.As(err, &d) {
		cause = d
	}
	for _, f := range files {
		if kind := Sniff(f.Name, bytes.NewReader(f.Data)); kind != key && kind != KindReport {
			return errs.New(errs.Invalid, "%s does not read as %s, it looks like %s; nothing was imported and the version in force stays", base(f.Name), key, kind).
				Because(cause).WithHint("If that is what it is: cordon import %s FILE.", kind)
		}
	}
	return err
}

// publish puts the label of what everybody may see on inputs that were read as a
// list: what they hold is published.
func (w *work) publish(ctx context.Context, files []lists.File) error {
	label, err := labelAt(policy.Clear)
	if err != nil {
		return err
	}
	for _, f := range files {
		in := archive.Input{Name: base(f.Name), From: f.URL, By: w.up.By, Label: label}
		if _, err := w.d.c.Archive.Put(ctx, bytes.NewReader(f.Data), in); err != nil {
			return err
		}
	}
	return nil
}

// files reads the inputs back from the archive.
func (w *work) files(ctx context.Context) ([]lists.File, error) {
	var out []lists.File
	for _, k := range w.kept {
		b, _, err := w.bytes(ctx, k, lists.MaxFile, "a file of a list")
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
