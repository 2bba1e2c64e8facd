package client

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/cordon-project/cordon/api"
	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/intake"
	"github.com/cordon-project/cordon/record"
	"github.com/cordon-project/cordon/screen"
	"github.com/cordon-project/cordon/screen/batch"
)

// Client speaks to a node. Without a token it proves itself otherwise, by a client
// certificate of HTTP's. HTTP may be a client of the network or of a handler
// in the same process ([InProcess]).
type Client struct {
	Address string // scheme, host and port
	Token   string
	HTTP    *http.Client
}

// InProcess returns a client of a handler in this process: the same requests and
// answers without a network.
func InProcess(h http.Handler, token string) *Client {
	return &Client{Address: "http://127.0.0.1", Token: token, HTTP: &http.Client{Transport: handlerTransport{h}}}
}

// handlerTransport hands requests to a handler; answers flow while it writes.
type handlerTransport struct{ h http.Handler }

func (t handlerTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body == nil {
		r.Body = http.NoBody
	}
	pr, pw := io.Pipe()
	w := &pipeWriter{header: http.Header{}, body: pw, ready: make(chan struct{})}
	go func() {
		t.h.ServeHTTP(w, r)
		w.WriteHeader(http.StatusOK)
		r.Body.Close()
		pw.Close()
	}()
	select {
	case <-w.ready:
	case <-r.Context().Done():
		pr.CloseWithError(r.Context().Err()) // the handler's writes must not wait for a reader
		return nil, r.Context().Err()
	}
	return &http.Response{
		StatusCode: w.status, Status: strconv.Itoa(w.status) + " " + http.StatusText(w.status), Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: w.sent, Body: pr, ContentLength: -1, Request: r,
	}, nil
}

type pipeWriter struct {
	header, sent http.Header
	status       int
	body         *io.PipeWriter
	ready        chan struct{}
}

func (w *pipeWriter) Header() http.Header { return w.header }
func (w *pipeWriter) Flush()              {}

func (w *pipeWriter) WriteHeader(status int) {
	if w.status == 0 {
		w.status, w.sent = status, w.header.Clone()
		close(w.ready)
	}
}

func (w *pipeWriter) Write(p []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	return w.body.Write(p)
}

func (c *Client) do(ctx context.Context, method, path string, body io.Reader, contentType string) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, method, c.Address+api.Base+path, body)
	if err != nil {
		return nil, errs.New(errs.Invalid, "%q is not an address of a node", c.Address).Because(err)
	}
	if c.Token != "" {
		req.Header.Set("Authorization", "Bearer "+c.Token)
	}
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	resp, err := c.HTTP.Do(req)
	if err != nil {
		var ours *errs.Error
		if errors.As(err, &ours) {
			return nil, ours
		}
		return nil, errs.New(errs.Unavailable, "the node at %s does not answer", c.Address).Because(err).WithHint("Is it running? cordon doctor says more.")
	}
	if resp.StatusCode >= 400 {
		defer resp.Body.Close()
		p := api.Problem{Status: resp.StatusCode, Title: resp.Status}
		b, _ := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
		_ = json.Unmarshal(b, &p)
		return nil, p.Err()
	}
	return resp, nil
}

func call[T any](ctx context.Context, c *Client, method, path string, in any) (out T, err error) {
	var body io.Reader
	contentType := ""
	if in != nil {
		b, err := json.Marshal(in)
		if err != nil {
			return out, err
		}
		body, contentType = bytes.NewReader(b), "application/json"
	}
	resp, err := c.do(ctx, method, path, body, contentType)
	if err != nil {
		return out, err
	}
	defer resp.Body.Close()
	if resp.StatusCode == http.StatusNoContent {
		return out, nil
	}
	if err := json.NewDecoder(resp.Body).Decode(&out); err != nil {
		return out, errs.New(errs.Internal, "the node's answer cannot be read").Because(err)
	}
	// What comes after the value, a line's end, is read too: a handler in this process
	// would fail to write it, and a connection could not be used again.
	_, _ = io.Copy(io.Discard, resp.Body)
	return out, nil
}

// Ask asks questions.
func (c *Client) Ask(ctx context.Context, queries []string, kind screen.Kind, limit int) ([]screen.Answer, error) {
	in := map[string]any{"queries": queries}
	if kind != "" {
		in["kind"] = kind
	}
	if limit > 0 {
		in["limit"] = limit
	}
	a, err := call[api.Answers](ctx, c, http.MethodPost, "/screen", in)
	return a.Answers, err
}

