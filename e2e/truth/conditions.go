package main

import (
	"slices"
	"strings"
)

// placementCondition is what a rule asks of a pod, and a pod that comes close and does not meet it.
type placementCondition struct {
	name        string
	meets, miss func(pod object) bool
}

// tries counts the pods that meet a condition, and those that narrowly miss it, by the name of the condition.
type tries map[string]try

type try struct{ meet, miss int }

func (t tries) count(pod object) {
	for _, one := range placementConditions {
		tried := t[one.name]
		switch {
		case one.meets(pod):
			tried.meet++
		case one.miss(pod):
			tried.miss++
		}
		t[one.name] = tried
	}
}

var osLabels = []string{"kubernetes.io/os", "beta.kubernetes.io/os"}

// placementConditions are the conditions about the place of a pod that the scheduler can judge.
var placementConditions = []placementCondition{
	{
		name:  "a nodeSelector spells the OS in another case",
		meets: func(pod object) bool { return selectsOS(pod, misspelled) },
		miss:  func(pod object) bool { return selectsOS(pod, spelled) },
	},
	{
		name:  "a nodeSelector names another OS",
		meets: func(pod object) bool { return selectsOS(pod, foreign) },
		miss:  func(pod object) bool { return selectsOS(pod, spelled) },
	},
	{
		name:  "each term of required affinity spells the OS in another case",
		meets: func(pod object) bool { dead, all := deadTerms(pod); return all > 0 && dead == all },
		miss:  func(pod object) bool { dead, all := deadTerms(pod); return dead < all },
	},
	{
		name:  "one of several terms spells the OS in another case",
		meets: func(pod object) bool { dead, all := deadTerms(pod); return dead > 0 && dead < all },
		miss:  func(pod object) bool { dead, all := deadTerms(pod); return dead == 0 && all > 1 },
	},
	{
		name: "the RuntimeClass spells the OS in another case",
		meets: func(pod object) bool {
			return slices.Contains([]any{"capitals", "shouting"}, specOf(pod)["runtimeClassName"])
		},
		miss: func(pod object) bool {
			return slices.Contains([]any{"windows", "linux"}, specOf(pod)["runtimeClassName"])
		},
	},
	{
		name:  "an image is for Windows, and nothing places the pod",
		meets: func(pod object) bool { return systemOf(pod) == "" && hasWindowsImage(pod) && len(placing(pod)) == 0 },
		miss: func(pod object) bool {
			return systemOf(pod) == "" && hasWindowsImage(pod) && slices.Equal(placing(pod), []string{"nodeSelector"})
		},
	},
	{
		name:  "only a device places a pod that declares windows",
		meets: func(pod object) bool { return systemOf(pod) == "windows" && needsDevice(pod) && len(placing(pod)) == 0 },
		miss: func(pod object) bool {
			return systemOf(pod) == "windows" && !needsDevice(pod) && len(placing(pod)) == 0
		},
	},
	{
		name:  "the OS SKU names a build that does not run the image",
		meets: func(pod object) bool { fits, known := skuFits(pod); return known && !fits },
		miss:  func(pod object) bool { fits, known := skuFits(pod); return known && fits },
	},
}

func specOf(pod object) object { return pod["spec"].(object) }

func spelled(value string) bool { return value == "windows" || value == "linux" }

func misspelled(value string) bool { return !spelled(value) && spelled(strings.ToLower(value)) }

func foreign(value string) bool { return !spelled(strings.ToLower(value)) }

// selectsOS is whether the nodeSelector has an OS label with such a value.
func selectsOS(pod object, such func(string) bool) bool {
	selector, _ := specOf(pod)["nodeSelector"].(object)
	return slices.ContainsFunc(osLabels, func(label string) bool {
		value, ok := selector[label].(string)
		return ok && such(value)
	})
}

// deadTerms counts the terms of required affinity that match no node because of a spelling, and all terms.
func deadTerms(pod object) (dead, all int) {
	affinity, _ := specOf(pod)["affinity"].(object)
	node, _ := affinity["nodeAffinity"].(object)
	required, _ := node["requiredDuringSchedulingIgnoredDuringExecution"].(object)
	terms, _ := required["nodeSelectorTerms"].([]any)
	for _, term := range terms {
		expressions, _ := term.(object)["matchExpressions"].([]any)
		if slices.ContainsFunc(expressions, isMisspelled) {
			dead++
		}
	}
	return dead, len(terms)
}

// isMisspelled is whether an expression of affinity allows an OS in wrong spellings only.
func isMisspelled(expression any) bool {
	one := expression.(object)
	key, _ := one["key"].(string)
	if one["operator"] != "In" || !slices.Contains(osLabels, key) {
		return false
	}
	values, _ := one["values"].([]any)
	return slices.ContainsFunc(values, func(value any) bool { return misspelled(value.(string)) }) &&
		!slices.ContainsFunc(values, func(value any) bool { return spelled(value.(string)) })
}

// placing gives the fields of the pod that can place it, sorted.
func placing(pod object) []string {
	var found []string
	for _, name := range []string{"affinity", "nodeName", "nodeSelector", "runtimeClassName"} {
		if _, ok := specOf(pod)[name]; ok {
			found = append(found, name)
		}
	}
	return found
}

func needsDevice(pod object) bool {
	containers, _ := specOf(pod)["containers"].([]any)
	return slices.ContainsFunc(containers, func(container any) bool {
		resources, _ := container.(object)["resources"].(object)
		limits, _ := resources["limits"].(object)
		return limits[device] != nil
	})
}

// skuFits is whether nodes of the OS SKU that the pod selects have the build of its image, if both are known.
func skuFits(pod object) (fits, known bool) {
	selector, _ := specOf(pod)["nodeSelector"].(object)
	containers, _ := specOf(pod)["containers"].([]any)
	if len(containers) == 0 {
		return false, false
	}
	image := imageBuilds[containers[0].(object)["image"].(string)]
	for build, sku := range skus {
		if selector["kubernetes.azure.com/os-sku"] == sku && image != "" {
			return build >= image && (build == image || image >= "10.0.20348"), true
		}
	}
	return false, false
}
