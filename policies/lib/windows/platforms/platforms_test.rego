package lib.windows.platforms_test

import data.lib.windows.platforms

test_taints[name] if {
	some name, want in {
		"aks": set(),
		"eks": set(),
		"generic": {"os=windows:NoSchedule"},
		"gke": {"node.kubernetes.io/os=windows:NoSchedule"},
		"openshift": {"os=Windows:NoSchedule"},
		"rke2": set(),
	}
	{sprintf("%s=%s:%s", [taint.key, taint.value, taint.effect]) | some taint in platforms.known[name].taints} == want
}

test_form[name] if {
	some name, platform in platforms.known
	object.keys(platform) == {"taints", "source", "asOf"}
	is_array(platform.taints)
	startswith(platform.source, "https://")
	time.parse_ns("2006-01-02", platform.asOf) > 0
}
