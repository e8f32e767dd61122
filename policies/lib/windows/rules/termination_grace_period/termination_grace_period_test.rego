package lib.windows.rules.termination_grace_period_test

import data.lib.windows.config
import data.lib.windows.rules.termination_grace_period
import data.lib.windows.testing_test as testing

_docker := {"windowsRuntime": "docker"}

test_docker[name] if {
	some name, tc in {
		"120 seconds": {"seconds": 120, "want": {_warned("spec.terminationGracePeriodSeconds", {})}},
		"zero": {"seconds": 0, "want": {_warned("spec.terminationGracePeriodSeconds", {})}},
		"the default of the API server": {"seconds": 30, "want": set()},
		"null": {"seconds": null, "want": set()},
		"a string": {"seconds": "120", "want": set()},
	}
	got := termination_grace_period.finding with input as testing.windows_pod({"terminationGracePeriodSeconds": tc.seconds})
		with config as _configured(_docker)
	got == tc.want
}

test_absent if {
	got := termination_grace_period.finding with input as testing.windows_pod({}) with config as _configured(_docker)
	got == set()
}

test_inferred if {
	got := termination_grace_period.finding with input as testing.inferred_pod({"terminationGracePeriodSeconds": 5})
		with config as _configured(_docker)
	got == {_warned("spec.terminationGracePeriodSeconds", {"because": "nodeSelector kubernetes.io/os is windows"})}
}

test_workload if {
	got := termination_grace_period.finding with input as testing.deployment(object.union(
		testing.windows,
		{"terminationGracePeriodSeconds": 60},
	))
		with config as _configured(_docker)
	got == {_warned("spec.template.spec.terminationGracePeriodSeconds", {})}
}

test_other_runtimes[name] if {
	some name, parameters in {
		"no parameters": {},
		"containerd": {"windowsRuntime": "containerd"},
		"an unknown runtime": {"windowsRuntime": "Docker"},
		"the wrong type": {"windowsRuntime": ["docker"]},
	}
	got := termination_grace_period.finding with input as testing.windows_pod({"terminationGracePeriodSeconds": 120})
		with config as _configured(parameters)
	got == set()
}

_configured(parameters) := {"rules": {"termination-grace-period": {"parameters": parameters}}}

_warned(field, more) := testing.switched_off(testing.expected(
	"warn",
	"termination-grace-period",
	{"field": field, "says": "Docker on Windows ignores this field, so the container can stop too early. Run containerd."},
	object.union({"enforcedBy": "runtime"}, more),
))
