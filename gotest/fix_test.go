package gotest

import (
	"bytes"
	"encoding/json"
	"testing"

	jsonpatch "github.com/evanphx/json-patch/v5"
	"github.com/stretchr/testify/require"

	"winpolicy/internal/finding"
	"winpolicy/internal/sample"
)

func TestFixes_RemoveTheirFindingAndAddNone(t *testing.T) {
	t.Parallel()
	engines := planEngines(t)
	fixed := map[string]bool{}
	for _, one := range readSamples(t) {
		if one.Given || one.IsReview() {
			continue
		}
		rules := engines.of(t, one)
		before := findings(t, rules, one.Object.Value)
		for _, found := range before {
			if found.Fix == nil {
				continue
			}
			fixed[found.Rule] = true
			t.Run(one.File+"/"+one.Name+"/"+found.Field, func(t *testing.T) {
				after := findings(t, rules, applied(t, one, found.Fix))
				require.NotContains(t, keys(after), key(found))
				require.Subset(t, keys(before), keys(after))
			})
		}
	}
	for _, rule := range loadRules(t) {
		require.Equal(t, rule.Fixes, fixed[rule.ID], "%s: the catalogue tells whether the rule has fixes, and a sample shows one", rule.ID)
	}
}

// applied gives the object after a fix, as any implementation of RFC 6902 applies it with its default options.
func applied(t *testing.T, one sample.Sample, fix []finding.Operation) any {
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

func keys(findings []finding.Finding) []string {
	all := []string{}
	for _, found := range findings {
		all = append(all, key(found))
	}
	return all
}

func key(found finding.Finding) string { return found.Rule + " " + found.Field + " " + found.Container }
