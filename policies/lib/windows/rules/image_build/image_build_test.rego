package lib.windows.rules.image_build_test

import data.lib.windows.config
import data.lib.windows.rules.image_build
import data.lib.windows.testing_test as testing

_label := "node.kubernetes.io/windows-build"

_core(tag) := concat(":", ["mcr.microsoft.com/windows/servercore", tag])

_containers(images) := {"containers": [{"name": name, "image": image} |
	some index, image in images
	name := ["app", "sidecar", "agent"][index]
]}

_pinned(build, images) := testing.windows_pod(object.union({"nodeSelector": {_label: build}}, _containers(images)))

_required(builds, images) := testing.windows_pod(object.union(
	{"affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [{"matchExpressions": [{
		"key": _label,
		"operator": "In",
		"values": builds,
	}]}]}}}},
	_containers(images),
))

_open(images) := testing.pod(_containers(images))

_known := {"runtimeClasses": {"classes": {
	"windows-2019": {"handler": "docker", "scheduling": {"nodeSelector": {_label: "10.0.17763"}}},
	"isolated": {"handler": "runhcs-wcow-hypervisor"},
	"own": {"handler": "own"},
}}}

test_silent[name] if {
	some name, manifest in {
		"the same build": _pinned("10.0.20348", [_core("ltsc2022"), "example.com/app:1.0-nanoserver-ltsc2022"]),
		"an image of 2022 on a node of 2025": _pinned("10.0.26100", [_core("ltsc2022"), _core("ltsc2025")]),
		"an image of 2022 on a node of 23H2": _pinned("10.0.25398", [_core("ltsc2022")]),
		"an image that the OS SKU of AKS runs": testing.windows_pod(object.union(
			{"nodeSelector": {"kubernetes.azure.com/os-sku": "Windows2025"}},
			_containers([_core("ltsc2022")]),
		)),
		"an OS SKU of AKS that names no build": testing.windows_pod(object.union(
			{"nodeSelector": {"kubernetes.azure.com/os-sku": "Windows"}},
			_containers([_core("ltsc2019")]),
		)),
		"an image of many builds": _pinned("10.0.20348", ["mcr.microsoft.com/windows/servercore/iis"]),
		"an image that names two builds": _pinned("10.0.20348", [_core("ltsc2019-ltsc2022")]),
		"a digest": _pinned("10.0.20348", [concat("@", [_core("ltsc2019"), "sha256:9f86d081884c7d659a2f"])]),
		"an unknown image": _pinned("10.0.20348", ["example.com/app:1809", "${IMAGE}", null]),
		"a build in the name of a repository": _pinned("10.0.20348", ["leandroscar/iis-windows-ltsc2019"]),
		"a number in a tag that is not certainly a build": _pinned("10.0.20348", ["example.com/app:windows-1903"]),
		"an unknown build": _pinned("10.0.27000", [_core("ltsc2019")]),
		"a malformed build": _pinned("17763", [_core("ltsc2022")]),
		"an unknown build beside a known one": _required(["10.0.17763", "10.0.27000"], [_core("ltsc2022")]),
		"two selected builds that both run the image": _required(["10.0.20348", "10.0.26100"], [_core("ltsc2022")]),
		"a selector and a RuntimeClass that contradict each other": testing.windows_pod(object.union(
			{"nodeSelector": {_label: "10.0.20348"}, "runtimeClassName": "windows-2019"},
			_containers([_core("ltsc2025")]),
		)),
		"a HostProcess pod": testing.pod(object.union_n([
			testing.host_process,
			{"nodeSelector": {_label: "10.0.20348"}},
			_containers([_core("ltsc2019"), _core("ltsc2025")]),
		])),
		"Hyper-V isolation": testing.windows_pod(object.union(
			{"nodeSelector": {_label: "10.0.20348"}, "runtimeClassName": "isolated"},
			_containers([_core("ltsc2019")]),
		)),
		"an unknown RuntimeClass": testing.windows_pod(object.union(
			{"nodeSelector": {_label: "10.0.20348"}, "runtimeClassName": "elsewhere"},
			_containers([_core("ltsc2019"), _core("ltsc2022")]),
		)),
		"an unknown handler, which may be for Hyper-V": testing.windows_pod(object.union(
			{"runtimeClassName": "own"},
			_containers([_core("ltsc2019"), _core("ltsc2022")]),
		)),
		"images of 2022 and 2025, which both run on 2025": _open([_core("ltsc2022"), _core("ltsc2025")]),
		"a Linux pod, which mixed-os judges": testing.pod(object.union(
			{"os": {"name": "linux"}},
			_containers([_core("ltsc2019"), _core("ltsc2022")]),
		)),
		"no containers": testing.windows_pod({"containers": null}),
		"a null spec": testing.pod(null),
	}
	got := image_build.finding with input as manifest
		with config as _known
	got == set()
}

