package gotest

import (
	"testing"

	"github.com/stretchr/testify/require"

	"winpolicy/internal/gatekeeper"
)

// The API server refuses a Constraint that does not mean what its author thinks.
func TestConstraint_WithABadParameterIsRefused(t *testing.T) {
	t.Parallel()
	cluster := newCluster(t, newProduct(t), gatekeeper.BySubject)
	for name, tc := range map[string]struct {
		parameters map[string]any
		want       string
	}{
		"an unknown rule":                 {map[string]any{"rules": map[string]any{"os-names": map[string]any{}}}, "os-names"},
		"a rule of another template":      {map[string]any{"rules": map[string]any{"node-label": map[string]any{}}}, "node-label"},
		"an unknown key of a rule":        {osName("enable", true), "enable"},
		"a switch that is a text":         {osName("enabled", "false"), "enabled"},
		"an unknown severity":             {osName("severity", "error"), "severity"},
		"an unknown parameter":            {osName("parameters", map[string]any{"require": true}), "require"},
		"a parameter of wrong type":       {osName("parameters", map[string]any{"requireOnAllPods": "yes"}), "requireOnAllPods"},
		"an unknown platform":             {map[string]any{"platform": "azure"}, "platform"},
		"a taint without a key":           {map[string]any{"taints": []any{map[string]any{"effect": "NoSchedule"}}}, "key"},
		"an unknown effect":               {map[string]any{"taints": []any{map[string]any{"key": "os", "effect": "No"}}}, "effect"},
		"no severity":                     {map[string]any{"severities": []any{}}, "severities"},
		"severities that do not exist":    {map[string]any{"severities": []any{"error"}}, "severities"},
		"no category":                     {map[string]any{"categories": []any{}}, "categories"},
		"a category that does not exist":  {map[string]any{"categories": []any{"restriction"}}, "categories"},
		"a category of another template":  {map[string]any{"categories": []any{"cluster"}}, "categories"},
		"categories that are a text":      {map[string]any{"categories": "restrictions"}, "categories"},
		"an exception of no rule":         {exception("kind", "Pod"), "rule"},
		"an exception of an unknown rule": {exception("rule", "nothing"), "rule"},
		"an exception without a reason":   {exception("rule", "os-name"), "reason"},
		"an exception with a key too many": {map[string]any{"exceptions": []any{map[string]any{
			"rule": "os-name", "reason": "a test", "pod": "web",
		}}}, "pod"},
		"an exception to no day": {map[string]any{"exceptions": []any{map[string]any{
			"rule": "os-name", "reason": "a test", "expires": "soon",
		}}}, "expires"},
	} {
		t.Run(name, func(t *testing.T) {
			err := cluster.add(t, workloads(tc.parameters))
			require.ErrorContains(t, err, tc.want)
		})
	}
	require.NoError(t, cluster.add(t, workloads(osName("parameters", map[string]any{"requireOnAllPods": true}))))
	require.NoError(t, cluster.add(t, workloads(map[string]any{"exceptions": []any{map[string]any{
		"rule": "os-name", "reason": "a test", "expires": "2027-03-31", "kind": "*", "namespace": "a", "name": "b", "container": "c",
	}}})))
}

func workloads(parameters map[string]any) gatekeeper.Constraint {
	return gatekeeper.Constraint{
		APIVersion: "constraints.gatekeeper.sh/v1beta1",
		Kind:       "K8sWindowsWorkloads",
		Metadata:   gatekeeper.Metadata{Name: "windows-workloads"},
		Spec:       gatekeeper.ConstraintSpec{EnforcementAction: "deny", Match: map[string]any{}, Parameters: parameters},
	}
}

// osName gives parameters with one setting of the rule os-name.
func osName(key string, value any) map[string]any {
	return map[string]any{"rules": map[string]any{"os-name": map[string]any{key: value}}}
}

func exception(key, value string) map[string]any {
	return map[string]any{"exceptions": []any{map[string]any{key: value}}}
}
