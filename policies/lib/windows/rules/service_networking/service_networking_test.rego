package lib.windows.rules.service_networking_test

import data.lib.windows.config
import data.lib.windows.rules.service_networking
import data.lib.windows.run
import data.lib.windows.testing_test as testing

_service(spec) := {
	"apiVersion": "v1",
	"kind": "Service",
	"metadata": {"name": "web", "namespace": "shop"},
	"spec": object.union({"selector": {"app": "web"}, "ports": [{"port": 80}]}, spec),
}

_labelled(pod) := object.union(pod, {"metadata": {"labels": {"app": "web"}}})

_behind := {"Pod": [_labelled(testing.windows_pod({}))]}

_sticky := {"sessionAffinity": "ClientIP"}

test_findings[name] if {
	affinity := {
		"field": "spec.sessionAffinity",
		"says": "Windows ignores session affinity without DSR, and before Windows Server 2022. Use None, or run kube-proxy with DSR.",
	}
	policy := {
		"field": "spec.externalTrafficPolicy",
		"says": "Windows supports Local only with DSR, and ignores it otherwise. Use Cluster, or run kube-proxy with DSR.",
	}
	timeout := {
		"field": "spec.sessionAffinityConfig.clientIP.timeoutSeconds",
		"says": "Windows ignores this timeout and uses its own. Remove the field.",
	}
	ranges := {
		"field": "spec.loadBalancerSourceRanges",
		"says": "kube-proxy on Windows ignores these ranges, so traffic through a Windows node is not filtered. Filter in the load balancer.",
	}
	sctp := {
		"field": "spec.ports[1].protocol",
		"says": "Windows nodes do not support SCTP, so clients cannot reach Windows pods through this port. Use TCP or UDP.",
	}
	some name, tc in {
		"source ranges": {
			"spec": {"type": "LoadBalancer", "loadBalancerSourceRanges": ["10.0.0.0/8"]},
			"parameters": {"directServerReturn": true},
			"want": {ranges},
		},
		"no source ranges": {"spec": {"type": "LoadBalancer", "loadBalancerSourceRanges": []}, "parameters": {}, "want": set()},
		"source ranges null": {"spec": {"type": "LoadBalancer", "loadBalancerSourceRanges": null}, "parameters": {}, "want": set()},
		"SCTP": {
			"spec": {"ports": [{"port": 80, "protocol": "TCP"}, {"port": 81, "protocol": "SCTP"}, {"port": 82, "protocol": "UDP"}]},
			"parameters": {},
			"want": {sctp},
		},
		"session affinity": {"spec": _sticky, "parameters": {}, "want": {affinity}},
		"session affinity with the default timeout": {"spec": _for(10800), "parameters": {}, "want": {affinity}},
		"session affinity with a timeout": {"spec": _for(60), "parameters": {}, "want": {affinity, timeout}},
		"session affinity with a null timeout": {"spec": _for(null), "parameters": {}, "want": {affinity}},
		"traffic policy Local": {
			"spec": {"type": "LoadBalancer", "externalTrafficPolicy": "Local"},
			"parameters": {},
			"want": {policy},
		},
		"all options, with direct server return": {
			"spec": object.union(_for(60), {"externalTrafficPolicy": "Local"}),
			"parameters": {"directServerReturn": true},
			"want": {timeout},
		},
		"a node port": {"spec": {"type": "NodePort"}, "parameters": {}, "want": set()},
		"a load balancer": {
			"spec": {"type": "LoadBalancer", "sessionAffinity": "None", "externalTrafficPolicy": "Cluster"},
			"parameters": {},
			"want": set(),
		},
	}
	got := service_networking.finding with input as _service(tc.spec)
		with run as _behind
		with config as {"rules": {"service-networking": {"parameters": tc.parameters}}}
	got == {testing.expected(
		"warn",
		"service-networking",
		about,
		{"enforcedBy": "runtime", "because": "its selector finds Pod web, for Windows"},
	) |
		some about in tc.want
	}
}

test_silent_without_a_windows_workload[name] if {
	linux := testing.pod(object.union(testing.windows, {"os": {"name": "linux"}}))
	some name, tc in {
		"no known object": {"input": _service(_sticky), "run": {}},
		"a Linux pod": {"input": _service(_sticky), "run": {"Pod": [_labelled(linux)]}},
		"a pod with other labels": {"input": _service(_sticky), "run": {"Pod": [testing.windows_pod({})]}},
		"a pod of another namespace": {
			"input": object.union(_service(_sticky), {"metadata": {"namespace": "other"}}),
			"run": _behind,
		},
		"a Service without namespace": {
			"input": object.remove(_service(_sticky), ["metadata"]),
			"run": _behind,
		},
		"no selector": {
			"input": json.remove(_service(_sticky), ["/spec/selector"]),
			"run": _behind,
		},
		"an empty selector": {
			"input": json.remove(_service(_sticky), ["/spec/selector/app"]),
			"run": _behind,
		},
		"another kind": {"input": object.union(_service(_sticky), {"kind": "Route"}), "run": _behind},
		"another group": {
			"input": object.union(_service(_sticky), {"apiVersion": "serving.knative.dev/v1"}),
			"run": _behind,
		},
		"a pod": {"input": testing.windows_pod(_sticky), "run": _behind},
		"no object": {"input": null, "run": _behind},
	}
	got := service_networking.finding with input as tc.input with run as tc.run
	got == set()
}

test_finding_names_the_first_workload if {
	run_of_two := object.union(_behind, {"Deployment": [object.union(
		testing.deployment(testing.windows),
		{"metadata": {"name": "iis"}, "spec": {"template": {"metadata": {"labels": {"app": "web"}}}}},
	)]})
	got := {found.details.because | some found in service_networking.finding} with input as _service(_sticky)
		with run as run_of_two
	got == {"its selector finds Deployment iis, for Windows"}
}

test_applies[name] if {
	some name, tc in {
		"an option that Windows limits": {"input": _service(_sticky), "want": {true}},
		"no limited option": {"input": _service({}), "want": set()},
		"a pod": {"input": testing.windows_pod({}), "want": set()},
	}
	got := {true | service_networking.applies} with input as tc.input
	got == tc.want
}

_for(seconds) := object.union(_sticky, {"sessionAffinityConfig": {"clientIP": {"timeoutSeconds": seconds}}})
