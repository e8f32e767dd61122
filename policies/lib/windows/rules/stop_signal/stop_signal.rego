# METADATA
# title: Signals that stop a Windows container
# description: |
#   Windows has no signals. SIGTERM and SIGKILL are translated, and other signals have no meaning. If the feature gate
#   ContainerStopSignals is on, the API server rejects other signals on a pod that declares windows. It also rejects
#   every lifecycle.stopSignal on a pod without spec.os.name. The gate is off by default, and the API server then drops
#   the field.
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination-stop-signals
#     description: Stop Signals
#   - ref: https://kubernetes.io/docs/concepts/windows/intro/#compatibility-v1-pod-spec-containers
#     description: Field compatibility for container specifications
# custom:
#   id: stop-signal
#   category: restrictions
#   severities: [warn]
#   enforcedBy: [apiserver]
#   profiles: [baseline, restricted]
#   since: 0.1.0
#   remedy: Use SIGTERM or SIGKILL together with spec.os.name windows, or remove the field.
#   symptoms:
#     - 'may not be set for containers with empty `spec.os.name`'
#     - 'supported values: "SIGKILL", "SIGTERM"'
#   enforcedSince:
#     - {version: v1.33, what: 'if the feature gate ContainerStopSignals is on, which is not the default'}
#   needs: [lifecycle]
#   fields:
#     - spec.{initContainers,containers,ephemeralContainers}[*].lifecycle.stopSignal
package lib.windows.rules.stop_signal

import data.lib.windows.containers
import data.lib.windows.declaration
import data.lib.windows.fix
import data.lib.windows.os
import data.lib.windows.result

finding contains result.warn(rego.metadata.chain(), {
	"field": field,
	"container": container.name,
	"says": sprintf("Windows does not know this signal, so the API server can reject the pod. Use SIGTERM or SIGKILL%s.", [_declared]),
	"enforcedBy": "apiserver",
	"fix": fix.remove(field),
}) if {
	some container in containers.of_pod
	signal := container.spec.lifecycle.stopSignal
	is_string(signal)
	not signal in _windows_signals
	field := containers.field(container, "lifecycle.stopSignal")
}

finding contains result.warn(rego.metadata.chain(), {
	"field": containers.field(container, "lifecycle.stopSignal"),
	"container": container.name,
	"says": "Without spec.os.name, the API server can reject a stop signal. Set spec.os.name to windows.",
	"enforcedBy": "apiserver",
	"fix": declaration.repair,
}) if {
	not os.declared
	some container in containers.of_pod
	container.spec.lifecycle.stopSignal in _windows_signals
}

default _declared := ", with spec.os.name windows"

_declared := "" if os.declared

# The same set as supportedStopSignalsWindows of k8s.io/kubernetes/pkg/apis/core/validation.
_windows_signals := {"SIGKILL", "SIGTERM"}
