package server

import (
	"context"
	"math/rand/v2"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// spread is the time over which held polls are answered when the server stops. Agents that were answered together would
// ask another server together.
const spread = time.Second

// outcome says why a poll is held no longer.
type outcome int

const (
	over    outcome = iota // there is a newer publication, or the time is over
	stopped                // the server stops
	gone                   // the agent has gone
	full                   // too many polls are held, so this one was not
)

// waiters holds polls.
type waiters struct {
	slots    chan struct{}    // holds one value for each held poll
	count    prometheus.Gauge // of held polls
	stopping chan struct{}    // closed when no poll is to be held any more
}

func newWaiters(limit int, count prometheus.Gauge) *waiters {
	return &waiters{slots: make(chan struct{}, limit), count: count, stopping: make(chan struct{})}
}

// hold waits until there is a newer publication, the time is over, the server stops or the context ends. The context ends
// when the agent hangs up.
func (w *waiters) hold(ctx context.Context, poll *poll) outcome {
	select {
	case w.slots <- struct{}{}:
	default:
		return full
	}
	defer func() { <-w.slots }()
	w.count.Inc()
	defer w.count.Dec()
	timer := time.NewTimer(poll.hold)
	defer timer.Stop()
	select {
	case <-poll.known.superseded:
		return over
	case <-timer.C:
		return over
	case <-ctx.Done():
		return gone
	case <-w.stopping:
	}
	timer.Reset(rand.N(spread))
	select {
	case <-poll.known.superseded:
	case <-timer.C:
	case <-ctx.Done():
		return gone
	}
	return stopped
}
