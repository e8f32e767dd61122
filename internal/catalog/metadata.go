package catalog

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"

	"winpolicy/internal/rego"
	"winpolicy/internal/schema"
)

// custom is what a rule's METADATA holds under that key; any other key is an error.
type custom struct {
	ID            string                   `json:"id"`
	Category      string                   `json:"category"`
	Enabled       *bool                    `json:"enabled"` // nil is true
	Severities    []string                 `json:"severities"`
	YieldsTo      []string                 `json:"yieldsTo"`
	Needs         []string                 `json:"needs"`
	AppliesBy     []string                 `json:"appliesBy"`
	EnforcedBy    []string                 `json:"enforcedBy"`
	Profiles      []string                 `json:"profiles"`
	Since         string                   `json:"since"`
	Remedy        string                   `json:"remedy"`
	Kinds         []Kinds                  `json:"kinds"`
	Fields        []string                 `json:"fields"`
	EnforcedSince []Release                `json:"enforcedSince"`
	Symptoms      []string                 `json:"symptoms"`
	Parameters    map[string]schema.Schema `json:"parameters"`
	Inventory     []Synced                 `json:"inventory"`
}

var (
	categories    = []string{"restrictions", "placement", "cluster"}
	severities    = []string{Deny, Warn, Note}
	enforcers     = []string{"apiserver", "scheduler", "kubelet", "runtime", "advice"}
	profiles      = []string{"baseline", "restricted", "placement"}
	kebabCase     = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)
	minor         = regexp.MustCompile(`^v1\.\d+$`)
	semver        = regexp.MustCompile(`^\d+\.\d+\.\d+$`)
	parameterName = regexp.MustCompile(`^[a-z][a-zA-Z0-9]+$`)
)

func read(module rego.Module) (Rule, error) {
	annotations := packageAnnotations(module.Parsed)
	if annotations == nil {
		return Rule{}, fmt.Errorf("policies/%s: the package has no METADATA, add a block above it (see CONTRIBUTING.md)", module.Path)
	}
	rule := Rule{
		Title:       annotations.Title,
		Description: strings.TrimSpace(annotations.Description),
		Package:     module.Package(),
		File:        module.Path,
		References:  []Reference{},
	}
	for _, related := range annotations.RelatedResources {
		rule.References = append(rule.References, Reference{Title: related.Description, URL: related.Ref.String()})
	}
	var described custom
	if err := strictly(annotations.Custom, &described); err != nil {
		return Rule{}, fmt.Errorf("policies/%s: METADATA custom: %w", module.Path, err)
	}
	rule.ID, rule.Category, rule.Severities = described.ID, described.Category, described.Severities
	rule.EnforcedBy, rule.Profiles, rule.Since = described.EnforcedBy, described.Profiles, described.Since
	rule.Remedy, rule.Kinds, rule.Fields = described.Remedy, described.Kinds, described.Fields
	rule.Enabled = described.Enabled == nil || *described.Enabled
	rule.EnforcedSince = slices.Concat([]Release{}, described.EnforcedSince)
	rule.Symptoms = slices.Concat([]string{}, described.Symptoms)
	rule.Fixes = slices.Contains(module.Imports(), "lib.windows.fix")
	rule.YieldsTo = slices.Concat([]string{}, described.YieldsTo)
	rule.Needs = slices.Concat([]string{}, described.Needs)
	rule.AppliesBy = slices.Concat([]string{}, described.AppliesBy)
	rule.Inventory = slices.Concat([]Synced{}, described.Inventory)
	rule.Parameters = described.Parameters
	if rule.Parameters == nil {
		rule.Parameters = map[string]schema.Schema{}
	}
	problems := append(check(rule), definesFinding(module)...)
	for i, problem := range problems {
		problems[i] = fmt.Errorf("policies/%s: %w", module.Path, problem)
	}
	return rule, errors.Join(problems...)
}

