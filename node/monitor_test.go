package node_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cordon-project/cordon/api/client"
	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/intake"
	"github.com/cordon-project/cordon/internal/nodetest"
	"github.com/cordon-project/cordon/monitor"
	"github.com/cordon-project/cordon/monitor/notify"
	"github.com/cordon-project/cordon/node"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/screen"
	"github.com/cordon-project/cordon/screen/batch"
)

const unList = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<CONSOLIDATED_LIST xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" dateGenerated="2026-01-05T10:11:12.345Z">
  <INDIVIDUALS>
    <INDIVIDUAL>
      <DATAID>1</DATAID>
      <VERSIONNUM>1</VERSIONNUM>
      <FIRST_NAME>EXAMPLE</FIRST_NAME>
      <SECOND_NAME>ALPHA</SECOND_NAME>
      <UN_LIST_TYPE>DPRK</UN_LIST_TYPE>
      <REFERENCE_NUMBER>KPi.001</REFERENCE_NUMBER>
      <LISTED_ON>2016-03-02</LISTED_ON>
    </INDIVIDUAL>
  </INDIVIDUALS>
  <ENTITIES>
  </ENTITIES>
</CONSOLIDATED_LIST>
`

// TestARunningNodeScreensItsBooksWhenAListComes imports a list into a running
// node and waits for the webhook that says what it means for a customer.
func TestARunningNodeScreensItsBooksWhenAListComes(t *testing.T) {
	got := make(chan string, 10)
	hook := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		b, err := io.ReadAll(r.Body)
		if err != nil || r.Header.Get("webhook-signature") == "" {
			t.Error(err, r.Header)
		}
		got <- string(b)
	}))
	defer hook.Close()
	c := config(t)
	c.Monitor.Webhooks = []notify.Webhook{{Name: "desk", URL: hook.URL, Secret: "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="}}
	n := nodetest.Serve(t, c, node.Options{Empty: true})
	ctx, v := t.Context(), n.Owner()
	if _, err := n.Monitor().Create(ctx, v, "Retail", "Desk One", ""); err != nil {
		t.Fatal(err)
	}
	row := func(yield func(batch.Row, error) bool) {
		yield(batch.Row{Line: 2, Reference: "C-1", Query: screen.Query{Text: "Alpha Example", Kind: screen.Name}}, nil)
	}
	taken, err := n.Monitor().Import(ctx, v, "Retail", row, nil)
	if err != nil || taken.Screened.Raised != 0 {
		t.Fatal(taken, err)
	}
	file := filepath.Join(t.TempDir(), "list.xml")
	if err := os.WriteFile(file, []byte(unList), 0o600); err != nil {
		t.Fatal(err)
	}
	caller := &client.Client{Address: n.Address, Token: n.Token, HTTP: &http.Client{}}
	defer caller.HTTP.CloseIdleConnections()
	if _, err := caller.Import(ctx, intake.Upload{Kind: "un"}, []string{file}, func(int64) {}); err != nil {
		t.Fatal(err)
	}
	body := <-got
	var m monitor.Message
	if err := json.Unmarshal([]byte(body), &m); err != nil {
		t.Fatal(err)
	}
	if m.Type != "alerts.raised" || m.Counts[monitor.New] != 1 || len(m.Alerts) != 1 {
		t.Errorf("%s", body)
	}
	for _, secret := range []string{"C-1", "Alpha", "Example", "Retail", "EXAMPLE"} {
		if strings.Contains(body, secret) {
			t.Errorf("the message tells %q: %s", secret, body)
		}
	}
	all, total, err := n.Monitor().Alerts(ctx, v, monitor.Filter{})
	if err != nil || total != 1 || all[0].Reference != "C-1" || all[0].ID != m.Alerts[0].ID {
		t.Errorf("%+v, %v", all, err)
	}
	if _, _, err := n.Monitor().Alerts(ctx, policy.Viewer{Clearance: policy.Green}, monitor.Filter{}); !errs.Is(err, errs.Denied) {
		t.Errorf("a partner may see alerts: %v", err)
	}
}

func TestTheConfigurationOfTheMonitor(t *testing.T) {
	home := t.TempDir()
	file := filepath.Join(home, "cordon.toml")
	text := `
[monitor]
passphrase_file = "/run/secrets/books"
[[monitor.webhooks]]
name = "desk"
url = "https://hooks.example.org/cordon"
secret = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
references = true
[[monitor.mails]]
name = "duty"
host = "mail.example.org"
from = "cordon@example.org"
to = ["duty@example.org"]
starttls = true
`
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := node.ReadConfig(home)
	if err != nil {
		t.Fatal(err)
	}
	if w := c.Monitor.Webhooks; len(w) != 1 || !w[0].References || c.Monitor.Mails[0].To[0] != "duty@example.org" || c.Monitor.PassphraseFile == "" {
		t.Errorf("%+v", c.Monitor)
	}
	if err := os.WriteFile(file, []byte("[[monitor.webhooks]]\nname = \"x\"\nurl = \"http://hooks.example.org/\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := node.ReadConfig(home); !errs.Is(err, errs.Invalid) {
		t.Errorf("a webhook over plain http is taken: %v", err)
	}
}
