package client

import (
	"context"
	"net/http"
	"net/url"

	"github.com/cordon-project/cordon/api"
	"github.com/cordon-project/cordon/screen/clearance"
)

// Clearances returns the clearances, those in one state if one is given.
func (c *Client) Clearances(ctx context.Context, state string) ([]clearance.Clearance, error) {
	path := "/clearances"
	if state != "" {
		path += "?state=" + url.QueryEscape(state)
	}
	return call[[]clearance.Clearance](ctx, c, http.MethodGet, path, nil)
}

// Propose proposes a clearance.
func (c *Client) Propose(ctx context.Context, p api.Proposal) (clearance.Clearance, error) {
	return call[clearance.Clearance](ctx, c, http.MethodPost, "/clearances", p)
}

// Confirm confirms a clearance that somebody else proposed.
func (c *Client) Confirm(ctx context.Context, id, by string) (clearance.Clearance, error) {
	return call[clearance.Clearance](ctx, c, http.MethodPost, "/clearances/"+url.PathEscape(id)+"/confirm", map[string]string{"by": by})
}

// Withdraw ends a clearance.
func (c *Client) Withdraw(ctx context.Context, id, by, reason string) (clearance.Clearance, error) {
	return call[clearance.Clearance](ctx, c, http.MethodPost, "/clearances/"+url.PathEscape(id)+"/withdraw", map[string]string{"by": by, "reason": reason})
}
