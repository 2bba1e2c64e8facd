package client

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"github.com/cordon-project/cordon/api"
	"github.com/cordon-project/cordon/identity"
	"github.com/cordon-project/cordon/record"
)

// Group returns the entries of all lists that are a party.
func (c *Client) Group(ctx context.Context, party string) (identity.Group, error) {
	return call[identity.Group](ctx, c, http.MethodGet, "/parties/"+url.PathEscape(party)+"/group", nil)
}

// Weigh returns what speaks for and against two parties being one.
func (c *Client) Weigh(ctx context.Context, a, b string) (identity.Weighed, error) {
	return call[identity.Weighed](ctx, c, http.MethodGet, "/identity/weigh?a="+url.QueryEscape(a)+"&b="+url.QueryEscape(b), nil)
}

// OpenPairs returns pairs that wait for a person.
func (c *Client) OpenPairs(ctx context.Context, limit int) (api.OpenPairs, error) {
	return call[api.OpenPairs](ctx, c, http.MethodGet, "/identity/open?limit="+strconv.Itoa(limit), nil)
}

// Join lets the rules decide on all pairs anew.
func (c *Client) Join(ctx context.Context) (identity.Report, error) {
	return call[identity.Report](ctx, c, http.MethodPost, "/identity/decide", nil)
}

// State states that two parties are one, or that they are not.
func (c *Client) State(ctx context.Context, s api.Stated) (record.SameParty, error) {
	return call[record.SameParty](ctx, c, http.MethodPost, "/identity/state", s)
}

// Split takes parties out of their group.
func (c *Client) Split(ctx context.Context, p api.Parted) ([]record.SameParty, error) {
	return call[[]record.SameParty](ctx, c, http.MethodPost, "/identity/split", p)
}
