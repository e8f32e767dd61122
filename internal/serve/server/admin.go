package server

import (
	"log/slog"
	"net/http"
	"net/http/pprof"
)

// NewAdmin returns a server with /metrics, /debug/pprof and further pages. Only clients on the same machine may reach it.
func NewAdmin(metrics *Metrics, pages http.Handler, log *slog.Logger) *http.Server {
	mux := http.NewServeMux()
	mux.Handle("/", pages)
	mux.Handle("GET "+metricsPath, metrics.Handler())
	mux.HandleFunc("GET /debug/pprof/", pprof.Index)
	mux.HandleFunc("GET /debug/pprof/cmdline", pprof.Cmdline)
	mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("GET /debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("GET /debug/pprof/trace", pprof.Trace)
	server := newHTTP(mux, log)
	server.WriteTimeout = 0 // the client chooses how long a profile takes
	return server
}
