package gotest

import (
	"fmt"
	"path"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"winpolicy/internal/check"
	"winpolicy/internal/engine"
	"winpolicy/internal/engine/topdown"
	"winpolicy/internal/report"
)

// A user judges the whole folder in one run, with one configuration.
func TestCheck_SampleClusterHasTheFindingsOfItsComments(t *testing.T) {
	input, err := check.Open(t.Context(), []string{"../samples/cluster"}, check.Options{})
	require.NoError(t, err)
	known := input.Known(t.Context(), engine.Config{"platform": "generic"}, loadRules(t))
	rules, err := topdown.New(t.Context(), newProduct(t).modules, known, time.Time{})
	require.NoError(t, err)
	result := report.New()
	_, err = input.Judge(t.Context(), rules, func(part *report.Report) error {
		result.Append(part)
		return nil
	})
	require.NoError(t, err)
	require.Empty(t, result.Errors)
	require.Empty(t, result.Diagnostics)
	var want, got []string
	workloads := 0
	for _, one := range readSamples(t) {
		if path.Dir(one.File) != "cluster" {
			continue
		}
		if !slices.Contains(clusterScoped, one.Object.Value["kind"].(string)) {
			workloads++
		}
		for _, expected := range one.Wants {
			want = append(want, fmt.Sprintf("../samples/%s: %s", one.File, expected))
		}
	}
	for _, found := range result.Violations {
		got = append(got, fmt.Sprintf("%s: line %d: %s %s", found.File, found.Line, found.Severity, found.Rule))
	}
	require.Equal(t, want, got)
	require.Equal(t, 30, workloads)
}
