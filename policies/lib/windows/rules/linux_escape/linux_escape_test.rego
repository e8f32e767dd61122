package lib.windows.rules.linux_escape_test

import data.lib.windows.config
import data.lib.windows.rules.linux_escape
import data.lib.windows.testing_test as testing

_everything := [{"operator": "Exists"}]

_os_taint := [{"key": "os", "operator": "Equal", "value": "windows", "effect": "NoSchedule"}]

_generic := {"platform": "generic", "runtimeClasses": {"classes": {"plain": {"scheduling": {"tolerations": _os_taint}}}}}

_asking := {"rules": {"linux-escape": {"parameters": {"requireLinuxSelector": true}}}}

_affinity(operator, values) := {"affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {
	"nodeSelectorTerms": [{"matchExpressions": [{"key": "kubernetes.io/os", "operator": operator, "values": values}]}],
}}}}

test_found[name] if {
	some name, tc in {
		"a toleration of everything": {"spec": {"tolerations": _everything}, "config": {}, "want": _blanket},
		"a toleration of each effect that keeps pods away": {
			"spec": {"tolerations": [
				{"operator": "Exists", "effect": "NoExecute"},
				{"operator": "Exists", "effect": "NoSchedule"},
			]},
			"config": {},
			"want": _blanket,
		},
		"a toleration of everything, on a platform without taints": {
			"spec": {"tolerations": _everything},
			"config": {"platform": "aks"},
			"want": _blanket,
		},
		"a toleration of everything, and a selector of another label": {
			"spec": {"tolerations": _everything, "nodeSelector": {"disk": "ssd"}},
			"config": {},
			"want": _blanket,
		},
		"a toleration of everything, and affinity for both OSes": {
			"spec": object.union({"tolerations": _everything}, _affinity("In", ["linux", "windows"])),
			"config": {},
			"want": _blanket,
		},
		"a toleration of everything, and a declared taint": {
			"spec": {"tolerations": _everything},
			"config": _generic,
			"want": _declared,
		},
		"a toleration of the declared taint": {"spec": {"tolerations": _os_taint}, "config": _generic, "want": _declared},
		"a toleration of the declared taint in the RuntimeClass": {
			"spec": {"runtimeClassName": "plain"},
			"config": _generic,
			"want": _declared,
		},
		"no toleration, and a required selector": {"spec": {}, "config": _asking, "want": _asked},
	}
	manifest := testing.pod(tc.spec)
	got := linux_escape.finding with input as manifest with config as tc.config
	got == {_found(tc.want, {})}
	applies := {true | linux_escape.applies} with input as manifest with config as tc.config
	applies == {true}
}

_blanket := {
	"says": "The pod tolerates every taint and selects no OS, so it can land on a Windows node and fail. Select linux.",
	"because": "a toleration without key tolerates everything",
}

_declared := {
	"says": "The pod tolerates the taint of Windows nodes and selects no OS, so it can land on one and fail. Select linux.",
	"because": "the pod tolerates os=windows:NoSchedule",
}

_asked := {
	"says": "The pod selects no OS, so it can land on a Windows node and fail. Select linux.",
	"because": "requireLinuxSelector asks every pod",
}

_found(want, more) := _graded("warn", want, more)

_graded(severity, want, more) := testing.expected(
	severity,
	"linux-escape",
	{"field": "spec.nodeSelector[kubernetes.io/os]", "says": want.says},
	object.union({"enforcedBy": "scheduler", "because": want.because}, more),
)

