# METADATA
# title: The known RuntimeClasses
# description: |
#   The API server adds the nodeSelector and tolerations of a RuntimeClass to a Pod when the Pod is created, never to the
#   template of a workload. A rule therefore reads the class (k8s.io/kubernetes/plugin/pkg/admission/runtimeclass).
package lib.windows.runtime_classes

import data.lib.windows.inventory
import data.lib.windows.settings
import data.lib.windows.subject

# The RuntimeClass that is judged, of any version; undefined if the object is of another kind.
judged := subject.resource if {
	subject.resource.kind == "RuntimeClass"
	startswith(subject.resource.apiVersion, "node.k8s.io/")
}

# The class that the pod names, with "handler" and "scheduling"; undefined if the pod names none or the class is unknown.
# The configuration, which contains the classes of a run, overrides the cluster's inventory.
of_pod := settings.document.runtimeClasses.classes[name] if {
	name := subject.pod.runtimeClassName
	configured
} else := inventory.runtime_classes[name] if {
	name := subject.pod.runtimeClassName
}

# Whether the configuration contains the class that the pod names. Then every template knows it.
configured if {
	name := subject.pod.runtimeClassName
	settings.document.runtimeClasses.classes[name]
}

# Whether the pod names a class that is unknown.
unknown if {
	is_string(subject.pod.runtimeClassName)
	not of_pod
}

# Whether the configuration declares that no other classes exist.
complete if settings.document.runtimeClasses.complete == true
