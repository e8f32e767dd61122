package check_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"winpolicy/internal/check"
	"winpolicy/internal/engine"
	"winpolicy/internal/finding"
	"winpolicy/internal/report"
)

func TestUntainted_CountsWorkloadsOncePerRun(t *testing.T) {
	repelling := []any{map[string]any{"key": "os", "value": "windows", "effect": "NoSchedule"}}
	platforms := map[string]any{
		"aks":     map[string]any{"taints": []any{}},
		"generic": map[string]any{"taints": repelling},
	}
	asking := func(value any) map[string]any {
		return map[string]any{"linux-escape": map[string]any{"parameters": map[string]any{"requireLinuxSelector": value}}}
	}
	const repair = "Set rules.linux-escape.parameters.requireLinuxSelector to get a warning for each."
	for name, tc := range map[string]struct {
		config engine.Config
		rules  []string
		want   []string
	}{
		"two workloads on AKS": {
			engine.Config{"platform": "aks"}, []string{"linux-escape", "resource-requests", "linux-escape"},
			[]string{"2 workloads select no OS, and Windows nodes of aks have no taint that keeps them away. " + repair},
		},
		"one workload without taints": {
			engine.Config{"platform": "generic", "taints": []any{}}, []string{"linux-escape"},
			[]string{"1 workload selects no OS, and Windows nodes have no taint that keeps it away. " + repair},
		},
		"a taint that only asks": {
			engine.Config{"taints": []any{map[string]any{"key": "os", "effect": "PreferNoSchedule"}}}, []string{"linux-escape"},
			[]string{"1 workload selects no OS, and Windows nodes have no taint that keeps it away. " + repair},
		},
		"no workload":            {engine.Config{"platform": "aks"}, []string{"resource-requests"}, nil},
		"no configuration":       {nil, []string{"linux-escape"}, nil},
		"an unknown platform":    {engine.Config{"platform": "mine"}, []string{"linux-escape"}, nil},
		"a platform with taints": {engine.Config{"platform": "generic"}, []string{"linux-escape"}, nil},
		"a configured taint":     {engine.Config{"platform": "aks", "taints": repelling}, []string{"linux-escape"}, nil},
		"every pod must select":  {engine.Config{"platform": "aks", "rules": asking(true)}, []string{"linux-escape"}, nil},
		"no pod must select":     {engine.Config{"platform": "aks", "rules": asking(false)}, []string{"linux-escape"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			part := report.New()
			for _, rule := range tc.rules {
				part.Add(report.Violation{Finding: finding.Finding{Rule: rule, Severity: finding.Note}})
			}
			var total report.Total
			total.Count(part)
			var got []string
			for _, one := range check.Untainted(total, tc.config, platforms) {
				require.Equal(t, "untainted", one.Kind)
				got = append(got, one.Message)
			}
			require.Equal(t, tc.want, got)
		})
	}
}
