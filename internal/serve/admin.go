package serve

import (
	"context"
	"errors"
	"log/slog"
	"net/http"

	"winpolicy/internal/serve/access"
	"winpolicy/internal/serve/server"
)

// startAdmin serves the admin address until the function that it returns is called. Without an admin address it does nothing.
func startAdmin(ctx context.Context, options access.Options, metrics *server.Metrics, pages http.Handler, log *slog.Logger) (stop func(), err error) {
	if options.AdminAddress == "" {
		return func() {}, nil
	}
	listener, err := access.ListenAdmin(ctx, options)
	if err != nil {
		return nil, err
	}
	admin := server.NewAdmin(metrics, pages, log)
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		if err := admin.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			log.Error("the admin server has stopped", "error", err)
		}
	}()
	log.Info("the admin server listens", "address", listener.Addr().String())
	return func() {
		_ = admin.Close() // no request there is worth waiting for
		<-stopped
	}, nil
}
