# METADATA
# title: A node for Windows pods
# description: |
#   A Windows pod needs a Windows node; without one it stays Pending. A cluster that scales to zero may have no
#   Windows node at times, and a folder of manifests seldom holds Nodes. The rule is therefore off until the
#   configuration switches it on. It reports a pod only if it knows some Nodes and no known Node runs Windows. If it
#   knows no Node, it says so.
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/windows/user-guide/#before-you-begin
#     description: Guide for running Windows containers, before you begin
# custom:
#   id: windows-capacity
#   category: cluster
#   enabled: false
#   severities: [warn]
#   enforcedBy: [scheduler]
#   profiles: []
#   since: 0.1.0
#   remedy: Add a Windows node to the cluster.
#   symptoms:
#     - Pending
#     - FailedScheduling
#     - 'node(s) didn''t match Pod''s node affinity/selector'
#   fields: [spec]
#   inventory:
#     - groups: ['']
#       versions: [v1]
#       kinds: [Node]
#       fields: [metadata.labels, status.nodeInfo.operatingSystem]
package lib.windows.rules.windows_capacity

import data.lib.windows.other_objects
import data.lib.windows.result
import data.lib.windows.subject

finding contains result.warn(rego.metadata.chain(), {
	"field": subject.pod_spec_field,
	"says": "No known node runs Windows, so the pod stays Pending. Add a Windows node.",
	"enforcedBy": "scheduler",
}) if {
	is_object(subject.pod)
	count(other_objects.nodes) > 0
	count(other_objects.windows_nodes) == 0
}

unverified contains result.unverified(rego.metadata.chain(), {
	"field": subject.pod_spec_field,
	"says": "No node is known, so the rule cannot find a Windows node. Add the manifests of the nodes.",
	"enforcedBy": "scheduler",
}) if {
	is_object(subject.pod)
	count(other_objects.nodes) == 0
}
