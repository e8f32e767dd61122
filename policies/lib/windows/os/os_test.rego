package lib.windows.os_test

import data.lib.windows.config
import data.lib.windows.os
import data.lib.windows.testing_test as testing

test_evidence[name] if {
	some name, tc in {
		"declared windows": {
			"spec": {"os": {"name": "windows"}},
			"want": {"os": "windows", "because": "spec.os.name is windows"},
		},
		"declared linux, before any inference": {
			"spec": {"os": {"name": "linux"}, "nodeSelector": {"kubernetes.io/os": "windows"}},
			"want": {"os": "linux", "because": "spec.os.name is linux"},
		},
		"a name in upper case declares nothing": {
			"spec": {"os": {"name": "Windows"}, "nodeSelector": {"kubernetes.io/os": "linux"}},
			"want": {"os": "linux", "because": "nodeSelector kubernetes.io/os is linux"},
		},
		"nodeSelector": {
			"spec": {"nodeSelector": {"kubernetes.io/os": "windows"}},
			"want": {"os": "windows", "because": "nodeSelector kubernetes.io/os is windows"},
		},
		"the deprecated label": {
			"spec": {"nodeSelector": {"beta.kubernetes.io/os": "windows"}},
			"want": {"os": "windows", "because": "nodeSelector beta.kubernetes.io/os is windows"},
		},
		"the label before the deprecated label that contradicts it": {
			"spec": {"nodeSelector": {"kubernetes.io/os": "windows", "beta.kubernetes.io/os": "linux"}},
			"want": {"os": "windows", "because": "nodeSelector kubernetes.io/os is windows"},
		},
		"another word does not hide the deprecated label": {
			"spec": {"nodeSelector": {"kubernetes.io/os": "win", "beta.kubernetes.io/os": "linux"}},
			"want": {"os": "linux", "because": "nodeSelector beta.kubernetes.io/os is linux"},
		},
		"another spelling": {
			"spec": {"nodeSelector": {"kubernetes.io/os": "Windows", "beta.kubernetes.io/os": "linux"}},
			"want": {"os": "windows", "because": "nodeSelector kubernetes.io/os is Windows"},
		},
		"the build label": {
			"spec": {"nodeSelector": {"node.kubernetes.io/windows-build": "10.0.20348"}},
			"want": {"os": "windows", "because": "nodeSelector names node.kubernetes.io/windows-build"},
		},
		"the OS label before the build label": {
			"spec": {"nodeSelector": {"kubernetes.io/os": "linux", "node.kubernetes.io/windows-build": "10.0.20348"}},
			"want": {"os": "linux", "because": "nodeSelector kubernetes.io/os is linux"},
		},
		"HostProcess of the pod": {
			"spec": {"securityContext": {"windowsOptions": {"hostProcess": true}}},
			"want": {"os": "windows", "because": "windowsOptions.hostProcess is true"},
		},
		"HostProcess of a container": {
			"spec": {"containers": [{}, {"securityContext": {"windowsOptions": {"hostProcess": true}}}]},
			"want": {"os": "windows", "because": "windowsOptions.hostProcess is true"},
		},
		"HostProcess of an init container": {
			"spec": {"initContainers": [{"securityContext": {"windowsOptions": {"hostProcess": true}}}]},
			"want": {"os": "windows", "because": "windowsOptions.hostProcess is true"},
		},
		"HostProcess of an ephemeral container": {
			"spec": {"ephemeralContainers": [{"securityContext": {"windowsOptions": {"hostProcess": true}}}]},
			"want": {"os": "windows", "because": "windowsOptions.hostProcess is true"},
		},
		"a selector for linux before HostProcess": {
			"spec": {
				"nodeSelector": {"kubernetes.io/os": "linux"},
				"securityContext": {"windowsOptions": {"hostProcess": true}},
			},
			"want": {"os": "linux", "because": "nodeSelector kubernetes.io/os is linux"},
		},
	}
	got := os.evidence with input as testing.pod(tc.spec)
	got == tc.want
	because := os.because with input as testing.pod(tc.spec)
	because == tc.want.because
	windows := {true | os.windows} with input as testing.pod(tc.spec)
	windows == {true | tc.want.os == "windows"}
}

