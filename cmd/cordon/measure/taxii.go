package measure

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/node"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/stix"
	"github.com/cordon-project/cordon/taxii"
)

// TAXIIOptions says what is measured.
type TAXIIOptions struct {
	Objects int           // that the node is filled with
	For     time.Duration // of the overload, and again of the load that is killed
	Pages   int           // requests of each kind
	Seed    uint64
}

// TAXIIFigures is what was measured. Times are milliseconds, memory is bytes.
type TAXIIFigures struct {
	Objects   int         `json:"objects"`
	Ingest    float64     `json:"ingest_objects_per_second"` // while filling
	IngestCPU float64     `json:"ingest_cpu_us_per_object"`  // processor time of the node, the same on a busy machine
	FillPeak  int64       `json:"fill_memory_peak"`
	Pages     []TAXIIPage `json:"pages"`
	Accepted  float64     `json:"overload_accepted_objects_per_second"`
	Offered   float64     `json:"overload_offered_objects_per_second"`
	Busy      int64       `json:"overload_answers_429"`
	Before    int64       `json:"memory_before_overload"`
	Peak      int64       `json:"memory_peak_of_overload"`
	Killed    int         `json:"accepted_before_the_kill"` // objects that had a status in the last load
	Lost      int         `json:"lost_objects"`
	LostState int         `json:"lost_statuses"`
}

// TAXIIPage is how long pages of 100 took.
type TAXIIPage struct {
	What string  `json:"what"`
	CPU  float64 `json:"cpu_ms"` // processor time of the node for one, on average
	N    int     `json:"n"`
	P50  float64 `json:"p50_ms"`
	P99  float64 `json:"p99_ms"`
	Max  float64 `json:"max_ms"`
}

const (
	taxiiCollection = "5a1f2f5c-0a3b-4c7d-8e9f-000000000001"
	taxiiPath       = taxii.Base + "measure/collections/" + taxiiCollection + "/"
	taxiiBatch      = 1000 // objects in an envelope while filling
	taxiiSmall      = 200  // while too much is offered
)

// TAXII starts a node of its own as another process of this program, fills it over
// HTTP, measures, offers it ten times what it takes, kills it and looks for what it
// had acknowledged. tell is told what is being done.
func TAXII(ctx context.Context, o TAXIIOptions, tell func(stage string, done, total int64)) (f TAXIIFigures, err error) {
	defer errs.Wrap(&err, "measure.TAXII")
	home, err := os.MkdirTemp("", "cordon-taxii-*")
	if err != nil {
		return f, errs.New(errs.Unavailable, "no folder could be made for the node").Because(err)
	}
	defer os.RemoveAll(home)
	m := &taxiiEval{ctx: ctx, home: home, o: o, tell: tell, rand: rand.New(rand.NewPCG(o.Seed, 1)), http: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 256, DisableCompression: true}}}
	if err := m.configure(); err != nil {
		return f, err
	}
	if err := m.start(); err != nil {
		return f, err
	}
	defer func() { m.kill() }()
	for _, step := range []func(*TAXIIFigures) error{m.fill, m.pages, m.overload, m.killed} {
		if err := step(&f); err != nil {
			return f, err
		}
	}
	return f, nil
}

type taxiiEval struct {
	ctx    context.Context
	home   string
	o      TAXIIOptions
	tell   func(stage string, done, total int64)
	rand   *rand.Rand
	http   *http.Client
	loader string // keys
	reader string

	child   *exec.Cmd
	address string
	next    atomic.Int64 // number of the next object
}

