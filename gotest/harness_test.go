// Package gotest tests the whole product: every sample through every door by which it can reach the rules.
package gotest

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
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

// product is what all doors lead to, compiled once.
type product struct {
	modules  []rego.Module
	compiler *ast.Compiler
	queries  map[string]opa.PreparedEvalQuery // by query and data
}

func newProduct(t *testing.T) *product {
	t.Helper()
	all, err := rego.Load(policies.FS, bundle.FS)
	require.NoError(t, err)
	return productOf(t, all)
}

func productOf(t *testing.T, all []rego.Module) *product {
	t.Helper()
	compiler, err := rego.Compile(all)
	require.NoError(t, err)
	return &product{modules: all, compiler: compiler, queries: map[string]opa.PreparedEvalQuery{}}
}

// evaluate gives the value of a query that must be defined.
func (p *product) evaluate(t *testing.T, query string, known engine.Data, input any) any {
	t.Helper()
	text, err := json.Marshal(known.Config)
	require.NoError(t, err)
	key := fmt.Sprintf("%s %p %s", query, known.Run, text)
	prepared, ok := p.queries[key]
	if !ok {
		prepared, err = opa.New(
			opa.Query(query), opa.Compiler(p.compiler), opa.Store(inmem.NewFromObject(known.Document())),
		).PrepareForEval(t.Context())
		require.NoError(t, err)
		p.queries[key] = prepared
	}
	results, err := prepared.Eval(t.Context(), opa.EvalInput(input))
	require.NoError(t, err)
	require.Len(t, results, 1, "%s is undefined", query)
	return results[0].Expressions[0].Value
}

func readSamples(t *testing.T) []sample.Sample {
	t.Helper()
	all, err := sample.Read(os.DirFS("../samples"))
	require.NoError(t, err)
	return all
}

// reviewOf wraps an object as the API server would on CREATE; a sample that is a review already stays what it is.
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

// said reads a message, "field: text (rule)" or "field: text (rule, exception expired …)", and gives "severity rule".
func said(t *testing.T, severity finding.Severity, message string) string {
	t.Helper()
	from := strings.LastIndex(message, "(")
	require.Positive(t, from, message)
	require.True(t, strings.HasSuffix(message, ")"), message)
	rule, _, _ := strings.Cut(message[from+1:len(message)-1], ",")
	return string(severity) + " " + rule
}
