# METADATA
# title: Feature gates and flags that Kubernetes removed
# description: |
#   A kubelet or kube-proxy does not start with a feature gate or a flag that it does not know. It does not start either
#   if the file sets a locked gate to another value. The rule judges the files of nodes with any OS, because all of them
#   read gates and flags in the same way. It denies what fails in every version that the cluster can have. If only a
#   later version fails, it warns and names that version. Set kubernetesVersion to get an answer for your cluster only.
# related_resources:
#   - ref: https://kubernetes.io/docs/reference/command-line-tools-reference/feature-gates-removed/
#     description: Feature gates (removed)
#   - ref: https://github.com/kubernetes/kubernetes/blob/v1.37.2/cmd/kubelet/app/server.go#L207
#     description: The kubelet sets its gates and fails
#   - ref: https://github.com/kubernetes/kubernetes/blob/v1.37.2/cmd/kube-proxy/app/options.go#L241
#     description: kube-proxy sets its gates and fails
# custom:
#   id: removed-feature
#   category: cluster
#   severities: [deny, warn]
#   enforcedBy: [kubelet, runtime]
#   profiles: [baseline]
#   since: 0.1.0
#   remedy: Remove the gate or the flag, or set a locked gate to the value that Kubernetes locks.
#   symptoms:
#     - 'unrecognized feature gate:'
#     - 'feature is locked to'
#     - 'unknown flag: --'
#   kinds:
#     - apiGroups: [kubelet.config.k8s.io]
#       kinds: [KubeletConfiguration]
#     - apiGroups: [kubeadm.k8s.io]
#       kinds: [InitConfiguration, JoinConfiguration]
#     - apiGroups: [kubeproxy.config.k8s.io]
#       kinds: [KubeProxyConfiguration]
#   fields: [featureGates, nodeRegistration.kubeletExtraArgs]
package lib.windows.rules.removed_feature

import data.lib.windows.data.gates
import data.lib.windows.data.kubelet_flags
import data.lib.windows.data.removed_gates
import data.lib.windows.fix
import data.lib.windows.kubelet_files
import data.lib.windows.kubernetes
import data.lib.windows.result

applies if kubelet_files.document

finding contains result.deny(rego.metadata.chain(), object.union(_about(wrong), {"says": wrong.denied})) if {
	some wrong in _wrong
	kubernetes.all_from(wrong.since)
}

finding contains result.warn(rego.metadata.chain(), object.union(_about(wrong), {"says": wrong.warned})) if {
	not kubernetes.configured
	some wrong in _wrong
	not kubernetes.all_from(wrong.since)
}

# The gates and flags that some version of Kubernetes refuses: a set of {"field", "since": the first such version, "denied"
# and "warned": what to say if every version of the cluster refuses it, and if only a later version does}.
_wrong contains {
	"field": flag.field,
	"since": version,
	"denied": sprintf("Kubernetes %s removed the flag %s, so the kubelet does not start. Remove the flag.", [version, name]),
	"warned": sprintf("Kubernetes %s removes the flag %s. Then the kubelet does not start. Remove the flag before you upgrade.", [version, name]),
} if {
	some flag in kubelet_files.flags
	name := replace(flag.name, "_", "-") # as the kubelet reads it
	version := kubelet_flags.removed[name].removed
}

_wrong contains {
	"field": gate.field,
	"since": version,
	"denied": sprintf("Kubernetes %s removed the gate %s, so %s does not start. Remove the gate.", [version, gate.name, _program]),
	"warned": sprintf("Kubernetes %s removes the gate %s. Then %s does not start. Remove the gate before you upgrade.", [version, gate.name, _program]),
} if {
	some gate in kubelet_files.gates
	not _refused(gate)
	some removed in [removed_gates.gates, gates.removed]
	version := removed[gate.name].removed
}

_wrong contains {
	"field": gate.field,
	"since": locked.from,
	"denied": sprintf("Kubernetes %s locked the gate %s to %v, so %s does not start. Remove the gate.", [locked.from, gate.name, locked.to, _program]),
	"warned": sprintf("Kubernetes %s locks the gate %s to %v. Then %s does not start. Remove the gate before you upgrade.", [
		locked.from,
		gate.name,
		locked.to,
		_program,
	]),
} if {
	some gate in kubelet_files.gates
	_refused(gate)
	locked := gates.locked[gate.name]
}

# Whether some version locks the gate to the other value. Kubernetes locks a gate before it removes the gate.
_refused(gate) if gates.locked[gate.name].to != gate.on

_about(wrong) := {
	"field": wrong.field,
	"enforcedBy": _enforcer,
	"because": sprintf("%s on any OS reads it", [_program]),
	"fix": fix.remove(wrong.field),
} if {
	_of_a_map(wrong.field)
} else := {"field": wrong.field, "enforcedBy": _enforcer, "because": sprintf("%s on any OS reads it", [_program])}

# Whether the field is one entry of a map. A fix can remove it, and changes nothing else.
_of_a_map(field) if startswith(field, "featureGates.")

_of_a_map(field) if {
	is_object(kubelet_files.document.nodeRegistration.kubeletExtraArgs)
	field != "nodeRegistration.kubeletExtraArgs[feature-gates]"
}

default _program := "the kubelet"

_program := "kube-proxy" if kubelet_files.document.kind == "KubeProxyConfiguration"

default _enforcer := "kubelet"

_enforcer := "runtime" if kubelet_files.document.kind == "KubeProxyConfiguration"
