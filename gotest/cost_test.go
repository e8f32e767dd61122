package gotest

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/open-policy-agent/opa/v1/ast"
	opa "github.com/open-policy-agent/opa/v1/rego"
	"github.com/stretchr/testify/require"

	"winpolicy/internal/engine"
	"winpolicy/internal/sample"
)

// What the verdict on one object costs `check`, and OPA with the bundle, counted in allocations. A limit is a tenth above what
// was counted when it was written. `make bench` measures the same objects.
var costs = map[string]struct{ finds, plan, bundle int }{
	"configmap":                 {0, 80, 2040},
	"linux-pod":                 {0, 88, 2210},
	"windows-pod":               {0, 1215, 9840},
	"windows-pod-with-findings": {5, 3260, 14710},
}

func TestPlan_AllocatesWithinItsLimit(t *testing.T) {
	judge := planEngines(t).of(t, sample.Sample{Config: map[string]any{"platform": "generic"}})
	for name, tc := range costs {
		t.Run(name, func(t *testing.T) {
			input := costed(t, name)
			verdict, err := judge.Judge(t.Context(), input)
			require.NoError(t, err)
			require.Len(t, verdict.Findings, tc.finds)
			requireAllocations(t, tc.plan, func() error {
				_, err := judge.Judge(t.Context(), input)
				return err
			})
		})
	}
}

func TestBundle_AllocatesWithinItsLimit(t *testing.T) {
	query := newProduct(t).prepare(t, "data.winpolicy.report", engine.Data{Config: engine.Config{"platform": "generic"}}).PreparedEvalQuery
	for name, tc := range costs {
		t.Run(name, func(t *testing.T) {
			input := costed(t, name)
			requireAllocations(t, tc.bundle, func() error {
				_, err := query.Eval(t.Context(), opa.EvalParsedInput(input))
				return err
			})
		})
	}
}

func requireAllocations(t *testing.T, limit int, judge func() error) {
	t.Helper()
	allocations := testing.AllocsPerRun(5, func() {
		if err := judge(); err != nil {
			t.Error(err)
		}
	})
	t.Logf("%.0f allocations", allocations)
	require.LessOrEqual(t, allocations, float64(limit))
}

// costed reads an object of the table.
func costed(t testing.TB, name string) ast.Value {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "cost", name+".json"))
	require.NoError(t, err)
	return ast.MustParseTerm(string(text)).Value
}
