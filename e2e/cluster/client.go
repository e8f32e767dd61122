package cluster

import (
	"context"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/discovery/cached/memory"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/restmapper"
)

// Client speaks to the API server about objects of any kind.
type Client struct {
	config  *rest.Config
	dynamic dynamic.Interface
	mapper  *restmapper.DeferredDiscoveryRESTMapper
}

func newClient(t testing.TB, config *rest.Config) *Client {
	t.Helper()
	config = rest.CopyConfig(config)
	config.QPS = -1
	config.WarningHandlerWithContext = collector{}
	made, err := dynamic.NewForConfig(config)
	require.NoError(t, err)
	discovered, err := discovery.NewDiscoveryClientForConfig(config)
	require.NoError(t, err)
	return &Client{config: config, dynamic: made, mapper: restmapper.NewDeferredDiscoveryRESTMapper(memory.NewMemCacheClient(discovered))}
}

// As gives a client that asks as another user, who may do everything.
func (c *Client) As(t testing.TB, user string) *Client {
	t.Helper()
	config := rest.CopyConfig(c.config)
	config.Impersonate = rest.ImpersonationConfig{UserName: user, Groups: []string{"system:masters"}}
	return newClient(t, config)
}

// Resource is where objects of the kind are written: those of the namespace, where the kind has one and none is named
// those of `default`. A kind that the API server does not serve is an error.
func (c *Client) Resource(apiVersion, kind, namespace string) (dynamic.ResourceInterface, error) {
	gvk := schema.FromAPIVersionAndKind(apiVersion, kind)
	mapping, err := c.mapper.RESTMapping(gvk.GroupKind(), gvk.Version)
	if meta.IsNoMatchError(err) {
		c.mapper.Reset() // it may be served since it was last looked for
		mapping, err = c.mapper.RESTMapping(gvk.GroupKind(), gvk.Version)
	}
	if err != nil {
		return nil, err
	}
	resource := c.dynamic.Resource(mapping.Resource)
	if mapping.Scope.Name() == "root" {
		return resource, nil
	}
	if namespace == "" {
		namespace = "default"
	}
	return resource.Namespace(namespace), nil
}

// Of is the Resource that an object belongs to, of a kind that must be served.
func (c *Client) Of(t testing.TB, object *unstructured.Unstructured) dynamic.ResourceInterface {
	t.Helper()
	resource, err := c.Resource(object.GetAPIVersion(), object.GetKind(), object.GetNamespace())
	require.NoError(t, err)
	return resource
}

type warningsKey struct{}

type warnings struct {
	lock sync.Mutex
	all  []string
}

// Warned gives what the API server warns of in the requests that are made with the context which it passes on.
func Warned(ctx context.Context, requests func(context.Context)) []string {
	heard := &warnings{}
	requests(context.WithValue(ctx, warningsKey{}, heard))
	return heard.all
}

// collector gives each warning to those who listen on the request's context.
type collector struct{}

func (collector) HandleWarningHeaderWithContext(ctx context.Context, _ int, _, text string) {
	if heard, ok := ctx.Value(warningsKey{}).(*warnings); ok {
		heard.lock.Lock()
		defer heard.lock.Unlock()
		heard.all = append(heard.all, text)
	}
}
