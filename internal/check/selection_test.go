package check_test

import (
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/stretchr/testify/require"

	"winpolicy/internal/catalog"
	"winpolicy/internal/check"
	"winpolicy/internal/engine"
	"winpolicy/internal/manifest"
)

// aboutSelected reads the workloads that the Service selects which it judges.
var aboutSelected = catalog.Rule{Metadata: catalog.Metadata{
	ID: "about-selected", Enabled: true, Kinds: []catalog.Kinds{{Kinds: []string{"Service"}}},
	Inventory: []catalog.Synced{{
		Kinds: []string{"Deployment"}, Fields: []string{"spec.template.metadata.labels", "spec.template.spec.os.name"},
		SelectedBy: &catalog.Selection{Kind: "Service", Selector: "spec.selector", Labels: "spec.template.metadata.labels"},
	}},
}}

const (
	selectable = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: %s, namespace: %s}\nspec: {template: {metadata: {labels: %s}}}\n---\n"
	selects    = "apiVersion: v1\nkind: Service\nmetadata: {name: s, namespace: %s}\nspec: {selector: %s}\n---\n"
)

func TestKnown_RelatedAreTheObjectsThatAServiceSelects(t *testing.T) {
	workloads := fmt.Sprintf(selectable+selectable+selectable+selectable,
		"web", "shop", "{app: web, tier: front}", "api", "shop", "{app: api, tier: back}",
		"web", "bank", "{app: web, tier: front}", "numbers", "shop", "{app: 1, tier: '1'}")
	for name, tc := range map[string]struct {
		namespace, selector string
		want                []string
	}{
		"one label":                  {"shop", "{app: web}", []string{"web"}},
		"two labels":                 {"shop", "{tier: back, app: api}", []string{"api"}},
		"a label that differs":       {"shop", "{app: web, tier: back}", nil},
		"a label that none has":      {"shop", "{app: web, zone: a}", nil},
		"the other namespace":        {"bank", "{tier: front}", []string{"web"}},
		"a namespace without object": {"none", "{tier: front}", nil},
		"an empty selector":          {"shop", "{}", nil},
		"no map":                     {"shop", "app", nil},
		"a number":                   {"shop", "{app: 1}", []string{"numbers"}},
	} {
		t.Run(name, func(t *testing.T) {
			asker := fmt.Sprintf(selects, tc.namespace, tc.selector)
			known := knownOf(t, workloads+asker, aboutSelected)
			require.Empty(t, known.Run)
			require.Equal(t, tc.want, relatedTo(t, known, asker))
		})
	}
}

func TestKnown_RelatedOfAnObjectThatSelectsNothingIsNothing(t *testing.T) {
	workload := fmt.Sprintf(selectable, "web", "shop", "{app: web}")
	known := knownOf(t, workload+fmt.Sprintf(selects, "shop", "{app: web}"), aboutSelected)
	for name, asker := range map[string]string{
		"a workload":                         workload,
		"a kind with the field of a Service": "apiVersion: v1\nkind: ReplicationController\nmetadata: {name: s, namespace: shop}\nspec: {selector: {app: web}}\n",
		"a Service that is not of the run":   fmt.Sprintf(selects, "shop", "{app: api}"),
	} {
		t.Run(name, func(t *testing.T) { require.Empty(t, relatedTo(t, known, asker)) })
	}
}

func TestKnown_ServicesOfAReviewSelectToo(t *testing.T) {
	review := "apiVersion: admission.k8s.io/v1\nkind: AdmissionReview\nrequest:\n  namespace: shop\n" +
		"  object: {apiVersion: v1, kind: Service, metadata: {name: s}, spec: {selector: {app: web}}}\n" +
		"  oldObject: {apiVersion: v1, kind: Service, metadata: {name: s}, spec: {selector: {app: api}}}\n---\n"
	workloads := fmt.Sprintf(selectable+selectable, "web", "shop", "{app: web}", "api", "shop", "{app: api}")
	require.ElementsMatch(t, []string{"web", "api"}, relatedTo(t, knownOf(t, workloads+review, aboutSelected), review))
}

// A rule about another object can follow what a Service selects, so it needs all that any Service selects.
func TestKnown_RuleAboutAnotherKindReadsWhatAnyServiceSelects(t *testing.T) {
	follows := aboutSelected
	follows.Kinds = []catalog.Kinds{{Kinds: []string{"Ingress"}}}
	workloads := fmt.Sprintf(selectable+selectable, "web", "shop", "{app: web}", "api", "shop", "{app: api}")
	service := fmt.Sprintf(selects, "shop", "{app: web}")
	for _, rules := range [][]catalog.Rule{{follows}, {follows, aboutSelected}} {
		known := knownOf(t, workloads+service+"kind: Ingress\napiVersion: networking.k8s.io/v1\nmetadata: {name: i}\n", rules...)
		require.Len(t, known.Run["Deployment"], 1)
		require.Empty(t, relatedTo(t, known, service))
	}
}

// A run can hold a million workloads, and a Service for each.
func TestKnown_SelectedObjectTakesFewBytes(t *testing.T) {
	const objects, most = 5_000, 200 // bytes for a Service and the Deployment that it selects
	text := pairsOf(objects)
	input, err := check.Open(t.Context(), []string{"-"}, check.Options{Stdin: text})
	require.NoError(t, err)
	before := heap()
	known := input.Known(t.Context(), nil, []catalog.Rule{aboutSelected})
	taken := heap() - before
	require.Len(t, relatedTo(t, known, fmt.Sprintf(selects, "shop", "{app: web-17}")), 1)
	require.Less(t, taken/objects, most)
	runtime.KeepAlive(input)
}

// pairsOf gives workloads that differ in name and label, each with a Service.
func pairsOf(n int) io.Reader {
	var text strings.Builder
	for i := range n {
		name := fmt.Sprint("web-", i)
		fmt.Fprintf(&text, selectable+selects, name, "shop", "{app: "+name+"}", "shop", "{app: "+name+"}")
	}
	return strings.NewReader(text.String())
}

// heap returns the bytes of all values that are in use.
func heap() int {
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return int(stats.HeapAlloc)
}

func knownOf(t *testing.T, text string, rules ...catalog.Rule) engine.Data {
	t.Helper()
	return check.OfText("manifest.yaml", []byte(text)).Known(t.Context(), nil, rules)
}

// relatedTo returns the names of the objects that are related to one.
func relatedTo(t *testing.T, known engine.Data, text string) []string {
	t.Helper()
	var names []string
	for document, err := range manifest.Documents(strings.NewReader(text), "asker.yaml") {
		require.NoError(t, err)
		inputs, faults := document.Inputs()
		require.Empty(t, faults)
		for _, input := range inputs {
			for _, objects := range known.RelatedTo(input.Value) {
				for _, object := range objects {
					names = append(names, manifest.Text(object.(ast.Object), "metadata", "name"))
				}
			}
		}
	}
	return names
}
