package winpolicy.admission_test

import data.lib.windows.testing_test as testing
import data.winpolicy.admission

_uid := "705ab4f5-6393-11e8-b7cc-42010a800002"

_answer(response) := {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "response": response}

test_response[name] if {
	some name, tc in {
		"a clean pod": {"request": {"object": testing.windows_pod({})}, "want": {"allowed": true, "warnings": []}},
		"a warned pod": {
			"request": {"object": testing.inferred_pod({"hostPID": true, "hostIPC": true})},
			"want": {"allowed": true, "warnings": [
				"spec.hostIPC: Windows pods cannot share this namespace, so Windows ignores the field. Remove the field. (host-namespaces)",
				"spec.hostPID: Windows pods cannot share this namespace, so Windows ignores the field. Remove the field. (host-namespaces)",
			]},
		},
		"a denied pod": {
			"request": {"object": testing.windows_pod({
				"hostPID": true,
				"hostIPC": true,
				"securityContext": {"unheardOf": 1},
			})},
			"want": {
				"allowed": false,
				"status": {"code": 403, "message": concat("; ", [
					"spec.hostIPC: Windows pods cannot share this namespace, so the API server rejects the pod. Remove the field. (host-namespaces)",
					"spec.hostPID: Windows pods cannot share this namespace, so the API server rejects the pod. Remove the field. (host-namespaces)",
				])},
				"warnings": [concat(" ", [
					"spec.securityContext.unheardOf: This field is not known to work on Windows.",
					"Use only windowsOptions and runAsNonRoot. (linux-security-context)",
				])],
			},
		},
		"a note": {
			"request": {"object": testing.inferred_pod({})},
			"want": {"allowed": true, "warnings": []},
		},
		"a DELETE": {
			"request": {"operation": "DELETE", "object": null, "oldObject": testing.windows_pod({"hostPID": true})},
			"want": {"allowed": true, "warnings": []},
		},
		"an UPDATE that changes nothing": {
			"request": {
				"operation": "UPDATE",
				"object": testing.windows_pod({"hostPID": true}),
				"oldObject": testing.windows_pod({"hostPID": true}),
			},
			"want": {"allowed": true, "warnings": []},
		},
		"a null object": {"request": {"object": null}, "want": {"allowed": true, "warnings": []}},
		"no object": {"request": {}, "want": {"allowed": true, "warnings": []}},
		"another kind": {
			"request": {"object": {"apiVersion": "v1", "kind": "Service", "spec": {}}},
			"want": {"allowed": true, "warnings": []},
		},
	}
	got := admission.response with input as testing.admission_review(tc.request)
	got == _answer(object.union({"uid": _uid}, tc.want))
}

test_response_to_any_input[name] if {
	some value in [null, true, 0, "x", [], {}, {"kind": "AdmissionReview"}, {"request": null}, {"request": {"uid": null}}]
	name := sprintf("%v", [value])
	uid := {"{\"request\": {\"uid\": null}}": null}
	got := admission.response with input as value
	got == _answer({"uid": object.get(uid, name, ""), "allowed": true, "warnings": []})
}

test_many_warnings[name] if {
	some name, tc in {
		"as many as fit": {"count": 20, "want": 20, "last": "spec.securityContext.x29"},
		"one too many": {"count": 21, "want": 20, "last": "winpolicy found 2 more warnings"},
		"far too many": {"count": 90, "want": 20, "last": "winpolicy found 71 more warnings"},
	}
	context := {sprintf("x%d", [index]): 1 | some index in numbers.range(10, 9 + tc.count)}
	got := admission.response.response.warnings with input as testing.admission_review({
		"object": testing.windows_pod({"securityContext": context}),
	})
	count(got) == tc.want
	startswith(got[tc.want - 1], tc.last)
	sum([count(warning) | some warning in got]) <= 4096
}
