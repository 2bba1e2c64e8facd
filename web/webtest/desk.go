// Package webtest is what the tests of the pages stand on: a small desk, a reader of
// pages and a browser.
//
// [NewDesk] is a journal and an archive on disk with one list of plainly artificial
// entries, one report and answers made of them; [Desk.World] adds parties that
// several lists have. [Serve] serves the whole site over it, with every room.
// [Reader] asks for pages and reads them by CSS selectors; [Browser] is a Chromium
// that fails the test of a page which breaks the content security policy, scrolls
// sideways or cannot be read. [Structure] checks what a person with a screen reader
// or a keyboard needs.
package webtest

import (
	"bytes"
	"cmp"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/intake"
	"github.com/cordon-project/cordon/journal"
	"github.com/cordon-project/cordon/journal/archive"
	"github.com/cordon-project/cordon/journal/sqlite"
	"github.com/cordon-project/cordon/lists/held"
	"github.com/cordon-project/cordon/match"
	"github.com/cordon-project/cordon/monitor"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/record"
	"github.com/cordon-project/cordon/screen"
	"github.com/cordon-project/cordon/screen/clearance"
	"github.com/cordon-project/cordon/stix"
	"github.com/cordon-project/cordon/translog"
	"github.com/cordon-project/cordon/web"
	"github.com/cordon-project/cordon/web/designations"
	"github.com/cordon-project/cordon/web/holdings"
	"github.com/cordon-project/cordon/web/inquiry"
	"github.com/cordon-project/cordon/web/joins"
	"github.com/cordon-project/cordon/web/packets"
	"github.com/cordon-project/cordon/web/review"
)

// EveryPage is one address for each kind of page, over the example desk.
func EveryPage(d *Desk) map[string]string {
	alpha := record.PartyID("OFAC", "ofac-sdn", "101")
	at := strings.Index(ReportText, "EXAMPLE, Alpha")
	return map[string]string{
		"ask": "/", "answer": "/ask?q=%EB%B3%B4%EA%B8%B0+%EC%95%8C%ED%8C%8C", "wallet": "/ask?q=0x000000000000000000000000000000000000dEaD",
		"none": "/ask?q=nobody", "cleared": "/ask?q=cleared&dob=1980&country=Example&profile=recall", "evil": "/ask?q=evil", "invalid": "/ask?q=%21", "party": "/party/" + alpha, "object": "/object/" + alpha,
		"evilparty": "/party/" + record.PartyID("OFAC", "ofac-sdn", "104"),
		"report":    "/object/" + d.ReportID, "source": "/source/" + d.List + "?row=2&column=2",
		"text": fmt.Sprintf("/source/%s?start=%d&end=%d", d.Report, at, at+len("EXAMPLE, Alpha")), "imports": "/imports", "running": "/imports/1", "done": "/imports/2",
		"failed": "/imports/3", "lists": "/lists", "clearances": "/clearances", "journal": "/journal", "quarantine": "/journal/quarantine", "help": "/help",
		"matrix": "/matrix", "history": "/matrix/party/" + alpha, "alignment": "/matrix/alignment", "questions": "/identity", "group": "/identity/" + alpha,
		"missing": "/object/identity--00000000-0000-4000-8000-000000000000", "enter": "/enter",
	}
}

const Asked = "/ask?q=%EB%B3%B4%EA%B8%B0+%EC%95%8C%ED%8C%8C"

// Desk is a small node for the tests of the pages: a journal and an archive on
// disk, with one list of three entries that are plainly examples, one report,
// and answers made of them.
type Desk struct {
	*sqlite.Store
	kept     *archive.Archive
	parties  map[string]record.Party
	listings []record.Designation
	lists    []record.ListVersion
	jobs     []intake.Job
	mu       sync.Mutex
	List     string // sha256 of the list file
	Report   string
	ReportID string
	refused  []intake.Refused
	Upload   intake.Upload // of the last import
	Took     []string      // what the last import received
	clear    *clearance.Store
	Asked    screen.Query // the last question
	held     *held.Store
	Watch    *monitor.Desk // watches over customer books
	Log      *slog.Logger  // of the site
	Now      time.Time     // by the clocks of the books and of the site
}

