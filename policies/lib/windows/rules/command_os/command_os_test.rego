package lib.windows.rules.command_os_test

import data.lib.windows.config
import data.lib.windows.rules.command_os
import data.lib.windows.testing_test as testing

_container(fields) := object.union({"name": "app", "image": "mcr.microsoft.com/windows/servercore:ltsc2022"}, fields)

_pod(fields) := testing.windows_pod({"containers": [_container(fields)]})

_linux_pod(fields) := testing.pod({
	"os": {"name": "linux"},
	"containers": [object.union({"name": "app", "image": "example.com/app"}, fields)],
})

test_silent[name] if {
	some name, manifest in object.union(
		{sprintf("%v", [command]): _pod({"command": [command]}) |
			some command in [
				null, 5, {}, "", "cmd", "cmd.exe", "powershell", "powershell.exe", "pwsh", `C:\app\app.exe`, "app.exe",
				`C:\Program Files\Git\bin\bash`, "C:/Program Files/Git/bin/sh", `git\bin\sh`, "bash.exe", "/app/app.exe",
				"/usr/local/bin/agent.exe", "/bin/run.PS1", "/opt/start.cmd", "/binary", "ping", "/csi-proxy", "sh -c true",
			]
		},
		{
			"no command": _pod({}),
			"a null command": _pod({"command": null}),
			"an empty command": _pod({"command": []}),
			"a command that is not a list": _pod({"command": {"0": "sh"}, "args": ["sh"]}),
			"a Linux shell as an argument": _pod({"command": ["cmd", "/c", "sh"], "args": ["/bin/sh"]}),
			"probes without a command": _pod({"livenessProbe": {"exec": null}, "readinessProbe": null, "lifecycle": null}),
			"a null spec": testing.pod(null),
		},
	)
	got := command_os.finding with input as manifest
	got == set()
}

test_linux_commands[command] if {
	some command in [
		"/bin/sh", "/bin/bash", "/usr/bin/env", "/usr/local/bin/agent", "/sbin/init", "/opt/app/run", "sh", "bash", "ash",
		"dash", "zsh", "./sh", "/app/bin/bash",
	]
	got := command_os.finding with input as _pod({"command": [command, "-c", "true"]})
	got == {_linux("spec.containers[0].command[0]", {})}
}

test_linux_shell_in_every_place[name] if {
	sh := {"exec": {"command": ["sh", "-c", "true"]}}
	some name, tc in {
		"livenessProbe": {
			"input": _pod({"livenessProbe": sh}),
			"want": {"spec.containers[0].livenessProbe.exec.command[0]"},
		},
		"readinessProbe": {
			"input": _pod({"readinessProbe": sh}),
			"want": {"spec.containers[0].readinessProbe.exec.command[0]"},
		},
		"startupProbe": {
			"input": _pod({"startupProbe": sh}),
			"want": {"spec.containers[0].startupProbe.exec.command[0]"},
		},
		"hooks": {
			"input": _pod({"lifecycle": {"postStart": sh, "preStop": sh}}),
			"want": {
				"spec.containers[0].lifecycle.postStart.exec.command[0]",
				"spec.containers[0].lifecycle.preStop.exec.command[0]",
			},
		},
		"hooks and probes of the wrong type": {
			"input": _pod({
				"lifecycle": {"preStop": {"exec": {"command": [5]}}},
				"livenessProbe": {"exec": {"command": [["sh"]]}},
			}),
			"want": set(),
		},
		"init containers": {
			"input": testing.windows_pod({"initContainers": [_container({"command": ["sh"]})]}),
			"want": {"spec.initContainers[0].command[0]"},
		},
		"ephemeral containers": {
			"input": testing.windows_pod({"ephemeralContainers": [_container({"command": ["sh"]})]}),
			"want": {"spec.ephemeralContainers[0].command[0]"},
		},
		"HostProcess containers": {
			"input": testing.pod(object.union(testing.host_process, {"containers": [_container({"command": ["sh"]})]})),
			"want": {"spec.containers[0].command[0]"},
		},
		"a Deployment": {
			"input": testing.deployment(object.union(testing.windows, {"containers": [_container({"command": ["sh"]})]})),
			"want": {"spec.template.spec.containers[0].command[0]"},
		},
	}
	got := command_os.finding with input as tc.input
	got == {_linux(field, {}) | some field in tc.want}
}

test_linux_shell_in_an_inferred_windows_pod if {
	got := command_os.finding with input as testing.inferred_pod({"containers": [_container({"command": ["sh"]})]})
	got == {_linux("spec.containers[0].command[0]", {"because": "nodeSelector kubernetes.io/os is windows"})}
}

