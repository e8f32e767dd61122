# METADATA
# title: Facts that rules need
# description: |
#   A rule whose METADATA `needs` names a fact is skipped for a Windows pod without it. Each fact is the opposite of a part
#   of lib.windows.gate.plain: something in the pod is not what every plain pod has. The tables of what is plain are in
#   lib.windows.ordinary. A fact also holds where a value has an unexpected type.
package lib.windows.facts

import data.lib.windows.containers
import data.lib.windows.ordinary
import data.lib.windows.settings
import data.lib.windows.subject

# An image of an owner or with a word that tells something, of a release that some platform does not run, or for another
# release than a second image.
found contains "images.telling" if not _silent_images

# A label or an annotation that a rule reads.
found contains "metadata.telling" if not _silent_metadata

# Another dnsPolicy than ClusterFirst and Default.
found contains "network.unusual" if not object.get(subject.pod, "dnsPolicy", "ClusterFirst") in {"ClusterFirst", "Default"}

# The object is no Pod, so it has fields beside the pod's.
found contains "object.workload" if subject.resource.kind != "Pod"

# The pod is placed by something else than spec.os.name, nodeSelector kubernetes.io/os, its pool, its zone and other pods.
found contains "placement.unusual" if not _placed_plainly

# A command, or a probe or a hook that runs one. Arguments are a command if the image has no entry point.
found contains "programs.named" if {
	some part in _parts
	object.filter(part, ["args", "command", "lifecycle"]) != {}
}

found contains "programs.named" if {
	some part in _parts
	some probe in ["livenessProbe", "readinessProbe", "startupProbe"]
	part[probe].exec
}

# The request changes a subresource of the pod.
found contains "request.subresource" if subject.subresource != ""

# A resource beside cpu, memory and ephemeral-storage, a reference to one, or resources of the pod itself.
found contains "resources.unusual" if not _plain_resources

# Another securityContext than an empty one, or one with ContainerUser.
found contains "security.unusual" if not _plain_security

# Another volume than a configMap, a secret, a token, a claim or an empty folder; file modes; or a path with two spellings.
found contains "storage.unusual" if not _plain_storage

# A taint of Windows nodes that no toleration names in full, or a field that tolerations do not have.
found contains "taints.untolerated" if not _tolerant

_parts := [part | some list in containers.lists; some part in subject.pod[list]]

_silent_images if {
	images := {object.get(part, "image", "") | some part in _parts}
	count({release | some image in images; some release in ["ltsc2022", "ltsc2025"]; endswith(image, release)}) < 2
	every image in images {
		_silent(image)
	}
}

_silent(image) if regex.match(ordinary.windows_image, image)

_silent(image) if {
	regex.match(ordinary.other_image, image)
	not strings.any_prefix_match(image, ordinary.known_owners)
	words := regex.split(`[-_.:/@]`, lower(regex.replace(image, ordinary.release_end, "")))
	not strings.any_prefix_match(words, ordinary.telling_words)
}

_silent_metadata if {
	object.filter(object.get(subject.pod_metadata, "labels", {}), ordinary.telling_labels) == {}
	every name, _ in object.get(subject.pod_metadata, "annotations", {}) {
		strings.any_prefix_match(name, ordinary.silent_annotations)
	}
}

_placed_plainly if {
	subject.pod.os == {"name": "windows"}
	object.remove(subject.pod.nodeSelector, ordinary.pools) == {"kubernetes.io/os": "windows"}
	object.filter(subject.pod, ["nodeName", "runtimeClassName"]) == {}
	object.remove(object.get(subject.pod, "affinity", {}), ["podAffinity", "podAntiAffinity"]) == {}
}

_plain_resources if {
	object.filter(subject.pod, ["overhead", "resources"]) == {}
	{1 | _parts[_].env[_].valueFrom.resourceFieldRef} == set()
	every part in _parts {
		object.remove(object.get(part, "resources", {}), ["limits", "requests"]) == {}
		object.remove(object.get(part, ["resources", "requests"], {}), ordinary.resources) == {}
		object.remove(object.get(part, ["resources", "limits"], {}), ordinary.resources) == {}
	}
}

_plain_security if {
	object.get(subject.pod, "securityContext", {}) in ordinary.security_contexts
	every part in _parts {
		object.get(part, "securityContext", {}) in ordinary.security_contexts
	}
}

_plain_storage if {
	every volume in object.get(subject.pod, "volumes", []) {
		object.remove(volume, ordinary.volume_fields) == {}
		object.get(volume, "projected", ordinary.token_volume) == ordinary.token_volume
		object.remove(object.get(volume, "configMap", {}), ["name", "optional"]) in [{}, {"defaultMode": 420}]
		object.remove(object.get(volume, "secret", {}), ["secretName", "optional"]) in [{}, {"defaultMode": 420}]
		object.remove(object.get(volume, "emptyDir", {}), ["sizeLimit"]) == {}
	}
	every part in _parts {
		object.get(part, "terminationMessagePath", "/dev/termination-log") == "/dev/termination-log"
		every mount in object.get(part, "volumeMounts", []) {
			object.remove(mount, ["name", "mountPath", "readOnly"]) == {}
			regex.match(ordinary.mount_path, mount.mountPath)
		}
		paths := {lower(regex.replace(mount.mountPath, `^[Cc]:\\|/`, `\`)) | some mount in part.volumeMounts}
		count(paths - {`\dev\termination-log`}) == count(object.get(part, "volumeMounts", []))
	}
}

_tolerant if {
	every toleration in object.get(subject.pod, "tolerations", []) {
		object.remove(toleration, ["key", "operator", "value", "effect", "tolerationSeconds"]) == {}
	}
	every taint in settings.taints {
		{1 | some toleration in subject.pod.tolerations; object.filter(toleration, ["key", "value", "effect"]) == taint} == {1}
	}
}
