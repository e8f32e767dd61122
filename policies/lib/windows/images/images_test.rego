package lib.windows.images_test

import data.lib.windows.data.builds as known_builds
import data.lib.windows.data.images as known_images
import data.lib.windows.images

_digest := "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

test_parts[image] if {
	some image, want in {
		"nginx": ["docker.io", "docker.io/library/nginx", "", ""],
		"nginx:1.27": ["docker.io", "docker.io/library/nginx", "1.27", ""],
		"docker.io/nginx": ["docker.io", "docker.io/library/nginx", "", ""],
		"index.docker.io/library/nginx": ["docker.io", "docker.io/library/nginx", "", ""],
		"registry-1.docker.io/microsoft/iis": ["docker.io", "docker.io/microsoft/iis", "", ""],
		"microsoft/iis:latest": ["docker.io", "docker.io/microsoft/iis", "latest", ""],
		"localhost/app": ["localhost", "localhost/app", "", ""],
		"localhost:5000/app": ["localhost:5000", "localhost:5000/app", "", ""],
		"registry:5000/team/app:1": ["registry:5000", "registry:5000/team/app", "1", ""],
		"Registry.Example.com:5000/team/app:V1": ["registry.example.com:5000", "registry.example.com:5000/team/app", "V1", ""],
		"10.0.0.1:5000/app": ["10.0.0.1:5000", "10.0.0.1:5000/app", "", ""],
		"a.b/c": ["a.b", "a.b/c", "", ""],
		"a.b": ["docker.io", "docker.io/library/a.b", "", ""],
		"a__b/c-d--e/f.g:_x.y-z": ["docker.io", "docker.io/a__b/c-d--e/f.g", "_x.y-z", ""],
		concat("", ["nginx@", _digest]): ["docker.io", "docker.io/library/nginx", "", _digest],
		concat("", ["localhost:5000/app:1.2@", _digest]): ["localhost:5000", "localhost:5000/app", "1.2", _digest],
	}
	object.filter(images.facts(image), ["registry", "name", "tag", "digest"]) == {
		"registry": want[0],
		"name": want[1],
		"tag": want[2],
		"digest": want[3],
	}
}

test_no_reference[name] if {
	some image in [
		null, 1, true, {}, [], "", " ", ":", "@", "/", "${IMAGE}", "$IMAGE", "$(IMAGE)", "{{ .Values.image }}", "<image>",
		"${REGISTRY}/windows/servercore:ltsc2022", "mcr.microsoft.com/windows/servercore:${TAG}",
		"mcr.microsoft.com/windows/servercore:", "mcr.microsoft.com/windows/servercore@", "mcr.microsoft.com//windows",
		"MyApp:ltsc2022", "app:a:b", "app:-x", "https://mcr.microsoft.com/windows/servercore:ltsc2022",
		"app:1 ", " app:1", "app: 1", "a/b/", "/a/b", "a..b/c/..", sprintf("app:%s", [concat("", ["a" | numbers.range(1, 129)[_]])]),
	]
	name := sprintf("%v", [image])
	images.facts(image) == {}
	not images.os(image)
	not images.build(image)
	not images.host_process_only(image)
	not images.nano_server(image)
	not images.administrator(image)
}

# By image: the OS and the build, "" where unknown.
test_os_and_build[image] if {
	some image, want in object.union_n([_bases, _tags, _unknown, _linux])
	_known(image) == want
}

_known(image) := [
	concat("", [name | name := images.os(image)]),
	concat("", [build | build := images.build(image)]),
]

