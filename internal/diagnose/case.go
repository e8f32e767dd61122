package diagnose

import (
	"strings"

	"winpolicy/internal/manifest"
	"winpolicy/internal/report"
)

// subject is an object or a text with all that is shown about it.
type subject struct {
	object *report.Object
	input  *manifest.Input // nil if only events tell of the object
	plain  map[string]any  // the object
	uid    string          // "" if it does not count
	owner  string
	shown  []observation
	minor  bool // whether it counts only if it shows a symptom
}

// casesOf returns the subjects of an input with their events, and how many pods are left out because they run well. A pod that
// is the only one, or that was asked for, is never left out. An object that is no pod, and the object of an event that is not in
// the input, counts only with a symptom, because other objects come along with `kubectl get all`.
func casesOf(input Input) (cases []*subject, well int) {
	all := subjectsOf(input.Objects)
	objects, pods := 0, 0
	for _, one := range all {
		if one.input != nil {
			objects++
		}
		if one.input != nil && one.object.Kind == "Pod" {
			pods++
		}
	}
	for _, one := range all {
		isPod := one.object.Kind == "Pod"
		if isPod && one.input != nil && pods > 1 && !input.Asked && runsWell(one.plain) {
			well++
			continue
		}
		one.minor = one.input == nil || !isPod && objects > 1
		cases = append(cases, one)
	}
	if len(input.Texts) > 0 {
		cases = append(cases, &subject{shown: linesOf(input.Texts)})
	}
	return cases, well + input.Well
}

// subjectsOf returns the objects of an input, and behind them those that only events tell of.
func subjectsOf(objects []manifest.Input) (all []*subject) {
	type stray struct {
		report.Object
		uid string
	}
	var events []map[string]any
	known, strays := map[report.Object]*subject{}, map[stray]*subject{}
	for _, one := range objects {
		plain := plainOf(one.Value)
		if isEvent(plain) {
			events = append(events, plain)
			continue
		}
		made := newSubject(one, plain)
		all = append(all, made)
		known[named(*made.object)] = made
	}
	for _, event := range events {
		about, uid := aboutOf(event)
		found := known[about]
		if found == nil || !found.is(uid) {
			found = strays[stray{about, uid}]
		}
		if found == nil {
			found = &subject{object: &about, uid: uid}
			strays[stray{about, uid}] = found
			all = append(all, found)
		}
		found.shown = append(found.shown, shownBy(event)...)
	}
	return all
}

func newSubject(input manifest.Input, plain map[string]any) *subject {
	metadata := mapAt(plain, "metadata")
	made := &subject{
		input: &input, plain: plain,
		object: objectOf(plain),
		shown:  statusOf(plain),
	}
	if made.uid = textAt(metadata, "uid"); textAt(mapAt(metadata, "annotations"), "kubernetes.io/config.mirror") != "" {
		made.uid = "" // the kubelet gives the events of a static pod another one
	}
	for _, owner := range mapsAt(metadata, "ownerReferences") {
		if owner["controller"] == true {
			made.owner = strings.TrimSpace(textAt(owner, "kind") + " " + textAt(owner, "name"))
		}
	}
	return made
}

// is tells whether an event that names a uid is about this object, and not about an earlier one of the same name.
func (s *subject) is(uid string) bool { return uid == "" || s.uid == "" || s.uid == uid }

func linesOf(texts []Text) []observation {
	var all []observation
	for _, one := range texts {
		all = append(all, observation{line: one.Line, text: one.Text})
	}
	return all
}
