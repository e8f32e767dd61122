# METADATA
# title: Signals that stop a Windows container
# description: |
#   Windows has no signals: SIGTERM and SIGKILL are translated, any other means nothing there. An API server with the
#   feature gate ContainerStopSignals refuses the others on a pod that declares windows, and every lifecycle.stopSignal
#   on a pod without spec.os.name. Without the gate, which is the default, it drops the field.
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
#     - {version: v1.33, what: 'where the feature gate ContainerStopSignals is on, which it is not by default'}
#   needs: [lifecycle]
#   fields:
#     - spec.{initContainers,containers,ephemeralContainers}[*].lifecycle.stopSignal
package lib.windows.rules.stop_signal

import data.lib.windows.containers
import data.lib.windows.fix
import data.lib.windows.os
import data.lib.windows.result

finding contains result.warn(rego.metadata.chain(), {
	"field": field,
	"container": container.name,
	"says": "Windows knows no such signal; use SIGTERM or SIGKILL, or remove it",
	"enforcedBy": "apiserver",
	"fix": fix.remove(field),
}) if {
	some container in containers.all
	signal := container.spec.lifecycle.stopSignal
	is_string(signal)
	not signal in _of_windows
	field := containers.field(container, "lifecycle.stopSignal")
}

finding contains result.warn(rego.metadata.chain(), {
	"field": containers.field(container, "lifecycle.stopSignal"),
	"container": container.name,
	"says": "goes only with spec.os.name; set that to windows",
	"enforcedBy": "apiserver",
}) if {
	not os.declared
	some container in containers.all
	container.spec.lifecycle.stopSignal in _of_windows
}

# supportedStopSignalsWindows of k8s.io/kubernetes/pkg/apis/core/validation.
_of_windows := {"SIGKILL", "SIGTERM"}
