package lib.windows.isolation_test

import data.lib.windows.config
import data.lib.windows.isolation
import data.lib.windows.testing_test as testing

test_of_a_pod[name] if {
	some name, tc in {
		"no class": {"class": null, "handler": "", "want": {"process"}},
		"an empty class": {"class": "", "handler": "", "want": {"process"}},
		"a class for process isolation": {"class": "c", "handler": "runhcs-wcow-process", "want": {"process"}},
		"the handler of Docker": {"class": "c", "handler": "docker", "want": {"process"}},
		"a class for Hyper-V": {"class": "c", "handler": "runhcs-wcow-hypervisor", "want": set()},
		"a handler with another name": {"class": "c", "handler": "vm", "want": set()},
		"an unknown class": {"class": "elsewhere", "handler": "runhcs-wcow-process", "want": set()},
		"a class for Linux containers": {"class": "c", "handler": "runhcs-LCOW", "want": {"linux"}},
	}
	got := {"process" | isolation.process} | {"linux" | isolation.linux_containers} with config as _class(tc.handler)
		with input as testing.windows_pod({"runtimeClassName": tc.class})
	got == tc.want
}

_class(handler) := {"runtimeClasses": {"classes": {"c": {"handler": handler}}}}

test_hyper_v[handler] if {
	some handler, want in {
		"runhcs-wcow-hypervisor": 1,
		"runhcs-wcow-hypervisor-18362": 1,
		"vm": 1,
		"runhcs-wcow-process": 0,
		"my-vm": 0,
	}
	count([1 | isolation.hyper_v(handler, ["runhcs-wcow-hypervisor*", "vm"])]) == want
}
