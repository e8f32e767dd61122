package main

// nodes is the cluster that pods meet: Linux and Windows nodes of several builds.
func nodes() object {
	return object{"nodes": []any{
		node("linux", object{"kubernetes.io/os": "linux"}),
		node("windows-2022", object{"kubernetes.io/os": "windows", "node.kubernetes.io/windows-build": "10.0.20348"}),
	}}
}

func node(name string, labels object) object {
	return object{
		"apiVersion": "v1", "kind": "Node",
		"metadata": object{"name": name, "labels": labels},
		"status": object{
			"allocatable": object{"cpu": "1000", "memory": "1000Gi", "pods": "10000", "ephemeral-storage": "1000Gi"},
			"capacity":    object{"cpu": "1000", "memory": "1000Gi", "pods": "10000", "ephemeral-storage": "1000Gi"},
		},
	}
}