func (m *taxiiEval) configure() (err error) {
	config := `marking = "amber"
[taxii]
title = "Measurement"
[taxii.limits]
requests = 1e6
burst = 1000000
per_client = 256
[[taxii.roots]]
name = "measure"
title = "Measurement"
[[taxii.collections]]
id = "` + taxiiCollection + `"
root = "measure"
title = "Everything"
read = ["*"]
write = ["loader"]
`
	if err := os.WriteFile(filepath.Join(m.home, "cordon.toml"), []byte(config), 0o600); err != nil {
		return errs.New(errs.Unavailable, "the configuration cannot be written").Because(err)
	}
	if m.loader, err = node.AddTAXIIClient(m.home, node.TAXIIClient{Name: "loader", Clearance: "red", Purpose: string(policy.Reading), Relay: true}); err != nil {
		return err
	}
	m.reader, err = node.AddTAXIIClient(m.home, node.TAXIIClient{Name: "reader", Clearance: "amber"})
	return err
}

// start runs this program as a node on the folder and waits until it answers.
func (m *taxiiEval) start() error {
	program, err := os.Executable()
	if err != nil {
		return errs.New(errs.Unavailable, "this program does not know where it is").Because(err)
	}
	m.child = exec.CommandContext(m.ctx, program, "--home", m.home, "up", "--listen", "127.0.0.1:0", "--empty", "--json")
	out, err := m.child.StdoutPipe()
	if err != nil {
		return err
	}
	if err := m.child.Start(); err != nil {
		return errs.New(errs.Unavailable, "the node cannot be started").Because(err)
	}
	var up struct{ Address string }
	if err := json.NewDecoder(out).Decode(&up); err != nil {
		return errs.New(errs.Unavailable, "the node did not start").Because(errors.Join(err, m.child.Wait()))
	}
	m.address = up.Address
	return nil
}

// kill ends the node at once, as a loss of power does.
func (m *taxiiEval) kill() {
	if m.child != nil {
		_ = m.child.Process.Kill()
		_ = m.child.Wait()
		m.child = nil
	}
}

// memory is the resident memory of the node, 0 where the system does not tell.
func (m *taxiiEval) memory() int64 {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", m.child.Process.Pid))
	if err != nil {
		return 0
	}
	for _, line := range strings.Split(string(b), "\n") {
		if v, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kb, err := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(v), " kB"), 10, 64)
			if err == nil {
				return kb << 10
			}
		}
	}
	return 0
}

// processor is the processor time that the node has used, 0 where the system does
// not tell.
func (m *taxiiEval) processor() time.Duration {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", m.child.Process.Pid))
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(b), ") ")
	fields := strings.Fields(rest)
	if len(fields) < 13 {
		return 0
	}
	user, err := strconv.ParseInt(fields[11], 10, 64)
	if err != nil {
		return 0
	}
	system, err := strconv.ParseInt(fields[12], 10, 64)
	if err != nil {
		return 0
	}
	return time.Duration(user+system) * 10 * time.Millisecond // USER_HZ is 100
}

// watch samples the node's memory until it is stopped, and returns the peak.
func (m *taxiiEval) watch() (peak func() int64) {
	var most int64
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		t := time.NewTicker(100 * time.Millisecond)
		defer t.Stop()
		for {
			select {
			case <-t.C:
				most = max(most, m.memory())
			case <-stop:
				return
			}
		}
	}()
	return func() int64 { close(stop); <-stopped; return most }
}