_bases := {
	"mcr.microsoft.com/windows/servercore:ltsc2019": ["windows", "10.0.17763"],
	"mcr.microsoft.com/windows/servercore:LTSC2019": ["windows", "10.0.17763"],
	"mcr.microsoft.com/windows/servercore:ltsc2016": ["windows", "10.0.14393"],
	"mcr.microsoft.com/windows/servercore:ltsc2022-amd64": ["windows", "10.0.20348"],
	"mcr.microsoft.com/windows/servercore:ltsc2025": ["windows", "10.0.26100"],
	"mcr.microsoft.com/windows/servercore:1709": ["windows", "10.0.16299"],
	"mcr.microsoft.com/windows/servercore:1803": ["windows", "10.0.17134"],
	"mcr.microsoft.com/windows/servercore:1809-KB4480116-amd64": ["windows", "10.0.17763"],
	"mcr.microsoft.com/windows/servercore:1809_KB4480116_amd64": ["windows", "10.0.17763"],
	"mcr.microsoft.com/windows/servercore:1903": ["windows", "10.0.18362"],
	"mcr.microsoft.com/windows/servercore:1909": ["windows", "10.0.18363"],
	"mcr.microsoft.com/windows/servercore:2004": ["windows", "10.0.19041"],
	"mcr.microsoft.com/windows/servercore:20H2": ["windows", "10.0.19042"],
	"mcr.microsoft.com/windows/servercore:23h2": ["windows", "10.0.25398"],
	"mcr.microsoft.com/windows/servercore:20348": ["windows", "10.0.20348"],
	"mcr.microsoft.com/windows/servercore:10.0.17763.253": ["windows", "10.0.17763"],
	"mcr.microsoft.com/windows/servercore:ltsc2022-10.0.20348.1249": ["windows", "10.0.20348"],
	"mcr.microsoft.com/windows/servercore": ["windows", ""],
	"mcr.microsoft.com/windows/servercore:latest": ["windows", ""],
	"mcr.microsoft.com/windows/servercore:2022": ["windows", ""],
	"mcr.microsoft.com/windows/servercore:ltsc2019-ltsc2022": ["windows", ""],
	"mcr.microsoft.com/windows/servercore:ltsc2019-10.0.20348": ["windows", ""],
	"mcr.microsoft.com/windows/servercore:ltsc1809": ["windows", ""],
	"mcr.microsoft.com/windows/servercore:10.0.1776": ["windows", ""],
	"mcr.microsoft.com/windows/servercore:10.0.177630": ["windows", ""],
	concat("", ["mcr.microsoft.com/windows/servercore@", _digest]): ["windows", ""],
	concat("", ["mcr.microsoft.com/windows/servercore:ltsc2022@", _digest]): ["windows", ""],
	"mcr.microsoft.com/windows/servercore/insider:10.0.26080.1": ["windows", "10.0.26080"],
	"mcr.microsoft.com/windows/servercore/iis:windowsservercore-ltsc2022": ["windows", "10.0.20348"],
	"mcr.microsoft.com/windows/servercore/iis": ["windows", ""],
	"mcr.microsoft.com/windows/servercore/iis:latest": ["windows", ""],
	"mcr.microsoft.com/windows/servercore/iis:windowsservercore": ["windows", ""],
	"mcr.microsoft.com/windows/nanoserver:10.0.20348.1249-amd64": ["windows", "10.0.20348"],
	"mcr.microsoft.com/windows/servercore:10.0.20348.1607": ["windows", "10.0.20348"],
	"mcr.microsoft.com/windows/nanoserver:sac2016": ["windows", "10.0.14393"],
	"mcr.microsoft.com/windows/nanoserver:1607": ["windows", "10.0.14393"],
	"mcr.microsoft.com/windows/nanoserver:ltsc2025-arm64": ["windows", "10.0.26100"],
	"mcr.microsoft.com/windows/server:ltsc2022": ["windows", "10.0.20348"],
	"mcr.microsoft.com/windows:1809": ["windows", "10.0.17763"],
	"mcr.microsoft.com/windows:20H2": ["windows", "10.0.19042"],
	"MCR.microsoft.com/windows/server:ltsc2022": ["windows", "10.0.20348"],
	"mcr.microsoft.com/windows/server/insider:10.0.26080.1": ["windows", "10.0.26080"],
	"mcr.microsoft.com/windows/servercore:10.0.17763.1-10.0.20348.1": ["windows", ""],
	"mcr.microsoft.com/windows/ml/insider:latest": ["windows", ""],
	"mcr.microsoft.com/windows/iotcore:1809": ["windows", "10.0.17763"],
	"mcr.microsoft.com/dotnet/framework/wcf:4.8.1-windowsservercore-ltsc2025": ["windows", "10.0.26100"],
	"mcr.microsoft.com/dotnet/framework/samples:aspnetapp": ["windows", ""],
	"mcr.microsoft.com/oss/kubernetes/windows-nodeproblemdetector:v0.8.8": ["windows", ""],
	"mcr.microsoft.com/dotnet/framework/aspnet:4.8": ["windows", ""],
	"mcr.microsoft.com/dotnet/framework/aspnet:4.8-windowsservercore-ltsc2019": ["windows", "10.0.17763"],
	"mcr.microsoft.com/dotnet/framework/sdk:4.8-20200414-windowsservercore-2004": ["windows", "10.0.19041"],
	"mcr.microsoft.com/dotnet/framework/runtime:4.8.1-20240213-windowsservercore-ltsc2022": ["windows", "10.0.20348"],
	"mcr.microsoft.com/oss/kubernetes/windows-host-process-containers-base-image:v1.0.0": ["windows", ""],
	"mcr.microsoft.com/oss/v2/kubernetes/windows-host-process-containers-base-image:v1.0.0": ["windows", ""],
	"ghcr.io/kubernetes-sigs/sig-windows/csi-proxy:v1.1.2": ["windows", ""],
	"ghcr.io/prometheus-community/windows-exporter:0.25.1": ["windows", ""],
	"antrea/antrea-windows:v2.0.0": ["windows", ""],
	"sigwindowstools/kube-proxy:v1.30.0-calico-hostprocess": ["windows", ""],
	"calico/windows:v3.28.0": ["windows", ""],
	"quay.io/calico/node-windows:v3.29.1": ["windows", ""],
	"ghcr.io/prometheus-community/windows-exporter:0.25.1-ltsc2019": ["windows", "10.0.17763"],
	"microsoft/windowsservercore:1709": ["windows", "10.0.16299"],
	"microsoft/iis": ["windows", ""],
}

