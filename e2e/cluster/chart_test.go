package cluster_test

import (
	"fmt"
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

// The lines of the page on charts run in their order, and do what the page says of them.
func TestCharts_DoWhatThePageSays(t *testing.T) {
	c := cluster.Start(t)
	shell := newShell(t, c, "docs/charts.md")
	const templates, constraints = "winpolicy-templates deploy/charts/winpolicy-templates", "winpolicy-constraints deploy/charts/winpolicy-constraints"
	ill := pod("ill", refused)

	t.Run("without Gatekeeper both charts say so", func(t *testing.T) {
		for _, chart := range []string{templates, constraints} {
			require.Contains(t, shell.fails(t, "helm install "+chart), "Gatekeeper is not in this cluster")
		}
		require.Empty(t, releases(t, c))
	})
	c.StartGatekeeper(t)

	t.Run("the Constraints before the templates name what is missing, and nothing is installed", func(t *testing.T) {
		said := shell.fails(t, "helm install "+constraints+" -n gatekeeper-system")
		require.Contains(t, said, "The cluster has no kind K8sWindowsCluster yet. Install the chart winpolicy-templates first")
		require.Empty(t, releases(t, c))
	})
	t.Run("an installation with dryrun rejects nothing", func(t *testing.T) {
		shell.section(t, "Install the rules")
		waitUntilEnforced(t, c)
		refusal, warnings := try(t, c, ill)
		require.NoError(t, refusal)
		require.Empty(t, warnings)
	})
	t.Run("an upgrade with winpolicy.yaml changes the Constraints", func(t *testing.T) {
		shell.section(t, "Configure the rules")
		waitUntilEnforced(t, c)
		_, warnings := try(t, c, ill)
		require.Equal(t, []string{"windows-workloads: linux-volume"}, said(t, warnings...))
		platform, _, err := unstructured.NestedString(constraint(t, c, "K8sWindowsReferential", "windows-referential").Object, "spec", "parameters", "platform")
		require.NoError(t, err)
		require.Equal(t, "aks", platform)
	})
	t.Run("a wrong value is refused and changes nothing", func(t *testing.T) {
		before := constraint(t, c, "K8sWindowsWorkloads", "windows-workloads").GetGeneration()
		require.Contains(t, shell.fails(t, "helm upgrade "+constraints+" -n gatekeeper-system --set platform=azure"), "'/platform'")
		require.Equal(t, before, constraint(t, c, "K8sWindowsWorkloads", "windows-workloads").GetGeneration())
	})
	t.Run("an upgrade of one value denies", func(t *testing.T) {
		shell.run(t, "helm upgrade "+constraints+" -n gatekeeper-system -f winpolicy.yaml --set gatekeeper.enforcementAction=deny,referential=true")
		waitUntilEnforced(t, c)
		refusal, _ := try(t, c, ill)
		requireRefused(t, refusal)
	})
	t.Run("what is rendered without a cluster is applied by kubectl", func(t *testing.T) {
		for _, line := range shell.lines(t, "Render without a cluster") {
			shell.run(t, line+" | kubectl apply --server-side --dry-run=server --force-conflicts -f -")
		}
	})
	t.Run("an uninstallation leaves nothing", func(t *testing.T) {
		shell.section(t, "Remove the rules")
		waitUntilClean(t, c)
	})
	t.Run("the templates can be uninstalled first", func(t *testing.T) {
		shell.section(t, "Install the rules")
		shell.run(t, "helm uninstall winpolicy-templates -n gatekeeper-system")
		waitUntilGone(t, c, "templates.gatekeeper.sh/v1", "ConstraintTemplate")
		collectGarbage(t, c)
		shell.run(t, "helm uninstall winpolicy-constraints -n gatekeeper-system")
		waitUntilClean(t, c)
	})
}

// shell runs the lines of a page in a folder that has deploy/ and the files that the page shows.
type shell struct {
	page   string
	folder string
	env    []string
}

func newShell(t *testing.T, c *cluster.Cluster, page string) shell {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, page))
	require.NoError(t, err)
	made := shell{page: string(text), folder: t.TempDir(), env: c.HelmEnvironment(t)}
	deploy, err := filepath.Abs(filepath.Join(root, "deploy"))
	require.NoError(t, err)
	require.NoError(t, os.Symlink(deploy, filepath.Join(made.folder, "deploy")))
	for _, found := range block.FindAllStringSubmatch(made.page, -1) {
		if name, _, ok := strings.Cut(strings.TrimPrefix(found[2], "# "), ".yaml\n"); ok && found[1] == "yaml" {
			require.NoError(t, os.WriteFile(filepath.Join(made.folder, name+".yaml"), []byte(found[2]), 0o600))
		}
	}
	return made
}

