package gatekeeper

import (
	"cmp"
	"encoding/json"
	"slices"

	"winpolicy/internal/catalog"
)

// SyncSet tells Gatekeeper which objects to replicate into data.inventory, syncset.gatekeeper.sh/v1alpha1.
type SyncSet struct {
	APIVersion string      `json:"apiVersion"`
	Kind       string      `json:"kind"`
	Metadata   Metadata    `json:"metadata"`
	Spec       SyncSetSpec `json:"spec"`
}

// SyncSetSpec names the kinds.
type SyncSetSpec struct {
	GVKs []GVK `json:"gvks"`
}

// GVK names one kind in one version.
type GVK struct {
	Group   string `json:"group"`
	Version string `json:"version"`
	Kind    string `json:"kind"`
}

// syncSet asks for every kind of object that a rule reads besides the one it judges.
func syncSet(rules []catalog.Rule) SyncSet {
	set := SyncSet{APIVersion: "syncset.gatekeeper.sh/v1alpha1", Kind: "SyncSet", Metadata: Metadata{Name: "windows-" + referential}}
	for _, rule := range rules {
		for _, synced := range rule.Inventory {
			set.Spec.GVKs = append(set.Spec.GVKs, gvks(synced)...)
		}
	}
	slices.SortFunc(set.Spec.GVKs, func(a, b GVK) int {
		return cmp.Or(cmp.Compare(a.Group, b.Group), cmp.Compare(a.Version, b.Version), cmp.Compare(a.Kind, b.Kind))
	})
	set.Spec.GVKs = slices.Compact(set.Spec.GVKs)
	return set
}

func gvks(synced catalog.Synced) []GVK {
	var all []GVK
	for _, group := range synced.Groups {
		for _, version := range synced.Versions {
			for _, kind := range synced.Kinds {
				all = append(all, GVK{group, version, kind})
			}
		}
	}
	return all
}

// requiresSyncData gives the annotation that tells gator which objects a template needs: a list of requirements, each a list
// of alternatives.
func requiresSyncData(rules []catalog.Rule) string {
	var all [][]catalog.Synced
	for _, gvk := range syncSet(rules).Spec.GVKs {
		all = append(all, []catalog.Synced{{
			Groups: []string{gvk.Group}, Versions: []string{gvk.Version}, Kinds: []string{gvk.Kind},
		}})
	}
	text, _ := json.Marshal(all) // lists of strings always have a JSON form
	return `"` + string(text) + `"`
}
