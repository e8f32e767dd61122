// Package doctor asks a bundle server what an OPA agent would ask, and says what the agent would do with the answers. It
// knows the bundle service protocol as OPA 1.22 speaks it, and holds for any server.
package doctor

import (
	"context"
	"net/http"
	"time"

	"github.com/open-policy-agent/opa/v1/bundle"
)

// How it stands with what was looked at.
const (
	OK   = "ok"
	Warn = "warn" // works, but not as well as it could
	Fail = "fail" // an agent does not load the bundle, or does harm
)

// Finding is what was seen, and what an agent does for it.
type Finding struct {
	Check   string `json:"check"`
	Status  string `json:"status"`
	Message string `json:"message"`
}

// Options say how to ask.
type Options struct {
	URL    string
	Token  string                     // a bearer token; "" is none
	Client *http.Client               // does not undo compression, and follows redirects as OPA does
	Verify *bundle.VerificationConfig // the keys of the agent; nil is an agent without
	Wait   time.Duration              // of the long poll, in whole seconds
}

// Run asks some ten times. An error is for a context that ended; a server that does not answer is a Finding.
func Run(ctx context.Context, options Options) ([]Finding, error) {
	probe := &probe{Options: options}
	probe.run(ctx)
	return probe.findings, context.Cause(ctx)
}

// probe is one run.
type probe struct {
	Options
	findings []Finding
	etag     string
	long     bool // the server says that it holds long polls
}

func (p *probe) say(check, status, message string) {
	p.findings = append(p.findings, Finding{check, status, message})
}

func (p *probe) run(ctx context.Context) {
	first := p.first(ctx)
	if first == nil {
		return
	}
	p.content(ctx, first.body)
	if p.etag == "" {
		return
	}
	p.replicas(ctx)
	p.notModified(ctx)
	p.list(ctx)
	p.longPoll(ctx)
	p.newAgent(ctx)
}
