package doctor

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// headerTimeout is how long OPA waits for the header of an answer, if it does not poll long.
const headerTimeout = 10 * time.Second

// bundleType is the content type by which an agent knows that the server holds long polls.
const bundleType = "application/vnd.openpolicyagent.bundles"

// unknownETag is an ETag that no bundle has.
const unknownETag = `"winpolicy-doctor-superseded"`

// download asks as an agent without a bundle does. It returns nil if there is no bundle to check.
func (p *probe) download(ctx context.Context) *answer {
	response, err := p.ask(ctx, 2*headerTimeout, nil)
	if err != nil {
		p.report("download", Fail, fmt.Sprintf("The server does not answer: %v.", err))
		return nil
	}
	if response.StatusCode != http.StatusOK {
		p.report("download", Fail, fmt.Sprintf("The server answered %d. An agent has no bundle and asks again, each time later.", response.StatusCode))
		return nil
	}
	if response.took > headerTimeout {
		p.report("download", Fail, fmt.Sprintf("The answer began after %s, but an agent waits only %s.", response.took.Round(time.Second), headerTimeout))
		return nil
	}
	p.report("download", OK, fmt.Sprintf("%d bytes", len(response.body)))
	p.encoding(response.Header)
	p.tag(response.Header)
	p.caching(response.Header)
	types := response.Header["Content-Type"]
	p.isLongPoll = len(types) == 1 && types[0] == bundleType
	return response
}

func (p *probe) encoding(header http.Header) {
	if encoding := header.Get("Content-Encoding"); encoding != "" {
		p.report("content-encoding", Fail, fmt.Sprintf("The Content-Encoding is %s. An agent decompresses the bundle twice, which fails. Send no Content-Encoding.", encoding))
		return
	}
	p.report("content-encoding", OK, "none")
}

func (p *probe) tag(header http.Header) {
	p.etag = header.Get("Etag")
	switch {
	case p.etag == "":
		p.report("etag", Fail, "There is no ETag, so an agent downloads and activates the bundle at every poll. Send an ETag.")
	case strings.HasPrefix(p.etag, "W/"):
		p.report("etag", Warn, p.etag+" is weak. Probably a proxy compresses the bundle. If a 304 has another ETag, an agent does not become ready. Turn compression off.")
	case !strings.HasPrefix(p.etag, `"`) || !strings.HasSuffix(p.etag, `"`) || len(p.etag) < 2:
		p.report("etag", Warn, p.etag+" has no quotes, so caches and proxies may not recognize it. Write the ETag in double quotes.")
	default:
		p.report("etag", OK, "strong")
	}
}

func (p *probe) caching(header http.Header) {
	value := strings.ToLower(header.Get("Cache-Control"))
	if !strings.Contains(value, "no-transform") {
		p.report("cache-control", Warn, "A proxy may compress the bundle, and no agent can read the result. Send Cache-Control: no-transform.")
		return
	}
	p.report("cache-control", OK, value)
}

// replicas asks over new connections, so that a load balancer may choose other servers.
func (p *probe) replicas(ctx context.Context) {
	for range 3 {
		p.Client.CloseIdleConnections()
		response, err := p.ask(ctx, headerTimeout, nil)
		if err != nil || response.StatusCode != http.StatusOK {
			p.report("replicas", Fail, failed("One of several requests", response, err)+". Repair that server.")
			return
		}
		if etag := response.Header.Get("Etag"); etag != p.etag {
			p.report("replicas", Fail, fmt.Sprintf("The servers send different ETags, %s and %s. Agents download the bundle again and again. Serve the same bytes everywhere.", p.etag, etag))
			return
		}
	}
	p.report("replicas", OK, "the same ETag every time")
}

