# METADATA
# title: The RuntimeClasses that are known
# description: |
#   A RuntimeClass adds its nodeSelector and tolerations to a Pod when that is created, never to the template of a
#   workload, so a rule has to look at the class itself (k8s.io/kubernetes/plugin/pkg/admission/runtimeclass).
package lib.windows.runtime_classes

import data.lib.windows.inventory
import data.lib.windows.settings
import data.lib.windows.subject

# The RuntimeClass that is judged, of whatever version; undefined where the object is anything else.
judged := subject.resource if {
	subject.resource.kind == "RuntimeClass"
	startswith(subject.resource.apiVersion, "node.k8s.io/")
}

# The class that the pod names, {"handler", "scheduling"}; undefined where it names none or the class is not known. What
# the configuration says of a class, to which those of a run belong, stands before the cluster's inventory.
of_pod := settings.document.runtimeClasses.classes[name] if {
	name := subject.pod.runtimeClassName
	configured
} else := inventory.runtime_classes[name] if {
	name := subject.pod.runtimeClassName
}

# Whether the configuration, and with it every template, knows the class that the pod names.
configured if {
	name := subject.pod.runtimeClassName
	settings.document.runtimeClasses.classes[name]
}

# Whether the pod names a class of which nothing is known.
unknown if {
	is_string(subject.pod.runtimeClassName)
	not of_pod
}

# Whether the configuration says that the classes known are all there are.
complete if settings.document.runtimeClasses.complete == true