_tags := {
	"mcr.microsoft.com/dotnet/aspnet:8.0-nanoserver-1809": ["windows", "10.0.17763"],
	"mcr.microsoft.com/dotnet/aspnet:8.0-nanoserver-1809-amd64": ["windows", "10.0.17763"],
	"mcr.microsoft.com/dotnet/aspnet:8.0-nanoserver-ltsc2022": ["windows", "10.0.20348"],
	"mcr.microsoft.com/dotnet/sdk:10.0.100-nanoserver-ltsc2025": ["windows", "10.0.26100"],
	"mcr.microsoft.com/powershell:lts-nanoserver-1809": ["windows", "10.0.17763"],
	"golang:1.22-windowsservercore-ltsc2022": ["windows", "10.0.20348"],
	"golang:1.22-windowsservercore": ["windows", ""],
	"python:3.12-windowsservercore-1809": ["windows", "10.0.17763"],
	"eclipse-temurin:21-jdk-windowsservercore-ltsc2022": ["windows", "10.0.20348"],
	"caddy:2-windowsservercore-ltsc2022": ["windows", "10.0.20348"],
	"docker.io/grafana/alloy:v1.18.1-windowsservercore-ltsc2022": ["windows", "10.0.20348"],
	"registry.k8s.io/e2e-test-images/busybox:1.29-2-windows-amd64-1809": ["windows", "10.0.17763"],
	"registry.k8s.io/sig-storage/livenessprobe:v2.0.1-alpha.1-windows-1809-amd64": ["windows", "10.0.17763"],
	"stefanscherer/whoami:windows-amd64-1.8.2-1809": ["windows", "10.0.17763"],
	"mcr.microsoft.com/oss/kubernetes/pause:3.9-windows-ltsc2022-amd64": ["windows", "10.0.20348"],
	"mcr.microsoft.com/oss/v2/kubernetes-csi/azuredisk-csi:v1.34.5-windows-hp": ["windows", ""],
	"mcr.microsoft.com/k8s/csi/smbplugin:v1.20.3-windows-hp": ["windows", ""],
	"gcr.io/k8s-staging/agnhost:2.33-1-windows-amd64-1809": ["windows", "10.0.17763"],
	"public.ecr.aws/aws-observability/aws-for-fluent-bit:windowsservercore-stable": ["windows", ""],
	"example.com/app:1.0-servercore": ["windows", ""],
	"example.com/app:windows": ["windows", ""],
	"example.com/app:WINDOWS": ["windows", ""],
	"example.com/app:1.0.windows": ["windows", ""],
	"example.com/app:windows1809": ["windows", ""],
	"example.com/app:1.0-windows2019": ["windows", ""],
	"example.com/app:1.0-windows-2022": ["windows", ""],
	"example.com/app:windows-10.0.19041.1": ["windows", "10.0.19041"],
	"example.com/app:1.0-hostprocess": ["windows", ""],
	"localhost:5000/win:ltsc2022": ["windows", "10.0.20348"],
	"example.com/app:LTSC2022": ["windows", "10.0.20348"],
	"example.com/app:2004-windows-ltsc2022": ["windows", "10.0.20348"],
	"example.com/app:1909-windows": ["windows", ""],
	"example.com/app:ltsc2019-windows-2004": ["windows", ""],
	"leandroscar/iis-windows-ltsc2019": ["windows", "10.0.17763"],
	"leandroscar/iis-windows-ltsc2019:latest": ["windows", "10.0.17763"],
	"example.com/team/ltsc2022:1.0": ["windows", "10.0.20348"],
	"example.com/iis-ltsc2019:1.0-ltsc2022": ["windows", ""],
	concat("", ["example.com/iis_ltsc2019@", _digest]): ["windows", ""],
	"example.com/app:windows-10.0.12345": ["windows", ""],
	"example.com/app:10.0.12345-windows-ltsc2022": ["windows", "10.0.20348"],
	"example.com/app:10.0.17763-windows-ltsc2022": ["windows", ""],
	"example.com/app:windows_10.0.17763_10.0.20348": ["windows", ""],
}

