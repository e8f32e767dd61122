# METADATA
# title: A Linux pod that can land on Windows nodes
# description: |
#   An image for Linux does not run on a Windows node. Two things keep a Linux pod away: the pod selects its OS, or
#   Windows nodes have a taint that the pod does not tolerate. Many agents and hooks of charts tolerate everything and
#   select no OS. On AKS, EKS and RKE2, Windows nodes have no taint by default, so every pod needs the selector there.
#   A DaemonSet without it puts one pod on each Windows node.
#
#   If a platform or an empty list of taints is configured and Windows nodes have no taint, the rule gives a note for each
#   workload that selects no OS. It warns about a DaemonSet, unless an image is known to be for both OSes, and about each
#   image that is only for Linux. Set requireLinuxSelector to get a warning for every such workload.
#
#   A selector can leave out Windows nodes without naming an OS: a CPU architecture that they do not have, or a label that
#   only Linux nodes have. Then the rule is silent. A label of a device only narrows the choice, so the finding is a note.
#   It is also a note if the pod is meant for both OSes: it names the taint by its key, and it has windowsOptions or only
#   images for both OSes.
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/windows/user-guide/#taints-and-tolerations
#     description: Taints and tolerations
#   - ref: https://kubernetes.io/docs/concepts/windows/user-guide/#ensuring-os-specific-workloads-land-on-the-appropriate-container-host
#     description: Ensuring OS-specific workloads land on the appropriate container host
# custom:
#   id: linux-escape
#   category: placement
#   severities: [warn, note]
#   enforcedBy: [scheduler]
#   profiles: [placement]
#   since: 0.1.0
#   remedy: 'Add nodeSelector kubernetes.io/os: linux, or tolerate only the taints that the pod must tolerate.'
#   symptoms:
#     - no match for platform in manifest
#     - no matching manifest for windows/amd64
#     - ErrImagePull
#     - ImagePullBackOff
#     - ContainerCreating
#     - not supported by windows
#     - Unable to attach or mount volumes
#   needs: [placement.unusual]
#   appliesBy: [runtimeClassName, tolerations]
#   fields:
#     - spec.nodeSelector
#     - spec.affinity.nodeAffinity
#     - spec.tolerations
#     - spec.runtimeClassName
#     - spec.{initContainers,containers,ephemeralContainers}[*].image
#   parameters:
#     requireLinuxSelector:
#       type: boolean
#       description: Whether every pod must select its OS. Set it if your Windows nodes have no taint.
#       default: false
#   parametersOf: [architecture]
package lib.windows.rules.linux_escape

import data.lib.windows.containers
import data.lib.windows.fix
import data.lib.windows.images
import data.lib.windows.linux_nodes
import data.lib.windows.options
import data.lib.windows.os
import data.lib.windows.parameters
import data.lib.windows.placed_otherwise
import data.lib.windows.placement
import data.lib.windows.result
import data.lib.windows.settings
import data.lib.windows.signs
import data.lib.windows.subject
import data.lib.windows.tolerations

# The rule asks this of every Linux pod, so it checks cheap conditions first. Most pods meet none of them.
applies if {
	some toleration in subject.pod.tolerations
	object.get(toleration, "key", null) in {"", null}
}

applies if {
	_configured
	_exposure
}

applies if {
	subject.pod.runtimeClassName != null
	_exposure
}

_configured if {
	some key in ["platform", "taints", "rules"]
	settings.document[key] != null
}

finding contains result.warn(rego.metadata.chain(), _about) if not _advice

finding contains result.note(rego.metadata.chain(), _about) if _advice

_about := object.union(_fix, {
	"field": _field,
	"says": _says,
	"enforcedBy": "scheduler",
	"because": _exposure.because,
}) if {
	not os.windows
	_exposure
	placement.open
	not _meant_for_windows
	not "linux" in linux_nodes.told
}

_says := "Windows nodes can have the device that the pod selects, so the pod can land on one and fail. Select linux." if {
	"device" in linux_nodes.told
} else := "The pod names the taint of Windows nodes, so it seems to be for both OSes. If it is not, select linux." if {
	_meant_for_both
} else := _exposure.says if {
	_exposure.says
} else := _says_untainted

