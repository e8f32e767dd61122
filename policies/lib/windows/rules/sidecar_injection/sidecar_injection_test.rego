package lib.windows.rules.sidecar_injection_test

import data.lib.windows.config
import data.lib.windows.data.injections
import data.lib.windows.rules.sidecar_injection
import data.lib.windows.testing_test as testing

_pod(metadata) := object.union(testing.windows_pod({}), {"metadata": metadata})

_spec(fields, annotations) := object.union(testing.windows_pod(fields), {"metadata": {"annotations": annotations}})

test_silent[name] if {
	some name, manifest in {
		"no labels": testing.windows_pod({}),
		"null labels": _pod({"labels": null, "annotations": null}),
		"labels of the wrong type": _pod({"labels": "sidecar.istio.io/inject", "annotations": ["linkerd.io/inject"]}),
		"other labels": _pod({"labels": {"app": "web"}, "annotations": {"istio.io/other": "true"}}),
		"Istio is off": _pod({"labels": {"sidecar.istio.io/inject": "false"}}),
		"Istio is off, with a revision": _pod({
			"labels": {"istio.io/rev": "stable"},
			"annotations": {"sidecar.istio.io/inject": "false"},
		}),
		"Istio skips the host's network": testing.pod(object.union(testing.host_process, {})),
		"Istio and Linkerd skip the host's network": _spec(
			{"hostNetwork": true},
			{"sidecar.istio.io/inject": "true", "linkerd.io/inject": "enabled", "istio.io/rev": "stable"},
		),
		"Linkerd is off": _pod({"annotations": {"linkerd.io/inject": "disabled"}}),
		"Linkerd for Windows": _pod({"annotations": {"linkerd.io/inject": "windows"}}),
		"Linkerd with a proxy for Windows": _pod({"annotations": {
			"linkerd.io/inject": "enabled",
			"config.linkerd.io/proxy-image": "ghcr.io/buoyantio/proxy-win",
		}}),
		"dapr": _pod({"annotations": {"dapr.io/enabled": "true"}}),
		"Vault is off": _pod({"annotations": {"vault.hashicorp.com/agent-inject": "false"}}),
		"Datadog is off": _pod({
			"labels": {"admission.datadoghq.com/enabled": "false"},
			"annotations": {"admission.datadoghq.com/java-lib.version": "v1"},
		}),
		"a null value": _pod({"annotations": {"azure.workload.identity/inject-proxy-sidecar": null}}),
		"Linux containers on a Windows node": _spec({"runtimeClassName": "lcow"}, {"linkerd.io/inject": "enabled"}),
		"a label of the workload, not of its pods": object.union(
			testing.deployment(testing.windows),
			{"metadata": {"labels": {"sidecar.istio.io/inject": "true"}}},
		),
	}
	got := sidecar_injection.finding with input as manifest
		with config as {"runtimeClasses": {"classes": {"lcow": {"handler": "runhcs-lcow"}}}}
	got == set()
}

test_injections[name] if {
	some name, tc in {
		"Istio, by a label": {"labels": {"sidecar.istio.io/inject": "true"}, "by": "Istio", "off": "false"},
		"Istio, by an annotation": {"annotations": {"sidecar.istio.io/inject": "True"}, "by": "Istio", "off": "false"},
		"Istio, by a boolean": {"annotations": {"sidecar.istio.io/inject": true}, "by": "Istio", "off": "false"},
		"Istio, by a revision": {"labels": {"istio.io/rev": "1-22"}, "by": "Istio"},
		"Linkerd": {"annotations": {"linkerd.io/inject": "enabled"}, "by": "Linkerd", "off": "disabled"},
		"Linkerd, for ingress": {"annotations": {"linkerd.io/inject": "ingress"}, "by": "Linkerd", "off": "disabled"},
		"Vault": {"annotations": {"vault.hashicorp.com/agent-inject": "true"}, "by": "Vault", "off": "false"},
		"Datadog": {"annotations": {"admission.datadoghq.com/dotnet-lib.version": "v2"}, "by": "Datadog"},
		"App Mesh": {
			"annotations": {"appmesh.k8s.aws/sidecarInjectorWebhook": "enabled"},
			"by": "App Mesh", "off": "disabled",
		},
		"Azure Workload Identity": {
			"annotations": {"azure.workload.identity/inject-proxy-sidecar": "true"},
			"by": "Azure Workload Identity",
		},
		"Azure Workload Identity, where false counts too": {
			"annotations": {"azure.workload.identity/inject-proxy-sidecar": "false"},
			"by": "Azure Workload Identity",
		},
	}
	some place in ["labels", "annotations"]
	some key, value in tc[place]
	got := sidecar_injection.finding with input as _pod({place: {key: value}})
	got == {_found(sprintf("metadata.%s[%s]", [place, key]), place, value, tc)}
}

# A webhook reads the metadata of the pod, and that is the template's in a workload.
test_workload if {
	manifest := json.patch(testing.deployment(testing.windows), [{
		"op": "add",
		"path": "/spec/template/metadata",
		"value": {"annotations": {"linkerd.io/inject": "enabled"}},
	}])
	got := sidecar_injection.finding with input as manifest
	got == {_found(
		"spec.template.metadata.annotations[linkerd.io/inject]",
		"annotations",
		"enabled",
		{"by": "Linkerd", "off": "disabled"},
	)}
}

test_host_network_does_not_stop_every_webhook if {
	manifest := _spec({"hostNetwork": true}, {"vault.hashicorp.com/agent-inject": "true"})
	got := sidecar_injection.finding with input as manifest
	count(got) == 1
}

test_allowed[name] if {
	some name, tc in {
		"this one": {"allowed": ["linkerd.io/inject"], "want": 0},
		"another one": {"allowed": ["sidecar.istio.io/inject"], "want": 1},
		"the wrong type": {"allowed": "linkerd.io/inject", "want": 1},
	}
	got := sidecar_injection.finding with input as _pod({"annotations": {"linkerd.io/inject": "enabled"}})
		with config as {"rules": {"sidecar-injection": {"parameters": {"allowed": tc.allowed}}}}
	count(got) == tc.want
}

# The index of a template skips the rule for a pod that sets no annotation and none of the labels.
test_every_value_is_in_lower_case if {
	every request in injections.requests {
		every value in request.values {
			value == lower(value)
		}
	}
}

_found(field, place, value, tc) := testing.expected(
	"warn",
	"sidecar-injection",
	{"field": field, "says": sprintf(
		"%s injects only Linux containers, so the pod does not start. %s",
		[tc.by, _remedy(place, tc)],
	)},
	{"enforcedBy": "runtime", "fix": _operations(field, value, tc)},
)

_remedy(place, tc) := sprintf("Set the %s to %s.", [_one[place], tc.off]) if {
	tc.off
} else := sprintf("Remove the %s.", [_one[place]])

_one := {"annotations": "annotation", "labels": "label"}

# The label or annotation is the only one of the pod, so its map goes with it.
_operations(field, value, tc) := [
	{"op": "test", "path": pointer, "value": value},
	{"op": "replace", "path": pointer, "value": tc.off},
] if {
	tc.off
	pointer := concat("/", [_map(field), replace(_key(field), "/", "~1")])
} else := [
	{"op": "test", "path": _map(field), "value": {_key(field): value}},
	{"op": "remove", "path": _map(field)},
]

_map(field) := concat("", ["/", replace(split(field, "[")[0], ".", "/")])

_key(field) := trim_suffix(split(field, "[")[1], "]")
