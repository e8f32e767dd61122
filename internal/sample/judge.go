package sample

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"

	"winpolicy/internal/check"
	"winpolicy/internal/engine"
)

// Judge says where the rules and what the sample expects differ; nil where they do not, or where nothing is judged.
func (s Sample) Judge(ctx context.Context, newEngine func(context.Context, engine.Data) (*engine.Engine, error)) error {
	if s.Given {
		return nil
	}
	result, err := check.Run(ctx, check.Options{
		Paths: []string{"-"}, Stdin: bytes.NewReader(s.Object.Document.Raw),
		Engine: func(ctx context.Context, _ engine.Data) (*engine.Engine, error) { return newEngine(ctx, s.Data()) },
	})
	if err != nil {
		return fmt.Errorf("%s: %s: %w", s.File, s.Name, err)
	}
	var problems []error
	for _, failure := range result.Errors {
		problems = append(problems, fmt.Errorf("%s: %s: %s", s.File, s.Name, failure.Message))
	}
	left := slices.Clone(s.Wants)
	for _, violation := range result.Violations {
		found := Want{Line: violation.Line + s.Object.Document.Line - 1, Severity: violation.Severity, Rule: violation.Rule}
		if i := slices.Index(left, found); i >= 0 {
			left = slices.Delete(left, i, i+1)
			continue
		}
		problems = append(problems, fmt.Errorf("%s: %s: %s is found, and not expected", s.File, s.Name, found))
	}
	for _, missing := range left {
		problems = append(problems, fmt.Errorf("%s: %s: %s is expected, and not found", s.File, s.Name, missing))
	}
	return errors.Join(problems...)
}
