package cluster

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"strconv"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// pageSize is how many objects a page has, as in client-go's pager.
const pageSize = 500

// Query says which objects of a kind are listed.
type Query struct {
	Namespace string // "" lists all namespaces
	Selector  string // a label selector; "" selects every object
	Metadata  bool   // list apiVersion, kind and metadata only
	PageSize  int    // 0 is 500
}

// metadataOnly asks for lists without anything but metadata. A server that cannot do that answers with whole objects.
const metadataOnly = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json"

// List yields the objects of a kind, in the order of the API server. If the list expires while it is read, List goes on behind
// the last object, as client-go's pager does. An error ends the list.
func (r *Reader) List(ctx context.Context, kind Kind, query Query) iter.Seq2[Object, error] {
	return func(yield func(Object, error) bool) {
		next := ""
		for {
			page := page{kind: kind, yield: yield}
			err := r.page(ctx, kind, query, next, &page)
			if token := inconsistent(err); token != "" && token != next {
				next = token
				continue
			}
			if err != nil && !page.stopped {
				yield(nil, fmt.Errorf("list %s: %w", kind.Resource, err))
			}
			if err != nil || page.stopped || page.next == "" {
				return
			}
			if page.next == next {
				yield(nil, fmt.Errorf("list %s: the API server repeats a page", kind.Resource))
				return
			}
			next = page.next
		}
	}
}

// page reads the page at a token.
func (r *Reader) page(ctx context.Context, kind Kind, query Query, token string, into *page) error {
	size := query.PageSize
	if size <= 0 {
		size = pageSize
	}
	request := r.client.Get().AbsPath(kind.path(query.Namespace)).Param("limit", strconv.Itoa(size))
	if token != "" {
		request.Param("continue", token)
	}
	if query.Selector != "" {
		request.Param("labelSelector", query.Selector)
	}
	if query.Metadata {
		request.SetHeader("Accept", metadataOnly)
	}
	body, err := r.open(ctx, request)
	if err != nil {
		return err
	}
	defer body.Close()
	return into.read(body)
}

// inconsistent returns the token by which a list that has expired goes on with newer objects; "" if there is none.
func inconsistent(err error) string {
	var status apierrors.APIStatus
	if !apierrors.IsResourceExpired(err) || !errors.As(err, &status) {
		return ""
	}
	return status.Status().Continue
}

// page is a page that is being read.
type page struct {
	kind    Kind
	yield   func(Object, error) bool
	next    string // the token of the page behind it
	items   bool   // whether the page has a list of items
	stopped bool   // whether the reader of the list wants no more objects
}

// errNotList says that the answer is JSON of something else.
var errNotList = errors.New("the answer of the API server is not a list; something between winpolicy and the API server may have sent it")

// read yields the objects of a page while it comes in.
func (p *page) read(body io.Reader) error {
	limit := newLimited(body)
	decoder := json.NewDecoder(limit)
	decoder.UseNumber()
	start, err := decoder.Token()
	if err != nil {
		return invalid(err)
	}
	if start != json.Delim('{') {
		return errNotList
	}
	for decoder.More() && !p.stopped {
		key, err := decoder.Token()
		if err == nil {
			err = p.field(decoder, limit, key)
		}
		if err != nil {
			return err
		}
	}
	if p.stopped {
		return nil
	}
	if _, err := decoder.Token(); err != nil {
		return invalid(err)
	}
	if !p.items {
		return errNotList
	}
	return nil
}

// field reads the value of a key of the list.
func (p *page) field(decoder *json.Decoder, limit *limited, key json.Token) error {
	switch key {
	case "items":
		p.items = true
		return p.objects(decoder, limit)
	case "metadata":
		var meta metav1.ListMeta
		if err := decoder.Decode(&meta); err != nil {
			return invalid(err)
		}
		p.next = meta.Continue
		return nil
	}
	var other any
	if err := decoder.Decode(&other); err != nil {
		return invalid(err)
	}
	return nil
}

// objects yields the items of the list.
func (p *page) objects(decoder *json.Decoder, limit *limited) error {
	start, err := decoder.Token()
	if err != nil {
		return invalid(err)
	}
	if start == nil { // an empty list of Go
		return nil
	}
	if start != json.Delim('[') {
		return errNotList
	}
	for decoder.More() {
		limit.next()
		var object Object
		if err := decoder.Decode(&object); err != nil {
			return invalid(err)
		}
		if object == nil {
			return errNotList
		}
		object["apiVersion"], object["kind"] = p.kind.APIVersion, p.kind.Kind
		if !p.yield(object, nil) {
			p.stopped = true
			return nil
		}
	}
	if _, err := decoder.Token(); err != nil {
		return invalid(err)
	}
	limit.next()
	return nil
}
