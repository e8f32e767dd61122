# METADATA
# title: The answer of an admission webhook
# description: |
#   A whole AdmissionReview for an AdmissionReview, so that an OPA with `default_decision: winpolicy/admission/response`
#   answers the API server as it is. There is an answer for any input.
package winpolicy.admission

import data.lib.windows.gather

# METADATA
# title: AdmissionReview v1 with its response
# description: |
#   uid echoed; allowed unless something is denied; the denials as message, the warnings within the API server's limits.
# entrypoint: true
response := {
	"apiVersion": "admission.k8s.io/v1",
	"kind": "AdmissionReview",
	"response": object.union(_verdict, {"uid": _uid, "warnings": _warnings}),
}

default _uid := ""

_uid := input.request.uid

_verdict := {"allowed": true} if {
	count(_denials) == 0
} else := {"allowed": false, "status": {"code": 403, "message": concat("; ", _denials)}}

_denials := sort([found.msg | some found in gather.finding; found.details.severity == "deny"])

# The API server cuts a warning at 256 characters and all of a request at 4096; a message has at most 200.
_warnings := _all_warnings if {
	count(_all_warnings) <= 20
} else := array.concat(
	array.slice(_all_warnings, 0, 19),
	[sprintf("%d more warnings of winpolicy", [count(_all_warnings) - 19])],
)

_all_warnings := sort([found.msg | some found in gather.finding; found.details.severity == "warn"])
