package catalog

import (
	"maps"
	"slices"

	"winpolicy/internal/rego"
)

// Platforms returns the facts of each platform, by the name that the configuration's `platform` takes.
func Platforms(all []rego.Module) (map[string]any, error) {
	table, err := rego.Constant(all, "lib.windows.platforms", "known")
	platforms, _ := table.(map[string]any)
	return platforms, err
}

// DataDay returns the day of the newest data on images and platforms that the rules use, for example 2026-08-31.
func DataDay(all []rego.Module) (string, error) {
	images, err := rego.Constant(all, "lib.windows.images_data", "as_of")
	if err != nil {
		return "", err
	}
	newest, _ := images.(string)
	platforms, err := Platforms(all)
	if err != nil {
		return "", err
	}
	for _, platform := range platforms {
		facts, _ := platform.(map[string]any)
		day, _ := facts["asOf"].(string)
		newest = max(newest, day)
	}
	return newest, nil
}

// Names returns the keys of a table, sorted.
func Names[V any](table map[string]V) []string { return slices.Sorted(maps.Keys(table)) }
