package server

import "net/http"

// reply is a whole response. Replies are made when a bundle is published or the program starts, so a request makes none.
type reply struct {
	status int
	header http.Header
	body   []byte
}

// newError returns a reply with an error. An agent that gets one asks again later, and waits longer each time.
func newError(status int, text string, header http.Header) *reply {
	all := http.Header{"Content-Type": {"text/plain; charset=utf-8"}, "X-Content-Type-Options": nosniff, "Cache-Control": {"no-store"}}
	for name, values := range header {
		all[name] = values
	}
	return &reply{status, all, []byte(text + "\n")}
}

// The errors. Requests with a body end their connection, because the body is not read.
var (
	wrongVersion    = newError(http.StatusHTTPVersionNotSupported, "use HTTP/1.1", http.Header{"Connection": closed})
	hasBody         = newError(http.StatusRequestEntityTooLarge, "send no body", http.Header{"Connection": closed})
	tooManyRequests = newError(http.StatusTooManyRequests, "too many requests", http.Header{"Retry-After": later})
	unauthorized    = newError(http.StatusUnauthorized, "unauthorized", http.Header{"Www-Authenticate": {`Bearer realm="winpolicy"`}})
	notFound        = newError(http.StatusNotFound, "not found", nil)
	wrongMethod     = newError(http.StatusMethodNotAllowed, "method not allowed", http.Header{"Allow": {"GET, HEAD"}})
	tooManyWaiting  = newError(http.StatusServiceUnavailable, "too many long polls", http.Header{"Retry-After": later})
	draining        = newError(http.StatusServiceUnavailable, "draining", nil)
	noBundle        = newError(http.StatusServiceUnavailable, "no bundle yet", nil)
)

// Header values that several replies share.
var (
	nosniff = []string{"nosniff"}
	closed  = []string{"close"}
	later   = []string{"5"} // seconds
)

// healthy is the page of /healthz and /readyz.
var healthy = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
	_, _ = w.Write([]byte("ok\n")) // an error means that the client has gone
})

func (r *reply) send(w http.ResponseWriter, method string) {
	header := w.Header()
	for name, values := range r.header {
		header[name] = values
	}
	w.WriteHeader(r.status)
	if method != http.MethodHead && len(r.body) > 0 {
		_, _ = w.Write(r.body) // an error means that the client has gone
	}
}
