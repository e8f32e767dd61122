package check_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/stretchr/testify/require"

	"winpolicy/internal/catalog"
	"winpolicy/internal/check"
	"winpolicy/internal/engine"
)

// aboutServices reads workloads when it judges a Service; aboutPods reads Nodes when it judges whatever carries a pod.
var (
	aboutServices = catalog.Rule{Metadata: catalog.Metadata{
		ID: "about-services", Enabled: true, Kinds: []catalog.Kinds{{Kinds: []string{"Service"}}},
		Inventory: []catalog.Synced{{Kinds: []string{"Deployment"}, Fields: []string{
			"metadata.labels", "spec.template.spec.os.name", "spec.template.spec.containers[*].image",
		}}},
	}}
	aboutPods = catalog.Rule{Metadata: catalog.Metadata{
		ID: "about-pods", Kinds: []catalog.Kinds{{Kinds: []string{"Pod"}}},
		Inventory: []catalog.Synced{{Kinds: []string{"Node"}, Fields: []string{"metadata.labels[kubernetes.io/os]"}}},
	}}
)

const (
	service  = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\n---\n"
	workload = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop, labels: {app: web}, annotations: {a: long}}
spec:
  replicas: 3
  template:
    spec:
      os: {name: windows, version: 1}
      containers: [{name: web, image: web}, {name: bare}]
---
`
	node = "apiVersion: v1\nkind: Node\nmetadata: {name: node-1, labels: {kubernetes.io/os: windows, other: label}}\nspec: {taints: []}\n---\n"
)

func TestKnown_KeepsTheNamedFieldsThatARuleOfTheRunReads(t *testing.T) {
	cutWorkload := map[string]any{
		"apiVersion": "apps/v1", "kind": "Deployment",
		"metadata": map[string]any{"name": "web", "namespace": "shop", "labels": map[string]any{"app": "web"}},
		"spec": map[string]any{"template": map[string]any{"spec": map[string]any{
			"os":         map[string]any{"name": "windows"},
			"containers": []any{map[string]any{"image": "web"}, map[string]any{}},
		}}},
	}
	cutNode := map[string]any{
		"apiVersion": "v1", "kind": "Node",
		"metadata": map[string]any{"name": "node-1", "labels": map[string]any{"kubernetes.io/os": "windows"}},
	}
	enabled := engine.Config{"rules": map[string]any{"about-pods": map[string]any{"enabled": true}}}
	for name, tc := range map[string]struct {
		text   string
		config engine.Config
		want   engine.Run
	}{
		"a workload and a Service":        {text: workload + service, want: engine.Run{"Deployment": {cutWorkload}}},
		"a workload and no Service":       {text: workload, want: engine.Run{}},
		"a Service and no workload":       {text: service, want: engine.Run{}},
		"a rule that is off by default":   {text: node, want: engine.Run{}},
		"a rule that is switched on":      {text: node, config: enabled, want: engine.Run{"Node": {cutNode}}},
		"a rule that is switched off":     {text: workload + service, config: engine.Config{"rules": map[string]any{"about-services": map[string]any{"enabled": false}}}, want: engine.Run{}},
		"a switch of the wrong type":      {text: workload + service, config: engine.Config{"rules": map[string]any{"about-services": map[string]any{"enabled": "no"}}}, want: engine.Run{"Deployment": {cutWorkload}}},
		"a document that cannot be read":  {text: "kind: Service: Deployment\n---\n" + workload + service, want: engine.Run{"Deployment": {cutWorkload}}},
		"items of a list without a kind":  {text: "apiVersion: v1\nkind: NodeList\nitems:\n- metadata: {name: node-1, labels: {kubernetes.io/os: windows}}\n", config: enabled, want: engine.Run{"Node": {cutNode}}},
		"a kind that no rule of ours has": {text: strings.ReplaceAll(workload, "Deployment", "Rollout") + service, want: engine.Run{}},
	} {
		t.Run(name, func(t *testing.T) {
			input, err := check.Open(t.Context(), []string{"-"}, check.Options{Stdin: strings.NewReader(tc.text)})
			require.NoError(t, err)
			known := input.Known(t.Context(), tc.config, []catalog.Rule{aboutServices, aboutPods})
			require.Equal(t, tc.config, known.Config)
			wanted, err := json.Marshal(tc.want)
			require.NoError(t, err)
			require.JSONEq(t, string(wanted), text(t, known.Run))
		})
	}
}

func TestKnown_RuntimeClassReplacesTheConfiguredOneOfItsName(t *testing.T) {
	config := engine.Config{"platform": "aks", "runtimeClasses": map[string]any{
		"complete": true,
		"classes":  map[string]any{"windows": map[string]any{"handler": "old"}, "other": map[string]any{"handler": "other"}},
	}}
	input, err := check.Open(t.Context(), []string{"-"}, check.Options{Stdin: strings.NewReader(class)})
	require.NoError(t, err)
	known := input.Known(t.Context(), config, nil)
	require.Equal(t, engine.Config{"platform": "aks", "runtimeClasses": map[string]any{
		"complete": true,
		"classes": map[string]any{"other": map[string]any{"handler": "other"}, "windows": map[string]any{
			"handler": "runhcs-wcow-process", "scheduling": map[string]any{"nodeSelector": map[string]any{"kubernetes.io/os": "windows"}},
		}},
	}}, known.Config)
	require.Equal(t, "old", config["runtimeClasses"].(map[string]any)["classes"].(map[string]any)["windows"].(map[string]any)["handler"], "the configuration itself stays")
}

func TestInventory_CutKeepsTheTypesOfWhatIsWrong(t *testing.T) {
	inventory := check.NewInventory([]catalog.Rule{{Metadata: catalog.Metadata{Inventory: []catalog.Synced{
		{Kinds: []string{"Pod"}, Fields: []string{"spec.os.name", "spec.os", "spec.containers[*].image", "spec.labels.a"}},
	}}}})
	for name, tc := range map[string]struct{ spec, want any }{
		"no map":                {"text", "text"},
		"null":                  {nil, nil},
		"a list for a map":      {[]any{1}, []any{}},
		"a map for a list":      {map[string]any{"containers": map[string]any{"image": 1}}, map[string]any{"containers": map[string]any{}}},
		"items that are no map": {map[string]any{"containers": []any{1, nil}}, map[string]any{"containers": []any{1, nil}}},
		"a field named twice":   {map[string]any{"os": map[string]any{"name": "a", "b": "c"}}, map[string]any{"os": map[string]any{"name": "a", "b": "c"}}},
		"no field of them":      {map[string]any{"labels": map[string]any{"b": 1}}, map[string]any{"labels": map[string]any{}}},
	} {
		t.Run(name, func(t *testing.T) {
			part, ok := inventory.Cut("Pod", object(map[string]any{"kind": "Pod", "spec": tc.spec, "status": 1}))
			require.True(t, ok)
			require.Equal(t, object(map[string]any{"kind": "Pod", "spec": tc.want}).String(), part.String())
		})
	}
	_, ok := inventory.Cut("Node", object(map[string]any{"kind": "Node"}))
	require.False(t, ok)
}

func object(value map[string]any) ast.Object { return ast.MustInterfaceToValue(value).(ast.Object) }

// text gives a run as JSON.
func text(t *testing.T, run engine.Run) string {
	t.Helper()
	document, err := engine.Data{Run: run}.Document()
	require.NoError(t, err)
	written, err := json.Marshal(document["lib"].(map[string]any)["windows"].(map[string]any)["run"])
	require.NoError(t, err)
	return string(written)
}