test_against_the_node[name] if {
	some name, tc in {
		"an older image": {
			"input": _pinned("10.0.20348", [_core("ltsc2022"), _core("ltsc2019")]),
			"want": {_unfit("spec.containers[1].image", "sidecar", "10.0.17763", "10.0.20348", _selector("10.0.20348"))},
		},
		"a newer image": {
			"input": _pinned("10.0.20348", [_core("ltsc2025")]),
			"want": {_unfit("spec.containers[0].image", "app", "10.0.26100", "10.0.20348", _selector("10.0.20348"))},
		},
		"different builds before 2022": {
			"input": _pinned("10.0.18363", [_core("1809")]),
			"want": {_unfit("spec.containers[0].image", "app", "10.0.17763", "10.0.18363", _selector("10.0.18363"))},
		},
		"an image of 2019 on a node of 2025": {
			"input": _pinned("10.0.26100", ["example.com/app:1.0-windowsservercore-ltsc2019"]),
			"want": {_unfit("spec.containers[0].image", "app", "10.0.17763", "10.0.26100", _selector("10.0.26100"))},
		},
		"two builds in affinity that do not run the image": {
			"input": _required(["10.0.17763", "10.0.20348"], [_core("ltsc2025")]),
			"want": {_unfit(
				"spec.containers[0].image",
				"app",
				"10.0.26100",
				"10.0.17763 or 10.0.20348",
				sprintf("required node affinity allows only %s 10.0.17763 or 10.0.20348", [_label]),
			)},
		},
		"the OS SKU of AKS": {
			"input": testing.windows_pod(object.union(
				{"nodeSelector": {"kubernetes.azure.com/os-sku": "Windows2022"}},
				_containers([_core("ltsc2019")]),
			)),
			"want": {_unfit(
				"spec.containers[0].image",
				"app",
				"10.0.17763",
				"10.0.20348",
				"nodeSelector kubernetes.azure.com/os-sku is Windows2022",
			)},
		},
		"more builds than a message shows": {
			"input": _required(["10.0.17763", "10.0.18362", "10.0.18363", "10.0.19041"], [_core("ltsc2025")]),
			"want": {_unfit(
				"spec.containers[0].image",
				"app",
				"10.0.26100",
				"the selected",
				sprintf("required node affinity allows only %s 10.0.17763 or 10.0.18362 or 10.0.18363 or 10.0.19041", [_label]),
			)},
		},
		"the build of the RuntimeClass": {
			"input": testing.deployment(object.union(
				testing.windows,
				{"runtimeClassName": "windows-2019", "initContainers": [{"name": "init", "image": _core("ltsc2022")}]},
			)),
			"want": {
				_unfit(
					"spec.template.spec.containers[0].image",
					"app",
					"10.0.20348",
					"10.0.17763",
					"RuntimeClass windows-2019 selects node.kubernetes.io/windows-build 10.0.17763",
				),
				_unfit(
					"spec.template.spec.initContainers[0].image",
					"init",
					"10.0.20348",
					"10.0.17763",
					"RuntimeClass windows-2019 selects node.kubernetes.io/windows-build 10.0.17763",
				),
			},
		},
	}
	got := image_build.finding with input as tc.input
		with config as _known
	got == tc.want
}

# The scheduler may choose the node that does not run the image.
test_one_of_the_builds[name] if {
	some name, images in {
		"one image": [_core("ltsc2022")],
		"an image beside an unknown one": [_core("ltsc2022"), "example.com/app:1.0"],
	}
	got := image_build.finding with input as _required(["10.0.17763", "10.0.20348"], images)
	got == {testing.expected(
		"warn",
		"image-build",
		{
			"field": "spec.containers[0].image",
			"says": "The image is built for Windows 10.0.20348 and does not start on 10.0.17763 nodes. Select matching nodes.",
		},
		{
			"enforcedBy": "runtime",
			"container": "app",
			"because": sprintf("required node affinity allows only %s 10.0.17763 or 10.0.20348", [_label]),
		},
	)}
}

