package server

import (
	"bufio"
	"net/http"
	"strings"

	"golang.org/x/net/http/httpguts"
)

// plainRequest reads a request as agents send it: a whole head and nothing after it, by net/http's own parser and with what
// its server checks besides. It gives nil for all else, which is for that server: other versions and methods, bodies, what is
// said of the connection, more than one request, half a one, and mistakes.
func plainRequest(text string) *http.Request {
	rest := strings.NewReader(text)
	reader := bufio.NewReaderSize(rest, len(text))
	r, err := http.ReadRequest(reader)
	switch {
	case err != nil || reader.Buffered()+rest.Len() > 0:
	case r.Proto != "HTTP/1.1" || r.Method != http.MethodGet && r.Method != http.MethodHead:
	case r.ContentLength != 0 || r.Header["Connection"] != nil || r.Header["Expect"] != nil:
	case !strings.HasPrefix(r.RequestURI, "/") || r.Host == "" || !httpguts.ValidHostHeader(r.Host):
	case !isValid(r.Header):
	default:
		return r
	}
	return nil
}

func isValid(header http.Header) bool {
	for name, values := range header {
		if !httpguts.ValidHeaderFieldName(name) {
			return false
		}
		for _, value := range values {
			if !httpguts.ValidHeaderFieldValue(value) {
				return false
			}
		}
	}
	return true
}
