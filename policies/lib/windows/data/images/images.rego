# METADATA
# title: Images
# description: |
#   Repositories and tags whose OS or use is known. A repository is written with its full name: docker.io/library/nginx.
#   If a repository is in no table, nothing is concluded from its name.
package lib.windows.data.images

# The sources of the entries, with the day on which they were checked.
sources := {
	"aks-node-termination-handler": {
		"url": "https://github.com/maksim-paskal/aks-node-termination-handler",
		"asOf": "2026-11-29",
	},
	"antrea": {
		"url": "https://antrea.io/docs/main/docs/windows/",
		"asOf": "2026-08-31",
	},
	"azure-disk-csi": {
		"url": "https://github.com/kubernetes-sigs/azuredisk-csi-driver",
		"asOf": "2026-08-31",
	},
	"azure-linux": {
		"url": "https://github.com/microsoft/azurelinux",
		"asOf": "2026-08-31",
	},
	"base-images": {
		"url": "https://learn.microsoft.com/virtualization/windowscontainers/manage-containers/container-base-images",
		"asOf": "2026-08-31",
	},
	"calico": {
		"url": "https://docs.tigera.io/calico/latest/getting-started/kubernetes/windows-calico/",
		"asOf": "2026-08-31",
	},
	"chainguard": {
		"url": "https://images.chainguard.dev/",
		"asOf": "2026-08-31",
	},
	"coredns": {
		"url": "https://github.com/coredns/coredns",
		"asOf": "2026-08-31",
	},
	"csi-sidecars": {
		"url": "https://github.com/kubernetes-csi/livenessprobe/blob/master/Dockerfile.Windows",
		"asOf": "2026-11-29",
	},
	"distroless": {
		"url": "https://github.com/GoogleContainerTools/distroless",
		"asOf": "2026-08-31",
	},
	"docker-official": {
		"url": "https://github.com/docker-library/official-images",
		"asOf": "2026-08-31",
	},
	"dotnet": {
		"url": "https://github.com/dotnet/dotnet-docker",
		"asOf": "2026-08-31",
	},
	"dotnet-framework": {
		"url": "https://github.com/microsoft/dotnet-framework-docker",
		"asOf": "2026-08-31",
	},
	"e2e-images": {
		"url": "https://github.com/kubernetes/kubernetes/blob/v1.37.2/test/images/image-util.sh",
		"asOf": "2026-11-29",
	},
	"host-process-base": {
		"url": "https://github.com/microsoft/windows-host-process-containers-base-image",
		"asOf": "2026-08-31",
	},
	"kubernetes-images": {
		"url": "https://github.com/kubernetes/kubernetes/blob/v1.37.2/build/common.sh",
		"asOf": "2026-08-31",
	},
	"latest-removed": {
		"url": "https://techcommunity.microsoft.com/t5/containers/removing-the-latest-tag-an-update-on-mcr/ba-p/393045",
		"asOf": "2026-08-31",
	},
	"moved-to-mcr": {
		"url": "https://techcommunity.microsoft.com/t5/containers/windows-server-2019-now-available/ba-p/382430",
		"asOf": "2026-08-31",
	},
	"mssql": {
		"url": "https://learn.microsoft.com/sql/linux/sql-server-linux-docker-container-deployment",
		"asOf": "2026-08-31",
	},
	"mssql-windows": {
		"url": "https://hub.docker.com/r/microsoft/mssql-server-windows-developer/",
		"asOf": "2026-08-31",
	},
	"node-problem-detector": {
		"url": "https://github.com/kubernetes/node-problem-detector",
		"asOf": "2026-08-31",
	},
	"pause-changelog": {
		"url": "https://github.com/kubernetes/kubernetes/blob/v1.37.2/build/pause/CHANGELOG.md",
		"asOf": "2026-11-29",
	},
	"pause-page": {
		"url": "https://kubernetes.io/docs/concepts/windows/intro/#pause-container",
		"asOf": "2026-08-31",
	},
	"powershell": {
		"url": "https://github.com/PowerShell/PowerShell-Docker",
		"asOf": "2026-08-31",
	},
	"red-hat": {
		"url": "https://catalog.redhat.com/software/base-images",
		"asOf": "2026-08-31",
	},
	"redis-windows": {
		"url": "https://github.com/docker-library/docs/blob/master/redis/README.md",
		"asOf": "2026-11-30",
	},
	"registry-frozen": {
		"url": "https://kubernetes.io/blog/2023/02/06/k8s-gcr-io-freeze-announcement/",
		"asOf": "2026-08-31",
	},
	"secrets-store": {
		"url": "https://github.com/kubernetes-sigs/secrets-store-csi-driver/blob/main/docker/windows.Dockerfile",
		"asOf": "2026-11-29",
	},
	"sig-windows-tools": {
		"url": "https://github.com/kubernetes-sigs/sig-windows-tools",
		"asOf": "2026-08-31",
	},
	"windows-exporter": {
		"url": "https://github.com/prometheus-community/windows_exporter",
		"asOf": "2026-08-31",
	},
}