var Noon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

const (
	ListFile = "number,name,kind,remarks\n" +
		"101,\"EXAMPLE, Alpha\",person,DOB 25 Apr 1965; a.k.a. '보기 알파'\n" +
		"102,\"EXAMPLE, Alpha\",person,DOB 1971\n" +
		"103,EXAMPLE TRADING CORPORATION,organisation,\n" +
		"104,<script>alert(1)</script>\u202eevil\u202c,person,x & y\n"
	ReportText = "A report of the example desk.\nIt names EXAMPLE, Alpha and the host files.example.org.\nNothing else is in it.\n"
	Evil       = "<script>alert(1)</script>\u202eevil\u202c"
)

// NewDesk makes a desk in a temporary folder.
func NewDesk(t testing.TB) *Desk {
	t.Helper()
	dir := t.TempDir()
	clock := func() time.Time { return Noon }
	store, err := sqlite.Open(t.Context(), dir, sqlite.Options{DefaultTLP: policy.Amber, Clock: clock})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	kept, err := archive.Open(dir+"/archive", archive.Options{Clock: clock})
	if err != nil {
		t.Fatal(err)
	}
	clear, err := clearance.Open(filepath.Join(dir, clearance.FileName), clock)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = clear.Close() })
	d := &Desk{Store: store, kept: kept, parties: map[string]record.Party{}, clear: clear, Now: Noon, Log: slog.New(slog.DiscardHandler)}
	d.fill(t)
	d.Watch = watch(t, d, dir)
	d.held = keepHeld(t, dir)
	return d
}

// Keep archives a text and returns its sha256.
func (d *Desk) Keep(t testing.TB, name, text string) string {
	t.Helper()
	s, err := d.kept.Put(t.Context(), strings.NewReader(text), archive.Input{Name: name, MediaType: "text/plain", Label: "1:clear"})
	if err != nil {
		t.Fatal(err)
	}
	return s.SHA256
}

