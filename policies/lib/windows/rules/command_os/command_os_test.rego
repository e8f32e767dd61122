package lib.windows.rules.command_os_test

import data.lib.windows.config
import data.lib.windows.rules.command_os
import data.lib.windows.testing_test as testing

_container(fields) := object.union({"name": "app", "image": "mcr.microsoft.com/windows/servercore:ltsc2022"}, fields)

_pod(fields) := testing.windows_pod({"containers": [_container(fields)]})

_unknown_image(fields) := _pod(object.union({"image": "example.com/app:1.0"}, fields))

_lcow := testing.windows_pod({"runtimeClassName": "lcow", "containers": [_container({"command": ["/bin/sh", "-c", "true"]})]})

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
				"/usr/local/bin/agent.exe", "/opt/start.cmd", "/binary", "ping", "/csi-proxy", `C:\Program Files\x\y.exe`,
				`C:\Program Files\x\y`, `"C:\Program Files\x\y.exe"`, "my app.exe", `.\my app`, "$(PROGRAM) x", "%COMSPEC% x",
				"{{ .Values.program }} run", "sleep.exe", `C:\tools\sleep`, "start-app", "Get-Thing.exe", "dirx", "run.bat", "find",
				"sort", "tar", "curl", "timeout", "hostname", "whoami", "  ", "node", "dotnet", "java", "my-Tool", "do-Nothing",
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
			"cmd with its own command": _pod({"command": ["cmd", "/c", "dir"]}),
			"PowerShell with a cmdlet": _pod({"command": ["powershell", "-Command", "Get-Date"]}),
			"PowerShell with a script": _pod({"command": ["powershell", "-File", "run.ps1"]}),
			"words that a command has": _pod({"command": ["app.exe"], "args": ["sleep 15", "dir", "Get-Date"]}),
			"a script for an unknown entry point": _unknown_image({"args": ["$env:CONTAINER_SANDBOX_MOUNT_POINT/start.ps1"]}),
			"a subcommand for an unknown entry point": _unknown_image({"args": ["ls", "-l"]}),
			"a path for an unknown entry point": _unknown_image({"args": ["/opt/app/config.yaml"]}),
			"a word of cmd for an unknown entry point": _unknown_image({"args": ["start"]}),
			"a cmdlet for an unknown entry point": _unknown_image({"args": ["Get-Date"]}),
			"a sentence for an unknown entry point": _unknown_image({"args": ["say hello"]}),
			"PowerShell for an unknown entry point": _unknown_image({"args": ["powershell"]}),
			"a template": _unknown_image({"args": ["{{ .Values.command }} run"]}),
			"Linux containers on a Windows node": _lcow,
		},
	)
	got := command_os.finding with input as manifest
		with config as {"runtimeClasses": {"classes": {"lcow": {"handler": "runhcs-lcow"}}}}
	got == set()
}

# Kubernetes' test images have busybox.exe, and their entry point is cmd.
test_images_with_unix_programs[image] if {
	some image in [
		"registry.k8s.io/e2e-test-images/busybox:1.37.0-2", "registry.k8s.io/e2e-test-images/agnhost:2.53",
		"e2eteam/busybox:1.29", "gcr.io/kubernetes-e2e-test-images/dnsutils:1.3",
		"mirror.example.com/k8s/e2e-test-images/nginx:1.15", "example.com/tools/git:2.5",
	]
	every fields in [
		{"command": ["sleep", "15"]}, {"command": ["sh", "-c", "true"]}, {"command": ["/bin/sh"]}, {"command": ["mkdir"]},
		{"args": ["sleep 15"]}, {"args": ["powershell -c ls"]},
	] {
		got := command_os.finding with input as _pod(object.union({"image": image}, fields))
			with config as {"rules": {"command-os": {"parameters": {"unixToolImages": ["example.com/tools/*"]}}}}
		got == set()
	}
}

test_images_without_unix_programs[image] if {
	some image in [
		"registry.k8s.io/e2e-test-images/resource-consumer:1.14", "busybox", "example.com/busybox", "example.com/e2eteam",
		"${REGISTRY}/e2e-test-images/busybox", null,
	]
	got := command_os.finding with input as _pod({"image": image, "command": ["sleep", "15"]})
	got == {_linux("spec.containers[0].command[0]", {})}
}

# Each of these words is quoted, and Windows looks for a file with this name.
test_command_lines[word] if {
	some word in [
		"powershell -command Get-Date", "PowerShell.exe -File run.ps1", `cmd /c C:\run.bat`, "cmd.exe /c C:\\x.exe", "pwsh -c ls",
		"sleep 15", "sh -c true", "bash run.sh", "cat /tmp/ready", "node server.js", "dotnet app.dll", "my app",
		"app.exe --serve", `C:\app\app.exe -v`, `C:\Windows\System32\cmd.exe /c run.bat`, "Get-Date -Format o", "dir C:",
		"nginx -g 'daemon off;'", "powershell\n-command\nGet-Date", `"C:\Program Files\x\y.exe" -v`,
	]
	got := command_os.finding with input as _pod({"command": [word, "x"]})
	got == {_found("spec.containers[0].command[0]", _line, {})}
}

# No file has these names: cmd and PowerShell themselves know the words.
test_words_of_shells[word] if {
	some word, says in object.union(
		{name: _only_cmd | some name in ["dir", "ECHO", "mkdir", "type", "exit", "copy", "date", "Start", "set"]},
		{name: _only_powershell |
			some name in ["Get-Date", "get-date", "START-SLEEP", "Test-Path", "Get-Anything", "Invoke-WebRequest", "New-Service"]
		},
	)
	got := command_os.finding with input as _pod({"command": [word, "a b"]})
	got == {_found("spec.containers[0].command[0]", says, {})}
}

