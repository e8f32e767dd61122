# METADATA
# title: How a pod's containers are isolated from the node
# description: |
#   With process isolation a container shares the node's kernel; with Hyper-V isolation it has its own. The handler of
#   the RuntimeClass decides. If the handler has another name, or the class is unknown, the isolation is unknown.
# related_resources:
#   - ref: https://learn.microsoft.com/virtualization/windowscontainers/manage-containers/hyperv-container
#     description: Isolation Modes
package lib.windows.isolation

import data.lib.windows.runtime_classes
import data.lib.windows.subject

# Whether the containers certainly share the node's kernel: the pod has no RuntimeClass, or its class has a handler for
# process isolation.
process if object.get(subject.pod, "runtimeClassName", null) in {null, ""}

process if runtime_classes.of_pod.handler in {"docker", "runhcs-wcow-process"}

# Whether a handler is for Hyper-V isolation. handlers is an array of globs that match such handlers.
hyper_v(handler, handlers) if {
	some pattern in handlers
	glob.match(pattern, null, handler)
}

# Whether a Windows node runs the containers as Linux containers, in a virtual machine.
linux_containers if contains(lower(runtime_classes.of_pod.handler), "lcow")
