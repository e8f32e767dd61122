package lib.windows.rules.linux_escape_test

import data.lib.windows.config
import data.lib.windows.rules.linux_escape
import data.lib.windows.testing_test as testing

_everything := [{"operator": "Exists"}]

_os_taint := [{"key": "os", "operator": "Equal", "value": "windows", "effect": "NoSchedule"}]

_generic := {"platform": "generic", "runtimeClasses": {"classes": {"plain": {"scheduling": {"tolerations": _os_taint}}}}}

_asking := {"rules": {"linux-escape": {"parameters": {"requireLinuxSelector": true}}}}

_affinity(operator, values) := {"affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {
	"nodeSelectorTerms": [{"matchExpressions": [{"key": "kubernetes.io/os", "operator": operator, "values": values}]}],
}}}}

test_found[name] if {
	some name, tc in {
		"a toleration of everything": {"spec": {"tolerations": _everything}, "config": {}, "want": _blanket},
		"a toleration of each effect that keeps pods away": {
			"spec": {"tolerations": [
				{"operator": "Exists", "effect": "NoExecute"},
				{"operator": "Exists", "effect": "NoSchedule"},
			]},
			"config": {},
			"want": _blanket,
		},
		"a toleration of everything, on a platform without taints": {
			"spec": {"tolerations": _everything},
			"config": {"platform": "aks"},
			"want": _blanket,
		},
		"a toleration of everything, and a selector of another label": {
			"spec": {"tolerations": _everything, "nodeSelector": {"disk": "ssd"}},
			"config": {},
			"want": _blanket,
		},
		"a toleration of everything, and affinity for both OSes": {
			"spec": object.union({"tolerations": _everything}, _affinity("In", ["linux", "windows"])),
			"config": {},
			"want": _blanket,
		},
		"a toleration of everything, and a declared taint": {
			"spec": {"tolerations": _everything},
			"config": _generic,
			"want": _declared,
		},
		"a toleration of the declared taint": {"spec": {"tolerations": _os_taint}, "config": _generic, "want": _declared},
		"a toleration of the declared taint in the RuntimeClass": {
			"spec": {"runtimeClassName": "plain"},
			"config": _generic,
			"want": _declared,
		},
		"no toleration, and a required selector": {"spec": {}, "config": _asking, "want": _asked},
	}
	manifest := testing.pod(tc.spec)
	got := linux_escape.finding with input as manifest with config as tc.config
	got == {_found(tc.want, {})}
	applies := {true | linux_escape.applies} with input as manifest with config as tc.config
	applies == {true}
}

_blanket := {"says": "the pod tolerates every taint", "because": "a toleration without key tolerates everything"}

_declared := {"says": "the pod tolerates their taint", "because": "the pod tolerates os=windows:NoSchedule"}

_asked := {"says": "the pod selects no OS", "because": "requireLinuxSelector asks every pod"}

_found(want, more) := testing.expected(
	"warn",
	"linux-escape",
	{
		"field": "spec.nodeSelector[kubernetes.io/os]",
		"says": sprintf("%s, so it can land on Windows nodes; select its OS", [want.says]),
	},
	object.union({"enforcedBy": "scheduler", "because": want.because}, more),
)

