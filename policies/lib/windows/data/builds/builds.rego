# METADATA
# title: Windows builds
# description: The builds of Windows Server, the words of tags that name them, and the nodes that run them.
package lib.windows.data.builds

# The sources of the entries, with the day on which they were checked.
sources := {
	"compatibility": {
		"url": "https://learn.microsoft.com/virtualization/windowscontainers/deploy-containers/version-compatibility",
		"asOf": "2026-08-31",
	},
	"lifecycle": {
		"url": "https://learn.microsoft.com/virtualization/windowscontainers/deploy-containers/base-image-lifecycle",
		"asOf": "2026-08-31",
	},
}

# METADATA
# title: Builds of Windows Server
# description: |
#   By major.minor.build: the name, and the day of the last update. Each build has base images, except 23H2, which is
#   only a host.
windows_server := {
	"10.0.14393": {"name": "Windows Server 2016", "supportEnds": "2027-01-12", "source": "lifecycle"},
	"10.0.16299": {"name": "Windows Server, version 1709", "supportEnds": "2019-04-09", "source": "lifecycle"},
	"10.0.17134": {"name": "Windows Server, version 1803", "supportEnds": "2019-11-12", "source": "lifecycle"},
	"10.0.17763": {"name": "Windows Server 2019", "supportEnds": "2029-01-09", "source": "lifecycle"},
	"10.0.18362": {"name": "Windows Server, version 1903", "supportEnds": "2020-12-08", "source": "lifecycle"},
	"10.0.18363": {"name": "Windows Server, version 1909", "supportEnds": "2021-05-11", "source": "lifecycle"},
	"10.0.19041": {"name": "Windows Server, version 2004", "supportEnds": "2021-12-14", "source": "lifecycle"},
	"10.0.19042": {"name": "Windows Server, version 20H2", "supportEnds": "2022-08-09", "source": "lifecycle"},
	"10.0.20348": {"name": "Windows Server 2022", "supportEnds": "2031-10-14", "source": "lifecycle"},
	"10.0.25398": {"name": "Windows Server, version 23H2", "supportEnds": "2025-10-24", "source": "lifecycle"},
	"10.0.26100": {"name": "Windows Server 2025", "supportEnds": "2034-11-14", "source": "lifecycle"},
}

# METADATA
# title: Words of tags that name a build
# description: |
#   The long-term names, which begin with ltsc, count in every image. The other words count only if the image is known to
#   be for Windows, because they can mean something else.
releases := {
	"1607": {"build": "10.0.14393", "source": "lifecycle"},
	"1709": {"build": "10.0.16299", "source": "lifecycle"},
	"1803": {"build": "10.0.17134", "source": "lifecycle"},
	"1809": {"build": "10.0.17763", "source": "lifecycle"},
	"1903": {"build": "10.0.18362", "source": "lifecycle"},
	"1909": {"build": "10.0.18363", "source": "lifecycle"},
	"2004": {"build": "10.0.19041", "source": "lifecycle"},
	"20348": {"build": "10.0.20348", "source": "lifecycle"},
	"20h2": {"build": "10.0.19042", "source": "lifecycle"},
	"23h2": {"build": "10.0.25398", "source": "lifecycle"},
	"ltsc2016": {"build": "10.0.14393", "source": "lifecycle"},
	"ltsc2019": {"build": "10.0.17763", "source": "lifecycle"},
	"ltsc2022": {"build": "10.0.20348", "source": "lifecycle"},
	"ltsc2025": {"build": "10.0.26100", "source": "lifecycle"},
	"sac2016": {"build": "10.0.14393", "source": "lifecycle"},
}

# METADATA
# title: Builds of containers by the build of the node
# description: |
#   `containers` are the builds that start with process isolation. Below 10.0.20348 the two builds must be equal (for
#   10.0.14393 also the revision). From 10.0.20348 on, a node also runs the previous long-term release. HostProcess
#   containers and Hyper-V isolated containers have no such limit. The source agrees with NewMatcher of
#   github.com/containerd/platforms v1.0.0-rc.5.
runs_on := {
	"10.0.14393": {"containers": ["10.0.14393"], "source": "compatibility"},
	"10.0.16299": {"containers": ["10.0.16299"], "source": "compatibility"},
	"10.0.17134": {"containers": ["10.0.17134"], "source": "compatibility"},
	"10.0.17763": {"containers": ["10.0.17763"], "source": "compatibility"},
	"10.0.18362": {"containers": ["10.0.18362"], "source": "compatibility"},
	"10.0.18363": {"containers": ["10.0.18363"], "source": "compatibility"},
	"10.0.19041": {"containers": ["10.0.19041"], "source": "compatibility"},
	"10.0.19042": {"containers": ["10.0.19042"], "source": "compatibility"},
	"10.0.20348": {"containers": ["10.0.20348"], "source": "compatibility"},
	"10.0.25398": {"containers": ["10.0.20348", "10.0.25398"], "source": "compatibility"},
	"10.0.26100": {"containers": ["10.0.20348", "10.0.25398", "10.0.26100"], "source": "compatibility"},
}
