package server

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"golang.org/x/net/netutil"
)

// How long a request may take, and how large its head may be.
const (
	headerTimeout = 5 * time.Second
	readTimeout   = 15 * time.Second
	writeTimeout  = 60 * time.Second
	idleTimeout   = 120 * time.Second
	drainTimeout  = 10 * time.Second
	maxHeader     = 16 << 10
)

// Listening says how a server listens.
type Listening struct {
	TLS            *tls.Config // nil is without
	MaxConnections int         // 0 is without limit
	Log            *slog.Logger
}

// Serve answers on the listener until the context ends. Then it answers the polls that it holds, and lets what is under
// way finish.
func Serve(ctx context.Context, listener net.Listener, handler *Handler, listening Listening) error {
	name := listener.Addr()
	if listening.MaxConnections > 0 {
		listener = netutil.LimitListener(listener, listening.MaxConnections)
	}
	if listening.TLS != nil {
		listener = tls.NewListener(listener, listening.TLS)
	}
	server, front := newHTTP(handler, listening.Log), newFront(listener, handler, listening.Log)
	stopped := make(chan error, 1)
	go func() { stopped <- server.Serve(front) }()
	var failed error
	select {
	case failed = <-stopped:
	case <-ctx.Done():
	}
	handler.Drain()
	// The context that ended cannot bound what is still to be done.
	drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTimeout)
	defer cancel()
	defer front.wait(drain)
	if failed != nil {
		return fmt.Errorf("serve %s: %w", name, failed)
	}
	if err := server.Shutdown(drain); err != nil {
		return errors.Join(fmt.Errorf("stop serving %s: %w", name, err), server.Close())
	}
	if err := <-stopped; !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// newHTTP speaks HTTP/1.1 alone: a poll that is held is a connection in either version, and this one needs less memory.
func newHTTP(handler http.Handler, log *slog.Logger) *http.Server {
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	return &http.Server{
		Handler:                      handler,
		ReadHeaderTimeout:            headerTimeout,
		ReadTimeout:                  readTimeout,
		WriteTimeout:                 writeTimeout,
		IdleTimeout:                  idleTimeout,
		MaxHeaderBytes:               maxHeader,
		Protocols:                    protocols,
		DisableGeneralOptionsHandler: true,
		ErrorLog:                     slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
}
