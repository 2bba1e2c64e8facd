package web

import "net/http"

type helpPage struct {
	F    Frame
	Keys []key
}

// A key is one key of the keyboard and what it does.
type key struct{ Key, Does string }

// keys are the keys that static/cordon.js listens to, and those of the browser
// that matter here.
var keys = []key{{"/", "box"}, {"↓", "next"}, {"↑", "previous"}, {"Enter", "open"}, {"a", "accept"}, {"r", "reject"}, {"?", "help"}}

func (s *Server) help(w http.ResponseWriter, v *Visit) error {
	if viewer, ok := s.viewer(v.Context()); ok {
		v.Viewer = &viewer
	}
	p := &helpPage{F: s.Frame(v, "help"), Keys: keys}
	p.F.Title = v.Say.Plain("help.title")
	return s.Render(w, v, http.StatusOK, "help", p)
}
