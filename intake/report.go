package intake

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/extract"
	"github.com/cordon-project/cordon/extract/gazetteer"
	"github.com/cordon-project/cordon/journal"
	"github.com/cordon-project/cordon/journal/archive"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/record"
	"github.com/cordon-project/cordon/screen"
	"github.com/cordon-project/cordon/stix"
)

// maxReport bounds one document; it is package extract's default.
const maxReport = 64 << 20

// reports reads each input as a document of its own.
func (w *work) reports(ctx context.Context) error {
	var known gazetteer.Finder
	if w.d.c.Screen != nil {
		w.stage("reading", 0, int64(len(w.kept)), "files")
		var err error
		if known, err = w.d.c.Screen.Gazetteer(ctx, w.v); err != nil {
			return err
		}
	}
	for i, k := range w.kept {
		w.stage("reading", int64(i), int64(len(w.kept)), "files")
		if err := w.report(ctx, k, known); err != nil {
			return err
		}
	}
	return nil
}

func (w *work) report(ctx context.Context, k kept, known gazetteer.Finder) error {
	data, stored, err := w.bytes(ctx, k)
	if err != nil {
		return err
	}
	doc, err := extract.Read(ctx, inputs([]kept{k})[0].Name, data, extract.Options{Known: known})
	if err != nil {
		return err
	}
	level := w.d.level(w.up)
	label, err := labelAt(level)
	if err != nil {
		return err
	}
	if err := w.keepParts(ctx, doc, label); err != nil {
		return err
	}
	meta := record.Meta{Markings: []string{policy.MarkingID(level)}}
	if len(stored.Inputs) > 0 {
		// The first time that these bytes came in, so that reading them again
		// gives the same objects.
		meta.Created = stix.FormatTime(stored.Inputs[0].At)
	}
	if k.url != "" {
		meta.Refs = []record.ExternalRef{{SourceName: doc.Name, URL: k.url, SHA256: doc.SHA256}}
	}
	objects, err := doc.Objects(meta)
	if err != nil {
		return err
	}
	if err := w.renew(ctx, objects); err != nil {
		return err
	}
	if err := w.appendReport(ctx, k, objects); err != nil {
		return err
	}
	for _, n := range doc.Notes {
		w.note(doc.Name + ": " + n.Text)
	}
	w.found(doc)
	return nil
}

func (w *work) bytes(ctx context.Context, k kept) ([]byte, archive.Stored, error) {
	f, stored, err := w.d.c.Archive.Open(ctx, w.v, policy.Reading, k.sha256)
	if err != nil {
		return nil, stored, err
	}
	defer f.Close()
	if stored.Size > maxReport {
		return nil, stored, errs.New(errs.Invalid, "%s has %d MB; a report may have %d MB. It is kept in the archive", k.name, stored.Size>>20, maxReport>>20).
			WithHint("Cut it into parts and ingest those.")
	}
	b, err := io.ReadAll(f)
	return b, stored, err
}

// keepParts keeps what was drawn from a document: its text, so that the places
// of its claims can be checked also when a later reader draws another, and what
// an e-mail brought with it.
func (w *work) keepParts(ctx context.Context, doc *extract.Document, label policy.Label) error {
	// A plain text is its own text and is kept already.
	if doc.Text != "" && doc.TextSHA256 != doc.SHA256 {
		in := archive.Input{Name: doc.Name + ".txt", MediaType: "text/plain; charset=utf-8", From: doc.SHA256, By: w.up.By, Label: label}
		if _, err := w.d.c.Archive.Put(ctx, strings.NewReader(doc.Text), in); err != nil {
			return err
		}
	}
	for _, p := range doc.Parts {
		if len(p.Bytes) > 0 {
			in := archive.Input{Name: p.Name, MediaType: p.MediaType, From: doc.SHA256, By: w.up.By, Label: label}
			if _, err := w.d.c.Archive.Put(ctx, bytes.NewReader(p.Bytes), in); err != nil {
				return err
			}
		}
		if p.Document != nil {
			if err := w.keepParts(ctx, p.Document, label); err != nil {
				return err
			}
		}
	}
	return nil
}

// renew gives objects that the journal holds with other content a new version:
// the same document read again finds the parties that became known since.
func (w *work) renew(ctx context.Context, objects []stix.Object) error {
	now := stix.FormatTime(w.d.c.Clock().UTC())
	for _, o := range objects {
		if o.Str("modified") == "" {
			continue
		}
		e, err := w.d.c.Journal.Get(ctx, w.v, policy.Reading, o.ID())
		if errs.Is(err, errs.NotFound) || errs.Is(err, errs.Withheld) {
			continue
		}
		if err != nil {
			return err
		}
		o["modified"] = e.Version
		same, err := o.Canonical()
		if err != nil {
			return err
		}
		if !bytes.Equal(same, e.Canonical) {
			o["modified"] = now
		}
	}
	return nil
}

func (w *work) appendReport(ctx context.Context, k kept, objects []stix.Object) error {
	for len(objects) > 0 {
		n := min(len(objects), w.d.c.Batch)
		r, err := w.d.c.Journal.Append(ctx, journal.Batch{Objects: objects[:n], By: w.up.By, Source: k.sha256})
		if err != nil {
			return err
		}
		w.took(r)
		for _, x := range r.Refused {
			w.refuse(Refused{Refusal: x, Where: record.Where{File: k.name, SHA256: k.sha256}})
		}
		objects = objects[n:]
	}
	return nil
}

// found lists what was found in a document, each value once.
func (w *work) found(doc *extract.Document) {
	title := doc.Title
	if title == "" {
		title = doc.Name
	}
	w.result.Report = &screen.Ref{ID: doc.ReportID(), Type: "report", Title: title}
	seen := map[screen.Ref]bool{}
	for _, s := range doc.Spans {
		r := screen.Ref{ID: s.Detail.Party, Type: string(s.Kind), Title: s.Value}
		if seen[r] {
			continue
		}
		seen[r] = true
		if len(w.result.Found) >= MaxShown {
			w.result.FoundCut++
			continue
		}
		w.result.Found = append(w.result.Found, r)
	}
	if len(seen) == 0 {
		w.note(fmt.Sprintf("%s: no indicator and no known party was found.", doc.Name))
	}
}
