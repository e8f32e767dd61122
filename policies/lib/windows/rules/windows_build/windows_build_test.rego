package lib.windows.rules.windows_build_test

import data.lib.windows.config
import data.lib.windows.data.builds as known_builds
import data.lib.windows.rules.windows_build
import data.lib.windows.testing_test as testing

_label := "node.kubernetes.io/windows-build"

_selecting(build) := testing.windows_pod({"nodeSelector": {_label: build}})

_required(terms) := testing.windows_pod(testing.required_affinity([{"matchExpressions": [
	{"key": _label, "operator": "In", "values": values},
]} |
	some values in terms
]))

_class(build) := object.union(
	object.remove(testing.runtime_class, ["scheduling"]),
	{"scheduling": {"nodeSelector": {_label: build}}},
)

_known := {"runtimeClasses": {"classes": {
	"typo": {"handler": "runhcs-wcow-process", "scheduling": {"nodeSelector": {_label: "10.0.20348.1"}}},
	"windows-2022": {"handler": "runhcs-wcow-process", "scheduling": {"nodeSelector": {_label: "10.0.20348"}}},
	"any": {"handler": "runhcs-wcow-process"},
	"isolated": {"handler": "runhcs-wcow-hypervisor"},
}}}

test_silent[name] if {
	some name, manifest in {
		"no selected build": testing.windows_pod({}),
		"a build": _selecting("10.0.20348"),
		"builds in affinity": _required([["10.0.17763", "10.0.20348"], ["10.0.26100"]]),
		"operators Exists and NotIn": testing.windows_pod(testing.required_affinity([{"matchExpressions": [
			{"key": _label, "operator": "Exists"},
			{"key": _label, "operator": "NotIn", "values": ["17763"]},
		]}])),
		"a class with a build": testing.windows_pod({"runtimeClassName": "windows-2022"}),
		"a RuntimeClass": testing.runtime_class,
		"a RuntimeClass without a build": object.remove(testing.runtime_class, ["scheduling"]),
		"another kind with such a selector": object.union(_class("17763"), {"kind": "Widget"}),
		"a null spec": testing.pod(null),
	}
	got := windows_build.finding with input as manifest
		with config as _known
	got == set()
}

test_malformed[value] if {
	some value, build in {
		"10.0.17763.1": "10.0.17763",
		"10.0.20348.2340": "10.0.20348",
		"17763": "10.0.17763",
		"20348.1": "10.0.20348",
		"ltsc2022": "10.0.20348",
		"LTSC2025": "10.0.26100",
		"1809": "10.0.17763",
		"20H2": "10.0.19042",
	}
	got := windows_build.finding with input as _selecting(value)
	got == {_deny("spec.nodeSelector[node.kubernetes.io/windows-build]", build, {
		"because": sprintf("nodeSelector %s is %s", [_label, value]),
		"fix": _set("/spec/nodeSelector/node.kubernetes.io~1windows-build", value, build),
	})}
}

# The value does not show which build it stands for.
test_malformed_beyond_repair[name] if {
	some value in ["", "windows", "10.0", "10.0.2022", "10.0.177630", "99999", "2022", "10.0.99999.1", "6.3.9600", 17763, true, {}, []]
	name := sprintf("%v", [value])
	got := windows_build.finding with input as _selecting(value)
	got == {_deny("spec.nodeSelector[node.kubernetes.io/windows-build]", "a build such as 10.0.20348", {
		"because": sprintf("nodeSelector %s is %v", [_label, value]),
	})}
}

test_affinity[name] if {
	some name, tc in {
		"only malformed values": {
			"terms": [["17763"], ["ltsc2022"]],
			"want": {
				_deny(_value_field(0, 0), "10.0.17763", {
					"because": _in_term("17763", 1),
					"fix": _set(_value_pointer(0, 0), "17763", "10.0.17763"),
				}),
				_deny(_value_field(1, 0), "10.0.20348", {
					"because": _in_term("ltsc2022", 2),
					"fix": _set(_value_pointer(1, 0), "ltsc2022", "10.0.20348"),
				}),
			},
		},
		"a malformed value beside a correct one": {
			"terms": [["10.0.17763", "20348"]],
			"want": {_warn(_value_field(0, 1), "This value selects no node. Use 10.0.20348.", {
				"enforcedBy": "scheduler",
				"because": _in_term("20348", 1),
				"fix": _set(_value_pointer(0, 1), "20348", "10.0.20348"),
			})},
		},
		"a malformed value in one of two terms": {
			"terms": [["10.0.17763"], ["20348"]],
			"want": {_warn(_value_field(1, 0), "This value selects no node. Use 10.0.20348.", {
				"enforcedBy": "scheduler",
				"because": _in_term("20348", 2),
				"fix": _set(_value_pointer(1, 0), "20348", "10.0.20348"),
			})},
		},
		"an unknown build": {
			"terms": [["10.0.20384", "10.0.20348"]],
			"want": {_unknown(_value_field(0, 0), _in_term("10.0.20384", 1))},
		},
	}
	got := windows_build.finding with input as _required(tc.terms)
	got == tc.want
}

