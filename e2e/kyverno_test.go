package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Pods that Pod Security's restricted level admits, and one that it does not.
var kyvernoPods = map[string]string{
	"windows": `
os: {name: windows}
nodeSelector: {kubernetes.io/os: windows}
securityContext: {runAsNonRoot: true, windowsOptions: {runAsUserName: ContainerUser}}
containers: [{name: app, image: "mcr.microsoft.com/windows/nanoserver:ltsc2022"}]
`,
	"linux": `
os: {name: linux}
securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
containers:
  - name: app
    image: registry.k8s.io/e2e-test-images/busybox:1.37.0-1
    securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
`,
	"ill-linux": `
securityContext: {runAsNonRoot: true}
containers:
  - name: app
    image: registry.k8s.io/e2e-test-images/busybox:1.37.0-1
    securityContext: {capabilities: {add: [SYS_ADMIN]}}
`,
}

// The restricted profile of Kyverno's chart refuses every Windows pod; with deploy/kyverno/values.yaml it refuses Linux
// pods alone, as a Pod and in a Deployment.
func TestKyvernosRestrictedProfileLeavesWindowsPodsOut(t *testing.T) {
	const capabilities, escalation, seccomp = "disallow-capabilities-strict", "disallow-privilege-escalation", "restrict-seccomp-strict"
	kyverno, helm := tool(t, "kyverno"), tool(t, "helm")
	ill := []string{capabilities, escalation, seccomp}
	for kind, refusingWindows := range map[string][]string{
		"ClusterPolicy":    {capabilities, escalation, seccomp},
		"ValidatingPolicy": {escalation, seccomp}, // this form lets a container without capabilities pass, on Linux too
	} {
		t.Run(kind, func(t *testing.T) {
			asShipped := kyvernoPolicies(t, helm, kind)
			mixed := kyvernoPolicies(t, helm, kind, "-f", "../deploy/kyverno/values.yaml")
			for name, tc := range map[string]struct {
				policies, pod string
				want          []string
			}{
				"as it ships it refuses a Windows pod":     {asShipped, "windows", refusingWindows},
				"with the values it admits the same":       {mixed, "windows", nil},
				"with the values it admits a Linux pod":    {mixed, "linux", nil},
				"with the values it refuses one that errs": {mixed, "ill-linux", ill},
			} {
				t.Run(name, func(t *testing.T) {
					for object, refusing := range kyvernoSays(t, kyverno, tc.policies, kyvernoPods[tc.pod]) {
						strict := slices.DeleteFunc(refusing, func(policy string) bool { return policy == "disallow-capabilities" }) // the baseline's
						require.Equal(t, tc.want, strict, object)
					}
				})
			}
		})
	}
}

// kyvernoPolicies renders the restricted profile of the chart as a kind of policies, and gives their file.
func kyvernoPolicies(t *testing.T, helm, kind string, flags ...string) string {
	t.Helper()
	folder, err := exec.CommandContext(t.Context(), "go", "-C", "tools/kyverno", "list", "-m", "-f", "{{.Dir}}", "github.com/kyverno/kyverno").Output()
	require.NoError(t, err)
	chart := filepath.Join(strings.TrimSpace(string(folder)), "charts", "kyverno-policies")
	arguments := append([]string{"template", "policies", chart, "--kube-version=1.37.2", "--set=podSecurityStandard=restricted",
		"--set=validationFailureAction=Enforce", "--set=policyType=" + kind}, flags...)
	text, err := exec.CommandContext(t.Context(), helm, arguments...).Output()
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "policies.yaml")
	require.NoError(t, os.WriteFile(path, text, 0o600))
	return path
}

var kyvernoFailure = regexp.MustCompile(`(?m)^policy (\S+) -> resource (\S+) failed:`)

// kyvernoSays gives the policies that refuse a pod, and a Deployment of it, by the object.
func kyvernoSays(t *testing.T, kyverno, policies, spec string) map[string][]string {
	t.Helper()
	indented := strings.ReplaceAll(strings.TrimSpace(spec), "\n", "\n      ")
	objects := "apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: b}\nspec:\n      " + indented +
		"\n---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a, namespace: b}\nspec:\n  selector: {matchLabels: {a: b}}\n" +
		"  template:\n    metadata: {labels: {a: b}}\n    spec:\n      " + indented + "\n"
	path := filepath.Join(t.TempDir(), "objects.yaml")
	require.NoError(t, os.WriteFile(path, []byte(objects), 0o600))
	output, err := exec.CommandContext(t.Context(), kyverno, "apply", policies, "--resource", path, "--remove-color").Output()
	said := map[string][]string{"b/Pod/a": nil, "b/Deployment/a": nil}
	failures := kyvernoFailure.FindAllStringSubmatch(string(output), -1)
	require.Equal(t, len(failures) > 0, err != nil, "%v\n%s", err, output)
	require.Contains(t, string(output), "error: 0", string(output))
	for _, failure := range failures {
		said[failure[2]] = append(said[failure[2]], failure[1])
	}
	for object, refusing := range said {
		slices.Sort(refusing)
		said[object] = slices.Compact(refusing)
	}
	return said
}
