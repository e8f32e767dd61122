package lib.windows.rules.runtime_class_test

import data.lib.windows.config
import data.lib.windows.rules.runtime_class
import data.lib.windows.settings
import data.lib.windows.testing_test as testing

_by_selector := "scheduling.nodeSelector selects windows"

_by_handler := "the handler is one of Windows"

_class(changes) := object.union(testing.runtime_class, changes)

# The class with only this nodeSelector.
_selecting(selector) := object.union(
	json.remove(testing.runtime_class, ["/scheduling/nodeSelector"]),
	{"scheduling": {"nodeSelector": selector}},
)

test_silent[name] if {
	some name, manifest in {
		"a correct class": testing.runtime_class,
		"a handler for Hyper-V isolation": _class({"handler": "runhcs-wcow-hypervisor"}),
		"a handler that the nodes may have": _class({"handler": "my-handler"}),
		"the deprecated label": _selecting({"beta.kubernetes.io/os": "windows"}),
		"a selector of only the build": _selecting({"node.kubernetes.io/windows-build": "10.0.20348"}),
		"a name without a build": _class({"metadata": {"name": "windows"}}),
		"a name with a number": _class({"metadata": {"name": "team-2019x"}}),
		"a name with a build, and no selected build": object.union(
			_selecting({"kubernetes.io/os": "windows"}),
			{"metadata": {"name": "windows-2019"}},
		),
		"a name of the wrong type": _class({"metadata": {"name": 2019}}),
		"a class for Linux": object.union(_selecting({"kubernetes.io/os": "linux"}), {"handler": "runc"}),
		"a class for no known OS": {"apiVersion": "node.k8s.io/v1", "kind": "RuntimeClass", "handler": "docker"},
		"a handler of Linux that selects no OS": object.union(_selecting({"disk": "ssd"}), {"handler": "runc"}),
		"a handler for Hyper-V isolation of a build": _class({"handler": "runhcs-wcow-hypervisor-20348"}),
		"a name and a handler of one build on nodes of another": _virtual("runhcs-wcow-hypervisor-17763"),
		"a name of a build and a handler of any": _virtual("runhcs-wcow-hypervisor"),
		"a handler of Windows in another group": {
			"apiVersion": "example.com/v1",
			"kind": "RuntimeClass",
			"handler": "runhcs-wcow-process",
		},
		"another kind with the handler docker": _class({"kind": "PriorityClass", "handler": "docker"}),
		"another kind with an invalid handler": _class({"kind": "PriorityClass", "handler": "Docker"}),
		"a handler of Windows in another kind": _class({"kind": "PriorityClass", "scheduling": null}),
		"a class for Linux whose name says another build": _class({
			"metadata": {"name": "linux-2019"},
			"handler": "runc",
			"scheduling": {"nodeSelector": {"kubernetes.io/os": "linux"}},
		}),
		"no object": null,
	}
	got := runtime_class.finding with input as manifest
	got == set()
}

# A class whose name says 2019, on nodes of another build.
_virtual(handler) := object.union(
	_selecting({"kubernetes.io/os": "windows", "node.kubernetes.io/windows-build": "10.0.19041"}),
	{"metadata": {"name": "windows-2019"}, "handler": handler},
)

test_name_and_handler[handler] if {
	some handler in ["runhcs-wcow-process", "runhcs-wcow-hypervisor-20348", "hypervisor-17763"]
	got := runtime_class.finding with input as _virtual(handler)
	{[found.details.severity, found.details.field] | some found in got} == {["warn", "metadata.name"]}
}

test_handler_of_linux[handler] if {
	some handler, want in {
		"runc": true,
		"crun": true,
		"kata": true,
		"kata-qemu": true,
		"gvisor": true,
		"runsc": true,
		"runc-v2": true,
		"runcx": false,
		"my-runc": false,
		"runhcs-lcow": false,
	}
	got := runtime_class.finding with input as _class({"handler": handler})
	got == {_found(
		"warn",
		{
			"field": "handler",
			"says": "This handler runs only Linux containers, so Windows pods of the class do not start. Use runhcs-wcow-process.",
		},
		{"enforcedBy": "runtime", "because": _by_selector},
	) |
		want
	}
}

