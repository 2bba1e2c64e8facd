package intake

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/extract"
	"github.com/cordon-project/cordon/extract/gazetteer"
	"github.com/cordon-project/cordon/extract/indicator"
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
	var unread []error
	for i, k := range w.kept {
		w.stage("reading", int64(i), int64(len(w.kept)), "files")
		err := w.report(ctx, k, known)
		if err != nil && !errs.Is(err, errs.Invalid) {
			return err
		}
		if err != nil { // this document cannot be read; the others can
			unread = append(unread, err)
		}
	}
	return w.unread(unread)
}

// unread is the error of a job of which some documents could not be read.
func (w *work) unread(all []error) error {
	if len(all) == 0 {
		return nil
	}
	message, hint := errs.Message(all[0])
	for _, err := range all[1:] {
		more, _ := errs.Message(err)
		message += "; " + more
	}
	if taken := len(w.kept) - len(all); taken > 0 {
		message = fmt.Sprintf("%d of %d documents could not be read, the others were taken in: %s", len(all), len(w.kept), message)
	}
	return errs.New(errs.Invalid, "%s", message).WithHint("%s", hint).Because(all[0])
}

func (w *work) report(ctx context.Context, k kept, known gazetteer.Finder) error {
	data, stored, err := w.bytes(ctx, k, maxReport, "a report")
	if err != nil {
		return err
	}
	doc, err := extract.Read(ctx, base(k.name), data, extract.Options{Known: known})
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
	if err := w.restrict(ctx, label, objects); err != nil {
		return err
	}
	if objects, err = w.renew(ctx, objects); err != nil {
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

// bytes reads an input back from the archive, unless it is larger than what it
// is taken for may be.
func (w *work) bytes(ctx context.Context, k kept, limit int64, what string) ([]byte, archive.Stored, error) {
	f, stored, err := w.d.c.Archive.Open(ctx, w.v, policy.Reading, k.sha256)
	if err != nil {
		return nil, stored, err
	}
	defer f.Close()
	if stored.Size > limit {
		return nil, stored, errs.New(errs.Invalid, "%s has %d MB; %s may have %d MB. It is kept in the archive", base(k.name), stored.Size>>20, what, limit>>20).
			WithHint("Is it what you take it for? A long report can be cut into parts.")
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
// the same document read again finds the parties that became known since. What
// many documents name alike keeps the lowest marking that one of them gives it.
func (w *work) renew(ctx context.Context, objects []stix.Object) ([]stix.Object, error) {
	now := stix.FormatTime(w.d.c.Clock().UTC())
	out := make([]stix.Object, 0, len(objects))
	for _, o := range objects {
		if o.Str("modified") == "" {
			out = append(out, o)
			continue
		}
		e, there, err := w.held(ctx, o.ID())
		if err != nil {
			return nil, err
		}
		if there && o.Type() == "vulnerability" {
			label, err := policy.LabelOf(o, policy.Red, nil)
			if err != nil {
				return nil, err
			}
			if policy.Join(label, e.Label) == label {
				continue
			}
		}
		if there {
			if err := newer(o, e, now); err != nil {
				return nil, err
			}
		}
		out = append(out, o)
	}
	return out, nil
}

// newer gives an object the time of the version that is held, or now when it
// says something else.
func newer(o stix.Object, e journal.Entry, now string) error {
	o["modified"] = e.Version
	same, err := o.Canonical()
	if err == nil && !bytes.Equal(same, e.Canonical) {
		o["modified"] = now
	}
	return err
}

// held returns what the journal has of an object, as far as who imports may see.
func (w *work) held(ctx context.Context, id string) (e journal.Entry, there bool, err error) {
	e, err = w.d.c.Journal.Get(ctx, w.v, policy.Reading, id)
	if errs.Is(err, errs.NotFound) || errs.Is(err, errs.Withheld) {
		return e, false, nil
	}
	return e, err == nil, err
}

// restrict puts the markings of a known party on the claim that names it, and
// takes the party out of the report itself, when somebody who may see the report
// may not see the party: that the report refers to it would tell that it is known.
func (w *work) restrict(ctx context.Context, report policy.Label, objects []stix.Object) error {
	hidden := map[string]bool{}
	for _, o := range objects {
		if o.Type() != record.ClaimType || o.Str("predicate") != "mentions-"+string(indicator.Party) {
			continue
		}
		e, there, err := w.held(ctx, o.Str("subject_ref"))
		if err != nil {
			return err
		}
		if !there {
			continue // it was erased since its name was read
		}
		party, err := e.Object()
		if err != nil {
			return err
		}
		if policy.Join(report, e.Label) == report && !policy.GranularSensitive(party) {
			continue
		}
		hidden[e.ID] = true
		refs := slices.Concat(stix.StringList(o["object_marking_refs"]), markings(party, e.Label))
		slices.Sort(refs)
		o["object_marking_refs"] = slices.Compact(refs)
	}
	for _, o := range objects {
		if o.Type() == "report" {
			refs := slices.Clone(stix.StringList(o["object_refs"]))
			o["object_refs"] = slices.DeleteFunc(refs, func(id string) bool { return hidden[id] })
		}
	}
	return nil
}

// markings returns every marking of an object, those of its parts too, and the
// level that it has here if it states none.
func markings(o stix.Object, label policy.Label) []string {
	out := append(stix.StringList(o["object_marking_refs"]), policy.MarkingID(policy.Level(label)))
	parts, _ := o["granular_markings"].([]any)
	for _, p := range parts {
		part, _ := p.(map[string]any)
		if ref, ok := part["marking_ref"].(string); ok {
			out = append(out, ref)
		}
	}
	return out
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
			w.refuse(Refused{Refusal: x, Where: record.Where{File: base(k.name), SHA256: k.sha256}})
		}
		objects = objects[n:]
	}
	return nil
}

// found tells what was found in a document, each value once.
func (w *work) found(doc *extract.Document) {
	r := Report{ID: doc.ReportID(), Title: doc.Title, Input: doc.Name}
	if r.Title == "" {
		r.Title = doc.Name
	}
	seen := map[screen.Ref]bool{}
	for _, s := range doc.Spans {
		f := screen.Ref{ID: s.Detail.Party, Type: string(s.Kind), Title: s.Value}
		if seen[f] {
			continue
		}
		seen[f] = true
		if len(r.Found) >= MaxShown {
			r.FoundCut++
			continue
		}
		r.Found = append(r.Found, f)
	}
	w.result.Reports = append(w.result.Reports, r)
	if len(seen) == 0 {
		w.note(fmt.Sprintf("%s: no indicator and no known party was found.", doc.Name))
	}
}
