package cluster_test

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"

	"winpolicy/e2e/cluster"
)

func placementCases(t *testing.T) []placementCase {
	t.Helper()
	text, err := os.ReadFile("testdata/placement.yaml")
	require.NoError(t, err)
	var cases []placementCase
	require.NoError(t, yaml.UnmarshalStrict(text, &cases))
	return cases
}

// strict writes a file of deploy/admission so that a mutation that fails refuses the object. As it is shipped, it does nothing.
func strict(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, "deploy", "admission", name))
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(file, []byte(strings.ReplaceAll(string(text), "failurePolicy: Ignore", "failurePolicy: Fail")), 0o600))
	return file
}

func (p placementCase) title(number int) string {
	return fmt.Sprintf("%d %s in %s", number, p.Name, p.Namespace)
}

// object is what the case creates.
func (p placementCase) object(name string) *unstructured.Unstructured {
	spec := map[string]any{"containers": []any{map[string]any{"name": "app", "image": "registry.example/app:1"}}}
	maps.Copy(spec, p.Spec)
	text, err := yaml.Marshal(spec)
	if err != nil {
		panic(err)
	}
	var made *unstructured.Unstructured
	switch p.Kind {
	case "", "Pod":
		made = pod(name, string(text))
	case "Job":
		made = job(name, string(text))
	default:
		made = workload(p.Kind, name, string(text), nil)
	}
	if p.Owner != "" {
		version := map[string]string{"Job": "batch/v1"}[p.Owner]
		if version == "" {
			version = "apps/v1"
		}
		yes := true
		made.SetOwnerReferences([]metav1.OwnerReference{{APIVersion: version, Kind: p.Owner, Name: "owner", UID: "1", Controller: &yes}})
	}
	return in(p.Namespace, made)
}

// outcome is what the API server makes of a case, as a dry run.
type outcome struct {
	stored   *unstructured.Unstructured
	refusal  error
	warnings []string
}

var controllerOf = map[string]string{"DaemonSet": "daemon-set-controller", "ReplicaSet": "replicaset-controller", "Job": "job-controller"}

func (p placementCase) send(t *testing.T, c *cluster.Cluster) (made outcome) {
	t.Helper()
	client := c.Client
	if p.Owner != "" {
		client = c.As(t, "system:serviceaccount:kube-system:"+controllerOf[p.Owner])
	}
	sent := p.object("made")
	made.warnings = cluster.Warned(t.Context(), func(ctx context.Context) {
		made.stored, made.refusal = client.Of(t, sent).Create(ctx, sent, metav1.CreateOptions{DryRun: []string{metav1.DryRunAll}})
	})
	return made
}

// waitUntilPlaced creates a plain pod in a namespace until the policies do what is awaited.
func waitUntilPlaced(t *testing.T, c *cluster.Cluster, namespace string, awaited func(outcome) bool) {
	t.Helper()
	cluster.Eventually(t, func() error {
		made := placementCase{Name: "awaited", Namespace: namespace}.send(t, c)
		if made.refusal != nil && !apierrors.IsForbidden(made.refusal) {
			return made.refusal
		}
		if !awaited(made) {
			return fmt.Errorf("not yet: %v", made)
		}
		return nil
	})
}

// put tells what an object has that it had not before.
func put(t *testing.T, before, after *unstructured.Unstructured) []string {
	t.Helper()
	was, is := podSpec(t, before), podSpec(t, after)
	all := []string{}
	selected := func(spec map[string]any) any {
		selector, _ := spec["nodeSelector"].(map[string]any)
		return selector["kubernetes.io/os"]
	}
	if selected(is) != selected(was) {
		all = append(all, fmt.Sprint("nodeSelector=", selected(is)))
	}
	tolerations := func(spec map[string]any) []any {
		list, _ := spec["tolerations"].([]any)
		return list
	}
	if got := tolerations(is); len(got) != len(tolerations(was)) {
		require.Len(t, got, len(tolerations(was))+1)
		require.Contains(t, got, map[string]any{"key": "os", "operator": "Equal", "value": "windows", "effect": "NoSchedule"})
		all = append(all, "tolerations")
	}
	if fmt.Sprint(is["os"]) != fmt.Sprint(was["os"]) {
		require.Equal(t, map[string]any{"name": "windows"}, is["os"])
		all = append(all, "os.name")
	}
	return all
}

// added is the annotation by which the policies name what they put into a pod.
func added(made *unstructured.Unstructured) string {
	path := []string{"metadata", "annotations", "winpolicy/added"}
	if made.GetKind() != "Pod" {
		path = append([]string{"spec", "template"}, path...)
	}
	text, _, _ := unstructured.NestedString(made.Object, path...)
	return text
}

// names leaves out the values.
func names(puts []string) []string {
	all := []string{}
	for _, one := range puts {
		name, _, _ := strings.Cut(one, "=")
		all = append(all, name)
	}
	return all
}

// previews is what the preview must warn of.
func (p placementCase) previews() []string {
	all := names(p.Puts)
	if p.Refused != "" {
		all = []string{"tolerations", "os.name"}
	}
	all = append(all, p.Rejected...)
	slices.Sort(all)
	return all
}

var previewed = regexp.MustCompile(`: placement: (.*?): The `)

// foretold gives the fields that warnings of the preview name.
func foretold(warnings []string) []string {
	all := []string{}
	for _, text := range warnings {
		found := previewed.FindStringSubmatch(text)
		if found == nil {
			continue
		}
		for field := range strings.SplitSeq(found[1], ", ") {
			field = strings.TrimPrefix(strings.TrimPrefix(field, "spec.template."), "spec.")
			all = append(all, strings.TrimSuffix(field, "[kubernetes.io/os]"))
		}
	}
	slices.Sort(all)
	return all
}
