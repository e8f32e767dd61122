package lib.windows.rules.in_place_resize_test

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
		"inferred from HostProcess alone": {
			"object": testing.pod(object.union(
				object.remove(testing.host_process, ["os", "nodeSelector"]),
				_bound,
			)),
			"want": set(),
		},
		"of Linux": {"object": testing.pod({"os": {"name": "linux"}, "nodeName": "node-1"}), "want": set()},
		"of Linux, with a selector that no node of Linux has": {
			"object": testing.pod({
				"os": {"name": "linux"},
				"nodeName": "node-1",
				"nodeSelector": {"kubernetes.io/os": "windows"},
			}),
			"want": set(),
		},
		"of no known OS": {"object": testing.pod(_bound), "want": set()},
	}
	some door, value in _requests(tc.object, {"operation": "UPDATE", "subResource": "resize"})
	name := sprintf("%s by %s", [title, door])
	got := in_place_resize.finding with input as value
	got == tc.want
}

test_other_requests[name] if {
	some title, request in {
		"a creation": {"operation": "CREATE"},
		"an update": {"operation": "UPDATE"},
		"an update of a null subresource": {"operation": "UPDATE", "subResource": null},
		"an update of its status": {"operation": "UPDATE", "subResource": "status"},
		"an ephemeral container": {"operation": "UPDATE", "subResource": "ephemeralcontainers"},
		"a connection": {"operation": "CONNECT", "subResource": "resize"},
	}
	some door, value in _requests(testing.windows_pod(_bound), request)
	name := sprintf("%s by %s", [title, door])
	got := in_place_resize.finding with input as value
	got == set()
}

test_manifest if {
	got := in_place_resize.finding with input as testing.windows_pod(_bound)
	got == set()
}

# The pod is what it was but for the resources, and the finding is one of the request, not of the pod.
test_gathered[name] if {
	before := testing.windows_pod(_bound)
	path := "/spec/containers/0/resources/requests/cpu"
	after := json.patch(before, [{"op": "replace", "path": path, "value": "200m"}])
	some title, tc in {
		"a resize": {"subresource": "resize", "object": after, "want": {_denied("spec.os.name is windows")}},
		"a resize that changes nothing": {"subresource": "resize", "object": before, "want": set()},
		"no resize": {"subresource": "", "object": after, "want": set()},
	}
	some door, value in _requests(tc.object, {
		"operation": "UPDATE",
		"subResource": tc.subresource,
		"oldObject": before,
	})
	name := sprintf("%s by %s", [title, door])
	got := gather.finding with input as value
	got == tc.want
}

_requests(object_of_it, request) := {
	"AdmissionReview": testing.admission_review(whole),
	"Gatekeeper": {"review": whole, "parameters": {}},
} if {
	whole := object.union(request, {"object": object_of_it})
}

_denied(because) := testing.expected(
	"deny",
	"in-place-resize",
	{"field": "spec", "says": "a Windows pod cannot be resized in place; replace it"},
	{"enforcedBy": "apiserver", "because": because},
)