test_scripts[word] if {
	some word in [
		"run.ps1", `C:\app\Run.PS1`, "/bin/run.PS1", "start.sh", "/entrypoint.sh", "app.py", "server.js", "app.dll", "app.jar", "x.vbs",
		"$env:CONTAINER_SANDBOX_MOUNT_POINT/start.ps1",
	]
	got := command_os.finding with input as _pod({"command": [word]})
	got == {_found("spec.containers[0].command[0]", _script, {})}
}

test_unix_programs[word] if {
	some word in ["sleep", "cat", "ls", "touch", "grep", "kill", "test", "[", "true", "tail", "env", "chmod"]
	got := command_os.finding with input as _pod({"livenessProbe": {"exec": {"command": [word, "15"]}}})
	got == {_linux("spec.containers[0].livenessProbe.exec.command[0]", {})}
}

test_unix_programs_of_the_configuration[name] if {
	some name, tc in {
		"the image has sleep": {"programs": ["cat"], "word": "sleep", "want": set()},
		"the image lacks find": {"programs": ["find"], "word": "find", "want": {_linux("spec.containers[0].command[0]", {})}},
		"the wrong type": {"programs": 5, "word": "sleep", "want": {_linux("spec.containers[0].command[0]", {})}},
	}
	got := command_os.finding with input as _pod({"command": [tc.word, "x"]})
		with config as {"rules": {"command-os": {"parameters": {"unixPrograms": tc.programs}}}}
	got == tc.want
}

# The first argument is the program if neither the container nor the image names one.
test_arguments[name] if {
	some name, tc in {
		"a command line": {"input": _pod({"args": ["powershell -command Get-Date", "x"]}), "want": _line},
		"a null command": {"input": _pod({"command": null, "args": ["dir"]}), "want": _only_cmd, "more": {"fix": [
			{"op": "test", "path": "/spec/containers/0/args", "value": ["dir"]},
			{"op": "replace", "path": "/spec/containers/0/args", "value": ["cmd", "/c", "dir"]},
		]}},
		"an empty command": {"input": _pod({"command": [], "args": ["Get-Date"]}), "want": _only_powershell},
		"a script": {"input": _pod({"args": ["run.ps1"]}), "want": _script},
		"a Unix program": {"input": _pod({"args": ["ls"]}), "want": _only_linux},
		"PowerShell": {"input": _pod({"image": _nano, "args": ["powershell"]}), "want": _no_powershell},
		"a command line for an unknown entry point": {"input": _unknown_image({"args": ["powershell -c ls", "x"]}), "want": _line},
		"a shell for an unknown entry point": {"input": _unknown_image({"args": ["sh", "-c", "true"]}), "want": _only_linux},
		"a Unix program for an unknown entry point": {"input": _unknown_image({"args": ["chmod", "600"]}), "want": _only_linux},
	}
	got := command_os.finding with input as tc.input
	got == {_found("spec.containers[0].args[0]", tc.want, object.get(tc, "more", {}))}
}

test_fix[name] if {
	some name, tc in {
		"a command line of PowerShell": {"words": ["powershell -Command Get-Date"], "want": ["powershell", "-Command", "Get-Date"]},
		"a command line of cmd": {"words": [`cmd.exe /c C:\run.bat`], "want": ["cmd.exe", "/c", `C:\run.bat`]},
		"a word of cmd": {"words": ["echo", "ready"], "want": ["cmd", "/c", "echo", "ready"]},
		"several words": {"words": ["cmd /c", "dir"], "want": null},
		"quotes": {"words": ["powershell -Command 'a b'"], "want": null},
		"another program": {"words": ["sleep 15"], "want": null},
		"a word of cmd, and one with a character of cmd": {"words": ["echo", "a&b"], "want": null},
		"a word of cmd, and a number": {"words": ["echo", 5], "want": null},
	}
	got := command_os.finding with input as _pod({"lifecycle": {"preStop": {"exec": {"command": tc.words}}}})
	pointer := "/spec/containers/0/lifecycle/preStop/exec/command"
	fixes := {object.get(found.details, "fix", null) | some found in got}
	fixes == {fix | tc.want == null; fix := null} | {fix |
		tc.want != null
		fix := [{"op": "test", "path": pointer, "value": tc.words}, {"op": "replace", "path": pointer, "value": tc.want}]
	}
}

# The split words would still name a program that Nano Server lacks.
test_no_fix_for_powershell_in_nano_server if {
	got := command_os.finding with input as _pod({"image": _nano, "command": ["powershell -Command Get-Date"]})
	got == {_found("spec.containers[0].command[0]", _line, {})}
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

_no_powershell := "Nano Server has no PowerShell, so this command does not start. Use cmd, or an image that has pwsh."

_only_cmd := "Only cmd knows this word, and Windows has no such program. Write cmd, /c and then the command."

_only_linux := "Only Linux has this program, so a Windows container cannot start it. Use a Windows program, or place the pod on Linux."

_only_powershell := "Only PowerShell knows this cmdlet, and Windows has no such program. Write powershell, -Command and then the cmdlet."

_line := "Windows takes this whole word as the name of one program. Write the program and each argument as its own item."

_script := "Windows cannot start a script as a program. Write its interpreter first, for example powershell, -File."

_linux(field, more) := _found(field, _only_linux, more)

_windows(field, more) := _found(
	field,
	"Only Windows has this program, so a Linux container cannot start it. Use a Linux program, or place the pod on Windows.",
	object.union({"because": "spec.os.name is linux"}, more),
)

_found(field, says, more) := testing.expected(
	"warn",
	"command-os",
	{"field": field, "says": says},
	object.union({"enforcedBy": "runtime", "container": "app"}, more),
)
