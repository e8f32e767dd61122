# METADATA
# title: Logs that reach kubectl logs
# description: |
#   Windows programs write to the event log, to ETW and to files; kubectl logs shows the standard output. LogMonitor,
#   wrapped around the entry point, brings the ones to the other. Most images have it in their own entry point, which no
#   manifest shows, so this is asked for only where the configuration switches it on.
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/windows/user-guide/#capturing-logs-from-workloads
#     description: Capturing logs from workloads
#   - ref: https://github.com/microsoft/windows-container-tools/tree/main/LogMonitor
#     description: LogMonitor
# custom:
#   id: log-monitor
#   category: restrictions
#   enabled: false
#   severities: [warn]
#   enforcedBy: [advice]
#   profiles: [restricted]
#   since: 0.1.0
#   remedy: Begin the command with LogMonitor.exe, or switch the rule off where the images' entry points do.
#   symptoms:
#     - kubectl logs shows nothing
#   fields:
#     - spec.containers[*].command
#     - spec.containers[*].args
package lib.windows.rules.log_monitor

import data.lib.windows.os
import data.lib.windows.result
import data.lib.windows.subject

finding contains result.warn(rego.metadata.chain(), {
	"field": subject.pod_field("containers"),
	"says": "no command runs LogMonitor, which brings Windows logs to kubectl logs; wrap one",
	"enforcedBy": "advice",
}) if {
	count(subject.pod.containers) > 0
	not _monitored
	not os.host_process
}

_monitored if {
	some part in ["command", "args"]
	some word in subject.pod.containers[_][part]
	is_string(word)
	contains(lower(word), "logmonitor")
}