# METADATA
# title: Repositories with only Windows images
# description: |
#   The full name of each repository.
windows_only := {
	"docker.io/antrea/antrea-windows": {"source": "antrea"},
	"docker.io/calico/cni-windows": {"source": "calico"},
	"docker.io/calico/node-windows": {"source": "calico"},
	"docker.io/calico/windows": {"source": "calico"},
	"docker.io/microsoft/aspnet": {"source": "dotnet-framework"},
	"docker.io/microsoft/dotnet-framework": {"source": "dotnet-framework"},
	"docker.io/microsoft/iis": {"source": "base-images"},
	"docker.io/microsoft/mssql-server-windows-developer": {"source": "mssql-windows"},
	"docker.io/microsoft/mssql-server-windows-express": {"source": "mssql-windows"},
	"docker.io/microsoft/nanoserver": {"source": "base-images"},
	"docker.io/microsoft/windowsservercore": {"source": "base-images"},
	"ghcr.io/prometheus-community/windows-exporter": {"source": "windows-exporter"},
	"mcr.microsoft.com/oss/kubernetes/windows-host-process-containers-base-image": {"source": "host-process-base"},
	"mcr.microsoft.com/oss/kubernetes/windows-nodeproblemdetector": {"source": "node-problem-detector"},
	"mcr.microsoft.com/oss/v2/kubernetes/windows-host-process-containers-base-image": {"source": "host-process-base"},
	"mcr.microsoft.com/windows": {"source": "base-images"},
	"quay.io/calico/cni-windows": {"source": "calico"},
	"quay.io/calico/node-windows": {"source": "calico"},
	"quay.io/calico/windows": {"source": "calico"},
}

# METADATA
# title: Groups of repositories with only Windows images
# description: |
#   The beginning of the full name of each repository of the group.
windows_only_below := {
	"docker.io/sigwindowstools/": {"source": "sig-windows-tools"},
	"ghcr.io/kubernetes-sigs/sig-windows/": {"source": "sig-windows-tools"},
	"mcr.microsoft.com/dotnet/framework/": {"source": "dotnet-framework"},
	"mcr.microsoft.com/windows/": {"source": "base-images"},
}

# METADATA
# title: Repositories with images of both OSes
# description: |
#   The full name of each repository. One reference means an image for each OS, unless the tag names one of them.
both := {
	"docker.io/library/caddy": {"source": "docker-official"},
	"docker.io/library/docker": {"source": "docker-official"},
	"docker.io/library/eclipse-temurin": {"source": "docker-official"},
	"docker.io/library/golang": {"source": "docker-official"},
	"docker.io/library/hello-world": {"source": "docker-official"},
	"docker.io/library/mongo": {"source": "docker-official"},
	"docker.io/library/nats": {"source": "docker-official"},
	"docker.io/library/openjdk": {"source": "docker-official"},
	"docker.io/library/python": {"source": "docker-official"},
	"docker.io/library/traefik": {"source": "docker-official"},
	"docker.io/paskalmaksim/aks-node-termination-handler": {"source": "aks-node-termination-handler"},
	"k8s.gcr.io/pause": {"source": "pause-changelog"},
	"mcr.microsoft.com/dotnet/aspnet": {"source": "dotnet"},
	"mcr.microsoft.com/dotnet/monitor": {"source": "dotnet"},
	"mcr.microsoft.com/dotnet/runtime": {"source": "dotnet"},
	"mcr.microsoft.com/dotnet/samples": {"source": "dotnet"},
	"mcr.microsoft.com/dotnet/sdk": {"source": "dotnet"},
	"mcr.microsoft.com/oss/kubernetes/pause": {"source": "pause-changelog"},
	"mcr.microsoft.com/oss/v2/kubernetes/pause": {"source": "pause-changelog"},
	"mcr.microsoft.com/powershell": {"source": "powershell"},
	"registry.k8s.io/csi-secrets-store/driver": {"source": "secrets-store"},
	"registry.k8s.io/pause": {"source": "pause-changelog"},
	"registry.k8s.io/sig-storage/csi-node-driver-registrar": {"source": "csi-sidecars"},
	"registry.k8s.io/sig-storage/livenessprobe": {"source": "csi-sidecars"},
}

