package client

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/cordon-project/cordon/api"
	"github.com/cordon-project/cordon/auth"
	"github.com/cordon-project/cordon/auth/trail"
)

// Whoami returns who the node takes the client for.
func (c *Client) Whoami(ctx context.Context) (api.Who, error) {
	return call[api.Who](ctx, c, http.MethodGet, "/whoami", nil)
}

// Organisations returns all organisations.
func (c *Client) Organisations(ctx context.Context) ([]auth.Organisation, error) {
	return call[[]auth.Organisation](ctx, c, http.MethodGet, "/auth/orgs", nil)
}

// AddOrganisation adds an organisation.
func (c *Client) AddOrganisation(ctx context.Context, n auth.NewOrganisation) (auth.Organisation, error) {
	return call[auth.Organisation](ctx, c, http.MethodPost, "/auth/orgs", n)
}

// SetOrganisation disables or enables an organisation.
func (c *Client) SetOrganisation(ctx context.Context, id string, to auth.State, reason string) error {
	_, err := call[struct{}](ctx, c, http.MethodPost, "/auth/orgs/"+url.PathEscape(id), map[string]string{"state": string(to), "reason": reason})
	return err
}

// Accounts returns all accounts of a kind.
func (c *Client) Accounts(ctx context.Context, k auth.Kind) ([]auth.Account, error) {
	return call[[]auth.Account](ctx, c, http.MethodGet, kindPath(k), nil)
}

// AddAccount adds an account.
func (c *Client) AddAccount(ctx context.Context, k auth.Kind, n auth.NewAccount) (auth.Account, error) {
	return call[auth.Account](ctx, c, http.MethodPost, kindPath(k), n)
}

// ChangeAccount changes an account, by its id or name.
func (c *Client) ChangeAccount(ctx context.Context, id string, ch auth.AccountChange) (auth.Account, error) {
	return call[auth.Account](ctx, c, http.MethodPost, "/auth/accounts/"+url.PathEscape(id), ch)
}

// EndSessions ends all sessions of an account.
func (c *Client) EndSessions(ctx context.Context, id string) error {
	_, err := call[struct{}](ctx, c, http.MethodPost, "/auth/accounts/"+url.PathEscape(id)+"/sessions/end", nil)
	return err
}

// MakeKey makes an API key.
func (c *Client) MakeKey(ctx context.Context, n api.NewKey) (api.MadeKey, error) {
	return call[api.MadeKey](ctx, c, http.MethodPost, "/auth/keys", n)
}

// RevokeKey ends an API key.
func (c *Client) RevokeKey(ctx context.Context, id, reason string) (auth.Account, error) {
	return call[auth.Account](ctx, c, http.MethodPost, "/auth/keys/revoke", api.Revocation{ID: id, Reason: reason})
}

// BindCertificate binds a client certificate to a program.
func (c *Client) BindCertificate(ctx context.Context, program, names, reason string) (auth.Account, error) {
	return call[auth.Account](ctx, c, http.MethodPost, "/auth/certificates", api.Certificate{Program: program, Names: names, Reason: reason})
}

// RevokeCertificate takes a client certificate from its program.
func (c *Client) RevokeCertificate(ctx context.Context, names, reason string) (auth.Account, error) {
	return call[auth.Account](ctx, c, http.MethodPost, "/auth/certificates/revoke", api.Certificate{Names: names, Reason: reason})
}

// Audit returns records of the trail, newest first.
func (c *Client) Audit(ctx context.Context, f api.AuditFilter) ([]trail.Record, error) {
	q := url.Values{}
	for k, v := range map[string]string{"what": f.What, "who": f.Who, "object": f.Object} {
		if v != "" {
			q.Set(k, v)
		}
	}
	if f.Before > 0 {
		q.Set("before", strconv.FormatInt(f.Before, 10))
	}
	if !f.Since.IsZero() {
		q.Set("since", f.Since.Format(time.RFC3339))
	}
	if f.Limit > 0 {
		q.Set("limit", strconv.Itoa(f.Limit))
	}
	return call[[]trail.Record](ctx, c, http.MethodGet, "/audit?"+q.Encode(), nil)
}

// AuditVerify computes every hash of the trail anew and returns its head.
func (c *Client) AuditVerify(ctx context.Context) (trail.Head, error) {
	return call[trail.Head](ctx, c, http.MethodGet, "/audit/verify", nil)
}

// AccountHistory returns what was changed of accounts, newest first.
func (c *Client) AccountHistory(ctx context.Context, subject string, limit int) ([]auth.Event, error) {
	q := url.Values{"limit": {strconv.Itoa(limit)}}
	if subject != "" {
		q.Set("subject", subject)
	}
	return call[[]auth.Event](ctx, c, http.MethodGet, "/auth/history?"+q.Encode(), nil)
}

// kindPath is where accounts of a kind are.
func kindPath(k auth.Kind) string {
	if k == auth.Program {
		return "/auth/programs"
	}
	return "/auth/people"
}
