package serve

import (
	"context"
	"log/slog"
	"sync/atomic"

	"winpolicy/internal/serve/publisher"
	"winpolicy/internal/serve/server"
	"winpolicy/internal/serve/watch"
)

// bundles publishes what the publisher builds.
type bundles struct {
	publisher publisher.Publisher
	handler   *server.Handler
	metrics   *server.Metrics
	log       *slog.Logger
	served    atomic.Pointer[publisher.Publication] // nil before the first
}

// revision returns the revision that is served, "" before the first.
func (b *bundles) revision() string {
	if served := b.served.Load(); served != nil {
		return served.Revision
	}
	return ""
}

func (b *bundles) source() watch.Source {
	return watch.Source{Name: "bundle", Paths: b.publisher.Paths(), Load: b.load}
}

func (b *bundles) load(ctx context.Context) error {
	built, err := b.publisher.Build(ctx)
	if err != nil {
		return err
	}
	b.served.Store(&built)
	b.log.Info("publishing a bundle", "revision", built.Revision) // before the held polls wake and take every processor
	b.handler.Publish(built.Bundles)
	b.metrics.SetRevision(built.Revision)
	return nil
}
