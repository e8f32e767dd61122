package release

import (
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/yaml"
)

// What a cluster gets from one file of the release is what it gets from the folder.
func TestAsset_ManifestsAreThoseOfTheFolder(t *testing.T) {
	for name, folder := range map[string]string{
		"constrainttemplates.yaml":     "constrainttemplates",
		"constraints.yaml":             "constrainttemplates/constraints",
		"referential.yaml":             "constrainttemplates/referential",
		"referential-constraints.yaml": "constrainttemplates/referential/constraints",
	} {
		var want []unstructured.Unstructured
		paths, err := filepath.Glob(filepath.Join(root, folder, "*.yaml"))
		require.NoError(t, err)
		for _, path := range paths {
			if filepath.Base(path) != "kustomization.yaml" {
				want = append(want, objects(t, path)...)
			}
		}
		require.NotEmpty(t, want, name)
		require.Equal(t, want, objects(t, filepath.Join(made(t), name)), name)
	}
}

// Operators choose among the policies, so each file of the folder is one of the release.
func TestAsset_AdmissionPoliciesAreFilesOfTheirOwn(t *testing.T) {
	paths, err := filepath.Glob(filepath.Join(root, "deploy/admission/*.yaml"))
	require.NoError(t, err)
	require.NotEmpty(t, paths)
	for _, path := range paths {
		require.Equal(t, objects(t, path), objects(t, filepath.Join(made(t), "admission-"+filepath.Base(path))))
	}
	files, err := filepath.Glob(filepath.Join(made(t), "admission*"))
	require.NoError(t, err)
	require.Len(t, files, len(paths))
}

// objects reads the Kubernetes objects of a file.
func objects(t *testing.T, path string) []unstructured.Unstructured {
	t.Helper()
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	var all []unstructured.Unstructured
	for decoder := yaml.NewYAMLOrJSONDecoder(bytes.NewReader(text), 4096); ; {
		var one unstructured.Unstructured
		if err := decoder.Decode(&one.Object); err != nil {
			require.ErrorContains(t, err, "EOF", path)
			return all
		}
		require.NotEmpty(t, one.GetKind(), path)
		all = append(all, one)
	}
}

func TestAsset_SuitesAreForGatorVerify(t *testing.T) {
	compressed, err := os.Open(filepath.Join(made(t), "suites.tar.gz"))
	require.NoError(t, err)
	defer compressed.Close()
	plain, err := gzip.NewReader(compressed)
	require.NoError(t, err)
	members := untarred(t, plain)
	require.Contains(t, members, "k8swindowsworkloads.yaml")
	count := 0
	for name := range members {
		if matched, _ := filepath.Match("suites/*/suite.yaml", name); matched {
			count++
		}
	}
	require.NotZero(t, count)
}
