package server

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"

	"golang.org/x/net/netutil"
)

// Listening says how Serve accepts connections.
type Listening struct {
	TLS            *tls.Config // nil means plain HTTP
	MaxConnections int         // 0 means no limit
	Log            *slog.Logger
}

// Serve answers requests on the listener until the context ends. Then it answers the held polls and the requests that it
// has read, and closes all connections. It returns an error if it could not listen, or if a request did not end in time.
func Serve(ctx context.Context, listener net.Listener, handler *Handler, listening Listening) error {
	address := listener.Addr()
	if listening.MaxConnections > 0 {
		listener = netutil.LimitListener(listener, listening.MaxConnections)
	}
	if listening.TLS != nil {
		listener = tls.NewListener(listener, listening.TLS)
	}
	server := newHTTP(handler, listening.Log)
	stopped := make(chan error, 1)
	go func() { stopped <- server.Serve(listener) }()
	var failed error
	select {
	case err := <-stopped:
		failed = fmt.Errorf("serve %s: %w", address, err)
	case <-ctx.Done():
	}
	handler.Drain()
	// ctx may have ended, so the rest has a deadline of its own.
	drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTimeout)
	defer cancel()
	if err := server.Shutdown(drain); err != nil {
		return errors.Join(failed, fmt.Errorf("stop serving %s: %w", address, err), server.Close())
	}
	return failed
}

// newHTTP returns a server for HTTP/1.1 only: a held poll needs less memory than in HTTP/2.
func newHTTP(handler http.Handler, log *slog.Logger) *http.Server {
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	return &http.Server{
		Handler:                      handler,
		ReadTimeout:                  readTimeout,
		WriteTimeout:                 writeTimeout,
		IdleTimeout:                  idleTimeout,
		MaxHeaderBytes:               maxHeader,
		Protocols:                    protocols,
		DisableGeneralOptionsHandler: true,
		ErrorLog:                     slog.NewLogLogger(serverLog{log.Handler()}, slog.LevelError),
	}
}

// serverLog makes net/http's lines on failed TLS handshakes debug lines: clients cause them, and may cause many.
type serverLog struct{ slog.Handler }

func (l serverLog) Handle(ctx context.Context, record slog.Record) error {
	if strings.HasPrefix(record.Message, "http: TLS handshake error") {
		record.Level = slog.LevelDebug
		if !l.Enabled(ctx, record.Level) {
			return nil
		}
	}
	return l.Handler.Handle(ctx, record)
}
