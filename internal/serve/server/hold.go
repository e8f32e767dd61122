package server

import (
	"math/rand/v2"
	"net/http"
	"time"
)

// spread is the time over which held polls are answered when the server stops. Agents that were answered together would
// ask another server together.
const spread = time.Second

// hold waits until there is a newer publication, the time is over or the server stops, and decides again. It refuses a poll
// beyond MaxWaiters: the agent of a refused poll asks again later.
func (h *Handler) hold(w http.ResponseWriter, r *http.Request, poll *poll) decision {
	select {
	case h.slots <- struct{}{}:
	default:
		return decision{refuse: tooManyWaiting}
	}
	defer func() { <-h.slots }()
	h.metrics.waiting.Inc()
	defer h.metrics.waiting.Dec()
	if isStopping, ok := h.wait(r, poll); !ok {
		return decision{}
	} else if isStopping {
		w.Header()["Connection"] = closed
	}
	// net/http has set a write deadline when it read the request. The answer gets its full time from now on. If the
	// connection is gone this fails, and so does the answer.
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(writeTimeout))
	return h.latest(r, poll.resource.current.Load())
}

// wait returns whether the server stops, and false if the agent has gone.
func (h *Handler) wait(r *http.Request, poll *poll) (isStopping, ok bool) {
	timer := time.NewTimer(poll.hold)
	defer timer.Stop()
	select {
	case <-poll.known.superseded:
		return false, true
	case <-timer.C:
		return false, true
	case <-r.Context().Done():
		return false, false
	case <-h.stopping:
	}
	timer.Reset(rand.N(spread))
	select {
	case <-poll.known.superseded:
	case <-timer.C:
	case <-r.Context().Done():
		return true, false
	}
	return true, true
}
