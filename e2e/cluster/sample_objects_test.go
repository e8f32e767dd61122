package cluster_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"winpolicy/e2e/cluster"
	"winpolicy/internal/sample"
)

// createNamespaces creates those that samples name: in any other the API server admits nothing.
func createNamespaces(t *testing.T, c *cluster.Cluster, samples []sample.Sample) {
	t.Helper()
	resource, err := c.Resource("v1", "Namespace", "")
	require.NoError(t, err)
	for _, one := range samples {
		if name := objectOf(one).GetNamespace(); name != "" {
			made := object("{apiVersion: v1, kind: Namespace, metadata: {name: " + name + "}}")
			_, err := resource.Create(t.Context(), made, metav1.CreateOptions{})
			require.True(t, err == nil || apierrors.IsAlreadyExists(err), err)
		}
	}
}

// createReplaced creates the objects that the reviews of an UPDATE replace, before Gatekeeper is there to refuse them. It
// gives what the API server itself says to that, by the name of the sample.
func createReplaced(t *testing.T, c *cluster.Cluster, samples []sample.Sample) map[string]error {
	t.Helper()
	said := map[string]error{}
	for _, one := range samples {
		request, _ := one.Object.Value["request"].(map[string]any)
		if old, ok := request["oldObject"].(map[string]any); ok {
			object := copied(old)
			_, said[one.Name] = c.Of(t, object).Create(t.Context(), object, metav1.CreateOptions{})
		}
	}
	return said
}

// removeReplaced removes them again, so that no later run finds a node that is not its own.
func removeReplaced(t *testing.T, c *cluster.Cluster, samples []sample.Sample) {
	t.Helper()
	for _, one := range samples {
		if request, _ := one.Object.Value["request"].(map[string]any); request["oldObject"] != nil {
			object := objectOf(one)
			err := c.Of(t, object).Delete(t.Context(), object.GetName(), metav1.DeleteOptions{})
			require.True(t, err == nil || apierrors.IsNotFound(err), "%v", err)
		}
	}
}

// createGiven creates the objects that the samples of a run refer to, and gives what removes them.
func createGiven(t *testing.T, c *cluster.Cluster, samples []sample.Sample) func() {
	t.Helper()
	var remove []func()
	for _, one := range samples {
		kind, _ := one.Object.Value["kind"].(string)
		if !one.Given && (kind != "RuntimeClass" || one.RefusedBy != "") {
			continue
		}
		object := objectOf(one)
		resource := c.Of(t, object)
		_, err := resource.Create(t.Context(), object, metav1.CreateOptions{})
		require.NoError(t, err, one.Name)
		remove = append(remove, func() {
			require.NoError(t, resource.Delete(t.Context(), object.GetName(), metav1.DeleteOptions{}))
		})
	}
	return func() {
		for _, one := range remove {
			one()
		}
	}
}

// installReferential installs the template that looks at other objects, which README keeps apart.
func installReferential(t *testing.T, c *cluster.Cluster) {
	t.Helper()
	folder := "constrainttemplates/referential/"
	c.Kubectl(t, "apply", "-f", folder)
	c.Kubectl(t, "wait", "constrainttemplate", "--all", "--for=jsonpath={.status.created}=true", "--timeout=60s")
	c.Kubectl(t, "apply", "-f", folder+"constraints/")
	waitUntilEnforced(t, c)
}
