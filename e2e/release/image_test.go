package release

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/validate"
	"github.com/stretchr/testify/require"
)

// images gives the images of the release, which are those for linux.
func images(t *testing.T) map[string]v1.Image {
	t.Helper()
	if !slices.ContainsFunc(platforms(), func(platform string) bool { return strings.HasPrefix(platform, "linux/") }) {
		t.Skip("an image is for linux, and PLATFORMS has no linux")
	}
	archive, err := os.Open(filepath.Join(made(t), "winpolicy_1.2.3_image.tar"))
	require.NoError(t, err)
	defer archive.Close()
	folder := t.TempDir()
	for name, one := range untarred(t, archive) {
		path := filepath.Join(folder, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, one.body, 0o600))
	}
	top, err := layout.ImageIndexFromPath(folder)
	require.NoError(t, err)
	require.NoError(t, validate.Index(top))
	named, err := top.IndexManifest()
	require.NoError(t, err)
	require.Len(t, named.Manifests, 1)
	require.Equal(t, map[string]string{
		"org.opencontainers.image.ref.name": "v1.2.3",
		"io.containerd.image.name":          "localhost/winpolicy:v1.2.3",
	}, named.Manifests[0].Annotations)
	index, err := top.ImageIndex(named.Manifests[0].Digest)
	require.NoError(t, err)
	manifest, err := index.IndexManifest()
	require.NoError(t, err)
	all := map[string]v1.Image{}
	for _, one := range manifest.Manifests {
		all[one.Platform.String()], err = index.Image(one.Digest)
		require.NoError(t, err)
	}
	return all
}

// files gives what the one layer of an image holds.
func files(t *testing.T, image v1.Image) map[string]member {
	t.Helper()
	layers, err := image.Layers()
	require.NoError(t, err)
	require.Len(t, layers, 1)
	plain, err := layers[0].Uncompressed()
	require.NoError(t, err)
	defer plain.Close()
	return untarred(t, plain)
}

func TestImage_HoldsTheProgramAndNoShell(t *testing.T) {
	var want []string
	for _, platform := range platforms() {
		if strings.HasPrefix(platform, "linux/") {
			want = append(want, platform)
		}
	}
	var found []string
	for platform, image := range images(t) {
		found = append(found, platform)
		held := files(t, image)
		require.Len(t, held, 4, platform)
		require.Equal(t, os.FileMode(0o755), held["winpolicy"].mode)
		require.Equal(t, os.FileMode(0o644), held["LICENSE"].mode)
		require.Equal(t, os.FileMode(0o644), held["THIRD_PARTY_LICENSES"].mode)
		require.Equal(t, os.ModeDir|os.ModeSticky|0o777, held["tmp/"].mode)
		for name, one := range held {
			require.Equal(t, "0:0", one.owner, name)
		}
		require.Equal(t, program(t, platform), held["winpolicy"].body, "the image has another program than the archive")
	}
	slices.Sort(found)
	require.Equal(t, slices.Sorted(slices.Values(want)), found)
}

func TestImage_RunsTheProgramAsAUserWithoutRights(t *testing.T) {
	for platform, image := range images(t) {
		file, err := image.ConfigFile()
		require.NoError(t, err)
		require.Equal(t, platform, file.Platform().String())
		require.Equal(t, v1.Config{
			User: "65532:65532", Entrypoint: []string{"/winpolicy"}, WorkingDir: "/", Labels: file.Config.Labels,
		}, file.Config)
		labels := file.Config.Labels
		require.Equal(t, "winpolicy", labels["org.opencontainers.image.title"])
		require.Equal(t, "v1.2.3", labels["org.opencontainers.image.version"])
		require.Equal(t, "Apache-2.0", labels["org.opencontainers.image.licenses"])
		require.Equal(t, "https://docs.example", labels["org.opencontainers.image.documentation"])
		require.Equal(t, file.Created.UTC().Format("2006-01-02T15:04:05Z"), labels["org.opencontainers.image.created"])
	}
}
