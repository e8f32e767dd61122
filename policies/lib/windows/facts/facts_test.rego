package lib.windows.facts_test

import data.lib.windows.facts
import data.lib.windows.gate
import data.lib.windows.ordinary
import data.lib.windows.testing_test as testing

_container(fields) := {"containers": [object.union(testing.container, fields)]}

_image(image) := _container({"image": image})

_volume(fields) := {"volumes": [object.union({"name": "data"}, fields)]}

_mount(fields) := _container({"volumeMounts": [object.union({"name": "data", "mountPath": `C:\data`}, fields)]})

_user := {"windowsOptions": {"runAsUserName": "ContainerUser"}}

_token := {"projected": ordinary.token_volume}

# What the spec of a pod without facts becomes, and the facts then.
_cases := {
	"a clean pod": {"spec": {}, "want": set()},
	"a versioned image of Microsoft": {"spec": _image("mcr.microsoft.com/dotnet/framework/aspnet:4.8.1-windowsservercore-ltsc2025"), "want": set()},
	"an image of one's own": {"spec": _image("registry.example.com:5000/shop/web:1.4-main"), "want": set()},
	"an image of one's own for a release": {"spec": _image("registry.example.com/web:1.4-nanoserver-ltsc2022"), "want": set()},
	"an image with a digest": {"spec": _image("registry.example.com/web@sha256:0123"), "want": set()},
	"an image of a public registry": {"spec": _image("ghcr.io/example/web:1"), "want": set()},
	"an image of a known owner": {"spec": _image("ghcr.io/linkerd/web:1"), "want": {"images.telling"}},
	"an image without a registry": {"spec": _image("web:1"), "want": {"images.telling"}},
	"an image with a word": {"spec": _image("registry.example.com/web:1-alpine"), "want": {"images.telling"}},
	"an image for an old release": {"spec": _image("registry.example.com/web:ltsc2019"), "want": {"images.telling"}},
	"an image without a name": {"spec": _container({"image": 1}), "want": {"images.telling"}},
	"images for two releases": {
		"spec": {"initContainers": [{"image": "registry.example.com/web:ltsc2025"}]},
		"want": {"images.telling"},
	},
	"another dnsPolicy": {"spec": {"dnsPolicy": "ClusterFirstWithHostNet"}, "want": {"network.unusual"}},
	"the default dnsPolicy": {"spec": {"dnsPolicy": "Default"}, "want": set()},
	"a node pool": {"spec": {"nodeSelector": {"kubernetes.io/os": "windows", "agentpool": "win"}}, "want": set()},
	"another label": {"spec": {"nodeSelector": {"kubernetes.io/os": "windows", "disk": "ssd"}}, "want": {"placement.unusual"}},
	"the label of Linux": {"spec": {"nodeSelector": {"kubernetes.io/os": "linux"}}, "want": {"placement.unusual"}},
	"affinity to pods": {"spec": {"affinity": {"podAntiAffinity": {}}}, "want": set()},
	"affinity to nodes": {"spec": {"affinity": {"nodeAffinity": {}}}, "want": {"placement.unusual"}},
	"no affinity": {"spec": {"affinity": null}, "want": {"placement.unusual"}},
	"a node": {"spec": {"nodeName": "win-1"}, "want": {"placement.unusual"}},
	"a RuntimeClass": {"spec": {"runtimeClassName": "windows"}, "want": {"placement.unusual"}},
	"arguments": {"spec": _container({"args": []}), "want": {"programs.named"}},
	"a command": {"spec": _container({"command": ["cmd"]}), "want": {"programs.named"}},
	"a hook": {"spec": _container({"lifecycle": {}}), "want": {"programs.named"}},
	"a probe": {"spec": _container({"livenessProbe": {"httpGet": {"port": 80}}}), "want": set()},
	"a probe that runs a command": {"spec": _container({"startupProbe": {"exec": {"command": ["cmd"]}}}), "want": {"programs.named"}},
	"storage as a resource": {"spec": _container({"resources": {"limits": {"ephemeral-storage": "1Gi"}}}), "want": set()},
	"huge pages": {"spec": _container({"resources": {"limits": {"hugepages-2Mi": "2Mi"}}}), "want": {"resources.unusual"}},
	"a request of a device": {"spec": _container({"resources": {"requests": {"example.com/gpu": 1}}}), "want": {"resources.unusual"}},
	"a claim of a device": {"spec": _container({"resources": {"claims": []}}), "want": {"resources.unusual"}},
	"resources of the pod": {"spec": {"resources": {}}, "want": {"resources.unusual"}},
	"a reference to a field": {"spec": _container({"env": [{"valueFrom": {"fieldRef": {}}}]}), "want": set()},
	"a reference to a resource": {"spec": _container({"env": [{"valueFrom": {"resourceFieldRef": {}}}]}), "want": {"resources.unusual"}},
	"ContainerUser": {"spec": object.union(_container({"securityContext": _user}), {"securityContext": _user}), "want": set()},
	"ContainerUser and runAsNonRoot": {"spec": {"securityContext": object.union(_user, {"runAsNonRoot": true})}, "want": set()},
	"runAsNonRoot": {"spec": {"securityContext": {"runAsNonRoot": true}}, "want": {"security.unusual"}},
	"a user of Linux": {"spec": _container({"securityContext": {"runAsUser": 1}}), "want": {"security.unusual"}},
	"no securityContext": {"spec": {"securityContext": null}, "want": {"security.unusual"}},
	"the token": {"spec": _volume(_token), "want": set()},
	"a token with a mode": {"spec": _volume({"projected": {"defaultMode": 256, "sources": []}}), "want": {"storage.unusual"}},
	"a configMap": {"spec": _volume({"configMap": {"name": "a", "defaultMode": 420}}), "want": set()},
	"a configMap with a mode": {"spec": _volume({"configMap": {"name": "a", "defaultMode": 256}}), "want": {"storage.unusual"}},
	"a secret": {"spec": _volume({"secret": {"secretName": "a", "optional": true}}), "want": set()},
	"a secret with items": {"spec": _volume({"secret": {"secretName": "a", "items": []}}), "want": {"storage.unusual"}},
	"an empty folder": {"spec": _volume({"emptyDir": {"sizeLimit": "1Gi"}}), "want": set()},
	"an empty folder with a medium": {"spec": _volume({"emptyDir": {"medium": ""}}), "want": {"storage.unusual"}},
	"a claim": {"spec": _volume({"persistentVolumeClaim": {"claimName": "a"}}), "want": set()},
	"a path of the host": {"spec": _volume({"hostPath": {"path": `C:\data`}}), "want": {"storage.unusual"}},
	"no volumes": {"spec": {"volumes": null}, "want": {"storage.unusual"}},
	"a mount": {"spec": _mount({"readOnly": true}), "want": set()},
	"a mount as on Linux": {"spec": _mount({"mountPath": "/var/run/secrets/kubernetes.io/serviceaccount"}), "want": set()},
	"a mount with a subPath": {"spec": _mount({"subPath": "a"}), "want": {"storage.unusual"}},
	"a mount of a pipe": {"spec": _mount({"mountPath": `\\.\pipe\a`}), "want": {"storage.unusual"}},
	"a mount of a drive": {"spec": _mount({"mountPath": "c:"}), "want": {"storage.unusual"}},
	"a mount that goes back": {"spec": _mount({"mountPath": `C:\data\..\a`}), "want": {"storage.unusual"}},
	"a mount over the message": {"spec": _mount({"mountPath": "/dev/termination-log"}), "want": {"storage.unusual"}},
	"a mount without a path": {"spec": _container({"volumeMounts": [{}]}), "want": {"storage.unusual"}},
	"two spellings of a path": {
		"spec": _container({"volumeMounts": [{"mountPath": "/data/a"}, {"mountPath": `c:\Data\A`}]}),
		"want": {"storage.unusual"},
	},
	"another path of the message": {"spec": _container({"terminationMessagePath": `C:\log`}), "want": {"storage.unusual"}},
	"a toleration of another taint": {"spec": {"tolerations": [{"key": "a", "operator": "Exists"}]}, "want": set()},
	"a toleration with another field": {"spec": {"tolerations": [{"name": "a"}]}, "want": {"taints.untolerated"}},
}

