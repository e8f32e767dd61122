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
	"winpolicy/internal/docs"
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
	for _, folder := range []string{gatekeeper.Folder, docs.Folder} {
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
	text, _ := readCoverage(t)
	pages, err := docs.Files(t.Context(), docs.Source{
		Modules: product.modules, Rules: rules, Samples: readSamples(t), Platforms: catalog.Names(platforms), Coverage: []byte(text),
	})
	require.NoError(t, err)
	maps.Copy(files, pages)
	return files
}

// A template holds every rule of its sources, those that give findings by severity, and nothing else. That they say the
// same with constants in the place of their names is what the samples show through Gatekeeper's door.
func TestTemplatesHoldTheRegoOfTheirSources(t *testing.T) {
	product := newProduct(t)
	templates, err := gatekeeper.Templates(product.modules, loadRules(t), gatekeeper.ByCategory)
	require.NoError(t, err)
	sources := map[string]*ast.Module{"lib.windows.index": ast.MustParseModuleWithOpts(
		"package lib.windows.index\n\nalways := 1\n\nneeding := 1\n\nothers := 1\n\nconfigured := 1", ast.ParserOptions{RegoVersion: ast.RegoV1})}
	for _, module := range product.modules {
		sources[module.Package()] = module.Parsed
	}
	for _, template := range templates {
		for _, library := range template.Spec.Targets[0].Code[0].Source.Libs {
			held, err := ast.ParseModuleWithOpts("library.rego", library, ast.ParserOptions{RegoVersion: ast.RegoV1})
			require.NoError(t, err)
			source := sources[strings.TrimPrefix(held.Package.Path.String(), "data.")]
			require.GreaterOrEqual(t, len(held.Rules), len(source.Rules))
			for i, rule := range source.Rules {
				name := rule.Head.Ref().String()
				if graded := held.Rules[i].Head.Ref().String(); strings.HasPrefix(graded, "graded.") {
					require.Equal(t, "finding", name)
					continue
				}
				require.Equal(t, name, held.Rules[i].Head.Ref().String())
				require.Equal(t, len(rule.Body), len(held.Rules[i].Body), rule.String())
			}
			for _, rule := range held.Rules[len(source.Rules):] {
				require.Regexp(t, `^(finding|graded\.all) contains found if `, rule.String())
			}
		}
	}
}
