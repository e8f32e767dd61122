package cluster_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"winpolicy/e2e/cluster"
)

// linuxOnly are the policies of gatekeeper-library that refuse every Windows pod, by their folders.
var linuxOnly = []string{"allow-privilege-escalation", "capabilities", "seccomp", "seccompv2", "read-only-root-filesystem"}

// Beside the policies of gatekeeper-library that no Windows pod can satisfy, deploy/mixed lets correct pods of both OSes
// in, and no Linux pod past those policies.
func TestTheLinuxOnlyPoliciesOfGatekeeperLibraryLeaveWindowsPodsOut(t *testing.T) {
	library := os.Getenv("GATEKEEPER_LIBRARY")
	if library == "" {
		t.Skip("GATEKEEPER_LIBRARY names no checkout of gatekeeper-library, whose policies are not in any Go module")
	}
	c := cluster.Start(t)
	c.StartGatekeeper(t)
	createMixedNamespaces(t, c)
	constraints := installLibrary(t, c, library)

	c.Kubectl(t, "apply", "-k", constraints)
	waitUntilEnforced(t, c)
	for _, namespace := range []string{"plain", "for-windows", "restricted"} {
		refusal, _ := try(t, c, in(namespace, pod("windows", restrictedWindows)))
		require.ErrorContains(t, refusal, `admission webhook "validation.gatekeeper.sh" denied the request`, "nothing refuses Windows pods here")
	}

	leaveOut(t, constraints)
	c.Kubectl(t, "apply", "-k", constraints)
	waitUntilEnforced(t, c)
	waitUntilGuarded(t, c)
	for name, tc := range map[string]struct{ namespace, spec, refuser string }{
		"a Windows pod in a namespace for Windows":                {"for-windows", restrictedWindows, ""},
		"a Linux pod in a namespace for Windows":                  {"for-windows", restrictedLinux, "admits Windows pods only"},
		"a correct Linux pod anywhere else":                       {"plain", readOnlyLinux, ""},
		"a Linux pod that may gain privileges":                    {"plain", bareLinux, "validation.gatekeeper.sh"},
		"a correct Linux pod where Pod Security enforces":         {"restricted", readOnlyLinux, ""},
		"a Linux pod that may gain privileges, where it enforces": {"restricted", bareLinux, `violates PodSecurity "restricted`},
	} {
		t.Run(name, func(t *testing.T) {
			requireAnswer(t, c, in(tc.namespace, pod("mixed", tc.spec)), tc.refuser)
		})
	}
	t.Run("a Windows pod where Pod Security enforces meets what Pod Security does not demand", func(t *testing.T) {
		refusal, _ := try(t, c, in("restricted", pod("windows", restrictedWindows)))
		require.ErrorContains(t, refusal, "validation.gatekeeper.sh")
		c.Kubectl(t, "delete", "k8spspreadonlyrootfilesystem", "--all")
		cluster.Eventually(t, func() error {
			refusal, _ := try(t, c, in("restricted", pod("windows", restrictedWindows)))
			return refusal
		})
	})
}

// installLibrary installs the templates, and gives a folder with a Kustomization of their samples' Constraints.
func installLibrary(t *testing.T, c *cluster.Cluster, library string) string {
	t.Helper()
	folder := t.TempDir()
	var names []string
	for _, policy := range linuxOnly {
		source := filepath.Join(library, "library", "pod-security-policy", policy)
		if _, err := os.Stat(source); os.IsNotExist(err) {
			t.Logf("the checkout has no %s", policy)
			continue
		}
		c.Kubectl(t, "apply", "-f", filepath.Join(source, "template.yaml"))
		samples, err := filepath.Glob(filepath.Join(source, "samples", "*", "constraint.yaml"))
		require.NoError(t, err)
		require.NotEmpty(t, samples, source)
		for _, sample := range samples {
			text, err := os.ReadFile(sample)
			require.NoError(t, err)
			name := policy + "-" + filepath.Base(filepath.Dir(sample)) + ".yaml"
			require.NoError(t, os.WriteFile(filepath.Join(folder, name), text, 0o600))
			names = append(names, name)
		}
	}
	require.NotEmpty(t, names, "%s is no checkout of gatekeeper-library", library)
	c.Kubectl(t, "wait", "constrainttemplate", "--all", "--for=jsonpath={.status.created}=true", "--timeout=60s")
	writeKustomization(t, folder, names, nil)
	return folder
}

// leaveOut adds deploy/mixed to the Kustomization of a folder of Constraints.
func leaveOut(t *testing.T, folder string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*.yaml"))
	require.NoError(t, err)
	var names []string
	for _, file := range files {
		names = append(names, filepath.Base(file))
	}
	project, err := filepath.Abs(root)
	require.NoError(t, err)
	component, err := filepath.Rel(folder, filepath.Join(project, "deploy", "mixed"))
	require.NoError(t, err)
	writeKustomization(t, folder, names, []string{component})
}

func writeKustomization(t *testing.T, folder string, resources, components []string) {
	t.Helper()
	text := "resources: [" + strings.Join(slices.Sorted(slices.Values(resources)), ", ") + "]\n" +
		"components: [" + strings.Join(components, ", ") + "]\n"
	require.NoError(t, os.WriteFile(filepath.Join(folder, "Kustomization"), []byte(text), 0o600))
}

const (
	bareLinux = `
os: {name: linux}
nodeSelector: {kubernetes.io/os: linux}
containers: [{name: app, image: "registry.k8s.io/e2e-test-images/busybox:1.37.0-1"}]
`
	readOnlyLinux = `
os: {name: linux}
nodeSelector: {kubernetes.io/os: linux}
securityContext: {runAsNonRoot: true, runAsUser: 1000, seccompProfile: {type: RuntimeDefault}}
containers:
  - name: app
    image: registry.k8s.io/e2e-test-images/busybox:1.37.0-1
    securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}, readOnlyRootFilesystem: true}
`
)