# The kind of spelling is wrong in a class for Linux too.
test_spelling_of_linux if {
	class := object.union(_selecting({"kubernetes.io/os": "Linux"}), {"handler": "runc", "metadata": {"name": "linux-2019"}})
	got := runtime_class.finding with input as class
	got == {object.union(_misspelled("kubernetes.io/os", "Linux", "linux"), {"details": {"fix": _replace("Linux", "linux")}})}
	runtime_class.applies with input as class
}

_replace(from, to) := [
	{"op": "test", "path": "/scheduling/nodeSelector/kubernetes.io~1os", "value": from},
	{"op": "replace", "path": "/scheduling/nodeSelector/kubernetes.io~1os", "value": to},
]

_misspelled(label, value, os) := _found(
	"deny",
	{
		"field": sprintf("scheduling.nodeSelector[%s]", [label]),
		"says": sprintf("No node has this spelling, so pods of the class stay Pending. Write %s in lower case.", [os]),
	},
	object.union({"enforcedBy": "scheduler", "because": sprintf("scheduling.nodeSelector selects %s", [os])}, _fix(label, value, os)),
)

_fix(label, value, "windows") := {"fix": [object.union(operation, {"path": path}) |
	path := sprintf("/scheduling/nodeSelector/%s", [replace(label, "/", "~1")])
	some operation in _replace(value, "windows")
]}

_fix(_, _, "linux") := {}

_word := _found(
	"warn",
	{
		"field": "scheduling.nodeSelector[kubernetes.io/os]",
		"says": "Kubelets set only linux or windows, so only a virtual node can have this value. Use windows or linux.",
	},
	{"enforcedBy": "scheduler", "because": "scheduling.nodeSelector names another OS"},
)

test_applies[name] if {
	some name, tc in {
		"a Windows class by its selector": {"input": _class({"handler": "my-handler"}), "want": {true}},
		"a Windows class by its handler": {"input": json.remove(testing.runtime_class, ["/scheduling"]), "want": {true}},
		"a class for Linux": {
			"input": object.union(_selecting({"kubernetes.io/os": "linux"}), {"handler": "runc"}),
			"want": set(),
		},
		"a pod": {"input": testing.windows_pod({}), "want": set()},
	}
	got := {true | runtime_class.applies} with input as tc.input
	got == tc.want
}

test_api_version[name] if {
	some name, fix in {
		"node.k8s.io/v1alpha1": {},
		"node.k8s.io/v1beta1": {"fix": [
			{"op": "test", "path": "/apiVersion", "value": "node.k8s.io/v1beta1"},
			{"op": "replace", "path": "/apiVersion", "value": "node.k8s.io/v1"},
		]},
	}
	got := runtime_class.finding with input as _class({"apiVersion": name})
	got == {_found(
		"deny",
		{"field": "apiVersion", "says": "Kubernetes 1.25 removed this version, so the API server rejects the class. Use node.k8s.io/v1."},
		object.union({"enforcedBy": "apiserver", "because": _by_selector}, fix),
	)}
}

test_api_version_in_an_old_cluster if {
	got := runtime_class.finding with input as _class({"apiVersion": "node.k8s.io/v1beta1"})
		with config as {"kubernetesVersion": "1.24"}
	got == set()
}

test_invalid_handler[name] if {
	some handler in ["", "Docker", "a_b", "-a", "a-", "a.b", null, 1, concat("", ["a", _sixty, "abc"])]
	name := sprintf("%v", [handler])
	got := runtime_class.finding with input as _class({"handler": handler})
	got == {_no_name}
}

test_no_handler if {
	got := runtime_class.finding with input as object.remove(testing.runtime_class, ["handler"])
	got == {_no_name}
}

test_valid_handler[name] if {
	some name in ["a", "0", "a-b", "a--b", concat("", ["a", _sixty, "ab"])]
	got := runtime_class.finding with input as _class({"handler": name})
	got == set()
}