// notModified asks as an agent with this bundle does.
func (p *probe) notModified(ctx context.Context) {
	response, err := p.ask(ctx, headerTimeout, map[string]string{"If-None-Match": p.etag})
	switch {
	case err != nil || response.StatusCode != http.StatusNotModified:
		p.report("not-modified", Fail, failed("If-None-Match with the ETag", response, err)+". An agent downloads and activates the bundle at every poll. Answer 304.")
	case response.Header.Get("Etag") != "" && response.Header.Get("Etag") != p.etag:
		p.report("not-modified", Fail, fmt.Sprintf("The 304 has the ETag %s, and the 200 has %s. An agent is not ready after a restart. Send the same ETag.", response.Header.Get("Etag"), p.etag))
	default:
		p.report("not-modified", OK, "304 with the same ETag")
	}
}

// etagList asks as agents of 1.22 do that remember the ETags of earlier bundles.
func (p *probe) etagList(ctx context.Context) {
	response, err := p.ask(ctx, headerTimeout, map[string]string{"If-None-Match": p.etag + ", " + unknownETag})
	if err != nil || response.StatusCode != http.StatusNotModified {
		p.report("etag-list", Fail, failed("If-None-Match with a list", response, err)+". An agent with superseded_etag_ttl_seconds downloads the bundle at every poll. Compare each ETag of the list.")
		return
	}
	p.report("etag-list", OK, "304")
}

// longPoll checks that a server whose content type promises long polls holds them.
func (p *probe) longPoll(ctx context.Context) {
	if !p.isLongPoll {
		p.report("long-poll", Warn, "The content type is not exactly "+bundleType+". An agent polls every 60 to 120 seconds, or as its polling settings say.")
		return
	}
	headers := map[string]string{"If-None-Match": p.etag, "Prefer": p.prefer()}
	response, err := p.ask(ctx, p.Wait+headerTimeout, headers)
	switch {
	case err != nil:
		p.report("long-poll", Fail, fmt.Sprintf("There was no answer %s after the wait was over (%v). An agent waits for ever. Answer 304 after the wait.", headerTimeout, err))
	case response.StatusCode == http.StatusServiceUnavailable || response.StatusCode == http.StatusTooManyRequests:
		p.report("long-poll", Warn, fmt.Sprintf("The server answered %d because it has no room for this poll. An agent asks again later.", response.StatusCode))
	case response.StatusCode == http.StatusOK:
		p.report("long-poll", OK, "answered with a bundle that was published during the poll")
	case response.StatusCode != http.StatusNotModified:
		p.report("long-poll", Fail, failed("A long poll", response, nil)+". Answer 304 after the wait.")
	case response.took < min(p.Wait, time.Second)/2:
		p.report("long-poll", Fail, fmt.Sprintf("The content type is %s, but the server answered 304 after %s. An agent asks again at once, thousands of times a second. Hold the poll.", bundleType, response.took.Round(time.Millisecond)))
	default:
		p.report("long-poll", OK, fmt.Sprintf("held for %s", response.took.Round(100*time.Millisecond)))
	}
}

// firstPoll asks as an agent does that polls long and has no bundle.
func (p *probe) firstPoll(ctx context.Context) {
	response, err := p.ask(ctx, p.Wait+headerTimeout, map[string]string{"Prefer": p.prefer()})
	switch {
	case err != nil || response.StatusCode != http.StatusOK:
		p.report("first-poll", Fail, failed("A long poll without an ETag", response, err)+". Answer it with the bundle.")
	case response.took > p.Wait/2:
		p.report("first-poll", Fail, fmt.Sprintf("An agent without a bundle gets it after %s. If a request has no ETag, answer at once.", response.took.Round(100*time.Millisecond)))
	default:
		p.report("first-poll", OK, "answered at once")
	}
}

// prefer returns the header of a long poll.
func (p *probe) prefer() string {
	return fmt.Sprintf("modes=snapshot,delta;wait=%d", int(p.Wait.Seconds()))
}

// failed returns the beginning of a sentence: what was asked, and the unexpected result.
func failed(request string, response *answer, err error) string {
	if err != nil {
		return fmt.Sprintf("%s got no answer (%v)", request, err)
	}
	return fmt.Sprintf("%s was answered %d", request, response.StatusCode)
}
