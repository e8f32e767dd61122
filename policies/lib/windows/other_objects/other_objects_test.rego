package lib.windows.other_objects_test

import data.inventory
import data.lib.windows.config
import data.lib.windows.other_objects
import data.lib.windows.run
import data.lib.windows.testing_test as testing

_deployment(name, labels, spec) := object.union(testing.deployment(spec), {
	"metadata": {"name": name},
	"spec": {"template": {"metadata": {"labels": labels}}},
})

_linux := object.union(testing.windows, {"os": {"name": "linux"}, "nodeSelector": {"kubernetes.io/os": "linux"}})

_run := {
	"Deployment": [
		_deployment("windows", {"app": "web", "tier": "front"}, testing.windows),
		_deployment("linux", {"app": "web", "tier": "front"}, _linux),
		_deployment("elsewhere", {"app": "web"}, testing.windows),
		object.union(_deployment("other", {"app": "web", "tier": "front"}, testing.windows), {"metadata": {"namespace": "other"}}),
		_deployment("unlabelled", null, testing.windows),
	],
	"Pod": [object.union(testing.windows_pod({}), {"metadata": {"labels": {"app": "web", "tier": "back"}}})],
}

test_windows_workloads[name] if {
	some name, tc in {
		"by all labels": {"selector": {"app": "web", "tier": "front"}, "want": {"Deployment windows"}},
		"by one label": {
			"selector": {"app": "web"},
			"want": {"Deployment windows", "Deployment elsewhere", "Pod web"},
		},
		"a label that no workload has": {"selector": {"app": "db"}, "want": set()},
		"nothing": {"selector": {}, "want": set()},
	}
	got := other_objects.windows_workloads("shop", tc.selector) with run as _run
	got == tc.want
}

test_windows_workloads_of_an_invalid_selector[name] if {
	some name, selector in {"null": null, "a number": 1}
	got := {found | some found in other_objects.windows_workloads("shop", selector)} with run as _run
	got == set()
}

test_windows_workloads_without_a_name if {
	nameless := object.remove(_run.Deployment[0], ["metadata"])
	got := other_objects.windows_workloads("", {"app": "web"}) with run as {"Deployment": [nameless]}
	got == {"Deployment "}
}

test_windows_workloads_by_a_configured_class[name] if {
	spec := {"containers": [testing.container], "runtimeClassName": "win"}
	classes := {"classes": {"win": {"scheduling": {"nodeSelector": {"kubernetes.io/os": "windows"}}}}}
	some name, tc in {
		"anywhere": {"input": {}, "config": {"runtimeClasses": classes}},
		"in Gatekeeper": {
			"input": {"review": {"object": {}}, "parameters": {"runtimeClasses": classes}},
			"config": {},
		},
	}
	got := other_objects.windows_workloads("shop", {"app": "web"}) with input as tc.input
		with config as tc.config
		with run as {"Deployment": [_deployment("web", {"app": "web"}, spec)]}
	got == {"Deployment web"}
}

test_nodes[name] if {
	node := {"apiVersion": "v1", "kind": "Node"}
	windows := object.union(node, {"metadata": {"name": "win", "labels": {"kubernetes.io/os": "windows"}}})
	linux := object.union(node, {"metadata": {"name": "lin", "labels": {"kubernetes.io/os": "linux"}}})
	some name, tc in {
		"none": {"run": {}, "inventory": {}, "want": [set(), set()]},
		"of the run": {"run": {"Node": [windows, linux, node]}, "inventory": {}, "want": [{"win", "lin"}, {"win"}]},
		"of Gatekeeper": {
			"run": {},
			"inventory": {"cluster": {"v1": {"Node": {"lin": linux}}}},
			"want": [{"lin"}, set()],
		},
	}
	got := [other_objects.nodes, other_objects.windows_nodes] with run as tc.run with inventory as tc.inventory
	got == tc.want
}
