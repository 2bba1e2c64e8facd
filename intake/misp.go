package intake

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/feed/warning"
	"github.com/cordon-project/cordon/journal"
	"github.com/cordon-project/cordon/record"
	"github.com/cordon-project/cordon/stix"
	"github.com/cordon-project/cordon/stix/misp"
)

// Limits of what MISP gives.
const (
	maxMISP     = 512 << 20 // one file, unpacked
	maxZipFiles = 100_000
	maxZip      = 4 << 30 // all files of one archive, unpacked
)

// mispWork is what came of the files of a feed or of single events.
type mispWork struct {
	*work
	manifest map[string]bool // uuids that a manifest names
	events   map[string]bool // uuids of files that came
	kept     map[string]int  // attributes without a form in STIX, by type
}

// misp reads events, galaxies and feeds, each file by itself or in a zip.
func (w *work) misp(ctx context.Context) error {
	m := &mispWork{work: w, events: map[string]bool{}, kept: map[string]int{}}
	var unread []error
	for i, k := range w.kept {
		w.stage("reading", int64(i), int64(len(w.kept)), "files")
		err := m.file(ctx, k)
		if err != nil && !errs.Is(err, errs.Invalid) {
			return err
		}
		if err != nil {
			unread = append(unread, err)
		}
	}
	m.compare()
	return w.unread(unread)
}

func (m *mispWork) file(ctx context.Context, k kept) error {
	data, _, err := m.bytes(ctx, k, maxMISP, "a file of MISP")
	if err != nil {
		return err
	}
	if bytes.HasPrefix(data, []byte("PK\x03\x04")) {
		return m.zip(ctx, k, data)
	}
	if data, err = unpackAll(data); err != nil {
		return err
	}
	return m.one(ctx, k, base(k.name), data)
}

func unpackAll(data []byte) ([]byte, error) {
	r, err := unpack(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	return readAll(r, maxMISP)
}

// readAll reads what must not be larger than limit.
func readAll(r io.Reader, limit int64) ([]byte, error) {
	b, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err != nil {
		return nil, errs.New(errs.Invalid, "the file cannot be unpacked").Because(err)
	}
	if int64(len(b)) > limit {
		return nil, errs.New(errs.Invalid, "the file unpacks to more than %d MB", limit>>20).WithHint("Give it in parts.")
	}
	return b, nil
}

// zip reads the files of an archive. Their names are names only: nothing is written
// under them.
func (m *mispWork) zip(ctx context.Context, k kept, data []byte) error {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return errs.New(errs.Invalid, "%s begins like a zip and is not", base(k.name)).Because(err)
	}
	if len(z.File) > maxZipFiles {
		return errs.New(errs.Invalid, "%s has %d files; %d is the most", base(k.name), len(z.File), maxZipFiles)
	}
	left := int64(maxZip)
	for i, f := range z.File {
		m.stage("reading", int64(i), int64(len(z.File)), "files")
		if f.FileInfo().IsDir() {
			continue
		}
		r, err := f.Open()
		if err != nil {
			return errs.New(errs.Invalid, "%s cannot be unpacked", base(k.name)).Because(err)
		}
		b, err := readAll(r, min(maxMISP, left))
		r.Close()
		if err != nil {
			return err
		}
		left -= int64(len(b))
		if err := m.one(ctx, k, base(k.name)+"/"+base(f.Name), b); err != nil {
			return err
		}
	}
	return nil
}

// one reads one file by what it is.
func (m *mispWork) one(ctx context.Context, k kept, name string, data []byte) error {
	o := misp.Options{SHA256: k.sha256, Name: name, Default: m.d.level(m.up)}
	var r misp.Reading
	var err error
	kind := misp.Sniff(name, data[:min(len(data), 4096)])
	switch kind {
	case misp.Manifest:
		m.manifest, err = misp.ReadManifest(data)
		return err
	case misp.Hashes:
		return nil // it follows from the events
	case misp.OfGalaxy:
		r, err = misp.ReadGalaxy(data, o)
	case misp.OfEvent:
		r, err = misp.ReadEvent(data, o)
	default:
		return errs.New(errs.Invalid, "%s is no event, galaxy, manifest or zip of MISP", name).WithHint("cordon import auto finds out what it is.")
	}
	if err != nil {
		return err
	}
	m.events[strings.ToLower(strings.TrimSuffix(path.Base(name), path.Ext(name)))] = true
	for _, n := range r.Notes {
		m.note(name + ": " + n)
	}
	return m.take(ctx, k, name, r, kind)
}

