package lib.windows.data.platforms_test

import data.lib.windows.data.platforms

test_taints[name] if {
	some name, want in {
		"aks": set(),
		"eks": set(),
		"generic": {"os=windows:NoSchedule"},
		"gke": {"node.kubernetes.io/os=windows:NoSchedule"},
		"openshift": {"os=Windows:NoSchedule"},
		"rke2": set(),
	}
	{sprintf("%s=%s:%s", [taint.key, taint.value, taint.effect]) | some taint in platforms.defaults[name].taints} == want
}
