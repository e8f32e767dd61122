package lib.windows.rules.mixed_os_test

import data.lib.windows.config
import data.lib.windows.rules.mixed_os
import data.lib.windows.testing_test as testing

_windows_image := "mcr.microsoft.com/windows/servercore:ltsc2022"

_containers(images) := {"containers": [{"name": name, "image": image} |
	some index, image in images
	name := ["app", "sidecar", "agent"][index]
]}

_windows(images) := testing.windows_pod(_containers(images))

_linux(images) := testing.pod(object.union({"os": {"name": "linux"}}, _containers(images)))

_placed_on_linux(images) := testing.pod(object.union(
	{"nodeSelector": {"kubernetes.io/os": "linux"}},
	_containers(images),
))

_open(images) := testing.pod(_containers(images))

test_silent[name] if {
	some name, manifest in {
		"Windows images in a Windows pod": _windows([_windows_image, "golang:1.22-windowsservercore"]),
		"images for both OSes": _windows(["registry.k8s.io/pause:3.10", "mcr.microsoft.com/dotnet/aspnet:8.0"]),
		"test images of Kubernetes with a Linux word in the tag": _windows([
			"registry.k8s.io/e2e-test-images/httpd:2.4.39-alpine", "e2eteam/nginx:1.14-alpine",
			"gcr.io/kubernetes-e2e-test-images/nginx:1.14-alpine",
		]),
		"the proxy of Linkerd, which also has one for Windows": _windows(["cr.l5d.io/linkerd/proxy:stable-2.14.1"]),
		"an injected image in a Linux pod": _linux(["docker.io/istio/proxyv2:1.22.1"]),
		"unknown images": _windows(["example.com/nginx", "example.com/alpine-app:1.0", "${IMAGE}"]),
		"a word in the name of a Linux image": _linux(["example.com/aad-windows-extension:1.0"]),
		"a compiler for Windows": _linux(["rustembedded/cross:x86_64-pc-windows-gnu"]),
		"Linux images in a Linux pod": _linux(["nginx", "example.com/app:1.0-alpine"]),
		"Windows images in a pod of no known OS": _open([_windows_image, "registry.k8s.io/pause:3.10"]),
		"Linux images in a pod of no known OS": _open(["nginx", "redis:7"]),
		"an unknown image beside a Windows one": _open([_windows_image, "example.com/web:1.0"]),
		"no image": _windows([null, 5, "", {}]),
		"no containers": testing.windows_pod({"containers": null}),
		"a null spec": testing.pod(null),
		"a digest of an unknown repository": _windows(["example.com/web:1.0-alpine@sha256:9f86d081884c7d659a2f"]),
	}
	got := mixed_os.finding with input as manifest
	got == set()
}

