package server

import (
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

// asker is who asked, and waits for one answer. Its methods give an error where there is nobody to answer any more.
type asker interface {
	// hold waits until there is a newer bundle, the time is up, or the server stops.
	hold(resource *resource, current *publication, wait time.Duration) error
	// answer sends a bundle, or that it is known already.
	answer(with *reply, body []byte) error
	// refuse sends an error.
	refuse(status int, text string) error
}

// bundle answers 304 to an agent that has the bundle already, after a while if the agent is ready to wait. Held or shed,
// never answered early: having seen the bundle type an agent comes back without a pause after a 304.
func (h *Handler) bundle(to asker, r *http.Request, resource *resource) error {
	current := resource.current.Load()
	if current == nil {
		return to.refuse(http.StatusNotFound, "not found")
	}
	isKnown := h.knows(r, current)
	if wait, ok := preferredWait(r.Header["Prefer"]); ok && isKnown && r.Method == http.MethodGet {
		select {
		case h.slots <- struct{}{}:
		default:
			return to.refuse(http.StatusServiceUnavailable, "too many agents wait")
		}
		h.options.Metrics.waiting.Inc()
		err := to.hold(resource, current, h.held(wait))
		h.options.Metrics.waiting.Dec()
		<-h.slots
		if err != nil {
			return err
		}
		if current = resource.current.Load(); current == nil {
			return to.refuse(http.StatusNotFound, "not found")
		}
		isKnown = h.knows(r, current)
	}
	with, body := &current.whole, current.body
	if isKnown {
		with = &current.known
	}
	if isKnown || r.Method == http.MethodHead {
		body = nil
	}
	h.options.Metrics.count(with.status)
	return to.answer(with, body)
}

func (h *Handler) knows(r *http.Request, current *publication) bool {
	return matches(r.Header["If-None-Match"], current.etag, h.options.CurrentOnly)
}

// held gives how long a poll is held that is ready to wait so long.
func (h *Handler) held(wait time.Duration) time.Duration {
	wait = max(min(wait, h.options.MaxHold), MinHold)
	wait -= rand.N(wait/10 + 1) // so that agents that started together do not stay together
	return max(wait, MinHold)
}

// exchange is a request that net/http has read.
type exchange struct {
	handler *Handler
	writer  http.ResponseWriter
	request *http.Request
}

func (e *exchange) hold(_ *resource, current *publication, wait time.Duration) error {
	// The server's own deadlines would end the poll. An error means that the connection is gone, which the context tells.
	connection := http.NewResponseController(e.writer)
	deadline := time.Now().Add(wait + grace)
	_ = connection.SetReadDeadline(deadline)
	_ = connection.SetWriteDeadline(deadline)
	gone, stopping := e.request.Context().Done(), e.handler.stopping
	for timer := time.NewTimer(wait); ; {
		select {
		case <-current.superseded:
		case <-timer.C:
		case <-gone:
		case <-stopping:
			stopping = nil
			timer.Reset(rand.N(spread))
			e.writer.Header()["Connection"] = bundleClosed
			continue
		}
		timer.Stop()
		return e.request.Context().Err()
	}
}

func (e *exchange) answer(with *reply, body []byte) error {
	header := e.writer.Header()
	for name, values := range with.header {
		header[name] = values
	}
	e.writer.WriteHeader(with.status)
	_, err := e.writer.Write(body)
	return err
}

func (e *exchange) refuse(status int, text string) error {
	if status == http.StatusServiceUnavailable {
		e.writer.Header()["Retry-After"] = retryAfter
	}
	e.handler.fail(e.writer, status, text)
	return nil
}
