package board

import (
	"net"
	"net/http"
	"strings"
)

// policy lets a page load its style from here, and nothing else. A form can be sent here only.
const policy = "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// guard answers only requests that name this machine: another site can give its own name the address of this machine, and would
// then be of the same origin as these pages. It also sets the headers of every answer.
func guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		header.Set("Content-Security-Policy", policy)
		header.Set("X-Content-Type-Options", "nosniff")
		header.Set("Referrer-Policy", "same-origin") // no-referrer would hide the origin of the form
		header.Set("Cache-Control", "no-store")
		if !namesThisMachine(r.Host) {
			http.Error(w, "open this page as localhost or by IP address", http.StatusMisdirectedRequest)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// namesThisMachine reports whether a Host header is localhost or an IP address, with or without a port.
func namesThisMachine(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.Trim(host, "[]")
	return strings.EqualFold(host, "localhost") || net.ParseIP(host) != nil
}
