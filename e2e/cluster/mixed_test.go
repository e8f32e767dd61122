package cluster_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"winpolicy/e2e/cluster"
	"winpolicy/internal/gatekeeper"
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

// In namespaces for Windows and in those that enforce Pod Security's restricted, beside windows-restricted, deploy/mixed
// and the pod-security templates that Gatekeeper's own module carries, correct pods are admitted, of either OS.
func TestAMixedClusterAdmitsCorrectPodsOfBothOSes(t *testing.T) {
	c := cluster.Start(t)
	c.StartGatekeeper(t)
	createMixedNamespaces(t, c)
	installPodSecurity(t, c)
	environment := append(c.Environment(t), "GATOR_HOME="+t.TempDir(),
		"GATOR_CATALOG_URL=file://"+filepath.Join(generated(t, gatekeeper.Options{}), "Catalog"))
	gator(t, environment, "policy", "update")
	gator(t, environment, "policy", "install", "--bundle", "windows-restricted")
	waitUntilEnforced(t, c)
	c.Kubectl(t, "apply", "-f", "deploy/mixed/windows-only.yaml")
	waitUntilGuarded(t, c)
	for name, tc := range map[string]struct{ namespace, spec, refuser string }{
		"a Windows pod":                        {"restricted", restrictedWindows, ""},
		"a Linux pod":                          {"restricted", restrictedLinux, ""},
		"a Windows pod that is a HostProcess":  {"restricted", hostProcess, `violates PodSecurity "restricted`},
		"a Windows pod that may run as anyone": {"restricted", accepted, `violates PodSecurity "restricted`},
		"a Windows pod among its like":         {"for-windows", restrictedWindows, ""},
		"a Linux pod among Windows pods":       {"for-windows", restrictedLinux, "spec.os.name: this namespace has the label winpolicy/os: windows, and admits Windows pods only"},
		"a pod of no OS among Windows pods":    {"for-windows", "containers: [{name: app, image: app}]", "admits Windows pods only"},
		"a Linux pod anywhere else":            {"plain", restrictedLinux, ""},
	} {
		t.Run(name, func(t *testing.T) {
			requireAnswer(t, c, in(tc.namespace, pod("mixed", tc.spec)), tc.refuser)
		})
	}
}

// createMixedNamespaces creates one without labels, one for Windows, and one that enforces Pod Security.
func createMixedNamespaces(t *testing.T, c *cluster.Cluster) {
	t.Helper()
	create(t, c, object(`{apiVersion: v1, kind: Namespace, metadata: {name: plain}}`))
	create(t, c, object(`{apiVersion: v1, kind: Namespace, metadata: {name: for-windows, labels: {winpolicy/os: windows}}}`))
	create(t, c, object(`{apiVersion: v1, kind: Namespace, metadata: {name: restricted, labels: {pod-security.kubernetes.io/enforce: restricted}}}`))
}

// requireAnswer creates an object as a dry run, which is to be refused with a text of the refuser's, or by nobody.
func requireAnswer(t *testing.T, c *cluster.Cluster, made *unstructured.Unstructured, refuser string) {
	t.Helper()
	refusal, _ := try(t, c, made)
	if refuser == "" {
		require.NoError(t, refusal)
	} else {
		require.ErrorContains(t, refusal, refuser)
	}
}

// waitUntilGuarded waits until the API server goes by deploy/mixed/windows-only.yaml.
func waitUntilGuarded(t *testing.T, c *cluster.Cluster) {
	t.Helper()
	cluster.Eventually(t, func() error {
		refusal, _ := try(t, c, in("for-windows", pod("linux", restrictedLinux)))
		if refusal == nil || !strings.Contains(refusal.Error(), "ValidatingAdmissionPolicy") {
			return fmt.Errorf("the namespace for Windows does not refuse a Linux pod: %v", refusal)
		}
		return nil
	})
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
	cluster.Eventually(t, func() error {
		bound, err := resource.Get(t.Context(), "classed", metav1.GetOptions{})
		if err != nil {
			return err
		}
		if node, _, _ := unstructured.NestedString(bound.Object, "spec", "nodeName"); node != "windows-1" {
			return fmt.Errorf("the pod is bound to %q", node)
		}
		return nil
	})
}
