package gotest

import (
	"io/fs"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/cover"
	"github.com/open-policy-agent/opa/v1/format"
	"github.com/open-policy-agent/opa/v1/storage/inmem"
	"github.com/open-policy-agent/opa/v1/tester"
	"github.com/stretchr/testify/require"

	"winpolicy/bundle"
	"winpolicy/internal/catalog"
	"winpolicy/internal/rego"
	"winpolicy/policies"
)

// regoFiles reads every Rego file of the product, tests included.
func regoFiles(t *testing.T) map[string]string {
	t.Helper()
	files := map[string]string{}
	for _, tree := range []fs.FS{policies.FS, bundle.FS} {
		require.NoError(t, fs.WalkDir(tree, ".", func(path string, entry fs.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(path, ".rego") {
				return err
			}
			text, err := fs.ReadFile(tree, path)
			files[path] = string(text)
			return err
		}))
	}
	return files
}

func parsed(t *testing.T) map[string]*ast.Module {
	t.Helper()
	all := map[string]*ast.Module{}
	for path, text := range regoFiles(t) {
		module, err := ast.ParseModuleWithOpts(path, text, ast.ParserOptions{ProcessAnnotation: true})
		require.NoError(t, err)
		all[path] = module
	}
	return all
}

// newRunner gives a test longer than OPA's five seconds, which some of all rules need on a busy machine.
func newRunner(modules map[string]*ast.Module) *tester.Runner {
	return tester.NewRunner().SetStore(inmem.New()).SetModules(modules).SetTimeout(2 * time.Minute)
}

func TestRegoTestsPass(t *testing.T) {
	results, err := newRunner(parsed(t)).RunTests(t.Context(), nil)
	require.NoError(t, err)
	count := 0
	for result := range results {
		count++
		t.Run(result.Package+"."+result.Name, func(t *testing.T) {
			require.NoError(t, result.Error)
			for name, failed := range failures("", result.SubResults) {
				t.Errorf("%s: %s", name, failed)
			}
			require.False(t, result.Fail, "run `opa test -v policies bundle -r %s`", result.Name)
		})
	}
	require.Positive(t, count)
}

// failures are the cases of a table that failed, by name.
func failures(prefix string, cases tester.SubResultMap) map[string]string {
	all := map[string]string{}
	for name, one := range cases {
		if one.Fail && len(one.SubResults) == 0 {
			all[prefix+name] = "failed"
		}
		for inner, text := range failures(prefix+name+"/", one.SubResults) {
			all[inner] = text
		}
	}
	return all
}

func TestRegoTestsCoverEveryLine(t *testing.T) {
	modules := parsed(t)
	coverage := cover.New()
	results, err := newRunner(modules).SetCoverageQueryTracer(coverage).RunTests(t.Context(), nil)
	require.NoError(t, err)
	for range results {
		// Coverage is complete once all have run.
	}
	for path, report := range coverage.Report(modules).Files {
		if strings.HasSuffix(path, "_test.rego") {
			continue
		}
		for _, missed := range report.NotCovered {
			t.Errorf("%s:%d-%d is covered by no test", path, missed.Start.Row, missed.End.Row)
		}
	}
}

func TestRegoIsFormatted(t *testing.T) {
	for path, text := range regoFiles(t) {
		formatted, err := format.SourceWithOpts(path, []byte(text), format.Opts{RegoVersion: ast.RegoV1})
		require.NoError(t, err)
		require.Equal(t, string(formatted), text, "%s: run `make fmt`", path)
	}
}

func TestLibrariesAreReachedByImportOnly(t *testing.T) {
	for path, module := range parsed(t) {
		require.Empty(t, rego.Module{Path: path, Parsed: module}.Strays())
	}
}

func TestADataReferenceOutsideImportsIsRefused(t *testing.T) {
	for name, body := range map[string]string{
		"at the top":         `x if data.lib.windows.os.windows`,
		"in a some":          `x if { some y in data.lib.windows.containers.of_pod; y }`,
		"in a call":          `x if count(data.lib.windows.containers.of_pod) > 0`,
		"in a comprehension": `x := [y | y := data.lib.windows.os.windows]`,
		"under not":          `x if not data.lib.windows.os.windows`,
		"in a head":          `x := data.lib.windows.os.because`,
		"in a with":          `x if input.y with data.lib.windows.config as {}`,
	} {
		t.Run(name, func(t *testing.T) {
			tree := fstest.MapFS{"x.rego": {Data: []byte("package lib.windows.x\n\n" + body)}}
			all, err := rego.Load(policies.FS, tree)
			require.NoError(t, err)
			_, err = catalog.Load(all)
			require.ErrorContains(t, err, "x.rego:3: data.lib.windows.")
		})
	}
}

// lib.windows.subject alone knows the shapes of an input.
func TestRulesReadNoInput(t *testing.T) {
	for path, text := range regoFiles(t) {
		if strings.HasSuffix(path, "_test.rego") || !strings.HasPrefix(path, "lib/windows/rules/") {
			continue
		}
		module := ast.MustParseModuleWithOpts(text, ast.ParserOptions{RegoVersion: ast.RegoV1})
		ast.WalkRefs(module, func(ref ast.Ref) bool {
			require.False(t, ref.HasPrefix(ast.InputRootRef), "%s:%d: ask lib.windows.subject", path, ref[0].Location.Row)
			return false
		})
	}
}

var builtinNamespace = regexp.MustCompile(`^([a-z]+)\.`)

// A package called like a builtin's namespace hides it where it is imported: `object` breaks object.get.
func TestNoPackageIsNamedLikeABuiltin(t *testing.T) {
	namespaces := map[string]bool{}
	for _, builtin := range ast.Builtins {
		if found := builtinNamespace.FindStringSubmatch(builtin.Name); found != nil {
			namespaces[found[1]] = true
		}
	}
	for path, module := range parsed(t) {
		last := module.Package.Path[len(module.Package.Path)-1].Value.String()
		require.False(t, namespaces[strings.Trim(last, `"`)], "%s: rename the package", path)
	}
}