test_no_evidence[name] if {
	some name, spec in {
		"an empty spec": {},
		"a null spec": null,
		"a null os": {"os": null},
		"an os that is a string": {"os": "windows"},
		"hostProcess false": {"securityContext": {"windowsOptions": {"hostProcess": false}}},
		"a toleration": {"tolerations": [{"key": "os", "value": "windows", "effect": "NoSchedule"}]},
		"other windowsOptions": {"securityContext": {"windowsOptions": {"runAsUserName": "ContainerUser"}}},
		"an image of Windows": {"containers": [testing.container]},
		"a selector of the wrong type": {"nodeSelector": ["kubernetes.io/os"]},
		"a null selector": {"nodeSelector": null},
		"an unknown RuntimeClass": {"runtimeClassName": "windows-2022"},
	}
	not os.evidence with input as testing.pod(spec)
	not os.windows with input as testing.pod(spec)
	because := os.because with input as testing.pod(spec)
	because == "nothing names the OS of the pod"
}

test_declared[name] if {
	some name, tc in {
		"windows": {"os": {"name": "windows"}, "want": {true}},
		"linux": {"os": {"name": "linux"}, "want": set()},
		"Windows": {"os": {"name": "Windows"}, "want": set()},
		"nothing": {"os": {}, "want": set()},
	}
	got := {true | os.declared} with input as testing.pod({"os": tc.os})
	got == tc.want
}

_windows := {"key": "kubernetes.io/os", "operator": "In", "values": ["windows"]}

_linux := {"key": "kubernetes.io/os", "operator": "In", "values": ["linux"]}

_build := {"key": "node.kubernetes.io/windows-build", "operator": "Exists"}

test_affinity[name] if {
	some name, tc in {
		"one term for windows": {"terms": [{"matchExpressions": [_windows]}], "want": {"windows"}},
		"all terms for windows, by either label": {
			"terms": [
				{"matchExpressions": [_windows]},
				{"matchExpressions": [object.union(_windows, {"key": "beta.kubernetes.io/os"})]},
			],
			"want": {"windows"},
		},
		"among other expressions": {
			"terms": [{"matchExpressions": [{"key": "disk", "operator": "In", "values": ["ssd"]}, _windows]}],
			"want": {"windows"},
		},
		"all terms for linux": {"terms": [{"matchExpressions": [_linux]}], "want": {"linux"}},
		"one term of two for linux": {
			"terms": [{"matchExpressions": [_windows]}, {"matchExpressions": [_linux]}],
			"want": set(),
		},
		"one term of two for no OS": {
			"terms": [{"matchExpressions": [_windows]}, {"matchExpressions": [{"key": "disk", "operator": "Exists"}]}],
			"want": set(),
		},
		"one term that requires both, which no node matches": {
			"terms": [{"matchExpressions": [_windows, _linux]}],
			"want": set(),
		},
		"the same value twice": {
			"terms": [{"matchExpressions": [object.union(_windows, {"values": ["windows", "windows"]})]}],
			"want": {"windows"},
		},
		"either of two values": {
			"terms": [{"matchExpressions": [object.union(_windows, {"values": ["windows", "linux"]})]}],
			"want": set(),
		},
		"another key with the value windows": {
			"terms": [{"matchExpressions": [object.union(_windows, {"key": "os"})]}],
			"want": set(),
		},
		"NotIn linux": {
			"terms": [{"matchExpressions": [object.union(_linux, {"operator": "NotIn"})]}],
			"want": {"windows"},
		},
		"the OS label exists": {
			"terms": [{"matchExpressions": [{"key": "kubernetes.io/os", "operator": "Exists"}]}],
			"want": set(),
		},
		"the build label exists": {"terms": [{"matchExpressions": [_build]}], "want": {"windows"}},
		"the build label has a value": {
			"terms": [{"matchExpressions": [object.union(_build, {"operator": "In", "values": ["10.0.20348"]})]}],
			"want": {"windows"},
		},
		"the build label does not exist": {
			"terms": [{"matchExpressions": [object.union(_build, {"operator": "DoesNotExist"})]}],
			"want": {"linux"},
		},
		"no terms": {"terms": [], "want": set()},
		"a term without expressions, which matches no node": {
			"terms": [{}, {"matchExpressions": []}, {"matchExpressions": [_windows]}],
			"want": {"windows"},
		},
		"only terms without expressions": {"terms": [{}, null], "want": set()},
		"one term of two with fields only": {
			"terms": [
				{"matchFields": [{"key": "metadata.name", "operator": "In", "values": ["node-1"]}]},
				{"matchExpressions": [_windows]},
			],
			"want": set(),
		},
		"a term that also has fields": {
			"terms": [{
				"matchFields": [{"key": "metadata.name", "operator": "In", "values": ["node-1"]}],
				"matchExpressions": [_windows],
			}],
			"want": {"windows"},
		},
		"terms of the wrong type": {"terms": "windows", "want": set()},
		"expressions of the wrong type": {"terms": [{"matchExpressions": "windows"}], "want": set()},
	}
	manifest := testing.pod({"affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {
		"nodeSelectorTerms": tc.terms,
	}}}})
	got := {evidence | evidence := os.evidence} with input as manifest
	got == {{"os": name, "because": sprintf("required node affinity allows only %s", [name])} | some name in tc.want}
}

