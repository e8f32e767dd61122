package doctor

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// headerTimeout is how long OPA waits for the head of an answer, unless it polls long.
const headerTimeout = 10 * time.Second

// bundleType, with nothing added, tells an agent that the server holds long polls.
const bundleType = "application/vnd.openpolicyagent.bundles"

// other is an ETag that no bundle has.
const other = `"winpolicy-doctor-superseded"`

// first asks as an agent does that has nothing yet. It gives nil where there is no bundle to look at.
func (p *probe) first(ctx context.Context) *answer {
	response, err := p.ask(ctx, 2*headerTimeout, nil)
	if err != nil {
		p.say("download", Fail, fmt.Sprintf("no answer: %v", err))
		return nil
	}
	if response.StatusCode != http.StatusOK {
		p.say("download", Fail, fmt.Sprintf("answered %d: an agent has no bundle, and asks again ever more slowly", response.StatusCode))
		return nil
	}
	if response.took > headerTimeout {
		p.say("download", Fail, fmt.Sprintf("the answer began after %s: an agent waits %s", response.took.Round(time.Second), headerTimeout))
		return nil
	}
	p.say("download", OK, fmt.Sprintf("%d bytes", len(response.body)))
	p.encoding(response.Header)
	p.tag(response.Header)
	p.caching(response.Header)
	types := response.Header["Content-Type"]
	p.long = len(types) == 1 && types[0] == bundleType
	return response
}

func (p *probe) encoding(header http.Header) {
	if encoding := header.Get("Content-Encoding"); encoding != "" {
		p.say("content-encoding", Fail, fmt.Sprintf("is %s: the agent's client undoes it, and then the agent fails to gunzip: send none", encoding))
		return
	}
	p.say("content-encoding", OK, "none")
}

func (p *probe) tag(header http.Header) {
	p.etag = header.Get("Etag")
	switch {
	case p.etag == "":
		p.say("etag", Fail, "none: an agent downloads and activates the bundle with every poll")
	case strings.HasPrefix(p.etag, "W/"):
		p.say("etag", Warn, p.etag+" is weak: most likely something on the way compresses, and a 304 with another ETag keeps the agent from being ready")
	case !strings.HasPrefix(p.etag, `"`) || !strings.HasSuffix(p.etag, `"`) || len(p.etag) < 2:
		p.say("etag", Warn, p.etag+" has no quotes: caches and proxies need not know it again")
	default:
		p.say("etag", OK, "strong")
	}
}

func (p *probe) caching(header http.Header) {
	value := strings.ToLower(header.Get("Cache-Control"))
	if !strings.Contains(value, "no-transform") {
		p.say("cache-control", Warn, "without no-transform: a proxy may compress the bundle, which no agent can read then")
		return
	}
	p.say("cache-control", OK, value)
}

// replicas asks over connections of their own, by which a load balancer comes to each server behind it.
func (p *probe) replicas(ctx context.Context) {
	for range 3 {
		p.Client.CloseIdleConnections()
		response, err := p.ask(ctx, headerTimeout, nil)
		if err != nil || response.StatusCode != http.StatusOK {
			p.say("replicas", Fail, failed("one of several requests", response, err))
			return
		}
		if etag := response.Header.Get("Etag"); etag != p.etag {
			p.say("replicas", Fail, fmt.Sprintf("the ETag is once %s and once %s: agents download again and again as replicas answer in turn", p.etag, etag))
			return
		}
	}
	p.say("replicas", OK, "the same ETag every time")
}

// notModified asks as an agent does that has the bundle.
func (p *probe) notModified(ctx context.Context) {
	response, err := p.ask(ctx, headerTimeout, map[string]string{"If-None-Match": p.etag})
	switch {
	case err != nil || response.StatusCode != http.StatusNotModified:
		p.say("not-modified", Fail, failed("If-None-Match with the ETag", response, err)+": an agent downloads and activates the bundle with every poll")
	case response.Header.Get("Etag") != "" && response.Header.Get("Etag") != p.etag:
		p.say("not-modified", Fail, fmt.Sprintf("the 304 has the ETag %s, the 200 %s: an agent is not ready after a restart", response.Header.Get("Etag"), p.etag))
	default:
		p.say("not-modified", OK, "304 with the same ETag")
	}
}

// list asks as agents of 1.22 do that are set up to keep superseded ETags.
func (p *probe) list(ctx context.Context) {
	response, err := p.ask(ctx, headerTimeout, map[string]string{"If-None-Match": p.etag + ", " + other})
	if err != nil || response.StatusCode != http.StatusNotModified {
		p.say("etag-list", Fail, failed("If-None-Match with a list", response, err)+": an agent with superseded_etag_ttl_seconds downloads with every poll")
		return
	}
	p.say("etag-list", OK, "304")
}

// longPoll sees whether a server that says it holds long polls does.
func (p *probe) longPoll(ctx context.Context) {
	if !p.long {
		p.say("long-poll", Warn, "the content type is not exactly "+bundleType+": an agent polls every 60 to 120 seconds, or as its polling says")
		return
	}
	headers := map[string]string{"If-None-Match": p.etag, "Prefer": fmt.Sprintf("modes=snapshot,delta;wait=%d", int(p.Wait.Seconds()))}
	response, err := p.ask(ctx, p.Wait+headerTimeout, headers)
	switch {
	case err != nil:
		p.say("long-poll", Fail, fmt.Sprintf("no answer %s after the wait was over: an agent waits for it without end (%v)", headerTimeout, err))
	case response.StatusCode == http.StatusServiceUnavailable || response.StatusCode == http.StatusTooManyRequests:
		p.say("long-poll", Warn, fmt.Sprintf("answered %d: the server has no room for another, agents come back later", response.StatusCode))
	case response.StatusCode == http.StatusOK:
		p.say("long-poll", OK, "answered with a bundle that was published meanwhile")
	case response.StatusCode != http.StatusNotModified:
		p.say("long-poll", Fail, failed("a long poll", response, nil))
	case response.took < min(p.Wait, time.Second)/2:
		p.say("long-poll", Fail, fmt.Sprintf("has the type %s and answers 304 after %s: an agent asks again without a pause, thousands of times a second", bundleType, response.took.Round(time.Millisecond)))
	default:
		p.say("long-poll", OK, fmt.Sprintf("held for %s", response.took.Round(100*time.Millisecond)))
	}
}

// newAgent asks as an agent does that polls long and has nothing yet.
func (p *probe) newAgent(ctx context.Context) {
	headers := map[string]string{"Prefer": fmt.Sprintf("modes=snapshot,delta;wait=%d", int(p.Wait.Seconds()))}
	response, err := p.ask(ctx, p.Wait+headerTimeout, headers)
	switch {
	case err != nil || response.StatusCode != http.StatusOK:
		p.say("first-poll", Fail, failed("a long poll without an ETag", response, err))
	case response.took > p.Wait/2:
		p.say("first-poll", Fail, fmt.Sprintf("an agent without a bundle gets it after %s: answer at once where there is no ETag", response.took.Round(100*time.Millisecond)))
	default:
		p.say("first-poll", OK, "answered at once")
	}
}

func failed(what string, response *answer, err error) string {
	if err != nil {
		return fmt.Sprintf("%s has no answer (%v)", what, err)
	}
	return fmt.Sprintf("%s is answered %d", what, response.StatusCode)
}