func (d *Desk) fill(t testing.TB) {
	d.List, d.Report = d.Keep(t, "example.csv", ListFile), d.Keep(t, "report.txt", ReportText)
	row := func(n, column int) record.Where {
		return record.Where{SHA256: d.List, File: "example.csv", Row: n, Column: column}
	}
	clearMark := record.Meta{Created: "2023-05-23T00:00:00.000Z", Markings: []string{policy.MarkingID(policy.Clear)}}

	alpha := record.Party{
		ID: record.PartyID("OFAC", "ofac-sdn", "101"), Kind: record.Person,
		Names: []record.Name{
			{Text: "EXAMPLE, Alpha", Kind: record.Primary, Script: "Latn", Where: row(2, 2)},
			{Text: "보기 알파", Kind: record.AKA, Quality: record.Strong, Script: "Hang", Where: row(2, 4)},
			{Text: "例示 アルファ", Kind: record.AKA, Quality: record.Weak, Script: "Jpan", Where: row(2, 4)},
		},
		Births:    []record.Birth{{Date: "1965-04-25", Text: "25 Apr 1965", Where: row(2, 4)}},
		Places:    []record.Place{{Text: "Example Province"}},
		Documents: []record.Document{{Kind: "passport", Number: "EX0000001", Country: "Example", Where: row(2, 4)}},
		Addresses: []record.Address{{Text: "1 Example Street, Example City", Where: row(2, 4)}},
		Wallets: []record.Wallet{
			{Asset: "XBT", Address: "1BitcoinEaterAddressDontSendf59kuE", Canonical: "1BitcoinEaterAddressDontSendf59kuE", Chain: "bitcoin", Where: row(2, 4)},
			{Asset: "ETH", Address: "0x000000000000000000000000000000000000dEaD", Canonical: "0x000000000000000000000000000000000000dead", Chain: "ethereum", Where: row(2, 4)},
		},
		Links:   []record.Link{{Kind: "linked-to", Name: "EXAMPLE TRADING CORPORATION", Text: "Linked To: EXAMPLE TRADING CORPORATION"}},
		Remarks: "DOB 25 Apr 1965; a.k.a. '보기 알파'",
	}
	other := record.Party{
		ID: record.PartyID("KR-KOFIU", "kr-kofiu-restricted", "102"), Kind: record.Person,
		Names: []record.Name{
			{Text: "EXAMPLE, Alpha", Kind: record.Primary, Script: "Latn", Where: row(3, 2)},
			{Text: "보기 알파", Kind: record.Original, Script: "Hang", Where: row(3, 2)},
		},
		Births: []record.Birth{{Date: "1971", Where: row(3, 4)}},
	}
	firm := record.Party{
		ID: record.PartyID("OFAC", "ofac-sdn", "103"), Kind: record.Organisation,
		Names: []record.Name{{Text: "EXAMPLE TRADING CORPORATION", Kind: record.Primary, Script: "Latn", Where: row(4, 2)}},
	}
	bad := record.Party{
		ID: record.PartyID("OFAC", "ofac-sdn", "104"), Kind: record.Person,
		Names:   []record.Name{{Text: Evil, Kind: record.Primary, Where: row(5, 2)}},
		Remarks: "\"x\" & y\x07",
	}
	d.listings = []record.Designation{
		{ID: record.DesignationID("OFAC", "ofac-sdn", "101"), Party: alpha.ID, Authority: "OFAC", Nation: "US", List: "ofac-sdn", Entry: "101", Programmes: []string{"DPRK4"}, Instruments: []string{"EO 13810"}, ListedOn: "2023-05-23", Status: record.InForce, Wheres: []record.Where{row(2, 0)}},
		{ID: record.DesignationID("KR-KOFIU", "kr-kofiu-restricted", "102"), Party: other.ID, Authority: "KR-KOFIU", Nation: "KR", List: "kr-kofiu-restricted", Entry: "102", ListedOn: "2023-05", Status: record.InForce, Wheres: []record.Where{row(3, 0)}},
		{ID: record.DesignationID("OFAC", "ofac-sdn", "103"), Party: firm.ID, Authority: "OFAC", Nation: "US", List: "ofac-sdn", Entry: "103", Programmes: []string{"DPRK3"}, Status: record.InForce, Wheres: []record.Where{row(4, 0)}},
		{ID: record.DesignationID("OFAC", "ofac-sdn", "104"), Party: bad.ID, Authority: "OFAC", Nation: "US", List: "ofac-sdn", Entry: "104", Status: record.InForce, Wheres: []record.Where{row(5, 0)}},
	}
	d.lists = []record.ListVersion{
		{ID: record.ListVersionID("OFAC", "ofac-sdn", d.List), List: "ofac-sdn", Authority: "OFAC", Nation: "US", Date: "2024-05-03", DateFrom: "option", Files: []record.ListFile{{Name: "example.csv", SHA256: d.List, Bytes: int64(len(ListFile)), Rows: 5}}, Entries: 3, Added: 3},
		{ID: record.ListVersionID("KR-KOFIU", "kr-kofiu-restricted", d.List), List: "kr-kofiu-restricted", Authority: "KR-KOFIU", Nation: "KR", Date: "2026-01-14", DateFrom: "name", Files: []record.ListFile{{Name: "example.csv", SHA256: d.List, Bytes: int64(len(ListFile)), Rows: 5}}, Entries: 1, Added: 1},
		{ID: record.ListVersionID("JP-MOF", "jp-mof-freeze", d.List), List: "jp-mof-freeze", Authority: "JP-MOF", Nation: "JP", Date: "2026-08-28", DateFrom: "file", Files: []record.ListFile{{Name: "example.csv", SHA256: d.List, Bytes: int64(len(ListFile)), Rows: 5}}, Entries: 164},
	}
	batch := journal.Batch{By: "test"}
	for _, p := range []record.Party{alpha, other, firm, bad} {
		d.parties[p.ID] = p
		batch.Objects = append(batch.Objects, p.Object(clearMark))
	}
	for _, l := range d.listings {
		batch.Objects = append(batch.Objects, l.Object(clearMark))
	}
	for _, l := range d.lists {
		batch.Objects = append(batch.Objects, l.Object(clearMark))
	}
	d.ReportID = "report--0c0c6a5a-4d6e-4f0c-8f4e-5a2f3b1c9d10"
	report := stix.Object{
		"type": "report", "spec_version": "2.1", "id": d.ReportID, "created": "2026-11-01T00:00:00.000Z", "modified": "2026-11-01T00:00:00.000Z",
		"name": "A report of the example desk", "published": "2026-11-01T00:00:00.000Z", "object_refs": []any{alpha.ID},
		"object_marking_refs": []any{policy.MarkingID(policy.Green)},
	}
	record.SetWheres(report, []record.Where{{SHA256: d.Report, File: "report.txt"}})
	batch.Objects = append(batch.Objects, report, stix.Object{"type": "report", "id": "report--not-an-id"})
	receipt, err := d.Append(t.Context(), batch)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range receipt.Refused {
		d.refused = append(d.refused, intake.Refused{Refusal: r, Where: record.Where{SHA256: d.List}, At: Noon, By: "test"})
	}
	if got, err := d.Head(t.Context()); err != nil || got != 12 {
		t.Fatalf("the journal has %d entries (%v), want 12", got, err)
	}
}

