package gotest

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/storage/inmem"
	"github.com/open-policy-agent/opa/v1/tester"
	"github.com/stretchr/testify/require"

	"winpolicy/bundle"
	"winpolicy/internal/catalog"
	"winpolicy/internal/engine"
	"winpolicy/internal/engine/topdown"
	"winpolicy/internal/planner"
	"winpolicy/internal/rego"
	"winpolicy/internal/sample"
	"winpolicy/internal/scaffold"
)

func TestScaffold_NewRulePassesUnchanged(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	require.NoError(t, os.CopyFS(filepath.Join(root, "policies"), os.DirFS("../policies")))
	require.NoError(t, os.MkdirAll(filepath.Join(root, "samples"), 0o755))
	written, err := scaffold.Rule(root, "brand-new")
	require.NoError(t, err)
	require.Len(t, written, 3)

	all, err := rego.Load(os.DirFS(filepath.Join(root, "policies")), bundle.FS)
	require.NoError(t, err)
	rules, err := catalog.Load(all)
	require.NoError(t, err)
	_, err = catalog.Find(rules, "brand-new")
	require.NoError(t, err)

	slow, err := topdown.New(t.Context(), all, engine.Data{}, time.Time{})
	require.NoError(t, err)
	made, err := planner.Plan(t.Context(), all)
	require.NoError(t, err)
	planned, err := engine.Prepare(t.Context(), engine.Planned(made), engine.Data{}, time.Time{})
	require.NoError(t, err)
	samples, err := sample.Read(os.DirFS(filepath.Join(root, "samples")))
	require.NoError(t, err)
	require.Len(t, samples, 2)
	for _, judge := range []*engine.Engine{slow, planned} {
		for _, one := range samples {
			require.NoError(t, one.Judge(t.Context(), func(context.Context, engine.Data) (*engine.Engine, error) { return judge, nil }))
		}
	}

	parsed := map[string]*ast.Module{}
	for _, module := range all {
		parsed[module.Path] = module.Parsed
	}
	test, err := os.ReadFile(filepath.Join(root, written[1]))
	require.NoError(t, err)
	parsed["test.rego"] = ast.MustParseModule(string(test))
	results, err := tester.NewRunner().SetStore(inmem.New()).SetModules(parsed).RunTests(t.Context(), nil)
	require.NoError(t, err)
	passed := 0
	for result := range results {
		require.True(t, result.Pass(), result.String())
		passed++
	}
	require.Equal(t, 1, passed)
}
