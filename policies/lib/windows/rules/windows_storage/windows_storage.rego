# METADATA
# title: Claimed storage that Windows cannot mount
# description: |
#   A claim does not say where its storage comes from. The rule follows the claim to its StorageClass, and to the
#   PersistentVolume that is bound to the claim. The kubelet on Windows cannot mount NFS, Ceph and other volumes, so the
#   pod never starts. A CSI driver without a Windows version runs on no Windows node, so the kubelet does not find the
#   driver. The rule also follows the claim templates of StatefulSets and of ephemeral volumes. It reads the objects of
#   the run, or the objects that Gatekeeper replicates.
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/storage/windows-storage/
#     description: Volume Storage on Windows nodes
#   - ref: https://kubernetes-csi.github.io/docs/csi-windows.html
#     description: CSI drivers on Windows
#   - ref: https://github.com/kubernetes/mount-utils/blob/v0.37.2/mount_windows.go
#     description: What the kubelet mounts on Windows
# custom:
#   id: windows-storage
#   category: restrictions
#   severities: [deny, warn, note]
#   enforcedBy: [kubelet, advice]
#   profiles: [baseline, restricted]
#   since: 0.1.0
#   remedy: Use a StorageClass of a driver that runs on Windows, such as SMB, Azure Disk, EBS or vSphere, with NTFS.
#   symptoms:
#     - ContainerCreating
#     - FailedMount
#     - only cifs mount is supported now
#     - should have at least 2 options
#     - not found in the list of registered CSI drivers
#     - GCE PD CSI driver can only supports
#   needs: [volumeMounts, volumes]
#   fields:
#     - spec.volumes[*].persistentVolumeClaim.claimName
#     - spec.volumes[*].ephemeral.volumeClaimTemplate
#     - spec.volumes[*].csi.{driver,fsType,volumeAttributes}
#     - spec.volumeClaimTemplates[*]
#   inventory:
#     - groups: ['']
#       versions: [v1]
#       kinds: [PersistentVolumeClaim]
#       fields: [metadata.annotations, spec.storageClassName, spec.volumeName]
#     - groups: [storage.k8s.io]
#       versions: [v1]
#       kinds: [StorageClass]
#       fields: [metadata.annotations, parameters, provisioner]
#     - groups: ['']
#       versions: [v1]
#       kinds: [PersistentVolume]
#       fields:
#         - spec.claimRef
#         - spec.storageClassName
#         - spec.cephfs
#         - spec.cinder
#         - spec.csi
#         - spec.fc
#         - spec.flocker
#         - spec.gcePersistentDisk
#         - spec.glusterfs
#         - spec.iscsi
#         - spec.nfs
#         - spec.photonPersistentDisk
#         - spec.quobyte
#         - spec.rbd
#         - spec.scaleIO
#         - spec.storageos
#         - spec.azureDisk
#         - spec.awsElasticBlockStore
#         - spec.vsphereVolume
package lib.windows.rules.windows_storage

import data.lib.windows.data.provisioners
import data.lib.windows.result
import data.lib.windows.storage

finding contains result.deny(rego.metadata.chain(), {
	"field": source.field,
	"says": sprintf("The kubelet on Windows cannot mount %s, so the pod does not start. Use SMB or a disk.", [source.volume]),
	"enforcedBy": "kubelet",
	"because": source.because,
}) if {
	some source in storage.sources
	source.volume != ""
	source.certain
}

finding contains result.warn(rego.metadata.chain(), {
	"field": source.field,
	"says": sprintf("The known volumes for this claim hold %s, which the kubelet on Windows cannot mount. Use SMB or a disk.", [source.volume]),
	"enforcedBy": "kubelet",
	"because": source.because,
}) if {
	some source in storage.sources
	source.volume != ""
	not source.certain
}

finding contains result.warn(rego.metadata.chain(), {
	"field": source.field,
	"says": sprintf("The driver %s does not run on Windows, so the pod does not start. Use a driver that does.", [driver]),
	"enforcedBy": "kubelet",
	"because": source.because,
}) if {
	some source in storage.sources
	driver := _without_windows(source.driver)
}

finding contains result.warn(rego.metadata.chain(), {
	"field": source.field,
	"says": sprintf("The driver mounts %s only on Linux, so the pod does not start. Use another protocol, such as smb.", [upper(source.protocol)]),
	"enforcedBy": "kubelet",
	"because": source.because,
}) if {
	some source in storage.sources
	provisioners.limited_drivers[source.driver].protocol == source.protocol
}

finding contains result.warn(rego.metadata.chain(), {
	"field": source.field,
	"says": sprintf("The driver refuses file system %s on Windows, so the pod does not start. Use %s.", [source.file_system, only]),
	"enforcedBy": "kubelet",
	"because": source.because,
}) if {
	some source in storage.sources
	source.file_system in _of_linux
	only := provisioners.limited_drivers[source.driver].fileSystem
}

finding contains result.note(rego.metadata.chain(), {
	"field": source.field,
	"says": sprintf("Windows does not have file system %s, and drivers use NTFS instead. Set it to ntfs.", [source.file_system]),
	"enforcedBy": "advice",
	"because": source.because,
}) if {
	some source in storage.sources
	source.file_system in _of_linux
	source.volume == ""
	not _without_windows(source.driver)
	not provisioners.limited_drivers[source.driver]
}

unverified contains result.unverified(rego.metadata.chain(), {
	"field": field,
	"says": "This StorageClass is unknown, so its driver is unknown too. Add its manifest.",
	"enforcedBy": "kubelet",
}) if {
	some field in storage.unknown_classes
}

# The entry of the table for a driver that does not run on Windows: its name, or its name without a namespace before it.
_without_windows(driver) := driver if {
	provisioners.drivers[driver]
} else := name if {
	name := regex.replace(driver, `^[^.]*\.`, "")
	provisioners.drivers[name]
}

_of_linux := {"btrfs", "ext2", "ext3", "ext4", "xfs"}
