# METADATA
# title: Facts about Windows builds and images
# description: |
#   The builds of Windows, the tags that name them, the nodes they run on, and repositories whose OS is known.
#   A repository is written with its full name: docker.io/library/nginx. If a repository is in no list, nothing is
#   concluded from its name.
# related_resources:
#   - ref: https://learn.microsoft.com/virtualization/windowscontainers/deploy-containers/base-image-lifecycle
#     description: Base image servicing lifecycles
#   - ref: https://learn.microsoft.com/virtualization/windowscontainers/deploy-containers/version-compatibility
#     description: Windows container version compatibility
#   - ref: https://learn.microsoft.com/virtualization/windowscontainers/manage-containers/container-base-images
#     description: Container base images
#   - ref: https://github.com/kubernetes/kubernetes/blob/v1.37.2/build/pause/CHANGELOG.md
#     description: The pause image's changelog
package lib.windows.images_data

# The day on which these facts were checked. Rules compare the end of support with this day, never with the clock.
as_of := "2026-08-31"

# The builds of Windows Server, by major.minor.build: {"name", "supportEnds": the day of the last update}. Each had base
# images, except 23H2, which is only a host.
builds := {
	"10.0.14393": {"name": "Windows Server 2016", "supportEnds": "2027-01-12"},
	"10.0.16299": {"name": "Windows Server, version 1709", "supportEnds": "2019-04-09"},
	"10.0.17134": {"name": "Windows Server, version 1803", "supportEnds": "2019-11-12"},
	"10.0.17763": {"name": "Windows Server 2019", "supportEnds": "2029-01-09"},
	"10.0.18362": {"name": "Windows Server, version 1903", "supportEnds": "2020-12-08"},
	"10.0.18363": {"name": "Windows Server, version 1909", "supportEnds": "2021-05-11"},
	"10.0.19041": {"name": "Windows Server, version 2004", "supportEnds": "2021-12-14"},
	"10.0.19042": {"name": "Windows Server, version 20H2", "supportEnds": "2022-08-09"},
	"10.0.20348": {"name": "Windows Server 2022", "supportEnds": "2031-10-14"},
	"10.0.25398": {"name": "Windows Server, version 23H2", "supportEnds": "2025-10-24"},
	"10.0.26100": {"name": "Windows Server 2025", "supportEnds": "2034-11-14"},
}

# The names of long-term releases. Only Windows images have them, in the tag or as the last word of the repository.
long_term := {"ltsc2016", "ltsc2019", "ltsc2022", "ltsc2025"}

# The build that a word of a tag names. The long-term names count in every image. The other words count only if the
# image is known to be for Windows, because they can mean something else.
releases := {
	"1607": "10.0.14393",
	"1709": "10.0.16299",
	"1803": "10.0.17134",
	"1809": "10.0.17763",
	"1903": "10.0.18362",
	"1909": "10.0.18363",
	"2004": "10.0.19041",
	"20348": "10.0.20348",
	"20h2": "10.0.19042",
	"23h2": "10.0.25398",
	"ltsc2016": "10.0.14393",
	"ltsc2019": "10.0.17763",
	"ltsc2022": "10.0.20348",
	"ltsc2025": "10.0.26100",
	"sac2016": "10.0.14393",
}

# The builds of containers that start on a node with process isolation, by the build of the node: sets. Below 10.0.20348
# the two builds must be equal (for 10.0.14393 also the revision). From 10.0.20348 on, a node also runs the previous
# long-term release. HostProcess containers and Hyper-V isolated containers have no such limit.
# Source: the page on version compatibility, and github.com/containerd/platforms v1.0.0-rc.5, NewMatcher.
runs_on := {
	"10.0.14393": {"10.0.14393"},
	"10.0.16299": {"10.0.16299"},
	"10.0.17134": {"10.0.17134"},
	"10.0.17763": {"10.0.17763"},
	"10.0.18362": {"10.0.18362"},
	"10.0.18363": {"10.0.18363"},
	"10.0.19041": {"10.0.19041"},
	"10.0.19042": {"10.0.19042"},
	"10.0.20348": {"10.0.20348"},
	"10.0.25398": {"10.0.20348", "10.0.25398"},
	"10.0.26100": {"10.0.20348", "10.0.25398", "10.0.26100"},
}

# A word of a tag that means Windows: a regular expression.
windows_word := `^(?:hostprocess|servercore|windows|ltsc20(?:16|19|22|25)|(?:nanoserver|windows1|windows2|windowsservercore).*)$`

# The repositories that contain only Windows images.
# Source: the page on base images, https://github.com/microsoft/dotnet-framework-docker, and the projects' own manifests.
windows_only := {
	"docker.io/antrea/antrea-windows",
	"docker.io/calico/cni-windows",
	"docker.io/calico/node-windows",
	"docker.io/calico/windows",
	"docker.io/microsoft/aspnet",
	"docker.io/microsoft/dotnet-framework",
	"docker.io/microsoft/iis",
	"docker.io/microsoft/mssql-server-windows-developer",
	"docker.io/microsoft/mssql-server-windows-express",
	"docker.io/microsoft/nanoserver",
	"docker.io/microsoft/windowsservercore",
	"ghcr.io/prometheus-community/windows-exporter",
	"mcr.microsoft.com/oss/kubernetes/windows-host-process-containers-base-image",
	"mcr.microsoft.com/oss/kubernetes/windows-nodeproblemdetector",
	"mcr.microsoft.com/oss/v2/kubernetes/windows-host-process-containers-base-image",
	"mcr.microsoft.com/windows",
	"quay.io/calico/cni-windows",
	"quay.io/calico/node-windows",
	"quay.io/calico/windows",
}

