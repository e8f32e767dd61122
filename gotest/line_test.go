package gotest

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"winpolicy/internal/engine"
)

func TestSamples_ExpectEachFindingOnTheLineThatCheckReports(t *testing.T) {
	product := newProduct(t)
	engines := map[string]*engine.Engine{}
	for _, one := range readSamples(t) {
		t.Run(one.File+"/"+one.Name, func(t *testing.T) {
			require.NoError(t, one.Judge(t.Context(), func(ctx context.Context, known engine.Data) (*engine.Engine, error) {
				config, err := json.Marshal(known.Config)
				key := one.Run + " " + string(config)
				if err != nil || engines[key] != nil {
					return engines[key], err
				}
				engines[key], err = engine.Prepare(ctx, product.compiler, known, time.Time{})
				return engines[key], err
			}))
		})
	}
}
