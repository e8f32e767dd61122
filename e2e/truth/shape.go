package main

import (
	"maps"
	"slices"
)

type object = map[string]any

// shape is one way in which an object carries a pod.
type shape struct {
	version, kind string
	path          []string // from the object's root to the PodSpec
	around        object   // what else the object needs
	pod           object   // what its pod needs
}

// shapes are those of every kind that the API server serves.
var shapes = []shape{
	{version: "v1", kind: "Pod", path: []string{"spec"}},
	{version: "v1", kind: "PodTemplate", path: []string{"template", "spec"}},
	{version: "v1", kind: "ReplicationController", path: workload, around: object{"spec": object{"selector": labels}}},
	{version: "apps/v1", kind: "Deployment", path: workload, around: selecting},
	{version: "apps/v1", kind: "ReplicaSet", path: workload, around: selecting},
	{version: "apps/v1", kind: "DaemonSet", path: workload, around: selecting},
	{version: "apps/v1", kind: "StatefulSet", path: workload, around: selecting},
	{version: "batch/v1", kind: "Job", path: workload, pod: once},
	{
		version: "batch/v1", kind: "CronJob", path: cronJob,
		around: object{"spec": object{"schedule": "0 3 * * *"}}, pod: once,
	},
}

// unservedVersions are API versions of each kind that the API server does not serve: removed ones, and some that never
// were.
var unservedVersions = map[string][]string{
	"CronJob":               {"batch/v1beta1", "batch/v2alpha1"},
	"DaemonSet":             {"extensions/v1beta1", "apps/v1beta2", "apps/v1beta3"},
	"Deployment":            {"extensions/v1beta1", "apps/v1beta1", "apps/v1beta2", "v1"},
	"Job":                   {"apps/v1", "extensions/v1beta1"},
	"ReplicaSet":            {"extensions/v1beta1", "apps/v1beta2"},
	"ReplicationController": {"apps/v1"},
	"StatefulSet":           {"apps/v1beta1", "apps/v1beta2"},
}

var (
	workload  = []string{"spec", "template", "spec"}
	cronJob   = []string{"spec", "jobTemplate", "spec", "template", "spec"}
	labels    = object{"app": "web"}
	selecting = object{"spec": object{"selector": object{"matchLabels": labels}}}
	once      = object{"restartPolicy": "Never"}
)

// wrap makes an object of the shape around a PodSpec.
func (s shape) wrap(spec object) object {
	spec = merge(s.pod, spec)
	made := object{}
	if s.kind == "Pod" {
		made["spec"] = spec
	} else {
		set(made, object{"metadata": object{"labels": labels}, "spec": spec}, s.path[:len(s.path)-1]...)
	}
	made = merge(s.around, made)
	return merge(made, object{"apiVersion": s.version, "kind": s.kind, "metadata": object{"name": "web"}})
}

// basePod is a pod that the API server takes on any OS: an init and an ordinary container, and an ephemeral one where
// they may stand in what is created.
func basePod() object {
	return object{
		"initContainers": []any{object{"name": "first", "image": "registry.example/first:1"}},
		"containers":     []any{object{"name": "main", "image": "registry.example/main:1"}},
	}
}

// set puts a value at a path of keys, making the maps on the way.
func set(into object, value any, path ...string) {
	for _, key := range path[:len(path)-1] {
		next, ok := into[key].(object)
		if !ok {
			next = object{}
			into[key] = next
		}
		into = next
	}
	into[path[len(path)-1]] = value
}

// merge gives both objects in one that shares nothing with them; where both have a value that is no object, the second
// one counts.
func merge(first, second object) object {
	result := copied(first).(object)
	for key, value := range second {
		below, ok := value.(object)
		own, also := result[key].(object)
		if ok && also {
			result[key] = merge(own, below)
		} else {
			result[key] = copied(value)
		}
	}
	return result
}

// copied is a deep copy.
func copied(value any) any {
	switch value := value.(type) {
	case object:
		result := make(object, len(value))
		for key, item := range value {
			result[key] = copied(item)
		}
		return result
	case []any:
		result := make([]any, len(value))
		for i, item := range value {
			result[i] = copied(item)
		}
		return result
	}
	return value
}

func sortedKeys[V any](of map[string]V) []string { return slices.Sorted(maps.Keys(of)) }
