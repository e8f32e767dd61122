package catalog

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"

	"winpolicy/internal/finding"
	"winpolicy/internal/rego"
	"winpolicy/internal/schema"
	"winpolicy/internal/symptom"
)

var (
	categories    = []string{"restrictions", "placement", "cluster"}
	reserved      = []string{"all", "referential", "workloads"} // other groups of rules in Gatekeeper
	enforcers     = []string{"apiserver", "scheduler", "kubelet", "runtime", "advice"}
	profiles      = []string{"baseline", "restricted", "placement"}
	kebabCase     = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)
	minor         = regexp.MustCompile(`^v1\.\d+$`)
	semver        = regexp.MustCompile(`^\d+\.\d+\.\d+$`)
	repairers     = []string{"lib.windows.declaration", "lib.windows.fix"} // the packages that make fixes
	parameterName = regexp.MustCompile(`^[a-z][a-zA-Z0-9]+$`)
)

func read(module rego.Module, known []podKind) (Rule, error) {
	annotations := packageAnnotations(module.Parsed)
	if annotations == nil {
		missing := fmt.Errorf("%s: the package has no METADATA; add a block above it, as `winpolicy new rule` writes one", module.File())
		return Rule{}, errors.Join(append([]error{missing}, inFile(module, checkFindings(module))...)...)
	}
	metadata, err := decode(annotations.Custom, known)
	if err != nil {
		return Rule{}, fmt.Errorf("%s: METADATA custom: %w", module.File(), err)
	}
	rule := Rule{
		Metadata:    metadata,
		Title:       annotations.Title,
		Description: strings.TrimSpace(annotations.Description),
		Fixes:       slices.ContainsFunc(module.Imports(), func(name string) bool { return slices.Contains(repairers, name) }),
		References:  []Reference{},
		Package:     module.Package(),
		File:        module.Path,
		Folder:      module.Folder,
	}
	for _, related := range annotations.RelatedResources {
		rule.References = append(rule.References, Reference{Title: related.Description, URL: related.Ref.String()})
	}
	return rule, errors.Join(inFile(module, append(check(rule), checkFindings(module)...))...)
}

// inFile adds the file of a module to problems.
func inFile(module rego.Module, problems []error) []error {
	for i, problem := range problems {
		problems[i] = fmt.Errorf("%s: %w", module.File(), problem)
	}
	return problems
}

// decode reads METADATA custom. A rule is enabled by default.
func decode(custom map[string]any, known []podKind) (Metadata, error) {
	metadata := Metadata{Enabled: true, Parameters: map[string]schema.Schema{}}
	custom = maps.Clone(custom)
	if err := errors.Join(expand(custom, "kinds", expandKinds, known), expand(custom, "inventory", expandInventory, known)); err != nil {
		return Metadata{}, err
	}
	text, err := json.Marshal(custom)
	if err != nil {
		return Metadata{}, err
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	err = decoder.Decode(&metadata)
	return metadata, err
}

// expand replaces a list of METADATA by its long form. Anything but a list is left for the decoder to refuse.
func expand(custom map[string]any, key string, long func([]any, []podKind) ([]any, error), known []podKind) error {
	items, ok := custom[key].([]any)
	if !ok {
		return nil
	}
	expanded, err := long(items, known)
	custom[key] = expanded
	return err
}

func packageAnnotations(module *ast.Module) *ast.Annotations {
	for _, annotations := range module.Annotations {
		if annotations.Scope == "package" {
			return annotations
		}
	}
	return nil
}

// check returns every mistake in the METADATA of a rule.
func check(rule Rule) []error {
	var problems []error
	must := func(holds bool, format string, arguments ...any) {
		if !holds {
			problems = append(problems, fmt.Errorf("METADATA "+format, arguments...))
		}
	}
	must(rule.Title != "" && !strings.HasSuffix(rule.Title, "."), "title: add a title, a phrase without a full stop")
	must(strings.HasSuffix(rule.Description, "."), "description: say why the rule exists, in sentences that end with a full stop")
	must(IsID(rule.ID), "custom.id: %q is not kebab-case; write lower-case words joined by hyphens", rule.ID)
	snake := RulesPackage + "." + strings.ReplaceAll(rule.ID, "-", "_")
	must(rule.Package == snake, "custom.id: %q belongs to package %s, but this package is %s", rule.ID, snake, rule.Package)
	must(len(rule.Severities) > 0 && subset(rule.Severities, finding.Severities()), "custom.severities: list one or more of %s", finding.Join(finding.Severities()))
	must(len(rule.EnforcedBy) > 0 && subset(rule.EnforcedBy, enforcers), "custom.enforcedBy: list one or more of %s", strings.Join(enforcers, ", "))
	must(subset(rule.Profiles, profiles), "custom.profiles: list only %s", strings.Join(profiles, ", "))
	must(strings.HasSuffix(rule.Remedy, "."), "custom.remedy: say what to do, in a sentence that ends with a full stop")
	must(len(rule.Fields) > 0, "custom.fields: list the fields that the rule reads")
	for _, synced := range rule.Inventory {
		must(len(synced.Groups) > 0 && len(synced.Versions) > 0 && len(synced.Kinds) > 0,
			"custom.inventory: give each entry groups (\"\" is the core group), versions and kinds")
		must(len(synced.Fields) > 0, "custom.inventory: %s: list the fields that the rule reads of these objects", strings.Join(synced.Kinds, ", "))
	}
	for _, release := range rule.EnforcedSince {
		must(minor.MatchString(release.Version) && release.What != "",
			"custom.enforcedSince: %q: give each entry a version (for example v1.30) and what", release.Version)
	}
	for i, shown := range rule.Symptoms {
		must(strings.TrimSpace(shown) != "" && !strings.Contains(shown, "\n") && !slices.Contains(rule.Symptoms[:i], shown),
			"custom.symptoms: %q: write each symptom once, on one line, as a cluster shows it", shown)
		if err := symptom.Check(shown); err != nil {
			must(false, "custom.symptoms: %q: %v", shown, err)
		}
	}
	for name, parameter := range rule.Parameters {
		must(parameterName.MatchString(name), "custom.parameters: %q is not camelCase", name)
		must(parameter.Type != "" && parameter.Description != "" && parameter.Default != nil,
			"custom.parameters.%s: add a type, a description and a default", name)
	}
	if rule.Own() {
		must(IsID(rule.Category) && !slices.Contains(categories, rule.Category) && !slices.Contains(reserved, rule.Category),
			"custom.category: %q: name a category of your own in kebab-case, and none of %s", rule.Category, strings.Join(slices.Concat(categories, reserved), ", "))
		return problems
	}
	must(len(rule.References) > 0, "related_resources: add at least one page that explains the rule")
	name := strings.ReplaceAll(rule.ID, "-", "_")
	must(rule.File == "lib/windows/rules/"+name+"/"+name+".rego", "custom.id: %q belongs in the file rules/%s/%s.rego", rule.ID, name, name)
	must(slices.Contains(categories, rule.Category), "custom.category: %q must be one of %s", rule.Category, strings.Join(categories, ", "))
	must(semver.MatchString(rule.Since), "custom.since: name the first release that has the rule, for example 0.1.0")
	return problems
}

// IsID reports whether a text has the form of a rule's id: lower-case words joined by hyphens.
func IsID(text string) bool { return kebabCase.MatchString(text) }

func subset[T comparable](some, all []T) bool {
	return !slices.ContainsFunc(some, func(one T) bool { return !slices.Contains(all, one) })
}
