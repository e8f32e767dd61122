package gotest

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	opa "github.com/open-policy-agent/opa/v1/rego"
	"github.com/open-policy-agent/opa/v1/storage/inmem"
	"github.com/stretchr/testify/require"

	"winpolicy/internal/manifest"
)

// With any bytes in a file, no input form panics or fails, and the webhook gives an answer.
func FuzzInputForms(f *testing.F) {
	seedWithSamples(f)
	forms := fuzzedForms(f)
	f.Fuzz(func(t *testing.T, text []byte) {
		for document, err := range manifest.Documents(bytes.NewReader(text), "f.yaml") {
			if err != nil {
				continue
			}
			objects, _ := document.Objects()
			for _, object := range objects[:min(len(objects), 3)] {
				for _, form := range forms {
					for _, input := range form.inputs(object.Value) {
						results, err := form.query.Eval(t.Context(), opa.EvalInput(input))
						require.NoError(t, err, form.name)
						require.Len(t, results, 1, "%s is undefined", form.name)
						form.holds(t, results[0].Expressions[0].Value)
					}
				}
			}
		}
	})
}

// fuzzedForm is a query, the inputs that contain an object, and what is always true of the value.
type fuzzedForm struct {
	name   string
	query  opa.PreparedEvalQuery
	inputs func(object any) []any
	holds  func(t *testing.T, value any)
}

func fuzzedForms(f *testing.F) []fuzzedForm {
	compiler := newProduct(f).compiler
	config := map[string]any{"platform": "generic"}
	store := inmem.NewFromObject(map[string]any{"lib": map[string]any{"windows": map[string]any{"config": config}}})
	prepare := func(query string) opa.PreparedEvalQuery {
		prepared, err := opa.New(opa.Query(query), opa.Compiler(compiler), opa.Store(store)).PrepareForEval(f.Context())
		require.NoError(f, err)
		return prepared
	}
	anything := func(*testing.T, any) {}
	alone := func(object any) []any { return []any{object} }
	combined := func(object any) []any {
		return []any{object, []any{map[string]any{"path": "a", "contents": object}, map[string]any{"path": "b", "contents": object}}}
	}
	return []fuzzedForm{
		{"data.winpolicy.report", prepare("data.winpolicy.report"), alone, anything},
		{"data.main.deny", prepare("data.main.deny"), combined, anything},
		{"data.main.warn", prepare("data.main.warn"), combined, anything},
		{"data.winpolicy.admission.response", prepare("data.winpolicy.admission.response"), reviewed, func(t *testing.T, value any) {
			response := value.(map[string]any)["response"].(map[string]any)
			require.IsType(t, true, response["allowed"])
		}},
		{"data.lib.windows.gather.violation", prepare("data.lib.windows.gather.violation"), gathered, anything},
	}
}

// reviewed gives an object on its own, and in the reviews that the API server sends.
func reviewed(object any) []any {
	ask := func(request map[string]any) any {
		return map[string]any{"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": request}
	}
	return []any{
		object,
		ask(map[string]any{"uid": "u", "operation": "CREATE", "object": object}),
		ask(map[string]any{"uid": "u", "operation": "UPDATE", "object": object, "oldObject": nil}),
		ask(map[string]any{"uid": "u", "operation": "UPDATE", "object": object, "oldObject": object, "subResource": "resize"}),
	}
}

// gathered gives an object in the inputs that Gatekeeper sends.
func gathered(object any) []any {
	return []any{
		map[string]any{"review": map[string]any{"object": object, "operation": "CREATE"}, "parameters": map[string]any{}},
		map[string]any{"review": map[string]any{"object": object}, "parameters": object},
	}
}

// seedWithSamples gives the fuzzer the first document of each file of samples.
func seedWithSamples(f *testing.F) {
	folder := os.DirFS(filepath.Join("..", "samples"))
	require.NoError(f, fs.WalkDir(folder, ".", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".yaml" {
			return err
		}
		text, err := fs.ReadFile(folder, path)
		require.NoError(f, err)
		for document, err := range manifest.Documents(bytes.NewReader(text), path) {
			require.NoError(f, err)
			f.Add(document.Raw)
			break
		}
		return nil
	}))
}
