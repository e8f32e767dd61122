package lib.windows.signs_test

import data.lib.windows.signs
import data.lib.windows.testing_test as testing

test_images[image] if {
	some image, want in {
		"mcr.microsoft.com/windows/servercore:ltsc2022": {"image"},
		"mcr.microsoft.com/windows/servercore@sha256:9f86d081884c7d659a2f": {"image"},
		"mcr.microsoft.com/dotnet/aspnet:8.0-nanoserver-ltsc2022": {"image"},
		"example.com/app:1.0-windows": {"image"},
		"example.com/app:windows-2022-3.0": {"image"},
		"example.com/app-windows:1.0": {"image"},
		"example.com/app_windows": {"image"},
		"example.com/app-win:1.0": {"image"},
		"example.com/app-win@sha256:9f86d081884c7d659a2f": {"image"},
		"example.com/app-windows:1.0-alpine": set(),
		"example.com/app:windows-amd64": set(),
		"example.com/windows-builder:1.0": set(),
		"example.com/app-winter:1.0": set(),
		"dockurr/windows:4": set(),
		"example.com/app:1.0": set(),
		"mcr.microsoft.com/dotnet/aspnet:8.0": set(),
		"${IMAGE}-windows": set(),
	}
	got := {because | because := signs.because} with input as testing.pod({"containers": [{"name": "app", "image": image}]})
	got == {sprintf("the %s of container app is for Windows", [what]) | some what in want}
}

test_commands[program] if {
	some program, want in {
		`C:\app\server.exe`: {"command"},
		"cmd.EXE": {"command"},
		"powershell": {"command"},
		`C:\Windows\System32\WindowsPowerShell\v1.0\PowerShell`: {"command"},
		`c:\app\run.cmd`: {"command"},
		"pwsh": set(),
		"/usr/bin/wine": set(),
		"mypowershell": set(),
		"cmd": set(),
	}
	spec := {"initContainers": [{"name": "init", "image": "example.com/app:1.0", "command": [program, "a.exe"]}]}
	got := {because | because := signs.because} with input as testing.pod(spec)
	got == {sprintf("the %s of container init is for Windows", [what]) | some what in want}
}

test_possible[name] if {
	some name, tc in {
		"an image": {"container": {"image": "example.com/app-win:1"}, "want": {true}},
		"a command": {"container": {"image": "example.com/app", "command": ["a.exe"]}, "want": {true}},
		"neither": {"container": {"image": "example.com/app", "command": ["/app"]}, "want": set()},
		"values of another type": {"container": {"image": 1, "command": "a.exe"}, "want": set()},
	}
	got := {true | signs.possible} with input as testing.pod({"containers": [tc.container]})
	got == tc.want
}

# mixed-os reports an image for Linux beside one for Windows.
test_beside_linux[name] if {
	windows := {"name": "app", "image": "mcr.microsoft.com/windows/nanoserver:ltsc2022"}
	some name, tc in {
		"an image for Linux": {"containers": [windows, {"name": "proxy", "image": "nginx:1.27"}], "want": set()},
		"an unknown image": {"containers": [windows, {"name": "proxy", "image": "example.com/proxy"}], "want": {"the image of container app is for Windows"}},
		"a command in an image for Linux": {
			"containers": [{"name": "app", "image": "mono:6-slim", "command": ["app.exe"]}],
			"want": set(),
		},
	}
	got := {because | because := signs.because} with input as testing.pod({"containers": tc.containers})
	got == tc.want
}
