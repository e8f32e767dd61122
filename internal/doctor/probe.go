package doctor

import (
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

// probe collects the results of one run.
type probe struct {
	Options
	results    []Result
	etag       string // of the first answer
	isLongPoll bool   // the content type says that the server holds long polls
}

func (p *probe) report(check, status, message string) {
	p.results = append(p.results, Result{check, status, message})
}