_review(pod) := {"review": {"object": pod, "operation": "CREATE"}, "parameters": {}}

test_found[name] if {
	some name, tc in _cases
	got := facts.found with input as _review(testing.windows_pod(tc.spec))
	got == tc.want
}

# The gate and the facts read the same fields in two ways: a pod without facts is plain, and no other.
test_plain_pods_have_no_facts[name] if {
	some name, tc in _cases
	got := {true | gate.plain} with input as _review(testing.windows_pod(tc.spec))
	got == {true | tc.want == set()}
}

test_found_in_metadata[name] if {
	some name, tc in {
		"a label": {"metadata": {"labels": {"app": "web"}}, "want": set()},
		"a label that a webhook reads": {"metadata": {"labels": {"istio.io/rev": "a"}}, "want": {"metadata.telling"}},
		"an annotation for Prometheus": {"metadata": {"annotations": {"prometheus.io/scrape": "true"}}, "want": set()},
		"another annotation": {"metadata": {"annotations": {"example.com/a": "b"}}, "want": {"metadata.telling"}},
	}
	pod := object.union(testing.windows_pod({}), {"metadata": tc.metadata})
	got := [facts.found, {true | gate.plain}] with input as _review(pod)
	got == [tc.want, {true | tc.want == set()}]
}

test_found_with_taints[name] if {
	some name, tc in {
		"no toleration": {"tolerations": [], "platform": "generic", "want": {"taints.untolerated"}},
		"the toleration": {
			"tolerations": [{"key": "os", "operator": "Equal", "value": "windows", "effect": "NoSchedule"}],
			"platform": "generic",
			"want": set(),
		},
		"a toleration of every effect": {"tolerations": [{"key": "os", "value": "windows"}], "platform": "generic", "want": {"taints.untolerated"}},
		"a platform without taints": {"tolerations": [], "platform": "aks", "want": set()},
		"another platform": {"tolerations": [], "platform": "x", "want": set()},
	}
	asked := object.union(_review(testing.windows_pod({"tolerations": tc.tolerations})), {"parameters": {"platform": tc.platform}})
	got := [facts.found, {true | gate.plain}] with input as asked
	got == [tc.want, {true | tc.want == set()}]
}

test_found_in_other_requests[name] if {
	some name, tc in {
		"a pod that is not declared": {"review": {"object": testing.inferred_pod({})}, "want": {"placement.unusual"}},
		"a workload": {"review": {"object": testing.deployment(testing.windows)}, "want": {"object.workload"}},
		"a subresource": {
			"review": {"object": testing.windows_pod({}), "operation": "UPDATE", "subResource": "resize"},
			"want": {"request.subresource"},
		},
	}
	got := [facts.found, {true | gate.plain}] with input as {"review": tc.review, "parameters": {}}
	got == [tc.want, set()]
}
