# METADATA
# title: A CPU architecture that Windows nodes have
# description: |
#   Kubernetes releases its node binaries for Windows on amd64 alone, so a Windows pod that selects another architecture
#   finds no node and stays pending. Who builds nodes of other architectures says so in the configuration.
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/windows/intro/#windows-nodes-in-kubernetes
#     description: Windows nodes in Kubernetes
#   - ref: https://kubernetes.io/releases/download/#binaries
#     description: Download Kubernetes
# custom:
#   id: architecture
#   category: placement
#   severities: [deny]
#   yieldsTo: [os-conflict]
#   enforcedBy: [scheduler]
#   profiles: [baseline, restricted, placement]
#   since: 0.1.0
#   remedy: Select kubernetes.io/arch amd64, or none.
#   symptoms:
#     - Pending
#     - FailedScheduling
#     - 'node(s) didn''t match Pod''s node affinity/selector'
#   needs: [affinity, beta.kubernetes.io/arch, kubernetes.io/arch, runtimeClassName]
#   fields: [spec.nodeSelector, spec.affinity.nodeAffinity, spec.runtimeClassName]
#   parameters:
#     architectures:
#       type: array
#       items: {type: string}
#       description: The architectures of the Windows nodes.
#       default: [amd64]
package lib.windows.rules.architecture

import data.lib.windows.parameters
import data.lib.windows.placement
import data.lib.windows.result

finding contains result.deny(rego.metadata.chain(), {
	"field": pin.field,
	"says": "no Windows node has this architecture, the pod stays pending; use amd64, or what they have",
	"enforcedBy": "scheduler",
	"because": pin.because,
}) if {
	some pin in placement.architectures
	count(pin.values & _architectures) == 0
}

_architectures := {name | some name in parameters.of(rego.metadata.chain()).architectures}