_sixty := "a0123456789b0123456789c0123456789d0123456789e0123456789f0123"

test_docker if {
	got := runtime_class.finding with input as _class({"handler": "docker"})
	got == {_found(
		"warn",
		{"field": "handler", "says": "Kubernetes 1.24 removed the handler docker, so the pods do not start. Use runhcs-wcow-process."},
		{"enforcedBy": "runtime", "because": _by_selector},
	)}
}

test_selector[name] if {
	some name, tc in {
		"linux": {"selector": {"kubernetes.io/os": "linux"}, "want": {_linux}},
		"linux by the deprecated label": {"selector": {"beta.kubernetes.io/os": "linux"}, "want": {_linux}},
		"linux, with a Windows build": {
			"selector": {"kubernetes.io/os": "linux", "node.kubernetes.io/windows-build": "10.0.20348"},
			"want": {_linux},
		},
		"windows in upper case": {"selector": {"kubernetes.io/os": "Windows"}, "want": {_misspelled("kubernetes.io/os", "Windows", "windows")}},
		"the deprecated label in upper case": {
			"selector": {"beta.kubernetes.io/os": "WINDOWS"},
			"want": {_misspelled("beta.kubernetes.io/os", "WINDOWS", "windows")},
		},
		"linux in upper case, which has no safe fix": {
			"selector": {"kubernetes.io/os": "LINUX"},
			"want": {_misspelled("kubernetes.io/os", "LINUX", "linux")},
		},
		"another word": {"selector": {"kubernetes.io/os": "win"}, "want": {_word}},
		"a value that is filled in later": {"selector": {"kubernetes.io/os": "$OS"}, "want": set()},
		"another label": {"selector": {"disk": "ssd"}, "want": {_open}},
		"an empty selector": {"selector": {}, "want": {_open}},
		"a null selector": {"selector": null, "want": {_open}},
	}
	got := runtime_class.finding with input as _selecting(tc.selector)
	got == tc.want
}

test_no_scheduling[name] if {
	some name, manifest in {
		"no scheduling": json.remove(testing.runtime_class, ["/scheduling"]),
		"a null scheduling": _class({"scheduling": null}),
	}
	got := runtime_class.finding with input as manifest
	got == {_open}
}

test_required_labels[name] if {
	bare := _selecting({"kubernetes.io/os": "windows"})
	some name, tc in {
		"no required label": {"input": bare, "parameters": {}, "want": set()},
		"the architecture": {
			"input": bare,
			"parameters": {"requireArchitecture": true},
			"want": {_asked("kubernetes.io/arch")},
		},
		"the build": {
			"input": bare,
			"parameters": {"requireBuild": true},
			"want": {_asked("node.kubernetes.io/windows-build")},
		},
		"both labels": {
			"input": bare,
			"parameters": {"requireArchitecture": true, "requireBuild": true},
			"want": {_asked("kubernetes.io/arch"), _asked("node.kubernetes.io/windows-build")},
		},
		"both labels, and both are selected": {
			"input": _class({"scheduling": {"nodeSelector": {"kubernetes.io/arch": "amd64"}}}),
			"parameters": {"requireArchitecture": true, "requireBuild": true},
			"want": set(),
		},
		"parameters of the wrong type": {
			"input": bare,
			"parameters": {"requireArchitecture": "true", "requireBuild": 1},
			"want": set(),
		},
		"a class for Linux": {
			"input": object.union(_selecting({"kubernetes.io/os": "linux"}), {"handler": "runc"}),
			"parameters": {"requireArchitecture": true, "requireBuild": true},
			"want": set(),
		},
	}
	got := runtime_class.finding with input as tc.input
		with config as {"rules": {"runtime-class": {"parameters": tc.parameters}}}
	got == tc.want
}

