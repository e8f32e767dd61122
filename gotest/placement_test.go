package gotest

import (
	"encoding/json"
	"math/rand/v2"
	"testing"

	opa "github.com/open-policy-agent/opa/v1/rego"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/component-helpers/scheduling/corev1/nodeaffinity"
)

const (
	osLabel    = "kubernetes.io/os"
	archLabel  = "kubernetes.io/arch"
	buildLabel = "node.kubernetes.io/windows-build"
	skuLabel   = "kubernetes.azure.com/os-sku"
)

// lib.windows.placement says which nodes a pod can run on. Every node that the scheduler's own matching finds is one of
// them. The operating systems that required affinity leaves are exactly those of the nodes that it finds.
func TestPlacement_AgreesWithTheScheduler(t *testing.T) {
	t.Parallel()
	product := newProduct(t)
	query, err := opa.New(
		opa.Query(`answer := {
			"os": placement.os,
			"affinity": affinity_os.allowed,
			"node": {place | place := placement.node.field},
			"builds": {value | some value in placement.agreed(placement.builds)},
			"architectures": {value | some value in placement.agreed(placement.architectures)},
			"pinned": {"builds": count(placement.builds) > 0, "architectures": count(placement.architectures) > 0},
		}`),
		opa.Imports([]string{"data.lib.windows.affinity_os", "data.lib.windows.placement"}), opa.Compiler(product.compiler),
	).PrepareForEval(t.Context())
	require.NoError(t, err)
	random := rand.New(rand.NewPCG(1, 2))
	nodes := modelNodes()
	seen := map[string]int{}
	for range 3000 {
		pod, exact := randomPod(random)
		object := map[string]any{}
		text, err := json.Marshal(map[string]any{"apiVersion": "v1", "kind": "Pod", "spec": pod.Spec})
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(text, &object))
		results, err := query.Eval(t.Context(), opa.EvalInput(object))
		require.NoError(t, err)
		require.Len(t, results, 1, "%s", text)
		answer := results[0].Bindings["answer"].(map[string]any)

		if exact {
			onlyAffinity := &corev1.Pod{Spec: corev1.PodSpec{Affinity: pod.Spec.Affinity}}
			require.ElementsMatch(t, systems(matching(t, onlyAffinity, nodes)), answer["affinity"], "%s", text)
			seen["exact"]++
		}
		pinned := answer["pinned"].(map[string]any)
		found := matching(t, pod, nodes)
		require.Subset(t, answer["os"], systems(found), "%s", text)
		names := map[string]bool{}
		for _, node := range found {
			names[node.Name] = true
			if node.Labels[osLabel] != "windows" {
				continue
			}
			if pinned["builds"] == true {
				require.Contains(t, answer["builds"], node.Labels[buildLabel], "%s", text)
				seen["build"]++
			}
			if pinned["architectures"] == true {
				require.Contains(t, answer["architectures"], node.Labels[archLabel], "%s", text)
				seen["architecture"]++
			}
		}
		if len(answer["node"].([]any)) > 0 {
			require.LessOrEqual(t, len(names), 2, "%s", text)
			seen["node"]++
		}
	}
	for _, name := range []string{"build", "architecture", "node", "exact"} {
		require.Positive(t, seen[name], name)
	}
}

// modelNodes gives nodes of both operating systems with every combination of the other labels.
func modelNodes() []*corev1.Node {
	all := []*corev1.Node{}
	add := func(labels map[string]string) {
		name := "node-" + string(rune('a'+len(all)))
		labels["kubernetes.io/hostname"] = name
		labels["beta.kubernetes.io/os"] = labels[osLabel]
		all = append(all, &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: name, Labels: labels}})
	}
	for _, arch := range []string{"amd64", "arm64"} {
		for _, zone := range []string{"west", "east"} {
			add(map[string]string{osLabel: "linux", archLabel: arch, "zone": zone, skuLabel: "AzureLinux"})
			for _, node := range []struct{ build, sku string }{{"10.0.17763", "Windows2019"}, {"10.0.20348", "Windows2022"}, {"10.0.26100", "Windows2025"}} {
				add(map[string]string{osLabel: "windows", archLabel: arch, "zone": zone, buildLabel: node.build, skuLabel: node.sku})
			}
		}
	}
	return all
}

