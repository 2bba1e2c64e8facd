package intake

import (
	"context"
	"encoding/json"
	"io"
	"os"
	"regexp"
	"strings"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/lists"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/whole"
)

// Sync starts one job for each list (all lists when keys is empty) that fetches
// it from its authority's published addresses, or those of the configuration.
// Addresses that say that nothing changed are not read again; when anything is
// wrong the last good version stays in force and the job says why.
func (d *Desk) Sync(_ context.Context, v policy.Viewer, keys []string) (ids []string, err error) {
	defer errs.Wrap(&err, "intake.Sync")
	var chosen []lists.List
	for _, l := range lists.All() {
		if d.fetched(l) {
			chosen = append(chosen, l)
		}
	}
	if len(keys) > 0 {
		chosen = nil
		for _, k := range keys {
			l, ok := lists.Find(k)
			if !ok {
				return nil, errs.New(errs.NotFound, "there is no list called %q", k).WithHint("cordon import --help names the lists.")
			}
			chosen = append(chosen, l)
		}
	}
	for _, l := range chosen {
		up := Upload{Kind: l.Key, By: v.Name}
		ids = append(ids, d.jobs.start(Job{Kind: l.Key, By: up.By}, func(ctx context.Context, r *running) error {
			w := &work{d: d, v: v, up: up, running: r}
			return w.sync(ctx, l)
		}))
	}
	return ids, nil
}

// fetched reports whether there is an address from which a list can be fetched;
// others are taken in by hand.
func (d *Desk) fetched(l lists.List) bool {
	return len(d.c.Addresses[l.Key]) > 0 || len(l.Addresses) > 0 || l.Index != "" && l.IndexLink != ""
}

func (w *work) sync(ctx context.Context, l lists.List) error {
	state, err := readState(w.d.c.State)
	if err != nil {
		return err
	}
	addresses, err := w.addresses(ctx, l)
	if err != nil {
		return err
	}
	fresh := 0
	seen := map[string]Seen{}
	for _, address := range addresses {
		k, s, changed, err := w.refresh(ctx, address, state[address])
		if err != nil {
			return err
		}
		if changed {
			fresh++
		}
		seen[address] = s
		w.kept = append(w.kept, k)
		w.update(func(j *Job) { j.Inputs = inputs(w.kept) })
	}
	if fresh == 0 {
		w.note("Nothing has changed since the last time.")
		w.update(func(j *Job) { r := w.result; j.Result = &r })
		return nil
	}
	if err := w.run(ctx); err != nil {
		return err
	}
	// Only now is the new version in force: until then the next sync fetches
	// everything again.
	return w.d.remember(seen)
}

// addresses returns where the files of a list are: as configured, as published,
// or as the authority's page of the day links to them.
func (w *work) addresses(ctx context.Context, l lists.List) ([]string, error) {
	if own := w.d.c.Addresses[l.Key]; len(own) > 0 {
		return own, nil
	}
	if len(l.Addresses) > 0 {
		return l.Addresses, nil
	}
	if !w.d.fetched(l) {
		return nil, errs.New(errs.Invalid, "%s publishes no address from which its list can be fetched", l.Title).
			WithHint("Download the file by hand and import it, or set sync.%s in cordon.toml.", l.Key)
	}
	return w.linked(ctx, l)
}

const maxIndexPage = 8 << 20

// linked finds the current file on the authority's page.
func (w *work) linked(ctx context.Context, l lists.List) ([]string, error) {
	w.stage("fetching", 0, 0, "bytes")
	page, err := w.d.c.Fetch.Get(ctx, l.Index, Seen{})
	if err != nil {
		return nil, err
	}
	defer page.Body.Close()
	b, err := io.ReadAll(io.LimitReader(page.Body, maxIndexPage))
	if err != nil {
		return nil, err
	}
	re, err := regexp.Compile(l.IndexLink)
	if err != nil {
		return nil, err
	}
	m := re.FindSubmatch(b)
	if m == nil {
		return nil, errs.New(errs.Invalid, "the page of %s has no link to a list as it used to", l.Title).
			WithHint("Look at %s; download the file by hand and import it.", l.Index)
	}
	return resolve(page.Final, strings.ReplaceAll(string(m[len(m)-1]), "&amp;", "&"))
}

// refresh fetches an address unless it is as it was; then the archive has it.
func (w *work) refresh(ctx context.Context, address string, was Seen) (k kept, s Seen, changed bool, err error) {
	if was.SHA256 != "" && !w.d.c.Archive.Has(was.SHA256) {
		was = Seen{}
	}
	w.stage("fetching", 0, 0, "bytes")
	got, err := w.d.c.Fetch.Get(ctx, address, was)
	if err != nil {
		return k, s, false, err
	}
	if got.Body == nil {
		return kept{name: got.Name, url: address, sha256: was.SHA256, lastModified: httpTime(was.LastModified)}, was, false, nil
	}
	defer got.Body.Close()
	k, err = w.d.keep(ctx, w.up, got.Name, address, &counted{r: got.Body, tell: func(n int64) {
		w.stage("fetching", n, max(got.Size, 0), "bytes")
	}})
	if err != nil {
		return k, s, false, err
	}
	k.lastModified = httpTime(got.LastModified)
	s = Seen{ETag: got.ETag, LastModified: got.LastModified, SHA256: k.sha256, At: w.d.c.Clock().UTC()}
	return k, s, k.sha256 != was.SHA256, nil
}

// readState returns what was seen of each address; a missing file is none.
func readState(file string) (map[string]Seen, error) {
	state := map[string]Seen{}
	if file == "" {
		return state, nil
	}
	b, err := os.ReadFile(file)
	if os.IsNotExist(err) {
		return state, nil
	}
	if err != nil {
		return nil, errs.New(errs.Unavailable, "what sync saw the last time cannot be read").Because(err).WithHint("Check the permissions of %s.", file)
	}
	if err := json.Unmarshal(b, &state); err != nil {
		// The file only saves work: without it everything is fetched once more.
		return map[string]Seen{}, nil
	}
	return state, nil
}

// remember adds what was seen and replaces the file in one step.
func (d *Desk) remember(seen map[string]Seen) error {
	if d.c.State == "" {
		return nil
	}
	state, err := readState(d.c.State)
	if err != nil {
		return err
	}
	for a, s := range seen {
		state[a] = s
	}
	b, err := json.MarshalIndent(state, "", "\t")
	if err != nil {
		return err
	}
	if err := whole.Write(d.c.State, b); err != nil {
		return errs.New(errs.Unavailable, "what sync saw cannot be kept").Because(err).WithHint("Is the disk full or the folder read-only?")
	}
	return nil
}
