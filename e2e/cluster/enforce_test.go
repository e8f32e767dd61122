package cluster_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"winpolicy/e2e/cluster"
)

// The three commands of README make a bare Gatekeeper enforce the rules, and it goes on doing so.
func TestTheCommandsOfREADMEEnforceTheRules(t *testing.T) {
	c := cluster.Start(t)
	gatekeeper := c.StartGatekeeper(t)
	install(t, c)

	t.Run("a pod that is well is admitted without a word", func(t *testing.T) {
		refusal, warnings := try(t, c, pod("well", accepted))
		require.NoError(t, refusal)
		require.Empty(t, warnings)
	})
	t.Run("a pod that cannot run is refused", func(t *testing.T) {
		refusal, _ := try(t, c, pod("ill", refused))
		requireRefused(t, refusal)
	})
	t.Run("a Constraint that warns says so and admits", func(t *testing.T) {
		refusal, warnings := try(t, c, pod("warned", accepted+"hostNetwork: true\n"))
		require.NoError(t, refusal)
		require.Equal(t, []string{"windows-workloads-warn: host-network"}, said(t, warnings...))
	})
	t.Run("more warnings than the API server passes on do no harm", func(t *testing.T) {
		refusal, warnings := try(t, c, manyWarnings(60))
		require.NoError(t, refusal)
		require.Greater(t, len(said(t, warnings...)), 10)
	})
	t.Run("parameters that are wrong are refused when they are applied", func(t *testing.T) { refusesParameters(t, c) })
	t.Run("what an excepted Deployment owns is admitted", func(t *testing.T) { admitsExcepted(t, c) })
	t.Run("a pod that says that it is being deleted is judged", func(t *testing.T) { refusesClaimed(t, c) })
	t.Run("a burst of a thousand pods is judged to the last", func(t *testing.T) { survivesBurst(t, c) })
	t.Run("a Gatekeeper that is killed comes back and enforces", func(t *testing.T) {
		gatekeeper.Kill()
		refusal, _ := try(t, c, pod("well", accepted))
		require.ErrorContains(t, refusal, "failed calling webhook")
		gatekeeper.Start(t)
		cluster.Eventually(t, func() error {
			if refusal, _ = try(t, c, pod("ill", refused)); refusal == nil {
				return errors.New("a pod that cannot run is admitted")
			}
			return nil
		})
		requireRefused(t, refusal)
		refusal, _ = try(t, c, pod("well", accepted))
		require.NoError(t, refusal)
	})
}

// try creates an object as a dry run.
func try(t *testing.T, c *cluster.Cluster, made *unstructured.Unstructured) (refusal error, warnings []string) {
	t.Helper()
	resource := c.Of(t, made)
	warnings = cluster.Warned(t.Context(), func(ctx context.Context) {
		_, refusal = resource.Create(ctx, made, metav1.CreateOptions{DryRun: []string{metav1.DryRunAll}})
	})
	return refusal, warnings
}

func requireRefused(t *testing.T, refusal error) {
	t.Helper()
	require.True(t, apierrors.IsForbidden(refusal), refusal)
	require.Contains(t, refusal.Error(), `admission webhook "validation.gatekeeper.sh" denied the request: [windows-workloads] linux-volume: spec.volumes[0].nfs: `)
	require.Equal(t, []string{"windows-workloads: linux-volume"}, said(t, refusal.Error()))
}

// manyWarnings is a pod each of whose containers is warned about.
func manyWarnings(count int) *unstructured.Unstructured {
	made := pod("warned", accepted)
	var containers []any
	for i := range count {
		container := object(`{image: "mcr.microsoft.com/windows/servercore:ltsc2022", command: [/bin/sh]}`).Object
		container["name"] = fmt.Sprintf("c-%d", i)
		containers = append(containers, container)
	}
	made.Object["spec"].(map[string]any)["containers"] = containers
	return made
}

