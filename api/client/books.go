package client

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"strconv"

	"github.com/cordon-project/cordon/api"
	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/monitor"
	"github.com/cordon-project/cordon/monitor/notify"
)

// Books returns the customer books.
func (c *Client) Books(ctx context.Context) ([]monitor.Info, error) {
	return call[[]monitor.Info](ctx, c, http.MethodGet, "/books", nil)
}

// Book returns one book by its name or id.
func (c *Client) Book(ctx context.Context, name string) (monitor.Info, error) {
	return call[monitor.Info](ctx, c, http.MethodGet, "/books/"+url.PathEscape(name), nil)
}

// CreateBook makes an empty book.
func (c *Client) CreateBook(ctx context.Context, b api.BookOf) (monitor.Info, error) {
	return call[monitor.Info](ctx, c, http.MethodPost, "/books", b)
}

// DeleteBook removes a book with all that is in it.
func (c *Client) DeleteBook(ctx context.Context, name string) error {
	_, err := call[struct{}](ctx, c, http.MethodDelete, "/books/"+url.PathEscape(name), nil)
	return err
}

// BooksKey returns the public key of the books.
func (c *Client) BooksKey(ctx context.Context) (monitor.KeyInfo, error) {
	return call[monitor.KeyInfo](ctx, c, http.MethodGet, "/books-key", nil)
}

// Customer returns a customer with their alerts.
func (c *Client) Customer(ctx context.Context, book, reference string) (api.Customer, error) {
	return call[api.Customer](ctx, c, http.MethodPost, "/books/"+url.PathEscape(book)+"/customer", map[string]string{"reference": reference})
}

// RemoveCustomers removes customers with their alerts.
func (c *Client) RemoveCustomers(ctx context.Context, book string, references []string) (api.Removed, error) {
	return call[api.Removed](ctx, c, http.MethodPost, "/books/"+url.PathEscape(book)+"/remove", map[string][]string{"references": references})
}

// TakeCustomers takes rows of CSV or NDJSON into a book; mapping and dates as the API takes
// them, "" to be found out. tell is told how they are read and how
// far it is.
func (c *Client) TakeCustomers(ctx context.Context, book string, rows io.Reader, mapping, dates string, tell func(api.Step)) (monitor.Taken, error) {
	q := url.Values{}
	for name, value := range map[string]string{"map": mapping, "dates": dates} {
		if value != "" {
			q.Set(name, value)
		}
	}
	last, err := c.steps(ctx, "/books/"+url.PathEscape(book)+"/customers?"+q.Encode(), rows, tell)
	if err == nil && last.Taken == nil {
		err = cutOff()
	}
	if err != nil {
		return monitor.Taken{}, err
	}
	return *last.Taken, nil
}

// Rescreen screens whom changes of the lists can concern, or everybody. tell is
// told how far it is.
func (c *Client) Rescreen(ctx context.Context, book string, everybody bool, tell func(api.Step)) (monitor.Run, error) {
	last, err := c.steps(ctx, "/books/"+url.PathEscape(book)+"/rescreen?all="+strconv.FormatBool(everybody), nil, tell)
	if err == nil && last.Run == nil {
		err = cutOff()
	}
	if err != nil {
		return monitor.Run{}, err
	}
	return *last.Run, nil
}

func cutOff() error {
	return errs.New(errs.Unavailable, "the node broke off before it said what became of it").WithHint("cordon book show NAME tells how the book stands.")
}

// Alerts returns alerts, the most urgent first, and how many there are.
func (c *Client) Alerts(ctx context.Context, f monitor.Filter) (api.AlertPage, error) {
	return call[api.AlertPage](ctx, c, http.MethodPost, "/alerts/search", f)
}

// Alert returns one alert.
func (c *Client) Alert(ctx context.Context, id string) (monitor.Alert, error) {
	return call[monitor.Alert](ctx, c, http.MethodGet, "/alerts/"+url.PathEscape(id), nil)
}

// StepAlert does what a person decides to an alert.
func (c *Client) StepAlert(ctx context.Context, id string, s monitor.Step) (monitor.Alert, error) {
	return call[monitor.Alert](ctx, c, http.MethodPost, "/alerts/"+url.PathEscape(id)+"/steps", s)
}

// Deliveries returns what was sent about alerts; with again, what was given up is
// sent once more.
func (c *Client) Deliveries(ctx context.Context, again bool) ([]notify.Delivery, error) {
	if again {
		return call[[]notify.Delivery](ctx, c, http.MethodPost, "/deliveries/again", nil)
	}
	return call[[]notify.Delivery](ctx, c, http.MethodGet, "/deliveries", nil)
}
