package server

import (
	"math/rand/v2"
	"net/http"
	"time"
)

// decide reads a request and decides. It takes one request from the client's rate, and changes nothing else.
func (p *protocol) decide(r *http.Request) decision {
	switch {
	case r.ProtoMajor != 1:
		return decision{refuse: wrongVersion}
	case r.ContentLength != 0 && !p.takesReports(r) && !(r.Method == http.MethodPost && p.hasPage(r)):
		return decision{refuse: hasBody}
	case r.URL.Path == "/healthz", r.URL.Path == "/readyz":
		return p.health(r)
	}
	name, ok := p.identify(r)
	if !p.clients.allow(p.rateKey(r, name, ok)) {
		return decision{refuse: tooManyRequests}
	}
	if !ok {
		return decision{refuse: unauthorized}
	}
	if p.takesReports(r) {
		return p.report(r, name)
	}
	resource, isMetrics := p.resources[r.URL.Path], r.URL.Path == metricsPath
	switch {
	case r.URL.RawPath != "": // a path with needless escapes is another path
		return decision{refuse: notFound}
	case resource == nil && !isMetrics && p.hasPage(r):
		return decision{page: p.pages}
	case resource == nil && !isMetrics:
		return decision{refuse: notFound}
	case !isRead(r):
		return decision{refuse: wrongMethod}
	case isMetrics:
		return decision{page: p.metrics}
	}
	return p.bundle(r, resource)
}

// hasPage reports whether one of the further pages answers a request.
func (p *protocol) hasPage(r *http.Request) bool {
	if p.pages == nil {
		return false
	}
	_, pattern := p.pages.Handler(r)
	return pattern != ""
}

// identify returns the name of the client's credential, "" if the server asks for none, and whether the client may ask.
func (p *protocol) identify(r *http.Request) (name string, ok bool) {
	if p.authorize == nil {
		return "", true
	}
	return p.authorize(r)
}

// rateKey returns by what the rate of a client is counted: its credential, or its address if it has shown no accepted one.
func (p *protocol) rateKey(r *http.Request, name string, ok bool) string {
	if p.authorize == nil || !ok {
		return byAddress(r.RemoteAddr)
	}
	return "name " + name
}

// health answers /healthz while the process runs. It answers /readyz while there is a bundle and the server does not
// drain. A rejected change does not change either, because the last good bundle is still served.
func (p *protocol) health(r *http.Request) decision {
	switch {
	case !isRead(r):
		return decision{refuse: wrongMethod}
	case r.URL.Path == "/readyz" && p.isDraining.Load():
		return decision{refuse: draining}
	case r.URL.Path == "/readyz" && p.resources[Path].current.Load() == nil:
		return decision{refuse: noBundle}
	}
	return decision{page: healthy}
}

// bundle decides to wait if the agent has the current bundle and asks for a long poll. A poll that is not held is never
// answered 304: an agent sends the next long poll at once after a 304.
func (p *protocol) bundle(r *http.Request, resource *resource) decision {
	current := resource.current.Load()
	next := p.latest(r, current)
	if next.answer == nil || next.answer.status != http.StatusNotModified || r.Method != http.MethodGet {
		return next
	}
	if wait, ok := preferredWait(r.Header["Prefer"]); ok {
		return decision{wait: &poll{resource, current, p.holdFor(wait)}}
	}
	return next
}

// latest answers with the current publication, or with 304 if the agent has it.
func (p *protocol) latest(r *http.Request, current *publication) decision {
	switch {
	case current == nil:
		return decision{refuse: notFound}
	case matches(r.Header["If-None-Match"], current.etag, p.currentOnly):
		return decision{answer: &current.known}
	}
	return decision{answer: &current.whole}
}

// holdFor returns how long to hold a poll if its agent prefers to wait that long. Up to a tenth is random, so that agents
// that started together do not poll together.
func (p *protocol) holdFor(wait time.Duration) time.Duration {
	wait = max(min(wait, p.maxHold), MinHold)
	return max(wait-rand.N(wait/10+1), MinHold)
}

func isRead(r *http.Request) bool { return r.Method == http.MethodGet || r.Method == http.MethodHead }