// AskAll asks whole questions, at most MaxQueries.
func (c *Client) AskAll(ctx context.Context, questions []screen.Query) ([]screen.Answer, error) {
	in := make([]api.Question, len(questions))
	for i, q := range questions {
		in[i] = api.Question{Query: q, Kind: q.Kind}
	}
	a, err := call[api.Answers](ctx, c, http.MethodPost, "/screen", map[string]any{"questions": in})
	return a.Answers, err
}

// Batch asks questions as one stream. Unless all is set the answers in which
// nothing was found have only what they stand on.
func (c *Client) Batch(all bool) batch.Stream {
	return func(ctx context.Context, questions <-chan screen.Query) iter.Seq2[batch.Reply, error] {
		return func(yield func(batch.Reply, error) bool) {
			if err := c.batch(ctx, all, questions, yield); err != nil {
				yield(batch.Reply{}, err)
			}
		}
	}
}

// batch sends questions and yields the replies. It returns nil when all were
// given, or nobody wants more of them.
func (c *Client) batch(ctx context.Context, all bool, questions <-chan screen.Query, yield func(batch.Reply, error) bool) error {
	ctx, cancel := context.WithCancel(ctx)
	pr, pw := io.Pipe()
	sent := make(chan struct{})
	go func() {
		pw.CloseWithError(send(ctx, pw, questions))
		close(sent)
	}()
	defer func() {
		cancel()
		pr.Close()
		<-sent
	}()
	path := "/screen/batch?marks=true&alerts_only=false&all=" + strconv.FormatBool(all)
	resp, err := c.do(ctx, http.MethodPost, path, pr, api.TypeNDJSON)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	dec := json.NewDecoder(bufio.NewReaderSize(resp.Body, 64<<10))
	for {
		var l api.BatchLine
		if err := dec.Decode(&l); err != nil {
			return errs.New(errs.Unavailable, "the node broke off; what was written stays").Because(err).WithHint("Give the same command again to go on where it stopped.")
		}
		reply, n := batch.Reply{Answer: l.Answer, Refuse: l.Err}, 1
		switch {
		case l.Problem != nil:
			return l.Problem.Err()
		case l.Summary != nil:
			return nil
		case l.Clear != nil:
			reply, n = batch.Reply{Answer: screen.Answer{State: screen.None, Stands: l.Clear.Stands}}, l.Clear.Rows
		}
		for range n {
			if !yield(reply, nil) {
				return nil
			}
		}
	}
}

