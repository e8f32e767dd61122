package audit

import (
	"cmp"
	"slices"

	"winpolicy/internal/catalog"
)

// target is a kind as METADATA names it.
type target struct{ group, kind string }

// podMakers are the kinds from which pods come. A controller makes Jobs of a CronJob, ReplicaSets of a Deployment, and pods of
// all of them.
var podMakers = []string{"CronJob", "DaemonSet", "Deployment", "ReplicationController", "StatefulSet", "Job", "ReplicaSet"}

// isCopy tells whether the objects of a kind that have a controller hold the pod template of the controller.
func isCopy(kind string) bool { return kind == "Job" || kind == "ReplicaSet" }

// judgedBy returns the kinds that some rules judge, owners before what they own, and other kinds before them.
func judgedBy(rules []catalog.Rule) []target {
	var all []target
	for _, rule := range rules {
		for _, kinds := range rule.Kinds {
			all = append(all, targets(kinds.APIGroups, kinds.Kinds)...)
		}
	}
	return ordered(all)
}

// named returns the kinds with these names that some rules judge or read, in the same order.
func named(rules []catalog.Rule, names []string) []target {
	all := judgedBy(rules)
	for _, rule := range rules {
		for _, synced := range rule.Inventory {
			all = append(all, targets(synced.Groups, synced.Kinds)...)
		}
	}
	return slices.DeleteFunc(ordered(all), func(one target) bool { return !slices.Contains(names, one.kind) })
}

func targets(groups, kinds []string) []target {
	var all []target
	for _, group := range groups {
		for _, kind := range kinds {
			all = append(all, target{group, kind})
		}
	}
	return all
}

func ordered(all []target) []target {
	slices.SortFunc(all, func(a, b target) int {
		return cmp.Or(cmp.Compare(rank(a.kind), rank(b.kind)), cmp.Compare(a.kind, b.kind), cmp.Compare(a.group, b.group))
	})
	return slices.Compact(all)
}

func rank(kind string) int {
	if kind == "Pod" {
		return len(podMakers)
	}
	return slices.Index(podMakers, kind)
}