test_linux_shells[name] if {
	some name, tc in {
		"no shells": {"shells": [], "command": "bash", "want": set()},
		"no shells, but a Linux path": {
			"shells": [],
			"command": "/bin/bash",
			"want": {_linux("spec.containers[0].command[0]", {})},
		},
		"another shell": {"shells": ["fish"], "command": "fish", "want": {_linux("spec.containers[0].command[0]", {})}},
		"the wrong type": {"shells": "fish", "command": "fish", "want": set()},
	}
	got := command_os.finding with input as _pod({"command": [tc.command]})
		with config as {"rules": {"command-os": {"parameters": {"linuxShells": tc.shells}}}}
	got == tc.want
}

test_powershell_in_nano_server[name] if {
	some name, tc in {
		"powershell": {"image": _nano, "command": "powershell", "want": 1},
		"PowerShell.exe": {"image": _nano, "command": "PowerShell.exe", "want": 1},
		"powershell with its path": {
			"image": _nano,
			"command": `C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe`,
			"want": 1,
		},
		"an image that is built from Nano Server": {
			"image": "mcr.microsoft.com/dotnet/aspnet:8.0-nanoserver-ltsc2022",
			"command": "powershell",
			"want": 1,
		},
		"pwsh": {"image": _nano, "command": "pwsh", "want": 0},
		"another program": {"image": _nano, "command": "mypowershell", "want": 0},
		"a file that is not powershell.exe": {"image": _nano, "command": "powershell.exe.config", "want": 0},
		"Server Core": {"image": "mcr.microsoft.com/windows/servercore:ltsc2022", "command": "powershell", "want": 0},
		"an unknown image": {"image": "${IMAGE}", "command": "powershell", "want": 0},
		"a null image": {"image": null, "command": "powershell", "want": 0},
	}
	got := command_os.finding with input as _pod({"image": tc.image, "command": [tc.command]})
	got == {_found("spec.containers[0].command[0]", _no_powershell, {}) | tc.want == 1}
}

test_powershell_in_a_probe if {
	probe := {"exec": {"command": ["powershell"]}}
	got := command_os.finding with input as _pod({"image": _nano, "livenessProbe": probe})
	got == {_found("spec.containers[0].livenessProbe.exec.command[0]", _no_powershell, {})}
}

test_powershell_in_a_host_process_container if {
	got := command_os.finding with input as testing.pod(object.union(
		testing.host_process,
		{"containers": [_container({"image": _nano, "command": ["powershell"]})]},
	))
	got == set()
}

_nano := "mcr.microsoft.com/windows/nanoserver:ltsc2022"

test_windows_commands[command] if {
	some command in [
		"cmd.exe", "CMD.EXE", "powershell.exe", "pwsh.exe", `C:\app\run`, `d:\run.bat`, "/windows/cmd.exe",
		`bin\powershell.exe`,
	]
	manifest := _linux_pod({"command": [command]})
	got := command_os.finding with input as manifest
	got == {_windows("spec.containers[0].command[0]", {})}
	command_os.applies with input as manifest
}

test_silent_for_linux_pods[name] if {
	some name, manifest in object.union(
		{sprintf("%v", [command]): _linux_pod({"command": [command]}) |
			some command in [null, 5, "", "sh", "/bin/sh", "pwsh", "powershell", "cmd", "wine.exe", "C:/app", "xcmd.exe"]
		},
		{
			"no command": _linux_pod({}),
			"a null command": _linux_pod({"command": null}),
			"a probe": _linux_pod({"livenessProbe": {"exec": {"command": ["cmd.exe"]}}}),
			"an unknown OS": testing.pod({"containers": [{"name": "app", "command": ["cmd.exe"]}]}),
			"a Windows pod": _pod({"command": ["cmd.exe"]}),
			"a null spec": testing.pod(null),
		},
	)
	got := command_os.finding with input as manifest
	got == set()
	applies := {true | command_os.applies with input as manifest}
	applies == set()
}

test_windows_command_in_an_inferred_linux_pod if {
	manifest := testing.deployment({
		"nodeSelector": {"kubernetes.io/os": "linux"},
		"initContainers": [{"name": "app", "command": ["cmd.exe"]}],
	})
	got := command_os.finding with input as manifest
	got == {_windows(
		"spec.template.spec.initContainers[0].command[0]",
		{"because": "nodeSelector kubernetes.io/os is linux"},
	)}
	command_os.applies with input as manifest
}

_no_powershell := "Nano Server has no PowerShell; use cmd, or an image that has pwsh"

_linux(field, more) := _found(field, "only Linux has this command; use one of Windows, as cmd or powershell", more)

_windows(field, more) := _found(
	field,
	"only Windows has this command; use one of Linux, or place the pod on Windows",
	object.union({"because": "spec.os.name is linux"}, more),
)

_found(field, says, more) := testing.expected(
	"warn",
	"command-os",
	{"field": field, "says": says},
	object.union({"enforcedBy": "runtime", "container": "app"}, more),
)