test_evidence_ignores_preferred_affinity if {
	term := {"matchExpressions": [_windows]}
	preferred := [{"weight": 100, "preference": term}]
	not os.evidence with input as testing.pod({"affinity": {"nodeAffinity": {
		"preferredDuringSchedulingIgnoredDuringExecution": preferred,
	}}})
}

test_runtime_class[name] if {
	some name, tc in {
		"for windows": {"selector": {"kubernetes.io/os": "windows"}, "want": {"windows"}},
		"for linux": {"selector": {"kubernetes.io/os": "linux"}, "want": {"linux"}},
		"by its build": {"selector": {"node.kubernetes.io/windows-build": "10.0.20348"}, "want": {"windows"}},
		"for no OS": {"selector": {"disk": "ssd"}, "want": set()},
		"without selector": {"selector": null, "want": set()},
	}
	got := {evidence | evidence := os.evidence} with input as testing.pod({"runtimeClassName": "win"})
		with config as {"runtimeClasses": {"classes": {"win": {"scheduling": {"nodeSelector": tc.selector}}}}}
	got == {{"os": name, "because": sprintf("RuntimeClass win selects %s", [name])} | some name in tc.want}
}

test_evidence_of_the_selector_before_the_runtime_class if {
	manifest := testing.pod({"runtimeClassName": "win", "nodeSelector": {"kubernetes.io/os": "linux"}})
	got := os.evidence with input as manifest
		with config as {"runtimeClasses": {"classes": {"win": testing.runtime_class}}}
	got == {"os": "linux", "because": "nodeSelector kubernetes.io/os is linux"}
}

test_selector_os[name] if {
	some name, tc in {
		"the label": {"selector": {"kubernetes.io/os": "linux"}, "want": {"linux"}},
		"the deprecated label": {"selector": {"beta.kubernetes.io/os": "linux"}, "want": {"linux"}},
		"the build": {"selector": {"node.kubernetes.io/windows-build": "x"}, "want": {"windows"}},
		"the OS before the build": {
			"selector": {"kubernetes.io/os": "linux", "node.kubernetes.io/windows-build": "x"},
			"want": {"linux"},
		},
		"another spelling": {"selector": {"kubernetes.io/os": "Windows"}, "want": {"windows"}},
		"another spelling of the deprecated label": {"selector": {"beta.kubernetes.io/os": "LINUX"}, "want": {"linux"}},
		"another word": {"selector": {"kubernetes.io/os": "win"}, "want": set()},
		"empty": {"selector": {}, "want": set()},
		"null": {"selector": null, "want": set()},
	}
	{selected | selected := os.selector_os(tc.selector)} == tc.want
}
