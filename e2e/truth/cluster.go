package main

import "winpolicy/internal/engine"

// cluster is a set of nodes and RuntimeClasses, and the configuration that describes it.
type cluster struct {
	name    string
	nodes   []node
	classes object // name to RuntimeClass
	config  engine.Config
	// selectsOS is whether the configuration asks every pod to select an OS.
	selectsOS bool
}

// node is one of a cluster. Every node can hold all pods that are tried.
type node struct {
	name, os, arch, build string
	labels                object
	taints                []any
}

// clusters are the clusters that pods are placed in.
var clusters = []cluster{
	{
		name:    "Windows nodes with the documented taint",
		nodes:   append(windowsNodes(taint("os", "windows")), linuxNodes...),
		classes: runtimeClassesOf(object{"key": "os", "operator": "Equal", "value": "windows", "effect": "NoSchedule"}),
		config:  engine.Config{"platform": "generic", "rules": severalBuilds},
	},
	{
		name:    "Windows nodes without a taint",
		nodes:   append(windowsNodes(), linuxNodes...),
		classes: runtimeClassesOf(),
		config: engine.Config{"platform": "aks", "rules": merge(severalBuilds, object{
			"linux-escape": object{"parameters": object{"requireLinuxSelector": true}},
		})},
		selectsOS: true,
	},
	{
		name:    "Windows nodes with two taints, one of them NoExecute",
		nodes:   append(windowsNodes(taint("node.kubernetes.io/os", "windows"), object{"key": "pool", "value": "win", "effect": "NoExecute"}), linuxNodes...),
		classes: runtimeClassesOf(object{"operator": "Exists"}),
		config: engine.Config{"rules": severalBuilds, "taints": []any{
			taint("node.kubernetes.io/os", "windows"), object{"key": "pool", "value": "win", "effect": "NoExecute"},
		}},
	},
}

// severalBuilds says that the Windows nodes have several builds.
var severalBuilds = object{"windows-build": object{"parameters": object{"requireBuild": true}}}

var linuxNodes = []node{
	{name: "linux", os: "linux", arch: "amd64"},
	{name: "linux-arm64", os: "linux", arch: "arm64"},
	{
		name: "linux-control-plane", os: "linux", arch: "amd64", labels: object{"node-role.kubernetes.io/control-plane": ""},
		taints: []any{object{"key": "node-role.kubernetes.io/control-plane", "effect": "NoSchedule"}},
	},
}

func windowsNodes(taints ...any) []node {
	var all []node
	for _, build := range []string{"10.0.17763", "10.0.20348", "10.0.26100"} {
		all = append(all, node{name: "windows-" + build, os: "windows", arch: "amd64", build: build, taints: taints})
	}
	return all
}

func taint(key, value string) any {
	return object{"key": key, "value": value, "effect": "NoSchedule"}
}

// runtimeClassesOf gives classes that select something, or nothing, and carry the tolerations.
func runtimeClassesOf(tolerations ...any) object {
	classes := object{}
	for name, selector := range map[string]object{
		"windows":      {"kubernetes.io/os": "windows"},
		"windows-2022": {"kubernetes.io/os": "windows", "node.kubernetes.io/windows-build": "10.0.20348"},
		"build-2019":   {"node.kubernetes.io/windows-build": "10.0.17763"},
		"linux":        {"kubernetes.io/os": "linux"},
		"pool":         {"pool": "none"},
		"hyper-v":      {"kubernetes.io/os": "windows"},
		"capitals":     {"kubernetes.io/os": "Windows"},
		"shouting":     {"beta.kubernetes.io/os": "LINUX"},
		"nothing":      {},
	} {
		handler := processHandler
		switch name {
		case "linux":
			handler = "runc"
		case "hyper-v":
			handler = "runhcs-wcow-hypervisor"
		}
		classes[name] = object{
			"handler": handler, "scheduling": object{"nodeSelector": selector, "tolerations": tolerations},
		}
	}
	return classes
}

// processHandler is containerd's handler for process isolation.
const processHandler = "runhcs-wcow-process"

// configuration is the cluster's, with all of its RuntimeClasses.
func (c cluster) configuration() engine.Config {
	return merge(c.config, object{"runtimeClasses": object{"complete": true, "classes": c.classes}})
}

// question is the cluster as the oracle takes it.
func (c cluster) question() object {
	var nodes, classes []any
	for _, one := range c.nodes {
		nodes = append(nodes, one.object())
	}
	for _, name := range sortedKeys(c.classes) {
		classes = append(classes, merge(c.classes[name].(object), object{
			"apiVersion": "node.k8s.io/v1", "kind": "RuntimeClass", "metadata": object{"name": name},
		}))
	}
	return object{"nodes": nodes, "runtimeClasses": classes}
}

// skus are AKS's names of the builds.
var skus = map[string]string{"10.0.17763": "Windows2019", "10.0.20348": "Windows2022", "10.0.26100": "Windows2025"}

func (n node) object() object {
	labels := merge(n.labels, object{
		"kubernetes.io/os": n.os, "kubernetes.io/arch": n.arch, "kubernetes.io/hostname": n.name,
		"beta.kubernetes.io/os": n.os, "beta.kubernetes.io/arch": n.arch, "kubernetes.azure.com/os-type": n.os,
		"kubernetes.azure.com/os-sku": "Ubuntu", "node.openshift.io/os_id": "rhel",
	})
	if n.build != "" {
		labels["node.kubernetes.io/windows-build"] = n.build
		labels["kubernetes.azure.com/os-sku"] = skus[n.build]
		labels["node.openshift.io/os_id"] = "Windows"
	}
	room := object{"cpu": "10000", "memory": "10000Gi", "pods": "100000", "ephemeral-storage": "10000Gi"}
	if n.os == "linux" {
		room["hugepages-2Mi"] = "1000Gi"
	} else {
		room[device] = "1000"
	}
	return object{
		"apiVersion": "v1", "kind": "Node", "metadata": object{"name": n.name, "labels": labels},
		"spec": object{"taints": n.taints}, "status": object{"allocatable": room, "capacity": room},
	}
}

func (c cluster) node(name string) node {
	for _, one := range c.nodes {
		if one.name == name {
			return one
		}
	}
	return node{name: name}
}