_unknown := {
	"mcr.microsoft.com/dotnet/aspnet:8.0": ["", ""],
	"mcr.microsoft.com/dotnet/sdk": ["", ""],
	"mcr.microsoft.com/powershell:latest": ["", ""],
	"myacr.azurecr.io/app:2004": ["", ""],
	"myapp:2004": ["", ""],
	"myapp:1809": ["", ""],
	"myapp:v1.1809": ["", ""],
	"myapp:20h2": ["", ""],
	"myapp:10.0.20348": ["", ""],
	"myapp:ltsc1809": ["", ""],
	"myapp:ltsc20220": ["", ""],
	"myapp:xltsc2022": ["", ""],
	"myapp:windowsupdate": ["", ""],
	"myapp:mywindows": ["", ""],
	"myapp:linux-windows": ["", ""],
	"myapp:1.0-windows-linux-ltsc2022": ["", ""],
	"mcr.microsoft.com/windowsx/app:1.0": ["", ""],
	"example.com/windows/servercore:1.0": ["", ""],
	"mirror.example.com/mcr.microsoft.com/windows/servercore:1.0": ["", ""],
	"registry.k8s.io/pause:3.10": ["", ""],
	"registry.k8s.io/etcd:3.6.3-0": ["", ""],
	"registry.k8s.io/e2e-test-images/busybox:1.37.0-1": ["", ""],
	"registry.k8s.io/e2e-test-images/nginx:1.15": ["", ""],
	"registry.k8s.io/e2e-test-images/nginx:1.14-alpine": ["", ""],
	"registry.k8s.io/e2e-test-images/httpd:2.4.39-alpine": ["", ""],
	"k8s.gcr.io/e2e-test-images/httpd:2.4.39-alpine": ["", ""],
	"gcr.io/kubernetes-e2e-test-images/nginx:1.14-alpine": ["", ""],
	"e2eteam/nginx:1.14-alpine": ["", ""],
	"mirror.example.com/k8s/e2e-test-images/httpd:2.4.39-alpine": ["", ""],
	"paskalmaksim/aks-node-termination-handler:1.2-alpine": ["", ""],
	"registry.k8s.io/gmsa-webhook/k8s-gmsa-admission-webhook:v0.8.0": ["", ""],
	"registry.k8s.io/windows-gmsa/k8s-gmsa-admission-webhook:v0.8.0": ["", ""],
	"example.com/aad-windows-extension:1.0": ["", ""],
	"example.com/cyclonus-windows:1.0": ["", ""],
	"example.com/fluent-bit-windows": ["", ""],
	"example.com/ltsc2022-tools:1.0": ["", ""],
	"example.com/ltsc2022/tools:1.0": ["", ""],
	"example.com/ltsc2022-windows:1.0": ["", ""],
	"example.com/busybox": ["", ""],
	"example.com/nginx": ["", ""],
	"nginxinc/nginx": ["", ""],
	"example.com/alpine-app:1.0": ["", ""],
	"example.com/app:1.0-slim": ["", ""],
	"example.com/app:alpinex": ["", ""],
	"caddy:2": ["", ""],
	"docker:27": ["", ""],
	"eclipse-temurin:21": ["", ""],
	"golang:1.22": ["", ""],
	"hello-world": ["", ""],
	"mongo:8": ["", ""],
	"nats:2": ["", ""],
	"openjdk": ["", ""],
	"python": ["", ""],
	"traefik:v3": ["", ""],
	"k8s.gcr.io/pause:3.5": ["", ""],
	"mcr.microsoft.com/oss/kubernetes/pause:3.9": ["", ""],
	"mcr.microsoft.com/dotnet/monitor:8": ["", ""],
	"mcr.microsoft.com/powershell:lts": ["", ""],
	"registry.k8s.io/e2e-test-images/agnhost:2.53": ["", ""],
	"registry.k8s.io/e2e-test-images/httpd:2.4.39-4": ["", ""],
	"registry.k8s.io/sig-storage/livenessprobe:v2.15.0": ["", ""],
	"calico/cni:v3.28.0": ["", ""],
	"rustembedded/cross:x86_64-pc-windows-gnu": ["", ""],
	"flannel/flannel:v0.25.0": ["", ""],
	"registry.k8s.io/kube-state-metrics/kube-state-metrics:v2.12.0": ["", ""],
	concat("", ["mcr.microsoft.com/dotnet/aspnet:8.0-nanoserver-1809@", _digest]): ["", ""],
	concat("", ["mcr.microsoft.com/dotnet/aspnet:8.0-alpine@", _digest]): ["", ""],
}

