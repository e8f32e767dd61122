package gotest

import (
	"bytes"
	"io/fs"
	"maps"
	"os"
	"strings"
	"testing"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/stretchr/testify/require"

	"winpolicy/internal/catalog"
	"winpolicy/internal/config"
	"winpolicy/internal/coverage"
	"winpolicy/internal/docgen"
	"winpolicy/internal/gatekeeper"
)

func TestGeneratedFilesAreWhatTheirSourcesGive(t *testing.T) {
	want := generated(t)
	tree := os.DirFS("..")
	for path, text := range want {
		found, err := fs.ReadFile(tree, path)
		require.NoError(t, err, "run `make generate`")
		require.True(t, bytes.Equal(text, found), "%s differs from its source: run `make generate`", path)
	}
	for _, folder := range []string{gatekeeper.Folder, docgen.Folder} {
		require.NoError(t, fs.WalkDir(tree, folder, func(path string, entry fs.DirEntry, err error) error {
			if err == nil && !entry.IsDir() {
				require.Contains(t, want, path, "%s has no source: run `make generate`", path)
			}
			return err
		}))
	}
}

func generated(t *testing.T) map[string][]byte {
	t.Helper()
	product := newProduct(t)
	rules := loadRules(t)
	files, err := gatekeeper.Files(product.modules, rules, gatekeeper.Options{})
	require.NoError(t, err)
	platforms, err := catalog.Platforms(product.modules)
	require.NoError(t, err)
	files["docs/"+config.SchemaID], err = config.Publish(rules, catalog.Names(platforms))
	require.NoError(t, err)
	suites, err := gatekeeper.Suites(rules, readSamples(t))
	require.NoError(t, err)
	maps.Copy(files, suites)
	pages, err := docgen.Files(rules, readSamples(t))
	require.NoError(t, err)
	maps.Copy(files, pages)
	_, table := readCoverage(t)
	files[coverage.PageFile] = table.Page()
	return files
}

// A template holds the rules without their comments, and what is left is the same Rego.
func TestTemplatesHoldTheRegoOfTheirSources(t *testing.T) {
	product := newProduct(t)
	templates, err := gatekeeper.Templates(product.modules, loadRules(t))
	require.NoError(t, err)
	sources := map[string]*ast.Module{}
	for _, module := range product.modules {
		sources[module.Package()] = module.Parsed
	}
	for _, template := range templates {
		for _, library := range template.Spec.Targets[0].Code[0].Source.Libs {
			held, err := ast.ParseModuleWithOpts("library.rego", library, ast.ParserOptions{RegoVersion: ast.RegoV1})
			require.NoError(t, err)
			source := sources[strings.TrimPrefix(held.Package.Path.String(), "data.")]
			require.Equal(t, len(source.Rules), len(held.Rules))
			for i, rule := range source.Rules {
				require.Zero(t, rule.Compare(held.Rules[i]), rule.String())
			}
		}
	}
}
