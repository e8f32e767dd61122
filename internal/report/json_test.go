package report_test

import (
	"bytes"
	"encoding/json"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"winpolicy/internal/finding"
	"winpolicy/internal/report"
)

// The keys of a violation come in the order in which the published schema lists them.
func TestJSON_KeysHaveTheOrderOfTheSchema(t *testing.T) {
	text, err := os.ReadFile("../../docs/report.schema.json")
	require.NoError(t, err)
	var schema struct {
		Defs struct {
			Violation struct{ Properties json.RawMessage }
		} `json:"$defs"`
	}
	require.NoError(t, json.Unmarshal(text, &schema))
	whole := violation("a-rule", finding.Deny, 9)
	whole.Container, whole.Fix = "web", []finding.Operation{{Op: "remove", Path: "/spec/hostPID"}}
	whole.By, whole.Reason, whole.Source = "ignore", "a test", "web/templates/pod.yaml"
	part := report.New()
	part.Add(whole)
	var document struct{ Violations []json.RawMessage }
	require.NoError(t, json.Unmarshal([]byte(written(t, report.JSON, report.Options{}, part)), &document))
	require.Equal(t, keys(t, schema.Defs.Violation.Properties), keys(t, document.Violations[0]))
}

// keys returns the keys of a JSON object in their order.
func keys(t *testing.T, object []byte) []string {
	t.Helper()
	decoder := json.NewDecoder(bytes.NewReader(object))
	_, err := decoder.Token()
	require.NoError(t, err)
	var all []string
	for decoder.More() {
		key, err := decoder.Token()
		require.NoError(t, err)
		var value json.RawMessage
		require.NoError(t, decoder.Decode(&value))
		all = append(all, key.(string))
	}
	return all
}
