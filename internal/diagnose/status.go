package diagnose

import (
	"fmt"
	"slices"
)

// statuses are the lists of the states of containers.
var statuses = []string{"initContainerStatuses", "containerStatuses", "ephemeralContainerStatuses"}

// statusOf returns what the status of an object shows. A Status of the API server shows its own message.
func statusOf(object map[string]any) []observation {
	if object["kind"] == "Status" {
		return textsOf(object, "", "reason", "message")
	}
	status := mapAt(object, "status")
	all := textsOf(status, "status.", "phase", "reason", "message")
	for i, condition := range mapsAt(status, "conditions") {
		if object["kind"] != "Pod" || condition["status"] != "True" {
			all = append(all, textsOf(condition, fmt.Sprintf("status.conditions[%d].", i), "reason", "message")...)
		}
	}
	for _, list := range statuses {
		for i, container := range mapsAt(status, list) {
			all = append(all, containerOf(container, list, fmt.Sprintf("status.%s[%d].", list, i))...)
		}
	}
	return all
}

// containerOf returns what the states of a container show. kubectl writes Init: before the reason of an init container, and
// so do people who ask about it.
func containerOf(container map[string]any, list, path string) []observation {
	var all []observation
	for _, state := range []string{"state", "lastState"} {
		for _, kind := range []string{"waiting", "terminated"} {
			at, place := mapAt(mapAt(container, state), kind), path+state+"."+kind+"."
			shown := textsOf(at, place, "reason", "message")
			if len(shown) > 0 && textAt(at, "reason") != "" && list == "initContainerStatuses" {
				shown[0].text = "Init:" + shown[0].text
			}
			all = append(all, shown...)
			if code := fmt.Sprint(at["exitCode"]); at["exitCode"] != nil && code != "0" {
				all = append(all, observation{place: place + "exitCode", text: "exit code " + code})
			}
		}
	}
	return all
}

// textsOf returns some texts of an object that are there.
func textsOf(object map[string]any, path string, keys ...string) []observation {
	var all []observation
	for _, key := range keys {
		if text := textAt(object, key); text != "" {
			all = append(all, observation{place: path + key, text: text})
		}
	}
	return all
}

// runsWell tells whether a pod has ended without an error, or is ready.
func runsWell(pod map[string]any) bool {
	status := mapAt(pod, "status")
	switch status["phase"] {
	case "Succeeded":
		return true
	case "Running":
		return slices.ContainsFunc(mapsAt(status, "conditions"), func(condition map[string]any) bool {
			return condition["type"] == "Ready" && condition["status"] == "True"
		})
	}
	return false
}
