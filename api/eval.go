package api

import (
	"context"
	"encoding/json"
	"io"
	"net/http"

	"github.com/cordon-project/cordon/errs"
	identityeval "github.com/cordon-project/cordon/identity/eval"
	"github.com/cordon-project/cordon/screen/eval"
)

// MaxEval is the largest file that an evaluation takes, in bytes.
const MaxEval = 256 << 20

// evaluating registers the evaluation of spellings and names against what the
// node holds. Files go in as they are; they are not kept.
func (s *server) evaluating() {
	s.mux.HandleFunc("POST "+Base+"/eval/{what}", func(w http.ResponseWriter, r *http.Request) {
		out, err := s.evaluate(r.Context(), r.PathValue("what"), http.MaxBytesReader(w, r.Body, MaxEval))
		if err != nil {
			s.fail(w, err)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(out)
	})
}

func (s *server) evaluate(ctx context.Context, what string, file io.Reader) (any, error) {
	p := s.c.Screen.Params().Match
	switch what {
	case "pairs":
		return eval.OfPairs(ctx, p, file)
	case "identity":
		return identityeval.Of(s.c.Identities.Groups(ctx, viewer(ctx)), file, identityeval.Options{Closed: true})
	}
	n, err := eval.NewNode(ctx, s.c.Screen, viewer(ctx))
	if err != nil {
		return nil, err
	}
	switch what {
	case "variants":
		return eval.OfVariants(ctx, p, n, n.Holds, file)
	case "alerts":
		return eval.OfAlerts(ctx, p, n, file)
	}
	return nil, errs.New(errs.NotFound, "there is no evaluation called %q", what).WithHint("There are pairs, variants, alerts and identity.")
}
