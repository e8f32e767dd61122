// Package cluster reads the objects of a live cluster. It can only get and list: a Reader has no other method, and its
// connection refuses every request but GET.
//
// Flags are kubectl's own flags; their method Open returns a Reader. Ask it for a Kind first, because only the API server knows
// the resource and the version of a kind:
//
//	reader, err := flags.Open("winpolicy")
//	pods, err := reader.Kind(ctx, "", "Pod")          // ErrNotServed if the cluster has no such kind
//	pod, err := reader.Get(ctx, pods, reader.Namespace, "web-0")
//	for object, err := range reader.List(ctx, pods, cluster.Query{}) { … }
//
// List yields one object at a time and asks for the pages behind it, so only one object is in memory. Objects are as
// encoding/json decodes them with UseNumber, and have their apiVersion and kind. An error is always the last thing that List
// yields; what came before it is good. IsForbidden tells whether the user may not read the objects.
package cluster

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"sync"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/validate/content"
	"k8s.io/client-go/rest"
)

// Reader reads one cluster. It is safe for concurrent use.
type Reader struct {
	// Namespace is that of the flag --namespace or of the kubeconfig's context, "" with --all-namespaces.
	Namespace string

	host   string
	client *rest.RESTClient

	lock   sync.Mutex
	served map[string]group // what the API server told about each API group
}

// Object is an object of the cluster as encoding/json decodes it with UseNumber.
type Object = map[string]any

// Get returns one object. The namespace of a kind that has none is ignored.
func (r *Reader) Get(ctx context.Context, kind Kind, namespace, name string) (Object, error) {
	if problems := content.IsPathSegmentName(name); name == "" || len(problems) > 0 {
		return nil, fmt.Errorf("%q is not the name of an object; write it as kubectl prints it", name)
	}
	var object Object
	err := r.read(ctx, r.client.Get().AbsPath(kind.path(namespace), name), &object)
	return object, err
}

// read decodes the answer to a request into a value.
func (r *Reader) read(ctx context.Context, request *rest.Request, into any) error {
	body, err := r.open(ctx, request)
	if err != nil {
		return err
	}
	defer body.Close()
	decoder := json.NewDecoder(newLimited(body))
	decoder.UseNumber()
	if err := decoder.Decode(into); err != nil {
		return invalid(err)
	}
	return nil
}

// open sends a request, and returns the body of the answer.
func (r *Reader) open(ctx context.Context, request *rest.Request) (io.ReadCloser, error) {
	body, err := request.Stream(ctx)
	var network *url.Error // it repeats the whole address, with the place of the page
	switch {
	case errors.As(err, &network):
		return nil, fmt.Errorf("%w: %s: %w; check --kubeconfig and --context", errAway, r.host, network.Err)
	case apierrors.IsUnauthorized(err):
		return nil, fmt.Errorf("the API server at %s does not know the user: %w; log in again, or check --kubeconfig and --context", r.host, err)
	}
	return body, err
}

var errAway = errors.New("the API server does not answer")

// IsFinal tells whether the next request will fail in the same way, because the API server does not answer or does not know the
// user.
func IsFinal(err error) bool { return errors.Is(err, errAway) || apierrors.IsUnauthorized(err) }

// IsForbidden tells whether an error says that the user may not read the objects.
func IsForbidden(err error) bool { return apierrors.IsForbidden(err) }

// invalid explains an error of decoding an answer.
func invalid(err error) error {
	var syntax *json.SyntaxError
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Errorf("the answer of the API server ends too early: %w", err)
	case errors.As(err, &syntax):
		return fmt.Errorf("the answer of the API server is not valid JSON: %w", err)
	}
	return fmt.Errorf("read the answer of the API server: %w", err)
}
