# METADATA
# title: Builds of Windows that nodes have
# description: |
#   The kubelet labels a Windows node with major, minor and build, for example 10.0.20348. A selector with a revision
#   or with the name of a release matches no node. In a cluster with several versions of Windows, a pod must select a
#   build, because its image starts on only some of them.
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/windows/user-guide/#handling-multiple-windows-versions-in-the-same-cluster
#     description: Handling multiple Windows versions in the same cluster
#   - ref: https://kubernetes.io/docs/reference/labels-annotations-taints/#nodekubernetesiowindows-build
#     description: Well-Known Labels, Annotations and Taints
# custom:
#   id: windows-build
#   category: placement
#   severities: [deny, warn]
#   yieldsTo: [os-conflict]
#   enforcedBy: [scheduler, advice]
#   profiles: [baseline, restricted, placement]
#   since: 0.1.0
#   remedy: Select a build as nodes are labelled with it, for example 10.0.20348 for Windows Server 2022.
#   symptoms:
#     - Pending
#     - FailedScheduling
#     - 'node(s) didn''t match Pod''s node affinity/selector'
#   kinds:
#     - pods
#     - apiGroups: [node.k8s.io]
#       kinds: [RuntimeClass]
#   needs: [placement.unusual]
#   appliesBy: [scheduling]
#   fields: [spec.nodeSelector, spec.affinity.nodeAffinity, spec.runtimeClassName, scheduling.nodeSelector]
#   parameters:
#     knownBuilds:
#       type: array
#       items: {type: string}
#       description: The builds of Windows that nodes may have.
#       default:
#         - 10.0.16299
#         - 10.0.17134
#         - 10.0.17763
#         - 10.0.18362
#         - 10.0.18363
#         - 10.0.19041
#         - 10.0.19042
#         - 10.0.20348
#         - 10.0.25398
#         - 10.0.26100
#     requireBuild:
#       type: boolean
#       description: Whether every Windows pod must select a build. Clusters with several Windows versions need it.
#       default: false
package lib.windows.rules.windows_build

import data.lib.windows.containers
import data.lib.windows.data.builds as known_builds
import data.lib.windows.fix
import data.lib.windows.images
import data.lib.windows.isolation
import data.lib.windows.os
import data.lib.windows.os_labels
import data.lib.windows.parameters
import data.lib.windows.placement
import data.lib.windows.result
import data.lib.windows.runtime_classes
import data.lib.windows.subject

# A RuntimeClass is not a pod, so the rule must ask for it.
applies if _selected_by_class

finding contains result.deny(rego.metadata.chain(), object.union(_repair(found), {
	"field": found.field,
	"says": sprintf("No node has this value, so the pod waits. Use %s.", [_replacement(found.value)]),
	"enforcedBy": "scheduler",
	"because": found.because,
})) if {
	some found in _named
	not _well_formed(found.value)
	_leaves_no_node(found)
}

finding contains result.warn(rego.metadata.chain(), object.union(_repair(found), {
	"field": found.field,
	"says": sprintf("This value selects no node. Use %s.", [_replacement(found.value)]),
	"enforcedBy": "scheduler",
	"because": found.because,
})) if {
	some found in _named
	not _well_formed(found.value)
	not _leaves_no_node(found)
}

finding contains result.warn(rego.metadata.chain(), {
	"field": found.field,
	"says": "This build is unknown. Fix it or add it to knownBuilds.",
	"enforcedBy": "scheduler",
	"because": found.because,
}) if {
	some found in _named
	_well_formed(found.value)
	not found.value in _parameters.knownBuilds
}

finding contains result.warn(rego.metadata.chain(), object.union(_of_the_images, {
	"field": _selected,
	"says": "The pod selects no build, but the configuration requires one. Select the build of the image.",
	"enforcedBy": "advice",
})) if {
	_parameters.requireBuild
	os.windows
	count(placement.builds) == 0
	not placement.node
	not os.host_process
	isolation.process
}

_parameters := parameters.of(rego.metadata.chain())

_selected := subject.pod_field(sprintf("nodeSelector[%s]", [os_labels.build]))

default _of_the_images := {}

# The fix, if every container certainly has an image of the same known build.
_of_the_images := {"fix": fix.set(_selected, build)} if {
	found := [images.certain_build(container.spec.image) | some container in containers.of_pod]
	count(found) == count(containers.of_pod)
	count({build | some build in found}) == 1
	build := found[0]
	build in _parameters.knownBuilds
}

# Every build that the object names, in the form of placement.named.
_named := placement.named(os_labels.build) | {{
	"value": _selected_by_class,
	"by": "nodeSelector",
	"field": sprintf("scheduling.nodeSelector[%s]", [os_labels.build]),
	"because": "scheduling.nodeSelector names a build of Windows",
} |
	_selected_by_class
}

_selected_by_class := runtime_classes.judged.scheduling.nodeSelector[os_labels.build]

# Source: k8s.io/kubernetes/pkg/kubelet, getOSSpecificLabels.
_well_formed(build) if regex.match(`^10\.0\.\d{5}$`, build)

# Whether a malformed value leaves no node. In affinity this is so only if all other values are malformed too.
_leaves_no_node(found) if found.by != "affinity"

_leaves_no_node(found) if {
	found.by == "affinity"
	_affinity_leaves_no_node
}

# Asked once, because an affinity can name thousands of values.
_affinity_leaves_no_node if {
	some pin in placement.builds
	pin.by == "affinity"
	every value in pin.values {
		not _well_formed(value)
	}
}

# The build that a malformed value stands for, or else the form of a build.
_replacement(value) := build if {
	build := _intended(value)
} else := "a build such as 10.0.20348"

_intended(value) := build if {
	build := known_builds.releases[lower(value)].build
} else := build if {
	[[_, number]] := regex.find_all_string_submatch_n(`^(?:10\.0\.)?(\d{5})(?:\.\d+)?$`, value, 1)
	build := concat("", ["10.0.", number])
	known_builds.windows_server[build]
}

# A fix changes only this object, and the RuntimeClass of a pod is another object.
_repair(found) := {"fix": fix.set(found.field, build)} if {
	found.by != "RuntimeClass"
	build := _intended(found.value)
} else := {}