func (d *Desk) Party(ctx context.Context, v policy.Viewer, id string) (screen.Dossier, error) {
	e, err := d.Get(ctx, v, policy.Reading, id)
	if err != nil {
		return screen.Dossier{}, err
	}
	p := d.parties[id]
	view := screen.Dossier{Entry: e, Party: p, Listings: d.of(id)}
	if view.Ties, err = d.tied(ctx, v, id); err != nil {
		return screen.Dossier{}, err
	}
	for _, o := range d.parties {
		var shared []string
		for _, n := range o.Names {
			if slices.ContainsFunc(p.Names, func(m record.Name) bool { return m.Text == n.Text }) {
				shared = append(shared, n.Text)
			}
		}
		if o.ID != id && shared != nil {
			view.Namesakes = append(view.Namesakes, screen.Namesake{Party: o, Label: e.Label, Listings: d.of(o.ID), Shared: shared})
		}
	}
	if at := strings.Index(ReportText, p.PrimaryName()); at >= 0 {
		r, err := d.Get(ctx, v, policy.Reading, d.ReportID)
		if err == nil {
			view.Mentions = append(view.Mentions, screen.Mention{
				Report: screen.Ref{ID: r.ID, Type: "report", Title: "A report of the example desk"}, Label: r.Label,
				Text: p.PrimaryName(), At: "2026-11-01", Where: record.Where{SHA256: d.Report, Start: at, End: at + len(p.PrimaryName())},
			})
		}
	}
	return view, nil
}

func (d *Desk) of(party string) []record.Designation {
	var out []record.Designation
	for _, l := range d.listings {
		if l.Party == party {
			out = append(out, l)
		}
	}
	return out
}