test_taints[name] if {
	some name, tc in {
		"a toleration of the taint": {"platform": "generic", "tolerations": testing.runtime_class.scheduling.tolerations, "want": set()},
		"a platform without taints": {"platform": "aks", "tolerations": [], "want": set()},
		"no tolerations": {"platform": "generic", "tolerations": [], "want": {"os=windows:NoSchedule"}},
		"null tolerations": {"platform": "generic", "tolerations": null, "want": {"os=windows:NoSchedule"}},
		"a toleration of the taint of another platform": {
			"platform": "gke",
			"tolerations": testing.runtime_class.scheduling.tolerations,
			"want": {"node.kubernetes.io/os=windows:NoSchedule"},
		},
	}
	got := runtime_class.finding with input as _class({"scheduling": {"tolerations": tc.tolerations}})
		with config as {"platform": tc.platform}
	got == {_tainted(taint) | some taint in tc.want}
}

test_effects[name] if {
	some name, want in {
		"NoExecute": {_tainted("a=b:NoExecute")},
		"NoSchedule": {_tainted("a=b:NoSchedule")},
		"PreferNoSchedule": set(),
	}
	got := runtime_class.finding with input as testing.runtime_class
		with settings.taints as [{"key": "a", "value": "b", "effect": name}]
	got == want
}

test_class_for_linux_on_a_platform_with_taints if {
	linux := object.union(_selecting({"kubernetes.io/os": "linux"}), {"handler": "runc"})
	got := runtime_class.finding with input as object.union(linux, {"scheduling": {"tolerations": []}})
		with config as {"platform": "generic"}
	got == set()
}

test_name[name] if {
	some name, tc in {
		"windows-2019": {"build": "10.0.20348", "want": {"2019"}},
		"ltsc2019": {"build": "10.0.20348", "want": {"2019"}},
		"win.2022.gpu": {"build": "10.0.26100", "want": {"2022"}},
		"2025": {"build": "10.0.20348", "want": {"2025"}},
		"2019-and-2022": {"build": "10.0.20348", "want": {"2019"}},
		"2019-or-2022": {"build": "10.0.26100", "want": {"2019", "2022"}},
		"windows-2022": {"build": "10.0.20348", "want": set()},
		"windows-20190": {"build": "10.0.20348", "want": set()},
		"build2019": {"build": "10.0.20348", "want": set()},
	}
	got := runtime_class.finding with input as object.union(
		_selecting({"kubernetes.io/os": "windows", "node.kubernetes.io/windows-build": tc.build}),
		{"metadata": {"name": name}},
	)
	got == {_found(
		"warn",
		{
			"field": "metadata.name",
			"says": sprintf("The name says %s, but the class selects another build, so the name misleads. Name the class after its build.", [token]),
		},
		{"enforcedBy": "advice", "because": _by_selector},
	) |
		some token in tc.want
	}
}

_no_name := _found(
	"deny",
	{"field": "handler", "says": "The handler is not a DNS label, so the API server rejects the class. Use up to 63 lower-case letters, digits or hyphens."},
	{"enforcedBy": "apiserver", "because": _by_selector},
)

_linux := _found(
	"deny",
	{
		"field": "scheduling.nodeSelector[kubernetes.io/os]",
		"says": "The class selects linux, but only Windows nodes have its handler, so the pods do not start. Select windows.",
	},
	{"enforcedBy": "runtime", "because": _by_handler},
)

_open := _found(
	"warn",
	{
		"field": "scheduling.nodeSelector[kubernetes.io/os]",
		"says": "The class does not select windows, so its pods can land on Linux nodes and fail. Select windows.",
	},
	{"enforcedBy": "scheduler", "because": _by_handler},
)

_asked(label) := _found(
	"warn",
	{
		"field": sprintf("scheduling.nodeSelector[%s]", [label]),
		"says": "The class does not select this label, but the configuration requires it. Select the label.",
	},
	{"enforcedBy": "advice", "because": _by_selector},
)

_tainted(taint) := _found(
	"warn",
	{
		"field": "scheduling.tolerations",
		"says": sprintf("Windows nodes have the taint %s, so pods without this toleration stay Pending. Add it.", [taint]),
	},
	{"enforcedBy": "scheduler", "because": _by_selector},
)

_found(severity, about, more) := testing.expected(severity, "runtime-class", about, more)
