# METADATA
# title: How a pod's containers are kept apart from their node
# description: |
#   Process isolation shares the node's kernel, Hyper-V isolation brings one of its own. The handler of the RuntimeClass
#   decides; of a handler that is called otherwise, and of a class that is not known, nothing can be said.
# related_resources:
#   - ref: https://learn.microsoft.com/virtualization/windowscontainers/manage-containers/hyperv-container
#     description: Isolation Modes
package lib.windows.isolation

import data.lib.windows.runtime_classes
import data.lib.windows.subject

# Whether the containers share the node's kernel for certain: what a pod without a RuntimeClass does, and one whose class
# names a handler for that.
process if object.get(subject.pod, "runtimeClassName", null) in {null, ""}

process if runtime_classes.of_pod.handler in {"docker", "runhcs-wcow-process"}

# Whether a handler, a glob of `handlers`, is one for Hyper-V isolation.
hyper_v(handler, handlers) if glob.match(handlers[_], null, handler)

# Whether the containers may be for Linux though the node is for Windows, in a virtual machine of their own.
linux_containers if contains(lower(runtime_classes.of_pod.handler), "lcow")
