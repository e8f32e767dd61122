package lib.windows.options_test

import data.lib.windows.options
import data.lib.windows.testing_test as testing

test_pod[name] if {
	some name, tc in {
		"options": {"context": {"windowsOptions": {"hostProcess": false}}, "want": {"hostProcess": false}},
		"no options": {"context": {}, "want": {}},
		"null options": {"context": {"windowsOptions": null}, "want": {}},
		"options of the wrong type": {"context": {"windowsOptions": "x"}, "want": {}},
		"null securityContext": {"context": null, "want": {}},
	}
	got := options.pod with input as testing.pod({"securityContext": tc.context})
	got == tc.want
}

test_value[name] if {
	some name, tc in {
		"the container overrides the pod": {"own": "ContainerUser", "pod": "ContainerAdministrator", "want": "ContainerUser"},
		"the container sets nothing": {"own": null, "pod": "ContainerUser", "want": "ContainerUser"},
		"the container sets false": {"own": false, "pod": true, "want": false},
		"the container sets an empty string": {"own": "", "pod": "ContainerUser", "want": ""},
		"neither sets it": {"own": null, "pod": null, "want": null},
	}
	container := {"spec": {"securityContext": {"windowsOptions": {"runAsUserName": tc.own}}}}
	got := options.value(container, "runAsUserName") with input as _pod_with({"runAsUserName": tc.pod})
	got == tc.want
}

test_value_of_another_pod_field if {
	container := {"spec": {"securityContext": {"windowsOptions": {"hostProcess": true}}}}
	got := options.value(container, "runAsUserName") with input as _pod_with({"runAsUserName": "ContainerUser"})
	got == "ContainerUser"
}

# The two gMSA fields are overridden together.
test_value_of_gmsa[name] if {
	of_pod := {"gmsaCredentialSpecName": "pod-name", "gmsaCredentialSpec": "pod-contents"}
	some name, tc in {
		"the pod sets both": {"own": {}, "want": ["pod-name", "pod-contents"]},
		"the pod sets both, the container another field": {
			"own": {"runAsUserName": "ContainerUser", "gmsaCredentialSpec": null},
			"want": ["pod-name", "pod-contents"],
		},
		"the container sets the name": {"own": {"gmsaCredentialSpecName": "own-name"}, "want": ["own-name", null]},
		"the container sets the contents": {
			"own": {"gmsaCredentialSpec": "own-contents"},
			"want": [null, "own-contents"],
		},
		"the container sets empty contents": {"own": {"gmsaCredentialSpec": ""}, "want": [null, ""]},
		"the container sets both": {
			"own": {"gmsaCredentialSpecName": "own-name", "gmsaCredentialSpec": "own-contents"},
			"want": ["own-name", "own-contents"],
		},
	}
	container := {"spec": {"securityContext": {"windowsOptions": tc.own}}}
	got := [
		options.value(container, "gmsaCredentialSpecName"),
		options.value(container, "gmsaCredentialSpec"),
	] with input as _pod_with(of_pod)
	got == tc.want
}

test_entries[name] if {
	of_pod := {"field": "spec.securityContext.windowsOptions", "at": {}, "options": {"a": 1}}
	some name, tc in {
		"of the pod": {"pod": {"securityContext": {"windowsOptions": {"a": 1}}}, "all": {of_pod}},
		"of an init container": {
			"pod": {"initContainers": [_with_options({"b": 1})]},
			"all": {_of_container("initContainers", {"b": 1})},
		},
		"of a container": {
			"pod": {"containers": [_with_options({})]},
			"all": {_of_container("containers", {})},
		},
		"of an ephemeral container": {
			"pod": {"ephemeralContainers": [_with_options({"b": 1})]},
			"all": {_of_container("ephemeralContainers", {"b": 1})},
		},
		"of both": {
			"pod": {
				"securityContext": {"windowsOptions": {"a": 1}},
				"containers": [_with_options({"b": 1})],
			},
			"all": {of_pod, _of_container("containers", {"b": 1})},
		},
	}
	got := [options.entries, options.anywhere] with input as testing.pod(tc.pod)
	got == [tc.all, true]
}

test_entries_of_a_pod_without_options[name] if {
	some name, pod in {
		"absent": testing.windows,
		"other settings": {"securityContext": {"runAsNonRoot": true}, "containers": [{"securityContext": {}}]},
		"null contexts": {"securityContext": null, "containers": [{"securityContext": null}, null]},
		"null lists": {"containers": null},
		"a null spec": null,
	}
	got := [options.entries, {true | options.anywhere}] with input as testing.pod(pod)
	got == [set(), set()]
}

test_entries_ignore_options_of_the_wrong_type[name] if {
	some name, value in {"null": null, "a text": "x", "a list": [{}]}
	got := options.entries with input as testing.pod({
		"securityContext": {"windowsOptions": value},
		"containers": [_with_options(value)],
	})
	got == set()
}

test_own[name] if {
	some name, tc in {
		"no securityContext": {"spec": {}, "want": {}},
		"null securityContext": {"spec": {"securityContext": null}, "want": {}},
		"null options": {"spec": {"securityContext": {"windowsOptions": null}}, "want": {}},
		"options": {"spec": {"securityContext": {"windowsOptions": {"a": 1}}}, "want": {"a": 1}},
	}
	options.own({"spec": tc.spec}) == tc.want
}

test_host_process[name] if {
	some name, tc in {
		"the pod sets true": {"pod": true, "own": {}, "want": {"app"}},
		"the container sets true": {"pod": null, "own": {"hostProcess": true}, "want": {"app"}},
		"the container contradicts the pod": {"pod": true, "own": {"hostProcess": false}, "want": set()},
		"the pod contradicts the container": {"pod": false, "own": {"hostProcess": true}, "want": {"app"}},
		"neither sets it": {"pod": null, "own": {}, "want": set()},
		"the string true is not true": {"pod": "true", "own": {}, "want": set()},
	}
	manifest := testing.pod({
		"securityContext": {"windowsOptions": {"hostProcess": tc.pod}},
		"containers": [{"name": "app", "securityContext": {"windowsOptions": tc.own}}],
	})
	got := {container.name | some container in options.host_process} with input as manifest
	got == tc.want
}

test_run_as_non_root[name] if {
	some name, tc in {
		"the container overrides the pod": {"own": {"runAsNonRoot": false}, "pod": {"runAsNonRoot": true}, "want": false},
		"the container sets nothing": {"own": {}, "pod": {"runAsNonRoot": true}, "want": true},
		"the container sets null": {"own": {"runAsNonRoot": null}, "pod": {"runAsNonRoot": true}, "want": true},
		"neither sets it": {"own": {}, "pod": {}, "want": null},
		"of null contexts": {"own": null, "pod": null, "want": null},
	}
	container := {"spec": {"securityContext": tc.own}}
	got := options.run_as_non_root(container) with input as testing.pod({"securityContext": tc.pod})
	got == tc.want
}

_pod_with(windows_options) := testing.pod({"securityContext": {"windowsOptions": windows_options}})

_with_options(windows_options) := {"name": "app", "securityContext": {"windowsOptions": windows_options}}

_of_container(list, windows_options) := {
	"field": sprintf("spec.%s[0].securityContext.windowsOptions", [list]),
	"at": {"container": "app"},
	"options": windows_options,
}
