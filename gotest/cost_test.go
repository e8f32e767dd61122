package gotest

import (
	"testing"

	"github.com/stretchr/testify/require"

	"winpolicy/internal/gatekeeper"
	"winpolicy/internal/manifest"
	"winpolicy/internal/sample"
)

// What a review costs is counted in allocations, which no other work on the machine disturbs. docs/performance.md has the
// time. A limit is a tenth above what was counted when it was written.
func TestReview_AllocatesWithinItsLimit(t *testing.T) {
	product := newProduct(t)
	made := newCluster(t, product, gatekeeper.BySubject)
	for _, constraint := range gatekeeper.Constraints(made.rules, gatekeeper.Options{}) {
		require.NoError(t, made.add(t, constraint))
	}
	for name, tc := range map[string]struct {
		spec  map[string]any
		limit float64
	}{
		"of a Linux pod": {map[string]any{
			"containers": []any{map[string]any{"name": "web", "image": "nginx:1.27"}},
		}, 3200},
		"of a Windows pod that is well": {map[string]any{
			"os":              map[string]any{"name": "windows"},
			"nodeSelector":    map[string]any{"kubernetes.io/os": "windows"},
			"securityContext": map[string]any{"windowsOptions": map[string]any{"runAsUserName": "ContainerUser"}},
			"containers":      []any{map[string]any{"name": "web", "image": "mcr.microsoft.com/windows/servercore:ltsc2022"}},
		}, 7970},
	} {
		t.Run(name, func(t *testing.T) {
			pod := map[string]any{"apiVersion": "v1", "kind": "Pod", "metadata": map[string]any{"name": "web"}, "spec": tc.spec}
			request := reviewOf(sample.Sample{Name: "web", Object: manifest.Object{Value: pod}})["request"]
			require.Empty(t, made.review(t, request))
			allocations := testing.AllocsPerRun(5, func() { made.review(t, request) })
			t.Logf("%.0f allocations", allocations)
			require.LessOrEqual(t, allocations, tc.limit)
		})
	}
}
