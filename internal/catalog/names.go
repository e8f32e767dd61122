package catalog

import (
	"maps"
	"slices"
)

// Names returns the keys of a table, sorted.
func Names[V any](table map[string]V) []string { return slices.Sorted(maps.Keys(table)) }