test_silent[name] if {
	some name, tc in {
		"no toleration": {"spec": {}, "config": {}},
		"no toleration, and a declared taint": {"spec": {"tolerations": []}, "config": _generic},
		"null tolerations": {"spec": {"tolerations": null}, "config": _generic},
		"a toleration of a taint that is not declared": {"spec": {"tolerations": _os_taint}, "config": {}},
		"a toleration of the taint of another platform": {"spec": {"tolerations": _os_taint}, "config": {"platform": "gke"}},
		"a toleration of the taint of the control plane": {
			"spec": {"tolerations": [{"key": "node-role.kubernetes.io/control-plane", "operator": "Exists"}]},
			"config": _generic,
		},
		"a toleration of only NoExecute": {
			"spec": {"tolerations": [{"operator": "Exists", "effect": "NoExecute"}]},
			"config": {},
		},
		"a toleration of everything, and linux selected": {
			"spec": {"tolerations": _everything, "nodeSelector": {"kubernetes.io/os": "linux"}},
			"config": {},
		},
		"a toleration of everything, and linux selected by the deprecated label": {
			"spec": {"tolerations": _everything, "nodeSelector": {"beta.kubernetes.io/os": "linux"}},
			"config": _generic,
		},
		"a toleration of everything, and affinity for linux": {
			"spec": object.union({"tolerations": _everything}, _affinity("In", ["linux"])),
			"config": _generic,
		},
		"a toleration of everything, and affinity that excludes windows": {
			"spec": object.union({"tolerations": _everything}, _affinity("NotIn", ["windows"])),
			"config": _generic,
		},
		"a toleration of everything, and a named node": {
			"spec": {"tolerations": _everything, "nodeName": "node-1"},
			"config": _generic,
		},
		"a toleration of everything, and the control plane selected": {
			"spec": {"tolerations": _everything, "nodeSelector": {"node-role.kubernetes.io/control-plane": ""}},
			"config": _generic,
		},
		"a toleration of everything, and an unknown RuntimeClass": {
			"spec": {"tolerations": _everything, "runtimeClassName": "other"},
			"config": _generic,
		},
		"a Windows pod, which node-selector judges": {
			"spec": {"tolerations": _everything, "os": {"name": "windows"}},
			"config": object.union(_generic, _asking),
		},
		"linux selected, and a required selector": {
			"spec": {"nodeSelector": {"kubernetes.io/os": "linux"}},
			"config": _asking,
		},
		"a parameter of the wrong type": {
			"spec": {},
			"config": {"rules": {"linux-escape": {"parameters": {"requireLinuxSelector": "true"}}}},
		},
		"a parameter that is false": {
			"spec": {},
			"config": {"rules": {"linux-escape": {"parameters": {"requireLinuxSelector": false}}}},
		},
		"no spec": {"spec": null, "config": _asking},
		"no spec, on a platform without taints": {"spec": null, "config": {"platform": "aks"}},
		"a selector of an OS that no node has": {"spec": {"nodeSelector": {"kubernetes.io/os": "Linux"}}, "config": _asking},
		"an architecture that Windows nodes do not have": {
			"spec": {"tolerations": _everything, "nodeSelector": {"kubernetes.io/arch": "arm64"}},
			"config": _generic,
		},
		"a label of Linux nodes": {
			"spec": {"nodeSelector": {"kubernetes.azure.com/mode": "system"}},
			"config": {"platform": "aks"},
		},
		"linux selected, on a platform without taints": {
			"spec": {"nodeSelector": {"kubernetes.io/os": "linux"}},
			"config": {"platform": "aks"},
		},
		"no selector, on a platform with a taint": {"spec": {}, "config": {"platform": "gke"}},
		"no selector, on a platform whose nodes have a taint": {
			"spec": {},
			"config": {"platform": "aks", "taints": [{"key": "sku", "value": "windows", "effect": "NoSchedule"}]},
		},
		"no selector, and an unknown platform": {"spec": {}, "config": {"platform": "mine"}},
	}
	got := linux_escape.finding with input as testing.pod(tc.spec) with config as tc.config
	got == set()
}

# The gate calls applies for every Linux pod, so it must be false for an ordinary one.
test_applies[name] if {
	some name, tc in {
		"no toleration": {"spec": {}, "config": {}, "want": set()},
		"the tolerations that every pod gets": {
			"spec": {"tolerations": [{"key": "node.kubernetes.io/not-ready", "operator": "Exists", "effect": "NoExecute"}]},
			"config": {},
			"want": set(),
		},
		"a toleration of everything": {"spec": {"tolerations": _everything}, "config": {}, "want": {true}},
		"no toleration, and a declared taint": {"spec": {}, "config": _generic, "want": set()},
		"another toleration, and a declared taint": {
			"spec": {"tolerations": [{"key": "disk"}]},
			"config": _generic,
			"want": set(),
		},
		"a RuntimeClass that tolerates everything": {
			"spec": {"runtimeClassName": "agents"},
			"config": {"runtimeClasses": {"classes": {"agents": {"scheduling": {"tolerations": _everything}}}}},
			"want": {true},
		},
		"a required selector": {"spec": {}, "config": _asking, "want": {true}},
	}
	got := {true | linux_escape.applies} with input as testing.pod(tc.spec) with config as tc.config
	got == tc.want
}

test_node_accepts_a_pod_that_tolerates_all_its_taints[name] if {
	some name, tc in {
		"both taints": {"tolerations": [{"key": "a", "operator": "Exists"}, {"key": "b", "operator": "Exists"}], "want": {true}},
		"one taint": {"tolerations": [{"key": "a", "operator": "Exists"}], "want": set()},
		"every taint of one effect": {"tolerations": [{"operator": "Exists", "effect": "NoSchedule"}], "want": set()},
	}
	got := {found.details.because | some found in linux_escape.finding}
		with input as testing.pod({"tolerations": tc.tolerations})
		with config as {"taints": [
			{"key": "a", "effect": "NoSchedule"},
			{"key": "b", "value": "x", "effect": "NoExecute"},
			{"key": "c", "value": "", "effect": "PreferNoSchedule"},
			{"key": "d"},
		]}
	got == {"the pod tolerates a:NoSchedule, b=x:NoExecute" | some _ in tc.want}
}

