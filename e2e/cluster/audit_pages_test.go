package cluster_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/client-go/tools/clientcmd"

	"winpolicy/e2e/cluster"
	reader "winpolicy/internal/cluster"
)

// pagesOf counts the requests by which the pods are listed with a page size.
func pagesOf(t *testing.T, c *cluster.Cluster, size int) int {
	t.Helper()
	config, err := clientcmd.BuildConfigFromFlags("", c.Kubeconfig)
	require.NoError(t, err)
	requests := 0
	config.Wrap(func(next http.RoundTripper) http.RoundTripper { return counter{next, &requests} })
	made, err := reader.New(config, "shop")
	require.NoError(t, err)
	kind, err := made.Kind(t.Context(), "", "Pod")
	require.NoError(t, err)
	found := 0
	for _, err := range made.List(t.Context(), kind, reader.Query{Namespace: "shop", PageSize: size}) {
		require.NoError(t, err)
		found++
	}
	require.Equal(t, audited+1, found)
	return requests - 1 // one asks for the kinds
}

type counter struct {
	next     http.RoundTripper
	requests *int
}

func (c counter) RoundTrip(request *http.Request) (*http.Response, error) {
	*c.requests++
	return c.next.RoundTrip(request)
}
