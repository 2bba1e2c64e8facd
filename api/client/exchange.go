package client

import (
	"context"
	"net/http"
	"strconv"

	"github.com/cordon-project/cordon/api"
)

// Exchange returns how the node stands as a TAXII server.
func (c *Client) Exchange(ctx context.Context, limit int) (api.ExchangeStanding, error) {
	return call[api.ExchangeStanding](ctx, c, http.MethodGet, "/taxii?limit="+strconv.Itoa(limit), nil)
}

// DropHeld takes an object of a TAXII client that waits away.
func (c *Client) DropHeld(ctx context.Context, n int64) error {
	_, err := call[struct{}](ctx, c, http.MethodDelete, "/taxii/held/"+strconv.FormatInt(n, 10), nil)
	return err
}
