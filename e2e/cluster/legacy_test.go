package cluster_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/yaml"

	"winpolicy/e2e/cluster"
)

// refused is a PodSpec with a volume that no Windows node mounts: Gatekeeper's to refuse, not the API server's.
const refused = `
nodeSelector: {kubernetes.io/os: windows}
os: {name: windows}
tolerations: [{key: os, operator: Equal, value: windows, effect: NoSchedule}]
containers:
  - name: app
    image: mcr.microsoft.com/windows/servercore:ltsc2022
    resources: {requests: {cpu: 100m, memory: 200Mi}}
volumes:
  - name: data
    nfs: {server: nfs.example.com, path: /exports}
`

// accepted is the same without the volume.
var accepted, _, _ = strings.Cut(refused, "volumes:")

// old is how many pods a legacy cluster holds: more than the 20 that Gatekeeper's audit lists.
const old = 25

// What ran before deny was switched on can still be scaled, rolled out, repaired and deleted, for an UPDATE is judged by
// what it changes.
func TestDenyOverALegacyClusterLeavesItManageable(t *testing.T) {
	c := cluster.Start(t)
	createLegacy(t, c)
	c.StartGatekeeper(t)
	install(t, c)

	for _, tc := range []struct{ name, does string }{
		{"scaling a Deployment", "scale deployment legacy --replicas=3"},
		{"scaling its old ReplicaSet", "scale replicaset legacy-6d4cf56db6 --replicas=0"},
		{"rolling out another image", "set image deployment/legacy app=mcr.microsoft.com/windows/servercore:ltsc2025"},
		{"restarting it", "rollout restart deployment legacy"},
		{"labelling a pod", "label pod legacy-0 team=shop"},
		{"annotating a pod", "annotate pod legacy-0 example.com/note=old"},
		{"removing the finalizer of a pod", `patch pod legacy-1 --type=json -p [{"op":"remove","path":"/metadata/finalizers"}]`},
		{"debugging a pod", "debug pod/legacy-0 --profile=baseline --image=mcr.microsoft.com/windows/nanoserver:ltsc2022 --container=debugger -- cmd /c ver"},
		{"cordoning a node", "cordon win-1"},
		{"tainting a node", "taint node win-1 example.com/repair=true:NoSchedule"},
		{"uncordoning a node", "uncordon win-1"},
		{"deleting a pod", "delete pod legacy-2 --wait=false --grace-period=0"},
		{"deleting a ReplicaSet", "delete replicaset legacy-6d4cf56db6 --wait=false"},
	} {
		t.Run(tc.name, func(t *testing.T) { c.Kubectl(t, strings.Fields(tc.does)...) })
	}

	t.Run("removing the finalizer of a pod that is being deleted", func(t *testing.T) {
		c.Kubectl(t, "delete", "pod", "legacy-3", "--wait=false")
		c.Kubectl(t, "patch", "pod", "legacy-3", "--type=merge", "-p", `{"metadata":{"finalizers":null}}`)
	})
	t.Run("what an update adds is refused", func(t *testing.T) {
		err := patch(t, c, `{"spec":{"template":{"spec":{"volumes":[{"name":"more","nfs":{"server":"nfs.example.com","path":"/more"}}]}}}}`)
		require.True(t, apierrors.IsForbidden(err), err)
		require.Equal(t, []string{"windows-workloads: linux-volume"}, said(t, err.Error()))
		require.Contains(t, err.Error(), "spec.template.spec.volumes")
	})
	t.Run("repairing a Deployment", func(t *testing.T) {
		require.NoError(t, patch(t, c, `{"spec":{"template":{"spec":{"volumes":[{"name":"data","$patch":"delete"}]}}}}`))
	})
	t.Run("deleting a Deployment", func(t *testing.T) { c.Kubectl(t, "delete", "deployment", "legacy", "--wait=false") })
}

// patch changes the legacy Deployment.
func patch(t *testing.T, c *cluster.Cluster, change string) error {
	t.Helper()
	deployments, err := c.Resource("apps/v1", "Deployment", "")
	require.NoError(t, err)
	_, err = deployments.Patch(t.Context(), "legacy", types.StrategicMergePatchType, []byte(change), metav1.PatchOptions{})
	return err
}

