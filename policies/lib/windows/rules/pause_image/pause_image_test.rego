package lib.windows.rules.pause_image_test

import data.lib.windows.config
import data.lib.windows.data.images as known_images
import data.lib.windows.rules.pause_image
import data.lib.windows.testing_test as testing

_digest := "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

_fields(image) := {"containers": [{"name": "app", "image": image}]}

_on(build, image) := testing.windows_pod(object.union(
	_fields(image),
	{"nodeSelector": {"node.kubernetes.io/windows-build": build}},
))

test_silent[name] if {
	some name, manifest in object.union(
		{sprintf("%v", [image]): testing.windows_pod(_fields(image)) |
			some image in [
				null, 5, "", ["pause"], "${REGISTRY}/pause:3.1", "registry.k8s.io/pause:3.6",
				"registry.k8s.io/pause:3.10.2", "registry.k8s.io/pause", "registry.k8s.io/pause:latest",
				"mcr.microsoft.com/oss/kubernetes/pause:3.9-windows-ltsc2022-amd64",
				"mcr.microsoft.com/oss/v2/kubernetes/pause:3.10", "example.com/pauser:1.0", "example.com/pause/app:1.0",
				"example.com/mirrored-pause:3.1", "mcr.microsoft.com/oss/kubernetes/windows-pause-image-base:v0.4.1",
				concat("@", ["registry.k8s.io/pause:3.1", _digest]),
			]
		},
		{
			"an older version for Windows Server 2019": _on("10.0.17763", "registry.k8s.io/pause:3.4.1"),
			"Windows Server 2022": _on("10.0.20348", "registry.k8s.io/pause:3.6"),
			"Windows Server 2025": _on("10.0.26100", "registry.k8s.io/pause:3.10.2"),
			"Windows Server 2025, with the variant of 2022": _on("10.0.26100", "registry.k8s.io/pause:3.10"),
			"the oldest version with the variant of 2022": _on("10.0.26100", "registry.k8s.io/pause:3.6"),
			"23H2, with the variant of 2022": _on("10.0.25398", "registry.k8s.io/pause:3.6"),
			"an unknown build": _on("10.0.99999", "registry.k8s.io/pause:3.6"),
			"a build that is not a string": _on(5, "registry.k8s.io/pause:3.6"),
			"a HostProcess container": testing.pod(object.union(
				testing.host_process,
				_fields("registry.k8s.io/pause:3.1"),
			)),
			"no containers": testing.windows_pod({"containers": []}),
			"a null spec": testing.pod(null),
		},
	)
	got := pause_image.finding with input as manifest
	got == set()
}

test_frozen[image] if {
	some image, fixed in {
		"k8s.gcr.io/pause:3.6": "registry.k8s.io/pause:3.6",
		"k8s.gcr.io/pause": "registry.k8s.io/pause",
		"K8s.gcr.io/pause:3.9": "registry.k8s.io/pause:3.9",
	}
	got := pause_image.finding with input as testing.windows_pod(_fields(image))
	got == {_frozen(image, fixed)}
}

test_unknown_repository[image] if {
	some image in ["example.com/pause:3.9", "pause:3.6", "rancher/pause", "registry.k8s.io/other/pause:3.1"]
	got := pause_image.finding with input as testing.windows_pod(_fields(image))
	got == {_found(_unknown_says, "advice", {})}
}

test_too_old[name] if {
	some name, tc in {
		"for any build": {
			"input": testing.windows_pod(_fields("registry.k8s.io/pause:3.5")),
			"want": {_old("some Windows nodes", "3.6")},
		},
		"an old version number of Microsoft": {
			"input": testing.windows_pod(_fields("mcr.microsoft.com/oss/kubernetes/pause:1.4.1")),
			"want": {_old("some Windows nodes", "3.6")},
		},
		"for Windows Server 2019": {
			"input": _on("10.0.17763", "registry.k8s.io/pause:3.2"),
			"want": {_old("Windows build 10.0.17763", "3.4")},
		},
		"for Windows Server 2022": {
			"input": _on("10.0.20348", "registry.k8s.io/pause:v3.5"),
			"want": {_old("Windows build 10.0.20348", "3.6")},
		},
		"for Windows Server 2025": {
			"input": _on("10.0.26100", "registry.k8s.io/pause:3.5-windows-amd64"),
			"want": {_old("Windows build 10.0.26100", "3.6")},
		},
		"for 23H2": {
			"input": _on("10.0.25398", "registry.k8s.io/pause:3.5"),
			"want": {_old("Windows build 10.0.25398", "3.6")},
		},
		"for one of two builds": {
			"input": testing.windows_pod(object.union(
				_fields("registry.k8s.io/pause:3.5"),
				testing.required_affinity([{"matchExpressions": [{
					"key": "node.kubernetes.io/windows-build",
					"operator": "In",
					"values": ["10.0.20348", "10.0.26100"],
				}]}]),
			)),
			"want": {_old("some Windows nodes", "3.6")},
		},
		"from the frozen registry": {
			"input": testing.windows_pod(_fields("k8s.gcr.io/pause:3.1")),
			"want": {
				_old("some Windows nodes", "3.6"),
				_frozen("k8s.gcr.io/pause:3.1", "registry.k8s.io/pause:3.1"),
			},
		},
	}
	got := pause_image.finding with input as tc.input
	got == tc.want
}

