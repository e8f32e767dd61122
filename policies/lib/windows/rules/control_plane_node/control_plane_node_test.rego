package lib.windows.rules.control_plane_node_test

import data.lib.windows.config
import data.lib.windows.rules.control_plane_node
import data.lib.windows.testing_test as testing

_node(labels, taints) := {
	"apiVersion": "v1",
	"kind": "Node",
	"metadata": {"name": "win-1", "labels": labels},
	"spec": {"taints": taints},
}

_windows := {"kubernetes.io/os": "windows"}

_control_plane := {"key": "node-role.kubernetes.io/control-plane", "effect": "NoSchedule"}

_join(fields) := object.union(
	{
		"apiVersion": "kubeadm.k8s.io/v1beta4",
		"kind": "JoinConfiguration",
		"nodeRegistration": {"criSocket": "npipe:////./pipe/containerd-containerd"},
	},
	fields,
)

_linux_socket := {"criSocket": "unix:///run/containerd/containerd.sock"}

test_silent[name] if {
	some name, manifest in {
		"a worker": _node(_windows, [{"key": "os", "value": "windows", "effect": "NoSchedule"}]),
		"a worker by label": _node(object.union(_windows, {"node-role.kubernetes.io/worker": ""}), null),
		"a control plane node on Linux": _node(
			{"kubernetes.io/os": "linux", "node-role.kubernetes.io/control-plane": ""},
			[_control_plane],
		),
		"a control plane node of unknown OS": _node({"node-role.kubernetes.io/control-plane": ""}, []),
		"a label that is null": _node(object.union(_windows, {"node-role.kubernetes.io/control-plane": null}), []),
		"a Windows node without spec": object.remove(_node(_windows, []), ["spec"]),
		"kubeadm joins a worker": _join({}),
		"kubeadm joins a worker, with controlPlane null": _join({"controlPlane": null}),
		"kubeadm makes a control plane on Linux": _join({"kind": "InitConfiguration", "nodeRegistration": _linux_socket}),
		"kubeadm joins a control plane node on Linux": _join({"controlPlane": {}, "nodeRegistration": _linux_socket}),
		"a pod": testing.windows_pod({}),
		"null": null,
	}
	got := control_plane_node.finding with input as manifest
	got == set()
}

test_applies[name] if {
	some name, tc in {
		"a Windows node": {"input": _node(_windows, []), "want": {true}},
		"a Linux node": {"input": _node({"kubernetes.io/os": "linux"}, []), "want": set()},
		"kubeadm makes a control plane": {"input": _join({"kind": "InitConfiguration"}), "want": {true}},
		"kubeadm joins a worker": {"input": _join({}), "want": set()},
		"a pod": {"input": testing.windows_pod({}), "want": set()},
	}
	got := {true | control_plane_node.applies} with input as tc.input
	got == tc.want
}

test_marked[name] if {
	some name, tc in {
		"by label": {
			"input": _node(object.union(_windows, {"node-role.kubernetes.io/control-plane": ""}), []),
			"want": "metadata.labels[node-role.kubernetes.io/control-plane]",
		},
		"by the old label": {
			"input": _node(object.union(_windows, {"node-role.kubernetes.io/master": "true"}), []),
			"want": "metadata.labels[node-role.kubernetes.io/master]",
		},
		"by taint": {
			"input": _node(_windows, [{"key": "a", "effect": "NoSchedule"}, _control_plane]),
			"want": "spec.taints[1]",
		},
		"by label and taint, and the label is reported": {
			"input": _node(object.union(_windows, {"node-role.kubernetes.io/control-plane": ""}), [_control_plane]),
			"want": "metadata.labels[node-role.kubernetes.io/control-plane]",
		},
	}
	got := control_plane_node.finding with input as tc.input
	got == {_found("deny", tc.want)}
}

test_update_gives_a_warning if {
	before := _node(_windows, [])
	after := _node(_windows, [_control_plane])
	some review in testing.updates(before, after)
	got := control_plane_node.finding with input as review
	got == {_found("warn", "spec.taints[0]")}
}

test_os_reported_by_the_kubelet if {
	reported := object.union(
		_node({"node-role.kubernetes.io/control-plane": ""}, []),
		{"status": {"nodeInfo": {"operatingSystem": "windows"}}},
	)
	got := {found.details.because | some found in control_plane_node.finding} with input as reported
	got == {"status.nodeInfo.operatingSystem is windows"}
}

test_labels_of_the_configuration if {
	got := control_plane_node.finding with input as _node(object.union(_windows, {"example.com/etcd": ""}), [])
		with config as {"rules": {"control-plane-node": {"parameters": {"controlPlaneLabels": ["example.com/etcd"]}}}}
	got == {_found("deny", "metadata.labels[example.com/etcd]")}
}

test_kubeadm[name] if {
	some name, tc in {
		"makes a control plane": {"input": _join({"kind": "InitConfiguration"}), "want": "kind"},
		"joins a control plane node": {"input": _join({"controlPlane": {}}), "want": "controlPlane"},
	}
	got := control_plane_node.finding with input as tc.input
	got == {testing.expected(
		"deny",
		"control-plane-node",
		{
			"field": tc.want,
			"says": "This makes a Windows node a control plane node, but the control plane runs only on Linux. Join the node as a worker.",
		},
		{"enforcedBy": "runtime", "because": "nodeRegistration.criSocket is a Windows path"},
	)}
}

_found(severity, field) := testing.expected(
	severity,
	"control-plane-node",
	{
		"field": field,
		"says": "This marks a Windows node as control plane, so pods that need Linux can land on it. Remove this label or taint.",
	},
	{"enforcedBy": "runtime", "because": "label kubernetes.io/os is windows"},
)