_field := subject.pod_field("nodeSelector[kubernetes.io/os]")

# Whether the pod is meant for Windows and nothing places it there. Then node-selector reports it, and "select linux" is wrong.
_meant_for_windows if {
	signs.because
	not placed_otherwise.pooled
	not placed_otherwise.by
}

# How the pod can land on Windows nodes: {"by", "because", and "says" unless the images decide}.
_exposure := {
	"by": "taint",
	"says": "The pod tolerates the taint of Windows nodes and selects no OS, so it can land on one and fail. Select linux.",
	"because": concat("", ["the pod tolerates ", taints]),
} if {
	_tolerates_declared
	taints := concat(", ", [tolerations.written(taint) | some taint in tolerations.repelling])
} else := {
	"by": "everything",
	"says": "The pod tolerates every taint and selects no OS, so it can land on a Windows node and fail. Select linux.",
	"because": "a toleration without key tolerates everything",
} if {
	tolerations.blanket("NoSchedule")
	count(tolerations.repelling) == 0
} else := {
	"by": "parameter",
	"says": "The pod selects no OS, so it can land on a Windows node and fail. Select linux.",
	"because": "requireLinuxSelector asks every pod",
} if {
	is_object(subject.pod)
	parameters.given(rego.metadata.chain())
	parameters.of(rego.metadata.chain()).requireLinuxSelector
} else := {"by": "no taint", "because": tolerations.untainted} if {
	is_object(subject.pod)
	tolerations.untainted
}

# A node accepts only a pod that tolerates all of its taints.
_tolerates_declared if {
	count(tolerations.repelling) > 0
	count(tolerations.of_pod) > 0
	every taint in tolerations.repelling {
		tolerations.tolerated(taint)
	}
}

default _says_untainted := "Windows nodes have no taint and the pod selects no OS, so it can land on one. If it is only for Linux, select linux."

_says_untainted := "Windows nodes have no taint, so the DaemonSet puts a pod on each of them, where it fails. Select linux." if {
	_fails == "DaemonSet"
} else := "Windows nodes have no taint, so the pod can land on one, where its Linux image fails. Select linux." if {
	_fails
}

# What is certain to fail on a Windows node without a taint.
_fails := "DaemonSet" if {
	subject.resource.kind == "DaemonSet"
	not _may_be_for_both
} else := "image" if {
	"linux" in _images
}

_may_be_for_both if {
	not os.name
	options.anywhere
}

_may_be_for_both if {
	not os.name
	"both" in _images
}

# Whether the finding is only advice: the pod selects a device, is meant for both OSes, or need not fail.
_advice if "device" in linux_nodes.told

_advice if _meant_for_both

_advice if {
	_exposure.by == "no taint"
	not _fails
}

# Whether the author knows of the taint and of both OSes: a toleration names the key of each taint, and the pod has
# windowsOptions or only images for both OSes.
_meant_for_both if {
	_exposure.by == "taint"
	not os.name
	_for_both
	every taint in tolerations.repelling {
		some toleration in tolerations.of_pod
		toleration.key == taint.key
		tolerations.tolerates(toleration, taint)
	}
}

_for_both if {
	options.anywhere
	not "linux" in _images
}

_for_both if _images == {"both"}

# What is known of the images of the pod: a set of "linux", if an image is certainly for Linux, "both", and "unknown".
_images contains _known(image) if {
	some list in containers.lists
	image := subject.pod[list][_].image
}

_known(image) := "linux" if {
	images.linux_certain(image)
} else := "both" if {
	images.both(image)
} else := "unknown"

default _fix := {}

# A pod that declares linux certainly needs this selector, and so does a pod with an image that is only for Linux. Other
# images may be for both OSes.
_fix := {"fix": fix.set(_field, "linux")} if os.name == "linux"

_fix := {"fix": fix.set(_field, "linux")} if {
	_exposure.by == "no taint"
	"linux" in _images
}