test_of_a_class[name] if {
	some name, tc in {
		"a pod that names the class": {
			"input": testing.windows_pod({"runtimeClassName": "typo"}),
			"want": {_deny("spec.runtimeClassName", "10.0.20348", {
				"because": "RuntimeClass typo selects node.kubernetes.io/windows-build 10.0.20348.1",
			})},
		},
		"the RuntimeClass itself": {
			"input": _class("10.0.20348.1"),
			"want": {_deny("scheduling.nodeSelector[node.kubernetes.io/windows-build]", "10.0.20348", {
				"because": "scheduling.nodeSelector names a build of Windows",
				"fix": _set("/scheduling/nodeSelector/node.kubernetes.io~1windows-build", "10.0.20348.1", "10.0.20348"),
			})},
		},
		"the RuntimeClass itself, with an unknown build": {
			"input": _class("10.0.20384"),
			"want": {_unknown(
				"scheduling.nodeSelector[node.kubernetes.io/windows-build]",
				"scheduling.nodeSelector names a build of Windows",
			)},
		},
	}
	got := windows_build.finding with input as tc.input
		with config as _known
	got == tc.want
}

test_unknown if {
	got := windows_build.finding with input as _selecting("10.0.20384")
	got == {_unknown(
		"spec.nodeSelector[node.kubernetes.io/windows-build]",
		"nodeSelector node.kubernetes.io/windows-build is 10.0.20384",
	)}
}

test_known_builds if {
	got := windows_build.finding with input as _selecting("10.0.20384")
		with config as {"rules": {"windows-build": {"parameters": {"knownBuilds": ["10.0.20384"]}}}}
	got == set()
}

# Kubernetes never supported nodes of Windows Server 2016.
test_default_of_known_builds if {
	object.keys(known_builds.windows_server) - {build | some build in windows_build._parameters.knownBuilds} == {"10.0.14393"}
}

test_required_build[name] if {
	some name, tc in {
		"no selected build": {
			"input": testing.windows_pod({}),
			"want": {_missing({"because": "spec.os.name is windows", "fix": _add_build})},
		},
		"an inferred Windows pod": {
			"input": testing.inferred_pod({}),
			"want": {_missing({"because": "nodeSelector kubernetes.io/os is windows", "fix": _add_build})},
		},
		"a class without a build": {
			"input": testing.windows_pod({"runtimeClassName": "any"}),
			"want": {_missing({"because": "spec.os.name is windows", "fix": _add_build})},
		},
		"a build": {"input": _selecting("10.0.20348"), "want": set()},
		"builds in affinity": {"input": _required([["10.0.20348"], ["10.0.17763"]]), "want": set()},
		"a class with a build": {"input": testing.windows_pod({"runtimeClassName": "windows-2022"}), "want": set()},
		"an unknown class": {"input": testing.windows_pod({"runtimeClassName": "elsewhere"}), "want": set()},
		"a class with Hyper-V isolation": {"input": testing.windows_pod({"runtimeClassName": "isolated"}), "want": set()},
		"a HostProcess pod": {"input": testing.pod(testing.host_process), "want": set()},
		"a pod that names its node": {"input": testing.windows_pod({"nodeName": "n"}), "want": set()},
		"a RuntimeClass": {"input": _class("10.0.20348"), "want": set()},
	}
	got := windows_build.finding with input as tc.input
		with config as object.union(_known, _requiring)
	got == tc.want
}

_requiring := {"rules": {"windows-build": {"parameters": {"requireBuild": true}}}}

_add_build := [{"op": "add", "path": "/spec/nodeSelector/node.kubernetes.io~1windows-build", "value": "10.0.20348"}]

