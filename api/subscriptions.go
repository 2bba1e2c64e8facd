package api

import (
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/cordon-project/cordon/api/events"
)

// subscriptions registers the stream of changes.
func (s *server) subscriptions() {
	param := func(in, name, doc string) *huma.Param {
		return &huma.Param{Name: name, In: in, Description: doc, Schema: &huma.Schema{Type: "string"}}
	}
	s.api.OpenAPI().AddOperation(&huma.Operation{
		Method: http.MethodGet, Path: Base + "/events", OperationID: "get-events", Summary: "Changes of the journal as server-sent events",
		Description: "Each event has the type of the object as its name and JSON as its data. Its id is opaque; Last-Event-ID resumes behind it. Without it the stream begins now.",
		Parameters: []*huma.Param{
			param("header", "Last-Event-ID", "Id of the last event that came"), param("query", "from", "start: from the journal's beginning"),
			param("query", "type", "Only these types, separated by commas"),
		},
		Responses: map[string]*huma.Response{
			"200": {Description: "The stream", Content: map[string]*huma.MediaType{"text/event-stream": {Schema: s.schema(events.Event{})}}},
			"422": {Description: "An id that is none"}, "503": {Description: "Too many subscribers"},
		},
	})
	server := events.New(events.Config{Journal: s.c.Journal, Changed: s.c.Changed, Key: s.c.EventKey, Stopping: s.c.Stopping})
	s.mux.HandleFunc("GET "+Base+"/events", func(w http.ResponseWriter, r *http.Request) {
		if err := server.Serve(w, r, viewer(r.Context())); err != nil {
			s.fail(w, err)
		}
	})
}
