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

// Pod Security's restricted level admits the first two pods and rejects the third.
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
	"bad-linux": `
securityContext: {runAsNonRoot: true}
containers:
  - name: app
    image: registry.k8s.io/e2e-test-images/busybox:1.37.0-1
    securityContext: {capabilities: {add: [SYS_ADMIN]}}
`,
}

// The restricted profile of Kyverno's chart rejects every Windows pod. With deploy/kyverno/values.yaml it rejects only
// Linux pods, as a Pod and in a Deployment.
func TestKyverno_RestrictedProfileWithValuesAdmitsWindowsPods(t *testing.T) {
	if os.Getenv("E2E_EXTRA") == "" {
		t.Skip("needs Kyverno's command line and helm, which take minutes to build: run `make e2e-extra`")
	}
	const capabilities, escalation, seccomp = "disallow-capabilities-strict", "disallow-privilege-escalation", "restrict-seccomp-strict"
	kyverno, helm := tool(t, "kyverno"), tool(t, "helm")
	strict := []string{capabilities, escalation, seccomp}
	for kind, rejectingWindows := range map[string][]string{
		"ValidatingPolicy": {escalation, seccomp},               // this kind admits a container without capabilities, also on Linux
		"ClusterPolicy":    {capabilities, escalation, seccomp}, // deprecated
	} {
		t.Run(kind, func(t *testing.T) {
			asShipped := kyvernoPolicies(t, helm, kind)
			mixed := kyvernoPolicies(t, helm, kind, "-f", "../deploy/kyverno/values.yaml")
			for name, tc := range map[string]struct {
				policies, pod string
				want          []string
			}{
				"as shipped it rejects a Windows pod":        {asShipped, "windows", rejectingWindows},
				"with the values it admits the Windows pod":  {mixed, "windows", nil},
				"with the values it admits a Linux pod":      {mixed, "linux", nil},
				"with the values it rejects a bad Linux pod": {mixed, "bad-linux", strict},
			} {
				t.Run(name, func(t *testing.T) {
					for object, rejecting := range rejectingPolicies(t, kyverno, tc.policies, kyvernoPods[tc.pod]) {
						// disallow-capabilities belongs to the baseline profile.
						got := slices.DeleteFunc(rejecting, func(policy string) bool { return policy == "disallow-capabilities" })
						require.Equal(t, tc.want, got, object)
					}
				})
			}
		})
	}
}

// kyvernoPolicies renders the restricted profile of the chart as policies of a kind, and gives their file.
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

// rejectingPolicies gives the policies that reject a pod and a Deployment of it, by object.
func rejectingPolicies(t *testing.T, kyverno, policies, spec string) map[string][]string {
	t.Helper()
	indented := strings.ReplaceAll(strings.TrimSpace(spec), "\n", "\n      ")
	objects := "apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: b}\nspec:\n      " + indented +
		"\n---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a, namespace: b}\nspec:\n  selector: {matchLabels: {a: b}}\n" +
		"  template:\n    metadata: {labels: {a: b}}\n    spec:\n      " + indented + "\n"
	path := filepath.Join(t.TempDir(), "objects.yaml")
	require.NoError(t, os.WriteFile(path, []byte(objects), 0o600))
	output, err := exec.CommandContext(t.Context(), kyverno, "apply", policies, "--resource", path, "--remove-color").Output()
	rejecting := map[string][]string{"b/Pod/a": nil, "b/Deployment/a": nil}
	failures := kyvernoFailure.FindAllStringSubmatch(string(output), -1)
	require.Equal(t, len(failures) > 0, err != nil, "%v\n%s", err, output)
	require.Contains(t, string(output), "error: 0", string(output))
	for _, failure := range failures {
		rejecting[failure[2]] = append(rejecting[failure[2]], failure[1])
	}
	for object, policies := range rejecting {
		slices.Sort(policies)
		rejecting[object] = slices.Compact(policies)
	}
	return rejecting
}
