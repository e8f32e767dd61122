# METADATA
# title: Handlers of container runtimes
# description: The handlers of RuntimeClasses whose runtimes run only Linux containers.
package lib.windows.data.handlers

# The pages that the facts come from, each with the day of the check.
sources := {
	"crun": {"url": "https://github.com/containers/crun", "asOf": "2026-08-31"},
	"gvisor": {"url": "https://gvisor.dev/docs/user_guide/containerd/quick_start/", "asOf": "2026-08-31"},
	"kata": {"url": "https://github.com/kata-containers/runtime/blob/master/README.md", "asOf": "2026-11-29"},
	"runc": {"url": "https://github.com/opencontainers/runc", "asOf": "2026-11-29"},
}

# METADATA
# scope: rule
# title: Handlers of Linux
# description: The first word of a handler, up to the first hyphen, that names a runtime for Linux containers only.
linux_only := {
	"crun": {"runtime": "crun", "source": "crun"},
	"gvisor": {"runtime": "gVisor", "source": "gvisor"},
	"kata": {"runtime": "Kata Containers", "source": "kata"},
	"runc": {"runtime": "runc", "source": "runc"},
	"runsc": {"runtime": "gVisor", "source": "gvisor"},
}
