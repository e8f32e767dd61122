package gotest

import (
	"testing"

	"github.com/open-policy-agent/frameworks/constraint/pkg/client/drivers/rego"
	"github.com/stretchr/testify/require"

	"winpolicy/internal/engine"
	"winpolicy/internal/gatekeeper"
	"winpolicy/internal/sample"
)

// Only the referential template knows a class that is only in the cluster.
func TestReferential_ClassOfTheInventoryThatContradictsThePodIsDenied(t *testing.T) {
	cluster := newCluster(t, newProduct(t), gatekeeper.BySubject)
	cluster.configure(t, nil)
	for os, want := range map[string][]string{"linux": {"deny runtime-class-reference"}, "windows": nil} {
		t.Run("it selects "+os, func(t *testing.T) {
			cluster.replicate(t, sample.Sample{Run: os, Others: engine.Run{"RuntimeClass": {map[string]any{
				"apiVersion": "node.k8s.io/v1", "kind": "RuntimeClass", "metadata": map[string]any{"name": "class"},
				"scheduling": map[string]any{"nodeSelector": map[string]any{"kubernetes.io/os": os}},
			}}}})
			one := pod(t, "inventory", nil)
			one.Object.Value["spec"].(map[string]any)["runtimeClassName"] = "class"
			require.Equal(t, want, cluster.review(t, reviewOf(one)["request"]))
		})
	}
}

// Gatekeeper refuses a template that reads data.inventory where referential rules are disabled. Those that do say what
// they need of it.
func TestTemplates_OnlyTheReferentialOneNeedsReferentialRules(t *testing.T) {
	t.Parallel()
	for _, grouping := range gatekeeper.Groupings {
		t.Run(string(grouping), func(t *testing.T) {
			disabled := newClient(t, rego.Externs())
			refused := 0
			for _, template := range templatesOf(t, grouping) {
				_, err := disabled.AddTemplate(t.Context(), asTemplate(t, template))
				if template.Metadata.Annotations["metadata.gatekeeper.sh/requires-sync-data"] == "" {
					require.NoError(t, err, template.Metadata.Name)
					continue
				}
				require.ErrorContains(t, err, "data.inventory", template.Metadata.Name)
				refused++
			}
			require.Positive(t, refused)
		})
	}
}
