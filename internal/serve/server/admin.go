package server

import (
	"log/slog"
	"net/http"
	"net/http/pprof"

	"winpolicy/internal/jsontext"
)

// NewAdmin returns a server with /metrics, /debug/pprof and /status, which shows what status returns as JSON. Only clients on
// the same machine may reach it.
func NewAdmin(metrics *Metrics, status func() any, log *slog.Logger) *http.Server {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", metrics.Handler())
	mux.HandleFunc("GET /status", func(w http.ResponseWriter, _ *http.Request) {
		w.Header()["Content-Type"] = []string{"application/json"}
		_ = jsontext.Write(w, status()) // an error means that the client has gone
	})
	mux.HandleFunc("GET /debug/pprof/", pprof.Index)
	mux.HandleFunc("GET /debug/pprof/cmdline", pprof.Cmdline)
	mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("GET /debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("GET /debug/pprof/trace", pprof.Trace)
	server := newHTTP(mux, log)
	server.WriteTimeout = 0 // the client chooses how long a profile takes
	return server
}
