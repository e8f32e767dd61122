# METADATA
# title: Programs
# description: |
#   Words that look like programs but are none on Windows, and images whose programs are known. The words are in lower
#   case, because Windows and its shells ignore the case.
package lib.windows.data.programs

# The sources of the entries, with the day on which they were checked.
sources := {
	"busybox": {
		"url": "https://github.com/kubernetes/kubernetes/blob/v1.37.2/test/images/busybox/Dockerfile_windows",
		"asOf": "2026-11-29",
	},
	"cmd": {
		"url": "https://learn.microsoft.com/windows-server/administration/windows-commands/windows-commands",
		"asOf": "2026-08-31",
	},
	"e2e": {
		"url": "https://github.com/kubernetes/kubernetes/blob/v1.37.2/test/images/agnhost/BASEIMAGE",
		"asOf": "2026-11-29",
	},
	"powershell": {
		"url": "https://learn.microsoft.com/powershell/module/microsoft.powershell.core/",
		"asOf": "2026-08-31",
	},
	"windows-images": {
		"url": "https://learn.microsoft.com/virtualization/windowscontainers/manage-containers/container-base-images",
		"asOf": "2026-08-31",
	},
}

# METADATA
# title: Commands of cmd
# description: cmd.exe itself executes these commands. There is no program with such a name.
cmd_words := {
	"assoc": {"source": "cmd"},
	"call": {"source": "cmd"},
	"cd": {"source": "cmd"},
	"chdir": {"source": "cmd"},
	"cls": {"source": "cmd"},
	"copy": {"source": "cmd"},
	"date": {"source": "cmd"},
	"del": {"source": "cmd"},
	"dir": {"source": "cmd"},
	"echo": {"source": "cmd"},
	"endlocal": {"source": "cmd"},
	"erase": {"source": "cmd"},
	"exit": {"source": "cmd"},
	"for": {"source": "cmd"},
	"ftype": {"source": "cmd"},
	"goto": {"source": "cmd"},
	"if": {"source": "cmd"},
	"md": {"source": "cmd"},
	"mkdir": {"source": "cmd"},
	"mklink": {"source": "cmd"},
	"move": {"source": "cmd"},
	"path": {"source": "cmd"},
	"pause": {"source": "cmd"},
	"popd": {"source": "cmd"},
	"prompt": {"source": "cmd"},
	"pushd": {"source": "cmd"},
	"rd": {"source": "cmd"},
	"rem": {"source": "cmd"},
	"ren": {"source": "cmd"},
	"rename": {"source": "cmd"},
	"rmdir": {"source": "cmd"},
	"set": {"source": "cmd"},
	"setlocal": {"source": "cmd"},
	"shift": {"source": "cmd"},
	"start": {"source": "cmd"},
	"time": {"source": "cmd"},
	"title": {"source": "cmd"},
	"type": {"source": "cmd"},
	"ver": {"source": "cmd"},
	"verify": {"source": "cmd"},
	"vol": {"source": "cmd"},
}

# METADATA
# title: Cmdlets of PowerShell
# description: |
#   Cmdlets that manifests often use, in lower case. A word such as Get-Thing, with a capital verb and a capital noun,
#   counts as a cmdlet too.
cmdlets := {
	"add-content": {"source": "powershell"},
	"clear-content": {"source": "powershell"},
	"copy-item": {"source": "powershell"},
	"expand-archive": {"source": "powershell"},
	"foreach-object": {"source": "powershell"},
	"get-childitem": {"source": "powershell"},
	"get-content": {"source": "powershell"},
	"get-date": {"source": "powershell"},
	"get-item": {"source": "powershell"},
	"get-process": {"source": "powershell"},
	"get-service": {"source": "powershell"},
	"import-module": {"source": "powershell"},
	"invoke-command": {"source": "powershell"},
	"invoke-expression": {"source": "powershell"},
	"invoke-restmethod": {"source": "powershell"},
	"invoke-webrequest": {"source": "powershell"},
	"move-item": {"source": "powershell"},
	"new-item": {"source": "powershell"},
	"out-file": {"source": "powershell"},
	"remove-item": {"source": "powershell"},
	"restart-service": {"source": "powershell"},
	"select-string": {"source": "powershell"},
	"set-content": {"source": "powershell"},
	"set-item": {"source": "powershell"},
	"set-itemproperty": {"source": "powershell"},
	"set-location": {"source": "powershell"},
	"start-process": {"source": "powershell"},
	"start-service": {"source": "powershell"},
	"start-sleep": {"source": "powershell"},
	"stop-process": {"source": "powershell"},
	"stop-service": {"source": "powershell"},
	"test-connection": {"source": "powershell"},
	"test-netconnection": {"source": "powershell"},
	"test-path": {"source": "powershell"},
	"wait-process": {"source": "powershell"},
	"where-object": {"source": "powershell"},
	"write-error": {"source": "powershell"},
	"write-host": {"source": "powershell"},
	"write-output": {"source": "powershell"},
}

# METADATA
# title: Images whose Windows variant has Unix programs
# description: |
#   The last parts of the names of Kubernetes' test images that contain busybox.exe. They count below the registries of
#   the test images. Their entry point is cmd, which also understands its own commands.
unix_tools := {
	"agnhost": {"source": "e2e"},
	"busybox": {"source": "busybox"},
	"dnsutils": {"source": "e2e"},
	"glibc-dns-testing": {"source": "e2e"},
	"httpd": {"source": "e2e"},
	"jessie-dnsutils": {"source": "e2e"},
	"kitten": {"source": "e2e"},
	"nautilus": {"source": "e2e"},
	"netexec": {"source": "e2e"},
	"nginx": {"source": "e2e"},
}

# METADATA
# title: Images without an entry point
# description: The first argument of a container with such an image is its program.
no_entry_point := {
	"mcr.microsoft.com/windows": {"source": "windows-images"},
	"mcr.microsoft.com/windows/nanoserver": {"source": "windows-images"},
	"mcr.microsoft.com/windows/server": {"source": "windows-images"},
	"mcr.microsoft.com/windows/servercore": {"source": "windows-images"},
}