// object makes object n: half indicators, a quarter observables, a quarter
// relationships between the two, under every level of TLP and under none.
func (m *taxiiEval) object(n int64) stix.Object {
	const at = "2026-01-01T00:00:00.000Z"
	levels := []policy.TLP{policy.Clear, policy.Green, policy.Amber, policy.AmberStrict, policy.Red}
	name := func(typ string, n int64) string { return stix.NameID(typ, "measure", strconv.FormatInt(n, 10)) }
	author := name("identity", n%50)
	var o stix.Object
	switch n % 4 {
	case 0, 2:
		o = stix.Object{
			"type": "indicator", "id": name("indicator", n), "created": at, "modified": at, "created_by_ref": author, "name": fmt.Sprintf("EXAMPLE indicator %d", n),
			"pattern": fmt.Sprintf("[domain-name:value = 'host-%d.example.org']", n), "pattern_type": "stix", "valid_from": at,
			"indicator_types": []any{"malicious-activity"}, "labels": []any{fmt.Sprintf("set-%d", n%7)},
			"description": "An object that stands for one of a feed, with a sentence of the length that feeds have for each of their rows.",
		}
	case 1:
		o = stix.Object{"type": "domain-name", "value": fmt.Sprintf("host-%d.example.org", n-1)}
		if id, _, err := stix.SCOID(o); err == nil {
			o["id"] = id
		}
	default:
		o = stix.Object{"type": "relationship", "id": name("relationship", n), "created": at, "modified": at, "created_by_ref": author, "relationship_type": "based-on", "source_ref": name("indicator", n-3), "target_ref": m.object(n - 2).ID()}
	}
	o["spec_version"] = "2.1"
	if i := n % 6; i < 5 {
		o["object_marking_refs"] = []any{policy.MarkingID(levels[i])}
	}
	return o
}

// post sends the next objects; ids are theirs when they were accepted.
func (m *taxiiEval) post(count int) (status string, ids []string, code int, err error) {
	last := m.next.Add(int64(count))
	objects := make([]stix.Object, count)
	for i := range objects {
		objects[i] = m.object(last - int64(count) + int64(i))
		ids = append(ids, objects[i].ID())
	}
	body, err := json.Marshal(map[string]any{"objects": objects})
	if err != nil {
		return "", nil, 0, err
	}
	var st struct {
		ID      string `json:"id"`
		Failure int    `json:"failure_count"`
	}
	code, _, err = m.ask(m.loader, http.MethodPost, taxiiPath+"objects/", body, &st)
	if err != nil || code != http.StatusAccepted {
		return "", nil, code, err
	}
	if st.Failure > 0 {
		return "", nil, code, errs.New(errs.Internal, "the node refused %d objects of the measurement", st.Failure)
	}
	return st.ID, ids, code, nil
}

