package gotest

import (
	"bytes"
	"slices"
	"testing"

	"github.com/open-policy-agent/opa/v1/bundle"
	"github.com/stretchr/testify/require"

	"winpolicy/internal/bundler"
)

func TestBundle_SameSourcesGiveTheSameBytes(t *testing.T) {
	t.Parallel()
	first, err := bundler.Build(t.Context(), newProduct(t).modules, nil, nil)
	require.NoError(t, err)
	again := newProduct(t).modules
	slices.Reverse(again)
	second, err := bundler.Build(t.Context(), again, nil, nil)
	require.NoError(t, err)
	require.Equal(t, first.Revision, second.Revision)
	require.True(t, bytes.Equal(first.Tarball, second.Tarball))
}

func TestBundle_RevisionFollowsTheContent(t *testing.T) {
	t.Parallel()
	modules := newProduct(t).modules
	before, err := bundler.Build(t.Context(), modules, nil, nil)
	require.NoError(t, err)
	modules[0].Source = append(slices.Clone(modules[0].Source), "# changed\n"...)
	after, err := bundler.Build(t.Context(), modules, nil, nil)
	require.NoError(t, err)
	require.NotEqual(t, before.Revision, after.Revision)
	require.False(t, bytes.Equal(before.Tarball, after.Tarball))
}

// A team's own rules and configuration load beside the bundle, so its roots are only its own packages.
func TestBundle_RootsAreItsOwnPackagesOnly(t *testing.T) {
	made, err := bundler.Build(t.Context(), newProduct(t).modules, nil, nil)
	require.NoError(t, err)
	read, err := bundle.NewReader(bytes.NewReader(made.Tarball)).Read()
	require.NoError(t, err)
	require.Equal(t, made.Revision, read.Manifest.Revision)
	require.Equal(t, 1, *read.Manifest.RegoVersion)
	require.Equal(t, "winpolicy", read.Manifest.Metadata["name"])
	require.Contains(t, *read.Manifest.Roots, "winpolicy")
	require.Contains(t, *read.Manifest.Roots, "lib/windows/rules/host_process")
	for _, foreign := range []string{"", "lib", "lib/windows", "lib/windows/rules", "lib/windows/config", "main"} {
		require.NotContains(t, *read.Manifest.Roots, foreign)
	}
	for _, module := range read.Modules {
		require.NotEqual(t, "data.main", module.Parsed.Package.Path.String())
		require.NotContains(t, module.Path, "_test.rego")
	}
}
