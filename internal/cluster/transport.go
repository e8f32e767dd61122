package cluster

import (
	"fmt"
	"net/http"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	_ "k8s.io/client-go/plugin/pkg/client/auth/oidc" // a kubeconfig can name it
	"k8s.io/client-go/rest"
)

// The API server limits its clients by itself. These limits only keep a client from a burst of requests.
const (
	requestsPerSecond = 50
	burst             = 100
)

// readOnly returns a client that cannot send anything but GET.
func readOnly(config *rest.Config) (*rest.RESTClient, error) {
	config = rest.CopyConfig(config)
	config.QPS, config.Burst = requestsPerSecond, burst
	config.WarningHandlerWithContext = rest.NoWarnings{}
	scheme := runtime.NewScheme()
	metav1.AddToGroupVersion(scheme, schema.GroupVersion{Version: "v1"}) // the form of an error
	config.NegotiatedSerializer = serializer.NewCodecFactory(scheme).WithoutConversion()
	config.Wrap(func(next http.RoundTripper) http.RoundTripper { return getOnly{next} })
	return rest.UnversionedRESTClientFor(config)
}

// getOnly refuses every request that could change the cluster: every method but GET, and a GET that opens a connection into a
// container. The package makes no such request; this holds a later change of it to that.
type getOnly struct{ next http.RoundTripper }

func (g getOnly) RoundTrip(request *http.Request) (*http.Response, error) {
	if request.Method != http.MethodGet || request.Header.Get("Upgrade") != "" {
		return nil, fmt.Errorf("%s %s: winpolicy only reads clusters", request.Method, request.URL.Path)
	}
	return g.next.RoundTrip(request)
}
