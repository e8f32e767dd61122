# METADATA
# title: The other known objects
# description: |
#   The objects beside the one that is judged: Gatekeeper's replicated objects (data.inventory) and the objects of the
#   run. `check` and conftest --combine put the objects of the run at data.lib.windows.run, as {kind: [object]}. Only the
#   referential template contains this package. In other templates an import of it is undefined, and so is every rule
#   that depends on it.
package lib.windows.inventory

import data.lib.windows.run
import data.lib.windows.subject

# The RuntimeClasses of the cluster, by name, as whole objects. The RuntimeClasses of a run are in the configuration
# instead, because every template can read them there.
runtime_classes := _cluster["node.k8s.io/v1"].RuntimeClass

# The Nodes of the run and of the cluster: a set of objects.
nodes contains node if some node in run.Node

nodes contains node if some node in _cluster.v1.Node

# The objects with a PodSpec, by namespace: sets of objects. The namespace is "" if a manifest names none. Ask for
# workloads["shop"] to read only the objects of that namespace.
workloads[namespace] contains workload if {
	some kind in _pod_kinds
	some workload in run[kind]
	namespace := _namespace(workload)
}

workloads[namespace] contains workload if {
	some namespace, versions in _namespaces
	some version, kinds in subject.pod_kinds
	some kind, _ in kinds
	some workload in versions[version][kind]
}

# The PersistentVolumeClaim with this name, as an object. The namespace is "" if a manifest names none. This and the next
# functions are undefined if the object is unknown, or if the run contains different objects with the same name.
claim(namespace, name) := _by_name.PersistentVolumeClaim[namespace][name] if {
	_by_name.PersistentVolumeClaim[namespace][name]
} else := _namespaces[namespace].v1.PersistentVolumeClaim[name]

# The StorageClass with this name, as an object.
storage_class(name) := _by_name.StorageClass[""][name] if {
	_by_name.StorageClass[""][name]
} else := _storage_classes[name]

# The StorageClass of claims that name none, as an object; undefined if several are marked so.
default_storage_class := _only([class |
	some classes in [_run_classes, _storage_classes]
	some class in classes
	class.metadata.annotations["storageclass.kubernetes.io/is-default-class"] == "true"
])

# Whether any StorageClass is known.
knows_storage_classes if count(_run_classes) > 0

knows_storage_classes if count(_storage_classes) > 0

# The PersistentVolume with this name, as an object.
volume(name) := _by_name.PersistentVolume[""][name] if {
	_by_name.PersistentVolume[""][name]
} else := _cluster.v1.PersistentVolume[name]

# The PersistentVolume that names this claim, as an object. A volume that is bound names its claim, and the claim names it.
volume_of_claim(namespace, name) := _only(_by_claim[namespace][name])

# The PersistentVolumes that name no claim, by their class: sets of objects. The class is "" if they name none.
unclaimed_volumes[class] contains volume if {
	some volumes in _volumes
	some volume in volumes
	not volume.spec.claimRef.name
	class := object.get(volume.spec, "storageClassName", "")
}

# One pass over the volumes makes this document for all claims. A lookup in _claimed would take a pass of its own.
_by_claim := _claimed

_claimed[namespace][name] contains volume if {
	some volumes in _volumes
	some volume in volumes
	name := volume.spec.claimRef.name
	namespace := object.get(volume.spec.claimRef, "namespace", "")
}

_volumes contains run.PersistentVolume

_volumes contains _cluster.v1.PersistentVolume

default _run_classes := []

_run_classes := run.StorageClass

default _storage_classes := {}

_storage_classes := _cluster["storage.k8s.io/v1"].StorageClass

# The objects of the run that storage consists of, by kind, namespace and name: those whose name no other object has. One
# pass over the run makes this document, however many claims a pod has, and a lookup in it costs the same for each.
_by_name := {kind: {namespace: {name: only | some name, objects in names; only := _only(objects)} | some namespace, names in namespaces} |
	some kind, namespaces in _named
}

_named.PersistentVolumeClaim[namespace][name] contains claim if {
	some claim in run.PersistentVolumeClaim
	namespace := _namespace(claim)
	name := claim.metadata.name
}

# These kinds have no namespace, whatever a manifest says.
_named[kind][""][name] contains known if {
	some kind in ["PersistentVolume", "StorageClass"]
	some known in run[kind]
	name := known.metadata.name
}

# The only item of a set or array; undefined if there are more or fewer.
_only(items) := only if {
	count(items) == 1
	some only in items
}

# Gatekeeper rejects `import data.inventory` but accepts these references.
_cluster := data.inventory.cluster

_namespaces := data.inventory.namespace

_pod_kinds contains kind if {
	some kinds in subject.pod_kinds
	some kind, _ in kinds
}

_namespace(workload) := workload.metadata.namespace if {
	is_string(workload.metadata.namespace)
} else := ""
