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
	"sync/atomic"

	"winpolicy/internal/serve/access"
	"winpolicy/internal/serve/board"
	"winpolicy/internal/serve/fleet"
	"winpolicy/internal/serve/server"
	"winpolicy/internal/serve/watch"
)

// Run serves until the context ends. When it listens, it prints a line to out with the URL and the revision, and another with the
// URL of the pages if this address has them. It returns an error if an option or a file is invalid at the start. A later change that is invalid is logged, and the previous version
// stays in use.
func Run(ctx context.Context, options Options, out io.Writer, log *slog.Logger) error {
	if err := options.check(); err != nil {
		return err
	}
	if limit, ok := maxDescriptors(); ok && uint64(options.MaxConnections)+spareDescriptors > limit {
		log.Warn("the process may open fewer files than --max-connections needs, so new agents can be refused; raise the limit of open files",
			"limit", limit, "maxConnections", options.MaxConnections)
	}
	clients, err := access.Open(options.Access)
	if err != nil {
		return err
	}
	metrics := server.NewMetrics()
	agents := fleet.New()
	bundles := &bundles{publisher: options.Publisher, metrics: metrics, log: log}
	metrics.Register(agents.Metrics(bundles.revision))
	var states atomic.Pointer[watch.Set] // nil while the server starts
	pages := board.New(board.Source{
		Agents: agents, Served: bundles.served.Load,
		States: func() []watch.State {
			if set := states.Load(); set != nil {
				return set.States()
			}
			return nil
		},
	})
	open := server.Options{
		MaxHold: options.MaxHold, MaxWaiters: options.MaxWaiters, CurrentOnly: options.SinglePublisher, Rate: options.Rate,
		Authorize: clients.Authorize, Metrics: metrics, Receive: agents.Receive,
	}
	isOpen := clients.Authorize == nil && access.OnlyThisMachine(options.Access.Address)
	if isOpen {
		open.Pages = pages
	}
	handler := server.NewHandler(open)
	bundles.handler = handler
	sources, err := watch.Open(ctx, metrics, log, append(clients.Sources, bundles.source())...)
	if err != nil {
		return err
	}
	listener, err := access.Listen(ctx, options.Access, log)
	if err != nil {
		return err
	}
	states.Store(sources)
	stopAdmin, err := startAdmin(ctx, options.Access, metrics, pages, log)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	defer stopAdmin()
	first := bundles.revision() // follow may change it
	defer follow(ctx, sources, options)()
	says := fmt.Sprintf("serving %s%s, revision %s\n", url(clients, listener), server.Path, first)
	if isOpen {
		says += fmt.Sprintf("open %s/ to see the fleet and the rules, and to try a manifest\n", url(clients, listener))
	}
	_, _ = io.WriteString(out, says) // agents are served, whether or not somebody reads this
	return server.Serve(ctx, listener, handler, server.Listening{TLS: clients.TLS, MaxConnections: options.MaxConnections, Log: log})
}

// spareDescriptors is what the server needs beside its connections: watched files, listeners, and connections to the admin server.
const spareDescriptors = 100

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
	return fmt.Sprintf("%s://%s", scheme, listener.Addr())
}