func (d *Desk) Source(ctx context.Context, v policy.Viewer, w record.Where) (intake.SourceView, error) {
	f, s, err := d.kept.Open(ctx, v, policy.Reading, w.SHA256)
	if err != nil {
		return intake.SourceView{}, err
	}
	defer func() { _ = f.Close() }()
	b, err := io.ReadAll(f)
	if err != nil {
		return intake.SourceView{}, err
	}
	in := s.Inputs[0]
	view := intake.SourceView{Where: w, Name: in.Name, SHA256: s.SHA256, MediaType: in.MediaType, Size: s.Size, Kept: in.At, Label: in.Label}
	if w.Row == 0 {
		view.Window = &intake.Window{Text: string(b), Line: 1, Start: w.Start, End: w.End}
		return view, nil
	}
	rows, err := csv.NewReader(bytes.NewReader(b)).ReadAll()
	if err != nil || w.Row > len(rows) {
		return intake.SourceView{}, errs.New(errs.NotFound, "there is no such row").Because(err)
	}
	view.Header, view.Total, view.List = rows[0], len(rows), &d.lists[0]
	for n := max(1, w.Row-2); n <= min(len(rows), w.Row+2); n++ {
		r := intake.SourceRow{Number: n, Cells: rows[n-1]}
		if n == w.Row {
			r.Mark = &intake.Mark{Column: w.Column}
		}
		view.Rows = append(view.Rows, r)
	}
	for _, l := range d.listings {
		if len(l.Wheres) > 0 && l.Wheres[0].Row == w.Row {
			view.Taken = append(view.Taken, screen.Ref{ID: l.Party, Type: "identity", Title: d.parties[l.Party].PrimaryName()}, screen.Ref{ID: l.ID, Type: record.DesignationType})
		}
	}
	return view, nil
}

// version is that of an object as it is now, "" for one that is not there.
func (d *Desk) version(id string) string {
	e, err := d.Get(context.Background(), policy.Viewer{Clearance: policy.Red}, policy.Reading, id)
	if err != nil {
		return ""
	}
	return e.Version
}

func (d *Desk) Clearances(_ context.Context, v policy.Viewer, f clearance.Filter) ([]clearance.Clearance, error) {
	if v.Clearance < policy.Amber {
		return nil, errs.New(errs.Denied, "clearances are for the node's own people")
	}
	f.Version = d.version
	return d.clear.List(f), nil
}

func (d *Desk) Propose(ctx context.Context, _ policy.Viewer, p clearance.Proposal) (clearance.Clearance, error) {
	return d.clear.Propose(ctx, p)
}

func (d *Desk) Confirm(ctx context.Context, _ policy.Viewer, id, by string) (clearance.Clearance, error) {
	return d.clear.Confirm(ctx, id, by)
}

func (d *Desk) Withdraw(ctx context.Context, _ policy.Viewer, id, by, reason string) (clearance.Clearance, error) {
	return d.clear.Withdraw(ctx, id, by, reason)
}

func (d *Desk) Original(ctx context.Context, v policy.Viewer, sha string) (holdings.Original, error) {
	f, s, err := d.kept.Open(ctx, v, policy.Reading, sha)
	if err != nil {
		return holdings.Original{}, err
	}
	return holdings.Original{Name: s.Inputs[0].Name, Size: s.Size, Body: f}, nil
}

func (d *Desk) Checkpoint(ctx context.Context) (string, int64, error) {
	note, err := d.Store.Checkpoint(ctx)
	if err != nil {
		return "", 0, err
	}
	c, err := translog.ReadCheckpoint(note)
	return string(note), c.Size, err
}

// Quarantine shows one refused object to those who may see everything.
func (d *Desk) Quarantine(_ context.Context, v policy.Viewer, _ int) ([]intake.Refused, int, error) {
	if v.Clearance < policy.Red {
		return nil, 0, nil
	}
	return d.refused, 1, nil
}

func (d *Desk) Lists(context.Context, policy.Viewer) ([]record.ListVersion, error) {
	return d.lists, nil
}

func (d *Desk) ImportKinds() []string {
	return []string{"ofac", "un", "jp-mof", "kr-kofiu", "stix", "report"}
}

func (d *Desk) Import(_ context.Context, v policy.Viewer, u intake.Upload) (string, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.Upload = u
	d.Took = []string{u.Kind, strings.Join(u.URLs, " ")}
	job := intake.Job{ID: fmt.Sprint(len(d.jobs) + 1), Kind: u.Kind, By: v.Name, State: intake.Running, Stage: "writing", Done: 4000, Total: 14965, Unit: "rows", Started: Noon}
	for f, err := range u.Files {
		if err != nil {
			return "", err
		}
		b, err := io.ReadAll(f.Body)
		if err != nil {
			return "", err
		}
		d.Took = append(d.Took, f.Name+"="+string(b))
		job.Inputs = append(job.Inputs, intake.Input{Name: f.Name, SHA256: d.List, Size: int64(len(b))})
	}
	d.jobs = append([]intake.Job{job}, d.jobs...)
	return job.ID, nil
}

