// Package gotest tests the whole product. It judges every sample in every input form.
package gotest

import (
	"encoding/json"
	"fmt"
	"os"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/open-policy-agent/opa/v1/ast"
	opa "github.com/open-policy-agent/opa/v1/rego"
	"github.com/open-policy-agent/opa/v1/storage/inmem"
	"github.com/stretchr/testify/require"

	"winpolicy/bundle"
	"winpolicy/internal/engine"
	"winpolicy/internal/finding"
	"winpolicy/internal/rego"
	"winpolicy/internal/sample"
	"winpolicy/policies"
)

// TestMain lets the heap grow before the garbage is collected, because every test makes much of it: that saves a quarter of
// the time.
func TestMain(m *testing.M) {
	debug.SetGCPercent(400)
	debug.SetMemoryLimit(3 << 30)
	os.Exit(m.Run())
}

// product is what every input form leads to. All tests share its compiled rules and its prepared queries.
type product struct {
	modules  []rego.Module
	compiler *ast.Compiler
	queries  *queries
}

// compiled loads and compiles the rules once, which takes as long as judging hundreds of samples.
var compiled = sync.OnceValues(func() (*product, error) {
	all, err := rego.Load(policies.FS, bundle.FS)
	if err != nil {
		return nil, err
	}
	return compileProduct(all)
})

func compileProduct(all []rego.Module) (*product, error) {
	compiler, err := rego.Compile(all)
	return &product{modules: all, compiler: compiler, queries: &queries{prepared: map[string]query{}}}, err
}

// productOf compiles other rules than those of the program.
func productOf(t testing.TB, all []rego.Module) *product {
	t.Helper()
	made, err := compileProduct(all)
	require.NoError(t, err)
	return made
}

// newProduct gives the compiled rules. The caller may change its list of modules.
func newProduct(t testing.TB) *product {
	t.Helper()
	shared, err := compiled()
	require.NoError(t, err)
	return &product{modules: slices.Clone(shared.modules), compiler: shared.compiler, queries: shared.queries}
}

// queries holds prepared queries by their text and data.
type queries struct {
	lock     sync.Mutex
	prepared map[string]query
}

// query keeps the run of its data, because the address of the run is a part of its key.
type query struct {
	opa.PreparedEvalQuery
	run engine.Run
}

// prepare gives the query with the text and the data, prepared once.
func (p *product) prepare(t *testing.T, text string, known engine.Data) query {
	t.Helper()
	config, err := json.Marshal(known.Config)
	require.NoError(t, err)
	key := fmt.Sprintf("%s %p %s", text, known.Run, config)
	p.queries.lock.Lock()
	defer p.queries.lock.Unlock()
	found, ok := p.queries.prepared[key]
	if !ok {
		document, err := known.Document()
		require.NoError(t, err)
		prepared, err := opa.New(
			opa.Query(text), opa.Compiler(p.compiler), opa.Store(inmem.NewFromObject(document)),
		).PrepareForEval(t.Context())
		require.NoError(t, err)
		found = query{prepared, known.Run}
		p.queries.prepared[key] = found
	}
	return found
}

// evaluate gives the value of a query that must be defined.
func (p *product) evaluate(t *testing.T, query string, known engine.Data, input any) any {
	t.Helper()
	results, err := p.prepare(t, query, known).Eval(t.Context(), opa.EvalInput(input))
	require.NoError(t, err)
	require.Len(t, results, 1, "%s is undefined", query)
	return results[0].Expressions[0].Value
}

var parsedSamples = sync.OnceValues(func() ([]sample.Sample, error) { return sample.Read(os.DirFS("../samples")) })

// readSamples gives the samples, which are parsed once. The caller may change the list, but no object in it.
func readSamples(t testing.TB) []sample.Sample {
	t.Helper()
	all, err := parsedSamples()
	require.NoError(t, err)
	return slices.Clone(all)
}

// reviewOf wraps an object as the API server does on CREATE. A sample that is a review stays as it is.
func reviewOf(one sample.Sample) map[string]any {
	if one.IsReview() {
		return one.Object.Value
	}
	return map[string]any{
		"apiVersion": "admission.k8s.io/v1",
		"kind":       "AdmissionReview",
		"request": map[string]any{
			"uid": one.Name, "operation": "CREATE", "object": one.Object.Value, "namespace": namespace(one.Object.Value),
		},
	}
}

func namespace(object map[string]any) string {
	metadata, _ := object["metadata"].(map[string]any)
	if name, ok := metadata["namespace"].(string); ok {
		return name
	}
	return "default"
}

// graded gives "severity rule" for a message, "field: text (rule)" or "field: text (rule, exception expired …)", or for that of
// a template, "rule: field: text (winpolicy explain rule)".
func graded(t testing.TB, severity finding.Severity, message string) string {
	t.Helper()
	from := strings.LastIndex(message, "(")
	require.Positive(t, from, message)
	require.True(t, strings.HasSuffix(message, ")"), message)
	rule, _, _ := strings.Cut(message[from+1:len(message)-1], ",")
	rule = strings.TrimPrefix(rule, "winpolicy explain ")
	return string(severity) + " " + rule
}
