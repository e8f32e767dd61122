package server

import (
	"log/slog"
	"net/http"
	"net/http/pprof"

	"winpolicy/internal/jsontext"
)

// NewAdmin serves what is for this machine alone: /metrics, /status with what became of each change, and /debug/pprof.
func NewAdmin(metrics *Metrics, status func() any, log *slog.Logger) *http.Server {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", metrics.Handler())
	mux.HandleFunc("GET /status", func(w http.ResponseWriter, _ *http.Request) {
		w.Header()["Content-Type"] = []string{"application/json"}
		_ = jsontext.Write(w, status()) // the client is gone
	})
	mux.HandleFunc("GET /debug/pprof/", pprof.Index)
	mux.HandleFunc("GET /debug/pprof/cmdline", pprof.Cmdline)
	mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("GET /debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("GET /debug/pprof/trace", pprof.Trace)
	server := newHTTP(mux, log)
	server.WriteTimeout = 0 // a profile takes as long as it was asked for
	return server
}