func (d *Desk) Job(_ context.Context, _ policy.Viewer, id string) (intake.Job, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, j := range d.jobs {
		if j.ID == id {
			return j, nil
		}
	}
	return intake.Job{}, errs.New(errs.NotFound, "there is no such job")
}

func (d *Desk) Jobs(context.Context, policy.Viewer) ([]intake.Job, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.jobs), nil
}

func (d *Desk) Cancel(_ context.Context, _ policy.Viewer, id string) error {
	return d.change(id, func(j *intake.Job) { j.State, j.Ended = intake.Cancelled, Noon.Add(time.Minute) })
}

func (d *Desk) change(id string, f func(*intake.Job)) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	for i := range d.jobs {
		if d.jobs[i].ID == id {
			f(&d.jobs[i])
			return nil
		}
	}
	return errs.New(errs.NotFound, "there is no such job")
}

// Finish ends a job with a result that has something of everything.
func (d *Desk) Finish(t testing.TB, id string) {
	t.Helper()
	err := d.change(id, func(j *intake.Job) {
		j.State, j.Ended, j.Done = intake.Done, Noon.Add(90*time.Second), j.Total
		j.Result = &intake.Result{
			Added: 1204, Changed: 17, Removed: 3, Same: 13744, Refused: 3, First: 1, Last: 12, Version: &d.lists[0],
			Refusals: []intake.Refused{{
				Refusal: journal.Refusal{Index: 2, ID: "identity--x", Rule: "identifier-prefix", Section: "2.9", Path: "id", Message: "the id is not that of an identity"},
				Where:   record.Where{SHA256: d.List, Row: 3, Column: 2},
			}},
			Reports: []intake.Report{{
				ID: d.ReportID, Title: "A report of the example desk", Input: "report.txt", FoundCut: 2,
				Found: []screen.Ref{
					{ID: record.PartyID("OFAC", "ofac-sdn", "101"), Type: "party", Title: "EXAMPLE, Alpha"},
					{Type: "domain", Title: "bad.example.net"},
				},
			}},
		}
	})
	if err != nil {
		t.Fatal(err)
	}
}

