package main

import (
	"fmt"
	"iter"
	"slices"
)

// request is what both sides judge: the part of an AdmissionRequest that decides.
type request struct {
	Operation   string `json:"operation"`
	SubResource string `json:"subResource,omitempty"`
	Object      object `json:"object"`
	OldObject   object `json:"oldObject,omitempty"`

	origin string // how to find it again
}

// place is where a field can stand in a PodSpec.
type place struct {
	list  string // initContainers, containers, ephemeralContainers, or "" for the pod itself
	owner string // the type that has the field
	path  []string
}

var places = func() []place {
	all := []place{
		{owner: "PodSpec"},
		{owner: "PodSecurityContext", path: []string{"securityContext"}},
		{owner: "WindowsSecurityContextOptions", path: []string{"securityContext", "windowsOptions"}},
	}
	for _, list := range lists {
		all = append(all,
			place{list: list, owner: "Container"},
			place{list: list, owner: "SecurityContext", path: []string{"securityContext"}},
			place{list: list, owner: "WindowsSecurityContextOptions", path: []string{"securityContext", "windowsOptions"}},
		)
	}
	return all
}()

// lists are the fields of a PodSpec that list containers.
var lists = []string{"initContainers", "containers", "ephemeralContainers"}

// systems are the values of spec.os that every field is tried with.
var systems = []any{absent{}, object{"name": "windows"}, object{"name": "linux"}, object{"name": "Windows"}}

// grid gives every field of a pod with every value that is tried, for every OS and kind.
func grid(fields map[string][]field) iter.Seq[request] {
	return func(yield func(request) bool) {
		for _, shape := range shapes {
			for _, system := range systems {
				for _, where := range places {
					for _, one := range fields[where.owner] {
						if where.owner == "PodSpec" && slices.Contains(lists, one.Name) {
							continue // the grid puts fields into these lists
						}
						for _, value := range valuesOf(where.owner, one) {
							spec := basePod()
							put(spec, place{owner: "PodSpec"}, "os", system)
							put(spec, where, one.Name, value)
							made := shape.request(where, spec)
							made.origin = fmt.Sprintf("grid: %s, os %v, %s %v.%s = %.80v", shape.kind, system, where.list, where.path, one.Name, value)
							if !yield(made) {
								return
							}
						}
					}
				}
			}
		}
	}
}

// put sets a field of the pod, or of the first container of a list, which is made where there is none.
func put(spec object, where place, name string, value any) {
	owner := spec
	if where.list != "" {
		list, _ := spec[where.list].([]any)
		if len(list) == 0 {
			list = []any{object{"name": "debug", "image": "registry.example/debug:1"}}
			spec[where.list] = list
		}
		owner = list[0].(object)
	}
	path := append(append([]string{}, where.path...), name)
	if _, none := value.(absent); none {
		return
	}
	set(owner, copied(value), path...)
}

// request asks for an object with this pod. What stands in an ephemeral container of a Pod comes by the subresource,
// for the API server takes no such container from the creator.
func (s shape) request(where place, spec object) request {
	made := s.wrap(spec)
	if s.kind != "Pod" || where.list != "ephemeralContainers" {
		return request{Operation: "CREATE", Object: made}
	}
	before := copied(made).(object)
	delete(before["spec"].(object), "ephemeralContainers")
	return request{Operation: "UPDATE", SubResource: "ephemeralcontainers", Object: made, OldObject: before}
}

// runtimeClasses gives RuntimeClasses of every version, handler and selector.
func runtimeClasses(yield func(request) bool) {
	for _, version := range []string{"node.k8s.io/v1", "node.k8s.io/v1beta1", "node.k8s.io/v1alpha1"} {
		for _, handler := range []any{absent{}, nil, "", "runhcs-wcow-process", "runhcs-wcow-hypervisor", "docker", "Docker", "a.b", "-a", "a-", "a", longLabel, longLabel + "a"} {
			for _, selector := range []any{absent{}, nil, object{}, object{"kubernetes.io/os": "windows"}, object{"kubernetes.io/os": "linux"}} {
				made := object{"apiVersion": version, "kind": "RuntimeClass", "metadata": object{"name": "windows"}}
				if _, none := handler.(absent); !none {
					made["handler"] = handler
				}
				if _, none := selector.(absent); !none {
					made["scheduling"] = object{"nodeSelector": selector}
				}
				origin := fmt.Sprintf("RuntimeClass: %s, handler %v, selector %v", version, handler, selector)
				if !yield(request{Operation: "CREATE", Object: made, origin: origin}) {
					return
				}
			}
		}
	}
}

// versions gives workloads of every API version, served or not, with pods of every OS.
func versions(yield func(request) bool) {
	for _, shape := range shapes {
		for _, version := range append([]string{shape.version}, unservedVersions[shape.kind]...) {
			for _, system := range systems {
				for _, selector := range []any{absent{}, object{"kubernetes.io/os": "windows"}, object{"kubernetes.io/os": "Windows"}} {
					for _, shared := range []any{absent{}, true, false} {
						spec := basePod()
						put(spec, place{owner: "PodSpec"}, "os", system)
						put(spec, place{owner: "PodSpec"}, "nodeSelector", selector)
						put(spec, place{owner: "PodSpec"}, "hostPID", shared)
						changed := shape
						changed.version = version
						made := request{
							Operation: "CREATE", Object: changed.wrap(spec),
							origin: fmt.Sprintf("version: %s %s, os %v, selector %v, hostPID %v", version, shape.kind, system, selector, shared),
						}
						if !yield(made) {
							return
						}
					}
				}
			}
		}
	}
}

const longLabel = "a23456789012345678901234567890123456789012345678901234567890123"

// resizes gives requests to resize a pod of every OS, waiting or bound to a node of each.
func resizes(yield func(request) bool) {
	for _, system := range systems {
		for _, selector := range []any{absent{}, object{"kubernetes.io/os": "windows"}, object{"kubernetes.io/os": "linux"}} {
			for _, node := range []string{"", "linux", "windows-10.0.20348"} {
				spec := basePod()
				delete(spec, "initContainers")
				put(spec, place{owner: "PodSpec"}, "os", system)
				put(spec, place{owner: "PodSpec"}, "nodeSelector", selector)
				if node != "" {
					spec["nodeName"] = node
				}
				put(spec, place{list: "containers"}, "resources", object{"requests": object{"cpu": "100m"}})
				before := shapes[0].wrap(spec)
				put(spec, place{list: "containers"}, "resources", object{"requests": object{"cpu": "200m"}})
				made := request{
					Operation: "UPDATE", SubResource: "resize", Object: shapes[0].wrap(spec), OldObject: before,
					origin: fmt.Sprintf("resize: os %v, selector %v, node %q", system, selector, node),
				}
				if !yield(made) {
					return
				}
			}
		}
	}
}
