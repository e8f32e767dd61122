package cluster_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"winpolicy/e2e/cluster"
)

// The chart of the server is installed by the lines of its page into a namespace that enforces the restricted level. Nobody
// makes pods of a Deployment here, so the test creates one from its template.
func TestChartOfTheServer_PassesPodSecurity(t *testing.T) {
	c := cluster.Start(t)
	shell := newShell(t, c, "docs/charts.md")
	putSecrets(t, shell.folder)
	lines := shell.lines(t, "Run the server")
	last := len(lines) - 1
	require.Contains(t, lines[last], "helm uninstall")
	printed := ""
	for _, line := range lines[:last] {
		printed += shell.run(t, line)
	}
	require.NotContains(t, printed, "would violate PodSecurity")

	deployment := read(t, c, "apps/v1", "Deployment", "winpolicy")
	template, _, err := unstructured.NestedMap(deployment.Object, "spec", "template")
	require.NoError(t, err)
	made := &unstructured.Unstructured{Object: template}
	made.SetAPIVersion("v1")
	made.SetKind("Pod")
	made.SetName("winpolicy-0")
	made.SetNamespace("winpolicy")
	refusal, warnings := try(t, c, made)
	require.NoError(t, refusal)
	require.Empty(t, warnings)

	t.Run("what finds the pods finds this one", func(t *testing.T) {
		for kind, path := range map[string][]string{
			"v1 Service":                         {"spec", "selector"},
			"policy/v1 PodDisruptionBudget":      {"spec", "selector", "matchLabels"},
			"networking.k8s.io/v1 NetworkPolicy": {"spec", "podSelector", "matchLabels"},
			"apps/v1 Deployment":                 {"spec", "selector", "matchLabels"},
		} {
			apiVersion, kind, _ := strings.Cut(kind, " ")
			selector, found, err := unstructured.NestedStringMap(read(t, c, apiVersion, kind, "winpolicy").Object, path...)
			require.NoError(t, err)
			require.True(t, found, kind)
			require.Subset(t, made.GetLabels(), selector, kind)
		}
	})
	t.Run("without its security context the pod is refused", func(t *testing.T) {
		worse := made.DeepCopy()
		unstructured.RemoveNestedField(worse.Object, "spec", "securityContext")
		refusal, _ := try(t, c, worse)
		require.ErrorContains(t, refusal, `violates PodSecurity "restricted:latest"`)
	})
	t.Run("an upgrade changes the configuration, and the pods stay", func(t *testing.T) {
		before := read(t, c, "apps/v1", "Deployment", "winpolicy").GetGeneration()
		shell.run(t, "helm upgrade winpolicy deploy/charts/winpolicy-server -n winpolicy -f server.yaml --set config.platform=gke")
		text, _, err := unstructured.NestedString(read(t, c, "v1", "ConfigMap", "winpolicy-config").Object, "data", "winpolicy.yaml")
		require.NoError(t, err)
		require.Equal(t, "apiVersion: winpolicy/v1alpha1\nplatform: gke\n", text)
		require.Equal(t, before, read(t, c, "apps/v1", "Deployment", "winpolicy").GetGeneration())
	})
	t.Run("an uninstallation leaves nothing of the chart", func(t *testing.T) {
		shell.run(t, lines[last])
		require.Empty(t, strings.TrimSpace(c.Kubectl(t, "get", "all,configmaps,secrets,poddisruptionbudgets,networkpolicies", "-n", "winpolicy",
			"-l", "app.kubernetes.io/instance=winpolicy", "-o", "name")))
		require.Empty(t, releases(t, c))
	})
}

// read gets an object of the namespace winpolicy.
func read(t *testing.T, c *cluster.Cluster, apiVersion, kind, name string) *unstructured.Unstructured {
	t.Helper()
	resource, err := c.Resource(apiVersion, kind, "winpolicy")
	require.NoError(t, err)
	var found *unstructured.Unstructured
	cluster.Warned(t.Context(), func(ctx context.Context) { found, err = resource.Get(ctx, name, metav1.GetOptions{}) })
	require.NoError(t, err)
	return found
}

// putSecrets writes the files from which the page makes Secrets. The API server reads the certificate and its key only.
func putSecrets(t *testing.T, folder string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{"winpolicy.winpolicy.svc"}}
	certificate, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	require.NoError(t, err)
	private, err := x509.MarshalPKCS8PrivateKey(key)
	require.NoError(t, err)
	encoded := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private})
	for name, content := range map[string][]byte{
		"tls.crt":     pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate}),
		"tls.key":     encoded,
		"signing.pem": encoded,
		"tokens":      []byte("east 0000000000000000000000000000000000000000000000000000000000000000\n"),
	} {
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), content, 0o600))
	}
}
