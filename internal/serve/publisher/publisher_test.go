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
	"winpolicy/internal/bundler"
	"winpolicy/internal/compiled"
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

// gate is a publisher of files that a test may change.
type gate struct {
	publisher.Publisher
	folder string
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
		Settings:  func(compiled.Facts) (map[string]any, error) { return nil, nil },
		Samples:   filepath.Join(folder, "samples"),
		Discovery: filepath.Join(folder, "discovery.rego"),
		Key:       bundler.KeyFile{Path: filepath.Join(folder, "key.pem"), ID: "fleet", Algorithm: "RS256"},
	}
	return gate
}

func (g *gate) write(t *testing.T, name, text string) {
	t.Helper()
	path := filepath.Join(g.folder, name)
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
}

func TestBuild_SameFilesGiveSameBundles(t *testing.T) {
	gate := newGate(t)
	first, err := gate.Build(t.Context())
	require.NoError(t, err)
	for _, path := range []string{server.Path, server.SignedPath, server.DiscoveryPath, server.SignedDiscoveryPath} {
		require.NotEmpty(t, first.Bundles[path], path)
	}
	second, err := gate.Build(t.Context())
	require.NoError(t, err)
	for path, body := range second.Bundles {
		require.True(t, bytes.Equal(first.Bundles[path], body), path)
	}
}

func TestBuild_WritesNoTemporaryFile(t *testing.T) {
	gate := newGate(t)
	t.Setenv("TMPDIR", "/nonexistent")
	made, err := gate.Build(t.Context())
	require.NoError(t, err)
	require.NotEmpty(t, made.Bundles)
}

func TestBuild_InvalidSourceIsAnError(t *testing.T) {
	for name, tc := range map[string]struct {
		change func(*testing.T, *gate)
		want   string
	}{
		"a folder without rules": {func(t *testing.T, g *gate) {
			require.NoError(t, os.RemoveAll(filepath.Join(g.folder, "policies", "lib")))
		}, ""},
		"Rego that does not parse":   {write("policies/"+rule, "package lib.windows.rules.host_namespaces\n\nfinding contains"), "rego_parse_error"},
		"a file cut off":             {write("policies/"+rule, ""), "empty module"},
		"Rego that does not compile": {write("policies/lib/windows/x.rego", "package lib.windows.x\n\ny := z\n"), "rego_unsafe_var_error"},
		"Rego that asks the network": {write("policies/lib/windows/x.rego", "package lib.windows.x\n\ny := http.send({\"method\": \"get\", \"url\": \"http://127.0.0.1\"})\n"), "undefined function http.send"},
		"a rule without METADATA":    {write("policies/lib/windows/rules/x/x.rego", "package lib.windows.rules.x\n\nfinding contains \"x\"\n"), "METADATA"},
		"a finding without its form": {invalidFinding, "is not a finding; make it with result.deny"},
		"rules that fail a sample":   {write("samples/host-namespaces.yaml", sample[:len(sample)-1]+" # want: deny host-process\n"), "deny host-process is expected, but not found"},
		"a finding no sample wants":  {write("samples/more.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: allowed}\nspec: {os: {name: windows}, hostPID: true, containers: [{name: a, image: \"a:1\"}]}\n"), "is found, but the sample does not expect it"},
		"samples that are gone": {func(t *testing.T, g *gate) {
			require.NoError(t, os.Remove(filepath.Join(g.folder, "samples/host-namespaces.yaml")))
		}, "the folder has no sample"},
		"a key that is gone":          {func(t *testing.T, g *gate) { require.NoError(t, os.Remove(filepath.Join(g.folder, "key.pem"))) }, "read the signing key"},
		"a key without a private key": {write("key.pem", "secret"), "contains no private key"},
		"an invalid configuration": {func(_ *testing.T, g *gate) {
			g.Settings = func(compiled.Facts) (map[string]any, error) { return nil, errors.New("winpolicy.yaml:1: no") }
		}, "winpolicy.yaml:1"},
		"discovery without a config":      {write("discovery.rego", "package discovery\n"), "data.discovery.config is undefined"},
		"discovery that is not an object": {write("discovery.rego", "package discovery\n\nconfig := 1\n"), "is not an object"},
		"discovery of another package":    {write("discovery.rego", "package other\n"), "write `package discovery`"},
		"discovery that needs a label":    {write("discovery.rego", "package discovery\n\nconfig := {\"a\": opa.runtime().config.labels.fleet}\n"), "undefined for an agent without labels"},
	} {
		t.Run(name, func(t *testing.T) {
			gate := newGate(t)
			tc.change(t, gate)
			publication, err := gate.Build(t.Context())
			require.ErrorContains(t, err, tc.want)
			require.Nil(t, publication.Bundles)
		})
	}
}

func write(name, text string) func(*testing.T, *gate) {
	return func(t *testing.T, gate *gate) { gate.write(t, name, text) }
}

// invalidFinding makes a rule return a value that is not a finding.
func invalidFinding(t *testing.T, gate *gate) {
	text, err := os.ReadFile(filepath.Join(gate.folder, "policies", rule))
	require.NoError(t, err)
	gate.write(t, "policies/"+rule, string(text)+"\nfinding contains {\"msg\": 1, \"details\": {\"rule\": \"host-namespaces\", \"severity\": \"deny\"}}\n")
}