# The images tell the build if all containers certainly have one and the same.
test_fix_of_a_required_build[name] if {
	nano := {"name": "nano", "image": "mcr.microsoft.com/windows/nanoserver:ltsc2022"}
	older := {"name": "older", "image": "mcr.microsoft.com/windows/servercore:ltsc2019"}
	some name, tc in {
		"two containers of one build": {
			"fields": {"containers": [testing.container, nano]},
			"want": {"fix": _add_build},
		},
		"containers of one build in all lists": {
			"fields": {
				"initContainers": [object.union(nano, {"name": "init"})],
				"containers": [{"name": "app", "image": "example.com/app:1.0-windowsservercore-ltsc2022"}],
				"ephemeralContainers": [object.union(nano, {"name": "debugger"})],
			},
			"want": {"fix": _add_build},
		},
		"a build that no node has": {
			"fields": {"containers": [{"name": "old", "image": "mcr.microsoft.com/windows/servercore:ltsc2016"}]},
			"want": {},
		},
		"another build": {
			"fields": {"containers": [older]},
			"want": {"fix": [object.union(_add_build[0], {"value": "10.0.17763"})]},
		},
		"two builds": {"fields": {"containers": [testing.container, older]}, "want": {}},
		"another build in an init container": {"fields": {"initContainers": [older]}, "want": {}},
		"another build in an ephemeral container": {"fields": {"ephemeralContainers": [older]}, "want": {}},
		"an image that tells no build": {
			"fields": {"containers": [testing.container, {"name": "second", "image": "example.com/app:1.0"}]},
			"want": {},
		},
		"only an image that tells no build": {
			"fields": {"containers": [{"name": "app", "image": "example.com/app:1.0"}]},
			"want": {},
		},
		"an image of Windows whose build is not certain": {
			"fields": {"containers": [{"name": "app", "image": "example.com/iis-ltsc2022:1.0-windowsservercore"}]},
			"want": {},
		},
		"a tag beside a digest": {
			"fields": {"containers": [{
				"name": "app",
				"image": sprintf("mcr.microsoft.com/windows/servercore:ltsc2022@sha256:%064d", [0]),
			}]},
			"want": {},
		},
		"a container without an image": {"fields": {"containers": [testing.container, {"name": "second"}]}, "want": {}},
		"a container that is null": {"fields": {"containers": [testing.container, null]}, "want": {"fix": _add_build}},
		"no containers": {"fields": {"containers": []}, "want": {}},
	}
	got := windows_build.finding with input as testing.windows_pod(tc.fields) with config as _requiring
	got == {_missing(tc.want)}
}

test_fix_of_a_required_build_without_a_selector[name] if {
	some name, tc in {
		"no nodeSelector": {"spec": object.remove(testing.windows, ["nodeSelector"]), "want": [{
			"op": "add",
			"path": "/spec/template/spec/nodeSelector",
			"value": {_label: "10.0.20348"},
		}]},
		"a null nodeSelector": {"spec": json.patch(testing.windows, [{"op": "add", "path": "/nodeSelector", "value": null}]), "want": [
			{"op": "test", "path": "/spec/template/spec/nodeSelector", "value": null},
			{"op": "replace", "path": "/spec/template/spec/nodeSelector", "value": {_label: "10.0.20348"}},
		]},
	}
	got := windows_build.finding with input as testing.deployment(tc.spec) with config as _requiring
	{[found.details.field, found.details.fix] | some found in got} == {[
		"spec.template.spec.nodeSelector[node.kubernetes.io/windows-build]",
		tc.want,
	]}
}

test_applies[name] if {
	some name, tc in {
		"a RuntimeClass with a build": {"input": _class("17763"), "want": 1},
		"a Linux pod": {"input": testing.pod({"os": {"name": "linux"}}), "want": 0},
	}
	got := [1 | windows_build.applies] with input as tc.input
	count(got) == tc.want
}

_value_field(term, index) := sprintf(
	"spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[%d].matchExpressions[0].values[%d]",
	[term, index],
)

_value_pointer(term, index) := sprintf(
	"/spec/affinity/nodeAffinity/requiredDuringSchedulingIgnoredDuringExecution/nodeSelectorTerms/%d/matchExpressions/0/values/%d",
	[term, index],
)

_in_term(value, number) := sprintf("required node affinity names %s %s in term %d", [_label, value, number])

_set(pointer, before, after) := [
	{"op": "test", "path": pointer, "value": before},
	{"op": "replace", "path": pointer, "value": after},
]

_deny(field, build, more) := _yielding(testing.expected(
	"deny",
	"windows-build",
	{"field": field, "says": sprintf("No node has this value, so the pod waits. Use %s.", [build])},
	object.union({"enforcedBy": "scheduler"}, more),
))

_warn(field, says, more) := _yielding(testing.expected("warn", "windows-build", {"field": field, "says": says}, more))

_unknown(field, because) := _warn(
	field,
	"This build is unknown. Fix it or add it to knownBuilds.",
	{"enforcedBy": "scheduler", "because": because},
)

_missing(more) := _warn(
	"spec.nodeSelector[node.kubernetes.io/windows-build]",
	"The pod selects no build, but the configuration requires one. Select the build of the image.",
	object.union({"enforcedBy": "advice"}, more),
)

_yielding(finding) := object.union({"yieldsTo": ["os-conflict"]}, finding)
