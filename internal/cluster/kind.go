package cluster

import (
	"errors"
	"strings"
)

// ErrNotServed says that the cluster has no such kind.
var ErrNotServed = errors.New("the cluster has no such kind")

// Kind is a kind of objects, in the version that the API server prefers.
type Kind struct {
	APIVersion string // v1, apps/v1
	Kind       string // Pod
	Resource   string // pods
	Namespaced bool
}

// path returns the path of the objects in a namespace; "" is all namespaces.
func (k Kind) path(namespace string) string {
	root := "/apis/"
	if !strings.Contains(k.APIVersion, "/") {
		root = "/api/"
	}
	root += k.APIVersion
	if k.Namespaced && namespace != "" {
		root += "/namespaces/" + namespace
	}
	return root + "/" + k.Resource
}

// group is what the API server told about an API group.
type group struct {
	kinds []Kind
	err   error
}
