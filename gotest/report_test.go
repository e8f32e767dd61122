package gotest

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"

	"winpolicy/internal/cli"
)

// What `check -o json` prints about all samples has the form that docs/report.schema.json publishes.
func TestReport_MatchesItsSchema(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../docs/report.schema.json")
	require.NoError(t, err)
	described, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	require.NoError(t, err)
	compiler := jsonschema.NewCompiler()
	require.NoError(t, compiler.AddResource("report.json", described))
	schema, err := compiler.Compile("report.json")
	require.NoError(t, err)
	for _, arguments := range [][]string{{"../samples"}, {"nowhere.yaml"}, {"--platform", "aks", "../samples/wild"}} {
		var output, problems bytes.Buffer
		cli.Run(append([]string{"check", "-o", "json"}, arguments...), strings.NewReader(""), &output, &problems)
		document, err := jsonschema.UnmarshalJSON(&output)
		require.NoError(t, err, problems.String())
		require.NoError(t, schema.Validate(document))
	}
}
