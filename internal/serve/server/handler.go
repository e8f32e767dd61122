// Package server serves bundles to OPA agents, by the bundle service protocol: ETags, long polls, and nothing that makes
// an agent ask without a pause.
package server

import (
	"net/http"
	"sync/atomic"
	"time"
)

// Where the bundles are.
const (
	Path                = "/bundles/windows.tar.gz"
	SignedPath          = "/bundles/windows.signed.tar.gz"
	DiscoveryPath       = "/bundles/discovery.tar.gz"
	SignedDiscoveryPath = "/bundles/discovery.signed.tar.gz"
)

// Options say how a Handler answers.
type Options struct {
	MaxHold    time.Duration // how long a long poll is held at most; at least MinHold
	MaxWaiters int           // how many are held at once; those beyond are answered 503
	// CurrentOnly answers an agent by the ETag it has now, and not by those it had before. It is for a server that is
	// alone: beside another that is behind, an agent would go back and forth.
	CurrentOnly bool
	// Authorize names the client, or gives false. Without it everybody is allowed.
	Authorize func(*http.Request) (client string, ok bool)
	Rate      float64 // requests a second and client; 0 is without limit
	Metrics   *Metrics
}

// MinHold is the shortest hold: a poll that is answered sooner comes back at once.
const MinHold = time.Second

// Handler answers GET and HEAD of the bundles, /metrics, /healthz and /readyz.
type Handler struct {
	options   Options
	resources map[string]*resource
	slots     chan struct{} // one for each poll that is held
	clients   *clients
	stopping  chan struct{} // closed when no poll is to be held any more
	draining  atomic.Bool
	metrics   http.Handler

	connections connections
	dates       dates
}

// NewHandler gives a handler that is not ready before something is published.
func NewHandler(options Options) *Handler {
	if options.Metrics == nil {
		options.Metrics = NewMetrics()
	}
	return &Handler{
		options:   options,
		resources: map[string]*resource{Path: {}, SignedPath: {}, DiscoveryPath: {}, SignedDiscoveryPath: {}},
		slots:     make(chan struct{}, max(options.MaxWaiters, 0)),
		clients:   newClients(options.Rate),
		stopping:  make(chan struct{}),
		metrics:   options.Metrics.Handler(),
	}
}

// Publish replaces what is served, by path, and answers those who wait for it. A path that is left out is gone. It is
// called by one goroutine at a time.
func (h *Handler) Publish(bundles map[string][]byte) {
	for path, resource := range h.resources {
		if superseded := resource.publish(bundles[path]); superseded != nil {
			h.connections.each(func(c *connection) { c.wake(superseded) })
		}
	}
}

// Drain answers every held poll and holds no more; /readyz fails from now on.
func (h *Handler) Drain() {
	if !h.draining.Swap(true) {
		close(h.stopping)
		h.connections.each((*connection).stop)
	}
}

// ServeHTTP answers a request.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	header["X-Content-Type-Options"] = nosniff
	if r.ProtoMajor != 1 {
		header.Set("Connection", "close")
		h.fail(w, http.StatusHTTPVersionNotSupported, "HTTP/1.1 is spoken here")
		return
	}
	if r.ContentLength != 0 {
		// Nothing here takes a body, and none is read.
		header.Set("Connection", "close")
		h.fail(w, http.StatusRequestEntityTooLarge, "no request here has a body")
		return
	}
	if r.URL.Path == "/healthz" || r.URL.Path == "/readyz" {
		h.health(w, r)
		return
	}
	client, ok := h.authorize(r, byAddress(r.RemoteAddr))
	if !h.clients.allow(client) {
		header["Retry-After"] = retryAfter
		h.fail(w, http.StatusTooManyRequests, "too many requests")
		return
	}
	if !ok {
		header.Set("Www-Authenticate", `Bearer realm="winpolicy"`)
		h.fail(w, http.StatusUnauthorized, "unauthorized")
		return
	}
	resource := h.resources[r.URL.Path]
	switch {
	case resource == nil && r.URL.Path != "/metrics":
		h.fail(w, http.StatusNotFound, "not found")
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		header.Set("Allow", "GET, HEAD")
		h.fail(w, http.StatusMethodNotAllowed, "method not allowed")
	case resource == nil:
		h.metrics.ServeHTTP(w, r)
	default:
		_ = h.bundle(&exchange{h, w, r}, r, resource) // the asker is gone
	}
}

// authorize gives the client's name; of one that nobody knows it is the other.
func (h *Handler) authorize(r *http.Request, nobody string) (string, bool) {
	if h.options.Authorize == nil {
		return nobody, true
	}
	if client, ok := h.options.Authorize(r); ok {
		return "name " + client, true
	}
	return nobody, false
}

// health answers /healthz while the process runs, and /readyz while there is a bundle and more requests are welcome. A
// change that could not be published leaves both as they are: what is served is as good as before.
func (h *Handler) health(w http.ResponseWriter, r *http.Request) {
	switch {
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		w.Header().Set("Allow", "GET, HEAD")
		h.fail(w, http.StatusMethodNotAllowed, "method not allowed")
	case r.URL.Path == "/readyz" && h.draining.Load():
		h.fail(w, http.StatusServiceUnavailable, "draining")
	case r.URL.Path == "/readyz" && h.resources[Path].current.Load() == nil:
		h.fail(w, http.StatusServiceUnavailable, "no bundle yet")
	default:
		_, _ = w.Write([]byte("ok\n")) // the asker is gone
	}
}

// fail answers with an error. An agent takes any of them for a reason to ask again later, ever more slowly.
func (h *Handler) fail(w http.ResponseWriter, status int, text string) {
	h.options.Metrics.count(status)
	header := w.Header()
	header["Content-Type"] = plainText
	header["Cache-Control"] = noStore
	w.WriteHeader(status)
	_, _ = w.Write([]byte(text + "\n")) // the asker is gone
}

// Header values that are the same in every answer.
var (
	nosniff    = []string{"nosniff"}
	plainText  = []string{"text/plain; charset=utf-8"}
	noStore    = []string{"no-store"}
	retryAfter = []string{"5"}
)
