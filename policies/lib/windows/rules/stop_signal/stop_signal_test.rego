package lib.windows.rules.stop_signal_test

import data.lib.windows.rules.stop_signal
import data.lib.windows.testing_test as testing

_lists := ["initContainers", "containers", "ephemeralContainers"]

test_signals_that_windows_does_not_know[name] if {
	some list in _lists
	some signal in ["SIGHUP", "SIGINT", "SIGRTMIN+1", "sigterm", "TERM", "15", ""]
	name := sprintf("%s: %q", [list, signal])
	got := stop_signal.finding with input as testing.windows_pod(_stopped_by(list, signal))
	got == {_unknown(sprintf("spec.%s[1].lifecycle.stopSignal", [list]), signal)}
}

test_signals_that_windows_knows[name] if {
	some list in _lists
	some signal in ["SIGTERM", "SIGKILL"]
	name := sprintf("%s: %s", [list, signal])
	got := stop_signal.finding with input as testing.windows_pod(_stopped_by(list, signal))
	got == set()
}

test_inferred[name] if {
	because := {"because": "nodeSelector kubernetes.io/os is windows"}
	some list in _lists
	field := sprintf("spec.%s[1].lifecycle.stopSignal", [list])
	some signal, want in {
		"SIGTERM": _without_name(field),
		"SIGKILL": _without_name(field),
		"SIGHUP": object.union(
			_unknown_signal(field, "SIGHUP", "Windows does not know this signal, so the API server can reject the pod. Use SIGTERM or SIGKILL, with spec.os.name windows."),
			{"details": because},
		),
	}
	name := sprintf("%s: %s", [list, signal])
	got := stop_signal.finding with input as testing.inferred_pod(_stopped_by(list, signal))
	got == {want}
}

test_silent[name] if {
	some name, container in {
		"no lifecycle": {},
		"a null lifecycle": {"lifecycle": null},
		"an empty lifecycle": {"lifecycle": {}},
		"a null signal": {"lifecycle": {"stopSignal": null}},
		"a number": {"lifecycle": {"stopSignal": 15}},
		"a list": {"lifecycle": {"stopSignal": ["SIGHUP"]}},
		"a lifecycle of the wrong type": {"lifecycle": "SIGHUP"},
		"a hook": {"lifecycle": {"preStop": {"exec": {"command": ["cmd", "/c", "exit"]}}}},
	}
	fields := {"containers": [object.union(testing.container, container)]}
	declared := stop_signal.finding with input as testing.windows_pod(fields)
	declared == set()
	inferred := stop_signal.finding with input as testing.inferred_pod(fields)
	inferred == set()
}

test_workload if {
	got := stop_signal.finding with input as testing.deployment(object.union(
		testing.windows,
		_stopped_by("containers", "SIGQUIT"),
	))
	got == {_unknown("spec.template.spec.containers[1].lifecycle.stopSignal", "SIGQUIT")}
}

_stopped_by(list, signal) := {list: [
	testing.container,
	{"name": "second", "image": "example.com/second", "lifecycle": {"stopSignal": signal}},
]}

_unknown(field, signal) := _unknown_signal(
	field,
	signal,
	"Windows does not know this signal, so the API server can reject the pod. Use SIGTERM or SIGKILL.",
)

_unknown_signal(field, signal, says) := testing.expected(
	"warn",
	"stop-signal",
	{"field": field, "says": says},
	{
		"container": "second",
		"enforcedBy": "apiserver",
		"fix": [{"op": "test", "path": pointer, "value": {"stopSignal": signal}}, {"op": "remove", "path": pointer}],
	},
) if {
	lifecycle := trim_suffix(field, ".stopSignal")
	pointer := concat("", ["/", replace(replace(replace(lifecycle, "[", "/"), "]", ""), ".", "/")])
}

_without_name(field) := testing.expected(
	"warn",
	"stop-signal",
	{"field": field, "says": "Without spec.os.name, the API server can reject a stop signal. Set spec.os.name to windows."},
	{
		"container": "second",
		"enforcedBy": "apiserver",
		"because": "nodeSelector kubernetes.io/os is windows",
		"fix": [{"op": "add", "path": "/spec/os", "value": {"name": "windows"}}],
	},
)
