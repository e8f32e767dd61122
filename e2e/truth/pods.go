package main

import (
	"fmt"
	"math/rand/v2"
)

// placedPod gives a pod whose placement is made at random: OS, selector, affinity, tolerations, RuntimeClass, node, images.
func placedPod(random *rand.Rand, number int) object {
	spec := object{"containers": []any{object{"name": "main", "image": pick(random, images)}}}
	if random.IntN(6) == 0 {
		spec["initContainers"] = []any{object{"name": "first", "image": pick(random, images)}}
	}
	put(spec, place{}, "os", pick(random, []any{absent{}, object{"name": "windows"}, object{"name": "windows"}, object{"name": "linux"}}))
	if random.IntN(3) > 0 {
		spec["nodeSelector"] = selector(random)
	}
	switch random.IntN(15) {
	case 0, 1, 2, 3:
		spec["affinity"] = object{"nodeAffinity": affinity(random)}
	case 4:
		spec["affinity"] = object{"nodeAffinity": spelledAffinity(random)}
	}
	if random.IntN(2) == 0 {
		spec["tolerations"] = tolerations(random)
	}
	if random.IntN(4) == 0 {
		spec["runtimeClassName"] = pick(random, []string{"windows", "windows-2022", "build-2019", "linux", "pool", "nothing", "hyper-v", "unknown", "capitals", "shouting"})
	}
	switch random.IntN(12) {
	case 0:
		spec["nodeName"] = pick(random, []string{"linux", "windows-10.0.20348"})
	case 1:
		put(spec, place{path: []string{"securityContext", "windowsOptions"}}, "hostProcess", true)
		spec["hostNetwork"] = true
	case 2:
		put(spec, place{list: "containers", path: []string{"resources"}}, "limits", object{"hugepages-2Mi": "4Mi", "cpu": "1"})
	case 3, 4:
		put(spec, place{list: "containers", path: []string{"resources"}}, "limits", object{device: "1"})
	}
	return object{"apiVersion": "v1", "kind": "Pod", "metadata": object{"name": fmt.Sprintf("pod-%d", number), "namespace": "default"}, "spec": spec}
}

// images are known by their tag to be for an OS and a build, or for neither.
var images = []string{
	"registry.example/app:1", "registry.example/app:1", "mcr.microsoft.com/windows/servercore:ltsc2019",
	"mcr.microsoft.com/windows/servercore:ltsc2022", "mcr.microsoft.com/windows/nanoserver:ltsc2022", "mcr.microsoft.com/windows/servercore:ltsc2025",
	"docker.io/library/alpine:3.22",
}

// device is a resource that only the Windows nodes have.
const device = "microsoft.com/directx"

// values are what selectors and affinities ask of each label.
var labelValues = map[string][]string{
	"kubernetes.io/os":                      {"windows", "windows", "windows", "linux", "linux", "Windows", "WINDOWS", "Linux", "win"},
	"beta.kubernetes.io/os":                 {"windows", "linux", "Windows", "LINUX"},
	"node.kubernetes.io/windows-build":      {"10.0.17763", "10.0.20348", "10.0.26100", "10.0.20348.1", "2022"},
	"kubernetes.io/arch":                    {"amd64", "arm64"},
	"kubernetes.azure.com/os-sku":           {"Windows2019", "Windows2022", "Windows2025", "WindowsAnnual", "Ubuntu"},
	"kubernetes.azure.com/os-type":          {"windows", "linux"},
	"node.openshift.io/os_id":               {"Windows", "rhel"},
	"kubernetes.io/hostname":                {"linux", "windows-10.0.20348"},
	"node-role.kubernetes.io/control-plane": {""},
	"pool":                                  {"none"},
}

// weighted are the labels, those that matter most several times.
var weighted = append(sortedKeys(labelValues), "kubernetes.io/os", "kubernetes.io/os", "kubernetes.io/os", "node.kubernetes.io/windows-build", "node.kubernetes.io/windows-build",
	"kubernetes.azure.com/os-sku")

func selector(random *rand.Rand) object {
	made := object{}
	for range 1 + random.IntN(2) {
		label := pick(random, weighted)
		made[label] = pick(random, labelValues[label])
	}
	return made
}

func affinity(random *rand.Rand) object {
	var terms []any
	for range 1 + random.IntN(3) {
		var expressions []any
		for range 1 + random.IntN(2) {
			expressions = append(expressions, expression(random))
		}
		terms = append(terms, object{"matchExpressions": expressions})
	}
	if random.IntN(5) == 0 {
		terms = append(terms, object{"matchFields": []any{
			object{"key": "metadata.name", "operator": "In", "values": []any{pick(random, labelValues["kubernetes.io/hostname"])}},
		}})
	}
	if random.IntN(6) == 0 {
		terms = append(terms, object{}) // matches no node
	}
	return object{"requiredDuringSchedulingIgnoredDuringExecution": object{"nodeSelectorTerms": terms}}
}

// spelledAffinity asks for an OS in each term, in different spellings.
func spelledAffinity(random *rand.Rand) object {
	var terms []any
	for range 1 + random.IntN(2) {
		terms = append(terms, object{"matchExpressions": []any{object{
			"key":      pick(random, []string{"kubernetes.io/os", "beta.kubernetes.io/os"}),
			"operator": "In",
			"values":   []any{pick(random, []string{"Windows", "WINDOWS", "Linux", "LINUX", "windows", "linux"})},
		}}})
	}
	return object{"requiredDuringSchedulingIgnoredDuringExecution": object{"nodeSelectorTerms": terms}}
}

func expression(random *rand.Rand) object {
	label := pick(random, weighted)
	operator := pick(random, []string{"In", "In", "In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"})
	made := object{"key": label, "operator": operator}
	switch operator {
	case "In", "NotIn":
		var values []any
		for range 1 + random.IntN(2) {
			values = append(values, pick(random, labelValues[label]))
		}
		made["values"] = values
	case "Gt", "Lt":
		made["values"] = []any{"1"}
	}
	return made
}

func tolerations(random *rand.Rand) []any {
	var made []any
	for range 1 + random.IntN(2) {
		made = append(made, pick(random, []any{
			object{"operator": "Exists"},
			object{"operator": "Exists", "effect": "NoSchedule"},
			object{"key": "os", "operator": "Equal", "value": "windows", "effect": "NoSchedule"},
			object{"key": "os", "value": "windows"},
			object{"key": "os", "operator": "Exists"},
			object{"key": "os", "value": "linux"},
			object{"key": "node.kubernetes.io/os", "value": "windows", "effect": "NoSchedule"},
			object{"key": "pool", "operator": "Exists"},
			object{"key": "pool", "value": "win", "effect": "NoExecute", "tolerationSeconds": 60},
		}))
	}
	return copied(made).([]any)
}
