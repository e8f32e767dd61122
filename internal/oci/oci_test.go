package oci_test

import (
	"bytes"
	"compress/gzip"
	"crypto/x509"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"winpolicy/internal/oci"
)

// The registry of these tests is a stand-in that can be made to fail. The tests of e2e use a real one.

// bundle is content that stands for a bundle.
func bundle(t *testing.T, text string) []byte {
	t.Helper()
	var zipped bytes.Buffer
	packer := gzip.NewWriter(&zipped)
	_, err := packer.Write([]byte(text))
	require.NoError(t, err)
	require.NoError(t, packer.Close())
	return zipped.Bytes()
}

// target returns a tag in a stand-in, reached without credentials.
func target(t *testing.T, registry *standIn) *oci.Target {
	t.Helper()
	t.Setenv("DOCKER_CONFIG", t.TempDir())
	site := httptest.NewServer(registry)
	t.Cleanup(site.Close)
	made, err := oci.NewTarget("oci://"+strings.TrimPrefix(site.URL, "http://")+"/policies/windows:prod", oci.Options{})
	require.NoError(t, err)
	return made
}

func TestPush_SameBundleIsTheSameImage(t *testing.T) {
	registry := newStandIn()
	first, err := target(t, registry).Push(t.Context(), bundle(t, "rules"), "1")
	require.NoError(t, err)
	require.Equal(t, first, registry.tags["prod"])
	written := registry.written
	second, err := target(t, registry).Push(t.Context(), bundle(t, "rules"), "1")
	require.NoError(t, err)
	require.Equal(t, first, second)
	require.Equal(t, written, registry.written, "the second push writes nothing")
	elsewhere, err := target(t, newStandIn()).Push(t.Context(), bundle(t, "rules"), "1")
	require.NoError(t, err)
	require.Equal(t, first, elsewhere)
}

func TestPush_RegistryWithACertificateOfAPrivateCA(t *testing.T) {
	t.Setenv("DOCKER_CONFIG", t.TempDir())
	site := httptest.NewTLSServer(newStandIn())
	t.Cleanup(site.Close)
	name := "oci://" + strings.TrimPrefix(site.URL, "https://") + "/policies/windows:prod"
	trusted := x509.NewCertPool()
	trusted.AddCert(site.Certificate())
	for _, tc := range []struct {
		roots *x509.CertPool
		want  string
	}{{trusted, ""}, {x509.NewCertPool(), "certificate signed by unknown authority"}} {
		made, err := oci.NewTarget(name, oci.Options{Roots: tc.roots})
		require.NoError(t, err)
		_, err = made.Push(t.Context(), bundle(t, "rules"), "1")
		if tc.want == "" {
			require.NoError(t, err)
			continue
		}
		require.ErrorContains(t, err, tc.want)
	}
}

// OPA takes the layer by its type, and conftest unpacks it by its annotations.
func TestPush_ImageIsForAgentsAndConftest(t *testing.T) {
	registry := newStandIn()
	digest, err := target(t, registry).Push(t.Context(), bundle(t, "rules"), "1")
	require.NoError(t, err)
	var manifest struct {
		Config      map[string]any    `json:"config"`
		Layers      []map[string]any  `json:"layers"`
		Annotations map[string]string `json:"annotations"`
	}
	require.NoError(t, json.Unmarshal(registry.content[digest], &manifest))
	require.Len(t, manifest.Layers, 1)
	require.Equal(t, "application/vnd.oci.image.layer.v1.tar+gzip", manifest.Layers[0]["mediaType"])
	require.Equal(t, map[string]any{"org.opencontainers.image.title": ".", "io.deis.oras.content.unpack": "true"}, manifest.Layers[0]["annotations"])
	require.Equal(t, map[string]string{"org.opencontainers.image.version": "1"}, manifest.Annotations)
	require.NotContains(t, string(registry.content[digest]), "created")
	require.NotContains(t, string(registry.content[manifest.Config["digest"].(string)]), "created")
}

