package lib.windows.rules.linux_windows_options_test

import data.lib.windows.config
import data.lib.windows.rules.linux_windows_options
import data.lib.windows.testing_test as testing

_linux := {"os": {"name": "linux"}, "containers": [{"name": "app"}]}

_on_linux := {"nodeSelector": {"kubernetes.io/os": "linux"}, "containers": [{"name": "app"}]}

test_declared[name] if {
	some name, value in {
		"a user": {"runAsUserName": "ContainerUser"},
		"empty": {},
		"only null": {"hostProcess": null},
	}
	got := linux_windows_options.finding with input as testing.pod(object.union(_linux, _saying(value)))
	got == {_refused("spec.securityContext.windowsOptions", value, {})}
}

test_containers[list] if {
	some list in ["initContainers", "containers", "ephemeralContainers"]
	containers := {list: [{"name": "first"}, object.union(_saying({}), {"name": "second"})]}
	field := sprintf("spec.%s[1].securityContext.windowsOptions", [list])
	declared := linux_windows_options.finding with input as testing.pod(object.union(_linux, containers))
	declared == {_refused(field, {}, {"container": "second"})}
	inferred := linux_windows_options.finding with input as testing.pod(object.union(_on_linux, containers))
	inferred == {_ignored(field, {"container": "second"})}
}

test_workload_with_both if {
	got := linux_windows_options.finding with input as testing.deployment({
		"os": {"name": "linux"},
		"securityContext": {"windowsOptions": {"hostProcess": false}},
		"containers": [object.union(_saying({}), {"name": "app"})],
	})
	got == {
		_refused("spec.template.spec.securityContext.windowsOptions", {"hostProcess": false}, {}),
		_refused("spec.template.spec.containers[0].securityContext.windowsOptions", {}, {"container": "app"}),
	}
}

test_inferred[name] if {
	some name, tc in {
		"by the selector": {"spec": _on_linux, "because": "nodeSelector kubernetes.io/os is linux"},
		"by the selector, though it is a HostProcess pod": {
			"spec": object.union(_on_linux, _saying({"hostProcess": true})),
			"because": "nodeSelector kubernetes.io/os is linux",
		},
		"by the selector, though its os has no name": {
			"spec": object.union(_on_linux, {"os": {}}),
			"because": "nodeSelector kubernetes.io/os is linux",
		},
		"by the affinity": {
			"spec": {"affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [{"matchExpressions": [{
				"key": "kubernetes.io/os",
				"operator": "In",
				"values": ["linux"],
			}]}]}}}},
			"because": "required node affinity allows only linux",
		},
		"by the RuntimeClass": {
			"spec": {"runtimeClassName": "gvisor"},
			"because": "RuntimeClass gvisor selects linux",
		},
	}
	got := linux_windows_options.finding with input as testing.pod(object.union(_saying({}), tc.spec))
		with config as {"runtimeClasses": {"classes": {"gvisor": {"scheduling": {"nodeSelector": {"kubernetes.io/os": "linux"}}}}}}
	got == {_ignored("spec.securityContext.windowsOptions", {"because": tc.because})}
}

test_silent[name] if {
	some name, spec in {
		"declared windows": object.union(testing.windows, _saying({"runAsUserName": "ContainerUser"})),
		"inferred windows": object.union(object.remove(testing.windows, ["os"]), _saying({})),
		"inferred from HostProcess": _saying({"hostProcess": true}),
		"of no known OS": _saying({"runAsUserName": "ContainerUser"}),
		"linux without them": object.union(_linux, {"securityContext": {"runAsUser": 0}}),
		"linux with null": object.union(_linux, _saying(null)),
		"linux with a text": object.union(_linux, _saying("x")),
		"placed on linux without them": _on_linux,
		"placed on linux with null": object.union(_on_linux, _saying(null)),
		"a null spec": null,
	}
	got := linux_windows_options.finding with input as testing.pod(spec)
	got == set()
}

test_applies[name] if {
	some name, tc in {
		"windowsOptions": {"spec": object.union(_linux, _saying({})), "want": {true}},
		"nothing": {"spec": _linux, "want": set()},
	}
	got := {true | linux_windows_options.applies} with input as testing.pod(tc.spec)
	got == tc.want
}

_saying(options) := {"securityContext": {"windowsOptions": options}}

_refused(field, value, more) := testing.expected(
	"deny",
	"linux-windows-options",
	{"field": field, "says": "the API server refuses it in a Linux pod; remove it, or correct spec.os.name"},
	object.union(more, {
		"because": "spec.os.name is linux",
		"enforcedBy": "apiserver",
		"fix": [{"op": "test", "path": pointer, "value": value}, {"op": "remove", "path": pointer}],
	}),
) if {
	pointer := concat("", ["/", replace(replace(replace(field, "[", "/"), "]", ""), ".", "/")])
}

_ignored(field, more) := testing.expected(
	"warn",
	"linux-windows-options",
	{
		"field": field,
		"says": "the pod is placed on Linux, which ignores it; remove it, or place the pod on Windows",
	},
	object.union({"enforcedBy": "advice", "because": "nodeSelector kubernetes.io/os is linux"}, more),
)
