package diagnose

import (
	"github.com/open-policy-agent/opa/v1/ast"

	"winpolicy/internal/report"
)

// plainOf returns an object as encoding/json decodes it.
func plainOf(object ast.Object) map[string]any {
	value, err := ast.JSON(object)
	if err != nil {
		return nil // no value of a manifest has this
	}
	plain, _ := value.(map[string]any)
	return plain
}

// objectOf returns what names an object.
func objectOf(plain map[string]any) *report.Object {
	metadata := mapAt(plain, "metadata")
	return &report.Object{
		APIVersion: textAt(plain, "apiVersion"), Kind: textAt(plain, "kind"),
		Namespace: textAt(metadata, "namespace"), Name: textAt(metadata, "name"),
	}
}

// named is an object as an event names it: the version of the API does not count.
func named(object report.Object) report.Object {
	object.APIVersion = ""
	return object
}

func mapAt(object map[string]any, key string) map[string]any {
	value, _ := object[key].(map[string]any)
	return value
}

func textAt(object map[string]any, key string) string {
	value, _ := object[key].(string)
	return value
}

// mapsAt returns the maps in a list, each at its own index; another item is nil.
func mapsAt(object map[string]any, key string) []map[string]any {
	list, _ := object[key].([]any)
	all := make([]map[string]any, len(list))
	for i, item := range list {
		all[i], _ = item.(map[string]any)
	}
	return all
}
