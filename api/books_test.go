package api_test

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/cordon-project/cordon/api"
	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/monitor"
)

func TestABookIsKeptAndScreenedOverTheAPI(t *testing.T) {
	_, all := clients(t)
	for name, c := range all {
		t.Run(name, func(t *testing.T) {
			ctx := t.Context()
			book, err := c.CreateBook(ctx, api.BookOf{Name: "Book " + name, Owner: "Desk One"})
			if err != nil {
				t.Fatal(err)
			}
			var read []api.Reading
			taken, err := c.TakeCustomers(ctx, book.Name, strings.NewReader("id,name\nC-1,Kim Example\nC-2,Other Example\n,None\n"), "", "", func(s api.Step) {
				if s.Reading != nil {
					read = append(read, *s.Reading)
				}
			})
			if err != nil || taken.Customers != 2 || taken.Refused != 1 || taken.Screened.Asked != 2 {
				t.Fatal(taken, err)
			}
			if len(read) != 1 || !strings.Contains(read[0].Columns, "reference=id") {
				t.Errorf("how the file was read was told as %v", read)
			}
			one, err := c.Customer(ctx, book.ID, "C-1")
			if err != nil || one.Customer.Names[0] != "Kim Example" {
				t.Error(one, err)
			}
			run, err := c.Rescreen(ctx, book.ID, true, func(api.Step) {})
			if err != nil || run.Asked != 2 {
				t.Error(run, err)
			}
			if _, err := c.Alerts(ctx, monitor.Filter{Book: book.ID, States: []monitor.State{"lost"}}); !errs.Is(err, errs.Invalid) {
				t.Errorf("a state that there is not: %v", err)
			}
			if _, err := c.StepAlert(ctx, "alert-none", monitor.Step{Do: "take", By: "Lee"}); !errs.Is(err, errs.NotFound) {
				t.Errorf("an alert that there is not: %v", err)
			}
			if n, err := c.RemoveCustomers(ctx, book.ID, []string{"C-1", "C-9"}); err != nil || n.Removed != 1 {
				t.Error(n, err)
			}
			if err := c.DeleteBook(ctx, book.ID); err != nil {
				t.Error(err)
			}
			if _, err := c.Book(ctx, book.ID); !errs.Is(err, errs.NotFound) {
				t.Errorf("a book that was removed: %v", err)
			}
		})
	}
}

// broken gives rows and then fails as a connection does.
type broken struct{ rows io.Reader }

func (b broken) Read(p []byte) (int, error) {
	if n, err := b.rows.Read(p); err == nil {
		return n, nil
	}
	return 0, errors.New("the line broke")
}

func TestOfCustomersWhoDoNotArriveNoneIsKept(t *testing.T) {
	_, all := clients(t)
	for name, c := range all {
		t.Run(name, func(t *testing.T) {
			book, err := c.CreateBook(t.Context(), api.BookOf{Name: "Book " + name, Owner: "Desk One"})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := c.TakeCustomers(t.Context(), book.ID, broken{strings.NewReader("id,name\nC-1,Kim Example\n")}, "", "", func(api.Step) {}); err == nil {
				t.Error("rows that broke off were taken")
			}
			if b, err := c.Book(t.Context(), book.ID); err != nil || b.Customers != 0 || b.Pending {
				t.Error(b, err)
			}
		})
	}
}

func TestAnImportOfCustomersRefusesWhatItDoesNotTake(t *testing.T) {
	n, all := clients(t)
	if _, err := all["http"].CreateBook(t.Context(), api.BookOf{Name: "Retail", Owner: "Desk One"}); err != nil {
		t.Fatal(err)
	}
	for name, x := range map[string]struct{ path, media, body string }{
		"media type":      {"/books/Retail/customers", "text/html", "id,name\n1,A\n"},
		"no media type":   {"/books/Retail/customers", "", "id,name\n1,A\n"},
		"parameter":       {"/books/Retail/customers?mapp=x", "text/csv", "id,name\n1,A\n"},
		"order of dates":  {"/books/Retail/customers?dates=ymd", "text/csv", "id,name\n1,A\n"},
		"column":          {"/books/Retail/customers?map=reference=nosuch", "text/csv", "id,name\n1,A\n"},
		"nothing":         {"/books/Retail/customers", "text/csv", ""},
		"all":             {"/books/Retail/rescreen?all=maybe", "", ""},
		"too many":        {"/books/Retail/remove", "application/json", `{"references":[]}`},
		"step":            {"/alerts/alert-none/steps", "application/json", `{"do":"burn","by":"Lee"}`},
		"profile":         {"/books", "application/json", `{"name":"x","owner":"y","profile":"nosuch"}`},
		"unknown members": {"/books", "application/json", `{"name":"x","owner":"y","colour":"red"}`},
	} {
		t.Run(name, func(t *testing.T) {
			req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, n.Address+api.Base+x.path, strings.NewReader(x.body))
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("Authorization", "Bearer "+n.Token)
			req.Header.Set("Content-Type", x.media)
			resp, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			var p api.Problem
			if err := json.NewDecoder(resp.Body).Decode(&p); err != nil || resp.StatusCode != http.StatusUnprocessableEntity || p.Detail == "" {
				t.Errorf("%d %+v %v", resp.StatusCode, p, err)
			}
		})
	}
}