# METADATA
# title: Folders with images of both OSes
# description: |
#   A part of the full name of each repository. Kubernetes' test images and their mirrors have such a part.
both_folders := {
	"e2e-test-images": {"source": "e2e-images"},
	"e2eteam": {"source": "e2e-images"},
	"kubernetes-e2e-test-images": {"source": "e2e-images"},
}

# METADATA
# title: Repositories with only Linux images
# description: |
#   The full name of each repository. No word in a tag makes such an image a Windows image.
linux_only := {
	"docker.io/calico/node": {"source": "calico"},
	"docker.io/library/alpine": {"source": "docker-official"},
	"docker.io/library/amazonlinux": {"source": "docker-official"},
	"docker.io/library/busybox": {"source": "docker-official"},
	"docker.io/library/centos": {"source": "docker-official"},
	"docker.io/library/debian": {"source": "docker-official"},
	"docker.io/library/fedora": {"source": "docker-official"},
	"docker.io/library/haproxy": {"source": "docker-official"},
	"docker.io/library/httpd": {"source": "docker-official"},
	"docker.io/library/mariadb": {"source": "docker-official"},
	"docker.io/library/memcached": {"source": "docker-official"},
	"docker.io/library/mysql": {"source": "docker-official"},
	"docker.io/library/nginx": {"source": "docker-official"},
	"docker.io/library/postgres": {"source": "docker-official"},
	"docker.io/library/rabbitmq": {"source": "docker-official"},
	"docker.io/library/rockylinux": {"source": "docker-official"},
	"docker.io/library/ubuntu": {"source": "docker-official"},
	"mcr.microsoft.com/azurelinux": {"source": "azure-linux"},
	"mcr.microsoft.com/cbl-mariner": {"source": "azure-linux"},
	"mcr.microsoft.com/mssql/server": {"source": "mssql"},
	"quay.io/calico/node": {"source": "calico"},
	"registry.k8s.io/coredns/coredns": {"source": "coredns"},
	"registry.k8s.io/kube-apiserver": {"source": "kubernetes-images"},
	"registry.k8s.io/kube-controller-manager": {"source": "kubernetes-images"},
	"registry.k8s.io/kube-proxy": {"source": "kubernetes-images"},
	"registry.k8s.io/kube-scheduler": {"source": "kubernetes-images"},
}

# METADATA
# title: Repositories with Linux images and old tags for Windows
# description: |
#   The full name of each repository. Its publisher once made images for Windows, and their tags name it. A reference
#   with another tag, or without a tag, is for Linux. Nothing is known of a digest.
linux_by_default := {"docker.io/library/redis": {"source": "redis-windows"}}

# METADATA
# title: Groups of repositories with only Linux images
# description: |
#   The beginning of the full name of each repository of the group.
linux_only_below := {
	"cgr.dev/chainguard/": {"source": "chainguard"},
	"gcr.io/distroless/": {"source": "distroless"},
	"mcr.microsoft.com/azurelinux/": {"source": "azure-linux"},
	"mcr.microsoft.com/cbl-mariner/": {"source": "azure-linux"},
	"quay.io/centos/": {"source": "red-hat"},
	"registry.access.redhat.com/ubi": {"source": "red-hat"},
}

# METADATA
# title: Publishers whose tags tell the OS
# description: |
#   The beginning of the full name of each repository of the publisher.
tags_tell := {
	"docker.io/library/": {"source": "docker-official"},
	"mcr.microsoft.com/": {"source": "base-images"},
}

# METADATA
# title: Repositories without the tag "latest"
# description: |
#   Microsoft removed the tag on 2019-04-16.
without_latest := {
	"mcr.microsoft.com/windows": {"source": "latest-removed"},
	"mcr.microsoft.com/windows/nanoserver": {"source": "latest-removed"},
	"mcr.microsoft.com/windows/server": {"source": "latest-removed"},
	"mcr.microsoft.com/windows/servercore": {"source": "latest-removed"},
}

