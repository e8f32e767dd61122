package server

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"regexp"
	"strings"
	"time"
)

// StatusPath is where agents post their status, at the path itself or, with a partition, at a name below it.
const StatusPath = "/status"

// maxReport is the largest body of a status report, in bytes. OPA sends 60 kB and more, most of it metrics.
const maxReport = 1 << 20

// Only so many reports are in memory at once. Others wait for a place, and hold nothing until then.
const (
	maxReading = 32
	maxQueued  = 10 * time.Second
)

var statusPath = regexp.MustCompile(`^/status(/[A-Za-z0-9._-]{1,64})?$`)

// takesReports reports whether a request goes where agents post their status.
func (p *protocol) takesReports(r *http.Request) bool {
	return p.receive != nil && r.URL.RawPath == "" && strings.HasPrefix(r.URL.Path, StatusPath) && statusPath.MatchString(r.URL.Path)
}

// report decides on a request to StatusPath of a client that may ask, with the name of its credential.
func (p *protocol) report(r *http.Request, name string) decision {
	encoding := r.Header.Get("Content-Encoding")
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch {
	case r.Method != http.MethodPost:
		return decision{refuse: onlyPost}
	case encoding != "" && encoding != "identity", err != nil, kind != "application/json":
		return decision{refuse: wrongEncoding}
	case r.ContentLength > maxReport:
		return decision{refuse: tooLarge}
	}
	return decision{page: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { p.take(w, r, name) })}
}

// take reads a report and hands it over.
func (p *protocol) take(w http.ResponseWriter, r *http.Request, client string) {
	queued := time.NewTimer(maxQueued)
	defer queued.Stop()
	select {
	case p.reading <- struct{}{}:
		defer func() { <-p.reading }()
	case <-queued.C:
		p.count(tooManyReports.status)
		tooManyReports.send(w, r.Method)
		return
	}
	// The time in the queue is not the agent's. An error means that the agent has gone.
	_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(readTimeout))
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxReport))
	var exceeded *http.MaxBytesError
	answer := accepted
	switch {
	case errors.As(err, &exceeded):
		answer = tooLarge
	case err != nil:
		return // the agent has gone
	default:
		if err := p.receive(client, body); err != nil {
			answer = newError(http.StatusBadRequest, err.Error(), nil)
		}
	}
	p.count(answer.status)
	answer.send(w, r.Method)
}

// The answers to reports.
var (
	tooManyReports = newError(http.StatusServiceUnavailable, "too many reports", http.Header{"Retry-After": later, "Connection": closed})

	accepted      = &reply{status: http.StatusNoContent}
	onlyPost      = newError(http.StatusMethodNotAllowed, "method not allowed", http.Header{"Allow": {"POST"}})
	wrongEncoding = newError(http.StatusUnsupportedMediaType, "send JSON as application/json, without an encoding", http.Header{"Connection": closed})
	tooLarge      = newError(http.StatusRequestEntityTooLarge, "the report is too large", http.Header{"Connection": closed})
)
