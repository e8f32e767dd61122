package audit

import (
	"slices"

	"winpolicy/internal/cluster"
)

// owners are the objects from which pods come and that were judged, by UID. Each has the UID of the judged object from which it
// comes in the end: a ReplicaSet has that of its Deployment, and a Deployment its own. Names do not count, because anybody can
// write the name of another object into ownerReferences.
type owners map[string]string

// add adds an object if pods come from it. It returns the UID of the object where the object is reported, and whether that is
// another one.
func (o owners) add(object cluster.Object) (root string, owned bool) {
	uid, _ := metadata(object)["uid"].(string)
	root = uid
	if controller := controllerOf(object); controller != nil {
		by, _ := controller["uid"].(string)
		if found, ok := o[by]; ok && by != "" {
			root, owned = found, true
		}
	}
	if kind, _ := object["kind"].(string); slices.Contains(podMakers, kind) && uid != "" {
		o[uid] = root
	}
	return root, owned
}

// controllerOf returns the reference to the controller of an object; nil if it has none.
func controllerOf(object cluster.Object) map[string]any {
	references, _ := metadata(object)["ownerReferences"].([]any)
	for _, one := range references {
		if reference, _ := one.(map[string]any); reference["controller"] == true {
			return reference
		}
	}
	return nil
}

// disown removes the owners of an object whose controller is a workload that was not judged. The rules leave warnings and notes
// about an object to its controller.
func disown(object cluster.Object) {
	if kind, _ := controllerOf(object)["kind"].(string); slices.Contains(podMakers, kind) {
		delete(metadata(object), "ownerReferences")
	}
}

func metadata(object cluster.Object) map[string]any {
	fields, _ := object["metadata"].(map[string]any)
	return fields
}
