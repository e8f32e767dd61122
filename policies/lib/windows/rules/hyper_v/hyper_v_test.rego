package lib.windows.rules.hyper_v_test

import data.lib.windows.config
import data.lib.windows.rules.hyper_v
import data.lib.windows.testing_test as testing

_known := {"runtimeClasses": {"classes": {
	"isolated": {"handler": "runhcs-wcow-hypervisor"},
	"older": {"handler": "runhcs-wcow-hypervisor-17763"},
	"vm": {"handler": "vm"},
	"process": {"handler": "runhcs-wcow-process"},
	"plain": {},
}}}

_class(handler) := object.union(testing.runtime_class, {"handler": handler})

_annotated(spec) := object.union(testing.pod(spec), {"metadata": {"annotations": {
	"experimental.windows.kubernetes.io/isolation-type": "hyperv",
	"example.com/other": "x",
}}})

test_silent[name] if {
	some name, manifest in {
		"no class": testing.windows_pod({}),
		"process isolation": testing.windows_pod({"runtimeClassName": "process"}),
		"a class without a handler": testing.windows_pod({"runtimeClassName": "plain"}),
		"an unknown RuntimeClass": testing.windows_pod({"runtimeClassName": "elsewhere"}),
		"a RuntimeClass for process isolation": testing.runtime_class,
		"a RuntimeClass without a handler": object.remove(testing.runtime_class, ["handler"]),
		"an object of another group": object.union(_class("runhcs-wcow-hypervisor"), {"apiVersion": "example.com/v1"}),
		"another kind with a handler": object.union(_class("runhcs-wcow-hypervisor"), {"kind": "Widget"}),
		"a null spec": testing.pod(null),
	}
	got := hyper_v.finding with input as manifest
		with config as _known
	got == set()
}

test_found[name] if {
	some name, tc in {
		"a RuntimeClass": {"input": _class("runhcs-wcow-hypervisor"), "want": {_of_class}},
		"a RuntimeClass for another build": {"input": _class("runhcs-wcow-hypervisor-17763"), "want": {_of_class}},
		"a pod": {
			"input": testing.windows_pod({"runtimeClassName": "isolated"}),
			"want": {_of_pod("spec.runtimeClassName", "isolated", "runhcs-wcow-hypervisor")},
		},
		"a pod of no known OS": {
			"input": testing.pod({"runtimeClassName": "older"}),
			"want": {_of_pod("spec.runtimeClassName", "older", "runhcs-wcow-hypervisor-17763")},
		},
		"a workload": {
			"input": testing.deployment(object.union(testing.windows, {"runtimeClassName": "isolated"})),
			"want": {_of_pod("spec.template.spec.runtimeClassName", "isolated", "runhcs-wcow-hypervisor")},
		},
		"the annotation": {
			"input": _annotated(testing.windows),
			"want": {testing.expected(
				"warn",
				"hyper-v",
				{
					"field": "metadata.annotations[experimental.windows.kubernetes.io/isolation-type]",
					"says": "Kubernetes ignores this annotation since 1.21. Remove it and use a RuntimeClass.",
				},
				{"enforcedBy": "runtime"},
			)},
		},
	}
	got := hyper_v.finding with input as tc.input
		with config as _known
	got == tc.want
}

test_handlers if {
	got := hyper_v.finding with input as testing.windows_pod({"runtimeClassName": "vm"})
		with config as object.union(_known, {"rules": {"hyper-v": {"parameters": {"handlers": ["vm"]}}}})
	got == {_of_pod("spec.runtimeClassName", "vm", "vm")}
}

# The rule judges an object that is not for Windows only if it uses Hyper-V isolation.
test_applies[name] if {
	some name, tc in {
		"a RuntimeClass": {"input": _class("runhcs-wcow-hypervisor"), "want": 1},
		"a RuntimeClass without Hyper-V isolation": {"input": _class("runc"), "want": 0},
		"a pod": {"input": testing.pod({"runtimeClassName": "isolated"}), "want": 1},
		"a pod with only the annotation": {"input": _annotated({}), "want": 0},
	}
	got := [1 | hyper_v.applies] with input as tc.input
		with config as _known
	count(got) == tc.want
}

_of_class := testing.expected(
	"warn",
	"hyper-v",
	{"field": "handler", "says": "Kubernetes does not support Hyper-V isolation, so pods of this class can fail. Use runhcs-wcow-process."},
	{"enforcedBy": "advice", "because": "the handler is one for Hyper-V isolation"},
)

_of_pod(field, class, handler) := testing.expected(
	"warn",
	"hyper-v",
	{
		"field": field,
		"says": "Kubernetes does not support Hyper-V isolation, so this pod can fail. Use a class with runhcs-wcow-process.",
	},
	{
		"enforcedBy": "advice",
		"because": sprintf("RuntimeClass %s has the handler %s", [class, handler]),
	},
)