func packageAnnotations(module *ast.Module) *ast.Annotations {
	for _, annotations := range module.Annotations {
		if annotations.Scope == "package" {
			return annotations
		}
	}
	return nil
}

func strictly(from any, into any) error {
	text, err := json.Marshal(from)
	if err != nil {
		return err
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	return decoder.Decode(into)
}

// check holds the METADATA against the contract.
func check(rule Rule) []error {
	var problems []error
	must := func(holds bool, format string, arguments ...any) {
		if !holds {
			problems = append(problems, fmt.Errorf("METADATA "+format, arguments...))
		}
	}
	must(rule.Title != "" && !strings.HasSuffix(rule.Title, "."), "title: add one, a phrase without a full stop")
	must(strings.HasSuffix(rule.Description, "."), "description: add one that says why, ending with a full stop")
	must(len(rule.References) > 0, "related_resources: add at least one page that says why")
	must(kebabCase.MatchString(rule.ID), "custom.id: %q is not kebab-case", rule.ID)
	snake := RulesPackage + "." + strings.ReplaceAll(rule.ID, "-", "_")
	must(rule.Package == snake, "custom.id: %q belongs to package %s, this one is %s", rule.ID, snake, rule.Package)
	name := strings.ReplaceAll(rule.ID, "-", "_")
	must(rule.File == "lib/windows/rules/"+name+"/"+name+".rego", "custom.id: %q belongs into rules/%s/%s.rego", rule.ID, name, name)
	must(slices.Contains(categories, rule.Category), "custom.category: %q is none of %s", rule.Category, strings.Join(categories, ", "))
	must(len(rule.Severities) > 0 && subset(rule.Severities, severities), "custom.severities: list some of %s", strings.Join(severities, ", "))
	must(len(rule.EnforcedBy) > 0 && subset(rule.EnforcedBy, enforcers), "custom.enforcedBy: list some of %s", strings.Join(enforcers, ", "))
	must(subset(rule.Profiles, profiles), "custom.profiles: list some of %s", strings.Join(profiles, ", "))
	must(semver.MatchString(rule.Since), "custom.since: name the first release that has the rule, as 0.1.0")
	must(strings.HasSuffix(rule.Remedy, "."), "custom.remedy: say what to do, ending with a full stop")
	must(len(rule.Fields) > 0, "custom.fields: list the fields that the rule looks at")
	for _, synced := range rule.Inventory {
		must(len(synced.Groups) > 0 && len(synced.Versions) > 0 && len(synced.Kinds) > 0,
			"custom.inventory: give each entry groups (\"\" is the core group), versions and kinds")
	}
	for _, release := range rule.EnforcedSince {
		must(minor.MatchString(release.Version) && release.What != "",
			"custom.enforcedSince: %q: give each a version, as v1.30, and what", release.Version)
	}
	for i, symptom := range rule.Symptoms {
		must(strings.TrimSpace(symptom) != "" && !strings.Contains(symptom, "\n") && !slices.Contains(rule.Symptoms[:i], symptom),
			"custom.symptoms: %q: write each once, on one line, as a cluster shows it", symptom)
	}
	for name, parameter := range rule.Parameters {
		must(parameterName.MatchString(name), "custom.parameters: %q is not camelCase", name)
		must(parameter.Type != "" && parameter.Description != "" && parameter.Default != nil,
			"custom.parameters.%s: give it a type, a description and a default", name)
	}
	return problems
}

func definesFinding(module rego.Module) []error {
	for _, rule := range module.Parsed.Rules {
		if rule.Head.Ref().String() == "finding" || rule.Head.Name == "finding" {
			return nil
		}
	}
	return []error{errors.New("the package defines no `finding`, write `finding contains result.deny(...) if { … }`")}
}

func subset(some, all []string) bool {
	return !slices.ContainsFunc(some, func(one string) bool { return !slices.Contains(all, one) })
}
