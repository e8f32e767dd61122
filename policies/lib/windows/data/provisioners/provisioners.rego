# METADATA
# title: Storage
# description: |
#   Volumes that the kubelet cannot mount on Windows, and storage drivers that have no Windows version. A driver that is
#   in no table counts as one that runs on Windows.
package lib.windows.data.provisioners

# The sources of the entries, with the day on which they were checked.
sources := {
	"azure-blob": {
		"url": "https://github.com/kubernetes-sigs/blob-csi-driver/blob/master/docs/limitations.md",
		"asOf": "2026-11-29",
	},
	"azure-file": {
		"url": "https://github.com/kubernetes-sigs/azurefile-csi-driver/blob/master/deploy/example/nfs/README.md",
		"asOf": "2026-11-29",
	},
	"ceph": {"url": "https://github.com/rook/rook/issues/11670", "asOf": "2026-11-29"},
	"cinder": {
		"url": "https://github.com/kubernetes/cloud-provider-openstack/blob/master/manifests/cinder-csi-plugin/cinder-csi-nodeplugin.yaml",
		"asOf": "2026-11-29",
	},
	"efs": {"url": "https://docs.aws.amazon.com/eks/latest/userguide/efs-csi.html", "asOf": "2026-11-29"},
	"filestore": {
		"url": "https://cloud.google.com/kubernetes-engine/docs/how-to/persistent-volumes/filestore-csi-driver",
		"asOf": "2026-11-29",
	},
	"fsx": {
		"url": "https://github.com/kubernetes-sigs/aws-fsx-csi-driver/blob/master/deploy/kubernetes/base/node-daemonset.yaml",
		"asOf": "2026-11-29",
	},
	"gce-disk": {
		"url": "https://github.com/kubernetes-sigs/gcp-compute-persistent-disk-csi-driver/blob/master/pkg/gce-pd-csi-driver/utils_windows.go",
		"asOf": "2026-11-29",
	},
	"gcs-fuse": {"url": "https://pkg.go.dev/github.com/googlecloudplatform/gcs-fuse-csi-driver", "asOf": "2026-11-29"},
	"harvester": {"url": "https://github.com/harvester/harvester/issues/9210", "asOf": "2026-11-29"},
	"kubelet": {
		"url": "https://github.com/kubernetes/mount-utils/blob/v0.37.2/mount_windows.go",
		"asOf": "2026-11-29",
	},
	"local-path": {
		"url": "https://github.com/rancher/local-path-provisioner/blob/master/deploy/local-path-storage.yaml",
		"asOf": "2026-11-29",
	},
	"longhorn": {"url": "https://github.com/longhorn/longhorn/issues/4077", "asOf": "2026-11-29"},
	"nfs": {
		"url": "https://github.com/kubernetes-csi/csi-driver-nfs/blob/master/deploy/csi-nfs-node.yaml",
		"asOf": "2026-11-29",
	},
	"nfs-subdir": {
		"url": "https://github.com/kubernetes-sigs/nfs-subdir-external-provisioner/blob/master/deploy/class.yaml",
		"asOf": "2026-11-29",
	},
	"openebs": {"url": "https://github.com/openebs/lvm-localpv/blob/develop/README.md", "asOf": "2026-11-29"},
	"plugins": {
		"url": "https://github.com/kubernetes/kubernetes/blob/v1.37.2/cmd/kubelet/app/plugins.go",
		"asOf": "2026-11-29",
	},
	"s3": {"url": "https://docs.aws.amazon.com/eks/latest/userguide/s3-csi.html", "asOf": "2026-11-29"},
	"topolvm": {"url": "https://github.com/topolvm/topolvm/blob/main/README.md", "asOf": "2026-11-29"},
}

