package sample

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"winpolicy/internal/check"
	"winpolicy/internal/engine"
	"winpolicy/internal/manifest"
)

// Judge compares what the rules find in the sample with what the sample expects. The error names every difference. It is
// nil if there is none, or if the sample is not judged. newEngine returns an engine that knows some data.
func (s Sample) Judge(ctx context.Context, newEngine func(context.Context, engine.Data) (*engine.Engine, error)) error {
	if s.Given {
		return nil
	}
	rules, err := newEngine(ctx, s.Data())
	if err != nil {
		return fmt.Errorf("%s: %s: %w", s.File, s.Name, err)
	}
	if s.About != nil {
		rules = rules.Only(s.About)
	}
	input, err := s.Object.Input()
	if err != nil {
		return fmt.Errorf("%s: %s: %w", s.File, s.Name, err)
	}
	result := check.Judge(ctx, rules, "", []manifest.Input{input})
	var problems []error
	for _, failure := range result.Errors {
		problems = append(problems, fmt.Errorf("%s: %s: %s", s.File, s.Name, failure.Message))
	}
	left := slices.Clone(s.Wants)
	for _, violation := range result.Violations {
		found := Want{Line: violation.Line, Severity: violation.Severity, Rule: violation.Rule}
		if i := slices.Index(left, found); i >= 0 {
			left = slices.Delete(left, i, i+1)
			continue
		}
		problems = append(problems, fmt.Errorf("%s: %s: %s is found, but the sample does not expect it", s.File, s.Name, found))
	}
	for _, missing := range left {
		problems = append(problems, fmt.Errorf("%s: %s: %s is expected, but not found", s.File, s.Name, missing))
	}
	return errors.Join(problems...)
}
