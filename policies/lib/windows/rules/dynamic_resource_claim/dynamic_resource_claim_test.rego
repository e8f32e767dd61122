package lib.windows.rules.dynamic_resource_claim_test

import data.lib.windows.rules.dynamic_resource_claim
import data.lib.windows.testing_test as testing

_claims := [{"name": "gpu", "resourceClaimTemplateName": "gpu"}]

test_claims[name] if {
	some name, tc in {
		"one claim": {"claims": _claims, "want": {_warned("spec.resourceClaims")}},
		"two claims": {
			"claims": array.concat(_claims, [{"name": "nic", "resourceClaimName": "nic"}]),
			"want": {_warned("spec.resourceClaims")},
		},
		"an empty list": {"claims": [], "want": set()},
		"null": {"claims": null, "want": set()},
		"a string": {"claims": "gpu", "want": set()},
		"a map": {"claims": {"gpu": 1}, "want": set()},
	}
	got := dynamic_resource_claim.finding with input as testing.windows_pod({"resourceClaims": tc.claims})
	got == tc.want
}

test_absent if {
	got := dynamic_resource_claim.finding with input as testing.windows_pod({})
	got == set()
}

test_inferred if {
	got := dynamic_resource_claim.finding with input as testing.inferred_pod({"resourceClaims": _claims})
	got == {object.union(
		_warned("spec.resourceClaims"),
		{"details": {"because": "nodeSelector kubernetes.io/os is windows"}},
	)}
}

test_workload if {
	got := dynamic_resource_claim.finding with input as testing.deployment(object.union(
		testing.windows,
		{"resourceClaims": _claims},
	))
	got == {_warned("spec.template.spec.resourceClaims")}
}

_warned(field) := testing.expected(
	"warn",
	"dynamic-resource-claim",
	{"field": field, "says": "The kubelet on Windows does not prepare claims, so the device is missing. Request a device plugin's resource."},
	{"enforcedBy": "kubelet"},
)