_linux := {
	"mcr.microsoft.com/dotnet/aspnet:8.0-alpine": ["linux", ""],
	"mcr.microsoft.com/dotnet/aspnet:8.0-alpine3.18-amd64": ["linux", ""],
	"mcr.microsoft.com/dotnet/aspnet:8.0-BookWorm-slim": ["linux", ""],
	"mcr.microsoft.com/dotnet/aspnet:8.0-jammy-chiseled": ["linux", ""],
	"mcr.microsoft.com/dotnet/runtime:8.0-cbl-mariner2.0": ["linux", ""],
	"mcr.microsoft.com/dotnet/runtime:8.0-azurelinux3.0": ["linux", ""],
	"mcr.microsoft.com/mssql/server:2022-latest": ["linux", ""],
	"mcr.microsoft.com/mssql/server:2019-CU18-ubuntu-20.04": ["linux", ""],
	"mcr.microsoft.com/azurelinux/base/core:3.0": ["linux", ""],
	"mcr.microsoft.com/cbl-mariner/base/core:2.0": ["linux", ""],
	"alpine": ["linux", ""],
	"example.com/e2eteam:1.0-alpine": ["linux", ""],
	"example.com/e2e-test-images-mirror/app:1.0-alpine": ["linux", ""],
	"golang:1.22-alpine": ["linux", ""],
	"calico/node:v3.28.0": ["linux", ""],
	"example.com/app:1.0-linux-s390x": ["linux", ""],
	"example.com/app:1.0-musl": ["linux", ""],
	"example.com/app:alpine": ["linux", ""],
	"example.com/app:1.0_alpine3.20": ["linux", ""],
	"example.com/app:noble-20240904.1": ["linux", ""],
	"busybox": ["linux", ""],
	"docker.io/library/busybox:1.36": ["linux", ""],
	"nginx:latest": ["linux", ""],
	"redis:7": ["linux", ""],
	"python:3.12-slim": ["linux", ""],
	"python:3.12-slim-bookworm": ["linux", ""],
	"golang:alpine": ["linux", ""],
	"example.com/app:1.0-linux-amd64": ["linux", ""],
	"example.com/app:linux": ["linux", ""],
	"example.com/app:1.0-ubi8": ["linux", ""],
	"gcr.io/distroless/static:nonroot": ["linux", ""],
	"cgr.dev/chainguard/static": ["linux", ""],
	"registry.access.redhat.com/ubi9/ubi:9.4": ["linux", ""],
	"quay.io/centos/centos:stream9": ["linux", ""],
	"registry.k8s.io/kube-apiserver:v1.37.0": ["linux", ""],
	"registry.k8s.io/kube-proxy:v1.37.0": ["linux", ""],
	"registry.k8s.io/coredns/coredns:v1.11.1": ["linux", ""],
	concat("", ["nginx@", _digest]): ["linux", ""],
	concat("", ["nginx:1.27@", _digest]): ["linux", ""],
}

