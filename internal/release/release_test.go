package release

import (
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

var noon = time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)

func TestPack_OrderOfFilesDoesNotMatter(t *testing.T) {
	entries := []entry{{"b", 0o644, []byte("2")}, {"a/", 0o755, nil}, {"c", 0o755, []byte("3")}}
	backwards := slices.Clone(entries)
	slices.Reverse(backwards)
	for _, platform := range []Platform{{"linux", "amd64"}, {"windows", "amd64"}} {
		first, extension, err := pack(platform, entries, noon)
		require.NoError(t, err)
		require.Equal(t, map[string]string{"linux": ".tar.gz", "windows": ".zip"}[platform.OS], extension)
		second, _, err := pack(platform, backwards, noon.In(time.FixedZone("", 3600)))
		require.NoError(t, err)
		require.Equal(t, first, second)
		later, _, err := pack(platform, entries, noon.Add(time.Hour))
		require.NoError(t, err)
		require.NotEqual(t, first, later)
	}
}

func TestDescribe_OptionsBeforeCommit(t *testing.T) {
	built := build{info: &debug.BuildInfo{
		Main:     debug.Module{Version: "v0.1.0"},
		Settings: []debug.BuildSetting{{Key: "vcs.revision", Value: "63adc36"}, {Key: "vcs.time", Value: "2026-11-30T12:00:00Z"}},
	}}
	bare := build{info: &debug.BuildInfo{Main: debug.Module{Version: "(devel)"}}}
	for name, tc := range map[string]struct {
		options Options
		built   build
		want    description
	}{
		"a commit":                {Options{}, built, description{version: "v0.1.0", commit: "63adc36", time: noon}},
		"a version":               {Options{Version: "v2.0.0"}, built, description{version: "v2.0.0", commit: "63adc36", time: noon}},
		"a time":                  {Options{Epoch: time.Unix(0, 0)}, built, description{version: "v0.1.0", commit: "63adc36", time: time.Unix(0, 0).UTC()}},
		"documentation":           {Options{Docs: "https://docs.example"}, built, description{version: "v0.1.0", commit: "63adc36", docs: "https://docs.example", time: noon}},
		"no repository":           {Options{}, bare, description{version: "v0.0.0", time: time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)}},
		"no repository, a number": {Options{Version: "v2.0.0"}, bare, description{version: "v2.0.0", time: time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)}},
	} {
		require.Equal(t, tc.want, describe(tc.options, tc.built), name)
	}
}

func TestParsePlatforms_ReadsAList(t *testing.T) {
	all, err := ParsePlatforms("linux/amd64  windows/arm64")
	require.NoError(t, err)
	require.Equal(t, []Platform{{"linux", "amd64"}, {"windows", "arm64"}}, all)
	for _, list := range []string{"", " ", "linux", "linux/", "/amd64", "linux/amd64/v3"} {
		_, err := ParsePlatforms(list)
		require.Error(t, err, list)
	}
}

func TestMake_RejectsOptions(t *testing.T) {
	for want, options := range map[string]Options{
		`version "1.2.3": write one like v1.2.3`:            {Version: "1.2.3"},
		`version "v1/../../x": write one`:                   {Version: "v1/../../x"},
		`version "v1.0.0 -X main.a=b": write one`:           {Version: "v1.0.0 -X main.a=b"},
		`docs "docs.example": write an address`:             {Docs: "docs.example"},
		`docs "https://docs.example/": write an`:            {Docs: "https://docs.example/"},
		`docs "https://a -X main.a=b": write an`:            {Docs: "https://a -X main.a=b"},
		`docs "https://": write an address like htt`:        {Docs: "https://"},
		"SOURCE_DATE_EPOCH: 1970-01-01 is before 1980, and": {Epoch: time.Unix(0, 0)},
	} {
		require.ErrorContains(t, Make(t.Context(), options), want)
	}
}

func TestJoined_IsOneFileOfDocuments(t *testing.T) {
	folder := t.TempDir()
	for name, text := range map[string]string{
		"b.yaml": "---\nb: 1\n", "a.yaml": "a: 1", "kustomization.yaml": "resources: []\n", "Kustomization": "resources: []\n", "note.md": "# note\n",
	} {
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600))
	}
	text, err := joined(folder)
	require.NoError(t, err)
	require.Equal(t, "a: 1\n---\nb: 1\n", string(text))
	_, err = joined(filepath.Join(folder, "missing"))
	require.ErrorContains(t, err, "missing has no YAML file")
}

func TestTerms_OneTextIsThereOnce(t *testing.T) {
	folder := t.TempDir()
	folders := map[string]string{}
	for name, text := range map[string]string{"a/LICENSE": "MIT\n", "b/license.txt": "MIT\n", "b/NOTICE": "by b", "b/README": "more", "c/COPYING": "BSD"} {
		path := filepath.Join(folder, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		folders[filepath.Base(filepath.Dir(path))+" v1.0.0"] = filepath.Dir(path)
	}
	text, err := termsOf(folders)
	require.NoError(t, err)
	line := strings.Repeat("=", 80) + "\n"
	require.Equal(t, line+"a v1.0.0\nb v1.0.0\n\nMIT\n"+line+"b v1.0.0\n\nby b\n"+line+"c v1.0.0\n\nBSD\n", string(text))
	folders["none v1.0.0"] = t.TempDir()
	_, err = termsOf(folders)
	require.EqualError(t, err, "none v1.0.0 has no license, so nobody may pass on a program with it")
}

func TestMake_FailedBuildLeavesTheOldRelease(t *testing.T) {
	out := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(out, ".winpolicy"), nil, 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(out, "checksums.txt"), []byte("old"), 0o600))
	err := Make(t.Context(), Options{Root: "../..", Out: out, Program: "none", Platforms: []Platform{{"plan9", "nothing"}}})
	require.ErrorContains(t, err, "build for plan9/nothing: ")
	text, err := os.ReadFile(filepath.Join(out, "checksums.txt"))
	require.NoError(t, err)
	require.Equal(t, "old", string(text))
}
