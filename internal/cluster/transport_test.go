package cluster

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/client-go/rest"
)

// The client that the package keeps to itself knows every verb of the API. Its connection sends none but GET.
func TestReadOnly_RefusesEveryOtherRequest(t *testing.T) {
	client, err := readOnly(&rest.Config{Host: "127.0.0.1:0"})
	require.NoError(t, err)
	for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodHead} {
		_, err := client.Verb(method).AbsPath("/api/v1/pods").Stream(t.Context())
		require.ErrorContains(t, err, "winpolicy only reads clusters", method)
	}
	_, err = client.Get().AbsPath("/api/v1/namespaces/shop/pods/web/exec").SetHeader("Upgrade", "websocket").Stream(t.Context())
	require.ErrorContains(t, err, "winpolicy only reads clusters")
	_, err = client.Get().AbsPath("/api/v1/pods").Stream(t.Context())
	require.NotContains(t, err.Error(), "winpolicy only reads clusters")
}
