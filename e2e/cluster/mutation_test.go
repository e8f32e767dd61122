package cluster_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"winpolicy/e2e/cluster"
)

// unplaced is a PodSpec for Windows that neither selects its nodes nor tolerates their taint.
const unplaced = `
os: {name: windows}
containers:
  - name: app
    image: mcr.microsoft.com/windows/servercore:ltsc2022
    resources: {requests: {cpu: 100m, memory: 200Mi}}
`

// The mutators of deploy/ put into what is created in a namespace for Windows what the rules ask for.
func TestTheMutatorsPlaceWhatIsCreatedInANamespaceForWindows(t *testing.T) {
	c := cluster.Start(t)
	create(t, c, object(`{apiVersion: v1, kind: Namespace, metadata: {name: for-windows, labels: {winpolicy/os: windows}}}`))
	create(t, c, in("for-windows", pod("old", unplaced)))
	c.StartGatekeeper(t)
	install(t, c)
	newRules(t).configure(t, c, map[string]any{"platform": "generic"}) // which says what Windows nodes are tainted with
	c.Kubectl(t, "apply", "-f", "deploy/mutation/")
	waitUntilMutating(t, c)

	for name, made := range map[string]*unstructured.Unstructured{
		"Pod":         pod("made", unplaced),
		"Deployment":  workload("Deployment", "made", unplaced, nil),
		"StatefulSet": workload("StatefulSet", "made", unplaced, nil),
		"DaemonSet":   workload("DaemonSet", "made", unplaced, nil),
		"Job":         job("made", unplaced),
		"CronJob":     cronJob("made", unplaced),
	} {
		t.Run(name, func(t *testing.T) {
			refusal, warnings := try(t, c, made)
			require.Error(t, refusal, "elsewhere nothing is put into it")
			require.Equal(t, []string{"windows-workloads: node-selector"}, said(t, refusal.Error()))
			require.Equal(t, []string{"windows-workloads-warn: toleration"}, said(t, warnings...))
			stored, warnings := created(t, c, in("for-windows", made))
			require.Empty(t, said(t, warnings...))
			spec := podSpec(t, stored)
			require.Equal(t, map[string]any{"kubernetes.io/os": "windows"}, spec["nodeSelector"])
			require.Contains(t, spec["tolerations"], map[string]any{
				"key": "os", "operator": "Equal", "value": "windows", "effect": "NoSchedule",
			})
		})
	}
	t.Run("what is there already is kept", func(t *testing.T) {
		stored, warnings := created(t, c, in("for-windows", pod("placed", accepted)))
		require.Empty(t, said(t, warnings...))
		require.Equal(t, object(accepted).Object["nodeSelector"], podSpec(t, stored)["nodeSelector"])
		require.Equal(t, object(accepted).Object["tolerations"].([]any)[0], podSpec(t, stored)["tolerations"].([]any)[0])
	})
	t.Run("a pod that names another OS keeps it, and is refused", func(t *testing.T) {
		refusal, _ := try(t, c, in("for-windows", pod("linux", unplaced+"nodeSelector: {kubernetes.io/os: linux}\n")))
		require.Contains(t, said(t, refusal.Error()), "windows-workloads: os-conflict")
	})
	t.Run("a pod from before can be labelled", func(t *testing.T) {
		c.Kubectl(t, "label", "pod", "old", "-n", "for-windows", "team=shop")
	})
}

// waitUntilMutating waits until Gatekeeper says of every mutator that it enforces it.
func waitUntilMutating(t *testing.T, c *cluster.Cluster) {
	t.Helper()
	for _, kind := range []string{"Assign", "ModifySet"} {
		cluster.Eventually(t, func() error {
			mutators, err := list(t.Context(), c, "mutations.gatekeeper.sh/v1", kind)
			if err != nil {
				return err
			}
			for _, mutator := range mutators {
				if status := reported(mutator); status["enforced"] != true {
					return fmt.Errorf("%s %s is not enforced: %v", kind, mutator.GetName(), status)
				}
			}
			if len(mutators) != 4 {
				return fmt.Errorf("there are %d mutators %s, and not 4", len(mutators), kind)
			}
			return nil
		})
	}
}

func in(namespace string, made *unstructured.Unstructured) *unstructured.Unstructured {
	made = made.DeepCopy()
	made.SetNamespace(namespace)
	return made
}

// created is what the API server would store, as a dry run, and what it warns of.
func created(t *testing.T, c *cluster.Cluster, made *unstructured.Unstructured) (stored *unstructured.Unstructured, warnings []string) {
	t.Helper()
	warnings = cluster.Warned(t.Context(), func(ctx context.Context) {
		answer, err := c.Of(t, made).Create(ctx, made, metav1.CreateOptions{DryRun: []string{metav1.DryRunAll}})
		require.NoError(t, err)
		stored = answer
	})
	return stored, warnings
}

// podSpec is that of a pod, or of what a workload makes.
func podSpec(t *testing.T, made *unstructured.Unstructured) map[string]any {
	t.Helper()
	path := []string{"spec", "template", "spec"}
	switch made.GetKind() {
	case "Pod":
		path = []string{"spec"}
	case "CronJob":
		path = []string{"spec", "jobTemplate", "spec", "template", "spec"}
	}
	spec, found, err := unstructured.NestedMap(made.Object, path...)
	require.NoError(t, err)
	require.True(t, found)
	return spec
}

func job(name, spec string) *unstructured.Unstructured {
	made := object(`{apiVersion: batch/v1, kind: Job, metadata: {name: ` + name + `}}`)
	made.Object["spec"] = jobSpec(spec)
	return made
}

func cronJob(name, spec string) *unstructured.Unstructured {
	made := object(`{apiVersion: batch/v1, kind: CronJob, metadata: {name: ` + name + `}, spec: {schedule: "@daily"}}`)
	made.Object["spec"].(map[string]any)["jobTemplate"] = map[string]any{"spec": jobSpec(spec)}
	return made
}

func jobSpec(spec string) map[string]any {
	return map[string]any{"template": map[string]any{"spec": object(spec + "restartPolicy: Never\n").Object}}
}
