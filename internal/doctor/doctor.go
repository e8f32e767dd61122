// Package doctor sends a bundle server the requests of an OPA agent, and reports what an agent would do with the answers. It
// follows the bundle service protocol of OPA 1.22 and works with any server.
package doctor

import (
	"context"
	"net/http"
	"time"

	"github.com/open-policy-agent/opa/v1/bundle"
)

// The statuses of a Result.
const (
	OK   = "ok"
	Warn = "warn" // agents load the bundle, but some configurations of agents do not work
	Fail = "fail" // agents do not load the bundle, or overload the server
)

// Result is the outcome of one check.
type Result struct {
	Check   string `json:"check"`
	Status  string `json:"status"`
	Message string `json:"message"` // what an agent does, and how to repair it
}

// Options say how to ask.
type Options struct {
	URL    string                     // of the bundle
	Token  string                     // bearer token; "" sends none
	Client *http.Client               // must not decompress answers; must follow redirects as OPA does
	Verify *bundle.VerificationConfig // public keys of the agent; nil means an agent without keys
	Wait   time.Duration              // for the long poll, in whole seconds
}

// Run sends about ten requests. A server that does not answer is a Result. Run returns an error only if the context ends.
func Run(ctx context.Context, options Options) ([]Result, error) {
	probe := &probe{Options: options}
	probe.run(ctx)
	return probe.results, context.Cause(ctx)
}

// probe is one run.
type probe struct {
	Options
	results    []Result
	etag       string // of the first answer
	isLongPoll bool   // the content type says that the server holds long polls
}

func (p *probe) report(check, status, message string) {
	p.results = append(p.results, Result{check, status, message})
}

func (p *probe) run(ctx context.Context) {
	first := p.download(ctx)
	if first == nil {
		return
	}
	p.content(ctx, first.body)
	if p.etag == "" {
		return
	}
	p.replicas(ctx)
	p.notModified(ctx)
	p.etagList(ctx)
	p.longPoll(ctx)
	p.firstPoll(ctx)
}
