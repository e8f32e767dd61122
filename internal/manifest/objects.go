package manifest

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// maxErrors bounds the faulty items that are told one by one.
const maxErrors = 100

var errNotObject = errors.New("not a Kubernetes object: it is neither a map nor a list of maps")

// Objects gives the objects of the document in the order they stand, Lists
// and arrays opened, and one error for each item that is not an object, or a
// single one when the document cannot be read. Both may be given at once. A
// document that is empty, null or has comments only gives neither.
//
// Items of a typed list such as PodList without kind and apiVersion get them
// from the list.
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

// collector gathers what Objects gives.
type collector struct {
	source  *source
	root    int
	objects []Object
	errs    []*Error
	untold  int
}

// top takes a top-level value of the document.
func (c *collector) top(value any) {
	switch v := value.(type) {
	case nil:
		// kubectl passes over null documents, and an empty one is null.
	case []any:
		for i, item := range v {
			c.open(item, []string{strconv.Itoa(i)})
		}
	default:
		c.open(value, nil)
	}
}

// open takes an object, or the items of a List.
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

// listItems gives the items of an object that is a list as the API has them.
func listItems(object map[string]any) ([]any, bool) {
	kind, _ := object["kind"].(string)
	version, _ := object["apiVersion"].(string)
	items, ok := object["items"].([]any)
	return items, ok && version != "" && strings.HasSuffix(kind, "List")
}

// inherit gives an item of a typed list the kind and version the list tells.
func inherit(list map[string]any, item any) {
	object, ok := item.(map[string]any)
	kind := strings.TrimSuffix(list["kind"].(string), "List")
	if !ok || kind == "" || isSet(object["kind"]) || isSet(object["apiVersion"]) {
		return
	}
	object["kind"], object["apiVersion"] = kind, list["apiVersion"]
}

func isSet(value any) bool { return value != nil && value != "" }
