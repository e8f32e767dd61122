package serve

import (
	"net/http"
	"sync/atomic"

	"winpolicy/internal/jsontext"
	"winpolicy/internal/serve/fleet"
	"winpolicy/internal/serve/watch"
)

// board shows the people who run the server what it serves, and which agents have it.
type board struct {
	agents   *fleet.Fleet
	revision func() string             // that is served
	states   atomic.Pointer[watch.Set] // of the sources; nil while the server starts
}

// overview is the JSON at /fleet.
type overview struct {
	Sources []watch.State `json:"sources"` // whether the last change of each source is in use
	fleet.View
}

// pages are by path. They ask for no credentials, so only this machine may reach them.
func (b *board) pages() map[string]http.Handler {
	return map[string]http.Handler{"/fleet": http.HandlerFunc(b.fleet)}
}

func (b *board) fleet(w http.ResponseWriter, _ *http.Request) {
	result := overview{Sources: []watch.State{}, View: b.agents.View(b.revision())}
	if states := b.states.Load(); states != nil {
		result.Sources = states.States()
	}
	header := w.Header()
	header["Content-Type"] = []string{"application/json"}
	header["X-Content-Type-Options"] = []string{"nosniff"}
	header["Cache-Control"] = []string{"no-store"}
	_ = jsontext.Write(w, result) // an error means that the client has gone
}
