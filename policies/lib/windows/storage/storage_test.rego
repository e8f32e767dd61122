package lib.windows.storage_test

import data.inventory
import data.lib.windows.run
import data.lib.windows.storage
import data.lib.windows.testing_test as testing

_claim(name, spec) := {
	"apiVersion": "v1",
	"kind": "PersistentVolumeClaim",
	"metadata": {"name": name, "namespace": "shop"},
	"spec": object.union({"accessModes": ["ReadWriteMany"]}, spec),
}

_volume(name, spec) := {
	"apiVersion": "v1",
	"kind": "PersistentVolume",
	"metadata": {"name": name, "labels": {"tier": "files"}},
	"spec": object.union({"accessModes": ["ReadWriteMany", "ReadWriteOnce"]}, spec),
}

_class(name, fields) := object.union({"apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "metadata": {"name": name}}, fields)

_nfs := {"nfs": {"server": "nfs.example.com", "path": "/export"}}

_pod := testing.windows_pod({"volumes": [{"name": "data", "persistentVolumeClaim": {"claimName": "data"}}]})

_by_claim := {"field": "spec.volumes[0].persistentVolumeClaim.claimName", "certain": true}

_source(fields) := object.union({"volume": "", "driver": "", "protocol": "", "file_system": ""}, fields)

_of_class(fields) := _source(object.union({"because": "the claim gets a volume of StorageClass fast"}, fields))

_of_volume(fields) := _source(object.union({"because": "the claim gets PersistentVolume disk"}, fields))

test_of_classes[name] if {
	some name, tc in {
		"a driver": {
			"class": {"provisioner": "efs.csi.aws.com"},
			"want": {"driver": "efs.csi.aws.com"},
		},
		"a protocol": {
			"class": {"provisioner": "file.csi.azure.com", "parameters": {"protocol": "NFS"}},
			"want": {"driver": "file.csi.azure.com", "protocol": "nfs"},
		},
		"a file system": {
			"class": {"provisioner": "ebs.csi.aws.com", "parameters": {"csi.storage.k8s.io/fstype": "ext4"}},
			"want": {"driver": "ebs.csi.aws.com", "file_system": "ext4"},
		},
		"a file system by its old name": {
			"class": {"provisioner": "ebs.csi.aws.com", "parameters": {"fsType": "XFS"}},
			"want": {"driver": "ebs.csi.aws.com", "file_system": "xfs"},
		},
		"parameters of the wrong type": {
			"class": {"provisioner": "ebs.csi.aws.com", "parameters": {"fsType": 4, "protocol": null}},
			"want": {"driver": "ebs.csi.aws.com"},
		},
		"a provisioner of NFS": {
			"class": {"provisioner": "k8s-sigs.io/nfs-subdir-external-provisioner"},
			"want": {"driver": "k8s-sigs.io/nfs-subdir-external-provisioner", "volume": "NFS"},
		},
		"a provisioner of NFS that a chart names": {
			"class": {"provisioner": "cluster.local/web-nfs-subdir-external-provisioner"},
			"want": {"driver": "cluster.local/web-nfs-subdir-external-provisioner", "volume": "NFS"},
		},
		"a provisioner of NFS with the name of its chart": {
			"class": {"provisioner": "cluster.local/nfs-client-provisioner"},
			"want": {"driver": "cluster.local/nfs-client-provisioner", "volume": "NFS"},
		},
		"a name that only looks like it": {
			"class": {"provisioner": "example.com/smb-nfs-client-provisioner-v2"},
			"want": {"driver": "example.com/smb-nfs-client-provisioner-v2"},
		},
		"no provisioner": {"class": {}, "want": {}},
	}
	got := storage.sources with input as _pod
		with run as {
			"PersistentVolumeClaim": [_claim("data", {"storageClassName": "fast"})],
			"StorageClass": [_class("fast", tc.class)],
		}
	got == {_of_class(object.union(_by_claim, tc.want))}
}

test_of_volumes[name] if {
	some name, tc in {
		"NFS": {"spec": _nfs, "want": {{"volume": "NFS"}}},
		"Ceph": {"spec": {"rbd": {"image": "a"}}, "want": {{"volume": "Ceph RBD"}}},
		"a driver": {
			"spec": {"csi": {"driver": "nfs.csi.k8s.io", "fsType": "ext4", "volumeAttributes": {"protocol": "nfs"}}},
			"want": {{"driver": "nfs.csi.k8s.io", "protocol": "nfs", "file_system": "ext4"}},
		},
		"a disk of a cloud": {
			"spec": {"gcePersistentDisk": {"pdName": "disk", "fsType": "ext4"}},
			"want": {{"driver": "kubernetes.io/gce-pd", "file_system": "ext4"}},
		},
		"a folder of the node": {"spec": {"hostPath": {"path": `C:\data`}}, "want": {{"because": ""}}},
	}
	some how, binding in {
		"the claim names the volume": {"claim": {"volumeName": "disk"}, "volume": {}},
		"the volume names the claim": {"claim": {}, "volume": {"claimRef": {"namespace": "shop", "name": "data"}}},
	}
	got := storage.sources with input as _pod
		with run as {
			"PersistentVolumeClaim": [_claim("data", object.union({"storageClassName": "fast"}, binding.claim))],
			"PersistentVolume": [_volume("disk", object.union(tc.spec, binding.volume))],
			"StorageClass": [_class("fast", {"provisioner": "efs.csi.aws.com"})],
		}
	got == {_of_volume(object.union(_by_claim, want)) | some want in tc.want}
	how != ""
}

test_of_unclaimed_volumes[name] if {
	free := _volume("free", object.union({"storageClassName": "exports"}, _nfs))
	some name, tc in {
		"the same class": {"claim": {"storageClassName": "exports"}, "volumes": [free], "want": {"NFS"}},
		"without a class": {"claim": {"storageClassName": ""}, "volumes": [_volume("free", _nfs)], "want": {"NFS"}},
		"another class": {"claim": {"storageClassName": "other"}, "volumes": [free], "want": set()},
		"the default class": {"claim": {}, "volumes": [free], "want": set()},
		"one of them for Windows": {
			"claim": {"storageClassName": "exports"},
			"volumes": [free, _volume("share", {"storageClassName": "exports", "csi": {"driver": "smb.csi.k8s.io"}})],
			"want": set(),
		},
		"of two types": {
			"claim": {"storageClassName": "exports"},
			"volumes": [free, _volume("image", {"storageClassName": "exports", "rbd": {"image": "a"}})],
			"want": {"NFS", "Ceph RBD"},
		},
		"a class that makes volumes": {
			"claim": {"storageClassName": "fast"},
			"volumes": [_volume("free", object.union({"storageClassName": "fast"}, _nfs))],
			"want": set(),
		},
	}
	got := {source | some source in storage.sources; source.volume != ""} with input as _pod
		with run as {
			"PersistentVolumeClaim": [_claim("data", tc.claim)],
			"PersistentVolume": tc.volumes,
			"StorageClass": [_class("fast", {"provisioner": "ebs.csi.aws.com"})],
		}
	got == {_source({
		"field": _by_claim.field,
		"because": "no volume of its class that is known is for Windows",
		"certain": false,
		"volume": volume,
	}) |
		some volume in tc.want
	}
}

test_of_the_default_class[name] if {
	default_class := {"metadata": {"annotations": {"storageclass.kubernetes.io/is-default-class": "true"}}}
	some name, tc in {
		"no class": {"claim": {}, "want": {"efs.csi.aws.com"}},
		"class null": {"claim": {"storageClassName": null}, "want": {"efs.csi.aws.com"}},
		"an empty class": {"claim": {"storageClassName": ""}, "want": set()},
		"another class": {"claim": {"storageClassName": "other"}, "want": {"ebs.csi.aws.com"}},
	}
	got := {source.driver | some source in storage.sources} with input as _pod
		with run as {
			"PersistentVolumeClaim": [_claim("data", tc.claim)],
			"StorageClass": [
				_class("fast", object.union(default_class, {"provisioner": "efs.csi.aws.com"})),
				_class("other", {"provisioner": "ebs.csi.aws.com"}),
			],
		}
	got == tc.want
}

test_of_the_old_annotation if {
	claim := object.union(_claim("data", {}), {"metadata": {"annotations": {"volume.beta.kubernetes.io/storage-class": "fast"}}})
	got := {source.driver | some source in storage.sources} with input as _pod
		with run as {"PersistentVolumeClaim": [claim], "StorageClass": [_class("fast", {"provisioner": "efs.csi.aws.com"})]}
	got == {"efs.csi.aws.com"}
}

test_of_templates if {
	template := {"spec": {"storageClassName": "fast"}}
	ephemeral := object.union(testing.windows, {"volumes": [
		{"name": "none"},
		{"name": "data", "ephemeral": {"volumeClaimTemplate": template}},
	]})
	set_of := object.union(
		testing.carrier("apps/v1", "StatefulSet", ephemeral),
		{"spec": {"volumeClaimTemplates": [template, {"spec": {"volumeName": "disk"}}]}},
	)
	got := {[source.field, source.driver, source.volume] | some source in storage.sources} with input as set_of
		with run as {
			"PersistentVolume": [_volume("disk", _nfs)],
			"StorageClass": [_class("fast", {"provisioner": "efs.csi.aws.com"})],
		}
	got == {
		["spec.template.spec.volumes[1].ephemeral.volumeClaimTemplate.spec.storageClassName", "efs.csi.aws.com", ""],
		["spec.volumeClaimTemplates[0].spec.storageClassName", "efs.csi.aws.com", ""],
		["spec.volumeClaimTemplates[1].spec.storageClassName", "", "NFS"],
	}
}

test_of_the_pod_itself if {
	got := storage.sources with input as testing.windows_pod({"volumes": [{"name": "data", "csi": {"driver": "gcsfuse.csi.storage.gke.io"}}]})
	got == {_source({
		"field": "spec.volumes[0].csi.driver",
		"because": "the pod names the driver",
		"certain": true,
		"driver": "gcsfuse.csi.storage.gke.io",
	})}
}

test_of_the_inventory[name] if {
	cluster := {
		"v1": {"PersistentVolume": {"disk": _volume("disk", _nfs)}},
		"storage.k8s.io/v1": {"StorageClass": {"fast": _class("fast", {"provisioner": "efs.csi.aws.com"})}},
	}
	some name, tc in {
		"a class": {"claim": {"storageClassName": "fast"}, "want": {["efs.csi.aws.com", ""]}},
		"a volume": {"claim": {"volumeName": "disk"}, "want": {["", "NFS"]}},
		"no claim": {"claim": null, "want": set()},
	}
	got := {[source.driver, source.volume] | some source in storage.sources} with input as _pod
		with inventory as {
			"cluster": cluster,
			"namespace": {"shop": {"v1": {"PersistentVolumeClaim": object.union_n([found |
				found := {"data": _claim("data", tc.claim)}
				tc.claim != null
			])}}},
		}
	got == tc.want
}

test_of_a_claim_in_another_namespace if {
	got := storage.sources with input as json.remove(_pod, ["/metadata/namespace"])
		with run as {
			"PersistentVolumeClaim": [_claim("data", {"storageClassName": "fast"})],
			"StorageClass": [_class("fast", {"provisioner": "efs.csi.aws.com"})],
		}
	got == set()
}

test_unknown_classes[name] if {
	some name, tc in {
		"unknown": {"claim": {"storageClassName": "other"}, "want": {_by_claim.field}},
		"known": {"claim": {"storageClassName": "fast"}, "want": set()},
		"none": {"claim": {"storageClassName": ""}, "want": set()},
		"the default": {"claim": {}, "want": set()},
		"a known volume": {"claim": {"storageClassName": "other", "volumeName": "disk"}, "want": set()},
		"a volume that fits": {"claim": {"storageClassName": "exports"}, "want": set()},
		"no class known": {"claim": {"storageClassName": "other"}, "classes": [], "want": set()},
	}
	got := storage.unknown_classes with input as _pod
		with run as {
			"PersistentVolumeClaim": [_claim("data", tc.claim)],
			"PersistentVolume": [_volume("disk", _nfs), _volume("free", object.union({"storageClassName": "exports"}, _nfs))],
			"StorageClass": object.get(tc, "classes", [_class("fast", {"provisioner": "efs.csi.aws.com"})]),
		}
	got == tc.want
}
