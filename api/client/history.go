package client

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"

	"github.com/cordon-project/cordon/api"
	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/lists"
	"github.com/cordon-project/cordon/lists/held"
	"github.com/cordon-project/cordon/lists/history"
	"github.com/cordon-project/cordon/screen"
	"github.com/cordon-project/cordon/screen/past"
)

// ListHistory returns every version of a list.
func (c *Client) ListHistory(ctx context.Context, list string) ([]history.Version, error) {
	return call[[]history.Version](ctx, c, http.MethodGet, "/lists/"+url.PathEscape(list)+"/history", nil)
}

// ListDiff returns what two versions of a list do not have alike.
func (c *Client) ListDiff(ctx context.Context, list, from, to string) (api.ListDiff, error) {
	q := url.Values{"from": {from}, "to": {to}}
	return call[api.ListDiff](ctx, c, http.MethodGet, "/lists/"+url.PathEscape(list)+"/diff?"+q.Encode(), nil)
}

// ListFiles returns the files of the version of a moment, byte for byte.
func (c *Client) ListFiles(ctx context.Context, list, at string) ([]lists.File, error) {
	var out []lists.File
	for n, of := 0, 1; n < of; n++ {
		f, files, err := c.listFile(ctx, list, at, n)
		if err != nil {
			return nil, err
		}
		out, of = append(out, f), files
	}
	return out, nil
}

func (c *Client) listFile(ctx context.Context, list, at string, n int) (f lists.File, files int, err error) {
	path := "/lists/" + url.PathEscape(list) + "/files/" + strconv.Itoa(n) + "?date=" + url.QueryEscape(at)
	resp, err := c.do(ctx, http.MethodGet, path, nil, "")
	if err != nil {
		return f, 0, err
	}
	defer resp.Body.Close()
	if f.Data, err = io.ReadAll(io.LimitReader(resp.Body, lists.MaxFile+1)); err == nil {
		files, err = strconv.Atoi(resp.Header.Get(api.HeaderFiles))
	}
	name, bad := url.QueryUnescape(resp.Header.Get(api.HeaderName))
	if err = errors.Join(err, bad); err != nil {
		return f, 0, errs.New(errs.Unavailable, "the node broke off").Because(err).WithHint("Try again.")
	}
	f.Name, f.SHA256 = name, resp.Header.Get(api.HeaderSum)
	return f, files, nil
}

// Held returns the versions of lists that wait for two persons, or all that ever
// did.
func (c *Client) Held(ctx context.Context, all bool) ([]held.Item, error) {
	return call[[]held.Item](ctx, c, http.MethodGet, "/held?all="+strconv.FormatBool(all), nil)
}

// Release says that a held version is right.
func (c *Client) Release(ctx context.Context, id, by, why string) (api.ReleasedItem, error) {
	return call[api.ReleasedItem](ctx, c, http.MethodPost, "/held/"+url.PathEscape(id)+"/release", api.Word{By: by, Why: why})
}

// Reject rejects a held version.
func (c *Client) Reject(ctx context.Context, id, by, why string) (held.Item, error) {
	return call[held.Item](ctx, c, http.MethodPost, "/held/"+url.PathEscape(id)+"/reject", api.Word{By: by, Why: why})
}

// Record asks a question and records the run.
func (c *Client) Record(ctx context.Context, q screen.Query) (api.Recorded, error) {
	return call[api.Recorded](ctx, c, http.MethodPost, "/runs", api.Question{Query: q, Kind: q.Kind})
}

// Runs returns the recorded runs, newest first.
func (c *Client) Runs(ctx context.Context, limit int) ([]past.Run, error) {
	return call[[]past.Run](ctx, c, http.MethodGet, "/runs?limit="+strconv.Itoa(limit), nil)
}

// Replay answers a run again.
func (c *Client) Replay(ctx context.Context, id string) (past.Replayed, error) {
	return call[past.Replayed](ctx, c, http.MethodPost, "/runs/"+url.PathEscape(id)+"/replay", nil)
}