// Audit counts every finding that was there before, also those beyond the twenty that it lists.
func TestAuditReportsWhatWasThereBefore(t *testing.T) {
	c := cluster.Start(t)
	createLegacy(t, c)
	gatekeeper := c.StartGatekeeper(t)
	install(t, c)
	listed := waitUntilAudited(t, c, "windows-workloads", old+2) // the Deployment and its ReplicaSet besides
	cluster.Eventually(t, func() error {                         // the metrics of the page on Gatekeeper
		if found := gatekeeper.Metric(t, "gatekeeper_violations"); found < old+2 {
			return fmt.Errorf("gatekeeper_violations is %v", found)
		}
		return nil
	})
	require.Positive(t, gatekeeper.Metric(t, "gatekeeper_audit_last_run_end_time"))
	require.Len(t, listed, 20)
	for _, item := range listed {
		require.Regexp(t, `^linux-volume: .* \(winpolicy explain linux-volume\)$`, item.(map[string]any)["message"])
	}
}

// waitUntilAudited waits until the status of a Constraint says that there are so many findings, and gives those that it
// lists.
func waitUntilAudited(t *testing.T, c *cluster.Cluster, name string, findings int64) (listed []any) {
	t.Helper()
	cluster.Eventually(t, func() error {
		all, err := constraints(t.Context(), c)
		if err != nil {
			return err
		}
		for _, constraint := range all {
			if constraint.GetName() == name {
				total, _, _ := unstructured.NestedInt64(constraint.Object, "status", "totalViolations")
				listed, _, _ = unstructured.NestedSlice(constraint.Object, "status", "violations")
				if total == findings {
					return nil
				}
				return fmt.Errorf("audit finds %d things by %s, and not %d", total, name, findings)
			}
		}
		return fmt.Errorf("there is no Constraint %s", name)
	})
	return listed
}

// createLegacy creates what no rule would admit: a Deployment, its ReplicaSet, pods, and a node.
func createLegacy(t *testing.T, c *cluster.Cluster) {
	t.Helper()
	create(t, c, node)
	deployment := create(t, c, workload("Deployment", "legacy", refused, nil))
	create(t, c, workload("ReplicaSet", "legacy-6d4cf56db6", refused, deployment))
	for i := range old {
		made := pod(fmt.Sprintf("legacy-%d", i), refused)
		made.SetFinalizers([]string{"example.com/keep"})
		create(t, c, made)
	}
}

var node = object(`{apiVersion: v1, kind: Node, metadata: {name: win-1, labels: {kubernetes.io/os: windows}}}`)

func create(t testing.TB, c *cluster.Cluster, made *unstructured.Unstructured) *unstructured.Unstructured {
	t.Helper()
	stored, err := c.Of(t, made).Create(t.Context(), made, metav1.CreateOptions{})
	require.NoError(t, err)
	return stored
}

func pod(name, spec string) *unstructured.Unstructured {
	made := object(`{apiVersion: v1, kind: Pod, metadata: {name: ` + name + `}}`)
	made.Object["spec"] = object(spec).Object
	return made
}

// workload is a Deployment or a ReplicaSet, which its owner controls where it has one.
func workload(kind, name, spec string, owner *unstructured.Unstructured) *unstructured.Unstructured {
	made := object(`{apiVersion: apps/v1, kind: ` + kind + `, metadata: {name: ` + name + `}}`)
	labels := map[string]any{"app": name}
	if owner != nil {
		labels["pod-template-hash"] = name[strings.LastIndex(name, "-")+1:]
		own(made, owner)
	}
	made.SetLabels(map[string]string{})
	made.Object["metadata"].(map[string]any)["labels"] = labels
	made.Object["spec"] = map[string]any{
		"selector": map[string]any{"matchLabels": labels},
		"template": map[string]any{"metadata": map[string]any{"labels": labels}, "spec": object(spec).Object},
	}
	return made
}

// own makes the owner the controller of an object, as Kubernetes' controllers do.
func own(made, owner *unstructured.Unstructured) {
	yes := true
	made.SetOwnerReferences([]metav1.OwnerReference{{
		APIVersion: owner.GetAPIVersion(), Kind: owner.GetKind(), Name: owner.GetName(), UID: owner.GetUID(),
		Controller: &yes,
	}})
}

// object reads YAML of the tests' own.
func object(text string) *unstructured.Unstructured {
	made := &unstructured.Unstructured{}
	if err := yaml.Unmarshal([]byte(text), &made.Object); err != nil {
		panic(err)
	}
	return made
}