test_silent[name] if {
	some name, tc in {
		"no toleration": {"spec": {}, "config": {}},
		"no toleration, and a declared taint": {"spec": {"tolerations": []}, "config": _generic},
		"null tolerations": {"spec": {"tolerations": null}, "config": _generic},
		"a toleration of a taint that is not declared": {"spec": {"tolerations": _os_taint}, "config": {}},
		"a toleration of the taint of another platform": {"spec": {"tolerations": _os_taint}, "config": {"platform": "gke"}},
		"a toleration of the taint of the control plane": {
			"spec": {"tolerations": [{"key": "node-role.kubernetes.io/control-plane", "operator": "Exists"}]},
			"config": _generic,
		},
		"a toleration of only NoExecute": {
			"spec": {"tolerations": [{"operator": "Exists", "effect": "NoExecute"}]},
			"config": {},
		},
		"a toleration of everything, and linux selected": {
			"spec": {"tolerations": _everything, "nodeSelector": {"kubernetes.io/os": "linux"}},
			"config": {},
		},
		"a toleration of everything, and linux selected by the deprecated label": {
			"spec": {"tolerations": _everything, "nodeSelector": {"beta.kubernetes.io/os": "linux"}},
			"config": _generic,
		},
		"a toleration of everything, and affinity for linux": {
			"spec": object.union({"tolerations": _everything}, _affinity("In", ["linux"])),
			"config": _generic,
		},
		"a toleration of everything, and affinity that excludes windows": {
			"spec": object.union({"tolerations": _everything}, _affinity("NotIn", ["windows"])),
			"config": _generic,
		},
		"a toleration of everything, and a named node": {
			"spec": {"tolerations": _everything, "nodeName": "node-1"},
			"config": _generic,
		},
		"a toleration of everything, and the control plane selected": {
			"spec": {"tolerations": _everything, "nodeSelector": {"node-role.kubernetes.io/control-plane": ""}},
			"config": _generic,
		},
		"a toleration of everything, and an unknown RuntimeClass": {
			"spec": {"tolerations": _everything, "runtimeClassName": "other"},
			"config": _generic,
		},
		"a Windows pod, which node-selector judges": {
			"spec": {"tolerations": _everything, "os": {"name": "windows"}},
			"config": object.union(_generic, _asking),
		},
		"linux selected, and a required selector": {
			"spec": {"nodeSelector": {"kubernetes.io/os": "linux"}},
			"config": _asking,
		},
		"a parameter of the wrong type": {
			"spec": {},
			"config": {"rules": {"linux-escape": {"parameters": {"requireLinuxSelector": "true"}}}},
		},
		"a parameter that is false": {
			"spec": {},
			"config": {"rules": {"linux-escape": {"parameters": {"requireLinuxSelector": false}}}},
		},
		"no spec": {"spec": null, "config": _asking},
	}
	got := linux_escape.finding with input as testing.pod(tc.spec) with config as tc.config
	got == set()
}

# The gate calls applies for every Linux pod, so it must be false for an ordinary one.
test_applies[name] if {
	some name, tc in {
		"no toleration": {"spec": {}, "config": {}, "want": set()},
		"the tolerations that every pod gets": {
			"spec": {"tolerations": [{"key": "node.kubernetes.io/not-ready", "operator": "Exists", "effect": "NoExecute"}]},
			"config": {},
			"want": set(),
		},
		"a toleration of everything": {"spec": {"tolerations": _everything}, "config": {}, "want": {true}},
		"no toleration, and a declared taint": {"spec": {}, "config": _generic, "want": set()},
		"another toleration, and a declared taint": {
			"spec": {"tolerations": [{"key": "disk"}]},
			"config": _generic,
			"want": set(),
		},
		"a RuntimeClass that tolerates everything": {
			"spec": {"runtimeClassName": "agents"},
			"config": {"runtimeClasses": {"classes": {"agents": {"scheduling": {"tolerations": _everything}}}}},
			"want": {true},
		},
		"a required selector": {"spec": {}, "config": _asking, "want": {true}},
	}
	got := {true | linux_escape.applies} with input as testing.pod(tc.spec) with config as tc.config
	got == tc.want
}

test_node_accepts_a_pod_that_tolerates_all_its_taints[name] if {
	some name, tc in {
		"both taints": {"tolerations": [{"key": "a", "operator": "Exists"}, {"key": "b", "operator": "Exists"}], "want": {true}},
		"one taint": {"tolerations": [{"key": "a", "operator": "Exists"}], "want": set()},
		"every taint of one effect": {"tolerations": [{"operator": "Exists", "effect": "NoSchedule"}], "want": set()},
	}
	got := {found.details.because | some found in linux_escape.finding}
		with input as testing.pod({"tolerations": tc.tolerations})
		with config as {"taints": [
			{"key": "a", "effect": "NoSchedule"},
			{"key": "b", "value": "x", "effect": "NoExecute"},
			{"key": "c", "value": "", "effect": "PreferNoSchedule"},
			{"key": "d"},
		]}
	got == {"the pod tolerates a:NoSchedule, b=x:NoExecute" | some _ in tc.want}
}

test_fix_of_a_pod_that_declares_linux if {
	manifest := testing.pod({"os": {"name": "linux"}, "tolerations": _everything})
	got := linux_escape.finding with input as manifest
	got == {_found(
		_blanket,
		{"fix": [{"op": "add", "path": "/spec/nodeSelector/kubernetes.io~1os", "value": "linux"}]},
	)}
}

test_workloads[name] if {
	some name, carrier in testing.carriers({"tolerations": _everything})
	got := linux_escape.finding with input as carrier.object
	{found.details.field | some found in got} == {concat(".", [carrier.prefix, "nodeSelector[kubernetes.io/os]"])}
}