# What is known of a repository beats a word in its tag.
test_os_of_a_linux_repository[image] if {
	some image in ["nginx:1.27-windowsservercore-ltsc2022", "calico/node:v3.28.0-windows-ltsc2022", "gcr.io/distroless/static:windows"]
	_known(image) == ["linux", ""]
	images.certain(image)
}

# The tags of an official image that once had a variant for Windows. A digest tells nothing.
test_os_of_an_image_with_old_tags_for_windows[image] if {
	some image, want in {
		"redis:3.0-nanoserver": "windows",
		"docker.io/library/redis:3.2.100-windowsservercore": "windows",
		"redis": "linux",
		"redis:3.2": "linux",
		"redis:windows": "windows",
		concat("", ["redis@", _digest]): "",
		concat("", ["redis:3.0-nanoserver@", _digest]): "",
	}
	_known(image)[0] == want
	images.certain(image)
}

# An image may be refused for its OS where that is certain, or not.
test_certain[image] if {
	some image, want in {
		"mcr.microsoft.com/windows:1809": 1,
		"mcr.microsoft.com/windows/servercore": 1,
		"calico/windows:v3.28.0": 1,
		"golang:1.22-windowsservercore": 1,
		"python:3.12-slim": 1,
		"nginx": 1,
		"quay.io/calico/node:v3.28.0": 1,
		"gcr.io/distroless/static:nonroot": 1,
		"mcr.microsoft.com/dotnet/aspnet:8.0-alpine": 1,
		"example.com/app:1.0-nanoserver-1809": 1,
		"example.com/app:1.0-servercore": 1,
		"example.com/app:LTSC2022": 1,
		"example.com/app:1.0-windows-1809-amd64": 1,
		"example.com/app:1.0-windows-hp": 1,
		"example.com/app:1.0-windows": 0,
		"example.com/app:windows-amd64": 0,
		"example.com/app:windows-1903": 0,
		"example.com/app:1.0-windows-hpc": 0,
		"example.com/app:1.0-hostprocess": 0,
		"example.com/app:focal-lengths": 0,
		"example.com/app:1.0-alpine": 0,
		"leandroscar/iis-windows-ltsc2019": 0,
		concat("", ["example.com/app:ltsc2022@", _digest]): 0,
	}
	count([image | images.certain(image)]) == want
}

# One reference that means images of both OSes, or an image that is certainly for Linux.
test_both_and_linux_certain[image] if {
	some image, want in {
		"registry.k8s.io/e2e-test-images/agnhost:2.53": "both",
		"registry.k8s.io/e2e-test-images/httpd:2.4.39-alpine": "both",
		"e2eteam/busybox:1.29": "both",
		"registry.k8s.io/pause:3.10": "both",
		"mcr.microsoft.com/dotnet/aspnet:8.0": "both",
		"paskalmaksim/aks-node-termination-handler:latest": "both",
		"golang:1.22": "both",
		"golang:1.22-alpine": "linux",
		"mcr.microsoft.com/dotnet/aspnet:8.0-alpine": "linux",
		"nginx": "linux",
		"nginx:ltsc2022": "linux",
		"golang:1.22-nanoserver": "",
		"example.com/app:1.0": "",
		"example.com/app:1.0-alpine": "",
		"mcr.microsoft.com/windows/nanoserver:ltsc2022": "",
		"${IMAGE}": "",
	}
	got := concat("", ["both" | images.both(image)])
	concat("", [got, concat("", ["linux" | images.linux_certain(image)])]) == want
}

