package manifest

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// maxErrors limits the invalid items that are reported one by one.
const maxErrors = 100

var errNotObject = errors.New("not a Kubernetes object, because it is neither a map nor a list of maps")

// Objects returns the objects of the document in their order; a List or an
// array stands for its items. It also returns one error for each item that is
// not an object, or a single error if the document cannot be read. A document
// that is empty, null or holds only comments has neither.
//
// The items of a typed list, for example a PodList, get the kind and the
// apiVersion from the list if they have none.
func (d Document) Objects() ([]Object, []*Error) {
	c := &collector{source: &source{Document: d}}
	values, err := c.source.decode()
	if err != nil {
		return nil, []*Error{err}
	}
	for i, value := range values {
		c.root = i
		c.top(value)
	}
	if c.untold > 0 {
		c.errs = append(c.errs, c.source.errorAt(1, fmt.Errorf("%d more items of the document are not objects", c.untold)))
	}
	return c.objects, c.errs
}

// collector collects the result of Objects.
type collector struct {
	source  *source
	root    int
	objects []Object
	errs    []*Error
	untold  int
}

// top adds a top-level value of the document.
func (c *collector) top(value any) {
	switch v := value.(type) {
	case nil:
		// kubectl skips null documents, and an empty document is null.
	case []any:
		for i, item := range v {
			c.open(item, []string{strconv.Itoa(i)})
		}
	default:
		c.open(value, nil)
	}
}

// open adds an object, or the items of a List.
func (c *collector) open(value any, path []string) {
	object, ok := value.(map[string]any)
	if !ok {
		c.refuse(path)
		return
	}
	items, ok := listItems(object)
	if !ok {
		c.objects = append(c.objects, Object{
			Document: &c.source.Document, Value: object,
			source: c.source, root: c.root, path: path,
		})
		return
	}
	for i, item := range items {
		inherit(object, item)
		c.open(item, append(slices.Clip(path), "items", strconv.Itoa(i)))
	}
}

func (c *collector) refuse(path []string) {
	if len(c.errs) == maxErrors {
		c.untold++
		return
	}
	line, _ := c.source.locate(c.root, path, "")
	c.errs = append(c.errs, &Error{File: c.source.File, Document: c.source.Index, Line: line, Err: errNotObject})
}

// listItems returns the items of an object if it is a list of the API.
func listItems(object map[string]any) ([]any, bool) {
	kind, _ := object["kind"].(string)
	version, _ := object["apiVersion"].(string)
	items, ok := object["items"].([]any)
	return items, ok && version != "" && strings.HasSuffix(kind, "List")
}

// inherit sets the kind and the version of an item of a typed list.
func inherit(list map[string]any, item any) {
	object, ok := item.(map[string]any)
	kindOfList, _ := list["kind"].(string)
	kind := strings.TrimSuffix(kindOfList, "List")
	if !ok || kind == "" || isSet(object["kind"]) || isSet(object["apiVersion"]) {
		return
	}
	object["kind"], object["apiVersion"] = kind, list["apiVersion"]
}

func isSet(value any) bool { return value != nil && value != "" }