# METADATA
# title: Volumes that the kubelet cannot mount on Windows
# description: |
#   By the field of a PersistentVolume: the name of the volume. The kubelet on Windows mounts SMB shares and nothing else
#   from the network, or it has no such plugin any more.
volumes := {
	"cephfs": {"name": "CephFS", "source": "plugins"},
	"fc": {"name": "Fibre Channel", "source": "kubelet"},
	"flocker": {"name": "Flocker", "source": "plugins"},
	"glusterfs": {"name": "GlusterFS", "source": "plugins"},
	"iscsi": {"name": "iSCSI", "source": "kubelet"},
	"nfs": {"name": "NFS", "source": "kubelet"},
	"photonPersistentDisk": {"name": "Photon", "source": "plugins"},
	"quobyte": {"name": "Quobyte", "source": "plugins"},
	"rbd": {"name": "Ceph RBD", "source": "plugins"},
	"scaleIO": {"name": "ScaleIO", "source": "plugins"},
	"storageos": {"name": "StorageOS", "source": "plugins"},
}

# METADATA
# title: Provisioners of such volumes
# description: |
#   By the provisioner of a StorageClass: the name of the volumes that it makes. An entry without a slash is the end of a
#   name that the chart of a provisioner makes from the name of its release.
in_tree := {
	"fuseim.pri/ifs": {"name": "NFS", "source": "nfs-subdir"},
	"k8s-sigs.io/nfs-subdir-external-provisioner": {"name": "NFS", "source": "nfs-subdir"},
	"kubernetes.io/cephfs": {"name": "CephFS", "source": "plugins"},
	"kubernetes.io/glusterfs": {"name": "GlusterFS", "source": "plugins"},
	"kubernetes.io/quobyte": {"name": "Quobyte", "source": "plugins"},
	"kubernetes.io/rbd": {"name": "Ceph RBD", "source": "plugins"},
	"kubernetes.io/scaleio": {"name": "ScaleIO", "source": "plugins"},
	"kubernetes.io/storageos": {"name": "StorageOS", "source": "plugins"},
	"nfs-client-provisioner": {"name": "NFS", "source": "nfs-subdir"},
	"nfs-subdir-external-provisioner": {"name": "NFS", "source": "nfs-subdir"},
}

# METADATA
# title: Drivers without a Windows version
# description: |
#   By the name of the driver, which is also the provisioner of its StorageClasses. Rook and OpenShift put their namespace
#   before the names of the Ceph drivers.
drivers := {
	"blob.csi.azure.com": {"source": "azure-blob"},
	"cephfs.csi.ceph.com": {"source": "ceph"},
	"cinder.csi.openstack.org": {"source": "cinder"},
	"driver.harvesterhci.io": {"source": "harvester"},
	"driver.longhorn.io": {"source": "longhorn"},
	"efs.csi.aws.com": {"source": "efs"},
	"filestore.csi.storage.gke.io": {"source": "filestore"},
	"fsx.csi.aws.com": {"source": "fsx"},
	"gcsfuse.csi.storage.gke.io": {"source": "gcs-fuse"},
	"kubernetes.io/cinder": {"source": "cinder"},
	"local.csi.openebs.io": {"source": "openebs"},
	"nfs.csi.k8s.io": {"source": "nfs"},
	"rancher.io/local-path": {"source": "local-path"},
	"rbd.csi.ceph.com": {"source": "ceph"},
	"s3.csi.aws.com": {"source": "s3"},
	"topolvm.io": {"source": "topolvm"},
}

# METADATA
# title: Drivers with limits on Windows
# description: |
#   "protocol" is the protocol that the driver has only on Linux. "fileSystem" is the only file system that it mounts on
#   Windows; other drivers ignore the file system that a class asks for.
limited_drivers := {
	"file.csi.azure.com": {"protocol": "nfs", "source": "azure-file"},
	"kubernetes.io/azure-file": {"protocol": "nfs", "source": "azure-file"},
	"kubernetes.io/gce-pd": {"fileSystem": "ntfs", "source": "gce-disk"},
	"pd.csi.storage.gke.io": {"fileSystem": "ntfs", "source": "gce-disk"},
}
