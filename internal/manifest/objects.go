package manifest

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
)

// maxErrors limits the invalid items that are reported one by one.
const maxErrors = 100

var errNotObject = errors.New("not a Kubernetes object, because it is neither a map nor a list of maps")

// Inputs returns the objects of the document in their order; a List or an
// array stands for its items. It also returns one error for each item that is
// not an object, or a single error if the document cannot be read. A document
// that is empty, null or holds only comments has neither.
//
// The items of a typed list, for example a PodList, get the kind and the
// apiVersion from the list if they have none.
//
// It parses the text once and keeps the places of the values. A text that is
// read in another way by kubectl, or may be, goes to the reader of Objects.
func (d Document) Inputs() ([]Input, []*Error) {
	s := &source{Document: d}
	if !s.fast() {
		return d.slowInputs()
	}
	return collect(s, []*ast.Term{s.value})
}

// slowInputs reads the document as kubectl does.
func (d Document) slowInputs() ([]Input, []*Error) {
	s := &source{Document: d}
	values, fault := s.decode()
	if fault != nil {
		return nil, []*Error{fault}
	}
	roots := make([]*ast.Term, len(values))
	for i, value := range values {
		converted, err := ast.InterfaceToValue(value)
		if err != nil {
			return nil, []*Error{s.errorAt(1, err)}
		}
		roots[i] = ast.NewTerm(converted)
	}
	return collect(s, roots)
}

// Objects returns what Inputs returns, with values as encoding/json decodes
// them. It reads every text as kubectl does, which takes three times as long.
func (d Document) Objects() ([]Object, []*Error) {
	inputs, faults := d.slowInputs()
	var objects []Object
	for _, one := range inputs {
		value, err := ast.JSON(one.Value)
		object, ok := value.(map[string]any)
		if err != nil || !ok {
			faults = append(faults, one.source.errorAt(1, errors.Join(errNotObject, err)))
			continue
		}
		objects = append(objects, Object{Document: one.Document, Value: object, origin: one.origin})
	}
	return objects, faults
}

// Input returns the object as the rules read it. Objects that were not read
// from text can have any value that encoding/json knows.
func (o Object) Input() (Input, error) {
	value, err := ast.InterfaceToValue(o.Value)
	object, ok := value.(ast.Object)
	if err != nil || !ok {
		return Input{}, errors.Join(errNotObject, err)
	}
	return Input{Document: o.Document, Value: object, origin: o.origin}, nil
}

// collector collects the inputs of a document.
type collector struct {
	source *source
	root   int
	inputs []Input
	errs   []*Error
	untold int
}

// collect returns the inputs in the top-level values of a document.
func collect(s *source, roots []*ast.Term) ([]Input, []*Error) {
	c := &collector{source: s}
	for i, root := range roots {
		c.root = i
		c.top(root)
	}
	if c.untold > 0 {
		c.errs = append(c.errs, s.errorAt(1, fmt.Errorf("%d more items of the document are not objects", c.untold)))
	}
	return c.inputs, c.errs
}

// top adds a top-level value of the document.
func (c *collector) top(root *ast.Term) {
	switch value := root.Value.(type) {
	case ast.Null:
		// kubectl skips null documents, and an empty document is null.
	case *ast.Array:
		for i := range value.Len() {
			c.open(value.Elem(i), []string{strconv.Itoa(i)})
		}
	default:
		c.open(root, nil)
	}
}

// open adds an object, or the items of a List.
func (c *collector) open(value *ast.Term, path []string) {
	object, ok := value.Value.(ast.Object)
	if !ok {
		c.refuse(path)
		return
	}
	items, ok := listItems(object)
	if !ok {
		c.inputs = append(c.inputs, Input{Document: &c.source.Document, Value: object, origin: origin{c.source, c.root, path}})
		return
	}
	for i := range items.Len() {
		c.open(inherit(object, items.Elem(i)), append(slices.Clip(path), "items", strconv.Itoa(i)))
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
func listItems(object ast.Object) (*ast.Array, bool) {
	items := object.Get(itemsKey)
	if items == nil {
		return nil, false
	}
	list, ok := items.Value.(*ast.Array)
	return list, ok && Text(object, "apiVersion") != "" && strings.HasSuffix(Text(object, "kind"), "List")
}

// inherit returns an item of a typed list with the kind and the version that
// the list gives it.
func inherit(list ast.Object, item *ast.Term) *ast.Term {
	object, ok := item.Value.(ast.Object)
	kind := strings.TrimSuffix(Text(list, "kind"), "List")
	if !ok || kind == "" || isSet(object.Get(kindKey)) || isSet(object.Get(versionKey)) {
		return item
	}
	made := ast.NewObjectWithCapacity(object.Len() + 2)
	object.Foreach(func(key, value *ast.Term) { made.Insert(key, value) })
	made.Insert(kindKey, ast.StringTerm(kind))
	made.Insert(versionKey, list.Get(versionKey))
	return ast.NewTerm(made)
}

var itemsKey, kindKey, versionKey = ast.StringTerm("items"), ast.StringTerm("kind"), ast.StringTerm("apiVersion")

// isSet tells whether a value is neither missing, null nor the empty text.
func isSet(value *ast.Term) bool {
	if value == nil {
		return false
	}
	switch value := value.Value.(type) {
	case ast.Null:
		return false
	case ast.String:
		return value != ""
	}
	return true
}

// Text returns the text at a path of keys in an object, or "".
func Text(object ast.Object, path ...string) string {
	inner, ok := Inner(object, path[:len(path)-1]...)
	if !ok {
		return ""
	}
	value := inner.Get(ast.InternedTerm(path[len(path)-1]))
	if value == nil {
		return ""
	}
	text, _ := value.Value.(ast.String)
	return string(text)
}

// Inner returns the object at a path of keys in an object.
func Inner(object ast.Object, path ...string) (ast.Object, bool) {
	for _, key := range path {
		value := object.Get(ast.InternedTerm(key))
		if value == nil {
			return nil, false
		}
		inner, ok := value.Value.(ast.Object)
		if !ok {
			return nil, false
		}
		object = inner
	}
	return object, true
}