test_more_builds_than_a_warning_shows if {
	builds := ["10.0.17763", "10.0.18362", "10.0.18363", "10.0.19041", "10.0.20348"]
	got := image_build.finding with input as _required(builds, [_core("ltsc2022")])
	{found.msg | some found in got} == {concat(" ", [
		"spec.containers[0].image: The image is built for Windows 10.0.20348 and does not start on some selected nodes.",
		"Select matching nodes. (image-build)",
	])}
}

test_against_each_other[name] if {
	some name, tc in {
		"no selected build": {
			"input": testing.windows_pod(_containers([_core("ltsc2019"), "example.com/x", _core("ltsc2022")])),
			"want": {_unfit_together("spec.containers[2].image", "agent", "10.0.20348", "10.0.17763", "spec.os.name is windows")},
		},
		"an init container, which comes first": {
			"input": testing.windows_pod(object.union(
				{"initContainers": [{"name": "init", "image": _core("ltsc2025")}]},
				_containers([_core("ltsc2019"), _core("ltsc2022")]),
			)),
			"want": {_unfit_together("spec.containers[0].image", "app", "10.0.17763", "10.0.26100", "spec.os.name is windows")},
		},
		"images that run on different nodes": {
			"input": _required(["10.0.17763", "10.0.20348"], [_core("ltsc2019"), _core("ltsc2022")]),
			"want": {_unfit_together("spec.containers[1].image", "sidecar", "10.0.20348", "10.0.17763", "spec.os.name is windows")},
		},
		"a pod of no known OS": {
			"input": _open([_core("ltsc2019"), _core("ltsc2022")]),
			"want": {_unfit_together(
				"spec.containers[1].image",
				"sidecar",
				"10.0.20348",
				"10.0.17763",
				"nothing names the OS of the pod",
			)},
		},
	}
	got := image_build.finding with input as tc.input
		with config as _known
	got == tc.want
}

# Kubernetes documents that image and node must have the same version.
test_strict_match[name] if {
	some name, tc in {
		"an image of 2022 on a node of 2025": {
			"input": _pinned("10.0.26100", [_core("ltsc2022")]),
			"want": {_unfit("spec.containers[0].image", "app", "10.0.20348", "10.0.26100", _selector("10.0.26100"))},
		},
		"images of 2022 and 2025": {
			"input": testing.windows_pod(_containers([_core("ltsc2022"), _core("ltsc2025")])),
			"want": {_unfit_together("spec.containers[1].image", "sidecar", "10.0.26100", "10.0.20348", "spec.os.name is windows")},
		},
		"the same build": {"input": _pinned("10.0.26100", [_core("ltsc2025")]), "want": set()},
	}
	got := image_build.finding with input as tc.input
		with config as {"rules": {"image-build": {"parameters": {"strictMatch": true}}}}
	got == tc.want
}

# The rule judges a pod of no known OS only if an image looks like a Windows image.
test_applies[name] if {
	some name, tc in {
		"Windows images": {"input": _open([_core("ltsc2019")]), "want": 1},
		"Linux images": {"input": _open(["nginx"]), "want": 0},
		"a Linux pod": {"input": testing.pod(object.union({"os": {"name": "linux"}}, _containers([_core("ltsc2019")]))), "want": 0},
	}
	got := [1 | image_build.applies] with input as tc.input
	count(got) == tc.want
}

_selector(build) := sprintf("nodeSelector %s is %s", [_label, build])

_unfit(field, container, build, nodes, because) := testing.expected(
	"deny",
	"image-build",
	{
		"field": field,
		"says": sprintf("The image is built for Windows %s and does not start on %s nodes. Match them.", [build, nodes]),
	},
	{"enforcedBy": "runtime", "container": container, "because": because},
)

_unfit_together(field, container, build, first, because) := testing.expected(
	"deny",
	"image-build",
	{
		"field": field,
		"says": sprintf("The image is built for Windows %s, and no node runs it beside the image for %s. Match them.", [build, first]),
	},
	{"enforcedBy": "runtime", "container": container, "because": because},
)