func refusesParameters(t *testing.T, c *cluster.Cluster) {
	for name, tc := range map[string]struct{ parameters, says string }{
		"an unknown key":                 {"{severty: [deny]}", `spec.parameters.severty`},
		"an unknown rule":                {"{rules: {linux-volumes: {enabled: false}}}", "spec.parameters.rules.linux-volumes"},
		"a severity that there is not":   {"{severities: [error]}", "spec.parameters.severities[0]"},
		"no severity at all":             {"{severities: []}", "spec.parameters.severities"},
		"an exception without a reason":  {"{exceptions: [{rule: linux-volume}]}", "reason"},
		"a platform that there is not":   {"{platform: mars}", "spec.parameters.platform"},
		"`off`, which is text or false":  {"{rules: {linux-volume: {enabled: off}}}", ""},
		"a switch that is not a boolean": {`{rules: {linux-volume: {enabled: "off"}}}`, "spec.parameters.rules.linux-volume.enabled"},
	} {
		t.Run(name, func(t *testing.T) {
			made := object("{apiVersion: constraints.gatekeeper.sh/v1beta1, kind: K8sWindowsWorkloads, metadata: {name: wrong}, spec: {enforcementAction: dryrun}}")
			made.Object["spec"].(map[string]any)["parameters"] = object(tc.parameters).Object
			// As kubectl asks for. To other clients the API server says in a warning which keys it has dropped.
			options := metav1.CreateOptions{DryRun: []string{metav1.DryRunAll}, FieldValidation: metav1.FieldValidationStrict}
			_, refusal := c.Of(t, made).Create(t.Context(), made, options)
			if tc.says == "" {
				require.NoError(t, refusal, "YAML made it a boolean before anybody could refuse it")
				return
			}
			require.ErrorContains(t, refusal, tc.says)
		})
	}
}

// admitsExcepted creates a Deployment that is excepted and what controllers make of it.
func admitsExcepted(t *testing.T, c *cluster.Cluster) {
	rules := newRules(t)
	rules.configure(t, c, map[string]any{"exceptions": []any{map[string]any{
		"rule": "linux-volume", "kind": "Deployment", "name": "excepted", "reason": "moves to SMB",
	}}})
	defer rules.configure(t, c, map[string]any{})
	refusal, _ := try(t, c, workload("Deployment", "other", refused, nil))
	require.True(t, apierrors.IsForbidden(refusal), refusal)
	deployment := create(t, c, workload("Deployment", "excepted", refused, nil))
	owned := workload("ReplicaSet", "excepted-7c5b8d9f4d", refused, deployment)
	refusal, _ = try(t, c, owned)
	require.True(t, apierrors.IsForbidden(refusal), "the administrator is no controller: %v", refusal)
	replicas := createAs(t, c, "deployment-controller", owned)
	made := pod("excepted-7c5b8d9f4d-x2x4z", refused)
	made.SetLabels(map[string]string{"app": "excepted", "pod-template-hash": "7c5b8d9f4d"})
	own(made, replicas)
	refusal, _ = try(t, c, made)
	requireRefused(t, refusal)
	createAs(t, c, "replicaset-controller", made)
}

// createAs creates an object under the account of one of Kubernetes' controllers.
func createAs(t *testing.T, c *cluster.Cluster, controller string, made *unstructured.Unstructured) *unstructured.Unstructured {
	t.Helper()
	client := c.As(t, "system:serviceaccount:kube-system:"+controller)
	stored, err := client.Of(t, made).Create(t.Context(), made, metav1.CreateOptions{})
	require.NoError(t, err)
	return stored
}

// refusesClaimed creates what claims that the cluster deletes it. The API server removes the claim.
func refusesClaimed(t *testing.T, c *cluster.Cluster) {
	made := pod("claimed", refused)
	made.Object["metadata"] = map[string]any{
		"name": "claimed", "uid": "7d1c0b52-04f7-4b64-9a3b-7c1c4a1e2f30", "deletionTimestamp": "2026-11-29T08:00:00Z",
		"deletionGracePeriodSeconds": int64(30), "finalizers": []any{"example.com/keep"},
	}
	refusal, _ := try(t, c, made)
	requireRefused(t, refusal)
}

// survivesBurst creates a thousand pods at once, every other of which is to be refused.
func survivesBurst(t *testing.T, c *cluster.Cluster) {
	const pods, clients = 1000, 20
	create(t, c, object("{apiVersion: v1, kind: Namespace, metadata: {name: burst}}"))
	resource, err := c.Resource("v1", "Pod", "burst")
	require.NoError(t, err)
	refusals := make([]error, pods)
	var work sync.WaitGroup
	for client := range clients {
		work.Go(func() {
			for i := client; i < pods; i += clients {
				spec := accepted
				if i%2 == 1 {
					spec = refused
				}
				_, refusals[i] = resource.Create(t.Context(), pod(fmt.Sprintf("p-%d", i), spec), metav1.CreateOptions{})
			}
		})
	}
	work.Wait()
	for i, refusal := range refusals {
		if i%2 == 1 {
			requireRefused(t, refusal)
		} else {
			require.NoError(t, refusal)
		}
	}
	list, err := resource.List(t.Context(), metav1.ListOptions{})
	require.NoError(t, err)
	require.Len(t, list.Items, pods/2)
}
