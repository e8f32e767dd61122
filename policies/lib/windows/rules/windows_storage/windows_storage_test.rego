package lib.windows.rules.windows_storage_test

import data.lib.windows.rules.windows_storage
import data.lib.windows.run
import data.lib.windows.testing_test as testing

_field := "spec.volumes[0].persistentVolumeClaim.claimName"

_pod := testing.windows_pod({"volumes": [{"name": "data", "persistentVolumeClaim": {"claimName": "data"}}]})

_run(class) := {
	"PersistentVolumeClaim": [{
		"kind": "PersistentVolumeClaim",
		"metadata": {"name": "data", "namespace": "shop"},
		"spec": {"storageClassName": "fast"},
	}],
	"StorageClass": [object.union({"kind": "StorageClass", "metadata": {"name": "fast"}}, class)],
}

test_findings[name] if {
	some name, tc in {
		"a provisioner of NFS": {
			"class": {"provisioner": "fuseim.pri/ifs"},
			"severity": "deny",
			"enforcedBy": "kubelet",
			"says": "The kubelet on Windows cannot mount NFS, so the pod does not start. Use SMB or a disk.",
		},
		"a driver without Windows": {
			"class": {"provisioner": "driver.longhorn.io", "parameters": {"fsType": "ext4"}},
			"severity": "warn",
			"enforcedBy": "kubelet",
			"says": "The driver driver.longhorn.io does not run on Windows, so the pod does not start. Use a driver that does.",
		},
		"a driver with the namespace of Rook": {
			"class": {"provisioner": "openshift-storage.rbd.csi.ceph.com"},
			"severity": "warn",
			"enforcedBy": "kubelet",
			"says": "The driver rbd.csi.ceph.com does not run on Windows, so the pod does not start. Use a driver that does.",
		},
		"NFS of Azure Files": {
			"class": {"provisioner": "file.csi.azure.com", "parameters": {"protocol": "nfs"}},
			"severity": "warn",
			"enforcedBy": "kubelet",
			"says": "The driver mounts NFS only on Linux, so the pod does not start. Use another protocol, such as smb.",
		},
		"a file system that a driver refuses": {
			"class": {"provisioner": "pd.csi.storage.gke.io", "parameters": {"csi.storage.k8s.io/fstype": "ext4"}},
			"severity": "warn",
			"enforcedBy": "kubelet",
			"says": "The driver refuses file system ext4 on Windows, so the pod does not start. Use ntfs.",
		},
		"a file system that a driver ignores": {
			"class": {"provisioner": "disk.csi.azure.com", "parameters": {"fsType": "xfs"}},
			"severity": "note",
			"enforcedBy": "advice",
			"says": "Windows does not have file system xfs, and drivers use NTFS instead. Set it to ntfs.",
		},
	}
	got := windows_storage.finding with input as _pod with run as _run(tc.class)
	got == {_found(tc.severity, tc.says, {
		"enforcedBy": tc.enforcedBy,
		"because": "the claim gets a volume of StorageClass fast",
	})}
}

test_volume_that_fits if {
	got := windows_storage.finding with input as _pod
		with run as object.union(object.remove(_run({}), ["StorageClass"]), {"PersistentVolume": [{
			"metadata": {"name": "export"},
			"spec": {"storageClassName": "fast", "nfs": {}},
		}]})
	got == {_found(
		"warn",
		"The known volumes for this claim hold NFS, which the kubelet on Windows cannot mount. Use SMB or a disk.",
		{"enforcedBy": "kubelet", "because": "no volume of its class that is known is for Windows"},
	)}
}

test_silent[name] if {
	some name, tc in {
		"SMB of Azure Files": {"provisioner": "file.csi.azure.com", "parameters": {"protocol": "smb"}},
		"SMB": {"provisioner": "smb.csi.k8s.io"},
		"NTFS": {"provisioner": "pd.csi.storage.gke.io", "parameters": {"csi.storage.k8s.io/fstype": "NTFS"}},
		"an unknown driver": {"provisioner": "storage.example.com"},
		"no provisioner": {},
	}
	got := windows_storage.finding | windows_storage.unverified with input as _pod with run as _run(tc)
	got == set()
}

test_silent_without_a_claim[name] if {
	some name, pod in {
		"no volumes": testing.windows_pod({}),
		"a folder": testing.windows_pod({"volumes": [{"name": "data", "emptyDir": {}}]}),
		"no object": null,
	}
	got := windows_storage.finding | windows_storage.unverified with input as pod
		with run as _run({"provisioner": "fuseim.pri/ifs"})
	got == set()
}

test_unverified if {
	got := windows_storage.unverified with input as _pod with run as object.union(_run({}), {"StorageClass": [{"metadata": {"name": "other"}}]})
	got == {_found(
		"unverified",
		"This StorageClass is unknown, so its driver is unknown too. Add its manifest.",
		{"enforcedBy": "kubelet"},
	)}
}

_found(severity, says, more) := testing.expected(severity, "windows-storage", {"field": _field, "says": says}, more)
