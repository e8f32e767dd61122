package static_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"winpolicy/internal/bundler"
	"winpolicy/internal/static"
)

// newBundle makes a small bundle of a configuration, signed too.
func newBundle(t *testing.T, platform string) bundler.Bundle {
	t.Helper()
	made, err := bundler.Build(t.Context(), nil, map[string]any{"platform": platform}, newKey(t))
	require.NoError(t, err)
	return made
}

func newKey(t *testing.T) *bundler.Key {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), "key.pem")
	text := pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)})
	require.NoError(t, os.WriteFile(file, text, 0o600))
	read, err := bundler.ReadKey(file, "fleet", "RS256")
	require.NoError(t, err)
	return read
}

func publish(t *testing.T, folder string, made bundler.Bundle) []static.Pointer {
	t.Helper()
	pointers, err := static.Publish(folder, made.Tarball, made.Signed, made.Revision)
	require.NoError(t, err)
	return pointers
}

// served is what an agent gets at a path.
func served(t *testing.T, folder, path string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(folder, "public", path))
	require.NoError(t, err)
	return string(text)
}

func TestPublish_PointersMoveAndBundlesStay(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "www")
	first, second := newBundle(t, "aks"), newBundle(t, "gke")
	before := publish(t, folder, first)
	require.Len(t, before, 2)
	after := publish(t, folder, second)
	require.Equal(t, string(second.Tarball), served(t, folder, "bundles/windows.tar.gz"))
	require.Equal(t, string(second.Signed), served(t, folder, "bundles/windows.signed.tar.gz"))
	for i, made := range []bundler.Bundle{first, second} {
		pointers := [][]static.Pointer{before, after}[i]
		require.Equal(t, string(made.Tarball), served(t, folder, "bundles/"+pointers[0].Digest+".tar.gz"))
		require.Equal(t, string(made.Signed), served(t, folder, "bundles/"+pointers[1].Digest+".tar.gz"))
	}
}

// nginx makes the ETag of the time and the size, so a file that does not change must not be written again.
func TestPublish_SameBundleWritesNothing(t *testing.T) {
	folder := t.TempDir()
	made := newBundle(t, "aks")
	publish(t, folder, made)
	file := filepath.Join(folder, "public/bundles/windows.tar.gz")
	old := time.Now().Add(-time.Hour).Truncate(time.Second)
	require.NoError(t, os.Chtimes(file, old, old))
	publish(t, folder, made)
	info, err := os.Stat(file)
	require.NoError(t, err)
	require.True(t, info.ModTime().Equal(old))
}

func TestPublish_RefusesAFolderOfOthers(t *testing.T) {
	folder := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(folder, "mine"), nil, 0o600))
	_, err := static.Publish(folder, newBundle(t, "aks").Tarball, nil, "1")
	require.ErrorContains(t, err, "holds files that winpolicy did not write")
}

// Agents that verify would silently keep the old rules.
func TestPublish_LeavesNoSignedBundleBehind(t *testing.T) {
	folder := t.TempDir()
	publish(t, folder, newBundle(t, "aks"))
	made := newBundle(t, "gke")
	_, err := static.Publish(folder, made.Tarball, nil, made.Revision)
	require.ErrorContains(t, err, "sign with --signing-key")
	require.NotEqual(t, string(made.Tarball), served(t, folder, "bundles/windows.tar.gz"))
}

func TestRollback_MovesThePointerOfItsKind(t *testing.T) {
	folder := t.TempDir()
	first, second := newBundle(t, "aks"), newBundle(t, "gke")
	before := publish(t, folder, first)
	after := publish(t, folder, second)

	moved, others, err := static.Rollback(t.Context(), folder, before[0].Digest)
	require.NoError(t, err)
	require.Equal(t, before[0], moved)
	require.Equal(t, after[1:], others, "the signed bundle is still the second")
	require.Equal(t, string(first.Tarball), served(t, folder, "bundles/windows.tar.gz"))
	require.Equal(t, string(second.Signed), served(t, folder, "bundles/windows.signed.tar.gz"))

	moved, others, err = static.Rollback(t.Context(), folder, before[1].Digest)
	require.NoError(t, err)
	require.Equal(t, before[1], moved)
	require.Empty(t, others)
	require.Equal(t, string(first.Signed), served(t, folder, "bundles/windows.signed.tar.gz"))
}

// Agents get the earlier bundle only if the command can say what the other pointer has.
func TestRollback_BrokenOtherPointerMovesNothing(t *testing.T) {
	folder := t.TempDir()
	first, second := newBundle(t, "aks"), newBundle(t, "gke")
	digest := publish(t, folder, first)[0].Digest
	publish(t, folder, second)
	require.NoError(t, os.WriteFile(filepath.Join(folder, "public/bundles/windows.signed.tar.gz"), second.Signed[:100], 0o600))
	_, _, err := static.Rollback(t.Context(), folder, digest)
	require.ErrorContains(t, err, "read the bundle")
	require.Equal(t, string(second.Tarball), served(t, folder, "bundles/windows.tar.gz"))
}

func TestRollback_ServesOnlyWhatWasPublished(t *testing.T) {
	folder := t.TempDir()
	made := newBundle(t, "aks")
	digest := publish(t, folder, made)[0].Digest
	const missing = "0000000000000000000000000000000000000000000000000000000000000000"
	for name, tc := range map[string]struct{ digest, content, want string }{
		"no digest":          {"../../secret", "", "is not a digest"},
		"a digest too short": {"abc", "", "is not a digest"},
		"an unknown digest":  {missing, "", "has no bundle " + missing},
		"a bundle cut short": {digest, string(made.Tarball[:100]), "read the bundle"},
		"an empty file":      {digest, " ", "read the bundle"},
		"another bundle":     {digest, string(newBundle(t, "gke").Tarball), "was changed: its digest is"},
	} {
		t.Run(name, func(t *testing.T) {
			if tc.content != "" {
				file := filepath.Join(folder, "public/bundles", tc.digest+".tar.gz")
				require.NoError(t, os.WriteFile(file, []byte(tc.content), 0o600))
			}
			_, _, err := static.Rollback(t.Context(), folder, tc.digest)
			require.ErrorContains(t, err, tc.want)
			require.Equal(t, string(made.Tarball), served(t, folder, "bundles/windows.tar.gz"))
		})
	}
}
