# METADATA
# title: Where the storage of a pod comes from
# description: |
#   A claim leads to the PersistentVolume that is bound to it, or else to its StorageClass, or else to the volumes that the
#   control plane can bind to it (k8s.io/kubernetes/pkg/controller/volume/persistentvolume). The other objects come from
#   lib.windows.inventory, so all of this is empty in templates without the inventory.
package lib.windows.storage

import data.lib.windows.data.provisioners
import data.lib.windows.inventory
import data.lib.windows.subject

# What the pod gets: a set of {"field": where the pod asks for it, "because": which object shows it, in words, "volume": the
# name of a volume that Windows cannot mount, "driver", "protocol", "file_system", "certain": whether the claim cannot get
# anything else}. Texts are "" if they are unknown.
sources contains object.union(source, {"field": request.field, "certain": true}) if {
	some request in _requests
	source := _source(request)
}

sources contains object.union(_unknown, {
	"field": request.field,
	"because": "no volume of its class that is known is for Windows",
	"volume": name,
	"certain": false,
}) if {
	some request in _requests
	names := _unbound(request)
	not "" in names
	some name in names
}

sources contains object.union(_of_driver(volume.csi), {
	"field": subject.pod_field(sprintf("volumes[%d].csi.driver", [index])),
	"because": "the pod names the driver",
	"certain": true,
}) if {
	some index, volume in subject.pod.volumes
	volume.csi.driver
}

# The fields that name a StorageClass which is unknown, although others are known: a set of paths.
unknown_classes contains request.field if {
	inventory.knows_storage_classes
	some request in _requests
	not request.class in {null, ""}
	not request.volume
	not inventory.storage_class(request.class)
	not _unbound(request)
}

# The claims of the pod: a set of {"field", "class": its name, null if the claim names none, "volume": the one that is bound
# to the claim, false if none is known}.
_requests contains {
	"field": subject.pod_field(sprintf("volumes[%d].persistentVolumeClaim.claimName", [index])),
	"class": _class(claim),
	"volume": _volume(claim),
} if {
	some index, volume in subject.pod.volumes
	claim := inventory.claim(_namespace, volume.persistentVolumeClaim.claimName)
}

_requests contains {
	"field": subject.pod_field(sprintf("volumes[%d].ephemeral.volumeClaimTemplate.spec.storageClassName", [index])),
	"class": _class(volume.ephemeral.volumeClaimTemplate),
	"volume": false,
} if {
	some index, volume in subject.pod.volumes
	volume.ephemeral.volumeClaimTemplate
}

_requests contains {
	"field": sprintf("spec.volumeClaimTemplates[%d].spec.storageClassName", [index]),
	"class": _class(template),
	"volume": _volume(template),
} if {
	subject.resource.kind == "StatefulSet"
	some index, template in subject.resource.spec.volumeClaimTemplates
}

default _namespace := ""

_namespace := subject.namespace if is_string(subject.namespace)

# The volume that is bound to a claim.
_volume(claim) := volume if {
	volume := inventory.volume(claim.spec.volumeName)
} else := volume if {
	volume := inventory.volume_of_claim(_namespace, claim.metadata.name)
} else := false

# The class that a claim names. The annotation is older than the field, and counts first.
_class(claim) := name if {
	name := claim.metadata.annotations["volume.beta.kubernetes.io/storage-class"]
} else := object.get(claim, ["spec", "storageClassName"], null)

# What a claim gets for certain: a source without "field" and "certain".
_source(request) := _of_volume(request.volume) if {
	request.volume
} else := _of_class(inventory.default_storage_class) if {
	request.class == null
} else := _of_class(inventory.storage_class(request.class))

# What the volumes hold that the control plane can bind to a claim because no StorageClass makes one: the names of volumes
# that Windows cannot mount, "" for others. Undefined if no such volume is known.
_unbound(request) := _by_class[request.class] if {
	not request.volume
	not inventory.storage_class(request.class)
}

# The same by class, for all classes at once.
_by_class := _held

_held[class] contains _of_volume(volume).volume if {
	some class, volumes in inventory.unclaimed_volumes
	some volume in volumes
}

# What a PersistentVolume is: a source without "field" and "certain", with empty texts if it is of no interest.
_of_volume(volume) := object.union(_unknown, {"because": _gets_volume(volume), "volume": names[0]}) if {
	names := [entry.name | some type, entry in provisioners.volumes; volume.spec[type]]
	count(names) > 0
} else := object.union(_of_driver(volume.spec.csi), {"because": _gets_volume(volume)}) if {
	volume.spec.csi
} else := object.union(_unknown, {
	"because": _gets_volume(volume),
	"driver": disks[0],
	"file_system": _text(volume, ["spec", _disks[disks[0]], "fsType"]),
}) if {
	disks := [driver | some driver, type in _disks; volume.spec[type]]
	count(disks) > 0
} else := _unknown

_gets_volume(volume) := sprintf("the claim gets PersistentVolume %s", [volume.metadata.name])

# What the volumes of a StorageClass are, in the same form.
_of_class(class) := {
	"because": sprintf("the claim gets a volume of StorageClass %s", [class.metadata.name]),
	"volume": _made_in_tree(object.get(class, "provisioner", "")),
	"driver": object.get(class, "provisioner", ""),
	"protocol": _text(class, ["parameters", "protocol"]),
	"file_system": concat("", [text |
		some name in ["csi.storage.k8s.io/fstype", "fsType", "fstype"]
		text := _text(class, ["parameters", name])
	]),
}

# What the source csi of a volume says.
_of_driver(csi) := object.union(_unknown, {
	"driver": csi.driver,
	"protocol": _text(csi, ["volumeAttributes", "protocol"]),
	"file_system": _text(csi, ["fsType"]),
})

_unknown := {"because": "", "volume": "", "driver": "", "protocol": "", "file_system": ""}

# The volumes that a provisioner makes if Windows cannot mount them, or "".
_made_in_tree(provisioner) := name if {
	name := provisioners.in_tree[provisioner].name
} else := names[0] if {
	last := sprintf("-%s", [regex.replace(provisioner, `^.*/`, "")])
	names := [entry.name | some end, entry in provisioners.in_tree; endswith(last, sprintf("-%s", [end]))]
} else := ""

# The fields of a PersistentVolume that Kubernetes passes to drivers, by the old names of these drivers.
_disks := {
	"kubernetes.io/aws-ebs": "awsElasticBlockStore",
	"kubernetes.io/azure-disk": "azureDisk",
	"kubernetes.io/cinder": "cinder",
	"kubernetes.io/gce-pd": "gcePersistentDisk",
	"kubernetes.io/vsphere-volume": "vsphereVolume",
}

_text(from, path) := lower(value) if {
	value := object.get(from, path, "")
	is_string(value)
} else := ""