// randomPod gives a pod with a random selector and affinity. It is exact if the labels in the affinity decide the operating
// system on any nodes, not only on the model's.
func randomPod(random *rand.Rand) (*corev1.Pod, bool) {
	pod, exact := &corev1.Pod{}, true
	pick := func(values ...string) string { return values[random.IntN(len(values))] }
	some := func(values ...string) []string { // one or two of the values
		return []string{pick(values...), pick(values...)}[:1+random.IntN(2)]
	}
	if random.IntN(2) == 0 {
		pod.Spec.NodeSelector = map[string]string{}
		for range random.IntN(3) {
			switch random.IntN(6) {
			case 0:
				pod.Spec.NodeSelector[osLabel] = pick("linux", "windows", "Windows")
			case 1:
				pod.Spec.NodeSelector["beta.kubernetes.io/os"] = pick("linux", "windows", "LINUX")
			case 2:
				pod.Spec.NodeSelector[buildLabel] = pick("10.0.17763", "10.0.20348")
			case 3:
				pod.Spec.NodeSelector[archLabel] = pick("amd64", "arm64")
			case 4:
				pod.Spec.NodeSelector[skuLabel] = pick("Windows2019", "Windows2022", "AzureLinux")
			case 5:
				pod.Spec.NodeSelector["kubernetes.io/hostname"] = pick("node-a", "node-b")
			}
		}
	}
	if random.IntN(4) == 0 {
		return pod, exact
	}
	terms := []corev1.NodeSelectorTerm{}
	for range random.IntN(4) {
		term := corev1.NodeSelectorTerm{}
		add := func(key, operator string, values []string) {
			term.MatchExpressions = append(term.MatchExpressions, corev1.NodeSelectorRequirement{
				Key: key, Operator: corev1.NodeSelectorOperator(operator), Values: values,
			})
		}
		for range random.IntN(3) {
			add(pick(osLabel, "beta.kubernetes.io/os"), pick("In", "NotIn"), some("linux", "windows", "Windows"))
		}
		switch random.IntN(12) {
		case 0:
			add(osLabel, pick("Exists", "DoesNotExist"), nil)
		case 1:
			add(pick(osLabel, buildLabel), pick("Gt", "Lt"), []string{"1"})
		case 2, 3:
			add(buildLabel, pick("In", "NotIn"), some("10.0.17763", "10.0.20348", "10.0.26100"))
		case 4:
			add(buildLabel, pick("Exists", "DoesNotExist"), nil)
		case 5:
			add(archLabel, pick("In", "NotIn"), []string{pick("amd64", "arm64")})
		case 6:
			add("zone", pick("In", "NotIn"), []string{pick("west", "east")})
		case 7:
			add(skuLabel, "In", []string{"Windows2022", "Windows2025"})
		case 8: // from here on, the operating system depends on the nodes of this model
			exact = false
			add(buildLabel, "In", some("10.0.17763", "10.0.20348"))
			add(buildLabel, pick("In", "NotIn"), some("10.0.17763", "10.0.20348"))
		case 9:
			exact = false
			add("kubernetes.io/hostname", "In", some("node-a", "node-b", "node-c"))
		case 10:
			exact = false
			term.MatchFields = []corev1.NodeSelectorRequirement{{
				Key: "metadata.name", Operator: corev1.NodeSelectorOperator(pick("In", "NotIn")), Values: []string{pick("node-a", "node-b")},
			}}
		}
		terms = append(terms, term)
	}
	if len(terms) > 0 {
		pod.Spec.Affinity = &corev1.Affinity{NodeAffinity: &corev1.NodeAffinity{
			RequiredDuringSchedulingIgnoredDuringExecution: &corev1.NodeSelector{NodeSelectorTerms: terms},
		}}
	}
	return pod, exact
}

func matching(t *testing.T, pod *corev1.Pod, nodes []*corev1.Node) []*corev1.Node {
	t.Helper()
	required := nodeaffinity.GetRequiredNodeAffinity(pod)
	found := []*corev1.Node{}
	for _, node := range nodes {
		match, err := required.Match(node)
		require.NoError(t, err)
		if match {
			found = append(found, node)
		}
	}
	return found
}

// systems gives the operating systems of the nodes, each once.
func systems(nodes []*corev1.Node) []string {
	all := []string{}
	for _, name := range []string{"linux", "windows"} {
		for _, node := range nodes {
			if node.Labels[osLabel] == name {
				all = append(all, name)
				break
			}
		}
	}
	return all
}
