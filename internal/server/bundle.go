package server

import (
	"context"
	"math/rand/v2"
	"net/http"
	"time"
)

// grace is how much longer than its hold a poll may take, and spread is over how long those that are held come to an end when
// the server stops, so that they do not all turn to another at once.
const (
	grace  = 30 * time.Second
	spread = time.Second
)

var (
	// By this type, and nothing added to it, an agent knows a server that holds long polls.
	bundleType   = []string{"application/vnd.openpolicyagent.bundles"}
	bundleCache  = []string{"no-cache, no-transform"}
	bundleVary   = []string{"Prefer"}
	bundleClosed = []string{"close"}
)

// bundle answers 304 to an agent that has the bundle already, after a while if the agent is ready to wait. Held or shed,
// never answered early: having seen the bundle type an agent comes back without a pause after a 304.
func (h *Handler) bundle(w http.ResponseWriter, r *http.Request, resource *resource) {
	current := resource.current.Load()
	if current == nil {
		h.fail(w, http.StatusNotFound, "not found")
		return
	}
	if !h.knows(r, current) {
		h.send(w, r, current)
		return
	}
	if wait, ok := preferredWait(r.Header["Prefer"]); ok && r.Method == http.MethodGet {
		select {
		case h.slots <- struct{}{}:
		default:
			w.Header()["Retry-After"] = retryAfter
			h.fail(w, http.StatusServiceUnavailable, "too many agents wait")
			return
		}
		h.hold(w, r, current, wait)
		<-h.slots
		if r.Context().Err() != nil {
			return
		}
		if current = resource.current.Load(); current == nil {
			h.fail(w, http.StatusNotFound, "not found")
			return
		}
		if !h.knows(r, current) {
			h.send(w, r, current)
			return
		}
	}
	header := w.Header()
	header["Etag"] = current.etagHeader
	header["Cache-Control"] = bundleCache
	header["Vary"] = bundleVary
	h.options.Metrics.count(http.StatusNotModified)
	w.WriteHeader(http.StatusNotModified)
}

func (h *Handler) knows(r *http.Request, current *publication) bool {
	return matches(r.Header["If-None-Match"], current.etag, h.options.CurrentOnly)
}

// hold waits until there is a newer bundle, the time is up, the agent is gone, or the server stops.
func (h *Handler) hold(w http.ResponseWriter, r *http.Request, current *publication, wait time.Duration) {
	h.options.Metrics.waiting.Inc()
	defer h.options.Metrics.waiting.Dec()
	wait = max(min(wait, h.options.MaxHold), MinHold)
	wait -= rand.N(wait/10 + 1) // so that agents that started together do not stay together
	wait = max(wait, MinHold)
	// The server's own deadlines would end the poll. An error means that the connection is gone, which the context tells.
	connection := http.NewResponseController(w)
	deadline := time.Now().Add(wait + grace)
	_ = connection.SetReadDeadline(deadline)
	_ = connection.SetWriteDeadline(deadline)
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-current.superseded:
	case <-timer.C:
	case <-r.Context().Done():
	case <-h.stopping:
		pause(r.Context(), rand.N(spread))
		w.Header()["Connection"] = bundleClosed
	}
}

func pause(ctx context.Context, length time.Duration) {
	timer := time.NewTimer(length)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// send gives the bundle as it is. It has no Content-Encoding: OPA's client would undo that, and then OPA once more.
func (h *Handler) send(w http.ResponseWriter, r *http.Request, current *publication) {
	header := w.Header()
	header["Etag"] = current.etagHeader
	header["Cache-Control"] = bundleCache
	header["Vary"] = bundleVary
	header["Content-Type"] = bundleType
	header["Content-Length"] = current.lengthHeader
	h.options.Metrics.count(http.StatusOK)
	if r.Method != http.MethodHead {
		write(w, current.body)
	}
}

// write writes from a goroutine of its own and waits for it. Writing takes a deep stack, which the connection's goroutine would
// keep through all the polls that follow: it is a fifth of what an agent that waits takes.
func write(w http.ResponseWriter, body []byte) {
	written := make(chan struct{})
	go func() {
		defer close(written)
		_, _ = w.Write(body) // where it fails the agent is gone, and asks again
	}()
	<-written
}
