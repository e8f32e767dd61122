package catalog

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"winpolicy/internal/rego"
)

// pods is the word in METADATA that stands for every kind that carries a pod.
const pods = "pods"

// podTemplate is the kind that carries a pod but from which no pod runs.
const podTemplate = "PodTemplate"

// containerLists are the lists of a pod that "containers[*]" stands for in METADATA.
var containerLists = []string{"initContainers", "containers", "ephemeralContainers"}

// podKind is a kind that carries a pod, in a version that API servers serve.
type podKind struct {
	group, version, kind string
	root                 string // of the pod in the object: "spec.template" in a Deployment, "" in a Pod
}

// readPodKinds reads the library's table of these kinds, ordered by apiVersion and kind.
func readPodKinds(all []rego.Module) ([]podKind, error) {
	table, err := rego.Constant(all, "lib.windows.subject", "pod_kinds")
	if err != nil {
		return nil, err
	}
	byVersion, _ := table.(map[string]any)
	var found []podKind
	for _, apiVersion := range slices.Sorted(maps.Keys(byVersion)) {
		group, version := "", apiVersion
		if before, after, ok := strings.Cut(apiVersion, "/"); ok {
			group, version = before, after
		}
		if version != "v1" {
			continue
		}
		paths, _ := byVersion[apiVersion].(map[string]any)
		for _, kind := range slices.Sorted(maps.Keys(paths)) {
			steps, _ := paths[kind].([]any)
			var root []string
			for _, step := range steps[:max(len(steps)-1, 0)] { // the last step is the pod's spec
				root = append(root, fmt.Sprint(step))
			}
			found = append(found, podKind{group, version, kind, strings.Join(root, ".")})
		}
	}
	return found, nil
}

// kindsOf groups kinds by API group, as Gatekeeper's match does.
func kindsOf(all []podKind) []Kinds {
	var grouped []Kinds
	for _, one := range all {
		last := len(grouped) - 1
		if last < 0 || grouped[last].APIGroups[0] != one.group {
			grouped = append(grouped, Kinds{APIGroups: []string{one.group}})
			last++
		}
		grouped[last].Kinds = append(grouped[last].Kinds, one.kind)
	}
	return grouped
}

// expandKinds replaces the word `pods` in METADATA `kinds`.
func expandKinds(items []any, known []podKind) ([]any, error) {
	var all []any
	for _, item := range items {
		word, ok := item.(string)
		switch {
		case !ok:
			all = append(all, item)
		case word == pods:
			for _, kinds := range kindsOf(known) {
				all = append(all, kinds)
			}
		default:
			return nil, fmt.Errorf("kinds: %q is not known; write the word %s, or {apiGroups: [...], kinds: [...]}", word, pods)
		}
	}
	return all, nil
}

// expandInventory replaces an entry about `pods` by entries for the kinds from which pods run. The fields of such an
// entry are those of the pod, so they get the path of the pod in each kind.
func expandInventory(entries []any, known []podKind) ([]any, error) {
	var all []any
	for _, item := range entries {
		entry, _ := item.(map[string]any)
		kinds, _ := entry["kinds"].([]any)
		if !slices.Contains(kinds, any(pods)) {
			all = append(all, item)
			continue
		}
		if len(kinds) > 1 || entry["groups"] != nil || entry["versions"] != nil {
			return nil, fmt.Errorf("inventory: %s stands for groups, versions and kinds; write only {kinds: [%s], fields: [...]}", pods, pods)
		}
		for _, synced := range syncedPods(known, texts(entry["fields"])) {
			selection, err := selectedPods(entry["selectedBy"], synced)
			if err != nil {
				return nil, err
			}
			synced.SelectedBy = selection
			all = append(all, synced)
		}
	}
	return all, nil
}

// selectedPods reads the selection of an entry about pods. Its labels are those of the pod, so they get the path of the
// pod in the kinds of an expanded entry. The path of a field that the entry names as well shows where the pod is.
func selectedPods(value any, synced Synced) (*Selection, error) {
	if value == nil {
		return nil, nil
	}
	fields, _ := value.(map[string]any)
	one := Selection{Kind: textOf(fields["kind"]), Selector: textOf(fields["selector"]), Labels: textOf(fields["labels"])}
	at := slices.IndexFunc(synced.Fields, func(field string) bool {
		return one.Labels != "" && (field == one.Labels || strings.HasSuffix(field, "."+one.Labels))
	})
	if len(fields) != 3 || one.Kind == "" || one.Selector == "" || at < 0 {
		return nil, errors.New("inventory: selectedBy: write {kind: ..., selector: path, labels: one of the fields}")
	}
	one.Labels = synced.Fields[at]
	return &one, nil
}

func textOf(value any) string {
	text, _ := value.(string)
	return text
}

// syncedPods groups the kinds that have the same API group and the same path of the pod.
func syncedPods(known []podKind, fields []string) []Synced {
	var all []Synced
	for _, one := range known {
		if one.kind == podTemplate {
			continue
		}
		next := Synced{Groups: []string{one.group}, Versions: []string{one.version}, Kinds: []string{one.kind}}
		for _, field := range fields {
			next.Fields = append(next.Fields, podFields(one.root, field)...)
		}
		same := slices.IndexFunc(all, func(other Synced) bool {
			return slices.Equal(other.Groups, next.Groups) && slices.Equal(other.Fields, next.Fields)
		})
		if same >= 0 {
			all[same].Kinds = append(all[same].Kinds, one.kind)
			continue
		}
		all = append(all, next)
	}
	return all
}

// podFields returns the paths from the object's root of a field of the pod: one for each list of containers.
func podFields(root, field string) []string {
	if root != "" {
		field = root + "." + field
	}
	before, after, ok := strings.Cut(field, "containers[*]")
	if !ok {
		return []string{field}
	}
	var all []string
	for _, list := range containerLists {
		all = append(all, before+list+"[*]"+after)
	}
	return all
}

func texts(value any) []string {
	items, _ := value.([]any)
	all := make([]string, len(items))
	for i, item := range items {
		all[i] = fmt.Sprint(item)
	}
	return all
}
