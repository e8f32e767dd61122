# METADATA
# title: What is judged
# description: |
#   The one place that knows the shapes an input comes in: a manifest as it stands in a file, an AdmissionReview, or
#   Gatekeeper's {review, parameters}. Every other package asks this one and never reads input itself.
package lib.windows.subject

# The Kubernetes object judged: the new one of an UPDATE, null where there is none.
resource := input.review.object if {
	gatekeeper
} else := input.request.object if {
	input.kind == "AdmissionReview"
} else := input

# The object an UPDATE replaces, null or undefined for anything else.
old_resource := input.review.oldObject if {
	gatekeeper
} else := input.request.oldObject if {
	input.kind == "AdmissionReview"
}

# The admission operation, "" for a manifest and in Gatekeeper's audit.
default operation := ""

operation := input.review.operation if {
	input.review
	not input.kind
} else := input.request.operation if {
	input.kind == "AdmissionReview"
}

# The subresource of the request, as "resize", "" where the object itself is written.
default subresource := ""

subresource := input.review.subResource if {
	gatekeeper
} else := input.request.subResource if {
	input.kind == "AdmissionReview"
}

# The namespace of the object, as the request or the manifest names it; undefined where neither does.
namespace := input.review.namespace if {
	gatekeeper
} else := input.request.namespace if {
	input.kind == "AdmissionReview"
} else := resource.metadata.namespace

# Whether the input is Gatekeeper's. A manifest always has a kind, so a stray `review` in one cannot hide it.
gatekeeper if {
	input.review
	not input.kind
}

# What Gatekeeper passes from the Constraint, undefined from any other door.
parameters := object.get(input, "parameters", {}) if {
	input.review
	not input.kind
}

# Whether the object is to be judged at all: nothing that is being deleted is.
judged if {
	resource.kind
	object.get(resource, ["metadata", "deletionTimestamp"], null) == null
	not operation in {"DELETE", "CONNECT"}
}

# The kinds whose objects carry a pod, by apiVersion: the way from the object's root to its PodSpec.
# Source: k8s.io/api at v0.37, and the removed versions still met in files.
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

# The keys from the object's root to the PodSpec. Of a kind not in the table only a spec.template.spec with a list of
# containers is a pod (Argo Rollout, OpenShift DeploymentConfig); a node pool's is not.
pod_path := ["spec"] if {
	resource.kind == "Pod"
	resource.apiVersion == "v1"
} else := path if {
	path := pod_kinds[resource.apiVersion][resource.kind]
} else := ["spec", "template", "spec"] if {
	is_array(resource.spec.template.spec.containers)
}

# The PodSpec; undefined where the object carries none. A Pod in Gatekeeper comes first, and straight from the input: for
# a Linux pod this is much of the work.
pod := input.review.object.spec if {
	input.review.object.kind == "Pod"
	input.review.object.apiVersion == "v1"
	not input.kind
} else := resource.spec if {
	resource.kind == "Pod"
	resource.apiVersion == "v1"
} else := object.get(resource, pod_path, null)

# The metadata of the pod itself: of the template where the object is a workload.
pod_metadata := input.review.object.metadata if {
	input.review.object.kind == "Pod"
	input.review.object.apiVersion == "v1"
	not input.kind
} else := resource.metadata if {
	resource.kind == "Pod"
	resource.apiVersion == "v1"
} else := object.get(resource, array.concat(_template_path, ["metadata"]), {})

_template_path := array.slice(pod_path, 0, count(pod_path) - 1)

# The API server's path of a field of the PodSpec: pod_field("os.name") is "spec.template.spec.os.name" in a Deployment.
pod_field(name) := concat(".", array.concat(pod_path, [name]))

# The path of the PodSpec itself: "spec.template.spec" in a Deployment.
pod_spec_field := concat(".", pod_path)

# The path of a field of the pod's metadata: "spec.template.metadata.labels" in a Deployment.
pod_metadata_field(name) := concat(".", array.concat(_template_path, ["metadata", name]))

# Whether the pod names its node, and so never meets the scheduler.
bound if count(pod.nodeName) > 0

# Whether a controller owns the object, one whose own template these rules judge.
controlled if {
	some owner in resource.metadata.ownerReferences
	owner.controller == true
	pod_kinds[owner.apiVersion][owner.kind]
}

# The input that stands for the object which an UPDATE replaces, judged as if it were created, and for every severity: a
# finding may have been graver before.
replaced := {
	"review": {"object": old_resource, "operation": "CREATE"},
	"parameters": object.union(parameters, {"severities": ["deny", "warn", "note"]}),
} if {
	gatekeeper
} else := old_resource
