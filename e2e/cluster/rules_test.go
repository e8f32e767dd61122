package cluster_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"winpolicy/bundle"
	"winpolicy/e2e/cluster"
	"winpolicy/internal/catalog"
	"winpolicy/internal/engine"
	"winpolicy/internal/engine/topdown"
	"winpolicy/internal/finding"
	"winpolicy/internal/gatekeeper"
	"winpolicy/internal/rego"
	"winpolicy/internal/sample"
	"winpolicy/policies"
)

// rules are what the Constraints are configured from, and what says which fields the API server should name.
type rules struct {
	modules  []rego.Module
	all      []catalog.Rule
	generate map[string]any // the configuration's section that only generate reads
	config   string         // of the Constraints, as JSON
	engine   *engine.Engine
}

func newRules(t testing.TB) *rules {
	t.Helper()
	loaded, err := rego.Load(policies.FS, bundle.FS)
	require.NoError(t, err)
	all, err := catalog.Load(loaded)
	require.NoError(t, err)
	return &rules{modules: loaded, all: all}
}

// configure writes the configuration into the Constraints, as generate does.
func (r *rules) configure(t *testing.T, c *cluster.Cluster, config engine.Config) {
	t.Helper()
	key, err := json.Marshal(config)
	require.NoError(t, err)
	if string(key) == r.config {
		return
	}
	r.config, r.engine = string(key), nil
	for _, constraint := range gatekeeper.Constraints(r.all, gatekeeper.Options{Settings: config, Gatekeeper: r.generate}) {
		resource, err := c.Resource(constraint.APIVersion, constraint.Kind, "")
		if meta.IsNoMatchError(err) {
			continue // the referential template is installed where it is wanted
		}
		require.NoError(t, err)
		text, err := json.Marshal(constraint)
		require.NoError(t, err)
		force := true
		options := metav1.PatchOptions{FieldManager: "test", Force: &force}
		_, err = resource.Patch(t.Context(), constraint.Metadata.Name, types.ApplyPatchType, text, options)
		require.NoError(t, err)
	}
	waitUntilEnforced(t, c)
}

// namesFields asserts that the API server names the fields which the rules say it refuses.
func (r *rules) namesFields(t *testing.T, one sample.Sample, refusal error) {
	t.Helper()
	if text, ok := otherwise[one.Name]; ok {
		require.ErrorContains(t, refusal, text)
		return
	}
	require.True(t, apierrors.IsInvalid(refusal), "%v", refusal)
	if r.engine == nil {
		made, err := topdown.New(t.Context(), r.modules, one.Data(), time.Time{})
		require.NoError(t, err)
		r.engine = made
	}
	verdict, err := r.engine.Judge(t.Context(), one.Object.Value)
	require.NoError(t, err)
	for _, found := range verdict.Findings {
		if found.Severity == finding.Deny && found.EnforcedBy == "apiserver" {
			require.ErrorContains(t, refusal, found.Field)
		}
	}
}

// changed are the samples whose findings only a file shows. Before Gatekeeper sees the object, the API server drops unknown
// fields, and fields whose feature gate is off, and it merges the selector of a RuntimeClass into the pod.
var changed = []string{
	"warned-bind-mount-options",
	"warned-effect-in-upper-case",
	"warned-gmsa-and-host-process",
	"warned-key-in-upper-case",
	"warned-run-as-non-root-in-the-wrong-place",
	"warned-run-as-username",
	"warned-runtime-class-on-gke",
	"warned-seconds",
	"warned-unknown-field",
	"warned-user-of-a-container",
	"warned-without-an-os",
}

// otherwise are the samples that the API server refuses without naming the field, and what it says.
var otherwise = map[string]string{
	"denied-resize":                 "windows pods cannot be resized",
	"denied-resize-on-windows-node": `pod resize is only supported on linux nodes, node "win-1" is "windows"`,
	"denied-resize-by-the-kubelet":  "pod resize is only supported on linux nodes", // the API server of the test is newer
	"denied-bidirectional":          "spec.containers[0].volumeMounts.mountPropagation: Forbidden",
	"denied-init-container":         "spec.initContainers[0].volumeMounts.mountPropagation: Forbidden",
	"denied-bidirectional-inferred": "spec.template.spec.containers[0].volumeMounts.mountPropagation: Forbidden",
	"denied-no-such-class":          `RuntimeClass "windows-2919" not found`,
	"denied-extensions":             `no matches for kind "Deployment" in version "extensions/v1beta1"`,
	"denied-apps-beta":              `no matches for kind "DaemonSet" in version "apps/v1beta2"`,
	"denied-without-selector":       `no matches for kind "StatefulSet" in version "apps/v1beta1"`,
	"denied-cron-job":               `no matches for kind "CronJob" in version "batch/v1beta1"`,
	"denied-removed-version":        `no matches for kind "RuntimeClass" in version "node.k8s.io/v1beta1"`,
}
