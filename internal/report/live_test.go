package report_test

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"

	"winpolicy/internal/finding"
	"winpolicy/internal/report"
)

// An object of a cluster is in no file. Every format names the object instead.
func TestFormats_NameTheObjectThatIsInNoFile(t *testing.T) {
	part := report.New()
	for _, name := range []string{"web", "shop"} {
		one := violation("host-namespaces", finding.Deny, 0)
		one.File, one.Column, one.Text, one.Edits, one.Object.Name = "", 0, "", nil, name
		part.Add(one)
	}
	part.Summary.Objects = 2
	part.Errors = []report.Error{{Message: "list pods: no"}}
	const says = "spec.hostPID: Windows has none. Remove it. (host-namespaces)"
	for name, want := range map[string]string{
		"text":        "Pod shop/web: deny: " + says + "\n    spec.os.name is windows\nPod shop/shop: deny: " + says + "\n    spec.os.name is windows\nerror: list pods: no\n2 objects: 2 denied, 0 warnings, 0 notes, 1 error\n",
		"compact":     "Pod shop/web: deny: " + says + "\nPod shop/shop: deny: " + says + "\nerror: list pods: no\n",
		"terminal":    "  Pod shop/web, because spec.os.name is windows\n    deny host-namespaces\n      spec.hostPID: Windows has none. Remove it.\n\n  Pod shop/shop, because spec.os.name is windows\n    deny host-namespaces\n      spec.hostPID: Windows has none. Remove it.\n\nerror: list pods: no\n\n2 objects: 2 denied, 0 warnings, 0 notes, 1 error\n",
		"github":      "::error title=host-namespaces::Pod shop/web: " + says + "\n",
		"azuredevops": "##vso[task.logissue type=error;code=host-namespaces;]Pod shop/web: " + says + "\n",
		"gitlab":      "\"location\": {\n      \"path\": \"Pod shop/web\",\n      \"lines\": {\n        \"begin\": 1\n",
		"markdown":    "| severity | object | finding |\n| --- | --- | --- |\n| deny | `Pod shop/web` | spec.hostPID: Windows has none. Remove it. (host-namespaces) |\n",
		"junit":       "<testsuite name=\"Pod shop/web\" tests=\"1\" failures=\"1\" errors=\"0\" skipped=\"0\">\n    <testcase classname=\"host-namespaces\" name=\"Pod shop/web spec.hostPID\">\n      <failure message=",
		"json":        "\"name\": \"web\"\n      },\n      \"file\": \"\",\n      \"document\": 0,\n      \"line\": 0,\n",
		"sarif":       "\"logicalLocations\": [",
	} {
		text := written(t, formats[name], report.Options{FailOn: finding.Deny, Live: true}, part)
		require.Contains(t, text, want, name)
		require.NotContains(t, text, ":0:", name)
	}
	require.NotContains(t, written(t, report.SARIF, report.Options{Live: true}, part), "physicalLocation")

	part.Diagnostics = []report.Diagnostic{{Kind: "unlisted", Message: "no"}}
	described, err := os.ReadFile("../../docs/report.schema.json")
	require.NoError(t, err)
	form, err := jsonschema.UnmarshalJSON(bytes.NewReader(described))
	require.NoError(t, err)
	compiler := jsonschema.NewCompiler()
	require.NoError(t, compiler.AddResource("report.json", form))
	schema, err := compiler.Compile("report.json")
	require.NoError(t, err)
	document, err := jsonschema.UnmarshalJSON(strings.NewReader(written(t, report.JSON, report.Options{Live: true}, part)))
	require.NoError(t, err)
	require.NoError(t, schema.Validate(document))
}
