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
		"admission.yaml":               "deploy/admission",
	} {
		var want []unstructured.Unstructured
		paths, err := filepath.Glob(filepath.Join(root, folder, "*.yaml"))
		require.NoError(t, err)
		for _, path := range paths {
			if filepath.Base(path) != "kustomization.yaml" {
				want = append(want, objects(t, path)...)
			}
		}
		if len(want) == 0 && name == "admission.yaml" {
			require.NoFileExists(t, filepath.Join(made(t), name))
			continue
		}
		require.NotEmpty(t, want, name)
		require.Equal(t, want, objects(t, filepath.Join(made(t), name)), name)
	}
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
