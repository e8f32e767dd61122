package gotest

import (
	"bytes"
	"io/fs"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"winpolicy/internal/gatekeeper"
)

func TestGeneratedFilesAreWhatTheirSourcesGive(t *testing.T) {
	want, err := gatekeeper.Files(newProduct(t).modules, loadRules(t), gatekeeper.Options{})
	require.NoError(t, err)
	tree := os.DirFS("../constrainttemplates")
	for path, text := range want {
		found, err := fs.ReadFile(tree, path)
		require.NoError(t, err, "run `make generate`")
		require.True(t, bytes.Equal(text, found), "constrainttemplates/%s differs from its source: run `make generate`", path)
	}
	require.NoError(t, fs.WalkDir(tree, ".", func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			require.Contains(t, want, path, "constrainttemplates/%s has no source: run `make generate`", path)
		}
		return err
	}))
}

// kubectl apply keeps the whole object in an annotation, which the API server limits.
func TestTemplatesAreSmallEnoughForKubectlApply(t *testing.T) {
	const limit = 262144
	files, err := gatekeeper.Files(newProduct(t).modules, loadRules(t), gatekeeper.Options{})
	require.NoError(t, err)
	for path, text := range files {
		require.Less(t, len(text), limit, path)
	}
}