func TestPush_FailureDoesNotMoveTheTag(t *testing.T) {
	for name, tc := range map[string]struct {
		spoil func(http.ResponseWriter, *http.Request) bool
		want  []string
	}{
		"credentials are wanted":            {answer("", http.StatusUnauthorized), []string{"docker login 127.0.0.1:"}},
		"the registry refuses all":          {answer("", http.StatusForbidden), []string{"does not allow these credentials to push to policies/windows (403)"}},
		"the registry refuses the layer":    {answer("/blobs/uploads/", http.StatusForbidden), []string{"(403)"}},
		"the registry refuses the manifest": {answer("PUT /v2/policies/windows/manifests/sha256:", http.StatusForbidden), []string{"(403)"}},
		"there is no such repository":       {answer("/blobs/uploads/", http.StatusNotFound), []string{"404"}},
		"the connection ends at the layer":  {cut("PUT /v2/policies/windows/blobs/uploads/"), []string{"EOF"}},
		"the connection ends at the end":    {cut("PUT /v2/policies/windows/manifests/sha256:"), []string{"EOF"}},
		"the layer has another digest":      {otherDigest("HEAD /v2/policies/windows/blobs/"), []string{"mismatch"}},
		"the manifest has another digest":   {otherDigest("PUT /v2/policies/windows/manifests/sha256:"), []string{"mismatch"}},
		"the answer is no digest":           {header("HEAD /v2/policies/windows/blobs/", "Docker-Content-Digest", "<script>"), []string{"Docker-Content-Digest"}},
		"the layer has another size":        {header("HEAD /v2/policies/windows/blobs/", "Content-Length", "1"), []string{"says that"}},
		"uploads go to another host":        {header("POST /v2/policies/windows/blobs/uploads/", "Location", "http://127.0.0.2:1/x"), []string{"different host"}},
	} {
		t.Run(name, func(t *testing.T) {
			registry := newStandIn()
			before, err := target(t, registry).Push(t.Context(), bundle(t, "old"), "1")
			require.NoError(t, err)
			registry.spoil = tc.spoil
			_, err = target(t, registry).Push(t.Context(), bundle(t, "new"), "2")
			require.ErrorContains(t, err, "the tag prod has not moved")
			for _, want := range tc.want {
				require.ErrorContains(t, err, want)
			}
			require.Equal(t, before, registry.tags["prod"])
		})
	}
}

// After the tag was written nobody knows what it names, if the registry does not say.
func TestPush_SaysIfTheTagMayHaveMoved(t *testing.T) {
	for name, tc := range map[string]struct {
		spoil func(http.ResponseWriter, *http.Request) bool
		want  string
	}{
		"the connection ends":        {cut("PUT /v2/policies/windows/manifests/prod"), "see which image it names now"},
		"the registry answers other": {otherDigest("PUT /v2/policies/windows/manifests/prod"), "see which image it names now"},
		"another push is quicker":    {otherDigest("HEAD /v2/policies/windows/manifests/prod"), "another push moved it at the same time"},
	} {
		t.Run(name, func(t *testing.T) {
			registry := newStandIn()
			registry.spoil = tc.spoil
			_, err := target(t, registry).Push(t.Context(), bundle(t, "new"), "2")
			require.ErrorContains(t, err, tc.want)
			require.NotContains(t, err.Error(), "has not moved")
		})
	}
}

func TestRollback_MovesTheTagToAnImageThatIsThere(t *testing.T) {
	registry := newStandIn()
	first, err := target(t, registry).Push(t.Context(), bundle(t, "old"), "1")
	require.NoError(t, err)
	second, err := target(t, registry).Push(t.Context(), bundle(t, "new"), "2")
	require.NoError(t, err)
	require.Equal(t, second, registry.tags["prod"])
	require.NoError(t, target(t, registry).Rollback(t.Context(), first))
	require.Equal(t, first, registry.tags["prod"])
}