test_build_of_the_runtime_class[name] if {
	some name, tc in {
		"a build in the RuntimeClass only": {"selector": {}, "want": {_old("Windows build 10.0.26100", "3.6")}},
		"a build in the pod that contradicts it": {
			"selector": {"node.kubernetes.io/windows-build": "10.0.17763"},
			"want": {_old("some Windows nodes", "3.6")},
		},
	}
	manifest := testing.windows_pod(object.union(
		_fields("registry.k8s.io/pause:3.5"),
		{"runtimeClassName": "windows-2025", "nodeSelector": tc.selector},
	))
	got := pause_image.finding with input as manifest
		with config as {"runtimeClasses": {"classes": {"windows-2025": {"scheduling": {"nodeSelector": {
			"kubernetes.io/os": "windows",
			"node.kubernetes.io/windows-build": "10.0.26100",
		}}}}}}
	got == tc.want
}

# With equal builds only the variant of the node's own build counts.
test_strict_match[name] if {
	own := {"pause-image": {"parameters": {"strictMatch": true}}}
	of_images := {"image-build": {"parameters": {"strictMatch": true}}}
	some name, tc in {
		"3.9 before 3.10": {"rules": own, "image": "registry.k8s.io/pause:3.9", "want": {_old("Windows build 10.0.26100", "3.10.2")}},
		"a third number": {
			"rules": own,
			"image": "registry.k8s.io/pause:3.10.1-windows-amd64",
			"want": {_old("Windows build 10.0.26100", "3.10.2")},
		},
		"the first version": {"rules": own, "image": "registry.k8s.io/pause:3.10.2", "want": set()},
		"as image-build requires": {
			"rules": of_images,
			"image": "registry.k8s.io/pause:3.10",
			"want": {_old("Windows build 10.0.26100", "3.10.2")},
		},
		"not required": {
			"rules": {"image-build": {"parameters": {"strictMatch": false}}},
			"image": "registry.k8s.io/pause:3.10",
			"want": set(),
		},
	}
	got := pause_image.finding with input as _on("10.0.26100", tc.image) with config as {"rules": tc.rules}
	got == tc.want
}

test_repositories[name] if {
	some name, tc in {
		"a mirror": {"repositories": ["example.com/pause"], "image": "example.com/pause:3.9", "want": set()},
		"an old image from a mirror": {
			"repositories": ["example.com/pause"],
			"image": "example.com/pause:3.1",
			"want": {_old("some Windows nodes", "3.6")},
		},
		"an image that is not from the mirror": {
			"repositories": ["example.com/pause"],
			"image": "registry.k8s.io/pause:3.9",
			"want": {_found("This pause image is not known to have a variant for Windows. Use example.com/pause.", "advice", {})},
		},
		"a frozen registry, whose successor is not allowed": {
			"repositories": ["example.com/pause"],
			"image": "k8s.gcr.io/pause:3.9",
			"want": {_found("k8s.gcr.io has been frozen since April 2023 and gets no newer images. Use registry.k8s.io.", "advice", {"fix": []})},
		},
		"no repository": {
			"repositories": [],
			"image": "registry.k8s.io/pause:3.9",
			"want": {_found("This pause image is not known to have a variant for Windows. Use another image.", "advice", {})},
		},
		"the wrong type": {"repositories": "example.com/pause", "image": "registry.k8s.io/pause:3.9", "want": set()},
	}
	got := pause_image.finding with input as testing.windows_pod(_fields(tc.image))
		with config as {"rules": {"pause-image": {"parameters": {"repositories": tc.repositories}}}}
	got == tc.want
}

test_default_repositories_are_the_known_ones if {
	{name | some name in pause_image._parameters.repositories} == object.keys(known_images.pause_repositories)
}

_unknown_says := "This pause image is not known to have a variant for Windows. Use registry.k8s.io/pause."

_frozen(image, fixed) := _found(
	"k8s.gcr.io has been frozen since April 2023 and gets no newer images. Use registry.k8s.io.", "advice",
	{"fix": [
		{"op": "test", "path": "/spec/containers/0/image", "value": image},
		{"op": "replace", "path": "/spec/containers/0/image", "value": fixed},
	]},
)

_old(nodes, version) := _found(sprintf("This pause image is too old for %s, so the container does not start there. Use version %s or later.", [nodes, version]), "runtime", {})

_found(says, by, more) := testing.expected(
	"warn",
	"pause-image",
	{"field": "spec.containers[0].image", "says": says},
	object.union(more, {"enforcedBy": by, "container": "app"}),
)
