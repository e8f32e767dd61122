// Package server serves a bundle to OPA agents, by the bundle service protocol.
package server

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"time"
)

// Path is where the bundle is served.
const Path = "/bundles/windows.tar.gz"

// How long a request may take, and how large its head may be.
const (
	headerTimeout = 5 * time.Second
	readTimeout   = 15 * time.Second
	writeTimeout  = 60 * time.Second
	idleTimeout   = 120 * time.Second
	drainTimeout  = 10 * time.Second
	maxHeader     = 16 << 10
)

// Handler answers GET and HEAD of the bundle, /healthz and /readyz; it is ready while it is not draining.
type Handler struct {
	mux      *http.ServeMux
	tarball  []byte
	etag     string
	draining atomic.Bool
}

// NewHandler serves a bundle. Its ETag is the hash of its bytes, so that every replica gives the same.
func NewHandler(tarball []byte) *Handler {
	sum := sha256.Sum256(tarball)
	handler := &Handler{mux: http.NewServeMux(), tarball: tarball, etag: `"` + hex.EncodeToString(sum[:]) + `"`}
	handler.mux.HandleFunc("GET "+Path, handler.bundle)
	handler.mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	handler.mux.HandleFunc("GET /readyz", handler.ready)
	return handler
}

// ServeHTTP answers a request.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("X-Content-Type-Options", "nosniff")
	h.mux.ServeHTTP(w, r)
}

// bundle answers 304 where the agent has the bundle already. The content type is not the one by which agents know a
// server that holds long polls, for this one answers at once and would be asked again without a pause.
func (h *Handler) bundle(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	header.Set("Etag", h.etag)
	header.Set("Cache-Control", "no-cache, no-transform")
	if matches(r.Header.Values("If-None-Match"), h.etag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	header.Set("Content-Type", "application/gzip")
	header.Set("Content-Length", fmt.Sprint(len(h.tarball)))
	if r.Method != http.MethodHead {
		_, _ = w.Write(h.tarball) // the agent is gone, and asks again
	}
}

// matches compares weakly, as RFC 9110 wants it of If-None-Match: a list, over one line or several, or *.
func matches(lines []string, etag string) bool {
	for _, line := range lines {
		for tag := range strings.SplitSeq(line, ",") {
			tag = strings.TrimSpace(tag)
			if tag == "*" || strings.TrimPrefix(tag, "W/") == etag {
				return true
			}
		}
	}
	return false
}

func (h *Handler) ready(w http.ResponseWriter, _ *http.Request) {
	if h.draining.Load() {
		http.Error(w, "draining", http.StatusServiceUnavailable)
		return
	}
	fmt.Fprintln(w, "ok")
}

// Serve answers on the listener until the context ends, then lets what is under way finish.
func Serve(ctx context.Context, listener net.Listener, handler *Handler, log *slog.Logger) error {
	server := &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: headerTimeout,
		ReadTimeout:       readTimeout,
		WriteTimeout:      writeTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeader,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
	stopped := make(chan error, 1)
	go func() { stopped <- server.Serve(listener) }()
	select {
	case err := <-stopped:
		return fmt.Errorf("serve %s: %w", listener.Addr(), err)
	case <-ctx.Done():
	}
	handler.draining.Store(true)
	// The context that ended cannot bound what is still to be done.
	drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTimeout)
	defer cancel()
	if err := server.Shutdown(drain); err != nil {
		return fmt.Errorf("stop serving %s: %w", listener.Addr(), err)
	}
	if err := <-stopped; !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
