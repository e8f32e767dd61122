package gotest

import (
	"testing"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/stretchr/testify/require"

	"winpolicy/internal/gatekeeper"
	"winpolicy/internal/manifest"
	"winpolicy/internal/sample"
)

// What the evaluation of one object costs `check`, counted in allocations. A limit is a tenth above what was counted when it
// was written.
func TestPlan_AllocatesWithinItsLimit(t *testing.T) {
	judge := planEngines(t).of(t, sample.Sample{Config: map[string]any{"platform": "generic"}})
	for name, tc := range map[string]struct {
		text  string
		finds int
		limit float64
	}{
		"a ConfigMap": {`{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "web"}, "data": {"a": "b"}}`, 0, 80},
		"a Linux pod as the API server admits it": {`{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web", "namespace": "shop"}, "spec": {
			"containers": [{"name": "web", "image": "nginx:1.27", "imagePullPolicy": "IfNotPresent", "resources": {},
				"terminationMessagePath": "/dev/termination-log", "terminationMessagePolicy": "File",
				"volumeMounts": [{"name": "token", "mountPath": "/var/run/secrets/kubernetes.io/serviceaccount", "readOnly": true}]}],
			"dnsPolicy": "ClusterFirst", "enableServiceLinks": true, "preemptionPolicy": "PreemptLowerPriority", "priority": 0,
			"restartPolicy": "Always", "schedulerName": "default-scheduler", "securityContext": {}, "serviceAccountName": "default",
			"terminationGracePeriodSeconds": 30, "tolerations": [
				{"key": "node.kubernetes.io/not-ready", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300}],
			"volumes": [{"name": "token", "projected": {"defaultMode": 420, "sources": [{"serviceAccountToken": {"path": "token"}}]}}]}}`, 0, 88},
		"a Windows pod that is well": {`{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web"}, "spec": {
			"os": {"name": "windows"}, "nodeSelector": {"kubernetes.io/os": "windows"},
			"tolerations": [{"key": "os", "operator": "Equal", "value": "windows", "effect": "NoSchedule"}],
			"securityContext": {"windowsOptions": {"runAsUserName": "ContainerUser"}},
			"containers": [{"name": "web", "image": "mcr.microsoft.com/windows/servercore:ltsc2022",
				"resources": {"requests": {"cpu": "500m", "memory": "1Gi"}}}]}}`, 0, 1215},
		"a Windows pod with five findings": {`{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web"}, "spec": {
			"os": {"name": "windows"}, "nodeSelector": {"kubernetes.io/os": "windows"}, "hostPID": true, "hostIPC": true,
			"tolerations": [{"key": "os", "operator": "Equal", "value": "windows", "effect": "NoSchedule"}],
			"securityContext": {"runAsUser": 1000, "fsGroup": 1},
			"containers": [{"name": "web", "image": "mcr.microsoft.com/windows/servercore:ltsc2022", "securityContext": {"privileged": true},
				"resources": {"requests": {"cpu": "500m", "memory": "1Gi"}}}]}}`, 5, 2650},
	} {
		t.Run(name, func(t *testing.T) {
			input := ast.MustParseTerm(tc.text).Value
			verdict, err := judge.Judge(t.Context(), input)
			require.NoError(t, err)
			require.Len(t, verdict.Findings, tc.finds)
			allocations := testing.AllocsPerRun(5, func() {
				if _, err := judge.Judge(t.Context(), input); err != nil {
					t.Error(err)
				}
			})
			t.Logf("%.0f allocations", allocations)
			require.LessOrEqual(t, allocations, tc.limit)
		})
	}
}

// What a review costs is counted in allocations, which no other work on the machine disturbs. docs/performance.md has the
// time. A limit is a tenth above what was counted when it was written.
func TestReview_AllocatesWithinItsLimit(t *testing.T) {
	product := newProduct(t)
	made := newCluster(t, product, gatekeeper.BySubject)
	for _, constraint := range gatekeeper.Constraints(made.rules, gatekeeper.Options{}) {
		require.NoError(t, made.add(t, constraint))
	}
	for name, tc := range map[string]struct {
		spec  map[string]any
		limit float64
	}{
		"of a Linux pod": {map[string]any{
			"containers": []any{map[string]any{"name": "web", "image": "nginx:1.27"}},
		}, 3200},
		"of a Windows pod that is well": {map[string]any{
			"os":              map[string]any{"name": "windows"},
			"nodeSelector":    map[string]any{"kubernetes.io/os": "windows"},
			"securityContext": map[string]any{"windowsOptions": map[string]any{"runAsUserName": "ContainerUser"}},
			"containers":      []any{map[string]any{"name": "web", "image": "mcr.microsoft.com/windows/servercore:ltsc2022"}},
		}, 7970},
	} {
		t.Run(name, func(t *testing.T) {
			pod := map[string]any{"apiVersion": "v1", "kind": "Pod", "metadata": map[string]any{"name": "web"}, "spec": tc.spec}
			request := reviewOf(sample.Sample{Name: "web", Object: manifest.Object{Value: pod}})["request"]
			require.Empty(t, made.review(t, request))
			allocations := testing.AllocsPerRun(5, func() { made.review(t, request) })
			t.Logf("%.0f allocations", allocations)
			require.LessOrEqual(t, allocations, tc.limit)
		})
	}
}
