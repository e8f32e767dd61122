package cluster_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

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
