package cluster_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"winpolicy/e2e/cluster"
)

// block is a block of code: its language, and its lines.
var block = regexp.MustCompile("(?ms)^```(\\w*)\n(.*?)^```$")

// The kubectl lines of the operator's page run in their order on a bare Gatekeeper, and print what it says of them.
func TestTheKubectlLinesOfTheGatekeeperPageRun(t *testing.T) {
	page, err := os.ReadFile(filepath.Join(root, "docs", "gatekeeper.md"))
	require.NoError(t, err)
	c := cluster.Start(t)
	c.StartGatekeeper(t)
	printed := map[string]string{}
	for _, found := range block.FindAllStringSubmatch(string(page), -1) {
		for line := range strings.Lines(found[2]) {
			if found[1] != "" || !strings.HasPrefix(line, "kubectl ") {
				continue
			}
			if strings.HasPrefix(line, "kubectl get constraints") {
				waitUntilEnforced(t, c)
			}
			command := exec.CommandContext(t.Context(), "sh", "-c", line)
			command.Dir, command.Env = root, c.Environment(t)
			output, err := command.CombinedOutput()
			require.NoError(t, err, "%s%s", line, output)
			printed[strings.TrimSpace(line)] = string(output)
		}
	}
	require.Greater(t, len(printed), 15)
	for line, output := range printed {
		switch {
		case strings.Contains(line, ".status.created}{"):
			require.Equal(t, "k8swindowscluster true\nk8swindowsreferential true\nk8swindowsworkloads true\n", output)
		case strings.Contains(line, "errors}"):
			require.Empty(t, output, line)
		case strings.Contains(line, "enforced}"):
			require.Equal(t, 6, strings.Count(output, " true\n"), output)
		case line == "kubectl get constraints":
			require.Contains(t, output, "windows-workloads-warn")
		}
	}
}

// The line of the page names the files with which gator reports each finding once.
func TestTheGatorLineOfTheGatekeeperPageReportsEachFindingOnce(t *testing.T) {
	page, err := os.ReadFile(filepath.Join(root, "docs", "gatekeeper.md"))
	require.NoError(t, err)
	line := regexp.MustCompile("(?m)^gator test .*$").FindString(string(page))
	command := exec.CommandContext(t.Context(), "sh", "-c", line)
	command.Dir = root
	command.Env = append(os.Environ(), "PATH="+filepath.Dir(cluster.Tool(t, "gatekeeper", "gator"))+string(os.PathListSeparator)+os.Getenv("PATH"))
	output, err := command.CombinedOutput()
	require.NoError(t, err, "%s", output)
	require.Equal(t, 1, strings.Count(string(output), "(winpolicy explain "), "%s", output)
	require.Contains(t, string(output), `node.k8s.io/v1/RuntimeClass windows-2019: ["windows-cluster-warn"] Message: "runtime-class: handler: `)
}

// Argo CD plans the templates and the Constraints at once, and is told to apply them one after the other.
func TestTheKustomizationForArgoCDPutsTheConstraintsIntoALaterWave(t *testing.T) {
	folder := "../../deploy/argo-cd"
	output, err := exec.CommandContext(t.Context(), cluster.Tool(t, "kubernetes", "kubectl"), "kustomize", folder).Output()
	require.NoError(t, err)
	templates, constraints := 0, 0
	for text := range strings.SplitSeq(string(output), "\n---\n") {
		made := object(text)
		want := map[string]string{"argocd.argoproj.io/sync-options": "SkipDryRunOnMissingResource=true", "argocd.argoproj.io/sync-wave": "1"}
		if made.GetKind() == "ConstraintTemplate" {
			templates++
			require.NotContains(t, made.GetAnnotations(), "argocd.argoproj.io/sync-wave")
			continue
		}
		constraints++
		require.Equal(t, want, made.GetAnnotations(), made.GetName())
	}
	require.Equal(t, 2, templates)
	require.Equal(t, 4, constraints)
}