# The beginnings of the names of further repositories that contain only Windows images.
windows_only_below := {
	"docker.io/sigwindowstools/",
	"ghcr.io/kubernetes-sigs/sig-windows/",
	"mcr.microsoft.com/dotnet/framework/",
	"mcr.microsoft.com/windows/",
}

# The repositories that contain only Linux images. Repositories that also contain Windows images are left out: pause,
# etcd and the end-to-end test images of registry.k8s.io, mcr.microsoft.com/dotnet, and Docker's golang, python, openjdk,
# eclipse-temurin, hello-world, docker, caddy, mongo, nats and traefik.
# Source: the platforms that https://github.com/docker-library/official-images lists, and the publishers' own pages.
linux_only := {
	"docker.io/calico/node",
	"docker.io/library/alpine",
	"docker.io/library/amazonlinux",
	"docker.io/library/busybox",
	"docker.io/library/centos",
	"docker.io/library/debian",
	"docker.io/library/fedora",
	"docker.io/library/haproxy",
	"docker.io/library/httpd",
	"docker.io/library/mariadb",
	"docker.io/library/memcached",
	"docker.io/library/mysql",
	"docker.io/library/nginx",
	"docker.io/library/postgres",
	"docker.io/library/rabbitmq",
	"docker.io/library/redis",
	"docker.io/library/rockylinux",
	"docker.io/library/ubuntu",
	"mcr.microsoft.com/azurelinux",
	"mcr.microsoft.com/cbl-mariner",
	"mcr.microsoft.com/mssql/server",
	"quay.io/calico/node",
	"registry.k8s.io/coredns/coredns",
	"registry.k8s.io/kube-apiserver",
	"registry.k8s.io/kube-controller-manager",
	"registry.k8s.io/kube-proxy",
	"registry.k8s.io/kube-scheduler",
}

# The beginnings of the names of further repositories that contain only Linux images.
linux_only_below := {
	"cgr.dev/chainguard/",
	"gcr.io/distroless/",
	"mcr.microsoft.com/azurelinux/",
	"mcr.microsoft.com/cbl-mariner/",
	"quay.io/centos/",
	"registry.access.redhat.com/ubi",
}

# The beginnings of the names of repositories whose tags tell the OS for certain: those above, and publishers whose tags
# are known.
certain_below := (windows_only_below | linux_only_below) | {"docker.io/library/", "mcr.microsoft.com/"}

# The repositories that have no tag "latest" since 2019-04-16.
# Source: https://techcommunity.microsoft.com/t5/containers/removing-the-latest-tag-an-update-on-mcr/ba-p/393045
without_latest := {
	"mcr.microsoft.com/windows",
	"mcr.microsoft.com/windows/nanoserver",
	"mcr.microsoft.com/windows/server",
	"mcr.microsoft.com/windows/servercore",
}

# The Docker Hub repositories that Microsoft stopped updating in 2020, and their replacements.
# Source: https://techcommunity.microsoft.com/t5/containers/windows-server-2019-now-available/ba-p/382430
moved := {
	"docker.io/microsoft/aspnet": "mcr.microsoft.com/dotnet/framework/aspnet",
	"docker.io/microsoft/dotnet-framework": "mcr.microsoft.com/dotnet/framework/runtime",
	"docker.io/microsoft/iis": "mcr.microsoft.com/windows/servercore/iis",
	"docker.io/microsoft/nanoserver": "mcr.microsoft.com/windows/nanoserver",
	"docker.io/microsoft/windowsservercore": "mcr.microsoft.com/windows/servercore",
}

# The repositories whose images name no user, so that containers run as ContainerAdministrator. An image built on one of
# them can name a user.
administrators := {
	"mcr.microsoft.com/dotnet/framework/aspnet",
	"mcr.microsoft.com/dotnet/framework/runtime",
	"mcr.microsoft.com/dotnet/framework/samples",
	"mcr.microsoft.com/dotnet/framework/sdk",
	"mcr.microsoft.com/dotnet/framework/wcf",
	"mcr.microsoft.com/windows",
	"mcr.microsoft.com/windows/server",
	"mcr.microsoft.com/windows/server/insider",
	"mcr.microsoft.com/windows/servercore",
	"mcr.microsoft.com/windows/servercore/iis",
	"mcr.microsoft.com/windows/servercore/insider",
}

# The repositories of Nano Server itself.
nano_servers := {
	"docker.io/microsoft/nanoserver",
	"mcr.microsoft.com/windows/nanoserver",
	"mcr.microsoft.com/windows/nanoserver/insider",
}

# The repositories of images without an operating system of their own. Only HostProcess containers can use them.
host_process_only := {
	"mcr.microsoft.com/oss/kubernetes/windows-host-process-containers-base-image",
	"mcr.microsoft.com/oss/v2/kubernetes/windows-host-process-containers-base-image",
}

# The endings of the tags of such images.
host_process_endings := {"-hostprocess", "-windows-hp"}

# The pause image: {"repositories", "frozenRegistry": the registry that gets no new images since 2023-04-03,
# "recommended": the oldest version that the documentation recommends, "firstFor": the first version with an image for a
# build}.
# Source: the changelog, and https://kubernetes.io/docs/concepts/windows/intro/#pause-container
pause := {
	"repositories": {
		"mcr.microsoft.com/oss/kubernetes/pause",
		"mcr.microsoft.com/oss/v2/kubernetes/pause",
		"registry.k8s.io/pause",
	},
	"frozenRegistry": "k8s.gcr.io",
	"recommended": "3.6",
	"firstFor": {"10.0.17763": "3.4", "10.0.20348": "3.6", "10.0.26100": "3.10.2"},
}