// ThreeJobs makes a job that runs (1), one that is done (2) and one that failed (3).
func (d *Desk) ThreeJobs(t testing.TB) {
	t.Helper()
	for _, kind := range []string{"ofac", "ofac", "un"} {
		files := func(yield func(intake.UploadFile, error) bool) {
			yield(intake.UploadFile{Name: "example.csv", Body: strings.NewReader(ListFile)}, nil)
		}
		if _, err := d.Import(t.Context(), policy.Viewer{Name: "Analyst"}, intake.Upload{Kind: kind, Files: files}); err != nil {
			t.Fatal(err)
		}
	}
	d.Finish(t, "2")
	err := d.change("3", func(j *intake.Job) {
		j.State, j.Ended = intake.Failed, Noon.Add(time.Second)
		j.Err = errs.New(errs.Invalid, "the form of the list has changed: row 3 column 2").WithHint("fetch the file again from the authority")
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TwoClearances makes one in force of the second candidate of the question
// "cleared", and one of the first that waits for a second person.
func (d *Desk) TwoClearances(t testing.TB) {
	t.Helper()
	for i, id := range []string{record.PartyID("KR-KOFIU", "kr-kofiu-restricted", "102"), record.PartyID("OFAC", "ofac-sdn", "101")} {
		c, err := d.clear.Propose(t.Context(), clearance.Proposal{
			Name: "cleared", Reference: []string{"", "C-7"}[i], Party: id, Version: d.version(id), Reason: "Passport seen: born in 1991, the listed person in 1971.", Author: "Analyst One", Until: Noon.AddDate(0, 1, 0),
		})
		if err == nil && i == 0 {
			_, err = d.clear.Confirm(t.Context(), c.ID, "Analyst Two")
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// Ask answers as the screening room does, about the parties of the desk.
func (d *Desk) Ask(_ context.Context, _ policy.Viewer, q screen.Query) (screen.Answer, error) {
	if q.Text == "!" {
		return screen.Answer{}, errs.New(errs.Invalid, "there is nothing to look up in %q", q.Text).WithHint("give a name")
	}
	a := screen.Answer{
		Query: q.Text, Reading: screen.Reading{Kind: screen.Name, Canonical: q.Text, Note: screen.Text{Key: "reading.name", Args: []any{"Hang"}}},
		Others:     []screen.Reading{{Kind: screen.Document, Canonical: q.Text, Note: screen.Text{Key: "reading.document"}}},
		NotChecked: []screen.Text{{Key: "notchecked.near"}, {Key: "notchecked.dob"}},
		Stands:     screen.Stands{Seq: 12, Rules: "1", Software: "test", At: Noon},
	}
	for _, p := range match.DefaultParams.Profiles {
		if p.Name == cmp.Or(q.Profile, match.Balanced) {
			a.Stands.Profile = p
		}
	}
	d.mu.Lock()
	d.Asked = q
	d.mu.Unlock()
	for _, l := range d.lists {
		a.Checked = append(a.Checked, screen.Checked{List: l.List, Authority: l.Authority, Nation: l.Nation, Date: l.Date, Entries: l.Entries})
	}
	ids := []string{record.PartyID("OFAC", "ofac-sdn", "101"), record.PartyID("KR-KOFIU", "kr-kofiu-restricted", "102")}
	switch {
	case q.Text == "evil":
		ids = []string{record.PartyID("OFAC", "ofac-sdn", "104")}
	case strings.HasPrefix(q.Text, "0x"):
		ids = ids[:1]
		a.Reading = screen.Reading{Kind: screen.Wallet, Canonical: strings.ToLower(q.Text), Note: screen.Text{Key: "reading.wallet", Args: []any{"evm", "EIP-55"}}}
		a.State, a.Say = screen.Hit, screen.Text{Key: "answer.hit.wallet", Args: []any{"EXAMPLE, Alpha"}}
		a.NotChecked = []screen.Text{{Key: "notchecked.exposure"}}
	case q.Text == "parts":
		ids = append(ids[:1], record.PartyID("OFAC", "ofac-sdn", "103"), ids[1])
	case q.Text == "nobody":
		a.State, a.Say = screen.None, screen.Text{Key: "answer.none", Args: []any{len(d.lists)}}
		return a, nil
	}
	for i, id := range ids {
		c := d.candidate(id, i, a.Reading.Kind)
		if x, ok := d.clear.Applies(clearance.Key(q.Text), q.Reference, id, d.version(id), Noon); ok {
			a.More = []screen.Text{{Key: "answer.more.cleared", Args: []any{1, x.Until.Format(time.DateOnly)}}}
			c.Cleared = &screen.Clearance{ID: x.ID, Reason: x.Reason, Author: x.Author, ConfirmedBy: x.ConfirmedBy, Until: x.Until}
		}
		a.Candidates = append(a.Candidates, c)
	}
	a.Checked[0].Found, a.Checked[1].Found = 1, 1
	if q.Text == "parts" { // the second and third have parts of the name only
		for i, how := range []string{"similar", "contains"} {
			a.Candidates[i+1].Matched.How, a.Candidates[i+1].Alert = how, false
		}
		a.Checked[1].Found, a.Checked[1].Near = 0, 1
	}
	if a.State == "" {
		a.State, a.Say = screen.Likely, screen.Text{Key: "answer.likely.many", Args: []any{2, len(ids)}}
		a.Cut = 3
	}
	return a, nil
}

func (d *Desk) candidate(id string, i int, kind screen.Kind) screen.Candidate {
	p := d.parties[id]
	name := p.Names[min(1, len(p.Names)-1)]
	c := screen.Candidate{
		Object: id, Type: "identity", PartyKind: p.Kind, Title: p.PrimaryName(),
		Matched: screen.Match{Kind: screen.Name, Text: name.Text, Role: name.Kind, Quality: name.Quality, How: "exact", Where: name.Where},
		Score:   0.985 - float64(i)/10, Alert: true,
		Probability: screen.Interval{Low: 0.41 - float64(i)/10, Mid: 0.62 - float64(i)/10, High: 0.79 - float64(i)/10},
		Reasons: []screen.Reason{
			{Text: screen.Text{Key: "reason.name.exact", Args: []any{name.Text}}, Weight: "for", Tag: "exact"},
			{Text: screen.Text{Key: "reason.name.common", Args: []any{1}}, Weight: "against", Tag: "homonym"},
			{Text: screen.Text{Key: "reason.source.prints", Args: []any{"OFAC", name.Text}}, Weight: "for", Tag: "source"},
		},
		Settle: []screen.Text{{Key: "settle.dob", Args: []any{"1965-04-25"}}, {Key: "settle.wallet", Args: []any{2}}},
	}
	if kind == screen.Wallet {
		w := p.Wallets[1]
		c.Matched = screen.Match{Kind: screen.Wallet, Text: w.Address, How: "identifier", Where: w.Where}
		c.Probability, c.Settle = screen.Interval{}, nil
		c.Score = 1
		c.Reasons = []screen.Reason{{Text: screen.Text{Key: "reason.identifier.same", Args: []any{"wallet", w.Address, ""}}, Weight: "for", Tag: "identifier"}}
	}
	for _, l := range d.of(id) {
		c.Listings = append(c.Listings, screen.Listing{
			Designation: l.ID, Authority: l.Authority, Nation: l.Nation, List: l.List, Entry: l.Entry, ListedOn: l.ListedOn,
			Programmes: l.Programmes, NameThere: p.PrimaryName(), Status: l.Status, Where: l.Wheres[0],
		})
	}
	return c
}

const GoodToken = "good"

var errUsed = errors.New("used")

// Serve starts the pages over a desk on 127.0.0.1. The token goodToken enters as
// an analyst who may see TLP:AMBER, "clear" as one who may see TLP:CLEAR only,
// "all" as one who may see everything.
func Serve(t testing.TB, d *Desk) *httptest.Server {
	t.Helper()
	srv := httptest.NewServer(SiteOf(t, d))
	t.Cleanup(srv.Close)
	return srv
}

// SiteOf is the site of a desk with all its rooms.
func SiteOf(t testing.TB, d *Desk) *web.Server {
	t.Helper()
	s, err := web.New(web.Config{
		Objects: d, Rooms: d.Rooms(), Node: "Example-1", Version: "test",
		Log: d.Log, Clock: func() time.Time { return d.Now },
		Enter: func(_ context.Context, token string) (policy.Viewer, error) {
			switch token {
			case GoodToken:
				return policy.Viewer{Name: "Analyst", Clearance: policy.Amber}, nil
			case "clear":
				return policy.Viewer{Name: "Guest"}, nil
			case "all":
				return policy.Viewer{Name: "Owner", Clearance: policy.Red}, nil
			}
			return policy.Viewer{}, errs.New(errs.Denied, "no such token").Because(errUsed)
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// Rooms are the pages of all desks.
func (d *Desk) Rooms() []web.Room {
	together := joins.Config{Objects: d, Parties: d, Identities: identities{d}}
	return []web.Room{
		inquiry.Config{Screen: d, Desk: d, Joins: together},
		designations.Config{Matrix: d.matrix(), Joins: together},
		packets.Config{Packets: d},
		together,
		review.Config{Objects: d, Clearances: d, Alerts: d.Watch},
		holdings.Config{Objects: d, Desk: d, Held: d, MaxUpload: 1 << 20},
	}
}
