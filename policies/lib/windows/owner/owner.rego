# METADATA
# title: The controller of the object
# description: |
#   An object names its controller in metadata.ownerReferences, and its author can write any name there. A request to create
#   an object names its user, so the reference counts only if that user is a controller. A file and Gatekeeper's audit name
#   no user, and an UPDATE often comes from somebody else; there the reference counts as it is written.
package lib.windows.owner

import data.lib.windows.data.controllers
import data.lib.windows.settings
import data.lib.windows.subject

# The owner reference of the controller: an object; undefined if the object has none that counts.
controller := owner if {
	_counts
	owner := [one | some one in subject.resource.metadata.ownerReferences; one.controller == true][0]
	_serves(owner)
}

# Whether a controller owns the object and the rules judge the controller's pod template.
controlled if subject.pod_kinds[controller.apiVersion][controller.kind]

_counts if subject.operation != "CREATE"

_counts if subject.user == ""

_counts if controllers.accounts[subject.user]

_counts if subject.user in settings.controllers

# Whether the owner's API group has its kind: a Deployment of another group is not the Deployment that an exception names.
# The kinds of other groups are not known, so they pass.
_serves(owner) if subject.pod_kinds[owner.apiVersion][owner.kind]

_serves(owner) if not _known(owner.kind)

_known(kind) if subject.pod_kinds[_][kind]
