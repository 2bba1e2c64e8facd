package client

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"

	"github.com/cordon-project/cordon/actors"
	"github.com/cordon-project/cordon/api"
	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/feed"
)

// Feed writes a feed to w and returns its report.
func (c *Client) Feed(ctx context.Context, form string, q api.FeedQuery, w io.Writer) (out feed.Report, err error) {
	resp, err := c.do(ctx, http.MethodGet, "/feeds/"+url.PathEscape(form)+"?"+q.Values().Encode(), nil, "")
	if err != nil {
		return out, err
	}
	defer resp.Body.Close()
	if err := json.Unmarshal([]byte(resp.Header.Get(api.HeaderReport)), &out); err != nil {
		return out, errs.New(errs.Internal, "the node's answer cannot be read").Because(err)
	}
	if _, err := io.Copy(w, resp.Body); err != nil {
		return out, errs.New(errs.Unavailable, "the node broke off").Because(err).WithHint("Try again.")
	}
	return out, nil
}

// FeedLeftOut tells of each value that a blocklist leaves out.
func (c *Client) FeedLeftOut(ctx context.Context, form string, q api.FeedQuery, tell func(feed.Left) error) error {
	resp, err := c.do(ctx, http.MethodGet, "/feeds/"+url.PathEscape(form)+"/left-out?"+q.Values().Encode(), nil, "")
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	dec := json.NewDecoder(resp.Body)
	for {
		var l feed.Left
		if err := dec.Decode(&l); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return errs.New(errs.Unavailable, "the node broke off").Because(err).WithHint("Try again.")
		}
		if err := tell(l); err != nil {
			return err
		}
	}
}

// Actors returns what each source says of a threat actor.
func (c *Client) Actors(ctx context.Context, name string) (actors.View, error) {
	return call[actors.View](ctx, c, http.MethodGet, "/actors?name="+url.QueryEscape(name), nil)
}

// AllActors returns what every source says of every threat actor.
func (c *Client) AllActors(ctx context.Context) ([]actors.Statement, error) {
	return call[[]actors.Statement](ctx, c, http.MethodGet, "/actors/all", nil)
}
