package cluster_test

import (
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"winpolicy/e2e/cluster"
	"winpolicy/internal/files"
	"winpolicy/internal/gatekeeper"
	"winpolicy/internal/sample"
)

// generated writes the templates, their Constraints and the catalogue into a folder, and gives the folder.
func generated(t testing.TB, options gatekeeper.Options) string {
	t.Helper()
	rules := newRules(t)
	content, err := gatekeeper.Files(rules.modules, rules.all, options)
	require.NoError(t, err)
	target := t.TempDir()
	for name, text := range content {
		require.NoError(t, files.Write(filepath.Join(target, name), text))
	}
	return filepath.Join(target, gatekeeper.Folder)
}

// gator runs the real gator, which must succeed.
func gator(t *testing.T, environment []string, arguments ...string) {
	t.Helper()
	command := exec.CommandContext(t.Context(), cluster.Tool(t, "gatekeeper", "gator"), arguments...)
	command.Env = append(os.Environ(), environment...)
	output, err := command.CombinedOutput()
	require.NoError(t, err, string(output))
}

// gator finds in each sample what the sample says, rule by rule.
func TestGatorVerifiesTheSuitesOfTheSamples(t *testing.T) {
	samples, err := sample.Read(os.DirFS(root + "/samples"))
	require.NoError(t, err)
	rules := newRules(t)
	content, err := gatekeeper.Suites(rules.modules, rules.all, samples, gatekeeper.Options{})
	require.NoError(t, err)
	folder := filepath.Join(t.TempDir(), "suites")
	require.NoError(t, files.WriteFolder(folder, content))
	suites, err := filepath.Glob(folder + "/suites/*")
	require.NoError(t, err)
	require.NotEmpty(t, suites)
	for _, suite := range suites {
		t.Run(filepath.Base(suite), func(t *testing.T) {
			t.Parallel() // gator itself verifies one after the other
			gator(t, nil, "verify", suite+"/...")
		})
	}
}

// A bundle of the catalogue is a template and one Constraint that denies, and installs into a bare Gatekeeper, from a
// folder as well as from a web server: gator looks for the files beside the catalogue.
func TestGatorInstallsTheBundlesOfTheCatalogue(t *testing.T) {
	folder := generated(t, gatekeeper.Options{})
	server := httptest.NewTLSServer(http.FileServer(http.Dir(folder)))
	defer server.Close()
	trusted := filepath.Join(t.TempDir(), "authority.pem")
	block := &pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}
	require.NoError(t, os.WriteFile(trusted, pem.EncodeToMemory(block), 0o600))
	for scheme, catalog := range map[string]string{"file": "file://" + folder, "https": server.URL} {
		t.Run(scheme, func(t *testing.T) {
			c := cluster.Start(t)
			c.StartGatekeeper(t)
			environment := append(c.Environment(t), "GATOR_HOME="+t.TempDir(), "GATOR_CATALOG_URL="+catalog+"/Catalog", "SSL_CERT_FILE="+trusted)
			gator(t, environment, "policy", "update")
			for _, bundle := range []string{"windows-baseline", "windows-restricted", "windows-placement"} {
				gator(t, environment, "policy", "install", "--bundle", bundle, "--dry-run")
			}
			gator(t, environment, "policy", "install", "--bundle", "windows-baseline")
			waitUntilEnforced(t, c)
			refusal, _ := try(t, c, pod("ill", refused))
			require.Equal(t, []string{"windows-baseline-workloads: linux-volume"}, said(t, refusal.Error()))
			refusal, _ = try(t, c, pod("well", accepted))
			require.NoError(t, refusal)
		})
	}
}
