package gotest

import (
	"bytes"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/stretchr/testify/require"
	"golang.org/x/mod/semver"

	"winpolicy/internal/admission"
	"winpolicy/internal/catalog"
	"winpolicy/internal/chart"
	"winpolicy/internal/docs"
	"winpolicy/internal/gatekeeper"
	about "winpolicy/internal/version"
	"winpolicy/policies"
)

func TestGeneratedFilesAreWhatTheirSourcesGive(t *testing.T) {
	t.Parallel()
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
	files, err := gatekeeper.Files(product.modules, rules, gatekeeper.Options{Project: os.DirFS("..")})
	require.NoError(t, err)
	platforms, err := catalog.Platforms(product.modules)
	require.NoError(t, err)
	text, _ := readCoverage(t)
	policies, err := admission.Read(policies.FS, product.modules, rules)
	require.NoError(t, err)
	pages, err := docs.Files(t.Context(), docs.Source{
		Policies: policies, Modules: product.modules, Rules: rules, Samples: readSamples(t), Platforms: catalog.Names(platforms), Coverage: []byte(text),
	})
	require.NoError(t, err)
	charts, err := chart.Files(chart.Source{
		Rules: rules, Platforms: catalog.Names(platforms), Grouping: gatekeeper.BySubject, Templates: files, Version: about.Release,
	})
	require.NoError(t, err)
	for name, text := range charts {
		files["deploy/charts/"+name] = text
	}
	maps.Copy(files, pages)
	return files
}

// A rule cannot be newer than the release that has it.
func TestRelease_HasEveryRule(t *testing.T) {
	for _, rule := range loadRules(t) {
		require.LessOrEqual(t, semver.Compare("v"+rule.Since, "v"+about.Release), 0, "%s: raise version.Release to %s", rule.ID, rule.Since)
	}
}

// A template holds rules of its sources in their order, and the METADATA of a rule as a constant. The samples show that it
// finds the same with constants in the place of names and without the rules that nothing reaches.
func TestTemplates_HoldOnlyRulesOfTheirSources(t *testing.T) {
	product := newProduct(t)
	sources := map[string]*ast.Module{}
	for _, module := range product.modules {
		sources[module.Package()] = module.Parsed
	}
	for _, template := range templatesOf(t, gatekeeper.BySubject) {
		for _, library := range template.Spec.Targets[0].Code[0].Source.Libs {
			held, err := ast.ParseModuleWithOpts("library.rego", library, ast.ParserOptions{RegoVersion: ast.RegoV1, ProcessAnnotation: true})
			require.NoError(t, err)
			require.Empty(t, held.Comments, held.Package)
			pkg := strings.TrimPrefix(held.Package.Path.String(), "data.")
			if pkg == "lib.windows.index" {
				continue
			}
			left := sources[pkg].Rules
			for _, rule := range held.Rules {
				if rule.Head.Ref().String() == "metadata_of_rule" {
					continue
				}
				at := slices.IndexFunc(left, func(source *ast.Rule) bool { return comesFrom(rule, source) })
				require.GreaterOrEqual(t, at, 0, "%s: %s is in no order of its source", pkg, rule.Head.Ref())
				left = left[at+1:]
			}
		}
	}
}

func comesFrom(held, source *ast.Rule) bool {
	name := held.Head.Ref().String()
	if strings.HasPrefix(name, "graded.") {
		name = "finding"
	}
	return name == source.Head.Ref().String() && len(held.Body) == len(source.Body)
}
