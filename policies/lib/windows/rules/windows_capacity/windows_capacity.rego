# METADATA
# title: A node for Windows pods
# description: |
#   A Windows pod needs a Windows node; where a cluster has none it waits for ever. Clusters that scale to zero have none
#   from time to time, and a folder of manifests seldom has Nodes, so the rule is off until the configuration switches it
#   on. It speaks only where some Nodes are known and none of them runs Windows; where none is known it says that.
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
package lib.windows.rules.windows_capacity

import data.lib.windows.neighbours
import data.lib.windows.result
import data.lib.windows.subject

finding contains result.warn(rego.metadata.chain(), {
	"field": subject.pod_spec_field,
	"says": "for Windows, and none of the nodes that are known runs it, so the pod waits for ever; add a Windows node",
	"enforcedBy": "scheduler",
}) if {
	is_object(subject.pod)
	count(neighbours.nodes) > 0
	count(neighbours.windows_nodes) == 0
}

unverified contains result.unverified(rego.metadata.chain(), {
	"field": subject.pod_spec_field,
	"says": "no Node is known, so nothing says whether one runs Windows; give the manifests of the nodes",
	"enforcedBy": "scheduler",
}) if {
	is_object(subject.pod)
	count(neighbours.nodes) == 0
}