test_found[name] if {
	some name, tc in {
		"a Linux image in a Windows pod": {
			"input": _windows(["nginx:1.27"]),
			"want": {_linux_image("deny", "spec.containers[0].image", "app", {})},
		},
		"a Linux image beside a Windows one": {
			"input": _windows([_windows_image, "mcr.microsoft.com/dotnet/aspnet:8.0-alpine"]),
			"want": {_linux_image("deny", "spec.containers[1].image", "sidecar", {})},
		},
		"a digest of a Linux repository": {
			"input": _windows(["nginx@sha256:9f86d081884c7d659a2f"]),
			"want": {_linux_image("deny", "spec.containers[0].image", "app", {})},
		},
		"a word in the tag of an unknown repository": {
			"input": _windows(["example.com/app:1.0-alpine"]),
			"want": {_linux_image("warn", "spec.containers[0].image", "app", {})},
		},
		"a word in the tag, beside a Windows image": {
			"input": _windows(["example.com/app:focal-lengths", _windows_image]),
			"want": {_linux_image("warn", "spec.containers[0].image", "app", {})},
		},
		"a pod that a selector places on Windows": {
			"input": testing.inferred_pod(_containers(["busybox"])),
			"want": {_linux_image("deny", "spec.containers[0].image", "app", {
				"because": "nodeSelector kubernetes.io/os is windows",
			})},
		},
		"the container of kubectl debug": {
			"input": testing.windows_pod({"ephemeralContainers": [{"name": "debugger", "image": "busybox"}]}),
			"want": {_linux_image("deny", "spec.ephemeralContainers[0].image", "debugger", {})},
		},
		"an init container of a workload": {
			"input": testing.deployment(object.union(
				testing.windows,
				{"initContainers": [{"name": "wait", "image": "docker.io/library/busybox:1.36"}]},
			)),
			"want": {_linux_image("deny", "spec.template.spec.initContainers[0].image", "wait", {})},
		},
		"a Windows image in a pod that says linux": {
			"input": _linux(["mcr.microsoft.com/windows/nanoserver:ltsc2022"]),
			"want": {_foreign_windows_image("deny", "app", "spec.os.name is linux")},
		},
		"a Windows image in a pod placed on Linux": {
			"input": _placed_on_linux(["golang:1.22-windowsservercore-ltsc2022"]),
			"want": {_foreign_windows_image("deny", "app", "nodeSelector kubernetes.io/os is linux")},
		},
		"a word in the tag of a Linux pod's image": {
			"input": _placed_on_linux(["example.com/app:1.0-windows"]),
			"want": {_foreign_windows_image("warn", "app", "nodeSelector kubernetes.io/os is linux")},
		},
		"both OSes in a pod of no known OS": {
			"input": _open([_windows_image, "nginx", "registry.k8s.io/pause:3.10"]),
			"want": {_beside("deny", "spec.containers[1].image", "sidecar", "is")},
		},
		"both OSes in a pod of no known OS, Windows by a word": {
			"input": _open(["nginx", "example.com/app:1.0-windows"]),
			"want": {_beside("warn", "spec.containers[0].image", "app", "is")},
		},
		"both OSes in a pod of no known OS, Linux by a word": {
			"input": _open(["example.com/app:1.0-alpine", _windows_image]),
			"want": {_beside("warn", "spec.containers[0].image", "app", "seems to be")},
		},
	}
	got := mixed_os.finding with input as tc.input
	got == tc.want
}

test_says_with_an_unknown_class if {
	got := mixed_os.finding with input as testing.windows_pod(object.union({"runtimeClassName": "c"}, _containers(["nginx"])))
	{found.msg | some found in got} == {concat(" ", [
		"spec.containers[0].image: This image is for Linux. Unless the RuntimeClass runs it, the pull fails on a Windows node.",
		"Use an image for Windows, or a separate pod. (mixed-os)",
	])}
}

# A RuntimeClass may run Linux containers on Windows nodes.
test_runtime_class[name] if {
	some name, tc in {
		"an unknown class": {"classes": {}, "images": ["nginx"], "want": {"warn"}},
		"an unknown class, and a Windows image beside": {"classes": {}, "images": ["nginx", _windows_image], "want": {"deny"}},
		"a class for Windows containers": {"classes": {"c": {"handler": "runhcs-wcow-process"}}, "images": ["nginx"], "want": {"deny"}},
		"a class for Linux containers": {"classes": {"c": {"handler": "runhcs-lcow"}}, "images": ["nginx"], "want": set()},
	}
	got := mixed_os.finding with input as testing.windows_pod(object.union(
		{"runtimeClassName": "c"},
		_containers(tc.images),
	))
		with config as {"runtimeClasses": {"classes": tc.classes}}
	{found.details.severity | some found in got} == tc.want
}

test_parameters[name] if {
	own := {"windowsImages": ["example.com/win/*"], "linuxImages": ["example.com/linux/**", "docker.io/team/app"]}
	some name, tc in {
		"your own Linux repository": {
			"input": _windows(["example.com/linux/web/app:1.0"]),
			"want": {_linux_image("deny", "spec.containers[0].image", "app", {})},
		},
		"your own Linux repository on Docker Hub": {
			"input": _windows(["team/app"]),
			"want": {_linux_image("deny", "spec.containers[0].image", "app", {})},
		},
		"your own Windows repository": {
			"input": _linux(["example.com/win/app@sha256:9f86d081884c7d659a2f"]),
			"want": {_foreign_windows_image("deny", "app", "spec.os.name is linux")},
		},
		"your own Windows repository with a Linux word in the tag": {"input": _windows(["example.com/win/app:alpine"]), "want": set()},
		"a repository below your own Windows repository": {"input": _linux(["example.com/win/app/x:1.0"]), "want": set()},
	}
	got := mixed_os.finding with input as tc.input
		with config as {"rules": {"mixed-os": {"parameters": own}}}
	got == tc.want
}

