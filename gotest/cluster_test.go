package gotest

import (
	"context"
	"fmt"
	"path"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"winpolicy/internal/catalog"
	"winpolicy/internal/check"
	"winpolicy/internal/engine"
)

// The sample cluster is judged as a user does it: the whole folder in one run, by one configuration.
func TestTheSampleClusterReadsInCheckAsItsCommentsSay(t *testing.T) {
	product := newProduct(t)
	const folder = "../samples/cluster"
	result, err := check.Run(t.Context(), check.Options{
		Paths:     []string{folder},
		Config:    engine.Config{"platform": "generic"},
		Inventory: catalog.InventoryKinds(loadRules(t)),
		Engine: func(ctx context.Context, known engine.Data) (*engine.Engine, error) {
			return engine.New(ctx, product.modules, known, time.Time{})
		},
	})
	require.NoError(t, err)
	require.Empty(t, result.Errors)
	require.Empty(t, result.Notes)
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