func TestRollback_RefusesWhatIsNoImageOfABundle(t *testing.T) {
	registry := newStandIn()
	digest, err := target(t, registry).Push(t.Context(), bundle(t, "old"), "1")
	require.NoError(t, err)
	empty := registry.add([]byte(`{"layers": []}`))
	text := registry.add([]byte(`text`))
	for name, tc := range map[string]struct{ image, want string }{
		"a tag":               {"prod", "is not a digest: write sha256:"},
		"half a digest":       {"sha256:abc", "is not a digest"},
		"an unknown digest":   {"sha256:" + strings.Repeat("0", 64), "the repository has no image sha256:0000"},
		"an image of nothing": {empty, "no layer with a bundle"},
		"no manifest":         {text, "is not JSON"},
	} {
		t.Run(name, func(t *testing.T) {
			require.ErrorContains(t, target(t, registry).Rollback(t.Context(), tc.image), tc.want)
			require.Equal(t, digest, registry.tags["prod"])
		})
	}
	registry.spoil = header("HEAD /v2/policies/windows/manifests/sha256:", "Content-Length", "99999999999")
	require.ErrorContains(t, target(t, registry).Rollback(t.Context(), digest), "too large")
}

func TestNewTarget_NameIsARepositoryWithATag(t *testing.T) {
	t.Setenv("DOCKER_CONFIG", t.TempDir())
	for name, want := range map[string]string{
		"registry.example.com/policies:prod":                             "is not a target: write oci://registry/repository:tag",
		"https://registry.example.com/policies:1":                        "is not a target",
		"oci://policies:prod":                                            "is not a target",
		"oci://registry.example.com/Policies:prod":                       "is not a target",
		"oci://registry.example.com/policies":                            "names no tag: write oci://registry.example.com/policies:tag",
		"oci://registry.example.com/p@sha256:" + strings.Repeat("0", 64): "names no tag",
		"oci://":             "is not a target",
		"oci:///p:prod":      "is not a target",
		"oci://a b/p:prod":   "is not a target",
		"oci://user@r/p:tag": "is not a target",
	} {
		_, err := oci.NewTarget(name, oci.Options{})
		require.ErrorContains(t, err, want, name)
	}
	target, err := oci.NewTarget("oci://registry.example.com:5000/a/policies:prod", oci.Options{})
	require.NoError(t, err)
	require.Equal(t, "registry.example.com:5000/a/policies", target.Name())
	require.Equal(t, "prod", target.Tag())
}

// A password never goes over the network without TLS unless the user says so. Nothing listens at the address of this test.
func TestNewTarget_UsesTLSForOtherMachines(t *testing.T) {
	t.Setenv("DOCKER_CONFIG", t.TempDir())
	for name, want := range map[string]string{
		"oci://registry.invalid/p:prod":      "https://",
		"oci://127.0.0.1.invalid:1/p:prod":   "https://",
		"oci://127.0.0.1:1/p:prod":           "http://",
		"oci://localhost:1/policies/p:prod":  "http://",
		"oci://localhost.invalid:1/p/q:prod": "https://",
	} {
		target, err := oci.NewTarget(name, oci.Options{})
		require.NoError(t, err)
		_, err = target.Push(t.Context(), bundle(t, "rules"), "1")
		require.ErrorContains(t, err, `"`+want, name)
	}
}

func TestNewTarget_ReadsDockersConfiguration(t *testing.T) {
	t.Setenv("DOCKER_CONFIG", t.TempDir())
	require.NoError(t, os.WriteFile(filepath.Join(os.Getenv("DOCKER_CONFIG"), "config.json"), []byte("{"), 0o600))
	_, err := oci.NewTarget("oci://127.0.0.1:1/p:prod", oci.Options{})
	require.ErrorContains(t, err, "read Docker's configuration")
}
