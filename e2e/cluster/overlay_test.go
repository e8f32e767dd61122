package cluster_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"winpolicy/e2e/cluster"
)

// Each overlay of deploy/ does with a finding what its name says, and one takes the place of another.
func TestTheOverlaysAuditWarnAndEnforce(t *testing.T) {
	c := cluster.Start(t)
	c.StartGatekeeper(t)
	installTemplates(t, c)

	ill := pod("ill", refused+"hostNetwork: true\n") // one finding that denies, one that warns
	denied, warned := "windows-restrictions: linux-volume", "windows-restrictions-warn: host-network"

	t.Run("audit says nothing, and reports", func(t *testing.T) {
		overlay(t, c, "audit")
		refusal, warnings := try(t, c, ill)
		require.NoError(t, refusal)
		require.Empty(t, warnings)
		created := create(t, c, ill)
		for _, name := range []string{"windows-restrictions", "windows-restrictions-warn"} {
			waitUntilAudited(t, c, name, 1)
		}
		c.Kubectl(t, "delete", "pod", created.GetName(), "--grace-period=0", "--force")
	})
	t.Run("warn warns of both", func(t *testing.T) {
		overlay(t, c, "warn")
		refusal, warnings := try(t, c, ill)
		require.NoError(t, refusal)
		require.Equal(t, []string{warned, denied}, once(said(t, warnings...)))
	})
	t.Run("enforce refuses the one and warns of the other", func(t *testing.T) {
		overlay(t, c, "enforce")
		refusal, warnings := try(t, c, ill)
		require.Error(t, refusal)
		require.Equal(t, []string{denied}, said(t, refusal.Error()))
		require.Equal(t, []string{warned}, said(t, warnings...))
	})
}

// The Constraints need the CRDs that Gatekeeper makes of the templates, and can be applied once these are there.
func TestAnOverlayBeforeItsTemplatesIsRefusedAndCanBeAppliedAgain(t *testing.T) {
	c := cluster.Start(t)
	c.StartGatekeeper(t)
	require.Contains(t, c.KubectlFails(t, "apply", "-k", "deploy/overlays/enforce"), `no matches for kind "K8sWindowsRestrictions"`)
	installTemplates(t, c)
	overlay(t, c, "enforce")
	refusal, _ := try(t, c, pod("ill", refused))
	requireRefused(t, refusal)
}

// installTemplates runs what README says of the templates.
func installTemplates(t *testing.T, c *cluster.Cluster) {
	t.Helper()
	runLines(t, c, commands(t, "README.md", "In the cluster")[:2])
}

// overlay applies one of deploy/overlays, and waits until Gatekeeper goes by it.
func overlay(t *testing.T, c *cluster.Cluster, name string) {
	t.Helper()
	c.Kubectl(t, "apply", "-k", "deploy/overlays/"+name)
	waitUntilEnforced(t, c)
}