test_fix_of_a_pod_that_declares_linux if {
	manifest := testing.pod({"os": {"name": "linux"}, "tolerations": _everything})
	got := linux_escape.finding with input as manifest
	got == {_found(
		_blanket,
		{"fix": [{"op": "add", "path": "/spec/nodeSelector", "value": {"kubernetes.io/os": "linux"}}]},
	)}
}

test_workloads[name] if {
	some name, carrier in testing.carriers({"tolerations": _everything})
	got := linux_escape.finding with input as carrier.object
	{found.details.field | some found in got} == {concat(".", [carrier.prefix, "nodeSelector[kubernetes.io/os]"])}
}

test_untainted[name] if {
	some name, tc in {
		"AKS": {"config": {"platform": "aks"}, "because": "Windows nodes of aks have no taint"},
		"EKS": {"config": {"platform": "eks"}, "because": "Windows nodes of eks have no taint"},
		"RKE2": {"config": {"platform": "rke2"}, "because": "Windows nodes of rke2 have no taint"},
		"a parameter that is false": {
			"config": {"platform": "aks", "rules": {"linux-escape": {"parameters": {"requireLinuxSelector": false}}}},
			"because": "Windows nodes of aks have no taint",
		},
		"no taints": {"config": {"taints": []}, "because": _no_taint},
		"no taints on a platform that has some": {"config": {"platform": "gke", "taints": []}, "because": _no_taint},
		"a taint that repels nothing": {
			"config": {"taints": [{"key": "os", "value": "windows", "effect": "PreferNoSchedule"}]},
			"because": _no_taint,
		},
	}
	manifest := testing.pod({"containers": [{"name": "app", "image": "example.com/app:1"}]})
	got := linux_escape.finding with input as manifest with config as tc.config
	got == {_graded("note", {"says": _alone, "because": tc.because}, {})}
	applies := {true | linux_escape.applies} with input as manifest with config as tc.config
	applies == {true}
}

_no_taint := "no configured taint keeps pods off Windows nodes"

_alone := "Windows nodes have no taint and the pod selects no OS, so it can land on one. If it is only for Linux, select linux."

_each := "Windows nodes have no taint, so the DaemonSet puts a pod on each of them, where it fails. Select linux."

_image := "Windows nodes have no taint, so the pod can land on one, where its Linux image fails. Select linux."

_options := {"securityContext": {"windowsOptions": {"runAsUserName": "ContainerUser"}}}

# Without a taint, the rule warns about what fails on Windows nodes.
test_gravity_without_a_taint[name] if {
	some name, tc in {
		"a Deployment": {"kind": "Deployment", "images": ["example.com/app:1"], "spec": {}, "want": ["note", _alone]},
		"a Deployment with an image for Linux": {
			"kind": "Deployment",
			"images": ["example.com/app:1", "nginx:1.27"],
			"spec": {},
			"want": ["warn", _image],
		},
		"a Deployment with a tag for Linux": {
			"kind": "Deployment",
			"images": ["golang:1.26-alpine"],
			"spec": {},
			"want": ["warn", _image],
		},
		"a Deployment with an image for both OSes": {
			"kind": "Deployment",
			"images": ["golang:1.26"],
			"spec": {},
			"want": ["note", _alone],
		},
		"a Deployment without containers": {"kind": "Deployment", "images": [], "spec": {}, "want": ["note", _alone]},
		"a DaemonSet": {"kind": "DaemonSet", "images": ["example.com/app:1"], "spec": {}, "want": ["warn", _each]},
		"a DaemonSet with an image for Linux": {"kind": "DaemonSet", "images": ["nginx"], "spec": {}, "want": ["warn", _each]},
		"a DaemonSet with an image for both OSes": {
			"kind": "DaemonSet",
			"images": ["example.com/app:1", "registry.k8s.io/pause:3.10"],
			"spec": {},
			"want": ["note", _alone],
		},
		"a DaemonSet with images for both OSes and for Linux": {
			"kind": "DaemonSet",
			"images": ["registry.k8s.io/e2e-test-images/agnhost:2.53", "nginx"],
			"spec": {},
			"want": ["warn", _image],
		},
		"a DaemonSet with windowsOptions": {
			"kind": "DaemonSet",
			"images": ["example.com/app:1"],
			"spec": _options,
			"want": ["note", _alone],
		},
		"a DaemonSet that declares linux": {
			"kind": "DaemonSet",
			"images": ["registry.k8s.io/pause:3.10"],
			"spec": {"os": {"name": "linux"}},
			"want": ["warn", _each],
		},
		"a Deployment that declares linux": {
			"kind": "Deployment",
			"images": ["example.com/app:1"],
			"spec": {"os": {"name": "linux"}},
			"want": ["note", _alone],
		},
		"a DaemonSet that selects a device": {
			"kind": "DaemonSet",
			"images": ["example.com/app:1"],
			"spec": {"nodeSelector": {"nvidia.com/gpu.present": "true"}},
			"want": ["note", _device],
		},
	}
	spec := object.union(tc.spec, {"containers": [{"image": image} | some image in tc.images]})
	got := linux_escape.finding with input as testing.carrier("apps/v1", tc.kind, spec) with config as {"platform": "aks"}
	{[found.details.severity, found.msg] | some found in got} == {[
		tc.want[0],
		sprintf("spec.template.spec.nodeSelector[kubernetes.io/os]: %s (linux-escape)", [tc.want[1]]),
	]}
}

