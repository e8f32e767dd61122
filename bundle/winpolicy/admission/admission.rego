# METADATA
# title: The answer of an admission webhook
# description: |
#   A complete AdmissionReview. An OPA with `default_decision: winpolicy/admission/response` answers the API server with
#   it. The rule is defined for every input.
package winpolicy.admission

import data.lib.windows.gather

# METADATA
# title: AdmissionReview v1 with its response
# description: |
#   The response has the uid of the request. It is allowed unless a finding denies it. The message contains the denials.
#   The warnings stay within the API server's limits.
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

# The API server cuts a warning at 256 characters and all warnings of a request at 4096. A message has at most 200, so 20
# warnings fit.
_warnings := _all_warnings if {
	count(_all_warnings) <= 20
} else := array.concat(
	array.slice(_all_warnings, 0, 19),
	[sprintf("winpolicy found %d more warnings", [count(_all_warnings) - 19])],
)

_all_warnings := sort([found.msg | some found in gather.finding; found.details.severity == "warn"])
