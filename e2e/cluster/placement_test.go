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
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/yaml"

	"winpolicy/e2e/cluster"
)

// placementCase is a row of testdata/placement.yaml.
type placementCase struct {
	Kind      string         `json:"kind"`
	Name      string         `json:"name"`
	Namespace string         `json:"namespace"`
	Owner     string         `json:"owner"`
	Spec      map[string]any `json:"spec"`
	Puts      []string       `json:"puts"`
	Refused   string         `json:"refused"`
	Rejected  []string       `json:"rejected"` // fields that the API server rejects with spec.os.name
	Mutators  *[]string      `json:"mutators"`
	Why       string         `json:"why"`
}

// placementNamespaces are by the labels of each.
var placementNamespaces = map[string]string{
	"plain":       `{}`,
	"for-linux":   `{winpolicy/os: linux}`,
	"for-windows": `{winpolicy/os: windows}`,
	"strict":      `{winpolicy/os: windows, winpolicy/os-name: enforce}`,
	"lax":         `{winpolicy/os: windows, winpolicy/os-name: "off"}`,
	"left-out":    `{winpolicy/placement: disabled}`,
	"opted-in":    `{winpolicy/placement: enabled}`,
}

// The table runs through the policies of deploy/admission, their preview, and the mutators of deploy/mutation. There is no
// controller manager, so the objects of controllers are made by hand, with the owner and by the account of the controller.
func TestPlacement_PoliciesAndMutatorsFollowTheTable(t *testing.T) {
	cases := placementCases(t)
	c := cluster.Start(t)
	for name, labels := range placementNamespaces {
		create(t, c, object(`{apiVersion: v1, kind: Namespace, metadata: {name: `+name+`, labels: `+labels+`}}`))
	}
	create(t, c, object(`{apiVersion: node.k8s.io/v1, kind: RuntimeClass, metadata: {name: windows}, handler: runhcs-wcow-process, scheduling: {nodeSelector: {kubernetes.io/os: windows}}}`))
	create(t, c, object(`{apiVersion: node.k8s.io/v1, kind: RuntimeClass, metadata: {name: sandbox}, handler: sandbox}`))
	before := make([]outcome, len(cases))
	for i, one := range cases {
		before[i] = one.send(t, c)
		require.NoError(t, before[i].refusal, one.title(i))
	}

	preview := strict(t, "placement-preview.yaml")
	c.Kubectl(t, "apply", "-f", preview)
	waitUntilPlaced(t, c, "plain", func(made outcome) bool { return len(made.warnings) > 0 })
	for i, one := range cases {
		t.Run("preview "+one.title(i), func(t *testing.T) {
			if one.Namespace == "left-out" || one.Kind == "Deployment" || one.Kind == "ReplicaSet" || one.Kind == "Job" {
				return // the preview does not read this label, and it tells of templates what becomes of their pods
			}
			made := one.send(t, c)
			require.NoError(t, made.refusal)
			require.Equal(t, one.previews(), foretold(made.warnings), made.warnings)
		})
	}
	c.Kubectl(t, "delete", "-f", preview)

	policies := strict(t, "placement.yaml")
	c.Kubectl(t, "apply", "-f", policies)
	waitUntilPlaced(t, c, "plain", func(made outcome) bool { return made.stored != nil && added(made.stored) != "" })
	for i, one := range cases {
		t.Run("policies "+one.title(i), func(t *testing.T) {
			made := one.send(t, c)
			if one.Refused != "" {
				require.ErrorContains(t, made.refusal, one.Refused)
				return
			}
			require.NoError(t, made.refusal)
			require.Equal(t, one.Puts, put(t, before[i].stored, made.stored))
			require.Equal(t, strings.Join(names(one.Puts), ","), added(made.stored))
		})
	}
	t.Run("what exists already", func(t *testing.T) { leavesWhatExists(t, c, policies) })
	t.Run("opted in", func(t *testing.T) { optsIn(t, c) })

	c.StartGatekeeper(t)
	c.Kubectl(t, "apply", "-f", "deploy/mutation/")
	waitUntilMutating(t, c)
	for i, one := range cases {
		t.Run("mutators "+one.title(i), func(t *testing.T) {
			made := one.send(t, c)
			require.NoError(t, made.refusal)
			want := one.Puts
			if one.Mutators != nil {
				require.NotEmpty(t, one.Why)
				want = *one.Mutators
			}
			require.Equal(t, want, put(t, before[i].stored, made.stored))
		})
	}
}

// leavesWhatExists changes objects from before the policies, which are in force when it begins, and gone when it ends.
func leavesWhatExists(t *testing.T, c *cluster.Cluster, policies string) {
	gone := func() {
		c.Kubectl(t, "delete", "-f", policies)
		waitUntilPlaced(t, c, "plain", func(made outcome) bool { return made.stored != nil && added(made.stored) == "" })
	}
	gone()
	old := create(t, c, placementCase{Name: "old", Namespace: "for-windows"}.object("old"))
	daemons := create(t, c, placementCase{Kind: "DaemonSet", Name: "old", Namespace: "for-windows"}.object("old"))
	c.Kubectl(t, "apply", "-f", policies)
	waitUntilPlaced(t, c, "plain", func(made outcome) bool { return made.stored != nil && added(made.stored) != "" })

	c.Kubectl(t, "label", "pod", "old", "-n", "for-windows", "team=shop")
	stored, err := c.Of(t, old).Get(t.Context(), "old", metav1.GetOptions{})
	require.NoError(t, err)
	require.Empty(t, put(t, old, stored))

	c.Kubectl(t, "label", "daemonset", "old", "-n", "for-windows", "team=shop")
	stored, err = c.Of(t, daemons).Get(t.Context(), "old", metav1.GetOptions{})
	require.NoError(t, err)
	require.Equal(t, int64(1), stored.GetGeneration())
	require.Empty(t, put(t, daemons, stored))

	c.Kubectl(t, "rollout", "restart", "daemonset/old", "-n", "for-windows")
	stored, err = c.Of(t, daemons).Get(t.Context(), "old", metav1.GetOptions{})
	require.NoError(t, err)
	require.Equal(t, []string{"nodeSelector=windows", "tolerations", "os.name"}, put(t, daemons, stored))
	require.Equal(t, int64(2), stored.GetGeneration())
	again, err := c.Of(t, daemons).Patch(t.Context(), "old", types.MergePatchType, []byte(`{"metadata":{"labels":{"team":"blog"}}}`), metav1.PatchOptions{})
	require.NoError(t, err)
	require.Equal(t, int64(2), again.GetGeneration(), "the policy puts in nothing twice")
	gone()
}

// optsIn tries the stage in which a namespace opts in, and then takes the policies away.
func optsIn(t *testing.T, c *cluster.Cluster) {
	file := strict(t, "placement-opt-in.yaml")
	c.Kubectl(t, "apply", "-f", file)
	waitUntilPlaced(t, c, "opted-in", func(made outcome) bool { return made.stored != nil && added(made.stored) == "nodeSelector" })
	require.Empty(t, added(placementCase{Name: "a pod", Namespace: "plain"}.send(t, c).stored))
	c.Kubectl(t, "delete", "-f", file)
	waitUntilPlaced(t, c, "opted-in", func(made outcome) bool { return made.stored != nil && added(made.stored) == "" })
}

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
