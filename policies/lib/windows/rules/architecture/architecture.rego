# METADATA
# title: A CPU architecture that Windows nodes have
# description: |
#   Kubernetes releases node binaries for Windows only for amd64. A Windows pod that selects another architecture
#   finds no node and stays Pending. If you build nodes of other architectures, list them in the configuration.
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
#   remedy: Select kubernetes.io/arch amd64, or remove the architecture from the selector.
#   symptoms:
#     - Pending
#     - FailedScheduling
#     - 'node(s) didn''t match Pod''s node affinity/selector'
#   needs: [placement.unusual]
#   fields: [spec.nodeSelector, spec.affinity.nodeAffinity, spec.runtimeClassName]
#   parameters:
#     architectures:
#       type: array
#       items: {type: string}
#       description: The architectures of your Windows nodes.
#       default: [amd64]
package lib.windows.rules.architecture

import data.lib.windows.parameters
import data.lib.windows.placement
import data.lib.windows.result

finding contains result.deny(rego.metadata.chain(), {
	"field": pin.field,
	"says": sprintf("No Windows node has this architecture, so the pod stays Pending. Use %s.", [_listed]),
	"enforcedBy": "scheduler",
	"because": pin.because,
}) if {
	some pin in placement.architectures
	count(pin.values & _architectures) == 0
}

_listed := concat(" or ", sort(_architectures))

_architectures := {name | some name in parameters.of(rego.metadata.chain()).architectures}
