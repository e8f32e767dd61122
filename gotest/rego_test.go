package gotest

import (
	"context"
	"io/fs"
	"regexp"
	"strings"
	"sync"
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

var regoTexts = sync.OnceValues(func() (map[string]string, error) {
	files := map[string]string{}
	for _, tree := range []fs.FS{policies.FS, bundle.FS} {
		err := fs.WalkDir(tree, ".", func(path string, _ fs.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(path, ".rego") {
				return err
			}
			text, err := fs.ReadFile(tree, path)
			files[path] = string(text)
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return files, nil
})

// regoFiles gives the text of every Rego file of the product by its path, tests included.
func regoFiles(t *testing.T) map[string]string {
	t.Helper()
	files, err := regoTexts()
	require.NoError(t, err)
	return files
}

var regoModules = sync.OnceValues(func() (map[string]*ast.Module, error) {
	files, err := regoTexts()
	if err != nil {
		return nil, err
	}
	all := map[string]*ast.Module{}
	for path, text := range files {
		all[path], err = ast.ParseModuleWithOpts(path, text, ast.ParserOptions{ProcessAnnotation: true})
		if err != nil {
			return nil, err
		}
	}
	return all, nil
})

// parsed gives every Rego file of the product by its path, tests included.
func parsed(t *testing.T) map[string]*ast.Module {
	t.Helper()
	all, err := regoModules()
	require.NoError(t, err)
	return all
}

// regoRun is what one run of all Rego tests gives.
type regoRun struct {
	results  []*tester.Result
	coverage cover.Report
}

var regoTests = sync.OnceValues(func() (regoRun, error) {
	modules, err := regoModules()
	if err != nil {
		return regoRun{}, err
	}
	coverage := cover.New()
	// OPA evaluates each test again, once for each kind of optimization, to say why a line is not covered. Here only the
	// line counts. A test gets more than OPA's five seconds, because a busy machine needs longer for some of them.
	runner := tester.NewRunner().SetStore(inmem.New()).SetModules(modules).SetTimeout(2 * time.Minute).
		SetCoverageQueryTracer(coverage).SetCoverageRuns(nil)
	results, err := runner.RunTests(context.Background(), nil)
	if err != nil {
		return regoRun{}, err
	}
	var all []*tester.Result
	for result := range results {
		all = append(all, result)
	}
	return regoRun{all, coverage.Report(modules)}, nil
})

func TestRegoTests_Pass(t *testing.T) {
	t.Parallel()
	run, err := regoTests()
	require.NoError(t, err)
	require.NotEmpty(t, run.results)
	for _, result := range run.results {
		t.Run(result.Package+"."+result.Name, func(t *testing.T) {
			require.NoError(t, result.Error)
			for name, failed := range failures("", result.SubResults) {
				t.Errorf("%s: %s", name, failed)
			}
			require.False(t, result.Fail, "run `opa test -v policies bundle -r %s`", result.Name)
		})
	}
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

func TestRegoTests_CoverEveryLine(t *testing.T) {
	t.Parallel()
	run, err := regoTests()
	require.NoError(t, err)
	require.NotEmpty(t, run.coverage.Files)
	for path, report := range run.coverage.Files {
		if strings.HasSuffix(path, "_test.rego") || strings.HasPrefix(path, "lib/windows/data/") { // tables, which ReadData checks
			continue
		}
		for _, missed := range report.NotCovered {
			t.Errorf("%s:%d-%d: no test covers these lines", path, missed.Start.Row, missed.End.Row)
		}
	}
}

func TestRego_IsFormatted(t *testing.T) {
	for path, text := range regoFiles(t) {
		formatted, err := format.SourceWithOpts(path, []byte(text), format.Opts{RegoVersion: ast.RegoV1})
		require.NoError(t, err)
		require.Equal(t, string(formatted), text, "%s: run `make fmt`", path)
	}
}

func TestRego_ReachesLibrariesByImportOnly(t *testing.T) {
	for path, module := range parsed(t) {
		require.Empty(t, rego.Module{Path: path, Parsed: module}.Strays())
	}
}

func TestRego_DataReferenceOutsideImportsIsRejected(t *testing.T) {
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

// Only lib.windows.subject knows the shapes of an input.
func TestRego_RulesReadNoInput(t *testing.T) {
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

// A package with the name of a builtin's namespace hides the namespace in files that import it: `object` breaks object.get.
func TestRego_PackagesAreNotNamedLikeBuiltins(t *testing.T) {
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
