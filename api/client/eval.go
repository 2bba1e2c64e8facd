package client

import (
	"context"
	"encoding/json"
	"io"
	"net/http"

	"github.com/cordon-project/cordon/errs"
)

// Eval evaluates a file against the node: what is pairs, variants, alerts or
// identity, and out the figures' type in screen/eval or identity/eval.
func (c *Client) Eval(ctx context.Context, what string, file io.Reader, out any) error {
	resp, err := c.do(ctx, http.MethodPost, "/eval/"+what, file, "text/csv")
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if err := json.NewDecoder(resp.Body).Decode(out); err != nil {
		return errs.New(errs.Internal, "the node's answer cannot be read").Because(err)
	}
	return nil
}