// ask sends one request.
func (m *taxiiEval) ask(key, method, path string, body []byte, into any) (int, http.Header, error) {
	r, err := http.NewRequestWithContext(m.ctx, method, m.address+path, bytes.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	r.Header.Set("Authorization", "Bearer "+key)
	r.Header.Set("Accept", taxii.MediaType)
	r.Header.Set("Content-Type", taxii.MediaType)
	resp, err := m.http.Do(r)
	if err != nil {
		return 0, nil, err
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err == nil && into != nil && resp.StatusCode < 300 {
		err = json.Unmarshal(b, into)
	}
	return resp.StatusCode, resp.Header, err
}

// fill sends objects over four connections.
func (m *taxiiEval) fill(f *TAXIIFigures) error {
	peak, begun, cpu := m.watch(), time.Now(), m.processor()
	var wg sync.WaitGroup
	failed := make([]error, 4)
	for w := range failed {
		wg.Go(func() {
			for m.next.Load() < int64(m.o.Objects) && failed[w] == nil {
				_, _, code, err := m.post(taxiiBatch)
				if err == nil && code != http.StatusAccepted {
					err = errs.New(errs.Internal, "the node answered %d while it was filled", code)
				}
				failed[w] = err
				m.tell("filling", min(m.next.Load(), int64(m.o.Objects)), int64(m.o.Objects))
			}
		})
	}
	wg.Wait()
	f.Objects = int(m.next.Load())
	f.Ingest = float64(f.Objects) / time.Since(begun).Seconds()
	f.IngestCPU = float64((m.processor() - cpu).Microseconds()) / float64(max(1, f.Objects))
	f.FillPeak = peak()
	return errors.Join(failed...)
}

// taxiiPage is a page as far as it is read here.
type taxiiPage struct {
	More    bool              `json:"more"`
	Next    string            `json:"next"`
	Objects []json.RawMessage `json:"objects"`
}

// settled asks until the index has followed the journal: after filling it may be
// behind by more than a request waits for.
func (m *taxiiEval) settled() (http.Header, error) {
	t := time.NewTicker(time.Second)
	defer t.Stop()
	for range 600 {
		code, h, err := m.ask(m.reader, http.MethodGet, taxiiPath+"objects/?limit=1", nil, nil)
		if err != nil || code != http.StatusServiceUnavailable {
			return h, err
		}
		<-t.C
	}
	return nil, errs.New(errs.Unavailable, "the index does not follow the journal")
}

// pages measures pages of 100 for a client who may not see all.
func (m *taxiiEval) pages(f *TAXIIFigures) error {
	h, err := m.settled()
	if err != nil {
		return err
	}
	begin, err := time.Parse(time.RFC3339Nano, h.Get("X-TAXII-Date-Added-First"))
	if err != nil {
		return errs.New(errs.Internal, "the node shows nothing of what it was filled with").Because(err)
	}
	span := time.Since(begin)
	var p taxiiPage
	after := func() string {
		return "&added_after=" + url.QueryEscape(begin.Add(time.Duration(m.rand.Int64N(int64(span)))).UTC().Format("2006-01-02T15:04:05.000000Z"))
	}
	for _, kind := range []struct {
		what  string
		query func() string
	}{
		{"one after another, by next", func() string {
			if p.More {
				return "&next=" + p.Next
			}
			return ""
		}},
		{"from any time, by added_after", after},
		{"of one type, from any time", func() string { return "&match[type]=relationship" + after() }},
		{"manifest, from any time", after},
		{"by the ids of 20 objects", func() string {
			var ids []string
			for range 20 {
				ids = append(ids, m.object(m.rand.Int64N(int64(m.o.Objects))).ID())
			}
			return "&match[id]=" + strings.Join(ids, ",")
		}},
	} {
		endpoint := "objects/?limit=100"
		if strings.HasPrefix(kind.what, "manifest") {
			endpoint = "manifest/?limit=100"
		}
		var times []float64
		cpu := m.processor()
		for i := range m.o.Pages {
			query := kind.query()
			p = taxiiPage{}
			at := time.Now()
			code, _, err := m.ask(m.reader, http.MethodGet, taxiiPath+endpoint+query, nil, &p)
			if err != nil || code != http.StatusOK {
				return errs.New(errs.Internal, "a page was answered %d", code).Because(err)
			}
			times = append(times, float64(time.Since(at).Microseconds())/1000)
			m.tell("pages "+kind.what, int64(i), int64(m.o.Pages))
		}
		slices.Sort(times)
		n := len(times)
		f.Pages = append(f.Pages, TAXIIPage{kind.what, float64((m.processor() - cpu).Microseconds()) / 1000 / float64(n), n, times[n/2], times[min(n-1, n*99/100)], times[n-1]})
	}
	return nil
}

// overload offers as much as fits through many connections, without waiting when
// the node asks for it.
func (m *taxiiEval) overload(f *TAXIIFigures) error {
	f.Before = m.memory()
	peak := m.watch()
	got, err := m.load(m.o.For, nil)
	f.Peak = peak()
	f.Accepted = float64(len(got.objects)) / m.o.For.Seconds()
	f.Offered = float64(got.offered) / m.o.For.Seconds()
	f.Busy = got.busy
	return err
}

// loaded is what a load has done.
type loaded struct {
	objects, statuses []string
	offered, busy     int64
}

// load sends small envelopes over 128 connections until its time ends. What the
// node does not take is offered again at once, the same bytes, so that making them
// does not slow the offer. during is called once half of the time is over and
// something was taken; after it connections may fail.
func (m *taxiiEval) load(d time.Duration, during func()) (out loaded, err error) {
	end := time.Now().Add(d)
	var mu sync.Mutex
	var wg sync.WaitGroup
	var ended atomic.Bool
	goesOn := func() bool { return !ended.Load() && (during != nil || time.Now().Before(end)) }
	failed := make([]error, 128)
	for w := range failed {
		wg.Go(func() {
			for goesOn() {
				got, err := m.offer(goesOn)
				mu.Lock()
				out.objects, out.statuses = append(out.objects, got.objects...), append(out.statuses, got.statuses...)
				out.offered, out.busy = out.offered+got.offered, out.busy+got.busy
				mu.Unlock()
				if err != nil {
					failed[w] = err
					return
				}
			}
		})
	}
	if during != nil {
		t := time.NewTicker(d / 20)
		defer t.Stop()
		for taken := 0; taken == 0 || time.Now().Before(end.Add(-d/2)); { // something has to be there to be lost
			<-t.C
			mu.Lock()
			taken = len(out.statuses)
			mu.Unlock()
			if m.ctx.Err() != nil || time.Now().After(end.Add(time.Minute)) {
				break
			}
		}
		ended.Store(true)
		during()
	}
	wg.Wait()
	m.tell("load", int64(d), int64(d))
	if during != nil {
		return out, nil
	}
	return out, errors.Join(failed...)
}

// offer sends one envelope until it is taken or the load is over.
func (m *taxiiEval) offer(goesOn func() bool) (out loaded, err error) {
	last := m.next.Add(taxiiSmall)
	objects := make([]stix.Object, taxiiSmall)
	var ids []string
	for i := range objects {
		objects[i] = m.object(last - taxiiSmall + int64(i))
		ids = append(ids, objects[i].ID())
	}
	body, err := json.Marshal(map[string]any{"objects": objects})
	if err != nil {
		return out, err
	}
	for goesOn() {
		var st struct {
			ID string `json:"id"`
		}
		code, _, err := m.ask(m.loader, http.MethodPost, taxiiPath+"objects/", body, &st)
		if err != nil {
			return out, err
		}
		out.offered += taxiiSmall
		switch code {
		case http.StatusAccepted:
			out.objects, out.statuses = ids, []string{st.ID}
			return out, nil
		case http.StatusTooManyRequests:
			out.busy++
		default:
			return out, errs.New(errs.Internal, "the node answered %d under load", code)
		}
	}
	return out, nil
}

// killed kills the node under load, starts it again and looks for everything that
// it had acknowledged.
func (m *taxiiEval) killed(f *TAXIIFigures) error {
	got, err := m.load(m.o.For, m.kill)
	if err != nil {
		return err
	}
	if len(got.objects) == 0 {
		return errs.New(errs.Internal, "nothing was accepted before the kill, so it says nothing")
	}
	if err := m.start(); err != nil {
		return err
	}
	if _, err := m.settled(); err != nil {
		return err
	}
	f.Killed = len(got.objects)
	for i, id := range got.statuses {
		code, _, err := m.ask(m.loader, http.MethodGet, taxii.Base+"measure/status/"+id+"/", nil, nil)
		if err != nil {
			return err
		}
		if code != http.StatusOK {
			f.LostState++
		}
		m.tell("statuses", int64(i), int64(len(got.statuses)))
	}
	for ids := range slices.Chunk(got.objects, 100) {
		var p taxiiPage
		code, _, err := m.ask(m.loader, http.MethodGet, taxiiPath+"manifest/?limit=1000&match[version]=all&match[id]="+strings.Join(ids, ","), nil, &p)
		if err != nil || code != http.StatusOK {
			return errs.New(errs.Internal, "the node answered %d after the kill", code).Because(err)
		}
		here := map[string]bool{}
		for _, raw := range p.Objects {
			var row struct{ ID string }
			if err := json.Unmarshal(raw, &row); err != nil {
				return err
			}
			here[row.ID] = true
		}
		for _, id := range ids {
			if !here[id] {
				f.Lost++
			}
		}
	}
	return nil
}
