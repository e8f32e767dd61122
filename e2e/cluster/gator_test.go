package cluster_test

import (
	"encoding/pem"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"winpolicy/e2e/cluster"
	"winpolicy/internal/gatekeeper"
	"winpolicy/internal/sample"
)

// generated writes the templates, their Constraints and catalogue, and what the samples add, and gives the folder.
func generated(t testing.TB, grouping gatekeeper.Grouping, more map[string][]byte) string {
	t.Helper()
	rules := newRules(t)
	files, err := gatekeeper.Files(rules.modules, rules.all, gatekeeper.Options{Grouping: grouping})
	require.NoError(t, err)
	maps.Copy(files, more)
	target := t.TempDir()
	for name, text := range files {
		path := filepath.Join(target, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, text, 0o600))
	}
	return filepath.Join(target, gatekeeper.Folder)
}

// gator runs the real gator, which must succeed, and gives what it prints.
func gator(t *testing.T, environment []string, arguments ...string) string {
	t.Helper()
	command := exec.CommandContext(t.Context(), cluster.Tool(t, "gatekeeper", "gator"), arguments...)
	command.Env = append(os.Environ(), environment...)
	output, err := command.CombinedOutput()
	require.NoError(t, err, string(output))
	return string(output)
}

// gator finds in each sample what the sample says, rule by rule.
func TestGatorVerifiesTheSuitesOfTheSamples(t *testing.T) {
	samples, err := sample.Read(os.DirFS(root + "/samples"))
	require.NoError(t, err)
	suites, err := gatekeeper.Suites(newRules(t).all, samples, gatekeeper.ByCategory)
	require.NoError(t, err)
	gator(t, nil, "verify", generated(t, gatekeeper.ByCategory, suites)+"/...")
}

// A bundle of the catalogue is a template and one Constraint that denies, and installs into a bare Gatekeeper, from a
// folder as well as from a web server: gator looks for the files beside the catalogue.
func TestGatorInstallsTheBundlesOfTheCatalogue(t *testing.T) {
	folder := generated(t, gatekeeper.ByCategory, nil)
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
			require.Equal(t, []string{"windows-baseline-restrictions: linux-volume"}, said(t, refusal.Error()))
			refusal, _ = try(t, c, pod("well", accepted))
			require.NoError(t, refusal)
		})
	}
}
