// Package server gives bundles to OPA agents. It speaks OPA's bundle service protocol: an ETag for each bundle, 304 for an
// agent that has the bundle, and long polls that end when a newer bundle is published. No answer makes an agent ask again
// at once.
package server

import (
	"net/http"
	"time"
)

// Options say how a Handler answers.
type Options struct {
	MaxHold    time.Duration // the longest time that a long poll is held; at least MinHold
	MaxWaiters int           // how many long polls are held at once; further ones get 503
	// CurrentOnly compares only the first ETag of If-None-Match, which names the bundle that the agent has. OPA may add the
	// ETags of earlier bundles. Set CurrentOnly if no other server has these bundles: an agent that gets answers from two
	// servers, of which one is behind, would switch between both bundles.
	CurrentOnly bool
	// Authorize returns the client's name, or false to reject the request. nil allows every request.
	Authorize func(*http.Request) (client string, ok bool)
	Rate      float64  // requests a second that each client may send; 0 means no limit
	Metrics   *Metrics // nil means metrics of the handler's own
	// Receive takes the status report of an agent with the name of its client, "" without Authorize. Its error is the answer.
	// nil takes no reports.
	Receive func(client string, body []byte) error
	Pages   *http.ServeMux // further pages; nil means none
}

// Handler answers GET and HEAD for the bundles, /metrics, /healthz and /readyz, POST at StatusPath, and what Pages answers.
type Handler struct {
	protocol *protocol
	waiters  *waiters
	metrics  *Metrics
}

// NewHandler returns a handler without a bundle: /readyz answers 503 until Publish is called.
func NewHandler(options Options) *Handler {
	metrics := options.Metrics
	if metrics == nil {
		metrics = NewMetrics()
	}
	return &Handler{
		protocol: &protocol{
			maxHold:     options.MaxHold,
			currentOnly: options.CurrentOnly,
			authorize:   options.Authorize,
			clients:     newClients(options.Rate),
			resources:   map[string]*resource{Path: {}, SignedPath: {}, DiscoveryPath: {}, SignedDiscoveryPath: {}},
			metrics:     metrics.Handler(),
			pages:       options.Pages,
			receive:     options.Receive,
			reading:     make(chan struct{}, maxReading),
			count:       metrics.count,
		},
		waiters: newWaiters(max(options.MaxWaiters, 0), metrics.waiting),
		metrics: metrics,
	}
}

// Publish replaces all bundles, which are keyed by path, and answers the polls that wait for them. A path that is missing
// answers 404. Do not call Publish from two goroutines at once.
func (h *Handler) Publish(bundles map[string][]byte) {
	for path, resource := range h.protocol.resources {
		resource.publish(bundles[path])
	}
}

// Drain answers every held poll within a second and holds no further one. From then on /readyz answers 503.
func (h *Handler) Drain() {
	if !h.protocol.isDraining.Swap(true) {
		close(h.waiters.stopping)
	}
}

// ServeHTTP acts on the decision about a request.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	next := h.protocol.decide(r)
	isHeld := next.wait != nil
	if isHeld {
		next = h.hold(w, r, next.wait)
	}
	switch {
	case next.answer != nil && (isHeld || next.answer.status == http.StatusOK):
		h.sendApart(w, r, next.answer)
	case next.answer != nil:
		h.send(w, r, next.answer)
	case next.refuse != nil:
		h.send(w, r, next.refuse)
	case next.page != nil:
		w.Header()["X-Content-Type-Options"] = nosniff
		next.page.ServeHTTP(w, r)
	}
}

// hold holds a poll and returns the decision afterwards, which is empty if the agent has gone.
func (h *Handler) hold(w http.ResponseWriter, r *http.Request, poll *poll) decision {
	switch h.waiters.hold(r.Context(), poll) {
	case full:
		return decision{refuse: tooManyWaiting}
	case gone:
		return decision{}
	case stopped:
		w.Header()["Connection"] = closed
	}
	// net/http has set a write deadline when it read the request. The answer gets its full time from now on. An error means
	// that the agent has gone.
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(writeTimeout))
	return h.protocol.latest(r, poll.resource.current.Load())
}

// sendApart sends a reply from a goroutine of its own. To write a header net/http needs so much stack that the stack of a
// connection grows from 4 to 8 kB, and it stays that large while the connection's next poll is held. Only an agent that
// does not poll long gets a 304 at once, so that one is not sent apart.
func (h *Handler) sendApart(w http.ResponseWriter, r *http.Request, reply *reply) {
	sent := make(chan struct{})
	go func() {
		defer close(sent)
		h.send(w, r, reply)
		_ = http.NewResponseController(w).Flush() // an error means that the agent has gone
	}()
	<-sent
}

func (h *Handler) send(w http.ResponseWriter, r *http.Request, reply *reply) {
	h.metrics.count(reply.status)
	reply.send(w, r.Method)
}
