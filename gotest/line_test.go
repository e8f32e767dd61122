package gotest

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"winpolicy/internal/engine"
)

func TestSamples_ExpectEachFindingOnTheLineThatCheckReports(t *testing.T) {
	prepared := planEngines(t)
	for _, one := range readSamples(t) {
		t.Run(one.File+"/"+one.Name, func(t *testing.T) {
			require.NoError(t, one.Judge(t.Context(), func(context.Context, engine.Data) (*engine.Engine, error) {
				return prepared.of(t, one), nil
			}))
		})
	}
}
