package gotest

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"winpolicy/internal/engine"
	"winpolicy/internal/finding"
	"winpolicy/internal/rego"
)

// The rules find the same in a Pod and in each workload with that pod, at the same place below its template.
func TestWorkload_IsJudgedLikeItsPod(t *testing.T) {
	t.Parallel()
	engines := planEngines(t)
	table, err := rego.Constant(newProduct(t).modules, "lib.windows.subject", "pod_kinds")
	require.NoError(t, err)
	lifted := 0
	for _, one := range readSamples(t) {
		if one.Given || one.Object.Value["kind"] != "Pod" || !liftable(one.Object.Value) {
			continue
		}
		lifted++
		rules := engines.of(t, one)
		inPod := findings(t, rules, one.Object.Value)
		for version, kinds := range table.(map[string]any) {
			for kind, path := range kinds.(map[string]any) {
				t.Run(one.File+"/"+one.Name+"/"+version+" "+kind, func(t *testing.T) {
					workload, prefix := lift(one.Object.Value, version, kind, path.([]any))
					notAlike := func(found finding.Finding) bool { return onlyOf(kind, found.Rule) }
					inWorkload := slices.DeleteFunc(findings(t, rules, workload), notAlike)
					same := slices.DeleteFunc(slices.Clone(inPod), notAlike)
					require.Equal(t, strip(same, prefix), strip(inWorkload, ""))
				})
			}
		}
	}
	require.Positive(t, lifted)
}

// liftable tells whether a template can have what the Pod has: no ephemeral containers, and nothing that a cluster writes.
func liftable(pod map[string]any) bool {
	metadata := pod["metadata"].(map[string]any)
	return pod["spec"].(map[string]any)["ephemeralContainers"] == nil && metadata["ownerReferences"] == nil && metadata["deletionTimestamp"] == nil
}

// onlyOf tells whether the kind of the workload decides a rule's findings. Only a workload can have an API version that is
// removed, and only a DaemonSet puts a pod on each node.
func onlyOf(kind, rule string) bool {
	return rule == "removed-api" || kind == "DaemonSet" && rule == "linux-escape"
}

// lift puts a Pod into a workload, and gives the path that then stands before that of each of its fields.
func lift(pod map[string]any, version, kind string, path []any) (map[string]any, string) {
	metadata := pod["metadata"].(map[string]any)
	template := map[string]any{"metadata": metadata, "spec": pod["spec"]}
	prefix := ""
	for _, key := range slices.Backward(path[:len(path)-1]) {
		template = map[string]any{key.(string): template}
		prefix = key.(string) + "." + prefix
	}
	workload := map[string]any{"apiVersion": version, "kind": kind, "metadata": map[string]any{"name": "lifted", "namespace": metadata["namespace"]}}
	maps.Copy(workload, template)
	return workload, prefix
}

// findings gives the findings in an object. No message is longer than 200 characters, because the API server cuts a warning
// at 256.
func findings(t *testing.T, rules *engine.Engine, object any) []finding.Finding {
	t.Helper()
	verdict, err := rules.Judge(t.Context(), object)
	require.NoError(t, err)
	for _, found := range verdict.Findings {
		require.LessOrEqual(t, len([]rune(found.Message)), 200, found.Message)
	}
	return verdict.Findings
}

// strip gives what is the same of findings in every workload, sorted. The prefix goes before the fields of a pod.
func strip(findings []finding.Finding, prefix string) []string {
	all := []string{}
	for _, found := range findings {
		field := found.Field
		if strings.HasPrefix(field, "spec") || strings.HasPrefix(field, "metadata.annotations") || strings.HasPrefix(field, "metadata.labels") {
			field = prefix + field
		}
		all = append(all, strings.Join([]string{string(found.Severity), found.Rule, field, found.Container, found.EnforcedBy}, " "))
	}
	slices.Sort(all)
	return all
}
