package docs

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"winpolicy/internal/catalog"
)

// list is the page of all rules, by category.
func list(rules []catalog.Rule) string {
	var text strings.Builder
	text.WriteString(Header + "\n# The rules\n\n" +
		"You can also find a rule by [field](../fields.md) or by [symptom](../symptoms.md). The second column has the\n" +
		"severities without configuration. deny: the object is rejected or cannot run. warn: a setting has no effect, or has\n" +
		"unwanted consequences. note: advice. If a rule is off, turn it on in the [configuration](../configuration.md).\n")
	for _, category := range catalog.Categories(rules) {
		fmt.Fprintf(&text, "\n## %s\n\n", category)
		var rows [][]string
		for _, rule := range rules {
			if rule.Category == category {
				rows = append(rows, []string{fmt.Sprintf("[%s](%s.md)", rule.ID, rule.ID), rule.SeverityLabel(), Prose(rule.Title)})
			}
		}
		text.WriteString(Table([]string{"Rule", "Severities", "About"}, rows))
	}
	return text.String()
}

// symptoms is the page that leads from what a cluster shows to the rules that say so before.
func symptoms(rules []catalog.Rule) string {
	byText := map[string][]string{}
	for _, rule := range rules {
		for _, symptom := range rule.Symptoms {
			byText[symptom] = append(byText[symptom], rule.ID)
		}
	}
	return Header + "\n# By symptom\n\n" +
		"Give the text of an event, a state, an error or a warning to [`winpolicy diagnose`](diagnose.md), or search this page\n" +
		"for it. The second column has the rules that report the cause before the object runs. Names, paths and values are\n" +
		"left out of the texts. The mark … stands for one of them between other words.\n\n" +
		Table([]string{"Symptom", "Rules"}, rows(byText, ignoringCase))
}

// fields is the page that leads from the field of a manifest to the rules that look at it.
func fields(rules []catalog.Rule) string {
	byKinds := map[string]map[string][]string{}
	for _, rule := range rules {
		kinds := of(rule)
		if byKinds[kinds] == nil {
			byKinds[kinds] = map[string][]string{}
		}
		for _, field := range expanded(rule.Fields) {
			byKinds[kinds][field] = append(byKinds[kinds][field], rule.ID)
		}
	}
	var text strings.Builder
	text.WriteString(Header + "\n# By field\n\n" +
		"Find the rules that read a field of your manifest. `containers[*]` also means `initContainers[*]` and\n" +
		"`ephemeralContainers[*]`, if the page of the rule says so. Paths begin at the pod: in a workload they are below\n" +
		"`spec.template`, in a CronJob below `spec.jobTemplate.spec.template`.\n")
	for _, kinds := range slices.Sorted(maps.Keys(byKinds)) {
		fmt.Fprintf(&text, "\n## %s\n\n%s", kinds, Table([]string{"Field", "Rules"}, rows(byKinds[kinds], strings.Compare)))
	}
	return text.String()
}

// of is what a rule is about: a pod, whatever carries it, or the kinds that it names.
func of(rule catalog.Rule) string {
	names := rule.KindNames()
	if slices.Contains(names, "Pod") {
		return "Pod"
	}
	return strings.Join(names, ", ")
}

var braces = regexp.MustCompile(`\{([^{}]*)\}`)

// expanded writes out what stands in braces, each field once. Of the lists of containers it keeps `containers`.
func expanded(some []string) []string {
	var all []string
	for _, field := range some {
		place := braces.FindStringSubmatchIndex(field)
		if place == nil {
			all = append(all, field)
			continue
		}
		choices := strings.Split(field[place[2]:place[3]], ",")
		if slices.Contains(choices, "containers") {
			choices = []string{"containers"}
		}
		for _, choice := range choices {
			all = append(all, expanded([]string{field[:place[0]] + choice + field[place[1]:]})...)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func rows(byText map[string][]string, order func(a, b string) int) [][]string {
	var all [][]string
	for _, text := range slices.SortedFunc(maps.Keys(byText), order) {
		var links []string
		for _, id := range byText[text] {
			links = append(links, fmt.Sprintf("[%s](rules/%s.md)", id, id))
		}
		all = append(all, []string{strings.ReplaceAll(Code(text), "|", `\|`), strings.Join(links, ", ")})
	}
	return all
}

func ignoringCase(a, b string) int {
	return cmp.Or(strings.Compare(strings.ToLower(a), strings.ToLower(b)), strings.Compare(a, b))
}
