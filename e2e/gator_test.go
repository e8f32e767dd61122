package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The gator of each older Gatekeeper that is supported accepts the templates and finds in each sample what the sample
// expects. CI tests the oldest one here and the newest one in e2e/cluster; `make e2e-extra` tests those between them.
func TestGator_EverySupportedVersionPassesTheSuites(t *testing.T) {
	versions := []string{"3.19"}
	if os.Getenv("E2E_EXTRA") != "" {
		versions = append(versions, "3.20", "3.21", "3.22")
	}
	folder := filepath.Join(t.TempDir(), "suites")
	output, err := exec.CommandContext(t.Context(), winpolicy(t), "generate", "--suites", folder).CombinedOutput()
	require.NoError(t, err, string(output))
	suites, err := filepath.Glob(folder + "/suites/*/suite.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, suites)
	for _, version := range versions {
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			output, err := exec.CommandContext(t.Context(), tool(t, "gator-"+version), "verify", folder+"/...").CombinedOutput()
			require.NoError(t, err, string(output))
			require.Equal(t, len(suites), strings.Count(string(output), "ok\t"), string(output))
		})
	}
}
