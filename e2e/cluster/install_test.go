package cluster_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"winpolicy/e2e/cluster"
)

const root = "../.."

// commands are the lines of the first code block below a heading of a page.
func commands(t *testing.T, page, heading string) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, page))
	require.NoError(t, err)
	_, section, found := strings.Cut(string(text), "\n## "+heading+"\n")
	require.True(t, found, "%s has no section %s", page, heading)
	_, block, found := strings.Cut(section, "\n```\n")
	require.True(t, found)
	block, _, found = strings.Cut(block, "\n```\n")
	require.True(t, found)
	return strings.Split(block, "\n")
}

// install runs what README says, line by line, and waits until Gatekeeper enforces it.
func install(t *testing.T, c *cluster.Cluster) {
	t.Helper()
	lines := commands(t, "README.md", "In the cluster")
	require.Len(t, lines, 3)
	runLines(t, c, lines)
	waitUntilEnforced(t, c)
}

// runLines runs the lines of a shell, in the project's root, with kubectl for the cluster.
func runLines(t *testing.T, c *cluster.Cluster, lines []string) {
	t.Helper()
	for _, line := range lines {
		command := exec.CommandContext(t.Context(), "sh", "-c", line)
		command.Dir, command.Env = root, c.Environment(t)
		output, err := command.CombinedOutput()
		require.NoError(t, err, "%s\n%s", line, output)
	}
}

// constraints are all there are, whatever their kind.
func constraints(t *testing.T, c *cluster.Cluster) []unstructured.Unstructured {
	t.Helper()
	templates, err := c.Resource("templates.gatekeeper.sh/v1", "ConstraintTemplate", "")
	require.NoError(t, err)
	list, err := templates.List(t.Context(), metav1.ListOptions{})
	require.NoError(t, err)
	var all []unstructured.Unstructured
	for _, template := range list.Items {
		kind, _, err := unstructured.NestedString(template.Object, "spec", "crd", "spec", "names", "kind")
		require.NoError(t, err)
		resource, err := c.Resource("constraints.gatekeeper.sh/v1beta1", kind, "")
		require.NoError(t, err)
		made, err := resource.List(t.Context(), metav1.ListOptions{})
		require.NoError(t, err)
		all = append(all, made.Items...)
	}
	return all
}

// waitUntilEnforced waits until Gatekeeper says of every Constraint that it enforces it as it stands.
func waitUntilEnforced(t *testing.T, c *cluster.Cluster) {
	t.Helper()
	cluster.Eventually(t, func() bool {
		for _, constraint := range constraints(t, c) {
			// Gatekeeper writes null here while no pod of it has reported.
			reported, _, err := unstructured.NestedFieldNoCopy(constraint.Object, "status", "byPod")
			require.NoError(t, err)
			pods, _ := reported.([]any)
			if len(pods) == 0 {
				return false
			}
			pod := pods[0].(map[string]any)
			require.Empty(t, pod["errors"], constraint.GetName())
			if pod["enforced"] != true || pod["observedGeneration"] != constraint.GetGeneration() {
				return false
			}
		}
		return true
	}, "the Constraints are not enforced")
}

// said is what Gatekeeper reports, in a refusal or in warnings, as "constraint: rule" in the order it came.
func said(t *testing.T, texts ...string) []string {
	t.Helper()
	all := []string{}
	for _, text := range texts {
		for line := range strings.SplitSeq(text, "\n") {
			from := strings.Index(line, "[windows-")
			if from < 0 {
				continue // it is not about us: the API server warns too
			}
			constraint, message, found := strings.Cut(line[from+1:], "] ")
			require.True(t, found, line)
			require.LessOrEqual(t, len(line[from:]), 256, "the API server would cut it")
			rule := message[strings.LastIndex(message, "(")+1:]
			rule, _, _ = strings.Cut(strings.TrimSuffix(rule, ")"), ",")
			all = append(all, constraint+": "+rule)
		}
	}
	return all
}
