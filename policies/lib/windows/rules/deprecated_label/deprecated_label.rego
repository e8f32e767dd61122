# METADATA
# title: Labels that Kubernetes has replaced
# description: |
#   Kubernetes deprecated the labels beta.kubernetes.io/os and beta.kubernetes.io/arch in version 1.14, and the API
#   server warns about them. Nodes still carry both labels, so selectors still work. Nodes also carry the labels
#   without beta.
# related_resources:
#   - ref: https://kubernetes.io/docs/reference/labels-annotations-taints/#beta-kubernetes-io-os
#     description: Well-Known Labels, Annotations and Taints
# custom:
#   id: deprecated-label
#   category: placement
#   severities: [note]
#   yieldsTo: [os-conflict]
#   enforcedBy: [advice]
#   profiles: [placement]
#   since: 0.1.0
#   remedy: Use kubernetes.io/os and kubernetes.io/arch.
#   symptoms:
#     - 'deprecated since v1.14; use "kubernetes.io/os" instead'
#     - 'deprecated since v1.14; use "kubernetes.io/arch" instead'
#   kinds:
#     - pods
#     - apiGroups: [node.k8s.io]
#       kinds: [RuntimeClass]
#   needs: [placement.unusual]
#   appliesBy: [scheduling]
#   fields: [spec.nodeSelector, spec.affinity.nodeAffinity, scheduling.nodeSelector]
package lib.windows.rules.deprecated_label

import data.lib.windows.fix
import data.lib.windows.placement
import data.lib.windows.result
import data.lib.windows.runtime_classes
import data.lib.windows.subject

# A RuntimeClass is not a pod, so the rule must ask for it: only one for Windows that selects a deprecated label.
applies if {
	_class_for_windows
	some label, _ in _successors
	subject.resource.scheduling.nodeSelector[label]
}

finding contains result.note(rego.metadata.chain(), object.union(_repair(subject.pod.nodeSelector, field, label), {
	"field": sprintf("%s[%s]", [field, label]),
	"says": sprintf("Kubernetes deprecated this label. Use %s.", [successor]),
	"enforcedBy": "advice",
})) if {
	field := subject.pod_field("nodeSelector")
	some label, successor in _successors
	subject.pod.nodeSelector[label]
}

finding contains result.note(rego.metadata.chain(), {
	"field": expression.field,
	"says": sprintf("Kubernetes deprecated this label. Use %s.", [successor]),
	"enforcedBy": "advice",
	"fix": fix.set(expression.field, successor),
}) if {
	subject.pod.affinity
	some expression in _expressions
	successor := _successors[expression.key]
}

finding contains result.note(rego.metadata.chain(), object.union(_repair(selector, "scheduling.nodeSelector", label), {
	"field": sprintf("scheduling.nodeSelector[%s]", [label]),
	"says": sprintf("Kubernetes deprecated this label. Use %s.", [successor]),
	"enforcedBy": "advice",
	"because": "scheduling.nodeSelector selects windows",
})) if {
	_class_for_windows
	selector := subject.resource.scheduling.nodeSelector
	some label, successor in _successors
	selector[label]
}

# Source: k8s.io/kubernetes/pkg/api/node, GetNodeLabelDeprecatedMessage.
_successors := {
	"beta.kubernetes.io/arch": "kubernetes.io/arch",
	"beta.kubernetes.io/os": "kubernetes.io/os",
}

_class_for_windows if {
	placement.selector_statements(runtime_classes.judged.scheduling.nodeSelector)[0].os == "windows"
}

# The fix that renames a label of a selector. If the new label has the same value, the old one goes. If it has another value,
# one of the two is a mistake and there is no fix.
_repair(selector, path, label) := {"fix": fix.rename(sprintf("%s[%s]", [path, label]), sprintf("%s[%s]", [path, _successors[label]]))} if {
	object.get(selector, _successors[label], null) == null
} else := {"fix": fix.remove(sprintf("%s[%s]", [path, label]))} if {
	selector[_successors[label]] == selector[label]
} else := {}

# The keys of the expressions in required and preferred node affinity: {"key", "field": the path of the key}.
_expressions contains {"key": expression.key, "field": sprintf("%s.matchExpressions[%d].key", [term.field, index])} if {
	some term in _terms
	some index, expression in term.term.matchExpressions
}

_terms contains {"term": term, "field": sprintf("%s.nodeSelectorTerms[%d]", [path, index])} if {
	path := subject.pod_field("affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution")
	some index, term in subject.pod.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms
}

_terms contains {"term": weighted.preference, "field": sprintf("%s[%d].preference", [path, index])} if {
	path := subject.pod_field("affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution")
	some index, weighted in subject.pod.affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution
}
