# METADATA
# title: The object that is judged
# description: |
#   Only this package knows the input forms: a manifest, an AdmissionReview, and Gatekeeper's {review, parameters}. Other
#   packages use this one and never read `input`, except lib.windows.gate.
package lib.windows.subject

# The Kubernetes object that is judged, as an object: the new one of an UPDATE, null on DELETE.
resource := input.review.object if {
	gatekeeper
} else := input.request.object if {
	input.kind == "AdmissionReview"
} else := input

# The object that an UPDATE replaces; null or undefined for other operations.
old_resource := input.review.oldObject if {
	gatekeeper
} else := input.request.oldObject if {
	input.kind == "AdmissionReview"
}

# The admission operation, such as "UPDATE"; "" for a manifest and in Gatekeeper's audit.
default operation := ""

operation := input.review.operation if {
	not input.kind
} else := input.request.operation if {
	input.kind == "AdmissionReview"
}

# The subresource of the request, such as "resize"; "" if the request writes the object itself.
default subresource := ""

subresource := input.review.subResource if {
	gatekeeper
} else := input.request.subResource if {
	input.kind == "AdmissionReview"
}

# The name of the user who makes the request; "" for a manifest and in Gatekeeper's audit.
default user := ""

user := input.review.userInfo.username if {
	gatekeeper
} else := input.request.userInfo.username if {
	input.kind == "AdmissionReview"
}

# The namespace of the object, from the request or the manifest; undefined if neither names one.
namespace := input.review.namespace if {
	gatekeeper
} else := input.request.namespace if {
	input.kind == "AdmissionReview"
} else := resource.metadata.namespace

# Whether the input is Gatekeeper's. Only a manifest has a kind, so a manifest with a key `review` is still a manifest.
gatekeeper if {
	input.review
	not input.kind
}

# The Constraint's parameters, an object; undefined in other input forms.
parameters := object.get(input, "parameters", {}) if {
	input.review
	not input.kind
}

# Whether the object is judged. An object that a cluster deletes is not, because a deny would block its finalizers.
judged if {
	resource.kind
	not operation in {"DELETE", "CONNECT"}
	not _being_deleted
}

# Only a cluster sets deletionTimestamp: the API server removes it from an object that somebody creates. So the field
# counts if the object comes from a cluster. An object of Gatekeeper's audit always has a uid.
# Source: k8s.io/apiserver v0.37.2, pkg/registry/rest/meta.go:30 and pkg/endpoints/handlers/create.go:171
_being_deleted if {
	object.get(resource, ["metadata", "deletionTimestamp"], null) != null
	_stored
}

_stored if operation == "UPDATE"

_stored if {
	some name in ["uid", "resourceVersion"]
	value := resource.metadata[name]
	is_string(value)
	value != ""
}

# The kinds that contain a PodSpec, by apiVersion: the keys from the object's root to the PodSpec.
# Source: k8s.io/api at v0.37, and removed versions that files still use.
pod_kinds := {
	"v1": {
		"Pod": ["spec"],
		"PodTemplate": ["template", "spec"],
		"ReplicationController": ["spec", "template", "spec"],
	},
	"apps/v1": {
		"DaemonSet": ["spec", "template", "spec"],
		"Deployment": ["spec", "template", "spec"],
		"ReplicaSet": ["spec", "template", "spec"],
		"StatefulSet": ["spec", "template", "spec"],
	},
	"apps/v1beta1": {"Deployment": ["spec", "template", "spec"], "StatefulSet": ["spec", "template", "spec"]},
	"apps/v1beta2": {
		"DaemonSet": ["spec", "template", "spec"],
		"Deployment": ["spec", "template", "spec"],
		"ReplicaSet": ["spec", "template", "spec"],
		"StatefulSet": ["spec", "template", "spec"],
	},
	"extensions/v1beta1": {
		"DaemonSet": ["spec", "template", "spec"],
		"Deployment": ["spec", "template", "spec"],
		"ReplicaSet": ["spec", "template", "spec"],
	},
	"batch/v1": {"CronJob": ["spec", "jobTemplate", "spec", "template", "spec"], "Job": ["spec", "template", "spec"]},
	"batch/v1beta1": {"CronJob": ["spec", "jobTemplate", "spec", "template", "spec"]},
	"batch/v2alpha1": {"CronJob": ["spec", "jobTemplate", "spec", "template", "spec"]},
}

# The keys from the object's root to the PodSpec: an array; undefined if the object has none. In a kind outside the table
# a spec.template.spec with a list of containers counts (Argo Rollout, OpenShift DeploymentConfig). Without containers it
# does not, because a node pool has that path too.
pod_path := ["spec"] if {
	resource.kind == "Pod"
	resource.apiVersion == "v1"
} else := path if {
	path := pod_kinds[resource.apiVersion][resource.kind]
} else := ["spec", "template", "spec"] if {
	is_array(resource.spec.template.spec.containers)
}

# The PodSpec, as an object; undefined if the object has none. The first case reads a Pod from Gatekeeper's input directly,
# because this is a large part of the cost of a Linux pod.
pod := input.review.object.spec if {
	input.review.object.kind == "Pod"
	input.review.object.apiVersion == "v1"
	not input.kind
} else := resource.spec if {
	resource.kind == "Pod"
	resource.apiVersion == "v1"
} else := object.get(resource, pod_path, null)

# The metadata of the pod: of the pod template if the object is a workload. {} if the template has none.
pod_metadata := input.review.object.metadata if {
	input.review.object.kind == "Pod"
	input.review.object.apiVersion == "v1"
	not input.kind
} else := resource.metadata if {
	resource.kind == "Pod"
	resource.apiVersion == "v1"
} else := object.get(resource, array.concat(_template_path, ["metadata"]), {})

_template_path := array.slice(pod_path, 0, count(pod_path) - 1)

# The path of a field of the PodSpec, as the API server writes it: pod_field("os.name") is "spec.template.spec.os.name" in
# a Deployment.
pod_field(name) := concat(".", array.concat(pod_path, [name]))

# The path of the PodSpec itself: "spec.template.spec" in a Deployment.
pod_spec_field := concat(".", pod_path)

# The path of a field of the pod's metadata: pod_metadata_field("labels") is "spec.template.metadata.labels" in a
# Deployment.
pod_metadata_field(name) := concat(".", array.concat(_template_path, ["metadata", name]))

# Whether the pod sets nodeName, so that the scheduler does not place it.
bound if count(pod.nodeName) > 0

# The input that makes the library judge the old object of an UPDATE as if it were created. It reports every severity,
# because the same finding can have had a higher one.
old_input := {
	"review": {"object": old_resource, "operation": "CREATE"},
	"parameters": object.union(parameters, {"severities": ["deny", "warn", "note"]}),
} if {
	gatekeeper
} else := old_resource
