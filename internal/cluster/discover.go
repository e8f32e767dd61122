package cluster

import (
	"context"
	"fmt"
	"slices"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Kind finds a kind in an API group; "" is the core group. The error is ErrNotServed if the cluster has no such kind. The API
// server is asked once about a group.
func (r *Reader) Kind(ctx context.Context, groupName, kind string) (Kind, error) {
	r.lock.Lock()
	defer r.lock.Unlock()
	known, ok := r.served[groupName]
	if !ok {
		known.kinds, known.err = r.kinds(ctx, groupName)
		r.served[groupName] = known
	}
	if known.err != nil {
		return Kind{}, known.err
	}
	found := slices.IndexFunc(known.kinds, func(one Kind) bool { return one.Kind == kind })
	if found < 0 {
		return Kind{}, fmt.Errorf("%s: %w", kind, ErrNotServed)
	}
	return known.kinds[found], nil
}

// kinds asks for the kinds of a group that can be listed. A group that is not served has none.
func (r *Reader) kinds(ctx context.Context, groupName string) ([]Kind, error) {
	path := "/api/v1"
	if groupName != "" {
		var about metav1.APIGroup
		if err := r.read(ctx, r.client.Get().AbsPath("/apis", groupName), &about); err != nil {
			return nil, ignoreNotFound(err)
		}
		path = "/apis/" + about.PreferredVersion.GroupVersion
	}
	var list metav1.APIResourceList
	if err := r.read(ctx, r.client.Get().AbsPath(path), &list); err != nil {
		return nil, ignoreNotFound(err)
	}
	var all []Kind
	for _, one := range list.APIResources {
		if slices.Contains(one.Verbs, "list") {
			all = append(all, Kind{list.GroupVersion, one.Kind, one.Name, one.Namespaced})
		}
	}
	return all, nil
}

func ignoreNotFound(err error) error {
	if apierrors.IsNotFound(err) {
		return nil
	}
	return err
}
