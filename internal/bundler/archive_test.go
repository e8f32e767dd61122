package bundler_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"path"
	"strings"
	"testing"
	"testing/fstest"

	opabundle "github.com/open-policy-agent/opa/v1/bundle"
	"github.com/stretchr/testify/require"

	"winpolicy/bundle"
	"winpolicy/internal/bundler"
	"winpolicy/internal/rego"
	"winpolicy/policies"
)

// A program that unpacks a bundle makes no folder that has no entry, and refuses a path from the root.
func TestBuild_BundleUnpacksIntoAnyFolder(t *testing.T) {
	all, err := rego.Load(policies.FS, bundle.FS)
	require.NoError(t, err)
	key, err := bundler.ReadKey(write(t, "PRIVATE KEY", pkcs8(t, rsaKey(t, 2048))), "fleet", "RS256")
	require.NoError(t, err)
	made, err := bundler.Build(t.Context(), all, config, key)
	require.NoError(t, err)
	for name, tarball := range map[string][]byte{"plain": made.Tarball, "signed": made.Signed} {
		t.Run(name, func(t *testing.T) {
			seen := map[string]bool{".": true}
			for _, header := range headers(t, tarball) {
				require.True(t, header.ModTime.Unix() == 0, "%s has a date", header.Name)
				require.False(t, strings.HasPrefix(header.Name, "/"), header.Name)
				clean := path.Clean(header.Name)
				require.False(t, seen[clean], "%s is there twice", header.Name)
				require.True(t, seen[path.Dir(clean)], "%s comes before its folder", header.Name)
				seen[clean] = true
			}
			require.True(t, seen[".manifest"])
			require.True(t, seen["lib/windows/rules/host_network/host_network.rego"])
			require.Equal(t, name == "signed", seen[".signatures.json"])
		})
	}
}

// Packages of a team can be one in another, and can begin with a name of winpolicy.
func TestBuild_PackagesOfATeamGetRootsThatOPAAccepts(t *testing.T) {
	own := fstest.MapFS{}
	for _, name := range []string{"shop", "shop.names", "winpolicy_helpers"} {
		own[name+".rego"] = &fstest.MapFile{Data: []byte("package " + name + "\n\nx := 1\n")}
	}
	all, err := rego.Load(policies.FS, bundle.FS, own)
	require.NoError(t, err)
	made, err := bundler.Build(t.Context(), all, config, nil)
	require.NoError(t, err)
	read, err := opabundle.NewReader(bytes.NewReader(made.Tarball)).Read()
	require.NoError(t, err)
	require.Contains(t, *read.Manifest.Roots, "shop")
	require.NotContains(t, *read.Manifest.Roots, "shop/names")
	require.Contains(t, *read.Manifest.Roots, "winpolicy_helpers")
}

// A bundle with only the configuration has no root of the rules, because an agent loads it beside them.
func TestBuild_ConfigurationAloneHasOnlyItsRoot(t *testing.T) {
	made, err := bundler.Build(t.Context(), nil, config, nil)
	require.NoError(t, err)
	read, err := opabundle.NewReader(bytes.NewReader(made.Tarball)).Read()
	require.NoError(t, err)
	require.Equal(t, []string{"lib/windows/config"}, *read.Manifest.Roots)
}

func headers(t *testing.T, tarball []byte) []*tar.Header {
	t.Helper()
	zipped, err := gzip.NewReader(bytes.NewReader(tarball))
	require.NoError(t, err)
	var all []*tar.Header
	for archive := tar.NewReader(zipped); ; {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return all
		}
		require.NoError(t, err)
		all = append(all, header)
	}
}
