package lib.windows.rules.log_monitor_test

import data.lib.windows.rules.log_monitor
import data.lib.windows.testing_test as testing

_pod(fields) := testing.windows_pod({"containers": [testing.container, object.union(testing.container, fields)]})

test_silent[name] if {
	some name, manifest in {
		"in the command": _pod({"command": [`C:\LogMonitor\LogMonitor.exe`, "powershell", "-File", "run.ps1"]}),
		"in another case": _pod({"command": ["logmonitor.EXE", "app.exe"]}),
		"in the arguments": _pod({"command": ["cmd", "/c"], "args": [`C:\LogMonitor\LogMonitor.exe app.exe`]}),
		"a HostProcess pod": testing.pod(testing.host_process),
		"no containers": testing.windows_pod({"containers": []}),
		"null containers": testing.windows_pod({"containers": null}),
		"a null spec": testing.pod(null),
	}
	got := log_monitor.finding with input as manifest
	got == set()
}

test_found[name] if {
	some name, tc in {
		"no command": {"input": _pod({}), "field": "spec.containers"},
		"another command": {"input": _pod({"command": ["cmd"], "args": ["/c", "app"]}), "field": "spec.containers"},
		"null and wrong types": {
			"input": _pod({"command": null, "args": [5, null, ["LogMonitor.exe"]]}),
			"field": "spec.containers",
		},
		"only in an init container": {
			"input": testing.windows_pod({"initContainers": [{"name": "a", "command": ["LogMonitor.exe"]}]}),
			"field": "spec.containers",
		},
		"a Deployment": {"input": testing.deployment(testing.windows), "field": "spec.template.spec.containers"},
	}
	got := log_monitor.finding with input as tc.input
	got == {testing.switched_off(testing.expected(
		"warn",
		"log-monitor",
		{
			"field": tc.field,
			"says": "No command starts LogMonitor, so kubectl logs shows only the standard output. Start the command with LogMonitor.exe.",
		},
		{"enforcedBy": "advice"},
	))}
}
