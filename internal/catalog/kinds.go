package catalog

import (
	"maps"
	"slices"
	"strings"

	"winpolicy/internal/rego"
)

// PodKinds are the kinds that carry a pod, from the library's own table, in the versions that API servers serve today.
func PodKinds(all []rego.Module) ([]Kinds, error) {
	table, err := rego.Constant(all, "lib.windows.subject", "pod_kinds")
	if err != nil {
		return nil, err
	}
	byVersion, _ := table.(map[string]any)
	var kinds []Kinds
	for _, version := range slices.Sorted(maps.Keys(byVersion)) {
		group, ok := strings.CutSuffix("/"+version, "/v1")
		named, _ := byVersion[version].(map[string]any)
		if ok {
			kinds = append(kinds, Kinds{
				APIGroups: []string{strings.TrimPrefix(group, "/")},
				Kinds:     slices.Sorted(maps.Keys(named)),
			})
		}
	}
	return kinds, nil
}

// Platforms are the facts of the platforms, by the name that the configuration's `platform` takes.
func Platforms(all []rego.Module) (map[string]any, error) {
	table, err := rego.Constant(all, "lib.windows.platforms", "all")
	platforms, _ := table.(map[string]any)
	return platforms, err
}

// DataDay is the day of the newest data that rules rely on, about images and platforms: 2026-08-31.
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

// Names are the keys of a table, sorted.
func Names[V any](table map[string]V) []string { return slices.Sorted(maps.Keys(table)) }
