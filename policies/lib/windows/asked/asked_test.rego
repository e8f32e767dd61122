package lib.windows.asked_test

import data.lib.windows.asked
import data.lib.windows.gather
import data.lib.windows.index
import data.lib.windows.testing_test as testing

_index := {
	"always": {"deny": {["os_name", "deny"]}, "warn": set()},
	"needing": {
		"deny": {
			"hostPID": {["host_namespaces", "deny"]},
			"disk": {["of_a_label", "all"]},
			"app": {["of_the_pod", "all"]},
			"emptyDir": {["volume_medium", "deny"]},
			"mountPropagation": {["mount_propagation", "deny"]},
			"hostProcess": {["host_process", "deny"]},
			"runAsUser": {["linux_security_context", "deny"]},
			"command": {["command_os", "warn"]},
		},
		"warn": {"hostPID": {["host_namespaces", "warn"]}},
	},
	"others": {"deny": {["os_name", "deny"]}, "warn": {["command_os", "warn"]}},
	"configured": {"toleration": {["toleration", "all"], ["os_conflict", "all"]}},
}

_review(spec, parameters) := {
	"review": {"object": object.union(testing.pod(spec), {"metadata": {"labels": {"app": "web"}}})},
	"parameters": parameters,
}

test_of_windows[name] if {
	some name, tc in {
		"always": {"spec": {}, "parameters": {}, "want": {"os_name", "of_the_pod"}},
		"a field of the pod": {"spec": {"hostPID": null}, "parameters": {}, "want": {"os_name", "of_the_pod", "host_namespaces"}},
		"of another severity": {"spec": {"hostPID": true}, "parameters": {"severities": ["warn"]}, "want": {"host_namespaces"}},
		"severities without rules": {"spec": {}, "parameters": {"severities": ["x"]}, "want": set()},
		"a label of a selector": {"spec": {"nodeSelector": {"disk": "ssd"}}, "parameters": {}, "want": {"os_name", "of_the_pod", "of_a_label"}},
		"a volume": {"spec": {"volumes": [{"emptyDir": {}}]}, "parameters": {}, "want": {"os_name", "of_the_pod", "volume_medium"}},
		"a mount": {
			"spec": {"initContainers": [{"volumeMounts": [{"mountPropagation": "None"}]}]},
			"parameters": {},
			"want": {"os_name", "of_the_pod", "mount_propagation"},
		},
		"a container": {"spec": {"containers": [{"command": []}]}, "parameters": {}, "want": {"os_name", "of_the_pod", "command_os"}},
		"a container's securityContext": {
			"spec": {"ephemeralContainers": [{"securityContext": {"windowsOptions": {"hostProcess": true}, "runAsUser": 1}}]},
			"parameters": {},
			"want": {"os_name", "of_the_pod", "host_process", "linux_security_context"},
		},
		"the pod's securityContext": {
			"spec": {"securityContext": {"windowsOptions": {"hostProcess": true}, "runAsUser": 1}},
			"parameters": {},
			"want": {"os_name", "of_the_pod", "host_process", "linux_security_context"},
		},
		"a configured rule and the rules it yields to": {
			"spec": {},
			"parameters": {"rules": {"toleration": {"severity": "deny"}, "unknown": {}}},
			"want": {"os_name", "of_the_pod", "toleration", "os_conflict"},
		},
		"a rule that is off": {"spec": {}, "parameters": {"rules": {"toleration": {"enabled": false}}}, "want": {"os_name", "of_the_pod"}},
	}
	got := {rule | some [rule, _] in asked.of_windows} with input as _review(tc.spec, tc.parameters) with index as _index
	got == tc.want
}

test_of_others[name] if {
	some name, tc in {
		"of the severity": {"parameters": {"severities": ["warn"]}, "want": {["command_os", "warn"]}},
		"of several": {"parameters": {"severities": ["deny", "warn"]}, "want": {["command_os", "warn"], ["os_name", "deny"]}},
		"configured": {
			"parameters": {"severities": ["warn"], "rules": {"toleration": {}}},
			"want": {["command_os", "warn"], ["toleration", "all"], ["os_conflict", "all"]},
		},
	}
	got := asked.of_others with input as _review({}, tc.parameters) with index as _index
	got == tc.want
}

# With an index the sets `graded` are asked, which only a template has. Without it every rule's `finding` is asked.
test_index_asks_for_graded_findings[name] if {
	some name, object_to_judge in {
		"a Windows pod": testing.windows_pod({"hostPID": true}),
		"a pod that is not for Windows": testing.pod({"os": {"name": "x"}}),
		"a RuntimeClass": object.union(testing.runtime_class, {"handler": "docker"}),
	}
	without := count(gather.finding) with input as object_to_judge
	without == 1
	got := count(gather.finding) with input as object_to_judge with index as _index
	got == 0
}
