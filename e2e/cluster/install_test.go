package cluster_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"winpolicy/e2e/cluster"
)

const root = "../.."

// commands are the lines of the first code block below a heading of a page.
func commands(t testing.TB, page, heading string) []string {
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
func install(t testing.TB, c *cluster.Cluster) {
	t.Helper()
	lines := commands(t, "README.md", "In the cluster")
	require.Len(t, lines, 3)
	runLines(t, c, lines)
	waitUntilEnforced(t, c)
}

// runLines runs the lines of a shell, in the project's root, with kubectl for the cluster.
func runLines(t testing.TB, c *cluster.Cluster, lines []string) {
	t.Helper()
	for _, line := range lines {
		command := exec.CommandContext(t.Context(), "sh", "-c", line)
		command.Dir, command.Env = root, c.Environment(t)
		output, err := command.CombinedOutput()
		require.NoError(t, err, "%s\n%s", line, output)
	}
}

// constraints are all there are, whatever their kind. It is an error where a kind is not served yet.
func constraints(ctx context.Context, c *cluster.Cluster) ([]unstructured.Unstructured, error) {
	templates, err := list(ctx, c, "templates.gatekeeper.sh/v1", "ConstraintTemplate")
	if err != nil {
		return nil, err
	}
	var all []unstructured.Unstructured
	for _, template := range templates {
		kind, _, err := unstructured.NestedString(template.Object, "spec", "crd", "spec", "names", "kind")
		if err != nil {
			return nil, err
		}
		some, err := list(ctx, c, "constraints.gatekeeper.sh/v1beta1", kind)
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	return all, nil
}

func list(ctx context.Context, c *cluster.Cluster, apiVersion, kind string) ([]unstructured.Unstructured, error) {
	resource, err := c.Resource(apiVersion, kind, "")
	if err != nil {
		return nil, err
	}
	found, err := resource.List(ctx, metav1.ListOptions{})
	if err != nil {
		return nil, err
	}
	return found.Items, nil
}

// waitUntilEnforced waits until Gatekeeper says of every Constraint that it enforces it as it stands.
func waitUntilEnforced(t testing.TB, c *cluster.Cluster) {
	t.Helper()
	cluster.Eventually(t, func() error {
		all, err := constraints(t.Context(), c)
		if err != nil {
			return err
		}
		if len(all) == 0 {
			return errors.New("there are no Constraints")
		}
		for _, constraint := range all {
			status := reported(constraint)
			if status["errors"] != nil || status["enforced"] != true || status["observedGeneration"] != constraint.GetGeneration() {
				return fmt.Errorf("%s %s is not enforced as it stands: %v", constraint.GetKind(), constraint.GetName(), status)
			}
		}
		return nil
	})
}

// reported is what Gatekeeper's pod says of an object in its status, nil while it has not.
func reported(object unstructured.Unstructured) map[string]any {
	status, _, _ := unstructured.NestedFieldNoCopy(object.Object, "status", "byPod")
	pods, _ := status.([]any) // null at first
	if len(pods) == 0 {
		return nil
	}
	return pods[0].(map[string]any)
}

// implied is what Gatekeeper puts before the message about a pod that it expanded.
var implied = regexp.MustCompile(`^\[Implied by [a-z-]+\] `)

// said is what Gatekeeper reports, in a refusal or in warnings, as "constraint: rule" in the order it came.
func said(t testing.TB, texts ...string) []string {
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
			require.LessOrEqual(t, len(message), 256, "Gatekeeper's audit would cut it")
			rule, _, found := strings.Cut(implied.ReplaceAllString(message, ""), ": ")
			require.True(t, found, line)
			require.Contains(t, message, "(winpolicy explain "+rule)
			all = append(all, constraint+": "+rule)
		}
	}
	return all
}
