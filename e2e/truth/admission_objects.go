package main

import (
	"fmt"
	"iter"
	"math/rand/v2"
	"slices"
	"strings"

	"winpolicy/internal/sample"
)

// userRequest is a request with the user who makes it.
type userRequest struct {
	request
	User string `json:"user"`
}

// review is the AdmissionReview of the request.
func (r userRequest) review() object {
	asked := input(request{Operation: "UPDATE", SubResource: r.SubResource, Object: r.Object, OldObject: r.OldObject})
	inner := asked["request"].(object)
	inner["operation"] = r.Operation
	inner["userInfo"] = object{"username": r.User}
	if r.OldObject == nil {
		delete(inner, "oldObject")
	}
	return asked
}

// admissionRequests gives a number of requests, the same ones from the same seed.
func admissionRequests(seed uint64, number int) iter.Seq[userRequest] {
	return func(yield func(userRequest) bool) {
		for i := range number {
			one := admissionRequest(rand.New(rand.NewPCG(seed, uint64(i))))
			one.origin = fmt.Sprintf("admission: seed %d, number %d", seed, i)
			if !yield(one) {
				return
			}
		}
	}
}

// workloadsOf gives the samples that carry a pod, but for subresources that no policy matches.
func workloadsOf(samples []sample.Sample) iter.Seq[userRequest] {
	return func(yield func(userRequest) bool) {
		for _, one := range samples {
			asked := userRequest{requestOf(one), "somebody"}
			asked.origin = one.File + " " + one.Name
			carries := slices.ContainsFunc(shapes, func(shape shape) bool {
				return asked.Object["kind"] == shape.kind && asked.Object["apiVersion"] == shape.version
			})
			if carries && slices.Contains([]string{"", "ephemeralcontainers"}, asked.SubResource) && !yield(asked) {
				return
			}
		}
	}
}

