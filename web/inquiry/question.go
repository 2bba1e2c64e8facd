package inquiry

import (
	"encoding/json"
	"slices"
	"time"

	"github.com/cordon-project/cordon/screen"
	"github.com/cordon-project/cordon/web"
	"github.com/cordon-project/cordon/web/view"
)

// A question is one that was asked in this session.
type question struct {
	Text  string    `json:"text"`
	Kind  string    `json:"kind"`
	More  string    `json:"more,omitempty"` // what else was known, as in the address
	State string    `json:"state"`
	At    time.Time `json:"at"`
}

// Address is where the question is asked again.
func (q question) Address() string {
	u := view.AskURL(q.Text, screen.Kind(q.Kind))
	if q.More != "" {
		u += "&" + q.More
	}
	return u
}

// keyRecent is what a session keeps its questions under, as JSON.
const keyRecent = "recent"

const recentQuestions = 8

func (s *pages) recent(v *web.Visit) []question {
	var out []question
	_ = json.Unmarshal([]byte(s.Kept(v, keyRecent)), &out)
	return out
}

func (s *pages) remember(v *web.Visit, q question) {
	old := slices.DeleteFunc(s.recent(v), func(o question) bool { return o.Text == q.Text && o.Kind == q.Kind && o.More == q.More })
	list := append([]question{q}, old...)
	if b, err := json.Marshal(list[:min(len(list), recentQuestions)]); err == nil {
		s.Keep(v, keyRecent, string(b))
	}
}
