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
	got := linux_windows_options.finding with input as testing.pod(object.union(_linux, _with_options(value)))
	got == {_refused("spec.securityContext.windowsOptions", value, {})}
}

test_containers[list] if {
	some list in ["initContainers", "containers", "ephemeralContainers"]
	containers := {list: [{"name": "first"}, object.union(_with_options({}), {"name": "second"})]}
	field := sprintf("spec.%s[1].securityContext.windowsOptions", [list])
	declared := linux_windows_options.finding with input as testing.pod(object.union(_linux, containers))
	declared == {_refused(field, {}, {"container": "second"})}
	inferred := linux_windows_options.finding with input as testing.pod(object.union(_on_linux, containers))
	inferred == {_ignored(field, {"container": "second"})}
}

test_workload_and_container if {
	got := linux_windows_options.finding with input as testing.deployment({
		"os": {"name": "linux"},
		"securityContext": {"windowsOptions": {"hostProcess": false}},
		"containers": [object.union(_with_options({}), {"name": "app"})],
	})
	got == {
		_refused("spec.template.spec.securityContext.windowsOptions", {"hostProcess": false}, {}),
		_refused("spec.template.spec.containers[0].securityContext.windowsOptions", {}, {"container": "app"}),
	}
}

test_inferred[name] if {
	some name, tc in {
		"a selector": {"spec": _on_linux, "because": "nodeSelector kubernetes.io/os is linux"},
		"a selector and hostProcess": {
			"spec": object.union(_on_linux, _with_options({"hostProcess": true})),
			"because": "nodeSelector kubernetes.io/os is linux",
		},
		"a selector and an empty os": {
			"spec": object.union(_on_linux, {"os": {}}),
			"because": "nodeSelector kubernetes.io/os is linux",
		},
		"an affinity": {
			"spec": {"affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [{"matchExpressions": [{
				"key": "kubernetes.io/os",
				"operator": "In",
				"values": ["linux"],
			}]}]}}}},
			"because": "required node affinity allows only linux",
		},
		"a RuntimeClass": {
			"spec": {"runtimeClassName": "gvisor"},
			"because": "RuntimeClass gvisor selects linux",
		},
	}
	got := linux_windows_options.finding with input as testing.pod(object.union(_with_options({}), tc.spec))
		with config as {"runtimeClasses": {"classes": {"gvisor": {"scheduling": {"nodeSelector": {"kubernetes.io/os": "linux"}}}}}}
	got == {_ignored("spec.securityContext.windowsOptions", {"because": tc.because})}
}

test_silent[name] if {
	some name, spec in {
		"declared windows": object.union(testing.windows, _with_options({"runAsUserName": "ContainerUser"})),
		"inferred windows": object.union(object.remove(testing.windows, ["os"]), _with_options({})),
		"inferred from HostProcess": _with_options({"hostProcess": true}),
		"an unknown OS": _with_options({"runAsUserName": "ContainerUser"}),
		"declared linux without windowsOptions": object.union(_linux, {"securityContext": {"runAsUser": 0}}),
		"declared linux with null": object.union(_linux, _with_options(null)),
		"declared linux with a string": object.union(_linux, _with_options("x")),
		"inferred linux without windowsOptions": _on_linux,
		"inferred linux with null": object.union(_on_linux, _with_options(null)),
		"a null spec": null,
	}
	got := linux_windows_options.finding with input as testing.pod(spec)
	got == set()
}

test_applies[name] if {
	some name, tc in {
		"windowsOptions": {"spec": object.union(_linux, _with_options({})), "want": {true}},
		"nothing": {"spec": _linux, "want": set()},
	}
	got := {true | linux_windows_options.applies} with input as testing.pod(tc.spec)
	got == tc.want
}

_with_options(options) := {"securityContext": {"windowsOptions": options}}

_refused(field, value, more) := testing.expected(
	"deny",
	"linux-windows-options",
	{"field": field, "says": "The API server rejects this field in a Linux pod. Remove it, or correct spec.os.name."},
	object.union(more, {
		"because": "spec.os.name is linux",
		"enforcedBy": "apiserver",
		"fix": [{"op": "test", "path": pointer, "value": {"windowsOptions": value}}, {"op": "remove", "path": pointer}],
	}),
) if {
	context := trim_suffix(field, ".windowsOptions")
	pointer := concat("", ["/", replace(replace(replace(context, "[", "/"), "]", ""), ".", "/")])
}

_ignored(field, more) := testing.expected(
	"warn",
	"linux-windows-options",
	{
		"field": field,
		"says": "The pod runs on Linux, which ignores this field. Remove it, or select Windows nodes.",
	},
	object.union({"enforcedBy": "advice", "because": "nodeSelector kubernetes.io/os is linux"}, more),
)
