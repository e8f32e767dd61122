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
// expects. e2e/cluster tests the newest one. The older ones take half an hour to build and to verify, so only `make
// e2e-extra` tests them. In CI, each template is compiled with what the OPA of the oldest one can do.
func TestGator_EverySupportedVersionPassesTheSuites(t *testing.T) {
	if os.Getenv("E2E_EXTRA") == "" {
		t.Skip("make e2e-extra tests the older versions")
	}
	folder := filepath.Join(t.TempDir(), "suites")
	output, err := exec.CommandContext(t.Context(), winpolicy(t), "generate", "--suites", folder).CombinedOutput()
	require.NoError(t, err, string(output))
	suites, err := filepath.Glob(folder + "/suites/*/suite.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, suites)
	for _, version := range []string{"3.19", "3.20", "3.21", "3.22"} {
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			output, err := exec.CommandContext(t.Context(), tool(t, "gator-"+version), "verify", folder+"/...").CombinedOutput()
			require.NoError(t, err, string(output))
			require.Equal(t, len(suites), strings.Count(string(output), "ok\t"), string(output))
		})
	}
}
