package api

import (
	"context"
	"net/http"

	"github.com/cordon-project/cordon/script/card"
)

// names registers the card of a name. It reads nothing of the node: the card is
// a function of the text.
func (s *server) names() {
	type query struct {
		Q string `query:"q" required:"true" doc:"A name in any script; at most 300 characters of it are read"`
	}
	add(s, http.MethodGet, "/names", "How a name can be read and written", func(_ context.Context, in *query) (*one[card.Card], error) {
		return &one[card.Card]{card.Of(in.Q)}, nil
	})
}
