package gotest

import (
	"testing"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/stretchr/testify/require"

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
				"resources": {"requests": {"cpu": "500m", "memory": "1Gi"}}}]}}`, 5, 3260},
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
