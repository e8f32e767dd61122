package check_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/stretchr/testify/require"

	"winpolicy/bundle"
	"winpolicy/internal/check"
	"winpolicy/internal/engine"
	"winpolicy/internal/engine/topdown"
	"winpolicy/internal/rego"
	"winpolicy/internal/report"
	"winpolicy/policies"
)

// compiled are the embedded rules. Compiling them takes most of the time of a test.
var compiled = sync.OnceValues(func() (*ast.Compiler, error) {
	all, err := rego.Load(policies.FS, bundle.FS)
	if err != nil {
		return nil, err
	}
	return rego.Compile(all)
})

func newEngine(t *testing.T, known engine.Data) *engine.Engine {
	t.Helper()
	compiler, err := compiled()
	require.NoError(t, err)
	rules, err := engine.Prepare(t.Context(), topdown.Rules(compiler), known, time.Time{})
	require.NoError(t, err)
	return rules
}

func run(t *testing.T, paths []string, stdin string) (*report.Report, error) {
	t.Helper()
	input, err := check.Open(t.Context(), paths, check.Options{Stdin: strings.NewReader(stdin)})
	require.NoError(t, err)
	defer func() { require.NoError(t, input.Close()) }()
	return judge(t.Context(), input, newEngine(t, input.Known(t.Context(), nil, nil)))
}

// judge puts the parts of a run together.
func judge(ctx context.Context, input *check.Input, rules *engine.Engine) (*report.Report, error) {
	whole := report.New()
	_, err := input.Judge(ctx, rules, func(part *report.Report) error {
		whole.Append(part)
		return nil
	})
	return whole, err
}

func file(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "manifest.yaml")
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

const deployment = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec: {template: {spec: {runtimeClassName: windows, hostPID: true}}}
---
`

const class = `
apiVersion: node.k8s.io/v1
kind: RuntimeClass
metadata: {name: windows}
handler: runhcs-wcow-process
scheduling: {nodeSelector: {kubernetes.io/os: windows}}
---
`

func rulesIn(result *report.Report) []string {
	var all []string
	for _, violation := range result.Violations {
		all = append(all, string(violation.Severity)+" "+violation.Rule)
	}
	return all
}

func TestKnown_FindsRuntimeClassesAnywhereInTheRun(t *testing.T) {
	want := []string{"note os-name", "warn host-namespaces"}
	for name, tc := range map[string]struct {
		files []string
		stdin string
	}{
		"before":             {files: []string{class + deployment}},
		"after":              {files: []string{deployment + class}},
		"in another file":    {files: []string{deployment, class}},
		"in a List":          {files: []string{deployment + "apiVersion: v1\nkind: List\nitems:\n- " + strings.ReplaceAll(strings.Trim(strings.TrimSuffix(class, "---\n"), "\n"), "\n", "\n  ")}},
		"in standard input":  {files: []string{deployment}, stdin: class},
		"all standard input": {stdin: deployment + class},
	} {
		t.Run(name, func(t *testing.T) {
			var paths []string
			for _, text := range tc.files {
				paths = append(paths, file(t, text))
			}
			if tc.stdin != "" {
				paths = append(paths, "-")
			}
			result, err := run(t, paths, tc.stdin)
			require.NoError(t, err)
			require.Equal(t, want, rulesIn(result))
		})
	}
	result, err := run(t, []string{file(t, deployment)}, "")
	require.NoError(t, err)
	require.Empty(t, result.Violations, "without the class no field says Windows")
}

func TestJudge_KeepsTheOrderOfTheDocuments(t *testing.T) {
	var text strings.Builder
	for i := range 300 {
		fmt.Fprintf(&text, "apiVersion: v1\nkind: Pod\nmetadata: {name: pod-%d}\nspec: {os: {name: windows}, nodeName: node-1, hostPID: true}\n---\n", i)
	}
	result, err := run(t, []string{file(t, text.String())}, "")
	require.NoError(t, err)
	require.Equal(t, 300, result.Summary.Deny)
	for i, violation := range result.Violations {
		require.Equal(t, i, violation.Document)
		require.Equal(t, 5*i+4, violation.Line)
		require.Equal(t, fmt.Sprintf("pod-%d", i), violation.Object.Name)
	}
}

func TestOpen_KeepsShortStandardInputInMemory(t *testing.T) {
	t.Setenv("TMPDIR", "/nonexistent")
	result, err := run(t, []string{"-"}, deployment)
	require.NoError(t, err)
	require.Equal(t, 1, result.Summary.Objects)
}

func TestOpen_LeavesNoTemporaryFile(t *testing.T) {
	folder := t.TempDir()
	t.Setenv("TMPDIR", folder)
	result, err := run(t, []string{"-"}, strings.Repeat(strings.Repeat("# filler\n", 1<<16)+"---\n", 20)+deployment)
	require.NoError(t, err)
	require.Equal(t, 1, result.Summary.Objects)
	left, err := os.ReadDir(folder)
	require.NoError(t, err)
	require.Empty(t, left)
}

func TestJudge_StoppedRunIsAnError(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	stopped := errors.New("stopped")
	cancel(stopped)
	input, err := check.Open(t.Context(), []string{file(t, deployment)}, check.Options{})
	require.NoError(t, err)
	_, err = judge(ctx, input, newEngine(t, engine.Data{}))
	require.ErrorIs(t, err, stopped)
}

func TestJudge_AdmissionReviewIsReportedByTheObjectInIt(t *testing.T) {
	result, err := run(t, []string{file(t, `
apiVersion: admission.k8s.io/v1
kind: AdmissionReview
request:
  operation: CREATE
  object:
    apiVersion: v1
    kind: Pod
    metadata: {name: web}
    spec:
      os: {name: windows}
      nodeName: node-1
      hostPID: true
`)}, "")
	require.NoError(t, err)
	require.Len(t, result.Violations, 1)
	require.Equal(t, "web", result.Violations[0].Object.Name)
	require.Equal(t, "spec.hostPID", result.Violations[0].Field)
	require.Equal(t, 13, result.Violations[0].Line)
}