// admissionRequest gives a request about an object that meets or nearly meets the conditions of the policies.
func admissionRequest(random *rand.Rand) userRequest {
	shape := pick(random, shapes)
	if random.IntN(4) == 0 {
		shape = shapes[slices.IndexFunc(shapes, isDaemonSet)]
	}
	made := shape.wrap(admissionPod(random))
	if random.IntN(10) == 0 {
		shape = shapes[slices.IndexFunc(shapes, isDaemonSet)]
		made = shape.wrap(object{"containers": []any{object{"name": "main", "image": pick(random, slices.Concat(images, admissionImages))}}})
	}
	decorate(random, shape, made)
	one := userRequest{request{Operation: "CREATE", Object: made}, "somebody"}
	if random.IntN(12) == 0 {
		one.User = pick(random, []string{"somebody", "system:serviceaccount:kube-system:replicaset-controller"})
		set(made, []any{pick(random, []object{
			{"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "web", "uid": "1", "controller": true},
			{"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "web", "uid": "1", "controller": false},
			{"apiVersion": "example.com/v1", "kind": "Rollout", "name": "web", "uid": "1", "controller": true},
		})}, "metadata", "ownerReferences")
	}
	if random.IntN(5) > 0 {
		return one
	}
	one.Operation = "UPDATE"
	one.OldObject = copied(made).(object)
	if random.IntN(2) == 0 {
		one.OldObject = shape.wrap(admissionPod(random))
		decorate(random, shape, one.OldObject)
	} else if random.IntN(2) == 0 {
		set(made, pick(random, []any{object{"kubernetes.io/os": "windows"}, object{"kubernetes.io/os": "linux"}}), append(shape.path, "nodeSelector")...)
	} else {
		set(made, true, append(shape.path, "hostPID")...)
	}
	if random.IntN(10) == 0 {
		set(made, "2026-01-01T00:00:00Z", "metadata", "deletionTimestamp")
		set(made, "1", "metadata", "uid")
	}
	return one
}

func isDaemonSet(one shape) bool { return one.kind == "DaemonSet" }

// admissionPod adds to a pod that is placed at random what the other rules read.
func admissionPod(random *rand.Rand) object {
	spec := placedPod(random, 0)["spec"].(object)
	if random.IntN(3) == 0 {
		delete(spec, "runtimeClassName")
		delete(spec, "nodeSelector")
	}
	if random.IntN(2) == 0 {
		spec["containers"].([]any)[0].(object)["image"] = pick(random, admissionImages)
	}
	for range random.IntN(3) {
		one := pick(random, linuxFields)
		set(spec, copied(one.value), one.path...)
	}
	containers := spec["containers"].([]any)
	if random.IntN(3) == 0 {
		containers = append(containers, object{"name": "second", "image": pick(random, images)})
		spec["containers"] = containers
	}
	for _, container := range containers {
		for range random.IntN(3) {
			one := pick(random, containerFields)
			set(container.(object), copied(one.value), one.path...)
		}
	}
	if random.IntN(4) == 0 {
		windowsPart(random, spec, containers)
	}
	if random.IntN(10) == 0 {
		one := pick(random, placers)
		set(spec, copied(one.value), one.path...)
	}
	if random.IntN(3) == 0 {
		spec["tolerations"] = pick(random, []any{[]any{object{"operator": "Exists"}}, []any{object{"key": "os", "operator": "Exists"}}, []any{}})
		for _, name := range []string{"os", "nodeSelector", "affinity", "runtimeClassName", "nodeName"} {
			delete(spec, name)
		}
		if random.IntN(3) == 0 {
			spec["nodeSelector"] = pick(random, narrow)
		}
	}
	return spec
}

// decorate sets labels and annotations of the pod.
func decorate(random *rand.Rand, shape shape, made object) {
	metadata := append(append([]string{}, shape.path[:len(shape.path)-1]...), "metadata")
	if random.IntN(6) == 0 {
		set(made, pick(random, []any{"windows", "linux"}), append(metadata, "labels", "kubernetes.io/os")...)
	}
	if random.IntN(10) == 0 {
		set(made, "x", append(metadata, "annotations", pick(random, []string{
			"container.apparmor.security.beta.kubernetes.io/main", "seccomp.security.alpha.kubernetes.io/pod", "example.com/note",
		}))...)
	}
}

// windowsPart sets what HostProcess and the users of Windows containers are about.
func windowsPart(random *rand.Rand, spec object, containers []any) {
	places := []object{spec}
	for _, container := range containers {
		places = append(places, container.(object))
	}
	for _, where := range places {
		if random.IntN(2) == 0 {
			set(where, random.IntN(3) > 0, "securityContext", "windowsOptions", "hostProcess")
		}
		if random.IntN(2) == 0 {
			set(where, pick(random, accountNames), "securityContext", "windowsOptions", "runAsUserName")
		}
		if random.IntN(2) == 0 {
			set(where, random.IntN(3) > 0, "securityContext", "runAsNonRoot")
		}
	}
	if random.IntN(3) == 0 {
		spec["hostAliases"] = []any{object{"ip": "127.0.0.1", "hostnames": []any{"a.example"}}}
	}
	if random.IntN(3) == 0 {
		spec["volumes"] = []any{object{"name": "pipe", "hostPath": pick(random, []object{
			{"path": `\\.\pipe\docker_engine`}, {"path": `/run/x.sock`, "type": "Socket"}, {"path": `C:\data`}, {"path": `\\.\PIPE\x`},
		})}}
	}
}

// setting is a value at a path.
type setting struct {
	path  []string
	value any
}

func at(path string, value any) setting { return setting{strings.Split(path, "."), value} }

// linuxFields are fields of a pod for Linux only, in values with and without an effect.
var linuxFields = []setting{
	at("hostPID", true), at("hostPID", false), at("hostIPC", true), at("hostUsers", false), at("shareProcessNamespace", true),
	at("shareProcessNamespace", false), at("resources", object{"limits": object{"cpu": "1"}}),
	at("securityContext.appArmorProfile", object{"type": "RuntimeDefault"}), at("securityContext.fsGroup", 1),
	at("securityContext.fsGroupChangePolicy", "Always"), at("securityContext.runAsGroup", 1), at("securityContext.runAsUser", 0),
	at("securityContext.seLinuxChangePolicy", "Recursive"), at("securityContext.seLinuxOptions", object{"level": "s0"}),
	at("securityContext.seccompProfile", object{"type": "RuntimeDefault"}), at("securityContext.supplementalGroups", []any{1}),
	at("securityContext.supplementalGroups", []any{}), at("securityContext.supplementalGroupsPolicy", "Merge"),
	at("securityContext.supplementalGroupsPolicy", "Strict"), at("securityContext.supplementalGroupsPolicy", "Strict"),
	at("securityContext.sysctls", []any{object{"name": "net.core.somaxconn", "value": "1"}}),
	at("securityContext.sysctls", []any{object{"name": "net.core.somaxconn", "value": "1"}}),
	at("securityContext.sysctls", []any{}), at("securityContext.runAsNonRoot", true), at("securityContext", object{}),
}

var containerFields = []setting{
	at("securityContext.allowPrivilegeEscalation", false), at("securityContext.appArmorProfile", object{"type": "RuntimeDefault"}),
	at("securityContext.capabilities", object{"drop": []any{"ALL"}}), at("securityContext.privileged", true),
	at("securityContext.privileged", false), at("securityContext.privileged", false), at("securityContext.procMount", "Default"),
	at("securityContext.readOnlyRootFilesystem", true), at("securityContext.runAsGroup", 1), at("securityContext.runAsUser", 1),
	at("securityContext.seLinuxOptions", object{"level": "s0"}), at("securityContext.seccompProfile", object{"type": "RuntimeDefault"}),
	at("securityContext.runAsNonRoot", true), at("securityContext", object{}), at("command", []any{"powershell.exe"}),
	at("command", []any{"/bin/sh"}), at("ports", []any{object{"containerPort": 80}}), at("stdin", true),
}

// placers are what can place a pod beside selectors, and what comes close.
var placers = []setting{
	at("affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution", []any{object{"topologyKey": "kubernetes.io/hostname"}}),
	at("resourceClaims", []any{object{"name": "gpu", "resourceClaimName": "gpu"}}),
	at("volumes", []any{object{"name": "data", "persistentVolumeClaim": object{"claimName": "data"}}}),
	at("volumes", []any{object{"name": "data", "emptyDir": object{}}}),
	at("topologySpreadConstraints", []any{object{"maxSkew": 1, "topologyKey": "pool", "whenUnsatisfiable": "DoNotSchedule"}}),
	at("topologySpreadConstraints", []any{object{"maxSkew": 1, "topologyKey": "kubernetes.io/hostname", "whenUnsatisfiable": "DoNotSchedule"}}),
	at("schedulingGates", []any{object{"name": "example.com/gate"}}),
	at("schedulerName", "other"), at("schedulerName", "default-scheduler"), at("hostNetwork", true),
}

// narrow are selectors that leave out Windows nodes, and others.
var narrow = []object{
	{"kubernetes.azure.com/mode": "system"}, {"kubernetes.azure.com/mode": "user"}, {"nvidia.com/gpu.present": "true"}, {"pool": "a"},
	{"kubernetes.io/arch": "arm64"}, {"kubernetes.io/arch": "amd64"}, {"node-role.kubernetes.io/etcd": "true"},
	{"eks.amazonaws.com/compute-type": "fargate"}, {"topology.kubernetes.io/zone": "a"},
}

var admissionImages = []string{
	"docker.io/library/golang:1.26", "golang:1.26", "registry.k8s.io/pause:3.10", "registry.k8s.io/e2e-test-images/agnhost:2.57",
	"registry.example/windows-app:1", "registry.example/app-windows:1", "nginx:1.29", "quay.io/prometheus-community/windows-exporter:0.31",
}

var accountNames = []any{
	`NT AUTHORITY\SYSTEM`, `nt authority\system`, `NT AUTHORITY\Local Service`, `NT AUTHORITY\localservice`, "SYSTEM", "winpolicy", "group",
	"Everyone", "ContainerAdministrator", "containeradministrator", `CONTAINER\ContainerAdministrator`, "Administrator",
	`HOST\Administrator`, "ContainerUser", `DOMAIN\user`,
}