// compare says what a manifest names and did not come, and the reverse.
func (m *mispWork) compare() {
	if m.manifest == nil {
		return
	}
	var missing []string
	for u := range m.manifest {
		if !m.events[u] {
			missing = append(missing, u)
		}
	}
	if slices.Sort(missing); len(missing) > 0 {
		m.note(fmt.Sprintf("the manifest names %d events that did not come, the first %s", len(missing), missing[0]))
	}
}

// take appends what a file gave, without what the journal holds already.
func (m *mispWork) take(ctx context.Context, k kept, name string, r misp.Reading, kind misp.Kind) error {
	now := stix.FormatTime(m.d.c.Clock().UTC())
	var fresh []stix.Object
	for _, o := range r.Objects {
		same, err := m.there(ctx, o, r.Common[o.ID()], kind)
		if err != nil {
			return err
		}
		if same {
			m.result.Same++
			continue
		}
		if kind == misp.OfGalaxy && !r.Common[o.ID()] {
			if e, there, err := m.held(ctx, o.ID()); err != nil {
				return err
			} else if there && stix.Compare(stix.Object{"modified": e.Version}, o) >= 0 {
				o["modified"] = now // the galaxy changed under one version
			}
		}
		fresh = append(fresh, o)
	}
	for len(fresh) > 0 {
		n := min(len(fresh), m.d.c.Batch)
		receipt, err := m.d.c.Journal.Append(ctx, journal.Batch{Objects: fresh[:n], By: m.up.By, Source: k.sha256})
		if err != nil {
			return err
		}
		m.took(receipt)
		for _, x := range receipt.Refused {
			m.refuse(Refused{Refusal: x, Where: record.Where{File: name, SHA256: k.sha256}})
		}
		fresh = fresh[n:]
	}
	return nil
}

// there reports whether the journal holds an object: one that many inputs name alike,
// or the same version with the same content, whatever file it came in. The time of a
// cluster is its galaxy's version, which extracts do not have: there the content
// decides.
func (m *mispWork) there(ctx context.Context, o stix.Object, common bool, kind misp.Kind) (bool, error) {
	e, there, err := m.held(ctx, o.ID())
	if err != nil || !there {
		return false, err
	}
	if common {
		return true, nil
	}
	if c, ok := stix.CompareTimes(e.Version, o.Str("modified")); kind != misp.OfGalaxy && (!ok || c != 0) {
		return false, nil
	}
	old, err := e.Object()
	if err != nil {
		return false, err
	}
	a, err := sourceless(old, kind)
	if err != nil {
		return false, err
	}
	b, err := sourceless(o, kind)
	return bytes.Equal(a, b), err
}

// sourceless is the canonical form of an object without where it came from: the same
// event in two files is one event.
func sourceless(o stix.Object, kind misp.Kind) ([]byte, error) {
	c := stix.Object(maps.Clone(map[string]any(o)))
	if kind == misp.OfGalaxy {
		delete(c, "modified")
	}
	record.SetWheres(c, nil)
	return c.Canonical()
}

// warningLists puts files of warning lists into force.
func (w *work) warningLists(ctx context.Context) error {
	if w.d.c.Warnings == nil {
		return errs.New(errs.Unavailable, "this node keeps no warning lists")
	}
	w.stage("reading", 0, 0, "")
	var files []warning.File
	for _, k := range w.kept {
		files = append(files, warning.File{SHA256: k.sha256, Name: k.name})
	}
	x, err := w.d.c.Warnings.Set(ctx, files)
	if err != nil {
		return err
	}
	w.result.Changed = len(x.Lists())
	w.note(fmt.Sprintf("%d warning lists with %d entries are in force, instead of those before; they are in the archive and in the node's state, never in the journal", len(x.Lists()), x.Entries()))
	w.result.Last, err = w.d.c.Journal.Head(ctx)
	return err
}

// sniffWarning reports whether a file's first bytes are those of warning lists.
func sniffWarning(head []byte) bool {
	has := func(s string) bool { return bytes.Contains(head, []byte(s)) }
	list := has(`"list":[`) || has(`"list": [`)
	return list && !has(`"objects"`) && !has(`"spec_version"`) && (has(`"matching_attributes"`) || has(`"description"`))
}
