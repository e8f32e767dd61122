package cluster_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"winpolicy/e2e/cluster"
)

const (
	restrictedWindows = `
os: {name: windows}
nodeSelector: {kubernetes.io/os: windows}
tolerations: [{key: os, operator: Equal, value: windows, effect: NoSchedule}]
securityContext: {runAsNonRoot: true, windowsOptions: {runAsUserName: ContainerUser}}
containers:
  - name: app
    image: mcr.microsoft.com/windows/nanoserver:ltsc2022
    resources: {requests: {cpu: 100m, memory: 200Mi}, limits: {cpu: 100m, memory: 200Mi}}
`
	restrictedLinux = `
os: {name: linux}
nodeSelector: {kubernetes.io/os: linux}
securityContext: {runAsNonRoot: true, runAsUser: 1000, seccompProfile: {type: RuntimeDefault}}
containers:
  - name: app
    image: registry.k8s.io/e2e-test-images/busybox:1.37.0-1
    securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
    resources: {requests: {cpu: 100m, memory: 200Mi}, limits: {cpu: 100m, memory: 200Mi}}
`
)

// In a namespace that enforces Pod Security's restricted, beside windows-restricted and the pod-security templates that
// Gatekeeper's own module carries, a correct pod of either OS is admitted.
func TestAMixedClusterAdmitsCorrectPodsOfBothOSes(t *testing.T) {
	c := cluster.Start(t)
	c.StartGatekeeper(t)
	create(t, c, object(`{apiVersion: v1, kind: Namespace, metadata: {name: mixed, labels: {pod-security.kubernetes.io/enforce: restricted}}}`))
	installPodSecurity(t, c)
	environment := append(c.Environment(t), "GATOR_HOME="+t.TempDir(),
		"GATOR_CATALOG_URL=file://"+filepath.Join(generated(t, nil), "Catalog"))
	gator(t, environment, "policy", "update")
	gator(t, environment, "policy", "install", "--bundle", "windows-restricted")
	waitUntilEnforced(t, c)
	for name, tc := range map[string]struct{ spec, refuser string }{
		"a Windows pod":                        {restrictedWindows, ""},
		"a Linux pod":                          {restrictedLinux, ""},
		"a Windows pod that is a HostProcess":  {hostProcess, `violates PodSecurity "restricted`},
		"a Windows pod that may run as anyone": {accepted, `violates PodSecurity "restricted`},
	} {
		t.Run(name, func(t *testing.T) {
			made := pod("mixed", tc.spec)
			made.SetNamespace("mixed")
			refusal, _ := try(t, c, made)
			if tc.refuser == "" {
				require.NoError(t, refusal)
			} else {
				require.ErrorContains(t, refusal, tc.refuser)
			}
		})
	}
}

const hostProcess = `
os: {name: windows}
nodeSelector: {kubernetes.io/os: windows}
hostNetwork: true
securityContext: {windowsOptions: {hostProcess: true, runAsUserName: 'NT AUTHORITY\SYSTEM'}}
containers:
  - name: app
    image: mcr.microsoft.com/windows/nanoserver:ltsc2022
`

// The API server merges a RuntimeClass into the pods that name it, and the scheduler binds them by that: what the rules
// say of such a pod is what happens to it.
func TestAPodOfARuntimeClassLandsWhereTheRulesSay(t *testing.T) {
	c := cluster.Start(t)
	c.StartGatekeeper(t)
	install(t, c)
	for _, os := range []string{"linux", "windows"} {
		create(t, c, object(`{apiVersion: v1, kind: Node, metadata: {name: `+os+`-1, labels: {kubernetes.io/os: `+os+`}},
			status: {allocatable: {cpu: "8", memory: 32Gi, pods: "110"}, conditions: [{type: Ready, status: "True"}]}}`))
	}
	c.Kubectl(t, "taint", "node", "--all", "node.kubernetes.io/not-ready:NoSchedule-") // there is no kubelet to say so
	c.Kubectl(t, "taint", "node", "windows-1", "os=windows:NoSchedule")
	create(t, c, object(`
apiVersion: node.k8s.io/v1
kind: RuntimeClass
metadata: {name: windows}
handler: runhcs-wcow-process
scheduling:
  nodeSelector: {kubernetes.io/os: windows, kubernetes.io/arch: amd64}
  tolerations: [{key: os, operator: Equal, value: windows, effect: NoSchedule}]
`))
	c.Kubectl(t, "label", "node", "windows-1", "kubernetes.io/arch=amd64")
	c.StartScheduler(t)
	made := create(t, c, pod("classed", `
runtimeClassName: windows
os: {name: windows}
containers: [{name: app, image: "mcr.microsoft.com/windows/servercore:ltsc2022"}]
`))
	selector, _, _ := unstructured.NestedString(made.Object, "spec", "nodeSelector", "kubernetes.io/os")
	require.Equal(t, "windows", selector)
	resource := c.Of(t, made)
	cluster.Eventually(t, func() bool {
		bound, err := resource.Get(t.Context(), "classed", metav1.GetOptions{})
		require.NoError(t, err)
		node, _, _ := unstructured.NestedString(bound.Object, "spec", "nodeName")
		return node == "windows-1"
	}, "the pod is not bound to the Windows node")
}