# METADATA
# title: Repositories that get no updates
# description: |
#   Microsoft stopped updating them on Docker Hub in 2020. `to` is the replacement.
moved := {
	"docker.io/microsoft/aspnet": {"to": "mcr.microsoft.com/dotnet/framework/aspnet", "source": "moved-to-mcr"},
	"docker.io/microsoft/dotnet-framework": {"to": "mcr.microsoft.com/dotnet/framework/runtime", "source": "moved-to-mcr"},
	"docker.io/microsoft/iis": {"to": "mcr.microsoft.com/windows/servercore/iis", "source": "moved-to-mcr"},
	"docker.io/microsoft/nanoserver": {"to": "mcr.microsoft.com/windows/nanoserver", "source": "moved-to-mcr"},
	"docker.io/microsoft/windowsservercore": {"to": "mcr.microsoft.com/windows/servercore", "source": "moved-to-mcr"},
}

# METADATA
# title: Repositories whose images name no user
# description: |
#   Their containers run as ContainerAdministrator. An image built on one of them can name a user.
administrators := {
	"mcr.microsoft.com/dotnet/framework/aspnet": {"source": "dotnet-framework"},
	"mcr.microsoft.com/dotnet/framework/runtime": {"source": "dotnet-framework"},
	"mcr.microsoft.com/dotnet/framework/samples": {"source": "dotnet-framework"},
	"mcr.microsoft.com/dotnet/framework/sdk": {"source": "dotnet-framework"},
	"mcr.microsoft.com/dotnet/framework/wcf": {"source": "dotnet-framework"},
	"mcr.microsoft.com/windows": {"source": "base-images"},
	"mcr.microsoft.com/windows/server": {"source": "base-images"},
	"mcr.microsoft.com/windows/server/insider": {"source": "base-images"},
	"mcr.microsoft.com/windows/servercore": {"source": "base-images"},
	"mcr.microsoft.com/windows/servercore/iis": {"source": "base-images"},
	"mcr.microsoft.com/windows/servercore/insider": {"source": "base-images"},
}

# METADATA
# title: Repositories of Nano Server itself
# description: |
#   The full name of each repository.
nano_servers := {
	"docker.io/microsoft/nanoserver": {"source": "base-images"},
	"mcr.microsoft.com/windows/nanoserver": {"source": "base-images"},
	"mcr.microsoft.com/windows/nanoserver/insider": {"source": "base-images"},
}

# METADATA
# title: Repositories of images without an operating system
# description: |
#   Only HostProcess containers can use these images.
host_process_only := {
	"mcr.microsoft.com/oss/kubernetes/windows-host-process-containers-base-image": {"source": "host-process-base"},
	"mcr.microsoft.com/oss/v2/kubernetes/windows-host-process-containers-base-image": {"source": "host-process-base"},
}

# METADATA
# title: Endings of the tags of images without an operating system
# description: |
#   Only HostProcess containers can use these images.
host_process_endings := {
	"-hostprocess": {"source": "sig-windows-tools"},
	"-windows-hp": {"source": "azure-disk-csi"},
}

# METADATA
# title: Repositories of the pause image
# description: |
#   The full name of each repository.
pause_repositories := {
	"mcr.microsoft.com/oss/kubernetes/pause": {"source": "pause-changelog"},
	"mcr.microsoft.com/oss/v2/kubernetes/pause": {"source": "pause-changelog"},
	"registry.k8s.io/pause": {"source": "pause-changelog"},
}

# METADATA
# title: Pause images for Windows builds
# description: |
#   The first version of the pause image with a variant for the build.
pause_versions := {
	"10.0.17763": {"version": "3.4", "source": "pause-changelog"},
	"10.0.20348": {"version": "3.6", "source": "pause-changelog"},
	"10.0.26100": {"version": "3.10.2", "source": "pause-changelog"},
}

# METADATA
# title: The recommended pause image
# description: |
#   The oldest version that the documentation recommends for Windows nodes.
pause_recommended := {
	"Windows nodes": {"version": "3.6", "source": "pause-page"},
}

# METADATA
# title: Registries that get no new images
# description: |
#   `since` is the day from which the registry is frozen.
frozen_registries := {
	"k8s.gcr.io": {"since": "2023-04-03", "source": "registry-frozen"},
}
