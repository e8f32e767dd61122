// Package serve runs the bundle server: it builds the bundles from files, serves them to OPA agents, and builds them again
// when a file changes.
package serve

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"

	"winpolicy/internal/serve/access"
	"winpolicy/internal/serve/server"
	"winpolicy/internal/serve/watch"
)

// Run serves until the context ends. When it listens, it prints one line to out, with the URL and the revision. It returns an
// error if an option or a file is invalid at the start. A later change that is invalid is logged, and the previous version
// stays in use.
func Run(ctx context.Context, options Options, out io.Writer, log *slog.Logger) error {
	if err := options.check(); err != nil {
		return err
	}
	clients, err := access.Open(options.Access)
	if err != nil {
		return err
	}
	metrics := server.NewMetrics()
	handler := server.NewHandler(server.Options{
		MaxHold: options.MaxHold, MaxWaiters: options.MaxWaiters, CurrentOnly: options.SinglePublisher, Rate: options.Rate,
		Authorize: clients.Authorize, Metrics: metrics,
	})
	bundles := &bundles{publisher: options.Publisher, handler: handler, metrics: metrics, log: log}
	sources, err := watch.Open(ctx, metrics, log, append(clients.Sources, bundles.source())...)
	if err != nil {
		return err
	}
	listener, err := access.Listen(ctx, options.Access, log)
	if err != nil {
		return err
	}
	stopAdmin, err := startAdmin(ctx, options.Access, metrics, sources, log)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	defer stopAdmin()
	first := bundles.revision // follow may change it
	defer follow(ctx, sources, options)()
	fmt.Fprintf(out, "serving %s, revision %s\n", url(clients, listener), first)
	return server.Serve(ctx, listener, handler, server.Listening{TLS: clients.TLS, MaxConnections: options.MaxConnections, Log: log})
}

// follow reloads the sources when they change, until the function that it returns is called.
func follow(ctx context.Context, sources *watch.Set, options Options) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	stopped := make(chan struct{})
	go func() { defer close(stopped); sources.Follow(ctx, options.Rescan) }()
	return func() {
		cancel()
		<-stopped
	}
}

func url(clients access.Access, listener net.Listener) string {
	scheme := "http"
	if clients.TLS != nil {
		scheme = "https"
	}
	return fmt.Sprintf("%s://%s%s", scheme, listener.Addr(), server.Path)
}
