package gatekeeper_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"winpolicy/internal/catalog"
	"winpolicy/internal/gatekeeper"
	"winpolicy/internal/rego"
	"winpolicy/policies"
)

// A rule that reads the parameters of another one finds them in each Constraint, also if the other rule is in another template.
func TestConstraints_CarryTheParametersThatARuleReads(t *testing.T) {
	rules, err := rulesWithMine(t, "#   parametersOf: [architecture]\n")
	require.NoError(t, err)
	architectures := map[string]any{"parameters": map[string]any{"architectures": []any{"amd64", "arm64"}}}
	options := gatekeeper.Options{Grouping: gatekeeper.ByRule, Settings: map[string]any{"rules": map[string]any{
		"architecture": architectures,
		"os-name":      map[string]any{"severity": "warn"},
	}}}
	found := 0
	for _, constraint := range gatekeeper.Constraints(rules, options) {
		if constraint.Kind == "K8sWindowsMine" {
			found++
			require.Equal(t, map[string]any{"architecture": architectures}, constraint.Spec.Parameters["rules"])
		}
	}
	require.Positive(t, found)
}

func TestLoad_ParametersOfNamesARuleWithParameters(t *testing.T) {
	for _, id := range []string{"stop-signal", "missing"} {
		_, err := rulesWithMine(t, "#   parametersOf: ["+id+"]\n")
		require.ErrorContains(t, err, `METADATA custom.parametersOf: "`+id+`" is not a rule with parameters`)
	}
}

// rulesWithMine gives all rules of the product and a team's own rule with these lines in its METADATA.
func rulesWithMine(t *testing.T, metadata string) ([]catalog.Rule, error) {
	t.Helper()
	text := strings.Replace(strings.Replace(mine, "%s", metadata, 1), "%s", "", 1)
	all, err := rego.Load(policies.FS, fstest.MapFS{"lib/windows/rules/mine/mine.rego": {Data: []byte(text)}})
	require.NoError(t, err)
	return catalog.Load(all)
}