// send writes questions as lines of JSON until there are no more. What was
// written goes out whenever no further question is ready.
func send(ctx context.Context, w io.Writer, questions <-chan screen.Query) error {
	buf := bufio.NewWriterSize(w, 32<<10)
	enc := json.NewEncoder(buf)
	enc.SetEscapeHTML(false)
	for {
		var q screen.Query
		ok := false
		select {
		case q, ok = <-questions:
		default:
			if err := buf.Flush(); err != nil {
				return err
			}
			select {
			case q, ok = <-questions:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		if !ok {
			return buf.Flush()
		}
		if err := enc.Encode(q); err != nil {
			return err
		}
	}
}

// Object returns the newest version of an object.
func (c *Client) Object(ctx context.Context, id string) (api.Entry, error) {
	return call[api.Entry](ctx, c, http.MethodGet, "/objects/"+url.PathEscape(id), nil)
}

// Versions returns every version of an object, oldest first.
func (c *Client) Versions(ctx context.Context, id string) ([]api.Entry, error) {
	return call[[]api.Entry](ctx, c, http.MethodGet, "/objects/"+url.PathEscape(id)+"/versions", nil)
}

// Party returns all that is said of a party.
func (c *Client) Party(ctx context.Context, id string) (api.Party, error) {
	return call[api.Party](ctx, c, http.MethodGet, "/parties/"+url.PathEscape(id), nil)
}

// Lists returns the list versions in force.
func (c *Client) Lists(ctx context.Context) ([]record.ListVersion, error) {
	return call[[]record.ListVersion](ctx, c, http.MethodGet, "/lists", nil)
}

// LogQuery selects entries of the journal.
type LogQuery struct {
	After   int64
	Types   []string
	Limit   int
	Newest  bool
	Objects bool
}

// Log returns a page of the journal.
func (c *Client) Log(ctx context.Context, q LogQuery) (api.Log, error) {
	v := url.Values{"after": {strconv.FormatInt(q.After, 10)}, "limit": {strconv.Itoa(q.Limit)}}
	if len(q.Types) > 0 {
		v.Set("type", strings.Join(q.Types, ","))
	}
	v.Set("newest", strconv.FormatBool(q.Newest))
	v.Set("objects", strconv.FormatBool(q.Objects))
	return call[api.Log](ctx, c, http.MethodGet, "/log?"+v.Encode(), nil)
}

// Checkpoint returns the newest signed checkpoint.
func (c *Client) Checkpoint(ctx context.Context) (string, error) {
	resp, err := c.do(ctx, http.MethodGet, "/log/checkpoint", nil, "")
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	return string(b), err
}

// Version returns the software of the node.
func (c *Client) Version(ctx context.Context) (api.Version, error) {
	return call[api.Version](ctx, c, http.MethodGet, "/version", nil)
}

// Doctor looks the node over.
func (c *Client) Doctor(ctx context.Context) ([]api.Check, error) {
	return call[[]api.Check](ctx, c, http.MethodGet, "/doctor", nil)
}

// Link makes a one-time link.
func (c *Client) Link(ctx context.Context) (string, error) {
	l, err := call[api.Link](ctx, c, http.MethodPost, "/link", nil)
	return l.URL, err
}

// Quarantine returns refused objects, newest first.
func (c *Client) Quarantine(ctx context.Context, limit int) (api.Quarantine, error) {
	return call[api.Quarantine](ctx, c, http.MethodGet, "/quarantine?limit="+strconv.Itoa(limit), nil)
}

// Kinds returns what an import can read.
func (c *Client) Kinds(ctx context.Context) ([]api.Kind, error) {
	return call[[]api.Kind](ctx, c, http.MethodGet, "/kinds", nil)
}

// Sync fetches the official lists; it returns the jobs that do it.
func (c *Client) Sync(ctx context.Context, keys []string) ([]api.Job, error) {
	in := map[string]any{}
	if len(keys) > 0 {
		in["lists"] = keys
	}
	return call[[]api.Job](ctx, c, http.MethodPost, "/sync", in)
}

// Job returns an import as it is now.
func (c *Client) Job(ctx context.Context, id string) (api.Job, error) {
	return call[api.Job](ctx, c, http.MethodGet, "/imports/"+url.PathEscape(id), nil)
}

// pollEvery is how often Follow asks how far an import is.
const pollEvery = 100 * time.Millisecond

// Follow asks for a job until it is over, telling tell of every step. When ctx
// ends first the job is cancelled.
func (c *Client) Follow(ctx context.Context, id string, tell func(api.Job)) (api.Job, error) {
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	for {
		j, err := c.Job(ctx, id)
		if err == nil {
			tell(j)
			if j.State.Over() {
				return j, nil
			}
		}
		select {
		case <-ctx.Done():
			return c.cancel(context.WithoutCancel(ctx), id, tell)
		case <-tick.C:
		}
		if err != nil && ctx.Err() == nil {
			return j, err
		}
	}
}

// cancel ends a job and returns how it ended: it may have been done just before.
func (c *Client) cancel(ctx context.Context, id string, tell func(api.Job)) (api.Job, error) {
	ctx, stop := context.WithTimeout(ctx, 30*time.Second)
	defer stop()
	_, err := call[struct{}](ctx, c, http.MethodDelete, "/imports/"+url.PathEscape(id), nil)
	if err != nil && !errs.Is(err, errs.Conflict) {
		return api.Job{}, err
	}
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	for {
		j, err := c.Job(ctx, id)
		if err != nil {
			return j, err
		}
		if tell(j); j.State.Over() {
			return j, nil
		}
		<-tick.C
	}
}

// Import sends files and addresses; it returns when the node has the bytes safe.
// Paths are files on this machine.
func (c *Client) Import(ctx context.Context, up intake.Upload, paths []string, sent func(n int64)) (api.Job, error) {
	for _, p := range paths {
		if st, err := os.Stat(p); err != nil {
			return api.Job{}, errs.New(errs.NotFound, "there is no file %s", p).Because(err).WithHint("Check the path; an address begins with https://.")
		} else if st.IsDir() {
			return api.Job{}, errs.New(errs.Invalid, "%s is a folder", p).WithHint("Name the files in it.")
		}
	}
	pr, pw := io.Pipe()
	form := multipart.NewWriter(pw)
	written := make(chan error, 1)
	go func() {
		err := writeForm(form, up, paths, sent)
		pw.CloseWithError(err)
		written <- err
	}()
	resp, err := c.do(ctx, http.MethodPost, "/imports", pr, form.FormDataContentType())
	pr.Close()
	// Nothing tells of progress after this. What went wrong on this side is the
	// cause of what the node says then.
	var ours *errs.Error
	if here := <-written; err != nil && errors.As(here, &ours) {
		err = ours
	}
	if err != nil {
		return api.Job{}, err
	}
	defer resp.Body.Close()
	var j api.Job
	return j, json.NewDecoder(resp.Body).Decode(&j)
}

func writeForm(form *multipart.Writer, up intake.Upload, paths []string, sent func(int64)) error {
	fields := [][2]string{{"kind", up.Kind}, {"date", string(up.Date)}, {"person", up.Person}}
	for _, h := range up.Stated {
		fields = append(fields, [2]string{"sha256", h})
	}
	if up.Marking != nil {
		fields = append(fields, [2]string{"marking", strings.TrimPrefix(up.Marking.String(), "TLP:")})
	}
	for name, set := range map[string]bool{"shrink": up.Shrink, "supersede": up.Supersede} {
		if set {
			fields = append(fields, [2]string{name, "1"})
		}
	}
	for _, u := range up.URLs {
		fields = append(fields, [2]string{"url", u})
	}
	for _, f := range fields {
		if f[1] == "" {
			continue
		}
		if err := form.WriteField(f[0], f[1]); err != nil {
			return err
		}
	}
	total := int64(0)
	for _, p := range paths {
		n, err := writeFile(form, p, func(n int64) { sent(total + n) })
		if err != nil {
			return err
		}
		total += n
	}
	return form.Close()
}

var quote = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\r", " ", "\n", " ")

func writeFile(form *multipart.Writer, path string, sent func(int64)) (int64, error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, errs.New(errs.Unavailable, "%s cannot be opened", path).Because(err).WithHint("Check its permissions.")
	}
	defer f.Close()
	part, err := form.CreatePart(textproto.MIMEHeader{
		"Content-Disposition": {fmt.Sprintf(`form-data; name="file"; filename="%s"`, quote.Replace(path))},
		"Content-Type":        {"application/octet-stream"},
	})
	if err != nil {
		return 0, err
	}
	return io.Copy(io.MultiWriter(part, &tally{tell: sent}), f)
}

type tally struct {
	n    int64
	tell func(int64)
}

func (t *tally) Write(p []byte) (int, error) {
	t.n += int64(len(p))
	t.tell(t.n)
	return len(p), nil
}

// Verify recomputes everything; progress may be nil.
func (c *Client) Verify(ctx context.Context, progress func(done, total int64)) (api.Step, error) {
	return c.steps(ctx, "/verify", nil, told(progress))
}

// Rebuild builds every projection anew; progress may be nil.
func (c *Client) Rebuild(ctx context.Context, progress func(done, total int64)) (api.Step, error) {
	return c.steps(ctx, "/rebuild", nil, told(progress))
}

func told(progress func(done, total int64)) func(api.Step) {
	return func(st api.Step) {
		if progress != nil && st.Total > 0 {
			progress(st.Done, st.Total)
		}
	}
}

// steps reads the lines of a long task to the last, which it returns.
func (c *Client) steps(ctx context.Context, path string, body io.Reader, tell func(api.Step)) (last api.Step, err error) {
	contentType := ""
	if body != nil {
		contentType = api.TypeAny
	}
	resp, err := c.do(ctx, http.MethodPost, path, body, contentType)
	if err != nil {
		return last, err
	}
	defer resp.Body.Close()
	dec := json.NewDecoder(bufio.NewReader(resp.Body))
	for {
		var st api.Step
		if err := dec.Decode(&st); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return last, errs.New(errs.Unavailable, "the node broke off").Because(err).WithHint("Try again.")
		}
		last = st
		tell(st)
	}
	if last.Problem != nil {
		return last, last.Problem.Err()
	}
	return last, nil
}
