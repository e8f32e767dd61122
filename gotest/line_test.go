package gotest

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"winpolicy/internal/check"
	"winpolicy/internal/engine"
	"winpolicy/internal/sample"
)

// Every expectation of a sample stands on the line that check reports, notes included.
func TestCheckReportsEachFindingOnTheLineThatExpectsIt(t *testing.T) {
	product := newProduct(t)
	engines := map[string]*engine.Engine{}
	for _, one := range readSamples(t) {
		if one.Given {
			continue
		}
		t.Run(one.File+"/"+one.Name, func(t *testing.T) {
			result, err := check.Run(t.Context(), check.Options{
				Paths: []string{"-"}, Stdin: strings.NewReader(string(one.Object.Document.Raw)),
				Engine: func(ctx context.Context, _ engine.Data) (*engine.Engine, error) {
					config, err := json.Marshal(one.Config)
					key := one.Run + " " + string(config)
					if err != nil || engines[key] != nil {
						return engines[key], err
					}
					engines[key], err = engine.New(ctx, product.modules, one.Data(), time.Time{})
					return engines[key], err
				},
			})
			require.NoError(t, err)
			require.Empty(t, result.Errors)
			var got []sample.Want
			for _, violation := range result.Violations {
				line := violation.Line + one.Object.Document.Line - 1
				got = append(got, sample.Want{Line: line, Severity: violation.Severity, Rule: violation.Rule})
				require.Positive(t, violation.Column)
			}
			slices.SortFunc(got, sample.Want.Compare)
			require.Equal(t, one.Wants, got)
		})
	}
}
