package lib.windows.rules.in_place_resize_test

import data.lib.windows.config
import data.lib.windows.gather
import data.lib.windows.rules.in_place_resize
import data.lib.windows.testing_test as testing

_bound := {"nodeName": "node-1"}

test_resize[name] if {
	some title, tc in {
		"declared": {
			"object": testing.windows_pod({}),
			"want": {_denied("spec.os.name is windows")},
		},
		"declared and bound": {
			"object": testing.windows_pod(_bound),
			"want": {_denied("spec.os.name is windows")},
		},
		"inferred and bound": {
			"object": testing.inferred_pod(_bound),
			"want": {_denied("nodeSelector kubernetes.io/os is windows")},
		},
		"inferred and waiting for a node": {"object": testing.inferred_pod({}), "want": set()},
		"inferred only from HostProcess": {
			"object": testing.pod(object.union(
				object.remove(testing.host_process, ["os", "nodeSelector"]),
				_bound,
			)),
			"want": set(),
		},
		"a Linux pod": {"object": testing.pod({"os": {"name": "linux"}, "nodeName": "node-1"}), "want": set()},
		"a Linux pod with a selector for Windows": {
			"object": testing.pod({
				"os": {"name": "linux"},
				"nodeName": "node-1",
				"nodeSelector": {"kubernetes.io/os": "windows"},
			}),
			"want": set(),
		},
		"an unknown OS": {"object": testing.pod(_bound), "want": set()},
	}
	some form, value in _requests(tc.object, {"operation": "UPDATE", "subResource": "resize"})
	name := sprintf("%s as %s", [title, form])
	got := in_place_resize.finding with input as value
	got == tc.want
}

# Kubernetes has the admission plugin since 1.36. In 1.35 the kubelet refuses what the plugin refuses.
test_resize_by_version[name] if {
	of_kubelet := {testing.expected(
		"deny", "in-place-resize", {
			"field": "spec",
			"says": "The kubelet on Windows never resizes a pod, so the resize stays Infeasible. Replace the pod.",
		},
		{"enforcedBy": "kubelet", "because": "nodeSelector kubernetes.io/os is windows"},
	)}
	of_server := {_denied("nodeSelector kubernetes.io/os is windows")}
	some title, tc in {
		"1.35": {"version": "1.35.4", "object": testing.inferred_pod(_bound), "want": of_kubelet},
		"1.35, declared": {"version": "1.35.4", "object": testing.windows_pod(_bound), "want": {_denied("spec.os.name is windows")}},
		"1.35, waiting for a node": {"version": "1.35.4", "object": testing.inferred_pod({}), "want": set()},
		"1.36": {"version": "1.36", "object": testing.inferred_pod(_bound), "want": of_server},
		"unset": {"version": null, "object": testing.inferred_pod(_bound), "want": of_server},
	}
	some form, value in _requests(tc.object, {"operation": "UPDATE", "subResource": "resize"})
	name := sprintf("%s as %s", [title, form])
	settings := {"kubernetesVersion": tc.version}
	got := in_place_resize.finding with input as _configured(value, settings) with config as settings
	got == tc.want
}

_configured(value, settings) := object.union(value, {"parameters": settings}) if {
	value.review
} else := value

test_other_requests[name] if {
	some title, request in {
		"CREATE": {"operation": "CREATE"},
		"UPDATE": {"operation": "UPDATE"},
		"UPDATE with a null subresource": {"operation": "UPDATE", "subResource": null},
		"UPDATE of the status": {"operation": "UPDATE", "subResource": "status"},
		"UPDATE of ephemeralcontainers": {"operation": "UPDATE", "subResource": "ephemeralcontainers"},
		"CONNECT": {"operation": "CONNECT", "subResource": "resize"},
	}
	some form, value in _requests(testing.windows_pod(_bound), request)
	name := sprintf("%s as %s", [title, form])
	got := in_place_resize.finding with input as value
	got == set()
}

test_manifest if {
	got := in_place_resize.finding with input as testing.windows_pod(_bound)
	got == set()
}

# Only the resources change. The finding is about the request, so the old object does not hide it.
test_resize_in_all_findings[name] if {
	before := testing.windows_pod(_bound)
	path := "/spec/containers/0/resources/requests/cpu"
	after := json.patch(before, [{"op": "replace", "path": path, "value": "200m"}])
	some title, tc in {
		"a resize": {"subresource": "resize", "object": after, "want": {_denied("spec.os.name is windows")}},
		"a resize that changes nothing": {"subresource": "resize", "object": before, "want": set()},
		"an UPDATE of the pod": {"subresource": "", "object": after, "want": set()},
	}
	some form, value in _requests(tc.object, {
		"operation": "UPDATE",
		"subResource": tc.subresource,
		"oldObject": before,
	})
	name := sprintf("%s as %s", [title, form])
	got := gather.finding with input as value
	got == tc.want
}

_requests(pod, request) := {
	"AdmissionReview": testing.admission_review(request_with_pod),
	"Gatekeeper": {"review": request_with_pod, "parameters": {}},
} if {
	request_with_pod := object.union(request, {"object": pod})
}

_denied(because) := testing.expected(
	"deny",
	"in-place-resize",
	{"field": "spec", "says": "The API server rejects an in-place resize of a Windows pod. Replace the pod."},
	{"enforcedBy": "apiserver", "because": because},
)
