package cluster_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"winpolicy/e2e/cluster"
)

// Each overlay of deploy/ does with a finding what its name says, and one takes the place of another.
func TestOverlays_DoWhatTheirNamesSay(t *testing.T) {
	c := cluster.Start(t)
	c.StartGatekeeper(t)
	installTemplates(t, c)

	ill := pod("ill", refused+"hostNetwork: true\n") // one finding that denies, one that warns
	denied, warned := "windows-workloads: linux-volume", "windows-workloads-warn: host-network"

	t.Run("audit is silent, and reports", func(t *testing.T) {
		overlay(t, c, "audit")
		refusal, warnings := try(t, c, ill)
		require.NoError(t, refusal)
		require.Empty(t, warnings)
		created := create(t, c, ill)
		for _, name := range []string{"windows-workloads", "windows-workloads-warn"} {
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
	t.Run("split denies restrictions and warns about placement", func(t *testing.T) {
		overlay(t, c, "split")
		refusal, warnings := try(t, c, ill)
		require.Error(t, refusal)
		require.Equal(t, []string{denied}, said(t, refusal.Error()))
		require.Equal(t, []string{warned}, said(t, warnings...))
		refusal, warnings = try(t, c, pod("misplaced", misplaced))
		require.NoError(t, refusal)
		require.Equal(t, []string{"windows-workloads-placement: os-conflict"}, said(t, warnings...))
		refusal, warnings = try(t, c, object(misplacing))
		require.NoError(t, refusal)
		require.Equal(t, []string{"windows-cluster-placement: runtime-class"}, said(t, warnings...))
		c.Kubectl(t, "delete", "-k", "deploy/overlays/split/placement")
	})
	t.Run("enforce denies the one and warns about the other", func(t *testing.T) {
		overlay(t, c, "enforce")
		refusal, warnings := try(t, c, ill)
		require.Error(t, refusal)
		require.Equal(t, []string{denied}, said(t, refusal.Error()))
		require.Equal(t, []string{warned}, said(t, warnings...))
		refusal, _ = try(t, c, pod("misplaced", misplaced))
		require.Error(t, refusal)
		require.Equal(t, []string{"windows-workloads: os-conflict"}, said(t, refusal.Error()))
	})
}

// misplaced breaks a rule of the category placement.
const misplaced = `
os: {name: windows}
nodeSelector: {kubernetes.io/os: linux}
containers: [{name: app, image: "mcr.microsoft.com/windows/servercore:ltsc2022"}]
`

// misplacing breaks a rule of the same category in the template of cluster objects.
const misplacing = `{apiVersion: node.k8s.io/v1, kind: RuntimeClass, metadata: {name: misplacing}, handler: runhcs-wcow-process,
scheduling: {nodeSelector: {kubernetes.io/os: linux}}}`

// The Constraints need the CRDs that Gatekeeper makes of the templates, and can be applied once these are there.
func TestOverlays_AreRefusedBeforeTheTemplatesAndCanBeAppliedAgain(t *testing.T) {
	c := cluster.Start(t)
	c.StartGatekeeper(t)
	require.Contains(t, c.KubectlFails(t, "apply", "-k", "deploy/overlays/enforce"), `no matches for kind "K8sWindowsWorkloads"`)
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
