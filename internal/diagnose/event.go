package diagnose

import (
	"strings"

	"winpolicy/internal/report"
)

// isEvent tells whether an object is an event, of the core group or of events.k8s.io.
func isEvent(object map[string]any) bool {
	version := textAt(object, "apiVersion")
	return object["kind"] == "Event" && (version == "v1" || strings.HasPrefix(version, "events.k8s.io/"))
}

// aboutOf returns the object of an event, and its uid.
func aboutOf(event map[string]any) (object report.Object, uid string) {
	about := mapAt(event, "involvedObject")
	if about == nil {
		about = mapAt(event, "regarding")
	}
	return report.Object{Kind: textAt(about, "kind"), Namespace: textAt(about, "namespace"), Name: textAt(about, "name")}, textAt(about, "uid")
}

// shownBy returns what an event shows: its reason, and its message.
func shownBy(event map[string]any) []observation {
	place := strings.TrimSpace("event " + textAt(event, "reason"))
	var all []observation
	for _, key := range []string{"reason", "message", "note"} {
		if text := textAt(event, key); text != "" {
			all = append(all, observation{place: place, text: text})
		}
	}
	return all
}