# An injected image is certainly for Linux. Linkerd has a proxy for Windows too, so its proxy is not in the table.
test_injected[image] if {
	some image, want in {
		"docker.io/istio/proxyv2:1.22.1": 1,
		"istio/proxyv2:1.22.1": 1,
		"mcr.microsoft.com/oss/azure/workload-identity/proxy:v1.3.0": 1,
		"gcr.io/datadoghq/dd-lib-dotnet-init:v3": 1,
		"hashicorp/vault:1.17": 1,
		"cr.l5d.io/linkerd/proxy-init:v2.4.0": 1,
		"cr.l5d.io/linkerd/proxy:stable-2.14.1": 0,
		"daprio/daprd:1.14": 0,
		"example.com/istio/proxyv2:1.22.1": 0,
		"nginx": 0,
		"": 0,
	}
	count([image | images.injected(image)]) == want
	count([image | images.linux_certain(image); image != "nginx"]) == want
}

test_for_tests[image] if {
	some image, want in {
		"registry.k8s.io/e2e-test-images/agnhost:2.53": 1,
		"mirror.example.com/kubernetes-e2e-test-images/x": 1,
		"e2eteam/busybox": 1,
		"example.com/e2eteam": 0,
		"agnhost": 0,
	}
	count([image | images.for_tests(image)]) == want
}

test_certain_build[image] if {
	some image, want in {
		"mcr.microsoft.com/windows/servercore:ltsc2022": {"10.0.20348"},
		"mcr.microsoft.com/windows/servercore:1809": {"10.0.17763"},
		"example.com/app:1.0-nanoserver-1809": {"10.0.17763"},
		"example.com/app:1.0-windows-1809": {"10.0.17763"},
		"example.com/app:ltsc2025": {"10.0.26100"},
		"example.com/app:1.0-windows-1903": set(),
		"mcr.microsoft.com/windows/servercore/insider:10.0.26080.1": set(),
		"mcr.microsoft.com/windows/servercore": set(),
		"leandroscar/iis-windows-ltsc2019": set(),
		"example.com/iis-ltsc2019:1.0-windowsservercore": set(),
		concat("", ["mcr.microsoft.com/windows/servercore:ltsc2022@", _digest]): set(),
	}
	{build | build := images.certain_build(image)} == want
}

test_looks_windows_for_every_windows_image[image] if {
	some examples in [_bases, _tags, known_images.windows_only, known_images.windows_only_below]
	some image, _ in examples
	images.looks_windows(image)
}

test_looks_windows_is_false_for_linux_images[image] if {
	some image, _ in _linux
	not images.looks_windows(image)
}

test_os_and_build_of_an_unknown_image_are_undefined if {
	not images.os("example.com/app:1.0")
	not images.build("mcr.microsoft.com/windows/servercore")
}

test_os_by_a_windows_word_beside_slim if images.os("golang:1.22-slim-windowsservercore-ltsc2022") == "windows"

test_host_process_only[image] if {
	some image, want in {
		"mcr.microsoft.com/oss/kubernetes/windows-host-process-containers-base-image:v1.0.0": true,
		"mcr.microsoft.com/oss/v2/kubernetes/windows-host-process-containers-base-image": true,
		"mcr.microsoft.com/oss/v2/kubernetes-csi/azuredisk-csi:v1.34.5-windows-hp": true,
		"ghcr.io/prometheus-community/windows-exporter:0.25.1-hostprocess": true,
		"ghcr.io/prometheus-community/windows-exporter:HostProcess": true,
		"example.com/app:windows-hp": true,
		"example.com/app:1.0-hp": false,
		"example.com/app:1.0-hostprocess-2": false,
		"example.com/windows-host-process-containers-base-image:v1.0.0": false,
		"ghcr.io/prometheus-community/windows-exporter:0.25.1-ltsc2022": false,
		concat("", ["example.com/app:1.0-hostprocess@", _digest]): false,
	}
	count([image | images.host_process_only(image)]) == count([image | want == true])
}

