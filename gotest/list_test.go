package gotest

import (
	"fmt"
)

// many makes a list of n items.
func many(n int, item func(i int) any) list {
	made := make(list, n)
	for i := range made {
		made[i] = item(i)
	}
	return made
}

func named(i int) string { return fmt.Sprintf("n%d", i) }

// inPod gives the fields of a PodSpec with one list.
func inPod(field string, item func(i int) any) func(n int) object {
	return func(n int) object { return object{field: many(n, item)} }
}

// inContainer gives the same for a container of the pod.
func inContainer(field string, item func(i int) any) func(n int) object {
	return func(n int) object { return object{"containers": list{container(field, many(n, item))}} }
}

func container(field string, value any) object {
	return object{"name": "app", "image": "mcr.microsoft.com/windows/servercore:ltsc2022", field: value}
}

// faulty is a container that a rule reports.
func faulty(i int) any {
	return object{
		"name": named(i), "image": "mcr.microsoft.com/windows/servercore:ltsc2022", "securityContext": object{"runAsUser": 1},
	}
}

func inTerms(terms func(n int) list) func(n int) object {
	return func(n int) object {
		return object{"affinity": object{"nodeAffinity": object{
			"requiredDuringSchedulingIgnoredDuringExecution": object{"nodeSelectorTerms": terms(n)},
		}}}
	}
}

func in(key string, values list) object {
	return object{"key": key, "operator": "In", "values": values}
}

func ofVolume(kind string, value any) func(i int) any {
	return func(i int) any { return object{"name": named(i), kind: value} }
}

// mountAt mounts a volume at a path.
func mountAt(path func(i int) string) func(i int) any {
	return func(i int) any { return object{"name": named(i), "mountPath": path(i), "subPath": "a"} }
}

// lists gives the PodSpecs that have n of something that a pod can have many of.
var lists = map[string]func(n int) object{
	"containers":          inPod("containers", faulty),
	"initContainers":      inPod("initContainers", faulty),
	"ephemeralContainers": inPod("ephemeralContainers", faulty),

	"volumes that are empty":  inPod("volumes", ofVolume("emptyDir", object{"medium": "Memory"})),
	"volumes of the host":     inPod("volumes", ofVolume("hostPath", object{"path": "/proc", "type": "Directory"})),
	"volumes that are pipes":  inPod("volumes", ofVolume("hostPath", object{"path": `\\.\pipe\a`, "type": "Socket"})),
	"volumes of claims":       inPod("volumes", ofVolume("persistentVolumeClaim", object{"claimName": "a"})),
	"volumes of images":       inPod("volumes", ofVolume("image", object{"reference": "a"})),
	"volumes with modes":      inPod("volumes", ofVolume("secret", object{"defaultMode": 256, "defaultUser": 1})),
	"volumeMounts":            inContainer("volumeMounts", mountAt(func(i int) string { return "/" + named(i) })),
	"volumeMounts at one":     inContainer("volumeMounts", mountAt(func(i int) string { return []string{"/data", `C:\data`}[i%2] })),
	"volumeMounts of pipes":   inContainer("volumeMounts", mountAt(func(i int) string { return "//./pipe/" + named(i) })),
	"volumeDevices":           inContainer("volumeDevices", func(i int) any { return object{"name": named(i), "devicePath": "/a"} }),
	"volumeMounts of volumes": mountsOfVolumes,
	"items": func(n int) object {
		return object{"volumes": list{object{"name": "a", "secret": object{"items": many(n, func(i int) any {
			return object{"key": named(i), "path": named(i), "mode": 1, "user": 1}
		})}}}}
	},
	"sources": func(n int) object {
		return object{"volumes": list{object{"name": "a", "projected": object{"sources": many(n, func(int) any {
			return object{"secret": object{"items": list{object{"key": "a", "mode": 1}}}}
		})}}}}
	},

	"env":     inContainer("env", func(i int) any { return object{"name": named(i), "value": "$(A)"} }),
	"envFrom": inContainer("envFrom", func(i int) any { return object{"configMapRef": object{"name": named(i)}} }),
	"ports":   inContainer("ports", func(i int) any { return object{"containerPort": i + 1, "hostPort": i + 1} }),
	"command": inContainer("command", func(i int) any { return named(i) }),
	"args":    inContainer("args", func(int) any { return "/bin/sh" }),
	"claims of a container": func(n int) object {
		return object{"containers": list{container("resources", object{"claims": many(n, func(i int) any { return object{"name": named(i)} })})}}
	},
	"capabilities": func(n int) object {
		add := object{"capabilities": object{"add": many(n, func(i int) any { return named(i) })}}
		return object{"containers": list{container("securityContext", add)}}
	},
	"requests": func(n int) object {
		return object{"containers": list{container("resources", object{"requests": fields(n), "limits": fields(n)})}}
	},

	"tolerations":       inPod("tolerations", func(i int) any { return object{"key": named(i), "operator": "Exists"} }),
	"tolerations alike": inPod("tolerations", func(i int) any { return object{"operator": "Exists", "tolerationSeconds": i} }),
	"hostAliases":       inPod("hostAliases", func(i int) any { return object{"ip": "10.0.0.1", "hostnames": list{named(i)}} }),
	"resourceClaims":    inPod("resourceClaims", func(i int) any { return object{"name": named(i), "resourceClaimName": "a"} }),
	"imagePullSecrets":  inPod("imagePullSecrets", func(i int) any { return object{"name": named(i)} }),
	"readinessGates":    inPod("readinessGates", func(i int) any { return object{"conditionType": named(i)} }),
	"schedulingGates":   inPod("schedulingGates", func(i int) any { return object{"name": named(i)} }),
	"spread":            inPod("topologySpreadConstraints", func(i int) any { return object{"topologyKey": named(i), "maxSkew": 1} }),

	"nodeSelector":       func(n int) object { return object{"nodeSelector": fields(n)} },
	"securityContext":    func(n int) object { return object{"securityContext": fields(n)} },
	"windowsOptions":     func(n int) object { return object{"securityContext": object{"windowsOptions": fields(n)}} },
	"sysctls":            inContext("sysctls", func(i int) any { return object{"name": named(i), "value": "1"} }),
	"supplementalGroups": inContext("supplementalGroups", func(i int) any { return i }),

	"terms": inTerms(func(n int) list {
		return many(n, func(i int) any {
			return object{"matchExpressions": list{
				in("kubernetes.io/os", list{"windows"}), in("node.kubernetes.io/windows-build", list{named(i)}),
			}}
		})
	}),
	"expressions": inTerms(func(n int) list {
		return list{object{"matchExpressions": many(n, func(int) any { return in("kubernetes.io/os", list{"windows"}) })}}
	}),
	"values": inTerms(func(n int) list {
		return list{object{"matchExpressions": list{in("node.kubernetes.io/windows-build", many(n, func(i int) any { return named(i) }))}}}
	}),
	"fields of nodes": inTerms(func(n int) list {
		return list{object{"matchFields": many(n, func(i int) any { return in("metadata.name", list{named(i)}) })}}
	}),
}

func mountsOfVolumes(n int) object {
	spec := inPod("volumes", ofVolume("secret", object{}))(n)
	spec["containers"] = inContainer("volumeMounts", mountAt(func(i int) string { return "/" + named(i) }))(n)["containers"]
	return spec
}

func inContext(field string, item func(i int) any) func(n int) object {
	return func(n int) object { return object{"securityContext": object{field: many(n, item)}} }
}

func fields(n int) object {
	made := object{}
	for i := range n {
		made["example.com/"+named(i)] = "1"
	}
	return made
}