// lines are those of helm and kubectl below a heading.
func (s shell) lines(t *testing.T, heading string) []string {
	t.Helper()
	_, section, found := strings.Cut(s.page, "\n## "+heading+"\n")
	require.True(t, found, heading)
	section, _, _ = strings.Cut(section, "\n## ")
	var all []string
	for _, found := range block.FindAllStringSubmatch(section, -1) {
		for line := range strings.Lines(found[2]) {
			if found[1] == "" && (strings.HasPrefix(line, "helm ") || strings.HasPrefix(line, "kubectl ")) {
				all = append(all, strings.TrimSpace(line))
			}
		}
	}
	require.NotEmpty(t, all, heading)
	return all
}

func (s shell) section(t *testing.T, heading string) {
	t.Helper()
	for _, line := range s.lines(t, heading) {
		s.run(t, line)
	}
}

// run gives what the line prints.
func (s shell) run(t *testing.T, line string) string {
	t.Helper()
	output, err := s.command(t, line).CombinedOutput()
	require.NoError(t, err, "%s\n%s", line, output)
	return string(output)
}

// fails runs a line that must fail, and gives what it prints.
func (s shell) fails(t *testing.T, line string) string {
	t.Helper()
	output, err := s.command(t, line).CombinedOutput()
	require.Error(t, err, "%s\n%s", line, output)
	return string(output)
}

func (s shell) command(t *testing.T, line string) *exec.Cmd {
	t.Helper()
	command := exec.CommandContext(t.Context(), "bash", "-o", "pipefail", "-c", line)
	command.Dir, command.Env = s.folder, s.env
	return command
}

func constraint(t *testing.T, c *cluster.Cluster, kind, name string) *unstructured.Unstructured {
	t.Helper()
	resource, err := c.Resource("constraints.gatekeeper.sh/v1beta1", kind, "")
	require.NoError(t, err)
	found, err := resource.Get(t.Context(), name, metav1.GetOptions{})
	require.NoError(t, err)
	return found
}

// releases are the Secrets in which Helm keeps them.
func releases(t *testing.T, c *cluster.Cluster) []string {
	t.Helper()
	return strings.Fields(c.Kubectl(t, "get", "secrets", "-A", "-l", "owner=helm", "-o", "name"))
}

// waitUntilClean waits until no object of the charts, and nothing that Gatekeeper or Helm made for them, is left.
func waitUntilClean(t *testing.T, c *cluster.Cluster) {
	t.Helper()
	require.Empty(t, releases(t, c))
	for apiVersion, kind := range map[string]string{"templates.gatekeeper.sh/v1": "ConstraintTemplate", "syncset.gatekeeper.sh/v1alpha1": "SyncSet"} {
		waitUntilGone(t, c, apiVersion, kind)
	}
	collectGarbage(t, c)
}

func waitUntilGone(t *testing.T, c *cluster.Cluster, apiVersion, kind string) {
	t.Helper()
	cluster.Eventually(t, func() error {
		left, err := list(t.Context(), c, apiVersion, kind)
		if err == nil && len(left) > 0 {
			err = fmt.Errorf("%d left of %s", len(left), kind)
		}
		return err
	})
}

// collectGarbage deletes the CRDs of templates that are gone, in the place of Kubernetes' garbage collector, which is a part of
// the controller manager. It goes by their owner, as that one does. No template may be left.
func collectGarbage(t *testing.T, c *cluster.Cluster) {
	t.Helper()
	crds, err := list(t.Context(), c, "apiextensions.k8s.io/v1", "CustomResourceDefinition")
	require.NoError(t, err)
	for _, crd := range crds {
		if strings.HasSuffix(crd.GetName(), ".constraints.gatekeeper.sh") {
			require.Equal(t, "ConstraintTemplate", crd.GetOwnerReferences()[0].Kind, crd.GetName())
			c.Kubectl(t, "delete", "crd", crd.GetName(), "--timeout=60s")
		}
	}
}
