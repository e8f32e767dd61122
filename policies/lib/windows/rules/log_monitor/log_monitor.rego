# METADATA
# title: Logs that kubectl logs shows
# description: |
#   Windows programs write to the event log, to ETW and to files, but kubectl logs shows only the standard output.
#   LogMonitor runs the program and copies its logs to the standard output. Most images start LogMonitor in their own
#   entry point, which no manifest shows. The rule is therefore off by default.
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
#   remedy: Start the command with LogMonitor.exe, or turn the rule off if the images' entry points do so.
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
	"says": "No command starts LogMonitor, so kubectl logs shows only the standard output. Start the command with LogMonitor.exe.",
	"enforcedBy": "advice",
}) if {
	count(subject.pod.containers) > 0
	not _monitored
	not os.host_process
}

_monitored if {
	some container in subject.pod.containers
	some part in ["command", "args"]
	some word in container[part]
	is_string(word)
	contains(lower(word), "logmonitor")
}
