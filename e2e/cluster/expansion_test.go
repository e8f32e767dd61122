package cluster_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"

	"winpolicy/e2e/cluster"
)

// rollouts is a CRD as Argo Rollouts has one, as far as it matters here.
const rollouts = `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: rollouts.argoproj.io}
spec:
  group: argoproj.io
  names: {kind: Rollout, listKind: RolloutList, plural: rollouts, singular: rollout}
  scope: Namespaced
  versions:
    - {name: v1alpha1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}}
`

func TestAnExpansionTemplateHasTheRulesJudgeWorkloadsThatTheyDoNotKnow(t *testing.T) {
	c := cluster.Start(t)
	create(t, c, object(rollouts))
	c.Kubectl(t, "wait", "crd", "rollouts.argoproj.io", "--for=condition=Established", "--timeout=60s")
	create(t, c, rollout("legacy", refused))
	c.StartGatekeeper(t)
	install(t, c)
	refusal, _ := try(t, c, rollout("ill", refused))
	require.NoError(t, refusal, "no rule is about this kind")
	c.Kubectl(t, "apply", "-f", "deploy/expansion/")
	cluster.Eventually(t, func() error {
		if refusal, _ = try(t, c, rollout("ill", refused)); refusal == nil {
			return errors.New("the Rollout is not expanded")
		}
		return nil
	})

	t.Run("one that cannot run is refused", func(t *testing.T) {
		require.True(t, apierrors.IsForbidden(refusal), refusal)
		require.Contains(t, refusal.Error(), "[windows-workloads] [Implied by expand-rollouts] linux-volume: spec.volumes[0].nfs: ")
		require.Equal(t, []string{"windows-workloads: linux-volume"}, said(t, refusal.Error()))
	})
	t.Run("one that is well is admitted without a word", func(t *testing.T) {
		refusal, warnings := try(t, c, rollout("well", accepted))
		require.NoError(t, refusal)
		require.Empty(t, warnings)
	})
	t.Run("one from before is judged whole at every update, for its pod has no past", func(t *testing.T) {
		legacy := rollout("legacy", refused)
		_, err := c.Of(t, legacy).Patch(t.Context(), "legacy", types.MergePatchType, []byte(`{"spec":{"replicas":2}}`), metav1.PatchOptions{})
		require.True(t, apierrors.IsForbidden(err), err)
	})
}

// Where the kinds that the rules are about are expanded too, for others' sake, `source: Original` keeps a Deployment from
// being reported twice.
func TestADeploymentThatIsExpandedTooIsReportedOnceOfItsOriginal(t *testing.T) {
	c := cluster.Start(t)
	c.StartGatekeeper(t)
	install(t, c)
	create(t, c, object(`
apiVersion: expansion.gatekeeper.sh/v1beta1
kind: ExpansionTemplate
metadata: {name: expand-deployments}
spec:
  applyTo: [{groups: [apps], versions: [v1], kinds: [Deployment]}]
  templateSource: spec.template
  generatedGVK: {group: "", version: v1, kind: Pod}
`))
	denied := "windows-workloads: linux-volume"
	waitUntilReported := func(want ...string) {
		t.Helper()
		cluster.Eventually(t, func() error {
			refusal, _ := try(t, c, workload("Deployment", "ill", refused, nil))
			require.Error(t, refusal)
			if got := said(t, refusal.Error()); !slices.Equal(got, want) {
				return fmt.Errorf("the Deployment is refused for %q, and not for %q", got, want)
			}
			return nil
		})
	}
	waitUntilReported(denied, denied)
	rules := newRules(t)
	rules.generate = map[string]any{"match": map[string]any{"source": "Original"}}
	rules.configure(t, c, map[string]any{})
	waitUntilReported(denied)
}

func rollout(name, spec string) *unstructured.Unstructured {
	made := workload("Deployment", name, spec, nil)
	made.SetAPIVersion("argoproj.io/v1alpha1")
	made.SetKind("Rollout")
	return made
}
