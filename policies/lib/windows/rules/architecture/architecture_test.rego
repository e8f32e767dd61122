package lib.windows.rules.architecture_test

import data.lib.windows.config
import data.lib.windows.rules.architecture
import data.lib.windows.testing_test as testing

_selecting(selector) := testing.windows_pod({"nodeSelector": selector})

_required(terms) := testing.windows_pod(testing.required_affinity([{"matchExpressions": [
	{"key": "kubernetes.io/arch", "operator": "In", "values": values},
	{"key": "kubernetes.io/os", "operator": "In", "values": ["windows"]},
]} |
	some values in terms
]))

test_silent[name] if {
	some name, manifest in {
		"no architecture is selected": testing.windows_pod({}),
		"amd64": _selecting({"kubernetes.io/arch": "amd64"}),
		"amd64 by the deprecated label": _selecting({"beta.kubernetes.io/arch": "amd64"}),
		"amd64 beside another architecture": _required([["arm64", "amd64"]]),
		"amd64 in another term": _required([["arm64"], ["amd64"]]),
		"a preference": testing.windows_pod({"affinity": {"nodeAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": [{
			"weight": 1,
			"preference": {"matchExpressions": [{"key": "kubernetes.io/arch", "operator": "In", "values": ["arm64"]}]},
		}]}}}),
		"an unknown RuntimeClass": testing.windows_pod({"runtimeClassName": "elsewhere"}),
		"a null spec": testing.pod(null),
	}
	got := architecture.finding with input as manifest
	got == set()
}

test_found[name] if {
	some name, tc in {
		"arm64": {
			"input": _selecting({"kubernetes.io/arch": "arm64"}),
			"want": {_found("spec.nodeSelector[kubernetes.io/arch]", "nodeSelector kubernetes.io/arch is arm64")},
		},
		"arm64 by the deprecated label": {
			"input": _selecting({"beta.kubernetes.io/arch": "arm64"}),
			"want": {_found("spec.nodeSelector[beta.kubernetes.io/arch]", "nodeSelector beta.kubernetes.io/arch is arm64")},
		},
		"amd64 in upper case": {
			"input": _selecting({"kubernetes.io/arch": "AMD64"}),
			"want": {_found("spec.nodeSelector[kubernetes.io/arch]", "nodeSelector kubernetes.io/arch is AMD64")},
		},
		"another architecture in every term": {
			"input": _required([["arm64"], ["arm64", "arm"]]),
			"want": {_found(_terms, "required node affinity allows only kubernetes.io/arch arm or arm64")},
		},
		"the selector of the RuntimeClass": {
			"input": testing.windows_pod({"runtimeClassName": "arm"}),
			"want": {_found("spec.runtimeClassName", "RuntimeClass arm selects kubernetes.io/arch arm64")},
		},
	}
	got := architecture.finding with input as tc.input
		with config as {"runtimeClasses": {"classes": {"arm": {"scheduling": {"nodeSelector": {"kubernetes.io/arch": "arm64"}}}}}}
	got == tc.want
}

test_architectures[name] if {
	some name, want in {
		"arm64": set(),
		"amd64": {concat(" ", [
			"spec.nodeSelector[kubernetes.io/arch]: No Windows node has this architecture, so the pod stays Pending.",
			"Use arm64 or riscv64. (architecture)",
		])},
	}
	got := architecture.finding with input as _selecting({"kubernetes.io/arch": name})
		with config as {"rules": {"architecture": {"parameters": {"architectures": ["riscv64", "arm64"]}}}}
	{found.msg | some found in got} == want
}

_terms := "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms"

_found(field, because) := object.union({"yieldsTo": ["os-conflict"]}, testing.expected(
	"deny",
	"architecture",
	{"field": field, "says": "No Windows node has this architecture, so the pod stays Pending. Use amd64."},
	{"enforcedBy": "scheduler", "because": because},
))