# The gate skips most Linux pods before the rule reads their images.
test_applies[name] if {
	some name, tc in {
		"Linux images": {"images": ["nginx", "example.com/app:1.0"], "config": {}, "want": 0},
		"an image with a Windows word": {"images": ["nginx", "example.com/x:LTSC2022"], "config": {}, "want": 1},
		"your own Windows images": {
			"images": ["nginx"],
			"config": {"rules": {"mixed-os": {"parameters": {"windowsImages": ["example.com/w"]}}}},
			"want": 1,
		},
		"only your own Linux images": {
			"images": ["nginx"],
			"config": {"rules": {"mixed-os": {"parameters": {"linuxImages": ["example.com/l"]}}}},
			"want": 0,
		},
	}
	got := [1 | mixed_os.applies] with input as _open(tc.images)
		with config as tc.config
	count(got) == tc.want
}

# An injected container: what is said of its image, and whether other findings about it yield.
test_injected[name] if {
	injected := {"initContainers": [{"name": "istio-init", "image": "docker.io/istio/proxyv2:1.22.1"}]}
	some name, tc in {
		"in a Windows pod": {"input": testing.windows_pod(injected), "severity": "deny", "because": "spec.os.name is windows"},
		"in a pod placed on Windows": {
			"input": testing.inferred_pod(injected),
			"severity": "deny",
			"because": "nodeSelector kubernetes.io/os is windows",
		},
		"in a pod of no known OS": {
			"input": testing.pod(object.union(injected, _containers([_windows_image]))),
			"severity": "deny",
			"because": "nothing names the OS of the pod",
		},
		"with an unknown class": {
			"input": testing.windows_pod(object.union(injected, {"runtimeClassName": "c", "containers": []})),
			"severity": "warn",
			"because": "spec.os.name is windows",
		},
	}
	got := mixed_os.finding with input as tc.input
	got == {_yielding(testing.expected(
		tc.severity,
		"mixed-os",
		{
			"field": "spec.initContainers[0].image",
			"says": concat(" ", [
				"A webhook injected this container, but Windows nodes cannot pull its Linux image.",
				"Turn the injection off for this pod.",
			]),
		},
		{"container": "istio-init", "enforcedBy": "runtime", "because": tc.because},
	))}
}

_linux_image(severity, field, container, more) := _yielding(testing.expected(
	severity,
	"mixed-os",
	{"field": field, "says": sprintf(
		"This image %s for Linux, so the pull fails on a Windows node. Use an image for Windows, or a separate pod.",
		[_seems[severity]],
	)},
	object.union({"container": container, "enforcedBy": "runtime"}, more),
))

_seems := {"deny": "is", "warn": "seems to be"}

_foreign_windows_image(severity, container, because) := _yielding(testing.expected(
	severity,
	"mixed-os",
	{
		"field": "spec.containers[0].image",
		"says": sprintf(
			"This image %s for Windows, so the pull fails on a Linux node. Use an image for Linux, or a separate pod.",
			[_seems[severity]],
		),
	},
	{"container": container, "enforcedBy": "runtime", "because": because},
))

_beside(severity, field, container, seems) := _yielding(testing.expected(
	severity,
	"mixed-os",
	{"field": field, "says": sprintf(
		"This image %s for Linux and another one for Windows, and no node runs both. Use a separate pod for each OS.",
		[seems],
	)},
	{"container": container, "enforcedBy": "runtime", "because": "nothing names the OS of the pod"},
))

_yielding(finding) := object.union({"yieldsTo": ["os-conflict"]}, finding)
