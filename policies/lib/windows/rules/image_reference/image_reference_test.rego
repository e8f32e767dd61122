package lib.windows.rules.image_reference_test

import data.lib.windows.config
import data.lib.windows.data.builds as known_builds
import data.lib.windows.rules.image_reference
import data.lib.windows.testing_test as testing

_digest := "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

_pod(image) := testing.windows_pod({"containers": [{"name": "app", "image": image}]})

test_silent[name] if {
	some name, manifest in object.union(
		{sprintf("%v", [image]): _pod(image) |
			some image in [
				null, 5, "", {}, "${IMAGE}", "mcr.microsoft.com/windows/servercore:${TAG}", "example.com/app",
				"example.com/app:latest", "mcr.microsoft.com/windows/servercore:ltsc2019",
				"mcr.microsoft.com/windows/servercore:ltsc2022", "mcr.microsoft.com/windows/nanoserver:ltsc2025",
				"mcr.microsoft.com/windows:1809", "mcr.microsoft.com/windows/servercore:ltsc2016-ltsc2022",
				"mcr.microsoft.com/windows/servercore/iis", "mcr.microsoft.com/windows/servercore/iis:latest",
				"mcr.microsoft.com/dotnet/framework/aspnet:latest", "registry.k8s.io/pause:3.10", "myapp:1903",
				concat("@", ["mcr.microsoft.com/windows/servercore", _digest]),
				concat("@", ["mcr.microsoft.com/windows/servercore:latest", _digest]),
				concat("@", ["mcr.microsoft.com/windows/servercore:1903", _digest]),
				"microsoft/mssql-server-windows-developer",
			]
		},
		{
			"an image that is never pulled": testing.windows_pod({"containers": [
				{"name": "a", "image": "mcr.microsoft.com/windows/servercore", "imagePullPolicy": "Never"},
				{"name": "b", "image": "mcr.microsoft.com/windows/servercore:latest", "imagePullPolicy": "Never"},
			]}),
			"no image": testing.windows_pod({"containers": [{"name": "app"}]}),
			"no containers": testing.windows_pod({"containers": null}),
			"a null spec": testing.pod(null),
			"HostProcess containers": testing.pod(object.union(testing.host_process, {"containers": [
				{"name": "a", "image": _host_process_base},
				{"name": "b", "image": "example.com/agent:1.0-windows-hp"},
				{"name": "c", "image": "mcr.microsoft.com/windows/nanoserver:1903"},
			]})),
			"one HostProcess container among others": testing.windows_pod({"containers": [
				{"name": "a", "image": _host_process_base},
				{"name": "b", "securityContext": {"windowsOptions": {"hostProcess": true}}},
			]}),
		},
	)
	got := image_reference.finding with input as manifest
	got == set()
}

test_images_with_findings[image] if {
	some image, want in {
		"mcr.microsoft.com/windows/servercore:latest": _latest,
		"mcr.microsoft.com/windows/nanoserver:latest": _latest,
		"mcr.microsoft.com/windows/server:latest": _latest,
		"mcr.microsoft.com/windows:latest": _latest,
		"mcr.microsoft.com/windows/servercore": _untagged,
		"mcr.microsoft.com/windows/nanoserver": _untagged,
		"mcr.microsoft.com/windows/servercore:1903": _ended("10.0.18362", "2020-12-08"),
		"mcr.microsoft.com/windows/nanoserver:20H2": _ended("10.0.19042", "2022-08-09"),
		"example.com/app:1.0-nanoserver-1709": _ended("10.0.16299", "2019-04-09"),
		"mcr.microsoft.com/windows/servercore:ltsc2016": _unsupported("10.0.14393"),
		"mcr.microsoft.com/windows/server/insider:10.0.26040": _unsupported("10.0.26040"),
		_host_process_base: _no_os,
		"example.com/agent:1.0-windows-hp": _no_os,
		"ghcr.io/prometheus-community/windows-exporter:0.25.1-hostprocess": _no_os,
		"microsoft/iis": _moved("mcr.microsoft.com/windows/servercore/iis"),
		"docker.io/microsoft/nanoserver:latest": _moved("mcr.microsoft.com/windows/nanoserver"),
	}
	got := image_reference.finding with input as _pod(image)
	got == {_found("spec.containers[0].image", want)}
}

test_images_in_every_place[name] if {
	container := {"name": "app", "image": "mcr.microsoft.com/windows/servercore:latest"}
	some name, tc in {
		"init containers": {
			"input": testing.windows_pod({"initContainers": [container]}),
			"field": "spec.initContainers[0].image",
		},
		"ephemeral containers": {
			"input": testing.windows_pod({"ephemeralContainers": [container]}),
			"field": "spec.ephemeralContainers[0].image",
		},
		"a Deployment": {
			"input": testing.deployment(object.union(testing.windows, {"containers": [testing.container, container]})),
			"field": "spec.template.spec.containers[1].image",
		},
	}
	got := image_reference.finding with input as tc.input
	got == {_found(tc.field, _latest)}
}

test_inferred if {
	got := image_reference.finding with input as testing.inferred_pod({"containers": [{
		"name": "app",
		"image": "mcr.microsoft.com/windows/servercore:latest",
	}]})
	{found.details.because | some found in got} == {"nodeSelector kubernetes.io/os is windows"}
	{found.details.severity | some found in got} == {"deny"}
}

