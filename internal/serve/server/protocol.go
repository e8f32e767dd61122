package server

import (
	"net/http"
	"sync/atomic"
	"time"
)

// decision says what to do with a request. At most one field is set; without one there is nobody to answer.
type decision struct {
	wait   *poll        // hold the poll, and decide again afterwards
	answer *reply       // send a bundle, or 304
	refuse *reply       // send an error
	page   http.Handler // serve health, metrics or another page
}

// poll is a long poll of an agent that has the current bundle.
type poll struct {
	resource *resource
	known    *publication  // what the agent has
	hold     time.Duration // how long to wait for a newer one
}

// protocol decides on requests as the bundle service protocol demands.
type protocol struct {
	maxHold     time.Duration
	currentOnly bool
	authorize   func(*http.Request) (client string, ok bool) // nil allows every request
	clients     *clients
	resources   map[string]*resource // by path; the set of paths does not change
	metrics     http.Handler
	pages       *http.ServeMux                         // nil means none
	receive     func(client string, body []byte) error // nil takes no reports
	reading     chan struct{}                          // has a place for each report that may be in memory
	count       func(status int)
	isDraining  atomic.Bool
}
