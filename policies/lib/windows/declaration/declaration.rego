# METADATA
# title: How a pod declares Windows
# description: |
#   A pod without spec.os.name is for Windows only by its placement. To set the name is safe only in one step with the
#   removal of every field that the API server then rejects. To remove such a field alone is not safe: in a namespace with
#   the level restricted of Pod Security a pod without the name needs it.
package lib.windows.declaration

import data.lib.windows.containers
import data.lib.windows.fix
import data.lib.windows.linux_only
import data.lib.windows.subject

# The fix that sets spec.os.name to windows and removes what the API server rejects in a pod that has the name. It belongs
# to pods without the name. In Gatekeeper it is [], as every fix.
repair := [] if {
	subject.gatekeeper
} else := array.concat(fix.remove_all(_rejected), fix.set(subject.pod_field("os.name"), "windows"))

_rejected contains path if some path in linux_only.set_fields

# Only a privileged container can have Bidirectional, and the fix removes privileged.
_rejected contains containers.field(container, sprintf("volumeMounts[%d].mountPropagation", [index])) if {
	some container in containers.of_pod
	some index, mount in container.spec.volumeMounts
	mount.mountPropagation == "Bidirectional"
}
