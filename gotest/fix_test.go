package gotest

import (
	"bytes"
	"encoding/json"
	"testing"

	jsonpatch "github.com/evanphx/json-patch/v5"
	"github.com/stretchr/testify/require"

	"winpolicy/internal/sample"
)

func TestFixes_RemoveTheirFindingAndAddNone(t *testing.T) {
	t.Parallel()
	product := newProduct(t)
	fixed := map[string]bool{}
	for _, one := range readSamples(t) {
		if one.Given || one.IsReview() {
			continue
		}
		before := findings(t, product, one.Data(), one.Object.Value)
		for _, finding := range before {
			if finding["fix"] == nil {
				continue
			}
			fixed[finding["rule"].(string)] = true
			t.Run(one.File+"/"+one.Name+"/"+finding["field"].(string), func(t *testing.T) {
				after := findings(t, product, one.Data(), applied(t, one, finding["fix"]))
				require.NotContains(t, keys(after), key(finding))
				require.Subset(t, keys(before), keys(after))
			})
		}
	}
	for _, rule := range loadRules(t) {
		require.Equal(t, rule.Fixes, fixed[rule.ID], "%s: the catalogue tells whether the rule has fixes, and a sample shows one", rule.ID)
	}
}

// applied gives the object after a fix, as any implementation of RFC 6902 applies it with its default options.
func applied(t *testing.T, one sample.Sample, fix any) any {
	t.Helper()
	operations, err := json.Marshal(fix)
	require.NoError(t, err)
	patch, err := jsonpatch.DecodePatch(operations)
	require.NoError(t, err)
	text, err := json.Marshal(one.Object.Value)
	require.NoError(t, err)
	changed, err := patch.Apply(text)
	require.NoError(t, err, string(operations))
	decoder := json.NewDecoder(bytes.NewReader(changed))
	decoder.UseNumber()
	var object any
	require.NoError(t, decoder.Decode(&object))
	return object
}

func keys(findings []map[string]any) []string {
	all := []string{}
	for _, finding := range findings {
		all = append(all, key(finding))
	}
	return all
}

func key(finding map[string]any) string {
	container, _ := finding["container"].(string)
	return finding["rule"].(string) + " " + finding["field"].(string) + " " + container
}
