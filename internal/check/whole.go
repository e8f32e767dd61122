package check

import (
	"context"
	"errors"

	"winpolicy/internal/engine"
	"winpolicy/internal/report"
)

// Report judges an input and returns one report about all its documents. An input without an object has an empty one. settings
// are those of the rules, and platforms holds the facts of each platform, by name.
func (in *Input) Report(ctx context.Context, rules *engine.Engine, settings engine.Config, platforms map[string]any) (*report.Report, error) {
	all := report.New()
	total, err := in.Judge(ctx, rules, func(part *report.Report) error {
		all.Append(part)
		return nil
	})
	if err != nil && !errors.Is(err, ErrNoObject) {
		return nil, err
	}
	all.Diagnostics = append(all.Diagnostics, Untainted(total, settings, platforms)...)
	return all, nil
}
