package docs

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"winpolicy/internal/catalog"
	"winpolicy/internal/jsontext"
	"winpolicy/internal/sample"
)

// Write puts together what METADATA and samples say of a rule.
func Write(rule catalog.Rule, samples []sample.Sample) (Article, error) {
	article := Article{ID: rule.ID, Title: rule.Title, Why: rule.Description}
	add := func(name string, long bool, items ...Item) {
		if len(items) > 0 {
			article.Parts = append(article.Parts, Part{Name: name, Items: items, Long: long})
		}
	}
	add("What to do", false, Item{Text: rule.Remedy})
	add("Category", false, Item{Text: rule.Category})
	add("Severities", false, Item{Text: rule.SeverityLabel()})
	name, setting := onOrOff(rule)
	add(name, false, setting)
	add("Enforced by", false, Item{Text: strings.Join(rule.EnforcedBy, ", ")})
	add("Kinds", false, Item{Text: strings.Join(rule.KindNames(), ", ")})
	add("Profiles", false, texts(strings.Join(rule.Profiles, ", "))...)
	add("Yields to", false, texts(strings.Join(rule.YieldsTo, ", "))...)
	if rule.Outranks {
		add("Replaces", false, Item{Text: "the warnings and notes of every rule about a container that a webhook injected"})
	}
	if rule.Since != "" {
		add("Since", false, Item{Text: "winpolicy " + rule.Since})
	}
	add("Fix", false, Item{Text: fix(rule)})
	add("Symptoms", true, codes(rule.Symptoms)...)
	add("Fields", true, codes(rule.Fields)...)
	parameters, err := parameters(rule)
	if err != nil {
		return Article{}, err
	}
	add("Parameters", true, parameters...)
	add("Enforced in", true, releases(rule)...)
	add("See", true, references(rule)...)
	article.Examples = examples(rule, samples)
	return article, nil
}

func onOrOff(rule catalog.Rule) (name string, item Item) {
	if rule.Enabled {
		return "Turn off", Item{Code: fmt.Sprintf("rules: {%s: {enabled: false}}", rule.ID), Text: "in the configuration"}
	}
	return "Turn on", Item{Code: fmt.Sprintf("rules: {%s: {enabled: true}}", rule.ID), Text: "in the configuration"}
}

func fix(rule catalog.Rule) string {
	if rule.Fixes {
		return "if it is safe, `winpolicy fix` repairs the file; `winpolicy check -o json` has the repair as a JSON patch"
	}
	return "by hand"
}

func codes(some []string) []Item {
	var items []Item
	for _, one := range some {
		items = append(items, Item{Code: one})
	}
	return items
}

// texts is nothing for an empty text.
func texts(text string) []Item {
	if text == "" {
		return nil
	}
	return []Item{{Text: text}}
}

func parameters(rule catalog.Rule) ([]Item, error) {
	var items []Item
	for _, name := range slices.Sorted(maps.Keys(rule.Parameters)) {
		parameter := rule.Parameters[name]
		standard, err := flow(parameter.Default)
		if err != nil {
			return nil, fmt.Errorf("%s: the default of parameter %s: %w", rule.ID, name, err)
		}
		text := fmt.Sprintf("(%s, default `%s`): %s", parameter.Type, standard, parameter.Description)
		items = append(items, Item{Code: name, Text: text})
	}
	return items, nil
}

// flow writes a value on one line, as YAML takes it too.
func flow(value any) (string, error) {
	text, err := jsontext.Indent(value, "")
	return string(text), err
}

func releases(rule catalog.Rule) []Item {
	var items []Item
	for _, release := range rule.EnforcedSince {
		items = append(items, Item{Code: release.Version, Text: release.What})
	}
	return items
}

func references(rule catalog.Rule) []Item {
	var items []Item
	for _, reference := range rule.References {
		items = append(items, Item{Text: reference.Title, URL: reference.URL})
	}
	return items
}