test_nano_server[image] if {
	some image, want in {
		"mcr.microsoft.com/windows/nanoserver:ltsc2022": true,
		"mcr.microsoft.com/windows/nanoserver/insider": true,
		"microsoft/nanoserver": true,
		"mcr.microsoft.com/dotnet/aspnet:8.0-nanoserver-1809": true,
		"example.com/app:nanoserver2022": true,
		"example.com/app:nanoserver-linux": false,
		"example.com/nanoserver:1.0": false,
		"mcr.microsoft.com/windows/servercore:ltsc2022": false,
	}
	count([image | images.nano_server(image)]) == count([image | want == true])
}

test_administrator[image] if {
	some image, want in {
		"mcr.microsoft.com/windows/servercore:ltsc2022": 1,
		"mcr.microsoft.com/windows/servercore/iis": 1,
		"mcr.microsoft.com/windows/server:ltsc2025": 1,
		"mcr.microsoft.com/windows:1809": 1,
		"mcr.microsoft.com/dotnet/framework/aspnet:4.8": 1,
		"mcr.microsoft.com/windows/nanoserver:ltsc2022": 0,
		"golang:1.22-windowsservercore-ltsc2022": 0,
		"example.com/app:1.0-servercore": 0,
	}
	count([image | images.administrator(image)]) == want
}

test_version[tag] if {
	some tag, want in {
		"3.6": [3, 6, 0],
		"v3.10.2": [3, 10, 2],
		"3.9-windows-ltsc2022-amd64": [3, 9, 0],
		"3.6-hotfix.20220114": [3, 6, 0],
	}
	images.version(tag) == want
}

test_no_version[name] if {
	some tag in ["", "latest", "3", "3.", "3.6.1.2", "3.x", "x3.6", "3.6x", null, 3.6, "1234567.1"]
	name := sprintf("%v", [tag])
	not images.version(tag)
}

# By the build of a container: the builds of nodes it starts on. Executed with NewMatcher of
# github.com/containerd/platforms v1.0.0-rc.5, every known build against every other.
test_hosts if {
	{build: images.hosts(build) | some build, _ in known_builds.windows_server} == {
		"10.0.14393": {"10.0.14393"},
		"10.0.16299": {"10.0.16299"},
		"10.0.17134": {"10.0.17134"},
		"10.0.17763": {"10.0.17763"},
		"10.0.18362": {"10.0.18362"},
		"10.0.18363": {"10.0.18363"},
		"10.0.19041": {"10.0.19041"},
		"10.0.19042": {"10.0.19042"},
		"10.0.20348": {"10.0.20348", "10.0.25398", "10.0.26100"},
		"10.0.25398": {"10.0.25398", "10.0.26100"},
		"10.0.26100": {"10.0.26100"},
	}
}

test_hosts_of_an_unknown_build if images.hosts("10.0.99999") == set()

# Every word of a tag, every host and every base stands for a build that is known.
test_every_build_is_known if {
	named := {word.build | some word in known_builds.releases}
	hosts := object.keys(known_builds.runs_on)
	contained := {build | some node in known_builds.runs_on; some build in node.containers}
	first := object.keys(known_images.pause_versions)
	union({named, hosts, contained, first}) == object.keys(known_builds.windows_server)
}

test_moved_repositories_are_windows_only if {
	object.keys(known_images.moved) - object.keys(known_images.windows_only) == set()
}

test_repositories_with_both_are_in_no_other_table if {
	linux := object.keys(known_images.linux_only) | object.keys(known_images.linux_by_default)
	object.keys(known_images.both) & (object.keys(known_images.windows_only) | linux) == set()
	object.keys(known_images.linux_by_default) & object.keys(known_images.linux_only) == set()
}
