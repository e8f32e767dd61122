# METADATA
# title: Findings
# description: |
#   A finding is {"msg", "details": {"rule", "severity", "field", "because", "enforcedBy"}}. details also has "container"
#   and "fix" if the rule gives them. The rule's id comes from its METADATA. There is no finding if the configuration
#   does not select the rule's category.
package lib.windows.result

import data.lib.windows.containers
import data.lib.windows.images
import data.lib.windows.os
import data.lib.windows.settings

# A finding with severity deny: the API server rejects the object, or it cannot run. meta is rego.metadata.chain(). about
# is {"field": the API server's path, "says": what is wrong and what to do, "enforcedBy"}. Optional keys of about are
# "container": its name, "fix": operations of lib.windows.fix, and "because": the reason, by default that of the pod's OS.
deny(meta, about) := _finding(meta, "deny", about)

# A finding with severity warn: Windows ignores the field, or it does harm. The arguments are those of deny.
warn(meta, about) := _finding(meta, "warn", about)

# A finding with severity note: advice that most manifests do not follow. The arguments are those of deny.
note(meta, about) := _finding(meta, "note", about)

# A diagnostic, with severity unverified: the rule lacks an object or a fact. The arguments are those of deny; "says" names
# what is missing.
unverified(meta, about) := _finding(meta, "unverified", about)

_finding(meta, severity, given) := object.union(object.filter(custom, ["enabled", "yieldsTo"]), {
	"msg": concat("", [_cut(about.field, _longest_message - count(rest)), rest]),
	"details": object.union(
		{"rule": custom.id, "severity": severity, "because": os.because},
		object.remove(about, ["says"]),
	),
}) if {
	[custom, about] := _adapted(meta[count(meta) - 1].annotations.custom, severity, given) # the package's METADATA is the last of the chain
	_selected(custom)
	rest := sprintf(": %s (%s)", [about.says, custom.id])
}

# The METADATA of a rule, and what its finding is about. The author of a pod cannot repair a container that a webhook
# injects. A denial of it therefore loses its remedy, which is the last sentence. Anything less grave yields to what
# mixed-os says about the image.
_adapted(custom, severity, about) := [custom, about] if {
	not _injected(custom, about)
} else := [custom, object.union(object.remove(about, ["fix"]), {"says": says})] if {
	severity == "deny"
	says := concat("", [trim_suffix(regex.replace(about.says, `(?s)^(.*)[.;] .*$`, "$1"), "."), ". A webhook injected this container."])
} else := [object.union(custom, {"yieldsTo": array.concat(object.get(custom, "yieldsTo", []), [_about_images])}), about]

_injected(custom, about) if {
	custom.id != _about_images
	about.container in _injected_names
}

# The names of the injected containers. One set for all findings, so that no finding asks about every container.
_injected_names contains container.name if {
	some container in containers.of_pod
	images.injected(container.spec.image)
}

_about_images := "mixed-os"

# Whether the configuration selects the rule's category. A team's own rule can have no category; it always counts.
_selected(custom) if not custom.category

_selected(custom) if settings.reports(custom.category)

# The API server cuts a warning at 256 characters, and some input forms put text before the message.
_longest_message := 200

# A manifest can contain keys of any length. The message then names only the beginning; details.field has the whole path.
_cut(field, length) := field if {
	count(field) <= length
} else := concat("", [substring(field, 0, length - 3), "..."])
