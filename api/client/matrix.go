package client

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"

	"github.com/cordon-project/cordon/api"
	"github.com/cordon-project/cordon/brief"
	"github.com/cordon-project/cordon/matrix"
)

// Matrix returns the rows of the matrix that a filter finds.
func (c *Client) Matrix(ctx context.Context, f matrix.Filter) (matrix.Table, error) {
	return call[matrix.Table](ctx, c, http.MethodPost, "/matrix", f)
}

// Lags returns how many days one authority comes after another.
func (c *Client) Lags(ctx context.Context, f matrix.Filter) (matrix.Lags, error) {
	return call[matrix.Lags](ctx, c, http.MethodPost, "/matrix/lags", f)
}

// Timeline returns the time line of a party.
func (c *Client) Timeline(ctx context.Context, id string) (matrix.Timeline, error) {
	return call[matrix.Timeline](ctx, c, http.MethodGet, "/matrix/parties/"+url.PathEscape(id), nil)
}

// Alignment returns what the three governments share over time.
func (c *Client) Alignment(ctx context.Context, q matrix.AlignmentQuery) (matrix.Alignment, error) {
	return call[matrix.Alignment](ctx, c, http.MethodPost, "/matrix/alignment", q)
}

// MatrixSTIX writes the rows that a filter finds as a STIX bundle.
func (c *Client) MatrixSTIX(ctx context.Context, w io.Writer, f matrix.Filter) error {
	return c.bundle(ctx, w, "/matrix/stix", f)
}

// Packet returns a listing packet. It can be set as a document; a bundle it cannot
// give any more: see [Client.PacketSTIX].
func (c *Client) Packet(ctx context.Context, q api.PacketQuery) (brief.Packet, error) {
	return call[brief.Packet](ctx, c, http.MethodPost, "/packets", q)
}

// PacketSTIX writes a listing packet as a STIX bundle.
func (c *Client) PacketSTIX(ctx context.Context, w io.Writer, q api.PacketQuery) error {
	return c.bundle(ctx, w, "/packets/stix", q)
}

func (c *Client) bundle(ctx context.Context, w io.Writer, path string, question any) error {
	body, err := json.Marshal(question)
	if err != nil {
		return err
	}
	resp, err := c.do(ctx, http.MethodPost, path, bytes.NewReader(body), "application/json")
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	_, err = io.Copy(w, resp.Body)
	return err
}
