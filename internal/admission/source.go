package admission

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"winpolicy/internal/catalog"
	"winpolicy/internal/finding"
	"winpolicy/internal/rego"
)

// Source is the CEL of the rules and of placement.
type Source struct {
	Policies []Policy // ordered by rule

	rules      []catalog.Rule
	mutations  []mutation
	previews   []Condition
	variables  map[string]string // of all files, with the tables as literals
	parameters map[string]parameter

	// Tables of the Rego.
	platforms, addedByPlatform          map[string]any
	controllerKinds, controllerAccounts []any
}

// Policy is what CEL says of a rule: the content of the file with the rule's name and the ending .cel.
type Policy struct {
	Rule       string
	Conditions []Condition
	Without    []Omission
}

// Condition is something that the rule finds. It holds if every part of If holds and no part of Unless does.
type Condition struct {
	Name     string           `yaml:"name"`
	Rule     string           `yaml:"rule"` // if it is not the rule of the file
	Severity finding.Severity `yaml:"severity"`
	If       []string         `yaml:"if"`
	Unless   []Abstention     `yaml:"unless"`
	Field    string           `yaml:"field"` // an expression that gives the path, or several
	Says     string           `yaml:"says"`
}

// Abstention is a case in which a policy says nothing, because it knows less than the Rego.
type Abstention struct {
	If  string `yaml:"if"`
	Why string `yaml:"why"`
}

// Omission is a finding of the rule that no policy reports.
type Omission struct {
	Says string `yaml:"says"` // how its message begins, after the field
	Why  string `yaml:"why"`
}

// mutation puts something into a pod.
type mutation struct {
	Adds  string `yaml:"adds"`
	If    string `yaml:"if"`
	Patch string `yaml:"patch"`
}

// parameter is a parameter of a rule that expressions read by its name.
type parameter struct {
	rule  string
	value any // without configuration
}

// file is a .cel file.
type file struct {
	Tables     map[string]string `yaml:"tables"`
	Variables  map[string]string `yaml:"variables"`
	Conditions []Condition       `yaml:"conditions"`
	Without    []Omission        `yaml:"without"`
	Mutations  []mutation        `yaml:"mutations"`
}

const (
	folder        = "admission"
	extension     = ".cel"
	placementFile = "placement.cel"
)

// Read reads every .cel file below the root of a tree. modules and rules are the Rego that stands there, too. The error names
// every mistake with its file.
func Read(tree fs.FS, modules []rego.Module, rules []catalog.Rule) (*Source, error) {
	source := &Source{rules: rules, variables: map[string]string{}, parameters: map[string]parameter{}}
	if err := source.readTables(modules); err != nil {
		return nil, err
	}
	var problems []error
	err := fs.WalkDir(tree, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || path.Ext(name) != extension {
			return err
		}
		if err := source.add(tree, name, modules); err != nil {
			problems = append(problems, fmt.Errorf("policies/%s: %w", name, err))
		}
		return nil
	})
	slices.SortFunc(source.Policies, func(a, b Policy) int { return strings.Compare(a.Rule, b.Rule) })
	return source, errors.Join(append(problems, err)...)
}

// readTables reads the tables that Go needs.
func (s *Source) readTables(modules []rego.Module) error {
	var err error
	read := func(pkg, name string) map[string]any {
		value, problem := rego.Constant(modules, "lib.windows."+pkg, name)
		err = errors.Join(err, problem)
		table, _ := value.(map[string]any)
		return table
	}
	s.platforms = read("data.platforms", "defaults")
	s.addedByPlatform = read("data.platforms", "added_tolerations")
	s.controllerAccounts = keys(read("data.controllers", "accounts"))
	kinds := read("subject", "pod_kinds")
	for _, version := range slices.Sorted(maps.Keys(kinds)) {
		ofVersion, _ := kinds[version].(map[string]any)
		for _, kind := range slices.Sorted(maps.Keys(ofVersion)) {
			s.controllerKinds = append(s.controllerKinds, version+" "+kind)
		}
	}
	return err
}

func (s *Source) add(tree fs.FS, name string, modules []rego.Module) error {
	text, err := fs.ReadFile(tree, name)
	if err != nil {
		return err
	}
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	decoder.KnownFields(true)
	var content file
	if err := decoder.Decode(&content); err != nil {
		return err
	}
	problems := s.define(content, modules)
	if path.Dir(name) == folder {
		s.mutations = append(s.mutations, content.Mutations...)
		s.previews = append(s.previews, content.Conditions...)
		return errors.Join(problems...)
	}
	rule, err := catalog.Find(s.rules, strings.ReplaceAll(strings.TrimSuffix(path.Base(name), extension), "_", "-"))
	if err != nil {
		return errors.Join(append(problems, err)...)
	}
	problems = append(problems, s.declare(rule)...)
	policy := Policy{Rule: rule.ID, Without: content.Without}
	for _, condition := range content.Conditions {
		if condition.Rule == "" {
			condition.Rule = rule.ID
		}
		problems = append(problems, condition.check(s.rules))
		policy.Conditions = append(policy.Conditions, condition)
	}
	s.Policies = append(s.Policies, policy)
	return errors.Join(problems...)
}

// define adds the tables and variables of a file.
func (s *Source) define(content file, modules []rego.Module) []error {
	var problems []error
	set := func(name, expression string) {
		if _, ok := s.variables[name]; ok {
			problems = append(problems, fmt.Errorf("variables.%s has a definition already", name))
		}
		s.variables[name] = expression
	}
	for name, constant := range content.Tables {
		value, err := table(constant, modules)
		if err != nil {
			problems = append(problems, fmt.Errorf("tables.%s: %w", name, err))
		}
		set(name, value)
	}
	for name, expression := range content.Variables {
		set(name, expression)
	}
	return problems
}

// table gives the constant of a Rego library as a literal: "os_labels.names" is names in lib.windows.os_labels.
func table(constant string, modules []rego.Module) (string, error) {
	dot := strings.LastIndex(constant, ".")
	if dot < 0 {
		return "", fmt.Errorf("%q: write the package below lib.windows and the name of a constant, such as os_labels.names", constant)
	}
	value, err := rego.Constant(modules, "lib.windows."+constant[:dot], constant[dot+1:])
	if err != nil {
		return "", err
	}
	return literal(value)
}

// declare adds the parameters of a rule, and of the rules whose parameters it reads.
func (s *Source) declare(rule catalog.Rule) []error {
	var problems []error
	for _, id := range append([]string{rule.ID}, rule.ParametersOf...) {
		owner, err := catalog.Find(s.rules, id)
		if err != nil {
			return []error{err}
		}
		for name, described := range owner.Parameters {
			if known, ok := s.parameters[name]; ok && known.rule != id {
				problems = append(problems, fmt.Errorf("the rules %s and %s both have a parameter %s", known.rule, id, name))
			}
			s.parameters[name] = parameter{id, described.Default}
		}
	}
	return problems
}

func (c Condition) check(rules []catalog.Rule) error {
	var problems []error
	if _, err := catalog.Find(rules, c.Rule); err != nil {
		problems = append(problems, err)
	}
	if c.Severity != finding.Deny && c.Severity != finding.Warn {
		problems = append(problems, fmt.Errorf("severity %q: write deny or warn", c.Severity))
	}
	if len(c.If) == 0 || c.Field == "" || c.Says == "" {
		problems = append(problems, errors.New("write `if`, `field` and `says`"))
	}
	if len(problems) > 0 {
		return fmt.Errorf("condition %q: %w", c.Name, errors.Join(problems...))
	}
	return nil
}