test_supported_builds[name] if {
	some name, tc in {
		"a list with an old build": {"builds": ["10.0.18362"], "image": "example.com/app:windows-1903", "want": set()},
		"a list without a supported build": {
			"builds": ["10.0.26100"],
			"image": "mcr.microsoft.com/windows/servercore:ltsc2022",
			"want": {_found("spec.containers[0].image", object.union(_unsupported("10.0.20348"), {"says": concat(". ", [
				"This image is for Windows build 10.0.20348, which is not supported",
				"Use a build that the configuration supports.",
			])}))},
		},
		"the wrong type keeps the default": {
			"builds": "10.0.18362",
			"image": "mcr.microsoft.com/windows/servercore:ltsc2022",
			"want": set(),
		},
	}
	got := image_reference.finding with input as _pod(tc.image)
		with config as {"rules": {"image-reference": {"parameters": {"supportedBuilds": tc.builds}}}}
	got == tc.want
}

# AKS ended its support for 2019, and only nodes of 2019 run its images.
test_platform[name] if {
	some name, tc in {
		"AKS and 2019": {"config": {"platform": "aks"}, "image": "mcr.microsoft.com/windows/servercore:ltsc2019", "want": {_gone}},
		"AKS and 2022, which nodes of 2025 run": {
			"config": {"platform": "aks", "kubernetesVersion": "1.37"},
			"image": "mcr.microsoft.com/windows/servercore:ltsc2022",
			"want": set(),
		},
		"AKS and 2025": {"config": {"platform": "aks"}, "image": "mcr.microsoft.com/windows/servercore:ltsc2025", "want": set()},
		"AKS and an image of no version": {"config": {"platform": "aks"}, "image": "example.com/app", "want": set()},
		"another platform": {"config": {"platform": "eks"}, "image": "mcr.microsoft.com/windows/servercore:ltsc2019", "want": set()},
		"a build that the configuration lists": {
			"config": {
				"platform": "aks",
				"rules": {"image-reference": {"parameters": {"supportedBuilds": ["10.0.17763"]}}},
			},
			"image": "mcr.microsoft.com/windows/servercore:ltsc2019",
			"want": set(),
		},
		"a build that nobody supports": {
			"config": {"platform": "aks"},
			"image": "mcr.microsoft.com/windows/servercore:1903",
			"want": {_ended("10.0.18362", "2020-12-08")},
		},
	}
	got := image_reference.finding with input as _pod(tc.image) with config as tc.config
	got == {_found("spec.containers[0].image", about) | some about in tc.want}
}

test_platform_with_hyper_v if {
	spec := {"runtimeClassName": "isolated", "containers": [{"name": "app", "image": "mcr.microsoft.com/windows/servercore:ltsc2019"}]}
	got := image_reference.finding with input as testing.windows_pod(spec)
		with config as {"platform": "aks", "runtimeClasses": {"classes": {"isolated": {"handler": "runhcs-wcow-hypervisor"}}}}
	got == set()
}

_gone := {
	"severity": "warn",
	"says": "AKS ended its support for Windows 10.0.17763 nodes on 2026-03-01, and no other node runs this image. Use a later release.",
	"enforcedBy": "advice",
}

# 10.0.14393 is Windows Server 2016, which Kubernetes has never supported on nodes.
test_default_builds_still_have_support if {
	supported := {build | some build, known in known_builds.windows_server; known.supportEnds > known_builds.sources.lifecycle.asOf}
	{build | some build in image_reference._parameters.supportedBuilds} == supported - {"10.0.14393"}
}

_host_process_base := "mcr.microsoft.com/oss/kubernetes/windows-host-process-containers-base-image:v1.0.0"

_latest := {
	"severity": "deny",
	"says": "Microsoft removed the tag latest from this image, so the pull fails. Name a version, for example ltsc2022.",
	"enforcedBy": "runtime",
}

_untagged := {
	"severity": "warn",
	"says": "Without a tag the runtime pulls latest, which this image does not have. Name a version, for example ltsc2022.",
	"enforcedBy": "runtime",
}

_ended(build, day) := {
	"severity": "warn",
	"says": sprintf("Support for Windows build %s ended on %s, so this image gets no updates. Use ltsc2022 or later.", [build, day]),
	"enforcedBy": "advice",
}

_unsupported(build) := {
	"severity": "warn",
	"says": sprintf("This image is for Windows build %s, which is not supported. Use ltsc2022 or later.", [build]),
	"enforcedBy": "advice",
}

_no_os := {
	"severity": "warn",
	"says": "This image has no operating system, so only HostProcess containers start from it. Use another base image.",
	"enforcedBy": "runtime",
}

_moved(place) := {
	"severity": "warn",
	"says": sprintf("Docker Hub gets no updates of this image and may not have it. Use %s.", [place]),
	"enforcedBy": "runtime",
}

_found(field, want) := testing.expected(
	want.severity,
	"image-reference",
	{"field": field, "says": want.says},
	{"enforcedBy": want.enforcedBy, "container": "app"},
)
