package gotest

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/open-policy-agent/frameworks/constraint/pkg/client/reviews"
	"github.com/open-policy-agent/frameworks/constraint/pkg/types"
	"github.com/open-policy-agent/gatekeeper/v3/pkg/target"
	"github.com/open-policy-agent/gatekeeper/v3/pkg/util"
	"github.com/stretchr/testify/require"
	admissionv1 "k8s.io/api/admission/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"winpolicy/internal/finding"
	"winpolicy/internal/gatekeeper"
	"winpolicy/internal/sample"
)

func gatekeeperForm(t *testing.T, product *product, grouping gatekeeper.Grouping, severities [][]finding.Severity) form {
	cluster := newCluster(t, product, grouping)
	cluster.severities = severities
	return form{everySeverity, servedKinds, func(t *testing.T, one sample.Sample) []string {
		cluster.configure(t, stored(t, one.Config))
		cluster.replicate(t, one)
		return cluster.review(t, reviewOf(one)["request"])
	}}
}

// stored returns a configuration with the tolerations of RuntimeClasses as the API server keeps them: it drops unknown
// fields, and the schema of a Constraint does not allow them.
func stored(t *testing.T, config map[string]any) map[string]any {
	t.Helper()
	text, err := json.Marshal(config)
	require.NoError(t, err)
	kept := map[string]any{}
	require.NoError(t, json.Unmarshal(text, &kept))
	classes, _, _ := unstructured.NestedMap(kept, "runtimeClasses", "classes")
	for name := range classes {
		path := []string{"runtimeClasses", "classes", name, "scheduling", "tolerations"}
		tolerations, found, _ := unstructured.NestedSlice(kept, path...)
		if !found {
			continue
		}
		for _, toleration := range tolerations {
			fields, _ := toleration.(map[string]any)
			maps.DeleteFunc(fields, func(field string, _ any) bool {
				return !slices.Contains([]string{"key", "operator", "value", "effect", "tolerationSeconds"}, field)
			})
		}
		require.NoError(t, unstructured.SetNestedSlice(kept, tolerations, path...))
	}
	return kept
}

// review gives the findings of the Constraints in a request, each as "severity rule".
func (c *cluster) review(t testing.TB, admission any) []string {
	t.Helper()
	var all []string
	for _, result := range c.respond(t, admission).Results() {
		details := result.Metadata["details"].(map[string]any)
		severities, given, err := unstructured.NestedStringSlice(result.Constraint.Object, "spec", "parameters", "severities")
		require.NoError(t, err)
		require.True(t, !given || slices.Contains(severities, details["severity"].(string)), "the Constraint asks for %v", severities)
		all = append(all, graded(t, finding.Severity(details["severity"].(string)), result.Msg))
	}
	return all
}

// respond gives what Gatekeeper's client says of a request.
func (c *cluster) respond(t testing.TB, admission any) *types.Responses {
	t.Helper()
	text, err := json.Marshal(admission)
	require.NoError(t, err)
	request := &admissionv1.AdmissionRequest{}
	require.NoError(t, json.Unmarshal(text, request))
	fillKind(t, request)
	responses, err := c.client.Review(t.Context(),
		&target.AugmentedReview{AdmissionRequest: request, IsAdmission: true},
		reviews.EnforcementPoint(util.WebhookEnforcementPoint))
	require.NoError(t, err)
	return responses
}

// servedKinds leaves out a group that only old files name. No API server serves it, and no Constraint matches it.
func servedKinds(one sample.Sample) string {
	if version, _ := one.Object.Value["apiVersion"].(string); strings.HasPrefix(version, "extensions/") {
		return "no API server serves " + version
	}
	return ""
}

// fillKind names the kind of the object, as the API server does in every request.
func fillKind(t testing.TB, request *admissionv1.AdmissionRequest) {
	object := &unstructured.Unstructured{}
	require.NoError(t, object.UnmarshalJSON(request.Object.Raw))
	kind := object.GroupVersionKind()
	request.Kind.Group, request.Kind.Version, request.Kind.Kind = kind.Group, kind.Version, kind.Kind
	request.Name = object.GetName()
}
