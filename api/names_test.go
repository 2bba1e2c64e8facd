package api_test

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"github.com/cordon-project/cordon/node"
	"github.com/cordon-project/cordon/script/card"
)

func TestTheCardOfANameIsAnswered(t *testing.T) {
	address, token := serve(t, config(t), node.Options{Empty: true})
	for text, want := range map[string]string{"Yong Chol": "ambiguous-two", "김상만": "reading", "1234": "nothing", strings.Repeat("a", 5000): "none", "\x00\u202e": "nothing"} {
		status, _, body := get(t, address, token, "/names?q="+url.QueryEscape(text))
		var c card.Card
		if err := json.Unmarshal(body, &c); status != 200 || err != nil || c.Say.Key != want {
			t.Errorf("%.20q: %d %v, says %q, want %q", text, status, err, c.Say.Key, want)
		}
	}
	if status, _, _ := get(t, address, "", "/names?q=x"); status != 401 {
		t.Errorf("without a token: %d", status)
	}
	if status, _, _ := get(t, address, token, "/names"); status != 422 {
		t.Errorf("without a name: %d", status)
	}
}
