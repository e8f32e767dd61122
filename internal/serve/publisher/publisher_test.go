package publisher_test

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	bundled "winpolicy/bundle"
	"winpolicy/internal/rego"
	"winpolicy/internal/serve/publisher"
	"winpolicy/internal/serve/server"
	"winpolicy/internal/serve/watch"
	"winpolicy/policies"
)

const sample = `apiVersion: v1
kind: Pod
metadata:
  name: denied-host-pid
spec:
  os: {name: windows}
  nodeSelector: {kubernetes.io/os: windows}
  hostPID: true # want: deny host-namespaces
  containers:
  - {name: web, image: "web:1", resources: {requests: {cpu: 1, memory: 1Gi}}}
`

const rule = "lib/windows/rules/host_namespaces/host_namespaces.rego"

const discovery = "package discovery\n\nconfig := {\"labels\": opa.runtime().config.labels}\n"

// gate is a publisher of files that a test may spoil.
type gate struct {
	publisher.Publisher
	folder    string
	published map[string][]byte
	revision  string
}

func newGate(t *testing.T) *gate {
	t.Helper()
	folder := t.TempDir()
	gate := &gate{folder: folder}
	require.NoError(t, os.CopyFS(filepath.Join(folder, "policies"), policies.FS))
	gate.write(t, "samples/host-namespaces.yaml", sample)
	gate.write(t, "discovery.rego", discovery)
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	gate.write(t, "key.pem", string(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)})))
	gate.Publisher = publisher.Publisher{
		Modules: func() ([]rego.Module, error) {
			return rego.Load(watch.Folder(filepath.Join(folder, "policies")), bundled.FS)
		},
		Settings:  func([]rego.Module) (map[string]any, error) { return nil, nil },
		Samples:   filepath.Join(folder, "samples"),
		Discovery: filepath.Join(folder, "discovery.rego"),
		Key:       publisher.KeyFile{Path: filepath.Join(folder, "key.pem"), ID: "fleet", Algorithm: "RS256"},
		Publish:   func(bundles map[string][]byte, revision string) { gate.published, gate.revision = bundles, revision },
	}
	return gate
}

func (g *gate) write(t *testing.T, name, text string) {
	t.Helper()
	path := filepath.Join(g.folder, name)
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
}

func TestWhatIsGoodIsPublishedSignedAndUnsigned(t *testing.T) {
	gate := newGate(t)
	require.NoError(t, gate.Load(t.Context()))
	for _, path := range []string{server.Path, server.SignedPath, server.DiscoveryPath, server.SignedDiscoveryPath} {
		require.NotEmpty(t, gate.published[path], path)
	}
	first := gate.published
	require.NoError(t, gate.Load(t.Context()))
	for path, body := range gate.published {
		require.True(t, bytes.Equal(first[path], body), path)
	}
}

func TestLoad_WritesNoTemporaryFile(t *testing.T) {
	gate := newGate(t)
	t.Setenv("TMPDIR", "/nonexistent")
	require.NoError(t, gate.Load(t.Context()))
	require.NotEmpty(t, gate.published)
}

func TestWhatIsPoisonedIsNotPublished(t *testing.T) {
	for name, tc := range map[string]struct {
		spoil func(*testing.T, *gate)
		want  string
	}{
		"a folder without rules": {func(t *testing.T, g *gate) {
			require.NoError(t, os.RemoveAll(filepath.Join(g.folder, "policies", "lib")))
		}, ""},
		"Rego that does not parse":   {spoil("policies/"+rule, "package lib.windows.rules.host_namespaces\n\nfinding contains"), "rego_parse_error"},
		"a file cut off":             {spoil("policies/"+rule, ""), "empty module"},
		"Rego that does not compile": {spoil("policies/lib/windows/x.rego", "package lib.windows.x\n\ny := z\n"), "rego_unsafe_var_error"},
		"Rego that asks the network": {spoil("policies/lib/windows/x.rego", "package lib.windows.x\n\ny := http.send({\"method\": \"get\", \"url\": \"http://127.0.0.1\"})\n"), "undefined function http.send"},
		"a rule without METADATA":    {spoil("policies/lib/windows/rules/x/x.rego", "package lib.windows.rules.x\n\nfinding contains \"x\"\n"), "METADATA"},
		"a finding without its form": {poisonedFinding, "a finding does not have the form"},
		"rules that fail a sample":   {spoil("samples/host-namespaces.yaml", sample[:len(sample)-1]+" # want: deny host-process\n"), "deny host-process is expected, but not found"},
		"a finding no sample wants":  {spoil("samples/more.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: allowed}\nspec: {os: {name: windows}, hostPID: true, containers: [{name: a, image: \"a:1\"}]}\n"), "is found, but the sample does not expect it"},
		"samples that are gone": {func(t *testing.T, g *gate) {
			require.NoError(t, os.Remove(filepath.Join(g.folder, "samples/host-namespaces.yaml")))
		}, "there is no sample"},
		"a key that is gone": {func(t *testing.T, g *gate) { require.NoError(t, os.Remove(filepath.Join(g.folder, "key.pem"))) }, "read the signing key"},
		"a key that is none": {spoil("key.pem", "secret"), "holds no private key"},
		"a configuration that is none": {func(_ *testing.T, g *gate) {
			g.Settings = func([]rego.Module) (map[string]any, error) { return nil, errors.New("winpolicy.yaml:1: no") }
		}, "winpolicy.yaml:1"},
		"discovery without a config":   {spoil("discovery.rego", "package discovery\n"), "data.discovery.config is undefined"},
		"discovery that is no object":  {spoil("discovery.rego", "package discovery\n\nconfig := 1\n"), "is no object"},
		"discovery of another package": {spoil("discovery.rego", "package other\n"), "write it as `package discovery`"},
		"discovery that needs a label": {spoil("discovery.rego", "package discovery\n\nconfig := {\"a\": opa.runtime().config.labels.fleet}\n"), "undefined for an agent without labels"},
	} {
		t.Run(name, func(t *testing.T) {
			gate := newGate(t)
			tc.spoil(t, gate)
			require.ErrorContains(t, gate.Load(t.Context()), tc.want)
			require.Nil(t, gate.published)
		})
	}
}

func spoil(name, text string) func(*testing.T, *gate) {
	return func(t *testing.T, gate *gate) { gate.write(t, name, text) }
}

// poisonedFinding makes a rule say something that is no finding.
func poisonedFinding(t *testing.T, gate *gate) {
	text, err := os.ReadFile(filepath.Join(gate.folder, "policies", rule))
	require.NoError(t, err)
	gate.write(t, "policies/"+rule, string(text)+"\nfinding contains {\"msg\": 1, \"details\": {\"rule\": \"host-namespaces\", \"severity\": \"deny\"}}\n")
}
