package cli

import (
	"context"

	"winpolicy/internal/catalog"
	"winpolicy/internal/check"
	"winpolicy/internal/engine"
	"winpolicy/internal/report"
)

// input is what is judged: manifests, or a cluster.
type input interface {
	knower
	WithIgnores(ignores *check.Ignores)
	Adjust(adjust func(*report.Report))
	Judge(ctx context.Context, rules *engine.Engine, write func(*report.Report) error) (report.Total, error)
}

// knower tells what rules may know of other objects.
type knower interface {
	Known(ctx context.Context, config engine.Config, rules []catalog.Rule) engine.Data
}
