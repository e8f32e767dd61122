package cluster_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"

	"winpolicy/e2e/cluster"
	"winpolicy/internal/sample"
)

// The kubectl lines of the page run in their order. With the first file pods are placed, and without it they are not.
func TestAdmission_LinesOfThePageRun(t *testing.T) {
	page, err := os.ReadFile(filepath.Join(root, "docs", "admission.md"))
	require.NoError(t, err)
	c := cluster.Start(t)
	rows := []placementCase{
		{Name: "a pod", Namespace: "default", Puts: []string{"nodeSelector=linux"}},
		{Name: "of a DaemonSet", Namespace: "default", Owner: "DaemonSet", Puts: []string{}},
		{
			Name: "for Windows", Namespace: "default", Spec: map[string]any{"nodeSelector": map[string]any{"kubernetes.io/os": "windows"}},
			Puts: []string{"tolerations", "os.name"},
		},
	}
	var before []outcome
	for _, row := range rows {
		before = append(before, row.send(t, c))
	}
	meets := func(placed bool) {
		waitUntilPlaced(t, c, "default", func(made outcome) bool { return made.stored != nil && (added(made.stored) != "") == placed })
		for i, row := range rows {
			want := []string{}
			if placed {
				want = row.Puts
			}
			made := row.send(t, c)
			require.NoError(t, made.refusal)
			require.Equal(t, want, put(t, before[i].stored, made.stored), row.Name)
		}
	}
	lines := 0
	for _, found := range block.FindAllStringSubmatch(string(page), -1) {
		for line := range strings.Lines(found[2]) {
			if found[1] != "" || !strings.HasPrefix(line, "kubectl ") {
				continue
			}
			command := exec.CommandContext(t.Context(), "sh", "-c", line)
			command.Dir, command.Env = root, c.Environment(t)
			output, err := command.CombinedOutput()
			require.NoError(t, err, "%s%s", line, output)
			lines++
			switch lines {
			case 1:
				meets(true)
			case 2:
				meets(false)
			}
		}
	}
	require.Equal(t, 12, lines)
}

// Every sample of a workload is sent to the API server, and to the program of e2e/oracle, which evaluates the policies as the API
// server does. They say the same, word for word. `make oracle` compares that program with the rules.
func TestAdmission_ServerWarnsAsItsEvaluatorDoes(t *testing.T) {
	c := cluster.Start(t)
	c.Kubectl(t, "apply", "-f", "deploy/admission/validation.yaml")
	cluster.Eventually(t, func() error {
		_, warnings := try(t, c, pod("awaited", "os: {name: windows}\ncontainers: [{name: app, image: registry.example/app:1}]\n"))
		if len(warnings) < 2 {
			return fmt.Errorf("not yet: %v", warnings)
		}
		return nil
	})
	samples, err := sample.Read(os.DirFS(root + "/samples"))
	require.NoError(t, err)
	createNamespaces(t, c, samples)
	var sent []*unstructured.Unstructured
	var said [][]string
	for _, one := range samples {
		made := objectOf(one)
		if one.IsReview() || !isSentAsItStands(made) {
			continue
		}
		resource, err := c.Resource(made.GetAPIVersion(), made.GetKind(), made.GetNamespace())
		if err != nil {
			continue // a version that is not served
		}
		var refusal error
		warnings := cluster.Warned(t.Context(), func(ctx context.Context) {
			_, refusal = resource.Create(ctx, made, metav1.CreateOptions{DryRun: []string{metav1.DryRunAll}})
		})
		if refusal == nil { // what the API server itself refuses, no policy is asked about
			sent, said = append(sent, made), append(said, ofPolicies(warnings))
		}
	}
	require.Greater(t, len(sent), 200)
	spoken := 0
	for i, want := range evaluated(t, sent) {
		require.ElementsMatch(t, want, said[i], "%v", sent[i])
		spoken += len(want)
	}
	require.Greater(t, spoken, 50)
	t.Logf("%d objects, %d warnings", len(sent), spoken)
}

// isSentAsItStands is whether the policies judge the object as it is written: of a kind that they match, outside the namespace that
// they exclude, without an owner that counts for some users only, and without the claim to be deleted, which the API server removes.
func isSentAsItStands(made *unstructured.Unstructured) bool {
	if made.GetNamespace() == "kube-system" || len(made.GetOwnerReferences()) > 0 || made.GetDeletionTimestamp() != nil {
		return false
	}
	return slices.Contains([]string{"v1 Pod", "v1 PodTemplate", "v1 ReplicationController", "apps/v1 DaemonSet", "apps/v1 Deployment",
		"apps/v1 ReplicaSet", "apps/v1 StatefulSet", "batch/v1 CronJob", "batch/v1 Job"}, made.GetAPIVersion()+" "+made.GetKind())
}

// ofPolicies gives the messages of the policies among warnings.
func ofPolicies(warnings []string) []string {
	all := []string{}
	for _, text := range warnings {
		if strings.HasPrefix(text, "Validation failed for ValidatingAdmissionPolicy 'winpolicy-") {
			_, message, _ := strings.Cut(text, "': ")
			all = append(all, message)
		}
	}
	return all
}

// evaluated gives the messages that the policies of the file have for each object, in the API server's evaluator.
func evaluated(t *testing.T, sent []*unstructured.Unstructured) [][]string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, "deploy", "admission", "validation.yaml"))
	require.NoError(t, err)
	var policies []map[string]any
	for document := range strings.SplitSeq(string(text), "\n---\n") {
		var one map[string]any
		require.NoError(t, yaml.Unmarshal([]byte(document), &one))
		if one["kind"] == "ValidatingAdmissionPolicy" {
			policies = append(policies, one)
		}
	}
	var questions bytes.Buffer
	encoder := json.NewEncoder(&questions)
	require.NoError(t, encoder.Encode(map[string]any{"policies": policies}))
	for _, made := range sent {
		asked := map[string]any{"operation": "CREATE", "user": "kubernetes-admin", "object": made.Object}
		require.NoError(t, encoder.Encode(map[string]any{"admit": asked}))
	}
	oracle := filepath.Join(t.TempDir(), "oracle")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", oracle, ".")
	build.Dir, build.Stderr = filepath.Join(root, "e2e", "oracle"), os.Stderr
	require.NoError(t, build.Run())
	command := exec.CommandContext(t.Context(), oracle)
	command.Stdin, command.Stderr = &questions, os.Stderr
	output, err := command.Output()
	require.NoError(t, err)
	answers := json.NewDecoder(bytes.NewReader(output))
	require.NoError(t, answers.Decode(&struct{}{}))
	var all [][]string
	for range sent {
		var answer struct {
			Fault     string
			Decisions [][]string
		}
		require.NoError(t, answers.Decode(&answer))
		require.Empty(t, answer.Fault)
		said := slices.DeleteFunc(slices.Concat(answer.Decisions...), func(text string) bool { return text == "" })
		all = append(all, said)
	}
	return all
}