_device := "Windows nodes can have the device that the pod selects, so the pod can land on one and fail. Select linux."

_by_key := [{"key": "os", "operator": "Exists", "effect": "NoSchedule"}]

# A pod for both OSes names the taint.
test_gravity_with_a_taint[name] if {
	some name, tc in {
		"the key, and windowsOptions": {"image": "example.com/app:1", "spec": object.union(_options, _tolerating(_by_key)), "want": "note"},
		"the key, and windowsOptions of a container": {
			"image": "example.com/app:1",
			"spec": object.union(_tolerating(_by_key), {"initContainers": [_options]}),
			"want": "note",
		},
		"the key beside everything, and windowsOptions": {
			"image": "example.com/app:1",
			"spec": object.union(_options, _tolerating(array.concat(_everything, _by_key))),
			"want": "note",
		},
		"the key, and images for both OSes": {
			"image": "docker.io/paskalmaksim/aks-node-termination-handler:v1.1.10",
			"spec": _tolerating(_by_key),
			"want": "note",
		},
		"the key, and one image for both OSes": {
			"image": "registry.k8s.io/pause:3.10",
			"spec": object.union(_tolerating(_by_key), {"initContainers": [{"image": "example.com/app:1"}]}),
			"want": "warn",
		},
		"the key, windowsOptions, and an image for Linux": {
			"image": "nginx",
			"spec": object.union(_options, _tolerating(_by_key)),
			"want": "warn",
		},
		"the key, images for both OSes, and linux declared": {
			"image": "registry.k8s.io/pause:3.10",
			"spec": object.union(_tolerating(_by_key), {"os": {"name": "linux"}}),
			"want": "warn",
		},
		"the key": {"image": "example.com/app:1", "spec": _tolerating(_by_key), "want": "warn"},
		"everything, and windowsOptions": {
			"image": "registry.k8s.io/pause:3.10",
			"spec": object.union(_options, _tolerating(_everything)),
			"want": "warn",
		},
		"everything, and a device": {
			"image": "example.com/app:1",
			"spec": object.union(_tolerating(_everything), {"nodeSelector": {"cloud.google.com/gke-accelerator": "nvidia-l4"}}),
			"want": "note",
		},
	}
	manifest := testing.pod(object.union(tc.spec, {"containers": [{"image": tc.image}]}))
	got := linux_escape.finding with input as manifest with config as {"platform": "generic"}
	[found.details.severity | some found in got] == [tc.want]
}

_tolerating(tolerations) := {"tolerations": tolerations}

test_note_of_a_pod_for_both_oses if {
	manifest := testing.pod(object.union(_options, _tolerating(_by_key)))
	got := linux_escape.finding with input as manifest with config as {"platform": "generic"}
	got == {_graded(
		"note",
		{
			"says": "The pod names the taint of Windows nodes, so it seems to be for both OSes. If it is not, select linux.",
			"because": "the pod tolerates os=windows:NoSchedule",
		},
		{},
	)}
}

test_fix_of_an_image_for_linux if {
	manifest := testing.pod({"containers": [{"image": "nginx"}]})
	got := linux_escape.finding with input as manifest with config as {"platform": "aks"}
	got == {_graded(
		"warn",
		{"says": _image, "because": "Windows nodes of aks have no taint"},
		{"fix": [{"op": "add", "path": "/spec/nodeSelector", "value": {"kubernetes.io/os": "linux"}}]},
	)}
}
