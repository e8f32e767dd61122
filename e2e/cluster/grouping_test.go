package cluster_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"winpolicy/e2e/cluster"
	"winpolicy/internal/gatekeeper"
)

// The default grouping is what README installs. Another one is enforced as well, and so is a choice of categories.
func TestGenerated_IsEnforced(t *testing.T) {
	c := cluster.Start(t)
	c.StartGatekeeper(t)
	for name, tc := range map[string]struct {
		options   gatekeeper.Options
		ill       string   // who denies a pod that breaks a rule of the category restrictions
		misplaced []string // who denies a pod that breaks a rule of the category placement
	}{
		"by subject": {gatekeeper.Options{}, "windows-workloads", []string{"windows-workloads: os-conflict"}},
		"by category": {
			gatekeeper.Options{Grouping: gatekeeper.ByCategory}, "windows-restrictions", []string{"windows-placement: os-conflict"},
		},
		"restrictions without placement": {
			gatekeeper.Options{Gatekeeper: map[string]any{"categories": []any{"restrictions"}}}, "windows-workloads", nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			folder := generated(t, tc.options)
			apply(t, c, folder)
			defer c.Kubectl(t, "delete", "-f", folder)
			refusal, _ := try(t, c, pod("ill", refused))
			require.Error(t, refusal)
			require.Equal(t, []string{tc.ill + ": linux-volume"}, said(t, refusal.Error()))
			refusal, _ = try(t, c, pod("misplaced", misplaced))
			if tc.misplaced == nil {
				require.NoError(t, refusal)
				return
			}
			require.Error(t, refusal)
			require.Equal(t, tc.misplaced, said(t, refusal.Error()))
		})
	}
}

// apply installs the templates of a generated folder, then their Constraints, and waits until Gatekeeper enforces these.
func apply(t *testing.T, c *cluster.Cluster, folder string) {
	t.Helper()
	c.Kubectl(t, "apply", "-f", folder)
	c.Kubectl(t, "wait", "-f", folder, "--recursive=false", "--for=jsonpath={.status.created}=true", "--timeout=60s")
	c.Kubectl(t, "apply", "-f", filepath.Join(folder, "constraints"))
	waitUntilEnforced(t, c)
}
