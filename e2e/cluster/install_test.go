package cluster_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"winpolicy/e2e/cluster"
)

const root = "../.."

// commands are the lines of the first code block below a heading of README.
func commands(t testing.TB, heading string) []string {
	t.Helper()
	text, err := os.ReadFile(root + "/README.md")
	require.NoError(t, err)
	_, section, found := strings.Cut(string(text), "\n## "+heading+"\n")
	require.True(t, found, "README has no section %s", heading)
	_, block, found := strings.Cut(section, "\n```\n")
	require.True(t, found)
	block, _, found = strings.Cut(block, "\n```\n")
	require.True(t, found)
	return strings.Split(block, "\n")
}

// install runs what README says, line by line, and waits until Gatekeeper enforces it.
func install(t testing.TB, c *cluster.Cluster) {
	t.Helper()
	lines := commands(t, "In the cluster")
	require.Len(t, lines, 3)
	for _, line := range lines {
		command := exec.CommandContext(t.Context(), "sh", "-c", line)
		command.Dir, command.Env = root, c.Environment(t)
		output, err := command.CombinedOutput()
		require.NoError(t, err, "%s\n%s", line, output)
	}
	waitUntilEnforced(t, c)
}

// constraints are all there are, whatever their kind.
func constraints(t testing.TB, c *cluster.Cluster) []unstructured.Unstructured {
	t.Helper()
	all, err := listConstraints(t.Context(), c)
	require.NoError(t, err)
	return all
}

// listConstraints fails where a kind is not served yet.
func listConstraints(ctx context.Context, c *cluster.Cluster) ([]unstructured.Unstructured, error) {
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
	cluster.Until(t, func() error {
		all, err := listConstraints(t.Context(), c)
		if err != nil {
			return err
		}
		if len(all) == 0 {
			return errors.New("there are no Constraints")
		}
		for _, constraint := range all {
			if why := notEnforced(constraint); why != nil {
				return fmt.Errorf("%s %s is not enforced: %v", constraint.GetKind(), constraint.GetName(), why)
			}
		}
		return nil
	})
}

// notEnforced is what Gatekeeper says in place of it, nil where it enforces the Constraint as it stands.
func notEnforced(constraint unstructured.Unstructured) any {
	reported, _, _ := unstructured.NestedFieldNoCopy(constraint.Object, "status", "byPod")
	pods, _ := reported.([]any) // null while no pod of Gatekeeper has reported
	if len(pods) == 0 {
		return "no pod has reported"
	}
	pod := pods[0].(map[string]any)
	if pod["errors"] != nil || pod["enforced"] != true || pod["observedGeneration"] != constraint.GetGeneration() {
		return pod
	}
	return nil
}

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
			require.LessOrEqual(t, len(line[from:]), 256, "the API server would cut it")
			rule := message[strings.LastIndex(message, "(")+1:]
			rule, _, _ = strings.Cut(strings.TrimSuffix(rule, ")"), ",")
			all = append(all, constraint+": "+rule)
		}
	}
	return all
}
