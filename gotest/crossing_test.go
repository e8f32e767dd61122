package gotest

import (
	"encoding/json"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"winpolicy/internal/catalog"
	"winpolicy/internal/gatekeeper"
	"winpolicy/internal/sample"
)

// A template evaluates only the rules that its index and its gate select, and a bundle evaluates all of them. They find the
// same in random pods: pods that take some fields from other samples and lose some of their own.
func TestTemplates_FindInRandomPodsWhatTheBundleFinds(t *testing.T) {
	t.Parallel()
	const crossings = 4 // of each sample
	product := newProduct(t)
	inside, outside := gatekeeperForm(t, product, gatekeeper.BySubject, together), admissionReviewForm(t)
	pods := slices.DeleteFunc(readSamples(t), func(one sample.Sample) bool {
		return one.Given || one.IsReview() || one.Object.Value["kind"] != "Pod"
	})
	var fields []field
	for _, one := range pods {
		fields = append(fields, fieldsOf(one.Object.Value["spec"], nil)...)
	}
	rules := loadRules(t)
	random := rand.New(rand.NewPCG(1, 1))
	found := 0
	for _, one := range pods {
		original := one.Object.Value
		for range crossings {
			crossed := copied(t, original)
			own := fieldsOf(crossed["spec"], nil)
			crossed["spec"] = removed(crossed["spec"], own[random.IntN(len(own))].path)
			for range 1 + random.IntN(3) {
				taken := fields[random.IntN(len(fields))]
				crossed["spec"] = placed(crossed["spec"], taken.path, taken.value)
			}
			one.Object.Value = crossed
			want, got := indexed(rules, outside.judge(t, one)), indexed(rules, inside.judge(t, one))
			found += len(want)
			text, err := json.Marshal(crossed)
			require.NoError(t, err)
			require.Equal(t, want, got, "%s of %s, configured %v, crossed to %s", one.Name, one.File, one.Config, text)
		}
	}
	require.Greater(t, found, len(pods)*crossings, "most pods must have findings")
}

// indexed leaves out the findings of rules that read other objects. These rules have their own template, which does not
// contain the rules that they yield to.
func indexed(rules []catalog.Rule, findings []string) []string {
	for _, rule := range rules {
		if len(rule.Inventory) > 0 {
			findings = slices.DeleteFunc(findings, func(finding string) bool { return strings.HasSuffix(finding, " "+rule.ID) })
		}
	}
	return slices.Sorted(slices.Values(findings))
}

// field is a part of a pod's spec. In its path a string is a key and a number is an index.
type field struct {
	path  []any
	value any
}

func fieldsOf(node any, path []any) []field {
	var all []field
	if len(path) > 0 {
		all = append(all, field{path, node})
	}
	switch node := node.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(node)) {
			all = append(all, fieldsOf(node[key], slices.Concat(path, []any{key}))...)
		}
	case []any:
		for i, item := range node {
			all = append(all, fieldsOf(item, slices.Concat(path, []any{i}))...)
		}
	}
	return all
}

// placed gives the node with a value at a path. If a list is too short for an index, the value goes to its end. A node of
// another type than the path needs is replaced.
func placed(node any, path []any, value any) any {
	if len(path) == 0 {
		return value
	}
	if key, ok := path[0].(string); ok {
		made := map[string]any{}
		if object, ok := node.(map[string]any); ok {
			made = maps.Clone(object)
		}
		made[key] = placed(made[key], path[1:], value)
		return made
	}
	list, _ := node.([]any)
	list = slices.Clone(list)
	index := min(path[0].(int), len(list))
	if index == len(list) {
		list = append(list, nil)
	}
	list[index] = placed(list[index], path[1:], value)
	return list
}

// removed gives the node without the value at one of its paths.
func removed(node any, path []any) any {
	if key, ok := path[0].(string); ok {
		made := maps.Clone(node.(map[string]any))
		if len(path) == 1 {
			delete(made, key)
		} else {
			made[key] = removed(made[key], path[1:])
		}
		return made
	}
	list, index := slices.Clone(node.([]any)), path[0].(int)
	if len(path) == 1 {
		return slices.Delete(list, index, index+1)
	}
	list[index] = removed(list[index], path[1:])
	return list
}

// copied gives a deep copy of an object, because a change to one pod must not change another.
func copied(t *testing.T, object map[string]any) map[string]any {
	t.Helper()
	text, err := json.Marshal(object)
	require.NoError(t, err)
	var made map[string]any
	require.NoError(t, json.Unmarshal(text, &made))
	return made
}
