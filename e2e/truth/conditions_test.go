package main

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// The pods that are placed in every run try each condition from both sides.
func TestPlacedPod_TriesEachCondition(t *testing.T) {
	tried := tries{}
	for i := range 4000 {
		tried.count(placedPod(rand.New(rand.NewPCG(1, uint64(i))), i))
	}
	for _, one := range placementConditions {
		require.GreaterOrEqual(t, tried[one.name].meet, 50, one.name)
		require.GreaterOrEqual(t, tried[one.name].miss, 50, one.name)
	}
}

// Workloads of versions that are served and of versions that are not, each for Windows.
func TestVersions_TryServedAndUnserved(t *testing.T) {
	served := map[string]bool{}
	for _, one := range shapes {
		served[one.version+" "+one.kind] = true
	}
	tried := try{}
	for one := range versions {
		switch {
		case !declaresWindows(one.Object):
		case served[one.Object["apiVersion"].(string)+" "+one.Object["kind"].(string)]:
			tried.miss++
		default:
			tried.meet++
		}
	}
	require.GreaterOrEqual(t, tried.meet, 50)
	require.GreaterOrEqual(t, tried.miss, 50)
}
